"""Word vectors of a corpus: words are alike that keep the same company."""

from __future__ import annotations

from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import svds

from analysis.reading.lines import Tokens
from analysis.text.tokens import stop_words

DIMENSIONS = 50
SEGMENT = 20  # words within which words meet
SEGMENTS = 60_000  # that are read, evenly spread over the corpus
VOCABULARY = 5000  # content words, the most frequent ones


class Vectors(NamedTuple):
    """Vectors of words: the row of each term (-1: none), the vectors, and the words' idf."""

    row: np.ndarray
    vectors: np.ndarray
    idf: np.ndarray


_KNOWN: WeakKeyDictionary[Tokens, Vectors] = WeakKeyDictionary()


def word_vectors(tokens: Tokens) -> Vectors:
    """The vectors of a corpus's content words, made once."""
    if tokens not in _KNOWN:
        _KNOWN[tokens] = _make(tokens)
    return _KNOWN[tokens]


def is_content(tokens: Tokens) -> np.ndarray:
    """Which terms are content words: with a letter, and no stop words."""
    stop = stop_words()
    return np.array(
        [name not in stop and any(map(str.isalpha, name)) for name in tokens.terms.astype(str)],
        dtype=bool,
    )


def _make(tokens: Tokens) -> Vectors:
    """Positive pointwise mutual information of words in segments, reduced by an SVD."""
    often = np.flatnonzero(is_content(tokens) & (tokens.counts > 1))
    words = often[np.argsort(-tokens.counts[often], kind="stable")[:VOCABULARY]]
    row = np.full(len(tokens.terms), -1, dtype=np.int64)
    row[words] = np.arange(len(words))
    meets = _segments(tokens, row, len(words))
    with_word = np.asarray(meets.sum(axis=0)).ravel()
    idf = np.log((1 + meets.shape[0]) / (1 + with_word))
    pairs = (meets.T @ meets).tocoo()
    first, second = pairs.coords
    expected = with_word[first] * with_word[second] / max(meets.shape[0], 1)
    gain = np.log(np.maximum(pairs.data / expected, 1))
    kept = (first != second) & (pairs.data > 1) & (gain > 0)
    table = sparse.csr_array((gain[kept], (first[kept], second[kept])), shape=pairs.shape)
    size = len(words)
    if size <= DIMENSIONS + 1:
        left, values, _ = np.linalg.svd(table.toarray())
    else:
        begin = np.full(size, size**-0.5)
        left, values, _ = svds(table, k=DIMENSIONS, v0=begin, tol=1e-3)
    vectors = left * np.sqrt(values)
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = np.divide(vectors, length, out=np.zeros_like(vectors), where=length > 1e-9)
    return Vectors(row, unit, idf)


def _segments(tokens: Tokens, row: np.ndarray, size: int) -> sparse.csr_array:
    """Which words each segment of the texts has (segments × words)."""
    rows = tokens.word_rows
    doc = tokens.doc[rows]
    begins = np.searchsorted(doc, doc)  # number of the first word of each word's text
    number = (np.arange(len(rows)) - begins) // SEGMENT
    fresh = np.ones(len(rows), dtype=bool)
    fresh[1:] = (np.diff(doc) != 0) | (np.diff(number) != 0)
    segment = np.cumsum(fresh) - 1
    word = row[tokens.term[rows]]
    many = int(segment[-1]) + 1 if len(segment) else 0
    step = max(many / SEGMENTS, 1)
    chosen = np.zeros(many, dtype=bool)
    chosen[(np.arange(min(many, SEGMENTS)) * step).astype(np.int64)] = True
    kept = (word >= 0) & chosen[segment] if many else word >= 0
    table = sparse.csr_array(
        (np.ones(int(kept.sum())), (segment[kept], word[kept])), shape=(many, size)
    )
    table.sum_duplicates()
    table.data[:] = 1
    return table
