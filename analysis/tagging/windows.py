"""Sentences too long for the model, cut into overlapping windows."""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np

MOST = 512  # pieces in one window, [CLS] and [SEP] among them


class Windows(NamedTuple):
    """Runs of words that the model sees at once; every word is kept from one window."""

    first: np.ndarray  # number of the first word
    last: np.ndarray  # one past the last word
    low: np.ndarray  # the words kept from this window: from `low` …
    high: np.ndarray  # … to before `high`


def cut_windows(sentence: np.ndarray, pieces: np.ndarray, most: int = MOST) -> Windows:
    """Give each sentence one window, or several that overlap by half where it is too long.

    Parameters
    ----------
    sentence : numpy.ndarray of int
        Number of every word's sentence, ascending.
    pieces : numpy.ndarray of int, one longer than `sentence`
        Where each word's pieces begin.
    most : int
        Pieces in a window, with the two marks at its ends.

    Returns
    -------
    Windows
        In the order of the text. Where two overlap, each word is kept from the window in which
        it is further from the edge.

    Examples
    --------
    >>> cut_windows(np.zeros(5, int), np.arange(6), most=6)
    Windows(first=array([0, 1]), last=array([4, 5]), low=array([0, 2]), high=array([2, 5]))
    """
    ends = np.flatnonzero(np.diff(sentence, append=-1))
    starts = np.concatenate([[0], ends[:-1] + 1]) if len(ends) else ends
    sizes = pieces[ends + 1] - pieces[starts]
    rows: list[tuple[int, int, int, int]] = []
    for start, end, size in zip(starts.tolist(), (ends + 1).tolist(), sizes.tolist(), strict=True):
        if size <= most - 2:
            rows.append((start, end, start, end))
        else:
            rows.extend(_overlapping(start, end, pieces, most - 2))
    table = np.asarray(rows, dtype=np.int64).reshape(-1, 4)
    return Windows(*table.T)


def _overlapping(
    start: int, end: int, pieces: np.ndarray, room: int
) -> list[tuple[int, int, int, int]]:
    """The windows of one long sentence, each beginning half a window after the one before."""
    spans = []
    first = start
    while True:
        last = int(np.searchsorted(pieces, pieces[first] + room, side="right")) - 1
        last = min(max(last, first + 1), end)
        spans.append((first, last))
        if last == end:
            break
        half = int(np.searchsorted(pieces, pieces[first] + room // 2, side="left"))
        first = min(max(half, first + 1), last)
    # The last window is moved back, so that its words too have a whole window's context.
    back = int(np.searchsorted(pieces, pieces[end] - room, side="left"))
    if len(spans) > 1:
        spans[-1] = (max(back, spans[-2][0] + 1), end)
    seams = [start, *((b + c) // 2 for (_, b), (c, _) in itertools.pairwise(spans)), end]
    return [(*span, seams[i], seams[i + 1]) for i, span in enumerate(spans)]
