"""Files of all formats turned into documents: `read_source`; single ones by `read_file`."""

from __future__ import annotations

import bz2
import contextlib
import csv
import gzip
import io
import json
import lzma
import signal
import tarfile
import threading
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from analysis.corpus.formats.articles import (
    Record,
    mark_navigation,
    read_page,
    read_paragraphs,
    same_title,
    split_paragraphs,
)
from analysis.corpus.formats.databases import read_database, read_database_page, read_database_xml
from analysis.corpus.formats.encodings import (
    Decoded,
    clean_text,
    decode_bytes,
    decode_page,
    read_bytes,
)
from analysis.corpus.formats.epub import read_epub
from analysis.corpus.formats.html import name_outlet, parse_page, read_article
from analysis.corpus.formats.kinds import (
    KINDS,
    MANY,
    REFERENCES,
    find_ending,
    find_kind,
    refuse_unread,
)
from analysis.corpus.formats.mail import Mail, read_mails, split_mailbox, split_plain, unpack_mhtml
from analysis.corpus.formats.markup import (
    attribute,
    iterate,
    local,
    parse_xml,
    read_blocks,
    read_fragment,
)
from analysis.corpus.formats.news_xml import find_rows, read_xml
from analysis.corpus.formats.office import READERS, read_ods
from analysis.corpus.formats.pdf import read_pdf
from analysis.corpus.formats.plain import read_markdown, read_subtitles
from analysis.corpus.formats.record import (
    LONGEST,
    PAGE_ENDINGS,
    TOGETHER,
    Export,
    Item,
    ReadOptions,
    Source,
    count_words,
    find_page_stem,
    make_record,
    reason_of,
    require_length,
    tidy,
)
from analysis.corpus.formats.tables import read_table
from analysis.corpus.formats.zips import MEMBER_SIZE, MEMBERS, TOTAL_SIZE, open_zip, read_member
from analysis.tables import InputError, listening, progress

DOCUMENTS = tuple(ending for ending, kind in KINDS.items() if kind not in MANY)
SUFFIXES = tuple(KINDS)
TABLES = tuple(e for e, kind in KINDS.items() if kind in ("csv", "xlsx", "sheet", "json", "jsonl"))
ARCHIVES = ("zip", "tar", "gzip", "bz2", "xz")
MEMBER_TIME = 8.0  # seconds of computing without a step, of one member of an archive
_OPENERS = {"gzip": gzip.open, "bz2": bz2.open, "xz": lzma.open}


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
    try:
        with open(path, "rb") as file:
            head = file.read(16)
    except (OSError, ValueError):  # told by `read_bytes`
        head = b""
    refuse_unread(str(path), head)  # a film of two hours is not read to be refused
    return read_data(read_bytes(path), str(path), Path(path).stem, options or ReadOptions())


def read_data(data: bytes, name: str, stem: str, options: ReadOptions, depth: int = 0) -> Source:
    """Read all documents of a file's bytes."""
    kind = find_kind(data, name)
    if kind in ARCHIVES:
        return _read_archive(kind, data, name, options, depth)
    if kind in ("csv", "xlsx", "json", "jsonl"):
        return read_table(data, name, stem, options, kind)
    if kind == "sheet":
        return _read_sheet(data, name, stem, options)
    if kind == "xml":
        tree = parse_xml(data, name, known=False)
        sent = read_database_xml(tree)
        if sent:
            return _number(sent, name, stem)
        rows = find_rows(tree, options.columns.values())
        if rows:
            return read_table(json.dumps(rows).encode(), name, stem, options, "json")
        return read_xml(tree, name, stem)
    if kind == "mbox":
        return _read_mailbox(data, name, stem, options)
    if kind == "epub":
        return _read_book(data, name, stem, options)
    return _finish(_read_one(kind, data, name, options), name, stem, options)


def _read_one(kind: str, data: bytes, name: str, options: ReadOptions) -> Record | Export:
    """Read a file of a kind that holds one document, unless a database wrote it."""
    notes: list[str] = []
    if kind not in ("mail", "pdf", "mhtml", *READERS) and len(data) > 4 * LONGEST:
        raise InputError(  # in no encoding has a character more than four bytes
            f"{name} holds a text of more than {LONGEST:,} characters; split it into its documents "
            "and retry."
        )
    if kind == "mail":
        found = _read_mails(read_mails(data, name), options)
    elif kind in READERS:
        found = _read_office(kind, data, name, options)
    elif kind == "pdf":
        found, notes = _read_pdf(data, name, options)
    elif kind == "page":
        decoded = decode_page(data, name)
        found, notes = _read_page(decoded, name, options), decoded.notes
    elif kind == "mhtml":
        page, content_type, url = unpack_mhtml(data, name)
        decoded = decode_page(page, name, content_type)
        found, notes = _read_page(decoded, name, options), decoded.notes
        if isinstance(found, dict):
            found["url"] = found["url"] or url
            name_outlet(found)
    else:
        decoded = decode_bytes(data, name)
        found, notes = _read_text(kind, decoded, name, options), decoded.notes
    if isinstance(found, Export):
        return found._replace(notes=[*notes, *found.notes])
    found["notes"] += notes
    return found


