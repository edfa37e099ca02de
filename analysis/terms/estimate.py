"""How sure a rate, a share or a mean is: closed forms from five sums of each group.

The unit of chance is the document, since words of one text are not independent of each other; in a
group of one document it is the sentence. For n units with counts c and bases b all follows from n,
Σc, Σb, Σc², Σcb and Σb², which add up over portions of a corpus.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.special import gammaincinv, stdtrit

from analysis.terms.quantiles import beta_quantile

LEAST_UNITS = 3  # two units leave one degree of freedom: t is 12.7, and the interval says nothing
LEAST_KISH = 1.25  # with fewer effective units one of them has nine tenths of all words
BURST = 2.5  # occurrences in each unit that has it, from which on an interval covers too little
BURSTS = "; comes in bursts, so this may be too short"
KORN_GRAUBARD = "Korn–Graubard"
STUDENT = "t"


class Sums(NamedTuple):
    """Five sums over the units of each group; arrays of one shape, or that broadcast."""

    n: np.ndarray  # units that have a base
    total: np.ndarray  # Σc
    base: np.ndarray  # Σb
    total2: np.ndarray  # Σc²
    cross: np.ndarray  # Σcb
    base2: np.ndarray  # Σb²

    def merged(self, other: Sums) -> Sums:
        """The sums of both portions together."""
        return Sums(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))

    def take(self, rows: Any) -> Sums:
        """The sums of some cells."""
        whole = np.broadcast_arrays(*self)
        return Sums(*(part[rows] for part in whole))

    @property
    def ratio(self) -> np.ndarray:
        """Σc / Σb; NaN without a base."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.base > 0, self.total / self.base, np.nan)

    @property
    def kish(self) -> np.ndarray:
        """The effective number of units, (Σb)² / Σb²: n where all have one length, else fewer."""
        # Kish 1965, Survey Sampling, § 11.7
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.base > 0, self.base**2 / self.base2, 0.0)

    @property
    def freedom(self) -> np.ndarray:
        """Degrees of freedom of the variance: of the effective units, but 2 with three or more."""
        return np.where(self.n >= LEAST_UNITS, np.maximum(self.kish - 1, 2.0), 0.0)

    @property
    def known(self) -> np.ndarray:
        """Whether there are units enough for an interval, and not nearly all in one of them."""
        return (self.n >= LEAST_UNITS) & (self.kish >= LEAST_KISH)

    @property
    def residuals(self) -> np.ndarray:
        """k/(k−1) · Σ(c − r·b)²: how much the units' counts scatter about their group's ratio."""
        ratio, kish = self.ratio, self.kish
        with np.errstate(divide="ignore", invalid="ignore"):
            total = self.total2 - ratio * (2 * self.cross - ratio * self.base2)
            rounded = ~(total >= 1e-12 * self.total2)  # what rounding leaves, seldom any
            total = np.where(rounded, 0.0, total) if rounded.any() else total
            found = total * kish / (kish - 1)
            return found if np.min(self.n, initial=2) > 1 else np.where(self.n > 1, found, np.nan)

    @property
    def variance(self) -> np.ndarray:
        """Linearised (cluster-robust) variance of the ratio."""
        # Cochran 1977, Sampling Techniques, § 6.3; R `survey::svyratio` with one stratum
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.residuals / self.base**2


def sums_of(count: Any, base: np.ndarray, owner: np.ndarray, n_groups: int) -> Sums:
    """Add up units by group: counts of each item, shape (groups, items), and bases (groups, 1)."""
    there = np.asarray(base) > 0
    members = sparse.csr_array(
        (np.ones(len(owner)), (owner, np.arange(len(owner)))), shape=(n_groups, len(owner))
    )
    base = np.asarray(base, dtype=np.float64)[:, None]
    if sparse.issparse(count):
        parts = (count, count.multiply(count), count.multiply(base))
        sums = [(members @ part).toarray() for part in parts]
    else:
        count = np.asarray(count, dtype=np.float64)
        sums = [members @ part for part in (count, count * count, count * base)]
    whole = [members @ part for part in (there[:, None].astype(float), base, base * base)]
    return Sums(whole[0], sums[0], whole[1], sums[1], sums[2], whole[2])


