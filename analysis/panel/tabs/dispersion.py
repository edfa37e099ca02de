"""The tab Dispersion: where in each text the words stand, and how evenly over the texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.panel.controls import MORE_STOP, ROWS, STOP, Control, search_control, words_in
from analysis.panel.question import (
    KEYS,
    SEARCH,
    Answer,
    Question,
    Tab,
    first_term,
    needs_words,
    stop_list,
)
from analysis.panel.steps import Source, call, method
from analysis.tables import InputError

MOST_TEXTS = 60  # that one figure shows by themselves
PLACES, EVENNESS = "places in the texts", "evenness over the texts"


def _controls(
    documents: pd.DataFrame, settings: Mapping[str, Any], voices: Sequence[str]
) -> list[Control]:
    """What can be set for dispersion."""
    even = {"view": (EVENNESS,)}
    return [
        search_control(f"Words or phrases, separated by commas; {SEARCH}"),
        Control("view", "Show", "choice", PLACES, (PLACES, EVENNESS)),
        STOP._replace(when=even),
        MORE_STOP._replace(when=even),
        ROWS._replace(when=even),
    ]


def _ask(question: Question) -> Answer:
    """Show where the words are, or how evenly they are spread."""
    return (_places if question["view"] == PLACES else _evenness)(question)


def _places(question: Question) -> Answer:
    """Each hit as a stroke at its place in its text, a text a row."""
    first_term(question["search"])
    terms = words_in(question["search"])
    question.let("table", call("find_positions", question.corpus, terms))
    table = question.run("table")
    if not len(table):
        raise InputError(f"{question['search']!r} is found nowhere in these texts.")
    return question.answer(
        shown=["doc", "term", "percent", "sentence"],
        evidence=lambda row, _: table.iloc[[row]][KEYS],
        figure=call("plot_barcode", Source("table"), row="doc", **_rows(question)),
        caption=f"Where {', '.join(terms)} stands in each text.",
        note=f"{len(table):,} hits in {table['doc'].nunique():,} of {len(question.part):,} texts.",
        unit="",
    )


def _rows(question: Question) -> dict[str, Any]:
    """All texts, named by their titles, also those without a hit; of very many those with hits."""
    documents = question.part.documents
    if len(documents) > MOST_TEXTS:
        return {}
    shown: dict[str, Any] = {"order": Source(f'{question.corpus}.documents["doc"].tolist()')}
    titles = documents["title"] if "title" in documents.columns else None
    if titles is not None and titles.notna().all() and titles.is_unique:
        named = f'{question.corpus}.documents.set_index("doc")["title"].to_dict()'
        shown["labels"] = Source(named)
    return shown


def _evenness(question: Question) -> Answer:
    """How evenly words are spread over the texts."""
    terms = words_in(question["search"]) or None
    options = {"terms": terms} if terms else {"stop_words": stop_list(question)}
    scored = question.let("scored", call("score_dispersion", question.corpus, **options))
    question.let("table", method(scored, "head", question["rows"]))
    table = question.run("table")
    if not len(table) or not table["count"].any():
        raise InputError("There is no such word in these texts; look for another one.")
    return question.answer(
        shown=["term", "dp", "dp_norm", "count", "range", "parts", "juilland_d"],
        bar="dp",
        figure=call("plot_terms", Source("table"), value="dp", top=question["rows"]),
        caption="Dispersion over the texts (DP: 0 is even, 1 is all in one text).",
    )


TAB = Tab(_controls, needs_words, _ask)
