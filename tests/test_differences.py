"""Differences of two groups: published intervals, Welch's, and what must hold for any."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, sem, t

import analysis as da
from analysis.export.replay import recompute
from analysis.tables import InputError
from analysis.terms.contrasts import Estimate, difference_interval

GROUPS = {"war": ["war"], "peace": ["peace", "peace talks"], "treaty": ["treaty"]}


def wilson(hits: int, n: int) -> Estimate:
    """Wilson's score interval, of which Newcombe made his."""
    z, p = norm.ppf(0.975), hits / n
    mid = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return Estimate(*(np.array([value]) for value in (p, mid - half, mid + half)))


def corpus_of(counts: dict[str, list[tuple[int, int]]]) -> da.Corpus:
    """Documents with (occurrences of war, other words), by side."""
    rows = [
        {"doc": f"{side}{n}", "side": side, "text": "war " * war + "word " * other}
        for side, texts in counts.items()
        for n, (war, other) in enumerate(texts)
    ]
    return da.Corpus(pd.DataFrame(rows))


def one_row(corpus: da.Corpus, **options: object) -> pd.Series:
    options = {"by": "side", "target": "x", "reference": "y"} | options
    return da.compare_rates(corpus, ["war"], **options).iloc[0]


# ---------------------------------------------------------------- the intervals


