"""What kind of file it is: by its first bytes where they are clear, else by its ending."""

from __future__ import annotations

import codecs
import re
import zipfile

from analysis.corpus.formats.zips import open_zip
from analysis.tables import InputError

_READ = {
    "text": ".txt .text .asc .story .rst",
    "markdown": ".md .markdown",
    "subtitles": ".srt .vtt",
    "page": ".html .htm .xhtml .shtml",
    "mhtml": ".mhtml .mht",
    "mail": ".eml .emlx",
    "mbox": ".mbox .mbx",
    "docx": ".docx .docm .dotx .dotm",
    "odt": ".odt .ott .fodt",
    "rtf": ".rtf",
    "pdf": ".pdf",
    "epub": ".epub",
    "xml": ".xml .rss .atom .nitf .newsml .tei .nxml .fb2",
    "references": ".ris",
    "csv": ".csv .tsv .tab",
    "xlsx": ".xlsx .xlsm .xltx",
    "sheet": ".ods .ots .fods",
    "json": ".json",
    "jsonl": ".jsonl .ndjson",
    "zip": ".zip",
    "tar": ".tar",
    "gzip": ".gz .tgz",
    "bz2": ".bz2 .tbz2",
    "xz": ".xz .txz",
}
KINDS = {ending: kind for kind, endings in _READ.items() for ending in endings.split()}
MANY = ("csv", "xlsx", "sheet", "json", "jsonl", "zip", "tar", "gzip", "bz2", "xz", "mbox")
_COMPRESSED = {"gzip": b"\x1f\x8b", "bz2": b"BZh", "xz": b"\xfd7zXZ\0"}

_WORD = "is an old Word file; open it, save it as .docx and retry."
_EXCEL = "is an old Excel file; open it, save it as .xlsx or .csv and retry."
_SLIDES = "holds slides; save them as .pdf, or their text as .txt, and retry."
_OUTLOOK = "is a file of Outlook; save its messages as .eml, or their text as .txt, and retry."
_LOCKED = "is locked with a password; open it, save it without one, and retry."
_ARCHIVE = "is an archive of a kind that is not opened here; unpack it and add its files."
_PICTURE = "is a picture; recognise its text (OCR), save that as .txt, and retry."
_SOUND = "is a recording; transcribe it, save the text as .txt, and retry."
_COLUMNS = "is a table for programs; save it as .csv or .jsonl (pandas reads it) and retry."
_BASE = "is a database; export the table that holds the texts as .csv and retry."
_R = "holds objects of R; write the table with the texts by write.csv, and add that file."
_STATISTICS = "is a data set of Stata, SPSS or SAS; save it as .csv there, and add that file."
REFERENCES = (
    "holds references, no texts; export the full texts (as text, HTML or Word), or give the "
    "addresses to `discourse fetch`."
)
_WRITER = "is a document of another program; open it there or in LibreOffice, save it as .docx."
_BOOK = "is a book of a kind that is not read here; convert it to .epub (Calibre does) and retry."
_WARC = (
    "is an archive of a web crawl; take the pages out as .html (warcio does), or the texts as "
    ".jsonl, and add those."
)
_SOURCE = "is source for a typesetter; save the text of what it prints as .txt, or add its PDF."
_CODE = "is a program, a script or settings, and holds no text to add; leave it out."
_LINK = "only points to an address; put that into sources.csv and run `discourse fetch`."
_SAFARI = "is a web archive of Safari; save the page as .html and retry."
_PICKLE = "holds objects of Python, which are not opened; save the texts as .csv or .jsonl."
_SCHEMA = "describes the form of other files and holds no text to add; leave it out."
_FONT = "is a font or a part of a program, and holds no text to add; leave it out."

