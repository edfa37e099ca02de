"""Which column of a table holds what: known names, and whether what stands there fits."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from itertools import islice, zip_longest
from statistics import fmean, median
from typing import Any, NamedTuple

import yaml

from analysis.corpus.formats.cells import show_cell
from analysis.corpus.formats.dates import (
    read_day_number,
    read_partial_date,
    read_stated_date,
    read_time_line,
)
from analysis.tables import InputError

SAMPLE = 300  # rows that a column is judged by
HEADER = 30  # rows among which the header is looked for
_ADDRESS = re.compile(r"(?:https?:)?//\S+|www\.\S+")
_MARKUP = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_UNNAMED = re.compile(r"Unnamed: \d+(?:_level_\d+)?|column \d+|__index_level_\d+__|level_\d+")
_STROKES = str.maketrans("łøđıæœ", "lodiao")  # what Unicode does not decompose
_WORDS = re.compile(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+(?![a-z])|\d+")
_OF = frozenset("of the de la le du des der del do da dell della di".split())
_NUMBERED = re.compile(
    r"(?i)(.*?)[\s_.,#(-]*(?:(?:part|teil|partie|parte|часть)[\s_.#-]*)?(\d{1,2})\)?"
)
_OWN_NAMES = frozenset("name label value text plain html".split())
_FOR_ALL = frozenset(  # words that say nothing of what a column holds
    "article articles news post posts doc document item story tweet clean cleaned raw fields data "
    "attributes response metadata meta hit full original".split()
)


class Table(NamedTuple):
    """A table as it is in a file: its header, its rows, and what each row is called."""

    # `left_out` pairs a place with the reason why that row is not among the rows; `notes` concern
    # the whole table; `title` is that of a sheet among several; `short` are
    # places of rows with fewer fields than the header.

    header: list[str]
    rows: list[dict[str, Any]]
    places: list[str]
    left_out: Sequence[tuple[str, str]] = ()
    notes: Sequence[str] = ()
    title: str = ""
    short: frozenset[str] = frozenset()


@cache
def read_column_names() -> dict[str, tuple[str, ...]]:
    """By the manifest's column: what tables call it, most telling first."""
    text = (resources.files("analysis") / "data" / "column_names.yml").read_text("utf-8")
    return {
        field: tuple(dict.fromkeys(_key(name) for name in names.split()))
        for field, names in yaml.safe_load(text).items()
    }


def _key(name: str) -> str:
    """A column's name in letters and digits alone, without case and accents."""
    decomposed = unicodedata.normalize("NFKD", name.casefold().translate(_STROKES))
    return "".join(c for c in decomposed if c.isalnum())


def _keys(name: str) -> list[str]:
    """A column's name as it is, without brackets, without words that say nothing, and its end."""
    words = _WORDS.findall(re.sub(r"\(.*?\)", "", name))
    rest = [word for word in words if word.casefold() not in _OF]
    turned = rest[::-1] if len(rest) < len(words) else []  # name of the newspaper, newspaper name
    core = list(rest)
    while len(core) > 1 and core[0].casefold() in _FOR_ALL:
        core.pop(0)
    while len(core) > 1 and core[-1].casefold() in _FOR_ALL:
        core.pop()
    forms = (name, "".join(words), "".join(rest), "".join(turned), "".join(core), _of_path(name))
    return list(dict.fromkeys(filter(None, map(_key, forms))))


def _of_path(name: str) -> str:
    """What a nested field is called where its own name, or that of what it is in, says nothing."""
    outer, _, own = name.rpartition(".")
    if outer and own.casefold() in _OWN_NAMES:  # publisher.name is the publisher
        return outer.rpartition(".")[2]
    if outer.rpartition(".")[2].casefold() in ("content", "body"):  # content.paragraphs
        return own
    return ""


