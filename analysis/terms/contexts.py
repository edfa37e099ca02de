"""The passages behind a number: every hit with the words around it (KWIC, concordance)."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from numbers import Integral
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.counted import Codes
from analysis.tables import InputError, Parts, concat_rows, in_parts, measure, passed, say_empty
from analysis.terms.counting import Columns, sorted_order
from analysis.terms.passages import (
    Hits,
    Window,
    find_texts,
    holding,
    keys_of,
    look_up,
    metadata_columns,
    reach,
    term_places,
    window_sizes,
    with_metadata,
    words_beside,
)
from analysis.terms.tally import MANY, merge_names
from analysis.text.cuts import Texts, as_column
from analysis.text.tokens import find_hits

_PLACES = ("doc", "position")  # keys that are numbers, not words
_SORT_KEY = re.compile(r"node|doc|position|[LR][1-9]\d?")


class Lines(NamedTuple):
    """The rows of a part, in their order, and what they are sorted by."""

    rows: pd.DataFrame
    keys: list[list[np.ndarray]]  # numbers, or codes of words, for each key that was asked for
    words: pd.Index
    hits: int


class Page(NamedTuple):
    """The rows that are shown, of all hits of a corpus."""

    ids: pd.Index  # of the documents
    positions: np.ndarray  # of the hits in them
    hits: int

    def places(self, ids: pd.Index, docs: np.ndarray, positions: np.ndarray) -> np.ndarray:
        """Which row of the page some hits are, given by codes of documents and positions; or -1."""
        own = (
            ids.get_indexer(self.ids) << 32 | self.positions
        )  # below 0 where ids lack the document
        order, wanted = np.argsort(own), docs.astype(np.int64) << 32 | positions
        place = np.searchsorted(own, wanted, sorter=order)
        place = np.append(order, -1)[np.minimum(place, len(order))]
        return np.where(np.append(own, -1)[place] == wanted, place, -1)


def _lines_of_part(tokens: pd.DataFrame, *, asked: Any) -> Lines:
    """The contexts of a part."""
    window_sizes(asked.window)  # refuses what is no window, also where there are no hits
    documents = passed(asked.documents, "documents")
    shown, keys = metadata_columns(documents, asked.columns), _sort_keys(asked.sort)
    needed = ("position", "start", "end", "word")
    table, arrays, categories, (starts, lengths) = look_up(
        tokens, asked.query, regex=asked.regex, case=asked.case, columns=needed
    )
    if asked.contains is not None:
        others = find_hits(table, asked.contains, regex=asked.regex, case=asked.case)
        kept = _has_beside(starts, lengths, reach(arrays, starts, lengths, asked.window), others)
        starts, lengths = starts[kept], lengths[kept]
    if asked.known is not None:  # which rows are shown is known, and their order
        places = arrays["doc"][starts], arrays["position"][starts]
        kept = asked.known.places(categories["doc"], *places) >= 0
        starts, lengths, order = starts[kept], lengths[kept], np.arange(np.count_nonzero(kept))
    else:
        first, last = _page(asked.limit, len(starts))
        order = _order(arrays, starts, lengths, keys, last)[first if asked.alone else 0 : last]
    shown_hits, place = _in_text_order(order, len(starts))
    starts, lengths, hits = starts[shown_hits], lengths[shown_hits], len(starts)
    rows, texts, text = find_texts(arrays, categories, starts, documents)
    found = keys_of(arrays, categories, starts[place])
    found |= _passages(arrays, (starts, lengths), asked.window, (texts, text), place)
    result = with_metadata(found, documents, rows[place], shown)
    if asked.alone or asked.known is not None:
        return Lines(result, [], categories["term"], hits)
    codes = [_key_codes(arrays, starts[place], lengths[place], [key]) for key in keys]
    return Lines(result, *_compressed(codes, keys, categories["term"]), hits)


def _compressed(
    codes: list[list[np.ndarray]], keys: Sequence[str], terms: Any
) -> tuple[list[list[np.ndarray]], pd.Index]:
    """Codes of words by their places among those used, and these; numbers as they are."""
    worded = [own for key, own in zip(keys, codes, strict=True) if key not in _PLACES]
    used = np.unique(np.concatenate([np.empty(0, int), *itertools.chain(*worded)]))
    used = used[used >= 0]

    def short(column: np.ndarray, key: str) -> np.ndarray:
        if key in _PLACES:
            return column.astype(np.int64)
        return np.where(column < 0, -1, np.searchsorted(used, column))

    pairs = zip(keys, codes, strict=True)
    words = pd.Index(terms.take(used), dtype=object)
    return [[short(column, key) for column in own] for key, own in pairs], words


# Which rows are shown, where that follows from the codes of words


def _page_of_part(codes: Codes, *, asked: Any) -> Lines | None:
    """The first rows of a part: documents and positions alone; None if it does not tell them."""
    places = term_places(codes, asked.query, regex=asked.regex, case=asked.case)
    if places is None or asked.limit is None or asked.contains is not None:
        return None
    rows, keys, length = codes.rows_of(places), _sort_keys(asked.sort), len(places)
    _, last = _page(asked.limit, len(rows))
    hits = len(rows)
    if keys and last < len(rows):
        leading = _codes_of_key(codes, rows, length, keys[0])[0]
        rows = rows[leading <= np.partition(leading, last - 1)[last - 1]] if last else rows[:0]
    columns = [_codes_of_key(codes, rows, length, key) for key in keys]
    order = np.arange(len(rows))
    if keys and len(rows):
        order = _sorted([*itertools.chain(*columns)])
    order = order[:last]
    doc, rows = codes.documents_of(rows[order]), rows[order]
    shown = pd.DataFrame({"doc": codes.ids.take(doc), "position": rows - codes.edges[doc]})
    sorted_by = [[own[order] for own in column] for column in columns]
    return Lines(shown, *_compressed(sorted_by, keys, codes.terms), hits)


def _codes_of_key(codes: Codes, rows: np.ndarray, length: int, key: str) -> list[np.ndarray]:
    """What hits of so many tokens are sorted by."""
    if key == "node":
        return [codes.terms_at(rows + place) for place in range(length)]
    doc = codes.documents_of(rows)
    if key in _PLACES:
        return [doc if key == "doc" else rows - codes.edges[doc]]
    side = (rows, -1) if key[0] == "L" else (rows + length - 1, 1)
    return codes.terms_beside(*side, int(key[1:]))[-1:]


def _shown_page(
    parts: Sequence[Lines | None], *, sort: Any, limit: int | tuple[int, int] | None
) -> Page | None:
    """The rows that are shown, if all parts tell them."""
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    rows = pd.concat([part.rows for part in known], ignore_index=True)
    first, last = _page(limit, len(rows))
    rows = rows.take(_order_of_all(known, _sort_keys(sort))[first:last])
    hits = sum(part.hits for part in known)
    return Page(pd.Index(rows["doc"], dtype=object), rows["position"].to_numpy(), hits)


def _in_documents(corpus: Any, *, asked: Any) -> Any:
    """The documents of a corpus that have rows to show, or that can have a hit, if that is told."""
    if asked.known is None:
        return holding(corpus, asked.query, regex=asked.regex, case=asked.case)
    rows = np.unique(asked.ids.get_indexer(asked.known.ids))
    return corpus.take(rows if len(rows) else np.arange(1))


def _sorted_lines(parts: Sequence[Lines], *, asked: Any) -> pd.DataFrame:
    """The contexts of all parts in their order."""
    known: Page | None = asked.known
    hits = sum(part.hits for part in parts) if known is None else known.hits
    result = parts[0].rows
    if asked.ids is not None:
        result = concat_rows([part.rows for part in parts])
        doc: Any = result["doc"].array
        if known is None:
            order = _order_of_all(parts, _sort_keys(asked.sort))
            first, last = _page(asked.limit, len(result))
            order = order[first:last]
        else:
            positions = result["position"].to_numpy()
            order = np.argsort(known.places(doc.categories, doc.codes, positions))
        result = result.take(order).reset_index(drop=True)
        doc = result["doc"].array
        codes = asked.ids.get_indexer(doc.categories)[doc.codes]
        result["doc"] = pd.Categorical.from_codes(codes, asked.ids)
    result.attrs["hits"] = hits
    if not hits:
        beside = "" if asked.contains is None else f" with {asked.contains!r} beside it"
        say_empty(f"{asked.query!r} does not occur{beside}")
    return result


def _order_of_all(parts: Sequence[Lines], keys: Sequence[str]) -> np.ndarray:
    """The order of the rows of all parts together."""
    if keys and len(parts) > 1:
        return np.lexsort(_merged_keys(parts, keys)[::-1])
    return np.arange(sum(len(part.rows) for part in parts))


def _merged_keys(parts: Sequence[Lines], keys: Sequence[str]) -> list[np.ndarray]:
    """What the rows of all parts are sorted by, one after the other."""
    words, places = merge_names([part.words for part in parts])
    order = np.argsort(words.to_numpy(dtype=object), kind="stable")
    rank = np.argsort(order)
    columns: list[np.ndarray] = []
    for number, key in enumerate(keys):
        for level in range(max(len(part.keys[number]) for part in parts)):
            pieces = []
            for which, (part, place) in enumerate(zip(parts, places, strict=True)):
                own = part.keys[number]
                codes = own[level] if level < len(own) else np.full(len(part.rows), -1)
                if key == "doc":
                    pieces.append(codes + (which << 32))  # documents of a part come together
                elif key == "position":
                    pieces.append(codes)
                else:
                    pieces.append(np.append(rank[place], -1)[codes])
            columns.append(np.concatenate(pieces))
    return columns


def _of_no_part(tokens: pd.DataFrame) -> None:
    """No page: of a table that is not measured in parts it is found at once."""


_PAGE = Parts(_of_no_part, _shown_page, codes=_page_of_part)
_LINES = Parts(_lines_of_part, _sorted_lines, _PAGE, narrow=_in_documents)


@measure("tokens", parts=_LINES)
def find_contexts(
    corpus: pd.DataFrame,
    query: str | Sequence[str],
    *,
    window: Window = 8,
    sort: str | Sequence[str] = ("R1", "R2", "R3"),
    contains: str | Sequence[str] | None = None,
    columns: str | Sequence[str] | None = None,
    regex: bool = False,
    case: bool = False,
    limit: int | tuple[int, int] | None = None,
    documents: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Show every occurrence of a word, phrase or pattern in its context.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        The tokens table.
    query : str or sequence of str
        What to look for: a word, a phrase, ``*`` and ``?`` as wildcards; several are alternatives.
        A word also finds its possessive (``russia``: Russia’s), a possessive only itself.
    documents : pandas.DataFrame
        The documents the tokens were made of: their `text`, and the `columns` shown.
    window : int, (int, int) or "sentence"
        Words to each side (left and right), or the sentence that the hit is in. Punctuation is
        shown but not counted; a window of words crosses sentences and ends with the document.
    sort : str or sequence of str
        In which order: "L1", "L2" … and "R1", "R2" … are the words before and after the hit (in
        the document, also beyond the window; where there is none comes first), "node" the hit
        itself, "doc" and "position" its place. Ties, and an empty `sort`, keep the order of the
        texts.
    contains : str or sequence of str, optional
        Only hits that have this (any of these) in their window, beside the hit itself.
    columns : str or sequence of str, optional
        Columns of `documents` beside each hit. Default: the outlet, if there is one.
    regex : bool
        Each word of `query` and `contains` is a regular expression for a whole token.
    case : bool
        Distinguish upper and lower case in `query` and `contains` (“US” and “us”).
    limit : int or (int, int), optional
        Show the first so many rows, or rows from … to …, of all that there are in the sorted table.

    Returns
    -------
    pandas.DataFrame
        One row per hit: `doc`, `sentence` (if the tokens have it), `position` (of its first token),
        `start`, `end` (offsets of the hit), `left`, `node`, `right`, and `columns`.
        ``attrs["hits"]`` is the number of hits before `limit`.

    Raises
    ------
    InputError
        If an argument is not usable, or the tokens were made of other texts than `documents` holds.

    Notes
    -----
    Nothing is tidied: for the text of the document, ``node == text[start:end]``, and
    ``left + node + right`` is ``text[start - len(left) : end + len(right)]``, line breaks included.
    The concordance is the method of Sinclair 1991, *Corpus, Concordance, Collocation*. Words are
    sorted by Unicode code point of the lower-cased form. The window says nothing of who speaks:
    a quoted claim and the paper's own words look alike.

    Examples
    --------
    >>> from analysis.text.tokens import tokenize
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["No war now. The war, he said, ended."]})
    >>> find_contexts(tokenize(texts), "war", documents=texts, window=2)[["left", "node", "right"]]
           left node       right
    0  now. The  war  , he said
    1       No   war   now. The
    """
    in_parts()


