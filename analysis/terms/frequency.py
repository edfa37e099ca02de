"""How often terms and groups of terms occur, and which ones mark a text."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.counted import Counted
from analysis.tables import InputError, Parts, group_rows, in_parts, measure
from analysis.terms.cells import count_cells, count_queries, find_counted
from analysis.terms.counting import (
    coded,
    find_queries,
    find_terms,
    rate_of,
    read_queries,
    word_list,
)
from analysis.terms.evidence import of_terms
from analysis.terms.tally import Tally, count_hits, merge_tallies, only_used, rate_table
from analysis.terms.units import Pos, as_unit
from analysis.text.tokens import match_forms, match_vocabulary

MOST_WEIGHTS = 20_000_000  # rows of `score_tfidf`


def _terms_of_part(tokens: pd.DataFrame, *, asked: Any) -> Tally:
    """Count the terms of a part."""
    tokens, terms = as_unit(coded(tokens), asked.unit, asked.pos), asked.terms
    stop_words = word_list(asked.stop_words, "stop_words")
    if asked.regex:
        terms = _matching(tokens, word_list(terms or (), "terms"))
    groups = group_rows(tokens, asked.by, asked.documents)
    if asked.regex and not terms:  # none here, at least
        hits = find_queries(tokens, {})
    else:
        hits = find_terms(tokens, terms, stop_words, asked.unit)
    words = (terms or (), asked.unit)
    part = count_hits(tokens, hits, groups, confidence=asked.confidence, asked=words)
    return part if terms is not None else only_used(part)


def _terms_counted(counted: Counted, *, asked: Any) -> Tally | None:
    """The same of words that were counted by document."""
    every = asked.terms is None and not asked.regex
    terms = None if every else word_list(asked.terms or (), "terms")
    if terms is not None and not terms:
        return None
    stop_words = word_list(asked.stop_words, "stop_words")
    found = find_counted(counted, terms, stop_words, regex=asked.regex)
    if found is None:
        return None
    groups = group_rows(counted.table, asked.by, asked.documents)
    part = count_cells(counted, found, groups, confidence=asked.confidence)
    return part if part is None or terms is not None else only_used(part)


def _term_rates(
    parts: Sequence[Tally],
    *,
    terms: Sequence[str] | None,
    regex: bool,
    per: float,
    confidence: float | None,
) -> pd.DataFrame:
    """The rates of the terms of all parts."""
    if regex and not any(len(part.names) for part in parts):
        raise InputError(f"No word matches {' or '.join(map(repr, terms or ()))}.")
    return rate_table(parts, per=per, confidence=confidence, zeros=terms is not None)


_TERMS = Parts(_terms_of_part, _term_rates, counted=_terms_counted)


@measure("tokens", evidence=of_terms, parts=_TERMS)
def count_terms(
    corpus: pd.DataFrame,
    *,
    terms: Sequence[str] | None = None,
    regex: bool = False,
    stop_words: Iterable[str] = (),
    unit: str = "term",
    pos: Pos | None = None,
    by: str | Sequence[str] | None = None,
    documents: pd.DataFrame | None = None,
    per: float = 1000,
    confidence: float | None = 0.95,
) -> pd.DataFrame:
    """Count every term, or chosen ones, in the corpus or in groups of documents.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        The tokens table.
    by : str or sequence of str, optional
        Columns of `tokens` or `documents` to group by. Default: the corpus is one group.
    documents : pandas.DataFrame, optional
        The documents table, for a column of `by` that is there.
    terms : sequence of str, optional
        Terms to count, in any case: words, phrases, or words with the wildcards * and ?, each of
        which stands for every term that it matches. One that does not occur gets a row: its
        absence is a finding. Default: every term that occurs.
    regex : bool
        Each of `terms` is a regular expression; every word that one matches as a whole is a row.
    stop_words : iterable of str
        Terms left out of the rows unless `terms` names them; they still count in the base.
    unit : {"term", "word", "lemma", "lemma_pos"}
        What counts as one: "term", words in lower case, a possessive as its noun; "word", every
        form for itself (*russia's*); "lemma", the dictionary form (*go* for goes and went);
        "lemma_pos", the same apart by part of speech (*attack_noun*, *attack_verb*). `terms` and
        `stop_words` are then given in that unit. The last two need tagged tokens, which a corpus
        makes.
    pos : str or sequence of str, optional
        Only words of these parts of speech (Universal Dependencies: "NOUN", "PROPN", "VERB", "ADJ"
        …) are counted, of a phrase all of its words; the base stays all words. Needs tagged tokens.
    per : float
        A rate is given per so many words.
    confidence : float or None
        Coverage of the intervals; None leaves them out, which is faster by far on a large corpus.

    Returns
    -------
    pandas.DataFrame
        One row per group and term, ordered by group, count (descending) and name: the columns of
        `by`; `term`; `count`; `base` (words of the group, stop words included); `rate` (per `per`
        words; NaN in a group without words); `documents` (of the group, that have the term);
        `rank` (1 is the most frequent row of the group, ties share the smallest); `low`, `high`
        (of the rate); `interval` (the method, in words).

    Raises
    ------
    InputError
        If a column is missing, `terms` is empty or holds something else than words, `unit` or
        `pos` is not known, or a number is out of its range.

    Notes
    -----
    rate = per · count / base. The interval is that of Korn and Graubard (1998) over documents, over
    sentences where a group has one document; it is too short for a word that comes in bursts, and
    says so. Only words count (`is_word`), unless `terms` names something else, such as an emoji.
    A possessive counts with its noun; ``terms=["russia's"]`` counts the possessives alone, and so
    does the wildcard ``*'s`` (see `tokenize`). A phrase crosses the end of a sentence only where
    it names the stop ("talks. peace"), so it never joins a headline to the text below.

    A rate says nothing of what a word means where it stands, nor who says it: read the
    passages (`find_contexts`).

    Examples
    --------
    >>> from analysis.text.tokens import tokenize
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["War and war. No peace."]})
    >>> counts = count_terms(tokenize(texts), terms=["war", "treaty"], confidence=None)
    >>> counts[["term", "count", "base", "rate"]]
         term  count  base   rate
    0     war      2     5  400.0
    1  treaty      0     5    0.0
    """
    in_parts()


def _matching(tokens: pd.DataFrame, patterns: Sequence[str]) -> list[str]:
    """The words that one of some regular expressions matches."""
    if not patterns:
        raise InputError("terms is empty; give some regular expressions with regex=True.")
    vocabulary = tokens["term"].cat.categories
    patterns = [pattern.replace("’", "'") for pattern in patterns]
    codes = [match_vocabulary(vocabulary, pattern, as_regex=True) for pattern in patterns]
    forms = [form for one in patterns for form in match_forms(tokens, one, as_regex=True)]
    words: list[str] = vocabulary.take(np.unique(np.concatenate(codes))).tolist()
    return words + forms


def _groups_of_part(tokens: pd.DataFrame, *, asked: Any) -> Tally:
    """Count groups of terms in a part."""
    tokens = as_unit(coded(tokens), asked.unit, asked.pos)
    if asked.groups is None:
        raise InputError(
            "There are no term groups; pass groups=, or write term-groups.yml beside the corpus."
        )
    queries = read_queries(asked.groups, "groups")
    words = (itertools.chain(*queries.values()), asked.unit)
    own = group_rows(tokens, asked.by, asked.documents)
    hits = find_queries(tokens, queries)
    return count_hits(tokens, hits, own, confidence=asked.confidence, asked=words)


def _groups_counted(counted: Counted, *, asked: Any) -> Tally | None:
    """The same of words that were counted by document."""
    if asked.groups is None:
        return None
    own = group_rows(counted.table, asked.by, asked.documents)
    return count_queries(counted, read_queries(asked.groups, "groups"), own, asked.confidence)


def _group_rates(parts: Sequence[Tally], *, per: float, confidence: float | None) -> pd.DataFrame:
    """The rates of the groups of terms of all parts."""
    return rate_table(parts, per=per, confidence=confidence, zeros=True)


_GROUPS = Parts(_groups_of_part, _group_rates, counted=_groups_counted)


@measure("tokens", evidence=of_terms, parts=_GROUPS)
def count_term_groups(
    corpus: pd.DataFrame,
    groups: Mapping[str, Sequence[str]] | None = None,
    *,
    unit: str = "term",
    pos: Pos | None = None,
    by: str | Sequence[str] | None = None,
    documents: pd.DataFrame | None = None,
    per: float = 1000,
    confidence: float | None = 0.95,
) -> pd.DataFrame:
    """Count groups of terms, such as the names that a text may choose for the same event.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        The tokens table.
    groups : mapping of str to sequence of str, optional
        By default those of the corpus (its ``term-groups.yml``). Name of each group and its
        queries: words, phrases, wildcards, as in
        ``{"war": ["war", "wars"], "operation": ["special military operation*"]}``
        (`read_term_groups` reads one from a file). What stands within a query that begins with
        a hyphen does not count: ``{"war": ["war", "-cold war"]}``.
    unit, pos, by, documents, per, confidence
        As in `count_terms`.

    Returns
    -------
    pandas.DataFrame
        As `count_terms` returns it; `term` is the name of the group. Every group has a row in
        every group of documents.

    Raises
    ------
    InputError
        If `groups` or one of them is empty, or as in `count_terms`.

    Notes
    -----
    A passage counts once in a group: a hit within a longer hit of the same group is not counted
    again. It may count in two groups that both ask for it. A phrase goes on across the end of a
    line, but not of a paragraph or headline. The base is words, also for phrases.

    Examples
    --------
    >>> from analysis.text.tokens import tokenize
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["The special operation, a war of wars."]})
    >>> groups = {"war": ["war*"], "operation": ["special operation", "operation"]}
    >>> count_term_groups(tokenize(texts), groups, confidence=None)[["term", "count"]]
            term  count
    0        war      2
    1  operation      1
    """
    in_parts()


def _counts_of_part(tokens: pd.DataFrame, *, asked: Any) -> Tally:
    """Count all terms of a part."""
    tokens = as_unit(coded(tokens), asked.unit, asked.pos)
    hits = find_terms(tokens, None, word_list(asked.stop_words, "stop_words"), asked.unit)
    groups = group_rows(tokens, asked.by, asked.documents)
    return only_used(count_hits(tokens, hits, groups, confidence=None))


def _weights_counted(counted: Counted, *, asked: Any) -> Tally | None:
    """The same of words that were counted by document."""
    found = find_counted(counted, None, word_list(asked.stop_words, "stop_words"))
    groups = group_rows(counted.table, asked.by, asked.documents)
    part = None if found is None else count_cells(counted, found, groups, confidence=None)
    return part if part is None else only_used(part)


def _tf_idf(parts: Sequence[Tally], *, by: str | Sequence[str]) -> pd.DataFrame:
    """The weights of the terms of all parts."""
    rows = sum(len(part.cells.item) for part in parts)
    if rows > MOST_WEIGHTS:
        raise InputError(
            f"The terms of every group, by={by!r}, would be {rows:,} rows, and more than"
            f" {MOST_WEIGHTS:,} are not made; group by a column with fewer values, as in"
            " by='outlet', or choose texts with where or select."
        )
    whole = merge_tallies(parts)
    cells, words = whole.cells, whole.bases.total
    spread = np.bincount(cells.item, minlength=len(whole.names))
    result = whole.groups.labels.take(cells.group).reset_index(drop=True)
    result["term"] = pd.Series(whole.names.take(cells.item).to_numpy(), dtype="str")
    result["count"], result["base"] = cells.total, words[cells.group]
    result["tf"] = rate_of(cells.total, words[cells.group])
    result["idf"] = np.log((words > 0).sum() / spread[cells.item])
    result["tf_idf"] = result["tf"] * result["idf"]
    name = np.argsort(np.argsort(whole.names.to_numpy(dtype=object), kind="stable"))[cells.item]
    order = np.lexsort([name, -result["tf_idf"], cells.group])
    return result.iloc[order].reset_index(drop=True)


_WEIGHTS = Parts(_counts_of_part, _tf_idf, counted=_weights_counted)


@measure("tokens", evidence=of_terms, parts=_WEIGHTS)
def score_tfidf(
    corpus: pd.DataFrame,
    *,
    stop_words: Iterable[str] = (),
    unit: str = "term",
    pos: Pos | None = None,
    by: str | Sequence[str] = "doc",
    documents: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Score the terms of each document or group by how much they set it off from the others.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        The tokens table.
    by : str or sequence of str
        What is compared: documents, or groups by columns of `tokens` or `documents`.
    documents : pandas.DataFrame, optional
        The documents table, for a column of `by` that is there.
    stop_words : iterable of str
        Terms left out of the rows; they still count in the base.
    unit, pos
        What counts as one, and the parts of speech that count, as in `count_terms`.

    Returns
    -------
    pandas.DataFrame
        One row per group and term that occurs there, ordered by group, `tf_idf` (descending) and
        name: the columns of `by`; `term`; `count`; `base` (words of the group); `tf`
        (count / base); `idf` (natural logarithm, 0 for a term that is in every group); `tf_idf`.

    Raises
    ------
    InputError
        If a column is missing, or there would be more than 20 million rows.

    Notes
    -----
    The variant is tidytext's (Silge & Robinson 2016), relative frequency times unsmoothed idf:
    tf = count / base, idf = ln(n / df), with n groups that have words, of which df have the
    term (Spärck Jones 1972). Other tools smooth idf or scale tf, so their numbers differ.
    No interval is given and none is meant: this is a ranking device. With few groups idf takes few
    values, and with a single one it is 0 throughout.

    Examples
    --------
    >>> from analysis.text.tokens import tokenize
    >>> texts = pd.DataFrame({"doc": ["a", "b"], "text": ["Talks now.", "Talks failed."]})
    >>> score_tfidf(tokenize(texts))[["doc", "term", "tf", "tf_idf"]].round(3)
      doc    term   tf  tf_idf
    0   a     now  0.5   0.347
    1   a   talks  0.5   0.000
    2   b  failed  0.5   0.347
    3   b   talks  0.5   0.000
    """
    in_parts()
