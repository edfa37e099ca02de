"""The bundled model as an engine: texts and their tokens in, what is said of every word out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.tagging.assemble import Spans
from analysis.tagging.model import FOLDER, Model, load_model, read_labels
from analysis.tagging.pieces import Pieces
from analysis.tagging.run import EVERYTHING, Codes, run_model
from analysis.tagging.tagged import DTYPES, Tagged
from analysis.tagging.windows import MOST, cut_windows
from analysis.tagging.words import VERSION, split_words

_PIECES: dict[int, Pieces] = {}


def engine_version() -> str:
    """Name the model and the rules for words, of which every result depends."""
    return f"{read_labels(FOLDER)['sha256']} words {VERSION}"


def pieces_of(model: Model) -> Pieces:
    """Give the model's tokenizer with its memory of words."""
    return _PIECES.setdefault(id(model), Pieces(model.tokenizer))


def tag_texts(
    texts: Sequence[str],
    tokens: Sequence[Spans],
    wanted: Sequence[str] = EVERYTHING,
    *,
    workers: int | None = None,
    most: int = MOST,
) -> list[Tagged]:
    """Tag some texts together.

    Parameters
    ----------
    texts : sequence of str
        The texts.
    tokens : sequence of Spans
        Their tokens.
    wanted : sequence of str
        The model's outputs to compute; what is not asked for is empty.
    workers : int, optional
        Threads; every core by default.
    most : int
        Pieces in a window.

    Returns
    -------
    list of Tagged
        One for each text.
    """
    model = load_model()
    parts = [
        split_words(text, span.start, span.end, span.sentence)
        for text, span in zip(texts, tokens, strict=True)
    ]
    words = [
        [text[a:b] for a, b in zip(part.start.tolist(), part.end.tolist(), strict=True)]
        for text, part in zip(texts, parts, strict=True)
    ]
    flat = [word for some in words for word in some]
    counts = np.array([len(some) for some in words], dtype=np.int64)
    bounds = np.concatenate([[0], np.cumsum(counts)])
    document = np.repeat(np.arange(len(texts)), counts)
    sentence = np.concatenate([np.empty(0, np.int32), *(part.sentence for part in parts)])
    numbers = np.cumsum((np.diff(sentence, prepend=-1) != 0) | (np.diff(document, prepend=-1) != 0))
    encoded = pieces_of(model).encode(flat)
    windows = cut_windows(numbers, encoded.first, most)
    codes = run_model(model, encoded, windows, wanted, workers=workers)
    if "arcs" in wanted:
        _mend_trees(codes, numbers, windows.first, model.labels["relations"])
    strings = _strings(codes, flat, model, wanted)
    return [
        Tagged(
            *part,
            *(column[a:b] for column in strings[:4]),
            np.where(codes.head[a:b] >= 0, codes.head[a:b] - a, -1).astype(np.int32),
            strings[4][a:b],
            codes.score[a:b],
        )
        for part, a, b in zip(parts, bounds[:-1], bounds[1:], strict=True)
    ]


def apply_script(word: str, script: str) -> str:
    """Make the lemma: lower the case (L) or keep it (K), strip some letters, add an ending.

    A script that does not fit, or that leaves nothing, gives the word itself.

    Examples
    --------
    >>> apply_script("Studies", "L3+y"), apply_script("went", "K4+go"), apply_script("is", "K9+")
    ('study', 'go', 'is')
    """
    base = word.lower() if script[0] == "L" else word
    strip, add = script[1:].split("+", 1)
    made = base[: len(base) - int(strip)] + add if int(strip) <= len(base) else base
    return base if made in ("", "_") else made


def _strings(
    codes: Codes, words: list[str], model: Model, wanted: Sequence[str]
) -> list[np.ndarray]:
    """The labels of every word as strings: pos, morphology, lemma, dep, entity."""
    labels = model.labels
    features = ["" if value == "_" else value for value in labels["morphology"]]
    nothing = np.full(len(words), "", dtype=object)
    known: dict[tuple[str, int], str] = {}
    lemma = nothing
    if "lemmas" in wanted:
        lemma = np.empty(len(words), dtype=object)
        for i, key in enumerate(zip(words, codes.script.tolist(), strict=True)):
            found = known.get(key)
            if found is None:
                found = known[key] = apply_script(key[0], labels["lemmas"][key[1]])
            lemma[i] = found
    named = {
        "upos": (labels["upos"], codes.pos),
        "morphology": (features, codes.morphology),
        "relations": (labels["relations"], codes.dep),
        "entities": (labels["entities"], codes.entity),
    }
    made = {
        name: np.array(strings, dtype=DTYPES["pos"])[numbers] if name in wanted else nothing
        for name, (strings, numbers) in named.items()
    }
    return [made["upos"], made["morphology"], lemma, made["relations"], made["entities"]]


def _mend_trees(
    codes: Codes, sentence: np.ndarray, first: np.ndarray, relations: tuple[str, ...]
) -> None:
    """Make one tree of the windows of a long sentence: one root, no rings."""
    owner = sentence[first] if len(sentence) else sentence
    for number in np.unique(owner[1:][np.diff(owner) == 0]).tolist():
        low, high = np.searchsorted(sentence, [number, number + 1])
        heads = codes.head[low:high]  # a view: written in place
        roots = np.flatnonzero(heads < 0)
        root = int(roots[0]) if len(roots) else 0
        heads[root] = -1
        for word in [*roots[1:].tolist(), *_ring_breakers(heads, low)]:
            heads[word] = low + root
            codes.dep[low + word] = relations.index("parataxis")
        codes.dep[low + root] = relations.index("root")


def _ring_breakers(heads: np.ndarray, low: int) -> list[int]:
    """One word of every ring of words that hang on each other."""
    state = np.zeros(len(heads), dtype=np.int64)
    found = []
    for start in range(len(heads)):
        node = start
        while node >= 0 and state[node] == 0:
            state[node] = start + 1
            node = int(heads[node]) - low if heads[node] >= 0 else -1
        if node >= 0 and state[node] == start + 1:
            found.append(node)
    return found
