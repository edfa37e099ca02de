"""Specification curves: a finding under every choice, and which choices it does not survive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from analysis import wording as words
from analysis.charts import rows, select, style
from analysis.charts.tags import tag
from analysis.tables import InputError, require_columns

_NEEDED = ("main", "value", "estimate", "low", "high", "null", "conclusion", "survives")
_KNOWN = frozenset((*_NEEDED, "left_out", "interval", "documents", "reason"))
_CURVE = {"column": 1.7, "page": 2.4, "slide": 3.4}  # inches
_LINE = 1.45  # height of a row of the choices in lines of text
_NAMED = 8  # documents left out that are named, at most
_KINDS = {  # colour, marker and words of each kind of specification
    "survives": (style.COLOURS[0], "o", "survives"),
    "fails": (style.COLOURS[4], "v", "does not survive"),
    "none": (style.QUIET, "o", "no interval"),
    "lost": (style.INK, "x", "could not be measured"),
}
_MAIN = "main specification"
_NOTHING = "nothing"
_IMPOSSIBLE = "not possible"
_BOUND = "conservative bound"  # the one end that keyness gives, in place of an interval


@style.chart
def plot_specification_curve(
    table: pd.DataFrame, *, size: str = "page", ax: Axes | None = None
) -> Axes:
    """Plot a finding under all specifications: estimates in order, and the choices below them.

    Parameters
    ----------
    table : pandas.DataFrame
        What `vary` returns, or some of its rows. Needed: main, value, estimate, low, high, null,
        conclusion, survives; the columns of the choices. Used if present: left_out, interval,
        documents, reason.
    %(axes)s

    Returns
    -------
    matplotlib.axes.Axes
        It holds two axes (``ax.child_axes``). Above, the estimates from the lowest to the highest
        with their intervals; the main specification is a black diamond, a line marks `null`, and
        a point is hollow where there is no interval. Below, one row for each value of each choice,
        marked under the specifications that have it, with the number of those that survive at
        the right. Where something is left out, the choices are those of the main specification,
        and only what is left out is marked. What could not be measured has no estimate; a cross
        marks its choices at the right end, and it is not counted.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, holds no estimate, or estimates of several columns,
        which have no common scale: draw ``table[table["value"] == "ratio"]``.

    Notes
    -----
    After Simonsohn, Simmons & Nelson (2020). The curve shows what hangs on choices; it is no test,
    as the specifications share their texts (see `vary`).

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"unit": ["word", "lemma"], "main": [True, False], "value": "log_ratio",
    ...                      "estimate": [1.0, 0.4], "low": [0.5, -0.1], "high": [1.5, 0.9],
    ...                      "null": 0.0, "conclusion": ["above", "includes"],
    ...                      "survives": [True, False]})
    >>> curve, choices = plot_specification_curve(rows).child_axes
    >>> [label.get_text() for label in choices.get_yticklabels()]
    ['unit', 'word', 'lemma']
    """
    what = "specifications"
    require_columns(table, _NEEDED, what)
    select.numeric(table, "estimate", what)
    data = _in_order(table)
    drawn = data[np.isfinite(data["estimate"].to_numpy(dtype=float))]
    style.require_rows(drawn, what)
    kinds = list(dict.fromkeys(select.texts(drawn["value"])))
    if len(kinds) > 1:
        raise InputError(
            f"The specifications have estimates of {words.listing(kinds)}, which have no common"
            f' scale; draw those of one, as in table[table["value"] == {kinds[0]!r}].'
        )
    choices = [str(c) for c in table.columns if c not in _KNOWN]
    lines = _choice_rows(data, choices)
    height = len(lines) * _LINE * style.FONTS[size] / 72
    curve = _CURVE[size]
    kind = np.where(data["survives"], "survives", "fails").astype(object)
    kind[(data["conclusion"] == "no interval").to_numpy()] = "none"
    kind[(data["conclusion"] == _IMPOSSIBLE).to_numpy()] = "lost"
    handles = _handles(kind, bool(drawn["main"].any()))
    room = rows.key_height([str(h.get_label()) for h in handles], size) + 0.35
    ax = style.new_axes(ax, size=size, height=curve + height + room)
    style.state_of(ax).shared = ""
    ax.set_xticks([])
    ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set_visible(False)
    share = height / (height + curve)
    gap = 0.03 if lines else 0.0
    above = ax.inset_axes((0, share + gap, 1, 1 - share - gap))
    _draw_curve(above, data, kind, size)
    if lines:
        below = ax.inset_axes((0, 0, 1, share))
        _draw_choices(below, lines, data, kind, above.get_xlim(), size)
    rows.key(ax, handles, size)
    return style.describe(ax, data, _describe(data, drawn, choices))


def _in_order(table: pd.DataFrame) -> pd.DataFrame:
    """The specifications by estimate; equal ones as they were made, the main one first."""
    data = select.columns_drawn(table, table.columns)
    data["survives"] = _yes(data["survives"])
    data["main"] = _yes(data["main"])
    order = np.lexsort([~data["main"].to_numpy(), data["estimate"].to_numpy(dtype=float)])
    return data.iloc[order]


def _yes(column: pd.Series) -> pd.Series:
    return column.map(lambda x: str(x) == "True").astype(bool)


def _choice_rows(drawn: pd.DataFrame, choices: Sequence[str]) -> list[tuple[str, Any]]:
    """Names of the rows below the curve, and which specifications each has; heads have None."""
    lines: list[tuple[str, Any]] = []
    whole = np.ones(len(drawn), dtype=bool)  # what is left out is left out of the main choices
    if "left_out" in drawn.columns:
        whole = drawn["left_out"].isna().to_numpy()
    for name in choices:
        own = select.texts(drawn[name])
        order = list(dict.fromkeys([*own[drawn["main"]], *sorted(own.unique())]))
        if len(order) > 1:
            lines.append((words.noun_of(name), None))
            lines += [(label, (own == label).to_numpy() & whole) for label in order]
    if "left_out" not in drawn.columns or drawn["left_out"].isna().all():
        return lines
    own = drawn["left_out"]
    flips = own[own.notna() & ~drawn["survives"]]
    lost = drawn["conclusion"] == _IMPOSSIBLE
    flips = pd.concat([flips[~lost], flips[lost]])
    named = list(dict.fromkeys(select.texts(flips)))[:_NAMED]
    rest = own.notna() & ~own.isin(named)
    lines += [("left out", None), (_NOTHING, own.isna().to_numpy())]
    lines += [(str(name), (own == name).to_numpy()) for name in named]
    if rest.any():
        other = "another" if named else "any"
        lines.append((f"{other} of {int(rest.sum()):,}", rest.to_numpy()))
    return lines


def _mark(number: int, size: str) -> float:
    """Size in points of a mark that leaves room for its neighbours."""
    room = style.SIZES[size][0] * 72 * 0.6 / max(number, 1)
    return float(np.clip(0.75 * room, 1.2, rcParams["lines.markersize"] * 1.1))


def _draw_curve(ax: Axes, drawn: pd.DataFrame, kind: np.ndarray, size: str) -> None:
    """Estimates with their intervals, and the line that they are held against."""
    style.style_axes(ax, size)
    estimate, low, high, null = drawn[["estimate", "low", "high", "null"]].to_numpy(dtype=float).T
    at = np.arange(len(drawn), dtype=float)
    seen = np.concatenate([estimate, low, high, null])
    seen = seen[np.isfinite(seen)]
    pad = 0.06 * (float(np.ptp(seen)) or 1.0)
    bottom, top = float(seen.min()) - pad, float(seen.max()) + pad
    mark = _mark(len(drawn), size)
    main = drawn["main"].to_numpy()
    for name, (colour, marker, _) in _KINDS.items():
        own = kind == name
        known = own & ~np.isnan(low) & ~np.isnan(high)
        lines = ax.vlines(
            at[known],
            np.clip(low[known], bottom, top),
            np.clip(high[known], bottom, top),
            color=[style.INK if first else colour for first in main[known]],
            linewidth=min(rcParams["lines.linewidth"] * 0.8, mark * 0.45),
            alpha=0.6,
            zorder=2,
            gid="intervals",
        )
        tag(lines, np.flatnonzero(known))
        own &= ~main & np.isfinite(estimate)
        for hollow in (False, True):
            which = own & ((np.isnan(low) | np.isnan(high)) == hollow)
            (dots,) = ax.plot(
                at[which],
                estimate[which],
                linestyle="none",
                marker=marker,
                markersize=mark,
                color=colour,
                markerfacecolor="white" if hollow else colour,
                markeredgecolor=colour if hollow else "none",
                zorder=3,
                gid=f"dots {name}{' hollow' if hollow else ''}",
            )
            tag(dots, np.flatnonzero(which))
    hollow = bool(np.isnan(low[main]).any() or np.isnan(high[main]).any())
    (dots,) = ax.plot(
        at[main],
        estimate[main],
        linestyle="none",
        marker="D",
        markersize=max(mark, 0.9 * rcParams["lines.markersize"]),
        color=style.INK,
        markerfacecolor="white" if hollow else style.INK,
        markeredgecolor=style.INK if hollow else "white",
        markeredgewidth=1.0 if hollow else 0.5,
        zorder=4,
        gid="main",
    )
    tag(dots, np.flatnonzero(main))
    for value in np.unique(null[np.isfinite(null)]):
        ax.axhline(value, color=style.QUIET, linewidth=0.8, zorder=1, gid="null")
    ax.set_ylim(bottom, top)
    ax.set_xlim(-0.8, len(drawn) - 0.2)
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    ticks = MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]).tick_values(bottom, top)
    ticks = [float(tick) for tick in ticks if bottom <= tick <= top]
    ax.set_yticks(ticks, [words.number(round(tick, 10)) for tick in ticks])
    ax.set_ylabel(_axis_label(drawn))


def _axis_label(drawn: pd.DataFrame) -> str:
    """The estimate's name, short enough to stand upright beside the curve."""
    value = str(drawn["value"].iloc[0])
    params = (drawn.attrs.get("steps") or [{}])[-1].get("params", {})
    per = f"er {float(params.get('options', {}).get('per', 1000)):,.10g} words"
    if value == "rate":
        return f"P{per}"
    if value == "difference" and params.get("measure") == "compare_rates":
        return f"Difference, p{per}"
    return words.column_label(drawn, value).split(" (")[0]


