"""Whose voice every stretch of a text is: boundaries, and looking positions up among them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.quoting.marks import find_marked

HEADLINE, WRITER, UNNAMED = "headline", "writer", "(unnamed)"
QUOTED, REPORTED = "quoted", "reported"
_TITLE_WORDS = 25


class Stretches(NamedTuple):
    """The voices of all documents: stretch i goes from ``start[i]`` to the start of the next."""

    doc: np.ndarray  # number of the document; every document begins with a stretch at 0
    start: np.ndarray
    voice: np.ndarray  # codes of `voices`
    speech: np.ndarray  # codes of SPEECH
    voices: list[str]


SPEECH = ("", QUOTED, REPORTED)


def headline_end(text: str, title: Any, standfirst: Any) -> int:
    """Find where the headline at the head of a text ends.

    Parameters
    ----------
    text : str
    title, standfirst : str or missing
        What the documents table says they are.

    Returns
    -------
    int
        Characters of the paragraphs at the text's begin that are the title or the standfirst; where
        no title is known, of a first paragraph that is no sentence. 0 if the text begins at once.
    """
    known = {_key(value) for value in (title, standfirst) if isinstance(value, str)} - {""}
    end = place = 0
    for number, line in enumerate(text.split("\n")[:12]):
        if line.strip():
            if _key(line) in known or (number == 0 and not known and _is_title(text, line)):
                end = place + len(line)
            else:
                break
        place += len(line) + 1
    return end


def _key(line: str) -> str:
    return "".join(char for char in line.lower() if char.isalnum())


def _is_title(text: str, line: str) -> bool:
    """Whether a first line reads like a title: short, without a stop, a paragraph below it."""
    words = line.split()
    ends = line.rstrip()[-1] in '.!?…:;,”"’'
    below = text[len(line) :].strip()
    return 0 < len(words) <= _TITLE_WORDS and not ends and bool(below)


def find_stretches(
    texts: Sequence[str], heads: Sequence[int], quotes: pd.DataFrame, rows: np.ndarray
) -> Stretches:
    """Cut all texts where the voice changes.

    Parameters
    ----------
    texts : sequence of str
    heads : sequence of int
        Where each text's headline ends.
    quotes : pandas.DataFrame
        Quotations; scare quotes are the writer's own voice.
    rows : numpy.ndarray of int
        Number of the document of each quotation.

    Returns
    -------
    Stretches
    """
    voices = {HEADLINE: 0, WRITER: 1, UNNAMED: 2}
    cuts: list[tuple[int, int, int, int]] = []
    by_doc: dict[int, list[int]] = {}
    for number, row in enumerate(rows.tolist()):
        by_doc.setdefault(row, []).append(number)
    columns = {name: quotes[name].tolist() for name in _READ}
    for doc, text in enumerate(texts):
        spans: list[tuple[int, int, int, int]] = []
        for number in by_doc.get(doc, ()):
            spans += _spans({name: columns[name][number] for name in _READ}, text, voices)
        cuts += [(doc, *cut) for cut in _tile(spans, heads[doc], len(text))]
    table = np.array(cuts, dtype=np.int64).reshape(-1, 4)
    return Stretches(table[:, 0], table[:, 1], table[:, 2], table[:, 3], list(voices))


_READ = (
    "start", "end", "kind", "speaker", "speaker_start", "speaker_end", "cue_start", "cue_end",
)  # fmt: skip


def _spans(
    quote: dict[str, Any], text: str, voices: dict[str, int]
) -> list[tuple[int, int, int, int]]:
    """What is quoted and what is reported in one quotation, without its cue and speaker."""
    if quote["kind"] == "scare":
        return []
    voice = voices.setdefault(str(quote["speaker"]) or UNNAMED, len(voices))
    start, end = quote["start"], quote["end"]
    speech = 1 if quote["kind"] == "direct" else 2
    spans = [(start, end, voice, speech)]
    if quote["kind"] == "mixed":
        for mark in find_marked(text[start:end]):
            if mark.depth == 0:
                spans.append((start + mark.start, start + mark.end, voice, 1))
    for what in ("cue", "speaker"):  # "The plan, he said, was bad": the middle is the writer's
        low, high = quote[f"{what}_start"], quote[f"{what}_end"]
        if start < low and high < end:
            spans.append((low, high, 1, 0))
    return spans


def _tile(
    spans: list[tuple[int, int, int, int]], head: int, size: int
) -> list[tuple[int, int, int]]:
    """Stretches that cover a text once; of overlapping spans the later in the list wins."""
    layers = [(0, max(size, 1), 1, 0), *([(0, head, 0, 0)] if head else []), *spans]
    edges = sorted({0, *(edge for low, high, _, _ in layers for edge in (low, high))})
    cuts: list[tuple[int, int, int]] = []
    active: list[int] = []
    opening: dict[int, list[int]] = {}
    closing: dict[int, list[int]] = {}
    for number, (low, high, _, _) in enumerate(layers):
        if low < high:
            opening.setdefault(low, []).append(number)
            closing.setdefault(high, []).append(number)
    for edge in edges:
        for number in closing.get(edge, ()):
            active.remove(number)
        active += opening.get(edge, [])
        top = layers[max(active)] if active else layers[0]
        if not cuts or cuts[-1][1:] != top[2:]:
            cuts.append((edge, top[2], top[3]))
    return cuts


def look_up(stretches: Stretches, doc: np.ndarray, position: np.ndarray) -> np.ndarray:
    """Give the number of the stretch that each position of each document is in."""
    width = int(max(stretches.start.max(initial=0), position.max(initial=0))) + 1
    edges = stretches.doc * width + stretches.start
    found = np.searchsorted(edges, doc * width + position, side="right") - 1
    return np.asarray(found, dtype=np.int64)


def majority(
    stretches: Stretches, doc: np.ndarray, start: np.ndarray, end: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Find the stretch whose voice has most characters of each row, and its share.

    Ties go to the voice with the smaller code: headline, writer, then the speakers in order.
    """
    last = np.maximum(end - 1, start)
    low, high = look_up(stretches, doc, start), look_up(stretches, doc, last)
    size = high - low + 1
    row = np.repeat(np.arange(len(doc)), size)
    piece = np.repeat(low, size) + np.arange(len(row)) - np.repeat(np.cumsum(size) - size, size)
    ends = np.append(stretches.start[1:], np.iinfo(np.int64).max)
    ends[np.append(stretches.doc[1:] != stretches.doc[:-1], True)] = np.iinfo(np.int64).max
    length = np.minimum(ends[piece], end[row]) - np.maximum(stretches.start[piece], start[row])
    voice = stretches.voice[piece]
    keys, inverse = np.unique(row * len(stretches.voices) + voice, return_inverse=True)
    total = np.bincount(inverse, weights=np.maximum(length, 0), minlength=len(keys))
    owner, kind = keys // len(stretches.voices), keys % len(stretches.voices)
    order = np.lexsort([kind, -total, owner])
    best = order[np.unique(owner[order], return_index=True)[1]]
    whole = np.maximum(end - start, 1)
    pick = np.zeros(len(doc), dtype=np.int64)  # the longest piece of the winning voice
    wins = voice == kind[best][row]
    sort = np.lexsort([-length[wins], row[wins]])
    chosen = row[wins][sort]
    firsts = np.unique(chosen, return_index=True)[1]
    pick[chosen[firsts]] = piece[wins][sort][firsts]
    return pick, total[best] / whole
