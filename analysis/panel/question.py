"""A question: settings that were checked, and the steps with which every answer begins."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.panel.controls import EACH, MERGED, chosen_documents, words_in
from analysis.panel.evidence import passages_of
from analysis.panel.kitchen import Kitchen
from analysis.panel.recipe import Expr, Recipe, evaluate, is_measure, measure, name_of, names_in
from analysis.tables import InputError

if TYPE_CHECKING:
    from matplotlib.axes import Axes


Evidence = Callable[[int, str | None], pd.DataFrame]
MOST_GROUPS = 8  # that one panel tells apart
MANY_GROUPS = 40  # that are given no intervals, each of which costs some milliseconds


@dataclass(frozen=True)
class Answer:
    """What a tab answers: a table, its code, its figure, and the passages behind each row."""

    table: pd.DataFrame
    shown: list[str]
    bar: str | None
    note: str
    code: str
    marks: pd.DataFrame | None = None
    _question: Question | None = field(default=None, repr=False)
    _evidence: Evidence | None = field(default=None, repr=False)
    _told: str = field(default="", repr=False)

    def figure(self) -> Axes | None:
        """Draw the table; None where there is nothing to draw."""
        question = self._question
        if question is None or "ax" not in question.recipe.steps:
            return None
        ax: Axes = question.draw()
        return ax

    def passages(
        self, row: int, column: str | None = None, limit: int | None = 200
    ) -> pd.DataFrame:
        """List the passages that a number rests on."""
        if not 0 <= row < len(self.table):
            raise InputError(f"There is no row {row}; the table has {len(self.table)} rows.")
        assert self._evidence is not None
        assert self._question is not None
        found = self._evidence(int(row), column)
        return passages_of(found, self._question.texts(), limit)

    def caption(self) -> str:
        """A sentence to stand above the table; the figure has a caption of its own."""
        return self._told


def is_voiced(settings: Mapping[str, Any]) -> bool:
    """Whether some settings need rows that know whose voice they are."""
    return bool(settings.get("voice")) or settings.get("by") in (MERGED, EACH)


class Question:
    """Settings of a tab, and the recipe that answers them."""

    def __init__(
        self,
        kitchen: Kitchen,
        settings: Mapping[str, Any],
        source: str,
        aliases: str | None = None,
    ) -> None:
        self.kitchen, self.settings, self.source = kitchen, dict(settings), source
        self.aliases = aliases
        self.recipe = Recipe()
        documents = kitchen.layers.documents
        chosen = chosen_documents(documents, settings)
        self.documents = name_of("documents")
        if chosen is not None:
            self.documents = self.recipe.let("chosen", chosen)
            if not len(self.texts()):
                raise InputError(
                    "The filters leave no document; choose another outlet, side, genre or date."
                )

    def __getitem__(self, name: str) -> Any:
        """The value of a control."""
        return self.settings[name]

    def run(self, name: str) -> Any:
        """The value of a step."""
        return self.kitchen.run(self.recipe, name)

    def texts(self) -> pd.DataFrame:
        """The documents that the question is about."""
        if "chosen" in self.recipe.steps:
            return self.run("chosen")  # type: ignore[no-any-return]
        return self.kitchen.layers.documents

    def rows(self) -> np.ndarray:
        """Their row numbers in the corpus."""
        return self.kitchen.layers.ids.get_indexer(pd.Index(self.texts()["doc"], dtype=object))

    @property
    def voiced(self) -> bool:
        """Whether rows must know whose voice they are."""
        return is_voiced(self.settings)

    @property
    def grouped_by_voice(self) -> bool:
        """Whether a group is a voice: one that is left without a word is then no group."""
        return self.settings.get("by") in (MERGED, EACH)

    def those_with(self, counts: Expr) -> Expr:
        """Counts of voices: without groups that are left without words, or speakers without hits.

        A speaker who does not use a word is no finding where there are hundreds of them.
        """
        column = "count" if self.settings.get("by") == EACH else "base"
        return counts[counts[column] >= 1].reset_index(drop=True)

    @property
    def by(self) -> list[str]:
        """The columns of the groups."""
        return [self.settings["by"]] if self.settings.get("by") else []

    def confidence(self, table: Expr) -> dict[str, Any]:
        """The argument that leaves intervals out where there are many groups."""
        by = self.settings.get("by")
        if not by:
            return {}
        if by == EACH:
            values = self.value(table)[EACH].array
            groups = len(np.unique(values.codes))
        else:
            groups = 3 if by == MERGED else self.texts()[by].nunique()
        return {"confidence": None} if groups > MANY_GROUPS else {}

    def layer(self, name: str, make: Callable[[], Expr]) -> Expr:
        """The step of a layer: made, or a table that was given, of these documents."""
        if name in self.recipe.steps:
            return name_of(name)
        if name in self.kitchen.given:
            if "chosen" not in self.recipe.steps:
                return name_of(name)
            given, label = name_of(name), f"chosen_{name}"
            if label in self.recipe.steps:
                return name_of(label)
            return self.recipe.let(label, given[given["doc"].isin(self.documents["doc"])])
        return self.recipe.let(name, make())

    def sentences(self) -> Expr:
        """The sentences."""
        return self.layer("sentences", lambda: measure("split_sentences", self.documents))

    def mentions(self) -> Expr:
        """The names, with their variants merged where there is a list of them."""

        def make() -> Expr:
            found = measure("find_entities", self.documents)
            if self.aliases is None:
                return found
            found = self.recipe.let("found", found)
            return measure("apply_aliases", found, measure("read_aliases", self.aliases))

        return self.layer("mentions", make)

    def quotes(self) -> Expr:
        """The quotations."""
        if "quotes" in self.kitchen.given or "quotes" in self.recipe.steps:
            return self.layer("quotes", lambda: self.documents)
        tagged = self.recipe.let("annotation", measure("annotate", self.documents)).tokens
        mentions = self.mentions()
        return self.layer(
            "quotes",
            lambda: measure("find_quotes", self.documents, tagged=tagged, mentions=mentions),
        )

    def with_voices(self, table: Expr, name: str) -> Expr:
        """A table whose rows know their voice, and only those in the voices that were chosen."""
        if name in self.recipe.steps:
            return name_of(f"{name}_chosen" if self.settings.get("voice") else name)
        quotes = self.quotes()
        found = measure("add_voices", table, quotes, documents=self.documents)
        voiced = self.recipe.let(name, measure("merge_voices", found))
        if not self.settings.get("voice"):
            return voiced
        kept = measure("keep_voices", voiced, list(self["voice"]))
        chosen = self.recipe.let(f"{name}_chosen", kept)
        if not len(self.run(f"{name}_chosen")):
            raise InputError("Nothing is said in the voices that were chosen; choose others.")
        return chosen

    def all_tokens(self) -> Expr:
        """The words of the documents, whoever says them."""
        return self.layer("tokens", lambda: measure("tokenize", self.documents))

    def tokens(self) -> Expr:
        """The words that the question is about."""
        tokens = self.all_tokens()
        return self.with_voices(tokens, "voiced") if self.voiced else tokens

    def group(self) -> dict[str, Any]:
        """The arguments `by` and, where it needs them, `documents`."""
        by = self.settings.get("by") or None
        if by is None or by in (MERGED, EACH, "doc"):
            return {"by": by}
        return {"by": by, "documents": self.documents}

    def value(self, piece: Expr) -> Any:
        """The value of a name that a step or a given table has."""
        return self.run(piece._parts[0])

    def draw(self) -> Any:
        """Draw the figure anew: axes are the reader's to change."""
        import analysis

        step = self.recipe.steps["ax"]
        names = {name: self.run(name) for name in sorted(names_in(step) - {"da"})}
        return evaluate(step, {**names, "da": analysis})

    def code(self, wanted: Sequence[str]) -> str:
        """The whole program."""
        body = self.recipe.code(list(wanted))
        given = [name for name in self.kitchen.given if _stands_in(name, self.recipe, wanted)]
        lines = ["import analysis as da", ""]
        lines += [f"# {name}: the table that was given to the explorer" for name in given]
        if self.source != "documents":
            lines.append(f"documents = {self.source}")
        return "\n".join([*lines, body]) + "\n"

    def answer(
        self,
        *,
        shown: Sequence[str],
        evidence: Evidence,
        bar: str | None = None,
        figure: Expr | None = None,
        told: str = "",
        note: str = "",
        unit: str = "word",
        n_by: Sequence[str] | None = None,
        marks: pd.DataFrame | None = None,
    ) -> Answer:
        """The answer, whose table is the step "table"."""
        if figure is not None:
            self.recipe.let("ax", figure)
        table, told = self.run("table"), " ".join(told.split())
        if not is_measure(self.recipe.steps["table"]):
            table = table.copy(deep=False)  # `verify` then looks up these rows and misses no others
            table.attrs = {**table.attrs, "chosen_rows": True}
        if self.settings.get("voice"):
            told = f"{told[:-1]} (only {', '.join(self['voice'])})."
        return Answer(
            table=table,
            shown=[name for name in dict.fromkeys(shown) if name in table.columns],
            bar=bar,
            note=note_of(table, self.by if n_by is None else n_by, unit, note),
            code=self.code(["table", "ax", "page"]),
            marks=marks,
            _question=self,
            _evidence=evidence,
            _told=told,
        )


