"""Fisher's exact test of how many documents of two sides have a term, for many terms."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import rel_entr

from analysis.terms.quantiles import beyond_stirling

_RATES = np.exp(np.linspace(-25, 5, 400))
_KEPT = 20_000  # documents of a side whose shares are remembered
_STEPS = 8  # terms of sums between two looks at which of them go on
_LEAST = 1e-17  # of a sum, below which a term does not change it


class _Tests(NamedTuple):
    """Fourfold tables: of `whole` documents that have a term, `more` are among the first n."""

    more: np.ndarray
    whole: np.ndarray
    n: np.ndarray
    m: np.ndarray  # documents of the other side
    odds: np.ndarray  # the logarithm of what the odds are if the sides do not differ, 0 or more

    def take(self, rows: np.ndarray) -> _Tests:
        """Some tests."""
        return _Tests(*(column[rows] for column in self))

    @property
    def turned(self) -> _Tests:
        """The same tables, seen from the other side."""
        more, whole, n, m, odds = self
        return _Tests(whole - more, whole, m, n, -odds)

    @property
    def cells(self) -> tuple[np.ndarray, ...]:
        """The four cells."""
        more, whole, n, m, _ = self
        return more, n - more, whole - more, m - whole + more


def presence_p(
    over: np.ndarray, have: tuple[np.ndarray, Sequence[np.ndarray]], lengths: Sequence[np.ndarray]
) -> np.ndarray:
    """Test how many documents have each term, in the direction of its rates.

    `have` says which pair of numbers each term has, and the pairs, as `distinct` gives them.
    """
    # Where the side with the higher rate has the longer documents, they have more of all terms: the
    # odds are then those of one rate on both sides with words as independent draws (the most that
    # length can do, since words in bursts gain less by it), as Fisher's noncentral hypergeometric
    # distribution takes them. Otherwise the odds are even.
    one, two = (np.count_nonzero(own) for own in lengths)
    first, second = (part.astype(np.int64) for part in have[1])
    key = have[0] * 2 + over
    used = np.zeros(2 * len(first), dtype=bool)
    used[key] = True
    tested = np.flatnonzero(used)
    is_over, first, second = tested % 2 > 0, first[tested // 2], second[tested // 2]
    whole = first + second
    n, m = np.where(is_over, one, two), np.where(is_over, two, one)
    p, q = (np.clip(part, 1e-12, 1 - 1e-12) for part in shares_by_length(lengths))
    odds = np.log(p / (1 - p) / (q / (1 - q)))[whole]
    odds = np.maximum(np.where(is_over, odds, -odds), 0)
    tails = _tails(_Tests(np.where(is_over, first, second), whole, n, m, odds))
    found = np.empty(len(used))
    found[tested] = np.minimum(2 * tails, 1)
    return found[key]


def _tails(tests: _Tests) -> np.ndarray:
    """P(X ≥ more) of Fisher's noncentral hypergeometric distribution; 1 where it is ½ or more."""
    # X is a sum of independent 0s and 1s of unequal chance, so its mode and its median lie on
    # either side of its mean (Darroch 1964; Jogdeo & Samuels 1968): below the mode P is ½ or more.
    mode = _modes(tests)
    some = np.flatnonzero(tests.more >= mode - 1)  # as the mode may be rounded
    found, own = np.ones(len(mode)), tests.take(some)
    logs = _log_chances(own)
    uneven = np.flatnonzero(own.odds > 0)  # of a number of documents, tests of one direction
    which, kinds = pd.factorize(own.whole[uneven])
    first = np.empty(len(kinds), dtype=np.int64)
    first[which] = uneven
    middle = own.take(first)._replace(more=mode[some[first]])
    joined = _Tests(*map(np.concatenate, zip(own, middle, middle.turned, strict=True)))
    above, up, down = np.split(_upward(joined), np.cumsum([len(some), len(first)]))
    logs[uneven] += (own.more[uneven] - middle.more[which]) * own.odds[uneven]
    logs[uneven] -= (_log_chances(middle) + np.log(up + down - 1))[which]
    found[some] = np.exp(logs) * above
    return found


