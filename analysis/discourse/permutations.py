"""Which of many differences between groups of documents would not come by chance: permutations.

The groups' names are dealt to the documents anew, many times. Whatever is then the most striking
among all things that are compared is chance; what is more striking than nearly all of these is not.
That corrects for any number of comparisons at once, also where they hang together, and it takes the
document as the unit of chance.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy import sparse
from scipy.special import gammaln, ndtr, ndtri

LEAST = 3  # documents that a group must have, as for an interval
_CELLS = 4_000_000  # numbers that are held at once


class Items(NamedTuple):
    """How often each document has each of some items, and what it is counted against."""

    kind: str
    names: list[str]
    counts: sparse.csr_array  # documents × items
    base: np.ndarray  # of every document
    mean: bool = False  # whether `counts` are sums of a score, and no numbers of occurrences

    @property
    def documents(self) -> np.ndarray:
        """How many documents have each item."""
        return np.asarray((self.counts != 0).sum(axis=0))


class Tested(NamedTuple):
    """One thing that was compared: the item, the target's number, and how sure it is."""

    items: Items
    item: int
    target: int
    p: float  # corrected for everything that was compared
    raw: float  # of this comparison alone


def permute_groups(
    kinds: Sequence[Items], group: np.ndarray, *, permutations: int, rng: np.random.Generator
) -> list[Tested]:
    """Compare every item between each group and the others; p is corrected for all of them."""
    # Westfall and Young 1993, Resampling-based multiple testing: the most striking within each kind
    # of items and each test, then over these, each by its rank, so that thousands of words take
    # nothing from one tone
    kinds = [items for items in kinds if len(items.names)]
    sizes = np.bincount(group[group >= 0])
    targets = np.flatnonzero((sizes >= LEAST) & (sizes.sum() - sizes >= LEAST))
    if len(sizes) == 2:
        targets = targets[:1]  # the other one says the same
    if not len(targets) or not kinds:
        return []
    inside = np.flatnonzero(group >= 0)
    dealt = np.concatenate(
        [
            group[inside][None],
            np.array([rng.permutation(group[inside]) for _ in range(permutations)]),
        ]
    )
    found: list[tuple[Items, np.ndarray, np.ndarray]] = []  # as observed, in the rank of its kind
    ranks = []
    for items in kinds:
        own = items._replace(counts=items.counts[inside], base=items.base[inside])
        raw = np.ones((len(targets), len(items.names)))
        for first, least in _most_striking(own, dealt, targets):
            ranks.append(_rank(least, least))
            found.append((items, _rank(least, first.ravel()).reshape(first.shape), raw))
            np.minimum(raw, 2 * ndtr(first), out=raw)
    over = np.min(ranks, axis=0)  # of every deal: the most striking of all kinds
    p: dict[str, np.ndarray] = {}
    for items, within, raw in found:
        corrected = _rank(over, within.ravel()).reshape(within.shape)
        p[items.kind] = np.minimum(corrected, p.get(items.kind, np.ones_like(raw)))
    raws = {items.kind: raw for items, _, raw in found}
    return [
        Tested(
            items,
            item,
            int(target),
            float(p[items.kind][place, item]),
            float(raws[items.kind][place, item]),
        )
        for items in kinds
        for place, target in enumerate(targets)
        for item in range(len(items.names))
    ]


