"""What became of quotations: a grid of statements and texts."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from analysis import wording as words
from analysis.charts import heatmap, rows, select, style
from analysis.charts.tags import tag
from analysis.tables import InputError, require_columns

# A sign, a colour and a hatch each, so that no fate depends on colour alone.
_LOOKS = {
    "kept": ("=", "#0072B2"),
    "trimmed": ("−", "#56B4E9"),
    "re-worded": ("≠", "#E69F00"),
    "paraphrased": ("≈", "#F5D9A0"),
    "unmarked": ("?", "#d4d4d4"),
    "dropped": ("×", "#ffffff"),
}
_BLANK = "blank: not on the event"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")  # in the id of a document
_LINES = {"column": 22, "page": 34, "slide": 32}  # letters of a line of a statement
_NEEDED = ("group", "fate", "reference", "text", "covered")


@style.chart
def plot_quote_fates(
    table: pd.DataFrame,
    *,
    column: str = "outlet",
    top: int = 15,
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Plot what each text made of each statement: kept, trimmed, re-worded, dropped.

    Parameters
    ----------
    table : pandas.DataFrame
        What `find_quote_fates` returns, or all rows of some of its groups. Needed: group, fate,
        reference, text, covered and `column`. Used if present: doc, re_verbed, speaker, cue.
    column : str
        The column that gives the columns of the grid: "outlet" or "doc". Where several texts share
        a cell, the fullest version is plotted.
    top : int
        Number of statements to plot: those with the lowest group numbers, which occur in most
        texts.
    %(axes)s

    Returns
    -------
    matplotlib.axes.Axes
        One row per statement, named by outlet, day and first words of its fullest version. Each
        cell holds the sign of the fate, with * where the reporting verb is another one; it is empty
        where the text is not about the event.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, names an unknown fate, or has more columns than fit
        the width.

    Notes
    -----
    The figure does not show why a text left something out, nor whether the fullest version is the
    original one. `find_quote_fates` explains the fates; `show_quote_fates` shows the versions.

    Examples
    --------
    >>> import pandas as pd
    >>> fates = pd.DataFrame({"group": 0, "outlet": ["A", "B"], "fate": ["kept", "dropped"],
    ...     "reference": [True, False], "text": ["We want peace", ""], "covered": [1.0, 0.0]})
    >>> [text.get_text() for text in plot_quote_fates(fates).texts if text.get_gid() == "fate"]
    ['=', '×']
    """
    require_columns(table, [*_NEEDED, column], "quote fates")
    data = _cells(table, column, top)
    names, at = _statements(data, column, _LINES[size])
    across = select.series_of(data, [column])
    heads = select.in_order(data, [column])
    key = style.FONTS[size] * 1.6 / 72 * 2  # lines of the key above the grid
    ax = heatmap.new_grid(ax, names, heads, 2, size, lines=2.2, above=key)
    place, signs = (at, across.map(heads.index)), _signs(data)
    cells = zip(*place, data["fate"].astype(str), strict=True)
    for number, (row, column_at, fate) in enumerate(cells):
        bars = ax.barh(
            row + 0.5, 0.94, left=column_at + 0.03, height=0.9, color=_colour(fate),
            edgecolor=style.RULE, linewidth=0.6, gid="cell",
        )  # fmt: skip
        tag(bars.patches[0], number)
    shades = [_colour(str(fate)) for fate in data["fate"]]
    bold = [True] * len(data)
    heatmap.write_cells(ax, place, signs, size, shades=shades, bold=bold, gid="fate")
    ax.set_xlim(0, len(heads))
    heatmap.name_cells(ax, names, heads, size)
    ax.set_yticks(ax.get_yticks(), names, parse_math=False)
    there = [_patch(fate) for fate in _LOOKS if (data["fate"] == fate).any()]
    if len(data) < len(names) * len(heads):
        there.append(Patch(facecolor="none", edgecolor="none", label=_BLANK))
    rows.key(ax, there, size)
    return style.describe(ax, data, _describe(table, data, across, signs))


