"""By how much groups differ: differences or ratios as dots with their intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from analysis import wording as words
from analysis.charts import rows, select, style
from analysis.tables import require_choice, require_columns

_ENDS = {"difference": ("low", "high"), "ratio": ("ratio_low", "ratio_high")}
_NONE = {"difference": 0.0, "ratio": 1.0}  # where there is no difference
_TEXTS = ("target", "reference", "interval", "node")
_WHAT = "differences"


@style.chart
def plot_differences(
    table: pd.DataFrame,
    *,
    value: str = "difference",
    top: int = 20,
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Plot by how much groups differ: dots with intervals, and a line at no difference.

    Parameters
    ----------
    table : pandas.DataFrame
        What `compare_rates`, `compare_collocates` or `compare_groups` return. Needed: target,
        reference, `value` and its ends (low and high, or ratio_low and ratio_high). Used if
        present: the columns that say what a row is of, rate, count, base, interval,
        group_documents, group_documents_reference.
    value : {"difference", "ratio"}
        The column to plot; a ratio on a scale of doublings.
    top : int
        Number of rows to plot: those whose interval is farthest from no difference, ties by the
        value's own distance, then in the order of the table. They keep that order.
    %(axes)s

    Returns
    -------
    matplotlib.axes.Axes
        One row per term, collocate or other kind of row, from the top down; one per target where
        the table has only these. Targets have a colour each. A dot without an interval is hollow.
        A ratio of 0 or infinity has no dot but a large arrow at the edge, and an interval that
        reaches 0 or infinity ends in an arrow there.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, has more than eight targets, or differences of
        several measures, which have no common scale.

    Notes
    -----
    A line that crosses that of no difference does not show that the groups are alike. Of many rows
    some lines miss it by chance: one in twenty at 95 %.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"target": "a", "reference": "b", "term": ["war", "peace"],
    ...                       "difference": [2.0, -1.0], "low": [1.0, -3.0], "high": [3.0, 1.0]})
    >>> [tick.get_text() for tick in plot_differences(table).get_yticklabels()]
    ['war', 'peace']
    """
    require_choice(value, tuple(_ENDS), "value")
    ends = _ENDS[value]
    require_columns(table, ["target", "reference", value, *ends], _WHAT)
    for name in (value, *ends):
        select.numeric(table, name, _WHAT)
    select.refuse_mixed(table, "differences")
    names = [
        str(name)
        for name in table.columns
        if name not in _TEXTS and not pd.api.types.is_numeric_dtype(table[name])
    ]
    data, order = _chosen(table[table[value].notna()], names or ["target"], value, top)
    targets = list(dict.fromkeys(data["target"].astype(str)))
    series = data["target"].astype(str) if names and len(targets) > 1 else pd.Series("", data.index)
    shown = data.assign(low=data[ends[0]], high=data[ends[1]])
    scale = _Scale(shown[[value, "low", "high"]].to_numpy(dtype=float), value)
    if value == "ratio":  # 0 is as far from 1 as infinity is
        for name in (value, "low", "high"):
            shown[name] = shown[name].astype(float).where(shown[name] != 0, -np.inf)
    ax = rows.dot_rows(
        ax,
        shown,
        select.series_of(data, names or ["target"]),
        order,
        value=value,
        series=series,
        groups=select.series_order(data, ["target"], _WHAT) if series.any() else [""],
        size=size,
    )
    scale.draw(ax)
    ax.set_xlabel(_axis(data, value))
    text = _describe(data, order, names, value, len(table))
    return style.describe(ax, data, text)


def _chosen(
    table: pd.DataFrame, names: list[str], value: str, top: int
) -> tuple[pd.DataFrame, list[str]]:
    """The rows drawn and the names of the lines from the top down."""
    style.require_rows(table, _WHAT)
    numbers = [table[name].to_numpy(dtype=float) for name in (value, *_ENDS[value])]
    with np.errstate(divide="ignore"):
        own, low, high = (np.log2(n) if value == "ratio" else n for n in numbers)
    sure = np.nan_to_num(np.maximum(np.maximum(low, -high), 0.0), posinf=np.finfo(float).max)
    far = np.nan_to_num(np.abs(own), posinf=np.finfo(float).max)
    label = select.series_of(table, names)
    rank = pd.DataFrame({"label": label, "sure": sure, "far": far})
    best = rank.groupby("label", sort=False).max()
    kept = set(best.sort_values(["sure", "far"], ascending=False, kind="stable").index[:top])
    work = table[label.isin(kept).to_numpy()]
    columns = ["target", "reference", "node", *names, value, *_ENDS[value], "interval"]
    columns += [
        n + e
        for n in ("count", "base", "rate", "share", "documents", "group_documents", "parts")
        for e in ("", "_reference")
    ]
    data = select.columns_drawn(work, columns)
    return data, list(dict.fromkeys(select.series_of(data, names)))


