"""Clusters of similar contexts, and the keywords that mark them."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from scipy import sparse
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse.linalg import svds

from analysis.reading.lines import Lines
from analysis.reading.scores import distinct, lines_and_terms
from analysis.terms.formulas import conservative_log_ratio, log_likelihood
from analysis.terms.passages import Window
from analysis.text.tokens import stop_words

DIMENSIONS = 40
BASIS = 6_000  # lines from which the dimensions are made
SAMPLE = 1500  # lines that are joined one by one; the others go to the nearest cluster
MARKS = 12  # words that mark a cluster, of which a line must have one
_PASSES = 12
_MOST = 12  # clusters that are tried where their number is not given


class Clusters(NamedTuple):
    """The cluster of each line (-1: none), largest first, and the words that mark each."""

    number: np.ndarray
    keywords: list[list[str]]


def find_clusters(lines: Lines, window: Window, size: int | None, least: int) -> Clusters:
    """Cluster lines by the content words around the node."""
    presence, terms = _content(lines, window)
    points = _points(presence, lines.text_order)
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
    stop = stop_words()
    some = distinct(terms)
    lines_with = np.bincount(terms, minlength=len(names))
    first, last = lines.rows
    node = set(distinct(lines.tokens.term[np.concatenate([first, last])]).tolist())
    useful = [
        code
        for code in some.tolist()
        if lines_with[code] > 1
        and code not in node
        and names[code] not in stop
        and any(char.isalpha() for char in names[code])
    ]
    place = np.full(len(names), -1, dtype=np.int64)
    place[useful] = np.arange(len(useful))
    kept = place[terms] >= 0
    table = sparse.csr_array(
        (np.ones(int(kept.sum())), (rows[kept], place[terms[kept]])),
        shape=(len(lines), len(useful)),
    )
    return table, names[useful]


def _points(presence: sparse.csr_array, order: np.ndarray) -> np.ndarray:
    """Lines as points of length 1: tf-idf, reduced by a singular value decomposition (LSA)."""
    count, words = presence.shape
    if not count or not words:
        return np.zeros((count, 1))
    idf = np.log((1 + count) / (1 + np.asarray(presence.sum(axis=0)).ravel()))
    table = _unit(sparse.csr_array(presence.multiply(idf[None, :])))
    some = table[_spread(order, BASIS)]
    if min(some.shape) <= DIMENSIONS + 1 or some.shape[0] * words <= 100_000:
        axes = np.linalg.svd(some.toarray(), full_matrices=False)[2][:DIMENSIONS]
    else:
        start = np.ones(min(some.shape)) / np.sqrt(min(some.shape))
        _, values, axes = svds(some, k=DIMENSIONS, v0=start, tol=1e-3, return_singular_vectors="vh")
        axes = axes[np.argsort(-values)]
    points = np.asarray(table @ axes.T)
    points[np.asarray(presence.sum(axis=1)).ravel() == 0] = 0
    length = np.linalg.norm(points, axis=1, keepdims=True)
    return np.divide(points, length, out=np.zeros_like(points), where=length > 1e-9)


def _unit(table: sparse.csr_array) -> sparse.csr_array:
    """Rows of length 1."""
    length = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
    return sparse.csr_array(sparse.diags_array(1 / np.maximum(length, 1e-12)) @ table)


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
            keywords[cluster] = [str(terms[word]) for word in words]
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
    if not len(over) or not there:
        return np.argsort(-inside, kind="stable")[:MARKS]
    counts = (inside[over], here, outside[over], there)
    lrc = conservative_log_ratio(*counts, family=len(over))
    g2 = log_likelihood(*counts)
    order = np.lexsort([terms[over].astype(str), -g2.round(9), -np.maximum(lrc, 0).round(9)])
    return over[order[:MARKS]]
