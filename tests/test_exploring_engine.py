"""The explorer: what it refuses, filters, makes and keeps, and hostile settings."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from exploring_checks import check_code, check_passages, run_code, small_corpus, small_layers
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import analysis as da
from analysis.panel import layers as rooms
from analysis.panel.engine import Explorer
from analysis.tables import InputError


@pytest.fixture(scope="module")
def explorer() -> Explorer:
    documents = small_corpus()
    return Explorer(documents, source="documents", layers=small_layers(documents))


REFUSED = [
    ("Terms", {"search": "(", "regex": True}, "cannot be read"),
    ("Terms", {"search": "zzz"}, "'zzz' is found nowhere"),
    ("Terms", {"search": "zzz.*", "regex": True}, "No word matches"),
    ("Terms", {"search": "a b", "regex": True}, "for one word"),
    ("Terms", {"side": ["north"]}, "Side: 'north' is not there"),
    ("Terms", {"side": ["east"], "outlet": ["Gamma"]}, "leave no document"),
    ("Terms", {"dates": ("2030-01-01", "")}, "leave no document"),
    ("Terms", {"by": "text"}, "Group by: 'text' is not there"),
    ("Terms", {"rows": 0}, "is not a number"),
    ("Terms", {"search": "zzz", "view": "over time"}, "found nowhere"),
    ("Terms", {"search": "!!!"}, "found nowhere"),
    ("Contexts", {}, "The search is empty"),
    ("Contexts", {"search": "  "}, "The search is empty"),
    ("Contexts", {"search": "zzz"}, "found nowhere"),
    ("Contexts", {"search": "[", "regex": True}, "cannot be read"),
    ("Contexts", {"search": "war", "window": 0}, "is not a number"),
    ("Keywords", {"target": "north"}, "Target: 'north' is not there"),
    ("Keywords", {"target": "east", "reference": "east"}, "name two different groups"),
    ("Keywords", {"min_documents": 900}, None),
    ("Keywords", {"side": ["east"]}, "No word differs"),
    ("Keywords", {"by": "voice"}, "choose a target"),
    ("Collocates", {"search": ""}, "The search is empty"),
    ("Collocates", {"search": "zzz"}, "has no collocate"),
    ("Sentiment", {"view": "toward names", "min_count": 900}, "so often in a group"),
    ("Entities", {"names": "nobody at all"}, "No such name"),
    ("Entities", {"view": "pairs", "names": "putin"}, "No two names"),
    ("Voices", {"view": "quotations", "voice": ["writer"]}, "are not quoted"),
    ("Voices", {"view": "verbs of saying", "min_count": 900}, "lower the number"),
    ("Text", {"doc": "zz"}, "Document: 'zz' is not there"),
    ("Nothing", {}, "tab='Nothing' is not known"),
]


@pytest.mark.parametrize(("tab", "given_", "message"), REFUSED)
def test_bad_settings_are_one_sentence(explorer, tab, given_, message) -> None:
    if message is None:
        assert len(explorer.ask(tab, given_).table)  # of a side with fewer texts, in all of them
        return
    with pytest.raises(InputError) as caught:
        explorer.ask(tab, given_)
    text = str(caught.value)
    assert message in text
    assert "\n" not in text
    assert text.endswith(".")


def test_no_documents_and_strange_layers_are_refused() -> None:
    documents = small_corpus()
    with pytest.raises(InputError, match="holds no document"):
        Explorer(documents.head(0))
    with pytest.raises(InputError, match="lacks 'text'"):
        Explorer(documents.drop(columns="text"))
    with pytest.raises(InputError, match="layers='frames' is not known"):
        Explorer(documents, layers={"frames": documents})
    with pytest.raises(InputError, match="'z' of the mentions given is not in the corpus"):
        Explorer(documents, layers={"mentions": pd.DataFrame({"doc": ["z"]})})
    with pytest.raises(InputError, match="'a' stands twice"):
        Explorer(pd.concat([documents, documents]))
    with pytest.raises(InputError, match="Document 'b' has no text"):
        Explorer(documents.assign(text=["x", None, *"xxxx"]))
    explorer = Explorer(documents)
    with pytest.raises(InputError, match="no document 'zz'"):
        explorer.text("zz")
    with pytest.raises(InputError, match="no row 5"):
        explorer.ask("Terms", {"search": "war"}).passages(5)


def test_controls_are_declared(explorer: Explorer) -> None:
    for tab in explorer.tabs:
        controls = explorer.controls(tab)
        names = [control.name for control in controls]
        assert len(set(names)) == len(names)
        assert all(control.label for control in controls)
        filters = [control.name for control in controls if control.group == "filter"]
        expected = ["outlet", "side", "genre", "dates", "voice"] if tab != "Text" else []
        assert filters == expected
        for control in controls:
            if control.kind == "choice":
                assert control.default in control.choices
    voice = explorer.controls("Terms")[-1].choices
    assert voice[:3] == ("headline", "writer", "speakers")
    assert "Vladimir Putin" in voice
    by = {"by": "outlet"}
    target = next(one for one in explorer.controls("Keywords", by) if one.name == "target")
    assert target.choices == ("(each group)", "Alpha", "Beta", "Gamma")
    by = {"by": "voice"}
    target = next(one for one in explorer.controls("Keywords", by) if one.name == "target")
    assert {"writer", "Vladimir Putin"} <= set(target.choices)
    assert "speakers" not in target.choices


def test_what_cannot_be_grouped_by_is_no_choice() -> None:
    documents = small_corpus().assign(
        term="x", count=1, lists=[[1]] * 6, year=[2023, 2023, 2024, 2024, 2024, None]
    )
    controls = Explorer(documents).controls("Terms")
    choices = next(one for one in controls if one.name == "by").choices
    assert choices == ("", "side", "outlet", "genre", "doc", "year", "voices", "voice")
    plain = Explorer(pd.DataFrame({"doc": ["a"], "text": ["War."]}))
    assert [one.name for one in plain.controls("Terms") if one.group] == ["voice"]


def test_filters_choose_documents(explorer: Explorer) -> None:
    def docs(**chosen) -> str:
        answer = explorer.ask("Contexts", {"search": "*", "rows": 1000, **chosen})
        return "".join(dict.fromkeys(sorted(answer.table["doc"].astype(str))))

    assert docs() == "abcdef"
    assert docs(side=["west"]) == "df"
    assert docs(side=["west"], outlet=["Gamma", "Beta"], genre=["news"]) == "d"
    assert docs(genre=["(none)"]) == "e"
    assert docs(dates=("2024-05-15", "2024-05-20")) == "bcd"
    assert docs(dates=("", "2024-05-14")) == "a"
    assert docs(voice=["Olaf Scholz"]) == "df"
    assert docs(voice=["headline"]) == "a"


def test_words_are_completed_by_frequency() -> None:
    explorer = Explorer(small_corpus(), source="documents")
    assert explorer.complete("w") == []
    assert explorer.missing("Terms", {}) == ["tokens"]
    explorer.ask("Terms", {})
    assert explorer.missing("Terms", {}) == []
    assert explorer.complete("Pea") == ["peace", "peaceful"]
    assert explorer.complete("w", limit=1) == ["war"]
    assert explorer.complete("zz") == []


def test_layers_are_made_in_portions_and_what_was_made_stays(monkeypatch) -> None:
    documents = small_corpus()
    documents.attrs["corpus"] = {"name": "small", "documents": 6}
    for name in ("tokens", "sentences", "scores"):
        monkeypatch.setitem(rooms.LAYERS, name, rooms.LAYERS[name]._replace(at_once=1))
    explorer = Explorer(documents, source="documents")
    ticks: list[tuple[int, int, str]] = []

    def stop(done: int, total: int, what: str) -> bool:
        ticks.append((done, total, what))
        return done < 2

    assert not explorer.prepare("Terms", {"side": ["east"]}, stop)
    assert ticks == [(n, 4, "Reading words") for n in range(3)]
    assert explorer.missing("Terms", {"outlet": ["Beta"]}) == ["tokens"]
    assert explorer.missing("Terms", {"dates": ("2024-05-14", "2024-05-14")}) == []
    assert explorer.prepare("Terms", {"side": ["west"]}, lambda *_: True)
    assert explorer.missing("Terms", {"side": ["west"]}) == []
    for tab, given_ in (
        ("Terms", {"search": "peace*, war", "by": "doc", "side": ["east"]}),
        ("Terms", {"by": "side"}),
        ("Sentiment", {"by": "outlet"}),
        ("Sentiment", {"view": "sentences", "side": ["west"]}),
    ):
        assert explorer.prepare(tab, given_, lambda *_: True)
        answer = explorer.ask(tab, given_)
        check_code(answer, explorer, figure=False)


@pytest.mark.parametrize("rows", [[0, 2, 5], [3], [0, 1, 2, 3, 4, 5]])
@pytest.mark.parametrize("at_once", [1, 300, 10**6])
def test_a_layer_is_what_its_function_gives(monkeypatch, rows, at_once) -> None:
    documents = small_corpus()
    documents.attrs["corpus"] = {"name": "small", "documents": 6}
    made = {
        "tokens": da.tokenize,
        "sentences": da.split_sentences,
        "scores": lambda some: da.score_sentiment(da.split_sentences(some)),
        "mentions": da.find_entities,
    }
    for name, make in made.items():
        layer = rooms.LAYERS[name]
        monkeypatch.setitem(rooms.LAYERS, name, layer._replace(at_once=at_once))
        kept = rooms.Layers(documents)
        kept.take(name, np.array([4, 1]))  # out of order
        found = kept.take(name, np.array(rows))
        expected = make(documents.iloc[rows])
        pd.testing.assert_frame_equal(found, expected)
        assert found.attrs == expected.attrs


HOSTILE = [
    'it\'s "quoted"',
    "back\\slash\\",
    "line\nbreak\r\n",
    "=SUM(A1)",
    "{brace} %s {0}",
    '"""',
    "'); import os; os.abort(); ('",
    "\u202eright to left",
    "$\\frac{a}{b}$",
    "<script>alert(1)</script>",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_metadata_gives_code_that_runs(value: str) -> None:
    documents = small_corpus().assign(side=[value, "x", value, "x", "x", value])
    documents["outlet"] = [value, "b", value, value, "b", "b"]
    explorer = Explorer(documents, source="documents", layers=small_layers(documents))
    for tab, chosen in (
        ("Terms", {"search": "war", "by": "outlet", "side": [value]}),
        ("Keywords", {"by": "side", "target": value, "min_documents": 1}),
        ("Entities", {"by": "side", "outlet": [value]}),
        ("Voices", {"by": "side"}),
    ):
        answer = explorer.ask(tab, chosen)
        check_passages(answer, documents, "count")
        check_code(answer, explorer)


