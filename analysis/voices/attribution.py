"""From cues to reports: who said what, sentence by sentence."""

from __future__ import annotations

from analysis.voices.clauses import Piece, is_sentence_like
from analysis.voices.contents import (
    LISTENERS,
    Report,
    by_phrase,
    find_after,
    front_of,
    has_verb,
    join_pieces,
    rest_of,
)
from analysis.voices.cues import Found, find_cues
from analysis.voices.items import MARK, SOURCES, Items, Segment, is_title
from analysis.voices.lexicon import Lexicon
from analysis.voices.phrases import (
    RELATIVE,
    SHORTENED,
    Phrase,
    first_phrase,
    is_nominal,
    phrase_after,
    phrase_around,
    phrase_before,
    with_apposition,
)

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
    """Find the attributions of one sentence."""
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
    items: Items, number: int, cue: Found, subject: Phrase | None, busy: int, after: Piece | None
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
            if not items.below(item, cue.first):
                return None
            return Piece(item, item + 1, "mark")
    return None


def _join_verb(items: Items, before: Piece | None, after: Piece | None) -> tuple[Piece, ...]:
    if before is not None and after is not None and before.mode == "before":
        return join_pieces(items, before, after)
    return tuple(piece for piece in (before, after) if piece is not None)


_SUBJECTS = ("nsubj", "nsubj:pass", "csubj", "nsubj:outer")
_PAPERS = frozenset(
    "statement statements letter report message post tweet release note memo article email".split()
)
_ISSUING = frozenset(
    "issued issues issuing issue released releases publish published publishes posted posts sent "
    "sends wrote made gave put circulated tweeted".split()
)


def find_subject(
    items: Items, segment: Segment, cue: Found, previous: Phrase | None
) -> Phrase | None:
    """Find the speaker of a cue: by dependencies, else by position."""
    if cue.entry.part == "noun":
        return _possessor(items, segment, cue.first)
    if cue.entry.part == "adjective":
        return _of_adjective(items, segment, cue.first)
    if cue.passive:
        return _agent(items, segment, cue)
    if cue.form == "ing" and cue.first > segment.first and items.term[cue.first - 1] == "as":
        quoted = _quoted_as(items, segment, cue)
        if quoted is not None:
            return quoted
    if previous is not None and cue.form == "ing" and items.term[cue.first - 1] == ",":
        return previous
    if previous is not None and _shares_subject(items, segment, cue):
        return previous
    return _by_tree(items, segment, cue) or _by_position(items, segment, cue, previous)


def _quoted_as(items: Items, segment: Segment, cue: Found) -> Phrase | None:
    """ "Media quoted Kim as saying", "Kim was quoted (by media) as saying": Kim."""
    for item in range(cue.first - 2, max(segment.first, cue.first - 14), -1):
        if items.term[item] not in ("quoted", "cited", "quotes", "quoting", "reported"):
            continue
        if item + 1 < cue.first - 1 and items.term[item + 1] != "by":
            return phrase_after(items, segment, item + 1)
        while item > segment.first and items.pos[item - 1] in ("AUX", "ADV"):
            item -= 1
        return phrase_before(items, segment, item)
    return None


def _shares_subject(items: Items, segment: Segment, cue: Found) -> bool:
    """Whether a cue follows "and" or "but" directly, without a subject of its own."""
    item = cue.first - 1
    while item > segment.first and items.pos[item] in ("ADV", "AUX"):
        item -= 1
    if items.pos[item] != "CCONJ" or cue.form == "ing":
        return False
    return not any(items.dep[child] in _SUBJECTS for child in items.children(cue.first))


def _by_tree(items: Items, segment: Segment, cue: Found) -> Phrase | None:
    head = _subject_of(items, segment, cue.first, 0)
    if head is None or not segment.first <= head < segment.last:
        return None
    if items.pos[head] == MARK or cue.first <= head < cue.last:
        return None
    return _phrase_of(items, segment, head, cue.first)


def _phrase_of(items: Items, segment: Segment, head: int, stop: int) -> Phrase:
    phrase = phrase_around(items, segment, head, stop)
    return with_apposition(items, segment, phrase, stop if head < stop else segment.last)


def _subject_of(items: Items, segment: Segment, verb: int, depth: int) -> int | None:
    """The head of a verb's subject: its own, or that of the verb it depends on."""
    for child in items.children(verb):
        if items.dep[child] in _SUBJECTS:
            if items.word(child) in RELATIVE:
                return _antecedent(items, segment, verb, child)
            return child
    above, relation = items.head[verb], items.dep[verb]
    if depth > 3 or above < segment.first or above >= segment.last:
        return None
    if relation.startswith("acl") and depth == 0 and _is_detached(items, segment, verb):
        return _main_subject(items, segment)
    if relation.startswith("acl") and items.term[above] in _PAPERS:
        author = _author(items, above)
        if author is not None:
            return author
    if relation.startswith("acl") and items.pos[above] in ("NOUN", "PROPN", "PRON", "NUM"):
        return above
    shared = ("conj", "xcomp", "advcl", "parataxis", "acl", "dep", "ccomp", "root")
    if relation in shared and items.pos[above] in ("VERB", "AUX", "ADJ", "NOUN"):
        return _subject_of(items, segment, above, depth + 1)
    return None


def _author(items: Items, paper: int) -> int | None:
    """Who issued the statement that says it."""
    verb = items.head[paper]
    if verb < 0 or items.term[verb] not in _ISSUING:
        return None
    for child in items.children(verb):
        if items.dep[child] == "nsubj":
            return child
    return None


