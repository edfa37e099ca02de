"""A question about a corpus: checked settings, the steps that answer it, and the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from analysis.layers import Corpus
from analysis.panel.controls import EACH, GROUP, Control, selection_of, words_in
from analysis.panel.labels import Labels
from analysis.panel.steps import Cache, Source, Steps, call, literal, method
from analysis.tables import VOICES, InputError
from analysis.terms.evidence import SPAN, find_passages

if TYPE_CHECKING:
    from matplotlib.axes import Axes


# of a row's number and a column: the row itself, or the places that it counts
Evidence = Callable[[int, str | None], pd.DataFrame]
KEYS = ["doc", "sentence", "start", "end"]
_ITEMS = (
    "term", "ngram", "group", "entity", "voice", "speech", "speaker", "cue_class", "cue", "kind",
)  # fmt: skip
_BESIDE = ("outlet", "title", "published", "side", "genre")  # columns beside a passage
RANKING, OVER_TIME = "ranking", "over time"
PANELS = 6  # terms that are each drawn for groups
MOST_GROUPS = 8  # that one figure tells apart
SEARCH = "* and ? are wildcards; commas separate alternatives"


@dataclass(frozen=True)
class Answer:
    """What a tab answers: a table, its code, its figure, and the passages behind each row."""

    table: pd.DataFrame
    shown: list[str]
    bar: str | None
    note: str
    code: str
    marks: pd.DataFrame | None = None
    unit: str = ""  # what its numbers are counted in
    _question: Question | None = field(default=None, repr=False)
    _evidence: Evidence | None = field(default=None, repr=False)
    _caption: str = field(default="", repr=False)

    @property
    def draws(self) -> bool:
        """Whether there is a figure."""
        return self._question is not None and "ax" in self._question.steps

    @property
    def texts(self) -> Corpus:
        """The texts that were asked about, with the words of all voices."""
        assert self._question is not None
        return self._question.texts

    def value(self, step: str) -> Any:
        """The value of a step that led to the table."""
        assert self._question is not None
        return self._question.run(step)

    def figure(self) -> Axes | None:
        """Draw the table; None where there is nothing to draw."""
        question = self._question
        if question is None or not self.draws:
            return None
        ax: Axes = question.steps.run("ax", anew=True)  # axes are the reader's to change
        return ax

    def passages(
        self, row: int, column: str | None = None, limit: int | None = 200
    ) -> pd.DataFrame:
        """List the passages that a number rests on."""
        if not 0 <= row < len(self.table):
            raise InputError(f"There is no row {row}; the table has {len(self.table)} rows.")
        assert self._question is not None
        found = self.table.iloc[[row]]
        found = found if self._evidence is None else self._evidence(int(row), column)
        return _passages(found, self._question.part, limit)

    def caption(self) -> str:
        """A sentence to stand above the table; the figure has a caption of its own."""
        return self._caption


def _passages(found: pd.DataFrame, corpus: Corpus, limit: int | None) -> pd.DataFrame:
    """The passages of a measure's row, or at some places in the order given."""
    columns = [name for name in _BESIDE if name in corpus.documents.columns]
    if not set(SPAN) <= set(found.columns):
        return find_passages(found, corpus, columns=columns, limit=limit)
    some = found if limit is None else found.head(limit)
    result = find_passages(some, corpus, columns=columns)
    here, there = (pd.MultiIndex.from_frame(t[list(SPAN)].astype(object)) for t in (some, result))
    result = result.iloc[there.get_indexer(here.drop_duplicates())].reset_index(drop=True)
    result.attrs["hits"] = len(found)
    return result


class EmptySearch(InputError):
    """Nothing is searched yet, which is no error but a hint."""


class Tab(NamedTuple):
    """A tab: its controls (of the documents, what is set, the voices), its layers, its answer."""

    # `single`: it is about one term, the chosen one or the first of the search. `view` makes, of
    # the panel, what stands in the place of rows and figure: an object with a `widget`, and
    # `show(state)`, which is called with each answer of this tab.

    controls: Callable[[pd.DataFrame, Mapping[str, Any], Sequence[str]], list[Control]]
    needs: Callable[[Mapping[str, Any]], list[str]]
    ask: Callable[[Question], Answer]
    single: bool = False
    view: Callable[[Any], Any] | None = None
    filters: bool = True


