"""Whom a role means: "the Russian president", "the ministry", as far as the text says so."""

from __future__ import annotations

import functools
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import regex

from analysis.entities.gazetteer import capitals, load_gazetteer
from analysis.entities.sexes import KIN, fold
from analysis.entities.spans import Mention

_REACH = 1200  # characters before "the company" in which it must be named
_WORD = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}'’.&-]*")
# Roles that are one: who is called by the one may be called by the other.
_ALIKE = (
    "president leader head-of-state chief boss", "prime-minister premier leader",
    "chancellor leader", "king monarch", "queen monarch", "senator lawmaker", "governor",
    "representative congressman congresswoman lawmaker", "mp lawmaker",
    "nominee candidate contender hopeful", "candidate contender hopeful",
    "spokesman spokesperson", "spokeswoman spokesperson", "professor scholar academic researcher",
    "chairman chairwoman chair chairperson leader", "billionaire mogul tycoon businessman",
    "businessman mogul tycoon", "businesswoman", "general commander", "chief head",
    "director head", "secretary-general chief head leader", "ceo executive chief", "pope pontiff",
    "attorney lawyer", "lawyer attorney", "dictator leader", "supreme-leader leader",
    "journalist reporter", "reporter journalist", "economist", "author writer", "writer author",
)  # fmt: skip
_MORE_ROLES = frozenset(
    "nominee contender hopeful frontrunner front-runner billionaire mogul tycoon lawmaker pontiff"
    " incumbent challenger executive republican democrat veteran scholar academic".split()
)
_SHORT = {
    "sen": "senator", "rep": "representative", "gov": "governor", "prof": "professor",
    "gen": "general", "pm": "prime-minister",
}  # fmt: skip
# First parts of a role that make it another one: the foreign minister is not the prime minister.
_PARTS = frozenset(
    "prime foreign defense defence interior finance justice health vice deputy supreme first"
    " attorney press energy economy trade education labor labour home transport".split()
)
BODY_NOUNS = frozenset(
    "ministry department committee commission council agency company firm corporation group"
    " organization organisation union bank court party university institute foundation network"
    " newspaper paper magazine broadcaster church club association federation board bureau fund"
    " office team campaign government administration army coalition alliance movement charity"
    " academy league parliament senate congress think-tank tank website outlet bloc".split()
)
_ANY = frozenset("next future new other any every each first last second best only late".split())
_OF_SOMETHING = frozenset("leader chief head director manager boss chair".split())
_FOR_ANY = frozenset(
    "company firm corporation group organization organisation agency newspaper paper magazine"
    " broadcaster network website outlet charity".split()
)
_LANDS = frozenset("country nation republic kingdom".split())
_THE = regex.compile(r"(?:[Tt]he|[Tt]his|[Tt]hat|[Ii]ts|[Hh]is|[Hh]er|[Tt]heir|[Oo]ur)\s+")
_AFTER = regex.compile(
    r"(?:,\s+(?:who\s+(?:is|was)\s+)?|\s+(?:is|was|became|remains)\s+)(?:(?P<article>the|a|an)\s+)?"
    r"(?P<role>[^,.;:()“”\"\n]{3,90})"
)
_TAIL = regex.compile(r"\b(?:of|for|from|in|at|who|which|with|to|on|by|that|and)\b")
_WHOSE = regex.compile(
    r"\s*(?:of|in|for|from)\s+(?:that|this|those|another|any|each|his|her|an?)\b"
)
_OF = regex.compile(
    r"\s+(?:of|from)\s+(?:the\s+)?(?P<of>\p{Lu}[\p{L}\p{M}'’.-]*(?:\s\p{Lu}[\p{L}\p{M}'’.-]*)*)"
)


class _Holder(NamedTuple):
    """Somebody whom the text gives a role."""

    entity: str
    role: str
    states: frozenset[str]  # countries, states, parties that stand with the role
    former: bool
    start: int


