"""Formulas that say how strongly two words keep company.

Every function takes counts from a 2×2 table of the words of a corpus: `count` of them are the
collocate near the node, `near` are near the node, `count_collocate` are the collocate, and `base`
is all. With a span of one word (bigrams) `near` is the frequency of the first word. They broadcast
like any NumPy arithmetic.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def expected_count(near: ArrayLike, count_collocate: ArrayLike, base: ArrayLike) -> np.ndarray:
    """Say how often the collocate would stand near the node if words were shuffled.

    Returns
    -------
    numpy.ndarray of float
        NaN where there are no words.

    Notes
    -----
    E = near · count_collocate / base. Evert 2008, “Corpora and collocations”, §4.1 and §5.1, who
    gives the approximation near ≈ span · f(node); here the words in the spans are counted, so that
    spans cut off by the end of a sentence, or overlapping, are not counted too long.

    Examples
    --------
    >>> float(expected_count(10, 20, 1000))
    0.2
    """
    r1, c1, n = _floats(near, count_collocate, base)
    with np.errstate(divide="ignore", invalid="ignore"):
        return r1 * c1 / n


def mi(
    count: ArrayLike, near: ArrayLike, count_collocate: ArrayLike, base: ArrayLike
) -> np.ndarray:
    """Measure how much more often than by chance two words meet (mutual information).

    Returns
    -------
    numpy.ndarray of float
        In bits: 3 means eight times as often as expected. −∞ where they never meet.

    Notes
    -----
    log₂(O / E). Church & Hanks 1990, “Word association norms, mutual information, and
    lexicography”, Computational Linguistics 16(1). It favours rare words: one that occurs once,
    near the node, has the highest value there is.

    Examples
    --------
    >>> float(mi(20, 42, 20, 14307668).round(2))
    18.38
    """
    observed = np.asarray(count, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log2(observed / expected_count(near, count_collocate, base))


def mi3(
    count: ArrayLike, near: ArrayLike, count_collocate: ArrayLike, base: ArrayLike
) -> np.ndarray:
    """Measure association with more weight on frequent pairs (MI³).

    Returns
    -------
    numpy.ndarray of float
        A score to rank by; it has no unit.

    Notes
    -----
    log₂(O³ / E). Daille 1994; Oakes 1998, *Statistics for Corpus Linguistics*. The cube is a
    heuristic against MI's taste for rare words and brings function words up.

    Examples
    --------
    >>> float(mi3(2, 4, 8, 16))
    2.0
    """
    observed = np.asarray(count, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log2(observed**3 / expected_count(near, count_collocate, base))


def t_score(
    count: ArrayLike, near: ArrayLike, count_collocate: ArrayLike, base: ArrayLike
) -> np.ndarray:
    """Rank pairs by how safely they meet more often than by chance (t-score).

    Returns
    -------
    numpy.ndarray of float
        Above 2 is usually shown. NaN where they never meet.

    Notes
    -----
    (O − E) / √O. Church et al. 1991, “Using statistics in lexical analysis”. Counts are not
    normal, so it is a ranking, no test; it favours frequent pairs.

    Examples
    --------
    >>> float(t_score(8, 15828, 4675, 14307668).round(6))
    0.999932
    """
    observed = np.asarray(count, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (observed - expected_count(near, count_collocate, base)) / np.sqrt(observed)


def z_score(
    count: ArrayLike, near: ArrayLike, count_collocate: ArrayLike, base: ArrayLike
) -> np.ndarray:
    """Measure the surplus of meetings in standard deviations of chance (z-score).

    Returns
    -------
    numpy.ndarray of float
        NaN where none is expected.

    Notes
    -----
    (O − E) / √E. Berry-Rogghe 1973, “The computation of collocations and their relevance in lexical
    studies”, in Evert's (2008) form. With small E it is far too large: it favours rare words.

    Examples
    --------
    >>> float(z_score(9, 100, 40, 1000))
    2.5
    """
    expected = expected_count(near, count_collocate, base)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (np.asarray(count, dtype=float) - expected) / np.sqrt(expected)


def log_dice(count: ArrayLike, count_node: ArrayLike, count_collocate: ArrayLike) -> np.ndarray:
    """Measure how exclusively two words keep each other's company (logDice).

    Parameters
    ----------
    count, count_node, count_collocate : array_like of float
        How often they meet, and how often each occurs.

    Returns
    -------
    numpy.ndarray of float
        14 for two words that only ever occur together; one less for half as often. −∞ where they
        never meet.

    Notes
    -----
    14 + log₂(2 f(xy) / (f(x) + f(y))). Rychlý 2008, “A lexicographer-friendly association score”.
    It does not depend on the size of the corpus, so it can be compared between corpora; nor
    does it say whether a pair could have met by chance. In a wide span one node can have several
    of the same collocate, and the value can pass 14.

    Examples
    --------
    >>> float(log_dice(5, 5, 5))
    14.0
    """
    f, fx, fy = _floats(count, count_node, count_collocate)
    with np.errstate(divide="ignore", invalid="ignore"):
        return 14 + np.log2(2 * f / (fx + fy))


def chi_squared(
    count: ArrayLike, near: ArrayLike, count_collocate: ArrayLike, base: ArrayLike
) -> np.ndarray:
    """Compute Pearson's χ² of the 2×2 table, without continuity correction.

    Returns
    -------
    numpy.ndarray of float
        NaN where a margin is empty.

    Notes
    -----
    Σ (O − E)² / E. Manning & Schütze 1999, *Foundations of Statistical Natural Language
    Processing*, §5.3.3. Unsafe with expected counts below 5, which collocations usually have: use
    G².

    Examples
    --------
    >>> float(chi_squared(8, 15828, 4675, 14307668).round(2))
    1.55
    """
    o, r1, c1, n = _floats(count, near, count_collocate, base)
    with np.errstate(divide="ignore", invalid="ignore"):
        return n * (o * n - r1 * c1) ** 2 / (r1 * (n - r1) * c1 * (n - c1))


def delta_p(
    count: ArrayLike, near: ArrayLike, count_collocate: ArrayLike, base: ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    """Measure in each direction how much one word raises the probability of the other (ΔP).

    Returns
    -------
    collocate_given_node, node_given_collocate : numpy.ndarray of float
        Differences of probabilities, −1 … 1. NaN where there is nothing to compare with, as where
        the spans cover the whole corpus.

    Notes
    -----
    O₁₁/R₁ − O₂₁/R₂ and O₁₁/C₁ − O₁₂/C₂. Gries 2013, “50-something years of work on collocations”,
    IJCL 18(1). The first is small for any rare collocate.

    Examples
    --------
    >>> [float(p.round(3)) for p in delta_p(5610, 174548, 7867, 10409868)]
    [0.032, 0.697]
    """
    o, r1, c1, n = _floats(count, near, count_collocate, base)
    with np.errstate(divide="ignore", invalid="ignore"):
        return o / r1 - (c1 - o) / (n - r1), o / c1 - (r1 - o) / (n - c1)


def _floats(*values: ArrayLike) -> list[np.ndarray]:
    return [np.asarray(value, dtype=float) for value in values]