def _sort_keys(sort: str | Sequence[str]) -> list[str]:
    """The sort keys, checked."""
    keys = [sort] if isinstance(sort, str) else list(sort)
    for key in keys:
        if not isinstance(key, str) or not _SORT_KEY.fullmatch(key):
            raise InputError(
                f"sort={key!r} is not known; choose among 'L1', 'L2' …, 'R1', 'R2' … (words before"
                " and after), 'node', 'doc' and 'position'."
            )
    return keys


def _page(limit: int | tuple[int, int] | None, size: int) -> tuple[int, int]:
    """First and last row (exclusive) to show."""
    if limit is None:
        return 0, size
    pair = limit if isinstance(limit, tuple | list) else (0, limit)
    first, last = pair if len(pair) == 2 else (None, None)
    if not isinstance(first, Integral) or not isinstance(last, Integral) or not 0 <= first <= last:
        raise InputError(
            f"limit={limit!r} is no page; give a number of rows such as 20, or (20, 40) for the"
            " twenty after these."
        )
    return min(int(first), size), min(int(last), size)


def _has_beside(
    starts: np.ndarray,
    lengths: np.ndarray,
    bounds: tuple[np.ndarray, np.ndarray],
    others: tuple[np.ndarray, np.ndarray],
) -> np.ndarray:
    """Which hits have one of the other hits within their bounds, not overlapping the hit."""
    found = np.zeros(len(starts), dtype=bool)
    for length in np.unique(others[1]):
        rows = others[0][others[1] == length]
        for begin, end in ((bounds[0], starts), (starts + lengths, bounds[1] + 1)):
            found |= np.searchsorted(rows, begin) < np.searchsorted(rows, end - length, "right")
    return found


