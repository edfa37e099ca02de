"""Counting hits in groups: the arithmetic that the counting measures share.

Sorting is by counting, so its time grows with the number of tokens and no faster.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.counted import find_codes
from analysis.tables import InputError, bare, require_columns
from analysis.terms.units import stop_terms
from analysis.text.forms import form_of
from analysis.text.index import IN_POS, TokenIndex, is_indexed
from analysis.text.tokens import (
    find_hits,
    match_forms,
    match_vocabulary,
    rows_of_forms,
    split_exclusions,
)


def base_of(tokens: pd.DataFrame, group: np.ndarray, n_groups: int) -> np.ndarray:
    """Count the words of each group."""
    words = words_of(tokens)
    if n_groups == 1:
        return np.array([np.count_nonzero(words)])
    return np.bincount(group[words], minlength=n_groups)


def sorted_order(keys: Sequence[np.ndarray], sizes: Sequence[int]) -> np.ndarray:
    """Order rows by several integer keys, the first one leading; ties keep their order."""
    # A radix sort whose digits are whole keys: each pass turns a sparse matrix with one entry per
    # row from rows to columns, which is a counting sort in linear time.
    order: np.ndarray | None = None
    for key, size in zip(reversed(keys), reversed(sizes), strict=True):
        digit = key if order is None else key[order]
        if (digit[1:] < digit[:-1]).any():
            entries = np.arange(len(digit)) if order is None else order
            order = _counting_sort(entries, digit, size)
    return np.arange(len(keys[0])) if order is None else order


def falling(*keys: np.ndarray) -> np.ndarray:
    """Order rows by falling numbers, the first one leading; ties keep their order."""
    order = np.argsort(-keys[0])  # not stable, and so several times faster; then the ties
    first = keys[0][order]
    fresh = np.ones(len(order) + 1, dtype=bool)
    fresh[1:-1] = first[1:] != first[:-1]
    ties = np.flatnonzero(~(fresh[1:] & fresh[:-1]))
    run, rows, more = np.cumsum(fresh[:-1])[ties], order[ties], keys[1:]
    if len(ties) and run[0] == run[-1] and more:
        rows = np.sort(rows)
        order[ties] = rows[falling(*(key[rows] for key in more))]
    elif len(ties):
        order[ties] = rows[_order_of_ties(run, [-key[rows] for key in more], rows)]
    return order


def falling_ranks(key: np.ndarray) -> np.ndarray:
    """The rank of every number among falling ones, from 0; equal numbers share it."""
    some = np.flatnonzero(key != 0)  # often few: zeros need not be sorted
    own = key[some]
    order = np.argsort(-own)
    falls = own[order]
    level = np.cumsum(fresh_runs(falls)) - 1
    above = np.count_nonzero(falls > 0)
    middle = int(level[above - 1]) + 1 if above else 0
    rank = np.full(len(key), middle, dtype=np.int64)
    rank[some[order]] = level + (falls < 0)
    return rank


def distinct(one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
    """Which of the pairs of whole numbers that occur every row has, and these pairs."""
    # rare words, nearly all of a vocabulary, have few counts, and what is alike is worked out once
    width = int(other.max(initial=0)) + 1
    which, pairs = pd.factorize(one.astype(np.int64) * width + other.astype(np.int64))
    return which, [part.astype(np.float64) for part in np.divmod(pairs, width)]


def _order_of_ties(run: np.ndarray, keys: Sequence[np.ndarray], rows: np.ndarray) -> np.ndarray:
    """Order ties by run, keys and row."""
    columns, sizes = [run], [int(run[-1]) + 1]
    for key in [*keys, rows]:
        order = np.argsort(key)
        fresh = fresh_runs(key[order])
        rank = np.empty(len(key), dtype=np.int64)
        rank[order] = np.cumsum(fresh) - 1
        columns.append(rank)
        sizes.append(int(np.count_nonzero(fresh)))
    if any(np.isnan(key).any() for key in keys) or math.prod(sizes) >= 2**63:
        return np.lexsort((rows, *keys[::-1], run))
    packed = columns[0].copy()  # one number for all keys: sorted at once, and no two are the same
    for rank, size in zip(columns[1:], sizes[1:], strict=True):
        packed = packed * size + rank
    return np.argsort(packed)


def _counting_sort(entries: np.ndarray, digit: np.ndarray, size: int) -> np.ndarray:
    """Bring entries into the order of their digit (0 … size-1); ties keep their order."""
    rows = np.arange(len(digit) + 1, dtype=np.int32 if len(digit) < 2**31 - 1 else np.int64)
    return sparse.csr_array((entries, digit, rows), shape=(len(digit), size)).tocsc().data


def fresh_runs(*keys: np.ndarray) -> np.ndarray:
    """Mark where a run of equal keys begins in rows that were brought together."""
    fresh = np.ones(len(keys[0]), dtype=bool)
    np.not_equal(keys[0][1:], keys[0][:-1], out=fresh[1:])
    for key in keys[1:]:
        fresh[1:] |= key[1:] != key[:-1]
    return fresh


def run_starts(*keys: np.ndarray) -> np.ndarray:
    """Find where the runs of `fresh_runs` begin."""
    return np.flatnonzero(fresh_runs(*keys))


def run_lengths(starts: np.ndarray, size: int) -> np.ndarray:
    """How long the runs are that begin at some rows, of so many."""
    lengths = np.empty(len(starts), dtype=np.int64)
    if len(starts):
        np.subtract(starts[1:], starts[:-1], out=lengths[:-1])
        lengths[-1] = size - starts[-1]
    return lengths


def count_matrix(
    unit: np.ndarray, item: np.ndarray, n_units: int, n_items: int
) -> sparse.csc_array:
    """Count how often each item occurs in each unit, as a sparse matrix (units × items)."""
    order = sorted_order([item, unit], [n_items, n_units])
    unit, item = unit[order], item[order]
    starts = run_starts(item, unit)
    counts = np.diff(np.append(starts, len(unit)))
    ends = np.concatenate([[0], np.cumsum(np.bincount(item[starts], minlength=n_items))])
    return sparse.csc_array((counts, unit[starts], ends), shape=(n_units, n_items))


def count_pairs(
    item: np.ndarray, unit: np.ndarray, n_items: int, n_units: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The pairs of item and unit that occur, sorted, and how often each does."""
    key, bits = packed_pairs(item, unit, n_items, n_units)
    starts = run_starts(key) if len(key) else np.empty(0, dtype=np.int64)
    first, counts = key[starts], np.diff(np.append(starts, len(key)))
    mask = key.dtype.type((1 << bits) - 1)
    return (first >> bits).astype(np.int64), (first & mask).astype(np.int64), counts


