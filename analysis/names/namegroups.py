"""Organisations and places that are built around a word which says what they are."""

from __future__ import annotations

from itertools import pairwise

from analysis.names.namescan import COMMA, HYPHEN, NORMAL, SPACE, UPPER_CASE, Unit
from analysis.names.nametext import CONTEXT, PATTERN, World, is_given, is_opener, merge

_NATIONAL = frozenset({"Cross", "Crescent"})  # British Red Cross
_OFFICES = frozenset("Administration Government Cabinet Team Office Council".split())  # Biden's
_SURNAMES = frozenset(
    "Hill Park Lake Forest Gates Woods Falls Lane Castle Bridge Street Stone Field".split()
)


def group_names(run: list[Unit], world: World) -> list[Unit]:
    """Join the words of organisations and places that are built around a head word."""
    if run[0].mode == UPPER_CASE:
        return run
    place = 0
    while place < len(run):
        unit = run[place]
        if unit.label is None or unit.kind in {"other", "org"}:
            span = _organisation(run, place, world)
            label = "ORG"
            if span is None:
                span, label = _place(run, place, world), "PLACE"
            if span is not None:
                merge(run, *span, label, PATTERN, world)
                place = span[0]
        elif unit.label == "PLACE" and place and _is_direction(run[place - 1], world):
            place -= 1
            merge(run, place, place + 2, "PLACE", PATTERN, world)
        if run[place].label == "PLACE" and _direction_follows(run, place, world):
            merge(run, place, place + 2, "PLACE", PATTERN, world)
        place += 1
    return run


def _is_direction(unit: Unit, world: World) -> bool:
    """Northern Gaza; "West" alone is a place of its own."""
    joined = unit.gap in {SPACE, HYPHEN} and unit.kind != "place"
    return joined and world.is_in(unit.text, "directions")


def _direction_follows(run: list[Unit], place: int, world: World) -> bool:
    """Kowloon East, but not "Moscow West Road"."""
    if place + 1 >= len(run) or run[place].gap != SPACE or run[place + 1].gap == SPACE:
        return False
    return world.is_in(run[place + 1].text, "directions") and run[place].mode == NORMAL


def _organisation(run: list[Unit], place: int, world: World) -> tuple[int, int] | None:
    """First and stop of the organisation whose head word is here."""
    head = run[place]
    last = head.text.split()[-1]
    opens = any(world.is_in(word, "org_openers") for word in {last, head.text.split()[0]})
    opens = opens and head.gap.split()[:1] in (["of"], ["for"], ["on"])
    named = world.is_in(last, "org_heads") or (head.kind == "org" and last in _NATIONAL)
    if not opens and not named and not _school_district(run, place):
        return None
    if head.mode != NORMAL and not opens and place == 0:
        return None
    first, stop = _leftwards(run, place, world), place + 1
    while stop < len(run) and run[stop - 1].gap == SPACE and _is_head(run[stop], world):
        stop += 1
    goes_on = run[stop - 1].gap in {"of", "of the", "for", "for the", "on", "in the"}
    if stop < len(run) and goes_on and (opens or run[stop].label == "PLACE"):
        stop = _rightwards(run, stop, world)
    return (first, stop) if stop - first > 1 else None


def _school_district(run: list[Unit], place: int) -> bool:
    return bool(place) and run[place].text == "District" and run[place - 1].text.endswith("School")


def _is_head(unit: Unit, world: World) -> bool:
    return unit.label is None and world.is_in(unit.text, "org_heads")


def _leftwards(run: list[Unit], place: int, world: World) -> int:
    """How far the name reaches to the left of its head word."""
    first = place
    while first and run[first - 1].gap in {SPACE, HYPHEN, "and"}:
        unit = run[first - 1]
        if unit.gap == "and" and not _lone_part(run, first - 1, world):
            break
        if unit.label == "PERSON" and run[place].text in _OFFICES:
            break
        if unit.kind == "title" or is_opener(unit, world):
            break
        if run[place].kind == "org" and unit.label not in {"PLACE", "NORP"}:
            break
        first -= 1
    while first < place and (
        is_opener(run[first], world) or run[first].text in {"President", "Minister", "Former"}
    ):
        first += 1
    return first


