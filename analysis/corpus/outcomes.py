"""What became of each file that was added, as two tables beside the manifest."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from analysis.corpus.formats.encodings import read_text
from analysis.corpus.inputs import Aside
from analysis.files import escape_cell, unescape_cell
from analysis.tables import InputError, make_printable

SET_ASIDE = "set-aside.csv"
ASIDE_COLUMNS = ("file", "reason", "what_to_do")
ADDED_FILES = "added.csv"
ADDED_COLUMNS = ("file", "id", "note", "duplicate_of", "similarity")


def update_aside(folder: str | Path, files: Iterable[Path], aside: Iterable[Aside]) -> str:
    """The table of what was set aside, without what was looked at anew; "" where it is empty."""
    looked_at = {str(place) for file in files for place in (file, file.parent)}
    seen = set(map(make_printable, looked_at))
    old = _read_rows(Path(folder, SET_ASIDE), ASIDE_COLUMNS)
    rows = dict.fromkeys(row for row in old if not seen & set(list_starts(row[0])))
    for one in aside:
        if not one.chosen:
            cells = (one.where, one.reason, one.remedy)
            rows[tuple(map(make_printable, cells))] = None
    return _write_rows(ASIDE_COLUMNS, rows)


def update_added(
    folder: str | Path, added: Iterable[tuple[Sequence[str], bool]], notes: Iterable[Sequence[str]]
) -> str:
    """The table of what became a document of the corpus, with all doubts; "" where it is empty."""
    # `added` are rows, and whether the corpus had the document before: what was said of it when it
    # was added stays. `notes` are files and what is to be said of them as a whole.
    old = _read_rows(Path(folder, ADDED_FILES), ADDED_COLUMNS)
    rows = {row[:2]: row for row in old}
    about: dict[str, str] = {}
    for file, note in notes:
        about[file] = f"{about[file]}; {note}" if file in about else note
    new = [((file, "", note, "", ""), False) for file, note in about.items()]
    for row, known in (*new, *added):
        cells = tuple(map(make_printable, row))
        if not known or cells[:2] not in rows:
            rows[cells[:2]] = cells
    return _write_rows(ADDED_COLUMNS, rows.values())


def list_starts(where: str) -> list[str]:
    """What could be the file of a place: "a b.csv" and "a" of "a b.csv row 3"."""
    return [where, *(where[: match.start()] for match in re.finditer(r":? ", where))]


def _write_rows(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table as text; "" for none."""
    cells = [[cell and escape_cell(cell) for cell in row] for row in rows]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([columns, *cells])
    return text.getvalue() if cells else ""


def _read_rows(path: Path, columns: Sequence[str]) -> list[tuple[str, ...]]:
    """The rows of a table that an earlier run wrote."""
    if not path.exists():
        return []
    rows = list(csv.reader(io.StringIO(read_text(path))))
    if rows and rows[0] != list(columns):
        raise InputError(
            f"{path} is another table than the one that `discourse add` keeps there; give it "
            "another name and retry."
        )
    cells = [tuple(unescape_cell(cell) or "" for cell in row) for row in rows[1:]]
    return [row for row in cells if len(row) == len(columns)]
