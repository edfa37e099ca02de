"""Quantiles of the beta distribution for many rows."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.special import betaincinv, gammaincinv

_MANY = 300  # rows, from which on it pays to make a table
_KNOTS = 1_000
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
