"""The forms that words are counted as, and the lines and paragraphs of a text."""

from __future__ import annotations

import re

from analysis.text.alike import fold_alike

_APOSTROPHES = frozenset("'’ʼ＇")
PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*")
BREAK = re.compile(rf"(?:{PARAGRAPH.pattern}|\u2029)")
LINE = re.compile(  # the end of a line before a bullet, a number, a time stamp or "NAME:"
    r"\n(?=[^\S\n]*(?:[-–—•▪◦‣·*][^\S\n]|\d{1,2}[.)]\s|\d{1,2}[:.h]\d\d\b"
    r"|[^\W\d_][\w.’'-]*(?:[^\S\n][^\W\d_][\w.’'-]*){0,3}:\s))"
)
_CONTRACTED = frozenset(  # 's is "is", "has" or "us" behind these, never a possessor
    "it he she that this there here what who where when why how let so i you them whatever"
    " everything something anything nothing".split()
)


def form_of(word: str) -> str:
    """Return a word in lower case, with a straight apostrophe and what looks alike folded."""
    return fold_alike(word).lower().replace("’", "'")


def term_of(word: str) -> str:
    """Return what a word is counted as: its form, a possessive as its noun."""
    return fold_possessive(form_of(word))


def fold_possessive(form: str) -> str:
    """Take the 's off a possessor (russia's, ann lee-smith's), not off a contraction (it's)."""
    if form[-1:] not in "sS" or form[-2:-1] not in _APOSTROPHES or len(form) < 4:
        return form  # also "a's", which are grades or athletes
    noun = form[:-2]
    if noun[-1] == "0" or noun[max(map(noun.rfind, "-‐‑")) + 1 :].lower() in _CONTRACTED:
        return form  # also the 1960's
    return noun


def split_lines(text: str) -> str:
    """Make lines of lists and transcripts paragraphs: a separator for the end of the line before.

    No place in the text moves.
    """
    lines = [
        match.start()
        for match in LINE.finditer(text)
        if _is_line(text[match.end() : match.end() + 60])
    ]
    chars = list(text)
    for place in lines:
        chars[place] = "\u2029"
    return "".join(chars) if lines else text


def _is_line(line: str) -> bool:
    """Whether what stands before a colon, if it is words, is a name: each has a capital."""
    name = line.partition(":")[0].split()
    return not line.lstrip()[:1].isalpha() or all(word[:1].isupper() for word in name)
