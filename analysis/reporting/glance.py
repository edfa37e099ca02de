"""The chapter on one article: its terms, its names, and how its tone runs."""

from __future__ import annotations

from typing import Any

import pandas as pd

import analysis as da
from analysis.reporting.figures import Figure, Ledger, Section, draw, some
from analysis.reporting.layers import Layers
from analysis.reporting.people import MENTIONS, NAMES, NO_NAMES, model_errors
from analysis.reporting.shared import (
    GROUPED,
    NO_WORDS,
    TERMS,
    absent,
    article_base,
    hits_of,
    no_term_groups,
)
from analysis.reporting.tone import ARC, BINS, NO_SENTENCES, TONE, slices


def glance(layers: Layers, ledger: Ledger) -> Section:
    """One article: its terms, whom it names, and how its tone runs."""
    document = layers.documents[layers.documents["doc"] == layers.article]
    title = document["title"].iloc[0]
    name = layers.article if pd.isna(title) else f"{title} ({layers.article})"
    section = Section("article", "One article at a glance", f"The text looked at here: {name}.")
    tokens = layers.rows_of(layers.tokens, document)
    section.figures = [
        article_terms(tokens, ledger, layers),
        article_names(layers, ledger, document, tokens),
        article_places(layers, ledger, tokens),
        article_arc(layers, ledger, document),
    ]
    return section


def article_terms(tokens: pd.DataFrame, ledger: Ledger, layers: Layers) -> Figure:
    """The most frequent terms of the article."""

    def make() -> Any:
        counted = da.count_terms(tokens, stop_words=da.stop_words())
        return da.plot_terms(some(counted, NO_WORDS), top=15)

    figure = draw("Most frequent terms of the article", TERMS, make)
    if not figure.missing:
        found = hits_of(tokens, figure.data["term"].tolist())
        links = [ledger.link(figure.data, "count", found, ["term"], kind=f"in {layers.article}")]
        figure.links = [*links, *article_base(figure, layers.article)]
    return figure


def article_names(
    layers: Layers, ledger: Ledger, document: pd.DataFrame, tokens: pd.DataFrame
) -> Figure:
    """Whom and what the article names."""
    own = layers.rows_of(layers.targets, document)

    def make() -> Any:
        counted = da.count_entities(own, tokens=tokens)
        return da.plot_terms(some(counted, NO_NAMES), item="entity", top=15)

    figure = draw("Names in the article", NAMES + model_errors(layers, "entities"), make)
    if not figure.missing:
        kind = f"names in {layers.article}"
        rows = own.assign(value=own["score"])
        on = ["entity", "label"]
        links = [ledger.link(figure.data, "count", rows, on, kind=kind, **MENTIONS)]
        figure.links = [*links, *article_base(figure, layers.article)]
    return figure


def article_places(layers: Layers, ledger: Ledger, tokens: pd.DataFrame) -> Figure:
    """Where in the article the groups of terms stand."""
    title = "Where in the article the term groups stand"
    if not layers.term_groups:
        return absent(title, no_term_groups())
    found = da.find_positions(tokens, layers.term_groups)
    method = GROUPED + " News puts first what it wants read first."

    def make() -> Any:
        return da.plot_barcode(some(found, "None of the term groups is found in the article."))

    figure = draw(title, method, make)
    if not figure.missing:
        rows = found.astype({"term": object, "doc": object})
        figure.links = [
            ledger.link(figure.data, "percent", rows, ["term"], kind=f"groups in {layers.article}")
        ]
    return figure


def article_arc(layers: Layers, ledger: Ledger, document: pd.DataFrame) -> Figure:
    """The course of tone through the article."""
    own = layers.rows_of(layers.scores, document)
    figure = draw(
        "How the tone of the article runs",
        ARC,
        lambda: da.plot_sentiment_arc(da.score_arc(some(own, NO_SENTENCES), bins=BINS)),
    )
    if not figure.missing:
        rows = slices(own)
        kind, title = f"fifths of {layers.article}", "{0} to {1} % of the text"
        on = ["from_percent", "to_percent"]
        figure.links = [ledger.link(figure.data, "base", rows, on, kind=kind, title=title, **TONE)]
    return figure
