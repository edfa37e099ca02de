"""The barcode (lexical dispersion) plot: where in the texts a term stands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from analysis import wording as words
from analysis.charts import rows, select, style
from analysis.charts.tags import tag
from analysis.tables import InputError, require_columns


@style.chart
def plot_barcode(
    table: pd.DataFrame,
    *,
    row: str | None = None,
    order: Sequence[str] | None = None,
    top: int = 60,
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Plot every hit as a stroke at its position in the text, one row per document or per term.

    Parameters
    ----------
    table : pandas.DataFrame
        What `find_positions` returns. Needed: doc, term, percent.
    row : str, optional
        The column that gives the rows, such as "doc", "term" or "outlet". If None: "term" where
        there is one document, else "doc". Several terms in a row lie in lanes below each other.
    order : sequence of str, optional
        The rows from the top down, including ones without a hit (they stay empty). If None: the
        rows with a hit, documents in their own order, others by descending number of hits, then
        by name.
    top : int
        Number of rows to plot at most: those with the most hits.
    %(axes)s

    Returns
    -------
    matplotlib.axes.Axes
        Rows from the top down, with their number of hits at the right.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, or has more than eight terms in lanes.

    Notes
    -----
    All texts are stretched to the same width: strokes close together in a short text may be a
    sentence apart. An empty row shows that a term is absent only where `order` names the row;
    documents without a hit are not in the table.

    Examples
    --------
    >>> import pandas as pd
    >>> hits = pd.DataFrame({"doc": ["a", "b", "b"], "term": "war", "percent": [50.0, 10.0, 90.0]})
    >>> [tick.get_text() for tick in plot_barcode(hits).get_yticklabels()]
    ['a', 'b']
    """
    what = "positions"
    require_columns(table, ["doc", "term", "percent"], what)
    if row is None:
        row = "term" if (table["doc"] == table["doc"].iloc[0]).all() else "doc"
    require_columns(table, [row], what)
    names = _row_order(table, row, order, top)
    lanes = [] if row == "term" else select.series_order(table, ["term"], what)
    data = _in_order(table, row, names, lanes)
    lines = max(1.0, 0.55 * len(lanes))
    ax = style.new_axes(ax, size=size, height=style.row_height(size, len(names), lines))
    _strokes(ax, data, row, names, lanes)
    rows.label_rows(ax, names, size)
    ax.grid(visible=False)
    ax.set_xlim(-0.5, 100.5)
    rows.position_axis(ax)
    hits = select.texts(data[row]).value_counts()
    rows.side_column(ax, [f"{int(hits.get(name, 0)):,}" for name in names], "hits", size)
    if len(lanes) > 1:
        patches = [
            Patch(facecolor=look.colour, label=name)
            for look, name in zip(style.group_looks(ax, lanes), lanes, strict=True)
        ]
        rows.key(ax, patches, size)
    return style.describe(ax, data, _describe(table, data, row, names), row=row, order=names)


def _row_order(table: pd.DataFrame, row: str, order: Sequence[str] | None, top: int) -> list[str]:
    """Names of the rows, as text."""
    named = select.texts(table[row])
    if order is not None:
        names = [str(name) for name in order]
        if not named.isin(names).any():
            raise InputError(
                f"None of the rows in order= ({words.listing(names, 4)}) is in column {row!r} "
                f"(there are {words.listing(named.unique(), 6)})."
            )
        return names
    hits = named.value_counts()
    ranked = sorted(hits.index, key=lambda name: (-hits[name], name))
    kept = set(ranked[:top])
    if row != "doc":
        return [name for name in ranked if name in kept]
    if isinstance(table[row].dtype, pd.CategoricalDtype):
        own = [words.plain(name, 10_000) for name in table[row].cat.categories]
    else:
        own = list(named.unique())
    return [name for name in own if name in kept]


def _in_order(table: pd.DataFrame, row: str, names: list[str], lanes: list[str]) -> pd.DataFrame:
    """The hits drawn, row by row, lane by lane, from left to right."""
    place = {name: number for number, name in enumerate(names)}
    lane = {name: number for number, name in enumerate(lanes)}
    work = table.assign(
        _row=select.texts(table[row]).map(place).fillna(-1).astype(int),
        _lane=select.texts(table["term"], 60).map(lane),
    )
    work = work[work["_row"] >= 0].sort_values(["_lane", "_row", "percent"], kind="stable")
    return select.columns_drawn(work, ["doc", row, "term", "percent", "position", "start", "end"])


def _strokes(ax: Axes, data: pd.DataFrame, row: str, names: list[str], lanes: list[str]) -> None:
    """One stroke per hit; a quiet line under each lane shows its whole length."""
    places = {name: number for number, name in enumerate(names)}
    at = select.texts(data[row]).map(places).to_numpy(dtype=float)
    percent = data["percent"].to_numpy(dtype=float)
    series = select.texts(data["term"], 60).to_numpy(dtype=object)
    count = max(len(lanes), 1)
    lane_names = lanes or [str(series[0])]
    style.group_looks(ax, lane_names)
    codes = [style.state_of(ax).codes[name] for name in lane_names]
    height = (0.76 if count == 1 else 0.68) / count
    for row_number in range(0, len(names), 2) if count > 1 else ():
        ax.axhspan(
            row_number - 0.5, row_number + 0.5, color=style.FAINT, linewidth=0, zorder=0, gid="row"
        )
    for lane in range(count):
        own = series == lanes[lane] if lanes else np.ones(len(data), dtype=bool)
        top = (lane - count / 2) * height
        ax.hlines(
            np.arange(len(names)) + top + height,
            0,
            100,
            color=style.RULE,
            linewidth=0.5,
            zorder=1,
            gid="base",
        )
        each = style.row_looks(names, codes[lane], lane_names[lane])
        hits = ax.vlines(
            percent[own],
            at[own] + top + 0.1 * height,
            at[own] + top + height,
            color=[each[int(row)].colour for row in at[own]],
            linewidth=1.1,
            zorder=2,
            gid="strokes",
        )
        tag(hits, np.flatnonzero(own))


def _describe(
    table: pd.DataFrame, data: pd.DataFrame, row: str, names: list[str]
) -> style.Description:
    """Caption, alt text and notes."""
    terms = list(dict.fromkeys(select.texts(data["term"], 60)))
    kind = {"doc": "document", "term": "term"}.get(row, row)
    lanes = "Terms lie in lanes from top to bottom." if row != "term" and len(terms) > 1 else ""
    caption = words.sentences(
        f"Where {words.listing(terms)} {'stand' if len(terms) > 1 else 'stands'} in the texts: "
        f"one row per {kind}, one stroke per hit, from the first word (0 %) to the last (100 %).",
        lanes,
    )
    hits = select.texts(data[row]).value_counts()
    position = "position in the text from 0 to 100 %"
    alt = words.sentences(
        f"Barcode plot of {words.plural(len(names), 'row')}, one per {kind}.",
        f"Horizontal axis: {position}; hits lie {words.value_range(data['percent'])} %.",
        words.top_three(hits.index, hits.to_numpy(dtype=float), " hits"),
    )
    documents = words.plural(data["doc"].nunique(), "document")
    n = f"n = {words.plural(len(data), 'hit')} in {documents}."
    shown = select.totals(data, len(names), max(table[row].nunique(), len(names)))
    subtitle = (
        f"Where {words.listing(terms)} {'stand' if len(terms) > 1 else 'stands'} in the texts"
    )
    return style.Description(caption, alt, [n, shown], subtitle=subtitle)
