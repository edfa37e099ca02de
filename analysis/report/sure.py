"""How sure a report is: what is counted and what a model or rule reads, and how often that errs."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from analysis.report.figures import Report
from analysis.tables import InputError

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


class Sure(NamedTuple):
    """One kind of measure: what reads it, and how often that is right."""

    what: str
    reader: str
    errors: str
    checked: str


def how_sure(report: Report, checked: dict[str, str]) -> list[Sure]:
    """The kinds of measures of a report; `checked` says what was coded by hand here."""
    corpus = report.corpus
    rows = [
        ("words", "Words, term groups, keywords", "counting", "Nothing is judged."),
        ("sentiment", "Tone of sentences", "lexicon (VADER)", LEXICON),
        ("mentions", "Names", "model", _names(layer_attrs(corpus, "mentions"))),
        ("quotes", "Quotations, speakers, verbs of saying", "model, corrected by the parse",
         ATTRIBUTIONS),
        ("targets", "Tone around names", "model", _tone(layer_attrs(corpus, "targets"))),
        ("evaluations", "Who evaluates whom", "rules on the parse", EVALUATIONS),
    ]  # fmt: skip
    return [
        Sure(what, reader, errors, "–" if key == "words" else checked.get(key, "not checked here"))
        for key, what, reader, errors in rows
    ]


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


def checked_by_hand(report: Report) -> dict[str, str]:
    """What of the measures was checked by hand on this corpus, by the layer that they rest on."""
    from analysis.coding.checks import describe_checks  # only where it is asked for

    return describe_checks(report.corpus.every_voice())
