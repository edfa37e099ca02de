"""A batch takes what it can, sets the rest aside, can be killed, and its counts add up."""

import csv
import os
import signal
import subprocess
import sys
import time
import zipfile

import pytest

from analysis import add_documents
from analysis.cli.main import main
from analysis.corpus.manifest import read_manifest
from analysis.corpus.read import read_corpus
from analysis.tables import InputError

ONE = (
    "Ministers from both islands left the table on Tuesday after eleven hours of talks about the "
    "harbour, the ferry and the right to fish in the strait between them."
)
TWO = (
    "The swimming pool has been closed for three months and nobody in the town hall can say why. "
    "Children now travel an hour by bus to learn to swim."
)
THREE = (
    "Ferry fares will rise by a tenth in July, the council said. Commuters from the northern "
    "island pay the most, and many of them have begun to share boats with their neighbours."
)
LETTERS = "Letters to the editor"


@pytest.fixture
def texts(tmp_path):
    """Make files in a folder, from their names and contents."""

    def write(contents, folder="texts"):
        for name, content in contents.items():
            path = tmp_path / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path / folder

    return write


def count(added):
    return added["state"].value_counts().to_dict()


def read_aside(corpus):
    with open(corpus / "set-aside.csv", encoding="utf-8", newline="") as file:
        return [tuple(row) for row in csv.reader(file)][1:]


def test_different_texts_with_one_title_get_ids_of_their_own(tmp_path, texts):
    folder = texts(
        {
            "0.txt": f"{LETTERS}\n\n1 May 2024\n\n{ONE}",
            "1.txt": f"{LETTERS}\n\n8 May 2024\n\n{TWO}",
            "2.txt": f"{LETTERS}\n\n{THREE}",
            "3.txt": f"{LETTERS}\n\n{ONE} More of it.",
        }
    )
    added = add_documents(tmp_path / "corpus", [folder], values={"outlet": "Daily"})
    assert added[["doc", "state"]].values.tolist() == [
        ["daily-2024-05-01", "added"],
        ["daily-2024-05-08", "added"],
        ["daily-letters-to-the-editor", "added"],
        ["daily-letters-to-the-editor-2", "added"],
    ]
    again = add_documents(tmp_path / "corpus", [folder], values={"outlet": "Daily"})
    assert again["doc"].tolist() == added["doc"].tolist()
    assert count(again) == {"already there": 4}


def test_texts_without_titles_and_copies_of_them(tmp_path, texts):
    folder = texts({"a.txt": ONE.lower(), "b.txt": ONE.lower(), "c.txt": TWO.lower()})
    corpus = tmp_path / "corpus"
    assert main(["add", str(folder), "--yes", "--outlet", "Daily", "--corpus", str(corpus)]) == 0
    rows = read_manifest(corpus / "sources.csv")
    assert [(row["id"], row["title"]) for row in rows] == [("daily-a", ""), ("daily-c", "")]
    again = add_documents(corpus, [folder], values={"outlet": "Daily"})
    assert again[["doc", "state", "note"]].values.tolist() == [
        ["daily-a", "already there", ""],
        ["daily-c", "already there", ""],
        ["daily-a", "already there", "the same document as daily-a"],
    ]


