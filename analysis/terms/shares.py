"""Shares within groups, and the token in which a passage begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.tables import InputError, group_codes
from analysis.terms.counting import Hits, codes_of
from analysis.terms.estimate import (
    KORN_GRAUBARD,
    comes_in_bursts,
    describe_intervals,
    proportion_interval,
    sums_of,
    units_of,
)
from analysis.terms.tally import tally

JOINT = "\x1f"  # between the parts of an item that is counted under several names


def count_shares(
    table: pd.DataFrame,
    items: pd.Series,
    groups: tuple[np.ndarray, pd.DataFrame],
    *,
    unit: str,
    confidence: float | None,
    known: Sequence[str] | None = None,
    zeros: bool = True,
) -> pd.DataFrame:
    """Count which share of a group's rows is each item: a row of `table` counts once."""
    names = pd.Index(sorted(set(items.astype(object))) if known is None else known, dtype=object)
    item = names.get_indexer(pd.Index(items.astype(object)))
    doc, docs = pd.factorize(table["doc"].astype(object))
    columns: dict[str, Any] = {
        "doc": pd.Categorical.from_codes(doc, docs),
        "is_word": np.ones(len(doc), bool),
    }
    if "sentence" in table.columns:
        columns["sentence"] = table["sentence"].to_numpy()
    rows = np.arange(len(doc))
    hits = Hits(names, rows, item, np.ones(len(doc), dtype=np.int64))
    frame = pd.DataFrame(columns)
    result = tally(frame, hits, groups, per=1, confidence=confidence, zeros=zeros, unit=unit)
    return result.rename(columns={"rate": "share"})


def split_items(result: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    """Part the column `term` into the names that JOINT holds together, in its place."""
    parts = [term.split(JOINT) for term in result["term"]]
    column = int(np.flatnonzero(result.columns == "term")[0])
    result = result.drop(columns="term")
    for place, name in enumerate(names):
        values = pd.Series([part[place] for part in parts], index=result.index, dtype="str")
        result.insert(column + place, name, values)
    return result


def group_names(by: str | Sequence[str] | None, own: Sequence[str]) -> list[str]:
    """The columns to group by; refused where they are those that have rows of their own."""
    names = [by] if isinstance(by, str) else list(by or ())
    for name in names:
        if name in own:
            raise InputError(
                f"by={name!r} has rows of its own here already; group by another column."
            )
    return names


def joined(table: pd.DataFrame, names: tuple[str, ...]) -> pd.Series:
    """Several columns as one text a row, as `split_items` parts them."""
    result = table[names[0]].astype("str")
    for name in names[1:]:
        result = result + JOINT + table[name].astype("str")
    return result


def token_rows(table: pd.DataFrame, tokens: pd.DataFrame, what: str) -> np.ndarray:
    """Row of the token in which each passage (`doc`, `start`) begins, or the next one after it."""
    doc = tokens["doc"].cat.categories.get_indexer(pd.Index(table["doc"].astype(object)))
    start = table["start"].to_numpy().astype(np.int64)
    ends = tokens["end"].to_numpy().astype(np.int64)
    size = 1 + max(int(ends.max(initial=0)), int(start.max(initial=0)))
    own = codes_of(tokens, "doc").astype(np.int64)
    keys = own * size + ends
    order = np.argsort(keys, kind="stable")
    place = np.searchsorted(keys[order], doc * size + start, side="right")
    found = (doc >= 0) & (place < len(order))
    rows = np.zeros(len(doc), dtype=np.int64)
    rows[found] = order[place[found]]
    found[found] = own[rows[found]] == doc[found]
    if not found.all():
        wrong = table.iloc[int(np.argmin(found))]
        raise InputError(
            f"The {what} at character {wrong['start']} of {wrong['doc']!r} is not in the tokens;"
            " pass the tokens of the same documents, all of them."
        )
    return rows


Groups = tuple[str | Sequence[str] | None, pd.DataFrame | None]


def count_shares_clause(
    clauses: pd.DataFrame,
    marks: np.ndarray,
    weight: np.ndarray,
    groups: Groups,
    *,
    confidence: float | None,
) -> pd.DataFrame:
    """Count marks of clauses for every group and actor."""
    clauses, marks = clauses[weight], marks[weight]
    codes, labels = group_codes(clauses, *groups)
    entity, names = pd.factorize(clauses["entity"].astype(object), sort=True)
    cells, cell = np.unique(codes * max(len(names), 1) + entity, return_inverse=True)
    doc, _ = pd.factorize(clauses["doc"])
    sentence = clauses["sentence"].to_numpy() if "sentence" in clauses.columns else None
    units = units_of(doc, sentence, cell, len(cells))
    counts = _sums(units.code, marks, len(units.owner))
    sums = sums_of(
        counts, np.bincount(units.code, minlength=len(units.owner)), units.owner, len(cells)
    )
    group, actor = np.divmod(cells, max(len(names), 1))
    order = np.lexsort([actor, -sums.base[:, 0], group])
    size = marks.shape[1]
    row = np.repeat(order, size)
    item = np.tile(np.arange(size), len(order))
    columns: dict[str, Any] = {
        str(name): labels[name].take(group[row]).array for name in labels.columns
    }
    columns["entity"] = pd.Series(names.take(actor[row]), dtype="str")
    cells_of = sums.take((row, item))
    columns |= {"item": item, "count": cells_of.total.astype(int)}
    columns |= {"base": cells_of.base.astype(int), "share": cells_of.ratio}
    columns["documents"] = _documents(cell, doc, marks, len(cells))[row, item]
    columns["group_documents"] = units.documents[row]
    if confidence is not None:
        low, high = proportion_interval(cells_of, confidence)
        spread = _sums(units.owner, counts > 0, len(cells))[row, item]
        columns |= {"low": low, "high": high}
        columns["interval"] = describe_intervals(
            KORN_GRAUBARD,
            confidence,
            units.over[row],
            cells_of.n,
            known=np.isfinite(low),
            kish=cells_of.kish,
            bursts=comes_in_bursts(cells_of.total, spread, cells_of.n),
        )
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
