"""How often sequences of words occur in the units of a part: whole numbers that add up."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.tables import Groups, InputError, group_rows, require_choice
from analysis.terms.counting import (
    coded,
    codes_of,
    fresh_runs,
    items_of,
    run_lengths,
    sorted_order,
    words_of,
)
from analysis.terms.estimate import Units, units_of
from analysis.terms.tally import Bases, Cells, bases_of, merge_names, merge_sums, words_of_units
from analysis.terms.units import as_unit
from analysis.text.forms import form_of
from analysis.text.index import IN_POS
from analysis.text.tokens import token_test

Place = Callable[[np.ndarray], np.ndarray]  # which rows of the tokens fit a place of the n-gram
LENGTHS = range(1, 6)
SKIPS = range(6)
PACKED_BITS = 63  # an n-gram, its group and document in one integer
BLOCK = 1 << 16  # rows that are worked on at once


class Ngrams(NamedTuple):
    """How often n-grams occur in the groups of a part of a corpus."""

    groups: Groups
    names: pd.Index  # of the terms
    terms: np.ndarray  # codes of the terms of every n-gram
    bases: Bases
    cells: Cells  # an item is a row of `terms`; cells of a group are in the order of the terms


def read_places(tokens: pd.DataFrame, pattern: str | None, n: int) -> list[Place | None]:
    """For each place of the n-gram a test of what it may hold; None for any word."""
    parts = form_of(pattern).split() if pattern is not None else ["*"] * (n if n in LENGTHS else 0)
    if len(parts) not in LENGTHS:
        what = f"n={n!r}" if pattern is None else f"pattern={pattern!r} of {len(parts)} words"
        raise InputError(f"{what} is not possible; n-grams have 1 to {LENGTHS[-1]} words.")
    return [None if part == "*" else token_test(tokens, part) for part in parts]


class Runs(NamedTuple):
    """Where n-grams with the same gaps stand: first rows, and how far each word is from it."""

    starts: np.ndarray
    offsets: tuple[int, ...]


def rows_at(runs: Sequence[Runs], place: int) -> np.ndarray:
    """Row of the word at a place of every n-gram."""
    return np.concatenate([one.starts + one.offsets[place] for one in runs])


def offsets_of(n: int, skip: int) -> list[tuple[int, ...]]:
    """How far each word is from the first, with at most so many words left out."""
    gaps = itertools.product(range(skip + 1), repeat=n - 1)
    return [
        tuple(itertools.accumulate((gap + 1 for gap in own), initial=0))
        for own in gaps
        if sum(own) <= skip
    ]


def find_runs(
    tokens: pd.DataFrame,
    places: Sequence[Place | None],
    offsets: Sequence[tuple[int, ...]],
    chosen: np.ndarray | None = None,
) -> list[Runs]:
    """The n-grams that fit the places at these distances, with all words on chosen rows."""
    items, found = items_of(tokens), []
    for own in offsets:
        linked = _linked(tokens, own[-1] + 1)
        if chosen is not None:
            for offset in own:
                linked[: max(len(linked) - offset, 0)] &= chosen[offset:]
        rows = np.flatnonzero(linked)
        for offset, fits in zip(own, places, strict=True):
            rows = rows if fits is None else rows[fits(rows + offset)]
            rows = rows[items[rows + offset]] if IN_POS in tokens.columns else rows
        found.append(Runs(rows, own))
    return found


def _linked(tokens: pd.DataFrame, n: int) -> np.ndarray:
    """Mark the rows with which n words in a row begin, in one sentence of one document."""
    word = words_of(tokens)
    if n == 1:
        return word.copy()
    columns = [tokens["position"].to_numpy(), codes_of(tokens, "doc")]
    columns += [tokens["sentence"].to_numpy()] if "sentence" in tokens.columns else []
    starts = np.zeros(len(word), dtype=bool)
    for at in range(0, len(word) - 1, BLOCK):  # what the processor's cache holds
        here, behind = slice(at, min(at + BLOCK, len(word) - 1)), slice(at + 1, at + BLOCK + 1)
        np.logical_and(word[here], word[behind], out=starts[here])
        starts[here] &= columns[0][behind] - columns[0][here] == 1
        for column in columns[1:]:
            starts[here] &= column[here] == column[behind]
    linked = starts.copy() if n > 2 else starts
    for step in range(1, n - 1):
        starts[:-step] &= linked[step:]
        starts[-step:] = False
    return starts


class Opened(NamedTuple):
    """The tokens of a part, and which n-grams of them are counted."""

    tokens: pd.DataFrame
    names: pd.Index  # of the terms
    groups: Groups
    units: Units
    places: list[Place | None]
    offsets: list[tuple[int, ...]]
    words: np.ndarray  # of every unit


def open_part(tokens: pd.DataFrame, asked: Any) -> Opened:
    """Read the tokens of a part."""
    require_choice(asked.skip, SKIPS, "skip")
    tokens = as_unit(coded(tokens, ("position",)), asked.unit, asked.pos)
    places = read_places(tokens, asked.pattern, asked.n)
    groups = group_rows(tokens, asked.by, asked.documents)
    with_sentences = asked.confidence is not None and "sentence" in tokens.columns
    sentence = tokens["sentence"].to_numpy() if with_sentences else None
    units = units_of(codes_of(tokens, "doc"), sentence, groups.codes, len(groups.keys))
    names = tokens["term"].cat.categories
    words = words_of_units(tokens, units)
    return Opened(tokens, names, groups, units, places, offsets_of(len(places), asked.skip), words)


def count_runs(opened: Opened, chosen: np.ndarray | None) -> Ngrams:
    """Count every distinct n-gram, of the words on chosen rows."""
    tokens, names, groups, units, places, offsets, words = opened
    runs = find_runs(tokens, places, offsets, chosen)
    n, n_groups = len(runs[0].offsets), len(units.over)
    codes = codes_of(tokens, "term")
    keys = [(codes, place) for place in range(n)] + [(units.code, 0)]
    sizes = [len(names)] * n + [len(units.owner)]
    if n_groups > 1:
        keys, sizes = [(groups.codes, 0), *keys], [n_groups, *sizes]
    columns, sums = _distinct(runs, keys, sizes, words)
    total, squares, cross, spread = sums
    group = columns[0] if n_groups > 1 else np.broadcast_to(np.int64(0), len(total))
    cells = Cells(group, np.arange(len(total)), total, squares, cross, spread)
    terms = np.stack(columns[-n:], axis=1, dtype=np.int32, casting="same_kind")
    none = groups._replace(codes=groups.codes[:0])
    return Ngrams(none, names, terms, bases_of(words, units), cells)


def _distinct(
    runs: Sequence[Runs],
    keys: Sequence[tuple[np.ndarray, int]],
    sizes: Sequence[int],
    words: np.ndarray,
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Bring n-grams with equal keys together, the last of which is a unit, and add them up.

    A key is a column of the tokens and a place of the n-gram. Given are the other keys of each
    distinct set of them, and its Σc, Σc², Σcb and number of units.
    """
    widths = [max(size - 1, 0).bit_length() for size in sizes]
    if sum(widths) <= PACKED_BITS:
        rows = _packed(runs, keys, widths)
        rows.sort()
        known, *sums = _added_up(rows, widths[-1], words)
        return _unpack(known, widths[:-1]), sums
    # too wide for one integer: sort the row numbers instead, and number the sets
    columns = [_column(runs, key) for key in keys]
    order = sorted_order(columns, sizes)
    columns = [column[order] for column in columns]
    fresh = fresh_runs(*columns[:-1])
    rows = (np.cumsum(fresh) - 1) << widths[-1] | columns[-1]
    return [column[fresh] for column in columns[:-1]], _added_up(rows, widths[-1], words)[1:]


