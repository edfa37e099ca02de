"""Sequences of one to five words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.tables import Groups, InputError, Parts, in_parts, measure, merge_groups, say_empty
from analysis.terms.counting import coded, codes_of, count_words, items_of, rate_of, sorted_order
from analysis.terms.evidence import groups_of, in_group, in_own_documents, layer_of, runs_of_tokens
from analysis.terms.ngram_sums import (
    PACKED_BITS,
    Ngrams,
    Opened,
    Place,
    count_runs,
    find_runs,
    merge_ngrams,
    offsets_of,
    open_part,
    read_places,
    rows_at,
)
from analysis.terms.tally import Cells, rank_of, rate_intervals
from analysis.terms.units import Pos
from analysis.text.cuts import join_words

FREQUENT = 8  # times the limit: how many words to look at first
MOST_CELLS = 20_000_000  # groups times terms, up to which rare terms are left out
MOST_ROWS = 10_000_000  # of several parts: up to 400 bytes each while they become a table


def _of_ngram(corpus: Any, step: Mapping[str, Any], row: Mapping[str, Any]) -> pd.DataFrame:
    """The occurrences of a sequence of words."""
    names, terms = groups_of(step, row), row["ngram"].split(" ")
    corpus = in_own_documents(corpus, names, row)
    if (step["params"].get("unit") or "term") == "term":
        corpus = corpus.holding([[[term] for term in terms]])
    tokens = coded(layer_of(corpus, step, names), ("position", "start", "end"))
    pattern = step["params"].get("pattern")
    places = read_places(tokens, pattern, len(terms))
    runs = find_runs(tokens, places, offsets_of(len(terms), step["params"].get("skip") or 0))
    rows = [rows_at(runs, place) for place in range(len(terms))]
    codes = tokens["term"].cat.categories.get_indexer(pd.Index(terms, dtype=object))
    kept = in_group(tokens, names, row, corpus.documents)[rows[0]]
    for place, code in zip(rows, codes, strict=True):
        kept &= codes_of(tokens, "term")[place] == code
    first, last = rows[0][kept], rows[-1][kept]
    return runs_of_tokens(tokens, first, last - first + 1)


class Likely(NamedTuple):
    """What n-grams of a part may be asked for: how often its terms occur, and what was found."""

    frequency: np.ndarray  # times the ways to leave words out, by group and term
    found: Ngrams  # of the most frequent terms
    whole: bool  # no other n-gram of the part can be as frequent as the last that was asked for


class Known(NamedTuple):
    """How frequent terms must be so that n-grams of them may be asked for, by group."""

    groups: Groups
    names: pd.Index
    frequency: np.ndarray
    least: np.ndarray
    found: Ngrams | None  # of a corpus of one part, where nothing else can be asked for


def _likely_of_part(tokens: pd.DataFrame, *, asked: Any) -> Likely | None:
    """The terms of a part, and n-grams of the most frequent; None if all n-grams are asked for."""
    min_count, limit = asked.min_count, asked.limit
    _check(min_count, limit)
    if (limit is None and min_count <= 1) or asked.ngrams is not None:
        return None
    opened = open_part(tokens, asked)
    if len(opened.groups.keys) * len(opened.names) > MOST_CELLS:
        return None
    frequency = _frequency(opened) * len(opened.offsets)
    if limit is None:
        none = np.zeros(len(opened.tokens), dtype=bool)
        return Likely(frequency, count_runs(opened, none), False)
    # No n-gram is more frequent than its rarest word, times the ways in which words may be left out
    # (Agrawal & Srikant 1994). The n-grams of the most frequent words come first: if enough of them
    # are as frequent as those words, no other can be. If not, their counts still say how frequent a
    # word must be; and so do, of several parts, the sums of what was found in each.
    least = np.array([_cut(own, FREQUENT * limit) for own in frequency])
    found = count_runs(opened, _rows_among(opened, frequency >= least[:, None]))
    return Likely(frequency, found, bool((_reached(found, limit) >= least).all()))


def _least(parts: Sequence[Likely | None], *, min_count: int, limit: int | None) -> Known | None:
    """What the parts tell of the terms of n-grams that may be asked for."""
    likely = _merge_likely(parts)
    if likely is None:
        return None
    frequency, found, whole = likely
    least = np.full(len(found.groups.keys), int(np.ceil(min_count)))
    if limit is not None:
        least = np.maximum(least, _reached(found, limit))
    return Known(found.groups, found.names, frequency, least, found if whole else None)


def _merge_likely(parts: Sequence[Likely | None]) -> Likely | None:
    """What several parts tell, as one."""
    likely = [part for part in parts if part is not None]
    if len(likely) < len(parts):
        return None
    found = merge_ngrams([part.found for part in likely])
    _, groups = merge_groups([part.found.groups for part in likely])
    frequency = np.zeros((len(found.groups.keys), len(found.names)), dtype=np.int64)
    for part, group in zip(likely, groups, strict=True):
        place = found.names.get_indexer(part.found.names)
        frequency[np.ix_(group, place)] += part.frequency
    return Likely(frequency, found, len(likely) == 1 and likely[0].whole)


def _fold_likely(parts: list[Likely | None]) -> list[Likely | None]:
    """What the parts tell so far; nothing once that is too much."""
    last = parts[-1]
    if last is None or (len(parts) > 1 and parts[0] is None):
        return [None]
    cells = sum(part.frequency.size for part in parts if part is not None)
    if len(parts) == 1 or cells <= MOST_CELLS:
        return parts
    merged = _merge_likely(parts)
    return [merged if merged is not None and merged.frequency.size <= MOST_CELLS else None]


def _ngrams_of_part(tokens: pd.DataFrame, *, asked: Any) -> Ngrams:
    """Count the n-grams of a part that may be asked for."""
    known: Known | None = asked.known
    if known is not None and known.found is not None:
        return known.found
    opened = open_part(tokens, asked)
    if asked.ngrams is not None:
        found = _count_listed(opened, asked.ngrams)
    elif known is None:
        found = count_runs(opened, None)
    else:
        _, (whole, own) = merge_groups([known.groups, opened.groups])
        group = np.empty(len(whole), dtype=np.int64)
        group[whole] = np.arange(len(whole))
        group = group[own]  # of the part's groups, in the corpus
        often = known.frequency >= known.least[:, None]
        place = known.names.get_indexer(opened.names)
        found = count_runs(opened, _rows_among(opened, often[np.ix_(group, place)]))
    return found


def _count_listed(opened: Opened, ngrams: str | Sequence[str]) -> Ngrams:
    """Count some n-grams: those whose words are on the list in their place, and of them these."""
    n, size = len(opened.places), len(opened.names)
    ngrams = [ngrams] if isinstance(ngrams, str) else ngrams
    listed = [str(ngram).split(" ") for ngram in ngrams]
    if wrong := [own for own in listed if len(own) != n]:
        raise InputError(f"ngrams={' '.join(wrong[0])!r} has not {n} words; give n=, too.")
    words = np.array(listed, dtype=object).reshape(-1, n)
    codes = np.stack([opened.names.get_indexer(pd.Index(column)) for column in words.T], axis=1)
    codes = codes[(codes >= 0).all(axis=1)]
    marks = np.zeros((n, size), dtype=bool)
    for place, column in enumerate(codes.T):
        marks[place, column] = True
    term = codes_of(opened.tokens, "term")

    def among(place: int, own: Place | None) -> Place:
        """A test for words on the list in a place, beside that of the pattern."""
        mark = marks[place]
        return lambda rows: mark[term[rows]] if own is None else mark[term[rows]] & own(rows)

    places: list[Place | None] = [among(*one) for one in enumerate(opened.places)]
    listed_rows = np.logical_or.reduce(marks, axis=0)[term]
    found = count_runs(opened._replace(places=places), listed_rows)
    every = pd.MultiIndex.from_arrays(list(found.terms.T))
    same = np.asarray(every.isin(list(map(tuple, codes.tolist()))))
    cells = found.cells.take(np.flatnonzero(same))
    return found._replace(
        terms=found.terms[same], cells=cells._replace(item=np.arange(len(cells.item)))
    )


def _fold_ngrams(parts: list[Ngrams]) -> list[Ngrams]:
    """The n-grams of the parts so far, added up where they are many."""
    if len(parts) == 1 or sum(len(part.cells.total) for part in parts) <= MOST_ROWS:
        return parts
    merged = merge_ngrams(parts)
    _require_room(merged)
    return [merged]


def _require_room(merged: Ngrams) -> None:
    """Refuse n-grams of several parts that, as a table, memory would not hold."""
    if len(merged.cells.total) > MOST_ROWS:
        raise InputError(
            f"The parts of this corpus have more than {MOST_ROWS:,} different n-grams in all"
            " groups, which are not taken into memory at once; ask for the most frequent"
            " (limit=100), leave out rare ones (a higher min_count=), or choose texts with where."
        )


def _frequency(opened: Opened) -> np.ndarray:
    """How often each group has each term."""
    items, codes = items_of(opened.tokens), codes_of(opened.tokens, "term")
    shape = (len(opened.groups.keys), len(opened.names))
    if shape[0] == 1:
        return count_words(codes, items, shape[1])[None]
    cell = opened.groups.codes[items] * shape[1] + codes[items]
    return np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)


def _rows_among(opened: Opened, terms: np.ndarray) -> np.ndarray:
    """Which rows have one of some terms, marked by group and term."""
    codes = codes_of(opened.tokens, "term")
    return terms[0][codes] if len(terms) == 1 else terms[opened.groups.codes, codes]


def _ngram_rates(parts: Sequence[Ngrams], *, asked: Any) -> pd.DataFrame:
    """The table of the n-grams of all parts."""
    whole = merge_ngrams(parts)
    if not asked.alone:
        _require_room(whole)
    labels, bases = whole.groups.labels, whole.bases
    cells = _choose(whole.cells, asked.min_count, asked.limit, len(labels))
    code, count = cells.group, cells.total
    if not len(code):
        of = f"that fits {asked.pattern!r} " if asked.pattern is not None else ""
        say_empty(f"no n-gram {of}occurs {asked.min_count} times or more")
    columns: dict[str, Any] = {}
    if len(labels.columns):
        columns |= dict(labels.take(code).reset_index(drop=True))
    columns["ngram"] = join_words(whole.names, whole.terms.take(cells.item, axis=0))
    columns["count"], columns["base"] = count, bases.total[code]
    columns["rate"] = rate_of(count, columns["base"], asked.per)
    columns["documents"] = cells.spread
    if (bases.over != "documents").any():
        over = (bases.over == "documents")[code]
        columns["documents"] = np.where(over, cells.spread, np.minimum(cells.spread, 1))
    columns["group_documents"] = bases.documents[code]
    columns["rank"] = rank_of(code, count)
    if asked.confidence is not None:
        columns |= rate_intervals(cells, bases, asked.confidence, asked.per)
    return pd.DataFrame(columns, index=pd.RangeIndex(len(code)), copy=False)


BEFORE = Parts(_likely_of_part, _least, fold=_fold_likely)
_NGRAMS = Parts(_ngrams_of_part, _ngram_rates, BEFORE, fold=_fold_ngrams)


@measure("tokens", evidence=_of_ngram, parts=_NGRAMS)
def count_ngrams(
    corpus: pd.DataFrame,
    *,
    n: int = 2,
    pattern: str | None = None,
    ngrams: Sequence[str] | None = None,
    skip: int = 0,
    unit: str = "term",
    pos: Pos | None = None,
    min_count: int = 1,
    limit: int | None = None,
    by: str | Sequence[str] | None = None,
    documents: pd.DataFrame | None = None,
    per: float = 1000,
    confidence: float | None = 0.95,
) -> pd.DataFrame:
    """Count the sequences of n words, all of them or those that fit a pattern.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        The tokens table.
    n : int
        Words in a sequence, 1 to 5. Not used with a pattern, which brings its own length.
    pattern : str, optional
        One word for each place, separated by spaces, with the wildcards * and ?: "peace *" for what
        follows "peace", "the * of the" for what stands within the frame, "no *" and so on.
    ngrams : sequence of str, optional
        Count only these, of terms separated by spaces, as the column `ngram` has them; they are
        ranked among themselves.
    skip : int
        Words that may be left out between those of a sequence, in all, 0 to 5: with 1, "peace
        talks" is also found in "peace and talks".
    unit, pos
        What counts as one, and the parts of speech that count, as in `count_terms`: with
        ``pos=["ADJ", "NOUN"]`` every word of the sequence is an adjective or a noun. Words of all
        kinds may be skipped.
    by : str or sequence of str, optional
        Columns of `tokens` or `documents` to group by. Default: the corpus is one group.
    documents : pandas.DataFrame, optional
        The documents table, for a column of `by` that is there.
    per : float
        A rate is given per so many words.
    min_count : int
        Leave out what occurs less often in its group.
    limit : int, optional
        Rows to return for each group, the most frequent ones. On millions of words this is much
        faster.
    confidence : float or None
        Coverage of the intervals, as in `count_terms`; None leaves them out.

    Returns
    -------
    pandas.DataFrame
        One row per group and n-gram, ordered by group, count (descending) and name: the columns of
        `by`; `ngram` (its terms separated by spaces); `count`; `base` (words of the group); `rate`
        (per `per` words); `documents` (of the group, that have it); `group_documents` (of the
        group); `rank` (1 is the most frequent in the group, ties share the smallest); `low`, `high`
        (of the rate); `interval` (the method, in words).

    Raises
    ------
    InputError
        If `n` or the length of the pattern is not 1 to 5, one of `ngrams` has another length,
        `skip` is not 0 to 5, `min_count`, `limit` or `per` is not above 0, `confidence` is not
        between 0 and 1, or as in `count_terms`.

    Notes
    -----
    An n-gram lies within one sentence (where sentences are numbered) and crosses no
    punctuation. The base is words, as for single terms, not the number of possible n-grams,
    so rates of different n stand on the same footing. Frequent n-grams are mostly grammar ("of
    the"), and a longer one always carries its parts with it: the counts of "special military
    operation" and "military operation" are not independent.

    With `skip` these are the k-skip-n-grams of Guthrie et al. 2006 ("A closer look at skip-gram
    modelling", LREC): every choice of n words in their order with at most k words left out in all,
    between them and not across punctuation. There are many more of them than words (about k + 1
    pairs for each), so that a rate can be above `per`; each choice counts: "no no war" holds "no
    war" twice with ``skip=1``.

    Examples
    --------
    >>> from analysis.text.tokens import tokenize
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["Peace talks, peace plans; peace talks."]})
    >>> count_ngrams(tokenize(texts), pattern="peace *")[["ngram", "count", "base"]]
             ngram  count  base
    0  peace talks      2     6
    1  peace plans      1     6
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["Peace and quiet talks"]})
    >>> count_ngrams(tokenize(texts), pattern="peace *", skip=1)["ngram"].tolist()
    ['peace and', 'peace quiet']
    """
    in_parts()


def _check(min_count: int, limit: int | None) -> None:
    """Refuse numbers that cut nothing off."""
    for name, value in {"min_count": min_count, "limit": limit}.items():
        if value is not None and not value > 0:
            raise InputError(f"{name}={value!r} must be above 0.")


def _reached(found: Ngrams, limit: int) -> np.ndarray:
    """The count that so many n-grams of each group reach; 0 where there are not so many."""
    cells = found.cells
    counts = [cells.total[cells.group == group] for group in range(len(found.groups.keys))]
    return np.array([_cut(own, limit) for own in counts])


def _cut(count: np.ndarray, limit: int) -> int:
    """The count that so many reach; 0 if there are not so many."""
    if len(count) < limit:
        return 0
    above = np.cumsum(np.bincount(count)[::-1])
    return int(count.max() - np.searchsorted(above, limit))


def _choose(cells: Cells, min_count: int, limit: int | None, n_groups: int) -> Cells:
    """Sort by group, falling count and name, and keep what was asked for."""
    kept = cells.total >= min_count
    if limit is not None:
        least = np.array([_cut(cells.total[cells.group == g], limit) for g in range(n_groups)])
        kept &= cells.total >= least[cells.group]  # spare the sort what cannot be first
    cells = cells if kept.all() else cells.take(np.flatnonzero(kept))
    cells = cells.take(_by_count(cells, n_groups))
    if limit is None:
        return cells
    place = np.arange(len(cells.group)) - np.searchsorted(cells.group, cells.group)
    return cells.take(np.flatnonzero(place < limit))


def _by_count(cells: Cells, n_groups: int) -> np.ndarray:
    """The cells by group and falling count; ties as they are."""
    less = cells.total.max(initial=0) - cells.total
    most = int(less.max(initial=0))
    widths = [max(size - 1, 0).bit_length() for size in (n_groups, most + 1, len(less))]
    if sum(widths) > PACKED_BITS:
        return sorted_order([cells.group, less], [n_groups, most + 1])
    # packed numbers are sorted many at once; of one group the rarest, most of all, are the last
    rows = np.flatnonzero(less < most) if n_groups == 1 else np.arange(len(less))
    key = less[rows] << widths[2]
    key |= rows
    if n_groups > 1:
        key |= cells.group.astype(np.int64) << (widths[1] + widths[2])
    key.sort()
    key &= (1 << widths[2]) - 1
    return key if n_groups > 1 else np.append(key, np.flatnonzero(less == most))
