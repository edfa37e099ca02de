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
    fresh_runs,
    items_of,
    rate_of,
    sorted_order,
    words_of,
)
from analysis.terms.estimate import Units, units_of
from analysis.terms.evidence import groups_of, in_group, layer_of, runs_of_tokens
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
from analysis.text.tokens import token_test

Place = Callable[[np.ndarray], np.ndarray]  # which rows of the tokens fit a place of the n-gram
LENGTHS = range(1, 6)
SKIPS = range(6)
FREQUENT = 8  # times the limit: how many words to look at first
MOST_CELLS = 20_000_000  # groups times terms, up to which rare terms are left out
PACKED_BITS = 63  # an n-gram, its group and document in one integer


def _of_ngram(corpus: Any, step: Mapping[str, Any], row: Mapping[str, Any]) -> pd.DataFrame:
    """The occurrences of a sequence of words."""
    names, terms = groups_of(step, row), row["ngram"].split(" ")
    if (step["params"].get("unit") or "term") == "term":
        corpus = corpus.holding([[[term] for term in terms]])
    tokens = coded(layer_of(corpus, step, names), ("position", "start", "end"))
    pattern = step["params"].get("pattern")
    runs = _find(tokens, _places(tokens, pattern, len(terms)), step["params"].get("skip") or 0)
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


def _likely_of_part(
    tokens: pd.DataFrame,
    *,
    n: int,
    pattern: str | None,
    skip: int,
    unit: str,
    pos: Pos | None,
    min_count: int,
    limit: int | None,
    by: str | Sequence[str] | None,
    documents: pd.DataFrame | None,
    confidence: float | None,
) -> Likely | None:
    """The terms of a part, and n-grams of the most frequent; None if all n-grams are asked for."""
    _check(min_count, limit)
    if limit is None and min_count <= 1:
        return None
    opened = _open(tokens, (n, pattern, skip), (unit, pos), (by, documents), confidence)
    size = (len(opened.groups.keys), len(opened.names))
    if size[0] * size[1] > MOST_CELLS:
        return None
    items, codes = items_of(opened.tokens), codes_of(opened.tokens, "term")
    cell = opened.groups.codes[items] * size[1] + codes[items]
    frequency = np.bincount(cell, minlength=size[0] * size[1]).reshape(size) * len(opened.runs)
    if limit is None:
        return Likely(frequency, _count(opened, np.zeros(len(codes), dtype=bool)), False)
    # No n-gram is more frequent than its rarest word, times the ways in which words may be left out
    # (Agrawal & Srikant 1994). The n-grams of the most frequent words come first: if enough of them
    # are as frequent as those words, no other can be. If not, their counts still say how frequent a
    # word must be; and so do, of several parts, the sums of what was found in each.
    least = np.array([_cut(own, FREQUENT * limit) for own in frequency])
    found = _count(opened, frequency[opened.groups.codes, codes] >= least[opened.groups.codes])
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


def _ngrams_of_part(
    tokens: pd.DataFrame,
    *,
    n: int,
    pattern: str | None,
    skip: int,
    unit: str,
    pos: Pos | None,
    by: str | Sequence[str] | None,
    documents: pd.DataFrame | None,
    confidence: float | None,
    known: Known | None,
) -> Ngrams:
    """Count the n-grams of a part that may be asked for."""
    if known is not None and known.found is not None:
        return known.found
    opened = _open(tokens, (n, pattern, skip), (unit, pos), (by, documents), confidence)
    if known is None:
        return _count(opened, None)
    _, (whole, own) = merge_groups([known.groups, opened.groups])
    group = np.empty(len(whole), dtype=np.int64)
    group[whole] = np.arange(len(whole))
    group = group[own]  # of the part's groups, in the corpus
    often = known.frequency >= known.least[:, None]
    place = known.names.get_indexer(opened.names)
    codes = codes_of(opened.tokens, "term")
    return _count(opened, often[np.ix_(group, place)][opened.groups.codes, codes])


def _ngram_rates(
    parts: Sequence[Ngrams],
    *,
    pattern: str | None,
    min_count: int,
    limit: int | None,
    per: float,
    confidence: float | None,
) -> pd.DataFrame:
    """The table of the n-grams of all parts."""
    whole = merge_ngrams(parts)
    labels, bases = whole.groups.labels, whole.bases
    cells = _choose(whole.cells, min_count, limit, len(labels))
    code = cells.group
    if not len(code):
        of = f"that fits {pattern!r} " if pattern is not None else ""
        say_empty(f"no n-gram {of}occurs {min_count} times or more")
    result = labels.take(code).reset_index(drop=True)
    result["ngram"] = join_words(whole.names, whole.terms[cells.item])
    result["count"], result["base"] = cells.total, bases.total[code]
    result["rate"] = rate_of(cells.total, result["base"].to_numpy(), per)
    over = bases.over == "documents"
    result["documents"] = np.where(over[code], cells.spread, np.minimum(cells.spread, 1))
    result["group_documents"] = bases.documents[code]
    result["rank"] = rank_of(code, cells.total)
    if confidence is not None:
        result = result.assign(**rate_intervals(cells, bases, confidence, per))
    return result


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


def _find(tokens: pd.DataFrame, places: Sequence[Place | None], skip: int) -> list[Runs]:
    """The n-grams that fit the places, with at most so many words left out."""
    items, found = items_of(tokens), []
    for gaps in itertools.product(range(skip + 1), repeat=len(places) - 1):
        if sum(gaps) > skip:
            continue
        offsets = (0, *np.cumsum(np.asarray(gaps, dtype=int) + 1).tolist())
        rows = np.flatnonzero(_linked(tokens, offsets[-1] + 1))
        for offset, fits in zip(offsets, places, strict=True):
            rows = rows if fits is None else rows[fits(rows + offset)]
            rows = rows[items[rows + offset]] if IN_POS in tokens.columns else rows
        found.append(Runs(rows, offsets))
    return found


