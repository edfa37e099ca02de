"""Which words keep company with a word, and the passages where they meet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.tables import InputError, Parts, group_rows, in_parts, measure, require_choice
from analysis.terms.counting import Columns, base_of, coded, open_tokens, word_list
from analysis.terms.counting import Hits as Items
from analysis.terms.differences import Counted, compare_sides, group_labels, pairs_of, target_of
from analysis.terms.evidence import groups_of, hits_of, in_group, layer_of
from analysis.terms.meetings import (
    MEASURES,
    LookedUp,
    Meetings,
    Near,
    Options,
    Wanted,
    collocate_table,
    meetings_elsewhere,
    meetings_of,
    near_elsewhere,
    near_of,
    not_stopped,
    spans_of,
    wanted_of,
)
from analysis.terms.passages import (
    Hits,
    Window,
    holding,
    keys_of,
    look_up,
    node_rows,
    require_span,
    steps_of,
)
from analysis.terms.units import Pos, as_unit, hide_others, stop_terms
from analysis.text.forms import form_of
from analysis.text.index import IN_POS


def _of_meeting(corpus: Any, step: Mapping[str, Any], row: Mapping[str, Any]) -> pd.DataFrame:
    """Where a collocate is near a node: from the one to the other, each collocate once."""
    params = step["params"]
    query, collocate = params.get("query"), row.get("collocate", row.get("target"))
    if "queries" in params:
        queries = params["queries"]
        query = queries[row["source"]] if isinstance(queries, Mapping) else row["source"]
    options = {"regex": params["regex"], "case": params.get("case", False)}
    row = {**row, **target_of(step, row)} if step["call"] == "compare_collocates" else row
    names = groups_of(step, row)
    if (params.get("unit") or "term") == "term":  # only documents that have both
        corpus = holding(corpus, query, **options).holding([[[str(collocate)]]])
    table = layer_of(corpus, step, names)
    counts = table[IN_POS].to_numpy() if IN_POS in table else np.ones(len(table), dtype=bool)
    table, arrays, categories, hits = look_up(
        table.drop(columns=IN_POS, errors="ignore"),
        query,
        columns=("position", "start", "end", "word"),
        **options,
    )
    others = hits_of(table, str(collocate), {})[0]
    others = others[counts[others]]
    group = in_group(table, names, row, corpus.documents)
    hits = hits[0][group[hits[0]]], hits[1][group[hits[0]]]
    rows, hit, distance = _meetings(
        arrays, hits, others[group[others]], params["window"], params["within"]
    )
    first, lengths = hits[0][hit], hits[1][hit]
    found = pd.DataFrame(keys_of(arrays, categories, np.minimum(first, rows)))
    found["start"] = np.minimum(arrays["start"][first], arrays["start"][rows])
    found["end"] = np.maximum(arrays["end"][first + lengths - 1], arrays["end"][rows])
    return found.assign(distance=distance)


def _near_of_part(
    tokens: pd.DataFrame,
    *,
    query: str | Sequence[str],
    window: Window,
    within: str,
    measure: str,
    min_count: int,
    stop_words: Iterable[str],
    regex: bool,
    case: bool,
    unit: str,
    pos: Pos | None,
    by: str | Sequence[str] | None,
    documents: pd.DataFrame | None,
    alone: bool,
    narrowed: bool,
) -> Near:
    """The words near the node in a part."""
    options = _options(window, within, measure, min_count, stop_words, unit)
    found = _look_up(tokens, query, {"regex": regex, "case": case}, (unit, pos), narrowed)
    return near_of(found, options, (by, documents), alone=alone, narrowed=narrowed)


def _wanted(parts: Sequence[Near], *, query: str | Sequence[str], min_count: int) -> Wanted:
    """The collocates that stand near the node often enough."""
    if not sum(part.hits for part in parts):
        raise InputError(f"{_label(query)!r} does not occur in these texts; look for another word.")
    return wanted_of(parts, min_count)


def _collocates_of_part(
    tokens: pd.DataFrame,
    *,
    query: str | Sequence[str],
    window: Window,
    within: str,
    measure: str,
    min_count: int,
    stop_words: Iterable[str],
    regex: bool,
    case: bool,
    unit: str,
    pos: Pos | None,
    by: str | Sequence[str] | None,
    documents: pd.DataFrame | None,
    confidence: float | None,
    known: Wanted,
    narrowed: bool,
) -> Meetings:
    """The sums of the collocates in a part."""
    options = _options(window, within, measure, min_count, stop_words, unit)
    found = _look_up(tokens, query, {"regex": regex, "case": case}, (unit, pos), narrowed)
    near = near_of(found, options, (by, documents), alone=True, narrowed=narrowed)
    return meetings_of(near, known, intervals=confidence is not None, narrowed=narrowed)


def _meetings_known(*, confidence: float | None, known: Wanted) -> list[Meetings]:
    """The sums of the collocates in all parts, if no tokens are needed for them; else none."""
    return [meetings_of(near, known, intervals=confidence is not None) for near in known.near]


def _near_documents(
    corpus: Any,
    *,
    query: str | Sequence[str],
    regex: bool,
    case: bool,
    unit: str,
    pos: Pos | None,
    by: str | Sequence[str] | None,
) -> Any:
    """The documents that can have the node, if files tell them and what counts of the others."""
    plain = unit == "term" and pos is None and (by is None or not len(by))
    if not plain or corpus.document_sizes() is None:
        return corpus
    return holding(corpus, query, regex=regex, case=case)


def _wanted_documents(
    corpus: Any,
    *,
    query: str | Sequence[str],
    regex: bool,
    case: bool,
    unit: str,
    pos: Pos | None,
    by: str | Sequence[str] | None,
    known: Wanted,
) -> Any:
    """The same, where the units are documents."""
    if known.over.tolist() != ["documents"]:
        return corpus
    return _near_documents(corpus, query=query, regex=regex, case=case, unit=unit, pos=pos, by=by)


def _meetings_elsewhere(corpus: Any, *, confidence: float | None, known: Wanted) -> Meetings:
    """The sums of the collocates in all documents, as though none had the node."""
    return meetings_elsewhere(corpus, known, intervals=confidence is not None)


def _collocate_table(
    parts: Sequence[Meetings],
    *,
    query: str | Sequence[str],
    measure: str,
    min_count: int,
    confidence: float | None,
    known: Wanted,
) -> pd.DataFrame:
    """The collocates of a node in every group, in their order."""
    result = collocate_table(parts, known, _label(query), measure, confidence)
    if not len(result):
        raise InputError(
            f"No word stands near {_label(query)!r} {min_count} times or more; give a lower"
            " min_count or a wider window."
        )
    return result


_COLUMNS = ("doc", "sentence", "word", "term", "is_word")
_NEAR = Parts(_near_of_part, _wanted, narrow=_near_documents, rest=near_elsewhere, columns=_COLUMNS)
_COLLOCATES = Parts(
    _collocates_of_part,
    _collocate_table,
    _NEAR,
    _wanted_documents,
    rest=_meetings_elsewhere,
    known=_meetings_known,
    columns=_COLUMNS,
)


@measure("tokens", evidence=_of_meeting, parts=_COLLOCATES)
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
    unit: str = "term",
    pos: Pos | None = None,
    by: str | Sequence[str] | None = None,
    documents: pd.DataFrame | None = None,
    confidence: float | None = 0.95,
) -> pd.DataFrame:
    """Find the words that stand near a word, phrase or pattern more often than elsewhere.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        The tokens table.
    query : str or sequence of str
        The node, as in `find_contexts`; several are one node with alternatives.
    window : int, (int, int) or "sentence"
        The span: words to each side, to the left and right, or the whole sentence. Punctuation is
        stepped over.
    within : {"sentence", "document"}
        What a span must not cross.
    measure : str
        Column to sort by: "count", "mi", "mi_uncorrected", "mi3", "t_score", "z_score", "log_dice",
        "g2_four_term", "delta_p_collocate_given_node", "delta_p_node_given_collocate" or
        "log_ratio".
    min_count : int
        Leave out words that stand near the node (in the group) less often.
    stop_words : iterable of str
        Words left out of the rows; they still count in the base.
    regex : bool
        Each word of `query` is a regular expression for a whole token.
    case : bool
        Distinguish upper and lower case in `query`.
    unit, pos
        What counts as one, for the node and its collocates, and which parts of speech the
        collocates have, as in `count_terms`. The node may have any; spans, `near` and `base` hold
        all words.
    by : str or sequence of str, optional
        Columns of `tokens` or `documents` to group by. Default: the corpus is one group.
    documents : pandas.DataFrame, optional
        The documents table, for a column of `by` that is there.
    confidence : float or None
        Coverage of the intervals; None leaves them out, which is faster.

    Returns
    -------
    pandas.DataFrame
        One row per group and collocate, ordered by group, `measure` (descending) and name: the
        columns of `by`; `node`, `collocate`, `count` (its words in the spans), `count_node` (hits
        of the query), `count_collocate` (all its words), `near` (words in the spans), `base` (all
        words; all of these in the group), `expected` (of `count`), `mi`, `mi_uncorrected`, `mi3`,
        `t_score`, `z_score`, `log_dice`, `g2_four_term`, `delta_p_collocate_given_node`,
        `delta_p_node_given_collocate`, `log_ratio` (of its rate near the node to its rate
        elsewhere), `documents` (in which they meet), `group_documents` (of the group), `low`,
        `high` (of `log_ratio`; may be infinite), `interval`. Each measure is explained at its
        function in `analysis.terms.formulas`.

    Raises
    ------
    InputError
        If an argument is not usable, the query has no hit, or no word stands near it so often.

    Notes
    -----
    Surface co-occurrence after Evert 2008, “Corpora and collocations”, §3.1 and §5.1: a word in
    the spans of two hits counts once, and words that are part of a hit count neither as
    collocates nor in `count_collocate`, `near` and `base`. So the four counts make a true 2×2
    table, and expected = near · count_collocate / base. Tools that add up the spans of all hits
    (Conc, for one) count a word between two hits twice. `mi` is corrected for the span, and
    `mi_uncorrected` is not, like Conc's: with five words to each side it is 3.3 bits higher, so
    thresholds such as “MI ≥ 3” do not carry over from one to the other.

    The interval of `log_ratio` takes documents as the units of chance: the two rates' intervals
    (Korn–Graubard) and their correlation over documents make that of their ratio (MOVER-R, Donner
    & Zou 2012). Several thousand words are looked at together: that an interval of one leaves out 0
    is no finding yet. In groups of voices a word is near a hit of the same voice.

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
    in_parts()


