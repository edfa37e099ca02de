"""Ordering the lines of a concordance: by positions, columns, typicality, rarity and patterns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.reading.lines import (
    POSITION,
    Lines,
    record,
    require_corpus,
    require_hits,
    require_one_meaning,
    word_window,
)
from analysis.reading.patterns import find_patterns
from analysis.reading.sampling import draws
from analysis.reading.scores import rarity, typicality
from analysis.tables import InputError
from analysis.terms.passages import Window

KEYS = ("node", "text", "random", "typicality", "rarity", "pattern")
_SCORES = {"typicality": typicality, "rarity": rarity}


def order_hits(
    hits: pd.DataFrame, corpus: Any, *, by: str | Sequence[str], window: Window = 5, seed: int = 0
) -> pd.DataFrame:
    """Order the lines of a concordance by one or several keys, the first one leading.

    Parameters
    ----------
    hits : pandas.DataFrame
        Places in texts (`doc`, `start`, `end`), as `find_contexts` returns them.
    corpus : Corpus or pandas.DataFrame
        The corpus in which they were found, or its documents.
    by : str or sequence of str
        - "L1", "L2" … "R1", "R2" …: the words before and after the node; "node": its words.
        - A column of the hits or the documents, `voice`, `speaker`.
        - "typicality": lines with the most typical collocates first.
        - "rarity": lines of ordinary words first; "-rarity": lines with rare words first.
        - "pattern": lines that follow the same recurring word sequence around the node together,
          the most frequent sequence first, lines without one last.
        - "text": the order of the texts; "random": an order drawn by `seed`.

        A minus before a key turns it round, as in "-published".
    window : int or (int, int)
        Words to each side that "typicality" and "rarity" look at.
    seed : int
        Another seed draws another random order.

    Returns
    -------
    pandas.DataFrame
        All rows in their new order. A column `typicality`, `rarity` or `pattern` holds what they
        were ordered by.

    Raises
    ------
    InputError
        If a key is not known, or the hits are not of this corpus.

    Notes
    -----
    The order is total: what is equal in all keys comes in the order of the texts. Words are
    compared by Unicode code point of the lower-cased form; where there is none comes first, and a
    missing value of a column last.

    *typicality* = Σ max(0, LRC(c)) over the different words *c* in the window, where LRC is the
    conservative log ratio (Evert 2022) of the word's rate near these hits to its rate elsewhere.
    A word counts only if it stands near hits of two texts (of a single text: near two hits), so
    that a line cannot be typical of itself. Sums over collocates rank lines since Collier 1994, “A
    system for automating concordance line selection”. *rarity* = the mean of log₂(N / f) over the
    words of the window (N words in the corpus, f of them this word): their mean information in
    bits. Simple lines first is a principle of GDEX (Kilgarriff and others 2008). *pattern*: each
    line takes, of the sequences of up to three words on each side that two lines or more share,
    the one with the largest Σ log₂(N / f) of its words beside the node × log₂ of its lines; a
    longer or rarer sequence counts for more, and so does one that more lines share (compare
    KWIC Patterns, Anthony 2018). None of the three says what a line means.

    Examples
    --------
    >>> from analysis.layers import Corpus
    >>> from analysis.terms.contexts import find_contexts
    >>> texts = pd.DataFrame({"doc": ["a", "b"], "text": ["A war on us.", "A war at sea."]})
    >>> corpus = Corpus(texts)
    >>> order_hits(find_contexts(corpus, "war"), corpus, by=["-R1"])["doc"].tolist()
    ['a', 'b']
    """
    table, corpus = require_hits(hits), require_corpus(corpus)
    keys = [by] if isinstance(by, str) else list(by)
    if not keys or not all(isinstance(key, str) and key for key in keys):
        raise InputError(f"by={by!r} is no key to order by; give one such as 'R1', or several.")
    plain = [key.removeprefix("-") for key in keys]
    require_one_meaning(corpus, plain, ("random", *_SCORES, "pattern"))
    word_window(window)
    lines = Lines(table, corpus)
    columns: list[np.ndarray] = []
    shown: dict[str, Any] = {}
    for key in keys:
        columns += _values(lines, key, window, seed, shown)
    order = np.lexsort([lines.end, lines.start, lines.doc, *columns[::-1]])
    result = table.assign(**shown).iloc[order].reset_index(drop=True)
    return record(result, table, corpus, "order_hits", {"by": keys, "window": window, "seed": seed})


def _values(
    lines: Lines, key: str, window: Window, seed: int, shown: dict[str, Any]
) -> list[np.ndarray]:
    """Numbers to sort by for one key; what is to be shown beside the lines is added to `shown`."""
    turned, name = key.startswith("-"), key.removeprefix("-")
    if POSITION.fullmatch(name):
        values = [lines.words_beside(name[0], int(name[1:]))[:, -1].astype(float)]
    elif name in lines.hits.columns and name not in KEYS:
        values = [_ranks(lines.column(name))]
    elif name in _SCORES:
        shown[name] = _SCORES[name](lines, window)
        values = [-shown[name] if name == "typicality" else shown[name]]
    elif name == "pattern":
        found = find_patterns(lines)
        names = np.array([*found.names, None], dtype=object)
        shown["pattern"] = pd.array(names[found.number], dtype="str")
        values = [np.where(found.number < 0, len(found.names), found.number).astype(float)]
    elif name == "text":
        values = [lines.doc, lines.start, lines.end]
    elif name == "random":
        values = [draws(lines, seed)]
    elif name == "node":
        values = _node_words(lines)
    else:
        values = [_ranks(_column(lines, name))]
    return [-column for column in values] if turned else values


def _column(lines: Lines, name: str) -> pd.Series:
    """A column to sort by; the sentence of an unknown one names the keys."""
    try:
        return lines.column(name)
    except InputError as error:
        raise InputError(
            f"{error} Other keys are 'L1' … 'R1' …, {', '.join(map(repr, KEYS))}; a minus before"
            " one turns it round."
        ) from None


def _ranks(column: pd.Series) -> np.ndarray:
    """Numbers in the order of a column's values; missing ones last."""
    if isinstance(column.dtype, pd.CategoricalDtype) and not column.cat.ordered:
        column = column.astype(object)
    try:
        codes, levels = pd.factorize(column, sort=True)
    except TypeError:  # values of several kinds
        codes, levels = pd.factorize(column.astype(str), sort=True)
    return np.where(codes < 0, len(levels), codes).astype(float)


def _node_words(lines: Lines) -> list[np.ndarray]:
    """The words of each node, one array a place."""
    first, last = lines.rows
    found = []
    for place in range(int((last - first).max(initial=-1)) + 1):
        rows = first + place
        term = lines.tokens.term[np.minimum(rows, last)]
        found.append(np.where(rows <= last, term, -1).astype(float))
    return found