def _cells(table: pd.DataFrame, column: str, top: int) -> pd.DataFrame:
    """One row per statement and column: the reference, else the fullest version."""
    strange = sorted(set(table["fate"].astype(str)) - set(_LOOKS))
    if strange:
        raise InputError(
            f"The fate {strange[0]!r} is not known; there are {words.listing(_LOOKS)}."
        )
    groups = sorted(table["group"].unique())[:top]
    work = table[table["group"].isin(groups)]
    work = work.assign(
        _column=select.series_of(work, [column]),
        _own=~work["reference"].astype(bool),
        _covered=-work["covered"].astype(float),
    )
    order = select.in_order(work, [column])
    work = work.sort_values(["group", "_own", "_covered"], kind="stable")
    work = work.drop_duplicates(["group", "_column"])
    work = work.assign(_at=work["_column"].map(order.index)).sort_values(["_at", "group"])
    columns = [
        "group",
        column,
        "doc",
        "outlet",
        "fate",
        "reference",
        "text",
        "covered",
        "re_verbed",
    ]
    return select.columns_drawn(work, [*columns, "speaker", "cue"])


def _statements(data: pd.DataFrame, column: str, width: int) -> tuple[list[str], pd.Series]:
    """The names of the rows, of two lines at most, and the row of each cell."""
    groups = sorted(data["group"].unique())
    own = data[data["reference"].astype(bool)].drop_duplicates("group").set_index("group")
    names = []
    for group in groups:
        if group not in own.index:
            names.append(f"statement {group}")
            continue
        row = own.loc[group]
        said = f"“{words.label(row['text'], width - 2)}”"
        source = _source(row, column, width)
        names.append(f"{source}\n{said}" if source else said)
    return names, data["group"].map(groups.index)


def _source(row: pd.Series, column: str, width: int) -> str:
    """Outlet and day of a version: "RT, 15 May 2024"."""
    name = row["outlet"] if "outlet" in row.index else row[column]
    day = _DAY.search(str(row["doc"])) if "doc" in row.index else None
    if day is None or column == "doc":
        return words.label(name, width)
    when = pd.to_datetime(day.group(), errors="coerce")
    if pd.isna(when):
        return words.label(name, width)
    text = f", {when.day} {when:%b %Y}"
    (plain,) = heatmap.without_brackets([words.label(name, 10_000)])
    return words.label(plain, width - len(text)) + text


def _signs(data: pd.DataFrame) -> list[str]:
    """The sign of each cell; * where the verb of saying is another."""
    other = pd.Series(False, index=data.index)
    if "re_verbed" in data.columns:
        other = data["re_verbed"].map(lambda value: str(value) in ("True", "1.0"))
    return [_LOOKS[str(f)][0] + "*" * bool(o) for f, o in zip(data["fate"], other, strict=True)]


def _patch(fate: str) -> Patch:
    label = f"{_LOOKS[fate][0]} {words.label(fate)}"
    return Patch(facecolor=_colour(fate), edgecolor=style.QUIET, linewidth=0.6, label=label)


def _colour(fate: str) -> str:
    """The colour of a fate: the one asked for, or its own."""
    return style.row_looks([fate], style.Look(_LOOKS[fate][1], 0))[0].colour


def _describe(
    table: pd.DataFrame, data: pd.DataFrame, across: pd.Series, signs: list[str]
) -> style.Description:
    """Caption, alt text and notes."""
    statements = data["group"].nunique()
    shape = f"{words.plural(statements, 'statement')} in {words.plural(across.nunique(), 'column')}"
    caption = (
        f"What became of {shape}, compared with the fullest version of each. An empty cell: not on"
        " the event."
    )
    kept = data["fate"].isin(["kept", "trimmed"])
    count = across[kept].value_counts()
    total = np.array([int(count.get(name, 0)) for name in across.unique()], dtype=float)
    numbers = data["fate"].astype(str).value_counts().sort_index()
    counts = [f"{fate} {n}" for fate, n in numbers.items()]
    alt = words.sentences(
        f"Grid of {shape}: {words.listing(counts)}.",
        words.top_three(across.unique(), total, " kept or trimmed"),
    )
    star = "*: another verb of saying." if any(sign.endswith("*") for sign in signs) else ""
    available = table["group"].nunique()
    n = f"n = {words.plural(len(data), 'version')}."
    shown = select.totals(data, statements, available)
    subtitle = "What became of each statement, beside its fullest version"
    return style.Description(caption, alt, [n, star, shown], subtitle=subtitle)
