"""The explorer without its widgets: questions in, answers out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.corpus.lists import read_aliases
from analysis.panel.controls import Control, checked, filter_controls
from analysis.panel.kitchen import Kitchen
from analysis.panel.layers import Tick
from analysis.panel.question import Answer, Question
from analysis.panel.tabs import (
    collocates,
    contexts,
    entities,
    keywords,
    sentiment,
    terms,
    text,
    voices,
)
from analysis.tables import InputError, require_choice, require_columns
from analysis.voices.spans import is_named

TABS: dict[str, Any] = {
    "Terms": terms,
    "Contexts": contexts,
    "Keywords": keywords,
    "Collocates": collocates,
    "Sentiment": sentiment,
    "Entities": entities,
    "Voices": voices,
    "Text": text,
}
SPEAKERS = 40  # offered by name as a filter: those with most quotations


class Explorer:
    """Answer questions about a corpus, each with its code and its passages.

    Examples
    --------
    >>> documents = pd.DataFrame({"doc": ["a"], "text": ["Peace talks. No peace."]})
    >>> explorer = Explorer(documents, source="documents")
    >>> answer = explorer.ask("Terms", {"search": "peace"})
    >>> answer.table[["term", "count"]].values.tolist()
    [['peace', 2]]
    >>> answer.passages(0)["right"].tolist()
    [' talks. No peace.', '.']
    """

    tabs = tuple(TABS)

    def __init__(
        self,
        documents: pd.DataFrame,
        *,
        source: str = 'da.read_corpus("corpus").documents',
        layers: Mapping[str, pd.DataFrame] | None = None,
        aliases: str | None = None,
    ) -> None:
        _require_texts(documents)
        self.documents = documents.copy(deep=False)
        self.source, self.aliases = source, aliases
        ledger = None if aliases is None else read_aliases(aliases)
        self._kitchen = Kitchen(self.documents, layers or {}, ledger)
        self._frequent: pd.Index | None = None
        self._declared: dict[tuple[str, Any, int], list[Control]] = {}

    def controls(self, tab: str, settings: Mapping[str, Any] | None = None) -> list[Control]:
        """What can be set in a tab, in order; the filters that all tabs share come last."""
        require_choice(tab, self.tabs, "tab")
        filters = self._filters()
        voices = filters[-1].choices
        key = tab, (settings or {}).get("by") if tab == "Keywords" else None, len(voices)
        if key not in self._declared:
            chosen = {} if key[1] is None else {"by": key[1]}
            self._declared[key] = TABS[tab].controls(self.documents, chosen, voices)
        own = self._declared[key]
        return list(own) if tab == "Text" else [*own, *filters]

    def _filters(self) -> list[Control]:
        """The filters; speakers can be chosen by name as soon as quotations were found."""
        layers, every = self._kitchen.layers, np.arange(len(self.documents))
        named = not layers.lacks("quotes", every)
        key = "", named, 0
        if key not in self._declared:
            speakers = _speakers(layers.take("quotes", every)) if named else []
            self._declared[key] = filter_controls(self.documents, speakers)
        return self._declared[key]

    def text(self, doc: str) -> str:
        """The whole text of a document."""
        own = self.documents["doc"].astype(object) == doc
        if not own.any():
            raise InputError(f"There is no document {doc!r}; choose one of the corpus.")
        return str(self.documents.loc[own, "text"].iloc[0])

    def missing(self, tab: str, settings: Mapping[str, Any]) -> list[str]:
        """Layers that must be made before a question can be answered quickly."""
        layers, question = self._kitchen.layers, self._question(tab, settings)
        rows = question.rows()
        needed = TABS[tab].needs(question.settings)
        return [name for name in needed if layers.lacks(name, rows)]

    def prepare(self, tab: str, settings: Mapping[str, Any], tick: Tick) -> bool:
        """Make what is missing, some documents at a time."""
        layers, question = self._kitchen.layers, self._question(tab, settings)
        rows = question.rows()
        needed = TABS[tab].needs(question.settings)
        made = all(layers.make(name, rows, tick) for name in needed)
        if made and "tokens" in needed and "quotes" in needed:
            question.with_voices(question.all_tokens(), "voiced")
            question.run("voiced")  # kept for when it is asked
        return made

    def ask(self, tab: str, settings: Mapping[str, Any] | None = None) -> Answer:
        """Answer a question."""
        question = self._question(tab, settings or {})
        answer: Answer = TABS[tab].ask(question)
        return answer

    def complete(self, prefix: str, limit: int = 20) -> list[str]:
        """Words that begin so, the most frequent first; none as long as there are no tokens."""
        words = self._vocabulary()
        start = prefix.lower().replace("’", "'")
        found = [word for word in words if word.startswith(start)] if len(words) else []
        return found[:limit]

    def _vocabulary(self) -> pd.Index:
        """The words of the corpus by falling frequency."""
        layers = self._kitchen.layers
        every = np.arange(len(self.documents))
        if layers.lacks("tokens", every):
            return pd.Index([], dtype=object)
        if self._frequent is None:
            tokens = layers.take("tokens", every)
            array: Any = tokens["term"].array
            codes = array.codes[tokens["is_word"].to_numpy()]
            counts = np.bincount(codes, minlength=len(array.categories))
            order = np.argsort(-counts, kind="stable")
            self._frequent = array.categories.take(order[counts[order] > 0])
        return self._frequent

    def _question(self, tab: str, settings: Mapping[str, Any]) -> Question:
        known = checked(self.controls(tab, settings), settings)
        return Question(self._kitchen, known, self.source, self.aliases)


def _require_texts(documents: pd.DataFrame) -> None:
    """Refuse what is no corpus before a panel is built on it."""
    require_columns(documents, ("doc", "text"), "documents")
    if not len(documents):
        raise InputError("The corpus holds no document; add some with add_documents.")
    if documents["doc"].duplicated().any():
        twice = documents.loc[documents["doc"].duplicated(), "doc"].iloc[0]
        raise InputError(f"The id {twice!r} stands twice in the documents; ids must be unique.")
    wrong = ~documents["text"].map(lambda text: isinstance(text, str))
    if wrong.any():
        doc = documents.loc[wrong, "doc"].iloc[0]
        raise InputError(f"Document {doc!r} has no text; give it one, or drop the row.")


def _speakers(quotes: pd.DataFrame) -> list[str]:
    """The names with most quotations."""
    names = quotes["speaker"].astype("str")
    counts = names[names.map(is_named)].value_counts().reset_index()
    counts = counts.sort_values(["count", "speaker"], ascending=[False, True])
    found: list[str] = counts["speaker"].head(SPEAKERS).tolist()
    return found
