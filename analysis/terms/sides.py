"""The two sides of a comparison: how often each of their units has each term."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.counted import Counted
from analysis.tables import Groups, bare, group_rows, merge_groups
from analysis.terms.counting import coded, codes_of, words_of
from analysis.terms.estimate import LEAST_UNITS, Sums
from analysis.text.index import Cells, DocumentSums, add_up, index_of


class Side(NamedTuple):
    """One side of a comparison: sums over its units, for the whole vocabulary."""

    sums: Sums
    spread: np.ndarray  # units that have the term
    documents: np.ndarray | None  # documents that have it; None where a list does not say it
    texts: int | None  # documents of the side; None for a list
    over: str  # the units: "documents", "sentences" of one document, or "words" of a list
    lengths: np.ndarray = np.empty(0)  # words of the documents
    key: Hashable = None  # of a side of a corpus of one part: its documents

    @property
    def base(self) -> int:
        """Words of the side."""
        return int(self.sums.base)

    @property
    def lack(self) -> str:
        """Why nothing can be inferred about this side; empty if it can."""
        if self.over == "words" or self.sums.n >= LEAST_UNITS:
            return ""
        one = "is one document and " if self.texts == 1 else ""
        return f"{one}has fewer than {LEAST_UNITS} {self.over}"

    def terms(self, rows: np.ndarray) -> Sums:
        """The sums of some terms."""
        n, total, base, total2, cross, base2 = self.sums
        return Sums(n, total[rows], base, total2[rows], cross[rows], base2)


class Pair(NamedTuple):
    """A comparison: two names, two sides."""

    target: str
    reference: str
    one: Side
    other: Side

    @property
    def lack(self) -> str:
        """Why nothing can be inferred; empty if it can."""
        named = ((self.target, self.one), (self.reference, self.other))
        return "; ".join(f"{name} {side.lack}" for name, side in named if side.lack)

    @property
    def units(self) -> str:
        """What is one draw on either side, or why there is no inference."""
        if self.lack:
            return f"none: {self.lack}"
        if self.one.over == self.other.over == "documents":
            return self.one.over
        named = ((self.target, self.one), (self.reference, self.other))
        places = {"sentences": "sentences of one document"}
        return "; ".join(f"{name}: {places.get(side.over, side.over)}" for name, side in named)


class Table(NamedTuple):
    """How often each document of a part of a corpus has each term in each group."""

    doc: np.ndarray  # of every unit; a unit is what one document has in one group
    group: np.ndarray  # of every unit
    groups: Groups
    words: np.ndarray  # of every unit
    terms: pd.Index
    sums: DocumentSums | None  # over units that are whole documents
    counts: sparse.csr_array | None = None  # (units × terms) of others
    rows: np.ndarray | None = None  # group of every row of the tokens, for others
    tokens: pd.DataFrame | None = None  # None where words were counted before

    def sides(
        self, groups: Groups, masks: Sequence[np.ndarray], *, alone: bool
    ) -> list[tuple[Side, Side | None]]:
        """The sums of some sides, each some of the groups; of one document over sentences, too."""
        place = np.arange(len(self.groups.keys))
        if not alone:  # the groups are those of all parts
            _, (whole, own) = merge_groups([groups, self.groups])
            number = np.zeros(len(whole), dtype=np.int64)
            number[whole] = np.arange(len(whole))
            place = number[own]
        found = []
        for mask in masks:
            chosen = mask[place[self.group]]
            sums, spread, words = self._side(chosen)
            side = Side(sums, spread, spread, len(words), "documents", words)
            side = side._replace(key=chosen.tobytes()) if self.sums is not None else side
            found.append((side, self._over_sentences(side, chosen, mask[place])))
        return found

    def _side(self, chosen: np.ndarray) -> tuple[Sums, np.ndarray, np.ndarray]:
        """The sums of some units, the documents that have each term, and the documents' words."""
        words = self.words[chosen]
        if self.sums is not None:
            *sums, spread = self.sums.of(chosen)
            return Sums(*sums), spread, words
        whole: Any = self.counts
        counts, doc = whole[chosen], self.doc[chosen]
        docs, place = np.unique(doc, return_inverse=True)
        if len(docs) < len(doc):  # a document that is in several of the chosen groups is one draw
            joined = _counts(place, np.arange(len(doc)), (len(docs), len(doc)))
            counts, words = joined @ counts, joined @ words
        *sums, spread = add_up(_cells(counts), words, counts.shape[1])
        return Sums(*sums), spread, words

    def _over_sentences(self, side: Side, chosen: np.ndarray, groups: np.ndarray) -> Side | None:
        """A side of one document, measured over its sentences."""
        if side.texts != 1 or self.tokens is None or "sentence" not in self.tokens.columns:
            return None
        own = (codes_of(self.tokens, "doc") == self.doc[chosen][0]) & words_of(self.tokens)
        if self.rows is not None:
            own &= groups[self.rows]
        sentence, place = np.unique(self.tokens["sentence"].to_numpy()[own], return_inverse=True)
        counts = _counts(
            place, codes_of(self.tokens, "term")[own], (len(sentence), len(self.terms))
        )
        *sums, spread = add_up(_cells(counts), counts.sum(axis=1), len(self.terms))
        return side._replace(sums=Sums(*sums), spread=spread, over="sentences")


