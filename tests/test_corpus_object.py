"""The corpus and its layers: made once, in portions, the same alone or among others."""

from __future__ import annotations

import copy
import json
import pickle

import numpy as np
import pandas as pd
import pytest

import analysis as da
from analysis.export.replay import recompute
from analysis.layers import LAYERS
from analysis.tables import InputError

TEXTS = {
    "a": (
        "Talks fail\n\nPeace talks failed, President Ann Lee said."
        " “We are late,” she told reporters."
    ),
    "b": (
        "The war goes on.\n\nRussia must leave,"
        " Ukraine’s Foreign Minister John Smith said on Monday."
    ),
    "c": "War again\n\nThe war goes on and on. “No talks,” said John Smith of the European Union.",
    "d": (
        "War is not peace.\n\nThe United Nations praised China for the plan."
        " Ann Lee thanked Brazil."
    ),
}


@pytest.fixture(scope="module")
def documents() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "doc": list(TEXTS),
            "title": ["Talks fail", None, "War again", None],
            "side": ["east", "east", "west", None],
            "published": pd.to_datetime(["2024-05-14", "2024-05-15", "2024-06-01", None]),
            "text": list(TEXTS.values()),
        }
    )


@pytest.fixture(scope="module")
def corpus(documents: pd.DataFrame) -> da.Corpus:
    return da.Corpus(documents, name="four")


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_is_the_same_alone_and_among_others(
    name: str, corpus: da.Corpus, documents: pd.DataFrame
) -> None:
    whole = corpus.layer(name)
    assert len(whole)
    parts = [da.Corpus(documents.iloc[[row]]).layer(name) for row in range(len(documents))]
    apart = pd.concat(
        [
            part.astype({c: object for c in part.columns if part[c].dtype == "category"})
            for part in parts
        ],
        ignore_index=True,
    )
    plain = whole.astype(apart.dtypes.to_dict())
    pd.testing.assert_frame_equal(plain, apart, check_exact=False, atol=2e-6)
    chosen = corpus.select(["b", "d"]).layer(name)
    kept = plain[plain["doc"].isin(["b", "d"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(chosen.astype(apart.dtypes.to_dict()), kept)


def test_parts_share_what_was_made(documents: pd.DataFrame, monkeypatch) -> None:
    made: list[list[str]] = []
    tokenize = da.tokenize
    monkeypatch.setattr(
        da, "tokenize", lambda texts: made.append(texts["doc"].tolist()) or tokenize(texts)
    )
    corpus = da.Corpus(documents)
    assert corpus.where(side="west").tokens["doc"].unique().tolist() == ["c"]
    assert (corpus.lacks("tokens"), corpus.select(["c"]).lacks("tokens")) == (True, False)
    assert len(corpus.tokens["doc"].unique()) == 4
    assert made == [["c"], ["a", "b", "d"]]


def test_making_can_be_stopped_and_goes_on(documents: pd.DataFrame, monkeypatch) -> None:
    monkeypatch.setitem(LAYERS, "tokens", LAYERS["tokens"]._replace(portion=1))
    monkeypatch.setattr("analysis.layers._SECONDS", 0.0)  # each portion holds one document
    corpus, seen = da.Corpus(documents), []
    assert not corpus.make("tokens", tick=lambda done, total, what: seen.append(done) or done < 2)
    assert seen == [0, 1, 2]
    assert corpus.lacks("tokens")
    made: list[str] = []
    tokenize = da.tokenize
    monkeypatch.setattr(da, "tokenize", lambda texts: made.extend(texts["doc"]) or tokenize(texts))
    assert corpus.make("tokens")
    assert made == ["c", "d"]


def test_an_error_leaves_what_was_made(documents: pd.DataFrame, monkeypatch) -> None:
    monkeypatch.setitem(LAYERS, "tokens", LAYERS["tokens"]._replace(portion=1))
    monkeypatch.setattr("analysis.layers._SECONDS", 0.0)
    corpus, tokenize = da.Corpus(documents), da.tokenize

    def interrupted(texts: pd.DataFrame) -> pd.DataFrame:
        if "c" in set(texts["doc"]):
            raise KeyboardInterrupt
        return tokenize(texts)

    monkeypatch.setattr(da, "tokenize", interrupted)
    with pytest.raises(KeyboardInterrupt):
        _ = corpus.tokens
    monkeypatch.setattr(da, "tokenize", tokenize)
    assert not corpus.select(["a", "b"]).lacks("tokens")
    assert len(corpus.tokens["doc"].unique()) == 4


def test_a_layer_that_cannot_be_made_names_the_document(
    documents: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokenize = da.tokenize

    def broken(texts: pd.DataFrame) -> pd.DataFrame:
        if "c" in set(texts["doc"]):
            raise ValueError("no such letter")
        return tokenize(texts)

    monkeypatch.setattr(da, "tokenize", broken)
    corpus = da.Corpus(documents)
    with pytest.raises(InputError, match="'tokens' cannot be made for document 'c'"):
        _ = corpus.tokens
    assert len(corpus.select(["a", "b", "d"]).tokens)


def test_where_chooses_by_columns_dates_and_voices(corpus: da.Corpus) -> None:
    assert corpus.where(side=["east", "(none)"]).documents["doc"].tolist() == ["a", "b", "d"]
    assert corpus.where(since="2024-05-15").documents["doc"].tolist() == ["b", "c"]
    assert corpus.where(until="2024-05").documents["doc"].tolist() == ["a", "b"]
    assert corpus.where(side="east").where(until="2024-05-14").documents["doc"].tolist() == ["a"]
    said = corpus.where(voice="speakers")
    assert set(said.tokens["voice"]) & {"writer", "headline"} == set()
    assert len(said.tokens) + len(corpus.where(voice=["writer", "headline"]).tokens) == len(
        corpus.tokens
    )
    assert len(said.every_voice().tokens) == len(corpus.tokens)
    assert said.describe_selection() == "voice: speakers"
    assert said.every_voice().describe_selection() == ""
    west = corpus.where(side="west", voice="writer").every_voice()
    assert west.selection == [{"where": {"side": ["west"]}}]
    rate = da.count_terms(said, terms=["late"])
    assert rate["base"].iloc[0] == said.tokens["is_word"].sum()


@pytest.mark.parametrize(
    ("choose", "message"),
    [
        ({"sied": "east"}, "no column 'sied' to choose by; choose one of 'doc'"),
        (
            {"side": "north"},
            r"side='north' is in no document; choose one of '\(none\)', 'east', 'west'",
        ),
        ({"since": "tomorrow"}, "since='tomorrow' is no date"),
        ({"side": "west", "until": "2024-05"}, "No document of the corpus has side: west, until"),
        ({"voice": "Zoe"}, "Nothing is said here in the voice Zoe; there are"),
        ({"voice": []}, "voice= is empty"),
    ],
)
def test_where_refuses_in_one_sentence(choose, message: str, corpus: da.Corpus) -> None:
    with pytest.raises(InputError, match=message):
        corpus.where(**choose)


def test_what_cannot_be_a_corpus_is_refused(documents: pd.DataFrame) -> None:
    for table, message in (
        (documents.drop(columns="text"), "lacks 'text'"),
        (documents.iloc[:0], "no rows"),
        (documents.assign(doc="a"), "'a' stands twice"),
        (documents.assign(text=[None, "", "", ""]), "text of document 'a' is"),
        (documents.assign(published="soon"), "holds what is no date"),
        ("corpus", "read a corpus folder with read_corpus"),
    ):
        with pytest.raises(InputError, match=message):
            da.Corpus(table)
    with pytest.raises(InputError, match="'z' is not in the corpus; it has a, b, c, d"):
        da.Corpus(documents).select(["z"])
    with pytest.raises(InputError, match="The mask has 2 values, and the corpus 4 documents"):
        da.Corpus(documents).select([True, False])
    with pytest.raises(InputError, match="No document is chosen"):
        da.Corpus(documents).select(lambda table: table["side"] == "nowhere")
    with pytest.raises(InputError, match="layer='words' is not known"):
        da.Corpus(documents).layer("words")
    with pytest.raises(InputError, match=r"a documents table is passed as Corpus\(table\)"):
        da.count_terms(documents)


def test_documents_are_chosen_by_a_mask(documents):
    corpus = da.Corpus(documents)
    wanted = documents.loc[documents["side"] == "west", "doc"].tolist()
    mask = corpus.documents["side"] == "west"
    for given in (mask, mask.to_numpy(), mask.tolist(), lambda table: table["side"] == "west"):
        chosen = corpus.select(given)
        assert chosen.documents["doc"].tolist() == wanted
        assert chosen.selection == corpus.select(wanted).selection
    part = corpus.where(side="west")
    assert part.select([True, *[False] * (len(part) - 1)]).documents["doc"].tolist() == wanted[:1]


def test_the_table_given_is_left_as_it_was(documents: pd.DataFrame) -> None:
    before = documents.copy()
    da.count_terms(da.Corpus(documents), by="side")
    pd.testing.assert_frame_equal(documents, before)
    assert documents.attrs == {}


def test_layers_can_be_given(documents: pd.DataFrame) -> None:
    mentions = da.Corpus(documents).mentions.copy()
    mentions["entity"] = "X"
    corpus = da.Corpus(documents, layers={"mentions": mentions})
    assert set(corpus.where(side="east").mentions["entity"]) == {"X"}
    with pytest.raises(InputError, match="Document 'a' of the mentions given is not in the corpus"):
        da.Corpus(documents.tail(1), layers={"mentions": mentions})


def test_it_says_what_it_is(corpus: da.Corpus) -> None:
    text = repr(corpus.where(side="east"))
    assert text.splitlines()[0] == "Corpus 'four': 2 texts, 30 words"
    assert "  chosen: side: east" in text
    assert "2024-05-14 to 2024-05-15" in text
    assert "side" in corpus._repr_html_()
    odd = da.Corpus(pd.DataFrame({"doc": ["<b>"], "side": ["<i>"], "text": ["x"]}), name="<u>")
    assert "<u>" not in odd._repr_html_()
    assert "<i>" not in odd._repr_html_()
    with pytest.raises(TypeError, match="go through corpus"):
        list(corpus)


MEASURES = {
    "terms by side": lambda c: da.count_terms(c, by="side"),
    "terms of the writer": lambda c: da.count_terms(c.where(voice="writer"), terms=["war"]),
    "terms by voice": lambda c: da.count_terms(c, by="voice_group"),
    "groups": lambda c: da.count_term_groups(c, {"w": ["war", "wars"]}, by=["side", "doc"]),
    "time": lambda c: da.count_over_time(c, ["war"], every="month"),
    "text": lambda c: da.count_over_text(c, ["war"], bins=3),
    "keywords": lambda c: da.compare_terms(c, by="side", target="east", min_documents=1),
    "contexts": lambda c: da.find_contexts(c.select(["b", "c"]), "war"),
    "collocates": lambda c: da.find_collocates(c, "war", min_count=1, stop_words={"the", "on"}),
    "n-grams": lambda c: da.count_ngrams(c, n=2, by="side"),
    "dispersion": lambda c: da.score_dispersion(c),
    "tf-idf": lambda c: da.score_tfidf(c, by="side"),
    "sentiment": lambda c: da.summarise_sentiment(c, by="side"),
    "arc": lambda c: da.score_arc(c, bins=2),
    "shift": lambda c: da.compare_sentiment(c, by="side", target="east"),
    "targets": lambda c: da.summarise_targets(c, by="voice_group"),
    "of a table": lambda c: da.count_terms(c.tokens[c.tokens["doc"] == "a"]),
    "of a part's table": lambda c: da.count_terms(c.where(side="east").tokens, terms=["peace"]),
}


@pytest.mark.parametrize("name", MEASURES)
def test_what_is_recorded_gives_the_table_again(
    name: str, corpus: da.Corpus, documents: pd.DataFrame
) -> None:
    table = MEASURES[name](corpus)
    assert len(table)
    again = recompute(table.attrs["steps"], da.Corpus(documents))
    pd.testing.assert_frame_equal(again, table)
    assert table.attrs["corpus"]["name"] == "four"


def test_a_measure_of_a_corpus_is_that_of_its_tables(
    corpus: da.Corpus, documents: pd.DataFrame
) -> None:
    tokens = da.tokenize(documents)
    pd.testing.assert_frame_equal(
        da.count_terms(corpus, by="side"), da.count_terms(tokens, by="side", documents=documents)
    )
    contexts = da.find_contexts(tokens, "war", documents=documents)
    pd.testing.assert_frame_equal(da.find_contexts(corpus, "war"), contexts)
    with pytest.raises(InputError, match="documents= is needed"):
        da.find_contexts(tokens, "war")
    with pytest.raises(TypeError, match="has no argument 'bye'; choose one of 'terms'"):
        da.count_terms(corpus, bye="side")
    assert next(iter(da.count_terms.__signature__.parameters)) == "corpus"


def test_values_of_any_kind_choose_and_are_recorded(documents: pd.DataFrame) -> None:
    table = documents.assign(
        n=[1, 2, 2, 3], flag=[True, False, True, True], tags=[["x"], [], ["x"], None]
    )
    corpus = da.Corpus(table)
    chosen = {
        "n": np.int64(2), "flag": np.True_, "tags": "['x']", "published": "2024-05",
    }  # fmt: skip
    sizes = {"n": 2, "flag": 3, "tags": 2, "published": 2}
    for name, value in chosen.items():
        part = corpus.where(**{name: value})
        assert len(part) == sizes[name]
        json.dumps(part.selection)
        table = da.count_terms(part, terms=["war"])
        pd.testing.assert_frame_equal(recompute(table.attrs["steps"], corpus), table)
    assert len(corpus.where(published=pd.Timestamp("2024-06-01"))) == 1
    said = corpus.where(voice=["writer", "headline"]).where(voice="writer")
    assert set(said.tokens["voice"]) == {"writer"}
    with pytest.raises(InputError, match="Nothing is said here in the voice writer"):
        corpus.where(voice="speakers").where(voice="writer")
    for day in ("", "NaT", float("nan")):
        with pytest.raises(InputError, match="is no date"):
            corpus.where(since=day)


def test_a_corpus_can_be_copied_and_pickled(corpus: da.Corpus) -> None:
    for again in (copy.deepcopy(corpus), pickle.loads(pickle.dumps(corpus))):
        pd.testing.assert_frame_equal(again.tokens, corpus.tokens)
        assert len(again.where(side="east")) == 2


def test_ids_and_dates_are_made_plain(documents: pd.DataFrame) -> None:
    numbered = da.Corpus(documents.assign(doc=[1, 2, 3, 4]))
    assert numbered.select([2]).tokens["doc"].unique().tolist() == ["2"]
    zoned = documents.assign(
        published=["2024-05-14T08:00+02:00", "2024-05-15", "2024-06-01T01:00Z", None]
    )
    assert da.Corpus(zoned).documents["published"].dropna().astype(str).tolist() == [
        "2024-05-14 08:00:00", "2024-05-15 00:00:00", "2024-06-01 01:00:00",
    ]  # fmt: skip
    for ids in ([1, "1", 2, 3], ["a", None, "c", "d"], [["a"], "b", "c", "d"]):
        with pytest.raises(InputError, match=r"stands twice|The id in row"):
            da.Corpus(documents.assign(doc=pd.Series(ids, dtype=object)))
    with pytest.raises(InputError, match="The column 'side' stands twice"):
        da.Corpus(pd.concat([documents, documents[["side"]]], axis=1))
    with pytest.raises(InputError, match="mappings of a name"):
        da.Corpus(documents, term_groups=["war"])
    with pytest.raises(InputError, match="The mentions table lacks 'sentence'"):
        da.Corpus(documents, layers={"mentions": documents})


def test_the_fingerprint_is_of_the_texts_themselves(corpus: da.Corpus) -> None:
    changed = corpus.documents.assign(text="Other words.")
    changed.attrs = dict(corpus.documents.attrs)
    now = da.Corpus(changed).documents.attrs["corpus"]["fingerprint"]
    assert now != corpus.documents.attrs["corpus"]["fingerprint"]


def test_half_a_character_is_replaced_and_keeps_its_place() -> None:
    text = pd.Series(["He said “no \ud800 way,” Ann Lee said."], dtype=object)
    corpus = da.Corpus(pd.DataFrame({"doc": ["a"], "text": text}))
    assert corpus.documents["text"][0] == "He said “no \ufffd way,” Ann Lee said."
    assert "writer" in set(corpus.voiced["voice"])


def test_a_portion_made_twice_counts_once(documents: pd.DataFrame) -> None:
    corpus = da.Corpus(documents)
    expected = len(da.Corpus(documents).sentences)
    _ = corpus.select(["a", "b"]).sentences
    corpus._store._done("sentences")[:] = False  # as if stopped between making and noting it
    assert len(corpus.sentences) == expected


def test_one_term_is_one_term(documents: pd.DataFrame) -> None:
    corpus = da.Corpus(documents, term_groups={"a": "war"})
    assert corpus.term_groups == {"a": ["war"]}
    with pytest.raises(InputError, match="'compound' is a number that is measured"):
        da.summarise_sentiment(corpus, by="compound")
    with pytest.raises(InputError, match="side= is empty"):
        corpus.where(side=[])


def test_groups_that_cannot_be(corpus: da.Corpus, documents: pd.DataFrame) -> None:
    for by in (3, [3], len):
        with pytest.raises(InputError, match="is no column; give its name"):
            da.count_terms(corpus, by=by)
    odd = da.Corpus(documents.assign(term="x"))
    with pytest.raises(InputError, match="has a column of that name itself"):
        da.count_terms(odd, by="term")
    for call in (da.compare_sentiment, da.compare_predications):
        with pytest.raises(InputError, match="must be one column here"):
            call(corpus, by=["side", "doc"], target="east")
    with pytest.raises(InputError, match="the rows are voice groups already"):
        da.score_tone_by_voice(corpus, by=["side", "voice_group"])


def test_tone_and_fates_lead_to_their_passages(corpus: da.Corpus) -> None:
    tone = da.score_tone_by_voice(corpus.where(voice="writer"))
    for row in range(len(tone)):
        found = da.find_passages(tone.iloc[[row]], corpus)
        assert len(found) == tone["count"].iloc[row]
    said = "Ann Lee said “we will never give up our land to anyone.”"
    twice = da.Corpus(
        pd.DataFrame({"doc": ["a", "b"], "outlet": ["A", "B"], "text": [said, f"Yes. {said}"]})
    )
    fates = da.count_fates(twice)
    kept = fates[fates["count"].gt(0) & fates["fate"].ne("dropped")]
    assert len(kept)
    for row in range(len(kept)):
        assert len(da.find_passages(kept.iloc[[row]], twice)) == kept["count"].iloc[row]


@pytest.mark.parametrize("packed", [False, True])
def test_the_description_names_the_one_outlet_and_no_column_without_values(packed, tmp_path):
    texts = pd.DataFrame({"doc": ["a", "b"], "text": ["Peace talks failed.", "They go on."]})
    texts = texts.assign(outlet="Post", side=None, genre=["news", None], topic="fairs")
    corpus = da.pack_corpus(texts, tmp_path / "p") if packed else da.Corpus(texts)
    said = dict(corpus.describe())
    assert said["outlet"] == "Post 2"
    assert not {"side", "topic"} & set(said)
