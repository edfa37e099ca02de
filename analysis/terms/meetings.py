"""Where words stand near a node: sums over documents, which add up over parts of a corpus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from analysis.counted import Counted
from analysis.tables import Groups, group_rows, merge_groups
from analysis.terms.contrasts import COMBINED, Estimate, correlation_of, ratio_interval
from analysis.terms.counting import Columns
from analysis.terms.estimate import (
    KORN_GRAUBARD,
    Sums,
    comes_in_bursts,
    interval_words,
    proportion_interval,
    units_of,
)
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
from analysis.terms.passages import Hits, Window, node_rows, steps_of, window_sizes, words_around
from analysis.terms.passages import units_of as units_within
from analysis.terms.tally import merge_names
from analysis.terms.unit_cells import (
    CellUnits,
    KeptUnits,
    Pairs,
    added,
    counted,
    units_of_index,
    units_of_rows,
)
from analysis.terms.units import HIDDEN
from analysis.text.cuts import as_column, repeat_word, take_words
from analysis.text.index import TokenIndex

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


class Options(NamedTuple):
    """What is a collocate, and the order of several."""

    window: Window
    within: str
    measure: str
    min_count: int
    stopped: list[str]


LookedUp = tuple[pd.DataFrame, Columns, dict[str, pd.Index], Hits]


class Near(NamedTuple):
    """How often words stand near the node in a part."""

    groups: Groups
    names: pd.Index  # of the terms
    group: np.ndarray  # of a cell: a word near the node in a group
    term: np.ndarray
    counts: np.ndarray
    documents: np.ndarray  # of every group
    sentences: bool  # whether sentences are numbered
    hits: int
    opened: Opened | None  # what it was read from, if it is not to be read again
    found: Found | None  # the sums of all documents, where these are the units


class Opened(NamedTuple):
    """The tokens of a part, the words of its nodes and those near them."""

    table: pd.DataFrame
    arrays: Columns
    groups: Groups
    spans: Spans


class Found(NamedTuple):
    """Sums over the units of a part, before its collocates are chosen."""

    key: np.ndarray | None  # group and term, in one number, of the sums; None: of every term
    plain: Sequence[np.ndarray]  # Σc, Σc², Σcb of c words in all b words of a unit; empty: 0
    cross: Sequence[np.ndarray]  # ΣcN, Σcn for N words of nodes and n words near them in the unit
    node: Cells  # of the words of nodes
    met: Cells  # of the words near them
    owner: np.ndarray  # group of every unit
    near: np.ndarray  # words near nodes in it
    words: np.ndarray  # all its words but those of nodes
    wholes: tuple[np.ndarray, ...]  # of every group, as the last five of `Meetings`


class Cells(NamedTuple):
    """Cells, each a term in a unit."""

    unit: np.ndarray
    term: np.ndarray
    times: np.ndarray  # its words that are meant
    counts: np.ndarray  # its words, but for words of a node


class Wanted(NamedTuple):
    """The collocates to measure, in the order of groups and names."""

    groups: Groups
    names: pd.Index
    group: np.ndarray
    term: np.ndarray
    documents: np.ndarray  # of every group
    over: np.ndarray  # what the units of every group are
    near: list[Near]  # of every part, if none is to be read again


class Meetings(NamedTuple):
    """Sums over the units of the groups of a part."""

    met: np.ndarray  # how often each collocate stands near the node …
    collocate: np.ndarray  # … and at all, but for words of a node
    documents: np.ndarray  # in which they meet
    squares: np.ndarray  # rows: what `_squares` gives
    hits: np.ndarray  # of each group
    node: np.ndarray  # words of the nodes
    near: np.ndarray  # words near the nodes
    base: np.ndarray  # all words but those of the nodes
    whole: np.ndarray  # rows: what `_wholes` gives


def near_of(
    looked_up: LookedUp,
    options: Options,
    by: tuple[str | Sequence[str] | None, pd.DataFrame | None],
    *,
    alone: bool,
    narrowed: bool = False,
    kept: Counted | None = None,
) -> Near:
    """Count the words near a node; `narrowed` as for `meetings_of`, their words may be counted."""
    table, arrays, categories, hits = looked_up
    groups, names = group_rows(table, *by), categories["term"]
    spans = spans_of(arrays, hits, options, groups)
    documents = np.zeros(1, dtype=np.int64) if narrowed else _documents(arrays, groups)
    opened, found = Opened(table, arrays, groups, spans), None
    if not groups.names and (not alone or (arrays.index is not None and documents[0] > 1)):
        many = np.array([2])  # documents; else the sums are not used
        units: CellUnits | KeptUnits
        if kept is not None and narrowed:
            place = kept.ids.get_indexer(categories["doc"])
            units = KeptUnits(kept, place, arrays["doc"], arrays["term"])
        elif arrays.index is None:
            units = units_of_rows(arrays, len(names), groups.codes, many)
        else:
            units = units_of_index(arrays.index)
        found = _found(units, spans, 1, narrowed=narrowed)
    cells = _counts(groups, opened, found, not_stopped(names, options))
    none = groups._replace(codes=groups.codes[:0])
    counts = (names, *cells, documents, "sentence" in arrays, len(hits[0]))
    return Near(none, *counts, opened if alone and found is None else None, found)


def _counts(
    groups: Groups, opened: Opened, found: Found | None, kept: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Groups and terms of the words near the node, and how often each pair occurs."""
    if not groups.names:
        if found is not None:
            count = np.bincount(found.met.term, found.met.times, len(kept))
        else:
            count = np.bincount(opened.arrays["term"][opened.spans.rows[1]], minlength=len(kept))
        code = np.flatnonzero((count > 0) & kept)
        return np.zeros(len(code), dtype=np.int64), code, count[code].astype(np.int64)
    rows = opened.spans.rows[1]
    term = opened.arrays["term"][rows]
    own, size = kept[term], max(len(kept), 1)
    cells, count = counted(groups.codes[rows[own]] * size + term[own])
    return *np.divmod(cells, size), count


