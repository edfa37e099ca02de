"""Tables with one document a row, and zip files, become one original each."""

import csv
import io
import json
import stat
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import add_documents
from analysis.corpus.formats import tables as tabular
from analysis.corpus.formats import zips
from analysis.corpus.formats.read import read_file, read_source
from analysis.corpus.formats.record import ReadOptions
from analysis.corpus.manifest import read_manifest
from analysis.corpus.read import read_corpus
from analysis.tables import InputError

ROWS = [
    {
        "Headline": "Talks end",
        "Date": "2024-05-15 08:09:00",
        "Source": "The Post",
        "Body Text": "The talks ended.\n\nNo one signed.",
        "Author": "Ann Writer",
        "Lang": "English",
        "Words": "6",
        "Area": "north",
    },
    {
        "Headline": "=SUM(A1) is no title",
        "Date": "May 16, 2024",
        "Source": "Herald",
        "Body Text": 'He said: "No, never", and left.',
        "Author": "",
        "Lang": "de-DE",
        "Words": "60",
        "Area": "south",
    },
    dict.fromkeys(("Headline", "Date", "Source", "Author", "Lang", "Words", "Area"), ""),
]


def write(folder, kind, rows=None):
    rows = ROWS if rows is None else rows
    path = folder / f"export.{kind}"
    names = list(rows[0])
    if kind == "xlsx":
        book = openpyxl.Workbook()
        book.active.append(names)
        for row in rows:
            book.active.append([row.get(name) for name in names])
        for cell in book.active["A"]:
            cell.data_type = "s"  # what begins with = is a text here
        book.save(path)
    elif kind == "json":
        path.write_text(json.dumps({"total": 3, "articles": rows}), encoding="utf-8")
    elif kind == "jsonl":
        path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    else:
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, names, delimiter="\t" if kind == "tsv" else ";")
            writer.writeheader()
            writer.writerows(rows)
    return path


@pytest.mark.parametrize("kind", ["csv", "tsv", "xlsx", "json", "jsonl"])
def test_each_row_is_a_document_with_its_facts(tmp_path, kind):
    added = add_documents(tmp_path / "corpus", [write(tmp_path, kind)])
    assert added["state"].tolist() == ["added", "added"] + ["set aside"] * (
        kind in ("json", "jsonl")
    )
    rows = read_manifest(tmp_path / "corpus" / "sources.csv")
    assert [row["id"] for row in rows] == ["post-2024-05-15", "herald-2024-05-16"]
    facts = ("title", "outlet", "published", "language", "byline", "stated_words")
    assert [rows[0][name] for name in facts] == [
        "Talks end", "The Post", "2024-05-15T08:09", "en", "Ann Writer", "6",
    ]  # fmt: skip
    assert rows[1]["language"] == "de"
    documents = read_corpus(tmp_path / "corpus").documents
    assert documents["text"][0] == "Talks end\n\nThe talks ended.\n\nNo one signed."
    assert documents["text"][1].startswith("=SUM(A1) is no title\n\nHe said")
    assert "the file states 60 words, but 6 were found" in added["note"][1]
    again = add_documents(tmp_path / "corpus", [write(tmp_path, kind)])
    assert again["state"].tolist()[:2] == ["already there", "already there"]


def test_rows_without_text_are_left_out_and_told(tmp_path):
    source = read_source(write(tmp_path, "jsonl"))
    assert source.many
    assert [where.split("export")[1] for where, _ in source.left_out] == [".jsonl line 3"]
    assert source.notes[0].startswith("columns: text from 'Body Text', title from 'Headline'")
    assert source.notes[1].startswith("columns not taken: 'Area' (--column NAME=COLUMN")


def test_columns_by_name(tmp_path):
    path = write(tmp_path, "csv")
    columns = {"region": "area", "text": "Headline", "title": "Author"}
    source = read_source(path, ReadOptions(columns=columns))
    assert source.items[0].record["paragraphs"] == ["Talks end"]
    assert source.items[0].record["title"] == "Ann Writer"
    assert source.items[0].record["facts"]["region"] == "north"
    with pytest.raises(InputError, match=r"export\.csv has no column 'Nope' for text; it has 'He"):
        read_source(path, ReadOptions(columns={"text": "Nope"}))
    with pytest.raises(InputError, match="A column cannot be named 'path'; the corpus uses it"):
        read_source(path, ReadOptions(columns={"path": "Area"}))


