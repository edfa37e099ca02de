"""How often each document of a part of a corpus has each term: what is derived and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

BLOCK = 200_000  # cells or words that are worked on at once, so that they stay in the cache


class Counted(NamedTuple):
    """The words of some documents, counted by document, term by term; and where they stand."""

    # A cell is a term that a document has as a word. Cells and places stand in the order of the
    # terms, and of a term in that of the documents.
    ids: pd.Index  # of all documents
    documents: np.ndarray  # the numbers of those that have a token
    terms: pd.Index  # sorted; some may be no words
    tokens: np.ndarray  # how often each term occurs, as a word or not; below 0 if not known
    words: np.ndarray  # words of each document
    edges: np.ndarray  # where the cells of each term begin, and the end of the last
    doc: np.ndarray  # document of each cell
    counts: np.ndarray  # of each cell
    places: np.ndarray | None  # of each word, among all words; None where documents were chosen

    def right(self) -> bool:
        """Whether all numbers are within their bounds: they may come from anybody's files."""
        sizes = len(self.tokens) == len(self.edges) - 1 == len(self.terms)
        right = sizes and len(self.words) == len(self.ids) and len(self.doc) == len(self.counts)
        right = right and self.edges[0] == 0 and self.edges[-1] == len(self.doc)
        right = right and self.places is not None and int(self.counts.sum()) == len(self.places)
        right = right and not (np.diff(self.edges) < 0).any()
        bounds = ((self.documents, len(self.ids)), (self.doc, len(self.ids)))
        return bool(right) and all(
            0 <= codes.min(initial=0) <= codes.max(initial=0) < max(size, 1)
            for codes, size in bounds
        )

    @property
    def totals(self) -> np.ndarray:
        """How often each term occurs as a word."""
        return runs(self.counts, self.edges)

    @property
    def table(self) -> pd.DataFrame:
        """A row for each document that has tokens, to be grouped as tokens are."""
        doc = pd.Categorical.from_codes(self.documents.astype(np.int32), self.ids, validate=False)
        return pd.DataFrame({"doc": doc})

    def take(self, chosen: np.ndarray) -> Counted:
        """The same of some documents, whose numbers ascend."""
        place = np.full(len(self.ids), -1, dtype=np.int32)
        place[chosen] = np.arange(len(chosen), dtype=np.int32)
        doc = place[self.doc]
        kept = doc >= 0
        edges = np.concatenate([[0], np.cumsum(kept)])[self.edges]
        own, counts = place[self.documents], self.counts[kept]
        totals = runs(counts, edges)
        return self._replace(
            ids=self.ids.take(chosen),
            documents=own[own >= 0],
            tokens=np.where(self.tokens == self.totals, totals, -1),
            words=self.words[chosen],
            edges=edges,
            doc=doc[kept],
            counts=counts,
            places=None,
        )

    def documents_with(self, codes: np.ndarray) -> np.ndarray | None:
        """The documents that have one of some terms; None where one of these can be no word."""
        cells, edges = self.of_terms(codes)
        if not np.array_equal(runs(self.counts[cells], edges), self.tokens[codes]):
            return None
        return np.unique(self.doc[cells]).astype(np.int64)

    def of_terms(self, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The cells of some terms, one after the other, and where those of each begin."""
        sizes = np.diff(self.edges)[codes]
        edges = np.concatenate([[0], np.cumsum(sizes)])
        places = np.arange(edges[-1]) + np.repeat(self.edges[codes] - edges[:-1], sizes)
        return places, edges


class Codes(NamedTuple):
    """The words of a part of a corpus by their codes, as they stand in a file."""

    word: np.ndarray  # of each token
    term_of: np.ndarray  # of each word of the vocabulary
    is_word: np.ndarray  # which of them are words
    terms: Any  # sorted, an array of Arrow
    edges: np.ndarray  # where the tokens of each document begin, and the end of the last
    ids: pd.Index  # of these documents
    chosen: np.ndarray | None = None  # which documents are asked for; None: all
    start: np.ndarray | None = None  # of each token, and its length; only of a file
    length: np.ndarray | None = None
    sentences: tuple[np.ndarray, np.ndarray] | None = None  # of each document; tokens of each

    def rows_of(self, places: Sequence[np.ndarray]) -> np.ndarray:
        """Where terms, marked for each place of a phrase, stand one behind the other."""
        rows = find_codes(self.word, places[0][self.term_of])
        for offset, terms in enumerate(places[1:], 1):
            rows = rows[rows + offset < len(self.word)]
            rows = rows[terms[self.terms_at(rows + offset)]]
        doc, last = self.documents_of(rows), self.documents_of(rows + len(places) - 1)
        kept = doc == last if self.chosen is None else (doc == last) & self.chosen[doc]
        rows = rows[kept]
        return rows[~self._leaves_paragraph(rows, len(places))]

    def _leaves_paragraph(self, rows: np.ndarray, length: int) -> np.ndarray:
        """Mark phrases that go on behind a sentence without a stop: a headline or paragraph."""
        found = np.zeros(len(rows), dtype=bool)
        ends = np.cumsum([] if self.sentences is None else self.sentences[1])
        for offset in range(length - 1 if len(ends) else 0):
            here = rows + offset
            changes = np.searchsorted(ends, here, "right") != np.searchsorted(
                ends, here + 1, "right"
            )
            some = np.flatnonzero(changes & self.is_word[self.word[here]])
            terms = self.terms.take(pa.array(self.terms_at(here[some])))
            found[some] |= ~np.asarray(pc.ends_with(terms, "."), dtype=bool)  # U.S.
        return found

    def documents_of(self, rows: np.ndarray) -> np.ndarray:
        """The documents of some tokens."""
        return np.searchsorted(self.edges, rows, "right") - 1

    def marked(self, alternatives: Iterable[str | Callable[[pd.Index], np.ndarray]]) -> np.ndarray:
        """Mark terms by name, or by what finds their codes in the vocabulary."""
        found = np.zeros(len(self.terms), dtype=bool)
        for one in alternatives:
            if callable(one):
                found[one(pd.Index(self.terms.to_pylist(), dtype=object))] = True
            elif (place := self.terms.index(one).as_py()) >= 0:
                found[place] = True
        return found

    def places(self, rows: np.ndarray, length: int) -> pd.DataFrame:
        """Where runs of tokens of a file stand: document, sentence, first and last character."""
        if self.start is None or self.length is None or self.sentences is None:
            raise TypeError("the codes of a table have no places")
        doc, (of_document, tokens) = self.documents_of(rows), self.sentences
        number = np.searchsorted(np.cumsum(tokens), rows, "right")
        first = np.cumsum(of_document) - of_document
        last = rows + length - 1
        return pd.DataFrame(
            {
                "doc": pd.Categorical.from_codes(doc.astype(np.int32), self.ids, validate=False),
                "sentence": (number - first[doc]).astype(np.int32),
                "start": self.start[rows],
                "end": self.start[last] + self.length[last].astype(np.int32),
            },
            copy=False,
        )

    def terms_at(self, rows: np.ndarray) -> np.ndarray:
        """The terms of some tokens."""
        found: np.ndarray = self.term_of[self.word[rows]]
        return found

    def terms_beside(self, rows: np.ndarray, step: int, most: int) -> list[np.ndarray]:
        """The first, second … word before (-1) or behind (1) tokens, in their documents, or -1."""
        doc, here, found = self.documents_of(rows), rows.copy(), []
        first, last = self.edges[doc], self.edges[doc + 1] - 1
        for _ in range(most):
            here += step
            while True:
                inside = (here >= first) & (here <= last)
                off = np.flatnonzero(inside)
                off = off[~self.is_word[self.word[here[off]]]]
                if not len(off):
                    break
                here[off] += step
            found.append(np.where(inside, self.terms_at(np.clip(here, first, last)), -1))
        return found


def find_codes(codes: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Where codes stand that are wanted; a few are compared faster than looked up."""
    few = np.flatnonzero(wanted)
    if len(few) > 6:
        return np.flatnonzero(wanted[codes])
    none = [np.empty(0, dtype=np.int64)]
    return np.sort(np.concatenate([*none, *(np.flatnonzero(codes == code) for code in few)]))


def codes_of_tokens(tokens: pd.DataFrame) -> Codes:
    """The same of a tokens table whose documents stand together, in their order."""
    doc, term = tokens["doc"].array, tokens["term"].array
    size = len(term.categories)
    pair = term.codes.astype(np.int64) * 2 + tokens["is_word"].to_numpy(
        dtype=bool
    )  # a term may be a word here and none there
    edges = np.searchsorted(doc.codes, np.arange(len(doc.categories) + 1))
    names, both = pa.array(term.categories, pa.string()), np.arange(2 * size)
    found = Codes(pair, both // 2, both % 2 == 1, names, edges, doc.categories)
    if "sentence" not in tokens.columns:
        return found
    fresh = np.ones(len(tokens) + 1, dtype=bool)  # where a sentence begins
    sentence, of = tokens["sentence"].to_numpy(), doc.codes
    fresh[1:-1] = (of[1:] != of[:-1]) | (sentence[1:] != sentence[:-1])
    begins = np.flatnonzero(fresh)
    of_document = np.diff(np.searchsorted(begins[:-1], edges))
    return found._replace(sentences=(of_document, np.diff(begins)))


def count_tokens(tokens: pd.DataFrame) -> Counted:
    """Count the words of a tokens table whose documents stand together."""
    doc, term = (np.asarray(tokens[name].array.codes) for name in ("doc", "term"))
    ids, terms = tokens["doc"].cat.categories, tokens["term"].cat.categories
    return count_codes(doc, term, tokens["is_word"].to_numpy(dtype=bool), ids, terms)


def count_codes(
    doc: np.ndarray, term: np.ndarray, is_word: np.ndarray, ids: pd.Index, terms: pd.Index
) -> Counted:
    """Count words by the numbers of their documents, which ascend, and of their terms."""
    doc = doc.astype(np.int32, copy=False)  # codes may be narrower than what follows from them
    own = np.flatnonzero(is_word)
    # a counting sort: places of each term, ascending
    number, shape = np.arange(len(own) + 1, dtype=np.int32), (len(own), len(terms))
    table = sparse.csr_array((number[:-1], term[own], number), shape=shape).tocsc()
    places, ends = table.data, table.indptr
    of = doc[own][places]
    fresh = np.ones(len(places) + 1, dtype=bool)
    fresh[1:-1] = of[1:] != of[:-1]
    fresh[ends] = True
    starts = np.flatnonzero(fresh).astype(np.int32)
    before = np.cumsum(fresh, dtype=np.int32) - fresh
    there = np.bincount(doc, minlength=len(ids)) > 0
    return Counted(
        ids,
        np.flatnonzero(there),
        terms,
        np.bincount(term, minlength=len(terms)),
        np.bincount(doc, is_word, minlength=len(ids)).astype(np.int64),
        before[ends],
        of[starts[:-1]],
        np.diff(starts),
        places,
    )


def sum_terms(counted: Counted) -> np.ndarray:
    """Σc, Σc² and Σcb of each term over the documents that have it c times in b words."""
    counts = counted.counts.astype(np.int64)
    columns = (counts, counts * counts, counts * counted.words[counted.doc])
    return np.array([runs(column, counted.edges) for column in columns])


def runs(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Sums of values between edges, of which some may be empty."""
    sums = np.zeros(len(edges) - 1, dtype=np.int64)
    filled = np.flatnonzero(edges[1:] > edges[:-1])
    if len(filled):
        sums[filled] = np.add.reduceat(values, edges[filled], dtype=np.int64)
    return sums


def blocks(edges: np.ndarray, size: int = BLOCK) -> Iterator[slice]:
    """Runs of terms whose cells are about so many together, so that they stay in the cache."""
    first = 0
    while first < len(edges) - 1:
        last = int(np.searchsorted(edges, edges[first] + size, "right")) - 1
        last = min(max(last, first + 1), len(edges) - 1)
        yield slice(first, last)
        first = last
