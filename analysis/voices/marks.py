"""Quotation marks paired: where marked text begins and ends, whatever marks are used.

Everything here is about characters. An opening mark without a partner covers its sentence at most,
and ends where the sentence goes on with “, she said.”.
"""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

import regex

OPENING = {
    "“": "”",
    "‘": "’",
    "«": "»",
    "‹": "›",
    "„": "“”",
    "‚": "‘’",
    "‟": "”",
    "»": "«",
    "›": "‹",
}
_DOUBLE = {'"': '"', "＂": '"', "″": '"', "〝": '"', "〞": '"'}
MARK = regex.compile(r"''|``|[\"＂“”„‟«»‹›‘’‚'`´＇]")
PARAGRAPH = regex.compile(r"\n[^\S\n]*\n\s*")
_SENTENCE_END = regex.compile(r"[.!?…]['\"”’)\]]*(?=\s|$)|\n")
_ELISION = regex.compile(
    r"(?:\d0s|\d\ds?|em|tis|twas|til|till|cause|cos|bout|round|n|nuff|Tis|Twas|Til|Cause)\b(?!\w)"
)
MAX_OPEN = 600  # characters that a mark without a partner may cover
MAX_PARAGRAPHS = 12  # paragraphs that a quotation may run over


class Marked(NamedTuple):
    """A stretch of marked text, marks included."""

    start: int
    end: int
    inner_start: int
    inner_end: int
    depth: int  # 0: not within another
    closed: bool


class _Mark(NamedTuple):
    start: int
    end: int
    family: str  # which marks pair: '"', "'", “, ‘, « …
    opens: bool
    closes: bool


def find_marked(text: str) -> list[Marked]:
    """Pair the quotation marks of a text."""
    # A mark opens or closes by its form (“ ”) or by what stands beside it (" '). Between letters ’
    # and ' are apostrophes; after a letter they close only where one was opened. A quotation runs
    # on over the end of a paragraph if the next paragraph opens with the same mark, or holds the
    # closing mark before any other. Otherwise a mark without a partner covers its sentence.
    marks = _find(text)
    if not marks:
        return []
    breaks = [match.start() for match in PARAGRAPH.finditer(text)]
    return _pair(text, marks, breaks)


def _find(text: str) -> list[_Mark]:
    """The marks of a text with what each can be, in order."""
    found = []
    for match in MARK.finditer(text):
        start, end = match.span()
        sign = match[0]
        before = text[start - 1] if start else " "
        after = text[end] if end < len(text) else " "
        mark = _classify(text, sign, start, end, before, after)
        if mark is not None:
            found.append(mark)
    return found


def _classify(text: str, sign: str, start: int, end: int, before: str, after: str) -> _Mark | None:
    """What a mark can be by its form and its neighbours; None for an apostrophe or a unit."""
    free = before.isspace() or before in "([{—–-/…" or before in OPENING or before in "\"'`"
    stands = not after.isspace()
    ends = not before.isspace()
    detached = not after.isalnum()
    if sign in ("''", "``") or sign in _DOUBLE:
        if before.isdigit() and sign == '"' and detached and not _is_opened(text, start):
            return None  # inches, seconds
        return _Mark(
            start, end, '"', (free and stands) or not ends, ends and (detached or not free)
        )
    if sign in "“„‟«‹»›”":
        return _directed(sign, start, end, free and stands, ends)
    if before.isalnum() and after.isalnum():
        return None  # an apostrophe
    if sign == "‚" and not free:
        return None
    if _ELISION.match(text, end) and free and not _closes_soon(text, end):
        return None
    family = "‘" if sign in "‘’‚" else "'"
    opens = sign != "’" and free and (after.isalnum() or after in '[(“"$£€#@.…-')
    closes = sign != "‚" and ends and detached
    if sign == "‘" and not opens and not closes:
        return None
    return _Mark(start, end, family, opens, closes) if opens or closes else None


