"""What a dossier says of the words for the event and of the course of tone."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd

import analysis as da
from analysis import wording
from analysis.report.dossier_parts import Article, Part, Statement, Words, each, some_of
from analysis.tables import InputError, silent

MOST_NAMES = 5  # of a text, one of which must be what competing names are about
NO_GROUPS = (
    "The corpus has no term groups (term-groups.yml), so which words name the event is not known;"
    " its most frequent nouns stand here."
)


def _short(text: str, words: int) -> str:
    """The first words of a sentence."""
    parts = str(text).split()
    return " ".join(parts[:words]) + (" …" if len(parts) > words else "")


def words_for_it(article: Article) -> Part:
    """The words for the event: term groups, competing names, the most frequent nouns."""
    groups = article.corpus.term_groups
    part = Part(
        "words",
        "The words for the event",
        "Counted as they stand, whoever says them: to choose a word is to take a position.",
        errors="Words are counted as they stand; which thing a word means there is not judged.",
    )
    if groups:
        with silent():
            places = da.find_positions(article.one, groups)
            counts = da.count_term_groups(article.one, groups, confidence=None)
        part.tables |= {"term_groups": counts, "term_positions": places}
        part.statements += _groups(places, list(groups))
        if len(places):
            part.draw = lambda: da.plot_barcode(places)
    else:
        part.statements.append(Statement((NO_GROUPS,)))
    nouns = _nouns(article)
    part.tables["nouns"] = nouns
    part.statements += [*_variants(article), *_frequent(article, nouns)]
    return part


def _groups(places: pd.DataFrame, names: list[str]) -> list[Statement]:
    """How often each term group stands in the text, and which do not."""
    counts = places["term"].astype(str).value_counts()
    there = sorted((n for n in names if counts.get(n, 0)), key=lambda name: (-counts[name], name))
    absent = [name for name in names if not counts.get(name, 0)]
    items: list[list[str | Words]] = []
    for name in there:
        row = places[places["term"] == name].iloc[0]
        items.append([Words(name, int(row["start"]), int(row["end"])), f" {counts[name]}"])
    lead = (
        "Of the corpus’s term groups the text has: "
        if items
        else "The text has none of the corpus’s term groups"
    )
    tail = f"; not one of: {wording.listing(absent, limit=12)}." if absent and items else "."
    return [Statement((lead, *some_of(items, 12), tail), short=True)]


def _variants(article: Article) -> list[Statement]:
    """Competing names of one thing, as the list has them."""
    found = article.every_naming
    found = found[found["strategy"] == "variant"]
    often = Counter(article.actors["actor"].astype(str)).most_common(MOST_NAMES)
    statements = []
    for thing, rows in found.groupby("actor", sort=True):
        if not any(name in str(thing) for name, _ in often):
            continue  # a war elsewhere has the same names
        forms = rows["text"].astype(str).str.lower().value_counts()
        items: list[list[str | Words]] = []
        for form in sorted(forms.index, key=lambda name: (-forms[name], name)):
            row = rows[rows["text"].astype(str).str.lower() == form].iloc[0]
            items.append([article.at(row["start"], row["end"]), f" {forms[form]}"])
        statements.append(Statement((f"Names for “{thing}”: ", *some_of(items), ".")))
    return statements


def _nouns(article: Article) -> pd.DataFrame:
    """How often each noun stands in the text."""
    with silent():
        return da.count_terms(article.one, unit="lemma", pos=["NOUN"], confidence=None)


def _frequent(article: Article, nouns: pd.DataFrame) -> list[Statement]:
    """The most frequent nouns."""
    often = nouns[(nouns["count"] > 1) & ~nouns["term"].isin(da.stop_words())].head(10)
    if not len(often):
        return []
    tagged = article.one.tagged
    tagged = tagged[tagged["pos"].astype(str) == "NOUN"]
    items: list[list[str | Words]] = []
    for row in each(often):
        own = tagged[tagged["lemma"].astype(str).str.lower() == str(row.term).lower()]
        shown: str | Words = str(row.term)
        if len(own):
            shown = Words(str(row.term), int(own["start"].iloc[0]), int(own["end"].iloc[0]))
        items.append([shown, f" {row.count}"])
    return [Statement(("The nouns that it has most often: ", *some_of(items), "."), short=True)]


def tone(article: Article) -> Part:
    """The course of the tone of words."""
    scores = article.one.sentiment
    part = Part(
        "tone",
        "The course of tone",
        "The tone of words by lexicon (VADER), from −1 to +1, not an attitude towards anybody: a"
        " quoted accusation has the accuser’s tone, and a text about war is full of dark words.",
        errors="Taken for a sentence’s attitude toward a name it is right for 53 of 100 (8,739"
        " names), so only the tone of the words is told here.",
    )
    bins = min(5, len(scores) // 4)
    if bins < 2:
        part.statements = [Statement(("Too few sentences for a course of tone.",))]
        return part
    arc = da.score_arc(article.one, bins=bins, confidence=1 - 0.05 / bins)  # all parts at once
    part.tables = {"tone": arc, "sentence_tone": scores}
    part.draw = lambda: da.plot_sentiment_arc(arc)
    part.statements = _course(article, arc, scores)
    return part


def _course(article: Article, arc: pd.DataFrame, scores: pd.DataFrame) -> list[Statement]:
    """Which parts of the text differ from the whole, if any do, and the extreme sentences."""
    mean = float(scores["compound"].mean())
    apart = arc[(arc["low"] > mean) | (arc["high"] < mean)]
    statements = []
    for row in each(apart):
        side = "brighter" if row.compound > mean else "darker"
        said = (
            f"Between {row.from_percent:.0f} and {row.to_percent:.0f} % of the text the words are"
            f" {side} ({row.compound:+.2f}, interval {row.low:+.2f} to {row.high:+.2f}) than"
            f" in the whole ({mean:+.2f})."
        )
        statements.append(Statement((said,)))
    if not len(apart):
        said = (
            f"No part of the text has a tone that differs for certain from that of the whole"
            f" ({mean:+.2f}, {wording.plural(len(scores), 'sentence')})."
        )
        statements.append(Statement((said,)))
    order = np.argsort(scores["compound"].to_numpy(), kind="stable")
    ends = {"The darkest words: ": order[0], "The brightest: ": order[-1]}
    for lead, place in ends.items():
        row = scores.iloc[int(place)]
        shown = article.at(row["start"], row["end"], _short(row["text"], 18))
        statements.append(Statement((lead + "“", shown, f"” ({row['compound']:+.2f}).")))
    return statements


def words_without_grammar(article: Article) -> Part:
    """Term groups and frequent words, for a text in a language that the model does not know."""
    part = Part(
        "words",
        "The words of the text",
        "Counted as they stand.",
        errors="Words are counted as they stand.",
    )
    groups = article.corpus.term_groups
    if groups:
        with silent():
            places = da.find_positions(article.one, groups)
        part.tables["term_positions"] = places
        part.statements += _groups(places, list(groups))
    try:
        with silent():
            counts = da.count_terms(article.one, stop_words=da.stop_words(), confidence=None)
    except InputError:
        return part
    part.tables["terms"] = counts
    items: list[list[str | Words]] = []
    for row in each(counts[counts["count"] > 1].head(12)):
        own = article.words[article.words["term"].astype(str) == row.term]
        items.append(
            [Words(row.term, int(own["start"].iloc[0]), int(own["end"].iloc[0])), f" {row.count}"]
        )
    if items:
        part.statements.append(
            Statement(("The words that it has most often: ", *some_of(items), "."))
        )
    return part
