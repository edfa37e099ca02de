"""What was tagged is kept: found again, noticed when damaged, gone on with after a crash."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import files
from analysis.annotation import annotator as room
from analysis.annotation import cache
from analysis.annotation.annotator import annotate, annotate_names
from analysis.annotation.model import FOLDER
from analysis.annotation.tagged import Spans, Tagged, empty_tagged
from analysis.text.tokens import tokenize

needs_model = pytest.mark.skipif(
    not (FOLDER / "model.onnx").exists() or importlib.util.find_spec("onnxruntime") is None,
    reason="the model is not in analysis/model, or onnxruntime is not installed",
)


def strings(*some: str) -> np.ndarray:
    column = np.empty(len(some), dtype=object)
    column[:] = some
    return column


def some_tagged(lemma: str = "Ito") -> Tagged:
    return Tagged(
        np.array([0, 4], np.int32), np.array([3, 8], np.int32), np.array([0, 0], np.int32),
        strings("PROPN", "VERB"), strings("", "Tense=Past"), strings(lemma, "\ud800 \0 '\""),
        strings("nsubj", "root"), np.array([1, -1], np.int32), strings("B-PERSON", "O"),
        np.array([0.25, 1 / 3], np.float32),
    )  # fmt: skip


def same(one: Tagged, other: Tagged | None) -> bool:
    return other is not None and all(
        a.dtype == b.dtype and a.tolist() == b.tolist() for a, b in zip(one, other, strict=True)
    )


KEY = "ab" * 32


@pytest.mark.parametrize("tagged", [some_tagged(), empty_tagged()])
def test_what_is_written_is_read(tagged: Tagged, tmp_path: Path) -> None:
    assert cache.read(tmp_path, KEY) is None
    cache.write(tmp_path, KEY, tagged)
    assert same(tagged, cache.read(tmp_path, KEY))
    assert [p.name for p in tmp_path.rglob("*.*")] == [f"{KEY}.parquet"]


def test_a_damaged_file_is_noticed_wherever_the_damage_is(tmp_path: Path) -> None:
    cache.write(tmp_path, KEY, some_tagged())
    path = cache.path_of(tmp_path, KEY)
    data = path.read_bytes()
    for at in range(0, len(data), 7):
        broken = bytearray(data)
        broken[at] ^= 0x55
        path.write_bytes(broken)
        found = cache.read(tmp_path, KEY)  # some bytes, as the writer's name, mean nothing
        assert found is None or same(some_tagged(), found)
    for size in (0, 3, len(data) // 2, len(data) - 1):
        path.write_bytes(data[:size])
        assert cache.read(tmp_path, KEY) is None


def test_a_foreign_file_is_noticed(tmp_path: Path) -> None:
    other = "cd" * 32
    cache.write(tmp_path, other, some_tagged())
    path = cache.path_of(tmp_path, KEY)
    path.parent.mkdir(parents=True)
    path.write_bytes(cache.path_of(tmp_path, other).read_bytes())
    assert cache.read(tmp_path, KEY) is None
    pd.DataFrame({"start": [1]}).to_parquet(path)
    assert cache.read(tmp_path, KEY) is None
    path.write_text("not Parquet")
    assert cache.read(tmp_path, KEY) is None


def test_a_number_changed_by_hand_is_noticed(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    cache.write(tmp_path, KEY, some_tagged())
    path = cache.path_of(tmp_path, KEY)
    table = pq.read_table(path, partitioning=None)
    changed = table.set_column(3, "pos", pa.array([1, 1], pa.int32()))
    pq.write_table(changed, path)
    assert cache.read(tmp_path, KEY) is None


def test_the_key_changes_with_all_that_matters() -> None:
    starts, numbers = np.array([0, 5]), np.array([0, 1])
    keys = {
        cache.make_key("Talks", starts, numbers, "model 1"),
        cache.make_key("Talks.", starts, numbers, "model 1"),
        cache.make_key("Talks", starts + 1, numbers, "model 1"),
        cache.make_key("Talks", starts, numbers + 1, "model 1"),
        cache.make_key("Talks", starts, numbers, "model 2"),
        cache.make_key("Talks", starts[:1], numbers[:1], "model 1"),
    }
    assert len(keys) == 6
    assert cache.make_key("Talks", starts, numbers, "model 1") in keys


def test_the_folder_is_the_users(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DISCOURSE_CACHE", str(tmp_path))
    assert files.default_folder() == tmp_path
    monkeypatch.delenv("DISCOURSE_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "x"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "l"))
    for platform, part in (("linux", "x"), ("darwin", "Caches"), ("win32", "l")):
        monkeypatch.setattr(files.sys, "platform", platform)
        assert part in files.default_folder().parts
        assert files.default_folder().name == "discourse-analysis"


def span(size: int = 1) -> Spans:
    return Spans(np.arange(size), np.arange(size) + 1, np.zeros(size, int))


def test_only_what_is_missing_is_done(tmp_path: Path) -> None:
    asked: list[str] = []

    def work(texts, spans):
        asked.extend(texts)
        return [some_tagged(text) for text in texts]

    kept = cache.Kept(tmp_path, ["v1"], work)
    first = kept(["a", "b", "c"], [span()] * 3)
    assert [tagged.lemma[0] for tagged in first] == ["a", "b", "c"]
    asked.clear()
    again = kept(["c", "new", "a"], [span()] * 3)
    assert [tagged.lemma[0] for tagged in again] == ["c", "new", "a"]
    assert asked == ["new"]
    asked.clear()
    cache.Kept(tmp_path, ["v2", "v1"], work)(["a"], [span()])
    assert asked == []  # an answer that holds more than is asked for will do
    cache.Kept(tmp_path, ["v2"], work)(["a"], [span()])
    assert asked == ["a"]


def test_a_damaged_file_is_done_again_and_mended(tmp_path: Path) -> None:
    kept = cache.Kept(tmp_path, ["v"], lambda texts, spans: [some_tagged() for _ in texts])
    kept(["a"], [span()])
    (path,) = tmp_path.rglob("*.parquet")
    data = path.read_bytes()
    path.write_bytes(data[:-9])
    assert same(some_tagged(), kept(["a"], [span()])[0])
    assert path.read_bytes() == data


def test_without_a_folder_that_can_be_written_work_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("here is no folder")
    kept = cache.Kept(file, ["v"], lambda texts, spans: [some_tagged() for _ in texts])
    with pytest.warns(UserWarning, match="cannot be kept in .*file.*DISCOURSE_CACHE") as told:
        kept(["a", "b"], [span()] * 2)
    assert len(told) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(kept(["c"], [span()])) == 1  # said once


@needs_model
def test_a_changed_text_is_done_again_alone(tmp_path: Path, monkeypatch) -> None:
    done: list[str] = []
    real = room.tag_texts

    def spy(texts, spans, **options):
        done.extend(texts)
        return real(texts, spans, **options)

    monkeypatch.setattr(room, "tag_texts", spy)
    documents = pd.DataFrame({"doc": ["a", "b"], "text": ["Putin met Xi.", "Talks failed. No."]})
    first = annotate(documents, cache=tmp_path)
    assert done == ["Putin met Xi.", "Talks failed. No."]
    again = annotate(documents, cache=str(tmp_path))
    for one, other in zip(first, again, strict=True):
        pd.testing.assert_frame_equal(one, other, check_exact=True)
        assert one.attrs == other.attrs
    pd.testing.assert_frame_equal(annotate_names(documents, cache=tmp_path), first.mentions)
    assert len(done) == 2
    documents.loc[1, "text"] = "Talks failed."
    annotate(documents, cache=tmp_path)
    assert done[2:] == ["Talks failed."]
    tokens = tokenize(documents)
    joined = annotate(documents, tokens=tokens.assign(sentence=0), cache=tmp_path)
    assert len(joined.tokens) == len(tokens)
    assert done[3:] == []  # one sentence each, as before
    monkeypatch.setattr(room, "engine_version", lambda: "another model")
    annotate(documents, cache=tmp_path)
    assert len(done) == 5


@needs_model
def test_names_alone_are_kept_apart(tmp_path: Path) -> None:
    documents = pd.DataFrame({"doc": ["a"], "text": ["Vladimir Putin met Xi Jinping."]})
    names = annotate_names(documents, cache=tmp_path)
    whole = annotate(documents, cache=tmp_path)
    assert set(whole.tokens["pos"]) > {"VERB"}
    pd.testing.assert_frame_equal(names, whole.mentions)


RUN = """
import sys, pandas as pd
from analysis import annotation as room
room._TOGETHER = 1
texts = [f"Vladimir Putin met Xi Jinping {n} times." for n in range(3000)]
documents = pd.DataFrame({"doc": [str(n) for n in range(3000)], "text": texts})
room.annotate(documents, cache=sys.argv[1], workers=1)
"""


@needs_model
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_run_that_was_killed_goes_on_where_it_was(tmp_path, root, monkeypatch) -> None:
    process = subprocess.Popen([sys.executable, "-c", RUN, str(tmp_path)], cwd=root)
    until = time.monotonic() + 120
    while len(list(tmp_path.rglob("*.parquet"))) < 20 and time.monotonic() < until:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    before = len(list(tmp_path.rglob("*.parquet")))
    assert 20 <= before < 3000
    done: list[str] = []
    real = room.tag_texts

    def spy(texts, spans, **options):
        done.extend(texts)
        return real(texts, spans, **options)

    monkeypatch.setattr(room, "tag_texts", spy)
    texts = [f"Vladimir Putin met Xi Jinping {n} times." for n in range(before + 5)]
    documents = pd.DataFrame({"doc": [str(n) for n in range(len(texts))], "text": texts})
    found = annotate(documents, cache=tmp_path)
    assert done == texts[before:]
    assert len(found.mentions) >= len(texts)
