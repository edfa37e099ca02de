"""Quantiles of the beta distribution for very many rows."""

from __future__ import annotations

import numpy as np
from scipy.special import betaincinv, gammaincinv

_MANY = 5_000  # rows, from which on it pays to make a table
_KNOTS = 4_000
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
    from scipy.interpolate import CubicSpline  # takes long to import and is needed for many rows

    first, last = np.log(_FEW)
    knots = np.linspace(first, last, _KNOTS)
    curve = CubicSpline(knots, np.log(gammaincinv(np.exp(knots), p)))
    a = np.where(few, hits, 1.0)
    n = np.where(few, misses, 1.0) + (a - 1) / 2
    y = np.exp(curve(np.log(a)))
    y *= 1 + (a - 1) * (a + 1 + y) / (24 * n * n)
    found: np.ndarray = -np.expm1(-y / n)
    return betaincinv(hits, misses, p, out=found, where=~few)
