"""Where words stand near a node: sums over documents, which add up over parts of a corpus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.tables import Groups, group_rows, merge_groups
from analysis.terms.counting import Columns, fresh_runs
from analysis.terms.differences import COMBINED, Estimate, correlation_of, ratio_interval
from analysis.terms.estimate import (
    KORN_GRAUBARD,
    Sums,
    comes_in_bursts,
    describe_intervals,
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
from analysis.terms.passages import Hits, Window, node_rows, steps_of
from analysis.terms.tally import merge_names
from analysis.terms.units import HIDDEN
from analysis.text.cuts import repeat_word, take_words

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


class Opened(NamedTuple):
    """The tokens of a part, the words of its nodes and those near them."""

    table: pd.DataFrame
    arrays: Columns
    groups: Groups
    spans: Spans


class Wanted(NamedTuple):
    """The collocates to measure, in the order of groups and names."""

    groups: Groups
    names: pd.Index
    group: np.ndarray
    term: np.ndarray
    documents: np.ndarray  # of every group
    over: np.ndarray  # what the units of every group are
    near: Near | None  # of a corpus of one part


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
    found: LookedUp,
    options: Options,
    by: tuple[str | Sequence[str] | None, pd.DataFrame | None],
    *,
    alone: bool,
) -> Near:
    """Count the words near a node."""
    table, arrays, categories, hits = found
    groups, names = group_rows(table, *by), categories["term"]
    spans = spans_of(arrays, hits, options, groups.codes)
    term = arrays["term"][spans.near]
    kept = not_stopped(names, options)[term]
    cell = groups.codes[spans.near][kept] * len(names) + term[kept]
    cells, count = _counted(cell)
    group, code = np.divmod(cells, max(len(names), 1))
    documents = _documents(arrays, groups)
    opened = Opened(table, arrays, groups, spans) if alone else None
    none = groups._replace(codes=groups.codes[:0])
    counts = (names, group, code, count, documents)
    return Near(none, *counts, "sentence" in arrays, len(hits[0]), opened)


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
        kept_open = near if near.opened else None
        return Wanted(near.groups, near.names, *cells_kept, near.documents, over, kept_open)
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
    alone = parts[0] if len(parts) == 1 and parts[0].opened else None
    return Wanted(groups, names, group, term, documents, over, alone)


def _over(documents: np.ndarray, sentences: bool) -> np.ndarray:
    """What the units of groups of so many documents are."""
    alone = "sentences" if sentences else "none"
    many = np.where(documents > 1, "documents", np.where(documents == 1, alone, "none"))
    return many.astype(object)


def meetings_of(near: Near, wanted: Wanted, *, intervals: bool) -> Meetings:
    """The sums of the collocates wanted in a part."""
    opened: Any = near.opened
    _, arrays, groups, spans = opened
    size, n_groups, n_names = len(wanted.term), len(wanted.documents), max(len(near.names), 1)
    same = near.names is wanted.names
    code = np.arange(len(near.names)) if same else wanted.names.get_indexer(near.names)
    pairs, units = _Pairs(wanted, code), _units(arrays, near, groups, wanted)
    near_unit, node_unit = units.at(spans.near), units.at(spans.node)
    n_units = len(units.owner)
    n_near, n_node = (np.bincount(own, minlength=n_units) for own in (near_unit, node_unit))
    words = units.words - n_node
    meet, times = _counted(near_unit * n_names + arrays["term"][spans.near])
    unit, term = np.divmod(meet, n_names)
    pair = pairs.of(units.owner[unit], term)
    kept = pair < size
    meet, times, unit, pair = meet[kept], times[kept], unit[kept], pair[kept]
    counts = units.counts.astype(np.float64)
    own, number = _counted(node_unit * n_names + arrays["term"][spans.node])
    counts[np.searchsorted(units.keys, own)] -= number
    every = pairs.of_cells(units)
    some = np.flatnonzero(every < size)
    every, words_of_cell, unit_of_cell = every[some], counts[some], units.unit[some]
    squares = np.zeros((0, size), dtype=np.int64)
    if intervals:
        met = (pair, times, unit, counts[np.searchsorted(units.keys, meet)])
        squares = _squares((every, words_of_cell, unit_of_cell), met, (n_near, words), size)
    spread = np.bincount(pair, minlength=size)
    whole = wanted.over[wanted.group] == "documents"
    return Meetings(
        _added(pair, times, size),
        _added(every, words_of_cell, size),
        np.where(whole, spread, np.minimum(spread, 1)),
        squares,
        np.bincount(units.group(spans.starts), minlength=n_groups),
        _added(units.owner, n_node, n_groups),
        _added(units.owner, n_near, n_groups),
        _added(units.owner, words, n_groups),
        _wholes(units.owner, n_near, words, n_groups),
    )


class _Units(NamedTuple):
    """The units of a part."""

    code: np.ndarray | None  # of every row; None where they are the documents of the index
    edges: np.ndarray  # first row of each of these documents
    owner: np.ndarray  # group of every unit
    words: np.ndarray
    unit: np.ndarray  # of each cell: a term that a unit has as a word
    term: np.ndarray
    counts: np.ndarray  # how often
    keys: np.ndarray  # unit · number of terms + term

    def at(self, rows: np.ndarray) -> np.ndarray:
        """Units of some rows."""
        if self.code is None:
            return np.searchsorted(self.edges, rows, "right") - 1
        return self.code[rows]

    def group(self, rows: np.ndarray) -> np.ndarray:
        """Groups of some rows."""
        return self.owner[self.at(rows)]


def _units(arrays: Columns, near: Near, groups: Groups, wanted: Wanted) -> _Units:
    """The units of a part, numbered by their groups in the corpus."""
    is_word, size = np.asarray(arrays["is_word"], dtype=bool), max(len(near.names), 1)
    index = arrays.index
    if index is not None and not groups.names and wanted.over[0] == "documents":
        owner = np.zeros(len(index.lengths), dtype=np.int64)
        counts, (unit, keys) = index.cells.counts, index.cell_keys
        return _Units(
            None, index.edges[:-1], owner, index.lengths, unit, index.cells.term, counts, keys
        )
    _, (whole, own) = merge_groups([wanted.groups, near.groups])
    place = np.zeros(len(wanted.groups.keys), dtype=np.int64)
    place[whole] = np.arange(len(whole))
    group, n_groups = place[own][groups.codes], len(wanted.documents)
    sentence = arrays.get("sentence")
    units = units_of(arrays["doc"], sentence, group, n_groups, wanted.documents)
    codes, counts = _counted(units.code[is_word] * size + arrays["term"][is_word])
    unit, term = np.divmod(codes, size)
    words = np.bincount(units.code[is_word], minlength=len(units.owner))
    return _Units(units.code, unit[:0], units.owner, words, unit, term, counts, codes)


class _Pairs:
    """The numbers of the collocates wanted, by group and by the term of a part."""

    def __init__(self, wanted: Wanted, term: np.ndarray) -> None:
        self.n_groups, self.term = len(wanted.documents), term
        self.size = len(wanted.term)
        self.keys = wanted.group * max(len(wanted.names), 1) + wanted.term  # ascending
        self.n_names = max(len(wanted.names), 1)
        self.one = np.empty(0, dtype=np.int32)
        if self.n_groups == 1:
            place = np.full(self.n_names + 1, self.size, dtype=np.int32)
            place[wanted.term] = np.arange(self.size)
            self.one = place[term]

    def of(self, group: np.ndarray, code: np.ndarray) -> np.ndarray:
        """Numbers of the collocates; the number behind the last for what is none."""
        if self.n_groups == 1:
            return self.one[code]
        if not self.size:
            return np.zeros(len(code), dtype=np.int64)
        term = self.term[code]
        key = group * self.n_names + term
        place = np.minimum(np.searchsorted(self.keys, key), self.size - 1)
        found: np.ndarray = np.where((self.keys[place] == key) & (term >= 0), place, self.size)
        return found

    def of_cells(self, units: _Units) -> np.ndarray:
        """Numbers of the collocates of all cells."""
        group = units.term if self.n_groups == 1 else units.owner[units.unit]
        return self.of(group, units.term)


def _counted(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The distinct codes, ascending, and how often each occurs."""
    codes = np.sort(codes)
    first = np.flatnonzero(fresh_runs(codes)) if len(codes) else codes
    return codes[first], np.diff(np.append(first, len(codes)))


