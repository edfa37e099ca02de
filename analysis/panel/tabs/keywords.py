"""Keywords: the words that set one group of texts, or one voice, apart from others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.panel.controls import (
    EACH,
    MERGED,
    MORE_STOP,
    PER,
    ROWS,
    STOP,
    VOICES,
    Control,
    by_control,
)
from analysis.panel.evidence import places, term_hits
from analysis.panel.question import (
    MANY_GROUPS,
    MOST_GROUPS,
    Answer,
    Question,
    needs_words,
    stop_list,
)
from analysis.panel.recipe import Expr, measure, name_of
from analysis.tables import InputError, group_codes

MEASURES = (
    "lrc", "log_ratio", "g2_four_term", "g2_two_term", "bic", "simple_maths", "percent_diff",
    "odds_ratio", "difference_coefficient", "din",
)  # fmt: skip
_REST = "the rest"
EACH_GROUP, ALL_OTHERS = "(each group)", "(the rest)"


def controls(
    documents: pd.DataFrame, settings: Mapping[str, Any], voices: Sequence[str]
) -> list[Control]:
    """What can be set; which targets there are follows from `by`."""
    by = by_control(documents, none=False)
    names = _names(documents, settings.get("by", by.default), voices)
    told = "Words more frequent in the target, or less frequent than in the reference"
    return [
        by,
        Control("target", "Target", "choice", EACH_GROUP, (EACH_GROUP, *names)),
        Control("reference", "Reference", "choice", ALL_OTHERS, (ALL_OTHERS, *names)),
        Control("measure", "Rank by", "choice", "lrc", MEASURES, "", "lrc: conservative log ratio"),
        Control("more", "More in the target", "flag", True, (), "", told),
        Control("min_documents", "In documents", "number", 2, (1, 1000), "", "At least so many"),
        PER,
        STOP,
        MORE_STOP,
        ROWS,
    ]


def _names(documents: pd.DataFrame, by: str, voices: Sequence[str]) -> tuple[str, ...]:
    """The groups of a column of metadata, as the measure names them; or the voices there are."""
    if by == EACH:
        return tuple(voice for voice in voices if voice != "speakers")
    if by not in documents.columns:
        return VOICES
    labels = group_codes(documents, by)[1]
    return tuple(str(name) for name in labels[by])


def needs(settings: Mapping[str, Any]) -> list[str]:
    """Layers that must be there."""
    return needs_words(settings)


def ask(question: Question) -> Answer:
    """Compare a group with the rest, or with another."""
    from analysis.charts.keyness import sizes  # loads matplotlib

    _require_target(question)
    tokens, rank = question.tokens(), question["measure"]
    _rank(question, tokens)
    table = question.run("table")
    if not len(table):
        raise InputError(
            "No word differs so between these groups; lower the number of documents, or choose"
            " other groups."
        )
    counts = ["count", "count_reference", "rate", "rate_reference"]
    return question.answer(
        shown=["term", "target", rank, *counts, "documents", "p_adjusted"],
        bar=rank,
        evidence=lambda row, column: _places(question, tokens, table.iloc[row], column),
        figure=_figure(question, table),
        told=_told(table, rank, bool(question["more"])),
        note=f"{sizes(table)} p adjusted after Benjamini–Hochberg.",
        unit="",
    )


def _rank(question: Question, tokens: Expr) -> None:
    """The steps to the table: compare, leave out stop words, rank, take the first of each."""
    recipe, rank = question.recipe, question["measure"]
    options = {name: _set(question[name]) for name in ("target", "reference")}
    options["formula"] = "two-term" if rank == "g2_two_term" else "four-term"
    options |= {name: question[name] for name in ("min_documents", "per")}
    found = measure("compare_terms", tokens, **question.group(), **options)
    compared = recipe.let("compared", found)
    kept = compared["log_ratio"] > 0 if question["more"] else compared["log_ratio"] < 0
    stopped = stop_list(question)
    if stopped:
        kept = kept & ~compared["term"].isin(stopped)
    words = recipe.let("words", compared[kept])
    falling = bool(question["more"]) or rank in ("g2_four_term", "g2_two_term", "bic")
    ranked = recipe.let("ranked", words.sort_values(rank, ascending=not falling, kind="stable"))
    recipe.let("table", ranked.groupby("target").head(question["rows"]).reset_index(drop=True))


def _require_target(question: Question) -> None:
    """Refuse to compare very many groups with the rest, each of them."""
    by = question["by"]
    many = by == EACH or (by != MERGED and question.texts()[by].nunique() > MANY_GROUPS)
    if many and question["target"] == EACH_GROUP:
        raise InputError(
            f"There are too many groups of {by} to compare each with the rest; choose a target."
        )


def _set(value: str) -> str | None:
    return None if value in (EACH_GROUP, ALL_OTHERS) else value


def _told(table: pd.DataFrame, rank: str, more: bool) -> str:
    """What the table shows, in a sentence."""
    from analysis import wording as words  # loads matplotlib

    targets = words.listing(table["target"].unique(), 4)
    against = words.listing(table["reference"].unique(), 2)
    kind = "Keywords of" if more else "Words that are rarer in"
    return f"{kind} {targets} compared with {against}, by {words.column_phrase(table, rank)}."


def _figure(question: Question, table: pd.DataFrame) -> Expr:
    """Bars of an effect that has a sign; else, or for what several groups lack, dots."""
    rank, names = question["measure"], [str(name) for name in table["target"].unique()]
    signed = rank in ("log_ratio", "lrc", "difference_coefficient", "din", "percent_diff")
    finite = np.isfinite(table[rank].to_numpy(dtype=float)).any()
    bars = signed and finite and (question["more"] or len(names) == 1)
    drawn, most = name_of("table"), 6 if bars else MOST_GROUPS
    if len(names) > most:
        drawn = drawn[drawn["target"].isin(names[:most])]
    if bars:
        top = min(question["rows"], 25 if len(names) < 3 else 10)
        value = "log_ratio" if rank == "lrc" else rank
        return measure("plot_keywords", drawn, value=value, top=top)
    by = ["target"] if len(names) > 1 else []
    return measure("plot_terms", drawn, value=rank, by=by, top=question["rows"])


def _places(question: Question, tokens: Expr, row: pd.Series, column: str | None) -> pd.DataFrame:
    """Where a keyword stands in the target, or (for such a column) in the reference."""
    table: pd.DataFrame = question.value(tokens)
    rows, _ = term_hits(table, row["term"])
    rows = rows[table["is_word"].to_numpy()[rows]]
    codes, labels = group_codes(table, question["by"], question.texts())
    names = [str(name) for name in labels[question["by"]]]
    inside = codes[rows] == names.index(row["target"])
    if (column or "").endswith("_reference"):
        other = row["reference"]
        inside = ~inside if other == _REST else codes[rows] == names.index(other)
    return places(table, rows[np.asarray(inside)])
