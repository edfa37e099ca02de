"""The explorer: what it refuses, filters, makes and keeps, and hostile settings."""

from __future__ import annotations

from pathlib import Path

import hostile_corpus
import pandas as pd
import pytest
from explorer_checks import check_code, check_passages, small_corpus, small_explorer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import analysis as da
from analysis import layers
from analysis.panel.explorer import Explorer
from analysis.tables import InputError


@pytest.fixture(scope="module")
def explorer() -> Explorer:
    explorer = small_explorer()
    explorer.corpus.make("voiced", "targets")  # speakers are known by now
    return explorer


REFUSED = [
    ("Terms", {"search": "(", "regex": True}, "cannot be read"),
    ("Terms", {"search": "zzz"}, "'zzz' is found nowhere"),
    ("Terms", {"search": "zzz.*", "regex": True}, "No word matches"),
    ("Terms", {"search": "a b", "regex": True}, "for one word"),
    ("Terms", {"side": ["north"]}, "Side: 'north' is not there"),
    ("Terms", {"side": ["east"], "outlet": ["Gamma"]}, "No document of the corpus has"),
    ("Terms", {"dates": ("2030-01-01", "")}, "No document of the corpus has"),
    ("Terms", {"by": "text"}, "Group by: 'text' is not there"),
    ("Terms", {"rows": 0}, "is not a number"),
    ("Terms", {"search": "zzz", "view": "over time"}, "found nowhere"),
    ("Terms", {"search": "!!!"}, "found nowhere"),
    ("Contexts", {}, "Write a word"),
    ("Contexts", {"search": "  "}, "Write a word"),
    ("Contexts", {"search": "zzz"}, "found nowhere"),
    ("Contexts", {"search": "[", "regex": True}, "cannot be read"),
    ("Contexts", {"search": "war", "window": 0}, "is not a number"),
    ("Term groups", {}, "Write a group a line"),
    ("Term groups", {"groups": "war: [war"}, "cannot be read"),
    ("Voices", {"view": "marked words"}, "No word is marked"),
    ("Style", {"view": "diversity of words"}, "No document has 50 words"),
    ("N-grams", {"n": 2, "search": "zzz"}, "No sequence of words"),
    ("Keywords", {"target": "north"}, "Target: 'north' is not there"),
    ("Keywords", {"target": "east", "reference": "east"}, "name two different groups"),
    ("Keywords", {"min_documents": 900}, "No term is in 900 documents"),
    ("Keywords", {"side": ["east"]}, "All texts are in one group, 'east'"),
    ("Keywords", {"by": "voice"}, "choose a target"),
    ("Collocates", {"search": ""}, "Write a word"),
    ("Collocates", {"search": "zzz"}, "does not occur"),
    ("Sentiment", {"view": "toward names", "min_count": 900}, "so often in a group"),
    ("Entities", {"names": "nobody at all"}, "No such name"),
    ("Entities", {"view": "pairs", "names": "putin"}, "No two names"),
    ("Voices", {"view": "number of quotations", "voice": ["writer"]}, "are not quoted"),
    ("Voices", {"view": "verbs of saying", "min_count": 900}, "lower the number"),
    ("Text", {"doc": "zz"}, "Document: 'zz' is not there"),
    ("Nothing", {}, "tab='Nothing' is not known"),
]


@pytest.mark.parametrize(("tab", "given_", "message"), REFUSED)
def test_bad_settings_are_one_sentence(explorer, tab, given_, message) -> None:
    with pytest.raises(InputError) as caught:
        explorer.ask(tab, given_)
    text = str(caught.value)
    assert message in text
    assert "\n" not in text
    assert text.endswith(".")


