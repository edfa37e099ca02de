"""Favourable and critical judgements: who evaluates whom, and the tone around names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh

from analysis import wording as words
from analysis.charts import heatmap, select, style
from analysis.charts.tags import tag
from analysis.tables import InputError, require_columns

_NUMBERS = (
    "favourable", "critical", "neither", "count", "documents", "judging_documents", "share", "low",
    "high", "share_machine",
)  # fmt: skip
_CODED = frozenset(
    f"{answer}_{part}{end}"
    for answer in ("favourable", "critical")
    for part in ("share", "precision", "recall")
    for end in ("", "_low", "_high", "_machine")
) | {"coded", "gain", "least_width"}
_LEAST_DOCUMENTS = 6  # with judgements, for a colour: five of one mind may be chance
_KNOWN = frozenset({*_NUMBERS, *_CODED, "interval", "negative", "neutral", "positive", "score"})
_MANY = 3  # columns from which on those without a coloured cell are left out
_ALL = "all documents"
_RULE = "coloured where without one half"


class Grid(NamedTuple):
    """What a grid of judgements says of itself."""

    what: str  # the name of the table
    title: str
    cell: str  # what a cell holds
    link: str  # between the names of column and row: Peru "on" Chile
    row: str  # the column of the rows
    column: str  # what a column is
    noun: str  # what is counted in a cell
    caption: str
    errors: str  # how often the judgements are right


@style.chart
def plot_evaluations(
    table: pd.DataFrame,
    *,
    top: int = 10,
    evaluators: int = 6,
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Plot who evaluates whom: favourable and critical acts of evaluation.

    Parameters
    ----------
    table : pandas.DataFrame
        What `count_evaluations` returns, of one group. Needed: evaluator, target, favourable,
        critical, count. Used if present: documents, share, low, high, interval.
    top : int
        Number of targets to plot: those evaluated most, ties by name.
    evaluators : int
        Number of evaluators to plot at most: those with most acts, ties by name; fewer where they
        do not fit.
    %(axes)s

    Returns
    -------
    matplotlib.axes.Axes
        One row per target, one column per evaluator. A cell holds favourable : critical acts. It
        has a colour only where six documents or more have such acts and the interval, which holds
        the measured error, is on one side of one half: where it can be said that one of the two
        prevails. The shade is that of the interval's end nearest to one half; ▲ or ▼ says which one
        prevails. Of more than three columns, those without a coloured cell are left out if any has
        one; the note names them.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, has several rows for a pair, or names nobody.

    Notes
    -----
    Acts are counted that a text reports with a verb or noun (*praised*, *a warning to*); what
    somebody thinks of somebody is another thing. Most cells of a small corpus have no colour: read
    the passages.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"evaluator": ["Peru"], "target": ["Chile"], "favourable": [3],
    ...                      "critical": [1], "count": [4]})
    >>> [text.get_text() for text in plot_evaluations(rows).texts]
    ['3 : 1']
    """
    what = "evaluations"
    require_columns(table, ["evaluator", "target", *_NUMBERS[:2], "count"], what)
    _require_one_group(table)
    open_names = [table[name].astype(str).str.startswith("(") for name in ("evaluator", "target")]
    named = table[~(open_names[0] | open_names[1])]  # "(none)", "(unresolved)"
    if not len(named):
        raise InputError(
            "No evaluation names both who evaluates and whom; there is nothing to draw."
        )
    top = style.require_top(top)
    heads = heatmap.ranked(named["evaluator"].astype(str), named["count"])
    heads = heads[: style.require_top(evaluators, "evaluators")]
    named = named[named["evaluator"].isin(heads)]
    rows = heatmap.ranked(named["target"].astype(str), named["count"])[:top]
    named = named[named["target"].isin(rows)]
    letters = max(5, *(len(text) for cell in _texts(named) for text in cell.split("\n")))
    heads = heads[: max(heatmap.columns_that_fit(ax, rows, letters, size), 1)]
    # Ordered by what is shown, so that the chart drawn from its own CSV is the same.
    named = named[named["evaluator"].isin(heads)]
    heads = heatmap.ranked(named["evaluator"].astype(str), named["count"])
    measured = table.attrs.get("measured") or {}
    errors = ""
    if measured:
        errors = f"Measured: of {measured['n']} acts found {_percent(measured)} are right."
    about = Grid(
        what,
        "Acts of evaluation reported",
        "Column: who evaluates. Row: who is evaluated. Cell: favourable : critical acts.",
        "{column} on {row}",
        "target",
        "evaluator",
        "evaluation",
        "Acts of evaluation that the texts report, by evaluator (columns) and target (rows):"
        " favourable : critical.",
        errors,
    )
    return _draw(
        ax, table, named, ("evaluator", heads), about, size, top=top, evaluators=evaluators
    )


