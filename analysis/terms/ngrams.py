"""Sequences of one to five words."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.tables import (
    Groups,
    InputError,
    Parts,
    group_rows,
    in_parts,
    measure,
    merge_groups,
    require_choice,
    say_empty,
)
from analysis.terms.counting import (
    coded,
    codes_of,
    count_words,
    fresh_runs,
    items_of,
    rate_of,
    run_lengths,
    run_starts,
    sorted_order,
    words_of,
)
from analysis.terms.estimate import Units, units_of
from analysis.terms.evidence import groups_of, in_group, in_own_documents, layer_of, runs_of_tokens
from analysis.terms.tally import (
    Bases,
    Cells,
    bases_of,
    merge_names,
    merge_sums,
    rank_of,
    rate_intervals,
)
from analysis.terms.units import Pos, as_unit
from analysis.text.cuts import join_words
from analysis.text.forms import form_of
from analysis.text.index import IN_POS
from analysis.text.tokens import table_index, token_test

Place = Callable[[np.ndarray], np.ndarray]  # which rows of the tokens fit a place of the n-gram
LENGTHS = range(1, 6)
SKIPS = range(6)
FREQUENT = 8  # times the limit: how many words to look at first
MOST_CELLS = 20_000_000  # groups times terms, up to which rare terms are left out
MOST_ROWS = 14_000_000  # of all parts: some 250 bytes each while they are brought together
PACKED_BITS = 63  # an n-gram, its group and document in one integer
BLOCK = 1 << 16  # rows that are worked on at once


def _of_ngram(corpus: Any, step: Mapping[str, Any], row: Mapping[str, Any]) -> pd.DataFrame:
    """The occurrences of a sequence of words."""
    names, terms = groups_of(step, row), row["ngram"].split(" ")
    corpus = in_own_documents(corpus, names, row)
    if (step["params"].get("unit") or "term") == "term":
        corpus = corpus.holding([[[term] for term in terms]])
    tokens = coded(layer_of(corpus, step, names), ("position", "start", "end"))
    pattern = step["params"].get("pattern")
    places = _places(tokens, pattern, len(terms))
    runs = _find(tokens, places, _offsets(len(terms), step["params"].get("skip") or 0))
    rows = [_rows(runs, place) for place in range(len(terms))]
    codes = tokens["term"].cat.categories.get_indexer(pd.Index(terms, dtype=object))
    kept = in_group(tokens, names, row, corpus.documents)[rows[0]]
    for place, code in zip(rows, codes, strict=True):
        kept &= codes_of(tokens, "term")[place] == code
    first, last = rows[0][kept], rows[-1][kept]
    return runs_of_tokens(tokens, first, last - first + 1)


class Ngrams(NamedTuple):
    """How often n-grams occur in the groups of a part of a corpus."""

    groups: Groups
    names: pd.Index  # of the terms
    terms: np.ndarray  # codes of the terms of every n-gram
    bases: Bases
    cells: Cells  # an item is a row of `terms`; cells of a group are in the order of the terms


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
    if limit is None and min_count <= 1:
        return None
    opened = _open(tokens, asked)
    if len(opened.groups.keys) * len(opened.names) > MOST_CELLS:
        return None
    frequency = _frequency(opened) * len(opened.offsets)
    if limit is None:
        none = np.zeros(len(opened.tokens), dtype=bool)
        return Likely(frequency, _count(opened, none), False)
    # No n-gram is more frequent than its rarest word, times the ways in which words may be left out
    # (Agrawal & Srikant 1994). The n-grams of the most frequent words come first: if enough of them
    # are as frequent as those words, no other can be. If not, their counts still say how frequent a
    # word must be; and so do, of several parts, the sums of what was found in each.
    least = np.array([_cut(own, FREQUENT * limit) for own in frequency])
    found = _count(opened, _rows_among(opened, frequency >= least[:, None]))
    return Likely(frequency, found, bool((_reached(found, limit) >= least).all()))


def _least(parts: Sequence[Likely | None], *, min_count: int, limit: int | None) -> Known | None:
    """What the parts tell of the terms of n-grams that may be asked for."""
    likely = [part for part in parts if part is not None]
    if len(likely) < len(parts):
        return None
    found = merge_ngrams([part.found for part in likely])
    least = np.full(len(found.groups.keys), int(np.ceil(min_count)))
    if limit is not None:
        least = np.maximum(least, _reached(found, limit))
    frequency = np.zeros((len(least), len(found.names)), dtype=np.int64)
    _, groups = merge_groups([part.found.groups for part in likely])
    for part, group in zip(likely, groups, strict=True):
        place = found.names.get_indexer(part.found.names)
        frequency[np.ix_(group, place)] += part.frequency
    whole = found if len(likely) == 1 and likely[0].whole else None
    return Known(found.groups, found.names, frequency, least, whole)


def _ngrams_of_part(tokens: pd.DataFrame, *, asked: Any) -> Ngrams:
    """Count the n-grams of a part that may be asked for."""
    known: Known | None = asked.known
    if known is not None and known.found is not None:
        return known.found
    opened = _open(tokens, asked)
    if known is None:
        found = _count(opened, None)
    else:
        _, (whole, own) = merge_groups([known.groups, opened.groups])
        group = np.empty(len(whole), dtype=np.int64)
        group[whole] = np.arange(len(whole))
        group = group[own]  # of the part's groups, in the corpus
        often = known.frequency >= known.least[:, None]
        place = known.names.get_indexer(opened.names)
        found = _count(opened, _rows_among(opened, often[np.ix_(group, place)]))
    if not asked.alone:
        _require_room(len(found.cells.total), tokens["doc"].cat.categories, asked.ids)
    return found


def _require_room(rows: int, docs: pd.Index, every: pd.Index) -> None:
    """Refuse n-grams of a part that, with as many of all others, memory would not hold."""
    expected = rows * len(every) // max(len(docs), 1)
    if expected > MOST_ROWS:
        raise InputError(
            f"The n-grams of all parts of this corpus would be about {expected:,} rows, and more"
            f" than {MOST_ROWS:,} are not taken into memory at once; ask for the most frequent"
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
    labels, bases = whole.groups.labels, whole.bases
    cells = _choose(whole.cells, asked.min_count, asked.limit, len(labels))
    code, count = cells.group, cells.total
    if not len(code):
        of = f"that fits {asked.pattern!r} " if asked.pattern is not None else ""
        say_empty(f"no n-gram {of}occurs {asked.min_count} times or more")
    columns: dict[str, Any] = dict(labels.take(code).reset_index(drop=True))
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


BEFORE = Parts(_likely_of_part, _least)


@measure("tokens", evidence=_of_ngram, parts=Parts(_ngrams_of_part, _ngram_rates, BEFORE))
def count_ngrams(
    corpus: pd.DataFrame,
    *,
    n: int = 2,
    pattern: str | None = None,
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
        If `n` or the length of the pattern is not 1 to 5, `skip` is not 0 to 5, `min_count`,
        `limit` or `per` is not above 0, `confidence` is not between 0 and 1, or as in
        `count_terms`.

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


def _places(tokens: pd.DataFrame, pattern: str | None, n: int) -> list[Place | None]:
    """For each place of the n-gram a test of what it may hold; None for any word."""
    parts = form_of(pattern).split() if pattern is not None else ["*"] * (n if n in LENGTHS else 0)
    if len(parts) not in LENGTHS:
        what = f"n={n!r}" if pattern is None else f"pattern={pattern!r} of {len(parts)} words"
        raise InputError(f"{what} is not possible; n-grams have 1 to {LENGTHS[-1]} words.")
    return [None if part == "*" else token_test(tokens, part) for part in parts]


class Runs(NamedTuple):
    """Where n-grams with the same gaps stand: first rows, and how far each word is from it."""

    starts: np.ndarray
    offsets: tuple[int, ...]


def _rows(runs: Sequence[Runs], place: int) -> np.ndarray:
    """Row of the word at a place of every n-gram."""
    return np.concatenate([one.starts + one.offsets[place] for one in runs])


def _offsets(n: int, skip: int) -> list[tuple[int, ...]]:
    """How far each word is from the first, with at most so many words left out."""
    gaps = itertools.product(range(skip + 1), repeat=n - 1)
    return [
        tuple(itertools.accumulate((gap + 1 for gap in own), initial=0))
        for own in gaps
        if sum(own) <= skip
    ]


def _find(
    tokens: pd.DataFrame,
    places: Sequence[Place | None],
    offsets: Sequence[tuple[int, ...]],
    chosen: np.ndarray | None = None,
) -> list[Runs]:
    """The n-grams that fit the places at these distances, with all words on chosen rows."""
    items, found = items_of(tokens), []
    for own in offsets:
        linked = _linked(tokens, own[-1] + 1)
        if chosen is not None:
            for offset in own:
                linked[: max(len(linked) - offset, 0)] &= chosen[offset:]
        rows = np.flatnonzero(linked)
        for offset, fits in zip(own, places, strict=True):
            rows = rows if fits is None else rows[fits(rows + offset)]
            rows = rows[items[rows + offset]] if IN_POS in tokens.columns else rows
        found.append(Runs(rows, own))
    return found


def _linked(tokens: pd.DataFrame, n: int) -> np.ndarray:
    """Mark the rows with which n words in a row begin, in one sentence of one document."""
    word = words_of(tokens)
    if n == 1:
        return word.copy()
    columns = [tokens["position"].to_numpy(), codes_of(tokens, "doc")]
    columns += [tokens["sentence"].to_numpy()] if "sentence" in tokens.columns else []
    starts = np.zeros(len(word), dtype=bool)
    for at in range(0, len(word) - 1, BLOCK):  # what the processor's cache holds
        here, behind = slice(at, min(at + BLOCK, len(word) - 1)), slice(at + 1, at + BLOCK + 1)
        np.logical_and(word[here], word[behind], out=starts[here])
        starts[here] &= columns[0][behind] - columns[0][here] == 1
        for column in columns[1:]:
            starts[here] &= column[here] == column[behind]
    linked = starts.copy() if n > 2 else starts
    for step in range(1, n - 1):
        starts[:-step] &= linked[step:]
        starts[-step:] = False
    return starts


class Opened(NamedTuple):
    """The tokens of a part, and which n-grams of them are counted."""

    tokens: pd.DataFrame
    names: pd.Index  # of the terms
    groups: Groups
    units: Units
    places: list[Place | None]
    offsets: list[tuple[int, ...]]
    words: np.ndarray  # of every unit


def _open(tokens: pd.DataFrame, asked: Any) -> Opened:
    """Read the tokens of a part."""
    require_choice(asked.skip, SKIPS, "skip")
    tokens = as_unit(coded(tokens, ("position",)), asked.unit, asked.pos)
    places = _places(tokens, asked.pattern, asked.n)
    groups = group_rows(tokens, asked.by, asked.documents)
    with_sentences = asked.confidence is not None and "sentence" in tokens.columns
    sentence = tokens["sentence"].to_numpy() if with_sentences else None
    units = units_of(codes_of(tokens, "doc"), sentence, groups.codes, len(groups.keys))
    names = tokens["term"].cat.categories
    words = _words_of_units(tokens, units)
    return Opened(tokens, names, groups, units, places, _offsets(len(places), asked.skip), words)


def _words_of_units(tokens: pd.DataFrame, units: Units) -> np.ndarray:
    """How many words each unit has."""
    code, is_word = units.code, words_of(tokens)
    index = table_index(tokens)
    in_order = len(code) and (code[1:] >= code[:-1]).all()  # one after the other: far faster
    if in_order and index is not None and units.over.tolist() == ["documents"]:
        return index.lengths
    if in_order:
        return np.add.reduceat(is_word, run_starts(code), dtype=np.int64)
    return np.bincount(code[is_word], minlength=len(units.owner))


def _count(opened: Opened, chosen: np.ndarray | None) -> Ngrams:
    """Count every distinct n-gram, of the words on chosen rows."""
    tokens, names, groups, units, places, offsets, words = opened
    runs = _find(tokens, places, offsets, chosen)
    n, n_groups = len(runs[0].offsets), len(units.over)
    codes = codes_of(tokens, "term")
    keys = [(codes, place) for place in range(n)] + [(units.code, 0)]
    sizes = [len(names)] * n + [len(units.owner)]
    if n_groups > 1:
        keys, sizes = [(groups.codes, 0), *keys], [n_groups, *sizes]
    columns, sums = _distinct(runs, keys, sizes, words)
    total, squares, cross, spread = sums
    group = columns[0] if n_groups > 1 else np.zeros(len(total), dtype=np.int64)
    cells = Cells(group, np.arange(len(total)), total, squares, cross, spread)
    terms = np.stack(columns[-n:], axis=1, dtype=np.int32, casting="same_kind")
    none = groups._replace(codes=groups.codes[:0])
    return Ngrams(none, names, terms, bases_of(words, units), cells)


def _distinct(
    runs: Sequence[Runs],
    keys: Sequence[tuple[np.ndarray, int]],
    sizes: Sequence[int],
    words: np.ndarray,
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Bring n-grams with equal keys together, the last of which is a unit, and add them up.

    A key is a column of the tokens and a place of the n-gram. Given are the other keys of each
    distinct set of them, and its Σc, Σc², Σcb and number of units.
    """
    widths = [max(size - 1, 0).bit_length() for size in sizes]
    if sum(widths) <= PACKED_BITS:
        rows = _packed(runs, keys, widths)
        rows.sort()
        known, *sums = _added_up(rows, widths[-1], words)
        return _unpack(known, widths[:-1]), sums
    # too wide for one integer: sort the row numbers instead, and number the sets
    columns = [_column(runs, key) for key in keys]
    order = sorted_order(columns, sizes)
    columns = [column[order] for column in columns]
    fresh = fresh_runs(*columns[:-1])
    rows = (np.cumsum(fresh) - 1) << widths[-1] | columns[-1]
    return [column[fresh] for column in columns[:-1]], _added_up(rows, widths[-1], words)[1:]


