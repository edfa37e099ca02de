"""Lexical diversity: how many different words a text uses for its length."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import gammaln

from analysis import wording
from analysis.tables import (
    Derived,
    Groups,
    InputError,
    Parts,
    group_rows,
    in_parts,
    measure,
    merge_groups,
)
from analysis.terms.counting import coded, codes_of, sorted_order, words_of
from analysis.terms.estimate import units_of
from analysis.terms.readability import mean_table, sentences_of

LIMITS = {  # between what the values of each measure lie
    "MATTR": (0.0, 1.0),
    "MTLD": (1.0, np.inf),
    "HD-D": (0.0, 1.0),
    "Yule's K": (0.0, 1e4),
    "TTR (falls with length)": (0.0, 1.0),
}
WINDOW = 50  # words; the values of documents are kept for this one
DRAWS = 42  # McCarthy and Jarvis 2007
LONGEST = 200  # documents: fewer are quicker to read one by one than side by side
FACTOR = 0.72  # McCarthy and Jarvis 2010: a factor is complete where the ratio is at most this


class _Scores(NamedTuple):
    """The texts of a part in each of its groups, and the measures of those that are long enough."""

    groups: Groups
    owner: np.ndarray  # group of every text
    size: np.ndarray  # its words
    docs: np.ndarray  # its id
    scores: np.ndarray  # texts × measures; NaN for one that is too short


def _scores_of_part(
    tokens: pd.DataFrame,
    *,
    window: int,
    by: str | Sequence[str] | None,
    documents: pd.DataFrame | None,
) -> _Scores:
    """Score the texts of a part."""
    _require_window(window)
    tokens = coded(tokens)
    groups = group_rows(tokens, by, documents)
    words = words_of(tokens)
    doc, term = codes_of(tokens, "doc")[words], codes_of(tokens, "term")[words]
    units = units_of(doc, None, groups.codes[words], len(groups.keys))
    size = np.bincount(units.code, minlength=len(units.owner))
    own = np.zeros(len(size), dtype=np.int64)
    own[units.code] = doc
    values, fit = np.full((len(size), len(LIMITS)), np.nan), size >= window
    if fit.any():
        values[fit] = _score(units.code, term, fit, int(window)).T
    docs = tokens["doc"].cat.categories.take(own).to_numpy(dtype=object)
    return _Scores(groups._replace(codes=own[:0]), units.owner, size, docs, values)


def _score_documents(tokens: pd.DataFrame) -> pd.DataFrame:
    """The words and the values of each document of a part that has words."""
    found = _scores_of_part(tokens, window=WINDOW, by=None, documents=None)
    doc = pd.Categorical(found.docs, tokens["doc"].cat.categories)
    values = dict(zip(LIMITS, found.scores.T, strict=True))
    return pd.DataFrame({"doc": doc, "words": found.size, **values})


def _scores_of_documents(
    table: pd.DataFrame, *, window: int, by: str | Sequence[str] | None, documents: pd.DataFrame
) -> _Scores:
    """The texts of a part whose values are known, in each of its groups."""
    _require_window(window)
    groups = group_rows(table, by, documents)
    docs, values = table["doc"].to_numpy(dtype=object), table[list(LIMITS)].to_numpy()
    owner, size = groups.codes, table["words"].to_numpy()
    return _Scores(groups._replace(codes=owner[:0]), owner, size, docs, values)


def _require_window(window: Any) -> None:
    """Refuse a window that is no whole number, or is shorter than HD-D draws."""
    if isinstance(window, bool) or not isinstance(window, int | np.integer) or window < DRAWS:
        raise InputError(f"window={window!r} is not possible; give a whole number from {DRAWS} on.")


def _means(parts: Sequence[_Scores], *, window: int, confidence: float | None) -> pd.DataFrame:
    """The means of the texts of all parts."""
    groups, recodes = merge_groups([part.groups for part in parts])
    owner = np.concatenate([code[part.owner] for part, code in zip(parts, recodes, strict=True)])
    order = np.argsort(owner, kind="stable")
    owner = owner[order]
    size, docs, values = (
        np.concatenate([part[column] for part in parts])[order] for column in (2, 3, 4)
    )
    fit = size >= window
    if not fit.any():
        longest = int(size.max(initial=0))
        raise InputError(
            f"No document has {window} words (the longest has {longest}); diversity needs longer"
            " texts, or a smaller window=."
        )
    n_groups = len(groups.keys)
    beside = {
        "base": np.bincount(owner[fit], size[fit], minlength=n_groups).astype(int),
        "documents": np.bincount(owner[fit], minlength=n_groups),
        "too_short": _left_out(docs[~fit], owner[~fit], n_groups),
    }
    result = mean_table(groups.labels, LIMITS, values[fit], owner[fit], beside, confidence)
    result["too_short"] = result["too_short"].astype("str")
    if confidence is None:
        return result
    few = result["documents"].eq(0) & result["too_short"].ne("")
    result.loc[few, "interval"] = f"none: fewer than {window} words in each document"
    return result


_KEPT = Derived("diversity", _score_documents, _scores_of_documents, {"window": WINDOW})


@measure("tokens", evidence=sentences_of, parts=Parts(_scores_of_part, _means, derived=_KEPT))
def score_diversity(
    corpus: pd.DataFrame,
    *,
    window: int = WINDOW,
    by: str | Sequence[str] | None = None,
    documents: pd.DataFrame | None = None,
    confidence: float | None = 0.95,
) -> pd.DataFrame:
    """Score how varied the words of the documents are, averaged over groups, with intervals.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        A corpus, or its tokens.
    window : int
        Words of the moving window, at least 42; shorter documents are left out of every mean.
    by : str or sequence of str, optional
        Columns of the tokens or `documents` to group by; ``by="doc"`` gives each document's own
        values. Default: the corpus is one group.
    documents : pandas.DataFrame, optional
        The documents table, for a column of `by` that is there.
    confidence : float or None
        Coverage of the intervals; None leaves them out.

    Returns
    -------
    pandas.DataFrame
        One row per group and measure, by group, then in this order: the columns of `by`;
        `measure`: "MATTR", "HD-D" (0 to 1), "MTLD" (words), "Yule's K" (0 … 10,000; high where
        few words do most of the work), "TTR (falls with length)" (0 to 1); `value` (mean of the
        documents' values; NaN where all are too short); `base` (words of these); `documents`
        (averaged); `too_short` (the ids of those left out: all up to eight, then how many more);
        `low`, `high`, `interval`.

    Raises
    ------
    InputError
        If no document has `window` words, `window` is no whole number from 42 on, or a column is
        missing.

    Notes
    -----
    With V different terms among N words of a document, fᵢ of the i-th: MATTR (Covington and
    McFall 2010) is the mean of V/N over all windows of so many words; MTLD (McCarthy and Jarvis
    2010) is N over the number of factors, runs of words that end where V/N ≤ 0.72, an unfinished
    one counting as (1 − V/N) / 0.28, averaged over both directions; HD-D (McCarthy and Jarvis
    2007) is Σᵢ P(term i is among 42 words drawn) / 42; Yule's K (1944) is 10⁴ (Σᵢ fᵢ² − N) / N².
    TTR is V/N, for comparison only: it falls with a text's length, whoever writes it.
    Terms are lower-cased word forms, a possessive is its noun: *war* and *war's* are one, *wars*
    is another.

    Each document counts once, whatever its length. The interval is ± t · standard error of the
    documents' values; none with fewer than three.

    A varied text is not a better one. Diversity depends on topic and genre (lists of names raise
    it, a focus on one matter lowers it), and on length: MTLD and Yule's K drift less than TTR,
    but compare texts of like length. `window` words are a short text for all of them.

    Examples
    --------
    >>> from analysis.text.tokens import tokenize
    >>> texts = pd.DataFrame({"doc": ["a", "b"], "text": ["War and peace. " * 20, "Too short."]})
    >>> scores = score_diversity(tokenize(texts), confidence=None)
    >>> scores[["measure", "value", "documents", "too_short"]].head(3).round(3)
      measure  value  documents too_short
    0   MATTR  0.060          1         b
    1    MTLD  5.000          1         b
    2    HD-D  0.071          1         b
    """
    in_parts()


def _left_out(docs: np.ndarray, owner: np.ndarray, n_groups: int) -> np.ndarray:
    """The names of each group's documents that are too short, in words."""
    ends = np.searchsorted(owner, np.arange(1, n_groups))
    names = [[str(doc) for doc in own] for own in np.split(docs, ends)]
    return np.array([wording.listing(own, width=60) for own in names], dtype=object)


def _score(unit: np.ndarray, term: np.ndarray, fit: np.ndarray, window: int) -> np.ndarray:
    """The measures of every document that is long enough, shape (measures, documents)."""
    order = np.argsort(unit, kind="stable")
    order = order[fit[unit[order]]]
    unit = (np.cumsum(fit) - 1)[unit[order]]
    term = term[order]
    size = np.bincount(unit)
    start = np.cumsum(size) - size
    place = np.arange(len(unit)) - start[unit]
    same = sorted_order([unit, term], [len(size), int(term.max()) + 1])
    again = np.zeros(len(unit), dtype=bool)  # in the order of `same`: as the word before it
    again[1:] = (unit[same][1:] == unit[same][:-1]) & (term[same][1:] == term[same][:-1])
    before = np.full(len(unit), -1, dtype=np.int64)  # where a word stood last; −1: nowhere
    before[same[1:][again[1:]]] = place[same[:-1][again[1:]]]
    first = np.flatnonzero(~again)
    count = np.diff(np.append(first, len(unit)))
    owner = unit[same][first]
    types = np.bincount(owner)
    squares = np.bincount(owner, count.astype(np.float64) ** 2)
    return np.array(
        [
            moving_ratio(unit, place, before, size, window),
            _mtld_of_each(term, place, before, start, size),
            np.bincount(owner, _drawn(count, size[owner])) / DRAWS,
            1e4 * (squares - size) / size.astype(np.float64) ** 2,
            types / size,
        ]
    )


def moving_ratio(
    unit: np.ndarray, place: np.ndarray, before: np.ndarray, size: np.ndarray, window: int
) -> np.ndarray:
    """MATTR: types per word, averaged over all windows of each document."""
    # A word adds a type to the windows that hold it but not its last occurrence before
    last = np.minimum(place, (size - window)[unit])
    first = np.maximum(np.maximum(place - window, before), -1)
    windows = np.maximum(last - first, 0)
    return np.bincount(unit, windows) / ((size - window + 1) * float(window))


def _mtld_of_each(
    term: np.ndarray, place: np.ndarray, before: np.ndarray, start: np.ndarray, size: np.ndarray
) -> np.ndarray:
    """MTLD of every document: of the longest one by one, of the others side by side."""
    order = np.argsort(-size, kind="stable")
    values = np.empty(len(size))
    for doc in order[:LONGEST].tolist():
        values[doc] = mtld(term[start[doc] : start[doc] + size[doc]].tolist())
    docs = order[LONGEST:]
    if len(docs):
        end = np.repeat(size, size) - 1
        behind = np.arange(len(place)) - place + end - place  # the word as far from the end
        after = np.full(len(place), -1, dtype=np.int64)  # as `before`, read from the end
        again = np.flatnonzero(before >= 0)
        after[again - place[again] + before[again]] = (end - place)[again]
        forth, back = (
            _mean_factors(places, start[docs], size[docs]) for places in (before, after[behind])
        )
        values[docs] = (forth + back) / 2
    return values


def _mean_factors(before: np.ndarray, start: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Words per factor of documents by falling size, of whose words it is known where each was."""
    # a word is new in a factor if it stood last before the factor's first word
    factors, ratio = np.zeros(len(size)), np.ones(len(size))
    first, types = np.zeros((2, len(size)), dtype=np.int64)
    for word in range(int(size[0])):
        some = slice(0, int(np.searchsorted(-size, -word)))
        types[some] += before[start[some] + word] < first[some]
        ratio[some] = types[some] / (word + 1 - first[some])
        full = np.flatnonzero(ratio[some] <= FACTOR)
        factors[full] += 1
        first[full], types[full] = word + 1, 0
    factors += np.where(size > first, (1 - ratio) / (1 - FACTOR), 0)
    return np.divide(size, factors, out=size.astype(np.float64), where=factors > 0)


def mtld(words: Sequence[Any]) -> float:
    """MTLD of the words of a text, the mean of both directions."""
    return (_mean_factor(words) + _mean_factor(words[::-1])) / 2


def _mean_factor(words: Sequence[Any]) -> float:
    """Words per factor from the first word to the last."""
    factors, seen, length, ratio = 0.0, set(), 0, 1.0
    for word in words:
        length += 1
        seen.add(word)
        ratio = len(seen) / length
        if ratio <= FACTOR:
            factors, seen, length = factors + 1, set(), 0
    factors += (1 - ratio) / (1 - FACTOR) if length else 0
    return len(words) / factors if factors else float(len(words))


def _drawn(count: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Chance that a word of so many occurrences is among 42 drawn without replacement."""
    rest = (size - count).astype(np.float64)
    with np.errstate(invalid="ignore"):
        missing = gammaln(rest + 1) - gammaln(rest - DRAWS + 1)
        missing = missing - gammaln(size + 1.0) + gammaln(size - DRAWS + 1.0)
    return np.where(rest >= DRAWS, 1 - np.exp(missing), 1.0)