def _options(
    window: Window, within: str, measure: str, min_count: int, stop_words: Iterable[str], unit: str
) -> Options:
    """The options of collocates, checked."""
    require_choice(measure, MEASURES, "measure")
    if not min_count >= 1:
        raise InputError(f"min_count={min_count!r} must be 1 or more.")
    require_span(window, within)
    stopped = word_list(stop_words, "stop_words")
    return Options(window, within, measure, min_count, stop_terms(stopped, unit))


def _label(query: str | Sequence[str]) -> str:
    """What a node is called."""
    return query if isinstance(query, str) else " | ".join(query)


def _look_up(
    corpus: pd.DataFrame,
    query: str | Sequence[str],
    words: Mapping[str, bool],
    units: tuple[str, Pos | None],
    once: bool = False,
) -> LookedUp:
    """The tokens in their unit, their arrays and categories, and the hits of a node."""
    unit, pos = units
    found = look_up(
        as_unit(corpus, unit), query, regex=words["regex"], case=words["case"], once=once
    )
    if pos is None:
        return found
    table = hide_others(as_unit(found[0], "term", pos))  # the node is of any part of speech
    return table, *open_tokens(table), found[3]


def _hits(
    corpus: pd.DataFrame,
    query: str | Sequence[str],
    words: Mapping[str, bool],
    units: tuple[str, Pos | None],
) -> LookedUp:
    """As `_look_up`, of a node that occurs."""
    found = _look_up(corpus, query, words, units)
    if not len(found[3][0]):
        raise InputError(f"{_label(query)!r} does not occur in these texts; look for another word.")
    return found


