"""The tab Article: what one text does, in sentences that lead to its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.panel.controls import Control
from analysis.panel.labels import document_titles
from analysis.panel.question import KEYS, Answer, Question, Tab
from analysis.panel.steps import Source, call, method

ALL = "all sections"
SECTIONS = (
    ALL,
    "Who speaks, how much and where",
    "Who acts, who is acted upon",
    "What is asserted, attributed, taken as given",
    "Who evaluates whom",
    "What is explained by what",
    "The words for the event",
    "Beside other texts of the same days",
    "The course of tone",
)
_NOTE = (
    "Sentences made from counts. How sure: how often the measure was right where it was measured;"
    " docs/dossier.md says what each label means."
)


def _controls(
    documents: pd.DataFrame, settings: Mapping[str, Any], voices: Sequence[str]
) -> list[Control]:
    """What can be set for the dossier of a text."""
    titles = document_titles(documents)
    ids = tuple(titles)
    days = "Other texts published so many days before or after are of the same days"
    return [
        Control("doc", "Document", "choice", ids[0], ids, labels=titles),
        Control("section", "Show", "choice", ALL, SECTIONS),
        Control("days", "Days", "number", 3, (0, 1000), "", days),
    ]


def _needs(settings: Mapping[str, Any]) -> list[str]:
    """Layers for the dossier of a text."""
    return ["voiced", "mentions", "sentiment", "evaluations"]


def _ask(question: Question) -> Answer:
    """Describe the text: a row is a sentence, its passages are its words."""
    described = call("describe_article", Source("corpus"), question["doc"], days=question["days"])
    name = question.let("described", described)
    question.let("sentences", Source(f"{name}.sentences"))
    rows = Source("sentences")
    if question["section"] != ALL:
        chosen = f'{rows}[{rows}["section"] == "{question["section"]}"].reset_index(drop=True)'
        rows = question.let("chosen_rows", Source(chosen))
    question.let("table", method(rows, "drop", columns="places"))
    places = question.run(str(rows))["places"].tolist()

    def evidence(row: int, _: Any) -> pd.DataFrame:
        sentences = question.rows("sentences")
        found = pd.DataFrame(places[row], columns=["start", "end"]).drop_duplicates()
        if not len(found):
            return sentences[KEYS]  # it rests on the whole text
        number = sentences["start"].searchsorted(found["start"], side="right") - 1
        found["doc"] = question["doc"]
        found["sentence"] = sentences["sentence"].to_numpy()[number.clip(min=0)]
        return found[KEYS]

    title = document_titles(question.part.documents)[question["doc"]]
    speaking = question.run("described").tables.get("voices", pd.DataFrame())
    figure = None
    if len(speaking) > 1:
        shares = question.let("shares", call("count_voices", question.corpus))
        figure = call("plot_voices", shares)
    return question.answer(
        shown=["section", "sentence", "sure", "measured"],
        evidence=evidence,
        figure=figure,
        caption=f"{question['section'].capitalize()} of {title}.",
        note=_NOTE,
        unit="",
    )


TAB = Tab(_controls, _needs, _ask, filters=False)
