"""The manifest of a corpus: a table of its documents that people edit by hand."""

from __future__ import annotations

import contextlib
import csv
import io
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from analysis.corpus.formats.encodings import clean_text, find_encoding, read_bytes
from analysis.corpus.kinds import MANIFEST as NAME
from analysis.corpus.kinds import refuse_packed
from analysis.files import escape_cell, find_target, finish_writing, unescape_cell
from analysis.tables import InputError

ORIGINALS, BRIEFS = "originals", "briefs"  # folders of texts beside it
ADDING = "adding"  # what is written together with it (`write_together`)
COLUMNS = tuple("id title outlet country side genre published url language licence".split())
GROUP = "duplicate_group"  # a column; each group is named by its first document
LOCK = ".adding.lock"
PATIENCE = 120.0  # seconds that a process waits for another one that is adding
MOST = 1000  # columns
RESERVED = ("doc", "version", "sha256", "text")  # columns of documents that reading makes
_SAFE_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_-])?")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


class Row(NamedTuple):
    """One record of a manifest: its number as a spreadsheet shows it, its fields, its bytes."""

    number: int
    fields: list[str]
    raw: str


class Sheet(NamedTuple):
    """A manifest as it is in the file, with its header row and blank rows, to be written back."""

    encoding: str
    delimiter: str
    newline: str
    header: list[str]
    rows: list[Row]


def finish_adding(folder: str | Path) -> None:
    """Finish what a run that was stopped was about to write; called before a corpus is read."""
    with contextlib.suppress(OSError):  # whoever may not write reads what there is
        finish_writing(folder, name=ADDING)


def read_manifest(path: str | Path) -> list[dict[str, str]]:
    """Read and check a manifest."""
    finish_adding(Path(path).parent)
    sheet = parse_sheet(read_bytes(path), str(path))
    check_header(sheet.header, str(path))
    records = []
    seen: dict[str, int] = {}
    for row in sheet.rows[1:]:
        where = f"{path} row {row.number}"
        record = {name: read_cell(field) for name, field in _pair(sheet.header, row)}
        if not any(record.values()):
            continue
        check_id(record["id"], where)
        first = seen.setdefault(record["id"].lower(), row.number)
        if first != row.number:
            raise InputError(
                f"{where}: the id {record['id']!r} is there already, in row {first}; "
                "give every document an id of its own (case makes no difference)."
            )
        records.append({**record, "row": where})
    return records


def check_header(header: list[str], path: str) -> None:
    """Refuse a header that lacks a column, or has one that it must not have."""
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise InputError(
            f"{path} row 1: the column {', '.join(map(repr, missing))} is missing; a manifest has "
            f"the columns {', '.join(COLUMNS)}, and any others you like."
        )
    if len(header) > MOST:
        raise InputError(
            f"{path} row 1: there are {len(header):,} columns, more than {MOST:,}; take out those "
            "that do not describe documents."
        )
    if "" in header:
        raise InputError(
            f"{path} row 1: column {header.index('') + 1} has no name but is not empty; give it a "
            "name or empty it."
        )
    twice = sorted(name for name, count in Counter(header).items() if count > 1)
    if twice:
        raise InputError(f"{path} row 1: the column {twice[0]!r} is there twice; rename one.")
    taken = [name for name in header if name in (*RESERVED, "row")]
    if taken:
        raise InputError(
            f"{path} row 1: a column cannot be named {taken[0]!r}; rename it, since "
            f"{', '.join(RESERVED)} and row are made when the corpus is read."
        )


def check_id(name: str, where: str) -> None:
    """Refuse an id that is not safe as the name of a file in the corpus folder."""
    if not _SAFE_ID.fullmatch(name) or ".." in name or _DEVICES.fullmatch(name):
        what = (
            "the id is empty" if not name else f"the id {name!r} cannot name a file in the corpus"
        )
        raise InputError(
            f"{where}: {what}; an id has up to 100 letters (a–z), digits, '-', '_' and '.', "
            "and begins with a letter or digit."
        )


def parse_sheet(data: bytes, path: str) -> Sheet:
    """Take a CSV file apart without losing how it was written."""
    encoding = find_encoding(data, path)
    lines = io.StringIO(data.decode(encoding), newline="")
    first = next(lines, "")
    lines.seek(0)
    delimiter = max(",;\t", key=first.count)
    rows = list(_parse_rows(lines, delimiter, path))
    header = [read_cell(name) for name in rows[0].fields] if rows else []
    newline = first[len(first.rstrip("\r\n")) :] or "\n"
    if "" in header or any(len(row.fields) > len(header) for row in rows):
        rows = _cut_empty(rows, header, delimiter, newline)
        header = [read_cell(name) for name in rows[0].fields] if rows else []
    for row in rows:
        if len(row.fields) > len(header) and not row.fields[0].startswith("#"):
            raise InputError(
                f"{path} row {row.number}: it has {len(row.fields)} fields, the header has "
                f"{len(header)}; put a field that holds {delimiter!r} into quotation marks."
            )
    return Sheet(encoding, delimiter, newline, header, rows)


def _cut_empty(rows: list[Row], header: list[str], delimiter: str, newline: str) -> list[Row]:
    """Rows without the columns that have neither name nor content, as spreadsheets save them."""
    width = max(len(row.fields) for row in rows)
    used = [*map(bool, header), *[False] * (width - len(header))]
    own = [not any(row.fields) or row.fields[0].startswith("#") for row in rows]  # stays as it is
    for row, as_is in zip(rows, own, strict=True):
        for i, field in enumerate(() if as_is else row.fields):
            used[i] |= bool(read_cell(field))
    if all(used):
        return rows
    return [
        row if as_is else Row(row.number, kept, _make_row(kept, delimiter, newline))
        for row, as_is in zip(rows, own, strict=True)
        for kept in [[field for field, u in zip(row.fields, used, strict=False) if u]]
    ]


