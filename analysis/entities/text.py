"""What the rules of names know about a text: its words, its names, and their neighbours."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

import regex

from analysis.entities.gazetteer import Gazetteer
from analysis.entities.scan import UPPER_CASE, Unit, clean

# Confidence classes of a rule; docs/accuracy.md has the share of each that was right.
TABLE = 0.95  # the name is in a table, or a person's full name follows a title
PATTERN = 0.85  # the name is built like one: given name + surname, "… Ministry", "Lake …"
CONTEXT = 0.7  # the words around it say so: "… said", "in …", an acronym
GUESS = 0.5  # capitalised words without any other sign

TOWNS = frozenset({"city", "state", "place"})  # kinds of place that surnames are taken from
ROMAN = regex.compile(r"[IVXLC]+$")
_NUMBER = regex.compile(r"[-‐‑/]\d")
_BEFORE = regex.compile(r"(\p{L}[\p{L}'.-]*),?\s+$")
_AFTER = regex.compile(r",?\s+(\p{L}[\p{L}'-]*)")


@dataclass
class World:
    """One text: what is in small letters in it, and what the first reading found."""

    flat: str
    small: set[str]
    gazetteer: Gazetteer
    seen: Counter[str] = field(default_factory=Counter)  # units by their text
    full_names: Counter[str] = field(default_factory=Counter)  # persons
    by_word: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    votes: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def is_in(self, word: str, section: str) -> bool:
        """Whether a word is in a section of name_words.yaml."""
        return word.lower() in self.gazetteer.words[section]


def merge(run: list[Unit], first: int, stop: int, label: str, score: float, world: World) -> Unit:
    """Replace units of a run by one; a single word keeps no hyphened tail, a last one does not."""
    parts = run[first:stop]
    last = parts[-1]
    end = last.tail if label == "PERSON" and len(parts) > 1 else last.end
    unit = Unit(
        world.flat[parts[0].start : end], parts[0].start, end, parts[0].sentence,
        gap=last.gap, label=label, kind="rule", tail=last.tail, genitive=last.genitive,
        initial=parts[0].initial, mode=parts[0].mode, score=score,
    )  # fmt: skip
    unit.entity = clean(unit.text)
    run[first:stop] = [unit]
    return unit


def word_before(unit: Unit, world: World) -> str:
    """Return the word before a name, also across a comma; "" where there is none."""
    match = _BEFORE.search(world.flat, max(0, unit.start - 30), unit.start)
    return match[1] if match else ""


def word_after(unit: Unit, world: World) -> str:
    """Return the word after a name, also across a comma; "" where there is none."""
    match = _AFTER.match(world.flat, unit.tail, unit.tail + 30)
    return match[1] if match else ""


def is_opener(unit: Unit, world: World) -> bool:
    """A word that is no part of a name though it has a capital, mostly where a sentence begins."""
    if unit.label is not None:
        return False
    if "'" in unit.text and world.is_in(unit.text.split("'")[0], "openers"):
        return True  # We'll, I'd
    if world.is_in(unit.text, "openers") and (unit.initial or unit.text.lower() in {"the", "a"}):
        return True
    return unit.initial and unit.text.lower() in world.small and not is_given(unit, world)


def is_given(unit: Unit, world: World) -> bool:
    """Whether the word is a known given name."""
    return unit.text in world.gazetteer.given


def is_common(word: str, world: World, *, signed: bool = False) -> bool:
    """Words that no person's name ends in; fewer after a title or a given name (John Key)."""
    keys = ("org_heads", "titles") if signed else ("common", "openers", "org_heads", "titles")
    keys = keys if signed else (*keys, "place_heads")
    return any(world.is_in(word, key) for key in keys) or any(char.isdigit() for char in word)


def is_acronym(unit: Unit, world: World) -> bool:
    """Whether the word looks like the short name of an organisation; "ES-11/6" does not."""
    return (
        1 < len(unit.text) < 7
        and unit.text.lower() not in world.small
        and not is_common(unit.text, world)
        and not ROMAN.match(unit.text)
        and sum(char.isupper() for char in unit.text) > 0.7 * len(unit.text)
        and unit.mode != UPPER_CASE
        and not _NUMBER.match(world.flat, unit.tail)
    )


def is_small_word(unit: Unit) -> bool:
    """A capitalised small word at the end of a name, as where a caption runs on: "DAB In the"."""
    return unit.text in {"In", "The", "At", "On", "By", "And", "For", "Image", "Photo", "Video"}
