"""From a batch's scores to labels: legal BIO sequences, trees with one root."""

from __future__ import annotations

import functools

import numpy as np

_NEVER = -1e9
_DEAR = 1e6  # more than all the scores of a tree can differ by, and far from _NEVER


@functools.cache
def legal_moves(tags: tuple[str, ...]) -> np.ndarray:
    """Say for tag × next tag whether the step is legal: I-X follows B-X or I-X alone.

    Examples
    --------
    >>> legal_moves(("O", "B-X", "I-X")).astype(int).tolist()
    [[1, 1, 0], [1, 1, 1], [1, 1, 1]]
    """
    return np.array(
        [[not b.startswith("I-") or (a != "O" and a[2:] == b[2:]) for b in tags] for a in tags]
    )


def decode_tags(scores: np.ndarray, lengths: np.ndarray, tags: tuple[str, ...]) -> np.ndarray:
    """Find the best legal sequence of tags in every row of a batch.

    Parameters
    ----------
    scores : numpy.ndarray, shape (rows, words, tags)
        Log-probabilities.
    lengths : numpy.ndarray of int, shape (rows,)
        How many words of each row count.
    tags : tuple of str
        What the last axis means.

    Returns
    -------
    numpy.ndarray of int, shape (rows, words)
        Numbers of tags; behind a row's length they mean nothing.
    """
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
    """Find the best tree with one root in every row of a batch.

    Parameters
    ----------
    scores : numpy.ndarray, shape (rows, words, 1 + words)
        Of every head (0 is the root) for every word.
    lengths : numpy.ndarray of int, shape (rows,)
        How many words of each row count.

    Returns
    -------
    numpy.ndarray of int, shape (rows, words)
        Head of every word, 0 for the root, 1 for the first word; 0 behind a row's length.

    Notes
    -----
    The best head of every word makes a tree nearly always, which is seen for the whole batch at
    once; Chu–Liu–Edmonds runs for the other rows alone.
    """
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
    """Find the best tree with one root of one sentence, words × (1 + words) scores.

    Every root is made so dear that the best tree has as few as can be, which is one; among the
    trees with one root that changes nothing (Zmigrod et al. 2020).
    """
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
    """Find words that hang on each other in a ring; node 0 is the root. Empty if there are none."""
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
