"""Collocates: the words that keep a word company."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.panel.controls import CASE, MORE_STOP, REGEX, ROWS, STOP, Control
from analysis.panel.evidence import places
from analysis.panel.question import Answer, Question, needs_words, query_of, stop_list
from analysis.panel.recipe import measure, name_of
from analysis.tables import InputError
from analysis.terms.passages import look_up, node_rows, steps_of

MEASURES = (
    "log_dice", "count", "mi", "mi3", "t_score", "z_score", "g2_four_term",
    "delta_p_collocate_given_node", "delta_p_node_given_collocate",
)  # fmt: skip


def controls(
    documents: pd.DataFrame, settings: Mapping[str, Any], voices: Sequence[str]
) -> list[Control]:
    """What can be set."""
    help_search = "The node: a word or phrase; * and ? are wildcards; commas part alternatives"
    return [
        Control("search", "Node", "search", "", (), "", help_search),
        REGEX,
        CASE,
        Control("window", "Words to each side", "number", 5, (1, 50), "", "The span"),
        Control("within", "Within", "choice", "sentence", ("sentence", "document")),
        Control("measure", "Rank by", "choice", "log_dice", MEASURES),
        Control("min_count", "At least", "number", 3, (1, 1000), "", "Times near the node"),
        STOP,
        MORE_STOP,
        ROWS,
    ]


def needs(settings: Mapping[str, Any]) -> list[str]:
    """Layers that must be there."""
    return needs_words(settings)


def ask(question: Question) -> Answer:
    """Find the collocates of what is searched."""
    tokens, search = question.tokens(), question["search"]
    query = query_of(search, question["regex"])
    span = {name: question[name] for name in ("window", "within", "regex", "case")}
    options = {name: question[name] for name in ("measure", "min_count")}
    found = measure(
        "find_collocates", tokens, query, stop_words=stop_list(question), **span, **options
    )
    question.recipe.let("table", found.head(question["rows"]))
    table: pd.DataFrame = question.run("table")
    if not len(table):
        raise InputError(
            f"{search!r} has no collocate here; look for another word, a wider span, or lower the"
            " number of times."
        )
    rank = question["measure"]
    numbers = ["count", "expected", "count_collocate", "count_node", "documents"]
    figure = measure(
        "plot_terms", name_of("table"), value=rank, item="collocate", by=[], top=question["rows"]
    )
    return question.answer(
        shown=["collocate", rank, *numbers],
        bar=rank,
        told=_told(table, rank, question["window"], question["within"]),
        evidence=lambda row, _: _places(question.value(tokens), query, span, table.iloc[row]),
        figure=figure,
    )


def _told(table: pd.DataFrame, rank: str, window: int, within: str) -> str:
    """What the table shows, in a sentence."""
    from analysis import wording as words  # loads matplotlib

    node, measured = words.label(table["node"].iloc[0], 80), words.column_phrase(table, rank)
    return f"Collocates of {node} up to {window} words away in the {within}, by {measured}."


def _places(
    tokens: pd.DataFrame, query: str | list[str], span: dict[str, Any], row: pd.Series
) -> pd.DataFrame:
    """Every word that was counted: the collocate in the span of a hit, each once."""
    _, arrays, categories, hits = look_up(
        tokens, query, regex=span["regex"], case=span["case"], columns=("start", "end")
    )
    wanted = arrays["term"] == categories["term"].get_loc(row["collocate"])
    wanted[node_rows(hits)] = False
    found = [
        np.stack([rows[wanted[rows]], np.full(int(wanted[rows].sum()), far)])
        for _, rows, far in steps_of(arrays, hits, span["window"], span["within"])
    ]
    rows, far = np.concatenate(found, axis=1) if found else np.empty((2, 0), dtype=np.int64)
    order = np.lexsort([np.abs(far), rows])  # the nearest hit says how far it is
    rows, first = np.unique(rows[order], return_index=True)
    return places(tokens, rows).assign(distance=far[order][first])