def _documents(arrays: Columns, groups: Groups) -> np.ndarray:
    """How many documents each group has."""
    if arrays.index is not None and not groups.names:
        return np.array([len(arrays.index.edges) - 1])
    return units_of(arrays["doc"], None, groups.codes, len(groups.keys)).documents


def wanted_of(parts: Sequence[Near], min_count: int) -> Wanted:
    """The collocates that stand near the node often enough in all parts together."""
    if len(parts) == 1 and parts[0].names.is_monotonic_increasing:
        near = parts[0]
        kept = near.counts >= min_count
        cells_kept = near.group[kept], near.term[kept]
        over = _over(near.documents, near.sentences)
        return Wanted(
            near.groups, near.names, *cells_kept, near.documents, over, _at_hand(parts, over)
        )
    groups, recodes = merge_groups([part.groups for part in parts])
    used = [np.unique(part.term) for part in parts]
    names, places = merge_names([p.names[own] for p, own in zip(parts, used, strict=True)])
    order = np.argsort(names.to_numpy(dtype=object), kind="stable")
    names, rank = names[order], np.argsort(order)
    documents = np.zeros(len(groups.keys), dtype=np.int64)
    cells = []
    for part, recode, own, place in zip(parts, recodes, used, places, strict=True):
        documents[recode] += part.documents
        term = rank[place][np.searchsorted(own, part.term)]
        cells.append(recode[part.group] * max(len(names), 1) + term)
    cell, item = np.unique(np.concatenate(cells), return_inverse=True)
    count = np.zeros(len(cell), dtype=np.int64)
    np.add.at(count, item, np.concatenate([part.counts for part in parts]))
    group, term = np.divmod(cell[count >= min_count], max(len(names), 1))
    over = _over(documents, any(part.sentences for part in parts))
    return Wanted(groups, names, group, term, documents, over, _at_hand(parts, over))


