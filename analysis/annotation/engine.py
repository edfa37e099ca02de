"""The bundled model as an engine: texts and their tokens in, what is said of every word out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from analysis.annotation.decoding import OPEN_CLASSES, apply_script, choose_lemma
from analysis.annotation.model import (
    ENTITIES,
    EVERYTHING,
    FOLDER,
    Codes,
    Model,
    load_model,
    pieces_of,
    read_labels,
    run_model,
)
from analysis.annotation.nameless import find_nameless
from analysis.annotation.tagged import Spans, Tagged
from analysis.annotation.words import MOST, VERSION, Windows, Words, cut_windows, split_words


def engine_version() -> str:
    """Name the model and the rules for words, of which every result depends."""
    return f"{read_labels(FOLDER)['sha256']} words {VERSION}"


def tag_texts(
    texts: Sequence[str],
    tokens: Sequence[Spans],
    wanted: Sequence[str] = EVERYTHING,
    *,
    workers: int | None = None,
    most: int = MOST,
) -> list[Tagged]:
    """Tag some texts together."""
    model = load_model()
    parts = [
        split_words(text, span.start, span.end, span.sentence)
        for text, span in zip(texts, tokens, strict=True)
    ]
    words = [
        text[a:b]
        for text, part in zip(texts, parts, strict=True)
        for a, b in zip(part.start.tolist(), part.end.tolist(), strict=True)
    ]
    bounds = np.cumsum([0, *(len(part.start) for part in parts)])
    sentence = _numbered(parts, bounds)
    encoded = pieces_of(model).encode(words)
    windows = cut_windows(sentence, encoded.first, most)
    nameless = find_nameless(words, windows, model.lemmas)
    if tuple(wanted) == ENTITIES:
        codes = run_model(model, encoded, windows.of(~nameless), wanted, workers=workers)
    else:
        codes = run_model(model, encoded, windows, wanted, workers=workers)
    _take_names(codes, windows.of(nameless), model.labels["entities"].index("O"))
    if "arcs" in wanted:
        _mend_trees(codes, sentence, windows.first, model.labels["relations"])
    strings = _strings(codes, words, model, wanted)
    return [
        _document(part, codes, strings, int(low), int(high))
        for part, low, high in zip(parts, bounds[:-1], bounds[1:], strict=True)
    ]


def _take_names(codes: Codes, nameless: Windows, outside: int) -> None:
    """Say that no name is in these windows, whatever else was asked for."""
    for low, high in zip(nameless.low.tolist(), nameless.high.tolist(), strict=True):
        codes.entity[low:high], codes.score[low:high] = outside, 1.0


def _numbered(parts: list[Words], bounds: np.ndarray) -> np.ndarray:
    """Number the sentences of all texts through."""
    sentence = np.concatenate([np.empty(0, np.int32), *(part.sentence for part in parts)])
    document = np.repeat(np.arange(len(parts)), np.diff(bounds))
    changes = (np.diff(sentence, prepend=-1) != 0) | (np.diff(document, prepend=-1) != 0)
    return np.cumsum(changes)


def _document(
    part: Words, codes: Codes, strings: dict[str, np.ndarray], low: int, high: int
) -> Tagged:
    """One document's share of what was found."""
    head = codes.head[low:high]
    return Tagged(
        start=part.start,
        end=part.end,
        sentence=part.sentence,
        head=np.where(head >= 0, head - low, -1).astype(np.int32),
        score=codes.score[low:high],
        **{name: column[low:high] for name, column in strings.items()},
    )


def _strings(
    codes: Codes, words: list[str], model: Model, wanted: Sequence[str]
) -> dict[str, np.ndarray]:
    """The labels of every word as strings; "" for what was not asked for."""
    labels = model.labels
    features = ["" if value == "_" else value for value in labels["morphology"]]
    named = {
        "pos": ("upos", labels["upos"], codes.pos),
        "morphology": ("morphology", features, codes.morphology),
        "dep": ("relations", labels["relations"], codes.dep),
        "entity": ("entities", labels["entities"], codes.entity),
    }
    nothing = np.full(len(words), "", dtype=object)
    made = {
        name: np.array(strings, dtype=object)[numbers] if output in wanted else nothing
        for name, (output, strings, numbers) in named.items()
    }
    return {**made, "lemma": find_lemmas(codes, words, model) if "lemmas" in wanted else nothing}


def find_lemmas(codes: Codes, words: list[str], model: Model) -> np.ndarray:
    """The lemma of every word; the same word with the same scripts is worked out once."""
    scripts, parts = model.labels["lemmas"], model.labels["upos"]
    seen: dict[tuple[Any, ...], str] = {}
    lemma = np.empty(len(words), dtype=object)
    rows = zip(words, codes.pos.tolist(), map(tuple, codes.script.tolist()), strict=True)
    for i, (word, pos, choices) in enumerate(rows):
        if parts[pos] not in OPEN_CLASSES or not word.isalpha():
            lemma[i] = apply_script(word, scripts[choices[0]])
            continue
        key = (word, pos, choices)
        found = seen.get(key)
        if found is None:
            best = [scripts[number] for number in choices]
            found = seen[key] = choose_lemma(word, parts[pos], best, model.lemmas, model.vocabulary)
        lemma[i] = found
    return lemma


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
    """One word of every cycle of heads."""
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
