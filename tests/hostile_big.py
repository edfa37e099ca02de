"""Files that are dangerous by their size or by what they unpack to, each tried in its own process.

Run as a program, this imports the package once and forks for each file, so that the memory and the
time of one are known and those of another do not count.
"""

# ruff: noqa: E501  one line for each file

from __future__ import annotations

import io
import json
import os
import resource
import shutil
import struct
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from hostile_files import BODY, PARAGRAPHS, ROW, make_zip, sound

MB = 1024**2
PROSE = " ".join(BODY) + "\n\n"


def _prose(size: int) -> str:
    return (PROSE * (size // len(PROSE) + 1))[:size]


def _member(kind: str, name: str, content: bytes, **more: bytes) -> bytes:
    """A sound package with one member exchanged, and others added."""
    with zipfile.ZipFile(io.BytesIO(sound(kind))) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    return make_zip({**members, name: content, **more})


def _docx(body: bytes, head: bytes = b"") -> bytes:
    space = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    text = b'<?xml version="1.0"?>%s<w:document xmlns:w="%s"><w:body>%s</w:body></w:document>'
    return _member("docx", "word/document.xml", text % (head, space, body))


def _paragraph(text: bytes) -> bytes:
    return b"<w:p><w:r><w:t>%s</w:t></w:r></w:p>" % text


LAUGHS = b"<!DOCTYPE a [<!ENTITY e0 'ha '>%s]>" % b"".join(
    b"<!ENTITY e%d '%s'>" % (i, b"&e%d;" % (i - 1) * 10) for i in range(1, 10)
)
QUADRATIC = b"<!DOCTYPE a [<!ENTITY e '%s'>]>" % (b"ha " * 30_000)


def _odt(body: bytes, head: bytes = b"") -> bytes:
    with zipfile.ZipFile(io.BytesIO(sound("odt"))) as archive:
        content = archive.read("content.xml")
    at = content.index(b"</office:text>")
    return _member("odt", "content.xml", head + content[:at] + body + content[at:])


def _sheet(rows: bytes, dimension: bytes = b"A1:E3") -> bytes:
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    text = b'<worksheet xmlns="%s"><dimension ref="%s"/><sheetData>%s</sheetData></worksheet>'
    return _member("xlsx", "xl/worksheets/sheet1.xml", text % (space, dimension, rows))


def _cells(number: int, cells: list[str]) -> bytes:
    inner = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
    return f'<row r="{number}">{inner}</row>'.encode()


HEAD = _cells(1, ["title", "text"]) + _cells(2, ["Talks end", BODY[0]])


def _overlapping() -> bytes:
    """Many entries of the index for one packed member (a bomb that needs no nesting)."""
    data = make_zip({"a.txt": _prose(3 * MB).encode()})
    end = data.rindex(b"PK\x05\x06")
    start = struct.unpack("<I", data[end + 16 : end + 20])[0]
    entry = data[start:end]
    entries = b"".join(
        entry.replace(b"a.txt", f"{i:05}".encode()[:1] + b".txt") for i in range(2000)
    )
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 2000, 2000, len(entries), start, 0)
    return data[:start] + entries + tail


def _nested(depth: int) -> bytes:
    data = sound("zip")
    for _ in range(depth):
        data = make_zip({"in.zip": data})
    return data


def _many_nested() -> bytes:
    inner = make_zip({f"{i}.txt": _prose(3 * MB).encode() for i in range(20)})
    return make_zip({f"{i}.zip": inner for i in range(60)})


def _pdf_page(drawn: bytes, extra: bytes = b"") -> bytes:
    parts = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R "
        b"/Resources << /Font << /F1 3 0 R >> >> >>",
        b"<< /Length %d %s>>\nstream\n%s\nendstream" % (len(drawn), extra, drawn),
    )
    data, places = b"%PDF-1.4\n", []
    for i, part in enumerate(parts, 1):
        places.append(b"%010d 00000 n \n" % len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (i, part)
    table = b"xref\n0 6\n0000000000 65535 f \n" + b"".join(places)
    tail = b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % len(data)
    return data + table + tail


def _pdf_bomb() -> bytes:
    import zlib

    return _pdf_page(zlib.compress(b"BT " + b" " * 400 * MB + b" ET"), b"/Filter /FlateDecode ")


def _json(text: str) -> bytes:
    return (f'[{{"title": "Talks end", "text": {json.dumps(BODY[0])}, "x": {text}}}]').encode()


def _table(columns: int, separator: str = ",") -> bytes:
    head = separator.join(["title", "text", *(f"c{i}" for i in range(columns))])
    return f"{head}\nTalks end,{BODY[0].replace(',', '')}\n".encode()


MOST = 4_900_000  # characters, just below what a document may have
LONG = 1_000_000  # characters of odd texts: every measure takes its time for them
# the name's ending is the file's; True: a table is expected, False: a sentence
BIG: dict[str, tuple[Callable[[], bytes | str], bool]] = {
    "line-50mb.txt": (lambda: "peace talks " * (50 * MB // 12), False),
    "letters-50mb.txt": (lambda: "a" * 50 * MB, False),
    "cp1252-50mb.txt": (lambda: "caf\xe9 \x93talks\x94 ".encode("latin-1") * (50 * MB // 13), False),
    "broken-utf8-50mb.txt": (lambda: ("é" * 100 + "\n").encode() * 100_000 + b"\xff\xfe" * 2**22, False),
    "nulls-50mb.txt": (lambda: b"\0" * 50 * MB, False),
    "controls-50mb.txt": (lambda: b"\x01" * 50 * MB, False),
    "prose-5m.txt": (lambda: _prose(MOST), True),
    "line-1m.txt": (lambda: _prose(LONG).replace("\n", " "), True),
    "letters-1m.txt": (lambda: "a" * LONG, True),
    "newlines-1m.txt": (lambda: "Talks\n" + "\n \n" * (LONG // 3) + "They ended.", True),
    "spaces-1m.txt": (lambda: "The talks" + " " * LONG + "ended.", True),
    "short-lines.txt": (lambda: "a\n" * 300_000, True),
    "quotes-1m.txt": (lambda: "“'\"" * (LONG // 3), True),
    "stops-1m.txt": (lambda: "No. " * (LONG // 4), True),
    "digits-1m.txt": (lambda: "2024-05-15 " * (LONG // 11), True),
    "names-1m.txt": (lambda: "Vladimir Putin of Kyiv " * (LONG // 23), True),
    "marks.txt": (lambda: "e" + "\u0301\u0327" * 2_000_000, True),
    "chinese.txt": (lambda: "和平会谈没有结果。" * 300_000, True),
    "emoji.txt": (lambda: "👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿" * 200_000, True),
    "page-50mb.html": (lambda: f"<html><body><p>{_prose(50 * MB)}</p></body></html>", False),
    "deep.html": (lambda: "<html><body>" + "<div>" * 200_000 + PROSE, False),
    "tags.html": (lambda: f"<html><body>{'<p>Peace.</p>' * 500_000}</body></html>", False),
    "laughs.html": (lambda: LAUGHS + b"<html><body><p>&e9; %s</p></html>" % PROSE.encode(), False),
    "attributes.html": (lambda: f"<html><body><p {'a=1 ' * 1_000_000}>{PROSE}</p></html>", True),
    "deep.mhtml": (lambda: b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 100_000, False),
    "deep.rtf": (lambda: b"{\\rtf1 " + b"{" * 2_000_000 + PROSE.encode("ascii", "replace"), True),
    "large.rtf": (lambda: b"{\\rtf1 " + b"\\par a" * 4_000_000 + b"}", False),
    "columns.csv": (lambda: _table(100_000), False),
    "columns.tsv": (lambda: _table(100_000, "\t"), False),
    "line-50mb.csv": (lambda: "ab," * (50 * MB // 3), False),
    "quote-50mb.csv": (lambda: 'title,text\na,"' + _prose(50 * MB).replace('"', ""), False),
    "field-50mb.csv": (lambda: f'title,text\na,"{_prose(50 * MB)}"\n', False),
    "cells-50mb.csv": (lambda: "text" + ",c%d" * 4999 % tuple(range(4999)) + "\n" + ("ab," * 4999 + "x\n") * 3000, False),
    "rows.csv": (lambda: "title,text\n" + "a,b\n" * 2_000_000, False),
    "newlines.csv": (lambda: "title,text\n" + '"a\nb","The\n\ntalks\r\nended."\n' * 300, True),
    "deep.json": (lambda: _json("[" * 1_000_000), False),
    "lists-50mb.json": (lambda: _json("[" + "[]," * (50 * MB // 3) + "1]"), False),
    "numbers.json": (lambda: _json("9" * 2_000_000), False),
    "keys.json": (lambda: json.dumps([{**ROW, **{f"k{i}": "" for i in range(100_000)}}]), False),
    "keys.jsonl": (lambda: "\n".join(json.dumps({**ROW, f"k{i}": 1}) for i in range(20_000)), False),
    "line-50mb.jsonl": (lambda: '{"text": "' + "a" * 50 * MB, False),
    "rows.xlsx": (lambda: _sheet(HEAD + b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', b"A1:XFD1048576"), False),
    "cells.xlsx": (lambda: _sheet(HEAD + b"".join(_cells(i, ["ab"] * 50) for i in range(3, 40_000))), False),
    "columns.xlsx": (lambda: _sheet(_cells(1, [f"c{i}" for i in range(100_000)])), False),
    "strings.xlsx": (lambda: _member("xlsx", "xl/sharedStrings.xml", b"<sst>" + b"<si><t>ab</t></si>" * 4_000_000 + b"</sst>"), False),
    "laughs.xlsx": (lambda: _member("xlsx", "xl/sharedStrings.xml", LAUGHS + b"<sst><si><t>&e9;</t></si></sst>"), False),
    "paragraphs.docx": (lambda: _docx(b"<w:p/>" * 15_000_000), False),
    "text-100mb.docx": (lambda: _docx(_paragraph(_prose(100 * MB).encode())), False),
    "laughs.docx": (lambda: _docx(_paragraph(b"&e9;"), LAUGHS), False),
    "quadratic.docx": (lambda: _docx(_paragraph(b"&e;" * 30_000), QUADRATIC), False),
    "outside.docx": (lambda: _docx(_paragraph(b"&e;"), b"<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"), False),
    "deep.docx": (lambda: _docx(b"<w:p>" * 100_000), False),
    "laughs.odt": (lambda: _odt(b"<text:p>&e9;</text:p>", LAUGHS), False),
    "spaces.odt": (lambda: _odt(b'<text:p><text:s text:c="3000000000"/></text:p>'), True),
    "paragraphs.odt": (lambda: _odt(b"<text:p/>" * 10_000_000), False),
    "bomb.zip": (lambda: make_zip({"a.txt": b"a" * 200 * MB}), False),
    "bombs.zip": (lambda: make_zip({f"{i}.txt": b"a " * 2 * MB for i in range(400)}), False),
    "overlapping.zip": (_overlapping, False),
    "nested.zip": (lambda: _nested(3), False),
    "in-one.zip": (lambda: _nested(1), True),
    "many-nested.zip": (_many_nested, False),
    "members.zip": (lambda: make_zip({f"{i}.txt": b"a" for i in range(30_000)}), False),
    "outside.zip": (lambda: make_zip({"../../out.txt": PROSE.encode()}), False),
    "absolute.zip": (lambda: make_zip({"/tmp/out.txt": PROSE.encode()}), False),
    "windows.zip": (lambda: make_zip({"..\\..\\out.txt": PROSE.encode()}), False),
    "drive.zip": (lambda: make_zip({"C:/out.txt": PROSE.encode()}), False),
    "link.zip": (lambda: make_zip({"a.txt": b"/etc/passwd"}, links=("a.txt",)), False),
    "names.zip": (lambda: make_zip({"a\nb\r\x1b[2J.txt": "\n\n".join(PARAGRAPHS).encode(), "=1+1.csv": b"x"}), True),
    "bomb.pdf": (_pdf_bomb, False),
    "operators.pdf": (lambda: _pdf_page(b"BT /F1 9 Tf (a) Tj ET\n" * 1_000_000), True),
    "spaces.pdf": (lambda: _pdf_page(b"BT /F1 9 Tf (-" + b" " * 200_000 + b"x) Tj ET\n"), False),
}  # fmt: skip


def _try(name: str, folder: Path) -> None:
    """In a process of its own: what came of a file, written beside it."""
    from hostile_trials import list_tree, time_limit, try_file

    resource.setrlimit(resource.RLIMIT_AS, (12 * 1024**3, 12 * 1024**3))
    (folder / "result.json").touch()
    before = list_tree(folder)
    with time_limit():
        result = try_file(folder / name, folder / "corpus")
    assert list_tree(folder) == before
    (folder / "result.json").write_text(json.dumps({"result": result}))


def _fork(work: Callable[[], object]) -> tuple[int, float]:
    """Do something in another process; its exit status and most memory in bytes."""
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        except BaseException as error:
            print(f"{type(error).__name__}: {str(error)[:1500]}", file=sys.stderr, flush=True)
            os._exit(1)
    _, status, usage = os.wait4(child, 0)
    return os.waitstatus_to_exitcode(status), usage.ru_maxrss * 1024


def main(names: list[str]) -> None:
    """Try each file and print a line of JSON about it."""
    import hostile_trials  # the package, loaded once for all

    for kind in ("html", "docx", "odt", "pdf", "xlsx", "rtf"):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, f"a.{kind}").write_bytes(sound(kind))
            assert (
                hostile_trials.try_file(Path(folder, f"a.{kind}"), Path(folder, "corpus"))
                == "table"
            )
    for name in names:
        folder = Path(tempfile.mkdtemp(prefix="hostile-"))
        try:

            def build(name=name, folder=folder):
                data = BIG[name][0]()
                (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())

            assert _fork(build)[0] == 0, name
            status, memory = _fork(lambda name=name, folder=folder: _try(name, folder))
            text = (folder / "result.json").read_text() if status == 0 else "{}"
            print(json.dumps({"name": name, "status": status, "memory": memory, **json.loads(text)}),
                  flush=True)  # fmt: skip
        finally:
            shutil.rmtree(folder)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    main(sys.argv[1:] or list(BIG))
