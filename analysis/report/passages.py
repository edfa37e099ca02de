"""What a report may show of a text: the words around a hit, and the whole only by licence."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.wording import SUMMARIES

MOST_WORDS = 40
BESIDE = 12  # words to each side of a hit
_LETTERS = 160  # to each side: a word may be very long
_LONGEST = 400  # of a hit
_CHUNK = 2000
_CJK = "\u2e80-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# A word is what stands between spaces; where a script has no spaces, a character.
_WORD = re.compile(rf"[{_CJK}]|[^\s{_CJK}]+")
_CUT = "…"
_SPACE = re.compile(r"\s")

# Terms of use under which a whole text may be passed on. A licence "for" another edition, or one
# that is said not to be known, is none.
_OPEN = re.compile(r"(cc0|cc[ -]by([ -]sa)?|public domain|own text|written for this)\b", re.I)
_CLOSED = re.compile(r"\b(unknown|unclear|reserved|except|nc|nd)\b|\bfor the\b", re.I)


class Excerpt(NamedTuple):
    """A hit with the words around it, white space made plain."""

    left: str
    node: str
    right: str


def may_print(documents: pd.DataFrame, note: object = None) -> pd.Series:
    """Whether each text may be printed whole, by its licence."""
    # The manifest's licence is that of the original; `note` says whether its briefs are summaries
    # written for the project, which may be printed.
    licence = documents["licence"].astype(object)
    known = licence.where(licence.notna(), "").astype(str)
    allowed = known.map(lambda text: bool(_OPEN.match(text)) and not _CLOSED.search(text))
    if note == SUMMARIES:
        allowed |= documents["version"].astype(object) == "brief"
    return allowed.astype(bool)


class Excerpts:
    """Cuts passages out of texts, and remembers how much of each text it has shown."""

    # Of a text that may not be printed whole, a passage has at most half of the words, and lists of
    # all its sentences (`spread`) show passages only until half of the text has been shown: neither
    # a passage nor a list of them must become the text.

    def __init__(self, documents: pd.DataFrame, whole: pd.Series) -> None:
        names = documents["doc"].astype(str).tolist()
        self.texts = dict(zip(names, documents["text"], strict=True))
        self.whole = {name for name, yes in zip(names, whole, strict=True) if yes}
        self._shown: dict[str, np.ndarray] = {}
        self._words: dict[str, int] = {}
        self._spaces: dict[str, list[int]] = {}

    def cut(self, doc: str, start: int, end: int, *, spread: bool = False) -> Excerpt | None:
        """The passage around a hit; None where the text's licence does not allow it."""
        text = self.texts[doc]
        most = self._most_words(doc)
        node, used = _first_words(text[start:end], most, _LONGEST)
        beside = 0 if spread else min(BESIDE, (most - used) // 2)
        left = _last_words(text[max(0, start - _CHUNK) : start], beside, start > _CHUNK)
        right, _ = _first_words(text[end : end + _CHUNK], beside, _LETTERS)
        if doc not in self.whole and not self._allows(doc, start, end, spread):
            return None
        return Excerpt(left, node, right)

    def letters(self, doc: str, start: int, end: int) -> str:
        """How many letters of a text, without spaces, stand before a hit, and before its end where
        the hit is shown shortened.
        """
        if doc not in self._spaces:
            self._spaces[doc] = [space.start() for space in _SPACE.finditer(self.texts[doc])]
        spaces = self._spaces[doc]
        places = [start - bisect_left(spaces, start), end - bisect_left(spaces, end)]
        shown, _ = _first_words(self.texts[doc][start:end], self._most_words(doc), _LONGEST)
        return " ".join(map(str, places if shown.endswith(f" {_CUT}") else places[:1]))

    def _most_words(self, doc: str) -> int:
        """How many words of a text a passage may have."""
        if doc in self.whole:
            return MOST_WORDS
        if doc not in self._words:
            self._words[doc] = len(_WORD.findall(self.texts[doc]))
        return min(MOST_WORDS, max(self._words[doc] // 2, 1))

    def _allows(self, doc: str, start: int, end: int, spread: bool) -> bool:
        """Note what is shown of a text; whether it may be."""
        shown = self._shown.setdefault(doc, np.zeros(len(self.texts[doc]), dtype=bool))
        fresh = int((~shown[start:end]).sum())
        if spread and fresh and shown.sum() + fresh > len(shown) / 2:
            return False
        beside = 0 if spread else BESIDE * 6  # about the letters of so many words
        shown[max(0, start - beside) : end + beside] = True
        return True


def _first_words(text: str, words: int, letters: int) -> tuple[str, int]:
    """The first words of a text, spaces made plain, and how many they are."""
    found = list(_WORD.finditer(text[: letters * 8]))
    if not found or not words:
        return "", 0
    lead = " " if text[:1].isspace() else ""
    last = found[min(words, len(found)) - 1].end()
    shown = lead + " ".join(text[:last].split())
    more = last < len(text.rstrip())
    if len(shown) > letters:
        shown, more = shown[:letters], True
    return shown + f" {_CUT}" * more, min(words, len(found))


def _last_words(text: str, words: int, more: bool) -> str:
    """The last words of a text, spaces made plain."""
    found = list(_WORD.finditer(text))
    if not found or not words:
        return ""
    first = found[-min(words, len(found))].start()
    more = more or bool(text[:first].strip())
    trail = " " if text[-1:].isspace() else ""
    shown = " ".join(text[first:].split()) + trail
    if len(shown) > _LETTERS:
        shown, more = shown[-_LETTERS:], True
    return f"{_CUT} " * more + shown