def _draw_choices(
    ax: Axes,
    lines: Sequence[tuple[str, Any]],
    drawn: pd.DataFrame,
    kind: np.ndarray,
    limits: tuple[float, float],
    size: str,
) -> None:
    """One row for each value of each choice, marked under the specifications that have it."""
    style.style_axes(ax, size)
    mark = min(_mark(len(drawn), size), rcParams["lines.markersize"])
    at, main = np.arange(len(drawn)), drawn["main"].to_numpy()
    counts = []
    for row, (_, own) in enumerate(lines):
        if own is None:
            counts.append("")
            continue
        measured = int((own & (kind != "lost")).sum())
        survive = int(drawn["survives"].to_numpy()[own].sum())
        counts.append(f"{survive:,} of {measured:,}" if measured else "–")
        ax.axhline(row, color=style.FAINT, linewidth=0.8, zorder=1)
        for name, (colour, marker, _) in _KINDS.items():
            which = own & (kind == name) & ~main
            hollow = name in ("none", "lost")
            (squares,) = ax.plot(
                at[which],
                np.full(int(which.sum()), row),
                linestyle="none",
                marker=marker if name == "lost" else "s",
                markersize=mark,
                color=colour,
                markerfacecolor="white" if hollow else colour,
                markeredgecolor=colour if hollow else "none",
                gid="choice",
            )
            if name == "lost":  # the others have their marks on the curve
                tag(squares, np.flatnonzero(which))
        which = own & main
        ax.plot(
            at[which],
            np.full(int(which.sum()), row),
            linestyle="none",
            marker="D",
            markersize=0.9 * rcParams["lines.markersize"],
            color=style.INK,
            markeredgecolor="white",
            markeredgewidth=0.5,
            zorder=4,
            gid="main choice",
        )
    width = {"column": 14, "page": 28, "slide": 26}[size]
    ax.set_yticks(range(len(lines)), words.labels([name for name, _ in lines], width))
    each = style.row_looks([name for name, _ in lines], style.Look(style.INK, 0))
    for label, look, (_, own) in zip(ax.get_yticklabels(), each, lines, strict=True):
        weight = "bold" if own is None else "normal"
        label.set(parse_math=False, fontweight=weight, color=look.colour)
    ax.set_xlim(*limits)
    ax.set_ylim(len(lines) - 0.4, -0.6)
    ax.set_xticks([])
    ax.tick_params(axis="y", length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
    rows.side_column(ax, counts, "survives in", size)


def _handles(kind: np.ndarray, main: bool) -> list[Line2D]:
    """The marks of the key."""
    handles = [
        Line2D(
            [],
            [],
            linestyle="none",
            marker=marker,
            color=colour,
            markerfacecolor="white" if name == "none" else colour,
            label=label,
        )
        for name, (colour, marker, label) in _KINDS.items()
        if (kind == name).any()
    ]
    if main:
        look: dict[str, Any] = {"linestyle": "none", "marker": "D", "color": style.INK}
        handles.insert(0, Line2D([], [], label=_MAIN, **look))
    return handles


def _describe(data: pd.DataFrame, drawn: pd.DataFrame, choices: Sequence[str]) -> style.Description:
    """Caption, alt text and notes."""
    lost = int((data["conclusion"] == _IMPOSSIBLE).sum())
    of, survive = len(data) - lost, int(data["survives"].sum())
    summary = data.attrs.get("specifications", {})
    nothing = (data.loc[data["main"], "conclusion"] == "includes").any()
    finding = "Nothing is distinguished" if nothing else "The finding survives"
    finding += f" in {survive:,} of {of:,} specifications."
    if (summary.get("of"), summary.get("not_possible")) == (of, lost):
        finding = summary["text"]
    varied = [c for c in choices if len(select.texts(data[c]).drop_duplicates()) > 1]
    below = [words.noun_of(name) for name in varied]
    below += ["what is left out"] if "left_out" in data.columns else []
    marks = f"Below, the choices ({words.listing(below)})." if below else ""
    caption = words.sentences(
        f"Specification curve of the {_what(data)}: estimates in order.",
        _main_sentence(data),
        finding,
        marks,
        "Diamond: the main specification." if data["main"].any() else "",
    )
    names = [_name(row, varied) for _, row in drawn.nlargest(3, "estimate").iterrows()]
    alt = words.sentences(
        f"Specification curve of {words.plural(len(drawn), 'specification')},"
        f" {words.value_range(drawn['estimate'])}.",
        finding,
        words.top_three(names, drawn.nlargest(3, "estimate")["estimate"]),
    )
    bound = _bounds(drawn)
    unused = int(summary.get("unused", 0))
    notes = [
        f"n = {words.plural(int(data['documents'].max()), 'document')}."
        if "documents" in data.columns
        else f"n = {words.plural(of, 'specification')}.",
        _rule(data),
        words.interval_sentence(drawn[~bound]) if not bound.all() else "",
        _bound_sentence(drawn[bound]),
        f"Crosses: {words.plural(lost, 'specification')} could not be measured." if lost else "",
        f"Left out without any change, so not counted: {unused:,}." if unused else "",
    ]
    subtitle = f"Estimates of the {_what(data)}, in order, and the choices behind each"
    return style.Description(caption, alt, notes, subtitle=subtitle)


def _bounds(data: pd.DataFrame) -> pd.Series:
    """Whether a row has a conservative bound in the place of an interval."""
    if "interval" not in data.columns:
        return pd.Series(False, index=data.index)
    return data["interval"].astype(str).str.startswith(_BOUND)


def _bound_sentence(data: pd.DataFrame) -> str:
    """What is drawn where only a conservative bound is known."""
    if not len(data):
        return ""
    known = data["low"].notna()
    lines = "Lines begin at the conservative bound of the log ratio." if known.any() else ""
    none = "the conservative bound is 0, and there is no interval"
    return words.sentences(lines, f"Hollow: {none}." if not known.all() else "")


def _what(data: pd.DataFrame) -> str:
    """The finding in words: "log ratio (compare_terms, term war)"."""
    params = (data.attrs.get("steps") or [{}])[-1].get("params", {})
    chosen = {**params.get("options", {}), **params.get("row", {})}
    said = [
        f"{words.noun_of(str(name))} {words.listing(v if isinstance(v, list) else [v], 4)}"
        for name, v in chosen.items()
        if isinstance(v, str | list | int | float) and not isinstance(v, bool) and name != "per"
    ]
    inside = ", ".join([str(params["measure"]), *said][:6]) if "measure" in params else ""
    value = words.noun_of(str(data["value"].iloc[0]))
    return f"{value} ({inside})" if inside else value


def _main_sentence(data: pd.DataFrame) -> str:
    """What the main specification found."""
    main = data[data["main"]]
    if not len(main):
        return ""
    row = main.iloc[0]
    null = words.number(float(row["null"]))
    where = {"above": f"above {null}", "below": f"below {null}"}.get(
        str(row["conclusion"]), f"not distinguished from {null}"
    )
    return f"In the main specification it is {words.number(float(row['estimate']))}, {where}."


def _rule(data: pd.DataFrame) -> str:
    """What it means to survive."""
    null = words.listing(words.number(float(x)) for x in np.unique(data["null"].dropna()))
    main = data[data["main"]]
    if _bounds(main).any():
        zero = str(main["conclusion"].iloc[0]) == "includes"
        where = "is 0" if zero else f"lies on the same side of {null}"
        return f"Survives: the conservative bound {where}, as in the main specification."
    if len(main) and str(main["conclusion"].iloc[0]) == "includes":
        return f"Survives: the interval includes {null}, as in the main specification."
    return f"Survives: the interval lies on the same side of {null} as in the main specification."


def _name(row: pd.Series, varied: Sequence[str]) -> str:
    """A specification in words."""
    parts = [f"{words.noun_of(name)} {words.label(row[name], 40)}" for name in varied]
    if "left_out" in row.index and pd.notna(row["left_out"]):
        parts.append(f"without {words.label(row['left_out'], 40)}")
    if row["main"]:
        parts.append("main")
    return ", ".join(parts) or "specification"
