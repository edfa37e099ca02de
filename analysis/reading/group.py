"""Grouping the lines of a concordance: by metadata, voice, patterns and similar contexts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.reading.clusters import find_clusters
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
from analysis.tables import NONE_LABEL, InputError
from analysis.terms.passages import Window

_SHOWN = 4  # keywords in the name of a cluster


def group_hits(
    hits: pd.DataFrame,
    corpus: Any,
    *,
    by: str | Sequence[str],
    window: Window = 8,
    clusters: int | None = None,
    min_lines: int = 2,
) -> pd.DataFrame:
    """Group the lines of a concordance; several keys make groups within groups.

    Parameters
    ----------
    hits : pandas.DataFrame
        Places in texts (`doc`, `start`, `end`), as `find_contexts` returns them.
    corpus : Corpus or pandas.DataFrame
        The corpus in which they were found, or its documents.
    by : str or sequence of str
        - A column of the hits or the documents, `voice`, `voice_group`, `speaker`.
        - "L1", "R1" …: that word; "node": the words of the hit.
        - "pattern": the recurring word sequence around the node that the line follows.
        - "clusters": lines with similar words around the node.

        With several, the second groups the lines of each group of the first, and so on.
    window : int or (int, int)
        Words to each side that "clusters" looks at.
    clusters : int, optional
        So many clusters at most; by default the number (2 to 12) that parts the lines best.
    min_lines : int
        Patterns and clusters with fewer lines are none.

    Returns
    -------
    pandas.DataFrame
        All rows, with a column `group` (and `group_2` … for further keys), the largest group
        first, equal ones by name, lines without a group ("(none)") last; within a group in the
        order in which they came. ``attrs["groups"]`` has the groups as a tree: `label`, `lines`,
        `documents`, for clusters all `keywords`, and `groups` within; ``attrs["without"]`` is the
        number of lines that have no pattern or cluster.

    Raises
    ------
    InputError
        If a key is not known, or the hits are not of this corpus.

    Notes
    -----
    *pattern* is that of `order_hits`. *clusters*: a line is the sum of the vectors of the content
    words in its window, weighted by idf, less the mean of all lines; so lines are alike that share
    no word but words of the same company (Schütze 1998, “Automatic word sense discrimination”). The
    vectors are made of this corpus alone: positive pointwise mutual information of the 5,000 most
    frequent content words in segments of 20 words, reduced to 50 dimensions by a singular value
    decomposition. Average linkage of at most 1,500 lines by cosine begins spherical k-means
    (Dhillon & Modha 2001) over all of them; no step is random, and none depends on how the table is
    sorted. Without `clusters` the number has the best simplified silhouette. Small corpora tell
    little of a word's company: the more text, the better the clusters.

    A cluster's keywords are over-used in its lines against all others: ranked by the conservative
    log ratio (Evert 2022) of the numbers of lines, then by G². A line that has none of the words
    over-used in its cluster (G² from 3.84) is in no cluster: so each line shows in its words why it
    is where it is; `keywords` has the first twelve. The keywords describe a cluster that was made
    from the same words: they are no test. Clusters are a way to read, not a finding; another window
    gives others.

    Examples
    --------
    >>> from analysis.layers import Corpus
    >>> from analysis.terms.contexts import find_contexts
    >>> texts = pd.DataFrame(
    ...     {"doc": ["a", "b", "c"], "text": ["The war on us.", "A war at sea.", "The war ends."]}
    ... )
    >>> corpus = Corpus(texts)
    >>> lines = group_hits(find_contexts(corpus, "war"), corpus, by="L1")
    >>> lines[["group", "doc"]].values.tolist()
    [['the', 'c'], ['the', 'a'], ['a', 'b']]
    """
    table, corpus = require_hits(hits), require_corpus(corpus)
    keys = [by] if isinstance(by, str) else list(by)
    if not keys or not all(isinstance(key, str) and key for key in keys):
        raise InputError(f"by={by!r} is no key to group by; give one such as 'voice', or several.")
    require_one_meaning(corpus, keys, ("pattern", "clusters"))
    word_window(window)
    _require_whole(clusters, "clusters", 2)
    _require_whole(min_lines, "min_lines", 1)
    own = table.drop(columns=[n for n in table.columns if _is_group(n)])
    grouping = _Grouping(Lines(own, corpus), keys, window, clusters, min_lines)
    everything = np.arange(len(own))
    order, tree = grouping.divide(everything, 0)
    names = [f"group_{depth + 1}" if depth else "group" for depth in range(len(keys))]
    columns = {
        n: pd.array(labels, dtype="str") for n, labels in zip(names, grouping.labels, strict=True)
    }
    result = own.assign(**columns)[[*names, *own.columns]].iloc[order].reset_index(drop=True)
    result.attrs |= {"groups": tree, "without": grouping.without}
    params = {"by": keys, "window": window, "clusters": clusters, "min_lines": min_lines}
    kept_attrs = dict(result.attrs)
    result = record(result, table, corpus, "group_hits", params)
    result.attrs |= {name: kept_attrs[name] for name in ("groups", "without")}
    return result


def _is_group(name: object) -> bool:
    """Whether a column is one that an earlier grouping added."""
    return str(name) == "group" or (str(name).startswith("group_") and str(name)[6:].isdigit())


def _require_whole(value: Any, name: str, least: int) -> None:
    """Refuse what is no whole number from some number on."""
    if value is None and name == "clusters":
        return
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise InputError(f"{name}={value!r} must be a whole number from {least}.")


class _Grouping:
    """The state of one grouping: the labels of every line at every depth."""

    def __init__(
        self, lines: Lines, keys: list[str], window: Window, clusters: int | None, least: int
    ) -> None:
        self.lines, self.keys, self.window = lines, keys, window
        self.clusters, self.least = clusters, least
        self.labels = [np.full(len(lines), NONE_LABEL, dtype=object) for _ in keys]
        self.without = 0

    def divide(self, rows: np.ndarray, depth: int) -> tuple[np.ndarray, list[dict[str, Any]]]:
        """Group some lines by a key, and each group by the keys after it."""
        if depth == len(self.keys) or not len(rows):
            return rows, []
        number, names, more = self._groups(rows, depth)
        found = sorted(
            (name == NONE_LABEL, -int((number == n).sum()), name, n) for n, name in enumerate(names)
        )
        order, tree = [], []
        for _, _, name, n in found:
            own = rows[number == n]
            self.labels[depth][own] = name
            inner, below = self.divide(own, depth + 1)
            order.append(inner)
            texts = len(np.unique(self.lines.doc[own]))
            node = {"label": name, "lines": len(own), "documents": texts, **more.get(n, {})}
            tree.append(node | ({"groups": below} if below else {}))
        return np.concatenate(order), tree

    def _groups(
        self, rows: np.ndarray, depth: int
    ) -> tuple[np.ndarray, list[str], dict[int, dict[str, Any]]]:
        """The group of each of some lines, the groups' names, and more that is known of them."""
        key = self.keys[depth]
        part = Lines(self.lines.hits.iloc[rows], self.lines.corpus)
        part.__dict__["tokens"] = self.lines.tokens
        more: dict[int, dict[str, Any]] = {}
        if key == "pattern":
            found = find_patterns(part, least=self.least)
            number, names = found.number, list(found.names)
        elif key == "clusters":
            made = find_clusters(part, self.window, self.clusters, self.least)
            number, names = made.number, _cluster_names(made.keywords)
            more = {n: {"keywords": words} for n, words in enumerate(made.keywords)}
        else:
            number, names = self._known(part, key)
            return number, names, more
        lost = number < 0
        self.without += int(lost.sum())
        if lost.any():
            number = np.where(lost, len(names), number)
            names.append(NONE_LABEL)
        return number, names, more

    @staticmethod
    def _known(part: Lines, key: str) -> tuple[np.ndarray, list[str]]:
        """Groups by a column, or by the word at a place."""
        if POSITION.fullmatch(key):
            codes, there = pd.factorize(part.words_beside(key[0], int(key[1:]))[:, -1], sort=True)
            terms = part.tokens.terms
            return codes, [str(terms[code]) if code >= 0 else NONE_LABEL for code in there.tolist()]
        if key == "node" and "node" in part.hits.columns:
            codes, levels = pd.factorize(part.hits["node"].str.lower(), sort=True)
            return codes, [str(level) for level in levels]
        return part.groups(key)


def _cluster_names(keywords: list[list[str]]) -> list[str]:
    """Clusters named by their first keywords; equal names are numbered."""
    names: list[str] = []
    for plain in (", ".join(words[:_SHOWN]) for words in keywords):
        name, again = plain, 1
        while name in names:
            again += 1
            name = f"{plain} ({again})"
        names.append(name)
    return names