def test_a_table_without_a_column_of_texts_says_which_it_has(tmp_path):
    path = write(tmp_path, "csv", [{"a": "1", "b": "2"}])
    message = (
        r"export\.csv has no column that is known to hold the texts .*--text-column, as one of"
    )
    with pytest.raises(InputError, match=message + " 'a', 'b'"):
        read_file(path)
    path = write(tmp_path, "csv", [{"text": " ", "b": "2"}])
    with pytest.raises(InputError, match="holds no row with a text in its column 'text'"):
        read_file(path)


def test_dates_that_their_neighbours_make_plain(tmp_path):
    def dates(*values, order=""):
        rows = [{"text": f"Text {i}.", "date": value} for i, value in enumerate(values)]
        source = read_source(write(tmp_path, "csv", rows), ReadOptions(date_order=order))
        return [item.record["published"] for item in source.items], source

    assert dates("05/04/2024", "17/04/2024")[0] == ["2024-04-05", "2024-04-17"]
    assert dates("05/04/2024", "04/17/2024")[0] == ["2024-05-04", "2024-04-17"]
    found, source = dates("05/04/2024")
    assert found == [""]
    assert "'05/04/2024' cannot be read, or can be read two" in source.items[0].record["notes"][0]
    assert dates("05/04/2024", order="dmy")[0] == ["2024-04-05"]


