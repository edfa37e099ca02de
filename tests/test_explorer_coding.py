"""The tab Coding: a sample is drawn once, coded by keys, and its result is what the codes say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from explorer_checks import check_code, small_corpus

import analysis as da
from analysis.panel.explorer import Explorer
from analysis.panel.panel import Panel
from analysis.panel.tabs.coding import WHATS

CODEBOOK = """
topic:
  question: What is the sentence about?
  unit: sentence
  choices: {war: fighting, talks: "", none: neither}
  rules: [Judge the sentence.]
  terms: {war: [war], talks: [talks]}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A corpus with a codebook, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    texts = {f"{name}.txt": text for name, text in small_corpus()[["doc", "text"]].to_numpy()}
    for name, text in texts.items():
        Path(tmp_path, name).write_text(text, encoding="utf-8")
    corpus = da.new_corpus(tmp_path / "mine")
    da.add_documents(corpus, [tmp_path / name for name in texts], values={"outlet": "Post"})
    (tmp_path / "mine" / "codebook.yml").write_text(CODEBOOK, encoding="utf-8")
    return tmp_path / "mine"


def opened(corpus: Any, **settings: Any) -> Panel:
    """A panel with the tab Coding."""
    return da.explore(corpus, tab="Coding", settings=settings).refresh()


def press(panel: Panel, *events: dict[str, Any]) -> None:
    """Send what keys send, each of the row that is shown."""
    view = panel.own("Coding").coding
    for event in events:
        view.receive({"row": view.session.row, **event})


def begin(panel: Panel) -> Any:
    """Press "Draw and code" or "Go on coding"."""
    panel.own("Coding").code.click()
    assert panel.wait()
    return panel.own("Coding").coding


def test_sample_codes_and_result(folder: Path) -> None:
    panel = opened(str(folder), what="my question: topic", n=24, coder="Ann", seed=3)
    assert "24 of 25 rows would be drawn" in panel.answer.note
    assert not {"machine", "stratum", "probability"} & set(panel.answer.table)
    drawn = panel.answer.table
    assert not (folder / "coding").exists()
    view = begin(panel)
    file = folder / "coding" / "topic.csv"
    assert pd.read_csv(file, dtype=str)["row"].tolist() == drawn["row"].tolist()
    before = file.read_bytes()
    press(panel, {"type": "code", "code": "war"}, {"type": "undo"}, {"type": "skip"})
    press(panel, {"type": "note", "text": "why"}, {"type": "code", "code": "talks"})
    own = file.with_name("topic-Ann.csv")
    assert pd.read_csv(own, dtype=str)["code"].dropna().tolist() == ["talks"]
    assert view.data["coded"] == 1

    again = opened(str(folder), what="my question: topic", n=5, coder="Ann")  # after a stop
    assert again.own("Coding").code.description == "Go on coding"
    view = begin(again)
    assert (view.data["rows"], view.data["coded"]) == (24, 1)
    while view.data["coded"] < 24:
        press(again, {"type": "code", "code": "war" if "war" in view.data["text"] else "none"})
    assert view.data["done"] == "All rows are coded: press Show result."
    again.own("Coding").result.click()
    assert again.wait()
    table = again.answer.table
    assert table["code"].tolist() == ["war", "talks", "none"]
    assert {"share_machine", "precision", "recall", "gain", "low", "high"} <= set(table)
    assert "Corrected with 24 hand-coded rows (one coder) of 24 drawn." in again.answer.note
    assert again.own("Coding").coding is None
    assert file.read_bytes() == before
    codes = da.read_codes(own, da.read_corpus(folder), keep=False)
    for row, code in enumerate(table["code"]):
        assert len(again.answer.passages(row)) == (codes["code"] == code).sum()
    check_code(again.answer, again.explorer)


def test_two_coders_agree_and_few_codes_are_not_corrected(folder: Path) -> None:
    panel = opened(str(folder), what="my question: topic", n=8, coder="Ann")
    begin(panel)
    press(panel, *[{"type": "code", "code": "war"}, {"type": "code", "code": "none"}])
    panel.field("coder").value = "Ben"
    assert panel.wait()
    assert panel.own("Coding").coding is None  # another coder's rows are not on the screen
    begin(panel)
    press(panel, *[{"type": "code", "code": "war"}, {"type": "code", "code": "talks"}])
    panel.own("Coding").result.click()
    assert panel.wait()
    note = panel.answer.note
    assert "two coders" in note
    assert "2 rows were coded by two or more: 50 % of their codes are the same" in note
    assert "fewer than 20 rows are coded nothing is corrected" in note
    assert panel.answer.table["low"].isna().all()
    assert "da.score_agreement(codes)" in panel.answer.code
    press_more = begin(panel)
    assert press_more.data["coded"] == 2
    press(panel, {"type": "code", "code": "none"})
    panel.own("Coding").result.click()
    assert panel.wait()
    assert "with 3 hand-coded rows" in panel.answer.note


@pytest.mark.parametrize("what", WHATS)
def test_every_kind_can_be_drawn(small: Explorer, tmp_path: Path, what: str) -> None:
    file = str(tmp_path / "some")
    answer = small.ask("Coding", {"what": what, "n": 3, "by": "side", "strata": "", "file": file})
    assert len(answer.table) == 3
    assert answer.caption().startswith("To be coded: ")
    assert len(answer.passages(1)) == 1
    check_code(answer, small)  # and writes the sample
    opened = small.ask("Coding", {"what": what, "file": file})
    assert "3 rows; none is coded yet" in opened.note
    check_code(opened, small)


@pytest.fixture(scope="module")
def small() -> Explorer:
    return Explorer(da.Corpus(small_corpus(), name="small"))


def test_bad_input_gets_a_sentence(folder: Path) -> None:
    panel = opened(str(folder), what="my question: topic", n=24)
    begin(panel)
    assert "Write your name in Coder" in panel.message.data["text"]
    assert not (folder / "coding").exists()
    (folder / "coding").mkdir()
    (folder / "coding" / "topic.csv").write_text("mine", encoding="utf-8")
    panel.field("coder").value = "Ann"
    begin(panel)
    assert "is there and is no sample" in panel.message.data["text"]
    assert (folder / "coding" / "topic.csv").read_text(encoding="utf-8") == "mine"
    (folder / "codebook.yml").write_text("topic: [", encoding="utf-8")
    broken = opened(str(folder), what="names found", n=3)
    assert "cannot be read as YAML" in broken.message.data["text"]
