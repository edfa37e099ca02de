"""The coded rows of a sample and the frame that they were drawn from, as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.coding.design import (
    MACHINE,
    Cell,
    column_of,
    design_of,
    require_codes,
    require_same_documents,
    require_texts,
    unpack,
)
from analysis.tables import InputError, require_columns

_KEPT = ("row", "doc", "start", "end", MACHINE, "stratum", "probability", "coder", "code")
_DESIGN = (
    *("name", "unit", "column", "items", "choices", "frame", "strata", "fingerprint", "coders"),
    *("date", "question", "seed", "drawn", "enlarged", "source", "rest", "headings"),
)


class Held(NamedTuple):
    """What rows hold, such as words, where this is counted in place of the rows."""

    sums: np.ndarray  # (documents, kinds of rows)
    squares: np.ndarray  # … of the squares
    size: np.ndarray  # of every coded row


class Coded:
    """The coded rows and the frame that they were drawn from, as arrays."""

    def __init__(self, codes: pd.DataFrame, documents: pd.DataFrame) -> None:
        design = design_of(codes)
        frame = design["frame"]
        if "text" in documents.columns:
            require_texts(codes, documents)
            require_same_documents(design, documents)
        self.design = design
        self.docs = pd.Index(list(frame["rows"]), dtype=object)
        self.counts = np.array([list(map(int, line.split())) for line in frame["rows"].values()])
        self.keys = pd.DataFrame(frame["values"], columns=frame["columns"], dtype=object)
        self.counts = self.counts.reshape(len(self.docs), len(self.keys))
        self.documents = documents
        first = codes.drop_duplicates("row")
        if len(codes.drop_duplicates(["row", "doc", "start", "end"])) > len(first):
            raise InputError(
                "The codes are of two samples, whose rows have the same numbers; read the files of"
                " one sample with read_codes."
            )
        names = pd.MultiIndex.from_frame(self.keys)
        self.row = pd.Index(first["row"])
        self.doc = self.docs.get_indexer(first["doc"].astype(str))
        self.key = names.get_indexer(pd.MultiIndex.from_frame(first[list(self.keys.columns)]))
        if (self.doc < 0).any() or (self.key < 0).any():
            raise InputError("The codes are not of their sample; read them again with read_codes.")
        coded = first["stratum"].map(first["stratum"].value_counts()).to_numpy(dtype=float)
        size = first["stratum"].map(design["strata"]).to_numpy(dtype=float)
        times = np.zeros(self.counts.shape)
        np.add.at(times, (self.doc, self.key), 1)
        over = (times > self.counts)[self.doc, self.key] | ~(coded <= size)
        if over.any():
            row = first.iloc[int(np.argmax(over))]
            raise InputError(
                f"Row {row['row']}: more rows of its kind are coded in {row['doc']!r} or in its"
                f" stratum {row['stratum']!r} than there are; read the codes again with read_codes."
            )
        self.weight, self.chance = size / coded, coded / size
        self.codes = codes
        self.inside = np.ones(len(self.docs), bool)  # the documents that are asked about

    def keep(self, docs: Sequence[str] | None) -> Coded:
        """Ask about some of the documents only."""
        if docs is not None:
            self.inside = self.docs.isin([docs] if isinstance(docs, str) else [*map(str, docs)])
            if not self.inside.any():
                raise InputError("docs= names none of the documents that the sample is of.")
            self.counts[~self.inside] = 0
        return self

    def said(self, answer: str) -> np.ndarray:
        """What part of the coders of every coded row gave an answer."""
        is_it = (self.codes["code"] == answer).astype(float)
        means = is_it.groupby(self.codes["row"]).mean()
        return means.reindex(self.row).to_numpy()

    def numbers(self) -> np.ndarray:
        """The mean of the coders' numbers, for every coded row."""
        means = self.codes["code"].astype(float).groupby(self.codes["row"]).mean()
        return means.reindex(self.row).to_numpy()

    def limits(self) -> tuple[float, float]:
        """The least and the greatest number that a code can be."""
        numbers = [float(choice.replace(",", ".")) for choice in self.design["choices"]]
        return min(numbers), max(numbers)

    def values(self, name: str) -> tuple[np.ndarray, bool]:
        """A column to group by: of the documents (True) or of the rows."""
        if name in self.keys.columns:
            return self.keys[name].to_numpy(dtype=object), False
        if name in self.documents.columns:
            return column_of(self.docs, self.documents, name), True
        raise InputError(
            f"There is no column {name!r} to group by; draw the sample with by={name!r}, or take a"
            " column of the documents."
        )

    def rows(self, docs: np.ndarray, keys: np.ndarray) -> int:
        """How many rows there are of a group."""
        return int(self.counts[np.ix_(docs, keys)].sum())

    def masks(self, wanted: Mapping[str, Any]) -> tuple[np.ndarray, np.ndarray]:
        """Which documents and which kinds of rows have some values."""
        docs, keys = self.inside.copy(), np.ones(len(self.keys), bool)
        for name, value in wanted.items():
            values, of_documents = self.values(name)
            same = values == str(value)
            docs, keys = (docs & same, keys) if of_documents else (docs, keys & same)
        return docs, keys

    def cell(
        self,
        docs: np.ndarray,
        keys: np.ndarray,
        answer: str | None,
        base: np.ndarray | None = None,
        held: Held | None = None,
    ) -> tuple[Cell, list[str]]:
        """The rows of a group, or what they hold, by the machine's answers, and these."""
        answers = self.keys[MACHINE].to_numpy()[keys].astype(str)
        kinds, kind = np.unique(answers, return_inverse=True)
        place = np.full(len(self.keys), -1)
        place[keys] = kind
        rows = self._by_kind(self.counts if held is None else held.sums, docs, keys, kind)
        squares = None if held is None else self._by_kind(held.squares, docs, keys, kind)
        own = docs[self.doc] & keys[self.key]
        base = rows.sum(1) if base is None else base
        said = (self.numbers() if answer is None else self.said(answer))[own]
        weight = self.weight if held is None else self.weight * held.size
        there = rows.sum(0) > 0
        squares = None if squares is None else squares[:, there]
        kind = (np.cumsum(there) - 1)[place[self.key[own]]]
        rows, chance = rows[:, there], self.chance[own]
        cell = Cell(rows, base, self.doc[own], kind, weight[own], said, squares, chance)
        return cell, list(kinds[there])

    def _by_kind(
        self, counts: np.ndarray, docs: np.ndarray, keys: np.ndarray, kind: np.ndarray
    ) -> np.ndarray:
        """Counts of some documents by the machine's answers."""
        rows = np.zeros((len(self.docs), int(kind.max(initial=-1)) + 1))
        np.add.at(rows.T, kind, counts[:, keys].T)
        rows[~docs] = 0
        return rows


