"""Many documents at once: near-duplicates, dry runs, two processes, runs that were stopped."""

import io
import json
import os
import subprocess
import sys
import threading
import time
import warnings
import zipfile

import filelock
import pandas as pd
import pytest

from analysis import add_documents
from analysis.cli import add as ask
from analysis.cli import main as command
from analysis.cli.main import make_parser
from analysis.corpus.manifest import COLUMNS, LOCK, lock_folder, read_manifest
from analysis.corpus.read import CorpusWarning, read_corpus
from analysis.files import write_atomic
from analysis.tables import InputError

ONE = (
    "Ministers from both islands left the table on Tuesday after eleven hours of talks about the "
    "harbour, the ferry and the right to fish in the strait between them. The harbour master said "
    "that he had never seen such patience in a meeting about nets."
)
WIRE = ONE.replace("Tuesday", "Tuesday night")
OTHER = (
    "Ferry fares will rise by a tenth in July, the council said. Commuters from the northern "
    "island pay the most, and many of them have begun to share boats with their neighbours."
)


def write(folder, rows, name="docs.jsonl"):
    path = folder / name
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def row(text, outlet="Post", title="Talks end", date="2024-05-15"):
    return {"title": title, "text": text, "outlet": outlet, "date": date}


@pytest.fixture
def wire(tmp_path):
    return write(tmp_path, [row(ONE), row(WIRE, "Herald"), row(OTHER, title="Fares rise")])


def test_wire_copy_is_told_with_its_similarity(tmp_path, wire):
    added = add_documents(tmp_path / "corpus", [wire])
    assert added["duplicate_of"].tolist() == ["", "post-2024-05-15", ""]
    assert 0.7 < added["similarity"][1] < 1
    assert added["similarity"].isna().tolist() == [True, False, True]
    assert "duplicate_group" not in read_manifest(tmp_path / "corpus" / "sources.csv")[0]


def test_wire_copy_grouped_left_out_or_ignored(tmp_path, wire):
    def groups(name, duplicates):
        add_documents(tmp_path / name, [wire], duplicates=duplicates)
        rows = read_manifest(tmp_path / name / "sources.csv")
        return [(one["id"], one.get("duplicate_group", "")) for one in rows]

    one, two, other = "post-2024-05-15", "herald-2024-05-15", "post-2024-05-15-2"
    assert groups("a", "group") == [(one, one), (two, one), (other, "")]
    assert groups("b", "leave-out") == [(one, ""), (other, "")]
    assert groups("c", "ignore") == [(one, ""), (two, ""), (other, "")]
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # what the manifest groups itself is no news
        assert len(read_corpus(tmp_path / "a").documents) == 3
    with pytest.warns(CorpusWarning, match="near-duplicates"):
        read_corpus(tmp_path / "c")
    with pytest.raises(
        InputError, match=r"duplicates='merge' is not known; choose one of 'report'"
    ):
        groups("d", "merge")


def test_copies_of_what_the_corpus_has(tmp_path):
    folder = tmp_path / "corpus"
    add_documents(folder, [write(tmp_path, [row(ONE)])])
    late = write(tmp_path, [row(WIRE, "Herald"), row(WIRE, "Gazette")])
    added = add_documents(folder, [late], duplicates="leave-out")
    assert added["state"].tolist() == ["set aside", "set aside"]
    assert added["note"][0].endswith(" like post-2024-05-15")
    assert len(read_manifest(folder / "sources.csv")) == 1
    add_documents(folder, [late], duplicates="group")
    rows = read_manifest(folder / "sources.csv")
    assert {one["duplicate_group"] for one in rows} == {"post-2024-05-15"}
    assert len(rows) == 3


def test_the_same_row_twice_and_another_text_under_one_title(tmp_path):
    path = write(tmp_path, [row(ONE), row(ONE), row(OTHER)])
    added = add_documents(tmp_path / "corpus", [path])
    assert added["state"].tolist() == ["added", "added", "already there"]
    assert added["note"][2] == "the same document as post-2024-05-15"
    again = add_documents(tmp_path / "corpus", [path])
    assert again["state"].tolist() == ["already there"] * 3
    assert again["doc"].tolist() == ["post-2024-05-15", "post-2024-05-15-2", "post-2024-05-15"]


def test_one_of_many_with_another_text_than_the_row_is_new_or_replaces_it(tmp_path):
    folder = tmp_path / "corpus"
    add_documents(folder, [write(tmp_path, [row(ONE)])])
    added = add_documents(folder, [write(tmp_path, [row(OTHER)])])
    assert added[["doc", "state"]].values.tolist() == [["post-2024-05-15-2", "added"]]
    changed = write(tmp_path, [row(f"{ONE} It rained.", "Herald", "Rain")])
    add_documents(folder, [changed])
    text = write(tmp_path, [row("It rained all day and night.", "Herald", "Rain")])
    added = add_documents(folder, [text], replace=True)
    assert added[["doc", "state"]].values.tolist() == [["herald-2024-05-15", "replaced"]]


