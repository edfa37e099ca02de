"""Pieces of the page: a figure's data as a table, and the lists of passages behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis import wording as words
from analysis.report.figures import Evidence, Figure
from analysis.show.html import escape

_NAMES = {"doc": "document", "from_percent": "from %", "to_percent": "to %", "percent": "at %"}


def anchor_of(number: int) -> str:
    """What a figure's address on the page ends in."""
    return f"figure-{number}"


def scroll(content: str, label: str, kind: str = "scroll") -> str:
    """Something wide, in a part of the page that scrolls by itself and can be reached by keys."""
    return (
        f'<div class="{kind}" role="group" tabindex="0" aria-label="{escape(label)}">'
        f"{content}</div>"
    )


def data_table(figure: Figure, number: int, anchors: Mapping[tuple[str, ...], str]) -> str:
    """The rows that were drawn, every number that rests on passages leading to them."""
    data = figure.data
    columns = [str(name) for name in data.columns if not _said_below(data, str(name))]
    links = {link.column: link.keys for link in figure.links}
    row_names = _row_names(data, columns)
    methods = _lettered(data) if "interval" in columns else {}
    head = "".join(
        f'<th scope="col"{_end(data[name])}>{escape(_heading(data, name))}</th>' for name in columns
    )
    rows = []
    for place in range(len(data)):
        cells = []
        for name in columns:
            keys = links.get(name)
            key = keys[place] if keys else None
            value = data[name].iloc[place]
            text = methods.get(value, "–") if name == "interval" else cell_text(value)
            if key is not None and key in anchors:
                text = f'<a href="#{anchors[key]}">{text}</a>'
            if name in row_names:
                cells.append(f'<th scope="row">{text}</th>')
            else:
                cells.append(f"<td{_end(data[name])}>{text}</td>")
        rows.append(f'<tr id="f{number}r{place + 1}">{"".join(cells)}</tr>')
    told = (
        "A linked number leads to the passages, or documents, that it was counted from; the other "
        "numbers of a row are computed from these."
    )
    told += "".join(f" {letter}: {escape(text)}." for text, letter in methods.items())
    table = (
        f"<table><caption>Data of Figure {number}</caption><thead><tr>{head}</tr></thead>\n"
        f"<tbody>{chr(10).join(rows)}</tbody></table>"
    )
    return f'<p class="note">{told}</p>\n' + scroll(table, f"Data of Figure {number}")


def _said_below(data: pd.DataFrame, name: str) -> bool:
    """Whether a column says the same in every row, and the note under the figure says it, too."""
    return name == "interval" and data[name].nunique(dropna=False) < 2


def _lettered(data: pd.DataFrame) -> dict[str, str]:
    """A letter for each method of intervals: whole sentences would fill the table."""
    known = sorted(str(text) for text in data["interval"].dropna().unique())
    return {text: chr(ord("a") + place) for place, text in enumerate(known)}


def _row_names(data: pd.DataFrame, columns: list[str]) -> list[str]:
    """The columns that name a row: the text before the first number."""
    names = []
    for name in columns:
        if pd.api.types.is_numeric_dtype(data[name]):
            break
        names.append(name)
    return names[:3] or columns[:1]


def _end(column: pd.Series) -> str:
    return ' class="n"' if pd.api.types.is_numeric_dtype(column) else ""


def _heading(data: pd.DataFrame, name: str) -> str:
    if name == "rate":
        return words.column_phrase(data, name)
    return _NAMES.get(name, name.replace("_", " "))


def cell_text(value: Any) -> str:
    """A cell: a number rounded, with every digit for machines; text kept apart from its neighbours.

    Examples
    --------
    >>> print(cell_text(0.123456), cell_text("<b>"))
    <data value="0.123456">0.123</data> <bdi>&lt;b&gt;</bdi>
    """
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, int | np.integer):
        return f"{int(value):,}".replace("-", "−")
    if isinstance(value, float | np.floating):
        if not np.isfinite(value):
            return "–"
        return f'<data value="{float(value)!r}">{words.number(float(value))}</data>'
    if value is None or pd.isna(value):
        return "–"
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return f"<bdi>{escape(value)}</bdi>"


def amount(evidence: Evidence) -> str:
    """How much a list holds: passages, and words where these are what is counted.

    Examples
    --------
    >>> amount(Evidence("x", pd.DataFrame({"doc": ["a", "a"], "words": [3, 4]}), "stretch"))
    '2 stretches, 7 words'
    """
    rows = evidence.rows
    unit = {"stretch": "stretches"}.get(evidence.unit, f"{evidence.unit}s")
    told = f"{len(rows):,} {evidence.unit if len(rows) == 1 else unit}"
    if "words" in rows.columns:
        told += f", {words.plural(rows['words'].sum(), 'word')}"
    return told
