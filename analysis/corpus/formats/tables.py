"""Tables with one document a row: csv, tsv, xlsx, json and jsonl."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple, NoReturn

from analysis._lazy import needs_extra
from analysis.corpus.formats.articles import split_paragraphs
from analysis.corpus.formats.dates import guess_date_order, read_stated_date
from analysis.corpus.formats.encodings import clean_text, find_encoding
from analysis.corpus.formats.languages import read_language
from analysis.corpus.formats.record import (
    LONGEST,
    Item,
    ReadOptions,
    Record,
    Source,
    make_document,
    read_number,
    require_length,
    tidy,
)
from analysis.corpus.formats.zips import check_package
from analysis.tables import InputError

ROWS = 100_000
CELLS = 10_000  # columns
ALL_CELLS = 3_000_000  # of a sheet
SIZE = 100 * 1024**2  # bytes; text as Python holds it takes several times the file's
LINE = 4 * LONGEST  # characters
PARTS = 5_000_000  # lists and objects in a JSON file


class Table(NamedTuple):
    """A table as it is in a file: its header, its rows, and what each row is called."""

    header: list[str]
    rows: list[dict[str, str]]
    places: list[str]


def read_table(data: bytes, name: str, stem: str, options: ReadOptions) -> Source:
    """Read the documents of a table."""
    table = parse_table(data, name)
    chosen = map_columns(table.header, options.columns, name)
    dates = (
        [row.get(chosen["published"], "") for row in table.rows] if "published" in chosen else []
    )
    order = options.date_order or guess_date_order(dates)
    items: list[Item] = []
    left_out: list[tuple[str, str]] = []
    for row, place in zip(table.rows, table.places, strict=True):
        values = {field: row.get(column, "") for field, column in chosen.items()}
        where = f"{name} {place}"
        require_length(values["text"], where)
        record = read_row(values, order)
        if record["paragraphs"]:
            record["facts"] |= {"id": values["id"]} if values.get("id") else {}
            items.append(Item(where, stem, record))
        else:
            left_out.append((where, f"no text in its column {chosen['text']!r}"))
    if not items:
        raise InputError(f"{name} holds no row with a text in its column {chosen['text']!r}.")
    return Source(items, left_out, True, _describe(chosen, table.header))


def parse_table(data: bytes, name: str) -> Table:
    """Take a table of any of the formats apart."""
    if len(data) > SIZE:
        raise InputError(f"{name} is larger than {SIZE // 1024**2} MB; split it and retry.")
    kind = name.rsplit(".", 1)[-1].lower()
    reader = {"xlsx": _read_xlsx, "json": _read_json, "jsonl": _read_lines, "ndjson": _read_lines}
    return reader.get(kind, _read_csv)(data, name)


def _describe(chosen: Mapping[str, str], header: list[str]) -> list[str]:
    """Which column was taken for what, and which were not taken."""
    taken = ", ".join(f"{field} from {column!r}" for field, column in chosen.items())
    rest = [column for column in header if column and column not in chosen.values()]
    more = f" and {len(rest) - 12} more" if len(rest) > 12 else ""
    notes = [f"columns: {taken}"]
    if rest:
        notes.append(
            f"columns not taken: {', '.join(map(repr, rest[:12]))}{more} (--column NAME=COLUMN "
            "takes one)"
        )
    return notes


def _read_csv(data: bytes, name: str) -> Table:
    encoding = find_encoding(data, name)
    lines = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="")
    first = lines.readline(LINE)
    lines.seek(0)
    delimiter = "\t" if name.lower().endswith(".tsv") else max(",;\t|", key=first.count)
    if first.count(delimiter) >= CELLS:
        _refuse_columns(first.count(delimiter) + 1, name)
    before = csv.field_size_limit(LONGEST + 1)  # a text may be longer than csv's 128 KB
    try:
        rows = csv.reader(_limit(lines, name), delimiter=delimiter, strict=True)
        return _make_table(rows, name)
    finally:
        csv.field_size_limit(before)


def _limit(lines: io.TextIOWrapper, name: str) -> Iterator[str]:
    """The lines, unless one is longer than any table's."""
    while line := lines.readline(LINE):
        if len(line) == LINE:
            raise InputError(f"{name} has a line of more than {LINE:,} characters; split it.")
        yield line.replace("\0", "")


