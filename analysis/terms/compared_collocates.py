"""What two groups of texts say near a word: the rates of its collocates, compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.tables import (
    TOKENS,
    Groups,
    InputError,
    Parts,
    concat_rows,
    group_rows,
    in_parts,
    measure,
    merge_groups,
)
from analysis.terms.collocation import (
    COLUMNS,
    label_of,
    look_up_node,
    none_near,
    of_meeting,
    options_of,
    require_hits,
)
from analysis.terms.counting import Hits, base_of, coded
from analysis.terms.differences import Counted, GroupPair, compare_sides, group_labels, pairs_of
from analysis.terms.meetings import not_stopped, spans_of
from analysis.terms.passages import Window, holding
from analysis.terms.tally import merge_names
from analysis.terms.units import Pos


class _Around(NamedTuple):
    """The words near a node in a part."""

    groups: Groups  # of these words
    rows: pd.DataFrame  # their documents, and sentences if there are any
    term: np.ndarray
    names: pd.Index  # of the terms
    filled: np.ndarray  # of every group, whether it has words, near the node or not
    hits: int


def _around(tokens: pd.DataFrame, *, asked: Any) -> _Around:
    """The words near the node in a part."""
    options = options_of(asked)
    table, arrays, categories, hits = look_up_node(tokens, asked.query, asked, asked.narrowed)
    table = coded(table)
    groups = group_rows(table, asked.by, asked.documents)
    rows = spans_of(arrays, hits, options, groups).rows[1]
    used, term = np.unique(arrays["term"][rows], return_inverse=True)
    columns = [name for name in ("doc", "sentence") if name in table.columns]
    return _Around(
        groups._replace(codes=groups.codes[rows]),
        table[columns].iloc[rows].reset_index(drop=True),
        term,
        categories["term"].take(used),
        base_of(table, groups.codes, len(groups.keys)) > 0,
        len(hits[0]),
    )


def _documents(corpus: Any, *, asked: Any) -> Any:
    """The documents that can have the node, if files tell them and the groups of the others."""
    by = [asked.by] if isinstance(asked.by, str) else list(asked.by or ())
    known = set(corpus.documents.columns) - set(TOKENS)
    plain = asked.unit == "term" and asked.pos is None and asked.documents is None
    if not plain or not by or not set(by) <= known or corpus.document_sizes() is None:
        return corpus
    return holding(corpus, asked.query, regex=asked.regex, case=asked.case)


def _elsewhere(corpus: Any, *, by: str | Sequence[str]) -> _Around:
    """What is near the node in all documents, as though none had it."""
    documents = corpus.documents.drop(columns="text")
    groups = group_rows(documents, by)
    filled = np.bincount(groups.codes, corpus.document_sizes()[1], len(groups.keys)) > 0
    none = np.empty(0, dtype=np.int64)
    groups = groups._replace(codes=none)
    return _Around(groups, documents.iloc[:0], none, pd.Index([], dtype=object), filled, 0)


def _compared(parts: Sequence[_Around], *, asked: Any) -> pd.DataFrame:
    """Compare the groups of all parts by pairs."""
    label = label_of(asked.query)
    require_hits(asked.query, [part.hits for part in parts])
    groups, recodes = merge_groups([part.groups for part in parts])
    names, places = merge_names([part.names for part in parts])
    pairs = list(zip(parts, recodes, places, strict=True))
    group = np.concatenate([recode[part.groups.codes] for part, recode, _ in pairs])
    term = np.concatenate([place[part.term] for part, _, place in pairs])
    there = np.zeros(len(groups.keys), dtype=bool)
    for part, recode, _ in pairs:
        there[recode] |= part.filled
    rows = concat_rows([part.rows for part in parts if len(part.rows)] or [parts[0].rows])
    term = np.where(not_stopped(names, options_of(asked))[term], term, -1)
    near = _Near(rows, term, names, group, np.bincount(group, minlength=len(there)) > 0)
    tables = []
    labels = group_labels(groups.labels)
    for pair in pairs_of(labels, there, asked.target, asked.reference, asked.by):
        sides = ((pair.target, pair.one), (pair.reference, pair.two))
        lacking = [name for name, side in sides if not (side & near.filled).any()]
        if lacking and asked.target is not None:
            raise InputError(f"No word stands near {label!r} in {lacking[0]!r}.")
        if not lacking:
            tables.append(_compared_pair(near, pair, asked))
    if not sum(map(len, tables)):
        raise none_near(label, asked.min_count, "a wider window", " in two groups")
    result = pd.concat(tables, ignore_index=True).rename(columns={"term": "collocate"})
    result.insert(2, "node", pd.Series([label] * len(result), dtype="str"))
    return result


class _Near(NamedTuple):
    """The words near a node in all parts."""

    rows: pd.DataFrame
    term: np.ndarray  # -1: none that may be a row
    names: pd.Index
    group: np.ndarray
    filled: np.ndarray  # groups that have such words


def _compared_pair(near: _Near, pair: GroupPair, asked: Any) -> pd.DataFrame:
    """The rows of one comparison."""
    rows = np.flatnonzero((pair.one | pair.two)[near.group] & (near.term >= 0))
    codes, item, counts = np.unique(near.term[rows], return_inverse=True, return_counts=True)
    often = counts >= asked.min_count
    own, place = often[item], np.cumsum(often) - 1
    lengths = np.ones(np.count_nonzero(own), dtype=np.int64)
    items = Hits(near.names.take(codes[often]), rows[own], place[item[own]], lengths)
    counted = Counted(near.rows, items, np.ones(len(near.rows), dtype=bool), near.group)
    table = compare_sides(counted, pair, asked.per, asked.confidence)
    return table.iloc[_surest(table)]


def _surest(table: pd.DataFrame) -> np.ndarray:
    """The order of the ends of the ratios' intervals that are nearer to 1, then of the ratios."""
    none = pd.Series(np.nan, table.index)  # where no intervals were asked for
    low, high = (table.get(name, none).to_numpy() for name in ("ratio_low", "ratio_high"))
    with np.errstate(divide="ignore"):
        bound = np.maximum(np.log2(np.where(np.isnan(low), 0, low)), 0)
        bound += np.minimum(np.log2(np.where(np.isnan(high), np.inf, high)), 0)
    names = table["term"].to_numpy(dtype=object).astype(str)
    order: np.ndarray = np.lexsort((names, -table["ratio"].to_numpy(), -bound))
    return order


