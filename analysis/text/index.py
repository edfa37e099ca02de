"""An index of a tokens table: made at the first question, kept as long as the table.

It is never saved, holds nothing that the table does not say, and answers as the columns would.
"""

from __future__ import annotations

import bisect
import itertools
import weakref
from collections.abc import Callable, Hashable, Mapping
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.tables import InputError

SMALLEST = 20_000  # rows; a smaller table is read through as fast as it is looked up in
INDEXED = ("doc", "term", "is_word")
KEPT = 4, 12  # sets of documents whose sums are kept, and what follows from them: at least, at most
ROOM = 3_000_000  # terms that all of them may have, if they are more than the least
IN_POS = "in_pos"  # a column of tokens of which only some parts of speech count (terms.units)


def beginning_with(words: pd.Index, prefix: str) -> slice:
    """Where the words with a beginning stand in a sorted vocabulary; all of it if it is not
    sorted.
    """
    if not prefix or prefix[-1] == "\U0010ffff" or not words.is_monotonic_increasing:
        return slice(0, len(words))
    after = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    values = words.to_numpy(dtype=object)
    first, last = (bisect.bisect_left(values, bound) for bound in (prefix, after))
    return slice(first, last)


class Cells(NamedTuple):
    """How often each document has each of its terms as a word, document by document."""

    edges: np.ndarray  # where the cells of each document begin, and the end of the last
    term: np.ndarray
    counts: np.ndarray


def add_up(cells: Cells, words: np.ndarray, size: int) -> tuple[np.ndarray, ...]:
    """Sums over documents of so many words each, for every term, and the documents that have it.

    Documents with words, Σc, Σb, Σc², Σcb and Σb² of counts c in b words; then the documents.
    """
    term, base = cells.term.astype(np.intp), words.astype(np.float64)
    cross = cells.counts * np.repeat(base, np.diff(cells.edges))
    spread = np.bincount(term, minlength=size)
    many = np.flatnonzero(cells.counts > 1)  # few, and of the others each sum is their number
    often, count = term[many], cells.counts[many].astype(np.float64)
    sums = [spread + np.bincount(often, count - 1, size)]
    sums += [spread + np.bincount(often, count * count - 1, size), np.bincount(term, cross, size)]
    whole = [np.asarray(part) for part in (np.count_nonzero(base), base.sum(), base @ base)]
    return whole[0], sums[0], whole[1], sums[1], sums[2], whole[2], spread


