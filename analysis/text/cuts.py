"""Pieces of texts, cut out of their UTF-8 bytes without making each text a Python string."""

from __future__ import annotations

import weakref
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

_FEW, _ROWS = 100, 1 << 16  # words that are few, and rows that are many, for `take_words`
_STR: Any = pd.StringDtype(na_value=np.nan)  # what dtype="str" is


class Texts:
    """Texts side by side in one buffer of UTF-8, in which places are given in characters."""

    def __init__(self, edges: np.ndarray, data: np.ndarray) -> None:
        self.edges = edges  # where each text begins, and the end of the last; in bytes
        self.data = data

    @cached_property
    def _wide(self) -> tuple[np.ndarray, np.ndarray]:
        """Place, in characters, of each character of several bytes, and the bytes more so far."""
        first = np.flatnonzero(self.data >= 0xC0)
        lead = self.data[first]
        more = np.cumsum(1 + (lead >= 0xE0) + (lead >= 0xF0))
        more = np.concatenate([[0], more]).astype(first.dtype)
        return first - more[:-1], more

    @cached_property
    def _begins(self) -> np.ndarray:
        """Where each text begins, in characters of all texts."""
        wide, more = self._wide
        return self.edges - more[np.searchsorted(wide + more[:-1], self.edges)]

    def bytes_at(self, text: np.ndarray, place: np.ndarray) -> np.ndarray:
        """Where in the buffer some characters of some texts begin; beyond a text, its end."""
        wide, more = self._wide
        if not len(wide):
            found = self.edges[text] + place
        else:
            found = self._begins[text] + place
            found += more[np.searchsorted(wide, found)]
        return np.minimum(found, self.edges[text + 1])

    def cut(self, *bounds: np.ndarray, order: np.ndarray | None = None) -> list[Any]:
        """The pieces between each two of some bounds, as Arrow arrays of strings."""
        # Arrow takes some of the strings between all these places; what is between two rows, of
        # any length, is never looked at. The last one goes back to where the first begins: Arrow
        # reserves memory by the mean length.
        places = np.empty(len(bounds) * len(bounds[0]) + 1, dtype=np.int64)
        edges = places[:-1].reshape(-1, len(bounds))
        for column, bound in zip(edges.T, bounds, strict=True):
            column[:] = bound
        np.maximum.accumulate(edges, axis=1, out=edges)
        places[-1] = places[0] if len(edges) else 0
        buffers = [None, pa.py_buffer(places), pa.py_buffer(self.data)]
        every = pa.Array.from_buffers(pa.large_string(), len(places) - 1, buffers)
        first = (np.arange(len(edges)) if order is None else order) * len(bounds)
        return [every.take(pa.array(first + number)) for number in range(len(bounds) - 1)]


_known: dict[int, tuple[weakref.ref[Any], Texts]] = {}
_vocabularies: dict[int, tuple[weakref.ref[Any], Any]] = {}


def texts_of(column: pd.Series, rows: np.ndarray) -> tuple[Texts, np.ndarray]:
    """Texts that hold some rows of a column, and the number of each row's text among them."""
    values: Any = column.array
    arrow = values.__arrow_array__() if hasattr(values, "__arrow_array__") else None
    if isinstance(arrow, pa.ChunkedArray) and arrow.num_chunks == 1:
        return _kept(arrow), rows  # as the table holds them, without a copy
    chosen, place = np.unique(rows, return_inverse=True)
    if isinstance(arrow, pa.ChunkedArray | pa.Array):
        some = arrow.take(pa.array(chosen))
        some = some.combine_chunks() if isinstance(some, pa.ChunkedArray) else some
        return _read(some.cast(pa.large_string())), place
    # half a character, which no bytes can stand for, is a question mark
    encoded = [str(text).encode("utf-8", "replace") for text in values.take(chosen)]
    return _read(pa.array(encoded, type=pa.large_binary())), place


def as_column(pieces: Any) -> Any:
    """Strings of Arrow as a column of pandas."""
    return _STR.__from_arrow__(pieces)


def repeat_word(word: str, times: int) -> Any:
    """A column of one word."""
    try:
        return as_column(_repeated(word, times))
    except UnicodeEncodeError:  # half a character, which Arrow cannot hold
        return np.full(times, word, dtype=object)


