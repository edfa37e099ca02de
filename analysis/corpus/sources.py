"""The documents of files, folders and tables in a stream."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from analysis.corpus.documents import STYLE, read_document
from analysis.corpus.formats.record import Item, ReadOptions
from analysis.corpus.formats.zips import check_member
from analysis.corpus.inputs import Aside, Found, check_columns, list_files, read_folders
from analysis.corpus.lists import read_style
from analysis.corpus.manifest import NAME, read_manifest
from analysis.corpus.plan import make_document, require_text, slug
from analysis.corpus.reader import BoundedReader
from analysis.corpus.streams import CorpusStream, PackOptions, Stream, repair_table
from analysis.files import hash_text
from analysis.layers import Corpus
from analysis.packed import is_packed, open_packed
from analysis.packed.store import BESIDE
from analysis.tables import DOCUMENTS, InputError, progress, require_columns

_PLAIN = (".csv", ".tsv", ".tab", ".jsonl", ".ndjson")
TABLES = (".parquet", *(f"{plain}{end}" for plain in _PLAIN for end in ("", ".gz", ".bz2", ".xz")))
_OWN = ("doc", "version", "sha256", "text")


class ManifestStream(Stream):
    """The documents that a folder's manifest lists, in its order."""

    def beside(self) -> dict[str, str]:
        """The files of the corpus that say what belongs together."""
        paths = [Path(self.name) / name for name in BESIDE]
        return {path.name: path.read_text("utf-8") for path in paths if path.is_file()}

    def style(self) -> dict[str, Any] | None:
        """How figures draw groups of the corpus."""
        path = Path(self.name) / STYLE
        return read_style(path) if path.is_file() else None

    def batches(self) -> Iterator[pd.DataFrame]:
        """The texts, read one by one."""
        records = read_manifest(Path(self.name) / NAME)
        found = (
            read_document(Path(self.name), record)
            for record in progress(records, total=len(records), desc="Reading texts")
        )
        return _in_batches(found, self.at_once)


class TableStream(Stream):
    """The rows of a table, read row by row."""

    of_files = True
    shown = ""  # what the table is called where it was unpacked from another file

    def unused(self) -> Iterator[str]:
        """The folder columns, if the table is the source and in no folder."""
        if self.options.folder_columns:
            folders = ",".join(self.options.folder_columns)
            yield f"the folder columns {folders}, since the source is a table"

    def batches(self) -> Iterator[pd.DataFrame]:
        """All rows that have a text."""
        return self.after(0)

    def after(self, skip: int) -> Iterator[pd.DataFrame]:
        """The rows behind the first ones."""
        from analysis.corpus.rows import open_table

        table = open_table(self.name, self.options.columns, self.options.date_order)
        table.shown = self.shown or self.name
        table.told, table.broken = self.told, self.broken
        stem = slug(PurePosixPath(self.name).name.partition(".")[0]) or "text"

        def read() -> Iterator[dict[str, Any]]:
            path = Path(self.name)
            for number, where, record in table.records(skip):
                try:
                    if isinstance(record, str):
                        raise InputError(f"{where}: {record}.")
                    record["number"] = number
                    item = Item(where, stem, record)
                    self.dates.look(where, record)
                    yield _document(path, item, self.options.given, number, many=True)
                except InputError as error:
                    self.aside.append(Aside(path, where, str(error)))
                    yield {"doc": "", "text": ""}

        return _in_batches(read(), self.at_once)


