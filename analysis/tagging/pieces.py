"""Words to word pieces with case shapes, exactly as the model was trained on them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

CLS, SEP, UNKNOWN = 101, 102, 100
MOST_PIECES = 16  # of one word; the rest of a longer one is not shown to the model
_RUN = re.compile(r"\w+")
_REMEMBERED = 200_000

Cut = tuple[tuple[int, ...], tuple[int, ...], tuple[tuple[int, int], ...]]


class Encoded(NamedTuple):
    """Words one after another as pieces; word i has those from first[i] to first[i + 1]."""

    ids: np.ndarray
    shapes: np.ndarray
    first: np.ndarray  # one entry more than words


def shape_of(run: str) -> int:
    """Give the case shape of a run of letters: 0 none, 1 lower, 2 Title, 3 UPPER, 4 miXed, 5 A.

    Examples
    --------
    >>> [shape_of(run) for run in ("2024", "talks", "Peace", "NATO", "iPhone", "A")]
    [0, 1, 2, 3, 4, 5]
    """
    if not any(c.isalpha() for c in run):
        return 0
    if run.upper() == run.lower() or run == run.lower():
        return 1
    if run == run.upper():
        return 5 if sum(c.isalpha() for c in run) == 1 else 3
    return 2 if run[:1].isupper() and run[1:] == run[1:].lower() else 4


class Pieces:
    """The tokenizer with a memory of words: the same word is cut once."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._known: dict[str, Cut] = {}

    def of(self, word: str) -> Cut:
        """Cut one word: piece ids, case shapes, character offsets; never empty."""
        found = self._known.get(word)
        if found is None:
            found = self._cut(word)
            if len(self._known) >= _REMEMBERED:
                self._known = {}
            self._known[word] = found
        return found

    def encode(self, words: Sequence[str]) -> Encoded:
        """Cut many words and write their pieces one after another."""
        cuts = [self.of(word) for word in words]
        counts = np.fromiter((len(cut[0]) for cut in cuts), np.int64, len(cuts))
        ids = [piece for cut in cuts for piece in cut[0]]
        shapes = [shape for cut in cuts for shape in cut[1]]
        first = np.concatenate([[0], np.cumsum(counts)])
        return Encoded(np.asarray(ids, np.int64), np.asarray(shapes, np.int64), first)

    def _cut(self, word: str) -> Cut:
        readable = word.encode("utf-8", "replace").decode() if not word.isascii() else word
        encoding = self._tokenizer.encode(readable, add_special_tokens=False)
        if not encoding.ids:
            return (UNKNOWN,), (0,), ((0, len(word)),)
        shapes = [0] * len(word)
        for run in _RUN.finditer(word):
            shapes[run.start() : run.end()] = [shape_of(run[0])] * (run.end() - run.start())
        offsets = tuple(encoding.offsets[:MOST_PIECES])
        found = tuple(shapes[start] if start < len(word) else 0 for start, _ in offsets)
        return tuple(encoding.ids[:MOST_PIECES]), found, offsets