def student(confidence: float, freedom: np.ndarray) -> np.ndarray:
    """The two-sided quantile of Student's t; infinite without a degree of freedom."""
    freedom = np.asarray(freedom, dtype=np.float64)
    if freedom.size and (freedom == freedom.flat[0]).all():  # one group, many rows
        one = stdtrit(freedom.flat[0], (1 + confidence) / 2) if freedom.flat[0] >= 1 else np.inf
        return np.full(freedom.shape, one)
    known, which = np.unique(freedom, return_inverse=True)  # few groups
    quantile = np.where(known >= 1, stdtrit(np.maximum(known, 1), (1 + confidence) / 2), np.inf)
    return quantile[which].reshape(freedom.shape)


def effective_base(sums: Sums, confidence: float) -> np.ndarray:
    """How many independent draws would leave the same doubt as these units do."""
    # never more than there are, also where counts are more even than chance would have them
    ratio = sums.ratio
    with np.errstate(divide="ignore", invalid="ignore"):
        draws = ratio * np.maximum(1 - ratio, 0) / sums.variance
        draws *= (student(confidence, sums.base - 1) / student(confidence, sums.freedom)) ** 2
        return np.where(draws > 0, np.minimum(draws, sums.base), sums.base)


def proportion_interval(sums: Sums, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """The interval of a rate or share of Korn and Graubard (1998); NaN with fewer than 3 units."""
    # Clopper–Pearson on the effective number of draws, as in R `survey::svyciprop(method="beta")`.
    # With none (or all) the units tell nothing of how the thing scatters: it then gets the bound of
    # as many draws as t with one degree of freedom more allows (no rate was estimated), and no
    # other count has a bound below it.
    # A rate above 1 (pairs of words can be more than words) has the bounds of a Poisson mean.
    ratio, draws = sums.ratio, effective_base(sums, confidence)
    tail = (1 - confidence) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        hits = draws * ratio
        misses = draws - hits
        spread = student(confidence, sums.base - 1) / student(confidence, sums.freedom + 1)
        none = -np.expm1(np.log(tail) / (sums.base * np.minimum(spread, 1) ** 2))
        low = np.where(hits > 0, beta_quantile(hits, draws - hits + 1, tail), 0.0)
        high = np.where(misses > 1e-9, beta_quantile(hits + 1, misses, 1 - tail), 1.0)
        low, high = np.minimum(low, 1 - none), np.maximum(high, none)
        if (ratio > 1).any():
            draws = np.minimum(ratio / sums.variance, sums.base)
            draws *= (student(confidence, sums.base) / student(confidence, sums.freedom)) ** 2
            low = np.where(ratio > 1, gammaincinv(draws * ratio, tail) / draws, low)
            high = np.where(ratio > 1, gammaincinv(draws * ratio + 1, 1 - tail) / draws, high)
    known = sums.known
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def mean_interval(
    sums: Sums, confidence: float, limits: tuple[float, float] = (-np.inf, np.inf)
) -> tuple[np.ndarray, np.ndarray]:
    """The interval of a mean, ± t · cluster-robust error; NaN with fewer than 3 units or values."""
    # Where all units agree the error is 0, and so would the interval be: it is left out
    known = sums.known & (sums.variance > 0)
    with np.errstate(invalid="ignore"):
        half = student(confidence, sums.freedom) * np.sqrt(sums.variance)
        low, high = (np.clip(sums.ratio + sign * half, *limits) for sign in (-1, 1))
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


class Units(NamedTuple):
    """What counts as one draw in each group."""

    code: np.ndarray  # of every row
    owner: np.ndarray  # group of every unit
    over: np.ndarray  # of every group: "documents", "sentences" or "none"
    documents: np.ndarray  # of every group


def units_of(
    doc: np.ndarray,
    sentence: np.ndarray | None,
    group: np.ndarray,
    n_groups: int,
    documents: np.ndarray | None = None,
) -> Units:
    """Choose the draws: documents, or the sentences of a group of one document.

    Of rows that are a part of a corpus, `documents` says how many each group has in all of it.
    """
    doc = np.asarray(doc)
    group = np.asarray(group)
    if (
        n_groups > 1 and len(runs := _runs(doc, group, sentence)) < len(doc) / 4
    ):  # rows of one sentence stand together: one of them is enough
        inner = None if sentence is None else np.asarray(sentence)[runs]
        found = units_of(doc[runs], inner, group[runs], n_groups, documents)
        return found._replace(code=np.repeat(found.code, np.diff(runs, append=len(doc))))
    pairs, row_pair = _unique(doc if n_groups == 1 else _pack(group, doc))
    pair_group = pairs // (int(doc.max(initial=0)) + 1)
    if documents is None:
        documents = np.bincount(pair_group, minlength=n_groups)
    alone = "none" if sentence is None else "sentences"
    over = np.where(documents > 1, "documents", np.where(documents == 1, alone, "none"))
    if sentence is None or "sentences" not in over:
        return Units(row_pair, pair_group, over, documents)
    inner = np.where(documents[group] == 1, np.asarray(sentence, dtype=np.int64), 0)
    units, unit = _unique(_pack(row_pair, inner))
    unit_pair = units // (int(inner.max(initial=0)) + 1)
    return Units(unit, pair_group[unit_pair], over, documents)


def _runs(first: np.ndarray, *more: np.ndarray | None) -> np.ndarray:
    """Where runs of rows begin that have the same keys."""
    fresh = np.ones(len(first), dtype=bool)
    np.not_equal(first[1:], first[:-1], out=fresh[1:])
    for key in more:
        if key is not None:
            fresh[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(fresh)


def _pack(major: np.ndarray, minor: np.ndarray) -> np.ndarray:
    return major.astype(np.int64) * (int(minor.max(initial=0)) + 1) + minor


def _unique(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """np.unique with inverse, in linear time where the codes are dense enough for a table."""
    starts = np.append(0, np.flatnonzero(codes[1:] != codes[:-1]) + 1)[: len(codes)]
    runs = codes[starts].astype(np.int64)
    if (runs[1:] > runs[:-1]).all() and len(runs) <= len(codes) / 4:  # sorted, as documents are
        dense = not len(runs) or (runs[0] == 0 and runs[-1] == len(runs) - 1)
        lengths = np.diff(starts, append=len(codes))
        return runs, codes if dense else np.repeat(np.arange(len(runs)), lengths)
    size = int(codes.max(initial=-1)) + 1
    if size > 4 * len(codes) + 1024:
        return np.unique(codes, return_inverse=True)
    seen = np.zeros(size, dtype=bool)
    seen[codes] = True
    if seen.all():
        return np.arange(size), codes.astype(np.int64, copy=False)  # others multiply them
    return np.flatnonzero(seen), (np.cumsum(seen) - 1)[codes]


def comes_in_bursts(count: Any, spread: Any, n: Any) -> np.ndarray:
    """Whether something stands in half of the units or fewer, and often in those that have it."""
    count, spread, n = (np.asarray(part, dtype=np.float64) for part in (count, spread, n))
    return (count > BURST * spread) & (2 * spread <= n)


def describe_intervals(
    method: str,
    confidence: float,
    over: Sequence[str] | np.ndarray,
    n: np.ndarray,
    *,
    known: np.ndarray,
    kish: np.ndarray | float = np.inf,
    bursts: np.ndarray | None = None,
    base: np.ndarray | None = None,
    unit: str = "words",
) -> np.ndarray:
    """Name the interval of every row in words, or say why it has none."""
    words, which = interval_words(
        method, confidence, over, n, known=known, kish=kish, bursts=bursts, base=base, unit=unit
    )
    return words[which]


def interval_words(
    method: str,
    confidence: float,
    over: Sequence[str] | np.ndarray,
    n: np.ndarray,
    *,
    known: np.ndarray,
    kish: np.ndarray | float,
    bursts: np.ndarray | None,
    base: np.ndarray | None,
    unit: str = "words",
    group: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """What `describe_intervals` can say, and the number of what it says of every row.

    With `group`, the group of every row, `over` is that of the groups.
    """
    n = np.asarray(n)
    case = np.zeros(n.shape, dtype=np.int64)
    if bursts is not None:
        case[bursts] = 1
    case[~known] = 2
    case[~known & (np.asarray(kish, dtype=float) < LEAST_KISH)] = 3
    case[~known & (n < LEAST_UNITS)] = 4
    if base is not None:
        case[np.asarray(base) == 0] = 5
    own, names = pd.factorize(np.asarray(over, dtype=object))
    own = own if group is None else own[group]
    places = {"documents": "documents", "sentences": "the sentences of one document", "none": ""}
    words: list[str] = []
    for name in names:
        percent = f"{100 * confidence:g} % {method} over {places[name]}"
        units = "sentences of one document" if name == "sentences" else "documents"
        words += [
            percent,
            percent + BURSTS,
            "none: all values are equal",
            f"none: one of the {units} has nearly all {unit}",
            f"none: fewer than {LEAST_UNITS} {units}",
            f"none: no {unit}",
        ]
    return np.array(words, dtype=object), own * 6 + case


def mean_columns(
    values: np.ndarray,
    rows: tuple[np.ndarray, np.ndarray | None, np.ndarray],
    n_groups: int,
    confidence: float,
    limits: tuple[float, float] = (-np.inf, np.inf),
) -> dict[str, np.ndarray]:
    """The columns `low`, `high`, `interval` of the mean of each group's rows."""
    # `rows` holds the document, the sentence and the group of every value
    units = units_of(*rows, n_groups)
    size = len(units.owner)
    total = np.bincount(units.code, values, minlength=size)[:, None]
    sums = sums_of(total, np.bincount(units.code, minlength=size), units.owner, n_groups)
    return interval_columns(sums.take((slice(None), 0)), units.over, confidence, limits)


def interval_columns(
    sums: Sums, over: np.ndarray, confidence: float, limits: tuple[float, float] = (-np.inf, np.inf)
) -> dict[str, np.ndarray]:
    """The columns `low`, `high`, `interval` of the means that the sums give."""
    low, high = mean_interval(sums, confidence, limits)
    text = describe_intervals(
        STUDENT,
        confidence,
        over,
        sums.n,
        known=np.isfinite(low),
        kish=sums.kish,
        base=sums.base,
        unit="values",
    )
    return {"low": low, "high": high, "interval": text}


def balance_columns(
    value: np.ndarray,
    rows: tuple[np.ndarray, np.ndarray | None, np.ndarray],
    n_groups: int,
    confidence: float | None,
    errors: tuple[float, float],
    balance: tuple[float, float] = (1.0, 1.0),
) -> dict[str, Any]:
    """Favourable and critical judgements of each group, and their share with the measured error."""
    # `value` is 1, -1 or 0 for every row; `rows` as in `mean_columns`; `errors` are the shares of
    # favourable and of critical judgements that may be wrong, at most; `balance` is how many times
    # oftener a critical one is found than a favourable one, at least and at most. The interval is
    # Korn–Graubard's over the units, each end moved by the worst that these errors can do: so many
    # favourable judgements were critical, or the other way round, and so many were not found.
    doc, sentence, group = rows
    counts = [np.bincount(group[value == sign], minlength=n_groups) for sign in (1, -1)]
    polar = sum(counts)
    with np.errstate(invalid="ignore"):
        share = np.where(polar > 0, counts[0] / np.maximum(polar, 1), np.nan)
    result = {"favourable": counts[0], "critical": counts[1], "share": share}
    if confidence is None:
        return result
    some = value != 0
    units = units_of(doc[some], None if sentence is None else sentence[some], group[some], n_groups)
    size = len(units.owner)
    total = np.bincount(units.code, value[some] > 0, minlength=size)[:, None]
    base = np.bincount(units.code, minlength=size)
    sums = sums_of(total, base, units.owner, n_groups).take((slice(None), 0))
    low, high = proportion_interval(sums, confidence)
    text = describe_intervals(
        f"{KORN_GRAUBARD} with the measured error", confidence, units.over, sums.n,
        known=np.isfinite(low), kish=sums.kish, base=sums.base, unit="judgements",
    )  # fmt: skip
    low, high = low * (1 - errors[0]), high + (1 - high) * errors[1]
    low, high = _times_odds(low, min(1.0, balance[0])), _times_odds(high, max(1.0, balance[1]))
    return result | {"low": low, "high": high, "interval": text}


def _times_odds(share: np.ndarray, factor: float) -> np.ndarray:
    """The share whose odds are so many times as large."""
    return np.asarray(share * factor / (share * factor + 1 - share))


def precision_low(precision: float, n: int) -> float:
    """The lower end of Wilson's (1927) 95 % interval of a precision measured on n judgements."""
    z = 1.959964
    middle = precision + z * z / (2 * n)
    half = z * np.sqrt(precision * (1 - precision) / n + z * z / (4 * n * n))
    return float((middle - half) / (1 + z * z / n))