def add_products(
    table: sparse.csr_array | sparse.csc_array, most: np.ndarray, one: np.ndarray, two: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Σcx of each term over documents with counts c, at most so many, for two lists of x."""
    bits = [int(most @ column).bit_length() for column in (one, two)]
    if sum(bits) > 62:
        return table @ one, table @ two
    both = table @ ((one << bits[1]) | two)  # one product is half the work
    return both >> bits[1], both & ((1 << bits[1]) - 1)


class DocumentSums:
    """Sums over the documents that are asked for; those of the last few questions are kept."""

    def __init__(self, cells: Cells, words: np.ndarray, size: int) -> None:
        self.cells, self.words, self.size = cells, words, size
        self._kept: dict[Hashable, Any] = {}

    def keep(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What was made before for a key, or is made now; the last few are kept."""
        if key not in self._kept:
            found = make()
            if len(self._kept) >= min(max(KEPT[0], ROOM // max(self.size, 1)), KEPT[1]):
                self._kept.pop(next(iter(self._kept)))
            self._kept[key] = found
        return self._kept[key]

    @cached_property
    def whole(self) -> tuple[np.ndarray, ...]:
        """What `add_up` gives for all documents."""
        return add_up(self.cells, self.words, self.size)

    def of(self, chosen: np.ndarray) -> tuple[np.ndarray, ...]:
        """What `add_up` gives for those that a mask chooses: theirs, or all but the others'."""
        if chosen.all():
            return self.whole
        found: tuple[np.ndarray, ...] = self.keep(chosen.tobytes(), lambda: self._of(chosen))
        return found

    def _of(self, chosen: np.ndarray) -> tuple[np.ndarray, ...]:
        """The sums, added up."""
        if 2 * self.words[chosen].sum() > self.words.sum():
            pairs = zip(self.whole, self.of(~chosen), strict=True)
            return tuple(every - others for every, others in pairs)
        sizes = np.diff(self.cells.edges)
        some = np.flatnonzero(np.repeat(chosen, sizes))
        edges = np.concatenate([[0], np.cumsum(sizes[chosen])])
        own = Cells(edges, self.cells.term[some], self.cells.counts[some])
        return add_up(own, self.words[chosen], self.size)


class TokenIndex:
    """What a tokens table is asked again and again; each part is made when it is first needed."""

    # For each token: four bytes for `postings`, 12 for `words` and about 6 for `cells`. All are
    # counted, not sorted by comparison, so that making them takes time in proportion to the table.

    def __init__(self, arrays: Mapping[str, np.ndarray], size: int) -> None:
        self.doc, self.term, self.is_word = (arrays[name] for name in INDEXED)
        self.sentence: np.ndarray | None = None
        self.size = size

    @cached_property
    def edges(self) -> np.ndarray:
        """First row of each document that has tokens, and the number of rows."""
        turns = np.flatnonzero(self.doc[1:] != self.doc[:-1]) + 1
        return np.concatenate([[0], turns, [len(self.doc)]])

    @cached_property
    def sentence_edges(self) -> np.ndarray:
        """First row of each sentence, and the number of rows."""
        if self.sentence is None:
            raise AssertionError("asked for before they were looked at")
        turns = np.flatnonzero(self.sentence[1:] != self.sentence[:-1]) + 1
        return np.union1d(turns, self.edges)

    def knows(self, sentence: np.ndarray) -> bool:
        """Whether these are the sentences of the table that was indexed."""
        return self.sentence is not None and _place(self.sentence) == _place(sentence)

    @cached_property
    def postings(self) -> tuple[np.ndarray, np.ndarray]:
        """Rows in the order of their terms, and where those of each term begin."""
        rows = np.arange(len(self.term) + 1, dtype=np.int32)
        table = sparse.csr_array((rows[:-1], self.term, rows), shape=(len(self.term), self.size))
        sorted_table = table.tocsc()
        return sorted_table.data, sorted_table.indptr

    @cached_property
    def words(self) -> tuple[np.ndarray, np.ndarray]:
        """Row of each word, and for each row (and the end) how many words come before."""
        before = np.zeros(len(self.is_word) + 1, dtype=np.int32)
        np.cumsum(self.is_word, out=before[1:])
        return np.flatnonzero(self.is_word).astype(np.int32), before

    @cached_property
    def word_terms(self) -> np.ndarray:
        """Term of each word."""
        return self.term[self.words[0]]

    @cached_property
    def _cells(self) -> tuple[Cells, np.ndarray]:
        """The cells, and of each word the number of its cell."""
        rows, before = self.words
        shape, edges = (len(self.edges) - 1, self.size), before[self.edges]
        number = np.arange(len(rows), dtype=np.int32)
        table = sparse.csr_array((number, self.word_terms, edges), shape=shape).tocsc()
        fresh = np.ones(len(rows), dtype=bool)  # where a cell begins, term by term
        np.not_equal(table.indices[1:], table.indices[:-1], out=fresh[1:])
        begins = table.indptr[:-1]
        fresh[begins[begins < len(rows)]] = True
        starts = np.flatnonzero(fresh).astype(np.int32)
        counts = np.diff(np.append(starts, len(rows))).astype(np.int32)
        edges = np.append(np.int32(0), np.cumsum(fresh, dtype=np.int32))[table.indptr]
        number = np.arange(len(starts), dtype=np.int32)
        cells = sparse.csc_array((number, table.indices[starts], edges), shape=shape).tocsr()
        place = np.empty(len(starts), dtype=np.int32)
        place[cells.data] = number
        own = np.empty(len(rows), dtype=np.int32)
        own[table.data] = np.repeat(place, counts)
        return Cells(cells.indptr, cells.indices, counts[cells.data]), own

    @property
    def cells(self) -> Cells:
        """How often each document has each of its terms as a word."""
        return self._cells[0]

    @property
    def word_cells(self) -> np.ndarray:
        """Of each word the number of its cell."""
        return self._cells[1]

    @cached_property
    def by_term(self) -> tuple[sparse.csc_array, np.ndarray]:
        """The cells as a matrix, terms × documents; and the most that a document has of a term."""
        counts = self.cells.counts.astype(np.int64)
        shape = (len(self.edges) - 1, self.size)
        most = np.zeros(shape[0], dtype=np.int64)
        filled = np.flatnonzero(np.diff(self.cells.edges))
        most[filled] = np.maximum.reduceat(counts, self.cells.edges[filled])
        return sparse.csr_array((counts, self.cells.term, self.cells.edges), shape=shape).T, most

    @cached_property
    def totals(self) -> np.ndarray:
        """How often each term occurs as a word."""
        return np.bincount(self.word_terms, minlength=self.size)

    @cached_property
    def lengths(self) -> np.ndarray:
        """Words of each document that has tokens."""
        return np.diff(self.words[1][self.edges].astype(np.int64))

    @cached_property
    def document_sums(self) -> DocumentSums:
        """Sums over documents of how often each has each term."""
        return DocumentSums(self.cells, self.lengths, self.size)

    @property
    def sums(self) -> tuple[np.ndarray, ...]:
        """What `add_up` gives for all documents."""
        return self.document_sums.whole

    def rows_of(self, code: int) -> np.ndarray:
        """Rows of a term, ascending."""
        rows, begin = self.postings
        return rows[begin[code] : begin[code + 1]].astype(np.int64)

    @cached_property
    def _outer_words(self) -> tuple[np.ndarray, np.ndarray]:
        """Numbers of the first and the last word of each document, by its code."""
        numbers = self.words[1][self.edges]
        found = np.zeros((2, int(self.doc.max(initial=-1)) + 1), dtype=numbers.dtype)
        found[:, self.doc[self.edges[:-1]]] = numbers[:-1], numbers[1:] - 1
        return found[0], found[1]

    def neighbours(
        self, starts: np.ndarray, lengths: np.ndarray, step: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Number the next word before (step -1) or behind (1) each of some hits."""
        # Words are numbered through the table. Also returned is the number of the document's first
        # (or last) word: where that is not as far, there is no word on this side.
        before, doc = self.words[1], self.doc[starts]
        if step < 0:
            return before[starts] - 1, self._outer_words[0][doc]
        return before[starts + lengths], self._outer_words[1][doc]


class _Entry:
    """An index, the columns it was made of, and the tables that have them."""

    def __init__(self, table: pd.DataFrame, arrays: Mapping[str, np.ndarray], size: int) -> None:
        # pandas copies a column before it writes to it while another table has it, too: as long
        # as this one is kept, the arrays do not change
        self.table = table.copy(deep=False)
        self.index, self.arrays = TokenIndex(arrays, size), [arrays[name] for name in INDEXED]
        self.owners: dict[int, weakref.ref[pd.DataFrame]] = {}
        if "sentence" in table:
            self.index.sentence = self.table["sentence"].to_numpy()

    def fits(self, arrays: Mapping[str, np.ndarray], size: int) -> bool:
        """Whether these are the very arrays, in place and length."""
        if size != self.index.size:
            return False
        pairs = zip(self.arrays, (arrays[name] for name in INDEXED), strict=True)
        return all(own is other or _place(own) == _place(other) for own, other in pairs)


_entries: dict[int, _Entry] = {}
_numbers = itertools.count()


def _place(array: np.ndarray) -> tuple[int, int, int, str]:
    return array.ctypes.data, len(array), array.strides[0], array.dtype.str


def index_of(
    arrays: Mapping[str, np.ndarray], size: int, owner: pd.DataFrame | None = None
) -> TokenIndex | None:
    """Look up the index of a tokens table, or make it."""
    # A table that was filtered, copied or written to has other arrays and gets an index of its own.
    # What pandas does not see, it cannot guard: who writes into ``tokens["term"].array`` or clears
    # the read-only flag of an array must go on with a copy of the table.
    for number, entry in list(_entries.items()):
        if entry.fits(arrays, size):
            if owner is not None:
                _own(number, entry, owner)
            return entry.index
    if owner is None or not _suits(arrays):
        return None
    number = next(_numbers)
    entry = _entries[number] = _Entry(owner, arrays, size)
    _own(number, entry, owner)
    return entry.index


def is_indexed(codes: np.ndarray) -> bool:
    """Whether an index was made of these very codes, and so of none below 0."""
    place = _place(codes)
    return any(_place(own) == place for entry in _entries.values() for own in entry.arrays[:2])


def _suits(arrays: Mapping[str, np.ndarray]) -> bool:
    """Whether a table can be indexed and is worth it."""
    doc, term, is_word = (arrays[name] for name in INDEXED)
    if not SMALLEST <= len(doc) < 2**31 - 1 or not len(doc) or is_word.dtype != bool:
        return False
    firsts = doc[np.append(True, doc[1:] != doc[:-1])]
    return bool(doc.min() >= 0 and term.min() >= 0 and len(np.unique(firsts)) == len(firsts))


def _own(number: int, entry: _Entry, owner: pd.DataFrame) -> None:
    """Keep an entry as long as a table; a table that was changed lets go of its old one."""
    key = id(owner)
    if key in entry.owners:
        return
    for other in list(_entries):
        _let_go(other, key)
    _entries[number] = entry
    entry.owners[key] = weakref.ref(owner, lambda _: _let_go(number, key))


def _let_go(number: int, key: int) -> None:
    """Strike out an owner; an entry without owners goes."""
    entry = _entries.get(number)
    if entry is not None and entry.owners.pop(key, None) is not None and not entry.owners:
        del _entries[number]


_ordered: dict[int, tuple[weakref.ref[pd.DataFrame], tuple[Any, ...], pd.DataFrame | None]] = {}


def in_text_order(tokens: pd.DataFrame) -> pd.DataFrame:
    """The table itself, or, of one whose rows were shuffled, its rows as they stand in the texts.

    Each table is looked at once.
    """
    if not {"doc", "start"} <= set(tokens.columns):
        return tokens
    # not by name, with which pandas copies the attrs, whole
    table: Any = tokens
    values, place = (
        table._get_column_array(tokens.columns.get_loc(name)) for name in ("doc", "start")
    )
    start, number = np.asarray(place), id(tokens)
    if not isinstance(values, pd.Categorical):
        codes = pd.factorize(values)[0]
        return tokens if _ascends(codes, start) else _sorted(tokens, codes, start)
    key = _place(values.codes), _place(start)
    if number not in _ordered or _ordered[number][1] != key:
        found = None if _ascends(values.codes, start) else _sorted(tokens, values.codes, start)
        owner = weakref.ref(tokens, lambda _: _ordered.pop(number, None))
        _ordered[number] = owner, key, found
    found = _ordered[number][2]
    return tokens if found is None else found


def _ascends(codes: np.ndarray, start: np.ndarray) -> bool:
    """Whether each document's rows stand together, one behind the other."""
    turns = codes[1:] != codes[:-1]
    if not ((start[1:] >= start[:-1]) | turns).all():
        return False
    firsts = codes[np.flatnonzero(np.append(True, turns)[: len(codes)])]
    return len(np.unique(firsts)) == len(firsts)


def _sorted(tokens: pd.DataFrame, codes: np.ndarray, start: np.ndarray) -> pd.DataFrame:
    """The rows by document and place."""
    order = np.lexsort((start, codes))
    doc, place = codes[order], start[order]
    twice = np.flatnonzero((doc[1:] == doc[:-1]) & (place[1:] == place[:-1]))
    if len(twice):
        name = tokens["doc"].iloc[int(order[twice[0]])]
        raise InputError(
            f"The tokens of document {name!r} stand twice in the table, or apart; give each"
            " document an id of its own, and its tokens once."
        )
    return tokens.iloc[order].reset_index(drop=True)
