"""Clusters of similar contexts, and the keywords that mark them."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from scipy import sparse
from scipy.cluster.hierarchy import fcluster, linkage

from analysis.reading.company import is_content, word_vectors
from analysis.reading.lines import Lines
from analysis.reading.scores import distinct, lines_and_terms
from analysis.terms.formulas import conservative_log_ratio, log_likelihood
from analysis.terms.passages import Window

SAMPLE = 1500  # lines that are joined one by one; the others go to the nearest cluster
MARKS = 12  # keywords of a cluster that are told
OVER_USED = 3.84  # G² from which a word counts as over-used in a cluster (χ², 1 df, 5 %)
_PASSES = 12
_MOST = 12  # clusters that are tried where their number is not given


class Clusters(NamedTuple):
    """The cluster of each line (-1: none), largest first, and the words that mark each."""

    number: np.ndarray
    keywords: list[list[str]]


def find_clusters(lines: Lines, window: Window, size: int | None, least: int) -> Clusters:
    """Cluster lines by the content words around the node."""
    presence, terms = _content(lines, window)
    points = _points(lines, window)
    usable = np.flatnonzero(np.abs(points).sum(axis=1) > 0)
    if len(usable) < 2 * least:
        return Clusters(np.full(len(lines), -1), [])
    number = np.full(len(lines), -1, dtype=np.int64)
    number[usable] = _partition(points[usable], lines.text_order, usable, size)
    return _marked(number, presence, terms, least)


def _content(lines: Lines, window: Window) -> tuple[sparse.csr_array, np.ndarray]:
    """Which content words each line has (lines × words), and the words."""
    rows, terms = lines_and_terms(lines.window(window))
    names = lines.tokens.terms.astype(str).to_numpy(dtype=object)
    counted = is_content(lines.tokens) & (np.bincount(terms, minlength=len(names)) > 1)
    counted[_node_terms(lines)] = False
    useful = np.flatnonzero(counted)
    place = np.full(len(names), -1, dtype=np.int64)
    place[useful] = np.arange(len(useful))
    kept = place[terms] >= 0
    table = sparse.csr_array(
        (np.ones(int(kept.sum())), (rows[kept], place[terms[kept]])),
        shape=(len(lines), len(useful)),
    )
    return table, names[useful]


def _points(lines: Lines, window: Window) -> np.ndarray:
    """Lines as points of length 1: the vectors of their words, weighted by idf (Schütze 1998)."""
    vectors = word_vectors(lines.tokens)
    rows, terms = lines_and_terms(lines.window(window))
    kept = vectors.row[terms] >= 0
    kept &= ~np.isin(terms, _node_terms(lines))
    own = vectors.row[terms[kept]]
    weights = sparse.csr_array(
        (vectors.idf[own], (rows[kept], own)), shape=(len(lines), len(vectors.vectors))
    )
    points = np.asarray(weights @ vectors.vectors)
    there = np.abs(points).sum(axis=1) > 1e-9
    if there.any():  # what all lines share says nothing of any
        points[there] -= points[there].mean(axis=0)
    length = np.linalg.norm(points, axis=1, keepdims=True)
    return np.divide(points, length, out=np.zeros_like(points), where=length > 1e-9)


def _node_terms(lines: Lines) -> np.ndarray:
    """Terms of the first and last words of the hits."""
    return distinct(lines.tokens.term[np.concatenate(lines.rows)])


def _partition(
    points: np.ndarray, text_order: np.ndarray, usable: np.ndarray, size: int | None
) -> np.ndarray:
    """The cluster of each point."""
    rank = np.empty(len(text_order), dtype=np.int64)
    rank[text_order] = np.arange(len(text_order))
    some = _spread(np.argsort(rank[usable], kind="stable"), SAMPLE)  # however the table is sorted
    own = points[some]
    tree = linkage(own, method="average", metric="cosine")
    choices = [size] if size else range(2, max(min(_MOST, math.isqrt(len(points))), 2) + 1)
    best, best_score = np.zeros(len(own), dtype=np.int64), -2.0
    for wanted in choices:
        number = _refined(own, fcluster(tree, wanted, criterion="maxclust") - 1)
        score = _silhouette(own, number)
        if score > best_score + 1e-9:
            best, best_score = number, score
    if len(own) == len(points):
        number = np.empty(len(points), dtype=np.int64)
        number[some] = best
        return number
    return _refined(points, _nearest(points, _centres(own, best)))


def _spread(order: np.ndarray, most: int) -> np.ndarray:
    """At most so many rows, evenly spread over an order."""
    if len(order) <= most:
        return order
    chosen: np.ndarray = order[np.arange(most) * len(order) // most]
    return chosen


def _nearest(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """The nearest centre of each point."""
    nearest: np.ndarray = (points @ centres.T).round(9).argmax(axis=1)
    return nearest


def _refined(points: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Spherical k-means (Dhillon & Modha 2001), begun with some clusters."""
    number = start
    for _ in range(_PASSES):
        again = _nearest(points, _centres(points, number))
        if (again == number).all():
            break
        number = again
    return number


