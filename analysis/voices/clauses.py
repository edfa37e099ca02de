"""Clauses: whether words or a marked stretch are one, and where one without "that" begins."""

from __future__ import annotations

import re
from typing import NamedTuple

from analysis.voices.cues import Found
from analysis.voices.items import MARK, Items, Segment
from analysis.voices.phrases import phrase_after

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
    """By its words: a noun phrase or pronoun, then a verb, before the next stop."""
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
    return "VerbForm=Fin" in marks or "Mood=" in marks


def comma_then_clause(items: Items, segment: Segment, item: int) -> bool:
    """Whether "in 2010, the plan was" begins here rather than "on Friday the plan was"."""
    for place in range(item + 1, min(segment.last - 1, item + 9)):
        if items.term[place] == ",":
            return looks_like_clause(items, segment, place + 1)
        if items.pos[place] in ("VERB", "AUX", MARK):
            return False
    return False


_WH = frozenset(["whether", "why", "how", "what", "who", "where", "when", "which"])

_CUTS = frozenset(["adding", "according", "saying", "citing", "stating"])

_STOPS = frozenset([",", "—", "–", "-", "--"])

_REPORTED = frozenset(
    "said says told tells added adds wrote writes noted notes claimed claims stated states argued "
    "argues asked asks called calls warned warns urged urges insisted insists denied denies".split()
)


def marked_end(items: Items, segment: Segment, cue: Found, first: int) -> int:
    """One past the marked stretch, or past the last of several that belong together."""
    last = first + 1
    if is_sentence_like(items, first) and "name" not in cue.entry.takes:
        return last
    place = last
    while place < segment.last and place - last < 8:
        place = past_brackets(items, segment, place)
        if place >= segment.last:
            break
        if items.pos[place] == MARK:
            last = place + 1
        elif items.term[place] not in ("and", "or", ",", "a", "an", "the"):
            break
        place += 1
    if (
        last == first + 1
        and cue.entry.takes & {"clause", "that"}
        and _runs_on(items, segment, last)
    ):
        return clause_end(items, segment, cue, first, "clause")
    return last


def past_brackets(items: Items, segment: Segment, item: int) -> int:
    """The item after a bracketed remark that begins here, however deep; else the item itself."""
    depth, place = 0, item
    while place < min(segment.last, item + 30):
        depth += (items.term[place] in ("(", "[")) - (items.term[place] in (")", "]"))
        if depth <= 0:
            return place + 1 if place > item else item
        place += 1
    return item


def _runs_on(items: Items, segment: Segment, item: int) -> bool:
    """Whether the sentence of a fragment goes on after it."""
    if item >= segment.last or items.pos[item] in ("PUNCT", "CCONJ", "SCONJ"):
        return False
    return any(items.pos[place] in ("VERB", "AUX") for place in range(item, segment.last))


def clause_end(items: Items, segment: Segment, cue: Found, first: int, mode: str) -> int:
    """One past the last item of a complement."""
    last = _cut(items, segment, cue, first)
    if mode == "of" and any(items.pos[item] == MARK for item in range(first, last)):
        return strip(items, first, last)
    return strip(items, first, _by_tree(items, segment, cue, first, last))


def strip(items: Items, first: int, last: int) -> int:
    """One past the last item that is no stop, comma or bracket."""
    while last > first and items.pos[last - 1] == "PUNCT" and items.term[last - 1] not in (
        "%", "$", "£", "€", ")", "]",
    ):  # fmt: skip
        last -= 1
    while last - first > 2 and items.term[last - 1] == ")" and "(" not in items.term[first:last]:
        last -= 1
    return last


def _cut(items: Items, segment: Segment, cue: Found, first: int) -> int:
    """Where another attribution takes over: ", according to …", ", adding that …"."""
    for item in range(first + 2, segment.last):
        if items.term[item] in _CUTS and items.term[item - 1] in (",", "—", "–"):
            return item - 1
        if (
            items.term[item] == "with"
            and items.term[item - 1] == ","
            and any(items.cues.get(place, ("", ""))[0] == "ing" for place in range(item, item + 9))
        ):
            return item - 1  # ", with the council saying …"
        if items.pos[item] == MARK and _begins_anew(items, item):
            return item
        if items.term[item] in ("and", "but") and _next_cue(items, segment, cue, item + 1):
            return item
    return segment.last


def _next_cue(items: Items, segment: Segment, cue: Found, item: int) -> bool:
    """Whether a second reporting verb of the same speaker begins: "… and added that …"."""
    comma = items.term[item - 2] == ","
    if item < segment.last and items.pos[item] == "ADV":
        item += 1
    if item + 1 >= segment.last or item not in items.cues:
        return False
    form, group = items.cues[item]
    if form == "ing" or (form != cue.form and cue.form != "ing"):
        return False
    if items.head[item] == cue.first and items.dep[item] == "conj":
        return True
    said = items.term[item + 1] in ("that", ":", ",") or items.pos[item + 1] == MARK
    return (group == "structuring" and said) or (comma and form != "past")


def _begins_anew(items: Items, item: int) -> bool:
    """Whether a marked stretch is a sentence of its own after a colon or stop."""
    return items.term[item - 1] in (":", ".", ";") and is_sentence_like(items, item)


def _by_tree(items: Items, segment: Segment, cue: Found, first: int, last: int) -> int:
    """Up to where the sentence goes back to the cue's own clause."""
    top = _complement(items, cue, first, last)
    for item in range(top + 1, last):
        root = _local_root(items, item, first, last)
        if root == top or items.pos[root] == "PUNCT":
            continue
        if _leaves(items, cue, item, root):
            return item
    return last


def _complement(items: Items, cue: Found, first: int, last: int) -> int:
    """The head of what was said: the clause that depends on the cue, else what it begins with."""
    for child in items.children(cue.first):
        if first <= child < last and items.dep[child] in ("ccomp", "xcomp"):
            return child
    return _local_root(items, first, first, last)


def _leaves(items: Items, cue: Found, item: int, root: int) -> bool:
    """Whether an item begins a part of the sentence that is no longer reported."""
    if items.pos[item] == MARK:
        return False
    before = items.term[item - 1]
    relation = items.dep[root].partition(":")[0]
    if items.head[root] not in (cue.first, items.head[cue.first]) or items.term[item] in _WH:
        return False
    joined = before in _STOPS or items.term[item] in _STOPS or items.pos[item] == "CCONJ"
    if relation == "conj":
        own = any(items.dep[child].startswith("nsubj") for child in items.children(root))
        return joined and (own or items.term[root] in _REPORTED)
    if relation in ("advcl", "obl", "advmod"):
        return before in _STOPS and items.head[root] == cue.first
    return False


def _local_root(items: Items, item: int, low: int, high: int) -> int:
    """The topmost item above this one that is still within bounds."""
    for _ in range(80):
        head = items.head[item]
        if not low <= head < high:
            return item
        item = head
    return item
