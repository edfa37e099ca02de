"""The tabs about what texts say of whom: sentiment, entities, voices, and a single text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.panel.controls import CASE, EACH, PER, REGEX, ROWS, Control, by_control, words_in
from analysis.panel.controls import VOICES as OWN_AND_SPEAKERS
from analysis.panel.question import (
    KEYS,
    SEARCH,
    Answer,
    Question,
    Tab,
    at_least_one,
    barcode,
    caption_of,
    few_groups,
    first_values,
    needs_voices,
    needs_words,
    query_of,
    record,
    where_in,
)
from analysis.panel.steps import Source, call, literal, method
from analysis.sentiment.arc import part_of
from analysis.tables import NONE_LABEL, InputError
from analysis.terms.evidence import in_group
from analysis.terms.shares import token_rows
from analysis.voices.spans import resolved_voices

GROUPS, COURSE, SENTENCES = "groups", "course of the text", "sentences"
TOWARD, EVALUATED = "toward names", "who evaluates whom"
_LEXICON = "VADER: the tone of words, not stance."
_JUDGED = "Judged by the model, a sentence at a time; how often it errs is in docs/accuracy.md."
_SCORES = ["negative", "neutral", "positive"]
NAMES, PAIRS = "names", "pairs"
LABELS = ("PERSON", "ORG", "PLACE", "NORP", "MISC")
SHARE, VERBS, QUOTATIONS = "share of words", "verbs of saying", "quotations"
ITEMS = ("cue_class", "cue", "kind", "speaker")
MARKS = ("start", "end", "kind", "label")
_MARKED = (("quotes", "quotes", "quote", "speaker"), ("names", "mentions", "name", "entity"))

# Sentiment: the tone of words by lexicon, and the judgement toward those who are named


def _sentiment_controls(
    documents: pd.DataFrame, settings: Mapping[str, Any], voices: Sequence[str]
) -> list[Control]:
    """What can be set for sentiment."""
    views = (GROUPS, COURSE, SENTENCES, TOWARD, EVALUATED)
    text = "Tone of words by lexicon: of groups, through the text, single sentences; or judgements"
    return [
        Control("view", "Show", "choice", GROUPS, views, "", text),
        by_control(documents, none=False),
        Control("bins", "Parts of a text", "number", 10, (2, 50), "", "For the course of the text"),
        Control("negative_first", "Most negative first", "flag", True, (), "", "For sentences"),
        Control("min_count", "Mentions", "number", 5, (1, 1000), "", "At least so many in a group"),
        ROWS,
    ]


def _sentiment_needs(settings: Mapping[str, Any]) -> list[str]:
    """Layers for sentiment."""
    views = {TOWARD: ["tokens", "targets"], EVALUATED: ["evaluations"]}
    own = views.get(settings["view"], ["sentiment"])
    return [*own, *needs_voices(settings)]


def _sentiment(question: Question) -> Answer:
    """Measure the tone."""
    views = {GROUPS: _tone, COURSE: _course, SENTENCES: _strongest, TOWARD: _toward}
    views[EVALUATED] = _evaluated
    return views[question["view"]](question)


def _tone(question: Question) -> Answer:
    """Mean tone of each group."""
    by = question["by"]
    found = call("summarise_sentiment", question.corpus, by=by)
    question.let("table", at_least_one(question.let("means", found), "base"))
    table = question.run("table")
    return question.answer(
        shown=[by, "compound", *_SCORES, "base", "documents"],
        bar="compound",
        evidence=lambda row, _: _sentences(question, record(table, row)),
        figure=call("plot_sentiment", Source("table"), by=by, top=question["rows"]),
        caption=f"Mean tone of sentences (compound score), by {by}.",
        note=_LEXICON,
        unit="sentence",
    )


def _sentences(question: Question, row: dict[str, Any], bins: int = 0) -> pd.DataFrame:
    """The sentences of a group (and a part of the texts), the strongest first."""
    table = question.rows("sentiment")
    kept = in_group(table, question.by, row, question.texts.documents)
    if bins:
        kept = kept & (part_of(table, bins) == row["bin"])
    return _strongest_first(table.loc[kept, [*KEYS, "compound"]], "compound")


def _strongest_first(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Rows by the size of a score."""
    return rows.sort_values(column, key=np.abs, ascending=False, kind="stable")


