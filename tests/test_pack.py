"""A packed corpus: written in parts, opened without reading, the same as one in memory."""

from __future__ import annotations

import gzip
import json
import os
import pickle
import shutil
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from kills import KILLS, kill_often

import analysis as da
from analysis import InputError
from analysis.cli.main import main
from analysis.packed import store as packed_store
from analysis.packed.files import Place, write_arrow
from analysis.packed.made import write_counts

LAYERS = ("documents", "sentences", "tokens", "sentiment")
MODEL_LAYERS = ("tagged", "mentions", "quotes", "voiced", "clauses", "evaluations", "targets")


@pytest.fixture(autouse=True)
def opened_anew():
    """No store of another test."""
    packed_store._open.cache_clear()


@pytest.fixture
def packed(documents, tmp_path):
    return da.pack_corpus(da.Corpus(documents), tmp_path / "packed", characters=60)


def same(one: da.Corpus, other: da.Corpus, names=LAYERS) -> None:
    for name in names:
        pd.testing.assert_frame_equal(
            one.layer(name), other.layer(name), check_categorical=False, obj=name
        )


def reopened(corpus: da.Corpus) -> da.Corpus:
    packed_store._open.cache_clear()
    return da.read_corpus(corpus._store.place.name)


def parts_of(folder: Path) -> list[Path]:
    return sorted(folder.glob("part-*"))


