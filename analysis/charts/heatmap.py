"""Grids: a heatmap of any two columns."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import TwoSlopeNorm, to_rgba
from matplotlib.patches import Rectangle

from analysis import wording as words
from analysis.charts import looks, select, style
from analysis.charts.tags import tag
from analysis.tables import InputError, require_columns

_PALE = 0.25  # opacity of cells that are not highlighted
_LABELS = {"column": 20, "page": 26, "slide": 26}  # letters of a name


@style.chart
def plot_heatmap(
    table: pd.DataFrame,
    *,
    row: str,
    column: str,
    value: str = "count",
    n: str | None = None,
    top: int = 20,
    limits: Sequence[float] | None = None,
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Plot a value for each pair of row and column as a shade, with n written in the cell.

    Parameters
    ----------
    table : pandas.DataFrame
        One row per pair, such as `count_entities(by="doc")` returns. Needed: `row`, `column`,
        `value` and `n`.
    row, column : str
        The columns that give the rows ("entity") and the columns ("doc", "outlet") of the grid.
    value : str
        The column shown as shade.
    n : str, optional
        The column written in the cells. If None: "count" where the table has it, else `value`.
    top : int
        Number of rows to plot: those with the highest sum of n, ties by name. All columns are
        plotted, in categorical order or as they first appear.
    limits : (float, float), optional
        Values of the lightest and the darkest shade, to make several heatmaps comparable.
    %(axes)s

    Returns
    -------
    matplotlib.axes.Axes
        The first row at the top, column names above. A cell is blank where the pair does not occur:
        no row in the table, no value, or an n of zero. Values on both sides of zero get two hues,
        and ▲ or ▼ where n stands in the cell.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, has more than one row for a pair, or more columns
        than fit the width.

    Notes
    -----
    Shades can be read only roughly; that is why the numbers are given. A count depends on the
    length of the text: to compare documents of different lengths, plot a rate.

    Examples
    --------
    >>> import pandas as pd
    >>> pairs = pd.DataFrame({"entity": ["NATO", "UN"], "doc": ["a", "b"], "count": [3, 1]})
    >>> [t.get_text() for t in plot_heatmap(pairs, row="entity", column="doc").texts]
    ['3', '1']
    """
    what = "heatmap"
    require_columns(table, [row, column, value], what)
    n = n or ("count" if "count" in table.columns else value)
    select.numeric(table, value, what)
    select.numeric(table, n, what)
    work = table[table[value].notna() & (table[n] != 0)]
    style.require_rows(work, what)
    _require_pairs(work, row, column)
    items = select.item_names(work, row)
    order = ranked(items, work[n])[:top], select.in_order(work, [column])
    columns = [row, "label", column, value, n, "base", "group_documents"]
    data = in_cells(work, items, select.series_of(work, [column]), order, columns)
    at, across = select.item_names(data, row), select.texts(data[column])
    names, heads = ranked(at, data[n]), list(across.unique())
    letters = max(len(words.number(x)) for x in data[n] if np.isfinite(x))
    letters += 2 * bool(value != n and (data[value] < 0).any())
    ax = new_grid(ax, names, heads, letters, size)
    place = at.map(names.index), across.map(heads.index)
    values = matrix_of(data[value], *place)
    known = values[np.isfinite(values)]
    low, high = (min(known.min(), 0), known.max()) if limits is None else limits
    mesh = shade_cells(ax, values, low, high)
    tag(mesh, rows_of_cells(*place))
    write_cells(
        ax,
        place,
        _numbers(data, n, value, low < 0),
        size,
        shades=mesh.to_rgba(data[value].to_numpy(dtype=float)),
    )
    name_cells(ax, names, heads, size)
    if value != n:
        shade_bar(ax, mesh, words.column_label(data, value), size)
    text = _describe_heatmap(table, data, row=row, column=column, value=value, n=n)
    limits = [float(x) for x in limits] if limits is not None else None
    return style.describe(ax, data, text, n=n, limits=limits)


def _numbers(data: pd.DataFrame, n: str, value: str, signed: bool) -> list[str]:
    """What stands in the cells: n, with a sign for the side of zero where that is a hue only."""
    texts = [words.number(x) for x in data[n]]
    if not signed or n == value:
        return texts
    return [f"{sign(x)} {text}" for x, text in zip(data[value], texts, strict=True)]


def sign(value: float) -> str:
    """A sign for the side of zero that can be told without colour."""
    return "▲" if value > 0 else "▼" if value < 0 else "="


def _require_pairs(table: pd.DataFrame, row: str, column: str) -> None:
    """Refuse a table with several rows for a cell."""
    pairs = table.assign(_row=select.item_names(table, row), _column=select.texts(table[column]))
    doubled = pairs.duplicated(["_row", "_column"])
    if doubled.any():
        first = pairs[doubled].iloc[0]
        raise InputError(
            f"The heatmap table has several rows for {row} {first['_row']!r} and {column} "
            f"{first['_column']!r}; sum them first or draw one group."
        )


