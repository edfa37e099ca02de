"""Small tables as the measures of stance and agency return them, for the tests of charts."""

from __future__ import annotations

import chart_tables as made
import pandas as pd


def agency(outlets: tuple[str, ...] = (), forms: bool = False) -> pd.DataFrame:
    """count_agency: Kyiv is acted upon, Moscow acts, and some deeds have no doer."""
    rows = []
    for outlet in outlets or ("",):
        for entity, role, form, count, base in [
            ("Kyiv", "agent", "active", 1, 5), ("Kyiv", "patient", "active", 2, 5),
            ("Kyiv", "patient", "passive", 1, 5), ("Kyiv", "recipient", "active", 1, 5),
            ("Moscow", "agent", "active", 3, 4), ("Moscow", "carrier", "copula", 1, 4),
            ("(none)", "agent", "agentless passive", 7, 7),
        ]:  # fmt: skip
            row = {"outlet": outlet} if outlets else {}
            row |= {"entity": entity, "role": role, "form": form, "count": count, "base": base}
            row |= {"share": count / base, "documents": 1, "low": 0.1, "high": 0.9}
            rows.append(row | {"interval": made.INTERVAL})
    table = pd.DataFrame(rows)
    if not forms:
        keys = [*(["outlet"] if outlets else []), "entity", "role"]
        rules = {"count": "sum", "base": "first", "share": "sum", "documents": "first"}
        rules |= {"low": "first", "high": "first", "interval": "first"}
        table = table.groupby(keys, sort=False).agg(rules).reset_index()
    table.attrs = made.corpus()
    return table


def stance() -> pd.DataFrame:
    """count_stance, by kind."""
    kinds = [("modality", "obligation", 6), ("modality", "possibility", 9), ("hedges", "", 4)]
    rows = []
    for category, subcategory, count in kinds:
        row = {"category": category, "subcategory": subcategory or category, "count": count}
        row |= {"base": 2000, "rate": count / 2, "documents": 3, "rank": 1}
        rows.append(row | {"low": count / 4, "high": count, "interval": made.INTERVAL})
    return made.table(rows)