def _order(
    arrays: Columns, starts: np.ndarray, lengths: np.ndarray, keys: Sequence[str], last: int
) -> np.ndarray:
    """Numbers of the first `last` hits in sorted order; ties in the order of the texts."""
    some = np.arange(len(starts))
    if not keys or not last:
        return some[:last]
    if last < len(starts):  # leave out the hits that the first key alone puts behind the page
        leading = _key_codes(arrays, starts, lengths, keys[:1])[0]
        some = np.flatnonzero(leading <= np.partition(leading, last - 1)[last - 1])
    return some[_sorted(_key_codes(arrays, starts[some], lengths[some], keys))][:last]


def _sorted(keys: Sequence[np.ndarray]) -> np.ndarray:
    """Order by several keys, the first one leading; ties keep their order."""
    sizes = [int(key.max(initial=0)) + 2 for key in keys]  # -1 is a code, too
    if len(keys[0]) > MANY:
        return sorted_order([key + 1 for key in keys], sizes)
    rows = np.arange(len(keys[0]), dtype=np.uint64)
    if math.prod(sizes) * len(rows) >= 2**64:
        return np.lexsort(keys[::-1])
    packed = np.zeros(len(rows), dtype=np.uint64)  # one number for all keys and the row
    for key, size in zip(keys, sizes, strict=True):
        packed *= np.uint64(size)
        packed += (key + 1).astype(np.uint64)
    packed *= np.uint64(len(rows))
    packed += rows
    packed.sort()
    return (packed % np.uint64(max(len(rows), 1))).astype(np.int64)


