"""Several words and their strongest collocates, as the edges of a network."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from analysis.tables import InputError, Parts, in_parts, measure
from analysis.terms.collocation import (
    COLUMNS,
    label_of,
    near_documents,
    near_node,
    none_near,
    of_meeting,
)
from analysis.terms.meetings import (
    Meetings,
    Near,
    Wanted,
    collocate_table,
    meetings_elsewhere,
    meetings_of,
    near_elsewhere,
    wanted_of,
)
from analysis.terms.passages import Window
from analysis.terms.units import Pos
from analysis.text.forms import form_of

Queries = Sequence[str] | Mapping[str, Sequence[str]]


def _nodes(queries: Queries) -> Mapping[str, Any]:
    """The nodes of a network by name."""
    return queries if isinstance(queries, Mapping) else {query: query for query in queries}


def _node_options(asked: Any) -> Any:
    """The options of a network's nodes, as those of `find_collocates`."""
    queries = asked.queries
    if isinstance(queries, str) or not len(queries):
        raise InputError(
            f'queries={queries!r} is no list of nodes; give one such as ["war", "talks"].'
        )
    if not asked.top >= 1:
        raise InputError(f"top={asked.top!r} must be 1 or more.")
    every = [[query] if isinstance(query, str) else query for query in _nodes(queries).values()]
    of_all = {"query": list(itertools.chain(*every)), "case": False, "by": None, "documents": None}
    return SimpleNamespace(**{**vars(asked), **of_all})


def _edges_near(tokens: pd.DataFrame, *, asked: Any) -> list[Near]:
    """The words near each node in a part."""
    own = _node_options(asked)
    nodes = _nodes(asked.queries).values()
    return [near_node(tokens, query, own, alone=asked.alone) for query in nodes]


def _edges_wanted(parts: Sequence[list[Near]], *, min_count: int) -> list[Wanted]:
    """The collocates of each node that stand near it often enough."""
    return [wanted_of(own, min_count) for own in zip(*parts, strict=True)]


def _edges_of_part(tokens: pd.DataFrame, *, asked: Any) -> list[Meetings]:
    """The sums of the collocates of each node in a part."""
    near = _edges_near(tokens, asked=SimpleNamespace(**{**vars(asked), "alone": True}))
    pairs = zip(near, asked.known, strict=True)
    return [meetings_of(*pair, intervals=False, narrowed=asked.narrowed) for pair in pairs]


def _edges_known(*, known: list[Wanted]) -> list[list[Meetings]]:
    """The sums of all parts, if no tokens are needed for them; else none."""
    if not all(wanted.near for wanted in known):
        return []
    own = [[meetings_of(near, wanted, intervals=False) for near in wanted.near] for wanted in known]
    return [list(part) for part in zip(*own, strict=True)]


def _edge_documents(corpus: Any, *, asked: Any) -> Any:
    """The documents that can have one of the nodes, as `near_documents`."""
    return near_documents(corpus, asked=_node_options(asked))


def _edges_near_elsewhere(corpus: Any, *, queries: Queries) -> list[Near]:
    """What is near each node in all documents, as though none had it."""
    return [near_elsewhere(corpus)] * len(_nodes(queries))


def _wanted_edge_documents(corpus: Any, *, asked: Any) -> Any:
    """The same, where the units are documents."""
    documents = all(wanted.over.tolist() == ["documents"] for wanted in asked.known)
    return _edge_documents(corpus, asked=asked) if documents else corpus


def _edges_elsewhere(corpus: Any, *, known: list[Wanted]) -> list[Meetings]:
    """The sums of the collocates of each node in all documents, as though none had it."""
    return [meetings_elsewhere(corpus, wanted, intervals=False) for wanted in known]


def _edge_table(parts: Sequence[list[Meetings]], *, asked: Any) -> pd.DataFrame:
    """The edges of all nodes, each once."""
    nodes = _nodes(asked.queries)
    names, tables = [form_of(name) for name in nodes], []
    for number, (name, query) in enumerate(nodes.items()):
        own = [part[number] for part in parts]
        edges = collocate_table(own, asked.known[number], label_of(query), asked.measure, None)
        edges = edges[(edges.index < asked.top) | edges["collocate"].isin(names)]
        edges = edges.rename(columns={"node": "source", "collocate": "target"})
        tables.append(edges.assign(source=name).astype({"source": "str"}))
    result = pd.concat(tables, ignore_index=True)
    pairs = np.sort(result[["source", "target"]].map(form_of).to_numpy(dtype=object), axis=1)
    once = ~pd.DataFrame(pairs).duplicated()
    if not len(result):
        raise none_near(label_of(list(nodes)), asked.min_count, "other words")
    return result[once.to_numpy()].reset_index(drop=True)


_EDGES = Parts(
    _edges_of_part,
    _edge_table,
    Parts(
        _edges_near,
        _edges_wanted,
        narrow=_edge_documents,
        rest=_edges_near_elsewhere,
        columns=COLUMNS,
    ),
    _wanted_edge_documents,
    rest=_edges_elsewhere,
    known=_edges_known,
    columns=COLUMNS,
)


@measure("tokens", evidence=of_meeting, parts=_EDGES)
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
    unit: str = "term",
    pos: Pos | None = None,
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
    unit, pos
        As in `find_collocates`.

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
        If there is no node, none has a collocate, or an argument is not usable.

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
    in_parts()
