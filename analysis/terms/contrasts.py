"""How sure a difference or a ratio of two estimates is, from the intervals of both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from analysis.terms.estimate import Sums

COMBINED = "square-and-add of "


class Estimate(NamedTuple):
    """What is known of one side: its value and the ends of its interval."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray


def difference_interval(
    one: Estimate, two: Estimate, correlation: Any = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """The interval of a difference, from the intervals of both sides."""
    # Square-and-add (Newcombe 1998, method 10; MOVER: Zou and Donner 2008; with a correlation: Zou
    # 2007): to either side it is as wide as the two distances that matter there, added in squares.
    # Of two intervals ± t·se that makes Banerjee's (1961), which covers what it promises whatever
    # the two variances are; with Welch's degrees of freedom intervals of few texts cover too little
    d = one.value - two.value
    below = _together(one.value - one.low, two.high - two.value, correlation)
    above = _together(one.high - one.value, two.value - two.low, correlation)
    return d - below, d + above


def _together(one: np.ndarray, two: np.ndarray, correlation: Any) -> np.ndarray:
    return np.sqrt(np.maximum(one * one + two * two - 2 * correlation * one * two, 0))


def ratio_interval(
    one: Estimate, two: Estimate, correlation: Any = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """The interval of a ratio of two values that are not negative; its end may be infinite."""
    # MOVER-R (Donner and Zou 2012): the ratios R for which the interval of θ₁ − Rθ₂ holds 0. So it
    # holds 1 just where that of the difference holds 0.
    a, b, c = _quadratic(one, two, one.value - one.low, two.high - two.value, correlation)
    root = np.sqrt(np.maximum(b * b - a * c, 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(one.low > 0, c / (b + root), 0.0)  # this form stands a reference of 0
    a, b, c = _quadratic(one, two, one.high - one.value, two.value - two.low, correlation)
    root = np.sqrt(np.maximum(b * b - a * c, 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        high = np.where(two.low > 0, (b + root) / a, np.inf)
        high = np.where(np.isnan(high), np.inf, high)  # a and b too small to be told from 0
    known = np.isfinite(one.low + one.high + two.low + two.high)
    known &= (one.value > 0) | (two.value > 0)
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def _quadratic(
    one: Estimate, two: Estimate, first: np.ndarray, second: np.ndarray, correlation: Any
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The a, b, c of aR² − 2bR + c = 0, for R at one end of a ratio's interval."""
    a = two.value**2 - second**2
    b = one.value * two.value - correlation * first * second
    return a, b, one.value**2 - first**2


def correlation_of(one: Sums, two: Sums, products: Sequence[np.ndarray]) -> np.ndarray:
    """How two ratios go together whose counts and bases come from the same units."""
    # products: Σc₁c₂, Σc₁b₂, Σb₁c₂, Σb₁b₂ over the units; the residuals are those of the variance
    both, first, second, bases = products
    together = both - two.ratio * first - one.ratio * second + one.ratio * two.ratio * bases
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = [side.residuals * (side.kish - 1) / side.kish for side in (one, two)]
        value = together / np.sqrt(spread[0] * spread[1])
    return np.clip(np.nan_to_num(value), -1, 1)
