"""What was said: the stretch of a sentence that a cue governs."""

from __future__ import annotations

import re
from typing import NamedTuple

from analysis.quoting.cues import Found
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
_STARTERS = frozenset(
    ["VERB", "DET", "PRON", "PROPN", "NOUN", "ADJ", "NUM", "ADP", "SCONJ", "ADV", MARK]
)
_CUTS = frozenset(["adding", "according", "saying", "citing", "stating"])
_STOPS = frozenset([",", "—", "–", "-", "--"])
_NOMINATIVE = frozenset(["he", "she", "it", "they", "we", "i"])
_PRONOUN = re.compile(r"(?:I|He|She|It|We|They|You|This|That|There)\b")
_NAMES = frozenset(["name", "title", "label", "nickname", "style", "term"])
_REPORTED = frozenset(
    "said says told tells added adds wrote writes noted notes claimed claims stated states argued "
    "argues asked asks called calls warned warns urged urges insisted insists denied denies".split()
)
_SUBORDINATORS = frozenset(["although", "though", "because", "unless", "while", "if", "when"])
_SCOPE = 30  # items after the cue in which its complement may begin


class Piece(NamedTuple):
    """Part of what was said: ``items[first:last]``, and how it is introduced."""

    first: int
    last: int
    mode: str  # mark, that, wh, clause, to, as, of, before


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
        return Piece(first, _marked_end(items, segment, cue, first), mode)
    last = _clause_end(items, segment, cue, first, mode)
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
        if term == "that" and not inverted and takes & {"clause", "that"}:
            if item + 1 < segment.last and items.term[item + 1] not in (".", ","):
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
        zero = None if listener_due(cue, listener) else _zero_clause(items, segment, cue, item)
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
        if items.term[item] == "as" and "as" in cue.entry.takes and item + 1 < segment.last:
            if items.term[item + 1] not in ("well", "much", "long", "soon"):
                return _at_as(items, segment, begin, item)
        if items.term[item] == "for" and "for" in cue.entry.takes and item == begin:
            return item + 1, "of"
        if items.term[item] in (";", "that") or items.term[item] == "," and item == begin:
            return None
    return None


def _at_as(items: Items, segment: Segment, begin: int, item: int) -> tuple[int, str]:
    """After "as" where something is marked; else from the thing described on."""
    if items.pos[item + 1] == MARK:
        return item + 1, "mark"
    marked = False
    for place in range(item, segment.last):
        if items.term[place] == "," or place in items.cues:
            break
        marked = marked or items.pos[place] == MARK
    return (item + 1 if marked else begin), "as"


def listener_due(cue: Found, listener: bool) -> bool:
    """Whether a listener must come first: "told the press he would go"."""
    return cue.entry.cue == "tell" and not listener and not cue.passive


def _at_mark(items: Items, segment: Segment, cue: Found, item: int) -> tuple[int, str] | None:
    """A marked stretch after the cue begins what was said, or is within a clause without "that"."""
    if "clause" in cue.entry.takes and not is_sentence_like(items, item):
        zero = _zero_clause(items, segment, cue, item)
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
        if items.term[place] == "," and place + 1 < segment.last:
            if items.term[place + 1] == "that" or items.pos[place + 1] == MARK:
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


def _zero_clause(items: Items, segment: Segment, cue: Found, item: int) -> int | None:
    """Where a clause without "that" begins, if one does at this item."""
    if "clause" not in cue.entry.takes or items.pos[item] not in _STARTERS:
        return None
    if items.term[item] in _SUBORDINATORS:
        return item
    if not items.parsed:
        return item if _looks_like_clause(items, segment, item) else None
    if items.pos[item] in ("ADP", "ADV") and _comma_then_clause(items, segment, item):
        return item
    clauses = [
        child
        for child in items.children(cue.first)
        if item <= child < segment.last and items.dep[child] == "ccomp"
    ]
    if not clauses and items.pos[item] in ("PRON", "PROPN", "DET", "NOUN", "ADJ", "NUM"):
        return item if _looks_like_clause(items, segment, item) else None
    for child in items.children(cue.first):
        if child < item or items.dep[child] not in ("ccomp", "parataxis", "xcomp"):
            continue
        if child >= segment.last or not _has_subject(items, child):
            continue
        leftmost = _leftmost(items, segment, child, item)
        if leftmost == item or _is_side(items, item, leftmost, cue.first):
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


