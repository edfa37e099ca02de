"""Terms over time and over the course of the text."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib import dates as mdates
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter

from analysis.charts import lines, select, style, words
from analysis.tables import InputError, require_columns


@style.chart
def plot_over_time(
    table: pd.DataFrame,
    *,
    value: str = "rate",
    by: str | Sequence[str] | None = None,
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Draw the rate of one or more terms over true dates.

    Parameters
    ----------
    table : pandas.DataFrame
        What `count_over_time` returns: period, term, `value`, and where there are any low, high,
        interval and base.
    value : str
        The column drawn, e.g. "rate" or "count".
    by : str or sequence of str, optional
        The columns that tell the lines apart ("term", "side" …); found if None.
    size : {"page", "column", "slide"}
        Width and letters.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes
        One line for each group, named at its end, the interval as a band. The line is broken
        where a period has no texts: nothing is known there, which is not a rate of zero.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, holds no dates, or has more than eight lines.

    Notes
    -----
    A period with few words swings more than one with many: read the band, not the point.
    Changes over time may come from other outlets being in the corpus at other times.

    Examples
    --------
    >>> import pandas as pd
    >>> ax = plot_over_time(pd.DataFrame({
    ...     "period": pd.to_datetime(["2024-05-13", "2024-05-20"]), "term": "war", "rate": [1, 3]}))
    >>> ax.get_lines()[0].get_ydata().tolist()
    [1.0, 3.0]
    """
    what = "over time"
    require_columns(table, ["period"], what)
    select.numeric(table, value, what)
    style.require_rows(table, what)
    work = table.assign(period=_dates(table["period"]))
    every = _spacing(work)
    names = lines.line_columns(work, by, "period", what)
    data = lines.in_order(work, names, "period", value)
    ax = style.start(ax, size=size)
    ends = lines.draw_series(
        ax, _with_gaps(data, names, every), x="period", value=value, names=names
    )
    lines.y_limits(ax, data, value)
    _date_axis(ax, data["period"], every)
    ax.set_ylabel(words.column_label(data, value))
    caption, alt, notes = lines.told(data, value=value, names=names, x="period")
    caption = caption.replace("OVER", f"over time, by {every}")
    alt = alt.replace("OVER", f"date by {every}, {_span(data)}")
    return style.finish(
        ax,
        data,
        call="plot_over_time",
        params={"value": value, "by": names or None},
        caption=caption,
        alt=alt,
        notes=notes,
        size=size,
        place=lines.name_lines(ax, ends, size),
    )


