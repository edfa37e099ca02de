"""A figure as SVG in which every mark that stands for a row of its data can be found."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple
from xml.etree import ElementTree

import matplotlib
import matplotlib.style
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection, QuadMesh
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.transforms import Bbox

from analysis.charts import style
from analysis.charts.tags import rows_of

LEAST = 11.0  # pixels of a mark's box at 96 dots to the inch: what a pointer can meet
_SVG, _LINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_SAVING: dict[str, Any] = {
    "svg.fonttype": "path",  # the letters of the figure's own font, whatever the page has
    "svg.hashsalt": "discourse-analysis",
    "svg.image_inline": True,
    "savefig.bbox": None,
    "savefig.facecolor": "white",
}


class Mark(NamedTuple):
    """A mark: its row of the record's data, and its box in shares of the figure from top left."""

    row: int
    left: float
    top: float
    width: float
    height: float


def marks(figure: Figure) -> list[Mark]:
    """List the marks of a figure that stand for rows of `chart_record(figure)["data"]`.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        With a chart of this package, laid out as it will be saved.

    Returns
    -------
    list of Mark
        By row; one box for all that stands for the row: a dot and its interval, a bar, a cell. The
        smaller ones come last, so that they lie on top.
    """
    boxes: dict[int, list[Bbox]] = {}
    first = last = 0
    for ax in figure.axes:
        record = style.state_of(ax).record
        if record is None and not style.state_of(ax).own_figure:
            continue
        for artist in _tagged(ax):
            for row, box in zip(rows_of(artist), _boxes(artist), strict=False):
                if row >= 0 and box is not None:
                    boxes.setdefault((last if record is None else first) + row, []).append(box)
        if record is not None:  # further panels of a chart have the record of its first
            last, first = first, first + len(record["data"])
    width, height = figure.get_size_inches() * figure.dpi
    least = LEAST * figure.dpi / 96
    found = []
    for row in sorted(boxes):
        box = _at_least(Bbox.union(boxes[row]), least)
        shares = (box.x0 / width, 1 - box.y1 / height, box.width / width, box.height / height)
        found.append(Mark(row, *(round(float(share), 5) for share in shares)))
    return sorted(found, key=lambda mark: (-mark.width * mark.height, mark.row))


def figure_svg(figure: Figure) -> str:
    """Draw a figure as SVG in which each mark has ``id="mark-N"`` and ``data-row="N"``.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        With a chart of this package.

    Returns
    -------
    str
        An ``<svg>`` element without scripts, styles or references to anything outside it. N is a
        row of ``chart_record(figure)["data"]``. A mark is a box without colour over all that
        stands for the row; where there are several figures on a page, put the ids apart.
    """
    with matplotlib.rc_context(), matplotlib.style.context("default"):
        matplotlib.rcParams.update(_SAVING)  # type: ignore[arg-type]
        buffer = io.BytesIO()
        with style.quiet_layout():
            figure.savefig(buffer, format="svg", metadata={"Date": None})
    root = ElementTree.fromstring(buffer.getvalue())
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{{{_SVG}}}style", f"{{{_SVG}}}metadata"):
                parent.remove(child)
    root.set("stroke-linejoin", "round")  # said by the style for all elements of a page
    root.set("stroke-linecap", "butt")
    _, _, width, height = map(float, root.get("viewBox", "0 0 1 1").split())
    layer = ElementTree.SubElement(root, f"{{{_SVG}}}g", {"class": "marks"})
    for mark in marks(figure):
        place = {"x": mark.left * width, "y": mark.top * height}
        place |= {"width": mark.width * width, "height": mark.height * height}
        attributes = {name: f"{value:.2f}" for name, value in place.items()}
        attributes |= {"id": f"mark-{mark.row}", "data-row": str(mark.row)}
        attributes |= {"fill": "none", "pointer-events": "all"}
        ElementTree.SubElement(layer, f"{{{_SVG}}}rect", attributes)
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _LINK)
    return re.sub(r"^<\?xml[^>]*\?>\s*", "", ElementTree.tostring(root, encoding="unicode"))