Queries = Sequence[str] | Mapping[str, Sequence[str]]


def _nodes(queries: Queries) -> Mapping[str, Any]:
    """The nodes of a network by name."""
    return queries if isinstance(queries, Mapping) else {query: query for query in queries}


def _edges_near(
    tokens: pd.DataFrame,
    *,
    queries: Queries,
    window: Window,
    within: str,
    measure: str,
    min_count: int,
    stop_words: Iterable[str],
    regex: bool,
    top: int,
    unit: str,
    pos: Pos | None,
    alone: bool,
) -> list[Near]:
    """The words near each node in a part."""
    if isinstance(queries, str) or not len(queries):
        raise InputError(
            f'queries={queries!r} is no list of nodes; give one such as ["war", "talks"].'
        )
    if not top >= 1:
        raise InputError(f"top={top!r} must be 1 or more.")
    options = _options(window, within, measure, min_count, stop_words, unit)
    words = {"regex": regex, "case": False}
    return [
        near_of(_look_up(tokens, query, words, (unit, pos)), options, (None, None), alone=alone)
        for query in _nodes(queries).values()
    ]


def _edges_wanted(parts: Sequence[list[Near]], *, min_count: int) -> list[Wanted]:
    """The collocates of each node that stand near it often enough."""
    return [wanted_of(own, min_count) for own in zip(*parts, strict=True)]


