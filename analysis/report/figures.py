"""What the figures of a report are made from, and what each of them holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

import pandas as pd

from analysis import wording
from analysis.layers import Corpus
from analysis.tables import NONE_LABEL, InputError

MOST_GROUPS = 8  # more cannot be told apart by colour and marker
_COLUMNS = "doc title outlet genre published language licence version url text".split()
Key = tuple[str, ...]  # of a list of passages, or of a row or part of the page


@dataclass(frozen=True)
class PassageList:
    """The passages behind a number, or behind several that rest on the same passages."""

    # `rows` has doc, start and end; where there is one, `value` is what the measure says of the
    # passage, and `words` how much of the number it is.

    title: str
    rows: pd.DataFrame
    unit: str = "passage"
    spread: bool = False  # passages that together are the whole text, as all sentences are
    says: str = ""  # what `value` is

    @property
    def size(self) -> str:
        """How much it holds: passages, and words where these are what is counted."""
        units = {"stretch": "stretches"}.get(self.unit, f"{self.unit}s")
        size = f"{len(self.rows):,} {self.unit if len(self.rows) == 1 else units}"
        if "words" in self.rows.columns:
            size += f", {wording.plural(self.rows['words'].sum(), 'word')}"
        return size


class Link(NamedTuple):
    """Which column of a figure's data leads where, row by row."""

    column: str
    keys: list[Key | None]


@dataclass
class Figure:
    """A chart of the package with what belongs to it, or a sentence why it is missing."""

    title: str
    method: str = ""
    caption: str = ""
    alt: str = ""
    note: str = ""
    drawing: Element | None = None
    data: pd.DataFrame = field(default_factory=pd.DataFrame)
    links: list[Link] = field(default_factory=list)
    missing: str = ""
    own_side: str = ""  # what is said of passages in which names speak of their own side
    own_list: Key | None = None  # … and where they are


@dataclass(frozen=True)
class Standout:
    """A sentence at the head of the page."""

    text: str
    figure: str  # title of the figure that shows it; "" for none
    passages: Key | None
    p: float
    also: str = ""  # what is said of further items of the same kind, group and direction
    likewise: Sequence[tuple[str, Key | None]] = ()
    more: int = 0  # how many items are in the table alone


@dataclass(frozen=True)
class Standouts:
    """What stands out, what is said of all of it, and the whole table."""

    found: list[Standout]
    said: str
    table: pd.DataFrame


@dataclass
class Section:
    """A chapter of the report."""

    name: str
    title: str
    lead: str
    figures: list[Figure]
    described: Any = None  # what `describe_article` says of the text that the section is about


class Report:
    """A corpus, how its documents are compared, and the passages behind all numbers."""

    def __init__(
        self,
        corpus: Corpus,
        *,
        by: str | None,
        article: str | None,
        term_groups: Mapping[str, Sequence[str]] | None,
    ) -> None:
        corpus.require_few("A report, in which every number leads to its passages,")
        self.corpus = corpus
        self.documents = corpus.documents.reindex(
            columns=list(dict.fromkeys([*_COLUMNS, *corpus.documents.columns]))
        )
        self.documents["published"] = pd.to_datetime(self.documents["published"])
        self.documents.attrs = {}  # pandas would copy them with every row
        self.about = corpus.documents.attrs["corpus"]  # name, fingerprint, numbers of texts
        self.by, self.why_not = _grouping(self.documents, by)
        self.article = _article(self.documents, article)
        groups = corpus.term_groups if term_groups is None else term_groups
        self.term_groups = {name: list(patterns) for name, patterns in groups.items()}
        self.lists: dict[Key, PassageList] = {}

    @cached_property
    def words(self) -> pd.Series:
        """Words of each document."""
        tokens = self.corpus.tokens
        return tokens[tokens["is_word"]].groupby("doc", observed=False).size()

    @cached_property
    def group(self) -> dict[str, str]:
        """The group of each document, as the measures name it; none where none are compared."""
        if self.by is None:
            return {}
        return dict(zip(self.documents["doc"], _groups(self.documents, self.by), strict=True))

    @cached_property
    def compared(self) -> Corpus:
        """The documents of the groups that are compared: those with the most words."""
        names = sorted(set(self.group.values()))
        if len(names) <= MOST_GROUPS:
            return self.corpus
        size = dict.fromkeys(names, 0)
        for doc, name in self.group.items():
            size[name] += self.words[doc]
        shown = sorted(names, key=lambda name: (-size[name], name))[:MOST_GROUPS]
        return self.corpus.select(doc for doc, name in self.group.items() if name in shown)

    @property
    def left_out(self) -> str:
        """Which groups are left out of comparisons, in a sentence; "" where none are."""
        if self.compared is self.corpus:
            return ""
        return (
            f" Drawn are the {MOST_GROUPS} groups with the most words, of"
            f" {len(set(self.group.values()))}; the others are left out of this figure."
        )

    def with_group(self, rows: pd.DataFrame, name: str | None = None) -> pd.DataFrame:
        """The rows with the group that their document belongs to."""
        if self.by is None:
            return rows
        return rows.assign(**{name or self.by: rows["doc"].astype(object).map(self.group)})

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
        """Link each row's `column` to those of `rows` that share its values in `on`."""
        # `kind` names where the rows come from: the same kind and values are the same passages, and
        # are listed once. `title` names a list, ``{0}`` being the first of the values; `about` is
        # the rest of what is said of the list.
        rows = _without_attrs(rows)
        places: dict[Key, list[int]] = {}
        for place, values in enumerate(_values(rows, on)):
            places.setdefault(values, []).append(place)
        keys: list[Key | None] = []
        for row, values in enumerate(_values(data, on)):
            if values not in places:
                keys.append(None)
                continue
            key = (kind, *on, *values)
            if key not in self.lists:
                names = [wording.label(data[name].iloc[row], 120) for name in on]
                name = title.format(*names) if title else " · ".join(names)
                self.lists[key] = PassageList(name, rows.iloc[places[values]], **about)
            keys.append(key)
        return Link(column, keys)

    def base(self, data: pd.DataFrame, column: str = "base", *, by: str | None = None) -> Link:
        """Link the words that a rate is counted against to the documents they are the words of."""
        if by is None:
            return Link(column, [("documents",)] * len(data))
        return Link(column, [("documents", str(name)) for name in data[by]])


