"""Noun phrases: where one ends or begins beside a cue, and the name in apposition to it."""

from __future__ import annotations

from typing import NamedTuple

from analysis.voices.items import MARK, Items, Segment

NOMINAL = frozenset(["NOUN", "PROPN", "ADJ", "DET", "NUM", "X", "SYM"])
NAMING = frozenset(["NOUN", "PROPN", "PRON", "NUM"])
RELATIVE = frozenset(["who", "which", "that", "whom", "whose"])
JOINERS = frozenset(["-", "–", "/", "&", "’s", "'s", "’", "'", '"'])
SHORTENED = frozenset(
    "mr mrs ms dr prof gen sen rep gov lt col sgt capt maj adm rev st jr sr hon pres".split()
)
INNER = frozenset(
    "of for at in from to with on by against between about such as under over de van von la du "
    "di al bin ibn".split()
)
TIMES = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday today yesterday tomorrow tonight "
    "earlier later afterwards recently january february march april june july august september "
    "october november december last this next now then again also however".split()
)
_DAYS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday yesterday today".split()
)
_NO_SUBJECT = frozenset(["there", "here", "then", "what", "how", "why", "when", "where", "such"])
LONGEST = 40  # items in a noun phrase


class Phrase(NamedTuple):
    """A noun phrase: ``items[first:last]`` and the item that is its head."""

    first: int
    last: int
    head: int


def is_nominal(items: Items, item: int) -> bool:
    """Whether an item can stand inside a noun phrase."""
    if items.pos[item] == MARK:
        mark = items.mark[item]
        assert mark is not None
        ends = items.text[mark.inner_end - 1] in ",.!?…"
        return not ends and len(items.inside.get(item, ())) <= 5
    if items.pos[item] in NOMINAL or items.term[item] in JOINERS:
        return True
    if items.term[item] == "." and item and items.term[item - 1] in SHORTENED:
        return True
    return items.pos[item] == "VERB" and items.dep[item] in ("amod", "compound")


def phrase_before(items: Items, segment: Segment, stop: int) -> Phrase | None:
    """Find the noun phrase that ends right before an item."""
    item = stop - 1
    if item < segment.first:
        return None
    if items.pos[item] == "PRON":
        return _pronoun(items, item)
    first = stop
    while item >= segment.first and stop - item <= LONGEST:
        if is_nominal(items, item) or _is_possessive(items, item):
            first = item
        elif not _joins(items, segment, item, first):
            break
        item -= 1
    first = _from_determiner(items, first, stop)
    return _trim(items, first, stop)


def phrase_after(items: Items, segment: Segment, begin: int) -> Phrase | None:
    """Find the noun phrase that begins at an item."""
    if begin >= segment.last:
        return None
    alone = begin + 1 >= segment.last or not is_nominal(items, begin + 1)
    if items.pos[begin] == "PRON" and (alone or not _is_possessive(items, begin)):
        return _pronoun(items, begin)
    item = begin
    while item < segment.last and item - begin <= LONGEST:
        fits = is_nominal(items, item) or _is_possessive(items, item)
        joins = not fits and _joins(items, segment, item, item) and _hangs_on(items, begin, item)
        if items.term[item] in _DAYS or (not fits and not joins):
            break
        if item > begin and _begins_another(items, item):
            break
        item += 1
    while item > begin and not is_nominal(items, item - 1):
        item -= 1
    return _trim(items, begin, item)


def _begins_another(items: Items, item: int) -> bool:
    """Whether an article right after a noun begins another phrase: "to Rathbun | the property"."""
    return items.pos[item] == "DET" and items.pos[item - 1] in ("NOUN", "PROPN", "NUM")


def phrase_around(items: Items, segment: Segment, head: int, stop: int) -> Phrase:
    """Find the noun phrase of a head by its dependants; `stop` is an item it must not reach."""
    if items.pos[head] == "PRON":
        return Phrase(head, head + 1, head)
    low = segment.first if stop <= segment.first or head < stop else stop
    high = stop if head < stop else segment.last
    first = head
    while first > low and _belongs(items, first - 1, head):
        first -= 1
    last = head + 1
    while last < high and last - head <= LONGEST and _belongs(items, last, head, after=True):
        last += 1
    while last > head + 1 and (
        not is_nominal(items, last - 1) or items.term[last - 1] in ("-", "–", '"')
    ):
        last -= 1
    while first < head and items.pos[first] in ("CCONJ", "ADP", "PUNCT", "SCONJ", "ADV"):
        first += 1
    return Phrase(first, last, head)