def map_columns(header: Iterable[str]) -> dict[str, str]:
    """The columns whose names are known, by the manifest's column that they are."""
    chosen: dict[str, str] = {}
    columns = {column: _keys(column) for column in header}
    for field, names in read_column_names().items():
        free = {c: keys for c, keys in columns.items() if c not in chosen.values()}
        found = (c for name in names for c, keys in free.items() if name in keys)
        column = next(found, None)
        if column is not None:
            chosen[field] = column
    return chosen


def is_header(cells: Iterable[str], wanted: Iterable[str] = ()) -> bool:
    """Whether the cells of a row name columns: one of texts, or those that the user named."""
    names = [cell for cell in cells if cell.strip()]
    if any(len(name) > 60 for name in names):
        return False
    known = {*map(_key, wanted)} or {*read_column_names()["text"]}
    return any(known.intersection(_keys(name)[:3]) for name in names)


def find_header(rows: list[list[str]], wanted: Iterable[str] = ()) -> int:
    """Which of the first rows of a sheet is the header; if none is known to be one, the first."""
    widths = [sum(bool(cell.strip()) for cell in row) for row in rows[:HEADER]]
    full = [i for i, width in enumerate(widths) if width]
    for i in full:
        if is_header(rows[i], wanted) and (i == full[0] or widths[i] > 1):
            return i + 1 if _is_group_row(rows, i) else i
    wide = [i for i in full if 2 * widths[i] > max(widths)]  # above it may stand a line or two
    return next(iter(wide), 0)


def name_columns(rows: list[list[str]], first: int) -> list[str]:
    """The names in the header; where it has none, those of a row of groups above it."""
    if first and _is_group_row(rows, first - 1):
        return _join_heads(rows[first - 1], rows[first])
    return rows[first] if rows else []


def _is_group_row(rows: list[list[str]], at: int) -> bool:
    """Whether a row names groups of columns, whose own names stand in the row below it."""
    if at + 1 >= len(rows):
        return False
    below = [cell for cell in rows[at + 1] if cell.strip()]
    names = [name for name in _join_heads(rows[at], rows[at + 1]) if name.strip()]
    if any(len(name) > 60 for name in names):
        return False
    found = map_columns(names)
    own = set(below).intersection(found.values())
    return "text" in found and len(found) > len(map_columns(rows[at])) and 2 * len(own) > len(below)


def _join_heads(above: list[str], below: list[str]) -> list[str]:
    """The names of two rows of heads: of each column the lower one."""
    pairs = zip_longest(above, below, fillvalue="")
    return [low if low.strip() else high for high, low in pairs]


def find_row_numbers(table: Table) -> list[str]:
    """The columns without a name that only number the rows, as pandas writes its index."""
    return [
        name
        for name in table.header
        if name and _UNNAMED.fullmatch(name) and _are_numbers([r.get(name) for r in table.rows])
    ]


def _are_numbers(cells: list[Any]) -> bool:
    """Whether all cells are whole numbers, each another."""
    shown = list(map(show_cell, cells))
    return bool(shown) and len(set(shown)) == len(shown) and all(map(str.isdecimal, shown))


def find_id(table: Table) -> dict[str, str]:
    """The column of ids where it is called `doc`, as documents tables have it."""
    cells = [show_cell(row.get("doc")) for row in table.rows]
    right = "doc" in table.header and all(0 < len(cell) <= 100 for cell in cells)
    return {"id": "doc"} if right and len(table.header) > 1 else {}


def join_parts(table: Table, wanted: Iterable[str] = ()) -> Table:
    """A table with one column of texts in the place of several numbered ones (Text 1, Text 2)."""
    groups: dict[str, list[str]] = {}
    for column in table.header:
        match = _NUMBERED.fullmatch(column)
        base = match[1] if match else column
        if _key(base) in read_column_names()["text"]:
            groups.setdefault(_key(base), []).append(column)
    parts = max(groups.values(), key=len, default=[])
    numbers = [int(match[2]) if (match := _NUMBERED.fullmatch(one)) else 1 for one in parts]
    if len(parts) < 2 or numbers != list(range(1, len(parts) + 1)) or {*parts} & {*wanted}:
        return table
    if parts[1] == f"{parts[0]} (2)":  # two columns of one name are no parts
        return table
    whole = f"text ({re.sub(r'[()]', '', parts[0])} to {numbers[-1]})"
    header = [whole if column == parts[0] else column for column in table.header]
    header = [column for column in header if column not in parts]
    for row in table.rows:
        row[whole] = _join_cells([show_cell(row.pop(part, "")) for part in parts])
    note = f"texts are put together from the columns {_name_columns(parts)}"
    return table._replace(header=header, notes=[*table.notes, note])


