"""A share, rate or mean of hand codes with the machine's answers of all rows: value and interval.

The machine's answers part the rows of a group into classes, whose sizes are known; the hand codes
say what part of each class is really of some kind. For a yes or no of the machine this is PPI++
(Angelopoulos, Duchi and Zrnic 2024) with its tuned weight λ: p₀(1 - F) + p₁F is
λF + (ȳ - λf̄) with λ = p₁ - p₀, the slope of the codes on the answers. A machine that knows nothing
has λ near 0, and the estimate is that of the hand codes alone.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import betaincinv

from analysis.coding.design import Cell
from analysis.terms.differences import Estimate as Side
from analysis.terms.differences import ratio_interval
from analysis.terms.estimate import Sums, mean_interval, proportion_interval, student

FEWEST = 4  # codes of a class of the machine; classes with fewer are joined with the largest


class Estimate(NamedTuple):
    """A value with its interval, and what the machine gave to it."""

    value: float
    low: float
    high: float
    gain: float  # how many codes at random, without the machine, one code is worth
    over: str  # "documents" or "rows"
    coding: float  # half the width that the coding alone leaves, in squares
    choice: float  # … and that the choice of documents leaves


def joined(cell: Cell) -> Cell:
    """The cell with classes that have few codes joined with the largest class."""
    coded = np.bincount(cell.kind, minlength=cell.rows.shape[1])
    there = cell.rows.sum(0)
    few = (coded < FEWEST) & (coded < there)
    if not few.any():
        return cell
    main = int(np.argmax(np.where(few & (coded.max() >= FEWEST), -1, there)))
    few[main] = True
    place = np.where(few, 0, np.cumsum(~few))
    rows = np.zeros((len(cell.rows), int(place.max()) + 1))
    np.add.at(rows.T, place, cell.rows.T)
    return cell._replace(rows=rows, kind=place[cell.kind])


def corrected(
    cell: Cell, confidence: float, *, share: bool = True, over: str = "documents"
) -> Estimate:
    """The value that coding every row would give, with its interval."""
    # `share`: the codes are 0 or 1. The interval adds two doubts by squares (Zou and Donner 2008,
    # MOVER): which rows were coded, by Wilson's interval in each class (so that a class without an
    # error is not taken for perfect), and which documents are in the corpus, by the linearised
    # variance over documents of `terms/estimate`. With over="rows", or fewer than three documents,
    # only the first: then it is about these texts alone.
    cell = joined(cell)
    base = cell.base.sum()
    size = cell.rows.sum(0) / base  # of each class
    n, mean, spread = _classes(cell, share)
    value = float(size @ mean)
    missing = 1 - np.minimum(np.bincount(cell.kind, minlength=len(n)) / cell.rows.sum(0), 1)
    low, high = _sides(n, mean, spread, confidence, share)
    parts = size**2 * missing
    down, up = float(parts @ low**2), float(parts @ high**2)
    coding, choice = (down + up) / 2, 0.0
    among = _among_documents(cell, value, mean, spread) if over == "documents" else None
    if among is not None:
        make = proportion_interval if share else mean_interval
        first, last = (float(end[0]) for end in make(among, confidence))
        down, up = down + (value - first) ** 2, up + (last - value) ** 2
        choice = ((value - first) ** 2 + (last - value) ** 2) / 2
    ends = value - np.sqrt(down), value + np.sqrt(up)
    if share:
        most = cell.rows.sum() / base
        ends = max(ends[0], 0.0), min(ends[1], most)
    gain = _gain(size, len(cell.code), n, mean, spread)
    known = "rows" if among is None else "documents"
    return Estimate(value, *ends, gain, known, coding, choice)


def _classes(cell: Cell, share: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Effective codes, mean and variance of the codes of each class."""
    size = cell.rows.shape[1]
    weight, weight2, total, total2 = (
        np.bincount(cell.kind, values, minlength=size)
        for values in (
            cell.weight,
            cell.weight**2,
            cell.weight * cell.code,
            cell.weight * cell.code**2,
        )
    )
    n, mean = weight**2 / weight2, total / weight
    if share:
        middle = (n * mean + 2) / (n + 4)  # as in Wilson's interval: no class is free of errors
        return n, mean, middle * (1 - middle)
    own = np.maximum(total2 / weight - mean**2, 0) * n  # one code more, of all codes' variance
    pooled = float(own.sum() / max(n.sum() - size, 1))
    return n, mean, (own + pooled) / n


