"""What the linked views are sent: tables, passages and texts as plain lists of text and numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

# Short headings; the column's own name is shown when the heading is pointed at.
HEADINGS = {
    "g2_four_term": "G²",
    "g2_two_term": "G²",
    "log_dice": "logDice",
    "log_ratio": "Log ratio",
    "lrc": "Log ratio, conservative",
    "mi": "MI",
    "mi3": "MI³",
    "p_adjusted": "p (adjusted)",
    "p": "p",
    "tf": "tf",
    "idf": "idf",
    "tf_idf": "tf-idf",
    "bic": "BIC",
    "doc": "Document",
    "node": "Hit",
    "ngram": "n-gram",
}
_ASIDE = ("doc", "sentence", "start", "end", "position", "left", "node", "right")
LONGEST = 160  # letters shown of either end of a hit
_PROBABILITIES = ("p", "p_adjusted")


def plain(value: object) -> str:
    """A value as text that can be sent: half surrogates become “�”, nothing becomes "".

    Examples
    --------
    >>> plain("a\\ud800b"), plain(None)
    ('a�b', '')
    """
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return str(value).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def heading(column: str) -> str:
    """How a column reads above a table.

    Examples
    --------
    >>> heading("count_reference"), heading("log_dice")
    ('Count reference', 'logDice')
    """
    if column in HEADINGS:
        return HEADINGS[column]
    text = plain(column).replace("_", " ")
    return text[:1].upper() + text[1:]


def cell(value: object, column: str = "") -> str:
    """A value as a reader expects it: numbers rounded, dates short, "–" for what is missing.

    Examples
    --------
    >>> cell(1234), cell(0.12345), cell(float("nan")), cell(1e-9, "p"), cell(True)
    ('1,234', '0.123', '–', '< 0.001', 'yes')
    """
    from analysis.charts.words import number

    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, int | float | np.integer | np.floating):
        value = float(value)
        if not math.isfinite(value):
            return "–"
        if column in _PROBABILITIES and 0 <= value < 0.001:
            return "< 0.001"
        return number(value) if abs(value) < 1e15 else f"{value:.3g}"
    return plain(value) or "–"


def is_number(column: pd.Series) -> bool:
    """Whether a column holds numbers (and not yes or no)."""
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def rows_payload(
    table: pd.DataFrame,
    shown: Sequence[str],
    bar: str | None,
    *,
    caption: str,
    note: str = "",
    key: int = 0,
) -> dict[str, Any]:
    """A table of results for the view of rows.

    Parameters
    ----------
    table : pandas.DataFrame
        The rows as shown.
    shown : sequence of str
        The columns to show; the first names the row.
    bar : str or None
        The numeric column drawn as a bar; with `low` and `high`, where the table has them.
    caption, note : str
        What the table shows, and what it rests on.
    key : int
        Number of the answer: what the view says of an older answer is ignored.

    Returns
    -------
    dict
        ``columns`` (name, label, kind), ``rows`` (lists of text), ``sort`` (lists of numbers or
        text to sort by), ``bars`` (value, low, high or None per row) and ``scale`` (low, high).
    """
    columns = [
        {
            "name": name,
            "label": heading(name),
            "kind": _kind(table, name, i == 0),
        }
        for i, name in enumerate(shown)
    ]
    cells = [[cell(value, name) for value in table[name].tolist()] for name in shown]
    orders = [_order(table[name]) for name in shown]
    bars = _bars(table, bar)
    return {
        "key": key,
        "caption": plain(caption),
        "note": plain(note),
        "columns": columns,
        "rows": [list(row) for row in zip(*cells, strict=True)],
        "sort": [list(row) for row in zip(*orders, strict=True)],
        "bar": bar if bar in shown else (shown[1] if bar and len(shown) > 1 else None),
        "bars": bars,
        "scale": _scale(bars),
    }


def _kind(table: pd.DataFrame, name: str, first: bool) -> str:
    """How a column is laid out: the row's name, a number, a part of a concordance, or text."""
    if name in ("left", "node", "right"):
        return name
    if first:
        return "name"
    return "number" if is_number(table[name]) else "plain"


