"""Integer codes, counted and walked along: what keyness, contexts and collocates share.

A *span* is the words around a hit. Words are counted, punctuation is stepped over, and a span
ends where its document (or its sentence) ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from numbers import Integral
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.tables import InputError

Window = int | tuple[int, int] | str


def codes_of(tokens: pd.DataFrame, column: str) -> np.ndarray:
    """Integer codes of a categorical column, without the copy that ``.cat.codes`` makes."""
    array: Any = tokens[column].array
    codes: np.ndarray = array.codes
    return codes


def count_words(term: np.ndarray, is_word: np.ndarray, size: int) -> np.ndarray:
    """Count how often each term code occurs as a word.

    The product of a one-column sparse matrix and 1: as exact as `bincount`, but needs neither a
    copy of the codes nor a selection of the words.
    """
    _require_codes(term)
    column = sparse.csc_matrix(
        (is_word.view(np.int8), term, np.array([0, len(term)])), shape=(size, 1)
    )
    counts: np.ndarray = column @ np.ones(1, dtype=np.int32)
    return counts.astype(np.int64)


def _require_codes(term: np.ndarray) -> None:
    if len(term) and term.min() < 0:  # the sparse routines would write outside their arrays
        row = int(np.flatnonzero(term < 0)[0])
        raise InputError(f"Row {row} of the tokens has no term; drop the rows without one.")


def count_in_documents(
    codes: np.ndarray, docs: np.ndarray, size: int
) -> tuple[np.ndarray, np.ndarray]:
    """Count how often each code occurs, and in how many documents.

    Parameters
    ----------
    codes : numpy.ndarray of int, shape (rows,)
        What is counted, 0 … size-1.
    docs : numpy.ndarray of int, shape (rows,)
        Document of each row; the rows of a document stand together.
    size : int
        Number of codes.

    Returns
    -------
    counts, documents : numpy.ndarray of int64, shape (size,)

    Examples
    --------
    >>> count_in_documents(np.array([0, 0, 2, 0]), np.array([0, 0, 0, 1]), 3)
    (array([3, 0, 1]), array([2, 0, 1]))
    """
    _require_codes(codes)
    documents = np.zeros(size, dtype=np.int64)
    if not len(codes):
        return documents.copy(), documents
    edges = np.concatenate([[0], np.flatnonzero(docs[1:] != docs[:-1]) + 1, [len(docs)]])
    # a counting sort brings the rows of a code together and leaves them in document order
    table = sparse.csr_matrix(
        (np.ones(len(codes), dtype=bool), codes, edges), shape=(len(edges) - 1, size)
    ).tocsc()
    counts = np.diff(table.indptr).astype(np.int64)
    new = np.ones(len(codes), dtype=bool)
    np.not_equal(table.indices[1:], table.indices[:-1], out=new[1:])
    used = np.flatnonzero(counts)
    new[table.indptr[used]] = True
    documents[used] = np.add.reduceat(new, table.indptr[used], dtype=np.int64)
    return counts, documents


def window_sizes(window: Window) -> tuple[int | None, int | None]:
    """Read a window: words to the left and to the right, None for the whole sentence.

    Raises
    ------
    InputError
        If it is no number of words, pair of numbers, or "sentence".

    Examples
    --------
    >>> window_sizes(5), window_sizes((0, 3)), window_sizes("sentence")
    ((5, 5), (0, 3), (None, None))
    """
    if window == "sentence":
        return None, None
    pair: Any = window if isinstance(window, tuple | list) else (window, window)
    whole = all(isinstance(size, Integral) and not isinstance(size, bool) for size in pair)
    if len(pair) != 2 or not whole or min(pair) < 0 or max(pair) < 1:
        raise InputError(
            f"window={window!r} is no window; give a number of words such as 5, a pair (left,"
            ' right) such as (0, 3), or "sentence".'
        )
    return int(pair[0]), int(pair[1])


def units_of(tokens: pd.DataFrame, within: str) -> list[np.ndarray]:
    """The columns that must not change within a span."""
    if within == "document":
        return [codes_of(tokens, "doc")]
    if "sentence" not in tokens.columns:
        raise InputError(
            "These tokens have no sentences; make them with tokenize(documents, sentences=True)"
            " or count within the document."
        )
    return [codes_of(tokens, "doc"), tokens["sentence"].to_numpy()]


def walk(
    rows: np.ndarray,
    step: int,
    units: Sequence[np.ndarray],
    *,
    counted: np.ndarray | None = None,
    limit: int | None = None,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Step from many rows at once to the first, second … word beside each.

    Parameters
    ----------
    rows : numpy.ndarray of int, shape (hits,)
        Where to begin: the first (or last) token of each hit.
    step : {-1, 1}
        To the left or to the right.
    units : sequence of arrays
        Columns that must stay what they are at the beginning (document, sentence).
    counted : numpy.ndarray of bool, optional
        The rows that count as a step; others are passed over.
    limit : int, optional
        Number of steps; None until all have come to an end.

    Yields
    ------
    which, rows : numpy.ndarray of int
        The hits that have a word at this distance, and its row. Distance 1 comes first.

    Examples
    --------
    >>> doc = np.array([0, 0, 0, 1])
    >>> word = np.array([True, False, True, True])
    >>> [(w.tolist(), r.tolist()) for w, r in walk(np.array([0, 2]), 1, [doc], counted=word)]
    [([0], [2])]
    """
    which, here = np.arange(len(rows)), np.asarray(rows, dtype=np.int64)
    homes = [unit[here] for unit in units]
    distance = 0
    while len(which) and (limit is None or distance < limit):
        here = here + step
        if counted is not None:
            _pass_over(here, step, counted)
        inside = np.flatnonzero((here >= 0) & (here < len(units[0])))
        for unit, home in zip(units, homes, strict=True):
            inside = inside[unit[here[inside]] == home[which[inside]]]
        if len(inside) < len(which):
            which, here = which[inside], here[inside]
        distance += 1
        if len(which):
            yield which, here


def _pass_over(here: np.ndarray, step: int, counted: np.ndarray) -> None:
    """Move on, in place, what stands on a row that does not count."""
    size = len(counted)
    off = np.flatnonzero(~counted[np.clip(here, 0, size - 1)])
    while len(off):
        here[off] += step
        off = off[(here[off] >= 0) & (here[off] < size)]
        off = off[~counted[here[off]]]


def reach(
    tokens: pd.DataFrame, starts: np.ndarray, lengths: np.ndarray, window: Window
) -> tuple[np.ndarray, np.ndarray]:
    """First and last row of the window around each hit.

    The window holds so many words to each side, within the document, or all tokens of the
    sentence.
    """
    sizes = window_sizes(window)
    sentence = sizes[0] is None
    units = units_of(tokens, "sentence" if sentence else "document")
    counted = None if sentence else tokens["is_word"].to_numpy()
    ends = []
    for begin, step, size in ((starts, -1, sizes[0]), (starts + lengths - 1, 1, sizes[1])):
        far = begin.copy()
        for which, rows in walk(begin, step, units, counted=counted, limit=size):
            far[which] = rows
        ends.append(far)
    return ends[0], ends[1]
