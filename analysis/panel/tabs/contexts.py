"""The tab Contexts: every hit with the words around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.panel.controls import CASE, EACH, REGEX, ROWS, Control, search_control
from analysis.panel.question import KEYS, SEARCH, Answer, Question, Tab, barcode, query_of
from analysis.panel.steps import Source, call, method
from analysis.tables import InputError

SORTS = {
    "words after": ["R1", "R2", "R3"],
    "words before": ["L1", "L2", "L3"],
    "the hit itself": ["node", "R1"],
    "text order": [],
}


def _contexts_controls(
    documents: pd.DataFrame, settings: Mapping[str, Any], voices: Sequence[str]
) -> list[Control]:
    """What can be set for contexts."""
    return [
        search_control(f"A word or phrase; {SEARCH}"),
        REGEX,
        CASE,
        Control("window", "Words to each side", "number", 8, (1, 50), "", "Beside the hit"),
        Control("sort", "Sort by", "choice", "words after", tuple(SORTS)),
        Control("contains", "With nearby", "search", "", (), "", "Only hits that have this near"),
        ROWS,
    ]


def _contexts(question: Question) -> Answer:
    """Find the contexts of what is searched."""
    search, regex, texts = question["search"], question["regex"], question.whole_texts
    query, voices = query_of(search, regex), list(question[EACH])
    contains = query_of(question["contains"], regex) if question["contains"] else None
    beside = [name for name in ("outlet", "published") if name in question.texts.documents.columns]
    options: dict[str, Any] = {"window": question["window"], "sort": SORTS[question["sort"]]}
    options |= {"contains": contains, "regex": regex, "case": question["case"]}
    limit = None if voices else question["rows"]
    lines = call("find_contexts", texts, query, columns=beside, limit=limit, **options)
    if voices:  # the words around a hit may be in another voice
        found = question.let("lines", lines)
        quotes, documents = Source(f"{texts}.quotes"), Source(f"{texts}.documents")
        said = call("add_voices", found, quotes, documents=documents, keep=voices)
        kept = question.let("kept", said)
        lines = method(kept, "head", question["rows"])
    question.let("table", lines)
    table = question.run("table")
    if not len(table):
        raise InputError(f"{search!r} is found nowhere in these texts; look for another word.")
    hits = len(question.run("kept")) if voices else table.attrs["hits"]
    return question.answer(
        shown=["doc", "left", "node", "right", *beside, "voice"],
        evidence=lambda row, _: table.iloc[[row]][KEYS],
        figure=None if voices or contains else barcode(question, query),
        caption=f"Contexts of {search}.",
        note=f"{len(table):,} of {hits:,} hits shown.",
        unit="",
    )


def _needs_contexts(settings: Mapping[str, Any]) -> list[str]:
    """Layers for contexts."""
    return ["tokens", *(["quotes"] if settings.get(EACH) else [])]


TAB = Tab(_contexts_controls, _needs_contexts, _contexts)
