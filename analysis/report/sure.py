"""How sure a report is: what is counted and what a model or rule reads, and how often that errs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from analysis.report.figures import Report
from analysis.tables import InputError

if TYPE_CHECKING:
    from analysis.coding.checks import Check

ATTRIBUTIONS = (
    "Measured on 84 articles of US news (PolNeAR): of 100 quotations found 89 are right; of 100 "
    "attributions 70 are found, of those with quotation marks 95, of beliefs and intentions 37; 93 "
    "of 100 of those found are rightly credited."
)
LEXICON = (
    "Measured on 8,739 names in US news: taken for the sentence's attitude toward the name, it is "
    "right for 53 of 100. It measures the tone of words only."
)
EVALUATIONS = (
    "Read by hand, of 110 rows of US news articles 67 in 100 are right; half of what a reader "
    "finds is missed."
)

COUNTING = "Nothing is judged: a word counts whatever it means."

_NOT = "not checked here"
_OTHERS = {
    "tokens": "counting",
    "clauses": "rules on the parse",
    "marked": "rules on the marks",
    "stance": "word list",
}


class Sure(NamedTuple):
    """One kind of measure: what reads it, and how often that is right."""

    what: str
    reader: str
    errors: str  # on other texts
    coded: str = _NOT  # on these, like what follows
    precision: str = "–"
    recall: str = "–"
    shares: str = ""


def how_sure(report: Report, checks: Sequence[Check]) -> list[Sure]:
    """The kinds of measures of a report, and what was coded by hand on its corpus."""
    corpus = report.corpus
    rows = [
        ("words", "Words, term groups, keywords", "counting", COUNTING),
        ("sentiment", "Tone of sentences", "lexicon (VADER)", LEXICON),
        ("mentions", "Names", "model", _names(layer_attrs(corpus, "mentions"))),
        ("quotes", "Quotations, speakers, verbs of saying", "model, corrected by the parse",
         ATTRIBUTIONS),
        ("targets", "Tone around names", "model", _tone(layer_attrs(corpus, "targets"))),
        ("evaluations", "Who evaluates whom", "rules on the parse", EVALUATIONS),
    ]  # fmt: skip
    found = []
    for key, what, reader, errors in rows:
        own = [one for one in checks if one.layer == key]
        found += [_checked(Sure(what, reader, errors), one) for one in own]
        if not own:
            counted = {"coded": "–"} if key == "words" else {}
            found.append(Sure(what, reader, errors, **counted))
    known = {key for key, *_ in rows}
    for one in checks:
        if one.layer not in known:
            found.append(_checked(_other(one), one))
    return found


def _checked(row: Sure, check: Check) -> Sure:
    """A row with what was coded."""
    what = {"precision": check.precision or "–", "recall": check.recall or "–"}
    return row._replace(coded=f"“{check.name}”: {check.coded}", shares=check.shares, **what)


def _other(check: Check) -> Sure:
    """The row of what the report has no measure of: a layer's, or a category of one's own."""
    reader = _OTHERS.get(check.layer, "model or rule") if check.layer else "people, by hand"
    errors = "Not known of other texts." if check.layer else "A category of this corpus's own."
    return Sure(check.question, reader, errors)


def not_checked(rows: Sequence[Sure]) -> str:
    """What of the measures nobody has checked here, in a sentence."""
    names = [row.what for row in rows if row.coded == _NOT]
    if not names:
        return "Every measure that a model, lexicon or rule reads was checked by hand here."
    return f"Not checked on these texts: {'; '.join(names)}."


def layer_attrs(corpus: Any, layer: str) -> dict[Any, Any]:
    """What a layer says of the model that made it; nothing where it cannot be made."""
    try:
        table: pd.DataFrame = corpus.layer(layer)
    except InputError:
        return {}
    return table.attrs


def _names(attrs: dict[Any, Any]) -> str:
    """How often the model errs in finding names."""
    scores = ((attrs.get("model") or {}).get("measured") or {}).get("entities_f1") or {}
    listed = ", ".join(f"{f1:.2f} ({name})" for name, f1 in scores.items())
    return f"Measured: F1 of names {listed}." if listed else "Not known of this model."


def _tone(attrs: dict[Any, Any]) -> str:
    """How often a name that is called favourable or critical is."""
    said = []
    for key, word in (("positive", "favourable"), ("negative", "critical")):
        found = (attrs.get("tone") or {}).get(key) or {}
        if {"called", "precision"} <= set(found):
            said.append(
                f"of {found['called']:.0f} called {word} {100 * found['precision']:.0f} % are right"
            )
    return f"Measured: {'; '.join(said)}; most is missed." if said else "Not known of this model."


def checked_by_hand(report: Report) -> list[Check]:
    """What was checked by hand on this corpus."""
    from analysis.coding.checks import checks_of  # only where it is asked for

    return checks_of(report.corpus.every_voice())
