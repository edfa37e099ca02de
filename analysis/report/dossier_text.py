"""What a dossier says of acts, assertions, evaluations and explanations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

import analysis as da
from analysis import wording
from analysis.report.dossier_deeds import PRONOUNS, certain_deeds, unnamed_subjects
from analysis.report.dossier_parts import (
    BORDER,
    CLAUSES,
    DOERLESS,
    EVALUATED,
    EXPLAINED,
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
_NO_ACTS = {"question", "thank", "thanks"}  # of the police; "thanks to", "in thanks for"
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
    every = deeds[~deeds["entity"].isin(["(none)", "(vague)"])]
    every = every[every["role"].isin(["agent", "patient"])]
    named = certain_deeds(article, every)
    size = named["entity"].value_counts()
    order = sorted(size.index, key=lambda name: (-size[name], name))
    part.statements += _doers(article, named, order)
    part.statements += [
        _actor(name, named[named["entity"] == name]) for name in order[:MOST_ACTORS]
    ]
    part.statements += _read_further(len(every) - len(named))
    part.statements += [*unnamed_subjects(article), *_doerless(article, deeds), *_vague(article)]
    if not part.statements:
        part.statements = [Statement(("No deed of anybody named was found.",), CLAUSES)]
    return part


def _doers(article: Article, named: pd.DataFrame, order: list[str]) -> list[Statement]:
    """Who does what by name, where nothing is attributed to anybody: the surest of all."""
    sure = named["voice"].isin(OWN) & (named["modality"] == "asserted")
    sure &= named["role"] == "agent"
    sure &= ~named["sentence"].isin(article.attributing | article.doubtful)
    items: list[list[str | Words]] = []
    for name in order:
        own = named[sure & (named["entity"] == name)]
        if len(own):
            first = own.iloc[0]
            verbs = some_of(grouped([_verb(row) for row in each(own)]), MOST_VERBS)
            items.append([Words(name, int(first["start"]), int(first["end"])), " (", *verbs, ")"])
    if not items:
        return []
    lead = "Names that are subjects of verbs where no attribution was found: "
    return [Statement((lead, *some_of(items, 5), "."), CLAUSES, short=True)]


def _actor(name: str, rows: pd.DataFrame) -> Statement:
    """Of which verbs a name is the subject and of which the object."""
    first = rows.iloc[0]
    parts: list[str | Words] = [Words(name, int(first["start"]), int(first["end"]))]
    several = False
    for role, says in {"agent": "acts: ", "patient": "is the object of: "}.items():
        own = rows[rows["role"] == role]
        if len(own):
            verbs = some_of(grouped([_verb(row) for row in each(own)]), MOST_VERBS)
            parts += [("; " if several else " ") + says, *verbs]
            several = True
    parts.append(f" ({voice_phrase(rows['voice'])}).")
    return Statement(tuple(parts), CLAUSES)


def _read_further(number: int) -> list[Statement]:
    """How many deeds are in the table only."""
    said = (
        f"{wording.plural(number, 'further pair')} of actor and verb, found by way of a pronoun, a"
        " member of a group, a noun or another clause, to be read in the table first."
    )
    return [Statement((said,))] if number else []


def _verb(row: Any) -> list[str | Words]:
    """A verb with what is said of it."""
    shown = Words(str(row.verb), int(row.verb_start), int(row.verb_end))
    return [shown, "" if row.modality == "asserted" else f" ({row.modality})"]


def _doerless(article: Article, deeds: pd.DataFrame) -> list[Statement]:
    """Events that are told without anybody who does them."""
    rows = deeds[deeds["entity"] == "(none)"]
    forms = {
        "ergative": "Verbs by which something happens of itself: ",
        "agentless passive": "Passive verbs beside which no doer was found: ",
        "nominalisation": "Nouns of deeds beside which no doer was found: ",
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
    lead = "Found as actors who are not told apart, with their verbs: "
    return [Statement((lead, *some_of(items), "."), VAGUE)]


# What is asserted, attributed, presupposed


def told(article: Article) -> Part:
    """What the text asserts itself, what it attributes, what it takes as given."""
    clauses = article.clauses.drop_duplicates(["verb_start", "verb_end"])
    clauses = clauses[~clauses["saying"] & (clauses["form"] != "nominalisation")]
    clauses = clauses[[not article.is_infinitive(start) for start in clauses["verb_start"]]]
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
        f" attribute something 83 (79 to 86, n = {BORDER.of})."
        " How often words that can take something as given do so, and how many are missed, nobody"
        " has measured.",
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
        f"Of {wording.plural(n, 'clause')} without verbs of saying that were found,"
        f" {int(own.sum())} stand in the text’s own words and {int((~own).sum())} in words that it"
        " gives to others."
    )
    more = f" {int(done.sum())} are told as done" + (f"; the others: {kinds}." if kinds else ".")
    return Statement((said + more,), TOLD)


def _own_assertions(article: Article, clauses: pd.DataFrame) -> list[Statement]:
    """What the text asserts in its own words, apart from what stands beside an attribution."""
    own = clauses[clauses["voice"].isin(OWN) & (clauses["modality"] == "asserted")]
    own = _longest(own[~own["sentence"].isin(article.doubtful)])
    beside = own["sentence"].isin(article.attributing)
    statements = []
    if (~beside).any():
        lead = "Told as done where no attribution was found: "
        found = _clauses(article, own[~beside])
        statements.append(Statement((lead, *some_of(found, MOST_CLAUSES), "."), OWN_WORDS))
    else:
        statements += _without_attribution(article)
    if beside.any():
        lead = "In sentences with an attribution, outside of what was found to be attributed: "
        found = _clauses(article, own[beside])
        statements.append(Statement((lead, *some_of(found, MOST_CLAUSES), "."), BORDER))
    return statements


def _without_attribution(article: Article) -> list[Statement]:
    """The sentences in which no attribution was found, where no clause of them was found."""
    sentences = article.one.sentences
    rows = sentences[~sentences["sentence"].isin(article.attributing | article.doubtful)]
    items: list[list[str | Words]] = []
    for row in each(rows):
        words = article.text[row.start : row.end]
        items.append(["“", article.at(row.start, row.end, _short(words)), "”"])
    lead = "Sentences in which neither an attribution nor a clause told as done was found: "
    return [Statement((lead, *some_of(items, MOST_CLAUSES), "."), OWN_WORDS)] if items else []


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
        "factive": "Found of the words that can take what follows as a fact: ",
        "reason": "Found of the words that can ask only for the reason: ",
        "iterative": "Found of the words by which something can have been before: ",
        "implicative": "Found of the words by which something can have been tried or due: ",
        "change of state": "Found of the words by which something can go on or change: ",
    }
    statements = []
    for kind, lead in says.items():
        own = stance[stance["subcategory"] == kind]
        if len(own):
            items: list[list[str | Words]] = [
                [article.at(row.start, row.end), f" ({_in(row.voice)})"] for row in each(own)
            ]
            statements.append(Statement((lead, *some_of(grouped(items)), "."), GIVEN))
    return statements


def _in(voice: str) -> str:
    return "the text’s own word" if voice in OWN else voice_phrase([voice])


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
    order = found.assign(away=away)[_told_acts(found)]
    order = order.sort_values(["away", "start"], kind="stable").head(MOST_ACTS)
    for (_, row), voice in zip(order.iterrows(), article.voice(order), strict=True):
        part.statements.append(_act(article, row, voice))
    part.statements += _left_out(len(found) - len(order), "acts of evaluation")
    if not part.statements:
        part.statements = [Statement(("No act of evaluation was found.",), EVALUATED)]
    return part


def _told_acts(found: pd.DataFrame) -> np.ndarray:
    """Which acts stand in a sentence: both sides in words of their own, and no doubtful word."""
    kept = ~found["act"].astype(str).isin(_NO_ACTS).to_numpy()
    for who in ("evaluator", "target"):
        kept &= (found[f"{who}_start"] >= 0).to_numpy()
        kept &= ~found[who].astype(str).str.startswith("(").to_numpy()
        kept &= ~found[f"{who}_text"].astype(str).str.lower().isin(PRONOUNS).to_numpy()
    paid = (found["act"] == "support") & (found["target_label"].astype(str) == "")
    return np.asarray(kept & ~(paid & (found["evaluator_label"].astype(str) == "ORG")))


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
    teller = f"told {voice_phrase([voice])}"
    parts = ("Found: ", who, " → ", whom, ": ", article.at(row["start"], row["end"]))
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
        errors=f"{EXPLAINED}, 72 of 100 are found. Which part is the cause is right in 53 of 100"
        " (36 to 69, n = 32): see the table.",
    )
    if not len(found):
        part.statements = [Statement(("No marked explanation was found.",), EXPLAINED)]
        return part
    places: list[list[str | Words]] = [
        [Words(f"{row.percent:.0f} %", row.start, row.end)] for row in each(found)
    ]
    lead = f"Found {wording.plural(len(found), 'mark')} of explanation, at "
    said = (lead, *some_of(places), f" of its words ({voice_phrase(found['voice'])}).")
    part.statements = [Statement(said, EXPLAINED)]
    sure = found["complete"] & (found["marker"].astype(str).str.lower() != "given")
    whole = found[sure].rename(columns={"class": "reason"})
    part.statements += [_explanation(article, row) for row in each(whole.head(MOST_ACTS))]
    part.statements += _left_out(len(whole) - MOST_ACTS, "explanations")
    return part


def _explanation(article: Article, row: Any) -> Statement:
    """One explanation in its words; which of them is the cause is in the table."""
    kind = _CLASSES.get(row.reason, row.reason)
    marker = Words(f"“{row.marker}”", int(row.start), int(row.end))
    start = min(row.explained_start, row.cause_start, row.start)
    end = max(row.explained_end, row.cause_end, row.end)
    said = (f"Found at {row.percent:.0f} %, {_teller(article, row)}: ", marker)
    denied = ", denied" if row.negated else ""
    return Statement((*said, f" ({kind}{denied}) in “", article.at(start, end), "”."), EXPLAINED)


def _teller(article: Article, row: Any) -> str:
    """Whose words something is; beside an attribution the border may have been missed."""
    if row.voice not in OWN:
        return voice_phrase([row.voice])
    if row.sentence in article.attributing:
        return "beside words that are attributed"
    return "in the text’s own words"
