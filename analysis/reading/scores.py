"""How typical, and how rare in its words, each line of a concordance is."""

from __future__ import annotations

import numpy as np

from analysis.reading.lines import Lines, word_window
from analysis.terms.formulas import conservative_log_ratio
from analysis.terms.passages import Window


def distinct(values: np.ndarray) -> np.ndarray:
    """The different values in order; by sorting, ten times as fast here as hashing (np.unique)."""
    ordered = np.sort(values)
    fresh = np.ones(len(ordered), dtype=bool)
    fresh[1:] = ordered[1:] != ordered[:-1]
    return ordered[fresh]


def lines_and_terms(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each term of each line's window once: rows of lines, codes of terms."""
    line = np.repeat(np.arange(len(codes)), codes.shape[1])
    flat = codes.ravel()
    there = flat >= 0
    size = int(flat.max(initial=0)) + 1
    pairs = distinct(line[there] * size + flat[there])
    return pairs // size, pairs % size


def collocate_scores(lines: Lines, window: Window) -> np.ndarray:
    """The conservative log ratio of every term near the hits, 0 where it is not above 0."""
    tokens = lines.tokens
    first, last = lines.rows
    sides = [
        lines.rows_beside(side, size) for side, size in zip("LR", word_window(window), strict=True)
    ]
    near = distinct(np.concatenate([rows.ravel() for rows in sides]))
    longest = int((last - first).max(initial=-1)) + 1
    node = [np.minimum(first + place, last) for place in range(longest)]
    nodes = distinct(np.concatenate(node)) if node else np.empty(0, dtype=np.int64)
    near = near[(near >= 0) & ~np.isin(near, nodes)]
    nodes = nodes[tokens.is_word[nodes]]
    size = len(tokens.terms)
    count = np.bincount(tokens.term[near], minlength=size)
    rest = tokens.counts - np.bincount(tokens.term[nodes], minlength=size) - count
    rows, terms = lines_and_terms(lines.window(window))
    several = _in_several(lines, rows, terms, size)
    scores = np.zeros(size)
    chosen = np.flatnonzero(several & (count > 0))
    bound = conservative_log_ratio(
        count[chosen], count.sum(), rest[chosen], max(int(rest.sum()), 1)
    )
    scores[chosen] = np.maximum(bound, 0)
    return scores


def _in_several(lines: Lines, rows: np.ndarray, terms: np.ndarray, size: int) -> np.ndarray:
    """Which terms stand in lines of two texts; where all hits are in one text, in two lines."""
    unit = lines.doc[rows] if len(distinct(lines.doc)) > 1 else rows
    wide = int(unit.max(initial=0)) + 1
    pairs = distinct(terms * wide + unit)
    return np.bincount(pairs // wide, minlength=size) >= 2


def typicality(lines: Lines, window: Window) -> np.ndarray:
    """The sum of the scores of each line's collocates, each counted once."""
    codes = lines.window(window)
    if not len(codes):
        return np.zeros(0)
    scores = collocate_scores(lines, window)
    rows, terms = lines_and_terms(codes)
    return np.bincount(rows, weights=scores[terms], minlength=len(codes)).round(9)


def rarity(lines: Lines, window: Window) -> np.ndarray:
    """The mean information, in bits, of the words in each line's window."""
    codes = lines.window(window)
    counts = lines.tokens.counts
    bits = np.log2(max(int(counts.sum()), 1) / np.maximum(counts, 1))
    there = codes >= 0
    total = np.where(there, bits[np.maximum(codes, 0)], 0.0).sum(axis=1)
    return (total / np.maximum(there.sum(axis=1), 1)).round(9)