def _finish(found: Record | Export, name: str, stem: str, options: ReadOptions) -> Source:
    """The documents of a file, each with its place; refused where there is no text."""
    if isinstance(found, Export):
        return _number(found, name, stem)
    if not found["paragraphs"] and not found["dropped"] and not options.title:
        # a text of one line is no title without a text
        found["paragraphs"] = [line for line in (found["title"], found["standfirst"]) if line]
        found["title"] = found["standfirst"] = ""
    text = require_length("\n".join(found["paragraphs"]), name)
    if not text.strip("\ufffd\n "):
        raise InputError(f"{name} holds no text beside its title and navigation.")
    return Source([Item(name, stem, found)], [], False, [])


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


def _read_text(kind: str, decoded: Decoded, name: str, options: ReadOptions) -> Record | Export:
    text = require_length(clean_text(decoded.text), name)
    if kind == "markdown" and not options.whole:
        return read_markdown(text, options.title)
    if kind == "subtitles":
        record = make_record(read_subtitles(text))
        record["title"] = options.title
        return record
    found = read_database(text.split("\n")) if not options.whole or kind == "references" else None
    if kind == "references" and not (found and any(one["paragraphs"] for one in found.records)):
        raise InputError(f"{name} {REFERENCES}")
    if found is not None:
        return found
    if not options.whole:
        return read_page(text, title=options.title)
    return _read_paragraphs(split_paragraphs(text), options, "")


def _read_page(decoded: Decoded, name: str, options: ReadOptions) -> Record | Export:
    tree = parse_page(require_length(decoded.text, name), name)
    found = read_database_page(tree)
    return read_article(tree, options.title).record if found is None else found


def _read_office(kind: str, data: bytes, name: str, options: ReadOptions) -> Record | Export:
    title, paragraphs, dropped = READERS[kind](data, name)
    found = read_database(paragraphs) if not options.whole else None
    if found is not None:
        return found
    record = _read_paragraphs(paragraphs, options, title)
    record["dropped"] += dropped
    return record


def _read_pdf(data: bytes, name: str, options: ReadOptions) -> tuple[Record | Export, list[str]]:
    paragraphs, dropped, notes, url, headline = read_pdf(data, name)
    export = None if options.whole else read_database(paragraphs)
    if export is not None and export.records:
        export.records[0]["dropped"] += dropped
        notes.append("a PDF parts its articles less surely than text, RTF, HTML or Word do")
        return export, notes
    record = _read_paragraphs(paragraphs, options, "")
    if headline and not record["title"]:
        record = _read_paragraphs(paragraphs, options, headline)
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


# Mails and books


def _read_mails(mails: list[Mail], options: ReadOptions) -> Record | Export:
    """The documents of a mail: the articles that a database sent, or itself and those in it."""
    records: list[Record] = []
    notes: list[str] = []
    for mail in mails:
        sent = _read_sent_articles(mail)
        if sent is not None:
            records += sent.records
            notes += [*sent.notes, *mail.notes]
            continue
        pages, (plain, quoted) = read_fragment(mail.html), split_plain(mail.plain)
        if count_words(pages) > 0.5 * count_words(plain):
            plain, quoted = pages, []
        records.append(_read_newsletter(mail, plain, options.title))
        records[-1]["dropped"] += quoted
    return records[0] if len(mails) == len(records) == 1 and not notes else Export(records, notes)


def _read_sent_articles(mail: Mail) -> Export | None:
    """The articles of a mail that a news database sent; None for all other mails."""
    found = None
    if mail.html:
        with contextlib.suppress(InputError):  # HTML of one element is no page, but a mail's text
            found = read_database_page(parse_page(mail.html, "the mail"))
        if found and any(record["paragraphs"] for record in found.records):
            return found
    return read_database(mail.plain.split("\n")) if mail.plain else None


def _read_newsletter(mail: Mail, paragraphs: list[str], title: str) -> Record:
    """A record of a mail's paragraphs and headers."""
    while paragraphs and same_title(paragraphs[0], mail.title):
        paragraphs = paragraphs[1:]
    marks = mark_navigation(paragraphs)
    record = make_record([p for p, mark in zip(paragraphs, marks, strict=True) if not mark])
    record["title"] = title or mail.title
    record["published"] = mail.published
    record["dropped"] = [p for p, mark in zip(paragraphs, marks, strict=True) if mark]
    record["dropped"] += [f"attached file, not read: {one}" for one in mail.attached]
    record["notes"] += mail.notes
    if mail.sender:
        record["facts"]["outlet"] = tidy(mail.sender)
    return record


