"""What the chapters share: method notes, passages by group, and figures that are not there."""

from __future__ import annotations

import pandas as pd

from analysis.reporting.figures import Figure, Link
from analysis.reporting.layers import MOST_GROUPS, Layers, group_of

TERMS = (
    "Term frequency. Function words are left out of the rows but stay in the base, so that a rate "
    "means what it says. A count does not tell whose word it is: much of a news text is reported "
    "speech."
)
NO_WORDS = "No words were found, or function words only."
GROUPED = (
    "Rates of term groups: a group is a list of words, phrases and patterns that are counted as "
    "one. Irony, quotation and negation count like any other use; read the passages."
)


def hits_of(tokens: pd.DataFrame, terms: list[str]) -> pd.DataFrame:
    """Every occurrence of some terms: doc, term, start, end."""
    chosen = tokens[tokens["is_word"] & tokens["term"].isin(terms)]
    return chosen[["doc", "term", "start", "end"]].astype({"doc": object, "term": object})


def with_group(rows: pd.DataFrame, layers: Layers, name: str | None = None) -> pd.DataFrame:
    """The rows with the group that their document belongs to."""
    by = layers.by
    if by is None:
        return rows
    group = dict(zip(layers.documents["doc"], group_of(layers.documents, by), strict=True))
    return rows.assign(**{name or by: rows["doc"].astype(object).map(group)})


def base_link(figure: Figure, by: str | None = None, column: str = "base") -> list[Link]:
    """Lead the words that a rate is counted against to the documents they are the words of."""
    if column not in figure.data.columns:
        return []
    if by is None:
        return [Link(column, [("documents",)] * len(figure.data))]
    return [Link(column, [("documents", str(name)) for name in figure.data[by]])]


def article_base(figure: Figure, doc: str) -> list[Link]:
    """Lead the words of one document to that document."""
    return [Link("base", [("document", doc)] * len(figure.data))]


def absent(title: str, why: str) -> Figure:
    """A figure that is not there, and why."""
    return Figure(title, "", missing=why)


def narrowed(layers: Layers) -> str:
    """Which groups are left out of comparisons, in a sentence; "" where none are."""
    if layers.compared is layers.documents:
        return ""
    return (
        f" Drawn are the {MOST_GROUPS} groups with the most words, of {len(layers.groups)}; "
        "the others are left out of this figure."
    )


def no_term_groups() -> str:
    """Why nothing is counted by groups of terms."""
    return (
        "No groups of terms are given: put a file term-groups.yml into the corpus folder, or pass "
        "term_groups=."
    )