_REFUSED = {
    _WORD: ".doc .dot",
    _EXCEL: ".xls .xlt .xlsb",
    _SLIDES: ".ppt .pptx .pps .ppsx .pptm .odp .otp .fodp .key",
    _OUTLOOK: ".msg .pst .ost .olm .oft",
    _ARCHIVE: ".7z .rar .zst .lz .lz4 .lzma .z .cab .iso .dmg .arj .sit .jar .cpio .ar .deb .rpm",
    _PICTURE: ".png .jpg .jpeg .gif .tif .tiff .bmp .webp .heic .heif .avif .svg .djvu .psd .jp2"
    " .ico .eps .emf .wmf",
    _SOUND: ".mp3 .wav .m4a .ogg .oga .opus .flac .aac .aif .aiff .wma .mp4 .m4v .mov .avi .mkv"
    " .webm .wmv .mpg .mpeg .3gp .ogv .flv",
    _COLUMNS: ".parquet .feather .arrow .orc .avro .h5 .hdf5 .npy .npz",
    _BASE: ".sqlite .sqlite3 .db .mdb .accdb .sql .dbf .duckdb .fp7 .fmp12",
    _R: ".rds .rdata .rda",
    _STATISTICS: ".dta .sav .zsav .por .sas7bdat .xpt",
    _PICKLE: ".pkl .pickle .joblib .spacy",
    REFERENCES: ".bib .enw .nbib .ciw .rdf .isi",
    _WRITER: ".pages .numbers .wpd .wps .sxw .abw .lwp .hwp .hwpx .gdoc .gsheet .one .pub .indd"
    " .idml .qxd .wri .zabw .uot .xps .oxps",
    _BOOK: ".mobi .azw .azw3 .kfx .lit .pdb .prc .lrf .chm",
    _WARC: ".warc .arc .har .wacz",
    _SOURCE: ".tex .ltx .latex .ps .dvi .typ .org .adoc",
    _CODE: ".js .mjs .ts .css .scss .py .pyc .r .rmd .ipynb .java .c .h .cpp .exe .dll .so .sh .bat"
    " .ps1 .php .ini .cfg .conf .toml .yml .yaml .lock .map .class .swf .bin .dat-journal",
    _LINK: ".url .webloc .lnk .desktop",
    _SAFARI: ".webarchive",
    _SCHEMA: ".dtd .xsd .xsl .xslt .rng .rnc .sch",
    _FONT: ".ttf .otf .woff .woff2 .eot",
}
_WAYS_OUT = {ending: why for why, endings in _REFUSED.items() for ending in endings.split()}
_MARKS = (
    (b"\x89PNG", _PICTURE), (b"\xff\xd8\xff", _PICTURE), (b"GIF8", _PICTURE), (b"II*\0", _PICTURE),
    (b"MM\0*", _PICTURE), (b"AT&TFORM", _PICTURE), (b"8BPS", _PICTURE), (b"ID3", _SOUND),
    (b"\xff\xfb", _SOUND), (b"\xff\xf3", _SOUND), (b"OggS", _SOUND), (b"fLaC", _SOUND),
    (b"\x1aE\xdf\xa3", _SOUND), (b"Rar!", _ARCHIVE), (b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (b"\x28\xb5\x2f\xfd", _ARCHIVE), (b"LZIP", _ARCHIVE), (b"\x04\x22\x4d\x18", _ARCHIVE),
    (b"MSCF", _ARCHIVE), (b"!<arch>", _ARCHIVE), (b"\x1f\x9d", _ARCHIVE), (b"PAR1", _COLUMNS),
    (b"ARROW1", _COLUMNS), (b"ORC", _COLUMNS), (b"Obj\x01", _COLUMNS), (b"\x89HDF", _COLUMNS),
    (b"\x93NUMPY", _COLUMNS), (b"SQLite format 3\0", _BASE), (b"\0\1\0\0Standard", _BASE),
    (b"RDX2\n", _R), (b"RDX3\n", _R), (b"X\n\0\0\0", _R), (b"<stata_dta>", _STATISTICS),
    (b"$FL2@(#)", _STATISTICS), (b"$FL3@(#)", _STATISTICS),
    (b"HEADER RECORD****", _STATISTICS), (b"bplist00", _SAFARI), (b"!BDN", _OUTLOOK),
    (b"%!PS", _SOURCE), (b"WARC/", _WARC), (b"ITSF", _BOOK), (b"\xffWPC", _WRITER),
    (b"\x7fELF", _CODE), (b"wOFF", _FONT), (b"wOF2", _FONT),
)  # fmt: skip
_PARTS_OF_OLE = (  # names of streams, in the order in which they decide
    ("EncryptedPackage", _LOCKED), ("__substg1.0_", _OUTLOOK), ("WordDocument", _WORD),
    ("Workbook", _EXCEL), ("PowerPoint Document", _SLIDES), ("Book", _EXCEL),
)  # fmt: skip
_OPENDOCUMENT = {
    "text": "odt",
    "text-template": "odt",
    "text-master": "odt",
    "spreadsheet": "sheet",
    "spreadsheet-template": "sheet",
}
_PROLOG = re.compile(
    r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!(?!--)[^>\[]*(?:\[[^\]]*\]\s*)?>\s*)*", re.S
)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
_HEADER = re.compile(r"([!-9;-~]+):")
_VOCABULARIES = frozenset(
    "rss feed rdf newsmessage newsitem packageitem knowledgeitem newsml nitf tei tei.2 teicorpus "
    "ppsresponse ppsarticle workbook".split()
)
_ONLY_OF_MAIL = frozenset(
    "mime-version message-id received return-path delivered-to x-mailer content-type".split()
)
_OF_MAIL = _ONLY_OF_MAIL | {"from", "date", "subject", "to", "x-mozilla-status"}
_SEPARATOR = re.compile(r"From \S+.*\d{4}\n(?=[!-9;-~]+:)")  # between the mails of a mailbox
_OF_PAGES = frozenset(  # elements of HTML; a text may begin with one
    "a abbr address article aside b big blockquote br center cite code dd del details div dl dt em "
    "figcaption figure font footer form h1 h2 h3 h4 h5 h6 header hr html head body i img ins li "
    "main mark nav ol p pre q s section small span strong sub sup table tbody td time title tr tt "
    "u ul".split()
)
_CUE = re.compile(r"\s*\d+\s*\n\s*\d\d:\d\d:\d\d[,.]\d{3} --> ")


