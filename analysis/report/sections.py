"""The chapters of the report: which measures are drawn, and which passages their numbers rest on.

Every figure is a measure of the package and its chart, drawn by `figures.draw`, with links from the
columns of its data to rows that have a place in the texts.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

import analysis as da
from analysis import wording
from analysis.layers import Corpus
from analysis.report.figures import (
    Figure,
    Key,
    Link,
    PassageList,
    Report,
    Section,
    attempt,
    draw,
    some,
)
from analysis.tables import NONE_LABEL, InputError, silent
from analysis.voices.counts import voice_stretches
from analysis.voices.spans import resolved_voices

FREQUENCY = (
    "Term frequency. Function words are left out of the rows but stay in the base, so that a rate "
    "means what it says. A count does not tell whose word it is: much of a news text is reported "
    "speech."
)
TERM_GROUPS = (
    "Rates of term groups: a group is a list of words, phrases and patterns that are counted as "
    "one. Irony, quotation and negation count like any other use; read the passages."
)
OVER_TIME = (
    "Rates over the dates of publication. A {every} without texts is a gap, not a zero; a {every} "
    "with one text measures that text. The oldest quarter of the documents, which may stretch the "
    "axis, is left out; drawn are the four most frequent groups."
)
KEYWORDS = (
    "Keyness: each group against all others. The log ratio is the size of the difference, its "
    "conservative bound what is left of it if other documents of the same kind had been drawn, and "
    "after so many words were compared. Of a group of one document the sentences are taken as the "
    "draws, so it speaks for that document only. A keyword says where reading should begin, not "
    "what is meant."
)
LEXICON = (
    "Lexicon sentiment (VADER): the mean compound score of the sentences, from −1 to +1. It "
    "measures the tone of words, not an attitude towards anybody; a text about war is full of "
    "unpleasant words whatever its writer thinks."
)
NAMES = (
    "Named-entity recognition by the bundled model, completed from tables of names. Only names "
    "are counted: whoever is mostly “he” or “the president” is mentioned more often than this."
)
TARGETS = (
    "Tone in the words around a name: for each mention the bundled model estimates whether "
    "readers would take the sentence as critical of the name, as favourable to it, or as neither; "
    "it counts where the probability reaches a threshold that was chosen for precision. It does "
    "not tell whose judgement it is. A cell has a colour only where six documents or more "
    "are critical or favourable and the interval, with the model's measured error in it, is on one "
    "side of one half."
)
EVALUATIONS = (
    "Who evaluates whom: acts of evaluation that a verb, noun or adjective reports (praised, a "
    "warning to, critical of), read off the parse, whoever tells of them. The word gives "
    "favourable or critical; acts that are denied, demanded or only possible are not counted. "
    "Earlier editions of this figure averaged the model's scores by voice: that took words near a "
    "name for judgements of it, and could say the opposite of the text. Tone is now a figure of "
    "its own."
)
TOGETHER = (
    "Co-occurrence in a sentence. It says that two names stand near each other, not that their "
    "bearers have to do with each other."
)
VOICES = (
    "Share of voice: the words of each speaker as a share of all words, without what somebody is "
    "said to think. Quotations and their speakers are found by the model. “(unresolved)” are "
    "speakers who are only a pronoun or a role where they speak. Words are space, not weight; what "
    "a voice says is its own claim."
)
VERBS = (
    "Reporting verbs by class. The list puts each verb into one class whatever its context: "
    "“warned” may warn or threaten, and house style or a translator's habit chooses verbs, too."
)
NO_WORDS = "No words were found, or function words only."
NO_SENTENCES = "No sentence was found in these texts."
NO_NAMES = "No name was found."
NO_TERM_GROUPS = "This corpus has no groups of terms; they would stand in its file term-groups.yml."
NO_ACTS = "No act of evaluation was found."
BINS = 5
# what is said of a list of passages
SENTENCES: dict[str, Any] = {
    "unit": "sentence",
    "spread": True,
    "says": "In bold, the compound score of each sentence, from −1 to +1.",
}
MENTIONS = {"says": "In bold, the model's score toward the name in each, from −1 to +1."}


# One article


def article(report: Report) -> Section:
    """One article: its terms, whom it names, and how its tone runs."""
    corpus = report.corpus.select([report.article])
    title = report.documents.set_index("doc")["title"][report.article]
    name = report.article if pd.isna(title) else f"{title} ({report.article})"
    base = ("document", report.article)
    described, lacking = None, ""
    try:
        described = da.describe_article(report.corpus, report.article)
    except InputError as error:
        lacking = f" It is not described: {error}"
    return Section(
        "article",
        "One article at a glance",
        f"The text looked at here: {name}.{lacking}",
        [
            _term_figure(report, corpus, "Most frequent terms of the article", base, top=15),
            _name_figure(report, corpus, "Names in the article", base),
            _article_places(report, corpus),
            _article_arc(report, corpus),
        ],
        described=described,
    )


def _positions(corpus: Corpus, groups: dict[str, list[str]]) -> pd.DataFrame:
    """Where the term groups stand; a figure says itself where they do not occur."""
    with silent():
        return da.find_positions(corpus, groups)


def _article_places(report: Report, corpus: Corpus) -> Figure:
    title = "Where in the article the term groups stand"
    if not report.term_groups:
        return Figure(title, missing=NO_TERM_GROUPS)
    found = _positions(corpus, report.term_groups)

    def make() -> Any:
        return da.plot_barcode(some(found, "None of the term groups is found in the article."))

    def links(data: pd.DataFrame) -> list[Link]:
        kind = f"groups in {report.article}"
        return [report.link(data, "percent", found, ["term"], kind=kind)]

    method = TERM_GROUPS + " News puts first what it wants read first."
    return draw(title, method, make, links)


def _article_arc(report: Report, corpus: Corpus) -> Figure:
    def make() -> Any:
        some(corpus.sentiment, NO_SENTENCES)
        return da.plot_sentiment_arc(da.score_arc(corpus, bins=BINS))

    def links(data: pd.DataFrame) -> list[Link]:
        rows = _fifths(corpus.sentiment)
        kind, title = f"fifths of {report.article}", "{0} to {1} % of the text"
        on = ["from_percent", "to_percent"]
        return [report.link(data, "base", rows, on, kind=kind, title=title, **SENTENCES)]

    method = LEXICON + " Here the mean of successive fifths of the text."
    return draw("How the tone of the article runs", method, make, links)


def _fifths(scores: pd.DataFrame) -> pd.DataFrame:
    """The sentences of a text with the fifth that their middle lies in, as `score_arc` has it."""
    middle = (scores["start"] + scores["end"]).to_numpy(dtype=float) / 2
    length = scores.groupby("doc", observed=True)["end"].transform("max").to_numpy(dtype=float)
    percent = 100 * np.divide(middle, length, out=np.zeros(len(middle)), where=length > 0)
    place = np.minimum((percent * BINS / 100).astype(np.int64), BINS - 1)
    edges = np.linspace(0, 100, BINS + 1)
    return scores.assign(
        from_percent=edges[place], to_percent=edges[place + 1], value=scores["compound"]
    )


# Terms


def terms(report: Report) -> Section:
    """The terms of the corpus, the groups of terms by group and over time."""
    return Section(
        "terms",
        "Terms",
        "To choose a name for an event is to take a position towards it. Which words do the texts "
        "use, how often, and when?",
        [_terms_of_all(report), _terms_by_group(report), _terms_over_time(report)],
    )


def _occurrences(corpus: Corpus, data: pd.DataFrame) -> pd.DataFrame:
    """Every occurrence of the terms of a figure: doc, term, start, end."""
    tokens = corpus.tokens
    chosen = tokens[tokens["is_word"] & tokens["term"].isin(data["term"].tolist())]
    return chosen[["doc", "term", "start", "end"]].astype({"doc": object, "term": object})


def _term_figure(report: Report, corpus: Corpus, title: str, base: Key, top: int) -> Figure:
    """The most frequent terms; `base` is where the number of all words leads."""

    def make() -> Any:
        counted = da.count_terms(corpus, stop_words=da.stop_words())
        return da.plot_terms(some(counted, NO_WORDS), top=top)

    def links(data: pd.DataFrame) -> list[Link]:
        found = _occurrences(corpus, data)
        count = report.link(data, "count", found, ["term"], kind=f"terms of {base[-1]}")
        return [count, Link("base", [base] * len(data))]

    return draw(title, FREQUENCY, make, links)


def _terms_of_all(report: Report) -> Figure:
    title = "Most frequent terms of all texts"
    if len(report.corpus) < 2:
        return Figure(title, missing="The corpus is one document, whose terms are counted above.")
    return _term_figure(report, report.corpus, title, ("documents",), top=20)


def _terms_by_group(report: Report) -> Figure:
    corpus, by = report.compared, report.by
    title = f"Term groups by {by}" if by else "Term groups"
    if not report.term_groups:
        return Figure(title, missing=NO_TERM_GROUPS)

    def make() -> Any:
        some(corpus.tokens[corpus.tokens["is_word"]], NO_WORDS)
        return da.plot_terms(da.count_term_groups(corpus, report.term_groups, by=by))

    def links(data: pd.DataFrame) -> list[Link]:
        found = report.with_group(_positions(corpus, report.term_groups))
        on = ["term", by] if by else ["term"]
        return [report.link(data, "count", found, on, kind="term groups"), report.base(data, by=by)]

    return draw(title, TERM_GROUPS + report.left_out, make, links)


def _terms_over_time(report: Report) -> Figure:
    title = "Term groups over time"
    if not report.term_groups:
        return Figure(title, missing=NO_TERM_GROUPS)
    dated = report.documents[report.documents["published"].notna()]
    every, periods = _periods(dated["published"])
    if periods.nunique() < 2:
        why = "no document has a date" if dated.empty else "all texts are of one day"
        return Figure(title, missing=f"Nothing can be drawn over time: {why}.")
    recent = dated[dated["published"] >= dated["published"].quantile(0.25)]
    corpus = report.corpus.select(recent["doc"])
    chosen = _most_frequent(corpus, report.term_groups, 4)

    def make() -> Any:
        some(corpus.tokens[corpus.tokens["is_word"]], NO_WORDS)
        over = da.count_over_time(corpus, chosen, every=every)
        return da.plot_small_multiples(over, "plot_over_time", by="term", columns=2)

    def links(data: pd.DataFrame) -> list[Link]:
        period = dict(zip(recent["doc"], periods[recent.index], strict=True))
        found = _positions(corpus, chosen)
        found = found.assign(period=found["doc"].astype(object).map(period))
        count = report.link(data, "count", found, ["term", "period"], kind="periods")
        return [count, report.base(data)]

    caption = (
        f"Rate per 1,000 words over time, by {every}, on one scale, a panel each for "
        f"{wording.listing(chosen)}. A gap means that a {every} has no texts. The oldest"
        " quarter of the documents is left out."
    )
    return draw(title, OVER_TIME.format(every=every), make, links, caption=caption)


def _periods(published: pd.Series) -> tuple[str, pd.Series]:
    """Months, or days where all dates lie in one month: the name, and each date's first moment."""
    dates = published.astype("datetime64[ns]")
    months = dates.dt.to_period("M").dt.start_time
    several = len(set(months)) > 1
    return ("month", months) if several else ("day", dates.dt.normalize())


