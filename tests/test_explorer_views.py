"""What the panel's views are sent, what a saved notebook keeps, and what is saved to disk."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loops import run_apart

import analysis as da
from analysis.panel import views
from analysis.panel.controls import Control
from analysis.panel.explorer import explore
from analysis.panel.form import Field
from analysis.panel.marks import marks_payload, rows_in_table
from analysis.panel.output import State
from analysis.panel.panel import Panel
from analysis.panel.static import figure_bundle, table_html
from analysis.panel.views import (
    Mark,
    identities,
    marks_of,
    passages_title,
    plain,
    rows_payload,
    text_payload,
)
from analysis.show.html import cell_text

HERE = Path(views.__file__).parent
EVIL = '<img src=x onerror="alert(1)"><script>alert(2)</script>\u202e=cmd|x'


@pytest.fixture
def panel(documents: pd.DataFrame, tmp_path: Path) -> Panel:
    documents.loc[0, "text"] += f" {EVIL} peace."
    documents.loc[0, "outlet"] = EVIL
    return explore(
        documents, settings={"search": "peace, war", "by": "outlet"}, figures=tmp_path / "out"
    ).refresh()


def send(view: Any, **message: Any) -> None:
    view.receive(message)


def test_rows_are_text_numbers_and_bars() -> None:
    table = pd.DataFrame(
        {
            "term": ["war", None],
            "side": ["east", "west"],
            "lrc": [-1.5, np.nan],
            "low": [-2.0, np.nan],
            "high": [-1.0, np.nan],
            "p": [1e-9, 0.2],
            "known": [True, False],
        }
    )
    sent = rows_payload(table, ["term", "side", "lrc", "p", "known"], "lrc", caption="c", key=3)
    assert sent["rows"] == [
        ["war", "east", "−1.50", "< 0.001", "yes"],
        ["–", "west", "–", "0.2", "no"],
    ]
    assert sent["sort"] == [["war", "east", -1.5, 1e-9, "true"], [None, "west", None, 0.2, "false"]]
    assert [c["kind"] for c in sent["columns"]] == ["name", "plain", "number", "number", "plain"]
    assert sent["bars"] == [[-1.5, -2.0, -1.0], [None, None, None]]
    assert sent["scale"] == [-2.0, 0.0]
    assert rows_payload(table, ["term"], None, caption="", key=0)["bars"] == []
    assert rows_payload(table.head(0), ["term", "lrc"], "lrc", caption="")["scale"] == [0.0, 1.0]
    assert identities(table, ["term", "side", "lrc"]) == [("war", "east"), ("", "west")]
    assert passages_title(table, ["term", "side", "lrc"], 0, "lrc") == (
        "Passages: war, east (Log ratio, conservative)"
    )


def test_cells_are_short_and_never_fail() -> None:
    assert cell_text(np.int32(4)) == "4"
    assert cell_text(1e20) == "1e+20"
    assert cell_text(pd.NaT) == cell_text(None) == cell_text(float("inf")) == "–"
    assert plain("\ud83d\ude00 \ud83d") == "😀 �"


def test_a_text_is_cut_at_its_marks() -> None:
    documents = pd.DataFrame(
        {"doc": ["a"], "text": ["He said war is war."], "language": ["en"], "version": ["brief"]}
    )
    marks = [
        Mark(8, 18, "quote", "Putin"),
        Mark(8, 11, "hit"),
        Mark(15, 18, "hit"),
        Mark(15, 18, "name", "War"),
    ]
    sent = text_payload(documents, "a", marks, (15, 18), 7)
    assert sent["pieces"] == [
        ["He said ", [], -1, ""],
        ["war", ["quote"], 0, ""],
        [" is ", ["quote"], -1, ""],
        ["war", ["name", "quote"], 1, "Putin · War"],
        [".", [], -1, ""],
    ]
    assert (sent["hits"], sent["here"], sent["title"]) == (2, 1, "a")
    assert "summary written for this project" in sent["where"]
    with pytest.raises(da.InputError, match="'z' is not in this corpus"):
        text_payload(documents, "z", [], None, 0)


@given(
    st.text(max_size=30), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=8)
)
def test_pieces_are_the_text_and_every_letter_of_a_hit_is_marked(
    text: str, spans: list[tuple[int, int]]
) -> None:
    documents = pd.DataFrame({"doc": ["a"], "text": [text]})
    table = pd.DataFrame(spans, columns=["start", "end"]).clip(upper=len(text))
    sent = text_payload(documents, "a", marks_of(table, "hit"), None, 0)
    if text.isascii():
        assert "".join(piece[0] for piece in sent["pieces"]) == text
    marked = {i for a, b in table.itertuples(index=False) for i in range(a, b)}
    place, found = 0, set()
    for piece, _, number, _ in sent["pieces"]:
        found |= set(range(place, place + len(piece))) if number >= 0 else set()
        place += len(piece)
    assert found == marked


def test_a_static_state_is_escaped_and_described(panel: Panel) -> None:
    send(panel.rows, type="choose", key=panel.state.key, row=0, column=None)
    page = panel.output.html
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page
    assert 'class="da-static mathjax_ignore' in page
    assert panel.answer.note.split(",")[0] in page
    assert '<mark class="da-hit"' in page
    bundle, known = figure_bundle(b"\x89PNG", "Dots", 300)
    assert known["image/png"]["alt"] == bundle["text/plain"] == "Dots"
    assert figure_bundle(b"", "", 0) == ({"text/plain": ""}, {})
    long = pd.DataFrame({"term": [f"t{i}" for i in range(99)]})
    assert "30 of 99 rows" in table_html(long, ["term"], caption="c", note="n", tab="Terms")


def test_modules_put_text_into_the_page_as_text_alone() -> None:
    for path in sorted(HERE.glob("*.js")):
        code = path.read_text("utf-8")
        for danger in ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval("):
            assert danger not in code, f"{danger} in {path.name}"
        assert not re.search(r"new Function|import\(|https?:", code), path.name
    for path in sorted(HERE.glob("*.py")):
        assert "HTML(" not in path.read_text("utf-8"), path.name


def test_bundles_are_saved_and_nothing_is_replaced_unasked(panel: Panel, tmp_path: Path) -> None:
    saver = panel.saver
    saver.figure.click()
    assert panel.message.data["text"].startswith(f"Saved in {tmp_path / 'out'}: explore-terms.csv")
    first = (tmp_path / "out" / "explore-terms.png").read_bytes()
    panel.field("search").value = "talks"
    saver.figure.click()
    assert "is there already" in panel.message.data["text"]
    assert panel.message.data["kind"] == "error"
    assert saver.overwrite.layout.display == ""
    assert (tmp_path / "out" / "explore-terms.png").read_bytes() == first
    saver.overwrite.value = True
    saver.figure.click()
    assert (tmp_path / "out" / "explore-terms.png").read_bytes() != first
    assert saver.overwrite.layout.display == "none"
    assert not saver.overwrite.value
    checks = da.verify(tmp_path / "out" / "explore-terms", corpus=panel.explorer.documents)
    assert not (checks["status"] == "differs").any()


def test_tables_and_passages_are_saved(panel: Panel, tmp_path: Path) -> None:
    panel.saver.name.value = "mine"
    panel.saver.table.click()
    read = da.read_bundle(tmp_path / "out" / "mine-table")
    assert read["term"].tolist() == panel.answer.table["term"].tolist()
    send(panel.rows, type="choose", key=panel.state.key, row=0, column=None)
    count = len(panel.passages)  # type: ignore[arg-type]
    send(panel.list, type="sort", key=panel.state.key, by=["L1"])
    listed = panel.list.lines.listed()  # type: ignore[union-attr]
    assert len(listed) == count
    send(panel.list, type="save", key=panel.state.key)
    saved = da.read_bundle(tmp_path / "out" / "mine-passages")
    assert saved["start"].tolist() == listed["start"].tolist()
    raw = (tmp_path / "out" / "mine-passages.csv").read_text("utf-8")
    assert "\n=cmd" not in raw
    send(panel.list, type="filter", key=panel.state.key, text="nowhere")
    send(panel.list, type="save", key=panel.state.key)
    assert "No passage is listed" in panel.message.data["text"]


@pytest.mark.parametrize("name", ["", "..", "a:b", ".hidden", "a\0b"])
def test_bad_names_are_refused(panel: Panel, name: str) -> None:
    panel.saver.name.value = name
    panel.saver.table.click()
    assert "is no name for files" in panel.message.data["text"]


def test_a_folder_that_cannot_be_written_to_is_told(panel: Panel, tmp_path: Path) -> None:
    panel.field("by").value = ""
    (tmp_path / "out").write_text("a file")
    panel.saver.table.click()
    assert panel.message.data["kind"] == "error"
    assert str(tmp_path / "out") in panel.message.data["text"]


def test_without_a_figure_there_is_none_to_save(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(panel.answer), "figure", lambda self: None)
    panel.field("search").value = "talks"
    assert panel.figure.svg == ""
    panel.saver.figure.click()
    assert panel.message.data["text"] == "There is no figure to save here; save the table."

    def refused(self: Any) -> None:
        raise da.InputError("Too many groups to draw.")

    monkeypatch.setattr(type(panel.answer), "figure", refused)
    panel.field("search").value = "war"
    assert panel.figure.data["note"] == "Too many groups to draw."
    assert "da-static" in panel.output.html


def test_marks_lead_to_the_row_of_their_group() -> None:
    table = pd.DataFrame(
        {
            "term": ["peace", "war", "war"],
            "side": ["east", "east", "west"],
            "rate": [2.0, 1.0, 1.0],
            "count": [2, 1, 1],
        }
    )
    data = table.iloc[[2, 0, 1]].reset_index(drop=True)
    assert rows_in_table(data, table) == [2, 0, 1]
    told = marks_payload({"data": data, "params": {"value": "rate"}}, table)
    assert told[0] == {"row": 2, "name": "war · west", "told": "Rate 1; Count 1"}
    assert rows_in_table(data.drop(columns="side"), table) == [-1, 0, -1]  # of several: none
    assert rows_in_table(data.assign(rate=data["rate"] * 2), table) == [2, 0, 1]


def test_numbers_of_a_column_have_equally_many_decimals() -> None:
    table = pd.DataFrame(
        {"term": list("abcd"), "rate": [2.94, 2.2, 0.585, 0.0], "sentence": range(4)}
    )
    sent = rows_payload(table, ["term", "rate", "sentence"], "rate", caption="")
    assert [row[1] for row in sent["rows"]] == ["2.94", "2.20", "0.58", "0.00"]
    assert [row[2] for row in sent["rows"]] == ["1", "2", "3", "4"]


def test_fields_are_labelled_and_take_values() -> None:
    dates = Field(Control("dates", "Published", "dates", ("", ""), (), "filter", "When"))
    dates.value = ("2024-05-01", "")
    assert dates.value == ("2024-05-01", "")
    assert [part.description for part in dates.widget.children] == ["Published from", "to"]
    many = Field(Control("side", "Side", "many", (), ("east", "west")))
    many.value = "west"
    assert many.value == ["west"]
    many.renew(("east", "north"))
    assert many.value == []
    number = Field(Control("alpha", "Alpha", "number", 0.05))
    assert number.value == 0.05
    flag = Field(Control("case", "Case", "flag", False))
    flag.value = True
    assert flag.value is True
    many.value = ["north", "east"]
    assert many.widget.chosen == [1, 0]
    many.widget.chosen = [1]  # as the page says what was ticked
    assert many.value == ["north"]
    assert many.widget.data["label"] == "Side"
    with pytest.raises(da.InputError, match="cannot be set"):
        many.value = ["south"]
    with pytest.raises(ValueError, match="no widget"):
        Field(Control("x", "X", "slider", 1))


class Loop:
    """A loop that only takes down what is to be done."""

    def __init__(self) -> None:
        self.given: list[Any] = []

    def is_closed(self) -> bool:
        return False

    def call_soon_threadsafe(self, act: Any) -> None:
        self.given.append(act)


def test_without_a_kernel_another_loop_is_left_alone(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(
        "IPython.display.publish_display_data", lambda data, **more: told.append(data)
    )

    async def show() -> None:
        panel._ipython_display_()
        panel.field("search").value = "talks"

    run_apart(show())
    assert len(told) == 5


def test_outputs_are_published_once_and_then_renewed(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[dict[str, Any], dict[str, Any]]] = []
    monkeypatch.setattr(
        "IPython.display.publish_display_data", lambda data, **more: told.append((data, more))
    )
    panel._ipython_display_()
    assert "application/vnd.jupyter.widget-view+json" in told[0][0]
    assert "last state is shown below" in told[0][0]["text/plain"]
    assert set(told[1][0]) == {"image/png", "text/plain"}
    assert "da-static" in told[2][0]["text/html"]
    assert [more.get("update") for _, more in told] == [None, False, False]
    panel.field("search").value = "talks"
    assert [more["update"] for _, more in told[3:]] == [True, True]
    assert told[3][1]["transient"] == told[1][1]["transient"]
    loop = Loop()
    panel.output.loop = loop  # type: ignore[assignment]
    panel.field("search").value = "peace"
    assert len(told) == 5  # drawn when the loop comes to it
    loop.given[0]()
    assert len(told) == 7


def test_nothing_yet_is_said_in_words(documents: pd.DataFrame) -> None:
    panel = explore(documents, tab="Contexts").refresh()
    assert panel.message.data["text"] in panel.output.html
    assert panel.chart() is None
    panel.output.draw(State(), panel.figure, "<b>")
    assert "&lt;b&gt;" in panel.output.html
