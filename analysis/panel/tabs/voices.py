"""Voices: who is given how many words, and with which verbs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.panel.controls import EACH, MERGED, PER, ROWS, VOICES, Control, by_control
from analysis.panel.evidence import KEYS, in_group
from analysis.panel.question import MANY_GROUPS, Answer, Question, few_groups, told_of
from analysis.panel.recipe import Expr, measure, name_of
from analysis.tables import NONE_LABEL, InputError, group_codes
from analysis.voices.spans import resolved_voices

SHARE, VERBS, QUOTATIONS = "share of words", "verbs of saying", "quotations"
ITEMS = ("cue_class", "cue", "kind", "speaker")


def controls(
    documents: pd.DataFrame, settings: Mapping[str, Any], voices: Sequence[str]
) -> list[Control]:
    """What can be set."""
    by = by_control(documents)
    by = by._replace(choices=tuple(c for c in by.choices if c not in (MERGED, EACH)))
    by = by._replace(help="For verbs of saying no group stands for each speaker")
    views = (SHARE, VERBS, QUOTATIONS)
    told = "Share of words: quoted and reported speech apart, where there is no group"
    return [
        Control("view", "Show", "choice", SHARE, views),
        by,
        Control("split_speech", "Quoted apart", "flag", True, (), "", told),
        Control(
            "own", "Writer and headline", "flag", True, (), "", "Also draw the paper's own words"
        ),
        Control("item", "Count", "choice", "cue_class", ITEMS, "", "For verbs and quotations"),
        Control("min_count", "Quotations", "number", 3, (1, 1000), "", "At least, for verbs"),
        PER,
        ROWS,
    ]


def needs(settings: Mapping[str, Any]) -> list[str]:
    """Layers that must be there."""
    return ["quotes"] if settings["view"] == VERBS else ["tokens", "quotes"]


def ask(question: Question) -> Answer:
    """Count voices, verbs or quotations."""
    return _VIEWS[question["view"]](question)


def _share(question: Question) -> Answer:
    """The share of words that each voice is given."""
    recipe, by = question.recipe, question["by"]
    tokens = question.with_voices(question.all_tokens(), "voiced")
    every = recipe.let(
        "every_voice", measure("count_voices", tokens, split_speech=False, confidence=None)
    )
    others = every if question["own"] else every[~every["voice"].isin(list(VOICES))]
    top = recipe.let("top", others["voice"].head(question["rows"]).tolist())
    if not question.run("top"):
        raise InputError("No speaker is given a word in these texts; filter less.")
    split = bool(question["split_speech"]) and not by
    options = {"split_speech": split, **question.group(), **question.confidence(tokens)}
    counted = measure("count_voices", tokens, voices=top, **options)
    recipe.let("counts", counted)
    counts = name_of("counts")
    recipe.let("table", counts[counts["count"] >= 1].reset_index(drop=True))
    table = question.run("table")
    names = [by] if by else []
    if by:
        figure = measure("plot_shares", name_of("table"), row=by, part="voice")
    else:
        figure = measure("plot_voices", name_of("table"), own=_own(question), top=question["rows"])
    return question.answer(
        told=f"Share of words that each voice is given{f', by {by}' if by else ''}.",
        shown=["voice", "speech", *names, "share", "count", "base", "documents"],
        bar="share",
        evidence=lambda row, _: _stretches(question, tokens, table.iloc[row]),
        figure=figure,
    )


def _own(question: Question) -> bool:
    """Whether the writer and the headline are drawn: where there is nobody else, they are."""
    return bool(question["own"]) or set(question.run("table")["voice"]) <= set(VOICES)


def _stretches(question: Question, tokens: Expr, row: pd.Series) -> pd.DataFrame:
    """The stretches of text in a voice; their words add up to the count."""
    from analysis.voices.shares import find_voice_passages

    table: pd.DataFrame = question.value(tokens)
    by = question.by
    kept = in_group(table, by, [row[name] for name in by], question.texts())
    voices: Any = table["voice"].array
    named = resolved_voices(voices.categories.to_series()).to_numpy(dtype=object)
    own = (named == row["voice"])[voices.codes]
    if "speech" in row:
        own = own & (table["speech"] == row["speech"]).to_numpy()
    found = find_voice_passages(table[kept & own], documents=question.texts(), columns=[])
    return found[[*KEYS, "words"]]


def quotes_of(question: Question) -> Expr:
    """The quotations that the question is about: all, or those of the speakers chosen."""
    quotes, chosen = question.quotes(), question.settings.get("voice") or ()
    speakers = [voice for voice in chosen if voice not in VOICES]
    if chosen and "speakers" not in chosen:
        if not speakers:
            raise InputError(
                "The writer and the headline are not quoted; choose speakers, or look at shares of"
                " words."
            )
        quotes = question.recipe.let("said", quotes[quotes["speaker"].isin(speakers)])
    if not len(question.value(quotes)):
        raise InputError(
            "No quotation is found in these texts; choose other voices or filter less."
        )
    return quotes


def _verbs(question: Question) -> Answer:
    """Which verbs of saying introduce whom."""
    quotes, by = quotes_of(question), question["by"] or "speaker"
    item = question["item"] if question["item"] in ("cue", "cue_class") else "cue_class"
    group = question.group() if question["by"] else {}
    options = {"item": item, "min_count": question["min_count"], **group}
    every = measure("count_cues", quotes, **options, confidence=None)
    if question.value(question.recipe.let("every", every))[by].nunique() > MANY_GROUPS:
        options["confidence"] = None
    cues = question.recipe.let("cues", measure("count_cues", quotes, **options))
    question.recipe.let("table", cues[cues["count"] >= 1].reset_index(drop=True))
    table = question.run("table")
    if not len(table):
        raise InputError("No group has so many quotations with a verb; lower the number.")
    return question.answer(
        shown=[by, item, "share", "count", "base", "cues", "documents"],
        bar="share",
        evidence=lambda row, _: _cued(question, quotes, (by, item), table.iloc[row]),
        figure=measure("plot_shares", few_groups(table, [by], most=15), row=by, part=item),
        told=f"Which {item.replace('_', ' ')} introduces quotations, by {by}.",
        unit="quotation",
        n_by=[by],
    )


def _cued(question: Question, quotes: Expr, keys: tuple[str, str], row: pd.Series) -> pd.DataFrame:
    """The quotations of a group that a verb, or a class of verbs, introduces."""
    by, item = keys
    table: pd.DataFrame = question.value(quotes)
    told = table[table["cue"].notna() & (table["cue"].astype(object) != "")]
    told = told.assign(cue=told["cue"].astype("str").str.lower().str.split().str.join(" "))
    if by == "speaker":
        named = _named(told["speaker"])
        inside = (resolved_voices(named) == row[by]).to_numpy()
    else:
        inside = in_group(told, [by], [row[by]], question.texts())
    inside = inside & (_named(told[item]) == row[item]).to_numpy()
    return told.loc[inside, [*KEYS, "speaker", "cue"]]


def _named(column: pd.Series) -> pd.Series:
    values = column.astype(object)
    return values.where(values.notna() & (values != ""), NONE_LABEL)


def _quotations(question: Question) -> Answer:
    """How many quotations there are of each kind, speaker or verb."""
    recipe, item = question.recipe, question["item"]
    quotes, tokens = quotes_of(question), question.all_tokens()
    options: dict[str, Any] = {"tokens": tokens, "item": item}
    every = recipe.let("every", measure("count_quotes", quotes, **options, confidence=None))
    options |= {"per": question["per"], **question.group(), **question.confidence(tokens)}
    top = recipe.let("top", every[item].head(question["rows"]).tolist())
    counts = recipe.let("counts", measure("count_quotes", quotes, **options))
    recipe.let("table", counts[counts[item].isin(top)].reset_index(drop=True))
    table = question.run("table")
    by = question.by
    drawn = few_groups(table, by)
    return question.answer(
        shown=[item, *by, "count", "rate", "documents", "base"],
        bar="rate",
        told=told_of(table, item, "rate", by, "Quotations: "),
        evidence=lambda row, _: _quoted(question, quotes, table.iloc[row]),
        figure=measure("plot_terms", drawn, item=item, by=by, top=question["rows"]),
    )


def _quoted(question: Question, quotes: Expr, row: pd.Series) -> pd.DataFrame:
    """The quotations of a kind in a group."""
    table: pd.DataFrame = question.value(quotes)
    by, item = question["by"], question["item"]
    inside = (_named(table[item]) == row[item]).to_numpy()
    if by:
        codes, labels = group_codes(table, by, question.texts())
        inside = inside & np.asarray(labels[by].astype(object) == row[by])[codes]
    return table.loc[inside, [*KEYS, "speaker", "cue"]]


_VIEWS = {SHARE: _share, VERBS: _verbs, QUOTATIONS: _quotations}