class _Scale:
    """The range of an axis that holds every finite value and the line of no difference."""

    def __init__(self, values: np.ndarray, value: str) -> None:
        self.ratio, self.none = value == "ratio", _NONE[value]
        usable = np.isfinite(values) & ((values > 0) | (not self.ratio))
        known = np.append(values[usable], self.none)
        known = np.log2(known) if self.ratio else known
        pad = 0.06 * (np.ptp(known) or 1.0)
        if self.ratio and np.isin(values, (0.0, np.inf)).any():  # room for arrows at the edges
            pad = max(pad, 0.5)
        self.low, self.high = known.min() - pad, known.max() + pad
        if self.ratio:
            self.low, self.high = 2**self.low, 2**self.high

    def draw(self, ax: Axes) -> None:
        """Set the scale and draw the line of no difference."""
        style.state_of(ax).longest = None  # nothing finite is cut
        if self.ratio:
            ax.set_xscale("log", base=2)
            ax.xaxis.set_major_locator(FixedLocator(self._ticks()))
            ax.xaxis.set_minor_locator(NullLocator())
            ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: _ratio(x)))
        ax.set_xlim(self.low, self.high)
        ax.axvline(self.none, color=style.QUIET, linewidth=0.8, zorder=1, gid="zero")

    def _ticks(self) -> list[float]:
        """Powers of two, or round ratios where there would be fewer than three."""
        low, high = np.log2([self.low, self.high])
        step = max(1, int(np.ceil((high - low) / 8)))
        powers = [2.0**n for n in range(-1200, 1024) if n % step == 0 and low <= n <= high]
        round_ones = [1 / 2, 2 / 3, 4 / 5, 1, 5 / 4, 3 / 2, 2]
        return powers if len(powers) > 2 else [x for x in round_ones if self.low <= x <= self.high]


def _ratio(value: float) -> str:
    """A ratio on the axis: "1/8" for an eighth."""
    if 0 < value < 1 and float(1 / value).is_integer():
        return f"1/{words.number(1 / value)}"
    return words.number(value)


def _axis(data: pd.DataFrame, value: str) -> str:
    """What the horizontal axis shows, and which side of it is whose."""
    targets, references = (
        list(data[name].astype(str).unique()) for name in ("target", "reference")
    )
    one = words.label(targets[0], 24) if len(targets) == 1 else "group"
    two = words.label(references[0], 24) if len(references) == 1 else "reference"
    per = words.per(data) if "rate" in data.columns else None
    if value == "ratio":
        return f"Ratio: {one} / {two}"
    return f"Difference{f' per {per:,.10g} words' if per else ''}: {one} − {two}"


def _describe(
    data: pd.DataFrame, order: list[str], names: list[str], value: str, available: int
) -> style.Description:
    """Caption, alt text and notes."""
    groups = data[["target", "reference"]].astype(str).drop_duplicates()
    against = words.listing(words.pairs(groups["target"], groups["reference"], " with "), 4, 90)
    what = words.listing(order, 8) if names else ""
    caption = words.sentences(
        f"{value.capitalize()} of {against}{f': {what}' if what else ''}.",
        f"The vertical line is no difference ({_NONE[value]:.0f}).",
    )
    rows_of = select.series_of(data, names or ["target"])
    labels = words.pairs(rows_of, data["target"]) if names else list(rows_of)
    alt = words.alt_text(
        f"Dot plot of {words.plural(len(order), 'row')}, {against}.",
        {"Horizontal": _axis(data, value)},
        labels,
        data[value].replace([np.inf], np.nan),
    )
    shown = select.totals(data, len(data), available)
    notes = [
        _bases(data),
        _methods(data, value, rows_of),
        _edges(data, value, labels),
        shown.replace("shown", "rows shown"),
    ]
    return style.Description(
        caption, alt, notes, words.Intervals(mark=""), subtitle=_axis(data, value), unit="x"
    )


