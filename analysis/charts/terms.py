"""Ranked terms and kinds of stance, as dots with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analysis import wording as words
from analysis.charts import grouped, looks, rows, select, style
from analysis.tables import require_columns

_UNITS = {  # of which a measure's base counts some; else words
    "count_codes": "row",
    "count_cues": "quotation",
    "count_agency": "clause",
    "count_namings": "mention",
    "summarise_sentiment": "sentence",
}


@style.chart
def plot_terms(
    table: pd.DataFrame,
    *,
    value: str | None = None,
    item: str | Sequence[str] | None = None,
    by: str | Sequence[str] | None = None,
    top: int = 20,
    panels: bool | None = None,
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Plot terms ranked by a value as dots with their intervals, for one group or several.

    Parameters
    ----------
    table : pandas.DataFrame
        What `count_terms`, `count_term_groups`, `count_ngrams`, `score_tfidf`, `count_entities`,
        `score_dispersion`, `find_collocates` or, one measure at a time, `score_readability` and
        `score_diversity` return, and any other measure of shares, rates or means, such as
        `count_quotes` or `summarise_targets`, also as `correct` gives it. Needed: a column that
        names the items and `value`. Used if present: low, high and interval, or those of `value`
        (``favourable_share_low``); count, base, measure, group_documents.
    value : str, optional
        The column to plot, such as "rate", "count", "tf_idf" or "dp"; if None, rate, share or
        compound, whichever the table has. A column without an interval is drawn without one.
    item : str or sequence of str, optional
        The column or columns that name the rows; if None, the table's own ("term", "ngram",
        "entity" …; "kind", "voice", "entity" with "role" …), or else those of its groups.
    by : str or sequence of str, optional
        The columns that distinguish the groups; detected if None.
    top : int
        Number of items to plot: those with the highest value, averaged over the groups where there
        are several (a group that lacks an item counts as 0). Ties are broken by name.
    panels : bool, optional
        Whether each group has a panel of its own, with the other groups as small grey dots; if
        None, beyond three groups, unless `highlight` or `ax` is given. With False, all groups are
        in one panel.
    %(axes)s

    Returns
    -------
    matplotlib.axes.Axes
        One row per item, the highest at the top. The x axis starts at 0 unless a value is negative.
        Where each group has a panel, the axes of the first; ``ax.figure.axes`` are those of all.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, has more than one row for an item and group, more
        than eight groups, or values of several measures, which have no common scale.

    Notes
    -----
    A dot plot, because position along a common scale is read most accurately (Cleveland & McGill
    1984). Overlapping intervals do not show that two rates are equal, and a difference in rank
    does not show that two neighbours differ.

    Examples
    --------
    >>> import pandas as pd
    >>> ax = plot_terms(pd.DataFrame({"term": ["war", "peace"], "rate": [2.0, 5.0]}))
    >>> [tick.get_text() for tick in ax.get_yticklabels()]
    ['peace', 'war']
    """
    value = select.value_of(table, value)
    items_of = select.item_columns(table, item, by)
    item = items_of[0] if len(items_of) == 1 else "row"
    select.numeric(table, value, "terms")
    if value == "value":
        select.refuse_mixed(table, "terms")
    table = select.with_own_interval(table, value)
    key = [*items_of, *(["label"] if item == "entity" and "label" in table.columns else [])]
    parts = set() if items_of[0] in select.ITEMS and item != "entity" else set(select.PARTS)
    parts -= set(looks.stated_groups(table))
    known = {*select.MEASURED, *parts, *select.numbers_of(table, value)}
    names = select.group_columns(table, by, key=key, what="terms", known=known)
    work = table[table[value].notna()]
    style.require_rows(work, "terms")
    groups = select.series_order(work, names, "terms")
    in_panels = grouped.in_panels(ax, groups, panels)
    if ax is None:
        top = grouped.rows_that_fit(size, top, groups, in_panels)
    apart = select.texts(work[key[0]])
    for further in key[1:]:
        apart = apart + "\x1f" + select.texts(work[further])
    total = work.groupby(apart)[value].sum()  # of equally many groups
    top_keys = total.sort_index().sort_values(ascending=False, kind="stable").index[:top]
    work = work[apart.isin(top_keys)]  # names are told apart among what is drawn, as when redrawn
    called = dict(zip(apart[work.index], select.names_of(work, items_of), strict=True))
    order = [called[key_of_row] for key_of_row in top_keys]
    order = looks.in_order(order, corpus=False)  # they are ranked, unless asked otherwise
    columns = [*names, *key, *select.PARTS, value, "low", "high", "interval"]
    columns += [*select.machine_columns(table, value), "count", "base"]
    columns += ["measure", *words.documents_column(table)]
    data = _by_group(work, select.names_of(work, items_of), names, (order, groups), columns)
    items, series = select.names_of(data, items_of), select.series_of(data, names)
    drawn: dict[str, Any] = {"value": value, "series": series, "groups": groups, "size": size}
    if in_panels:
        ax = grouped.dot_panels(data, items, order, **drawn)
    else:
        ax = rows.dot_rows(ax, data, items, order, **drawn)
    _count_column(ax, data, value, groups, size)
    shown, phrase = items.nunique(), words.column_phrase(data, value)
    available = select.of_how_many(data, select.names_of(table, items_of).nunique())
    which = f"The {words.plural(shown, item)} with the highest {phrase}"
    if shown == available:
        which = f"{words.listing(items.unique(), 12)}: {phrase}"
    ghosts, each = (grouped.GHOSTS, ", a panel for each group") if in_panels else ("", "")
    text = rows.describe_dots(
        data,
        value,
        f"{which}{_split(names, groups)}.",
        f"{words.plural(shown, item)}, one row each, the highest on top{each}",
        rows.names_in_groups(items, series),
        [_base_sentence(data, items_of, names), ghosts, select.totals(data, shown, available)],
        words.Intervals(_counted_in(data, items_of, names), items_of, value),
        rows.subtitle(data, value, names, groups),
    )
    named: Any = item if len(items_of) == 1 else items_of
    return style.describe(ax, data, text, value=value, item=named, by=names or None)


