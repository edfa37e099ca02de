"""Lines over time and over the text, with bands for intervals and gaps where nothing is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from matplotlib import dates as mdates
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator
from matplotlib.transforms import ScaledTranslation, Transform

from analysis.charts import place, rows, select, style, words

Ends = list[tuple[float, float, str, str]]


def draw_series(ax: Axes, data: pd.DataFrame, *, x: str, value: str, names: Sequence[str]) -> Ends:
    """Draw one line for each group in `data`; returns the ends, for `place.end_labels`."""
    series = select.series_of(data, names)
    ends: Ends = []
    groups = [str(name) for name in dict.fromkeys(series)]
    broken = bool(data[value].isna().any())
    for number, (code, name) in enumerate(zip(style.codes(ax, groups), groups, strict=True)):
        aside = number - (len(groups) - 1) / 2 if broken else 0.0
        place_of = _beside(ax, aside)
        own = data[(series == name).to_numpy()]
        points = own[x]
        dated = pd.api.types.is_datetime64_any_dtype(points)
        at = mdates.date2num(points) if dated else points.to_numpy(dtype=float)
        level = own[value].to_numpy(dtype=float)
        _band(ax, own, at, level, code, place_of)
        ax.plot(
            at,
            level,
            color=style.COLOURS[code],
            linestyle=style.LINES[code],
            marker=style.MARKERS[code],
            markeredgecolor="white",
            markeredgewidth=0.4,
            label=name or "_",
            transform=place_of,
            zorder=3,
            gid="line",
        )
        known = np.flatnonzero(np.isfinite(level))
        if len(known) and name:
            last = int(known[-1])
            ends.append((float(at[last]), float(level[last]), str(name), style.COLOURS[code]))
    return ends


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
    code: int,
    place_of: Transform,
) -> None:
    """The interval as a band; where a point stands alone, as a line."""
    if not {"low", "high"} <= set(own.columns):
        return
    low, high = own["low"].to_numpy(dtype=float), own["high"].to_numpy(dtype=float)
    known = np.isfinite(low) & np.isfinite(high) & np.isfinite(level)
    if not known.any():
        return
    colour = style.COLOURS[code]
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


def name_lines(ax: Axes, ends: Ends, size: str) -> Callable[[], None] | None:
    """Names at the ends of the lines; in small multiples one key for all panels instead."""
    if not style.is_panel(ax):
        return place.end_labels(ax, ends, size)
    names = [name for _, _, name, _ in ends]
    rows.key(ax, rows.group_handles(names, style.codes(ax, names), lines=True), size)
    return None


def y_limits(ax: Axes, data: pd.DataFrame, value: str) -> None:
    """From zero where nothing is negative, with room for the intervals."""
    drawn = [c for c in (value, "low", "high") if c in data.columns]
    rows.from_zero(ax, data[drawn].to_numpy(dtype=float).ravel(), axis="y")


def draw_slices(ax: Axes, data: pd.DataFrame, *, value: str, names: Sequence[str]) -> Ends:
    """Lines through the middles of slices of the text, on an axis from 0 to 100 %."""
    middle = (data["from_percent"] + data["to_percent"]) / 2
    ends = draw_series(ax, data.assign(_middle=middle), x="_middle", value=value, names=names)
    ax.set_xlim(0, 100)
    ax.xaxis.set_major_locator(FixedLocator([0, 25, 50, 75, 100]))
    ax.set_xlabel("Position in the text (%)")
    return ends


def line_columns(
    table: pd.DataFrame, by: str | Sequence[str] | None, x: str, what: str
) -> list[str]:
    """Columns that tell lines apart; the term itself counts as one, so that a line is named."""
    if by is not None:
        return select.group_columns(table, by, key=[x], what=what)
    known = select.MEASURED - set(select.ITEMS)
    names = select.group_columns(table, None, key=[x], what=what, known=known)
    if names:
        return names
    item = [name for name in select.ITEMS if name in table.columns]
    return item[:1]


def in_order(table: pd.DataFrame, names: list[str], x: str, value: str) -> pd.DataFrame:
    """The columns drawn, line by line, from left to right."""
    groups = select.series_order(table, names, "lines")
    code = select.series_of(table, names).map({name: i for i, name in enumerate(groups)})
    ordered = table.assign(_code=code).sort_values(["_code", x], kind="stable")
    columns = [*names, x, "to_percent", "bin", value, "low", "high", "interval", "count", "base"]
    if value != "rate" and "rate" in table.columns:
        columns = [*names, x, "to_percent", "bin", value, "count", "base"]
    return select.columns_drawn(ordered, columns)


def told(
    data: pd.DataFrame, *, value: str, names: list[str], x: str, unit: str = "word"
) -> tuple[str, str, list[str]]:
    """Caption, alt text (with OVER for what the horizontal axis is) and note sentences."""
    phrase = words.column_phrase(data, value)
    series = select.series_of(data, names)
    groups = [name for name in dict.fromkeys(series) if name]
    methods = words.interval_sentence(data, "bands")
    caption = words.sentences(
        f"{phrase[:1].upper()}{phrase[1:]} OVER"
        + (f": {words.listing(groups)}." if groups else "."),
        "A gap means that a period has no texts." if x == "period" else "",
        methods,
    )
    at = [words.label(v) if x == "period" else f"{words.number(v)} %" for v in data[x]]
    labels = [f"{name} at {where}".strip() for name, where in zip(series, at, strict=True)]
    alt = words.sentences(
        f"Line chart of {words.plural(max(len(groups), 1), 'line')}.",
        "Horizontal axis: OVER.",
        f"Vertical axis: {phrase}, {words.value_range(data[value])}.",
        words.top_three(labels, data[value]),
    )
    split = [name for name in names if name not in select.ITEMS]
    known = data[data[value].notna()]
    return caption, alt, [words.base_sentence(known, [*split, x], unit), methods]
