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
from analysis.terms.contrasts import Estimate as Side
from analysis.terms.contrasts import ratio_interval
from analysis.terms.estimate import Sums, proportion_interval, student

PARTS = ("precision", "recall")
HELPS = 1.1  # from this gain on the machine is worth having
LEFT_OPEN = 0.1  # the most of a group's rows that may be of classes without any coded row
FEWEST = 4  # codes of a class of the machine; classes with fewer are joined


class Estimate(NamedTuple):
    """A value with its interval, and what the machine gave to it."""

    value: float
    low: float
    high: float
    gain: float  # how many codes at random, without the machine, one code is worth
    over: str  # "documents" or "rows"
    least: float  # the width that the choice of documents leaves, if all rows were coded


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


def held_of(cell: Cell) -> np.ndarray:
    """What every coded row holds: 1, or its words."""
    if cell.chance is None or cell.squares is None:
        return np.ones(len(cell.code))
    return cell.weight * cell.chance


def all_coded(cell: Cell) -> bool:
    """Whether every row of a group was coded."""
    return bool(held_of(cell).sum() >= cell.rows.sum() - 1e-6)


def _apart(cell: Cell) -> tuple[np.ndarray, Cell]:
    """What is known of every document from strata or classes coded in full, and the open rows."""
    held, size = held_of(cell), cell.rows.shape[1]
    whole = np.bincount(cell.kind, held, minlength=size) >= cell.rows.sum(0) - 1e-6
    sure = whole[cell.kind]
    if cell.chance is not None:
        sure = sure | (cell.chance >= 1 - 1e-9)
    taken = np.zeros_like(cell.rows, dtype=float)
    np.add.at(taken, (cell.doc[sure], cell.kind[sure]), held[sure])
    rest = np.maximum(cell.rows - taken, 0.0)
    if not sure.any() or (rest.sum() > 1e-6 and (~sure).sum() < FEWEST):
        return np.zeros(len(cell.base)), cell
    known = np.bincount(cell.doc[sure], (held * cell.code)[sure], minlength=len(cell.base))
    squares = cell.squares
    if squares is not None:
        less = np.zeros_like(squares, dtype=float)
        np.add.at(less, (cell.doc[sure], cell.kind[sure]), held[sure] ** 2)
        squares = np.maximum(squares - less, 0.0)
    there = rest.sum(0) > 1e-6
    place = np.cumsum(there) - 1
    own = ~sure & there[cell.kind]
    return known, Cell(
        rest[:, there], cell.base, cell.doc[own], place[cell.kind[own]], cell.weight[own],
        cell.code[own], None if squares is None else squares[:, there],
        None if cell.chance is None else cell.chance[own],
    )  # fmt: skip


def corrected(
    cell: Cell, confidence: float, *, share: bool = True, over: str = "documents"
) -> Estimate:
    """The value that coding every row would give, with its interval."""
    # classes without any coded row may hold anything: so far the ends reach beyond the others'
    found = _of_coded(cell, confidence, share, over)
    if not (open_part := without_codes(cell).sum() / cell.base.sum()) > 0:
        return found
    held = held_of(cell)
    least = float(held @ cell.code) / cell.base.sum()
    most = float(cell.rows.sum() - held @ (1 - cell.code)) / cell.base.sum()
    low, high = max(found.low - open_part, least), min(found.high + open_part, most)
    return found._replace(low=min(low, found.low), high=max(high, found.high))


def without_codes(cell: Cell) -> np.ndarray:
    """How many rows there are of each class of the machine of which none was coded; else 0."""
    coded = np.bincount(cell.kind, minlength=cell.rows.shape[1])
    return np.where(coded == 0, cell.rows.sum(0), 0.0)


def _of_coded(cell: Cell, confidence: float, share: bool, over: str) -> Estimate:
    """The value and its interval if classes without codes are as those that they are joined to."""
    # `share`: the codes are 0 or 1; else they are numbers from 0 to 1. The interval adds two doubts
    # by squares (Zou and Donner 2008, MOVER): which rows were coded, by Jeffreys' interval in each
    # class (so that a class without an error is not taken for perfect), and which documents are in
    # the corpus, by the linearised variance over documents of `terms/estimate`. With over="rows",
    # or fewer than three documents, only the first: then it is about these texts alone. What is
    # coded is known: strata coded in full add no doubt, and no end contradicts the codes. Nothing
    # here may depend on the unit of a rate: bases are words.
    base, there, held = cell.base.sum(), cell.rows.sum(), held_of(cell)
    least = float(held @ cell.code) / base
    most = float(there - held @ (1 - cell.code)) / base
    gain = _gain(joined(cell), share)
    sure, cell = _apart(cell)
    cell = joined(cell) if cell.rows.shape[1] else cell
    size = cell.rows.sum(0) / base  # of each class
    n, mean, spread = _classes(cell, share)
    value = min(max(float(sure.sum() / base + size @ mean), least), most)
    below, above = _sides(n, mean, _smoothed(n, mean, spread, share), confidence)
    parts = size**2 * _missing(cell)
    ends = value - np.sqrt(parts @ below**2), value + np.sqrt(parts @ above**2)
    inner = min(max(float(ends[0]), least), value), max(min(float(ends[1]), most), value)
    among = None
    if over == "documents":
        among = _among_documents(cell, sure, value, mean, spread)
    if among is None:
        return Estimate(value, inner[0], inner[1], gain, "rows", 0.0)
    make = proportion_interval if share else _bounded_interval
    low, high = (float(end[0]) for end in make(among, confidence))
    outer = min(low, value), max(high, value)
    ends = _both(value, inner[0], outer[0]), value + np.hypot(inner[1] - value, outer[1] - value)
    if value < 1 and outer[1] <= 1:
        ends = ends[0], 1 - _both(1 - value, 1 - inner[1], 1 - outer[1])
    return Estimate(value, float(ends[0]), float(ends[1]), gain, "documents", outer[1] - outer[0])


