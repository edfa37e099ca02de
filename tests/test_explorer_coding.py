"""The tab Coding: a sample is drawn once, coded by keys, and its result is what the codes say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from explorer_checks import check_code, small_corpus

import analysis as da
from analysis.coding.session import CodingSession
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
    assert "“Draw and code” writes 24 rows to" in panel.answer.note
    assert panel.answer.table[["drawn", "base"]].to_numpy().tolist() == [[24, 25]]
    assert not {"machine", "stratum", "probability"} & set(panel.answer.table)
    drawn = panel.answer.value("sample")
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
    assert view.data["done"].startswith("Next: press Show result.")
    again.own("Coding").result.click()
    assert again.wait()
    table = again.answer.table
    assert table["code"].tolist() == ["war", "talks", "none"]
    assert {"share_machine", "precision", "recall", "gain", "low", "high"} <= set(table)
    assert "Corrected with 24 hand-coded rows (one coder) of 24 drawn." in again.answer.note
    assert "All that was drawn is coded." in again.answer.note
    assert again.answer.note.count("ode more") <= 1
    assert "With fewer than 60 coded rows an interval is less sure" in again.answer.note
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
    own = panel.own("Coding")
    assert own.coding is None  # another coder's rows are not on the screen
    assert own._below.layout.display == "none"  # nor what they came to
    saves = panel.saver.figure.layout, panel.saver.table.layout
    assert [one.visibility for one in saves] == ["hidden"] * 2
    assert "Ben: 0 of 8 rows coded" in own._said.value
    begin(panel)
    press(panel, *[{"type": "code", "code": "war"}, {"type": "code", "code": "talks"}])
    panel.own("Coding").result.click()
    assert panel.wait()
    note = panel.answer.note
    assert "two coders" in note
    assert [one.visibility for one in saves] == ["visible"] * 2
    assert "2 rows were coded by two or more: 50 % of their codes are the same" in note
    assert "fewer than 20 rows are coded nothing is corrected" in note
    assert panel.answer.table["low"].isna().all()
    assert "da.score_agreement(codes)" in panel.answer.code
    press_more = begin(panel)
    assert press_more.data["coded"] == 2
    press(panel, {"type": "code", "code": "none"})
    panel.own("Coding").result.click()
    assert panel.wait()
    assert "by 3 hand-coded rows" in panel.answer.note


@pytest.mark.parametrize("what", WHATS)
def test_every_kind_can_be_drawn(small: Explorer, tmp_path: Path, what: str) -> None:
    file = str(tmp_path / "some")
    answer = small.ask("Coding", {"what": what, "n": 3, "by": "side", "strata": "", "file": file})
    assert answer.table["drawn"].sum() == 3
    assert answer.caption().startswith("To be coded: ")
    for row, number in enumerate(answer.table["drawn"]):
        assert len(answer.passages(row)) == number
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


def code_all(file: Path, coder: str, number: int, code: Any) -> None:
    """Code the first rows of a sample, as a coder would."""
    session = CodingSession(file, coder)
    for _ in range(number):
        session.code(code(session.rows[session.at]))


def test_the_table_of_another_tab_is_corrected(folder: Path) -> None:
    texts = pd.DataFrame(
        {"doc": [f"d{n}" for n in range(6)], "side": ["east", "west"] * 3,
         "text": ["The bank lent. The river bank broke. " * 6] * 6}
    )  # fmt: skip
    explorer = Explorer(da.Corpus(texts, name="banks"))
    file = folder / "bank"
    settings = {"what": "the table of Terms", "n": 48, "coder": "Ann", "file": str(file)}
    with pytest.raises(da.InputError, match="Nothing was asked in the tab Terms yet"):
        explorer.ask("Coding", settings)
    explorer.ask("Terms", {"search": "bank", "by": "side"})
    answer = explorer.ask("Coding", settings | {"n": 500})
    assert answer.table["drawn"].sum() == 72  # all that there are
    answer = explorer.ask("Coding", settings)
    assert answer.table[["side", "term", "drawn", "base"]].to_numpy().tolist() == [
        ["east", "bank", 24, 36], ["west", "bank", 24, 36],
    ]  # fmt: skip
    assert len(answer.passages(0)) == 24
    check_code(answer, explorer)  # and writes the sample
    code_all(file, "Ann", 48, lambda row: "no" if row["left"].strip().endswith("river") else "yes")
    again = Explorer(explorer.corpus)  # another day: nothing was asked in the other tab
    result = again.ask("Coding", settings)
    table = result.table
    assert (table["rate"] < 0.6 * table["rate_machine"]).all()
    assert table["precision"].between(0.2, 0.8).all()
    assert result.draws
    assert "da.correct(" in result.code
    assert len(result.passages(0)) == 24
    check_code(result, again)
    measured = again.ask("Terms", {"search": "bank", "by": "side"}).table
    assert table["rate_machine"].tolist() == measured["rate"].tolist()
    with pytest.raises(da.InputError, match="is not there; choose one of"):
        explorer.ask("Coding", settings | {"what": "the table of Keywords"})


def test_a_table_without_rates_is_refused_in_a_sentence() -> None:
    explorer = Explorer(da.Corpus(small_corpus(), name="small"))
    explorer.ask("Terms", {"search": "peace", "view": "over time"})
    with pytest.raises(da.InputError, match="The table of Terms has no rates or shares"):
        explorer.ask("Coding", {"what": "the table of Terms", "n": 3, "file": "none"})


def test_filters_choose_what_is_drawn_and_what_is_told(tmp_path: Path) -> None:
    explorer = Explorer(da.Corpus(small_corpus(), name="small"))
    what = {"what": "quotations, also missed (sentences)", "coder": "Ann"}
    one = what | {"n": 6, "file": str(tmp_path / "one"), "side": ("west",)}
    drawn = explorer.ask("Coding", one)
    assert set(drawn.value("sample")["doc"]) <= {"d", "f"}
    check_code(drawn, explorer)
    code_all(tmp_path / "one", "Ann", 6, lambda row: "yes")
    told = explorer.ask("Coding", one)
    assert "da.count_codes(chosen, codes)" in told.code
    check_code(told, explorer)
    wider = explorer.ask("Coding", {**one, "side": ()})  # the sample's own texts
    assert wider.table["share"].tolist() == told.table["share"].tolist()
    assert "Of 4 texts that the filters leave nothing was drawn" in wider.note
    with pytest.raises(da.InputError, match="none of the texts that the filters leave"):
        explorer.ask("Coding", {**one, "side": ("east",)})
    every = what | {"n": 25, "file": str(tmp_path / "all")}
    check_code(explorer.ask("Coding", every), explorer)
    code_all(tmp_path / "all", "Ann", 25, lambda row: "yes")
    part = explorer.ask("Coding", every | {"side": ("west",)})
    groups = da.count_codes(
        explorer.corpus, da.read_codes(tmp_path / "all-Ann.csv", keep=False), by="side"
    )
    own = groups[groups["side"] == "west"]
    assert part.table["base"].tolist() == own["base"].tolist()
    assert part.table["coded"].tolist() == own["coded"].tolist()
    check_code(part, explorer)


def test_codes_that_are_numbers_have_a_mean(folder: Path) -> None:
    (folder / "codebook.yml").write_text(
        "tone:\n  question: How?\n  unit: sentence\n  choices: ['-1', '0', '1']\n"
    )
    explorer = Explorer(da.read_corpus(folder))
    settings = {"what": "my question: tone", "n": 25, "coder": "Ann", "by": "outlet"}
    check_code(explorer.ask("Coding", settings), explorer)
    code_all(folder / "coding" / "tone.csv", "Ann", 25, lambda row: "1")
    told = explorer.ask("Coding", settings)
    assert told.table["value"].tolist() == [1.0]
    assert "da.summarise_codes(" in told.code
    assert told.draws
    check_code(told, explorer)


def test_how_many_more_is_told(folder: Path) -> None:
    explorer = Explorer(da.read_corpus(folder))
    settings = {"what": "my question: topic", "n": 24, "coder": "Ann", "width": 0.05}
    check_code(explorer.ask("Coding", settings), explorer)
    turn = iter(["war", "talks", "none"] * 8)
    code_all(folder / "coding" / "topic.csv", "Ann", 24, lambda row: next(turn))
    told = explorer.ask("Coding", settings)
    assert "For intervals at most 0.05 wide: " in told.note
    assert "da.plan_coding(table, width=0.05)" in told.code


def test_a_sample_that_cannot_be_written_gets_a_sentence(folder: Path) -> None:
    (folder / "coding").write_text("a file in the place of the folder")
    panel = opened(str(folder), what="my question: topic", n=24, coder="Ann")
    begin(panel)
    assert "The sample could not be written to" in panel.message.data["text"]
    assert panel.own("Coding").coding is None


def test_a_code_that_cannot_be_written_is_not_taken_for_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = opened(str(folder), what="my question: topic", n=24, coder="Ann")
    view = begin(panel)
    press(panel, {"type": "code", "code": "war"})

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("analysis.coding.files.write_atomic", full)
        press(panel, {"type": "code", "code": "none"}, {"type": "note", "text": "lost?"})
        assert "No space left on device" in view.data["error"]
        assert view.data["coded"] == 1
    press(panel, {"type": "code", "code": "none"})
    assert (view.data["coded"], view.data["error"]) == (2, "")
    own = pd.read_csv(folder / "coding" / "topic-Ann.csv", dtype=str)
    assert own["code"].dropna().tolist() == ["war", "none"]
