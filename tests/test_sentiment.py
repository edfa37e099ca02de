"""Tone by lexicon: against NLTK's own scores, by hand, and as properties."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import analysis as da
from analysis.sentiment.arc import score_arc
from analysis.sentiment.lexicon import (
    Vader,
    compare_sentiment,
    find_sentiment_words,
    prepare,
    read_valences,
    score_sentiment,
    summarise_sentiment,
    vader_lexicon,
    vader_of,
)
from analysis.tables import InputError
from analysis.text.tokens import split_sentences

LEXICON = {"good": 1.9, "bad": -2.5, "great": 3.1, "war": -2.9, "peace": 2.5}


def sentences(*texts: str) -> pd.DataFrame:
    """One document per text."""
    docs = pd.DataFrame({"doc": [f"d{i}" for i in range(len(texts))], "text": list(texts)})
    return split_sentences(docs)


def compound(text: str) -> float:
    return float(score_sentiment(sentences(text))["compound"].iloc[0])


def nltk_scores(text: str) -> dict[str, float]:
    """NLTK's own analyser, untouched but for where it gets the lexicon from."""
    from nltk.sentiment.vader import SentimentIntensityAnalyzer, VaderConstants

    analyser = SentimentIntensityAnalyzer.__new__(SentimentIntensityAnalyzer)
    analyser.lexicon, analyser.constants = vader_lexicon(), VaderConstants()
    return analyser.polarity_scores(text)


def normalised(total: float) -> float:
    return round(total / math.sqrt(total * total + 15), 4)


# ---- the lexicon ----------------------------------------------------------------------------


def test_lexicon_is_vaders() -> None:
    lexicon = read_valences()
    assert list(lexicon.columns) == ["term", "valence"]
    assert len(lexicon) > 7000
    assert lexicon["valence"].between(-4, 4).all()
    assert lexicon.set_index("term").loc["good", "valence"] == 1.9


def test_missing_lexicon_file_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.files", lambda name: None)
    with pytest.raises(FileNotFoundError, match="vaderSentiment"):
        vader_lexicon()


def test_own_lexicon_as_table_and_mapping() -> None:
    own = pd.DataFrame({"term": ["Sanctions"], "valence": [-2]})
    text = sentences("New sanctions were good.")
    by_table = score_sentiment(text, lexicon=own)
    by_mapping = score_sentiment(text, lexicon={"sanctions": -2.0})
    assert by_table["compound"].tolist() == by_mapping["compound"].tolist() == [normalised(-2)]
    assert by_mapping.attrs["steps"][-1]["params"] == {"lexicon": {"sanctions": -2.0}}
    long = score_sentiment(text, lexicon=dict.fromkeys(map(str, range(300)), 1.0))
    assert long.attrs["steps"][-1]["params"] == {"lexicon": "300 words"}


