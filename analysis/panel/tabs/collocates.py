"""The tab Collocates: the words that occur near a word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.panel.controls import (
    ASSOCIATION,
    CASE,
    MORE_STOP,
    REGEX,
    ROWS,
    STOP,
    Control,
    search_control,
)
from analysis.panel.question import (
    SEARCH,
    Answer,
    Question,
    Tab,
    first_term,
    needs_words,
    stop_list,
)
from analysis.panel.steps import Source, call, method


def _collocates_controls(
    documents: pd.DataFrame, settings: Mapping[str, Any], voices: Sequence[str]
) -> list[Control]:
    """What can be set for collocates."""
    return [
        search_control(f"The node: a word or phrase, the first that is written; {SEARCH}"),
        REGEX,
        CASE,
        Control("window", "Words to each side", "number", 5, (1, 50), "", "The span"),
        Control("within", "Within", "choice", "sentence", ("sentence", "document")),
        Control("measure", "Rank by", "choice", "log_dice", ASSOCIATION),
        Control("min_count", "Times near the node (at least)", "number", 3, (1, 1000)),
        STOP,
        MORE_STOP,
        ROWS,
    ]


def _collocates(question: Question) -> Answer:
    """Find the collocates of what is searched."""
    rank, query = question["measure"], first_term(question["search"], question["regex"])
    span = {name: question[name] for name in ("window", "within", "regex", "case")}
    options = {"measure": rank, "min_count": question["min_count"]}
    options["stop_words"] = stop_list(question)
    found = call("find_collocates", question.corpus, query, **span, **options)
    question.let("table", method(found, "head", question["rows"]))
    table: pd.DataFrame = question.run("table")
    numbers = ["count", "expected", "count_collocate", "count_node", "documents"]
    drawn = {"value": rank, "item": "collocate", "by": [], "top": question["rows"]}
    return question.answer(
        shown=["collocate", rank, *numbers],
        bar=rank,
        caption=_collocates_caption(table, rank, question["window"], question["within"]),
        figure=call("plot_terms", Source("table"), **drawn),
    )


def _collocates_caption(table: pd.DataFrame, rank: str, window: int, within: str) -> str:
    """What the table shows, in a sentence."""
    from analysis import wording

    node, measured = wording.label(table["node"].iloc[0], 80), wording.column_phrase(table, rank)
    return f"Collocates of {node} up to {window} words away in the {within}, by {measured}."


TAB = Tab(_collocates_controls, needs_words, _collocates, single=True)
