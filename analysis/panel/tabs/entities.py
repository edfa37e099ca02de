"""Entities: who and what is named, how often, and together with whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.panel.controls import PER, ROWS, Control, by_control, words_in
from analysis.panel.evidence import KEYS, in_group
from analysis.panel.question import Answer, Question, few_groups, needs_words, told_of
from analysis.panel.recipe import Expr, measure, name_of
from analysis.tables import InputError
from analysis.terms.shares import token_rows

NAMES, PAIRS = "names", "pairs"
LABELS = ("PERSON", "ORG", "PLACE", "NORP", "MISC")


def controls(
    documents: pd.DataFrame, settings: Mapping[str, Any], voices: Sequence[str]
) -> list[Control]:
    """What can be set."""
    return [
        Control("view", "Show", "choice", NAMES, (NAMES, PAIRS), "", "Who is named, or together"),
        Control("names", "Names with", "text", "", (), "", "Parts of names, parted by commas"),
        Control("labels", "Kinds", "many", (), LABELS, "", "None is all"),
        by_control(documents),
        PER,
        Control("within", "Together in", "choice", "sentence", ("sentence", "document")),
        ROWS,
    ]


def needs(settings: Mapping[str, Any]) -> list[str]:
    """Layers that must be there."""
    return [*needs_words(settings), "mentions"]


def ask(question: Question) -> Answer:
    """Count names, or pairs of names."""
    mentions = _chosen(question)
    return (_names if question["view"] == NAMES else _pairs)(question, mentions)


def _chosen(question: Question) -> Expr:
    """The mentions that the question is about."""
    mentions = question.mentions()
    if question.voiced:
        mentions = question.with_voices(mentions, "mentions_voiced")
    entity, parts = mentions["entity"], words_in(question["names"])
    kept: Expr | None = None
    for part in parts:
        found = entity.str.contains(part, case=False, regex=False)
        kept = found if kept is None else kept | found
    if question["labels"]:
        labelled = mentions["label"].isin(list(question["labels"]))
        kept = labelled if kept is None else kept & labelled
    if kept is not None:
        mentions = question.recipe.let("some_mentions", mentions[kept])
    if not len(question.value(mentions)):
        raise InputError("No such name is found in these texts; look for another, or filter less.")
    return mentions


def _names(question: Question, mentions: Expr) -> Answer:
    """The names that are mentioned most."""
    recipe, tokens = question.recipe, question.tokens()
    everyone = recipe.let(
        "everyone", measure("count_entities", mentions, tokens=tokens, confidence=None)
    )
    options = {"tokens": tokens, "per": question["per"], **question.confidence(tokens)}
    top = recipe.let("top", everyone["entity"].head(question["rows"]).tolist())
    most = recipe.let("most_named", mentions[mentions["entity"].isin(top)])
    counted = measure("count_entities", most, **options, **question.group())
    if question.grouped_by_voice:
        counts = recipe.let("counts", counted)
        counted = question.those_with(counts)
    recipe.let("table", counted.drop(columns="rank"))  # which would be the rank among these
    table = question.run("table")
    by = question.by
    return question.answer(
        shown=["entity", "label", *by, "count", "rate", "documents", "base"],
        bar="rate",
        evidence=lambda row, _: _places(question, (most, tokens), table.iloc[row]),
        told=told_of(table, "entity", "rate", by),
        figure=measure("plot_terms", few_groups(table, by), top=question["rows"]),
    )


def _places(question: Question, tables: tuple[Expr, Expr], row: pd.Series) -> pd.DataFrame:
    """The mentions of a name in a group: a mention is in the group of the word it begins in."""
    mentions, tokens = (question.value(table) for table in tables)
    own = (mentions["entity"] == row["entity"]) & (mentions["label"] == row["label"])
    mentions = mentions[own]
    by = question.by
    inside = in_group(tokens, by, [row[name] for name in by], question.texts())
    return mentions.loc[inside[token_rows(mentions, tokens, "mention")], list(KEYS)]


def _pairs(question: Question, mentions: Expr) -> Answer:
    """The names that are mentioned together most."""
    within = question["within"]
    pairs = question.recipe.let("pairs", measure("count_entity_pairs", mentions, within=within))
    question.recipe.let("table", pairs.head(question["rows"]))
    table = question.run("table")
    if not len(table):
        raise InputError("No two names stand together so; look within documents, or filter less.")
    return question.answer(
        shown=["source", "target", "count", "documents", "count_source", "count_target"],
        bar="count",
        evidence=lambda row, _: _together(question.value(mentions), within, table.iloc[row]),
        figure=measure("plot_network", name_of("table")),
        told=f"The pairs of names that are most often together in a {within}.",
        note=f"{len(table):,} of {len(question.run('pairs')):,} pairs shown.",
        unit="",
    )


def _together(mentions: pd.DataFrame, within: str, row: pd.Series) -> pd.DataFrame:
    """The first mention of one of two names in each place that has both, as far as the other."""
    keys = ["doc"] if within == "document" else ["doc", "sentence"]
    both = mentions[mentions["entity"].isin([row["source"], row["target"]])]
    both = both.sort_values(["doc", "start"], kind="stable") if len(both) else both
    names = both.groupby(keys, observed=True)["entity"].transform("nunique")
    both = both[np.asarray(names) == 2]
    groups = both.groupby(keys, observed=True, sort=False)
    first = groups.head(1)[list(KEYS)].reset_index(drop=True)
    if within == "sentence" and len(first):
        first["end"] = groups["end"].max().to_numpy()
    return first
