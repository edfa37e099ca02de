"""How sure a difference of two counts is, with documents as the draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from analysis.terms.estimate import Sums
from analysis.terms.fisher import presence_p
from analysis.terms.formulas import conservative_log_ratio, log_ratio
from analysis.terms.quantiles import beta_tail, student_quantile, student_tail


class Draws(NamedTuple):
    """How often terms occur on a side, and how far these counts are from chance draws of words.

    What is the same for all terms may be one number.
    """

    total: np.ndarray
    base: np.ndarray
    variance: np.ndarray  # of the total
    freedom: np.ndarray  # degrees of freedom of the variance

    def take(self, rows: np.ndarray) -> Draws:
        """Those of some terms."""
        return Draws(*(part[rows] if np.ndim(part) else part for part in self))


def draws_of(sums: Sums, over: str = "documents") -> Draws:
    """The counts of a side, and their variance with documents (or sentences) as the draws."""
    if over == "words":
        return Draws(sums.total, sums.base, sums.total, np.asarray(np.inf))
    # Even counts are no surer than independent words: Poisson at least.
    variance = np.fmin(np.fmax(sums.residuals, sums.total), np.finfo(float).max)
    return Draws(sums.total, sums.base, variance, np.maximum(sums.kish - 1, 1e-9))


def tell_apart(one: Draws, other: Draws, *, family: int, alpha: float) -> dict[str, np.ndarray]:
    """The log ratio, its conservative bound, the design effect and p, with documents as draws."""
    # The counts are divided by the design effect D, as in Rao & Scott 1992, “A simple method for
    # the analysis of clustered binary data”, Biometrics 48; for the quantile z of the exact
    # interval stands Student's t, as in Korn & Graubard 1998 (D grows by t²/z²), with the degrees
    # of freedom of Satterthwaite 1946, since the two sides may be of very different size.
    own, others = (side.variance / side.base**2 for side in (one, other))
    with np.errstate(divide="ignore", invalid="ignore"):
        effect = (own + others) / (one.total / one.base**2 + other.total / other.base**2)
        freedom = (own + others) ** 2 / (own**2 / one.freedom + others**2 / other.freedom)
        p = _exact_p(one, other, effect, freedom)
        tail = alpha / family / 2
        sure = np.flatnonzero(p < np.sqrt(tail))  # the interval of the others includes 0 by far
        larger = effect[sure] * (student_quantile(freedom[sure], tail) / ndtri(tail)) ** 2
    counts = [(side.total / larger, side.base) for side in (one.take(sure), other.take(sure))]
    bound = np.zeros(len(p))
    bound[sure] = conservative_log_ratio(*counts[0], *counts[1], family=family, alpha=alpha)
    ratio = log_ratio(one.total, one.base, other.total, other.base)
    return {"log_ratio": ratio, "lrc": bound, "design_effect": effect, "p": p}


def _exact_p(one: Draws, other: Draws, effect: np.ndarray, freedom: np.ndarray) -> np.ndarray:
    """The binomial test of the counts divided by their design effect, with t for normal."""
    f1, f2 = one.total / effect, other.total / effect
    over = f1 * other.base >= f2 * one.base
    tail = np.ones(len(f1))
    own, rest = np.flatnonzero(over), np.flatnonzero(~over)
    more, less = np.append(f1[own], f2[rest]), np.append(f2[own], f1[rest])
    whole = one.base + other.base
    mine, others = (np.broadcast_to(side.base / whole, f1.shape) for side in (one, other))
    share = np.append(mine[own], others[rest])
    tail[np.append(own, rest)] = _tail(more, less, share)
    half = np.full(tail.shape, 0.5)
    some = np.flatnonzero(~(tail >= 0.5))
    half[some] = student_tail(freedom[some], ndtri(np.maximum(tail[some], 1e-300)))
    return 2 * half


def _tail(more: np.ndarray, less: np.ndarray, share: np.ndarray) -> np.ndarray:
    """The chance of so many or more among the draws of both sides; 1 where it is ½ or more."""
    # Of none on the other side it is share to the power of more. From the mean and the mode of the
    # beta distribution on it is a half or more (the median lies between them).
    mean, mode = more / (more + less + 1), (more - 1) / np.maximum(more + less - 1, 1e-9)
    tail = np.ones(len(more))
    none = np.flatnonzero(~(less > 0))
    tail[none] = share[none] ** more[none]
    some = np.flatnonzero((less > 0) & ~(share >= np.maximum(mean, mode)))
    tail[some] = beta_tail(more[some], less[some] + 1, share[some])
    return tail


def with_presence(
    found: dict[str, np.ndarray],
    have: tuple[np.ndarray, Sequence[np.ndarray]],
    lengths: Sequence[np.ndarray],
) -> dict[str, np.ndarray]:
    """What `tell_apart` found, with the test of presence: how many documents have a term."""
    # Of two tests the better was taken, so p is doubled.
    presence = presence_p(found["log_ratio"] >= 0, have, lengths)
    p = np.minimum(2 * np.minimum(found["p"], presence), 1)
    return found | {"p": p, "p_counts": found["p"], "p_presence": presence}
