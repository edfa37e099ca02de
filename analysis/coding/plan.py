"""How many rows to code for an interval so wide."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.coding.design import ENOUGH
from analysis.tables import InputError, require_columns
from analysis.terms.estimate import student

TRUSTED = 60  # rows from which on the intervals were found to cover what they say
_CONFIDENCE = 0.95


def plan_coding(measured: pd.DataFrame, *, width: float) -> pd.DataFrame:
    """Tell how many rows to code so that the intervals are at most so wide.

    Parameters
    ----------
    measured : pandas.DataFrame
        What `count_codes` or `correct` gave for what is coded so far; or, before anything is coded,
        what a measure returned with `share`.
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
    code 60 and ask again.

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
        require_columns(measured, ("share",), "measured")
        share = measured["share"].to_numpy(dtype=float).clip(0.05, 0.95)
        z = float(student(_CONFIDENCE, np.array([1e6]))[0])
        rows = np.round(share * (1 - share) * (2 * z / width) ** 2)
        needed = np.maximum(np.nan_to_num(rows, nan=TRUSTED), TRUSTED).astype(int)
        return result.assign(
            coded=0, width=np.nan, needed=needed, more=needed, reason="nothing is coded yet"
        )
    return result.assign(**_further(measured, width))


def _further(measured: pd.DataFrame, width: float) -> dict[str, Any]:
    """How many rows are needed, from those that are coded."""
    coded = measured["coded"].to_numpy(dtype=float)
    now = (measured["high"] - measured["low"]).to_numpy(dtype=float)
    least = measured["least_width"].to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.maximum(now**2 - least**2, 0) / (width**2 - least**2)
        needed = np.where(least < width, np.ceil(coded * factor), np.nan)
    reached, few = now <= width, coded < ENOUGH
    needed = np.where(few, ENOUGH, np.where(reached, coded, np.maximum(needed, coded + 1)))
    needed = np.where(~few & ~reached & ~(least < width), np.nan, needed)
    reasons = np.select(
        [few, reached, np.isnan(needed)],
        [
            f"fewer than {ENOUGH} are coded: code so many and ask again",
            "it is narrow enough",
            "it cannot be reached by coding: the documents differ too much; add documents",
        ],
        "code more",
    )
    numbers = pd.array([None if np.isnan(n) else int(n) for n in needed], dtype="Int64")
    return {
        "coded": coded.astype(int),
        "width": now,
        "needed": numbers,
        "more": numbers - coded.astype(int),
        "reason": reasons,
    }
