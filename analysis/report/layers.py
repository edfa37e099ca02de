"""All that the report measures from: every layer of a corpus, made once."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

import analysis as da
from analysis.files import hash_text
from analysis.tables import NONE_LABEL, InputError, require_columns

MOST_GROUPS = 8  # more cannot be told apart by colour and marker
_TEXT_COLUMNS = ("title", "outlet", "genre", "language", "licence", "version", "url")


@dataclass(frozen=True)
class Layers:
    """A corpus, how it is to be grouped, and its layers; each is made when first asked for."""

    documents: pd.DataFrame
    by: str | None  # None where there is nothing to compare
    why_not: str  # why there are no groups, in a sentence
    article: str
    term_groups: dict[str, list[str]]
    aliases: pd.DataFrame | None

    @cached_property
    def tokens(self) -> pd.DataFrame:
        """One row per token."""
        return da.tokenize(self.documents)

    @cached_property
    def sentences(self) -> pd.DataFrame:
        """One row per sentence."""
        return da.split_sentences(self.documents)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """The sentences with what the lexicon says of them."""
        return da.score_sentiment(self.sentences)

    @cached_property
    def tagged(self) -> pd.DataFrame:
        """The tokens with what the model says of them."""
        return da.annotate(self.documents).tokens

    @cached_property
    def mentions(self) -> pd.DataFrame:
        """The names, variants merged as the corpus's ledger has it."""
        found = da.find_entities(self.documents, sentences=self.sentences)
        return found if self.aliases is None else da.apply_aliases(found, self.aliases)

    @cached_property
    def quotes(self) -> pd.DataFrame:
        """The quotations."""
        return da.find_quotes(self.documents, tagged=self.tagged, mentions=self.mentions)

    @cached_property
    def voiced(self) -> pd.DataFrame:
        """The tokens with the voice that each is in."""
        return da.add_voices(self.tagged, self.quotes, documents=self.documents)

    @cached_property
    def targets(self) -> pd.DataFrame:
        """The mentions with how their sentence speaks of them, and in whose voice."""
        scored = da.score_targets(self.documents, self.mentions, sentences=self.sentences)
        return da.add_voices(scored, self.quotes, documents=self.documents)

    @cached_property
    def words(self) -> pd.Series:
        """Words of each document."""
        own = self.tokens[self.tokens["is_word"]]
        return own.groupby("doc", observed=False).size()

    @cached_property
    def groups(self) -> list[str]:
        """The groups, by name."""
        return [] if self.by is None else sorted(set(group_of(self.documents, self.by)))

    @cached_property
    def compared(self) -> pd.DataFrame:
        """The documents of the groups that are compared: those with the most words."""
        if self.by is None or len(self.groups) <= MOST_GROUPS:
            return self.documents
        group = group_of(self.documents, self.by)
        size = self.documents["doc"].map(self.words.to_dict()).groupby(group).sum()
        kept = sorted(size.index, key=lambda name: (-size[name], name))[:MOST_GROUPS]
        return self.documents[group.isin(kept)]

    def rows_of(self, table: pd.DataFrame, documents: pd.DataFrame) -> pd.DataFrame:
        """The rows of a table that belong to some of the documents."""
        if documents is self.documents:
            return table
        return table[table["doc"].astype(object).isin(set(documents["doc"]))]


def make_layers(
    corpus: str | os.PathLike[str] | pd.DataFrame,
    *,
    by: str | None,
    article: str | None,
    term_groups: Mapping[str, Sequence[str]] | str | os.PathLike[str] | None,
) -> Layers:
    """Read a corpus, and settle how it is grouped and which document is looked at closely."""
    if isinstance(corpus, pd.DataFrame):
        documents, folder = _completed(corpus), None
    else:
        folder = Path(corpus)
        documents = _completed(da.read_corpus(folder, near_duplicates=None).documents)
    by, why_not = _grouping(documents, by)
    ledger = folder / "aliases.csv" if folder else None
    return Layers(
        documents=documents,
        by=by,
        why_not=why_not,
        article=_article(documents, article),
        term_groups=_term_groups(term_groups, folder),
        aliases=da.read_aliases(ledger) if ledger and ledger.is_file() else None,
    )


def _completed(documents: pd.DataFrame) -> pd.DataFrame:
    """A copy with the columns that the report shows, and with a record of which texts these are."""
    require_columns(documents, ("doc", "text"), "documents")
    if not len(documents):
        raise InputError("The documents table has no rows; a report needs at least one document.")
    table = documents.reset_index(drop=True)
    twice = table["doc"].astype(object).duplicated()
    if twice.any():
        raise InputError(f"The document {table.loc[twice, 'doc'].iloc[0]!r} is there twice.")
    for name in _TEXT_COLUMNS:
        if name not in table.columns:
            table[name] = None
    if "published" not in table.columns:
        table["published"] = pd.NaT
    keys = table[["doc", "text"]].astype(object).map(_encodable)
    keys["sha256"] = keys["text"].map(hash_text)
    known = documents.attrs.get("corpus") or {}
    made = {
        "name": "documents",
        "fingerprint": da.Corpus(table[["doc", "text"]]).documents.attrs["corpus"]["fingerprint"],
        "documents": len(table),
    }
    table.attrs = {**documents.attrs, "corpus": {**made, **known}}
    return table


def _encodable(text: object) -> str:
    """The text, half surrogates replaced: they have no bytes that could be hashed."""
    return str(text).encode("utf-8", "replace").decode()


def _grouping(documents: pd.DataFrame, by: str | None) -> tuple[str | None, str]:
    """The column to group by, or None and why."""
    if by is None:
        return None, "No column was named by which to group the documents."
    if by not in documents.columns and by != "side":  # side is asked for by nobody but us
        known = ", ".join(name for name in map(str, documents.columns) if name != "text")
        raise InputError(f"by={by!r} is no column of the documents; choose one of {known}.")
    if len(documents) < 2:
        return None, "The corpus is one document, so there are no groups to compare."
    if by not in documents.columns:
        return None, "The documents have no column “side” by which to group them."
    values = set(group_of(documents, by))
    if len(values) < 2:
        return None, f"All documents have the same “{by}”, so there are no groups to compare."
    return by, ""


def group_of(documents: pd.DataFrame, by: str) -> pd.Series:
    """The group of every document, as the measures name it."""
    column = documents[by].astype(object)
    return column.where(column.notna(), NONE_LABEL).astype(str)


def _article(documents: pd.DataFrame, article: str | None) -> str:
    """The document that is looked at closely."""
    known = documents["doc"].astype(str).tolist()
    if article is None:
        return known[0]
    if article not in known:
        shown = ", ".join(known[:8]) + (" …" if len(known) > 8 else "")
        raise InputError(f"article={article!r} is not in the corpus; choose one of {shown}.")
    return article


def _term_groups(given: Any, folder: Path | None) -> dict[str, list[str]]:
    """The groups of terms: those given, else those of the corpus folder, else none."""
    if given is None:
        own = folder / "term-groups.yml" if folder else None
        return da.read_term_groups(own) if own and own.is_file() else {}
    if isinstance(given, Mapping):
        return {str(name): [*patterns] for name, patterns in given.items()}
    return da.read_term_groups(Path(given))
