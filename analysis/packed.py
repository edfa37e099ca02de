"""A packed corpus: texts, tokens and layers in files, opened without reading them."""

from __future__ import annotations

import functools
import itertools
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from analysis.files import find_target, hash_bytes, write_atomic
from analysis.layers import Corpus, Store, Tick, join_tables
from analysis.tables import InputError

FORMAT = 1
NAME = "packed.json"
MOST = 20_000_000  # tokens of texts whose layers are taken into memory at once
FILES = ("documents", "texts", "tokens", "sentences", "words", "terms")
COUNTS = ("characters", "sentences", "tokens", "words")  # of each document
HIDDEN = "#"  # begins columns of documents.arrow that are not the corpus's
_LARGEST = 200_000_000  # bytes of packed.json
_DIGEST = re.compile("[0-9a-f]{64}")


class Part(NamedTuple):
    """What packed.json says of a partition."""

    number: int
    documents: int
    characters: int
    tokens: int
    words: int
    fingerprint: str  # of its ids and texts
    new_words: int  # number of the first word, and term, that no partition before has
    new_terms: int
    source: int  # of the sources, which it was read from …
    first: int  # … and from which document
    left_out: tuple[int, ...]  # documents of it that are not in the partition
    files: Mapping[str, tuple[int, str]]  # size and SHA-256

    @property
    def folder(self) -> str:
        """Where its files are."""
        return f"part-{self.number:05}"


class DamagedError(InputError):
    """A file of a partition is not there, or not as it was written."""

    def __init__(self, where: object, part: int, name: str, why: str) -> None:
        super().__init__(
            f"Partition {part} of {where} is damaged ({name}.arrow {why}); make it again with"
            f" 'discourse pack --repair {where}'."
        )
        self.part, self.name = part, name


# Arrow files


def write_arrow(
    path: Path, columns: Mapping[str, Any], inside: Path, about: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """Write columns as an Arrow file, whole or not at all; its size and SHA-256."""
    arrays = {
        name: value if isinstance(value, pa.Array) else pa.array(value)
        for name, value in columns.items()
    }
    schema = pa.schema([pa.field(name, array.type) for name, array in arrays.items()], about or {})
    batch = pa.record_batch(list(arrays.values()), schema=schema)
    packed = about is not None  # these are read whole; what is not packed can be mapped
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="zstd" if packed else None)
    with pa.ipc.new_file(sink, schema, options=options) as file:
        file.write_batch(batch)
    data: bytes = sink.getvalue().to_pybytes()
    write_atomic(path, data, inside=inside)
    return len(data), hash_bytes(data)


def to_columns(table: pd.DataFrame) -> tuple[dict[str, pa.Array], dict[str, str]]:
    """The columns of a table as Arrow has them, and what it does not know of them."""
    columns: dict[str, pa.Array] = {}
    for name in table.columns:
        if not isinstance(name, str):
            raise InputError(f"The column {name!r} has no name that can be written; rename it.")
        column = table[name]
        try:
            columns[name] = pa.array(column, from_pandas=True)
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            columns[name] = pa.array([None if pd.isna(v) else str(v) for v in column], pa.string())
        if isinstance(columns[name], pa.ChunkedArray):
            columns[name] = columns[name].combine_chunks()
    objects = [name for name in table.columns if table[name].dtype == object]
    return columns, {"attrs": json.dumps(table.attrs, default=str), "objects": json.dumps(objects)}


def from_batch(batch: pa.RecordBatch) -> pd.DataFrame:
    """A table as `to_columns` took it apart."""
    about = {key.decode(): value for key, value in (batch.schema.metadata or {}).items()}
    objects = json.loads(about.get("objects", b"[]"))
    columns: dict[str, Any] = {}
    for name, array in zip(batch.schema.names, batch.columns, strict=True):
        if pa.types.is_dictionary(array.type):
            codes = array.indices.fill_null(-1).to_numpy(zero_copy_only=False)
            words = array.dictionary.to_pandas()
            words = pd.Index(words, dtype=object if words.dtype == "str" else None)
            if len(codes) and not -1 <= codes.min() <= codes.max() < len(words):
                raise ValueError(f"codes of {name} beyond its values")
            columns[name] = pd.Categorical.from_codes(codes, words, ordered=array.type.ordered)
        else:
            column = array.to_pandas()
            columns[name] = column.astype(object) if name in objects else column
    table = pd.DataFrame(columns, index=range(batch.num_rows), copy=False)
    table.attrs = json.loads(about.get("attrs", b"{}"))
    return table