def _added_up(rows: np.ndarray, width: int, words: np.ndarray) -> list[np.ndarray]:
    """Of sorted numbers, whose last bits are a unit, each set of the other bits and its sums."""
    # What is found stands where the numbers stood, or in memory of which only the beginning is ever
    # touched: there are never more sets than numbers.
    found = [rows, *(np.empty(len(rows), dtype=np.int64) for _ in range(4))]
    begin = size = 0
    while begin < len(rows):  # in pieces of whole sets that the processor's cache holds
        end = begin + BLOCK
        if end < len(rows):
            rest, last = rows[begin:], rows[end] >> width
            end = begin + int(np.searchsorted(rest, last << width))
            if end == begin:  # a set that is larger
                end = begin + int(np.searchsorted(rest, (last + 1) << width))
        sums = _sums_of_sets(rows[begin:end], width, words)
        for column, part in zip(found, sums, strict=True):
            column[size : size + len(part)] = part
        begin, size = end, size + len(sums[0])
    return [column[:size] for column in found]


def _sums_of_sets(rows: np.ndarray, width: int, words: np.ndarray) -> list[np.ndarray]:
    """The sets of some rows, and their Σc, Σc², Σcb and number of units."""
    fresh = np.ones((2, len(rows) + 1), dtype=bool)  # where a cell begins, and where a set
    changed = rows[1:] ^ rows[:-1]
    np.not_equal(changed, 0, out=fresh[0, 1:-1])
    np.greater_equal(changed.view(np.uint64), np.uint64(1 << width), out=fresh[1, 1:-1])
    cells, begins = (np.flatnonzero(one) for one in fresh)
    times, total = cells[1:] - cells[:-1], begins[1:] - begins[:-1]
    cells = cells[:-1]
    first = np.flatnonzero(fresh[1].take(cells))
    base = words.take(rows.take(cells) & ((1 << width) - 1))
    base *= times
    times *= times
    sums = (np.add.reduceat(values, first) for values in (times, base))
    return [rows.take(begins[:-1]) >> width, total, *sums, run_lengths(first, len(cells))]


