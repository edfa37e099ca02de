"""Counts of items in groups, with intervals: whole numbers that add up over parts of a corpus."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from analysis.tables import Groups, merge_groups
from analysis.terms.counting import (
    Hits,
    codes_of,
    count_pairs,
    rate_of,
    run_lengths,
    run_starts,
    sorted_order,
    words_of,
)
from analysis.terms.estimate import (
    KORN_GRAUBARD,
    Sums,
    Units,
    comes_in_bursts,
    interval_words,
    proportion_interval,
    units_of,
)
from analysis.terms.units import Lacking, forms_of, merge_forms, say_lacking
from analysis.text.cuts import take_words
from analysis.text.tokens import table_index

MANY = 10_000  # rows, from which on it pays to look for those that are alike
FEW = 3  # occurrences


class Bases(NamedTuple):
    """The units of each group and their words."""

    over: np.ndarray  # what the units are: "documents", "sentences" or "none"
    documents: np.ndarray
    n: np.ndarray  # units that have words
    total: np.ndarray  # Σb
    squares: np.ndarray  # Σb²


class Cells(NamedTuple):
    """Sums over the units of a group, of each item that they have."""

    group: np.ndarray
    item: np.ndarray
    total: np.ndarray  # Σc
    squares: np.ndarray  # Σc²
    cross: np.ndarray  # Σcb
    spread: np.ndarray  # units that have the item

    def take(self, rows: np.ndarray) -> Cells:
        """Some of the cells; of one group, its number is not written out for each."""
        own = self.group.take(rows) if self.group.strides[0] else self.group[: len(rows)]
        return Cells(own, *(column.take(rows) for column in self[1:]))


class Tally(NamedTuple):
    """How often items occur in the groups of a part of a corpus."""

    groups: Groups
    names: pd.Index  # of the items
    bases: Bases
    cells: Cells  # sorted by item, then group
    forms: Lacking  # words that may be warned of


def count_hits(
    tokens: pd.DataFrame,
    hits: Hits,
    groups: Groups,
    *,
    confidence: float | None,
    asked: tuple[Iterable[str], str] | None = None,
) -> Tally:
    """Count hits in the groups of a part; `asked` are words that may be no lemmas, and the unit."""
    forms = {} if asked is None else forms_of(tokens, *asked)
    code, n_groups = groups.codes, len(groups.keys)
    bases, cells = _count(tokens, hits, code, n_groups, confidence is not None)
    return Tally(groups._replace(codes=code[:0]), hits.names, bases, cells, forms)


def only_used(part: Tally) -> Tally:
    """The same without the names of items that do not occur."""
    used = np.zeros(len(part.names), dtype=bool)
    used[part.cells.item] = True
    item = (np.cumsum(used) - 1)[part.cells.item]
    return part._replace(names=part.names[used], cells=part.cells._replace(item=item))


def _count(
    tokens: pd.DataFrame, hits: Hits, code: np.ndarray, n_groups: int, sentences: bool
) -> tuple[Bases, Cells]:
    """The sums of every group, and of its items."""
    sentence = None
    if sentences and "sentence" in tokens.columns:
        sentence = tokens["sentence"].to_numpy()
    units = units_of(codes_of(tokens, "doc"), sentence, code, n_groups)
    size = len(units.owner)
    item, unit, count = count_pairs(hits.items, units.code[hits.rows], len(hits.names), size)
    words = words_of_units(tokens, units)
    group = units.owner[unit]
    starts = run_starts(item, group) if len(item) else item
    cells = Cells(
        group[starts],
        item[starts],
        _runs(count, starts),
        _runs(count * count, starts),
        _runs(count * words[unit], starts),
        np.diff(np.append(starts, len(item))),
    )
    return bases_of(words, units), cells


def words_of_units(tokens: pd.DataFrame, units: Units) -> np.ndarray:
    """How many words each unit has."""
    code, is_word = units.code, words_of(tokens)
    index = table_index(tokens)
    in_order = len(code) and (code[1:] >= code[:-1]).all()  # one after the other: far faster
    if in_order and index is not None and units.over.tolist() == ["documents"]:
        return index.lengths
    if in_order:  # and every unit has rows
        starts = np.searchsorted(code, np.arange(len(units.owner), dtype=code.dtype))
        marks = is_word.view(np.int8)  # which are added up faster than bool
        return np.add.reduceat(marks, starts, dtype=np.int32).astype(np.int64)
    return np.bincount(code[is_word], minlength=len(units.owner)).astype(np.int64)


def bases_of(words: np.ndarray, units: Units) -> Bases:
    """The sums of the words of every group's units."""
    starts, size = run_starts(units.owner) if len(words) else np.empty(0, int), len(units.over)
    there = units.owner[starts]
    sums = np.zeros((3, size), dtype=np.int64)
    for row, part in zip(sums, (words > 0, words, words * words), strict=True):
        row[there] = _runs(part.astype(np.int64), starts)
    return Bases(units.over, units.documents, *sums)