@style.chart
def plot_targets(
    table: pd.DataFrame,
    *,
    by: str | Sequence[str] | None = None,
    top: int = 12,
    min_count: int = 5,
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Plot the tone toward each entity by group: critical and favourable mentions.

    Parameters
    ----------
    table : pandas.DataFrame
        What `summarise_targets` returns. Needed: entity, label, favourable, critical, count. Used
        if present: judging_documents (or documents), share, low, high, interval.
    by : str or sequence of str, optional
        The columns that give the groups; detected if None.
    top : int
        Number of entities to plot: those mentioned most, ties by name.
    min_count : int
        Plot entities that some group mentions so often.
    %(axes)s

    Returns
    -------
    matplotlib.axes.Axes
        One row per entity, one column per group. A cell holds favourable : critical mentions of
        all mentions; it is empty where the group does not mention the entity. It has a colour only
        where mentions are favourable or critical in six documents or more and the interval, which
        holds the model's measured error, is on one side of one half. The shade is that of the
        interval's end nearest to one half.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, has more than one row for a pair, no entity with
        `min_count` mentions, or more groups than fit the width.

    Notes
    -----
    It is tone in the words around a name, whoever speaks, and not who evaluates whom: for that see
    `plot_evaluations`. The note gives the measured precision of the model. Most mentions in news
    are neither.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"side": ["a", "b"], "entity": "Kyiv", "label": "PLACE",
    ...                      "favourable": [0, 1], "critical": [3, 0], "count": [9, 2]})
    >>> [text.get_text() for text in plot_targets(rows, by="side").texts]
    ['0 : 3\\nof 9', '1 : 0\\nof 2']
    """
    what = "targets"
    key = ("entity", "label")
    require_columns(table, [*key, *_NUMBERS[:2], "count"], what)
    names = select.group_columns(table, by, key=key, what=what, known={*_KNOWN, *key})
    min_count = style.require_top(min_count, "min_count")
    if not (table["count"] >= min_count).any():
        most = words.number(float(table["count"].max()))
        raise InputError(
            f"No entity is mentioned min_count={min_count} times in a group (at most {most});"
            " lower min_count, or compare fewer and larger groups."
        )
    items = select.item_names(table, "entity")
    enough = set(items[table["count"] >= min_count])
    order = [name for name in heatmap.ranked(items, table["count"]) if name in enough][:top]
    heads = select.in_order(table, names) if names else [_ALL]
    series = select.series_of(table, names)
    columns = [*names, *key]
    work = table.assign(_head=series if names else _ALL)[items.isin(order)]
    tone = table.attrs.get("tone") or {}
    errors = ""
    if tone:
        phrases = [
            f"of {tone[name]['called']:.0f} called {word} {_percent(tone[name])}"
            for name, word in (("positive", "favourable"), ("negative", "critical"))
            if tone[name].get("called")
        ]
        if phrases:
            errors = f"Measured in news: {', '.join(phrases)} are right."
        if tone.get("balance", {}).get("low", 1) > 1:
            errors += " Favourable mentions are found more seldom than critical ones."
    about = Grid(
        what,
        "Tone in the words around a name",
        "Row: the name. Cell: favourable : critical of all mentions.",
        "{row} in {column}",
        "entity",
        "group",
        "mention",
        "Tone in the words around a name, by the model: mentions that are favourable : critical,"
        " where it is sure, of all mentions, most of which are neither.",
        errors,
    )
    given = {"by": names or None, "min_count": min_count}
    return _draw(ax, table, work, ("_head", heads), about, size, columns=columns, **given)


def _percent(measured: Mapping[str, float]) -> str:
    """A measured share with its interval, in per cent."""
    share, low, high = (f"{100 * measured[name]:.0f}" for name in ("precision", "low", "high"))
    return f"{share} % ({low}–{high})"


def _require_one_group(table: pd.DataFrame) -> None:
    """Refuse a table with several rows for an evaluator and target."""
    doubled = table.duplicated(["evaluator", "target"])
    if doubled.any():
        row = table[doubled].iloc[0]
        raise InputError(
            f"The evaluations table has several rows for {row['evaluator']!r} and"
            f" {row['target']!r}; draw one group, or one panel each with plot_small_multiples."
        )


def _draw(
    ax: Axes | None,
    table: pd.DataFrame,
    work: pd.DataFrame,
    column: tuple[str, list[str]],
    about: Grid,
    size: str,
    *,
    columns: Sequence[str] = ("evaluator", "target"),
    **given: Any,
) -> Axes:
    """The grid: the counts of every cell, and a colour where one prevails."""
    for name in (*_NUMBERS[:2], "count"):
        select.numeric(work, name, about.what)
    name, heads = column
    across = work[name].astype(str)
    work, across = work[across.isin(heads)], across[across.isin(heads)]
    at = select.item_names(work, about.row)
    dropped = _without_colour(work, across) if len(heads) > _MANY else []
    if dropped:
        kept = ~across.isin(dropped)
        work, at, across = work[kept], at[kept], across[kept]
        heads = [head for head in heads if head not in dropped]
    rows = heatmap.ranked(at, work["count"])
    data = heatmap.in_cells(work, at, across, (rows, heads), [*columns, *_NUMBERS, "interval"])
    at = select.item_names(data, about.row)
    across = _across(data, name, columns)
    heads = list(across.unique())
    if dropped:
        data.attrs["chart"] = {**data.attrs.get("chart", {}), "without_colour": dropped}
    texts = _texts(data)
    letters = max(5, *(len(line) for text in texts for line in text.split("\n")))
    corrected = _measured(data).any() and "share_machine" in data.columns
    high = 3.8 if corrected else 2.8 if _measured(data).any() else 1.9
    ax = heatmap.new_grid(ax, rows, heads, letters, size, lines=high, above=0.4)
    place = at.map(rows.index), across.map(heads.index)
    sure = _prevails(data)
    value = _value(data)
    look = {"edgecolors": style.RULE, "linewidth": 0.6}
    mesh = heatmap.shade_cells(ax, heatmap.matrix_of(value, *place), -1.0, 1.0, **look)
    tag(mesh, heatmap.rows_of_cells(*place))
    shades = mesh.to_rgba(value.fillna(0.0).to_numpy(dtype=float))
    heatmap.write_cells(ax, place, texts, size, shades=shades)
    heatmap.name_cells(ax, rows, heads, size)
    if sure.any():
        _legend(ax, mesh, size)
    return style.describe(ax, data, _describe(table, data, at, across, sure, about), **given)


def _without_colour(work: pd.DataFrame, across: pd.Series) -> list[str]:
    """The columns without a coloured cell, where others have one."""
    coloured = _prevails(work).groupby(across, sort=False).any()
    return [str(name) for name in coloured.index[~coloured]] if coloured.any() else []


def _across(data: pd.DataFrame, name: str, columns: Sequence[str]) -> pd.Series:
    """The name of each cell's column."""
    if name in data.columns:
        return data[name].astype(str)
    groups = [column for column in columns if column not in ("entity", "label")]
    series = select.series_of(data, groups)
    return series if groups else series.replace("", _ALL)


