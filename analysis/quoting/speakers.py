"""Who a speaker is: an entity where the evidence is good, else the words as they stand."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

import regex

from analysis.quoting.extract import Quote

PERSONS = frozenset(["PERSON"])
BODIES = frozenset(["ORG", "PLACE"])
_HE_SHE = frozenset(["he", "she"])
_IT = frozenset(["it"])
_WOMAN = frozenset("she her mrs ms miss woman spokeswoman chairwoman queen lady madam".split())
_MAN = frozenset("he his mr man spokesman chairman king sir lord".split())
_ROLE = regex.compile(r"(?:the|his|her|its|their)\s+([\p{L}\p{M}’' -]+)", regex.IGNORECASE)
_WORD = regex.compile(r"[\p{L}\p{M}’'-]+")
_DESCRIBED = regex.compile(r",\s+(?:the\s+|a\s+|an\s+)?(?:[\w’'-]+\s*){1,5}")
_REACH = 400  # characters before a pronoun in which its person must be named
_RESERVED = frozenset(["headline", "writer"])


class Mention(NamedTuple):
    """A name in the text, as in the mentions table."""

    start: int
    end: int
    label: str
    entity: str


def name_speakers(
    text: str, quotes: Sequence[Quote], mentions: Sequence[Mention]
) -> list[tuple[str, str]]:
    """Name the speaker of every quotation.

    Parameters
    ----------
    text : str
    quotes : sequence of Quote
        In order.
    mentions : sequence of Mention
        The names in the text, in order; empty where they are not known.

    Returns
    -------
    list of (speaker, chain)
        The entity, or the words as they stand, or "" where nobody is named; and for relayed
        speech the speakers from the outermost to the innermost, joined by " > ".
    """
    known: dict[tuple[int, int], str] = {}
    named = []
    last = ""
    for quote in quotes:
        speaker = _name(text, quote.speaker, quote.head, mentions, known, last)
        outer = [_name(text, span, -1, mentions, known, "") for span in quote.relayed]
        named.append((speaker, " > ".join([*outer, speaker]) if outer else ""))
        if speaker and quote.speaker[0] >= 0:
            last = speaker
    return named


def _name(
    text: str,
    span: tuple[int, int],
    head: int,
    mentions: Sequence[Mention],
    known: dict[tuple[int, int], str],
    last: str,
) -> str:
    if span[0] < 0:
        return ""
    if span not in known:
        name = _resolve(text, span, head, mentions, last)
        known[span] = f"{name} (speaker)" if name in _RESERVED else name
    return known[span]


def _resolve(
    text: str, span: tuple[int, int], head: int, mentions: Sequence[Mention], last: str
) -> str:
    """The entity that a speaker's words stand for, else the words on one line."""
    words = " ".join(text[span[0] : span[1]].split())
    lower = words.lower()
    if lower in _HE_SHE or lower in _IT:
        return _of_pronoun(text, span[0], lower, mentions, last) or words
    own = _mention_in(text, span, head, mentions)
    if own is not None and not (own.label == "NORP" and own.end < span[1]):
        return own.entity
    role = _ROLE.fullmatch(words)
    if role and mentions:
        return _of_role(text, span[0], role[1].lower(), mentions) or words
    return words


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
    return None


def _of_pronoun(text: str, start: int, pronoun: str, mentions: Sequence[Mention], last: str) -> str:
    """The one person (or body) a pronoun can stand for; "" where there are several or none.

    The last speaker is taken if nobody else was named since; otherwise the text shortly before
    must name exactly one who fits.
    """
    labels = PERSONS if pronoun in _HE_SHE else BODIES
    stop = bisect_left([one.start for one in mentions], start)
    near = [one for one in mentions[:stop] if start - one.start <= _REACH and one.label in labels]
    near = [one for one in near if _agrees(text, one, pronoun)]
    names = list(dict.fromkeys(one.entity for one in reversed(near)))
    if len(names) == 1:
        return names[0]
    if names and names[0] == last:
        return last
    return ""


def _agrees(text: str, mention: Mention, pronoun: str) -> bool:
    """Whether nothing beside a name speaks against the pronoun's gender."""
    before = {
        word.lower()
        for word in _WORD.findall(text[max(mention.start - 30, 0) : mention.start])[-2:]
    }
    if pronoun == "she":
        return not before & _MAN
    if pronoun == "he":
        return not before & _WOMAN
    return True


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