def _added(item: np.ndarray, values: np.ndarray, size: int) -> np.ndarray:
    """Whole numbers added up by item."""
    return np.bincount(item, values, size + 1)[:size].astype(np.int64)


def _squares(
    cells: tuple[np.ndarray, np.ndarray, np.ndarray],
    met: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    bases: tuple[np.ndarray, np.ndarray],
    size: int,
) -> np.ndarray:
    """Sums of each collocate: w², wb, wn; m², mw, mn, mb; units with m > 0."""
    # w of its words are in a unit and m of them near the nodes; the unit has n words near the nodes
    # and b in all, without those of the nodes
    near, words = bases
    every, counts, of = cells
    pair, times, unit, both = met
    sums = [
        *(_added(every, counts * weight, size) for weight in (counts, words[of], near[of])),
        *(_added(pair, times * weight, size) for weight in (times, both, near[unit], words[unit])),
        np.bincount(pair, minlength=size),
    ]
    return np.array(sums)


def _wholes(owner: np.ndarray, near: np.ndarray, words: np.ndarray, n_groups: int) -> np.ndarray:
    """Of n and e = b − n in every group: units that have some, Σn², Σe², Σne."""
    other = words - near
    parts = (near > 0, other > 0, near * near, other * other, near * other)
    return np.array([_added(owner, part, n_groups) for part in parts])


