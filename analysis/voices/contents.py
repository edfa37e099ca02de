"""What was said: the stretch of a sentence that a cue governs."""

from __future__ import annotations

from typing import NamedTuple

from analysis.voices.clauses import (
    Piece,
    clause_end,
    is_sentence_like,
    marked_end,
    past_brackets,
    strip,
    zero_clause,
)
from analysis.voices.cues import Found
from analysis.voices.items import MARK, Items, Segment, is_title
from analysis.voices.phrases import RELATIVE, TIMES, Phrase, phrase_after

_WH = frozenset(["whether", "why", "how", "what", "who", "where", "when", "which"])

LISTENERS = frozenset(
    "tell ask inform assure remind warn urge order advise notify brief promise encourage exhort "
    "implore beg beseech entreat invite command direct instruct challenge accuse request "
    "show guarantee caution reassure counsel press".split()
) | {"call on", "call upon", "appeal to"}

_SIDE = frozenset(
    "in on at to during after before via through from by using for with over of about".split()
)

_NAMES = frozenset(["name", "title", "label", "nickname", "style", "term"])

_SCOPE = 30  # items after the cue in which its complement may begin


def find_after(items: Items, segment: Segment, cue: Found, subject: Phrase | None) -> Piece | None:
    """Find what is said after the cue."""
    begin = cue.last
    inverted = False
    if subject is not None and subject.first >= cue.last:
        inverted, begin = not cue.passive, subject.last
    start = _find_start(items, segment, cue, begin, inverted)
    if start is None:
        return None
    first, mode = start
    if mode == "mark":
        return Piece(first, marked_end(items, segment, cue, first), mode)
    last = clause_end(items, segment, cue, first, mode)
    return Piece(first, last, mode) if last > first else None


def _find_start(
    items: Items, segment: Segment, cue: Found, begin: int, inverted: bool
) -> tuple[int, str] | None:
    """Walk from the cue over listeners and adverbials to where the complement begins."""
    takes = cue.entry.takes
    if cue.entry.part in ("noun", "adjective"):
        return (cue.last + 1, "that") if cue.last + 1 < segment.last else None
    if takes & {"as", "name"} and not inverted and "that" not in takes:
        return _find_predicate(items, segment, cue, begin)
    item, listener = begin, False
    limit = min(segment.last, begin + _SCOPE)
    while item < limit:
        term, tag = items.term[item], items.pos[item]
        if item in items.cues and item > begin:
            return None
        if tag == MARK:
            return _at_mark(items, segment, cue, item)
        if term in ("(", "["):
            item = past_brackets(items, segment, item)
            if items.term[item - 1] not in (")", "]"):
                return None
            continue
        opens = term == "that" and not inverted and takes & {"clause", "that"}
        if opens and item + 1 < segment.last and items.term[item + 1] not in (".", ","):
            return item + 1, "that"
        if inverted and term not in (",", ":"):
            return None
        if term in (",", ":", "—", "–", "-"):
            following = _after_comma(items, segment, cue, item, limit)
            if following is None or items.pos[following] == MARK:
                return (following, "mark") if following is not None else None
            if term == ":" and not inverted and takes & {"clause", "that"}:
                return following, "clause"
            item = following
            continue
        if term in _WH and takes & {"clause", "whether"} and tag != "DET":
            return item, "wh"
        if term == "if" and cue.entry.cue in ("ask", "wonder", "inquire", "enquire"):
            return item, "wh"
        if term in ("to", "not") and "to" in takes and _is_infinitive(items, segment, item):
            return None if _is_anonymous(items, item) else (item, "to")
        if term in ("as", "of", "for", "against", "about") and term in takes:
            return _at_preposition(items, segment, item)
        zero = None if listener_due(cue, listener) else zero_clause(items, segment, cue, item)
        if zero is not None:
            return zero, "clause"
        step = _step_over(items, segment, cue, item, listener)
        if step is None:
            return None
        listener = listener or step[1]
        item = step[0]
    return None


def _find_predicate(
    items: Items, segment: Segment, cue: Found, begin: int
) -> tuple[int, str] | None:
    """What somebody is called or described as: "dubbed it “…”", "described Montalvo as …"."""
    for item in range(begin, min(segment.last, begin + _SCOPE)):
        if items.pos[item] == MARK and "name" in cue.entry.takes:
            named = is_title(items, item) and (item == cue.last or cue.entry.cue in _NAMES)
            return None if named else (item, "mark")
        likens = items.term[item] == "as" and "as" in cue.entry.takes and item + 1 < segment.last
        if likens and items.term[item + 1] not in ("well", "much", "long", "soon"):
            return _at_as(items, segment, begin, item)
        if items.term[item] == "for" and "for" in cue.entry.takes and item == begin:
            return item + 1, "of"
        if items.term[item] in (";", "that") or (items.term[item] == "," and item == begin):
            return None
    return None


