"""Files of several formats turned into plain text and what they say about themselves."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from analysis.corpus.formats.archives import read_archive
from analysis.corpus.formats.articles import (
    Record,
    make_record,
    read_page,
    split_paragraphs,
    take_apart,
)
from analysis.corpus.formats.encodings import (
    clean_text,
    decode,
    find_encoding,
    read_bytes,
    read_text,
)
from analysis.corpus.formats.europresse import (
    is_europresse,
    is_europresse_page,
    read_europresse,
    read_europresse_page,
)
from analysis.corpus.formats.factiva import (
    is_factiva,
    is_factiva_page,
    read_factiva,
    read_factiva_page,
)
from analysis.corpus.formats.html import decode_html, parse_page, read_article, unpack_mhtml
from analysis.corpus.formats.nexis import is_nexis, read_nexis
from analysis.corpus.formats.office import read_docx, read_odt, read_rtf
from analysis.corpus.formats.pdf import read_pdf
from analysis.corpus.formats.proquest import is_proquest, read_proquest
from analysis.corpus.formats.record import Item, Options, Source, require_length
from analysis.corpus.formats.tables import read_table
from analysis.tables import InputError

__all__ = [
    "DOCUMENTS",
    "SUFFIXES",
    "TABLES",
    "Item",
    "Options",
    "Record",
    "Source",
    "clean_text",
    "decode",
    "find_encoding",
    "read_bytes",
    "read_file",
    "read_source",
    "read_text",
]


def read_file(path: str | Path, *, title: str = "", whole: bool = False) -> Record:
    """Read one document from a file of any known format."""
    source = read_source(path, Options(title=title, whole=whole))
    if len(source.items) > 1:
        raise InputError(
            f"{path} holds {len(source.items)} documents; add them with add_documents, which "
            "takes all of them."
        )
    return source.items[0].record


def read_source(path: str | Path, options: Options = Options()) -> Source:  # noqa: B008
    """Read all documents of a file of any known format."""
    find_suffix(str(path))  # a file of an unknown kind is not even opened
    return read_data(read_bytes(path), str(path), Path(path).stem, options)


TEXTS = (".txt", ".text", "")
PAGES = (".html", ".htm", ".xhtml")
WEB_ARCHIVES = (".mhtml", ".mht")
OFFICE: dict[str, Callable[[bytes, str], tuple[str, list[str]]]] = {
    ".docx": read_docx,
    ".odt": read_odt,
    ".rtf": read_rtf,
}
TABLES = (".csv", ".tsv", ".xlsx", ".json", ".jsonl", ".ndjson")
DOCUMENTS = (*TEXTS, *PAGES, *WEB_ARCHIVES, *OFFICE, ".pdf")  # taken from a folder
SUFFIXES = (*DOCUMENTS, *TABLES, ".zip")
_OLD = {
    ".doc": "an old Word file; open it, save it as .docx",
    ".xls": "an old Excel file; open it, save it as .xlsx or .csv",
    ".webarchive": "a web archive of Safari; save the page as .html",
    ".epub": "a book; save its text as .txt",
}
_HTML = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype html|html)\b", re.IGNORECASE)


def read_data(data: bytes, name: str, stem: str, options: Options, depth: int = 0) -> Source:
    """Read all documents of a file's bytes."""
    suffix = find_suffix(name)
    if suffix == ".zip":
        return read_archive(data, name, options, depth, read_data, frozenset(SUFFIXES) - {""})
    if suffix in TABLES:
        return read_table(data, name, stem, options)
    if suffix in TEXTS:
        found = _read_text(data, name, options)
    elif suffix in PAGES:
        found = _read_page(data, name, options)
    elif suffix in WEB_ARCHIVES:
        page, url = unpack_mhtml(data, name)
        found = _read_page(page, name, options)
        if isinstance(found, dict):
            found["url"] = found["url"] or url
    elif suffix in OFFICE:
        found = _read_office(OFFICE[suffix], data, name, options)
    else:
        paragraphs, dropped = read_pdf(data, name)
        found = _take_apart(paragraphs, options, "")
        found["dropped"] = [*dropped, *found["dropped"]]
    if isinstance(found, list):
        return _number(found, name, stem)
    require_length("\n".join(found["paragraphs"]), name)
    if not found["paragraphs"]:
        raise InputError(f"{name} holds no text beside its title and navigation.")
    return Source([Item(name, stem, found)], [], False, [])


