"""The tab Terms: how often words occur, in the corpus, in groups, and over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

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
    search_control,
    usual_period,
    words_in,
)
from analysis.panel.question import (
    OVER_TIME,
    RANKING,
    Answer,
    Question,
    Tab,
    caption_of,
    few_groups,
    first_values,
    needs_words,
    stop_list,
    trend,
)
from analysis.panel.steps import Source, call
from analysis.tables import InputError
from analysis.terms.trends import PERIODS

LINES = 5  # terms over time where none are named


def _terms_controls(
    documents: pd.DataFrame, settings: Mapping[str, Any], voices: Sequence[str]
) -> list[Control]:
    """What can be set for terms."""
    text = "Words or phrases, separated by commas; * and ? are wildcards; empty: top terms"
    search, over_time = search_control(text), {"view": (OVER_TIME,)}
    every = usual_period(documents) if is_dated(documents) else "week"
    dated = [
        Control("view", "Show", "choice", RANKING, (RANKING, OVER_TIME)),
        Control("every", "Period", "choice", every, tuple(PERIODS), "", "", over_time),
    ]
    own = [search, REGEX, by_control(documents), PER, STOP, MORE_STOP, ROWS]
    return own[:2] + dated + own[2:] if is_dated(documents) else own


def _terms(question: Question) -> Answer:
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
    terms = _wanted(question, question["rows"])
    options = {"by": question.group, "terms": terms, "per": question["per"]}
    counted = call("count_terms", question.corpus, **options)
    if question.by_voice:
        counted = question.drop_empty(question.let("counts", counted))
    question.let("table", counted)
    table, by = question.run("table"), question.by
    return question.answer(
        shown=["term", *by, "count", "rate", "documents", "base"],
        bar="rate",
        caption=caption_of(table, "term", "rate", by),
        figure=call("plot_terms", few_groups(table, by), top=question["rows"]),
    )


def _wanted(question: Question, most: int) -> Source | list[str]:
    """The terms of the rows, as an argument: those that are searched, or the most frequent."""
    search = question["search"]
    terms: Source | list[str] | None = words_in(search) or None
    if search and question["regex"]:
        return question.let("top", first_values(_matching(question), "term", most))
    if terms and len(terms) <= most and not any(set(term) & set("*?") for term in terms):
        return terms
    options = {"terms": terms, "stop_words": stop_list(question), "confidence": None}
    everything = question.let("everything", call("count_terms", question.corpus, **options))
    if not len(question.run("everything")):
        raise InputError("There is no word left to count; look for other words or filter less.")
    return question.let("top", first_values(everything, "term", most))


def _matching(question: Question) -> Source:
    """The counts of the words that a regular expression matches."""
    if " " in question["search"]:
        raise InputError(
            "A regular expression for terms is for one word; look for phrases in Contexts, or"
            " without regular expressions."
        )
    options = {"terms": [question["search"]], "regex": True, "confidence": None}
    return question.let("matching", call("count_terms", question.corpus, **options))


def _over_time(question: Question) -> Answer:
    """Counts and rates by day, week or month; each search is a line, also one with wildcards."""
    named = words_in(question["search"])
    terms = named if named and not question["regex"] else _wanted(question, LINES)
    options = {"every": question["every"], "by": question.group, "per": question["per"]}
    counted = call("count_over_time", question.corpus, terms, **options)
    if question.by_voice:
        counted = question.drop_empty(question.let("counts", counted))
    question.let("table", counted)
    table, by = question.run("table"), question.by
    figure, note = trend(table, by)
    return question.answer(
        shown=["period", "term", *by, "count", "rate", "documents", "base"],
        bar="rate",
        n_by=["period", *by],
        caption=caption_of(table, "term", "rate", [*by, question["every"]]),
        figure=figure,
        note=note,
    )


TAB = Tab(_terms_controls, needs_words, _terms)