def _in_text_order(order: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """The hits to show as they stand in the texts, and where each row of the order is then."""
    # Texts are read from front to back several times faster than to and fro.
    if len(order) < size / 8:
        chosen = np.sort(order)
        return chosen, np.searchsorted(chosen, order)
    chosen = np.zeros(size, dtype=bool)
    chosen[order] = True
    return np.flatnonzero(chosen), (np.cumsum(chosen) - 1)[order]


def _key_codes(
    arrays: Columns, starts: np.ndarray, lengths: np.ndarray, keys: Sequence[str]
) -> list[np.ndarray]:
    """Integer arrays to sort by, one or more for each key; -1 where there is no word."""
    term, ends = arrays["term"], starts + lengths - 1
    beside: dict[str, np.ndarray] = {}
    for side in "LR":
        places = sorted({int(key[1:]) for key in keys if key[0] == side})
        if places:
            columns = words_beside(arrays, (starts, lengths), side, places)
            beside |= {
                f"{side}{place}": codes for place, codes in zip(places, columns, strict=True)
            }
    codes: list[np.ndarray] = []
    for key in keys:
        if key == "node":
            for place in range(int(lengths.max(initial=0))):
                rows = starts + place
                codes.append(np.where(rows <= ends, term[np.minimum(rows, ends)], -1))
        else:
            codes.append(arrays[key][starts] if key in arrays else beside[key])
    return codes


def _passages(
    arrays: Columns, hits: Hits, window: Window, texts: tuple[Texts, np.ndarray], place: np.ndarray
) -> dict[str, Any]:
    """Offsets of the hits, and the three pieces of text, in the order of their places."""
    starts, lengths = hits
    low, high = reach(arrays, starts, lengths, window)
    start, end = arrays["start"][starts], arrays["end"][starts + lengths - 1]
    held, text = texts
    rows = (arrays["start"][low], start, end, arrays["end"][high])
    bounds = (held.bytes_at(text, characters) for characters in rows)
    pieces = held.cut(*list(bounds), order=place)
    shown = dict(zip(("left", "node", "right"), map(as_column, pieces), strict=True))
    return {"start": start[place], "end": end[place], **shown}
