"""Every measure takes a voice: by voice counts add up to the whole, and a filter is one voice."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import analysis as da
from analysis.text.tokens import find_hits
from analysis.voices.quotes import add_voices, find_quotes

ANY_TERMS = ["peace", "war", "talk*"]


@pytest.fixture(scope="module")
def documents() -> pd.DataFrame:
    """Three texts with a headline, two speakers, and speech of both kinds."""
    return pd.DataFrame(
        {
            "doc": ["a", "b", "c"],
            "title": ["War and no peace", None, "Talks go on"],
            "outlet": ["Alpha", "Beta", "Beta"],
            "published": pd.to_datetime(["2024-05-14", "2024-05-15", "2024-05-15"]),
            "text": [
                "War and no peace\n\nThe war goes on. “The war is a good war,” Ann Lee said. Karl"
                " Amsel said that peace talks with Russia had failed. Peace is far from Ukraine.",
                "The peace talks failed, according to Karl Amsel. “No peace, no peace talks,” he"
                " added. The war in Ukraine goes on. It was claimed that the war is over.",
                "Talks go on\n\nAnn Lee told reporters the war was lost. The war is terrible.",
            ],
        }
    )


@pytest.fixture(scope="module")
def quotes(documents: pd.DataFrame) -> pd.DataFrame:
    return find_quotes(documents, mentions=da.find_entities(documents))


@pytest.fixture(scope="module")
def tokens(documents: pd.DataFrame, quotes: pd.DataFrame) -> pd.DataFrame:
    return add_voices(da.tokenize(documents), quotes, documents=documents)


@pytest.fixture(scope="module")
def sentences(documents: pd.DataFrame, quotes: pd.DataFrame) -> pd.DataFrame:
    return add_voices(da.split_sentences(documents), quotes, documents=documents)


@pytest.fixture(scope="module")
def mentions(documents: pd.DataFrame, quotes: pd.DataFrame) -> pd.DataFrame:
    found = da.find_entities(documents)
    return add_voices(found, quotes, documents=documents)


def bare(table: pd.DataFrame) -> pd.DataFrame:
    """A table without its record of steps, which differ from voice to voice."""
    table = table.copy()
    table.attrs = {}
    return table


def sums_to_whole(whole: pd.DataFrame, split: pd.DataFrame, keys: list[str], column: str) -> None:
    """Summed over voices, a column is that of the table without voices."""
    one = whole.groupby(keys, observed=True)[column].sum()
    two = split.groupby(keys, observed=True)[column].sum()
    one, two = one[one != 0], two[two != 0]
    assert len(one) > 0
    pd.testing.assert_series_equal(one.sort_index(), two.sort_index(), check_dtype=False)


def test_the_texts_have_every_voice(tokens: pd.DataFrame) -> None:
    counts = tokens[tokens["is_word"]]["voice"].value_counts()
    assert counts[counts > 0].to_dict() == {
        "writer": 40, "Ann Lee": 10, "Karl Amsel": 15, "headline": 7, "(unnamed)": 4,
    }  # fmt: skip


@pytest.mark.parametrize("by", ["voice", "speech", ["voice", "speech"], ["outlet", "voice"]])
def test_count_terms(tokens: pd.DataFrame, documents: pd.DataFrame, by: Any) -> None:
    whole = da.count_terms(tokens, confidence=None)
    split = da.count_terms(tokens, by=by, documents=documents, confidence=None)
    sums_to_whole(whole, split, ["term"], "count")
    names = [by] if isinstance(by, str) else by
    assert split.drop_duplicates(names)["base"].sum() == whole["base"].iloc[0]


def test_count_terms_by_hand(tokens: pd.DataFrame) -> None:
    table = da.count_terms(tokens, by="voice", terms=["war"], confidence=None)
    counts = table.set_index("voice")["count"]
    assert counts[counts > 0].to_dict() == {
        "writer": 3, "Ann Lee": 3, "headline": 1, "(unnamed)": 1,
    }  # fmt: skip


def test_count_terms_has_intervals_by_voice(tokens: pd.DataFrame) -> None:
    table = da.count_terms(tokens, by="voice")
    assert {"low", "high", "interval"} <= set(table.columns)
    assert (table["count"].to_numpy() <= table["base"].to_numpy()).all()


def test_count_term_groups(tokens: pd.DataFrame) -> None:
    groups = {"peace": ["peace*"], "war": ["war"]}
    whole = da.count_term_groups(tokens, groups, confidence=None)
    split = da.count_term_groups(tokens, groups, by="voice", confidence=None)
    sums_to_whole(whole, split, ["term"], "count")


def test_count_over_time(tokens: pd.DataFrame, documents: pd.DataFrame) -> None:
    whole = da.count_over_time(tokens, ANY_TERMS, documents=documents, confidence=None)
    split = da.count_over_time(tokens, ANY_TERMS, documents=documents, by="voice", confidence=None)
    sums_to_whole(whole, split, ["period", "term"], "count")


def test_count_over_text(tokens: pd.DataFrame) -> None:
    whole = da.count_over_text(tokens, ANY_TERMS, bins=2, confidence=None)
    split = da.count_over_text(tokens, ANY_TERMS, bins=2, by="voice", confidence=None)
    sums_to_whole(whole, split, ["bin", "term"], "count")


def test_count_ngrams(tokens: pd.DataFrame) -> None:
    whole = da.count_ngrams(tokens, n=2)
    split = da.count_ngrams(tokens, n=2, by="voice")
    sums_to_whole(whole, split, ["ngram"], "count")


def test_compare_terms(tokens: pd.DataFrame) -> None:
    split = da.compare_terms(tokens, by="voice", min_documents=1)
    whole = da.count_terms(tokens, confidence=None).set_index("term")["count"]
    writer = split[split["target"] == "writer"].set_index("term")
    total = (writer["count"] + writer["count_reference"]).sort_index()
    assert len(total) > 0
    assert total.to_dict() == whole[total.index].to_dict()
    two = da.compare_terms(
        tokens, by="voice", target="Ann Lee", reference="writer", min_documents=1
    )
    assert set(two["reference"]) == {"writer"}


def test_score_tfidf(tokens: pd.DataFrame) -> None:
    split = da.score_tfidf(tokens, by="voice")
    whole = da.count_terms(tokens, confidence=None)
    sums_to_whole(whole, split, ["term"], "count")


def test_score_dispersion(tokens: pd.DataFrame) -> None:
    """Its parts are documents or slices; a voice is chosen by a filter."""
    whole = da.score_dispersion(tokens).set_index("term")["count"]
    voices = [da.score_dispersion(own) for _, own in tokens.groupby("voice", observed=True)]
    split = pd.concat([bare(own) for own in voices]).groupby("term")["count"].sum()
    assert split.sort_index().to_dict() == whole.sort_index().to_dict()


@pytest.mark.parametrize("measure", ["count_entities", "count_entity_pairs"])
def test_entities(measure: str, mentions: pd.DataFrame, tokens: pd.DataFrame) -> None:
    if measure == "count_entities":
        whole = da.count_entities(mentions, tokens=tokens, confidence=None)
        split = da.count_entities(mentions, tokens=tokens, by="voice", confidence=None)
        sums_to_whole(whole, split, ["entity"], "count")
    else:
        writer = da.count_entity_pairs(mentions[mentions["voice"] == "writer"])
        whole = da.count_entity_pairs(mentions)
        assert writer["count"].sum() <= whole["count"].sum()


def test_score_sentiment_by_and_arc(sentences: pd.DataFrame) -> None:
    scores = da.score_sentiment(sentences)
    assert "voice" in scores
    whole = da.summarise_sentiment(scores)
    split = da.summarise_sentiment(scores, by="voice")
    assert split["base"].sum() == whole["base"].iloc[0]
    there = split[split["base"] > 0]
    mean = np.average(there["compound"], weights=there["base"])
    assert mean == pytest.approx(whole["compound"].iloc[0])
    arc = da.score_arc(scores, bins=2, by="voice")
    assert arc["base"].sum() == da.score_arc(scores, bins=2)["base"].sum()


def test_compare_sentiment(sentences: pd.DataFrame) -> None:
    table = da.compare_sentiment(sentences, by="voice", target="writer")
    assert len(table) > 0


def test_targets(mentions: pd.DataFrame) -> None:
    from analysis.sentiment.targets import summarise_targets

    chance = np.random.default_rng(7).dirichlet([1, 1, 1], len(mentions))
    targets = mentions.drop(columns="score").assign(
        negative=chance[:, 0], neutral=chance[:, 1], positive=chance[:, 2],
        score=chance[:, 2] - chance[:, 0],
    )  # fmt: skip
    whole = summarise_targets(targets).set_index("entity")
    split = summarise_targets(targets, by="voice")
    count = "count" if "count" in split else "base"
    assert split.groupby("entity")[count].sum().to_dict() == whole[count].to_dict()


def test_a_filter_is_one_voice(tokens: pd.DataFrame, documents: pd.DataFrame) -> None:
    """What a table of one voice gives is what that voice has in the table by voice."""
    own = tokens[tokens["voice"] == "Ann Lee"]
    alone = da.count_terms(own, confidence=None).set_index("term")["count"]
    split = da.count_terms(tokens, by="voice", confidence=None)
    row = split[(split["voice"] == "Ann Lee") & (split["count"] > 0)].set_index("term")["count"]
    assert alone[alone > 0].sort_index().to_dict() == row.sort_index().to_dict()
    assert da.find_collocates(own, "war", min_count=1)["count_node"].iloc[0] == 3
    contexts = da.find_contexts(own, "war", documents=documents, columns=())
    assert len(contexts) == 3
    assert len(da.find_positions(own, ["war"])) == 3


def test_contexts_by_voice_add_up(tokens: pd.DataFrame, documents: pd.DataFrame) -> None:
    hits, _ = find_hits(tokens, "war")
    by_voice = [
        len(find_hits(tokens[tokens["voice"] == voice], "war")[0])
        for voice in tokens["voice"].cat.categories
    ]
    assert sum(by_voice) == len(hits) == 8


def test_a_voice_that_is_not_there_is_named_and_has_a_row_of_0(tokens) -> None:
    with pytest.warns(UserWarning, match="no words of 'Nobody'") as said:
        counts = da.count_voices(tokens, voices=["Ann Lee", "Nobody"], split_speech=False)
    assert len(said) == 1
    assert said[0].filename == __file__
    assert counts["voice"].tolist() == ["Ann Lee", "Nobody"]
    assert counts["count"].iloc[1] == 0
