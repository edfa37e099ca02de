"""What all charts share: sizes, colours, axes, the note line and the record of what was drawn."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, ParamSpec, TypeVar

import matplotlib.pyplot as plt
import matplotlib.style
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter

from analysis import wording as words
from analysis.charts import looks, texts
from analysis.charts.base import (
    FAINT,
    FONTS,
    HIGHEST,
    INK,
    NOTES,
    QUIET,
    RULE,
    SIZES,
    TITLES,
    ChartState,
    chart_record,
    fills_figure,
    font_families,
    lay_out,
    luminance,
    quiet_layout,
    root_figure,
    set_state,
    settings_of,
    state_of,
    text_colour,
)
from analysis.charts.changes import remember_words
from analysis.charts.looks import (
    COLOURS,
    GREY,
    HATCHES,
    LIMIT,
    LINES,
    MARKERS,
    Look,
    colour_of,
    row_looks,
)
from analysis.charts.source import method_text, source_line
from analysis.charts.texts import wrap, write_note
from analysis.tables import InputError, require_choice, require_columns

__all__ = [
    "COLOURS",
    "FAINT",
    "FONTS",
    "GREY",
    "HATCHES",
    "HIGHEST",
    "INK",
    "LIMIT",
    "LINES",
    "LONGEST",
    "MARKERS",
    "NOTES",
    "QUIET",
    "RULE",
    "SIZES",
    "TITLES",
    "ChartState",
    "Description",
    "Look",
    "axes_width",
    "axis_end",
    "chart",
    "chart_record",
    "colour_of",
    "cut_intervals",
    "describe",
    "fills_figure",
    "font_families",
    "group_codes",
    "group_looks",
    "json_values",
    "lay_out",
    "luminance",
    "new_axes",
    "pad_layout",
    "place_labels",
    "quiet_layout",
    "require_rows",
    "require_top",
    "root_figure",
    "row_height",
    "row_looks",
    "rows_that_fit",
    "set_state",
    "settings_of",
    "state_of",
    "style_axes",
    "text_colour",
    "wrap",
    "write_note",
]

P = ParamSpec("P")
R = TypeVar("R")

# Parameters of every chart; `chart` puts them where a docstring says %(axes)s.
_LOOKS_PARAMETERS = """\
title, subtitle : str, optional
    Title and subtitle, at the left above the figure; by default the subtitle says what is
    measured, where the chart can tell.
labels : mapping, optional
    How names in the table are written, as in ``{"russia": "Russia"}``.
order : sequence of str, optional
    Groups, or rows, in the order in which they are drawn; the others follow.
colors : mapping, optional
    Colour of a group or term, by name or hex, as in ``{"russia": "#D55E00"}``.
highlight : str or sequence of str, optional
    Groups or rows to show in colour; the others are drawn in grey below them.
"""
_AXES_PARAMETERS = f"""\
{_LOOKS_PARAMETERS}\
size : {"page", "column", "slide"}
    Width and type size: a full page, one column of a journal, or a slide.
