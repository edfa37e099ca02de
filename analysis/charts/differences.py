"""By how much groups differ: differences or ratios as dots with their intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

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
        the table has only these. Targets have a colour each. A dot without an interval is hollow;
        what goes beyond the scale (a ratio of 0 or infinity) ends at its border.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, or has more than eight targets.

    Notes
    -----
    A line that crosses that of no difference does not show that the groups are alike. Of many rows
    some lines miss it by chance: one in twenty at 95 %%.

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
    names = [
        str(name)
        for name in table.columns
        if name not in _TEXTS and not pd.api.types.is_numeric_dtype(table[name])
    ]
    data, order = _chosen(table[table[value].notna()], names or ["target"], value, top)
    targets = list(dict.fromkeys(data["target"].astype(str)))
    series = data["target"].astype(str) if names and len(targets) > 1 else pd.Series("", data.index)
    shown = data.assign(low=data[ends[0]], high=data[ends[1]])
    shown = shown.assign(**{value: data[value]})
    scale = _Scale(shown[[value, "low", "high"]].to_numpy(dtype=float), value)
    for name in (value, "low", "high"):
        shown[name] = scale.within(shown[name].to_numpy(dtype=float))
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
        n + e for n in ("count", "base", "rate", "group_documents") for e in ("", "_reference")
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
        if self.ratio and not usable.all():  # room for what ends at the border
            pad = max(pad, 0.5)
        self.low, self.high = known.min() - pad, known.max() + pad
        if self.ratio:
            self.low, self.high = 2**self.low, 2**self.high

    def within(self, values: np.ndarray) -> np.ndarray:
        """The values, those beyond the scale at its ends."""
        return np.clip(values, self.low, self.high)

    def draw(self, ax: Axes) -> None:
        """Set the scale and draw the line of no difference."""
        if self.ratio:
            ax.set_xscale("log", base=2)
            ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: words.number(x)))
        ax.set_xlim(self.low, self.high)
        ax.axvline(self.none, color=style.QUIET, linewidth=0.8, zorder=1, gid="zero")


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
    sizes = [
        _sizes(data, "group_documents", "Documents"),
        _sizes(data, "base", "n (words)" if "rate" in data.columns else "n"),
    ]
    notes = [*sizes, *_methods(data, value), shown.replace("shown", "rows shown")]
    return style.Description(caption, alt, notes, words.Intervals(mark=""))


def _sizes(data: pd.DataFrame, column: str, head: str) -> str:
    """How many documents or words each group has."""
    found: dict[str, int] = {}
    for end, name in (("", "target"), ("_reference", "reference")):
        if column + end in data.columns:
            found |= data.groupby(data[name].astype(str), sort=False)[column + end].max()
    each = [f"{words.label(name, 40)} {int(count):,}" for name, count in found.items()]
    return f"{head}: {words.listing(each, 10, 60)}." if each else ""


def _methods(data: pd.DataFrame, value: str) -> list[str]:
    """How the intervals were made, and why some are not there."""
    if "interval" not in data.columns:
        return []
    known = data[_ENDS[value][0]].notna()
    said = [sorted(set(data.loc[rows, "interval"].astype(str))) for rows in (known, ~known)]
    lines = f"Intervals (lines): {words.listing(said[0], 4, 200)}." if said[0] else ""
    why = [text.removeprefix("none: ") for text in said[1]]
    return [lines, f"Hollow, no interval: {words.listing(why, 4, 200)}." if why else ""]
