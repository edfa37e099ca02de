"""Commands that are killed at any moment leave the old or the new state, and the next run finishes.

`fetch` is in test_fetch_killed.py.
"""

from __future__ import annotations

import json
import os
import shutil
import warnings
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from kills import KILLS, kill_often
from test_annotation_cache import same, some_tagged, span

import analysis as da
from analysis.annotation import cache
from analysis.cli import notebooks as execute

SENTENCE = "Ministers left the table on Tuesday after {} hours of talks about the harbour of {}. "
pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork"),
    pytest.mark.parametrize("kills", KILLS),
]


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch):
    """A killed process needs no flushing: the system has what was written."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
    monkeypatch.setattr(os, "sync", lambda: None, raising=False)


def rows(number: int, count: int) -> list[dict[str, str]]:
    return [
        {
            "id": f"d{i}",
            "title": f"Talks {i}, report {number}",
            "text": SENTENCE.format(i, f"town number {i}") * 3 + f"Report {number}.",
            "date": "2024-05-15",
        }
        for i in range(count)
    ]


def read_state(folder: Path) -> list[tuple[str, str, str]]:
    """What an analyst sees of a corpus."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        documents = da.read_corpus(folder).documents
    return list(zip(documents["doc"], documents["title"], documents["text"], strict=True))


@pytest.mark.parametrize("count", [4, 30])
def test_add(tmp_path, count, kills):
    folder, saved = tmp_path / f"corpus{count}", tmp_path / "saved"
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    one.write_text("\n".join(map(json.dumps, rows(1, count - 1))))
    two.write_text("\n".join(map(json.dumps, rows(2, count))))

    def work():
        da.add_documents(folder, [two], replace=True, duplicates="ignore")

    def restore():
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(saved, folder)

    da.add_documents(saved, [one], duplicates="ignore")
    (saved / "briefs").mkdir()
    (saved / "originals" / "d0.txt").rename(saved / "briefs" / "d0.txt")
    restore()
    old = read_state(folder)
    work()
    new = read_state(folder)
    assert old != new
    ends = []
    for killed in kill_often(work, folder, restore, kills):
        found = read_state(folder)
        assert found in (old, new)
        ends.append((killed, found == new))
        work()
        assert read_state(folder) == new
        texts = {path.name for path in (folder / "originals").iterdir()}
        assert texts == {f"d{i}.txt" for i in range(count)}
    assert {(True, False), (True, True)} <= set(ends)
    assert sum(killed for killed, _ in ends) > kills // 3


def test_bundles(tmp_path, kills):
    stem = tmp_path / "figures" / "terms"
    old = pd.DataFrame({"term": ["peace", "=war()"], "count": [3, 1]})
    new = pd.DataFrame({"term": ["peace"], "count": [4]})

    def work():
        da.save_table(new, stem, caption="New.", formats=["html"])

    def restore():
        shutil.rmtree(stem.parent, ignore_errors=True)
        da.save_table(old, stem, caption="Old.")

    ends = []
    for killed in kill_often(work, stem.parent, restore, kills):
        found = da.read_bundle(stem)
        assert found.equals(old) or found.equals(new)
        assert "differs" not in set(da.verify(stem)["status"])
        ends.append((killed, found.equals(new)))
        work()
        assert da.read_bundle(stem).equals(new)
        left = {path.name for path in stem.parent.iterdir() if path.suffix != ".new"}
        assert left == {"terms.csv", "terms.html", "terms.json"}
    assert {(True, False), (True, True)} <= set(ends)


def test_the_cache_of_the_annotator(tmp_path, kills):
    folder = tmp_path / "cache"
    texts = [f"text {i}" for i in range(12)]

    def tag():
        kept = cache.Kept(folder, ["v1"], lambda texts, _: [some_tagged(text) for text in texts])
        return kept(texts, [span()] * len(texts))

    def restore():
        shutil.rmtree(folder, ignore_errors=True)

    found = set()
    for _ in kill_often(tag, folder, restore, kills):
        files = list(folder.rglob("*.parquet"))
        assert all(cache.read(folder, path.stem) is not None for path in files)
        found.add(len(files))
        for text, tagged in zip(texts, tag(), strict=True):
            assert same(some_tagged(text), tagged)
        assert len(list(folder.rglob("*.parquet"))) == len(texts)
    assert len(found) > 4


PARAMETERS = 'corpus = "../corpus"\nfigures = "../figures"'
MEASURE = """
from pathlib import Path
import pandas as pd
import analysis as da

counted = pd.DataFrame({"words": [len(Path(corpus, "a.txt").read_text().split())]})
da.save_table(counted, figures + "/one", caption="C.", formats=["html"])
da.save_table(counted, figures + "/two", caption="C.", formats=["html"])
"""


def run_in_place(notebook, work, room):
    """Run a notebook in this process: a kernel takes seconds to start, and there are many runs."""
    names: dict = {}
    for cell in notebook.cells:
        exec(cell.source, names)
    return ""


def test_report(tmp_path, monkeypatch, kills):
    monkeypatch.setattr(execute, "_execute", run_in_place)
    monkeypatch.setattr(execute, "_page", lambda notebook, *_: nbformat.writes(notebook))
    output, corpus = tmp_path / "figures", tmp_path / "corpus"
    (tmp_path / "notebooks").mkdir()
    corpus.mkdir()
    built = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
            nbformat.v4.new_code_cell(MEASURE),
        ]
    )
    nbformat.write(built, tmp_path / "notebooks" / "01-one.ipynb")

    def work():
        (corpus / "a.txt").write_text("peace and war")
        return execute.run_notebooks(notebooks=tmp_path / "notebooks", corpus=corpus, output=output)

    def restore():
        shutil.rmtree(output, ignore_errors=True)
        for name in ("one", "two"):
            da.save_table(pd.DataFrame({"words": [5]}), output / name, caption="C.")

    seen = set()
    for _ in kill_often(work, output, restore, kills):
        counts = tuple(da.read_bundle(output / name)["words"][0] for name in ("one", "two"))
        assert counts in ((5, 5), (3, 5), (3, 3))
        seen.add(counts)
        for page in (output / "notebooks").glob("*.html"):
            json.loads(page.read_text())  # whole
        assert work() == 0
        assert [da.read_bundle(output / name)["words"][0] for name in ("one", "two")] == [3, 3]
        assert "differs" not in set(da.verify(output / "two")["status"])
        assert [p.name for p in (output / "notebooks").glob("*.html")] == ["01-one.html"]
    assert len(seen) == 3
