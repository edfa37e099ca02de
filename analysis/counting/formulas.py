"""Formulas that compare how often something occurs in two sets of texts.

Every function takes four numbers or arrays (`count`, `base`, `count_reference`,
`base_reference`): how often the thing occurs and how many words there are, in the texts under
study and in the reference. They broadcast like any NumPy arithmetic. None of them knows that
words come in texts: ten occurrences in one article weigh as much as one in each of ten.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv, rel_entr

from analysis.tables import require_choice

LIKELIHOODS = ("four-term", "two-term")


def log_likelihood(
    count: ArrayLike,
    base: ArrayLike,
    count_reference: ArrayLike,
    base_reference: ArrayLike,
    *,
    formula: str = "four-term",
) -> np.ndarray:
    """Measure the evidence that two relative frequencies differ (G², log-likelihood ratio).

    Parameters
    ----------
    count, base, count_reference, base_reference : array_like of float
        Occurrences and words, in the target and in the reference.
    formula : {"four-term", "two-term"}
        Sum over all cells of the 2×2 table, or over the two counts only.

    Returns
    -------
    numpy.ndarray of float
        G² ≥ 0, without direction; 3.84 is p = 0.05 and 6.63 is p = 0.01 (one degree of freedom).

    Raises
    ------
    InputError
        If `formula` is not one of the two.

    Notes
    -----
    G² = 2 Σ O ln(O/E), where E comes from the margins; 0 ln 0 is 0. Four-term: Dunning 1993,
    “Accurate methods for the statistics of surprise and coincidence”, Computational Linguistics
    19(1). Two-term: Rayson & Garside 2000, “Comparing corpora using frequency profiling”; it
    leaves out the words that are not the thing, is close to the other where the thing is rare,
    and is not exactly a χ² variable. G² grows with the amount of text: it says how sure a
    difference is, not how large.

    Examples
    --------
    >>> float(log_likelihood(7, 1000, 2, 1000).round(4))
    2.9545
    >>> float(log_likelihood(7, 1000, 2, 1000, formula="two-term").round(4))
    2.9419
    """
    require_choice(formula, LIKELIHOODS, "formula")
    f1, n1, f2, n2 = _floats(count, base, count_reference, base_reference)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (f1 + f2) / (n1 + n2)
    total = rel_entr(f1, n1 * share) + rel_entr(f2, n2 * share)  # rel_entr(o, e) is o ln(o/e)
    if formula == "four-term":
        total = total + rel_entr(n1 - f1, n1 * (1 - share)) + rel_entr(n2 - f2, n2 * (1 - share))
    return np.where((n1 > 0) & (n2 > 0), np.maximum(2 * total, 0), 0.0)


def bic(
    count: ArrayLike, base: ArrayLike, count_reference: ArrayLike, base_reference: ArrayLike
) -> np.ndarray:
    """Weigh the evidence for a difference against the amount of text (Bayes factor, by BIC).

    Returns
    -------
    numpy.ndarray of float
        Above 2: positive evidence of a difference; above 6: strong; above 10: very strong; below
        0: the data speak for no difference.

    Notes
    -----
    BIC = G² − ln N, with the two-term G² and N the words of both sides. Wilson 2013, “Embracing
    Bayes factors for key item analysis in corpus linguistics”. Like G² it is no effect size.

    Examples
    --------
    >>> float(bic(7, 1000, 2, 1000).round(3))
    -4.659
    """
    g2 = log_likelihood(count, base, count_reference, base_reference, formula="two-term")
    _, n1, _, n2 = _floats(count, base, count_reference, base_reference)
    with np.errstate(divide="ignore"):
        return g2 - np.log(n1 + n2)


def log_ratio(
    count: ArrayLike, base: ArrayLike, count_reference: ArrayLike, base_reference: ArrayLike
) -> np.ndarray:
    """Say how many times more frequent something is, in doublings.

    Returns
    -------
    numpy.ndarray of float
        1 means twice as frequent in the target, −1 half as frequent, 0 equally frequent.

    Notes
    -----
    log₂ of ((f₁+½)/(n₁+½)) / ((f₂+½)/(n₂+½)), as in Evert 2022, “Measuring keyness”, DH2022;
    after Hardie 2014. The half keeps a count of zero finite: with f₂ = 0 the value depends on how
    much text was read and is no estimate of a ratio. Rare words have extreme values by chance:
    read it with `conservative_log_ratio`.

    Examples
    --------
    >>> float(log_ratio(94, 1177, 749, 341805).round(5))
    5.19376
    """
    f1, n1, f2, n2 = _floats(count, base, count_reference, base_reference)
    return np.log2((f1 + 0.5) / (n1 + 0.5)) - np.log2((f2 + 0.5) / (n2 + 0.5))


def conservative_log_ratio(
    count: ArrayLike,
    base: ArrayLike,
    count_reference: ArrayLike,
    base_reference: ArrayLike,
    *,
    family: float = 1,
    alpha: float = 0.05,
) -> np.ndarray:
    """Say how many times more frequent something is at least (LRC).

    Parameters
    ----------
    count, base, count_reference, base_reference : array_like of float
        Occurrences and words, in the target and in the reference.
    family : float
        How many words are tested together; the interval is widened so that all of them hold at
        once (Bonferroni).
    alpha : float
        1 − the confidence of the two-sided interval.

    Returns
    -------
    numpy.ndarray of float
        The end of the interval of the log ratio that is nearer to 0: its lower end for words
        over-used in the target, its upper end (negative) for words under-used there; 0 if the
        interval includes 0.

    Notes
    -----
    Given f₁ + f₂, f₁ is binomial with a probability p whose odds are n₁/n₂ times the ratio of the
    two frequencies; the Clopper–Pearson bound of p at alpha / (2 · family) gives the bound of the
    ratio. Evert 2022, “Measuring keyness”, DH2022. The interval takes words to be drawn
    independently, so it is too narrow for words that come in bursts: look at the documents.

    Examples
    --------
    >>> float(conservative_log_ratio(94, 1177, 749, 341805, family=20109).round(4))
    4.3819
    >>> float(conservative_log_ratio(749, 341805, 94, 1177, family=20109).round(4))
    -4.3819
    """
    f1, n1, f2, n2 = _floats(count, base, count_reference, base_reference)
    over = f1 * n2 >= f2 * n1
    more, less = np.where(over, f1, f2), np.where(over, f2, f1)
    words_more, words_less = np.where(over, n1, n2), np.where(over, n2, n1)
    tail = alpha / family / 2
    n = f1 + f2
    with np.errstate(divide="ignore", invalid="ignore"):
        # P(X ≥ more) is at least exp(−G²/2) / √(8 more (1 − more/n)), with the two-term G² (Ash
        # 1990, lemma 4.7.2): where that exceeds the tail, the interval includes 0 without a look
        g2 = log_likelihood(f1, n1, f2, n2, formula="two-term")
        least = np.exp(-g2 / 2) / np.sqrt(np.maximum(8 * more * less / n, 1))
        low = betaincinv(more, less + 1, tail, out=np.zeros(least.shape), where=least <= tail)
        ratio = np.log2(words_less / words_more * low / (1 - low))
    bound = np.where(ratio > 0, ratio, 0.0)  # NaN (nothing to compare) is no evidence: 0
    return np.where(over, bound, -bound) + 0.0


def simple_maths(
    count: ArrayLike,
    base: ArrayLike,
    count_reference: ArrayLike,
    base_reference: ArrayLike,
    *,
    smooth: float = 100,
    per: float = 1_000_000,
) -> np.ndarray:
    """Divide two rates after adding a constant to both (Sketch Engine's keyness).

    Parameters
    ----------
    count, base, count_reference, base_reference : array_like of float
        Occurrences and words, in the target and in the reference.
    smooth : float
        The constant, in occurrences per `per` words. The larger, the more frequent the words that
        come out on top.
    per : float
        What the rates are per.

    Returns
    -------
    numpy.ndarray of float
        Above 1: more frequent in the target. NaN where a side has no words.

    Notes
    -----
    (r₁ + k) / (r₂ + k). Kilgarriff 2009, “Simple maths for keywords”. A zero needs no care, since
    k is added; but the constant is a choice, and the order of words depends on it.

    Examples
    --------
    >>> float(simple_maths(8, 1177, 0, 341805, smooth=100).round(4))
    68.9694
    """
    r1, r2 = _rates(count, base, count_reference, base_reference)
    return (r1 * per + smooth) / (r2 * per + smooth)


def percent_diff(
    count: ArrayLike, base: ArrayLike, count_reference: ArrayLike, base_reference: ArrayLike
) -> np.ndarray:
    """Give the difference of two rates in per cent of the reference's rate (%DIFF).

    Returns
    -------
    numpy.ndarray of float
        100 means twice as frequent, −100 that the target does not have it. Infinite where only
        the reference lacks it, NaN where both do.

    Notes
    -----
    100 (r₁ − r₂) / r₂. Gabrielatos & Marchi 2011, “Keyness: matching metrics to definitions”. It
    is relative, not a difference of percentage points. The formula divides by the reference's
    rate; where that is zero nothing is made up in its place, unlike the authors' 10⁻¹⁸.

    Examples
    --------
    >>> float(percent_diff(206523, 959641, 178174, 1562358).round(1))
    88.7
    """
    r1, r2 = _rates(count, base, count_reference, base_reference)
    with np.errstate(divide="ignore", invalid="ignore"):
        return 100 * (r1 - r2) / r2


def odds_ratio(
    count: ArrayLike, base: ArrayLike, count_reference: ArrayLike, base_reference: ArrayLike
) -> np.ndarray:
    """Divide the odds of meeting something in the target by those in the reference.

    Returns
    -------
    numpy.ndarray of float
        1 means equally likely. Infinite where only the reference lacks it, NaN where both do.

    Notes
    -----
    (f₁ / (n₁ − f₁)) / (f₂ / (n₂ − f₂)). Pojanapunya & Todd 2018, “Log-likelihood and odds ratio:
    keyness statistics for different purposes of keyword analysis”. Nothing is added to zeros.
    Close to the ratio of rates for single words, which are all rare.

    Examples
    --------
    >>> float(odds_ratio(16217, 2796938, 735, 2087946).round(1))
    16.6
    """
    f1, n1, f2, n2 = _floats(count, base, count_reference, base_reference)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (f1 / (n1 - f1)) / (f2 / (n2 - f2))


def difference_coefficient(
    count: ArrayLike, base: ArrayLike, count_reference: ArrayLike, base_reference: ArrayLike
) -> np.ndarray:
    """Give the difference of two rates as a part of their sum.

    Returns
    -------
    numpy.ndarray of float
        From −1 (only in the reference) over 0 to 1 (only in the target); NaN where it is in
        neither.

    Notes
    -----
    (r₁ − r₂) / (r₁ + r₂). Hofland & Johansson 1982, “Word frequencies in British and American
    English”. Every word that one side lacks has ±1, whether it occurs once or a thousand times.

    Examples
    --------
    >>> float(difference_coefficient(18, 1000, 35, 1000).round(2))
    -0.32
    """
    r1, r2 = _rates(count, base, count_reference, base_reference)
    with np.errstate(invalid="ignore"):
        return (r1 - r2) / (r1 + r2)


def din(
    count: ArrayLike, base: ArrayLike, count_reference: ArrayLike, base_reference: ArrayLike
) -> np.ndarray:
    """Give the difference index: the difference coefficient in per cent (DIN).

    Returns
    -------
    numpy.ndarray of float
        From −100 to 100; NaN where it is in neither.

    Notes
    -----
    100 (r₁ − r₂) / (r₁ + r₂). Fidler & Cvrček 2015, “A data-driven analysis of reader viewpoints”,
    Corpora 10(2). It inherits the blindness of `difference_coefficient` to how rare a word is.

    Examples
    --------
    >>> float(din(7, 1000, 2, 1000).round(2))
    55.56
    """
    return 100 * difference_coefficient(count, base, count_reference, base_reference)


def adjust_p(p: ArrayLike) -> np.ndarray:
    """Adjust p values for their number (Benjamini–Hochberg).

    Parameters
    ----------
    p : array_like of float, shape (tests,)
        The p values of all the tests that were made, the unremarkable ones too.

    Returns
    -------
    numpy.ndarray of float, shape (tests,)
        Taking every test below q as a finding, a share q of these are expected to be false.

    Notes
    -----
    The smallest p(j) · m / j over all j ≥ the rank of the test. Benjamini & Hochberg 1995,
    “Controlling the false discovery rate”, JRSS B 57. It holds for independent or positively
    dependent tests; words of one corpus are neither exactly.

    Examples
    --------
    >>> adjust_p([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    values = np.asarray(p, dtype=float)
    order = np.argsort(values, kind="stable")[::-1]
    ranks = np.arange(len(values), 0, -1)
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum.accumulate(values[order] * len(values) / ranks)
    return np.minimum(adjusted, 1.0)


def _floats(*values: ArrayLike) -> list[np.ndarray]:
    return [np.asarray(value, dtype=float) for value in values]


def _rates(
    count: ArrayLike, base: ArrayLike, count_reference: ArrayLike, base_reference: ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    f1, n1, f2, n2 = _floats(count, base, count_reference, base_reference)
    with np.errstate(divide="ignore", invalid="ignore"):
        return f1 / n1, f2 / n2