def _sides(
    n: np.ndarray, mean: np.ndarray, spread: np.ndarray, confidence: float, share: bool
) -> tuple[np.ndarray, np.ndarray]:
    """How far the mean of each class may lie below and above its estimate."""
    if not share:
        half = student(confidence, np.full(len(n), max(n.sum() - len(n), 1.0)))
        half = half * np.sqrt(spread / n)
        return half, half
    tail = (1 - confidence) / 2  # Jeffreys' interval (Brown, Cai and DasGupta 2001), from 0 or to 1
    one, two = n * mean + 0.5, n * (1 - mean) + 0.5
    low = np.where(mean > 0, betaincinv(one, two, tail), 0.0)
    high = np.where(mean < 1, betaincinv(one, two, 1 - tail), 1.0)
    return np.maximum(mean - low, 0.0), np.maximum(high - mean, 0.0)


def _among_documents(cell: Cell, value: float, mean: np.ndarray, spread: np.ndarray) -> Sums | None:
    """The sums over documents from which the doubt of their choice follows; None with too few."""
    # Of a document the number of rows of each class is known, and the codes say how much rows of
    # one document are alike (`alike`) and whether the machine's surplus goes with its errors
    # (`cross`); both are estimated from the coded rows and never below 0.
    size = len(cell.base)
    known = cell.rows @ mean - value * cell.base
    error = cell.weight * (cell.code - mean[cell.kind])
    scale = cell.weight * np.sqrt(spread)[cell.kind]
    errors, scales = (np.bincount(cell.doc, part, minlength=size) for part in (error, scale))
    pairs = float((scales**2).sum() - (scale**2).sum())
    alike = float((errors**2).sum() - (error**2).sum()) / pairs if pairs > 0 else 0.0
    within, root = float((cell.rows @ spread).sum()), cell.rows @ np.sqrt(spread)
    inner = within + min(max(alike, 0.0), 1.0) * (float(root @ root) - within)
    total = float(known @ known) + inner + max(2 * float(known @ errors), 0.0)
    base, base2 = float(cell.base.sum()), float(cell.base @ cell.base)
    # the sums of counts whose residuals Σ(c - r·b)² are `total`
    parts = (
        (cell.base > 0).sum(),
        value * base,
        base,
        total + value**2 * base2,
        value * base2,
        base2,
    )
    sums = Sums(*(np.array([part], dtype=float) for part in parts))
    return sums if sums.known[0] else None


def _gain(
    size: np.ndarray, coded: int, n: np.ndarray, mean: np.ndarray, spread: np.ndarray
) -> float:
    """How many rows drawn at random, without the machine, one coded row is worth."""
    part = size / size.sum()
    among = part @ (mean - part @ mean) ** 2  # what the machine's classes explain
    alone = (part @ spread + among) / coded
    return float(alone / max(part**2 @ (spread / n), 1e-300))


def alone(cell: Cell) -> Cell:
    """The cell as if the machine had said nothing: for what hand codes alone tell."""
    return cell._replace(rows=cell.rows.sum(1, keepdims=True), kind=np.zeros_like(cell.kind))


def part_of(cell: Cell, kind: int, confidence: float) -> tuple[float, float, float]:
    """What part of the rows of one class of the machine has the code (precision)."""
    own = cell.kind == kind
    if not own.any():
        return np.nan, np.nan, np.nan
    chosen = cell._replace(kind=np.zeros(own.sum(), int), weight=cell.weight[own])
    chosen = chosen._replace(rows=cell.rows[:, [kind]], code=cell.code[own], doc=cell.doc[own])
    n, mean, spread = _classes(chosen, True)
    low, high = _sides(n, mean, spread, confidence, True)
    return float(mean[0]), float((mean - low)[0]), float((mean + high)[0])


def found_of(cell: Cell, kind: int, confidence: float) -> tuple[float, float, float]:
    """What part of the rows that have the code are in one class of the machine (recall)."""
    # A/(A + B) with A in the class and B outside; the ratio B/A by Donner and Zou's (2012) MOVER-R
    inside = part_of(cell, kind, confidence)
    rest = np.arange(cell.rows.shape[1]) != kind
    there = cell.rows.sum(0)
    place = np.where(rest, np.cumsum(rest) - 1, -1)
    others = place[cell.kind] >= 0
    if not np.isfinite(inside[0]) or not others.any():
        return np.nan, np.nan, np.nan
    outer = Cell(
        cell.rows[:, rest],
        cell.base,
        cell.doc[others],
        place[cell.kind][others],
        cell.weight[others],
        cell.code[others],
    )
    outer = outer._replace(base=outer.rows.sum(1))
    found = corrected(outer, confidence, over="rows")
    hits = Side(*(np.array([end * there[kind]]) for end in inside))
    missed = (np.array([end * there[rest].sum()]) for end in (found.value, found.low, found.high))
    misses = Side(*missed)
    if hits.value[0] + misses.value[0] == 0:
        return np.nan, np.nan, np.nan
    low, high = ratio_interval(misses, hits)
    value = hits.value[0] / (hits.value[0] + misses.value[0])
    return float(value), float(1 / (1 + high[0])), float(1 / (1 + low[0]))
