"""Tables of the whole corpus, made when they are first needed, some documents at a time.

A layer is a table that follows from the documents one by one: sentences, tokens, their scores,
names, judgements, quotations. So its rows for some documents are the same whether these were read
alone or among others, what was made before a cancellation can stay, and a filter chooses rows.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.tables import InputError, silent

Tick = Callable[[int, int, str], bool]
PATIENCE = 0.4  # seconds that a portion should take: so often it can be stopped


class Layer(NamedTuple):
    """How a layer is made: from which others, at first of so many characters, told as what."""

    needs: tuple[str, ...]
    at_once: int
    what: str
    make: Callable[..., pd.DataFrame]


def package() -> Any:
    """The package, loaded when it is first used."""
    import analysis

    return analysis


def _tokens(documents: pd.DataFrame) -> pd.DataFrame:
    return package().tokenize(documents)  # type: ignore[no-any-return]


def _sentences(documents: pd.DataFrame) -> pd.DataFrame:
    return package().split_sentences(documents)  # type: ignore[no-any-return]


def _scores(documents: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    return package().score_sentiment(sentences)  # type: ignore[no-any-return]


def _mentions(documents: pd.DataFrame) -> pd.DataFrame:
    return package().find_entities(documents)  # type: ignore[no-any-return]


def _targets(documents: pd.DataFrame, mentions: pd.DataFrame) -> pd.DataFrame:
    return package().score_targets(documents, mentions)  # type: ignore[no-any-return]


def _quotes(documents: pd.DataFrame, mentions: pd.DataFrame) -> pd.DataFrame:
    tagged = package().annotate(documents).tokens
    return package().find_quotes(documents, tagged=tagged, mentions=mentions)  # type: ignore[no-any-return]


LAYERS: dict[str, Layer] = {
    "tokens": Layer((), 500_000, "Reading words", _tokens),
    "sentences": Layer((), 500_000, "Finding sentences", _sentences),
    "scores": Layer(("sentences",), 50_000, "Scoring sentences", _scores),
    "mentions": Layer((), 5_000, "Finding names", _mentions),
    "targets": Layer(("mentions",), 5_000, "Judging sentiment toward names", _targets),
    "quotes": Layer(("mentions",), 5_000, "Finding quotations", _quotes),
}


class Layers:
    """The layers of one corpus, as far as they are made."""

    def __init__(
        self,
        documents: pd.DataFrame,
        given: Mapping[str, pd.DataFrame] | None = None,
        aliases: pd.DataFrame | None = None,
    ) -> None:
        self.documents, self.aliases, self.given = documents, aliases, set(given or {})
        self.ids = pd.Index(documents["doc"], dtype=object)
        self.sizes = documents["text"].str.len().to_numpy()
        self._parts: dict[str, list[pd.DataFrame]] = {}
        self._made: dict[str, np.ndarray] = {}
        for name, table in (given or {}).items():
            self._parts[name] = [_with_ids(table, self.ids, name)]
            self._made[name] = np.ones(len(documents), dtype=bool)

    def made(self, name: str) -> np.ndarray:
        """Which documents a layer has been made for, as a bool array."""
        return self._made.setdefault(name, np.zeros(len(self.documents), dtype=bool))

    def lacks(self, name: str, rows: np.ndarray) -> bool:
        """Whether a layer has to be made for some of these documents."""
        return not self.made(name)[rows].all()

    def make(self, name: str, rows: np.ndarray, tick: Tick | None = None) -> bool:
        """Make a layer for documents that lack it; False if `tick` stopped it on the way."""
        layer = LAYERS[name]
        for needed in layer.needs:
            if not self.make(needed, rows, tick):
                return False
        todo = rows[~self.made(name)[rows]]
        done, size = 0, layer.at_once
        while done < len(todo):
            if tick is not None and not tick(done, len(todo), layer.what):
                return False
            begin = time.monotonic()
            some = self._portion(todo[done:], size)
            given = [self._rows(needed, some) for needed in layer.needs]
            with silent():
                part = layer.make(self._unnumbered(some), *given)
            self._parts.setdefault(name, []).append(part)
            self.made(name)[some] = True
            done += len(some)
            size = _next_size(size, time.monotonic() - begin)
        return tick is None or not len(todo) or tick(done, len(todo), layer.what)

    def _portion(self, rows: np.ndarray, size: int) -> np.ndarray:
        """The first of these documents, of so many characters together, one at least."""
        last = int(np.searchsorted(np.cumsum(self.sizes[rows]), size, "right"))
        return rows[: max(last, 1)]

    def _unnumbered(self, rows: np.ndarray) -> pd.DataFrame:
        """Some documents as if they were all: then no step records which ones they are."""
        part = self.documents.iloc[rows].reset_index(drop=True)
        part.attrs = {key: value for key, value in self.documents.attrs.items() if key != "corpus"}
        return part

    def take(self, name: str, rows: np.ndarray) -> pd.DataFrame:
        """The layer's rows for some documents, as its function gives them for these alone."""
        self.make(name, rows)
        table = self._rows(name, rows)
        corpus = self.documents.attrs.get("corpus")
        if corpus is None:
            return table
        table.attrs = {**table.attrs, "corpus": corpus}
        total = corpus.get("documents")
        if total is not None and len(rows) < min(total, 1000):
            own = len(self.documents.attrs.get("steps", []))
            docs = [str(doc) for doc in self.ids[rows]]
            table.attrs["steps"] = _with_docs(table.attrs.get("steps", []), docs, own)
        return table

    def _rows(self, name: str, rows: np.ndarray) -> pd.DataFrame:
        """The layer's rows for some documents; no step says which ones, as if they were all."""
        whole = self._whole(name)
        table = whole.copy(deep=False)
        if len(rows) < len(self.ids):
            table = _select(whole, rows, self.ids)
        table.attrs = {key: value for key, value in whole.attrs.items() if key != "corpus"}
        if self.aliases is None or name in self.given or "mentions" in self.given:
            return table
        if name == "mentions":
            return package().apply_aliases(table, self.aliases)  # type: ignore[no-any-return]
        if "mentions" in LAYERS[name].needs:  # made of portions, each with its own names
            *before, last = table.attrs["steps"]
            steps = self._rows("mentions", rows).attrs["steps"]
            if before and before[-1]["call"] == "apply_aliases":
                before = steps
            params = {**last["params"], "mentions": {"steps": steps}}
            table.attrs["steps"] = [*before, {**last, "params": params}]
        return table

    def _whole(self, name: str) -> pd.DataFrame:
        """All parts of a layer as one table in the documents' order."""
        parts = self._parts[name]
        if len(parts) > 1 or len(parts[0]["doc"].cat.categories) < len(self.ids):
            self._parts[name] = parts = [_join(parts, self.ids)]
        return parts[0]


