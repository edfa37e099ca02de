"""Lines over time and over the text, with bands for intervals and gaps where nothing is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pandas as pd
from matplotlib import dates as mdates
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter
from matplotlib.transforms import ScaledTranslation, Transform

from analysis import wording as words
from analysis.charts import labels, rows, select, style
from analysis.charts.edges import whole_at_edge
from analysis.charts.tags import tag
from analysis.tables import InputError, require_columns

_LEAST_TEXTS = 3  # of a period, for an interval and a line
_LEAST_PERIODS = 4  # that stay where others are left out
_SHARES = (0.95, 0.85)  # of the texts that an axis of dates must show
_DATES = {  # how periods are written
    "day": "%Y-%m-%d",
    "week": "%Y-%m-%d",
    "month": "%b %Y",
    "quarter": "%b %Y",
    "year": "%Y",
}
_RULES = {"day": "D", "week": "7D", "month": "MS", "quarter": "QS", "year": "YS"}
_PADS = {"day": 1, "week": 4, "month": 16, "quarter": 46, "year": 183}  # days beside the axis
_AXES = {"week": "Week beginning", "quarter": "Quarter beginning"}
GAP = "A gap means that a period has no texts."
Ends = list[tuple[float, float, str, str]]


def _draw_lines(ax: Axes, data: pd.DataFrame, *, x: str, value: str, names: Sequence[str]) -> Ends:
    """Draw one line for each group in `data`; returns the ends, for `labels.end_labels`."""
    series = select.series_of(data, names)
    ends: Ends = []
    groups = [str(name) for name in dict.fromkeys(series)]
    broken = bool(data[value].isna().any())
    for number, (look, name) in enumerate(zip(style.group_looks(ax, groups), groups, strict=True)):
        aside = number - (len(groups) - 1) / 2 if broken else 0.0
        place_of = _beside(ax, aside)
        own = data[(series == name).to_numpy()]
        points = own[x]
        dated = pd.api.types.is_datetime64_any_dtype(points)
        at = mdates.date2num(points) if dated else points.to_numpy(dtype=float)
        level = own[value].to_numpy(dtype=float)
        few = _few_texts(own) if x == "period" else np.zeros(len(own), dtype=bool)
        hollow = rows.without_interval(own) | few
        _band(ax, own, at, np.where(few, np.nan, level), look, place_of)
        # a NaN between two points parts the line there
        apart = np.flatnonzero(few[:-1] | few[1:]) + 1
        marked = np.flatnonzero(np.insert(~hollow, apart, False))
        (line,) = ax.plot(
            np.insert(at, apart, at[apart - 1]),
            np.insert(level, apart, np.nan),
            color=look.colour,
            linestyle=look.line,
            marker=look.marker,
            markevery=marked.tolist() if hollow.any() else None,
            markeredgecolor="white",
            markeredgewidth=0.4,
            label=name or "_",
            transform=place_of,
            zorder=3 + look.below,
            gid="line",
        )
        whole_at_edge(line)
        numbers = own["_row"].fillna(-1).to_numpy(dtype=int)
        tag(line, np.insert(numbers, apart, -1))
        alone = hollow & np.isfinite(level)
        rows.hollow_marks(
            ax, at[alone], level[alone], look.colour, look.marker,
            transform=place_of, zorder=3 + look.below,
        )  # fmt: skip
        for column in rows.machine_column(own, value):
            said = own.set_axis(own["_row"].fillna(-1).astype(int))
            rows.machine_marks(
                ax, said, at, own[column].to_numpy(dtype=float), transform=place_of,
                markeredgecolor=look.colour,
            )  # fmt: skip
        known = np.flatnonzero(np.isfinite(level))
        if len(known) and name:
            last = int(known[-1])
            ends.append((float(at[last]), float(level[last]), str(name), look.colour))
    return ends


def _joined(data: pd.DataFrame, value: str, series: pd.Series) -> bool:
    """Whether any line joins two points, so that there can be a gap in it."""
    solid = data[value].notna().to_numpy() & ~_few_texts(data)
    return bool((series[solid].value_counts() > 1).any())


def _few_texts(own: pd.DataFrame) -> np.ndarray:
    """Which points stand for too few texts to have an interval or a line."""
    few: np.ndarray = np.zeros(len(own), dtype=bool)
    if "group_documents" in own.columns:
        few = (own["group_documents"] < _LEAST_TEXTS).to_numpy()
    return few


def _beside(ax: Axes, step: float) -> Transform:
    """Data coordinates, moved aside by a few points, so that lone intervals stay visible."""
    if not step:
        return ax.transData
    inches = step * rcParams["lines.markersize"] * 0.7 / 72
    return ax.transData + ScaledTranslation(inches, 0, style.root_figure(ax).dpi_scale_trans)


def _band(
    ax: Axes,
    own: pd.DataFrame,
    at: np.ndarray,
    level: np.ndarray,
    look: style.Look,
    place_of: Transform,
) -> None:
    """The interval as a band; where a point stands alone, as a line."""
    if not {"low", "high"} <= set(own.columns):
        return
    low, high = own["low"].to_numpy(dtype=float), own["high"].to_numpy(dtype=float)
    known = np.isfinite(low) & np.isfinite(high) & np.isfinite(level)
    if not known.any():
        return
    colour = look.colour
    ax.fill_between(
        at,
        low,
        high,
        where=known.tolist(),
        color=colour,
        alpha=0.10 if colour == "#000000" else 0.16,
        linewidth=0,
        transform=place_of,
        zorder=1,
        gid="band",
    )
    before, after = np.r_[False, known[:-1]], np.r_[known[1:], False]
    alone = known & ~before & ~after
    width = rcParams["lines.linewidth"] * 0.8
    ax.vlines(
        at[alone],
        low[alone],
        high[alone],
        color=colour,
        linewidth=width,
        transform=place_of,
        zorder=2,
        gid="intervals",
    )


def _name_lines(ax: Axes, ends: Ends, size: str) -> Callable[[], None] | None:
    """Names at the ends of the lines; in small multiples one key for all panels instead."""
    said = rows.machine_handles(ax)
    if not style.state_of(ax).panel:
        if said:
            rows.key(ax, said, size)
        return labels.end_labels(ax, ends, size)
    names = [name for _, _, name, _ in ends]
    handles = rows.group_handles(names, style.group_looks(ax, names), lines=True)
    rows.key(ax, [*handles, *said[1:]], size)
    return None


def _line_columns(
    table: pd.DataFrame, by: str | Sequence[str] | None, x: str, what: str
) -> list[str]:
    """Columns that distinguish lines; the term itself counts as one, so that a line is named."""
    require_columns(table, [x], what)
    if by is not None:
        return select.group_columns(table, by, key=[x], what=what)
    known = select.MEASURED - set(select.ITEMS)
    names = select.group_columns(table, None, key=[x], what=what, known=known)
    if names:
        return names
    item = [name for name in select.ITEMS if name in table.columns]
    return item[:1]


def _in_order(table: pd.DataFrame, names: list[str], x: str, value: str) -> pd.DataFrame:
    """The columns drawn, line by line, from left to right."""
    table = select.with_own_interval(table, value)
    groups = select.series_order(table, names, "lines")
    code = select.series_of(table, names).map({name: i for i, name in enumerate(groups)})
    ordered = table.assign(_code=code).sort_values(["_code", x], kind="stable")
    columns = [*names, x, "to_percent", "bin", value, *select.machine_columns(table, value)]
    columns += ["low", "high", "interval", "count", "base", *words.documents_column(table)]
    # a lone term is no line of its own, but the caption names it
    columns += [n for n in select.ITEMS if len(table.get(n, pd.Series()).drop_duplicates()) == 1]
    return select.columns_drawn(ordered, columns)


def _describe(
    data: pd.DataFrame,
    value: str,
    names: list[str],
    x: str,
    *,
    over: str,
    axis: str,
    unit: str,
    every: str = "",
) -> style.Description:
    """Caption, alt text and notes of lines `over` something, along an `axis`."""
    phrase = words.column_phrase(data, value)
    series = select.series_of(data, names)
    groups = [name for name in dict.fromkeys(series) if name]
    items = [n for n in select.ITEMS if n in data.columns and n not in names]
    of = f" of {words.listing(dict.fromkeys(select.texts(data[items[0]])))}" if items else ""
    few = x == "period" and bool(_few_texts(data).any())
    left_out = _left_out(data)
    hollow = f"Hollow: fewer than {_LEAST_TEXTS} texts, so no interval and no line."
    caption = words.sentences(
        f"{phrase[:1].upper()}{phrase[1:]}{of} {over}"
        + (f": {words.listing(groups)}." if groups else "."),
        GAP if x == "period" and _joined(data, value, series) else "",
        left_out,
    )
    dates = _DATES.get(every, "")
    if x == "period":
        at = [words.date(value, dates) for value in data[x]]
    else:  # where the points are drawn
        middle = (data["from_percent"] + data["to_percent"]) / 2
        at = [f"{words.number(value)} %" for value in middle]
    alt = words.alt_text(
        f"Line chart of {words.plural(max(len(groups), 1), 'line')}.",
        {"Horizontal": axis, "Vertical": phrase},
        [f"{name} at {where}".strip() for name, where in zip(series, at, strict=True)],
        data[value],
    )
    split = [name for name in names if name not in select.ITEMS]
    base = words.base_sentence(data[data[value].notna()], [*split, x], unit)
    counted_in = [*split, *([x] if x == "period" else [])]
    about = words.Intervals(
        counted_in,
        [name for name in names if name not in split],
        value,
        "bands",
        noun=every if counted_in == ["period"] else "",
        part="" if every else "slice",
        dates=dates,
        least=("group_documents", _LEAST_TEXTS) if few else None,
    )
    notes = [base, hollow if few else "", left_out]
    subtitle = f"{phrase[:1].upper()}{phrase[1:]}{of}{', by ' + every if every else ''}"
    return style.Description(caption, alt, notes, about, subtitle=subtitle, unit="y")


@style.chart
def plot_over_time(
    table: pd.DataFrame,
    *,
    value: str = "rate",
    by: str | Sequence[str] | None = None,
    whole: bool = False,
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Plot the rate of one or more terms over calendar time.

    Parameters
    ----------
    table : pandas.DataFrame
        What `count_over_time` returns. Needed: period and `value`. Used if present: term, low,
        high, interval, base, group_documents.
    value : str
        The column to plot, such as "rate" or "count".
    by : str or sequence of str, optional
        The columns that distinguish the lines ("term", "side" …); detected if None.
    whole : bool
        Plot all periods. If False, and 95 % of the texts (or else 85 %) lie in four or more
        periods that fill half of the time or less, only these are plotted; the note counts the
        texts left out.
    %(axes)s

    Returns
    -------
    matplotlib.axes.Axes
        One line per group, named at its end, with its interval as a band; a point without an
        interval is hollow. A line is broken where a period has no texts: nothing is known there,
        which is not a rate of zero. A period with fewer than three texts has a hollow point and no
        line.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, holds no dates, or has more than eight lines.

    Notes
    -----
    A period with few words fluctuates more than one with many: read the band, not the point.
    A change over time may only mean that other outlets are in the corpus at other times.

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
    work = table.assign(period=_dates(table["period"]))
    every = _spacing(work)
    names = _line_columns(work, by, "period", what)
    data = _in_order(work, names, "period", value)
    if not whole:
        data = in_view(data, names)
    ax = style.new_axes(ax, size=size)
    numbered = data.assign(_row=range(len(data)))
    ends = _draw_lines(ax, _with_gaps(numbered, names, every), x="period", value=value, names=names)
    few = _few_texts(data)
    shown = data.assign(**{end: data[end].mask(few) for end in ("low", "high") if end in data})
    rows.fit_scale(ax, shown, value, axis="y")
    _date_axis(ax, data["period"], every)
    ax.set_ylabel(words.column_label(data, value))
    ends_of_time = (data["period"].min(), data["period"].max())
    first, last = (words.date(date, _DATES[every]) for date in ends_of_time)
    axis = f"date by {every}, from {first} to {last}"
    over = f"over time, by {every}"
    text = _describe(data, value, names, "period", over=over, axis=axis, unit="word", every=every)
    place = _name_lines(ax, ends, size)
    return style.describe(ax, data, text, place_labels=place, by=names or None)


@style.chart
def plot_over_text(
    table: pd.DataFrame,
    *,
    value: str = "rate",
    by: str | Sequence[str] | None = None,
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Plot the rate of one or more terms over the course of the text, from 0 to 100 %.

    Parameters
    ----------
    table : pandas.DataFrame
        What `count_over_text` returns. Needed: from_percent, to_percent and `value`. Used if
        present: term, low, high, interval, base, group_documents.
    value : str
        The column to plot.
    by : str or sequence of str, optional
        The columns that distinguish the lines; detected if None.
    %(axes)s

    Returns
    -------
    matplotlib.axes.Axes
        One line per group through the midpoints of the slices, named at its end, with its interval
        as a band; a point without an interval is hollow.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, or has more than eight lines.

    Notes
    -----
    Texts of any length are stretched to the same 0–100 %: a slice of a short text is a sentence,
    a slice of a long one a page.

    Examples
    --------
    >>> import pandas as pd
    >>> ax = plot_over_text(pd.DataFrame({"from_percent": [0, 50], "to_percent": [50, 100],
    ...                                   "term": "war", "rate": [1, 3]}))
    >>> ax.get_lines()[0].get_xdata().tolist()
    [25.0, 75.0]
    """
    names = _line_columns(table, by, "from_percent", "over the text")
    return _plot_slices(table, names, "over the text", value=value, size=size, ax=ax, unit="word")