def _both(value: float, one: float, two: float) -> float:
    """The lower end of a value from its ends for each of two doubts."""
    # their squares are added on the scale of logarithms, so that it is 0 only if one of them is
    if min(value, one, two) <= 0:
        return 0.0
    return float(value * np.exp(-np.hypot(np.log(value / one), np.log(value / two))))


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
    spread = np.maximum(total2 / weight - mean**2, 0) * n / np.maximum(n - 1, 1)
    return n, mean, mean * (1 - mean) if share else spread


def _smoothed(n: np.ndarray, mean: np.ndarray, spread: np.ndarray, share: bool) -> np.ndarray:
    """The variance of the codes of each class, never none: as in Wilson's interval."""
    middle = (n * mean + 2) / (n + 4)
    most = middle * (1 - middle)
    if share or not len(n):
        return most
    # numbers between 0 and 1 vary at most as a yes or no of the same mean does: by what part of it
    # in each class, with one code of what they do in all, and in all with one that varies most
    own, whole = n * spread, n * mean * (1 - mean)
    part = (own.sum() + most.mean()) / (whole.sum() + most.mean())
    return most * np.minimum((own + part * most) / (whole + most), 1)


def _missing(cell: Cell) -> np.ndarray:
    """What part of the variance of each class is left open, since what is coded is known."""
    size = cell.rows.shape[1]
    if cell.chance is None:
        return 1 - np.minimum(np.bincount(cell.kind, minlength=size) / cell.rows.sum(0), 1)
    squares = (cell.weight**2 * (1 - cell.chance), cell.weight**2)
    left, whole = (np.bincount(cell.kind, part, minlength=size) for part in squares)
    return left / whole


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
    with np.errstate(divide="ignore", invalid="ignore"):
        draws = ratio * np.maximum(1 - ratio, 0) / sums.variance
    draws *= (student(confidence, np.full(1, 1e6)) / student(confidence, sums.freedom)) ** 2
    hits, misses = draws * ratio, draws * (1 - ratio)
    if not (hits > 0).all() or not (misses > 1e-9).all() or not np.isfinite(draws).all():
        return proportion_interval(sums, confidence)
    low, high = betaincinv(hits, misses + 1, tail), betaincinv(hits + 1, misses, 1 - tail)
    return np.minimum(low, ratio), np.maximum(high, ratio)


def _among_documents(
    cell: Cell, sure: np.ndarray, value: float, mean: np.ndarray, spread: np.ndarray
) -> Sums | None:
    """The sums over documents from which the doubt of their choice follows; None with too few."""
    # Of a document the number of rows of each class is known (and what those have that were all
    # coded, `sure`), and the codes say how much rows of one document are alike (`alike`) and
    # whether the machine's surplus goes with its errors (`cross`); both are estimated from the
    # coded rows and never below 0.
    known, errors, error = _by_document(cell, sure, value, mean)
    scale = cell.weight * np.sqrt(spread)[cell.kind]
    scales = np.bincount(cell.doc, scale, minlength=len(cell.base))
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


