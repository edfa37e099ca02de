"""Bootstrap intervals for rates and means: arithmetic on arrays, shared by the measures."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from analysis.tables import InputError

RESAMPLES = 1000
_CELLS = 8_000_000  # numbers held at once while resampling: bounds memory at about 64 MB


def bootstrap_ratio(
    count: Any,
    base: np.ndarray,
    group: np.ndarray,
    *,
    n_groups: int,
    confidence: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> tuple[np.ndarray, np.ndarray]:
    """Percentile bootstrap interval of sum(count) / sum(base) in each group."""
    # Units are drawn with replacement within their group, as many as the group has (Efron &
    # Tibshirani 1993, ch. 13; for corpora: Gries 2006, "Exploring variability within and between
    # corpora"). Whole documents are drawn because words in one text are not independent of each
    # other; intervals from word counts alone are too narrow. With fewer than about ten units a
    # percentile interval covers less than its nominal rate: read it as a lower bound of the
    # uncertainty. A count of zero in every unit gives the interval [0, 0], which only says that no
    # resample could contain the term.
    if not 0 < confidence < 1:
        raise InputError(f"confidence={confidence!r} is not between 0 and 1; 0.95 is usual.")
    count = count.tocsr() if sparse.issparse(count) else np.asarray(count, dtype=np.float64)
    base = np.asarray(base, dtype=np.float64)
    group = np.asarray(group)
    items = count.shape[1]
    low = np.full((n_groups, items), np.nan)
    high = np.full((n_groups, items), np.nan)
    for code in range(n_groups):
        units = np.flatnonzero(group == code)
        if len(units) < 2 or base[units].sum() <= 0:
            continue
        # a group's draw depends on its seed and size alone, not on which other groups there are
        weights = _resample(len(units), resamples, seed)
        low[code], high[code] = _percentiles(count[units], base[units], weights, confidence)
    return low, high


def _resample(units: int, resamples: int, seed: int) -> np.ndarray:
    """How often each unit is drawn in each resample, shape (resamples, units)."""
    random = np.random.default_rng(seed)
    weights = np.zeros((resamples, units), dtype=np.float64)
    for row in range(0, resamples, max(1, _CELLS // units)):
        part = weights[row : row + max(1, _CELLS // units)]
        drawn = random.integers(0, units, size=part.shape)
        flat = drawn + units * np.arange(len(part))[:, None]
        part += np.bincount(flat.ravel(), minlength=part.size).reshape(part.shape)
    return weights


def _percentiles(
    count: Any, base: np.ndarray, weights: np.ndarray, confidence: float
) -> tuple[np.ndarray, np.ndarray]:
    """Quantiles of the resampled ratio for every item, a slice of items at a time."""
    items = count.shape[1]
    drawn_base = weights @ base
    kept = drawn_base > 0  # a draw without words has no ratio
    drawn_base, drawing = drawn_base[kept], np.ascontiguousarray(weights[kept].T)
    bounds = np.full((2, items), np.nan)
    step = max(1, _CELLS // len(weights))
    columns = count.tocsc() if sparse.issparse(count) else count
    for item in range(0, items, step) if kept.any() else ():
        drawn = columns[:, item : item + step].T @ drawing  # an item's draws lie side by side
        tails = [(1 - confidence) / 2, (1 + confidence) / 2]
        bounds[:, item : item + step] = np.quantile(drawn / drawn_base, tails, axis=1)
    return bounds[0], bounds[1]


def resampling_units(
    doc: np.ndarray, sentence: np.ndarray | None, group: np.ndarray, n_groups: int
) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Choose what the bootstrap draws: documents, or sentences in a group of one document."""
    doc = np.asarray(doc)
    group = np.asarray(group)
    pairs, row_pair = _unique(doc if n_groups == 1 else _pack(group, doc))
    pair_group = pairs // (int(doc.max(initial=0)) + 1)
    documents = np.bincount(pair_group, minlength=n_groups)
    single = "none" if sentence is None else "sentences"
    method = ["documents" if n > 1 else single if n == 1 else "none" for n in documents]
    if "sentences" not in method:
        return row_pair, pair_group, method
    inner = np.where(documents[group] == 1, np.asarray(sentence, dtype=np.int64), 0)
    units, unit = _unique(_pack(row_pair, inner))
    unit_pair = units // (int(inner.max(initial=0)) + 1)
    return unit, pair_group[unit_pair], method


def _pack(major: np.ndarray, minor: np.ndarray) -> np.ndarray:
    return major.astype(np.int64) * (int(minor.max(initial=0)) + 1) + minor


def _unique(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """np.unique with inverse, in linear time where the codes are dense enough for a table."""
    size = int(codes.max(initial=-1)) + 1
    if size > 4 * len(codes) + 1024:
        return np.unique(codes, return_inverse=True)
    seen = np.zeros(size, dtype=bool)
    seen[codes] = True
    return np.flatnonzero(seen), (np.cumsum(seen) - 1)[codes]


def describe(method: str, confidence: float, resamples: int = RESAMPLES, seed: int = 0) -> str:
    """Name an interval in words, for the `interval` column of a measure."""
    if method == "none":
        return "none: a single unit cannot be resampled"
    percent = f"{100 * confidence:g}"
    return f"{percent} % bootstrap over {method} ({resamples} resamples, seed {seed})"
