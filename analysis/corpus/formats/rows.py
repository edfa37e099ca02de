"""The rows of a table as documents: one rule for all formats, for adding and for packing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from analysis.corpus.formats.cells import NOTHING, clean_cell, read_paragraphs_of, show_cell
from analysis.corpus.formats.columns import Table, choose_columns, find_id, find_row_numbers
from analysis.corpus.formats.dates import (
    guess_date_order,
    read_day_number,
    read_partial_date,
    read_stated_date,
    read_time_line,
)
from analysis.corpus.formats.languages import read_language
from analysis.corpus.formats.record import (
    UNREAD,
    Cell,
    ReadOptions,
    Record,
    make_document,
    read_number,
    require_length,
    tidy,
)

EXCEL_CELL = 32_767  # characters that Excel keeps of a text
_CUT = re.compile(r"\s*(?:…|\.\.\.)?\s*\[\+\d+ chars\]\s*$")  # as NewsAPI ends a text
_CUT_END = re.compile(
    r"\s*(?:(?:…|\.\.\.)\s*(?:https?://\S+|\[\+\d+ chars\])?|\[\+\d+ chars\])\s*$"
)
_REPEATED = re.compile(r"RT @\w{1,50}: ")  # as Twitter marks what is passed on
_TAIL = 500  # characters at the end of a text, in which such a mark is looked for
BEGIN = 20  # characters that a cut text and the whole one share
_BY = re.compile(r"^by\s+(?=\S)", re.IGNORECASE)
_NAN = ("nan", "NaN", "None")  # other such words can be a title
_OWN = (
    "text", "id", "title", "standfirst", "published", "published_time", "url", "language",
    "stated_words",
)  # fmt: skip
_USED = ("doc", "version", "sha256", "text")  # names that the corpus uses otherwise

_FIRST_DAY = "its first day stands for it, and the column date_precision says so"
REMARKS = {
    "cut": "texts that the service they come from cut off ([+… chars]): {}; fetch their addresses",
    "title": "texts that begin with their title, which is taken once: {}",
    "whole": "texts that are cut off in their column were taken whole from another: {}",
    "cell": "texts as long as a cell of Excel can be, which may be cut off there: {}",
    "day": "dates that are days as Excel counts them (45427 is 2024-05-15): {}",
    "month": f"dates that state no more than a month: {{}}; {_FIRST_DAY}",
    "year": f"dates that state no more than a year: {{}}; {_FIRST_DAY}",
}


class RowReader:
    """Makes records of the rows of a table, and counts what is doubtful in them."""

    # It is made of a table's first rows, or of all: which column holds what, how dates are to be
    # read, and whether rows that end before the last column are the exception.

    def __init__(self, table: Table, options: ReadOptions, name: str) -> None:
        self.numbers = find_row_numbers(table)
        self.header = [column for column in table.header if column not in self.numbers]
        wanted = options.columns
        own = {} if "id" in wanted or "doc" in wanted.values() else find_id(table)
        known = table._replace(header=self.header)
        self.chosen, self.doubts = choose_columns(known, {**own, **wanted}, name)
        dates = [show_cell(row.get(self.chosen.get("published", ""))) for row in table.rows]
        self.order = options.date_order or guess_date_order(dates)
        self.further = options.further
        self._left = {*self.chosen.values(), *self.numbers}
        self._next = next(iter(self.header[self.header.index(self.chosen["text"]) + 1 :]), "")
        self._few_short = 2 * len(table.short) < len(table.rows)
        self._counts: Counter[str] = Counter()

    def read(self, row: Mapping[str, Any], where: str, *, short: bool = False) -> Record | str:
        """The record of a row, or why there is none."""
        values = {field: row.get(column) for field, column in self.chosen.items()}
        text = show_cell(values["text"])
        if whole := _find_whole(text, row.values()):
            values["text"] = text = whole
            self._counts["whole"] += 1
        require_length(text, where)
        record = read_row(values, self.order, self._counts)
        self._counts["cell"] += len(text) == EXCEL_CELL
        if not record["paragraphs"]:
            return f"no text in its column {self.chosen['text']!r}"
        if short and self._few_short and self._next and self._next not in row:
            why = f"it ends with its text, before the column {self._next!r}; if a line end cut the "
            return f"{why}text, put it into quotation marks"
        if self.further:
            record["further"] = {
                str(name): getattr(value, "value", value)
                for name, value in row.items()
                if name not in self._left
                and is_free(name)
                and isinstance(value, Cell)
                and value != ""
            }
        return record

    def describe(self) -> list[str]:
        """Which column was taken for what, which were not taken, and what is doubtful in that."""
        taken = ", ".join(f"{field} from {name[:60]!r}" for field, name in self.chosen.items())
        said = [f"columns: {taken}"]
        rest = [name for name in self.header if name and name not in self.chosen.values()]
        kept = [name for name in rest if self.further and is_free(name)]
        left = [name for name in rest if name not in kept]
        if kept:
            said.append(f"further columns, under their own names: {_list(kept)}")
        if left:
            said.append(f"columns not taken: {_list(left)} (--column NAME=COLUMN takes one)")
        if self.numbers:
            said.append(f"left out, since it only numbers the rows: {_list(self.numbers)}")
        return [*said, *self.doubts]

    def remarks(self) -> list[str]:
        """What is to be said of the rows that were read."""
        counts = self._counts
        return [note.format(f"{counts[kind]:,}") for kind, note in REMARKS.items() if counts[kind]]


def is_free(name: str) -> bool:
    """Whether a further column can keep its name: the corpus does not use it otherwise."""
    return bool(name) and name not in _USED and not name.startswith("#")


def _list(names: Sequence[str]) -> str:
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    return ", ".join(repr(name[:60]) for name in names[:12]) + more


def _find_whole(text: str, cells: Iterable[Any]) -> str:
    """The whole of a text that ends in … or [+… chars], if another cell of its row holds it."""
    end = None
    if "…" in text[-_TAIL:] or "..." in text[-_TAIL:] or text.rstrip().endswith("chars]"):
        end = _CUT_END.search(text, max(len(text) - _TAIL, 0))
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
    title = tidy(cells.get("title", ""))
    if title and paragraphs[1:] and tidy(paragraphs[0]) == title:  # it would be counted twice
        counts["title"] += 1
        del paragraphs[0]
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
        title,
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
        record["notes"].append(f"the date {stated!r} {UNREAD}")
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
