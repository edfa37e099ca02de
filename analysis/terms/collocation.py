"""Which words keep company with a word, and the passages where they meet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.tables import InputError, measure, require_choice
from analysis.terms.counting import Columns, count_in_documents, count_words, word_list
from analysis.terms.evidence import hits_of
from analysis.terms.formulas import (
    delta_p,
    expected_count,
    log_dice,
    log_likelihood,
    mi,
    mi3,
    t_score,
    z_score,
)
from analysis.terms.passages import (
    Hits,
    Window,
    keys_of,
    look_up,
    node_rows,
    require_span,
    steps_of,
)
from analysis.text.scanner import term_of

MEASURES = (
    "count",
    "mi",
    "mi3",
    "t_score",
    "z_score",
    "log_dice",
    "g2_four_term",
    "delta_p_collocate_given_node",
    "delta_p_node_given_collocate",
)


def _of_meeting(corpus: Any, step: Mapping[str, Any], row: Mapping[str, Any]) -> pd.DataFrame:
    """Where a collocate is near a node: from the one to the other, each collocate once."""
    params = step["params"]
    query, collocate = params.get("query"), row.get("collocate", row.get("target"))
    if "queries" in params:
        queries = params["queries"]
        query = queries[row["source"]] if isinstance(queries, Mapping) else row["source"]
    options = {"regex": params["regex"], "case": params.get("case", False)}
    table, arrays, categories, hits = look_up(
        corpus.layer("tokens"), query, columns=("position", "start", "end", "word"), **options
    )
    others = hits_of(table, str(collocate), {})[0]
    rows, hit, distance = _meetings(arrays, hits, others, params["window"], params["within"])
    first, lengths = hits[0][hit], hits[1][hit]
    found = pd.DataFrame(keys_of(arrays, categories, np.minimum(first, rows)))
    found["start"] = np.minimum(arrays["start"][first], arrays["start"][rows])
    found["end"] = np.maximum(arrays["end"][first + lengths - 1], arrays["end"][rows])
    return found.assign(distance=distance)


@measure("tokens", evidence=_of_meeting)
def find_collocates(
    corpus: pd.DataFrame,
    query: str | Sequence[str],
    *,
    window: Window = 5,
    within: str = "sentence",
    measure: str = "log_dice",
    min_count: int = 3,
    stop_words: Iterable[str] = (),
    regex: bool = False,
    case: bool = False,
) -> pd.DataFrame:
    """Find the words that stand near a word, phrase or pattern more often than elsewhere.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        The tokens table.
    query : str or sequence of str
        The node, as in `find_hits`; several are one node with alternatives.
    window : int, (int, int) or "sentence"
        The span: words to each side, to the left and right, or the whole sentence. Punctuation is
        stepped over.
    within : {"sentence", "document"}
        What a span must not cross.
    measure : str
        Column to sort by: "count", "mi", "mi3", "t_score", "z_score", "log_dice", "g2_four_term",
        "delta_p_collocate_given_node" or "delta_p_node_given_collocate".
    min_count : int
        Leave out words that stand near the node less often.
    stop_words : iterable of str
        Words left out of the rows; they still count in the base.
    regex : bool
        Each word of `query` is a regular expression for a whole token.
    case : bool
        Distinguish upper and lower case in `query`.

    Returns
    -------
    pandas.DataFrame
        One row per collocate, ordered by `measure` (descending) and name: `node`, `collocate`,
        `count` (its words in the spans), `count_node` (hits of the query), `count_collocate` (all
        its words), `near` (words in the spans), `base` (all words), `expected` (of `count`), `mi`,
        `mi3`, `t_score`, `z_score`, `log_dice`, `g2_four_term`, `delta_p_collocate_given_node`,
        `delta_p_node_given_collocate`, `documents` (in which they meet). Each measure is explained
        at its function in `analysis.terms.formulas`.

    Raises
    ------
    InputError
        If an argument is not usable.

    Notes
    -----
    Surface co-occurrence after Evert 2008, “Corpora and collocations”, §3.1 and §5.1: a word in
    the spans of two hits counts once, and words that are part of a hit count neither as
    collocates nor in `count_collocate`, `near` and `base`. So the four counts make a true 2×2
    table, and expected = near · count_collocate / base. Tools that add up the spans of all hits
    (Conc, for one) count a word between two hits twice and give somewhat higher numbers.

    G² has no direction: a word that avoids the node has a high value, too; compare `count` with
    `expected`. The measures rank, they do not test: words of one text are not independent draws.
    No measure tells who says it, or whether it is denied: read `find_passages`.

    Examples
    --------
    >>> from analysis.text.tokens import tokenize
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["Peace talks fail. Peace talks? No peace."]})
    >>> table = find_collocates(tokenize(texts), "talks", min_count=1)
    >>> table[["collocate", "count", "count_collocate", "near", "base"]]
      collocate  count  count_collocate  near  base
    0     peace      2                3     3     5
    1      fail      1                1     3     5
    """
    require_choice(measure, MEASURES, "measure")
    if not min_count >= 1:
        raise InputError(f"min_count={min_count!r} must be 1 or more.")
    stopped = word_list(stop_words, "stop_words")
    require_span(window, within)
    _, arrays, categories, hits = look_up(corpus, query, regex=regex, case=case)
    vocabulary = categories["term"]
    node, near = _spans(arrays, hits, window, within)
    counts = np.bincount(arrays["term"][near], minlength=len(vocabulary))
    dropped = vocabulary.get_indexer(pd.Index([term_of(word) for word in stopped], dtype=object))
    counts[dropped[dropped >= 0]] = 0
    codes = np.flatnonzero(counts >= min_count)
    columns = {"count": counts[codes], "count_node": np.full(len(codes), len(hits[0]))}
    columns |= _margins(arrays, codes, node, near, len(vocabulary))
    columns |= _measured(**columns)
    columns["documents"] = columns.pop("documents")  # the last column
    order = np.argsort(-columns[measure].astype(float), kind="stable")
    names = pd.Series(vocabulary.take(codes[order]).to_numpy(), dtype="str")
    label = query if isinstance(query, str) else " | ".join(query)
    ends = {"node": pd.Series([label] * len(codes), dtype="str"), "collocate": names}
    return pd.DataFrame(
        ends | {name: column[order] for name, column in columns.items()}, copy=False
    )


@measure("tokens", evidence=_of_meeting)
def find_collocate_network(
    corpus: pd.DataFrame,
    queries: Sequence[str] | Mapping[str, Sequence[str]],
    *,
    window: Window = 5,
    within: str = "sentence",
    measure: str = "log_dice",
    min_count: int = 3,
    stop_words: Iterable[str] = (),
    regex: bool = False,
    top: int = 10,
) -> pd.DataFrame:
    """Join several words to their strongest collocates, as the edges of a network.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        The tokens table.
    queries : sequence of str, or dict of str to sequence of str
        The nodes: words, phrases or patterns; or named groups of them.
    window, within, measure, min_count, stop_words, regex
        As in `find_collocates`.
    top : int
        Collocates of each node: those with the highest `measure`. A collocate that is itself a
        node is kept beyond that.

    Returns
    -------
    pandas.DataFrame
        One row per edge: `source` (a node), `target` (its collocate), and the columns of
        `find_collocates` from `count` on. Ordered by node as given, `measure` (descending), target.
        Two nodes are joined by one edge, which is counted around the one given first (or else
        around the other).

    Raises
    ------
    InputError
        If there is no node, or an argument is not usable.

    Notes
    -----
    After the collocation networks of Brezina, McEnery & Wattam 2015, “Collocations in context”,
    IJCL 20(2), with one step from each node. Which edges are there depends on `top`, `min_count`
    and `measure`: an absent edge does not say that two words do not meet.

    Examples
    --------
    >>> from analysis.text.tokens import tokenize
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["Peace talks fail. The war goes on."]})
    >>> edges = find_collocate_network(tokenize(texts), ["talks", "peace"], min_count=1)
    >>> edges[["source", "target", "count"]].values.tolist()
    [['talks', 'fail', 1], ['talks', 'peace', 1], ['peace', 'fail', 1]]
    """
    if isinstance(queries, str) or not len(queries):
        raise InputError(
            f'queries={queries!r} is no list of nodes; give one such as ["war", "talks"].'
        )
    if not top >= 1:
        raise InputError(f"top={top!r} must be 1 or more.")
    nodes: Mapping[str, Any] = (
        queries if isinstance(queries, Mapping) else {query: query for query in queries}
    )
    shared: dict[str, Any] = {
        "window": window,
        "within": within,
        "measure": measure,
        "min_count": min_count,
    }
    shared |= {"stop_words": word_list(stop_words, "stop_words"), "regex": regex}
    names = [term_of(name) for name in nodes]
    parts = []
    for name, query in nodes.items():
        edges = find_collocates(corpus, query, **shared)
        edges = edges[(edges.index < top) | edges["collocate"].isin(names)]
        edges = edges.rename(columns={"node": "source", "collocate": "target"})
        parts.append(edges.assign(source=name).astype({"source": "str"}))
    result = pd.concat(parts, ignore_index=True)
    pairs = np.sort(result[["source", "target"]].map(term_of).to_numpy(dtype=object), axis=1)
    once = ~pd.DataFrame(pairs).duplicated()
    return result[once.to_numpy()].reset_index(drop=True)


def _spans(
    arrays: Columns, hits: Hits, window: Window, within: str
) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the words that are part of a hit, and of those near one; each row once."""
    node = node_rows(hits)
    near = np.zeros(len(arrays["term"]), dtype=bool)
    for _, rows, _ in steps_of(arrays, hits, window, within):
        near[rows] = True
    near[node] = False
    return node[arrays["is_word"][node]], np.flatnonzero(near)


