"""Readers take any bytes and any text; what is written into a manifest is read back the same."""

from __future__ import annotations

import csv
import io
import json
import warnings

import openpyxl
import pytest
from hostile_files import PARAGRAPHS, _make_docx, sound
from hostile_trials import check_sentence
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.corpus.fetch.journal import COLUMNS as JOURNAL
from analysis.corpus.fetch.journal import Journal
from analysis.corpus.formats.cells import NO_TEXT
from analysis.corpus.formats.encodings import clean_text, read_text
from analysis.corpus.formats.kinds import KINDS as ENDINGS
from analysis.corpus.formats.read import DOCUMENTS, read_data
from analysis.corpus.formats.record import ReadOptions, tidy
from analysis.corpus.manifest import COLUMNS, read_manifest, update_manifest
from analysis.tables import InputError

KINDS = list(dict(zip(ENDINGS.values(), ENDINGS, strict=True)).values())  # one ending a kind
START = {  # so that arbitrary bytes come further than the first look at a file
    ".docx": b"PK\x03\x04", ".odt": b"PK\x03\x04", ".xlsx": b"PK\x03\x04", ".zip": b"PK\x03\x04",
    ".rtf": b"{\\rtf1 ", ".pdf": b"%PDF-1.4\n", ".html": b"<html><body>", ".json": b'[{"text": "',
    ".mhtml": b"Content-Type: text/html\n\n", ".csv": b"title,text\n", ".jsonl": b'{"text": "',
}  # fmt: skip


