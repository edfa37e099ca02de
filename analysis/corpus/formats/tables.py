"""Tables with one document a row: csv, tsv, xlsx, json and jsonl."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from analysis.corpus.formats.cells import NOTHING, clean_cell, read_paragraphs_of, show_cell
from analysis.corpus.formats.columns import Table, choose_columns, join_parts
from analysis.corpus.formats.dates import (
    guess_date_order,
    read_day_number,
    read_partial_date,
    read_stated_date,
    read_time_line,
)
from analysis.corpus.formats.encodings import decode_bytes
from analysis.corpus.formats.languages import read_language
from analysis.corpus.formats.objects import read_json, read_json_lines
from analysis.corpus.formats.record import (
    Item,
    ReadOptions,
    Record,
    Source,
    make_document,
    read_number,
    require_length,
    tidy,
)
from analysis.corpus.formats.sheets import read_delimited, read_workbook
from analysis.tables import InputError, progress

SIZE = 100 * 1024**2  # bytes; text as Python holds it takes several times the file's
EXCEL_CELL = 32_767  # characters that Excel keeps of a text
_CUT = re.compile(r"\s*(?:…|\.\.\.)?\s*\[\+\d+ chars\]\s*$")  # as NewsAPI ends a text
_CUT_END = re.compile(
    r"\s*(?:(?:…|\.\.\.)\s*(?:https?://\S+|\[\+\d+ chars\])?|\[\+\d+ chars\])\s*$"
)
_REPEATED = re.compile(r"RT @\w{1,50}: ")  # as Twitter marks what is passed on
BEGIN = 20  # characters that a cut text and the whole one share
_JSON = re.compile(r"\ufeff?\s*\{\s*\"")
_BY = re.compile(r"^by\s+(?=\S)", re.IGNORECASE)
_NAN = ("nan", "NaN", "None")  # other such words can be a title
_OWN = (
    "text", "id", "title", "standfirst", "published", "published_time", "url", "language",
    "stated_words",
)  # fmt: skip


def read_table(
    data: bytes, name: str, stem: str, options: ReadOptions, kind: str = "csv"
) -> Source:
    """Read the documents of a table, whose kind is csv, xlsx, json or jsonl."""
    tables, notes = _read(data, name, kind, [*options.columns.values()])
    source = Source([], [], True, [])
    refused: list[InputError] = []
    for table in (join_parts(one, options.columns.values()) for one in tables):
        try:
            chosen, doubts = choose_columns(table, options.columns, name)
        except InputError as error:
            refused.append(error)
            notes.append(f"{table.title} was not read: it has no column of texts")
            continue
        before = f"{table.title}: " if table.title else ""
        remarks = _read_rows(table, chosen, name, stem, options.date_order, source)
        for note in (*_describe(chosen, table.header), *doubts, *table.notes, *remarks):
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


def _describe(chosen: Mapping[str, str], header: list[str]) -> list[str]:
    """Which column was taken for what, and which were not taken."""
    taken = ", ".join(f"{field} from {column[:60]!r}" for field, column in chosen.items())
    rest = [column for column in header if column and column not in chosen.values()]
    shown = ", ".join(repr(column[:60]) for column in rest[:12])
    more = f" and {len(rest) - 12} more" if len(rest) > 12 else ""
    untaken = f"columns not taken: {shown}{more} (--column NAME=COLUMN takes one)"
    return [f"columns: {taken}", *([untaken] if rest else [])]


def _read_rows(
    table: Table, chosen: Mapping[str, str], name: str, stem: str, order: str, source: Source
) -> list[str]:
    """Add the documents of a table's rows to a source; return what is doubtful in many of them."""
    dates = [show_cell(row.get(chosen.get("published", ""))) for row in table.rows]
    order = order or guess_date_order(dates)
    after = table.header[table.header.index(chosen["text"]) + 1 :]
    few = 2 * len(table.short) < len(table.rows)
    counts: Counter[str] = Counter()
    source.left_out.extend((f"{name} {place}", why) for place, why in table.left_out)
    pairs = zip(table.rows, table.places, strict=True)
    for row, place in progress(pairs, total=len(table.rows), desc="Reading rows"):
        where = f"{name} {place}"
        values = {field: row.get(column) for field, column in chosen.items()}
        is_last = bool(after) and after[0] not in row
        text = show_cell(values["text"])
        if whole := _find_whole(text, row.values()):
            values["text"] = text = whole
            counts["whole"] += 1
        row.clear()  # of a large table only the records are kept
        require_length(text, where)
        record = read_row(values, order, counts)
        counts["cell"] += len(text) == EXCEL_CELL
        if not record["paragraphs"]:
            source.left_out.append((where, f"no text in its column {chosen['text']!r}"))
        elif few and place in table.short and is_last:
            why = f"it ends with its text, before the column {after[0]!r}; if a line end cut the "
            source.left_out.append((where, f"{why}text, put it into quotation marks"))
        else:
            source.items.append(Item(where, stem, record))
    return [note.format(f"{counts[kind]:,}") for kind, note in REMARKS.items() if counts[kind]]