def test_what_is_no_corpus_is_refused() -> None:
    documents = small_corpus()
    with pytest.raises(InputError, match="has no rows"):
        Explorer(documents.head(0))
    with pytest.raises(InputError, match="lacks 'text'"):
        Explorer(documents.drop(columns="text"))
    with pytest.raises(InputError, match="'a' stands twice"):
        Explorer(pd.concat([documents, documents]))
    with pytest.raises(InputError, match="its folder or its documents table"):
        Explorer(7)  # type: ignore[arg-type]
    explorer = Explorer(documents)
    with pytest.raises(InputError, match="'zz' is not in the corpus"):
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
        expected = ["outlet", "side", "genre", "doc", "dates", "voice"]
        assert filters == (expected if explorer.tab(tab).filters else [])
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
    assert choices == ("", "side", "outlet", "genre", "doc", "year", "voice_group", "voice")
    plain = Explorer(pd.DataFrame({"doc": ["a"], "text": ["War."]}))
    assert [one.name for one in plain.controls("Terms") if one.group == "filter"] == [
        "doc",
        "voice",
    ]


def test_filters_choose_documents(explorer: Explorer) -> None:
    def docs(**chosen) -> str:
        answer = explorer.ask("Contexts", {"search": "*", **chosen})
        return "".join(dict.fromkeys(sorted(answer.table["doc"].astype(str))))

    assert docs() == "abcdef"
    assert docs(side=["west"]) == "df"
    assert docs(side=["west"], outlet=["Gamma", "Beta"], genre=["news"]) == "d"
    assert docs(genre=["(none)"]) == "e"
    assert docs(dates=("2024-05-15", "2024-05-20")) == "bcd"
    assert docs(dates=("", "2024-05-14")) == "a"
    assert docs(voice=["Olaf Scholz"]) == "df"
    assert docs(voice=["headline"]) == "a"
    assert docs(doc=["d", "b"]) == "bd"


def test_words_are_completed_by_frequency() -> None:
    explorer = Explorer(small_corpus())
    assert explorer.complete("w") == []
    assert explorer.missing("Terms", {}) == ["tokens"]
    explorer.ask("Terms", {})
    assert explorer.missing("Terms", {}) == []
    assert explorer.complete("Pea") == ["peace", "peaceful"]
    assert explorer.complete("w", limit=1) == ["war"]
    assert explorer.complete("zz") == []


def test_layers_are_made_in_portions_and_what_was_made_stays(monkeypatch) -> None:
    short = {name: layer._replace(portion=1) for name, layer in layers.LAYERS.items()}
    monkeypatch.setattr(layers, "LAYERS", short)
    monkeypatch.setattr(layers, "_SECONDS", 0.0)  # portions do not grow
    explorer = Explorer(small_corpus())
    ticks: list[tuple[int, int, str]] = []

    def stop(done: int, total: int, what: str) -> bool:
        ticks.append((done, total, what))
        return done < 2

    assert not explorer.prepare("Terms", {"side": ["east"]}, stop)
    assert ticks == [(n, 4, "Tokenizing") for n in range(3)]
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


@pytest.mark.parametrize(
    ("tab", "settings_", "needed"),
    [
        ("Terms", {"by": "voice_group", "search": "war"}, ["tokens", "quotes"]),
        ("Terms", {"voice": ["writer"], "side": ["west"]}, ["tokens", "quotes", "voiced"]),
        ("Sentiment", {"view": "toward names", "min_count": 1}, ["tokens", "targets"]),
        ("Sentiment", {"view": "who evaluates whom"}, ["evaluations"]),
        ("Entities", {}, ["tokens", "mentions"]),
        ("Voices", {"view": "verbs of saying", "min_count": 1}, ["quotes"]),
        ("Text", {"doc": "f", "quotes": True}, ["sentences", "tokens", "quotes"]),
    ],
)
def test_layers_are_named_made_and_then_there(tab, settings_, needed) -> None:
    explorer = Explorer(small_corpus())
    assert explorer.controls("Terms")[-1].choices == ("headline", "writer", "speakers")
    assert explorer.missing(tab, settings_) == needed
    assert explorer.prepare(tab, settings_, lambda *_: True)
    assert explorer.missing(tab, settings_) == []
    known = "Vladimir Putin" in explorer.controls("Terms")[-1].choices
    assert known == (not explorer.corpus.lacks("quotes"))
    check_code(Explorer(small_corpus()).ask(tab, settings_), explorer)  # makes them itself


