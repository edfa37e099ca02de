"""Lines of a concordance as the panel sends them to the page, and as the page asks for them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import analysis as da
from analysis.panel.concordance import BESIDE, FIRST, ConcordanceView, Lines
from analysis.reading.marks import Mark

EVIL = '<img src=x onerror="alert(1)">'


@pytest.fixture
def texts() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "doc": ["a", "b"],
            "outlet": ["Alpha", None],
            "published": pd.to_datetime(["2024-05-01", "2024-05-02"]),
            "text": ["No  war\n\nnow. The war, he said, ended.", f"War {EVIL} is over."],
        }
    )


def lines_of(texts: pd.DataFrame, **options: Any) -> Lines:
    hits = da.find_contexts(da.Corpus(texts), "war", sort=[])
    return Lines(hits, texts, title="Contexts of war", **options)


def test_a_line_is_the_text_around_a_hit_on_one_line(texts: pd.DataFrame) -> None:
    rows = lines_of(texts).rows(0, 9)
    assert [row[:3] for row in rows] == [
        ["No ", "war", " now. The war, he said, ended."],
        ["No war now. The ", "war", ", he said, ended."],
        ["", "War", f" {EVIL} is over."],
    ]
    assert [row[3] for row in rows] == [
        "2024-05-01 · Alpha",
        "2024-05-01 · Alpha",
        "2024-05-02 · –",
    ]
    long = pd.DataFrame({"doc": ["a"], "text": ["x" * 999 + " war " + "y" * 999]})
    left, hit, right, *_ = lines_of(long).rows(0, 1)[0]
    assert (len(left), hit, len(right)) == (BESIDE, "war", BESIDE)


def test_the_list_says_what_it_holds(texts: pd.DataFrame) -> None:
    sent = lines_of(texts).payload(4, 2)
    assert (sent["key"], sent["turn"], sent["title"]) == (4, 2, "Contexts of war")
    assert (sent["all"], sent["total"], sent["texts"]) == (3, 3, 2)
    assert sent["columns"] == ["Outlet", "Published", "Document"]
    assert [row[4] for row in sent["rows"]][2] == ["–", "2024-05-02", "b"]
    assert not sent["markable"]
    assert not sent["rtl"]


def test_words_that_the_list_is_sorted_by_are_found_in_the_line(texts: pd.DataFrame) -> None:
    lines = lines_of(texts, sort=["R2", "outlet", "L1", "node"])
    assert lines.sort == ["R2", "L1", "node"]
    first = lines.rows(0, 1)[0]
    words = {
        number: first[{"L": 0, "node": 1, "R": 2}[side]][a:b] for side, a, b, number in first[6]
    }
    assert words == {1: "The", 2: "No", 3: "war"}
    assert lines.rows(2, 3)[0][6] == [["node", 0, 3, 3], ["R", 6, 9, 1]]


def test_a_filter_looks_at_the_line_and_at_what_is_known_of_it(texts: pd.DataFrame) -> None:
    lines = lines_of(texts)
    lines.keep("ALPHA ended")
    assert [row[0] for row in lines.rows(0, 9)] == ["No ", "No war now. The "]
    lines.keep("over")
    assert (len(lines), lines.place(int(lines.order[0]))) == (1, ("b", 0, 3))
    assert lines.payload(1, 1)["all"] == 3
    assert lines.listed()["doc"].tolist() == ["b"]
    lines.keep("")
    assert len(lines) == 3


def test_groups_are_listed_with_their_first_line(texts: pd.DataFrame) -> None:
    corpus = da.Corpus(texts)
    hits = da.find_contexts(corpus, "war", sort=[]).assign(group=["x", "x", None])
    lines = Lines(hits, texts, group="group")
    assert [(g["label"], g["from"], g["count"]) for g in lines.groups()] == [
        ("x", 0, 2),
        ("–", 2, 1),
    ]
    lines.keep("over")
    assert [(g["label"], g["from"], g["count"]) for g in lines.groups()] == [("–", 0, 1)]
    assert lines_of(texts).groups() == []


def test_marks_stand_at_their_lines(texts: pd.DataFrame) -> None:
    lines = lines_of(texts, marks={("b", 0, 3): Mark("keep", "end", "look again")})
    assert [row[5]["mark"] for row in lines.rows(0, 3)] == ["", "", "keep"]
    assert lines.rows(2, 3)[0][5] == {"mark": "keep", "label": "end", "note": "look again"}
    assert lines.payload(1, 1)["markable"]


class Page:
    """What a page would hear."""

    def __init__(self, shown: ConcordanceView, monkeypatch: pytest.MonkeyPatch) -> None:
        self.heard: list[dict[str, Any]] = []
        monkeypatch.setattr(shown, "send", self.heard.append)


def test_the_page_fetches_blocks_of_lines(
    texts: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = ConcordanceView()
    page = Page(shown, monkeypatch)
    hits = pd.concat([lines_of(texts).table] * 300, ignore_index=True)
    shown.show(Lines(hits, texts), key=7)
    assert (shown.data["total"], len(shown.data["rows"])) == (900, FIRST)
    turn = shown.data["turn"]
    asked = {"type": "rows", "key": 7, "from": 800, "to": 1000}
    shown.receive({**asked, "turn": turn})
    assert [(m["type"], m["from"], len(m["rows"])) for m in page.heard] == [("rows", 800, 100)]
    for wrong in ({"turn": turn - 1}, {"turn": turn, "to": 99_999}, {"turn": turn, "from": "0"}):
        shown.receive({**asked, **wrong})
    assert len(page.heard) == 1
    shown.receive({"type": "filter", "key": 7, "text": "over"})
    assert (shown.data["total"], shown.data["turn"]) == (300, turn + 1)
    assert shown.chosen({"row": 299, "turn": turn + 1}) == 899
    assert shown.chosen({"row": 300, "turn": turn + 1}) is None
    assert shown.chosen({"row": 0, "turn": turn}) is None
    shown.clear()
    assert shown.data == {}
