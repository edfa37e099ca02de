"""Dots of groups: up to three in one panel, more in a panel each, with the others in grey."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes

from analysis import wording as words
from analysis.charts import looks, rows, style
from analysis.tables import InputError

MOST = 3  # groups in one panel, unless asked otherwise
GHOSTS = "Grey dots are the other groups."
_LINES = 0.85  # height of a row, which has one dot with an interval
_ACROSS = {"column": 2, "page": 3, "slide": 4}


def in_panels(ax: Axes | None, groups: Sequence[str], panels: bool | None) -> bool:
    """Whether groups get a panel each: if asked for, else where there are more than three."""
    if panels not in (None, True, False):
        raise InputError(f"panels={panels!r} is neither True, False nor None.")
    if panels and ax is not None and not style.state_of(ax).panel:
        raise InputError("panels=True makes a figure of several axes; leave ax out.")
    if ax is not None or panels is False or len(groups) < 2:
        return False
    return bool(panels) or (len(groups) > MOST and not looks.current().highlight)


def rows_that_fit(size: str, top: int, groups: Sequence[str], panels: bool) -> int:
    """How many rows a slide has room for; elsewhere as many as asked."""
    if not panels:
        lines = max(1.0, 0.55 * len(groups))
        return style.rows_that_fit(size, top, lines, rows.key_height(groups, size))
    down = _shape(len(groups), size)[0]
    return style.rows_that_fit(size, top, down * _LINES, down * 2.5 * style.FONTS[size] / 72)


def dot_panels(
    data: pd.DataFrame,
    labels: pd.Series,
    order: Sequence[str],
    *,
    value: str,
    series: pd.Series,
    groups: Sequence[str],
    size: str,
) -> Axes:
    """Draw a panel for each group, all with the same rows and scale; returns the first of them."""
    axes = _axes(len(groups), len(order), size)
    data = data.set_axis(range(len(data)))  # numbers of the rows, for their marks
    at = labels.map({name: row for row, name in enumerate(order)}).to_numpy(dtype=float)
    values = data[value].to_numpy(dtype=float)
    machine = rows.machine_column(data, value)
    names = min(36, int(style.SIZES[size][0] * 72 * 0.3 / (0.46 * style.FONTS[size])))
    heads = int(style.axes_width(axes[0], size) * 0.75 * 72 / (0.5 * style.FONTS[size]))
    grid = axes[0].get_gridspec()
    across = 1 if grid is None else grid.ncols
    drawn = style.group_looks(axes[0], groups)
    handles: list[Any] = []
    for number, (ax, name, look) in enumerate(zip(axes, groups, drawn, strict=True)):
        own = (series == name).to_numpy()
        others = ~own & np.isfinite(values)
        ax.plot(
            values[others],
            at[others],
            linestyle="none",
            marker="o",
            markersize=rcParams["lines.markersize"] * 0.7,
            color="#cccccc",
            markeredgecolor="none",
            label="_ghost",
            zorder=1.5,
            gid="ghost",
        )
        rows.dots(ax, data[own], value, at[own], look._replace(code=0), name)
        if machine:
            said = data[machine[0]].to_numpy(dtype=float)[own]
            mark = rows.machine_marks(ax, data[own], said, at[own])
            handles = handles if mark is None else [rows.corrected_handle(), mark]
        rows.label_rows(ax, order, size, width=names)
        rows.fit_scale(ax, data, value)
        ax.set_title(
            words.label(name, heads),
            loc="left",
            parse_math=False,
            color=style.text_colour(look.colour) if look.colour != style.GREY else style.QUIET,
        )
        bottom = number + across >= len(axes)
        ax.tick_params(labelleft=number % across == 0, labelbottom=bottom)
        ax.set_xlabel(words.column_label(data, value) if bottom else "")
    rows.key(axes[0], handles, size)
    return axes[0]


def _shape(number: int, size: str) -> tuple[int, int]:
    """Panels below each other and side by side: of four two by two, not three and one."""
    down = -(-number // _ACROSS[size])
    return down, -(-number // down)


def _axes(number: int, lines: int, size: str) -> list[Axes]:
    """The empty panels of a new figure, as high as their rows need."""
    down, across = _shape(number, size)
    line = style.FONTS[size] / 72
    height = down * (max(lines * 1.75 * _LINES, 4) + 2.6) * line + 3 * line
    width = style.SIZES[size][0]
    figure, grid = plt.subplots(
        down, across, figsize=(width, height), layout="constrained", squeeze=False
    )
    style.pad_layout(figure)
    every = list(grid.ravel())
    for ax in every[number:]:
        ax.remove()
    for ax in every[:number]:
        style.set_state(ax, style.ChartState(own_figure=True))
        style.style_axes(ax, size)
    return every[:number]
