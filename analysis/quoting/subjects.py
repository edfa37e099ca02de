"""Who speaks: the noun phrase that a cue belongs to."""

from __future__ import annotations

from analysis.quoting.cues import Found
from analysis.quoting.phrases import (
    RELATIVE,
    Phrase,
    first_phrase,
    phrase_after,
    phrase_around,
    phrase_before,
    with_apposition,
)
from analysis.quoting.words import MARK, Items, Segment

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
    """Find the speaker of a verb, by dependencies where they are known, else by position.

    Parameters
    ----------
    items : Items
    segment : Segment
    cue : Found
    previous : Phrase or None
        The speaker of the cue before, whom a coordinated or participial cue shares.

    Returns
    -------
    Phrase or None
        None where nobody is named.
    """
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
    if items.parsed:
        phrase = _by_tree(items, segment, cue)
        if phrase is not None:
            return phrase
    return _by_position(items, segment, cue, previous)


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
    """The head of a verb's subject: its own, or that of the verb it hangs on."""
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
