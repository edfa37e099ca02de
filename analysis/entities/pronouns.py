"""Who *he* and *she* are: the persons that the pronouns of a text stand for."""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from analysis.entities.sexes import KIN, sexes_of
from analysis.entities.spans import Mention

REACH = 400  # characters before a pronoun in which a body must be named that *it* can stand for
SURE = 0.65  # below this probability a pronoun stays open …
SURE_OF_TALK = 0.85  # … and below this one where people talk and do not name whom they mean
TURN = 120  # characters of a paragraph, on average: below this a text is people talking
CARRIED = 0.3  # power of the last pronoun's probability with which that of a next one is multiplied
LIKELY = 0.5  # from this probability on, a pronoun counts for those that follow
_FAR = 1500  # characters before a pronoun in which its person must be named, or be *he* already
_NEAR = 8  # persons that are weighed, at most
_GROUPS = {"he": "he", "his": "he", "she": "she", "her": "she"}
PRONOUN = re.compile(r"\b(?:he|his|she|her)\b", re.IGNORECASE)
OF_BODY = re.compile(r"\b(?:It|its)\b")
RIGHT_OF_BODIES = 0.92  # share of the traced *it* and *its* that is right: 22 of 24 on GUM
_BODIES = frozenset(["ORG", "PLACE"])
_NO_SUBJECT = re.compile(r"['’]s?\b|\s+(?:and|or)\b|-")
_END = re.compile(r"[.!?…][\"”’')\]]{0,3}\s{1,9}(?=[\"“‘'(\[]?[A-Z])|\n")
_ABBREVIATED = re.compile(r"\b(?:Mrs?|Ms|Dr|Sen|Rep|Gov|Gen|St|[A-Z])\.\s+$")
_QUOTED = re.compile(r"“[^”\n]*”|\"[^\"\n]*\"")
_OWNED = re.compile(r"['’]s?\s[\w\s-]{0,40},?\s?")  # between Merkel and Seibert: ’s spokesman
_PREPOSITION = re.compile(
    r"\b(?:of|with|by|for|from|to|in|on|at|about|against|like|than|and|or|behind|over|under)\s+$"
    r"|[\"“(]$",
    re.IGNORECASE,
)

# Weights of a conditional logit over the persons who may be meant and "somebody who is not named",
# fitted (maximum likelihood, small ridge) on the he, she, his and her of GUM's training documents,
# earlier pronouns being whom GUM says. What they give is measured in benchmarks/pronouns_gum.py.
WEIGHTS = {
    "sentences": -2.21,  # log(1 + sentences since the latest mention)
    "paragraph": 1.0,  # mentioned in the pronoun's paragraph
    "same sentence": -0.71,
    "continues": 1.56,  # the pronoun before this one was this person
    "pronoun last": 0.16,  # the latest mention was a pronoun
    "opens sentence": 0.32,  # … or the first name of its sentence
    "behind a preposition": -0.31,
    "genitive": -0.46,
    "often": 0.5,  # mentions so far, of those of the most mentioned candidate
    "sex": 0.56,  # known, and this one
    "named between": -0.92,  # log(1 + candidates mentioned since)
    "rivals": 0.27,  # log(candidates)
    "topic": 0.63,  # mentions by name in the whole text, of those of the person named most
    "both open": 0.46,  # both the mention and the pronoun open their sentences
    "described": 1.18,  # “the girl”, not a name
    "described and next": -0.71,
    "paragraphs": 1.41,  # log(1 + paragraphs between)
    "continues over paragraphs": 0.12,
}
_WEIGHTS = tuple(WEIGHTS.values())
NOBODY = -0.25  # the weight of somebody who is neither named nor described

# Somebody described but not named (“his mother”, “the girl”) can be meant, too.
_DESCRIBED = re.compile(
    r"\b(?:an?|the|this|that|his|her|their|my|another|one|[A-Z]\w+['’]s)\s(?:[\w-]+\s){0,2}?(?P<noun>"
    r"(?P<she>woman|girl|lady|mother|mom|wife|widow|daughter|sister|aunt|niece|grandmother|girlfriend"
    r"|spokeswoman|chairwoman|congresswoman|businesswoman|actress|queen|princess|nun|ex-wife)"
    r"|man|boy|guy|gentleman|father|dad|husband|widower|son|brother|uncle|nephew|grandfather"
    r"|boyfriend|spokesman|chairman|congressman|businessman|policeman|king|prince|priest|ex-husband)\b",
    re.IGNORECASE,
)


