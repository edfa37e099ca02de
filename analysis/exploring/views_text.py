"""A whole text for its view: cut into pieces where a mark begins or ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import pandas as pd

from analysis.exploring.views_data import plain
from analysis.tables import InputError

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
    """A whole text in pieces, with what is marked in each.

    Parameters
    ----------
    documents : pandas.DataFrame
        The documents table.
    doc : str
        Which of them.
    marks : iterable of Mark
        What is marked.
    here : pair of int or None
        Start and end of the place that was chosen.
    key : int
        Number of the answer.

    Returns
    -------
    dict
        ``title``, ``where`` (outlet, date …), ``language``, ``hits`` (their number), ``here`` (the
        number of the chosen one, or -1) and ``pieces``: text, kinds, number of the hit or -1, and
        the label of a mark that ends there. Offsets stay in Python: its characters are not those of
        a browser.
    """
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
    text: str,
    marks: Sequence[Mark],
    hits: Sequence[tuple[int, int]],
    here: tuple[int, int] | None,
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
        ending = [_said_of(marks[i], text) for i in sorted(active) if marks[i].end == end]
        pieces.append(
            [plain(text[start:end]), sorted(kinds), number, " · ".join(filter(None, ending))]
        )
    return pieces


def _said_of(mark: Mark, text: str) -> str:
    """The label of a mark, unless it says no more than the marked words."""
    return "" if mark.kind == "hit" or mark.label == text[mark.start : mark.end] else mark.label


def _hit_at(place: int, hits: Sequence[tuple[int, int]], here: tuple[int, int] | None) -> int:
    """The number of the hit at a place: where several are, the chosen one, then the first."""
    over = [i for i, (start, end) in enumerate(hits) if start <= place < end]
    chosen = [i for i in over if hits[i] == here]
    return (chosen or over or [-1])[0]
