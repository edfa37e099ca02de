"""The chapters on terms and keywords: what is drawn, from what, with which passages."""

from __future__ import annotations

from typing import Any

import pandas as pd

import analysis as da
from analysis.charts import words
from analysis.reporting.figures import Figure, Ledger, Link, Section, draw, some
from analysis.reporting.layers import Layers
from analysis.reporting.shared import (
    GROUPED,
    NO_WORDS,
    TERMS,
    absent,
    base_link,
    hits_of,
    narrowed,
    no_term_groups,
    with_group,
)

KEYWORDS = (
    "Keyness: each group against all others. The log ratio is the size of the difference, its "
    "conservative bound what is left after sampling error and after so many words were compared; "
    "a word must stand in two documents. A keyword says where reading should begin, not what is "
    "meant."
)
OVER_TIME = (
    "Rates over the dates of publication. A {every} without texts is a gap, not a zero; a {every} "
    "with one text measures that text. Left out is the oldest quarter of the documents, which may "
    "stretch the axis; drawn are the four most frequent groups."
)


def terms(layers: Layers, ledger: Ledger) -> Section:
    """The terms of the corpus, the groups of terms by group and over time."""
    section = Section(
        "terms",
        "Terms",
        "To choose a name for an event is to take a position towards it. Which words do the texts "
        "use, how often, and when?",
    )
    section.figures = [
        corpus_terms(layers, ledger),
        terms_by_group(layers, ledger),
        terms_over_time(layers, ledger),
    ]
    return section


def corpus_terms(layers: Layers, ledger: Ledger) -> Figure:
    """The most frequent terms of all texts."""
    title = "Most frequent terms of all texts"
    if len(layers.documents) < 2:
        return absent(title, "The corpus is one document, whose terms are counted above.")

    def make() -> Any:
        counted = da.count_terms(layers.tokens, stop_words=da.stop_words())
        return da.plot_terms(some(counted, NO_WORDS), top=20)

    figure = draw(title, TERMS, make)
    if not figure.missing:
        found = hits_of(layers.tokens, figure.data["term"].tolist())
        links = [ledger.link(figure.data, "count", found, ["term"], kind="terms")]
        figure.links = [*links, *base_link(figure)]
    return figure


def terms_by_group(layers: Layers, ledger: Ledger) -> Figure:
    """The groups of terms, by group of documents."""
    title = f"Term groups by {layers.by}" if layers.by else "Term groups"
    if not layers.term_groups:
        return absent(title, no_term_groups())
    documents, by = layers.compared, layers.by
    tokens = layers.rows_of(layers.tokens, documents)

    def make() -> Any:
        some(tokens[tokens["is_word"]], NO_WORDS)
        options: dict[str, Any] = {"by": by, "documents": documents} if by else {}
        return da.plot_terms(da.count_term_groups(tokens, layers.term_groups, **options))

    figure = draw(title, GROUPED + (narrowed(layers) if by else ""), make)
    if not figure.missing:
        found = with_group(da.find_positions(tokens, layers.term_groups), layers)
        on = ["term", by] if by else ["term"]
        figure.links = [
            ledger.link(figure.data, "count", found, on, kind="term groups"),
            *base_link(figure, by),
        ]
    return figure


def terms_over_time(layers: Layers, ledger: Ledger) -> Figure:
    """The most frequent groups of terms, by month, or by day where there is one month."""
    title = "Term groups over time"
    dated = layers.documents[layers.documents["published"].notna()]
    if not layers.term_groups:
        return absent(title, no_term_groups())
    every, periods = _periods(dated["published"])
    if periods.nunique() < 2:
        known = "no document has a date" if dated.empty else "all texts are of one day"
        return absent(title, f"Nothing can be drawn over time: {known}.")
    recent = dated[dated["published"] >= dated["published"].quantile(0.25)]
    tokens = layers.rows_of(layers.tokens, recent)
    chosen = _most_frequent(tokens, layers.term_groups, 4)

    def make() -> Any:
        some(tokens[tokens["is_word"]], NO_WORDS)
        over = da.count_over_time(tokens, chosen, documents=recent, every=every)
        return da.plot_small_multiples(over, "plot_over_time", by="term", columns=2)

    caption = (
        f"Rate per 1,000 words over time, by {every}, on one scale, a panel each for "
        f"{words.listing(chosen)}. A gap means that a {every} has no texts."
    )
    figure = draw(title, OVER_TIME.format(every=every), make, caption=caption)
    if not figure.missing:
        period = dict(zip(recent["doc"], periods[recent.index], strict=True))
        found = da.find_positions(tokens, chosen)
        found = found.assign(period=found["doc"].astype(object).map(period))
        link = ledger.link(figure.data, "count", found, ["term", "period"], kind="periods")
        figure.links = [link, *base_link(figure)]
    return figure


def _periods(published: pd.Series) -> tuple[str, pd.Series]:
    """Months, or days where all dates lie in one month: the name, and each date's first moment."""
    dates = published.astype("datetime64[ns]")
    months = dates.dt.to_period("M").dt.start_time
    several = len(set(months)) > 1
    return ("month", months) if several else ("day", dates.dt.normalize())


def _most_frequent(
    tokens: pd.DataFrame, groups: dict[str, list[str]], number: int
) -> dict[str, list[str]]:
    """The groups of terms that are found most often, in the order in which they were given."""
    counted = da.count_term_groups(tokens, groups, confidence=None)
    kept = set(counted.sort_values(["count", "term"], ascending=[False, True])["term"][:number])
    return {name: patterns for name, patterns in groups.items() if name in kept}


def keywords(layers: Layers, ledger: Ledger) -> Section:
    """What each group says that the others do not."""
    section = Section(
        "keywords",
        "Keywords",
        "Which words does one group of texts use more than the others?",
    )
    if layers.by is None:
        section.figures = [absent("Keywords by group", layers.why_not)]
        return section
    by, documents = layers.by, layers.compared
    tokens = layers.rows_of(layers.tokens, documents)

    def make() -> Any:
        compared = da.compare_terms(tokens, by=by, documents=documents)
        return da.plot_keywords(some(compared, "No word stands in two documents."), top=6)

    figure = draw(f"Keywords by {by}", KEYWORDS + narrowed(layers), make)
    if not figure.missing:
        figure.links = _keyword_links(figure.data, tokens, layers, ledger)
    section.figures = [figure]
    return section


def _keyword_links(
    data: pd.DataFrame, tokens: pd.DataFrame, layers: Layers, ledger: Ledger
) -> list[Link]:
    """The word's passages in the group itself, and those in all others."""
    found = with_group(hits_of(tokens, sorted(set(data["term"]))), layers, "target")
    parts = [found[found["target"] != name].assign(target=name) for name in data["target"].unique()]
    others = pd.concat(parts) if parts else found
    return [
        ledger.link(data, "count", found, ["term", "target"], kind="terms of groups"),
        ledger.link(
            data,
            "count_reference",
            others,
            ["term", "target"],
            kind="terms elsewhere",
            title="{0} · all but {1}",
        ),
        Link("base", [("documents", str(name)) for name in data["target"]]),
        Link("base_reference", [("documents",)] * len(data)),
    ]
