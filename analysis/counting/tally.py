"""Counting hits in groups: the arithmetic that the counting measures share.

Sorting is by counting, so its time grows with the number of tokens and no faster.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.counting.codes import codes_of
from analysis.counting.hits import Hits, words_of
from analysis.intervals import bootstrap_ratio, describe, resampling_units
from analysis.tables import InputError, progress


def base_of(tokens: pd.DataFrame, group: np.ndarray, n_groups: int) -> np.ndarray:
    """Count the words of each group."""
    words = words_of(tokens)
    if n_groups == 1:
        return np.array([np.count_nonzero(words)])
    return np.bincount(group[words], minlength=n_groups)


def sorted_order(keys: Sequence[np.ndarray], sizes: Sequence[int]) -> np.ndarray:
    """Order rows by several integer keys, the first one leading; ties keep their order.

    Parameters
    ----------
    keys : sequence of int arrays, shape (rows,)
        Codes, 0 … size-1.
    sizes : sequence of int
        Number of codes of each key.

    Returns
    -------
    numpy.ndarray of int, shape (rows,)

    Notes
    -----
    A radix sort whose digits are whole keys: each pass turns a sparse matrix with one entry per
    row from rows to columns, which is a counting sort in linear time.

    Examples
    --------
    >>> sorted_order([np.array([1, 0, 1]), np.array([0, 1, 0])], [2, 2]).tolist()
    [1, 0, 2]
    """
    order: np.ndarray | None = None
    for key, size in zip(reversed(keys), reversed(sizes), strict=True):
        digit = key if order is None else key[order]
        if (digit[1:] < digit[:-1]).any():
            entries = np.arange(len(digit)) if order is None else order
            order = _counting_sort(entries, digit, size)
    return np.arange(len(keys[0])) if order is None else order


def sorted_packed(keys: Sequence[np.ndarray], widths: Sequence[int]) -> np.ndarray:
    """Pack keys of so many bits (63 in all) into one integer a row, and sort these."""
    packed = keys[0].astype(np.int64)
    for key, width in zip(keys[1:], widths[1:], strict=True):
        packed <<= width
        packed |= key
    if (keys[-1][1:] >= keys[-1][:-1]).all():  # documents mostly come in order
        shift, digits = widths[-1], widths[:-1]
    else:
        shift, digits = 0, widths
    for width in reversed(digits):
        if width:
            digit = (packed >> shift) & ((1 << width) - 1)
            packed = _counting_sort(packed, digit.astype(np.int32), 1 << width)
        shift += width
    return packed


def _counting_sort(entries: np.ndarray, digit: np.ndarray, size: int) -> np.ndarray:
    """Bring entries into the order of their digit (0 … size-1); ties keep their order."""
    rows = np.arange(len(digit) + 1, dtype=np.int32 if len(digit) < 2**31 - 1 else np.int64)
    return sparse.csr_array((entries, digit, rows), shape=(len(digit), size)).tocsc().data


def fresh_runs(*keys: np.ndarray) -> np.ndarray:
    """Mark where a run of equal keys begins in rows that were brought together."""
    fresh = np.ones(len(keys[0]), dtype=bool)
    fresh[1:] = keys[0][1:] != keys[0][:-1]
    for key in keys[1:]:
        fresh[1:] |= key[1:] != key[:-1]
    return fresh


def run_starts(*keys: np.ndarray) -> np.ndarray:
    """Find where the runs of `fresh_runs` begin."""
    return np.flatnonzero(fresh_runs(*keys))


def count_matrix(
    unit: np.ndarray, item: np.ndarray, n_units: int, n_items: int
) -> sparse.csc_array:
    """Count how often each item occurs in each unit, as a sparse matrix (units × items)."""
    order = sorted_order([item, unit], [n_items, n_units])
    unit, item = unit[order], item[order]
    starts = run_starts(item, unit)
    counts = np.diff(np.append(starts, len(unit)))
    ends = np.concatenate([[0], np.cumsum(np.bincount(item[starts], minlength=n_items))])
    return sparse.csc_array((counts, unit[starts], ends), shape=(n_units, n_items))


def rate_of(count: np.ndarray, base: np.ndarray, per: float = 1.0) -> np.ndarray:
    """Divide counts by their base; NaN where the base is empty."""
    rate = np.full(len(count), np.nan)
    np.divide(count * float(per), base, out=rate, where=np.asarray(base) > 0)
    return rate


def tally(
    tokens: pd.DataFrame,
    hits: Hits,
    groups: tuple[np.ndarray, pd.DataFrame],
    *,
    per: float,
    confidence: float | None,
    seed: int,
    zeros: bool,
) -> pd.DataFrame:
    """Count items in groups: the table that every counting measure returns.

    Parameters
    ----------
    tokens : pandas.DataFrame
        As `coded` returns it.
    hits : Hits
        What is counted.
    groups : tuple of an int array of shape (rows,) and a table of labels
        As `group_codes` returns it.
    per : float
        A rate is given per so many words.
    confidence : float or None
        Coverage of the intervals; None leaves them out.
    seed : int
        Seed of the bootstrap.
    zeros : bool
        Also give the items that a group does not have.

    Returns
    -------
    pandas.DataFrame
        The labels' columns, then `term`, `count`, `base`, `rate`, `documents`, `rank`, and
        `low`, `high`, `interval` if `confidence` is given; ordered by group, count (descending),
        name.
    """
    if not per > 0:
        raise InputError(f"per={per!r} must be above 0; rates per 1000 words are usual.")
    code, labels = groups
    sentence = None
    if confidence is not None and "sentence" in tokens.columns:
        sentence = tokens["sentence"].to_numpy()
    unit, owner, method = resampling_units(codes_of(tokens, "doc"), sentence, code, len(labels))
    matrix = count_matrix(unit[hits.rows], hits.items, len(owner), len(hits.names))
    base = np.bincount(unit[words_of(tokens)], minlength=len(owner))
    result = _count_rows(matrix, owner, method, hits.names, zeros)
    group, item = result.pop("group").to_numpy(), result.pop("item").to_numpy()
    result.insert(0, "term", pd.Series(hits.names.take(item).to_numpy(), dtype="str"))
    result.insert(2, "base", np.bincount(owner, base, minlength=len(labels)).astype(int)[group])
    result.insert(3, "rate", rate_of(result["count"].to_numpy(), result["base"].to_numpy(), per))
    for name in reversed(labels.columns):
        result.insert(0, name, labels[name].take(group).array)
    if confidence is not None:
        bounds = _bounds(matrix, base, owner, group, item, confidence, seed)
        low, high, text = _close(
            result, bounds, np.array(method, dtype=object)[group], confidence, seed
        )
        result = result.assign(low=low * per, high=high * per, interval=text)
    return result


def _count_rows(
    matrix: sparse.csc_array, owner: np.ndarray, method: list[str], names: pd.Index, zeros: bool
) -> pd.DataFrame:
    """Group, item, count, documents and rank of every row, in the order of the result."""
    shape = (len(method), len(owner))
    members = sparse.csr_array((np.ones(len(owner), int), (owner, np.arange(len(owner)))), shape)
    tables = [members @ matrix, members @ (matrix > 0).astype(int)]
    if zeros:
        count, documents = (table.toarray().ravel() for table in tables)
        group, item = np.divmod(np.arange(count.size), len(names) or 1)
    else:
        tables = [table.tocsr().sorted_indices() for table in tables]  # both have one pattern
        count, documents = (table.data for table in tables)
        group, item = _cells(tables[0])
    alone = np.array([name != "documents" for name in method], dtype=bool)
    documents = np.where(alone[group], np.minimum(documents, 1), documents)
    place = np.argsort(np.argsort(names.to_numpy(dtype=object), kind="stable"))
    less = count.max(initial=0) - count
    order = sorted_order(
        [group, less, place[item]], [len(method), less.max(initial=0) + 1, len(names)]
    )
    columns = {"group": group, "item": item, "count": count, "documents": documents}
    result = pd.DataFrame({name: column[order] for name, column in columns.items()})
    return result.assign(rank=rank_of(result["group"].to_numpy(), result["count"].to_numpy()))


def rank_of(group: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Rank rows that are sorted by group and falling count: 1 is the most frequent, ties share."""
    ties, groups = run_starts(group, count), run_starts(group)
    first = np.repeat(ties, np.diff(np.append(ties, len(group))))
    return first - np.repeat(groups, np.diff(np.append(groups, len(group)))) + 1


