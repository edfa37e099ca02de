"""The tab Sentiment: the tone of words by lexicon, and the judgement toward those who are named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.panel.controls import ROWS, Control, by_control
from analysis.panel.question import (
    KEYS,
    Answer,
    Question,
    Tab,
    at_least_one,
    few_groups,
    first_values,
    needs_voices,
    record,
)
from analysis.panel.steps import Source, call, method
from analysis.sentiment.arc import part_of, usual_bins
from analysis.tables import InputError
from analysis.terms.evidence import in_group

GROUPS, COURSE, SENTENCES = "groups", "course of the text", "sentences"
TOWARD, EVALUATED = "toward names", "who evaluates whom"
_LEXICON = "VADER: the tone of words, not stance."
_JUDGED = "Judged by the model, a sentence at a time; how often it errs is in docs/accuracy.md."
_SCORES = ["negative", "neutral", "positive"]


def _sentiment_controls(
    documents: pd.DataFrame, settings: Mapping[str, Any], voices: Sequence[str]
) -> list[Control]:
    """What can be set for sentiment."""
    views = (GROUPS, COURSE, SENTENCES, TOWARD, EVALUATED)
    text = "Tone of words by lexicon: of groups, through the text, single sentences; or judgements"
    return [
        Control("view", "Show", "choice", GROUPS, views, "", text),
        by_control(documents, none=False)._replace(when={"view": (GROUPS, COURSE, TOWARD)}),
        Control(
            "bins", "Parts of a text", "number", 0, (0, 50), "", "0: as fits", {"view": (COURSE,)}
        ),
        Control("negative_first", "Most negative first", "flag", True, when={"view": (SENTENCES,)}),
        Control(
            "min_count", "Mentions (at least)", "number", 5, (1, 1000), when={"view": (TOWARD,)}
        ),
        ROWS._replace(when={"view": (GROUPS, SENTENCES, TOWARD, EVALUATED)}),
    ]


def _sentiment_needs(settings: Mapping[str, Any]) -> list[str]:
    """Layers for sentiment."""
    views = {TOWARD: ["tokens", "targets"], EVALUATED: ["evaluations"]}
    own = views.get(settings["view"], ["sentiment"])
    return [*own, *needs_voices(settings)]


def _sentiment(question: Question) -> Answer:
    """Measure the tone."""
    views = {GROUPS: _tone, COURSE: _course, SENTENCES: _strongest, TOWARD: _toward}
    views[EVALUATED] = _evaluated
    return views[question["view"]](question)


def _tone(question: Question) -> Answer:
    """Mean tone of each group."""
    by = question["by"]
    found = call("summarise_sentiment", question.corpus, by=by)
    question.let("table", at_least_one(question.let("means", found), "base"))
    table = question.run("table")
    return question.answer(
        shown=[by, "compound", *_SCORES, "base", "documents"],
        bar="compound",
        evidence=lambda row, _: _sentences(question, record(table, row)),
        figure=call("plot_sentiment", Source("table"), by=by, top=question["rows"]),
        caption=f"Mean tone of sentences (compound score), by {by}.",
        note=_LEXICON,
        unit="sentence",
    )


def _sentences(question: Question, row: dict[str, Any], bins: int = 0) -> pd.DataFrame:
    """The sentences of a group (and a part of the texts), the strongest first."""
    table = question.rows("sentiment")
    kept = in_group(table, question.by, row, question.texts.documents)
    if bins:
        kept = kept & (part_of(table, bins) == row["bin"])
    return _strongest_first(table.loc[kept, [*KEYS, "compound"]], "compound")


def _strongest_first(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Rows by the size of a score."""
    return rows.sort_values(column, key=np.abs, ascending=False, kind="stable")


