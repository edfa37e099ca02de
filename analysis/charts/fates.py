"""What became of quotations: a grid of statements and texts."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from analysis import wording as words
from analysis.charts import heatmap, rows, select, style
from analysis.tables import InputError, require_columns

# A sign, a colour and a hatch each, so that no fate is told by colour alone.
_LOOKS = {
    "kept": ("=", "#0072B2"),
    "trimmed": ("−", "#56B4E9"),
    "re-worded": ("≠", "#E69F00"),
    "paraphrased": ("≈", "#F5D9A0"),
    "unmarked": ("?", "#d4d4d4"),
    "dropped": ("×", "#ffffff"),
}
_LINES = {"column": 20, "page": 26, "slide": 26}  # letters of a line of a statement
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
    """Draw what each text made of each statement: kept, trimmed, re-worded, dropped.

    Parameters
    ----------
    table : pandas.DataFrame
        What `find_quote_fates` returns, or all rows of some of its groups.
    column : str
        The column that gives the columns of the grid: "outlet" or "doc". Of several texts in one
        cell the fullest version is drawn.
    top : int
        Statements drawn: those with the lowest numbers, which stand in most texts.
    size : {"page", "column", "slide"}
        Width and letters.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes
        A row per statement, named by the first words of its fullest version; in a cell the sign of
        its fate, with * where the verb of saying is another. Empty: the text is on another event.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, or has more columns than fit the width.

    Notes
    -----
    The signs are explained at `find_quote_fates`; read the versions with `show_quote_fates`.

    Examples
    --------
    >>> import pandas as pd
    >>> fates = pd.DataFrame({"group": 0, "outlet": ["A", "B"], "fate": ["kept", "dropped"],
    ...     "reference": [True, False], "text": ["We want peace", ""], "covered": [1.0, 0.0]})
    >>> [text.get_text() for text in plot_quote_fates(fates).texts if text.get_gid() == "fate"]
    ['=', '×']
    """
    what = "quote fates"
    require_columns(table, [*_NEEDED, column], what)
    style.require_rows(table, what)
    data = _cells(table, column, style.require_top(top))
    names, at = _statements(data)
    across = select.series_of(data, [column])
    heads = select.in_order(data, [column])
    width = style.width_of(ax, size)
    heatmap.require_width(names, heads, 3, size, width)
    key = style.FONTS[size] * 1.6 / 72 * 2  # lines of the key above the grid
    ax = style.start(ax, size=size, height=heatmap.height_of(names, heads, size, width, 1.9) + key)
    signs = _signs(data)
    cells = zip(at, across.map(heads.index), data["fate"], signs, strict=True)
    for row, place, fate, sign in cells:
        _cell(ax, int(row), int(place), str(fate), sign, size)
    ax.set_xlim(0, len(heads))
    heatmap.name_cells(ax, names, heads, size)
    ax.set_yticks(
        ax.get_yticks(), [_two_lines(name, _LINES[size]) for name in names], parse_math=False
    )
    there = [fate for fate in _LOOKS if (data["fate"] == fate).any()]
    rows.key(ax, [_patch(fate) for fate in there], size)
    caption, alt, notes = _told(table, data, across, signs)
    return style.finish(
        ax,
        data,
        call="plot_quote_fates",
        params={"column": column, "top": top},
        caption=caption,
        alt=alt,
        notes=notes,
        size=size,
    )


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
    columns = ["group", column, "doc", "fate", "reference", "text", "covered", "re_verbed"]
    return select.columns_drawn(work, [*columns, "speaker", "cue"])


def _statements(data: pd.DataFrame) -> tuple[list[str], pd.Series]:
    """The names of the rows, and the row of each cell."""
    groups = sorted(data["group"].unique())
    own = data[data["reference"].astype(bool)].drop_duplicates("group").set_index("group")
    told = own["text"].astype(str).to_dict()
    names = [f"{group}: {told[group]}" if group in told else str(group) for group in groups]
    return names, data["group"].map(groups.index)


def _two_lines(name: str, width: int) -> str:
    """The first words of a statement, in two lines as long as other charts' labels."""
    whole = words.label(name, 2 * width)
    first, *others = textwrap.wrap(whole, width, break_long_words=True) or [""]
    rest = words.label(" ".join(others), width)
    return f"{first}\n{rest}" if rest else first


def _signs(data: pd.DataFrame) -> list[str]:
    """The sign of each cell; * where the verb of saying is another."""
    other = pd.Series(False, index=data.index)
    if "re_verbed" in data.columns:
        other = data["re_verbed"].map(lambda value: str(value) in ("True", "1.0"))
    return [_LOOKS[str(f)][0] + "*" * bool(o) for f, o in zip(data["fate"], other, strict=True)]


def _cell(ax: Axes, row: int, place: int, fate: str, sign: str, size: str) -> None:
    """A cell: its colour and its sign."""
    colour = _LOOKS[fate][1]
    ax.barh(
        row + 0.5, 0.94, left=place + 0.03, height=0.9, color=colour,
        edgecolor=style.RULE, linewidth=0.6, gid="cell",
    )  # fmt: skip
    ax.text(
        place + 0.5, row + 0.5, sign, ha="center", va="center", gid="fate",
        fontsize=heatmap.number_font(size), fontweight="bold",
        color="white" if fate == "kept" else style.INK,
    )  # fmt: skip


def _patch(fate: str) -> Patch:
    sign, colour = _LOOKS[fate]
    return Patch(facecolor=colour, edgecolor=style.QUIET, linewidth=0.6, label=f"{sign} {fate}")


def _told(
    table: pd.DataFrame, data: pd.DataFrame, across: pd.Series, signs: list[str]
) -> tuple[str, str, list[str]]:
    """Caption, alt text and note sentences."""
    statements = data["group"].nunique()
    shape = f"{words.plural(statements, 'statement')} in {words.plural(across.nunique(), 'column')}"
    caption = (
        f"What became of {shape}, compared with the fullest version of each. An empty cell: not on"
        " the event."
    )
    kept = data["fate"].isin(["kept", "trimmed"])
    count = across[kept].value_counts()
    total = np.array([int(count.get(name, 0)) for name in across.unique()], dtype=float)
    told = [
        f"{fate} {n}" for fate, n in data["fate"].astype(str).value_counts().sort_index().items()
    ]
    alt = words.sentences(
        f"Grid of {shape}: {words.listing(told)}.",
        words.top_three(across.unique(), total, " kept or trimmed"),
    )
    star = "*: another verb of saying." if any(sign.endswith("*") for sign in signs) else ""
    available = table["group"].nunique()
    n = f"n = {words.plural(len(data), 'version')}."
    return caption, alt, [n, star, select.totals(data, statements, available)]