class Traced(NamedTuple):
    """Whom a pronoun stands for ("" where that stays open), and how probable that is."""

    entity: str
    score: float


class _Seen(NamedTuple):
    """The latest place where a person was named, or was a pronoun."""

    start: int
    sentence: int
    name: int  # the mention, or −1 for a pronoun


class Pronouns:
    """The persons that the *he*, *his*, *she* and *her* of a text stand for."""

    # Read from the first to the last, since one leads to the next. All persons named shortly before
    # who are not known to be of the other sex are weighed against each other and against somebody
    # who is not named at all; whoever has at least the probability SURE is taken. A person named
    # behind *he* or *she* in the same sentence is somebody else (“he praised the plan that Xi
    # added”). One person is not both *he* and *she*: after the first reading whoever is more of the
    # one is read again as that only. Pronouns inside quotation marks are passed over.

    def __init__(self, text: str, mentions: Sequence[Mention], sure: float = SURE) -> None:
        self.text, self.sure = text, sure
        named = [
            one
            for one in mentions
            if one.label == "PERSON" and text[one.start : one.end].lower() not in _GROUPS
        ]
        self.sexes = sexes_of(text, named)
        turns = 1 + text.count("\n\n")
        if turns > 5 and len(text) < TURN * turns:
            self.sure = max(sure, SURE_OF_TALK)
        self.persons = sorted([*named, *self._described(named)])
        self._whole = Counter(one.entity for one in named)
        self._starts = [one.start for one in self.persons]
        self._ends = [
            match.end()
            for match in _END.finditer(text)
            if not _ABBREVIATED.search(text, max(match.end() - 8, 0), match.end())
        ]
        self._sentence = [bisect_right(self._ends, one.start) for one in self.persons]
        self._places = self._outside_marks()
        self.traced = self._read()
        if self._settle_sexes():
            self.traced = self._read()
        self.found = {at: self._said(one) for at, one in self.traced.items()}

    def _described(self, named: Sequence[Mention]) -> list[Mention]:
        """Persons who are described, not named; one who is named right beside is no other."""
        # "his wife Ann", "Ann, his wife": whoever stands beside is meant.
        starts = [one.start for one in named]
        found: list[Mention] = []
        known: dict[str, str] = {}
        for match in _DESCRIBED.finditer(self.text):
            place = bisect_left(starts, match.end())
            after = named[place].start - match.end() if place < len(named) else 99
            before = match.start() - named[place - 1].end if place else 99
            noun, entity = match["noun"].lower(), ""
            if after <= 2 or 0 <= before <= 2:
                entity = named[place if after <= 2 else place - 1].entity
                known.setdefault(noun, entity)
            else:
                found.append(Mention(match.start("noun"), match.end("noun"), "PERSON", noun))
            if entity:
                self.sexes.setdefault(entity, "she" if match["she"] else "he")
            self.sexes[f"\0{noun}"] = "she" if match["she"] else "he"
        return [
            one._replace(
                entity=f"\0{one.entity}"
                if one.entity in KIN
                else known.get(one.entity, f"\0{one.entity}")
            )
            for one in found
        ]

    def _outside_marks(self) -> list[tuple[int, str, str]]:
        """Give the place, the group and the word of the pronouns outside quotation marks."""
        self._quoted = quoted = [match.span() for match in _QUOTED.finditer(self.text)]
        places = []
        for match in PRONOUN.finditer(self.text):
            within = bisect_right(quoted, (match.start(), match.start()))
            if not (within and match.start() < quoted[within - 1][1]):
                word = match[0].lower()
                places.append((match.start(), _GROUPS[word], word))
        return places

    def _settle_sexes(self) -> bool:
        """Let whoever was both *he* and *she* be what is more probable; say if anybody was."""
        votes: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for at, group, _ in self._places:
            one = self.traced[at]
            if self._said(one) and one.entity not in self.sexes:
                votes[one.entity][group] += one.score
        both = {entity: own for entity, own in votes.items() if len(own) > 1}
        self.sexes |= {entity: max(own, key=lambda sex: own[sex]) for entity, own in both.items()}
        return bool(both)

    def _said(self, one: Traced) -> str:
        """The person, if probable enough and named."""
        return "" if one.score < self.sure or one.entity.startswith("\0") else one.entity

    def _read(self) -> dict[int, Traced]:
        """Trace every pronoun, each with what those before it were found to be."""
        self._seen: dict[str, _Seen] = {}
        self._count: Counter[str] = Counter()
        self._last: dict[str, Traced] = {}  # the person of the latest pronoun of each group
        self._openings: dict[int, tuple[int, str, str]] = {}  # the first pronoun of a sentence
        traced: dict[int, Traced] = {}
        name = 0
        for at, group, word in self._places:
            while name < len(self.persons) and self.persons[name].start < at:
                one = self.persons[name]
                self._see(one.entity, _Seen(one.start, self._sentence[name], name))
                name += 1
            sentence = bisect_right(self._ends, at)
            traced[at] = self._choose(group, at, sentence)
            self._note(group, word, at, sentence, traced[at])
        return traced

    def _see(self, entity: str, seen: _Seen) -> None:
        opening = self._openings.get(seen.sentence)
        other = opening is not None and self.sexes.get(entity, opening[1]) != opening[1]
        if opening is None or other or opening[2] == entity or seen.start < opening[0]:
            self._seen[entity] = seen  # else: whom the sentence names behind its pronoun
        self._count[entity] += 1

    def _note(self, group: str, word: str, at: int, sentence: int, one: Traced) -> None:
        """Keep whom a pronoun stood for, for those that follow."""
        entity = one.entity if one.score >= LIKELY else ""
        if word == group:
            self._openings.setdefault(sentence, (at, group, entity))
        self._last[group] = one._replace(entity=entity)
        if entity:
            self._seen[entity] = _Seen(at, sentence, -1)
            self._count[entity] += 1

    def _choose(self, group: str, at: int, sentence: int) -> Traced:
        """Weigh who may be meant; "" where nobody is probable enough."""
        weighed = [
            (entity, sum(w * x for w, x in zip(_WEIGHTS, features, strict=True)))
            for entity, features in self.candidates(group, at, sentence)
        ]
        if not weighed:
            return Traced("", 0.0)
        whole = sum(math.exp(value) for _, value in weighed) + math.exp(NOBODY)
        entity, value = max(weighed, key=lambda pair: pair[1])
        score = math.exp(value) / whole
        if self._last.get(group, ("", 0.0))[0] == entity:
            score *= self._last[group].score ** CARRIED
        return Traced(entity, score)

    def candidates(self, group: str, at: int, sentence: int) -> list[tuple[str, tuple[float, ...]]]:
        """List who may be meant, the latest first, and what speaks for each."""
        fits = [
            (entity, seen)
            for entity, seen in self._seen.items()
            if at - seen.start <= _FAR and self.sexes.get(entity, group) == group
        ]
        spoken = self._spoken_of(at)
        fits = [pair for pair in fits if pair[0] not in spoken]
        fits.sort(key=lambda pair: -pair[1].start)
        fits = fits[:_NEAR]
        paragraph = self.text.rfind("\n", max(at - _FAR, 0), at) + 1
        most = max((self._count[entity] for entity, _ in fits), default=1)
        return [
            (
                entity,
                self._features(entity, seen, group, at, sentence, paragraph, rank, len(fits), most),
            )
            for rank, (entity, seen) in enumerate(fits)
        ]

    def _features(
        self, entity: str, seen: _Seen, group: str, at: int, sentence: int, paragraph: int,
        rank: int, rivals: int, most: int,
    ) -> tuple[float, ...]:  # fmt: skip
        """What speaks for a person, in the order of WEIGHTS."""
        named = seen.name >= 0
        one = self.persons[seen.name] if named else None
        opens = named and self._opens(seen.name)
        continues = float(
            group in self._last
            and self._last[group].entity == entity
            and not self._new_subject(entity, seen, group, sentence)
        )
        between = math.log1p(self.text.count("\n\n", seen.start, at))
        begins = self._ends[sentence - 1] if sentence else 0
        described = entity.startswith("\0")
        return (
            math.log1p(sentence - seen.sentence),
            float(seen.start >= paragraph),
            float(sentence == seen.sentence),
            continues,
            float(not named),
            float(opens),
            float(
                one is not None
                and bool(_PREPOSITION.search(self.text, max(one.start - 9, 0), one.start))
            ),
            float(one is not None and self.text[one.end : one.end + 2] in ("'s", "’s")),
            self._count[entity] / most,
            float(entity in self.sexes),
            math.log1p(rank),
            math.log(rivals),
            self._whole[entity] / max(self._whole.values(), default=1),
            float((opens or not named) and at - begins < 3),
            float(described),
            float(described and sentence - seen.sentence < 2),
            between,
            between * continues,
        )

    def _spoken_of(self, at: int) -> set[str]:
        """The persons named in the marked words right behind which a pronoun stands."""
        within = bisect_right(self._quoted, (at, at)) - 1
        if within < 0 or self.text[self._quoted[within][1] : at].strip(" ,"):
            return set()
        low, high = (bisect_left(self._starts, place) for place in self._quoted[within])
        return {one.entity for one in self.persons[low:high]}

    def _opens(self, name: int) -> bool:
        """Whether a name is the first of its sentence, or what the first has (Merkel's man Ray)."""
        before = name - 1
        if before < 0 or self._sentence[before] != self._sentence[name]:
            return True
        gap = self.text[self.persons[before].end : self.persons[name].start]
        return bool(_OWNED.fullmatch(gap)) and self._opens(before)

    def _new_subject(self, entity: str, seen: _Seen, group: str, sentence: int) -> bool:
        """Whether the sentence before opens with the name of another who may be meant."""
        return any(
            one.name >= 0
            and other != entity
            and one.start > seen.start
            and one.sentence == sentence - 1
            and other[:1] != "\0"
            and self.sexes.get(other, group) == group
            and self._opens(one.name)
            and not self._is_beside(one.name)
            for other, one in self._seen.items()
        )

    def _is_beside(self, name: int) -> bool:
        """Whether a name stands behind a preposition or is a genitive."""
        one = self.persons[name]
        return bool(_PREPOSITION.search(self.text, max(one.start - 9, 0), one.start)) or self.text[
            one.end : one.end + 2
        ] in ("'s", "’s")

    def may_be(self, group: str, at: int, entity: str) -> bool:
        """Whether a pronoun that stays open may be a person who spoke last."""
        # The one named last who can be meant, or the one most probable, if nobody is sure.
        if self.sexes.get(entity, group) != group:
            return False
        one = self.traced.get(at)
        if one is not None and one.entity == entity:
            return True
        stop = bisect_left(self._starts, at)
        near = [
            person.entity
            for person in self.persons[max(stop - _NEAR, 0) : stop]
            if self.sexes.get(person.entity, group) == group and person.entity[:1] != "\0"
        ]
        return bool(near) and near[-1] == entity

    def is_later(self, one: str, other: str, at: int) -> bool:
        """Whether, before a place, the one is named later than the other."""
        before = self.persons[: bisect_left(self._starts, at)]
        named = next((p.entity for p in reversed(before) if p.entity in (one, other)), other)
        return named == one != other


def trace_bodies(text: str, mentions: Sequence[Mention]) -> dict[int, Mention]:
    """The organisation or country that *it* and *its* stand for, where one alone can be meant."""
    # Russia kept its troops there. It denied the report. The sentence of *its*, or the one before
    # *It*, must open with a body and name no other; all other *it* and every *they* stay open.
    bodies = [one for one in mentions if one.label in _BODIES]
    starts = [one.start for one in bodies]
    ends = [match.end() for match in _END.finditer(text)]
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    found = {}
    for match in OF_BODY.finditer(text):
        at = match.start()
        within = bisect_right(quoted, (at, at))
        if within and at < quoted[within - 1][1]:
            continue
        sentence = bisect_right(ends, at)
        low = ends[sentence - 1] if sentence else 0
        if match[0] == "It":
            if at - low > 2 or not sentence or "\n\n" in text[low - 3 : low]:
                continue
            low, at = ends[sentence - 2] if sentence > 1 else 0, low
        own = bodies[bisect_left(starts, low) : bisect_left(starts, at)]
        alone = len({one.entity for one in own}) == 1
        if alone and own[0].start <= low + 5 and not _NO_SUBJECT.match(text, own[0].end):
            found[match.start()] = own[0]
    return found