class Place:
    """A folder of files, on this machine or behind an fsspec address."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.name = str(folder)
        self.remote: Any = None
        if "://" in self.name:
            self.remote, self._root = _remote(self.name)
        else:
            self.path = Path(folder)

    def size(self, name: str) -> int:
        """Bytes of a file; -1 where there is none."""
        try:
            if self.remote is None:
                return find_target(self.path, self.path / name).stat().st_size
            return int(self.remote.size(f"{self._root}/{name}"))
        except (OSError, ValueError):
            return -1

    def read(self, name: str) -> bytes:
        """All bytes of a file."""
        if self.remote is None:
            return find_target(self.path, self.path / name).read_bytes()
        data: bytes = self.remote.cat_file(f"{self._root}/{name}")
        return data

    def batch(self, name: str) -> pa.RecordBatch:
        """The content of an Arrow file; where it can be mapped nothing is read yet."""
        if self.remote is None:
            source: Any = pa.memory_map(str(find_target(self.path, self.path / name)))
        else:
            source = pa.BufferReader(self.read(name))
        file = pa.ipc.open_file(source)
        if file.num_record_batches != 1:
            raise ValueError("holds no table")
        return file.get_batch(0)


def _remote(address: str) -> tuple[Any, str]:
    """The file system and the folder that an address names."""
    try:
        import fsspec

        system, root = fsspec.core.url_to_fs(address)
    except (ImportError, ValueError) as error:
        raise InputError(
            f"{address} cannot be opened ({error}); install fsspec and the driver of this kind of"
            " address, as s3fs for s3://, or copy the folder."
        ) from None
    return system, str(root).rstrip("/")


def is_packed(folder: str | os.PathLike[str]) -> bool:
    """Whether a folder, or what an address names, holds a packed corpus."""
    return Place(folder).size(NAME) >= 0


# packed.json


def read_plan(place: Place) -> tuple[dict[str, Any], list[Part]]:
    """What packed.json says, refused where it is not what `pack_corpus` writes."""
    where = f"{place.name}/{NAME}"
    if not 0 < place.size(NAME) <= _LARGEST:
        raise InputError(f"{where} is not there, or far too large; name a packed corpus.")
    try:
        plan = json.loads(place.read(NAME))
        version = plan["format"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InputError(f"{where} is damaged; pack the texts anew into another folder.") from None
    if version != FORMAT:
        raise InputError(
            f"{place.name} was packed in format {version}, and this version of the package reads"
            f" format {FORMAT}; pack the texts anew, or install the version that packed it"
            f" ({plan.get('version')})."
        )
    try:
        parts = [_read_part(number, one) for number, one in enumerate(plan["partitions"])]
        known = isinstance(plan["name"], str) and isinstance(plan["corpus"], dict)
        if not known or not isinstance(plan["sources"], list):
            raise ValueError
    except (ValueError, KeyError, TypeError):
        raise InputError(
            f"{where} has another form than this package writes; pack the texts anew."
        ) from None
    return plan, parts


def _read_part(number: int, one: dict[str, Any]) -> Part:
    """A partition's entry, checked."""
    fields = dict(one)
    files = {name: (int(size), str(digest)) for name, (size, digest) in fields.pop("files").items()}
    left_out = tuple(map(int, fields.pop("left_out")))
    right = set(files) == set(FILES) and all(
        size > 0 and _DIGEST.fullmatch(digest) for size, digest in files.values()
    )
    part = Part(**fields, left_out=left_out, files=files)
    counts = part._asdict().values()
    right = right and all(not isinstance(n, int) or 0 <= n < 2**53 for n in counts)
    if not right or part.number != number or not part.documents:
        raise ValueError
    return part