def _most_frequent(
    corpus: Corpus, groups: dict[str, list[str]], number: int
) -> dict[str, list[str]]:
    """The groups of terms that are found most often, in the order in which they were given."""
    counted = da.count_term_groups(corpus.tokens, groups, confidence=None)
    chosen = set(counted.sort_values(["count", "term"], ascending=[False, True])["term"][:number])
    return {name: patterns for name, patterns in groups.items() if name in chosen}


# Keywords


def keywords(report: Report) -> Section:
    """What each group says that the others do not."""
    lead = "Which words does one group of texts use more than the others?"
    return Section("keywords", "Keywords", lead, [_keywords(report)])


def _keywords(report: Report) -> Figure:
    corpus, by = report.compared, report.by
    if by is None:
        return Figure("Keywords by group", missing=report.why_not)

    unknown = set(corpus.documents["doc"][corpus.documents[by].isna()].astype(str))
    method = KEYWORDS
    if unknown:
        method += f" {wording.plural(len(unknown), 'text')} without a {by} left out here."

    def make() -> Any:
        with silent():  # the method says which texts are left out
            return da.plot_keywords(da.compare_terms(corpus, by=by), top=6)

    def links(data: pd.DataFrame) -> list[Link]:
        found = report.with_group(_occurrences(corpus, data), "target")
        found = found[~found["doc"].isin(unknown)]
        elsewhere = [
            found[found["target"] != name].assign(target=name) for name in data["target"].unique()
        ]
        others = pd.concat(elsewhere) if elsewhere else found
        on = ["term", "target"]
        title = "{0} · all but {1}"
        return [
            report.link(data, "count", found, on, kind="terms of groups"),
            report.link(data, "count_reference", others, on, kind="terms elsewhere", title=title),
            report.base(data, by="target"),
            report.base(data, "base_reference"),
        ]

    return draw(f"Keywords by {by}", method + report.left_out, make, links)


