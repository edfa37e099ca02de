"""Sentiment: through the text, by group, and which words make the difference."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import wording as words
from analysis.charts import lines, rows, select, style
from analysis.tables import InputError, require_columns


@style.chart
def plot_sentiment_arc(
    table: pd.DataFrame,
    *,
    value: str = "compound",
    by: str | Sequence[str] | None = None,
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Draw sentiment over the course of the text, from 0 to 100 %.

    Parameters
    ----------
    table : pandas.DataFrame
        What `score_arc` returns: from_percent, to_percent, `value`, and where there are any low,
        high and interval.
    value : str
        The column drawn: "compound", or a share such as "negative".
    by : str or sequence of str, optional
        The columns that tell the lines apart; found if None.
    size : {"page", "column", "slide"}
        Width and letters.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes
        One line for each group through the middles of the slices, named at its end. The axis of a
        compound score reaches as far below zero as above.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, or has more than eight lines.

    Notes
    -----
    A mean of scores near zero may come from neutral sentences or from positive and negative ones in
    balance. The lexicon scores the wording, whoever is speaking: a quoted accusation counts
    like the paper's own words.

    Examples
    --------
    >>> import pandas as pd
    >>> arc = pd.DataFrame({"from_percent": [0, 50], "to_percent": [50, 100],
    ...                     "compound": [-0.2, 0.1]})
    >>> plot_sentiment_arc(arc).get_lines()[0].get_ydata().tolist()
    [-0.2, 0.1]
    """
    what = "sentiment arc"
    require_columns(table, ["from_percent", "to_percent"], what)
    select.numeric(table, value, what)
    style.require_rows(table, what)
    names = select.group_columns(table, by, key=["from_percent"], what=what)
    data = lines.in_order(table, names, "from_percent", value)
    ax = style.start(ax, size=size)
    ends = lines.draw_slices(ax, data, value=value, names=names)
    _around_zero(ax, data, value, axis="y")
    ax.set_ylabel(words.column_label(data, value))
    caption, alt, notes = lines.told(
        data, value=value, names=names, x="from_percent", unit="sentence"
    )
    return style.finish(
        ax,
        data,
        call="plot_sentiment_arc",
        params={"value": value, "by": names or None},
        caption=caption.replace("OVER", "over the course of the text"),
        alt=alt.replace("OVER", "position in the text from 0 to 100 %"),
        notes=notes,
        size=size,
        place=lines.name_lines(ax, ends, size),
    )


@style.chart
def plot_sentiment(
    table: pd.DataFrame,
    *,
    value: str = "compound",
    by: str | Sequence[str] | None = None,
    top: int = 40,
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Draw the sentiment of groups as dots with their intervals.

    Parameters
    ----------
    table : pandas.DataFrame
        What `summarise_sentiment` returns: the columns of the groups, `value`, and where there are
        any low, high, interval and base (sentences).
    value : str
        The column drawn: "compound", or a share such as "negative".
    by : str or sequence of str, optional
        The columns that name the groups; found if None.
    top : int
        Rows drawn at most: those furthest from zero.
    size : {"page", "column", "slide"}
        Width and letters.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes
        Rows by falling value, then by name; the number of sentences at the right.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, or has several rows for a group.

    Notes
    -----
    See `plot_sentiment_arc`. That two intervals overlap does not show that the groups are alike.

    Examples
    --------
    >>> import pandas as pd
    >>> by_side = pd.DataFrame({"side": ["a", "b"], "compound": [-0.2, 0.1]})
    >>> [tick.get_text() for tick in plot_sentiment(by_side).get_yticklabels()]
    ['b', 'a']
    """
    what = "sentiment"
    select.numeric(table, value, what)
    style.require_rows(table, what)
    names = _group_names(table, by, what)
    data = _ranked(table, names, value, style.require_top(top))
    ax = style.start(ax, size=size, height=style.row_height(size, len(data)))
    rows.dots(ax, data, x=value, y=np.arange(len(data), dtype=float))
    rows.label_rows(ax, list(select.series_of(data, names)), size)
    _around_zero(ax, data, value, axis="x")
    ax.set_xlabel(words.column_label(data, value))
    if "base" in data.columns:  # the base of a mean score is sentences
        rows.side_column(ax, [f"{int(n):,}" for n in data["base"]], "sentences", size)
    caption, alt, notes = _told(table, data, names, value)
    return style.finish(
        ax,
        data,
        call="plot_sentiment",
        params={"value": value, "by": names or None, "top": top},
        caption=caption,
        alt=alt,
        notes=notes,
        size=size,
    )


def _group_names(table: pd.DataFrame, by: str | Sequence[str] | None, what: str) -> list[str]:
    """The columns that name the groups; none where there is one row for all texts."""
    given = [by] if isinstance(by, str) else list(by or ())
    names = given or select.free_columns(table, select.MEASURED)
    require_columns(table, names, what)
    if not names and len(table) > 1:
        raise InputError(
            "The sentiment table has several rows and no column that names them; name it with by="
            f" (there are {words.listing(table.columns, 12)})."
        )
    if names:
        select.group_columns(table, names[1:], key=names[:1], what=what)
    return names


def _ranked(table: pd.DataFrame, names: list[str], value: str, top: int) -> pd.DataFrame:
    """The rows drawn, by falling value and then by name."""
    work = table[table[value].notna()]
    style.require_rows(work, "sentiment")
    work = work.assign(_name=select.series_of(work, names), _far=work[value].abs())
    work = work.sort_values(["_far", "_name"], ascending=[False, True]).head(top)
    work = work.sort_values([value, "_name"], ascending=[False, True])
    columns = [*names, value, *_interval_of(value), "base", "documents"]
    return select.columns_drawn(work, columns)


def _interval_of(value: str) -> list[str]:
    """Low and high belong to the compound score."""
    return ["low", "high", "interval"] if value == "compound" else []


def _around_zero(ax: Axes, data: pd.DataFrame, value: str, *, axis: str) -> None:
    """As far below zero as above for a score that goes both ways; from zero for a share."""
    drawn = data[[c for c in (value, "low", "high") if c in data.columns]].to_numpy(dtype=float)
    if value != "compound" and np.nanmin(drawn) >= 0:
        rows.from_zero(ax, drawn.ravel(), axis=axis)
        return
    reach = max(float(np.nanmax(np.abs(drawn))) * 1.08, 0.05)
    (ax.set_xlim if axis == "x" else ax.set_ylim)(-reach, reach)
    rows.zero_line(ax, axis)


def _told(
    table: pd.DataFrame, data: pd.DataFrame, names: list[str], value: str
) -> tuple[str, str, list[str]]:
    """Caption, alt text and note sentences."""
    phrase = words.column_phrase(data, value)
    methods = words.interval_sentence(data)
    series = select.series_of(data, names)
    split = f" by {words.listing(map(words.noun_of, names))}" if names else ""
    caption = words.sentences(
        f"Mean {phrase}{split}: {words.listing(series, 12)}." if names else f"Mean {phrase}.",
        methods,
    )
    alt = words.sentences(
        f"Dot plot of {words.plural(len(data), 'row')}, the highest value on top.",
        f"Horizontal axis: {phrase}, {words.value_range(data[value])}.",
        words.top_three(series, data[value]),
    )
    n = words.base_sentence(data, names, "sentence")
    return caption, alt, [n, select.totals(data, len(data), len(table)), methods]