def content(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


# The same corpus


def test_a_packed_corpus_is_the_corpus_that_was_packed(documents, packed):
    whole = da.Corpus(documents)
    assert len(packed._store.partitions()) > 1
    assert repr(whole).partition("\n")[0] == repr(packed).partition("\n")[0]
    same(whole, packed)
    later = {"side": "west", "since": "2024-05-16"}
    same(whole.where(**later), packed.where(**later))
    same(whole.select(["b", "d"]), packed.select(["d", "b"]))
    assert packed.documents.attrs["corpus"] == whole.documents.attrs["corpus"]
    assert packed.documents["text"].tolist() == documents["text"].tolist()


def test_every_kind_of_column_comes_back(documents, tmp_path):
    given = documents.assign(
        size=[1, 2, 3, 4],
        score=[0.5, None, 1.5, 2.0],
        seen=[True, False, True, True],
        genre=pd.Categorical(["b", "a", "b", None], categories=["c", "b", "a"]),
        note=["x", None, "y", ""],
    )
    packed = da.pack_corpus(given, tmp_path / "packed", characters=10**6)
    pd.testing.assert_frame_equal(packed.documents, da.Corpus(given).documents)


def test_texts_of_all_kinds_are_cut_alike(tmp_path):
    texts = ["", "War.\u00a0Ümlaut “ja”, dit-il…", "🙂 ok\n\nTwo. Three", "a" * 300 + " b", "  "]
    table = pd.DataFrame({"doc": list("abcde"), "text": texts})
    same(da.Corpus(table), da.pack_corpus(table, tmp_path / "packed", characters=12))


def test_layers_of_the_model_are_made_once_and_kept(documents, packed, monkeypatch):
    whole = da.Corpus(documents)
    same(whole, packed, MODEL_LAYERS)
    again = reopened(packed)
    assert not any(map(again.lacks, MODEL_LAYERS))
    monkeypatch.setattr(packed_store.Store, "_make_rows", lambda *_: pytest.fail("made again"))
    same(whole, again, MODEL_LAYERS)
    assert again.mentions.attrs["model"] == whole.mentions.attrs["model"]
    same(whole.where(side="west"), again.where(side="west"), MODEL_LAYERS)


def test_some_documents_of_a_partition_are_made_in_memory(documents, tmp_path):
    packed = da.pack_corpus(documents, tmp_path / "packed")
    some = packed.select(["b", "c"])
    same(da.Corpus(documents).select(["b", "c"]), some, ("sentiment", "quotes"))
    assert not some.lacks("quotes")
    assert packed.lacks("quotes")
    assert {path.name[:6] for path in tmp_path.rglob("*.made.arrow")} == {"counts", "sums.m"}


def test_making_can_be_stopped_and_goes_on(packed):
    seen: list[tuple[int, int]] = []

    def tick(done: int, total: int, _: str) -> bool:
        seen.append((done, total))
        return done < 2

    assert not packed.make("sentiment", tick=tick)
    assert seen[-1] == (2, 4)
    again = reopened(packed)
    assert not again.select(["a"]).lacks("sentiment")
    assert again.lacks("sentiment")
    assert again.make("sentiment")
    assert not again.lacks("sentiment")


def test_aliases_and_term_groups_come_along(documents, tmp_path):
    aliases = pd.DataFrame(
        {"variant": ["The U.S."], "entity": ["United States"], "label": ["PLACE"]}
    )
    corpus = da.Corpus(documents, aliases=aliases, term_groups={"war": ["war", "conflict"]})
    packed = da.pack_corpus(corpus, tmp_path / "packed")
    assert packed.term_groups == corpus.term_groups
    pd.testing.assert_frame_equal(packed.mentions, corpus.mentions, check_categorical=False)
    (tmp_path / "packed" / "aliases.csv").unlink()
    assert reopened(packed).lacks("mentions")  # which follow from the aliases


def test_a_part_goes_to_another_process_by_its_path(packed):
    part = packed.where(side="west")
    sent = pickle.dumps(part)
    assert len(sent) < 2000
    same(pickle.loads(sent), part)


def test_what_is_too_large_for_memory_is_refused_in_a_sentence(packed, monkeypatch):
    monkeypatch.setattr(packed_store, "MOST", 20)
    with pytest.raises(InputError, match=r"follows from \d+ tokens, and more than 20 .* where"):
        _ = packed.tokens
    assert len(packed.select(["a"]).tokens) == 14
    assert len(packed.documents) == 4


def test_words_are_found_without_taking_the_tokens(documents, packed):
    store, rows = packed._store, np.arange(4)
    assert store.find_documents("term", ["peace"], rows).tolist() == [0, 1, 3]
    assert store.find_documents("term", ["peace"], rows[1:3]).tolist() == [1]
    assert store.find_documents("word", ["War", "U.S."], rows).tolist() == [3]
    assert store.find_documents("term", ["harbour"], rows).tolist() == []
    assert store.vocabulary("term").tolist() == sorted(set(da.Corpus(documents).tokens["term"]))


# Sources


def test_a_corpus_folder_is_packed_with_what_belongs_to_it(root, tmp_path):
    folder = tmp_path / "corpus"
    shutil.copytree(root / "corpus", folder)
    whole = da.read_corpus(folder, near_duplicates=None)
    packed = da.pack_corpus(folder, tmp_path / "packed", characters=20_000)
    same(whole, packed, ("documents", "tokens"))
    assert packed.documents.attrs["corpus"] == whole.documents.attrs["corpus"]
    assert packed.term_groups == whole.term_groups
    same(packed, da.pack_corpus(tmp_path / "packed", tmp_path / "again"), ("documents",))


ROWS = [
    {"id": "x1", "title": "One", "date": "2024-05-01", "topic": "fairs", "text": "First text."},
    {"id": "x2", "title": "Two", "date": "2024-05-02", "topic": "war", "text": "Second, “here”."},
    {"id": "x3", "title": "Three", "date": "2024-05-03", "topic": "war", "text": ""},
    {"id": "x4", "title": "Four", "date": "2024-05-04", "topic": "war", "text": "The fourth."},
]


def write_table(path: Path) -> Path:
    table = pd.DataFrame(ROWS)
    if path.name.endswith(".parquet"):
        pq.write_table(pa.Table.from_pandas(table), path, row_group_size=1)
    elif ".jsonl" in path.name:
        data = "".join(json.dumps(row) + "\n" for row in ROWS)
        path.write_bytes(gzip.compress(data.encode()) if path.suffix == ".gz" else data.encode())
    else:
        sep = "\t" if ".tsv" in path.name else ","
        table.to_csv(path, index=False, sep=sep, compression="infer")
    return path


@pytest.mark.parametrize(
    "name", ["t.parquet", "t.csv", "t.tsv", "t.csv.gz", "t.jsonl", "t.jsonl.gz", "t.csv.xz"]
)
def test_tables_are_read_row_by_row(name, tmp_path):
    path = write_table(tmp_path / name)
    with pytest.warns(UserWarning, match="no text"):
        packed = da.pack_corpus(path, tmp_path / "packed", characters=10)
    documents = packed.documents
    assert documents["doc"].tolist() == ["x1", "x2", "x4"]
    assert documents["text"].tolist()[1] == "Two\n\nSecond, “here”."
    assert documents["topic"].tolist() == ["fairs", "war", "war"]
    assert documents["published"].dt.day.tolist() == [1, 2, 4]
    assert "row" in (tmp_path / "packed" / "set-aside.csv").read_text().splitlines()[1] or (
        "line" in (tmp_path / "packed" / "set-aside.csv").read_text()
    )


def test_columns_and_values_can_be_named(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("Wann;Body;Ort\n05/04/2024;Some text here.;Rom\n")
    packed = da.pack_corpus(
        path,
        tmp_path / "packed",
        columns={"text": "Body", "published": "Wann"},
        date_order="dmy",
        values={"outlet": "Post"},
        name="mine",
    )
    row = packed.documents.iloc[0]
    assert (row["published"], row["outlet"], row["Ort"]) == (
        pd.Timestamp("2024-04-05"), "Post", "Rom",
    )  # fmt: skip
    assert packed.name == "mine"


def folder_of_files(folder: Path) -> Path:
    for outlet, word in (("Post", "ended"), ("Times", "failed")):
        path = folder / outlet / "a.txt"
        path.parent.mkdir(parents=True)
        path.write_text(f"Talks\n\n15 May 2024\n\nThe talks {word}. Nobody won.\n")
    write_table(folder / "t.csv")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    return folder


@pytest.mark.parametrize("zipped", [False, True])
def test_folders_and_zip_files_are_read_file_by_file(zipped, tmp_path):
    source = folder_of_files(tmp_path / "in")
    if zipped:
        with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
            for path in sorted(source.rglob("*.*")):
                archive.write(path, path.relative_to(source))
            archive.writestr("../out.txt", "It leads out.")
        source = tmp_path / "in.zip"
    with pytest.warns(UserWarning, match=r"Not read|A number"):
        packed = da.pack_corpus(source, tmp_path / "packed", folder_columns=["outlet"])
    documents = packed.documents.set_index("doc")
    assert set(documents.index) == {"a", "a-2", "x1", "x2", "x4"}
    assert documents["outlet"].dropna().to_dict() == {"a": "Post", "a-2": "Times"}
    listed = (tmp_path / "packed" / "set-aside.csv").read_text()
    assert "broken.pdf" in listed
    assert ("leads out" in listed) == zipped
    assert str(tmp_path / "in") in listed


def test_what_cannot_be_packed_is_said_in_a_sentence(documents, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    (tmp_path / "t.parquet").write_bytes(b"PAR1 nothing")
    for source, target, why in (
        (documents, "full", "holds other files"),
        (documents, "full/mine.txt", "is a file"),
        (tmp_path / "absent", "new", "absent"),
        (tmp_path / "t.parquet", "new", "Parquet"),
        (documents.drop(columns="text"), "new", "lacks 'text'"),
    ):
        with pytest.raises(InputError, match=why):
            da.pack_corpus(source, tmp_path / target)
    with pytest.raises(InputError, match="no number of processes"):
        da.pack_corpus(documents, tmp_path / "new", workers="two")
    with pytest.raises(InputError, match="no size"):
        da.pack_corpus(documents, tmp_path / "new", characters=0)


def rows_of_text(n: int) -> list[bytes]:
    return [f"d{i},Text number {i} says no to war.\n".encode() for i in range(n)]


@pytest.mark.parametrize(
    ("late", "wanted"),
    [
        ("Кто говорит что нет войны, тот лжёт".replace(",", "").encode("cp1251"), "Кто говорит"),
        ("Le café fermé à Besançon reste fermé".encode("latin-1"), "Le café fermé"),
        ("Das Café “für” alle".encode(), "Das Café “für” alle"),
    ],
)
def test_the_encoding_is_that_of_the_lines_that_tell_it(late, wanted, tmp_path):
    rows = rows_of_text(40_000)
    rows[39_000] = b"late," + late + b"\n"
    path = tmp_path / "t.csv"
    path.write_bytes(b"id,text\n" + b"".join(rows))
    packed = da.pack_corpus(path, tmp_path / "packed")
    assert packed.select(["late"]).documents["text"].iloc[0].startswith(wanted)
    assert len(packed) == 40_000


def test_bytes_that_are_no_signs_are_told(tmp_path):
    rows = rows_of_text(200)
    for i in range(100):
        rows[i] = f"d{i},Größe {i} für “alle”.\n".encode()
    rows[150] = b"bad,Preise f\xfcr alle\n"
    (tmp_path / "t.csv").write_bytes(b"id,text\n" + b"".join(rows))
    with pytest.warns(UserWarning, match=r"U\+FFFD.*: 1 text, .*t\.csv row 152"):
        packed = da.pack_corpus(tmp_path / "t.csv", tmp_path / "csv")
    assert packed.select(["bad"]).documents["text"].tolist() == ["Preise f\ufffdr alle"]
    (tmp_path / "t.jsonl").write_text('{"id": "a", "text": "half \\ud83d x"}\n')
    with pytest.warns(UserWarning, match=r"1 text, .*t\.jsonl line 1"):
        da.pack_corpus(tmp_path / "t.jsonl", tmp_path / "jsonl")
    table = pd.DataFrame({"doc": ["a\ud83d", "b"], "text": ["One.", "Two \ud83d."]}, dtype=object)
    with pytest.warns(UserWarning, match="2 texts, document a\ufffd, document b"):
        assert len(da.pack_corpus(table, tmp_path / "table")) == 2


@pytest.mark.parametrize("late", [False, True])
def test_an_unclosed_quotation_mark_swallows_no_row(late, tmp_path):
    lines = ['d0,"A ""quoted"" text,', 'of two lines."', "d1,Plain.", 'd2,"unclosed']
    lines += ["d3,Next.", 'd4,"In, marks."', "d5,Last."]
    lines = [f"e{i},Text number {i}." for i in range(100 * late)] + lines
    (tmp_path / "t.csv").write_text("id,text\n" + "\n".join(lines) + "\n")
    with pytest.warns(UserWarning, match=r"Not read: 1 file or rows.*row \d+: it cannot be read"):
        packed = da.pack_corpus(tmp_path / "t.csv", tmp_path / "packed")
    assert packed.documents["doc"].tolist()[-5:] == ["d0", "d1", "d3", "d4", "d5"]
    assert packed.documents["text"].tolist()[-5] == 'A "quoted" text,\n\nof two lines.'
    assert len(packed) == 100 * late + 5


def test_quotation_marks_behind_backslashes_are_read(tmp_path):
    (tmp_path / "t.csv").write_text('id,text\na,"She said \\"no, never\\" then."\nb,Yes.\n')
    packed = da.pack_corpus(tmp_path / "t.csv", tmp_path / "packed")
    assert packed.documents["text"].tolist() == ['She said "no, never" then.', "Yes."]


# More texts, and stops


def test_texts_are_added_behind_those_that_are_there(documents, packed, tmp_path):
    before = content(tmp_path / "packed")
    more = pd.DataFrame(
        {
            "doc": ["a", "a", "e"],
            "text": [documents["text"][0], "Another text.", documents["text"][1]],
            "topic": ["x", "y", "z"],
        }
    ).drop_duplicates("text")
    more["doc"] = ["a", "b", "e"]
    with pytest.warns(UserWarning, match="already: 1 text.") as said:
        grown = da.pack_corpus(more, tmp_path / "packed")
    assert grown.documents["doc"].tolist() == ["a", "b", "c", "d", "b-2", "e"]
    assert grown.documents["topic"].isna().tolist() == [True] * 4 + [False] * 2
    told = " ".join(str(warning.message) for warning in said)
    for part in ("already: 1 text.", "1 text: b-2", "Word for word another text", "1 text, e;"):
        assert part in told
    after = content(tmp_path / "packed")
    assert {n: b for n, b in before.items() if n != "packed.json"}.items() <= after.items()
    whole = da.Corpus(grown.documents)
    assert (
        whole.documents.attrs["corpus"]["fingerprint"]
        == (grown.documents.attrs["corpus"]["fingerprint"])
    )
    same(whole, grown, ("tokens",))


def test_repeated_texts_can_be_left_out(documents, tmp_path):
    twice = pd.concat([documents, documents.assign(doc=list("efgh"))], ignore_index=True)
    with pytest.warns(UserWarning, match="Word for word"):
        packed = da.pack_corpus(twice, tmp_path / "packed", duplicates="leave-out")
    assert packed.documents["doc"].tolist() == list("abcd")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("kills", KILLS)
def test_a_killed_run_leaves_whole_partitions_and_the_next_goes_on(
    kills, documents, tmp_path, monkeypatch
):
    monkeypatch.setattr(os, "fsync", lambda _: None)
    table = pd.concat(
        [documents.assign(doc=[f"{d}{i}" for d in documents["doc"]]) for i in range(4)],
        ignore_index=True,
    )
    table["text"] += table["doc"]
    path, folder = tmp_path / "t.parquet", tmp_path / "packed"
    pq.write_table(pa.Table.from_pandas(table), path)

    def work() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what was packed whole is there already
            da.pack_corpus(path, folder, characters=200)

    work()
    wanted = content(folder)
    for _ in kill_often(
        work, folder, lambda: shutil.rmtree(folder, ignore_errors=True), times=kills
    ):
        packed_store._open.cache_clear()
        plan = folder / "packed.json"
        if plan.exists() and json.loads(plan.read_text())["partitions"]:
            begun = da.read_corpus(folder)
            n = len(begun)
            assert begun.documents["doc"].tolist() == table["doc"].tolist()[:n]
            assert len(begun.tokens)
            assert begun.documents.attrs["corpus"]["documents"] == n
        work()
        assert content(folder) == wanted
        assert not list(folder.rglob("*.again*"))


# Damage


@pytest.mark.parametrize("name", ["tokens", "sentences", "words", "terms"])
@pytest.mark.parametrize("damage", ["missing", "cut", "changed"])
def test_what_follows_from_texts_is_made_again(name, damage, documents, packed, tmp_path):
    path = tmp_path / "packed" / "part-00001" / f"{name}.arrow"
    was = path.read_bytes()
    if damage == "missing":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(was[:-20])
    else:
        path.write_bytes(was[:300] + bytes([was[300] ^ 255]) + was[301:])
    with pytest.warns(UserWarning, match=rf"Partition 1 .* \({name}.arrow|Partition 1 .*{name}"):
        same(da.Corpus(documents), reopened(packed))
    assert path.read_bytes() == was


def test_damaged_texts_are_named_and_read_again_from_their_source(tmp_path, capsys):
    path = tmp_path / "t.csv"
    path.write_text("id,text\n" + "".join(f"d{i},Text number {i}.\n" for i in range(9)))
    whole = da.pack_corpus(path, tmp_path / "packed", characters=40).documents
    wanted = content(tmp_path / "packed")
    for name in ("texts", "documents"):
        damaged = tmp_path / "packed" / "part-00001" / f"{name}.arrow"
        damaged.unlink()
        packed_store._open.cache_clear()
        with pytest.raises(InputError, match=rf"Partition 1 of .*{name}.arrow is missing.*repair"):
            da.read_corpus(tmp_path / "packed")
        assert main(["pack", "--to", str(tmp_path / "packed"), "--repair"]) == 0
        assert "Partition 1 was damaged" in capsys.readouterr().out
        assert content(tmp_path / "packed") == wanted
    pd.testing.assert_frame_equal(da.read_corpus(tmp_path / "packed").documents, whole)
    assert da.repair_pack(tmp_path / "packed") == []
    damaged.unlink()
    path.rename(tmp_path / "moved.csv")
    with pytest.raises(InputError, match="is not there any more; name their source"):
        da.repair_pack(tmp_path / "packed")
    said = da.repair_pack(tmp_path / "packed", tmp_path / "moved.csv")
    assert len(said) == 1
    assert content(tmp_path / "packed") == wanted
    damaged.unlink()
    path.write_text("id,text\nd0,Other texts.\n")
    with pytest.raises(InputError, match="does not hold them as they were"):
        da.repair_pack(tmp_path / "packed")


def test_a_damaged_layer_is_made_again(packed, tmp_path):
    wanted = packed.sentiment
    path = tmp_path / "packed" / "part-00000" / "sentiment.made.arrow"
    path.write_bytes(path.read_bytes()[:-9])
    again = reopened(packed)
    with pytest.warns(UserWarning, match="is damaged; it is made again"):
        pd.testing.assert_frame_equal(again.sentiment, wanted)
    path.with_name(f"{path.name}.sha256").unlink()  # a stop between the two
    assert reopened(packed).lacks("sentiment")


def test_words_are_counted_at_packing(documents, packed, monkeypatch):
    whole = da.Corpus(documents)
    wanted = da.count_terms(whole, by="side"), da.find_collocates(whole, "peace", min_count=1)
    for name in ("count_tokens", "write_sums"):
        monkeypatch.setattr(packed_store, name, lambda *_: pytest.fail("made again"))
    again = reopened(packed)
    pd.testing.assert_frame_equal(da.count_terms(again, by="side"), wanted[0])
    pd.testing.assert_frame_equal(da.find_collocates(again, "peace", min_count=1), wanted[1])


def test_a_pack_without_counts_makes_them(documents, packed, tmp_path):
    before = content(tmp_path / "packed")
    for path in tmp_path.rglob("*.made.arrow*"):
        path.unlink()
    again = reopened(packed)
    wanted = da.find_collocates(da.Corpus(documents), "peace", min_count=1)
    pd.testing.assert_frame_equal(da.find_collocates(again, "peace", min_count=1), wanted)
    da.count_terms(again)
    assert content(tmp_path / "packed") == before


def test_words_counted_by_document_are_kept_and_made_again(documents, packed, tmp_path):
    whole = da.Corpus(documents)
    wanted, spread = da.count_terms(whole, by="side"), da.score_dispersion(whole)
    path = tmp_path / "packed" / "part-00000" / "counts.made.arrow"
    for damage in (lambda data: data, lambda data: data[:-9], lambda data: b""):
        if path.exists():
            path.write_bytes(damage(path.read_bytes()))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            again = reopened(packed)
            pd.testing.assert_frame_equal(da.count_terms(again, by="side"), wanted)
        pd.testing.assert_frame_equal(da.score_dispersion(again), spread)
        chosen = {"since": "2024-05-16"}
        pd.testing.assert_frame_equal(
            da.count_terms(again.where(**chosen)), da.count_terms(whole.where(**chosen))
        )
    store = again._store
    part, counted = store.parts[0], store._count(store.parts[0])
    counted = counted._replace(doc=counted.doc + 99)  # a file from elsewhere with a right checksum
    assert write_counts(store.place, part.folder, part.fingerprint, counted)
    pd.testing.assert_frame_equal(da.count_terms(reopened(packed), by="side"), wanted)


def change_plan(folder: Path, change) -> None:
    plan = json.loads((folder / "packed.json").read_text())
    change(plan)
    (folder / "packed.json").write_text(json.dumps(plan))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda plan: plan.update(format=99), "was packed in format 99"),
        (lambda plan: plan.pop("partitions"), "another form"),
        (lambda plan: plan["partitions"][0].update(number=7), "another form"),
        (lambda plan: plan["partitions"][0].update(folder="../elsewhere"), "another form"),
        (lambda plan: plan["partitions"][0]["files"].update({"../x": [1, "0" * 64]}), "another"),
        (lambda plan: plan["partitions"][0].update(documents=-1), "another form"),
        (lambda plan: plan["partitions"][0].update(documents=3), "documents.arrow cannot be read"),
        (lambda plan: plan.update(name=[]), "another form"),
        (lambda plan: plan.pop("columns"), "another form"),
        (lambda plan: plan.update(sources=[1, 2]), "another form"),
        (lambda plan: plan.update(versions=7), "another form"),
        (lambda plan: plan["partitions"][0].update(documents="8"), "another form"),
        (lambda plan: plan["partitions"][0].update(tokens=float("nan")), "another form"),
        (lambda plan: plan["partitions"][0].update(source=5), "another form"),
        (lambda plan: plan["partitions"][0].update(tokens=10**9), "documents.arrow"),
    ],
)
def test_a_pack_of_another_form_is_refused_and_repaired(change, why, documents, packed, tmp_path):
    change_plan(tmp_path / "packed", change)
    with pytest.raises(InputError, match=why):
        reopened(packed)
    if why != "was packed in format 99":
        assert main(["pack", "--to", str(tmp_path / "packed"), "--repair"]) == 0
        same(da.Corpus(documents), reopened(packed))
    (tmp_path / "packed" / "packed.json").write_text("{")
    with pytest.raises(InputError, match="is damaged"):
        reopened(packed)


