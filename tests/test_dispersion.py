"""Measures of dispersion, on arrays and on tables."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

import analysis as da
from analysis.tables import InputError
from analysis.terms.dispersion import (
    average_reduced_frequency,
    carroll_d2,
    deviation_of_proportions,
    dp_interval,
    juilland_d,
    normalised_dp,
    score_dispersion,
)
from analysis.text.tokens import tokenize

# Gries 2008: five parts of 9, 10, 10, 10 and 11 words, in which "a" occurs 1 to 5 times
PARTS = [
    "b a m n i b e u p",
    "b a s a t b e w q n",
    "b c a g a b e s t a",
    "b a g h a b e a a t",
    "b a h a a b e a x a t",
]
MEASURES = [deviation_of_proportions, normalised_dp, juilland_d, carroll_d2]
COUNTED = st.lists(st.tuples(st.integers(0, 9), st.integers(10, 99)), min_size=2, max_size=8)


@pytest.fixture
def gries() -> pd.DataFrame:
    return tokenize(pd.DataFrame({"doc": list("vwxyz"), "text": PARTS}))


def test_the_worked_example_in_a_table(gries: pd.DataFrame) -> None:
    row = score_dispersion(gries, terms=["a"]).iloc[0]
    assert (row["count"], row["base"], row["parts"], row["range"]) == (15, 50, 5, 5)
    assert row["dp"] == pytest.approx(0.18)
    assert row["dp_norm"] == pytest.approx(0.18 / 0.82)
    assert row["juilland_d"] == pytest.approx(0.785, abs=0.0005)
    # fifteen distances, cut to 50/15: three of 10/3 and twelve that add up to 27
    assert row["arf"] == pytest.approx((3 * 10 / 3 + 27) / (50 / 15))
    rates = np.array([1 / 9, 2 / 10, 3 / 10, 4 / 10, 5 / 11])
    shares = rates / rates.sum()
    assert row["carroll_d2"] == pytest.approx(-(shares * np.log2(shares)).sum() / math.log2(5))


def test_a_term_in_one_part_only_and_one_everywhere() -> None:
    sizes = [10, 10, 20]
    assert deviation_of_proportions([3, 0, 0], sizes) == pytest.approx(0.75)
    assert normalised_dp([3, 0, 0], sizes) == pytest.approx(1)
    assert juilland_d([3, 0, 0], sizes) == pytest.approx(0)
    assert carroll_d2([3, 0, 0], sizes) == pytest.approx(0)
    for measure, even in zip(MEASURES, [0, 0, 1, 1], strict=True):
        assert measure([2, 2, 4], sizes) == pytest.approx(even, abs=1e-12)
        assert math.isnan(measure([0, 0, 0], sizes))


def test_one_part_leaves_only_dp_defined() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert deviation_of_proportions([4], [10]) == 0
        for measure in (normalised_dp, juilland_d, carroll_d2):
            assert math.isnan(measure([4], [10]))


@pytest.mark.parametrize("measure", MEASURES)
def test_tables_and_sparse_tables_give_a_value_per_term(measure: Callable[..., Any]) -> None:
    counts, sizes = np.array([[1, 2, 0], [0, 0, 0], [5, 5, 5]]), [10, 20, 30]
    rows = [measure(row, sizes) for row in counts]
    np.testing.assert_allclose(measure(counts, sizes), rows)
    np.testing.assert_allclose(measure(sparse.csr_array(counts), sizes), rows)
    assert isinstance(rows[0], float)


def test_reduced_frequency_of_clusters_and_even_spread() -> None:
    assert average_reduced_frequency([], 10) == 0
    assert average_reduced_frequency([7], 10) == pytest.approx(1)
    assert average_reduced_frequency([0, 25, 50, 75], 100) == pytest.approx(4)
    # v = 25; distances 1, 1, 1 and the 97 of the way round, cut to 25
    assert average_reduced_frequency([10, 11, 12, 13], 100) == pytest.approx(1 + 3 / 25)


def test_reduced_frequency_of_the_text_in_gries_2008() -> None:
    # p. 410; this is the earlier version of the example, with five parts of ten words
    text = "b a m n i b e u p k b a s a t b e w q n b c a g a b e s t a b a g h a b e a a t"
    tokens = tokenize(pd.DataFrame({"doc": ["a"], "text": [text + " b a h a a b e a x a"]}))
    scores = score_dispersion(tokens, parts=5, terms=["a"])
    assert scores["arf"].tolist() == pytest.approx([10.8])
    assert scores["range"].tolist() == [5]


def test_equal_slices_of_a_single_text() -> None:
    text = "war war war war peace x x x peace x"
    tokens = tokenize(pd.DataFrame({"doc": ["a"], "text": [text]}))
    scores = score_dispersion(tokens, parts=2, terms=["war", "peace"]).set_index("term")
    assert scores["range"].to_dict() == {"war": 1, "peace": 2}
    assert scores["dp"].to_dict() == pytest.approx({"war": 0.5, "peace": 0})
    assert scores["dp_norm"].to_dict() == pytest.approx({"war": 1, "peace": 0})
    # 10 words in 4 slices: 3, 2, 3, 2
    four = score_dispersion(tokens, parts=4, terms=["war"]).iloc[0]
    assert four["dp"] == pytest.approx((abs(0.75 - 0.3) + abs(0.25 - 0.2) + 0.3 + 0.2) / 2)


def test_documents_without_words_are_no_parts() -> None:
    documents = pd.DataFrame(
        {"doc": ["a", "b", "c", "d"], "text": ["", "war peace", "!", "war no"]}
    )
    scores = score_dispersion(tokenize(documents))
    assert scores["parts"].unique().tolist() == [2]
    assert scores["term"].tolist() == ["war", "no", "peace"]
    assert scores["dp"].tolist() == pytest.approx([0, 0.5, 0.5])


def test_stop_words_absent_terms_and_emoji() -> None:
    documents = pd.DataFrame({"doc": ["a", "b", "c"], "text": ["the 🕊 war", "the war", "🕊 …"]})
    tokens = tokenize(documents)
    assert score_dispersion(tokens, stop_words=["the"])["term"].tolist() == ["war"]
    assert score_dispersion(tokens, stop_words=["the"])["base"].tolist() == [4]
    named = score_dispersion(tokens, terms=["zebra", "🕊"]).set_index("term")
    assert named["count"].to_dict() == {"🕊": 1, "zebra": 0}  # c has no words, so is no part
    assert named.loc["zebra", ["dp", "dp_norm", "juilland_d", "carroll_d2"]].isna().all()
    assert named.loc["zebra", "arf"] == 0


def test_an_empty_table_gives_an_empty_one() -> None:
    tokens = tokenize(pd.DataFrame({"doc": ["a"], "text": ["…"]}))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(score_dispersion(tokens)) == 0
        assert len(score_dispersion(tokens, parts=2)) == 0
        assert score_dispersion(tokens, terms=["war", "🕊"])["count"].tolist() == [0, 0]
        assert score_dispersion(tokens, parts=3, terms=["🕊"])["parts"].tolist() == [0]
    one = tokenize(pd.DataFrame({"doc": ["a"], "text": ["war"]}))
    with pytest.raises(InputError, match=r"number of words \(1\)"):
        score_dispersion(one, parts=2)


def test_arguments_are_not_changed_and_the_step_is_recorded(gries: pd.DataFrame) -> None:
    before = gries.copy(deep=True)
    counts, sizes = np.array([[1.0, 0.0]]), np.array([5, 5])
    for measure in MEASURES:
        measure(counts, sizes)
    assert counts.tolist() == [[1, 0]]
    scores = score_dispersion(gries, parts=5, stop_words={"b"})
    pd.testing.assert_frame_equal(gries, before)
    step = scores.attrs["steps"][-1]
    assert step["call"] == "score_dispersion"
    assert step["params"] == {
        "parts": 5, "terms": None, "stop_words": ["b"], "unit": "term", "pos": None,
        "by": None, "confidence": 0.95,
    }  # fmt: skip


@pytest.mark.parametrize("parts", [1, 0, 51, "sentence", 2.5, True])
def test_impossible_parts_are_refused(gries: pd.DataFrame, parts: Any) -> None:
    with pytest.raises(InputError, match=r"parts=.* from 2 to the number of words \(50\)"):
        score_dispersion(gries, parts=parts)


def test_counts_and_sizes_must_agree() -> None:
    with pytest.raises(InputError, match="counts for 2 parts and sizes of shape"):
        deviation_of_proportions([1, 2], [10])
    with pytest.raises(InputError, match="part without words"):
        juilland_d([1, 0], [10, 0])


@given(COUNTED)
def test_values_stay_within_their_bounds(parts: list[tuple[int, int]]) -> None:
    counts, sizes = zip(*parts, strict=True)
    for measure in MEASURES:
        value = measure(counts, sizes)
        assert math.isnan(value) == (sum(counts) == 0)
        assert math.isnan(value) or -1e-12 <= value <= 1 + 1e-12


@given(COUNTED)
def test_formulas_are_those_of_the_papers(parts: list[tuple[int, int]]) -> None:
    counts, sizes = (np.array(column, dtype=float) for column in zip(*parts, strict=True))
    if counts.sum() == 0:
        return
    dp = np.abs(counts / counts.sum() - sizes / sizes.sum()).sum() / 2
    rates = counts / sizes
    variation = rates.std() / rates.mean()
    shares = rates[rates > 0] / rates.sum()
    assert deviation_of_proportions(counts, sizes) == pytest.approx(dp)
    assert juilland_d(counts, sizes) == pytest.approx(
        1 - variation / math.sqrt(len(rates) - 1), abs=1e-9
    )
    assert carroll_d2(counts, sizes) == pytest.approx(
        -(shares * np.log2(shares)).sum() / math.log2(len(rates)), abs=1e-9
    )


@given(st.sets(st.integers(0, 60), min_size=1))
def test_reduced_frequency_is_between_one_and_the_count(places: set[int]) -> None:
    reduced = average_reduced_frequency(sorted(places), 61)
    assert 1 - 1e-9 <= reduced <= len(places) + 1e-9


@given(st.lists(st.lists(st.sampled_from("abc"), max_size=8), min_size=1, max_size=5), st.randoms())
@settings(max_examples=25)
def test_the_order_of_documents_matters_to_arf_alone(texts: list[list[str]], random: Any) -> None:
    documents = pd.DataFrame({"doc": [f"d{n}" for n in range(len(texts))]})
    documents["text"] = [" ".join(words) for words in texts]
    shuffled = documents.sample(frac=1, random_state=random.randint(0, 99)).reset_index(drop=True)
    first, second = (score_dispersion(tokenize(table)) for table in (documents, shuffled))
    pd.testing.assert_frame_equal(first.drop(columns="arf"), second.drop(columns="arf"))
    assert first["count"].sum() == sum(map(len, texts))


# ---------------------------------------------------------------- groups and intervals


def _texts(n: int, seed: int = 2) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    texts = []
    for length in rng.integers(40, 160, n):
        chance = rng.beta(3, 12)
        words = rng.choice(["war", "peace"], length, p=[chance, 1 - chance])
        texts.append(" ".join(words))
    sides = ["east", "west"] * (n // 2)
    return pd.DataFrame({"doc": [f"d{i}" for i in range(n)], "side": sides, "text": texts})


def test_the_error_is_that_of_leaving_out_one_text_at_a_time() -> None:
    rng = np.random.default_rng(4)
    sizes = rng.integers(200, 900, 60)
    counts = rng.binomial(sizes, rng.beta(2, 40, 60))
    value = deviation_of_proportions(counts, sizes)
    low, high = (float(end[0]) for end in dp_interval(counts, sizes, 0.95))
    others = [
        deviation_of_proportions(np.delete(counts, i), np.delete(sizes, i)) for i in range(60)
    ]
    jackknife = np.sqrt(59 / 60 * ((others - np.mean(others)) ** 2).sum())
    logit = jackknife / (value * (1 - value))
    half = (np.log(high / (1 - high)) - np.log(low / (1 - low))) / 2
    assert half == pytest.approx(2.001 * logit, rel=0.1)
    assert low < value < high


def test_each_group_is_scored_as_if_it_were_alone() -> None:
    documents = _texts(12)
    both = score_dispersion(tokenize(documents), by="side", documents=documents)
    for side, rows in both.groupby("side"):
        alone = score_dispersion(tokenize(documents[documents["side"] == side]))
        own = rows.drop(columns="side").reset_index(drop=True)
        pd.testing.assert_frame_equal(own, alone)
    compared = da.compare_groups(both)
    assert compared["difference"].tolist() == pytest.approx(
        (compared["dp"] - compared["dp_reference"]).tolist()
    )
    assert (compared["low"] < compared["difference"]).all()


def test_there_is_no_interval_where_there_is_no_sample() -> None:
    documents = _texts(6)
    documents.loc[0, "text"] += " treaty"
    table = score_dispersion(tokenize(documents)).set_index("term")
    assert "over documents" in table.loc["war", "interval"]
    assert table.loc["war", "low"] < table.loc["war", "dp"] < table.loc["war", "high"]
    assert table.loc["treaty", "interval"] == "none: fewer than 3 documents have the term"
    assert np.isnan(table.loc["treaty", "low"])
    slices = score_dispersion(tokenize(documents), parts=5)
    assert set(slices["interval"]) == {"none: equal slices are no sample of texts"}
    assert "low" not in score_dispersion(tokenize(documents), confidence=None)


def test_no_terms_are_refused() -> None:
    with pytest.raises(InputError, match="terms is empty"):
        score_dispersion(tokenize(_texts(2)), terms=[])
