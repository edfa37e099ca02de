"""The tab Voices: who is given how many words, and with which verbs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.panel.controls import EACH, PER, ROWS, VOICES, Control, by_control
from analysis.panel.question import (
    KEYS,
    Answer,
    Question,
    Tab,
    at_least_one,
    caption_of,
    few_groups,
    first_values,
    record,
    where_in,
)
from analysis.panel.steps import Source, call, literal, method
from analysis.tables import NONE_LABEL, InputError
from analysis.terms.evidence import in_group
from analysis.voices.spans import resolved_voices

SHARE, VERBS, QUOTATIONS = "share of words", "verbs of saying", "quotations"
COUNTS, MARKED = "number of quotations", "marked words"
WORDS, KINDS = "each place", "kinds, counted"
ITEMS, VERB_ITEMS = ("speaker", "kind", "cue_class", "cue"), ("cue_class", "cue")


def _voices_controls(
    documents: pd.DataFrame, settings: Mapping[str, Any], voices: Sequence[str]
) -> list[Control]:
    """What can be set for voices."""
    by = by_control(documents, voices=False)
    by = by._replace(
        help="For verbs of saying no group stands for each speaker",
        when={"view": (SHARE, VERBS, COUNTS, MARKED)},
    )
    text = "Scare quotes, terms, titles of works: marked by the writer, and nobody's quotation"
    return [
        Control("view", "Show", "choice", SHARE, (SHARE, QUOTATIONS, COUNTS, VERBS, MARKED)),
        by,
        Control(
            "split_speech",
            "Quoted and reported apart",
            "flag",
            True,
            help="Where there is no group",
            when={"view": (SHARE,), "by": ("",)},
        ),
        Control("own", "Writer and headline, too", "flag", False, when={"view": (SHARE,)}),
        Control("item", "Count by", "choice", "speaker", ITEMS, when={"view": (COUNTS,)}),
        Control("verb", "Count by", "choice", "cue_class", VERB_ITEMS, when={"view": (VERBS,)}),
        Control(
            "min_count", "Quotations (at least)", "number", 3, (1, 1000), when={"view": (VERBS,)}
        ),
        Control("what", "Rows", "choice", WORDS, (WORDS, KINDS), "", text, {"view": (MARKED,)}),
        PER._replace(when={"view": (COUNTS,)}),
        ROWS._replace(when={"view": (SHARE, QUOTATIONS, COUNTS, MARKED)}),
    ]


def _voices_needs(settings: Mapping[str, Any]) -> list[str]:
    """Layers for voices."""
    if settings["view"] == SHARE:
        return ["voiced"]
    words = {COUNTS: ["tokens"], MARKED: ["tokens", "tagged"]}.get(settings["view"], [])
    return [*words, "quotes"]


def _voices(question: Question) -> Answer:
    """Count voices, verbs or quotations."""
    views = {SHARE: _share, VERBS: _verbs, QUOTATIONS: _listed, COUNTS: _quotations}
    return (views | {MARKED: _marked})[question["view"]](question)


def _share(question: Question) -> Answer:
    """The share of words that each voice is given."""
    by, own = question["by"], list(VOICES)
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
    speakers = [voice for voice in chosen if voice not in VOICES]
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
    item = question["verb"]
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


def _listed(question: Question) -> Answer:
    """The quotations one by one: who says what, and how it is introduced."""
    quotes = _quotes(question)
    first = method(quotes, "head", question["rows"])
    question.let("table", method(first, "reset_index", drop=True))
    table = question.run("table")
    shown = ["text", "speaker", "cue", "cue_class", "kind", "doc", "sentence"]
    return question.answer(
        shown=shown,
        evidence=lambda row, _: table.iloc[[row]][[*KEYS, "speaker", "cue"]],
        caption="Quotations, in the order of the texts.",
        note=f"{len(table):,} of {len(question.run(quotes)):,} quotations shown.",
        unit="",
    )


def _marked(question: Question) -> Answer:
    """Words in quotation marks that are no quotation: terms, glosses, titles, scare quotes."""
    found = question.let("marked", call("find_marked_words", question.corpus))
    if not len(question.run("marked")):
        raise InputError("No word is marked in these texts; filter less.")
    if question["what"] == KINDS:
        counted = call("count_marked_words", question.corpus, by=question.group)
        question.let("table", counted)
        table, by = question.run("table"), question.by
        return question.answer(
            shown=["kind", *by, "count", "rate", "documents", "base"],
            bar="rate",
            caption=caption_of(table, "kind", "rate", by, "Marked words: "),
            figure=call("plot_terms", few_groups(table, by), item="kind"),
        )
    first = method(found, "head", question["rows"])
    question.let("table", method(first, "reset_index", drop=True))
    table = question.run("table")
    return question.answer(
        shown=["text", "kind", "doc", "sentence"],
        evidence=lambda row, _: table.iloc[[row]][KEYS],
        caption="Words in quotation marks that quote nobody.",
        note=f"{len(table):,} of {len(question.run('marked')):,} places shown.",
        unit="",
    )


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


TAB = Tab(_voices_controls, _voices_needs, _voices)
