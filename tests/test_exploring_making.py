"""An explorer that is given nothing makes what it needs; and what it does with many groups."""

from __future__ import annotations

import pandas as pd
import pytest
from exploring_checks import check_code, check_passages, small_corpus

import analysis as da
from analysis.charts.style import chart_record
from analysis.panel import kitchen
from analysis.panel.engine import Explorer


@pytest.fixture
def explorer(monkeypatch) -> Explorer:
    """Judgements are made up, for the engine and for the code that it prints."""

    def judged(documents: pd.DataFrame, mentions: pd.DataFrame) -> pd.DataFrame:
        share = (mentions["start"] % 7) / 10
        found = mentions.drop(columns="score").assign(negative=share, neutral=0.3)
        found = found.assign(positive=0.7 - share, score=0.7 - 2 * share)
        found.attrs["steps"] = [
            *mentions.attrs["steps"],
            {"call": "score_targets", "on": "documents", "params": {"mentions": True}},
        ]
        return found

    monkeypatch.setattr(da, "score_targets", judged, raising=False)
    return Explorer(small_corpus(), source="documents")


def test_layers_are_named_made_and_then_there(explorer: Explorer) -> None:
    ticks: list[str] = []

    def tick(done: int, total: int, what: str) -> bool:
        ticks.append(what)
        return True

    chosen = {"by": "voices", "search": "war"}
    assert explorer.missing("Terms", chosen) == ["tokens", "quotes"]
    assert explorer.controls("Terms")[-1].choices == ("headline", "writer", "speakers")
    assert explorer.prepare("Terms", chosen, tick)
    assert list(dict.fromkeys(ticks)) == ["Reading words", "Finding names", "Finding quotations"]
    assert explorer.missing("Terms", chosen) == []
    assert "Vladimir Putin" in explorer.controls("Terms")[-1].choices
    answer = explorer.ask("Terms", chosen)
    check_passages(answer, explorer.documents, "count")
    check_code(answer, explorer)
    assert "tagged=annotation.tokens" in answer.code


@pytest.mark.parametrize(
    ("tab", "settings"),
    [
        ("Sentiment", {"view": "toward names", "min_count": 1, "side": ["east"]}),
        ("Entities", {"by": "voices"}),
        ("Entities", {"voice": ["writer"], "genre": ["news"]}),
        ("Voices", {"view": "quotations", "item": "kind", "outlet": ["Alpha"]}),
        ("Voices", {"view": "verbs of saying", "min_count": 1}),
    ],
)
def test_answers_without_layers_make_them(explorer: Explorer, tab: str, settings: dict) -> None:
    needed = explorer.missing(tab, settings)
    assert needed
    answer = explorer.ask(tab, settings)
    assert explorer.missing(tab, settings) == []
    check_passages(answer, explorer.documents, "count")
    check_code(answer, explorer)


def test_texts_with_quotations_and_names(explorer: Explorer) -> None:
    chosen = {"doc": "f", "quotes": True, "names": True}
    assert explorer.missing("Text", chosen) == ["sentences", "tokens", "quotes", "mentions"]
    marks = explorer.ask("Text", chosen).marks
    assert marks is not None
    assert set(marks["kind"]) == {"quote", "name"}


def test_texts_without_speech_are_a_sentence() -> None:
    documents = pd.DataFrame({"doc": ["a", "b"], "text": ["War goes on.", "It goes on and on."]})
    documents["side"] = ["x", "y"]
    mentions = da.find_entities(documents)
    quotes = da.find_quotes(documents, mentions=mentions)
    given = {"mentions": mentions, "quotes": quotes}
    explorer = Explorer(documents, source="documents", layers=given)
    for tab, chosen, message in (
        ("Voices", {"own": False}, "No speaker is given a word"),
        ("Voices", {"view": "verbs of saying"}, "No quotation is found"),
        ("Terms", {"voice": ["speakers"]}, "Nothing is said in the voices"),
        ("Entities", {}, "No such name"),
    ):
        with pytest.raises(da.InputError, match=message):
            explorer.ask(tab, chosen)
    assert set(explorer.ask("Voices", {}).table["voice"]) <= {"writer", "headline"}
    check_code(explorer.ask("Voices", {}), explorer)


def many_documents() -> pd.DataFrame:
    rows = range(60)
    return pd.DataFrame(
        {
            "doc": [f"d{n:02d}" for n in rows],
            "outlet": [f"Outlet {n % 12}" for n in rows],
            "text": [f"The war goes on. A good day{' of war' * (n % 5)}." for n in rows],
        }
    )


def test_many_groups_have_no_intervals_and_figures_show_the_largest() -> None:
    documents = many_documents()
    explorer = Explorer(documents, source="documents")
    for tab, chosen, number in (
        ("Terms", {"search": "war", "by": "doc"}, "count"),
        ("Sentiment", {"by": "doc"}, "base"),
    ):
        answer = explorer.ask(tab, chosen)
        assert len(answer.table) == 60
        assert "low" not in answer.table.columns
        assert "confidence=None" in answer.code
        assert "No intervals for so many groups" in answer.note
        check_passages(answer, documents, number)
        check_code(answer, explorer)
    answer = explorer.ask("Terms", {"search": "war", "by": "outlet"})
    assert {"low", "high"} <= set(answer.table.columns)
    assert answer.table["outlet"].nunique() == 12
    drawn = chart_record(answer.figure().figure)["data"]
    assert drawn["outlet"].nunique() == 8
    check_code(answer, explorer)


def test_only_so_many_results_are_kept(monkeypatch) -> None:
    monkeypatch.setattr(kitchen, "KEPT", 3)
    monkeypatch.setattr(kitchen, "LARGE", 10)
    monkeypatch.setattr(kitchen, "MOST_LARGE", 1)
    explorer = Explorer(many_documents(), source="documents")
    for outlet in range(6):
        answer = explorer.ask("Terms", {"outlet": [f"Outlet {outlet}"], "search": "war"})
        kept = explorer._kitchen._kept.values()
        assert len(kept) <= 3
        assert sum(len(table) > 10 for table in kept) <= 1
    check_passages(answer, explorer.documents, "count")
    check_code(answer, explorer, figure=False)