def find_kind(data: bytes, name: str) -> str:
    """The kind of a file, by its bytes and its ending; one sentence where it cannot be read."""
    ending = find_ending(name)
    kind = _find_by_bytes(data, name, ending)
    if kind:
        return kind
    text = _decode_head(data)
    if text is not None:
        kind = _find_by_text(text, ending) or _find_element(text, data, ending)
        if kind:
            return kind
        if ending in (".doc", ".dot", ".wps", ".xls"):  # what other programs call so
            return "csv" if ending == ".xls" else "text"
    if ending in _WAYS_OUT:
        raise InputError(f"{name} {_WAYS_OUT[ending]}")
    return KINDS.get(ending, "text")


def refuse_unread(name: str, head: bytes) -> None:
    """Refuse a file by its ending before all of it is read, where its first bytes say no other."""
    ending = find_ending(name)
    closed = ending in _WAYS_OUT and ending not in (".doc", ".dot", ".wps", ".xls")
    if closed and not head.startswith((b"%PDF", b"PK", b"{\\rtf", b"<")):
        raise InputError(f"{name} {_WAYS_OUT[ending]}")


def find_ending(name: str) -> str:
    """The ending of a file's name, in small letters and with its dot; "" where it has none."""
    last = re.split(r"[/\\]", name)[-1]
    return f".{last.rsplit('.', 1)[1].lower()}" if "." in last.lstrip(".") else ""


def _find_by_bytes(data: bytes, name: str, ending: str) -> str:
    """The kind that the first bytes of a file show beyond doubt; "" for texts."""
    if data.startswith(b"PK\x03\x04") or (data.startswith(b"PK") and KINDS.get(ending) == "zip"):
        return _find_zipped(open_zip(data, name), name, ending)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        first = [_WAYS_OUT.get(ending)]  # a sheet may hold a Word file, and the other way round
        for part, why in sorted(_PARTS_OF_OLE, key=lambda one: one[1] not in (_LOCKED, *first)):
            if part.encode("utf-16-le") in data:
                raise InputError(f"{name} {why}")
        raise InputError(
            f"{name} is locked with a password or in the format of before 2007; open it, save it "
            "as .docx or .xlsx without a password, and retry."
        )
    for kind, mark in _COMPRESSED.items():
        if data.startswith(mark) and (kind != "bz2" or data[4:10] == b"1AY&SY"):
            if ending in (".rds", ".rdata", ".rda", ".warc"):
                raise InputError(f"{name} {_WAYS_OUT[ending]}")
            return kind
    if data[257:262] == b"ustar":
        return "tar"
    if b"%PDF-" in data[: 1024 if ending == ".pdf" else 16]:
        return "pdf"
    for mark, why in _MARKS:
        if data.startswith(mark):
            raise InputError(f"{name} {why}")
    if data[4:8] == b"ftyp" or (data.startswith(b"RIFF") and data[8:12] in (b"WAVE", b"AVI ")):
        raise InputError(f"{name} {_PICTURE if data[8:11] in (b'hei', b'avi', b'mif') else _SOUND}")
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        raise InputError(f"{name} {_PICTURE}")
    if data[60:68] in (b"BOOKMOBI", b"TEXtREAd"):
        raise InputError(f"{name} {_BOOK}")
    return ""


