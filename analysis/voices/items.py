"""A text as items (words and marked stretches) in sentences, with their dependencies."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import regex

from analysis.text.forms import split_lines
from analysis.voices.marks import Marked

MARK = "Q"  # the part of speech of a marked stretch
MAX_CLIMB = 80
WRAPPED = 130  # a text with longer lines is not wrapped: its line breaks mean something
LONGEST = 300  # items in a sentence: a text without stops is cut, so that its cost stays linear
CONTRACTED = re.compile(
    r"(?:i|you|he|she|it|we|they|that|there|who|what)'(?:re|s|m|ll|ve|d)|\w+n't", re.IGNORECASE
)


class DocumentTokens(NamedTuple):
    """The columns of one document's tokens, as lists."""

    start: list[int]
    end: list[int]
    word: list[str]
    term: list[str]
    sentence: list[int]
    pos: list[str]
    dep: list[str]
    head: list[int]  # token numbers within the document, −1 at a root
    morphology: list[str]


class Segment(NamedTuple):
    """A sentence in terms of items: ``items[first:last]``."""

    first: int
    last: int
    paragraph: int


@dataclass(slots=True)
class Items:
    """Words and marked stretches of one text, in order, as parallel lists."""

    text: str
    start: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    term: list[str] = field(default_factory=list)
    pos: list[str] = field(default_factory=list)
    dep: list[str] = field(default_factory=list)
    head: list[int] = field(default_factory=list)  # item numbers, −1 at a root
    morphology: list[str] = field(default_factory=list)
    mark: list[Marked | None] = field(default_factory=list)
    sentence: list[int] = field(default_factory=list)  # of its first token
    until: list[int] = field(default_factory=list)  # the sentence of its last token
    segments: list[Segment] = field(default_factory=list)
    inside: dict[int, list[str]] = field(default_factory=dict)  # tags within a marked stretch
    _children: dict[int, list[int]] | None = None

    def below(self, item: int, top: int) -> bool:
        """Whether an item is `top` or depends on it, through however many others."""
        for _ in range(MAX_CLIMB):
            if item == top:
                return True
            if item < 0:
                return False
            item = self.head[item]
        return False

    def children(self, item: int) -> list[int]:
        """The items that depend on this one, in order."""
        if self._children is None:
            self._children = {}
            for number, head in enumerate(self.head):
                self._children.setdefault(head, []).append(number)
        return self._children.get(item, [])

    def segment_of(self, item: int) -> int:
        """The number of the sentence that an item stands in."""
        return bisect_right(self.segments, item, key=lambda one: one.first) - 1

    def word(self, item: int) -> str:
        """The characters of an item."""
        return self.text[self.start[item] : self.end[item]]


class Quote(NamedTuple):
    """One quotation of a text, in characters; −1 where something is not there."""

    start: int
    end: int
    kind: str
    speaker: tuple[int, int]
    head: int  # first character of the speaker's head word
    cue: tuple[int, int]
    cue_class: str
    sentence: int
    relayed: tuple[tuple[int, int], ...] = ()  # speakers further out, the outermost first
    mode: str = "speech"
    depth: int = 0  # of quotations around this one
    score: float = 0.5  # of a row that rules of marks or layout found


def make_items(text: str, tokens: DocumentTokens, marks: Sequence[Marked]) -> Items:
    """Lay a text out as items: each outermost marked stretch is one, like a word."""
    items = Items(text)
    item_of = _fill(items, tokens, [mark for mark in marks if mark.depth == 0])
    _add_dependencies(items, tokens, item_of)
    items.segments = _split_sentences(items)
    return items


def _fill(items: Items, tokens: DocumentTokens, marks: list[Marked]) -> list[int]:
    """Fill the item lists; give the item of each token."""
    item_of: list[int] = []
    following = iter([*marks, None])
    mark = next(following)
    inside: int | None = None
    for number, start in enumerate(tokens.start):
        while mark is not None and start >= mark.end:
            mark, inside = next(following), None
        if mark is not None and start >= mark.start:
            if inside is None:
                inside = len(items.start)
                _append(items, mark.start, mark.end, "", MARK, mark, tokens.sentence[number])
                items.inside[inside] = []
            if mark.inner_start <= start < mark.inner_end:
                short = CONTRACTED.fullmatch(tokens.term[number])
                items.inside[inside].append("AUX" if short else tokens.pos[number])
            items.until[inside] = tokens.sentence[number]
            item_of.append(inside)
            continue
        item_of.append(len(items.start))
        _append(
            items, start, tokens.end[number], tokens.term[number], tokens.pos[number], None,
            tokens.sentence[number],
        )  # fmt: skip
    return item_of


