"""The lists of passages behind the numbers of a figure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis import wording as words
from analysis.report.figures import Evidence, Figure, Ledger
from analysis.report.layers import Layers
from analysis.report.markup import amount
from analysis.show.html import escape, language_attribute

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
    known = {name: str(language_attribute(code)) for name, code in languages}
    own = {name: code for name, code in known.items() if code != ' lang="en"'}
    return Places(document, anchors, printed, own)


MOST_WORDS = 40
BESIDE = 12  # words to each side of a hit
_LETTERS = 160  # to each side: a word may be very long
_LONGEST = 400  # of a hit
_CHUNK = 2000
_CJK = "\u2e80-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# A word is what stands between spaces; where a script has no spaces, a character.
_WORD = re.compile(rf"[{_CJK}]|[^\s{_CJK}]+")
_CUT = "…"

# Terms of use under which a whole text may be passed on. A licence "for" another edition, or one
# that is said not to be known, is none.
_OPEN = re.compile(r"(cc0|cc[ -]by([ -]sa)?|public domain|own text|written for this)\b", re.I)
_CLOSED = re.compile(r"\b(unknown|unclear|reserved|except|nc|nd)\b|\bfor the\b", re.I)
_SUMMARIES = "summaries written for this project"


class Excerpt(NamedTuple):
    """A hit with the words around it, white space made plain."""

    left: str
    node: str
    right: str


def may_print(documents: pd.DataFrame) -> pd.Series:
    """Whether each text may be printed whole, by its licence.

    The manifest's licence is that of the original; a summary written for the project is its own.
    """
    licence = documents["licence"].astype(object)
    known = licence.where(licence.notna(), "").astype(str)
    allowed = known.map(lambda text: bool(_OPEN.match(text)) and not _CLOSED.search(text))
    note = (documents.attrs.get("corpus") or {}).get("note")
    if note == _SUMMARIES:
        allowed |= documents["version"].astype(object) == "brief"
    return allowed.astype(bool)


class Excerpts:
    """Cuts passages out of texts, and keeps account of how much of each text it has shown.

    Of a text that may not be printed whole, a passage has at most half of the words, and lists of
    all its sentences (`spread`) show passages only until half of the text has been shown: neither
    a passage nor a list of them must become the text.
    """

    def __init__(self, documents: pd.DataFrame, whole: pd.Series) -> None:
        names = documents["doc"].astype(str).tolist()
        self.texts = dict(zip(names, documents["text"], strict=True))
        self.whole = {name for name, yes in zip(names, whole, strict=True) if yes}
        self._shown: dict[str, np.ndarray] = {}
        self._words: dict[str, int] = {}

    def cut(self, doc: str, start: int, end: int, *, spread: bool = False) -> Excerpt | None:
        """The passage around a hit; None where the text's licence leaves no room for it."""
        text = self.texts[doc]
        most = self._most_words(doc)
        node, used = _first_words(text[start:end], most, _LONGEST)
        beside = 0 if spread else min(BESIDE, (most - used) // 2)
        left = _last_words(text[max(0, start - _CHUNK) : start], beside, start > _CHUNK)
        right, _ = _first_words(text[end : end + _CHUNK], beside, _LETTERS)
        if doc not in self.whole and not self._room(doc, start, end, spread):
            return None
        return Excerpt(left, node, right)

    def _most_words(self, doc: str) -> int:
        """How many words of a text a passage may have."""
        if doc in self.whole:
            return MOST_WORDS
        if doc not in self._words:
            self._words[doc] = len(_WORD.findall(self.texts[doc]))
        return min(MOST_WORDS, max(self._words[doc] // 2, 1))

    def _room(self, doc: str, start: int, end: int, spread: bool) -> bool:
        """Note what is shown of a text; whether it may be."""
        shown = self._shown.setdefault(doc, np.zeros(len(self.texts[doc]), dtype=bool))
        fresh = int((~shown[start:end]).sum())
        if spread and fresh and shown.sum() + fresh > len(shown) / 2:
            return False
        beside = 0 if spread else BESIDE * 6  # about the letters of so many words
        shown[max(0, start - beside) : end + beside] = True
        return True


def _first_words(text: str, words: int, letters: int) -> tuple[str, int]:
    """The first words of a text, spaces made plain, and how many they are."""
    found = list(_WORD.finditer(text[: letters * 8]))
    if not found or not words:
        return "", 0
    lead = " " if text[:1].isspace() else ""
    last = found[min(words, len(found)) - 1].end()
    kept = lead + " ".join(text[:last].split())
    more = last < len(text.rstrip())
    if len(kept) > letters:
        kept, more = kept[:letters], True
    return kept + f" {_CUT}" * more, min(words, len(found))


def _last_words(text: str, words: int, more: bool) -> str:
    """The last words of a text, spaces made plain."""
    found = list(_WORD.finditer(text))
    if not found or not words:
        return ""
    first = found[-min(words, len(found))].start()
    more = more or bool(text[:first].strip())
    trail = " " if text[-1:].isspace() else ""
    kept = " ".join(text[first:].split()) + trail
    if len(kept) > _LETTERS:
        kept, more = kept[-_LETTERS:], True
    return f"{_CUT} " * more + kept
