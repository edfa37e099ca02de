"""Sequences of one to five words."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.tables import InputError, group_codes, measure, require_choice, say_empty
from analysis.terms.counting import (
    base_of,
    coded,
    codes_of,
    fresh_runs,
    items_of,
    rate_of,
    sorted_order,
    sorted_packed,
    words_of,
)
from analysis.terms.estimate import Units, units_of
from analysis.terms.evidence import groups_of, in_group, layer_of, runs_of_tokens
from analysis.terms.tally import Cells, bases_of, rank_of, rate_intervals
from analysis.terms.units import Pos, as_unit
from analysis.text.forms import form_of
from analysis.text.index import IN_POS
from analysis.text.tokens import token_test

Place = Callable[[np.ndarray], np.ndarray]  # which rows of the tokens fit a place of the n-gram
LENGTHS = range(1, 6)
SKIPS = range(6)
FREQUENT = 8  # times the limit: how many words to look at first
PACKED_BITS = 63  # an n-gram, its group and document in one integer


def _of_ngram(corpus: Any, step: Mapping[str, Any], row: Mapping[str, Any]) -> pd.DataFrame:
    """The occurrences of a sequence of words."""
    names = groups_of(step, row)
    tokens = coded(layer_of(corpus, step, names), ("position", "start", "end"))
    terms = row["ngram"].split(" ")
    pattern = step["params"].get("pattern")
    runs = _find(tokens, _places(tokens, pattern, len(terms)), step["params"].get("skip") or 0)
    rows = [_rows(runs, place) for place in range(len(terms))]
    codes = tokens["term"].cat.categories.get_indexer(pd.Index(terms, dtype=object))
    kept = in_group(tokens, names, row, corpus.documents)[rows[0]]
    for place, code in zip(rows, codes, strict=True):
        kept &= codes_of(tokens, "term")[place] == code
    first, last = rows[0][kept], rows[-1][kept]
    return runs_of_tokens(tokens, first, last - first + 1)


@measure("tokens", evidence=_of_ngram)
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
    _check(per, min_count, limit)
    require_choice(skip, SKIPS, "skip")
    tokens = as_unit(coded(corpus, ("position",)), unit, pos)
    places = _places(tokens, pattern, n)
    group, labels = group_codes(tokens, by, documents)
    runs = _find(tokens, places, skip)
    with_sentences = confidence is not None and "sentence" in tokens.columns
    sentence = tokens["sentence"].to_numpy() if with_sentences else None
    units = units_of(codes_of(tokens, "doc"), sentence, group, len(labels))
    if limit is not None and len(labels) == 1:
        found = _count_frequent(tokens, runs, len(places), (group, units), limit)
    else:
        found = _count(tokens, runs, len(places), (group, units))
    found = _choose(found, min_count, limit, len(labels))
    code = found["group"]
    if not len(code):
        of = f"that fits {pattern!r} " if pattern is not None else ""
        say_empty(f"no n-gram {of}occurs {min_count} times or more")
    result = labels.take(code).reset_index(drop=True)
    result["ngram"] = pd.Series(_spell(tokens, found["terms"]), dtype="str")
    result["count"], result["base"] = found["count"], base_of(tokens, group, len(labels))[code]
    result["rate"] = rate_of(found["count"], result["base"].to_numpy(), per)
    over = units.over[code]
    alone = np.minimum(found["spread"], 1)
    result["documents"] = np.where(over == "documents", found["spread"], alone)
    result["group_documents"], result["rank"] = units.documents[code], found["rank"]
    if confidence is not None:
        sums = (found[name] for name in ("count", "total2", "cross", "spread"))
        words = np.bincount(units.code[words_of(tokens)], minlength=len(units.owner))
        cells = Cells(code, code, *sums)
        result = result.assign(**rate_intervals(cells, bases_of(words, units), confidence, per))
    return result


def _check(per: float, min_count: int, limit: int | None) -> None:
    for name, value in {"per": per, "min_count": min_count, "limit": limit}.items():
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


def _count(
    tokens: pd.DataFrame, runs: Sequence[Runs], n: int, groups: tuple[np.ndarray, Units]
) -> dict[str, np.ndarray]:
    """Group, terms, count and spread of every distinct n-gram, by group and then by name."""
    group, units = groups
    n_groups, first = len(units.over), _rows(runs, 0)
    codes, vocabulary = codes_of(tokens, "term"), len(tokens["term"].cat.categories)
    keys = [codes[_rows(runs, place)] for place in range(n)] + [units.code[first]]
    sizes = [vocabulary] * n + [len(units.owner)]
    if n_groups > 1:
        keys, sizes = [group[first], *keys], [n_groups, *sizes]
    widths = [max(size - 1, 0).bit_length() for size in sizes]
    if sum(widths) <= PACKED_BITS:
        rows = sorted_packed(keys, widths)
        fresh, apart = fresh_runs(rows >> widths[-1]), fresh_runs(rows)
        columns, unit = _unpack(rows[fresh], widths), rows[apart] & ((1 << widths[-1]) - 1)
    else:  # too wide for one integer: sort the row numbers instead, in about twice the time
        order = sorted_order(keys, sizes)
        keys = [key[order] for key in keys]
        fresh, apart = fresh_runs(*keys[:-1]), fresh_runs(*keys)
        columns, unit = [key[fresh] for key in keys], keys[-1][apart]
    first, cells = np.flatnonzero(fresh), np.flatnonzero(apart)
    base = np.bincount(units.code[words_of(tokens)], minlength=len(units.owner))
    count = np.diff(np.append(cells, len(fresh)))  # of an n-gram in a unit
    begin = np.searchsorted(cells, first)
    sums = [
        np.add.reduceat(part, begin) if len(begin) else part
        for part in (count**2, count * base[unit])
    ]
    return {
        "group": columns[0] if n_groups > 1 else np.zeros(len(first), dtype=np.int64),
        "terms": np.stack(columns[-n - 1 : -1], axis=1),
        "count": np.diff(np.append(first, len(fresh))),
        "spread": np.diff(np.append(begin, len(cells))),
        "total2": sums[0],
        "cross": sums[1],
    }


def _count_frequent(
    tokens: pd.DataFrame, runs: Sequence[Runs], n: int, groups: tuple[np.ndarray, Units], limit: int
) -> dict[str, np.ndarray]:
    """As `_count`, without many of the n-grams that are not among the first."""
    # No n-gram is more frequent than its rarest word, times the ways in which words may be left out
    # (Agrawal & Srikant 1994). The n-grams of the
    # most frequent words come first: if enough of them are as frequent as those words, no other can
    # be. If not, their counts still say how frequent a word must be.
    codes = codes_of(tokens, "term")
    frequency = np.bincount(codes) * len(runs)
    least = _cut(frequency, FREQUENT * limit)
    while True:
        often = (frequency >= least)[codes]
        found = _count(tokens, [_among(one, often) for one in runs], n, groups)
        reached = _cut(found["count"], limit)
        if reached >= least or least == 0:
            return found
        least = reached


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


def _choose(
    found: dict[str, np.ndarray], min_count: int, limit: int | None, n_groups: int
) -> dict[str, np.ndarray]:
    """Sort by group, falling count and name, rank, and keep what was asked for."""
    kept = found["count"] >= min_count
    if limit is not None:
        ends = np.searchsorted(found["group"], np.arange(n_groups + 1))
        for start, end in itertools.pairwise(ends):
            count = found["count"][start:end]
            kept[start:end] &= count >= _cut(count, limit)  # spare the sort what cannot be first
    found = {name: column[kept] for name, column in found.items()}
    less = found["count"].max(initial=0) - found["count"]
    order = sorted_order([found["group"], less], [n_groups, int(less.max(initial=0)) + 1])
    found = {name: column[order] for name, column in found.items()}
    found["rank"] = rank_of(found["group"], found["count"])
    if limit is None:
        return found
    place = np.arange(len(order)) - np.searchsorted(found["group"], found["group"])
    return {name: column[place < limit] for name, column in found.items()}


def _spell(tokens: pd.DataFrame, codes: np.ndarray) -> np.ndarray:
    """N-grams as text, from the codes of their terms (n-grams × n)."""
    terms = tokens["term"].cat.categories.to_numpy(dtype=object)
    text = terms[codes[:, 0]]
    if codes.shape[1] > 1:
        # a space before every term of the vocabulary once, if that is less than once per n-gram
        spaced = " " + terms if len(terms) < len(codes) else None
        for place in range(1, codes.shape[1]):
            column = codes[:, place]
            text = text + (" " + terms[column] if spaced is None else spaced[column])
    return text
