"""Sentiment: the tone of words by lexicon, and the judgement toward those who are named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.panel.controls import ROWS, Control, by_control
from analysis.panel.evidence import KEYS, in_group
from analysis.panel.question import Answer, Question, few_groups
from analysis.panel.recipe import Expr, measure, name_of
from analysis.sentiment.arc import part_of
from analysis.tables import InputError

GROUPS, COURSE, SENTENCES, NAMES = "groups", "course of the text", "sentences", "toward names"
VIEWS = (GROUPS, COURSE, SENTENCES, NAMES)
_TONE = "VADER: the tone of words, not stance."
_JUDGED = "Judged by the model, a sentence at a time; how often it errs is in docs/accuracy.md."
_SCORES = ["negative", "neutral", "positive"]


def controls(
    documents: pd.DataFrame, settings: Mapping[str, Any], voices: Sequence[str]
) -> list[Control]:
    """What can be set."""
    told = "Tone of words by lexicon: of groups, through the text, single sentences; or judgements"
    return [
        Control("view", "Show", "choice", GROUPS, VIEWS, "", told),
        by_control(documents, none=False),
        Control("bins", "Parts of a text", "number", 10, (2, 50), "", "For the course of the text"),
        Control("negative_first", "Most negative first", "flag", True, (), "", "For sentences"),
        Control("min_count", "Mentions", "number", 5, (1, 1000), "", "At least so many in a group"),
        ROWS,
    ]


def needs(settings: Mapping[str, Any]) -> list[str]:
    """Layers that must be there."""
    first = ["tokens", "targets"] if settings["view"] == NAMES else ["scores"]
    voiced = settings.get("voice") or settings.get("by") in ("voice", "voices")
    return [*first, "quotes"] if voiced else first


def ask(question: Question) -> Answer:
    """Measure the tone."""
    return _VIEWS[question["view"]](question)


def scores_of(question: Question) -> Expr:
    """The scored sentences that the question is about."""
    scores = question.layer("scores", lambda: measure("score_sentiment", question.sentences()))
    return question.with_voices(scores, "scores_voiced") if question.voiced else scores


def _groups(question: Question) -> Answer:
    """Mean tone of each group."""
    scores, by = scores_of(question), question["by"]
    found = measure(
        "summarise_sentiment", scores, **question.group(), **question.confidence(scores)
    )
    question.recipe.let("means", found)
    means = name_of("means")
    question.recipe.let("table", means[means["base"] >= 1].reset_index(drop=True))
    table = question.run("table")
    return question.answer(
        shown=[by, "compound", *_SCORES, "base", "documents"],
        bar="compound",
        evidence=lambda row, _: _sentences(question, scores, table.iloc[row]),
        figure=measure("plot_sentiment", name_of("table"), by=by, top=question["rows"]),
        told=f"Mean tone of sentences (compound score), by {by}.",
        note=_TONE,
        unit="sentence",
    )


def _sentences(
    question: Question, scores: Expr, row: pd.Series, inside: np.ndarray | None = None
) -> pd.DataFrame:
    """The sentences of a group, the strongest first."""
    table: pd.DataFrame = question.value(scores)
    by = [question["by"]]
    kept = in_group(table, by, [row[by[0]]], question.texts())
    if inside is not None:
        kept = kept & inside
    found = table.loc[kept, [*KEYS, "compound"]]
    return found.sort_values("compound", key=np.abs, ascending=False, kind="stable")


def _course(question: Question) -> Answer:
    """Mean tone of each part of the texts."""
    scores, by, bins = scores_of(question), question["by"], question["bins"]
    arc = question.recipe.let(
        "arc",
        measure("score_arc", scores, bins=bins, **question.group(), **question.confidence(scores)),
    )
    question.recipe.let("table", arc[arc["base"] >= 1].reset_index(drop=True))
    table = question.run("table")

    def evidence(row: int, _: str | None) -> pd.DataFrame:
        return _sentences(
            question,
            scores,
            table.iloc[row],
            part_of(question.value(scores), bins) == table["bin"][row],
        )

    return question.answer(
        shown=[by, "from_percent", "to_percent", "compound", "base"],
        bar="compound",
        evidence=evidence,
        figure=measure("plot_sentiment_arc", few_groups(table, [by]), by=by),
        told=f"Mean tone of sentences (compound score) through the text, by {by}.",
        note=_TONE,
        unit="sentence",
        n_by=[by, "bin"],
    )


def _single(question: Question) -> Answer:
    """The sentences with the strongest tone."""
    scores = scores_of(question)
    rising = bool(question["negative_first"])
    ranked = scores.sort_values("compound", ascending=rising, kind="stable")
    question.recipe.let("table", ranked.head(question["rows"]).reset_index(drop=True))
    table = question.run("table")
    return question.answer(
        shown=["text", "compound", *_SCORES, "doc", "voice"],
        bar="compound",
        evidence=lambda row, _: table.iloc[[row]][[*KEYS, "compound"]],
        told=f"The sentences with the most {'negative' if rising else 'positive'} tone.",
        note=_TONE,
        unit="",
    )


def _names(question: Question) -> Answer:
    """Judgements toward names, averaged."""
    recipe, by = question.recipe, question["by"]
    targets = question.layer(
        "targets", lambda: measure("score_targets", question.documents, question.mentions())
    )
    if question.voiced:
        targets = question.with_voices(targets, "targets_voiced")
    if not len(question.value(targets)):
        raise InputError("Nobody is named in these texts; filter less, or look at groups.")
    counted = recipe.let(
        "mentioned",
        measure("count_entities", targets, tokens=question.all_tokens(), confidence=None),
    )
    top = recipe.let("top", counted["entity"].head(question["rows"]).tolist())
    options = {"entities": top, "min_count": question["min_count"], **question.group()}
    options |= question.confidence(targets)
    recipe.let("table", measure("summarise_targets", targets, **options))
    table = question.run("table")
    if not len(table):
        raise InputError("Nobody is mentioned so often in a group; lower the number of mentions.")
    enough = few_groups(table, [by], "count")
    return question.answer(
        shown=["entity", "label", by, "score", "count", *_SCORES, "documents"],
        bar="score",
        evidence=lambda row, _: _judged(question, targets, table.iloc[row]),
        figure=measure(
            "plot_targets", enough, by=by, top=question["rows"], min_count=question["min_count"]
        ),
        told=f"Sentiment toward those who are named most, by {by}.",
        note=f"{table['count'].sum():,} mentions. {_JUDGED}",
        unit="",
    )


def _judged(question: Question, targets: Expr, row: pd.Series) -> pd.DataFrame:
    """The mentions behind a score, the strongest first."""
    table: pd.DataFrame = question.value(targets)
    by = question["by"]
    kept = in_group(table, [by], [row[by]], question.texts())
    kept = kept & ((table["entity"] == row["entity"]) & (table["label"] == row["label"])).to_numpy()
    found = table.loc[kept, [*KEYS, "score"]]
    return found.sort_values("score", key=np.abs, ascending=False, kind="stable")


_VIEWS = {GROUPS: _groups, COURSE: _course, SENTENCES: _single, NAMES: _names}