@pytest.mark.parametrize(
    ("lexicon", "message"),
    [
        ({"good": "very"}, "'very', which is no number"),
        (pd.DataFrame({"word": ["good"]}), "'term', 'valence'"),
        ("vader", "lexicon table"),
    ],
)
def test_bad_lexicon_is_refused(lexicon: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        score_sentiment(sentences("Good."), lexicon=lexicon)  # type: ignore[arg-type]


# ---- sentences ------------------------------------------------------------------------------


def test_scores_by_hand() -> None:
    assert compound("The talks were good.") == normalised(1.9)
    assert compound("The talks were not good.") == normalised(1.9 * -0.74)
    assert compound("The talks were very good.") == normalised(1.9 + 0.293)
    row = score_sentiment(sentences("The talks were good.")).iloc[0]
    # three neutral words count 1 each, the good one 1.9 + 1
    assert row["positive"] == round(2.9 / 5.9, 3)
    assert row["neutral"] == round(3 / 5.9, 3)
    assert row["negative"] == 0


@pytest.mark.parametrize(
    "text",
    [
        "The talks were good, but the war is bad!",
        "Nobody wants war; everybody wants peace?",
        "It was VERY good and not bad at all :)",
        "Least of all was it good; or great.",
        "The U.S. said no.",
        "",
    ],
)
def test_plain_text_has_nltks_own_scores(text: str) -> None:
    raw = nltk_scores(text)
    scores = Vader(vader_lexicon()).read(text)[0]
    expected = raw["neg"], raw["neu"], raw["pos"], raw["compound"]
    assert prepare(text, vader_lexicon()) == text
    assert scores == expected


def test_curly_apostrophe_negates() -> None:
    assert compound("They don’t like it.") == compound("They don't like it.") < 0
    assert compound("It isn’t good.") == normalised(1.9 * -0.74)


def test_quotation_marks_do_not_hide_words() -> None:
    assert compound("It was “good”.") == compound('It was "good".') == normalised(1.9)
    assert compound("War—peace (good).") == pytest.approx(normalised(-2.9 + 2.5 + 1.9))
    assert nltk_scores('It was "good".')["compound"] == 0  # what NLTK alone makes of it


def test_emoticons_are_kept() -> None:
    lexicon = vader_lexicon()
    assert prepare("Fine :) and :'( there", lexicon) == "Fine :) and :'( there"
    assert compound("Peace :)") > compound("Peace")


@given(st.text(alphabet="abgood wr.,!?’“”—'\"()…\n\t😀Ж", max_size=60))
def test_preparing_moves_no_character(text: str) -> None:
    assert len(prepare(text, vader_lexicon())) == len(text)


def test_other_scripts_and_emptiness_are_neutral() -> None:
    table = score_sentiment(sentences("和平谈判破裂了。", "Переговоры провалились.", "42"))
    assert table["compound"].tolist() == [0, 0, 0]
    empty = score_sentiment(sentences("", "  "))
    assert len(empty) == 0
    assert {"negative", "neutral", "positive", "compound"} <= set(empty.columns)
    assert len(find_sentiment_words(sentences(""))) == 0


def test_scoring_does_not_change_its_argument() -> None:
    table = sentences("Good. Bad.", "War.")
    before = table.copy(deep=True)
    score_sentiment(table)
    find_sentiment_words(table)
    compare_sentiment(table, by="doc", target="d0")
    pd.testing.assert_frame_equal(table, before)


def test_missing_columns_are_named() -> None:
    with pytest.raises(InputError, match="'text'"):
        score_sentiment(pd.DataFrame({"doc": ["a"]}))
    with pytest.raises(InputError, match="'start'"):
        find_sentiment_words(pd.DataFrame({"doc": ["a"], "sentence": [0], "text": ["x"]}))
    with pytest.raises(InputError, match="'compound'"):
        summarise_sentiment(sentences("Good."))


def test_equal_sentences_are_scored_once() -> None:
    vader = vader_of(None)
    assert vader is vader_of(None)
    assert vader.read("The same good sentence.") is vader.read("The same good sentence.")


def test_memory_of_sentences_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.sentiment.lexicon._REMEMBERED", 2)
    vader = Vader(LEXICON)
    for text in ("good", "bad", "great"):
        vader.read(text)
    assert list(vader._known) == ["great"]


# ---- words ----------------------------------------------------------------------------------


def test_words_have_exact_offsets_and_valences() -> None:
    text = "Quiet.\n\nIt isn’t “good”, says he. Very bad war!"
    words = find_sentiment_words(sentences(text), lexicon=LEXICON)
    assert [text[s:e] for s, e in zip(words["start"], words["end"], strict=True)] == [
        "good", "bad", "war",
    ]  # fmt: skip
    assert words["term"].tolist() == ["good", "bad", "war"]
    assert words["listed"].tolist() == [1.9, -2.5, -2.9]
    # "very" stands beside "bad"; from "war" NLTK looks back over "bad" and dampens it by 0.95
    assert words["valence"].tolist() == pytest.approx([1.9 * -0.74, -2.793, -2.9 - 0.293 * 0.95])
    assert words["sentence"].tolist() == [1, 2, 2]


def test_contributions_sum_to_the_compound_score() -> None:
    table = sentences("Good but bad! Great peace, no war. Nothing here.", "WAR is not great?")
    scores = score_sentiment(table)
    words = find_sentiment_words(table)
    sums = words.groupby(["doc", "sentence"], observed=True)["contribution"].sum()
    for row in scores.itertuples():
        assert sums.get((row.doc, row.sentence), 0) == pytest.approx(row.compound, abs=1e-12)


def test_words_that_cancel_out_still_show() -> None:
    words = find_sentiment_words(sentences("gain loss"), lexicon={"gain": 2.0, "loss": -2.0})
    assert words["contribution"].tolist() == pytest.approx([2 / math.sqrt(15), -2 / math.sqrt(15)])


@given(
    st.lists(st.sampled_from(["good", "bad", "not", "very", "but", "war", "x", "!"]), max_size=9)
)
def test_contributions_sum_in_any_sentence(words: list[str]) -> None:
    text = " ".join(words)
    scores, moved = vader_of(None).read(text)
    assert sum(word.contribution for word in moved) == pytest.approx(scores.compound, abs=1e-12)
    assert all(text[word.start : word.end] == word.term for word in moved)


# ---- groups ---------------------------------------------------------------------------------


def scored(values: dict[str, list[float]]) -> pd.DataFrame:
    """A table of scores with ten characters a sentence."""
    rows = [
        (doc, i, 10 * i, 10 * i + 10, value)
        for doc, compounds in values.items()
        for i, value in enumerate(compounds)
    ]
    table = pd.DataFrame(rows, columns=["doc", "sentence", "start", "end", "compound"])
    return table.assign(negative=0.0, neutral=1.0, positive=0.0)


def test_means_by_group(documents: pd.DataFrame) -> None:
    scores = scored({"a": [0.5, 0.1], "b": [0.0], "c": [-0.4]})
    table = summarise_sentiment(scores, by="side", documents=documents)
    assert table["side"].tolist() == ["east", "west"]
    assert table["compound"].tolist() == pytest.approx([0.2, -0.4])
    assert table["base"].tolist() == [3, 1]
    assert table["documents"].tolist() == [2, 1]
    assert table["low"][0] == 0.0
    assert table["high"][0] == pytest.approx(0.3)
    assert np.isnan(table["low"][1])
    assert "documents" in table["interval"][0]
    assert "sentences" in table["interval"][1]


def test_a_group_without_sentences_has_no_mean(documents: pd.DataFrame) -> None:
    table = summarise_sentiment(scored({"a": [0.5]}), by="side", documents=documents)
    assert table["base"].tolist() == [1, 0]
    assert np.isnan(table["compound"][1])
    whole = summarise_sentiment(scored({}))
    assert whole["base"].tolist() == [0]


def test_order_of_documents_does_not_matter(documents: pd.DataFrame) -> None:
    scores = scored({"a": [0.5, 0.1], "b": [0.0], "c": [-0.4], "d": [0.9]})
    first = summarise_sentiment(scores, by="side", documents=documents)
    second = summarise_sentiment(scores[::-1], by="side", documents=documents)
    columns = ["side", "compound", "base", "documents"]
    pd.testing.assert_frame_equal(first[columns], second[columns])


def test_arc_by_hand() -> None:
    arc = score_arc(scored({"a": [0.4, 0.0, -0.2, -0.6], "b": [0.2, 0.0, 0.0, 0.0]}), bins=2)
    assert arc["compound"].tolist() == pytest.approx([0.15, -0.2])
    assert arc["base"].tolist() == [4, 4]
    assert arc["from_percent"].tolist() == [0, 50]
    assert arc["to_percent"].tolist() == [50, 100]
    assert arc["low"].tolist() == pytest.approx([0.1, -0.4])
    assert arc["high"].tolist() == pytest.approx([0.2, 0.0])


def test_arc_of_a_single_text_and_of_slices_without_sentences() -> None:
    arc = score_arc(scored({"a": [0.4, 0.2]}), bins=4, by="doc")
    assert arc["base"].tolist() == [0, 1, 0, 1]
    assert arc["compound"].isna().tolist() == [True, False, True, False]
    assert arc["low"].isna().all()
    assert "sentences" in arc["interval"][0]
    assert score_arc(scored({}), bins=3)["base"].tolist() == [0, 0, 0]


def test_arc_keeps_every_sentence(documents: pd.DataFrame) -> None:
    scores = score_sentiment(split_sentences(documents))
    for bins in (1, 3, 10):
        assert score_arc(scores, bins=bins)["base"].sum() == len(scores)
    whole = summarise_sentiment(scores)["compound"][0]
    assert score_arc(scores, bins=1)["compound"][0] == pytest.approx(whole)


@pytest.mark.parametrize("bins", [0, -1, 2.5, True])
def test_bad_bins_are_refused(bins: object) -> None:
    with pytest.raises(InputError, match="bins="):
        score_arc(scored({"a": [0.1]}), bins=bins)  # type: ignore[arg-type]


# ---- word shift -----------------------------------------------------------------------------


def test_shift_by_hand() -> None:
    table = sentences("Good talks. Good talks. Yes.", "Bad talks. Yes.")
    shift = compare_sentiment(table, by="doc", target="d0", reference="d1", lexicon=LEXICON)
    assert shift["term"].tolist() == ["good", "bad"]
    good = shift[shift["term"] == "good"].iloc[0]
    counts = good[["count", "count_reference", "base", "base_reference"]].tolist()
    assert counts == [2, 0, 3, 2]
    assert good["rate"] == pytest.approx(2 / 3)
    assert good["valence"] == pytest.approx(normalised(1.9))
    assert np.isnan(good["valence_reference"])
    assert good["contribution"] == pytest.approx(2 / 3 * normalised(1.9))
    assert good["valence_part"] == 0
    assert shift["contribution"].sum() == pytest.approx(good["difference"], abs=1e-12)


def test_shift_tells_frequency_from_valence() -> None:
    table = sentences("Good. Not good.", "Good. Good.")
    row = compare_sentiment(table, by="doc", target="d0", lexicon=LEXICON).iloc[0]
    assert row["reference"] == "the others"
    assert row["frequency_part"] == 0
    assert row["valence_part"] == pytest.approx(row["difference"])


@given(
    st.lists(
        st.lists(
            st.sampled_from(["good", "bad", "not", "war", "Peace", "x."]), min_size=1, max_size=8
        ),
        min_size=2,
        max_size=5,
    )
)
def test_shift_sums_to_the_difference_of_means(texts: list[list[str]]) -> None:
    table = sentences(*(" ".join(words) for words in texts))
    shift = compare_sentiment(table, by="doc", target="d0", reference="d1")
    means = summarise_sentiment(score_sentiment(table), by="doc").set_index("doc")["compound"]
    assert shift["contribution"].sum() == pytest.approx(means["d0"] - means["d1"], abs=1e-12)
    parts = shift["frequency_part"] + shift["valence_part"]
    assert parts.tolist() == pytest.approx(shift["contribution"].tolist())


def test_shift_against_a_column_of_the_documents(documents: pd.DataFrame) -> None:
    table = split_sentences(documents)
    shift = compare_sentiment(table, by="side", target="west", documents=documents)
    sizes = shift["contribution"].abs().round(12).tolist()
    assert sizes == sorted(sizes, reverse=True)
    assert shift["base"].iloc[0] == 4
    assert shift["target"].unique().tolist() == ["west"]


@pytest.mark.parametrize(
    ("target", "reference", "message"),
    [("nowhere", None, "choose one of 'east', 'west'"), ("east", "east", "must be two groups")],
)
def test_bad_groups_are_refused(
    documents: pd.DataFrame, target: str, reference: str | None, message: str
) -> None:
    table = split_sentences(documents)
    with pytest.raises(InputError, match=message):
        compare_sentiment(table, by="side", target=target, reference=reference, documents=documents)


def test_public_names_are_there() -> None:
    assert da.score_arc is score_arc
    assert da.compare_sentiment is compare_sentiment
