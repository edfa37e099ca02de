"""A heatmap of any two columns, with the number behind each cell written in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import TwoSlopeNorm

from analysis.charts import select, style, words
from analysis.tables import InputError, require_columns

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
    """Draw a value for each pair of row and column as shade, with n in the cell.

    Parameters
    ----------
    table : pandas.DataFrame
        One row per pair, e.g. what `count_entities(by="doc")` returns.
    row, column : str
        The columns that give the rows ("entity") and the columns ("doc", "outlet").
    value : str
        The column shown as shade.
    n : str, optional
        The column written in the cells; "count" where the table has it, else `value`.
    top : int
        Rows drawn: those with the highest sum of n, ties by name. All columns are drawn, in
        their categorical order or as they first appear.
    limits : (float, float), optional
        Values of the lightest and the darkest shade, to make several heatmaps comparable.
    size : {"page", "column", "slide"}
        Width and letters.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes
        First row on top, column names above. A cell stays blank where the pair is absent: no row
        in the table, no value, or an n of zero. Values on both sides of zero get two hues.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, has several rows for a pair, or more columns
        than fit the width.

    Notes
    -----
    Shades are read only roughly; the numbers are there to be read. A count depends on the length
    of the text: draw a rate to compare documents of different length.

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
    data = _cells(work, row, column, value, n, style.require_top(top))
    at, across = select.item_names(data, row), select.texts(data[column])
    names, heads = ranked(at, data[n]), list(across.unique())
    width = style.width_of(ax, size)
    require_width(names, heads, _digits(data[n]), size, width)
    ax = style.start(ax, size=size, height=height_of(names, heads, size, width))
    mesh = _shade(ax, matrix(data[value], at.map(names.index), across.map(heads.index)), limits)
    _write(ax, matrix(data[n], at.map(names.index), across.map(heads.index)), mesh, size)
    name_cells(ax, names, heads, size)
    if value != n:
        _scale(ax, mesh, words.column_label(data, value), size)
    caption, alt, notes = _told(table, data, row=row, column=column, value=value, n=n)
    params = {"row": row, "column": column, "value": value, "n": n, "top": top}
    params["limits"] = [float(x) for x in limits] if limits is not None else None
    return style.finish(
        ax,
        data,
        call="plot_heatmap",
        params=params,
        caption=caption,
        alt=alt,
        notes=notes,
        size=size,
    )


def _cells(
    table: pd.DataFrame, row: str, column: str, value: str, n: str, top: int
) -> pd.DataFrame:
    """The cells drawn, column by column: drawn again, the columns come in the same order."""
    work = table.assign(_row=select.item_names(table, row), _column=select.texts(table[column]))
    doubled = work.duplicated(["_row", "_column"])
    if doubled.any():
        first = work[doubled].iloc[0]
        raise InputError(
            f"The heatmap table has several rows for {row} {first['_row']!r} and {column} "
            f"{first['_column']!r}; sum them first or draw one group."
        )
    kept = ranked(work["_row"], work[n])[:top]
    heads = select.in_order(table, [column])
    work = work[work["_row"].isin(kept)]
    work = work.assign(
        _row=work["_row"].map(kept.index), _column=select.series_of(work, [column]).map(heads.index)
    ).sort_values(["_column", "_row"], kind="stable")
    return select.columns_drawn(work, [row, "label", column, value, n, "base"])


def ranked(names: pd.Series, n: pd.Series) -> list[str]:
    """Names of the rows by falling sum of n, then by name."""
    total = pd.DataFrame({"name": names, "n": n}).groupby("name")["n"].sum().reset_index()
    return list(total.sort_values(["n", "name"], ascending=[False, True])["name"])


def matrix(values: pd.Series, row: pd.Series, column: pd.Series) -> np.ndarray:
    """Values by row and column, NaN where there is none."""
    matrix = np.full((int(row.max()) + 1, int(column.max()) + 1), np.nan)
    matrix[row.to_numpy(dtype=int), column.to_numpy(dtype=int)] = values.to_numpy(dtype=float)
    return matrix


def _digits(matrix: np.ndarray | pd.Series) -> int:
    """Letters of the widest number."""
    values = np.asarray(matrix, dtype=float)
    return max(len(words.number(x)) for x in values[np.isfinite(values)])


def require_width(
    names: list[str], heads: list[str], letters: int, size: str, width: float
) -> None:
    """Refuse more columns than can hold a readable number and a readable name."""
    font = style.FONTS[size]
    room = _room(names, size, width)
    cell = max(letters * 0.62 * number_font(size) + 2, font * 1.15)
    if len(heads) * cell > room:
        raise InputError(
            f"{len(heads)} columns do not fit at size={size!r} (at most {int(room / cell)}); draw "
            "fewer of them, swap row and column, or choose a wider size."
        )


def _room(names: list[str], size: str, width: float) -> float:
    """Points of type that are left for the cells beside the names of the rows."""
    labels = max(words.cells(words.label(name, _LABELS[size])) for name in names)
    return width * 72 - labels * 0.6 * style.FONTS[size] - 20


