"""Cutting passages out of the documents that tokens were made of."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Mapping, Sequence
from numbers import Integral
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis.counted import Codes
from analysis.tables import InputError, bare, require_choice, require_columns
from analysis.terms.counting import Columns, coded, open_tokens
from analysis.text.cuts import Texts, same_words, strings_of, texts_of
from analysis.text.index import TokenIndex, index_of
from analysis.text.tokens import match_vocabulary, patterns_of, search


def metadata_columns(documents: pd.DataFrame, columns: str | Sequence[str] | None) -> list[str]:
    """Read which columns of `documents` to show beside a passage; None means the outlet."""
    require_columns(documents, ("doc", "text"), "documents")
    if columns is None:
        return [column for column in ("outlet",) if column in documents.columns]
    names = [columns] if isinstance(columns, str) or not np.iterable(columns) else list(columns)
    if not all(isinstance(name, str) for name in names):
        raise InputError(f"columns={columns!r} is no column; give its name, or a list of names.")
    require_columns(documents, names, "documents")
    return list(dict.fromkeys(names))


def find_texts(
    arrays: Mapping[str, np.ndarray],
    categories: Mapping[str, pd.Index],
    rows: np.ndarray,
    documents: pd.DataFrame,
) -> tuple[np.ndarray, Texts, np.ndarray]:
    """Rows of `documents` for some rows of the tokens, ascending; their texts, and which is whose.

    Refuses tokens that were made of other texts: one of each document must stand in its text.
    """
    doc = arrays["doc"][rows]
    first = np.flatnonzero(np.append(True, doc[1:] != doc[:-1])[: len(doc)])
    own = _places(documents, categories["doc"])[doc[first]]
    if (own < 0).any():
        name = categories["doc"][doc[first[int(np.argmax(own < 0))]]]
        raise InputError(
            f"Document {name!r} is not in the documents table; pass the one that the tokens were"
            " made of."
        )
    texts, text = texts_of(documents["text"], own)
    tokens = rows[first]
    words = strings_of(categories["word"]).take(pa.array(arrays["word"][tokens]))
    start = arrays["start"][tokens]
    ends = start + pc.utf8_length(words).to_numpy(zero_copy_only=False)
    (cut,) = texts.cut(texts.bytes_at(text, start), texts.bytes_at(text, ends))
    there = same_words(cut, words)
    if not there.all():
        name = categories["doc"][doc[first[int(np.argmin(there))]]]
        raise InputError(
            f"The tokens of document {name!r} were made of another text than the documents table"
            " holds; tokenize these documents again."
        )
    times = np.diff(np.append(first, len(doc)))
    return np.repeat(own, times), texts, np.repeat(text, times)


_rows: dict[tuple[int, int], tuple[Any, Any, np.ndarray]] = {}  # of ids that were looked up


def _places(documents: pd.DataFrame, docs: pd.Index) -> np.ndarray:
    """Row of `documents` for each of some ids, -1 for one that is not there."""
    values: Any = documents["doc"].array
    arrow = values.__arrow_array__() if hasattr(values, "__arrow_array__") else None
    if arrow is None:
        return _find_places(documents, docs)
    key = id(arrow), id(docs)  # neither is ever changed, and both are known as long as they are
    if key not in _rows or _rows[key][0]() is not arrow or _rows[key][1]() is not docs:
        own = [weakref.ref(one, lambda _: _rows.pop(key, None)) for one in (arrow, docs)]
        _rows[key] = own[0], own[1], _find_places(documents, docs)
    return _rows[key][2]


def _find_places(documents: pd.DataFrame, docs: pd.Index) -> np.ndarray:
    """As `_places`, looked up."""
    index, known = pd.Index(documents["doc"], dtype=object), docs.astype(object)
    if index.equals(known):  # the very same, in order
        return np.arange(len(index))
    if not index.is_unique:
        twice = index[index.duplicated()][0]
        raise InputError(f"The id {twice!r} stands twice in the documents; ids must be unique.")
    return index.get_indexer(known)


def keys_of(
    arrays: Mapping[str, np.ndarray], categories: Mapping[str, pd.Index], rows: np.ndarray
) -> dict[str, Any]:
    """The columns `doc`, `sentence` (if there) and `position` of some rows of the tokens."""
    keys: dict[str, Any] = {
        "doc": pd.Categorical.from_codes(arrays["doc"][rows], categories["doc"], validate=False)
    }
    return keys | {name: arrays[name][rows] for name in ("sentence", "position") if name in arrays}


def with_metadata(
    columns: dict[str, Any], documents: pd.DataFrame, rows: np.ndarray, more: Sequence[str]
) -> pd.DataFrame:
    """Make a table of these columns and of some of `documents`; a name that is taken stays."""
    beside = {name: documents[name].array.take(rows) for name in more if name not in columns}
    return pd.DataFrame(columns | beside, index=pd.RangeIndex(len(rows)), copy=False)


Window = int | tuple[int, int] | str
Hits = tuple[np.ndarray, np.ndarray]  # as `find_hits` returns them
WITHIN = ("sentence", "document")


def window_sizes(window: Window) -> tuple[int | None, int | None]:
    """Read a window: words to the left and to the right, None for the whole sentence."""
    if window == "sentence":
        return None, None
    pair: Any = window if isinstance(window, tuple | list) else (window, window)
    whole = all(isinstance(size, Integral) and not isinstance(size, bool) for size in pair)
    if len(pair) != 2 or not whole or min(pair) < 0 or max(pair) < 1:
        raise InputError(
            f"window={window!r} is no window; give a number of words such as 5, a pair (left,"
            ' right) such as (0, 3), or "sentence".'
        )
    return int(pair[0]), int(pair[1])


def require_span(window: Window, within: str) -> None:
    """Refuse what is no span, also where there are no hits."""
    window_sizes(window)
    require_choice(within, WITHIN, "within")


def units_of(columns: dict[str, np.ndarray], within: str) -> list[np.ndarray]:
    """The columns (as `open_tokens` gives them) that must not change within a span."""
    if within == "document":
        return [columns["doc"]]
    if "sentence" not in columns:
        raise InputError(
            "These tokens have no sentences; make them with tokenize(documents, sentences=True)"
            " or look within the document."
        )
    return [columns["doc"], columns["sentence"]]


def walk(
    rows: np.ndarray,
    step: int,
    units: Sequence[np.ndarray],
    *,
    counted: np.ndarray | None = None,
    limit: int | None = None,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Step from many rows at once to the first, second … word beside each."""
    which, here = np.arange(len(rows)), np.asarray(rows, dtype=np.int64)
    homes = [unit[here] for unit in units]
    distance = 0
    while len(which) and (limit is None or distance < limit):
        here = here + step
        if counted is not None:
            _pass_over(here, step, counted)
        inside = np.flatnonzero((here >= 0) & (here < len(units[0])))
        for unit, home in zip(units, homes, strict=True):
            inside = inside[unit[here[inside]] == home[which[inside]]]
        if len(inside) < len(which):
            which, here = which[inside], here[inside]
        distance += 1
        if len(which):
            yield which, here