def _meetings(
    arrays: Columns, hits: Hits, others: np.ndarray, window: Window, within: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows of `others` near a hit, the nearest hit (or the one before), and the distance to it."""
    wanted = np.zeros(len(arrays["term"]), dtype=bool)
    wanted[others] = True
    wanted[node_rows(hits)] = False
    rows, hit, distance = (np.empty(0, dtype=np.int64) for _ in range(3))
    for which, here, far in steps_of(arrays, hits, window, within):
        met = wanted[here]
        rows, hit = np.append(rows, here[met]), np.append(hit, which[met])
        distance = np.append(distance, np.full(int(met.sum()), far))
    order = np.lexsort((hit, np.abs(distance), rows))
    _, first = np.unique(rows[order], return_index=True)
    best = order[first]
    return rows[best], hit[best], distance[best]


def _margins(
    arrays: Columns, codes: np.ndarray, node: np.ndarray, near: np.ndarray, size: int
) -> dict[str, Any]:
    """The other counts of the 2×2 tables, and the documents in which the words meet the node."""
    term = arrays["term"]
    if arrays.index is not None:
        total = arrays.index.totals
    else:
        total = count_words(term, arrays["is_word"], size)
    place = np.full(size, -1, dtype=np.int32)
    place[codes] = np.arange(len(codes))
    met = place[term[near]]
    kept = np.flatnonzero(met >= 0)
    _, documents = count_in_documents(met[kept], arrays["doc"][near[kept]], len(codes))
    return {
        "count_collocate": total[codes] - np.bincount(term[node], minlength=size)[codes],
        "near": np.full(len(codes), len(near)),
        "base": np.full(len(codes), int(total.sum()) - len(node)),
        "documents": documents,
    }


def _measured(
    *,
    count: np.ndarray,
    count_node: np.ndarray,
    count_collocate: np.ndarray,
    near: np.ndarray,
    base: np.ndarray,
    documents: np.ndarray,
) -> dict[str, np.ndarray]:
    """Every measure of the counts."""
    four = (count, near, count_collocate, base)
    forward, backward = delta_p(*four)
    return {
        "expected": expected_count(near, count_collocate, base),
        "mi": mi(*four),
        "mi3": mi3(*four),
        "t_score": t_score(*four),
        "z_score": z_score(*four),
        "log_dice": log_dice(count, count_node, count_collocate),
        "g2_four_term": log_likelihood(count, near, count_collocate - count, base - near),
        "delta_p_collocate_given_node": forward,
        "delta_p_node_given_collocate": backward,
    }