def _column(runs: Sequence[Runs], key: tuple[np.ndarray, int]) -> np.ndarray:
    """A key of every n-gram."""
    column, place = key
    return column[_rows(runs, place)]


def _packed(
    runs: Sequence[Runs], keys: Sequence[tuple[np.ndarray, int]], widths: Sequence[int]
) -> np.ndarray:
    """The keys of every n-gram as one integer."""
    packed, begin = np.empty(sum(len(one.starts) for one in runs), dtype=np.int64), 0
    for one in runs:
        for at in range(0, len(one.starts), BLOCK):  # what the processor's cache holds
            starts = one.starts[at : at + BLOCK]
            own = packed[begin : begin + len(starts)]
            first, last = int(starts[0]), int(starts[-1]) + 1
            dense = last - first <= 2 * len(starts)  # whole stretches are read faster
            key = np.empty(last - first, dtype=np.int64) if dense else own
            key[:] = 0
            for (column, place), width in zip(keys, widths, strict=True):
                key <<= width
                offset = one.offsets[place]
                key |= column[first + offset : last + offset] if dense else column[starts + offset]
            if dense:
                np.take(key, starts - first, out=own, mode="clip")
            begin += len(starts)
    return packed


def merge_ngrams(parts: Sequence[Ngrams]) -> Ngrams:
    """The n-grams of all parts together."""
    if len(parts) == 1 and parts[0].names.is_monotonic_increasing:
        return parts[0]
    names, places = merge_names([part.names for part in parts])
    order = np.argsort(names.to_numpy(dtype=object), kind="stable")
    names, rank = names[order], np.argsort(order)
    terms = np.concatenate(
        [rank[place][part.terms] for part, place in zip(parts, places, strict=True)]
    ).astype(np.int32)
    key = terms[:, 0].astype(np.int64)
    for column in terms.T[1:]:  # in the order of the terms
        if int(key.max(initial=0)) >= 2**62 // max(len(names), 1):
            key = np.unique(key, return_inverse=True)[1]
        key = key * len(names) + column
    _, first, item = np.unique(key, return_index=True, return_inverse=True)
    items = np.split(item, np.cumsum([len(part.terms) for part in parts])[:-1])
    groups, bases, cells = merge_sums([(p.groups, p.bases, p.cells) for p in parts], items)
    return Ngrams(groups, names, terms[first], bases, cells)


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


def _unpack(packed: np.ndarray, widths: Sequence[int]) -> list[np.ndarray]:
    """Take keys apart that were packed into one integer."""
    columns = []
    for width in reversed(widths):
        columns.append(packed & ((1 << width) - 1))
        packed = packed >> width
    return columns[::-1]


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