def _at_as(items: Items, segment: Segment, begin: int, item: int) -> tuple[int, str]:
    """After "as" where something is marked; else from the thing described on."""
    if items.pos[item + 1] == MARK:
        return item + 1, "mark"
    marked = False
    for place in range(item, segment.last):
        ends = items.term[place] == "," and items.pos[min(place + 1, segment.last - 1)] != MARK
        if ends or place in items.cues:
            break
        marked = marked or items.pos[place] == MARK
    return (item + 1 if marked else begin), "as"


def listener_due(cue: Found, listener: bool) -> bool:
    """Whether a listener must come first: "told the press he would go"."""
    return cue.entry.cue == "tell" and not listener and not cue.passive


def _at_mark(items: Items, segment: Segment, cue: Found, item: int) -> tuple[int, str] | None:
    """A marked stretch after the cue begins what was said, or is within a clause without "that"."""
    if "clause" in cue.entry.takes and not is_sentence_like(items, item):
        zero = zero_clause(items, segment, cue, item)
        if zero is not None:
            return zero, "clause"
    if is_title(items, item) and not is_sentence_like(items, item):
        return None
    return item, "mark"


def _after_comma(items: Items, segment: Segment, cue: Found, comma: int, limit: int) -> int | None:
    """Past ", in a satirical fashion," to a mark or "that"; None if the comma ends the cue."""
    item = comma + 1
    if item >= segment.last:
        return None
    if items.pos[item] == MARK or items.term[item] == "that":
        return item
    if items.term[comma] == ":":
        return item
    if item in items.cues:
        return None
    if items.pos[item] not in ("ADP", "ADV", "VERB") and items.term[item] not in TIMES:
        return None
    for place in range(item, min(limit, comma + 15)):
        if items.pos[place] == MARK and items.term[place - 1] in (",", ":"):
            return place
        pause = items.term[place] == "," and place + 1 < segment.last
        if pause and (items.term[place + 1] == "that" or items.pos[place + 1] == MARK):
            return place + 1
        if items.term[place] == ":" and place + 1 < segment.last:
            return place + 1
    return None


def _at_preposition(items: Items, segment: Segment, item: int) -> tuple[int, str] | None:
    if item + 1 >= segment.last:
        return None
    return item + 1, "as" if items.term[item] == "as" else "of"


def _is_infinitive(items: Items, segment: Segment, item: int) -> bool:
    if items.term[item] == "not":
        item += 1
    if item + 1 >= segment.last or items.term[item] != "to":
        return False
    tag = items.pos[item + 1]
    if tag == "ADV" and item + 2 < segment.last:
        tag = items.pos[item + 2]
    return tag in ("VERB", "AUX")


def _is_anonymous(items: Items, item: int) -> bool:
    """ "asked not to be named" """
    return items.term[item : item + 3] == ["not", "to", "be"]


def _step_over(
    items: Items, segment: Segment, cue: Found, item: int, listener: bool
) -> tuple[int, bool] | None:
    """Past an adverb, a listener or an adverbial; None where the complement cannot follow."""
    term, tag = items.term[item], items.pos[item]
    if tag == "ADV" or term in TIMES or (tag == "PART" and term != "to"):
        return item + 1, listener
    if term in _SIDE or tag == "ADP":
        if item + 1 < segment.last and items.term[item + 1] in TIMES:
            return item + 2, listener
        phrase = phrase_after(items, segment, item + 1)
        if phrase is None:
            return None
        return phrase.last, term == "to" or listener
    wants = cue.entry.cue in LISTENERS or cue.entry.takes & {"as", "name", "of"}
    quoted = cue.entry.takes <= {"quote", "as", "name"}
    if (wants or quoted) and not listener:
        phrase = phrase_after(items, segment, item)
        if phrase is not None and phrase.last > item:
            return phrase.last, True
    if tag == "VERB" and items.term[item].endswith("ing") and item > cue.last:
        phrase = phrase_after(items, segment, item + 1)
        return (phrase.last, listener) if phrase else None
    return None


_OPENERS = frozenset(["but", "and", "yet", "so", "still", "however", "meanwhile", "also", "then"])

_OPEN_ENDED = frozenset(["that", "which", "who", "where", "and", "but", "because"])


class Report(NamedTuple):
    """One attribution: a cue, its speaker, and the pieces of what was said."""

    cue: Found | None
    subject: Phrase | None
    pieces: tuple[Piece, ...]
    score: float = 1.0


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
