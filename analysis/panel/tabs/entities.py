"""The tab Entities: who and what is named, how often, and together with whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.panel.controls import PER, ROWS, Control, by_control, words_in
from analysis.panel.question import (
    KEYS,
    Answer,
    Question,
    Tab,
    caption_of,
    few_groups,
    first_values,
    needs_words,
    record,
    where_in,
)
from analysis.panel.steps import Source, call, literal, method
from analysis.tables import InputError
from analysis.terms.evidence import in_group
from analysis.terms.shares import token_rows

NAMES, PAIRS = "names", "pairs"
LABELS = ("PERSON", "ORG", "PLACE", "NORP", "MISC")


def _entities_controls(
    documents: pd.DataFrame, settings: Mapping[str, Any], voices: Sequence[str]
) -> list[Control]:
    """What can be set for entities."""
    return [
        Control("view", "Show", "choice", NAMES, (NAMES, PAIRS), "", "Who is named, or together"),
        Control("names", "Names that contain", "text", "", (), "", "Parts of names, by commas"),
        Control("labels", "Kinds", "many", (), LABELS, "", "None is all"),
        by_control(documents)._replace(when={"view": (NAMES,)}),
        PER._replace(when={"view": (NAMES,)}),
        Control(
            "within",
            "Together in",
            "choice",
            "sentence",
            ("sentence", "document"),
            when={"view": (PAIRS,)},
        ),
        ROWS,
    ]


def _entities_needs(settings: Mapping[str, Any]) -> list[str]:
    """Layers for entities."""
    return [*needs_words(settings), "mentions"]


def _entities(question: Question) -> Answer:
    """Count names, or pairs of names."""
    mentions = question.let("mentions", _chosen_mentions(question))
    if not len(question.run("mentions")):
        raise InputError("No such name is found in these texts; look for another, or filter less.")
    return (_names if question["view"] == NAMES else _pairs)(question, mentions)


def _chosen_mentions(question: Question) -> Source:
    """The mentions that the question is about."""
    mentions = question.layer("mentions")
    parts, labels = words_in(question["names"]), list(question["labels"])
    if not parts and not labels:
        return mentions
    every = question.let("every_mention", mentions)
    entity = f'{every}["entity"].str.contains'
    conditions = [f"{entity}({literal(part)}, case=False, regex=False)" for part in parts]
    kept = " | ".join(conditions)
    if labels:
        labelled = f'{every}["label"].isin({literal(labels)})'
        kept = f"({kept}) & {labelled}" if len(parts) > 1 else " & ".join([*conditions, labelled])
    return Source(f"{every}[{kept}]")


def _names(question: Question, mentions: Source) -> Answer:
    """The names that are mentioned most."""
    tokens = question.layer("tokens")
    counted = call("count_entities", mentions, tokens=tokens, confidence=None)
    everyone = question.let("everyone", counted)
    top = question.let("top", first_values(everyone, "entity", question["rows"]))
    most = question.let("most_named", where_in(mentions, "entity", top))
    options = {"tokens": tokens, "per": question["per"]}
    options |= {"by": question.group, "documents": question.corpus} if question.group else {}
    counted = call("count_entities", most, **options)
    if question.by_voice:
        counted = question.drop_empty(question.let("counts", counted))
    question.let("table", method(counted, "drop", columns="rank"))  # a rank among these alone
    table, by = question.run("table"), question.by
    return question.answer(
        shown=["entity", "label", *by, "count", "rate", "documents", "base"],
        bar="rate",
        evidence=lambda row, _: _mentioned(question, record(table, row)),
        caption=caption_of(table, "entity", "rate", by),
        figure=call("plot_terms", few_groups(table, by), top=question["rows"]),
    )


def _mentioned(question: Question, row: dict[str, Any]) -> pd.DataFrame:
    """The mentions of a name in a group: a mention is in the group of the word it begins in."""
    mentions, tokens = question.run("most_named"), question.rows("tokens")
    mentions = mentions[(mentions["entity"] == row["entity"]) & (mentions["label"] == row["label"])]
    inside = in_group(tokens, question.by, row, question.texts.documents)
    return mentions.loc[inside[token_rows(mentions, tokens, "mention")], KEYS]


def _pairs(question: Question, mentions: Source) -> Answer:
    """The names that are mentioned together most."""
    within = question["within"]
    pairs = question.let("pairs", call("count_entity_pairs", mentions, within=within))
    question.let("table", method(pairs, "head", question["rows"]))
    table = question.run("table")
    if not len(table):
        raise InputError("No two names stand together so; look within documents, or filter less.")
    return question.answer(
        shown=["source", "target", "count", "documents", "count_source", "count_target"],
        bar="count",
        evidence=lambda row, _: _together(question.run("mentions"), within, record(table, row)),
        figure=call("plot_network", Source("table")),
        caption=f"The pairs of names that are most often together in a {within}.",
        note=f"{len(table):,} of {len(question.run('pairs')):,} pairs shown.",
        unit="",
    )


def _together(mentions: pd.DataFrame, within: str, row: dict[str, Any]) -> pd.DataFrame:
    """The first mention of one of two names in each place that has both, as far as the other."""
    keys = ["doc"] if within == "document" else ["doc", "sentence"]
    both = mentions[mentions["entity"].isin([row["source"], row["target"]])]
    both = both.sort_values(["doc", "start"], kind="stable") if len(both) else both
    names = both.groupby(keys, observed=True)["entity"].transform("nunique")
    both = both[np.asarray(names) == 2]
    groups = both.groupby(keys, observed=True, sort=False)
    first = groups.head(1)[KEYS].reset_index(drop=True)
    if within == "sentence" and len(first):
        first["end"] = groups["end"].max().to_numpy()
    return first


TAB = Tab(_entities_controls, _entities_needs, _entities)
