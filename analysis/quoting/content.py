"""What was said: the stretch of a sentence that a cue governs."""

from __future__ import annotations

from analysis.quoting.clauses import Piece, is_sentence_like, zero_clause
from analysis.quoting.cues import Found
from analysis.quoting.extents import clause_end, marked_end, past_brackets
from analysis.quoting.phrases import TIMES, Phrase, phrase_after
from analysis.quoting.titles import is_title
from analysis.quoting.words import MARK, Items, Segment

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
    """Find what is said after the cue.

    Parameters
    ----------
    items : Items
    segment : Segment
    cue : Found
    subject : Phrase or None
        The speaker; where it follows the cue, the search begins after it.

    Returns
    -------
    Piece or None
    """
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
    if items.parsed:
        if tag == "ADV" and item + 2 < segment.last:
            tag = items.pos[item + 2]
        return tag in ("VERB", "AUX")
    return items.term[item + 1].isalpha() and tag in ("VERB", "AUX", "NOUN", "ADV")


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
