"""The course of tone through a text: means of slices, or of a window that moves along."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral

import numpy as np
import pandas as pd

from analysis.tables import InputError, group_codes, measure, require_columns
from analysis.terms.estimate import interval_columns, sums_of, units_of

_COLUMNS = ("doc", "sentence", "start", "end", "compound")


@measure("sentiment")
def score_arc(
    corpus: pd.DataFrame,
    *,
    bins: int | None = None,
    by: str | Sequence[str] | None = None,
    documents: pd.DataFrame | None = None,
    confidence: float | None = 0.95,
) -> pd.DataFrame:
    """Follow the tone through texts, from 0 to 100 % of their length.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        What `score_sentiment` gives for whole texts.
    bins : int, optional
        Number of equal slices of a text. Default: as many as hold four sentences of a usual
        (median) text each, from two to ten.
    by : str or sequence of str, optional
        Columns of `scores` or `documents` to group by ("doc": an arc for each text). Default: one
        arc over all texts.
    documents : pandas.DataFrame, optional
        The documents table, for a column of `by` that is there.
    confidence : float or None
        Coverage of the intervals; None leaves them out, which is faster by far for many groups.

    Returns
    -------
    pandas.DataFrame
        One row per group and slice: the columns of `by`; `bin` (from 0); `from_percent`,
        `to_percent`; `compound` (mean over the slice's sentences; NaN if it has none); `base`
        (sentences); `documents` (that have a sentence in the slice); `low`, `high`; `interval`.

    Raises
    ------
    InputError
        If a column is missing, `bins` is no positive number, or `confidence` not between 0 and 1.

    Notes
    -----
    A sentence belongs to the slice in which its middle lies, by characters. Interval: mean ± t ·
    cluster-robust standard error over documents, in a group of one document over its sentences;
    none where a slice has fewer than three of these or where all are equal. With ten slices a short
    news text has two or three sentences in each, and its arc is noise: look at the intervals
    before the line. An average arc of many texts need not be the arc of any.

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
    bins = usual_bins(scores) if bins is None else bins
    if not isinstance(bins, Integral) or isinstance(bins, bool) or not 1 <= bins <= 1000:
        raise InputError(f"bins={bins!r} is not a whole number from 1 to 1,000; 10 is usual.")
    group, labels = group_codes(scores, by, documents)
    place = part_of(scores, bins)
    doc, _ = pd.factorize(scores["doc"])
    units = units_of(doc, scores["sentence"].to_numpy(), group, len(labels))
    shape = (len(units.owner), bins)
    total = _grid(units.code, place, scores["compound"].to_numpy(), *shape)
    base = _grid(units.code, place, np.ones(len(doc)), *shape)
    cells = sums_of(
        total.reshape(-1, 1),
        base.ravel(),
        (units.owner[:, None] * bins + np.arange(bins)).ravel(),
        len(labels) * bins,
    ).take((slice(None), 0))
    edges = np.linspace(0, 100, bins + 1)
    result = labels.loc[labels.index.repeat(bins)].reset_index(drop=True)
    result = result.assign(
        bin=np.tile(np.arange(bins), len(labels)),
        from_percent=np.tile(edges[:-1], len(labels)),
        to_percent=np.tile(edges[1:], len(labels)),
        compound=cells.ratio,
        base=cells.base.astype(int),
        documents=np.where(
            (units.over == "documents").repeat(bins), cells.n, np.minimum(cells.n, 1)
        ).astype(int),
    )
    if confidence is not None:
        over = units.over.repeat(bins)
        result = result.assign(**interval_columns(cells, over, confidence, (-1, 1)))
    return result


def usual_bins(scores: pd.DataFrame) -> int:
    """Slices that hold four sentences of a usual text each: ten at most, two at least."""
    sentences = scores.groupby("doc", observed=True).size()
    return int(max(2, min(10, sentences.median() // 4))) if len(sentences) else 2


def part_of(scores: pd.DataFrame, bins: int) -> np.ndarray:
    """Number of the slice of its text (from 0) that the middle of each sentence lies in."""
    return np.minimum((_percent(scores) * bins / 100).astype(np.int64), bins - 1)


def _grid(
    unit: np.ndarray, place: np.ndarray, values: np.ndarray, n_units: int, bins: int
) -> np.ndarray:
    """Sum of the values of each unit in each slice, shape (units, bins)."""
    cells = np.bincount(unit * bins + place, values, minlength=n_units * bins)
    return cells.reshape(n_units, bins)


def _percent(scores: pd.DataFrame) -> np.ndarray:
    """Where the middle of each sentence lies in its text, 0 to 100."""
    middle = (scores["start"] + scores["end"]).to_numpy(dtype=np.float64) / 2
    length = scores.groupby("doc", observed=True)["end"].transform("max").to_numpy(dtype=float)
    return 100 * np.divide(middle, length, out=np.zeros(len(middle)), where=length > 0)
