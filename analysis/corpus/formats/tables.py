"""Tables with one document a row: csv, tsv, xlsx, json and jsonl."""

from __future__ import annotations

import io
import re
from collections.abc import Collection

from analysis.corpus.formats.cells import show_cell
from analysis.corpus.formats.columns import Table, join_parts
from analysis.corpus.formats.encodings import decode_bytes
from analysis.corpus.formats.objects import read_json, read_json_lines
from analysis.corpus.formats.record import Item, ReadOptions, Source
from analysis.corpus.formats.rows import RowReader
from analysis.corpus.formats.sheets import read_delimited, read_workbook
from analysis.tables import InputError, progress

SIZE = 100 * 1024**2  # bytes; text as Python holds it takes several times the file's
_JSON = re.compile(r"\ufeff?\s*\{\s*\"")


def read_table(
    data: bytes, name: str, stem: str, options: ReadOptions, kind: str = "csv"
) -> Source:
    """Read the documents of a table, whose kind is csv, xlsx, json or jsonl."""
    tables, notes = _read(data, name, kind, [*options.columns.values()])
    source = Source([], [], True, [])
    refused: list[InputError] = []
    for table in (join_parts(one, options.columns.values()) for one in tables):
        try:
            rows = RowReader(table, options, name)
        except InputError as error:
            refused.append(error)
            notes.append(f"{table.title} was not read: it has no column of texts")
            continue
        before = f"{table.title}: " if table.title else ""
        _read_rows(table, rows, name, stem, source)
        for note in (*rows.describe(), *table.notes, *rows.remarks()):
            source.notes.append(f"{before}{note}")
    if len(refused) == len(tables):
        raise refused[0]
    source.notes.extend(notes)
    if not source.items:
        where = f" ({source.left_out[0][1]})" if source.left_out else ""
        raise InputError(f"{name} holds no row with a text{where}.")
    return source


def parse_table(data: bytes, name: str, columns: Collection[str] = (), sheet: str = "") -> Table:
    """Take a table of any of the formats apart, all cells as text."""
    # of a workbook the sheet that has the columns, and of several that of the name; else the first
    kind = {"ndjson": "jsonl", "js": "json"}.get(ending := name.rsplit(".", 1)[-1].lower(), ending)
    tables = _read(data, name, kind)[0]
    wanted = {column.casefold() for column in columns}
    fit = [one for one in tables if wanted <= {column.strip().casefold() for column in one.header}]
    table = next((one for one in fit if one.title == f"sheet {sheet!r}"), (fit or tables)[0])
    rows = [{column: show_cell(value) for column, value in row.items()} for row in table.rows]
    return table._replace(rows=rows)


def _read(
    data: bytes, name: str, kind: str, wanted: Collection[str] = ()
) -> tuple[list[Table], list[str]]:
    """The tables of a file, and what concerns all of it; `wanted` are columns the user named."""
    if len(data) > SIZE:
        raise InputError(f"{name} is larger than {SIZE // 1024**2} MB; split it and retry.")
    if kind == "xlsx":
        return read_workbook(data, name, wanted)
    decoded = decode_bytes(data, name)
    if kind == "jsonl":
        return [read_json_lines(decoded.text, name)], decoded.notes
    if kind == "json" or _JSON.match(decoded.text):
        return [read_json(decoded.text, name)], decoded.notes
    encoding, notes = decoded.encoding, decoded.notes
    del decoded  # the text would be there twice
    with io.TextIOWrapper(io.BytesIO(data), encoding, "replace", newline="") as file:
        return [read_delimited(file, name, wanted)], notes


def _read_rows(table: Table, rows: RowReader, name: str, stem: str, source: Source) -> None:
    """Add the documents of a table's rows to a source."""
    source.left_out.extend((f"{name} {place}", why) for place, why in table.left_out)
    pairs = zip(table.rows, table.places, strict=True)
    for number, (row, place) in enumerate(
        progress(pairs, total=len(table.rows), desc="Reading rows"), 1
    ):
        where = f"{name} {place}"
        record = rows.read(row, where, short=place in table.short)
        row.clear()  # of a large table only the records are kept
        if isinstance(record, str):
            source.left_out.append((where, record))
            continue
        record["number"] = number
        source.items.append(Item(where, stem, record))