def _append(
    items: Items, start: int, end: int, term: str, pos: str, mark: Marked | None, sentence: int
) -> None:
    items.start.append(start)
    items.end.append(end)
    items.term.append(term)
    items.pos.append(pos)
    items.mark.append(mark)
    items.sentence.append(sentence)
    items.until.append(sentence)


def _add_dependencies(items: Items, tokens: DocumentTokens, item_of: list[int]) -> None:
    """Carry the dependencies over to the items; a marked stretch has those of its top word."""
    size = len(items.start)
    items.dep, items.head, items.morphology = [""] * size, [-1] * size, [""] * size
    for number, item in enumerate(item_of):
        head = tokens.head[number]
        above = item_of[head] if 0 <= head < len(item_of) else -1
        if above == item:
            continue
        if items.pos[item] == MARK and items.dep[item] not in ("", "root", "punct"):
            continue
        if items.pos[item] == MARK and tokens.dep[number] == "punct" and items.dep[item]:
            continue
        items.dep[item] = tokens.dep[number]
        items.head[item] = above
        items.morphology[item] = tokens.morphology[number]


def _split_sentences(items: Items) -> list[Segment]:
    """Cut the row of items where a sentence, a paragraph, or a line that is not wrapped ends."""
    lines = max((len(line) for line in items.text.split("\n")), default=0) > WRAPPED
    text = split_lines(items.text)
    segments: list[Segment] = []
    first = paragraph = 0
    for item in range(len(items.start)):
        last = item + 1 == len(items.start)
        gap = "" if last else text[items.end[item] : items.start[item + 1]]
        broken = gap.count("\n") > 1 or "\u2029" in gap
        line = lines and "\n" in gap
        endless = item - first >= LONGEST
        if last or broken or line or endless or _ends_sentence(items, item):
            segments.append(Segment(first, item + 1, paragraph))
            first = item + 1
            paragraph += broken
    return segments


def _ends_sentence(items: Items, item: int) -> bool:
    """Whether a sentence ends between an item and the next."""
    mark = items.mark[item]
    if mark is None:
        return items.until[item] != items.sentence[item + 1]
    following = items.word(item + 1)[:1]
    if items.text[mark.inner_end - 1 : mark.inner_end] not in _STOPS or following in _GOES_ON:
        return False
    return not following.islower() and following not in "(["


_STOPS = frozenset(".?!…")
_GOES_ON = frozenset(",;:)—–-")


PERSONS = frozenset(
    "official officials minister ministers president presidents police spokesman spokeswoman "
    "spokesperson source sources witness witnesses doctor doctors leader leaders analyst analysts "
    "expert experts diplomat diplomats soldier soldiers lawyer lawyers friend friends colleague "
    "colleagues government ministry army military aide aides adviser advisers authorities "
    "residents scientist scientists researcher researchers author authors team critics opponents "
    "supporters activists lawmakers senators mps council court judge prosecutors agency company "
    "group party union economists historians reporters journalists women men people parents "
    "coach chairman director chief head secretary commissioner envoy ambassador chancellor premier "
    "king queen pope general commander officer officers investigators intelligence department "
    "commission committee parliament state bank scholars professor".split()
)
TEXTS = frozenset(
    "report reports study studies survey surveys poll polls result results data figure figures "
    "research analysis document documents statistics finding findings paper papers article "
    "articles estimate estimates investigation inquiry test tests record records evidence email "
    "emails letter letters memo statement book review census index media newspaper magazine "
    "website site section post posts message posting experiment experiments model projections "
    "forecast indictment verdict ruling transcript footage video tape file files".split()
)
SOURCES = PERSONS | TEXTS


_NAMING = frozenset(
    "named called titled entitled labelled labeled dubbed nicknamed known codenamed website song "
    "film movie book novel album magazine show series programme program documentary article game "
    "ship project hashtag site page category section wiki operation single track play painting "
    "band blog newspaper channel essay exhibition headlined titled poem report".split()
)
_SO_CALLED = frozenset(["so-called", "supposed", "self-styled", "self-proclaimed"])
_WORD = regex.compile(r"\p{L}[\p{L}\p{M}’'-]*")
_SMALL = frozenset("from with into over than that this upon after before under between".split())


def is_title(items: Items, item: int) -> bool:
    """Whether a marked stretch is a name or title rather than somebody's words."""
    mark = items.mark[item]
    assert mark is not None
    words = _WORD.findall(items.text, mark.inner_start, mark.inner_end)
    if not words or len(words) > 14:
        return not words
    before = [items.term[place] for place in range(max(item - 3, 0), item)]
    if set(before) & _SO_CALLED:
        return False
    long = [word for word in words if len(word) > 3 and word not in _SMALL] or words
    capital = sum(word[0].isupper() for word in long)
    if capital == len(long) and words[0][0].isupper():
        return len(words) > 1 or item > 0
    return bool(set(before[-2:]) & _NAMING) and words[0][0].isupper() and capital * 2 >= len(long)
