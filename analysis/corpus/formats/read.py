"""Files of all formats turned into documents: `read_source`; single ones by `read_file`."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from analysis.corpus.formats.articles import Record, read_page, read_paragraphs, split_paragraphs
from analysis.corpus.formats.databases import read_database, read_database_page
from analysis.corpus.formats.encodings import (
    Decoded,
    clean_text,
    decode_bytes,
    decode_page,
    read_bytes,
)
from analysis.corpus.formats.html import parse_page, read_article, unpack_mhtml
from analysis.corpus.formats.office import read_docx, read_odt, read_rtf
from analysis.corpus.formats.pdf import read_pdf
from analysis.corpus.formats.record import (
    TOGETHER,
    Export,
    Item,
    ReadOptions,
    Source,
    make_record,
    reason_of,
    require_length,
)
from analysis.corpus.formats.tables import read_table
from analysis.corpus.formats.zips import TOTAL_SIZE, open_zip, read_member
from analysis.tables import InputError, progress

TEXTS = (".txt", ".text", "")
PAGES = (".html", ".htm", ".xhtml")
WEB_ARCHIVES = (".mhtml", ".mht")
OFFICE: dict[str, Callable[[bytes, str], tuple[str, list[str]]]] = {
    ".docx": read_docx,
    ".odt": read_odt,
    ".rtf": read_rtf,
}
TABLES = (".csv", ".tsv", ".xlsx", ".json", ".jsonl", ".ndjson", ".js")
DOCUMENTS = (*TEXTS, *PAGES, *WEB_ARCHIVES, *OFFICE, ".pdf")  # taken from a folder
SUFFIXES = (*DOCUMENTS, *TABLES, ".zip")
_OLD = {
    ".doc": "an old Word file; open it, save it as .docx",
    ".xls": "an old Excel file; open it, save it as .xlsx or .csv",
    ".webarchive": "a web archive of Safari; save the page as .html",
    ".epub": "a book; save its text as .txt",
}
_HTML = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype html|html)\b", re.IGNORECASE)


def read_file(path: str | Path, *, title: str = "", whole: bool = False) -> Record:
    """Read one document from a file of any known format."""
    source = read_source(path, ReadOptions(title=title, whole=whole))
    if len(source.items) > 1:
        raise InputError(
            f"{path} holds {len(source.items)} documents; add them with add_documents, which "
            "takes all of them."
        )
    return source.items[0].record


def read_source(path: str | Path, options: ReadOptions | None = None) -> Source:
    """Read all documents of a file of any known format."""
    find_suffix(str(path))  # a file of an unknown kind is not even opened
    return read_data(read_bytes(path), str(path), Path(path).stem, options or ReadOptions())


def read_data(data: bytes, name: str, stem: str, options: ReadOptions, depth: int = 0) -> Source:
    """Read all documents of a file's bytes."""
    suffix = find_suffix(name)
    if suffix == ".zip":
        return _read_archive(data, name, options, depth)
    if suffix in TABLES:
        return read_table(data, name, stem, options)
    notes: list[str] = []
    if suffix in TEXTS:
        decoded = decode_bytes(data, name)
        if _HTML.match(decoded.text[:500]):
            decoded = decode_page(data, name)
            found = _read_page(decoded, name, options)
        else:
            found = _read_text(decoded, name, options)
        notes = decoded.notes
    elif suffix in PAGES:
        decoded = decode_page(data, name)
        found, notes = _read_page(decoded, name, options), decoded.notes
    elif suffix in WEB_ARCHIVES:
        page, content_type, url = unpack_mhtml(data, name)
        decoded = decode_page(page, name, content_type)
        found, notes = _read_page(decoded, name, options), decoded.notes
        if isinstance(found, dict):
            found["url"] = found["url"] or url
    elif suffix in OFFICE:
        found = _read_office(OFFICE[suffix], data, name, options)
    else:
        found, notes = _read_pdf(data, name, options)
    if isinstance(found, Export):
        export = _number(found, name, stem)
        return export._replace(notes=[*notes, *export.notes])
    found["notes"] += notes
    require_length("\n".join(found["paragraphs"]), name)
    if not found["paragraphs"]:
        raise InputError(f"{name} holds no text beside its title and navigation.")
    return Source([Item(name, stem, found)], [], False, [])


def find_suffix(name: str) -> str:
    """The ending of a file's name, if files of that kind can be read."""
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


