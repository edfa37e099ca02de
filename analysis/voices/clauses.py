"""What a report is made of: a cue, a speaker, stretches of text; and which of these are clauses."""

from __future__ import annotations

import re
from typing import NamedTuple

from analysis.voices.items import MARK, Items
from analysis.voices.lexicon import Cue, Lexicon
from analysis.voices.phrases import Phrase, phrase_after, phrase_before

_PRONOUN = re.compile(r"(?:I|He|She|It|We|They|You|This|That|There)\b")


class Found(NamedTuple):
    """A cue as it stands in a text: ``items[first:last]``."""

    entry: Cue
    first: int
    last: int


NO_WORD = Cue("", "mark", "", frozenset(), ())


def worded(cue: Found | None) -> bool:
    """Whether there is a cue, and it is more than a colon or a dash."""
    return cue is not None and cue.entry is not NO_WORD


class Piece(NamedTuple):
    """Part of what was said: ``items[first:last]``."""

    first: int
    last: int


class Report(NamedTuple):
    """One attribution: a cue, its speaker, and the pieces of what was said."""

    cue: Found | None
    subject: Phrase | None
    pieces: tuple[Piece, ...]
    score: float = 0.5  # of what rules of marks or layout found


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


def strip(items: Items, first: int, last: int) -> int:
    """One past the last item that is no stop, comma or bracket."""
    while last > first and items.pos[last - 1] == "PUNCT" and items.term[last - 1] not in (
        "%", "$", "£", "€", ")", "]",
    ):  # fmt: skip
        last -= 1
    while last - first > 2 and items.term[last - 1] == ")" and "(" not in items.term[first:last]:
        last -= 1
    return last


def find_teller(
    items: Items, number: int, item: int, lexicon: Lexicon
) -> tuple[Found, Phrase] | None:
    """Who says what is marked, and the verb: “…”, said Lee; “…”, Lee told us; Lee said: “…”."""
    segment = items.segments[number]
    if all(items.pos[one] in ("PUNCT", MARK) for one in range(segment.first, item)):
        return _behind(items, number, item, lexicon) or _before(items, number, item, lexicon)
    return _before(items, number, item, lexicon)


def _behind(items: Items, number: int, item: int, lexicon: Lexicon) -> tuple[Found, Phrase] | None:
    """The verb and the speaker behind marked words that begin their sentence."""
    segment = items.segments[number]
    after = item + 1 + (items.term[item + 1 : item + 2] == [","])
    if after == item + 1 and items.text[items.end[item] - 2] not in ",!?…":
        return None
    entry = _telling(items, after, segment.last, lexicon)
    if entry is not None:
        phrase, verb = phrase_after(items, segment, after + 1), after
    else:
        phrase = phrase_after(items, segment, after)
        verb = phrase.last if phrase is not None else segment.last
        entry = _telling(items, verb, segment.last, lexicon)
    return None if entry is None or phrase is None else (Found(entry, verb, verb + 1), phrase)


def _before(items: Items, number: int, item: int, lexicon: Lexicon) -> tuple[Found, Phrase] | None:
    """The speaker and the verb before a comma or colon that introduces marked words."""
    segment = items.segments[number]
    if item == segment.first and number:  # a sentence of its own, behind the colon
        segment = items.segments[number - 1]
        if segment.paragraph != items.segments[number].paragraph:
            return None
    verb = item - 2
    if verb <= segment.first or items.term[item - 1] not in (":", ","):
        return None
    entry = _telling(items, verb, item, lexicon)
    phrase = phrase_before(items, segment, verb) if entry is not None else None
    return None if entry is None or phrase is None else (Found(entry, verb, verb + 1), phrase)


def _telling(items: Items, place: int, last: int, lexicon: Lexicon) -> Cue | None:
    """The verb at a place, if what is said can be its object: said, added, told."""
    if place >= last or items.pos[place] != "VERB":
        return None
    entries = lexicon.verbs.get(items.term[place], ())
    fits = (cue for cue, kind in entries if kind in ("past", "s") and "clause" in cue.takes)
    return next((cue for cue in fits if cue.mode != "thought"), None)
