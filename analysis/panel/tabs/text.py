"""Text: one document, whole, with what was searched, quoted and named marked in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.panel.controls import CASE, REGEX, Control
from analysis.panel.evidence import KEYS
from analysis.panel.question import Answer, Question, query_of
from analysis.panel.recipe import measure

MARKS = ("start", "end", "kind", "label")


def controls(
    documents: pd.DataFrame, settings: Mapping[str, Any], voices: Sequence[str]
) -> list[Control]:
    """What can be set."""
    ids = tuple(str(doc) for doc in documents["doc"])
    told = "Marked in the text: a word or phrase; * and ? are wildcards; commas part alternatives"
    return [
        Control("doc", "Document", "choice", ids[0], ids),
        Control("search", "Search", "search", "", (), "", told),
        REGEX,
        CASE,
        Control("quotes", "Mark quotations", "flag", False, (), "", "With their speakers"),
        Control("names", "Mark names", "flag", False),
    ]


def needs(settings: Mapping[str, Any]) -> list[str]:
    """Layers that must be there."""
    wanted = ["sentences", "tokens"]
    wanted += ["quotes"] if settings["quotes"] else []
    return wanted + (["mentions"] if settings["names"] else [])


def ask(question: Question) -> Answer:
    """Show the text: the table holds the hits of a search, or else its sentences."""
    recipe, search = question.recipe, question["search"]
    figure, marks = None, []
    if search:
        query, tokens = query_of(search, question["regex"]), question.all_tokens()
        options = {"regex": question["regex"], "case": question["case"]}
        found = measure(
            "find_contexts", tokens, query, documents=question.documents, sort=[], **options
        )
        recipe.let("table", found)
        marks.append(_marks(question.run("table"), "hit", "node"))
        if len(question.run("table")) and not (question["regex"] or question["case"]):
            queries = [query] if isinstance(query, str) else query
            positions = recipe.let("positions", measure("find_positions", tokens, queries))
            figure = measure("plot_barcode", positions, row="term")
    else:
        recipe.let("table", question.sentences())
    _page(question)
    if question["quotes"]:
        marks.append(_marks(question.value(question.quotes()), "quote", "speaker"))
    if question["names"]:
        marks.append(_marks(question.value(question.mentions()), "name", "entity"))
    table = question.run("table")
    shown = ["left", "node", "right"] if search else ["text"]
    return question.answer(
        shown=[*shown, "sentence"],
        evidence=lambda row, _: table.iloc[[row]][list(KEYS)],
        told=f"{search or 'The sentences'} in {question['doc']}.",
        figure=figure,
        marks=_together(marks),
    )


def _page(question: Question) -> None:
    """The step that shows the text with its quotations and names, for who has no panel."""
    given = {"quotes": question.quotes()} if question["quotes"] else {}
    given |= {"mentions": question.mentions()} if question["names"] else {}
    if given:
        page = measure("show_annotations", question.documents, doc=question["doc"], **given)
        question.recipe.let("page", page)


def _marks(table: pd.DataFrame, kind: str, label: str) -> pd.DataFrame:
    """Where something is marked, and what it is."""
    found = table[["start", "end"]].reset_index(drop=True)
    return found.assign(kind=kind, label=table[label].astype("str").to_numpy())


def _together(marks: list[pd.DataFrame]) -> pd.DataFrame:
    """All marks in the order of the text, an outer one before those in it."""
    marks = [table for table in marks if len(table)]
    if not marks:
        return pd.DataFrame({name: [] for name in MARKS}).astype({"start": int, "end": int})
    found = pd.concat(marks, ignore_index=True)
    return found.sort_values(
        ["start", "end", "kind"], ascending=[True, False, True], ignore_index=True
    )
