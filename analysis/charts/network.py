"""Networks of words or entities that occur together."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from analysis import wording as words
from analysis.charts import labels, select, style
from analysis.charts.tags import tag
from analysis.tables import require_columns


@style.chart
def plot_network(
    table: pd.DataFrame,
    *,
    weight: str | None = None,
    sources: bool | None = None,
    top: int = 40,
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Plot pairs that occur together as a network of named nodes and weighted lines.

    Parameters
    ----------
    table : pandas.DataFrame
        What `find_collocate_network` or `count_entity_pairs` return. Needed: source, target, count
        and `weight`. Used if present: the nodes' own counts.
    weight : str, optional
        The column shown as the width of the lines. If None: the measure that the table was made
        with, else "log_dice" where there is one, else "count".
    sources : bool, optional
        Plot the sources (the words asked for) as squares. If None, only for a table that
        `find_collocate_network` made; pairs of entities have no direction.
    top : int
        Number of pairs to plot: those with the highest weight, ties by count and then by names.
    %(axes)s

    Returns
    -------
    matplotlib.axes.Axes
        The area of a node is its own count where the table has it, else the sum of the counts of
        its pairs; the width of a line is `weight`.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, or holds no pair of two different names.

    Notes
    -----
    Each connected part is laid out after Kamada & Kawai (1989), strong pairs closer together than
    weak ones; the parts stand side by side, the largest first. The same table gives the same
    figure. Distance reflects the weight only roughly and direction means nothing: two nodes may
    lie close together without any line between them.

    Examples
    --------
    >>> import pandas as pd
    >>> edges = pd.DataFrame({"source": ["war"], "target": ["end"], "count": [4]})
    >>> sorted(t.get_text() for t in plot_network(edges).texts if t.get_gid() == "point label")
    ['end', 'war']
    """
    what = "pairs"
    require_columns(table, ["source", "target", "count"], what)
    step: dict[str, Any] = next(iter(table.attrs.get("steps", [])[-1:]), {})
    if weight is None:
        usual = "log_dice" if "log_dice" in table.columns else "count"
        weight = str(step.get("params", {}).get("measure") or usual)
    select.numeric(table, weight, what)
    data = _strongest(table, weight, top)
    if sources is None:
        sources = step.get("call") == "find_collocate_network"
    nodes = _nodes(data, sources)
    spots = _layout(data, weight)
    width, _ = style.SIZES[size]
    across, down = np.ptp(np.array(list(spots.values())), axis=0) + 0.6  # and the names
    most = 0.95 if size == "column" else 0.66
    ax = style.new_axes(ax, size=size, height=width * float(np.clip(down / across, 0.25, most)))
    _edges(ax, data, weight, spots)
    area = _dots(ax, nodes, spots, size)
    _frame(ax, np.array(list(spots.values())))
    around = np.array([spots[name] for name in nodes["name"]])
    named = [(x, y, str(name)) for (x, y), name in zip(around, nodes["name"], strict=True)]
    lines = np.array([[spots[a], spots[b]] for a, b in _pairs(data)])
    radius = np.sqrt(area / np.pi) + 0.5
    place = labels.point_labels(ax, named, size, avoid=around, radius=radius, lines=lines)
    text = _describe(table, data, nodes, weight)
    return style.describe(ax, data, text, place_labels=place, weight=weight, sources=sources)


def _strongest(table: pd.DataFrame, weight: str, top: int) -> pd.DataFrame:
    """The pairs drawn, the strongest first."""
    source, target = (table[end].astype(object) for end in ("source", "target"))
    work = table[table[weight].notna() & (source != target)]
    style.require_rows(work, "pairs")
    work = work.assign(_a=work["source"].astype(str), _b=work["target"].astype(str))
    work = work.sort_values([weight, "count", "_a", "_b"], ascending=[False, False, True, True])
    columns = ["source", "target", "count", weight, *(_own_counts(table) or ()), "documents"]
    return select.columns_drawn(work.head(top), columns)


def _nodes(data: pd.DataFrame, sources: bool) -> pd.DataFrame:
    """Name, count and kind of each node, the largest first."""
    ends = []
    own_counts = _own_counts(data) or ("count", "count")
    for end, own in zip(("source", "target"), own_counts, strict=True):
        ends.append(data[[end, own]].set_axis(["name", "count"], axis=1))
    grouped = pd.concat(ends).groupby("name", observed=True)["count"]
    nodes = (grouped.max() if _own_counts(data) else grouped.sum()).reset_index()
    nodes["source"] = nodes["name"].isin(data["source"]) & sources
    nodes["_name"] = nodes["name"].astype(str)
    nodes = nodes.sort_values(["source", "count", "_name"], ascending=[False, False, True])
    return nodes.reset_index(drop=True)


def _own_counts(data: pd.DataFrame) -> tuple[str, str] | None:
    """The columns that say how often source and target occur by themselves."""
    for pair in (("count_source", "count_target"), ("count_node", "count_collocate")):
        if set(pair) <= set(data.columns):
            return pair
    return None


def _pairs(data: pd.DataFrame) -> list[tuple[Hashable, Hashable]]:
    return list(zip(data["source"], data["target"], strict=True))


