"""Small multiples: the same chart for each value of a column, on shared scales."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Sequence
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator

from analysis import wording as words
from analysis.charts import lines, looks, rows, select, style
from analysis.charts.source import method_text, source_line
from analysis.tables import InputError, require_columns

# Least width of a panel in inches, by size: below it names and ticks collide.
_LEAST = {"column": 1.5, "page": 1.9, "slide": 2.8}
_LEAST_ROWS = {"column": 3.0, "page": 3.0, "slide": 4.5}
_LINES = ("plot_over_time", "plot_over_text", "plot_sentiment_arc")
_MOST = 24
_GHOSTS = "Grey is what the other panels show."


@style.chart
def plot_small_multiples(
    table: pd.DataFrame,
    plot: Callable[..., Axes] | str,
    *,
    by: str | Sequence[str],
    columns: int = 3,
    shared: bool = True,
    size: str = "page",
    **options: Any,
) -> Figure:
    """Plot the same chart for each value of a column, side by side.

    Parameters
    ----------
    table : pandas.DataFrame
        What the chart plots, for several groups. Needed: `by`, and what the chart needs.
    plot : function or str
        A chart of this package, such as ``plot_over_time`` or ``"plot_over_time"``.
    by : str or sequence of str
        The columns whose values get a panel each, in categorical order or as they first appear.
    columns : int
        Number of panels side by side at most; fewer where they would be too narrow to read.
    shared : bool
        Whether all panels have one scale; False where they hold numbers of different kinds, such
        as the measures of `score_readability`.
    %(looks)s
    size : {"page", "column", "slide"}
        Width of the whole figure and type size.
    **options
        Passed to `plot`, such as ``value="count"``.

    Returns
    -------
    matplotlib.figure.Figure
        One axes per value. All panels share the colours of groups and, with `shared`, the scales
        of numbers and dates; rows, cells and networks are each panel's own. One note line, one key.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, has more than 24 values, or `plot` is not a chart.

    Notes
    -----
    Shared scales make panels comparable at a glance (Tufte 1983), at the price that a panel with
    small values hardly shows its own shape.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.charts import plot_terms
    >>> table = pd.DataFrame({"side": ["a", "b"], "term": "war", "rate": [2.0, 5.0]})
    >>> figure = plot_small_multiples(table, plot_terms, by="side")
    >>> [ax.get_title(loc="left") for ax in figure.axes]
    ['a', 'b']
    """
    call, draw = _chart(plot)
    names = [by] if isinstance(by, str) else list(by)
    require_columns(table, names, "small multiples")
    if call == "plot_over_time" and "period" in table.columns and not options.get("whole"):
        table = lines.in_view(table, [*dict.fromkeys([*names, *looks.stated_groups(table)])])
    parts = _parts(table, names)
    for name in names:  # the panel says it
        looks.current().single.pop(name, None)
    if call == "plot_heatmap":
        options.setdefault("limits", _limits(table, str(options.get("value", "count"))))
    figure, axes = _panels(len(parts), call, style.require_top(columns, "columns"), size)
    try:
        for ax, (name, part) in zip(axes, parts.items(), strict=True):
            draw(part, ax=ax, size=size, **options)
            ax.set_title(
                words.label(name, _letters(ax, size)),
                loc="left",
                parse_math=False,
                **looks.font_of_title(name),
            )
    except Exception:
        plt.close(figure)
        for ax in axes:
            style.set_state(ax, style.ChartState())
        raise
    ghosts = ""
    if shared:
        ghosts = _GHOSTS if call in _LINES and lines.ghost_lines(axes) else ""
        _share(axes)
    _take_units(axes)
    _resize(figure, axes, size)
    _key(axes, list(parts), size)
    params = {"plot": call, "by": names, "columns": columns, "size": size, **options}
    params |= {} if shared else {"shared": False}
    record = _record(parts, axes, table.attrs, style.json_values(params), ghosts)
    style.state_of(axes[0]).whole = record
    return figure


def _chart(plot: Callable[..., Axes] | str) -> tuple[str, Callable[..., Axes]]:
    """Name and function of a chart of this package."""
    from analysis import charts

    names = [name for name in charts.__all__ if name != "plot_small_multiples"]
    name = plot if isinstance(plot, str) else getattr(plot, "__name__", repr(plot))
    if name not in names:
        raise InputError(
            f"plot={name!r} is not a chart that can be repeated; choose one of "
            f"{words.listing(names, 20)}."
        )
    return name, getattr(charts, name)


def _parts(table: pd.DataFrame, names: list[str]) -> dict[str, pd.DataFrame]:
    """The rows of each panel."""
    series = select.series_of(table, names)
    order = select.in_order(table, names)
    if len(order) > _MOST:
        raise InputError(
            f"{len(order)} panels ({words.listing(order, 4)}) are more than the {_MOST} that can "
            "be read; choose some of them."
        )
    chart = table.attrs.get("chart", {})
    drawn = chart.get("panels", {})
    parts = {}
    for name in order:
        part = table[(series == name).to_numpy()].copy()
        part.attrs = {key: value for key, value in table.attrs.items() if key != "chart"}
        if name in drawn:  # drawn again from what was drawn: the numbers left out are known
            part.attrs["chart"] = drawn[name]
        elif "periods" in chart:
            part.attrs["chart"] = chart
        parts[name] = part
    return parts


def _limits(table: pd.DataFrame, value: str) -> list[float]:
    """One range of shades for all panels."""
    select.numeric(table, value, "heatmap")
    return [min(float(table[value].min()), 0.0), float(table[value].max())]


def _panels(number: int, call: str, columns: int, size: str) -> tuple[Figure, list[Axes]]:
    """The empty panels, as many side by side as can be read."""
    width, _ = style.SIZES[size]
    least = (_LEAST if call in _LINES else _LEAST_ROWS)[size]
    across = max(1, min(columns, number, int(width / least)))
    down = -(-number // across)
    across = -(-number // down)  # four panels make two rows of two, not three and one
    figure, grid = plt.subplots(
        down, across, figsize=(width, width), layout="constrained", squeeze=False
    )
    style.pad_layout(figure)
    axes = list(grid.ravel())
    for ax in axes[number:]:
        ax.remove()
    codes: dict[str, style.Look] = {}
    for ax in axes[:number]:
        style.set_state(ax, style.ChartState(own_figure=True, panel=True, codes=codes))
    return figure, axes[:number]


def _letters(ax: Axes, size: str) -> int:
    """Letters of a title as wide as a panel."""
    return max(8, int(style.axes_width(ax, size) * 72 / (style.FONTS[size] * 0.75)))


def _share(axes: list[Axes]) -> None:
    """The same limits and ticks in all panels; names of scales only at the outside."""
    grid = axes[0].get_gridspec()
    across = grid.ncols if grid is not None else 1
    for name in style.state_of(axes[0]).shared:
        limits = [getattr(ax, f"get_{name}lim")() for ax in axes]
        low, high = min(min(pair) for pair in limits), max(max(pair) for pair in limits)
        longest = [style.state_of(ax).longest for ax in axes]
        if all(known and known[0] == name for known in longest):
            end = style.axis_end(axes)
            low, high = max(low, -0.012 * end), min(high, 1.06 * end)
        scales = [getattr(ax, f"{name}axis") for ax in axes]
        fixed = [s.get_major_locator() for s in scales]
        given = [list(f()) for f in fixed if isinstance(f, FixedLocator)]
        ticks = max(given, key=len, default=None)
        room = max(style.state_of(ax).dates for ax in axes)
        if room and name == "x":
            span = high - low
            low, high = low - 0.02 * span, high + 0.03 * span
            ticks = lines.spaced(sorted({day for one in given for day in one}), (low, high), room)
        for number, (ax, scale) in enumerate(zip(axes, scales, strict=True)):
            getattr(ax, f"set_{name}lim")(low, high)
            if ticks is not None:
                scale.set_major_locator(FixedLocator(ticks))
            inner = number + across < len(axes) if name == "x" else number % across > 0
            if inner:
                scale.label.set_text("")
                scale.set_tick_params(**{"labelbottom" if name == "x" else "labelleft": False})


def _take_units(axes: list[Axes]) -> None:
    """Take away the axis labels that the subtitle of all panels says."""
    records = [style.state_of(ax).record or {} for ax in axes]
    if _same(records, "unit") and _same(records, "subtitle") and looks.current().subtitle is None:
        for ax in axes:
            (ax.set_xlabel if records[0]["unit"] == "x" else ax.set_ylabel)("")


def _resize(figure: Figure, axes: list[Axes], size: str) -> None:
    """As high as the panels need: rows of text where a chart has rows, else a usual shape."""
    grid = axes[0].get_gridspec()
    if grid is None:
        return
    width = figure.get_figwidth() / grid.ncols
    usual = max(width * 0.6, style.FONTS[size] * 16 / 72)
    heights = [style.state_of(ax).height or usual for ax in axes]
    rows_of = [heights[i : i + grid.ncols] for i in range(0, len(heights), grid.ncols)]
    title = style.FONTS[size] * 2.2 / 72
    down = [max(part) + title for part in rows_of]
    grid.set_height_ratios(down)
    figure.set_size_inches(figure.get_figwidth(), sum(down))
    letters = int(max(min(down) - 4 * title, 4 * title) * 72 / (style.FONTS[size] * 0.6))
    for ax in axes:  # a label longer than its panel would run into the next one's
        ax.set_ylabel("\n".join(textwrap.wrap(ax.get_ylabel(), letters)))


def _key(axes: list[Axes], names: list[str], size: str) -> None:
    """One key and one scale of shades for all panels."""
    handles: dict[str, Any] = {}
    for ax in axes:
        for handle in style.state_of(ax).handles:
            handles.setdefault(str(handle.get_label()), handle)
    if set(handles) <= set(names):  # the titles of the panels say it
        handles = {}
    rows.key(axes[0], list(handles.values()), size, whole=True)
    shades = [shades for ax in axes if (shades := style.state_of(ax).shades) is not None]
    if shades:
        mesh, text = shades[0]
        bar = style.root_figure(axes[0]).colorbar(mesh, ax=axes, fraction=0.03, aspect=30)
        bar.set_label(text)
        style.style_axes(bar.ax, size)
    for ax in axes:  # cells refer to their axes, which could then never be freed
        style.state_of(ax).shades = None


def _record(
    parts: dict[str, pd.DataFrame],
    axes: list[Axes],
    attrs: dict[Any, Any],
    params: dict[str, Any],
    ghosts: str = "",
) -> dict[str, Any]:
    """One record for the whole figure: the panels' data under each other, distinguished by `by`."""
    records = [style.state_of(ax).record or {} for ax in axes]
    drawn = []
    for part, record in zip(parts.values(), records, strict=True):
        data = record["data"].copy()
        for place, name in enumerate(params["by"]):
            value = data.pop(name) if name in data.columns else part[name].iloc[0]
            data.insert(place, name, value)
        data.attrs = {}  # pandas would compare them
        drawn.append(data)
    whole = pd.concat(drawn, ignore_index=True)
    left_out = {name: r["attrs"].get("chart", {}) for name, r in zip(parts, records, strict=True)}
    whole.attrs = {**attrs, "chart": {"panels": left_out}}
    split = words.listing(map(words.noun_of, params["by"]))
    scales = "shared scales" if params.get("shared", True) else "scales of their own"
    caption, alt = _describe(list(parts), records, split, scales)
    if lines.GAP in caption:  # once for all panels
        caption = words.sentences(" ".join(caption.replace(lines.GAP, "").split()), lines.GAP)
    own = looks.current()
    about = _intervals(whole, records, params["by"])
    reach = style.cut_intervals(axes) if params.get("shared", True) else None
    cut = words.cut_sentence(reach, style.axis_form(axes[0]))
    same = dict.fromkeys(
        note for r in records for note in r["notes"] if not note.startswith("n = ")
    )
    return {
        "call": "plot_small_multiples",
        "params": params,
        "data": whole,
        "title": _same(records, "title") if own.title is None else own.title,
        "subtitle": _same(records, "subtitle") if own.subtitle is None else own.subtitle,
        "caption": words.sentences(caption, words.interval_sentence(whole, about, brief=True)),
        "alt": alt,
        "note": source_line(
            attrs, [_size(records, params["by"]), *same, ghosts, cut], whole, about
        ),
        "method": method_text(
            attrs, [*_note(list(parts), records), words.interval_sentence(whole, about), cut]
        ),
        "intervals": about,
        "attrs": whole.attrs,
    }


