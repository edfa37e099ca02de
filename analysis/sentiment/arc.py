"""The course of tone through a text: means of slices, or of a window that moves along."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral

import numpy as np
import pandas as pd

from analysis.tables import InputError, group_codes, measure, require_columns
from analysis.terms.intervals import bootstrap_ratio, describe, resampling_units

_COLUMNS = ("doc", "sentence", "start", "end", "compound")


@measure("sentiment")
def score_arc(
    corpus: pd.DataFrame,
    *,
    bins: int = 10,
    by: str | Sequence[str] | None = None,
    documents: pd.DataFrame | None = None,
    confidence: float | None = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Follow the tone through texts, from 0 to 100 % of their length.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        What `score_sentiment` gives for whole texts.
    bins : int
        Number of equal slices of a text.
    by : str or sequence of str, optional
        Columns of `scores` or `documents` to group by ("doc": an arc for each text). Default: one
        arc over all texts.
    documents : pandas.DataFrame, optional
        The documents table, for a column of `by` that is there.
    confidence : float or None
        Coverage of the intervals; None leaves them out, which is faster by far for many groups.
    seed : int
        Seed of the bootstrap.

    Returns
    -------
    pandas.DataFrame
        One row per group and slice: the columns of `by`; `bin` (from 0); `from_percent`,
        `to_percent`; `compound` (mean over the slice's sentences; NaN if it has none); `base`
        (sentences); `low`, `high`; `interval`.

    Raises
    ------
    InputError
        If a column is missing, `bins` is no positive number, or `confidence` not between 0 and 1.

    Notes
    -----
    A sentence belongs to the slice in which its middle lies, by characters. Interval: percentile
    bootstrap over documents, in a group of one document over its sentences; none where a slice
    has fewer than two of these. With ten slices a news text has two or three sentences in each:
    look at the intervals before the line. An average arc of many texts need not be the arc of any.

    Examples
    --------
    >>> scores = pd.DataFrame({"doc": ["a", "a"], "sentence": [0, 1], "start": [0, 50],
    ...                        "end": [50, 100], "compound": [0.5, -0.5]})
    >>> score_arc(scores, bins=2)[["from_percent", "to_percent", "compound", "base"]]
       from_percent  to_percent  compound  base
    0           0.0        50.0       0.5     1
    1          50.0       100.0      -0.5     1
    """
    scores = require_columns(corpus, _COLUMNS, "scores")
    if not isinstance(bins, Integral) or isinstance(bins, bool) or not 1 <= bins <= 1000:
        raise InputError(f"bins={bins!r} is not a whole number from 1 to 1,000; 10 is usual.")
    group, labels = group_codes(scores, by, documents)
    place = part_of(scores, bins)
    doc, _ = pd.factorize(scores["doc"])
    unit, owner, method = resampling_units(doc, scores["sentence"].to_numpy(), group, len(labels))
    total = _grid(unit, place, scores["compound"].to_numpy(), len(owner), bins)
    base = _grid(unit, place, np.ones(len(unit)), len(owner), bins)
    sums, sizes = (_by_group(table, owner, len(labels)) for table in (total, base))
    edges = np.linspace(0, 100, bins + 1)
    result = labels.loc[labels.index.repeat(bins)].reset_index(drop=True)
    result = result.assign(
        bin=np.tile(np.arange(bins), len(labels)),
        from_percent=np.tile(edges[:-1], len(labels)),
        to_percent=np.tile(edges[1:], len(labels)),
        compound=np.divide(sums, sizes, out=np.full_like(sums, np.nan), where=sizes > 0).ravel(),
        base=sizes.ravel().astype(int),
    )
    if confidence is not None:
        low, high = _slice_bounds(total, base, owner, len(labels), confidence, seed)
        text = np.array([describe(name, confidence, seed=seed) for name in method], dtype=object)
        result = result.assign(low=low.ravel(), high=high.ravel(), interval=text.repeat(bins))
    return result


def part_of(scores: pd.DataFrame, bins: int) -> np.ndarray:
    """Number of the slice of its text (from 0) that the middle of each sentence lies in."""
    return np.minimum((_percent(scores) * bins / 100).astype(np.int64), bins - 1)


def _grid(
    unit: np.ndarray, place: np.ndarray, values: np.ndarray, n_units: int, bins: int
) -> np.ndarray:
    """Sum of the values of each unit in each slice, shape (units, bins)."""
    cells = np.bincount(unit * bins + place, values, minlength=n_units * bins)
    return cells.reshape(n_units, bins)


def _slice_bounds(
    total: np.ndarray,
    base: np.ndarray,
    owner: np.ndarray,
    n_groups: int,
    confidence: float,
    seed: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Bounds of each group's mean in each slice; NaN where fewer than two units have sentences."""
    bounds = np.full((2, n_groups, base.shape[1]), np.nan)
    enough = _by_group((base > 0).astype(float), owner, n_groups) > 1
    for number in range(base.shape[1]):
        low, high = bootstrap_ratio(
            total[:, [number]],
            base[:, number],
            owner,
            n_groups=n_groups,
            confidence=confidence,
            seed=seed,
        )
        bounds[0, :, number] = np.where(enough[:, number], low[:, 0], np.nan)
        bounds[1, :, number] = np.where(enough[:, number], high[:, 0], np.nan)
    return bounds[0], bounds[1]


def _percent(scores: pd.DataFrame) -> np.ndarray:
    """Where the middle of each sentence lies in its text, 0 to 100."""
    middle = (scores["start"] + scores["end"]).to_numpy(dtype=np.float64) / 2
    length = scores.groupby("doc", observed=True)["end"].transform("max").to_numpy(dtype=float)
    return 100 * np.divide(middle, length, out=np.zeros(len(middle)), where=length > 0)


def _by_group(table: np.ndarray, owner: np.ndarray, n_groups: int) -> np.ndarray:
    """Sum the rows of each group."""
    result = np.zeros((n_groups, table.shape[1]))
    np.add.at(result, owner, table)
    return result