def _texts(data: pd.DataFrame) -> list[str]:
    """What stands in the cells: favourable : critical, of how many, and the interval."""
    signs = [f"{heatmap.sign(x)} " if np.isfinite(x) else "" for x in _value(data)]
    summed = (data["favourable"] + data["critical"] == data["count"]).all()
    numbers = zip(data["favourable"], data["critical"], data["count"], signs, strict=True)
    texts = [
        f"{mark}{int(a)} : {int(b)}" + ("" if summed else f"\nof {words.number(n)}")
        for a, b, n, mark in numbers
    ]
    measured = _measured(data)
    if not measured.any():
        return texts
    ends = zip(100 * data["low"], 100 * data["high"], measured, strict=True)
    lines = [f"\n{low:.0f}–{high:.0f} %" if known else "" for low, high, known in ends]
    if "share_machine" in data.columns:  # a cell has no room for a mark: it says so in words
        said = [
            f"\n(machine {100 * share:.0f} %)" if known and np.isfinite(share) else ""
            for share, known in zip(data["share_machine"], measured, strict=True)
        ]
        lines = [line + more for line, more in zip(lines, said, strict=True)]
    return [text + line for text, line in zip(texts, lines, strict=True)]


def _value(data: pd.DataFrame) -> pd.Series:
    """What the shade of a cell stands for, from −1 to 1; missing where it has none."""
    return (2 * _nearest_half(data) - 1).where(_prevails(data))


