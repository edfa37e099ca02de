"""Cut a text into capitalised words and known names: what the rules of entities work on."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import regex

from analysis.entities.gazetteer import Gazetteer, Name

# One capitalised word (Latin script), what is hyphened to it in small letters, and its genitive.
_WORD = regex.compile(
    r"""(?<![\p{L}\p{M}\p{N}_\#@]) (?<!\p{L}')
    (?P<word> (?:al|el|Al|El)-\p{Lu}[\p{L}\p{M}]+
            | (?:[A-Z]\.){2,}
            | \p{Lu}(?=\.\ ?\p{Lu})
            | (?:[dDlLO]')?(?=\p{Latin})\p{Lu}[\p{L}\p{M}\p{N}]*(?:'(?!s\b)\p{L}+)*+ )
    (?P<tail> (?:[-‐‑]\p{Ll}[\p{L}\p{M}]*)+ )?
    (?P<genitive> 's?(?![\p{L}]) )?""",
    regex.VERBOSE,
)
_SMALL = regex.compile(r"(?<![\p{L}\p{N}'’-])\p{Ll}[\p{L}\p{M}]+")
_FLAT = str.maketrans({"’": "'", "ʼ": "'", "\t": " ", "\xa0": " ", "\r": " "})
_CLEAN = str.maketrans({"’": "'", "\xa0": " "})
# Their genitive is inside a name: "People's Party".
_PEOPLE = frozenset("People Women Men Children Workers Writers Farmers Lord Veterans".split())
_SHORT = frozenset(
    "Mr Mrs Ms Dr Prof Gen Sen Rep Gov Lt Col Sgt Capt Maj Adm Rev St Mt Jr Sr Hon".split()
)
_OPENING = "“‘\"'«(["

SPACE, HYPHEN, COMMA, BREAK = " ", "-", ",", ""
NORMAL, TITLE_CASE, UPPER_CASE = 0, 1, 2


@dataclass(slots=True)
class Unit:
    """A capitalised word that is in no table, or a known name of one or more words."""

    text: str
    start: int
    end: int
    sentence: int
    gap: str = BREAK  # what joins it to the next unit: SPACE, HYPHEN, COMMA, a small word, BREAK
    label: str | None = None  # None: not known yet; "": known, but none of the labels
    kind: str = ""
    entity: str = ""
    tail: int = 0  # end of the letters hyphened to it (Jong-un); equals end where there are none
    genitive: bool = False
    prefixed: bool = False  # the second part of pro-Kremlin
    initial: bool = False  # first word of its sentence or of a quotation
    mode: int = NORMAL  # case of its sentence
    score: float = 0.0


def flatten(text: str) -> str:
    """The text at the same length with straight apostrophes and plain spaces."""
    return text.translate(_FLAT)


def clean(text: str) -> str:
    """A name as it is shown: straight apostrophes, single spaces."""
    return " ".join(text.translate(_CLEAN).split())


def small_words(flat: str) -> set[str]:
    """All words of a text that occur in small letters: evidence that a capital is no name."""
    return set(_SMALL.findall(flat))


def scan(flat: str, starts: Sequence[int], gazetteer: Gazetteer) -> list[Unit]:
    """All capitalised words and known names of a text, in order."""
    units: list[Unit] = []
    edges = [*(starts or (0,)), len(flat)]
    modes: dict[int, int] = {}
    covered = 0
    for match in _WORD.finditer(flat):
        start = match.start()
        if start < covered:
            continue
        sentence = max(bisect_right(edges, start) - 1, 0)
        if sentence not in modes:
            modes[sentence] = _mode(flat[edges[sentence] : edges[sentence + 1]])
        name = _known(flat, start, match["word"], modes[sentence], gazetteer)
        unit = _unit(flat, match, name, sentence, modes[sentence])
        unit.initial = _is_initial(flat, edges[sentence], start)
        unit.prefixed = flat[start - 1 : start] == "-" and _lower_before(flat, start - 1)
        covered = unit.tail
        units.append(unit)
    _join(flat, units)
    return units


def _is_initial(flat: str, first: int, start: int) -> bool:
    """Whether a sentence, or a quotation after a comma, begins here: a capital says little."""
    if not flat[first:start].strip(_OPENING + " \n-–—•*"):
        return True
    return flat[start - 1] in "“‘\"'" and flat[start - 3 : start - 2] in {",", ":", "."}


def _known(flat: str, start: int, word: str, mode: int, gazetteer: Gazetteer) -> Name | None:
    """The longest name of the tables that begins here."""
    tables = [gazetteer.extra, gazetteer.upper if mode == UPPER_CASE else gazetteer.names]
    if mode != UPPER_CASE and word.isupper():
        tables.append(gazetteer.upper)  # one name in capitals: "the NEW YORK office"
    for table in tables:
        for name in table.get(word, ()):
            shouted = table is gazetteer.upper and mode != UPPER_CASE
            if flat.startswith(name.text, start) and not (shouted and len(name.text) < 4):
                end = start + len(name.text)
                if not flat[end : end + 1].isalnum() and flat[end - 1 : end + 1] != "'s":
                    return name
    return None


def _unit(flat: str, match: regex.Match, name: Name | None, sentence: int, mode: int) -> Unit:
    start = match.start()
    if name is None:
        end, tail = match.end("word"), match.end("tail") if match["tail"] else match.end("word")
        return Unit(
            flat[start:end], start, end, sentence,
            tail=tail, genitive=match["genitive"] is not None, mode=mode,
        )  # fmt: skip
    end = start + len(name.text)
    genitive = flat.startswith("'", end) and not flat[end + 1 : end + 2].isalpha()
    genitive = genitive or (flat.startswith("'s", end) and not flat[end + 2 : end + 3].isalpha())
    return Unit(
        name.text, start, end, sentence, label=name.label, kind=name.kind, entity=name.entity,
        tail=end, genitive=genitive, mode=mode, score=0.95,
    )  # fmt: skip


def _lower_before(flat: str, end: int) -> bool:
    """Whether the word that ends here is in small letters: the "pro" of pro-Kremlin."""
    word = flat[max(0, end - 12) : end].split(" ")[-1]
    return word.isalpha() and word.islower()


def _mode(sentence: str) -> int:
    """Whether a sentence is in capitals, a headline with Capital Initials, or ordinary."""
    words = [word for word in sentence.split() if word[:1].isalpha() or word[1:2].isalpha()]
    if len(words) < 3:
        return NORMAL
    letters = [char for char in sentence if char.isalpha()]
    if sum(char.isupper() for char in letters) > 0.85 * len(letters):
        return UPPER_CASE
    if sentence.rstrip()[-1:] in ".,;" or len(words) < 4:
        return NORMAL
    long_words = [word.strip(_OPENING) for word in words if len(word) > 3]
    capitals = sum(word[:1].isupper() for word in long_words)
    return TITLE_CASE if len(long_words) > 2 and capitals > 0.8 * len(long_words) else NORMAL


def _join(flat: str, units: list[Unit]) -> None:
    """Say of every unit what stands between it and the next one."""
    for unit, after in pairwise(units):
        between = flat[unit.tail : after.start]
        if unit.genitive and unit.text in _PEOPLE and flat.startswith("'", unit.end):
            unit.gap = SPACE if flat[unit.end : after.start] in {"'s ", "' "} else BREAK
            continue
        apart = unit.genitive or unit.prefixed or unit.sentence != after.sentence
        if apart or len(between) > 12:
            continue
        words = between.strip(" \n")
        if not words:
            unit.gap = SPACE if between.count("\n") < 2 else BREAK
        elif words in "-‐‑" and len(between) == 1:
            unit.gap = HYPHEN
        elif words == "." and (len(unit.text) == 1 or unit.text in _SHORT):
            unit.gap = SPACE
        elif words == ",":
            unit.gap = COMMA
        elif between[:1] == " " and between[-1:] == " " and words.replace(" ", "").isalpha():
            unit.gap = words
        elif words == "&":
            unit.gap = "and"


def runs(units: list[Unit]) -> Iterator[list[Unit]]:
    """Split the units where nothing joins them."""
    run: list[Unit] = []
    for unit in units:
        run.append(unit)
        if unit.gap in {BREAK, COMMA}:
            yield run
            run = []
    if run:
        yield run