def test_the_counts_add_up_whatever_is_in_a_folder(tmp_path, texts, capsys):
    folder = texts(
        {
            "a.txt": f"Talks end\n\n15 May 2024\n\n{ONE}",
            "deep/er/b.html": f"<html><body><h1>Harbour talks</h1><p>{TWO}</p></body></html>",
            "deep/b_files/c.html": f"<html><body><h1>Ferry fares</h1><p>{THREE}</p></body></html>",
            "deep/er/b_files/menu.html": "<p>Menu</p>",
            "tables/t.csv": f'title,text\nFog,"It is foggy. {ONE}"\nEmpty,\n',
            "c.docx": b"PK\x03\x04 and no more",
            "d.txt": b"\x00\x01\x02\x03",
            "e.png": b"\x89PNG",
            "copy of a.txt": f"Talks end\n\n15 May 2024\n\n{ONE}",
            ".hidden.txt": ONE,
            "Thumbs.db": b"x",
        }
    )
    with zipfile.ZipFile(folder / "z.zip", "w") as archive:
        archive.writestr("in/p.html", f"<h1>Lights go out</h1><p>{ONE} It was dark.</p>")
        archive.writestr("in/p-Dateien/menu.html", "<p>Menu</p>")
        archive.writestr(
            "in/court_files/f.txt", f"Rain all day long\n\nIt rained all day and all night. {TWO}"
        )
        archive.writestr("in/g.pdf", b"%PDF and no more")
    corpus = tmp_path / "corpus"
    added = add_documents(corpus, [folder])
    found = {
        os.path.relpath(w, folder): s for w, s in zip(added["where"], added["state"], strict=True)
    }
    assert found == {
        "a.txt": "added",
        "copy of a.txt": "already there",
        "deep/er/b.html": "added",
        "deep/b_files/c.html": "added",  # no page lies beside this folder
        "tables/t.csv row 2": "added",
        "tables/t.csv row 3": "set aside",
        "z.zip: in/p.html": "added",
        "z.zip: in/court_files/f.txt": "added",
        "z.zip: in/g.pdf": "set aside",
        "c.docx": "set aside",
        "d.txt": "set aside",
        "e.png": "set aside",
    }
    aside = added[added["state"] == "set aside"]
    assert read_aside(corpus) == list(
        zip(aside["where"], aside["note"], aside["remedy"], strict=True)
    )
    assert (aside[["note", "remedy"]] != "").all(axis=None)
    flags = ["--yes", "--corpus", str(corpus)]
    assert main(["add", str(folder), *flags]) == 0
    shown = capsys.readouterr().out
    assert shown.endswith("In 9 files: 12 found = 0 added + 7 already there + 5 set aside.\n")
    assert f"why, and what to do: {corpus / 'set-aside.csv'}\n" in shown
    assert "folders of saved pages, passed over (1)" in shown
    (folder / "d.txt").write_text(f"Snow all day long\n\n{ONE} It snowed.")
    (folder / "c.docx").unlink()
    add_documents(corpus, [folder / "d.txt"])
    assert len(read_aside(corpus)) == 4  # what was not looked at stays, what is added goes


def test_a_folder_of_damaged_files_alone(tmp_path, texts, capsys):
    folder = texts({"a.txt": b"\x00\x01\x02\x03", "b.docx": b"no"})
    assert count(add_documents(tmp_path / "corpus", [folder])) == {"set aside": 2}
    assert not (tmp_path / "corpus" / "sources.csv").exists()
    assert main(["add", str(folder), "--yes", "--corpus", str(tmp_path / "other")]) == 1
    assert "2 found = 0 added + 0 already there + 2 set aside." in capsys.readouterr().out
    with pytest.raises(InputError, match=r"a\.txt is a binary file, not a text; save"):
        add_documents(tmp_path / "corpus", [folder / "a.txt"])
    with pytest.raises(InputError, match=r"none\.txt cannot be read: No such file"):
        add_documents(tmp_path / "corpus", [folder / "none.txt"])


def test_all_or_nothing(tmp_path, texts, capsys):
    folder = texts(
        {
            "a.txt": f"The talks end today\n\n{ONE}",
            "b.txt": f"The talks end today\n\n{ONE}",
            "c.pdf": "x",
        }
    )
    with pytest.raises(InputError, match=r"^1 of 3 cannot be added, .*c\.pdf .*; nothing was"):
        add_documents(tmp_path / "corpus", [folder], strict=True)
    flags = ["--yes", "--strict", "--corpus", str(tmp_path / "corpus")]
    assert main(["add", str(folder), *flags]) == 2
    assert "set aside (1):" in capsys.readouterr().out
    assert not (tmp_path / "corpus").exists()
    (folder / "c.pdf").unlink()
    assert main(["add", str(folder), *flags]) == 0  # a copy is no fault


