"""How evenly a term is spread over the parts of a corpus."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.tables import InputError, Parts, in_parts, measure
from analysis.terms.counting import run_starts
from analysis.terms.estimate import LEAST_UNITS, student
from analysis.terms.evidence import of_terms
from analysis.terms.spread import (
    COARSE,
    FINE,
    Known,
    Places,
    Sizes,
    Spread,
    add_slices,
    add_spread,
    add_totals,
    distances_of,
    places_of_part,
    reduced_frequency,
    spread_sums,
    totals_of_part,
)
from analysis.terms.spread_cells import places_counted, totals_counted
from analysis.terms.units import Pos, say_lacking


def deviation_of_proportions(counts: Any, sizes: Any) -> Any:
    """Deviation of proportions (DP) of a term's counts over parts of given sizes."""
    # DP = ½ Σᵢ |vᵢ/f − sᵢ/N| (Gries 2008, *International Journal of Corpus Linguistics* 13:4), half
    # of a sum whose terms add up to 0: the sum of those above 0. Its greatest value depends on the
    # smallest part: compare corpora by `normalised_dp`.
    return _shaped(_dp(*_spread_of(counts, sizes)), counts)


def _dp(spread: Spread, sizes: Sizes) -> np.ndarray:
    with np.errstate(invalid="ignore", divide="ignore"):
        value = spread.over[0] / spread.all[0] - spread.over[1] / sizes.words
    return np.where(spread.all[0] > 0, np.maximum(value, 0.0), np.nan)


