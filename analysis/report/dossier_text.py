"""What a dossier says of acts, assertions, evaluations and explanations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

import analysis as da
from analysis import wording
from analysis.report.dossier_parts import (
    BORDER,
    CLAUSES,
    DOERLESS,
    EVALUATED,
    EXPLAINED,
    EXPLAINED_PARTS,
    GIVEN,
    OWN,
    OWN_WORDS,
    TOLD,
    VAGUE,
    Article,
    Part,
    Statement,
    Words,
    each,
    grouped,
    some_of,
    voice_phrase,
)
from analysis.tables import silent

MOST_ACTORS = 8
MOST_VERBS = 8
MOST_CLAUSES = 8
MOST_ACTS = 15  # lines of evaluations, of explanations
_CLASSES = {
    "temporal-causal": "time and cause",
    "causal": "cause",
    "purpose": "purpose",
    "blame": "blame",
}


def acts(article: Article) -> Part:
    """Who acts, who is acted upon, and events without a doer."""
    with silent():
        counts = da.count_agency(article.deeds, confidence=None)
    part = Part(
        "acts",
        "Who acts, who is acted upon",
        "Deeds and perceptions, without saying. A doer is a grammatical one, which is neither power"
        " nor guilt. In brackets what is not told as done.",
        tables={"agency": counts, "clauses": article.clauses},
        errors=f"{CLAUSES}; 81 of 100 are found; the role is right in 97 of 100. {DOERLESS}, 73 of"
        f" 100 are found; {VAGUE}, 65 of 100 are found.",
    )
    deeds = article.deeds
    named = deeds[~deeds["entity"].isin(["(none)", "(vague)"])]
    named = named[named["role"].isin(["agent", "patient"])]
    people = (named["through"] == "") & (named["form"] != "nominalisation")
    named = named[(named["label"] != "NORP") | people]  # "the Chinese plan" is nobody's deed
    size = named["entity"].value_counts()
    order = sorted(size.index, key=lambda name: (-size[name], name))
    for place, name in enumerate(order[:MOST_ACTORS]):
        own = named[named["entity"] == name]
        part.statements.append(_actor(article, name, own, short=place < 2))
    part.statements += [*_doerless(article, deeds), *_vague(article)]
    if not part.statements:
        part.statements = [Statement(("No deed of anybody named was found.",), CLAUSES)]
    return part


def _actor(article: Article, name: str, rows: pd.DataFrame, short: bool) -> Statement:
    """What an actor does and what is done to it, verb by verb."""
    first = rows.iloc[0]
    parts: list[str | Words] = [Words(name, int(first["start"]), int(first["end"]))]
    told = {"agent": " acts: ", "patient": " is acted upon: "}
    several = False
    for role, says in told.items():
        own = rows[rows["role"] == role]
        if len(own):
            parts += [
                ("; it" if several else "") + says,
                *some_of(grouped([_verb(row) for row in each(own)]), MOST_VERBS),
            ]
            several = True
    parts.append(f" ({voice_phrase(rows['voice'])}).")
    return Statement(tuple(parts), CLAUSES, short=short)


def _verb(row: Any) -> list[str | Words]:
    """A verb with what is said of it."""
    shown = Words(str(row.verb), int(row.verb_start), int(row.verb_end))
    how = "" if row.modality == "asserted" else f" ({row.modality})"
    through = f" (through its {row.through})" if row.through else ""
    return [shown, through + how]


def _doerless(article: Article, deeds: pd.DataFrame) -> list[Statement]:
    """Events that are told without anybody who does them."""
    rows = deeds[deeds["entity"] == "(none)"]
    forms = {
        "ergative": "Told as happening by itself: ",
        "agentless passive": "Done by nobody named (passive without a doer): ",
        "nominalisation": "Made a noun, with no doer beside it: ",
    }
    statements = []
    for form, lead in forms.items():
        own = rows[rows["form"] == form]
        if len(own):
            items: list[list[str | Words]] = [
                [article.at(r.verb_start, r.verb_end), _headline(r.voice)] for r in each(own)
            ]
            statements.append(Statement((lead, *some_of(grouped(items)), "."), DOERLESS))
    return statements


def _headline(voice: str) -> str:
    return " (in the headline)" if voice == "headline" else ""


def _vague(article: Article) -> list[Statement]:
    """Actors who are neither named nor told apart."""
    found = da.find_vague_actors(article.one)
    if not len(found):
        return []
    items: list[list[str | Words]] = []
    for row in each(found):
        verb = Words(str(row.verb), int(row.verb_start), int(row.verb_end))
        does: list[str | Words] = [" (", verb, ")"] if row.verb else []
        items.append([article.at(row.start, row.end), *does])
    lead = "Actors who are not named or told apart, with what they do: "
    return [Statement((lead, *some_of(items), "."), VAGUE)]


# What is asserted, attributed, presupposed


def told(article: Article) -> Part:
    """What the text asserts itself, what it attributes, what it takes as given."""
    clauses = article.clauses.drop_duplicates(["verb_start", "verb_end"])
    clauses = clauses[~clauses["saying"] & (clauses["form"] != "nominalisation")]
    stance = da.find_stance(article.one)
    stance = stance[stance["category"] == "presupposition"]
    stance = stance.assign(voice=article.voice(stance))
    part = Part(
        "told",
        "What is asserted, attributed, taken as given",
        "Asserted is what is told as done; it says nothing of whether it was. Only clauses that"
        " were found are counted (see who acts), and only words on a list show what is taken as"
        " given: definite nouns, which do so as well, are not looked for.",
        tables={"presuppositions": stance},
        errors=f"{TOLD} in how they are told. {OWN_WORDS}, of those in sentences that also"
        f" attribute something 83 (79 to 86, n = {BORDER.of}). "
        + " ".join(f"{one}." for one in GIVEN.values())
        + " How many presuppositions are missed nobody has measured.",
    )
    if len(clauses):
        part.tables["told_clauses"] = clauses
        part.statements = [_told_counts(clauses), *_own_assertions(article, clauses)]
    part.statements += _given(article, stance)
    if not part.statements:
        part.statements = [Statement(("No clause with a doer or a deed was found.",), CLAUSES)]
    return part


def _told_counts(clauses: pd.DataFrame) -> Statement:
    """How many clauses are told as done, and in whose words."""
    own = clauses["voice"].isin(OWN)
    done = clauses["modality"] == "asserted"
    n = len(clauses)
    rest = clauses.loc[~done, "modality"].value_counts()
    kinds = wording.listing([f"{count} {name}" for name, count in rest.items()], limit=6)
    said = (
        f"Of {wording.plural(n, 'clause')} without verbs of saying, {int(own.sum())} stand in the"
        f" text’s own words and {int((~own).sum())} in words that it gives to others."
    )
    more = f" {int(done.sum())} are told as done" + (f"; the others: {kinds}." if kinds else ".")
    return Statement((said + more,), TOLD, short=n >= 5)


def _own_assertions(article: Article, clauses: pd.DataFrame) -> list[Statement]:
    """What the text asserts in its own words, apart from what stands beside an attribution."""
    own = clauses[clauses["voice"].isin(OWN) & (clauses["modality"] == "asserted")]
    own = _longest(own)
    beside = own["sentence"].isin(article.attributing)
    statements = []
    if (~beside).any():
        lead = "Asserted in the text’s own words, in sentences that attribute nothing: "
        found = _clauses(article, own[~beside])
        statements.append(Statement((lead, *some_of(found, MOST_CLAUSES), "."), OWN_WORDS))
    else:
        said = "No clause is told as done in a sentence that attributes nothing."
        statements.append(Statement((said,), OWN_WORDS, short=True))
    if beside.any():
        lead = "In sentences that also attribute something, outside of what is attributed: "
        found = _clauses(article, own[beside])
        statements.append(Statement((lead, *some_of(found, MOST_CLAUSES), "."), BORDER))
    return statements


def _longest(rows: pd.DataFrame) -> pd.DataFrame:
    """The clauses that lie in no other of them."""
    spans = list(zip(rows["clause_start"], rows["clause_end"], strict=True))
    kept = [
        not any(a <= start and end <= b and (a, b) != (start, end) for a, b in spans)
        for start, end in spans
    ]
    return rows[np.array(kept, dtype=bool)].drop_duplicates(["clause_start", "clause_end"])


def _clauses(article: Article, rows: pd.DataFrame) -> list[list[str | Words]]:
    """The words of clauses."""
    shown = [article.at(r.clause_start, r.clause_end, _short(r.clause)) for r in each(rows)]
    return [["“", words, "”"] for words in shown]


def _short(text: str, words: int = 14) -> str:
    """The first words of a clause."""
    parts = str(text).split()
    return " ".join(parts[:words]) + (" …" if len(parts) > words else "")


def _given(article: Article, stance: pd.DataFrame) -> list[Statement]:
    """Words that take something as given, by kind, with who uses them."""
    says = {
        "factive": "Words that take what follows as a fact: ",
        "reason": "Words that ask only for the reason, and take the thing as given: ",
        "iterative": "Words by which something has been before: ",
        "implicative": "Words by which something was tried or due: ",
        "change of state": "Words by which something was so before, or goes on: ",
    }
    statements = []
    for kind, lead in says.items():
        own = stance[stance["subcategory"] == kind]
        if len(own):
            items: list[list[str | Words]] = [
                [article.at(row.start, row.end), f" ({_in(row.voice)})"] for row in each(own)
            ]
            statements.append(Statement((lead, *some_of(grouped(items)), "."), GIVEN[kind]))
    return statements


def _in(voice: str) -> str:
    return "the text’s own word" if voice in OWN else f"in words of {voice.strip('()')}"


# Evaluations and explanations


def evaluations(article: Article) -> Part:
    """Who evaluates whom, act by act."""
    found = article.one.evaluations
    with silent():
        counts = da.count_evaluations(article.one, confidence=None)
    part = Part(
        "evaluations",
        "Who evaluates whom",
        "Acts of evaluation that a verb, noun or adjective reports, whoever tells of them.",
        tables={"evaluations": found, "evaluation_counts": counts},
        errors=f"{EVALUATED}; 61 of 100 are found, so what is not here may be in the text.",
    )
    away = found["negated"] | (found["modality"].astype(str) != "asserted")
    for who in ("evaluator", "target"):
        away |= found[who].astype(str).str.startswith("(")
    order = found.assign(away=away)
    order = order.sort_values(["away", "start"], kind="stable").head(MOST_ACTS)
    for (_, row), voice in zip(order.iterrows(), article.voice(order), strict=True):
        part.statements.append(_act(article, row, voice))
    part.statements += _left_out(len(found) - len(order), "acts of evaluation")
    if not part.statements:
        part.statements = [Statement(("No act of evaluation was found.",), EVALUATED)]
    return part


def _left_out(number: int, noun: str) -> list[Statement]:
    """How many are in the table only."""
    said = f"{number:,} further {noun} are in the table."
    return [Statement((said,))] if number > 0 else []


def _act(article: Article, row: pd.Series, voice: str) -> Statement:
    """One act of evaluation."""
    who = _named(article, row, "evaluator")
    whom = _named(article, row, "target")
    how = [str(row["polarity"])]
    how += ["said not to be done"] if row["negated"] else []
    how += [str(row["modality"])] if str(row["modality"]) != "asserted" else []
    teller = (
        "told in the text’s own words" if voice in OWN else f"told in words of {voice.strip('()')}"
    )
    parts = (who, " → ", whom, ": ", article.at(row["start"], row["end"]))
    return Statement((*parts, f" ({', '.join(how)}; {teller})."), EVALUATED)


def _named(article: Article, row: pd.Series, who: str) -> str | Words:
    """Evaluator or target, with its place where it has one."""
    name = wording.label(row[who], 80)
    if row[f"{who}_start"] < 0:
        return name
    return Words(name, int(row[f"{who}_start"]), int(row[f"{who}_end"]))


def explanations(article: Article) -> Part:
    """What is explained by what, where in the text and in whose words."""
    found = da.find_explanations(article.one, documents=article.one.documents)
    found = found.assign(
        voice=article.voice(found), percent=[article.percent(start) for start in found["start"]]
    )
    part = Part(
        "explanations",
        "What is explained by what",
        "A marker shows that the text explains, not that the explanation is right. Read the parts"
        " before quoting them.",
        tables={"explanations": found},
        errors=f"{EXPLAINED}, 72 of 100 are found; {EXPLAINED_PARTS}.",
    )
    if not len(found):
        part.statements = [Statement(("No marked explanation was found.",), EXPLAINED)]
        return part
    places: list[list[str | Words]] = [
        [Words(f"{row.percent:.0f} %", row.start, row.end)] for row in each(found)
    ]
    lead = f"The text marks {wording.plural(len(found), 'explanation')}, at "
    said = (lead, *some_of(places), f" of its words ({voice_phrase(found['voice'])}).")
    part.statements = [Statement(said, EXPLAINED, short=True)]
    whole = found[found["complete"]].rename(columns={"class": "reason"})
    part.statements += [_explanation(article, row) for row in each(whole.head(MOST_ACTS))]
    part.statements += _left_out(len(whole) - MOST_ACTS, "explanations")
    return part


def _explanation(article: Article, row: Any) -> Statement:
    """One explanation with both parts."""
    kind = _CLASSES.get(row.reason, row.reason)
    marker = Words(f"“{row.marker}”", int(row.start), int(row.end))
    blame = row.reason == "blame"
    heads = ("blamed: ", "; for: ") if blame else ("what: ", "; by what: ")
    if row.reason == "purpose":
        heads = ("what: ", "; what for: ")
    parts = [
        article.at(row.explained_start, row.explained_end),
        article.at(row.cause_start, row.cause_end),
    ]
    first, second = reversed(parts) if blame else parts
    said = (f"At {row.percent:.0f} %, {_teller(article, row)}, ", marker)
    denied = ", denied" if row.negated else ""
    return Statement(
        (*said, f" ({kind}{denied}): {heads[0]}", first, heads[1], second, "."), EXPLAINED_PARTS
    )


def _teller(article: Article, row: Any) -> str:
    """Whose words something is; beside an attribution the border may have been missed."""
    if row.voice not in OWN:
        return f"in words of {str(row.voice).strip('()')}"
    if row.sentence in article.attributing:
        return "beside words that are attributed"
    return "in the text’s own words"
