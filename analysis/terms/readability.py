"""Readability, sentence length and lexical density: ratios of what a text has."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

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
from analysis.terms.counting import coded, codes_of, run_starts, words_of
from analysis.terms.estimate import (
    LEAST_UNITS,
    STUDENT,
    describe_intervals,
    mean_columns,
    student,
    units_of,
)
from analysis.terms.evidence import groups_of, in_group, in_own_documents, layer_of
from analysis.text.forms import form_of
from analysis.text.syllables import count_syllables
from analysis.text.tokens import stop_words

COUNTS = ("words", "sentences", "syllables", "polysyllables", "letters", "long", "content")
CONTENT = ("NOUN", "PROPN", "VERB", "ADJ", "ADV")
_MORE_FUNCTION_WORDS = frozenset(
    "no not never can cannot could may might must shall should will would ought".split()
)


class Formula(NamedTuple):
    """A constant and ratios of counts, each with its factor; or the constant and their root."""

    constant: float
    ratios: tuple[tuple[float, str, str], ...]
    root: bool = False
    limits: tuple[float, float] = (-np.inf, np.inf)


_LENGTH = (0.0, np.inf)
FORMULAS = {
    "Flesch": Formula(206.835, ((-1.015, "words", "sentences"), (-84.6, "syllables", "words"))),
    "Flesch-Kincaid": Formula(-15.59, ((0.39, "words", "sentences"), (11.8, "syllables", "words"))),
    "LIX": Formula(0.0, ((1.0, "words", "sentences"), (100.0, "long", "words")), limits=_LENGTH),
    "SMOG": Formula(3.1291, ((1.0430**2 * 30, "polysyllables", "sentences"),), root=True),
    "Coleman-Liau": Formula(-15.8, ((5.88, "letters", "words"), (-29.6, "sentences", "words"))),
    "words per sentence": Formula(0.0, ((1.0, "words", "sentences"),), limits=_LENGTH),
    "syllables per word": Formula(0.0, ((1.0, "syllables", "words"),), limits=_LENGTH),
}
DENSITY = Formula(0.0, ((1.0, "content", "words"),), limits=(0.0, 1.0))


def sentences_of(corpus: Any, step: Mapping[str, Any], row: Mapping[str, Any]) -> pd.DataFrame:
    """The sentences of a row's group, with the numbers of their words and syllables."""
    names = groups_of(step, row)
    corpus = in_own_documents(corpus, names, row)
    tokens = coded(layer_of(corpus, step, names), ("sentence", "word", "start", "end"))
    own = tokens[in_group(tokens, names, row, corpus.documents) & words_of(tokens)]
    syllables = _of_words(own)[0]
    own = own[["doc", "sentence", "start", "end"]].assign(words=1, syllables=syllables)
    added = {"start": "min", "end": "max", "words": "sum", "syllables": "sum"}
    return own.groupby(["doc", "sentence"], observed=True, as_index=False).agg(added)


class _Texts(NamedTuple):
    """What the texts of a part have in each of its groups, and the sentences of lone texts."""

    groups: Groups
    owner: np.ndarray  # group of every text
    counts: np.ndarray  # texts × COUNTS
    alone: np.ndarray  # group of every sentence of the groups of one text
    sentences: np.ndarray  # sentences × COUNTS
    tagged: bool


def _texts_of_part(
    tokens: pd.DataFrame, *, by: str | Sequence[str] | None, documents: pd.DataFrame | None
) -> _Texts:
    """Count what the formulas need in a part."""
    tokens = coded(tokens, ("word",))
    if "sentence" not in tokens.columns:
        raise InputError(
            "These tokens have no sentences; make them with tokenize(documents, sentences=True)."
        )
    groups, words = group_rows(tokens, by, documents), words_of(tokens)
    needed = [name for name in ("doc", "sentence", "word", "pos") if name in tokens.columns]
    tokens, group = tokens.loc[words, needed], groups.codes[words]
    doc, sentence = codes_of(tokens, "doc"), tokens["sentence"].to_numpy()
    units = units_of(doc, None, group, len(groups.keys))
    counts = _count(tokens, units.code, len(units.owner))
    lone = (units.documents == 1)[group]
    inner = units_of(doc[lone], sentence[lone], group[lone], len(groups.keys))
    return _Texts(
        groups._replace(codes=group[:0]),
        units.owner,
        counts,
        inner.owner,
        _count(tokens[lone], inner.code, len(inner.owner)),
        "pos" in tokens.columns,
    )


