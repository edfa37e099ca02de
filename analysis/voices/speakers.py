"""Who a speaker is: an entity where the evidence is good, else the words as they stand."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property

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
_RESERVED = frozenset(["headline", "writer"])


def name_speakers(
    text: str, quotes: Sequence[Quote], mentions: Sequence[Mention]
) -> list[tuple[str, str]]:
    """Name the speaker of every quotation."""
    namer = _Namer(text, mentions)
    named = []
    last = ""
    for quote in quotes:
        speaker = namer.name(quote.speaker, quote.head, last)
        outer = [namer.name(span, -1, "") for span in quote.relayed]
        named.append((speaker, " > ".join([*outer, speaker]) if outer else ""))
        if speaker and quote.speaker[0] >= 0:
            last = speaker
    return named


class _Namer:
    """Names the words that stand for speakers in one text, each words once."""

    def __init__(self, text: str, mentions: Sequence[Mention]) -> None:
        self.text, self.mentions = text, mentions
        self._known: dict[tuple[int, int], str] = {}

    @cached_property
    def _roles(self) -> Roles:
        return Roles(self.text, self.mentions)

    @cached_property
    def _pronouns(self) -> Pronouns:
        return Pronouns(self.text, self.mentions)

    def name(self, span: tuple[int, int], head: int, last: str) -> str:
        if span[0] < 0:
            return ""
        if span not in self._known:
            name = self._resolve(span, head, last)
            self._known[span] = f"{name} (speaker)" if name in _RESERVED else name
        return self._known[span]

    def _resolve(self, span: tuple[int, int], head: int, last: str) -> str:
        """The entity that a speaker's words stand for, else the words on one line."""
        words = " ".join(self.text[span[0] : span[1]].split())
        lower = words.lower()
        if lower in _HE_SHE:
            return self._of_person(span[0], lower, last) or words
        if lower in _IT:
            return _of_body(span[0], lower, self.mentions, last) or words
        own = _mention_in(self.text, span, head, self.mentions)
        part = own is not None and (own.start > span[0] or own.end < span[1])
        if own is not None and not (part and own.label == "NORP"):  # the Ohio Republican
            return own.entity
        if not self.mentions:
            return words
        named = self._roles.name(*span) or _spoken_for(self.text, span, self.mentions)
        if not named and words.split()[-1].lower() in BODY_NOUNS:
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

    def _of_person(self, start: int, pronoun: str, last: str) -> str:
        """The one person a pronoun can stand for: the last speaker, if the last one named."""
        if not self.mentions:
            return ""
        found = self._pronouns.found.get(start, "")
        may_be_last = bool(last) and self._pronouns.may_be(pronoun, start, last)
        if may_be_last and (not found or self._pronouns.is_later(last, found, start)):
            return last
        return found


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


def _of_body(start: int, pronoun: str, mentions: Sequence[Mention], last: str) -> str:
    """The one body that *it* can stand for, or *they* if it spoke last; "" where none is."""
    stop = bisect_left([one.start for one in mentions], start)
    near = [one for one in mentions[:stop] if start - one.start <= REACH and one.label in BODIES]
    near = [one for one in near if one.label == "ORG" or is_country(one.entity)]
    names = list(dict.fromkeys(one.entity for one in reversed(near)))
    if names and (names[0] == last or (len(names) == 1 and pronoun == "it")):
        return names[0]
    return ""


def _spoken_for(text: str, span: tuple[int, int], mentions: Sequence[Mention]) -> str:
    """The one body or person that a spokesman who is not named speaks for."""
    if not _SPOKEN_FOR.search(text[slice(*span)].lower()):
        return ""
    first = bisect_left([one.end for one in mentions], span[0] + 1)
    inside = [one for one in mentions[first:] if one.start < span[1]]
    bodies = {one.entity for one in inside if one.label in BODIES}
    return bodies.pop() if len(bodies) == 1 else ""