@pytest.mark.parametrize("change", ["lost", "broken", "cut", "counts", "digest"])
def test_what_packed_json_lost_is_made_again_from_the_partitions(
    change, documents, packed, tmp_path, capsys
):
    folder, path = tmp_path / "packed", tmp_path / "packed" / "packed.json"
    whole = json.loads(path.read_text())
    if change == "lost":
        path.unlink()
    elif change == "broken":
        path.write_text('{"format": 1}')
    elif change == "cut":
        change_plan(folder, lambda plan: plan["partitions"].pop())
    elif change == "counts":
        change_plan(folder, lambda plan: plan["partitions"][0].update(tokens=10**9, documents=7))
    else:
        change_plan(folder, lambda plan: plan["partitions"][0]["files"].update(texts=[9, "0" * 64]))
    partitions = [(name, data) for name, data in content(folder).items() if name != "packed.json"]
    packed_store._open.cache_clear()
    if change != "broken":
        with pytest.raises(InputError, match="--repair"):
            da.read_corpus(folder)
    if change in ("lost", "broken", "cut"):
        more = pd.DataFrame({"doc": ["x"], "text": ["One more text."]})
        with pytest.raises(InputError):
            da.pack_corpus(more, folder)
    assert [one for one in content(folder).items() if one[0] != "packed.json"] == partitions
    assert main(["pack", "--to", str(folder), "--repair"]) == 0
    assert "packed.json" in capsys.readouterr().out or change == "cut"
    again = json.loads(path.read_text())
    for one, other in zip(whole["partitions"], again["partitions"], strict=True):
        assert one["files"] == other["files"]
        assert one["fingerprint"] == other["fingerprint"]
    assert again["columns"] == whole["columns"]
    same(da.Corpus(documents), reopened(packed))


