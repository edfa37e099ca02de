"""Sentiment toward those who are named: a heatmap of entity and group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import TwoSlopeNorm

from analysis.charts import heatmap, select, style, words
from analysis.tables import InputError, require_columns

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
        What `score_targets_by` returns.
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
    of a cell (`find_target_passages`) before making anything of it.

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
    rows, heads = heatmap.ranked(at, data["count"]), list(across.unique())
    width = style.width_of(ax, size)
    letters = max(5, *(len(f"n = {words.number(n)}") for n in data["count"]))
    heatmap.require_width(rows, heads, letters, size, width)
    ax = style.start(ax, size=size, height=heatmap.height_of(rows, heads, size, width, 1.9) + 0.4)
    place = at.map(rows.index), across.map(heads.index)
    enough = data["count"] >= min_count
    scores = heatmap.matrix(data["score"].where(enough), *place)
    mesh = _shade(ax, scores, _reach(ax, data[enough], limit))
    _write(ax, data, enough, place, mesh, size)
    heatmap.name_cells(ax, rows, heads, size)
    _legend(ax, mesh, size)
    caption, alt, notes = _told(table, data, at=at, across=across, min_count=min_count)
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
    kept = [name for name in heatmap.ranked(work["_row"], work["count"]) if name in enough][:top]
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


def _shade(ax: Axes, scores: np.ndarray, reach: float) -> QuadMesh:
    """The cells: orange for critical, purple for favourable, white for neither."""
    return ax.pcolormesh(
        np.ma.masked_invalid(scores),
        cmap=colormaps["PuOr"],
        norm=TwoSlopeNorm(0, -reach, reach),
        edgecolors=style.RULE,
        linewidth=0.6,
        gid="cells",
    )


def _write(
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
            fontsize=heatmap.number_font(size),
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


def _told(
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
