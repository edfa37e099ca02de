"""From a row of an answer to the passages that it counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.tables import group_codes
from analysis.terms.counting import codes_of
from analysis.text.tokens import find_hits

BESIDE = ("outlet", "title", "published", "side", "genre")
REACH = 100  # characters to each side
KEYS = ("doc", "sentence", "start", "end")


def passages_of(
    found: pd.DataFrame, documents: pd.DataFrame, limit: int | None = None
) -> pd.DataFrame:
    """Show places in their texts."""
    hits = len(found)
    found = found if limit is None else found.head(limit)
    rows = pd.Index(documents["doc"], dtype=object).get_indexer(found["doc"].astype(object))
    texts = documents["text"].tolist()
    spans = list(zip(rows.tolist(), found["start"].tolist(), found["end"].tolist(), strict=True))
    columns: dict[str, Any] = {name: found[name].to_numpy() for name in KEYS[1:]}
    result = pd.DataFrame({"doc": found["doc"].astype("str").array, **columns})
    result["left"] = pd.array([_before(texts[row], a) for row, a, _ in spans], dtype="str")
    result["node"] = pd.array([texts[row][a:b] for row, a, b in spans], dtype="str")
    result["right"] = pd.array([_after(texts[row], b) for row, _, b in spans], dtype="str")
    for name in found.columns:
        if name not in result.columns:
            result[name] = found[name].array
    for name in BESIDE:
        if name in documents.columns and name not in result.columns:
            result[name] = documents[name].array.take(rows)
    result.attrs["hits"] = hits
    return result


def _before(text: str, start: int) -> str:
    """Some characters before a place, from the beginning of a word if there is one."""
    first = max(start - REACH, 0)
    if not first or text[first - 1].isspace():
        return text[first:start]
    word = next((at for at in range(first, start) if text[at].isspace()), first - 1)
    return text[word + 1 : start]


def _after(text: str, end: int) -> str:
    """Some characters after a place, to the end of a word if there is one."""
    last = min(end + REACH, len(text))
    if last == len(text) or text[last].isspace():
        return text[end:last]
    return text[end : next((at for at in range(last, end, -1) if text[at - 1].isspace()), last)]


def term_hits(tokens: pd.DataFrame, term: str) -> tuple[np.ndarray, np.ndarray]:
    """Where a row of `count_terms` has its occurrences: first tokens and lengths."""
    vocabulary = tokens["term"].cat.categories
    code = int(vocabulary.get_indexer(pd.Index([term], dtype=object))[0])
    if code >= 0:
        rows = np.flatnonzero(codes_of(tokens, "term") == code)
        return rows, np.ones(len(rows), dtype=np.int64)
    if " " not in term and set(term) & set("*?"):  # a wildcard that matched no word
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    return find_hits(tokens, term)


def in_group(
    table: pd.DataFrame, by: Sequence[str], values: Sequence[object], documents: pd.DataFrame
) -> np.ndarray:
    """Which rows of a table are in a group, as a bool array."""
    if not by:
        return np.ones(len(table), dtype=bool)
    codes, labels = group_codes(table, list(by), documents)
    same = np.ones(len(labels), dtype=bool)
    for name, value in zip(by, values, strict=True):
        same &= labels[name].astype(object).to_numpy() == value
    return same[codes]


def places(tokens: pd.DataFrame, rows: np.ndarray, lengths: np.ndarray | int = 1) -> pd.DataFrame:
    """The places of some runs of tokens."""
    found = tokens[list(KEYS)].iloc[rows].reset_index(drop=True)
    found["end"] = tokens["end"].to_numpy()[rows + lengths - 1]
    return found
