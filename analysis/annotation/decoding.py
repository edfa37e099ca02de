"""From a batch's scores to labels: legal BIO sequences, trees with one root."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np

_NEVER = -1e9
_DEAR = 1e6  # more than all the scores of a tree can differ by, and far from _NEVER


@functools.cache
def legal_moves(tags: tuple[str, ...]) -> np.ndarray:
    """Say for tag × next tag whether the step is legal: I-X follows B-X or I-X alone."""
    return np.array(
        [[not b.startswith("I-") or (a != "O" and a[2:] == b[2:]) for b in tags] for a in tags]
    )


def decode_tags(scores: np.ndarray, lengths: np.ndarray, tags: tuple[str, ...]) -> np.ndarray:
    """Find the best legal sequence of tags in every row of a batch."""
    path: np.ndarray = scores.argmax(-1)
    inner = np.array([tag.startswith("I-") for tag in tags])
    wrong = np.zeros(path.shape, dtype=bool)
    wrong[:, :1] = inner[path[:, :1]]
    wrong[:, 1:] = ~legal_moves(tags)[path[:, :-1], path[:, 1:]]
    wrong &= np.arange(path.shape[1]) < lengths[:, None]
    # The best tag of every word, if they make a legal sequence, is the best legal sequence.
    for row in np.flatnonzero(wrong.any(1)):
        path[row, : lengths[row]] = _viterbi(scores[row, : lengths[row]].astype(float), tags)
    return path


def _viterbi(scores: np.ndarray, tags: tuple[str, ...]) -> list[int]:
    moves = np.where(legal_moves(tags), 0.0, -np.inf)
    best = scores[0] + np.array([-np.inf if tag.startswith("I-") else 0.0 for tag in tags])
    back = np.zeros((len(scores), len(tags)), dtype=int)
    for n in range(1, len(scores)):
        through = best[:, None] + moves
        back[n] = through.argmax(0)
        best = through.max(0) + scores[n]
    chosen = [int(best.argmax())]
    for n in range(len(scores) - 1, 0, -1):
        chosen.append(int(back[n, chosen[-1]]))
    return chosen[::-1]


def decode_trees(scores: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Find the best tree with one root in every row of a batch."""
    # The best head of every word makes a tree nearly always, which is seen for the whole batch at
    # once; Chu–Liu–Edmonds runs for the other rows alone.
    rows, words, _ = scores.shape
    places = np.arange(words)
    counts = places < lengths[:, None]
    scores = np.where(np.arange(words + 1) <= lengths[:, None, None], scores, _NEVER)
    scores[:, places, places + 1] = _NEVER
    heads: np.ndarray = np.where(counts, scores.argmax(-1), 0)
    good = ((heads == 0) & counts).sum(1) == 1
    reach = np.concatenate([np.zeros((rows, 1), heads.dtype), heads], 1)
    for _ in range(max(1, words.bit_length() + 1)):
        reach = np.take_along_axis(reach, reach, 1)
    good &= (reach == 0).all(1)
    for row in np.flatnonzero(~good & (lengths > 0)):
        n = int(lengths[row])
        heads[row, :n] = decode_tree(scores[row, :n, : n + 1])
    return heads


def decode_tree(scores: np.ndarray) -> np.ndarray:
    """Find the best tree with one root of one sentence, words × (1 + words) scores."""
    # Every root costs so much that the best tree has as few as possible, which is one; among the
    # trees with one root that changes nothing (Zmigrod et al. 2020).
    scores = scores.astype(float)
    words = np.arange(len(scores))
    scores[words, words + 1] = _NEVER
    scores[:, 0] -= _DEAR
    return _edmonds(scores)


def _edmonds(scores: np.ndarray) -> np.ndarray:
    """Chu–Liu–Edmonds: maximum spanning arborescence from node 0, words × (1 + words)."""
    n = len(scores) + 1
    weight = np.full((n, n), -np.inf)  # weight[head, dependent]
    weight[:, 1:] = scores.T
    np.fill_diagonal(weight, -np.inf)
    return _contract(weight)[1:]


def _contract(weight: np.ndarray) -> np.ndarray:
    n = len(weight)
    heads = weight.argmax(0)
    heads[0] = 0
    cycle = find_cycle(heads)
    if not cycle:
        return heads
    inside = np.zeros(n, dtype=bool)
    inside[cycle] = True
    outside = np.flatnonzero(~inside)
    ring = np.asarray(cycle)
    enter = weight[np.ix_(outside, ring)] - weight[heads[ring], ring][None, :]
    leave = weight[np.ix_(ring, outside)]
    m = len(outside) + 1
    small = np.full((m, m), -np.inf)
    small[:-1, :-1] = weight[np.ix_(outside, outside)]
    small[:-1, -1] = enter.max(1)
    small[-1, :-1] = leave.max(0)
    entered, left = enter.argmax(1), leave.argmax(0)
    found = _contract(small)
    result = heads.copy()
    for k, node in enumerate(outside):
        head = found[k]
        result[node] = cycle[left[k]] if head == m - 1 else outside[head]
    result[outside[0]] = 0
    into = found[m - 1]
    result[cycle[entered[into]]] = outside[into]
    return result


def find_cycle(heads: np.ndarray) -> list[int]:
    """Find a cycle of heads; node 0 is the root. Empty if there is none."""
    state = np.zeros(len(heads), dtype=int)
    state[0] = -1
    for start in range(1, len(heads)):
        node, path = start, []
        while state[node] == 0:
            state[node] = start
            path.append(node)
            node = int(heads[node])
        if state[node] == start and node in path:
            return path[path.index(node) :]
    return []


OPEN_CLASSES = frozenset(("NOUN", "VERB", "ADJ", "ADV", "AUX"))
INFLECTED = frozenset(("NOUN", "VERB"))  # a dictionary has their forms as the treebanks do


@functools.lru_cache(maxsize=100_000)
def apply_script(word: str, script: str) -> str:
    """Make the lemma: lower the case (L) or keep it (K), strip some letters, add an ending."""
    # A script that does not fit, or that leaves nothing, gives the word itself.
    base = word.lower() if script[0] == "L" else word
    strip, add = script[1:].split("+", 1)
    made = base[: len(base) - int(strip)] + add if int(strip) <= len(base) else base
    return base if made in ("", "_") else made


def choose_lemma(
    word: str, pos: str, scripts: Sequence[str], lemmas: frozenset[str], pieces: frozenset[str]
) -> str:
    """Take the best script whose lemma a dictionary or the treebanks have; scripts: best first."""
    if pos not in OPEN_CLASSES or not word.isalpha():
        return apply_script(word, scripts[0])
    made = (apply_script(word, script) for script in scripts)
    if pos in INFLECTED and (listed := _dictionary_lemmas(word.lower(), pos)):
        return next((lemma for lemma in made if lemma.lower() in listed), listed[0])
    # Looked for among the treebanks' lemmas (the two best scripts), then among the word pieces.
    tried = list(made)
    likely = [lemma for lemma in tried[:2] if lemma.lower() in lemmas]
    alike = (lemma for lemma in tried if lemma.lower() in pieces and len(lemma) > 1)
    rest = word.lower() if word.lower() in pieces else tried[0]
    return next(iter(likely), next(alike, rest))


@functools.lru_cache(maxsize=100_000)
def _dictionary_lemmas(word: str, pos: str) -> tuple[str, ...]:
    """What the SPECIALIST Lexicon has for a form, as lemminflect ships it; empty if it has none."""
    from lemminflect import getAllLemmas

    return tuple(getAllLemmas(word, pos).get(pos, ()))