def _edges_of_part(
    tokens: pd.DataFrame,
    *,
    queries: Queries,
    window: Window,
    within: str,
    measure: str,
    min_count: int,
    stop_words: Iterable[str],
    regex: bool,
    top: int,
    unit: str,
    pos: Pos | None,
    known: list[Wanted],
) -> list[Meetings]:
    """The sums of the collocates of each node in a part."""
    near = _edges_near(
        tokens,
        queries=queries,
        window=window,
        within=within,
        measure=measure,
        min_count=min_count,
        stop_words=stop_words,
        regex=regex,
        top=top,
        unit=unit,
        pos=pos,
        alone=True,
    )
    pairs = zip(near, known, strict=True)
    return [meetings_of(own, wanted, intervals=False) for own, wanted in pairs]


def _edges_known(*, known: list[Wanted]) -> list[list[Meetings]]:
    """The sums of all parts, if no tokens are needed for them; else none."""
    if not all(wanted.near for wanted in known):
        return []
    own = [[meetings_of(near, wanted, intervals=False) for near in wanted.near] for wanted in known]
    return [list(part) for part in zip(*own, strict=True)]


def _edge_table(
    parts: Sequence[list[Meetings]],
    *,
    queries: Queries,
    measure: str,
    min_count: int,
    top: int,
    known: list[Wanted],
) -> pd.DataFrame:
    """The edges of all nodes, each once."""
    nodes = _nodes(queries)
    names, tables = [form_of(name) for name in nodes], []
    for number, (name, query) in enumerate(nodes.items()):
        own = [part[number] for part in parts]
        edges = collocate_table(own, known[number], _label(query), measure, None)
        edges = edges[(edges.index < top) | edges["collocate"].isin(names)]
        edges = edges.rename(columns={"node": "source", "collocate": "target"})
        tables.append(edges.assign(source=name).astype({"source": "str"}))
    result = pd.concat(tables, ignore_index=True)
    pairs = np.sort(result[["source", "target"]].map(form_of).to_numpy(dtype=object), axis=1)
    once = ~pd.DataFrame(pairs).duplicated()
    if not len(result):
        raise InputError(
            f"No word stands near {_label(list(nodes))!r} {min_count} times or more; give a lower"
            " min_count or other words."
        )
    return result[once.to_numpy()].reset_index(drop=True)


_EDGES = Parts(_edges_of_part, _edge_table, Parts(_edges_near, _edges_wanted), known=_edges_known)


@measure("tokens", evidence=_of_meeting, parts=_EDGES)
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


@measure("tokens", evidence=_of_meeting)
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
    options = _options(window, within, MEASURES[0], min_count, stop_words, unit)
    words = {"regex": regex, "case": case}
    table, arrays, categories, hits = _hits(corpus, query, words, (unit, pos))
    table, vocabulary = coded(table), categories["term"]
    groups = group_rows(table, by, documents)
    group, labels = groups.codes, groups.labels
    near = np.zeros(len(table), dtype=bool)
    near[spans_of(arrays, hits, options, groups).rows[1]] = True
    names = group_labels(labels)
    pairs = pairs_of(names, base_of(table, group, len(names)) > 0, target, reference, by)
    filled = np.bincount(group[near], minlength=len(names)) > 0
    kept = not_stopped(vocabulary, options)
    parts = []
    for pair in pairs:
        for name, side in ((pair.target, pair.one), (pair.reference, pair.two)):
            if target is not None and not (side & filled).any():
                raise InputError(f"No word stands near {_label(query)!r} in {name!r}.")
        if not (pair.one & filled).any() or not (pair.two & filled).any():
            continue
        rows = np.flatnonzero(near & (pair.one | pair.two)[group] & kept[arrays["term"]])
        codes, item, counts = np.unique(
            arrays["term"][rows], return_inverse=True, return_counts=True
        )
        often = counts >= min_count
        own = often[item]
        place = np.cumsum(often) - 1
        items = Items(
            vocabulary.take(codes[often]), rows[own], place[item[own]], np.ones(own.sum(), np.int64)
        )
        part = compare_sides(Counted(table, items, near, group), pair, per, confidence)
        parts.append(part.iloc[_surest(part)])
    if not sum(map(len, parts)):
        raise InputError(
            f"No word stands near {_label(query)!r} {min_count} times or more in two groups; give a"
            " lower min_count or a wider window."
        )
    result = pd.concat(parts, ignore_index=True).rename(columns={"term": "collocate"})
    result.insert(2, "node", pd.Series([_label(query)] * len(result), dtype="str"))
    return result


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
