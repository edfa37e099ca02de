"""What all charts rest on: sizes of pictures and type, settings, and the state of each axes."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import resources
from typing import Any
from weakref import WeakKeyDictionary

from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure

from analysis.charts.looks import Look
from analysis.tables import InputError

# Width and height in inches: one column of a journal, a full page width, a slide. Charts with
# rows grow in height with their rows.
SIZES: dict[str, tuple[float, float]] = {
    "column": (3.35, 2.5),
    "page": (6.25, 3.7),  # within the margins of an A4 page
    "slide": (13.3, 6.0),
}
# Three sizes of type: labels, the line below the picture, the title.
FONTS: dict[str, float] = {"column": 8.0, "page": 9.0, "slide": 15.0}
NOTES: dict[str, float] = {"column": 7.0, "page": 7.5, "slide": 11.0}
TITLES: dict[str, float] = {"column": 9.5, "page": 12.0, "slide": 21.0}
HIGHEST = 7.5  # inches: a slide is no higher

FAMILY = "Source Sans Pro"  # comes with the package, under the SIL Open Font License

INK, QUIET, RULE, FAINT = "#222222", "#595959", "#d4d4d4", "#eeeeee"

# Families asked for after these where a script is missing there; only installed ones count.
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


@dataclass
class ChartState:
    """What is known of axes that a chart was drawn on."""

    own_figure: bool = False  # the figure was made for this chart alone
    panel: bool = False  # one of small multiples, which have one note and one key
    height: float | None = None  # inches that the rows of the chart need
    shared: str = "xy"  # the scales that panels have in common: "xy", "x" or ""
    codes: dict[str, Look] = field(default_factory=dict)  # colour and marker of each group
    dates: int = 0  # how many dates an axis of dates has room for
    longest: tuple[str, float, float] | None = None  # axis; highest value; end of an interval
    handles: list[Any] = field(default_factory=list)  # marks for the key of all panels
    shades: tuple[Any, str] | None = None  # cells and what their shades stand for
    place_labels: Callable[[], None] | None = None
    record: dict[str, Any] | None = None
    whole: dict[str, Any] | None = None  # in the first of several panels: the figure's record
    words: list[list[Any]] = field(default_factory=list)  # titles and scales when it was finished


_STATES: WeakKeyDictionary[Axes, ChartState] = WeakKeyDictionary()


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
    """The package's font, then those that cover what it lacks (Chinese, emoji …)."""
    for path in sorted((resources.files("analysis") / "data" / "fonts").iterdir(), key=str):
        if path.name.endswith(".ttf"):
            with resources.as_file(path) as file:
                font_manager.fontManager.addfont(file)
    installed = set(font_manager.get_font_names())
    return (FAMILY, "DejaVu Sans", *(name for name in _FALLBACK if name in installed))


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
        "lines.linewidth": 1.4 * font / 9,
        "lines.markersize": 5.6 * font / 9,
        "lines.solid_capstyle": "butt",
    }


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