def _cells(table: sparse.csr_array) -> tuple[np.ndarray, np.ndarray]:
    """Row and column of every stored entry."""
    return np.repeat(np.arange(table.shape[0]), np.diff(table.indptr)), table.indices


def _bounds(
    matrix: sparse.csc_array,
    base: np.ndarray,
    owner: np.ndarray,
    group: np.ndarray,
    item: np.ndarray,
    confidence: float,
    seed: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Bootstrap bounds of every row, a group at a time: only the items that the group has."""
    bounds = np.full((2, len(group)), np.nan)
    rows = matrix.tocsr()
    starts = run_starts(group)
    ends = np.append(starts, len(group))[1:]
    for start, end in progress(zip(starts, ends, strict=True), total=len(starts), desc="intervals"):
        units = np.flatnonzero(owner == group[start])
        part = rows[units][:, item[start:end]]
        one = np.zeros(len(units), dtype=np.int64)
        low, high = bootstrap_ratio(
            part, base[units], one, n_groups=1, confidence=confidence, seed=seed
        )
        bounds[:, start:end] = low[0], high[0]
    return bounds[0], bounds[1]


def _close(
    result: pd.DataFrame,
    bounds: tuple[np.ndarray, np.ndarray],
    method: np.ndarray,
    confidence: float,
    seed: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Bounds per word and their names, with an exact upper bound for what never occurs.

    No resample can hold a term that is in no document, so the bootstrap would claim [0, 0].
    With no occurrence in n words the exact binomial interval (Clopper & Pearson 1934) ends at
    1 − (α/2)^(1/n).
    """
    low, high = bounds
    names = {name: describe(name, confidence, seed=seed) for name in set(method)}
    text = np.array([names[name] for name in method], dtype=object)
    base = result["base"].to_numpy()
    absent = (result["count"].to_numpy() == 0) & (base > 0)
    low[absent] = 0.0
    high[absent] = -np.expm1(np.log((1 - confidence) / 2) / base[absent])
    text[absent] = f"{100 * confidence:g} % exact binomial over words: no occurrence to resample"
    text[base == 0] = "none: no words"
    return low, high, text
