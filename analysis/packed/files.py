"""The files of a packed corpus: Arrow files, their places, and packed.json, which names them."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa

from analysis.files import find_target, hash_bytes, hash_file, write_atomic
from analysis.tables import InputError

FORMAT = 1
NAME = "packed.json"
FILES = ("documents", "texts", "tokens", "sentences", "words", "terms")
NUMBERS = ("number", "documents", "source", "first", "last")
COUNTS = ("characters", "sentences", "tokens", "words")  # of each document
HIDDEN = "#"  # begins columns of documents.arrow that are not the corpus's
_LARGEST = 200_000_000  # bytes of packed.json
_DIGEST = re.compile("[0-9a-f]{64}")


class Part(NamedTuple):
    """What packed.json says of a partition."""

    number: int
    documents: int
    characters: int
    sentences: int
    tokens: int
    words: int
    fingerprint: str  # of its ids and texts
    source: int  # number of the source that it was read from …
    first: int  # … its first document there …
    last: int  # … and the one behind its last
    left_out: tuple[int, ...]  # documents between these that are not in the partition
    renamed: tuple[tuple[int, str], ...]  # documents whose id another text had, and theirs
    files: Mapping[str, tuple[int, str]]  # size and SHA-256

    @property
    def folder(self) -> str:
        """Where its files are."""
        return f"part-{self.number:05}"


def name_repair(where: object) -> str:
    """The command that repairs a packed corpus; one at an address is repaired where it is from."""
    if "://" not in str(where):
        return f"'discourse pack --to {where} --repair'"
    return (
        "'discourse pack --to FOLDER --repair', where FOLDER is a copy on this machine, and copy"
        f" FOLDER to {where}"
    )


class DamagedError(InputError):
    """A file of a partition is not there, or not as it was written."""

    def __init__(self, where: object, part: int, name: str, why: str) -> None:
        super().__init__(
            f"Partition {part} of {where} is damaged: {name}.arrow {why}; make it again with"
            f" {name_repair(where)}."
        )
        self.part, self.name = part, name


# Arrow files


def write_arrow(
    path: Path, columns: Mapping[str, Any], inside: Path, about: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """Write columns as an Arrow file, whole or not at all; its size and SHA-256."""
    data = arrow_bytes(columns, about)
    write_atomic(path, data, inside=inside)
    return len(data), hash_bytes(data)


def arrow_bytes(
    columns: Mapping[str, Any], about: Mapping[str, str] | None = None, *, packed: bool = True
) -> bytes:
    """The content of an Arrow file."""
    arrays = {
        name: value if isinstance(value, pa.Array) else pa.array(value)
        for name, value in columns.items()
    }
    schema = pa.schema([pa.field(name, array.type) for name, array in arrays.items()], about or {})
    batch = pa.record_batch(list(arrays.values()), schema=schema)
    packed &= about is not None  # these are read whole; what is not packed can be mapped
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="zstd" if packed else None)
    with pa.ipc.new_file(sink, schema, options=options) as file:
        file.write_batch(batch)
    data: bytes = sink.getvalue().to_pybytes()
    return data


def to_columns(table: pd.DataFrame) -> tuple[dict[str, pa.Array], dict[str, str]]:
    """The columns of a table as Arrow has them, and what it does not know of them."""
    columns: dict[str, pa.Array] = {}
    for name in table.columns:
        if not isinstance(name, str):
            raise InputError(f"The column {name!r} has no name that can be written; rename it.")
        column = table[name]
        try:
            columns[name] = pa.array(column, from_pandas=True)
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
            columns[name] = pa.array([None if pd.isna(v) else str(v) for v in column], pa.string())
        if isinstance(columns[name], pa.ChunkedArray):
            columns[name] = columns[name].combine_chunks()
    objects = [name for name in table.columns if _holds_objects(table[name])]
    return columns, {"attrs": json.dumps(table.attrs, default=str), "objects": json.dumps(objects)}


def _holds_objects(column: pd.Series) -> bool:
    """Whether words, or the names of categories, are Python's own."""
    categorical = isinstance(column.dtype, pd.CategoricalDtype)
    return pd.api.types.is_object_dtype(column.cat.categories if categorical else column)


