"""How the panel writes what stands in tables: groups as the corpus does, texts by their titles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from typing import Any

import pandas as pd

from analysis import wording
from analysis.panel.names import plain

_WORDS = ("term", "ngram", "collocate", "word", "node", "cue", "left", "right", "text", "title")


class Labels:
    """The names of one corpus; without its documents everything is written as it stands."""

    def __init__(self, documents: pd.DataFrame | None = None) -> None:
        self._documents = documents
        style = {} if documents is None else documents.attrs.get("style") or {}
        self._labels: dict[str, str] = dict(style.get("labels") or {})

    @cached_property
    def texts(self) -> dict[Any, str]:
        """Each text by its title; with outlet and day, or its id, where several share it."""
        return {} if self._documents is None else document_titles(self._documents)

    @cached_property
    def _groups(self) -> set[str]:
        """The values of the documents' columns: a word that is spelled so is another thing."""
        if self._documents is None:
            return set()
        known = [name for name in self._documents.columns if name not in ("doc", *_WORDS)]
        return {str(value) for name in known for value in self._documents[name].tolist()}

    def label(self, value: Any, column: str = "") -> Any:
        """A value as it is written in a column."""
        if column == "doc":
            return self.texts.get(value, value)
        if not isinstance(value, str) or value not in self._labels:
            return value
        word = column in _WORDS and value in self._groups
        return value if word else self._labels[value]

    def column(self, column: pd.Series) -> list[Any]:
        """The values of a column as they are written."""
        return [self.label(value, str(column.name)) for value in column.astype(object).tolist()]

    def known(self, values: Iterable[Any]) -> dict[Any, str]:
        """The values that are written otherwise than they stand."""
        return {value: self._labels[value] for value in values if value in self._labels}

    def table(self, table: pd.DataFrame, columns: Iterable[str]) -> pd.DataFrame:
        """Some columns of a table as they are written; numbers and days stay."""
        made = {}
        for name in columns:
            own = table[name]
            days = pd.api.types.is_datetime64_any_dtype(own)
            kept = (pd.api.types.is_numeric_dtype(own) and name != "doc") or days
            made[name] = own if kept else pd.Series(self.column(own), own.index, dtype=object)
        return pd.DataFrame(made, index=table.index)


def document_titles(documents: pd.DataFrame) -> dict[Any, str]:
    """Each document's title, with outlet and day, or its id, where several share it."""
    ids = documents["doc"].astype(object).tolist()
    names = _texts(documents, "title")
    about = [", ".join(filter(None, both)) for both in zip(
        _texts(documents, "outlet"), _texts(documents, "published"), strict=True
    )]  # fmt: skip
    for more in (about, [plain(doc) for doc in ids]):
        times = Counter(names)
        several = {name for name in names if not name or times[name] > 1}
        names = [
            _with(name, one) if name in several else name
            for name, one in zip(names, more, strict=True)
        ]
    return dict(zip(ids, names, strict=True))


def _with(name: str, more: str) -> str:
    """A name, and in brackets what tells it from others."""
    return f"{name} ({more})" if name and more else name or more


def _texts(documents: pd.DataFrame, name: str) -> list[str]:
    """What a column says of each document; "" where it says nothing."""
    if name not in documents.columns:
        return [""] * len(documents)
    values = documents[name].astype(object).tolist()
    return ["" if pd.isna(v) else wording.clean(plain(v)) for v in values]
