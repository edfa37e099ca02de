"""Terms: how often words occur, in the corpus, in groups, and over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.panel.controls import (
    MORE_STOP,
    PER,
    REGEX,
    ROWS,
    STOP,
    Control,
    by_control,
    is_dated,
    words_in,
)
from analysis.panel.evidence import in_group, places, term_hits
from analysis.panel.question import (
    MOST_GROUPS,
    Answer,
    Question,
    few_groups,
    needs_words,
    stop_list,
    told_of,
)
from analysis.panel.recipe import Expr, measure
from analysis.tables import InputError
from analysis.terms.counting import find_queries
from analysis.terms.trends import PERIODS

RANKING, OVER_TIME = "ranking", "over time"
LINES = 5  # terms over time where none are named


def controls(
    documents: pd.DataFrame, settings: Mapping[str, Any], voices: Sequence[str]
) -> list[Control]:
    """What can be set."""
    told = "Words or phrases, parted by commas; * and ? are wildcards; empty: top terms"
    search = Control("search", "Terms", "search", "", (), "", told)
    dated = [
        Control("view", "Show", "choice", RANKING, (RANKING, OVER_TIME)),
        Control("every", "Period", "choice", "week", tuple(PERIODS), "", "For terms over time"),
    ]
    own = [search, REGEX, by_control(documents), PER, STOP, MORE_STOP, ROWS]
    return own[:2] + dated + own[2:] if is_dated(documents) else own


def needs(settings: Mapping[str, Any]) -> list[str]:
    """Layers that must be there."""
    return needs_words(settings)


def ask(question: Question) -> Answer:
    """Count the terms that are searched, or the most frequent ones."""
    over_time = question.settings.get("view") == OVER_TIME
    answer = (_over_time if over_time else _ranking)(question)
    if not answer.table["count"].any():
        raise InputError(
            f"{question['search']!r} is found nowhere in these texts; try a wildcard (*)."
        )
    return answer


def _ranking(question: Question) -> Answer:
    """Counts and rates, the most frequent terms first."""
    tokens = question.tokens()
    terms = _wanted(question, tokens, question["rows"])
    options = {"per": question["per"], **question.group(), **question.confidence(tokens)}
    counted = measure("count_terms", tokens, terms=terms, **options)
    if question.grouped_by_voice:
        counts = question.recipe.let("counts", counted)
        counted = question.those_with(counts)
    question.recipe.let("table", counted)
    table, by = question.run("table"), question.by
    return question.answer(
        shown=["term", *by, "count", "rate", "documents", "base"],
        bar="rate",
        told=told_of(table, "term", "rate", by),
        evidence=lambda row, _: _places(question, tokens, table.iloc[row]),
        figure=measure("plot_terms", few_groups(table, by), top=question["rows"]),
    )


def _wanted(question: Question, tokens: Expr, most: int) -> Any:
    """The terms of the rows, as an argument: those that are searched, or the most frequent."""
    recipe, search = question.recipe, question["search"]
    terms: Any = words_in(search) or None
    if search and question["regex"]:
        terms = _matching(question, tokens)
    elif terms and len(terms) <= most and not any(set(term) & set("*?") for term in terms):
        return terms
    options = {"terms": terms, "stop_words": stop_list(question), "confidence": None}
    everything = recipe.let("everything", measure("count_terms", tokens, **options))
    if not len(question.run("everything")):
        raise InputError("There is no word left to count; look for other words or filter less.")
    return recipe.let("top", everything["term"].head(most).tolist())


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


def _places(question: Question, tokens: Expr, row: pd.Series) -> pd.DataFrame:
    """Where a term of a group stands."""
    table: pd.DataFrame = question.value(tokens)
    rows, lengths = term_hits(table, row["term"])
    inside = in_group(table, question.by, [row[name] for name in question.by], question.texts())
    kept = inside[rows]
    return places(table, rows[kept], lengths[kept])


def _over_time(question: Question) -> Answer:
    """Counts and rates by day, week or month; each search is a line, also one with wildcards."""
    tokens, named = question.tokens(), words_in(question["search"])
    terms = named if named and not question["regex"] else _wanted(question, tokens, LINES)
    options = {"every": question["every"], "per": question["per"], **question.group()}
    options |= {"documents": question.documents, **question.confidence(tokens)}
    counted = measure("count_over_time", tokens, terms, **options)
    if question.grouped_by_voice:
        counts = question.recipe.let("counts", counted)
        counted = question.those_with(counts)
    question.recipe.let("table", counted)
    table, by = question.run("table"), question.by
    return question.answer(
        shown=["period", "term", *by, "count", "rate", "documents", "base"],
        bar="rate",
        n_by=["period", *by],
        told=told_of(table, "term", "rate", [*by, question["every"]]),
        evidence=lambda row, _: _places_then(question, tokens, table.iloc[row]),
        figure=measure("plot_over_time", _few_lines(table, by)),
    )


def _few_lines(table: pd.DataFrame, by: list[str]) -> Expr:
    """The table for a figure: no more lines than can be told apart."""
    drawn = few_groups(table, by)
    groups = min(table[by[0]].nunique(), MOST_GROUPS) if by else 1
    names = list(dict.fromkeys(table["term"]))
    most = max(MOST_GROUPS // groups, 1)
    return drawn if len(names) <= most else drawn[drawn["term"].isin(sorted(names)[:most])]


def _places_then(question: Question, tokens: Expr, row: pd.Series) -> pd.DataFrame:
    """Where a term stands in the texts of a period (and a group)."""
    table, texts = question.value(tokens), question.texts()
    hits = find_queries(table, {row["term"]: [row["term"]]})
    inside = in_group(table, question.by, [row[name] for name in question.by], texts)
    published = texts["published"].dt.tz_localize(None).dt.to_period(PERIODS[question["every"]])
    then = texts["doc"][(published.dt.start_time == row["period"]).to_numpy()]
    inside = inside & np.asarray(table["doc"].isin(then))
    kept = inside[hits.rows]
    return places(table, hits.rows[kept], hits.lengths[kept])