def _count_sentences(tokens: pd.DataFrame) -> pd.DataFrame:
    """Count what the formulas need in each sentence of whole texts that has a word."""
    words = coded(tokens, ("sentence", "word"))[words_of(tokens)]
    doc, sentence = codes_of(words, "doc"), words["sentence"].to_numpy()
    starts = run_starts(doc, sentence)
    unit = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(words)))
    counts = _count(words, unit, len(starts)).astype(np.int32)
    table = pd.DataFrame(counts, columns=list(COUNTS))
    table.insert(0, "doc", words["doc"].take(starts).array)
    return table


def _texts_of_sentences(
    sentences: pd.DataFrame, *, by: str | Sequence[str] | None, documents: pd.DataFrame
) -> _Texts:
    """Add up the sentences of a part."""
    groups, doc = group_rows(sentences, by, documents), codes_of(sentences, "doc")
    starts = run_starts(doc) if len(doc) else np.empty(0, dtype=np.int64)
    counts = sentences[list(COUNTS)].to_numpy(dtype=np.float64)
    owner = groups.codes[starts]
    lone = (np.bincount(owner, minlength=len(groups.keys)) == 1)[groups.codes]
    return _Texts(
        groups._replace(codes=owner[:0]),
        owner,
        np.add.reduceat(counts, starts) if len(starts) else counts,
        groups.codes[lone],
        counts[lone],
        tagged=False,
    )


def _scores(parts: Sequence[_Texts], *, confidence: float | None) -> pd.DataFrame:
    """The formulas on the texts of all parts."""
    groups, recodes = merge_groups([part.groups for part in parts])
    owner = np.concatenate([code[part.owner] for part, code in zip(parts, recodes, strict=True)])
    order = np.argsort(owner, kind="stable")
    owner, counts = owner[order], np.concatenate([part.counts for part in parts])[order]
    if not len(owner):
        raise InputError("No text has a word; readability needs texts with words and sentences.")
    by = "tags" if parts[0].tagged else "list"
    formulas = FORMULAS | {f"lexical density by {by}": DENSITY}
    values = np.column_stack([_evaluate(formula, counts)[0] for formula in formulas.values()])
    n_groups = len(groups.keys)
    base, sentences = (np.bincount(owner, part, n_groups) for part in counts.T[:2])
    documents = np.bincount(owner, minlength=n_groups)
    beside = {"base": base.astype(int), "sentences": sentences.astype(int), "documents": documents}
    limits = {name: formula.limits for name, formula in formulas.items()}
    result = mean_table(groups.labels, limits, values, owner, beside, confidence)
    if confidence is None:
        return result
    alone = np.concatenate([code[part.alone] for part, code in zip(parts, recodes, strict=True)])
    inner = np.concatenate([part.sentences for part in parts])
    lone = np.flatnonzero(documents == 1)
    own = np.isin(alone, lone)
    for place, formula in enumerate(formulas.values() if len(lone) else ()):
        columns = _over_sentences(formula, inner[own], alone[own], n_groups, confidence)
        for name, column in columns.items():
            result.loc[lone * len(formulas) + place, name] = column[lone]
    return result


_KEPT = Derived("readability", _count_sentences, _texts_of_sentences)