@pytest.mark.parametrize(
    ("kind", "content", "message"),
    [
        ("csv", "text,a\nx,1,2\n", r"row 2: it has 3 fields, the header has 2; put a field"),
        ("csv", 'text\n"x\n', r"row 2: the row cannot be read"),
        ("csv", "text,text\nx,y\n", r"row 1: the column 'text' is there twice"),
        ("csv", "\n\n", r"is empty"),
        ("csv", ",".join(f"c{i}" for i in range(10_001)), r"has 10,001 columns, more than 10,000"),
        ("json", "[1, 2]", r"is not a list of documents; write"),
        ("json", '{"a": }', r"line 1: it is not JSON \(Expecting value\)"),
        ("json", "[" * 100_000, r"is not JSON that can be read"),
        ("jsonl", '{"text": "x"}\n[1]', r"line 2: it is no object"),
        ("jsonl", '{"text": "x"}\n{', r"line 2: it is not JSON"),
        ("jsonl", "\n", r"is empty"),
        ("xlsx", "no", r"is not an Excel file"),
    ],
)
def test_bad_tables_are_one_sentence(tmp_path, kind, content, message):
    path = tmp_path / f"bad.{kind}"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message) as caught:
        read_file(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_long_fields_nested_values_and_limits(tmp_path, monkeypatch):
    limit = csv.field_size_limit()
    rows = [{"text": "peace " * 40_000, "title": "Long"}]
    assert len(read_file(write(tmp_path, "csv", rows))["paragraphs"][0]) > 200_000
    assert csv.field_size_limit() == limit
    rows = [{"text": "x", "source": {"id": 1, "name": "Post"}, "author": ["A", "B"], "id": 7.0}]
    facts = read_file(write(tmp_path, "jsonl", rows))["facts"]
    assert (facts["outlet"], facts["byline"]) == ("Post", "A; B")
    (tmp_path / "a.json").write_text('{"text": "half \\ud83d here"}\n{"text": "b"}')
    items = read_source(tmp_path / "a.json").items
    assert [item.record["paragraphs"] for item in items] == [["half \ufffd here"], ["b"]]
    with pytest.raises(InputError, match=r"export\.jsonl holds 2 documents; add them with add_doc"):
        read_file(write(tmp_path, "jsonl", [{"text": "a"}, {"text": "b"}]))
    monkeypatch.setattr(tabular, "ROWS", 1)
    with pytest.raises(InputError, match="has more than 1 rows"):
        read_file(write(tmp_path, "xlsx", [{"text": "a"}, {"text": "b"}]))


def test_ids_of_a_table_are_kept_where_they_can_be(tmp_path):
    rows = [{"id": "a/1", "text": "One."}, {"id": "2", "text": "Two."}, {"id": "..", "text": "C."}]
    added = add_documents(tmp_path / "corpus", [write(tmp_path, "csv", rows)])
    assert added["doc"].tolist() == ["a-1", "2", "export"]
    again = add_documents(tmp_path / "corpus", [write(tmp_path, "csv", rows)])
    assert again["state"].tolist()[:2] == ["already there"] * 2
    other = write(tmp_path, "csv", [{"id": "2", "text": "Another text."}])
    assert add_documents(tmp_path / "corpus", [other])["doc"].tolist() == ["2-2"]


cells = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Co", "Cn", "Zl", "Zp"]))


@given(st.lists(cells, min_size=1, max_size=4))
def test_what_a_table_holds_is_what_is_read(tmp_path_factory, texts):
    folder = tmp_path_factory.mktemp("t")
    rows = [{"text": f"Peace {text}", "n": str(i)} for i, text in enumerate(texts)]
    found = [read_source(write(folder, kind, rows)) for kind in ("csv", "jsonl")]
    bodies = [[item.record["paragraphs"] for item in source.items] for source in found]
    assert bodies[0] == bodies[1]
    assert len(bodies[0]) == len(texts)


def make_zip(members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


TEXT = "Talks end in the harbour\n\n15 May 2024\n\nThe talks ended without a result."


def test_a_zip_of_files_a_table_and_a_zip(tmp_path):
    inner = make_zip({"c.txt": TEXT.replace("end", "go on")})
    data = make_zip(
        {
            "x/a.txt": TEXT,
            "x/b.csv": "title,text\nOne,First.\nTwo,Second.\n",
            "y.zip": inner,
            "x/page_files/ad.html": "<html>",
            "__MACOSX/x/._a.txt": "litter",
            "x/picture.png": b"\x89PNG",
            "~$lock.docx": "",
        }
    )
    (tmp_path / "all.zip").write_bytes(data)
    added = add_documents(tmp_path / "corpus", [tmp_path / "all.zip"])
    assert added["state"].tolist() == ["added"] * 4 + ["set aside"]
    assert added["title"].tolist()[:4] == [
        "Talks end in the harbour", "One", "Two", "Talks go on in the harbour",
    ]  # fmt: skip
    assert added["where"].iloc[-1].endswith("all.zip: x/picture.png")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.zip", "corpus"]


def linked():
    info = zipfile.ZipInfo("a.txt")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK no", "cannot be opened: it is damaged"),
        (make_zip({"../a.txt": TEXT}), r"'\.\./a\.txt' leads out of the archive"),
        (make_zip({"/a.txt": TEXT}), "leads out of the archive"),
        (linked(), "'a.txt' is a link"),
        (
            make_zip({"a.txt": b"a" * 10_000_000}),
            r"unpacks to 10 MB, \d{3}|,\d{3} times its packed",
        ),
        (make_zip({"a.zip": make_zip({"b.zip": make_zip({"c.txt": TEXT})})}), "in an archive in"),
        (make_zip({"a.png": b""}), "holds no file that can be read"),
    ],
)
def test_zips_that_are_not_to_be_trusted(tmp_path, data, message):
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(InputError, match=message) as caught:
        add_documents(tmp_path / "corpus", [tmp_path / "a.zip"])
    assert str(tmp_path / "a.zip") in str(caught.value)
    assert "\n" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_limits_of_zips_and_damaged_members(monkeypatch):
    data = make_zip({"a.txt": TEXT * 50, "b.txt": TEXT * 50})
    broken = data.replace(data[40:60], b"\0" * 20, 1)
    archive = zips.open_zip(broken, "a.zip")
    with pytest.raises(InputError, match=r"a\.zip: 'a\.txt' is damaged"):
        zips.read_member(archive, "a.txt", "a.zip")
    locked = bytearray(data)
    for at in (data.find(b"PK\x01\x02") + 8,):
        locked[at] |= 1
    with pytest.raises(InputError, match="locked with a password"):
        zips.open_zip(bytes(locked), "a.zip")
    monkeypatch.setattr(zips, "TOTAL_SIZE", 1000)
    with pytest.raises(InputError, match="unpacks to 0 MB, more than"):
        zips.open_zip(data, "a.zip")
    monkeypatch.setattr(zips, "MEMBERS", 1)
    with pytest.raises(InputError, match="holds 2 files, more than 1"):
        zips.open_zip(data, "a.zip")
