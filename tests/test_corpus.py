"""A folder is read into the documents table, or refused in one sentence."""

import json
import re
import warnings

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.corpus.manifest import COLUMNS
from analysis.corpus.read import BRIEF_NOTE, CorpusWarning, fingerprint, read_corpus
from analysis.files import hash_text
from analysis.tables import DOCUMENTS, InputError

HEADER = ",".join(COLUMNS)


def line(name, published="2024-05-15", **cells):
    values = {"id": name, "title": f"Title {name}", "outlet": "Post", "published": published}
    return ",".join({**values, **cells}.get(column, "") for column in COLUMNS)


@pytest.fixture
def folder(tmp_path):
    """A corpus of one original and one brief."""
    corpus = tmp_path / "corpus"
    for room, name, text in (
        ("originals", "a", "Peace talks failed on Tuesday."),
        ("briefs", "a", "A summary that is not used."),
        ("briefs", "b", "The ferry goes on Sundays."),
    ):
        (corpus / room).mkdir(parents=True, exist_ok=True)
        (corpus / room / f"{name}.txt").write_text(text, encoding="utf-8")
    write(corpus, line("a", "2024-05-15T08:09"), line("b", ""))
    return corpus


def write(corpus, *lines, header=HEADER):
    (corpus / "sources.csv").write_text("\n".join([header, *lines, ""]), encoding="utf-8")


def refuse(corpus, message):
    with pytest.raises(InputError, match=message) as caught:
        read_corpus(corpus)
    text = str(caught.value)
    assert "\n" not in text
    assert text.endswith(".")


def test_the_documents_table(folder):
    documents = read_corpus(folder).documents
    assert tuple(documents.columns) == DOCUMENTS
    assert documents.index.equals(pd.RangeIndex(2))
    assert documents["doc"].tolist() == ["a", "b"]
    assert documents["version"].tolist() == ["original", "brief"]
    assert documents["text"].tolist() == [
        "Peace talks failed on Tuesday.",
        "The ferry goes on Sundays.",
    ]
    assert documents["sha256"].tolist() == [hash_text(text) for text in documents["text"]]
    assert documents["published"].tolist() == [pd.Timestamp("2024-05-15 08:09"), pd.NaT]
    assert documents["country"].isna().all()
    assert documents.attrs["corpus"] == {
        "name": "corpus",
        "fingerprint": fingerprint(documents),
        "documents": 2,
        "briefs": 1,
        "originals": 1,
        "note": BRIEF_NOTE,
    }
    assert json.loads(json.dumps(documents.attrs)) == documents.attrs


def test_one_document_without_date_and_with_further_columns(folder):
    write(folder, line("a", "") + ",early,7", header=HEADER + ",period,readers")
    (folder / "briefs" / "b.txt").unlink()
    documents = read_corpus(folder).documents
    assert documents.columns[-2:].tolist() == ["period", "readers"]
    assert documents.loc[0, ["period", "readers"]].tolist() == ["early", "7"]
    assert documents["published"].dtype == "datetime64[us]"
    assert documents["published"].isna().all()
    assert "note" not in documents.attrs["corpus"]


def test_columns_of_empty_cells_are_text(folder):
    documents = read_corpus(folder).documents
    assert {str(documents[name].dtype) for name in documents if name != "published"} == {
        str(documents["doc"].dtype)
    }


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1994-12-05", "1994-12-05"),
        ("2024-05-15T08:09:30", "2024-05-15 08:09:30"),
        ("2024-05-15 23:30:00+03:00", "2024-05-15 23:30"),
        ("2024-05-15T08:09Z", "2024-05-15 08:09"),
    ],
)
def test_dates(folder, written, read):
    write(folder, line("a", written), line("b"))
    assert read_corpus(folder).documents["published"][0] == pd.Timestamp(read)


@pytest.mark.parametrize("written", ["15 May 2024", "2024-02-31", "15/05/2024", "2024", "20240515"])
def test_dates_that_cannot_be_read(folder, written):
    write(folder, line("a"), line("b", written))
    refuse(folder, rf"sources\.csv row 3: published '{written}' is not a date; write 2024-05-15 or")


def test_a_path_column_and_its_limits(folder):
    (folder / "texts").mkdir()
    (folder / "texts" / "c d.txt").write_text("A third text.", encoding="utf-8")
    header = HEADER + ",path"
    write(folder, line("a") + ",texts/c d.txt", line("c") + ",texts/c d.txt", header=header)
    with pytest.warns(CorpusWarning, match=r"does not list briefs/b\.txt; these texts are left"):
        documents = read_corpus(folder).documents
    assert documents["text"].tolist() == ["Peace talks failed on Tuesday.", "A third text."]
    assert documents["version"].tolist() == ["original", "original"]
    for path in ("../other.txt", "/etc/passwd"):
        write(folder, line("a"), line("b") + f",{path}", header=header)
        refuse(folder, rf"sources\.csv row 3: '{path}' leads out of the corpus folder")


