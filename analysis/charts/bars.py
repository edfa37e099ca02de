"""Bars to the left and right of zero, in blocks with a head each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from analysis.charts import rows, style, words


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
) -> None:
    """Draw each row of `data` as a bar, block after block from the top down.

    A block's head stands in a row of its own. Bars to the left are hatched, so that the sides
    differ in grey print too; hollow bars are those not `filled`. `bound` is marked by a stroke.
    """
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
        draw_bar(ax, float(at[row]), float(length[row]), bool(length[row] < 0), bool(filled[row]))
    if bound is not None:
        strokes(ax, at, data[bound].to_numpy(dtype=float) * side)
    rows.label_rows(ax, names, size)
    ax.grid(visible=False)
    for row in heads:
        ax.get_yticklabels()[row].set(fontweight="bold", color=style.INK)
    rows.zero_line(ax)
    limits(ax, length, mirrored=bool((side < 0).any()))


def draw_bar(ax: Axes, at: float, length: float, second: bool, filled: bool = True) -> None:
    """One bar: blue, or hatched orange for the second kind; hollow where not sure."""
    colour, hatch = style.COLOURS[second], style.HATCHES[second]
    ax.barh(
        at,
        length,
        height=0.68,
        color=colour if filled else "white",
        edgecolor=style.text_colour(colour) if filled and second else colour,
        hatch=hatch if filled else "",
        linewidth=0.6,
        zorder=2,
        gid="bar" if filled else "bar not sure",
    )


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


def limits(ax: Axes, length: np.ndarray, *, mirrored: bool) -> None:
    """Room at both ends; where two groups stand back to back, both sides count upward."""
    low, high = min(float(length.min()), 0.0), max(float(length.max()), 0.0)
    pad = 0.04 * ((high - low) or 1.0)
    ax.set_xlim(low - (pad if low < 0 else 0), high + (pad if high > 0 else 0))
    form = abs if mirrored else float
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: words.number(form(round(x, 10)))))