def _with_docs(steps: list[Any], docs: list[str], own: int) -> list[Any]:
    """Recorded steps, told that they and the tables they took are of some documents.

    The first `own` steps led to the documents themselves.
    """
    told = []
    for step in steps[own:]:
        params = dict(step["params"])
        for name, value in params.items():
            if isinstance(value, dict) and "steps" in value:
                params[name] = {"steps": _with_docs(value["steps"], docs, own), "docs": docs}
        told.append({**step, "params": params, "docs": docs})
    return [*steps[:own], *told]


def _next_size(size: int, seconds: float) -> int:
    """Characters of the next portion: half as many where the last took too long, or double."""
    if seconds > 2 * PATIENCE:
        return max(size // 2, 1)
    return 2 * size if seconds < PATIENCE else size


def _with_ids(table: pd.DataFrame, ids: pd.Index, name: str) -> pd.DataFrame:
    """A table that was given, its `doc` coded as in the corpus."""
    codes = ids.get_indexer(pd.Index(table["doc"].astype(object)))
    if (codes < 0).any():
        stranger = table["doc"].iloc[int(np.argmin(codes))]
        raise InputError(f"Document {stranger!r} of the {name} given is not in the corpus.")
    result = table.assign(doc=pd.Categorical.from_codes(codes, ids))
    result.attrs = dict(table.attrs)
    return result


def _codes(table: pd.DataFrame, column: str) -> np.ndarray:
    array: Any = table[column].array
    codes: np.ndarray = array.codes
    return codes


def _join(parts: list[pd.DataFrame], ids: pd.Index) -> pd.DataFrame:
    """Put tables of different documents together: one vocabulary, in the documents' order."""
    docs = [ids.get_indexer(part["doc"].cat.categories)[_codes(part, "doc")] for part in parts]
    doc = np.concatenate(docs)
    order = np.argsort(doc, kind="stable") if (doc[1:] < doc[:-1]).any() else None
    columns: dict[str, Any] = {"doc": pd.Categorical.from_codes(_in(doc, order), ids)}
    for name in parts[0].columns:
        if name == "doc":
            continue
        if isinstance(parts[0][name].dtype, pd.CategoricalDtype):
            codes, words = _one_vocabulary(parts, name)
            columns[name] = pd.Categorical.from_codes(_in(codes, order), words)
        else:
            filled = [part[name] for part in parts if len(part)] or [parts[0][name]]
            column = pd.concat(filled, ignore_index=True) if len(filled) > 1 else filled[0]
            columns[name] = _as_it_is(column if order is None else column.take(order))
    table = pd.DataFrame(columns, copy=False)
    table.attrs = parts[0].attrs
    return table


def _as_it_is(column: pd.Series) -> pd.Series:
    """A column for a new table, which would take texts for another type than they had."""
    return column.reset_index(drop=True)


def _in(values: np.ndarray, order: np.ndarray | None) -> np.ndarray:
    return values if order is None else values[order]


def _one_vocabulary(parts: list[pd.DataFrame], name: str) -> tuple[np.ndarray, pd.Index]:
    """Codes of a text column of several tables in the sorted vocabulary of all."""
    vocabularies = [part[name].cat.categories for part in parts]
    every = sorted(set().union(*(set(words) for words in vocabularies)))
    words = pd.Index(every, dtype=object)
    codes = [
        words.get_indexer(own).astype(np.int32)[_codes(part, name)]
        for part, own in zip(parts, vocabularies, strict=True)
    ]
    return np.concatenate(codes), words


def _select(table: pd.DataFrame, rows: np.ndarray, ids: pd.Index) -> pd.DataFrame:
    """The rows of some documents; the vocabularies hold only what these have."""
    place = np.full(len(ids), -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    doc = place[_codes(table, "doc")]
    kept = np.flatnonzero(doc >= 0)
    columns: dict[str, Any] = {}
    for name in table.columns:
        if name == "doc":
            columns["doc"] = pd.Categorical.from_codes(doc[kept], ids.take(rows))
        elif isinstance(table[name].dtype, pd.CategoricalDtype):
            codes, words = _codes(table, str(name))[kept], table[name].cat.categories
            used = np.bincount(codes, minlength=len(words)) > 0
            recode = (np.cumsum(used) - 1).astype(codes.dtype)
            columns[str(name)] = pd.Categorical.from_codes(recode[codes], words[used])
        else:
            columns[str(name)] = _as_it_is(table[name].take(kept))
    result = pd.DataFrame(columns, copy=False)
    result.attrs = table.attrs
    return result
