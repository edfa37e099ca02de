"""What charts of rows share: names, dots and bars from the top down, intervals, keys, numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from analysis import wording as words
from analysis.charts import looks, style
from analysis.charts.edges import whole_at_edge
from analysis.charts.tags import tag


def label_rows(ax: Axes, labels: Sequence[object], size: str, *, width: int = 0) -> None:
    """Name the rows 0 … n-1 of an axes; the first row is the top one."""
    style.state_of(ax).shared = "x"
    width = width or min(
        36, int(style.axes_width(ax, size) * 72 * 0.4 / (0.46 * style.FONTS[size]))
    )
    ax.set_yticks(range(len(labels)), words.labels(labels, width), parse_math=False)
    for text, name in zip(ax.get_yticklabels(), labels, strict=True):
        text.set_fontstyle(looks.font_style(name))
    ax.set_ylim(len(labels) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="y", color=style.FAINT, linewidth=0.8)


def dot_rows(
    ax: Axes | None,
    data: pd.DataFrame,
    labels: pd.Series,
    order: Sequence[str],
    *,
    value: str,
    series: pd.Series,
    groups: Sequence[str],
    size: str,
    symmetric: bool = False,
) -> Axes:
    """Draw rows of dots with their intervals from the top down, those of a row's groups in turn."""
    # `labels` holds the row and `series` the group of each row of `data`. The groups of a row lie a
    # little below each other; where there are several, a key names them.
    # What a machine said, where hand codes corrected it, is a small hollow mark.
    height = style.row_height(size, len(order), max(1.0, 0.55 * len(groups)))
    machine = machine_column(data, value)
    named = _ALONE[: 2 * len(machine)]
    if len(groups) > 1:
        named = [*groups, *_ALONE[1 : 1 + len(machine)]]
    grey = _in_grey(groups)
    lines = len(groups) - len(grey)
    height = style.row_height(size, len(order), max(1.0, 0.55 * lines))
    ax = style.new_axes(ax, size=size, height=height + key_height(named, size))
    data = data.set_axis(range(len(data)))  # numbers of the rows, for their marks
    at = labels.map({name: row for row, name in enumerate(order)}).to_numpy(dtype=float)
    reach = 0.36 * min(1, lines / 4) if lines > 1 else 0.0
    drawn = style.group_looks(ax, groups)
    shifts = iter(np.linspace(-reach, reach, lines))
    shift_of = {name: 0.0 if name in grey else next(shifts) for name in groups}
    for name, look in zip(groups, drawn, strict=True):
        own = (series == name).to_numpy()
        shifted = at[own] + shift_of[name]
        if len(groups) > 1:
            dots(ax, data[own], value, shifted, look, name, bare=name in grey)
            continue
        each = style.row_looks(list(labels[own]), style.state_of(ax).codes[name], name)
        for other in dict.fromkeys(each):
            same = [row == other for row in each]
            dots(ax, data[own][same], value, shifted[same], other, name)
    label_rows(ax, order, size)
    fit_scale(ax, _without(data, series.isin(grey).to_numpy()), value, symmetric=symmetric)
    ax.set_xlabel(words.column_label(data, value))
    handles = group_handles(groups, drawn) if len(groups) > 1 else []
    if grey:
        handles = [handle for handle in handles if handle.get_label() not in grey]
        handles.append(_others_handle())
    if machine:
        shifted = at + series.map(shift_of).to_numpy(dtype=float)
        said = machine_marks(ax, data, data[machine[0]].to_numpy(dtype=float), shifted)
        handles = [*(handles or [corrected_handle()]), said] if said is not None else handles
    if handles:
        key(ax, handles, size)
    return ax


CROWDED = 3  # with more groups, those that are not highlighted are small dots without intervals


def _in_grey(groups: Sequence[str]) -> list[str]:
    """The groups that are drawn small and grey, since others are highlighted."""
    if len(groups) <= CROWDED:
        return []
    own = looks.current()
    grey = [name for name in groups if not own.stands_out(name)]
    return grey if len(grey) < len(groups) else []


def _without(data: pd.DataFrame, bare: np.ndarray) -> pd.DataFrame:
    """The data as an axis needs them: without intervals that are not drawn."""
    ends = [name for name in ("low", "high") if name in data.columns]
    return data.assign(**{name: data[name].astype(float).mask(bare) for name in ends})


def _others_handle() -> Line2D:
    """The mark of all groups that are not highlighted, for a key."""
    return Line2D([], [], linestyle="none", marker="o", color=style.GREY, label="the others")


