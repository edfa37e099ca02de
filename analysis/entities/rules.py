"""The rule engine of entities: which capitalised words name whom or what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import regex

from analysis.entities.gazetteer import Gazetteer
from analysis.entities.scan import (
    COMMA,
    HYPHEN,
    NORMAL,
    SPACE,
    UPPER_CASE,
    Unit,
    flatten,
    runs,
    scan,
    small_words,
)
from analysis.entities.text import (
    CONTEXT,
    GUESS,
    PATTERN,
    ROMAN,
    TABLE,
    TOWNS,
    World,
    is_acronym,
    is_common,
    is_given,
    is_opener,
    is_small_word,
    merge,
    word_after,
    word_before,
)

_PLACE_CUE = regex.compile(
    r"(?:city|town|village|capital|residents?|mayor|governor|province|region|district|port|island"
    r"|suburb|municipality|outskirts|streets|(?:north|south|east|west)) of (?:the )?$"
)
_ORG_CUE = regex.compile(
    r"(?:members?|leaders?|head|CEO|chief|founders?|chair\w*|director|president|spokes\w+|editor"
    r"|headquarters|employees|defectors?) (?:of|for|at|from) (?:the )?$"
    r"|\b(?:group|company|party|band|newspaper|magazine|firm|agency|website|channel|network|team"
    r"|club|giant|broadcaster|start-?up|organi[sz]ation|faction|militia|movement|airline) "
    r"(?:called )?(?:the )?$"
)
_PARTICLES = frozenset("Von Van De Di Da Du Del Della Bin Al-Assad El-Sisi".split())
_STORMS = frozenset("Hurricane Typhoon Cyclone Storm Operation".split())
_IN = frozenset("in near outside across throughout inside".split())


class Found(NamedTuple):
    """One mention: offsets into the text, what it is, and how sure the rule is."""

    sentence: int
    start: int
    end: int
    label: str
    entity: str
    score: float


def find_names(text: str, starts: Sequence[int], gazetteer: Gazetteer) -> list[Found]:
    """Find the persons, organisations, places and groups named in one text.

    Notes
    -----
    1. Every capitalised word is read once; known names are looked up under their first word,
       the longest first. 2. Runs of words that nothing separates are read as
       organisations or places where a head word says so ("… Ministry", "Lake …"). 3. What is left
       is a person after a title or with a known given name. 4. With those known, the
       rest of the text is read again: a surname is the person who was named in full,
       an unknown word is what its neighbours say. Language: English.
    """
    flat = flatten(text)
    world = World(flat, small_words(flat), gazetteer)
    chunks = [group_names(run, world) for run in runs(scan(flat, starts, gazetteer))]
    note_commas(chunks, world)
    for run in chunks:
        note_persons(run, world)
    _learn(chunks, world)
    for run in chunks:
        _resolve(run, world)
    _agree(chunks, world)
    return [
        Found(unit.sentence, unit.start, unit.end, unit.label, unit.entity, unit.score)
        for run in chunks
        for unit in run
        if unit.label
    ]


def _learn(chunks: list[list[Unit]], world: World) -> None:
    """Note the full names of the text, so that its surnames can be resolved."""
    for run in chunks:
        for unit in run:
            world.seen[unit.text] += 1
            if unit.label == "PERSON":
                world.full_names[unit.entity] += 1
            if unit.label == "ORG" and unit.kind == "rule" and " of " in unit.text:
                world.votes[unit.text.split()[-1]]["ORG"] += 100  # Church of Scientology
    for name, count in world.full_names.items():
        _register(name, count, world)


def _register(name: str, count: int, world: World) -> None:
    words = name.split()
    for word in (words[-1], words[0]) if len(words) > 1 else words:
        world.by_word[word][name] += count


def full_name(text: str, world: World) -> str:
    """The longest name of the text that ends (or begins) with these words."""
    words = text.split()
    names = world.by_word.get(words[-1]) or world.by_word.get(words[0]) or Counter()
    text = text[0].lower() + text[1:] if text.split()[0] in _PARTICLES else text
    fits = [n for n in names if n.endswith(" " + text) or n.startswith(text + " ")]
    known = world.gazetteer.first_names.get(text)
    fits = [n for n in fits if known is None or n.split()[0] in known]
    if not fits:
        return text
    return max(fits, key=lambda n: (n.endswith(" " + text), world.full_names[n], len(n)))


def _resolve(run: list[Unit], world: World) -> None:
    """Give persons their full name, and say what the words are that no table had."""
    place = 0
    while place < len(run):
        unit = run[place]
        if unit.label == "PERSON":
            unit.entity = full_name(unit.entity, world)
        elif unit.label == "PLACE" and unit.kind == "city" and _is_surname(unit, world):
            unit.label, unit.entity, unit.score = "PERSON", full_name(unit.text, world), CONTEXT
        elif unit.text == "May" and _is_may(unit, world):
            unit.label, unit.entity, unit.score = "PERSON", full_name("May", world), CONTEXT
        elif unit.label is None and unit.kind != "skip":
            _decide(run, place, world)
        place += 1


def _is_surname(unit: Unit, world: World) -> bool:
    full = full_name(unit.text, world)
    return full.endswith(" " + unit.text) and word_before(unit, world).lower() not in _IN


def _is_may(unit: Unit, world: World) -> bool:
    """May is a person where the text names one in full and this one speaks or owns something."""
    speaks = unit.genitive or word_after(unit, world) in world.gazetteer.words["speech_verbs"]
    return speaks and full_name("May", world) != "May"


def _decide(run: list[Unit], place: int, world: World) -> None:
    """Label the unknown words that begin here."""
    stop = place + 1
    while stop < len(run) and run[stop].label is None and run[stop - 1].gap in {SPACE, HYPHEN}:
        stop += 1
    if _is_korea(run[place:stop], world):
        merge(run, place, stop, "PLACE", CONTEXT, world).entity = f"{run[place].text} Korea"
        return
    for end in range(stop, place, -1):  # the longest stretch that the text names elsewhere
        text = world.flat[run[place].start : run[end - 1].end]
        known = text in world.full_names or full_name(text, world) != text
        if known and not (end - place == 1 and is_opener(run[place], world)):
            unit = merge(run, place, end, "PERSON", PATTERN, world)
            unit.entity = full_name(unit.entity, world)
            return
    if run[place].mode != NORMAL:
        if is_acronym(run[place], world):
            merge(run, place, place + 1, "ORG", CONTEXT, world)
        return
    while place < stop and is_opener(run[place], world):
        place += 1
    while stop - 1 > place and is_small_word(run[stop - 1]):
        stop -= 1
    if place < stop:
        _label_by_context(run, place, stop, world)


def _is_korea(names: list[Unit], world: World) -> bool:
    """The North, where the text speaks of North Korea."""
    text = names[0].text
    alone = len(names) == 1 and text in {"North", "South"} and f"{text} Korea" in world.flat
    return alone and word_before(names[0], world) == "the"


def _label_by_context(run: list[Unit], place: int, stop: int, world: World) -> None:
    """Label several words at once by their neighbours; let one word's neighbours vote."""
    label, score = _from_context(run, place, stop, world)
    if label and (stop - place > 1 or score >= CONTEXT):
        unit = merge(run, place, stop, label, score, world)
        if label == "PERSON":
            world.full_names[unit.entity] += 1
            _register(unit.entity, 1, world)
    elif label:
        world.votes[run[place].text][label] += 1
    elif stop - place > 1 and is_acronym(run[place], world) and world.seen[run[place].text] > 1:
        merge(run, place, place + 1, "ORG", GUESS, world)