def dp_interval(counts: Any, sizes: Any, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """The interval of DP over texts, ± t · linearised error on its logit; NaN below 3 texts."""
    return _dp_interval(*_spread_of(counts, sizes), confidence)


def _dp_interval(spread: Spread, sizes: Sizes, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    # Where the signs of vᵢ/f − sᵢ/N are taken as given, DP is half the difference of two ratios,
    # Σ±vᵢ/f and Σ±sᵢ/N, whose error is linearised as that of any ratio (Binder 1983). The logit
    # keeps the ends between 0 and 1; coverage is measured in benchmarks/coverage_differences.py.
    # Of a term that is in fewer than three texts no sample can tell how it is spread.
    n, words, value = sizes.parts, sizes.words, _dp(spread, sizes)
    under = spread.all - spread.over - spread.even
    with np.errstate(invalid="ignore", divide="ignore"):
        total = spread.all[0]
        of_counts = (spread.over[0] - under[0]) / total
        of_sizes = (2 * spread.over[1] + spread.even[1]) / words - 1
        square = (1 + of_sizes) ** 2 * (sizes.squares - spread.all[4]) / words**2
        for sign, part in ((1, spread.over), (0, spread.even), (-1, under)):
            a, b = sign - of_counts, sign - of_sizes
            square = square + a * a * part[2] / total**2 + b * b * part[4] / words**2
            square = square - 2 * a * b * part[3] / (total * words)
        error = np.sqrt(np.maximum(square, 0) / 4 * n / (n - 1)) / (value * (1 - value))
        half, middle = student(confidence, np.asarray(n - 1)) * error, np.log(value / (1 - value))
        ends = [1 / (1 + np.exp(-(middle + step))) for step in (-half, half)]
    known = (spread.range >= LEAST_UNITS) & np.isfinite(half + middle)
    return np.where(known, ends[0], np.nan), np.where(known, ends[1], np.nan)


def normalised_dp(counts: Any, sizes: Any) -> Any:
    """DP divided by the greatest value that it can take with these parts (DPnorm)."""
    # DPnorm = DP / (1 − minᵢ sᵢ/N) (Lijffijt & Gries 2012, *IJCL* 17:1, correcting Gries 2008).
    return _shaped(_normalised_dp(*_spread_of(counts, sizes)), counts)


def _normalised_dp(spread: Spread, sizes: Sizes) -> np.ndarray:
    with np.errstate(invalid="ignore", divide="ignore"):
        greatest = np.where(sizes.parts > 1, 1 - sizes.least / sizes.words, np.nan)
        return np.asarray(_dp(spread, sizes) / greatest)


def juilland_d(counts: Any, sizes: Any) -> Any:
    """Juilland's D of a term's rates in the parts."""
    # D = 1 − V / √(n−1), V the coefficient of variation (population standard deviation over mean)
    # of the rates vᵢ/sᵢ (Juilland & Chang-Rodríguez 1964; on rates so that parts may differ in
    # size, as in Gries 2008). With many parts nearly every word comes close to 1 (Biber et al.
    # 2016): compare values only between the same number of parts.
    return _shaped(_juilland_d(*_spread_of(counts, sizes)), counts)


def _juilland_d(spread: Spread, sizes: Sizes) -> np.ndarray:
    total, square, _ = _rates_of(spread)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / sizes.parts
        variance = square / sizes.parts / mean**2 - 1
        variance = np.where(variance > 1e-12, variance, 0.0)  # what rounding leaves
        value = 1 - np.sqrt(variance / (sizes.parts - 1))
    known = (spread.all[0] > 0) & (sizes.parts > 1)
    return np.where(known, np.clip(value, 0.0, 1.0), np.nan)


def carroll_d2(counts: Any, sizes: Any) -> Any:
    """Carroll's D₂: the relative entropy of a term's rates over the parts."""
    # D₂ = −Σᵢ pᵢ log₂ pᵢ / log₂ n, with pᵢ the part's share of the summed rates vᵢ/sᵢ (Carroll
    # 1970, *Computer Studies in the Humanities and Verbal Behavior* 3:2; with parts of one size, pᵢ
    # = vᵢ/f).
    return _shaped(_carroll_d2(*_spread_of(counts, sizes)), counts)


def _carroll_d2(spread: Spread, sizes: Sizes) -> np.ndarray:
    total, _, product = _rates_of(spread)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = (np.log2(total) - product / total) / np.log2(sizes.parts)
        value = np.where(spread.range > 1, value, 0.0)
    known = (spread.all[0] > 0) & (sizes.parts > 1)
    return np.where(known, np.clip(value, 0.0, 1.0), np.nan)


def _rates_of(spread: Spread) -> np.ndarray:
    """Σr, Σr² and Σr log₂ r."""
    return np.asarray(spread.rates[0::2] / COARSE + spread.rates[1::2] / (COARSE * FINE))


def _spread_of(counts: Any, sizes: Any) -> tuple[Spread, Sizes]:
    """The sums of a matrix of counts (terms × parts), and of the parts' sizes."""
    table, sizes = _matrix(counts, sizes)
    row, part = np.repeat(np.arange(table.shape[0]), np.diff(table.indptr)), table.indices
    whole = sizes.sum()
    starts = run_starts(row) if len(row) else row
    found = spread_sums(table.data, sizes[part], table.sum(axis=1)[row], whole, starts)
    wide = [np.zeros((*column.shape[:-1], table.shape[0])) for column in found]
    for column, own in zip(wide, found, strict=True):
        column[..., row[starts]] = own
    return Spread(*wide), Sizes(len(sizes), whole, (sizes**2).sum(), sizes.min(initial=np.inf))


def average_reduced_frequency(positions: Any, size: int) -> float:
    """Average reduced frequency (ARF): occurrences discounted where they come in clusters."""
    # ARF = (1/v) Σ min(dᵢ, v), with v = N/f and dᵢ the distance from one occurrence to the next,
    # the last being followed by the first as if the corpus were a ring (Savický & Hlaváčová 2002,
    # *Journal of Quantitative Linguistics* 9:3). It needs no parts, but it does depend on the order
    # of the documents.
    places = np.asarray(positions, dtype=np.int64)
    if len(places) == 0:
        return 0.0
    starts = np.zeros(1, dtype=np.int64)
    found = distances_of(places, starts, np.full(len(places), len(places)), size)
    back = places[0] + size - places[-1]
    return float((found[0] + min(back * len(places), size)) / size)


def _scores(
    found: Sequence[Places],
    *,
    parts: str | int,
    terms: Sequence[str] | None,
    confidence: float | None,
    known: Known,
) -> pd.DataFrame:
    """All measures of every term, from the sums of all parts."""
    say_lacking(known.forms)
    keys, size = known.keys, max(len(known.names), 1)
    spread = add_slices(found, known, int(parts)) if parts != "doc" else add_spread(found, known)
    group = keys // size
    sizes = Sizes(*(column[group] for column in known.sizes))
    result = pd.DataFrame(
        {
            "term": pd.Series(known.names.take(keys % size).to_numpy(), dtype="str"),
            "count": known.totals,
            "base": sizes.words,
            "parts": sizes.parts,
            "range": spread.range,
            "dp": _dp(spread, sizes),
            "dp_norm": _normalised_dp(spread, sizes),
            "juilland_d": _juilland_d(spread, sizes),
            "carroll_d2": _carroll_d2(spread, sizes),
            "arf": reduced_frequency(found, known, sizes.words),
        }
    )
    if confidence is not None:
        result = result.assign(**_interval(spread, sizes, parts, confidence))
    labels = known.groups.labels
    for name in reversed(labels.columns):
        result.insert(0, name, labels[name].take(group).array)
    names = np.argsort(np.argsort(known.names.to_numpy(dtype=object), kind="stable"))
    order = np.lexsort([names[keys % size], -known.totals, group])
    return result.iloc[order].reset_index(drop=True)


def _interval(
    spread: Spread, sizes: Sizes, parts: str | int, confidence: float
) -> dict[str, np.ndarray]:
    """The columns `low`, `high` and `interval` of DP."""
    low, high = np.full((2, len(spread.range)), np.nan)
    text = np.full(len(spread.range), "none: equal slices are no sample of texts", dtype=object)
    if parts == "doc":
        low, high = _dp_interval(spread, sizes, confidence)
        known = np.isfinite(low)
        text[:] = "none: fewer than 3 documents have the term"
        text[known] = f"{100 * confidence:g} % logit of DP, t over documents"
        text[~known & (spread.range >= LEAST_UNITS)] = "none: spread as the words are"
    return {"low": low, "high": high, "interval": text}


_TOTALS = Parts(totals_of_part, add_totals, counted=totals_counted)


_PARTS = Parts(places_of_part, _scores, before=_TOTALS, counted=places_counted)


@measure("tokens", evidence=of_terms, parts=_PARTS)
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
    in_parts()


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


def _shaped(values: np.ndarray, counts: Any) -> Any:
    """A plain number for the counts of a single term."""
    one = not sparse.issparse(counts) and np.ndim(counts) == 1
    return float(values[0]) if one else values
