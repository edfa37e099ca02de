"""Sequences of one to five words."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.tables import InputError, group_codes, measure
from analysis.terms.counting import (
    Hits,
    base_of,
    coded,
    codes_of,
    fresh_runs,
    rank_of,
    rate_of,
    sorted_order,
    sorted_packed,
    tally,
    words_of,
)
from analysis.terms.evidence import groups_of, in_group, layer_of, runs_of_tokens
from analysis.text.scanner import form_of
from analysis.text.tokens import token_test

Place = Callable[[np.ndarray], np.ndarray]  # which rows of the tokens fit a place of the n-gram
LENGTHS = range(1, 6)
FREQUENT = 8  # times the limit: how many words to look at first
PACKED_BITS = 63  # an n-gram, its group and document in one integer


def _of_ngram(corpus: Any, step: Mapping[str, Any], row: Mapping[str, Any]) -> pd.DataFrame:
    """The occurrences of a sequence of words."""
    names = groups_of(step, row)
    tokens = coded(layer_of(corpus, step, names), ("position", "start", "end"))
    terms = row["ngram"].split(" ")
    pattern = step["params"].get("pattern")
    first = _find(tokens, _places(tokens, pattern, len(terms)))
    vocabulary = tokens["term"].cat.categories
    for place, code in enumerate(vocabulary.get_indexer(pd.Index(terms, dtype=object))):
        first = first[codes_of(tokens, "term")[first + place] == code]
    kept = in_group(tokens, names, row, corpus.documents)[first]
    return runs_of_tokens(tokens, first[kept], len(terms))


@measure("tokens", evidence=_of_ngram)
def count_ngrams(
    corpus: pd.DataFrame,
    *,
    n: int = 2,
    pattern: str | None = None,
    min_count: int = 1,
    limit: int | None = None,
    by: str | Sequence[str] | None = None,
    documents: pd.DataFrame | None = None,
    per: float = 1000,
    confidence: float | None = None,
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
    confidence : float, optional
        Coverage of bootstrap intervals, as in `count_terms`. Default: none are computed; with all
        the n-grams of a large corpus they would take minutes.

    Returns
    -------
    pandas.DataFrame
        One row per group and n-gram, ordered by group, count (descending) and name: the columns of
        `by`; `ngram` (its terms separated by spaces); `count`; `base` (words of the group); `rate`
        (per `per` words); `documents` (of the group, that have it); `rank` (1 is the most frequent
        in the group, ties share the smallest); with `confidence` also `low`, `high` (of the rate)
        and `interval` (the method).

    Raises
    ------
    InputError
        If `n` or the length of the pattern is not 1 to 5, `min_count`, `limit` or `per` is not
        above 0, or `confidence` is not between 0 and 1.

    Notes
    -----
    An n-gram lies within one sentence (where sentences are numbered) and crosses no
    punctuation. The base is words, as for single terms, not the number of possible n-grams,
    so rates of different n stand on the same footing. Frequent n-grams are mostly grammar ("of
    the"), and a longer one always carries its parts with it: the counts of "special military
    operation" and "military operation" are not independent.

    Examples
    --------
    >>> from analysis.text.tokens import tokenize
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["Peace talks, peace plans; peace talks."]})
    >>> count_ngrams(tokenize(texts), pattern="peace *")[["ngram", "count", "base"]]
             ngram  count  base
    0  peace talks      2     6
    1  peace plans      1     6
    """
    _check(per, min_count, limit)
    tokens = coded(corpus, ("position",))
    places = _places(tokens, pattern, n)
    group, labels = group_codes(tokens, by, documents)
    starts = _find(tokens, places)
    if limit is not None and len(labels) == 1:
        found = _count_frequent(tokens, starts, len(places), group, limit)
    else:
        found = _count(tokens, starts, len(places), group, len(labels))
    found = _choose(found, min_count, limit, len(labels))
    code = found["group"]
    result = labels.take(code).reset_index(drop=True)
    result["ngram"] = pd.Series(_spell(tokens, found["terms"]), dtype="str")
    result["count"], result["base"] = found["count"], base_of(tokens, group, len(labels))[code]
    result["rate"] = rate_of(found["count"], result["base"].to_numpy(), per)
    result["documents"], result["rank"] = found["documents"], found["rank"]
    if confidence is not None:
        hits = _hits(tokens, starts, found["terms"])
        bounds = tally(
            tokens, hits, (group, labels), per=per, confidence=confidence, zeros=False
        ).rename(columns={"term": "ngram"})
        keys = [*labels.columns, "ngram"]
        result = result.merge(bounds[[*keys, "low", "high", "interval"]], on=keys, how="left")
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


