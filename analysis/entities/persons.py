"""Whom a short form means: the persons that a text names in full, and who is meant of two."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import regex

from analysis.entities.gazetteer import Gazetteer
from analysis.entities.sexes import HE, SHE, fold, is_kin, sex_beside, sex_of_name
from analysis.entities.spans import Mention
from analysis.entities.wholes import nickname

_INITIAL = regex.compile(r"\p{Lu}\.?$")
_PREFIX = regex.compile(r"(?:al|el|bin|ibn)-", regex.IGNORECASE)
_WORD = regex.compile(r"[\p{L}\p{M}]+(?:[’'-][\p{L}\p{M}]+)*")
_PRONOUN = regex.compile(r"\b(?:he|his|she|her)\b", regex.IGNORECASE)
_A = regex.compile(r"\b(?:[Aa]n?)\s$")
_SAID_BEHIND = regex.compile(r"[^.!?…“”\"\n]{0,60}?\b(?P<sex>he|she)\b")
_VOWELS = regex.compile(r"[aeiouy]+")
_JUNIOR = regex.compile(r",?\s+(?:Jr|Sr|II|III|IV)\.?$")


@dataclass
class _Person:
    """A person whom the text names in full: forms, places, and what stands beside them."""

    forms: list[str]
    count: int = 0
    first: int = 0
    titles: set[str] = field(default_factory=set)
    kin: bool = False
    sex: str = ""

    def weight(self) -> float:
        """How much speaks for this one where a surname is two persons'."""
        return self.count - 4 * self.kin - 2 * any(_JUNIOR.search(form) for form in self.forms)


def join_persons(names: Sequence[Mention], flat: str, gazetteer: Gazetteer) -> list[Mention]:
    """Give short forms of persons the full name that the same text has for them."""
    people = _people([m for m in names if m.label == "PERSON"], flat, gazetteer)
    if not people:
        return list(names)
    whole = {fold(form): name for name, one in people.items() for form in one.forms}
    tails: dict[str, set[str]] = defaultdict(set)
    heads: dict[str, set[str]] = defaultdict(set)
    for name, person in people.items():
        for form in person.forms:
            words = fold(_JUNIOR.sub("", form)).split()
            for place in range(1, len(words)):
                tails[_bare(" ".join(words[place:]))].add(name)
            heads[words[0]].add(name)
    pronouns = _pronouns_behind(names, flat)
    starts = [one.start for one in names if one.label == "PERSON"]
    next_person = dict(itertools.pairwise(starts))
    joined = []
    for mention in names:
        if mention.label == "PERSON":
            short = fold(mention.entity)
            name = whole.get(short, "")
            if not name and _A.search(flat, max(mention.start - 4, 0), mention.start):
                name = mention.entity if _bare(short) not in tails else ""  # an Oscar
            if not name:
                fits = tails.get(_bare(short)) or (
                    heads.get(short, set()) if " " not in short else set()
                )
                surname = _bare(short) in tails
                said = pronouns[short]
                following = next_person.get(mention.start, len(flat))
                name = _meant(mention, fits, surname, said, following, people, flat, gazetteer)
            mention = mention._replace(entity=name)
        joined.append(mention)
    return joined


def _meant(
    mention: Mention,
    fits: set[str],
    surname: bool,
    said: Counter[str],
    following: int,
    people: dict[str, _Person],
    flat: str,
    gazetteer: Gazetteer,
) -> str:
    """The one person a short form can mean, else the short form."""
    # Of several of one surname: whom a title before it fits ("Mrs. Hale", "Mayor Hale"), else whom
    # the text is about. A relative ("her husband, Paul Hale") is named in full when he is meant.
    text = mention.entity
    known = gazetteer.first_names.get(text)
    sex = sex_beside(flat, mention.start)
    if known is not None and not (sex and any(people[one].sex == sex for one in fits)):
        fits = {one for one in fits if any(k.startswith(one.split()[0].rstrip(".")) for k in known)}
    if len(fits) < 2 or not surname:
        return next(iter(fits)) if len(fits) == 1 else text
    named = {one for one in fits if not sex or people[one].sex in ("", sex)} or fits
    titles = _titles_before(flat, mention.start, gazetteer)
    titled = {one for one in named if titles & people[one].titles}
    named = titled or named
    behind = _SAID_BEHIND.match(flat, mention.end, min(following, len(flat)))  # … said she would
    if behind and not sex and not titled:
        named = {one for one in named if people[one].sex == behind["sex"]} or named
    first = min(people[one].first for one in named)
    return max(
        sorted(named),
        key=lambda one: (
            people[one].weight() + said[people[one].sex] + (people[one].first == first),
            -people[one].first,
        ),
    )


