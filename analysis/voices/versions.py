"""Which quotations are versions of one statement: shared wording, else shared content words."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import regex
from rapidfuzz.distance import LCSseq

from analysis.text.tokens import stop_words
from analysis.voices.marks import find_marked

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+(?:['’.,\-][\p{L}\p{M}\p{N}]+)*")
_MARKS = "“”\"'‘’«»„ \t\n\r.,;:!?…—–-"
_HEADS = 6  # versions that each further one is compared with: a statement may be quoted everywhere
_STEMS = 3  # content words that two versions must share at least


class Unit(NamedTuple):
    """A stretch of words that is compared: a quotation without its marks, or a piece of one."""

    quote: int  # row of the quotes
    start: int
    end: int
    words: tuple[str, ...]
    quoted: bool  # false for reported speech without marks


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text as they are compared: lower-case, straight apostrophes, no marks."""
    return tuple(word.lower().replace("’", "'") for word in _WORD.findall(text))


def cut_units(quotes: pd.DataFrame, texts: Sequence[str]) -> list[Unit]:
    """Cut quotations into what is compared: quoted pieces where a clause is only partly quoted."""
    units = []
    columns = zip(texts, quotes["start"], quotes["end"], quotes["kind"], strict=True)
    for row, (text, start, end, kind) in enumerate(columns):
        spans = [(start, end)]
        if kind == "mixed":
            marks = [mark for mark in find_marked(text[start:end]) if mark.depth == 0]
            spans = [(start + m.inner_start, start + m.inner_end) for m in marks] or spans
        for a, b in spans:
            inner = text[a:b]
            a, b = a + len(inner) - len(inner.lstrip(_MARKS)), b
            b -= len(inner) - len(inner.rstrip(_MARKS))
            if a < b:
                units.append(Unit(row, int(a), int(b), words_of(text[a:b]), kind != "indirect"))
    return units


def wording_pairs(units: Sequence[Unit], docs: np.ndarray, size: int) -> np.ndarray:
    """Pairs of units of different documents that share a run of `size` words, shape (pairs, 2)."""
    postings: dict[tuple[str, ...], list[int]] = {}
    for number, unit in enumerate(units):
        for place in range(len(unit.words) - size + 1):
            postings.setdefault(unit.words[place : place + size], []).append(number)
    sizes = np.array([len(unit.words) for unit in units], dtype=np.int64)
    return _pairs(((own, own) for own in postings.values()), sizes, docs)


def content_pairs(
    stems: Sequence[frozenset[str]],
    weight: dict[str, float],
    speakers: Sequence[str],
    docs: np.ndarray,
    share: float,
) -> np.ndarray:
    """Pairs of units of one speaker, in different documents, that may share enough content
    words.
    """
    # A unit that shares `share` of its weight with another shares one of its rarest words, of which
    # the weight is more than the rest: only these are looked up.
    having: dict[tuple[str, str], list[int]] = {}
    asking: dict[tuple[str, str], list[int]] = {}
    for number, (own, speaker) in enumerate(zip(stems, speakers, strict=True)):
        spare = (1 - share) * sum(weight[stem] for stem in own) + 1e-9
        for stem in sorted(own, key=lambda stem: (-weight[stem], stem)) if speaker else ():
            having.setdefault((speaker, stem), []).append(number)
            if spare >= 0:
                asking.setdefault((speaker, stem), []).append(number)
                spare -= weight[stem]
    sizes = np.array([len(own) for own in stems], dtype=np.int64)
    return _pairs(((having[key], own) for key, own in asking.items()), sizes, docs)


def _pairs(
    postings: Iterable[tuple[list[int], list[int]]], size: np.ndarray, docs: np.ndarray
) -> np.ndarray:
    """Each asking unit beside the longest few that share something: linear in what is shared."""
    rank = np.empty(len(size), dtype=np.int64)
    rank[np.lexsort([np.arange(len(size)), -size])] = np.arange(len(size))
    place, doc, count = rank.tolist(), docs.tolist(), len(size)
    found = set()
    for having, asking in postings:
        if len(having) < 2:
            continue
        heads = sorted(set(having), key=place.__getitem__)[:_HEADS]
        for unit in asking:
            for head in heads:
                if doc[head] != doc[unit]:
                    low, high = (head, unit) if head < unit else (unit, head)
                    found.add(low * count + high)
    keys = np.array(sorted(found), dtype=np.int64)
    return np.column_stack(np.divmod(keys, max(count, 1)))


