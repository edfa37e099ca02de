"""What other texts of the same days have and one text lacks, and the reverse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

import analysis as da
from analysis import wording
from analysis.layers import Corpus
from analysis.report.dossier_parts import (
    NAMED,
    QUOTED,
    Article,
    Measured,
    Part,
    Statement,
    Words,
    each,
    named_actors,
    percent,
    some_of,
)
from analysis.tables import InputError, silent
from analysis.voices.spans import resolved_voices

LEAST = 5  # other texts, for any sentence on what is usual
MOST_NAMES = 5  # of the text, by which others are known to be of the same matter


@dataclass(frozen=True)
class Others:
    """The texts that a text is set beside, and how they were chosen."""

    docs: tuple[str, ...]
    how: str  # a sentence


def find_others(article: Article, *, days: float, event: str | None) -> Others:
    """The other texts of the same event, or of the same days and the same matter."""
    documents = article.corpus.documents
    others = documents["doc"].astype(str) != article.doc
    if event is not None:
        if event not in documents.columns:
            known = ", ".join(str(name) for name in documents.columns if name != "text")
            raise InputError(
                f"event={event!r} is no column of the documents; choose one of {known}."
            )
        value = article.row[event]
        chosen = documents[others & (documents[event] == value)]
        how = f"{_texts(len(chosen))} with the same “{event}” ({wording.label(value, 60)})"
        return Others(tuple(chosen["doc"].astype(str)), how + ".")
    dates = pd.to_datetime(documents["published"]) if "published" in documents else None
    if dates is None or pd.isna(dates[documents["doc"].astype(str) == article.doc].iloc[0]):
        return Others((), "The text has no date, so no other text is known to be of the same days.")
    day = dates.dt.normalize()
    own = day[documents["doc"].astype(str) == article.doc].iloc[0]
    near = others & ((day - own).abs() <= pd.Timedelta(days=days))
    language = _language(documents)
    near &= language == language[documents["doc"].astype(str) == article.doc].iloc[0]
    first, last = own - pd.Timedelta(days=days), own + pd.Timedelta(days=days)
    window = f"{first:%d %B %Y} to {last:%d %B %Y}"
    chosen, names = _same_matter(article, list(documents.loc[near, "doc"].astype(str)))
    how = f"{_texts(len(chosen))} of {window} ({days:g} days to each side)"
    if names:
        least = min(2, len(names))
        how += (
            f" that also {'name' if len(chosen) != 1 else 'names'}"
            f" {'two of ' if least == 2 and len(names) > 2 else ''}{wording.listing(names)}"
        )
    return Others(tuple(chosen), how + ".")


def _texts(number: int) -> str:
    return f"{number:,} other {'text' if number == 1 else 'texts'}"


def _language(documents: pd.DataFrame) -> pd.Series:
    """The language of each text; none that is stated is a language of its own."""
    if "language" not in documents.columns:
        return pd.Series("", index=documents.index)
    return documents["language"].astype(object).where(documents["language"].notna(), "").astype(str)


def _same_matter(article: Article, docs: list[str]) -> tuple[list[str], list[str]]:
    """Which of some texts name two of the names that the text has most often."""
    own = article.actors["actor"].astype(str).value_counts()
    names = sorted(own.index, key=lambda name: (-own[name], name))[:MOST_NAMES]
    if not docs or not names:
        return docs, []
    found = named_actors(article.corpus.select(docs))
    found = found[found["actor"].astype(str).isin(names)]
    each = found.groupby(found["doc"].astype(str))["actor"].nunique()
    same = [doc for doc in docs if each.get(doc, 0) >= min(2, len(names))]
    return same, names


def others_part(article: Article, others: Others) -> Part:
    """Names, terms, speakers and statements that only the text, or only the others, have."""
    part = Part(
        "others",
        "Beside other texts of the same days",
        f"Set beside {others.how}" if others.docs else others.how,
        errors=f"{NAMED}; a name that was not found, or under another name, seems to be missing."
        " The interval is of the share of such texts that have it; no reason is told by it.",
    )
    n = len(others.docs)
    if n < LEAST:
        said = "There is no other text to set it beside."
        if n:
            said = f"With {_texts(n)} nothing can be said of what is usual on these days."
        part.statements = [Statement((said,))]
        return part
    days = article.corpus.select([*others.docs, article.doc])
    part.statements = _remarks(days, article)
    rows = _rows(days)
    for kind, (table, item) in rows.items():
        with silent():
            found = da.compare_presence(table, article.doc, item=item, documents=days.documents)
        part.tables[f"presence_{kind.replace(' ', '_')}"] = found
        measured = {"names": NAMED, "speakers": QUOTED}.get(kind)
        part.statements += _lacking(article, table, kind, found, measured)
        part.statements += _alone(article, table, kind, found, measured)
    if not _mixed(days, article):
        part.statements += _keywords(part, article, days)
    part.statements += _fates(part, article, days)
    return part


def _mixed(days: Corpus, article: Article) -> bool:
    """Whether originals are set beside summaries, whose words are the summariser's."""
    documents = days.documents
    if "version" not in documents.columns:
        return False
    brief = documents["version"].astype(str) == "brief"
    own = brief[documents["doc"].astype(str) == article.doc].iloc[0]
    return bool((brief != own).any())