def _find(tokens: pd.DataFrame, places: Sequence[Place | None]) -> np.ndarray:
    """Rows at which an n-gram begins that fits the places."""
    good = words_of(tokens)
    if len(places) > 1:
        good = _linked(tokens, len(places))
    rows = np.flatnonzero(good)
    for place, fits in enumerate(places):
        if fits is not None:
            rows = rows[fits(rows + place)]
    return rows


def _linked(tokens: pd.DataFrame, n: int) -> np.ndarray:
    """Mark the rows with which n words in a row begin, in one sentence of one document."""
    word = words_of(tokens)
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
    tokens: pd.DataFrame, starts: np.ndarray, n: int, group: np.ndarray, n_groups: int
) -> dict[str, np.ndarray]:
    """Group, terms, count and documents of every distinct n-gram, by group and then by name."""
    codes, doc = codes_of(tokens, "term"), codes_of(tokens, "doc")
    vocabulary, docs = (len(tokens[name].cat.categories) for name in ("term", "doc"))
    keys = [codes[place:][starts] for place in range(n)] + [doc[starts]]
    sizes = [vocabulary] * n + [docs]
    if n_groups > 1:
        keys, sizes = [group[starts], *keys], [n_groups, *sizes]
    widths = [max(size - 1, 0).bit_length() for size in sizes]
    if sum(widths) <= PACKED_BITS:
        rows = sorted_packed(keys, widths)
        fresh, apart = fresh_runs(rows >> widths[-1]), fresh_runs(rows)
        columns = _unpack(rows[fresh], widths)
    else:  # too wide for one integer: sort the row numbers instead, in about twice the time
        order = sorted_order(keys, sizes)
        keys = [key[order] for key in keys]
        fresh, apart = fresh_runs(*keys[:-1]), fresh_runs(*keys)
        columns = [key[fresh] for key in keys]
    first = np.flatnonzero(fresh)
    seen = np.append(np.cumsum(apart)[first], np.count_nonzero(apart) + 1)
    return {
        "group": columns[0] if n_groups > 1 else np.zeros(len(first), dtype=np.int64),
        "terms": np.stack(columns[-n - 1 : -1], axis=1),
        "count": np.diff(np.append(first, len(fresh))),
        "documents": np.diff(seen),
    }


def _count_frequent(
    tokens: pd.DataFrame, starts: np.ndarray, n: int, group: np.ndarray, limit: int
) -> dict[str, np.ndarray]:
    """As `_count`, without many of the n-grams that are not among the first."""
    # No n-gram is more frequent than its rarest word (Agrawal & Srikant 1994). The n-grams of the
    # most frequent words come first: if enough of them are as frequent as those words, no other can
    # be. If not, their counts still say how frequent a word must be.
    codes = codes_of(tokens, "term")
    frequency = np.bincount(codes)
    least = _cut(frequency, FREQUENT * limit)
    while True:
        often = (frequency >= least)[codes]
        kept = often[starts]
        for place in range(1, n):
            kept &= often[place:][starts]
        found = _count(tokens, starts[kept], n, group, 1)
        reached = _cut(found["count"], limit)
        if reached >= least or least == 0:
            return found
        least = reached


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


def _hits(tokens: pd.DataFrame, starts: np.ndarray, terms: np.ndarray) -> Hits:
    """Where the chosen n-grams begin; `terms` are the codes of their terms (n-grams × n)."""
    codes, n = codes_of(tokens, "term"), terms.shape[1]
    for place in range(n):
        table = np.zeros(len(tokens["term"].cat.categories), dtype=bool)
        table[terms[:, place]] = True
        starts = starts[table[codes[place:][starts]]]
    found = np.stack([codes[place:][starts] for place in range(n)], axis=1)
    items, code = np.unique(np.concatenate([terms, found]), axis=0, return_inverse=True)
    code = code.ravel()
    chosen = np.zeros(len(items), dtype=bool)
    chosen[code[: len(terms)]] = True
    kept = chosen[code[len(terms) :]]
    names = pd.Index(_spell(tokens, items), dtype=object)
    return Hits(names, starts[kept], code[len(terms) :][kept], np.full(np.count_nonzero(kept), n))


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