def _centres(points: np.ndarray, number: np.ndarray) -> np.ndarray:
    """The mean direction of each cluster."""
    present = distinct(number)
    member = sparse.csr_array(
        (np.ones(len(number)), (np.searchsorted(present, number), np.arange(len(number))))
    )
    centres = member @ points
    length = np.linalg.norm(centres, axis=1, keepdims=True)
    return np.divide(centres, length, out=np.zeros_like(centres), where=length > 0)


def _silhouette(points: np.ndarray, number: np.ndarray) -> float:
    """How much nearer points are to their own centre than to the next (simplified silhouette)."""
    centres = _centres(points, number)
    if len(centres) < 2:
        return -1.0
    distance = np.maximum(1 - points @ centres.T, 0)
    two = np.partition(distance, 1, axis=1)[:, :2]
    own, other = two[:, 0], np.maximum(two[:, 1], 1e-12)
    return float(np.mean(1 - own / other))


def _marked(
    number: np.ndarray, presence: sparse.csr_array, terms: np.ndarray, least: int
) -> Clusters:
    """Clusters with the words that mark them; a line with none of its cluster's is in none."""
    keywords: dict[int, list[str]] = {}
    kept = np.full(len(number), -1, dtype=np.int64)
    sizes: dict[int, int] = {}
    for cluster in distinct(number[number >= 0]).tolist():
        own = number == cluster
        words = _keywords(presence, own, terms)
        holds = (
            np.asarray(presence[:, words].sum(axis=1)).ravel() > 0 if len(words) else own & False
        )
        members = np.flatnonzero(own & holds)
        if len(members) >= least:
            kept[members] = cluster
            keywords[cluster] = [str(terms[word]) for word in words[:MARKS]]
            sizes[cluster] = len(members)
    order = sorted(sizes, key=lambda one: (-sizes[one], keywords[one]))
    place = {cluster: rank for rank, cluster in enumerate(order)}
    final = np.array([place.get(cluster, -1) for cluster in kept.tolist()], dtype=np.int64)
    return Clusters(final, [keywords[cluster] for cluster in order])


def _keywords(presence: Any, own: np.ndarray, terms: np.ndarray) -> np.ndarray:
    """Words over-used in a cluster's lines: by their conservative log ratio, then by G²."""
    inside = np.asarray(presence[own].sum(axis=0)).ravel()
    outside = np.asarray(presence.sum(axis=0)).ravel() - inside
    here, there = int(own.sum()), int(len(own) - own.sum())
    over = np.flatnonzero((inside >= 2) & (inside * max(there, 1) > outside * here))
    if not there:  # one cluster of all lines
        return np.argsort(-inside, kind="stable")
    counts = (inside[over], here, outside[over], there)
    lrc = conservative_log_ratio(*counts, family=max(len(over), 1))
    g2 = log_likelihood(*counts)
    order = np.lexsort([terms[over].astype(str), -g2.round(9), -np.maximum(lrc, 0).round(9)])
    return over[order[g2[order] >= OVER_USED]]
