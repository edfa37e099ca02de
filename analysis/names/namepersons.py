"""Persons that a title, a given name or the form of the name gives away."""

from __future__ import annotations

from itertools import pairwise

import regex

from analysis.names.namescan import HYPHEN, NORMAL, SPACE, UPPER_CASE, Unit
from analysis.names.nametext import (
    CONTEXT,
    PATTERN,
    ROMAN,
    TABLE,
    TOWNS,
    World,
    is_common,
    is_given,
    is_opener,
    is_small_word,
    merge,
    word_before,
)

_ASIAN = regex.compile(r"\p{Lu}\p{Ll}+-\p{L}\p{Ll}+$")  # Jong-un, Chi-wai
_DESCRIBES = ("ist", "ian", "ists", "ions", "ist's", "ant", "crat", "partisan")


def _may_name_person(run: list[Unit], place: int, world: World) -> bool:
    """A word in no table, or a place that is also a given name before such a word."""
    unit = run[place]
    if unit.label is None:
        return True
    if unit.label != "PLACE" or not is_given(unit, world) or unit.gap != SPACE:
        return False
    after = run[place + 1] if place + 1 < len(run) else None
    return after is not None and after.label is None and not world.is_in(after.text, "titles")


def _joins(run: list[Unit], place: int, world: World) -> bool:
    """Whether the unit here goes on with the person's name before it."""
    before, unit = run[place - 1], run[place]
    gap = before.gap
    particle = bool(gap) and all(word in world.gazetteer.words["particles"] for word in gap.split())
    if gap not in {SPACE, HYPHEN} and not (particle and before.label is None):
        return False
    if unit.label is None or (gap == SPACE and ROMAN.match(unit.text)):
        return True
    if unit.label == "PERSON" and unit.kind in {"person", "alias"} and " " not in unit.text:
        known = is_given(before, world) or not before.initial
        return before.label is None and known and not is_common(before.text, world)
    known = is_given(before, world) or (place > 1 and is_given(run[place - 2], world))
    city = unit.label == "PLACE" and unit.kind in {"city", "place", "state", "country"}
    return known and gap == SPACE and (city or unit.text == "May") and " " not in unit.text


def _strip(run: list[Unit], first: int, stop: int, world: World) -> tuple[int, bool]:
    """Skip what stands before the name; say whether a title was among it."""
    title = first > 0 and run[first - 1].kind == "title" and run[first - 1].gap == SPACE
    while first < stop:
        unit = run[first]
        if world.is_in(unit.text, "titles") and not (
            is_given(unit, world) and first + 1 < stop and not unit.initial
        ):
            title = True
        elif world.is_in(unit.text, "title_modifiers") and stop - first > 1:
            pass
        elif not is_opener(unit, world):
            break
        first += 1
    if not title and first < stop:
        word = word_before(run[first], world)
        title = word in world.gazetteer.words["titles"]
    return first, title


def note_persons(run: list[Unit], world: World) -> None:
    """Label persons that a title, a given name or the form of the name gives away.

    Titles and openers before what is no person after all are marked, so that the second reading
    passes them over.
    """
    place = 0
    while place < len(run):
        stop = place + 1
        if _may_name_person(run, place, world):
            while stop < len(run) and _joins(run, stop, world):
                stop += 1
            end = stop
            while end - 1 > place and is_small_word(run[end - 1]):
                end -= 1
            first, title = _strip(run, place, end, world)
            first = _late_start(run, first, end, world)
            score = _person_score(run, first, end, title, world)
            if score and end - first <= 5:
                merge(run, first, end, "PERSON", score, world)
                stop = first + 1
            else:
                for skipped in run[place:first]:
                    skipped.kind = "skip"
        place = stop
    _note_titled_cities(run, world)


def _note_titled_cities(run: list[Unit], world: World) -> None:
    """President Lincoln, where Lincoln is a city as well."""
    for unit, after in pairwise(run):
        title = unit.kind == "title" or (unit.label is None and world.is_in(unit.text, "titles"))
        if title and unit.gap == SPACE and after.kind in TOWNS and " " not in after.text:
            after.label, after.kind, after.score = "PERSON", "rule", CONTEXT


def _late_start(run: list[Unit], first: int, stop: int, world: World) -> int:
    """Skip a describing word before a given name: "Scientologist Tom Cruise"."""
    for place in range(first + 1, stop - 1):
        words = [unit.text for unit in run[first:place]]
        described = all(w.lower() in world.small or w.endswith(_DESCRIBES) for w in words)
        if described and is_given(run[place], world) and not is_given(run[first], world):
            return place
    return first


def _person_score(run: list[Unit], first: int, stop: int, title: bool, world: World) -> float:
    """How sure it is that these words are a person's name; 0 where nothing says so."""
    names = run[first:stop]
    if not names or names[0].mode == UPPER_CASE:
        return 0.0
    words = [unit.text for unit in names]
    if any(word.isupper() and len(word) > 3 for word in words):
        return 0.0
    signed = title or (len(names) == 2 and is_given(names[0], world) and names[0].mode == NORMAL)
    if is_common(words[-1], world, signed=signed):
        return 0.0
    if title and not any(world.is_in(w, "org_heads") or world.is_in(w, "openers") for w in words):
        return TABLE if len(names) > 1 else PATTERN
    if 1 < len(names) < 5 and is_given(names[0], world) and not names[0].genitive:
        return PATTERN if names[0].mode == NORMAL or len(names) == 2 else 0.0
    if len(names) > 1 and any(_ASIAN.match(world.flat[u.start : u.tail]) for u in names):
        return PATTERN
    if names[0].mode != NORMAL or len(names) < 2:
        return 0.0
    if any(len(word) == 1 for word in words[:-1]) and len(words[-1]) > 1:
        return PATTERN
    if any(unit.gap not in {SPACE, HYPHEN} for unit in names[:-1]):
        return CONTEXT
    return 0.0
