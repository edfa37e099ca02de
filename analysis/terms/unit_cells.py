"""The units of a part of a corpus, and how often each of them has each of its terms."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.counted import Counted
from analysis.terms.counting import Columns, count_pairs, fresh_runs
from analysis.terms.estimate import units_of
from analysis.text.index import TokenIndex, add_products


class Pairs:
    """The numbers of some pairs of a group and a term, which are ascending."""

    def __init__(
        self, pairs: tuple[np.ndarray, np.ndarray], n_groups: int, names: pd.Index, terms: pd.Index
    ) -> None:
        # the pairs' names are numbers among `names`; a part's cells have numbers among `terms`
        self.group, self.name = pairs
        self.size, self.n_groups, self.n_names = len(self.name), n_groups, max(len(names), 1)
        same, self.n_terms = names is terms, max(len(terms), 1)
        if n_groups == 1:
            place = np.full(len(names) + 1, self.size, dtype=np.int32)
            place[self.name] = np.arange(self.size, dtype=np.int32)
            self.one = place if same else place[names.get_indexer(terms)]
            self.term = self.name if same else terms.get_indexer(names.take(self.name))
        else:
            self.code = np.arange(len(terms)) if same else names.get_indexer(terms)
            self.keys = self.group * self.n_names + self.name

    def of(self, group: np.ndarray | None, term: np.ndarray) -> np.ndarray:
        """Numbers of the pairs; the number behind the last for what is none."""
        if self.n_groups == 1:
            return self.one.take(term)
        if group is None or not self.size:
            return np.zeros(len(term), dtype=np.int64)
        name = self.code[term]
        key = group * self.n_names + name
        place = np.minimum(np.searchsorted(self.keys, key), self.size - 1)
        found: np.ndarray = np.where((self.keys[place] == key) & (name >= 0), place, self.size)
        return found

    def take(self, sums: Sequence[np.ndarray], key: np.ndarray | None) -> np.ndarray:
        """Of the pairs, the columns of sums of a part's terms, or of those of `key`; 0 for none."""
        if key is None:
            if not hasattr(self, "term"):  # of several groups, and only the first has any
                key = np.arange(len(self.code))
                return self.take([own[: len(key)] for own in sums], key)
            # floats that are whole numbers
            found = np.array([own.take(self.term) for own in sums]).astype(np.int64)
            found[:, self.term < 0] = 0
            return found
        number = self.of(*np.divmod(key, self.n_terms))
        whole = np.zeros((len(sums), self.size + 1), dtype=np.int64)
        for row, own in zip(whole, sums, strict=True):
            row[number] = own
        return whole[:, :-1]


class CellUnits(NamedTuple):
    """Units and their cells: terms that a unit has as words."""

    owner: np.ndarray  # group of every unit
    words: np.ndarray
    unit: np.ndarray  # of each cell; empty with an index
    term: np.ndarray
    counts: np.ndarray  # how often
    size: int  # number of terms
    rows: tuple[np.ndarray, np.ndarray] | None  # of the table: unit, term; None with an index
    keys: np.ndarray  # unit · number of terms + term
    indexed: TokenIndex | None

    def unit_of(self, rows: np.ndarray) -> np.ndarray:
        """Units of some rows of the table."""
        if self.indexed is not None:
            return np.searchsorted(self.indexed.edges, rows, "right") - 1
        return self.rows[0][rows] if self.rows else rows

    def cell_of(self, words: np.ndarray) -> np.ndarray:
        """Cells of some words: rows of the table, or with an index their numbers among words."""
        if self.indexed is not None:
            return self.indexed.word_cells.take(words)
        key = self.unit_of(words).astype(np.int64) * self.size
        key += self.rows[1][words] if self.rows else 0
        return np.searchsorted(self.keys, key)

    def take(self, cell: np.ndarray, times: np.ndarray) -> tuple[np.ndarray, ...]:
        """Unit, term, what is given of each, and count of some cells, which ascend."""
        own = self.term.take(cell), times, self.counts.take(cell)
        if self.indexed is None:
            return self.unit.take(cell), *own
        sizes = np.diff(np.searchsorted(cell, self.indexed.cells.edges))
        return np.repeat(np.arange(len(sizes)), sizes), *own

    def multiply(
        self, one: np.ndarray, two: np.ndarray
    ) -> tuple[np.ndarray | None, Sequence[np.ndarray]]:
        """Σcx over units with counts c, for two lists of numbers x of the units."""
        # Of every term, as the key None says; else of the keys, group · number of terms + term.
        if self.indexed is not None:
            return None, add_products(*self.indexed.by_term, one, two)
        key, item, size = self._keys
        return key, [added(item, self.counts * own[self.unit], size) for own in (one, two)]

    def sums(self) -> Sequence[np.ndarray]:
        """Σc, Σc² and Σcb of the same keys, over units with counts c and b words."""
        if self.indexed is not None:
            return [self.indexed.sums[place] for place in (1, 3, 4)]
        _, item, size = self._keys
        weights = (1, self.counts, self.words[self.unit])
        return [added(item, self.counts * own, size) for own in weights]

    @property
    def _keys(self) -> tuple[np.ndarray | None, np.ndarray, int]:
        """The keys that there are, the number of each cell's, and how many they are."""
        if not self.owner.any():
            return None, self.term, self.size
        keys, item = np.unique(self.owner[self.unit] * self.size + self.term, return_inverse=True)
        return keys, item, len(keys)


