"""Names, voices and discourse of a corpus: as of its layers, and back to the passages."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import analysis as da


@pytest.fixture(scope="module")
def corpus() -> da.Corpus:
    """Three texts of two outlets, two of which quote one statement."""
    said = "“We want a just and lasting peace now,” Vladimir Putin said."
    return da.Corpus(
        pd.DataFrame(
            {
                "doc": ["a", "b", "c"],
                "outlet": ["Alpha", "Beta", "Beta"],
                "published": pd.to_datetime(["2024-05-14", "2024-05-15", "2024-05-15"]),
                "text": [
                    f"Russia attacked Kyiv. {said} He left Moscow. Ukraine must not lose.",
                    "Kyiv was attacked. “We want a just and lasting peace,” Vladimir Putin"
                    " claimed. Ukraine rejected it because of the attack.",
                    "The Russian president, Vladimir Putin, told China that talks had failed."
                    " Perhaps Russia will attack again. China praised Russia.",
                ],
            }
        )
    )


COUNTS = {
    "entities": da.count_entities,
    "pairs": lambda c, by=None: da.count_entity_pairs(c),
    "quotes": da.count_quotes,
    "cues": da.count_cues,
    "namings": da.count_namings,
    "predications": da.count_predications,
    "agency": da.count_agency,
    "stance": da.count_stance,
    "voices": da.count_voices,
    "tone": da.score_tone_by_voice,
}


@pytest.mark.parametrize("by", [None, "outlet", "part"])
@pytest.mark.parametrize("name", COUNTS)
def test_every_count_leads_to_its_passages(name: str, by: str | None, corpus: da.Corpus) -> None:
    table = COUNTS[name](corpus, by=by)
    counted = table[table["count"] > 0]
    assert len(counted)
    for number in range(len(counted)):
        row = counted.iloc[[number]]
        found = da.find_passages(row, corpus)
        there = found["words"].sum() if name == "voices" else found.attrs["hits"]
        assert there == row["count"].iloc[0]


@pytest.mark.parametrize(
    ("measure", "layer"),
    [
        (da.count_entities, "mentions"),
        (da.count_quotes, "quotes"),
        (da.count_cues, "quotes"),
        (da.count_agency, "clauses"),
        (da.count_voices, "voiced"),
        (da.count_stance, "tagged"),
    ],
)
def test_a_corpus_gives_what_its_layer_gives(measure: Any, layer: str, corpus: da.Corpus) -> None:
    names = {"tokens"} & set(measure.__signature__.parameters)
    given = {name: corpus.layer(name) for name in names}
    of_layer = measure(corpus.layer(layer), documents=corpus.documents, by="outlet", **given)
    pd.testing.assert_frame_equal(measure(corpus, by="outlet"), of_layer)


def test_finders_take_the_layers_of_a_corpus(corpus: da.Corpus) -> None:
    documents = corpus.documents
    namings = da.find_namings(
        documents, corpus.mentions, voiced=corpus.voiced, quotes=corpus.quotes
    )
    pd.testing.assert_frame_equal(da.find_namings(corpus), namings)
    both = da.find_entities(corpus, pronouns=True)
    assert set(both["text"]) - set(corpus.mentions["text"]) == {"He"}
    assert da.find_quotes(corpus) is corpus.quotes
    fates = da.find_quote_fates(corpus, columns="outlet")
    assert fates["fate"].tolist() == ["kept", "trimmed", "dropped"]
    counted = da.count_fates(corpus, by=None, confidence=None).set_index("fate")["count"]
    assert counted[counted > 0].to_dict() == {"kept": 1, "trimmed": 1, "dropped": 1}
    assert da.find_explanations(corpus)["marker"].tolist() == ["because of"]
    assert {"voice", "voice_group", "part"} <= set(da.find_stance(corpus).columns)


def test_a_part_of_the_voices_is_a_corpus(corpus: da.Corpus) -> None:
    own = corpus.where(voice="writer")
    assert set(da.find_namings(own)["voice_group"]) <= {"writer"}
    assert set(da.find_predications(own)["voice"]) <= {"writer"}
    shares = da.count_voices(own, split_speech=False, confidence=None)
    assert shares["voice"].tolist() == ["writer"]


def test_records_of_a_corpus_can_be_verified(corpus: da.Corpus, tmp_path: Any) -> None:
    grouped = da.add_voices(corpus, groups=["Vladimir Putin"])
    tables = {
        "names": da.count_entities(corpus.where(outlet="Beta"), by="outlet"),
        "namings": da.count_namings(corpus, by="voice_group"),
        "fates": da.count_fates(corpus),
        "terms": da.count_terms(grouped, by="voice_group", terms=["peace"]),
    }
    for name, table in tables.items():
        saved = da.save_table(table, tmp_path / name, caption="A table.")
        checks = da.verify(saved, corpus=corpus)
        assert set(checks["status"]) == {"ok"}, checks.to_dict("records")