_ALONE = ["corrected by hand codes", "by the machine alone"]


def machine_column(table: pd.DataFrame, value: str) -> list[str]:
    """The machine's values beside corrected ones: their column, as a list; [] if there is none."""
    return [f"{value}_machine"] if f"{value}_machine" in table.columns else []


def machine_marks(
    ax: Axes, data: pd.DataFrame, x: np.ndarray, y: np.ndarray, **more: Any
) -> Line2D | None:
    """Small hollow marks at what the machine said, where it was corrected; one for a key."""
    known = np.isfinite(x) & np.isfinite(y)
    if "low" in data.columns:
        known &= data["low"].notna().to_numpy()
    if not known.any():
        return None
    look: dict[str, Any] = {
        "linestyle": "none",
        "marker": "o",
        "markersize": rcParams["lines.markersize"] * 0.7,
        "markerfacecolor": "white",
        "markeredgecolor": style.QUIET,
        "markeredgewidth": 0.9,
    }
    options = {**look, "zorder": 5, "gid": "machine", "label": "_machine", **more}
    (drawn,) = ax.plot(x[known], y[known], **options)
    tag(drawn, data.index[known])
    return Line2D([], [], label=_ALONE[1], **look)


def machine_handles(ax: Axes) -> list[Line2D]:
    """Marks for a key, of a corrected value and of the machine's, where such are drawn."""
    drawn = [line for line in ax.lines if line.get_gid() == "machine"]
    if not drawn:
        return []
    mark = Line2D([], [])
    mark.update_from(drawn[0])
    mark.set(label=_ALONE[1], gid=None, markeredgecolor=style.QUIET)
    return [corrected_handle(), mark]


def corrected_handle() -> Line2D:
    """The mark of a corrected value, for a key."""
    return Line2D([], [], linestyle="none", marker="o", color=style.INK, label=_ALONE[0])


def dots(
    ax: Axes,
    data: pd.DataFrame,
    value: str,
    at: np.ndarray,
    look: style.Look,
    name: str,
    *,
    bare: bool = False,
) -> None:
    """One group's values as dots and its intervals, where there are any, as lines."""
    colour, below = look.colour, look.below
    if bare:
        data = data.drop(columns=["low", "high"], errors="ignore")
        look = look._replace(code=0)
    if {"low", "high"} <= set(data.columns):
        low, high = data[["low", "high"]].to_numpy(dtype=float).T
        lines = intervals(ax, at, low, high, colour=colour, zorder=2 + below)
        tag(lines, data.index[data[["low", "high"]].notna().all(axis=1)])
    values, hollow = data[value].to_numpy(dtype=float), without_interval(data)
    large: dict[str, Any] = {"markersize": rcParams["lines.markersize"] * 1.7, "zorder": 4}
    for right, beyond in ((True, np.isposinf(values)), (False, np.isneginf(values))):
        arrows(ax, at[beyond & ~hollow], colour, right=right, gid="infinite", **large)
        open_ = {**large, "markerfacecolor": "white", "markeredgecolor": colour}
        arrows(ax, at[beyond & hollow], colour, right=right, gid="infinite hollow", **open_)
    at, of = at[np.isfinite(values)], data.index[np.isfinite(values)]
    values, hollow = values[np.isfinite(values)], hollow[np.isfinite(values)]
    (dots,) = ax.plot(
        values[~hollow],
        at[~hollow],
        linestyle="none",
        marker=look.marker,
        color=colour,
        markersize=rcParams["lines.markersize"] * (0.75 if bare else 1),
        markeredgecolor="white",
        markeredgewidth=0.4,
        label=name or "_",
        zorder=3 + below,
        gid="dots",
    )
    whole_at_edge(dots)
    tag(dots, of[~hollow])
    empty = hollow_marks(ax, values[hollow], at[hollow], colour, look.marker, zorder=3 + below)
    if empty is not None:
        tag(empty, of[hollow])


def without_interval(data: pd.DataFrame) -> np.ndarray:
    """Whether the estimate of each row lacks the interval that was asked for."""
    if not {"low", "high"} <= set(data.columns):
        return np.zeros(len(data), dtype=bool)
    unknown: np.ndarray = np.isnan(data[["low", "high"]].to_numpy(dtype=float)).any(axis=1)
    return unknown


