"""The linked views as widgets: rows, passages, text, figure, code and message.

Each is a small ES module beside this file. Python sends plain lists of text; the modules put text
into the page as text alone, and send back which row, cell or passage was chosen.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import anywidget
import numpy as np
import pandas as pd
import traitlets

from analysis import wording
from analysis.panel.labels import Labels
from analysis.panel.names import heading, plain
from analysis.show.html import SHARE, cell_text, is_number, written_as
from analysis.tables import InputError

_HERE = Path(__file__).parent


def module(name: str) -> str:
    """The source of a view: what all views share, and its own module."""
    return "\n".join((_HERE / f"{part}.js").read_text("utf-8") for part in ("common", name))


def looks(name: str) -> str:
    """A style sheet."""
    return (_HERE / f"{name}.css").read_text("utf-8")


LOOKS = looks("panel")


class View(anywidget.AnyWidget):  # type: ignore[misc]
    """A view that is sent data and answers with messages."""

    data = traitlets.Dict().tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self._acts: dict[str, Callable[[dict[str, Any]], None]] = {}
        self.on_msg(lambda _, content, __: self.receive(content))

    def on_event(self, kind: str, act: Callable[[dict[str, Any]], None]) -> None:
        """Call `act` with each event of a kind that the page sends."""
        self._acts[kind] = act

    def receive(self, event: Any) -> None:
        """Take an event of the page: a dict whose "type" is its kind."""
        if isinstance(event, dict) and event.get("type") in self._acts:
            self._acts[event["type"]](event)


class RowsView(View):
    """The table of results: names, numbers, bars with intervals; a row or a cell is chosen."""

    _esm = module("rows")
    _css = LOOKS
    stale = traitlets.Bool(False).tag(sync=True)
    chosen = traitlets.Dict().tag(sync=True)


class TextView(View):
    """The whole text of the chosen passage, with its hits marked."""

    _esm = module("text")
    _css = LOOKS


class FigureView(View):
    """The figure that would be saved, with its alt text; its marks can be chosen."""

    _esm = module("figure")
    _css = LOOKS
    stale = traitlets.Bool(False).tag(sync=True)
    svg = traitlets.Unicode("").tag(sync=True)


class CodeView(View):
    """Code to be copied."""

    _esm = module("code")
    _css = LOOKS


class MessageView(View):
    """One sentence that a screen reader reads out when it changes."""

    _esm = module("message")
    _css = LOOKS


LONGEST = 160  # letters shown of either end of a hit


def rows_payload(
    table: pd.DataFrame,
    shown: Sequence[str],
    bar: str | None,
    *,
    caption: str,
    note: str = "",
    key: int = 0,
    names: Labels | None = None,
    unit: str = "",
) -> dict[str, Any]:
    """A table of results for the view of rows."""
    written = (names or Labels()).table(table, shown)
    columns = [
        {"name": name, "label": heading(name, unit), "kind": _kind(table, name, i == 0)}
        for i, name in enumerate(shown)
    ]
    cells = [_cells(written[name], written_as(table, name)) for name in shown]
    orders = [_order(written[name]) for name in shown]
    bars = _bars(table, bar)
    return {
        "key": key,
        "caption": plain(caption),
        "note": plain(note),
        "columns": columns,
        "rows": [list(row) for row in zip(*cells, strict=True)],
        "sort": [list(row) for row in zip(*orders, strict=True)],
        "bar": bar if bar in shown else (shown[1] if bar and len(shown) > 1 else None),
        "bars": bars,
        "colours": colours_of(table, shown) if bars else [],
        "intervals": {"low", "high"} <= set(table.columns),
        "scale": _scale(bars),
    }


def _cells(column: pd.Series, name: str) -> list[str]:
    """A column as text; numbers with equally many decimals, sentences counted from 1."""
    values = column.tolist()
    if name == "sentence" and pd.api.types.is_numeric_dtype(column):  # a dossier has words there
        return [cell_text(value + 1, name) for value in values]
    if not pd.api.types.is_float_dtype(column) or name.startswith("p") or name == SHARE:
        return [cell_text(value, name) for value in values]
    known = [abs(value) for value in values if math.isfinite(value)]
    if not known or max(known) >= 1e7 or all(value == int(value) for value in known):
        return [cell_text(value, name) for value in values]
    decimals = max(0, 2 - math.floor(math.log10(max(known)))) if max(known) else 0
    decimals = min(decimals, 6)
    return [
        f"{value:,.{decimals}f}".replace("-", "−")
        if math.isfinite(value)
        else cell_text(value, name)
        for value in values
    ]


def _kind(table: pd.DataFrame, name: str, first: bool) -> str:
    """How a column is laid out: the row's name, a number, a part of a concordance, or text."""
    if name in ("left", "node", "right"):
        return name
    if first:
        return "name"
    return "number" if is_number(table[name]) else "plain"