def _grouping(documents: pd.DataFrame, by: str | None) -> tuple[str | None, str]:
    """The column to group by, or None and why."""
    if by is None:
        return None, "No column was named by which to group the documents."
    if by not in documents.columns and by != "side":  # side is the default
        known = ", ".join(name for name in map(str, documents.columns) if name != "text")
        raise InputError(f"by={by!r} is no column of the documents; choose one of {known}.")
    if len(documents) < 2:
        return None, "The corpus is one document, so there are no groups to compare."
    if by not in documents.columns:
        return None, "The documents have no column “side” by which to group them."
    if _groups(documents, by).nunique() < 2:
        return None, f"All documents have the same “{by}”, so there are no groups to compare."
    return by, ""


def _groups(documents: pd.DataFrame, by: str) -> pd.Series:
    column = documents[by].astype(object)
    return column.where(column.notna(), NONE_LABEL).astype(str)


def _article(documents: pd.DataFrame, article: str | None) -> str:
    """The document that is looked at closely."""
    known = documents["doc"].astype(str).tolist()
    if article is not None and article not in known:
        shown = ", ".join(known[:8]) + (" …" if len(known) > 8 else "")
        raise InputError(f"article={article!r} is not in the corpus; choose one of {shown}.")
    return known[0] if article is None else article


def _without_attrs(table: pd.DataFrame, per: float | None = None) -> pd.DataFrame:
    """The table without its record, which pandas would copy with every column and every row."""
    # What remains is what the rates are `per`.
    bare = table.copy(deep=False)
    bare.attrs = {} if per is None else {"steps": [{"params": {"per": per}}]}
    return bare


def _values(table: pd.DataFrame, on: Sequence[str]) -> list[Key]:
    """The values of some columns as text, row by row."""
    if not on:
        return [()] * len(table)
    return list(zip(*([str(value) for value in table[name]] for name in on), strict=True))


def some(table: pd.DataFrame, otherwise: str) -> pd.DataFrame:
    """The table, if it has rows; else why there is nothing to draw."""
    if not len(table):
        raise InputError(otherwise)
    return table


def attempt(title: str, make: Callable[[], Figure]) -> Figure:
    """A figure, or why it is missing, as where a layer cannot be made without the model."""
    try:
        return make()
    except InputError as error:
        return Figure(title, missing=str(error))


def draw(
    title: str,
    method: str,
    make: Callable[[], Any],
    links: Callable[[pd.DataFrame], list[Link]],
    *,
    caption: str = "",
) -> Figure:
    """Draw a chart and take from it what it says of itself; if it cannot be drawn, say why."""
    # `links` says where the numbers of the chart's data lead. A `caption` takes the place of the
    # chart's own, which repeats itself where there are panels, and so does then a note of corpus
    # and intervals.
    from analysis.charts.style import chart_record
    from analysis.export.pictures import figure_of
    from analysis.report.svg import draw_svg

    try:
        figure = figure_of(make())
    except InputError as error:
        return Figure(title, method, missing=str(error))
    chart = chart_record(figure)
    assert chart is not None
    data = _without_attrs(chart["data"].reset_index(drop=True), per=wording.per(chart["data"]))
    note = chart["note"]
    if caption:
        corpus = wording.corpus_sentence(chart["attrs"])
        note = wording.sentences(corpus, wording.interval_sentence(data, chart["intervals"]))
    caption = caption or chart["caption"]
    return Figure(
        title,
        method,
        caption=caption,
        alt=chart["alt"],
        note=chart.get("method") or note,
        drawing=draw_svg(figure, caption, chart["alt"]),
        data=data,
        links=[link for link in links(data) if link.column in data.columns],
    )
