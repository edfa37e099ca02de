"""One table, packed from any format, is one corpus: the one that adding makes of it."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

import analysis as da
from analysis import InputError
from analysis.cli.main import main

TABLE = pd.DataFrame(
    {
        "article_id": ["a1", "a2", "a3", "a4"],
        "headline": ["Talks end", "Rain", "Talks end again", "Vote"],
        "body": [
            "Talks end\n\nThe talks ended.\nNobody won.",
            "It rained – all day.",
            "The talks “ended” again.",
            "The vote failed.",
        ],
        "outlet": ["Post", "Zeitung", "Post, The", "Świat"],
        "pub_date": ["2024-05-01", "2024-05-02", "2024-05-03", "2024-05-04"],
        "section": ["world", "local", "world", "politics"],
        "source_file": ["x.txt", "y.txt", None, "w.txt"],
        "score": [0.5, 2.0, 3.25, None],
        "hits": [3, 40, 5, 6],
    }
)
TEXTS = [
    "Talks end\n\nThe talks ended.\n\nNobody won.",
    "Rain\n\nIt rained – all day.",
    "Talks end again\n\nThe talks “ended” again.",
    "Vote\n\nThe vote failed.",
]
FURTHER = {"source_file": "source_file", "score": "score", "hits": "hits"}


def write(path: Path) -> Path:
    """The table in a format, with its index where pandas writes one without a name."""
    kind = path.name.partition(".")[2]
    if kind in ("csv", "csv.gz", "tsv"):
        TABLE.to_csv(path, sep="\t" if kind == "tsv" else ",")
    elif kind == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("table.csv", TABLE.to_csv())
    elif kind == "jsonl":
        TABLE.reset_index(names="Unnamed: 0").to_json(path, orient="records", lines=True)
    elif kind == "columns.json":
        TABLE.to_json(path)
    elif kind == "json":
        TABLE.to_json(path, orient="records")
    elif kind == "xlsx":
        TABLE.to_excel(path)
    else:
        TABLE.set_index(pd.Index([7, 9, 12, 2])).to_parquet(path)
    return path


KINDS = ["csv", "tsv", "csv.gz", "jsonl", "json", "columns.json", "xlsx", "parquet", "zip"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_of_any_format_is_the_same_corpus(kind, tmp_path):
    path = write(tmp_path / f"table.{kind}")
    packed = da.pack_corpus(path, tmp_path / "packed").documents
    assert packed["doc"].tolist() == TABLE["article_id"].tolist()
    assert packed["text"].tolist() == TEXTS
    assert packed["published"].dt.day.tolist() == [1, 2, 3, 4]
    for name in ("outlet", "section", "source_file"):
        assert packed[name].fillna("-").tolist() == TABLE[name].fillna("-").tolist()
    typed = kind in ("jsonl", "json", "columns.json", "xlsx", "parquet")
    assert pd.api.types.is_numeric_dtype(packed["score"]) == typed  # csv knows no numbers
    assert packed["score"].astype(float).tolist()[:3] == [0.5, 2.0, 3.25]
    assert packed["hits"].astype(int).tolist() == [3, 40, 5, 6]
    assert sorted(
        set(packed) - {"country", "side", "genre", "url", "language", "licence"}
    ) == sorted(
        "doc title outlet published version sha256 text section source_file score hits".split()
    )
    again = da.pack_corpus(packed, tmp_path / "again").documents
    pd.testing.assert_frame_equal(again, packed)
    key = again.attrs["corpus"]["fingerprint"]
    assert key == packed.attrs["corpus"]["fingerprint"]


@pytest.mark.parametrize("kind", ["csv", "jsonl", "json", "xlsx"])
def test_adding_makes_the_corpus_that_packing_makes(kind, tmp_path):
    path = write(tmp_path / f"table.{kind}")
    da.add_documents(tmp_path / "added", [path], columns=FURTHER)
    added = da.read_corpus(tmp_path / "added").documents.dropna(axis=1, how="all")
    packed = da.pack_corpus(path, tmp_path / "packed", columns=FURTHER).documents
    packed = packed.dropna(axis=1, how="all")
    pd.testing.assert_frame_equal(packed, added, check_like=True)
    assert packed.attrs["corpus"]["fingerprint"] == added.attrs["corpus"]["fingerprint"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_taken_for_what_is_said(kind, tmp_path, capsys):
    path = write(tmp_path / f"table.{kind}")
    assert main(["pack", str(path), "--to", str(tmp_path / "packed")]) == 0
    said = capsys.readouterr().out
    assert "title from 'headline'" in said
    assert "further columns, under their own names: 'source_file', 'score', 'hits'" in said
    assert "texts that begin with their title, which is taken once: 1" in said
    assert ("only numbers the rows" in said) == (kind not in ("json", "columns.json"))


ODD = {
    "sep.csv": "sep=^\nid^title^text\na^T^One, two.\nb^U^Three.\n",
    "above.csv": "Export of 2024\n\nid,title,text\na,T,One two.\nb,U,Three four.\n",
    "parts.csv": "id,title,Text 1,Text 2\na,T,One two.,Three.\nb,U,Four.,\n",
    "html.csv": 'id,title,text\na,T,"<p>One <b>two</b>.</p><p>Three.</p>"\n',
    "many.csv": "id,title,text\na,T,One,two\nb,U,Three four.\nc,V,Five.\n",
    "cut.csv": (
        'id,content,description\na,"The long text that begins here and is cut… [+9 chars]",'
        '"The long text that begins here and is cut off nowhere at all; it goes on."\n'
    ),
    "doc.csv": "doc,label,text\na,x,One.\nb,y,Two.\n",
    "short.csv": "id,text,outlet\na,One,Post\nb,Two and\nthree,Post\nc,Four,Post\nd,Five,Times\n",
    "dates.csv": "id,date,text\na,05/04/2024,One.\nb,25/04/2024,Two.\n",
    "month.csv": "id,date,text\na,April 2024,One.\nb,2024,Two.\n",
    "escaped.csv": 'id,title,text\na,T,"He said \\"no\\" today, twice."\nb,U,"Yes."\n',
    "standfirst.csv": 'id,title,standfirst,text\na,T,S,"T\n\nS\n\nRest of it."\n',
    "nested.json": '{"articles": [{"id": "a", "headline": {"main": "H"}, "body": "One."}]}',
    "nested.jsonl": '{"id": "b", "headline": {"main": "I"}, "body": ["Two.", "Three."]}\n',
}


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", ODD)
def test_odd_tables_are_read_as_adding_reads_them(name, tmp_path):
    path = tmp_path / name
    path.write_text(ODD[name])
    da.add_documents(tmp_path / "added", [path])
    added = da.read_corpus(tmp_path / "added").documents
    packed = da.pack_corpus(path, tmp_path / "packed").documents
    for column in ("doc", "title", "published", "text"):
        assert packed[column].astype(str).tolist() == added[column].astype(str).tolist()


@pytest.mark.parametrize("ending", ["csv", "json"])
def test_rows_without_ids_are_numbered_alike(ending, tmp_path):
    table = pd.DataFrame({"title": ["A", "B", "C"], "text": ["One.", "", "Three."], "#tokens": 1})
    path = tmp_path / f"t.{ending}"
    table.to_csv(path, index=False) if ending == "csv" else table.to_json(path, orient="records")
    with pytest.warns(UserWarning, match="no text in its column 'text'"):
        packed = da.pack_corpus(path, tmp_path / "packed", columns={"count": "#tokens"})
    assert packed.documents["doc"].tolist() == ["t-1", "t-3"]
    assert packed.documents["count"].astype(int).tolist() == [1, 1]


def test_a_row_that_says_only_that_there_is_no_text_is_set_aside(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("id,text\na,[removed]\nb,The statue was removed.\n")
    with pytest.warns(UserWarning, match="row 2: its text says only that there is none"):
        packed = da.pack_corpus(path, tmp_path / "packed")
    assert packed.documents["doc"].tolist() == ["b"]


def test_a_table_in_memory_has_no_briefs_that_nobody_counted(tmp_path):
    table = pd.DataFrame({"doc": ["a", "b"], "text": ["One.", "Two."], "version": "brief"})
    packed = da.pack_corpus(table, tmp_path / "packed")
    assert packed.documents.attrs["corpus"] == da.Corpus(table).documents.attrs["corpus"] | {
        "name": "corpus"
    }
    assert da.repair_pack(tmp_path / "packed") == []


def test_numbers_of_one_source_and_text_of_another_are_one_group(tmp_path):
    table = pd.DataFrame({"id": ["a", "b"], "text": ["War.", "Peace."], "hits": [3, 4]})
    table.to_csv(tmp_path / "t.csv", index=False)
    table.assign(id=["c", "d"], text=["No war.", "No peace."], hits=[3.0, 4.5]).to_parquet(
        tmp_path / "t.parquet"
    )
    da.pack_corpus(tmp_path / "t.csv", tmp_path / "packed")
    packed = da.pack_corpus(tmp_path / "t.parquet", tmp_path / "packed")
    assert packed.documents["hits"].tolist() == ["3", "4", "3", "4.5"]
    assert len(packed.where(hits="3")) == 2


def test_a_refused_source_leaves_nothing(tmp_path):
    (tmp_path / "empty.csv").write_text("id,text\na,\n")
    for source, why in (
        (
            tmp_path / "absent.csv",
            r"^[^:]*absent\.csv cannot be read: No such file or directory\.$",
        ),
        (tmp_path / "empty.csv", "no text in its column"),
        (pd.DataFrame({"doc": ["a"], "text": ["One."], "#tokens": [9]}), "'#tokens' begins"),
    ):
        with pytest.raises(InputError, match=why):
            da.pack_corpus(source, tmp_path / "packed")
        assert not (tmp_path / "packed").exists()


def test_a_damaged_row_group_is_named_and_the_others_are_read(tmp_path):
    path = tmp_path / "t.parquet"
    words = [f"Text number {i} says no to war." for i in range(600)]
    table = pd.DataFrame({"id": [f"d{i}" for i in range(600)], "text": words})
    table.to_parquet(path, row_group_size=200, index=False)
    begin = pq.ParquetFile(path).metadata.row_group(1).column(1).data_page_offset
    data = bytearray(path.read_bytes())
    data[begin : begin + 20] = b"\xff" * 20
    path.write_bytes(data)
    with pytest.warns(UserWarning, match=r"row 201: it is in row group 2 \(rows 201 to 400\)"):
        packed = da.pack_corpus(path, tmp_path / "packed", characters=3000)
    assert packed.documents["doc"].tolist() == [f"d{i}" for i in (*range(200), *range(400, 600))]


@pytest.mark.parametrize("command", ["pack", "add"])
def test_a_folder_is_passed_over(command, tmp_path):
    path = tmp_path / "in" / "old" / "Post" / "a.txt"
    path.parent.mkdir(parents=True)
    path.write_text("Talks\n\n15 May 2024\n\nThe talks ended. Nobody won.\n")
    to = ["--to"] if command == "pack" else ["--yes", "--corpus"]
    given = [command, str(tmp_path / "in"), *to, str(tmp_path / "out")]
    assert main([*given, "--folder-columns", "-,outlet"]) == 0
    assert da.read_corpus(tmp_path / "out").documents["outlet"].tolist() == ["Post"]


def test_tokens_of_a_pack_that_one_may_only_read_are_made_in_memory(tmp_path, monkeypatch):
    table = pd.DataFrame({"doc": ["a", "b"], "text": ["Peace talks failed.", "They go on."]})
    wanted = da.Corpus(table).tokens
    packed = da.pack_corpus(table, tmp_path / "packed")
    (tmp_path / "packed" / "part-00000" / "tokens.arrow").unlink()
    monkeypatch.setattr("analysis.corpus.partition.make_again", _refuse)
    with pytest.warns(UserWarning, match="made from its texts, in memory"):
        pd.testing.assert_frame_equal(packed.tokens, wanted)
    pd.testing.assert_frame_equal(packed.tokens, wanted)


def _refuse(*_) -> None:
    raise PermissionError(30, "Read-only file system")


@pytest.mark.parametrize("kind", ["csv", "tsv", "json", "jsonl", "xlsx", "parquet", "csv.gz"])
@pytest.mark.parametrize("column", ["headline", "day"])
def test_dates_that_cannot_be_read_are_told(kind, column, tmp_path):
    table = pd.DataFrame(
        {
            "headline": ["Talks begin", "Talks end", "War goes on"],
            "day": ["2024-05-15", "some day", "2024-05-17"],
            "text": ["Peace talks began.", "They ended in the city.", "The war goes on."],
        }
    )
    path = tmp_path / f"t.{kind}"
    if kind == "parquet":
        table.to_parquet(path)
    elif kind == "xlsx":
        table.to_excel(path, index=False)
    elif "json" in kind:
        table.to_json(path, orient="records", lines=kind == "jsonl")
    else:
        table.to_csv(path, index=False, sep="\t" if kind == "tsv" else ",")
    number, example = ("3", "Talks begin") if column == "headline" else ("1", "some day")
    said = rf"could not be read: {number} of 3, as in .*t\.{kind} .*the date '{example}' cannot"
    with pytest.warns(UserWarning, match=said):
        corpus = da.pack_corpus(path, tmp_path / "packed", columns={"published": column})
    assert corpus.documents["published"].isna().sum() == int(number)


TWO = {"id": ["a", "b"], "text": ["Peace talks failed.", "They go on."]}


@pytest.mark.parametrize(
    ("source", "options", "wanted"),
    [
        ("t.csv", ["--folder-columns", "outlet"], "folder columns outlet, since .* is a table"),
        ("texts", ["--text-column", "Body"], "the columns 'Body', since no file is a table"),
        ("texts", ["--date-order", "dmy"], "order of dates 'dmy', since no file is a table"),
        ("corpus", ["--set", "side=west"], "the values side=west, since the source is a corpus"),
        ("other", ["--set", "side=west"], "the values side=west, since the source is a corpus"),
        ("there", ["--set", "side=west"], "values side=west for texts that are there already"),
        ("there", ["--name", "new"], "the name 'new', since the corpus is 't'"),
        ("t.csv", ["--set", "side=west"], ""),
        ("texts", ["--folder-columns", "outlet", "--set", "side=west"], ""),
    ],
)
def test_what_had_no_use_is_told(source, options, wanted, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    pd.DataFrame(TWO).to_csv("t.csv", index=False)
    (tmp_path / "texts" / "Post").mkdir(parents=True)
    (tmp_path / "texts" / "Post" / "x.txt").write_text("Some words are here.")
    if source == "corpus":
        da.add_documents("corpus", ["t.csv"])
    elif source != "texts":
        da.pack_corpus("t.csv", "packed" if source == "there" else "other")
    source = "t.csv" if source == "there" else source
    assert main(["pack", source, "--to", "packed", *options]) == 0
    said = [line for line in capsys.readouterr().out.splitlines() if "Not used" in line]
    assert len(said) == bool(wanted)
    assert not wanted or re.search(wanted, said[0])


def test_what_is_given_beside_repair_is_told(tmp_path, capsys):
    da.pack_corpus(pd.DataFrame(TWO).rename(columns={"id": "doc"}), tmp_path / "packed")
    assert main(["pack", "--to", str(tmp_path / "packed"), "--repair", "--set", "side=west"]) == 0
    assert "Not used: --set, since --repair packs no text" in capsys.readouterr().out
