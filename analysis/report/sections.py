"""The chapter on one article: its terms, its names, and how its tone runs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

import analysis as da
from analysis import wording as words
from analysis.report.figures import (
    GROUPED,
    NO_WORDS,
    TERMS,
    Figure,
    Ledger,
    Link,
    Section,
    absent,
    article_base,
    base_link,
    draw,
    hits_of,
    narrowed,
    no_term_groups,
    some,
    with_group,
)
from analysis.report.layers import Layers
from analysis.tables import NONE_LABEL
from analysis.voices.stretches import resolved_voices


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
        return da.plot_sentiment(da.summarise_sentiment(scores, by=by, documents=documents))

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
            da.summarise_sentiment(some(scores, NO_SENTENCES), by="doc"), top=40
        )

    figure = draw("Tone by document", LEXICON, make)
    if not figure.missing:
        rows = scores.assign(value=scores["compound"])
        link = ledger.link(figure.data, "base", rows, ["doc"], kind="sentences", **TONE)
        figure.links = [link]
    return figure


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
        table = some(da.summarise_targets(targets, **options, **documents), NO_NAMES)
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