def test_what_contradicts_the_corpus_is_set_aside_and_the_rest_is_added(tmp_path, texts):
    corpus = tmp_path / "corpus"
    day = "15 May 2024"
    first = texts(
        {
            "a.txt": f"Talks end\n\n{day}\n\n{ONE}\n\n{TWO}",
            "b.txt": f"The pool stays closed\n\n{TWO}",
        },
        "1",
    )
    add_documents(corpus, [first])
    second = texts(
        {
            "a.txt": f"Talks end\n\n{day}\n\n{ONE} Late.\n\n{TWO}",  # an update of a text
            "b.txt": f"The pool stays closed\n\n{THREE}",  # another text with that title
            "c.txt": f"Fares are to rise\n\n{THREE}",
        },
        "2",
    )
    added = add_documents(corpus, [second])
    assert added[["doc", "state"]].values.tolist() == [
        ["b-2", "added"],
        ["c", "added"],
        ["", "set aside"],
    ]
    assert "is there already and holds another text" in added["note"][2]
    assert added["remedy"][2].startswith("add --replace to put this one in its place")
    replaced = add_documents(corpus, [second], replace=True)
    assert count(replaced) == {"already there": 2, "replaced": 1}


def test_replacing_a_folder_keeps_texts_of_one_title_apart(tmp_path, texts):
    corpus = tmp_path / "corpus"
    add_documents(corpus, [texts({"z.txt": f"{LETTERS}\n\n{ONE}"})])
    folder = texts({"a.txt": f"{LETTERS}\n\n{TWO}"})
    added = add_documents(corpus, [folder], replace=True)
    assert added[["doc", "state"]].values.tolist() == [["a", "added"], ["z", "already there"]]


def test_a_flag_that_was_wrong_is_corrected_for_a_folder(tmp_path, texts):
    contents = {f"{i}.txt": f"Day {i} of the talks\n\n{ONE} {i}" for i in range(3)}
    folder = texts(contents | {"x.txt": TWO})
    add_documents(tmp_path / "corpus", [folder], values={"outlet": "Daly", "topic": "talks"})
    values = {"outlet": "Daily", "topic": "talks"}
    added = add_documents(
        tmp_path / "corpus", [folder / f"{i}.txt" for i in range(3)], values=values, replace=True
    )
    assert count(added) == {"replaced": 3}
    rows = read_manifest(tmp_path / "corpus" / "sources.csv")
    assert [row["outlet"] for row in rows] == ["Daily"] * 3 + ["Daly"]
    wrong = add_documents(tmp_path / "corpus", [folder], values={"topic": "fairs"})
    assert count(wrong) == {"set aside": 4}
    assert "already has topic 'talks'" in wrong["note"][0]


def test_a_link_to_a_folder_and_the_corpus_itself(tmp_path, texts):
    folder = texts({"a.txt": f"The talks end today\n\n{ONE}"})
    corpus = folder / "corpus"
    (folder / "loop").symlink_to(folder)
    assert count(add_documents(corpus, [folder])) == {"added": 1, "set aside": 1}
    added = add_documents(corpus, [folder])
    assert count(added) == {"already there": 1, "set aside": 1}
    assert added["note"][1] == "is a link to a folder"
    with pytest.raises(InputError, match="corpus is the corpus itself; name the folder of the"):
        add_documents(corpus, [corpus])


# ---- what folders, a table and flags say -------------------------------------------------------


def test_folders_state_columns(tmp_path, texts):
    folder = texts(
        {
            "The Daily/fairs/a.txt": f"The talks end today\n\n{ONE}",
            "The Herald/b.txt": f"The talks end today\n\n{ONE}",  # the same text in another paper
            "c.txt": f"The pool stays closed\n\n{TWO}",
        }
    )
    with zipfile.ZipFile(folder / "Gazette.zip", "w") as archive:
        archive.writestr("Gazette/trade/d.txt", f"Fares are to rise\n\n{THREE}")
    corpus = tmp_path / "corpus"
    columns = ["outlet", "topic"]
    add_documents(corpus, [folder], folder_columns=columns, values={"outlet": "Post"})
    rows = read_manifest(corpus / "sources.csv")
    assert {(row["title"], row["outlet"], row["topic"]) for row in rows} == {
        ("The talks end today", "The Daily", "fairs"),
        ("The talks end today", "The Herald", ""),
        ("The pool stays closed", "Post", ""),
        ("Fares are to rise", "Gazette", "trade"),
    }
    by_name = folder / "The Daily" / "fairs" / "a.txt"
    add_documents(tmp_path / "other", [by_name], folder_columns=["outlet", "-"])
    assert read_manifest(tmp_path / "other" / "sources.csv")[0]["outlet"] == "The Daily"