def _directed(sign: str, start: int, end: int, free: bool, ends: bool) -> _Mark:
    """Double marks whose form tells the direction, but for “ and » in other languages' use."""
    family = "«" if sign in "«»" else "‹" if sign in "‹›" else "“"
    if sign in "“„‟":
        return _Mark(start, end, family, free or not ends, sign == "“" and ends)
    if sign == "”":
        return _Mark(start, end, family, free, True)
    return _Mark(start, end, family, sign in "«‹" or free, sign in "»›" or ends)


def _is_opened(text: str, at: int) -> bool:
    """Whether an odd number of straight marks stands before, in the same line."""
    line = text.rfind("\n", max(at - 2 * MAX_OPEN, 0), at) + 1
    return text.count('"', max(line, at - 2 * MAX_OPEN), at) % 2 == 1


def _closes_soon(text: str, at: int) -> bool:
    """Whether ‘90s style’ has a closing mark within some words."""
    return regex.match(r"[^\n'’‘]{1,60}['’](?!\w)", text[at : at + 70]) is not None


def _pair(text: str, marks: list[_Mark], breaks: list[int]) -> list[Marked]:
    """Walk through the marks with a stack of what is open."""
    found: list[Marked] = []
    stack: list[_Mark] = []
    edges = [*breaks, len(text)]
    paragraph = 0
    for number, mark in enumerate(marks):
        while mark.start > edges[paragraph]:
            paragraph += 1
            _end_paragraph(text, marks, number, stack, found, edges[paragraph - 1])
        partner = _partner(stack, mark)
        if partner is None and _is_displaced(marks, number, edges[paragraph]):
            mark = mark._replace(opens=True)
        if partner is not None and not _is_possessive(text, marks, number, mark):
            for left in stack[partner + 1 :]:
                _close_alone(text, left, mark.start, found)
            opener = stack[partner]
            del stack[partner:]
            found.append(Marked(opener.start, mark.end, opener.end, mark.start, 0, True))
        elif mark.opens and not _repeats(stack, mark, edges, paragraph, text):
            if mark.family in "'‘" and not _has_closer(text, marks, number, edges[paragraph]):
                continue  # an apostrophe, or a mark that means nothing
            same = [one for one in stack if one.family == mark.family]
            if same and mark.family not in "«‹“":
                _drop(text, stack, same[0], mark.start, found)
            stack.append(mark)
    for left in stack:
        _close_alone(text, left, len(text), found)
    return _nest(found)


def _partner(stack: list[_Mark], mark: _Mark) -> int | None:
    """Place in the stack of the mark that this one closes."""
    if not mark.closes:
        return None
    for place in range(len(stack) - 1, -1, -1):
        if stack[place].family == mark.family:
            return place
    for place in range(len(stack) - 1, -1, -1):
        if {stack[place].family, mark.family} <= {'"', "“"}:
            return place  # "… as much.“: an editor changed one of the two
    return None


def _is_displaced(marks: list[_Mark], number: int, edge: int) -> bool:
    """Whether a straight mark that looks closing must open: he said," Yes, it did"."""
    if marks[number].family != '"' or marks[number].opens:
        return False
    following = [one for one in marks[number + 1 : number + 30] if one.family == '"']
    inside = [one for one in following if one.start < edge]
    return len(inside) % 2 == 1 and inside[0].closes and not inside[0].opens


def _is_possessive(text: str, marks: list[_Mark], number: int, mark: _Mark) -> bool:
    """Whether a single mark after s is a genitive (‘the workers’ union’), since another follows."""
    if mark.family not in "'‘" or text[mark.start - 1 : mark.start] not in ("s", "S"):
        return False
    if text[mark.end : mark.end + 1] != " " or not text[mark.end + 1 : mark.end + 2].isalpha():
        return False
    for other in marks[number + 1 : number + 12]:
        if "\n" in text[mark.end : other.start] or other.start - mark.end > 200:
            return False
        if other.family == mark.family:
            return other.closes and not other.opens
    return False


def _has_closer(text: str, marks: list[_Mark], number: int, edge: int) -> bool:
    """Whether a single mark that could open finds its partner in the paragraph."""
    mark = marks[number]
    for other in marks[number + 1 : number + 60]:
        if other.start >= edge or other.start - mark.start > 2000:
            return False
        if other.family == mark.family and other.closes and other.start > mark.end:
            return True
    return False


