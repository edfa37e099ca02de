"""From cues to reports: who said what, sentence by sentence."""

from __future__ import annotations

from analysis.quoting.clauses import Piece, is_sentence_like
from analysis.quoting.content import LISTENERS, find_after
from analysis.quoting.cues import Found, find_cues
from analysis.quoting.lexicon import Lexicon
from analysis.quoting.phrasal import Report, by_phrase, front_of, has_verb, join_pieces, rest_of
from analysis.quoting.phrases import SHORTENED, Phrase, is_nominal
from analysis.quoting.sources import SOURCES
from analysis.quoting.subjects import find_subject
from analysis.quoting.titles import is_title
from analysis.quoting.words import MARK, Items, Segment

_EVENTS_SHOW = frozenset(
    "show prove demonstrate suggest indicate reveal highlight underline underscore signal reflect "
    "confirm mean establish imply".split()
)

_SHOWING = _EVENTS_SHOW | {"find", "determine", "discover", "conclude"}

_OPENERS = frozenset(["but", "and", "yet", "so", "still", "however", "meanwhile", "also", "then"])

_FRAGMENT = 14  # items between a cue and a fragment in quotation marks that it governs

_CLOSES_OFF = frozenset([";", ":", "that", "because", "although", "if", "when", "while", "after"])

_SUBORDINATE = frozenset(["when", "while", "as", "after", "before", "if", "although", "though"])


def find_reports(items: Items, lexicon: Lexicon, number: int, taken: set[int]) -> list[Report]:
    """Find the attributions of one sentence.

    Parameters
    ----------
    items : Items
    lexicon : Lexicon
    number : int
        Which of ``items.segments``.
    taken : set of int
        Marked items that have a speaker already; those found here are added.

    Returns
    -------
    list of Report
        In the order of their cues.
    """
    segment = items.segments[number]
    reports: list[Report] = []
    previous: Phrase | None = None
    busy = segment.first  # items before it are part of an earlier cue's complement
    cues = find_cues(items, segment, lexicon)
    items.cues.update(
        {cue.first: (cue.form, cue.entry.group) for cue in cues if cue.entry.part == "verb"}
    )
    for cue in cues:
        if cue.entry.part == "phrase":
            report = by_phrase(items, segment, cue)
        else:
            subject = find_subject(items, segment, cue, previous)
            report = _by_verb(items, number, cue, subject, busy, taken)
            if cue.entry.part == "verb" and subject is not None and not cue.passive:
                previous = subject
        if report is None:
            continue
        reports.append(report)
        for piece in report.pieces:
            busy = max(busy, piece.last)
            taken.update(i for i in range(piece.first, piece.last) if items.pos[i] == MARK)
    return reports


def _by_verb(
    items: Items, number: int, cue: Found, subject: Phrase | None, busy: int, taken: set[int]
) -> Report | None:
    """The report of a verb, noun or adjective."""
    segment = items.segments[number]
    if (cue.passive and cue.first == segment.first) or not _can_show(items, cue, subject):
        return None
    if subject is None and not _may_lack_subject(items, segment, cue):
        return None
    as_clause = _as_clause(items, segment, cue, subject)
    if as_clause is not None:
        return as_clause
    after = find_after(items, segment, cue, subject)
    if after is not None and cue.passive and subject is None:
        after = after if _is_impersonal(items, cue, after) else None
    before = _find_before(items, number, cue, subject, busy, after)
    if before is None and after is None:
        middle = _interrupted(items, segment, cue, subject)
        if middle:
            return Report(cue, subject, middle)
        after = _fragment(items, segment, cue, subject, taken)
    if before is not None and items.pos[before.last - 1] == MARK and after is not None:
        after = after if after.mode in ("mark", "that") else None
    pieces = _join_verb(items, before, after)
    return Report(cue, subject, pieces)


def _can_show(items: Items, cue: Found, subject: Phrase | None) -> bool:
    """Whether what "shows" or "suggests" something is a text, a study or a person, not an event."""
    if subject is None or cue.entry.cue not in _SHOWING:
        return True
    if items.pos[subject.head] == "PRON":
        return items.term[subject.head] in ("he", "she", "they", "we", "i", "who")
    words = {items.term[item] for item in range(subject.first, subject.last)}
    proper = items.pos[subject.head] == "PROPN"
    return proper or bool(words & SOURCES) or cue.entry.cue not in _EVENTS_SHOW


def _may_lack_subject(items: Items, segment: Segment, cue: Found) -> bool:
    """ "It is said that …", "Residents were told that …": speech without a speaker."""
    return cue.passive and bool(cue.entry.takes & {"clause", "that"})


def _is_impersonal(items: Items, cue: Found, after: Piece) -> bool:
    """Whether a passive reports: "it is said that", "were told that"; not "was found on"."""
    if after.mode in ("that", "wh"):
        return True
    if after.mode != "clause":
        return False
    subject = [c for c in items.children(cue.first) if items.dep[c].startswith(("nsubj", "expl"))]
    return cue.entry.cue in LISTENERS or any(items.term[child] == "it" for child in subject)


def _as_clause(items: Items, segment: Segment, cue: Found, subject: Phrase | None) -> Report | None:
    """ "As Heald told the paper, …": the rest of the sentence is what was said."""
    if subject is None or subject.first <= segment.first or cue.form == "ing":
        return None
    if items.term[subject.first - 1] != "as" or subject.first > cue.first:
        return None
    place = subject.first - 1
    if place > segment.first and items.term[place - 1] not in (",", "—", "–", "and", "but"):
        return None
    for item in range(cue.last, min(segment.last, cue.last + 15)):
        if items.term[item] in (",", ":"):
            after = rest_of(items, segment, item + 1)
            return Report(cue, subject, (after,)) if after else None
        if items.pos[item] == MARK:
            return None
    before = front_of(items, segment, place, segment.first)
    return Report(cue, subject, (before,)) if before else None


