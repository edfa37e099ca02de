"""Which words set one group of texts apart from others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import erfc

from analysis.counting.codes import bare
from analysis.counting.formulas import (
    LIKELIHOODS,
    adjust_p,
    bic,
    conservative_log_ratio,
    difference_coefficient,
    din,
    log_likelihood,
    log_ratio,
    odds_ratio,
    percent_diff,
    simple_maths,
)
from analysis.counting.hits import coded
from analysis.counting.sides import Pair, Side, index_for, pairs_of, runs_of
from analysis.tables import InputError, require_choice, stamp

__all__ = [
    "adjust_p",
    "bic",
    "compare_terms",
    "conservative_log_ratio",
    "difference_coefficient",
    "din",
    "log_likelihood",
    "log_ratio",
    "odds_ratio",
    "percent_diff",
    "simple_maths",
]


def compare_terms(
    tokens: pd.DataFrame,
    *,
    by: str | Sequence[str] | None,
    documents: pd.DataFrame | None = None,
    target: object = None,
    reference: object = None,
    formula: str = "four-term",
    min_documents: int | None = 2,
    alpha: float = 0.05,
    smooth: float = 100,
    per: float = 1000,
) -> pd.DataFrame:
    """Find the keywords of groups of texts: words over- or under-used against a reference.

    Parameters
    ----------
    tokens : pandas.DataFrame
        The tokens table.
    by : str, sequence of str, or None
        Columns of `tokens` or `documents` that make the groups. None takes all tokens as one
        group, for a comparison with a frequency list.
    documents : pandas.DataFrame, optional
        The documents table, where a column of `by` is there.
    target : optional
        One value of `by` (of several columns: the values joined by ", "). Default: every group.
    reference : optional
        Another value of `by`, or a frequency list: a table with `term` (lower-cased) and `count`;
        its total is its column `base`, else ``attrs["total"]``, else the sum of counts; a column
        `documents` is used if there. Default: the rest of the tokens.
    formula : {"four-term", "two-term"}
        Which G²; the name of the column says it.
    min_documents : int or None
        A keyword must be in so many documents of the side that uses it more, so that one text
        cannot make a keyword (of a side with fewer documents: in all of them). None does not
        count documents, which is faster.
    alpha : float
        1 − confidence of `lrc`.
    smooth : float
        Constant of `simple_maths`, in occurrences per million words.
    per : float
        Rates are given per so many words.

    Returns
    -------
    pandas.DataFrame
        One row per target and term, ordered by target, `lrc` (descending), `log_ratio`
        (descending) and term: `target`, `reference`, `term`, `count`, `count_reference`, `base`,
        `base_reference` (words), `rate`, `rate_reference` (per `per` words), `per`, `documents`,
        `documents_reference` (Int64; missing where not counted), `g2_four_term` or `g2_two_term`,
        `p`, `p_adjusted` (Benjamini–Hochberg over the rows), `bic`, `log_ratio`, `lrc` (for all
        rows at once), `simple_maths`, `percent_diff`, `odds_ratio`, `difference_coefficient`,
        `din`. Each measure is explained at its function. No row where a side has no words.

    Raises
    ------
    InputError
        If a group, column, formula or number is not usable.

    Notes
    -----
    Under-used terms have negative `log_ratio` and `lrc`. `bic` uses the two-term G² as published.
    Where the reference lacks a term, `percent_diff` and `odds_ratio` are infinite. p comes from
    χ² with one degree of freedom.

    G², p and LRC take every word as an independent draw, and texts are not: they say how well the
    *words* of the two sides are told apart, not how sure it is that another sample of *texts*
    would show the same. The documents columns show on how many texts a keyword rests. A keyword
    is a reason to read passages (`find_contexts`), not a finding.

    To hide stop words drop their rows; dropping them from `tokens` would change the bases.

    Examples
    --------
    >>> from analysis.tokens import tokenize
    >>> texts = pd.DataFrame({"doc": ["a", "b"], "text": ["War, war, peace.", "Peace and talks."]})
    >>> table = compare_terms(tokenize(texts), by="doc", target="a")
    >>> table[["term", "count", "count_reference", "log_ratio"]].round(2).head(2)
        term  count  count_reference  log_ratio
    0    war      2                0       2.32
    1  peace      1                1       0.00
    """
    table = coded(bare(tokens))
    require_choice(formula, LIKELIHOODS, "formula")
    _require_numbers(min_documents=min_documents, alpha=alpha, smooth=smooth, per=per)
    runs = runs_of(table, by, documents, index_for(table, tokens))
    words, pairs = pairs_of(table, runs, target, reference, min_documents is not None)
    pairs = pairs or [_no_pair(words)]
    kept = [_candidates(pair, min_documents) for pair in pairs]
    family = max(sum(map(len, kept)), 1)
    measure = partial(_scores, formula=formula, family=family, alpha=alpha, smooth=smooth)
    parts = [
        _table(pair, words, rows, measure, per) for pair, rows in zip(pairs, kept, strict=True)
    ]
    result = pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]
    result["p_adjusted"] = adjust_p(result["p"])
    params = {"by": by, "documents": documents, "target": target, "reference": reference}
    options = {"formula": formula, "min_documents": min_documents, "alpha": alpha}
    return stamp(result, tokens, "compare_terms", params | options | {"smooth": smooth, "per": per})


def _no_pair(words: pd.Index) -> Pair:
    """A comparison without words, where there is no group at all."""
    nothing = Side(np.zeros(len(words), dtype=np.int64), None, 0, 0)
    return Pair("", "", nothing, nothing)


def _candidates(pair: Pair, min_documents: int | None) -> np.ndarray:
    """Codes of the terms that are tested."""
    one, other = pair.one, pair.other
    if not one.base or not other.base:
        return np.empty(0, dtype=np.int64)
    tested = (one.counts > 0) | (other.counts > 0)
    if min_documents is not None:
        over = one.counts * float(other.base) >= other.counts * float(one.base)
        for side, user in ((one, over), (other, ~over)):
            if side.documents is not None:
                tested &= ~user | (side.documents >= min(min_documents, side.texts))
    return np.flatnonzero(tested)


def _scores(
    counts: Sequence[ArrayLike], *, formula: str, family: int, alpha: float, smooth: float
) -> dict[str, np.ndarray]:
    """Every measure of some pairs of counts."""
    g2 = log_likelihood(*counts, formula=formula)
    return {
        f"g2_{formula.replace('-', '_')}": g2,
        "p": erfc(np.sqrt(g2 / 2)),  # the upper tail of χ² with one degree of freedom
        "p_adjusted": np.full(g2.shape, np.nan),  # needs the p of all comparisons
        "bic": bic(*counts),
        "log_ratio": log_ratio(*counts),
        "lrc": conservative_log_ratio(*counts, family=family, alpha=alpha),
        "simple_maths": simple_maths(*counts, smooth=smooth),
        "percent_diff": percent_diff(*counts),
        "odds_ratio": odds_ratio(*counts),
        "difference_coefficient": difference_coefficient(*counts),
        "din": din(*counts),
    }


def _table(
    pair: Pair,
    words: pd.Index,
    rows: np.ndarray,
    measure: Callable[[Sequence[ArrayLike]], dict[str, np.ndarray]],
    per: float,
) -> pd.DataFrame:
    """The rows of one comparison, in their order."""
    one, other = pair.one, pair.other
    # most terms share their two counts with many others: measure each pair of counts once
    stride = int(other.counts[rows].max(initial=0)) + 1
    key, which = np.unique(one.counts[rows] * stride + other.counts[rows], return_inverse=True)
    count, count_reference = np.divmod(key, stride)
    scores = measure((count, one.base, count_reference, other.base))
    rank = _ranks(scores["lrc"], scores["log_ratio"])[which]
    order = np.argsort(rank, kind="stable")
    rows, which = rows[order], which[order]
    columns: dict[str, Any] = {
        "target": pd.Series([pair.target], dtype="str").repeat(len(rows)).array,
        "reference": pd.Series([pair.reference], dtype="str").repeat(len(rows)).array,
        "term": pd.Series(words.take(rows).to_numpy(), dtype="str").array,
        "count": count[which],
        "count_reference": count_reference[which],
        "base": one.base,
        "base_reference": other.base,
        "rate": count[which] * (per / max(one.base, 1)),
        "rate_reference": count_reference[which] * (per / max(other.base, 1)),
        "per": per,
        "documents": _known(one.documents, rows),
        "documents_reference": _known(other.documents, rows),
    }
    columns |= {name: score[which] for name, score in scores.items()}
    return pd.DataFrame(columns, index=pd.RangeIndex(len(rows)), copy=False)


def _ranks(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Rank by two values, descending; equals share a rank."""
    order = np.lexsort((-second, -first))
    new = np.zeros(len(order), dtype=bool)
    for values in (first[order], second[order]):
        new[1:] |= values[1:] != values[:-1]
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[order] = np.cumsum(new)
    return ranks.astype(np.min_scalar_type(len(order)))  # two bytes are sorted by counting


def _known(documents: np.ndarray | None, rows: np.ndarray) -> pd.arrays.IntegerArray:
    if documents is None:
        return pd.array([pd.NA] * len(rows), dtype="Int64")
    known = documents[rows].astype(np.int64, copy=False)
    return pd.arrays.IntegerArray(known, np.zeros(len(rows), dtype=bool))


def _require_numbers(*, min_documents: int | None, alpha: float, smooth: float, per: float) -> None:
    """Refuse numbers that no comparison can use."""
    if min_documents is not None and not min_documents >= 1:
        raise InputError(f"min_documents={min_documents!r} must be 1 or more, or None.")
    if not 0 < alpha < 1:
        raise InputError(f"alpha={alpha!r} must lie between 0 and 1; 0.05 is usual.")
    for name, value in (("smooth", smooth), ("per", per)):
        if not value > 0:
            raise InputError(f"{name}={value!r} must be above 0.")