def _repeats(stack: list[_Mark], mark: _Mark, edges: list[int], paragraph: int, text: str) -> bool:
    """Whether the mark only repeats, at a paragraph's begin, one that is open."""
    if not any(one.family == mark.family for one in stack):
        return False
    begin = edges[paragraph - 1] if paragraph else 0
    return paragraph > 0 and not text[begin : mark.start].strip()


def _end_paragraph(
    text: str, marks: list[_Mark], number: int, stack: list[_Mark], found: list[Marked], edge: int
) -> None:
    """Close at a paragraph's end what does not run on into the next."""
    keep: list[_Mark] = []
    for one in stack:
        if not keep and _runs_on(text, marks, number, one, edge):
            keep.append(one)
        else:
            _close_alone(text, one, edge, found)
    stack[:] = keep


def _runs_on(text: str, marks: list[_Mark], number: int, opener: _Mark, edge: int) -> bool:
    """Whether an open quotation goes on: the mark is repeated, or closed before another opens."""
    if opener.family in "'‘" and opener.family != "‘":
        return False
    if _reporting_clause().search(text, opener.end, edge):
        return False
    if len(PARAGRAPH.findall(text, opener.start, edge)) >= MAX_PARAGRAPHS:
        return False
    begin = PARAGRAPH.match(text, edge)
    first = begin.end() if begin else edge
    for other in marks[number : number + 40]:
        if other.family != opener.family:
            continue
        if other.start == first and other.opens:
            return True
        next_break = PARAGRAPH.search(text, first)
        if next_break and other.start > next_break.start():
            return False
        return other.closes and not other.opens
    return False


def _drop(text: str, stack: list[_Mark], one: _Mark, limit: int, found: list[Marked]) -> None:
    """Give up an open mark, and what was opened after it, because its like opens again."""
    place = stack.index(one)
    for left in stack[place:]:
        _close_alone(text, left, limit, found)
    del stack[place:]


def _close_alone(text: str, mark: _Mark, limit: int, found: list[Marked]) -> None:
    """End a stretch without a closing mark at its sentence's end; single marks are given up."""
    if mark.family in "'‘":
        return
    limit = min(limit, mark.end + MAX_OPEN)
    stop = _SENTENCE_END.search(text, mark.end, limit)
    end = (stop.end() if text[stop.start()] != "\n" else stop.start()) if stop else limit
    said = _reporting_clause().search(text, mark.end, end)
    end = said.start() + 1 if said else end
    end = mark.end + len(text[mark.end : end].rstrip())
    if end > mark.end:
        found.append(Marked(mark.start, end, mark.end, end, 0, False))


@functools.cache
def _reporting_clause() -> Any:
    """A pattern of ", the mayor said on Monday." and ", said Ann Lee."."""
    from analysis.voices.lexicon import own_lexicon

    forms = [
        form
        for form, entries in own_lexicon().verbs.items()
        if any(kind in ("past", "s") and "clause" in cue.takes for cue, kind in entries)
    ]
    verb = rf"(?:{'|'.join(sorted(forms))})\b"
    who = r"(?:\p{Lu}(?!\s)(?<!\bI)|(?:he|she|they|the|an?|one|his|her|its|their)\b)"
    rest = r"[^,.;:!?\"“”«»\n]"
    clause = rf"(?:{verb}\s+{who}|{who}{rest}{{0,60}}?\s{verb})"
    return regex.compile(rf"[,!?—–]\s+{clause}{rest}{{0,80}}[.](?=\s|$)")


def _nest(found: list[Marked]) -> list[Marked]:
    """Sort the stretches, give each its depth, and leave out what crosses another or is empty."""
    found.sort(key=lambda one: (one.start, -one.end))
    result: list[Marked] = []
    open_ends: list[int] = []
    for one in found:
        while open_ends and open_ends[-1] <= one.start:
            open_ends.pop()
        if (open_ends and one.end > open_ends[-1]) or one.inner_end <= one.inner_start:
            continue
        result.append(one._replace(depth=len(open_ends)))
        open_ends.append(one.end)
    return result
