"""The lines of a concordance as the panel shows them: cut from the texts when they are in sight."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.panel.labels import Labels
from analysis.panel.names import heading, plain
from analysis.panel.views import LOOKS, View, looks, middle_out, module
from analysis.show.html import MISSING, cell_text, read_asset
from analysis.tables import require_columns

if TYPE_CHECKING:
    from analysis.reading.marks import Mark

BESIDE = 160  # letters shown of the text before and after a hit, at most
FIRST = 200  # lines sent at once; the page asks for the others by this number
MOST = 500_000  # lines listed: a browser scrolls through no more
COLOURS = 3  # positions that a list can be sorted by, each in a colour of its own
PLACE = ("doc", "start", "end")
_KNOWN = ("outlet", "published", "title", "side", "genre", "country")  # said of a line's document
_SHORT = ("published", "outlet")  # beside each line; the rest on demand
_ASIDE = (*PLACE, "left", "node", "right", "position", "sentence", "text")
_SAID = ("group", "mark", "label", "note")  # shown in places of their own
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[^\W_]+(?:['’.,\-–][^\W_]+)*")
_POSITION = re.compile(r"[LR][1-9]\d?|node")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


class Lines:
    """Places in texts as lines of a concordance, in the order of their table.

    Parameters
    ----------
    table : pandas.DataFrame
        `doc`, `start` and `end` of each place; further columns are said of the line on demand.
    documents : pandas.DataFrame
        The texts.
    title : str
        Stands above the lines.
    note : str
        Stands below them.
    sort : sequence of str
        What the table is sorted by: words at these positions ("L1", "node", "R2" …) are coloured.
    group : str
        A column with the group of each line, if the table is grouped: its rows stand together.
    grouped_by : str
        What it is grouped by: the groups of a column of the documents are written as elsewhere.
    marks : mapping, optional
        Marks by place (doc, start, end); without it lines cannot be marked.
    """

    def __init__(
        self,
        table: pd.DataFrame,
        documents: pd.DataFrame,
        *,
        title: str = "",
        note: str = "",
        sort: Sequence[str] = (),
        group: str = "",
        grouped_by: str = "",
        marks: Mapping[tuple[Any, int, int], Mark] | None = None,
    ) -> None:
        require_columns(table, PLACE, "lines")
        self.table = table.head(MOST)
        self._documents, self.title, self.marks = documents, title, marks
        cut = f"The first {MOST:,} of {len(table):,} lines are listed." if len(table) > MOST else ""
        self.note = " ".join(filter(None, (note, cut)))
        self.sort = [key for key in sort if _POSITION.fullmatch(key)][:COLOURS]
        self.group = group if group in table.columns else ""
        self._grouped_by = grouped_by if grouped_by in documents.columns else "node"
        self._names = Labels(documents)
        index = pd.Index(documents["doc"], dtype=object)
        self._doc_rows = index.get_indexer(pd.Index(self.table["doc"], dtype=object))
        self._spans = self.table[["start", "end"]].to_numpy(dtype=np.int64)
        self.order = np.arange(len(self.table))
        self.filter = ""

    def __len__(self) -> int:
        """Number of lines that are listed."""
        return len(self.order)

    @cached_property
    def columns(self) -> list[tuple[str, bool]]:
        """What is said of a line, and whether its document says it."""
        own = [str(name) for name in self.table.columns if name not in (*_ASIDE, *_SAID)]
        own = [name for name in own if not name.endswith(("_start", "_end"))]
        known = [name for name in (*_KNOWN, "doc") if name in self._documents.columns]
        return [(name, True) for name in known] + [(n, False) for n in own if n not in known]

    def place(self, row: int) -> tuple[Any, int, int]:
        """Document, start and end of a row of the table."""
        start, end = self._spans[row].tolist()
        return self.table["doc"].iloc[row], start, end

    def listed(self) -> pd.DataFrame:
        """The rows of the table that are listed now, in their order."""
        whole = len(self.order) == len(self.table)
        return self.table if whole else self.table.iloc[self.order].reset_index(drop=True)

    def keep(self, text: str) -> None:
        """List the lines that have all words of a text, in the line or in what is known of it."""
        self.filter = text
        words = plain(text).replace(" · ", " ").casefold().split()
        if not words:
            self.order = np.arange(len(self.table))
            return
        kept = np.ones(len(self.table), dtype=bool)
        for word in words:
            known = np.array([word in said for said in self._known_of_texts], dtype=bool)
            found = known[self._doc_rows] & (self._doc_rows >= 0) if len(known) else ~kept
            for row in np.flatnonzero(kept & ~found).tolist():
                found[row] = word in self._searched(row)
            kept &= found
        self.order = np.flatnonzero(kept)

    @cached_property
    def _known_of_texts(self) -> list[str]:
        """What is known of each document, for the filter."""
        names = [name for name, of_document in self.columns if of_document]
        said = [
            [cell_text(self._written(v, name), name) for v in self._documents[name].tolist()]
            for name in names
        ]
        return ["\n".join(row).casefold() for row in zip(*said, strict=True)]

    @cached_property
    def _known_of_lines(self) -> list[list[str]]:
        """The columns of the table itself, for the filter."""
        every = np.arange(len(self.table))
        return [self._said(name, every) for name, of_document in self.columns if not of_document]

    def _searched(self, row: int) -> str:
        """A line, and what its own columns say, for the filter."""
        place, (start, end) = self._doc_rows[row], self._spans[row].tolist()
        text = self._texts[place][max(0, start - BESIDE) : end + BESIDE] if place >= 0 else ""
        return "\n".join([text, *(column[row] for column in self._known_of_lines)]).casefold()

    def _said(self, name: str, rows: np.ndarray) -> list[str]:
        """A column as text, of some rows."""
        if dict(self.columns)[name]:
            places = self._doc_rows[rows]
            values = self._documents[name].iloc[np.maximum(places, 0)].tolist()
            return [
                cell_text(self._written(v, name), name) if p >= 0 else MISSING
                for v, p in zip(values, places.tolist(), strict=True)
            ]
        return [cell_text(value, name) for value in self.table[name].iloc[rows].tolist()]

    def _written(self, value: Any, name: str) -> Any:
        """What a document says, as it is written elsewhere; its id stays as it is."""
        return value if name == "doc" else self._names.label(value, name)

    @cached_property
    def _texts(self) -> list[str]:
        """The texts of the documents."""
        return [str(text) for text in self._documents["text"].tolist()]

    def _cut(self, row: int) -> tuple[str, str, str]:
        """What stands before a hit, the hit, and what follows, on one line."""
        place, (start, end) = self._doc_rows[row], self._spans[row].tolist()
        if place < 0:
            return "", MISSING, ""
        text = self._texts[place]
        left = _SPACE.sub(" ", text[max(0, start - BESIDE) : start]).lstrip()
        right = _SPACE.sub(" ", text[end : end + BESIDE]).rstrip()
        return left, middle_out(_SPACE.sub(" ", text[start:end])), right

    def rows(self, first: int, last: int) -> list[list[Any]]:
        """Some lines for the page.

        Returns
        -------
        list of list
            For each line: left, hit, right; what stands beside it; all that is known of it; its
            mark; and the words that the list is sorted by, as side, start, end and colour.
        """
        rows = self.order[max(first, 0) : max(last, 0)]
        names = [name for name, _ in self.columns]
        known = [self._said(name, rows) for name in names]
        short = [names.index(name) for name in self.short]
        lines = []
        for i, row in enumerate(rows.tolist()):
            left, hit, right = map(plain, self._cut(row))
            said = [plain(column[i]) for column in known]
            beside = " · ".join(said[place] for place in short)
            mark = self._mark(row)
            lines.append([left, hit, right, beside, said, mark, self._keys(left, hit, right)])
        return lines

    @cached_property
    def short(self) -> list[str]:
        """The columns that stand beside a line."""
        there = [name for name, _ in self.columns]
        return [name for name in _SHORT if name in there] or (
            ["title"] if "title" in there else ["doc"]
        )

    def _mark(self, row: int) -> dict[str, str]:
        """What a reader has said of a line."""
        start, end = self._spans[row].tolist()
        place = str(self.table["doc"].iloc[row]), start, end
        said = self.marks.get(place) if self.marks else None
        return {"mark": "", "label": "", "note": ""} if said is None else said._asdict()

    def _keys(self, left: str, hit: str, right: str) -> list[list[Any]]:
        """Where in a line the words stand that it is sorted by."""
        if not self.sort:
            return []
        before = [match.span() for match in _WORD.finditer(left)][::-1]
        after = [match.span() for match in _WORD.finditer(right)]
        found: list[list[Any]] = []
        for number, key in enumerate(self.sort, start=1):
            if key == "node":
                found.append(["node", 0, len(hit), number])
                continue
            words, place = (before if key[0] == "L" else after), int(key[1:]) - 1
            if place < len(words):
                found.append([key[0], *words[place], number])
        return sorted(found, key=lambda span: span[1])

    def groups(self) -> list[dict[str, Any]]:
        """The groups with their first listed line and how many they have."""
        if not self.group or not len(self.order):
            return []
        names = self.table[self.group].astype(object).iloc[self.order]
        labels = names.where(names.notna(), MISSING).astype(str).to_numpy()
        first = np.flatnonzero(np.append(True, labels[1:] != labels[:-1]))
        counts = np.diff(np.append(first, len(labels)))
        return [
            {"label": self._group_label(labels[start]), "from": int(start), "count": int(count)}
            for start, count in zip(first, counts, strict=True)
        ]

    def _group_label(self, name: str) -> str:
        """How a group is written."""
        return plain(self._names.label(name, self._grouped_by))

    def payload(self, key: int, turn: int, *, near: bool = False) -> dict[str, Any]:
        """The list with its first lines; `near` scrolls the page to it."""
        first = self.rows(0, FIRST)
        hebrew = sum(bool(_RIGHT_TO_LEFT.search(hit)) for _, hit, *_ in first)
        return {
            "key": key,
            "turn": turn,
            "title": plain(self.title),
            "note": plain(self.note),
            "all": len(self.table),
            "total": len(self.order),
            "texts": len(np.unique(self._doc_rows[self.order])),
            "where": ", ".join(heading(name) for name in self.short),
            "columns": [heading(name) for name, _ in self.columns],
            "sort": list(self.sort),
            "filter": self.filter,
            "groups": self.groups(),
            "markable": self.marks is not None,
            "rtl": hebrew * 2 > len(first),
            "near": near,
            "rows": first,
        }


class ConcordanceView(View):
    """A list of lines: the page is given those that it asks for, and may filter them."""

    _esm = module("concordance")
    _css = LOOKS + str(read_asset("show/concordance.css")) + looks("concordance")

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self.lines: Lines | None = None
        self._key = self._turn = 0
        self.on_event("rows", self._give)
        self.on_event("filter", self._filter)

    def show(self, lines: Lines, key: int, *, near: bool = False) -> None:
        """Show other lines, or the same in another order; `near` scrolls the page to them."""
        before = self.lines
        if before is not None and (key, lines.title) == (self._key, before.title):
            lines.keep(before.filter)
        self.lines, self._key = lines, key
        self._turn += 1
        self.data = lines.payload(key, self._turn, near=near)

    def clear(self) -> None:
        """Show nothing."""
        self.lines, self.data = None, {}

    def chosen(self, event: Mapping[str, Any]) -> int | None:
        """The row of the table that an event of the page names; None for one of other lines."""
        line = event.get("row")
        if not isinstance(line, int) or event.get("turn") != self._turn or self.lines is None:
            return None
        return int(self.lines.order[line]) if 0 <= line < len(self.lines) else None

    def focus_line(self, row: int | None = None) -> None:
        """Give the list the focus, at a row of the table."""
        line = None
        if row is not None and self.lines is not None:
            found = np.flatnonzero(self.lines.order == row)
            line = int(found[0]) if len(found) else None
        self.send({"type": "focus", "row": line})

    def _give(self, event: dict[str, Any]) -> None:
        """Send lines that were scrolled to."""
        first, last = event.get("from"), event.get("to")
        if self.lines is None or event.get("turn") != self._turn:
            return
        if isinstance(first, int) and isinstance(last, int) and 0 <= first < last <= first + FIRST:
            rows = self.lines.rows(first, last)
            self.send({"type": "rows", "turn": self._turn, "from": first, "rows": rows})

    def _filter(self, event: dict[str, Any]) -> None:
        """List the lines that have what was typed."""
        if self.lines is None or event.get("key") != self._key:
            return
        self.lines.keep(str(event.get("text", ""))[:500])
        self._turn += 1
        self.data = self.lines.payload(self._key, self._turn)
