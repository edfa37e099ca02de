"""One finding under every choice: which rows there are, what survives, what is recorded."""

from __future__ import annotations

import warnings

import chart_tables as made
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import analysis as da
from analysis.export.replay import recompute
from analysis.tables import InputError


@pytest.fixture
def corpus() -> da.Corpus:
    """Six texts of 200 words: five with thirty to forty wars, one with none."""
    wars = [30, 40, 35, 40, 30, 0]
    texts = [" ".join(["war"] * n + ["peace"] * (200 - n)) for n in wars]
    table = pd.DataFrame(
        {"doc": list("abcdef"), "side": ["x"] * 6, "genre": ["news"] * 5 + ["poem"], "text": texts}
    )
    table.loc[6] = ["g", "y", "news", "peace peace war"]
    return da.Corpus(table)


@pytest.fixture
def curve(corpus) -> pd.DataFrame:
    return da.vary(
        da.count_terms,
        corpus,
        terms=["war"],
        by="side",
        side="x",
        null=90,
        choices={"confidence": [0.9, 0.99], "per": {"thousand": 1000}},
        leave_out="documents",
    )


def test_the_main_specification_is_the_call_without_choices(corpus, curve):
    alone = da.count_terms(corpus, terms=["war"], by="side").iloc[0]
    main = curve.iloc[0]
    assert main["main"]
    assert curve["main"].sum() == 1
    assert main["confidence"] == "0.95"  # the measure's default, added to the values given
    for ours, theirs in (("estimate", "rate"), ("low", "low"), ("high", "high")):
        assert main[ours] == alone[theirs]
    assert main["interval"] == alone["interval"]


def test_each_row_is_the_measure_with_its_choices(corpus, curve):
    assert curve["confidence"].tolist()[:3] == ["0.95", "0.9", "0.99"]
    for confidence, row in zip((0.95, 0.9, 0.99), curve.itertuples(), strict=False):
        alone = da.count_terms(corpus, terms=["war"], by="side", confidence=confidence)
        assert (row.low, row.high) == (alone["low"].iloc[0], alone["high"].iloc[0])
    without = corpus.select(list("abcdeg"))
    alone = da.count_terms(without, terms=["war"], by="side").iloc[0]
    row = curve[curve["left_out"] == "f"].iloc[0]
    assert (row["estimate"], row["low"], row["documents"]) == (alone["rate"], alone["low"], 6)


def test_what_survives_is_the_side_of_null_on_which_the_interval_lies(curve):
    low, high = curve["low"], curve["high"]
    expected = np.where(low > 90, "above", np.where(high < 90, "below", "includes"))
    assert curve["conclusion"].tolist() == expected.tolist()
    assert curve["conclusion"].iloc[0] == "includes"  # the text without wars
    assert curve["survives"].tolist() == (expected == "includes").tolist()
    assert curve.loc[curve["left_out"] == "f", "conclusion"].tolist() == ["above"]
    summary = curve.attrs["specifications"]
    assert summary["flips"] == [{"choice": "left_out", "label": "f"}]
    assert summary["text"] == (
        "Nothing is distinguished in 8 of 9 specifications (3 of 3 combinations of choices, 5 of 6"
        " with something left out); something is without f."
    )
    assert summary["levels"] == [
        {"choice": "confidence", "label": label, "survive": 1, "of": 1}
        for label in ("0.95", "0.9", "0.99")
    ]


def test_a_document_that_the_comparison_does_not_use_is_no_specification(curve):
    assert "g" not in set(curve["left_out"])
    assert curve.attrs["specifications"]["unused"] == 1


def test_choices_are_combined_and_leaving_out_is_not(corpus):
    curve = da.vary(
        da.count_terms,
        corpus,
        terms=["war"],
        null=1,
        choices={"confidence": [0.95, 0.9], "where": {"news": {"genre": "news"}}},
        leave_out="genre",
    )
    left_out = curve["left_out"].astype(object).where(curve["left_out"].notna(), None)
    assert list(zip(curve["confidence"], curve["where"], left_out, strict=True)) == [
        ("0.95", "all", None),
        ("0.95", "news", None),
        ("0.9", "all", None),
        ("0.9", "news", None),
        ("0.95", "all", "news"),
        ("0.95", "all", "poem"),
    ]
    assert curve["documents"].tolist() == [7, 6, 7, 6, 1, 6]


