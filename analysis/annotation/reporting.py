"""From a window's scores to attributions: stretches of content, each with its cue and source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from analysis.annotation.decoding import decode_tags

LABELS = ("O", "B-x", "I-x")
ROLES = ("content", "source", "cue")
_LEAST = 0.25  # of a link's probability that a source or cue must have
_BESIDE = 0.25  # of being tagged, for a word beside the one that a link goes to

Span = tuple[int, int]  # words, the last one excluded


class Reported(NamedTuple):
    """One attribution: words of the window."""

    content: tuple[Span, ...]  # in order; several where the cue or something else interrupts
    source: Span | None
    cue: Span | None
    score: float  # the least sure of: being content, having this cue


def decode_reported(scores: Mapping[str, np.ndarray], words: int) -> list[Reported]:
    """Decode one window.

    `scores` are log-probabilities: `content`, `source`, `cue` (words × 3, as LABELS), `link_cue`
    and `link_source` (words × 1 + words, 0 for none).

    >>> far = np.log([[0.98, 0.01, 0.01], [0.01, 0.98, 0.01], [0.01, 0.01, 0.98]])
    >>> links = np.log(np.full((4, 5), 0.01) + 0.95 * np.eye(5)[[2, 2, 2, 2]])
    >>> found = decode_reported(
    ...     {"source": far[[1, 0, 0, 0]], "cue": far[[0, 1, 0, 0]], "content": far[[0, 0, 1, 2]],
    ...      "link_cue": links, "link_source": np.roll(links, -1, 1)}, 4)
    >>> found[0][:3]  # Putin said the talks
    (((2, 4),), (0, 1), (1, 2))
    """
    length = np.array([words])
    spans = {
        role: _spans(decode_tags(scores[role][None, :words], length, LABELS)[0]) for role in ROLES
    }
    tagged = {role: 1.0 - np.exp(scores[role][:words, 0]) for role in ROLES}
    sure = tagged["content"]
    links = {role: np.exp(scores[f"link_{role}"][:words, : words + 1]) for role in ROLES[1:]}
    found: list[tuple[Span, Span | None, Span | None, float]] = []
    for first, last in spans["content"]:
        goals: dict[str, Span | None] = {}
        share = 1.0
        for role, table in links.items():
            goals[role], part = _goal(table[first:last].mean(0), spans[role], tagged[role])
            share = part if role == "cue" else share
        score = float(min(sure[first:last].mean(), share))
        found.append(((first, last), goals["source"], goals["cue"], score))
    return _together(found)


def _spans(tags: np.ndarray) -> list[Span]:
    """The runs of B and I."""
    starts = np.flatnonzero(tags == 1).tolist()
    outside = np.append(np.flatnonzero(tags != 2), len(tags))
    return [(a, int(outside[np.searchsorted(outside, a + 1)])) for a in starts]


def _goal(shares: np.ndarray, spans: list[Span], tagged: np.ndarray) -> tuple[Span | None, float]:
    """The span that a link goes to, and how probable it is; None where it goes to none.

    Where the tags missed it, it is the word that the link goes to, with its likely neighbours.
    """
    masses = [float(shares[a + 1 : b + 1].sum()) for a, b in spans]
    best = int(np.argmax(masses)) if masses else -1
    if best >= 0 and masses[best] >= max(_LEAST, float(shares[0])):
        return spans[best], masses[best]
    word = int(shares[1:].argmax())
    first = last = word
    while first and tagged[first - 1] >= _BESIDE:
        first -= 1
    while last + 1 < len(tagged) and tagged[last + 1] >= _BESIDE:
        last += 1
    mass = float(shares[first + 1 : last + 2].sum())
    if mass < max(_LEAST, float(shares[0])):
        return None, float(shares[0])
    return (first, last + 1), mass


def _together(found: list[tuple[Span, Span | None, Span | None, float]]) -> list[Reported]:
    """Join the stretches that one and the same cue reports."""
    made: list[Reported] = []
    for span, source, cue, score in found:
        if made and cue is not None and made[-1].cue == cue:
            last = made[-1]
            least = min(last.score, score)
            made[-1] = Reported((*last.content, span), last.source or source, cue, least)
        else:
            made.append(Reported((span,), source, cue, score))
    return made