def test_an_id_that_leaves_the_folder(folder):
    write(folder, line("a"), line("../b"))
    refuse(folder, r"sources\.csv row 3: the id '\.\./b' cannot name a file in the corpus; an id")


def test_a_missing_column_and_a_duplicate_id(folder):
    write(folder, header=HEADER.replace("genre,", ""))
    refuse(folder, r"sources\.csv row 1: the column 'genre' is missing; a manifest has the columns")
    write(folder, line("a"), line("b"), line("B"))
    refuse(folder, r"sources\.csv row 4: the id 'B' is there already, in row 3; give every")


def test_texts_that_are_absent_empty_or_no_text(folder):
    write(folder, line("a"), line("c"))
    refuse(
        folder,
        r"sources\.csv row 3: there is no text for 'c', neither .*originals.c\.txt nor "
        r".*briefs.c\.txt; add it with 'discourse add FILE --id c --corpus ",
    )
    write(folder, line("a"), line("b"))
    (folder / "briefs" / "b.txt").write_text(" \n\u200b\n")
    refuse(folder, r"sources\.csv row 3: the text .*b\.txt is empty; write one or take the row out")
    (folder / "briefs" / "b.txt").write_bytes(b"%PDF-1.4")
    refuse(folder, r"sources\.csv row 3: .*b\.txt is a PDF, not a text; save its text as")
    (folder / "briefs" / "b.txt").write_bytes(b"\x00\x01\x02\x03")
    refuse(folder, r"sources\.csv row 3: .*b\.txt is a binary file, not a text")


def test_folders_that_are_no_corpus(folder, tmp_path):
    refuse(tmp_path / "none", r"folder .*none does not exist; name a folder with sources\.csv")
    refuse(folder / "sources.csv", "is the table of a corpus; read its folder")
    (folder / "sources.csv").write_text(HEADER + "\n")
    refuse(folder, r"sources\.csv lists no document; add one with 'discourse add FILE")
    (folder / "sources.csv").unlink()
    refuse(folder, r"has no sources\.csv, the table of its documents, .*; make one with 'discourse")
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "x.txt").write_text("A text.")
    refuse(tmp_path / "plain", r"'discourse add .*\*\.txt --corpus .*plain'")


def test_near_duplicates_are_reported_and_kept(folder):
    text = "The harbour talks ended without a result, the ministers said on the pier. " * 3
    for name in "abc":
        (folder / "originals" / f"{name}.txt").write_text(text + name)
    write(folder, *map(line, "abc"))
    message = r"near-duplicates, whose words count twice: a and b \(0\.9\d\), a and c \(0\.9\d\), b"
    with pytest.warns(CorpusWarning, match=message):
        documents = read_corpus(folder).documents
    assert len(documents) == 3
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read_corpus(folder, near_duplicates=None)


def test_long_lists_in_warnings_are_cut(folder):
    for i in range(13):
        (folder / "originals" / f"x{i:02d}.txt").write_text("Words.")
    with pytest.warns(CorpusWarning, match=r"originals/x09\.txt and 3 more; these texts are left"):
        read_corpus(folder)


@given(st.permutations(["a", "b", "c"]))
def test_the_fingerprint_is_of_the_texts_alone(order):
    table = pd.DataFrame({"doc": ["a", "b", "c"], "sha256": ["1", "2", "3"], "title": list("xyz")})
    shuffled = table.set_index("doc").loc[order].reset_index()
    assert fingerprint(shuffled) == fingerprint(table.drop(columns="title"))
    assert fingerprint(table.replace({"sha256": {"1": "4"}})) != fingerprint(table)
    assert fingerprint(table.iloc[:2]) != fingerprint(table)


def test_fingerprint_needs_its_columns():
    with pytest.raises(InputError, match="'sha256'"):
        fingerprint(pd.DataFrame({"doc": ["a"]}))


def test_the_bundled_corpus(root):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        documents = read_corpus(root / "corpus").documents
    assert len(documents) == 33
    assert documents["doc"][0] == "rt-2024-05-15"
    assert documents["title"][0] == "Putin explains why peace talks with Ukraine collapsed"
    assert documents["published"][0] == pd.Timestamp("2024-05-15 08:09")
    sides = documents["side"].value_counts().to_dict()
    assert sides == {
        "international": 7,
        "other": 6,
        "russia": 5,
        "china": 5,
        "ukraine": 5,
        "west": 5,
    }
    required = [name for name in COLUMNS if name != "id"]
    assert documents[required].notna().all(axis=None)
    assert documents["country"].str.fullmatch("[A-Z]{2}").all()
    assert documents["url"].str.startswith("http").all()
    assert not documents["title"].str.contains("title").any()
    briefs = documents[documents["version"] == "brief"]
    lengths = briefs["text"].map(lambda text: len(re.findall(r"\w+(?:[-’']\w+)*", text)))
    assert lengths.between(250, 450).all()


def test_every_bundled_brief_is_listed(root):
    names = {path.stem for path in (root / "corpus" / "briefs").glob("*.txt")}
    assert names == set(read_corpus(root / "corpus").documents["doc"])