def test_a_dry_run_writes_nothing(tmp_path, wire, capsys):
    folder = tmp_path / "corpus"
    added = add_documents(folder, [wire], dry_run=True)
    assert added["state"].tolist() == ["added"] * 3
    assert command.main(["add", str(wire), "--corpus", str(folder), "--dry-run"]) == 0
    shown = capsys.readouterr().out
    assert "docs.jsonl line 2 → herald-2024-05-15 (a new row)" in shown
    assert "near-duplicate (1):\n  herald-2024-05-15 is 0." in shown
    assert shown.endswith("Nothing was written (--dry-run).\n")
    assert not folder.exists()


def test_a_run_that_was_stopped_while_it_wrote_is_finished(tmp_path, wire, monkeypatch):
    folder = tmp_path / "corpus"
    replace, moves = os.replace, []

    def stop(source, target):
        moves.append(target)
        if len(moves) == 3:
            raise KeyboardInterrupt
        replace(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", stop)
        with pytest.raises(KeyboardInterrupt):
            add_documents(folder, [wire])
    assert not (folder / "sources.csv").exists()
    assert len(list((folder / "originals").glob("*.txt"))) == 2
    added = add_documents(folder, [wire])
    assert added["state"].tolist() == ["already there"] * 3
    assert len(read_corpus(folder, near_duplicates=None).documents) == 3
    assert sorted(os.listdir(folder)) == [
        LOCK, "added.csv", "aliases.csv", "originals", "sources.csv", "term-groups.yml",
    ]  # fmt: skip


def test_what_cannot_all_be_written_changes_nothing(tmp_path, wire, monkeypatch):
    folder = tmp_path / "corpus"
    add_documents(folder, [wire])
    before = {path: path.read_bytes() for path in folder.rglob("*.*")}
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left")))
    more = write(tmp_path, [row(f"{OTHER} {i}", title=f"Day {i}") for i in range(5)], "more.jsonl")
    with pytest.raises(OSError, match="No space left"):
        add_documents(folder, [more])
    assert {path: path.read_bytes() for path in folder.rglob("*.*")} == before


SCRIPT = """
import sys, json
from analysis import add_documents
folder, name = sys.argv[1:]
rows = [{"text": f"{name} wrote text number {i} of its own.", "outlet": name} for i in range(40)]
open(f"{folder}/{name}.jsonl", "w").write("\\n".join(map(json.dumps, rows)))
for i in range(4):
    part = rows[10 * i : 10 * i + 10]
    open(f"{folder}/{name}.jsonl", "w").write("\\n".join(map(json.dumps, part)))
    add_documents(f"{folder}/corpus", [f"{folder}/{name}.jsonl"], duplicates="ignore")
"""


def test_two_processes_at_once_both_arrive(root, tmp_path):
    running = [
        subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(tmp_path), name], cwd=root, stderr=subprocess.PIPE
        )
        for name in ("anna", "boris")
    ]
    errors = [process.communicate(timeout=120)[1].decode() for process in running]
    assert [process.returncode for process in running] == [0, 0], errors
    documents = read_corpus(tmp_path / "corpus", near_duplicates=None).documents
    assert documents["outlet"].value_counts().to_dict() == {"anna": 40, "boris": 40}
    assert documents["doc"].is_unique


def test_waiting_for_another_process_and_giving_up(tmp_path, wire, capsys, monkeypatch):
    folder = tmp_path / "corpus"
    folder.mkdir()
    other = filelock.FileLock(folder / LOCK, thread_local=False)
    other.acquire()
    message = r"has been adding to .*corpus for 0 seconds; nothing was written"
    with pytest.raises(InputError, match=message), lock_folder(folder, patience=0.1):
        pytest.fail("two processes hold the lock")
    assert "Waiting for another process that is adding to" in capsys.readouterr().err

    def add_later():  # what another process would do while this one waits
        time.sleep(0.3)
        write_atomic(folder / "sources.csv", f"{','.join(COLUMNS)}\nx,X,,,,,,,,\n")
        other.release()

    thread = threading.Thread(target=add_later)
    thread.start()
    added = add_documents(folder, [wire])
    thread.join()
    assert len(added) == 3
    assert [one["id"] for one in read_manifest(folder / "sources.csv")][:2] == [
        "x", "post-2024-05-15",
    ]  # fmt: skip


