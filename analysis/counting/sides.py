"""The two sides of a comparison of texts: what is counted in each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.counting.codes import codes_of, count_in_documents, count_words
from analysis.index import Cells, TokenIndex, index_of
from analysis.tables import InputError, group_codes, require_choice, require_columns

REST = "the rest"
LIST = "frequency list"
EVERYTHING = "all texts"


class Side(NamedTuple):
    """One side of a comparison: counts over the whole vocabulary."""

    counts: np.ndarray
    documents: np.ndarray | None  # None where not counted
    base: int
    texts: int


class Pair(NamedTuple):
    """A comparison: two names, two sides."""

    target: str
    reference: str
    one: Side
    other: Side


class Runs(NamedTuple):
    """Stretches of rows that belong to one document and one group."""

    edges: np.ndarray  # where each begins, and the end of the last
    doc: np.ndarray
    group: np.ndarray
    names: list[str]  # of the groups
    whole: bool  # no document is in two groups
    cells: Cells | None = None  # how often each run has its terms, if the table has an index


def index_for(tokens: pd.DataFrame, owner: pd.DataFrame) -> TokenIndex | None:
    """The index of a tokens table (as `coded` returns it), kept as long as its owner."""
    arrays = {name: codes_of(tokens, name) for name in ("doc", "term")}
    size = len(tokens["term"].cat.categories)
    return index_of(arrays | {"is_word": tokens["is_word"].to_numpy()}, size, owner)


def runs_of(
    tokens: pd.DataFrame,
    by: str | Sequence[str] | None,
    documents: pd.DataFrame | None,
    index: TokenIndex | None = None,
) -> Runs:
    """Cut the tokens into runs, so that groups are known without a code for every token."""
    doc = codes_of(tokens, "doc")
    wanted = {by} if isinstance(by, str) else set(by or ())
    whole = not wanted & (set(tokens.columns) - {"doc"})
    if whole:
        starts = _document_starts(doc) if index is None else index.edges[:-1]
        docs = pd.DataFrame({"doc": tokens["doc"].cat.categories.take(doc[starts])})
        group, labels = group_codes(docs, by, documents)
    else:
        codes, labels = group_codes(tokens, by, documents)
        starts = np.union1d(_document_starts(doc), _document_starts(codes))
        group = codes[starts]
    names = [", ".join(map(str, row)) for row in labels.itertuples(index=False)]
    edges = np.append(starts, len(doc))
    cells = index.cells if whole and index is not None else None
    return Runs(edges, doc[starts], group, names if wanted else [EVERYTHING], whole, cells)


def _document_starts(doc: np.ndarray) -> np.ndarray:
    """Rows at which another document (or group) begins."""
    turns = np.flatnonzero(doc[1:] != doc[:-1]) + 1
    return np.concatenate([[0], turns]) if len(doc) else turns


def _side(tokens: pd.DataFrame, runs: Runs, chosen: np.ndarray, documents: bool) -> Side:
    """Count the words of the chosen runs, and the documents that have them."""
    size = len(tokens["term"].cat.categories)
    texts = len(np.unique(runs.doc[chosen]))
    if runs.cells is not None:
        counts, spread = _counts_of(runs.cells, chosen, size)
        return Side(counts, spread if documents else None, int(counts.sum()), texts)
    is_word = tokens["is_word"].to_numpy(dtype=bool)
    columns = [codes_of(tokens, "term"), is_word, codes_of(tokens, "doc")]
    if not chosen.all():
        cuts = _cuts(chosen, runs.edges)
        columns = [_cut(column, cuts) for column in columns]
    term, is_word, doc = columns
    known: np.ndarray | None = None
    if documents:
        counts, known = count_in_documents(term, doc, size, counted=is_word)
    else:
        counts = count_words(term, is_word, size)
    return Side(counts, known, int(counts.sum()), texts)


def _counts_of(cells: Cells, chosen: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Count each term, and the documents that have it, in the chosen documents."""
    cuts = _cuts(chosen, cells.edges)
    term, count = _cut(cells.term, cuts), _cut(cells.counts, cuts)
    counts = np.bincount(term, weights=count, minlength=size)  # whole numbers far below 2**53
    return counts.astype(np.int64), np.bincount(term, minlength=size)


