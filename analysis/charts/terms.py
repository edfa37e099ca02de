"""Ranked terms with their intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import wording as words
from analysis.charts import rows, select, style
from analysis.tables import require_columns


@style.chart
def plot_terms(
    table: pd.DataFrame,
    *,
    value: str = "rate",
    item: str | None = None,
    by: str | Sequence[str] | None = None,
    top: int = 20,
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Draw ranked terms as dots with their intervals, one group or several side by side.

    Parameters
    ----------
    table : pandas.DataFrame
        What `count_terms`, `count_term_groups`, `count_ngrams`, `score_tfidf`, `count_entities`,
        `score_dispersion` or `find_collocates` return: an item column, `value`, and where
        there are any `low`, `high`, `interval`, `count` and `base`.
    value : str
        The column drawn, e.g. "rate", "count", "tf_idf", "dp".
    item : str, optional
        The column that names the rows; the table's own ("term", "ngram", "entity" …) if None.
    by : str or sequence of str, optional
        The columns that tell groups apart; found if None.
    top : int
        Rows drawn: those with the highest value, by the mean over groups where there are
        several (a group that lacks a term counts as 0); ties by name.
    size : {"page", "column", "slide"}
        Width and letters.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes
        Rows from the top down in that order; the x axis begins at 0 where no value is negative.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, or has several rows for a term and group.

    Notes
    -----
    A dot plot (Cleveland & McGill 1984): position on a common scale is read most exactly.
    Overlapping intervals do not show that two rates are alike, nor does a rank show that two
    neighbours differ.

    Examples
    --------
    >>> import pandas as pd
    >>> ax = plot_terms(pd.DataFrame({"term": ["war", "peace"], "rate": [2.0, 5.0]}))
    >>> [tick.get_text() for tick in ax.get_yticklabels()]
    ['peace', 'war']
    """
    item = select.item_column(table, item, "terms")
    select.numeric(table, value, "terms")
    style.require_rows(table, "terms")
    key = [item, "label"] if item == "entity" and "label" in table.columns else [item]
    names = select.group_columns(table, by, key=key, what="terms")
    data, order, groups = _ranked(table, item, value, names, style.require_top(top))
    lines = max(1.0, 0.55 * len(groups))
    height = style.row_height(size, len(order), lines) + rows.key_height(groups, size)
    ax = style.start(ax, size=size, height=height)
    row = select.item_names(data, item).map({name: i for i, name in enumerate(order)})
    _draw(ax, data, row.to_numpy(dtype=float), x=value, groups=groups, names=names)
    rows.label_rows(ax, order, size)
    drawn = data[[c for c in (value, "low", "high") if c in data.columns]]
    rows.from_zero(ax, drawn.to_numpy(dtype=float).ravel())
    label = words.column_label(data, value)
    if names and len(groups) == 1 and not style.is_panel(ax):
        label += f" ({words.label(groups[0], 40)})"
    ax.set_xlabel(label)
    if len(groups) > 1:
        rows.key(ax, rows.group_handles(groups, style.codes(ax, groups)), size)
    elif "count" in data.columns and value != "count":
        rows.side_column(ax, [f"{n:,.0f}" for n in data["count"]], "count", size)
    caption, alt, notes = _told(table, data, item=item, value=value, groups=groups, names=names)
    params = {"value": value, "item": item, "by": names or None, "top": top}
    return style.finish(
        ax, data, call="plot_terms", params=params, caption=caption, alt=alt, notes=notes, size=size
    )


def _ranked(
    table: pd.DataFrame, item: str, value: str, names: list[str], top: int
) -> tuple[pd.DataFrame, list[str], list[str]]:
    """The rows drawn, group by group, each in the order of the ranking."""
    groups = select.series_order(table, names, "terms")
    work = table.assign(_series=select.series_of(table, names))
    work = work[work[value].notna()]
    style.require_rows(work, "terms")
    work = work.assign(_item=select.item_names(work, item))
    mean = work.groupby("_item")[value].sum().reset_index()  # of equally many groups
    order = list(mean.sort_values([value, "_item"], ascending=[False, True])["_item"].head(top))
    work = work[work["_item"].isin(order)]
    work = work.assign(
        _row=work["_item"].map({name: row for row, name in enumerate(order)}).astype(int),
        _group=work["_series"].map({name: code for code, name in enumerate(groups)}),
    ).sort_values(["_group", "_row"])
    label = ["label"] if item == "entity" else []
    columns = [*names, item, *label, value, "low", "high", "interval", "count", "base"]
    if value == "documents":
        columns = [*names, item, *label, value, "count", "base"]
    elif value != "rate":  # an interval of the rate is not one of another value
        columns = [*names, item, *label, value, *_own_interval(table, value), "count", "base"]
    return select.columns_drawn(work, columns), order, groups


