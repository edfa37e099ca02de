"""The tab Text: one document, whole, with what was searched, quoted and named marked in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.panel.controls import CASE, REGEX, Control, search_control
from analysis.panel.labels import document_titles
from analysis.panel.question import KEYS, SEARCH, Answer, Question, Tab, barcode, query_of
from analysis.panel.steps import Source, call

MARKS = ("start", "end", "kind", "label")
_MARKED = (("quotes", "quotes", "quote", "speaker"), ("names", "mentions", "name", "entity"))


def _text_controls(
    documents: pd.DataFrame, settings: Mapping[str, Any], voices: Sequence[str]
) -> list[Control]:
    """What can be set for a text."""
    titles = document_titles(documents)
    ids = tuple(titles)
    return [
        Control("doc", "Document", "choice", ids[0], ids, labels=titles),
        search_control(f"Marked in the text: a word or phrase; {SEARCH}"),
        REGEX,
        CASE,
        Control("quotes", "Mark quotations", "flag", False, (), "", "With their speakers"),
        Control("names", "Mark names", "flag", False),
    ]


def _text_needs(settings: Mapping[str, Any]) -> list[str]:
    """Layers for a text."""
    wanted = ["sentences", "tokens"]
    wanted += ["quotes"] if settings["quotes"] else []
    return wanted + (["mentions"] if settings["names"] else [])


def _text(question: Question) -> Answer:
    """Show the text: the table holds the hits of a search, or else its sentences."""
    search, corpus = question["search"], question.corpus
    figure, marks = None, []
    if search:
        query = query_of(search, question["regex"])
        options = {"regex": question["regex"], "case": question["case"], "sort": []}
        question.let("table", call("find_contexts", corpus, query, **options))
        hits = question.run("table")
        marks.append(_marks(hits, "hit", "node"))
        figure = barcode(question, query, row="term") if len(hits) else None
    else:
        question.let("table", f"{corpus}.sentences")
    layers: dict[str, Source] = {}
    for control, layer, kind, label in _MARKED:
        if question[control]:
            layers[layer] = Source(f"{corpus}.{layer}")
            marks.append(_marks(question.rows(layer), kind, label))
    if layers:  # for who has no panel
        documents = Source(f"{corpus}.documents")
        question.let("page", call("show_annotations", documents, doc=question["doc"], **layers))
    table = question.run("table")
    shown = ["left", "node", "right"] if search else ["text"]
    return question.answer(
        shown=[*shown, "sentence"],
        evidence=lambda row, _: table.iloc[[row]][KEYS],
        caption=f"{search or 'The sentences'} in {question['doc']}.",
        figure=figure,
        marks=_together_marked(marks),
    )


def _marks(table: pd.DataFrame, kind: str, label: str) -> pd.DataFrame:
    """Where something is marked, and what it is."""
    found = table[["start", "end"]].reset_index(drop=True)
    return found.assign(kind=kind, label=table[label].astype("str").to_numpy())


def _together_marked(marks: list[pd.DataFrame]) -> pd.DataFrame:
    """All marks in the order of the text, an outer one before those in it."""
    marks = [table for table in marks if len(table)]
    if not marks:
        return pd.DataFrame({name: [] for name in MARKS}).astype({"start": int, "end": int})
    found = pd.concat(marks, ignore_index=True)
    return found.sort_values(
        ["start", "end", "kind"], ascending=[True, False, True], ignore_index=True
    )


TAB = Tab(_text_controls, _text_needs, _text, filters=False)
