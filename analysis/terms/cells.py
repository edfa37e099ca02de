"""Counts of terms from the words that were counted by document, without reading their tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.counted import BLOCK, Counted, blocks, runs
from analysis.tables import Groups
from analysis.terms.counting import read_queries, sort_terms, sorted_order
from analysis.terms.tally import Bases, Cells, Tally
from analysis.terms.units import stop_terms
from analysis.text.tokens import TOKEN, match_vocabulary, patterns_of, split_exclusions

LEAST_TABLE = 500_000  # groups times terms, for which sums are kept in a table in any case


Found = tuple[pd.Index, np.ndarray, np.ndarray]  # names of items; codes of terms and their items


def find_counted(
    counted: Counted, terms: Sequence[str] | None, stop_words: Sequence[str], *, regex: bool = False
) -> Found | None:
    """The names of what is counted, the codes of its terms and the item of each.

    None where it takes more than terms: phrases, possessive forms, what occurs and is no word.
    """
    kept = np.ones(len(counted.terms), dtype=bool)
    stopped = counted.terms.get_indexer(pd.Index(stop_terms(stop_words, "term"), dtype=object))
    kept[stopped[stopped >= 0]] = False
    if terms is None:
        codes = np.flatnonzero(kept)
        return counted.terms, codes, codes
    if any(set("' ’") & set(term.strip()) for term in terms):
        return None
    if not regex:
        read_queries(terms)  # refuses what is to be left out, as for tokens
    if regex:
        found = [match_vocabulary(counted.terms, term, as_regex=True) for term in terms]
        terms = counted.terms.take(np.unique(np.concatenate(found))).tolist() if found else []
    wordy = counted.edges[1:] > counted.edges[:-1]
    single, _, absent = sort_terms(counted.terms, wordy, terms, kept, lambda _: [])
    if not all(TOKEN.findall(term) == [term] for term in absent):
        return None  # "and/or" is three tokens
    names = pd.Index([*single, *absent], dtype=object)
    codes = counted.terms.get_indexer(pd.Index(single, dtype=object))
    items = np.flatnonzero(codes >= 0)  # a wildcard without a match stands for itself
    codes = codes[items]
    if (counted.totals[codes] != counted.tokens[codes]).any():
        return None
    return names, codes, items


def find_counted_queries(counted: Counted, queries: Mapping[str, Sequence[str]]) -> Counted | None:
    """The words with the groups of queries that `read_queries` gives in the place of the terms.

    None where it takes more than terms: phrases, possessive forms, what occurs and is no word.
    """
    cells = [_cells_of(counted, group) for group in queries.values()]
    if not all(cells):
        return None
    edges = np.cumsum([0, *(len(doc) for doc, _ in filter(None, cells))])
    doc, counts = (np.concatenate(column) for column in zip(*filter(None, cells), strict=True))
    names = pd.Index(list(queries), dtype=object)
    whole = counted._replace(terms=names, edges=edges, doc=doc, counts=counts, places=None)
    return whole._replace(tokens=whole.totals)


def _cells_of(counted: Counted, group: Sequence[str]) -> tuple[np.ndarray, np.ndarray] | None:
    """The documents that have one of some queries, each a word or wildcard, and how often."""
    codes: list[np.ndarray] = []
    for queries in split_exclusions(group):
        patterns = patterns_of(queries, False, False) if queries else []
        if patterns is None or any(len(pattern) != 1 for pattern in patterns):
            return None
        found = [match_vocabulary(counted.terms, pattern) for (pattern,) in patterns]
        codes.append(np.unique(np.concatenate([np.empty(0, np.int64), *found])))
    wanted = np.setdiff1d(codes[0], codes[1])
    places, edges = counted.of_terms(wanted)
    if (runs(counted.counts[places], edges) != counted.tokens[wanted]).any():
        return None
    doc, counts = counted.doc[places], counted.counts[places]
    if len(wanted) > 1:
        sums = np.bincount(doc, counts, minlength=len(counted.ids))
        doc = np.flatnonzero(sums).astype(doc.dtype)
        counts = sums[doc].astype(np.int64)
    return doc, counts


def count_queries(
    counted: Counted, queries: Mapping[str, Sequence[str]], groups: Groups, confidence: float | None
) -> Tally | None:
    """Count groups of queries in groups of documents; None where it takes their tokens."""
    own = find_counted_queries(counted, queries)
    if own is None:
        return None
    every = np.arange(len(own.terms))
    return count_cells(own, (own.terms, every, every), groups, confidence=confidence)


def count_cells(
    counted: Counted, found: Found, groups: Groups, *, confidence: float | None
) -> Tally | None:
    """Count terms in groups of documents; None where the units of a group are sentences."""
    bases = bases_of_documents(counted, groups, confidence)
    if bases is None:
        return None
    names, codes, items = found
    group = np.zeros(len(counted.ids), dtype=np.int64)
    group[counted.documents] = groups.codes
    whole = len(codes) == len(counted.terms)
    size = len(groups.keys)
    if size == 1:
        columns = _sums(counted, None if whole else codes)
        there = np.flatnonzero(columns[0])
        own = (np.zeros(len(there), dtype=np.int64), items[there])
        cells = Cells(*own, *(column[there] for column in columns))
    else:
        cells = _grouped(counted, codes, items, group, size)
    return Tally(groups._replace(codes=groups.codes[:0]), names, bases, cells, {})


def bases_of_documents(counted: Counted, groups: Groups, confidence: float | None) -> Bases | None:
    """The documents and words of every group; None where its units are sentences."""
    size = len(groups.keys)
    documents = np.bincount(groups.codes, minlength=size)
    if confidence is not None and (documents == 1).any():
        return None
    words = counted.words[counted.documents]
    n, total, squares = np.zeros((3, size), dtype=np.int64)
    for column, values in zip((n, total, squares), (words > 0, words, words**2), strict=True):
        np.add.at(column, groups.codes, values)
    over = np.where(documents > 1, "documents", "none").astype(object)
    return Bases(over, documents, n, total, squares)


def _sums(counted: Counted, codes: np.ndarray | None) -> list[np.ndarray]:
    """Σc, Σc², Σcb and the documents of each term, of all of them or of some."""
    if codes is not None and len(codes) < len(counted.terms) // 2:
        places, edges = counted.of_terms(codes)
        return _block_sums(counted.doc[places], counted.counts[places], edges, counted.words)
    found = np.zeros((4, len(counted.terms)), dtype=np.int64)
    for some in blocks(counted.edges):
        edges = counted.edges[some.start : some.stop + 1]
        cells = slice(int(edges[0]), int(edges[-1]))
        found[:, some] = _block_sums(
            counted.doc[cells], counted.counts[cells], edges - edges[0], counted.words
        )
    return list(found if codes is None else found[:, codes])


def _block_sums(
    doc: np.ndarray, count: np.ndarray, edges: np.ndarray, words: np.ndarray
) -> list[np.ndarray]:
    """The same of the terms of a block."""
    wide = count.astype(np.int64)
    products = (wide, wide * wide, wide * words[doc])
    return [*(runs(values, edges) for values in products), np.diff(edges).astype(np.int64)]


def _grouped(
    counted: Counted, codes: np.ndarray, items: np.ndarray, group: np.ndarray, size: int
) -> Cells:
    """The sums of terms in every group that has them, by item and group."""
    portions = []
    sizes = np.diff(counted.edges)[codes]
    ends = np.concatenate([[0], np.cumsum(sizes)])
    for some in blocks(ends, 20 * BLOCK if size > 1000 else BLOCK):
        places, edges = counted.of_terms(codes[some])
        doc, count = counted.doc[places], counted.counts[places].astype(np.int64)
        item = np.repeat(np.arange(len(edges) - 1), np.diff(edges))
        own = group[doc]
        products = (count, count * count, count * counted.words[doc])
        table = size * (len(edges) - 1)
        if table <= max(4 * len(doc), LEAST_TABLE):
            key = item * size + own
            columns = [np.bincount(key, values, table) for values in products]
            spread = np.bincount(key, minlength=table)
            there = np.flatnonzero(spread)
            item, own = np.divmod(there, size)
            sums = [column[there].astype(np.int64) for column in (*columns, spread)]
        else:
            order = sorted_order([item, own], [len(edges) - 1, size])
            item, own = item[order], own[order]
            fresh = np.ones(len(order) + 1, dtype=bool)
            fresh[1:-1] = (item[1:] != item[:-1]) | (own[1:] != own[:-1])
            starts = np.flatnonzero(fresh)
            item, own = item[starts[:-1]], own[starts[:-1]]
            sums = [*(runs(values[order], starts) for values in products), np.diff(starts)]
        portions.append((own, items[some][item], *sums))
    if not portions:
        return Cells(*(np.zeros(0, dtype=np.int64) for _ in Cells._fields))
    return Cells(*(np.concatenate(columns) for columns in zip(*portions, strict=True)))