def _number(export: Export, name: str, stem: str) -> Source:
    """The articles of a database's file, each with its number for a name."""
    if not any(record["paragraphs"] for record in export.records):
        raise InputError(
            f"{name} looks like the export of a news database but holds no article with a text; "
            "export the full texts, not the list of results, and retry."
        )
    left_out = []
    items = []
    for i, record in enumerate(export.records, start=1):
        where = f"{name} article {i}"
        require_length("\n".join(record["paragraphs"]), where)
        if record["paragraphs"]:
            items.append(Item(where, stem, record))
        else:
            left_out.append((where, "; ".join(record["notes"]) or "no text"))
    return Source(items, left_out, True, export.notes)


def _read_text(decoded: Decoded, name: str, options: ReadOptions) -> Record | Export:
    text = require_length(clean_text(decoded.text), name)
    if not options.whole:
        found = read_database(text.split("\n"))
        if found is not None:
            return found
        return read_page(text, title=options.title)
    return _read_paragraphs(split_paragraphs(text), options, "")


def _read_page(decoded: Decoded, name: str, options: ReadOptions) -> Record | Export:
    tree = parse_page(require_length(decoded.text, name), name)
    found = read_database_page(tree)
    return read_article(tree, options.title).record if found is None else found


def _read_office(
    reader: Callable[[bytes, str], tuple[str, list[str]]],
    data: bytes,
    name: str,
    options: ReadOptions,
) -> Record | Export:
    title, paragraphs = reader(data, name)
    if not options.whole:
        found = read_database(paragraphs)
        if found is not None:
            return found
    return _read_paragraphs(paragraphs, options, title)


def _read_pdf(data: bytes, name: str, options: ReadOptions) -> tuple[Record | Export, list[str]]:
    paragraphs, dropped, notes, url = read_pdf(data, name)
    export = None if options.whole else read_database(paragraphs)
    if export is not None and export.records:
        export.records[0]["dropped"] += dropped
        return export, notes
    record = _read_paragraphs(paragraphs, options, "")
    record["dropped"] = [*dropped, *record["dropped"]]
    record["url"] = url
    return record, notes


def _read_paragraphs(paragraphs: list[str], options: ReadOptions, title: str) -> Record:
    """A record of paragraphs; with `whole`, of all of them as body."""
    if options.whole:
        record = make_record(paragraphs)
        record["title"] = options.title
        return record
    return read_paragraphs(paragraphs, title=options.title or title)


def _read_archive(data: bytes, name: str, options: ReadOptions, depth: int) -> Source:
    """Read all documents of a zip file."""
    if depth > 1:
        raise InputError(f"{name} is an archive in an archive in an archive; unpack it and retry.")
    suffixes = frozenset(SUFFIXES) - {""}
    archive = open_zip(data, name)
    items: list[Item] = []
    left_out: list[tuple[str, str]] = []
    notes: list[str] = []
    unpacked = length = 0
    for member in progress(archive.infolist(), desc=f"Unpacking {PurePosixPath(name).name}"):
        path = PurePosixPath(_make_printable(member.filename.replace("\\", "/")))
        if member.is_dir() or _is_no_document(path):
            continue
        where = f"{name}: {path}"
        if path.suffix.lower() not in suffixes:
            left_out.append((where, "not a kind of file that can be read"))
            continue
        try:
            content = read_member(archive, member, name)
            if path.suffix.lower() == ".zip" and depth == 0:
                unpacked += sum(inner.file_size for inner in open_zip(content, where).infolist())
            found = read_data(content, where, path.stem, options, depth + 1)
        except InputError as error:  # one damaged member does not cost the others
            left_out.append((where, reason_of(error, where)))
            continue
        length += sum(len(p) for item in found.items for p in item.record["paragraphs"])
        if unpacked > TOTAL_SIZE or length > TOGETHER:
            raise InputError(
                f"{name} holds archives of more than {TOTAL_SIZE // 1024**2:,} MB or texts of more "
                f"than {TOGETHER:,} characters; unpack it and add the files in several runs."
            )
        items += found.items
        left_out += found.left_out
        notes += [f"{path}: {note}" for note in found.notes]
    if not items:
        first = next((f"; {where}: {why.rstrip('.')}" for where, why in left_out), "")
        raise InputError(
            f"{name} holds no file that can be read ({', '.join(sorted(suffixes))}){first}."
        )
    return Source(items, left_out, True, notes)


def _make_printable(name: str) -> str:
    """A member's name without the characters that would break a line or steer a terminal."""
    return "".join(c if c.isprintable() else "\ufffd" for c in name)


def _is_no_document(path: PurePosixPath) -> bool:
    """Files that systems and browsers put beside documents: pictures of a page, locks, indexes."""
    parts = path.parts
    return any(
        part.startswith((".", "~$", "__MACOSX")) or part.endswith("_files") for part in parts
    )
