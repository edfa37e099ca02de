"""The chapter on sentiment: the lexicon's tone, and the model's judgement toward names."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

import analysis as da
from analysis.reporting.figures import Figure, Ledger, Section, draw, some
from analysis.reporting.layers import Layers
from analysis.reporting.people import judged
from analysis.reporting.shared import absent, narrowed, with_group

BINS = 5
NO_SENTENCES = "No sentence was found in these texts."
TONE: dict[str, Any] = {
    "unit": "sentence",
    "spread": True,
    "says": "In bold, the compound score of each sentence, from −1 to +1.",
}
LEXICON = (
    "Lexicon sentiment (VADER): the mean compound score of the sentences, from −1 to +1. It "
    "measures the tone of words, not an attitude towards anybody; a text about war is full of "
    "unpleasant words whatever its writer thinks. Measured on 8,739 names in US news: taken for "
    "the sentence's attitude toward the name, it is right for 53 of 100."
)
ARC = LEXICON + " Here the mean of successive fifths of the text."


def slices(scores: pd.DataFrame) -> pd.DataFrame:
    """The sentences of a text with the fifth that their middle lies in, as `score_arc` has it."""
    middle = (scores["start"] + scores["end"]).to_numpy(dtype=float) / 2
    length = scores.groupby("doc", observed=True)["end"].transform("max").to_numpy(dtype=float)
    percent = 100 * np.divide(middle, length, out=np.zeros(len(middle)), where=length > 0)
    place = np.minimum((percent * BINS / 100).astype(np.int64), BINS - 1)
    edges = np.linspace(0, 100, BINS + 1)
    return scores.assign(
        from_percent=edges[place], to_percent=edges[place + 1], value=scores["compound"]
    )


def sentiment(layers: Layers, ledger: Ledger) -> Section:
    """Tone by group and by document, and the sentiment toward names."""
    section = Section(
        "sentiment",
        "Sentiment",
        "Two instruments that answer different questions: the lexicon reads the tone of words, "
        "the model how a sentence speaks of one name in it. Both err, and the passages decide.",
    )
    section.figures = [
        *_by_group(layers, ledger),
        _by_document(layers, ledger),
        judged(layers, ledger),
    ]
    return section


def _by_group(layers: Layers, ledger: Ledger) -> list[Figure]:
    """The tone of the groups, if there are groups."""
    by, documents = layers.by, layers.compared
    if by is None:
        return [absent("Tone by group", layers.why_not)]
    scores = layers.rows_of(layers.scores, documents)

    def make() -> Any:
        some(scores, NO_SENTENCES)
        return da.plot_sentiment(da.score_sentiment_by(scores, by=by, documents=documents))

    figure = draw(f"Tone by {by}", LEXICON + narrowed(layers), make)
    if not figure.missing:
        rows = with_group(scores.assign(value=scores["compound"]), layers)
        link = ledger.link(figure.data, "base", rows, [by], kind="sentences", **TONE)
        figure.links = [link]
    return [figure]


def _by_document(layers: Layers, ledger: Ledger) -> Figure:
    """The tone of each document, the 40 furthest up."""
    scores = layers.scores

    def make() -> Any:
        return da.plot_sentiment(
            da.score_sentiment_by(some(scores, NO_SENTENCES), by="doc"), top=40
        )

    figure = draw("Tone by document", LEXICON, make)
    if not figure.missing:
        rows = scores.assign(value=scores["compound"])
        link = ledger.link(figure.data, "base", rows, ["doc"], kind="sentences", **TONE)
        figure.links = [link]
    return figure