def packed_pairs(
    item: np.ndarray, unit: np.ndarray, n_items: int, n_units: int
) -> tuple[np.ndarray, int]:
    """Pairs of whole numbers as one number each, sorted; how many bits of it are the second's."""
    # the processor sorts plain numbers many at once, and half as many bits twice as fast
    bits = max(n_units - 1, 1).bit_length()
    wide = bits + max(n_items - 1, 1).bit_length() > 32
    key: Any = item.astype(np.uint64 if wide else np.uint32)
    key <<= key.dtype.type(bits)
    key |= unit.astype(key.dtype)
    key.sort()
    return key, bits


def rate_of(count: np.ndarray, base: np.ndarray, per: float = 1.0) -> np.ndarray:
    """Divide counts by their base; NaN where the base is empty."""
    if np.min(base, initial=1) > 0:
        rate = count * float(per)
        return np.divide(rate, base, out=rate)
    rate = np.full(len(count), np.nan)
    np.divide(count * float(per), base, out=rate, where=np.asarray(base) > 0)
    return rate


Queries = Sequence[str] | Mapping[str, Sequence[str]]


class Hits(NamedTuple):
    """Where each item begins: its row in the tokens table and its length in tokens."""

    names: pd.Index
    rows: np.ndarray
    items: np.ndarray
    lengths: np.ndarray


