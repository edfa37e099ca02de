"""What an explanation explains, and by what: guessed from marks of punctuation alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.acting.reasons import Marker, Reason, Span, is_time
from analysis.counting.codes import codes_of

_STRONG = frozenset(';:—–()[]“”"«»„…?!') | {".", " - ", "--"}
_AUXILIARIES = frozenset("is are was were been be being has have had not also".split())
_JOINING = frozenset(("and", "but", "or", "yet", "so"))


class Segments:
    """The sentences of a table as runs of rows, and the words in them."""

    def __init__(self, tokens: pd.DataFrame) -> None:
        words: Any = tokens["term"].array
        self.words = words.categories.to_numpy(dtype=object)[words.codes]
        self.is_word = tokens["is_word"].to_numpy(dtype=bool)
        doc = codes_of(tokens, "doc")
        sentence = tokens["sentence"].to_numpy()
        new = np.ones(len(doc), dtype=bool)
        new[1:] = (doc[1:] != doc[:-1]) | (sentence[1:] != sentence[:-1])
        self.starts = np.flatnonzero(new)
        self.ends = np.append(self.starts, len(doc))[1:]
        self.doc = doc

    def read_reason(self, marker: Marker) -> Reason | None:
        """Read the parts of an explanation off the stretches between marks of punctuation."""
        number = int(np.searchsorted(self.starts, marker.first, side="right")) - 1
        start, end = int(self.starts[number]), int(self.ends[number])
        if marker.grammar == "previous":
            return self._previous(marker, number)
        if marker.grammar == "blame":
            return self._blame(marker, start, end)
        if marker.item in ("after", "following") and self._is_date(marker, start, end):
            return None
        left, right = self._left(marker.first, start), self._right(marker.last + 1, end)
        if marker.grammar in ("clause", "noun"):
            if left is None:  # "Because of rain, play stopped"
                return self._fronted(marker, end)
            return Reason(left, right)
        if left is None and right is None:
            return None
        left = self._without_auxiliary(left)
        return Reason(left, right) if marker.grammar == "from" else Reason(right, left)

    def _is_date(self, marker: Marker, start: int, end: int) -> bool:
        """Whether "after" only dates: two days after, after Monday, after 2014."""
        before = self.words[marker.first - 1] if marker.first > start else ""
        behind = self.words[marker.last + 1] if marker.last + 1 < end else ""
        return is_time(before) or is_time(behind) or behind[:1].isdigit()

    def _left(self, row: int, start: int) -> Span:
        """Back from a marker to a strong mark, or a comma before and, but …"""
        here = row - 1
        while here >= start and not self._is_edge(here, row):
            here -= 1
        return self._trimmed(here + 1, row - 1)

    def _right(self, row: int, end: int) -> Span:
        here = row
        while here < end and not self._is_edge(here, end):
            here += 1
        return self._trimmed(row, here - 1)

    def _is_edge(self, row: int, limit: int) -> bool:
        if self.words[row] in _STRONG:
            return True
        return self.words[row] == "," and row + 1 < limit and self.words[row + 1] in _JOINING

    def _trimmed(self, first: int, last: int) -> Span:
        while first <= last and (not self.is_word[first] or self.words[first] in _JOINING):
            first += 1
        while last >= first and (not self.is_word[last] or self.words[last] in _JOINING):
            last -= 1
        return (first, last) if first <= last else None

    def _fronted(self, marker: Marker, end: int) -> Reason | None:
        commas = np.flatnonzero(self.words[marker.last + 1 : end] == ",")
        if not len(commas):
            return None
        comma = marker.last + 1 + int(commas[0])
        return Reason(self._right(comma + 1, end), self._trimmed(marker.last + 1, comma - 1))

    def _previous(self, marker: Marker, number: int) -> Reason | None:
        """Therefore, as a result …: the cause was said before."""
        start, end = int(self.starts[number]), int(self.ends[number])
        explained = self._right(marker.last + 1, end)
        left = self._trimmed(start, marker.first - 1)
        before = self.words[marker.first - 1] if marker.first > start else ""
        if left is not None and (before in _JOINING or before in (",", ";", ":", "—", "–")):
            return Reason(explained, left)
        if number == 0 or self.doc[start - 1] != self.doc[start]:
            return None
        cause = self._trimmed(int(self.starts[number - 1]), start - 1)
        whole = explained if left is None else self._trimmed(start, end - 1)
        return Reason(whole, cause)

    def _blame(self, marker: Marker, start: int, end: int) -> Reason | None:
        """X blames Y for Z, X is accused of Z: by what stands between."""
        left = self._left(marker.first, start)
        words = self.words[marker.last + 1 : end].tolist()
        places = [n for n, word in enumerate(words) if word in ("for", "of")]
        on_whom = not places
        places = places or [n for n, word in enumerate(words) if word == "on"]
        if not places:
            return None
        place = marker.last + 1 + places[0]
        right, between = self._right(place + 1, end), self._trimmed(marker.last + 1, place - 1)
        if on_whom:  # "X blames Z on Y"
            return Reason(between, right, left)
        if between is None or self.words[between[0]] == "by":  # the passive
            by = None if between is None else self._trimmed(between[0] + 1, between[1])
            accused = self._without_auxiliary(left)
            return None if accused is None else Reason(right, accused, by)
        return Reason(right, between, left)

    def _without_auxiliary(self, span: Span) -> Span:
        """Take "was" and its like off the end of what stands before a verb."""
        if span is None:
            return None
        first, last = span
        while last > first and self.words[last] in _AUXILIARIES:
            last -= 1
        return first, last
