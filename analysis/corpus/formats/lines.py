"""Lines of what databases export: of pages, of texts cut at a width, and what bylines state."""

from __future__ import annotations

import re
from copy import deepcopy
from itertools import pairwise
from typing import Any

from analysis.corpus.formats.encodings import clean_text

FEW = 10  # lines followed by another that show a width by themselves
WIDTHS = (40, 110)  # characters of the lines of a text that was cut at a width
_DEEPEST = 12  # characters by which a line of a paragraph may be indented
_BLOCKS = ("p", "div", "tr", "li", "h1", "h2", "h3", "h4", "table", "pre", "blockquote")
_BY = re.compile(
    r"(?:(?i:by|written by)|From|FROM|[Vv]on|VON|[Pp]ar|PAR|[Pp]or|POR|[Dd]oor|DOOR)[\s:]+(?=\S)"
)


def split_into_lines(tree: Any) -> list[str]:
    """The lines that a page shows: its blocks between empty lines, its rules as underscores."""
    tree = deepcopy(tree)
    for element in [*tree.iter("style", "script", "title")]:
        tail, element.tail = element.tail, None
        element.clear()
        element.tail = tail
    preserved = {inner for pre in tree.iter("pre") for inner in pre.iter()}
    for element in tree.iter():
        if element not in preserved:
            element.text = _join_lines(element.text)
        if element not in preserved or element.tag == "pre":
            element.tail = _join_lines(element.tail)
    for element in tree.iter(*_BLOCKS, "br", "hr"):
        mark = {"br": "\n", "hr": "\n" + "_" * 20 + "\n"}.get(element.tag, "\n\n")
        element.tail = mark + (element.tail or "")
        if element.tag not in ("br", "hr"):
            element.text = "\n" + (element.text or "")
    return clean_text(tree.text_content()).split("\n")


def _join_lines(text: str | None) -> str | None:
    """A text of a page without its line ends, which are blanks there."""
    return re.sub(r"\s*\n\s*", " ", text) if text else text


def unwrap(lines: list[str]) -> list[str]:
    """Join the lines of a text that was cut at a width; empty lines stay."""
    # A line was cut if the first word of the next one would not have fitted behind it. A few lines
    # show that only if all go on in lower case; without empty lines each is a paragraph.
    lines = [line.expandtabs().rstrip() for line in lines]
    pairs = [(a, b) for a, b in pairwise(lines) if b and len(a.strip()) >= WIDTHS[0]]
    pairs = [pair for pair in pairs if max(map(_count_indent, pair)) <= _DEEPEST]  # no heads
    lengths = sorted(_find_right_end(a) for a, _ in pairs)
    width = lengths[-1 - len(lengths) // 50] if lengths else 0
    cut = sum(_runs_on(a, b, width) for a, b in pairs)
    sure = len(pairs) >= FEW or all(following.lstrip()[0].islower() for _, following in pairs)
    if not pairs or width > WIDTHS[1] or cut < 0.5 * len(pairs) or not sure or "" not in lines:
        return [line.strip() for line in lines]
    hangs = _has_hanging_indents(lines)
    joined: list[str] = []
    last = ""
    for line in lines:
        rise = _count_indent(line) - _count_indent(last)
        begins = rise >= 2 and not (hangs and rise <= _DEEPEST)
        if last and line and not begins and _runs_on(last, line, width):
            joined[-1] = re.sub(r"(?<=\w-) $", "", joined[-1] + " ") + line.strip()
        else:
            joined.append(line.strip())
        last = line
    return joined


def _count_indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _find_right_end(line: str) -> int:
    """Where a line ends; of one that is set in the middle, how long it is."""
    return len(line) if _count_indent(line) <= _DEEPEST else len(line.strip())


def _has_hanging_indents(lines: list[str]) -> bool:
    """Whether the lines of paragraphs, but for their first ones, are indented as a rule."""
    indents = [_count_indent(line) for line in lines]
    blocks = [i for i in range(len(lines) - 1) if lines[i + 1] and (not i or not lines[i - 1])]
    blocks = [i for i in blocks if len(lines[i].strip()) >= WIDTHS[0]]
    hanging = [2 <= indents[i + 1] - indents[i] <= _DEEPEST for i in blocks]
    return sum(hanging) > 0.5 * len(hanging)


def _runs_on(line: str, following: str, width: int) -> bool:
    """Whether the first word of a line would not have fitted behind the one before."""
    return _find_right_end(line) + 1 + len(following.split(maxsplit=1)[0]) > width


def names_author(line: str) -> bool:
    """Say whether a line is a byline that says so itself, as "By Ann Writer"."""
    return len(line) < 200 and _BY.match(line) is not None


def read_byline(text: str) -> str:
    """The names of a byline, without the word "by" before them in any of some languages."""
    return _BY.sub("", " ".join(text.split()), count=1)