def _order(column: pd.Series) -> list[Any]:
    """What a column is sorted by; None for what is missing."""
    if is_number(column):
        values = column.to_numpy(dtype=float, na_value=np.nan)
        return [value if math.isfinite(value) else None for value in values.tolist()]
    return [plain(value).casefold() or None for value in column.tolist()]


def _bars(table: pd.DataFrame, bar: str | None) -> list[list[float | None]]:
    """Value, low and high per row; finite numbers or None."""
    if bar is None or bar not in table.columns or not is_number(table[bar]):
        return []
    parts = [table[bar]]
    for name in ("low", "high"):
        known = name in table.columns and is_number(table[name])
        parts.append(table[name] if known else pd.Series(np.nan, index=table.index))
    values = np.column_stack([part.to_numpy(dtype=float, na_value=np.nan) for part in parts])
    return [[v if math.isfinite(v) else None for v in row] for row in values.tolist()]


def colours_of(table: pd.DataFrame, shown: Sequence[str] = ()) -> list[str]:
    """The colour of each row's group, or of its term in a trend, as charts give it; else none."""
    from analysis.charts import looks

    groups = [name for name in looks.stated_groups(table) if name != "doc"]
    if not groups and {"term", "period"} <= set(table.columns):
        groups = ["term"]
    if len(groups) != 1 or groups[0] in shown[:1]:  # groups that are rows are drawn alike
        return []
    names = [wording.plain(value, 10_000) for value in table[groups[0]].astype(object).tolist()]
    each = list(dict.fromkeys(names))
    if not 1 < len(each) <= looks.LIMIT:
        return []
    with looks.drawing(looks.read_options({}, table.attrs)) as own:
        own.origin.update(dict.fromkeys(each, (groups[0],)))
        found = dict(zip(each, looks.looks_of(each, {}), strict=True))
    return [found[name].colour for name in names]


def _scale(bars: list[list[float | None]]) -> list[float]:
    """Lowest and highest number to be drawn, zero among them."""
    known = [0.0, *(value for row in bars for value in row if value is not None)]
    low, high = min(known), max(known)
    return [low, high] if high > low else [0.0, 1.0]


def middle_out(text: str) -> str:
    """A very long text without its middle."""
    if len(text) <= 2 * LONGEST:
        return text
    return f"{text[:LONGEST].rstrip()} … {text[-LONGEST:].lstrip()}"


def identities(table: pd.DataFrame, shown: Sequence[str]) -> list[tuple[str, ...]]:
    """What each row is about: its name and its other texts, by which it is found again."""
    named = [name for i, name in enumerate(shown) if i == 0 or not is_number(table[name])]
    columns = [[plain(value) for value in table[name].tolist()] for name in named]
    return list(zip(*columns, strict=True))


