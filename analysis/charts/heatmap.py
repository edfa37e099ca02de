"""Grids: a heatmap of any two columns, and the sentiment of groups toward entities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import TwoSlopeNorm, to_rgba

from analysis import wording as words
from analysis.charts import select, style
from analysis.charts.rows import without_interval
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
        no row in the table, no value, or an n of zero. Values on both sides of zero get two hues.

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
    data = _in_cells(work, items, select.series_of(work, [column]), order, columns)
    at, across = select.item_names(data, row), select.texts(data[column])
    names, heads = ranked(at, data[n]), list(across.unique())
    letters = max(len(words.number(x)) for x in data[n] if np.isfinite(x))
    ax = new_grid(ax, names, heads, letters, size)
    place = at.map(names.index), across.map(heads.index)
    values = _matrix(data[value], *place)
    known = values[np.isfinite(values)]
    low, high = (min(known.min(), 0), known.max()) if limits is None else limits
    mesh = _shade(ax, values, low, high)
    write_cells(
        ax,
        place,
        map(words.number, data[n]),
        size,
        shades=mesh.to_rgba(data[value].to_numpy(dtype=float)),
    )
    name_cells(ax, names, heads, size)
    if value != n:
        shade_bar(ax, mesh, words.column_label(data, value), size)
    text = _describe_heatmap(table, data, row=row, column=column, value=value, n=n)
    limits = [float(x) for x in limits] if limits is not None else None
    return style.describe(ax, data, text, n=n, limits=limits)


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


def _in_cells(
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


def _matrix(values: pd.Series, row: pd.Series, column: pd.Series) -> np.ndarray:
    """Values by row and column, NaN where there is none."""
    matrix = np.full((int(row.max()) + 1, int(column.max()) + 1), np.nan)
    matrix[row.to_numpy(dtype=int), column.to_numpy(dtype=int)] = values.to_numpy(dtype=float)
    return matrix


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
    if _turned(names, heads, size, width):
        widest = max(words.cells(words.label(head, _LABELS[size])) for head in heads)
        above += widest * 0.6 * style.FONTS[size] / 72
    return style.new_axes(ax, size=size, height=style.row_height(size, len(names), lines) + above)


def columns_that_fit(ax: Axes | None, names: list[str], letters: int, size: str) -> int:
    """How many columns with `letters` letters in a cell fit beside the names of the rows."""
    cell = max(letters * 0.62 * number_font(size) + 2, style.FONTS[size] * 1.15)
    return int(_room(names, size, style.axes_width(ax, size)) / cell)


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


def _shade(ax: Axes, values: np.ndarray, low: float, high: float, **look: Any) -> QuadMesh:
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
    faint: Sequence[bool] = (),
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
            color="white" if dark else style.QUIET if faint and faint[number] else style.INK,
            gid=gid,
        )


def name_cells(ax: Axes, names: list[str], heads: list[str], size: str) -> None:
    """Names of rows at the left, of columns above; the first row is the top one."""
    style.state_of(ax).shared = ""
    width = _LABELS[size]
    ax.set_ylim(len(names), 0)
    ax.set_yticks(np.arange(len(names)) + 0.5, words.labels(names, width), parse_math=False)
    ax.xaxis.tick_top()
    turned = _turned(names, heads, size, style.axes_width(ax, size))
    ax.set_xticks(
        np.arange(len(heads)) + 0.5,
        words.labels(heads, width),
        parse_math=False,
        rotation=90 if turned else 0,
    )
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)


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
    return style.Description(
        caption, alt, [shade, total, shown], words.Intervals([column], mark="")
    )


_KEY = ("entity", "label")
_NUMBERS = ("count", "documents", "negative", "neutral", "positive", "score", "low", "high")
_KNOWN = frozenset({*_KEY, *_NUMBERS, "interval"})
_ALL = "all documents"


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
    """Plot how each group speaks of each entity, from critical to favourable.

    Parameters
    ----------
    table : pandas.DataFrame
        What `summarise_targets` returns. Needed: entity, label, count and score. Used if present:
        documents, low, high, interval.
    by : str or sequence of str, optional
        The columns that give the groups; detected if None.
    top : int
        Number of entities to plot: those mentioned most, ties by name.
    min_count : int
        A cell with fewer mentions gets no colour and no score, only its number of mentions.
    limit : float, optional
        The score of the darkest shades, at most 1; the largest score plotted if None. Set it to
        make several figures comparable.
    %(axes)s

    Returns
    -------
    matplotlib.axes.Axes
        One row per entity, one column per group. Each cell holds the score (in bold where its
        interval excludes zero, in brackets where it has none) and n, the number of mentions; it
        is empty where the group does not mention the entity.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, has more than one row for a pair, no pair with
        `min_count` mentions, or more groups than fit the width.

    Notes
    -----
    The note line gives the measured accuracy of the model. A shade may be the model's error: read
    the passages of a cell before making anything of it. Bold is a test of each cell for itself: of
    a hundred cells whose true score is zero about five are bold by chance (with 95 % intervals).

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
    if limit is not None and (isinstance(limit, bool) or not 0 < limit <= 1):
        raise InputError(f"limit={limit!r} is not a score above 0 and up to 1.")
    names = select.group_columns(table, by, key=_KEY, what=what, known=_KNOWN)
    min_count = style.require_top(min_count, "min_count")
    data = _most_mentioned(table, names, top, min_count)
    at, across = select.item_names(data, "entity"), _heads(data, names)
    rows, heads = ranked(at, data["count"]), list(across.unique())
    letters = max(5, *(len(f"n = {words.number(n)}") for n in data["count"]))
    ax = new_grid(ax, rows, heads, letters, size, lines=1.9, above=0.4)
    place = at.map(rows.index), across.map(heads.index)
    enough = data["count"] >= min_count
    reach = _reach(ax, data[enough], limit)
    scores = _matrix(data["score"].where(enough), *place)
    mesh = _shade(ax, scores, -reach, reach, edgecolors=style.RULE, linewidth=0.6)
    texts = [
        f"{score}\nn = {words.number(n)}" if many else f"n = {words.number(n)}"
        for score, n, many in zip(_scores(data), data["count"], enough, strict=True)
    ]
    shades = mesh.to_rgba(data["score"].where(enough, 0.0).to_numpy(dtype=float))
    bold, faint = (enough & _certain(data)).tolist(), (~enough).tolist()
    write_cells(ax, place, texts, size, shades=shades, bold=bold, faint=faint)
    name_cells(ax, rows, heads, size)
    _legend(ax, mesh, size)
    text = _describe_targets(table, data, at=at, across=across, min_count=min_count)
    return style.describe(ax, data, text, by=names or None, min_count=min_count)


