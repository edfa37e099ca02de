"""Passages cut out of the texts, and whose words they are."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.tables import InputError, require_columns

WRITER, UNKNOWN = "writer", "(unnamed)"


def cut(documents: pd.DataFrame, table: pd.DataFrame, start: str, end: str) -> pd.Series:
    """Cut the passages of a table, given by two columns of offsets, out of the documents.

    Offsets below 0 stand for no passage and give "".
    """
    require_columns(documents, ("doc", "text"), "documents")
    ids = pd.Index(documents["doc"].astype(object))
    row = ids.get_indexer(pd.Index(table["doc"].astype(object)))
    if (row < 0).any():
        stranger = table["doc"].iloc[int(np.argmax(row < 0))]
        raise InputError(
            f"Document {stranger!r} is not in the documents table; pass the one it was read from."
        )
    texts = documents["text"].tolist()
    spans = zip(row.tolist(), table[start].tolist(), table[end].tolist(), strict=True)
    return pd.Series([texts[r][a:b] if a >= 0 else "" for r, a, b in spans], dtype="str")


def speakers_at(table: pd.DataFrame, quotes: pd.DataFrame) -> pd.Series:
    """Say whose words the passages of a table are: the innermost quotation around each.

    Parameters
    ----------
    table : pandas.DataFrame
        With `doc`, `start`, `end`.
    quotes : pandas.DataFrame
        With `doc`, `start`, `end`, `speaker` and, if scare quotes are among them, `kind`.

    Returns
    -------
    pandas.Series of str
        The speaker; "(unnamed)" of a quotation without one; "writer" outside of quotations.
    """
    require_columns(quotes, ("doc", "start", "end", "speaker"), "quotes")
    if "kind" in quotes.columns:
        quotes = quotes[quotes["kind"] != "scare"]
    around: dict[str, list[tuple[int, int, str]]] = {}
    names = quotes["speaker"].astype(object).where(quotes["speaker"].notna(), "")
    for doc, start, end, name in zip(
        quotes["doc"].astype(object), quotes["start"], quotes["end"], names, strict=True
    ):
        around.setdefault(doc, []).append((int(start), int(end), str(name) or UNKNOWN))
    found = []
    for doc, start, end in zip(
        table["doc"].astype(object), table["start"], table["end"], strict=True
    ):
        inner = [(b - a, name) for a, b, name in around.get(doc, ()) if a <= start and end <= b]
        found.append(min(inner)[1] if inner else WRITER)
    return pd.Series(found, dtype="str", index=table.index)
