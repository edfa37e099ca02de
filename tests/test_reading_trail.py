"""The reading trail: steps as a tree, marks that stay with their lines, its file and its page."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

import analysis as da

TEXTS = {
    "a": "Peace talks failed. The river talks began in May.",
    "b": "Peace talks failed again. Talks on fish went on.",
    "c": "The river talks began in June. New talks on fish, said no one.",
}


def make(texts: dict[str, str] = TEXTS) -> da.Corpus:
    rows = [
        {"doc": doc, "side": "xy"[n % 2], "text": text}
        for n, (doc, text) in enumerate(texts.items())
    ]
    return da.Corpus(pd.DataFrame(rows), name="river")


@pytest.fixture
def trail() -> da.ReadingTrail:
    trail = da.ReadingTrail(make(), "talks", name="on talks", sort=["R1"])
    trail.select(where={"side": "x"}, name="one side", note="Only x & <y>.")
    trail.order(by="L1")
    trail.go(0)
    trail.group(by="pattern")
    return trail


def test_steps_are_a_tree(trail: da.ReadingTrail) -> None:
    assert trail.steps["parent"].tolist() == [pd.NA, 0, 1, 0]
    assert trail.steps["lines"].tolist() == [6, 4, 4, 6]
    assert trail.steps["here"].tolist() == [False, False, False, True]
    assert repr(trail).splitlines()[2] == "    2 Order by L1: 4 lines in 2 texts"
    trail.go("one side")
    assert trail.at == 1
    trail.remove(1)
    assert (trail.steps["step"].tolist(), trail.at) == ([0, 3], 0)
    assert trail.undo()
    assert (trail.steps["step"].tolist(), trail.at) == ([0, 1, 2, 3], 1)
    for wrong, sentence in ((9, "no step 9"), ("none", "no step 'none'")):
        with pytest.raises(da.InputError, match=sentence):
            trail.go(wrong)
    with pytest.raises(da.InputError, match="search itself"):
        trail.remove(0)


def test_a_wrong_step_changes_nothing(trail: da.ReadingTrail) -> None:
    with pytest.raises(da.InputError, match="no column 'age'"):
        trail.order(by="age")
    assert (len(trail), trail.at) == (4, 3)


def test_marks_stay_with_their_lines(trail: da.ReadingTrail) -> None:
    trail.go(0)
    trail.mark([0, 1], "keep", label="start")
    kept = {(row.doc, row.start) for row in trail.hits.itertuples() if row.mark == "keep"}
    trail.mark(1, note="see <b>")
    for step in (1, 2, 3):
        lines = trail.lines(step)
        there = {(row.doc, row.start) for row in lines.itertuples() if row.mark == "keep"}
        assert there == kept & {(row.doc, row.start) for row in lines.itertuples()}
    marked = trail.marked()
    assert [(row.doc, row.start) for row in marked.itertuples()] == sorted(kept)
    assert sorted(marked["note"]) == ["", "see <b>"]
    assert len(trail.select(keep="start")) == 2
    trail.go(0)
    trail.mark([0, 1], "", label="", note="")
    assert trail.marks == {}
    with pytest.raises(da.InputError, match="mark='maybe'"):
        trail.mark(0, "maybe")


def test_a_trail_is_saved_and_read(trail: da.ReadingTrail, tmp_path: Path) -> None:
    trail.mark(0, "keep", label="x", note="“quoted”")
    path = trail.save(tmp_path / "trail")
    again = da.read_trail(path, make())
    assert repr(again) == repr(trail)
    assert again.marks == trail.marks
    assert (again.at, again.name, again.found) == (3, "on talks", None)
    pd.testing.assert_frame_equal(again.hits, trail.hits)
    again.mark(0, "drop")
    again.save(path)
    with pytest.raises(da.InputError, match="not this trail as it was last saved"):
        trail.save(path)
    with pytest.raises(da.InputError, match="no folder"):
        trail.save()


def test_it_is_saved_beside_its_corpus(tmp_path: Path) -> None:
    folder = da.example_corpus().folder
    assert folder is not None
    shutil.copytree(folder, tmp_path / "mine")
    corpus = da.read_corpus(tmp_path / "mine")
    path = da.ReadingTrail(corpus, "talks", name="../a trail!").save()
    assert path == tmp_path / "mine" / "trails" / "a-trail.json"
    assert len(da.read_trail(path)) == 1


def damaged(path: Path, **parts: object) -> None:
    """Change parts of a trail's file and seal it again, as somebody who means harm would."""
    from analysis.reading.trail_file import _sealed

    path.write_text(_sealed(json.loads(path.read_text()) | parts))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda path: path.write_text(path.read_text()[:-30]), "is damaged"),
        (
            lambda path: path.write_text(path.read_text().replace("one side", "two")),
            "changed after",
        ),
        (lambda path: path.write_text("[]"), "is no reading trail"),
        (lambda path: path.unlink(), "cannot be read"),
        (lambda path: damaged(path, schema="discourse-analysis/trail/2"), "another version"),
        (lambda path: damaged(path, steps=[]), "has no step"),
        (lambda path: damaged(path, at=77), "current step is none"),
        (lambda path: damaged(path, marks=[{"doc": "a"}]), "a mark has another form"),
        (lambda path: damaged(path, selection=["x"]), "selection has another form"),
        (lambda path: damaged(path, selection=[{"select": 5}]), "selection has another form"),
        (lambda path: damaged(path, selection=[{"select": [[1]]}]), "selection has another form"),
        (lambda path: damaged(path, at=True), "a part is missing"),
    ],
)
def test_a_file_that_is_no_trail_is_refused(
    trail: da.ReadingTrail, tmp_path: Path, change, sentence: str
) -> None:
    path = trail.save(tmp_path / "trail.json")
    change(path)
    with pytest.raises(da.InputError, match=sentence):
        da.read_trail(path, make())