@style.chart
def plot_sentiment_arc(
    table: pd.DataFrame,
    *,
    value: str = "compound",
    by: str | Sequence[str] | None = None,
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Plot sentiment over the course of the text, from 0 to 100 %.

    Parameters
    ----------
    table : pandas.DataFrame
        What `score_arc` returns. Needed: from_percent, to_percent and `value`. Used if present:
        low, high, interval, base, documents.
    value : str
        The column to plot: "compound", or a share such as "negative".
    by : str or sequence of str, optional
        The columns that distinguish the lines; detected if None.
    %(axes)s

    Returns
    -------
    matplotlib.axes.Axes
        One line per group through the midpoints of the slices, named at its end, with its interval
        as a band; a point without an interval is hollow. Zero lies in the middle of the axis of a
        compound score.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, or has more than eight lines.

    Notes
    -----
    A mean near zero may come from neutral sentences or from positive and negative ones that cancel
    out. The lexicon scores wording, whoever is speaking: a quoted accusation counts like the
    writer's own words.

    Examples
    --------
    >>> import pandas as pd
    >>> arc = pd.DataFrame({"from_percent": [0, 50], "to_percent": [50, 100],
    ...                     "compound": [-0.2, 0.1]})
    >>> plot_sentiment_arc(arc).get_lines()[0].get_ydata().tolist()
    [-0.2, 0.1]
    """
    what = "sentiment arc"
    require_columns(table, ["from_percent"], what)
    names = select.group_columns(table, by, key=["from_percent"], what=what)
    return _plot_slices(table, names, what, value=value, size=size, ax=ax, unit="sentence")


def _plot_slices(
    table: pd.DataFrame,
    names: list[str],
    what: str,
    *,
    value: str,
    size: str,
    ax: Axes | None,
    unit: str,
) -> Axes:
    """Lines through the midpoints of slices of the text, on an axis from 0 to 100 %."""
    require_columns(table, ["from_percent", "to_percent"], what)
    select.numeric(table, value, what)
    data = _in_order(table, names, "from_percent", value)
    ax = style.new_axes(ax, size=size)
    middle = data.assign(_row=range(len(data)))
    middle["_middle"] = (data["from_percent"] + data["to_percent"]) / 2
    ends = _draw_lines(ax, middle, x="_middle", value=value, names=names)
    ax.set_xlim(0, 100)
    rows.position_axis(ax)
    signed = value == "compound" or (unit == "sentence" and bool((data[value] < 0).any()))
    rows.fit_scale(ax, data, value, axis="y", symmetric=signed)
    ax.set_ylabel(words.column_label(data, value))
    over, axis = "over the course of the text", "position in the text from 0 to 100 %"
    text = _describe(data, value, names, "from_percent", over=over, axis=axis, unit=unit)
    place = _name_lines(ax, ends, size)
    return style.describe(ax, data, text, place_labels=place, by=names or None)


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
        if every in _DATES:
            return str(every)
    periods = table["period"].dropna()
    if (periods.dt.day == 1).all():
        months = set(periods.dt.month)
        if periods.nunique() < 4 or not months <= {1, 4, 7, 10}:  # a few may be months by chance
            return "month"
        return "year" if months == {1} else "quarter"
    return "week" if (periods.dt.day_of_week == 0).all() else "day"


def _with_gaps(data: pd.DataFrame, names: list[str], every: str) -> pd.DataFrame:
    """Add the periods that no row stands for, without a value, so that lines break there."""
    periods = data["period"].dropna()
    whole = pd.date_range(periods.min(), periods.max(), freq=_RULES[every])
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


def in_view(data: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """The periods in which nearly all texts lie, if they fill half of the time or less."""
    known = data.attrs.get("chart", {})
    if "group_documents" not in data.columns or {"periods", "panels"} & set(known):
        return data  # drawn again: what was left out is known
    data = data.assign(period=_dates(data["period"]))
    split = [name for name in names if name not in select.ITEMS]
    each = data.groupby(["period", *split], observed=True)["group_documents"].max()
    texts = each.groupby("period").sum().sort_index()
    at, before = texts.index, np.concatenate([[0], texts.cumsum().to_numpy()])
    for share in _SHARES:
        least = share * before[-1]
        runs = [
            (at[end] - at[start], start, end)
            for start in range(len(at))
            if (end := int(np.searchsorted(before[start + 1 :] - before[start], least)) + start)
            < len(at)
        ]
        length, start, end = min(runs)
        if length <= (at[-1] - at[0]) / 2 and end - start + 1 >= _LEAST_PERIODS:
            kept = data[data["period"].between(at[start], at[end])].copy()
            left = [int(before[start]), int(before[-1] - before[end + 1])]
            kept.attrs = {**data.attrs, "chart": {"periods": left}}
            return kept
    return data


def _left_out(data: pd.DataFrame) -> str:
    """How many texts lie before and after the periods drawn."""
    older, later = data.attrs.get("chart", {}).get("periods", (0, 0))
    said = [
        f"{number:,} {when} {'text' if number == 1 else 'texts'}"
        for number, when in ((older, "older"), (later, "later"))
        if number
    ]
    return f"{words.listing(said)} left out." if said else ""


def _date_axis(ax: Axes, periods: pd.Series, every: str) -> None:
    """Ticks on periods, with no more text than needed."""
    first, last = periods.min(), periods.max()
    pad = max((last - first) * 0.03, pd.Timedelta(days=_PADS[every]))
    ax.set_xlim(float(mdates.date2num(first - pad)), float(mdates.date2num(last + pad)))
    whole = pd.Series(periods.dropna().unique()).sort_values().reset_index(drop=True)
    inches = ax.get_position().width * style.root_figure(ax).get_figwidth()
    letters = 6 if every in ("day", "week") else 4
    room = int(inches * 72 / (rcParams["font.size"] * letters))
    style.state_of(ax).dates = max(2, min(room, 13))
    ticks = spaced(mdates.date2num(whole).tolist(), ax.get_xlim(), style.state_of(ax).dates)
    ax.xaxis.set_major_locator(FixedLocator(ticks))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda day, at: _tick(ax, day, at, every)))
    ax.set_xlabel(_AXES.get(every, ""))


def spaced(days: Iterable[float], ends: tuple[float, float], room: int) -> list[float]:
    """Of periods those that ticks stand on, as many as have room between the ends of an axis."""
    kept: list[float] = []
    for day in days:
        if not kept or day - kept[-1] >= 0.97 * (ends[1] - ends[0]) / room:  # a year has 365 or 366
            kept.append(day)
    return kept


def ghost_lines(axes: Sequence[Axes]) -> bool:
    """Draw in each of several panels with one line the lines of the others, in grey."""
    lines = [[line for line in ax.get_lines() if line.get_gid() == "line"] for ax in axes]
    if len(axes) < 2 or any(len(own) != 1 for own in lines):
        return False
    drawn = [own[0].get_xydata() for own in lines]
    for number, ax in enumerate(axes):
        for other, points in enumerate(drawn):
            if other != number:
                ax.plot(
                    *np.asarray(points).T,
                    color="#cccccc",
                    linewidth=rcParams["lines.linewidth"] * 0.6,
                    marker="o",
                    markersize=rcParams["lines.markersize"] * 0.4,
                    markeredgecolor="none",
                    label="_ghost",
                    scalex=False,
                    scaley=False,
                    zorder=1.5,
                    gid="ghost",
                )
    return True


def _tick(ax: Axes, day: float, at: int | None, every: str) -> str:
    """A tick's date, with the year at the first tick of each year."""
    date = mdates.num2date(day)
    if every == "year":
        return f"{date:%Y}"
    text = f"{date:%d %b}".lstrip("0") if every in ("day", "week") else f"{date:%b}"
    ticks = list(ax.xaxis.get_major_locator()())
    first = not at or mdates.num2date(ticks[at - 1]).year != date.year
    return f"{text}\n{date:%Y}" if first else text