def test_a_table_says_what_is_known_of_each_file(tmp_path, texts, capsys):
    folder = texts(
        {
            "x/a.txt": f"The talks end today\n\n{ONE}",
            "y/a.txt": f"The pool stays closed\n\n{TWO}",
            "b.txt": THREE,
            "files.csv": "file;Date;outlet;topic;title\nx/a.txt;15/5/2024;Daily;fairs;\n"
            "y\\a.txt;;Herald;;\nB.txt;;;fares;Fares to rise\nnone.txt;;;;\n",
        }
    )
    flags = ["--outlet", "Post", "--set", "topic=none", "--table", str(folder / "files.csv")]
    corpus = tmp_path / "corpus"
    assert main(["add", str(folder), "--yes", "--corpus", str(corpus), *flags]) == 0
    rows = read_manifest(corpus / "sources.csv")
    columns = ("title", "outlet", "topic", "published")
    assert [tuple(row[name] for name in columns) for row in rows] == [
        ("Fares to rise", "Post", "fares", ""),
        ("The talks end today", "Daily", "fairs", "2024-05-15"),
        ("The pool stays closed", "Herald", "none", ""),
    ]
    shown = capsys.readouterr().out
    assert "files.csv: columns: published from 'Date'" in shown
    assert "files.csv: no file was found for row 5, 'none.txt'" in shown
    assert "3 found = 3 added" in shown


def test_titles_of_a_table_are_not_needed_a_second_time(tmp_path, texts):
    folder = texts({"a.txt": ONE, "b.txt": f"{TWO}\n\n{THREE}"})
    (tmp_path / "files.csv").write_text("file,title,standfirst\na.txt,One,\nb.txt,Two,In short\n")
    added = add_documents(tmp_path / "corpus", [folder], table=tmp_path / "files.csv")
    assert added["title"].tolist() == ["One", "Two"]
    again = add_documents(tmp_path / "corpus", [folder])
    assert again[["doc", "state"]].values.tolist() == [
        ["a", "already there"],
        ["b", "already there"],
    ]


def test_progress_is_told_where_no_bar_can_be_drawn(tmp_path, texts, monkeypatch, capsys):
    monkeypatch.setattr("analysis.corpus.add.OFTEN", -1.0)
    add_documents(tmp_path / "corpus", [texts({"a.txt": ONE, "b.txt": TWO})])
    assert "Reading files: 0 of 2\nReading files: 1 of 2\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("name,outlet\na.txt,Daily\n", r"has no column 'file'; write the files' names"),
        ("file,published\na.txt,soon\n", r"files\.csv row 2: .*'soon' is not a date"),
        ("file,id\na.txt,../x\n", r"files\.csv row 2: the id '\.\./x' cannot name"),
    ],
)
def test_tables_of_files_that_cannot_be_used(tmp_path, texts, table, message):
    folder = texts({"a.txt": f"The talks end today\n\n{ONE}", "../files.csv": table})
    with pytest.raises(InputError, match=message):
        add_documents(tmp_path / "corpus", [folder], table=tmp_path / "files.csv")
    assert not (tmp_path / "corpus").exists()


def test_a_row_that_could_mean_two_files_and_an_id_given_twice(tmp_path, texts):
    folder = texts(
        {
            "x/a.txt": f"The talks end today\n\n{ONE}",
            "y/a.txt": f"The pool stays closed\n\n{TWO}",
            "b.txt": THREE,
        }
    )
    (tmp_path / "files.csv").write_text("file,id\na.txt,one\nb.txt,one\n")
    added = add_documents(tmp_path / "corpus", [folder], table=tmp_path / "files.csv")
    assert added["state"].tolist() == ["added", "set aside", "set aside"]
    assert "could also mean" in added["note"][1]
    assert "another file has the id 'one', too" in added["note"][2]


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--set", "topic"], "--set 'topic' does not say what is set; write --set topic=fairs"),
        (["--set", "topic="], "does not say what is set"),
        (["--set", "text=x"], "a column cannot be named 'text', which the corpus uses otherwise"),
        (["--set", "outlet=A", "--outlet", "B"], "outlet is given as 'B', too; give it once"),
        (["--folder-columns", "doc"], "a column cannot be named 'doc'"),
        (["--title", "T"], "--title describes one document, but there are 2; add them one by one"),
    ],
)
def test_flags_that_cannot_be_used_are_refused(tmp_path, texts, capsys, flags, message):
    folder = texts(
        {"a.txt": f"The talks end today\n\n{ONE}", "b.txt": f"The pool stays closed\n\n{TWO}"}
    )
    assert main(["add", str(folder), "--yes", "--corpus", str(tmp_path / "c"), *flags]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "c").exists()