def _own_interval(table: pd.DataFrame, value: str) -> list[str]:
    """Low and high belong to the rate; where a table has no rate, to the value drawn."""
    return [] if "rate" in table.columns else ["low", "high", "interval"]


def _draw(
    ax: Axes,
    data: pd.DataFrame,
    row: np.ndarray,
    *,
    x: str,
    groups: list[str],
    names: list[str],
) -> None:
    """Each group's dots, moved a little so that the groups of a row lie one under the other."""
    series = select.series_of(data, names)
    shifts = (
        np.linspace(-0.36, 0.36, len(groups)) * min(1, len(groups) / 4)
        if len(groups) > 1
        else np.zeros(1)
    )
    for code, shift, name in zip(style.codes(ax, groups), shifts, groups, strict=True):
        own = (series == name).to_numpy()
        rows.dots(ax, data[own], x=x, y=row[own] + shift, number=code, name=name)


def _told(
    table: pd.DataFrame,
    data: pd.DataFrame,
    *,
    item: str,
    value: str,
    groups: list[str],
    names: list[str],
) -> tuple[str, str, list[str]]:
    """Caption, alt text and the sentences of the note line."""
    items = select.item_names(data, item)
    shown = items.nunique()
    phrase = words.column_phrase(data, value)
    split = (
        f", by {words.listing(map(words.noun_of, names))} ({words.listing(groups)})"
        if names
        else ""
    )
    available = select.of_how_many(data, select.item_names(table, item).nunique())
    caption = f"The {words.plural(shown, item)} with the highest {phrase}{split}."
    if shown == available:
        caption = f"{words.listing(items.unique(), 12)}: {phrase}{split}."
    methods = words.interval_sentence(data)
    caption = words.sentences(caption, "Dots are values." if methods else "", methods)
    labels = [
        words.sentences(words.label(name), f"in {group}" if group else "")
        for name, group in zip(items, select.series_of(data, names), strict=True)
    ]
    alt = words.sentences(
        f"Dot plot of {words.plural(shown, item)}, one row each, the highest on top.",
        f"Horizontal axis: {phrase}, {words.value_range(data[value])}.",
        words.top_three(labels, data[value]),
    )
    notes = [
        _base_sentence(data, item, names),
        select.totals(data, shown, available),
        methods,
    ]
    return caption, alt, notes


def _base_sentence(data: pd.DataFrame, item: str, names: list[str]) -> str:
    """What the values rest on; where the rows are groups with a base of their own, all of them."""
    steps = data.attrs.get("steps") or [{}]
    unit = "quotation" if steps[-1].get("call") == "count_cues" else "word"
    if "base" in data.columns:
        base = data.groupby(select.series_of(data, names))["base"]
        if (base.min() < base.max()).any():
            names = [*names, item]
    return words.base_sentence(data, names, unit)


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
    _draw_stance(ax, data, kinds.map(order.index).to_numpy(dtype=float), value, names, groups)
    rows.label_rows(ax, order, size)
    drawn = data[[c for c in (value, "low", "high") if c in data.columns]]
    rows.from_zero(ax, drawn.to_numpy(dtype=float).ravel())
    ax.set_xlabel(words.column_label(data, value))
    if len(groups) > 1:
        rows.key(ax, rows.group_handles(groups, style.codes(ax, groups)), size)
    elif "count" in data.columns and value != "count":
        rows.side_column(ax, [f"{n:,.0f}" for n in data["count"]], "count", size)
    caption, alt, notes = _told_stance(data, kinds, value, names, groups)
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


def _draw_stance(
    ax: Axes, data: pd.DataFrame, row: np.ndarray, value: str, names: list[str], groups: list[str]
) -> None:
    """Each group's dots, those of a row one under the other."""
    series = select.series_of(data, names)
    reach = 0.36 * min(1, len(groups) / 4) if len(groups) > 1 else 0.0
    shifts = np.linspace(-reach, reach, len(groups))
    for code, shift, name in zip(style.codes(ax, groups), shifts, groups, strict=True):
        own = (series == name).to_numpy()
        rows.dots(ax, data[own], x=value, y=row[own] + shift, number=code, name=name)


def _told_stance(
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
