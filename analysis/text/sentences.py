"""Where a sentence may end: what NLTK's Punkt decides for each kind of ending and opening.

Whether a full stop ends a sentence depends, in Punkt without a trained model, on the kind of word
it stands at (plain, abbreviation, initial, number, ellipsis) and on how the next word begins. There
are so few pairs of kinds that Punkt's decisions on all of them are a small table; a text is
split by looking its chunks up in it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from importlib import resources

import numpy as np
import regex

CLOSERS = "”’»)]}\"'›"
OPENERS = "“‘«([{\"'‹„‚¿¡*•–—-"
STOPS = ".?!…。！？｡"
NEVER, _STOP, _MARK, _ELLIPSIS, _INITIAL, _NUMBER, _ABBREVIATION, _BEFORE_NUMBER = range(8)
_NAMED_MARK = 8  # Yahoo!
_QUOTED = 9  # added to an ending that has a closing mark behind it
PARAGRAPH_END = 32  # added to an ending that a blank line follows
_OTHER, LOWER, _UPPER, _DIGIT, _STARTER, _CLOSER = range(6)
# Whether Punkt ends a sentence between an ending and an opening; the openings are _OTHER, LOWER,
# _UPPER, _DIGIT and _STARTER ("--", "talks", "Talks", "12", "The" where Punkt was asked).
_PUNKT = {
    _STOP: "11111",  # talks.
    _MARK: "11111",  # talks!
    _ELLIPSIS: "00001",  # ...
    _INITIAL: "10001",  # J.
    _NUMBER: "10111",  # 2022.
    _ABBREVIATION: "00001",  # u.s.
}

# words that so often open a sentence that a full stop before them ends one even after "U.S."
_STARTERS = frozenset(
    """a after all also although an and any as at because before both but by despite during each
    earlier even every finally for from he her here his how however i if in instead it its last
    later many meanwhile moreover most my nevertheless no nor not now on once one only or other our
    several she since so some still such that the their then there these they this those though
    through thus to today under until we what when where while who why with yet you your""".split()
)
_DOTTED = regex.compile(r"(?:\p{L}\.){2,}")
_JOINERS = "-‐‑–—/(#@"  # a word may follow what stands before these: anti-U.S., #St.
_NAMED = regex.compile(r"\p{Lu}\p{Ll}[\p{L}\p{M}\d]*!")
_FIRST_WORD = regex.compile(r"[\p{L}']+")


@functools.cache
def abbreviations() -> dict[str, str]:
    """Return the abbreviation list: lower-cased form → the form it is listed in."""
    lines = (resources.files("analysis") / "data" / "abbreviations.txt").read_text("utf-8")
    listed = [line.strip() for line in lines.splitlines() if line and not line.startswith("#")]
    return {entry.removesuffix(" #").lower(): entry for entry in listed}


@functools.cache
def break_table() -> np.ndarray:
    """Return whether a sentence ends between an ending and an opening."""
    # Punkt (Kiss & Strunk 2006) was given this project's abbreviations and sentence starters and no
    # trained model. These decisions are this project's own: after a closing quotation mark a
    # lower-case word goes on with the sentence (“Really?” he asked); a single letter before a
    # sentence starter ends one (… and I. The …), before a number it does not (p. 7); and "No." and
    # its like are abbreviations before a number alone; after a capitalised word and an exclamation
    # mark a small letter goes on with the sentence (Yahoo! is).
    table = np.zeros((2 * _QUOTED, _CLOSER + 1), dtype=bool)
    for ending, row in _PUNKT.items():
        table[ending, :_CLOSER] = [decision == "1" for decision in row]
    table[_INITIAL, _STARTER] = True
    table[_INITIAL, _DIGIT] = False
    table[_BEFORE_NUMBER] = table[_STOP]
    table[_BEFORE_NUMBER, _DIGIT] = False
    table[_NAMED_MARK] = table[_MARK]
    table[_NAMED_MARK, LOWER] = False
    table[:, _CLOSER] = table[:, _UPPER]
    table[_QUOTED:] = table[:_QUOTED]
    table[_QUOTED:, LOWER] = False
    return table


def ending(chunk: str) -> int:
    """Return the kind of ending a chunk of text has, as a row of `break_table`."""
    if chunk[-1:].isalnum():
        return NEVER
    if chunk[-1:] == "." and chunk[:-1].isalpha():  # the most frequent case, quickly
        return _stop_kind(chunk)
    core = chunk.rstrip(CLOSERS)
    if not core or core[-1] not in STOPS:
        return NEVER
    quoted = _QUOTED if len(core) < len(chunk) else 0
    if core[-1] in "?!。！？｡":
        named = _NAMED.fullmatch(_last_word(core.lstrip(OPENERS)))
        return (_NAMED_MARK if named else _MARK) + quoted
    if core[-1] == "…" or core.endswith(".."):
        return _ELLIPSIS + quoted
    return _stop_kind(core.lstrip(OPENERS)) + quoted


def _last_word(chunk: str) -> str:
    """The last of the words that hyphens, dashes and other signs join."""
    if chunk.isalpha():
        return chunk
    return chunk[max(map(chunk.rfind, _JOINERS)) + 1 :]


def _stop_kind(core: str) -> int:
    """Kind of a word that ends in one full stop."""
    word = core[:-1]
    last = _last_word(word)
    if len(last) == 1 and last.isalpha():
        # "–J. Rowling", "J.-P. Sartre", but "vitamin-C."
        joined = word[-2:-1] in _JOINERS[:3] and word[-3:-2].isalnum()
        if not joined:
            return _INITIAL
    if word and word[-1].isdigit():
        return _NUMBER if word.replace(",", "").replace(".", "").isdigit() else _STOP
    if "." in last and _DOTTED.fullmatch(f"{last}."):
        return _ABBREVIATION
    listed = abbreviations().get(last.lower())
    if listed is None or (listed[0].isupper() and not last[:1].isupper()):
        return _STOP
    return _BEFORE_NUMBER if listed.endswith("#") else _ABBREVIATION


def opening(chunk: str) -> int:
    """Return the kind of opening a chunk of text has, as a column of `break_table`."""
    if chunk[:1].islower():
        return LOWER
    core = chunk.lstrip(OPENERS)
    if not core:
        return _OTHER
    first = core[0]
    if first.isdigit():
        return _DIGIT
    if first.islower():
        return LOWER
    if first.isupper() or first.istitle():
        if core.isalpha():
            return _STARTER if core.lower() in _STARTERS else _UPPER
        word = _FIRST_WORD.match(core)
        return _STARTER if word and word[0].lower() in _STARTERS else _UPPER
    return _CLOSER if not core.strip(CLOSERS) else _OTHER


def sentence_ends(
    endings: np.ndarray, opening_of: Callable[[np.ndarray], np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Return one past the last chunk of each sentence, and which of these end a paragraph.

    `endings` has the kind of every chunk, of which the last ends a paragraph; `opening_of` gives
    the kinds of some.
    """
    at = np.flatnonzero(endings)
    kinds = endings[at]
    forced = kinds >= PARAGRAPH_END
    openings = opening_of(np.minimum(at + 1, len(endings) - 1))
    breaks = break_table()[kinds & (PARAGRAPH_END - 1), openings]
    # “… talks . ” He: the break moves behind the stray closing mark
    stray = breaks & (openings == _CLOSER) & ~forced
    ends = at[forced | (breaks & ~stray)] + 1
    if stray.any():
        ends = np.union1d(ends, at[stray] + 2)
    return ends, endings[ends - 1] >= PARAGRAPH_END