def test_a_specification_that_cannot_be_measured_is_a_row_that_says_why(corpus):
    curve = da.vary(
        da.count_terms,
        corpus,
        terms=["war"],
        by="side",
        side="x",
        null=90,
        choices={"where": {"west": {"side": "west"}, "other": {"side": "y"}}, "per": [100, 1000]},
    )
    reasons = dict(
        zip(zip(curve["where"], curve["per"], strict=True), curve["reason"], strict=True)
    )
    assert "'west' is in no document" in reasons["west", "1000"]
    assert reasons["other", "1000"] == "count_terms has no row with side='x'."
    impossible = curve["conclusion"] == "not possible"
    assert impossible.sum() == 4
    assert not curve.loc[impossible, "survives"].any()
    assert curve.attrs["specifications"]["not_possible"] == 4


def test_a_specification_without_interval_does_not_survive(corpus):
    curve = da.vary(
        da.count_terms,
        corpus,
        terms=["war"],
        null=1,
        choices={"where": {"two": {"doc": ["a", "b"]}}},
    )
    assert curve["conclusion"].tolist() == ["above", "no interval"]
    assert curve["survives"].tolist() == [True, False]
    assert curve["interval"].iloc[1] == "none: fewer than 3 documents"


def test_any_measure_with_estimates_can_be_varied(corpus):
    tone = da.vary(da.summarise_sentiment, corpus, by="side", side="x", leave_out="documents")
    alone = da.summarise_sentiment(corpus, by="side").iloc[0]
    assert tone["estimate"].iloc[0] == alone["compound"]
    assert tone["null"].iloc[0] == 0
    groups = da.vary("count_term_groups", corpus, groups={"w": ["war"]}, null=100, leave_out="side")
    assert groups["left_out"].tolist()[1:] == ["x", "y"]


@pytest.fixture
def sides() -> da.Corpus:
    """Four texts a side; one of east has all the wars."""
    wars = [1, 0, 9, 1, 1, 0, 1, 0]
    texts = [" ".join(["war."] * n + ["Nice peace."] * (20 - n)) for n in wars]
    sides = ["east"] * 4 + ["west"] * 4
    return da.Corpus(pd.DataFrame({"doc": list("abcdefgh"), "side": sides, "text": texts}))


def test_a_comparison_is_varied_by_its_difference_or_its_ratio(sides):
    options = {"by": "side", "target": "east", "reference": "west"}
    alone = da.compare_rates(sides, ["war"], **options).iloc[0]
    curve = da.vary(
        da.compare_rates, sides, ["war"], choices={"value": ["difference", "ratio"]}, **options
    )
    assert curve["estimate"].tolist() == [alone["difference"], alone["ratio"]]
    assert curve["low"].tolist() == [alone["low"], alone["ratio_low"]]
    assert curve["null"].tolist() == [0, 1]
    assert curve["survives"].all()  # both include what means "no difference"


def test_keywords_are_held_against_their_conservative_bound():
    texts = [" ".join(["war"] * n + ["peace"] * (60 - n)) for n in (20, 22, 21, 19, 1, 2, 1, 0)]
    frame = {"doc": list("abcdefgh"), "side": ["x"] * 4 + ["y"] * 4, "text": texts}
    corpus = da.Corpus(pd.DataFrame(frame))
    options = {"by": "side", "target": "x", "term": "war"}
    alone = da.compare_terms(corpus, by="side", target="x").set_index("term").loc["war"]
    curve = da.vary(da.compare_terms, corpus, choices={"alpha": [0.05, 1e-9]}, **options)
    assert curve["estimate"].tolist() == [alone["log_ratio"]] * 2
    assert alone["lrc"] > 0
    assert curve["low"].iloc[0] == alone["lrc"]
    assert curve["conclusion"].tolist() == ["above", "includes"]
    assert np.isnan(curve["low"].iloc[1])  # neither end is known


def test_two_groups_of_any_measure_are_compared(sides):
    options = {"target": "east", "reference": "west"}
    tone = da.compare_groups(da.summarise_sentiment(sides, by="side"), **options).iloc[0]
    curve = da.vary(da.summarise_sentiment, sides, by="side", leave_out="documents", **options)
    assert curve["value"].unique().tolist() == ["difference"]
    assert curve["estimate"].iloc[0] == tone["difference"]
    assert (curve["low"].iloc[0], curve["high"].iloc[0]) == (tone["low"], tone["high"])
    assert set(curve["left_out"].dropna()) <= set("abcdefgh")
    pd.testing.assert_frame_equal(recompute(curve.attrs["steps"], sides), curve)