@measure("tokens", evidence=sentences_of, parts=Parts(_texts_of_part, _scores, derived=_KEPT))
def score_readability(
    corpus: pd.DataFrame,
    *,
    by: str | Sequence[str] | None = None,
    documents: pd.DataFrame | None = None,
    confidence: float | None = 0.95,
) -> pd.DataFrame:
    """Score how long words and sentences are, by the readability formulas, with intervals.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        A corpus, or its tokens with `sentence`. With tagged tokens (``corpus.tagged``) lexical
        density goes by part of speech.
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
        `measure`: "Flesch" (reading ease: 100 very easy, 0 very difficult), "Flesch-Kincaid",
        "LIX" (20 very easy, 60 very difficult), "SMOG", "Coleman-Liau" (these two and
        Flesch-Kincaid in years of American schooling), "words per sentence", "syllables per
        word", "lexical density by tags" or "lexical density by list" (share of content words, 0
        to 1); `value` (mean of the documents' values; NaN in a group without words); `base`
        (words); `sentences`; `documents` (averaged: those with words); `low`, `high`,
        `interval`.

    Raises
    ------
    InputError
        If no text has a word, the tokens have no sentences, or a column is missing.

    Notes
    -----
    With w words, s sentences, y syllables, p words of three syllables or more, g words of more
    than six letters, and c letters and digits in a document: Flesch (1948) 206.835 − 1.015 w/s −
    84.6 y/w; Flesch–Kincaid (Kincaid et al. 1975) 0.39 w/s + 11.8 y/w − 15.59; LIX (Björnsson
    1968) w/s + 100 g/w; SMOG (McLaughlin 1969) 3.1291 + 1.0430 √(30 p/s); Coleman and Liau (1975)
    5.88 c/w − 29.6 s/w − 15.8. Lexical density (Ure 1971) is content words / words. Content words
    are nouns, names, verbs, adjectives and adverbs where the tokens have `pos`; without it, all
    words that are neither on the list of function words (`stop_words`) nor modals or negations.
    Syllables are counted by rules of English spelling, right for 99 of 100 running words; a digit
    is one.

    Each document counts once, whatever its length. The interval is ± t · standard error of the
    documents' values; in a group of one document it is over its sentences, by the delta method on
    the formula of their sums; none with fewer than three.

    The formulas were fitted to school texts and know nothing of meaning, of order, or of what a
    reader knows: the same words shuffled score the same. SMOG was made for 30 sentences. A
    headline, a caption and a list item are short sentences: compare texts of one kind.

    Examples
    --------
    >>> from analysis.text.tokens import tokenize
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["The war goes on. Nobody won."]})
    >>> scores = score_readability(tokenize(texts), confidence=None)
    >>> scores[["measure", "value", "base"]].head(3).round(2)
              measure  value  base
    0          Flesch  90.99     6
    1  Flesch-Kincaid   1.31     6
    2             LIX   3.00     6
    """
    in_parts()


def mean_table(
    labels: pd.DataFrame,
    limits: Mapping[str, tuple[float, float]],
    values: np.ndarray,
    owner: np.ndarray,
    beside: Mapping[str, np.ndarray],
    confidence: float | None,
) -> pd.DataFrame:
    """One row per group and measure: the mean of the documents' values, ± t · standard error."""
    # `limits` names the measures and says between what their values lie; `values` has the shape
    # (documents, measures), `owner` the group of each document
    size, n_groups = len(limits), len(labels)
    row = np.repeat(np.arange(n_groups), size)
    columns: dict[str, Any] = {str(name): labels[name].take(row).array for name in labels.columns}
    columns["measure"] = pd.Series(list(limits) * n_groups, dtype="str")
    count = np.bincount(owner, minlength=n_groups)
    with np.errstate(invalid="ignore"):
        means = [np.bincount(owner, value, minlength=n_groups) / count for value in values.T]
    columns["value"] = np.column_stack(means).ravel()
    columns |= {name: np.repeat(column, size) for name, column in beside.items()}
    if confidence is not None:
        rows = (np.arange(len(owner)), None, owner)
        parts = [
            mean_columns(value, rows, n_groups, confidence, bounds)
            for value, bounds in zip(values.T, limits.values(), strict=True)
        ]
        for name in ("low", "high", "interval"):
            columns[name] = np.column_stack([part[name] for part in parts]).ravel()
    return pd.DataFrame(columns)


