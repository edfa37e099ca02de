"""Quantiles of the beta distribution for many rows."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.special import betainc, betaincinv, betaln, gammaincinv, ndtr, stdtr, stdtrit

_MANY = 300  # rows, from which on it pays to make a table
_KNOTS = 1_000
_TERMS = 80
_POINTS = 6  # through which the curve between two knots goes
_FEW = (0.1, 500.0)  # what hits are a few, for the table
_DRAWS = 5_000  # at least so many other draws …
_TIMES = 200  # … and so many times the hits


def beta_quantile(hits: np.ndarray, misses: np.ndarray, p: float) -> np.ndarray:
    """The quantile of many beta distributions; as `betaincinv`, to ten digits at least.

    Of few hits among very many draws −N ln(1 − x), with N = misses + (hits − 1)/2, is nearly
    gamma-distributed: Wise 1950, “The incomplete beta function as a contour integral and a quickly
    converging series for its inverse”, Biometrika 37, whose second term is used, too. And the
    quantile of a gamma distribution is a smooth curve that a table gives.
    """
    draws = np.maximum(_DRAWS, _TIMES * (hits + 20))
    few = (hits >= _FEW[0]) & (hits <= _FEW[1]) & (misses >= draws)
    if np.count_nonzero(few) < _MANY:
        return np.asarray(betaincinv(hits, misses, p))
    a = np.where(few, hits, 1.0)
    n = np.where(few, misses, 1.0) + (a - 1) / 2
    y = _gamma_quantile(a, p)
    y *= 1 + (a - 1) * (a + 1 + y) / (24 * n * n)
    found: np.ndarray = -np.expm1(-y / n)
    return betaincinv(hits, misses, p, out=found, where=~few)


def _gamma_quantile(a: np.ndarray, p: float) -> np.ndarray:
    """The quantile of gamma distributions of few hits, to twelve digits."""
    first, last = np.log(_FEW)
    place = (np.log(a) - first) * ((_KNOTS - 1) / (last - first))
    middle = _POINTS // 2 - 1
    run = np.clip(place.astype(np.int64) - middle, 0, _KNOTS - _POINTS)
    place -= run + (_POINTS - 1) / 2
    curves = _curves(p)
    value = curves[0][run]
    for coefficient in curves[1:]:
        value = value * place + coefficient[run]
    found: np.ndarray = np.exp(value)
    return found


@lru_cache(maxsize=16)
def _curves(p: float) -> np.ndarray:
    """Polynomials through each run of knots of the logarithm of the quantile, around its middle."""
    first, last = np.log(_FEW)
    knots = np.exp(np.linspace(first, last, _KNOTS))
    runs = np.lib.stride_tricks.sliding_window_view(np.log(gammaincinv(knots, p)), _POINTS)
    powers = np.vander(np.arange(_POINTS) - (_POINTS - 1) / 2)
    return np.ascontiguousarray(np.linalg.inv(powers) @ runs.T)


def student_tail(freedom: np.ndarray, t: np.ndarray) -> np.ndarray:
    """P(T ≤ t) for t below 0, as `stdtr`, to ten digits at least; for very many rows.

    With 100 degrees of freedom or more the normal deviate of the same probability is a series in
    1/48a², a = freedom − ½: Hill 1970, “Algorithm 395: Student's t-distribution”, CACM 13, here
    with one more term, the first that is left out being below 10⁻¹¹ of the probability.
    """
    a = freedom - 0.5
    with np.errstate(invalid="ignore", over="ignore"):
        y = a * np.log1p(t * t / freedom)
        b = 48 * a * a
        z = np.sqrt(y)
        third = (((64 * y + 788) * y + 9801) * y + 89775) * y + 543375
        third = (third * y + 1788885) / 210
        second = (((4 * y + 33) * y + 240) * y + 855) / 10
        u = z + z * ((y + 3) - (second - third / b) / b) / b
        found: np.ndarray = ndtr(-u)
    return stdtr(freedom, t, out=found, where=~((freedom >= 100) & (y < 20)))


def student_quantile(freedom: np.ndarray, p: float) -> np.ndarray:
    """The quantile of Student's t at one probability, as `stdtrit`, to ten digits at least."""
    # a smooth curve of 1 / degrees of freedom, which a polynomial through a few points gives
    if len(freedom) < 100 or not freedom.min() >= 100:
        return np.asarray(stdtrit(freedom, p))
    least, most = 1 / freedom.max(), 1 / freedom.min()
    if not most > least:
        return np.full(len(freedom), stdtrit(freedom[0], p))
    curve = np.polynomial.Chebyshev.interpolate(
        lambda inverse: stdtrit(1 / inverse, p), 12, domain=[least, most]
    )
    return np.asarray(curve(1 / freedom))


def beta_tail(a: np.ndarray, b: np.ndarray, x: np.ndarray) -> np.ndarray:
    """P(X ≤ x) of a beta distribution for x below its mean, as `betainc`; for very many rows.

    It is xᵃ(1 − x)ᵇ / (a B(a, b)) times Σ (a + b)ₖ / (a + 1)ₖ xᵏ, whose terms are positive and fall
    at least as x (a + b) / (a + 1) at first and as x in the end; it is added up from the end.
    """
    few = (a + b < 40) & (x < 0.6)
    if np.count_nonzero(few) < _MANY:
        return np.asarray(betainc(a, b, x))
    some = np.flatnonzero(few)
    own, other, share = a[some], b[some], x[some]
    above, below = own + other + _TERMS, own + (1 + _TERMS)
    total = np.ones(len(some))
    for _ in range(_TERMS):
        above -= 1
        below -= 1
        total *= above
        total *= share
        total /= below
        total += 1
    total *= np.exp(own * np.log(share) + other * np.log1p(-share) - betaln(own, other)) / own
    found = np.empty(len(a))
    found[some] = total
    return betainc(a, b, x, out=found, where=~few)