ax : matplotlib.axes.Axes, optional
    Axes to draw on; a new figure if None."""


class Description(NamedTuple):
    """A chart in words: its caption, its alternative text, the sentences of its note line."""

    caption: str
    alt: str
    notes: Sequence[str]
    intervals: words.Intervals | None = None  # None: its notes say what is to be said
    title: str = ""  # where the caller gives none
    subtitle: str = ""  # likewise; it takes the place of the label of the axis `unit`
    unit: str = ""


def chart(draw: Callable[P, R]) -> Callable[P, R]:
    """Make a function a chart: it draws in the style of its `size` with the looks that are asked
    for, and records how it was called.
    """
    # The function returns what `describe` returns; the record holds its settings as they were
    # given, with what the function found for those left out.
    signature = inspect.signature(draw)
    usual = {
        name: parameter.default
        for name, parameter in signature.parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY and name != "ax"
    }
    options = [name for name in looks.OPTIONS if name not in signature.parameters]
    what = draw.__name__.removeprefix("plot_").replace("_", " ")
    if draw.__doc__:
        text = inspect.cleandoc(draw.__doc__).replace("%(axes)s", _AXES_PARAMETERS)
        draw.__doc__ = text.replace("%(looks)s", _LOOKS_PARAMETERS.rstrip())

    @functools.wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> R:
        asked: dict[str, Any] = {name: kwargs.pop(name, None) for name in options}
        size = str(kwargs.get("size", "page"))
        require_choice(size, SIZES, "size")
        table: Any = args[0] if args else kwargs.get("table")
        require_columns(table, (), what)
        require_rows(table, what)
        top: Any = kwargs.get("top")
        if top is not None:
            kwargs["top"] = require_top(top)
        panel: Any = kwargs.get("ax")
        panel = panel is not None and state_of(panel).panel
        own = looks.current() if panel else looks.read_options(asked, table.attrs)
        before = set(plt.get_fignums())
        # Arrow, in which pandas keeps text where it can, takes no half surrogates; texts have some.
        plain = pd.option_context("mode.string_storage", "python")
        settings = matplotlib.style.context(["default", settings_of(size)])
        with plain, settings, looks.drawing(own):
            try:
                if not panel:
                    own.single = looks.single_groups(table)
                    own.groups = looks.group_values(table, own.corpus)
                    own.columns = looks.asked_groups(table.attrs)
                drawing = draw(*args, **kwargs)
                if not panel:
                    looks.require_known(own, table)
                    looks.require_told_apart(own)
            except Exception:
                for number in set(plt.get_fignums()) - before:
                    plt.close(number)
                raise
            given = {key: kwargs.get(key, value) for key, value in usual.items()}
            if isinstance(drawing, Axes):
                _finish(drawing, draw.__name__, given, size)
            elif isinstance(drawing, Figure):
                _finish_panels(drawing, size)
            interactive = matplotlib.is_interactive()
        # Jupyter's backend, loaded by the first chart, switches this on; leaving the context would
        # switch it off again, and no further figure would be shown.
        matplotlib.interactive(interactive)
        return drawing

    drawn.__signature__ = _with_looks(signature, options)  # type: ignore[attr-defined]
    return drawn


def _with_looks(signature: inspect.Signature, options: Sequence[str]) -> inspect.Signature:
    """The signature of a chart with the looks that every chart takes, before its size."""
    parameters = list(signature.parameters.values())
    place = [parameter.name for parameter in parameters].index("size")
    types = dict.fromkeys(("title", "subtitle"), "str | None")
    types |= dict.fromkeys(("labels", "colors"), "Mapping[str, str] | None")
    types |= {"order": "Sequence[str] | None", "highlight": "str | Sequence[str] | None"}
    kind = inspect.Parameter.KEYWORD_ONLY
    added = [
        inspect.Parameter(name, kind, default=None, annotation=types[name]) for name in options
    ]
    return signature.replace(parameters=[*parameters[:place], *added, *parameters[place:]])


def row_height(size: str, rows: float, lines: float = 1.0) -> float:
    """Figure height in inches for a chart of `rows` rows, each `lines` lines of text high."""
    line = FONTS[size] / 72
    return max(rows * lines * 1.75 * line + 5 * line, 9 * line)


def rows_that_fit(size: str, top: int, lines: float, above: float) -> int:
    """How many rows, each `lines` lines high, a slide has room for; elsewhere as many as asked."""
    # `above` are the inches of the key; title, subtitle, note and axis take some more.
    if size != "slide":
        return top
    line = FONTS[size] / 72
    around = (TITLES[size] + 2 * FONTS[size] + 3 * NOTES[size]) * 1.3 / 72
    room = HIGHEST - above - around - 5 * line
    return max(1, min(top, int(room / (lines * 1.75 * line))))


def new_axes(ax: Axes | None, *, size: str, height: float | None = None) -> Axes:
    """The axes to draw on: the caller's, made plain, or those of a new figure."""
    if ax is None:
        width, usual = SIZES[size]
        figure, ax = plt.subplots(figsize=(width, height or usual), layout="constrained")
        pad_layout(figure)
        set_state(ax, ChartState(own_figure=True))
    known = state_of(ax)
    if known.panel:
        known.height = height
    else:
        set_state(ax, ChartState(own_figure=known.own_figure, height=height))
    style_axes(ax, size)  # on the axes: settings at the time of saving may differ
    return ax


def pad_layout(figure: Figure) -> None:
    """Keep marks a little away from the border."""
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(w_pad=0.06, h_pad=0.06)


def axes_width(ax: Axes | None, size: str) -> float:
    """Inches from the left edge of a chart's labels to its right edge."""
    if ax is None:
        return SIZES[size][0]
    width = root_figure(ax).get_figwidth()
    grid = ax.get_gridspec()
    return width / grid.ncols if grid is not None else width


