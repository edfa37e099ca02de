"""How often each kind of stance is marked, side by side for outlets or voices."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import rows, select, style, words
from analysis.tables import require_columns

_KNOWN = select.MEASURED | {"category", "subcategory"}


@style.chart
def plot_stance(
    table: pd.DataFrame,
    *,
    value: str = "rate",
    by: str | Sequence[str] | None = None,
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Draw how often each kind of stance is marked, with intervals, for one group or several.

    Parameters
    ----------
    table : pandas.DataFrame
        What `count_stance` returns: category, subcategory (at that level), `value`, and where there
        are any low, high, interval, count and base.
    value : str
        The column drawn: "rate", "count" or "documents".
    by : str or sequence of str, optional
        The columns that tell groups apart; found if None.
    size : {"page", "column", "slide"}
        Width and letters.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes
        One row per kind from the top down, in the table's order; the x axis begins at 0.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, has several rows for a kind and group, or has more
        than eight groups.

    Notes
    -----
    Kinds differ by nature in how often they occur: compare groups within a row, not rows. Draw a
    part of the table (``table[table["category"] == "modality"]``) where one kind dwarfs the rest.

    Examples
    --------
    >>> import pandas as pd
    >>> counts = pd.DataFrame({"category": ["modality", "negation"], "rate": [12.0, 9.5]})
    >>> [tick.get_text() for tick in plot_stance(counts).get_yticklabels()]
    ['modality', 'negation']
    """
    require_columns(table, ["category", value], "stance")
    select.numeric(table, value, "stance")
    style.require_rows(table, "stance")
    key = ["category", "subcategory"] if "subcategory" in table.columns else ["category"]
    names = select.group_columns(table, by, key=key, what="stance", known=_KNOWN)
    groups = select.series_order(table, names, "stance")
    data = _in_order(table, key, names, groups, value)
    kinds = _kinds(data, key)
    order = list(kinds.unique())
    lines = max(1.0, 0.55 * len(groups))
    height = style.row_height(size, len(order), lines) + rows.key_height(groups, size)
    ax = style.start(ax, size=size, height=height)
    _draw(ax, data, kinds.map(order.index).to_numpy(dtype=float), value, names, groups)
    rows.label_rows(ax, order, size)
    drawn = data[[c for c in (value, "low", "high") if c in data.columns]]
    rows.from_zero(ax, drawn.to_numpy(dtype=float).ravel())
    ax.set_xlabel(words.column_label(data, value))
    if len(groups) > 1:
        rows.key(ax, rows.group_handles(groups, style.codes(ax, groups)), size)
    elif "count" in data.columns and value != "count":
        rows.side_column(ax, [f"{n:,.0f}" for n in data["count"]], "count", size)
    caption, alt, notes = _told(data, kinds, value, names, groups)
    params = {"value": value, "by": names or None}
    return style.finish(
        ax,
        data,
        call="plot_stance",
        params=params,
        caption=caption,
        alt=alt,
        notes=notes,
        size=size,
    )


def _in_order(
    table: pd.DataFrame, key: list[str], names: list[str], groups: list[str], value: str
) -> pd.DataFrame:
    """The rows drawn, group by group, kinds in the order of the table."""
    work = table[table[value].notna()]
    style.require_rows(work, "stance")
    kinds = list(_kinds(work, key).unique())
    work = work.assign(
        _kind=_kinds(work, key).map(kinds.index),
        _group=select.series_of(work, names).map({name: n for n, name in enumerate(groups)}),
    ).sort_values(["_group", "_kind"], kind="stable")
    bounds = ["low", "high", "interval"] if value == "rate" else []
    return select.columns_drawn(work, [*names, *key, value, *bounds, "count", "base"])


def _kinds(table: pd.DataFrame, key: list[str]) -> pd.Series:
    """What each row is called: "modality · obligation"."""
    return select.series_of(table, key)


def _draw(
    ax: Axes, data: pd.DataFrame, row: np.ndarray, value: str, names: list[str], groups: list[str]
) -> None:
    """Each group's dots, those of a row one under the other."""
    series = select.series_of(data, names)
    reach = 0.36 * min(1, len(groups) / 4) if len(groups) > 1 else 0.0
    shifts = np.linspace(-reach, reach, len(groups))
    for code, shift, name in zip(style.codes(ax, groups), shifts, groups, strict=True):
        own = (series == name).to_numpy()
        rows.dots(ax, data[own], x=value, y=row[own] + shift, number=code, name=name)


def _told(
    data: pd.DataFrame, kinds: pd.Series, value: str, names: list[str], groups: list[str]
) -> tuple[str, str, list[str]]:
    """Caption, alt text and note sentences."""
    phrase = words.column_phrase(data, value)
    split = f", by {words.listing(map(words.noun_of, names))}" if names else ""
    methods = words.interval_sentence(data)
    shown = words.listing(data["category"].unique())
    of_groups = f" ({words.listing(groups)})" if names else ""
    caption = words.sentences(
        f"Words and phrases of stance ({shown}): {phrase}{split}{of_groups}.",
        "Dots are values." if methods else "",
        methods,
    )
    labels = [
        words.sentences(kind, f"in {group}" if group else "")
        for kind, group in zip(kinds, select.series_of(data, names), strict=True)
    ]
    alt = words.sentences(
        f"Dot plot of {words.plural(kinds.nunique(), 'kind')} of stance, one row each{split}.",
        f"Horizontal axis: {phrase}, {words.value_range(data[value])}.",
        words.top_three(labels, data[value]),
    )
    total = ""
    if "count" in data.columns:
        total = f"{int(data['count'].sum()):,} hits; a word may count in several categories."
    return caption, alt, [words.base_sentence(data, names), total, methods]