def number_font(size: str) -> float:
    """Letters in points of what stands in a cell."""
    return max(style.FONTS[size] * 0.85, 7.0)


def _turned(names: list[str], heads: list[str], size: str, width: float) -> bool:
    """Whether the names of the columns are too wide to stand upright above them."""
    widest = max(words.cells(words.label(head, _LABELS[size])) for head in heads)
    room = (_room(names, size, width) - 4 * style.FONTS[size]) / len(heads)
    return widest * 0.65 * style.FONTS[size] > room


def height_of(
    names: list[str], heads: list[str], size: str, width: float, lines: float = 1.0
) -> float:
    """Height in inches: the rows, and the names above when they are turned."""
    font = style.FONTS[size] / 72
    above = 0.0
    if _turned(names, heads, size, width):
        above = max(words.cells(words.label(h, _LABELS[size])) for h in heads) * 0.6 * font
    return style.row_height(size, len(names), lines) + above


def _shade(ax: Axes, matrix: np.ndarray, limits: Sequence[float] | None) -> QuadMesh:
    """The shaded cells: one hue for values of one sign, two hues around zero."""
    known = matrix[np.isfinite(matrix)]
    low, high = (min(known.min(), 0), known.max()) if limits is None else limits
    shades = np.ma.masked_invalid(matrix)
    common: dict[str, Any] = {"edgecolors": "white", "linewidth": 1.0, "gid": "cells"}
    if low < 0 < high or (low < 0 and high <= 0):
        reach = max(abs(low), abs(high))
        norm = TwoSlopeNorm(0, -reach, reach)
        return ax.pcolormesh(shades, cmap=colormaps["PuOr"], norm=norm, **common)
    top = high if high > low else low + 1
    return ax.pcolormesh(shades, cmap=colormaps["Blues"], vmin=low, vmax=top * 1.15, **common)


def _scale(ax: Axes, mesh: QuadMesh, text: str, size: str) -> None:
    """What the shades stand for; in small multiples once for all panels."""
    if style.is_panel(ax):
        setattr(ax, "_discourse_bar", (mesh, text))  # noqa: B010
        return
    bar = style.root_figure(ax).colorbar(mesh, ax=ax, fraction=0.03, pad=0.02, aspect=25)
    bar.set_label(text)
    style.dress(bar.ax, size)


def _write(ax: Axes, numbers: np.ndarray, mesh: QuadMesh, size: str) -> None:
    """The number in each cell, dark on light and light on dark."""
    shades: np.ndarray = np.ma.filled(np.ma.asarray(mesh.get_array(), dtype=float), np.nan)
    for row, across in np.argwhere(np.isfinite(numbers)):
        colour = np.asarray(mesh.to_rgba(shades))[row, across].tolist()
        ax.text(
            across + 0.5,
            row + 0.5,
            words.number(numbers[row, across]),
            ha="center",
            va="center",
            fontsize=number_font(size),
            color="white" if style.luminance(colour) < 0.25 else style.INK,
            gid="n",
        )


def name_cells(ax: Axes, names: list[str], heads: list[str], size: str) -> None:
    """Names of rows at the left, of columns above; the first row is the top one."""
    style.share(ax, "")
    width = _LABELS[size]
    ax.set_ylim(len(names), 0)
    ax.set_yticks(np.arange(len(names)) + 0.5, words.labels(names, width), parse_math=False)
    ax.xaxis.tick_top()
    turned = _turned(names, heads, size, style.width_of(ax, size))
    ax.set_xticks(
        np.arange(len(heads)) + 0.5,
        words.labels(heads, width),
        parse_math=False,
        rotation=90 if turned else 0,
    )
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)


def _told(
    table: pd.DataFrame, data: pd.DataFrame, *, row: str, column: str, value: str, n: str
) -> tuple[str, str, list[str]]:
    """Caption, alt text and note sentences."""
    names, heads = select.item_names(data, row).nunique(), select.texts(data[column]).nunique()
    phrase, number = words.column_phrase(data, value), words.column_phrase(data, n)
    shade = f"Shade and number: {phrase}." if value == n else f"Shade: {phrase}; number: {number}."
    shape = f"{words.plural(names, row)} by {words.plural(heads, column)}"
    blank = "A blank cell means that the pair does not occur."
    caption = f"{shape[:1].upper()}{shape[1:]}. {shade} {blank}"
    pairs = [
        f"{words.label(a, 40)} in {words.label(b, 40)}"
        for a, b in zip(data[row], data[column], strict=True)
    ]
    alt = words.sentences(
        f"Heatmap of {shape}.",
        f"Shade: {phrase}, {words.value_range(data[value])}.",
        words.top_three(pairs, data[value]),
    )
    available = select.item_names(table, row).nunique()
    total = f"n = {words.number(float(data[n].sum()))} in the cells." if n == "count" else ""
    return caption, alt, [shade, total, select.totals(data, names, available)]