def style_axes(ax: Axes, size: str) -> None:
    """Give axes the look of this package, whatever the settings were or will be."""
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        ax.spines[side].set(color=QUIET, linewidth=0.7)
    ax.tick_params(
        labelsize=FONTS[size],
        labelfontfamily=list(font_families()),  # type: ignore[arg-type]
        color=QUIET,
        labelcolor=INK,
        width=0.7,
        size=3.0,
    )
    ax.set_axisbelow(True)
    for text in (ax.xaxis.label, ax.yaxis.label, ax.title):
        text.set(fontsize=FONTS[size], color=INK, parse_math=False)


def group_looks(ax: Axes, names: Iterable[str]) -> list[Look]:
    """How the marks of each group are drawn; in small multiples the same in every panel."""
    names, known = list(names), state_of(ax).codes
    found = looks.looks_of(names, known)
    if len(known) > LIMIT:
        raise InputError(
            f"The panels have {len(known)} different groups ({words.listing(known, 4)}), more than "
            f"the {LIMIT} that can be told apart; choose some of them."
        )
    return found


def group_codes(ax: Axes, names: Iterable[str]) -> list[int]:
    """Number of the marker of each group; in small multiples the same in every panel."""
    return [look.code for look in group_looks(ax, names)]


def require_rows(table: pd.DataFrame, what: str) -> None:
    """Refuse an empty table: an empty panel would look like a finding."""
    if not len(table):
        raise InputError(
            f"The {what} table has no rows to draw; check the query or the filter that made it."
        )


def require_top(top: int, what: str = "top") -> int:
    """Refuse a number of rows that is not a whole number from 1 up."""
    if isinstance(top, bool) or int(top) != top or top < 1:
        raise InputError(f"{what}={top!r} is not a number of rows; pass a whole number from 1 up.")
    return int(top)


def describe(
    ax: Axes,
    data: pd.DataFrame,
    text: Description,
    *,
    place_labels: Callable[[], None] | None = None,
    **found: Any,
) -> Axes:
    """Record what was drawn and in which words; `found` are settings the chart found by itself."""
    state, own = state_of(ax), looks.current()
    state.place_labels = place_labels
    caption, notes = text.caption, [note for note in text.notes if note]
    notes = [*notes, *words.coded_sentences(data)]
    ends = data.attrs.pop("ends_of", "")
    said = _hollow_sentence(ax, data)
    caption, alt = words.sentences(caption, said), words.sentences(text.alt, said)
    subtitle, only = text.subtitle, ""
    single = {name: value for name, value in own.single.items() if value not in own.drawn}
    if single:  # a chart of one group names it, and so does its data
        only = words.listing(f"{words.noun_of(n)} {words.label(v, 60)}" for n, v in single.items())
        caption = words.sentences(caption, f"Only {only}.")
        subtitle = f"{subtitle}, in {words.listing(single.values())}" if subtitle else ""
        data = with_single(data, single)
    about, cut = text.intervals, words.cut_sentence(cut_intervals([ax]), axis_form(ax))
    if about and not state.panel:  # plot_small_multiples says it for all panels
        caption = words.sentences(caption, words.interval_sentence(data, about, brief=True))
        both = {"low", "high"} <= set(data.columns) and about.mark
        arrows = words.open_sentence(data["low"], data["high"], about.mark) if both else ""
        shown = [*notes, arrows, cut]
        notes = [*notes, words.interval_sentence(data, about), cut]
    else:
        shown = notes
    if text.unit and own.subtitle is None and state.own_figure and not state.panel:
        for each in root_figure(ax).axes:
            if state_of(each).own_figure:
                (each.set_xlabel if text.unit == "x" else each.set_ylabel)("")
    state.record = {
        "params": found,
        "data": _as_measured(data, ends).reset_index(drop=True),
        "title": text.title if own.title is None else own.title,
        "subtitle": subtitle if own.subtitle is None else own.subtitle,
        "unit": text.unit,
        "caption": caption,
        "alt": alt,
        "note": source_line(data.attrs, shown, data, about, only),
        "method": method_text(data.attrs, notes),
        "notes": [note for note in notes if note],
        "intervals": text.intervals,
        "attrs": data.attrs,
    }
    return ax


