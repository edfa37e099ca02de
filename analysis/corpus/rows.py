"""Tables of any size, row by row: csv, tsv, JSON lines and Parquet, packed or not."""

from __future__ import annotations

import bz2
import codecs
import contextlib
import csv
import gzip
import io
import itertools
import json
import lzma
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from analysis.corpus.formats.columns import HEADER, SAMPLE, Table, find_header, join_parts
from analysis.corpus.formats.encodings import decode_bytes, is_broken, repair_sign
from analysis.corpus.formats.objects import flatten
from analysis.corpus.formats.record import LONGEST, ReadOptions, Record, reason_of
from analysis.corpus.formats.rows import RowReader
from analysis.corpus.formats.sheets import (
    MARKS,
    find_delimiter,
    find_escape,
    find_next_row,
    find_stated,
    make_table,
)
from analysis.packed.remote import open_source
from analysis.tables import InputError, make_printable

_UNPACK: dict[str, Any] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
_HEAD = 1 << 20  # bytes that encoding, separator and header are found in
LINE = 4 * LONGEST

Fields = dict[str, Any]


class OpenedTable:
    """A table that is read row by row."""

    width = 0  # columns of the header, where there is one

    def __init__(self, name: str, columns: Mapping[str, str], date_order: str) -> None:
        self.name, self.columns, self.date_order = name, columns, date_order
        self.shown = name
        self.told: list[str] = []  # which column was taken for what
        self.broken: list[str] = []  # rows with bytes that are no signs, which are shown as U+FFFD

    def rows(self, skip: int) -> Iterator[tuple[str, Fields | str]]:
        """Each row's place, and its fields by column, or why it cannot be read."""
        raise NotImplementedError

    def records(self, skip: int) -> Iterator[tuple[int, str, Record | str]]:
        """Number, place, and record (or why there is none) of each row."""
        table = self._look()
        joined = join_parts(table, self.columns.values())
        options = ReadOptions("", False, self.columns, self.date_order, further=True)
        reader = RowReader(joined, options, self.shown)
        self.told += [f"{self.shown}: {note}" for note in (*reader.describe(), *joined.notes)]
        parts = joined.header != table.header
        for number, (place, row) in enumerate(self.rows(skip), skip + 1):
            where = f"{self.shown} {place}"
            if isinstance(row, str):
                yield number, where, row
                continue
            row, whole = _repair(row)
            if not whole:
                self.broken.append(where)
            if parts:
                row = join_parts(Table(table.header, [row], []), self.columns.values()).rows[0]
            try:
                yield number, where, reader.read(row, where, short=len(row) < self.width)
            except InputError as error:  # a text that is too long
                yield number, where, reason_of(error, where).rstrip(".")
        self.told += [f"{self.shown}: {note}" for note in reader.remarks()]

    def _look(self) -> Table:
        """The first rows, by which columns are known."""
        first: list[tuple[str, Fields]] = []
        lost = ""
        for place, row in self.rows(0):
            if isinstance(row, dict):
                first.append((place, row))
            else:
                lost = lost or f"{self.shown} {place}: {row}."
            if len(first) == SAMPLE:
                break
        rows = [row for _, row in first]
        if not rows:
            none = f"{self.shown} holds no row; name a table with a row of names above."
            raise InputError(lost or none)
        header = list(dict.fromkeys(key for row in rows for key in row))
        short = [place for place, row in first if len(row) < self.width]
        return Table(header, rows, [], short=frozenset(short))


def _reason(error: Exception) -> str:
    """What a library says, in a line."""
    return make_printable(" ".join(str(error).split())[:120].rstrip("."))


def _repair(row: Fields) -> tuple[Fields, bool]:
    """A row whose strings can be written, and whether they could be before."""
    broken = [name for name, value in row.items() if is_broken(value)]
    if not broken:
        return row, True
    return {**row, **{name: repair_sign(row[name]) for name in broken}}, False


def _escape(error: UnicodeError) -> tuple[str, int]:
    """Put half a sign, which no text has, where bytes are no sign."""
    assert isinstance(error, UnicodeDecodeError)
    return "\udc80", error.end