class Roles:
    """The roles that a text gives to persons, the bodies it names, and who is meant by a role."""

    # A role is given by a title ("Russian President Vladimir Putin", "President Ana Ruiz of Peru"),
    # an apposition ("Ann Lee, the mayor of Norda,") or "is". A role with a country means a holder
    # of that country, or the only one of whom no country is told. Without one it means the holder
    # named last. "The ministry" is the body named last whose name has that word; "the company" is
    # the one body named shortly before. What the text does not tell stays open.

    def __init__(self, text: str, mentions: Sequence[Mention]) -> None:
        self.text = text
        self.mentions = sorted(mentions)
        self.gazetteer = load_gazetteer()
        self._starts = [one.start for one in self.mentions]
        self.holders = [
            holder
            for one in self.mentions
            if one.label == "PERSON"
            for holder in self._roles_of(one)
        ]

    def name(self, start: int, end: int) -> str:
        """The entity that the role at a place means; "" where the text does not tell."""
        text = self.text[start:end]
        article = _THE.match(text)
        body = text[article.end() :] if article else text
        if not article and not regex.match(r"\p{Lu}\S*['’]s?\s", text):
            return ""
        tail = _TAIL.search(body)
        words = [m[0] for m in _WORD.finditer(body[: tail.start()] if tail else body)]
        behind = _WHOSE.match(
            self.text,
            start + len(text[: len(text) - len(body)]) + (tail.start() if tail else len(body)),
        )
        if not words or behind or any(w[-2:] in ("'s", "’s") and w[0].islower() for w in words):
            return ""
        noun = words[-1].lower()
        if noun in self._nouns():
            return self._of_person(words, body, start)
        if noun in BODY_NOUNS:
            return self._of_body(words, start)
        return self._of_land(start) if noun in _LANDS and len(words) == 1 and article else ""

    def find(self) -> Iterator[tuple[int, int, str]]:
        """Every role of the text that means somebody: start, end, entity."""
        # "the president Ana Ruiz" and "the company Acme" are names with a role, not roles.
        roles = self._nouns() | BODY_NOUNS | _LANDS
        for match in _PHRASE.finditer(self.text):
            place = list(_WORD.finditer(match[0], match.end("article") - match.start()))
            ends = [m.end() for m in place if m[0].lower() in roles]
            if not ends:
                continue
            end = match.start() + ends[0]
            following = bisect_left(self._starts, end)
            gap = self.text[end : self._starts[following]] if following < len(self._starts) else "."
            over = following and self.mentions[following - 1].end > match.end("article")
            inside = over and self.mentions[following - 1].end >= end
            if inside or not gap.strip(" ,") or self.text[end : end + 1] in ("-", "'", "’"):
                continue
            of = _OF.match(self.text, end)
            end = of.end() if of else end
            entity = self.name(match.start(), end)
            if entity:
                low = match.start() + 4 if match["article"].lower() == "the" else match.start()
                yield low, end, entity

    def title_start(self, start: int) -> int:
        """Where the titles before a person's name begin ("Russian president Vladimir Putin")."""
        before = self._places_before(start)
        if not any(m[0].lower().rstrip(".") in self.gazetteer.words["titles"] for m in before):
            return start
        return before[0].start()

    def _nouns(self) -> frozenset[str]:
        return _role_nouns(self.gazetteer.words["titles"])

    # ---- who holds what ----------------------------------------------------------------------

    def _roles_of(self, one: Mention) -> Iterator[_Holder]:
        """The roles beside a person's name."""
        before = self._words_before(one.start)
        framed = (
            self.text[one.start - 2 : one.start] == ", " and self.text[one.end : one.end + 1] == ","
        )
        if framed and not before:  # Germany's foreign minister, Eva Kohl,
            before = self._words_before(one.start - 2)
        of = _OF.match(self.text, one.end)
        where = self._states(of["of"]) if of else frozenset[str]()
        yield from self._held(one, before, " ".join(before), where)
        after = _AFTER.match(self.text, one.end)
        if after:
            tail = _TAIL.search(after["role"])
            words = [
                m[0]
                for m in _WORD.finditer(after["role"][: tail.start()] if tail else after["role"])
            ]
            if words and words[-1].lower() in self._nouns():
                yield from self._held(one, words, after["role"], frozenset())

    def _held(
        self, one: Mention, words: list[str], whole: str, where: frozenset[str]
    ) -> Iterator[_Holder]:
        lower = [word.lower().rstrip(".") for word in words]
        states = self._states(whole) | where
        for place, word in enumerate(lower):
            if word in self._nouns():
                part = next(
                    (w for w in reversed(lower[max(place - 2, 0) : place]) if w in _PARTS), ""
                )
                word = _SHORT.get(word, word)
                role = f"{part}-{word}" if part else word
                former = bool({"former", "ex", "then", "late"} & set(lower[:place]))
                yield _Holder(one.entity, role, states, former, one.start)

    def _words_before(self, start: int) -> list[str]:
        return [match[0] for match in self._places_before(start)]

    def _places_before(self, start: int) -> list[regex.Match[str]]:
        """The words of a title right before a name, the first one first."""
        words = self.gazetteer.words
        found: list[regex.Match[str]] = []
        low = max(start - 80, 0)
        end = start
        for match in reversed(list(_WORD.finditer(self.text, low, start))):
            gap = self.text[match.end() : end]
            word = match[0]
            bare = word.lower().rstrip(".")
            if gap.strip(" .") or "\n" in gap or len(found) > 5:
                break
            if word[-1] == "." and "." not in word[:-1] and word.lower() not in words["titles"]:
                break  # a sentence ends here
            if "." in gap and bare not in words["titles"]:
                break
            known = (
                bare in words["titles"] or bare in words["title_modifiers"] or bare in _MORE_ROLES
            )
            if not known and (not found or not (word[0].isupper() or bare in ("of", "the"))):
                break
            if bare in ("the", "a", "an") or bare in KIN:
                break
            found.append(match)
            end = match.start()
        while found and found[-1][0].lower() == "of":
            found.pop()
        return found[::-1]

    def _states(self, phrase: str) -> frozenset[str]:
        """The countries, states and parties that a phrase names."""
        return frozenset(states_in(phrase))

    # ---- who is meant ------------------------------------------------------------------------

    def _of_person(self, words: list[str], body: str, start: int) -> str:
        lower = [word.lower().rstrip(".") for word in words]
        part = next((word for word in reversed(lower[-3:-1]) if word in _PARTS), "")
        role = f"{part}-{lower[-1]}" if part else lower[-1]
        of_what = {
            word
            for word in words[:-1]
            if word.islower() and word not in self.gazetteer.words["title_modifiers"]
        }
        if _ANY.intersection(lower) or (of_what and lower[-1] in _OF_SOMETHING):
            return ""  # the next president, the band leader
        former = "former" in lower
        states = self._states(body)
        fits = [one for one in self.holders if _alike(one.role, role) and one.former == former]
        if not fits and role in ("minister", "secretary"):
            fits = [one for one in self.holders if one.role.endswith(f"-{role}")]
        if former and not fits:
            fits = [one for one in self.holders if _alike(one.role, role)]
        if states:
            exact = [one for one in fits if one.states & states]
            fits = exact or [one for one in fits if not one.states]
            if not exact and len({one.entity for one in fits}) > 1:
                return ""
        names = {one.entity for one in fits}
        if len(names) < 2:
            return names.pop() if names else ""
        # Whom the text calls so most often, and of these the one named last.
        often = Counter(one.entity for one in fits)
        most = {entity for entity in names if often[entity] == max(often.values())}
        before = self.mentions[: bisect_left(self._starts, start)]
        return next((one.entity for one in reversed(before) if one.entity in most), "")

    def _of_body(self, words: list[str], start: int) -> str:
        noun = words[-1].lower()
        stop = bisect_left(self._starts, start)
        states = self._states(" ".join(words))
        own = [
            one
            for one in self.mentions
            if one.label == "ORG"
            and noun in fold(one.entity).split()
            and (
                len(words) < 2
                or states
                or {w.lower() for w in words} <= set(fold(one.entity).split())
            )
        ]
        if states:
            own = [one for one in own if self._states(one.entity) & states]
        near = {one.entity for one in own if 0 < start - one.start <= _REACH}
        own_names = near or {one.entity for one in own}
        if own_names:
            return own_names.pop() if len(own_names) == 1 else ""
        if noun in _FOR_ANY and len(words) == 1:
            before = self.mentions[:stop]
            names = {o.entity for o in before if o.label == "ORG" and start - o.start <= _REACH}
            if len(names) == 1:
                return names.pop()
        return ""

    def _of_land(self, start: int) -> str:
        stop = bisect_left(self._starts, start)
        near = {
            one.entity
            for one in self.mentions[:stop]
            if one.label == "PLACE" and start - one.start <= _REACH and is_country(one.entity)
        }
        return near.pop() if len(near) == 1 else ""