def _as_measured(data: pd.DataFrame, ends: str) -> pd.DataFrame:
    """The data with the names that the bounds of a column have in its measure's table."""
    if not ends:
        return data
    named = data.rename(columns={"low": f"{ends}_low", "high": f"{ends}_high"})
    named.attrs = data.attrs
    return named


def _hollow_sentence(ax: Axes, data: pd.DataFrame) -> str:
    """What shares of codes are of, and what the hollow marks of corrected values are."""
    whole = data.attrs.get("share_of")
    shares = [name for name in data.columns if name == "share" or name.endswith("_share")]
    of = f"Shares are of {whole}." if isinstance(whole, str) and shares else ""
    lines = [line for each in ax.figure.axes for line in each.lines]
    if not any(line.get_gid() == "machine" for line in lines):
        return of
    return words.sentences(
        of, "Corrected by hand codes; small hollow marks: what the machine alone says."
    )


def with_single(data: pd.DataFrame, single: dict[str, str]) -> pd.DataFrame:
    """The data of a chart of one group with the columns that name it."""
    missing = {name: value for name, value in single.items() if name not in data.columns}
    if not missing:
        return data
    whole = data.assign(**missing)[[*missing, *data.columns]]
    whole.attrs = data.attrs
    return whole


LONGEST = 5.0  # an axis reaches so many times its highest value at most, for a wide interval


def axis_end(axes: Sequence[Axes]) -> float:
    """Where the axis of values ends at most; infinite where intervals are short."""
    highest = max((s.longest[1] for ax in axes if (s := state_of(ax)).longest), default=0.0)
    return LONGEST * highest if highest > 0 else float("inf")


def cut_intervals(axes: Sequence[Axes]) -> float | None:
    """How far intervals reach that the axis cuts; None where it cuts none."""
    ends = [s.longest[2] for ax in axes if (s := state_of(ax)).longest]
    return max(ends) if ends and max(ends) > axis_end(axes) else None


def axis_form(ax: Axes) -> Callable[[float], str]:
    """How the axis of the longest interval writes its numbers, where the chart says how."""
    longest = state_of(ax).longest
    scale = ax.yaxis if longest and longest[0] == "y" else ax.xaxis
    form = scale.get_major_formatter()
    return (lambda value: form(value)) if isinstance(form, FuncFormatter) else words.number


def _finish(ax: Axes, call: str, given: dict[str, Any], size: str) -> None:
    """Complete the record, write the note line, lay out, and place the labels."""
    state = state_of(ax)
    assert state.record is not None
    if state.panel:  # plot_small_multiples writes one note for all, and places the labels
        params = json_values({**given, **state.record["params"]})
        state.record = {"call": call, **state.record, "params": params}
        return
    shown = _recorded_looks(state.record["data"])
    params = json_values({**given, **state.record["params"], **shown})
    state.record = {"call": call, **state.record, "params": params}
    _write_words([ax], state.record, size)


def _finish_panels(figure: Figure, size: str) -> None:
    """The same for small multiples, whose record the first of them has."""
    axes = [ax for ax in figure.axes if state_of(ax).panel]
    record = state_of(axes[0]).whole
    assert record is not None
    record["params"] |= _recorded_looks(record["data"])
    _write_words(axes, record, size)


def _recorded_looks(data: pd.DataFrame) -> dict[str, Any]:
    """The looks asked for, as the record keeps them."""
    return looks.current().recorded(looks.values_of(data))


def _write_words(axes: Sequence[Axes], record: dict[str, Any], size: str) -> None:
    """Write note, title and subtitle, lay out, and place the labels."""
    write_note(axes[0], record["note"], size)
    texts.write_heads(axes[0], record["title"], record["subtitle"], size)
    lay_out(root_figure(axes[0]))
    place_labels(axes)
    remember_words(root_figure(axes[0]))


def json_values(params: dict[str, Any]) -> dict[str, Any]:
    """Settings as they come back from JSON."""
    return {key: list(v) if isinstance(v, tuple) else v for key, v in params.items()}


def place_labels(axes: Sequence[Axes]) -> None:
    """Place the labels that need to know the layout, which may move with them."""
    states = [state for state in map(state_of, axes) if state.place_labels is not None]
    for state in states:
        assert state.place_labels is not None
        state.place_labels()
        state.place_labels = None  # it refers to its axes, which could then never be freed
    if states:
        lay_out(root_figure(axes[0]))
