"""How evenly a term is spread over the parts of a corpus."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.tables import InputError, group_codes, measure
from analysis.terms.counting import (
    Hits,
    coded,
    codes_of,
    count_matrix,
    find_terms,
    sorted_order,
    word_list,
    words_of,
)
from analysis.terms.estimate import LEAST_UNITS, student
from analysis.terms.evidence import of_terms
from analysis.terms.units import Pos, as_unit, say_forms


def deviation_of_proportions(counts: Any, sizes: Any) -> Any:
    """Deviation of proportions (DP) of a term's counts over parts of given sizes."""
    # DP = ½ Σᵢ |vᵢ/f − sᵢ/N| (Gries 2008, *International Journal of Corpus Linguistics* 13:4). Its
    # greatest value depends on the smallest part: compare corpora by `normalised_dp`.
    table, sizes = _matrix(counts, sizes)
    total = table.sum(axis=1)
    expected = sizes / sizes.sum()
    row, part = _cells(table)
    # an empty part adds its own share sᵢ/N: start from all shares, correct the parts it is in
    with np.errstate(invalid="ignore", divide="ignore"):
        excess = np.abs(table.data / total[row] - expected[part]) - expected[part]
        value = 0.5 * (1 + np.bincount(row, excess, minlength=len(total)))
    value[total == 0] = np.nan
    return _shaped(np.maximum(value, 0.0), counts)


