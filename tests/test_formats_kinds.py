"""The kind of a file is what its bytes show; what cannot be read has a way out."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

import pytest

from analysis.corpus.formats.read import read_file, read_source
from analysis.tables import InputError

TEXT = "Talks end in the harbour\n\n15 May 2024\n\nThe talks ended without a result, he said."
PAGE = (
    "<!DOCTYPE html><html lang='en'><body><article><h1>Talks end in the harbour</h1>"
    "<p>The talks ended without a result, he said.</p></article></body></html>"
)
RTF = rb"{\rtf1\ansi Talks end in the harbour\par 15 May 2024\par The talks ended, he said.\par}"
MAIL = (
    "From: The Island Post <news@example.org>\nTo: a@example.org\nMessage-ID: <1@example.org>\n"
    "Date: Wed, 15 May 2024 08:09:00 +0200\nSubject: Talks end in the harbour\n"
    "Content-Type: text/plain; charset=utf-8\n\nThe talks ended without a result, he said.\n"
)


def zipped(members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def tarred(members, mode="w"):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return file.getvalue()


WORD = zipped(
    {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": (
            "<w:document xmlns:w='http://purl.oclc.org/ooxml/wordprocessingml/main'><w:body>"
            "<w:p><w:r><w:t>Talks end in the harbour</w:t></w:r></w:p>"
            "<w:p><w:r><w:t>The talks ended without a result, he said.</w:t></w:r></w:p>"
            "</w:body></w:document>"
        ),
    }
)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.DOC", RTF),
        ("a.docx", RTF),
        ("a.txt", RTF),
        ("a.doc", WORD),
        ("a.txt", WORD),
        ("a.docm", WORD),
        ("a.dotx", WORD),
        ("a.doc", PAGE.encode()),
        ("a.txt", PAGE.encode()),
        ("a.docx", PAGE.encode()),
        ("a.doc", TEXT.encode()),
        ("speech.2024", TEXT.encode()),
        ("a.story", TEXT.encode()),
        ("a.txt", MAIL.encode()),
        ("a.html", MAIL.encode()),
        ("a.zip", WORD),
    ],
)
def test_the_bytes_decide(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    record = read_file(tmp_path / name)
    assert record["title"] == "Talks end in the harbour"
    assert record["paragraphs"][0].startswith("The talks ended")


TABLE = "<table><tr><th>Title</th><th>Text</th></tr><tr><td>One</td><td>First.</td></tr></table>"
SHEET = (
    "<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet' "
    "xmlns:ss='urn:schemas-microsoft-com:office:spreadsheet'><Worksheet><Table>"
    "<Row><Cell><Data>Title</Data></Cell><Cell ss:Index='3'><Data>Text</Data></Cell></Row>"
    "<Row><Cell><Data>One</Data></Cell><Cell ss:Index='3'><Data>First.</Data></Cell></Row>"
    "</Table></Worksheet></Workbook>"
)
ODS = (
    "<office:document xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' "
    "xmlns:table='t' xmlns:text='x' office:mimetype='application/vnd.oasis.opendocument."
    "spreadsheet'><office:body><office:spreadsheet><table:table table:name='A'>"
    "<table:table-row><table:table-cell><text:p>Title</text:p></table:table-cell>"
    "<table:table-cell table:number-columns-repeated='2'/>"
    "<table:table-cell><text:p>Text</text:p></table:table-cell></table:table-row>"
    "<table:table-row><table:table-cell><text:p>One</text:p></table:table-cell>"
    "<table:table-cell table:number-columns-repeated='2'/>"
    "<table:table-cell><text:p>First.</text:p></table:table-cell></table:table-row></table:table>"
    "<table:table table:name='More'><table:table-row><table:table-cell><text:p>x</text:p>"
    "</table:table-cell></table:table-row></table:table>"
    "</office:spreadsheet></office:body></office:document>"
)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xls", TABLE.encode()),
        ("a.xls", f"<html><body>{TABLE}</body></html>".encode()),
        ("a.xls", SHEET.encode()),
        ("a.xls", b"Title\tText\nOne\tFirst.\n"),
        ("a.xls", b"Title,Text\nOne,First.\n"),
        ("a.fods", ODS.encode()),
        ("a.xlsx", f"<html><body>{TABLE}</body></html>".encode()),
        ("a.txt", b'[{"title": "One", "text": "First."}]'),
        ("a.txt", b'{"title": "One", "text": "First."}\n{"title": "Two", "text": "Second."}\n'),
        ("a.jsonl.gz", gzip.compress(b'{"title": "One", "text": "First."}\n')),
        ("a.csv.bz2", bz2.compress(b"title,text\nOne,First.\n")),
        ("a.csv.xz", lzma.compress(b"title,text\nOne,First.\n")),
        ("a.tar", tarred({"x/a.csv": b"title,text\nOne,First.\n"})),
        ("a.tgz", tarred({"x/a.csv": b"title,text\nOne,First.\n"}, "w:gz")),
        ("a.bin", zipped({"x/a.csv": b"title,text\nOne,First.\n"})),
    ],
)
def test_tables_and_archives_under_other_names(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    source = read_source(tmp_path / name)
    record = source.items[0].record
    assert (record["title"], record["paragraphs"]) == ("One", ["First."])
    assert source.many
    assert any("sheets not read: More" in note for note in source.notes) == (name == "a.fods")


OLE = b"\xd0\xcf\x11\xe0" + b"\0" * 20


@pytest.mark.parametrize(
    ("name", "data", "way"),
    [
        ("a.png", b"\x89PNG\r\n", r"picture; recognise its text \(OCR\)"),
        ("scan.txt", b"\xff\xd8\xff\xe0", "picture"),
        ("a.mp3", b"ID3", "transcribe it"),
        ("a.mp4", b"\0\0\0\x18ftypisom", "transcribe it"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c", "unpack it"),
        ("a.rar", b"Rar!", "unpack it"),
        ("a.parquet", b"PAR1", r"\.csv or \.jsonl"),
        ("a.rds", gzip.compress(b"RDX3"), "write.csv"),
        ("a.RData", b"RDX3\n", "write.csv"),
        ("a.dta", b"<stata_dta>", "Stata"),
        ("a.sqlite", b"SQLite format 3\0", "database; export the table"),
        ("a.bib", b"@article{a,}", "references, no texts; export the full texts"),
        ("a.ris", b"TY  - NEWS\nTI  - Talks end\nER  - \n", "references, no texts"),
        ("a.msg", OLE + "__substg1.0_".encode("utf-16-le"), r"Outlook; save its messages as \.eml"),
        ("a.doc", OLE + "WordDocument".encode("utf-16-le"), r"old Word file; .* as \.docx"),
        ("a.xls", OLE + "Workbook".encode("utf-16-le"), r"old Excel file; .* as \.xlsx"),
        ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "locked with a password"),
        ("a.pptx", zipped({"[Content_Types].xml": "", "ppt/a.xml": ""}), "slides"),
        ("a.warc.gz", gzip.compress(b"WARC/1.0\r\n"), "web crawl"),
        ("a.webarchive", b"bplist00", "web archive of Safari"),
        ("a.pages", zipped({"Index/Document.iwa": ""}), "another program"),
        ("a.url", b"[InternetShortcut]\nURL=https://example.org", "discourse fetch"),
        ("a.mobi", b"\0" * 60 + b"BOOKMOBI", r"\.epub"),
        ("a.tex", b"\\documentclass{article}", "typesetter"),
        ("style.css", b"p {color: red}", "holds no text to add"),
        ("a.xml", b"<?xml version='1.0'?><urlset><url/></urlset>", "lists addresses"),
        ("a.zip", zipped({"a.png": b"\x89PNG"}), "holds no file that can be read; .*OCR"),
        ("a.odt", zipped({"META-INF/manifest.xml": "<a encryption-data=''/>", "content.xml": ""}),
         "locked with a password"),
    ],
)  # fmt: skip
def test_the_way_out_for_each_kind(tmp_path, name, data, way):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=way) as caught:
        read_source(tmp_path / name)
    assert str(caught.value).startswith(str(tmp_path / name))
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < len(str(tmp_path)) + 260


def test_members_of_an_archive_that_cannot_be_read_are_told_each_with_its_way_out(tmp_path):
    (tmp_path / "a.zip").write_bytes(zipped({"a.txt": TEXT, "b.png": b"\x89PNG", "c.rar": b"Rar!"}))
    source = read_source(tmp_path / "a.zip")
    assert [item.record["title"] for item in source.items] == ["Talks end in the harbour"]
    assert [why.split(";")[0] for _, why in source.left_out] == [
        "is a picture",
        "is an archive of a kind that is not opened here",
    ]


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.rtf", "a.html"])
def test_a_text_of_one_line_is_a_text(tmp_path, name):
    line = "Bridge over the strait reopens to traffic"
    data = {"a.rtf": f"{{\\rtf1 {line}}}", "a.html": f"<html><body><p>{line}</p></body></html>"}
    (tmp_path / name).write_text(data.get(name, line))
    assert read_file(tmp_path / name)["paragraphs"] == [line]