def ask_or_refuse(explorer: Explorer, tab: str, chosen: dict) -> None:
    """An answer whose code gives the same, or else one sentence."""
    refused = ""
    try:
        answer = explorer.ask(tab, chosen)
    except InputError as error:
        refused = str(error)
    assert "\n" not in refused
    if not refused:
        check_code(answer, explorer, figure=False)


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("tab", ["Terms", "Contexts", "Collocates"])
def test_hostile_searches_give_an_answer_or_a_sentence(explorer, tab: str, value: str) -> None:
    for search in (value, f"war, {value}"):
        for regex in (False, True):
            chosen = {"search": search, "regex": regex, "min_count": 1, "more_stop_words": value}
            ask_or_refuse(explorer, tab, chosen)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=12), st.booleans())
def test_any_search_gives_an_answer_or_a_sentence(explorer, search: str, regex: bool) -> None:
    for tab in ("Terms", "Contexts"):
        ask_or_refuse(explorer, tab, {"search": search, "regex": regex})


def test_the_corpus_is_not_changed_and_figures_are_new(explorer: Explorer) -> None:
    before = explorer.documents.copy()
    answer = explorer.ask("Terms", {"search": "war", "by": "side"})
    table = answer.table.copy()
    first, second = answer.figure(), answer.figure()
    assert first is not second
    answer.passages(0)
    pd.testing.assert_frame_equal(answer.table, table)
    pd.testing.assert_frame_equal(explorer.documents, before)