def _make_table(rows: Iterator[list[str]], name: str) -> Table:
    header: list[str] | None = None
    table: list[dict[str, str]] = []
    places: list[str] = []
    number = 0
    try:
        for number, fields in enumerate(rows, start=1):
            if not any(field.strip() for field in fields):
                continue
            if header is None:
                header = _check_header(fields, name)
                continue
            if len(table) == ROWS:
                raise InputError(f"{name} has more than {ROWS:,} rows; split it and retry.")
            if len(fields) > len(header):
                raise InputError(
                    f"{name} row {number}: it has {len(fields)} fields, the header has "
                    f"{len(header)}; put a field that holds the separator into quotation marks."
                )
            table.append(
                {name: field for name, field in zip(header, fields, strict=False) if field}
            )
            places.append(f"row {number}")
    except csv.Error as error:
        raise InputError(
            f"{name} row {number + 1}: the row cannot be read ({error}); put a field that holds "
            "quotation marks into quotation marks, and double those inside it."
        ) from None
    if header is None:
        raise InputError(f"{name} is empty.")
    return Table(header, table, places)


def _check_header(fields: list[str], name: str) -> list[str]:
    if len(fields) > CELLS:
        _refuse_columns(len(fields), name)
    header = [" ".join(clean_text(field).split()) for field in fields]
    twice = sorted(field for field, count in Counter(header).items() if field and count > 1)
    if twice:
        raise InputError(f"{name} row 1: the column {twice[0]!r} is there twice; rename one.")
    return header


def _refuse_columns(count: int, name: str) -> NoReturn:
    raise InputError(
        f"{name} has {count:,} columns, more than {CELLS:,}; keep those that describe documents "
        "and retry."
    )


def _read_xlsx(data: bytes, name: str) -> Table:
    check_package(data, name, "an Excel file (.xlsx)")
    with needs_extra("files", "Reading an Excel file"):
        import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        sheets[0].reset_dimensions()  # what it says of its size need not be true
        rows = ([_cell(value) for value in row] for row in sheets[0].iter_rows(values_only=True))
        return _make_table(_trim(rows, name), name)
    except InputError:
        raise
    except Exception as error:  # whatever the parser trips over in a damaged file
        reason = " ".join(str(error).split())[:120].rstrip(".") or type(error).__name__
        raise InputError(f"{name} cannot be read as an Excel file: {reason}.") from None


def _trim(rows: Iterator[list[str]], name: str) -> Iterator[list[str]]:
    """Rows without the empty cells at their ends, of which a sheet can have thousands."""
    cells = 0
    for row in rows:
        cells += len(row) + 1
        if cells > ALL_CELLS:
            raise InputError(f"{name} has more than {ALL_CELLS:,} cells; split it and retry.")
        while row and not row[-1]:
            row.pop()
        yield row


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        clock = value.strftime("T%H:%M") if (value.hour, value.minute) != (0, 0) else ""
        return f"{value:%Y-%m-%d}{clock}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return "; ".join(filter(None, map(_cell, value)))
    if isinstance(value, dict):  # such as {"name": "The Post"} of a news interface
        return _cell(next((value[key] for key in ("name", "title", "text") if key in value), ""))
    return str(value)


def _read_json(data: bytes, name: str) -> Table:
    text = data.decode(find_encoding(data, name))
    _check_parts(text, name)
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        if "Extra data" in str(error):  # one object a line under the other ending
            return _read_lines(data, name)
        raise InputError(f"{name} line {error.lineno}: it is not JSON ({error.msg}).") from None
    except (RecursionError, ValueError) as error:
        raise InputError(f"{name} is not JSON that can be read ({error}).") from None
    if isinstance(value, dict):
        lists = [item for item in value.values() if _is_rows(item)]
        value = lists[0] if len(lists) == 1 else [value]
    if not _is_rows(value):
        raise InputError(
            f'{name} is not a list of documents; write [{{"title": …, "text": …}}, …].'
        )
    places = [f"document {i}" for i in range(1, len(value) + 1)]
    return _from_objects(value, places, name)