def _is_side(items: Items, item: int, leftmost: int, verb: int) -> bool:
    return item < leftmost


def _looks_like_clause(items: Items, segment: Segment, item: int) -> bool:
    """Without dependencies: a noun phrase or pronoun, then a verb, before the next stop."""
    if items.term[item] in _SIDE or items.pos[item] in ("ADV", "ADP"):
        return _comma_then_clause(items, segment, item)
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


def _comma_then_clause(items: Items, segment: Segment, item: int) -> bool:
    """Whether "in 2010, the plan was" begins here rather than "on Friday the plan was"."""
    for place in range(item + 1, min(segment.last - 1, item + 9)):
        if items.term[place] == ",":
            return _looks_like_clause(items, segment, place + 1)
        if items.pos[place] in ("VERB", "AUX", MARK):
            return False
    return False


def _step_over(
    items: Items, segment: Segment, cue: Found, item: int, listener: bool
) -> tuple[int, bool] | None:
    """Past an adverb, a listener or an adverbial; None where the complement cannot follow."""
    term, tag = items.term[item], items.pos[item]
    if tag == "ADV" or term in TIMES or tag == "PART" and term != "to":
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
    return finite and (capital or closing or words > 5) or capital and closing and words > 5


def _marked_end(items: Items, segment: Segment, cue: Found, first: int) -> int:
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
        return _clause_end(items, segment, cue, first, "clause")
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


def _clause_end(items: Items, segment: Segment, cue: Found, first: int, mode: str) -> int:
    """One past the last item of a complement."""
    last = _cut(items, segment, cue, first)
    if mode == "of" and any(items.pos[item] == MARK for item in range(first, last)):
        return strip(items, first, last)
    if items.parsed:
        last = _by_tree(items, segment, cue, first, last)
    elif mode in ("as", "of") and not any(
        items.pos[item] == MARK for item in range(first, last)
    ):
        last = _phrase_end(items, first, last)
    else:
        last = _by_commas(items, cue, first, last)
    return strip(items, first, last)


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
        if items.term[item] == "with" and items.term[item - 1] == "," and any(
            items.cues.get(place, ("", ""))[0] == "ing" for place in range(item, item + 9)
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
    if form == "ing" or form != cue.form and cue.form != "ing":
        return False
    if items.parsed and (items.head[item] == cue.first and items.dep[item] == "conj"):
        return True
    said = items.term[item + 1] in ("that", ":", ",") or items.pos[item + 1] == MARK
    if items.parsed:
        return group == "structuring" and said or comma and form != "past"
    return said or comma or form == cue.form == "past"


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
    """The head of what was said: the clause that hangs on the cue, else what it begins with."""
    for child in items.children(cue.first):
        if first <= child < last and items.dep[child] in ("ccomp", "xcomp"):
            return child
    return _local_root(items, first, first, last)


def _leaves(items: Items, cue: Found, item: int, root: int) -> bool:
    """Whether an item begins a part of the sentence that is no longer reported."""
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


def _by_commas(items: Items, cue: Found, first: int, last: int) -> int:
    """Without dependencies: to the sentence's end, but for a comma and a new main clause."""
    for item in range(first + 3, last - 2):
        if items.term[item] == "," and items.term[item + 1] in (
            "but",
            "while",
            "although",
            "though",
        ):
            return item
        if items.term[item] == "," and items.pos[item + 1] == "VERB":
            if items.term[item + 1].endswith("ing") and items.term[item + 1] in _CUTS:
                return item
        if (
            items.term[item] == "and"
            and items.pos[item + 1] == "VERB"
            and items.term[item + 2] == "that"
        ):
            return item
    return last


def _phrase_end(items: Items, first: int, last: int) -> int:
    for item in range(first + 1, last):
        if items.term[item] in (",", ";", "—", "–") or items.pos[item] == "SCONJ":
            return item
    return last