def _read_mailbox(data: bytes, name: str, stem: str, options: ReadOptions) -> Source:
    """Read the mails of a mailbox."""
    items: list[Item] = []
    left_out: list[tuple[str, str]] = []
    mails = split_mailbox(data) or [data]
    for i, mail in enumerate(progress(mails, desc=f"Reading {PurePosixPath(name).name}"), start=1):
        where = f"{name} mail {i}"
        try:
            source = _finish(_read_mails(read_mails(mail, where), options), where, stem, options)
        except InputError as error:
            left_out.append((where, reason_of(error, where)))
            continue
        items += source.items
        left_out += source.left_out
    if not items:
        raise InputError(f"{name} holds no mail with a text.")
    return Source(items, left_out, True, [])


def _read_book(data: bytes, name: str, stem: str, options: ReadOptions) -> Source:
    """Read an e-book as one document, a newspaper as one for each article."""
    book = read_epub(data, name)
    pages = progress(book.pages, desc=f"Reading {PurePosixPath(name).name}")
    facts = {"outlet": book.publisher, "byline": book.author}
    if book.is_newspaper:
        records = [_read_page(decode_page(page, name), name, options) for page in pages]
        found = [record for record in records if isinstance(record, dict)]
        facts = {"outlet": book.title}
    else:
        lines = [line for page in pages for line in read_fragment(decode_page(page, name).text)]
        found = [make_record(lines)]
        found[0]["title"] = options.title or tidy(book.title)
    for record in found:
        record["published"] = record["published"] or book.published
        record["language"] = record["language"] or book.language
        record["facts"] |= {key: tidy(value) for key, value in facts.items() if value}
    return _finish(Export(found, []) if book.is_newspaper else found[0], name, stem, options)


# Sheets that are no .xlsx: OpenDocument, the XML of Excel 2003, tables of HTML called .xls


def _read_sheet(data: bytes, name: str, stem: str, options: ReadOptions) -> Source:
    """Read the documents of a sheet."""
    notes = []
    if data.startswith(b"PK") or b"urn:oasis:names:tc:opendocument" in data[:8192]:
        rows, others = read_ods(data, name)
        if others:
            notes.append(f"sheets not read: {', '.join(others)}; save each as .csv to add it")
    elif b"urn:schemas-microsoft-com:office:spreadsheet" in data[:8192]:
        rows = _read_xml_rows(parse_xml(data, name))
    else:
        rows = _read_html_rows(parse_page(decode_page(data, name).text, name))
    if not rows:
        raise InputError(f"{name} holds no table; save it as .xlsx or .csv and retry.")
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL)
    while rows[0] and not rows[0][-1]:
        rows[0].pop()
    writer.writerows([*row, *[""] * len(rows[0])][: len(rows[0])] for row in rows)
    source = read_table(file.getvalue().encode(), name, stem, options, "csv")
    return source._replace(notes=[*source.notes, *notes])


def _read_xml_rows(tree: Any) -> list[list[str]]:
    """The rows of the first sheet of a workbook in the XML of Excel 2003."""
    rows = []
    for row in iterate(next(iterate(tree, "Worksheet"), None), "Row"):
        cells: list[str] = []
        for cell in iterate(row, "Cell"):
            index = attribute(cell, "Index")
            if index.isdigit() and len(cells) < int(index) - 1 < 1000:
                cells += [""] * (int(index) - 1 - len(cells))
            cells.append("".join(cell.itertext()).strip())
        rows.append(cells)
    return rows


def _read_html_rows(tree: Any) -> list[list[str]]:
    """The rows of the table of a page that has the most."""
    tables = [
        [
            ["\n".join(read_blocks(cell)[0]) for cell in row if local(cell) in ("td", "th")]
            for row in iterate(table, "tr")
        ]
        for table in iterate(tree, "table")
    ]
    return max(tables, key=len, default=[])


# Archives


class _Member(NamedTuple):
    """A file in an archive: its path, and how its bytes are read."""

    path: str
    read: Callable[[], bytes]