def test_code_begins_with_the_source() -> None:
    documents = small_corpus()
    explorer = Explorer(documents, source='da.read_corpus("my corpus").documents')
    lines = explorer.ask("Terms", {"search": "war"}).code.splitlines()
    assert lines[:3] == [
        "import analysis as da",
        "",
        'documents = da.read_corpus("my corpus").documents',
    ]
    assert lines[-1].startswith("ax = da.plot_terms(")
    given_ = Explorer(documents, source="documents", layers=small_layers(documents))
    code = given_.ask("Entities", {"side": ["east"]}).code
    assert "# mentions: the table that was given to the explorer" in code
    assert 'chosen_mentions = mentions[mentions["doc"].isin(chosen["doc"])]' in code
    assert set(run_code(given_.ask("Entities", {}), given_)) >= {"table", "ax"}


def test_metadata_of_any_kind(explorer: Explorer) -> None:
    documents = small_corpus().assign(
        year=[2023, 2023, 2024, 2024, 2024, None], checked=[True, False] * 3
    )
    documents["published"] = documents["published"].dt.tz_localize("Europe/Berlin")
    documents.index = pd.Index([7, 3, 5, 1, 0, 9])
    other = Explorer(documents, source="documents")
    for chosen in (
        {"search": "war", "by": "year"},
        {"search": "war", "by": "checked", "dates": ("2024-05-15", "2024-05-22")},
        {"search": "war", "view": "over time", "every": "day"},
    ):
        answer = other.ask("Terms", chosen)
        check_passages(answer, documents, "count")
        check_code(answer, other)