def test_flags_that_are_not_used_are_told(tmp_path, texts, capsys):
    folder = texts({"a.txt": f"The talks end today\n\n{ONE}"})
    flags = ["--column", "region=Land", "--date-order", "dmy", "--yes"]
    assert main(["add", str(folder), "--corpus", str(tmp_path / "corpus"), *flags]) == 0
    shown = capsys.readouterr().out
    assert "not used: the column 'Land' for region, since no file is a table" in shown
    assert "not used: the order of dates 'dmy'" in shown


def test_names_of_files_steer_no_terminal(tmp_path, texts, capsys):
    folder = texts({"a\x1b[2J.txt": f"The talks end today\n\n{ONE}", "b\x1b[2J.docx": b"no"})
    (folder / os.fsdecode(b"c\xff.docx")).write_bytes(b"no")
    assert main(["add", str(folder), "--yes", "--corpus", str(tmp_path / "corpus")]) == 0
    assert "\x1b" not in capsys.readouterr().out
    rows = read_aside(tmp_path / "corpus")
    assert [row[0].removeprefix(f"{folder}/") for row in rows] == [
        r"b\x1b[2J.docx",
        r"c\udcff.docx",
    ]
    assert rows[0][1].startswith("is not a Word file")


# ---- a run that is killed -----------------------------------------------------------------------


def test_a_killed_run_is_taken_up_and_doubles_nothing(tmp_path, texts, root):
    folder = texts({f"{i}.txt": f"Day {i} of the talks\n\n{ONE} {TWO} No. {i}" for i in range(400)})
    texts({"bad.docx": b"no"})
    command = [sys.executable, "-m", "analysis", "add", str(folder), "--yes", "--corpus"]
    command += [str(tmp_path / "corpus"), "--duplicates", "ignore"]
    cache = tmp_path / "cache"
    environment = {**os.environ, "DISCOURSE_CACHE": str(cache)}
    process = subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:  # until it has read some files
        if any(path.stat().st_size > 20_000 for path in cache.glob("adding/*.jsonl")):
            break
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    (log,) = cache.glob("adding/*.jsonl")
    known = log.read_bytes().count(b"\n")
    log.write_bytes(log.read_bytes().replace(b"Day 0 of the talks", b"Day 0 as it was read"))
    if not (tmp_path / "corpus" / "sources.csv").exists():  # it was killed while it read
        assert known > 0
    shown = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, timeout=120, check=True
    ).stdout
    assert shown.endswith("401 found = 400 added + 0 already there + 1 set aside.\n")
    documents = read_corpus(tmp_path / "corpus", near_duplicates=None).documents
    assert len(documents) == 400
    assert documents["text"].is_unique
    assert "Day 0 as it was read" in set(documents["title"])  # what was read was not read again
    assert not list(cache.glob("adding/*.jsonl"))


# ---- what is kept of a batch -------------------------------------------------------------------


