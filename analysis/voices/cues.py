"""Where a text reports: the cues in a sentence, and what rules a cue out."""

from __future__ import annotations

from typing import NamedTuple

from analysis.voices.items import MARK, Items, Segment
from analysis.voices.lexicon import Cue, Lexicon

_NEGATIONS = frozenset(["not", "never", "n't", "neither", "nor", "hardly"])
_MODAL = frozenset(["would", "will", "could", "can", "may", "might", "should", "shall", "must"])
_SPOKEN = frozenset(
    "went go goes going gone on continued continues proceeded proceeds first quick only started "
    "began used".split()
)
_BE = frozenset(["be", "is", "are", "was", "were", "been", "being", "am", "gets", "got", "get"])


class Found(NamedTuple):
    """A cue as it stands in a text: ``items[first:last]``."""

    entry: Cue
    first: int
    last: int
    form: str  # base, s, ing, past; "" if it is no verb
    passive: bool = False


def find_cues(items: Items, segment: Segment, lexicon: Lexicon) -> list[Found]:
    """Find the reporting verbs, nouns, adjectives and phrases of a sentence."""
    found: list[Found] = []
    item = segment.first
    while item < segment.last:
        cue = None
        if items.pos[item] != MARK:
            cue = _phrase(items, segment, item, lexicon) or _verb(items, segment, item, lexicon)
            cue = cue or _noun(items, segment, item, lexicon)
        if cue is not None:
            found.append(cue)
        item = item + 1 if cue is None else cue.last
    return found


def _phrase(items: Items, segment: Segment, item: int, lexicon: Lexicon) -> Found | None:
    for entry in lexicon.phrases.get(items.term[item], ()):
        last = _match(items, segment, item, entry.words)
        if last and items.word(last - 1)[:1].islower():
            return Found(entry, item, last, "")
    return None


def _match(items: Items, segment: Segment, item: int, words: tuple[str, ...]) -> int:
    """One past the last item that a phrase covers, 0 if it does not stand here."""
    if "*" not in words:
        last = item + len(words)
        fits = last <= segment.last and tuple(items.term[item:last]) == words
        return last if fits else 0
    star = words.index("*")
    if tuple(items.term[item : item + star]) != words[:star]:
        return 0
    rest = words[star + 1 :]
    for begin in range(item + star + 1, min(segment.last, item + star + 9) - len(rest) + 1):
        if items.term[begin - 1] == ",":
            return 0
        if tuple(items.term[begin : begin + len(rest)]) == rest:
            return begin + len(rest)
    return 0


def _verb(items: Items, segment: Segment, item: int, lexicon: Lexicon) -> Found | None:
    entries = lexicon.verbs.get(items.term[item])
    if not entries:
        return None
    if items.pos[item] not in ("VERB", "AUX") and not _is_mistagged(items, segment, item):
        return None
    for entry, form in entries:
        size = len(entry.words)
        if size > 1 and tuple(items.term[item + 1 : item + size]) != entry.words[1:]:
            continue
        if items.pos[item] == "AUX" and size == 1:
            continue
        last = min(item + size, segment.last)
        if size > 1 and last < segment.last and items.term[last] in ("saying", "stating"):
            return None
        if is_ruled_out(items, segment, item):
            return None
        return Found(entry, item, last, form, _is_passive(items, segment, item, form))
    return None


def _is_mistagged(items: Items, segment: Segment, item: int) -> bool:
    """Whether a word tagged as a noun or adjective is the reporting verb beside a quotation."""
    if items.pos[item] not in ("NOUN", "PROPN", "ADJ") or items.word(item)[:1].isupper():
        return False
    after = item + 1
    if after < segment.last and items.term[after] in (",", ":"):
        after += 1
    if after >= segment.last or items.pos[after] != MARK:
        return False
    mark = items.mark[after]
    before = items.pos[item - 1] if item > segment.first else ""
    return mark is not None and mark.inner_end - mark.inner_start > 30 and before in (
        "PROPN", "PRON",
    )  # fmt: skip


def is_ruled_out(items: Items, segment: Segment, item: int) -> bool:
    """Whether nobody is said to have spoken: "did not say", "declined to say", "would say"."""
    place = item - 1
    if place >= segment.first and items.term[place] == "to":
        before = items.term[place - 1] if place > segment.first else ""
        if before not in _SPOKEN and items.pos[place] in ("PART", "ADP"):
            return True
    steps = 0
    while place >= segment.first and steps < 5 and items.pos[place] in ("AUX", "ADV", "PART"):
        term = items.term[place]
        if term in _NEGATIONS or term.endswith("n't") or term == "cannot":
            return True
        if term in _MODAL and items.term[item] not in ("add",):
            return True
        place -= 1
        steps += 1
    if items.term[item] in ("let", "have"):
        return False
    if "Mood=Imp" in items.morphology[item]:
        return True
    if items.dep[item] != "conj" or "VerbForm=Inf" not in items.morphology[item]:
        return False
    relations = {items.dep[child] for child in items.children(item)}
    return not relations & {"nsubj", "aux"}


def _is_passive(items: Items, segment: Segment, item: int, form: str) -> bool:
    """Whether a participle is passive: after a form of be, or without one behind a noun."""
    if form != "past":
        return False
    relations = {items.dep[child] for child in items.children(item)}
    if relations & {"nsubj:pass", "aux:pass"}:
        return True
    if "Voice=Pass" in items.morphology[item] and "nsubj" not in relations:
        above = items.head[item]
        return items.dep[item] != "conj" or above < 0 or not _has_active_subject(items, above)
    place = item - 1
    while place >= segment.first and items.pos[place] in ("ADV", "AUX"):
        if items.term[place] in _BE:
            return True
        place -= 1
    return items.dep[item] == "acl" and "nsubj" not in relations


def _has_active_subject(items: Items, verb: int) -> bool:
    return any(items.dep[child] == "nsubj" for child in items.children(verb))


def _noun(items: Items, segment: Segment, item: int, lexicon: Lexicon) -> Found | None:
    term = items.term[item]
    following = items.term[item + 1] if item + 1 < segment.last else ""
    if following != "that" or items.pos[item] in ("VERB", "AUX"):
        return None
    if term in lexicon.nouns:
        return Found(lexicon.nouns[term], item, item + 1, "")
    if term in lexicon.adjectives:
        return Found(lexicon.adjectives[term], item, item + 1, "")
    return None
