"""Recurring word sequences around the node: the pattern that each line follows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from analysis.reading.lines import Lines

REACH = 3  # words to each side that a pattern may take in
_PASSES = 30


class Patterns(NamedTuple):
    """The pattern of each line: its number, -1 for none; names and how many lines follow it."""

    number: np.ndarray
    names: list[str]
    counts: np.ndarray


def find_patterns(lines: Lines, *, least: int = 2) -> Patterns:
    """Find for each line the recurring sequence around the node that saves most reading."""
    left, right = lines.words_beside("L", REACH), lines.words_beside("R", REACH)
    node, bits = _node_codes(lines), _bits(lines)
    candidates, gains = [], []
    for words_left in range(REACH + 1):
        for words_right in range(REACH + 1):
            if words_left + words_right:
                beside = [left[:, k] for k in range(words_left)]
                beside += [right[:, k] for k in range(words_right)]
                codes, whole = _sequence(node, beside)
                candidates.append(codes)
                gains.append(np.where(whole, sum(bits[np.maximum(c, 0)] for c in beside), 0.0))
    shapes = [(a, b) for a in range(REACH + 1) for b in range(REACH + 1) if a + b]
    choice = _choose(np.array(candidates), np.array(gains), least)
    followed = np.flatnonzero(choice >= 0)
    codes = np.array(candidates)[choice[followed], followed]
    same = choice[followed] * (int(codes.max(initial=0)) + 1) + codes
    _, first, own = np.unique(same, return_index=True, return_inverse=True)
    names = [
        _name(lines, row, shapes[choice[row]], (left, right)) for row in followed[first].tolist()
    ]
    return _ranked(len(lines), followed, own, names)


def _bits(lines: Lines) -> np.ndarray:
    """The information of each term, in bits."""
    counts = lines.tokens.counts
    bits: np.ndarray = np.log2(max(int(counts.sum()), 1) / np.maximum(counts, 1)) + 1e-9
    return bits


def _node_codes(lines: Lines) -> np.ndarray:
    """One number for the words of each node."""
    first, last = lines.rows
    codes = np.zeros(len(lines), dtype=np.int64)
    for place in range(int((last - first).max(initial=-1)) + 1):
        rows = first + place
        term = np.where(rows <= last, lines.tokens.term[np.minimum(rows, last)], -1)
        codes, _ = _sequence(codes, [term])
    return codes


def _sequence(codes: np.ndarray, beside: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """One number for a sequence of words, and whether all of them are there."""
    whole = np.ones(len(codes), dtype=bool)
    for term in beside:
        whole &= term >= 0
        wide = int(term.max(initial=0)) + 2
        _, codes = np.unique(codes * wide + term + 1, return_inverse=True)
    return codes.astype(np.int64), whole


def _choose(candidates: np.ndarray, gains: np.ndarray, least: int) -> np.ndarray:
    """The shape of each line's pattern, -1 for none."""
    # Every line takes the sequence with the most bits × log₂ lines; sequences that too few lines
    # took are no patterns, and their lines choose again, until all that are left are patterns.
    shapes, size = candidates.shape
    alive = gains > 0
    scores = np.zeros(candidates.shape)
    for shape in range(shapes):
        own = candidates[shape]
        count = np.bincount(own[alive[shape]], minlength=int(own.max(initial=0)) + 1)[own]
        alive[shape] &= count >= least
        scores[shape] = np.where(alive[shape], gains[shape] * np.log2(np.maximum(count, 1)), 0.0)
    counts = np.zeros(size, dtype=np.int64)
    for _ in range(_PASSES):
        ranked = np.where(alive, scores.round(9), -1.0)
        choice = np.where(alive.any(axis=0), ranked.argmax(axis=0), -1)
        counts[:], removed = 0, False
        for shape in range(shapes):
            own = np.flatnonzero(choice == shape)
            if not len(own):
                continue
            size_of = np.bincount(candidates[shape][own], minlength=candidates[shape].max() + 1)
            counts[own] = size_of[candidates[shape][own]]
            poor = (size_of > 0) & (size_of < least)
            if poor.any():
                alive[shape] &= ~poor[candidates[shape]]
                removed = True
        if not removed:
            break
    else:
        choice = np.where(counts >= least, choice, -1)
    return choice


def _name(
    lines: Lines, row: int, shape: tuple[int, int], beside: tuple[np.ndarray, np.ndarray]
) -> str:
    """The words of a line's pattern."""
    first, last = (int(rows[row]) for rows in lines.rows)
    before, after = beside[0][row, : shape[0]][::-1], beside[1][row, : shape[1]]
    codes = [*before.tolist(), *lines.tokens.term[first : last + 1].tolist(), *after.tolist()]
    return " ".join(str(lines.tokens.terms[code]) for code in codes)


def _ranked(size: int, followed: np.ndarray, own: np.ndarray, names: list[str]) -> Patterns:
    """Patterns numbered by how many lines follow them; those that read alike are one."""
    known = sorted(set(names))
    one = np.array([known.index(name) for name in names], dtype=np.int64)[own]
    counts = np.bincount(one, minlength=len(known))
    order = np.lexsort([np.arange(len(known)), -counts])
    place = np.empty(len(known), dtype=np.int64)
    place[order] = np.arange(len(known))
    number = np.full(size, -1, dtype=np.int64)
    number[followed] = place[one]
    return Patterns(number, [known[n] for n in order.tolist()], counts[order])