def _linked(tokens: pd.DataFrame, n: int) -> np.ndarray:
    """Mark the rows with which n words in a row begin, in one sentence of one document."""
    word = words_of(tokens)
    if n == 1:
        return word
    position = tokens["position"].to_numpy()
    linked = word[1:] & word[:-1] & (np.diff(position) == 1)
    for name in ("doc", "sentence"):
        if name in tokens.columns:
            column = codes_of(tokens, name) if name == "doc" else tokens[name].to_numpy()
            linked &= column[1:] == column[:-1]
    length = max(len(linked) - n + 2, 0)
    starts = np.zeros(len(tokens), dtype=bool)
    starts[:length] = linked[:length]
    for step in range(1, n - 1):
        starts[:length] &= linked[step : step + length]
    return starts


class Opened(NamedTuple):
    """The tokens of a part, and where its n-grams stand."""

    tokens: pd.DataFrame
    names: pd.Index  # of the terms
    groups: Groups
    units: Units
    runs: list[Runs]


def _open(
    tokens: pd.DataFrame,
    ngram: tuple[int, str | None, int],
    unit: tuple[str, Pos | None],
    by: tuple[str | Sequence[str] | None, pd.DataFrame | None],
    confidence: float | None,
) -> Opened:
    """Find the n-grams of a part."""
    n, pattern, skip = ngram
    require_choice(skip, SKIPS, "skip")
    tokens = as_unit(coded(tokens, ("position",)), *unit)
    places = _places(tokens, pattern, n)
    groups = group_rows(tokens, *by)
    with_sentences = confidence is not None and "sentence" in tokens.columns
    sentence = tokens["sentence"].to_numpy() if with_sentences else None
    units = units_of(codes_of(tokens, "doc"), sentence, groups.codes, len(groups.keys))
    names = tokens["term"].cat.categories
    return Opened(tokens, names, groups, units, _find(tokens, places, skip))


def _count(opened: Opened, chosen: np.ndarray | None) -> Ngrams:
    """Count every distinct n-gram, of the words on chosen rows."""
    tokens, names, groups, units, runs = opened
    runs = runs if chosen is None else [_among(one, chosen) for one in runs]
    n, n_groups, first = len(runs[0].offsets), len(units.over), _rows(runs, 0)
    codes = codes_of(tokens, "term")
    keys = [codes[_rows(runs, place)] for place in range(n)] + [units.code[first]]
    sizes = [len(names)] * n + [len(units.owner)]
    if n_groups > 1:
        keys, sizes = [groups.codes[first], *keys], [n_groups, *sizes]
    columns, unit, cells, first, count = _distinct(keys, sizes)
    words = np.bincount(units.code[words_of(tokens)], minlength=len(units.owner))
    ends = np.append(first, len(cells))
    squares, cross = (
        np.diff(np.append(0, np.cumsum(part))[ends]) for part in (count**2, count * words[unit])
    )
    total = np.diff(np.append(0, np.cumsum(count))[ends])
    group = columns[0] if n_groups > 1 else np.zeros(len(first), dtype=np.int64)
    items = np.arange(len(first))
    sums = Cells(group, items, total, squares, cross, np.diff(ends))
    terms = np.stack(columns[-n:], axis=1).astype(np.int32)
    none = groups._replace(codes=groups.codes[:0])
    return Ngrams(none, names, terms, bases_of(words, units), sums)


def _distinct(
    keys: list[np.ndarray], sizes: Sequence[int]
) -> tuple[list[np.ndarray], np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Bring rows with equal keys together, the last of which is a unit.

    The other keys of each distinct set of them; the unit of each distinct row, where it begins, and
    how often it occurs; and with which of these a set of the other keys begins.
    """
    widths = [max(size - 1, 0).bit_length() for size in sizes]
    if sum(widths) <= PACKED_BITS:
        rows = keys[0].astype(np.int64)
        for key, width in zip(keys[1:], widths[1:], strict=True):
            rows <<= width
            rows |= key
        rows.sort()
        cells = np.flatnonzero(fresh_runs(rows))
        own = rows[cells]
        sets = own >> widths[-1]
        first = np.flatnonzero(fresh_runs(sets))
        columns, unit = _unpack(sets[first], widths[:-1]), own & ((1 << widths[-1]) - 1)
    else:  # too wide for one integer: sort the row numbers instead
        order = sorted_order(keys, sizes)
        keys = [key[order] for key in keys]
        cells = np.flatnonzero(fresh_runs(*keys))
        keys = [key[cells] for key in keys]
        first = np.flatnonzero(fresh_runs(*keys[:-1]))
        columns, unit, rows = [key[first] for key in keys[:-1]], keys[-1], order
    return columns, unit, cells, first, np.diff(np.append(cells, len(rows)))


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
        if int(key.max(initial=0)) >= 2**62 // len(names):
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


def _among(runs: Runs, chosen: np.ndarray) -> Runs:
    """The n-grams all of whose words are on chosen rows."""
    kept = chosen[runs.starts]
    for offset in runs.offsets[1:]:
        kept &= chosen[offset:][runs.starts]
    return Runs(runs.starts[kept], runs.offsets)


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
    less = cells.total.max(initial=0) - cells.total
    cells = cells.take(sorted_order([cells.group, less], [n_groups, int(less.max(initial=0)) + 1]))
    if limit is None:
        return cells
    place = np.arange(len(less)) - np.searchsorted(cells.group, cells.group)
    return cells.take(place < limit)
