"""A corpus folder read for checking: what is wrong with it becomes a finding, not an error."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from analysis.checks.facts import check_cells
from analysis.checks.finding import Finding
from analysis.files import hash_text, join_inside
from analysis.reading.dates import parse_date
from analysis.reading.encodings import read_bytes, read_text
from analysis.reading.manifest import (
    BRIEFS,
    NAME,
    ORIGINALS,
    finish_adding,
    parse_sheet,
    read_manifest,
)
from analysis.tables import InputError, progress

FETCHED = "fetch.csv"  # beside the originals: what was fetched, with hashes


def read_folder(folder: Path) -> tuple[list[dict[str, Any]], list[Finding]]:
    """Read all documents of a folder.

    Parameters
    ----------
    folder : pathlib.Path

    Returns
    -------
    rows : list of dict
        The manifest's rows with ``doc``, ``published`` (datetime or None), ``text``, ``version``.
    findings : list of Finding
        Kinds "file", "date" and "hash": texts that are absent or cannot be read, dates that are
        none, files that are not listed, texts that were changed since they were fetched. Kind
        "formula": cells of the manifest that a spreadsheet would run.

    Raises
    ------
    InputError
        If there is no manifest, or it cannot be read.
    """
    finish_adding(folder)
    if not (folder / NAME).is_file():
        raise InputError(f"{folder} has no {NAME} to check; name the folder of a corpus.")
    rows: list[dict[str, Any]] = []
    records = read_manifest(folder / NAME)
    findings = list(_find_formulas(folder / NAME))
    hashes = _read_hashes(folder)
    for record in progress(records, total=len(records), desc="Reading texts"):
        where = record.pop("row")
        row: dict[str, Any] = {**record, "doc": record["id"]}
        row["published"], wrong = _read_date(row["doc"], record["published"], where)
        findings += wrong
        row["text"], row["version"], wrong = _read_document(folder, record, where)
        findings += wrong
        stated = hashes.get(row["doc"], "")
        if stated and row["version"] == "original" and stated != hash_text(row["text"]):
            what = f"the text is not the one that was fetched ({ORIGINALS}/{FETCHED})"
            findings.append(Finding(row["doc"], "suspicious", "hash", what, where))
        own = record.get("text_sha256", "").lower()
        if own and own != hash_text(row["text"]):
            what = "the text has another hash than the manifest states (text_sha256)"
            findings.append(Finding(row["doc"], "wrong", "hash", what, where))
        rows.append(row)
    findings += _find_strangers(folder, {str(row["doc"]).lower() for row in rows})
    return rows, findings


def _find_formulas(path: Path) -> Iterator[Finding]:
    """Cells that a spreadsheet would run, as they are written."""
    sheet = parse_sheet(read_bytes(path), str(path))
    for row in sheet.rows[1:]:
        cells = dict(zip(sheet.header, row.fields, strict=False))
        where = f"{path} row {row.number}"
        for finding in check_cells({**cells, "doc": cells.get("id", "").strip()}):
            yield finding._replace(where=where)


def _read_date(doc: str, value: str, where: str) -> tuple[datetime | None, list[Finding]]:
    if not value:
        return None, []
    try:
        return datetime.fromisoformat(value).replace(tzinfo=None), []
    except ValueError:
        hint = parse_date(value)
        what = f"published {value!r} is not a date" + (f"; write {hint}" if hint else "")
        return None, [Finding(doc, "wrong", "date", what, where)]


def _read_document(
    folder: Path, record: dict[str, str], where: str
) -> tuple[str, str, list[Finding]]:
    """A document's text, which version it is, and what is wrong with its file."""
    doc = record["id"]
    choices = [(f"{ORIGINALS}/{doc}.txt", "original")]
    choices += [(record["path"], "original")] if record.get("path") else []
    choices += [(f"{BRIEFS}/{doc}.txt", "brief")]
    for name, version in choices:
        try:
            path = join_inside(folder, name, where)
            if path.is_file():
                return read_text(path), version, []
        except InputError as error:
            return "", "", [Finding(doc, "wrong", "file", str(error).rstrip("."), where)]
    what = f"there is no text, neither {' nor '.join(name for name, _ in choices)}"
    return "", "", [Finding(doc, "wrong", "file", what, where)]


def _find_strangers(folder: Path, known: set[str]) -> Iterator[Finding]:
    """Texts that the manifest does not list, and what a stopped run left behind."""
    for room in (ORIGINALS, BRIEFS):
        for path in sorted((folder / room).glob("*")):
            listed = path.suffix == ".txt" and path.stem.lower() in known
            if path.name == FETCHED or listed or not path.is_file():
                continue
            where = f"{room}/{path.name}"
            if path.name.startswith(".") and path.suffix == ".new":
                what = "what a stopped run left behind; it can be deleted"
                yield Finding("", "suspicious", "file", what, where)
            elif path.suffix == ".txt":
                yield Finding(path.stem, "wrong", "file", f"{NAME} does not list this text", where)


def _read_hashes(folder: Path) -> dict[str, str]:
    """Hashes of the texts as they were fetched; none where nothing was."""
    path = folder / ORIGINALS / FETCHED
    if not path.is_file():
        return {}
    try:
        text = read_bytes(path).decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
    except (UnicodeDecodeError, csv.Error, InputError):
        return {}
    return {row.get("doc") or "": row.get("sha256") or "" for row in rows}