def _layout(data: pd.DataFrame, weight: str) -> dict[Hashable, tuple[float, float]]:
    """Where the nodes lie: each connected part by Kamada–Kawai, the parts side by side."""
    import networkx as nx

    graph: Any = nx.Graph()
    graph.add_nodes_from(sorted(set(data["source"]) | set(data["target"]), key=str))
    values = data[weight].to_numpy(dtype=float)
    reach = np.ptp(values) or 1.0
    for (source, target), value in zip(_pairs(data), values, strict=True):
        # the strongest pair has length 1, the weakest 2: nearer, but never on top of each other
        graph.add_edge(source, target, length=2 - (value - values.min()) / reach)
    parts = sorted(nx.connected_components(graph), key=lambda p: (-len(p), min(map(str, p))))
    laid = [_part(graph, part) for part in parts]
    boxes = _pack([np.array(list(part.values())) for part in laid])
    names = [name for part in laid for name in part]
    return {n: (float(x), float(y)) for n, (x, y) in zip(names, np.vstack(boxes), strict=True)}


def _part(graph: Any, part: set[Hashable]) -> dict[Hashable, np.ndarray]:
    """One connected part: its longer side lies across, its area grows with its nodes."""
    import networkx as nx

    own = nx.Graph()  # a subgraph view would follow the order of a set of texts
    own.add_nodes_from(sorted(part, key=str))
    own.add_edges_from(edge for edge in graph.edges(data=True) if edge[0] in part)
    laid = nx.kamada_kawai_layout(own, weight="length")
    spots = np.array([laid[name] for name in own.nodes])
    spots -= spots.mean(axis=0)
    _, _, axes = np.linalg.svd(spots, full_matrices=False)
    largest = np.abs(axes).argmax(axis=1)
    axes = axes * np.sign(axes[np.arange(len(axes)), largest])[:, None]
    return dict(zip(own.nodes, spots @ axes.T * np.sqrt(len(part)), strict=True))


def _pack(boxes: list[np.ndarray], gap: float = 1.2) -> list[np.ndarray]:
    """Put the parts into columns from left to right, none higher than the highest or a square."""
    sizes = [np.ptp(box, axis=0) + gap for box in boxes]
    ceiling = max(sizes[0][1], 0.8 * float(np.sqrt(sum(w * h for w, h in sizes))))
    x = y = column = 0.0
    placed = []
    for box, (width, height) in zip(boxes, sizes, strict=True):
        if y and y + height > ceiling:
            x, y, column = x + column, 0.0, 0.0
        low = box.min(axis=0)
        placed.append(box - low + np.array([x + gap / 2, -(y + height) + gap / 2]))
        y, column = y + height, max(column, width)
    return placed


def _edges(
    ax: Axes, data: pd.DataFrame, weight: str, spots: dict[Any, tuple[float, float]]
) -> None:
    """Lines between the pairs, as wide as their weight."""
    values = data[weight].to_numpy(dtype=float)
    scaled = (values - values.min()) / (np.ptp(values) or 1.0)
    lines = LineCollection(
        [[spots[source], spots[target]] for source, target in _pairs(data)],
        linewidths=(0.35 + 1.5 * scaled) * rcParams["lines.linewidth"],
        colors="#b0b0b0",
        zorder=1,
        gid="edges",
    )
    ax.add_collection(lines)
    tag(lines, range(len(data)))


def _dots(
    ax: Axes, nodes: pd.DataFrame, spots: dict[Any, tuple[float, float]], size: str
) -> np.ndarray:
    """The nodes; returns their areas in square points."""
    area = nodes["count"] / nodes["count"].max() * 20 * style.FONTS[size] + 2 * style.FONTS[size]
    for asked, marker, code in ((False, "o", 0), (True, "s", 4)):
        own = nodes[nodes["source"] == asked]
        if not len(own):
            continue
        usual = style.Look(style.COLOURS[code], code)
        each = style.row_looks([str(name) for name in own["name"]], usual)
        at = np.array([spots[name] for name in own["name"]])
        ax.scatter(
            at[:, 0],
            at[:, 1],
            s=area[own.index].to_numpy(),
            marker=marker,
            color=[look.colour for look in each],
            edgecolors="white",
            linewidths=0.6,
            zorder=3,
            gid="sources" if asked else "nodes",
        )
    return area.to_numpy(dtype=float)


def _frame(ax: Axes, at: np.ndarray) -> None:
    """No axes: a place on the paper has no unit. Room for the names at the border."""
    style.state_of(ax).shared = ""
    reach = np.maximum(np.ptp(at, axis=0), 1.0)
    low, high = at.min(axis=0) - 0.1 * reach, at.max(axis=0) + 0.1 * reach
    ax.set_xlim(low[0], high[0])
    ax.set_ylim(low[1], high[1])
    ax.set_xticks([])
    ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set_visible(False)


def _describe(
    table: pd.DataFrame, data: pd.DataFrame, nodes: pd.DataFrame, weight: str
) -> style.Description:
    """Caption, alt text and notes."""
    phrase = words.column_phrase(data, weight)
    marked = list(nodes.loc[nodes["source"], "name"])
    squares = f"Squares: {words.listing(marked)}." if marked else ""
    drawn = (
        f"Line width: {phrase}, {words.value_range(data[weight])}. Node area: "
        f"{'count of the node' if _own_counts(data) else 'summed count of its pairs'}."
    )
    caption = words.sentences(
        f"Network of {words.plural(len(nodes), 'node')} and {words.plural(len(data), 'pair')} "
        "that occur together.",
        drawn,
        squares,
        "Place on the paper has no unit.",
    )
    pairs = words.pairs(data["source"], data["target"], " with ")
    alt = words.sentences(
        f"Network of {words.plural(len(nodes), 'node')} and {words.plural(len(data), 'line')}.",
        drawn,
        words.top_three(pairs, data[weight]),
    )
    total = select.totals(data, len(data), len(table))
    notes = [drawn, squares, total.replace("shown", "pairs shown")]
    subtitle = f"What occurs together; {drawn[:1].lower()}{drawn[1:].rstrip('.')}"
    return style.Description(caption, alt, [squares, notes[-1]], subtitle=subtitle)
