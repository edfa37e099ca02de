"""How many rows to code for an interval so wide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import betaincinv

from analysis.coding.design import ENOUGH
from analysis.tables import InputError, require_columns
from analysis.terms.estimate import student
from analysis.terms.evidence import measuring_step

TRUSTED = 60  # rows from which on the intervals were found to cover what they say
EDGE = 1.3  # how many times too wide what documents leave open may seem, and be narrow enough
ALL = "code all there are"
_CONFIDENCE = 0.95


def plan_coding(measured: pd.DataFrame, *, width: float) -> pd.DataFrame:
    """Tell how many rows to code so that the intervals are at most so wide.

    Parameters
    ----------
    measured : pandas.DataFrame
        What `count_codes` or `correct` gave for what is coded so far; or, before anything is coded,
        what a measure returned with `share` or `rate`.
    width : float
        How wide an interval may be, from its low end to its high end, in the unit of the table: 0.1
        for a share that is known to five points up and down.

    Returns
    -------
    pandas.DataFrame
        The rows of the table with what they are of, and `coded`, `width` (of the interval now),
        `needed` (rows to code in all in this group; none where it cannot be reached), `more`
        (`needed` - `coded`) and `reason` in words. `enlarge_sample` draws more rows of the sample
        that is coded.

    Raises
    ------
    InputError
        If the table has no shares or corrected values, or the width is not above 0.

    Notes
    -----
    What coding leaves open falls with the number of rows as Jeffreys' interval of the share does,
    and is nothing when all are coded; what the choice of documents leaves open stays
    (`least_width`), and only more documents make it smaller. Both are estimated from the codes, so
    the plan is rough: in simulations with 60 and 120 codes the width that came was 0.75 to 1.25
    times the one wished for in eight of ten. Where `least_width` is up to 1.3 times the wish,
    coding may still reach it: then twice as many are asked for, to ask again. Before anything is
    coded the machine is taken to know nothing, and the documents to be alike: code 60 and ask
    again. More than there are is never asked for.

    Examples
    --------
    >>> plan_coding(pd.DataFrame({"side": ["east"], "share": [0.5]}), width=0.2)["needed"].tolist()
    [96]
    """
    require_columns(measured, (), "measured")
    if not isinstance(width, int | float) or not 0 < width < np.inf:
        raise InputError(f"width={width!r} must be above 0, such as 0.1.")
    if "share" in measured.columns and width >= 1:
        raise InputError(f"width={width!r} is no width of a share; 0.1 is ten points in a hundred.")
    texts = [
        name
        for name in measured.columns
        if name != "interval" and not pd.api.types.is_numeric_dtype(measured[name])
    ]
    result = measured[texts].copy()
    if "least_width" not in measured.columns:
        return result.assign(**_first(measured, width))
    return result.assign(**_further(measured, width))


def _first(measured: pd.DataFrame, width: float) -> dict[str, Any]:
    """How many rows are needed where nothing is coded: of all there are, never more."""
    value = "rate" if "rate" in measured.columns and "share" not in measured.columns else "share"
    require_columns(measured, (value,), "measured")
    known = measured[value].to_numpy(dtype=float)
    # a rate is that of the rows found, times the share of them that is right
    share, scale = (known.clip(0.05, 0.95), 1.0) if value == "share" else (0.5, known)
    z = float(student(_CONFIDENCE, np.array([1e6]))[0])
    sought = np.nan_to_num(share * (1 - share) * (2 * z * scale / width) ** 2, nan=TRUSTED)
    counted = {"share": "base", "rate": "count"}[value]
    there = np.full(len(measured), np.inf)
    if counted in measured.columns:
        there = measured[counted].to_numpy(dtype=float)
    with np.errstate(divide="ignore"):
        needed = np.round(1 / (1 / np.maximum(sought, TRUSTED) + np.where(there > 0, 1 / there, 0)))
    needed = np.minimum(np.maximum(needed, TRUSTED), there).astype(int)
    reasons = np.where(needed >= there, ALL, "nothing is coded yet")
    return {"coded": 0, "width": np.nan, "needed": needed, "more": needed, "reason": reasons}


def _further(measured: pd.DataFrame, width: float) -> dict[str, Any]:
    """How many rows are needed, from those that are coded: never more than there are."""
    coded = measured["coded"].to_numpy(dtype=float)
    there = measured["rows" if "rows" in measured.columns else "base"].to_numpy(dtype=float)
    now = (measured["high"] - measured["low"]).to_numpy(dtype=float)
    least = measured["least_width"].to_numpy(dtype=float)
    shares = _shares_of(measured)
    sought = np.array(
        [_needed(*row, width) for row in zip(coded, there, now, least, shares, strict=True)]
    )
    reached, few, unknown = now <= width, coded < ENOUGH, np.isnan(now)
    needed = np.where(few, ENOUGH, np.where(reached, coded, sought))
    needed = np.minimum(np.where(unknown & ~few, np.nan, needed), there)
    few_rows = few & (there < ENOUGH)
    none = [str(text) for text in measured.get("interval", pd.Series("", measured.index))]
    reasons = np.select(
        [few_rows, few, unknown, reached, np.isnan(needed), least >= width, needed >= there],
        [
            f"there are fewer than {ENOUGH}: too few to correct",
            f"fewer than {ENOUGH} are coded: code so many and ask again",
            np.array([f"it has no interval ({text})" for text in none], dtype=object),
            "it is narrow enough",
            "it cannot be reached by coding: the documents differ too much; add documents",
            "at the edge of what coding can reach: code so many and ask again",
            ALL,
        ],
        "code more",
    )
    needed = np.where(few_rows, np.nan, needed)
    numbers = pd.array([None if np.isnan(n) else int(n) for n in needed], dtype="Int64")
    return {
        "coded": coded.astype(int),
        "width": now,
        "needed": numbers,
        "more": numbers - coded.astype(int),
        "reason": reasons,
    }


def _shares_of(measured: pd.DataFrame) -> np.ndarray:
    """The values as parts of the most that they can be; 0.5 where that is not known."""
    if "share" in measured.columns:
        return measured["share"].to_numpy(dtype=float)
    step = measuring_step(measured.attrs.get("steps") or []) or {}
    if "rate" not in measured.columns or not {"rows", "base"} <= set(measured.columns) or not step:
        return np.full(len(measured), 0.5)
    per = float(step["params"].get("per", 1000))
    most = per * measured["rows"].to_numpy(dtype=float) / measured["base"].to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return measured["rate"].to_numpy(dtype=float) / most


def _needed(
    coded: float, there: float, now: float, least: float, share: float, width: float
) -> float:
    """How many rows of a group make its interval so wide; NaN where not even all of them do."""
    if now <= width:
        return coded
    if not least < EDGE * width or not np.isfinite(now):
        return np.nan
    if least >= width:
        return min(2 * coded, there)
    share = min(max(share, 0.0), 1.0) if np.isfinite(share) else 0.5
    open_now = np.sqrt(max(now**2 - least**2, 0.0) / max(1 - coded / there, 1e-12))
    # how many codes at random would leave this much open: Jeffreys' interval of the share
    worth = _where(lambda n: _jeffreys(share, n) <= open_now, 1e-3, 1e9) / coded

    def fits(n: float) -> bool:
        left = _jeffreys(share, n * worth) ** 2 * (1 - n / there)
        return bool(least**2 + left <= width**2)

    return min(max(np.ceil(_where(fits, coded, there)), coded + 1), there)


def _jeffreys(share: float, n: float) -> float:
    """The width of Jeffreys' interval of a share among so many codes, with its ends 0 and 1."""
    tail, hits, misses = (1 - _CONFIDENCE) / 2, n * share + 0.5, n * (1 - share) + 0.5
    low = betaincinv(hits, misses, tail) if share > 0 else 0.0
    return float((betaincinv(hits, misses, 1 - tail) if share < 1 else 1.0) - low)


def _where(holds: Callable[[float], bool], low: float, high: float) -> float:
    """From where on something holds, by halving on the scale of logarithms."""
    for _ in range(50):
        middle = float(np.sqrt(low * high))
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high