class FileStream(Stream):
    """The documents of files, those of folders and zip files among them, file by file."""

    of_files = True

    def __init__(self, name: str, found: Sequence[Found], options: PackOptions) -> None:
        super().__init__(name, options)
        self.has_table = False
        self.found = found
        self._shown: dict[str, str] = {}  # what unpacked files are called

    def unused(self) -> Iterator[str]:
        """What was given for tables, if no file is one."""
        given = self._given()
        for name in ("its columns", "its dates") if not self.has_table else ():
            if name in given:
                yield f"{given[name]}, since no file is a table"

    def batches(self) -> Iterator[pd.DataFrame]:
        """The documents of each file; what cannot be read is set aside."""
        with BoundedReader() as reader:
            yield from self._read_all(self.found, reader)

    def _read_all(self, found: Sequence[Found], reader: BoundedReader) -> Iterator[pd.DataFrame]:
        """The documents of some files, in batches."""
        plain: list[Found] = []
        for one in progress(found, total=len(found), desc="Reading files"):
            ending = find_table_ending(one.path.name)
            if ending or one.path.suffix.lower() == ".zip":
                yield from _in_batches(self._read_plain(plain, reader), self.at_once)
                plain = []
                yield from self._read_many(one, reader, bool(ending))
            else:
                plain.append(one)
                if len(plain) >= 500:
                    yield from _in_batches(self._read_plain(plain, reader), self.at_once)
                    plain = []
        yield from _in_batches(self._read_plain(plain, reader), self.at_once)

    def _read_many(
        self, one: Found, reader: BoundedReader, is_table: bool
    ) -> Iterator[pd.DataFrame]:
        """The documents of a table or a zip file."""
        try:
            if is_table:
                table = TableStream(str(one.path), self.options)
                self.has_table, table.dates = True, self.dates
                table.at_once, table.shown = self.at_once, self._shown.get(str(one.path), "")
                yield from table.batches()
                self.aside += table.aside
                self.broken += table.broken
                self.told += table.told
            else:
                yield from self._read_zip(one, reader)
        except InputError as error:
            self._set_aside(one.path, error)

    def _read_plain(
        self, found: Sequence[Found], reader: BoundedReader
    ) -> Iterator[dict[str, Any]]:
        """The documents of files that are no tables."""
        options = self.options
        reading = ReadOptions("", False, options.columns, options.date_order, further=True)
        for one in found:
            try:
                source = reader.read(one.path, reading)
            except InputError as error:
                self._set_aside(one.path, error)
                continue
            for where, why in source.left_out:
                self._set_aside(Path(where), InputError(f"{where}: {why}"))
            self.has_table |= source.many
            if source.many:
                self.told += [
                    f"{self._shown.get(str(one.path), one.path)}: {n}" for n in source.notes
                ]
            for number, item in enumerate(source.items, 1):
                self.dates.look(item.where, item.record)
                given = {**read_folders(one, item, options.folder_columns), **options.given}
                try:
                    yield _document(one.path, item, given, number, many=source.many)
                except InputError as error:
                    self._set_aside(Path(item.where), error)

    def _read_zip(self, one: Found, reader: BoundedReader) -> Iterator[pd.DataFrame]:
        """The documents of a zip file, which is unpacked member by member."""
        try:
            archive = zipfile.ZipFile(one.path)
            members = [info for info in archive.infolist() if not info.is_dir()]
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            raise InputError(f"{one.path} cannot be opened: it is damaged; save it anew.") from None
        with archive, tempfile.TemporaryDirectory() as scratch:
            for first in range(0, len(members), 200):
                found = [
                    self._unpack(archive, info, one, Path(scratch, str(first)))
                    for info in members[first : first + 200]
                ]
                yield from self._read_all([one for one in found if one], reader)
                self._shown.clear()
                for unpacked in filter(None, found):
                    unpacked.path.unlink()

    def _unpack(
        self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, one: Found, folder: Path
    ) -> Found | None:
        """A member of a zip file as a file; None where it is no document."""
        path = PurePosixPath(info.filename.replace("\\", "/"))
        where = f"{one.path}: {path}"
        if any(part.startswith((".", "~$", "__MACOSX")) and part != ".." for part in path.parts):
            return None
        try:
            check_member(info, str(one.path))
            target = folder / str(len(self.aside)) / f"{info.header_offset}" / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(info) as source, open(target, "wb") as file:
                left = info.file_size
                while left > 0 and (data := source.read(min(left, 1 << 20))):
                    file.write(data)
                    left -= len(data)
        except InputError as error:
            self._set_aside(Path(where), error)
            return None
        except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, ValueError) as error:
            self._set_aside(Path(where), InputError(f"{where} is damaged ({error}); pack it anew"))
            return None
        self._shown[str(target)] = where
        return Found(target, (*(one.folders or ()), *path.parts[:-1]))

    def _set_aside(self, path: Path, error: InputError) -> None:
        """Note what cannot be read."""
        sentence, place = str(error), str(path)
        for unpacked, shown in self._shown.items():
            if place.startswith(unpacked):
                place, sentence = place.replace(unpacked, shown), sentence.replace(unpacked, shown)
        self.aside.append(Aside(path, place, sentence))


