"""How alike documents or groups are: a heatmap in the order of clusters, and a map of terms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps, rcParams
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.lines import Line2D
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform

from analysis import wording as words
from analysis.charts import heatmap, labels, rows, select, style
from analysis.charts.tags import tag
from analysis.tables import InputError, require_columns

_DISTANCES = ("delta", "cosine_delta")
_LABELS = {"cosine": "Cosine of tf-idf", "delta": "Burrows's Delta", "cosine_delta": "Cosine Delta"}
_ENOUGH = 2500  # words from which on a Delta is worth something
_TERMS = {"column": 24, "page": 40, "slide": 40}  # names that can be read on a map
_SHOWN = 0.5  # quality below which a group is drawn hollow


@style.chart
def plot_similarity(
    table: pd.DataFrame, *, value: str | None = None, size: str = "page", ax: Axes | None = None
) -> Axes:
    """Plot how alike each two groups are as shades, those that are alike beside each other.

    Parameters
    ----------
    table : pandas.DataFrame
        What `score_similarity` returns: every pair once. Needed: group, other and `value`. Used if
        present: words, words_other.
    value : str, optional
        The column to plot; if None, the table's own: "cosine", "delta" or "cosine_delta".
    %(axes)s

    Returns
    -------
    matplotlib.axes.Axes
        A grid with one row and one column per group, darker for more alike. The numbers are in the
        cells where there is room for them. The diagonal (each with itself) is blank.

    Raises
    ------
    InputError
        If the table is empty, lacks a column or a pair, or has more groups than fit the width.

    Notes
    -----
    The order is that of an average-linkage clustering with the leaves turned so that neighbours
    are as close as they can be (Bar-Joseph, Gifford & Jaakkola 2001; scipy). A block on the
    diagonal is a set of texts that are alike; that it is seen does not show that it is a kind.
    The shades go from the smallest to the largest value (of a cosine, from 0), so that two figures
    must be compared by their numbers.

    Examples
    --------
    >>> import pandas as pd
    >>> pairs = pd.DataFrame({"group": ["a", "a", "b"], "other": ["b", "c", "c"],
    ...                       "cosine": [0.1, 0.8, 0.2]})
    >>> [label.get_text() for label in plot_similarity(pairs).get_yticklabels()]
    ['a', 'c', 'b']
    """
    what = "similarity"
    known = [name for name in _LABELS if name in table.columns]
    value = value or next(iter(known), "cosine")
    require_columns(table, ["group", "other", value], what)
    select.numeric(table, value, what)
    columns = ["group", "other", value, "words", "words_other", "terms"]
    data = select.columns_drawn(table, columns)
    names, matrix = _square(data, value)
    near = value not in _DISTANCES
    order = _leaves(-matrix if near else matrix)
    names, matrix = [names[place] for place in order], matrix[np.ix_(order, order)]
    fits = len(names) <= heatmap.columns_that_fit(ax, names, 4, size)
    ax = heatmap.new_grid(ax, names, names, 4 if fits else 0, size)
    mesh = _shade(ax, matrix, near)
    tag(mesh, _pairs_of(data, names))
    if fits:
        row, column = np.nonzero(np.isfinite(matrix))
        place = pd.Series(row), pd.Series(column)
        values = matrix[row, column]
        texts = [f"{x:.2f}".replace("-", "−") for x in values]
        heatmap.write_cells(ax, place, texts, size, shades=mesh.to_rgba(values))
    heatmap.name_cells(ax, names, names, size)
    label = _LABELS.get(value, words.column_label(data, value))
    heatmap.shade_bar(ax, mesh, f"{label} (darker: more alike)", size)
    return style.describe(ax, data, _describe_pairs(data, value, names), value=value)


def _square(data: pd.DataFrame, value: str) -> tuple[list[str], np.ndarray]:
    """The names of the groups, and the values as a square with a blank diagonal."""
    one, other = select.texts(data["group"]), select.texts(data["other"])
    names = list(dict.fromkeys([*one, *other]))
    place = {name: number for number, name in enumerate(names)}
    matrix = np.full((len(names), len(names)), np.nan)
    at = one.map(place).to_numpy(dtype=int), other.map(place).to_numpy(dtype=int)
    values = data[value].to_numpy(dtype=float)
    matrix[at] = values
    matrix[at[::-1]] = values
    missing = ~np.isfinite(matrix) & ~np.eye(len(names), dtype=bool)
    if missing.any() or len(data) != len(names) * (len(names) - 1) // 2:
        first = np.argwhere(missing)[0] if missing.any() else (0, 1)
        raise InputError(
            f"The similarity table must have every pair of its {len(names)} groups once (look at"
            f" {names[first[0]]!r} and {names[first[1]]!r}); measure the groups to be drawn alone."
        )
    return names, matrix


def _pairs_of(data: pd.DataFrame, names: list[str]) -> np.ndarray:
    """The row of each cell below the diagonal; -1 for the same pair again, which lies above it."""
    found = np.full((len(names), len(names)), -1)
    place = {name: number for number, name in enumerate(names)}
    ends = zip(select.texts(data["group"]), select.texts(data["other"]), strict=True)
    for row, (one, other) in enumerate(ends):
        low, high = sorted((place[one], place[other]))
        found[high, low] = row
    return found.ravel()


def _leaves(far: np.ndarray) -> list[int]:
    """The groups in the order of their clusters."""
    far = far - np.nanmin(far)  # a cosine turned into a distance: only differences matter
    np.fill_diagonal(far, 0)
    if len(far) < 3:
        return list(range(len(far)))
    tree = linkage(squareform(far, checks=False), method="average", optimal_ordering=True)
    order = [int(place) for place in leaves_list(tree)]
    return order if order[0] <= order[-1] else order[::-1]


def _shade(ax: Axes, matrix: np.ndarray, near: bool) -> QuadMesh:
    """The shaded cells: one hue, dark for alike."""
    low, high = float(np.nanmin(matrix)), float(np.nanmax(matrix))
    reach = (high - min(low, 0) if near else high - low) or 1.0
    limits = (min(low, 0), high + 0.15 * reach) if near else (low - 0.15 * reach, high)
    return ax.pcolormesh(
        np.ma.masked_invalid(matrix),
        cmap=colormaps["Blues" if near else "Blues_r"],
        vmin=limits[0],
        vmax=limits[1],
        edgecolors="white",
        linewidth=0.6,
        gid="cells",
    )


def _describe_pairs(data: pd.DataFrame, value: str, names: list[str]) -> style.Description:
    """Caption, alt text and notes of a heatmap of pairs."""
    label = _LABELS.get(value, value)
    kind = (
        "the larger, the more alike" if value not in _DISTANCES else "the smaller, the more alike"
    )
    caption = words.sentences(
        f"How alike {words.plural(len(names), _noun(data))} are: {label}, {kind}.",
        "Rows and columns in the order of an average-linkage clustering.",
    )
    pairs = words.pairs(data["group"], data["other"], " and ")
    alt = words.sentences(
        f"Heatmap of {len(names)} by {len(names)}: {label}, {words.value_range(data[value])}.",
        f"Neighbours by clustering: {words.listing(names, 12)}.",
        words.top_three(pairs, data[value]),
    )
    notes = [f"{label}, {kind}; {words.value_range(data[value])}."]
    sizes = _sizes(data)
    if len(sizes):
        least, most = int(sizes.min()), int(sizes.max())
        notes.append(
            f"n = {words.plural(int(sizes.sum()), 'word')}, from {least:,} to {most:,} per"
            f" {words.noun_of(_noun(data))}."
        )
        if value in _DISTANCES and least < _ENOUGH:
            notes.append(
                f"A Delta of texts under some {_ENOUGH:,} words is mostly chance (Eder 2015)."
            )
    subtitle = f"How alike each two are: {label}, {kind}"
    return style.Description(caption, alt, notes[1:], subtitle=subtitle)


def _noun(data: pd.DataFrame) -> str:
    """What is compared: the column that the measure grouped by."""
    by = (data.attrs.get("steps") or [{}])[-1].get("params", {}).get("by", "group")
    return by if isinstance(by, str) else "group"


def _sizes(data: pd.DataFrame) -> np.ndarray:
    """The words of each group, once."""
    if not {"words", "words_other"} <= set(data.columns):
        return np.empty(0)
    ends = [
        data[[name, size]].set_axis(["name", "words"], axis=1)
        for name, size in (("group", "words"), ("other", "words_other"))
    ]
    return pd.concat(ends).drop_duplicates("name")["words"].to_numpy(dtype=float)


@style.chart
def plot_correspondence(
    table: pd.DataFrame, *, top: int | None = None, size: str = "page", ax: Axes | None = None
) -> Axes:
    """Plot groups and terms as a map: a group lies in the direction of the terms it uses more.

    Parameters
    ----------
    table : pandas.DataFrame
        What `score_correspondence` returns. Needed: kind, name, x, y, contribution. Used if
        present: quality, count, base.
    top : int, optional
        Number of terms to plot: those that contribute most to the two dimensions, ties by name.
        Default: as many as can be read, from 34 beside six groups to 10 beside many.
    %(axes)s

    Returns
    -------
    matplotlib.axes.Axes
        Groups are squares, hollow where the two dimensions show less than half of what sets them
        apart; terms are dots. Both axes have one scale, and their names say how much of the
        inertia they show. A name that finds no free place is left out.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, or has neither groups nor terms.

    Notes
    -----
    A symmetric map (Greenacre 2017): distances between groups can be read, and distances between
    terms; a group and a term can only be compared by their directions from the middle. What is
    not on the two dimensions is not seen.

    Examples
    --------
    >>> import pandas as pd
    >>> places = pd.DataFrame({"kind": ["group", "group", "term"], "name": ["a", "b", "war"],
    ...                        "x": [0.5, -0.5, 0.7], "y": [0.1, 0.2, 0.0],
    ...                        "contribution": [0.5, 0.5, 1.0]})
    >>> ax = plot_correspondence(places)
    >>> [t.get_text() for t in ax.texts if t.get_gid() == "point label"]
    ['a', 'b', 'war']
    """
    what = "correspondence"
    require_columns(table, ["kind", "name", "x", "y", "contribution"], what)
    for column in ("x", "y", "contribution"):
        select.numeric(table, column, what)
    kind = select.texts(table["kind"])
    groups, terms = table[kind == "group"], table[kind == "term"]
    if not len(groups) + len(terms):
        raise InputError("The correspondence table has neither groups nor terms (column 'kind').")
    ordered = terms.assign(_name=select.texts(terms["name"])).sort_values(
        ["contribution", "_name"], ascending=[False, True], kind="stable"
    )
    top = max(_TERMS[size] - len(groups), _TERMS[size] // 4) if top is None else top
    columns = ["kind", "name", "count", "base", "x", "y", "contribution", "quality"]
    both = pd.concat([groups, ordered.head(top)])
    both.attrs = table.attrs
    data = select.columns_drawn(both, columns)
    first = np.arange(len(data)) < len(groups)
    width = style.SIZES[size][0]
    ax = style.new_axes(ax, size=size, height=width * (1.0 if size == "column" else 0.72))
    style.state_of(ax).shared = ""
    _draw_places(ax, data, first, size)
    at = data[["x", "y"]].to_numpy(dtype=float)
    named = [(x, y, str(n)) for (x, y), n in zip(at, select.texts(data["name"]), strict=True)]
    colours = _colours(data, first)
    radius = np.where(first, 3.5, 1.8) * style.FONTS[size] / 8.5
    place = labels.point_labels(ax, named, size, avoid=at, radius=radius, colours=colours)
    text = _describe_places(data, first, len(terms))
    return style.describe(ax, data, text, place_labels=place, top=top)


def _colours(data: pd.DataFrame, first: np.ndarray) -> list[str]:
    """Colours of groups and terms: those asked for, grey where others are highlighted."""
    names = [str(name) for name in select.texts(data["name"])]
    usual = [style.Look(style.COLOURS[0] if own else style.QUIET, 0) for own in first]
    return [style.row_looks([n], look)[0].colour for n, look in zip(names, usual, strict=True)]


def _draw_places(ax: Axes, data: pd.DataFrame, first: np.ndarray, size: str) -> None:
    """Points, the cross in the middle, and the names of the axes."""
    x, y = data[["x", "y"]].to_numpy(dtype=float).T
    quality = data["quality"].to_numpy(dtype=float) if "quality" in data else np.ones(len(data))
    mark = rcParams["lines.markersize"]
    shown = quality >= _SHOWN
    kinds: list[tuple[np.ndarray, dict[str, Any]]] = [
        (~first, {"marker": "o", "markersize": 0.6 * mark, "color": style.QUIET, "gid": "terms"}),
        (
            first & shown,
            {"marker": "s", "markersize": 1.4 * mark, "color": style.COLOURS[0], "gid": "groups"},
        ),
        (
            first & ~shown,
            {
                "marker": "s",
                "markersize": 1.4 * mark,
                "color": style.COLOURS[0],
                "markerfacecolor": "white",
                "gid": "groups badly shown",
            },
        ),
    ]
    colours = np.array(_colours(data, first), dtype=object)
    for own, look in kinds:
        for colour in dict.fromkeys(colours[own]):
            same = own & (colours == colour)
            look = {**look, "color": colour}
            (dots,) = ax.plot(x[same], y[same], linestyle="none", zorder=3, **look)
            tag(dots, np.flatnonzero(same))
    ax.axhline(0, color=style.RULE, linewidth=0.8, zorder=1, gid="zero")
    ax.axvline(0, color=style.RULE, linewidth=0.8, zorder=1, gid="zero")
    ax.margins(0.12, 0.1)
    ax.set_aspect("equal", adjustable="datalim")
    shares = data.attrs.get("correspondence", {}).get("shares", [])
    for number, name in enumerate("xy"):
        share = f" ({100 * shares[number]:.0f} % of the inertia)" if len(shares) > number else ""
        getattr(ax, f"set_{name}label")(f"Dimension {number + 1}{share}")
    handles = [
        Line2D([], [], linestyle="none", label=label, **look)
        for (own, look), label in zip(kinds, ("term", "group", "group shown badly"), strict=True)
        if own.any()
    ]
    rows.key(ax, handles, size)


def _describe_places(data: pd.DataFrame, first: np.ndarray, terms: int) -> style.Description:
    """Caption, alt text and notes of a map."""
    shares = data.attrs.get("correspondence", {}).get("shares", [])
    drawn = int((~first).sum())
    both = (
        f"The two dimensions show {100 * sum(shares[:2]):.0f} % of the inertia." if shares else ""
    )
    hollow = ""
    if "quality" in data and (data["quality"].to_numpy(dtype=float)[first] < _SHOWN).any():
        hollow = "Hollow: less than half of what sets the group apart is shown."
    rule = (
        "Groups are near each other where they use the terms in like proportions; a group lies in"
        " the direction of terms that it uses more than the others do."
    )
    caption = words.sentences(
        f"Correspondence analysis of {words.plural(int(first.sum()), _noun(data))} and"
        f" {words.plural(terms, 'term')}.",
        both,
        rule,
        hollow,
    )
    names = select.texts(data["name"])
    far = {
        side: words.listing(names[(sign * data["x"]).sort_values(ascending=False).index[:5]])
        for side, sign in (("right", 1), ("left", -1))
    }
    alt = words.sentences(
        f"Map of {words.plural(int(first.sum()), 'group')} and {words.plural(drawn, 'term')}.",
        both,
        f"Farthest to the right: {far['right']}; to the left: {far['left']}.",
        "Share of the differences shown.",
        words.top_three(names, data["contribution"]),
    )
    notes = []
    if "base" in data and first.any():
        base = data["base"].to_numpy(dtype=float)[first]
        notes.append(
            f"n = {words.plural(int(base.sum()), 'word')}, from {int(base.min()):,} to"
            f" {int(base.max()):,} per {words.noun_of(_noun(data))}."
        )
    notes += [both, hollow, select.totals(data, drawn, terms).replace("shown", "terms shown")]
    notes.append("The distance of a group from a term has no meaning.")
    subtitle = "A group lies in the direction of the terms that it uses more"
    return style.Description(caption, alt, notes, subtitle=subtitle)
