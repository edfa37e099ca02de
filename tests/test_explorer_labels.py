"""How the panel writes groups and texts, and what a corpus that changes beside it does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from explorer_checks import small_explorer

import analysis as da
from analysis.panel.concordance import Lines
from analysis.panel.explorer import Explorer, explore
from analysis.panel.labels import Labels, document_titles
from analysis.panel.trail_forms import _group_options
from analysis.panel.views import colours_of, rows_payload


@pytest.fixture
def corpus(tmp_path: Path) -> Any:
    """Two sides with names and a colour of their own; one word is spelled like a side."""
    documents = pd.DataFrame(
        {
            "doc": ["a", "b", "c"],
            "title": ["Talks", None, "Talks"],
            "outlet": ["Post", "Times", "Times"],
            "published": pd.to_datetime(["2024-05-01", "2024-05-02", "2024-05-03"]),
            "side": ["china", "west", "west"],
            "text": ["War on china in china.", "No war in china.", "The war."],
        }
    )
    documents.attrs["style"] = {
        "labels": {"china": "China", "west": "The West"},
        "colors": {"west": "#8B0000"},
    }
    return da.Corpus(documents)


def test_texts_are_told_apart_by_title_or_outlet_and_day(corpus: Any) -> None:
    assert document_titles(corpus.documents) == {
        "a": "Talks (Post, 2024-05-01)",
        "b": "Times, 2024-05-02",
        "c": "Talks (Times, 2024-05-03)",
    }
    assert document_titles(pd.DataFrame({"doc": [1, 2]})) == {1: "1", 2: "2"}


def test_groups_are_written_as_the_corpus_does_but_words_are_not(corpus: Any) -> None:
    labels = Labels(corpus.documents)
    assert labels.label("china", "side") == "China"
    assert labels.label("china", "term") == "china"
    answer = Explorer(corpus).ask("Terms", {"search": "china", "by": "side"})
    sent = rows_payload(answer.table, answer.shown, answer.bar, caption="", names=labels)
    assert {tuple(row[:2]) for row in sent["rows"]} == {("china", "China"), ("china", "The West")}


def test_bars_have_the_colours_of_the_charts(corpus: Any) -> None:
    table = Explorer(corpus).ask("Terms", {"search": "war", "by": "side"}).table
    found = dict(zip(table["side"].astype(str), colours_of(table), strict=True))
    assert found["west"].upper() == "#8B0000" != found["china"].upper()
    assert colours_of(Explorer(corpus).ask("Terms", {"search": "war"}).table) == []


def test_lines_say_groups_as_the_corpus_does(corpus: Any) -> None:
    hits = da.group_hits(da.find_contexts(corpus, "war"), corpus, by="side")
    lines = Lines(hits, corpus.documents, group="group", grouped_by="side")
    assert [one["label"] for one in lines.groups()] == ["The West", "China"]
    by_word = da.group_hits(da.find_contexts(corpus, "in"), corpus, by="R1")
    lines = Lines(by_word, corpus.documents, group="group", grouped_by="R1")
    assert [one["label"] for one in lines.groups()] == ["china"]


def test_a_trail_says_groups_as_the_corpus_does(corpus: Any) -> None:
    panel = explore(corpus, tab="Contexts", settings={"search": "china"}).refresh()
    view = panel.own("Contexts")
    view._step(
        view.trail, {"kind": "select", "option": "column:side", "values": {"values": ["china"]}}
    )
    titles = [step["title"] for step in view.view.data["steps"]]
    assert titles == ["Search for china", "Select side: China"]


def test_texts_of_a_trail_that_was_run_again_open_from_the_texts_of_now(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    first, second = tmp_path / "a.txt", tmp_path / "b.txt"
    first.write_text("The first\n\nA war in the east.\n", "utf-8")
    second.write_text("The second\n\nA war in the west.\n", "utf-8")
    da.add_documents(folder, [first])
    panel = explore(folder, tab="Contexts", settings={"search": "war"}).refresh()
    da.add_documents(folder, [second])
    view = panel.own("Contexts")
    view._rerun(view.trail, {})
    assert len(view.lines.lines) == 2
    turn = view.lines.data["turn"]
    for row in (0, 1):
        view._read(view.trail, {"row": row, "turn": turn})
        doc = view.lines.lines.place(row)[0]
        shown = "".join(piece[0] for piece in panel.reader.data["pieces"])
        assert shown in str(view.trail.corpus.select([doc]).documents["text"].iloc[0])
        assert panel.reader.data["here"] == 0


def test_what_was_added_stays_beside_what_the_answer_says(corpus: Any) -> None:
    panel = explore(corpus, settings={"search": "war"}).refresh()
    panel.reopen(corpus, "2 texts added to my-corpus.")
    panel.wait()
    assert panel.message.data["text"] == "2 texts added to my-corpus. 1 row."
    panel.refresh()
    assert panel.message.data["text"] == "1 row."


def test_rows_are_shown_in_every_tab_that_has_them() -> None:
    groups = explore(da.example_corpus(), tab="Term groups").refresh()
    assert len(groups.rows.data["rows"]) > 3
    assert groups.message.data["text"].endswith("rows.")
    article = explore(da.example_corpus(), tab="Article").refresh()
    assert "did not work" not in article.message.data["text"]
    doc = article.field("doc").value
    title = document_titles(da.example_corpus().documents)[doc]
    assert title in article.rows.data["caption"]
    assert doc not in article.rows.data["caption"]


def test_the_base_of_a_tone_is_sentences(corpus: Any) -> None:
    panel = explore(corpus, tab="Sentiment", settings={"by": "side"}).refresh()
    assert "Sentences in all" in [one["label"] for one in panel.rows.data["columns"]]
    assert panel.rows.data["colours"] == []  # the chart draws all rows alike
    assert "The West" in panel.rows.data["note"]


def test_filters_offer_the_columns_of_a_corpus_and_none_that_is_empty():
    texts = pd.DataFrame({"doc": ["a", "b", "c"], "topic": ["x", "y", None], "genre": [None] * 3})
    texts = texts.assign(text="Peace talks. No peace.", one="same")
    explorer = Explorer(da.Corpus(texts))
    names = [control.label for control in explorer.controls("Terms") if control.group == "filter"]
    assert names == ["Topic", "Document", "Voice"]
    answer = explorer.ask("Terms", {"search": "peace", "column:topic": ["x", "(none)"]})
    assert answer.table["count"].tolist() == [4]
    assert 'topic=["x", "(none)"]' in answer.code.replace("'", '"')


@pytest.mark.parametrize(
    ("tab", "settings", "unit"),
    [
        ("Terms", {"search": "peace"}, "Words in all"),
        ("Sentiment", {}, "Sentences in all"),
        ("Sentiment", {"view": "course of the text"}, "Sentences in all"),
        ("Voices", {"view": "verbs of saying", "min_count": 1}, "Quotations in all"),
    ],
)
def test_the_heading_of_a_base_names_what_was_counted(tab, settings, unit):
    answer = small_explorer().ask(tab, settings)
    payload = rows_payload(answer.table, answer.shown, None, caption="", unit=answer.unit)
    assert [one["label"] for one in payload["columns"] if one["name"] == "base"] == [unit]


def test_texts_of_years_are_counted_by_month_at_first():
    days = pd.to_datetime(["2006-03-27", "2024-05-15"])
    texts = pd.DataFrame({"doc": ["a", "b"], "published": days, "text": "Peace talks."})
    for tab in ("Terms", "Term groups"):
        controls = {control.name: control for control in Explorer(da.Corpus(texts)).controls(tab)}
        assert controls["every"].default == "month"


def test_nothing_of_the_tab_before_is_shown_while_another_is_made():
    panel = explore(da.Corpus(pd.DataFrame({"doc": ["a"], "text": ["Peace talks. No peace."]})))
    panel.refresh()
    assert panel.rows.data
    assert panel.figure.svg
    seen: list[tuple[Any, ...]] = []
    panel.message.observe(
        lambda change: seen.append((change["new"]["text"], panel.rows.data, panel.figure.svg)),
        names="data",
    )
    panel.tabs.selected_index = list(panel.explorer.tabs).index("Style")
    assert seen[0] == ("Style: being made …", {}, "")
    panel.close()


def test_the_trail_offers_each_way_to_group_once():
    texts = small_explorer().documents.assign(version="original")
    names = [option.label for option in _group_options(da.Corpus(texts))]
    assert len(names) == len(set(names))
    assert "Version" not in names
    assert "Headline, writer, speakers" in names
