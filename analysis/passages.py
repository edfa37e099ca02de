"""Cutting passages out of the documents that tokens were made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.codes import codes_of
from analysis.tables import InputError, require_columns


def metadata_columns(documents: pd.DataFrame, columns: str | Sequence[str] | None) -> list[str]:
    """Read which columns of `documents` to show beside a passage; None means the outlet."""
    require_columns(documents, ("doc", "text"), "documents")
    if columns is None:
        return [column for column in ("outlet",) if column in documents.columns]
    names = [columns] if isinstance(columns, str) else list(columns)
    require_columns(documents, names, "documents")
    return list(dict.fromkeys(names))


def document_rows(tokens: pd.DataFrame, starts: np.ndarray, documents: pd.DataFrame) -> np.ndarray:
    """Row of `documents` for each hit; refuses tokens that were made of other texts."""
    index = pd.Index(documents["doc"], dtype=object)
    if index.has_duplicates:
        twice = index[index.duplicated()][0]
        raise InputError(f"The id {twice!r} stands twice in the documents; ids must be unique.")
    codes = codes_of(tokens, "doc")[starts]
    used, hit, which = np.unique(codes, return_index=True, return_inverse=True)
    names = tokens["doc"].cat.categories.take(used).astype(object)
    rows = index.get_indexer(names)
    if (rows < 0).any():
        raise InputError(
            f"Document {names[int(np.argmax(rows < 0))]!r} is not in the documents table; pass"
            " the one that the tokens were made of."
        )
    one = tokens.take(starts[hit])  # a hit of each document must stand in its text
    texts = documents["text"].take(rows)
    for name, text, word, start in zip(names, texts, one["word"], one["start"], strict=True):
        if not text.startswith(word, start):
            raise InputError(
                f"The tokens of document {name!r} were made of another text than the documents"
                " table holds; tokenize these documents again."
            )
    return rows[which]


def cut_texts(
    documents: pd.DataFrame,
    rows: np.ndarray,
    pieces: Mapping[str, tuple[np.ndarray, np.ndarray]],
) -> dict[str, pd.Series]:
    """Cut pieces, given by where they start and end, out of the texts of these rows."""
    texts = documents["text"].to_numpy(dtype=object)[rows].tolist()
    return {
        name: pd.Series(
            [text[a:b] for text, a, b in zip(texts, start.tolist(), end.tolist(), strict=True)],
            dtype="str",
        )
        for name, (start, end) in pieces.items()
    }


def add_metadata(
    result: pd.DataFrame, documents: pd.DataFrame, rows: np.ndarray, columns: Sequence[str]
) -> pd.DataFrame:
    """Append columns of `documents` to a table of passages; names that it has already stay."""
    more = {name: documents[name].take(rows).array for name in columns if name not in result}
    return result.assign(**more)
