"""What groups are made up of, and how often actors act: bars cut into their parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from analysis import wording as words
from analysis.charts import rows, select, style
from analysis.tables import NONE_LABEL, InputError, require_choice, require_columns

# Number of the colour and hatch of each part: black, which would outweigh the others, is left out.
_CODES = (0, 1, 3, 5, 4, 6, 7)
_OTHERS: dict[str, Any] = {"facecolor": style.FAINT, "edgecolor": style.RULE, "linewidth": 0.6}
_COLUMNS = ["share", "low", "high", "interval", "count", "base", "group_documents"]


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
        Number of parts plotted under their own name, at most 7; the rest of a bar is "others".
    %(axes)s

    Returns
    -------
    matplotlib.axes.Axes
        Bars from the top down, in the order of the table; per cent inside the parts wide enough for
        it; n at the right.

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
    [0.75, 1.0, 0.25]
    """
    what = "shares"
    require_columns(table, [row, part], what)
    select.numeric(table, "share", what)
    data, bars, parts, available = _stacked(table, row, part, order, top)
    key = rows.key_height([*parts, "others"], size) + style.FONTS[size] / 72  # and a longer note
    ax = style.new_axes(ax, size=size, height=style.row_height(size, len(bars), 1.25) + key)
    codes = [_CODES[code] for code in style.group_codes(ax, parts)]
    rest = _stack(ax, data, (row, part), bars, dict(zip(parts, codes, strict=True)), size)
    rows.label_rows(ax, bars, size)
    ax.grid(visible=False)
    ax.set_xlim(0, 1)
    rows.percent_axis(ax)
    ax.set_xlabel("Share")
    handles = [rows.patch(name, code) for name, code in zip(parts, codes, strict=True)]
    rows.key(ax, handles + ([Patch(label="others", **_OTHERS)] if rest else []), size)
    if "base" in data.columns:
        base = data.assign(_bar=select.series_of(data, [row])).groupby("_bar")["base"].max()
        rows.side_column(ax, [f"{int(base[name]):,}" for name in bars], "n", size)
    text = _describe_shares(data, row, part, (bars, parts, available), rest)
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
    look = _OTHERS if code < 0 else rows.bar_style(code)
    ax.barh(y, share, left=start, height=0.72, zorder=2, gid="part", **look)
    font = max(style.FONTS[size] * 0.85, 7.0)
    text = f"{100 * share:.0f}"
    room = share * style.axes_width(ax, size) * 0.55 * 72
    if room < (len(text) + 1.2) * 0.62 * font:
        return
    face = look["facecolor"]
    dark = style.luminance(to_rgb(face)) < 0.25
    ax.text(
        start + share / 2, y, text, ha="center", va="center", fontsize=font, gid="percent",
        color="white" if dark else style.INK, zorder=3,
        bbox={"facecolor": face, "edgecolor": "none", "pad": 1.0},
    )  # fmt: skip