def _at_hand(parts: Sequence[Near], over: np.ndarray) -> list[Near]:
    """The parts with words near the node, if no tokens are needed for their sums; else none."""
    some = [part for part in parts if part.hits or part.found or part.opened]
    if len(parts) == 1 and some and some[0].opened:
        return some
    documents = over.tolist() == ["documents"]
    return some if documents and all(part.found for part in some) else []


def _over(documents: np.ndarray, sentences: bool) -> np.ndarray:
    """What the units of groups of so many documents are."""
    alone = "sentences" if sentences else "none"
    many = np.where(documents > 1, "documents", np.where(documents == 1, alone, "none"))
    return many.astype(object)


def meetings_of(near: Near, wanted: Wanted, *, intervals: bool, narrowed: bool = False) -> Meetings:
    """The sums of the collocates wanted in a part.

    Of a part that was `narrowed` to documents that can have the node, only what these differ in
    from documents without it, as `meetings_elsewhere` has them.
    """
    found, n_groups = near.found, len(wanted.documents)
    if found is None or wanted.over.tolist() != ["documents"]:
        opened: Any = near.opened
        units = _units(opened.arrays, near, opened.groups, wanted)
        found = _found(units, opened.spans, n_groups, narrowed=narrowed)
    pairs = Pairs((wanted.group, wanted.term), n_groups, wanted.names, near.names)
    size = pairs.size
    node, met = (_Chosen(cells, found, pairs) for cells in (found.node, found.met))
    cross = pairs.take(found.cross, found.key)
    plain = pairs.take(found.plain, found.key) if found.plain else np.zeros((3, size), np.int64)
    spread = np.bincount(met.pair, minlength=size)
    squares = np.zeros((0, size), dtype=np.int64)
    if intervals:
        lost = [
            node.add(values, size)
            for values in (
                node.times * (2 * node.counts + node.times), node.times * node.words,
                node.times * node.near,
            )
        ]  # fmt: skip
        # w of its words are in a unit and m of them near the nodes; the unit has n words near the
        # nodes and b in all, without those of the nodes: w², wb, wn; m², mw, mn, mb; m > 0
        first = [plain[1] - lost[0], plain[2] - cross[0] - lost[1], cross[1] - lost[2]]
        weights = (met.times, met.counts, met.near, met.words)
        squares = np.array([*first, *(met.add(met.times * own, size) for own in weights), spread])
    texts = wanted.over[wanted.group] == "documents"
    return Meetings(
        met.add(met.times, size),
        plain[0] - node.add(node.times, size),
        np.where(texts, spread, np.minimum(spread, 1)),
        squares,
        *found.wholes,
    )


class _Chosen:
    """Cells of collocates that are wanted, with their numbers."""

    def __init__(self, cells: Cells, found: Found, pairs: Pairs) -> None:
        pair = pairs.of(found.owner[cells.unit] if pairs.n_groups > 1 else None, cells.term)
        kept = np.flatnonzero(pair < pairs.size)
        self.pair, unit = pair.take(kept), cells.unit.take(kept)
        each = (
            cells.times.take(kept), cells.counts.take(kept),
            found.near.take(unit), found.words.take(unit),
        )  # fmt: skip
        # whole numbers as floats, which is how they are added up
        self.times, self.counts, self.near, self.words = (own.astype(np.float64) for own in each)

    def add(self, values: np.ndarray, size: int) -> np.ndarray:
        """Values of the cells added up by collocate."""
        return added(self.pair, values, size)


def _found(units: CellUnits | KeptUnits, spans: Spans, n_groups: int, *, narrowed: bool) -> Found:
    """The sums over the units of a part; of one that was narrowed, without the plain ones."""
    owner, one = units.owner, n_groups == 1
    words = spans.rows if units.indexed is None else spans.numbers(units.indexed)
    node, met = (counted(units.cell_of(side)) for side in words)
    own, other = cells = [Cells(*units.take(cell, times)) for cell, times in (node, met)]
    own.counts[:] -= node[1]
    place = np.searchsorted(met[0], node[0])
    there = np.flatnonzero(place < len(met[0]))
    there = there[met[0][place[there]] == node[0][there]]
    other.counts[place[there]] -= node[1][there]
    n_node, n_near = (added(side.unit, side.times, len(owner)) for side in cells)
    left = units.words - n_node
    key, cross = units.multiply(n_node, n_near)
    base, whole = left, _wholes(owner, n_near, left, n_groups)
    if narrowed:
        base = left - units.words
        whole -= _wholes(owner, np.zeros_like(left), units.words, n_groups)
    starts = np.zeros(len(spans.starts), np.int64) if one else owner[units.unit_of(spans.starts)]
    sums = (added(owner, values, n_groups) for values in (n_node, n_near, base))
    wholes = (np.bincount(starts, minlength=n_groups), *sums, whole)
    plain = () if narrowed else units.sums()
    return Found(key, plain, cross, own, other, owner, n_near, left, wholes)


