"""Contexts: every hit with the words around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.panel.controls import CASE, REGEX, ROWS, Control
from analysis.panel.evidence import KEYS
from analysis.panel.question import Answer, Question, query_of
from analysis.panel.recipe import measure
from analysis.tables import InputError

SORTS = {
    "words after": ("R1", "R2", "R3"),
    "words before": ("L1", "L2", "L3"),
    "the hit itself": ("node", "R1"),
    "text order": (),
}


def controls(
    documents: pd.DataFrame, settings: Mapping[str, Any], voices: Sequence[str]
) -> list[Control]:
    """What can be set."""
    help_search = "A word or phrase; * and ? are wildcards; commas part alternatives"
    return [
        Control("search", "Search", "search", "", (), "", help_search),
        REGEX,
        CASE,
        Control("window", "Words to each side", "number", 8, (1, 50), "", "Beside the hit"),
        Control("sort", "Sort by", "choice", "words after", tuple(SORTS)),
        Control("contains", "With nearby", "search", "", (), "", "Only hits that have this near"),
        ROWS,
    ]


def needs(settings: Mapping[str, Any]) -> list[str]:
    """Layers that must be there."""
    return ["tokens", "quotes"] if settings.get("voice") else ["tokens"]


def ask(question: Question) -> Answer:
    """Find the contexts of what is searched."""
    search, regex = question["search"], question["regex"]
    query = query_of(search, regex)
    contains = query_of(question["contains"], regex) if question["contains"] else None
    beside = [name for name in ("outlet", "published") if name in question.texts().columns]
    options: dict[str, Any] = {"window": question["window"], "sort": SORTS[question["sort"]]}
    options |= {"contains": contains, "regex": regex, "case": question["case"]}
    spoken = bool(question.settings.get("voice"))
    lines = measure(
        "find_contexts",
        question.all_tokens(),
        query,
        documents=question.documents,
        columns=beside,
        limit=None if spoken else question["rows"],
        **options,
    )
    if spoken:
        lines = question.recipe.let("lines", lines)
        voiced = measure("add_voices", lines, question.quotes(), documents=question.documents)
        voiced = question.recipe.let("voiced", measure("merge_voices", voiced))
        said = question.recipe.let("said", measure("keep_voices", voiced, list(question["voice"])))
        question.recipe.let("table", said.head(question["rows"]))
    else:
        question.recipe.let("table", lines)
    table = question.run("table")
    if not len(table):
        raise InputError(f"{search!r} is found nowhere in these texts; look for another word.")
    hits = len(question.run("said")) if spoken else table.attrs["hits"]
    return question.answer(
        shown=["doc", "left", "node", "right", *beside, "voice"],
        evidence=lambda row, _: table.iloc[[row]][list(KEYS)],
        figure=_figure(question, query),
        told=f"Contexts of {search}.",
        note=f"{len(table):,} of {hits:,} hits shown.",
        unit="",
    )


def _figure(question: Question, query: str | list[str]) -> Any:
    """Where in the texts the hits are; not for what `find_positions` cannot look for."""
    if question["regex"] or question["case"] or question["contains"]:
        return None
    if question.settings.get("voice"):
        return None
    queries = [query] if isinstance(query, str) else query
    found = question.recipe.let(
        "positions", measure("find_positions", question.all_tokens(), queries)
    )
    return measure("plot_barcode", found)