@pytest.mark.parametrize(
    "step",
    [
        {"call": "read_corpus"},
        {"call": "find_contexts", "params": {"query": "x", "documents": True}},
        {"parent": 5},
        {"params": {"query": "x", "path": "/etc"}},
        {"id": "0"},
        {"lines": -3},
        {"params": {"query": ["a"] * 100_000}},
        {"params": {"query": "talks", "window": 10**9}},
        {"params": {"query": "talks", "keep": [["a", "b", "c"]]}},
    ],
)
def test_a_file_can_run_nothing_else(trail: da.ReadingTrail, tmp_path: Path, step: dict) -> None:
    path = trail.save(tmp_path / "trail.json")
    steps = json.loads(path.read_text())["steps"]
    damaged(path, steps=[steps[0] | step, *steps[1:]])
    with pytest.raises(da.InputError, match="a step has another form"):
        da.read_trail(path, make())


@pytest.mark.parametrize("params", [{}, {"query": 5}, {"query": "talks", "sort": 5}])
def test_values_that_no_step_has_are_told(trail: da.ReadingTrail, tmp_path: Path, params) -> None:
    path = trail.save(tmp_path / "trail.json")
    steps = json.loads(path.read_text())["steps"]
    damaged(path, steps=[steps[0] | {"params": params}, *steps[1:]])
    with pytest.raises(da.InputError):
        da.read_trail(path, make()).go(0)


def test_a_mark_where_no_text_is_is_lost(trail: da.ReadingTrail, tmp_path: Path) -> None:
    trail.mark(0, "keep")
    path = trail.save(tmp_path / "trail.json")
    (mark,) = json.loads(path.read_text())["marks"]
    damaged(path, marks=[mark | {"start": 10**9, "end": 10**9 + 5, "left": "no such words"}])
    assert da.read_trail(path, make()).found["found"].tolist() == ["not found"]