def coded(tokens: pd.DataFrame, columns: Iterable[str] = ()) -> pd.DataFrame:
    """Check a tokens table; give its text columns codes if they lost them (as in pd.concat)."""
    require_columns(tokens, ("doc", "term", "is_word", *columns), "tokens")
    plain = [
        name
        for name in ("doc", "word", "term")
        if name in tokens.columns and not isinstance(tokens[name].dtype, pd.CategoricalDtype)
    ]
    if plain:
        tokens = tokens.assign(**{name: tokens[name].astype("category") for name in plain})
    for name in ("doc", "term"):
        codes = codes_of(tokens, name)
        if len(codes) and not is_indexed(codes) and codes.min() < 0:
            row = int(np.argmax(codes < 0))
            raise InputError(f"Row {row} of the tokens has no {name}; drop the rows without one.")
    return tokens


def words_of(tokens: pd.DataFrame) -> np.ndarray:
    """Mark the rows that are words, as a bool array."""
    return tokens["is_word"].to_numpy(dtype=bool)


def items_of(tokens: pd.DataFrame) -> np.ndarray:
    """Mark the words that count as items: those of the parts of speech asked for, if any were."""
    words = words_of(tokens)
    return words & tokens[IN_POS].to_numpy() if IN_POS in tokens.columns else words


def find_terms(
    tokens: pd.DataFrame, terms: Sequence[str] | None, stop_words: Iterable[str], unit: str = "term"
) -> Hits:
    """Find every term, or those that are asked for by name, phrase or wildcard."""
    # A wildcard stands for each term that it matches; a word, phrase or wildcard that is nowhere is
    # an item without hits. Stop words are dropped unless they are named.
    vocabulary = tokens["term"].cat.categories
    codes = codes_of(tokens, "term")
    stopped = _codes(vocabulary, stop_terms(word_list(stop_words, "stop_words"), unit))
    kept = np.ones(len(vocabulary), dtype=bool)
    kept[stopped[stopped >= 0]] = False
    if terms is None:
        items = items_of(tokens)
        rows = np.flatnonzero(items if kept.all() else kept[codes] & items)
        return Hits(vocabulary, rows, codes[rows], np.broadcast_to(np.int64(1), len(rows)))
    asked = word_list(terms, "terms")
    read_queries(asked)  # refuses what is to be left out: here each term is counted by itself
    wild = any(set(term) & set("*?") for term in asked)
    wordy = words_in(tokens) if wild else kept  # is looked at for wildcards alone
    single, forms, phrases = sort_terms(
        vocabulary, wordy, asked, kept, lambda term: match_forms(tokens, term)
    )
    names = pd.Index([*single, *forms, *phrases], dtype=object)
    place = np.full(len(vocabulary), -1, dtype=np.int64)
    listed = _codes(vocabulary, single)
    place[listed[listed >= 0]] = np.flatnonzero(listed >= 0)
    rows = find_codes(codes, place >= 0)
    item = place[codes[rows]]
    found = Hits(names, rows, item, np.ones(len(rows), dtype=np.int64))
    if forms:
        more, which = rows_of_forms(tokens, forms)
        rows, item = np.append(rows, more), np.append(item, which + len(single))
        found = Hits(names, rows, item, np.ones(len(rows), dtype=np.int64))
    if IN_POS in tokens.columns:
        kept = tokens[IN_POS].to_numpy()[found.rows]
        found = Hits(names, *(column[kept] for column in found[1:]))
    more_hits = [find_hits(tokens, phrase) for phrase in phrases]
    return _join(found, more_hits, len(single) + len(forms))


