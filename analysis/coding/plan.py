"""How many rows to code for an interval so wide."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.coding.design import ENOUGH
from analysis.tables import InputError, require_columns
from analysis.terms.estimate import student

TRUSTED = 60  # rows from which on the intervals were found to cover what they say
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
        (`needed` - `coded`) and `reason` in words.

    Raises
    ------
    InputError
        If the table has no shares or corrected values, or the width is not above 0.

    Notes
    -----
    What coding leaves open falls with the square root of the number of rows; what the choice of
    documents leaves open does not (`least_width`), and only more documents make that smaller.
    Before anything is coded the machine is taken to know nothing, and the documents to be alike:
    code 60 and ask again. From 60 codes the number is rough: another sample of as many may ask for
    half or twice as many. It is never more than there are.

    Examples
    --------
    >>> plan_coding(pd.DataFrame({"side": ["east"], "share": [0.5]}), width=0.2)["needed"].tolist()
    [96]
    """
    require_columns(measured, (), "measured")
    if not isinstance(width, int | float) or not 0 < width < np.inf:
        raise InputError(f"width={width!r} must be above 0, such as 0.1.")
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
    with np.errstate(divide="ignore", invalid="ignore"):
        # what coding leaves open goes with 1/n - 1/N
        open_now = 1 / coded - 1 / there
        factor = (width**2 - least**2) / np.maximum(now**2 - least**2, 1e-300)
        sought = np.where(least < width, np.ceil(1 / (1 / there + factor * open_now)), np.nan)
    reached, few, unknown = now <= width, coded < ENOUGH, np.isnan(now)
    sought = np.maximum(sought, coded + 1)
    needed = np.where(few, ENOUGH, np.where(reached, coded, sought))
    needed = np.minimum(np.where(unknown & ~few, np.nan, needed), there)
    few_rows = few & (there < ENOUGH)
    none = [str(text) for text in measured.get("interval", pd.Series("", measured.index))]
    reasons = np.select(
        [few_rows, few, unknown, reached, np.isnan(needed), needed >= there],
        [
            f"there are fewer than {ENOUGH}: too few to correct",
            f"fewer than {ENOUGH} are coded: code so many and ask again",
            np.array([f"it has no interval ({text})" for text in none], dtype=object),
            "it is narrow enough",
            "it cannot be reached by coding: the documents differ too much; add documents",
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