def _remarks(days: Corpus, article: Article) -> list[Statement]:
    """What must be known before texts are compared: summaries, and how long they are."""
    documents = days.documents
    statements = []
    if "version" in documents.columns:
        other = documents[documents["doc"].astype(str) != article.doc]
        briefs = int((other["version"].astype(str) == "brief").sum())
        if briefs:
            said = (
                f"{briefs} of the {len(other)} other texts are summaries, not the originals: what"
                " they leave out, and their words outside quotation marks, are the summariser’s, so"
                " nothing here can be said of an outlet."
            )
            statements.append(Statement((said,)))
    words = days.tokens[days.tokens["is_word"]].groupby("doc", observed=True).size()
    here, rest = words.get(article.doc, 0), words.drop(article.doc, errors="ignore")
    if len(rest) and not 0.5 <= here / max(rest.median(), 1) <= 2:
        shorter = (
            "shorter, so it lacks more" if here < rest.median() else "longer, so it lacks less"
        )
        said = (
            f"The text has {here:,} words and the others {rest.median():,.0f} in the median: it is"
            f" {shorter} than they do for that reason alone."
        )
        statements.append(Statement((said,)))
    return statements


def _rows(days: Corpus) -> dict[str, tuple[pd.DataFrame, str]]:
    """What is compared: names, speakers, term groups; the rows, and the column that names them."""
    quotes = days.quotes.assign(speaker=resolved_voices(days.quotes["speaker"]))
    quotes = quotes[~quotes["speaker"].isin(["", "(unresolved)", "(unnamed)"])]
    rows = {"names": (named_actors(days), "actor"), "speakers": (quotes, "speaker")}
    if days.term_groups:
        with silent():
            rows["term groups"] = (da.find_positions(days, days.term_groups), "term")
    return rows


_HAVE = {
    "names": ("Named in most of the others and not here", "Named here and in none of the others"),
    "speakers": (
        "Quoted in most of the others and not here",
        "Quoted here and in none of the others",
    ),
    "term groups": ("Term groups that most of the others have and this text has not", ""),
}


def _lacking(
    article: Article, rows: pd.DataFrame, kind: str, table: pd.DataFrame, measured: Measured | None
) -> list[Statement]:
    """What at least half of the other texts have and this one lacks."""
    lead = _HAVE[kind][0]
    column = str(table.columns[1])
    lacking = table[(table["count"] == 0) & (table["share"] >= 0.5)]
    whole = table.attrs["presence"]
    if not len(lacking):
        said = f"The text has all {whole['usual']} {kind} that most of the others have."
        return [Statement((said,), measured)] if whole["usual"] > 1 else []
    items: list[list[str | Words]] = []
    for _, row in lacking.iterrows():
        ends = f"{100 * row['low']:.0f}–{100 * row['high']:.0f} %"
        name, n = str(row[column]), f"{row['documents']} of {row['group_documents']}"
        items.append([_place(article, rows, column, name), f" ({n}; {ends})"])
    parts: list[str | Words] = [f"{lead}: ", *some_of(items, 8), "."]
    parts.append(_usual(whole["lacks"], whole["usual"], whole["lacks_others"], whole["p_lacks"]))
    return [Statement(tuple(parts), measured)]