def arguments(corpus, *files, **given):
    flags = [
        part
        for name, value in given.items()
        for part in ([f"--{name}"] if value is True else [f"--{name}", value])
    ]
    return make_parser().parse_args(["add", *map(str, files), "--corpus", str(corpus), *flags])


@pytest.fixture
def hundred(tmp_path):
    rows = [
        {"title": f"Day {i} of the talks", "text": f"{i} {ONE} {OTHER}", "words": 1000 if i else ""}
        for i in range(60)
    ]
    return write(tmp_path, rows)


def test_many_documents_are_summed_up(tmp_path, hundred, capsys):
    folder = tmp_path / "corpus"
    assert ask.run_add(arguments(folder, hundred, yes=True, outlet="Post")) == 0
    shown = capsys.readouterr().out
    assert "60 documents, " in shown
    assert "  added      60\n  outlets    Post 60\n" in shown
    assert "  … and 40 more" in shown
    assert "doubt (59):" in shown
    assert "near-duplicate (59):" in shown
    assert shown.endswith("In 1 file: 60 found = 60 added + 0 already there + 0 set aside.\n")


def test_of_many_documents_only_what_all_lack_is_asked_for_once(tmp_path, hundred, monkeypatch):
    replies = iter(["Post", "GB", "", "", "2024-05-15", "en", "", "y"])
    questions = []

    def reply(question=""):
        questions.append(question.strip())
        return next(replies)

    stdin = io.StringIO()
    stdin.isatty = lambda: True
    monkeypatch.setattr("sys.stdin", stdin)
    monkeypatch.setattr("builtins.input", reply)
    assert ask.run_add(arguments(tmp_path / "corpus", hundred)) == 0
    assert questions == [
        "outlet:", "country:", "side:", "genre:", "published:", "language:", "licence:",
        "Add? [Y/n]",
    ]  # fmt: skip
    rows = read_manifest(tmp_path / "corpus" / "sources.csv")
    assert {(one["outlet"], one["country"], one["published"]) for one in rows} == {
        ("Post", "GB", "2024-05-15")
    }


def test_flags_for_the_columns_of_a_table(tmp_path, capsys):
    path = tmp_path / "t.csv"
    path.write_text(f'Kopf,Rumpf,Tag,Blatt\nTalks end,"{OTHER}",05/04/2024,Post\n')
    flags = ["--text-column", "Rumpf", "--title-column", "Kopf", "--date-column", "Tag"]
    flags += ["--column", "outlet=Blatt", "--date-order", "dmy", "--yes"]
    assert command.main(["add", str(path), "--corpus", str(tmp_path / "corpus"), *flags]) == 0
    one = read_manifest(tmp_path / "corpus" / "sources.csv")[0]
    assert (one["title"], one["outlet"], one["published"]) == ("Talks end", "Post", "2024-04-05")
    assert command.main(["add", str(path), "--column", "outlet"]) == 2
    assert "--column 'outlet' does not say which column is what" in capsys.readouterr().err


def test_a_damaged_file_of_a_zip_is_left_out(tmp_path):
    with zipfile.ZipFile(tmp_path / "texts.zip", "w") as archive:
        archive.writestr("a.txt", f"Talks end\n\n15 May 2024\n\n{ONE}")
        archive.writestr("b.docx", b"PK\x03\x04 and no more")
    added = add_documents(tmp_path / "corpus", [tmp_path / "texts.zip"], values={"outlet": "Post"})
    assert added["state"].tolist() == ["added", "set aside"]
    assert added["note"][1].startswith("cannot be opened: it is damaged")
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.writestr("b.docx", b"PK\x03\x04 and no more")
    with pytest.raises(InputError, match=r"holds no file that can be read; .*b\.docx: cannot be"):
        add_documents(tmp_path / "corpus", [tmp_path / "bad.zip"])


# ---- documents without a title ----------------------------------------------------------------

POSTS = [{"text": f"Tram {i} is late again today.", "day": f"2025-01-{i:02}"} for i in range(1, 13)]
KINDS = ("csv", "xlsx", "jsonl", "json", "tsv")


def write_table(path, rows):
    table = pd.DataFrame(rows)
    if path.suffix == ".xlsx":
        table.to_excel(path, index=False)
    elif path.suffix in (".csv", ".tsv"):
        table.to_csv(path, index=False, sep="\t" if path.suffix == ".tsv" else ",")
    else:
        table.to_json(path, orient="records", lines=path.suffix == ".jsonl")
    return path


def states(folder, path, **options):
    added = add_documents(folder, [path], duplicates="ignore", **options)
    return added["state"].value_counts().to_dict()


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_without_titles_is_added_once(tmp_path, kind):
    path = write_table(tmp_path / f"posts.{kind}", POSTS)
    folder = tmp_path / "corpus"
    assert states(folder, path) == {"added": 12}
    assert states(folder, path) == {"already there": 12}
    assert states(folder, path, values={"side": "left"}, replace=True) == {"replaced": 12}
    assert states(folder, path, replace=True) == {"already there": 12}
    assert [row["side"] for row in read_manifest(folder / "sources.csv")] == ["left"] * 12
    assert len(list((folder / "originals").glob("*.txt"))) == 12


