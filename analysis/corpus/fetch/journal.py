"""The table of what was fetched when, from where, and what was written, beside the originals."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from analysis.corpus.formats.encodings import read_bytes, read_text
from analysis.files import (
    append_line,
    escape_cell,
    hash_text,
    remove_file,
    unescape_cell,
    write_atomic,
)
from analysis.tables import InputError

TABLE = "fetch.csv"
LOG = ".fetch-unfinished.jsonl"
LOCK = ".fetch.lock"
COLUMNS = (
    "doc status reason url final_url archived asked published words sha256 page_sha256 etag "
    "last_modified sha256_before sha256_doubtful"
).split()
_ETAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e]{0,200}"')
_DATE = re.compile(r"[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT")


class Journal:
    """The rows of a corpus' fetch table, by document."""

    # During a run every change is appended to a log, so that a run that is stopped at any moment is
    # taken up where it was; at the end the table is written and the log goes.

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows = _read_table(folder / TABLE)
        self.done: set[str] = set()  # documents that an interrupted run had finished with
        for row in _read_log(folder / LOG):
            self.rows[row["doc"]] = {name: row.get(name, "") for name in COLUMNS}
            if row.get("done"):
                self.done.add(row["doc"])
            else:
                self.done.discard(row["doc"])

    def write(self, row: Mapping[str, str], *, done: bool) -> None:
        """Write down what is about to be written, or that a document is done."""
        plain = {name: row.get(name, "") for name in COLUMNS}
        self.rows[plain["doc"]] = plain
        line = json.dumps({**plain, "done": done}, ensure_ascii=False)
        append_line(self.folder / LOG, line, inside=self.folder.parent)

    def finish(self, order: Iterable[str] = ()) -> Path:
        """Write the table and drop the log."""
        path = self.folder / TABLE
        file = io.StringIO()
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        docs = [doc for doc in dict.fromkeys([*order, *self.rows]) if doc in self.rows]
        for doc in docs:  # a reason or an address can come from the page
            row = self.rows[doc]
            writer.writerow({name: escape_cell(row[name]) if row[name] else "" for name in COLUMNS})
        write_atomic(path, file.getvalue(), inside=self.folder.parent)
        remove_file(self.folder / LOG, inside=self.folder.parent)
        return path


def _read_table(path: Path) -> dict[str, dict[str, str]]:
    if not path.exists():
        return {}
    try:
        reader = csv.DictReader(io.StringIO(read_bytes(path).decode("utf-8-sig"), newline=""))
        rows = list(reader)
        if not {"doc", "sha256", "url"} <= set(reader.fieldnames or ()):
            raise ValueError("its columns are not those that fetch writes")
    except (ValueError, csv.Error) as error:
        raise InputError(
            f"{path} cannot be read ({error}); it says which originals were fetched and not "
            "edited since. Repair it, or move it away: then --force is needed to fetch them again."
        ) from None
    return {
        row["doc"]: {name: unescape_cell(row.get(name) or "") or "" for name in COLUMNS}
        for row in rows
    }


def _read_log(path: Path) -> Iterator[dict[str, Any]]:
    """The whole lines of a log; the last may be torn."""
    if not path.exists():
        return
    for line in read_bytes(path).split(b"\n"):
        with contextlib.suppress(ValueError, RecursionError):
            row = json.loads(line)
            if isinstance(row, dict) and "doc" in row and _is_plain(row):
                yield row


def _is_plain(row: dict[str, Any]) -> bool:
    """Whether a row of the log is such as `Journal.write` writes."""
    return all(isinstance(value, bool if k == "done" else str) for k, value in row.items())


def hash_original(path: Path) -> str:
    """Hash the text in a file as `read_corpus` does."""
    if not path.exists():
        return ""
    try:
        return hash_text(read_text(path))
    except InputError:
        return "unreadable"


def clean_validators(headers: Mapping[str, str]) -> dict[str, str]:
    """What a host gives to ask later whether a page has changed (RFC 9110, section 8.8)."""
    etag = headers.get("etag", "").strip()
    date = headers.get("last-modified", "").strip()
    return {
        "etag": etag if _ETAG.fullmatch(etag) else "",
        "last_modified": date if _DATE.fullmatch(date) else "",
    }
