"""A figure of the report: its drawing, its data, and which passages each number rests on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

import pandas as pd

from analysis.charts import words
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
    from analysis.bundles.pictures import figure_of
    from analysis.reporting.svg import draw_svg

    try:
        figure = figure_of(make())
    except InputError as error:
        return Figure(title, method, missing=str(error))
    chart = getattr(figure, "_discourse")  # noqa: B009 (mypy knows no such attribute)
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
