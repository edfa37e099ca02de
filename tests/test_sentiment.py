"""Tone by lexicon: against the authors' own scores, by hand, and as properties."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

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


def authors_scores(text: str) -> tuple[float, float, float, float]:
    """The published analyser's scores, untouched."""
    found = SentimentIntensityAnalyzer().polarity_scores(text)
    return found["neg"], found["neu"], found["pos"], found["compound"]


def moved(text: str) -> list[tuple[str, str, float]]:
    """Word, term and valence of what moved the score of a sentence."""
    words = vader_of(None).read(text)[1]
    return [(text[word.start : word.end], word.term, round(word.valence, 3)) for word in words]


def normalised(total: float) -> float:
    return round(total / math.sqrt(total * total + 15), 4)


# ---- the lexicon ----------------------------------------------------------------------------


def test_lexicon_is_vaders() -> None:
    lexicon = read_valences()
    assert list(lexicon.columns) == ["term", "valence"]
    assert len(lexicon) > 7000
    assert lexicon["valence"].between(-4, 4).all()
    assert lexicon.set_index("term").loc["good", "valence"] == 1.9


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


SENTENCES = (
    "The talks were good, but the war is bad!",
    "Nobody wants war; everybody wants peace?",
    "It was VERY good and not bad at all :)",
    "Least of all was it good; or great.",
    "The U.S. said no.",
    "no peace, no trust, no ceasefire!!",
    "😀good 😍 and\n☺. Twitter®",
    "They want this war so badly; the bomb attack killed ten.",
    "It was good good but never so good, without a doubt bad or bad.",
    "NO problems, no or few FEARS, kind of good, at the very least great",
    "",
)


@pytest.mark.parametrize("text", SENTENCES)
def test_scores_are_the_authors_own(text: str) -> None:
    assert vader_of(None).read(text)[0] == authors_scores(text)


@given(
    st.lists(
        st.sampled_from(
            "good bad war Peace GREAT not no No, never so this without doubt nor least at very kind"
            " of but BUT the bomb kiss death x X ! !!! ?? ?! — - :) 😍 😀x ☺ 10".split()
        ),
        max_size=14,
    )
)
def test_scores_are_the_authors_own_in_any_order(words: list[str]) -> None:
    text = " ".join(words)
    assert vader_of(None).read(text)[0] == authors_scores(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("There is no hope.", [("hope", 1.9 * -0.74)]),
        ("We have no fears.", [("fears", -1.8 * -0.74)]),
        ("They harbor no hate.", [("hate", -2.7 * -0.74)]),
        ("There is no doubt.", [("doubt", -1.5 * -0.74)]),
        ("It went without problems.", [("problems", -1.7 * -0.74)]),
        ("Nothing good came of it.", [("good", 1.9 * -0.74)]),
        # faults that are kept: "no" is a word and a negation at once; with a mark it is neither
        ("No one was hurt.", [("no", -1.2), ("hurt", -2.4)]),
        ("It is no longer good.", [("no", -1.2), ("good", 1.9 * -0.74)]),
        ("No, this is good.", [("good", 1.9)]),
        ("No.", []),
        # nearly a negation, but only a dampener
        ("It was hardly good.", [("good", 1.9 - 0.293)]),
        ("It was barely good.", [("good", 1.9 - 0.293)]),
        # an idiom takes the words after it with it, whatever they are
        ("They found the bomb attack.", [("bomb", 3), ("attack", 3)]),
        ("We want this war.", [("want", 0.3), ("war", -2.9 * 1.25)]),
    ],
)
def test_negations(text: str, expected: list[tuple[str, float]]) -> None:
    assert [(term, valence) for _, term, valence in moved(text)] == [
        (term, pytest.approx(valence, abs=1e-3)) for term, valence in expected
    ]
    assert compound(text) == normalised(sum(valence for _, valence in expected))


@pytest.mark.parametrize(
    ("marks", "emphasis"),
    [
        (".", 0), ("!", 0.292), ("!!!", 3 * 0.292), ("!!!!!!", 4 * 0.292), ("?", 0),
        ("???", 3 * 0.18), ("?????", 0.96), ("?!", 0.292), ("?!?!", 2 * 0.292 + 2 * 0.18),
    ],
)  # fmt: skip
def test_any_run_of_marks_is_emphasis(marks: str, emphasis: float) -> None:
    assert compound("It was bad" + marks) == normalised(-2.5 - emphasis)


def test_capitals_are_emphasis_beside_small_letters() -> None:
    assert compound("It was GOOD.") == normalised(1.9 + 0.733)
    assert compound("IT WAS GOOD.") == normalised(1.9)


def test_an_emoji_is_read_by_its_name() -> None:
    assert moved("So good 😀😍!") == [
        ("good", "good", 2.193), ("😀", "grinning", 1.778), ("😍", "smiling", 2.0),
    ]  # fmt: skip
    assert moved(" 😍 Ünd 😂\n") == [
        ("😍", "smiling", 2.0), ("😂", "tears", -0.9), ("😂", "joy", 2.8),
    ]  # fmt: skip
    assert moved("I ❤️ it") == moved("I ❤ it") == [("❤", "heart", 3.2)]
    own = score_sentiment(sentences("It was 😀."), lexicon={"😀": -2, "grinning": 3})
    assert own["compound"].tolist() == [normalised(0)]  # the full stop belongs to a short word
    own = score_sentiment(sentences("It was 😀 ."), lexicon={"😀": -2, "grinning": 3})
    assert own["compound"].tolist() == [normalised(-2)]


