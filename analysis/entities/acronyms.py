"""Acronyms that a text defines: the Central Grain Office (CGO) is CGO from then on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import regex

from analysis.entities.gazetteer import plain
from analysis.entities.spans import Mention, without_overlaps

ADDED = 0.95  # score of a mention that a definition adds
_SHORT = (
    r"(?<![\p{L}\p{N}])(?=[\p{L}\d&.]{2,10}+(?![\p{L}\d&]))"
    r"(?P<short>\p{Lu}[\p{L}\d&]*\p{Lu}[\p{L}\d&]*|(?:\p{Lu}\.){2,})"
)
_BRACKETS = regex.compile(rf"\((?:or\ |the\ )*[\"“']?{_SHORT}[\"”']?\)")
_OR = regex.compile(
    rf",?\ (?:or|known\ as|abbreviated\ as)\ (?:the\ )?{_SHORT}(?![\p{{L}}\p{{N}}])"
)
_TURNED = regex.compile(rf"{_SHORT}\ \((?:the\ )?(?P<long>[^()]{{5,80}})\)")
_WORD = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}'.&]*")
_OFTEN = 20  # places where an acronym may be defined
_LONGEST = 12  # words of a name that an acronym stands for, at most


def with_acronyms(flat: str, names: Sequence[Mention]) -> list[Mention]:
    """Give the acronyms that a text defines the entity and the label of the whole name."""
    meant: dict[str, Mention] = {}
    whole: list[Mention] = []
    tried: Counter[str] = Counter()
    for match in (*_BRACKETS.finditer(flat), *_OR.finditer(flat)):
        tried[match["short"]] += 1
        if tried[match["short"]] <= _OFTEN:
            _define(flat, match["short"], match.start(), names, meant, whole)
    for match in _TURNED.finditer(flat):
        if _initials(match["long"].split(), match["short"]):
            _define(flat, match["short"], match.end("long"), names, meant, whole)
    for short, whole_name in _spelt_out(names).items():
        meant.setdefault(short, whole_name)
    if not meant:
        return list(names)
    shorts = "|".join(regex.escape(short) for short in sorted(meant, key=len, reverse=True))
    found = [
        Mention(one.start(), one.end(), "", "", ADDED)
        for one in regex.finditer(
            rf"(?<![\p{{L}}\p{{N}}&-])(?:{shorts})(?![\p{{L}}\p{{N}}&])", flat
        )
    ]
    own = {(one.start, one.end): one.score for one in names}
    renamed = [
        meant[flat[one.start : one.end]]._replace(
            start=one.start, end=one.end, score=own.get((one.start, one.end), ADDED)
        )
        for one in found
    ]
    covered = [one for one in names if one.label == "PERSON" or " " in flat[one.start : one.end]]
    rest = [one for one in names if one.label != "PERSON" and " " not in flat[one.start : one.end]]
    return without_overlaps([*whole, *covered, *renamed, *rest])


def _spelt_out(names: Sequence[Mention]) -> dict[str, Mention]:
    """The organisations whose names have, alone of all the text, the initials of an acronym."""
    bodies = {one.entity: one for one in names if one.label == "ORG"}
    found = {}
    for short in bodies:
        if short.isupper() and short.isalpha() and 2 < len(short) < 8:
            fits = [e for e in bodies if e.count(" ") > 1 and _initials(e.split(), short)]
            if len(fits) == 1:
                found[short] = bodies[fits[0]]
    return found


def _define(
    flat: str,
    short: str,
    end: int,
    names: Sequence[Mention],
    meant: dict[str, Mention],
    whole: list[Mention],
) -> None:
    """Find the name before an acronym whose initials it has, and keep what it stands for."""
    if short in meant or not any(char.isalpha() for char in short):
        return
    stop = len(flat[:end].rstrip(" ,"))
    start = _start_of(flat, stop, short)
    before = [one for one in names if one.end == stop and one.label != "PERSON"]
    if before and (start is None or before[0].start < start):
        letters = [c for c in short.lower() if c.isalpha()]
        text = iter(flat[before[0].start : stop].lower())
        if start is not None or (
            flat[before[0].start].lower() == letters[0]
            and " " in flat[before[0].start : stop]
            and all(char in text for char in letters)
        ):
            start = before[0].start
    if start is None:
        return
    over = [one for one in names if one.start < stop and start < one.end]
    if any(one.label == "PERSON" for one in over):
        return
    labels = [one.label for one in over if one.start == start and one.end == stop]
    label = labels[0] if labels and labels[0] != "NORP" else "ORG"
    name = Mention(
        start, stop, label, plain(flat[start:stop]), max([one.score for one in over], default=ADDED)
    )
    meant[short] = name
    if not labels:
        whole.append(name)


def _start_of(flat: str, stop: int, short: str) -> int | None:
    """Where the words begin whose initials are the acronym, and which end here."""
    low = max(stop - 120, flat.rfind("\n", 0, stop) + 1, 0)
    words = list(_WORD.finditer(flat, low, stop))[-_LONGEST:]
    if not words or words[-1].end() != stop:
        return None
    for first in range(len(words) - 1, -1, -1):
        if words[first][0][0].isupper() and _initials([m[0] for m in words[first:]], short):
            return words[first].start()
    return None


def _initials(words: Sequence[str], short: str) -> bool:
    """Whether an acronym is made of the initials of some words, small ones left out or not."""
    letters = "".join(char for char in short if char.isalpha()).lower()
    if letters.endswith("s") and short[-1] == "s":
        letters = letters[:-1]
    parts = [part for word in words for part in word.split("-") if part]
    every = "".join(part[0] for part in parts).lower()
    capital = "".join(part[0] for part in parts if part[0].isupper()).lower()
    return len(letters) > 1 and letters in (every, capital)