def _measured(data: pd.DataFrame) -> pd.Series:
    """Whether the share has an interval, over enough documents."""
    documents = "judging_documents" if "judging_documents" in data.columns else "documents"
    if not {"share", "low", "high", documents} <= set(data.columns):
        return pd.Series(False, index=data.index)
    return (data[documents] >= _LEAST_DOCUMENTS) & data["low"].notna() & data["high"].notna()


def _prevails(data: pd.DataFrame) -> pd.Series:
    """Whether the interval, over enough documents, lies on one side of one half."""
    known = _measured(data)
    return known & ((data["low"] > 0.5) | (data["high"] < 0.5)) if known.any() else known


def _nearest_half(data: pd.DataFrame) -> pd.Series:
    """The end of the interval that is nearer to one half: what can be said at least."""
    if not {"low", "high"} <= set(data.columns):
        return pd.Series(np.nan, data.index)
    return data["low"].where(data["low"] > 0.5, data["high"])


def _legend(ax: Axes, mesh: QuadMesh, size: str) -> None:
    """What the shades mean, in words; in small multiples once for all panels."""
    if style.state_of(ax).panel:
        style.state_of(ax).shades = (mesh, "all critical … all favourable")
        return
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
    bar.set_ticks([-1.0, 0.0, 1.0], labels=["all\ncritical", "half", "all\nfavourable"])
    style.style_axes(bar.ax, size)
    first, *_, last = bar.ax.get_xticklabels()
    first.set_horizontalalignment("left")
    last.set_horizontalalignment("right")


def _describe(
    table: pd.DataFrame,
    data: pd.DataFrame,
    at: pd.Series,
    across: pd.Series,
    sure: pd.Series,
    about: Grid,
) -> style.Description:
    """Caption, alt text and notes; nothing is said of a cell whose interval does not say it."""
    shape = (
        f"{words.plural(at.nunique(), about.row)} by {words.plural(across.nunique(), about.column)}"
    )
    said = []
    for sign, phrase in ((1, "Mostly favourable"), (-1, "Mostly critical")):
        rows = data[sure & (np.sign(2 * data["share"] - 1) == sign)] if sure.any() else data[:0]
        cells = [
            about.link.format(row=words.label(at[row], 60), column=words.label(across[row], 60))
            + f" ({int(data['favourable'][row])} : {int(data['critical'][row])})"
            for row in rows.index
        ]
        said.append(f"{phrase}: {words.listing(cells, 12, 160)}." if cells else "")
    none = "" if sure.any() else "Of no cell can it be said that one of the two prevails."
    alt = words.sentences(f"Grid of {shape}, favourable : critical.", *said, none)
    n = f"Cells: favourable : critical. n = {words.plural(data['count'].sum(), about.noun)}."
    if _measured(data).any():
        n += " %: the interval of the share that is favourable"
        coded = "share_machine" in data.columns
        n += ", corrected by hand codes; (machine): by the machine alone." if coded else "."
    blank = (
        f"No colour: judgements in fewer than {_LEAST_DOCUMENTS} documents, or an interval"
        + (", with the measured error in it," if "share_machine" not in data.columns else "")
        + " that holds one half."
        + " Shade: the interval's end nearest to one half." * bool(sure.any())
    )
    shown = select.totals(data, at.nunique(), select.item_names(table, about.row).nunique())
    groups = [name for name in data.columns if name not in {*_KNOWN, "label"}]
    intervals = words.Intervals(groups, [about.row], "share", _RULE, "Without colour", noun="cell")
    dropped = data.attrs.get("chart", {}).get("without_colour", [])
    left = f"Left out, without a coloured cell: {words.listing(dropped)}." if dropped else ""
    signs = "▲ favourable, ▼ critical prevail." if sure.any() else ""
    errors = about.errors if "share_machine" not in data.columns else ""  # of this corpus are known
    notes = [errors, n, signs, blank if (~sure).any() else "", left, shown]
    return style.Description(about.caption, alt, notes, intervals, about.title, about.cell)