def _count(words: pd.DataFrame, unit: np.ndarray, size: int) -> np.ndarray:
    """Count in each unit what the formulas need, shape (units, COUNTS)."""
    syllables, letters, content = _of_words(words)
    if "pos" in words.columns:
        content = words["pos"].isin(CONTENT).to_numpy()
    sentence = words["sentence"].to_numpy()
    start = run_starts(unit, codes_of(words, "doc"), sentence)
    wide = int(sentence.max(initial=0)) + 1  # a unit is within one document
    keys = unit[start].astype(np.int64) * wide + sentence[start]
    if not (keys[1:] > keys[:-1]).all():
        keys = np.unique(keys)
    counts = np.zeros((size, len(COUNTS)))
    counts[:, 0] = np.bincount(unit, minlength=size)
    counts[:, 1] = np.bincount(keys // wide, minlength=size)
    parts = (syllables, syllables >= 3, letters, letters > 6, content)
    if len(unit) and (unit[1:] >= unit[:-1]).all():  # which documents are: sums of runs
        runs = run_starts(unit)
        for place, part in enumerate(parts, 2):
            counts[unit[runs], place] = np.add.reduceat(part, runs, dtype=np.int64)
        return counts
    for place, part in enumerate(parts, 2):
        counts[:, place] = np.bincount(unit, part, minlength=size)
    return counts


def _of_words(words: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Syllables, letters and content of each word; each form of the vocabulary is looked at once.

    Letters are digits, too; content is what is neither a function word nor a modal or negation.
    """
    codes, forms = codes_of(words, "word"), words["word"].cat.categories
    used = np.flatnonzero(np.bincount(codes, minlength=len(forms)))
    numbers = np.zeros((3, len(forms)), dtype=np.int32)
    if len(used):
        numbers[:, used] = np.transpose([_of_form(form) for form in forms.take(used)])
    syllables, letters, content = numbers
    return syllables[codes], letters[codes], content.astype(bool)[codes]


@functools.lru_cache(maxsize=1 << 19)
def _of_form(word: str) -> tuple[int, int, bool]:
    """Syllables, letters and content of a word."""
    form = form_of(word)
    stem = form.partition("'")[0]
    function = form in stop_words() or form in _MORE_FUNCTION_WORDS or form.endswith("n't")
    content = not (function or (stem != form and stem in stop_words()))
    return count_syllables(form), sum(map(str.isalnum, form)), content


def _evaluate(formula: Formula, totals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The value of each group, and its derivative by each of the group's sums."""
    # A ratio a/b has the derivatives 1/b and −a/b²; a value does not change when all sums grow
    # alike, so the units' contributions (derivatives · counts) of a group add up to 0.
    inner = np.zeros(len(totals))
    slopes = np.zeros(totals.shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        for factor, above, below in formula.ratios:
            a, b = COUNTS.index(above), COUNTS.index(below)
            ratio = totals[:, a] / totals[:, b]
            inner += factor * ratio
            slopes[:, a] += factor / totals[:, b]
            slopes[:, b] -= factor * ratio / totals[:, b]
        if formula.root:
            inner = np.sqrt(inner)
            slopes /= 2 * inner[:, None]
    return formula.constant + inner, slopes


def _over_sentences(
    formula: Formula, counts: np.ndarray, owner: np.ndarray, n_groups: int, confidence: float
) -> dict[str, np.ndarray]:
    """The columns `low`, `high`, `interval` of texts of so many sentences, by the delta method."""
    totals = np.column_stack([np.bincount(owner, part, minlength=n_groups) for part in counts.T])
    value, slopes = _evaluate(formula, totals)
    n = np.bincount(owner, minlength=n_groups)
    with np.errstate(divide="ignore", invalid="ignore"):  # the root of 0 has no slope
        shift = (counts * slopes[owner]).sum(axis=1)
        error = np.sqrt(np.bincount(owner, shift**2, minlength=n_groups) * n / (n - 1))
        half = student(confidence, n - 1) * error
        known = (n >= LEAST_UNITS) & (half > 1e-9 * np.abs(value))
    ends = (np.clip(value + sign * half, *formula.limits) for sign in (-1, 1))
    low, high = (np.where(known, end, np.nan) for end in ends)
    over = np.full(n_groups, "sentences")
    return {
        "low": low,
        "high": high,
        "interval": describe_intervals(STUDENT, confidence, over, n, known=known),
    }
