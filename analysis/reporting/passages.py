"""The lists of passages behind the numbers of a figure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.charts import words
from analysis.pages.markup import escape, language_attribute
from analysis.reporting.excerpts import Excerpts
from analysis.reporting.figures import Evidence, Figure, Ledger
from analysis.reporting.layers import Layers
from analysis.reporting.markup import amount

MOST = 12_000  # passages on a page; beyond, the longest lists are cut
_LIMITS = (2000, 1000, 500, 200, 100, 50, 20, 10, 5)
NOT_SHOWN = "not shown: the text's licence leaves no room"


@dataclass
class Places:
    """Where things stand on the page: the address of each document, text, group and list."""

    document: dict[str, str]
    anchors: dict[tuple[str, ...], str]
    printed: set[str]
    language: dict[str, str] = field(default_factory=dict)


def address(ledger: Ledger, figures: Sequence[Figure], known: dict[tuple[str, ...], str]) -> None:
    """Number the lists of passages in the order in which figures first lead to them."""
    for number, key in enumerate(dict.fromkeys(_keys(figures, ledger)), start=1):
        known[key] = f"e{number}"


def _keys(figures: Iterable[Figure], ledger: Ledger) -> Iterable[tuple[str, ...]]:
    """The lists that figures lead to, in order, also more than once."""
    for figure in figures:
        for link in figure.links:
            yield from (key for key in link.keys if key in ledger.known)


def longest(ledger: Ledger) -> int:
    """How many passages of a list can be shown, so that the page stays readable; 0 for all."""
    sizes = np.array([len(evidence.rows) for evidence in ledger.known.values()], dtype=np.int64)
    if sizes.sum() <= MOST:
        return 0
    fitting = (limit for limit in _LIMITS if np.minimum(sizes, limit).sum() <= MOST)
    return next(fitting, _LIMITS[-1])


class PassageWriter:
    """Writes the lists of passages, each once, below the first figure that leads to it."""

    def __init__(
        self, layers: Layers, ledger: Ledger, places: Places, excerpts: Excerpts, limit: int
    ) -> None:
        self.ledger, self.places, self.excerpts, self.limit = ledger, places, excerpts, limit
        self.written: set[tuple[str, ...]] = set()
        starts = layers.sentences[["doc", "start"]]
        own = starts.groupby(starts["doc"].astype(object), sort=False)["start"]
        self.starts = {str(name): column.to_numpy() for name, column in own}

    def lists(self, figure: Figure, number: int) -> str:
        """The passages of a figure; "" where it has none of its own."""
        first: dict[tuple[str, ...], str] = {}
        for link in figure.links:
            for row, key in enumerate(link.keys):
                if key in self.ledger.known and key is not None:
                    first.setdefault(key, f"f{number}r{row + 1}")
        fresh = [key for key in first if key not in self.written]
        self.written.update(fresh)
        if not fresh:
            return ""
        parts = [self._list(key, first[key]) for key in fresh]
        total = sum(len(self.ledger.known[key].rows) for key in fresh)
        told = f"{words.plural(total, 'passage')} in {words.plural(len(fresh), 'list')}"
        return (
            f'<details class="passages"><summary>Passages behind Figure {number}: {told}</summary>'
            '\n<p class="onpaper">On paper, three passages of each list; the page has all '
            f"of them.</p>\n{chr(10).join(parts)}\n</details>"
        )

    def _list(self, key: tuple[str, ...], row: str) -> str:
        evidence, anchor = self.ledger.known[key], self.places.anchors[key]
        rows = evidence.rows if not self.limit else evidence.rows.head(self.limit)
        left_out = len(evidence.rows) - len(rows)
        told = words.sentences(f"{amount(evidence)}.", evidence.says)
        more = ""
        if left_out:
            more = (
                f'<p class="note">The first {len(rows):,} are shown; {left_out:,} more are left '
                "out of this page.</p>"
            )
        title = f"<bdi>{escape(words.label(evidence.title, 120))}</bdi>"
        return (
            f"<details><summary>{title}: {amount(evidence)}</summary>"
            f'<div id="{anchor}" class="list"><p class="back">{told} '
            f'<a href="#{row}">Back to the number</a></p>\n'
            f"<ol>{chr(10).join(self._items(evidence, rows))}</ol>{more}</div></details>"
        )

    def _items(self, evidence: Evidence, rows: pd.DataFrame) -> Iterable[str]:
        values = rows["value"] if "value" in rows.columns else [None] * len(rows)
        columns = (rows["doc"].astype(object), rows["start"], rows["end"], values)
        for doc, start, end, value in zip(*columns, strict=True):
            yield self._item(str(doc), int(start), int(end), value, evidence.spread)

    def _item(self, doc: str, start: int, end: int, value: float | None, spread: bool) -> str:
        place = self.places.document[doc]
        sentence = max(int(np.searchsorted(self.starts[doc], start, side="right")) - 1, 0)
        to = f"t{place}s{sentence}" if doc in self.places.printed else f"d{place}"
        where = f"<bdi>{escape(doc)}</bdi>, s. {sentence}, {start}–{end}"
        said = "" if value is None or pd.isna(value) else f" <b>{words.number(value)}</b>"
        cut = self.excerpts.cut(doc, start, end, spread=spread)
        if cut is None:
            text = f"<i>{NOT_SHOWN}</i>"
        else:
            node = escape(cut.node) if spread else f"<mark>{escape(cut.node)}</mark>"
            language = self.places.language.get(doc, "")
            text = f'<span dir="auto"{language}>{escape(cut.left)}{node}{escape(cut.right)}</span>'
        return f'<li><a href="#{to}">{where}</a>{said} {text}</li>'


def make_places(layers: Layers, printed: set[str]) -> Places:
    """The addresses of documents and of groups."""
    names = layers.documents["doc"].astype(str).tolist()
    document = {name: str(number) for number, name in enumerate(names, start=1)}
    anchors: dict[tuple[str, ...], str] = {("documents",): "documents"}
    for number, name in enumerate(layers.groups, start=1):
        anchors["documents", name] = f"g{number}"
    for name, number_text in document.items():
        anchors["document", name] = f"d{number_text}"
    languages = zip(names, layers.documents["language"], strict=True)
    known = {name: language_attribute(code) for name, code in languages}
    own = {name: code for name, code in known.items() if code != ' lang="en"'}
    return Places(document, anchors, printed, own)
