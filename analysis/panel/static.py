"""The panel's last state without the panel: a figure and tables that a saved notebook keeps."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from analysis.panel.concordance import Lines
from analysis.panel.labels import Labels
from analysis.panel.names import heading, plain
from analysis.panel.views import middle_out
from analysis.show.html import cell, escape, html_table, is_number, read_asset, render

if TYPE_CHECKING:
    from matplotlib.axes import Axes


ROWS, LINES = 30, 500
_WIDE = {"left": "da-wide", "right": "da-wide"}
_NAME = 50  # letters of what may name a row; longer is a sentence
DPI = 144
SCREEN = 96  # dots of a picture to the inch at its natural size
INSTEAD = "The interactive panel; its last state is shown below."


def draw_png(ax: Axes) -> tuple[bytes, int]:
    """A chart as a picture for the screen, and its natural width there in pixels."""
    from analysis.export.pictures import figure_of

    figure = figure_of(ax)
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=DPI, bbox_inches=None, facecolor="white")
    return file.getvalue(), round(figure.get_figwidth() * SCREEN)


def figure_bundle(png: bytes, alt: str, width: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """The picture as an output of a notebook, with its description; text alone without one."""
    if not png:
        return {"text/plain": ""}, {}
    known = {"alt": plain(alt), "width": width, "needs_background": "light"}
    # text before the picture is what a reader without pictures gets
    data = {"image/png": base64.b64encode(png).decode("ascii"), "text/plain": plain(alt)}
    return data, {"image/png": known}


def table_html(
    table: pd.DataFrame,
    shown: Sequence[str],
    *,
    caption: str,
    note: str,
    tab: str,
    alt: str = "",
    lines: Lines | None = None,
    instead: bool = False,
    names: Labels | None = None,
) -> str:
    """The last state as HTML: what the figure shows in words, the rows, the lines of passages."""
    # `instead`: the lines are those of the rows, which need not be said twice
    tables = []
    if not instead:
        rows = _table((names or Labels()).table(table.head(ROWS), shown), shown, caption)
        tables.append((rows, _more(len(table), ROWS, "rows")))
    if lines is not None and len(lines):
        tables.append((_lines(lines), ""))
    style = read_asset("panel/static.css")
    html = render(
        "panel/static.html", style=style, tab=tab, alt=plain(alt), note=plain(note), tables=tables
    )
    return str(html)


def _lines(lines: Lines) -> Markup:
    """The first lines as a concordance of a page without scripts, which says if there are more."""
    from analysis.show.contexts import show_contexts

    title = Markup("<h3>{}</h3>").format(escape(plain(lines.title)))
    return title + Markup(show_contexts(lines.listed(), limit=LINES).html)


def _more(there: int, limit: int, what: str) -> str:
    return f"The first {limit} of {there:,} {what}." if there > limit else ""


def _table(table: pd.DataFrame, columns: Sequence[str], caption: str) -> str:
    """Some columns of a table, long texts without their middle; the first names the row."""
    rows = pd.DataFrame({name: _shortened(table[name]) for name in columns})
    if "node" in rows:
        marked = [Markup("<mark>") + cell(text) + Markup("</mark>") for text in rows["node"]]
        rows["node"] = pd.Series(marked, dtype=object, index=rows.index)
    first = rows.iloc[:, 0].astype(str) if len(rows) else pd.Series(dtype=str)
    return html_table(
        rows,
        caption=caption,
        heads={name: heading(name) for name in columns},
        names=int((first.str.len() <= _NAME).all()),
        classes=_WIDE,
    )


def _shortened(column: pd.Series) -> pd.Series:
    """A column with the middle of long texts left out."""
    if is_number(column) or pd.api.types.is_datetime64_any_dtype(column):
        return column
    values = [middle_out(value) if isinstance(value, str) else value for value in column]
    return pd.Series(values, dtype=object, index=column.index)
