"""Intervals: the closed forms, their limits, and what they promise."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from scipy.special import betainc, betaincinv, stdtr, stdtrit
from scipy.stats import beta
from scipy.stats import t as student

import analysis as da
from analysis.tables import InputError
from analysis.terms.counting import falling
from analysis.terms.estimate import (
    Sums,
    comes_in_bursts,
    mean_interval,
    proportion_interval,
    sums_of,
    units_of,
)
from analysis.terms.quantiles import (
    beta_odds,
    beta_quantile,
    beta_tail,
    student_quantile,
    student_tail,
)

COUNTS = np.array([3.0, 0, 7, 2, 4, 1])
WORDS = np.array([210.0, 95, 400, 130, 310, 90])


def of(count: list[float] | np.ndarray, base: list[float] | np.ndarray) -> Sums:
    """The sums of one group with one item."""
    count = np.asarray(count, dtype=float)[:, None]
    return sums_of(count, np.asarray(base, dtype=float), np.zeros(len(count), int), 1)


def bounds(count: list[float] | np.ndarray, base: list[float] | np.ndarray) -> tuple[float, float]:
    """The interval of one group's rate."""
    low, high = proportion_interval(of(count, base), 0.95)
    return float(low[0, 0]), float(high[0, 0])


def test_the_variance_is_that_of_a_ratio_of_clusters() -> None:
    rate = COUNTS.sum() / WORDS.sum()
    effective = WORDS.sum() ** 2 / (WORDS**2).sum()
    factor = effective / (effective - 1)
    by_hand = factor * ((COUNTS - rate * WORDS) ** 2).sum() / WORDS.sum() ** 2
    assert of(COUNTS, WORDS).variance[0, 0] == pytest.approx(by_hand, rel=1e-12)


def test_one_draw_in_each_unit_is_clopper_and_pearsons_interval() -> None:
    # 7 of 20: r(1−r) / (n/(n−1) · Σ(c−r)²/n²) is n−1, and t has as many degrees of freedom
    low, high = bounds([1.0] * 7 + [0.0] * 13, [1] * 20)
    hits = 19 * 7 / 20
    assert low == pytest.approx(beta.ppf(0.025, hits, 19 - hits + 1), rel=1e-9)
    assert high == pytest.approx(beta.ppf(0.975, hits + 1, 19 - hits), rel=1e-9)


@pytest.mark.parametrize(
    ("count", "base", "low", "high", "variance"),
    [  # R 4.2.2, survey 4.1.1: svyciprop(method="beta") of clusters of words, svymean's variance
        ([9, 0, 7, 2, 14, 1], [200] * 6, 0.006569623527445, 0.073555826977647, 0.000124583333333),
        ([40, 3, 60, 0, 88], [90] * 5, 0.0318985627632, 0.9194716566714, 0.0349185185185),
        (
            [5, 1, 0, 0, 2, 0, 12, 3, 0, 1],
            [500] * 10,
            0.00101434303783,
            0.01381919844,
            0.00000561777777778,
        ),
    ],
)
def test_intervals_are_those_of_r_survey(
    count: list[float], base: list[float], low: float, high: float, variance: float
) -> None:
    assert bounds(count, base) == pytest.approx((low, high), rel=1e-10)
    assert of(count, base).variance[0, 0] == pytest.approx(variance, rel=1e-10)


def test_portions_add_up() -> None:
    whole = of(COUNTS, WORDS)
    parts = of(COUNTS[:2], WORDS[:2]).merged(of(COUNTS[2:], WORDS[2:]))
    for one, other in zip(whole, parts, strict=True):
        np.testing.assert_allclose(one, other)


def test_sparse_counts_give_the_same_sums() -> None:
    count = np.column_stack([COUNTS, COUNTS[::-1], np.zeros(6)])
    owner = np.array([0, 0, 1, 1, 1, 0])
    dense = sums_of(count, WORDS, owner, 2)
    thin = sums_of(sparse.csr_array(count), WORDS, owner, 2)
    for one, other in zip(dense, thin, strict=True):
        np.testing.assert_allclose(one, other)


def test_documents_without_words_are_no_draws() -> None:
    assert bounds([3, 1, 2, 0], [100, 80, 90, 0]) == bounds([3, 1, 2], [100, 80, 90])


