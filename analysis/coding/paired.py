"""How the estimates of two kinds of rows that stand in the same documents go together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.coding.coded import Coded, read_plain
from analysis.coding.core import correlation_over_documents


def parts_rows(step: Mapping[str, Any] | None, by: str) -> bool:
    """Whether a step estimated shares or means of codes by a column of the rows."""
    codes = (step or {}).get("params", {}).get("codes")
    return isinstance(codes, Mapping) and by in codes["coding"]["frame"]["columns"]


def correlations_of(
    step: Mapping[str, Any], by: str, pair: tuple[str, str], rows: pd.DataFrame
) -> np.ndarray | None:
    """The correlation over documents of two groups' values; None where it cannot be known."""
    codes = read_plain(step["params"]["codes"])
    coded = Coded(codes, pd.DataFrame({"doc": list(codes.attrs["coding"]["frame"]["rows"])}))
    others = [name for name in rows.columns if name != "code"]
    if not set(others) <= set(coded.keys.columns):
        return None  # by documents as well, which a record does not hold
    found = []
    for row in rows.to_dict("records"):
        answer = row.get("code")
        masks = (coded.masks({by: one} | {name: row[name] for name in others}) for one in pair)
        cells = [coded.cell(*mask, answer)[0] for mask in masks]
        found.append(correlation_over_documents(*cells, share=answer is not None))
    return np.array(found, dtype=float)
