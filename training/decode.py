"""From scores to labels: legal BIO sequences, trees, calibration. NumPy only."""

from __future__ import annotations

from functools import cache

import numpy as np


@cache
def legal_moves(tags: tuple[str, ...]) -> np.ndarray:
    """Give tag × next tag: 0 where the step is legal, −∞ where I- follows another type or O.

    >>> legal_moves(("O", "B-X", "I-X")).tolist()
    [[0.0, 0.0, -inf], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    """
    moves = np.zeros((len(tags), len(tags)))
    for j, after in enumerate(tags):
        if after.startswith("I-"):
            for i, before in enumerate(tags):
                if before[2:] != after[2:] or before == "O":
                    moves[i, j] = -np.inf
    return moves


def decode_bio(scores: np.ndarray, tags: tuple[str, ...]) -> list[int]:
    """Find the best legal sequence of tags (Viterbi) for one sentence, words × tags."""
    moves = legal_moves(tags)
    path = scores.argmax(1)
    # The best tag of every word, if they make a legal sequence, is the best legal sequence.
    if len(path) == 0 or (
        not tags[path[0]].startswith("I-") and np.isfinite(moves[path[:-1], path[1:]]).all()
    ):
        return path.tolist()
    start = np.array([-np.inf if tag.startswith("I-") else 0.0 for tag in tags])
    best = scores[0] + start
    back = np.zeros((len(scores), len(tags)), dtype=int)
    for n in range(1, len(scores)):
        through = best[:, None] + moves
        back[n] = through.argmax(0)
        best = through.max(0) + scores[n]
    chosen = [int(best.argmax())]
    for n in range(len(scores) - 1, 0, -1):
        chosen.append(int(back[n, chosen[-1]]))
    return chosen[::-1]


def decode_tree(scores: np.ndarray) -> np.ndarray:
    """Find the best tree with one root: words × (1 + words) scores → head of every word (0: root).

    Greedy where that is a tree already (nearly always), else Chu–Liu–Edmonds; if more than one
    word then hangs on the root, each word is tried as the only one and the best tree is kept.
    """
    scores = scores.astype(float)
    words = np.arange(len(scores))
    scores[words, words + 1] = -1e9
    for heads in (scores.argmax(1), _edmonds(scores)):
        if _is_tree(heads):
            return heads
    best, best_score = heads, -np.inf
    for root in words:
        only = scores.copy()
        only[:, 0] = -1e8
        only[root] = -1e8
        only[root, 0] = scores[root, 0]
        found = _edmonds(only)
        score = only[words, found].sum()
        if score > best_score and _is_tree(found):
            best, best_score = found, score
    return best


def _is_tree(heads: np.ndarray) -> bool:
    """Say whether exactly one word hangs on the root and every word reaches it."""
    if (heads == 0).sum() != 1:
        return False
    reach = np.concatenate([[0], heads])
    for _ in range(max(1, int(np.ceil(np.log2(len(reach)))) + 1)):
        reach = reach[reach]
    return bool((reach == 0).all())


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
    cycle = _find_cycle(heads)
    if not cycle:
        return heads
    inside = np.zeros(n, dtype=bool)
    inside[cycle] = True
    outside = np.flatnonzero(~inside)
    kept = weight[heads[cycle], cycle]
    enter = weight[np.ix_(outside, cycle)] - kept[None, :]
    leave = weight[np.ix_(cycle, outside)]
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


def _find_cycle(heads: np.ndarray) -> list[int]:
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


def softmax(scores: np.ndarray) -> np.ndarray:
    """Give probabilities over the last axis."""
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def fit_temperature(scores: np.ndarray, gold: np.ndarray) -> float:
    """Find the temperature that makes the validation labels most probable (Guo et al. 2017)."""
    grid = np.exp(np.linspace(np.log(0.3), np.log(5.0), 200))
    rows = np.arange(len(gold))
    losses = [-np.log(softmax(scores / t)[rows, gold] + 1e-12).mean() for t in grid]
    return float(grid[int(np.argmin(losses))])


def calibration_error(probabilities: np.ndarray, gold: np.ndarray, bins: int = 15) -> float:
    """Give the expected calibration error: |confidence − accuracy|, weighted over equal bins."""
    confidence, chosen = probabilities.max(1), probabilities.argmax(1)
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    total = 0.0
    for b in range(bins):
        inside = place == b
        if inside.any():
            gap = confidence[inside].mean() - (chosen[inside] == gold[inside]).mean()
            total += inside.mean() * abs(float(gap))
    return total


def f1_of(right: int, found: int, gold: int) -> float:
    """Give the harmonic mean of precision and recall; 0 where nothing is right."""
    return 2 * right / (found + gold) if right else 0.0


def macro_f1(chosen: np.ndarray, gold: np.ndarray, classes: int = 3) -> float:
    """Give the mean over classes of F1."""
    return float(
        np.mean(
            [
                f1_of(
                    int(((chosen == c) & (gold == c)).sum()),
                    int((chosen == c).sum()),
                    int((gold == c).sum()),
                )
                for c in range(classes)
            ]
        )
    )
