"""A share, rate or mean of hand codes with the machine's answers of all rows: value and interval.

The machine's answers part the rows of a group into classes, whose sizes are known; the hand codes
say what part of each class is really of some kind. For a yes or no of the machine this is PPI++
(Angelopoulos, Duchi and Zrnic 2024) with its tuned weight λ: p₀(1 - F) + p₁F is
λF + (ȳ - λf̄) with λ = p₁ - p₀, the slope of the codes on the answers. A machine that knows nothing
has λ near 0, and the estimate is that of the hand codes alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import betaincinv

from analysis.coding.design import ENOUGH, UNKNOWN, Cell
from analysis.tables import say
from analysis.terms.differences import Estimate as Side
from analysis.terms.differences import ratio_interval
from analysis.terms.estimate import Sums, proportion_interval, student

PARTS = ("precision", "recall")
HELPS = 1.1  # from this gain on the machine is worth having
FEWEST = 4  # codes of a class of the machine; classes with fewer are joined


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
    """The cell with classes that have few codes joined; with the largest if they still have few."""
    coded = np.bincount(cell.kind, minlength=cell.rows.shape[1])
    there = cell.rows.sum(0)
    few = (coded < FEWEST) & (coded < there)
    if not few.any():
        return cell
    if coded[few].sum() < FEWEST:
        few[np.argmax(np.where(few & (coded.max() >= FEWEST), -1, there))] = True
    place = np.where(few, 0, np.cumsum(~few))
    rows = _added(cell.rows, place)
    squares = None if cell.squares is None else _added(cell.squares, place)
    return cell._replace(rows=rows, squares=squares, kind=place[cell.kind])


def _added(counts: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Columns added up into others."""
    result = np.zeros((len(counts), int(place.max()) + 1))
    np.add.at(result.T, place, counts.T)
    return result


def corrected(
    cell: Cell, confidence: float, *, share: bool = True, over: str = "documents"
) -> Estimate:
    """The value that coding every row would give, with its interval."""
    # `share`: the codes are 0 or 1; else they are numbers from 0 to 1. The interval adds two doubts
    # by squares (Zou and Donner 2008, MOVER): which rows were coded, by Jeffreys' interval in each
    # class (so that a class without an error is not taken for perfect), and which documents are in
    # the corpus, by the linearised variance over documents of `terms/estimate`. With over="rows",
    # or fewer than three documents, only the first: then it is about these texts alone. Nothing
    # here may depend on the unit of a rate: bases are words.
    cell = joined(cell)
    base = cell.base.sum()
    size = cell.rows.sum(0) / base  # of each class
    n, mean, spread = _classes(cell, share)
    value = float(size @ mean)
    missing = 1 - np.minimum(np.bincount(cell.kind, minlength=len(n)) / cell.rows.sum(0), 1)
    low, high = _sides(n, mean, spread, confidence)
    parts = size**2 * missing
    down, up = float(parts @ low**2), float(parts @ high**2)
    coding, choice = (down + up) / 2, 0.0
    among = _among_documents(cell, value, mean, spread) if over == "documents" else None
    if among is not None:
        make = proportion_interval if share else _bounded_interval
        first, last = (float(end[0]) for end in make(among, confidence))
        down, up = down + (value - first) ** 2, up + (last - value) ** 2
        choice = ((value - first) ** 2 + (last - value) ** 2) / 2
    ends = value - np.sqrt(down), value + np.sqrt(up)
    ends = max(ends[0], 0.0), min(ends[1], cell.rows.sum() / base)
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
    middle = (n * mean + 2) / (n + 4)  # as in Wilson's interval: no class is free of errors
    most = middle * (1 - middle)
    if share:
        return n, mean, most
    # numbers between 0 and 1 vary at most as a yes or no of the same mean does: by what part of it
    # in each class, with one code of what they do in all, and in all with one that varies most
    own, whole = n * np.maximum(total2 / weight - mean**2, 0), n * mean * (1 - mean)
    part = (own.sum() + most.mean()) / (whole.sum() + most.mean())
    return n, mean, most * np.minimum((own + part * most) / (whole + most), 1)


def _sides(
    n: np.ndarray, mean: np.ndarray, spread: np.ndarray, confidence: float
) -> tuple[np.ndarray, np.ndarray]:
    """How far the mean of each class may lie below and above its estimate."""
    tail = (1 - confidence) / 2  # Jeffreys' interval (Brown, Cai and DasGupta 2001), from 0 or to 1
    middle = (n * mean + 2) / (n + 4)
    n = n * middle * (1 - middle) / spread  # codes that vary less tell as much as more of yes or no
    one, two = n * mean + 0.5, n * (1 - mean) + 0.5
    low = np.where(mean > 0, betaincinv(one, two, tail), 0.0)
    high = np.where(mean < 1, betaincinv(one, two, 1 - tail), 1.0)
    return np.maximum(mean - low, 0.0), np.maximum(high - mean, 0.0)


