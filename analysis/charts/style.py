"""What all charts share: sizes, colours, axes, the note line and the record of what was drawn."""

from __future__ import annotations

import functools
import inspect
import re
import textwrap
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

import matplotlib.pyplot as plt
import matplotlib.style
import pandas as pd
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from analysis import wording as words
from analysis.tables import InputError, require_choice, require_columns

# Width and height in inches: one column of a journal, a full page width, a slide. Charts with
# rows grow in height with their rows.
SIZES: dict[str, tuple[float, float]] = {
    "column": (3.35, 2.5),
    "page": (6.9, 3.7),
    "slide": (10.0, 5.0),
}
FONTS: dict[str, float] = {"column": 7.0, "page": 8.5, "slide": 13.0}
NOTES: dict[str, float] = {"column": 7.0, "page": 7.0, "slide": 10.0}

INK, QUIET, RULE, FAINT = "#222222", "#595959", "#d4d4d4", "#eeeeee"

# Okabe & Ito (2008), ordered so that neighbours differ in lightness and survive grey print;
# their yellow is left out: it cannot be seen as a thin line on white.
COLOURS = ("#0072B2", "#E69F00", "#000000", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#7A7A7A")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p")
LINES: tuple[Any, ...] = ("-", (0, (5, 1.5)), (0, (1.2, 1.2)), (0, (6, 1.5, 1.2, 1.5))) * 2
HATCHES = ("", "////", "....", "\\\\\\\\", "xxxx", "----", "oo", "++")
LIMIT = len(COLOURS)

# Families asked for after DejaVu Sans where a script is missing there; only installed ones count.
_FALLBACK = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
    "SimHei",
    "Arial Unicode MS",
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Noto Sans Devanagari",
    "Noto Emoji",
)

P = ParamSpec("P")
R = TypeVar("R")

# Parameters of every chart; `chart` puts them where a docstring says %(axes)s.
_AXES_PARAMETERS = """\
size : {"page", "column", "slide"}
    Width and type size: a full page, one column of a journal, or a slide.
ax : matplotlib.axes.Axes, optional
    Axes to draw on; a new figure if None."""


@dataclass
class ChartState:
    """What is known of axes that a chart was drawn on."""

    own_figure: bool = False  # the figure was made for this chart alone
    panel: bool = False  # one of small multiples, which have one note and one key
    height: float | None = None  # inches that the rows of the chart need
    shared: str = "xy"  # the scales that panels have in common: "xy", "x" or ""
    codes: dict[str, int] = field(default_factory=dict)  # colour and marker of each group
    longest: tuple[str, float, float] | None = None  # axis; highest value; end of an interval
    handles: list[Any] = field(default_factory=list)  # marks for the key of all panels
    shades: tuple[Any, str] | None = None  # cells and what their shades stand for
    place_labels: Callable[[], None] | None = None
    record: dict[str, Any] | None = None
    whole: dict[str, Any] | None = None  # in the first of several panels: the figure's record


_STATES: WeakKeyDictionary[Axes, ChartState] = WeakKeyDictionary()


class Description(NamedTuple):
    """A chart in words: its caption, its alternative text, the sentences of its note line."""

    caption: str
    alt: str
    notes: Sequence[str]
    intervals: words.Intervals | None = None  # None: its notes say what is to be said


def state_of(ax: Axes) -> ChartState:
    """The state of axes, made when first asked for."""
    return _STATES.setdefault(ax, ChartState())


def set_state(ax: Axes, state: ChartState) -> None:
    """Begin with axes anew."""
    _STATES[ax] = state


def chart_record(figure: Figure) -> dict[str, Any] | None:
    """What the charts of a figure recorded; None where no chart of this package is on it."""
    # Where several were drawn, the last one's record, with those of all under "panels".
    states = [_STATES[ax] for ax in figure.axes if ax in _STATES]
    for state in states:
        if state.whole is not None:
            return state.whole
    records = [state.record for state in states if state.record is not None]
    if len(records) < 2:
        return records[0] if records else None
    return {**records[-1], "panels": records}


def fills_figure(figure: Figure) -> bool:
    """Whether a figure was made for its chart, not laid out by the user."""
    states = [_STATES[ax] for ax in figure.axes if ax in _STATES]
    return any(state.own_figure or state.panel for state in states)


@functools.cache
def font_families() -> tuple[str, ...]:
    """DejaVu Sans, then the installed families that cover what it lacks (Chinese, emoji …)."""
    installed = set(font_manager.get_font_names())
    return ("DejaVu Sans", *(name for name in _FALLBACK if name in installed))


