"""Pieces of texts, cut out of their UTF-8 bytes without making each text a Python string."""

from __future__ import annotations

import weakref
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

_INLINE = 12  # bytes of a string that stand in its view itself
_BLOCK = 30  # bits of an offset into a buffer: a view's offset is a signed 32-bit number
_STR: Any = pd.StringDtype(na_value=np.nan)  # what dtype="str" is
_MASKS = (np.arange(_INLINE) < np.arange(_INLINE + 1)[:, None]).astype(np.uint8) * np.uint8(255)


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

    def cut(self, begin: np.ndarray, end: np.ndarray) -> Any:
        """The pieces from byte to byte as an Arrow array of strings."""
        # a view is a length and, of a short piece, its bytes, of another where it stands; Arrow
        # copies the bytes of all pieces at once when it turns views into strings
        size = np.maximum(end - begin, 0)
        views = np.zeros((len(size), 4), dtype=np.int32)
        views[:, 0] = size
        inner = np.flatnonzero(begin + _INLINE <= len(self.data))
        own = views[:, 1:]
        if len(inner) == len(begin):
            own[:] = self._heads(begin)
        else:
            own[inner] = self._heads(begin[inner])
            for row in np.flatnonzero(begin + _INLINE > len(self.data)).tolist():
                head = self.data[begin[row] :].tobytes().ljust(_INLINE, b"\0")
                own[row] = np.frombuffer(head, dtype=np.int32)
        short = np.flatnonzero(size <= _INLINE)
        own[short] &= _MASKS.view(np.int32)[size[short]]
        long = size > _INLINE
        np.copyto(views[:, 2], begin >> _BLOCK, where=long, casting="unsafe")
        np.copyto(views[:, 3], begin & ((1 << _BLOCK) - 1), where=long, casting="unsafe")
        blocks = range(0, max(len(self.data), 1), 1 << _BLOCK)
        buffers = [None, pa.py_buffer(views), *(pa.py_buffer(self.data[at:]) for at in blocks)]
        found = pa.Array.from_buffers(pa.string_view(), len(views), buffers)
        return found.cast(pa.large_string())

    def _heads(self, begin: np.ndarray) -> np.ndarray:
        """The first bytes behind some places, as three numbers each."""
        if not len(begin):
            return np.empty((0, 3), dtype=np.int32)
        shape = (len(self.data) - _INLINE + 1,)
        every: np.ndarray = np.ndarray(shape, f"V{_INLINE}", self.data, strides=(1,))
        return every[begin].view(np.int32).reshape(-1, 3)


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
    return as_column(pa.repeat(pa.scalar(word, pa.large_string()), times))


def take_words(words: pd.Index, codes: np.ndarray) -> Any:
    """A column of words of a vocabulary by their codes."""
    return as_column(strings_of(words).take(pa.array(codes)))


def join_words(words: pd.Index, codes: np.ndarray) -> Any:
    """A column of some words each, by their codes (rows × words), with spaces between them."""
    known = strings_of(words)
    columns = [known.take(pa.array(column)) for column in codes.T]
    if len(columns) == 1:
        return as_column(columns[0])
    return as_column(pc.binary_join_element_wise(*columns, pa.scalar(" ", known.type)))


def strings_of(words: pd.Index) -> Any:
    """A vocabulary as Arrow strings, made once for as long as the vocabulary is."""
    key = id(words)
    if key not in _vocabularies or _vocabularies[key][0]() is not words:
        own = weakref.ref(words, lambda _: _vocabularies.pop(key, None))
        _vocabularies[key] = own, pa.array(words.to_numpy(dtype=object), pa.large_string())
    return _vocabularies[key][1]


def same_words(pieces: Any, words: list[str]) -> np.ndarray:
    """Which pieces are these very words."""
    return np.asarray(pc.equal(pieces, pa.array(words, pieces.type)).to_numpy(zero_copy_only=False))


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