codecs.register_error("analysis.half", _escape)


class ParquetTable(OpenedTable):
    """A Parquet file, some thousand rows at a time."""

    def rows(self, skip: int) -> Iterator[tuple[str, Fields | str]]:
        """Rows, of which whole row groups are passed over."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            with _open_bytes(self.name) as source, pq.ParquetFile(source) as file:
                last = 0
                for group in range(file.num_row_groups):
                    first, last = last, last + file.metadata.row_group(group).num_rows
                    if last <= skip:
                        continue
                    number = first
                    try:
                        for batch in file.iter_batches(500, row_groups=[group]):
                            for row in batch.to_pylist():
                                number += 1
                                if number > skip:
                                    yield f"row {number}", row
                    except (pa.ArrowException, OSError, ValueError) as error:
                        where = f"it is in row group {group + 1} (rows {first + 1} to {last})"
                        why = f"{where}, which is damaged ({_reason(error)}); save the file anew"
                        for lost in range(max(number, skip) + 1, last + 1):
                            yield f"row {lost}", why
        except (pa.ArrowException, OSError, ValueError) as error:
            if isinstance(error, InputError):
                raise
            if "://" in self.name and isinstance(error, OSError):
                raise InputError(f"{self.name} cannot be read: {error}.") from None
            raise InputError(
                f"{self.name} cannot be read as a Parquet file ({_reason(error)}); save it anew."
            ) from None


class LinesTable(OpenedTable):
    """A file with one JSON object a line."""

    def rows(self, skip: int) -> Iterator[tuple[str, Fields | str]]:
        """Objects, those in them under both names."""
        with _open_text(self.name) as (_, file):
            number = 0
            for line in _lines(file, self.name):
                if not line.strip():
                    continue
                number += 1
                if number <= skip:
                    continue
                try:
                    value = json.loads(line)
                except (ValueError, RecursionError) as error:
                    yield f"line {number}", f"it is not JSON ({getattr(error, 'msg', error)})"
                    continue
                right = isinstance(value, dict)
                yield f"line {number}", dict(flatten(value)) if right else "it is no JSON object"


class DelimitedTable(OpenedTable):
    """A csv or tsv file."""

    def rows(self, skip: int) -> Iterator[tuple[str, Fields | str]]:
        """Rows under the header; one with more fields than it is set aside."""
        wanted = [*self.columns.values()]
        with _open_text(self.name) as (head, file):
            lines = head.splitlines(keepends=True)[:500]
            before = csv.field_size_limit(LONGEST + 1)
            try:
                stated = find_stated(lines)
                del lines[: bool(stated)]
                sign = stated or find_delimiter(lines[:60], self.name, wanted)
                escape = find_escape(head, sign)
                kind: Any = {"delimiter": sign, "escapechar": escape, "skipinitialspace": True}
                first = list(csv.reader(lines[:HEADER], **kind))
                named: list[Any] = [(f"row {i}", row) for i, row in enumerate(first, 1)]
                header = make_table(named, self.name, wanted).header
                above = find_header(first[:HEADER], wanted)
                self.width = sum(map(bool, header))
                rest = itertools.islice(_lines(file, self.name), int(bool(stated)), None)
                reader = _read(rest, kind, len(header))
                yield from self._number(reader, header, above, skip)
            except csv.Error as error:
                raise InputError(f"{self.name} cannot be read as a table ({error}).") from None
            finally:
                csv.field_size_limit(before)

    def _number(
        self, reader: Iterator[list[str] | str], header: list[str], above: int, skip: int
    ) -> Iterator[tuple[str, Fields | str]]:
        """The rows below the header that are not empty."""
        number = 0
        for place, fields in enumerate(reader, 1):
            if place <= above + 1 or not any(map(str.strip, fields)):
                continue
            number += 1
            if number <= skip:
                continue
            if isinstance(fields, str):
                yield f"row {place}", fields
                continue
            if any(map(str.strip, fields[len(header) :])):
                why = f"it has {len(fields)} fields, the header has {len(header)}"
                yield f"row {place}", why
                continue
            yield f"row {place}", {c: f for c, f in zip(header, fields, strict=False) if c}


def _read(lines: Iterator[str], kind: dict[str, Any], width: int) -> Iterator[list[str] | str]:
    """The fields of each row, or why it cannot be read; the row after it begins a line."""
    waiting: deque[str] = deque()
    used: list[str] = []
    number = 0  # of the lines before those used

    def feed() -> Iterator[str]:
        while (line := waiting.popleft() if waiting else next(lines, "")) != "":
            used.append(line)
            yield line

    while True:
        reader = csv.reader(feed(), strict=True, **kind)
        try:
            for fields in reader:
                number += len(used)
                used.clear()
                yield fields
            return
        except csv.Error as error:
            again = [*used, *waiting]
            again += itertools.islice(lines, max(50 - len(waiting), 0))
            at = find_next_row(
                again, 1, [("", [""] * width)], kind["delimiter"], kind["escapechar"]
            )
            lost = f"line {number + 1}" if at == 1 else f"lines {number + 1}–{number + at}"
            yield f"it cannot be read ({lost}: {error}); {MARKS}"
            number += at
            waiting = deque(again[at:])
            used.clear()


def _lines(file: io.TextIOBase, name: str) -> Iterator[str]:
    """The lines, unless one is longer than any table's."""
    while line := file.readline(LINE):
        if len(line) == LINE:
            raise InputError(f"{name} has a line of more than {LINE:,} characters; split it.")
        yield line.replace("\0", "")


