"""Marks at the edge of the axes: drawn whole, and cut where they lie outside."""

from __future__ import annotations

import numpy as np
from matplotlib import rcParams
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.transforms import BboxBase


class _Around(BboxBase):
    """The axes, and as much around them as a mark is large."""

    def __init__(self, ax: Axes) -> None:
        super().__init__()
        self._ax, self._points = ax, float(rcParams["lines.markersize"])

    def get_points(self) -> np.ndarray:
        """Both corners, in pixels."""
        beyond = self._points / 72 * self._ax.get_figure(root=True).dpi  # type: ignore[union-attr]
        corners: np.ndarray = self._ax.bbox.get_points() + [[-beyond] * 2, [beyond] * 2]
        return corners


def whole_at_edge(artist: Artist) -> None:
    """Cut an artist a mark's width outside its axes; limits that are set later hold for it, too."""
    ax = artist.axes
    if isinstance(ax, Axes):
        artist.set_clip_path(None)
        artist.set_clip_box(_Around(ax))
