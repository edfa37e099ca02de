"""How every chart looks, and how it ends: sizes, colours, axes, note line and record."""

from __future__ import annotations

import functools
import textwrap
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

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


@functools.cache
def font_families() -> tuple[str, ...]:
    """DejaVu Sans, then the installed families that cover what it lacks (Chinese, emoji …)."""
    installed = set(font_manager.get_font_names())
    return ("DejaVu Sans", *(name for name in _FALLBACK if name in installed))


def look(size: str) -> dict[str, Any]:
    """Settings of a size, for a style context: they hold while a chart is drawn, no longer."""
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
    """Run a chart function in the style of its `size`, whatever the caller's settings are."""

    @functools.wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> R:
        size = str(kwargs.get("size", "page"))
        require_choice(size, SIZES, "size")
        require_columns(args[0] if args else kwargs.get("table"), (), _table_of(draw))  # type: ignore[arg-type]
        # Arrow, in which pandas keeps text where it can, takes no half surrogates; texts have some.
        plain = pd.option_context("mode.string_storage", "python")
        with plain, matplotlib.style.context(["default", look(size)]):
            drawing = draw(*args, **kwargs)
            interactive = matplotlib.is_interactive()
        # Jupyter's backend, loaded by the first chart, switches this on; leaving the context would
        # switch it off again, and no further figure would be shown.
        matplotlib.interactive(interactive)
        return drawing

    return drawn


def _table_of(draw: Callable[..., Any]) -> str:
    """What the table of a chart is called in a message: "terms" for plot_terms."""
    return draw.__name__.removeprefix("plot_").replace("_", " ")


def row_height(size: str, rows: float, lines: float = 1.0) -> float:
    """Figure height in inches for a chart of `rows` rows, each `lines` lines of text high."""
    line = FONTS[size] / 72
    return max(rows * lines * 1.75 * line + 5 * line, 9 * line)


def start(ax: Axes | None, *, size: str, height: float | None = None) -> Axes:
    """The axes to draw on: the caller's, made plain, or those of a new figure."""
    if ax is not None:
        dress(ax, size)
        setattr(ax, "_discourse_height", height)  # noqa: B010
        return ax
    width, usual = SIZES[size]
    figure, ax = plt.subplots(figsize=(width, height or usual), layout="constrained")
    pad(figure)
    dress(ax, size)  # said to the axes themselves: settings at the time of saving may differ
    setattr(ax, "_discourse_own", True)  # noqa: B010 (mypy knows no such attribute)
    return ax


def pad(figure: Figure) -> None:
    """Keep marks a little away from the border."""
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(w_pad=0.06, h_pad=0.06)


def width_of(ax: Axes | None, size: str) -> float:
    """Inches from the left edge of a chart's labels to its right edge."""
    if ax is None:
        return SIZES[size][0]
    width = root_figure(ax).get_figwidth()
    grid = ax.get_gridspec()
    return width / grid.ncols if grid is not None else width


def dress(ax: Axes, size: str) -> None:
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
    """A darker shade of a colour where text in it would be too faint on white (WCAG 4.5 : 1).

    Examples
    --------
    >>> text_colour("#000000"), text_colour("#E69F00") != "#E69F00"
    ('#000000', True)
    """
    rgb = to_rgb(colour)
    while 1.05 / (luminance(rgb) + 0.05) < 4.5:
        rgb = (rgb[0] * 0.95, rgb[1] * 0.95, rgb[2] * 0.95)
    return to_hex(rgb)


def luminance(rgb: Sequence[float]) -> float:
    """Relative luminance of an sRGB colour, 0 (black) to 1 (white) (WCAG 2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def codes(ax: Axes, names: Iterable[str]) -> list[int]:
    """Number of the colour and marker of each group; in small multiples the same in every panel."""
    known: dict[str, int] = getattr(ax, "_discourse_codes", {})
    for name in names:
        known.setdefault(name, len(known))
    if len(known) > LIMIT:
        raise InputError(
            f"The panels have {len(known)} different groups ({words.listing(known, 4)}), more than "
            f"the {LIMIT} that can be told apart; choose some of them."
        )
    return [known[name] for name in names]


def share(ax: Axes, axes: str) -> None:
    """Say which axes have a scale that panels can share: "xy", "x" or "" (rows and cells)."""
    setattr(ax, "_discourse_share", axes)  # noqa: B010


def is_panel(ax: Axes) -> bool:
    """Whether the axes are a panel of small multiples, which have one note and one key."""
    return bool(getattr(ax, "_discourse_panel", False))


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


def settle(figure: Figure) -> None:
    """Lay the figure out as it will be saved, so that sizes in points are known."""
    with quiet_layout():
        figure.draw_without_rendering()


def root_figure(ax: Axes) -> Figure:
    """The figure an axes belongs to, through subfigures."""
    figure = ax.get_figure(root=True)
    if not isinstance(figure, Figure):
        raise InputError("The axes given as ax= belong to no figure; pass axes of a figure.")
    return figure


def finish(
    ax: Axes,
    data: pd.DataFrame,
    *,
    call: str,
    params: dict[str, Any],
    caption: str,
    alt: str,
    notes: Sequence[str] = (),
    size: str = "page",
    place: Callable[[], None] | None = None,
) -> Axes:
    """End a chart: the note line under the axes, the record on the figure, labels in place."""
    note = words.sentences(words.corpus_sentence(data.attrs), *notes)
    record: dict[str, Any] = {
        "call": call,
        "params": {**params, "size": size},
        "data": data.reset_index(drop=True),
        "caption": caption,
        "alt": alt,
        "note": note,
        "notes": [text for text in notes if text],
        "attrs": data.attrs,
    }
    setattr(ax, "_discourse", record)  # noqa: B010
    if is_panel(ax):  # plot_small_multiples writes one note for all
        setattr(ax, "_discourse_place", place)  # noqa: B010
        return ax
    figure = root_figure(ax)
    write_note(ax, note, size)
    panels = [a._discourse for a in figure.axes if hasattr(a, "_discourse")]
    whole = record if len(panels) < 2 else {**record, "panels": panels}
    setattr(figure, "_discourse", whole)  # noqa: B010
    settle(figure)
    if place is not None:
        place()
        settle(figure)
    return ax


def write_note(ax: Axes, note: str, size: str) -> None:
    """Write the note line below everything (own figure) or below the axes (the caller's)."""
    figure = root_figure(ax)
    font = NOTES[size]
    own = getattr(ax, "_discourse_own", False)
    for old in [t for t in ax.texts if t.get_gid() == "note"]:
        old.remove()
    width = figure.get_figwidth() * (1.0 if own else ax.get_position().width)
    text = wrap(note, width - 0.12, font)
    style: dict[str, Any] = {"fontsize": font, "color": QUIET, "ha": "left", "gid": "note"}
    style["linespacing"] = 1.15
    if own:
        before = figure.get_supxlabel()  # drawn on again: room for the new lines only
        lines = _line_count(text) - _line_count(before)
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


def _line_count(text: str) -> int:
    return text.count("\n") + 1 if text else 0


def wrap(text: str, width: float, font: float) -> str:
    """Break a text into lines of at most `width` inches at `font` points."""
    letters = max(int(width * 72 / (font * 0.56)), 12)  # DejaVu Sans: 0.56 em a letter on average
    return "\n".join(textwrap.wrap(text, letters, break_long_words=True)) if text else ""