_FIRST_DAY = "its first day stands for it, and the column date_precision says so"
REMARKS = {
    "cut": "texts that the service they come from cut off ([+… chars]): {}; fetch their addresses",
    "whole": "texts that are cut off in their column were taken whole from another: {}",
    "cell": "texts as long as a cell of Excel can be, which may be cut off there: {}",
    "day": "dates that are days as Excel counts them (45427 is 2024-05-15): {}",
    "month": f"dates that state no more than a month: {{}}; {_FIRST_DAY}",
    "year": f"dates that state no more than a year: {{}}; {_FIRST_DAY}",
}


def _find_whole(text: str, cells: Iterable[Any]) -> str:
    """The whole of a text that ends in … or [+… chars], if another cell of its row holds it."""
    end = _CUT_END.search(text)
    if end is None:
        return ""
    repeated = _REPEATED.match(text)
    before = repeated[0] if repeated else ""
    begin = text[len(before) : end.start()]
    for cell in cells if len(begin) >= BEGIN else ():
        longer = isinstance(cell, str) and len(cell) > len(begin) + 1 and cell.startswith(begin)
        if longer and not _CUT_END.search(cell):
            return before + cell
    return ""


def read_row(values: Mapping[str, Any], order: str, counts: Counter[str]) -> Record:
    """Make a record of the cells of a row; count what is doubtful in it."""
    cells = {field: clean_cell(value) for field, value in values.items() if field != "text"}
    cells = {f: "" if c in (NOTHING if f != "title" else _NAN) else c for f, c in cells.items()}
    paragraphs, dropped = read_paragraphs_of(values["text"])
    if paragraphs and (cut := _CUT.search(paragraphs[-1])):
        counts["cut"] += 1
        dropped.append(cut[0].strip())
        paragraphs[-1] = paragraphs[-1][: cut.start()]
    facts = {name: value for name, value in cells.items() if name not in _OWN}
    facts["byline"] = _BY.sub("", cells.get("byline", ""))
    facts["outlet"] = cells.get("outlet", "").removeprefix("www.")
    facts["id"] = cells.get("id", "")
    facts["stated_words"] = read_number(cells.get("stated_words", ""))
    language = read_language(cells.get("language", ""))
    published, precision = _read_date(cells, order, language)
    counts[precision] += 1
    if precision in ("month", "year"):
        facts["date_precision"] = precision
    record = make_document(
        cells.get("title", ""),
        paragraphs,
        published=published,
        language=language,
        url=cells.get("url", ""),
        standfirst=cells.get("standfirst", ""),
        facts=facts,
    )
    record["dropped"] += dropped
    stated = tidy(cells.get("published", ""))
    if stated and not published:
        record["notes"].append(
            f"the date {stated!r} cannot be read, or can be read two ways (--date-order)"
        )
    return record


def _read_date(cells: Mapping[str, str], order: str, language: str) -> tuple[str, str]:
    """The date of a row, and what is to be said of it: a month, a year, a number of Excel."""
    stated = cells.get("published", "")
    iso = read_stated_date(stated, order=order, language=language)
    if len(iso) == len("2024-05-15"):
        iso += read_time_line(cells.get("published_time", ""))
    if iso or not stated:
        return iso, ""
    if day := read_day_number(stated):
        return day, "day"
    return read_partial_date(stated, language)