def shared_wording(one: Sequence[str], other: Sequence[str]) -> tuple[int, float]:
    """Words that two versions share in order, and which share of the shorter version that is."""
    common = LCSseq.similarity(one, other)
    return common, common / max(min(len(one), len(other)), 1)


@functools.cache
def stem_of(word: str) -> str:
    """The stem of a content word; "" for a stop word or a single letter."""
    if len(word) < 2 or word in _stopped():
        return ""
    return _stemmer().stem(word.removesuffix("'s"))


@functools.cache
def _stopped() -> frozenset[str]:
    return frozenset(word.replace("’", "'") for word in stop_words())


@functools.cache
def _stemmer():  # type: ignore[no-untyped-def]
    from nltk.stem.snowball import SnowballStemmer

    return SnowballStemmer("english")


def weights_of(stems: Iterable[frozenset[str]]) -> dict[str, float]:
    """How much each content word tells: the logarithm of units over units that have it, plus 1."""
    listed = list(stems)
    count: dict[str, int] = {}
    for own in listed:
        for stem in own:
            count[stem] = count.get(stem, 0) + 1
    return {stem: 1 + float(np.log(len(listed) / n)) for stem, n in count.items()}


class Statements:
    """Which units are versions of one statement: sets that grow together."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self.units = units
        self.home = np.arange(len(units))

    def find(self, unit: int) -> int:
        """The number of a unit's statement: its first unit."""
        while self.home[unit] != unit:
            self.home[unit] = self.home[self.home[unit]]
            unit = int(self.home[unit])
        return unit

    def join(self, one: int, other: int) -> int:
        """Make two statements one; its number."""
        a, b = self.find(one), self.find(other)
        self.home[max(a, b)] = min(a, b)
        return min(a, b)

    def numbers(self) -> np.ndarray:
        """The number of every unit's statement."""
        return np.array([self.find(unit) for unit in range(len(self.units))], dtype=np.int64)


def join_wording(statements: Statements, docs: np.ndarray, least: int, share: float) -> None:
    """Join quoted units that share at least so many words and such a share of the shorter one."""
    units = statements.units
    for one, other in wording_pairs(units, docs, min(3, least)):
        if units[one].quoted and units[other].quoted:
            common, found = shared_wording(units[one].words, units[other].words)
            if common >= least and found >= share:
                statements.join(int(one), int(other))


def join_content(
    statements: Statements,
    docs: np.ndarray,
    speakers: Sequence[str],
    days: np.ndarray,
    *,
    max_days: float,
    share: float,
) -> None:
    """Join units of one speaker that share content words, if the fullest versions do."""
    units = statements.units
    stems = [frozenset(map(stem_of, unit.words)) - {""} for unit in units]
    weight = weights_of(stems)

    whole = [sum(weight[stem] for stem in own) for own in stems]

    def alike(one: int, other: int) -> float:
        common = stems[one] & stems[other]
        if len(common) < _STEMS:
            return 0.0
        found = sum(weight[stem] for stem in common) / min(whole[one], whole[other])
        return found if found >= share else 0.0

    pairs = content_pairs(stems, weight, speakers, docs, share)
    far = np.abs(days[pairs[:, 0]] - days[pairs[:, 1]]) > max_days  # unknown days are not far
    scored = sorted((-alike(a, b), a, b) for a, b in pairs[~far].tolist())
    fullest = _fullest(statements.numbers(), units)
    for score, one, other in scored:
        if score == 0:
            break
        a, b = statements.find(one), statements.find(other)
        # versions of versions are no chain: the fullest of both must be alike
        if a != b and alike(fullest[a], fullest[b]):
            fullest[statements.join(a, b)] = _fuller(fullest[a], fullest[b], units)


def _fullest(homes: np.ndarray, units: Sequence[Unit]) -> dict[int, int]:
    """The fullest unit of each statement."""
    found: dict[int, int] = {}
    for unit, home in enumerate(homes.tolist()):
        found[home] = _fuller(found[home], unit, units) if home in found else unit
    return found


def _fuller(one: int, other: int, units: Sequence[Unit]) -> int:
    """The unit that is quoted, then the longer one, then the earlier one."""
    return min(one, other, key=lambda u: (not units[u].quoted, -len(units[u].words), u))
