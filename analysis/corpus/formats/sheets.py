"""Rows of delimited text and of spreadsheets, as tables with a header."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterator
from itertools import count, islice
from typing import Any, NoReturn

from analysis._lazy import needs_extra
from analysis.corpus.formats.cells import show_cell
from analysis.corpus.formats.columns import HEADER, Table, find_header, is_header, name_columns
from analysis.corpus.formats.encodings import clean_text
from analysis.corpus.formats.record import LONGEST
from analysis.corpus.formats.zips import check_package, open_zip, read_member
from analysis.tables import InputError

ROWS = 100_000
CELLS = 10_000  # columns
ALL_CELLS = 3_000_000  # of a sheet
LINE = 4 * LONGEST  # characters
TRIED = 500  # lines among which the row after an unreadable one is looked for
_SEPARATOR = re.compile(r"\s*\"?sep=(.)\"?\s*", re.IGNORECASE)
UNREAD = 1000  # rows that cannot be read, after which a table is given up
_QUOTE = "put a field that holds the separator into quotation marks"
MARKS = "put a field that holds quotation marks into quotation marks, and double those inside it"
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z0-9:]+)"')

Row = tuple[str, list[str] | str]  # what a row is called, and its fields or why there are none


def read_delimited(file: io.TextIOWrapper, name: str, wanted: Collection[str] = ()) -> Table:
    """Read a csv or tsv file."""
    lines = list(_limit(file, name))
    stated = find_stated(lines)
    first = 1 if stated else 0
    before = csv.field_size_limit(LONGEST + 1)  # a text may be longer than csv's 128 KB
    try:
        delimiter = stated or find_delimiter(lines[:60], name, wanted)
        escaped = any('\\"' in line for line in lines)
        rows = _read_rows(lines.copy() if escaped else lines, first, delimiter, None)
        if escaped and _count_unread(rows):
            rows = min(rows, _read_rows(lines, first, delimiter, "\\"), key=_count_unread)
    finally:
        csv.field_size_limit(before)
    table = make_table(rows, name, wanted)
    full = len(table.header)
    short = [place for place, fields in rows if isinstance(fields, list) and len(fields) < full]
    return table._replace(short=frozenset(short))


def find_stated(lines: list[str]) -> str:
    """The sign between the fields that Excel states in a first line of its own: sep=;"""
    match = _SEPARATOR.fullmatch(lines[0]) if lines else None
    return match[1] if match else ""


def _limit(lines: io.TextIOWrapper, name: str) -> Iterator[str]:
    """The lines, unless one is longer than any table's."""
    while line := lines.readline(LINE):
        if len(line) == LINE:
            raise InputError(f"{name} has a line of more than {LINE:,} characters; split it.")
        yield line.replace("\0", "")


def find_delimiter(lines: list[str], name: str, wanted: Collection[str]) -> str:
    """The sign between the fields: the one that parts the header, or parts most rows alike."""
    best: tuple[float, ...] = (0.0, 0.0, 0.0)
    found = "\x1f"  # a table of one column has none
    for sign in "\t,;|" if name.lower().endswith(".tsv") else ",;\t|":
        rows = list(islice(csv.reader(lines, delimiter=sign, skipinitialspace=True), HEADER))
        widths = Counter(len(row) for row in rows if row)
        width, count = widths.most_common(1)[0] if widths else (0, 0)
        if max(widths, default=0) > CELLS:
            _refuse_columns(max(widths), name)
        header = name_columns(rows, find_header(rows, wanted))
        score = (0.0, count / len(rows) if rows else 0.0, float(width))
        if is_header(header, wanted):
            score, width = (float(len(header)), 0.0, 0.0), len(header)
        if width > 1 and score > best:
            best, found = score, sign
    return found


