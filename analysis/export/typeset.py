"""A table as LaTeX and as HTML, for reading: rounded, aligned, escaped.

The numbers here are rounded for the eye; those to compute with are in the CSV of the same bundle.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from analysis.export.csv import flatten
from analysis.show.html import Page, escape, html_table, is_number, render

GAP = "–"  # a missing value
TABLE_FORMATS = ("tex", "html")
LONG = 40  # rows; a longer LaTeX table breaks across pages
_END = "\\end{table}\n"

_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "[": "{[}",  # after \\ a bracket would be read as its option
    "]": "{]}",
    "\u00a0": "~",
    "–": "--",
    "—": "---",
    "\N{MINUS SIGN}": "$-$",
    "∞": r"$\infty$",
}
_LATEX_SPECIAL = re.compile("|".join(re.escape(character) for character in _LATEX))
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;margin:2rem;color:#1a1a1a;background:#fff}"
    "table{border-collapse:collapse;border-top:2px solid;border-bottom:2px solid}"
    "caption{caption-side:top;text-align:left;padding-bottom:.5rem;font-weight:600}"
    "th,td{padding:.2rem .75rem;text-align:left;vertical-align:top;font-weight:400}"
    "thead th{border-bottom:1px solid;font-weight:600}"
    ".n{text-align:right;font-variant-numeric:tabular-nums}"
    "p{font-size:.875rem;color:#444}"
)


def render_table(
    table: pd.DataFrame, caption: str, note: str, *, formats: Sequence[str], digits: int
) -> dict[str, bytes]:
    """The typeset forms of a table by suffix."""
    flat, _ = flatten(table)
    writers = {"tex": to_latex, "html": to_html}
    return {
        f".{name}": writers[name](flat, caption, note, digits=digits).encode()
        for name in TABLE_FORMATS
        if name in formats
    }


def to_latex(table: pd.DataFrame, caption: str, note: str = "", *, digits: int = 3) -> str:
    r"""Typeset a table for LaTeX with the booktabs package."""
    long = len(table) > LONG
    layout = "".join("r" if is_number(table.iloc[:, n]) else "l" for n in range(table.shape[1]))
    cells = _rounded(table, digits).style.hide(axis="index")
    cells = cells.format(escape_latex).format_index(escape_latex, axis="columns")
    text = cells.to_latex(
        hrules=True,
        caption=escape_latex(caption),
        column_format=layout,
        environment="longtable" if long else None,
    )
    below = rf"\par\smallskip\footnotesize {escape_latex(note)}" + "\n" if note else ""
    if long:
        return "% \\usepackage{booktabs,longtable}\n" + text + below
    body, end = text[: -len(_END)], text[-len(_END) :]
    return "% \\usepackage{booktabs}\n" + body + below + end


def to_html(table: pd.DataFrame, caption: str, note: str = "", *, digits: int = 3) -> str:
    """Typeset a table as a page of HTML that stands alone."""
    cells = _rounded(table, digits)
    numbers = [is_number(table.iloc[:, place]) for place in range(table.shape[1])]
    classes = dict(zip(cells.columns, ("n" if number else "" for number in numbers), strict=True))
    for name in cells:  # objects: a text column would make plain text of what is escaped
        cells[name] = pd.Series([escape(text) for text in cells[name]], dtype=object)
    body = html_table(cells, caption=caption, heads={c: c for c in cells.columns}, classes=classes)
    body += Markup(f"\n<p>{escape(note)}</p>") if note else ""
    page = Page(caption, body, style=_STYLE)
    return render("show/page.html", page=page, digest="") + "\n"


def escape_latex(text: object) -> str:
    r"""Escape what LaTeX would read as a command."""
    return _LATEX_SPECIAL.sub(lambda match: _LATEX[match.group()], _one_line(str(text)))


def _one_line(text: str) -> str:
    return " ".join(_CONTROL.sub("", text).splitlines()) if not text.isprintable() else text


def _rounded(table: pd.DataFrame, digits: int) -> pd.DataFrame:
    """The cells of a table as text that a reader wants."""
    columns = {
        str(name): _shown(table.iloc[:, place], digits) for place, name in enumerate(table.columns)
    }
    return pd.DataFrame(columns, index=pd.RangeIndex(len(table)), dtype=object)


def _shown(column: pd.Series, digits: int) -> list[str]:
    """The cells of a column as a reader wants them."""
    write: Callable[[Any], str] = _plain_text
    if pd.api.types.is_float_dtype(column.dtype):
        write = _rounder(column, digits)
    elif pd.api.types.is_datetime64_any_dtype(column.dtype):
        days = bool((column.dropna() == column.dropna().dt.normalize()).all())
        write = ("{:%Y-%m-%d}" if days else "{:%Y-%m-%d %H:%M}").format
    elif is_number(column):
        write = _integer
    missing = column.isna()
    return [
        GAP if gone else write(x) for x, gone in zip(column.astype(object), missing, strict=True)
    ]


def _plain_text(value: Any) -> str:
    if isinstance(value, list | tuple | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _integer(value: Any) -> str:
    return str(value).replace("-", "\N{MINUS SIGN}")


def _rounder(column: pd.Series, digits: int) -> Callable[[Any], str]:
    """Rounding to as many decimals as give the column's largest number its digits."""
    sizes = [abs(float(x)) for x in column.dropna() if math.isfinite(x) and x]
    top = math.floor(math.log10(max(sizes))) if sizes else 0
    decimals = min(max(digits - 1 - top, 0), 9)
    least = 10.0**-decimals

    def write(value: Any) -> str:
        number = float(value)
        if math.isinf(number):
            return "∞" if number > 0 else "\N{MINUS SIGN}∞"
        if number and abs(number) < least / 2:  # a p of 1e-9 is not 0.000
            return (
                f"< {least:.{decimals}f}" if number > 0 else f"> \N{MINUS SIGN}{least:.{decimals}f}"
            )
        return _integer(f"{number:.{decimals}f}")

    return write