def _stands_in(name: str, recipe: Recipe, wanted: Sequence[str]) -> bool:
    """Whether a given table is read by the steps that are printed."""
    needed = set(wanted)
    for step in reversed(recipe.steps):
        if step in needed:
            needed |= names_in(recipe.steps[step])
    return name in needed


def note_of(table: pd.DataFrame, by: Sequence[str], unit: str, method: str) -> str:
    """One line: the corpus, n, how the intervals were made, and what else is to be known."""
    from analysis import wording as words  # loads matplotlib

    groups = [name for name in by if name in table.columns]
    n = words.base_sentence(table, groups, unit) if unit else ""
    intervals = words.interval_sentence(table, "low to high")
    if "interval" not in table.columns and "base" in table.columns and groups:
        method = words.sentences("No intervals for so many groups; filter to have them.", method)
    return words.sentences(words.corpus_sentence(table.attrs), n, intervals, method)


def told_of(table: pd.DataFrame, item: str, value: str, by: Sequence[str], what: str = "") -> str:
    """What a table of counts shows, in a sentence."""
    from analysis import wording as words  # loads matplotlib

    names = list(dict.fromkeys(table[item].astype(str)))
    split = f", by {words.listing(map(words.noun_of, by))}" if by else ""
    phrase = words.column_phrase(table, value)
    return f"{what}{phrase[:1].upper()}{phrase[1:]}: {words.listing(names, 6, 60)}{split}."