def _describe_shares(
    data: pd.DataFrame, row: str, part: str, drawn: tuple[list[str], list[str], int], rest: bool
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
    return style.Description(caption, alt, [n, others if rest else "", shown], about)


ACTING, ACTED_ON = ("agent",), ("patient", "recipient")
_COLOURS = {"agent": "#0072B2", "patient": "#E69F00", "recipient": "#F3D08B"}
_FORMS = ("", "active", "passive", "agentless passive", "ergative", "nominalisation")
_HATCHES = {
    "passive": "////",
    "agentless passive": "....",
    "ergative": "\\\\\\\\",
    "nominalisation": "xxxx",
}
_KNOWN = select.MEASURED | {"role", "form", "share", "negated", "supposed"}
_AXIS = {
    "share": "Share of the actor's clauses (%): acted upon ← → acting",
    "count": "Clauses: acted upon ← → acting",
}


@style.chart
def plot_agency(
    table: pd.DataFrame,
    *,
    value: str = "share",
    by: str | Sequence[str] | None = None,
    top: int = 12,
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Plot how often each actor acts, to the right, and is acted upon, to the left.

    Parameters
    ----------
    table : pandas.DataFrame
        What `count_agency` returns. Needed: entity, role, count, base and `value`. Used if present:
        form (where roles are split by form), low, high, interval, group_documents.
    value : {"share", "count"}
        The column to plot.
    by : str or sequence of str, optional
        The columns that distinguish the groups; detected if None. Each actor gets a bar for every
        group; for more than a few groups use `plot_small_multiples`.
    top : int
        Number of actors to plot: those with most clauses as agent, patient or recipient, ties by
        name.
    %(axes)s

    Returns
    -------
    matplotlib.axes.Axes
        One row per actor (and group): agents to the right of the middle, patients and then
        recipients to its left; n at the right. Carriers and unclear roles belong to the base but
        are not plotted, so the two sides need not add up to 100 %. The note counts the clauses
        without a named agent, and those drawn that the text denies.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, or has more than one row for an actor, role and
        group.

    Notes
    -----
    Intervals are plotted for agents and patients unless roles are split by form. A short bar may
    belong to an actor who is seldom named as well as to one who seldom acts: mind n.

    Examples
    --------
    >>> import pandas as pd
    >>> counts = pd.DataFrame({"entity": ["Kyiv", "Kyiv"], "role": ["agent", "patient"],
    ...                        "count": [1, 3], "base": [4, 4], "share": [0.25, 0.75]})
    >>> [float(bar.get_width()) for bar in plot_agency(counts).patches]
    [25.0, -75.0]
    """
    require_choice(value, tuple(_AXIS), "value")
    require_columns(table, ["entity", "role", "count", "base", value], "agency")
    select.numeric(table, value, "agency")
    key = ["entity", "role", *(["form"] if "form" in table.columns else [])]
    drawable = table[table["role"].isin([*ACTING, *ACTED_ON])]
    style.require_rows(drawable[drawable["entity"] != NONE_LABEL], "agency")
    names = select.group_columns(drawable, by, key=key, what="agency", known=_KNOWN)
    data, labels = _ranked_actors(table, drawable, names, value, top)
    order = list(labels.unique())
    height = style.row_height(size, len(order)) + 3 * style.FONTS[size] / 72  # and the key
    ax = style.new_axes(ax, size=size, height=height)
    at = labels.map(order.index).to_numpy(dtype=float)
    reach = _draw_agency(ax, data, at, value)
    if {"low", "high"} <= set(data.columns):
        sure = (data["role"] != "recipient").to_numpy()
        sign = np.where(data["role"].isin(ACTING), 100.0, -100.0)[sure]
        low, high = data.loc[sure, ["low", "high"]].to_numpy(dtype=float).T * sign
        rows.intervals(ax, at[sure], low, high, colour=style.INK, zorder=4)
        none = sure & rows.without_interval(data)
        ends = data.loc[none, value].to_numpy(dtype=float) * sign[none[sure]]
        rows.hollow_marks(ax, ends, at[none], style.INK, zorder=4)
    rows.label_rows(ax, order, size)
    rows.zero_line(ax)
    ax.set_xlim(-reach, reach)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: words.number(abs(x))))
    ax.set_xlabel(_AXIS[value])
    rows.key(ax, _handles(data), size)
    bases = data.assign(_label=labels).groupby("_label")["base"].max()
    rows.side_column(ax, [f"{bases[label]:,.0f}" for label in order], "n", size)
    text = _describe_agency(data, labels, names, value)
    return style.describe(ax, data, text, by=names or None)


def _ranked_actors(
    table: pd.DataFrame, drawable: pd.DataFrame, names: list[str], value: str, top: int
) -> tuple[pd.DataFrame, pd.Series]:
    """The rows drawn, actor by actor and group by group, and the label of each row's bar."""
    chart = table.attrs.get("chart", {})
    absent = table["entity"] == NONE_LABEL
    work = drawable[drawable["entity"] != NONE_LABEL]
    work = work.assign(_entity=select.texts(work["entity"]))
    total = work.groupby("_entity")["count"].sum().reset_index()
    ranked = list(total.sort_values(["count", "_entity"], ascending=[False, True])["_entity"])
    groups = select.in_order(work, names) if names else [""]
    roles, forms = [*ACTING, *ACTED_ON], list(_FORMS)
    form = work["form"] if "form" in work.columns else pd.Series("", index=work.index)
    work = work.assign(
        _row=work["_entity"].map(ranked.index),
        _group=select.series_of(work, names).map(groups.index),
        _role=work["role"].map(roles.index),
        _form=form.map(lambda name: forms.index(name) if name in forms else len(forms)),
    )
    work = work[work["_row"] < top].sort_values(["_row", "_group", "_role", "_form"])
    columns = [*names, "entity", "role", "form", "count", "negated", "base", value]
    if (
        value == "share" and "form" not in work.columns
    ):  # intervals of forms would lie on each other
        columns += ["low", "high", "interval"]
    columns.append("group_documents")
    data = select.columns_drawn(work, columns)
    data.attrs["chart"] = {
        "available": chart.get("available", len(ranked)),
        "absent": chart.get("absent", int(table.loc[absent, "count"].sum())),
    }
    entity = select.texts(data["entity"])
    series = select.series_of(data, names)
    return data, entity + " · " + series if names else entity


def _draw_agency(ax: Axes, data: pd.DataFrame, at: np.ndarray, value: str) -> float:
    """The pieces of the bars, those of a side one after the other; how far the axis reaches."""
    ends: dict[tuple[float, bool], float] = {}
    for row, piece in zip(at, data.to_dict("records"), strict=True):
        side = (row, piece["role"] in ACTING)
        width = float(np.nan_to_num(piece[value])) * (100 if value == "share" else 1)
        width *= 1 if side[1] else -1
        if width:
            ax.barh(
                row,
                width,
                left=ends.get(side, 0.0),
                height=0.66,
                color=_COLOURS[piece["role"]],
                hatch=_HATCHES.get(piece.get("form", ""), ""),
                edgecolor="white",
                linewidth=0.4,
                gid="bars",
            )
        ends[side] = ends.get(side, 0.0) + width
    return 104.0 if value == "share" else max(map(abs, (*ends.values(), 1e-9))) * 1.08


def _handles(data: pd.DataFrame) -> list[Patch]:
    """Marks for the key: a colour for each role, a hatch for each form."""
    common: dict[str, Any] = {"edgecolor": "white", "linewidth": 0.4}
    roles = [role for role in (*ACTED_ON, *ACTING) if (data["role"] == role).any()]
    found = [Patch(facecolor=_COLOURS[role], label=role, **common) for role in roles]
    if "form" in data.columns:
        forms = [form for form in _FORMS[1:] if (data["form"] == form).any()]
        found += [
            Patch(facecolor=style.QUIET, hatch=_HATCHES.get(form, ""), label=form, **common)
            for form in forms
        ]
    return found


def _describe_agency(
    data: pd.DataFrame, labels: pd.Series, names: list[str], value: str
) -> style.Description:
    """Caption, alt text and notes."""
    shown, chart = data["entity"].nunique(), data.attrs["chart"]
    split = f",{words.split_phrase(names)}" if names else ""
    phrase = "share of its clauses" if value == "share" else "number of clauses"
    caption = (
        f"{words.plural(shown, 'actor')}{split}: {phrase} in which each acts (right) and is acted "
        "upon (left)."
    )
    role = "agent" if (data["role"] == "agent").any() else str(data["role"].iloc[0])
    own = (data["role"] == role).to_numpy()
    summed = data[own].groupby(labels[own].to_numpy(), sort=False)[value].sum()
    summed = (summed * (100 if value == "share" else 1)).round(1)
    alt = words.sentences(
        f"Diverging bars of {words.plural(shown, 'actor')}{split}, acting to the right, acted upon "
        f"to the left. {phrase[:1].upper()}{phrase[1:]} as {role}:",
        words.top_three(summed.index, summed, " %" if value == "share" else ""),
    )
    clauses = data.groupby(labels.to_numpy())["base"].max().sum()
    more = f"{shown:,} of {chart['available']:,} shown." if chart["available"] > shown else ""
    absent = words.plural(chart["absent"], "clause")
    none = f"Without a named agent: {absent}, not drawn." if chart["absent"] else ""
    denied = int(data["negated"].sum()) if "negated" in data.columns else 0
    not_done = f"Of the clauses drawn the text denies {denied:,} (did not, refused to)."
    about = words.Intervals([*names, "entity"], ["entity", "role"], value)
    notes = [f"n = {words.plural(clauses, 'clause')}.", more, none, not_done if denied else ""]
    return style.Description(caption, alt, notes, about)
