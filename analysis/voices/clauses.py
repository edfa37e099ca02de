"""What a report is made of: a cue, a speaker, stretches of text; and which of these are clauses."""

from __future__ import annotations

import re
from typing import NamedTuple

from analysis.voices.items import Items
from analysis.voices.lexicon import Cue
from analysis.voices.phrases import Phrase

_PRONOUN = re.compile(r"(?:I|He|She|It|We|They|You|This|That|There)\b")


class Found(NamedTuple):
    """A cue as it stands in a text: ``items[first:last]``."""

    entry: Cue
    first: int
    last: int


NO_WORD = Cue("", "mark", "", frozenset(), ())


def worded(cue: Found | None) -> bool:
    """Whether there is a cue, and it is more than a colon or a dash."""
    return cue is not None and cue.entry is not NO_WORD


class Piece(NamedTuple):
    """Part of what was said: ``items[first:last]``."""

    first: int
    last: int


class Report(NamedTuple):
    """One attribution: a cue, its speaker, and the pieces of what was said."""

    cue: Found | None
    subject: Phrase | None
    pieces: tuple[Piece, ...]
    score: float = 0.5  # of what rules of marks or layout found


def is_sentence_like(items: Items, item: int) -> bool:
    """Whether a marked stretch holds a whole clause rather than a word or phrase."""
    mark = items.mark[item]
    assert mark is not None
    tags = items.inside.get(item, [])
    words = sum(tag != "PUNCT" for tag in tags)
    if words < 3:
        return words > 0 and items.text[mark.inner_end - 1] in "!?."
    finite = any(tag in ("VERB", "AUX") for tag in tags)
    finite = finite or _PRONOUN.match(items.text, mark.inner_start) is not None
    capital = items.text[mark.inner_start : mark.inner_start + 3].lstrip("[(….")[:1].isupper()
    closing = items.text[mark.inner_end - 1] in ".!?…,"
    opens = words > 3 and tags[0] in ("NOUN", "PROPN", "PRON", "DET", "NUM")
    return (finite and (capital or closing or opens or words > 5)) or (
        capital and closing and words > 5
    )


def strip(items: Items, first: int, last: int) -> int:
    """One past the last item that is no stop, comma or bracket."""
    while last > first and items.pos[last - 1] == "PUNCT" and items.term[last - 1] not in (
        "%", "$", "£", "€", ")", "]",
    ):  # fmt: skip
        last -= 1
    while last - first > 2 and items.term[last - 1] == ")" and "(" not in items.term[first:last]:
        last -= 1
    return last