def _list_members(kind: str, data: bytes, name: str) -> Iterator[_Member]:
    """The files in an archive, which for a compressed file is one."""
    if kind == "zip":
        archive = open_zip(data, name)
        for info in archive.infolist():
            if not info.is_dir():
                yield _Member(info.filename, partial(read_member, archive, info, name))
    elif kind == "tar":
        yield from _list_tar(data, name)
    else:
        ending = find_ending(name)
        inner = PurePosixPath(name.replace("\\", "/")).name
        if KINDS.get(ending) == kind:
            inner = inner[: -len(ending)] + (".tar" if ending.startswith(".t") else "")
        yield _Member(inner, partial(_decompress, kind, data, name))


def _list_tar(data: bytes, name: str) -> Iterator[_Member]:
    try:
        archive = tarfile.open(fileobj=io.BytesIO(data))  # noqa: SIM115 - a buffer in memory
        members = [member for member in archive.getmembers() if member.isfile()]
    except (tarfile.TarError, OSError, EOFError, ValueError):
        raise InputError(f"{name} cannot be opened: it is damaged; pack it anew.") from None
    if len(members) > MEMBERS or sum(member.size for member in members) > TOTAL_SIZE:
        raise InputError(
            f"{name} holds more than {MEMBERS:,} files or {TOTAL_SIZE // 1024**2:,} MB; split it "
            "and retry."
        )
    for member in members:
        file = archive.extractfile(member)
        if file is not None:
            yield _Member(member.name, file.read)


def _decompress(kind: str, data: bytes, name: str) -> bytes:
    """The bytes of a compressed file, if they are no more than a text has."""
    try:
        with _OPENERS[kind](io.BytesIO(data)) as file:  # type: ignore[operator]
            content: bytes = file.read(MEMBER_SIZE + 1)
    except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError):
        raise InputError(f"{name} cannot be opened: it is damaged; pack it anew.") from None
    if len(content) > MEMBER_SIZE:
        raise InputError(
            f"{name} unpacks to more than {MEMBER_SIZE // 1024**2:,} MB; split it and retry."
        )
    return content


def _read_archive(kind: str, data: bytes, name: str, options: ReadOptions, depth: int) -> Source:
    """Read all documents of an archive."""
    if depth > 2 or (depth > 1 and kind == "zip"):
        raise InputError(f"{name} is an archive in an archive in an archive; unpack it and retry.")
    members = list(_list_members(kind, data, name))
    if kind in _OPENERS:  # one file, which keeps its name
        content = members[0].read()
        return read_data(
            content, f"{name}: {members[0].path}", Path(members[0].path).stem, options, depth + 1
        )
    items: list[Item] = []
    left_out: list[tuple[str, str]] = []
    notes: list[str] = []
    unpacked = length = 0
    paths = [PurePosixPath(member.path.replace("\\", "/")) for member in members]
    pages = {path.with_suffix("") for path in paths if path.suffix.lower() in PAGE_ENDINGS}
    for member in progress(members, desc=f"Unpacking {PurePosixPath(name).name}"):
        path = PurePosixPath(_make_printable(member.path.replace("\\", "/")))
        if _is_no_document(path, pages):
            continue
        where = f"{name}: {path}"
        try:
            with _limiting_time(where):
                content = member.read()
                if content.startswith(b"PK"):  # an archive or an office file: it unpacks to more
                    inner = open_zip(content, where).infolist()
                    unpacked += sum(one.file_size for one in inner)
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
        raise InputError(f"{name} holds no file that can be read{first}.")
    return Source(items, left_out, True, notes)


@contextlib.contextmanager
def _limiting_time(where: str) -> Iterator[None]:
    """Stop reading a member that computes long without a page, row or mail done, where we can."""
    # Only the main thread can be told, and not on Windows; the limit of the whole file, which costs
    # all members, holds everywhere (`BoundedReader`). What is in a member counts as the member.
    own = threading.current_thread() is threading.main_thread()
    if not own or not hasattr(signal, "setitimer") or signal.getitimer(signal.ITIMER_PROF)[0]:
        yield
        return

    def stop(*_: object) -> None:
        raise InputError(f"{where} could not be read: it takes more than {MEMBER_TIME:.3g} s.")

    def start() -> None:
        signal.setitimer(signal.ITIMER_PROF, MEMBER_TIME, MEMBER_TIME)

    before = signal.signal(signal.SIGPROF, stop)
    start()
    try:
        with listening(start):
            yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _make_printable(name: str) -> str:
    """A member's name without the characters that would break a line or steer a terminal."""
    return "".join(c if c.isprintable() else "\ufffd" for c in name)


def _is_no_document(path: PurePosixPath, pages: set[PurePosixPath]) -> bool:
    """Files that systems and browsers put beside documents: pictures of a page, locks, indexes."""
    return any(part.startswith((".", "~$", "__MACOSX")) for part in path.parts) or any(
        folder.parent / find_page_stem(folder.name) in pages
        for folder in path.parents
        if find_page_stem(folder.name)
    )
