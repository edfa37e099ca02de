"""A table as LaTeX and as HTML, for reading: rounded, aligned, escaped.

The numbers here are rounded for the eye; those to compute with are in the CSV of the same bundle.
"""

from __future__ import annotations

import html
import json
import math
import re
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from analysis.export.csv import flatten

GAP = "–"  # a missing value
TABLE_FORMATS = ("tex", "html")
LONG = 40  # rows; a longer LaTeX table breaks across pages

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
    ".number{text-align:right;font-variant-numeric:tabular-nums}"
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
    r"""Typeset a table for LaTeX with the booktabs package.

    Examples
    --------
    >>> print(to_latex(pd.DataFrame({"term": ["R&D"], "rate": [1.25]}), "Terms"))
    % \usepackage{booktabs}
    \begin{table}
    \caption{Terms}
    \begin{tabular}{lr}
    \toprule
    term & rate \\
    \midrule
    R\&D & 1.25 \\
    \bottomrule
    \end{tabular}
    \end{table}
    <BLANKLINE>
    """
    columns = [_shown(table.iloc[:, n], digits) for n in range(table.shape[1])]
    numeric = [is_number(table.iloc[:, n]) for n in range(table.shape[1])]
    layout = "".join("r" if number else "l" for number in numeric)
    rows = [" & ".join(map(escape_latex, row)) + r" \\" for row in zip(*columns, strict=True)]
    head = [
        r"\toprule",
        " & ".join(escape_latex(str(c)) for c in table.columns) + r" \\",
        r"\midrule",
    ]
    below = [rf"\par\smallskip\footnotesize {escape_latex(note)}"] if note else []
    title = rf"\caption{{{escape_latex(caption)}}}"
    if len(table) > LONG:
        lines = [
            r"% \usepackage{booktabs,longtable}",
            rf"\begin{{longtable}}{{{layout}}}",
            title + r" \\",
            *head,
            r"\endhead",
            r"\bottomrule",
            r"\endfoot",
            *rows,
            r"\end{longtable}",
            *below,
        ]
    else:
        lines = [
            r"% \usepackage{booktabs}",
            r"\begin{table}",
            title,
            rf"\begin{{tabular}}{{{layout}}}",
            *head,
            *rows,
            r"\bottomrule",
            r"\end{tabular}",
            *below,
            r"\end{table}",
        ]
    return "\n".join(lines) + "\n"


def to_html(table: pd.DataFrame, caption: str, note: str = "", *, digits: int = 3) -> str:
    """Typeset a table as a page of HTML that stands alone."""
    columns = [_shown(table.iloc[:, n], digits) for n in range(table.shape[1])]
    marks = [
        ' class="number"' if is_number(table.iloc[:, n]) else "" for n in range(table.shape[1])
    ]
    title = escape_html(caption)
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        f'<head><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style></head>',
        "<body>",
        "<table>",
        f"<caption>{title}</caption>",
        "<thead>",
        _html_row([f'th scope="col"{mark}' for mark in marks], map(str, table.columns)),
        "</thead>",
        "<tbody>",
    ]
    tags = [f'th scope="row"{mark}' if n == 0 else f"td{mark}" for n, mark in enumerate(marks)]
    lines += [_html_row(tags, row) for row in zip(*columns, strict=True)]
    lines += ["</tbody>", "</table>"]
    lines += [f"<p>{escape_html(note)}</p>"] if note else []
    return "\n".join([*lines, "</body>", "</html>"]) + "\n"


def escape_latex(text: str) -> str:
    r"""Escape what LaTeX would read as a command.

    Examples
    --------
    >>> print(escape_latex("50 % of $1_000 \\input{x}"))
    50 \% of \$1\_000 \textbackslash{}input\{x\}
    """
    return _LATEX_SPECIAL.sub(lambda match: _LATEX[match.group()], _one_line(text))


def escape_html(text: str) -> str:
    """Escape what HTML would read as a tag, an entity or the end of an attribute.

    Examples
    --------
    >>> escape_html('<script>"a" & b')
    '&lt;script&gt;&quot;a&quot; &amp; b'
    """
    return html.escape(_CONTROL.sub("\ufffd", text), quote=True)


def is_number(column: pd.Series) -> bool:
    """Tell whether a column is set as numbers: aligned right, rounded."""
    kind = column.dtype
    return pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_bool_dtype(kind)


def _html_row(tags: Sequence[str], cells: Any) -> str:
    inner = "".join(
        f"<{tag}>{escape_html(cell)}</{tag[:2]}>" for tag, cell in zip(tags, cells, strict=True)
    )
    return f"<tr>{inner}</tr>"


def _one_line(text: str) -> str:
    return " ".join(_CONTROL.sub("", text).splitlines()) if not text.isprintable() else text


def _shown(column: pd.Series, digits: int) -> list[str]:
    """The cells of a column as a reader wants them."""
    if pd.api.types.is_float_dtype(column.dtype):
        write = _rounder(column, digits)
    elif pd.api.types.is_datetime64_any_dtype(column.dtype):
        dates_only = bool((column.dropna() == column.dropna().dt.normalize()).all())
        write = (lambda x: f"{x:%Y-%m-%d}") if dates_only else (lambda x: f"{x:%Y-%m-%d %H:%M}")
    elif is_number(column):
        write = _integer
    else:
        write = _plain_text
    values = column.astype(object)
    missing = column.isna()
    return [GAP if gone else write(x) for x, gone in zip(values, missing, strict=True)]


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