def read_any(data: bytes, kind: str) -> int:
    """How many documents a file holds; 0 where one sentence refuses it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            source = read_data(data, f"a{kind}", "a", ReadOptions())
        except InputError as error:
            check_sentence(error)
            return 0
    for item in source.items:
        assert all(paragraph.strip() for paragraph in item.record["paragraphs"])
        json.dumps(item.record).encode()
        "".join(item.record["paragraphs"]).encode()  # no half characters
    return len(source.items)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.binary(max_size=400), whole=st.booleans())
def test_any_bytes(kind, data, whole):
    assert read_any((b"" if whole else START.get(kind, b"")) + data, kind) >= 0


@pytest.mark.parametrize("kind", KINDS)
@given(text=st.text(max_size=300))
def test_any_text(kind, text):
    start = START.get(kind, b"") if not kind.endswith(("x", "t", "p")) else b""
    assert read_any(start + text.encode("utf-8", "surrogatepass"), kind) >= 0


words = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]), max_size=60)
cells = st.text(st.characters(exclude_categories=["Cs"]), max_size=40).filter(
    lambda cell: "\\u" not in cell and "://" not in cell  # escapes typed out, and addresses
)


@given(st.lists(words, min_size=1, max_size=6))
def test_the_paragraphs_of_a_text(lines):
    wanted = [line for line in (" ".join(clean_text(line).split()) for line in lines) if line]
    assume(wanted)
    data = "\n\n".join(lines).encode()
    try:
        source = read_data(data, "a.txt", "a", ReadOptions(whole=True))
    except InputError as error:
        check_sentence(error)
        return
    found = [" ".join(paragraph.split()) for paragraph in source.items[0].record["paragraphs"]]
    assert found == wanted


@settings(max_examples=15)
@given(st.lists(words, min_size=1, max_size=5))
def test_the_paragraphs_of_a_word_file(lines):
    wanted = [line for line in (" ".join(clean_text(line).split()) for line in lines) if line]
    assume(wanted)
    source = read_data(_make_docx(lines), "a.docx", "a", ReadOptions(whole=True))
    assert source.items[0].record["paragraphs"] == wanted


rows = st.lists(
    st.fixed_dictionaries({"title": cells, "text": cells, "outlet": cells}), min_size=1, max_size=5
)


def compare(kind: str, data: bytes, written: list[dict[str, str]]) -> None:
    """The rows with a text are the documents, and their cells say what was written."""
    wanted = [row for row in written if tidy(row["text"]) and row["text"].strip() not in NO_TEXT]
    try:
        found = read_data(data, f"a.{kind}", "a", ReadOptions()).items
    except InputError as error:
        check_sentence(error)
        found = []
    assert [item.record["title"] for item in found] == [tidy(row["title"]) for row in wanted]
    facts = [item.record["facts"].get("outlet", "") for item in found]
    assert facts == [tidy(row["outlet"]) for row in wanted]
    for item, row in zip(found, wanted, strict=True):
        assert tidy(" ".join(item.record["paragraphs"])) == tidy(row["text"])


@given(rows)
def test_the_rows_of_json(written):
    compare("json", json.dumps(written).encode(), written)
    compare("jsonl", "\n".join(map(json.dumps, written)).encode(), written)


signs = st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('\n\t"')
plain = st.text(signs, max_size=40)
plain_rows = st.lists(
    st.fixed_dictionaries({"title": plain, "text": plain, "outlet": plain}), min_size=1, max_size=5
)


@given(plain_rows, st.sampled_from(",;\t"))
def test_the_rows_of_a_table(written, delimiter):
    file = io.StringIO()
    writer = csv.DictWriter(file, list(written[0]), delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(written)
    compare("csv", file.getvalue().encode(), written)


@settings(max_examples=20)
@given(plain_rows)
def test_the_rows_of_a_spreadsheet(written):
    book = openpyxl.Workbook(write_only=False)
    names = ["title", "text", "outlet"]
    for row in [names, *([row[name] for name in names] for row in written)]:
        book.active.append(row)
    for line in book.active.iter_rows():
        for cell in line:
            cell.data_type = "s"
    file = io.BytesIO()
    book.save(file)
    compare("xlsx", file.getvalue(), written)


ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,20}", fullmatch=True)
risky = st.sampled_from(["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "'=x", "''", "＝1"])
values = st.one_of(cells, risky, st.builds("".join, st.lists(st.one_of(risky, cells), max_size=3)))


@given(st.dictionaries(ids, st.lists(values, min_size=11, max_size=11), min_size=1, max_size=5))
def test_the_manifest(tmp_path_factory, written):
    lowered = {name.lower() for name in written}
    reserved = {"con", "prn", "aux", "nul"}
    assume(len(lowered) == len(written) and not lowered & reserved)
    assume(not any(name[:3] in ("com", "lpt") for name in lowered))
    names = [*COLUMNS[1:], "standfirst", "own column"]
    records = [{"id": key, **dict(zip(names, row, strict=True))} for key, row in written.items()]
    path = tmp_path_factory.mktemp("m") / "sources.csv"
    data = None
    for record in records:
        data = update_manifest(data, [record], path)
    path.write_bytes(data)
    read = read_manifest(path)
    found = [{name: row.get(name, "") for name in ("id", *names)} for row in read]
    assert found == [{name: tidy(value) for name, value in row.items()} for row in records]
    assert update_manifest(data, [dict(row) for row in records], path) == data


@given(st.lists(values, min_size=len(JOURNAL), max_size=len(JOURNAL)))
def test_the_table_of_what_was_fetched(tmp_path_factory, written):
    folder = tmp_path_factory.mktemp("j")
    journal = Journal(folder)
    row = {**dict(zip(JOURNAL, written, strict=True)), "doc": "a"}
    journal.rows["a"] = row
    path = journal.finish()
    assert Journal(folder).rows["a"] == row
    with open(path, encoding="utf-8", newline="") as file:
        cells = [cell for line in csv.reader(file) for cell in line]
    assert not [cell for cell in cells if cell.lstrip(" ").startswith(tuple("=+-@\t\r\n＝＋－＠"))]


@pytest.mark.parametrize("suffix", [one for one in DOCUMENTS if one in (".txt", ".html")])
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_what_is_read_is_settled(tmp_path_factory, suffix, text):
    path = tmp_path_factory.mktemp("t") / f"a{suffix}"
    path.write_text(text, encoding="utf-8", newline="")
    try:
        once = read_text(path)
    except InputError as error:
        check_sentence(error)
        return
    path.write_text(f"{once}\n", encoding="utf-8")
    assert read_text(path) == once


def test_the_sound_files_hold_what_they_should():
    for kind in ("docx", "odt", "rtf", "html", "mhtml", "txt"):
        source = read_data(sound(kind), f"a.{kind}", "a", ReadOptions())
        assert source.items[0].record["title"] == PARAGRAPHS[0]
        assert tuple(source.items[0].record["paragraphs"]) == PARAGRAPHS[2:]
