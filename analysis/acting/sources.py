"""Where a result comes from: the steps of two tables joined, and passages cut out of the texts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.tables import InputError, require_columns


def joined(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Give a view of `first` whose record holds the steps that made either table.

    Examples
    --------
    >>> a, b = pd.DataFrame({"doc": ["x"]}), pd.DataFrame({"doc": ["x"]})
    >>> a.attrs, b.attrs = {"steps": [{"call": "annotate"}]}, {"steps": [{"call": "find_entities"}]}
    >>> [step["call"] for step in joined(a, b).attrs["steps"]]
    ['annotate', 'find_entities']
    """
    steps = list(first.attrs.get("steps", []))
    steps += [step for step in second.attrs.get("steps", []) if step not in steps]
    view = first.copy(deep=False)
    view.attrs = {**second.attrs, **first.attrs, "steps": steps}
    return view


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
