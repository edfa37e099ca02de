"""The marks of a figure: the row of the table that each stands for, and its numbers in words."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

from analysis.panel.labels import Labels
from analysis.panel.names import heading, plain
from analysis.show.html import cell_text, is_number, written_as

_NUMBERS = ("count", "base", "documents")  # told of each mark besides its value
_METHOD = ("interval", "measure", "method", "per")  # the same for all, or said in the note


def marks_payload(
    record: dict[str, Any], table: pd.DataFrame, written: Labels | None = None
) -> list[dict[str, Any]]:
    """Of each row of a figure's data: its row of the table (-1: none), a name and its numbers."""
    data = record["data"]
    rows = rows_in_table(data, table)
    value, written = record["params"].get("value"), written or Labels()
    value = value if value in data.columns else _first_number(data)
    names = [str(n) for n in data.columns if not is_number(data[n]) and n not in _METHOD]
    return [
        {"row": rows[i], "name": _name(data, names, i, written), "told": _told(data, value, i)}
        for i in range(len(data))
    ]


def rows_in_table(data: pd.DataFrame, table: pd.DataFrame) -> list[int]:
    """The one row of a table that says what a row of data says; -1 where none or several do."""
    common = [name for name in data.columns if name in table.columns]
    exact = [name for name in common if not pd.api.types.is_float_dtype(table[name])]
    found = [-1] * len(data)
    for columns in (common, exact):
        if not columns:
            continue
        there = _keys(table, columns)
        times = Counter(there)
        place = {key: row for row, key in enumerate(there) if times[key] == 1}
        found = [
            row if row >= 0 else place.get(key, -1)
            for row, key in zip(found, _keys(data, columns), strict=True)
        ]
    return found


def _keys(table: pd.DataFrame, columns: list[Any]) -> list[tuple[str, ...]]:
    """What the rows say in some columns, as text."""
    parts = [[_text(value) for value in table[name].tolist()] for name in columns]
    return list(zip(*parts, strict=True))


def _text(value: Any) -> str:
    """A value as text that is the same for the same number."""
    if isinstance(value, float) and not pd.isna(value):
        return f"{value:.9g}"
    return plain(value)


def _first_number(data: pd.DataFrame) -> str | None:
    """The first column of numbers."""
    return next((str(name) for name in data.columns if is_number(data[name])), None)


def _name(data: pd.DataFrame, names: list[str], row: int, written: Labels) -> str:
    """What a mark stands for: its row and group."""
    texts = (plain(written.label(data[name].iloc[row], name)) for name in names)
    return " · ".join(filter(None, texts))


def _told(data: pd.DataFrame, value: str | None, row: int) -> str:
    """The numbers of a mark: its value, interval and what it rests on."""
    parts = []
    if value is not None:
        parts.append(f"{heading(value)} {cell_text(data[value].iloc[row], value)}")
    if {"low", "high"} <= set(data.columns) and data[["low", "high"]].iloc[row].notna().all():
        low, high = (
            cell_text(data[name].iloc[row], written_as(data, name)) for name in ("low", "high")
        )
        parts.append(f"interval {low} to {high}")
    for name in _NUMBERS:
        if name in data.columns and name != value:
            parts.append(f"{heading(name)} {cell_text(data[name].iloc[row], name)}")
    return "; ".join(parts)