_UNITS = {  # what the base of a comparison counts where it is not words
    "summarise_sentiment": "sentences",
    "count_cues": "quotations",
    "count_agency": "mentions in a role",
    "count_namings": "references",
}


def _bases(data: pd.DataFrame) -> str:
    """How many words, or other units, each group has."""
    found: dict[str, tuple[int, int]] = {}
    for end, name in (("", "target"), ("_reference", "reference")):
        if "base" + end in data.columns:
            sizes = data.groupby(data[name].astype(str), sort=False)["base" + end]
            for group, size in sizes:
                found[str(group)] = (size.min(), size.max())
    calls = [step.get("call") for step in data.attrs.get("steps", [])]
    unit = next((_UNITS[call] for call in calls if call in _UNITS), "words")
    each = [f"{words.label(name, 40)} {words.span(*size)}" for name, size in found.items()]
    return f"n ({unit}): {words.listing(each, 10, 60)}." if each else ""


_BOTH = "square-and-add of "


def _methods(data: pd.DataFrame, value: str, rows_of: pd.Series) -> str:
    """How the intervals were made, over how many documents, and why some are not there."""
    if "interval" not in data.columns:
        return ""
    # in a table of counts `documents` are those that have the item; the parts of a dispersion are
    # documents unless another number was asked for
    mean = not {"rate", "share"} & set(data.columns)
    usable = ["group_documents", *(["documents", "parts"] if mean else [])]
    column = next((name for name in usable if name in data.columns), "")
    if column == "parts" and any(
        s["params"].get("parts", "doc") != "doc" for s in data.attrs.get("steps", [])
    ):
        column = ""
    sides = []
    for end, name in (("", "target"), ("_reference", "reference")):
        side = pd.DataFrame({"group": data[name].astype(str), "item": rows_of})
        known = data[_ENDS[value][0]].notna()
        side["low"] = side["high"] = known.map({True: 0.0, False: np.nan})  # whether there is one
        side["interval"] = [_of_side(str(text), name) for text in data["interval"]]
        if column + end in data.columns:
            side["group_documents"] = data[column + end]
        sides.append(side)
    both = pd.concat(sides, ignore_index=True)
    said = words.interval_sentence(both, words.Intervals(["group"], ["item"]))
    return said.replace("Intervals (lines): ", f"Intervals (lines): {_BOTH}", 1)


def _of_side(text: str, side: str) -> str:
    """What the interval of a difference says of one side; "" where it says nothing."""
    if text.startswith("none"):
        own = [part.removeprefix("none: ") for part in text.split("; none: ")]
        if not any(part.endswith(("(target)", "(reference)")) for part in own):
            return text
        lacking = [part for part in own if part.endswith(f"({side})")]
        return f"none: {lacking[0].removesuffix(f' ({side})')}" if lacking else ""
    first, _, second = text.removeprefix(_BOTH).partition(" (target) and ")
    return second.removesuffix(" (reference)") if second and side == "reference" else first


def _edges(data: pd.DataFrame, value: str, labels: Sequence[str]) -> str:
    """Which ratios are 0 or infinite, and whether intervals reach that."""
    estimate, low, high = (data[name].to_numpy(dtype=float) for name in (value, *_ENDS[value]))
    if value != "ratio":
        return words.open_sentence(data["low"], data["high"])
    said = []
    for where, what, there in (
        ("left", "a ratio of 0, as the target has none", estimate == 0),
        ("right", "an infinite ratio, as the reference has none", np.isposinf(estimate)),
    ):
        named = [name for name, yes in zip(labels, there, strict=True) if yes]
        said.append(
            f"Large arrow at the {where}: {what} ({words.listing(named, 5, 60)})." if named else ""
        )
    dot = (estimate > 0) & np.isfinite(estimate)
    ends = (("0", low == 0), ("infinity", np.isposinf(high)))
    reached = [text for text, there in ends if (there & dot).any()]
    lacking = ((estimate == 0) | np.isposinf(estimate)) & (np.isnan(low) | np.isnan(high))
    said.append("Hollow arrow: no interval." if lacking.any() else "")
    said.append(f"Small arrow: the interval reaches {' or '.join(reached)}." if reached else "")
    return words.sentences(*said)
