"""Every tab: its passages are exactly what it counts, its code gives the same table and figure."""

from __future__ import annotations

from typing import Any

import pytest
from explorer_checks import check_code, check_passages, run_code, small_explorer

from analysis.panel.explorer import Explorer

WRITER = {"voice": ["writer"]}
OVER_TIME = "over time"
SHARE, VERBS, QUOTATIONS = "share of words", "verbs of saying", "number of quotations"
CASES: list[tuple[str, dict[str, Any], str | None]] = [
    ("Terms", {}, "count"),
    ("Terms", {"by": "voice_group", "per": 100}, "count"),
    ("Terms", {"by": "voice", "search": "peace*, war"}, "count"),
    ("Terms", {"search": "war goes, peace talks", **WRITER}, "count"),
    ("Terms", {"search": "pea.+", "regex": True, "by": "outlet", "side": ["east"]}, "count"),
    ("Terms", {"genre": ["(none)", "news"], "dates": ("2024-05-14", "2024-05-16")}, "count"),
    ("Terms", {"stop_words": False, "more_stop_words": "the, war", "rows": 5}, "count"),
    ("Terms", {"more_stop_words": "war", "by": "doc", "outlet": ["Alpha"]}, "count"),
    ("Terms", {"view": "over time", "search": "peace*, war"}, "count"),
    ("Terms", {"view": "over time", "by": "side", "every": "day"}, "count"),
    (
        "Terms",
        {
            "view": "over time",
            "by": "voice_group",
            "every": "month",
            "search": "p.*",
            "regex": True,
        },
        "count",
    ),
    ("Contexts", {"search": "peace"}, None),
    ("Contexts", {"search": "peace talks, war", "window": 20}, None),
    ("Contexts", {"search": "war", "voice": ["speakers"]}, None),
    ("Contexts", {"search": "War", "case": True, "outlet": ["Gamma"]}, None),
    ("Contexts", {"search": "w.r", "regex": True}, None),
    ("Keywords", {}, "count"),
    ("Keywords", {"by": "voice_group", "min_documents": 1}, "count"),
    (
        "Keywords",
        {"by": "outlet", "min_documents": 1, "target": "Alpha", "reference": "Beta"},
        "count",
    ),
    ("Keywords", {"by": "voice", "target": "Xi Jinping", "min_documents": 1}, "count"),
    ("Keywords", {"min_documents": 1, "measure": "g2_two_term", "stop_words": False}, "count"),
    ("Keywords", {"more": False, "min_documents": 1, "measure": "din", **WRITER}, "count"),
    ("Keywords", {"more": False, "min_documents": 1, "target": "east"}, "count"),
    ("Collocates", {"search": "war", "min_count": 1}, "count"),
    ("Network", {"search": "war, peace", "min_count": 1}, "count"),
    ("Term groups", {"groups": 'war: [war, "attack*"]\ntalks: [talks, peace talks]'}, "count"),
    ("Term groups", {"groups": "war: war", "view": "over time", "by": "side"}, "count"),
    ("Network", {"search": "war", "min_count": 2, "second": True}, "count"),
    ("N-grams", {"n": 2}, "count"),
    ("N-grams", {"n": 2, "search": "talk*", "by": "side"}, "count"),
    ("Dispersion", {"search": "war, peace"}, None),
    ("Dispersion", {"view": "evenness over the texts"}, "count"),
    ("Style", {"by": "side"}, "count"),
    ("Style", {"view": "readability"}, "sentences"),
    ("Style", {"category": "all kinds"}, "count"),
    ("Terms", {"view": "over time", "by": "side", "search": "war, peace"}, "count"),
    ("Keywords", {"view": "differences of searched terms", "search": "war, peace"}, "count"),
    ("Voices", {"view": "quotations"}, None),
    (
        "Collocates",
        {"search": "w*, no such word", "min_count": 1, "measure": "t_score", "stop_words": False},
        "count",
    ),
    ("Collocates", {"search": "war", "min_count": 1, "voice": ["speakers"]}, "count"),
    ("Collocates", {"search": "(war|peace)", "regex": True, "within": "document"}, "count"),
    ("Sentiment", {}, "base"),
    ("Sentiment", {"by": "voice_group", "genre": ["news"]}, "base"),
    ("Sentiment", {"by": "voice", "voice": ["speakers"]}, "base"),
    ("Sentiment", {"view": "course of the text", "bins": 3}, "base"),
    ("Sentiment", {"view": "sentences"}, None),
    ("Sentiment", {"view": "sentences", "negative_first": False, **WRITER}, None),
    ("Sentiment", {"view": "toward names", "min_count": 1}, "count"),
    ("Sentiment", {"view": "toward names", "min_count": 1, "by": "voice_group"}, "count"),
    ("Sentiment", {"view": "who evaluates whom"}, "count"),
    ("Entities", {}, "count"),
    ("Entities", {"by": "side", "rows": 3}, "count"),
    ("Entities", {"by": "voice_group", "labels": ["PERSON"]}, "count"),
    ("Entities", {"by": "voice"}, "count"),
    ("Entities", {"names": "russ, ch", "labels": ["PLACE"], "by": "outlet"}, "count"),
    ("Entities", {**WRITER, "side": ["east"]}, "count"),
    ("Entities", {"view": "pairs"}, "count"),
    ("Entities", {"view": "pairs", "within": "document", "rows": 4}, "count"),
    ("Voices", {}, "count"),
    ("Voices", {"by": "side"}, "count"),
    ("Voices", {"own": False, "split_speech": False, "outlet": ["Alpha", "Gamma"]}, "count"),
    ("Voices", {"voice": ["Vladimir Putin", "writer"]}, "count"),
    ("Voices", {"view": VERBS, "min_count": 1}, "count"),
    ("Voices", {"view": VERBS, "min_count": 1, "by": "side", "verb": "cue"}, "count"),
    ("Voices", {"view": QUOTATIONS, "item": "kind"}, "count"),
    ("Voices", {"view": QUOTATIONS, "item": "speaker", "by": "side"}, "count"),
    ("Voices", {"view": QUOTATIONS, "item": "cue", "voice": ["Xi Jinping"]}, "count"),
    ("Text", {}, None),
    ("Text", {"doc": "c", "search": "war, peace", "quotes": True, "names": True}, None),
]