def read_added(corpus):
    with open(corpus / "added.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_what_became_of_each_file_is_kept_with_all_doubts(tmp_path, texts, capsys):
    words = [f"Café number {i} of the harbour opened again on the {i}th of May." for i in range(40)]
    folder = texts(
        {f"{i:02}.txt": f"{ONE} {word}".encode("cp1252") for i, word in enumerate(words)}
    )
    texts({"40.txt": f"{ONE} {words[0]}".encode("cp1252"), "41.docx": b"no"})
    corpus = tmp_path / "corpus"
    flags = ["--corpus", str(corpus), "--duplicates", "ignore", "--outlet", "Daily"]
    assert main(["add", str(folder), "--dry-run", *flags]) == 0
    assert capsys.readouterr().out.count("encoding guessed") == 40  # all of them
    assert main(["add", str(folder), "--yes", *flags]) == 0
    shown = capsys.readouterr().out
    assert f"What became of each file, with all doubts: {corpus / 'added.csv'}" in shown
    rows = read_added(corpus)
    ids = {row["id"] for row in read_manifest(corpus / "sources.csv")}
    assert [os.path.basename(row["file"]) for row in rows] == [f"{i:02}.txt" for i in range(41)]
    assert [row["id"] for row in rows[:40]] == list(dict.fromkeys(row["id"] for row in rows))
    assert {row["id"] for row in rows} == ids
    assert {row["note"] for row in rows[:40]} == {"encoding guessed: windows-1252"}
    assert (rows[40]["note"], rows[40]["id"]) == ("the same text again", rows[0]["id"])
    before = (corpus / "added.csv").read_bytes()
    assert main(["add", str(folder), "--yes", *flags]) == 0
    assert (corpus / "added.csv").read_bytes() == before


def test_near_duplicates_are_kept_and_a_table_of_another_is_not_overwritten(tmp_path, texts):
    folder = texts({"a.txt": f"{ONE} {TWO}", "b.txt": f"{ONE} {TWO} Late."})
    add_documents(tmp_path / "corpus", [folder], values={"outlet": "Daily"})
    rows = [tuple(row.values())[1:] for row in read_added(tmp_path / "corpus")]
    assert rows[0] == ("daily-a", "", "", "")
    assert rows[1][:3] == ("daily-b", "", "daily-a")
    assert 0.7 < float(rows[1][3]) < 1
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "added.csv").write_text("name,age\nAnn,4\n")
    with pytest.raises(InputError, match=r"added\.csv is another table than the one"):
        add_documents(tmp_path / "other", [folder])
    assert (tmp_path / "other" / "added.csv").read_text() == "name,age\nAnn,4\n"


@pytest.mark.parametrize("name", ["archive.zip", "texts/archive.zip", "letters.mbox", "rows.csv"])
def test_a_row_for_a_file_of_many_documents_holds_for_all_of_them(tmp_path, texts, name):
    mail = "From ann@d.example Sat May 18 10:00:00 2024\nFrom: Ann <ann@d.example>\nSubject: {}\n"
    mail += "Date: Sat, 18 May 2024 10:00:00 +0000\nMIME-Version: 1.0\n\n{}\n\n"
    content = {
        "letters.mbox": mail.format("One", ONE) + mail.format("Two", TWO),
        "rows.csv": f'title,text\nOne,"{ONE}"\nTwo,"{TWO}"\n',
    }.get(name, "")
    folder = texts({os.path.basename(name): content})
    if not content:
        with zipfile.ZipFile(folder / "archive.zip", "w") as archive:
            archive.writestr("in/a.txt", ONE)
            archive.writestr("in/b.txt", TWO)
            archive.writestr("in/archive.zip.txt", THREE)
    (tmp_path / "files.csv").write_text(f"file,outlet,topic\n{name},Daily,fairs\nin/b.txt,Post,\n")
    corpus = tmp_path / "corpus"
    added = add_documents(corpus, [folder], table=tmp_path / "files.csv")
    assert set(added["state"]) == {"added"}
    rows = read_manifest(corpus / "sources.csv")
    said = [(row["outlet"], row["topic"]) for row in rows]
    if content:
        assert said == [("Daily", "fairs")] * 2
    else:  # the row for the file itself goes before the one for its archive
        assert said == [("Daily", "fairs"), ("Post", ""), ("Daily", "fairs")]


def test_a_row_for_an_archive_that_is_there_twice_means_two(tmp_path, texts):
    for name in ("x", "y"):
        (tmp_path / "texts" / name).mkdir(parents=True)
        with zipfile.ZipFile(tmp_path / "texts" / name / "a.zip", "w") as archive:
            archive.writestr("1.txt", f"{ONE} {name}")
    (tmp_path / "files.csv").write_text("file,outlet\na.zip,Daily\n")
    added = add_documents(tmp_path / "c", [tmp_path / "texts"], table=tmp_path / "files.csv")
    assert added["state"].tolist() == ["added", "set aside"]