def _codes(vocabulary: pd.Index, terms: Iterable[str]) -> np.ndarray:
    """Code of each term in the vocabulary, -1 for one that it lacks."""
    return vocabulary.get_indexer(pd.Index(list(terms), dtype=object))


def words_in(tokens: pd.DataFrame) -> np.ndarray:
    """Mark the terms of the vocabulary that occur as items."""
    used = np.zeros(len(tokens["term"].cat.categories), dtype=bool)
    used[codes_of(tokens, "term")[items_of(tokens)]] = True
    return used


def sort_terms(
    vocabulary: pd.Index,
    wordy: np.ndarray,
    terms: Sequence[str],
    kept: np.ndarray,
    possessive: Callable[[str], list[str]],
) -> tuple[list[str], list[str], list[str]]:
    """Part what is asked for into terms (wildcards filled in), possessive forms and phrases."""
    single: dict[str, None] = {}
    forms: dict[str, None] = {}
    phrases: dict[str, None] = {}
    for term in (" ".join(form_of(term).split()) for term in terms):
        possessives = possessive(term) if " " not in term else []
        forms.update(dict.fromkeys(possessives))
        if " " in term:
            phrases[term] = None
        elif set(term) & set("*?"):
            matched = match_vocabulary(vocabulary, term)
            matched = matched[wordy[matched]]
            single.update(dict.fromkeys(vocabulary[matched[kept[matched]]]))
            if not len(matched) and not possessives:
                single[term] = None
        elif term in vocabulary:
            single[term] = None
        elif not possessives:
            phrases[term] = None  # "and/or" is three tokens
    return list(single), list(forms), [phrase for phrase in phrases if phrase not in single]


def find_queries(tokens: pd.DataFrame, queries: Mapping[str, Sequence[str]]) -> Hits:
    """Find the hits of named groups of queries, as `read_queries` gives them."""
    # A hit within a longer hit of the same group is not counted again: with "special military
    # operation" and "operation" in one group, each passage counts once.
    nothing = np.empty(0, dtype=np.int64)
    found = Hits(pd.Index(list(queries), dtype=object), nothing, nothing, nothing)
    return _join(found, [_outermost(*find_hits(tokens, list(q))) for q in queries.values()], 0)


def read_queries(queries: Queries, what: str = "terms") -> dict[str, list[str]]:
    """Check queries and name them: a list of queries is a group each."""
    if not isinstance(queries, Mapping):
        queries = {query: [query] for query in word_list(queries, what)}
    if not queries:
        raise InputError(f"{what} is empty; give at least one word or phrase to look for.")
    groups = {str(name): word_list(group, f"{what}[{name!r}]") for name, group in queries.items()}
    for name, group in groups.items():
        wanted, excluded = split_exclusions(group)
        if excluded and not wanted:
            raise InputError(
                f"{what}[{name!r}] holds only what to leave out ({', '.join(map(repr, group))});"
                " put it into a group beside what is counted, as in"
                ' {"war": ["war", "-cold war"]}.'
            )
    return groups


def word_list(words: Iterable[str], what: str) -> list[str]:
    """Return the words of a list; a lone string would be taken apart into letters, so refuse it."""
    if isinstance(words, str) or not isinstance(words, Iterable):
        raise InputError(f"{what}={words!r} is not a list; give a list of words such as ['peace'].")
    listed = list(words)
    for word in listed:
        if not isinstance(word, str) or not word.strip():
            raise InputError(f"{what} holds {word!r}; every entry must be a word or a phrase.")
    return listed