@pytest.fixture(scope="module")
def explorer() -> Explorer:
    return small_explorer()


@pytest.mark.parametrize(("tab", "settings", "number"), CASES)
def test_rows_lead_to_passages_and_code_gives_the_same(
    explorer: Explorer, tab: str, settings: dict[str, Any], number: str | None
) -> None:
    answer = explorer.ask(tab, settings)
    assert len(answer.table)
    assert answer.shown
    check_passages(answer, explorer.documents, number)
    check_code(answer, explorer)


def test_no_tab_is_left_out(explorer: Explorer) -> None:
    assert {tab for tab, _, _ in CASES} | {"Article", "Coding"} == set(explorer.tabs)


@pytest.mark.parametrize("section", ["all sections", "Who acts, who is acted upon"])
def test_sentences_on_a_text_lead_to_their_words(explorer: Explorer, section: str) -> None:
    answer = explorer.ask("Article", {"doc": "f", "section": section, "days": 10})
    text = explorer.text("f")
    assert len(answer.table)
    for row in range(len(answer.table)):
        found = answer.passages(row, limit=None)
        assert set(found["doc"]) == {"f"}
        cut = [text[a:b] for a, b in zip(found["start"], found["end"], strict=True)]
        assert cut == found["node"].tolist() != []
    check_code(answer, explorer)


def test_a_keyword_leads_to_both_sides(explorer: Explorer) -> None:
    settings = {"by": "outlet", "min_documents": 1, "target": "Alpha", "measure": "log_ratio"}
    for reference in ("(the rest)", "Gamma"):
        answer = explorer.ask("Keywords", {**settings, "reference": reference})
        counts = answer.table["count_reference"]
        assert counts.any()
        for row, count in enumerate(counts):
            found = answer.passages(row, "rate_reference", limit=None)
            assert len(found) == count
            assert "Alpha" not in set(found["outlet"])
            assert set(answer.passages(row, "rate", limit=None)["outlet"]) == {"Alpha"}


def test_numbers_by_hand(explorer: Explorer) -> None:
    answer = explorer.ask("Terms", {"search": "war", "by": "side", "per": 100})
    table = answer.table.set_index("side")
    assert table["count"].to_dict() == {"east": 5, "west": 6}
    assert table.loc["west", "rate"] == pytest.approx(100 * 6 / table.loc["west", "base"])
    assert answer.bar == "rate"
    assert {"low", "high"} <= set(table)
    spoken = explorer.ask("Terms", {"search": "war", "voice": ["Olaf Scholz"]})
    assert spoken.table["count"].tolist() == [1]
    assert spoken.passages(0)["doc"].tolist() == ["f"]


def test_marks_are_offsets_into_the_text(explorer: Explorer) -> None:
    answer = explorer.ask("Text", {"doc": "f", "search": "war", "quotes": True, "names": True})
    text, marks = explorer.text("f"), answer.marks
    assert "page = da.show_annotations(" in answer.code
    assert "mark" in run_code(answer, explorer)["page"].html
    assert marks is not None
    cut = [text[a:b] for a, b in zip(marks["start"], marks["end"], strict=True)]
    assert set(marks["kind"]) == {"hit", "quote", "name"}
    assert {
        word.lower() for word, kind in zip(cut, marks["kind"], strict=True) if kind == "hit"
    } == {"war"}
    assert "“Stop the war,”" in cut
    assert marks["start"].is_monotonic_increasing
    assert len(explorer.ask("Text", {"doc": "a"}).marks) == 0


def test_the_note_tells_of_corpus_n_and_method(explorer: Explorer) -> None:
    note = explorer.ask("Terms", {"search": "war", "by": "side"}).note
    assert "n = 162 words." in note
    assert "Intervals (lines): 95 % Korn–Graubard over documents" in note
    assert "stance" in explorer.ask("Sentiment", {}).note
    assert explorer.ask("Contexts", {"search": "war"}).note.endswith("11 hits.")


def test_captions_are_sentences(explorer: Explorer) -> None:
    answer = explorer.ask("Terms", {"search": "war, peace", "by": "side"})
    assert answer.caption() == "Rate per 1,000 words: peace and war, by side."
    answer = explorer.ask("Terms", {"search": "war", "voice": ["writer"]})
    assert answer.caption() == "Rate per 1,000 words: war (only writer)."
    for tab, settings, _ in CASES:
        caption = explorer.ask(tab, settings).caption()
        assert caption.endswith(".")
        assert "\n" not in caption