def _join_cells(cells: list[str]) -> str:
    """The parts of one text, which may have been cut in the middle of a word."""
    text = before = ""
    for cell in dict.fromkeys(filter(str.strip, cells)):
        if not text or len(before) in (32_766, 32_767) or (before and len(before) % 1000 == 0):
            joint = ""
        else:
            joint = "\n" if re.search(r"[.!?…:\n][\"'”’»)\s]*$", before) else " "
        text, before = f"{text}{joint}{cell}", cell
    return text


def choose_columns(
    table: Table, wanted: Mapping[str, str], name: str
) -> tuple[dict[str, str], list[str]]:
    """Find out which column of a table holds what, and what is doubtful in that."""
    taken = [field for field in wanted if field in ("doc", "version", "sha256", "row", "path", "")]
    if taken:
        raise InputError(f"A column cannot be named {taken[0]!r}; the corpus uses it otherwise.")
    columns = {column: _Column(table, column) for column in table.header if column}
    chosen = {field: _find_wanted(columns, field, column, name) for field, column in wanted.items()}
    doubts: list[str] = []
    for field in read_column_names():
        if field in chosen or (field == "excerpt" and "text" in chosen):
            continue
        free = {c: one for c, one in columns.items() if c not in chosen.values()}
        found = _choose(field, free)
        if found is not None:
            chosen["text" if field == "excerpt" else field] = found
        if found is not None and field == "excerpt":
            doubts.append(
                f"the column {found!r} holds summaries, not whole articles; fetch the addresses "
                "for these, or name another column with --text-column"
            )
        if field == "excerpt" and found is None and any(len(column) > 200 for column in columns):
            raise InputError(
                f"{name} begins with a text where the names of its columns should be; put a row "
                "such as title, date, outlet, text above it and retry."
            )
        if field == "excerpt" and found is None and (longest := _find_longest(free)):
            chosen["text"] = longest
            doubts.append(
                f"the texts are taken from the column {longest!r}, since it holds the longest; "
                "--text-column names another"
            )
    if "text" not in chosen and (last := _find_empty(columns)):
        chosen["text"] = last
    if "text" not in chosen:
        raise InputError(_say_no_text(name, columns, chosen))
    fields = dict.fromkeys([*read_column_names(), *chosen])
    return {field: chosen[field] for field in fields if field in chosen}, doubts


class _Column:
    """A column of a table, and what is there in its first rows."""

    def __init__(self, table: Table, name: str) -> None:
        self.keys = _keys(name)
        cells = (show_cell(row.get(name)) for row in table.rows)
        first = list(islice(cells, SAMPLE))
        self.values = [value for value in first if value.strip()]

    def share(self, fits: Callable[[str], object]) -> float:
        """The share of its values that something is true of."""
        return fmean(bool(fits(value)) for value in self.values) if self.values else 0.0

    def usual_length(self) -> float:
        """The median of the values' lengths, which one absurd value does not change."""
        return median(map(len, self.values)) if self.values else 0.0

    def mean_length(self) -> float:
        """How long its values are."""
        return fmean(map(len, self.values)) if self.values else 0.0


def _find_wanted(columns: Mapping[str, _Column], field: str, column: str, name: str) -> str:
    """The column that the user named, whatever its case."""
    if column in columns:
        return column
    found = next((other for other in columns if _key(other) == _key(column)), None)
    if found is None:
        raise InputError(
            f"{name} has no column {column!r} for {field}; it has {_name_columns(columns)}."
        )
    return found


