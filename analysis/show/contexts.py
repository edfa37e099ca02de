"""Passages of a text as a concordance: whole, aligned on the hit, and as text only."""

from __future__ import annotations

import pandas as pd

from analysis.show.html import Page, html_table, read_asset, render
from analysis.tables import require_columns

_ASIDE = ("position", "start", "end")
_CLASSES = {"left": "da-left", "node": "da-hit", "published": "da-day"}


def show_contexts(contexts: pd.DataFrame, *, limit: int | None = 20) -> Page:
    """Lay out contexts as a concordance: the hits in one column, the text around them whole.

    Parameters
    ----------
    contexts : pandas.DataFrame
        What `find_contexts` returns: left, node, right, and columns that say where.
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
        If left, node or right is missing.

    Notes
    -----
    `position`, `start` and `end` are not shown; in the table they lead back to the exact place in
    the document.

    Examples
    --------
    >>> lines = pd.DataFrame({"doc": ["a"], "left": ["the "], "node": ["war"], "right": [" <b>"]})
    >>> "&lt;b&gt;" in show_contexts(lines).html
    True
    """
    require_columns(contexts, ("left", "node", "right"), "contexts")
    shown = contexts if limit is None else contexts.head(limit)
    shown = shown.drop(columns=[name for name in _ASIDE if name in shown.columns])
    table = html_table(shown, names=0, classes=_CLASSES)
    html = render(
        "show/tables.html",
        style=read_asset("show/show.css"),
        kind="da-contexts",
        title="Contexts",
        note="",
        tables=[table],
    )
    return Page("Contexts", str(html))
