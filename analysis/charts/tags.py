"""Which rows of the data that a chart records stand behind which of its marks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

from matplotlib.artist import Artist

_ROWS: WeakKeyDictionary[Artist, list[int]] = WeakKeyDictionary()


def tag(artist: Artist, rows: int | Iterable[Any]) -> None:
    """Tell the row of a mark, or of each of its points, segments or cells in their order."""
    # Numbers count the rows of the table that the chart hands to `describe`, from 0.
    _ROWS[artist] = [rows] if isinstance(rows, int) else [int(row) for row in rows]


def rows_of(artist: Artist) -> list[int]:
    """The rows that were told of a mark; none where nothing was."""
    return _ROWS.get(artist, [])