def _same(records: list[dict[str, Any]], part: str) -> str:
    """What all panels say; "" where they differ."""
    texts = {str(record[part]) for record in records}
    return texts.pop() if len(texts) == 1 else ""


def _intervals(
    whole: pd.DataFrame, records: list[dict[str, Any]], by: list[str]
) -> words.Intervals:
    """What is to be said of the intervals of all panels together."""
    about = records[0]["intervals"] or words.Intervals(mark="")
    # a panel for each term or measure is no group of documents
    items = [name for name in by if name in (*select.ITEMS, "measure")]
    groups = list(dict.fromkeys([*(name for name in by if name not in items), *about.groups]))
    return about._replace(groups=groups, items=[*items, *about.items])


def _describe(
    names: list[str], records: list[dict[str, Any]], split: str, scales: str
) -> tuple[str, str]:
    """Caption and alt text: what is the same in all panels once."""
    captions = list(dict.fromkeys(record["caption"] for record in records))
    if len(captions) > 1:
        captions = [
            f"{words.label(n, 60)}: {r['caption']}" for n, r in zip(names, records, strict=True)
        ]
    alts = [str(record["alt"]) for record in records]
    if len(names) > 4:  # the kind of chart once, then only the highest values
        alts = [alts[0], *(text[max(text.find("Highest:"), 0) :] for text in alts[1:])]
    alt = words.sentences(
        f"Small multiples: {words.plural(len(names), 'panel')} by {split}.",
        *[f"{words.label(n, 60)}: {text}" for n, text in zip(names, alts, strict=True)],
    )
    return f"By {split}, a panel each, on {scales}. {' '.join(captions)}", alt


def _note(names: list[str], records: list[dict[str, Any]]) -> list[str]:
    """What differs between the panels by panel, and what is the same once."""
    notes = [list(record["notes"]) for record in records]
    same = [text for text in notes[0] if all(text in own for own in notes)]
    own = [" ".join(note for note in part if note not in same) for part in notes]
    parts = [f"{words.label(n, 60)}: {text}" for n, text in zip(names, own, strict=True) if text]
    return [*parts, *same]


def _size(records: list[dict[str, Any]], by: list[str]) -> str:
    """How many words all panels rest on: their sum, where each has words of its own."""
    found = [re.fullmatch(r"n = ([\d,]+) (\w+)\.", note) for r in records for note in r["notes"]]
    sizes = [(int(one[1].replace(",", "")), one[2].rstrip("s")) for one in found if one]
    if len(sizes) != len(records) or len({unit for _, unit in sizes}) > 1:
        return ""
    numbers = [number for number, _ in sizes]
    same = bool({*select.ITEMS, "measure"} & set(by))  # panels of the same texts
    return f"n = {words.plural(max(numbers) if same else sum(numbers), sizes[0][1])}."