@pytest.mark.parametrize("damage", ["missing", "cut", "changed", "empty"])
def test_nothing_is_packed_onto_damaged_documents(damage, packed, tmp_path):
    path = tmp_path / "packed" / "part-00001" / "documents.arrow"
    data = path.read_bytes()
    kinds = {"missing": None, "cut": data[:-9], "changed": data[:99] + b"\0" * 99, "empty": b""}
    path.unlink()
    if kinds[damage] is not None:
        path.write_bytes(kinds[damage])
    more = pd.DataFrame({"doc": ["x"], "text": ["One more text."]})
    with pytest.raises(InputError, match=r"Partition 1 .* damaged"):
        da.pack_corpus(more, tmp_path / "packed")


def test_texts_without_words_have_no_ngrams(tmp_path):
    table = pd.DataFrame({"doc": ["a", "b", "c"], "text": ["", " ", "War and peace."]})
    packed = da.pack_corpus(table, tmp_path / "packed", characters=1)
    assert da.count_ngrams(packed.select(["a", "b"])).empty
    assert da.count_ngrams(packed.select(["a", "b"]), limit=None, by="doc").empty


def test_a_full_disk_is_said_in_a_sentence(documents, packed, tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    before = content(tmp_path / "packed")
    monkeypatch.setattr("analysis.packed.files.write_atomic", full)
    more = pd.DataFrame({"doc": ["x"], "text": ["One more text."]})
    with pytest.raises(InputError, match=r"No space left on device.*what is packed is kept"):
        da.pack_corpus(more, tmp_path / "packed")
    assert content(tmp_path / "packed") == before
    same(da.Corpus(documents), reopened(packed))


def test_codes_beyond_the_vocabulary_are_refused(packed, tmp_path):
    folder = tmp_path / "packed"
    tokens = pa.ipc.open_file(folder / "part-00000" / "tokens.arrow").read_all().to_pandas()
    tokens.loc[0, "word"] = 10**6
    file = write_arrow(folder / "part-00000" / "tokens.arrow", dict(tokens), folder)
    change_plan(folder, lambda plan: plan["partitions"][0]["files"].update(tokens=file))
    with pytest.raises(InputError, match="Partition 0"):
        _ = reopened(packed).tokens


def test_nothing_is_reached_through_a_link(packed, tmp_path):
    part = tmp_path / "packed" / "part-00000"
    part.rename(tmp_path / "elsewhere")
    part.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="is missing"):
        reopened(packed)