def _choose(field: str, columns: Mapping[str, _Column]) -> str | None:
    """The column that holds a field: of those with a known name and fitting values, the first."""
    names = read_column_names()[field]
    known = [
        column
        for place in range(6)
        for name in names
        for column, one in columns.items()
        if place < len(one.keys) and one.keys[place] == name and name
    ]
    known = list(dict.fromkeys(known))
    fitting = [column for column in known if _fits(field, columns[column])]
    if field in ("text", "excerpt"):
        longest = max((columns[column].mean_length() for column in fitting), default=0.0)
        fitting = [c for c in fitting if columns[c].mean_length() >= 0.2 * longest]
    most = max((len(columns[column].values) for column in fitting), default=0)
    full = [column for column in fitting if len(columns[column].values) >= 0.5 * most]
    if full:
        return full[0]
    if field != "published":
        return None
    # dates that cannot be read are told; a column of months or days alone holds none
    return next((column for column in known if columns[column].mean_length() > 4), None)


def _fits(field: str, column: _Column) -> bool:
    """Whether the values of a column can be a field's; an empty column fits no field."""
    if not column.values:
        return False
    numbers = column.share(lambda value: re.fullmatch(r"[\d\s.,]+", value))
    addresses = column.share(_ADDRESS.fullmatch)
    lengths = {"language": 40, "country": 60, "outlet": 120, "title": 400, "id": 200}
    if column.usual_length() > lengths.get(field, 10**9):
        return False
    match field:
        case "title":
            return addresses < 0.5
        case "text" | "excerpt" | "byline":
            return addresses < 0.5 and numbers < 0.5
        case "outlet":
            marked = column.share(lambda value: "://" in value or _MARKUP.search(value))
            return marked < 0.5
        case "url":
            return addresses >= 0.5
        case "published":
            return column.share(_is_date) >= 0.5
        case "published_time":
            return column.share(read_time_line) >= 0.5
        case "id":
            return len(set(column.values)) >= 0.5 * len(column.values)
        case "stated_words":
            return column.share(lambda value: re.match(r"\d", value)) >= 0.5
    return True


def _is_date(value: str) -> bool:
    """Whether a cell can be read as a date, if only one knew which comes first."""
    plain = read_stated_date(value) or read_stated_date(value, order="dmy")
    return bool(plain or read_partial_date(value)[0] or read_day_number(value))


def _find_empty(columns: Mapping[str, _Column]) -> str | None:
    """A column that is called as texts are but holds none, or numbers alone."""
    known = set(read_column_names()["text"])
    return next(
        (
            column
            for column, one in columns.items()
            if known.intersection(one.keys[:1]) and not one.share(_ADDRESS.fullmatch)
        ),
        None,
    )


def _find_longest(columns: Mapping[str, _Column]) -> str | None:
    """The column with by far the longest texts, if it holds whole texts."""
    lengths = sorted(
        (
            (one.mean_length(), column)
            for column, one in columns.items()
            if one.share(_ADDRESS.fullmatch) < 0.5
        ),
        reverse=True,
    )
    if not lengths or lengths[0][0] < 200:
        return None
    return lengths[0][1] if len(lengths) == 1 or lengths[0][0] >= 3 * lengths[1][0] else None


def _say_no_text(name: str, columns: Mapping[str, _Column], chosen: Mapping[str, str]) -> str:
    """Why nothing can be added from a table without texts, and what to do."""
    if "url" in chosen and _fits("url", columns[chosen["url"]]):
        return (
            f"{name} holds addresses (in its column {chosen['url']!r}) but no texts; put them into "
            "the column 'url' of the corpus's sources.csv, one row each with an id, title and "
            "outlet, and get the texts with `discourse fetch`."
        )
    return (
        f"{name} has no column that is known to hold the texts (text, body, content …); say "
        f"which with --text-column, as one of {_name_columns(columns)}."
    )


def _name_columns(columns: Iterable[str]) -> str:
    names = [column[:60] for column in columns]
    more = f" and {len(names) - 20} more" if len(names) > 20 else ""
    return ", ".join(map(repr, names[:20])) + more