def _read_rows(lines: list[str], first: int, delimiter: str, escape: str | None) -> list[Row]:
    """The rows of a delimited text, whose lines are used up; where one is unread, the reason."""
    rows: list[Row] = []
    unread = 0
    while first < len(lines):
        reader = csv.reader(
            (lines[i] for i in range(first, len(lines))),
            delimiter=delimiter, escapechar=escape, skipinitialspace=True, strict=True,
        )  # fmt: skip
        begin = first
        try:
            for fields in reader:
                rows.append((f"row {len(rows) + 1}", fields))
                for i in range(begin, first + reader.line_num):
                    lines[i] = ""
                begin = first + reader.line_num
            break
        except csv.Error as error:
            first = find_next_row(lines, begin + 1, rows, delimiter, escape)
            lost = f"line {begin + 1}" if first == begin + 1 else f"lines {begin + 1}–{first}"
            why = f"the row cannot be read ({lost}: {error}); {MARKS}"
            rows.append((f"row {len(rows) + 1}", why))
            unread += 1
            if unread > UNREAD:
                break
    return rows


def find_next_row(
    lines: list[str], first: int, rows: list[Row], delimiter: str, escape: str | None
) -> int:
    """The line that the row after an unreadable one begins with."""
    widths = Counter(len(fields) for _, fields in rows if isinstance(fields, list))
    width = widths.most_common(1)[0][0] if widths else 0
    for at in range(first, min(first + TRIED, len(lines))):
        reader = csv.reader(
            lines[at : at + 50], delimiter=delimiter, escapechar=escape, skipinitialspace=True,
            strict=True,
        )  # fmt: skip
        try:
            if len(next(reader)) == width:
                return at
        except (csv.Error, StopIteration):
            continue
    return min(first + TRIED, len(lines))


def find_escape(text: str, delimiter: str) -> str | None:
    """The sign before quotation marks inside a field, where they are not doubled."""
    if '\\"' not in text:
        return None
    lines = text.splitlines(keepends=True)
    unread = [_count_unread(_read_rows(lines.copy(), 0, delimiter, sign)) for sign in (None, "\\")]
    return "\\" if unread[1] < unread[0] else None


def _count_unread(rows: list[Row]) -> int:
    return sum(isinstance(fields, str) for _, fields in rows)


def read_workbook(
    data: bytes, name: str, wanted: Collection[str] = ()
) -> tuple[list[Table], list[str]]:
    """Read the sheets of an Excel file, and say which were not read."""
    check_package(data, name, "an Excel file (.xlsx)")
    with needs_extra("files", "Reading an Excel file"):
        import openpyxl

    tables: list[Table] = []
    notes: list[str] = []
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        several = len(book.sheetnames) > 1
        for sheet in book.worksheets:
            title = f"sheet {sheet.title!r}"
            if sheet.sheet_state != "visible":
                notes.append(f"{title} is hidden and was not read; show it in Excel to add it")
                continue
            sheet.reset_dimensions()  # what it says of its size need not be true
            cells = (list(map(_show, row)) for row in sheet.iter_rows(values_only=True))
            rows = _fill_merged(list(_trim(cells, name)), _read_merged(data, sheet))
            width = max(map(len, rows), default=0)
            for row in rows[:HEADER]:  # a cell beside the table belongs to a column without a name
                row += [""] * (width - len(row))
            prefix = f"{title} row" if several else "row"
            named: list[Row] = [(f"{prefix} {i}", row) for i, row in enumerate(rows, start=1)]
            if any(any(row) for row in rows):
                tables.append(
                    make_table(named, name, wanted)._replace(title=title if several else "")
                )
    except InputError:
        raise
    except Exception as error:  # whatever the parser trips over in a damaged file
        reason = " ".join(str(error).split())[:120].rstrip(".") or type(error).__name__
        raise InputError(f"{name} cannot be read as an Excel file: {reason}.") from None
    if not tables:
        raise InputError(f"{name} is empty.")
    return tables, notes


class _Shown(str):
    """A cell as it is shown, which knows the number that it holds."""

    __slots__ = ("value",)
    value: float


def _show(value: Any) -> str:
    """A cell as text; one with a number keeps it."""
    text = show_cell(value)
    if type(value) not in (int, float, bool) or value != value:
        return text
    shown = _Shown(text)
    shown.value = value
    return shown


def _trim(rows: Iterator[list[str]], name: str) -> Iterator[list[str]]:
    """Rows without the empty cells at their ends, of which a sheet can have thousands."""
    cells = 0
    for number, row in enumerate(rows):
        cells += len(row) + 1
        if cells > ALL_CELLS:
            raise InputError(f"{name} has more than {ALL_CELLS:,} cells; split it and retry.")
        if number > 2 * ROWS:
            raise InputError(f"{name} has more than {ROWS:,} rows; split it and retry.")
        while row and not row[-1].strip():
            row.pop()
        yield row


