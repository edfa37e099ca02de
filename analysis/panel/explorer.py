"""Exploring a corpus in a notebook: one panel, every number with its passages and its code."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis._lazy import needs_extra
from analysis.layers import Corpus, Tick
from analysis.panel.controls import Control, checked, filter_controls
from analysis.panel.labels import Labels
from analysis.panel.question import Answer, Question, Tab
from analysis.panel.steps import Cache, call, method
from analysis.panel.tabs import (
    article,
    coding,
    collocates,
    contexts,
    dispersion,
    entities,
    groups,
    keywords,
    network,
    ngrams,
    sentiment,
    style,
    terms,
    text,
    voices,
)
from analysis.tables import InputError, is_corpus, require_choice
from analysis.voices.spans import is_named

if TYPE_CHECKING:
    from analysis.panel.panel import Panel

TABS: dict[str, Tab] = {
    "Terms": terms.TAB,
    "Term groups": groups.TAB,
    "Contexts": contexts.TAB,
    "Collocates": collocates.TAB,
    "Network": network.TAB,
    "N-grams": ngrams.TAB,
    "Dispersion": dispersion.TAB,
    "Keywords": keywords.TAB,
    "Sentiment": sentiment.TAB,
    "Style": style.TAB,
    "Entities": entities.TAB,
    "Voices": voices.TAB,
    "Article": article.TAB,
    "Text": text.TAB,
    coding.NAME: coding.TAB,
}
SPEAKERS = 40  # offered by name as a filter: those with most quotations


def explore(
    corpus: Corpus | str | os.PathLike[str] | pd.DataFrame,
    *,
    tab: str = "Terms",
    settings: Mapping[str, Any] | None = None,
    figures: str | os.PathLike[str] = "figures",
) -> Panel:
    """Explore a corpus in JupyterLab: terms, contexts, keywords, collocates, sentiment, voices.

    Parameters
    ----------
    corpus : Corpus, path or pandas.DataFrame
        The corpus, its folder, or its documents table.
    tab : str
        The tab to begin with: "Terms", "Term groups", "Contexts", "Collocates", "Network",
        "N-grams", "Dispersion", "Keywords", "Sentiment", "Style", "Entities", "Voices", "Article",
        "Text" or "Coding".
    settings : mapping, optional
        Values of that tab's controls by name, as in ``{"search": "peace*", "by": "side"}``.
    figures : path
        The folder that "Save figure" and "Save table" write bundles to.

    Returns
    -------
    Panel
        Shown where it is the last expression of a cell. ``panel.answer.table`` is the table shown,
        ``panel.answer.code`` the code that makes it without the panel, ``panel.passages`` the
        passages of the chosen row.

    Raises
    ------
    InputError
        If the corpus, the tab or a setting does not exist.

    Notes
    -----
    The panel and the notebook share the layers of a corpus: what one of them has made is not made
    again. Variants of names are merged as in the corpus, by its ``aliases.csv``.

    One search serves all tabs; a tab about a single term takes the one that was chosen in a table
    or figure, or else the first. A row, a cell or a mark of the figure leads to its passages, and a
    passage to the whole text. "Term groups" edits ``term-groups.yml`` beside the corpus, and "Add
    texts" takes files into a corpus, both only when asked to. "Show code" prints the
    lines that were run; they make the same table and figure in a new notebook. What
    the first tab needs is made while the cell runs (stop the cell to cancel); what other tabs need
    is made beside the kernel, with progress and a button to cancel.

    A notebook that is saved or exported keeps the last state as a figure and a table. Texts are
    shown as text: nothing in them is read as HTML.

    To look for what stands out and then to test it on the same texts proves nothing; a panel finds
    questions. See each measure for what its numbers cannot tell.

    Examples
    --------
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["Peace talks. No peace."]})
    >>> panel = explore(texts, settings={"search": "peace"})
    >>> panel.refresh().answer.table[["term", "count"]].values.tolist()
    [['peace', 2]]
    """
    with needs_extra("panel", "The panel"):
        from analysis.panel.panel import Panel

    require_choice(tab, TABS, "tab")
    explorer = Explorer(corpus)
    return Panel(explorer, tab=tab, settings=dict(settings or {}), figures=os.fspath(figures))


class Explorer:
    """Answer questions about a corpus, each with its code and its passages."""

    tabs = tuple(TABS)

    def __init__(self, corpus: Corpus | str | os.PathLike[str] | pd.DataFrame) -> None:
        self.corpus, self.origin = _opened(corpus)
        self._cache = Cache()
        self._vocabulary: pd.Index | None = None
        self._asked: dict[str, dict[str, Any]] = {}  # what each tab was asked last
        self._declared: dict[tuple[str, Any, int], list[Control]] = {}

    @property
    def documents(self) -> pd.DataFrame:
        """The documents of the corpus."""
        return self.corpus.documents

    @cached_property
    def labels(self) -> Labels:
        """How groups and texts are written."""
        return Labels(self.documents)

    def tab(self, name: str) -> Tab:
        """A tab by its name."""
        require_choice(name, self.tabs, "tab")
        return TABS[name]

    def controls(self, tab: str, settings: Mapping[str, Any] | None = None) -> list[Control]:
        """What can be set in a tab, in order; the filters that all tabs share come last."""
        require_choice(tab, self.tabs, "tab")
        filters = self._filters()
        names = filters[-1].choices
        chosen: dict[str, Any] = {}
        by = (settings or {}).get("by")
        if tab == "Keywords" and by is not None:
            chosen = {"by": by}
        elif tab == coding.NAME:
            chosen = {"questions": coding.questions_of(self.corpus)[0]}
        key = tab, tuple(chosen.values()), len(names)
        if key not in self._declared:
            self._declared[key] = TABS[tab].controls(self.documents, chosen, names)
        own = self._declared[key]
        return [*own, *filters] if TABS[tab].filters else list(own)

    def _filters(self) -> list[Control]:
        """The filters; speakers can be chosen by name as soon as quotations were found."""
        named = not self.corpus.lacks("quotes")
        key = "", named, 0
        if key not in self._declared:
            speakers = _speakers(self.corpus.quotes) if named else []
            self._declared[key] = filter_controls(self.documents, speakers)
        return self._declared[key]

    def text(self, doc: Any) -> str:
        """The whole text of a document."""
        return str(self.corpus.select([doc]).documents["text"].iloc[0])

    def missing(self, tab: str, settings: Mapping[str, Any]) -> list[str]:
        """Layers that must be made before a question can be answered quickly."""
        question = self._question(tab, settings)
        needed = TABS[tab].needs(question.settings)
        return [name for name in needed if question.texts.lacks(name)]

    def prepare(self, tab: str, settings: Mapping[str, Any], tick: Tick) -> bool:
        """Make what is missing, some documents at a time."""
        question = self._question(tab, settings)
        made = question.texts.make(*TABS[tab].needs(question.settings), tick=tick)
        if made and question.by_voice:
            question.rows("tokens")  # with the voice of each, kept for when it is asked
        return made

    def ask(self, tab: str, settings: Mapping[str, Any] | None = None) -> Answer:
        """Answer a question."""
        question = self._question(tab, settings or {})
        if tab == coding.NAME:
            question.beside = self._beside(coding.other_tab(question.settings), question.settings)
        answer = TABS[tab].ask(question)
        self._asked[tab] = question.settings
        return answer

    def _beside(self, tab: str, settings: Mapping[str, Any]) -> Question | None:
        """What was asked last in another tab, with the filters that are set now."""
        if tab not in self._asked:
            return None
        shared = {one.name for one in self.controls(tab) if one.group}
        filters = {name: value for name, value in settings.items() if name in shared}
        question = self._question(tab, self._asked[tab] | filters)
        TABS[tab].ask(question)
        return question

    def complete(self, prefix: str, limit: int = 20) -> list[str]:
        """Words that begin so, the most frequent first; none as long as there are no tokens."""
        start = prefix.lower().replace("’", "'")
        return [word for word in self._words() if word.startswith(start)][:limit]

    def _words(self) -> pd.Index:
        """The words of the corpus by falling frequency."""
        if self._vocabulary is None:
            if self.corpus.lacks("tokens"):
                return pd.Index([], dtype=object)
            tokens = self.corpus.tokens
            array: Any = tokens["term"].array
            codes = array.codes[tokens["is_word"].to_numpy()]
            counts = np.bincount(codes, minlength=len(array.categories))
            order = np.argsort(-counts, kind="stable")
            self._vocabulary = array.categories.take(order[counts[order] > 0])
        return self._vocabulary

    def _question(self, tab: str, settings: Mapping[str, Any]) -> Question:
        """A question with its settings checked."""
        known = checked(self.controls(tab, settings), settings)
        return Question(self.corpus, known, self.origin, self._cache, self.labels)


def _opened(given: Any) -> tuple[Corpus, str]:
    """The corpus, and the lines that get it in a new notebook."""
    from analysis.corpus.example import example_folder
    from analysis.corpus.read import read_corpus

    if isinstance(given, pd.DataFrame):
        corpus = Corpus(given)
        return corpus, (
            f"# documents: the table of {_size(corpus)} that the panel was opened with\n"
            "corpus = da.Corpus(documents)"
        )
    if isinstance(given, str | os.PathLike):
        given = read_corpus(os.fspath(given))
    if not is_corpus(given):
        raise InputError(
            f"A corpus, its folder or its documents table is expected, not {type(given).__name__}."
        )
    if given.folder is None:
        return given, f"# corpus: the Corpus of {_size(given)} that the panel was opened with"
    bundled = given.folder == str(example_folder())
    source = call("example_corpus") if bundled else call("read_corpus", given.folder)
    for step in given.selection:
        if "select" in step:
            source = method(source, "select", step["select"])
        else:
            source = method(source, "where", **step["where"])
    return given, f"corpus = {source}"


def _size(corpus: Corpus) -> str:
    """How many texts a corpus has."""
    return f"{len(corpus):,} text{'' if len(corpus) == 1 else 's'}"


def _speakers(quotes: pd.DataFrame) -> list[str]:
    """The names with most quotations."""
    names = quotes["speaker"].astype("str")
    counts = names[names.map(is_named)].value_counts().reset_index()
    counts = counts.sort_values(["count", "speaker"], ascending=[False, True])
    found: list[str] = counts["speaker"].head(SPEAKERS).tolist()
    return found