# Elsewhere


def test_a_pack_at_an_address_is_read(documents, packed, tmp_path):
    fsspec = pytest.importorskip("fsspec")
    system = fsspec.filesystem("memory")
    system.put(str(tmp_path / "packed"), "/there", recursive=True)
    remote = da.read_corpus("memory://there")
    same(da.Corpus(documents), remote, (*LAYERS, "quotes"))
    same(pickle.loads(pickle.dumps(remote)), remote)
    system.rm("/there", recursive=True)
    with pytest.raises(InputError, match="holds no packed corpus"):
        da.read_corpus("memory://there")
    with pytest.raises(InputError, match="cannot be opened"):
        da.read_corpus("nowhere://there")


def test_a_table_at_an_address_is_packed(tmp_path):
    fsspec = pytest.importorskip("fsspec")
    path = write_table(tmp_path / "t.parquet")
    fsspec.filesystem("memory").put(str(path), "/t.parquet")
    with pytest.warns(UserWarning, match="no text"):
        packed = da.pack_corpus("memory://t.parquet", tmp_path / "packed")
    assert packed.documents["doc"].tolist() == ["x1", "x2", "x4"]


def test_the_command_packs_adds_and_says_what_it_did(tmp_path, capsys):
    path = write_table(tmp_path / "t.csv")
    assert main(["pack", str(path), "--to", str(tmp_path / "packed"), "--set", "side=west"]) == 0
    said = capsys.readouterr().out
    assert "3 texts packed" in said
    assert "text from 'text'" in said
    assert "side: west 3" in said
    assert main(["pack", str(path), "--to", str(tmp_path / "packed")]) == 0
    assert "0 texts packed" in capsys.readouterr().out
    assert main(["pack", "--to", str(tmp_path / "packed")]) == 2
    assert "Name what to pack" in capsys.readouterr().err


