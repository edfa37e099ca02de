"""The rule engine of entities: which capitalised words name whom or what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import regex

from analysis.names.gazetteer import Gazetteer
from analysis.names.namegroups import group_names, note_commas
from analysis.names.namepersons import note_persons
from analysis.names.namescan import HYPHEN, NORMAL, SPACE, Unit, flatten, runs, scan, small_words
from analysis.names.nametext import (
    CONTEXT,
    GUESS,
    PATTERN,
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

    Parameters
    ----------
    text : str
        The text.
    starts : sequence of int
        Where each sentence begins, ascending.
    gazetteer : Gazetteer
        Known names and cue words.

    Returns
    -------
    list of Found
        In order, not overlapping.

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
