"""The tab Style: modality and other marks of stance, readability, diversity of words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.panel.controls import PER, Control, by_control
from analysis.panel.question import KEYS, Answer, Question, Tab, few_groups, needs_voices, record
from analysis.panel.steps import Source, call, literal
from analysis.tables import InputError
from analysis.terms.evidence import in_group

STANCE, READABILITY, DIVERSITY = "stance and modality", "readability", "diversity of words"
ALL = "all kinds"
CATEGORIES = ("modality", "hedges", "boosters", "negation", "presupposition", "pronouns", ALL)
FORMULAS = ("Flesch", "Flesch-Kincaid", "SMOG", "Coleman-Liau", "LIX", "words per sentence")
INDICES = ("MATTR", "MTLD", "HD-D", "Yule's K")


def _controls(
    documents: pd.DataFrame, settings: Mapping[str, Any], voices: Sequence[str]
) -> list[Control]:
    """What can be set for style."""
    stance, views = {"view": (STANCE,)}, (STANCE, READABILITY, DIVERSITY)
    return [
        Control("view", "Show", "choice", STANCE, views),
        Control("category", "Kind", "choice", CATEGORIES[0], CATEGORIES, when=stance),
        by_control(documents),
        Control(
            "formula", "Formula", "choice", FORMULAS[0], FORMULAS, when={"view": (READABILITY,)}
        ),
        Control("index", "Index", "choice", INDICES[0], INDICES, when={"view": (DIVERSITY,)}),
        PER._replace(when=stance),
    ]


def _needs(settings: Mapping[str, Any]) -> list[str]:
    """Layers for style."""
    return ["tokens", "sentences", *needs_voices(settings)]


def _ask(question: Question) -> Answer:
    """Count marks of stance, or score the texts."""
    return (_stance if question["view"] == STANCE else _scores)(question)


def _stance(question: Question) -> Answer:
    """Words and phrases of stance, by kind."""
    options = {"by": question.group, "per": question["per"]}
    counted = call("count_stance", question.corpus, **options)
    if question.by_voice:
        counted = question.drop_empty(question.let("counts", counted))
    if question["category"] != ALL:
        every = question.let("stance", counted)
        kept = f'{every}[{every}["category"] == {literal(question["category"])}]'
        counted = Source(f"{kept}.reset_index(drop=True)")
    question.let("table", counted)
    table, by = question.run("table"), question.by
    if not len(table) or not table["count"].any():
        raise InputError("No mark of stance is found in these texts; filter less.")
    split = f", by {by[0]}" if by else ""
    return question.answer(
        shown=["subcategory", "category", *by, "count", "rate", "documents", "base"],
        bar="rate",
        figure=call("plot_stance", few_groups(table, by)),
        caption=f"Words and phrases of stance, by kind{split}.",
        note="Found by word lists: a word may mean something else where it stands.",
    )


def _scores(question: Question) -> Answer:
    """A score of readability or diversity for each group."""
    readable = question["view"] == READABILITY
    function = "score_readability" if readable else "score_diversity"
    name = question["formula"] if readable else question["index"]
    by = question.group or "doc"
    scored = question.let("scored", call(function, question.corpus, by=by))
    question.let(
        "table", f'{scored}[{scored}["measure"] == {literal(name)}].reset_index(drop=True)'
    )
    table = question.run("table")
    if not len(table) or table["value"].isna().all():
        raise InputError(f"These texts are too short for {name}; group them, or filter less.")
    drawn = few_groups(table, [by], most=40)
    return question.answer(
        shown=[by, "value", "base", "sentences", "documents"],
        bar="value",
        figure=call("plot_terms", drawn, value="value", item=by, by=[], top=40),
        evidence=lambda row, _: _sentences(question, by, record(table, row)),
        caption=f"{name}, by {by if by != 'doc' else 'document'}.",
        note="Made for English prose; a score says how long words and sentences are, no more."
        if readable
        else "",
        unit="",
    )


def _sentences(question: Question, by: str, row: Mapping[str, Any]) -> pd.DataFrame:
    """The sentences of a group."""
    table = question.part.layer("sentences", voiced=question.by_voice)
    return table.loc[in_group(table, [by], dict(row), question.texts.documents), KEYS]


TAB = Tab(_controls, _needs, _ask)