def test_no_flag_is_dropped_silently(tmp_path, texts, capsys):
    folder = texts({"Daily/b.txt": TWO})
    with zipfile.ZipFile(folder / "Daily" / "a.zip", "w") as archive:
        archive.writestr("1.txt", ONE)
    flags = ["--text-column", "Foo", "--date-order", "dmy", "--outlet", "Post"]
    flags += ["--folder-columns", "outlet", "--country", "GB", "--dry-run"]
    assert main(["add", str(folder), "--corpus", str(tmp_path / "c"), *flags]) == 0
    shown = capsys.readouterr().out
    assert "not used: the column 'Foo' for text, since no file is a table" in shown
    assert "not used: the order of dates 'dmy'" in shown
    assert "not used: outlet 'Post', since folders or the table state another of each" in shown
    assert "not used: country" not in shown
    with zipfile.ZipFile(folder / "Daily" / "a.zip", "w") as archive:
        archive.writestr("1.csv", f'title,Foo\nOne,"{ONE}"\n')
    (folder / "c.txt").write_text(THREE)
    assert main(["add", str(folder), "--corpus", str(tmp_path / "c"), *flags]) == 0
    assert "not used" not in capsys.readouterr().out


# ---- what is no text, and files that are not what they are called --------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Not available.", "Full text is not available.", "n/a", "N.A.", "[removed]", "[deleted]",
        "[deleted by user]", "[ Removed by Reddit ]", "No full text available", "None", "–", "…",
        "The full text of this article is unavailable.", "Article not found", "Text: missing",
        "This document is not available in full text.", "Content no longer available",
        "Not available due to copyright restrictions.", "Der Volltext ist nicht verfügbar.",
        "Kein Text vorhanden", "[gelöscht]", "Le texte intégral n’est pas disponible.",
        "Contenu supprimé", "Texto completo no disponible", "Testo non disponibile.",
        "Texto não disponível", "Tekst niet beschikbaar", "Tekst niedostępny", "[usunięty]",
        "Текст недоступен", "Комментарий удалён", "Текст відсутній", "Metin mevcut değil",
        "غير متوفر", "全文不可用", "本文なし",
    ],
)  # fmt: skip
def test_a_text_that_says_that_it_is_not_there_is_set_aside(tmp_path, texts, text):
    folder = texts({"t.csv": f'title,text\nTalks end,"{text}"\nThe pool,"{TWO}"\n'})
    added = add_documents(tmp_path / "corpus", [folder])
    assert sorted(added["state"]) == ["added", "set aside"]
    ((where, reason, remedy),) = read_aside(tmp_path / "corpus")
    assert where.endswith("row 2")
    assert "its text says only that there is none" in reason or "no text" in reason
    assert remedy


@pytest.mark.parametrize(
    "text",
    [
        "The statue was removed.", "Removed from office.", "No comment.", "Text me.", "🎉🎉",
        "Not available to everyone, the minister said.", "Deleted scenes are back.", "Nein.",
        "The text is not available, so we made our own.", "404", "Content!", "Nicht mit uns.",
    ],
)  # fmt: skip
def test_a_short_text_that_says_something_is_a_text(tmp_path, texts, text):
    folder = texts({"t.csv": f'title,text\nTalks end,"{text}"\nThe pool,"{TWO}"\n'})
    assert count(add_documents(tmp_path / "corpus", [folder])) == {"added": 2}


@pytest.mark.parametrize("name", ["results", "results.txt", "results.xml", "results.text"])
def test_xml_that_does_not_say_so_is_read_as_xml(tmp_path, texts, name):
    result = "<result><title>{}</title><text>{}</text></result>"
    content = f"<results>{result.format('Harbour', ONE)}{result.format('Pool', TWO)}</results>\n"
    added = add_documents(tmp_path / "corpus", [texts({name: content})])
    assert added["title"].tolist() == ["Harbour", "Pool"]
    assert "<" not in "".join(p.read_text() for p in (tmp_path / "corpus/originals").iterdir())