def needs_words(settings: Mapping[str, Any]) -> list[str]:
    """Layers for a question about words."""
    return ["tokens", "quotes"] if is_voiced(settings) else ["tokens"]


def query_of(text: str, regex: bool) -> str | list[str]:
    """What to look for: one query, or alternatives parted by commas."""
    parts = [text] if regex else words_in(text)
    if not parts or not text:
        raise InputError("The search is empty; write a word, a phrase or a pattern.")
    return parts[0] if len(parts) == 1 else parts


def stop_list(question: Question) -> Any:
    """The stop words, as an argument."""
    more = words_in(question["more_stop_words"])
    if not question["stop_words"]:
        return more
    own = measure("stop_words")
    return own | set(more) if more else own


def few_groups(
    table: pd.DataFrame, by: list[str], size: str = "base", most: int = MOST_GROUPS
) -> Expr:
    """The table for a figure: of more groups than can be told apart, the largest."""
    step = name_of("table")
    if not by or table[by[0]].nunique() <= most:
        return step
    sizes = table.groupby(by[0], observed=True)[size].max().reset_index()
    names = sizes.assign(_name=sizes[by[0]].astype(str))
    names = names.sort_values([size, "_name"], ascending=[False, True])
    return step[step[by[0]].isin(names[by[0]].head(most).tolist())]