_PARTS = Parts(_around, _compared, narrow=_documents, rest=_elsewhere, columns=COLUMNS)


@measure("tokens", evidence=of_meeting, parts=_PARTS)
def compare_collocates(
    corpus: pd.DataFrame,
    query: str | Sequence[str],
    *,
    window: Window = 5,
    within: str = "sentence",
    min_count: int = 3,
    stop_words: Iterable[str] = (),
    regex: bool = False,
    case: bool = False,
    target: object = None,
    reference: object = None,
    unit: str = "term",
    pos: Pos | None = None,
    by: str | Sequence[str],
    documents: pd.DataFrame | None = None,
    per: float = 1000,
    confidence: float | None = 0.95,
) -> pd.DataFrame:
    """Compare what two groups of texts say near a word: each collocate's rate there.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        The tokens table.
    query, window, within, stop_words, regex, case, unit, pos
        As in `find_collocates`.
    min_count : int
        Leave out words that stand near the node less often, in both groups together.
    target, reference, by, documents, confidence
        As in `compare_rates`.
    per : float
        Rates are given per so many words near the node.

    Returns
    -------
    pandas.DataFrame
        One row per target and collocate, those that are most surely the target's first and the
        reference's last (by the end of the ratio's interval that is nearer to 1, then by `ratio`
        and name): `target`, `reference`, `node`, `collocate`, then the columns of `compare_rates`
        from `count` on, where `count` are the collocate's words near the node, `base` the words
        near the node, and `group_documents` the documents that have such words.

    Raises
    ------
    InputError
        As in `compare_rates` and `find_collocates`.

    Notes
    -----
    What differs is the rate among the words near the node, whatever the groups say elsewhere: a
    word that a group uses more in general is often also more frequent near the node.
    `compare_rates` tells how often it is used at all, `find_collocates` with `by` how much more
    near the node than elsewhere. The intervals are those of `compare_rates`; with m rows looked
    at together, give ``confidence=1 - 0.05 / m`` before a single one is called certain.

    Examples
    --------
    >>> from analysis.text.tokens import tokenize
    >>> said = ["A just war."] * 3 + ["The long war.", "A war.", "War here."]
    >>> texts = pd.DataFrame({"doc": list("abcdef"), "side": list("xxxyyy"), "text": said})
    >>> compared = compare_collocates(
    ...     tokenize(texts), "war", by="side", documents=texts, target="x", reference="y"
    ... )
    >>> compared[["collocate", "count", "count_reference", "base"]].values.tolist()
    [['just', 3, 0, 6], ['a', 3, 1, 6]]
    """
    in_parts()