def _belongs(items: Items, item: int, head: int, *, after: bool = False) -> bool:
    """Whether an item beside the phrase is part of it."""
    tag, term = items.pos[item], items.term[item]
    if tag in ("VERB", "AUX", "SCONJ") and items.dep[item] not in ("amod", "compound"):
        return False
    if term in RELATIVE or term in (",", ";", ":", "(", ")", "—") or term in _DAYS:
        return False
    if term == ".":
        return is_nominal(items, item)
    if not after and tag in ("ADP", "SCONJ", "CCONJ") and item + 1 == head:
        return False
    return items.below(item, head) or (after and tag == "PROPN" and is_nominal(items, item - 1))


def proper_names(items: Items, segment: Segment) -> list[Phrase]:
    """Find the runs of names in a sentence, titles before them included."""
    names: list[Phrase] = []
    for item in range(segment.first, segment.last):
        if items.pos[item] != "PROPN":
            continue
        if names and names[-1].last == item:
            names[-1] = Phrase(names[-1].first, item + 1, item)
        else:
            names.append(Phrase(item, item + 1, item))
    return names


def _pronoun(items: Items, item: int) -> Phrase | None:
    if items.term[item] in _NO_SUBJECT:
        return None
    return Phrase(item, item + 1, item)


def _is_possessive(items: Items, item: int) -> bool:
    return items.pos[item] == "PRON" and items.term[item] in (
        "his", "her", "its", "their", "my", "our", "your",
    )  # fmt: skip


def _hangs_on(items: Items, begin: int, item: int) -> bool:
    """Whether what follows a preposition depends on the phrase before it."""
    if begin >= item:
        return True
    place = items.head[item + 1] if items.pos[item + 1] != "PROPN" else item + 1
    for _ in range(20):
        if begin <= place < item:
            return True
        if place < 0:
            return False
        place = items.head[place]
    return False


def _joins(items: Items, segment: Segment, item: int, first: int) -> bool:
    """Whether a preposition or "and" stands inside a noun phrase."""
    if item - 1 < segment.first or item + 1 >= segment.last:
        return False
    tag, term = items.pos[item], items.term[item]
    inner = (tag in ("ADP", "PART", "SCONJ") and term in INNER) or (
        tag == "CCONJ" and term == "and"
    )
    if term in ("over", "about", "under") and items.pos[item + 1] == "NUM":
        return False
    if items.pos[item - 1] == "PRON" or not is_nominal(items, item + 1):
        return inner and _is_possessive(items, item + 1) and is_nominal(items, item - 1)
    if term == "and" and items.pos[item - 1] != items.pos[item + 1]:
        return items.pos[item + 1] in ("DET", "PROPN") and items.pos[item - 1] in NAMING
    return inner and items.pos[item - 1] in ("NOUN", "PROPN", "NUM", "ADJ", MARK)


def _from_determiner(items: Items, first: int, stop: int) -> int:
    """Leave out what stands before the last article that no preposition precedes."""
    for item in range(stop - 1, first, -1):
        if items.term[item] in ("the", "a", "an") and (
            items.term[item - 1] not in INNER and items.term[item - 1] != "and"
        ):
            return item
    return first


def _trim(items: Items, first: int, last: int) -> Phrase | None:
    """Without joining words and times at its ends; None if nothing is left that can speak."""
    while first < last and (
        items.pos[first] in ("ADP", "CCONJ", "PUNCT", "PART", "SCONJ")
        or (items.term[first] in TIMES and last - first > 1 and items.pos[first] != "DET")
    ):
        first += 1
    while last > first and (
        items.term[last - 1] in TIMES or items.term[last - 1] in ("-", "–", '"')
    ):
        last -= 1
    while first < last and items.term[first] in JOINERS:
        first += 1
    if first >= last:
        return None
    head = last - 1
    for item in range(first + 1, last):
        if items.pos[item] == "ADP" and items.pos[item - 1] in NAMING:
            head = item - 1
            break
    if not any(items.pos[item] in ("NOUN", "PROPN", "NUM", "ADJ", MARK, "PRON", "X", "DET")
               for item in range(first, last)):  # fmt: skip
        return None
    return Phrase(first, last, head)
