"""Shares of an actor's clauses, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.counting.tally import rate_of
from analysis.intervals import bootstrap_ratio, describe, resampling_units
from analysis.tables import group_codes

Groups = tuple[str | Sequence[str] | None, pd.DataFrame | None]


def count_shares(
    clauses: pd.DataFrame,
    marks: np.ndarray,
    weight: np.ndarray,
    groups: Groups,
    *,
    confidence: float | None,
    seed: int,
) -> pd.DataFrame:
    """Count marks of clauses for every group and actor.

    Parameters
    ----------
    clauses : pandas.DataFrame
        With `doc` and `entity`.
    marks : numpy.ndarray of bool, shape (clauses, items)
        What is counted.
    weight : numpy.ndarray of bool, shape (clauses,)
        The clauses that make the base.
    groups : (by, documents)
        As in `group_codes`.
    confidence, seed
        As in `count_agency`.

    Returns
    -------
    pandas.DataFrame
        One row per group, actor with a base above 0 there, and item, ordered by group, base
        (descending), actor, item: the columns of `by`, `entity`, `item` (column of `marks`),
        `count`, `base`, `share`, `documents`, and `low`, `high`, `interval` with `confidence`.
    """
    clauses, marks = clauses[weight], marks[weight]
    codes, labels = group_codes(clauses, *groups)
    entity, names = pd.factorize(clauses["entity"].astype(object), sort=True)
    cells, cell = np.unique(codes * max(len(names), 1) + entity, return_inverse=True)
    doc, _ = pd.factorize(clauses["doc"])
    sentence = clauses["sentence"].to_numpy() if "sentence" in clauses.columns else None
    unit, owner, method = resampling_units(doc, sentence, cell, len(cells))
    counts, base = _sums(unit, marks, len(owner)), np.bincount(unit, minlength=len(owner))
    total, whole = _sums(cell, marks, len(cells)), np.bincount(cell, minlength=len(cells))
    group, actor = np.divmod(cells, max(len(names), 1))
    order = np.lexsort([actor, -whole, group])
    size = marks.shape[1]
    row = np.repeat(order, size)
    item = np.tile(np.arange(size), len(order))
    columns: dict[str, Any] = {
        str(name): labels[name].take(group[row]).array for name in labels.columns
    }
    columns["entity"] = pd.Series(names.take(actor[row]), dtype="str")
    columns |= {"item": item, "count": total[row, item], "base": whole[row]}
    columns["share"] = rate_of(columns["count"], columns["base"])
    columns["documents"] = _documents(cell, doc, marks, len(cells))[row, item]
    if confidence is not None:
        bounds = bootstrap_ratio(
            counts, base, owner, n_groups=len(cells), confidence=confidence, seed=seed
        )
        columns["low"], columns["high"] = (bound[row, item] for bound in bounds)
        columns["interval"] = [describe(method[r], confidence, seed=seed) for r in row]
    return pd.DataFrame(columns)


def _sums(unit: np.ndarray, marks: np.ndarray, size: int) -> np.ndarray:
    """Sum of every mark in every unit."""
    sums = [np.bincount(unit, mark, minlength=size) for mark in marks.T]
    return np.array(sums, dtype=np.int64).reshape(marks.shape[1], size).T


def _documents(cell: np.ndarray, doc: np.ndarray, marks: np.ndarray, size: int) -> np.ndarray:
    """How many documents have a mark, in every cell."""
    docs = int(doc.max(initial=-1)) + 1 or 1
    found = np.zeros((size, marks.shape[1]), dtype=np.int64)
    for item, mark in enumerate(marks.T):
        there = np.unique((cell * docs + doc)[mark])
        found[:, item] = np.bincount(there // docs, minlength=size)
    return found