def dp_interval(counts: Any, sizes: Any, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """The interval of DP over texts, ± t · linearised error on its logit; NaN below 3 texts."""
    # Where the signs of vᵢ/f − sᵢ/N are taken as given, DP is half the difference of two ratios,
    # Σ±vᵢ/f and Σ±sᵢ/N, whose error is linearised as that of any ratio (Binder 1983). The logit
    # keeps the ends between 0 and 1; coverage is measured in benchmarks/coverage_differences.py.
    # Of a term that is in fewer than three texts no sample can tell how it is spread.
    table, sizes = _matrix(counts, sizes)
    n, words, (row, part) = len(sizes), sizes.sum(), _cells(table)
    have = np.diff(table.indptr)

    def add(values: np.ndarray) -> np.ndarray:
        return np.bincount(row, values, minlength=len(have))

    value = np.atleast_1d(deviation_of_proportions(table, sizes))
    with np.errstate(invalid="ignore", divide="ignore"):
        share, size = table.data / table.sum(axis=1)[row], sizes[part] / words
        sign = np.sign(share - size)
        of_counts, of_sizes = add(sign * share), add((sign + 1) * size) - 1
        square = add(((sign - of_counts[row]) * share - (sign - of_sizes[row]) * size) ** 2)
        rest = (sizes**2).sum() / words**2 - add(size**2)  # the texts without the term
        square = (square + (1 + of_sizes) ** 2 * rest) / 4
        error = np.sqrt(square * n / (n - 1)) / (value * (1 - value))
        half, middle = student(confidence, np.array(n - 1)) * error, np.log(value / (1 - value))
        ends = [1 / (1 + np.exp(-(middle + step))) for step in (-half, half)]
    known = (have >= LEAST_UNITS) & np.isfinite(half + middle)
    return np.where(known, ends[0], np.nan), np.where(known, ends[1], np.nan)


def normalised_dp(counts: Any, sizes: Any) -> Any:
    """DP divided by the greatest value that it can take with these parts (DPnorm)."""
    # DPnorm = DP / (1 − minᵢ sᵢ/N) (Lijffijt & Gries 2012, *IJCL* 17:1, correcting Gries 2008).
    value = deviation_of_proportions(counts, sizes)
    words = np.asarray(sizes, dtype=float)
    greatest = float(1 - words.min() / words.sum()) if len(words) > 1 else np.nan
    return value / greatest


def juilland_d(counts: Any, sizes: Any) -> Any:
    """Juilland's D of a term's rates in the parts."""
    # D = 1 − V / √(n−1), V the coefficient of variation (population standard deviation over mean)
    # of the rates vᵢ/sᵢ (Juilland & Chang-Rodríguez 1964; on rates so that parts may differ in
    # size, as in Gries 2008). With many parts nearly every word comes close to 1 (Biber et al.
    # 2016): compare values only between the same number of parts.
    rate, total = _rates(counts, sizes)
    parts = rate.shape[1]
    row, _ = _cells(rate)
    mean = rate.sum(axis=1) / max(parts, 1)
    square = np.bincount(row, (rate.data - mean[row]) ** 2, minlength=len(total))
    square = square + (parts - np.diff(rate.indptr)) * mean**2  # the parts without the term
    with np.errstate(invalid="ignore", divide="ignore"):
        variation = np.sqrt(square / max(parts, 1)) / mean
        value = 1 - variation / np.sqrt(max(parts - 1, 0))
    value[(total == 0) | (parts == 1)] = np.nan
    return _shaped(np.clip(value, 0.0, 1.0), counts)


def carroll_d2(counts: Any, sizes: Any) -> Any:
    """Carroll's D₂: the relative entropy of a term's rates over the parts."""
    # D₂ = −Σᵢ pᵢ log₂ pᵢ / log₂ n, with pᵢ the part's share of the summed rates vᵢ/sᵢ (Carroll
    # 1970, *Computer Studies in the Humanities and Verbal Behavior* 3:2; with parts of one size, pᵢ
    # = vᵢ/f).
    rate, total = _rates(counts, sizes)
    row, _ = _cells(rate)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = rate.data / rate.sum(axis=1)[row]
        entropy = -np.bincount(row, share * np.log2(share), minlength=len(total))
        value = entropy / np.log2(rate.shape[1])
    value[(total == 0) | (rate.shape[1] == 1)] = np.nan
    return _shaped(np.clip(value, 0.0, 1.0), counts)


def average_reduced_frequency(positions: Any, size: int) -> float:
    """Average reduced frequency (ARF): occurrences discounted where they come in clusters."""
    # ARF = (1/v) Σ min(dᵢ, v), with v = N/f and dᵢ the distance from one occurrence to the next,
    # the last being followed by the first as if the corpus were a ring (Savický & Hlaváčová 2002,
    # *Journal of Quantitative Linguistics* 9:3). It needs no parts, but it does depend on the order
    # of the documents.
    places = np.asarray(positions, dtype=np.int64)
    if len(places) == 0:
        return 0.0
    return float(_arf(places, np.array([0, len(places)]), size)[0])


@measure("tokens", evidence=of_terms)
def score_dispersion(
    corpus: pd.DataFrame,
    *,
    parts: str | int = "doc",
    terms: Sequence[str] | None = None,
    stop_words: Iterable[str] = (),
    unit: str = "term",
    pos: Pos | None = None,
    by: str | Sequence[str] | None = None,
    documents: pd.DataFrame | None = None,
    confidence: float | None = 0.95,
) -> pd.DataFrame:
    """Score how evenly each term is spread over documents or over equal slices of the corpus.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        The tokens table.
    parts : "doc" or int
        "doc": every document with words is a part. A number n: the words, in the order of
        the table, are cut into n slices that differ by at most one word; this also works for a
        single text.
    terms : sequence of str, optional
        Terms, or patterns with * and ?, to score; one that does not occur gets a row.
        Default: every term.
    stop_words : iterable of str
        Terms left out of the result (they still count as words of their part).
    unit, pos
        What counts as one, and the parts of speech that count, as in `count_terms`; parts hold all
        words.
    by : str or sequence of str, optional
        Columns of `tokens` or `documents` to group by; the parts are those of the group. Default:
        the corpus is one group.
    documents : pandas.DataFrame, optional
        The documents table, for a column of `by` that is there.
    confidence : float or None
        Coverage of the intervals; None leaves them out.

    Returns
    -------
    pandas.DataFrame
        One row per group and term, most frequent first, then by name: the columns of `by`; `term`;
        `count`; `base` (words in all parts); `parts` (their number); `range` (parts that have the
        term); `dp`, `dp_norm` (0 even … 1 concentrated); `juilland_d`, `carroll_d2` (0
        concentrated … 1 even); `arf` (0 … count); `low`, `high` (of `dp`), `interval` (the method,
        in words, or why there is none). NaN where a measure is undefined: a term that does not
        occur; all but `dp` and `arf` with a single part.

    Raises
    ------
    InputError
        If `parts` is neither "doc" nor a number from 2 to the number of words, or `terms` is empty.

    Notes
    -----
    The formulas and their sources are with `deviation_of_proportions`, `normalised_dp`,
    `juilland_d`, `carroll_d2` and `average_reduced_frequency`. All of them are mathematically
    tied to frequency: a term that occurs twice cannot be evenly spread over thirty documents.
    Compare dispersions among terms of like frequency, and among groups with about as many
    documents: `compare_groups` does it for `dp`. `arf` with parts="doc" takes the documents in the
    order of the table. The interval is that of DP among all such texts (see `dp_interval`); the
    other measures have none. Equal slices of a text are no sample, and get none.

    Examples
    --------
    >>> from analysis.text.tokens import tokenize
    >>> documents = pd.DataFrame({"doc": ["a", "b"], "text": ["War and war.", "War and peace."]})
    >>> score_dispersion(tokenize(documents), terms=["war", "peace"])[["term", "range", "dp"]]
        term  range        dp
    0    war      2  0.166667
    1  peace      1  0.500000
    """
    tokens = as_unit(coded(corpus), unit, pos)
    stop_words = word_list(stop_words, "stop_words")
    say_forms(tokens, terms or (), unit)
    code, labels = group_codes(tokens, by, documents)
    if not len(labels):
        raise InputError(f"by={by!r} makes no group; the tokens table is empty.")
    found = []
    for group in range(len(labels)):
        own = tokens if len(labels) == 1 else tokens[code == group]
        part = _scored(own, parts, find_terms(own, terms, stop_words, unit), confidence)
        part = part if terms is not None else part[part["count"] > 0]
        part = part.sort_values(["count", "term"], ascending=[False, True])
        for name in reversed(labels.columns):
            part.insert(0, name, labels[name].take([group] * len(part)).array)
        found.append(part)
    return pd.concat(found, ignore_index=True)


def _scored(
    tokens: pd.DataFrame, parts: str | int, hits: Hits, confidence: float | None
) -> pd.DataFrame:
    """All measures of every term in one group."""
    words = words_of(tokens)
    place = np.cumsum(words) - words  # among the words of the corpus
    part, sizes = _parts(tokens, words, parts)
    order = sorted_order([hits.items, hits.rows], [len(hits.names), len(tokens)])
    order = order[part[hits.rows[order]] >= 0]
    row, item = hits.rows[order], hits.items[order]
    ends = np.searchsorted(item, np.arange(len(hits.names) + 1))
    counts = count_matrix(part[row], item, len(sizes), len(hits.names)).T
    result = _measure(counts, sizes, place[row], ends)
    result.insert(0, "term", pd.Series(hits.names.to_numpy(), dtype="str"))
    if confidence is None:
        return result
    low, high = np.full((2, len(result)), np.nan)
    text = np.full(len(result), "none: equal slices are no sample of texts", dtype=object)
    if parts == "doc":
        low, high = dp_interval(counts, sizes, confidence)
        known = np.isfinite(low)
        text[:] = "none: fewer than 3 documents have the term"
        text[known] = f"{100 * confidence:g} % logit of DP, t over documents"
        text[~known & (result["range"] >= LEAST_UNITS)] = "none: spread as the words are"
    return result.assign(low=low, high=high, interval=text)


def _measure(
    counts: sparse.csr_array, sizes: np.ndarray, places: np.ndarray, ends: np.ndarray
) -> pd.DataFrame:
    """All measures, from counts (terms × parts) and each term's places among the words."""
    total = np.diff(ends)
    return pd.DataFrame(
        {
            "count": total,
            "base": int(sizes.sum()),
            "parts": len(sizes),
            "range": np.diff(counts.indptr),
            "dp": deviation_of_proportions(counts, sizes),
            "dp_norm": normalised_dp(counts, sizes),
            "juilland_d": juilland_d(counts, sizes),
            "carroll_d2": carroll_d2(counts, sizes),
            "arf": _arf(places, ends, int(sizes.sum())),
        }
    )


def _parts(
    tokens: pd.DataFrame, words: np.ndarray, parts: str | int
) -> tuple[np.ndarray, np.ndarray]:
    """Part of every row and words in every part; a document without words is no part."""
    if parts == "doc":
        doc = codes_of(tokens, "doc")
        sizes = np.bincount(doc[words], minlength=len(tokens["doc"].cat.categories))
        filled = sizes > 0
        return np.where(filled, np.cumsum(filled) - 1, -1)[doc], sizes[filled]
    total = int(words.sum())
    if isinstance(parts, bool | str) or parts not in range(2, (total or 10**9) + 1):
        raise InputError(
            f"parts={parts!r} is not possible; give 'doc' or a number of slices from 2 to the"
            f" number of words ({total})."
        )
    if not total:
        return np.full(len(tokens), -1), np.empty(0, dtype=np.int64)
    before = np.cumsum(words) - words
    part = np.minimum(before * parts // total, parts - 1)  # an emoji may end the last
    return part, np.bincount(part[words], minlength=parts)


def _arf(places: np.ndarray, ends: np.ndarray, size: int) -> np.ndarray:
    """ARF of every term; its places are between ends[i] and ends[i + 1], ascending."""
    count = np.diff(ends)
    present = count > 0
    first, last = places[ends[:-1][present]], places[ends[1:][present] - 1]
    distance = np.diff(places, append=0)
    distance[ends[1:][present] - 1] = first + size - last  # from the last on to the first
    span = size / np.maximum(count, 1)
    reduced = np.minimum(distance, np.repeat(span, count)) / np.repeat(span, count)
    row = np.repeat(np.arange(len(count)), count)
    return np.bincount(row, reduced, minlength=len(count))


def _matrix(counts: Any, sizes: Any) -> tuple[sparse.csr_array, np.ndarray]:
    """Counts as a sparse matrix (terms × parts) without stored zeros, sizes as floats."""
    table = counts if sparse.issparse(counts) else np.atleast_2d(np.asarray(counts, dtype=float))
    table = sparse.csr_array(table).astype(float)
    table.eliminate_zeros()
    sizes = np.asarray(sizes, dtype=float)
    if sizes.shape != (table.shape[1],):
        raise InputError(
            f"There are counts for {table.shape[1]} parts and sizes of shape {sizes.shape}; give"
            " one size for each part."
        )
    if (sizes <= 0).any():
        raise InputError("A part without words has no rate; leave empty parts out.")
    return table, sizes


def _rates(counts: Any, sizes: Any) -> tuple[sparse.csr_array, np.ndarray]:
    """Rate of every term in every part, and its total count."""
    table, sizes = _matrix(counts, sizes)
    rate = table.copy()
    rate.data = table.data / sizes[table.indices]
    return rate, table.sum(axis=1)


def _cells(table: sparse.csr_array) -> tuple[np.ndarray, np.ndarray]:
    """Row and column of every stored entry."""
    return np.repeat(np.arange(table.shape[0]), np.diff(table.indptr)), table.indices


def _shaped(values: np.ndarray, counts: Any) -> Any:
    """A plain number for the counts of a single term."""
    one = not sparse.issparse(counts) and np.ndim(counts) == 1
    return float(values[0]) if one else values