def passages_title(
    table: pd.DataFrame,
    shown: Sequence[str],
    row: int,
    column: str | None,
    written: Labels | None = None,
) -> str:
    """Whose passages they are: the row's name and groups, and which of its numbers."""
    from analysis.wording import label

    names = []
    for i, name in enumerate(shown):
        if i and (is_number(table[name]) or name in ("left", "node", "right")):
            break
        value = plain((written or Labels()).label(table[name].iloc[row], name))
        names += [label(value, 60)] if value else []
    number = f" ({heading(column)})" if column else ""
    return f"Passages: {', '.join(names)}{number}"


_KNOWN = ("outlet", "country", "published", "genre")


class Mark(NamedTuple):
    """Something marked in a text: a "hit", a "quote" or a "name", with what is said of it."""

    start: int
    end: int
    kind: str
    label: str = ""


def marks_of(table: pd.DataFrame, kind: str = "") -> list[Mark]:
    """The marks of a table with start and end (and kind and label, unless a kind is given)."""
    kinds = [kind] * len(table) if kind else table["kind"].tolist()
    labels = [""] * len(table) if kind else [plain(label) for label in table["label"].tolist()]
    spans = zip(table["start"].tolist(), table["end"].tolist(), strict=True)
    found = zip(spans, kinds, labels, strict=True)
    return [Mark(int(a), int(b), str(what), label) for (a, b), what, label in found]


def text_payload(
    documents: pd.DataFrame,
    doc: object,
    marks: Iterable[Mark],
    here: tuple[int, int] | None,
    key: int,
) -> dict[str, Any]:
    """A whole text in pieces, with what is marked in each."""
    found = documents[(documents["doc"].astype(object) == doc).to_numpy()]
    if not len(found):
        raise InputError(f"The document {plain(doc)!r} is not in this corpus.")
    document = {str(name): value for name, value in found.iloc[0].items()}
    known = [plain(document.get(name)) for name in _KNOWN]
    if document.get("version") == "brief":
        known.append("a summary written for this project, not the original text")
    marks = sorted({mark for mark in marks if mark.start < mark.end})
    hits = sorted(
        {(mark.start, mark.end) for mark in marks if mark.kind == "hit"} | {here or (0, 0)}
    )
    hits = [span for span in hits if span[0] < span[1]]
    return {
        "key": key,
        "title": plain(document.get("title")) or plain(document["doc"]),
        "where": " · ".join(part for part in known if part),
        "language": plain(document.get("language")),
        "hits": len(hits),
        "here": hits.index(here) if here in hits else -1,
        "pieces": _pieces(str(document["text"]), marks, hits, here),
    }


def _pieces(
    text: str, marks: Sequence[Mark], hits: Sequence[tuple[int, int]], here: tuple[int, int] | None
) -> list[list[Any]]:
    """Cut a text wherever a mark or a hit begins or ends."""
    spans = [*((mark.start, mark.end) for mark in marks), *hits]
    cuts = sorted({0, len(text), *(min(cut, len(text)) for span in spans for cut in span)})
    starting = sorted(range(len(marks)), key=lambda i: marks[i].start)
    pieces, active, number = [], set[int](), -1
    for start, end in pairwise(cuts):
        while starting and marks[starting[0]].start <= start:
            active.add(starting.pop(0))
        active = {i for i in active if marks[i].end > start}
        kinds = {marks[i].kind for i in active} - {"hit"}
        number = _hit_at(start, hits, here)
        ending = [_label_of(marks[i], text) for i in sorted(active) if marks[i].end == end]
        pieces.append(
            [plain(text[start:end]), sorted(kinds), number, " · ".join(filter(None, ending))]
        )
    return pieces


def _label_of(mark: Mark, text: str) -> str:
    """The label of a mark, unless it says no more than the marked words."""
    return "" if mark.kind == "hit" or mark.label == text[mark.start : mark.end] else mark.label


def _hit_at(place: int, hits: Sequence[tuple[int, int]], here: tuple[int, int] | None) -> int:
    """The number of the hit at a place: where several are, the chosen one, then the first."""
    over = [i for i, (start, end) in enumerate(hits) if start <= place < end]
    chosen = [i for i in over if hits[i] == here]
    return (chosen or over or [-1])[0]
