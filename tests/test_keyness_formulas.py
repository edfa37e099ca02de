"""Keyness formulas: published numbers, and what must hold for any counts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, binomtest, false_discovery_control, nchypergeom_fisher

from analysis.tables import InputError
from analysis.terms.counting import distinct
from analysis.terms.fisher import presence_p, shares_by_length
from analysis.terms.formulas import (
    adjust_p,
    bic,
    conservative_log_ratio,
    difference_coefficient,
    din,
    log_likelihood,
    log_ratio,
    odds_ratio,
    percent_diff,
    simple_maths,
)
from analysis.text.tokens import tokenize

MEASURES = (
    log_likelihood, bic, log_ratio, conservative_log_ratio, simple_maths, percent_diff, odds_ratio,
    difference_coefficient, din,
)  # fmt: skip

words = st.integers(1, 10_000)
counts = st.tuples(st.integers(0, 500), words, st.integers(0, 500), words).map(
    lambda x: (min(x[0], x[1]), x[1], min(x[2], x[3]), x[3])
)


@pytest.fixture
def tokens(documents: pd.DataFrame) -> pd.DataFrame:
    return tokenize(documents)


# ---------------------------------------------------------------- formulas


@pytest.mark.parametrize(
    ("value", "published", "tolerance"),
    [
        (log_likelihood(110, 2552, 111, 29225), 270.72, 0.005),  # Dunning 1993
        (log_likelihood(10, 10, 3, 31767), 167.23, 0.005),
        (log_likelihood(7, 1000, 2, 1000, formula="two-term"), 2.9419, 5e-5),
        (log_likelihood(7, 1000, 2, 1000), 2.9545, 5e-5),
        (log_likelihood(94, 1177, 749, 341805), 489.763, 5e-4),  # Evert 2022
        (bic(7, 1000, 2, 1000), -4.659, 5e-4),
        (log_ratio(8, 1177, 0, 341805), 12.2688, 5e-5),
        (log_ratio(94, 1177, 749, 341805), 5.19376, 5e-6),
        (conservative_log_ratio(8, 1177, 0, 341805, family=20109), 6.02085, 5e-6),
        (conservative_log_ratio(94, 1177, 749, 341805, family=20109), 4.38193, 5e-6),
        (simple_maths(35, 112289776, 263, 1559716979, smooth=1), 1.1224, 5e-5),
        (simple_maths(8, 1177, 0, 341805), 68.9694, 5e-5),
        (odds_ratio(16217, 2796938, 735, 2087946), 16.6, 0.05),
        (percent_diff(206523, 959641, 178174, 1562358), 88.7, 0.05),
        (difference_coefficient(18, 100, 35, 100), -0.32, 0.005),
        (din(7, 1000, 2, 1000), 55.56, 0.005),
    ],
)
def test_formulas_give_the_published_numbers(
    value: np.ndarray, published: float, tolerance: float
) -> None:
    assert float(value) == pytest.approx(published, abs=tolerance)


@given(counts)
def test_swapping_the_sides_turns_the_direction_and_keeps_the_evidence(
    x: tuple[int, int, int, int],
) -> None:
    f1, n1, f2, n2 = x
    for formula in ("four-term", "two-term"):
        g2 = log_likelihood(*x, formula=formula)
        assert g2 >= 0
        assert log_likelihood(f2, n2, f1, n1, formula=formula) == pytest.approx(float(g2), abs=1e-9)
    assert bic(f2, n2, f1, n1) == pytest.approx(float(bic(*x)), abs=1e-9)
    for measure in (log_ratio, conservative_log_ratio, difference_coefficient, din):
        there, back = float(measure(*x)), float(measure(f2, n2, f1, n1))
        assert there == pytest.approx(-back, nan_ok=True)
    assert simple_maths(*x) * simple_maths(f2, n2, f1, n1) == pytest.approx(1)


@given(counts, st.sampled_from([1, 20, 5000]))
def test_the_conservative_log_ratio_is_the_bound_of_an_exact_interval(
    x: tuple[int, int, int, int], family: int
) -> None:
    f1, n1, f2, n2 = x
    lrc = float(conservative_log_ratio(*x, family=family))
    if f1 + f2 == 0:
        assert lrc == 0
        return
    interval = binomtest(f1, f1 + f2).proportion_ci(1 - 0.05 / family, method="exact")
    with np.errstate(divide="ignore"):
        low, high = (
            np.log2(n2 / n1 * p / (1 - p)) if p < 1 else np.inf
            for p in (interval.low, interval.high)
        )
    expected = low if low > 0 else high if high < 0 else 0
    assert lrc == pytest.approx(expected, abs=1e-6)


@given(st.floats(0.05, 50), st.floats(0, 50), st.floats(0.001, 0.999))
def test_the_bound_is_exact_for_counts_that_are_not_whole(
    more: float, less: float, share: float
) -> None:
    if more * (1 - share) < less * share:
        more, less, share = less, more, 1 - share
    sizes = 1e6 * share, 1e6 * (1 - share)
    low = beta(more, less + 1).ppf(0.025)
    expected = np.log2(low / (1 - low) * (1 - share) / share) if low > share else 0
    lrc = float(conservative_log_ratio(more, sizes[0], less, sizes[1]))
    assert lrc == pytest.approx(expected, abs=1e-6)


def test_missing_p_values_stay_missing_and_do_not_count() -> None:
    p = np.array([0.01, np.nan, 0.04, 0.03])
    adjusted = adjust_p(p)
    assert np.isnan(adjusted[1])
    assert adjusted[[0, 2, 3]] == pytest.approx(adjust_p(p[[0, 2, 3]]))


@given(counts)
def test_g2_is_the_likelihood_ratio_of_the_table(x: tuple[int, int, int, int]) -> None:
    f1, n1, f2, n2 = x
    observed = np.array([[f1, n1 - f1], [f2, n2 - f2]], dtype=float)
    expected = observed.sum(1, keepdims=True) * observed.sum(0) / observed.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(observed > 0, observed * np.log(observed / expected), 0)
    assert float(log_likelihood(*x)) == pytest.approx(2 * terms.sum(), abs=1e-6)
    assert float(log_likelihood(*x, formula="two-term")) == pytest.approx(
        max(2 * terms[:, 0].sum(), 0), abs=1e-6
    )


@pytest.mark.parametrize("measure", MEASURES)
def test_formulas_broadcast_and_survive_zeros(measure: object) -> None:
    assert callable(measure)
    f1, f2 = np.array([0, 0, 3, 10]), np.array([0, 5, 0, 10])
    table = measure(f1[:, None], 10, f2, np.array([10, 10, 20, 30]))
    assert table.shape == (4, 4)
    assert float(table[2, 1]) == pytest.approx(float(measure(3, 10, 5, 10)))
    with np.errstate(all="raise"):
        measure(0, 0, 0, 0)
        measure(0, 0, 3, 10)


def test_zeros_are_handled_as_the_docstrings_say() -> None:
    assert percent_diff(3, 10, 0, 10) == np.inf
    assert odds_ratio(3, 10, 0, 10) == np.inf
    assert percent_diff(0, 10, 3, 10) == -100
    assert odds_ratio(0, 10, 3, 10) == 0
    assert np.isnan(percent_diff(0, 10, 0, 10))
    assert np.isnan(din(0, 10, 0, 10))
    assert log_likelihood(0, 0, 3, 10) == 0
    assert conservative_log_ratio(0, 0, 3, 10) == 0
    assert np.isfinite(log_ratio(0, 10, 3, 10))


@given(st.lists(st.floats(0, 1), max_size=30))
def test_adjusted_p_is_benjamini_hochberg(p: list[float]) -> None:
    expected = false_discovery_control(p) if p else np.empty(0)
    assert adjust_p(p) == pytest.approx(expected)


def test_unknown_formula_is_refused() -> None:
    with pytest.raises(InputError, match=r"formula='three-term'.*'four-term', 'two-term'"):
        log_likelihood(1, 2, 3, 4, formula="three-term")


def test_p_of_several_tests_counts_as_often() -> None:
    p = np.array([0.03, np.nan, 0.2, 1.0, 0.001])
    times = np.array([2, 5, 1, 3, 4])
    np.testing.assert_array_equal(
        adjust_p(np.repeat(p, times)), np.repeat(adjust_p(p, times), times)
    )


@pytest.mark.parametrize("sizes", [(40, 60), (300, 30), (7, 7)])
def test_presence_is_fishers_test_with_the_odds_of_length(sizes: tuple[int, int]) -> None:
    random = np.random.default_rng(1)
    have = [random.integers(0, size + 1, 200) for size in sizes]
    over = random.random(200) < 0.5
    lengths = [random.integers(200, 900, sizes[0]), random.integers(50, 400, sizes[1])]
    found = presence_p(over, distinct(*have), lengths)
    shares = [np.clip(share, 1e-12, 1 - 1e-12) for share in shares_by_length(lengths)]
    for is_over, one, two, p in zip(over, *have, found, strict=True):
        more, n, m = (one, *sizes) if is_over else (two, *sizes[::-1])
        odds = [share[one + two] / (1 - share[one + two]) for share in shares]
        ratio = odds[0] / odds[1] if is_over else odds[1] / odds[0]
        if one + two < n + m:
            ratio = max(float(ratio), 1.0)
            tail = nchypergeom_fisher(n + m, n, one + two, ratio).sf(more - 1)
            assert p == pytest.approx(min(2 * tail, 1), rel=1e-7, abs=1e-10)