def collocate_table(
    parts: Sequence[Meetings], wanted: Wanted, label: str, measure: str, confidence: float | None
) -> pd.DataFrame:
    """The collocates of a node with all that is measured, by group and falling measure."""
    sums = Meetings(*(sum(columns[1:], columns[0]) for columns in zip(*parts, strict=True)))
    own, labels = wanted.group, wanted.groups.labels
    result = labels.take(own).reset_index(drop=True)
    measured = _measured(
        count=sums.met,
        count_node=sums.hits[own],
        count_collocate=sums.collocate,
        near=sums.near[own],
        base=sums.base[own],
        node=sums.node[own],
    )
    result["node"] = repeat_word(label, len(own))
    result["collocate"] = take_words(wanted.names, wanted.term)
    result = result.assign(**measured, documents=sums.documents)
    result["group_documents"] = wanted.documents[own]
    if confidence is not None:
        result = result.assign(**_intervals(sums, wanted, confidence))
    order = np.lexsort((-result[measure].astype(float).to_numpy(), own))
    return result.iloc[order].reset_index(drop=True)


def _intervals(sums: Meetings, wanted: Wanted, confidence: float) -> dict[str, np.ndarray]:
    """The interval of the log ratio of the rates near the node and elsewhere, in the same texts."""
    own = wanted.group
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
    text = describe_intervals(
        KORN_GRAUBARD,
        confidence,
        wanted.over[own],
        one.n,
        known=np.isfinite(low),
        kish=one.kish,
        bursts=comes_in_bursts(one.total, spread, one.n),
    )
    text[np.isfinite(low)] = COMBINED + text[np.isfinite(low)]
    return {"low": low, "high": high, "interval": text}


class Spans(NamedTuple):
    """Rows of the words that are part of a hit and of those near one, and the group of each hit."""

    node: np.ndarray
    near: np.ndarray
    starts: np.ndarray


def spans_of(arrays: Columns, hits: Hits, options: Options, group: np.ndarray) -> Spans:
    """The words that are part of a hit, and those near one in the same group; each row once."""
    node = node_rows(hits)
    near = np.zeros(len(arrays["term"]), dtype=bool)
    one = not group.any()
    for which, rows, _ in steps_of(arrays, hits, options.window, options.within):
        near[rows if one else rows[group[rows] == group[hits[0][which]]]] = True
    near[node] = False
    return Spans(node[arrays["is_word"][node]], np.flatnonzero(near), hits[0])


def not_stopped(vocabulary: pd.Index, options: Options) -> np.ndarray:
    """Mark the terms that may be rows."""
    kept = np.ones(len(vocabulary), dtype=bool)
    terms = pd.Index([*options.stopped, HIDDEN], dtype=object)
    dropped = vocabulary.get_indexer(terms)
    kept[dropped[dropped >= 0]] = False
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
