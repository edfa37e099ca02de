"""The words around a chart: title and subtitle above it, the note line below."""

from __future__ import annotations

import re
import textwrap
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from analysis.charts.base import FONTS, INK, NOTES, QUIET, TITLES, lay_out, root_figure, state_of


def write_note(ax: Axes, note: str, size: str) -> None:
    """Write the note line below everything (own figure) or below the axes (the caller's)."""
    figure = root_figure(ax)
    font = NOTES[size]
    own = state_of(ax).own_figure
    for old in [t for t in ax.texts if t.get_gid() == "note"]:
        old.remove()
    width = figure.get_figwidth() * (1.0 if own else ax.get_position().width)
    text = wrap(note, width - 0.12, font)
    look: dict[str, Any] = {"fontsize": font, "color": QUIET, "ha": "left", "gid": "note"}
    look["linespacing"] = 1.15
    if own:
        before = figure.get_supxlabel()  # drawn on again: room for the new lines only
        lines = len(text.splitlines()) - len(before.splitlines())
        figure.set_size_inches(
            figure.get_figwidth(), figure.get_figheight() + lines * font * 1.35 / 72
        )
        figure.supxlabel(text, x=0.06 / figure.get_figwidth(), **look)
        return
    ax.annotate(
        text,
        xy=(0, 0),
        xycoords=("axes fraction", ax.xaxis.label),  # below the axis label, wherever that lies
        xytext=(0, -3),
        textcoords="offset points",
        va="top",
        annotation_clip=False,
        **look,
    )


def wrap(text: str, width: float, font: float, wider: float = 1.0) -> str:
    """Break a text into lines of at most `width` inches at `font` points."""
    # Source Sans: 0.41 em a letter on average; capitals and digits take more
    letters = max(int(width * 72 / (font * 0.46 * wider)), 12)
    bound = re.sub(r"(?<=\d) (?=%)", "\xa0", text)  # a number stays with its %
    return "\n".join(textwrap.wrap(bound, letters, break_long_words=True)).replace("\xa0", " ")


_LINE = 1.3  # height of a line of a head, in sizes of its type


def write_heads(ax: Axes, title: str, subtitle: str, size: str) -> None:
    """Write title and subtitle at the left above a figure of its own, else above the axes."""
    if not state_of(ax).own_figure:
        _write_above(ax, title, subtitle, size)
        return
    figure = root_figure(ax)
    width, before = figure.get_figwidth(), 0.0
    for old in [t for t in figure.texts if t.get_gid() in ("title", "subtitle")]:
        before += _inches(old.get_text(), float(old.get_fontsize()))
        old.remove()
    lines = [
        (_fitted(figure, text, font, factor, weight), font, gid, weight)
        for text, font, gid, weight, factor in (
            (title, TITLES[size], "title", "bold", 1.08),
            (subtitle, FONTS[size], "subtitle", "normal", 1.0),
        )
        if text
    ]
    needed = sum(_inches(text, font) for text, font, _, _ in lines)
    if not needed and not before:
        return
    height = figure.get_figheight() + needed - before
    figure.set_size_inches(width, height)
    top = height - 0.06
    for text, font, gid, weight in lines:
        figure.text(
            0.06 / width,
            top / height,
            text,
            fontsize=font,
            fontweight=weight,
            color=INK,
            va="top",
            ha="left",
            linespacing=1.15,
            parse_math=False,
            in_layout=False,
            gid=gid,
        )
        top -= _inches(text, font)
    _keep_below(figure, needed, height)


def _fitted(figure: Figure, text: str, font: float, factor: float, weight: str) -> str:
    """A head in lines that end inside the figure, however wide its letters are."""
    room = figure.get_figwidth() - 0.12
    while True:
        lines = wrap(text, room, font, factor)
        look: dict[str, Any] = {"fontsize": font, "fontweight": weight, "linespacing": 1.15}
        probe = figure.text(0, 0, lines, parse_math=False, in_layout=False, **look)
        wide = probe.get_window_extent().width / figure.dpi
        probe.remove()
        if wide <= room or factor > 4:
            return lines
        factor *= 1.1


def _keep_below(figure: Figure, inches: float, height: float) -> None:
    """Lay out axes and keys below so many inches from the top."""
    keys = 0.0
    for legend in figure.legends:  # where it is anchored, the layout leaves it no room
        legend.set_bbox_to_anchor((0, 0, 1, 1 - inches / height), figure.transFigure)
        keys += legend.get_window_extent().height / figure.dpi + 0.06
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(rect=(0, 0, 1, 1 - (inches + keys) / height))


def _inches(text: str, font: float) -> float:
    """Height of the lines of a head."""
    return len(text.splitlines()) * _LINE * font / 72 + 0.03


def _write_above(ax: Axes, title: str, subtitle: str, size: str) -> None:
    """Title and subtitle above axes of the caller's, and above their key."""
    for old in [t for t in ax.texts if t.get_gid() in ("title", "subtitle")]:
        old.remove()
    lift = 3.0
    if (title or subtitle) and (key := ax.get_legend()) is not None:
        lay_out(root_figure(ax))
        lift += key.get_window_extent().height * 72 / root_figure(ax).dpi
    for text, font, gid, weight in (
        (subtitle, FONTS[size], "subtitle", "normal"),
        (title, TITLES[size], "title", "bold"),
    ):
        if text:
            ax.annotate(
                text,
                xy=(0, 1),
                xycoords="axes fraction",
                xytext=(0, lift),
                textcoords="offset points",
                fontsize=font,
                fontweight=weight,
                color=INK,
                va="bottom",
                annotation_clip=False,
                parse_math=False,
                gid=gid,
            )
            lift += _LINE * font
