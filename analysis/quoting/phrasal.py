"""Reports by a phrase: "according to X", "in X's view"; and what stands before and after one."""

from __future__ import annotations

from typing import NamedTuple

from analysis.quoting.clauses import Piece
from analysis.quoting.cues import Found
from analysis.quoting.extents import strip
from analysis.quoting.phrases import RELATIVE, TIMES, Phrase, phrase_after
from analysis.quoting.words import MARK, Items, Segment

_OPENERS = frozenset(["but", "and", "yet", "so", "still", "however", "meanwhile", "also", "then"])

_OPEN_ENDED = frozenset(["that", "which", "who", "where", "and", "but", "because"])


class Report(NamedTuple):
    """One attribution: a cue, its speaker, and the pieces of what was said."""

    cue: Found | None
    subject: Phrase | None
    pieces: tuple[Piece, ...]


def by_phrase(items: Items, segment: Segment, cue: Found) -> Report | None:
    """ "According to X, …", "…, according to X", "in X's view"."""
    if "*" in cue.entry.words:
        star = cue.entry.words.index("*")
        rest = len(cue.entry.words) - star - 1
        speaker = _possessive(items, cue.first + star, cue.last - rest)
        if items.term[cue.last - rest - 1] == "own":
            return None
        cue = cue._replace(first=cue.last - rest) if rest else cue
        end = cue.last
    else:
        speaker = phrase_after(items, segment, cue.last)
        if speaker is None:
            return None
        end = speaker.last
    if speaker is None:
        return None
    begin = cue.first if "*" not in cue.entry.words else speaker.first - 1
    comma, speaker = _parenthesis_end(items, segment, speaker, end)
    after = rest_of(items, segment, comma)
    before = front_of(items, segment, min(begin, cue.first), segment.first)
    if before is not None and after is not None and not has_verb(items, after.first, after.last):
        after = None
    return Report(cue, speaker, join_pieces(items, before, after))


def _possessive(items: Items, first: int, last: int) -> Phrase | None:
    if first >= last:
        return None
    return Phrase(first, last, last - 1)


def _parenthesis_end(
    items: Items, segment: Segment, speaker: Phrase, end: int
) -> tuple[int, Phrase]:
    """Past what is said of the speaker: an apposition, "made just hours ago,"; the name of both."""
    if end >= segment.last:
        return end, speaker
    if items.term[end] == ",":
        name = phrase_after(items, segment, end + 1)
        if name and name.last < segment.last and items.term[name.last] == ",":
            described = not any(items.pos[i] == "PROPN" for i in range(speaker.head, speaker.last))
            proper = items.pos[name.last - 1] == "PROPN"
            if proper and described:
                return name.last + 1, name
            article = items.term[name.first] in ("a", "an", "the")
            if article and has_verb(items, name.last + 1, segment.last):
                return name.last + 1, speaker
        return end + 1, speaker
    if items.pos[end] in ("VERB", "ADP", "SCONJ") or items.term[end] in (
        "who",
        "which",
        "and",
        "(",
    ):
        for item in range(end, min(segment.last, end + 15)):
            if items.term[item] == ",":
                return item + 1, speaker
            if items.pos[item] in ("AUX", MARK):
                break
    return end, speaker


def rest_of(items: Items, segment: Segment, first: int) -> Piece | None:
    """What follows a parenthesis up to the sentence's end."""
    if first >= segment.last:
        return None
    if items.word(first) in RELATIVE:
        return None
    if items.term[first] in ("and", "but") and not has_verb(items, first, segment.last):
        return None
    last = strip(items, first, segment.last)
    if last - first < 3 and not any(items.pos[i] == MARK for i in range(first, last)):
        return None
    return Piece(first, last, "clause")


def front_of(items: Items, segment: Segment, stop: int, low: int) -> Piece | None:
    """What precedes an attribution, back to the sentence's begin."""
    first = low
    while first < stop and (
        items.term[first] in _OPENERS or items.term[first] == "," or items.pos[first] == "PUNCT"
    ):
        first += 1
    last = strip(items, first, stop)
    if last <= first or items.term[last - 1] in _OPEN_ENDED:
        return None
    return Piece(first, last, "before")


def has_verb(items: Items, first: int, last: int) -> bool:
    """Whether a stretch has a verb of its own, also within marks."""
    for item in range(first, last):
        if items.pos[item] in ("VERB", "AUX"):
            return True
        if items.pos[item] == MARK and any(t in ("VERB", "AUX") for t in items.inside[item]):
            return True
    return False


def join_pieces(items: Items, before: Piece | None, after: Piece | None) -> tuple[Piece, ...]:
    """One stretch where a parenthesis interrupts a clause, two where it stands between clauses."""
    if before is not None and not has_verb(items, before.first, before.last):
        if after is None:
            return ()
        if before.last - before.first == 1 and items.pos[before.first] == MARK:
            return (before._replace(mode="alone"), after)
        whole = after.mode != "mark" and items.pos[before.last - 1] != MARK
        if (
            whole
            and items.term[before.first] not in TIMES
            and items.pos[before.first] in ("DET", "NOUN", "PROPN", "PRON", "ADJ")
        ):
            return (Piece(before.first, after.last, "clause"),)
        return (after,)
    return tuple(piece for piece in (before, after) if piece is not None)