@pytest.mark.parametrize(
    ("one", "two", "low", "high"),
    [  # Newcombe 1998, table II, method 10
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_square_and_add_gives_the_published_intervals(
    one: tuple[int, int], two: tuple[int, int], low: float, high: float
) -> None:
    found = difference_interval(wilson(*one), wilson(*two))
    assert [float(end[0]) for end in found] == pytest.approx([low, high], abs=5e-5)


counts = st.lists(st.tuples(st.integers(0, 6), st.integers(20, 60)), min_size=3, max_size=6)


@settings(max_examples=60, deadline=None)
@given(counts, counts)
def test_the_ratio_leaves_out_1_just_where_the_difference_leaves_out_0(x, y) -> None:
    row = one_row(corpus_of({"x": x, "y": y}))
    assert row["low"] <= row["difference"] <= row["high"]
    if row["count"] + row["count_reference"] == 0:
        assert np.isnan(row["ratio"])
        assert np.isnan(row["ratio_low"])
        return
    assert row["ratio_low"] <= row["ratio"] <= row["ratio_high"]
    if abs(row["low"]) > 1e-6 and abs(row["high"]) > 1e-6:
        assert (row["ratio_low"] > 1) == (row["low"] > 0)
        assert (row["ratio_high"] < 1) == (row["high"] < 0)


@settings(max_examples=30, deadline=None)
@given(counts, counts)
def test_the_other_way_round_it_is_the_same_with_the_other_sign(x, y) -> None:
    corpus = corpus_of({"x": x, "y": y})
    there, back = one_row(corpus), one_row(corpus, target="y", reference="x")
    mirrored = [-back["difference"], -back["high"], -back["low"]]
    assert there[["difference", "low", "high"]].tolist() == pytest.approx(mirrored)
    if there["count"] and there["count_reference"]:
        inverse = [1 / back["ratio"], 1 / back["ratio_high"]]
        assert there[["ratio", "ratio_low"]].tolist() == pytest.approx(inverse)


def test_it_is_made_of_the_intervals_that_are_drawn() -> None:
    corpus = corpus_of({"x": [(3, 50), (5, 40), (4, 60)], "y": [(1, 50), (2, 60), (0, 50)]})
    rates = da.count_terms(corpus, terms=["war"], by="side").set_index("side")
    x, y = rates.loc["x"], rates.loc["y"]
    row = one_row(corpus)
    assert row[["rate", "rate_reference"]].tolist() == [x["rate"], y["rate"]]
    below = np.hypot(x["rate"] - x["low"], y["high"] - y["rate"])
    assert row["difference"] - row["low"] == pytest.approx(below)


# ---------------------------------------------------------------- rates


def test_counts_and_rates_by_hand() -> None:
    texts = ["War and peace talks now.", "Peace here.", "No war."] * 2
    table = pd.DataFrame({"doc": list("abcdef"), "side": list("xxxyyy"), "text": texts})
    table.loc[3, "text"] = "Peace talks."
    compared = da.compare_rates(da.Corpus(table), GROUPS, by="side", target="x")
    assert compared["term"].tolist() == ["war", "peace", "treaty"]
    assert compared["count"].tolist() == [2, 2, 0]
    assert compared["count_reference"].tolist() == [1, 2, 0]
    assert compared[["base", "base_reference"]].iloc[0].tolist() == [9, 6]
    assert compared["documents"].tolist() == [2, 2, 0]
    assert compared["group_documents_reference"].tolist() == [3, 3, 3]
    war = compared.iloc[0]
    assert war["difference"] == pytest.approx(1000 * (2 / 9 - 1 / 6))
    assert war["ratio"] == pytest.approx((2 / 9) / (1 / 6))
    assert set(compared["reference"]) == {"the rest"}


def test_none_of_it_is_certain_where_nothing_was_found() -> None:
    corpus = corpus_of({"x": [(0, 50)] * 4, "y": [(0, 30)] * 3})
    row = one_row(corpus)
    assert row["difference"] == 0
    assert row["low"] < 0 < row["high"]
    assert np.isnan(row["ratio"])
    row = one_row(corpus_of({"x": [(4, 50)] * 6, "y": [(0, 50)] * 6}))
    assert row["ratio"] == np.inf
    assert row["ratio_high"] == np.inf
    assert row["ratio_low"] > 1
    assert row["low"] > 0


def test_few_texts_have_no_interval_and_one_has_that_of_its_sentences() -> None:
    row = one_row(corpus_of({"x": [(3, 50)] * 2, "y": [(1, 50)] * 5}))
    assert np.isnan(row["low"])
    assert np.isnan(row["ratio_low"])
    assert row["interval"] == "none: fewer than 3 documents (target)"
    texts = ["War now. Peace then. War here. No more."] + ["War is not here."] * 3
    table = pd.DataFrame({"doc": list("abcd"), "side": list("xyyy"), "text": texts})
    row = one_row(da.Corpus(table))
    assert row["low"] < row["difference"] < row["high"]
    assert "over the sentences of one document (target) and" in row["interval"]


def test_voices_in_the_same_texts_are_compared_within_them() -> None:
    # both parts of a text say the word as often as the text does: they go together
    rng = np.random.default_rng(3)
    rows = []
    for n in range(30):
        often = int(rng.integers(1, 9))
        for part in ("x", "y"):
            words = ["war"] * often + ["word"] * (50 - often)
            rows += [{"doc": str(n), "side": part, "term": w, "word": w} for w in words]
    tokens = pd.DataFrame(rows).assign(is_word=True)
    together = one_row(tokens)
    apart = one_row(tokens.assign(doc=tokens["doc"] + tokens["side"]))
    assert together["difference"] == apart["difference"] == 0
    assert together["high"] < 0.2 * apart["high"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"by": "one"}, "single group with words, 'same'"),
        ({"by": "side", "target": "z"}, "choose one of 'x', 'y'"),
        ({"by": "side", "target": "x", "reference": "x"}, "name two groups"),
        ({"by": "side", "terms": []}, "terms is empty"),
        ({"by": "side", "terms": None}, "no terms to compare"),
    ],
)
def test_what_cannot_be_compared_is_said_in_a_sentence(options, message) -> None:
    corpus = corpus_of({"x": [(1, 5)] * 3, "y": [(1, 5)] * 3})
    corpus = da.Corpus(corpus.documents.assign(one="same"))
    with pytest.raises(InputError, match=message):
        da.compare_rates(corpus, **({"terms": ["war"]} | options))


def test_passages_and_replay() -> None:
    corpus = corpus_of({"x": [(1, 5), (2, 6), (0, 9)], "y": [(1, 5)] * 3})
    compared = da.compare_rates(corpus, ["war"], by="side")
    assert len(da.find_passages(compared, corpus, target="x")) == 3
    pd.testing.assert_frame_equal(recompute(compared.attrs["steps"], corpus), compared)


# ---------------------------------------------------------------- any measure's table


def scores_of(**groups: list[float]) -> pd.DataFrame:
    rows = [
        {"doc": f"{side}{n}", "side": side, "sentence": 0, "compound": score}
        for side, scores in groups.items()
        for n, score in enumerate(scores)
    ]
    return pd.DataFrame(rows).assign(negative=0.0, neutral=1.0, positive=0.0)