def _check_parts(text: str, name: str) -> None:
    """Refuse what would take far more memory than its size says."""
    if text.count("[") + text.count("{") > PARTS:
        raise InputError(f"{name} has more than {PARTS:,} lists and objects; split it and retry.")


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _read_lines(data: bytes, name: str) -> Table:
    objects: list[dict[str, Any]] = []
    places: list[str] = []
    text = data.decode(find_encoding(data, name))
    _check_parts(text, name)
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (json.JSONDecodeError, RecursionError, ValueError) as error:
            reason = getattr(error, "msg", "too deep")
            raise InputError(f"{name} line {number}: it is not JSON ({reason}).") from None
        if not isinstance(value, dict):
            raise InputError(f'{name} line {number}: it is no object; write {{"text": …}}.')
        objects.append(value)
        places.append(f"line {number}")
    if not objects:
        raise InputError(f"{name} is empty.")
    return _from_objects(objects, places, name)


def _from_objects(objects: list[dict[str, Any]], places: list[str], name: str) -> Table:
    header = list(dict.fromkeys(str(key) for row in objects for key in row))
    _check_header(header, name)
    rows = [{str(key): _cell(value) for key, value in row.items()} for row in objects]
    return Table(header, rows, places)


# By the manifest's column: what tables call it, in lower-case letters alone, most telling first.
FIELDS: dict[str, tuple[str, ...]] = {
    name: tuple(names.split())
    for name, names in {
        "text": "text fulltext bodytext articletext maintext body content articlebody article "
        "contents story texte volltext texto testo inhalt",
        "id": "id docid documentid articleid uid guid identifier",
        "title": "title headline heading head titel titre título titolo articletitle",
        "standfirst": "standfirst subtitle subheadline teaser lead summary description abstract",
        "outlet": "outlet publication newspaper publisher source sourcename publicationtitle "
        "medium media journal site sitename domain quelle",
        "published": "published publicationdate publishdate pubdate publishedat publishedon "
        "datepublished datepublish date datetime day datum fecha timestamp",
        "url": "url link weburl articleurl href permalink address uri",
        "language": "language lang languagecode",
        "country": "country countrycode",
        "side": "side",
        "genre": "genre",
        "licence": "licence license rights copyright",
        "byline": "byline author authors writer journalist autor auteur",
        "section": "section category rubric ressort rubrique",
        "stated_words": "wordcount words nwords length wc",
    }.items()
}


def map_columns(header: list[str], columns: Mapping[str, str], name: str) -> dict[str, str]:
    """Find out which column of a table holds what."""
    taken = [field for field in columns if field in ("doc", "version", "sha256", "row", "path", "")]
    if taken:
        raise InputError(f"A column cannot be named {taken[0]!r}; the corpus uses it otherwise.")
    known = {re.sub(r"[\W_]+", "", column.casefold()): column for column in reversed(header)}
    chosen: dict[str, str] = {}
    for field, column in columns.items():
        if column not in header:
            found = known.get(re.sub(r"[\W_]+", "", column.casefold()))
            if found is None:
                raise InputError(
                    f"{name} has no column {column!r} for {field}; it has {_name_columns(header)}."
                )
            column = found
        chosen[field] = column
    for field, names in FIELDS.items():
        free = (known[one] for one in names if one in known)
        found = next((column for column in free if column not in chosen.values()), None)
        if found is not None and field not in chosen:
            chosen[field] = found
    if "text" not in chosen:
        raise InputError(
            f"{name} has no column that is known to hold the texts (text, body, content …); say "
            f"which with --text-column, as one of {_name_columns(header)}."
        )
    return {field: chosen[field] for field in [*FIELDS, *chosen] if field in chosen}


def _name_columns(header: list[str]) -> str:
    more = f" and {len(header) - 20} more" if len(header) > 20 else ""
    return ", ".join(map(repr, header[:20])) + more


def read_row(values: Mapping[str, str], order: str) -> Record:
    """Make a record of the cells of a row."""
    published = read_stated_date(values.get("published", ""), order=order)
    own = ("text", "id", "title", "standfirst", "published", "url", "language", "stated_words")
    facts = {name: value for name, value in values.items() if name not in own}
    facts["stated_words"] = read_number(values.get("stated_words", ""))
    record = make_document(
        values.get("title", ""),
        split_paragraphs(clean_text(values["text"])),
        published=published,
        language=read_language(values.get("language", "")),
        url=values.get("url", ""),
        standfirst=values.get("standfirst", ""),
        facts=facts,
    )
    stated = tidy(values.get("published", ""))
    if stated and not published:
        record["notes"].append(
            f"the date {stated!r} cannot be read, or can be read two ways (--date-order)"
        )
    return record
