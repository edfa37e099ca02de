"""What a dossier says of who speaks, how much and where."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pandas as pd

import analysis as da
from analysis import wording
from analysis.report.dossier_parts import (
    NAMED,
    NOBODY,
    OWN,
    QUOTED,
    QUOTED_DIRECTLY,
    WORDS_GIVEN,
    Article,
    Part,
    Statement,
    Words,
    each,
    grouped,
    joined,
    percent,
    possessive,
    some_of,
)
from analysis.tables import silent
from analysis.voices.counts import voice_stretches
from analysis.voices.spans import resolved_voices

MOST_SPEAKERS = 5
MOST_TEXTS = 200  # in which it is looked up of which country or party a speaker is
LEAST_NAMED = 2  # times, for somebody who is named and given no word
MARKED_CLASSES = ("doubting", "factive", "assertive", "negative", "positive", "emotive")


def voices(article: Article) -> Part:
    """Who is given how many words, and where in the text."""
    with silent():
        shares = da.count_voices(article.one, split_speech=False, confidence=None)
        cues = da.count_cues(article.one, by=None, confidence=None)
    where = _stretches(article)
    part = Part(
        "voices",
        "Who speaks, how much and where",
        "Words are space, not weight. What a voice says is its own claim.",
        tables={"voices": shares, "voice_stretches": where, "cues": cues},
        errors=f"{WORDS_GIVEN}; of words that somebody is given in a text, 85 of 100 are found. Of"
        " attributions with quotation marks 95 of 100 are found, of beliefs and intentions 37.",
    )
    speakers = shares[~shares["voice"].isin([*OWN, *NOBODY])]
    if not len(shares[~shares["voice"].isin(OWN)]):
        said = (
            "No quotation and no reported statement was found; all words count as the text’s own.",
        )
        part.statements = [Statement(said, WORDS_GIVEN)]
        return part
    part.statements = [
        *_quoted(article),
        *_main_voices(article, shares, speakers, where),
        *_nobody(article, shares),
        *_reach(article, where, speakers),
        *_not_quoted(article, speakers),
        *_reporting(article),
    ]
    return part


def _stretches(article: Article) -> pd.DataFrame:
    """Every stretch in one voice, with where it begins and ends in percent of the words."""
    found = voice_stretches(article.one.voiced)
    found = found.assign(voice=resolved_voices(found["voice"]))
    found["from_percent"] = [article.percent(start) for start in found["start"]]
    found["to_percent"] = [article.percent(end) for end in found["end"]]
    return found.reset_index(drop=True)


def _main_voices(
    article: Article, shares: pd.DataFrame, speakers: pd.DataFrame, where: pd.DataFrame
) -> list[Statement]:
    """Who has the most words, and what the text has in its own."""
    share = shares.set_index("voice")["share"].to_dict()
    base = int(shares["base"].iloc[0])
    own = " and ".join(
        f"{percent(share[name])} the {name}’s" for name in ("writer", "headline") if name in share
    )
    statements = []
    for place, row in enumerate(each(speakers.head(MOST_SPEAKERS))):
        first = where[where["voice"] == row.voice].iloc[0]
        who = Words(possessive(str(row.voice)), int(first["start"]), int(first["end"]))
        tail = f" ({row.count:,} of {base:,}){f'; {own}' if place == 0 and own else ''}."
        said = (f"{percent(row.share)} of the words are ", who, tail)
        statements.append(Statement(said, WORDS_GIVEN))
    rest = speakers.iloc[MOST_SPEAKERS:]
    if len(rest):
        items = [[str(name)] for name in rest["voice"]]
        statements.append(Statement(("With fewer words: ", *some_of(items, 8), "."), WORDS_GIVEN))
    return statements


def _nobody(article: Article, shares: pd.DataFrame) -> list[Statement]:
    """Words of speakers whom the text does not name, or whom nothing resolves."""
    statements = []
    quotes = article.one.quotes
    for name, why in (
        ("(unresolved)", "what is only a role or a pronoun there"),
        ("(unnamed)", "what was not resolved to a name"),
    ):
        row = shares[shares["voice"] == name]
        if not len(row):
            continue
        own = quotes[(resolved_voices(quotes["speaker"]) == name).to_numpy()]
        own = own[own["speaker_start"] >= 0]
        called = [[article.at(r.speaker_start, r.speaker_end)] for r in each(own)]
        parts: list[str | Words] = [
            f"{percent(row['share'].iloc[0])} of the words are attributed to {why}"
        ]
        parts += [": ", *some_of(grouped(called), 6)] if called else []
        if {"i", "we"} & {own[0].text.lower() for own in called}:
            parts.append(" (where a text says I or we outside of quotation marks, its writer)")
        statements.append(Statement((*parts, "."), WORDS_GIVEN))
    return statements


def _reach(article: Article, where: pd.DataFrame, speakers: pd.DataFrame) -> list[Statement]:
    """From where to where the main speaker speaks, and who has the last words."""
    if not len(speakers):
        return []
    who = speakers["voice"].iloc[0]
    own = where[where["voice"] == who]
    first, last = own.iloc[0], own.iloc[-1]
    said: tuple[str | Words, ...] = (
        f"{who} speaks first at ",
        Words(f"{first['from_percent']:.0f} %", int(first["start"]), int(first["end"])),
        " of the text and last at ",
        Words(f"{last['to_percent']:.0f} %", int(last["start"]), int(last["end"])),
        ".",
    )
    return [Statement(said, WORDS_GIVEN)]


def _not_quoted(article: Article, speakers: pd.DataFrame) -> list[Statement]:
    """Who is named repeatedly and given no word, nor anybody of their side."""
    speaking = set(article.one.quotes["speaker"].astype(str)) | set(speakers["voice"])
    acting = set(article.deeds["entity"])
    places = article.one.mentions
    places = set(places.loc[places["label"] == "PLACE", "entity"].astype(str)) - acting
    named = article.actors
    named = named[~named["actor"].astype(str).isin(places)]
    outlet = str(article.row.get("outlet") or "")
    heard = {word for who in [*speaking, outlet] for word in who.split() if word[:1].isupper()}
    every = Counter(named["actor"].astype(str))
    counts = {
        name: n
        for name, n in every.items()
        if n >= LEAST_NAMED and name not in speaking and not set(name.split()) <= heard
    }
    spoken_for = _spoken_for(article, list(counts), list(speakers["voice"]))
    spoken_for |= _beside_words(article)
    items: list[list[str | Words]] = []
    for name in sorted(counts, key=lambda name: (-counts[name], name)):
        if name not in spoken_for:
            row = named[named["actor"] == name].iloc[0]
            items.append([Words(name, int(row["start"]), int(row["end"])), f" ({counts[name]})"])
    if not items:
        return []
    lead = (
        "Named twice or more, and not found as a speaker or in a sentence that attributes words: "
    )
    open_ = article.one.quotes["speaker"].astype(str)
    more = bool((resolved_voices(open_) == "(unresolved)").any())
    tail = " (unless they are among the unresolved)." if more else "."
    return [Statement((lead, *some_of(items, 8), tail), NAMED)]


def _quoted(article: Article) -> list[Statement]:
    """Who is quoted in quotation marks and named beside them."""
    quotes = article.one.quotes
    quotes = quotes[(quotes["kind"].astype(str) == "direct") & (quotes["speaker_start"] >= 0)]
    found: dict[str, list[Words]] = {}
    for row in each(quotes):
        name, beside = str(row.speaker), article.text[row.speaker_start : row.speaker_end]
        named = (set(name.split()) - {"The", "A", "An"}) & set(
            re.findall(r"[^\W\d_][\w’'-]*", beside)
        )
        if name[:1] == "(" or not any(word[:1].isupper() for word in named):
            continue
        found.setdefault(name, []).append(Words(name, int(row.start), int(row.end)))
    items = [[words[0]] for words in found.values()]
    if not items:
        return []
    said = ("Quoted in quotation marks, with the name beside them: ", *some_of(items, 8), ".")
    return [Statement(said, QUOTED_DIRECTLY, short=True)]


def _beside_words(article: Article) -> set[str]:
    """Who is named, or meant by a pronoun, where somebody is given words or says something."""
    places = article.namings
    sentences = article.one.sentences
    starts = sentences["start"].to_numpy()
    marked = [np.searchsorted(starts, place, side="right") - 1 for place, _ in article.marked]
    near = article.attributing | {int(sentences["sentence"].iloc[place]) for place in marked}
    found = set(places.loc[places["sentence"].isin(near), "actor"].astype(str))
    said = article.clauses[article.clauses["saying"]]
    return found | set(said["entity"].astype(str))


def _spoken_for(article: Article, names: list[str], speakers: list[str]) -> set[str]:
    """The names that have a speaker of their own country or party."""
    pairs = [(who, name) for who in speakers for name in names]
    if not pairs:
        return set()
    table = pd.DataFrame(pairs, columns=["evaluator", "target"])
    known = article.corpus if len(article.corpus) <= MOST_TEXTS else article.one
    return set(da.find_own_side(table, known)["target"].astype(str))


def _reporting(article: Article) -> list[Statement]:
    """The verbs that do more than report."""
    quotes = article.one.quotes
    quotes = quotes[(quotes["cue_start"] >= 0) & (quotes["cue_class"].astype(str) != "")]
    if not len(quotes):
        return []
    classes = quotes["cue_class"].astype(str)
    statements = []
    marked = quotes[classes.isin(MARKED_CLASSES)]
    items: list[list[str | Words]] = []
    for name in MARKED_CLASSES:
        own = marked[marked["cue_class"] == name]
        if len(own):
            cues = [[article.at(row.cue_start, row.cue_end)] for row in each(own)]
            items.append([*some_of(grouped(cues), 4), f" ({name})"])
    plain = len(quotes) - len(marked)
    lead = f"Of {wording.plural(len(quotes), 'word')} of saying {plain} only report"
    if items:
        statements.append(
            Statement((lead + "; the others, by class: ", *joined(items, "; "), "."), QUOTED)
        )
    if not (classes == "doubting").any() and len(quotes) >= 5:
        statements.append(
            Statement(
                (
                    f"None of the {len(quotes)} words of saying that were found casts doubt on what"
                    " it reports.",
                ),
                QUOTED,
            )
        )
    return statements