def hollow_marks(
    ax: Axes, x: np.ndarray, y: np.ndarray, colour: str, marker: str = "o", **more: Any
) -> Line2D | None:
    """Hollow dots: estimates without an interval."""
    if not len(x):
        return None
    (drawn,) = ax.plot(
        x,
        y,
        linestyle="none",
        marker=marker,
        markerfacecolor="white",
        markeredgecolor=colour,
        markeredgewidth=rcParams["lines.linewidth"] * 0.8,
        **{"label": "_hollow", "zorder": 3, "gid": "hollow", **more},
    )
    whole_at_edge(drawn)
    return drawn


def intervals(
    ax: Axes, at: np.ndarray, low: np.ndarray, high: np.ndarray, *, colour: str, zorder: float = 2
) -> LineCollection:
    """Horizontal lines from low to high, where both are known; an arrow where one is infinite."""
    known = ~np.isnan(low) & ~np.isnan(high)
    seen = np.concatenate([low, high, [0.0]])
    # farther than any axis reaches, which may be that of another panel
    far = 1e4 * float(np.abs(seen[np.isfinite(seen)]).max() or 1.0)
    lines = ax.hlines(
        at[known],
        np.maximum(low[known], -far),
        np.minimum(high[known], far),
        color=colour,
        alpha=0.5,  # the values are the message
        linewidth=rcParams["lines.linewidth"] * 0.75,
        zorder=zorder,
        gid="intervals",
    )
    arrows(ax, at[known & np.isposinf(high)], colour, right=True)
    arrows(ax, at[known & np.isneginf(low)], colour, right=False)
    return lines


def arrows(
    ax: Axes, at: np.ndarray, colour: str, *, right: bool, gid: str = "open", **more: Any
) -> None:
    """Arrows at an end of the axis, of what has no end there."""
    if not len(at):
        return
    ax.plot(
        np.full(len(at), float(right)),
        at,
        transform=ax.get_yaxis_transform(),
        linestyle="none",
        marker=">" if right else "<",
        color=colour,
        clip_on=False,
        **{"label": "_open", "zorder": 3, "gid": gid, "markeredgecolor": "none", **more},
    )


def describe_dots(
    data: pd.DataFrame,
    value: str,
    caption: str,
    shape: str,
    names: Sequence[str],
    notes: Sequence[str],
    intervals: words.Intervals,
    subtitle: str = "",
) -> style.Description:
    """Caption, alt text and notes of dots with intervals; `names` says what each dot stands for."""
    if {"low", "high"} <= set(data.columns):
        caption = words.sentences(caption, "Dots are values.")
    axis = {"Horizontal": words.column_phrase(data, value)}
    alt = words.alt_text(f"Dot plot of {shape}.", axis, names, data[value])
    unit = "x" if subtitle else ""
    return style.Description(caption, alt, notes, intervals, subtitle=subtitle, unit=unit)


def subtitle(data: pd.DataFrame, value: str, names: Sequence[str], groups: Sequence[str]) -> str:
    """What is measured and of what, as in "Per 1,000 words, by side" or ", in Russia"."""
    text = words.column_label(data, value)
    if names and len(groups) == 1 and groups[0]:
        return f"{text}, in {words.label(groups[0], 40)}"
    return f"{text},{words.split_phrase(names)}" if names else text


def names_in_groups(items: pd.Series, series: pd.Series) -> list[str]:
    """What each row of a table stands for: "peace in east"."""
    return [
        words.sentences(words.label(item), f"in {words.label(group, 60)}" if group else "")
        for item, group in zip(items, series, strict=True)
    ]


def key(ax: Axes, handles: Sequence[Any], size: str, *, whole: bool = False) -> Legend | None:
    """A key in one or more lines above the axes, where it covers no data."""
    # A panel of small multiples only keeps its handles: the key of the `whole` figure shows them.
    labels = [words.label(handle.get_label(), 30) for handle in handles]
    state = style.state_of(ax)
    if state.panel and not whole:
        state.handles = list(handles)
        return None
    if len(labels) < 2:
        return None
    font = style.FONTS[size]
    own = state.own_figure
    figure = style.root_figure(ax)
    width = figure.get_figwidth() * (1 if own else ax.get_position().width)
    columns = key_columns(labels, size, width)
    place = {"loc": "lower left", "bbox_to_anchor": (0, 1.0)}
    if own:  # the whole width of the figure, not only that of the axes
        place = {"loc": "outside upper left"}
    owner: Any = figure if own else ax
    legend: Legend = owner.legend(handles, labels, ncols=columns, borderpad=0.1, **place)
    for text in legend.get_texts():
        text.set(parse_math=False, color=style.INK, fontsize=font)
    for text, handle in zip(legend.get_texts(), handles, strict=True):
        text.set_fontstyle(looks.font_style(handle.get_label()))
    return legend


