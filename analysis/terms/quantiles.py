"""Tails and quantiles of the beta and of Student's distribution, for many rows."""

from __future__ import annotations

import itertools
from functools import lru_cache

import numpy as np
from scipy.special import beta, betainc, betaincinv, gammaincinv, ndtr, ndtri, stdtr, stdtrit

_MANY = 300  # rows, from which on it pays to make a table
_KNOTS = 1_000
_POINTS = 6  # through which the curve between two knots goes
_FEW = (0.1, 500.0)  # what hits are a few, for the table
_DRAWS = 5_000  # at least so many other draws …
_TIMES = 200  # … and so many times the hits
_SIZES = (0.0, 24.0, 120.0)  # bounds of a + b, on which the steps of a fraction depend
_SMALL, _NEAR = 1e-4, 3e-4  # p and the change of log odds, for Householder's method
_STEEP = 0.9  # x above which it takes too many


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
    with one more term, the first that is left out being below 10⁻¹¹ of the probability unless t is
    very large.
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
    return stdtr(freedom, t, out=found, where=~((freedom >= 100) & (5 * y < freedom)))


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
    """P(X ≤ x) of a beta distribution for x below its mean, as `betainc`; for very many rows."""
    size = np.where(x <= _STEEP, a + b, np.inf)
    if np.count_nonzero(size < _SIZES[-1]) < _MANY:
        return np.asarray(betainc(a, b, x))
    found = np.empty(len(a))
    for least, most in itertools.pairwise(_SIZES):
        some = np.flatnonzero((size >= least) & (size < most))
        if len(some):
            own, other, share = a[some], b[some], x[some]
            logs = own * np.log(share) + other * np.log1p(-share) - np.log(beta(own, other))
            low = np.sqrt(1 - share.max())
            half = int(np.hypot(15 / np.log((1 + low) / (1 - low)), 1.5 * np.sqrt(most))) + 1
            found[some] = np.exp(logs) / _fraction(own, other, share, half)
    return betainc(a, b, x, out=found, where=~(size < _SIZES[-1]))


def beta_odds(a: np.ndarray, b: np.ndarray, p: float) -> np.ndarray:
    """The logarithm of the odds of `betaincinv` for small p and b from 1 on; for very many rows.

    By Householder's third method on the log odds, by which ln P has the slope that `_fraction`
    gives, from Abramowitz & Stegun's approximation 26.5.22 on; the first step is a rough one.
    """
    if len(a) < _MANY or not p < _SMALL:
        found = np.asarray(betaincinv(a, b, p))
        return np.log(found) - np.log1p(-found)
    deviate = -ndtri(p)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        own, other = 1 / (2 * a - 1), 1 / (2 * b - 1)
        height, middle = 2 / (own + other), (deviate * deviate - 3) / 6
        found = np.log(a / b) - 2 * deviate * np.sqrt(height + middle) / height
        found += 2 * (other - own) * (middle + 5 / 6 - 2 / (3 * height))
        least = np.log(p) / a  # the logarithm of x where b is 1
        found = np.where(b == 1, least - np.log(-np.expm1(least)), found)
        few = np.flatnonzero(a < 1)  # where that approximation does not hold
        level, rows = _log_beta(a, b) + np.log(p), np.flatnonzero(a >= 1)
        for half in (8, 16, 16, 16):
            odds, own, other = found[rows], a[rows], b[rows]
            x = 1 / (1 + np.exp(-odds))
            slope = _fraction(own, other, x, half)
            newton = own * np.log1p(np.exp(-odds)) + other * np.log1p(np.exp(odds))
            newton = (newton + level[rows] + np.log(slope)) / slope
            bend = own - (own + other) * x - slope  # of the logarithm of the slope
            turn = bend * bend - (own + other) * x * (1 - x) - slope * bend
            change = newton * (1 + newton * bend / 2)
            change /= 1 + newton * (bend + newton * turn / 6)
            found[rows] = odds + change
            if half > 8:
                rows = rows[~(np.abs(change) < _NEAR)]  # whose error is its fourth power, about
            if not len(rows):
                break
    rows = np.append(rows, few)
    left = np.asarray(betaincinv(a[rows], b[rows], p))
    found[rows] = np.log(left) - np.log1p(-left)
    return found


def _log_beta(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The logarithm of the beta function, by Stirling's formula for the gamma functions."""
    whole = a + b  # so that no large numbers cancel out, as in `betaln`
    own, other, both = np.split(beyond_stirling(np.concatenate([a, b, whole])), 3)
    found = own + other - both - a * np.log(whole / a) - b * np.log1p(a / b)
    found -= 0.5 * np.log(a * b / (2 * np.pi * whole))
    return np.asarray(found)


def beyond_stirling(z: np.ndarray) -> np.ndarray:
    """What ln Γ(z) has more than (z − ½) ln z − z + ½ ln 2π."""
    # its series from eight on; and Γ(z + 8) = z (z + 1) … (z + 7) Γ(z)
    above = z + 8
    inverse = 1 / above
    square = inverse * inverse
    found = np.full(len(z), -691 / 360360)
    for divisor in (1188, -1680, 1260, -360, 12):
        found *= square
        found += 1 / divisor
    found *= inverse
    pairs = z * (z + 7)
    product = pairs * (pairs + 6) * (pairs + 10) * (pairs + 12)
    found += (z - 0.5) * np.log1p(8 / z) - np.log(product * (square * square) ** 2) - 8
    return found


def _fraction(a: np.ndarray, b: np.ndarray, x: np.ndarray, half: int) -> np.ndarray:
    """xᵃ(1 − x)ᵇ / B(a, b) over P(X ≤ x) of a beta distribution, for x below its mean.

    It is the slope of ln P by the log odds of x. The continued fraction is DLMF 8.17.22, begun
    from its end, where its terms hardly change; how many it takes, here in pairs, was tried out.
    """
    root = np.sqrt(x)
    found = (a + 2 * half) * (0.5 + 0.5 * np.sqrt(1 - x))
    even, odd, more, term = (b - half) * x, (a + half) * root, (a + b + half) * root, x * 0
    for step in range(half, 0, -1):  # two terms: step (b - step) x, (a + step - 1) (a + b + …) x
        np.multiply(even, step, out=term)
        term /= found
        np.add(term, a, out=found)
        found += 2 * step - 1
        even += x
        odd -= root
        more -= root
        np.multiply(odd, more, out=term)
        term /= found
        np.subtract(a, term, out=found)
        found += 2 * step - 2
    return found