def _units(arrays: Columns, near: Near, groups: Groups, wanted: Wanted) -> CellUnits:
    """The units of a part, numbered by their groups in the corpus."""
    if arrays.index is not None and wanted.over.tolist() == ["documents"] and not groups.names:
        return units_of_index(arrays.index)
    _, (whole, own) = merge_groups([wanted.groups, near.groups])
    place = np.zeros(len(wanted.groups.keys), dtype=np.int64)
    place[whole] = np.arange(len(whole))
    group = place[own][groups.codes]
    return units_of_rows(arrays, len(near.names), group, wanted.documents)


def near_elsewhere(corpus: Any) -> Near:
    """What is near a node in all documents of a corpus as though none had it."""
    documents = np.array([np.count_nonzero(corpus.document_sizes()[0])])
    none, names = np.empty(0, dtype=np.int64), pd.Index([], dtype=object)
    groups = Groups(none, [], np.zeros((1, 0), dtype=np.int64), [])
    return Near(groups, names, none, none, none, documents, True, 0, None, None)


def meetings_elsewhere(corpus: Any, wanted: Wanted, *, intervals: bool) -> Meetings:
    """The sums of the collocates wanted as though no document of a corpus had the node."""
    size, words = len(wanted.term), corpus.document_sizes()[1]
    sums = corpus.sum_terms(wanted.names.take(wanted.term))
    zero, none = np.zeros(size, dtype=np.int64), np.zeros(1, dtype=np.int64)
    squares = np.zeros((8 if intervals else 0, size), dtype=np.int64)
    squares[:2] = sums[1:] if intervals else 0
    base, whole = (
        words.sum(keepdims=True),
        _wholes(np.zeros_like(words), np.zeros_like(words), words, 1),
    )
    return Meetings(zero, sums[0], zero, squares, none, none, none, base, whole)


def _wholes(owner: np.ndarray, near: np.ndarray, words: np.ndarray, n_groups: int) -> np.ndarray:
    """Of n and e = b − n in every group: units that have some, Σn², Σe², Σne."""
    other = words - near
    parts = (near > 0, other > 0, near * near, other * other, near * other)
    return np.array([added(owner, part, n_groups) for part in parts])


def collocate_table(
    parts: Sequence[Meetings], wanted: Wanted, label: str, measure: str, confidence: float | None
) -> pd.DataFrame:
    """The collocates of a node with all that is measured, by group and falling measure."""
    sums = Meetings(*(sum(columns[1:], columns[0]) for columns in zip(*parts, strict=True)))
    own = wanted.group
    measured = _measured(
        count=sums.met,
        count_node=sums.hits[own],
        count_collocate=sums.collocate,
        near=sums.near[own],
        base=sums.base[own],
        node=sums.node[own],
    )
    measured |= {"documents": sums.documents, "group_documents": wanted.documents[own]}
    order = np.lexsort((-measured[measure].astype(np.float64), own))
    columns: dict[str, Any] = {}
    if wanted.groups.names:
        labels = wanted.groups.labels.take(own[order]).reset_index(drop=True)
        columns = {str(name): labels[name] for name in labels}
    columns["node"] = repeat_word(label, len(own))
    columns["collocate"] = take_words(wanted.names, wanted.term[order])
    if confidence is not None:
        low, high, words, which = _intervals(sums, wanted, confidence)
        measured |= {"low": low, "high": high}
    columns |= {name: values.take(order) for name, values in measured.items()}
    if confidence is not None:
        columns["interval"] = as_column(pa.array(words, pa.large_string()).take(which[order]))
    return pd.DataFrame(columns, index=pd.RangeIndex(len(own)), copy=False)