def test_a_corpus_is_shared_with_its_notebook() -> None:
    corpus = da.Corpus(small_corpus(), name="shared")
    explorer = Explorer(corpus.where(side="east"))
    answer = explorer.ask("Terms", {"search": "war", "outlet": ["Beta"]})
    assert answer.table["count"].tolist() == [2]
    assert not corpus.where(outlet="Beta").lacks("tokens")
    assert corpus.lacks("tokens")
    assert "# corpus: the Corpus of 4 texts that the panel was opened with" in answer.code
    check_code(answer, explorer)


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
    "__import__('os').abort()",
    "corpus",
    "{corpus.documents}",
    "#",
    "]) or list([",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_metadata_gives_code_that_runs(value: str) -> None:
    documents = small_corpus().assign(side=[value, "x", value, "x", "x", value])
    documents["outlet"] = [value, "b", value, value, "b", "b"]
    explorer = Explorer(documents)
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


def test_code_says_how_the_corpus_is_got(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = "o'brien's \"corpus\"; import os"
    source = Path(folder) / "briefs"
    source.mkdir(parents=True)
    (source / "a.txt").write_text("Peace talks failed.")
    (Path(folder) / "sources.csv").write_text(
        "id,title,outlet,country,side,genre,published,url,language,licence\n"
        "a,Talks,Post,GB,west,news,2024-05-15,,en,\n"
    )
    corpus = da.read_corpus(folder)
    for given_ in (folder, Path(folder), corpus, corpus.where(side="west").select(["a"])):
        explorer = Explorer(given_)
        answer = explorer.ask("Terms", {"search": "peace", "outlet": ["Post"]})
        lines = answer.code.splitlines()
        assert lines[:2] == ["import analysis as da", ""]
        names: dict = {}
        exec(answer.code, names)  # nothing else is needed
        pd.testing.assert_frame_equal(names["table"], answer.table)
        assert lines[-1].startswith("ax = da.plot_terms(")
    assert lines[2].endswith('.where(side=["west"]).select(["a"])')
    code = Explorer(da.example_corpus()).ask("Terms", {"search": "peace"}).code
    assert "corpus = da.example_corpus()" in code


def test_names_are_merged_as_in_the_corpus() -> None:
    aliases = pd.DataFrame(
        {"variant": ["Russia", "China"], "entity": ["Moscow", "PRC"], "label": ["PLACE", "PLACE"]}
    )
    corpus = da.Corpus(small_corpus(), aliases=aliases)
    explorer = Explorer(corpus)
    answer = explorer.ask("Entities", {"side": ["east"]})
    assert {"Moscow", "PRC"} <= set(answer.table["entity"])
    check_passages(answer, explorer.documents, "count")
    check_code(answer, explorer)


def test_metadata_of_any_kind(explorer: Explorer) -> None:
    documents = small_corpus().assign(
        year=[2023, 2023, 2024, 2024, 2024, None], checked=[True, False] * 3
    )
    documents["published"] = documents["published"].dt.tz_localize("Europe/Berlin")
    documents.index = pd.Index([7, 3, 5, 1, 0, 9])
    other = Explorer(documents)
    for chosen in (
        {"search": "war", "by": "year"},
        {"search": "war", "by": "checked", "dates": ("2024-05-15", "2024-05-22")},
        {"search": "war", "view": "over time", "every": "day"},
    ):
        answer = other.ask("Terms", chosen)
        check_passages(answer, documents, "count")
        check_code(answer, other)


def test_documents_and_groups_may_be_numbered() -> None:
    documents = small_corpus().assign(doc=range(6), side=[1, 1, 2, 2, 1, 2])
    explorer = Explorer(documents)
    answer = explorer.ask("Text", {"doc": "5", "search": "war"})  # ids are text
    assert len(answer.table) == 6
    check_code(answer, explorer)
    answer = explorer.ask("Terms", {"search": "war", "side": [2], "by": "side"})
    assert "corpus.where(side=2)" in answer.code
    check_code(answer, explorer)


def test_texts_without_speech_are_a_sentence() -> None:
    documents = pd.DataFrame({"doc": ["a", "b"], "text": ["War goes on.", "It goes on and on."]})
    explorer = Explorer(documents.assign(side=["x", "y"]))
    for tab, chosen, message in (
        ("Voices", {"own": False}, "No speaker is given a word"),
        ("Voices", {"view": "verbs of saying"}, "No quotation is found"),
        ("Terms", {"voice": ["speakers"]}, "Nothing is said here in the voice"),
        ("Entities", {}, "No such name"),
    ):
        with pytest.raises(da.InputError, match=message):
            explorer.ask(tab, chosen)
    answer = explorer.ask("Voices", {"own": True})
    assert set(answer.table["voice"]) <= {"writer", "headline"}
    check_code(answer, explorer)


def many_documents() -> pd.DataFrame:
    rows = range(60)
    return pd.DataFrame(
        {
            "doc": [f"d{n:02d}" for n in rows],
            "outlet": [f"Outlet {n % 12}" for n in rows],
            "text": [f"The war goes on. A good day{' of war' * (n % 5)}." for n in rows],
        }
    )


def test_many_groups_have_intervals_and_figures_show_the_largest() -> None:
    documents = many_documents()
    explorer = Explorer(documents)
    for tab, chosen, number in (
        ("Terms", {"search": "war", "by": "doc"}, "count"),
        ("Sentiment", {"by": "doc"}, "base"),
    ):
        answer = explorer.ask(tab, chosen)
        assert len(answer.table) == 60
        assert {"low", "high"} <= set(answer.table.columns)
        assert "confidence" not in answer.code
        none = "No intervals (fewer than 3 sentences of one document): all hollow."
        assert none in answer.note  # two sentences each
        check_passages(answer, documents, number)
        check_code(answer, explorer)
    answer = explorer.ask("Terms", {"search": "war", "by": "outlet"})
    assert {"low", "high"} <= set(answer.table.columns)
    assert answer.table["outlet"].nunique() == 12
    assert ".nlargest(8)" in answer.code
    check_code(answer, explorer)


HOSTILE_TABS: list[tuple[str, dict, str | None]] = [
    ("Terms", {"by": "outlet", "rows": 3}, "count"),
    ("Contexts", {"search": "harbour"}, None),
    ("Keywords", {"by": "outlet", "min_documents": 1, "rows": 3}, "count"),
    ("Collocates", {"search": "harbour*", "min_count": 1, "rows": 5}, "count"),
    ("Sentiment", {"by": "outlet"}, "base"),
    ("Entities", {"by": "side"}, "count"),
    ("Voices", {"by": "outlet"}, "count"),
    ("Text", {"search": "harbour", "quotes": True, "names": True}, None),
]


@pytest.fixture(scope="module")
def hostile() -> Explorer:
    return Explorer(hostile_corpus.documents())


@pytest.mark.parametrize(("tab", "settings_", "number"), HOSTILE_TABS)
def test_hostile_texts_and_metadata(hostile: Explorer, tab, settings_, number) -> None:
    answer = hostile.ask(tab, settings_)
    check_passages(answer, hostile.documents, number)
    check_code(answer, hostile)
    assert "\n" not in answer.caption() + answer.note


def test_a_hostile_outlet_can_be_chosen(hostile: Explorer) -> None:
    for outlet in hostile.documents["outlet"].dropna().unique():
        answer = hostile.ask("Terms", {"rows": 2, "outlet": [outlet]})
        check_code(answer, hostile, figure=False)
