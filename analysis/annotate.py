"""Parts of speech, lemmas, dependencies and names of every text, by the bundled model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.tables import InputError, progress, require_columns, stamp
from analysis.tagging.assemble import Spans, TokenColumns, mention_rows
from analysis.tagging.bundled import tag_texts
from analysis.tagging.model import describe_model
from analysis.tagging.run import ENTITIES, EVERYTHING
from analysis.tagging.tagged import Tagged
from analysis.tokens import tokenize

_TOGETHER = 150_000  # characters of texts that are tagged at once
_NEEDED = ("doc", "sentence", "position", "start", "end", "word")


class Annotation(NamedTuple):
    """What `annotate` gives."""

    tokens: pd.DataFrame
    mentions: pd.DataFrame


def annotate(
    documents: pd.DataFrame,
    *,
    tokens: pd.DataFrame | None = None,
    engine: Any = None,
    cache: bool | str | Path = True,
    workers: int | None = None,
) -> Annotation:
    """Tag every token and find every name."""
    table = _token_table(documents, tokens)
    columns, mentions = TokenColumns(len(table)), _MentionRows()
    for doc, rows, spans, tagged in tag(
        documents, table, engine=engine, cache=cache, workers=workers
    ):
        columns.fill(rows, spans, tagged)
        mentions.add(doc, tagged, documents["text"].iloc[doc])
    made = columns.columns()
    result = table.assign(**made)
    return Annotation(
        _signed(result, documents, engine), _signed(mentions.table(documents), documents, engine)
    )


def tag(
    documents: pd.DataFrame,
    tokens: pd.DataFrame,
    wanted: Sequence[str] = EVERYTHING,
    *,
    engine: Any = None,
    cache: bool | str | Path = True,
    workers: int | None = None,
) -> Iterator[tuple[int, slice, Spans, Tagged]]:
    """Tag document by document."""
    texts = documents["text"].tolist()
    for some in progress(_together(texts)):
        rows = {doc: r for doc, r in _rows(tokens, documents).items() if doc in some}
        spans = [_spans(tokens, rows.get(doc, slice(0, 0))) for doc in some]
        for doc, span, tagged in zip(
            some,
            spans,
            tag_texts([texts[doc] for doc in some], spans, wanted, workers=workers),
            strict=True,
        ):
            yield doc, rows.get(doc, slice(0, 0)), span, tagged


def _token_table(documents: pd.DataFrame, tokens: pd.DataFrame | None) -> pd.DataFrame:
    if tokens is None:
        return tokenize(documents)
    require_columns(tokens, _NEEDED, "tokens")
    return tokens


def _together(texts: list[str]) -> Iterator[list[int]]:
    some: list[int] = []
    size = 0
    for doc, text in enumerate(texts):
        some.append(doc)
        size += len(text)
        if size >= _TOGETHER or doc == len(texts) - 1:
            yield some
            some, size = [], 0


def _rows(tokens: pd.DataFrame, documents: pd.DataFrame) -> dict[int, slice]:
    codes = tokens["doc"].cat.codes.to_numpy()
    place = pd.Index(documents["doc"], dtype=object).get_indexer(tokens["doc"].cat.categories)
    ends = np.flatnonzero(np.diff(codes, append=-1)) + 1
    starts = np.concatenate([[0], ends[:-1]])
    return {
        int(place[codes[a]]): slice(int(a), int(b))
        for a, b in zip(starts, ends, strict=True)
        if b > a
    }


def _spans(tokens: pd.DataFrame, rows: slice) -> Spans:
    some = tokens.iloc[rows]
    return Spans(
        some["start"].to_numpy(),
        some["end"].to_numpy(),
        some["sentence"].to_numpy(),
        some["word"].astype(object).tolist(),
    )


class _MentionRows:
    def __init__(self) -> None:
        self.docs: list[int] = []
        self.rows: list[tuple[int, int, int, str, str, float]] = []

    def add(self, doc: int, tagged: Tagged, text: str) -> None:
        found = mention_rows(tagged, text)
        self.docs += [doc] * len(found)
        self.rows += found

    def table(self, documents: pd.DataFrame) -> pd.DataFrame:
        names = ("sentence", "start", "end", "text", "label", "score")
        columns = dict(zip(names, zip(*self.rows, strict=True), strict=True)) or {
            name: () for name in names
        }
        made: dict[str, Any] = {
            "doc": pd.Categorical.from_codes(self.docs, pd.Index(documents["doc"], dtype=object))
        }
        for name in ("sentence", "start", "end"):
            made[name] = np.asarray(columns[name], np.int32)
        for name in ("text", "label"):
            made[name] = pd.Series(list(columns[name]), dtype=object)
        made["entity"] = made["text"].copy()
        made["score"] = np.asarray(columns["score"], float)
        return pd.DataFrame(made)


def _signed(table: pd.DataFrame, documents: pd.DataFrame, engine: Any) -> pd.DataFrame:
    stamped = stamp(table, documents, "annotate", {}, on="documents")
    stamped.attrs["model"] = describe_model()
    return stamped
