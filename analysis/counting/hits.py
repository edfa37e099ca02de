"""Where the things to be counted begin: rows of the tokens table.

A *hit* is a row at which an item begins: a term, or a query of a named group of queries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.counting.codes import codes_of
from analysis.tables import InputError, require_columns
from analysis.tokens import find_hits, match_vocabulary, term_of

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
        if len(codes) and codes.min() < 0:
            row = int(np.argmax(codes < 0))
            raise InputError(f"Row {row} of the tokens has no {name}; drop the rows without one.")
    return tokens


def words_of(tokens: pd.DataFrame) -> np.ndarray:
    """Mark the rows that are words, as a bool array."""
    return tokens["is_word"].to_numpy(dtype=bool)


def find_terms(
    tokens: pd.DataFrame, terms: Sequence[str] | None, stop_words: Iterable[str]
) -> Hits:
    """Find every term, or those that are asked for by name, phrase or wildcard.

    A wildcard stands for each term that it matches; a word, phrase or wildcard that is nowhere
    is an item without hits. Stop words are dropped unless they are named.
    """
    vocabulary = tokens["term"].cat.categories
    codes = codes_of(tokens, "term")
    stopped = _codes(vocabulary, map(term_of, word_list(stop_words, "stop_words")))
    kept = np.ones(len(vocabulary), dtype=bool)
    kept[stopped[stopped >= 0]] = False
    if terms is None:
        rows = np.flatnonzero(kept[codes] & words_of(tokens))
        return Hits(vocabulary, rows, codes[rows], np.ones(len(rows), dtype=np.int64))
    single, phrases = _sort_terms(vocabulary, word_list(terms, "terms"), words_in(tokens), kept)
    names = pd.Index([*single, *phrases], dtype=object)
    place = np.full(len(vocabulary), -1, dtype=np.int64)
    listed = _codes(vocabulary, single)
    place[listed[listed >= 0]] = np.flatnonzero(listed >= 0)
    item = place[codes]
    rows = np.flatnonzero(item >= 0)
    found = Hits(names, rows, item[rows], np.ones(len(rows), dtype=np.int64))
    return _join(found, [find_hits(tokens, phrase) for phrase in phrases], len(single))


def _codes(vocabulary: pd.Index, terms: Iterable[str]) -> np.ndarray:
    """Code of each term in the vocabulary, -1 for one that it lacks."""
    return vocabulary.get_indexer(pd.Index(list(terms), dtype=object))


def words_in(tokens: pd.DataFrame) -> np.ndarray:
    """Mark the terms of the vocabulary that occur as words."""
    used = np.zeros(len(tokens["term"].cat.categories), dtype=bool)
    used[codes_of(tokens, "term")[words_of(tokens)]] = True
    return used


def _sort_terms(
    vocabulary: pd.Index, terms: Sequence[str], wordy: np.ndarray, kept: np.ndarray
) -> tuple[list[str], list[str]]:
    """Part the terms asked for into single words (wildcards filled in) and phrases."""
    single: dict[str, None] = {}
    phrases: dict[str, None] = {}
    for term in (" ".join(term_of(term).split()) for term in terms):
        if " " in term:
            phrases[term] = None
        elif set(term) & set("*?"):
            matched = match_vocabulary(vocabulary, term)
            matched = matched[wordy[matched]]
            single.update(dict.fromkeys(vocabulary[matched[kept[matched]]]))
            if not len(matched):
                single[term] = None
        else:
            whole = term in vocabulary
            (single if whole else phrases)[term] = None  # "and/or" is three tokens: a phrase
    return list(single), [phrase for phrase in phrases if phrase not in single]


def find_queries(tokens: pd.DataFrame, queries: Mapping[str, Sequence[str]]) -> Hits:
    """Find the hits of named groups of queries, as `read_queries` gives them.

    A hit within a longer hit of the same group is not counted again: with "special military
    operation" and "operation" in one group, each passage counts once.
    """
    nothing = np.empty(0, dtype=np.int64)
    found = Hits(pd.Index(list(queries), dtype=object), nothing, nothing, nothing)
    return _join(found, [_outermost(*find_hits(tokens, list(q))) for q in queries.values()], 0)


def read_queries(queries: Queries, what: str = "terms") -> dict[str, list[str]]:
    """Check queries and name them: a list of queries is a group each."""
    if not isinstance(queries, Mapping):
        queries = {query: [query] for query in word_list(queries, what)}
    if not queries:
        raise InputError(f"{what} is empty; give at least one word or phrase to look for.")
    return {str(name): word_list(group, f"{what}[{name!r}]") for name, group in queries.items()}


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
