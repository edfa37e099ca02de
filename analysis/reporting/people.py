"""The chapter on names: who is named, by whom, together with whom, and spoken of how."""

from __future__ import annotations

from typing import Any

import pandas as pd

import analysis as da
from analysis.reporting.figures import Figure, Ledger, Link, Section, draw, some
from analysis.reporting.layers import Layers
from analysis.reporting.shared import absent, base_link, narrowed, with_group

MENTIONS = {"says": "In bold, the model's score toward the name in each, from −1 to +1."}
NO_NAMES = "No name was found."
NAMES = (
    "Named-entity recognition by the bundled model, completed from tables of names. Only names "
    "are counted: whoever is mostly “he” or “the president” is mentioned more often than this."
)
TARGETS = (
    "Sentiment toward a target: for each mention of a name the bundled model estimates whether "
    "readers would take the sentence as critical of it, as favourable to it, or as neither. The "
    "score is favourable minus critical. It does not tell whose judgement it is, and tells badly "
    "between being blamed and being harmed; compare along a row, not along a column."
)


def model_errors(layers: Layers, what: str) -> str:
    """How often the model errs, as measured, in a sentence."""
    table = layers.mentions if what == "entities" else layers.targets
    model = table.attrs.get("model") or {}
    measured = model.get("measured") or {}
    if what == "entities" and measured.get("entities_f1"):
        told = ", ".join(f"{f1:.2f} ({name})" for name, f1 in measured["entities_f1"].items())
        return f" Measured: F1 of names {told}."
    if what == "targets" and "sentiment_macro_f1" in measured:
        low, high = measured.get("sentiment_low"), measured.get("sentiment_high")
        between = f" ({low:.2f} to {high:.2f})" if low and high else ""
        return (
            f" Measured on held-out US news: macro-F1 {measured['sentiment_macro_f1']:.2f}"
            f"{between}, so about one judgement in four is wrong."
        )
    return ""


def judged(layers: Layers, ledger: Ledger) -> Figure:
    """How the groups speak of the names."""
    by, documents = layers.by, layers.compared
    title = f"Sentiment toward names by {by}" if by else "Sentiment toward names"
    return draw_judged(layers, ledger, layers.rows_of(layers.targets, documents), by, title)


def draw_judged(
    layers: Layers, ledger: Ledger, targets: pd.DataFrame, by: str | None, title: str
) -> Figure:
    """The heatmap of the scores toward names, by a column of the targets or of the documents."""
    own = by in targets.columns if by else False
    options: dict[str, Any] = {"by": by} if by else {}
    documents = {} if own or not by else {"documents": layers.compared}

    def make() -> Any:
        table = some(da.score_targets_by(targets, **options, **documents), NO_NAMES)
        least = int(min(5, table["count"].max()))
        return da.plot_targets(table, min_count=least, top=10)

    method = TARGETS + model_errors(layers, "targets") + ("" if own or not by else narrowed(layers))
    figure = draw(title, method, make)
    if not figure.missing:
        rows = targets.assign(value=targets["score"])
        rows = rows if own else with_group(rows, layers)
        names = ["entity", "label", *options.values()]
        on = [name for name in names if name in figure.data.columns]  # one group is not named
        figure.links = [ledger.link(figure.data, "count", rows, on, kind="mentions", **MENTIONS)]
    return figure


def entities(layers: Layers, ledger: Ledger) -> Section:
    """Who and what is named, by whom, and together with whom."""
    section = Section(
        "entities",
        "Names",
        "Whom a text names, and whom it leaves out, is the first layer of how it presents people, "
        "organisations and places.",
    )
    section.figures = [_named(layers, ledger)]
    if layers.by is None:
        section.figures.append(absent("Names by group", layers.why_not))
    else:
        section.figures.append(_named_by_group(layers, ledger, layers.by))
    section.figures.append(_together(layers, ledger))
    return section


def _named(layers: Layers, ledger: Ledger) -> Figure:
    """The most frequent names of all texts."""
    title = "Names in all texts"
    if len(layers.documents) < 2:
        return absent(title, "The corpus is one document, whose names are counted above.")

    def make() -> Any:
        table = da.count_entities(layers.targets, tokens=layers.tokens)
        return da.plot_terms(some(table, NO_NAMES), item="entity", top=15)

    figure = draw(title, NAMES + model_errors(layers, "entities"), make)
    if not figure.missing:
        rows = layers.targets.assign(value=layers.targets["score"])
        on = ["entity", "label"]
        links = [ledger.link(figure.data, "count", rows, on, kind="mentions", **MENTIONS)]
        figure.links = [*links, *base_link(figure)]
    return figure


def _named_by_group(layers: Layers, ledger: Ledger, by: str) -> Figure:
    """Names by group: rate and number."""
    documents = layers.compared
    rows = layers.rows_of(layers.targets, documents)
    tokens = layers.rows_of(layers.tokens, documents)

    def make() -> Any:
        table = da.count_entities(rows, tokens=tokens, by=by, documents=documents)
        table = some(table[table["count"] > 0], NO_NAMES)
        return da.plot_heatmap(table, row="entity", column=by, value="rate", top=12)

    method = NAMES + model_errors(layers, "entities") + narrowed(layers)
    figure = draw(f"Names by {by}", method, make)
    if not figure.missing:
        found = with_group(rows.assign(value=rows["score"]), layers)
        on = ["entity", "label", by]
        links = [ledger.link(figure.data, "count", found, on, kind="mentions", **MENTIONS)]
        figure.links = [*links, *base_link(figure, by)]
    return figure


def _together(layers: Layers, ledger: Ledger) -> Figure:
    """Which names stand in one sentence."""
    mentions = layers.mentions

    def make() -> Any:
        pairs = da.count_entity_pairs(mentions, within="sentence").head(40)
        return da.plot_network(some(pairs, "No two names stand in one sentence."))

    method = (
        "Co-occurrence in a sentence. It says that two names stand near each other, not that "
        "their bearers have to do with each other."
    )
    figure = draw("Names that stand together", method, make)
    if not figure.missing:
        figure.links = _pair_links(figure.data, layers, ledger)
    return figure


def _pair_links(data: pd.DataFrame, layers: Layers, ledger: Ledger) -> list[Link]:
    """The sentences that mention both names, and those that mention each."""
    keys = ["doc", "sentence"]
    named = layers.mentions[[*keys, "entity"]].astype({"doc": object}).drop_duplicates()
    places = layers.sentences[[*keys, "start", "end"]].astype({"doc": object})
    named = named.merge(places, on=keys).sort_values(keys, kind="stable")
    order = pd.Series(range(len(layers.documents)), index=layers.documents["doc"])
    named = named.iloc[named["doc"].map(order).to_numpy().argsort(kind="stable")]
    both = named.rename(columns={"entity": "source"}).merge(
        named[[*keys, "entity"]].rename(columns={"entity": "target"}), on=keys
    )
    about: dict[str, Any] = {"unit": "sentence"}
    links = [ledger.link(data, "count", both, ["source", "target"], kind="pairs", **about)]
    for end in ("source", "target"):
        rows = named.rename(columns={"entity": end})
        about["title"] = "{0} · all sentences"
        links.append(
            ledger.link(data, f"count_{end}", rows, [end], kind=f"sentences ({end})", **about)
        )
    return links