def settings_of(size: str) -> dict[str, Any]:
    """Settings of matplotlib for a size; they hold only while a chart is drawn."""
    font = FONTS[size]
    return {
        "font.family": list(font_families()),
        "font.size": font,
        "axes.titlesize": font * 1.1,
        "axes.titlelocation": "left",
        "axes.titleweight": "bold",
        "axes.labelsize": font,
        "axes.labelcolor": INK,
        "axes.edgecolor": QUIET,
        "axes.linewidth": 0.7,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "axes.formatter.useoffset": False,
        "axes.formatter.limits": (-4, 7),
        "xtick.labelsize": font,
        "ytick.labelsize": font,
        "xtick.color": QUIET,
        "ytick.color": QUIET,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "xtick.major.width": 0.7,
        "ytick.major.width": 0.7,
        "xtick.major.size": 3.0,
        "ytick.major.size": 3.0,
        "text.color": INK,
        # Text from a corpus is data: "$5 and $6" is not a formula.
        "text.parse_math": False,
        "legend.frameon": False,
        "legend.fontsize": font,
        "legend.borderaxespad": 0.2,
        "legend.handletextpad": 0.4,
        "legend.handlelength": 1.4,
        "legend.columnspacing": 1.2,
        "hatch.linewidth": 0.6,
        "lines.linewidth": 1.4 * font / 8.5,
        "lines.markersize": 4.5 * font / 8.5,
        "lines.solid_capstyle": "butt",
    }


def chart(draw: Callable[P, R]) -> Callable[P, R]:
    """Make a function a chart: it draws in the style of its `size` and records how it was
    called.
    """
    # The function returns what `describe` returns; the record holds its settings as they were
    # given, with what the function found for those left out.
    usual = {
        name: parameter.default
        for name, parameter in inspect.signature(draw).parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY and name != "ax"
    }
    what = draw.__name__.removeprefix("plot_").replace("_", " ")
    if draw.__doc__:
        draw.__doc__ = inspect.cleandoc(draw.__doc__).replace("%(axes)s", _AXES_PARAMETERS)

    @functools.wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> R:
        size = str(kwargs.get("size", "page"))
        require_choice(size, SIZES, "size")
        table: Any = args[0] if args else kwargs.get("table")
        require_columns(table, (), what)
        require_rows(table, what)
        top: Any = kwargs.get("top")
        if top is not None:
            kwargs["top"] = require_top(top)
        # Arrow, in which pandas keeps text where it can, takes no half surrogates; texts have some.
        plain = pd.option_context("mode.string_storage", "python")
        with plain, matplotlib.style.context(["default", settings_of(size)]):
            drawing = draw(*args, **kwargs)
            if isinstance(drawing, Axes):
                given = {key: kwargs.get(key, value) for key, value in usual.items()}
                _finish(drawing, draw.__name__, given, size)
            interactive = matplotlib.is_interactive()
        # Jupyter's backend, loaded by the first chart, switches this on; leaving the context would
        # switch it off again, and no further figure would be shown.
        matplotlib.interactive(interactive)
        return drawing

    return drawn


def row_height(size: str, rows: float, lines: float = 1.0) -> float:
    """Figure height in inches for a chart of `rows` rows, each `lines` lines of text high."""
    line = FONTS[size] / 72
    return max(rows * lines * 1.75 * line + 5 * line, 9 * line)


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


def text_colour(colour: str) -> str:
    """A darker shade of a colour where text in it would be too faint on white (WCAG 4.5 : 1)."""
    rgb = to_rgb(colour)
    while 1.05 / (luminance(rgb) + 0.05) < 4.5:
        rgb = (rgb[0] * 0.95, rgb[1] * 0.95, rgb[2] * 0.95)
    return to_hex(rgb)


def luminance(rgb: Sequence[float]) -> float:
    """Relative luminance of an sRGB colour, 0 (black) to 1 (white) (WCAG 2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def group_codes(ax: Axes, names: Iterable[str]) -> list[int]:
    """Number of the colour and marker of each group; in small multiples the same in every panel."""
    known = state_of(ax).codes
    for name in names:
        known.setdefault(name, len(known))
    if len(known) > LIMIT:
        raise InputError(
            f"The panels have {len(known)} different groups ({words.listing(known, 4)}), more than "
            f"the {LIMIT} that can be told apart; choose some of them."
        )
    return [known[name] for name in names]


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


@contextmanager
def quiet_layout() -> Iterator[None]:
    """Measure text without repeating matplotlib's warning about each missing glyph."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        warnings.filterwarnings("ignore", message="constrained_layout not applied")
        yield