# Sentiment


def sentiment(report: Report) -> Section:
    """Tone by group and by document, and the sentiment toward names."""
    by, corpus, more = report.by, report.compared, report.left_out
    grouped = Figure("Tone by group", missing=report.why_not)
    if by is not None:
        grouped = _tone_figure(report, corpus, by, f"Tone by {by}", more)
    title = f"Tone around names by {by}" if by else "Tone around names"
    return Section(
        "sentiment",
        "Sentiment",
        "Two instruments that answer different questions: the lexicon reads the tone of words, "
        "the model how a sentence speaks of one name in it. Both err, and the passages decide.",
        [
            grouped,
            _tone_figure(report, report.corpus, "doc", "Tone by document"),
            attempt(title, lambda: _toward_names(report, corpus, corpus.targets, by, title, more)),
        ],
    )


def _tone_figure(report: Report, corpus: Corpus, by: str, title: str, more: str = "") -> Figure:
    """The tone of the sentences, by group or by document."""
    scores = corpus.sentiment

    def make() -> Any:
        some(scores, NO_SENTENCES)
        return da.plot_sentiment(da.summarise_sentiment(corpus, by=by))

    def links(data: pd.DataFrame) -> list[Link]:
        rows = scores.assign(value=scores["compound"])
        rows = rows if by == "doc" else report.with_group(rows)
        return [report.link(data, "base", rows, [by], kind="sentences", **SENTENCES)]

    return draw(title, LEXICON + more, make, links)