def _pronouns_behind(names: Sequence[Mention], flat: str) -> dict[str, Counter[str]]:
    """How often *he* and *she* follow each short form, before the next person is named."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    persons = [one for one in names if one.label == "PERSON"]
    for one, following in zip(persons, [*persons[1:], None], strict=True):
        stop = min(one.end + 200, following.start if following else len(flat))
        for match in _PRONOUN.finditer(flat, one.end, stop):
            counts[fold(one.entity)][SHE if match[0].lower() in ("she", "her") else HE] += 1
    return counts


def _people(persons: Sequence[Mention], flat: str, gazetteer: Gazetteer) -> dict[str, _Person]:
    """The persons named in full: the name to show, and all the full forms the text has."""
    count = Counter(one.entity for one in persons if " " in one.entity)
    nick = {nickname(flat[one.start : one.end]): one.entity for one in persons}  # Bob Carr
    groups: list[list[str]] = []
    for form in sorted(count, key=lambda form: (-len(form), form)):
        same = [
            forms
            for forms in groups
            if any(
                _is_same_person(form, known) or known == nick.get(form) or form == nick.get(known)
                for known in forms
            )
        ]
        if len(same) == 1:
            same[0].append(form)
        else:  # a new person, or an initial that two persons have
            groups.append([form])
    people = {}
    for forms in groups:
        best = max(forms, key=lambda f: (not f.isupper(), not _is_short(f), count[f], len(f), f))
        people[best] = _Person(forms, sum(count[form] for form in forms))
    owner = {form: person for person in people.values() for form in person.forms}
    for one in reversed(persons):
        person = owner.get(one.entity)
        if person is not None:
            person.first = one.start
            person.titles |= _titles_before(flat, one.start, gazetteer)
            person.kin |= is_kin(flat, one.start, one.end)
            person.sex = sex_beside(flat, one.start) or person.sex
    for name, person in people.items():
        person.sex = person.sex or sex_of_name(name)
    return people


def _titles_before(flat: str, start: int, gazetteer: Gazetteer) -> set[str]:
    """The titles right before a name, as words in small letters."""
    words, titles = gazetteer.words, set()
    for match in reversed(list(_WORD.finditer(flat[max(start - 60, 0) : start]))):
        word = match[0].lower()
        if word not in words["titles"] and word not in words["title_modifiers"]:
            break
        titles.add(word)
    return titles - {"mr", "mrs", "ms", "miss", "sir", "lady", "lord"}


def _is_same_person(one: str, other: str) -> bool:
    """Whether two full names are of one person: surname and first name or its initial agree."""
    a, b = fold(one).split(), fold(other).split()
    if _bare(a[-1]) != _bare(b[-1]):
        return False
    if a == b[-len(a) :] or b == a[-len(b) :]:
        return True
    first, second = a[0].rstrip("."), b[0].rstrip(".")
    short = min(len(first), len(second))
    if short == 1 or first == second:
        return first[0] == second[0]
    sexes = {sex_of_name(one), sex_of_name(other)} - {""}
    if len(sexes) > 1:
        return False
    return _is_near(first, second) or (a[1:] == b[1:] and _is_respelt(first, second))


def _is_near(first: str, second: str) -> bool:
    """Whether two first names are one: spelt in two ways (Sergei, Sergey), or cut (Tim)."""
    short, long = sorted((first, second), key=len)
    if len(short) >= 3 and long.startswith(short):
        return True
    if len(short) < 3 or len(long) - len(short) > 1 or _sound(first) != _sound(second):
        return False
    if len(short) == len(long) > 3:
        return sum(a != b for a, b in zip(first, second, strict=True)) == 1
    return any(long[:place] + long[place + 1 :] == short for place in range(len(long)))  # Jon, John


def _is_respelt(first: str, second: str) -> bool:
    """Whether two first names differ in vowels and doubled letters only: Mohammed, Muhammad."""
    bones = [regex.sub(r"(.)\1", r"\1", _VOWELS.sub(".", one)) for one in (first, second)]
    return bones[0] == bones[1] and len(bones[0].replace(".", "")) > 3


def _sound(word: str) -> str:
    return word[:1].replace("c", "k").replace("y", "j")


def _is_short(name: str) -> bool:
    return bool(_INITIAL.match(name.split()[0]))


def _bare(text: str) -> str:
    """Assad, al-Assad: the article is part of some spellings only."""
    return _PREFIX.sub("", text, count=1) if _PREFIX.match(text) else text