def write_plan(folder: Path, plan: Mapping[str, Any], parts: Sequence[Part]) -> None:
    """Write packed.json; what it does not name is not in the corpus."""
    content = {**plan, "partitions": [part._asdict() for part in parts]}
    write_atomic(folder / NAME, json.dumps(content, indent=1, ensure_ascii=False), inside=folder)


# Reading


class PackedStore(Store):
    """The documents of a packed corpus, and its layers, which are in files."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.place = Place(folder)
        self.plan, self.parts = read_plan(self.place)
        if not self.parts:
            raise InputError(f"{folder} holds no text yet; pack some into it.")
        tables = [self._documents(part) for part in self.parts]
        hidden = [name for name in tables[0].columns if name.startswith(HIDDEN)]
        whole = pd.concat(tables, ignore_index=True) if len(tables) > 1 else tables[0]
        self.counts = {name[1:]: whole.pop(name).to_numpy() for name in hidden}
        self.texts = pa.chunked_array([self._texts(part) for part in self.parts])
        whole["text"] = _mapped(self.texts)
        whole = whole[
            [name for name in self.plan["columns"] if name in whole]
            + [name for name in whole if name not in self.plan["columns"]]
        ]
        whole.attrs = {"corpus": {"name": self.plan["name"], **self.plan["corpus"]}}
        if isinstance(self.plan.get("style"), dict):
            whole.attrs["style"] = self.plan["style"]
        self.edges = np.cumsum([0, *(part.documents for part in self.parts)])
        self._begin(whole, self.counts["characters"])
        self.folder = None

    def __reduce__(self) -> Any:
        """Open the folder again where it is unpickled: nothing that was read goes along."""
        return open_store, (self.place.name,)

    # files of a partition

    def _file(self, part: Part, name: str) -> pa.RecordBatch:
        """A file of a partition, if it is as long as it was written."""
        path, size = f"{part.folder}/{name}.arrow", part.files[name][0]
        there = self.place.size(path)
        if there != size:
            why = "is missing" if there < 0 else f"has {there:,} bytes, not {size:,}"
            raise DamagedError(self.place.name, part.number, name, why)
        try:
            return self.place.batch(path)
        except (pa.ArrowException, ValueError, OSError):
            raise DamagedError(self.place.name, part.number, name, "cannot be read") from None

    def _documents(self, part: Part) -> pd.DataFrame:
        """The documents of a partition without their texts."""
        batch = self._file(part, "documents")
        try:
            table = from_batch(batch)
            right = len(table) == part.documents and "doc" in table
        except (ValueError, TypeError, pa.ArrowException):
            right = False
        if not right:
            raise DamagedError(self.place.name, part.number, "documents", "cannot be read")
        return table

    def _texts(self, part: Part) -> pa.LargeStringArray:
        """The texts of a partition, which are read where they are shown."""
        texts = self._file(part, "texts").column(0)
        offsets = np.frombuffer(texts.buffers()[1], np.int64)[: part.documents + 1]
        size = len(texts.buffers()[2] or b"")
        right = texts.type == pa.large_string() and len(texts) == part.documents
        if (
            not right
            or texts.null_count
            or offsets[0]
            or offsets[-1] > size
            or (np.diff(offsets) < 0).any()
        ):
            raise DamagedError(self.place.name, part.number, "texts", "cannot be read")
        return texts

    def _arrays(self, part: Part, name: str) -> dict[str, np.ndarray]:
        """The columns of numbers of a file."""
        batch = self._file(part, name)
        return {
            column: array.to_numpy(zero_copy_only=False)
            for column, array in zip(batch.schema.names, batch.columns, strict=True)
            if not pa.types.is_string(array.type)
        }

    # what a corpus asks for

    def partitions(self) -> list[tuple[int, int]]:
        """First and last (not included) row of the documents of each partition."""
        return list(zip(self.edges[:-1].tolist(), self.edges[1:].tolist(), strict=True))

    def count_words(self, rows: np.ndarray, make: bool) -> int:
        """How many words some documents have, for which nothing need be read."""
        return int(self.counts["words"][rows].sum())

    def take(self, name: str, rows: np.ndarray) -> pd.DataFrame:
        """A layer's rows for some documents, from the partitions or made."""
        if name == "documents":
            return self._take_documents(rows)
        self._require_few(name, rows)
        self.make(name, rows)
        tables = [self._take_part(name, number, own) for number, own in self._cut(rows)]
        if not tables:
            return super().take(name, rows)
        ids = self.ids.take(rows)
        table = tables[0] if len(tables) == 1 else join_tables(tables, ids)
        table.attrs = {k: v for k, v in table.attrs.items() if k not in ("corpus", "steps")}
        return table

    def _require_few(self, name: str, rows: np.ndarray) -> None:
        """Refuse a layer of more texts than memory holds at once."""
        tokens = int(self.counts["tokens"][rows].sum())
        if tokens > MOST:
            raise InputError(
                f"The layer {name!r} of these {len(rows):,} texts follows from {tokens:,} tokens,"
                f" and more than {MOST:,} are not taken into memory at once; choose texts with"
                " where or select, or go through them with corpus.map_parts."
            )

    def _cut(self, rows: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
        """The partitions of some documents, and their rows in each."""
        places = np.searchsorted(rows, self.edges)
        for number, (first, last) in enumerate(itertools.pairwise(places.tolist())):
            if last > first:
                yield number, rows[first:last] - self.edges[number]

    def _take_documents(self, rows: np.ndarray) -> pd.DataFrame:
        """Some documents; of the texts only these are read."""
        whole = self.documents
        if len(rows) == len(whole):
            table = whole.copy(deep=False)
        else:
            table = whole.drop(columns="text").iloc[rows].reset_index(drop=True)
            pieces = [self.texts.chunk(n).take(pa.array(own)) for n, own in self._cut(rows)]
            none = pa.array([], pa.large_string())
            texts = _mapped(pa.chunked_array(pieces or [none]))
            table.insert(list(whole.columns).index("text"), "text", texts)
        table.attrs = dict(whole.attrs)
        return table

    def _take_part(self, name: str, number: int, rows: np.ndarray) -> pd.DataFrame:
        """A layer's rows for some documents of a partition."""
        part = self.parts[number]
        ids = self.ids[self.edges[number] : self.edges[number + 1]]
        if name == "tokens":
            return self._tokens(part, rows, ids)
        if name == "sentences":
            return self._sentences(part, rows, ids)
        return super().take(name, rows + self.edges[number])

    def _tokens(self, part: Part, rows: np.ndarray, ids: pd.Index) -> pd.DataFrame:
        """The tokens of some documents of a partition."""
        tokens, sentences = self._arrays(part, "tokens"), self._arrays(part, "sentences")
        vocabulary, first = self._file(part, "words"), int(self.edges[part.number])
        counts = self.counts["tokens"][first : first + part.documents]
        n_sentences = self.counts["sentences"][first : first + part.documents]
        chosen = _ranges(counts, rows)
        word, start, length = (tokens[name][chosen] for name in ("word", "start", "length"))
        term_of = vocabulary.column("term").to_numpy()
        is_word = vocabulary.column("is_word").to_numpy(zero_copy_only=False)
        if len(word) and not 0 <= word.min() <= word.max() < len(term_of):
            raise DamagedError(self.place.name, part.number, "tokens", "cannot be read")
        per_sentence = sentences["tokens"][_ranges(n_sentences, rows)]
        sentence = np.repeat(_running(n_sentences[rows]), per_sentence)
        own_terms = self._file(part, "terms").column("term")
        terms = term_of[word]
        whole = len(rows) == part.documents
        doc = np.repeat(np.arange(len(rows), dtype=np.int32), counts[rows])
        return pd.DataFrame(
            {
                "doc": _categorical(doc, ids.take(rows)),
                "sentence": sentence,
                "position": _running(counts[rows]),
                "start": start,
                "end": start + length.astype(np.int32),
                "word": _coded(word, vocabulary.column("word"), whole),
                "term": _coded(terms, own_terms, whole),
                "is_word": is_word[word],
            },
            copy=False,
        )

    def _sentences(self, part: Part, rows: np.ndarray, ids: pd.Index) -> pd.DataFrame:
        """The sentences of some documents of a partition."""
        first = int(self.edges[part.number])
        counts = self.counts["sentences"][first : first + part.documents]
        chosen, columns = _ranges(counts, rows), self._arrays(part, "sentences")
        start, end = columns["start"][chosen], columns["end"][chosen]
        texts = self.texts.chunk(part.number).take(pa.array(rows)).to_pylist()
        doc = np.repeat(np.arange(len(rows), dtype=np.int32), counts[rows])
        spans = zip(doc.tolist(), start.tolist(), end.tolist(), strict=True)
        return pd.DataFrame(
            {
                "doc": _categorical(doc, ids.take(rows)),
                "sentence": _running(counts[rows]),
                "paragraph": columns["paragraph"][chosen],
                "start": start,
                "end": end,
                "text": pd.Series([texts[d][s:e] for d, s, e in spans], dtype=object),
            },
            copy=False,
        )

    def lacks(self, name: str, rows: np.ndarray) -> bool:
        """Whether a layer has to be made for some documents."""
        return name not in ("tokens", "sentences") and super().lacks(name, rows)

    def make(self, name: str, rows: np.ndarray, tick: Tick | None = None) -> bool:
        """Make a layer for the documents that lack it; False if `tick` stopped it."""
        return not self.lacks(name, rows) or super().make(name, rows, tick)


def _mapped(texts: pa.ChunkedArray) -> Any:
    """A column of text that stays where it is."""
    kind: Any = pd.arrays.ArrowStringArray
    return kind(texts, dtype=pd.StringDtype("pyarrow", na_value=np.nan))


def _ranges(counts: np.ndarray, rows: np.ndarray) -> np.ndarray | slice:
    """The places of the things that some documents have, of which each has so many."""
    if len(rows) == len(counts):
        return slice(None)
    first = np.cumsum(counts) - counts
    return np.repeat(first[rows], counts[rows]) + _running(counts[rows])


def _running(counts: np.ndarray) -> np.ndarray:
    """0, 1, 2 … for each of some documents."""
    first = np.cumsum(counts) - counts
    total = int(counts.sum())
    return (np.arange(total) - np.repeat(first, counts)).astype(np.int32)


def _categorical(codes: np.ndarray, names: pd.Index) -> pd.Categorical:
    return pd.Categorical.from_codes(codes, names, validate=False)


def _coded(codes: np.ndarray, words: pa.Array, whole: bool) -> pd.Categorical:
    """Words by their codes; the vocabulary holds only those that there are."""
    if not whole:
        used = np.bincount(codes, minlength=len(words)) > 0
        codes, words = (np.cumsum(used) - 1)[codes].astype(np.int32), words.filter(pa.array(used))
    return _categorical(codes, pd.Index(words.to_pylist(), dtype=object))


@functools.lru_cache(maxsize=2)
def _open(folder: str, changed: object) -> PackedStore:
    """A store, opened once by a process."""
    return PackedStore(folder)


def open_store(folder: str) -> PackedStore:
    """The store in a folder; the same one as long as nothing is added to it."""
    place = Place(folder)
    changed = place.remote or (Path(folder) / NAME)
    return _open(folder, changed.stat().st_mtime_ns if isinstance(changed, Path) else None)


def open_packed(folder: str | os.PathLike[str], *, name: str | None = None) -> Corpus:
    """Open a packed corpus."""
    path = folder if "://" in str(folder) else Path(folder).resolve()
    store = open_store(str(path))
    return Corpus._of(store)


__all__ = ["is_packed", "open_packed"]