def _scored(targets: pd.DataFrame) -> pd.DataFrame:
    return targets.assign(value=targets["score"])


def _toward_names(
    report: Report, corpus: Corpus, targets: pd.DataFrame, by: str | None, title: str, more: str
) -> Figure:
    """The scores toward names, by a column of the targets or of the documents."""

    def make() -> Any:
        table = some(da.summarise_targets(targets, by=by, documents=corpus.documents), NO_NAMES)
        least = int(min(5, table["count"].max()))
        return da.plot_targets(table, min_count=least, top=10)

    def links(data: pd.DataFrame) -> list[Link]:
        rows = _scored(targets)
        rows = rows if by in rows.columns else report.with_group(rows)
        names = ["entity", "label", *([by] if by else [])]
        on = [name for name in names if name in data.columns]  # a single group is not named
        return [report.link(data, "count", rows, on, kind="mentions", **MENTIONS)]

    method = TARGETS + more
    return draw(title, method, make, links)


# Names


def entities(report: Report) -> Section:
    """Who and what is named, by whom, and together with whom."""
    return Section(
        "entities",
        "Names",
        "Whom a text names, and whom it leaves out, is the first layer of how it presents people, "
        "organisations and places.",
        [_names_in_all(report), _names_by_group(report), _names_together(report)],
    )


def _name_figure(report: Report, corpus: Corpus, title: str, base: Key) -> Figure:
    """The most frequent names; `base` is where the number of all words leads."""

    def make() -> Any:
        table = da.count_entities(corpus.targets, tokens=corpus.tokens)
        return da.plot_terms(some(table, NO_NAMES), item="entity", top=15)

    def links(data: pd.DataFrame) -> list[Link]:
        rows, on = _scored(corpus.targets), ["entity", "label"]
        count = report.link(data, "count", rows, on, kind=f"names of {base[-1]}", **MENTIONS)
        return [count, Link("base", [base] * len(data))]

    return draw(title, NAMES, make, links)


def _names_in_all(report: Report) -> Figure:
    title = "Names in all texts"
    if len(report.corpus) < 2:
        return Figure(title, missing="The corpus is one document, whose names are counted above.")
    return _name_figure(report, report.corpus, title, ("documents",))