def _bounded_interval(sums: Sums, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """The interval of a mean of numbers from 0 to 1: that of a share, without an end to draws."""
    ratio, tail = sums.ratio, (1 - confidence) / 2
    draws = ratio * np.maximum(1 - ratio, 0) / sums.variance
    draws *= (student(confidence, np.full(1, 1e6)) / student(confidence, sums.freedom)) ** 2
    hits, misses = draws * ratio, draws * (1 - ratio)
    if not (hits > 0).all() or not (misses > 1e-9).all():
        return proportion_interval(sums, confidence)
    low, high = betaincinv(hits, misses + 1, tail), betaincinv(hits + 1, misses, 1 - tail)
    return np.minimum(low, ratio), np.maximum(high, ratio)


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
    own = cell.rows if cell.squares is None else cell.squares
    within, root = float((own @ spread).sum()), cell.rows @ np.sqrt(spread)
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


def balance_of(favourable: Cell, critical: Cell, confidence: float) -> Estimate:
    """The share of one code among the rows that have this or another one."""
    # r = F / (F + C) is where (1 - r)F - rC is 0; all r whose interval of that holds 0 are in
    # (Fieller's way), with the bounds of F and C and their correlation by MOVER (Zou 2007). Codes
    # exclude each other, so that of two shares is taken, -√(FC / ((1 - F)(1 - C))).
    one, two = corrected(favourable, confidence), corrected(critical, confidence)
    both = one.value + two.value
    if not both > 0:
        return Estimate(np.nan, np.nan, np.nan, np.nan, one.over, np.nan, np.nan)
    value = one.value / both
    odds = one.value * two.value / max((1 - one.value) * (1 - two.value), 1e-12)
    tie = min(np.sqrt(odds), 1.0)
    low = _crossing(value, one.value - one.low, two.high - two.value, tie, both)
    high = 1 - _crossing(1 - value, two.value - two.low, one.high - one.value, tie, both)
    choice = ((1 - value) ** 2 * one.choice + value**2 * two.choice) / both**2
    return Estimate(value, low, high, min(one.gain, two.gain), one.over, np.nan, choice)


def _crossing(value: float, down: float, up: float, tie: float, both: float) -> float:
    """The least share that is not refuted, by halving."""

    def inside(r: float) -> bool:
        one, two = (1 - r) * down, r * up
        return both * (value - r) <= np.sqrt(one**2 + two**2 + 2 * tie * one * two)

    if inside(0.0):
        return 0.0
    out, within = 0.0, value
    for _ in range(40):
        middle = (out + within) / 2
        out, within = (out, middle) if inside(middle) else (middle, within)
    return within


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
    chosen = chosen._replace(squares=None)
    n, mean, spread = _classes(chosen, True)
    low, high = _sides(n, mean, spread, confidence)
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
    squares = None if cell.squares is None else cell.squares[:, rest]
    outer = outer._replace(base=outer.rows.sum(1), squares=squares)
    found = corrected(outer, confidence, over="rows")
    hits = Side(*(np.array([end * there[kind]]) for end in inside))
    missed = (np.array([end * there[rest].sum()]) for end in (found.value, found.low, found.high))
    misses = Side(*missed)
    if hits.value[0] + misses.value[0] == 0:
        return np.nan, np.nan, np.nan
    low, high = ratio_interval(misses, hits)
    value = hits.value[0] / (hits.value[0] + misses.value[0])
    return float(value), float(1 / (1 + high[0])), float(1 / (1 + low[0]))


def estimate_row(
    cell: Cell,
    kinds: Sequence[str],
    answer: str | None,
    confidence: float,
    limits: tuple[float, float] = (0.0, 1.0),
) -> dict[str, Any]:
    """Value, interval, precision, recall and gain of a group; without enough codes only why."""
    # `limits`: of numbers that are codes, the least and the greatest that could be given
    n = len(cell.code)
    empty = dict.fromkeys(f"{part}{end}" for part in PARTS for end in ("", "_low", "_high"))
    result: dict[str, Any] = {"value": np.nan, "low": np.nan, "high": np.nan}
    if n < ENOUGH:
        text = f"none: fewer than {ENOUGH} rows coded"
        result |= {"interval": text} | dict.fromkeys(empty, np.nan)
        return result | {"gain": np.nan, "least_width": np.nan}
    low, high = limits
    if answer is None:
        cell = cell._replace(code=(cell.code - low) / (high - low))
    found = corrected(cell, confidence, share=answer is not None)
    if answer is None:
        found = _scaled(found, float(cell.rows.sum() / cell.base.sum()) * low, high - low)
    over = "over documents" if found.over == "documents" else "over the rows of these texts alone"
    method = "PPI++" if len(kinds) > 1 else "hand codes"
    text = f"{100 * confidence:g} % {method} {over}"
    result = {"value": found.value, "low": found.low, "high": found.high, "interval": text}
    parts = ((np.nan,) * 3, (np.nan,) * 3)
    if answer in kinds and kinds != [UNKNOWN]:
        kind = kinds.index(answer)
        parts = part_of(cell, kind, confidence), found_of(cell, kind, confidence)
    for part, values in zip(PARTS, parts, strict=True):
        result |= {f"{part}{end}": v for end, v in zip(("", "_low", "_high"), values, strict=True)}
    gain = found.gain if len(kinds) > 1 else np.nan
    return result | {"gain": gain, "least_width": 2 * float(np.sqrt(found.choice))}


def _scaled(found: Estimate, start: float, step: float) -> Estimate:
    """An estimate in another unit."""
    ends = (start + step * one for one in (found.value, found.low, found.high))
    value, low, high = ends
    coding, choice = step**2 * found.coding, step**2 * found.choice
    return Estimate(value, low, high, found.gain, found.over, coding, choice)


def times(found: dict[str, Any], per: float) -> dict[str, Any]:
    """An estimate per word as one per so many."""
    named = ("value", "low", "high", "least_width")
    return found | {name: per * found[name] for name in named}


def say_gain(gain: pd.Series) -> None:
    """Say so where the machine does not help."""
    known = gain.dropna()
    if len(known) and (known < HELPS).all():
        say(
            "The machine's answers do not help here (a coded row is worth no more than one without"
            " them): code more, the machine adds nothing.",
            deeper=2,
        )
