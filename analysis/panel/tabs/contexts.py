"""The tab Contexts: every hit on a line, to be selected, ordered, grouped and marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.panel.controls import CASE, EACH, REGEX, Control, search_control
from analysis.panel.question import KEYS, SEARCH, Answer, Question, Tab, barcode, query_of
from analysis.panel.steps import call
from analysis.tables import InputError


def _contexts_controls(
    documents: pd.DataFrame, settings: Mapping[str, Any], voices: Sequence[str]
) -> list[Control]:
    """What can be set for contexts; all else is a step of the reading trail."""
    window = "Beside the hit, in tables and saved lines; on the screen a line has what fits"
    return [
        search_control(f"A word or phrase; {SEARCH}"),
        REGEX,
        CASE,
        Control("window", "Words to each side", "number", 8, (1, 50), "", window),
    ]


def _contexts(question: Question) -> Answer:
    """Find the contexts of what is searched."""
    search, regex, texts = question["search"], question["regex"], question.whole_texts
    query, voices = query_of(search, regex), list(question[EACH])
    beside = [name for name in ("outlet", "published") if name in question.texts.documents.columns]
    options: dict[str, Any] = {"window": question["window"], "columns": beside}
    options |= {"regex": regex, "case": question["case"]}
    lines = call("find_contexts", texts, query, **options)
    if voices:  # the words around a hit may be in another voice
        found = question.let("hits", lines)
        lines = call("select_hits", found, texts, where={"voice": voices})
    question.let("table", lines)
    table = question.run("table")
    if not len(table):
        raise InputError(f"{search!r} is found nowhere in these texts; look for another word.")
    return question.answer(
        shown=["doc", "left", "node", "right", *beside],
        evidence=lambda row, _: table.iloc[[row]][KEYS],
        figure=None if voices else barcode(question, query),
        caption=f"Contexts of {search}.",
        note=f"{len(table):,} hits.",
        unit="",
    )


def _needs_contexts(settings: Mapping[str, Any]) -> list[str]:
    """Layers for contexts."""
    return ["tokens", *(["quotes"] if settings.get(EACH) else [])]


def _view(panel: Any) -> Any:
    """The lines and the reading trail."""
    from analysis.panel.trail import ReadingView

    return ReadingView(panel)


TAB = Tab(_contexts_controls, _needs_contexts, _contexts, view=_view)