def _names_by_group(report: Report) -> Figure:
    corpus, by = report.compared, report.by
    if by is None:
        return Figure("Names by group", missing=report.why_not)

    def make() -> Any:
        table = da.count_entities(
            corpus.targets, tokens=corpus.tokens, by=by, documents=corpus.documents
        )
        table = some(table[table["count"] > 0], NO_NAMES)
        return da.plot_heatmap(table, row="entity", column=by, value="rate", top=12)

    def links(data: pd.DataFrame) -> list[Link]:
        found = report.with_group(_scored(corpus.targets))
        on = ["entity", "label", by]
        count = report.link(data, "count", found, on, kind="mentions", **MENTIONS)
        return [count, report.base(data, by=by)]

    method = NAMES + report.left_out
    return draw(f"Names by {by}", method, make, links)


def _names_together(report: Report) -> Figure:
    corpus = report.corpus

    def make() -> Any:
        pairs = da.count_entity_pairs(corpus.mentions, within="sentence").head(40)
        return da.plot_network(some(pairs, "No two names stand in one sentence."))

    def links(data: pd.DataFrame) -> list[Link]:
        named = _named_sentences(corpus)
        keys = ["doc", "sentence"]
        both = named.rename(columns={"entity": "source"}).merge(
            named[[*keys, "entity"]].rename(columns={"entity": "target"}), on=keys
        )
        on = ["source", "target"]
        found = [report.link(data, "count", both, on, kind="pairs", unit="sentence")]
        for end in on:
            rows = named.rename(columns={"entity": end})
            title, kind = "{0} · all sentences", f"sentences ({end})"
            found.append(
                report.link(
                    data, f"count_{end}", rows, [end], kind=kind, title=title, unit="sentence"
                )
            )
        return found

    return draw("Names that stand together", TOGETHER, make, links)


def _named_sentences(corpus: Corpus) -> pd.DataFrame:
    """The sentences that mention each name, once for each name, in the order of the corpus."""
    keys = ["doc", "sentence"]
    named = corpus.mentions[[*keys, "entity"]].astype({"doc": object}).drop_duplicates()
    places = corpus.sentences[[*keys, "start", "end"]].astype({"doc": object})
    named = named.merge(places, on=keys).sort_values(keys, kind="stable")
    order = pd.Series(range(len(corpus)), index=corpus.documents["doc"])
    return named.iloc[named["doc"].map(order).to_numpy().argsort(kind="stable")]


# Voices


def voices(report: Report) -> Section:
    """Who is given the word, how it is introduced, and whose the judgements are."""
    return Section(
        "voices",
        "Voices",
        "News is mostly what somebody said. Who is given how many words, and with which verbs "
        "are they introduced?",
        [
            _share_of_voice(report),
            _share_by_group(report),
            _reporting_verbs(report),
            attempt("Who evaluates whom", lambda: _evaluations(report)),
            attempt("Tone around names by voice", lambda: _tone_by_voice(report)),
        ],
    )


def _require_speech(tokens: pd.DataFrame) -> pd.DataFrame:
    """The tokens, if anybody speaks in them."""
    some(tokens[tokens["speech"].astype(object) != ""], "No quotation was found.")
    return tokens


def _stretches(corpus: Corpus) -> pd.DataFrame:
    """Every stretch of text in one voice, pronouns and roles under one name as in the counts."""
    found = voice_stretches(corpus.voiced)
    return found.assign(voice=resolved_voices(found["voice"]), doc=found["doc"].astype(object))


def _share_of_voice(report: Report) -> Figure:
    corpus = report.corpus

    def make() -> Any:
        return da.plot_voices(da.count_voices(_require_speech(corpus.voiced)))

    def links(data: pd.DataFrame) -> list[Link]:
        on = ["voice", "speech"]
        count = report.link(data, "count", _stretches(corpus), on, kind="voices", unit="stretch")
        return [count, report.base(data)]

    return draw("Who is given how many words", VOICES, make, links)


def _share_by_group(report: Report) -> Figure:
    corpus, by = report.compared, report.by
    if by is None:
        return Figure("Voices by group", missing=report.why_not)

    def make() -> Any:
        tokens = _require_speech(corpus.voiced)
        table = da.count_voices(tokens, by=by, documents=corpus.documents, split_speech=False)
        return da.plot_shares(table, row=by, part="voice")

    def links(data: pd.DataFrame) -> list[Link]:
        found = report.with_group(_stretches(corpus))
        about: dict[str, Any] = {"unit": "stretch", "spread": True}
        count = report.link(data, "count", found, ["voice", by], kind="voices", **about)
        return [count, report.base(data, by=by)]

    method = VOICES + " “writer” is all that is nobody's quotation." + report.left_out
    return draw(f"Voices by {by}", method, make, links)