def test_what_could_not_be_read_again_is_not_saved(
    trail: da.ReadingTrail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analysis.reading.trail_file.LARGEST", 3000)
    trail.mark(0, note="n" * 5000)
    with pytest.raises(da.InputError, match="could not be read again"):
        trail.save(tmp_path / "trail.json")
    assert list(tmp_path.iterdir()) == []


def test_it_runs_again_on_other_texts(trail: da.ReadingTrail) -> None:
    trail.go(0)
    for doc, start, mark in (("a", 6, "keep"), ("a", 30, "keep"), ("b", 6, "drop")):
        trail.mark((doc, start, start + 5), mark, note=f"{doc}{start}")
    trail.select(keep="keep")
    newer = {"a": TEXTS["a"], "b": "News. " + TEXTS["b"], "d": "New talks."}
    trail.mark(("a", 30, 35), "keep")
    newer["a"] = TEXTS["a"].replace("May", "March")
    with pytest.warns(UserWarning, match="2 of 3 marked lines were not found"):
        again = trail.rerun(make(newer))
    assert again.found.set_index("note")["found"].to_dict() == {
        "a6": "not found",
        "a30": "not found",
        "b6": "moved",
    }
    assert again.marks == {("b", 12, 17): da.ReadingTrail.marks.fget(trail)["b", 6, 11]}
    assert again.steps["lines"].tolist()[:2] == [5, 3]
    assert again.lines(0)["mark"].tolist().count("drop") == 1
    same = again.rerun(make())  # what was not found is not lost
    assert same.found["found"].tolist() == ["moved", "same place", "same place"]


def test_a_step_that_cannot_be_taken_there_says_why(trail: da.ReadingTrail) -> None:
    bare = da.Corpus(pd.DataFrame({"doc": ["a"], "text": [TEXTS["a"]]}))
    again = trail.rerun(bare)
    assert again.steps["lines"].tolist() == [2, pd.NA, pd.NA, 2]
    assert "no column 'side'" in again.step(1).problem
    with pytest.raises(da.InputError, match="cannot be taken on this corpus"):
        again.go(2)
    assert "not taken" in repr(again)


def test_the_page_has_steps_lines_sources_and_code(trail: da.ReadingTrail, tmp_path: Path) -> None:
    trail.mark(0, "keep", label="<i>", note="a & b")
    path = trail.write(tmp_path / "appendix", title="Talks <1>", author="A. Reader")
    page = path.read_text("utf-8")
    assert "<i>" not in page
    for text in ("Talks &lt;1&gt;", "A. Reader", "Only x &amp; &lt;y&gt;.", "4 lines in 2 texts"):
        assert text in page
    assert "Lines that were kept (1)" in page
    assert "characters" in page
    assert "da.order_hits(lines_1, corpus, by=[&#x27;L1&#x27;])" in page
    assert "peace talks failed</bdi>: 2 lines" in page
    path.write_text("mine")
    with pytest.raises(da.InputError, match="is there already"):
        trail.write(path)


def test_the_code_leads_to_the_same_lines(trail: da.ReadingTrail) -> None:
    code = trail.code("one side")
    assert "lines_2" not in code
    names: dict[str, object] = {}
    source = code.replace("…  # the corpus", "None").replace("corpus = None", "pass")
    exec(source, {"corpus": trail.corpus}, names)
    pd.testing.assert_frame_equal(names["lines_1"], trail.lines(1))


def test_a_trail_begins_with_a_search() -> None:
    corpus = make()
    hits = da.order_hits(da.find_contexts(corpus, "talks"), corpus, by="text")
    assert len(da.ReadingTrail(corpus, hits)) == 2
    for wrong in (hits.iloc[:2].assign(), da.find_passages(da.count_terms(corpus).head(1), corpus)):
        wrong.attrs["steps"] = wrong.attrs["steps"][1:]
        with pytest.raises(da.InputError, match="begins with a search"):
            da.ReadingTrail(corpus, wrong)
    with pytest.raises(da.InputError, match="belong to find_contexts"):
        da.ReadingTrail(corpus, hits, window=3)