_PHRASE = regex.compile(
    r"(?<![\p{L}\p{N}])(?P<article>[Tt]he|\p{Lu}[\p{L}\p{M}]*['’]s)(?:\s[\p{L}\p{M}’'.-]+){1,4}"
)


@functools.cache
def _role_nouns(titles: frozenset[str]) -> frozenset[str]:
    left_out = {
        "high",
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "dr",
        "st",
        "saint",
        "sir",
        "friend",
        "student",
    }
    words = {word.rstrip(".") for word in titles} | _MORE_ROLES
    return frozenset(words - KIN - left_out)


def _alike(held: str, role: str) -> bool:
    return held == role or any(
        held == group.split()[0] and role in group.split() for group in _ALIKE
    )


@functools.cache
def _countries() -> dict[str, str]:
    """Peoples and countries by the words for them: Russian, Russians, Russia."""
    import csv
    from importlib import resources

    path = resources.files("analysis") / "data" / "demonyms.csv"
    known = {}
    for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
        place = row["place"] or row["adjective"]
        for form in (row["place"], row["adjective"], *row["people"].split(";")):
            if form:
                known[form.lower()] = place
    for names in load_gazetteer().names.values():
        for name in names:
            if name.kind in ("country", "state"):
                known.setdefault(name.text.lower(), name.entity)
    for capital, country in capitals().items():
        known.setdefault(capital.lower(), country)
    known |= {"kremlin": "Russia", "kiev": "Ukraine"}
    known |= dict.fromkeys(("us", "u.s", "u.s.", "usa"), "United States")
    known |= dict.fromkeys(("uk", "u.k", "u.k.", "britain"), "United Kingdom")
    known |= dict.fromkeys(("gop", "republican", "republicans"), "Republican")
    return known | dict.fromkeys(("democratic", "democrat", "democrats"), "Democratic")


def is_country(name: str) -> bool:
    """Whether the tables know a name as a country's."""
    known = load_gazetteer().names.get(name.split()[0], ()) if name else ()
    return any(one.text == name and one.kind == "country" for one in known) or name in (
        "US", "U.S.", "UK", "U.K.", "Britain", "America",
    )  # fmt: skip


def states_in(phrase: str) -> set[str]:
    """The countries, states and parties among the words of a phrase."""
    known = _countries()
    words = [regex.sub(r"['’]s?$", "", m[0]) for m in _WORD.finditer(phrase)]
    found = set()
    for size in (3, 2, 1):
        for place in range(len(words) - size + 1):
            text = " ".join(words[place : place + size])
            if text[0].isupper() and text.lower() in known:
                found.add(known[text.lower()])
    return found
