"""What groups are made up of: bars cut into their parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Patch

from analysis import wording as words
from analysis.charts import looks, rows, select, style
from analysis.charts.tags import tag
from analysis.tables import InputError, require_columns

# Number of the colour and hatch of each part: black, which would outweigh the others, is left out.
_CODES = (0, 1, 3, 5, 4, 6, 7)
_OTHERS: dict[str, Any] = {"facecolor": style.FAINT, "edgecolor": style.RULE, "linewidth": 0.6}
_HATCHED = _CODES[1]  # one hatch, between the first part and the third
_LEAST_PART = 0.03  # a part that is smaller in every bar is one of the others
_FEW = 10  # below so many, each is drawn as a dot
_ORDERED = ("part", "bin", "period", "voice_group", "speech", "published")
_COLUMNS = ["share", "share_machine", "low", "high", "interval", "count", "base", "group_documents"]


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
    """Plot what groups are made up of: one bar of 100 % each, divided into its parts.

    Parameters
    ----------
    table : pandas.DataFrame
        One row per group and part: what `count_voices` (not split by speech), `count_cues`,
        `count_namings` (one actor) or `count_fates` return. Needed: `row`, `part` and share. Used
        if present: count, base, group_documents.
    row : str
        The column that gives the bars, such as "outlet" or "speaker".
    part : str
        The column that gives the parts, such as "voice", "cue_class", "form" or "fate".
    order : sequence of str, optional
        Parts from left to right. If None: in categorical order, else the largest first.
    top : int
        Number of parts plotted under their own name, at most 7; the rest of a bar, and parts that
        are below 3 % in every bar, are "others".
    %(axes)s

    Returns
    -------
    matplotlib.axes.Axes
        Bars from the top down by the share of the first part (in the order of the table where that
        means something: parts of a text, periods, ordered categories); per cent inside the parts
        wide enough for it; n at the right. Where n is below 10, a dot for each of them in the place
        of a bar: 100 % of three is three dots. The names of the parts stand above the first bar, or
        in a key where they find no room there.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, has more than one row for a bar and part, or if the
        parts of a bar add up to more than the whole.

    Notes
    -----
    Only the leftmost part can be compared between bars by eye. Stacked bars have no room for
    intervals: plot those with ``plot_terms(table, value="share", item=…)``, and mind n.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"outlet": ["A", "A", "B"], "fate": ["kept", "dropped", "kept"],
    ...                       "share": [0.75, 0.25, 1.0], "base": [4, 4, 2]})
    >>> ax = plot_shares(table, row="outlet", part="fate")
    >>> [float(bar.get_width()) for bar in ax.patches]
    [1.0, 0.75, 0.25]
    """
    what = "shares"
    require_columns(table, [row, part], what)
    select.numeric(table, "share", what)
    data, bars, parts, available = _stacked(table, row, part, order, top)
    drawn = data.assign(_bar=select.series_of(data, [row]), _part=select.series_of(data, [part]))
    few = _few(drawn)
    spots = _places_of_names(drawn, bars, parts, few, style.axes_width(ax, size), size)
    key = style.FONTS[size] / 72  # and a longer note
    said = ["by the machine alone"] * ("share_machine" in data.columns)
    if said or not spots:
        key += rows.key_height([*([] if spots else [*parts, "others"]), *said], size)
    ax = style.new_axes(ax, size=size, height=style.row_height(size, len(bars), 1.25) + key)
    codes = _looks(ax, parts)
    if style.state_of(ax).panel:
        spots = []
    rest = _stack(ax, drawn[~drawn["_bar"].isin(few)], bars, codes, size)
    rest |= _dot_rows(ax, drawn, few, bars, codes, size)
    marks = _machine_ends(ax, drawn[~drawn["_bar"].isin(few)], bars)
    rows.label_rows(ax, bars, size)
    ax.grid(visible=False)
    ax.set_xlim(0, 1)
    rows.percent_axis(ax)
    ax.set_xlabel("Share")
    for at, name in spots:
        ax.annotate(
            words.label(name, 60), xy=(at, 1), xycoords=("data", "axes fraction"), xytext=(0, 2),
            textcoords="offset points", va="bottom", ha="left", fontsize=style.FONTS[size],
            color=style.text_colour(codes[name].colour), gid="part name",
            annotation_clip=False, parse_math=False,
        )  # fmt: skip
    handles = [rows.patch(name, look, look.code == _HATCHED) for name, look in codes.items()]
    handles = [] if spots else handles + ([Patch(label="others", **_OTHERS)] if rest else [])
    if handles or said:
        rows.key(ax, [*handles, *marks], size)
    if "base" in data.columns:
        base = drawn.groupby("_bar")["base"].max()
        rows.side_column(ax, [f"{int(base[name]):,}" for name in bars], "n", size)
    text = _describe_shares(data, row, part, (bars, parts, available), rest, len(few))
    return style.describe(ax, data, text, order=parts)


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
    large = work.groupby("_part")["share"].max() >= _LEAST_PART
    kept = [name for name in parts if large[name]][: min(top, len(_CODES))] or parts[:1]
    data = work[work["_part"].isin(kept)]
    there = set(data["_bar"])
    bars = [name for name in select.in_order(table, [row]) if name in there]
    if row not in _ORDERED and not getattr(table[row].dtype, "ordered", False):
        leading = data[data["_part"] == kept[0]]
        share_of = dict(zip(leading["_bar"], leading["share"].round(12), strict=True))
        bars.sort(key=lambda name: (-share_of.get(name, 0.0), name))
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
        given = [words.plain(name, 60) for name in order]
        return [name for name in given if name in there] + sorted(there - set(given))
    if isinstance(table[part].dtype, pd.CategoricalDtype):
        return [name for name in select.in_order(table, [part]) if name in there]
    size = "count" if "count" in work.columns else "share"
    total = work.groupby("_part")[size].sum().round(12).reset_index()
    total = total.sort_values([size, "_part"], ascending=[False, True])
    return [str(name) for name in total["_part"]]


def _looks(ax: Axes, parts: list[str]) -> dict[str, style.Look]:
    """How each part is drawn: in the colour asked for, else by its place among the parts."""
    own, known = looks.current(), style.state_of(ax).codes
    given = {**(own.corpus.get("colors") or {}), **own.colors}
    own.drawn.update(dict.fromkeys(parts))
    for name in parts:
        if name not in known:
            code = _CODES[len(known) % len(_CODES)]
            known[name] = style.Look(own.of(given, name) or style.COLOURS[code], code)
    return {
        name: known[name] if own.stands_out(name) else known[name]._replace(colour=style.GREY)
        for name in parts
    }


def _few(drawn: pd.DataFrame) -> list[str]:
    """The bars of so few that each of these gets a dot."""
    if not {"count", "base"} <= set(drawn.columns):
        return []
    base = drawn.groupby("_bar", sort=False)["base"].max()
    return [str(name) for name, n in base.items() if n < _FEW]


def _places_of_names(
    drawn: pd.DataFrame, bars: list[str], parts: list[str], few: list[str], width: float, size: str
) -> list[tuple[float, str]]:
    """Where the name of each part begins above the first bar; [] where one finds no room."""
    first = drawn[drawn["_bar"] == bars[0]].set_index("_part")["share"].to_dict()
    if bars[0] in few or len(parts) < 2 or set(first) != set(parts) or sum(first.values()) < 0.97:
        return []
    letter = 0.6 * style.FONTS[size] / (width * 0.55 * 72)  # in shares of the axis
    end, start = -1.0, 0.0
    spots = []
    for name in parts:
        at = max(start, end + 1.5 * letter)
        end, start = at + words.cells(words.label(name, 60)) * letter, start + first[name]
        if at > start - 2 * letter or end > 1 + 4 * letter:
            return []
        spots.append((at, name))
    return spots


def _stack(
    ax: Axes, table: pd.DataFrame, bars: list[str], codes: dict[str, style.Look], size: str
) -> bool:
    """The parts of every bar with their per cent; whether something is left over."""
    at = {name: 0.0 for name in bars if (table["_bar"] == name).any()}
    for name, code in codes.items():  # part by part: a reader of the artists finds them in order
        for row, cell in table[table["_part"] == name].iterrows():
            bar, share = cell["_bar"], float(cell["share"])
            tag(_cell(ax, bars.index(bar), at[bar], share, code, size), [row])
            at[bar] += share
    left = {name: 1 - end for name, end in at.items() if end < 0.999}
    for name, share in left.items():
        _cell(ax, bars.index(name), at[name], share, None, size)
    return bool(left)


def _machine_ends(ax: Axes, drawn: pd.DataFrame, bars: list[str]) -> list[Any]:
    """Hollow marks at the ends that the parts would have by the machine alone; one for a key."""
    if not {"share_machine", "low"} <= set(drawn.columns):
        return []
    ends = drawn.groupby("_bar", sort=False)["share_machine"].cumsum().to_numpy(dtype=float)
    at = drawn["_bar"].map(bars.index).to_numpy(dtype=float)
    mark = rows.machine_marks(ax, drawn, ends, at)
    return [] if mark is None else [mark]


def _dot_rows(
    ax: Axes,
    drawn: pd.DataFrame,
    few: list[str],
    bars: list[str],
    codes: dict[str, style.Look],
    size: str,
) -> bool:
    """A dot for each of the few that a bar stands for; whether some are of other parts."""
    font = style.FONTS[size]
    step = 1.35 * font / (style.axes_width(ax, size) * 0.55 * 72)
    rest = False
    for name in few:
        own = drawn[drawn["_bar"] == name]
        n, y = int(own["base"].max()), bars.index(name)
        counts = {part: int(own.loc[own["_part"] == part, "count"].sum()) for part in codes}
        others = n - sum(counts.values())
        rest |= others > 0
        at = 0
        for part, count in [*counts.items(), ("", others)]:
            if count <= 0:
                continue
            face = codes[part].colour if part else style.FAINT
            (dots,) = ax.plot(
                (np.arange(at, at + count) + 0.6) * step,
                np.full(count, y),
                linestyle="none",
                marker=codes[part].marker if part else "o",
                markersize=font * 0.85,
                color=face,
                markeredgecolor=style.text_colour(face) if part else style.QUIET,
                markeredgewidth=0.6,
                gid="part dots",
                zorder=3,
            )
            tag(dots, np.repeat(own.index[own["_part"] == part], count) if part else [])
            at += count
        whole = next((part for part, count in counts.items() if count == n), None)
        if whole is not None:
            ax.text(
                (n + 0.6) * step, y, f"{n} of {n}", va="center", ha="left", gid="of",
                fontsize=max(font * 0.85, 7.0), color=style.QUIET,
            )  # fmt: skip
    return rest


def _cell(
    ax: Axes, y: int, start: float, share: float, part: style.Look | None, size: str
) -> Patch:
    """One part of a bar, or others, its share written into it where it fits."""
    look = _OTHERS
    if part is not None:
        look = rows.bar_style(part, part.code == _HATCHED)
        look = look if look["hatch"] else {**look, "edgecolor": "white"}
    bars = ax.barh(y, share, left=start, height=0.72, zorder=2, gid="part", **look)
    cell: Patch = bars.patches[0]
    font = max(style.FONTS[size] * 0.85, 7.0)
    text = f"{100 * share:.0f}"
    room = share * style.axes_width(ax, size) * 0.55 * 72
    if room < (len(text) + 1.2) * 0.62 * font:
        return cell
    face = look["facecolor"]
    dark = style.luminance(to_rgb(face)) < 0.25
    ax.text(
        start + share / 2, y, text, ha="center", va="center", fontsize=font, gid="percent",
        color="white" if dark else style.INK, zorder=3,
        bbox={"facecolor": face, "edgecolor": "none", "pad": 1.0},
    )  # fmt: skip
    return cell


def _describe_shares(
    data: pd.DataFrame,
    row: str,
    part: str,
    drawn: tuple[list[str], list[str], int],
    rest: bool,
    few: int,
) -> style.Description:
    """Caption, alt text and notes."""
    bars, parts, available = drawn
    shape = f"{words.plural(len(bars), row)} by {words.noun_of(part)}"
    caption = f"What {shape} are made up of: {words.listing(parts, 8)}."
    names = words.pairs(data[row], data[part], ", ")
    alt = words.sentences(
        f"Stacked bars of {shape}, each 100 %.",
        f"Parts from left to right: {words.listing(parts, 8)}{' and others' if rest else ''}.",
        words.top_three(names, data["share"] * 100, " %"),
    )
    n = ""
    if "base" in data.columns:
        n = f"n = {words.number(float(data.groupby(row, observed=True)['base'].max().sum()))}."
    others = f"Others: what is left of a bar beside {words.plural(len(parts), part)}."
    shown = select.totals(data, len(parts), available)
    about = words.Intervals([row], mark="")  # there is no room to draw them
    dots = f"Dots: one each, where n is below {_FEW}." if few else ""
    caption = words.sentences(caption, dots)
    subtitle = f"{words.noun_of(part)[:1].upper()}{words.noun_of(part)[1:]} by {words.noun_of(row)}"
    notes = [n, others if rest else "", dots, shown]
    return style.Description(
        caption, alt, notes, about, subtitle=f"{subtitle}, shares of 100 %", unit="x"
    )
