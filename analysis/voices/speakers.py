"""Who a speaker is: an entity where the evidence is good, else the words as they stand."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import regex

from analysis.entities.pronouns import REACH, Pronouns
from analysis.entities.roles import BODY_NOUNS, Roles, is_country
from analysis.entities.spans import Mention
from analysis.voices.items import Quote

BODIES = frozenset(["ORG", "PLACE"])
_HE_SHE = frozenset(["he", "she"])
_IT = frozenset(["it", "they"])
_OTHERS = regex.compile(r"[,;’']|\b(?:of|in|at|for|from|by|with|to|on|and|or|near|who|that)\b")
_ARTICLE = regex.compile(r"[Tt]he\s+(?=\p{Lu})")
_SPOKEN_FOR = regex.compile(
    r"\b(?:spokesman|spokeswoman|spokesperson|spokespeople|spokesmen)(?:\s+(?:for|at|of)\b|$)"
)
_ENDS = frozenset(".!?:;”\"'’)\n—–")
_KEPT = frozenset(["the", "a", "an", "his", "her", "its", "their"])
_NOBODY = frozenset(["nobody", "no one", "no-one", "none"])
_OF_TWO = frozenset(["the latter", "the former"])
_FORMS_OF_ADDRESS = frozenset(["mr", "mrs", "ms", "miss", "dr", "mx", "sir"])
_GOES_ON = 700  # characters from a speaker to a pronoun that still means him
_END = regex.compile(r"[.!?…][”\"’)]{0,2}\s+")
_RESERVED = frozenset(["headline", "writer"])


def name_speakers(
    text: str, quotes: Sequence[Quote], mentions: Sequence[Mention]
) -> list[tuple[str, str]]:
    """Name the speaker of every quotation."""
    namer = _Namer(text, mentions, [(quote.start, quote.end) for quote in quotes])
    named = []
    last = _NO_ONE
    for quote in quotes:
        speaker = namer.name(quote.speaker, quote.head, last)
        outer = [namer.name(span, -1, _NO_ONE) for span in quote.relayed]
        named.append((speaker, " > ".join([*outer, speaker]) if outer else ""))
        if speaker and quote.speaker[0] >= 0:
            last = _Last(speaker, quote.speaker[0], max(quote.speaker[1], quote.cue[1]))
    return named


class _Last(NamedTuple):
    """Who spoke last, where the words for that begin, and where they and the cue end."""

    name: str
    start: int
    end: int


_NO_ONE = _Last("", -1, -1)


class _Namer:
    """Names the words that stand for speakers in one text, each words once."""

    def __init__(
        self, text: str, mentions: Sequence[Mention], contents: Sequence[tuple[int, int]]
    ) -> None:
        self.text, self.mentions, self.contents = text, mentions, contents
        self._known: dict[tuple[int, int], str] = {}

    @cached_property
    def _roles(self) -> Roles:
        return Roles(self.text, self.mentions)

    @cached_property
    def _pronouns(self) -> Pronouns:
        return Pronouns(self.text, self.mentions)

    def name(self, span: tuple[int, int], head: int, last: _Last) -> str:
        if span[0] < 0:
            return ""
        if span not in self._known:
            name = self._resolve(span, head, last)
            self._known[span] = f"{name} (speaker)" if name in _RESERVED else name
        return self._known[span]

    def _resolve(self, span: tuple[int, int], head: int, last: _Last) -> str:
        """The entity that a speaker's words stand for, else the words on one line."""
        words = " ".join(self.text[span[0] : span[1]].split())
        lower = words.lower()
        if lower in _HE_SHE:
            return self._of_person(span[0], lower, last) or words
        if lower in _IT:
            return self._of_body(span[0], lower, last) or words
        if lower in _NOBODY:
            return ""
        if lower in _OF_TWO:
            return self._of_two(span[0], lower) or words
        own = _mention_in(self.text, span, head, self.mentions)
        if own is None and lower.rstrip(".") in _FORMS_OF_ADDRESS:
            own = next((one for one in self.mentions if 0 <= one.start - span[1] < 3), None)
        if own is not None and own.label == "NORP":
            own = self._beside(own)
        if own is not None and own.label != "NORP":
            return own.entity
        if not self.mentions:
            return words
        named = self._roles.name(*span) or _spoken_for(self.text, span, self.mentions)
        people = own is not None and own.start <= span[0] + 4 and own.end >= span[1]
        if not named and (people or words.split()[-1].lower() in BODY_NOUNS):
            return _ARTICLE.sub("", words, count=1)  # the Trump campaign is named so
        return named or self._in_usual_case(words, span)

    def _in_usual_case(self, words: str, span: tuple[int, int]) -> str:
        """The words, without the capital letter that only the sentence gave ("Officials said")."""
        before = self.text[max(span[0] - 3, 0) : span[0]].rstrip(" ")
        opens = not before or before[-1] in _ENDS
        first = words.split()[0]
        place = bisect_left([one.end for one in self.mentions], span[0] + 1)
        named = self.mentions[place : place + 1]
        in_name = any(one.start <= span[0] for one in named)
        plain = first[1:].islower() and first.lower() not in _KEPT
        return words[0].lower() + words[1:] if opens and plain and not in_name else words

    def _of_person(self, start: int, pronoun: str, last: _Last) -> str:
        """The one person a pronoun can stand for: the last speaker, if the last one named."""
        if not self.mentions:
            return ""
        found = self._pronouns.found.get(start, "")
        if last.name and found != last.name and self._goes_on(start, pronoun, last):
            return last.name
        may_be_last = bool(last.name) and self._pronouns.may_be(pronoun, start, last.name)
        if may_be_last and (not found or self._pronouns.is_later(last.name, found, start)):
            return last.name
        return found

    def _goes_on(self, start: int, pronoun: str, last: _Last) -> bool:
        """Whether since a person spoke all others were named in what was said only."""
        sexes = self._pronouns.sexes
        if not 0 <= last.start < start <= last.start + _GOES_ON:
            return False
        persons = {one.entity for one in self.mentions if one.label == "PERSON"}
        if last.name not in persons or sexes.get(last.name, pronoun) != pronoun:
            return False
        others = [
            one.start
            for one in self.mentions
            if one.label == "PERSON"
            and last.end <= one.start < start
            and one.entity != last.name
            and sexes.get(one.entity, pronoun) == pronoun
        ]
        others += [
            place
            for place, entity in self._pronouns.found.items()
            if last.end <= place < start and entity not in ("", last.name)
        ]
        return all(self._said(place) for place in others)

    def _said(self, place: int) -> bool:
        """Whether a place is within what somebody says."""
        return any(low <= place < high for low, high in self.contents)

    def _of_body(self, start: int, pronoun: str, last: _Last) -> str:
        """The body that spoke last or, for *it*, the one near; "" where another is named since."""
        near = [
            one
            for one in self.mentions
            if start - REACH <= one.start < start
            and (one.label == "ORG" or (one.label == "PLACE" and is_country(one.entity)))
        ]
        names = {one.entity for one in near if not self._said(one.start)}
        if last.name and 0 <= last.start < start <= last.start + REACH:
            since = {
                one.entity for one in near if one.start >= last.end and not self._said(one.start)
            }
            spoke = last.name in {one.entity for one in self.mentions if one.label in BODIES}
            if spoke and since <= {last.name} and (pronoun == "it" or names <= {last.name}):
                return last.name
        every = {one.entity for one in near}
        return every.pop() if len(every) == 1 and pronoun == "it" else ""

    def _of_two(self, start: int, which: str) -> str:
        """Whom *the latter* or *the former* means: of the two persons of the sentence before."""
        low = max(self.text.rfind("\n", 0, start), start - REACH)
        ends = [m.end() for m in _END.finditer(self.text, low + 1, start)]
        begin = ends[-2] if len(ends) > 1 else low + 1
        own = [one for one in self.mentions if begin <= one.start < start]
        for labels in (frozenset(["PERSON"]), BODIES):
            names = list(dict.fromkeys(one.entity for one in own if one.label in labels))
            if len(names) == 2 or (len(names) == 1 and which == "the latter"):
                return names[-1 if which == "the latter" else 0]
        return ""

    def _beside(self, people: Mention) -> Mention:
        """The person who is named behind a member of a people: one Dane, Ole Berg, said."""
        place = next((one for one in self.mentions if one.start >= people.end), people)
        gap = self.text[people.end : place.start]
        closed = self.text[place.end : place.end + 1] == ","
        return place if place.label == "PERSON" and gap == ", " and closed else people