# Measures that read only what matters


@pytest.fixture
def many(tmp_path) -> tuple[da.Corpus, da.Corpus]:
    """Texts in memory and packed in several partitions, some of which lack a word."""
    random = np.random.default_rng(3)
    words = np.array("war peace talks the of and, said. they rare".split())
    weights = np.array([1, 2, 2, 6, 5, 3, 4, 2, 0.15])
    texts = [
        " ".join(random.choice(words, random.integers(1, 60), p=weights / weights.sum()))
        for _ in range(30)
    ]
    table = pd.DataFrame({"doc": [f"d{n}" for n in range(30)], "side": ["a", "b"] * 15})
    whole = da.Corpus(table.assign(text=[*texts[:-2], "🕊", "rare war peace"]), name="many")
    return whole, da.pack_corpus(whole, tmp_path / "packed", characters=700)


@pytest.mark.parametrize("chosen", [{}, {"side": "a"}])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"within": "document", "min_count": 1},
        {"window": "sentence", "confidence": None, "measure": "mi", "stop_words": ["the"]},
        {"by": "side", "min_count": 1},
        {"window": (0, 2), "min_count": 1},
    ],
)
@pytest.mark.parametrize("query", ["war", "rare", "the war", ["peace", "talks"], "w*"])
def test_collocates_are_those_of_the_texts_in_memory(many, query, options, chosen):
    whole, packed = (corpus.where(**chosen) for corpus in many)
    assert packed.in_parts
    table = da.find_collocates(whole, query, **options)
    for corpus in (packed, reopened(packed).where(**chosen)):  # sums are read the second time
        pd.testing.assert_frame_equal(
            da.find_collocates(corpus, query, **options), table, check_exact=True
        )


