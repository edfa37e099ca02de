"""How often actors act and are acted upon: bars to both sides of a middle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from analysis import wording as words
from analysis.charts import looks, rows, select, style
from analysis.charts.tags import tag
from analysis.tables import NONE_LABEL, require_choice, require_columns

_FEW = 10  # clauses below which a bar is pale
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
_AXIS = {"share": "acted upon ← % of clauses → acting", "count": "acted upon ← clauses → acting"}


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
        are not plotted, so the two sides need not add up to 100 %. The hollow end of a bar is what
        the text does not tell as done (would, may, if), and a pale bar rests on fewer than ten
        clauses. The note counts the clauses without a named agent, and those drawn that the text
        denies.

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
    columns = [*names, "entity", "role", "form", "count", "negated", "supposed", "base", value]
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
    for number, (row, piece) in enumerate(zip(at, data.to_dict("records"), strict=True)):
        side = (row, piece["role"] in ACTING)
        width = float(np.nan_to_num(piece[value])) * (100 if value == "share" else 1)
        width *= 1 if side[1] else -1
        (look,) = style.row_looks([str(piece["entity"])], style.Look(_colour(piece["role"]), 0))
        colour = look.colour
        supposed = piece.get("supposed", 0) / piece["count"] if piece["count"] else 0.0
        for part, face in ((1 - supposed, colour), (supposed, "white")):
            if not width * part:
                continue
            edge = "white" if face == colour else colour
            bars = ax.barh(
                row,
                width * part,
                left=ends.get(side, 0.0),
                height=0.66,
                facecolor=face,
                hatch=_HATCHES.get(piece.get("form", ""), ""),
                edgecolor=edge,
                linewidth=0.4 if face == colour else 0.8,
                alpha=0.5 if piece["base"] < _FEW else None,
                gid="bars" if face == colour else "supposed",
            )
            tag(bars.patches[0], number)
            ends[side] = ends.get(side, 0.0) + width * part
    return 104.0 if value == "share" else max(map(abs, (*ends.values(), 1e-9))) * 1.08


def _colour(role: str) -> str:
    """The colour of a role: the one asked for, or its own."""
    own = looks.current()
    own.drawn[role] = None
    return str(own.of(own.colors, role) or _COLOURS[role])


def _handles(data: pd.DataFrame) -> list[Patch]:
    """Marks for the key: a colour for each role, a hatch for each form."""
    common: dict[str, Any] = {"edgecolor": "white", "linewidth": 0.4}
    roles = [role for role in (*ACTED_ON, *ACTING) if (data["role"] == role).any()]
    found = [Patch(facecolor=_colour(role), label=role, **common) for role in roles]
    if "form" in data.columns:
        forms = [form for form in _FORMS[1:] if (data["form"] == form).any()]
        found += [
            Patch(facecolor=style.QUIET, hatch=_HATCHES.get(form, ""), label=form, **common)
            for form in forms
        ]
    if "supposed" in data.columns and data["supposed"].any():
        found.append(Patch(label="supposed", facecolor="white", edgecolor=style.QUIET))
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
    open_ = int(data["supposed"].sum()) if "supposed" in data.columns else 0
    hollow = f"Hollow ends: {open_:,} clauses not told as done (would, may, if)." if open_ else ""
    pale = f"Pale: fewer than {_FEW} clauses." if (data["base"] < _FEW).any() else ""
    caption = words.sentences(caption, hollow, pale)
    about = words.Intervals([*names, "entity"], ["entity", "role"], value)
    notes = [
        f"n = {words.plural(clauses, 'clause')}.",
        more,
        none,
        not_done if denied else "",
        hollow,
        pale,
    ]
    subtitle = f"{phrase[:1].upper()}{phrase[1:]} in which each actor acts or is acted upon"
    return style.Description(caption, alt, notes, about, subtitle=subtitle)