def find_suffix(name: str) -> str:
    """The ending of a file's name, if files of that kind can be read.

    Examples
    --------
    >>> find_suffix("my/Export.DOCX")
    '.docx'
    """
    last = re.split(r"[/\\]", name)[-1]
    suffix = f".{last.rsplit('.', 1)[1].lower()}" if "." in last.lstrip(".") else ""
    if suffix in _OLD:
        raise InputError(f"{name} is {_OLD[suffix]} and retry.")
    if suffix not in SUFFIXES:
        raise InputError(
            f"{name} cannot be read: files of the kinds {', '.join(filter(None, SUFFIXES))} can; "
            "save its text as .txt (UTF-8) and retry."
        )
    return suffix


def _number(records: list[Record], name: str, stem: str) -> Source:
    """The articles of a database's file, each with its number for a name."""
    if not records:
        raise InputError(
            f"{name} looks like the export of a news database but holds no article with a text; "
            "export the full texts, not the list of results, and retry."
        )
    left_out = []
    items = []
    for i, record in enumerate(records, start=1):
        where = f"{name} article {i}"
        require_length("\n".join(record["paragraphs"]), where)
        if record["paragraphs"]:
            items.append(Item(where, stem, record))
        else:
            left_out.append((where, "no text"))
    return Source(items, left_out, True, [])


def _read_text(data: bytes, name: str, options: Options) -> Record | list[Record]:
    text = require_length(clean_text(decode(data, name)), name)
    if _HTML.match(text[:500]):
        return _read_page(data, name, options)
    if not options.whole:
        found = _read_database(text.split("\n"))
        if found is not None:
            return found
        return read_page(text, title=options.title)
    return _take_apart(split_paragraphs(text), options, "")


def _read_database(lines: list[str]) -> list[Record] | None:
    """The articles of lines that a news database wrote; None for other lines."""
    full = [line for line in (" ".join(line.split()) for line in lines) if line]
    if is_nexis(full):
        return read_nexis(full)
    if is_factiva(lines):
        return read_factiva(lines)
    if is_proquest(lines):
        return read_proquest(lines)
    return read_europresse(lines) if is_europresse(lines) else None


def _read_page(data: bytes, name: str, options: Options) -> Record | list[Record]:
    html = require_length(decode_html(data, name), name)
    tree = parse_page(html, name)
    if is_factiva_page(tree):
        return read_factiva_page(tree)
    if is_europresse_page(tree):
        return read_europresse_page(tree)
    if "ProQuest document ID" in html:
        for element in tree.iter("br", "p", "div", "tr", "li", "h1", "h2", "h3", "hr"):
            element.tail = "\n" + (element.tail or "")
            element.text = (element.text or "") if element.tag != "hr" else "_" * 20 + "\n"
        lines = clean_text(tree.text_content()).split("\n")
        if is_proquest(lines):
            return read_proquest(lines)
    return read_article(html, tree, options.title)


def _read_office(
    reader: Callable[[bytes, str], tuple[str, list[str]]], data: bytes, name: str, options: Options
) -> Record | list[Record]:
    title, paragraphs = reader(data, name)
    if not options.whole:
        found = _read_database(paragraphs)
        if found is not None:
            return found
    return _take_apart(paragraphs, options, title)


def _take_apart(paragraphs: list[str], options: Options, title: str) -> Record:
    """A record of paragraphs; with `whole`, of all of them as body."""
    if options.whole:
        record = make_record(paragraphs)
        record["title"] = options.title
        return record
    return take_apart(paragraphs, title=options.title or title)