@style.chart
def plot_stance(
    table: pd.DataFrame,
    *,
    value: str = "rate",
    by: str | Sequence[str] | None = None,
    panels: bool | None = None,
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Plot how often each kind of stance is marked, with intervals, for one group or several.

    Parameters
    ----------
    table : pandas.DataFrame
        What `count_stance` returns. Needed: category and `value`. Used if present: subcategory,
        low, high, interval, count, base, group_documents.
    value : str
        The column to plot: "rate", "count" or "documents".
    by : str or sequence of str, optional
        The columns that distinguish the groups; detected if None.
    panels : bool, optional
        Whether each group has a panel of its own, with the other groups as small grey dots; if
        None, beyond three groups, unless `highlight` or `ax` is given. With False, all groups are
        in one panel.
    %(axes)s

    Returns
    -------
    matplotlib.axes.Axes
        One row per kind, in the order of the table; the x axis starts at 0. Where each group has a
        panel, the axes of the first; ``ax.figure.axes`` are those of all.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, has more than one row for a kind and group, or more
        than eight groups.

    Notes
    -----
    Kinds of stance differ in frequency by their nature: compare groups within a row, not rows with
    each other. Where one kind dwarfs the others, plot a part of the table, such as
    ``table[table["category"] == "modality"]``.

    Examples
    --------
    >>> import pandas as pd
    >>> counts = pd.DataFrame({"category": ["modality", "negation"], "rate": [12.0, 9.5]})
    >>> [tick.get_text() for tick in plot_stance(counts).get_yticklabels()]
    ['modality', 'negation']
    """
    require_columns(table, ["category", value], "stance")
    select.numeric(table, value, "stance")
    key = ["category", "subcategory"] if "subcategory" in table.columns else ["category"]
    table = select.with_own_interval(table, value)
    known = select.MEASURED | {"category", "subcategory"} | select.numbers_of(table, value)
    names = select.group_columns(table, by, key=key, what="stance", known=known)
    work = table[table[value].notna()]
    style.require_rows(work, "stance")
    kinds = select.series_of(work, key)
    order, groups = list(kinds.unique()), select.series_order(table, names, "stance")
    in_panels = grouped.in_panels(ax, groups, panels)
    columns = [*names, *key, value, "low", "high", "interval"]
    columns += [*select.machine_columns(table, value), "count", "base"]
    columns += words.documents_column(table)
    data = _by_group(work, kinds, names, (order, groups), columns)
    kinds, series = select.series_of(data, key), select.series_of(data, names)
    drawn: dict[str, Any] = {"value": value, "series": series, "groups": groups, "size": size}
    if in_panels:
        ax = grouped.dot_panels(data, kinds, order, **drawn)
    else:
        ax = rows.dot_rows(ax, data, kinds, order, **drawn)
    _count_column(ax, data, value, groups, size)
    shown, split = words.listing(data["category"].unique()), _split(names, groups)
    hits = ""
    if "count" in data.columns:
        hits = f"{int(data['count'].sum()):,} hits; a word may count in several categories."
    ghosts, each = (grouped.GHOSTS, ", a panel for each group") if in_panels else ("", "")
    text = rows.describe_dots(
        data,
        value,
        f"Words and phrases of stance ({shown}): {words.column_phrase(data, value)}{split}.",
        f"{words.plural(kinds.nunique(), 'kind')} of stance, one row each{split}{each}",
        rows.names_in_groups(kinds, series),
        [words.base_sentence(data, names), ghosts, hits],
        words.Intervals(names, key, value),
        rows.subtitle(data, value, names, groups),
    )
    return style.describe(ax, data, text, by=names or None)


def _by_group(
    work: pd.DataFrame,
    labels: pd.Series,
    names: list[str],
    order: tuple[list[str], list[str]],
    columns: list[str],
) -> pd.DataFrame:
    """The rows to draw, group by group, each group in the order of the rows."""
    work = work.assign(
        _row=labels.map({name: row for row, name in enumerate(order[0])}),
        _group=select.series_of(work, names).map({name: n for n, name in enumerate(order[1])}),
    )
    drawn = work[work["_row"].notna()].sort_values(["_group", "_row"], kind="stable")
    return select.columns_drawn(drawn, columns)


def _count_column(ax: Axes, data: pd.DataFrame, value: str, groups: list[str], size: str) -> None:
    """The counts at the right, where there is one to a row."""
    if len(groups) < 2 and "count" in data.columns and value != "count":
        rows.side_column(ax, [f"{n:,.0f}" for n in data["count"]], "count", size)


def _split(names: list[str], groups: list[str]) -> str:
    """By what a table was split and into what: ", by side (east and west)"; of one, ", in east"."""
    if names and len(groups) == 1:
        return f", in {words.label(groups[0], 60)}"
    return f",{words.split_phrase(names)} ({words.listing(groups)})" if names else ""


def _counted_in(data: pd.DataFrame, items: list[str], names: list[str]) -> list[str]:
    """The columns of the groups; the items, too, where each has documents of its own."""
    for column in words.documents_column(data):
        size = data.groupby(select.series_of(data, names))[column]
        if (size.min() < size.max()).any():
            return [*names, *items]
    return names


def _base_sentence(data: pd.DataFrame, items: list[str], names: list[str]) -> str:
    """What the values rest on; where the rows are groups with a base of their own, all of them."""
    calls = [step.get("call", "") for step in data.attrs.get("steps") or []]
    unit = _UNITS.get(next((name for name in reversed(calls) if name != "correct"), ""), "word")
    if "base" in data.columns:
        base = data.groupby(select.series_of(data, names))["base"]
        if (base.min() < base.max()).any():
            names = [*names, *items]
    return words.base_sentence(data, names, unit)