def _usual(lacks: int, usual: int, others: list[int], p: float) -> str:
    """Whether so many lacking items are unusual."""
    middle = sorted(others)[len(others) // 2]
    reach = f"{min(others)} to {max(others)} (median {middle})"
    said = f" That is {lacks} of {usual}; the other texts lack {reach}"
    if p <= 0.1:
        return f"{said}, so this is unusual: {percent(p)} of these texts lack as many."
    return f"{said}, so this is not unusual."


def _alone(
    article: Article, rows: pd.DataFrame, kind: str, table: pd.DataFrame, measured: Measured | None
) -> list[Statement]:
    """What this text has and no other."""
    lead = _HAVE[kind][1]
    own = table[(table["count"] > 0) & (table["documents"] == 0)]
    if not lead or not len(own):
        return []
    whole = table.attrs["presence"]
    column = str(table.columns[1])
    items: list[list[str | Words]] = []
    for name in own.sort_values("count", ascending=False, kind="stable")[column].astype(str):
        items.append([_place(article, rows, column, name)])
    others = sorted(whole["alone_others"])
    middle = others[len(others) // 2]
    tail = f". The others have {others[0]} to {others[-1]} of their own (median {middle})"
    tail += (
        f", so this is unusual: {percent(whole['p_alone'])} of these texts have as many."
        if whole["p_alone"] <= 0.1
        else ", so this is not unusual."
    )
    return [Statement((f"{lead}: ", *some_of(items, 8), tail), measured)]


def _place(article: Article, rows: pd.DataFrame, column: str, name: str) -> str | Words:
    """A name with its first place: in the text, else in another one."""
    found = rows[rows[column].astype(str) == name]
    here = found[found["doc"].astype(str) == article.doc]
    if not len(found):
        return name
    row = (here if len(here) else found).iloc[0]
    doc = "" if len(here) else str(row["doc"])
    return Words(name, int(row["start"]), int(row["end"]), doc)


def _keywords(part: Part, article: Article, days: Corpus) -> list[Statement]:
    """Words that the text has more or less often, where that is certain."""
    try:
        with silent():
            keys = da.compare_terms(days, by="doc", target=article.doc)
    except InputError:
        return []
    part.tables["keywords"] = keys
    sure = keys[keys["lrc"] != 0]
    if not len(sure):
        said = "No word stands in the text more or less often than in the others for certain."
        return [Statement((said,))]
    statements = []
    for more, rows in (("more", sure[sure["lrc"] > 0]), ("less", sure[sure["lrc"] < 0])):
        items: list[list[str | Words]] = []
        for row in each(rows):
            own = article.words[article.words["term"].astype(str) == row.term]
            shown: str | Words = str(row.term)
            if len(own):
                shown = Words(str(row.term), int(own["start"].iloc[0]), int(own["end"].iloc[0]))
            items.append([shown, f" ({row.count} : {row.count_reference})"])
        if items:
            lead = (
                f"Words that it has {more} often than the others, after correction for all words: "
            )
            statements.append(Statement((lead, *some_of(items), ".")))
    return statements


def _fates(part: Part, article: Article, days: Corpus) -> list[Statement]:
    """Statements that other texts quote of somebody whom this text quotes, too."""
    with silent():
        fates = da.find_quote_fates(days)
    part.tables["quote_fates"] = fates
    own = fates[(fates["doc"].astype(str) == article.doc) & (fates["fate"] == "dropped")]
    statements = []
    for group in own["group"].tolist()[:5]:
        versions = fates[(fates["group"] == group) & (fates["fate"] != "dropped")]
        full = versions[versions["reference"].astype(bool)]
        row: Any = (full if len(full) else versions).iloc[0]
        shown = " ".join(str(row["text"]).split()[:20])
        said = (
            f"Not here, though the text quotes {row['speaker'] or 'the speaker'}, and in"
            f" {wording.plural(len(versions), 'other text')}: “",
            Words(wording.label(shown, 160), int(row["start"]), int(row["end"]), str(row["doc"])),
            "”.",
        )
        statements.append(Statement(said, QUOTED))
    return statements