def key_height(groups: Sequence[str], size: str) -> float:
    """Room in inches that the key of a chart of its own takes above the axes."""
    if len(groups) < 2:
        return 0.0
    labels = [words.label(name, 30) for name in groups]
    lines = -(-len(labels) // key_columns(labels, size, style.SIZES[size][0]))
    return (1.5 * lines + 1) * style.FONTS[size] / 72


def key_columns(labels: Sequence[str], size: str, width: float) -> int:
    """How many labels of a key stand side by side in a width given in inches."""
    cell = (max(words.cells(text) for text in labels) * 0.5 + 3.6) * style.FONTS[size] / 72
    return max(1, min(len(labels), int((width - 0.15) / cell)))


def group_handles(
    names: Sequence[str], looks: Sequence[style.Look], *, lines: bool = False
) -> list[Line2D]:
    """Marks of the groups, for a key."""
    return [
        Line2D(
            [],
            [],
            linestyle=look.line if lines else "none",
            marker=look.marker,
            color=look.colour,
            label=name,
        )
        for look, name in zip(looks, names, strict=True)
    ]


def side_column(ax: Axes, texts: Sequence[str], head: str, size: str) -> None:
    """A column of small texts to the right of the rows, with its head above."""
    font = max(style.FONTS[size] * 0.9, 7.0)
    style_of: dict[str, Any] = {"fontsize": font, "color": style.QUIET}
    widest = max(words.cells(text) for text in [head, *texts]) * 0.52 * font
    for row, text in enumerate([head, *texts]):
        ax.annotate(
            text,
            xy=(1, row - 1) if row else (1, 1),
            xycoords=("axes fraction", "data" if row else "axes fraction"),
            xytext=(4 + widest, 0 if row else 2),
            textcoords="offset points",
            va="center" if row else "bottom",
            ha="right",
            annotation_clip=False,
            gid="side" if row else "side head",
            parse_math=False,
            **style_of,
        )


def zero_line(ax: Axes, axis: str = "x") -> None:
    """A thin line at zero, where zero means "no difference"."""
    draw = ax.axvline if axis == "x" else ax.axhline
    draw(0, color=style.QUIET, linewidth=0.8, zorder=1, gid="zero")


def fit_scale(
    ax: Axes, data: pd.DataFrame, value: str, *, axis: str = "x", symmetric: bool = False
) -> None:
    """Room for the values and their intervals, with zero in view."""
    # The axis begins at zero where no value lies below it, so that lengths compare as numbers; an
    # interval many times as long as the highest value does not press all values against zero.
    # `symmetric` puts zero in the middle. Where all values are whole numbers, so are the ticks.
    known = (value, "low", "high", *machine_column(data, value))
    drawn = [name for name in known if name in data.columns]
    array = data[drawn].to_numpy(dtype=float)
    array = array[np.isfinite(array)]
    if not len(array):
        return
    highest, lowest = float(array.max()), float(array.min())
    if lowest >= 0 and not symmetric:
        top = float(np.nanmax(data[value].to_numpy(dtype=float)))
        style.state_of(ax).longest = (axis, top, highest)
        if not style.state_of(ax).panel:  # plot_small_multiples looks at all panels
            highest = min(highest, style.axis_end([ax]))
    low, high = 0 - (0.012 if axis == "x" else 0.025) * (highest or 1), (highest or 1) * 1.06
    if symmetric:
        high = max(highest, -lowest, 0.05 / 1.08) * 1.08
        low = -high
        zero_line(ax, axis)
    elif lowest < 0:
        pad = 0.06 * ((highest - lowest) or 1)
        low, high = min(lowest - pad, 0), max(highest + pad, 0)
    if not symmetric and (array == np.round(array)).all():
        (ax.xaxis if axis == "x" else ax.yaxis).set_major_locator(MaxNLocator("auto", integer=True))
    (ax.set_xlim if axis == "x" else ax.set_ylim)(low, high)


def position_axis(ax: Axes) -> None:
    """Positions in the text, from 0 to 100 %."""
    ax.xaxis.set_major_locator(FixedLocator([0, 25, 50, 75, 100]))
    ax.set_xlabel("Position in the text (%)")


def percent_axis(ax: Axes) -> None:
    """Shares as per cent."""
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{words.number(round(100 * x, 8))} %"))


class Block(NamedTuple):
    """Rows under one head; `side` is −1 where positive values are drawn to the left."""

    head: str
    rows: int
    side: int = 1


def draw_blocks(
    ax: Axes,
    data: pd.DataFrame,
    blocks: Sequence[Block],
    *,
    value: str,
    bound: str | None,
    filled: np.ndarray,
    size: str,
    label: str = "term",
    colours: Sequence[str] = (),
) -> None:
    """Draw each row of `data` as a bar, block after block from the top down."""
    # A block's head stands in a row of its own. Bars to the left are hatched, so that the sides
    # differ in grey print too; hollow bars are those not `filled`. `bound` is marked by a stroke.
    names: list[object] = []
    heads: list[int] = []
    at = np.zeros(len(data))
    start = 0
    for block in blocks:
        heads.append(len(names))
        names.append(block.head)
        at[start : start + block.rows] = len(names) + np.arange(block.rows)
        names += list(data[label].iloc[start : start + block.rows])
        start += block.rows
    side = np.repeat([block.side for block in blocks], [block.rows for block in blocks])
    length = data[value].to_numpy(dtype=float) * side
    for row in range(len(data)):
        colour = colours[row] if len(colours) else ""
        second, sure = bool(length[row] < 0), bool(filled[row])
        bar = draw_bar(ax, float(at[row]), float(length[row]), second, sure, colour)
        tag(bar, int(data.index[row]))
    if bound is not None:
        strokes(ax, at, data[bound].to_numpy(dtype=float) * side)
    label_rows(ax, names, size)
    ax.grid(visible=False)
    for row in heads:
        ax.get_yticklabels()[row].set(fontweight="bold", color=style.INK)
    zero_line(ax)
    bar_limits(ax, length, mirrored=bool((side < 0).any()))


def bar_style(look: style.Look | int, hatched: bool = True) -> dict[str, Any]:
    """Colour, edge and hatch of a bar; the lines of the hatch can be seen on the colour."""
    if not isinstance(look, style.Look):
        look = style.Look(style.COLOURS[look], look)
    colour = look.colour
    edge = style.text_colour(colour) if style.luminance(to_rgb(colour)) > 0.1 else "#bbbbbb"
    hatch = look.hatch if hatched else ""
    return {"facecolor": colour, "edgecolor": edge, "hatch": hatch, "linewidth": 0.6}


def patch(label: str, look: style.Look | int, hatched: bool = True) -> Patch:
    """The mark of a bar in a key."""
    return Patch(label=label, **bar_style(look, hatched))


def draw_bar(
    ax: Axes, at: float, length: float, second: bool, filled: bool = True, colour: str = ""
) -> Patch:
    """One bar: blue, or hatched orange for the second kind; hollow where not significant."""
    colour = colour or style.COLOURS[second]
    look = bar_style(style.Look(colour, int(second)))
    if not filled:
        look |= {"facecolor": "white", "edgecolor": colour, "hatch": ""}
    gid = "bar" if filled else "bar not sure"
    drawn: Patch = ax.barh(at, length, height=0.68, zorder=2, gid=gid, **look).patches[0]
    return drawn


def strokes(ax: Axes, at: np.ndarray, bound: np.ndarray) -> None:
    """A stroke in each bar, at a bound or a part of it; none where it is zero."""
    known = np.isfinite(bound) & (bound != 0)
    unit = rcParams["lines.linewidth"]
    for width, colour, order in ((2.1 * unit, "white", 3), (0.85 * unit, style.INK, 4)):
        ax.vlines(
            bound[known],
            at[known] - 0.34,
            at[known] + 0.34,
            color=colour,
            linewidth=width,
            zorder=order,
            gid="bound" if colour != "white" else "bound edge",
        )


def bar_limits(ax: Axes, length: np.ndarray, *, mirrored: bool) -> None:
    """Room at both ends; where two groups stand back to back, both sides count upward."""
    if not len(length):
        ax.set_xlim(0, 1)
        ax.set_xticks([])
        return
    low, high = min(float(length.min()), 0.0), max(float(length.max()), 0.0)
    if low == high:
        high = 1.0
    pad = 0.04 * (high - low)
    ax.set_xlim(low - (pad if low < 0 else 0), high + (pad if high > 0 else 0))
    form = abs if mirrored else float
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: words.number(form(round(x, 10)))))