def test_sums_of_terms_are_kept_and_made_again_where_they_are_damaged(many):
    packed = many[1]
    table = da.find_collocates(packed, "war")
    files = list(Path(packed.folder or packed._store.place.name).glob("part-*/sums.made.arrow"))
    assert len(files) == len(packed._store.partitions())
    files[0].write_bytes(b"nothing")
    with pytest.warns(UserWarning, match="damaged"):
        pd.testing.assert_frame_equal(da.find_collocates(reopened(packed), "war"), table)


@pytest.mark.parametrize("chosen", [{}, {"side": "a"}])
@pytest.mark.parametrize("by", [None, "side", "doc", ["side", "doc"]])
@pytest.mark.parametrize(
    ("measure", "options"),
    [("score_readability", {}), ("score_diversity", {}), ("score_diversity", {"window": 45})],
)
def test_scores_of_a_pack_are_those_of_the_texts_in_memory(many, measure, options, by, chosen):
    score, (whole, packed) = getattr(da, measure), many
    wanted = score(whole.where(**chosen), by=by, **options)
    for corpus in (packed, packed, reopened(packed)):  # what is kept is read the second time
        found = score(corpus.where(**chosen), by=by, **options)
        pd.testing.assert_frame_equal(found, wanted, check_exact=True)