def _course(question: Question) -> Answer:
    """Mean tone of each part of the texts."""
    by, bins = question["by"], question["bins"] or usual_bins(question.rows("sentiment"))
    arc = question.let("arc", call("score_arc", question.corpus, bins=bins, by=by))
    question.let("table", at_least_one(arc, "base"))
    table = question.run("table")
    return question.answer(
        shown=[by, "from_percent", "to_percent", "compound", "base"],
        bar="compound",
        evidence=lambda row, _: _sentences(question, record(table, row), bins),
        figure=call("plot_sentiment_arc", few_groups(table, [by]), by=by),
        caption=f"Mean tone of sentences (compound score) through the text, by {by}.",
        note=_LEXICON,
        unit="sentence",
        n_by=[by, "bin"],
    )


def _strongest(question: Question) -> Answer:
    """The sentences with the strongest tone."""
    rising = bool(question["negative_first"])
    scores = Source(f"{question.corpus}.sentiment")
    ranked = method(scores, "sort_values", "compound", ascending=rising, kind="stable")
    first = method(ranked, "head", question["rows"])
    question.let("table", method(first, "reset_index", drop=True))
    table = question.run("table")
    return question.answer(
        shown=["text", "compound", *_SCORES, "doc", "voice"],
        bar="compound",
        evidence=lambda row, _: table.iloc[[row]][[*KEYS, "compound"]],
        caption=f"The sentences with the most {'negative' if rising else 'positive'} tone.",
        note=_LEXICON,
        unit="",
    )


def _toward(question: Question) -> Answer:
    """Tone around names, counted."""
    by = question["by"]
    if not len(question.rows("targets")):
        raise InputError("Nobody is named in these texts; filter less, or look at groups.")
    targets = Source(f"{question.corpus}.targets")
    mentioned = call("count_entities", targets, tokens=question.corpus, confidence=None)
    top = first_values(question.let("mentioned", mentioned), "entity", question["rows"])
    options = {"by": by, "entities": question.let("top", top), "min_count": question["min_count"]}
    question.let("table", call("summarise_targets", question.corpus, **options))
    table = question.run("table")
    if not len(table):
        raise InputError("Nobody is mentioned so often in a group; lower the number of mentions.")
    drawn = {"by": by, "top": question["rows"], "min_count": question["min_count"]}
    return question.answer(
        shown=["entity", "label", by, "favourable", "critical", "neither", "count", "documents"],
        bar="count",
        evidence=lambda row, _: _judged(question, record(table, row)),
        figure=call("plot_targets", few_groups(table, [by], "count"), **drawn),
        caption=f"Tone around those who are named most, by {by}.",
        note=f"{table['count'].sum():,} mentions. {_JUDGED}",
        unit="",
    )


def _judged(question: Question, row: dict[str, Any]) -> pd.DataFrame:
    """The mentions behind a score, the strongest first."""
    table = question.rows("targets")
    kept = in_group(table, question.by, row, question.texts.documents)
    kept = kept & ((table["entity"] == row["entity"]) & (table["label"] == row["label"])).to_numpy()
    return _strongest_first(table.loc[kept, [*KEYS, "score"]], "score")


def _evaluated(question: Question) -> Answer:
    """Acts of evaluation by evaluator and target."""
    acts = question.rows("evaluations")
    acts = acts[~acts["negated"] & (acts["modality"].astype(str) == "asserted")]
    if not len(acts):
        raise InputError("No act of evaluation is reported in these texts; filter less.")
    counted = question.let("counted", call("count_evaluations", question.corpus))
    question.let("table", method(counted, "head", question["rows"]))
    table = question.run("table")

    def passages(row: int, _: Any) -> pd.DataFrame:
        own = record(table, row)
        kept = (acts["evaluator"] == own["evaluator"]) & (acts["target"] == own["target"])
        return acts.loc[kept, KEYS]

    named = ~(table["evaluator"].str.startswith("(") | table["target"].str.startswith("("))
    return question.answer(
        shown=["evaluator", "target", "favourable", "critical", "count", "documents"],
        bar="count",
        evidence=passages,
        figure=call("plot_evaluations", Source("table")) if named.any() else None,
        caption="Who evaluates whom: acts that are reported with a verb, noun or adjective.",
        note=f"{len(acts):,} acts. How often they are right is in docs/accuracy.md.",
        unit="",
    )


TAB = Tab(_sentiment_controls, _sentiment_needs, _sentiment)
