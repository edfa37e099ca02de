"""Where labels go: beside the ends of lines, and around points, never on top of each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox

from analysis import wording as words
from analysis.charts import looks, style


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> np.ndarray:
    """Move positions apart until neighbours are `gap` away from each other, as little as
    possible.
    """
    # Least squares under an order constraint: pool adjacent violators of ``position - rank * gap``
    # (Barlow et al. 1972).
    target = np.asarray(wanted, dtype=float)
    order = np.argsort(target, kind="stable")
    steps = gap * np.arange(len(target))
    pools: list[list[float]] = []  # [mean, size]
    for position in target[order] - steps:
        pools.append([float(position), 1])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (a, n), (b, m) = pools[-2], pools[-1]
            pools[-2:] = [[(a * n + b * m) / (n + m), n + m]]
    moved = np.concatenate([np.full(int(n), mean) for mean, n in pools]) if pools else target
    ceiling = high - (steps[-1] if len(steps) else 0)
    moved = np.clip(moved, min(low, ceiling), ceiling) + steps
    placed = np.empty_like(target)
    placed[order] = moved
    return placed


def end_labels(
    ax: Axes, ends: Sequence[tuple[float, float, str, str]], size: str
) -> Callable[[], None]:
    """Name lines at their right-hand ends; returns what moves the names apart once laid out."""
    # `ends` holds x, y, text and colour of each line's last point.
    font = style.FONTS[size]
    width = {"column": 16, "page": 28, "slide": 26}[size]
    notes: list[Annotation] = []
    for x, y, text, colour in ends:
        note = ax.annotate(
            words.label(text, width),
            xy=(x, y),
            xytext=(1.025, y),
            textcoords=("axes fraction", "data"),
            va="center",
            ha="left",
            color=style.text_colour(colour),
            fontsize=font,
            fontstyle=looks.font_style(text),
            annotation_clip=False,
            parse_math=False,
            gid="end label",
            arrowprops={
                "arrowstyle": "-",
                "color": colour,
                "linewidth": 0.6,
                "shrinkA": 1,
                "shrinkB": 3,
                "relpos": (0, 0.5),
            },
        )
        notes.append(note)

    def place() -> None:
        figure = style.root_figure(ax)
        pixel = figure.dpi / 72
        box = ax.get_window_extent()
        transform = ax.transData
        heights = [float(transform.transform((x, y))[1]) for x, y, _, _ in ends]
        moved = spread(heights, font * 1.3 * pixel, box.y0, box.y1)
        for note, height in zip(notes, moved, strict=True):
            y = float(transform.inverted().transform((box.x0, height))[1])
            note.set_position((1.025, y))

    return place


def point_labels(
    ax: Axes,
    points: Sequence[tuple[float, float, str]],
    size: str,
    *,
    avoid: np.ndarray,
    radius: np.ndarray | float = 2.0,
    colours: Sequence[str] | None = None,
    lines: np.ndarray | None = None,
    needed: int | None = None,
) -> Callable[[], None]:
    """Name points, the most important first; returns what places the names once laid out."""
    # Each name takes the best of the places around its point that is still free (Christensen, Marks
    # & Shieber 1995), near the point if it can be; a name that covers a more important one even
    # then is removed. The same figure gives the same places on any machine. Where only the first
    # `needed` names must stand, the others stand only beside their points and on nothing else.
    width = {"column": 18, "page": 28, "slide": 26}[size]
    texts = [
        ax.text(
            x,
            y,
            words.label(text, width),
            fontsize=style.FONTS[size],
            fontstyle=looks.font_style(text),
            color=style.text_colour(colours[number]) if colours else style.INK,
            ha="center",
            va="center",
            parse_math=False,
            gid="point label",
            zorder=5,
            # lines end before the name that they would cross
            bbox=_PATCH if lines is not None else None,
        )
        for number, (x, y, text) in enumerate(points)
    ]
    marks = np.array([[x, y] for x, y, _ in points], dtype=float).reshape(-1, 2)

    def place() -> None:
        if not texts:
            return
        with style.quiet_layout():
            obstacles = _Obstacles(ax, avoid, radius, lines)
            _take_free_places(ax, texts, marks, obstacles, needed)
            kept = [(t, at) for t, at in zip(texts, marks, strict=True) if t.figure is not None]
            _remove_overlapping([text for text, _ in kept])
            kept = [(t, at) for t, at in kept if t.figure is not None]
            _leaders(ax, kept, obstacles)

    return place


class _Obstacles:
    """What names keep clear of, in pixels: the points with their radius, the lines as dots."""

    def __init__(
        self, ax: Axes, points: np.ndarray, radius: np.ndarray | float, lines: np.ndarray | None
    ) -> None:
        pixel = style.root_figure(ax).dpi / 72
        at = ax.transData.transform(np.asarray(points, dtype=float).reshape(-1, 2))
        reach = np.broadcast_to(np.asarray(radius, dtype=float) * pixel, len(at))[:, None]
        self.boxes = np.hstack([at - reach, at + reach])
        self.dots = np.empty((0, 2))
        if lines is not None and len(lines):
            share = np.linspace(0, 1, 40)[None, :, None]
            ends = ax.transData.transform(np.asarray(lines, dtype=float).reshape(-1, 2))
            ends = ends.reshape(-1, 2, 2)
            dots = ends[:, :1] * (1 - share) + ends[:, 1:] * share
            self.dots = dots.reshape(-1, 2)
        self.radius = {
            tuple(p): float(r) for p, r in zip(np.round(at, 3), reach[:, 0], strict=True)
        }


# Directions in the order in which cartographers prefer them (Imhof 1975): right above first.
_PATCH = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
_RINGS = (1.5, 7.0, 14.0, 24.0, 36.0, 50.0, 66.0)  # points between a mark and its name
_ANGLES = np.deg2rad([35, 145, 325, 215, 90, 270, 0, 180, 60, 120, 300, 240])


_CROWDED = 2.0  # cost of a place two rings away from its point, or on something


def _take_free_places(
    ax: Axes,
    texts: Sequence[Text],
    marks: np.ndarray,
    obstacles: _Obstacles,
    needed: int | None = None,
) -> None:
    """Give each text in turn the place near its mark that covers least."""
    pixel = style.root_figure(ax).dpi / 72
    frame = ax.get_window_extent()
    taken = np.empty((0, 4))
    centres = ax.transData.transform(marks)
    for number, (text, centre) in enumerate(zip(texts, centres, strict=True)):
        box = text.get_window_extent()
        half = np.array([box.width, box.height]) / 2
        own = obstacles.radius.get(tuple(np.round(centre, 3)), 2 * pixel)
        best, best_cost = centre, np.inf
        for ring, distance in enumerate(_RINGS):
            for rank, angle in enumerate(_ANGLES):
                step = np.array([np.cos(angle), np.sin(angle)])
                at = centre + _offset(step, half, own + distance * pixel)
                edge = np.concatenate([at - half, at + half])
                cost = _cost(edge, centre, taken, obstacles, frame) + 0.02 * rank + 0.6 * ring
                if cost < best_cost:
                    best, best_cost = at, cost
        if needed is not None and number >= needed and best_cost >= _CROWDED:
            text.remove()
            continue
        taken = np.vstack([taken, [*(best - half), *(best + half)]])
        text.set_position(tuple(ax.transData.inverted().transform(best)))


def _offset(step: np.ndarray, half: np.ndarray, gap: float) -> np.ndarray:
    """Middle of a box that touches a circle of radius `gap` in the direction `step`."""
    across = np.sign(step) * half * np.where(np.abs(step) < 0.3, 0, 1)
    return step * gap + across


def _cost(
    edge: np.ndarray, own: np.ndarray, taken: np.ndarray, obstacles: _Obstacles, frame: Bbox
) -> float:
    """How much a place covers: names most of all, then points, then lines, then the border."""
    area = max((edge[2] - edge[0]) * (edge[3] - edge[1]), 1.0)
    outside = max(frame.x0 - edge[0], 0) + max(edge[2] - frame.x1, 0)
    outside += max(frame.y0 - edge[1], 0) + max(edge[3] - frame.y1, 0)
    dots = obstacles.dots
    crossed = (
        (dots[:, 0] > edge[0])
        & (dots[:, 0] < edge[2])
        & (dots[:, 1] > edge[1])
        & (dots[:, 1] < edge[3])
    ).sum()
    names = _shared(edge, taken).sum() / area
    points = (_shared(edge, obstacles.boxes) > 0).sum()
    nearer = _nearer(edge, own, obstacles.boxes)
    cost = 60 * (names > 0) + 40 * names + 8 * points + 4 * nearer + 0.5 * crossed
    return float(cost + 4 * outside + 30 * (outside > 0))


def _nearer(edge: np.ndarray, own: np.ndarray, boxes: np.ndarray) -> int:
    """How many other points lie nearer to a name than its own: it would seem to be theirs."""
    at = (boxes[:, :2] + boxes[:, 2:]) / 2
    away = np.maximum(np.maximum(edge[:2] - at, at - edge[2:]), 0)
    to_own = np.maximum(np.maximum(edge[:2] - own, own - edge[2:]), 0)
    return int((np.hypot(*away.T) < np.hypot(*to_own)).sum())


def _shared(edge: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Area that a box shares with each of the others."""
    wide = np.minimum(edge[2], boxes[:, 2]) - np.maximum(edge[0], boxes[:, 0])
    high = np.minimum(edge[3], boxes[:, 3]) - np.maximum(edge[1], boxes[:, 1])
    return np.clip(wide, 0, None) * np.clip(high, 0, None)


def _leaders(ax: Axes, kept: Sequence[tuple[Text, np.ndarray]], obstacles: _Obstacles) -> None:
    """A thin line from a point to its name where the name could be taken for another's."""
    near = 9 * style.root_figure(ax).dpi / 72
    for text, mark in kept:
        box = text.get_window_extent()
        own = ax.transData.transform(mark)
        edge = np.array([box.x0, box.y0, box.x1, box.y1])
        end = np.clip(own, edge[:2], edge[2:])
        if np.hypot(*(end - own)) > near or _nearer(edge, own, obstacles.boxes):
            there = ax.transData.inverted().transform(end)
            ax.plot(
                [mark[0], there[0]],
                [mark[1], there[1]],
                color=style.QUIET,
                linewidth=0.5,
                zorder=2,
                gid="leader",
                scalex=False,
                scaley=False,
            )


def _remove_overlapping(texts: Sequence[Text]) -> None:
    """Remove each text that covers an earlier one."""
    placed: list[Bbox] = []
    for text in texts:
        box = text.get_window_extent().padded(-0.25)  # a hair's breadth is no overlap
        if any(box.overlaps(other) for other in placed):
            text.remove()
        else:
            placed.append(box)
