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

from analysis import wording as words
from analysis.charts import select, style
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


_KEY = ("entity", "label")
_NUMBERS = ("count", "documents", "negative", "neutral", "positive", "score", "low", "high")
_KNOWN = frozenset({*_KEY, *_NUMBERS, "interval"})
_ALL = "all documents"
_SOME = 5  # documents: a bootstrap of fewer says next to nothing


@style.chart
def plot_targets(
    table: pd.DataFrame,
    *,
    by: str | Sequence[str] | None = None,
    top: int = 12,
    min_count: int = 5,
    limit: float | None = None,
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Draw how each group speaks of each entity, from critical to favourable.

    Parameters
    ----------
    table : pandas.DataFrame
        What `summarise_targets` returns.
    by : str or sequence of str, optional
        The columns that give the groups; found if None.
    top : int
        Entities drawn: those mentioned most, ties by name.
    min_count : int
        A cell with fewer mentions gets no colour and no score, only its number of mentions.
    limit : float, optional
        The score of the darkest shades, up to 1; the largest one drawn if None. Set it to make
        several figures comparable.
    size : {"page", "column", "slide"}
        Width and letters.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes
        A row per entity, a column per group. In each cell the score (in bold where five documents
        or more give an interval that does not include zero) and n, the number of mentions; a
        cell is empty where the group does not mention the entity.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, has several rows for a pair, no pair with
        `min_count` mentions, or more groups than fit the width.

    Notes
    -----
    The note states how often the model errs. A shade can be the model's error: read the passages
    of a cell (`find_passages`) before making anything of it.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"side": ["a", "b"], "entity": "Kyiv", "label": "PLACE",
    ...                      "count": [9, 2], "score": [-0.25, 0.5]})
    >>> [text.get_text() for text in plot_targets(rows, by="side").texts]
    ['−0.25\\nn = 9', 'n = 2']
    """
    what = "targets"
    require_columns(table, [*_KEY, "count", "score"], what)
    for column in ("count", "score"):
        select.numeric(table, column, what)
    style.require_rows(table, what)
    _require_limit(limit)
    names = select.group_columns(table, by, key=_KEY, what=what, known=_KNOWN)
    min_count = style.require_top(min_count, "min_count")
    data = _drawn(table, names, style.require_top(top), min_count)
    at, across = select.item_names(data, "entity"), _heads(data, names)
    rows, heads = ranked(at, data["count"]), list(across.unique())
    width = style.width_of(ax, size)
    letters = max(5, *(len(f"n = {words.number(n)}") for n in data["count"]))
    require_width(rows, heads, letters, size, width)
    ax = style.start(ax, size=size, height=height_of(rows, heads, size, width, 1.9) + 0.4)
    place = at.map(rows.index), across.map(heads.index)
    enough = data["count"] >= min_count
    scores = matrix(data["score"].where(enough), *place)
    mesh = _shade_targets(ax, scores, _reach(ax, data[enough], limit))
    _write_targets(ax, data, enough, place, mesh, size)
    name_cells(ax, rows, heads, size)
    _legend(ax, mesh, size)
    caption, alt, notes = _told_targets(table, data, at=at, across=across, min_count=min_count)
    params = {"by": names or None, "top": int(top), "min_count": min_count, "limit": limit}
    return style.finish(
        ax,
        data,
        call="plot_targets",
        params=params,
        caption=caption,
        alt=alt,
        notes=notes,
        size=size,
    )


def _heads(table: pd.DataFrame, names: list[str]) -> pd.Series:
    """The group of each row; one group where the table has none."""
    series = select.series_of(table, names)
    return series if names else series.replace("", _ALL)


def _drawn(table: pd.DataFrame, names: list[str], top: int, min_count: int) -> pd.DataFrame:
    """The rows drawn, group by group: drawn again, the groups come in the same order."""
    if not (table["count"] >= min_count).any():
        most = words.number(float(table["count"].max()))
        raise InputError(
            f"No entity is mentioned min_count={min_count} times in a group (at most {most});"
            " lower min_count, or compare fewer and larger groups."
        )
    work = table.assign(_row=select.item_names(table, "entity"), _column=_heads(table, names))
    enough = set(work.loc[work["count"] >= min_count, "_row"])
    kept = [name for name in ranked(work["_row"], work["count"]) if name in enough][:top]
    order = select.in_order(table, names) if names else [_ALL]
    work = work[work["_row"].isin(kept)]
    work = work.assign(_row=work["_row"].map(kept.index), _column=work["_column"].map(order.index))
    work = work.sort_values(["_column", "_row"], kind="stable")
    return select.columns_drawn(work, [*names, *_KEY, *_NUMBERS, "interval"])


def _require_limit(limit: float | None) -> None:
    if limit is not None and (isinstance(limit, bool) or not 0 < limit <= 1):
        raise InputError(f"limit={limit!r} is not a score above 0 and up to 1.")


def _reach(ax: Axes, coloured: pd.DataFrame, limit: float | None) -> float:
    """The score of the darkest shades."""
    if limit is not None:
        return float(limit)
    if style.is_panel(ax):  # panels share their shades, so these cannot come from one of them
        return 1.0
    return max(float(np.ceil(coloured["score"].abs().max() * 10 - 1e-9)) / 10, 0.1)


def _shade_targets(ax: Axes, scores: np.ndarray, reach: float) -> QuadMesh:
    """The cells: orange for critical, purple for favourable, white for neither."""
    return ax.pcolormesh(
        np.ma.masked_invalid(scores),
        cmap=colormaps["PuOr"],
        norm=TwoSlopeNorm(0, -reach, reach),
        edgecolors=style.RULE,
        linewidth=0.6,
        gid="cells",
    )


def _write_targets(
    ax: Axes,
    data: pd.DataFrame,
    enough: pd.Series,
    place: tuple[pd.Series, pd.Series],
    mesh: QuadMesh,
    size: str,
) -> None:
    """Score and n in each cell, dark on light and light on dark."""
    certain = _certain(data)
    cells = zip(data["score"], data["count"], enough, certain, *place, strict=True)
    for score, count, many, sure, row, across in cells:
        n = f"n = {words.number(count)}"
        ax.text(
            across + 0.5,
            row + 0.5,
            f"{_signed(score)}\n{n}" if many else n,
            ha="center",
            va="center",
            fontsize=number_font(size),
            linespacing=1.15,
            fontweight="bold" if many and sure else "normal",
            color=_ink(mesh.to_rgba(score)) if many else style.QUIET,
            gid="n",
        )


def _ink(shade: Any) -> str:
    return "white" if style.luminance(np.asarray(shade).tolist()) < 0.25 else style.INK


def _certain(data: pd.DataFrame) -> pd.Series:
    """Whether the score's interval lies on one side of zero, and rests on some documents."""
    if not {"documents", "low", "high", "interval"} <= set(data.columns):
        return pd.Series(False, index=data.index)
    return ((data["low"] > 0) | (data["high"] < 0)) & (data["documents"] >= _SOME)