def in_cells(
    table: pd.DataFrame,
    at: pd.Series,
    across: pd.Series,
    order: tuple[list[str], list[str]],
    columns: list[str],
) -> pd.DataFrame:
    """The cells to draw, column by column: drawn again, the columns come in the same order."""
    work = table.assign(
        _row=at.map({name: row for row, name in enumerate(order[0])}),
        _column=across.map({name: place for place, name in enumerate(order[1])}),
    )
    work = work[work["_row"].notna()].sort_values(["_column", "_row"], kind="stable")
    return select.columns_drawn(work, columns)


def ranked(names: pd.Series, n: pd.Series) -> list[str]:
    """Names of the rows by falling sum of n, then by name."""
    total = pd.DataFrame({"name": names, "n": n}).groupby("name")["n"].sum().reset_index()
    return list(total.sort_values(["n", "name"], ascending=[False, True])["name"])


def matrix_of(values: pd.Series, row: pd.Series, column: pd.Series) -> np.ndarray:
    """Values by row and column, NaN where there is none."""
    matrix = np.full((int(row.max()) + 1, int(column.max()) + 1), np.nan)
    matrix[row.to_numpy(dtype=int), column.to_numpy(dtype=int)] = values.to_numpy(dtype=float)
    return matrix


def rows_of_cells(row: pd.Series, column: pd.Series) -> list[int]:
    """The row of the data that each cell shows, line by line; -1 where there is none."""
    numbers = matrix_of(pd.Series(range(len(row))), row, column)
    return [int(number) for number in np.nan_to_num(numbers, nan=-1).ravel()]


def new_grid(
    ax: Axes | None,
    names: list[str],
    heads: list[str],
    letters: int,
    size: str,
    *,
    lines: float = 1.0,
    above: float = 0.0,
) -> Axes:
    """Axes for a grid with `letters` letters in a cell; refused where its columns do not fit."""
    width = style.axes_width(ax, size)
    most = columns_that_fit(ax, names, letters, size)
    if len(heads) > most:
        raise InputError(
            f"{len(heads)} columns do not fit at size={size!r} (at most {most}); draw "
            "fewer of them, swap row and column, or choose a wider size."
        )
    written, turned = _head_texts(names, heads, size, width)
    lines_of = [line for head in written for line in head.split("\n")]
    if turned:
        above += max(map(words.cells, lines_of)) * 0.6 * style.FONTS[size] / 72
    else:
        above += 1.2 * max(head.count("\n") for head in written) * style.FONTS[size] / 72
    return style.new_axes(ax, size=size, height=style.row_height(size, len(names), lines) + above)


def columns_that_fit(ax: Axes | None, names: list[str], letters: int, size: str) -> int:
    """How many columns with `letters` letters in a cell fit beside the names of the rows."""
    cell = max(letters * 0.62 * number_font(size) + 2, style.FONTS[size] * 1.15)
    return int(_room(names, size, style.axes_width(ax, size)) / cell)


def _room(names: list[str], size: str, width: float) -> float:
    """Points of type that are left for the cells beside the names of the rows."""
    lines = [line for name in names for line in _lines_of(name, size)]
    labels = max(map(words.cells, lines))
    return width * 72 - labels * 0.6 * style.FONTS[size] - 20


def _lines_of(name: str, size: str) -> list[str]:
    """A name as it is written beside its row: in its own lines, or in one."""
    return name.split("\n") if "\n" in name else [words.label(name, _LABELS[size])]


def number_font(size: str) -> float:
    """Letters in points of what stands in a cell."""
    return max(style.FONTS[size] * 0.85, 7.0)


def _head_texts(
    names: list[str], heads: list[str], size: str, width: float
) -> tuple[list[str], bool]:
    """The names of the columns in lines, and whether they are turned as they are too wide."""
    font = style.FONTS[size]
    room = (_room(names, size, width) - 4 * font) / len(heads)
    letters = int(room / (0.54 * font))
    upright = [_in_lines(head, letters, 3) for head in words.labels(heads, 3 * _LABELS[size])]
    if all(upright):
        return upright, False
    most = max(1, min(3, int(room / (1.25 * font))))
    wide = _LABELS[size] if most > 1 else int(1.6 * _LABELS[size])
    whole = words.labels(without_brackets(heads), most * wide)
    return [_in_lines(head, wide, most) or head for head in whole], True


def without_brackets(names: list[str]) -> list[str]:
    """Names without what stands in brackets at their end, where they differ without it."""
    plain = [re.sub(r"(?<=\S)\s*\([^()]*\)$", "", name) for name in names]
    return [
        short if plain.count(short) == 1 else name for name, short in zip(names, plain, strict=True)
    ]


def _in_lines(head: str, letters: int, most: int) -> str:
    """A name in as many lines as it may have; "" if its words are too long for that."""
    if letters < 1:
        return ""
    lines = textwrap.wrap(head, letters, break_long_words=False, break_on_hyphens=True)
    fits = len(lines) <= most and all(words.cells(line) <= letters for line in lines)
    return "\n".join(lines) if fits else ""