def _runs(values: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """The sum of each run of values."""
    return np.add.reduceat(values, starts) if len(starts) else np.zeros(0, dtype=np.int64)


def merge_tallies(parts: Sequence[Tally]) -> Tally:
    """The counts of all parts together."""
    if len(parts) == 1:
        return parts[0]
    names, items = merge_names([part.names for part in parts])
    sums = [(part.groups, part.bases, part.cells) for part in parts]
    groups, bases, cells = merge_sums(sums, items)
    return Tally(groups, names, bases, cells, merge_forms(part.forms for part in parts))


def merge_sums(
    parts: Sequence[tuple[Groups, Bases, Cells]], items: Sequence[np.ndarray]
) -> tuple[Groups, Bases, Cells]:
    """The sums of all parts together; `items` are the new numbers of each part's own items."""
    groups, recodes = merge_groups([own for own, _, _ in parts])
    size = len(groups.keys)
    documents = np.zeros(size, dtype=np.int64)
    for (_, bases, _), recode in zip(parts, recodes, strict=True):
        documents[recode] += bases.documents
    over = np.where(documents > 1, "documents", "none").astype(object)
    sums, found = np.zeros((3, size), dtype=np.int64), []
    for (_, bases, cells), recode, item in zip(parts, recodes, items, strict=True):
        alone = bases.documents == 1
        kept = alone & (documents[recode] == 1)
        over[recode[kept]] = bases.over[kept]
        bases, cells = _as_documents(bases, cells, alone & ~kept)
        for row, column in zip(sums, bases[2:], strict=True):
            row[recode] += column
        found.append(cells._replace(group=recode[cells.group], item=item[cells.item]))
    return groups, Bases(over, documents, *sums), _merge_cells(found, size)


def _as_documents(bases: Bases, cells: Cells, groups: np.ndarray) -> tuple[Bases, Cells]:
    """The sums of groups of one document, counted over its sentences, with it as the only unit."""
    if not groups.any():
        return bases, cells
    mine = groups[cells.group]
    words = bases.total[cells.group]
    changed = cells._replace(
        squares=np.where(mine, cells.total**2, cells.squares),
        cross=np.where(mine, cells.total * words, cells.cross),
        spread=np.where(mine, np.minimum(cells.total, 1), cells.spread),
    )
    whole = bases._replace(
        n=np.where(groups, np.minimum(bases.total, 1), bases.n),
        squares=np.where(groups, bases.total**2, bases.squares),
    )
    return whole, changed


def merge_names(parts: Sequence[pd.Index]) -> tuple[pd.Index, list[np.ndarray]]:
    """The names of all parts, and the new number of each part's own."""
    if all(own is parts[0] or own.equals(parts[0]) for own in parts[1:]):
        return parts[0], [np.arange(len(own)) for own in parts]
    every = pa.concat_arrays([pa.array(own, pa.large_string()) for own in parts])
    coded = every.dictionary_encode()  # several times as fast as a look-up in an index
    codes = coded.indices.to_numpy().astype(np.int64)
    names = pd.Index(coded.dictionary.to_pylist(), dtype=object)
    return names, np.split(codes, np.cumsum([len(own) for own in parts])[:-1])


def _merge_cells(parts: Sequence[Cells], n_groups: int) -> Cells:
    """The cells of all parts added up."""
    cells = Cells(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
    key = cells.item.astype(np.int64) * n_groups + cells.group
    order = np.argsort(key, kind="stable")
    cells, key = cells.take(order), key[order]
    starts = run_starts(key) if len(key) else key
    return Cells(
        cells.group[starts], cells.item[starts], *(_runs(part, starts) for part in cells[2:])
    )


def rate_table(
    parts: Sequence[Tally],
    *,
    per: float,
    confidence: float | None,
    zeros: bool,
    unit: str = "words",
    labels: pd.DataFrame | None = None,
    deeper: int = 0,
) -> pd.DataFrame:
    """The table that every counting measure returns, from the counts of all parts."""
    whole = merge_tallies(parts)
    say_lacking(whole.forms, deeper=deeper + 1)
    labels = whole.groups.labels if labels is None else labels
    cells, bases, names = whole.cells, whole.bases, whole.names
    if zeros:
        cells, names = _with_zeros(cells, names, parts, len(labels))
    result, cells = _ordered(cells, bases, names, len(labels))
    group, item = cells.group, cells.item
    result.insert(0, "term", pd.Series(names.take(item).to_numpy(), dtype="str"))
    result.insert(2, "base", bases.total[group])
    result.insert(3, "rate", rate_of(result["count"].to_numpy(), result["base"].to_numpy(), per))
    result.insert(5, "group_documents", bases.documents[group])
    for name in reversed(labels.columns):
        result.insert(0, name, labels[name].take(group).array)
    if confidence is not None:
        result = result.assign(**rate_intervals(cells, bases, confidence, per, unit))
    return result


def tally(
    tokens: pd.DataFrame,
    hits: Hits,
    groups: tuple[np.ndarray, pd.DataFrame],
    *,
    per: float,
    confidence: float | None,
    zeros: bool,
    unit: str = "words",
) -> pd.DataFrame:
    """Count items in groups that are given by code and label: the same table of a single part."""
    code, labels = groups
    own = Groups(code, [], np.zeros((len(labels), 0), dtype=np.int64), [])
    part = count_hits(tokens, hits, own, confidence=confidence)
    return rate_table([part], per=per, confidence=confidence, zeros=zeros, unit=unit, labels=labels)


def _with_zeros(
    cells: Cells, names: pd.Index, parts: Sequence[Tally], n_groups: int
) -> tuple[Cells, pd.Index]:
    """A cell for every item in every group."""
    if len(parts) > 1:  # a wildcard that matches nothing in a part stands there for itself
        everywhere = np.ones(len(names), dtype=bool)
        for part in parts:
            everywhere &= names.isin(part.names)
        occurs = np.zeros(len(names), dtype=bool)
        occurs[cells.item] = True
        kept = occurs | everywhere | ~np.array([bool(set(name) & set("*?")) for name in names])
        names, recode = names[kept], np.cumsum(kept) - 1
        cells = cells._replace(item=recode[cells.item])
    size = n_groups * len(names)
    place = cells.group * len(names) + cells.item
    columns = np.zeros((4, size), dtype=np.int64)
    for column, values in zip(columns, cells[2:], strict=True):
        column[place] = values
    group, item = np.divmod(np.arange(size), len(names) or 1)
    return Cells(group, item, *columns), names


def _ordered(
    cells: Cells, bases: Bases, names: pd.Index, n_groups: int
) -> tuple[pd.DataFrame, Cells]:
    """Count, documents and rank of every row, by group, falling count and name; its cells."""
    used = np.zeros(len(names), dtype=bool)
    used[cells.item] = True
    words = names[used].to_numpy(dtype=object)
    place = np.zeros(len(names), dtype=np.int64)
    place[used] = np.argsort(np.argsort(words, kind="stable"))
    less = cells.total.max(initial=0) - cells.total
    sizes = [n_groups, int(less.max(initial=0)) + 1, len(words) or 1]
    cells = cells.take(sorted_order([cells.group, less, place[cells.item]], sizes))
    over = bases.over[cells.group] == "documents"
    columns = {
        "count": cells.total,
        "documents": np.where(over, cells.spread, np.minimum(cells.spread, 1)),
        "rank": rank_of(cells.group, cells.total),
    }
    return pd.DataFrame(columns), cells


def rank_of(group: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Rank rows that are sorted by group and falling count: 1 is the most frequent, ties share."""
    groups = run_starts(group)
    ties = run_starts(count) if len(groups) < 2 else run_starts(group, count)
    first = np.repeat(ties + 1, run_lengths(ties, len(group)))
    if len(groups) < 2:
        return first
    return first - np.repeat(groups, run_lengths(groups, len(group)))


def rate_intervals(
    cells: Cells, bases: Bases, confidence: float, per: float, unit: str = "words"
) -> Mapping[str, Any]:
    """The columns `low`, `high`, `interval` of cells."""
    # Most cells of a large table are alike (a word that stands once in the same text), and what is
    # alike is worked out once.
    first, cell = _alike(cells, bases)
    total, squares, cross, spread = (column[first].astype(float) for column in cells[2:])
    of = cells.group[first]
    n, base, base2 = (column[of].astype(float) for column in bases[2:])
    sums = Sums(n, total, base, squares, cross, base2)
    low, high = proportion_interval(sums, confidence)
    words, text = interval_words(
        KORN_GRAUBARD,
        confidence,
        bases.over,
        n,
        known=np.isfinite(low),
        kish=sums.kish,
        bursts=comes_in_bursts(total, spread, n),
        base=base,
        unit=unit,
        group=of,
    )
    named = take_words(pd.Index(words, dtype=object), text[cell])
    return {"low": (low * per)[cell], "high": (high * per)[cell], "interval": named}


def _alike(cells: Cells, bases: Bases) -> tuple[np.ndarray, np.ndarray]:
    """The first of each set of cells that have the same interval, and the set of every cell."""
    if len(cells.total) < MANY:
        every = np.arange(len(cells.total))
        return every, every
    # What occurs up to three times, nearly all of a vocabulary, is told apart by the words of the
    # texts that it is in and their number: these leave one Σc² alone. Others seldom are alike.
    found, cell, size = [], np.empty(len(cells.total), dtype=np.int64), 0
    for times in range(FEW + 1):
        some = np.flatnonzero(cells.total == times)
        stretch = len(some) and some[-1] - some[0] == len(some) - 1
        own: Any = slice(some[0], some[-1] + 1) if stretch else some
        key = cells.cross[own]
        if times > 1:
            key = key * times + (cells.spread[own] - 1)
        if len(bases.over) > 1:
            key = key + cells.group[own] * (int(key.max(initial=0)) + 1)
        first, number = _first_of(key)
        found.append(some[first])
        cell[own] = number
        cell[own] += size
        size += len(first)
    rest = np.flatnonzero(cells.total > FEW)
    cell[rest] = np.arange(size, size + len(rest))
    return np.concatenate([*found, rest]), cell


def _first_of(key: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The first row of each distinct key, whole numbers from 0, and the number of every row's."""
    size = int(key.max(initial=-1)) + 1
    if size > 4 * len(key):
        key, known = pd.factorize(key)
        size = len(known)
    where = np.full(size, -1, dtype=np.int64)
    where[key[::-1]] = np.arange(len(key))[::-1]
    known = np.flatnonzero(where >= 0)
    number = np.zeros(size, dtype=np.int32)
    number[known] = np.arange(len(known), dtype=np.int32)
    return where[known], number[key]