def _rank(known: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The share of the known values, the observed one among them, that are as small."""
    return np.searchsorted(np.sort(known), values + 1e-9, side="right") / len(known)


def _most_striking(
    items: Items, dealt: np.ndarray, targets: np.ndarray
) -> list[tuple[np.ndarray, np.ndarray]]:
    """For each test, −|z| of every item as observed (the first deal), and the least of each."""
    step = max(1, _CELLS // max(len(items.names) * len(targets), dealt.shape[1]))
    tests = 1 if items.mean else 2
    first: list[list[np.ndarray]] = [[] for _ in range(tests)]
    least = np.zeros((tests, len(dealt)))
    sums = _sums(items)
    for start in range(0, len(dealt), step):
        part = dealt[start : start + step]
        for target in targets:
            for test, z in enumerate(_of_target(items, sums, part == target)):
                here = least[test, start : start + len(part)]
                np.minimum(here, z.min(axis=1), out=here)
                if not start:
                    first[test].append(z[0])
    return [(np.stack(rows), own) for rows, own in zip(first, least, strict=True)]


class _Sums(NamedTuple):
    """What is added up over the documents of a group."""

    counts: list[Any]  # documents × items: c, c², c·b, and whether it is there
    bases: np.ndarray  # documents × (b, b²)
    wholes: list[np.ndarray]  # the same of all documents


def _sums(items: Items) -> _Sums:
    counts, base = items.counts, items.base.astype(np.float64)
    powers = [counts, counts.multiply(counts), counts.multiply(base[:, None]), counts != 0]
    powers = [sparse.csr_array(power, dtype=np.float64).T.tocsr() for power in powers]
    bases = np.stack([base, base**2], axis=1)
    return _Sums(powers, bases, [np.asarray(power.sum(axis=1)) for power in powers])


def _of_target(items: Items, sums: _Sums, chosen: np.ndarray) -> Iterator[np.ndarray]:
    """−|z| of every item in every deal, by the test of the rates and by that of presence."""
    inside = chosen.astype(np.float64)
    words = inside @ sums.bases
    own = [(power @ inside.T).T for power in sums.counts[: 3 if items.mean else 4]]
    rest = [whole - part for whole, part in zip(sums.wholes, own, strict=False)]
    yield _welch(own[:3], words, rest[:3], sums.bases.sum(axis=0) - words, items.mean)
    if not items.mean:
        have = np.rint(own[3]).astype(np.int64)
        yield _fisher(have, items.documents, int(chosen[0].sum()), chosen.shape[1])


def _welch(
    own: list[np.ndarray], words: np.ndarray, rest: list[np.ndarray], others: np.ndarray, mean: bool
) -> np.ndarray:
    """The difference of two ratios: cluster-robust errors, Welch's degrees of freedom."""
    ratios, variances, freedoms = [], [], []
    for (total, total2, cross), bases in ((own, words), (rest, others)):
        base, base2 = bases.T[:, :, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio, kish = total / base, base**2 / base2
            scatter = total2 - ratio * (2 * cross - ratio * base2)
            scatter = np.maximum(scatter, 0) * kish / np.maximum(kish - 1, 1e-9)
            if not mean:  # even counts are no surer than independent words
                scatter = np.maximum(scatter, total)
            ratios.append(ratio)
            variances.append(scatter / base**2)
            freedoms.append(np.maximum(kish - 1, 1e-9))
    one, two = variances
    with np.errstate(divide="ignore", invalid="ignore"):
        squared = (ratios[0] - ratios[1]) ** 2 / (one + two)
        freedom = (one + two) ** 2 / (one**2 / freedoms[0] + two**2 / freedoms[1])
        # Wallace 1959: the normal deviate of a t, within a hundredth; only its order matters here
        z = (8 * freedom + 1) / (8 * freedom + 3) * np.sqrt(freedom * np.log1p(squared / freedom))
    return -np.nan_to_num(z, posinf=0.0)


def _fisher(have: np.ndarray, documents: np.ndarray, size: int, whole: int) -> np.ndarray:
    """Fisher's exact test of so many of a group's documents that have an item."""
    logs = gammaln(np.arange(whole + 2) + 1)
    known, which = np.unique(documents, return_inverse=True)
    table = np.zeros((len(known), size + 1))
    for row, n in enumerate(known):
        x = np.arange(max(0, size - (whole - n)), min(size, n) + 1)
        weight = -logs[x] - logs[n - x] - logs[size - x] - logs[whole - n - size + x]
        weight = np.exp(weight - weight.max())
        weight /= weight.sum()
        below, above = np.cumsum(weight), np.cumsum(weight[::-1])[::-1]
        table[row, x] = np.minimum(ndtri(np.minimum(np.minimum(below, above), 0.5)), 0)
    return np.asarray(table[which[None, :], have])


def flip_signs(difference: np.ndarray, *, permutations: int, rng: np.random.Generator) -> float:
    """The p of a sum of paired differences, whose signs may each have been the other one."""
    own = difference[difference != 0]
    sums = np.abs(rng.choice((-1, 1), (permutations, len(own))) @ own)
    return float((1 + np.sum(sums >= np.abs(own.sum()) - 1e-9)) / (1 + permutations))


def permute_within(
    item: np.ndarray,
    stratum: np.ndarray,
    marked: np.ndarray,
    *,
    permutations: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """The p of how many of each item's rows are marked, marks being dealt anew in each stratum."""
    # rows of one stratum stand for each other; corrected for all items
    order = np.argsort(stratum, kind="stable")
    item, stratum, marked = item[order], stratum[order], marked[order].astype(np.float64)
    size, n = np.bincount(stratum), int(item.max(initial=-1)) + 1
    share = (np.bincount(stratum, marked) / np.maximum(size, 1))[stratum]
    expected, spread = (np.bincount(item, w, n) for w in (share, share * (1 - share)))
    members = sparse.csr_array((np.ones(len(item)), (np.arange(len(item)), item)))

    def strikes(rows: np.ndarray) -> np.ndarray:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.nan_to_num(np.abs((members.T @ rows.T).T - expected) / np.sqrt(spread))

    own = strikes(marked[None])[0]
    most = np.empty(permutations)
    step = max(1, _CELLS // max(len(item), 1))
    for start in range(0, permutations, step):
        number = min(step, permutations - start)
        keys = stratum[None] + rng.random((number, len(item)))
        most[start : start + number] = strikes(marked[np.argsort(keys, axis=1)]).max(axis=1)
    return np.asarray((1 + (most[None] >= own[:, None] - 1e-9).sum(axis=1)) / (1 + permutations))