def test_a_table_may_stand_in_the_place_of_the_corpus(corpus):
    options = {"terms": ["war"], "by": "side", "side": "x", "null": 90, "leave_out": "documents"}
    of_corpus = da.vary(da.count_terms, corpus, **options)
    of_table = da.vary(da.count_terms, corpus.tokens, documents=corpus.documents, **options)
    pd.testing.assert_frame_equal(of_table, of_corpus, check_like=True)


@pytest.mark.parametrize("source", ["corpus", "tokens"])
def test_the_record_makes_it_again(corpus, source):
    given = corpus if source == "corpus" else corpus.tokens
    curve = da.vary(
        da.count_terms,
        given,
        terms=["war"],
        stop_words={"the"},
        null=90,
        choices={"stop_words": {"one": {"peace"}, "English": da.stop_words()}},
        leave_out="documents",
    )
    pd.testing.assert_frame_equal(recompute(curve.attrs["steps"], corpus), curve)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"measure": "open"}, "not a function to run here"),
        ({"measure": "vary"}, "not a function to run here"),
        ({"measure": "find_passages"}, "is no measure"),
        ({"options": {"engine": "spacy"}}, "no record may set"),
        ({"choices": {"workers": {"many": 64}}}, "no record may set"),
        ({"choices": {"per": {"much": 10**12}}}, "more than 1,000,000,000"),
    ],
)
def test_a_record_can_name_no_other_function_and_no_engine(corpus, curve, change, words):
    step = curve.attrs["steps"][-1]
    forged = {**step, "params": {**step["params"], **change}}
    with pytest.raises(da.InputError, match=words):
        recompute([forged], corpus)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"terms": ["war"]}, "null= is needed"),
        ({"null": 1}, r"count_terms has 2 rows, and a finding is one; .* term='peace'"),
        ({"terms": ["war"], "null": 1, "trem": "war"}, "neither an option of count_terms nor"),
        ({"null": 1, "term": "tank"}, "no row with term='tank'"),
        ({"terms": ["war"], "null": 1, "choices": {"unti": [1]}}, "'unti' is no choice"),
        ({"terms": ["war"], "null": 1, "choices": {"per": 5}}, "is no list of values"),
        ({"terms": ["war"], "null": 1, "choices": ["per"]}, "is no mapping"),
        ({"terms": ["war"], "null": 1, "leave_out": "outlet"}, "is no column"),
        ({"terms": ["war"], "null": 1, "confidence": None}, "has no interval"),
        ({"terms": ["war"], "null": 1, "value": "speed"}, "is no number that count_terms returns"),
        ({"terms": ["war"], "null": 1, "value": "base"}, "is not that of 'base'"),
        ({"terms": ["war"], "null": 1, "choices": {"per": range(1, 6000)}}, "more than 5,000"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(corpus, options, words):
    with pytest.raises(da.InputError, match=words):
        da.vary(da.count_terms, corpus, **options)


def test_only_measures_are_varied(corpus):
    with pytest.raises(da.InputError, match="not a measure of this package"):
        da.vary(len, corpus)
    with pytest.raises(da.InputError, match="not a measure of this package"):
        da.vary("read_corpus", corpus)


def test_the_chart_draws_the_estimates_in_order_and_marks_the_choices(curve):
    ax = da.plot_specification_curve(curve)
    above, below = ax.child_axes
    drawn = made.points(above, "dots survives") + made.points(above, "dots fails")
    drawn += made.points(above, "main")
    assert [y for _, y in sorted(drawn)] == sorted(curve["estimate"])
    assert len(made.points(above, "dots fails")) == 1
    assert made.points(above, "main")[0][1] == curve["estimate"].iloc[0]
    assert made.labels(below) == [
        "confidence", "0.95", "0.9", "0.99", "left out", "nothing", "f", "another of 5",
    ]  # fmt: skip
    assert made.texts(below, "side") == [
        "", "1 of 1", "1 of 1", "1 of 1", "", "3 of 3", "0 of 1", "5 of 5",
    ]  # fmt: skip
    assert curve.attrs["specifications"]["text"] in made.record_of(ax)["caption"]
    plt.close("all")


def test_estimates_of_several_columns_are_not_drawn_on_one_scale(curve):
    both = pd.concat([curve, curve.assign(value="share")], ignore_index=True)
    with pytest.raises(da.InputError, match="no common scale"):
        da.plot_specification_curve(both)
    plt.close("all")


def test_a_value_that_an_option_does_not_know_is_refused() -> None:
    corpus = da.Corpus(pd.DataFrame({"doc": list("abcd"), "text": ["War, war. Talks."] * 4}))
    with pytest.raises(InputError, match="unit='lema' is not known"):
        da.vary(da.count_terms, corpus, ["war"], null=1, choices={"unit": ["term", "lema"]})


def test_what_could_not_be_measured_is_named_and_not_counted() -> None:
    texts = pd.DataFrame({"doc": list("abcdef"), "side": list("xxxyyy"), "text": "War. No war."})
    texts.loc[:2, "text"] = "Talks. More talks."
    texts["outlet"] = list("ooopqr")
    curve = da.vary(
        da.compare_rates, da.Corpus(texts), ["war"], by="side", target="y", reference="x",
        leave_out="outlet",
    )  # fmt: skip
    found = curve.attrs["specifications"]
    assert (found["of"], found["not_possible"]) == (4, 1)
    assert found["text"].endswith("1 could not be measured (without o): see `reason`.")


def test_what_could_not_be_measured_is_a_cross_at_the_end_and_not_counted() -> None:
    table = made.specifications()
    lost = table.index[-2:]
    table.loc[lost, ["estimate", "low", "high"]] = np.nan
    table.loc[lost, "conclusion"] = "not possible"
    table.loc[lost, "survives"] = False
    ax = da.plot_specification_curve(table)
    _, choices = ax.child_axes
    crosses = [line for line in choices.get_lines() if line.get_marker() == "x"]
    at = {x for line in crosses for x in line.get_xdata()}
    assert at == {len(table) - 2.0, len(table) - 1.0}
    rows = [label.get_text() for label in choices.get_yticklabels()]
    for name in table.loc[lost, "left_out"]:
        assert name in rows
    counts = [t.get_text() for t in choices.texts if t.get_gid() == "side"]
    assert [counts[rows.index(name)] for name in table.loc[lost, "left_out"]] == ["–", "–"]
    measured = len(table) - 2
    record = made.record_of(ax)
    assert (
        f"survives in {int(table['survives'].sum())} of {measured} specifications."
        in (record["caption"])
    )
    assert "crosses: 2 specifications could not be measured." in record["note"]


def test_a_bound_of_zero_is_hollow_and_called_by_its_name() -> None:
    table = made.specifications(0)
    table["interval"] = "conservative bound of the log ratio, at once for all words of the table"
    table[["low", "high"]] = np.nan
    table = table.assign(conclusion="includes", survives=True)
    ax = da.plot_specification_curve(table)
    curve, _ = ax.child_axes
    hollow = [line for line in curve.get_lines() if line.get_gid() == "dots survives hollow"]
    assert sum(len(line.get_xdata()) for line in hollow) == len(table) - 1
    assert {line.get_markerfacecolor() for line in hollow} == {"white"}
    note = made.record_of(ax)["method"]
    assert "Survives: the conservative bound is 0, as in the main specification." in note
    assert "Hollow: the conservative bound is 0" in note
    assert "interval includes" not in note
    assert "all hollow" not in note


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"pos": ["NOUN", "NOUNS"]}, "pos='NOUNS' is no part of speech"),
        ({"per": [0]}, "per=0 must be above 0"),
        ({"by": ["rate"]}, "by='rate' is a number"),
    ],
)
def test_a_value_that_is_none_of_its_option_is_refused(corpus, choices, words) -> None:
    part = {"where": {"news": {"genre": "news"}}}
    with pytest.raises(InputError, match=words):
        da.vary(da.count_terms, corpus, terms=["war"], null=1, choices=part | choices)


def test_what_is_left_out_of_a_comparison_is_not_said_for_every_specification(sides) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        da.vary(
            da.count_terms, sides, by="side", term="war", null=0, target="east", reference="west"
        )