def _repeated(word: str, times: int) -> Any:
    """One word many times, as an Arrow array."""
    own = word.encode()
    offsets = np.arange(times + 1, dtype=np.int64) * len(own)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(own * times)]
    return pa.Array.from_buffers(pa.large_string(), times, buffers)


def take_words(words: pd.Index, codes: np.ndarray) -> Any:
    """A column of words of a vocabulary by their codes."""
    if len(words) > _FEW or len(codes) <= _ROWS:
        return as_column(strings_of(words).take(pa.array(codes)))
    # Of a few words for very many rows, stretches that have the same one share its bytes.
    known, pieces, same = strings_of(words), [], {}
    for at in range(0, len(codes), _ROWS):
        own = codes[at : at + _ROWS]
        code = int(own[0])
        if (own == code).all():
            if code not in same:
                same[code] = _repeated(known[code].as_py(), _ROWS)
            pieces.append(same[code][: len(own)])
        else:
            pieces.append(known.take(pa.array(own)))
    return as_column(pa.chunked_array(pieces))


def join_words(words: pd.Index, codes: np.ndarray) -> Any:
    """A column of some words each, by their codes (rows × words), with spaces between them."""
    known, width = strings_of(words), codes.shape[1]
    if width == 1:
        return as_column(known.take(pa.array(codes[:, 0])))
    # All words of all rows are taken at once, one behind the other, each but the last of a row from
    # the words that have a space behind them: their bytes are the result's, and its offsets every
    # so-many-th of theirs.
    wanted = codes.copy()
    wanted[:, :-1] += len(known)
    taken = _known_words(words)[1].take(pa.array(wanted.ravel()))
    _, offsets, data = taken.buffers()
    if offsets is None or not len(codes):
        return as_column(pa.array([], known.type))
    ends = np.frombuffer(offsets, dtype=np.int64)[: wanted.size + 1 : width].copy()
    return as_column(
        pa.Array.from_buffers(known.type, len(codes), [None, pa.py_buffer(ends), data])
    )


def strings_of(words: pd.Index) -> Any:
    """A vocabulary as Arrow strings, made once for as long as the vocabulary is."""
    return _known_words(words)[0]


def _known_words(words: pd.Index) -> list[Any]:
    """A vocabulary as Arrow strings; and the same followed by its words with a space behind."""
    key = id(words)
    if key not in _vocabularies or _vocabularies[key][0]() is not words:
        own = weakref.ref(words, lambda _: _vocabularies.pop(key, None))
        known = _as_strings(words.to_numpy(dtype=object))
        nothing, space = (pa.scalar(end, known.type) for end in ("", " "))
        spaced = pc.binary_join_element_wise(known, nothing, space)
        _vocabularies[key] = own, [known, pa.concat_arrays([known, spaced])]
    return _vocabularies[key][1]


def _as_strings(words: np.ndarray) -> Any:
    """Words as Arrow strings; half a character, for which there are no bytes, is "?"."""
    try:
        return pa.array(words, pa.large_string())
    except UnicodeEncodeError:
        encoded = [str(word).encode("utf-8", "replace") for word in words]
        return pa.array(encoded, pa.large_binary()).cast(pa.large_string())


def same_words(pieces: Any, words: Any) -> np.ndarray:
    """Which pieces are these very words."""
    return np.asarray(pc.equal(pieces, words).to_numpy(zero_copy_only=False))


def _kept(arrow: Any) -> Texts:
    """The texts of an array in one piece, known as long as the array is."""
    key = id(arrow)
    if key not in _known or _known[key][0]() is not arrow:
        own = weakref.ref(arrow, lambda _: _known.pop(key, None))
        _known[key] = own, _read(arrow.chunk(0))
    return _known[key][1]


def _read(array: Any) -> Texts:
    """The bytes of an array of strings and where each begins."""
    _, offsets, data = array.buffers()
    kind = np.int64 if array.type in (pa.large_string(), pa.large_binary()) else np.int32
    if offsets is None or not len(array):
        return Texts(np.zeros(1, dtype=np.int64), np.empty(0, dtype=np.uint8))
    edges = np.frombuffer(offsets, dtype=kind)[array.offset : array.offset + len(array) + 1]
    edges = edges.astype(np.int64)
    whole = np.frombuffer(data, dtype=np.uint8) if data is not None else np.empty(0, np.uint8)
    return Texts(edges - edges[0], whole[edges[0] : edges[-1]])