@pytest.mark.parametrize("n", [3, 5, 10, 40])
def test_none_is_never_more_than_some_and_some_never_more_than_all(n: int) -> None:
    rng = np.random.default_rng(n)
    for _ in range(50):
        words = rng.integers(5, 900, n)
        low, high = bounds(np.zeros(n), words)
        assert low == 0
        assert 0 < high < 1
        some = np.minimum(rng.poisson(rng.choice([0.2, 1, 5], n)), words)
        some_low, some_high = bounds(some, words)
        assert some_low <= some.sum() / words.sum() <= some_high
        assert some_high >= high
        assert some_low <= bounds(words, words)[0] < 1
        assert bounds(words, words)[1] == 1


def test_more_hits_of_the_same_spread_never_lower_a_bound() -> None:
    words = [100, 140, 90, 300, 60]
    for shape in ([1, 0, 0, 0, 0], [1, 1, 0, 1, 0], [1, 1, 1, 1, 1], [0, 0, 0, 3, 1]):
        found = [bounds(times * np.array(shape), words) for times in range(12)]
        assert (np.diff(np.array(found), axis=0) >= 0).all(), shape


def test_equal_rates_and_shares_of_all_or_none_have_a_width() -> None:
    for count in ([2, 2, 2, 2], [0, 0, 0, 0], [10, 10, 10, 10]):
        low, high = bounds(count, [10] * 4)
        assert high - low > 0.05


def test_fewer_than_three_units_have_no_interval() -> None:
    for make in (proportion_interval, mean_interval):
        low, high = make(of([1, 2], [10, 10]), 0.95)
        assert np.isnan(low).all()
        assert np.isnan(high).all()


def test_a_mean_of_equal_groups_is_students_interval() -> None:
    values = np.array([0.1, 0.4, -0.2, 0.3, 0.0])
    low, high = (bound[0, 0] for bound in mean_interval(of(values, np.ones(5)), 0.95))
    half = student.ppf(0.975, 4) * values.std(ddof=1) / np.sqrt(5)
    assert (low, high) == pytest.approx((values.mean() - half, values.mean() + half))


def test_a_mean_of_equal_values_claims_no_certainty() -> None:
    low, _ = mean_interval(of([0.5, 1.0, 1.5], [1, 2, 3]), 0.95)
    assert np.isnan(low).all()
    scores = pd.DataFrame({"doc": list("abc"), "sentence": 0, "negative": 0.0, "neutral": 1.0})
    row = da.summarise_sentiment(scores.assign(positive=0.0, compound=0.5)).iloc[0]
    assert np.isnan(row["low"])
    assert row["interval"] == "none: all values are equal"


def test_rates_above_one_have_the_bounds_of_a_poisson_mean() -> None:
    low, high = bounds([30, 25, 41, 28], [10, 10, 12, 9])
    assert 1 < low < 124 / 41 < high


def test_units_are_documents_or_the_sentences_of_a_lone_one() -> None:
    doc, sentence = np.array([0, 0, 1, 2, 2, 2]), np.array([0, 1, 0, 0, 1, 1])
    units = units_of(doc, sentence, np.array([0, 0, 0, 1, 1, 1]), 2)
    assert units.over.tolist() == ["documents", "sentences"]
    assert units.documents.tolist() == [2, 1]
    assert np.bincount(units.owner).tolist() == [2, 2]


def test_bursts_are_many_times_in_few_texts() -> None:
    count, spread = np.array([30, 30, 5, 4]), np.array([3, 8, 1, 2])
    assert comes_in_bursts(count, spread, 10).tolist() == [True, False, True, False]


def test_tables_say_how_many_documents_and_what_the_interval_is_of() -> None:
    texts = ["war war war war war. Talks now."] + ["Peace talks. No more."] * 5
    corpus = da.Corpus(pd.DataFrame({"doc": list("abcdef"), "side": list("xxxxyy"), "text": texts}))
    table = da.count_terms(corpus, terms=["war", "talks"], by="side").set_index(["side", "term"])
    assert table["group_documents"].tolist() == [4, 4, 2, 2]
    assert table.loc[("x", "talks"), "interval"] == "95 % Korn–Graubard over documents"
    assert table.loc[("x", "war"), "interval"].endswith(
        "; comes in bursts, so this may be too short"
    )
    assert table.loc[("y", "war"), "interval"] == "none: fewer than 3 documents"
    alone = da.count_terms(corpus.select(["b"]), terms=["talks"]).iloc[0]
    assert alone["interval"] == "none: fewer than 3 sentences of one document"