def _course(question: Question) -> Answer:
    """Mean tone of each part of the texts."""
    by, bins = question["by"], question["bins"]
    arc = question.let("arc", call("score_arc", question.corpus, bins=bins, by=by))
    question.let("table", at_least_one(arc, "base"))
    table = question.run("table")
    return question.answer(
        shown=[by, "from_percent", "to_percent", "compound", "base"],
        bar="compound",
        evidence=lambda row, _: _sentences(question, record(table, row), bins),
        figure=call("plot_sentiment_arc", few_groups(table, [by]), by=by),
        caption=f"Mean tone of sentences (compound score) through the text, by {by}.",
        note=_LEXICON,
        unit="sentence",
        n_by=[by, "bin"],
    )


def _strongest(question: Question) -> Answer:
    """The sentences with the strongest tone."""
    rising = bool(question["negative_first"])
    scores = Source(f"{question.corpus}.sentiment")
    ranked = method(scores, "sort_values", "compound", ascending=rising, kind="stable")
    first = method(ranked, "head", question["rows"])
    question.let("table", method(first, "reset_index", drop=True))
    table = question.run("table")
    return question.answer(
        shown=["text", "compound", *_SCORES, "doc", "voice"],
        bar="compound",
        evidence=lambda row, _: table.iloc[[row]][[*KEYS, "compound"]],
        caption=f"The sentences with the most {'negative' if rising else 'positive'} tone.",
        note=_LEXICON,
        unit="",
    )


def _toward(question: Question) -> Answer:
    """Tone around names, counted."""
    by = question["by"]
    if not len(question.rows("targets")):
        raise InputError("Nobody is named in these texts; filter less, or look at groups.")
    targets = Source(f"{question.corpus}.targets")
    mentioned = call("count_entities", targets, tokens=question.corpus, confidence=None)
    top = first_values(question.let("mentioned", mentioned), "entity", question["rows"])
    options = {"by": by, "entities": question.let("top", top), "min_count": question["min_count"]}
    question.let("table", call("summarise_targets", question.corpus, **options))
    table = question.run("table")
    if not len(table):
        raise InputError("Nobody is mentioned so often in a group; lower the number of mentions.")
    drawn = {"by": by, "top": question["rows"], "min_count": question["min_count"]}
    return question.answer(
        shown=["entity", "label", by, "favourable", "critical", "neither", "count", "documents"],
        bar="count",
        evidence=lambda row, _: _judged(question, record(table, row)),
        figure=call("plot_targets", few_groups(table, [by], "count"), **drawn),
        caption=f"Tone around those who are named most, by {by}.",
        note=f"{table['count'].sum():,} mentions. {_JUDGED}",
        unit="",
    )


def _judged(question: Question, row: dict[str, Any]) -> pd.DataFrame:
    """The mentions behind a score, the strongest first."""
    table = question.rows("targets")
    kept = in_group(table, question.by, row, question.texts.documents)
    kept = kept & ((table["entity"] == row["entity"]) & (table["label"] == row["label"])).to_numpy()
    return _strongest_first(table.loc[kept, [*KEYS, "score"]], "score")


