"""A figure of the report: its drawing, its data, and which passages each number rests on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

import pandas as pd

from analysis import wording as words
from analysis.report.layers import MOST_GROUPS, Layers, group_of
from analysis.tables import InputError


@dataclass(frozen=True)
class Evidence:
    """The passages behind a number, or behind several that rest on the same passages.

    `rows` has doc, start and end; where there is one, `value` is what the measure says of the
    passage, and `words` how much of the number it is.
    """

    title: str
    rows: pd.DataFrame
    unit: str = "passage"
    spread: bool = False  # passages that together are the whole text, as all sentences are
    says: str = ""  # what `value` is


class Link(NamedTuple):
    """Which column of a figure's data leads to which passages, row by row."""

    column: str
    keys: list[tuple[str, ...] | None]


@dataclass
class Figure:
    """A chart of the package with what belongs to it, or a sentence why it is missing."""

    title: str
    method: str
    caption: str = ""
    alt: str = ""
    note: str = ""
    drawing: Element | None = None
    data: pd.DataFrame = field(default_factory=pd.DataFrame)
    links: list[Link] = field(default_factory=list)
    missing: str = ""


@dataclass
class Section:
    """A chapter of the report."""

    name: str
    title: str
    lead: str
    figures: list[Figure] = field(default_factory=list)


class Ledger:
    """All evidence of a report: each list of passages once, however many numbers lead to it."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, ...], Evidence] = {}

    def enter(self, key: tuple[str, ...], evidence: Evidence) -> tuple[str, ...] | None:
        """Keep a list of passages and give its key back; an empty list has none."""
        if not len(evidence.rows):
            return None
        self.known.setdefault(key, evidence)
        return key

    def link(
        self,
        data: pd.DataFrame,
        column: str,
        rows: pd.DataFrame,
        on: Sequence[str],
        *,
        kind: str,
        title: str = "",
        **about: Any,
    ) -> Link:
        """Lead each row's `column` to those of `rows` that share its values in `on`.

        `kind` names where the rows come from: the same kind and values are the same passages.
        `title` names a list, ``{0}`` being the first of the values; `about` is the rest of what is
        said of the evidence.
        """
        rows = _bare(rows)
        places = _places(rows, on)
        keys: list[tuple[str, ...] | None] = []
        for row, values in enumerate(_values(data, on)):
            found = rows.iloc[places[values]] if values in places else rows.iloc[:0]
            names = [words.label(value, 120) for value in _plain(data, on, row)]
            name = title.format(*names) if title else " · ".join(names)
            evidence = Evidence(name, found, **about)
            keys.append(self.enter((kind, *on, *values), evidence))
        return Link(column, keys)


def _bare(table: pd.DataFrame, per: float | None = None) -> pd.DataFrame:
    """The table without its record, which pandas would copy with every column and every row.

    What remains is what the rates are `per`.
    """
    bare = table.copy(deep=False)
    bare.attrs = {} if per is None else {"steps": [{"params": {"per": per}}]}
    return bare


def _places(rows: pd.DataFrame, on: Sequence[str]) -> dict[tuple[str, ...], list[int]]:
    """The places of the rows that share their values in some columns."""
    places: dict[tuple[str, ...], list[int]] = {}
    for place, values in enumerate(_values(rows, on)):
        places.setdefault(values, []).append(place)
    return places


def _values(table: pd.DataFrame, on: Sequence[str]) -> list[tuple[str, ...]]:
    """The values of some columns as text, row by row."""
    if not on:
        return [()] * len(table)
    columns = [[str(value) for value in table[name]] for name in on]
    return list(zip(*columns, strict=True))


def _plain(table: pd.DataFrame, on: Sequence[str], row: int) -> list[Any]:
    """The values of some columns in a row, as they are."""
    return [table[name].iloc[row] for name in on]


def some(table: pd.DataFrame, otherwise: str) -> pd.DataFrame:
    """The table, if it has rows; else why there is nothing to draw."""
    if not len(table):
        raise InputError(otherwise)
    return table


def draw(title: str, method: str, make: Callable[[], Any], *, caption: str = "") -> Figure:
    """Draw a chart and take from it what it says of itself; if it cannot be drawn, say why.

    A `caption` takes the place of the chart's own, which repeats itself where there are panels, and
    so does then a note of corpus and intervals.
    """
    from analysis.charts.style import chart_record
    from analysis.export.pictures import figure_of
    from analysis.report.svg import draw_svg

    try:
        figure = figure_of(make())
    except InputError as error:
        return Figure(title, method, missing=str(error))
    chart = chart_record(figure)
    assert chart is not None
    data = _bare(chart["data"].reset_index(drop=True), per=words.per(chart["data"]))
    note = chart["note"]
    if caption:
        corpus = words.corpus_sentence(chart["attrs"])
        note = words.sentences(corpus, words.interval_sentence(data, "bands"))
    caption = caption or chart["caption"]
    return Figure(
        title,
        method,
        caption=caption,
        alt=chart["alt"],
        note=note,
        drawing=draw_svg(figure, caption, chart["alt"]),
        data=data,
    )


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
