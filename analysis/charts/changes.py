"""What a user wrote on a chart after it was drawn: titles, labels and limits of its axes."""

from __future__ import annotations

from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.charts.base import state_of
from analysis.tables import InputError

_TITLES: tuple[Literal["left", "center", "right"], ...] = ("left", "center", "right")
_PARTS = ("suptitle", "xlabel", "ylabel", "xlim", "ylim", *(f"title {loc}" for loc in _TITLES))
_LONGEST = 2_000  # letters


def remember_words(figure: Figure) -> None:
    """Keep the words and limits of a figure as its chart left them."""
    if figure.axes:
        state_of(figure.axes[0]).words = _words(figure)


def changes_of(figure: Figure) -> list[list[Any]]:
    """What was changed since: number of the axes, part, and what it is now."""
    before = state_of(figure.axes[0]).words if figure.axes else []
    return [change for change in _words(figure) if change not in before] if before else []


def change_again(figure: Figure, changes: Any) -> None:
    """Make recorded changes on a figure that was drawn again."""
    for number, part, value in _checked(figure, changes):
        if part == "suptitle":
            figure.suptitle(value)
            continue
        ax: Axes = figure.axes[number]
        if part.startswith("title"):
            ax.set_title(value, loc=part.split()[1])
        else:
            getattr(ax, f"set_{part}")(value)


def _checked(figure: Figure, changes: Any) -> list[list[Any]]:
    """Recorded changes, if they are plain."""
    known = isinstance(changes, list) and len(changes) <= 8 * len(figure.axes) + 1
    for change in changes if known else ():
        known = known and isinstance(change, list) and len(change) == 3
        known = known and change[0] in range(max(len(figure.axes), 1)) and change[1] in _PARTS
        limits = known and change[1] in ("xlim", "ylim")
        numbers = known and isinstance(change[2], list) and len(change[2]) == 2
        if limits:
            known = numbers and all(isinstance(one, float | int) for one in change[2])
        else:
            known = known and isinstance(change[2], str) and len(change[2]) <= _LONGEST
    if not known:
        raise InputError("the changes made on the axes are recorded in another form")
    return list(changes)


def _words(figure: Figure) -> list[list[Any]]:
    """Titles, labels and limits of all axes of a figure."""
    found: list[list[Any]] = [[0, "suptitle", figure.get_suptitle()]]
    for number, ax in enumerate(figure.axes):
        found += [[number, f"title {loc}", ax.get_title(loc=loc)] for loc in _TITLES]
        found += [[number, "xlabel", ax.get_xlabel()], [number, "ylabel", ax.get_ylabel()]]
        for part, limits in (("xlim", ax.get_xlim()), ("ylim", ax.get_ylim())):
            found.append([number, part, [float(limit) for limit in limits]])
    return found
