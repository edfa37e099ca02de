"""Who acts and who is acted upon: each actor's roles to the right and left of a middle line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from analysis.charts import rows, select, style, words
from analysis.tables import NONE_LABEL, require_choice, require_columns

ACTING, ACTED_ON = ("agent",), ("patient", "recipient")
_COLOURS = {"agent": "#0072B2", "patient": "#E69F00", "recipient": "#F3D08B"}
_FORMS = ("", "active", "passive", "agentless passive", "nominalisation")
_HATCHES = {"passive": "////", "agentless passive": "....", "nominalisation": "xxxx"}
_KNOWN = select.MEASURED | {"role", "form", "share"}
_AXIS = {
    "share": "Share of the actor's clauses (%): acted upon ← → acting",
    "count": "Clauses: acted upon ← → acting",
}


class Bars(NamedTuple):
    """The pieces of the bars: one for each row of the data."""

    row: np.ndarray
    left: np.ndarray
    width: np.ndarray  # negative to the left of the middle


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
    """Draw how often each actor acts, to the right, and is acted upon, to the left.

    Parameters
    ----------
    table : pandas.DataFrame
        What `count_agency` returns: entity, role, form (where roles are parted by form), count,
        base, share, and where there are any low, high, interval.
    value : {"share", "count"}
        The column drawn.
    by : str or sequence of str, optional
        The columns that tell groups apart; found if None. Each actor gets a bar for every group;
        for more than a few groups use `plot_small_multiples`.
    top : int
        Actors drawn: those with most clauses as agent, patient or recipient, ties by name.
    size : {"page", "column", "slide"}
        Width and letters.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes
        Actors from the top down; agents to the right of the middle, patients and then recipients to
        its left. Carriers and unclear roles are part of the base but not drawn, so the two sides
        need not sum to 100 %. Clauses without a named agent are counted in the note.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, or has several rows for an actor, role and group.

    Notes
    -----
    Intervals are drawn for agents and patients, where roles are not parted by form. A short bar is
    as likely a rarely named actor as a rarely active one: n is at the right.

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
    data, labels = _ranked(table, drawable, names, value, style.require_top(top))
    key_room = 3 * style.FONTS[size] / 72
    ax = style.start(ax, size=size, height=style.row_height(size, labels.nunique()) + key_room)
    order = list(labels.unique())
    bars = _bars(data, labels.map(order.index).to_numpy(dtype=float), value)
    _draw(ax, data, bars)
    if "form" not in data.columns and value == "share":
        _intervals(ax, data, bars)
    rows.label_rows(ax, order, size)
    _dress(ax, bars, value)
    rows.key(ax, _handles(data), size)
    bases = data.assign(_label=labels).groupby("_label")["base"].max()
    rows.side_column(ax, [f"{bases[label]:,.0f}" for label in order], "n", size)
    caption, alt, notes = _told(data, labels, names, value)
    params = {"value": value, "by": names or None, "top": top}
    return style.finish(
        ax,
        data,
        call="plot_agency",
        params=params,
        caption=caption,
        alt=alt,
        notes=notes,
        size=size,
    )


def _ranked(
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
    columns = [*names, "entity", "role", "form", "count", "base", value, "low", "high", "interval"]
    data = select.columns_drawn(work, columns)
    data.attrs["chart"] = {
        "available": chart.get("available", len(ranked)),
        "absent": chart.get("absent", int(table.loc[absent, "count"].sum())),
    }
    entity = select.texts(data["entity"])
    series = select.series_of(data, names)
    return data, entity + " · " + series if names else entity


def _bars(data: pd.DataFrame, row: np.ndarray, value: str) -> Bars:
    """Where each piece begins and how far it reaches; pieces of a side follow one another."""
    size = data[value].to_numpy(dtype=float) * (100 if value == "share" else 1)
    size = np.nan_to_num(size)
    left = np.zeros(len(data))
    acting = data["role"].isin(ACTING).to_numpy()
    ends: dict[tuple[float, bool], float] = {}
    for place in range(len(data)):  # few: the rows of a chart
        side = (row[place], bool(acting[place]))
        left[place] = ends.get(side, 0.0)
        ends[side] = left[place] + (size[place] if acting[place] else -size[place])
    return Bars(row, left, np.where(acting, size, -size))


def _draw(ax: Axes, data: pd.DataFrame, bars: Bars) -> None:
    """The pieces, in the colour of their role and the hatch of their form."""
    for place, row in enumerate(data.to_dict("records")):
        if bars.width[place]:
            ax.barh(
                bars.row[place],
                bars.width[place],
                left=bars.left[place],
                height=0.66,
                color=_COLOURS[row["role"]],
                hatch=_HATCHES.get(row.get("form", ""), ""),
                edgecolor="white",
                linewidth=0.4,
                gid="bars",
            )


def _intervals(ax: Axes, data: pd.DataFrame, bars: Bars) -> None:
    """Lines from low to high of agents and, mirrored, of patients."""
    if not {"low", "high"} <= set(data.columns):
        return
    known = (data["low"].notna() & data["high"].notna() & (data["role"] != "recipient")).to_numpy()
    sign = np.where(data["role"].isin(ACTING), 100.0, -100.0)[known]
    ax.hlines(
        bars.row[known],
        data["low"].to_numpy(dtype=float)[known] * sign,
        data["high"].to_numpy(dtype=float)[known] * sign,
        color=style.INK,
        linewidth=1.0,
        zorder=4,
        gid="intervals",
    )


def _dress(ax: Axes, bars: Bars, value: str) -> None:
    """The middle line, ticks without a sign, and the same reach on both sides."""
    rows.zero_line(ax)
    ends = np.append(np.abs(bars.left + bars.width), 1e-9)
    reach = 104.0 if value == "share" else float(ends.max()) * 1.08
    ax.set_xlim(-reach, reach)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: words.number(abs(x))))
    ax.set_xlabel(_AXIS[value])


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


def _told(
    data: pd.DataFrame, labels: pd.Series, names: list[str], value: str
) -> tuple[str, str, list[str]]:
    """Caption, alt text and note sentences."""
    shown, chart = data["entity"].nunique(), data.attrs["chart"]
    split = f", by {words.listing(map(words.noun_of, names))}" if names else ""
    phrase = "share of its clauses" if value == "share" else "number of clauses"
    drawn = "form" not in data.columns and value == "share"
    methods = words.interval_sentence(data) if drawn else ""
    caption = words.sentences(
        f"{words.plural(shown, 'actor')}{split}: {phrase} in which each acts (right) and is acted "
        "upon (left).",
        methods,
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
    return caption, alt, [f"n = {words.plural(clauses, 'clause')}.", more, none, methods]
