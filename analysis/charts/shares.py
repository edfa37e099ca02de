"""Shares within groups: bars of 100 %, cut into their parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Patch

from analysis.charts import rows, select, style, words
from analysis.charts.voices import percent_axis
from analysis.tables import InputError, require_columns

# Number of the colour and hatch of each part: black, which would outweigh the others, is left out.
_CODES = (0, 1, 3, 5, 4, 6, 7)
_COLUMNS = ["share", "low", "high", "interval", "count", "base"]


@style.chart
def plot_shares(
    table: pd.DataFrame,
    *,
    row: str,
    part: str,
    order: Sequence[str] | None = None,
    top: int = 7,
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Draw what groups are made up of: a bar of 100 % for each, cut into its parts.

    Parameters
    ----------
    table : pandas.DataFrame
        One row per group and part with `share`, and where there are any count and base: what
        `count_voices` (not split by speech), `count_cues`, `count_namings` (one actor) or
        `count_fates` return.
    row : str
        The column that gives the bars, such as "outlet" or "speaker".
    part : str
        The column whose values are the parts, such as "voice", "cue_class", "form" or "fate".
    order : sequence of str, optional
        Parts from left to right. Default: their categorical order, else the largest first.
    top : int
        Parts drawn by name, at most 7; what is left of a bar is "others".
    size : {"page", "column", "slide"}
        Width and letters.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes
        Bars from the top down as in the table; per cent in parts that have room; n at the right.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, has several rows for a bar and part, or the parts of
        a bar are more than the whole.

    Notes
    -----
    A stacked bar shows what a group is made of; only the first part can be compared between bars
    by eye. It has no room for intervals: draw them with ``plot_terms(table, value="share",
    item=…)``, and mind n.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"outlet": ["A", "A", "B"], "fate": ["kept", "dropped", "kept"],
    ...                       "share": [0.75, 0.25, 1.0], "base": [4, 4, 2]})
    >>> ax = plot_shares(table, row="outlet", part="fate")
    >>> [float(bar.get_width()) for bar in ax.patches]
    [0.75, 1.0, 0.25]
    """
    what = "shares"
    require_columns(table, [row, part], what)
    select.numeric(table, "share", what)
    style.require_rows(table, what)
    data, bars, parts, available = _stacked(table, row, part, order, style.require_top(top))
    key = rows.key_height([*parts, "others"], size) + style.FONTS[size] / 72  # and a longer note
    ax = style.start(ax, size=size, height=style.row_height(size, len(bars), 1.25) + key)
    codes = [_CODES[code] for code in style.codes(ax, parts)]
    rest = _stack(ax, data, (row, part), bars, dict(zip(parts, codes, strict=True)), size)
    rows.label_rows(ax, bars, size)
    ax.grid(visible=False)
    ax.set_xlim(0, 1)
    percent_axis(ax)
    ax.set_xlabel("Share")
    handles = [_part_patch(name, code) for name, code in zip(parts, codes, strict=True)]
    rows.key(ax, handles + ([_part_patch("others", -1)] if rest else []), size)
    if "base" in data.columns:
        base = data.assign(_bar=select.series_of(data, [row])).groupby("_bar")["base"].max()
        rows.side_column(ax, [f"{int(base[name]):,}" for name in bars], "n", size)
    caption, alt, notes = _composition(data, (row, part), (bars, parts, available), rest)
    params = {"row": row, "part": part, "order": parts, "top": top}
    return style.finish(
        ax,
        data,
        call="plot_shares",
        params=params,
        caption=caption,
        alt=alt,
        notes=notes,
        size=size,
    )


def _stacked(
    table: pd.DataFrame, row: str, part: str, order: Sequence[str] | None, top: int
) -> tuple[pd.DataFrame, list[str], list[str], int]:
    """The rows drawn, bars and parts in order, and how many parts there are."""
    bar, cut = (select.series_of(table, [name]) for name in (row, part))
    work = table.assign(_bar=bar, _part=cut)
    doubled = work.duplicated(["_bar", "_part"])
    if doubled.any():
        first = work[doubled].iloc[0]
        raise InputError(
            f"The shares table has several rows for {row} {first['_bar']!r} and {part}"
            f" {first['_part']!r}; draw one group, or count without splitting further."
        )
    whole = work.groupby("_bar")["share"].sum()
    if (whole > 1.001).any():
        raise InputError(
            f"The parts of {whole.idxmax()!r} add up to {words.number(100 * whole.max())} %; draw"
            " one group (or one actor) at a time."
        )
    work = work[work["share"].notna() & (work["share"] > 0)]
    style.require_rows(work, "shares")
    parts = _parts(table, work, part, order)
    kept = parts[: min(top, len(_CODES))]
    data = work[work["_part"].isin(kept)]
    there = set(data["_bar"])
    bars = [name for name in select.in_order(table, [row]) if name in there]
    place = data.assign(_row=data["_bar"].map(bars.index), _at=data["_part"].map(kept.index))
    data = place.sort_values(["_row", "_at"], kind="stable")
    columns = [row, part, *_COLUMNS]
    return select.columns_drawn(data, columns), bars, kept, len(parts)