def _heads(table: pd.DataFrame, names: list[str]) -> pd.Series:
    """The group of each row; one group where the table has none."""
    series = select.series_of(table, names)
    return series if names else series.replace("", _ALL)


def _most_mentioned(
    table: pd.DataFrame, names: list[str], top: int, min_count: int
) -> pd.DataFrame:
    """The rows to draw, of the entities with enough mentions in some group."""
    if not (table["count"] >= min_count).any():
        most = words.number(float(table["count"].max()))
        raise InputError(
            f"No entity is mentioned min_count={min_count} times in a group (at most {most});"
            " lower min_count, or compare fewer and larger groups."
        )
    items = select.item_names(table, "entity")
    enough = set(items[table["count"] >= min_count])
    order = [name for name in ranked(items, table["count"]) if name in enough][:top]
    heads = select.in_order(table, names) if names else [_ALL]
    columns = [*names, *_KEY, *_NUMBERS, "interval"]
    return _in_cells(table, items, _heads(table, names), (order, heads), columns)


def _reach(ax: Axes, coloured: pd.DataFrame, limit: float | None) -> float:
    """The score of the darkest shades."""
    if limit is not None:
        return float(limit)
    if style.state_of(ax).panel:  # panels share their shades, so these cannot come from one of them
        return 1.0
    return max(float(np.ceil(coloured["score"].abs().max() * 10 - 1e-9)) / 10, 0.1)


def _certain(data: pd.DataFrame) -> pd.Series:
    """Whether the score's interval lies on one side of zero."""
    if not {"low", "high"} <= set(data.columns):
        return pd.Series(False, index=data.index)
    return (data["low"] > 0) | (data["high"] < 0)


def _scores(data: pd.DataFrame) -> list[str]:
    """The scores as they stand in the cells, in brackets where they have no interval."""
    hollow = without_interval(data)
    found = zip(map(_signed, data["score"]), hollow, strict=True)
    return [f"({score})" if alone else score for score, alone in found]


def _signed(score: float) -> str:
    """A score with its sign: "+0.25", "−0.25", "0"."""
    text = f"{score:+.2f}"
    return "0" if float(text) == 0 else text.replace("-", "−")


def _legend(ax: Axes, mesh: QuadMesh, size: str) -> None:
    """What the shades mean, in words; in small multiples once for all panels."""
    if style.state_of(ax).panel:
        style.state_of(ax).shades = (mesh, "critical (−) … favourable (+)")
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
    style.style_axes(bar.ax, size)
    first, *_, last = bar.ax.get_xticklabels()
    first.set_horizontalalignment("left")
    last.set_horizontalalignment("right")


def _describe_targets(
    table: pd.DataFrame, data: pd.DataFrame, *, at: pd.Series, across: pd.Series, min_count: int
) -> style.Description:
    """Caption, alt text and notes."""
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
    shown = select.totals(data, names, select.item_names(table, "entity").nunique())
    chance = _by_chance(data.attrs, coloured)
    groups = data.columns[: data.columns.get_loc("entity")].tolist()
    about = words.Intervals(
        [*groups, "entity"], ["entity"], "score", "bold where without 0", "In brackets",
        noun="cell", least=("count", min_count),
    )  # fmt: skip
    return style.Description(caption, alt, [_model(data.attrs, n), thin, chance, shown], about)


def _lowest(pairs: Sequence[str], scores: pd.Series) -> str:
    """The three lowest scores, for the alt text."""
    found = sorted(zip(scores.tolist(), pairs, strict=True))[:3]
    named = [f"{words.label(name, 100)} ({words.number(score)})" for score, name in found]
    return f"Lowest: {words.listing(named, width=200)}."


def _model(attrs: dict[Any, Any], n: str) -> str:
    """How often the model errs, and on how many mentions the figure rests."""
    model = attrs.get("model")
    measured = model.get("measured", {}) if isinstance(model, dict) else {}
    f1 = measured.get("sentiment_macro_f1")
    if f1 is None:
        return n
    return f"Model: macro-F1 {f1:.2f} on held-out news, NewsMTSC; {n}"


def _by_chance(attrs: dict[Any, Any], coloured: pd.DataFrame) -> str:
    """How many of the cells would be bold if all true scores were zero."""
    tested = int(np.isfinite(coloured.get("low", pd.Series(dtype=float))).sum())
    params = (attrs.get("steps") or [{}])[-1].get("params", {})
    expected = tested * (1 - float(params.get("confidence") or 0.95))
    if expected < 1 or not _certain(coloured).any():
        return ""
    return f"By chance about {expected:.0f} of {tested} cells would be bold."
