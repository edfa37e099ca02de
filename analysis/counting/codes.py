"""Integer codes of the tokens table, and counting them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.index import TokenIndex
from analysis.tables import InputError, require_columns


class Columns(dict[str, np.ndarray]):
    """Arrays of a tokens table by name, and the table's index if it has one."""

    index: TokenIndex | None = None


def codes_of(tokens: pd.DataFrame, column: str) -> np.ndarray:
    """Integer codes of a categorical column, without the copy that ``.cat.codes`` makes."""
    array: Any = tokens[column].array
    codes: np.ndarray = array.codes
    return codes


def open_tokens(
    tokens: pd.DataFrame, columns: Sequence[str] = ()
) -> tuple[Columns, dict[str, pd.Index]]:
    """Take a tokens table apart into arrays, which are looked up faster than its columns.

    Parameters
    ----------
    tokens : pandas.DataFrame
        The tokens table, text columns categorical.
    columns : sequence of str
        What it must have beside `doc`, `term` and `is_word`.

    Returns
    -------
    arrays : Columns
        The codes of text columns, the values of the others.
    categories : dict of str to pandas.Index
        What the codes stand for.
    """
    require_columns(tokens, ("doc", "term", "is_word", *columns), "tokens")
    arrays, categories = Columns(), {}
    for name, column in (bare(tokens) if tokens.attrs else tokens).items():
        values: Any = column.array
        if isinstance(column.dtype, pd.CategoricalDtype):
            arrays[str(name)], categories[str(name)] = values.codes, column.dtype.categories
        else:
            arrays[str(name)] = column.to_numpy()
    return arrays, categories


def bare(tokens: pd.DataFrame) -> pd.DataFrame:
    """The same table without its record of steps, which pandas copies with every column taken."""
    view = tokens.copy(deep=False)
    view.attrs = {}
    return view


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
    codes: np.ndarray, docs: np.ndarray, size: int, *, counted: np.ndarray | None = None
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
    counted : numpy.ndarray of bool, shape (rows,), optional
        The rows that count.

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
    kept = np.ones(len(codes), dtype=bool) if counted is None else counted
    edges = np.flatnonzero(docs[1:] != docs[:-1]) + 1
    width = np.min_scalar_type(-len(docs) - 1)  # int8 ends at −128 and at +127
    edges = np.concatenate([[0], edges, [len(docs)]]).astype(width)
    # a counting sort brings the rows of a code together and leaves them in document order
    table = sparse.csr_matrix((kept, codes, edges), shape=(len(edges) - 1, size)).tocsc()
    counts = np.diff(table.indptr).astype(np.int64)
    turns = np.flatnonzero(table.data[1:] != table.data[:-1]) + 1
    if (table.indptr[np.searchsorted(table.indptr, turns)] != turns).any():
        # a code that counts here and not there: what does not count gets a code of its own
        parts = count_in_documents(np.where(kept, codes, size), docs, size + 1)
        return parts[0][:-1], parts[1][:-1]
    new = np.ones(len(codes), dtype=bool)
    np.not_equal(table.indices[1:], table.indices[:-1], out=new[1:])
    used = np.flatnonzero(counts)
    first = table.indptr[used]
    new[first] = True
    documents[used] = np.add.reduceat(new.view(np.int8), first, dtype=np.int32)
    counts[used] *= table.data[first]
    documents[used] *= table.data[first]
    return counts, documents