def _mention_in(
    text: str, span: tuple[int, int], head: int, mentions: Sequence[Mention]
) -> Mention | None:
    """The name that is the speaker rather than part of a description ("Scientology officials")."""
    first = bisect_left([one.end for one in mentions], span[0] + 1)
    inside = []
    for mention in mentions[first:]:
        if mention.start >= span[1]:
            break
        inside.append(mention)
    persons = [one for one in inside if one.label == "PERSON"]
    for mention in persons:
        if mention.end >= span[1] or mention.start <= head < mention.end:
            return mention
    for mention in inside:
        whole = mention.start <= span[0] + 4 and mention.end >= span[1]
        rest = text[mention.end : span[1]]
        alone = not any(word[0].isupper() for word in rest.split()) or "," in rest
        if whole or (alone and mention.start <= head < mention.end):
            return mention
        described = text[span[0] : mention.start].lower()
        if mention.label == "ORG" and mention.end >= span[1] and not _OTHERS.search(described):
            return mention  # "the news agency AFP"
    return None


def _spoken_for(text: str, span: tuple[int, int], mentions: Sequence[Mention]) -> str:
    """The one body or person that a spokesman who is not named speaks for."""
    if not _SPOKEN_FOR.search(text[slice(*span)].lower()):
        return ""
    first = bisect_left([one.end for one in mentions], span[0] + 1)
    inside = [one for one in mentions[first:] if one.start < span[1]]
    bodies = {one.entity for one in inside if one.label in BODIES}
    return bodies.pop() if len(bodies) == 1 else ""