@pytest.mark.parametrize("replace", [False, True])
def test_what_the_first_run_lacked_joins_its_rows(tmp_path, replace):
    folder = tmp_path / "corpus"
    bare = [{"text": post["text"]} for post in POSTS]
    assert states(folder, write_table(tmp_path / "a.csv", bare)) == {"added": 12}
    full = [{**post, "author": f"user{i}", "lang": "en"} for i, post in enumerate(POSTS)]
    path = write_table(tmp_path / "b.csv", full)
    assert states(folder, path, replace=replace) == {"replaced" if replace else "already there": 12}
    assert states(folder, path, replace=replace) == {"already there": 12}
    rows = read_manifest(folder / "sources.csv")
    assert [row["published"] for row in rows] == [post["day"] for post in POSTS]
    assert [row["byline"] for row in rows] == [f"user{i}" for i in range(12)]


def test_titles_that_the_first_run_lacked_are_put_in_place(tmp_path):
    folder = tmp_path / "corpus"
    states(folder, write_table(tmp_path / "a.csv", POSTS))
    full = [{**post, "headline": f"Trams, part {i}"} for i, post in enumerate(POSTS)]
    path = write_table(tmp_path / "b.csv", full)
    assert states(folder, path, replace=True) == {"replaced": 12}
    assert states(folder, path) == {"already there": 12}
    assert read_manifest(folder / "sources.csv")[3]["title"] == "Trams, part 3"


def test_the_same_row_without_a_title_is_taken_once_and_told(tmp_path):
    rows = [
        {"text": ONE, "date": "2025-01-01", "author": "a"},
        {"text": ONE, "date": "2025-01-01", "author": "a"},
        {"text": ONE, "date": "2025-01-02", "author": "a"},  # another day
        {"text": ONE, "date": "2025-01-01", "author": "b"},  # another author
    ]
    path = write_table(tmp_path / "a.csv", rows)
    for state in ("added", "already there"):
        added = add_documents(tmp_path / "corpus", [path])
        assert added["state"].tolist() == [state, state, state, "already there"]
        assert added["note"][3] == f"the same document as {added['doc'][0]}"
        assert added["where"][3].endswith("row 3")


def test_texts_of_other_outlets_and_corrected_facts(tmp_path):
    folder = tmp_path / "corpus"
    path = write_table(tmp_path / "a.csv", [{"text": ONE, "date": "2025-01-01", "author": "a"}])
    assert states(folder, path, values={"outlet": "Post"}) == {"added": 1}
    assert states(folder, path, values={"outlet": "Herald"}) == {"added": 1}
    assert states(folder, path, values={"outlet": "Post"}) == {"already there": 1}
    write_table(path, [{"text": ONE, "date": "2025-01-01", "author": "b"}])
    assert states(folder, path, values={"outlet": "Post"}, replace=True) == {"replaced": 1}
    found = [(row["outlet"], row["byline"]) for row in read_manifest(folder / "sources.csv")]
    assert found == [("Post", "b"), ("Herald", "a")]


def test_texts_without_a_title_in_files_of_their_own(tmp_path):
    folder = tmp_path / "corpus"
    path, copy = tmp_path / "a.txt", tmp_path / "b.txt"
    path.write_text(f"{ONE}\n\n{OTHER}\n", encoding="utf-8")
    copy.write_bytes(path.read_bytes())
    added = add_documents(folder, [path, copy])
    assert added["state"].tolist() == ["added", "already there"]
    assert added["note"][1] == "the same document as a"
    dated = add_documents(folder, [copy], values={"published": "2025-01-01"}, replace=True)
    assert dated[["doc", "state"]].values.tolist() == [["a", "replaced"]]
    assert add_documents(folder, [folder / "originals" / "a.txt"])["doc"].tolist() == ["a"]
    assert len(read_manifest(folder / "sources.csv")) == 1


def test_another_text_under_an_id_of_a_table_is_new_only_once(tmp_path):
    folder = tmp_path / "corpus"
    states(folder, write_table(tmp_path / "a.csv", [{"id": "p7", "text": ONE}]))
    path = write_table(tmp_path / "b.csv", [{"id": "p7", "text": OTHER}])
    assert states(folder, path) == {"added": 1}
    assert states(folder, path) == {"already there": 1}
    assert [row["id"] for row in read_manifest(folder / "sources.csv")] == ["p7", "p7-2"]