def test_documents_may_be_numbered() -> None:
    documents = small_corpus().assign(doc=range(6))
    explorer = Explorer(documents, source="documents")
    answer = explorer.ask("Text", {"doc": "5", "search": "war"})
    assert len(answer.table) == 6
    check_code(answer, explorer)


def test_aliases_are_merged_in_every_layer(tmp_path, monkeypatch) -> None:
    path = tmp_path / "aliases.csv"
    path.write_text("variant,entity,label\nRussia,Moscow,PLACE\nChina,PRC,PLACE\n")
    documents = small_corpus()
    documents.attrs["corpus"] = {"name": "small", "documents": 6}
    for name in ("mentions", "quotes"):
        monkeypatch.setitem(rooms.LAYERS, name, rooms.LAYERS[name]._replace(at_once=1))
    explorer = Explorer(documents, source="documents", aliases=str(path))
    answer = explorer.ask("Entities", {"side": ["east"]})
    assert {"Moscow", "PRC"} <= set(answer.table["entity"])
    assert f'da.read_aliases("{path}")' in answer.code
    check_passages(answer, documents, "count")
    check_code(answer, explorer)
    for rows in ([0, 2], range(6)):
        some = documents.iloc[list(rows)]
        names = da.apply_aliases(da.find_entities(some), da.read_aliases(path))
        expected = da.find_quotes(some, tagged=da.annotate(some).tokens, mentions=names)
        found = explorer._kitchen.layers.take("quotes", np.array(rows))
        pd.testing.assert_frame_equal(found, expected)
        assert found.attrs == expected.attrs