def _order(column: pd.Series) -> list[Any]:
    """What a column is sorted by; None for what is missing."""
    if is_number(column):
        values = column.to_numpy(dtype=float, na_value=np.nan)
        return [value if math.isfinite(value) else None for value in values.tolist()]
    return [plain(value).casefold() or None for value in column.tolist()]


def _bars(table: pd.DataFrame, bar: str | None) -> list[list[float | None]]:
    """Value, low and high per row; finite numbers or None."""
    if bar is None or bar not in table.columns or not is_number(table[bar]):
        return []
    parts = [table[bar]]
    for name in ("low", "high"):
        known = name in table.columns and is_number(table[name])
        parts.append(table[name] if known else pd.Series(np.nan, index=table.index))
    values = np.column_stack([part.to_numpy(dtype=float, na_value=np.nan) for part in parts])
    return [[v if math.isfinite(v) else None for v in row] for row in values.tolist()]


def _scale(bars: list[list[float | None]]) -> list[float]:
    """Lowest and highest number to be drawn, zero among them."""
    known = [0.0, *(value for row in bars for value in row if value is not None)]
    low, high = min(known), max(known)
    return [low, high] if high > low else [0.0, 1.0]


def middle_out(text: str) -> str:
    """A very long text without its middle.

    Examples
    --------
    >>> len(middle_out("word " * 1000)) < 400
    True
    """
    if len(text) <= 2 * LONGEST:
        return text
    return f"{text[:LONGEST].rstrip()} … {text[-LONGEST:].lstrip()}"


def identities(table: pd.DataFrame, shown: Sequence[str]) -> list[tuple[str, ...]]:
    """What each row is about: its name and its other texts, by which it is found again."""
    told = [name for i, name in enumerate(shown) if i == 0 or not is_number(table[name])]
    columns = [[plain(value) for value in table[name].tolist()] for name in told]
    return list(zip(*columns, strict=True))


def passages_title(table: pd.DataFrame, shown: Sequence[str], row: int, column: str | None) -> str:
    """Whose passages they are: the row's name and groups, and which of its numbers."""
    from analysis.charts.words import label

    told = []
    for i, name in enumerate(shown):
        if i and (is_number(table[name]) or name in ("left", "node", "right")):
            break
        value = plain(table[name].iloc[row])
        told += [label(value, 60)] if value else []
    number = f" ({heading(column)})" if column else ""
    return f"Passages: {', '.join(told)}{number}"


def passages_payload(
    passages: pd.DataFrame, title: str, key: int, limit: int | None = None
) -> dict[str, Any]:
    """Passages for their view: left, hit, right and what is known of the document.

    Parameters
    ----------
    passages : pandas.DataFrame
        doc, start, end, left, node, right, and any metadata columns.
    title : str
        Whose passages they are.
    key : int
        Number of the request.
    limit : int, optional
        How many were asked for: where that many came, the view says that there may be more.

    Returns
    -------
    dict
        ``title``, ``note``, ``columns`` (the metadata) and ``rows``: left, node, right, and a list
        of the metadata.
    """
    aside = [name for name in passages.columns if name not in _ASIDE]
    first = ("outlet", "doc", "published")
    where = [name for name in (*first, *aside, "sentence") if name in passages.columns]
    where = list(dict.fromkeys(where))
    metadata = [[cell(value, name) for value in passages[name].tolist()] for name in where]
    contexts = [[plain(v) for v in passages[name].tolist()] for name in ("left", "node", "right")]
    contexts[1] = [middle_out(node) for node in contexts[1]]
    rows = zip(*contexts, zip(*metadata, strict=True), strict=True)
    full = limit is not None and len(passages) >= limit
    return {
        "key": key,
        "title": plain(title),
        "note": f"The first {limit} are listed." if full else "",
        "columns": [heading(name) for name in where],
        "rows": [[*context, list(known)] for *context, known in rows],
    }