def plain_codes(codes: Any) -> Any:
    """Codes as a record keeps them: ids, places, strata and codes, no text."""
    if not isinstance(codes, pd.DataFrame):
        return codes
    design = design_of(codes)
    columns = [*_KEPT, *(c for c in design["frame"]["columns"] if c != MACHINE)]
    require_columns(codes, columns, "codes")
    plain = codes[columns].astype(object)
    return {
        "corpus": {},
        "coding": {name: design[name] for name in _DESIGN if name in design},
        "columns": columns,
        "rows": [[getattr(v, "item", lambda v=v: v)() for v in row] for row in plain.to_numpy()],
    }


def read_plain(codes: Any) -> pd.DataFrame:
    """Codes as a table, also where a record brought them."""
    table = unpack(codes, "The record") if isinstance(codes, Mapping) else codes
    require_columns(table, _KEPT, "codes")
    design_of(table)
    require_codes(table)
    return table


def groups_of_codes(coded: Coded, names: Sequence[str]) -> list[dict[str, str]]:
    """The groups that have rows, in order."""
    if not names:
        return [{}]
    doc, key = np.nonzero(coded.counts)
    columns = {}
    for name in names:
        values, of_documents = coded.values(name)
        columns[name] = values[doc if of_documents else key]
    table = pd.DataFrame(columns).drop_duplicates().sort_values(list(names))
    return [{str(k): v for k, v in row.items()} for row in table.to_dict("records")]
