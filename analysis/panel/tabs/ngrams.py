"""The tab N-grams: sequences of words, and what often stands around a word."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.panel.controls import PER, ROWS, Control, by_control, search_control
from analysis.panel.question import (
    Answer,
    Question,
    Tab,
    caption_of,
    few_groups,
    first_term,
    first_values,
    needs_words,
)
from analysis.panel.steps import Source, call, literal
from analysis.tables import InputError


def _controls(
    documents: pd.DataFrame, settings: Mapping[str, Any], voices: Sequence[str]
) -> list[Control]:
    """What can be set for n-grams."""
    return [
        search_control("A word that the n-grams contain, * and ? are wildcards; empty: all"),
        Control("n", "Words", "number", 3, (2, 10), "", "Length of the sequences"),
        Control("skip", "Gaps up to", "number", 0, (0, 4), "", "Words left out within a sequence"),
        by_control(documents),
        Control("min_count", "Occurrences (at least)", "number", 2, (1, 1000)),
        PER,
        ROWS,
    ]


def _ask(question: Question) -> Answer:
    """Count the sequences of words."""
    options = {name: question[name] for name in ("n", "skip", "per")}
    least = {"min_count": question["min_count"], "confidence": None}
    if not question["search"]:
        least["limit"] = question["rows"]
    every = question.let("every", call("count_ngrams", question.corpus, **least, **options))
    if question["search"]:
        every = question.let("every_with", _containing(every, first_term(question["search"])))
    if not len(question.run(every)):
        raise InputError("No sequence of words occurs so often; lower the number, or filter less.")
    top = question.let("top", first_values(every, "ngram", question["rows"]))
    counted = call("count_ngrams", question.corpus, ngrams=top, by=question.group, **options)
    if question.by_voice:
        counted = question.drop_empty(question.let("counts", counted))
    question.let("table", counted)
    table, by = question.run("table"), question.by
    return question.answer(
        shown=["ngram", *by, "count", "rate", "documents", "base"],
        bar="rate",
        caption=caption_of(table, "ngram", "rate", by),
        figure=call("plot_terms", few_groups(table, by), top=question["rows"]),
    )


def _containing(rows: Source, query: str) -> Source:
    """The n-grams that contain a word or words in a row; * and ? are wildcards."""
    words = re.escape(query.lower()).replace(r"\*", "[^ ]*").replace(r"\?", "[^ ]")
    pattern = f"(?:^| ){words}(?: |$)"
    return Source(f'{rows}[{rows}["ngram"].str.contains({literal(pattern)})]')


TAB = Tab(_controls, needs_words, _ask, single=True)