def shade_cells(ax: Axes, values: np.ndarray, low: float, high: float, **look: Any) -> QuadMesh:
    """The shaded cells: one hue for values of one sign, two hues around zero."""
    shades = np.ma.masked_invalid(values)
    look = {"edgecolors": "white", "linewidth": 1.0, "gid": "cells", **look}
    if low < 0:
        reach = max(abs(low), abs(high))
        norm = TwoSlopeNorm(0, -reach, reach)
        return ax.pcolormesh(shades, cmap=colormaps["PuOr"], norm=norm, **look)
    top = high if high > low else low + 1
    return ax.pcolormesh(shades, cmap=colormaps["Blues"], vmin=low, vmax=top * 1.15, **look)


def shade_bar(ax: Axes, mesh: QuadMesh, text: str, size: str) -> None:
    """What the shades stand for; in small multiples once for all panels."""
    if style.state_of(ax).panel:
        style.state_of(ax).shades = (mesh, text)
        return
    bar = style.root_figure(ax).colorbar(mesh, ax=ax, fraction=0.03, pad=0.02, aspect=25)
    bar.set_label(text)
    style.style_axes(bar.ax, size)


def write_cells(
    ax: Axes,
    place: tuple[pd.Series, pd.Series],
    texts: Iterable[str],
    size: str,
    *,
    shades: Sequence[Any] | np.ndarray,
    bold: Sequence[bool] = (),
    gid: str = "n",
) -> None:
    """A text in each cell, dark on a light shade and light on a dark one."""
    for number, (row, across, text) in enumerate(zip(*place, texts, strict=True)):
        dark = style.luminance(to_rgba(shades[number])) < 0.25
        ax.text(
            across + 0.5,
            row + 0.5,
            text,
            ha="center",
            va="center",
            fontsize=number_font(size),
            linespacing=1.15,
            fontweight="bold" if bold and bold[number] else "normal",
            color="white" if dark else style.INK,
            gid=gid,
        )


def name_cells(ax: Axes, names: list[str], heads: list[str], size: str) -> None:
    """Names of rows at the left, of columns above; the first row is the top one."""
    style.state_of(ax).shared = ""
    width = _LABELS[size]
    ax.set_ylim(len(names), 0)
    ax.set_yticks(np.arange(len(names)) + 0.5, words.labels(names, width), parse_math=False)
    for text, name in zip(ax.get_yticklabels(), names, strict=True):
        text.set_fontstyle(looks.font_style(name))
    ax.xaxis.tick_top()
    written, turned = _head_texts(names, heads, size, style.axes_width(ax, size))
    ax.set_xticks(
        np.arange(len(heads)) + 0.5,
        written,
        parse_math=False,
        rotation=90 if turned else 0,
        linespacing=1.05,
    )
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
    _stand_out(ax, names, heads)


def _stand_out(ax: Axes, names: list[str], heads: list[str]) -> None:
    """Names in their colours; what is not highlighted, and its cells, paler."""
    lit = []
    for labels, own in ((ax.get_yticklabels(), names), (ax.get_xticklabels(), heads)):
        looks = style.row_looks(own, style.Look(style.INK, 0))
        shown = [look.colour != style.GREY for look in looks]
        lit.append(np.array(shown if any(shown) else [True] * len(own)))
        for label, look in zip(labels, looks, strict=True):
            label.set_color(look.colour if any(shown) else style.INK)
    seen = np.outer(*lit)
    if seen.all():
        return
    for cell in ax.patches:
        if isinstance(cell, Rectangle):
            row, column = int(cell.get_y() + cell.get_height() / 2), int(cell.get_x())
            cell.set_alpha(None if seen[row, column] else _PALE)
    for mesh in ax.collections:
        if isinstance(mesh, QuadMesh):
            mesh.set_alpha(np.where(seen, 1.0, _PALE))  # type: ignore[arg-type]


def _describe_heatmap(
    table: pd.DataFrame, data: pd.DataFrame, *, row: str, column: str, value: str, n: str
) -> style.Description:
    """Caption, alt text and notes."""
    names, heads = select.item_names(data, row).nunique(), select.texts(data[column]).nunique()
    phrase, number = words.column_phrase(data, value), words.column_phrase(data, n)
    shade = f"Shade and number: {phrase}." if value == n else f"Shade: {phrase}; number: {number}."
    shape = f"{words.plural(names, row)} by {words.plural(heads, column)}"
    blank = "A blank cell means that the pair does not occur."
    caption = f"{shape[:1].upper()}{shape[1:]}. {shade} {blank}"
    pairs = words.pairs(data[row], data[column])
    alt = words.sentences(
        f"Heatmap of {shape}.",
        f"Shade: {phrase}, {words.value_range(data[value])}.",
        words.top_three(pairs, data[value]),
    )
    total = f"n = {words.number(float(data[n].sum()))} in the cells." if n == "count" else ""
    available = select.item_names(table, row).nunique()
    shown = select.totals(data, names, available)
    about = words.Intervals([column], mark="")
    return style.Description(caption, alt, [total, shown], about, subtitle=shade)
