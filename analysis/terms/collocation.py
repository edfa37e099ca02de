"""Which words keep company with a word, and the passages where they meet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.tables import InputError, group_codes, measure, require_choice
from analysis.terms.counting import (
    Columns,
    base_of,
    coded,
    count_matrix,
    count_words,
    open_tokens,
    word_list,
)
from analysis.terms.counting import Hits as Items
from analysis.terms.differences import (
    COMBINED,
    Counted,
    Estimate,
    compare_sides,
    correlation_of,
    group_labels,
    pairs_of,
    ratio_interval,
    target_of,
)
from analysis.terms.estimate import (
    KORN_GRAUBARD,
    Sums,
    comes_in_bursts,
    describe_intervals,
    proportion_interval,
    sums_of,
    units_of,
)
from analysis.terms.evidence import groups_of, hits_of, in_group, layer_of
from analysis.terms.formulas import (
    delta_p,
    expected_count,
    log_dice,
    log_likelihood,
    log_ratio,
    mi,
    mi3,
    mi_uncorrected,
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
from analysis.terms.units import HIDDEN, Pos, as_unit, hide_others, stop_terms
from analysis.text.forms import form_of
from analysis.text.index import IN_POS

MEASURES = (
    "count",
    "mi",
    "mi_uncorrected",
    "mi3",
    "t_score",
    "z_score",
    "log_dice",
    "g2_four_term",
    "delta_p_collocate_given_node",
    "delta_p_node_given_collocate",
    "log_ratio",
)


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
    options = _options(window, within, measure, min_count, stop_words, unit)
    looked_up = _hits(corpus, query, {"regex": regex, "case": case}, (unit, pos))
    result = _found(looked_up, query, options, (by, documents), confidence)
    if not len(result):
        raise InputError(
            f"No word stands near {_label(query)!r} {min_count} times or more; give a lower"
            " min_count or a wider window."
        )
    return result


class _Options(NamedTuple):
    """What is a collocate, and the order of several."""

    window: Window
    within: str
    measure: str
    min_count: int
    stopped: list[str]


def _options(
    window: Window, within: str, measure: str, min_count: int, stop_words: Iterable[str], unit: str
) -> _Options:
    """The options of collocates, checked."""
    require_choice(measure, MEASURES, "measure")
    if not min_count >= 1:
        raise InputError(f"min_count={min_count!r} must be 1 or more.")
    require_span(window, within)
    stopped = word_list(stop_words, "stop_words")
    return _Options(window, within, measure, min_count, stop_terms(stopped, unit))


def _label(query: str | Sequence[str]) -> str:
    """What a node is called."""
    return query if isinstance(query, str) else " | ".join(query)


LookedUp = tuple[pd.DataFrame, Columns, dict[str, pd.Index], Hits]


def _look_up(
    corpus: pd.DataFrame,
    query: str | Sequence[str],
    words: Mapping[str, bool],
    units: tuple[str, Pos | None],
) -> LookedUp:
    """The tokens in their unit, their arrays and categories, and the hits of a node."""
    unit, pos = units
    found = look_up(as_unit(corpus, unit), query, regex=words["regex"], case=words["case"])
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


def _found(
    looked_up: LookedUp,
    query: str | Sequence[str],
    options: _Options,
    by: tuple[str | Sequence[str] | None, pd.DataFrame | None],
    confidence: float | None,
) -> pd.DataFrame:
    """The collocates of a node in every group, in their order."""
    table, arrays, categories, hits = looked_up
    groups = group_codes(table, *by)
    spans = _spans(arrays, hits, options, groups[0])
    result = _collocates(arrays, categories["term"], spans, groups, options, confidence)
    label = pd.Series([_label(query)] * len(result), dtype="str")
    result.insert(len(groups[1].columns), "node", label)
    order = np.lexsort((-result[options.measure].astype(float).to_numpy(), result.pop("group")))
    return result.iloc[order].reset_index(drop=True)


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
    if isinstance(queries, str) or not len(queries):
        raise InputError(
            f'queries={queries!r} is no list of nodes; give one such as ["war", "talks"].'
        )
    if not top >= 1:
        raise InputError(f"top={top!r} must be 1 or more.")
    nodes: Mapping[str, Any] = (
        queries if isinstance(queries, Mapping) else {query: query for query in queries}
    )
    options = _options(window, within, measure, min_count, stop_words, unit)
    names = [form_of(name) for name in nodes]
    parts = []
    for name, query in nodes.items():
        looked_up = _look_up(corpus, query, {"regex": regex, "case": False}, (unit, pos))
        edges = _found(looked_up, query, options, (None, None), None)
        edges = edges[(edges.index < top) | edges["collocate"].isin(names)]
        edges = edges.rename(columns={"node": "source", "collocate": "target"})
        parts.append(edges.assign(source=name).astype({"source": "str"}))
    result = pd.concat(parts, ignore_index=True)
    pairs = np.sort(result[["source", "target"]].map(form_of).to_numpy(dtype=object), axis=1)
    once = ~pd.DataFrame(pairs).duplicated()
    if not len(result):
        raise InputError(
            f"No word stands near {_label(list(nodes))!r} {min_count} times or more; give a lower"
            " min_count or other words."
        )
    return result[once.to_numpy()].reset_index(drop=True)


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
    group, labels = group_codes(table, by, documents)
    near = np.zeros(len(table), dtype=bool)
    near[_spans(arrays, hits, options, group).near] = True
    names = group_labels(labels)
    pairs = pairs_of(names, base_of(table, group, len(names)) > 0, target, reference, by)
    filled = np.bincount(group[near], minlength=len(names)) > 0
    kept = _not_stopped(vocabulary, options)
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


def _table(row: np.ndarray, column: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """How often each cell occurs."""
    counts = np.bincount(row * shape[1] + column, minlength=shape[0] * shape[1])
    return counts.reshape(shape)


class _Spans(NamedTuple):
    """Rows of the words that are part of a hit and of those near one, and the group of each hit."""

    node: np.ndarray
    near: np.ndarray
    starts: np.ndarray


def _spans(arrays: Columns, hits: Hits, options: _Options, group: np.ndarray) -> _Spans:
    """The words that are part of a hit, and those near one in the same group; each row once."""
    node = node_rows(hits)
    near = np.zeros(len(arrays["term"]), dtype=bool)
    one = not group.any()
    for which, rows, _ in steps_of(arrays, hits, options.window, options.within):
        near[rows if one else rows[group[rows] == group[hits[0][which]]]] = True
    near[node] = False
    return _Spans(node[arrays["is_word"][node]], np.flatnonzero(near), hits[0])


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


def _not_stopped(vocabulary: pd.Index, options: _Options) -> np.ndarray:
    """Mark the terms that may be rows."""
    kept = np.ones(len(vocabulary), dtype=bool)
    terms = pd.Index([*options.stopped, HIDDEN], dtype=object)
    dropped = vocabulary.get_indexer(terms)
    kept[dropped[dropped >= 0]] = False
    return kept


def _collocates(
    arrays: Columns,
    vocabulary: pd.Index,
    spans: _Spans,
    groups: tuple[np.ndarray, pd.DataFrame],
    options: _Options,
    confidence: float | None,
) -> pd.DataFrame:
    """The collocates of every group with all that is measured, in the order of groups and names."""
    group, labels = groups
    term, near, size = arrays["term"], spans.near, len(labels)
    kept = _not_stopped(vocabulary, options)
    cell = group[near] * len(vocabulary) + term[near]
    cells, counts = np.unique(cell[kept[term[near]]], return_counts=True)
    cells, counts = cells[counts >= options.min_count], counts[counts >= options.min_count]
    own, code = np.divmod(cells, len(vocabulary))
    codes, item = np.unique(code, return_inverse=True)
    place = np.full(len(vocabulary), -1, dtype=np.int64)
    place[codes] = np.arange(len(codes))
    words = np.array(arrays["is_word"], dtype=bool)
    words[spans.node] = False
    met, rows = near[place[term[near]] >= 0], None
    if confidence is None and size == 1:  # without a look at each of its words
        total = _totals(arrays, len(vocabulary))
        collocate = (total - np.bincount(term[spans.node], minlength=len(total)))[code]
    else:
        rows = np.flatnonzero(words & (place >= 0)[term])
        table = _table(group[rows], place[term[rows]], (size, len(codes)))
        collocate = table[own, item]
    docs = int(arrays["doc"].max(initial=0)) + 1
    pair = (group[met] * len(codes) + place[term[met]]) * docs + arrays["doc"][met]
    where = np.divmod(np.unique(pair) // docs, max(len(codes), 1))
    documents = _table(*where, (size, len(codes)))[own, item]
    result = labels.take(own).reset_index(drop=True)
    measured = _measured(
        count=counts,
        count_node=np.bincount(group[spans.starts], minlength=size)[own],
        count_collocate=collocate,
        near=np.bincount(group[near], minlength=size)[own],
        base=np.bincount(group[words], minlength=size)[own],
        node=np.bincount(group[spans.node], minlength=size)[own],
    )
    result["collocate"] = pd.Series(vocabulary.take(code).to_numpy(), dtype="str")
    result = result.assign(**measured, documents=documents, group=own)
    units = units_of(arrays["doc"], arrays.get("sentence"), group, size)
    result["group_documents"] = units.documents[own]
    if rows is None or confidence is None:
        return result
    unit, n_units = units.code, len(units.owner)
    meetings = count_matrix(unit[met], place[term[met]], n_units, len(codes))
    others = count_matrix(unit[rows], place[term[rows]], n_units, len(codes)) - meetings
    bases = np.bincount(unit[near], minlength=n_units), np.bincount(unit[words], minlength=n_units)
    sides = (meetings, bases[0]), (others.tocsc(), bases[1] - bases[0])
    low, high, sums = _association(*sides, units.owner, size, (own, item), confidence)
    spread = _by_owner(units.owner, size) @ (meetings > 0).astype(int)
    text = describe_intervals(
        KORN_GRAUBARD,
        confidence,
        units.over[own],
        sums.n,
        known=np.isfinite(low),
        kish=sums.kish,
        bursts=comes_in_bursts(sums.total, spread.toarray()[own, item], sums.n),
    )
    text[np.isfinite(low)] = COMBINED + text[np.isfinite(low)]
    return result.assign(low=low, high=high, interval=text)


Counts = tuple[sparse.csc_array, np.ndarray]  # of units and items, and the units' words


def _association(
    one: Counts,
    two: Counts,
    owner: np.ndarray,
    n_groups: int,
    cells: tuple[np.ndarray, np.ndarray],
    confidence: float,
) -> tuple[np.ndarray, np.ndarray, Sums]:
    """The interval of the log ratio of the rates near the node and elsewhere, in the same texts."""
    sums = [sums_of(*side, owner, n_groups).take(cells) for side in (one, two)]
    members = _by_owner(owner, n_groups)
    columns = [base.astype(np.float64)[:, None] for _, base in (one, two)]
    products = [
        (members @ one[0].multiply(two[0])).toarray()[cells],
        (members @ one[0].multiply(columns[1])).toarray()[cells],
        (members @ two[0].multiply(columns[0])).toarray()[cells],
        (members @ (columns[0] * columns[1]))[cells[0], 0],
    ]
    known = [Estimate(own.ratio, *proportion_interval(own, confidence)) for own in sums]
    correlation = correlation_of(sums[0], sums[1], products)
    ends = ratio_interval(known[0], known[1], correlation)
    with np.errstate(divide="ignore"):
        return np.log2(ends[0]), np.log2(ends[1]), sums[0]


def _by_owner(owner: np.ndarray, n_groups: int) -> sparse.csr_array:
    """A matrix that adds up the units of each group."""
    cells = (np.ones(len(owner)), (owner, np.arange(len(owner))))
    return sparse.csr_array(cells, shape=(n_groups, len(owner)))


def _totals(arrays: Columns, size: int) -> np.ndarray:
    """How often each term occurs as a word."""
    if arrays.index is not None:
        return arrays.index.totals
    return count_words(arrays["term"], arrays["is_word"], size)


def _measured(
    *,
    count: np.ndarray,
    count_node: np.ndarray,
    count_collocate: np.ndarray,
    near: np.ndarray,
    base: np.ndarray,
    node: np.ndarray,
) -> dict[str, np.ndarray]:
    """The counts and every measure of them; `node` are the words that are part of a hit."""
    four = (count, near, count_collocate, base)
    elsewhere = (count_collocate - count, base - near)
    forward, backward = delta_p(*four)
    return {
        "count": count,
        "count_node": count_node,
        "count_collocate": count_collocate,
        "near": near,
        "base": base,
        "expected": expected_count(near, count_collocate, base),
        "mi": mi(*four),
        "mi_uncorrected": mi_uncorrected(count, count_node, count_collocate, base + node),
        "mi3": mi3(*four),
        "t_score": t_score(*four),
        "z_score": z_score(*four),
        "log_dice": log_dice(count, count_node, count_collocate),
        "g2_four_term": log_likelihood(count, near, *elsewhere),
        "delta_p_collocate_given_node": forward,
        "delta_p_node_given_collocate": backward,
        "log_ratio": np.where(elsewhere[1] > 0, log_ratio(count, near, *elsewhere), np.nan),
    }