def _modes(tests: _Tests) -> np.ndarray:
    """The most probable numbers of documents, or where two are, one of them."""
    # the root of (n − x + 1) (whole − x + 1) odds = x (m − whole + x)
    _, whole, n, m, logs = tests
    odds = np.exp(logs)
    linear = (n + whole + 2) * odds + (m - whole)
    product = (n + 1) * (whole + 1) * odds
    square = np.maximum(linear * linear - 4 * (odds - 1) * product, 0)
    root = 2 * product / (linear + np.sqrt(square))
    low, high = np.maximum(whole - m, 0), np.minimum(whole, n)
    return np.clip(root.astype(np.int64), low, high)


def _upward(tests: _Tests) -> np.ndarray:
    """The sum of P(more), P(more + 1) … over P(more)."""
    # The product of two cells, which goes up (or down) by one each, changes by a number that grows
    # by 2: all of them whole.
    odds = np.exp(tests.odds)
    up, left, others, down = (cell.astype(np.float64) for cell in tests.cells)
    below, more, above, less = up * down, up + down - 1, left * others, left + others + 1
    term, total, place = np.ones(len(up)), np.ones(len(up)), np.arange(len(up))
    found = np.empty(len(up))
    while len(place):
        for _ in range(_STEPS):
            more += 2
            below += more
            term *= odds
            term *= above
            term /= below
            total += term
            less -= 2
            above -= less
        on = term > total * _LEAST
        if np.count_nonzero(on) < 0.8 * len(on):
            found[place[~on]] = total[~on]
            below, more, above, less = below[on], more[on], above[on], less[on]
            odds, term, total, place = odds[on], term[on], total[on], place[on]
    return found


def _log_chances(tests: _Tests) -> np.ndarray:
    """The logarithm of P(more) where the odds are even."""
    # with Stirling's formula for all factorials, so that no large numbers cancel out: what is left
    # of them are the products of counts and logarithms of observed over expected
    _, whole, n, m, _ = tests
    rest = _beyond(int((n + m).max(initial=0)))
    margins = (n, m, whole, n + m - whole)
    found = sum(rest[margin] for margin in margins) - rest[n + m]
    rows, columns = (n, n, m, m), (whole, n + m - whole, whole, n + m - whole)
    for cell, row, column in zip(tests.cells, rows, columns, strict=True):
        found -= rel_entr(cell, row * (column / (n + m))) + rest[cell]
    return np.asarray(found)


@lru_cache(maxsize=4)
def _beyond(size: int) -> np.ndarray:
    """What ln k! is more than k ln k − k, for k to some size."""
    k = np.arange(1, size + 1, dtype=np.float64)
    return np.append(0.0, 0.5 * np.log(2 * np.pi * k) + beyond_stirling(k))


def shares_by_length(lengths: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The share of each side's documents that would have a term of 0, 1, 2 … documents in all."""
    sides = [own[own > 0].astype(np.float64) for own in lengths]
    shares = [(_kept if len(own) < _KEPT else _present)(own.tobytes()) for own in sides]
    whole = sum(len(own) * share for own, share in zip(sides, shares, strict=True))
    number = np.arange(sum(map(len, sides)) + 1)
    return [np.interp(number, whole, share) for share in shares]


def _present(lengths: bytes) -> np.ndarray:
    """The mean of 1 − exp(−rate · length) for each rate."""
    known, times = np.unique(np.frombuffer(lengths), return_counts=True)
    weight = times / times.sum()
    share = np.ones(len(_RATES))
    rare = _RATES * known[-1] < 0.1  # there the series, to twelve terms, is as exact
    term, powers = np.ones(int(rare.sum())), np.ones(len(known))
    share[rare] = 0
    for number in range(1, 13):
        term, powers = -term * _RATES[rare] / number, powers * known
        share[rare] -= term * (powers @ weight)
    some = ~rare & (_RATES * known[0] < 40)
    share[some] = -np.expm1(-_RATES[some, None] * known) @ weight
    return share


_kept = lru_cache(maxsize=16)(_present)