def _tagged(ax: Axes) -> Iterator[Artist]:
    """The artists of axes, and their labels, that were told their rows."""
    for artist in ax.findobj(include_self=False):
        if rows_of(artist) and artist.get_visible():
            yield artist


def _boxes(artist: Artist) -> Sequence[Bbox | None]:
    """The box in pixels of each point, segment or cell of an artist, or its one box."""
    if isinstance(artist, Line2D):
        reach = artist.get_markersize() / 2 * _pixels(artist)
        return [_around(x, y, reach) for x, y in _placed(artist, artist.get_xydata())]
    if isinstance(artist, PathCollection):
        points = np.asarray(artist.get_offsets(), dtype=float)
        places = artist.get_offset_transform().transform(points)
        halves = np.sqrt(np.resize(artist.get_sizes(), len(points))) / 2 * _pixels(artist)
        return [_around(x, y, half) for (x, y), half in zip(places, halves, strict=True)]
    if isinstance(artist, LineCollection):
        ends = (_placed(artist, segment) for segment in artist.get_segments())
        return [_clipped(artist, _on_line(points, LEAST * _pixels(artist))) for points in ends]
    if isinstance(artist, QuadMesh):
        corners: Any = np.asarray(artist.get_coordinates(), dtype=float)
        grid = _placed(artist, corners.reshape(-1, 2)).reshape(corners.shape)
        down, across = grid.shape[0] - 1, grid.shape[1] - 1
        return [
            _bounds(grid[i : i + 2, j : j + 2].reshape(-1, 2))
            for i in range(down)
            for j in range(across)
        ]
    if isinstance(artist, AxesImage):
        return _cells(artist)
    return [_clipped(artist, artist.get_window_extent())] * len(rows_of(artist))


def _cells(image: AxesImage) -> list[Bbox | None]:
    """The cells of an image, row by row from the top as its data stand."""
    data = np.asarray(image.get_array())
    left, right, bottom, top = image.get_extent()
    across, down = (
        np.linspace(left, right, data.shape[1] + 1),
        np.linspace(top, bottom, data.shape[0] + 1),
    )
    return [
        _bounds(_placed(image, np.array([[x0, y0], [x1, y1]])))
        for y0, y1 in pairwise(down)
        for x0, x1 in pairwise(across)
    ]


def _placed(artist: Artist, points: Any) -> np.ndarray:
    """Points of an artist in pixels."""
    placed: np.ndarray = artist.get_transform().transform(np.asarray(points, dtype=float))
    return placed


def _pixels(artist: Artist) -> float:
    """Pixels of a point."""
    figure = artist.get_figure(root=True)
    return (figure.dpi if figure is not None else 72.0) / 72


def _around(x: float, y: float, reach: float) -> Bbox | None:
    """A box around a point; None where the point is nowhere."""
    if not np.isfinite([x, y]).all():
        return None
    return Bbox([[x - reach, y - reach], [x + reach, y + reach]])


def _bounds(points: np.ndarray) -> Bbox:
    """The box of some points."""
    return Bbox([points.min(axis=0), points.max(axis=0)])


def _on_line(points: np.ndarray, reach: float) -> Bbox:
    """The box of a line; of one that runs aslant, around its middle."""
    box = _bounds(points)
    if min(box.width, box.height) < reach:
        return box
    (x, y), half = points.mean(axis=0), reach / 2
    return Bbox([[x - half, y - half], [x + half, y + half]])


def _clipped(artist: Artist, box: Bbox) -> Bbox | None:
    """The part of a box that lies within the axes, unless the artist is not cut there."""
    ax = getattr(artist, "axes", None)
    if ax is None or not artist.get_clip_on() or artist.get_clip_box() is None:
        return box
    return Bbox.intersection(box, ax.bbox)


def _at_least(box: Bbox, least: float) -> Bbox:
    """A box that a pointer can meet."""
    wide, high = max(least - box.width, 0) / 2, max(least - box.height, 0) / 2
    return Bbox([[box.x0 - wide, box.y0 - high], [box.x1 + wide, box.y1 + high]])
