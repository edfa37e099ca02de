"""Who a speaker is: an entity where the evidence is good, else the words as they stand."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import regex

from analysis.voices.extraction import Quote

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


REACH = 400  # characters before a pronoun in which its person must be named, or be "he" already
PARAGRAPH = 1000  # … or so many, if the person is named in the pronoun's paragraph
_NEAR = 12  # names that are looked at, at most
_GROUPS = {"he": "he", "his": "he", "she": "she", "her": "she"}
PRONOUN = re.compile(r"\b(?:he|his|she|her)\b", re.IGNORECASE)
_END = re.compile(r"[.!?…][\"”’')\]]{0,3}\s{1,9}(?=[\"“‘'(\[]?[A-Z])|\n")
_QUOTED = re.compile(r"“[^”\n]*”|\"[^\"\n]*\"")
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_WOMAN = frozenset("she her mrs ms miss woman spokeswoman chairwoman queen lady madam".split())
_MAN = frozenset("he his mr man spokesman chairman king sir lord".split())
_AGAINST = {"he": _WOMAN, "she": _MAN}


class Mention(NamedTuple):
    """A name in the text, as in the mentions table."""

    start: int
    end: int
    label: str
    entity: str


class Pronouns:
    """The persons that the *he*, *his*, *she* and *her* of a text stand for.

    Read from the first to the last, since one leads to the next: a pronoun goes on with the person
    of the one before it (*he … he*), as long as no other person is named between, or only behind
    the first name of a sentence. Otherwise its paragraph must name, before it, exactly one person
    who can be meant; if the paragraph names none, the text shortly before. A person named behind
    *he* or *she* in the same sentence is somebody else (“he praised the plan that Xi added”).
    Pronouns inside quotation marks are passed over. Everything else stays open: better no
    name than a wrong one.
    """

    def __init__(self, text: str, mentions: Sequence[Mention]) -> None:
        self.text = text
        self.persons = [
            one
            for one in mentions
            if one.label == "PERSON" and text[one.start : one.end].lower() not in _GROUPS
        ]
        self._starts = [one.start for one in self.persons]
        ends = [match.end() for match in _END.finditer(text)]
        self._sentence = [bisect_right(ends, one.start) for one in self.persons]
        self.found: dict[int, str] = {}  # by the place of every pronoun outside quotation marks
        self._last: dict[str, tuple[int, int]] = {}  # the latest pronoun: its place, its sentence
        self._opening: dict[tuple[str, int], int] = {}  # the first "he" or "she" of each sentence
        quoted = [match.span() for match in _QUOTED.finditer(text)]
        for match in PRONOUN.finditer(text):
            group, at = _GROUPS[match[0].lower()], match.start()
            within = bisect_right(quoted, (at, at))
            if within and at < quoted[within - 1][1]:
                continue
            sentence = bisect_right(ends, at)
            self.found[at] = self._resolve(group, at)
            self._last[group] = at, sentence
            if match[0].lower() == group:
                self._opening.setdefault((group, sentence), at)

    def _resolve(self, group: str, at: int) -> str:
        near = self._candidates(group, at)
        before, sentence = self._last.get(group, (-REACH - 1, -1))
        if at - before <= REACH:
            same = self.found[before]
            new = [i for i in near if self._starts[i] > before and self.persons[i].entity != same]
            if not new:
                return same
            if same:
                return "" if any(self._takes_over(i, sentence) for i in new) else same
        names = {self.persons[i].entity for i in near}
        return names.pop() if len(names) == 1 else ""

    def _candidates(self, group: str, at: int) -> list[int]:
        """List who may be meant: those named in the paragraph, else those named shortly before."""
        paragraph = self.text.rfind("\n", max(at - PARAGRAPH, 0), at) + 1
        found = self._named(group, paragraph or at - PARAGRAPH, at)
        return found or self._named(group, at - REACH, at)

    def _named(self, group: str, low: int, at: int) -> list[int]:
        stop = bisect_left(self._starts, at)
        first = max(bisect_left(self._starts, low), stop - _NEAR)
        return [
            i
            for i in range(first, stop)
            if agrees(self.text, self.persons[i].start, group) and not self._behind(group, i)
        ]

    def _behind(self, group: str, i: int) -> bool:
        """Whether a pronoun that is somebody else opens the sentence before this name."""
        opening = self._opening.get((group, self._sentence[i]))
        return (
            opening is not None
            and opening < self._starts[i]
            and self.found[opening] != self.persons[i].entity
        )

    def _takes_over(self, i: int, sentence: int) -> bool:
        """Whether a name is the first one of another sentence, where subjects stand."""
        first = i == 0 or self._sentence[i - 1] != self._sentence[i]
        return first and self._sentence[i] != sentence

    def latest(self, group: str, at: int) -> str:
        """Name the person who may be meant and was named last; "" if there is none."""
        near = self._candidates(group, at)
        return self.persons[near[-1]].entity if near else ""


def agrees(text: str, start: int, pronoun: str) -> bool:
    """Whether nothing beside a name speaks against the pronoun's gender.

    Examples
    --------
    >>> agrees("Ms May", 3, "he"), agrees("Ms May", 3, "she"), agrees("May", 0, "he")
    (False, True, True)
    """
    before = {word.lower() for word in _WORD.findall(text[max(start - 30, 0) : start])[-2:]}
    return not before & _AGAINST[pronoun]
