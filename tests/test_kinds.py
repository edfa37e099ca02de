"""What is said of a path that is no corpus folder, and of a packed corpus where one is wanted."""

from __future__ import annotations

import pandas as pd
import pytest

import analysis as da
from analysis import InputError
from analysis.cli.main import main
from analysis.corpus.fetch import fetch_documents

PARTS = ("", "part-00000", "packed.json", "part-00000/texts.arrow")


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A packed corpus PACK, a table, a folder of texts and an empty one."""
    monkeypatch.chdir(tmp_path)
    texts = pd.DataFrame({"doc": ["a", "b"], "text": ["Peace talks failed.", "They go on."]})
    da.pack_corpus(texts, "PACK")
    texts.to_csv("news.csv", index=False)
    for name in ("texts", "empty"):
        (tmp_path / name).mkdir()
    (tmp_path / "texts" / "x.txt").write_text("Some words are here.")
    return tmp_path


def content(folder) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


WRITE = [
    ("add", "news.csv", "--yes", "--corpus"),
    ("new",),
    ("fetch", "--corpus"),
    ("check", "--corpus"),
]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("command", WRITE, ids=lambda command: command[0])
def test_nothing_is_written_into_a_packed_corpus(command, part, here, capsys):
    before = content(here)
    assert main([*command, f"PACK/{part}".rstrip("/")]) == 2
    said = capsys.readouterr()
    assert "the packed corpus PACK" in said.err or "PACK is a packed corpus" in said.err
    assert "'discourse pack FILE --to PACK'" in said.err
    assert "is no corpus yet" not in said.out
    assert content(here) == before


def test_functions_refuse_as_commands_do(here):
    before = content(here)
    calls = [
        lambda: da.add_documents("PACK", ["news.csv"]),
        lambda: da.new_corpus("PACK"),
        lambda: fetch_documents("PACK"),
        lambda: da.check_corpus("PACK"),
    ]
    for call in calls:
        with pytest.raises(InputError, match="'discourse pack FILE --to PACK'"):
            call()
    (here / "PACK" / "packed.json").unlink()  # as it can be lost
    for call in calls:
        with pytest.raises(InputError, match="'discourse pack FILE --to PACK'"):
            call()
    assert {*before} - {*content(here)} == {str(here / "PACK" / "packed.json")}


@pytest.mark.parametrize("command", WRITE, ids=lambda command: command[0])
def test_an_address_is_no_corpus_folder(command, here, capsys):
    before = content(here)
    assert main([*command, "memory://bucket/corpus"]) == 2
    assert "memory://bucket/corpus is an address" in capsys.readouterr().err
    assert content(here) == before


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("command", ["add", "pack"])
def test_files_of_a_packed_corpus_are_no_texts(command, part, here, capsys):
    if (command, part) == ("pack", ""):
        assert len(da.pack_corpus("PACK", "other")) == 2
        return
    options = ["--corpus", "new", "--yes"] if command == "add" else ["--to", "new"]
    assert main([command, f"PACK/{part}".rstrip("/"), *options]) == 2
    said = capsys.readouterr().err
    assert "no text; pack its texts with 'discourse pack " in said
    assert not (here / "new").exists()


def test_a_packed_corpus_in_a_folder_of_texts_is_passed_over(here):
    (here / "PACK").rename(here / "texts" / "PACK")
    assert da.add_documents("new", ["texts"])["state"].tolist() == ["added", "set aside"]
    with pytest.warns(UserWarning, match=r"texts/PACK is a packed corpus, no text"):
        assert len(da.pack_corpus("texts", "packed")) == 1


@pytest.mark.parametrize("part", PARTS[1:])
def test_a_part_of_a_pack_is_not_packed_into_or_repaired(part, here):
    for options in (["news.csv"], ["--repair"]):
        assert main(["pack", *options, "--to", f"PACK/{part}"]) == 2
    with pytest.raises(InputError, match=r"belongs to the packed corpus PACK; name PACK\."):
        da.pack_corpus("news.csv", f"PACK/{part}")


BOTH = ("discourse add ", "discourse pack ")


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        *((f"PACK/{part}", ("packed corpus PACK; read PACK", BOTH[1])) for part in PARTS[1:]),
        ("news.csv", ("is a file", "'discourse add news.csv --corpus CORPUS'", BOTH[1])),
        ("nosuch", ("does not exist", *BOTH)),
        ("texts", ("has no sources.csv", "add texts/*.txt --corpus texts'", "pack texts --to")),
        ("empty", ("has no sources.csv", *BOTH)),
        ("corpus/sources.csv", ("read its folder, corpus",)),
        ("memory://b/news.csv", ("no packed corpus", "pack memory://b/news.csv --to PACK")),
    ],
)
def test_what_cannot_be_read_is_told_with_what_makes_a_corpus(path, wanted, here, capsys):
    da.add_documents("corpus", ["news.csv"])
    with pytest.raises(InputError) as told:
        da.read_corpus(path)
    assert all(words in str(told.value) for words in wanted), told.value
    for command in (["report"], ["report", "--no-page", "--notebooks", "."], ["dossier", "a"]):
        if "--notebooks" in command and ("://" in path or (here / path).is_dir()):
            continue
        assert main([*command, "--corpus", path]) == 2
        assert str(told.value) in capsys.readouterr().err