@contextlib.contextmanager
def _open_bytes(name: str) -> Iterator[BinaryIO]:
    """A file here or behind an address."""
    if "://" in name:
        with open_source(name) as file:
            yield file
        return
    try:
        with open(name, "rb") as file:
            yield file
    except OSError as error:
        raise InputError(f"{name} cannot be read: {error.strerror or error}.") from None


def _find_encoding(file: BinaryIO, head: bytes, name: str) -> str:
    """The encoding of a file that begins with ASCII: what its first other lines are in."""
    some, size = [head[: head.find(b"\n") + 1]], 0
    while size < _HEAD and (line := file.readline(LINE)):
        if not line.isascii():
            some.append(line)
            size += len(line)
    return decode_bytes(b"".join(some), name).encoding if size else "utf-8"


@contextlib.contextmanager
def _open_text(name: str) -> Iterator[tuple[str, io.TextIOBase]]:
    """The beginning of a text file, and all of it; unpacked where it is packed."""
    ending = next((e for e in _UNPACK if name.lower().endswith(e)), "")
    unpack = _UNPACK.get(ending)
    try:
        with _open_bytes(name) as raw, unpack(raw) if unpack else raw as file:
            head = file.read(_HEAD)
            cut = head if len(head) < _HEAD else head[: head.rfind(b"\n") + 1] or head
            decoded = decode_bytes(cut, name)
            if decoded.encoding == "utf-8" and cut.isascii() and len(head) == _HEAD:
                decoded = decoded._replace(encoding=_find_encoding(file, cut, name))
            file.seek(0)
            text = io.TextIOWrapper(file, decoded.encoding, "analysis.half", newline="")
            if (
                decoded.encoding.lower().replace("_", "-") == "utf-8"
                and head[:3] == b"\xef\xbb\xbf"
            ):
                text.read(1)
            yield decoded.text, text
    except (OSError, EOFError, lzma.LZMAError) as error:
        raise InputError(f"{name} cannot be read: {error}.") from None


def open_table(name: str, columns: Mapping[str, str], date_order: str) -> OpenedTable:
    """A table by the ending of its name."""
    lower = name.lower()
    kind: type[OpenedTable] = DelimitedTable
    if lower.endswith(".parquet"):
        kind = ParquetTable
    elif ".jsonl" in lower or ".ndjson" in lower:
        kind = LinesTable
    return kind(name, columns, date_order)