def _reporting_verbs(report: Report) -> Figure:
    """The classes of the verbs of saying, by group or by speaker."""
    corpus, by = report.compared, report.by or "speaker"

    def make() -> Any:
        options: dict[str, Any] = {"documents": corpus.documents} if report.by else {"min_count": 2}
        table = da.count_cues(corpus.quotes, by=by, **options)
        table = some(table, "No verb of saying was found.")
        return da.plot_shares(table, row=by, part="cue_class")

    def links(data: pd.DataFrame) -> list[Link]:
        quotes = corpus.quotes
        quotes = quotes[quotes["cue"].notna() & (quotes["cue"].astype(object) != "")]
        classes = quotes["cue_class"].astype(object)
        quotes = quotes.assign(
            cue_class=classes.where(classes.notna() & (classes != ""), NONE_LABEL),
            speaker=resolved_voices(quotes["speaker"]),
        )
        found = report.with_group(quotes)
        about = {"unit": "quotation"}
        return [
            report.link(data, "count", found, ["cue_class", by], kind="verbs", **about),
            report.link(
                data, "base", found, [by], kind="all verbs", title="{0} · all verbs", **about
            ),
        ]

    return draw(f"Reporting verbs by {by}", VERBS + report.left_out, make, links)


def _evaluations(report: Report) -> Figure:
    """Who evaluates whom, by the acts that the texts report."""
    corpus = report.corpus
    found = corpus.evaluations
    found = found[~found["negated"] & (found["modality"].astype(str) == "asserted")]

    def make() -> Any:
        return da.plot_evaluations(some(da.count_evaluations(corpus), NO_ACTS))

    def links(data: pd.DataFrame) -> list[Link]:
        on = ["evaluator", "target"]
        return [report.link(data, "count", found, on, kind="acts", unit="evaluation")]

    figure = draw("Who evaluates whom", EVALUATIONS, make, links)
    return _with_own_side(report, figure, found, "evaluation")


def _with_own_side(report: Report, figure: Figure, rows: pd.DataFrame, unit: str) -> Figure:
    """The figure with the critical passages on the own side, which are often mistakes."""
    own = da.find_own_side(rows, report.corpus)
    unknown = own.attrs["no_side"]
    told = "polarity" if "polarity" in own.columns else "tone"
    own = own[own[told].astype(str) == "critical"]
    pair = "speaker and name" if unit == "mention" else "evaluator and target"
    number = wording.plural(len(own), f"critical {unit}") if len(own) else f"no {unit} is critical"
    said = f"Where {pair} are of one side: {number}."
    if len(own):
        said += " Read each before believing it; it is rarer than a mistake."
    if unknown:
        shown = ", ".join(wording.label(name, 40) for name in unknown[:3])
        more = f" and {len(unknown) - 3:,} more" if len(unknown) > 3 else ""
        said += (
            f" A side is a name's party or country, as the texts tell it; none is known of"
            f" {shown}{more}."
        )
    figure.own_side = said
    if len(own) and not figure.missing:
        figure.own_list = ("own side", figure.title)
        title = f"{figure.title} · critical of the own side"
        report.lists[figure.own_list] = PassageList(title, own, unit=unit)
    return figure


def _tone_by_voice(report: Report) -> Figure:
    """The tone around names in the words of the writers and of the two speakers who name most."""
    corpus = report.corpus
    targets = corpus.layer("targets", voiced=True)
    named = targets["voice"].astype(object).isin(set(corpus.mentions["entity"].astype(object)))
    counts = targets.loc[named, "voice"].astype(str).value_counts()
    most = sorted(counts.index, key=lambda name: (-counts[name], name))[:2]
    merged = da.add_voices(targets, corpus.quotes, documents=corpus.documents, groups=most)
    title = "Tone around names by voice"
    figure = _toward_names(report, corpus, merged, "voice_group", title, "")
    return _with_own_side(report, figure, targets[named], "mention")


SECTIONS = (article, terms, keywords, sentiment, entities, voices)