def _added_up(rows: np.ndarray, width: int, words: np.ndarray) -> list[np.ndarray]:
    """Of sorted numbers, whose last bits are a unit, each set of the other bits and its sums."""
    # What is found stands where the numbers stood, or in memory of which only the beginning is ever
    # touched: there are never more sets than numbers.
    found = [rows, *(np.empty(len(rows), dtype=np.int64) for _ in range(4))]
    begin = size = 0
    while begin < len(rows):  # in pieces of whole sets that the processor's cache holds
        end = begin + BLOCK
        if end < len(rows):
            rest, last = rows[begin:], rows[end] >> width
            end = begin + int(np.searchsorted(rest, last << width))
            if end == begin:  # a set that is larger
                end = begin + int(np.searchsorted(rest, (last + 1) << width))
        sums = _sums_of_sets(rows[begin:end], width, words)
        for column, part in zip(found, sums, strict=True):
            column[size : size + len(part)] = part
        begin, size = end, size + len(sums[0])
    return [column[:size] for column in found]


def _sums_of_sets(rows: np.ndarray, width: int, words: np.ndarray) -> list[np.ndarray]:
    """The sets of some rows, and their Σc, Σc², Σcb and number of units."""
    fresh = np.ones((2, len(rows) + 1), dtype=bool)  # where a cell begins, and where a set
    changed = rows[1:] ^ rows[:-1]
    np.not_equal(changed, 0, out=fresh[0, 1:-1])
    np.greater_equal(changed.view(np.uint64), np.uint64(1 << width), out=fresh[1, 1:-1])
    cells, begins = (np.flatnonzero(one) for one in fresh)
    times, total = cells[1:] - cells[:-1], begins[1:] - begins[:-1]
    cells = cells[:-1]
    first = np.flatnonzero(fresh[1].take(cells))
    base = words.take(rows.take(cells) & ((1 << width) - 1))
    base *= times
    times *= times
    sums = (np.add.reduceat(values, first) for values in (times, base))
    return [rows.take(begins[:-1]) >> width, total, *sums, run_lengths(first, len(cells))]


