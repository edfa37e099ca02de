"""The tab Network: words that occur near a word, and the words near them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.panel.controls import ASSOCIATION, MORE_STOP, STOP, Control, search_control, words_in
from analysis.panel.question import (
    SEARCH,
    Answer,
    Question,
    Tab,
    first_term,
    needs_words,
    stop_list,
)
from analysis.panel.steps import Source, call, first_of
from analysis.tables import InputError


def _controls(
    documents: pd.DataFrame, settings: Mapping[str, Any], voices: Sequence[str]
) -> list[Control]:
    """What can be set for a collocation network."""
    return [
        search_control(f"Words to begin from, separated by commas; {SEARCH}"),
        Control("window", "Words to each side", "number", 5, (1, 50)),
        Control("within", "Within", "choice", "sentence", ("sentence", "document")),
        Control("measure", "Strength", "choice", "log_dice", ASSOCIATION),
        Control("min_count", "Times together (at least)", "number", 3, (1, 1000)),
        Control("top", "Collocates of each", "number", 8, (1, 60)),
        Control("second", "Their collocates, too", "flag", False),
        STOP,
        MORE_STOP,
    ]


def _ask(question: Question) -> Answer:
    """Find collocates of the words that are searched, and of these."""
    first_term(question["search"])
    options = {name: question[name] for name in ("window", "within", "measure", "min_count", "top")}
    options["stop_words"] = stop_list(question)
    nodes: Any = words_in(question["search"])
    if question["second"]:
        near = call("find_collocate_network", question.corpus, nodes, **options)
        nodes = question.let("nodes", first_of(question.let("near", near), nodes))
    found = call("find_collocate_network", question.corpus, nodes, **options)
    question.let("table", found)
    table = question.run("table")
    if not len(table):
        raise InputError("No word is so often near it; lower the number, or filter less.")
    rank = question["measure"]
    return question.answer(
        shown=["source", "target", rank, "count", "count_node", "count_collocate", "documents"],
        bar=rank,
        figure=call("plot_network", Source("table")),
        caption=f"Collocates of {', '.join(words_in(question['search']))} as a network.",
        unit="",
    )


TAB = Tab(_controls, needs_words, _ask)
