"""The dependencies of one sentence: arcs over its words as SVG, and the same as a table."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from analysis.show.html import escape

_WORD, _SMALL, _STEP, _LEG, _GAP = 15.0, 12.0, 25.0, 9.0, 14.0  # pixels
_LONGEST = 32  # letters of a word in the picture; the table has all of them
_NARROW = frozenset("iljtfrI1.,:;'’‘!|()[]-`")
_WIDE = frozenset("mwMWQOGD@%—…&")


class Word(NamedTuple):
    """A word of a sentence; `head` is the number of another one, or -1."""

    text: str
    pos: str
    relation: str
    head: int
    lemma: str = ""


class _Arc(NamedTuple):
    left: int
    right: int
    label: str
    level: int
    dependent: int


def text_width(text: str, size: float) -> float:
    """Estimate how wide a text is, on the safe side: the reader's font is not known here.

    Examples
    --------
    >>> text_width("will", 10) < text_width("warm", 10) < text_width("和平会谈", 10)
    True
    """
    return size * sum(map(_letter, text))


def _letter(c: str) -> float:
    """Width of a letter in a wide typeface, as a share of its size."""
    if unicodedata.east_asian_width(c) in "WF":
        return 1.05
    if c in _NARROW:
        return 0.42
    if c in _WIDE:
        return 1.0
    return 0.76 if c.isupper() else 0.65 if c.isascii() else 0.72


def draw_arcs(words: Sequence[Word], name: str) -> str:
    """Draw a sentence's dependencies: an arrow from head to dependent, with the relation."""
    arcs = _arcs(words)
    legs = _legs(words, arcs)
    top = max((arc.level for arc in arcs), default=0) + 1
    floor = top * _STEP + 26.0
    centre, width = _places(words, arcs, legs)
    parts = [
        f'<svg class="da-arcs" role="img" aria-label="{escape(name)}" width="{width:.0f}"'
        f' height="{floor + 52:.0f}" viewBox="0 0 {width:.0f} {floor + 52:.0f}"'
        f' xmlns="http://www.w3.org/2000/svg">',
        f"<title>{escape(name)}</title>",
        f"<desc>{escape(describe(words))}</desc>",
    ]
    lines, labels = [], []
    for number, arc in enumerate(arcs):
        ends = centre[arc.left] + legs[number, 0], centre[arc.right] + legs[number, 1]
        lines.append(_bow(*ends, arc, floor))
        y = floor - 6 - arc.level * _STEP
        labels.append(_text(sum(ends) / 2, y - 4, arc.label, "da-rel"))
    for i, word in enumerate(words):
        if word.head < 0 and word.relation:
            x = centre[i]
            lines.append(f'<path d="M{x:.1f},18V{floor - 6:.1f}"/>{_tip(x, floor)}')
            labels.append(_text(x, 13, word.relation, "da-rel"))
        labels.append(_text(centre[i], floor + 16, _short(word.text), "da-word"))
        labels.append(_text(centre[i], floor + 34, word.pos, "da-pos"))
    return "".join([*parts, *lines, *labels, "</svg>"])


def describe(words: Sequence[Word]) -> str:
    """Say in a sentence what the picture shows.

    Examples
    --------
    >>> describe([Word("Talks", "NOUN", "nsubj", 1), Word("failed", "VERB", "root", -1)])
    '2 words; the root is “failed”. The table after the picture says the same, word by word.'
    """
    roots = [f"“{word.text}”" for word in words if word.head < 0 and word.relation]
    known = f"the root is {', '.join(roots)}" if roots else "none is the root"
    count = "1 word" if len(words) == 1 else f"{len(words)} words"
    return f"{count}; {known}. The table after the picture says the same, word by word."