def _parse_rows(lines: Iterable[str], delimiter: str, path: str) -> Iterator[Row]:
    """The records of a CSV file, each with the characters it was written in."""
    taken: list[str] = []

    def collect() -> Iterator[str]:
        for line in lines:
            taken.append(line)
            yield line

    reader = csv.reader(collect(), delimiter=delimiter, strict=True)
    number = 1
    try:
        for number, fields in enumerate(reader, start=1):
            yield Row(number, fields, "".join(taken))
            taken.clear()
            number += 1
    except csv.Error as error:
        raise InputError(
            f"{path} row {number}: the row cannot be read ({error}); put a field that holds "
            "quotation marks into quotation marks, and double those inside it."
        ) from None


def read_cell(field: str) -> str:
    """What a cell says: no white space at its ends, nor the apostrophe that `write_cell` adds."""
    return (unescape_cell(_clean(field)) or "").strip()


def write_cell(value: str) -> str:
    """A value as a cell that no spreadsheet runs as a formula."""
    return escape_cell(value) if value else ""


def _clean(field: str) -> str:
    return " ".join(clean_text(field).split())


def _pair(header: list[str], row: Row) -> Iterator[tuple[str, str]]:
    """Column names with a row's fields; a row may stop before its last, empty fields."""
    return zip_longest(header, row.fields, fillvalue="")


def update_manifest(
    data: bytes | None, records: Iterable[Mapping[str, str]], path: str | Path
) -> bytes:
    """Put records into a manifest and leave the rest of the file as it is."""
    changed = {r["id"]: {name: _clean(value) for name, value in r.items()} for r in records}
    start = _make_row([*COLUMNS, "standfirst"], ",", "\n").encode()
    sheet = parse_sheet(start if data is None else data, str(path))
    used = dict.fromkeys(name for record in changed.values() for name in record if record[name])
    added = [name for name in used if name not in (*sheet.header, "row")]
    text = ""
    for i, row in enumerate(sheet.rows):
        text += _rewrite(row, i == 0, sheet, added, changed)
        text += "" if text.endswith(("\r", "\n")) else sheet.newline
    for record in changed.values():
        fields = [write_cell(record.get(name, "")) for name in [*sheet.header, *added]]
        text += _make_row(fields, sheet.delimiter, sheet.newline)
    try:
        return text.encode(sheet.encoding)
    except UnicodeEncodeError:
        return text.encode("utf-8-sig")


def _rewrite(
    row: Row, is_header: bool, sheet: Sheet, added: list[str], changed: dict[str, dict[str, str]]
) -> str:
    """A row as it was, unless it is changed or the manifest gets new columns."""
    old = dict(_pair(sheet.header, row))
    new = {} if is_header else changed.pop(read_cell(old.get("id", "")), {})
    if not any(row.fields) or not (new or added):
        return row.raw
    fields = [
        field if read_cell(field) == new.get(name, read_cell(field)) else write_cell(new[name])
        for name, field in old.items()
    ]
    extra = [write_cell(name if is_header else new.get(name, "")) for name in added]
    if fields == row.fields and not any(extra):
        return row.raw.rstrip("\r\n") + sheet.delimiter * len(extra) + sheet.newline
    return _make_row([*map(_make_inert, fields), *extra], sheet.delimiter, sheet.newline)


def _make_inert(field: str) -> str:
    """A cell as somebody wrote it, with an apostrophe if a spreadsheet would run it."""
    return field if field.startswith("'") else write_cell(field)


def _make_row(fields: list[str], delimiter: str, newline: str) -> str:
    line = io.StringIO()
    bare = any("\r" in field for field in fields)  # csv would leave these without quotes
    csv.writer(
        line,
        delimiter=delimiter,
        lineterminator=newline,
        quoting=csv.QUOTE_ALL if bare else csv.QUOTE_MINIMAL,
    ).writerow(fields)
    return line.getvalue()


def read_rows(folder: str | Path) -> list[dict[str, str]]:
    """Read the manifest of a folder that need not have one yet."""
    refuse_packed(folder)
    if Path(folder).exists() and not Path(folder).is_dir():
        raise InputError(f"The corpus folder {folder} is a file; name a folder.")
    finish_adding(folder)
    return read_manifest(Path(folder, NAME)) if Path(folder, NAME).exists() else []


@contextlib.contextmanager
def lock_folder(folder: str | Path, *, patience: float = PATIENCE) -> Iterator[None]:
    """Keep other processes from writing to a corpus while this one does."""
    # The lock is on the file ``.adding.lock``, which stays there, empty. The system lifts it when
    # the process ends, however it ends.
    import filelock

    Path(folder).mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(find_target(folder, Path(folder, LOCK)), fallback_to_soft=False)
    try:
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            print(f"Waiting for another process that is adding to {folder} …", file=sys.stderr)
            lock.acquire(timeout=patience)
    except filelock.Timeout:
        raise InputError(
            f"Another process has been adding to {folder} for {patience:.0f} seconds; nothing was "
            "written, retry when it is done."
        ) from None
    try:
        yield
    finally:
        lock.release()


def read_manifest_bytes(folder: str | Path) -> bytes | None:
    """The manifest as it is on the disk; None where there is none."""
    finish_adding(folder)
    manifest = Path(folder, NAME)
    return read_bytes(manifest) if manifest.exists() else None