class KeptUnits:
    """Documents of a partition, all in one group, whose words are kept counted."""

    indexed = None

    def __init__(self, kept: Counted, place: np.ndarray, doc: np.ndarray, term: np.ndarray) -> None:
        # the documents of the rows have numbers of their own; `place` says which each is there
        self.owner, self.words = np.zeros(len(kept.ids), np.int64), kept.words
        self.size, self._kept = max(len(kept.ids), 1), kept
        self._place, self._doc, self._term = place, doc, term

    def unit_of(self, rows: np.ndarray) -> np.ndarray:
        """Documents of some rows of the table."""
        return self._place[self._doc[rows]]

    def cell_of(self, words: np.ndarray) -> np.ndarray:
        """Term and document of some rows, in one number."""
        return self._term[words].astype(np.int64) * self.size + self.unit_of(words)

    def take(self, cell: np.ndarray, times: np.ndarray) -> tuple[np.ndarray, ...]:
        """As `CellUnits.take`."""
        kept, (term, unit) = self._kept, np.divmod(cell, self.size)
        place = np.searchsorted(self._keys, cell)
        return unit, term, times, kept.counts[place].astype(np.int64)

    def multiply(self, one: np.ndarray, two: np.ndarray) -> tuple[None, Sequence[np.ndarray]]:
        """As `CellUnits.multiply`."""
        kept = self._kept
        shape = (len(kept.terms), len(kept.ids))
        table = sparse.csr_array((kept.counts.astype(np.int64), kept.doc, kept.edges), shape=shape)
        return None, add_products(table, self.words, one, two)

    def sums(self) -> Sequence[np.ndarray]:
        """None: they are kept, too."""
        return ()

    @cached_property
    def _keys(self) -> np.ndarray:
        """Term and document of each cell, in one number."""
        first = np.arange(len(self._kept.terms)) * self.size
        keys = np.repeat(first, np.diff(self._kept.edges))
        keys += self._kept.doc
        return keys


def units_of_index(index: TokenIndex) -> CellUnits:
    """The documents of an indexed table, all in one group."""
    owner, cells, none = np.zeros(len(index.lengths), np.int64), index.cells, np.empty(0, np.int64)
    own = (none, cells.term, cells.counts, index.size)
    return CellUnits(owner, index.lengths, *own, None, none, index)


def units_of_rows(
    arrays: Columns, size: int, group: np.ndarray, documents: np.ndarray
) -> CellUnits:
    """The units of a table; `documents` says how many each group has in the corpus."""
    is_word = np.asarray(arrays["is_word"], dtype=bool)
    units = units_of(arrays["doc"], arrays.get("sentence"), group, len(documents), documents)
    n_units, terms = len(units.owner), arrays["term"]
    own = units.code[is_word]
    unit, term, counts = count_pairs(own, terms[is_word], n_units, size)
    words = np.bincount(own, minlength=n_units)
    keys = unit * max(size, 1) + term
    rows = (units.code, terms)
    return CellUnits(units.owner, words, unit, term, counts, max(size, 1), rows, keys, None)


def counted(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The distinct codes, ascending, and how often each occurs."""
    codes = np.sort(codes)
    first = np.flatnonzero(fresh_runs(codes)) if len(codes) else codes
    return codes[first], np.diff(np.append(first, len(codes)))


def added(item: np.ndarray, values: np.ndarray, size: int) -> np.ndarray:
    """Whole numbers added up by item."""
    return np.bincount(item, values, size + 1)[:size].astype(np.int64)
