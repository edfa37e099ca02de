"""Who a speaker is: an entity where the evidence is good, else the words as they stand."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property

import regex

from analysis.entities.canonical import Mention
from analysis.entities.pronouns import REACH, Pronouns
from analysis.voices.items import Quote

BODIES = frozenset(["ORG", "PLACE"])
_HE_SHE = frozenset(["he", "she"])
_IT = frozenset(["it"])
_ROLE = regex.compile(r"(?:the|his|her|its|their)\s+([\p{L}\p{M}’' -]+)", regex.IGNORECASE)
_OTHERS = regex.compile(r"[,;’']|\b(?:of|in|at|for|from|by|with|to|on|and|or|near|who|that)\b")
_DESCRIBED = regex.compile(r",\s+(?:the\s+|a\s+|an\s+)?(?:[\w’'-]+\s*){1,5}")
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
            return _of_body(span[0], self.mentions, last) or words
        own = _mention_in(self.text, span, head, self.mentions)
        if own is not None and not (own.label == "NORP" and own.end < span[1]):
            return own.entity
        role = _ROLE.fullmatch(words)
        if role and self.mentions:
            return _of_role(self.text, span[0], role[1].lower(), self.mentions) or words
        return words

    def _of_person(self, start: int, pronoun: str, last: str) -> str:
        """The one person a pronoun can stand for: the last speaker, if the last one named."""
        if not self.mentions:
            return ""
        found = self._pronouns.found.get(start, "")
        if not found and last and self._pronouns.latest(pronoun, start) == last:
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


def _of_body(start: int, mentions: Sequence[Mention], last: str) -> str:
    """The one body that *it* can stand for; "" where there are several or none."""
    stop = bisect_left([one.start for one in mentions], start)
    near = [one for one in mentions[:stop] if start - one.start <= REACH and one.label in BODIES]
    names = list(dict.fromkeys(one.entity for one in reversed(near)))
    if len(names) == 1 or (names and names[0] == last):
        return names[0]
    return ""


def _of_role(text: str, start: int, role: str, mentions: Sequence[Mention]) -> str:
    """Who holds a role that the text gave to one name: "the Russian president", "the ministry"."""
    words = role.split()
    noun, rest = words[-1], words[:-1]
    holders = set()
    for mention in mentions:
        if mention.start >= start:
            break
        if mention.label == "ORG" and noun in mention.entity.lower().split():
            holders.add(mention.entity)
        if mention.label != "PERSON":
            continue
        before = text[max(mention.start - 60, 0) : mention.start].lower()
        after = text[mention.end : mention.end + 60].lower()
        titled = before.rstrip().endswith(noun)
        tail = _DESCRIBED.match(after)
        described = tail is not None and noun in tail[0].split()
        where = before if titled else after if described else ""
        if where and all(word in where for word in rest):
            holders.add(mention.entity)
    return holders.pop() if len(holders) == 1 else ""
