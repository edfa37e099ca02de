"""Formulas that compare how often something occurs in two sets of texts.

Every function takes four numbers or arrays (`count`, `base`, `count_reference`,
`base_reference`): how often the thing occurs and how many words there are, in the texts under
study and in the reference. They broadcast like any NumPy arithmetic. None of them knows that
words come in texts: ten occurrences in one article weigh as much as one in each of ten.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import rel_entr

from analysis.tables import require_choice
from analysis.terms.quantiles import beta_odds

LIKELIHOODS = ("four-term", "two-term")


def log_likelihood(
    count: ArrayLike,
    base: ArrayLike,
    count_reference: ArrayLike,
    base_reference: ArrayLike,
    *,
    formula: str = "four-term",
) -> np.ndarray:
    """Measure the evidence that two relative frequencies differ (G², log-likelihood ratio)."""
    # G² = 2 Σ O ln(O/E), where E comes from the margins; 0 ln 0 is 0. Four-term: Dunning 1993,
    # “Accurate methods for the statistics of surprise and coincidence”, Computational Linguistics
    # 19(1). Two-term: Rayson & Garside 2000, “Comparing corpora using frequency profiling”; it
    # leaves out the words that are not the thing, is close to the other where the thing is rare,
    # and is not exactly a χ² variable. G² grows with the amount of text: it says how sure a
    # difference is, not how large.
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
    """Weigh the evidence for a difference against the amount of text (Bayes factor, by BIC)."""
    # BIC = G² − ln N, with the two-term G² and N the words of both sides. Wilson 2013, “Embracing
    # Bayes factors for key item analysis in corpus linguistics”. Like G² it is no effect size.
    g2 = log_likelihood(count, base, count_reference, base_reference, formula="two-term")
    _, n1, _, n2 = _floats(count, base, count_reference, base_reference)
    with np.errstate(divide="ignore"):
        return g2 - np.log(n1 + n2)


def log_ratio(
    count: ArrayLike, base: ArrayLike, count_reference: ArrayLike, base_reference: ArrayLike
) -> np.ndarray:
    """Say how many times more frequent something is, in doublings."""
    # log₂ of ((f₁+½)/(n₁+½)) / ((f₂+½)/(n₂+½)), as in Evert 2022, “Measuring keyness”, DH2022;
    # after Hardie 2014. The half keeps a count of zero finite: with f₂ = 0 the value depends on how
    # much text was read and is no estimate of a ratio. Rare words have extreme values by chance:
    # read it with `conservative_log_ratio`.
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
    """Say how many times more frequent something is at least (LRC)."""
    # Given f₁ + f₂, f₁ is binomial with a probability p whose odds are n₁/n₂ times the ratio of the
    # two frequencies; the Clopper–Pearson bound of p at alpha / (2 · family) gives the bound of the
    # ratio. Evert 2022, “Measuring keyness”, DH2022. The interval takes words to be drawn
    # independently, so it is too narrow for words that come in bursts: look at the documents.
    f1, n1, f2, n2 = _floats(count, base, count_reference, base_reference)
    over = f1 * n2 >= f2 * n1
    more, less = np.where(over, f1, f2), np.where(over, f2, f1)
    words_more, words_less = np.where(over, n1, n2), np.where(over, n2, n1)
    tail = alpha / family / 2
    n = f1 + f2
    with np.errstate(divide="ignore", invalid="ignore"):
        # P(X ≥ more) is at least exp(−G²/2) / √(8 more (1 − more/n)), with the two-term G² (Ash
        # 1990, lemma 4.7.2; of counts that are not whole, 0.7 times as much): where that exceeds
        # the tail, the interval includes 0 without a look
        g2 = log_likelihood(f1, n1, f2, n2, formula="two-term")
        least = np.exp(-g2 / 2) / np.sqrt(np.maximum(8 * more * less / n, 1))
        ratio = np.full(least.shape, -np.inf)
        some = np.asarray(least <= 2 * tail)
        odds = beta_odds(more[some], less[some] + 1, tail)
        ratio[some] = (np.asarray(np.log(words_less / words_more))[some] + odds) / np.log(2)
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
    """Divide two rates after adding a constant to both (Sketch Engine's keyness)."""
    # (r₁ + k) / (r₂ + k). Kilgarriff 2009, “Simple maths for keywords”. A zero needs no care, since
    # k is added; but the constant is a choice, and the order of words depends on it.
    r1, r2 = _rates(count, base, count_reference, base_reference)
    return (r1 * per + smooth) / (r2 * per + smooth)


def percent_diff(
    count: ArrayLike, base: ArrayLike, count_reference: ArrayLike, base_reference: ArrayLike
) -> np.ndarray:
    """Give the difference of two rates in per cent of the reference's rate (%DIFF)."""
    # 100 (r₁ − r₂) / r₂. Gabrielatos & Marchi 2011, “Keyness: matching metrics to definitions”. It
    # is relative, not a difference of percentage points. The formula divides by the reference's
    # rate; where that is zero nothing is made up in its place, unlike the authors' 10⁻¹⁸.
    r1, r2 = _rates(count, base, count_reference, base_reference)
    with np.errstate(divide="ignore", invalid="ignore"):
        return 100 * (r1 - r2) / r2


def odds_ratio(
    count: ArrayLike, base: ArrayLike, count_reference: ArrayLike, base_reference: ArrayLike
) -> np.ndarray:
    """Divide the odds of meeting something in the target by those in the reference."""
    # (f₁ / (n₁ − f₁)) / (f₂ / (n₂ − f₂)). Pojanapunya & Todd 2018, “Log-likelihood and odds ratio:
    # keyness statistics for different purposes of keyword analysis”. Nothing is added to zeros.
    # Close to the ratio of rates for single words, which are all rare.
    f1, n1, f2, n2 = _floats(count, base, count_reference, base_reference)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (f1 / (n1 - f1)) / (f2 / (n2 - f2))


def difference_coefficient(
    count: ArrayLike, base: ArrayLike, count_reference: ArrayLike, base_reference: ArrayLike
) -> np.ndarray:
    """Give the difference of two rates as a part of their sum."""
    # (r₁ − r₂) / (r₁ + r₂). Hofland & Johansson 1982, “Word frequencies in British and American
    # English”. Every word that one side lacks has ±1, whether it occurs once or a thousand times.
    r1, r2 = _rates(count, base, count_reference, base_reference)
    with np.errstate(invalid="ignore"):
        return (r1 - r2) / (r1 + r2)


def din(
    count: ArrayLike, base: ArrayLike, count_reference: ArrayLike, base_reference: ArrayLike
) -> np.ndarray:
    """Give the difference index: the difference coefficient in per cent (DIN)."""
    # 100 (r₁ − r₂) / (r₁ + r₂). Fidler & Cvrček 2015, “A data-driven analysis of reader
    # viewpoints”, Corpora 10(2). It inherits the blindness of `difference_coefficient` to how rare
    # a word is.
    return 100 * difference_coefficient(count, base, count_reference, base_reference)


def adjust_p(p: ArrayLike, times: np.ndarray | None = None) -> np.ndarray:
    """Adjust p values for their number (Benjamini–Hochberg); missing ones stay missing.

    `times` says of how many tests each is the value.
    """
    # The smallest p(j) · m / j over all j ≥ the rank of the test. Benjamini & Hochberg 1995,
    # “Controlling the false discovery rate”, JRSS B 57. It holds for independent or positively
    # dependent tests; words of one corpus are neither exactly.
    every = np.asarray(p, dtype=float)
    known = ~np.isnan(every)
    number = np.count_nonzero(known) if times is None else int(times @ known)
    some = np.flatnonzero(every < 1)  # the others stay 1
    some = some[np.argsort(every[some])]
    many = np.arange(1, len(some) + 1) if times is None else np.cumsum(times[some])
    adjusted = np.minimum.accumulate((every[some] * number / many)[::-1])
    result = np.where(known, 1.0, np.nan)
    result[some[::-1]] = np.minimum(adjusted, 1.0)
    return result


def _floats(*values: ArrayLike) -> list[np.ndarray]:
    return [np.asarray(value, dtype=float) for value in values]


def _rates(
    count: ArrayLike, base: ArrayLike, count_reference: ArrayLike, base_reference: ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    f1, n1, f2, n2 = _floats(count, base, count_reference, base_reference)
    with np.errstate(divide="ignore", invalid="ignore"):
        return f1 / n1, f2 / n2


def expected_count(near: ArrayLike, count_collocate: ArrayLike, base: ArrayLike) -> np.ndarray:
    """Say how often the collocate would stand near the node if words were shuffled."""
    # E = near · count_collocate / base. Evert 2008, “Corpora and collocations”, §4.1 and §5.1, who
    # gives the approximation near ≈ span · f(node); here the words in the spans are counted, so
    # that spans cut off by the end of a sentence, or overlapping, are not counted too long.
    r1, c1, n = _floats(near, count_collocate, base)
    with np.errstate(divide="ignore", invalid="ignore"):
        return r1 * c1 / n


def mi(
    count: ArrayLike, near: ArrayLike, count_collocate: ArrayLike, base: ArrayLike
) -> np.ndarray:
    """Measure how much more often than by chance two words meet (mutual information)."""
    # log₂(O / E). Church & Hanks 1990, “Word association norms, mutual information, and
    # lexicography”, Computational Linguistics 16(1). It favours rare words: one that occurs once,
    # near the node, has the highest value there is.
    observed = np.asarray(count, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log2(observed / expected_count(near, count_collocate, base))


def mi_uncorrected(
    count: ArrayLike, count_node: ArrayLike, count_collocate: ArrayLike, words: ArrayLike
) -> np.ndarray:
    """Measure mutual information without regard to the span, as several other tools do."""
    # log₂(O · N / (f(node) · f(collocate))), N all words, those of the node too: what is expected
    # is that the collocate stands at one place beside each hit, whatever the span. So it is higher
    # than `mi` by about log₂ of the words in a span: 3.3 bits for five to each side.
    observed, f1, f2, n = _floats(count, count_node, count_collocate, words)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log2(observed * n / (f1 * f2))


def mi3(
    count: ArrayLike, near: ArrayLike, count_collocate: ArrayLike, base: ArrayLike
) -> np.ndarray:
    """Measure association with more weight on frequent pairs (MI³)."""
    # log₂(O³ / E). Daille 1994; Oakes 1998, *Statistics for Corpus Linguistics*. The cube is a
    # heuristic against MI's taste for rare words and brings function words up.
    observed = np.asarray(count, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log2(observed**3 / expected_count(near, count_collocate, base))


def t_score(
    count: ArrayLike, near: ArrayLike, count_collocate: ArrayLike, base: ArrayLike
) -> np.ndarray:
    """Rank pairs by how safely they meet more often than by chance (t-score)."""
    # (O − E) / √O. Church et al. 1991, “Using statistics in lexical analysis”. Counts are not
    # normal, so it is a ranking, no test; it favours frequent pairs.
    observed = np.asarray(count, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (observed - expected_count(near, count_collocate, base)) / np.sqrt(observed)


def z_score(
    count: ArrayLike, near: ArrayLike, count_collocate: ArrayLike, base: ArrayLike
) -> np.ndarray:
    """Measure the surplus of meetings in standard deviations of chance (z-score)."""
    # (O − E) / √E. Berry-Rogghe 1973, “The computation of collocations and their relevance in
    # lexical studies”, in Evert's (2008) form. With small E it is far too large: it favours rare
    # words.
    expected = expected_count(near, count_collocate, base)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (np.asarray(count, dtype=float) - expected) / np.sqrt(expected)


def log_dice(count: ArrayLike, count_node: ArrayLike, count_collocate: ArrayLike) -> np.ndarray:
    """Measure how exclusively two words keep each other's company (logDice)."""
    # 14 + log₂(2 f(xy) / (f(x) + f(y))). Rychlý 2008, “A lexicographer-friendly association score”.
    # It does not depend on the size of the corpus, so it can be compared between corpora; nor does
    # it say whether a pair could have met by chance. In a wide span one node can have several of
    # the same collocate, and the value can pass 14.
    f, fx, fy = _floats(count, count_node, count_collocate)
    with np.errstate(divide="ignore", invalid="ignore"):
        return 14 + np.log2(2 * f / (fx + fy))


def chi_squared(
    count: ArrayLike, near: ArrayLike, count_collocate: ArrayLike, base: ArrayLike
) -> np.ndarray:
    """Compute Pearson's χ² of the 2×2 table, without continuity correction."""
    # Σ (O − E)² / E. Manning & Schütze 1999, *Foundations of Statistical Natural Language
    # Processing*, §5.3.3. Unsafe with expected counts below 5, which collocations usually have: use
    # G².
    o, r1, c1, n = _floats(count, near, count_collocate, base)
    with np.errstate(divide="ignore", invalid="ignore"):
        return n * (o * n - r1 * c1) ** 2 / (r1 * (n - r1) * c1 * (n - c1))


def delta_p(
    count: ArrayLike, near: ArrayLike, count_collocate: ArrayLike, base: ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    """Measure in each direction how much one word raises the probability of the other (ΔP)."""
    # O₁₁/R₁ − O₂₁/R₂ and O₁₁/C₁ − O₁₂/C₂. Gries 2013, “50-something years of work on collocations”,
    # IJCL 18(1). The first is small for any rare collocate.
    o, r1, c1, n = _floats(count, near, count_collocate, base)
    with np.errstate(divide="ignore", invalid="ignore"):
        return o / r1 - (c1 - o) / (n - r1), o / c1 - (r1 - o) / (n - c1)