class Question:
    """The settings of a tab, the part of the corpus they choose, and the steps to an answer."""

    # `corpus` is the name of that part among the steps, `part` its value; `whole_texts` and `texts`
    # are those of the same documents with the words of all voices.

    def __init__(
        self, corpus: Corpus, settings: Mapping[str, Any], origin: str, cache: Cache, labels: Labels
    ) -> None:
        import analysis

        self.settings, self._origin, self._labels = dict(settings), origin, labels
        self.beside: Question | None = None  # what another tab asks, where this one is about it
        self.steps = Steps({"da": analysis, "corpus": corpus, "list": list, "dict": dict}, cache)
        self.corpus = Source("corpus")
        whole, selection = self.corpus, selection_of(settings)
        if not isinstance(settings.get("doc", ()), tuple):  # one, not those that a filter leaves
            self.corpus = self.let("chosen", method(whole, "select", [settings["doc"]]))
        elif selection:
            self.corpus = self.let("chosen", method(whole, "where", **selection))
        self.whole_texts = self.corpus
        if selection.pop(EACH, None):
            texts = self.let("texts", method(whole, "where", **selection)) if selection else whole
            self.whole_texts = texts
        self.texts: Corpus = self.steps.run(self.whole_texts)

    def __getitem__(self, name: str) -> Any:
        """The value of a control."""
        return self.settings[name]

    @cached_property
    def part(self) -> Corpus:
        """The part of the corpus that the question is about."""
        chosen: Corpus = self.steps.run(self.corpus)
        return chosen

    @property
    def by(self) -> list[str]:
        """The columns of the groups."""
        return [self.settings["by"]] if self.settings.get("by") else []

    @property
    def group(self) -> str | None:
        """The argument `by`."""
        return self.settings.get("by") or None

    @property
    def by_voice(self) -> bool:
        """Whether a group is a voice: one that is left without a word is then no group."""
        return self.settings.get("by") in (GROUP, EACH)

    def layer(self, name: str) -> Source:
        """A layer of the chosen part, as code; it has voices where these are the groups."""
        if self.by_voice:
            return method(self.corpus, "layer", name, voiced=True)
        return Source(f"{self.corpus}.{name}")

    def rows(self, name: str) -> pd.DataFrame:
        """A layer of the chosen part; it has voices where these are the groups."""
        return self.part.layer(name, voiced=self.by_voice)

    def run(self, name: str) -> Any:
        """The value of a step."""
        return self.steps.run(name)

    def let(self, name: str, source: str) -> Source:
        """Add a step."""
        return self.steps.let(name, source)

    def take(self, other: Question, name: str) -> Source:
        """Add the steps that lead to another question's table, which has this name here."""
        return self.steps.take(other.steps, "table", name)

    def drop_empty(self, counts: Source) -> Source:
        """Counts without groups that are left without words, or speakers without hits."""
        # A speaker who does not use a word is no finding where there are hundreds of them.
        return at_least_one(counts, "count" if self.settings.get("by") == EACH else "base")

    def code(self) -> str:
        """The whole program: it runs in a new notebook."""
        body = self.steps.code("table", "ax", "page", "view", "agreement", "plan")
        return "\n".join(["import analysis as da", "", self._origin, body]) + "\n"

    def answer(
        self,
        *,
        shown: Sequence[str],
        evidence: Evidence | None = None,
        bar: str | None = None,
        figure: Source | None = None,
        caption: str = "",
        note: str = "",
        unit: str = "word",
        n_by: Sequence[str] | None = None,
        marks: pd.DataFrame | None = None,
    ) -> Answer:
        """The answer, whose table is the step "table"."""
        if figure is not None:
            self.let("ax", figure)
        table, caption = self.run("table"), " ".join(caption.split())
        if not self.steps.is_measure("table"):
            table = table.copy(deep=False)  # `verify` then looks up these rows and misses no others
            table.attrs = {**table.attrs, "chosen_rows": True}
        if self.settings.get(EACH):
            caption = f"{caption[:-1]} (only {', '.join(self[EACH])})."
        return Answer(
            table=table,
            shown=[name for name in dict.fromkeys(shown) if name in table.columns],
            bar=bar,
            note=self._note(table, self.by if n_by is None else n_by, unit, note, bar),
            code=self.code(),
            marks=marks,
            unit=unit,
            _question=self,
            _evidence=evidence,
            _caption=caption,
        )

    def _note(
        self, table: pd.DataFrame, by: Sequence[str], unit: str, method: str, value: str | None
    ) -> str:
        """The note of a table; groups are written as the corpus writes them."""
        from analysis.wording import written

        names = self._labels
        ids = pd.Index(self.texts.documents["doc"], dtype=object)

        def name_of(name: str) -> str:
            # without groups, what else is named are words
            known = names.texts.get(name) if name in ids else None
            return known or (str(names.label(name)) if by else name)

        with written(name_of):
            return note_of(table, by, unit, method, value)


