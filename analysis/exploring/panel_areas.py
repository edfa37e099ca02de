"""Where in a figure each row of the table is drawn, so that it can be clicked there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def find_areas(ax: Axes, names: Sequence[object]) -> list[dict[str, Any]]:
    """The bands of a chart of rows, each with the number of the first table row of its name.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Any axes of the figure.
    names : sequence
        What each row of the table is called.

    Returns
    -------
    list of dict
        ``row`` and ``box`` (left, top, width, height as shares of the figure). Empty where the
        vertical axis has other labels than the rows' names.
    """
    from analysis.bundles.pictures import figure_of

    figure = figure_of(ax)
    width, height = figure.get_size_inches() * figure.dpi
    first: dict[str, int] = {}
    for place, name in enumerate(names):
        first.setdefault(str(name), place)
    areas = []
    for panel in figure.axes:
        ticks = list(zip(panel.get_yticks(), panel.get_yticklabels(), strict=False))
        steps = np.diff([y for y, _ in ticks])
        if len(ticks) > 1 and not np.allclose(np.abs(steps), 1):
            continue
        box = panel.get_tightbbox()
        if box is None:
            continue
        for y, label in ticks:
            row = _row_of(label.get_text(), first)
            if row is None:
                continue
            low, high = sorted(panel.transData.transform([(0, y - 0.5), (0, y + 0.5)])[:, 1])
            shares = (box.x0 / width, 1 - high / height, box.width / width, (high - low) / height)
            areas.append({"row": row, "box": [round(float(share), 4) for share in shares]})
    return areas


def _row_of(text: str, first: dict[str, int]) -> int | None:
    """The row that a label names, also where it was shortened."""
    text = " ".join(text.split())
    if text in first:
        return first[text]
    if "…" not in text:
        return None
    head, _, tail = text.partition("…")
    found = [row for name, row in first.items() if name.startswith(head) and name.endswith(tail)]
    return found[0] if len(found) == 1 else None