def _signed(score: float) -> str:
    """A score with its sign: "+0.25", "−0.25", "0"."""
    text = f"{score:+.2f}"
    return "0" if float(text) == 0 else text.replace("-", "−")


def _legend(ax: Axes, mesh: QuadMesh, size: str) -> None:
    """What the shades mean, in words; in small multiples once for all panels."""
    if style.is_panel(ax):
        setattr(ax, "_discourse_bar", (mesh, "critical (−) … favourable (+)"))  # noqa: B010
        return
    reach = float(np.max(mesh.norm.vmax or 1.0))
    figure = style.root_figure(ax)
    box, inches = ax.get_position(), figure.get_size_inches()
    wide, high = box.width * inches[0], box.height * inches[1]
    bar = figure.colorbar(
        mesh,
        ax=ax,
        orientation="horizontal",
        fraction=0.15 / high,
        pad=0.15 / high,
        aspect=wide / 0.12,  # as wide as the cells however few rows there are
        shrink=0.9,
    )
    ends = [f"critical\n{_signed(-reach)}", "neither\n0", f"favourable\n{_signed(reach)}"]
    bar.set_ticks([-reach, 0.0, reach], labels=ends)
    style.dress(bar.ax, size)
    first, *_, last = bar.ax.get_xticklabels()
    first.set_horizontalalignment("left")
    last.set_horizontalalignment("right")


def _told_targets(
    table: pd.DataFrame,
    data: pd.DataFrame,
    *,
    at: pd.Series,
    across: pd.Series,
    min_count: int,
) -> tuple[str, str, list[str]]:
    """Caption, alt text and note sentences."""
    names, heads = at.nunique(), across.nunique()
    shape = f"{words.plural(names, 'entity')} in {words.plural(heads, 'group')}"
    caption = (
        f"Sentiment toward {shape}: the mean probability that a sentence speaks well of the name in"
        " it, minus the probability that it speaks badly of it. n: mentions."
    )
    enough = data["count"] >= min_count
    coloured = data[enough]
    pairs = [f"{a} in {b}" for a, b in zip(at[enough], across[enough], strict=True)]
    alt = words.sentences(
        f"Heatmap of sentiment toward {shape}, from critical (−1) to favourable (+1).",
        f"Scores {words.value_range(coloured['score'])}.",
        words.top_three(pairs, coloured["score"]),
        _lowest(pairs, coloured["score"]),
    )
    n = f"n = {words.plural(data['count'].sum(), 'mention')}."
    thin = f"Without colour: n below {min_count}." if not enough.all() else ""
    available = select.item_names(table, "entity").nunique()
    notes = [_model(data.attrs, n), thin, _bold(coloured), select.totals(data, names, available)]
    return caption, alt, notes


def _lowest(pairs: Sequence[str], scores: pd.Series) -> str:
    """The three lowest scores, for the alt text."""
    found = sorted(zip(scores.tolist(), pairs, strict=True))[:3]
    told = [f"{words.label(name, 100)} ({words.number(score)})" for score, name in found]
    return f"Lowest: {words.listing(told, width=200)}."


def _model(attrs: dict[Any, Any], n: str) -> str:
    """How often the model errs, and on how many mentions the figure rests."""
    model = attrs.get("model")
    measured = model.get("measured", {}) if isinstance(model, dict) else {}
    f1 = measured.get("sentiment_macro_f1")
    if f1 is None:
        return n
    return f"Model: macro-F1 {f1:.2f} on held-out news, NewsMTSC; {n}"


def _bold(coloured: pd.DataFrame) -> str:
    """What bold means, and how the intervals were made."""
    if not _certain(coloured).any():
        return ""
    methods = sorted(set(coloured.loc[_certain(coloured), "interval"].dropna().astype(str)))
    how = f" ({'; '.join(methods)})" if methods else ""
    return f"Bold: {_SOME} documents or more and an interval without 0{how}."
