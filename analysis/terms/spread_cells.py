"""How terms are spread, from the words that were counted by document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pandas as pd

from analysis.counted import Counted, blocks
from analysis.tables import group_rows
from analysis.terms.cells import Found, bases_of_documents, count_cells, find_counted
from analysis.terms.counting import word_list
from analysis.terms.spread import Counts, Known, Places, Sizes, Spread, distances_of, spread_sums


def _found(
    counted: Counted, terms: Sequence[str] | None, stop_words: Iterable[str]
) -> Found | None:
    """What is counted; None where it takes more than terms."""
    asked = None if terms is None else word_list(terms, "terms")
    if asked is not None and not asked:
        return None
    return find_counted(counted, asked, word_list(stop_words, "stop_words"))


def totals_counted(
    counted: Counted,
    *,
    terms: Sequence[str] | None,
    stop_words: Iterable[str],
    by: str | Sequence[str] | None,
    documents: pd.DataFrame | None,
) -> Counts | None:
    """Count terms and words of a part, as `totals_of_part` does."""
    found, groups = _found(counted, terms, stop_words), group_rows(counted.table, by, documents)
    bases = bases_of_documents(counted, groups, None)
    tally = None if found is None else count_cells(counted, found, groups, confidence=None)
    if found is None or tally is None or bases is None:
        return None
    names, size = found[0], len(groups.keys)
    keys = tally.cells.group * len(names) + tally.cells.item
    order = np.argsort(keys)
    keys, totals = keys[order], tally.cells.total[order]
    if terms is not None:
        every = np.zeros(size * len(names), dtype=np.int64)
        every[keys] = totals
        keys, totals = np.arange(len(every)), every
    least = np.full(size, np.iinfo(np.int64).max)
    words = counted.words[counted.documents]
    filled = words > 0
    np.minimum.at(least, groups.codes[filled], words[filled])
    sizes = Sizes(bases.n, bases.total, bases.squares, least)
    groups = groups._replace(codes=groups.codes[:0])
    return Counts(groups, names, keys, totals, sizes, counted.ids[:1].tolist(), {})


def places_counted(
    counted: Counted,
    *,
    parts: str | int,
    terms: Sequence[str] | None,
    stop_words: Iterable[str],
    known: Known,
) -> Places | None:
    """Add up a part as `places_of_part` does; None for groups, slices and chosen documents."""
    found = _found(counted, terms, stop_words)
    if parts != "doc" or len(known.groups.keys) > 1 or counted.places is None or found is None:
        return None
    names, codes, items = found
    item = known.names.get_indexer(names)[items]
    kept = (counted.edges[codes + 1] > counted.edges[codes]) & (item >= 0)
    codes, item = codes[kept], item[kept]
    if not len(codes):
        return None
    totals = known.totals[np.searchsorted(known.keys, item)]
    whole, before = known.sizes.words, known.before[next(iter(counted.ids.tolist()), None)]
    own, portions = counted.totals[codes], []
    for some, cells in _portions(counted.edges, codes):
        edges = np.concatenate([[0], np.cumsum(np.diff(counted.edges)[codes[some]])])
        total = np.repeat(totals[some], np.diff(edges))
        sizes = counted.words[counted.doc[cells]]
        count = counted.counts[cells].astype(np.int64)
        portions.append(spread_sums(count, sizes, total, whole[:1], edges[:-1]))
    spread = Spread(*(np.concatenate(sums, axis=-1) for sums in zip(*portions, strict=True)))
    first, last, distances = np.zeros((3, len(codes)), dtype=np.int64)
    ends = np.concatenate([[0], np.cumsum(counted.totals)])
    for some, words in _portions(ends, codes):
        place = counted.places[words].astype(np.int64)
        starts = np.cumsum(own[some]) - own[some]
        total = np.repeat(totals[some], own[some])
        first[some], last[some] = place[starts], place[starts + own[some] - 1]
        distances[some] = distances_of(place, starts, total, whole[:1])
    return Places(item, spread, (item,), first + before[0], last + before[0], distances)


def _portions(edges: np.ndarray, codes: np.ndarray) -> Iterator[tuple[slice, np.ndarray | slice]]:
    """Portions of ascending terms, and where what belongs to them lies."""
    sizes = edges[codes + 1] - edges[codes]
    ends = np.concatenate([[0], np.cumsum(sizes)])
    for some in blocks(ends):
        first, last = edges[codes[some.start]], edges[codes[some.stop - 1] + 1]
        if last - first == ends[some.stop] - ends[some.start]:
            yield some, slice(int(first), int(last))
            continue
        skipped = edges[codes[some]] - (ends[some] - ends[some.start])
        rows = np.arange(ends[some.stop] - ends[some.start])
        yield some, rows + np.repeat(skipped, sizes[some])
