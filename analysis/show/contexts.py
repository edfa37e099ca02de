"""Showing tables of passages in a notebook: whole, aligned on the hit, and as text only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.tables import require_columns

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler


_PLAIN: dict[str, Any] = {"text-align": "left", "vertical-align": "top", "white-space": "normal"}


def show_contexts(contexts: pd.DataFrame, *, limit: int | None = 20) -> Styler:
    """Lay out contexts as a concordance: the hits in one column, the text around them whole.

    Parameters
    ----------
    contexts : pandas.DataFrame
        What `find_contexts` returns: left, node, right, and columns that say where.
    limit : int, optional
        Rows to show; None for all.

    Returns
    -------
    pandas.io.formats.style.Styler
        Shown by JupyterLab as a table, and kept in an exported notebook; ``.data`` is the table
        shown. Whatever a text holds is shown as text: nothing in it is read as HTML.

    Raises
    ------
    InputError
        If left, node or right is missing.

    Notes
    -----
    `position`, `start` and `end` are left out of sight, not out of the table: they lead back to
    the exact place in the document.

    Examples
    --------
    >>> lines = pd.DataFrame({"doc": ["a"], "left": ["the "], "node": ["war"], "right": [" <b>"]})
    >>> "&lt;b&gt;" in show_contexts(lines).to_html()
    True
    """
    require_columns(contexts, ("left", "node", "right"), "contexts")
    shown = contexts if limit is None else contexts.head(limit)
    shown = shown.reset_index(drop=True)
    days: dict[Any, Any] = dict.fromkeys(shown.select_dtypes("datetime").columns, _day)
    aside: list[Any] = [name for name in ("position", "start", "end") if name in shown.columns]
    return (
        shown.style.format(days, escape="html")
        .hide(axis="index")
        .hide(axis="columns", subset=aside)
        .set_properties(**_PLAIN)
        .set_properties(subset=["left"], **{"text-align": "right"})
        .set_properties(subset=["node"], **{"font-weight": "bold", "white-space": "nowrap"})
        .set_table_styles([{"selector": "th", "props": [("text-align", "left")]}])
    )


def _day(moment: pd.Timestamp) -> str:
    """A date without a clock that nobody set."""
    if pd.isna(moment):
        return ""
    return f"{moment:%Y-%m-%d}" if moment == moment.normalize() else f"{moment:%Y-%m-%d %H:%M}"
