"""What was tagged once is kept: one Parquet file a document, whole, checked when it is read."""

from __future__ import annotations

import hashlib
import io
import json
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
import pandas as pd

from analysis.annotation.tagged import DTYPES, STRINGS, Reporting, Spans, Tagged
from analysis.files import write_atomic

Result = TypeVar("Result")
_KEY, _WORDS, _DIGEST = b"discourse.key", b"discourse.words", b"discourse.digest"


def make_key(text: str, starts: np.ndarray, numbers: np.ndarray, engine: str) -> str:
    """Name a result by all that it depends on."""
    parts = (
        engine.encode(),
        text.encode("utf-8", "surrogatepass"),
        np.stack([starts, numbers]).astype("<i8").tobytes(),
    )
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return digest.hexdigest()


def path_of(folder: Path, key: str, kind: str = "tagged", suffix: str = "parquet") -> Path:
    """Say in which file a result is kept."""
    return folder / kind / key[:2] / f"{key}.{suffix}"


def read(folder: Path, key: str) -> Tagged | None:
    """Read a result."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        data = path_of(folder, key).read_bytes()
        table = pq.ParquetFile(pa.BufferReader(data)).read(use_threads=False)
        known = table.schema.metadata or {}
        columns = {name: table.column(name).to_numpy() for name in Tagged._fields}
        if known[_KEY] != key.encode() or known[_DIGEST] != _digest(key, columns, known[_WORDS]):
            return None
        words = json.loads(known[_WORDS])
    except (OSError, ValueError, KeyError, pa.ArrowException):
        return None
    for name in STRINGS:
        columns[name] = np.array(words[name], dtype=object)[columns[name]]
    return Tagged(**columns)


def write(folder: Path, key: str, tagged: Tagged) -> None:
    """Write a result, whole or not at all."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns: dict[str, np.ndarray] = {}
    words: dict[str, list[str]] = {}
    for name, column in zip(Tagged._fields, tagged, strict=True):
        if name in STRINGS:
            codes, distinct = pd.factorize(column)
            columns[name], words[name] = codes.astype(np.int32), distinct.tolist()
        else:
            columns[name] = column.astype(DTYPES[name])
    listed = json.dumps(words).encode()
    known: dict[Any, Any] = {
        _KEY: key.encode(), _WORDS: listed, _DIGEST: _digest(key, columns, listed)
    }  # fmt: skip
    table = pa.table(columns).replace_schema_metadata(known)
    content = io.BytesIO()
    pq.write_table(table, content, compression="zstd", use_dictionary=False)
    write_atomic(path_of(folder, key), content.getvalue())


def _digest(key: str, columns: dict[str, np.ndarray], words: bytes) -> bytes:
    digest = hashlib.sha256(key.encode() + b"\0" + words)
    for name in Tagged._fields:
        digest.update(columns[name].tobytes())
    return digest.hexdigest().encode()


def read_reporting(folder: Path, key: str) -> Reporting | None:
    """Read what was said of a text's attributions."""
    try:
        data = path_of(folder, key, "reported", "npz").read_bytes()
        digest, content = data[:32], data[32:]
        if hashlib.sha256(key.encode() + content).digest() != digest:
            return None
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return Reporting.of({name: arrays[name] for name in arrays.files})
    except (OSError, ValueError, KeyError):
        return None


def write_reporting(folder: Path, key: str, reporting: Reporting) -> None:
    """Write what is said of a text's attributions, whole or not at all."""
    content = io.BytesIO()
    np.savez_compressed(content, allow_pickle=False, **reporting.arrays())
    digest = hashlib.sha256(key.encode() + content.getvalue()).digest()
    write_atomic(path_of(folder, key, "reported", "npz"), digest + content.getvalue())


class Kept(Generic[Result]):
    """Looks texts up before they are tagged, and keeps what is new."""

    def __init__(
        self,
        folder: Path,
        versions: Sequence[str],
        work: Callable[[Sequence[str], Sequence[Spans]], list[Result]],
        read: Callable[[Path, str], Any] = read,
        write: Callable[[Path, str, Any], None] = write,
    ) -> None:
        self.folder, self.work, self._read, self._write = folder, work, read, write
        self.versions = list(dict.fromkeys(versions))  # what is asked for, then what holds it, too
        self._writable = True

    def __call__(self, texts: Sequence[str], spans: Sequence[Spans]) -> list[Result]:
        """Give what is kept; tag the other texts together."""
        keys = [self._keys(text, span) for text, span in zip(texts, spans, strict=True)]
        found = [self._find(some) for some in keys]
        missing = [i for i, result in enumerate(found) if result is None]
        if missing:
            made = self.work([texts[i] for i in missing], [spans[i] for i in missing])
            for i, result in zip(missing, made, strict=True):
                found[i] = result
                self._keep(keys[i][0], result)
        return [result for result in found if result is not None]

    def _keys(self, text: str, span: Spans) -> list[str]:
        first = np.flatnonzero(np.diff(span.sentence, prepend=-1))
        starts, numbers = span.start[first], span.sentence[first]
        return [make_key(text, starts, numbers, version) for version in self.versions]

    def _find(self, keys: list[str]) -> Result | None:
        for key in keys:
            if (result := self._read(self.folder, key)) is not None:
                return result
        return None

    def _keep(self, key: str, result: Result) -> None:
        if not self._writable:
            return
        try:
            self._write(self.folder, key, result)
        except OSError as error:
            self._writable = False
            warnings.warn(
                f"What is tagged cannot be kept in {self.folder} ({error.strerror}), so it will be"
                " tagged again next time; set DISCOURSE_CACHE to a folder that can be written to.",
                stacklevel=2,
            )
