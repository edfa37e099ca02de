"""What a file turns out to hold: one document or many, and what was left out of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypedDict

from analysis.corpus.formats.encodings import clean_text
from analysis.tables import InputError

PAGE_ENDINGS = (".html", ".htm", ".xhtml")
UNREAD = "cannot be read, or can be read two ways (--date-order)"  # how a note of a date ends
LONGEST = 5_000_000  # characters of a text; the longest novels have two thirds of that
TOGETHER = 100_000_000  # characters of all texts of a file


Cell = str | int | float | bool  # of a table


class Record(TypedDict):
    """What a reader takes from one file."""

    # `title`, `standfirst`, `published` (ISO), `url` and `language` are "" where the file states
    # none; `paragraphs` is the body; `dropped` is what was left out; `notes` are doubts to show;
    # `facts` is what else the file states, by the manifest's column (outlet, byline, section …),
    # `further` what other columns of a table hold, if asked for, `number` is that of its row.

    title: str
    standfirst: str
    published: str
    url: str
    language: str
    paragraphs: list[str]
    dropped: list[str]
    notes: list[str]
    facts: dict[str, str]
    further: dict[str, Cell]
    number: int


def make_record(paragraphs: list[str]) -> Record:
    """Make a record of a body alone."""
    return Record(
        title="",
        standfirst="",
        published="",
        url="",
        language="",
        paragraphs=paragraphs,
        dropped=[],
        notes=[],
        facts={},
        further={},
        number=0,
    )


class Export(NamedTuple):
    """The articles of a database's file, and what is to be said of the file as a whole."""

    # A record without paragraphs is an article without a text; its notes say why.

    records: list[Record]
    notes: list[str]


class Item(NamedTuple):
    """One document of a file: where it is ("b.csv row 3"), a name for it, and what it holds."""

    where: str
    stem: str
    record: Record


class Source(NamedTuple):
    """All that a file holds."""

    # `left_out` pairs a place with the reason why nothing was taken from it; `many` says whether
    # the file is of a kind that holds many documents, even if this one holds one; `notes` concern
    # the whole file.

    items: list[Item]
    left_out: list[tuple[str, str]]
    many: bool
    notes: list[str]


def reason_of(error: InputError, where: str) -> str:
    """Why a file was left out, without naming its place a second time."""
    return str(error).removeprefix(where).lstrip(": ")


def find_page_stem(folder: str) -> str:
    """The page whose pictures a folder would hold, by its name: page_files, page-Dateien …"""
    match = re.fullmatch(r"(.+)[-_.][^\W\d_]+", folder)
    return match[1] if match else ""


class ReadOptions(NamedTuple):
    """How a file is to be read."""

    # `title` is the document's where the user gave one, `whole` takes every paragraph as body,
    # `columns` maps the manifest's columns to those of a table, and `date_order` ("dmy" or "mdy")
    # says how to read 05/04/2024. With `further` all other columns of a table come along.

    title: str = ""
    whole: bool = False
    columns: Mapping[str, str] = {}
    date_order: str = ""
    further: bool = False


def make_document(
    title: str,
    paragraphs: list[str],
    *,
    published: str = "",
    language: str = "",
    url: str = "",
    standfirst: str = "",
    facts: Mapping[str, str] | None = None,
) -> Record:
    """Make a record of parts that a file names one by one."""
    record = make_record([p for p in (tidy(paragraph) for paragraph in paragraphs) if p])
    record["title"] = tidy(title)
    first = record["paragraphs"][0] if record["paragraphs"] else ""
    record["standfirst"] = tidy(standfirst)
    if record["standfirst"] in (record["title"], first):  # it would be counted twice
        record["standfirst"] = ""
    record["published"] = published
    record["language"] = language
    record["url"] = tidy(url)
    record["facts"] = {n: own for n, value in (facts or {}).items() if (own := tidy(value))}
    return record


def tidy(text: str) -> str:
    """Clean a text of one line: one space between the words, none at the ends."""
    if not text.isprintable():
        return " ".join(clean_text(text).split())
    text = text if text.isascii() else clean_text(text)  # there is no white space but spaces
    return " ".join(text.split()) if "  " in text or text != text.strip(" ") else text


def require_length(text: str, where: str) -> str:
    """Refuse a text that is too long to be one document."""
    if len(text) > LONGEST:
        raise InputError(
            f"{where} holds a text of {len(text):,} characters, but a document may have "
            f"{LONGEST:,}; split it into its documents and retry."
        )
    return text


def count_words(paragraphs: Iterable[str]) -> int:
    """Count the words of some paragraphs, roughly: runs of letters and digits."""
    return len(re.findall(r"\w+(?:[-'’.]\w+)*", "\n".join(paragraphs)))


def read_number(text: str) -> str:
    """Read the whole number that a text begins with, as in "1,234 words"."""
    match = re.match(r"\s*(\d{1,3}(?:[,. '’\u00a0\u202f]\d{3})+|\d+)(?!\d)", text)
    return re.sub(r"\D", "", match[1]) if match else ""