def _document(
    path: Path, item: Item, given: Mapping[str, str], number: int, *, many: bool
) -> dict[str, Any]:
    """A row of the documents table from what a file holds."""
    require_text(item)
    record, stem = item.record, slug(item.stem) or "text"
    made = make_document(path, item, given, many=many)
    facts = {name: value for name, value in made.found.items() if name not in _OWN}
    numbered = f"{stem}-{record['number'] or number}" if many else stem
    name = record["facts"].get("id") or numbered
    own = {**facts, "version": "original", "text": made.text, "doc": name}
    return {**own, **record["further"], **own}


def _in_batches(rows: Iterator[dict[str, Any]], most: int) -> Iterator[pd.DataFrame]:
    """Rows as tables of a size that memory holds with ease."""
    some: list[dict[str, Any]] = []
    size = 0
    for row in rows:
        some.append(row)
        size += len(row["text"])
        if size >= most or len(some) >= 20_000:
            yield _make_table(some)
            some, size = [], 0
    if some:
        yield _make_table(some)


def _make_table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """The documents table, its own columns first."""
    further = dict.fromkeys(name for row in rows for name in row if name not in DOCUMENTS)
    columns: dict[str, Any] = {}
    for name in (*DOCUMENTS, *further):
        if name == "sha256":
            columns[name] = [hash_text(row["text"]) for row in rows]
            continue
        values = [row.get(name) for row in rows]
        if name == "published":
            columns[name] = pd.to_datetime(
                pd.Series([value or None for value in values]), format="ISO8601", errors="coerce"
            ).astype("datetime64[us]")
        elif name in DOCUMENTS or all(value is None or isinstance(value, str) for value in values):
            empty = "" if name in ("doc", "text") else None
            words = [empty if v is None or v == "" else str(v) for v in values]
            columns[name] = pd.Series(words, dtype="str")
        else:
            columns[name] = values
    return pd.DataFrame(columns)


def find_table_ending(name: str) -> str:
    """The ending of a table that is read row by row; "" where it is none."""
    lower = name.lower()
    return next((ending for ending in TABLES if lower.endswith(ending)), "")


def open_stream(source: Any, folder: str | Path, options: PackOptions) -> Stream:
    """The documents of what there is to pack."""
    check_columns([name for name in options.folder_columns if name != "-"], "folder columns")
    if isinstance(source, Corpus):
        return CorpusStream(source, options=options)
    if isinstance(source, pd.DataFrame):
        require_columns(source, ("doc", "text"), "documents")
        table, broken = repair_table(source)
        stream = CorpusStream(Corpus(table), options=options)
        stream.broken += broken
        return stream
    if "://" in str(source):
        if find_table_ending(str(source)):
            return TableStream(str(source), options)
        if is_packed(source):
            return CorpusStream(open_packed(source), str(source), options)
        raise InputError(f"{source} is no table that is read from an address; copy it here.")
    path = Path(source)
    if path.is_dir() and is_packed(path):
        return CorpusStream(open_packed(path), str(path.resolve()), options)
    if (path / NAME).is_file():
        return ManifestStream(str(path.resolve()), options)
    if path.is_file() and find_table_ending(path.name):
        return TableStream(str(path.resolve()), options)
    found, aside, _ = list_files([path.resolve()], folder)
    if not found:
        reason = aside[0].sentence if aside else f"{path} holds no file."
        raise InputError(reason)
    files = FileStream(str(path.resolve()), found, options)
    files.aside += aside
    return files
