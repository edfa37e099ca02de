"""The reading trail in the panel: steps, marks and files, as the page asks for them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.panel.explorer import explore
from analysis.panel.panel import Panel
from analysis.panel.question import Answer


@pytest.fixture
def panel(documents: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Panel:
    monkeypatch.setattr(Answer, "figure", lambda self: None)
    settings = {"search": "peace, talks, war"}
    return explore(documents, tab="Contexts", settings=settings, figures=tmp_path).refresh()


class Reader:
    """What a page would send to the tab Contexts."""

    def __init__(self, panel: Panel) -> None:
        self.panel, self.own = panel, panel.own("Contexts")

    def line(self, event: str, /, **more: Any) -> None:
        turn = self.own.lines.data["turn"]
        self.own.lines.receive({"type": event, "key": self.panel.state.key, "turn": turn, **more})

    def trail(self, event: str, /, **more: Any) -> None:
        self.own.view.receive({"type": event, "key": self.panel.state.key, **more})

    def step(self, kind: str, option: str, **values: Any) -> None:
        self.trail("step", kind=kind, option=option, values=values)

    def places(self) -> list[tuple[str, str]]:
        lines = self.own.lines.lines
        return [(line[4][-1], line[1].lower()) for line in lines.rows(0, 99)]

    def steps(self) -> list[tuple[int | None, int]]:
        return [(step["parent"], step["count"]) for step in self.own.view.data["steps"]]


@pytest.fixture
def reader(panel: Panel) -> Reader:
    return Reader(panel)


def test_a_search_begins_a_trail_and_a_step_goes_on_from_it(reader: Reader) -> None:
    assert reader.own.lines.data["total"] == 9
    reader.step("select", "column:side", values=["west"])
    assert {doc for doc, _ in reader.places()} == {"c", "d"}
    reader.trail("go", id=0)
    reader.step("select", "context", words="conflict", place="L", window=5)
    assert reader.places() == [("b", "peace")]
    assert reader.steps() == [(None, 9), (0, 4), (0, 1)]
    reader.trail("undo")
    assert reader.steps() == [(None, 9), (0, 4)]
    assert reader.own.lines.data["total"] == 9


def test_a_step_that_leaves_no_line_is_not_taken(reader: Reader) -> None:
    reader.step("select", "context", words="nowhere")
    assert reader.panel.message.data["text"] == "No line is left after this step; it was not taken."
    assert reader.steps() == [(None, 9)]
    reader.step("select", "column:side", values=["north"])
    assert "'north' is not there" in reader.panel.message.data["text"]
    reader.step("select", "column:side", values=[])
    assert "nothing is chosen" in reader.panel.message.data["text"]


def test_positions_are_one_step_however_often_they_are_changed(reader: Reader) -> None:
    reader.line("sort", by=["L1"])
    reader.line("sort", by=["L1", "node"])
    assert reader.own.lines.data["sort"] == ["L1", "node"]
    assert reader.steps() == [(None, 9), (0, 9)]
    reader.line("sort", by=[])
    assert reader.steps() == [(None, 9)]


def test_groups_have_headings_in_the_list(reader: Reader) -> None:
    reader.step("group", "column:side")
    groups = reader.own.lines.data["groups"]
    assert [(one["label"], one["count"]) for one in groups] == [("east", 5), ("west", 4)]


def test_marks_stay_with_their_lines_and_select_them(reader: Reader) -> None:
    first = reader.places()[0]
    reader.line("mark", row=0, mark="keep", label="end", note="look again")
    reader.line("mark", row=1, mark="drop", label="", note="")
    said = reader.own.view.data["marks"]
    assert said == "Marked lines: 1 kept, 1 dropped, 1 with a label or note."
    reader.step("select", "marked", which="keep")
    assert reader.places() == [first]
    reader.trail("go", id=0)
    reader.step("select", "marked", which="drop")
    assert reader.own.lines.data["total"] == 8
    reader.trail("go", id=0)
    reader.step("select", "marked", which="label:end")
    assert reader.places() == [first]


def test_the_code_leads_to_the_lines_that_are_shown(
    reader: Reader, documents: pd.DataFrame
) -> None:
    reader.panel.field("side").value = ["west"]
    reader.step("select", "pos", place="node", pos=["NOUN"])
    reader.trail("undo")
    reader.step("select", "context", words="no*, the", place="L")
    reader.step("order", "text")
    space: dict[str, Any] = {"documents": documents}
    exec(reader.panel.answer.code, space)
    last = space[f"lines_{reader.own.trail.at}"]
    columns = ["doc", "start", "end"]
    shown = reader.panel.answer.table
    assert len(shown)
    pd.testing.assert_frame_equal(last[columns], shown[columns], check_dtype=False)


def test_every_form_makes_a_step_or_says_why_not(reader: Reader) -> None:
    reader.line("mark", row=0, mark="keep", label="end", note="")
    said = []
    for kind, some in reader.own.view.data["forms"].items():
        for one in some:
            values = {
                field["name"]: [field["choices"][0][0]]
                if field["kind"] == "many"
                else field["value"]
                for field in one["fields"]
            }
            reader.trail("go", id=0)
            before = len(reader.steps())
            reader.step(kind, one["name"], **values)
            text = reader.panel.message.data["text"]
            assert "did not work" not in text, (kind, one["name"], text)
            said += [(kind, one["name"])] if len(reader.steps()) == before else []
    unfinished = {"dates", "speaker", "entity", "context"}  # nothing was written in them
    assert {name for _, name in said} <= {*unfinished, "voice", "pos"}


def test_a_trail_is_saved_opened_and_written(reader: Reader, tmp_path: Path) -> None:
    reader.line("mark", row=0, mark="keep", label="end", note="look again")
    reader.step("group", "column:side")
    reader.trail("write", id=1, what="title", text="Sides")
    reader.trail("save", name="mine")
    assert json.loads((tmp_path / "trails" / "mine.json").read_text("utf-8"))["name"] == "mine"
    assert reader.own.view.data["trails"] == ["mine"]
    reader.trail("delete", id=1)
    assert reader.steps() == [(None, 9)]
    reader.trail("open", name="mine")
    assert [step["title"] for step in reader.own.view.data["steps"]][1] == "Sides"
    assert reader.own.view.data["marks"].startswith("Marked lines: 1 kept")
    reader.trail("page", name="mine")
    assert "look again" in (tmp_path / "mine.html").read_text("utf-8")
    reader.trail("table", name="mine")
    assert len(pd.read_csv(tmp_path / "mine-coding.csv")) == 1
    assert reader.panel.wait()
    assert reader.panel.tab == "Coding"  # which goes on with the lines that are kept
    assert "1 row; none is coded yet" in reader.panel.answer.note
    assert "Written for hand coding" in reader.panel.message.data["text"]
    reader.panel.go_back()
    assert reader.panel.wait()
    reader.trail("save", name="../mine")
    assert "is no name for files" in reader.panel.message.data["text"]


def test_a_line_opens_its_text_and_the_text_leads_back(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Any] = []
    monkeypatch.setattr(reader.own.lines, "send", heard.append)
    reader.line("read", row=1)
    data = reader.panel.reader.data
    here = [piece[0] for piece in data["pieces"] if piece[2] == data["here"]]
    assert here[0].lower() == reader.places()[1][1]
    reader.panel.reader.receive({"type": "annotate", "on": True})
    kinds = {kind for piece in reader.panel.reader.data["pieces"] for kind in piece[1]}
    assert kinds <= {"quote", "name"}
    assert reader.panel.reader.data["annotated"]
    reader.panel.reader.receive({"type": "close"})
    assert reader.panel.reader.data == {}
    assert [one["type"] for one in heard] == ["focus"]


def test_another_search_begins_another_trail_and_the_first_is_kept(reader: Reader) -> None:
    reader.step("group", "column:side")
    reader.panel.field("search").value = "conflict"
    assert reader.steps() == [(None, 1)]
    reader.panel.field("search").value = "peace, talks, war"
    assert reader.steps() == [(None, 9), (0, 9)]


def test_the_last_state_holds_the_lines(reader: Reader) -> None:
    reader.step("group", "column:side")
    page = reader.panel.output.html
    assert page.count('class="da-line"') == 9
    assert "east" in page