def _lone_part(run: list[Unit], place: int, world: World) -> bool:
    """Whether the word before "and" belongs to the name ("Food and Drug Administration")."""
    unit = run[place]
    before = run[place - 1]
    alone = place == 0 or before.gap != SPACE or before.label == "NORP" or is_opener(before, world)
    return alone and unit.label is None and not is_given(unit, world) and not _is_head(unit, world)


def _rightwards(run: list[Unit], place: int, world: World) -> int:
    """How far the name reaches after "of": names joined by spaces, "and", once more "of"."""
    stop = place + 1
    while stop < len(run):
        gap, unit = run[stop - 1].gap, run[stop]
        open_end = run[stop - 1].label in {None, "NORP"}
        joined = gap in {SPACE, HYPHEN} and open_end and unit.label != "PERSON"
        joined = joined or (gap in {SPACE, HYPHEN} and _is_head(unit, world))
        both = gap in {"and", "and the"} and unit.label is None and not is_given(unit, world)
        both = both and run[stop - 1].label is None and not world.is_in(unit.text, "titles")
        both = both and not world.is_in(unit.text, "org_openers")
        deeper = gap in {"of", "of the", "for the", "in"} and unit.label in {None, "PLACE", "NORP"}
        if not joined and not both and not (deeper and unit.kind != "other"):
            break
        stop += 1
    return stop


def _place(run: list[Unit], place: int, world: World) -> tuple[int, int] | None:
    """First and stop of the place whose head word is here: "Volga River", "Mount Everest"."""
    head = run[place]
    if head.label is not None:
        return None
    stop = _opened_place(run, place, world)
    if stop:
        return place, stop
    if not world.is_in(head.text, "place_heads"):
        return None
    first = place
    while first and run[first - 1].gap in {SPACE, HYPHEN}:
        if run[first - 1].kind in {"title", "other"} or is_opener(run[first - 1], world):
            break
        first -= 1
    if head.text in _SURNAMES and is_given(run[first], world):
        return None  # Marc Lamont Hill
    return (first, place + 1) if first < place and head.mode == NORMAL else None


def _opened_place(run: list[Unit], place: int, world: World) -> int:
    """Where a place ends that begins with what it is: "Lake Baikal", "Sea of Azov"; else 0."""
    head = run[place]
    after = run[place + 1] if place + 1 < len(run) else None
    if after is None or after.label not in {None, "PLACE"} or after.kind == "other":
        return 0
    spaced = head.gap == SPACE and world.is_in(head.text, "place_openers")
    spaced = spaced and not (place and run[place - 1].gap == SPACE)
    if not spaced and not (head.gap in {"of", "of the"} and world.is_in(head.text, "place_of")):
        return 0
    stop = place + 2
    while stop < len(run) and run[stop - 1].gap == SPACE and run[stop].label is None:
        stop += 1
    return stop


def note_commas(chunks: list[list[Unit]], world: World) -> None:
    """Greensboro, North Carolina: an unknown name before a comma and a place is a place."""
    for run, following in pairwise(chunks):
        after, last = following[0], run[-1]
        if last.gap != COMMA or after.label != "PLACE" or after.gap == SPACE or after.genitive:
            continue
        if world.flat[after.end : after.end + 1] not in {",", ".", ")", ";", ""}:
            continue
        first = len(run)
        while first and run[first - 1].label is None and not is_opener(run[first - 1], world):
            first -= 1
            if first and run[first - 1].gap != SPACE:
                break
        names = run[first:]
        told = any(is_given(u, world) or world.is_in(u.text, "titles") for u in names)
        if names and len(names) < 4 and not told and names[0].mode == NORMAL:
            merge(run, first, len(run), "PLACE", CONTEXT, world)