def _pass_over(here: np.ndarray, step: int, counted: np.ndarray) -> None:
    """Move on, in place, what stands on a row that does not count."""
    size = len(counted)
    off = np.flatnonzero(~counted[np.clip(here, 0, size - 1)])
    while len(off):
        here[off] += step
        off = off[(here[off] >= 0) & (here[off] < size)]
        off = off[~counted[here[off]]]


def reach(
    columns: Columns,
    starts: np.ndarray,
    lengths: np.ndarray,
    window: Window,
    within: str = "document",
) -> tuple[np.ndarray, np.ndarray]:
    """First and last row of the window around each hit."""
    # The window holds so many words to each side, within the document or the sentence, or all
    # tokens of the sentence.
    sizes = window_sizes(window)
    if columns.index is not None and within == "document" and window != "sentence":
        return _indexed_reach(columns.index, (starts, lengths), window_sizes(window))
    whole = sizes[0] is None
    units = units_of(columns, "sentence" if whole else within)
    counted = None if whole else columns["is_word"]
    ends = []
    for begin, step, size in ((starts, -1, sizes[0]), (starts + lengths - 1, 1, sizes[1])):
        far = begin.copy()
        for which, rows in walk(begin, step, units, counted=counted, limit=size):
            far[which] = rows
        ends.append(far)
    return ends[0], ends[1]


