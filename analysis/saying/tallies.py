"""Shares within groups, and the token in which a passage begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.counting.codes import codes_of
from analysis.counting.hits import Hits
from analysis.counting.tally import tally
from analysis.tables import InputError

JOINT = "\x1f"  # between the parts of an item that is counted under several names


def count_shares(
    table: pd.DataFrame,
    items: pd.Series,
    groups: tuple[np.ndarray, pd.DataFrame],
    *,
    unit: str,
    confidence: float | None,
    seed: int,
    known: Sequence[str] | None = None,
    zeros: bool = True,
) -> pd.DataFrame:
    """Count which share of a group's rows is each item: a row of `table` counts once.

    Parameters
    ----------
    table : pandas.DataFrame
        With `doc`, and `sentence` where a group of one document is to be resampled by sentences.
    items : pandas.Series of str, shape (rows,)
        What each row is.
    groups : tuple of an int array of shape (rows,) and a table of labels
        As `group_codes` returns it.
    unit : str
        What a row is, in the plural, for the `interval` column.
    confidence, seed
        As in `tally`.
    known : sequence of str, optional
        The items there are. Default: all that occur.
    zeros : bool
        Also give the items that a group does not have.

    Returns
    -------
    pandas.DataFrame
        The labels' columns, then `term`, `count`, `base` (rows of the group), `share`, `documents`,
        `rank`, and `low`, `high`, `interval` where `confidence` is given.
    """
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
    result = tally(
        pd.DataFrame(columns),
        hits,
        groups,
        per=1,
        confidence=confidence,
        seed=seed,
        zeros=zeros,
    )
    return shared(result, unit)


def shared(result: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Call a rate per one a share, and say what was counted where it was not words."""
    result = result.rename(columns={"rate": "share"})
    if "interval" in result.columns:
        result["interval"] = result["interval"].str.replace("words", unit, regex=False)
    return result


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