@pytest.mark.parametrize(
    "content",
    [f"<p>{ONE}</p>", f"<quote>{ONE}</quote>\n\n{TWO}", f"<b>Talks</b>\n\n{ONE}", f"<{ONE}>"],
)
def test_a_text_that_begins_with_a_tag_stays_a_text(tmp_path, texts, content):
    added = add_documents(tmp_path / "corpus", [texts({"a.txt": content})])
    assert added["state"].tolist() == ["added"]
    assert ONE in (tmp_path / "corpus" / "originals" / f"{added['doc'][0]}.txt").read_text()


@pytest.mark.parametrize("name", ["letters.txt", "letters", "2024-May.mbox.txt", "letters.mbox"])
@pytest.mark.parametrize(
    ("separator", "header"),
    [
        ("From - Sat May 18 10:00:00 2024", "From: The Daily <n@d.example>"),
        ("From n at d.example  Sat May 18 10:00:00 2024", "From: n at d.example (The Daily)"),
        ("From n@d.example Sat May 18 10:00:00 2024", "Message-ID: <1@d.example>\nFrom: The Daily"),
    ],
)
def test_mail_archives_are_known_whatever_they_are_called(tmp_path, texts, name, separator, header):
    mail = (
        f"{separator}\n{header}\nDate: Sat, 18 May 2024 10:00:00 +0000\nSubject: {{}}\n\n{{}}\n\n"
    )
    folder = texts({name: mail.format("Talks end", ONE) + mail.format("The pool", TWO)})
    added = add_documents(tmp_path / "corpus", [folder])
    assert added["title"].tolist() == ["Talks end", "The pool"]
    assert added["published"].str[:10].tolist() == ["2024-05-18"] * 2


@pytest.mark.parametrize(
    "content", [f"From Paris to Rome in 2024\n\n{ONE}", f"From Paris, 18 May 2024\nNote: {ONE}"]
)
def test_a_text_that_begins_with_from_is_no_mailbox(tmp_path, texts, content):
    added = add_documents(tmp_path / "corpus", [texts({"a.txt": content})])
    assert count(added) == {"added": 1}
    assert ONE in (tmp_path / "corpus" / "originals" / f"{added['doc'][0]}.txt").read_text()


@pytest.mark.parametrize("content", [b"\x00\x01\x02", b"\x01\x02", b"\x00\x01"])
def test_a_few_control_bytes_are_no_text(tmp_path, texts, content):
    folder = texts({"a.txt": content, "b.txt": ONE})
    added = add_documents(tmp_path / "corpus", [folder])
    assert count(added) == {"added": 1, "set aside": 1}


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.md", "a"])
def test_a_text_that_is_far_too_long_is_not_decoded_to_be_refused(
    tmp_path, texts, name, monkeypatch
):
    from analysis.corpus.formats import read

    monkeypatch.setattr(read, "decode_bytes", None)
    monkeypatch.setattr(read, "decode_page", None)
    folder = texts({name: ("Fähre und Möwe. " * 1_500_000).encode("cp1252")})
    with pytest.raises(InputError, match=r"holds a text of more than 5,000,000 characters; split"):
        read.read_source(folder / name)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no timer of this kind")
def test_a_member_that_takes_too_long_costs_only_itself(tmp_path, monkeypatch):
    from analysis.corpus.formats import read

    def read_one(kind, data, name, options):
        while "slow" in name:
            pass
        return own(kind, data, name, options)

    own = read._read_one
    monkeypatch.setattr(read, "_read_one", read_one)
    monkeypatch.setattr(read, "MEMBER_TIME", 0.2)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name, text in (("1.txt", ONE), ("slow.txt", TWO), ("3.txt", THREE)):
            archive.writestr(name, text)
    source = read.read_source(tmp_path / "a.zip")
    assert [item.where.rsplit(": ")[-1] for item in source.items] == ["1.txt", "3.txt"]
    ((where, why),) = source.left_out
    assert where.endswith("a.zip: slow.txt")
    assert why == "could not be read: it takes more than 0.2 s."
    assert signal.getitimer(signal.ITIMER_PROF) == (0, 0)