@pytest.mark.parametrize("name", ["readability", "diversity"])
def test_scores_of_documents_are_kept_and_made_again(many, monkeypatch, name):
    score, packed = getattr(da, f"score_{name}"), many[1]
    folder = Path(packed._store.place.name)
    with monkeypatch.context() as read_only:
        read_only.setattr(Place, "write", lambda *_: False)
        wanted = score(packed, by="side")
        pd.testing.assert_frame_equal(score(packed, by="side"), wanted)
    assert not list(folder.glob(f"part-*/{name}.made.arrow"))
    pd.testing.assert_frame_equal(score(reopened(packed), by="side"), wanted)
    files = list(folder.glob(f"part-*/{name}.made.arrow"))
    assert len(files) == len(packed._store.partitions())
    files[0].write_bytes(b"nothing")
    with pytest.warns(UserWarning, match="damaged"):
        pd.testing.assert_frame_equal(score(reopened(packed), by="side"), wanted)
    with monkeypatch.context() as unread:
        unread.setattr(packed_store.PackedStore, "_tokens", None)
        pd.testing.assert_frame_equal(score(reopened(packed), by="side"), wanted)


@pytest.mark.parametrize(
    "measure",
    [
        lambda corpus: da.find_collocates(corpus, "war", min_count=1),
        lambda corpus: da.find_collocates(corpus, "the war", min_count=1, by="side"),
        lambda corpus: da.compare_terms(corpus, by="side", target="a"),
        lambda corpus: da.count_terms(corpus, by="side"),
        lambda corpus: da.count_ngrams(corpus, n=2),
    ],
)
def test_passages_are_read_a_partition_at_a_time(many, monkeypatch, measure):
    whole, packed = many
    table = measure(whole)
    most = max(part.tokens for part in packed._store.parts)
    monkeypatch.setattr(packed_store, "MOST", most)
    for row in (0, len(table) // 2):
        known = da.find_passages(table.iloc[[row]], whole)
        found = da.find_passages(table.iloc[[row]], packed)
        pd.testing.assert_frame_equal(found, known, check_categorical=False)