@style.chart
def plot_over_text(
    table: pd.DataFrame,
    *,
    value: str = "rate",
    by: str | Sequence[str] | None = None,
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Draw the rate of one or more terms over the course of the text, from 0 to 100 %.

    Parameters
    ----------
    table : pandas.DataFrame
        What `count_over_text` returns: from_percent, to_percent, term, `value`, and where there
        are any low, high, interval and base.
    value : str
        The column drawn.
    by : str or sequence of str, optional
        The columns that tell the lines apart; found if None.
    size : {"page", "column", "slide"}
        Width and letters.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes
        One line for each group through the middles of the slices, named at its end.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, or has more than eight lines.

    Notes
    -----
    Texts of all lengths are stretched to the same 0–100 %: a slice of a short text is a
    sentence, one of a long text a page.

    Examples
    --------
    >>> import pandas as pd
    >>> ax = plot_over_text(pd.DataFrame({"from_percent": [0, 50], "to_percent": [50, 100],
    ...                                   "term": "war", "rate": [1, 3]}))
    >>> ax.get_lines()[0].get_xdata().tolist()
    [25.0, 75.0]
    """
    what = "over the text"
    require_columns(table, ["from_percent", "to_percent"], what)
    select.numeric(table, value, what)
    style.require_rows(table, what)
    names = lines.line_columns(table, by, "from_percent", what)
    data = lines.in_order(table, names, "from_percent", value)
    ax = style.start(ax, size=size)
    ends = lines.draw_slices(ax, data, value=value, names=names)
    lines.y_limits(ax, data, value)
    ax.set_ylabel(words.column_label(data, value))
    caption, alt, notes = lines.told(data, value=value, names=names, x="from_percent")
    caption = caption.replace("OVER", "over the course of the text")
    alt = alt.replace("OVER", "position in the text from 0 to 100 %")
    return style.finish(
        ax,
        data,
        call="plot_over_text",
        params={"value": value, "by": names or None},
        caption=caption,
        alt=alt,
        notes=notes,
        size=size,
        place=lines.name_lines(ax, ends, size),
    )


def _dates(column: pd.Series) -> pd.Series:
    """Periods as timestamps, also where they were read back from a file."""
    try:
        read = pd.to_datetime(column)
    except (ValueError, TypeError) as error:
        raise InputError(
            f"Column 'period' holds {words.label(column.iloc[0])!r}, which is not a date; "
            "pass what count_over_time returns."
        ) from error
    return read


def _spacing(table: pd.DataFrame) -> str:
    """Length of a period: stated by the step that made the table, else seen in the dates."""
    for step in reversed(table.attrs.get("steps", [])):
        every = step.get("params", {}).get("every")
        if every in ("day", "week", "month"):
            return str(every)
    periods = table["period"].dropna()
    if (periods.dt.day == 1).all():
        return "month"
    return "week" if (periods.dt.day_of_week == 0).all() else "day"


def _with_gaps(data: pd.DataFrame, names: list[str], every: str) -> pd.DataFrame:
    """Add the periods that no row stands for, without a value, so that lines break there."""
    rule = {"day": "D", "week": "7D", "month": "MS"}[every]
    periods = data["period"].dropna()
    whole = pd.date_range(periods.min(), periods.max(), freq=rule)
    if len(whole) > 5000 or not periods.isin(whole).all():
        return data  # not a calendar of that spacing: draw what is there
    parts = []
    groups = data.groupby(names, sort=False, observed=True, dropna=False) if names else [((), data)]
    for _, part in groups:
        filled = part.set_index("period").reindex(whole).rename_axis("period").reset_index()
        filled[names] = part[names].iloc[0].to_numpy()
        parts.append(filled)
    joined = pd.concat(parts, ignore_index=True)[list(data.columns)]
    joined.attrs = dict(data.attrs)
    return joined


def _date_axis(ax: Axes, periods: pd.Series, every: str) -> None:
    """Ticks on periods, with no more text than needed."""
    first, last = periods.min(), periods.max()
    pad = max((last - first) * 0.03, pd.Timedelta(days={"day": 1, "week": 4, "month": 16}[every]))
    ax.set_xlim(float(mdates.date2num(first - pad)), float(mdates.date2num(last + pad)))
    whole = pd.Series(periods.dropna().unique()).sort_values().reset_index(drop=True)
    inches = ax.get_position().width * style.root_figure(ax).get_figwidth()
    room = int(inches * 72 / (rcParams["font.size"] * 6))  # a tick label is six letters wide
    low, high = ax.get_xlim()
    kept: list[float] = []
    for day in mdates.date2num(whole).tolist():  # ticks stand on periods, as many as have room
        if not kept or day - kept[-1] >= (high - low) / max(2, min(room, 7)):
            kept.append(day)
    ax.xaxis.set_major_locator(FixedLocator(kept))
    form = "%b\n%Y" if every == "month" else "%d %b\n%Y"
    ax.xaxis.set_major_formatter(
        FuncFormatter(lambda day, _: f"{mdates.num2date(day):{form}}".lstrip("0"))
    )
    begins = {"day": "Date", "week": "Week beginning", "month": "Month"}[every]
    ax.set_xlabel(begins)


def _span(data: pd.DataFrame) -> str:
    return f"from {words.label(data['period'].min())} to {words.label(data['period'].max())}"