def _outermost(rows: np.ndarray, lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Drop the hits that lie within another one."""
    order = np.lexsort([-lengths, rows])
    rows, lengths = rows[order], lengths[order]
    ends = rows + lengths
    kept = np.ones(len(rows), dtype=bool)
    kept[1:] = ends[1:] > np.maximum.accumulate(ends)[:-1]
    return rows[kept], lengths[kept]


def _join(found: Hits, more: list[tuple[np.ndarray, np.ndarray]], first: int) -> Hits:
    """Append the hits of further items, numbered from `first`."""
    items = [np.full(len(rows), first + place) for place, (rows, _) in enumerate(more)]
    return Hits(
        found.names,
        np.concatenate([found.rows, *(rows for rows, _ in more)]),
        np.concatenate([found.items, *items]),
        np.concatenate([found.lengths, *(lengths for _, lengths in more)]),
    )


class Columns(dict[str, np.ndarray]):
    """Arrays of a tokens table by name, and the table's index if it has one."""

    index: TokenIndex | None = None


def codes_of(tokens: pd.DataFrame, column: str) -> np.ndarray:
    """Integer codes of a categorical column, without the copy that ``.cat.codes`` makes."""
    array: Any = tokens[column].array
    codes: np.ndarray = array.codes
    return codes


def open_tokens(
    tokens: pd.DataFrame, columns: Sequence[str] = ()
) -> tuple[Columns, dict[str, pd.Index]]:
    """Take a tokens table apart into arrays, which are looked up faster than its columns."""
    require_columns(tokens, ("doc", "term", "is_word", *columns), "tokens")
    arrays, categories = Columns(), {}
    for name, column in (bare(tokens) if tokens.attrs else tokens).items():
        values: Any = column.array
        if isinstance(column.dtype, pd.CategoricalDtype):
            arrays[str(name)], categories[str(name)] = values.codes, column.dtype.categories
        else:
            arrays[str(name)] = column.to_numpy()
    return arrays, categories


def count_words(term: np.ndarray, is_word: np.ndarray, size: int) -> np.ndarray:
    """Count how often each term code occurs as a word."""
    # The product of a one-column sparse matrix and 1: as exact as `bincount`, but needs neither a
    # copy of the codes nor a selection of the words.
    _require_codes(term)
    column = sparse.csc_matrix(
        (is_word.view(np.int8), term, np.array([0, len(term)])), shape=(size, 1)
    )
    counts: np.ndarray = column @ np.ones(1, dtype=np.int32)
    return counts.astype(np.int64)


def _require_codes(term: np.ndarray) -> None:
    if len(term) and term.min() < 0:  # the sparse routines would write outside their arrays
        row = int(np.flatnonzero(term < 0)[0])
        raise InputError(f"Row {row} of the tokens has no term; drop the rows without one.")


def count_in_documents(
    codes: np.ndarray, docs: np.ndarray, size: int, *, counted: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Count how often each code occurs, and in how many documents."""
    _require_codes(codes)
    documents = np.zeros(size, dtype=np.int64)
    if not len(codes):
        return documents.copy(), documents
    kept = np.ones(len(codes), dtype=bool) if counted is None else counted
    edges = np.flatnonzero(docs[1:] != docs[:-1]) + 1
    width = np.min_scalar_type(-len(docs) - 1)  # int8 ends at −128 and at +127
    edges = np.concatenate([[0], edges, [len(docs)]]).astype(width)
    # a counting sort brings the rows of a code together and leaves them in document order
    table = sparse.csr_matrix((kept, codes, edges), shape=(len(edges) - 1, size)).tocsc()
    counts = np.diff(table.indptr).astype(np.int64)
    turns = np.flatnonzero(table.data[1:] != table.data[:-1]) + 1
    if (table.indptr[np.searchsorted(table.indptr, turns)] != turns).any():
        # a code that counts here and not there: what does not count gets a code of its own
        parts = count_in_documents(np.where(kept, codes, size), docs, size + 1)
        return parts[0][:-1], parts[1][:-1]
    new = np.ones(len(codes), dtype=bool)
    np.not_equal(table.indices[1:], table.indices[:-1], out=new[1:])
    used = np.flatnonzero(counts)
    first = table.indptr[used]
    new[first] = True
    documents[used] = np.add.reduceat(new.view(np.int8), first, dtype=np.int32)
    counts[used] *= table.data[first]
    documents[used] *= table.data[first]
    return counts, documents