def _indexed_reach(
    index: TokenIndex, hits: Hits, sizes: tuple[int | None, int | None]
) -> tuple[np.ndarray, np.ndarray]:
    """As `reach` within documents: words are numbered, so the window's ends need no walk."""
    starts, lengths = hits
    ends = [starts, starts + (lengths - 1)]
    for place, (step, size) in enumerate(zip((-1, 1), sizes, strict=True)):
        if size and len(index.words[0]):
            number, last = index.neighbours(starts, lengths, step)
            far = number + step * (size - 1)
            far = np.maximum(far, last) if step < 0 else np.minimum(far, last)
            rows = index.words[0].take(far, mode="clip")
            ends[place] = np.where((last - number) * step >= 0, rows, ends[place])
    return ends[0], ends[1]


def words_beside(columns: Columns, hits: Hits, side: str, places: Sequence[int]) -> np.ndarray:
    """Term codes at these distances to the left ("L") or right ("R") of hits, -1 for none."""
    # Shape (places, hits); in the document, also across sentences.
    starts, lengths = hits
    term, index = columns["term"], columns.index
    codes: np.ndarray = np.full((len(places), len(starts)), -1, dtype=term.dtype)
    if index is None:
        begin, step = (starts, -1) if side == "L" else (starts + lengths - 1, 1)
        units, limit = units_of(columns, "document"), max(places, default=0)
        steps = walk(begin, step, units, counted=columns["is_word"], limit=limit)
        for place, (which, rows) in enumerate(steps, start=1):
            if place in places:
                codes[places.index(place)][which] = term[rows]
        return codes
    step = -1 if side == "L" else 1
    number, last = index.neighbours(starts, lengths, step)
    for place, column in zip(places, codes, strict=True):
        wanted = number + step * (place - 1)
        column[:] = index.word_terms.take(wanted, mode="clip") if len(index.word_terms) else -1
        column[(last - wanted) * step < 0] = -1
    return codes


def look_up(
    tokens: pd.DataFrame,
    query: str | Sequence[str],
    *,
    regex: bool,
    case: bool,
    columns: Sequence[str] = (),
    once: bool = False,
) -> tuple[pd.DataFrame, Columns, dict[str, pd.Index], Hits]:
    """The tokens table to search in, its arrays and categories, and the hits of a query.

    A table that is searched `once` is read through, which is faster than to index all its words.
    """
    table = bare(tokens)
    arrays, categories = open_tokens(table, columns)
    if not {"doc", "word", "term"} & set(arrays) <= set(categories):
        table = coded(table, columns)
        arrays, categories = open_tokens(table, columns)
    else:
        arrays.index = None if once else index_of(arrays, len(categories["term"]), tokens)
    hits = search(table, query, regex, case, arrays.index)
    return table, arrays, categories, hits


def holding(corpus: Any, query: str | Sequence[str], *, regex: bool, case: bool) -> Any:
    """The documents of a corpus that can have a hit of a query, where its files tell."""
    asked = patterns_of(query, regex, case)
    if asked is None:
        return corpus

    def terms(pattern: str) -> Any:
        if not regex and not set(pattern) & set("*?"):
            return [pattern]
        return lambda known: known.take(match_vocabulary(known, pattern, as_regex=regex)).tolist()

    return corpus.holding([[terms(pattern) for pattern in one] for one in asked])