def test_a_confidence_out_of_range_is_refused() -> None:
    corpus = da.Corpus(pd.DataFrame({"doc": ["a"], "text": ["War."]}))
    with pytest.raises(InputError, match="confidence=95"):
        da.count_terms(corpus, confidence=95)


def test_units_of_very_unequal_length_count_as_fewer() -> None:
    even, uneven = of([4, 3, 5, 4], [100] * 4), of([4, 3, 5, 4], [350, 20, 20, 10])
    assert even.kish[0, 0] == pytest.approx(4)
    assert uneven.kish[0, 0] == pytest.approx(160_000 / (350**2 + 2 * 400 + 100))
    assert even.freedom[0, 0] == pytest.approx(3)
    assert uneven.freedom[0, 0] == 2


def test_a_document_with_nearly_all_words_leaves_no_interval() -> None:
    texts = ["war " * 40 + "word " * 960, "word", "word"]
    corpus = da.Corpus(pd.DataFrame({"doc": list("abc"), "text": texts}))
    row = da.count_terms(corpus, terms=["war"]).iloc[0]
    assert np.isnan(row["low"])
    assert row["interval"] == "none: one of the documents has nearly all words"


@pytest.mark.parametrize("p", [0.0005, 0.025, 0.5, 0.975])
def test_quantiles_of_many_rows_are_those_of_each(p: float) -> None:
    random = np.random.default_rng(1)
    hits = np.exp(random.uniform(np.log(0.01), np.log(5_000), 20_000))
    misses = np.exp(random.uniform(np.log(10), np.log(1e9), 20_000))
    np.testing.assert_allclose(
        beta_quantile(hits, misses, p), betaincinv(hits, misses, p), rtol=1e-9, atol=1e-300
    )


@given(
    st.lists(st.tuples(*[st.sampled_from([-1.0, 0.0, -0.0, 0.5, 2.0])] * 3), max_size=30),
    st.integers(1, 3),
)
def test_rows_are_in_falling_order_and_ties_as_they_were(
    rows: list[tuple[float, ...]], keys: int
) -> None:
    columns = [np.array([row[key] for row in rows]) for key in range(keys)]
    found = falling(*columns).tolist()
    assert found == sorted(range(len(rows)), key=lambda i: [-column[i] for column in columns])


def test_tails_of_many_rows_are_those_of_each() -> None:
    random = np.random.default_rng(3)
    a, b = np.exp(random.uniform(-3, 4, (2, 30_000)))
    x = np.maximum(a / (a + b + 1), 1e-6) * random.uniform(0.1, 1, len(a))
    np.testing.assert_allclose(beta_tail(a, b + 1, x), betainc(a, b + 1, x), rtol=1e-12)
    freedom = np.exp(random.uniform(0, 12, 5_000))
    t = -np.exp(random.uniform(-8, 3, len(freedom)))
    np.testing.assert_allclose(student_tail(freedom, t), stdtr(freedom, t), rtol=1e-10)
    known = np.maximum(freedom, 100)
    for p in (0.025, 1e-9):
        np.testing.assert_allclose(student_quantile(known, p), stdtrit(known, p), rtol=1e-10)


@pytest.mark.parametrize("p", [0.02, 9e-5, 1e-12])
def test_log_odds_of_quantiles_of_many_rows_are_those_of_each(p: float) -> None:
    random = np.random.default_rng(4)
    a = np.exp(random.uniform(-3, 10, 5_000))
    b = 1 + np.where(random.random(len(a)) < 0.1, 0, np.exp(random.uniform(-5, 14, len(a))))
    quantile = betaincinv(a, b, p)
    expected = np.log(quantile) - np.log1p(-quantile)
    np.testing.assert_allclose(beta_odds(a, b, p), expected, rtol=1e-12, atol=1e-11)