def _read_merged(data: bytes, sheet: Any) -> list[tuple[int, int, int, int]]:
    """The cells that a sheet shows as one, as rows and columns from 0, first and last."""
    from openpyxl.utils import range_boundaries

    path = getattr(sheet, "_worksheet_path", "")
    found: list[tuple[int, int, int, int]] = []
    if path:
        content = read_member(open_zip(data, path), path.lstrip("/"), path)
        for reference in _MERGED.findall(content)[:ROWS]:
            left, top, right, bottom = range_boundaries(reference.decode())
            found.append((top - 1, left - 1, bottom - 1, right - 1))
    return found


def _fill_merged(rows: list[list[str]], merged: list[tuple[int, int, int, int]]) -> list[list[str]]:
    """Give the rows that one cell spans its value, as it is shown; a long text counts once."""
    for top, left, bottom, _ in merged:
        value = rows[top][left] if top < len(rows) and left < len(rows[top]) else ""
        if value and len(value) <= 200:
            for row in rows[top + 1 : bottom + 1]:
                row += [""] * (left + 1 - len(row))
                row[left] = row[left] or value
    return rows


def make_table(rows: list[Row], name: str, wanted: Collection[str] = ()) -> Table:
    """Make a table of rows: find its header, and set aside what does not fit under it."""
    full = [[] if isinstance(fields, str) else fields for _, fields in rows]
    first = find_header(full[:HEADER], wanted)
    place, fields = rows[first] if rows else ("", [])
    if isinstance(fields, str):
        raise InputError(f"{name} {place}: {fields}.")
    names = name_columns(full, first)
    if not any(map(str.strip, names)):
        raise InputError(f"{name} is empty.")
    filled = {i for fields in full[first + 1 :] for i, one in enumerate(fields) if one.strip()}
    header, notes = _name_columns(names, filled, name)
    above = [" ".join(fields) for _, fields in rows[:first] if isinstance(fields, list)]
    shown = [" ".join(line.split())[:80] for line in above if line.strip()]
    if shown:
        notes.insert(0, f"the header is {place}; above it stands: {'; '.join(shown[:3])}")
    found: list[dict[str, Any]] = []
    places: list[str] = []
    left_out: list[tuple[str, str]] = []
    for place, fields in rows[first + 1 :]:
        if len(found) == ROWS:
            raise InputError(f"{name} has more than {ROWS:,} rows; split it and retry.")
        if isinstance(fields, str):
            left_out.append((place, fields))
        elif any(map(str.strip, fields[len(header) :])):
            why = f"it has {len(fields)} fields, the header has {len(header)}; {_QUOTE}"
            left_out.append((place, why))
        elif any(map(str.strip, fields)):
            found.append({c: f for c, f in zip(header, fields, strict=False) if c})
            places.append(place)
    if left_out and len(left_out) >= len(found):  # it is no table, or another than it was read as
        raise InputError(f"{name} {left_out[0][0]}: {left_out[0][1]}.")
    return Table(header, found, places, left_out, notes)


def _name_columns(
    fields: list[str], filled: Collection[int], name: str
) -> tuple[list[str], list[str]]:
    """The names of the columns, each once; one without a name and content is no column."""
    if len(fields) > CELLS:
        _refuse_columns(len(fields), name)
    header: list[str] = []
    taken: dict[str, str] = {}
    for i, field in enumerate(fields):
        column = " ".join(clean_text(field).split())
        given = column or (f"column {i + 1}" if i in filled else "")
        if given and given in header:
            given = next(f"{column} ({n})" for n in count(2) if f"{column} ({n})" not in header)
        if given != column:
            taken[given] = column
        header.append(given)
    names = [repr(one[:60]) for one in header if one in taken][:3]
    more = f" and {len(taken) - 3} more" if len(taken) > 3 else ""
    note = f"columns without a name, or with that of another, are called {', '.join(names)}{more}"
    return header, [note] if taken else []


def _refuse_columns(number: int, name: str) -> NoReturn:
    raise InputError(
        f"{name} has {number:,} columns, more than {CELLS:,}; keep those that describe documents "
        "and retry."
    )