def list_words(words: Sequence[Word], caption: str) -> str:
    """Write a sentence's dependencies as a table: word, lemma, part of speech, relation, head."""
    lemmas = any(word.lemma for word in words)
    heads = ["", "Word", *(["Lemma"] if lemmas else []), "Part of speech", "Relation", "Head"]
    rows = []
    for number, word in enumerate(words, 1):
        head = f"{word.head + 1} {words[word.head].text}" if word.head >= 0 else "–"
        cells = [word.pos, word.relation, head]
        if lemmas:
            cells.insert(0, word.lemma)
        inner = "".join(f"<td><bdi>{escape(cell)}</bdi></td>" for cell in cells)
        rows.append(
            f'<tr><td class="da-number">{number}</td>'
            f'<th scope="row"><bdi>{escape(word.text)}</bdi></th>{inner}</tr>'
        )
    columns = "".join(f'<th scope="col">{head}</th>' if head else "<td></td>" for head in heads)
    return (
        f"<table><caption><bdi>{escape(caption)}</bdi></caption><thead><tr>{columns}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _arcs(words: Sequence[Word]) -> list[_Arc]:
    """The arcs, the shortest first, each one level above all that it spans."""
    pairs = sorted(
        (abs(word.head - i), min(i, word.head), i)
        for i, word in enumerate(words)
        if word.head >= 0 and word.head != i
    )
    height = np.zeros(max(1, len(words)), dtype=int)
    arcs = []
    for length, left, dependent in pairs:
        level = int(height[left : left + length].max()) + 1
        height[left : left + length] = level
        arcs.append(_Arc(left, left + length, words[dependent].relation, level, dependent))
    return arcs


def _legs(words: Sequence[Word], arcs: Sequence[_Arc]) -> np.ndarray:
    """How far from a word's middle each arc stands on it: arc × (left, right).

    From left to right: arcs to the left, short before long; the root's arrow in the middle; arcs to
    the right, long before short. So the arcs of a word never cross each other.
    """
    legs = np.zeros((len(arcs), 2))
    leftward: list[list[int]] = [[] for _ in words]
    rightward: list[list[int]] = [[] for _ in words]
    for number, arc in enumerate(arcs):
        leftward[arc.right].append(number)
        rightward[arc.left].insert(0, number)
    for i, word in enumerate(words):
        root = [-1] * (word.head < 0)
        slots = [*leftward[i], *root, *rightward[i]]
        # the root's arrow stands on the word's middle, wherever it is among the others
        middle = len(leftward[i]) if root else (len(slots) - 1) / 2
        for slot, number in enumerate(slots):
            if number >= 0:
                legs[number, int(arcs[number].left != i)] = (slot - middle) * _LEG
    return legs


def _places(
    words: Sequence[Word], arcs: Sequence[_Arc], legs: np.ndarray
) -> tuple[np.ndarray, float]:
    """The middle of every word, and the width of all."""
    half = np.array([max(text_width(_short(w.text), _WORD), text_width(w.pos, _SMALL)) / 2
                     for w in words])  # fmt: skip
    left, right = half.copy(), half.copy()
    for i, word in enumerate(words):
        if word.head < 0:
            side = text_width(word.relation, _SMALL) / 2
            left[i], right[i] = max(left[i], side), max(right[i], side)
    ending: list[list[int]] = [[] for _ in words]
    for number, arc in enumerate(arcs):
        for at, leg in ((arc.left, legs[number, 0]), (arc.right, legs[number, 1])):
            left[at], right[at] = max(left[at], 4 - leg), max(right[at], 4 + leg)
        ending[arc.right].append(number)
    centre = np.zeros(len(words))
    for j in range(len(words)):
        x = left[0] + 8 if j == 0 else centre[j - 1] + right[j - 1] + left[j] + _GAP
        for number in ending[j]:
            room = text_width(arcs[number].label, _SMALL) + 12
            x = max(x, centre[arcs[number].left] + legs[number, 0] - legs[number, 1] + room)
        centre[j] = x
    return centre, float((centre + right).max(initial=0.0) + 8)


def _bow(x1: float, x2: float, arc: _Arc, floor: float) -> str:
    """One arc: up, across, down, with a tip on the dependent."""
    y = floor - 6 - arc.level * _STEP
    bend = min(6.0, (x2 - x1) / 2)
    path = (
        f"M{x1:.1f},{floor - 6:.1f}V{y + bend:.1f}Q{x1:.1f},{y:.1f} {x1 + bend:.1f},{y:.1f}"
        f"H{x2 - bend:.1f}Q{x2:.1f},{y:.1f} {x2:.1f},{y + bend:.1f}V{floor - 6:.1f}"
    )
    return f'<path d="{path}"/>{_tip(x2 if arc.dependent == arc.right else x1, floor)}'


def _tip(x: float, floor: float) -> str:
    return f'<path class="da-tip" d="M{x - 3.5:.1f},{floor - 8:.1f}h7l-3.5,8z"/>'


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>' if text else ""


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