def _find_before(
    items: Items,
    number: int,
    cue: Found,
    subject: Phrase | None,
    busy: int,
    after: Piece | None,
) -> Piece | None:
    """What was said before the cue: "…", he said; … , he said."""
    segment = items.segments[number]
    if cue.entry.part != "verb" or cue.passive or (cue.form == "ing" and after is not None):
        return None
    group = cue.first if subject is None else min(cue.first, subject.first)
    if subject is not None and subject.first < cue.first:
        group = _group_begin(items, segment, subject, cue)
    if group <= segment.first:
        return None
    before = group - 1
    if items.pos[before] == MARK:
        return _before_mark(items, segment, before, busy)
    if items.term[before] not in (",", "—", "–", "-", "--") or (
        after is not None and after.mode != "clause"
    ):
        mark = before - 1
        dashed = items.term[before] in (",", "—", "–", "-") and mark >= segment.first
        if dashed and items.pos[mark] == MARK:
            return _before_mark(items, segment, mark, busy)
        return None
    if items.pos[before - 1] == MARK and before - 1 >= segment.first:
        return _before_mark(items, segment, before - 1, busy)
    if not cue.entry.takes & {"clause", "that"} or not _ends_here(items, segment, cue, subject):
        return None
    if items.term[segment.first] in _SUBORDINATE or busy > segment.first:
        return None
    if items.pos[segment.first] == "VERB" and items.term[segment.first].endswith(("ed", "ing")):
        return None  # "Asked if he would resign, the minister said no."
    piece = front_of(items, segment, before, segment.first)
    if piece is None or not has_verb(items, piece.first, piece.last):
        return None
    return piece


def _interrupted(
    items: Items, segment: Segment, cue: Found, subject: Phrase | None
) -> tuple[Piece, ...]:
    """A clause that the attribution stands in the middle of: "The plan, he said, was bad."."""
    if subject is None or cue.entry.part != "verb" or cue.form == "ing" or cue.passive:
        return ()
    if not cue.entry.takes & {"clause", "that"}:
        return ()
    group = min(cue.first, _group_begin(items, segment, subject, cue))
    end = max(cue.last, subject.last)
    stops = (",", "—", "–")
    if group - 1 <= segment.first or items.term[group - 1] not in stops:
        return ()
    while end < segment.last and items.term[end] not in stops:
        if items.pos[end] in ("VERB", "AUX", "SCONJ", MARK) or end - cue.last > 14:
            return ()
        end += 1
    front = front_of(items, segment, group - 1, segment.first)
    rest = rest_of(items, segment, end + 1)
    if front is None or rest is None or not has_verb(items, rest.first, rest.last):
        return ()
    return join_pieces(items, front, rest)


def _group_begin(items: Items, segment: Segment, subject: Phrase, cue: Found) -> int:
    """The first item of the attributing clause: its subject, or the title before a name."""
    first = subject.first
    while (
        first > segment.first
        and items.pos[first - 1] != MARK
        and (
            (is_nominal(items, first - 1) and items.pos[first - 1] != "PUNCT")
            or (items.term[first - 1] == "." and items.term[first - 2] in SHORTENED)
            or items.pos[first - 1] == "ADV"
        )
    ):
        first -= 1
    if items.term[cue.first - 1] == "as" and items.term[cue.first] == "saying":
        while first > segment.first and items.pos[first - 1] not in ("PUNCT", MARK):
            first -= 1  # ", state media quoted Kim as saying"
    return first


def _before_mark(items: Items, segment: Segment, mark: int, busy: int) -> Piece | None:
    """A marked stretch before the cue, with the words of its own sentence before it."""
    if mark < busy:
        return None
    first = mark
    if not is_sentence_like(items, mark) or not _stands_alone(items, segment, mark):
        front = front_of(items, segment, mark + 1, max(segment.first, busy))
        first = front.first if front else mark
    return Piece(first, mark + 1, "mark" if first == mark else "before")


def _stands_alone(items: Items, segment: Segment, mark: int) -> bool:
    """Whether a marked stretch begins its sentence, or follows a stop or opener."""
    if mark == segment.first:
        return True
    before = items.term[mark - 1]
    return before in (":", ".", ",", ";") or before in _OPENERS


def _ends_here(items: Items, segment: Segment, cue: Found, subject: Phrase | None) -> bool:
    """Whether nothing but adverbials stands between the cue and a comma or the sentence's end."""
    end = cue.last
    if subject is not None:
        end = max(end, subject.last)
    for item in range(end, min(segment.last, end + 14)):
        if items.term[item] in (",", ".", "—", "–", ";", ":"):
            return True
        if items.pos[item] in ("VERB", "AUX", "SCONJ") and items.term[item] != "as":
            return False
    return True


def _fragment(
    items: Items, segment: Segment, cue: Found, subject: Phrase | None, taken: set[int]
) -> Piece | None:
    """A fragment in quotation marks that the cue governs: condemned the “barbaric” attack."""
    if subject is None or cue.entry.part != "verb":
        return None
    for item in range(cue.last, min(segment.last, cue.last + _FRAGMENT)):
        if items.term[item] in _CLOSES_OFF or item in items.cues:
            return None
        if items.pos[item] == MARK and item not in taken and not is_title(items, item):
            if items.parsed and not items.below(item, cue.first):
                return None
            return Piece(item, item + 1, "mark")
    return None


def _join_verb(items: Items, before: Piece | None, after: Piece | None) -> tuple[Piece, ...]:
    if before is not None and after is not None and before.mode == "before":
        return join_pieces(items, before, after)
    return tuple(piece for piece in (before, after) if piece is not None)