def _parts(
    table: pd.DataFrame, work: pd.DataFrame, part: str, order: Sequence[str] | None
) -> list[str]:
    """The parts from left to right."""
    there = set(work["_part"])
    if order is not None:
        given = [words.label(name, 60) for name in order]
        return [name for name in given if name in there] + sorted(there - set(given))
    if isinstance(table[part].dtype, pd.CategoricalDtype):
        return [name for name in select.in_order(table, [part]) if name in there]
    size = "count" if "count" in work.columns else "share"
    total = work.groupby("_part")[size].sum().round(12).reset_index()
    total = total.sort_values([size, "_part"], ascending=[False, True])
    return [str(name) for name in total["_part"]]


def _stack(
    ax: Axes,
    data: pd.DataFrame,
    keys: tuple[str, str],
    bars: list[str],
    codes: dict[str, int],
    size: str,
) -> bool:
    """The parts of every bar with their per cent; whether something is left over."""
    at = dict.fromkeys(bars, 0.0)
    bar, part = (select.series_of(data, [key]) for key in keys)
    table = pd.DataFrame({"bar": bar, "part": part, "share": data["share"]})
    for name, code in codes.items():  # part by part: a reader of the artists finds them in order
        for _, cell in table[table["part"] == name].iterrows():
            _cell(ax, bars.index(cell["bar"]), at[cell["bar"]], float(cell["share"]), code, size)
            at[cell["bar"]] += float(cell["share"])
    left = {name: 1 - end for name, end in at.items() if end < 0.999}
    for name, share in left.items():
        _cell(ax, bars.index(name), at[name], share, -1, size)
    return bool(left)


def _cell(ax: Axes, y: int, start: float, share: float, code: int, size: str) -> None:
    """One part of a bar, its share written into it where it fits."""
    ax.barh(y, share, left=start, height=0.72, zorder=2, gid="part", **_part_look(code))
    font = max(style.FONTS[size] * 0.85, 7.0)
    text = f"{100 * share:.0f}"
    room = share * style.width_of(ax, size) * 0.55 * 72
    if room < (len(text) + 1.2) * 0.62 * font:
        return
    face = style.FAINT if code < 0 else style.COLOURS[code]
    dark = style.luminance(to_rgb(face)) < 0.25
    ax.text(
        start + share / 2, y, text, ha="center", va="center", fontsize=font, gid="percent",
        color="white" if dark else style.INK, zorder=3,
        bbox={"facecolor": face, "edgecolor": "none", "pad": 1.0},
    )  # fmt: skip


def _part_look(code: int) -> dict[str, Any]:
    """Colour and hatch of a part; the rest is white."""
    if code < 0:
        return {"facecolor": style.FAINT, "edgecolor": style.RULE, "linewidth": 0.6}
    colour = style.COLOURS[code]
    edge = style.text_colour(colour) if style.luminance(to_rgb(colour)) > 0.1 else "#bbbbbb"
    return {
        "facecolor": colour,
        "edgecolor": edge,
        "hatch": style.HATCHES[code],
        "linewidth": 0.6,
    }


def _part_patch(name: str, code: int) -> Patch:
    return Patch(label=name, **_part_look(code))


def _composition(
    data: pd.DataFrame,
    keys: tuple[str, str],
    drawn: tuple[list[str], list[str], int],
    rest: bool,
) -> tuple[str, str, list[str]]:
    """Caption, alt text and note sentences."""
    row, part = keys
    bars, parts, available = drawn
    shape = f"{words.plural(len(bars), row)} by {words.noun_of(part)}"
    caption = f"What {shape} are made up of: {words.listing(parts, 8)}."
    names = [
        f"{words.label(b, 40)}, {words.label(p, 40)}"
        for b, p in zip(data[row], data[part], strict=True)
    ]
    alt = words.sentences(
        f"Stacked bars of {shape}, each 100 %.",
        f"Parts from left to right: {words.listing(parts, 8)}{' and others' if rest else ''}.",
        words.top_three(names, data["share"] * 100, " %"),
    )
    n = ""
    if "base" in data.columns:
        n = f"n = {words.number(float(data.groupby(row, observed=True)['base'].max().sum()))}."
    others = f"Others: what is left of a bar beside {words.plural(len(parts), part)}."
    return caption, alt, [n, others if rest else "", select.totals(data, len(parts), available)]