def from_batch(batch: pa.RecordBatch) -> pd.DataFrame:
    """A table as `to_columns` took it apart."""
    about = {key.decode(): value for key, value in (batch.schema.metadata or {}).items()}
    objects = json.loads(about.get("objects", b"[]"))
    columns: dict[str, Any] = {}
    for name, array in zip(batch.schema.names, batch.columns, strict=True):
        if pa.types.is_dictionary(array.type):
            codes = array.indices.fill_null(-1).to_numpy(zero_copy_only=False)
            words = array.dictionary.to_pandas()
            words = pd.Index(words, dtype=object if name in objects else None)
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
    """A folder of files."""

    remote = False  # whether it is behind an address

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.name, self.path = str(folder), Path(folder)

    def mark(self) -> str:
        """A word that changes when packed.json is written anew; "" where there is none."""
        try:
            return str(find_target(self.path, self.path / NAME).stat().st_mtime_ns)
        except (OSError, ValueError):
            return ""

    def look_again(self) -> None:
        """Forget which files there are, where that is remembered."""

    def size(self, name: str) -> int:
        """Bytes of a file; -1 where there is none."""
        try:
            return find_target(self.path, self.path / name).stat().st_size
        except (OSError, ValueError):
            return -1

    def read(self, name: str) -> bytes:
        """All bytes of a file."""
        return find_target(self.path, self.path / name).read_bytes()

    def write(self, name: str, data: str | bytes) -> bool:
        """Write a file whole; False where nothing can be written."""
        try:
            write_atomic(self.path / name, data, inside=self.path)
        except OSError:  # a pack that one may only read
            return False
        return True

    def digest(self, name: str) -> str:
        """SHA-256 of a file."""
        return hash_file(find_target(self.path, self.path / name))

    def matches(self, name: str, digest: str) -> bool:
        """Whether a file has this SHA-256."""
        return self.digest(name) == digest

    def batch(self, name: str, digest: str = "") -> pa.RecordBatch:
        """The content of an Arrow file, mapped, so that nothing is read yet; by its SHA-256."""
        return only_batch(pa.memory_map(str(find_target(self.path, self.path / name))))


def only_batch(source: Any) -> pa.RecordBatch:
    """The one table of an Arrow file."""
    file = pa.ipc.open_file(source)
    if file.num_record_batches != 1:
        raise ValueError("holds no table")
    return file.get_batch(0)


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
        raise InputError(
            f"{where} is damaged; make it again with {name_repair(place.name)}."
        ) from None
    if version != FORMAT:
        raise InputError(
            f"{place.name} was packed in format {version}, and this version of the package reads"
            f" format {FORMAT}; pack the texts anew, or install the version that packed it"
            f" ({plan.get('version')})."
        )
    try:
        parts = [_read_part(number, one) for number, one in enumerate(plan["partitions"])]
        _check_plan(plan)
        if any(part.source >= max(len(plan["sources"]), 1) for part in parts):
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        raise InputError(
            f"{where} has another form than this package writes; make it again with"
            f" {name_repair(place.name)}."
        ) from None
    return plan, parts


def _check_plan(plan: dict[str, Any]) -> None:
    """Refuse what is said of the whole if it is of other types than this package writes."""
    versions, stated = plan["versions"], plan["corpus"].get("documents", 0)
    right = [
        isinstance(plan["name"], str),
        all(isinstance(name, str) for name in plan["columns"]),
        isinstance(versions, dict) and all(type(n) is int for n in versions.values()),
        isinstance(plan["sources"], list) and type(stated) is int,
        all(
            isinstance(one["path"], str)
            and isinstance(one["options"], dict)
            and type(one["read"]) is int
            and type(one["done"]) is bool
            for one in plan["sources"]
        ),
    ]
    if not all(right):
        raise ValueError


def _read_part(number: int, one: dict[str, Any]) -> Part:
    """A partition's entry, checked."""
    fields = dict(one)
    files = {name: (int(size), str(digest)) for name, (size, digest) in fields.pop("files").items()}
    left_out = tuple(map(int, fields.pop("left_out")))
    right = set(files) == set(FILES) and all(
        size > 0 and _DIGEST.fullmatch(digest) for size, digest in files.values()
    )
    renamed = tuple((int(row), str(name)) for row, name in fields.pop("renamed"))
    part = Part(**fields, left_out=left_out, renamed=renamed, files=files)
    counts = [getattr(part, name) for name in (*COUNTS, *NUMBERS)]
    right = right and all(type(n) is int and 0 <= n < 2**53 for n in counts)
    right = right and isinstance(part.fingerprint, str) and part.first <= part.last
    if not right or part.number != number or not part.documents:
        raise ValueError
    return part


def write_plan(folder: Path, plan: Mapping[str, Any], parts: Sequence[Part]) -> None:
    """Write packed.json; what it does not name is not in the corpus."""
    content = {**plan, "partitions": [part._asdict() for part in parts]}
    write_atomic(folder / NAME, json.dumps(content, indent=1, ensure_ascii=False), inside=folder)
