"""Passages as a concordance aligned on the hit, and any table, laid out for reading."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.show.html import Page, html_table, read_asset, render
from analysis.tables import require_columns

_TEXT = ("left", "node", "right")
_ASIDE = ("position", "start", "end", "text")
_LONG = 40  # characters of a hit that goes on one line
_CLASSES = {"left": "da-left", "node": "da-hit", "published": "da-day"}


def show_contexts(
    contexts: pd.DataFrame, columns: Sequence[str] | None = None, *, limit: int | None = 20
) -> Page:
    """Lay out contexts as a concordance: the hits in one column, the text around them whole.

    Parameters
    ----------
    contexts : pandas.DataFrame
        What `find_contexts` or `find_passages` returns: left, node, right, and columns that say
        where.
    columns : sequence of str, optional
        Columns to show beside the text; by default all.
    limit : int, optional
        Rows to show; None for all.

    Returns
    -------
    Page
        A notebook shows it; ``save(path)`` writes a page that needs no other file. Whatever a text
        holds is shown as text: nothing in it is read as HTML.

    Raises
    ------
    InputError
        If left, node, right or one of the columns is missing.

    Notes
    -----
    Offsets (`start`, `end`, `cue_start` …), `position` and `text`, which is the node again, are not
    shown; in the table they lead back to the exact place in the document.

    Examples
    --------
    >>> lines = pd.DataFrame({"doc": ["a"], "left": ["the "], "node": ["war"], "right": [" <b>"]})
    >>> "&lt;b&gt;" in show_contexts(lines).html
    True
    """
    require_columns(contexts, (*_TEXT, *(columns or ())), "contexts")
    shown = contexts if limit is None else contexts.head(limit)
    if columns is None:
        aside = [n for n in shown.columns if n in _ASIDE or str(n).endswith(("_start", "_end"))]
        shown = shown.drop(columns=aside)
    else:
        shown = shown[[name for name in shown.columns if name in (*_TEXT, *columns)]]
    long = shown["node"].str.len().max() > _LONG  # a quotation, not a word
    classes = _CLASSES | {"node": "da-hit da-long"} if long else _CLASSES
    table = html_table(shown, names=0, classes=classes)
    html = render(
        "show/tables.html",
        style=read_asset("show/show.css"),
        kind="da-contexts",
        title="Contexts",
        note="",
        tables=[table],
    )
    return Page("Contexts", str(html))


def show_table(
    table: pd.DataFrame, columns: Sequence[str] | None = None, *, limit: int | None = 20
) -> Page:
    """Lay out a table: texts whole and to the left, numbers rounded and to the right.

    Parameters
    ----------
    table : pandas.DataFrame
        Any table. A named index becomes the first columns.
    columns : sequence of str, optional
        Columns to show, in this order; all of them by default.
    limit : int, optional
        Rows to show; None for all. A note says how many there are.

    Returns
    -------
    Page
        A notebook shows it; ``save(path)`` writes a page that needs no other file. Nothing in it is
        read as HTML.

    Raises
    ------
    InputError
        If a column is missing.

    Examples
    --------
    >>> words = pd.DataFrame({"term": ["war", "peace"], "rate": [20.0, 12.34567]})
    >>> ">12.3<" in show_table(words).html, "First row of 2." in show_table(words, limit=1).html
    (True, True)
    """
    if any(name is not None for name in table.index.names):
        table = table.reset_index()
    if table.columns.nlevels > 1:
        table = table.set_axis([" ".join(map(str, name)).strip() for name in table.columns], axis=1)
    if columns is not None:
        require_columns(table, columns, "shown")
        table = table[list(columns)]
    shown = table if limit is None else table.head(limit)
    first = "First row" if len(shown) == 1 else f"First {len(shown):,} rows"
    html = render(
        "show/tables.html",
        style=read_asset("show/show.css"),
        kind="da-contexts",
        title="Table",
        note=f"{first} of {len(table):,}." if len(shown) < len(table) else "",
        tables=[html_table(shown)],
    )
    return Page("Table", str(html))