def _intervals(
    sums: Meetings, wanted: Wanted, confidence: float
) -> tuple[np.ndarray, np.ndarray, list[str], np.ndarray]:
    """The interval of the log ratio of the rates near the node and elsewhere, in the same texts."""
    own = wanted.group if len(wanted.documents) > 1 else slice(None)  # one for all rows
    count, collocate = sums.met.astype(np.float64), sums.collocate.astype(np.float64)
    w2, ww, wn, m2, mw, mn, mww, spread = (row.astype(np.float64) for row in sums.squares)
    n_near, n_other, near2, other2, both = (row[own].astype(np.float64) for row in sums.whole)
    near = sums.near[own].astype(np.float64)
    other = sums.base[own] - near
    one = Sums(n_near, count, near, m2, mn, near2)
    two = Sums(n_other, collocate - count, other, w2 - 2 * mw + m2, ww - wn - mww + mn, other2)
    products = [mw - m2, mww - mn, wn - mn, both]
    known = [Estimate(side.ratio, *proportion_interval(side, confidence)) for side in (one, two)]
    ends = ratio_interval(known[0], known[1], correlation_of(one, two, products))
    with np.errstate(divide="ignore"):
        low, high = np.log2(ends[0]), np.log2(ends[1])
    words, which = interval_words(
        KORN_GRAUBARD,
        confidence,
        wanted.over,
        np.broadcast_to(one.n, low.shape),
        known=np.isfinite(low),
        kish=one.kish,
        bursts=comes_in_bursts(one.total, spread, one.n),
        base=None,
        group=wanted.group,
    )
    combined = [word if word.startswith("none") else COMBINED + word for word in words]
    return low, high, combined, which


class Spans(NamedTuple):
    """The words that are part of a hit and those near one, and the first row of each hit."""

    node: np.ndarray  # rows; or with an index the numbers of the words
    near: np.ndarray
    starts: np.ndarray
    indexed: TokenIndex | None

    @property
    def rows(self) -> tuple[np.ndarray, np.ndarray]:
        """Rows of the words."""
        if self.indexed is None:
            return self.node, self.near
        return self.indexed.words[0][self.node], self.indexed.words[0][self.near]

    def numbers(self, index: TokenIndex) -> tuple[np.ndarray, np.ndarray]:
        """Numbers of the words among all words of the table."""
        if self.indexed is not None:
            return self.node, self.near
        return index.words[1][self.node], index.words[1][self.near]


def spans_of(arrays: Columns, hits: Hits, options: Options, groups: Groups) -> Spans:
    """The words that are part of a hit, and those near one in the same group; each once."""
    sizes, index = window_sizes(options.window), arrays.index
    within = "sentence" if sizes[0] is None else options.within
    units_within(arrays, within)
    known = index is not None and (within == "document" or index.knows(arrays["sentence"]))
    if index is not None and known and not groups.names:
        return Spans(*words_around(index, hits, sizes, within), hits[0], index)
    node = node_rows(hits)
    near, group = np.zeros(len(arrays["term"]), dtype=bool), groups.codes
    for which, rows, _ in steps_of(arrays, hits, options.window, options.within):
        near[rows if not groups.names else rows[group[rows] == group[hits[0][which]]]] = True
    near[node] = False
    return Spans(node[arrays["is_word"][node]], np.flatnonzero(near), hits[0], None)


def not_stopped(vocabulary: pd.Index, options: Options) -> np.ndarray:
    """Mark the terms that may be rows."""
    kept = np.ones(len(vocabulary), dtype=bool)
    terms = (*options.stopped, HIDDEN)
    codes: Any = [vocabulary.get_loc(term) for term in terms if term in vocabulary]
    kept[codes] = False
    return kept


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
