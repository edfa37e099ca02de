"""Marked words that nobody is said to have said: terms and titles, glosses, scare quotes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.annotation.annotator import annotate
from analysis.entities.mentions import document_rows
from analysis.tables import group_codes, measure, passed, require_columns
from analysis.terms.counting import coded
from analysis.text.alike import reads_folded
from analysis.voices.counts import rate_rows
from analysis.voices.fragments import kind_of, uncovered
from analysis.voices.items import Items, make_items
from analysis.voices.marks import find_marked
from analysis.voices.quotes import READ, TAGS, document_tokens, find_quotes

MARKED = ("doc", "sentence", "start", "end", "text", "kind")


@measure("documents")
@reads_folded
def find_marked_words(
    corpus: pd.DataFrame, *, tagged: pd.DataFrame | None = None, quotes: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Find words in quotation marks that nobody is said to have said, and what the marks are for.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        A corpus, or its documents, with `doc` and `text`.
    tagged : pandas.DataFrame, optional
        What ``annotate(corpus).tokens`` gives. Default: the bundled model's.
    quotes : pandas.DataFrame, optional
        What `find_quotes` gives: marked words that one of its rows touches are somebody's.

    Returns
    -------
    pandas.DataFrame
        One row per marked stretch, in the order of the texts: `doc` (categorical), `sentence`,
        `start`, `end` (``text[start:end]``, marks included), `text`, `kind` ("term", "gloss" or
        "distancing").

    Raises
    ------
    InputError
        If a column is missing, an id stands twice, a text is not a string, or a table is of other
        documents.

    Notes
    -----
    `kind`: **term**, a name, a title, a nickname or a term that is named so, explained in brackets
    or after a dash, or part of a compound (*a “stand down” order*); **gloss**, a meaning, a
    translation, or a word as a word (*the word “line”*, *Latin for “peace”*); **distancing**, also
    called a scare quote: words that the writer uses and does not own (*the so-called “rebels”*);
    without such a sign, a single word where nothing speaks for a quotation, a term or a gloss.
    Rules decide by the words beside the marks. Marks within a quotation are the speaker's and are
    not looked at; nor is irony without marks.

    Read in texts on which no rule was written (docs/accuracy.md), of the rows called term 0.88 were
    right (95 % interval 0.74–0.95, n = 40), gloss 0.80 (0.49–0.94, n = 10), **distancing 0.58
    (0.45–0.70, n = 55)**: little more than every second one is a scare quote, and few of all scare
    quotes are found, so read them and do not count them. Which use it is, only the context tells.
    Tuchman (1972) [1]_ counts quotation marks among the devices by which reporters step back from a
    story; Predelli (2003) [2]_ says what scare quotes add to a word.

    References
    ----------
    .. [1] Tuchman 1972, "Objectivity as strategic ritual", American Journal of Sociology 77(4).
    .. [2] Predelli 2003, "Scare quotes and their relation to other semantic issues", Linguistics
       and Philosophy 26.

    Examples
    --------
    >>> text = "The so-called “experts” left. She read “The Mountain of Glass”. "
    >>> text += "The word “peace” was not used."
    >>> found = find_marked_words(pd.DataFrame({"doc": ["a"], "text": [text]}))
    >>> found[["text", "kind"]].values.tolist()
    [['“experts”', 'distancing'], ['“The Mountain of Glass”', 'term'], ['“peace”', 'gloss']]
    """
    documents = require_columns(corpus, ("doc", "text"), "documents")
    tokens = annotate(documents).tokens if tagged is None else tagged
    require_columns(tokens, (*READ, *TAGS), "tagged tokens")
    said = find_quotes(documents, tagged=tokens) if quotes is None else quotes
    require_columns(said, ("doc", "start", "end"), "quotes")
    spans: dict[int, list[tuple[int, int]]] = {}
    places = document_rows(documents, said["doc"], "quotes").tolist()
    for row, start, end in zip(places, said["start"], said["end"], strict=True):
        spans.setdefault(row, []).append((int(start), int(end)))
    found: list[tuple[int, int, int, int, str, str]] = []
    columns = document_tokens(documents, tokens)
    for row, (text, own) in enumerate(zip(documents["text"], columns, strict=True)):
        marks = find_marked(text) if own.start else []
        items = make_items(text, own, marks) if marks else Items(text)
        for _, segment, item in uncovered(items, spans.get(row, [])):
            start, end = items.start[item], items.end[item]
            kind = kind_of(items, segment, item)
            found.append((row, items.sentence[item], start, end, text[start:end], kind))
    table = pd.DataFrame(found, columns=[*MARKED]).astype({"text": "str", "kind": "str"})
    table = table.astype(dict.fromkeys(("sentence", "start", "end"), np.int32))
    ids = pd.Index(documents["doc"].astype(object))
    table["doc"] = pd.Categorical.from_codes(table["doc"].to_numpy(dtype=np.int64), ids)
    table.attrs["model"] = tokens.attrs.get("model", {})
    return table


@measure("documents", make=find_marked_words)
def count_marked_words(
    corpus: pd.DataFrame,
    *,
    tokens: pd.DataFrame | None = None,
    by: str | Sequence[str] | None = None,
    documents: pd.DataFrame | None = None,
    per: float = 1000,
    confidence: float | None = 0.95,
) -> pd.DataFrame:
    """Count marked words that nobody is said to have said, by kind, per so many words of the texts.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        A corpus; or what `find_marked_words` returns, or some of its rows.
    tokens : pandas.DataFrame
        The tokens of the same documents: their words are the base.
    by : str or sequence of str, optional
        Columns of `tokens` or `documents` to group by. Default: the corpus is one group.
    documents : pandas.DataFrame, optional
        The documents table, for a column of `by` that is there.
    per, confidence
        As in `count_terms`.

    Returns
    -------
    pandas.DataFrame
        One row per group and kind, also where the count is 0, ordered by group, count (descending)
        and name: the columns of `by`; `kind`; `count` (marked stretches); `base` (words of the
        group); `rate` (per `per` words); `documents` (of the group, that have one);
        `group_documents` (all of the group); `rank`; `low`, `high` (of the rate); `interval`, as
        in `count_terms`.

    Raises
    ------
    InputError
        If a column is missing, or a stretch is not in the tokens.

    Notes
    -----
    rate = per · count / base. The intervals take the kinds for right, and of those called
    distancing nearly every second one is wrong (see `find_marked_words`): show passages, not this
    rate.

    Examples
    --------
    >>> from analysis.text.tokens import tokenize
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["The so-called “deal” is off."]})
    >>> found = find_marked_words(texts)
    >>> rates = count_marked_words(found, tokens=tokenize(texts), confidence=None)
    >>> rates[["kind", "count", "rate"]]
             kind  count   rate
    0  distancing      1  200.0
    """
    marked = require_columns(corpus, ("doc", "start", "end", "kind"), "marked words")
    tokens = coded(passed(tokens, "tokens"), ("start", "end"))
    groups = group_codes(tokens, by, documents)
    return rate_rows(marked, tokens, "kind", groups, per=per, confidence=confidence)