def term_places(
    codes: Codes, query: str | Sequence[str], *, regex: bool, case: bool
) -> list[np.ndarray] | None:
    """The terms that can stand at each place of a hit, marked: of a phrase, or of single words.

    None of other queries.
    """
    asked = [query] if isinstance(query, str) else list(query)
    patterns = patterns_of(asked, regex, case)
    if patterns is None or len(patterns) < len(asked):
        return None
    if len(patterns) > 1 and max(map(len, patterns)) > 1:
        return None

    def terms(pattern: str) -> Any:
        if not regex and not set(pattern) & set("*?"):
            return pattern
        return lambda known: match_vocabulary(known, pattern, as_regex=regex)

    return [codes.marked(map(terms, one)) for one in zip(*patterns, strict=True)]


def steps_of(
    arrays: Columns, hits: Hits, window: Window, within: str
) -> Iterator[tuple[np.ndarray, np.ndarray, int]]:
    """The hits that have a word at a distance, its row, and the distance, all of them in turn."""
    starts, lengths = hits
    sizes = window_sizes(window)
    if arrays.index is not None and within == "document" and sizes[0] is not None:
        yield from _indexed_steps(arrays.index, hits, sizes)
        return
    units = units_of(arrays, "sentence" if sizes[0] is None else within)
    for begin, side, size in ((starts, -1, sizes[0]), (starts + lengths - 1, 1, sizes[1])):
        steps = walk(begin, side, units, counted=arrays["is_word"], limit=size)
        for distance, (which, rows) in enumerate(steps, start=1):
            yield which, rows, side * distance


def _indexed_steps(
    index: TokenIndex, hits: Hits, sizes: tuple[int | None, int | None]
) -> Iterator[tuple[np.ndarray, np.ndarray, int]]:
    """As `steps_of` within documents, without a walk."""
    for step, size in zip((-1, 1), sizes, strict=True):
        number, last = index.neighbours(*hits, step)
        for distance in range(1, (size or 0) + 1):
            which = np.flatnonzero((last - number) * step >= distance - 1)
            yield which, index.words[0][number[which] + step * (distance - 1)], step * distance


def words_around(
    index: TokenIndex, hits: Hits, sizes: tuple[int | None, int | None], within: str
) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of the words that are part of hits, and of those around them; each once."""
    before = index.words[1]
    rows = index.edges if within == "document" else index.sentence_edges
    edges, (first, length) = before[rows], hits
    last = first + length
    begin, end = before[first], before[last]
    own = np.searchsorted(rows, first, "right")
    low = edges[own - 1]
    if int(length.max(initial=0)) <= 1:
        node = begin[end > begin]
    else:
        node = node_rows(hits)
        node = before[node[index.is_word[node]]]
        own = np.searchsorted(rows, last, "left")
    high = edges[own]  # the one behind the last
    if sizes[0] is not None:
        np.maximum(low, begin - sizes[0], out=low)
    if sizes[1] is not None:
        np.minimum(high, end + sizes[1], out=high)
    high = np.maximum.accumulate(high)  # hits are ascending, but not all of one length
    low[1:] = np.maximum(low[1:], high[:-1])
    counts = np.maximum(high - low, 0)
    ends = np.cumsum(counts, dtype=np.int32)
    words = np.arange(int(counts.sum()), dtype=np.int32)
    words += np.repeat(low - (ends - counts), counts)
    kept = np.ones(len(words), dtype=bool)
    kept[np.searchsorted(words, node)] = False
    return node, words.compress(kept)


def node_rows(hits: Hits) -> np.ndarray:
    """Rows that are part of a hit, each once."""
    starts, lengths = hits
    longest = int(lengths.max(initial=0))
    if longest <= 1:
        return starts
    return np.unique(np.concatenate([starts[lengths > i] + i for i in range(longest)]))