def _column(runs: Sequence[Runs], key: tuple[np.ndarray, int]) -> np.ndarray:
    """A key of every n-gram."""
    column, place = key
    return column[rows_at(runs, place)]


def _packed(
    runs: Sequence[Runs], keys: Sequence[tuple[np.ndarray, int]], widths: Sequence[int]
) -> np.ndarray:
    """The keys of every n-gram as one integer."""
    packed, begin = np.empty(sum(len(one.starts) for one in runs), dtype=np.int64), 0
    for one in runs:
        for at in range(0, len(one.starts), BLOCK):  # what the processor's cache holds
            starts = one.starts[at : at + BLOCK]
            own = packed[begin : begin + len(starts)]
            first, last = int(starts[0]), int(starts[-1]) + 1
            dense = last - first <= 2 * len(starts)  # whole stretches are read faster
            key = np.empty(last - first, dtype=np.int64) if dense else own
            key[:] = 0
            for (column, place), width in zip(keys, widths, strict=True):
                key <<= width
                offset = one.offsets[place]
                key |= column[first + offset : last + offset] if dense else column[starts + offset]
            if dense:
                np.take(key, starts - first, out=own, mode="clip")
            begin += len(starts)
    return packed


def merge_ngrams(parts: Sequence[Ngrams]) -> Ngrams:
    """The n-grams of all parts together."""
    if len(parts) == 1 and parts[0].names.is_monotonic_increasing:
        return parts[0]
    names, places = merge_names([part.names for part in parts])
    order = np.argsort(names.to_numpy(dtype=object), kind="stable")
    names, rank = names[order], np.argsort(order)
    terms = np.concatenate(
        [rank[place][part.terms] for part, place in zip(parts, places, strict=True)]
    ).astype(np.int32)
    key = terms[:, 0].astype(np.int64)
    for column in terms.T[1:]:  # in the order of the terms
        if int(key.max(initial=0)) >= 2**62 // max(len(names), 1):
            key = np.unique(key, return_inverse=True)[1]
        key = key * len(names) + column
    _, first, item = np.unique(key, return_index=True, return_inverse=True)
    items = np.split(item, np.cumsum([len(part.terms) for part in parts])[:-1])
    groups, bases, cells = merge_sums([(p.groups, p.bases, p.cells) for p in parts], items)
    return Ngrams(groups, names, terms[first], bases, cells)


def _unpack(packed: np.ndarray, widths: Sequence[int]) -> list[np.ndarray]:
    """Take keys apart that were packed into one integer."""
    columns = []
    for place, width in enumerate(widths):
        shift = sum(widths[place + 1 :])
        columns.append((packed >> shift if shift else packed) & ((1 << width) - 1))
    return columns
