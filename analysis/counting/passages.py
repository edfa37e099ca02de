"""Cutting passages out of the documents that tokens were made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.tables import InputError, require_columns


def metadata_columns(documents: pd.DataFrame, columns: str | Sequence[str] | None) -> list[str]:
    """Read which columns of `documents` to show beside a passage; None means the outlet."""
    require_columns(documents, ("doc", "text"), "documents")
    if columns is None:
        return [column for column in ("outlet",) if column in documents.columns]
    names = [columns] if isinstance(columns, str) else list(columns)
    require_columns(documents, names, "documents")
    return list(dict.fromkeys(names))


def document_rows(
    arrays: Mapping[str, np.ndarray],
    categories: Mapping[str, pd.Index],
    rows: np.ndarray,
    documents: pd.DataFrame,
) -> np.ndarray:
    """Row of `documents` for some rows of the tokens, ascending (as `open_tokens` gives them).

    Refuses tokens that were made of other texts: one of each document must stand in its text.
    """
    doc = arrays["doc"][rows]
    first = np.flatnonzero(np.append(True, doc[1:] != doc[:-1])[: len(doc)])
    names = categories["doc"].take(doc[first])
    own = _places(documents, categories["doc"])[doc[first]]
    if (own < 0).any():
        raise InputError(
            f"Document {names[int(np.argmax(own < 0))]!r} is not in the documents table; pass"
            " the one that the tokens were made of."
        )
    texts = _texts_of(documents, own)
    tokens = rows[first]
    words = categories["word"].take(arrays["word"][tokens]).tolist()
    starts = arrays["start"][tokens].tolist()
    there = list(map(str.startswith, texts, words, starts))
    if not all(there):
        raise InputError(
            f"The tokens of document {names[there.index(False)]!r} were made of another text than"
            " the documents table holds; tokenize these documents again."
        )
    return np.repeat(own, np.diff(np.append(first, len(doc))))


def _places(documents: pd.DataFrame, docs: pd.Index) -> np.ndarray:
    """Row of `documents` for each of some ids, -1 for one that is not there."""
    index, known = pd.Index(documents["doc"], dtype=object), docs.astype(object)
    if index.equals(known):  # the very same, in order
        return np.arange(len(index))
    if not index.is_unique:
        twice = index[index.duplicated()][0]
        raise InputError(f"The id {twice!r} stands twice in the documents; ids must be unique.")
    return index.get_indexer(known)


def _texts_of(documents: pd.DataFrame, rows: np.ndarray) -> list[str]:
    """The texts of some rows; each is made a Python string once, and no other is."""
    chosen, place = np.unique(rows, return_inverse=True)
    texts = documents["text"].array.take(chosen).to_numpy(dtype=object)
    return texts[place].tolist()  # type: ignore[no-any-return]


def cut_texts(
    documents: pd.DataFrame,
    rows: np.ndarray,
    pieces: Mapping[str, tuple[np.ndarray, np.ndarray]],
) -> dict[str, Any]:
    """Cut pieces, given by where they start and end, out of the texts of these rows."""
    texts = _texts_of(documents, rows)
    return {
        name: pd.array(
            [text[a:b] for text, a, b in zip(texts, start.tolist(), end.tolist(), strict=True)],
            dtype="str",
        )
        for name, (start, end) in pieces.items()
    }


def keys_of(
    arrays: Mapping[str, np.ndarray], categories: Mapping[str, pd.Index], rows: np.ndarray
) -> dict[str, Any]:
    """The columns `doc`, `sentence` (if there) and `position` of some rows of the tokens."""
    keys: dict[str, Any] = {
        "doc": pd.Categorical.from_codes(arrays["doc"][rows], categories["doc"])
    }
    return keys | {name: arrays[name][rows] for name in ("sentence", "position") if name in arrays}


def with_metadata(
    columns: dict[str, Any], documents: pd.DataFrame, rows: np.ndarray, more: Sequence[str]
) -> pd.DataFrame:
    """Make a table of these columns and of some of `documents`; a name that is taken stays."""
    beside = {name: documents[name].array.take(rows) for name in more if name not in columns}
    return pd.DataFrame(columns | beside, index=pd.RangeIndex(len(rows)), copy=False)