def lay_out(figure: Figure) -> None:
    """Lay the figure out as it will be saved, so that sizes in points are known."""
    with quiet_layout():
        figure.draw_without_rendering()


def root_figure(ax: Axes) -> Figure:
    """The figure an axes belongs to, through subfigures."""
    figure = ax.get_figure(root=True)
    if not isinstance(figure, Figure):
        raise InputError("The axes given as ax= belong to no figure; pass axes of a figure.")
    return figure


def describe(
    ax: Axes,
    data: pd.DataFrame,
    text: Description,
    *,
    place_labels: Callable[[], None] | None = None,
    **found: Any,
) -> Axes:
    """Record what was drawn and in which words; `found` are settings the chart found by itself."""
    state = state_of(ax)
    state.place_labels = place_labels
    caption, notes = text.caption, [note for note in text.notes if note]
    if text.intervals and not state.panel:  # plot_small_multiples says it for all panels
        caption = words.sentences(
            caption, words.interval_sentence(data, text.intervals, brief=True)
        )
        cut = words.cut_sentence(cut_intervals([ax]))
        notes = [*notes, words.interval_sentence(data, text.intervals), cut]
    state.record = {
        "params": found,
        "data": data.reset_index(drop=True),
        "caption": caption,
        "alt": text.alt,
        "note": words.sentences(words.corpus_sentence(data.attrs), *notes),
        "notes": [note for note in notes if note],
        "intervals": text.intervals,
        "attrs": data.attrs,
    }
    return ax


LONGEST = 5.0  # an axis reaches so many times its highest value at most, for a wide interval


def axis_end(axes: Sequence[Axes]) -> float:
    """Where the axis of values ends at most; infinite where intervals are short."""
    highest = max((s.longest[1] for ax in axes if (s := state_of(ax)).longest), default=0.0)
    return LONGEST * highest if highest > 0 else float("inf")


def cut_intervals(axes: Sequence[Axes]) -> float | None:
    """How far intervals reach that the axis cuts; None where it cuts none."""
    ends = [s.longest[2] for ax in axes if (s := state_of(ax)).longest]
    return max(ends) if ends and max(ends) > axis_end(axes) else None


def _finish(ax: Axes, call: str, given: dict[str, Any], size: str) -> None:
    """Complete the record, write the note line, lay out, and place the labels."""
    state = state_of(ax)
    assert state.record is not None
    params = json_values({**given, **state.record["params"]})
    state.record = {"call": call, **state.record, "params": params}
    if state.panel:  # plot_small_multiples writes one note for all, and places the labels
        return
    write_note(ax, state.record["note"], size)
    lay_out(root_figure(ax))
    place_labels([ax])


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


def write_note(ax: Axes, note: str, size: str) -> None:
    """Write the note line below everything (own figure) or below the axes (the caller's)."""
    figure = root_figure(ax)
    font = NOTES[size]
    own = state_of(ax).own_figure
    for old in [t for t in ax.texts if t.get_gid() == "note"]:
        old.remove()
    width = figure.get_figwidth() * (1.0 if own else ax.get_position().width)
    text = wrap(note, width - 0.12, font)
    style: dict[str, Any] = {"fontsize": font, "color": QUIET, "ha": "left", "gid": "note"}
    style["linespacing"] = 1.15
    if own:
        before = figure.get_supxlabel()  # drawn on again: room for the new lines only
        lines = len(text.splitlines()) - len(before.splitlines())
        figure.set_size_inches(
            figure.get_figwidth(), figure.get_figheight() + lines * font * 1.35 / 72
        )
        figure.supxlabel(text, x=0.06 / figure.get_figwidth(), **style)
        return
    ax.annotate(
        text,
        xy=(0, 0),
        xycoords=("axes fraction", ax.xaxis.label),  # below the axis label, wherever that lies
        xytext=(0, -3),
        textcoords="offset points",
        va="top",
        annotation_clip=False,
        **style,
    )


def wrap(text: str, width: float, font: float) -> str:
    """Break a text into lines of at most `width` inches at `font` points."""
    letters = max(int(width * 72 / (font * 0.56)), 12)  # DejaVu Sans: 0.56 em a letter on average
    bound = re.sub(r"(?<=\d) (?=%)", "\xa0", text)  # a number stays with its %
    return "\n".join(textwrap.wrap(bound, letters, break_long_words=True)).replace("\xa0", " ")