def _cuts(chosen: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Where the chosen stretches of rows begin and end."""
    turns = np.flatnonzero(np.diff(chosen, prepend=False, append=False))
    return edges[turns].reshape(-1, 2)


def _cut(column: np.ndarray, cuts: np.ndarray) -> np.ndarray:
    """Some stretches of a column; without a copy where it is only one."""
    if len(cuts) == 1:
        return column[slice(*cuts[0])]
    return np.concatenate([column[:0], *(column[start:end] for start, end in cuts)])


def pairs_of(
    tokens: pd.DataFrame, runs: Runs, target: Any, reference: Any, documents: bool
) -> tuple[pd.Index, list[Pair]]:
    """The vocabulary, and the two sides of every comparison asked for."""
    names, words = runs.names, tokens["term"].cat.categories
    targets = names if target is None else [require_choice(str(target), names, "target")]

    def side(name: str) -> Side:
        return _side(tokens, runs, runs.group == names.index(name), documents)

    if isinstance(reference, pd.DataFrame):
        listed, vocabulary = _listed(reference, words)
        place = vocabulary.get_indexer(words)
        sides = [_spread(side(name), place, len(vocabulary)) for name in targets]
        return vocabulary, [
            Pair(name, LIST, one, listed) for name, one in zip(targets, sides, strict=True)
        ]
    if names == [EVERYTHING]:
        raise InputError(
            "by=None has no other group to compare with; name a column to group by, or pass a"
            " frequency list as reference."
        )
    if reference is None:
        return words, _against_rest(tokens, runs, targets, documents)
    against = require_choice(str(reference), names, "reference")
    other = side(against)
    targets = [name for name in targets if name != against]
    if not targets:
        raise InputError(f"target and reference are both {against!r}; name two different groups.")
    return words, [Pair(name, against, side(name), other) for name in targets]


def _against_rest(
    tokens: pd.DataFrame, runs: Runs, targets: Sequence[str], documents: bool
) -> list[Pair]:
    """Each target and everything that is not it."""
    chosen = [runs.group == runs.names.index(name) for name in targets]
    sides = [_side(tokens, runs, own, documents) for own in chosen]
    if runs.whole and len(sides) > 1:  # then the rest is what the other groups add up to
        counts = sum(side.counts for side in sides)
        spread = sum(side.documents for side in sides if side.documents is not None)
        base, texts = sum(side.base for side in sides), sum(side.texts for side in sides)
        rests = [
            Side(
                counts - side.counts,
                None if side.documents is None else spread - side.documents,
                base - side.base,
                texts - side.texts,
            )
            for side in sides
        ]
    else:
        rests = [_side(tokens, runs, ~own, documents) for own in chosen]
    return [Pair(*pair) for pair in zip(targets, [REST] * len(sides), sides, rests, strict=True)]


def _listed(reference: pd.DataFrame, words: pd.Index) -> tuple[Side, pd.Index]:
    """A frequency list as a side, over the vocabulary of both."""
    require_columns(reference, ("term", "count"), "frequency list")
    terms = pd.Index(reference["term"], dtype=object)
    count = pd.to_numeric(reference["count"], errors="coerce").to_numpy(dtype=float)
    wrong = terms.duplicated() | terms.isna() | ~(count >= 0) | (count % 1 != 0)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise InputError(
            f"Row {row} of the frequency list ({terms[row]!r}, {reference['count'].iloc[row]!r})"
            " cannot be used; each term must stand once, with a whole number of occurrences."
        )
    base = reference.attrs.get("total", count.sum())
    if "base" in reference.columns and len(reference):
        base = reference["base"].max()
    if base < count.sum():
        raise InputError(
            f"The frequency list counts {count.sum():.0f} occurrences but gives {base} as its"
            " total; correct its column base or attrs['total']."
        )
    vocabulary = words.union(terms)
    known = reference["documents"].to_numpy() if "documents" in reference.columns else None
    texts = int(known.max()) if known is not None and len(known) else 1
    listed = Side(count.astype(np.int64), known, int(base), texts)
    return _spread(listed, vocabulary.get_indexer(terms), len(vocabulary)), vocabulary


def _spread(side: Side, place: np.ndarray, size: int) -> Side:
    """A side over a larger vocabulary."""
    counts, known = np.zeros((2, size), dtype=np.int64)
    counts[place] = side.counts
    if side.documents is None:
        return side._replace(counts=counts)
    known[place] = side.documents
    return side._replace(counts=counts, documents=known)
