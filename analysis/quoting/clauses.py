"""Clauses: whether words or a marked stretch are one, and where one without "that" begins."""

from __future__ import annotations

import re
from typing import NamedTuple

from analysis.quoting.cues import Found
from analysis.quoting.phrases import phrase_after
from analysis.quoting.words import MARK, Items, Segment

_SIDE = frozenset(
    "in on at to during after before via through from by using for with over of about".split()
)

_STARTERS = frozenset(
    ["VERB", "DET", "PRON", "PROPN", "NOUN", "ADJ", "NUM", "ADP", "SCONJ", "ADV", MARK]
)

_NOMINATIVE = frozenset(["he", "she", "it", "they", "we", "i"])

_PRONOUN = re.compile(r"(?:I|He|She|It|We|They|You|This|That|There)\b")

_SUBORDINATORS = frozenset(["although", "though", "because", "unless", "while", "if", "when"])


class Piece(NamedTuple):
    """Part of what was said: ``items[first:last]``, and how it is introduced."""

    first: int
    last: int
    mode: str  # mark, that, wh, clause, to, as, of, before


def is_sentence_like(items: Items, item: int) -> bool:
    """Whether a marked stretch holds a whole clause rather than a word or phrase."""
    mark = items.mark[item]
    assert mark is not None
    tags = items.inside.get(item, [])
    words = sum(tag != "PUNCT" for tag in tags)
    if words < 3:
        return words > 0 and items.text[mark.inner_end - 1] in "!?."
    finite = any(tag in ("VERB", "AUX") for tag in tags)
    finite = finite or _PRONOUN.match(items.text, mark.inner_start) is not None
    capital = items.text[mark.inner_start : mark.inner_start + 3].lstrip("[(….")[:1].isupper()
    closing = items.text[mark.inner_end - 1] in ".!?…,"
    opens = words > 3 and tags[0] in ("NOUN", "PROPN", "PRON", "DET", "NUM")
    return (finite and (capital or closing or opens or words > 5)) or (
        capital and closing and words > 5
    )


def zero_clause(items: Items, segment: Segment, cue: Found, item: int) -> int | None:
    """Where a clause without "that" begins, if one does at this item."""
    if "clause" not in cue.entry.takes or items.pos[item] not in _STARTERS:
        return None
    if items.term[item] in _SUBORDINATORS:
        return item
    if not items.parsed:
        return item if looks_like_clause(items, segment, item) else None
    if items.pos[item] in ("ADP", "ADV") and comma_then_clause(items, segment, item):
        return item
    clauses = [
        child
        for child in items.children(cue.first)
        if item <= child < segment.last and items.dep[child] == "ccomp"
    ]
    if not clauses and items.pos[item] in ("PRON", "PROPN", "DET", "NOUN", "ADJ", "NUM"):
        return item if looks_like_clause(items, segment, item) else None
    for child in items.children(cue.first):
        if child < item or items.dep[child] not in ("ccomp", "parataxis", "xcomp"):
            continue
        if child >= segment.last or not _has_subject(items, child):
            continue
        leftmost = _leftmost(items, segment, child, item)
        if leftmost == item or item < leftmost:
            return item if leftmost == item else None
    return None


def _has_subject(items: Items, verb: int) -> bool:
    return any(items.dep[child].startswith(("nsubj", "csubj", "expl")) for child in
               items.children(verb)) or items.pos[verb] == MARK  # fmt: skip


def _leftmost(items: Items, segment: Segment, top: int, low: int) -> int:
    """The first item, not before `low`, that depends on `top`."""
    for item in range(low, top):
        if items.below(item, top) and items.pos[item] != "PUNCT":
            return item
    return top


def looks_like_clause(items: Items, segment: Segment, item: int) -> bool:
    """Without dependencies: a noun phrase or pronoun, then a verb, before the next stop."""
    if items.term[item] in _SIDE or items.pos[item] in ("ADV", "ADP"):
        return comma_then_clause(items, segment, item)
    begin = item
    if items.term[item] in _NOMINATIVE and item + 1 < segment.last:
        return items.pos[item + 1] != "PUNCT"
    if items.pos[item] == "SCONJ":
        return any(
            items.pos[place] in ("VERB", "AUX")
            for place in range(item, min(segment.last, item + 12))
        )
    phrase = phrase_after(items, segment, begin)
    if phrase is None or phrase.last >= segment.last:
        return False
    place = phrase.last
    while place < segment.last and items.pos[place] in ("ADV", "ADP", "NOUN", "PROPN", "DET"):
        if items.term[place] == "to":
            return False
        place += 1
    return place < segment.last and place - begin < 25 and is_finite(items, place)


def is_finite(items: Items, item: int) -> bool:
    """Whether an item is an auxiliary or a verb that can have a subject before it."""
    if items.pos[item] == "AUX":
        return True
    if items.pos[item] == MARK:
        return any(tag in ("VERB", "AUX") for tag in items.inside[item])
    if items.pos[item] != "VERB":
        return False
    marks = items.morphology[item]
    return "VerbForm=Fin" in marks or "Mood=" in marks or not items.parsed


def comma_then_clause(items: Items, segment: Segment, item: int) -> bool:
    """Whether "in 2010, the plan was" begins here rather than "on Friday the plan was"."""
    for place in range(item + 1, min(segment.last - 1, item + 9)):
        if items.term[place] == ",":
            return looks_like_clause(items, segment, place + 1)
        if items.pos[place] in ("VERB", "AUX", MARK):
            return False
    return False