def test_curly_apostrophe_negates() -> None:
    assert compound("They don’t like it.") == compound("They don't like it.") < 0
    assert compound("It isn’t good.") == normalised(1.9 * -0.74)


def test_quotation_marks_and_dashes_do_not_hide_words() -> None:
    assert compound("It was “good”.") == compound('It was "good".') == normalised(1.9)
    assert compound("War—peace (good)…") == pytest.approx(normalised(-2.9 + 2.5 + 1.9))
    assert authors_scores("It was “good”. War—peace.")[3] == 0  # what is read without that
    # a dash between spaces is a word to the authors, and stays one
    for text in ("It was not – good.", "The war — good."):
        assert prepare(text) == text
        assert vader_of(None).read(text)[0] == authors_scores(text)


def test_emoticons_are_kept() -> None:
    assert prepare("Fine :) and :'( there") == "Fine :) and :'( there"
    assert compound("Peace :)") > compound("Peace")


@given(st.text(alphabet="abgood wr.,!?’“”—'\"()…\n\t😀\ufe0fЖ", max_size=60))
def test_preparing_moves_no_character(text: str) -> None:
    assert len(prepare(text)) == len(text)


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
    # "very" stands beside "bad"; from "war" VADER looks back over "bad" and dampens it by 0.95
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


def test_emphasis_is_spread_by_the_size_of_valences() -> None:
    # 3.1 - 2.9 = 0.2, with one mark 0.492: great has 3.1 + 0.292 · 3.1/6, war -2.9 + 0.292 · 2.9/6
    words = find_sentiment_words(sentences("Great war!"), lexicon=LEXICON)
    scale = math.sqrt(0.492**2 + 15)
    assert words["contribution"].tolist() == pytest.approx(
        [(3.1 + 0.292 * 3.1 / 6) / scale, (-2.9 + 0.292 * 2.9 / 6) / scale], abs=1e-4
    )


@given(
    st.lists(
        st.sampled_from("good bad not no very but war x ! ???? so 0.1 😍 GREAT".split()), max_size=9
    )
)
def test_contributions_sum_in_any_sentence(words: list[str]) -> None:
    text = " ".join(words)
    scores, found = vader_of(None).read(text)
    assert sum(word.contribution for word in found) == pytest.approx(scores.compound, abs=1e-12)
    for word in found:
        assert text[word.start : word.end].lower() in (word.term, "😍")


def test_contributions_sum_where_valences_nearly_cancel_out() -> None:
    lexicon = {"a1b": 0.1, "a2b": 0.2, "a3b": -0.3}  # their sum is 5.6e-17, not 0
    scores, found = vader_of(lexicon).read("a1b a2b a3b!")
    assert scores.compound == normalised(0.292)
    assert sum(word.contribution for word in found) == pytest.approx(scores.compound, abs=1e-12)


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
    assert table["interval"].tolist() == [
        "none: fewer than 3 documents", "none: fewer than 3 sentences of one document",
    ]  # fmt: skip
    assert table[["low", "high"]].isna().all(axis=None)


def test_the_interval_of_a_mean_is_over_documents() -> None:
    # mean 0.2 of six sentences; deviations of the documents' sums: 0.2, 0.2 and -0.4;
    # error sqrt(3/2 · 0.24) / 6 = 0.1; t with two degrees of freedom is 4.3027
    row = summarise_sentiment(scored({"a": [0.5, 0.1], "b": [0.3, 0.3], "c": [0.0, 0.0]})).iloc[0]
    assert row["compound"] == pytest.approx(0.2)
    assert row["high"] == pytest.approx(0.2 + 4.302653 * 0.1)
    assert row["low"] == pytest.approx(0.2 - 4.302653 * 0.1)
    assert row["interval"] == "95 % t over documents"
    alone = summarise_sentiment(scored({"a": [0.5, 0.1, 0.3]})).iloc[0]
    assert alone["interval"] == "95 % t over the sentences of one document"


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
    assert arc["interval"].unique().tolist() == ["none: fewer than 3 documents"]
    three = scored({"a": [0.5, 0.3], "b": [0.1, 0.3], "c": [0.3, 0.3]})
    arc = score_arc(three, bins=2)
    # first half: error sqrt(3/2 · 0.08) / 3; second: all alike, so nothing to tell it by
    assert arc["high"][0] == pytest.approx(0.3 + 4.302653 * math.sqrt(0.12) / 3)
    assert arc["interval"].tolist() == ["95 % t over documents", "none: all values are equal"]


def test_arc_of_a_single_text_and_of_slices_without_sentences() -> None:
    arc = score_arc(scored({"a": [0.4, 0.2]}), bins=4, by="doc")
    assert arc["base"].tolist() == [0, 1, 0, 1]
    assert arc["compound"].isna().tolist() == [True, False, True, False]
    assert arc["low"].isna().all()
    none = "none: no values"
    few = "none: fewer than 3 sentences of one document"
    assert arc["interval"].tolist() == [none, few, none, few]
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
