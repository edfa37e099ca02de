"""From a number to its passages: every row of every measure of terms, and any rows of places."""

from __future__ import annotations

import pandas as pd
import pytest

import analysis as da
from analysis.tables import InputError


@pytest.fixture(scope="module")
def corpus() -> da.Corpus:
    return da.Corpus(
        pd.DataFrame(
            {
                "doc": ["a", "b", "c", "d"],
                "side": ["east", "east", "west", "west"],
                "outlet": ["Alpha", "Beta", "Gamma", "Gamma"],
                "published": pd.to_datetime(
                    ["2024-05-14", "2024-05-15", "2024-05-15", "2024-06-22"]
                ),
                "text": [
                    "Peace talks failed. The peace talks, he said, were about peace.",
                    "The war goes on.\n\nPeace must come, Ann Lee said.",
                    "The war goes on and on. “No peace talks,” she said.",
                    "War is not peace. The U.S. said so; the war goes on.",
                ],
            }
        )
    )


TERMS = {"fight": ["war", "wars"], "calm": ["peace", "peace talks"]}
MEASURES = {
    "terms": lambda c: da.count_terms(c, by="side"),
    "phrases": lambda c: da.count_terms(c, terms=["peace talks", "war*", "zebra"]),
    "groups": lambda c: da.count_term_groups(c, TERMS, by=["side", "outlet"]),
    "time": lambda c: da.count_over_time(c, TERMS, every="month", by="side"),
    "text": lambda c: da.count_over_text(c, TERMS, bins=4, by="doc"),
    "n-grams": lambda c: da.count_ngrams(c, n=2, by="side"),
    "keywords": lambda c: da.compare_terms(c, by="side", min_documents=1),
    "dispersion": lambda c: da.score_dispersion(c),
    "tf-idf": lambda c: da.score_tfidf(c),
    "collocates": lambda c: da.find_collocates(c, ["peace", "war"], min_count=1),
    "network": lambda c: da.find_collocate_network(c, ["peace", "war"], min_count=1),
    "word shift": lambda c: da.compare_sentiment(c, by="side", target="east"),
    "word shift of voices": lambda c: da.compare_sentiment(
        c, by="voice_group", target="writer", reference="speakers"
    ),
    "voices": lambda c: da.count_terms(c, by="voice_group"),
    "writer": lambda c: da.count_terms(c.where(voice="writer"), by="outlet"),
    "one side": lambda c: da.count_terms(c.where(side="west")),
    "tokens": lambda c: da.count_terms(c.tokens[c.tokens["doc"] == "a"]),
}


@pytest.mark.parametrize("name", MEASURES)
def test_every_count_leads_to_as_many_passages(name: str, corpus: da.Corpus) -> None:
    table = MEASURES[name](corpus)
    assert table["count"].sum() > 0
    texts = corpus.documents.set_index("doc")["text"]
    for number in range(len(table)):
        row = table.iloc[[number]]
        found = da.find_passages(row, corpus)
        assert found.attrs["hits"] == row["count"].iloc[0]
        for place in found.itertuples():
            assert texts[place.doc][place.start : place.end] == place.node


def test_a_row_is_chosen_by_its_values(corpus: da.Corpus) -> None:
    rates = da.count_terms(corpus, by="side")
    found = da.find_passages(rates, corpus, term="war", side="west", window=1, columns="side")
    assert found[["doc", "left", "node", "right"]].to_numpy().tolist() == [
        ["c", "The ", "war", " goes"],
        ["d", "", "War", " is"],
        ["d", "the ", "war", " goes"],
    ]
    assert set(found["side"]) == {"west"}
    assert found.attrs["steps"][-1]["call"] == "find_passages"


def test_places_and_sentences(corpus: da.Corpus) -> None:
    rows = corpus.tokens[corpus.tokens["term"] == "come"]
    found = da.find_passages(rows, corpus.documents, window="sentence")
    assert found[["left", "node", "right"]].to_numpy().tolist() == [
        ["Peace must ", "come", ", Ann Lee said."]
    ]
    assert da.find_passages(corpus.tokens, corpus, limit=2, window=0)["left"].tolist() == ["", ""]


def test_a_mean_leads_to_what_it_is_the_mean_of(corpus: da.Corpus) -> None:
    means = da.summarise_sentiment(corpus, by="side")
    found = da.find_passages(means, corpus, side="east")
    assert len(found) == means.loc[means["side"] == "east", "base"].iloc[0]


def test_bad_input_is_one_sentence(corpus: da.Corpus) -> None:
    rates = da.count_terms(corpus, by="side")
    for call, message in {
        lambda: da.find_passages(rates, corpus, term="zebra"): "term='zebra' is in no row",
        lambda: da.find_passages(rates, corpus, genre="x"): "lacks 'genre'",
        lambda: da.find_passages(rates, corpus, term="failed", side="west"): "No row has",
        lambda: da.find_passages(pd.DataFrame({"x": [1]}), corpus): "neither places in texts",
        lambda: da.find_passages("war", corpus): "is expected here, not str",
        lambda: da.find_passages(rates, corpus, window="page"): "window='page' is no window",
        lambda: da.find_passages(rates, corpus, limit=0): "limit=0 must be 1 or more",
    }.items():
        with pytest.raises(InputError, match=message):
            call()
    by_hand = da.count_terms(corpus.tokens.head(5), terms=["peace"])
    with pytest.raises(InputError, match="The row counts 1, and 3 are found"):
        da.find_passages(by_hand, corpus)
    other = da.Corpus(pd.DataFrame({"doc": ["z"], "text": ["Peace."]}))
    with pytest.raises(InputError, match=r"The row counts \d, and 1 are found"):
        da.find_passages(da.count_terms(corpus, terms=["peace"]), other)