def _find_zipped(archive: zipfile.ZipFile, name: str, ending: str) -> str:
    """The kind of a document that is a zip of its parts; "zip" for an ordinary one."""
    names = archive.namelist()
    first = next((n for n in names[:20] if n == "mimetype"), "")
    if first and archive.getinfo(first).file_size < 200:
        try:
            mime = archive.read(first).decode("ascii", "replace").strip()
        except Exception:  # a damaged member is told when it is read
            mime = ""
        if mime == "application/epub+zip":
            return "epub"
        kind = mime.removeprefix("application/vnd.oasis.opendocument.")
        if kind != mime:
            if kind not in _OPENDOCUMENT:
                raise InputError(f"{name} {_SLIDES if 'present' in kind else _PICTURE}")
            return _OPENDOCUMENT[kind]
    if "[Content_Types].xml" in names:
        if any(n.startswith("ppt/") for n in names):
            raise InputError(f"{name} {_SLIDES}")
        if any(n.startswith("xl/") for n in names):
            if any(n.endswith("workbook.bin") for n in names):
                raise InputError(f"{name} {_EXCEL}")
            return "xlsx"
        if any(n.startswith("word/") for n in names) or KINDS.get(ending) == "docx":
            return "docx"
    if "Index/Document.iwa" in names or "index.apxl" in names:
        raise InputError(f"{name} {_WRITER}")
    known = KINDS.get(ending, "zip")
    return known if known in ("docx", "odt", "xlsx", "sheet", "epub") else "zip"


def _decode_head(data: bytes) -> str | None:
    """The first characters of a text; None for other bytes."""
    head = data[:8192]
    for mark, codec in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"),
                        (codecs.BOM_UTF16_BE, "utf-16-be")):  # fmt: skip
        if head.startswith(mark):
            return head[len(mark) :].decode(codec, "replace")
    if head.startswith((b"<\0", b"<\0?\0")):
        return head.decode("utf-16-le", "replace")
    if head.startswith(b"\0<"):
        return head.decode("utf-16-be", "replace")
    return None if b"\0" in head else head.decode("utf-8", "replace")


def _find_by_text(text: str, ending: str) -> str:
    """The kind that the first characters of a text show beyond doubt; "" for all others."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip()
    kind = KINDS.get(ending, "")
    if text.startswith("{\\rtf"):
        return "rtf"
    if text.startswith("<"):
        return _find_markup(text, ending)
    if text.startswith("WEBVTT") or _CUE.match(text):
        return "subtitles"
    if re.match(r"TY  - [A-Z]{3,}", text):
        return "references"
    if kind in ("text", "") and re.match(r"(?:\[\s*)?\{\s*\"[^\"\n]{1,60}\"\s*:", text):
        return "json" if text.startswith("[") or "\n{" not in text else "jsonl"
    if ending == ".js" and text.startswith("window.YTD."):  # an archive of tweets
        return "json"
    return _find_mail(text, ending) if kind not in ("markdown", "csv", "json", "jsonl") else ""


def _find_markup(text: str, ending: str) -> str:
    """Whether a text that begins with a tag is a page, a table or XML of another kind."""
    root = _ROOT.match(text, _PROLOG.match(text).end())  # type: ignore[union-attr]
    name = root[1].lower() if root else ""
    table = ending in (".xls", ".xlt", ".xlsx", ".csv")
    if re.match(r"<!doctype\s+html\b", text, re.IGNORECASE) or name in ("html", "head", "body"):
        return "sheet" if table else "page"
    if name == "table" and table:
        return "sheet"
    if name == "document" and "urn:oasis:names:tc:opendocument" in text:
        return "sheet" if "opendocument.spreadsheet" in text else "odt"
    if name == "workbook" and "schemas-microsoft-com:office:spreadsheet" in text:
        return "sheet"
    if name in ("worddocument", "package") and "schemas.microsoft.com/office" in text:
        return "docx"
    if name in _VOCABULARIES or (text.startswith("<?xml") and name):
        return "xml"
    return ""


def _find_element(text: str, data: bytes, ending: str) -> str:
    """Whether a text is all one element of XML, though it does not begin by saying so."""
    root = _ROOT.match(text.lstrip())
    if root is None or KINDS.get(ending, "text") != "text" or root[1].lower() in _OF_PAGES:
        return ""
    name = root[0][1:].encode("utf-8", "replace")
    end = data.rstrip().endswith(b"</" + name + b">") and data.count(b"</" + name + b">") == 1
    return "xml" if end else ""


def _find_mail(text: str, ending: str) -> str:
    """Whether a text begins with the headers of a mail, of a web archive or of a mailbox."""
    kind = KINDS.get(ending, "")
    first = _SEPARATOR.match(text)
    head = text[first.end() if first else 0 :].split("\n\n")[0].split("\n")
    lines = [line for line in head if not line.startswith((" ", "\t"))]
    found = [_HEADER.match(line) for line in lines]
    names = {match[1].lower() for match in found if match}
    if first and found[0] and (kind != "text" or (all(found) and len(names & _OF_MAIL) > 1)):
        return "mbox"
    if first or not all(found) or not names & _ONLY_OF_MAIL or "from" not in names:
        return ""
    saved = "snapshot-content-location" in names or "saved by" in text[:300].lower()
    related = "multipart/related" in text[:4096].lower()
    if kind == "mhtml" or (kind != "mail" and related and (saved or "to" not in names)):
        return "mhtml"
    return "mail"