def table_of(
    tokens: pd.DataFrame, by: str | Sequence[str] | None, documents: pd.DataFrame | None
) -> Table:
    """Count the terms of a tokens table by document and group."""
    owner, tokens = tokens, coded(bare(tokens))
    doc, term, is_word = codes_of(tokens, "doc"), codes_of(tokens, "term"), words_of(tokens)
    terms = tokens["term"].cat.categories
    wanted = {by} if isinstance(by, str) else set(by or ())
    if wanted & (set(tokens.columns) - {"doc"}):
        groups = group_rows(tokens, by, documents)
        rows = groups.codes
        pairs, unit = np.unique(rows * (int(doc.max(initial=0)) + 1) + doc, return_inverse=True)
        group, docs = np.divmod(pairs, int(doc.max(initial=0)) + 1)
        counts = _counts(unit[is_word], term[is_word], (len(pairs), len(terms)))
        words = counts.sum(axis=1)
        return Table(docs, group, groups, words, terms, None, counts, rows, tokens)
    arrays = {"doc": doc, "term": term, "is_word": tokens["is_word"].to_numpy()}
    index = index_of(arrays, len(terms), owner)
    if index is not None:
        docs, sums = doc[index.edges[:-1]], index.document_sums
    else:
        docs, unit = np.unique(doc, return_inverse=True)
        counts = _counts(unit[is_word], term[is_word], (len(docs), len(terms)))
        sums = DocumentSums(_cells(counts), counts.sum(axis=1), len(terms))
    ids = tokens["doc"].cat.categories
    key, held = _columns_of(by, documents)
    if key is None:
        groups = group_documents(ids, docs, by, documents)
    else:  # as long as the columns are those that are held, which pandas then copies to write
        groups = sums.keep(key, lambda: (group_documents(ids, docs, by, documents), held))[0]
    return Table(docs, groups.codes, groups, sums.words, terms, sums, tokens=tokens)


def _columns_of(
    by: str | Sequence[str] | None, documents: pd.DataFrame | None
) -> tuple[Hashable, Any]:
    """A key of the columns of documents to group by, and what is held for it to stay right."""
    names = ["doc", by] if isinstance(by, str) else ["doc", *(by or ())]
    if documents is None or not all(isinstance(name, str) for name in names):
        return None, None
    if not set(names) <= set(documents.columns):
        return None, None
    arrays = [documents[name].array for name in names]
    if not all(own is documents[name].array for own, name in zip(arrays, names, strict=True)):
        return None, None  # made for the question
    return (*names, *map(id, arrays)), (arrays, documents.copy(deep=False))


def group_documents(
    ids: pd.Index, docs: np.ndarray, by: str | Sequence[str] | None, documents: pd.DataFrame | None
) -> Groups:
    """The groups of some documents, given by their numbers among all ids."""
    own = pd.Categorical.from_codes(docs, ids)
    if "doc" in ({by} if isinstance(by, str) else set(by or ())):
        own = own.remove_unused_categories()  # of documents without a token
    return group_rows(pd.DataFrame({"doc": own}, copy=False), by, documents)


def table_counted(
    counted: Counted, by: str | Sequence[str] | None, documents: pd.DataFrame | None
) -> Table:
    """The same of words that were counted by document."""
    docs = counted.documents
    place = np.zeros(len(counted.ids), dtype=np.int32)
    place[docs] = np.arange(len(docs), dtype=np.int32)
    cells = (counted.counts, place[counted.doc], counted.edges)
    counts = sparse.csc_array(cells, shape=(len(docs), len(counted.terms))).tocsr()
    sums = DocumentSums(_cells(counts), counted.words[docs], len(counted.terms))
    groups = group_documents(counted.ids, docs, by, documents)
    return Table(docs, groups.codes, groups, sums.words, counted.terms, sums)


def _counts(row: np.ndarray, column: np.ndarray, shape: tuple[int, int]) -> sparse.csr_array:
    """Count pairs of codes."""
    ones = np.ones(len(row), dtype=np.int64)
    return sparse.coo_array((ones, (row, column)), shape=shape).tocsr()


def _cells(counts: sparse.csr_array) -> Cells:
    """The cells of a matrix of counts."""
    return Cells(counts.indptr, counts.indices, counts.data)
