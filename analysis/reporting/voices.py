"""The chapter on voices: who speaks, with which verbs, and who judges whom."""

from __future__ import annotations

from typing import Any

import pandas as pd

import analysis as da
from analysis.reporting.figures import Figure, Ledger, Section, draw, some
from analysis.reporting.layers import Layers
from analysis.reporting.people import draw_judged
from analysis.reporting.shared import absent, base_link, narrowed, with_group
from analysis.saying.voicing import resolved_voices
from analysis.tables import NONE_LABEL

VOICES = (
    "Share of voice: the words of each speaker as a share of all words. Quotations and their "
    "speakers are found by rules over the model's parse. “(unresolved)” are speakers who are only "
    "a pronoun or a role where they speak. Words are space, not weight; what a voice says is "
    "its own claim."
)
ERRORS = (
    " Measured on four news articles kept apart, with 35 quotations: F1 of finding them 0.88, and "
    "97 of 100 of those found are rightly credited; expect 0.85 to 0.9 elsewhere."
)
CUES = (
    "Reporting verbs by class. The list puts each verb into one class whatever its context: "
    "“warned” may warn or threaten, and house style or a translator's habit chooses verbs, too."
)


def voices(layers: Layers, ledger: Ledger) -> Section:
    """Who is given the word, how it is introduced, and whose the judgements are."""
    section = Section(
        "voices",
        "Voices",
        "News is mostly what somebody said. Who is given how many words, and with which verbs "
        "are they introduced?",
    )
    section.figures = [_share(layers, ledger)]
    if layers.by is None:
        section.figures.append(absent("Voices by group", layers.why_not))
    else:
        section.figures.append(_share_by_group(layers, ledger, layers.by))
    section.figures += [_verbs(layers, ledger), _evaluators(layers, ledger)]
    return section


def some_speech(tokens: pd.DataFrame) -> pd.DataFrame:
    """The tokens, if anybody speaks in them."""
    some(tokens[tokens["speech"].astype(object) != ""], "No quotation was found.")
    return tokens


def stretches(layers: Layers, tokens: pd.DataFrame) -> pd.DataFrame:
    """Every stretch of text in one voice, pronouns and roles under one name as in the counts."""
    found = da.find_voice_passages(tokens, documents=layers.documents, columns=[])
    return found.assign(voice=resolved_voices(found["voice"]), doc=found["doc"].astype(object))


def _share(layers: Layers, ledger: Ledger) -> Figure:
    """The share of words of each speaker, quoted and reported apart."""
    figure = draw(
        "Who is given how many words",
        VOICES + ERRORS,
        lambda: da.plot_voices(da.count_voices(some_speech(layers.voiced))),
    )
    if not figure.missing:
        found = stretches(layers, layers.voiced)
        on = ["voice", "speech"]
        links = [ledger.link(figure.data, "count", found, on, kind="voices", unit="stretch")]
        figure.links = [*links, *base_link(figure)]
    return figure


def _share_by_group(layers: Layers, ledger: Ledger, by: str) -> Figure:
    """What the texts of each group are made up of: writer and speakers."""
    documents = layers.compared
    tokens = layers.rows_of(layers.voiced, documents)

    def make() -> Any:
        some_speech(tokens)
        table = da.count_voices(tokens, by=by, documents=documents, split_speech=False)
        return da.plot_shares(table, row=by, part="voice")

    method = VOICES + " “writer” is all that is nobody's quotation." + ERRORS + narrowed(layers)
    figure = draw(f"Voices by {by}", method, make)
    if not figure.missing:
        found = with_group(stretches(layers, tokens), layers)
        on = ["voice", by]
        link = ledger.link(
            figure.data, "count", found, on, kind="voices", unit="stretch", spread=True
        )
        figure.links = [link, *base_link(figure, by)]
    return figure


def _verbs(layers: Layers, ledger: Ledger) -> Figure:
    """The classes of the verbs of saying, by group or by speaker."""
    by = layers.by or "speaker"
    documents = layers.compared
    quotes = layers.rows_of(layers.quotes, documents)

    def make() -> Any:
        options: dict[str, Any] = {"documents": documents} if layers.by else {"min_count": 2}
        table = some(da.count_cues(quotes, by=by, **options), "No verb of saying was found.")
        return da.plot_shares(table, row=by, part="cue_class")

    method = CUES + ERRORS + (narrowed(layers) if layers.by else "")
    figure = draw(f"Reporting verbs by {by}", method, make)
    if not figure.missing:
        told = quotes[quotes["cue"].notna() & (quotes["cue"].astype(object) != "")]
        classes = told["cue_class"].astype(object)
        told = told.assign(cue_class=classes.where(classes.notna() & (classes != ""), NONE_LABEL))
        told = told.assign(speaker=resolved_voices(told["speaker"]))
        found = with_group(told, layers)
        link = ledger.link(
            figure.data, "count", found, ["cue_class", by], kind="verbs", unit="quotation"
        )
        about = {"unit": "quotation", "title": "{0} · all verbs"}
        base = ledger.link(figure.data, "base", found, [by], kind="all verbs", **about)
        figure.links = [link, base]
    return figure


def _evaluators(layers: Layers, ledger: Ledger) -> Figure:
    """How the writers and the speakers who name most speak of the names."""
    targets = layers.targets
    named = targets["voice"].astype(object).isin(set(layers.mentions["entity"].astype(object)))
    counts = targets.loc[named, "voice"].astype(str).value_counts()
    order = sorted(counts.index, key=lambda name: (-counts[name], name))[:2]
    merged = da.merge_voices(targets, keep=order)
    title = "Whose judgement: sentiment toward names by voice"
    return draw_judged(layers, ledger, merged, "voices", title)