def test_means_have_the_interval_of_banerjee() -> None:
    x, y = [0.1, 0.3, 0.25, 0.2, 0.28], [0.0, -0.2, 0.1]
    row = da.compare_groups(da.summarise_sentiment(scores_of(x=x, y=y), by="side")).iloc[0]
    half = np.hypot(t.ppf(0.975, 4) * sem(x), t.ppf(0.975, 2) * sem(y))
    assert row["difference"] == pytest.approx(np.mean(x) - np.mean(y))
    assert row["high"] - row["difference"] == pytest.approx(half)
    assert row["difference"] - row["low"] == pytest.approx(half)
    assert "ratio" not in row


def test_shares_are_compared_row_by_row() -> None:
    quotes = pd.DataFrame(
        {
            "doc": [f"{side}{n}" for side in "xy" for n in range(4) for _ in range(3)],
            "side": [side for side in "xy" for _ in range(12)],
            "cue": ["said", "claimed", "said"] * 4 + ["said"] * 12,
            "cue_class": ["neutral", "doubting", "neutral"] * 4 + ["neutral"] * 12,
        }
    )
    shares = da.count_cues(quotes, by="side")
    compared = da.compare_groups(shares, target="x", reference="y").set_index("cue_class")
    neutral = compared.loc["neutral"]
    assert neutral[["share", "share_reference"]].tolist() == pytest.approx([2 / 3, 1])
    assert neutral["difference"] == pytest.approx(-1 / 3)
    assert neutral["low"] < -1 / 3 < neutral["high"]
    assert neutral["ratio"] == pytest.approx(2 / 3)


def test_tables_are_refused_that_cannot_be_compared() -> None:
    tone = da.summarise_sentiment(scores_of(x=[0.1] * 3, y=[0.2] * 3, z=[0.0] * 3), by="side")
    with pytest.raises(InputError, match=r"3 groups .* name reference="):
        da.compare_groups(tone)
    with pytest.raises(InputError, match="no intervals"):
        da.compare_groups(tone.drop(columns=["low", "high"]), reference="x")
    with pytest.raises(InputError, match="several rows for side 'x'"):
        da.compare_groups(pd.concat([tone, tone]), by="side", reference="x")
    with pytest.raises(InputError, match="does not part the texts"):
        da.compare_groups(tone.assign(voice=list("abc")), by="voice", reference="a")
    with pytest.raises(InputError, match="single group"):
        da.compare_groups(tone[tone["side"] == "x"], by="side")


def test_passages_and_replay_of_compared_rows() -> None:
    texts = ["Good peace.", "War. A bad war.", "Hope here."] * 2
    table = pd.DataFrame({"doc": list("abcdef"), "side": list("xxxyyy"), "text": texts})
    corpus = da.Corpus(table)
    compared = da.compare_groups(da.summarise_sentiment(corpus, by="side"))
    assert set(da.find_passages(compared, corpus)["doc"]) == set("abc")
    again = recompute(compared.attrs["steps"], corpus)
    pd.testing.assert_frame_equal(again, compared)


# ---------------------------------------------------------------- kinds that one group has alone


def voiced(rows: list[tuple[str, str, str]]) -> pd.DataFrame:
    """Tokens of one word each: document, side, voice."""
    table = pd.DataFrame(rows, columns=["doc", "side", "voice"])
    return table.assign(term="word", word="word", is_word=True, speech="")


def spoken() -> pd.DataFrame:
    """Three texts a side of ten words, in which Ann speaks on one side only."""
    rows = [(f"x{n}", "x", "Ann" if w < 2 + n else "writer") for n in range(3) for w in range(10)]
    return voiced(rows + [(f"y{n}", "y", "writer") for n in range(3) for _ in range(10)])


def test_a_kind_of_one_group_alone_is_0_in_the_other_where_nothing_can_be_missing() -> None:
    shares = da.count_voices(spoken(), by="side")
    for target, reference, end in (("x", "y", "_reference"), ("y", "x", "")):
        compared = da.compare_groups(shares, target=target, reference=reference)
        ann = compared.set_index("voice").loc["Ann"]
        assert ann[[f"count{end}", f"documents{end}", f"share{end}"]].tolist() == [0, 0, 0]
        assert ann[[f"base{end}", f"group_documents{end}"]].tolist() == [30, 3]
        assert abs(ann["difference"]) == pytest.approx(9 / 30)
        assert np.isnan(ann["low"])
        assert ann["interval"].startswith("none: the table has no row of it")
    known = da.compare_groups(da.count_voices(spoken(), voices=["Ann"], by="side")).iloc[0]
    assert known["difference"] == pytest.approx(9 / 30)
    assert known["low"] < 9 / 30 < known["high"]