def note_of(
    table: pd.DataFrame, by: Sequence[str], unit: str, method: str, value: str | None = None
) -> str:
    """One line: the corpus, n, how the intervals were made, and what else is to be known."""
    from analysis import wording

    groups = [name for name in by if name in table.columns]
    n = wording.base_sentence(table, groups, unit) if unit else ""
    items = [name for name in _ITEMS if name in table.columns and name not in groups]
    about = wording.Intervals(groups, items, value or "")
    intervals = wording.interval_sentence(table, about)
    return wording.sentences(wording.corpus_sentence(table.attrs), n, intervals, method)


def caption_of(
    table: pd.DataFrame, item: str, value: str, by: Sequence[str], what: str = ""
) -> str:
    """What a table of counts shows, in a sentence."""
    from analysis import wording

    names = list(dict.fromkeys(table[item].astype(str)))
    split = f", by {wording.listing(map(wording.noun_of, by))}" if by else ""
    phrase = wording.column_phrase(table, value)
    return f"{what}{phrase[:1].upper()}{phrase[1:]}: {wording.listing(names, 6, 60)}{split}."


def needs_words(settings: Mapping[str, Any]) -> list[str]:
    """Layers for a question about words."""
    return ["tokens", *needs_voices(settings)]


def needs_voices(settings: Mapping[str, Any]) -> list[str]:
    """Layers for rows that know whose voice they are, if the settings need such."""
    if settings.get(EACH):
        return ["quotes", "voiced"]
    return ["quotes"] if settings.get("by") in VOICES else []


def query_of(text: str, regex: bool) -> str | list[str]:
    """What to look for: one query, or alternatives separated by commas."""
    parts = [text] if regex else words_in(text)
    if not parts or not text:
        raise EmptySearch("Write a word, a phrase or a pattern to search for.")
    return parts[0] if len(parts) == 1 else parts


def first_term(search: str, regex: bool = False) -> str:
    """The term that a tab about a single one takes of a search."""
    parts = [search] if regex else words_in(search)
    if not parts or not parts[0]:
        raise EmptySearch("Write a word, a phrase or a pattern to search for.")
    return parts[0]


def stop_list(question: Question) -> Source | list[str]:
    """The stop words, as an argument."""
    more = words_in(question["more_stop_words"])
    if not question["stop_words"]:
        return more
    own = call("stop_words")
    return Source(f"{own} | {literal(set(more))}") if more else own


def at_least_one(rows: Source, column: str) -> Source:
    """The rows with at least one in a column."""
    return Source(f"{rows}[{rows}[{literal(column)}] >= 1].reset_index(drop=True)")


def where_in(rows: Source, column: str, values: Source | list[Any]) -> Source:
    """The rows with one of some values in a column."""
    return Source(f"{rows}[{rows}[{literal(column)}].isin({literal(values)})]")


def record(table: pd.DataFrame, row: int) -> dict[str, Any]:
    """A row by the names of its columns."""
    return {str(name): value for name, value in table.iloc[row].items()}


def first_values(rows: Source, column: str, most: int) -> Source:
    """The values of a column in the first rows, as a list."""
    return Source(f"{rows}[{literal(column)}].head({literal(most)}).tolist()")


def few_groups(
    table: pd.DataFrame, by: list[str], size: str = "base", most: int = MOST_GROUPS
) -> Source:
    """The table for a figure: of more groups than can be told apart, the largest."""
    rows = Source("table")
    if not by or table[by[0]].nunique() <= most:
        return rows
    sizes = f"{rows}.groupby({literal(by[0])}, observed=True)[{literal(size)}].max()"
    return where_in(rows, by[0], Source(f"{sizes}.nlargest({most}).index"))


def barcode(question: Question, query: str | list[str], **options: Any) -> Source | None:
    """Where in the texts the hits are; not for what `find_positions` cannot look for."""
    if question["regex"] or question["case"]:
        return None
    queries = [query] if isinstance(query, str) else query
    found = question.let("positions", call("find_positions", question.corpus, queries))
    return call("plot_barcode", found, **options)


def trend(table: pd.DataFrame, by: list[str]) -> tuple[Source, str]:
    """Lines for terms; with groups a panel for each term. What is left out is said."""
    drawn, most = few_groups(table, by), PANELS if by else MOST_GROUPS
    several = len(set(table["term"])) > 1
    note = ""
    if table["term"].nunique() > most:
        counts = Source('table.groupby("term", observed=True)["count"].sum()')
        drawn = where_in(drawn, "term", Source(f"{counts}.nlargest({most}).index"))
        note = f"The {most} most frequent terms are drawn."
    if by and several:
        return call("plot_small_multiples", drawn, "plot_over_time", by="term"), note
    return call("plot_over_time", drawn), note