def _by_document(
    cell: Cell, sure: np.ndarray, value: float, mean: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The surplus of every document by the machine, by the codes beyond it, and of every code."""
    known = sure + cell.rows @ mean - value * cell.base
    error = cell.weight * (cell.code - mean[cell.kind])
    return known, np.bincount(cell.doc, error, minlength=len(cell.base)), error


def correlation_over_documents(one: Cell, two: Cell, *, share: bool) -> float:
    """How the values of two kinds of rows go together from document to document."""
    # rows of two kinds are coded independently of each other, so that the products of what
    # the codes say beyond the machine need no correction, as those of one kind would
    surplus, spreads = [], []
    for cell in (one, two):
        value = corrected(cell, 0.95, share=share).value
        sure, open_rows = _apart(cell)
        open_rows = joined(open_rows) if open_rows.rows.shape[1] else open_rows
        _, mean, spread = _classes(open_rows, share)
        sums = _among_documents(open_rows, sure, value, mean, spread)
        known, errors, _ = _by_document(open_rows, sure, value, mean)
        surplus.append(known + errors)
        spreads.append(0.0 if sums is None else float(sums.residuals[0]))
    both = spreads[0] * spreads[1]
    if not both > 0:
        return 0.0
    return float(np.clip(surplus[0] @ surplus[1] / np.sqrt(both), -1, 1))


def _gain(cell: Cell, share: bool) -> float:
    """How many rows drawn at random, without the machine, one coded row is worth."""
    if not len(cell.code):
        return np.nan
    n, mean, spread = _classes(cell, share)
    spread = _smoothed(n, mean, spread, share)
    part = cell.rows.sum(0) / cell.rows.sum()
    among = part @ (mean - part @ mean) ** 2  # what the machine's classes explain
    alone = (part @ spread + among) / len(cell.code)
    return float(alone / max(part**2 @ (spread / n), 1e-300))


def balance_of(favourable: Cell, critical: Cell, confidence: float) -> Estimate:
    """The share of one code among the rows that have this or another one."""
    # r = F / (F + C) is where (1 - r)F - rC is 0; all r whose interval of that holds 0 are in
    # (Fieller's way), with the bounds of F and C and their correlation by MOVER (Zou 2007). Codes
    # exclude each other, so that of two shares is taken, -√(FC / ((1 - F)(1 - C))).
    one, two = corrected(favourable, confidence), corrected(critical, confidence)
    both = one.value + two.value
    if not both > 0:
        return Estimate(np.nan, np.nan, np.nan, np.nan, one.over, np.nan)
    value = one.value / both
    odds = one.value * two.value / max((1 - one.value) * (1 - two.value), 1e-12)
    tie = min(np.sqrt(odds), 1.0)
    low = _crossing(value, one.value - one.low, two.high - two.value, tie, both)
    high = 1 - _crossing(1 - value, two.value - two.low, one.high - one.value, tie, both)
    least = float(np.hypot((1 - value) * one.least, value * two.least)) / both
    return Estimate(value, low, high, min(one.gain, two.gain), one.over, min(least, high - low))


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
    chance = None if cell.chance is None else cell.chance[own]
    squares = None if cell.squares is None else cell.squares[:, [kind]]
    chosen = chosen._replace(base=chosen.rows.sum(1), chance=chance, squares=squares)
    found = corrected(chosen, confidence, over="rows")
    return found.value, found.low, found.high


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
        None if cell.squares is None else cell.squares[:, rest],
        None if cell.chance is None else cell.chance[others],
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
    whole = cell.base.sum() > 0 and all_coded(cell)
    free, why = without_codes(cell), ""
    if n < ENOUGH and not whole:
        why = f"none: fewer than {ENOUGH} rows coded"
    elif free.sum() > LEFT_OPEN * cell.rows.sum():
        why = f"none: no row is coded that the machine calls {str(kinds[int(np.argmax(free))])!r}"
    if why:
        result |= {"interval": why} | dict.fromkeys(empty, np.nan)
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
    if whole:
        text = f"{100 * confidence:g} % {over}, every row coded"
        if found.over != "documents":
            text = "none: every row of these texts is coded"
            found = found._replace(low=np.nan, high=np.nan)
    result = {"value": found.value, "low": found.low, "high": found.high, "interval": text}
    parts = ((np.nan,) * 3, (np.nan,) * 3)
    if answer in kinds and kinds != [UNKNOWN]:
        kind = kinds.index(answer)
        parts = part_of(cell, kind, confidence), found_of(cell, kind, confidence)
    for part, values in zip(PARTS, parts, strict=True):
        result |= {f"{part}{end}": v for end, v in zip(("", "_low", "_high"), values, strict=True)}
    gain = found.gain if len(kinds) > 1 and not whole else np.nan
    return result | {"gain": gain, "least_width": found.least}


def _scaled(found: Estimate, start: float, step: float) -> Estimate:
    """An estimate in another unit."""
    ends = (start + step * one for one in (found.value, found.low, found.high))
    value, low, high = ends
    return Estimate(value, low, high, found.gain, found.over, step * found.least)


def times(found: dict[str, Any], per: float) -> dict[str, Any]:
    """An estimate per word as one per so many."""
    named = ("value", "low", "high", "least_width")
    return found | {name: per * found[name] for name in named}


def say_gain(gain: pd.Series) -> None:
    """Say so where the machine does not help."""
    known = gain.dropna()
    if len(known) and (known < HELPS).all():
        say(
            f"The machine's answers help none of the {len(known)} values of this table: with them"
            f" a coded row is worth {known.min():.2f} to {known.max():.2f} rows drawn without them"
            " (column `gain`). Code more.",
            deeper=2,
        )