def _is_detached(items: Items, segment: Segment, verb: int) -> bool:
    """Whether a participle stands after a comma: it is then the main clause's, not the noun's."""
    return verb > segment.first and items.term[verb - 1] == "," and items.term[verb].endswith("ing")


def _main_subject(items: Items, segment: Segment) -> int | None:
    """The head of the subject of the sentence's root."""
    for item in range(segment.first, segment.last):
        if not segment.first <= items.head[item] < segment.last and items.pos[item] != "PUNCT":
            for child in items.children(item):
                if items.dep[child] in _SUBJECTS:
                    return child
    return None


def _antecedent(items: Items, segment: Segment, verb: int, pronoun: int) -> int | None:
    """The noun that a relative pronoun stands for."""
    place = verb
    for _ in range(4):
        if items.dep[place].startswith("acl"):
            return items.head[place]
        place = items.head[place]
        if place < segment.first:
            break
    phrase = phrase_before(items, segment, _before_comma(items, pronoun))
    return phrase.head if phrase else None


def _before_comma(items: Items, item: int) -> int:
    return item - 1 if item > 0 and items.term[item - 1] == "," else item


def _agent(items: Items, segment: Segment, cue: Found) -> Phrase | None:
    """Who a passive names: "it was said by X", "X was quoted as saying" is not one."""
    for item in range(cue.last, min(segment.last, cue.last + 12)):
        if items.term[item] == "by":
            return phrase_after(items, segment, item + 1)
        if items.pos[item] in ("VERB", "AUX", MARK) or items.term[item] in (",", "that"):
            return None
    return None


def _possessor(items: Items, segment: Segment, noun: int) -> Phrase | None:
    """Whose claim it is: "the minister's claim that", "their claim that"."""
    item = noun - 1
    while item > segment.first and items.pos[item] == "ADJ":
        item -= 1
    if item < segment.first:
        return None
    if items.term[item] in ("his", "her", "its", "their"):
        return Phrase(item, item + 1, item)
    if not items.term[item].endswith(("'s", "s'", "’s")) and items.term[item] != "'":
        return None
    return phrase_before(items, segment, item + 1)


def _of_adjective(items: Items, segment: Segment, adjective: int) -> Phrase | None:
    item = adjective - 1
    while item >= segment.first and items.pos[item] in ("ADV", "AUX"):
        item -= 1
    if item == adjective - 1 or item < segment.first:
        return None
    return phrase_before(items, segment, item + 1)


def _by_position(
    items: Items, segment: Segment, cue: Found, previous: Phrase | None
) -> Phrase | None:
    if _is_inverted(items, segment, cue):
        phrase = phrase_after(items, segment, cue.last)
        if phrase is not None and items.term[phrase.first] not in ("him", "her", "them", "me"):
            return with_apposition(items, segment, phrase, segment.last)
    item = cue.first - 1
    while item >= segment.first and (
        items.pos[item] in ("AUX", "ADV", "PART") or items.term[item] in ("to", "also", "as")
    ):
        item -= 1
    if item < segment.first:
        return previous if cue.form == "ing" else None
    term = items.term[item]
    if items.word(item) in RELATIVE:
        return phrase_before(items, segment, _before_comma(items, item))
    if term in (",", "-", "–", "—", ")"):
        return _before_parenthesis(items, segment, cue, item, previous)
    if items.pos[item] in ("CCONJ", "VERB"):
        return previous or first_phrase(items, segment)
    phrase = phrase_before(items, segment, item + 1)
    if phrase is None or phrase.first == phrase.last:
        return previous if cue.form == "ing" else None
    issued = phrase.first > segment.first and items.term[phrase.first - 1] in _ISSUING
    if cue.form == "ing" and items.term[phrase.head] in _PAPERS and issued:
        return previous or first_phrase(items, segment) or phrase
    return phrase


def _is_inverted(items: Items, segment: Segment, cue: Found) -> bool:
    """Whether the verb follows what was said and its subject follows the verb."""
    if cue.form == "ing" or (cue.first == segment.first and cue.last >= segment.last):
        return False
    if cue.first > segment.first:
        before = cue.first - 1
        if items.pos[before] != MARK and items.term[before] not in (",", "—", "–", "-"):
            return False
    if cue.last >= segment.last:
        return False
    return items.pos[cue.last] in ("PROPN", "DET", "NOUN", "ADJ", "PRON", "NUM")


def _before_parenthesis(
    items: Items, segment: Segment, cue: Found, comma: int, previous: Phrase | None
) -> Phrase | None:
    """The subject before ", … ," and the cue: an apposition, a relative clause."""
    if cue.form == "ing":
        return previous or first_phrase(items, segment)
    opening = "(" if items.term[comma] == ")" else items.term[comma]
    for item in range(comma - 1, max(segment.first, comma - 25), -1):
        if items.pos[item] == MARK:
            break
        if items.term[item] == opening:
            name = phrase_before(items, segment, comma)
            outer = phrase_before(items, segment, item)
            if outer is None:
                break
            if all(items.pos[i] == "NUM" for i in range(outer.first, outer.last)):
                continue  # an age
            if name and name.first == item + 1 and items.pos[name.last - 1] == "PROPN":
                return outer if items.pos[outer.last - 1] == "PROPN" else name
            return outer
    return previous or phrase_before(items, segment, comma)
