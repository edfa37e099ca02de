"""Attribution by the model: which words are what somebody says, who says them, with which cue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from analysis.annotation.model import (
    REPORTING,
    Model,
    feed_words,
    load_model,
    make_batches,
    pieces_of,
    run_batches,
)
from analysis.annotation.tagged import Links, Reporting, Spans
from analysis.annotation.words import (
    SEPARATOR,
    Encoded,
    Windows,
    Words,
    number_paragraphs,
    pack_paragraphs,
    split_words,
)

VERSION = 1  # of the windows below; part of every cache key
ROLES = ("content", "source", "cue")
LINKS = ("cue", "source")
LEAST_SHARE = 0.02  # a link's places that are less probable are forgotten
LEAST_CONTENT = 0.05  # … and so are the links of words that are hardly content


def report_texts(
    texts: Sequence[str], tokens: Sequence[Spans], *, workers: int | None = None
) -> list[Reporting]:
    """Read some texts together, in windows of whole paragraphs."""
    model = load_model()
    parts = [
        split_words(text, span.start, span.end, span.sentence)
        for text, span in zip(texts, tokens, strict=True)
    ]
    return report_words(texts, parts, model, workers=workers)


def report_words(
    texts: Sequence[str], parts: Sequence[Words], model: Model, *, workers: int | None = None
) -> list[Reporting]:
    """Read some texts, or parts of texts, whose words are known."""
    every: list[str] = []  # the words of all texts, with separators
    windows: list[np.ndarray] = []
    places: list[np.ndarray] = []
    cut = pieces_of(model)
    for text, part in zip(texts, parts, strict=True):
        words = [text[a:b] for a, b in zip(part.start.tolist(), part.end.tolist(), strict=True)]
        paragraph = number_paragraphs(text, part.start)
        place = np.arange(len(words)) + paragraph + len(every)
        sizes = np.fromiter((len(cut.of(word)[0]) for word in words), np.int64, len(words))
        own = pack_paragraphs(paragraph, sizes)
        if len(words):
            # A window's last word is counted, not the separator behind it.
            windows.append(np.stack([place[own.first], place[own.last - 1] + 1,
                                     place[own.low], place[own.high - 1] + 1]))  # fmt: skip
        breaks = np.flatnonzero(np.diff(paragraph)) + 1
        for at in breaks[::-1].tolist():
            words.insert(at, SEPARATOR)
        every += words
        places.append(place)
    encoded = cut.encode(every)
    table = np.concatenate([np.empty((4, 0), np.int64), *windows], axis=1)
    scores = _run(model, encoded, Windows(*table), workers)
    return [_of_document(part, place, scores) for part, place in zip(parts, places, strict=True)]


class _Scores(NamedTuple):
    """What the model says of all words, separators among them."""

    tags: dict[str, np.ndarray]
    links: dict[str, Links]


def _run(model: Model, encoded: Encoded, windows: Windows, workers: int | None) -> _Scores:
    """Run the model over windows and gather what it says."""
    count = len(encoded.first) - 1
    tags = {role: np.zeros((count, 2), np.float32) for role in ROLES}
    links: dict[str, list[tuple[np.ndarray, np.ndarray, np.ndarray]]] = {n: [] for n in LINKS}

    def work(batch: np.ndarray) -> None:
        first, lengths = windows.first[batch], (windows.last - windows.first)[batch]
        feed = feed_words(encoded, first, lengths)
        said = model.run(REPORTING, feed)
        found = dict(zip((*ROLES, *(f"link_{n}" for n in LINKS)), said, strict=True))
        number = first[:, None] + np.arange(feed["first"].shape[1])
        kept = number >= windows.low[batch][:, None]
        kept &= number < windows.high[batch][:, None]
        for role in ROLES:
            tags[role][number[kept]] = np.exp(found[role][kept][:, 1:])
        linked = kept & (np.exp(found["content"][:, :, 0]) < 1 - LEAST_CONTENT)
        for name in LINKS:
            share = np.exp(found[f"link_{name}"])
            row, word, goal = np.nonzero((share >= LEAST_SHARE) & linked[:, :, None])
            inside = goal <= lengths[row]
            row, word, goal = row[inside], word[inside], goal[inside]
            links[name].append((
                first[row] + word, np.where(goal > 0, first[row] + goal - 1, -1),
                share[row, word, goal],
            ))  # fmt: skip

    run_batches(work, make_batches(encoded, windows), workers)
    return _Scores(tags, {name: _sorted(some) for name, some in links.items()})


def _sorted(some: list[tuple[np.ndarray, np.ndarray, np.ndarray]]) -> Links:
    """Put the links of all batches in the order of their words."""
    columns = [np.concatenate([np.empty(0), *(one[i] for one in some)]) for i in range(3)]
    order = np.lexsort((columns[1], columns[0]))
    word, goal, share = (column[order] for column in columns)
    return Links(word.astype(np.int64), goal.astype(np.int64), share.astype(np.float32))


def _of_document(part: Words, place: np.ndarray, scores: _Scores) -> Reporting:
    """One document's share of what was found, without the separators."""
    made = []
    for name in LINKS:
        links = scores.links[name]
        low, high = np.searchsorted(links.word, (place[0], place[-1] + 1) if len(place) else (0, 0))
        word, goal, share = (column[low:high] for column in links)
        real = np.isin(word, place) & ((goal < 0) | np.isin(goal, place))
        word, goal, share = word[real], goal[real], share[real]
        goal = np.where(goal < 0, -1, np.searchsorted(place, goal))
        made.append(Links(np.searchsorted(place, word), goal, share))
    return Reporting(part.start, part.end, *(scores.tags[role][place] for role in ROLES), *made)