def _from_context(run: list[Unit], place: int, stop: int, world: World) -> tuple[str, float]:
    """What the words around an unknown name say it is."""
    first, last = run[place], run[stop - 1]
    before, after = word_before(first, world), word_after(last, world)
    words = [unit.text for unit in run[place:stop]]
    text = world.flat[first.start : last.end]
    alone = len(words) == 1
    cue = world.flat[max(0, first.start - 30) : first.start]
    if alone and is_acronym(first, world):
        return "ORG", CONTEXT
    if _ORG_CUE.search(cue) and not (alone and is_common(text, world)):
        return "ORG", CONTEXT if not alone else GUESS
    if alone and before.lower() == "the" and world.is_in(words[0], "org_heads"):
        return "ORG", CONTEXT
    if before in _STORMS or any(is_common(word, world) for word in words):
        return "", 0.0
    if before.lower() in _IN or _PLACE_CUE.search(cue):
        return "PLACE", CONTEXT if not alone else GUESS
    said = world.gazetteer.words["speech_verbs"]
    if after in said and not (first.initial and text.endswith("s")):
        return "PERSON", CONTEXT if not alone else GUESS
    if alone:
        spoken = before in said and not before.startswith("t")
        return ("PERSON", GUESS) if spoken or is_given(first, world) else ("", 0.0)
    if any(word.lower() in world.small or word.isupper() for word in words) or len(words) > 3:
        return "", 0.0
    if before.lower() in {"the", "a", "an"}:
        repeated = world.flat.count(text) > 1 and before.lower() == "the"
        return ("ORG", GUESS) if repeated else ("", 0.0)
    return "PERSON", GUESS


def _agree(chunks: list[list[Unit]], world: World) -> None:
    """Label single unknown words by what all their neighbours in the text say."""
    for run in chunks:
        for unit in run:
            if unit.label is not None or unit.mode != NORMAL or is_opener(unit, world):
                continue
            full = full_name(unit.text, world)
            votes = world.votes.get(unit.text, Counter())
            label = max(votes, key=lambda label: (votes[label], label), default="")
            if full != unit.text:
                label = "PERSON"
            elif votes[label] < 0.3 * world.seen[unit.text] or unit.text.lower() in world.small:
                continue
            unit.label, unit.entity, unit.score = label, full, GUESS


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