def _evaluated(question: Question) -> Answer:
    """Acts of evaluation by evaluator and target."""
    acts = question.rows("evaluations")
    acts = acts[~acts["negated"] & (acts["modality"].astype(str) == "asserted")]
    if not len(acts):
        raise InputError("No act of evaluation is reported in these texts; filter less.")
    counted = question.let("counted", call("count_evaluations", question.corpus))
    question.let("table", method(counted, "head", question["rows"]))
    table = question.run("table")

    def passages(row: int, _: Any) -> pd.DataFrame:
        own = record(table, row)
        kept = (acts["evaluator"] == own["evaluator"]) & (acts["target"] == own["target"])
        return acts.loc[kept, KEYS]

    named = ~(table["evaluator"].str.startswith("(") | table["target"].str.startswith("("))
    return question.answer(
        shown=["evaluator", "target", "favourable", "critical", "count", "documents"],
        bar="count",
        evidence=passages,
        figure=call("plot_evaluations", Source("table")) if named.any() else None,
        caption="Who evaluates whom: acts that are reported with a verb, noun or adjective.",
        note=f"{len(acts):,} acts. How often they are right is in docs/accuracy.md.",
        unit="",
    )


# Entities: who and what is named, how often, and together with whom


def _entities_controls(
    documents: pd.DataFrame, settings: Mapping[str, Any], voices: Sequence[str]
) -> list[Control]:
    """What can be set for entities."""
    return [
        Control("view", "Show", "choice", NAMES, (NAMES, PAIRS), "", "Who is named, or together"),
        Control("names", "Names with", "text", "", (), "", "Parts of names, separated by commas"),
        Control("labels", "Kinds", "many", (), LABELS, "", "None is all"),
        by_control(documents),
        PER,
        Control("within", "Together in", "choice", "sentence", ("sentence", "document")),
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


# Voices: who is given how many words, and with which verbs


def _voices_controls(
    documents: pd.DataFrame, settings: Mapping[str, Any], voices: Sequence[str]
) -> list[Control]:
    """What can be set for voices."""
    by = by_control(documents, voices=False)
    by = by._replace(help="For verbs of saying no group stands for each speaker")
    views = (SHARE, VERBS, QUOTATIONS)
    split = "Share of words: quoted and reported speech apart, where there is no group"
    own = "Also draw the paper's own words"
    return [
        Control("view", "Show", "choice", SHARE, views),
        by,
        Control("split_speech", "Quoted apart", "flag", True, (), "", split),
        Control("own", "Writer and headline", "flag", True, (), "", own),
        Control("item", "Count", "choice", "cue_class", ITEMS, "", "For verbs and quotations"),
        Control("min_count", "Quotations", "number", 3, (1, 1000), "", "At least, for verbs"),
        PER,
        ROWS,
    ]


def _voices_needs(settings: Mapping[str, Any]) -> list[str]:
    """Layers for voices."""
    if settings["view"] == SHARE:
        return ["voiced"]
    words = [] if settings["view"] == VERBS else ["tokens"]
    return [*words, "quotes"]


def _voices(question: Question) -> Answer:
    """Count voices, verbs or quotations."""
    return {SHARE: _share, VERBS: _verbs, QUOTATIONS: _quotations}[question["view"]](question)


def _share(question: Question) -> Answer:
    """The share of words that each voice is given."""
    by, own = question["by"], list(OWN_AND_SPEAKERS)
    every = call("count_voices", question.corpus, split_speech=False, confidence=None)
    every = question.let("every_voice", every)
    if not question["own"]:
        every = Source(f'{every}[~{every}["voice"].isin({literal(own)})]')
    top = question.let("top", first_values(every, "voice", question["rows"]))
    if not question.run("top"):
        raise InputError("No speaker is given a word in these texts; filter less.")
    split = bool(question["split_speech"]) and not by
    options = {"voices": top, "split_speech": split, "by": question.group}
    counts = question.let("counts", call("count_voices", question.corpus, **options))
    question.let("table", at_least_one(counts, "count"))
    table = question.run("table")
    if by:
        figure = call("plot_shares", Source("table"), row=by, part="voice")
    else:  # where there is nobody else, the writer and the headline are drawn
        shown = bool(question["own"]) or set(table["voice"]) <= set(own)
        figure = call("plot_voices", Source("table"), own=shown, top=question["rows"])
    return question.answer(
        caption=f"Share of words that each voice is given{f', by {by}' if by else ''}.",
        shown=["voice", "speech", *question.by, "share", "count", "base", "documents"],
        bar="share",
        figure=figure,
    )


def _quotes(question: Question) -> Source:
    """The quotations that the question is about: all, or those of the speakers chosen."""
    quotes, chosen = question.let("quotes", f"{question.whole_texts}.quotes"), question[EACH]
    speakers = [voice for voice in chosen if voice not in OWN_AND_SPEAKERS]
    if chosen and "speakers" not in chosen:
        if not speakers:
            raise InputError(
                "The writer and the headline are not quoted; choose speakers, or look at shares of"
                " words."
            )
        quotes = question.let("said", where_in(quotes, "speaker", speakers))
    if not len(question.run(quotes)):
        raise InputError(
            "No quotation is found in these texts; choose other voices or filter less."
        )
    return quotes


def _verbs(question: Question) -> Answer:
    """Which verbs of saying introduce whom."""
    quotes, by = _quotes(question), question["by"] or "speaker"
    item = question["item"] if question["item"] in ("cue", "cue_class") else "cue_class"
    options = {"item": item, "min_count": question["min_count"]}
    options |= {"by": question["by"], "documents": question.whole_texts} if question["by"] else {}
    cues = question.let("cues", call("count_cues", quotes, **options))
    question.let("table", at_least_one(cues, "count"))
    table = question.run("table")
    if not len(table):
        raise InputError("No group has so many quotations with a verb; lower the number.")
    return question.answer(
        shown=[by, item, "share", "count", "base", "cues", "documents"],
        bar="share",
        evidence=lambda row, _: _introduced(question, quotes, (by, item), record(table, row)),
        figure=call("plot_shares", few_groups(table, [by], most=15), row=by, part=item),
        caption=f"Which {item.replace('_', ' ')} introduces quotations, by {by}.",
        unit="quotation",
        n_by=[by],
    )


def _introduced(
    question: Question, name: Source, keys: tuple[str, str], row: dict[str, Any]
) -> pd.DataFrame:
    """The quotations of a group that a verb, or a class of verbs, introduces."""
    quotes, (by, item) = question.run(name), keys
    cued = quotes[quotes["cue"].notna() & (quotes["cue"].astype(object) != "")]
    cued = cued.assign(cue=cued["cue"].astype("str").str.lower().str.split().str.join(" "))
    if by == "speaker":
        inside = (resolved_voices(_named(cued["speaker"])) == row[by]).to_numpy()
    else:
        inside = in_group(cued, [by], row, question.texts.documents)
    inside = inside & (_named(cued[item]) == row[item]).to_numpy()
    return cued.loc[inside, [*KEYS, "speaker", "cue"]]


def _named(column: pd.Series) -> pd.Series:
    """Values with a name for what is missing."""
    values = column.astype(object)
    return values.where(values.notna() & (values != ""), NONE_LABEL)


def _quotations(question: Question) -> Answer:
    """How many quotations there are of each kind, speaker or verb."""
    item, by, quotes = question["item"], question.by, _quotes(question)
    texts = question.whole_texts
    counted = call("count_quotes", quotes, tokens=texts, item=item, confidence=None)
    top = first_values(question.let("every", counted), item, question["rows"])
    options = {"item": item, "per": question["per"]}
    options |= {"by": question.group, "documents": texts} if question.group else {}
    counts = call("count_quotes", quotes, tokens=texts, **options)
    chosen = where_in(question.let("counts", counts), item, question.let("top", top))
    question.let("table", method(chosen, "reset_index", drop=True))
    table = question.run("table")
    drawn = few_groups(table, by)
    return question.answer(
        shown=[item, *by, "count", "rate", "documents", "base"],
        bar="rate",
        caption=caption_of(table, item, "rate", by, "Quotations: "),
        evidence=lambda row, _: _quoted(question, question.run(quotes), item, record(table, row)),
        figure=call("plot_terms", drawn, item=item, by=by, top=question["rows"]),
    )


def _quoted(
    question: Question, quotes: pd.DataFrame, item: str, row: dict[str, Any]
) -> pd.DataFrame:
    """The quotations of a kind in a group."""
    inside = (_named(quotes[item]) == row[item]).to_numpy()
    inside = inside & in_group(quotes, question.by, row, question.texts.documents)
    return quotes.loc[inside, [*KEYS, "speaker", "cue"]]


# Text: one document, whole, with what was searched, quoted and named marked in it


def _text_controls(
    documents: pd.DataFrame, settings: Mapping[str, Any], voices: Sequence[str]
) -> list[Control]:
    """What can be set for a text."""
    ids = tuple(documents["doc"].astype(object))
    text = f"Marked in the text: a word or phrase; {SEARCH}"
    return [
        Control("doc", "Document", "choice", ids[0], ids),
        Control("search", "Search", "search", "", (), "", text),
        REGEX,
        CASE,
        Control("quotes", "Mark quotations", "flag", False, (), "", "With their speakers"),
        Control("names", "Mark names", "flag", False),
    ]


def _text_needs(settings: Mapping[str, Any]) -> list[str]:
    """Layers for a text."""
    wanted = ["sentences", "tokens"]
    wanted += ["quotes"] if settings["quotes"] else []
    return wanted + (["mentions"] if settings["names"] else [])


def _text(question: Question) -> Answer:
    """Show the text: the table holds the hits of a search, or else its sentences."""
    search, corpus = question["search"], question.corpus
    figure, marks = None, []
    if search:
        query = query_of(search, question["regex"])
        options = {"regex": question["regex"], "case": question["case"], "sort": []}
        question.let("table", call("find_contexts", corpus, query, **options))
        hits = question.run("table")
        marks.append(_marks(hits, "hit", "node"))
        figure = barcode(question, query, row="term") if len(hits) else None
    else:
        question.let("table", f"{corpus}.sentences")
    layers: dict[str, Source] = {}
    for control, layer, kind, label in _MARKED:
        if question[control]:
            layers[layer] = Source(f"{corpus}.{layer}")
            marks.append(_marks(question.rows(layer), kind, label))
    if layers:  # for who has no panel
        documents = Source(f"{corpus}.documents")
        question.let("page", call("show_annotations", documents, doc=question["doc"], **layers))
    table = question.run("table")
    shown = ["left", "node", "right"] if search else ["text"]
    return question.answer(
        shown=[*shown, "sentence"],
        evidence=lambda row, _: table.iloc[[row]][KEYS],
        caption=f"{search or 'The sentences'} in {question['doc']}.",
        figure=figure,
        marks=_together_marked(marks),
    )


def _marks(table: pd.DataFrame, kind: str, label: str) -> pd.DataFrame:
    """Where something is marked, and what it is."""
    found = table[["start", "end"]].reset_index(drop=True)
    return found.assign(kind=kind, label=table[label].astype("str").to_numpy())


def _together_marked(marks: list[pd.DataFrame]) -> pd.DataFrame:
    """All marks in the order of the text, an outer one before those in it."""
    marks = [table for table in marks if len(table)]
    if not marks:
        return pd.DataFrame({name: [] for name in MARKS}).astype({"start": int, "end": int})
    found = pd.concat(marks, ignore_index=True)
    return found.sort_values(
        ["start", "end", "kind"], ascending=[True, False, True], ignore_index=True
    )


SENTIMENT = Tab(_sentiment_controls, _sentiment_needs, _sentiment)
ENTITIES = Tab(_entities_controls, _entities_needs, _entities)
VOICES = Tab(_voices_controls, _voices_needs, _voices)
TEXT = Tab(_text_controls, _text_needs, _text)