def test_a_kind_whose_share_in_the_other_group_is_not_known_is_named() -> None:
    shares = da.count_voices(spoken(), by="side")
    kept = shares[(shares["voice"] == "Ann") | (shares["side"] == "x")]
    bob = pd.concat([kept, kept[kept["voice"] == "Ann"].assign(side="y")])
    with pytest.warns(UserWarning, match=r"only one of the two groups has a row of it: writer\."):
        compared = da.compare_groups(bob, by="side", target="x", reference="y")
    assert compared["voice"].tolist() == ["Ann"]


def test_an_actor_that_a_group_does_not_name_has_no_share_of_0_there() -> None:
    rows = [("a", "x", "Ann", "acts"), ("b", "x", "Ann", "acts"), ("b", "x", "Bob", "acts")]
    rows += [("c", "y", "Ann", "waits"), ("d", "y", "Ann", "acts")]
    said = pd.DataFrame(rows, columns=["doc", "side", "actor", "term"]).assign(relation="agent")
    with pytest.warns(UserWarning, match=r"row of it: Bob\."):
        compared = da.compare_groups(da.count_predications(said, by="side"))
    waits = compared.set_index("term").loc["waits"]
    assert set(compared["actor"]) == {"Ann"}
    assert waits[["count", "base", "group_documents"]].tolist() == [0, 2, 2]


def test_a_corpus_is_no_table_of_a_measure() -> None:
    with pytest.raises(InputError, match="takes a table that a measure returned for groups"):
        da.compare_groups(corpus_of({"x": [(1, 5)], "y": [(1, 5)]}))


def test_groups_of_two_columns_are_named_by_a_list_or_their_joined_values() -> None:
    corpus = corpus_of({"x": [(1, 5)] * 3, "y": [(2, 5)] * 3})
    corpus = da.Corpus(corpus.documents.assign(genre=["news", "talk", "talk"] * 2))
    for measure, options in (
        (da.compare_rates, {"terms": ["war"]}),
        (da.compare_terms, {"min_documents": 1}),
        (da.compare_collocates, {"query": "war", "min_count": 1}),
    ):
        found = [
            measure(corpus, **options, by=["side", "genre"], target=target, reference=("y", "talk"))
            for target in (("x", "talk"), ["x", "talk"], "x, talk")
        ]
        assert set(found[0]["target"]) == {"x, talk"}
        for other in found[1:]:
            pd.testing.assert_frame_equal(other, found[0])


def test_without_confidence_there_are_no_intervals() -> None:
    texts = [
        "War is bad. No war, he said. " * 8,
        "Good peace and war. " * 14,
        "War. Hope here. " * 20,
    ] * 2
    table = pd.DataFrame({"doc": list("abcdef"), "side": list("xxxyyy"), "text": texts})
    corpus = da.Corpus(table)
    calls = {
        "compare_rates": {"terms": ["war"]},
        "compare_collocates": {"query": "war", "min_count": 1},
        "find_collocates": {"query": "war", "min_count": 1},
        "count_terms": {},
        "score_dispersion": {"terms": ["war"]},
        "score_readability": {},
        "score_diversity": {"window": 42},
        "score_tone_by_voice": {},
        "summarise_sentiment": {},
    }
    for name, options in calls.items():
        sure = getattr(da, name)(corpus, by="side", **options)
        plain = getattr(da, name)(corpus, by="side", confidence=None, **options)
        ends = [
            c for c in sure if c in ("low", "high", "interval") or c.endswith(("_low", "_high"))
        ]
        assert {"low", "high", "interval"} <= set(ends), name
        assert set(plain) == set(sure) - set(ends), name
        assert len(plain) == len(sure), name
    with pytest.raises(InputError, match=r"no intervals .* confidence=0\.95"):
        da.compare_groups(da.count_voices(spoken(), by="side", confidence=None))
