"""One document of a corpus folder: where its text is, and its row of the documents table."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

from analysis.corpus.formats.encodings import read_text
from analysis.corpus.manifest import BRIEFS, ORIGINALS
from analysis.files import hash_text, join_inside
from analysis.tables import InputError

BRIEF_NOTE = "summaries written for this project"
STYLE = "style.yml"
_ISO = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
)


def read_document(folder: Path, record: dict[str, str]) -> dict[str, Any]:
    """One row of the documents table from one row of the manifest."""
    where = record.pop("row")
    path, version = find_text(folder, record, where)
    try:
        text = read_text(path)
    except InputError as error:
        raise InputError(f"{where}: {error}") from None
    if not text:
        raise InputError(f"{where}: the text {path} is empty; write one or take the row out.")
    return {
        **{name: value or None for name, value in record.items() if name != "id"},
        "doc": record["id"],
        "published": read_date(record["published"], where),
        "version": version,
        "sha256": hash_text(text),
        "text": text,
    }


def find_text(folder: Path, record: dict[str, str], where: str) -> tuple[Path, str]:
    """The file that holds a document's text, and which version of it that is."""
    own = record.get("path", "")
    choices = [(f"{ORIGINALS}/{record['id']}.txt", "original")]
    choices += [(own, "original")] if own else []
    choices += [(f"{BRIEFS}/{record['id']}.txt", "brief")]
    paths = [(join_inside(folder, name, where), version) for name, version in choices]
    found = next(((path, version) for path, version in paths if path.is_file()), None)
    if found is None:
        raise InputError(
            f"{where}: there is no text for {record['id']!r}, neither "
            f"{' nor '.join(str(path) for path, _ in paths)}; add it with "
            f"'discourse add FILE --id {record['id']} --corpus {folder}'."
        )
    return found


def read_date(value: str, where: str) -> datetime | None:
    """A date of the manifest; None where the cell is empty."""
    if not value:
        return None
    try:
        if not _ISO.fullmatch(value):
            raise ValueError
        return datetime.fromisoformat(value).replace(tzinfo=None)
    except ValueError:
        raise InputError(
            f"{where}: published {value!r} is not a date; write 2024-05-15 or 2024-05-15T08:09, "
            "or leave the cell empty."
        ) from None
