"""Terms: how often words occur, in the corpus, in groups, and over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.exploring.controls import MORE_STOP, PER, REGEX, ROWS, STOP, Control, words_in
from analysis.exploring.evidence import in_group, places, term_hits
from analysis.exploring.filters import by_control
from analysis.exploring.question import Answer, Question, few_groups, needs_words, stop_list
from analysis.exploring.recipe import Expr, measure
from analysis.tables import InputError


def controls(documents: pd.DataFrame, settings: Mapping[str, Any]) -> list[Control]:
    """What can be set."""
    help_search = "Words or phrases, parted by commas; * and ? are wildcards; empty: top terms"
    return [
        Control("search", "Terms", "search", "", (), "", help_search),
        REGEX,
        by_control(documents),
        PER,
        STOP,
        MORE_STOP,
        ROWS,
    ]


def needs(settings: Mapping[str, Any]) -> list[str]:
    """Layers that must be there."""
    return needs_words(settings)


def ask(question: Question) -> Answer:
    """Count the terms that are searched, or all."""
    tokens = question.tokens()
    terms = wanted_terms(question, tokens)
    options = {"per": question["per"], **question.group()}
    counted = measure("count_terms", tokens, terms=terms, **options)
    if question.grouped_by_voice:  # a speaker who is left without a word is no group
        counts = question.recipe.let("counts", counted)
        question.recipe.let("table", counts[counts["base"] >= 1].reset_index(drop=True))
    else:
        question.recipe.let("table", counted)
    table = question.run("table")
    if not table["count"].any():
        raise InputError(f"{question['search']!r} is found nowhere in these texts; try a wildcard.")
    by = [question["by"]] if question["by"] else []
    return question.answer(
        shown=["term", *by, "count", "rate", "documents", "base"],
        bar="rate",
        evidence=lambda row, _: term_places(question, question.value(tokens), table.iloc[row]),
        figure=measure("plot_terms", few_groups(table, by), top=question["rows"]),
        told="",
    )


def wanted_terms(question: Question, tokens: Expr) -> Any:
    """The terms of the rows, as an argument: those that are searched, or the most frequent."""
    recipe, search = question.recipe, question["search"]
    terms: Any = words_in(search) or None
    if search and question["regex"]:
        terms = _matching(question, tokens)
    elif terms and len(terms) <= question["rows"] and not any(set(t) & set("*?") for t in terms):
        return terms
    everything = recipe.let(
        "everything",
        measure(
            "count_terms", tokens, terms=terms, stop_words=stop_list(question), confidence=None
        ),
    )
    if not len(question.run("everything")):
        raise InputError("There is no word left to count; look for other words or filter less.")
    return recipe.let("top", everything["term"].head(question["rows"]).tolist())


def _matching(question: Question, tokens: Expr) -> Expr:
    """The words that a regular expression matches."""
    if " " in question["search"]:
        raise InputError(
            "A regular expression for terms is for one word; look for phrases in Contexts, or"
            " without regular expressions."
        )
    words = question.recipe.let("words", tokens["term"].cat.categories)
    codes = measure("match_vocabulary", words, question["search"], as_regex=True)
    found = question.recipe.let("matching", words[codes].tolist())
    if not question.run("matching"):
        raise InputError(f"No word matches the expression {question['search']!r}; try another.")
    return found


def term_places(question: Question, tokens: pd.DataFrame, row: pd.Series) -> pd.DataFrame:
    """Where a term of a group stands."""
    rows, lengths = term_hits(tokens, row["term"])
    by = [question["by"]] if question["by"] else []
    inside = in_group(tokens, by, [row[name] for name in by], question.texts())[rows]
    return places(tokens, rows[inside], np.asarray(lengths)[inside])
