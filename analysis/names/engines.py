"""From the texts to the rows of mentions: by the rules, or from what a model found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.names.canonical import complete_names
from analysis.names.gazetteer import Gazetteer, load_gazetteer, plain, with_aliases
from analysis.names.namerules import Found, find_names
from analysis.tables import progress

Rows = list[tuple[int, Found]]
AliasRows = Sequence[dict[str, str]]


class _Text(NamedTuple):
    """One document: its row, its text, where its sentences begin and what they are called."""

    row: int
    text: str
    starts: list[int]
    names: list[int]


def find_by_rules(documents: pd.DataFrame, sentences: pd.DataFrame, aliases: AliasRows) -> Rows:
    """Number of the document and mention, in order, as the rules find them."""
    gazetteer = _tables(aliases)
    found: Rows = []
    for row, text, starts, names in _texts(documents, sentences):
        for mention in find_names(text, starts, gazetteer):
            found.append((row, mention._replace(sentence=names[mention.sentence])))
    return found


def find_by_model(
    documents: pd.DataFrame,
    sentences: pd.DataFrame,
    aliases: AliasRows,
    mentions: pd.DataFrame,
) -> Rows:
    """Number of the document and mention, in order, from the mentions of `annotate`."""
    gazetteer = _tables(aliases)
    listed = {
        (plain(row[form]), row["label"])
        for row in aliases
        for form in ("variant", "entity")
        if row.get("label")
    }
    by_document = _by_document(documents, mentions)
    found: Rows = []
    for row, text, starts, names in _texts(documents, sentences):
        for mention in complete_names(text, starts, by_document[row], gazetteer, listed):
            found.append((row, mention._replace(sentence=names[mention.sentence])))
    return found


def _tables(aliases: AliasRows) -> Gazetteer:
    return with_aliases(load_gazetteer(), [row for row in aliases if row.get("label")])


def _by_document(documents: pd.DataFrame, mentions: pd.DataFrame) -> list[list[Found]]:
    """The model's mentions of every document."""
    home = pd.Index(documents["doc"].astype(object)).get_indexer(mentions["doc"].astype(object))
    found: list[list[Found]] = [[] for _ in range(len(documents))]
    columns = (mentions[name].tolist() for name in ("start", "end", "label", "score"))
    for row, start, end, label, score in zip(home.tolist(), *columns, strict=True):
        found[row].append(Found(0, start, end, label, "", score))
    return found


def _texts(documents: pd.DataFrame, sentences: pd.DataFrame) -> Iterator[_Text]:
    """Every document with its sentences in order."""
    home = pd.Index(documents["doc"].astype(object)).get_indexer(sentences["doc"].astype(object))
    order = np.lexsort([sentences["start"].to_numpy(), home])
    home, start = home[order], sentences["start"].to_numpy()[order]
    number = sentences["sentence"].to_numpy()[order]
    edges = np.searchsorted(home, np.arange(len(documents) + 1))
    texts = progress(enumerate(documents["text"]), total=len(documents), desc="entities")
    for row, text in texts:
        own = slice(edges[row], edges[row + 1])
        yield _Text(row, text, start[own].tolist(), number[own].tolist() or [0])
