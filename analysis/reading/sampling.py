"""Random samples of lines that do not depend on how the lines are sorted."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.reading.lines import Lines
from analysis.tables import InputError

_MIX = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)  # of splitmix64


def draws(lines: Lines, seed: int) -> np.ndarray:
    """A number between 0 and 1 for each line, which follows from its place and the seed alone."""
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise InputError(f"seed={seed!r} must be a whole number from 0.")
    codes, names = lines.texts
    keys = [
        hashlib.blake2b(f"{seed} {name}".encode("utf-8", "replace"), digest_size=8)
        for name in names
    ]
    state = np.array([int.from_bytes(key.digest(), "little") for key in keys], dtype=np.uint64)
    state = state[codes] if len(names) else np.empty(0, dtype=np.uint64)
    for part in (lines.start, lines.end):
        state = _mixed(state ^ (part.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)))
    return (np.right_shift(state, np.uint64(11)).astype(float) + 0.5) / 2**53


def _mixed(state: np.ndarray) -> np.ndarray:
    """Spread every bit over all others (splitmix64, Steele, Lea & Flood 2014)."""
    with np.errstate(over="ignore"):
        for shift, factor in zip((30, 27), _MIX, strict=True):
            state = (state ^ (state >> np.uint64(shift))) * np.uint64(factor)
    return state ^ (state >> np.uint64(31))


def sampled(
    lines: Lines, size: int, *, weights: str | Mapping[str, float] | None, by: str | None, seed: int
) -> np.ndarray:
    """Mark the lines of a sample."""
    if isinstance(size, bool) or not isinstance(size, int | np.integer) or size < 1:
        raise InputError(f"sample={size!r} must be a whole number from 1.")
    draw = draws(lines, seed)
    if by is not None:
        return _by_group(lines, int(size), weights, by, draw)
    if isinstance(weights, Mapping):
        raise InputError("weights= for groups needs by=, the column that makes the groups.")
    with np.errstate(divide="ignore"):
        # the n largest of u^(1/w), in logarithms: Efraimidis & Spirakis 2006
        keys = np.log(draw) / _weights(lines, weights)
    return _first(-keys, int(size))


def _first(keys: np.ndarray, size: int) -> np.ndarray:
    """Mark the rows with the smallest keys; infinite ones are never taken."""
    kept = np.zeros(len(keys), dtype=bool)
    order = np.argsort(keys, kind="stable")[:size]
    kept[order[np.isfinite(keys[order])]] = True
    return kept


def _weights(lines: Lines, weights: Any) -> np.ndarray:
    """The weight of each line."""
    if weights is None:
        return np.ones(len(lines))
    if weights == "text":  # every text weighs the same, however many lines it has
        return 1 / np.bincount(lines.doc)[lines.doc]
    column = lines.column(weights) if isinstance(weights, str) else weights
    values = pd.to_numeric(pd.Series(column), errors="coerce").to_numpy(dtype=float)
    if len(values) != len(lines) or not np.isfinite(values).all() or (values < 0).any():
        raise InputError(
            f"weights={weights!r} holds no number from 0 for every line; give 'text', or a column"
            " of numbers of the hits or the documents."
        )
    return values


def _by_group(lines: Lines, size: int, weights: Any, by: str, draw: np.ndarray) -> np.ndarray:
    """Mark a sample that is spread over groups."""
    codes, names = lines.groups(by)
    there = np.bincount(codes, minlength=len(names))
    share = _shares(weights, names, there)
    wanted = allot(size, share, there)
    rank = np.empty(len(lines), dtype=np.int64)
    order = np.lexsort([draw, codes])
    starts = np.concatenate([[0], np.cumsum(there)[:-1]]) if len(there) else there
    rank[order] = np.arange(len(lines)) - np.repeat(starts, there)
    return rank < wanted[codes]


def _shares(weights: Any, names: list[str], there: np.ndarray) -> np.ndarray:
    """How much of the sample each group is to have."""
    if weights is None:
        return np.ones(len(names))
    if isinstance(weights, str) and weights == "size":
        return there.astype(float)
    if not isinstance(weights, Mapping):
        raise InputError(
            f"weights={weights!r} with by=: give 'size' (as many as the group's lines ask for) or"
            " the share of each group, such as {'a': 2, 'b': 1}."
        )
    strangers = [str(name) for name in weights if str(name) not in names]
    if strangers:
        known = ", ".join(map(repr, names))
        raise InputError(
            f"weights= names {strangers[0]!r}, which is no group; choose among {known}."
        )
    shares = np.array([float({str(k): v for k, v in weights.items()}.get(n, 0)) for n in names])
    if (shares < 0).any() or not shares.sum() > 0:
        raise InputError("weights= must be numbers from 0, and one of them above 0.")
    return shares


def allot(size: int, share: np.ndarray, most: np.ndarray) -> np.ndarray:
    """Divide a number among groups by their shares; what a group lacks goes to the others."""
    # Largest remainders (Hamilton); ties go to the earlier group.
    given = np.zeros(len(share), dtype=np.int64)
    while (left := min(size, int(most[share > 0].sum())) - int(given.sum())) > 0:
        room = (most > given) & (share > 0)
        quota = np.where(room, share, 0.0) / share[room].sum() * left
        more = np.minimum(np.floor(quota).astype(np.int64), most - given)
        if not more.any():
            for group in np.lexsort([np.arange(len(share)), -(quota - np.floor(quota))]):
                if left and room[group]:
                    more[group], left = 1, left - 1
        given = given + more
    return given
