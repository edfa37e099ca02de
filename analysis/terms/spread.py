"""How the terms of a corpus are spread: whole numbers that add up over its parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.tables import Groups, InputError, group_rows, merge_groups
from analysis.terms.counting import (
    Hits,
    coded,
    codes_of,
    find_terms,
    packed_pairs,
    run_starts,
    sorted_order,
    word_list,
    words_of,
)
from analysis.terms.estimate import units_of
from analysis.terms.tally import merge_names
from analysis.terms.units import Lacking, Pos, as_unit, forms_of, merge_forms

COARSE, FINE = 2.0**31, 2.0**42  # digits of sums of rates, as two whole numbers


class Spread(NamedTuple):
    """Sums over the parts that have a term: they add up, so order and portions change nothing."""

    # vᵢ is the term's count in part i, f in all; sᵢ are the part's words, N all. `over` are the
    # parts where vᵢ/f > sᵢ/N, `even` those where both are the same. Sums of rates vᵢ/sᵢ are kept as
    # whole numbers, in units of 2⁻³¹ and 2⁻⁷³, so that rounding does not depend on their order.
    all: np.ndarray  # rows: Σv, Σs, Σv², Σvs, Σs²
    over: np.ndarray
    even: np.ndarray
    rates: np.ndarray  # rows: Σr, Σr², Σr log₂ r, each in two numbers
    range: np.ndarray  # parts that have the term


class Sizes(NamedTuple):
    """The parts that a term may be in: how many, their words, Σs², the words of the smallest."""

    parts: Any
    words: Any
    squares: Any
    least: Any


def spread_sums(
    count: np.ndarray, size: np.ndarray, total: np.ndarray, whole: Any, starts: np.ndarray
) -> Spread:
    """The sums of runs of cells: a term's count in a part, the part's size, and both in all."""

    def add(values: np.ndarray) -> np.ndarray:
        return np.add.reduceat(values, starts) if len(starts) else values

    excess = count * whole - size * total
    products = (count, size, count * count, count * size, size * size)
    every, over, even = (
        np.array([add(values * mask) for values in products])
        for mask in (np.ones(1, dtype=bool), excess > 0, excess == 0)
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = count / size
        parts = (rate, rate * rate, rate * np.log2(rate))
    digits = []
    for values in parts:
        coarse = np.floor(values * COARSE)
        digits += [coarse, np.floor((values * COARSE - coarse) * FINE)]
    rates = np.array([add(values.astype(np.int64)) for values in digits])
    return Spread(every, over, even, rates, np.diff(np.append(starts, len(count))))


def distances_of(
    places: np.ndarray, starts: np.ndarray, total: np.ndarray, size: Any
) -> np.ndarray:
    """Σ min(d·f, N) of the distances within runs of places; ARF is this sum / N."""
    if not len(starts):
        return np.zeros(0, dtype=np.int64)
    reduced = np.minimum(np.diff(places, append=0) * total, size)
    reduced[np.append(starts[1:], len(places)) - 1] = 0  # where the last one leads is not known yet
    found: np.ndarray = np.add.reduceat(reduced, starts)
    return found


class Known(NamedTuple):
    """What must be known of the whole corpus before its parts can be added up."""

    groups: Groups
    names: pd.Index
    keys: np.ndarray  # group · names + item, of the terms that occur …
    totals: np.ndarray  # … and how often
    sizes: Sizes
    before: Mapping[Any, np.ndarray]  # words of each group before each part, by its first document
    forms: Lacking


class Counts(NamedTuple):
    """What a part has: how often each term, how many words, in which documents."""

    groups: Groups
    names: pd.Index
    keys: np.ndarray
    totals: np.ndarray
    sizes: Sizes
    first: Any  # id of the first document
    forms: Lacking


class Places(NamedTuple):
    """The terms of a part: sums over its documents, or counts in slices, and distances."""

    keys: np.ndarray  # in the numbers of the whole corpus, ascending
    spread: Spread | None
    cells: tuple[np.ndarray, ...]  # key, slice, count; and words of each slice of each group
    first: np.ndarray  # place of the first and the last occurrence, and Σ min(d·f, N) between them
    last: np.ndarray
    distances: np.ndarray


def _found_in(
    tokens: pd.DataFrame,
    parts: str | int,
    terms: Sequence[str] | None,
    stop_words: Iterable[str],
    unit: str,
) -> tuple[Hits, np.ndarray]:
    """The hits of a part that are in its parts, and its words; a text without words is no part."""
    hits, words = (
        find_terms(tokens, terms, word_list(stop_words, "stop_words"), unit),
        words_of(tokens),
    )
    if parts == "doc":
        doc = codes_of(tokens, "doc")
        filled = np.bincount(doc, words, minlength=len(tokens["doc"].cat.categories)) > 0
        if not filled.all():
            kept = filled[doc[hits.rows]]
            hits = hits._replace(rows=hits.rows[kept], items=hits.items[kept])
    return hits, words


def totals_of_part(
    tokens: pd.DataFrame,
    *,
    parts: str | int,
    terms: Sequence[str] | None,
    stop_words: Iterable[str],
    unit: str,
    pos: Pos | None,
    by: str | Sequence[str] | None,
    documents: pd.DataFrame | None,
) -> Counts:
    """Count terms and words of a part."""
    tokens = as_unit(coded(tokens), unit, pos)
    forms = forms_of(tokens, terms or (), unit)
    groups = group_rows(tokens, by, documents)
    size = len(groups.keys)
    hits, words = _found_in(tokens, parts, terms, stop_words, unit)
    units = units_of(codes_of(tokens, "doc"), None, groups.codes, size)
    lengths = np.bincount(units.code, words, minlength=len(units.owner)).astype(np.int64)
    if (
        parts == "doc" and not lengths.all()
    ):  # a text may have words in one group and none in another
        kept = lengths[units.code[hits.rows]] > 0
        hits = hits._replace(rows=hits.rows[kept], items=hits.items[kept])
    key = hits.items if size == 1 else groups.codes[hits.rows] * len(hits.names) + hits.items
    count = np.bincount(key, minlength=size * len(hits.names))
    there = count > 0 if terms is None else np.ones(len(count), dtype=bool)
    owner, lengths = units.owner[lengths > 0], lengths[lengths > 0]
    least = np.full(size, np.iinfo(np.int64).max)
    np.minimum.at(least, owner, lengths)
    squares = np.zeros(size, dtype=np.int64)
    np.add.at(squares, owner, lengths**2)
    sizes = Sizes(
        np.bincount(owner, minlength=size),
        np.bincount(groups.codes, words, minlength=size).astype(np.int64),
        squares,
        least,
    )
    first = tokens["doc"].cat.categories[:1].tolist()
    keys = np.flatnonzero(there)
    groups = groups._replace(codes=groups.codes[:0])
    return Counts(groups, hits.names, keys, count[keys], sizes, first, forms)


def add_totals(
    found: Sequence[Counts], *, parts: str | int, by: Any, terms: Sequence[str] | None
) -> Known:
    """Add up terms and words of all parts."""
    groups, recodes = merge_groups([part.groups for part in found])
    names, items = merge_names([part.names for part in found])
    n_groups, size = len(groups.keys), len(names)
    if not n_groups:
        raise InputError(f"by={by!r} makes no group; the tokens table is empty.")
    keys = []
    number, words, squares = np.zeros((3, n_groups), dtype=np.int64)
    sizes = Sizes(number, words, squares, np.full(n_groups, np.iinfo(np.int64).max))
    before = {}
    for part, recode, item in zip(found, recodes, items, strict=True):
        group, name = np.divmod(part.keys, max(len(part.names), 1))
        keys.append(recode[group] * size + item[name])
        before[part.first[0] if part.first else None] = sizes.words.copy()
        for whole, own in zip(sizes[:3], part.sizes[:3], strict=True):
            whole[recode] += own
        sizes.least[recode] = np.minimum(sizes.least[recode], part.sizes.least)
    every, place = np.unique(np.concatenate(keys), return_inverse=True)
    totals = np.zeros(len(every), dtype=np.int64)
    np.add.at(totals, place, np.concatenate([part.totals for part in found]))
    if terms is not None:  # a row for each in every group
        kept = _named(found, names, np.bincount(every[totals > 0] % size, minlength=size) > 0)
        whole = np.zeros((n_groups, size), dtype=np.int64)
        whole.ravel()[every] = totals
        every = np.flatnonzero(np.tile(kept, n_groups))
        totals = whole.ravel()[every]
    if parts != "doc":
        for total in sizes.words.tolist():
            if isinstance(parts, bool | str) or parts not in range(2, (total or 10**9) + 1):
                raise InputError(
                    f"parts={parts!r} is not possible; give 'doc' or a number of slices from 2 to"
                    f" the number of words ({total})."
                )
        sizes = _slices(int(parts), sizes.words)
    return Known(
        groups, names, every, totals, sizes, before, merge_forms(part.forms for part in found)
    )


def _named(found: Sequence[Counts], names: pd.Index, occurs: np.ndarray) -> np.ndarray:
    """Which names have a row: a wildcard that some part matches does not stand for itself."""
    everywhere = np.ones(len(names), dtype=bool)
    for part in found:
        everywhere &= names.isin(part.names)
    wild = np.array([bool(set(name) & set("*?")) for name in names], dtype=bool)
    return occurs | everywhere | ~wild


def _slices(number: int, words: np.ndarray) -> Sizes:
    """The sizes of so many slices of each group: they differ by one word at most."""
    least, more = np.divmod(words, number)
    squares = least**2 * (number - more) + (least + 1) ** 2 * more
    return Sizes(np.where(words > 0, number, 0), words, squares, least)


def places_of_part(
    tokens: pd.DataFrame,
    *,
    parts: str | int,
    terms: Sequence[str] | None,
    stop_words: Iterable[str],
    unit: str,
    pos: Pos | None,
    by: str | Sequence[str] | None,
    documents: pd.DataFrame | None,
    known: Known,
) -> Places:
    """Add up what a part says of the spread of its terms."""
    tokens = as_unit(coded(tokens), unit, pos)
    own = group_rows(tokens, by, documents)
    group = merge_groups([known.groups, own])[1][1][own.codes]
    hits, words = _found_in(tokens, parts, terms, stop_words, unit)
    place = _words_before(group, words, len(known.groups.keys))
    first = tokens["doc"].cat.categories[:1].tolist()
    before = known.before[first[0] if first else None]
    if parts == "doc":
        units = units_of(codes_of(tokens, "doc"), None, group, len(known.groups.keys))
        part, owner = units.code, units.owner
    else:
        number, total = int(parts), np.maximum(known.sizes.words, 1)[group]
        part = np.minimum((place + before[group]) * number // total, number - 1)
        part = part + group * number  # an emoji may end the last
        owner = np.repeat(np.arange(len(known.groups.keys)), number)
    sizes = np.bincount(part, words, minlength=len(owner)).astype(np.int64)
    item = known.names.get_indexer(hits.names)
    rows, items = hits.rows, hits.items
    if item.min(initial=0) < 0 or (parts == "doc" and not sizes.all()):
        kept = item[items] >= 0
        if parts == "doc":
            kept &= sizes[part[rows]] > 0
        rows, items = rows[kept], items[kept]
    key = item[items]
    if len(known.groups.keys) > 1:
        key = key + group[rows] * len(known.names)
    packed, bits = packed_pairs(key, rows, len(known.groups.keys) * len(known.names), len(tokens))
    key = (packed >> packed.dtype.type(bits)).astype(np.int64)  # by term, then by place
    rows = (packed & packed.dtype.type((1 << bits) - 1)).astype(np.int64)
    place = place[rows]
    cells, spread = _cells(known, key, part[rows], sizes, owner, parts == "doc")
    gaps = _gaps(known, key, place)
    shift = before[gaps[0] // max(len(known.names), 1)]
    return Places(gaps[0], spread, cells, gaps[1] + shift, gaps[2] + shift, gaps[3])


def _cells(
    known: Known,
    key: np.ndarray,
    unit: np.ndarray,
    sizes: np.ndarray,
    owner: np.ndarray,
    whole: bool,
) -> tuple[tuple[np.ndarray, ...], Spread | None]:
    """The counts of terms in texts or slices; of texts, which lie in one part, their sums."""
    starts = run_starts(key, unit) if len(key) else key
    count = np.diff(np.append(starts, len(key)))
    key, unit = key[starts], unit[starts]
    if not whole:
        return (key, unit, count, sizes), None
    starts = run_starts(key) if len(key) else key
    runs = np.diff(np.append(starts, len(key)))
    total = np.repeat(_totals(known, key[starts]), runs)
    words = known.sizes.words[owner[unit]]
    return (key[starts],), spread_sums(count, sizes[unit], total, words, starts)


def _words_before(group: np.ndarray, words: np.ndarray, n_groups: int) -> np.ndarray:
    """For every row the words of its group that come before it."""
    if n_groups == 1:
        return np.cumsum(words) - words
    order = sorted_order([group], [n_groups])
    before = np.empty(len(group), dtype=np.int64)
    own = words[order]
    before[order] = np.cumsum(own) - own
    sizes = np.bincount(group[words], minlength=n_groups)
    return before - (np.cumsum(sizes) - sizes)[group]


def _totals(known: Known, keys: np.ndarray) -> np.ndarray:
    """How often terms of a group occur in the whole corpus."""
    return known.totals[np.searchsorted(known.keys, keys)]


def _gaps(
    known: Known, key: np.ndarray, place: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The terms of a part by key: first and last place, and Σ min(d·f, N) between them."""
    starts = run_starts(key) if len(key) else key
    keys = key[starts]
    count = np.diff(np.append(starts, len(key)))
    total = np.repeat(_totals(known, keys), count)
    whole = np.repeat(known.sizes.words[keys // max(len(known.names), 1)], count)
    return keys, place[starts], place[starts + count - 1], distances_of(place, starts, total, whole)


def add_spread(found: Sequence[Places], known: Known) -> Spread:
    """The sums over the documents of all parts."""
    size = len(known.keys)
    five, six = (np.zeros((n, size), dtype=np.int64) for n in (5, 6))
    whole = Spread(five, five.copy(), five.copy(), six, np.zeros(size, dtype=np.int64))
    for part in found:
        place = np.searchsorted(known.keys, part.cells[0])
        for column, own in zip(whole, part.spread or (), strict=True):
            column[..., place] += own
    return whole


def add_slices(found: Sequence[Places], known: Known, number: int) -> Spread:
    """The sums over the slices of all parts, of which a slice may lie in several."""
    key, part, count = (np.concatenate([own.cells[n] for own in found]) for n in range(3))
    sizes = sum(own.cells[3] for own in found)
    order = np.lexsort([part, key])
    key, part, count = key[order], part[order], count[order]
    starts = run_starts(key, part) if len(key) else key
    count = np.add.reduceat(count, starts) if len(starts) else count
    key, part = key[starts], part[starts]
    runs = run_starts(key) if len(key) else key
    whole = known.sizes.words[key // max(len(known.names), 1)]
    own = spread_sums(count, np.asarray(sizes)[part], _totals(known, key), whole, runs)
    return add_spread([Places(key, own, (key[runs],), key, key, key)], known)


def reduced_frequency(found: Sequence[Places], known: Known, words: np.ndarray) -> np.ndarray:
    """Average reduced frequency of every term, over the borders of the parts."""
    size, total = len(known.keys), known.totals
    reduced, first, last = np.zeros((3, size), dtype=np.int64)
    seen = np.zeros(size, dtype=bool)
    for part in found:
        place = np.searchsorted(known.keys, part.keys)
        again = seen[place]
        gap = np.minimum((part.first - last[place]) * total[place], words[place])
        reduced[place] += part.distances + np.where(again, gap, 0)
        first[place] = np.where(again, first[place], part.first)
        last[place] = part.last
        seen[place] = True
    back = np.minimum((first + words - last) * total, words)  # as if the corpus were a ring
    return np.where(seen, (reduced + np.where(seen, back, 0)) / np.maximum(words, 1), 0.0)
