"""From what the model says of words to attributions: what is said, by whom, with which cue."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from analysis.annotation.tagged import Links, Reporting

Span = tuple[int, int]  # words, the last one excluded
_CUE = 0.3  # of being tagged, for a word of a cue
_GOAL = 1.0  # words of content whose links go to a word that no tag calls a cue, but is one
_LINK = 0.5  # weight of a link's log-probability beside that of the tags
_SWITCH = 1.0  # what a stretch must be worth, in log-probability, to be one
_UNLINKED = 0.02  # the least share of a link, so that one word cannot part a stretch
_SOURCE = 0.5  # of being tagged, for a word of a source
_LEAST = 0.25  # of a link's probability that a source must have
_BESIDE = 0.25  # of being tagged, for a word beside the one that a link goes to
_NEVER = -50.0
_BLOCK = 50  # words, at least, that are decoded together …
_OUTSIDE = 0.02  # … up to one that is less probably content, or ten times as many
_CERTAIN = 0.98


class Reported(NamedTuple):
    """A stretch of words that somebody is said to have said, written or thought."""

    content: Span
    source: Span | None
    cue: Span | None
    sure: float  # mean probability of its words being content
    linked: float  # mean probability of their link to the cue
    sourced: float  # probability of the source


def decode_reported(reporting: Reporting, marked: Sequence[Span] = ()) -> list[Reported]:
    """Find the stretches of content, each with its cue and source.

    Every word is outside, or content of one of the text's cues: the most probable sequence by tags
    and links together, in which beginning a stretch costs something. `marked` are words between
    quotation marks: where most are content, all are, in one stretch.
    """
    if not len(reporting.start):
        return []
    cues = _find_cues(reporting)
    tags = _certain(reporting.content, marked)
    tagged = reporting.source.sum(1)
    sources = _runs(tagged >= _SOURCE, reporting.source)
    inside = reporting.content.sum(1)
    owner = np.full(len(inside) + 1, len(cues))  # the last word is none
    for number, (first, last) in enumerate(cues):
        owner[first:last] = number
    found = []
    for low, high in _blocks(tags):
        own, share = _shares(reporting.to_cue, owner, low, high)
        links = _LINK * np.log(np.maximum(share, _UNLINKED))
        # A cue is no content of its own.
        links[(owner[low:high, None] == own) & (own < len(cues))] = _NEVER
        path = _best_path(tags[low:high], links)
        edges = np.flatnonzero(np.diff(path, prepend=-2, append=-2)).tolist()
        for first, last in itertools.pairwise(edges):
            if (state := int(path[first])) < 0:
                continue
            number, linked = int(own[state]), float(share[first:last, state].mean())
            cue = cues[number] if number < len(cues) else None
            span = (low + first, low + last)
            source, sourced = _goal(reporting.to_source, *span, sources, tagged)
            sure = float(inside[slice(*span)].mean())
            found.append(Reported(span, source, cue, sure, linked, sourced))
    return found


def _blocks(tags: np.ndarray) -> Iterator[Span]:
    """Cut a text where nothing is content, so that what a stretch may be linked to stays little."""
    outside = np.flatnonzero(tags.sum(1) < _OUTSIDE)
    first = 0
    while first < len(tags):
        place = int(np.searchsorted(outside, first + _BLOCK))
        last = int(outside[place]) if place < len(outside) else len(tags)
        last = min(last, first + 10 * _BLOCK, len(tags))
        yield first, last
        first = last


def _runs(chosen: np.ndarray, tags: np.ndarray) -> list[Span]:
    """The runs of chosen words, cut where one begins rather than goes on."""
    begins = chosen & ((tags[:, 0] > tags[:, 1]) | ~np.concatenate([[False], chosen[:-1]]))
    outside = np.append(np.flatnonzero(~chosen | begins), len(chosen))
    starts = np.flatnonzero(begins)
    ends = outside[np.searchsorted(outside, starts + 1)]
    return list(zip(starts.tolist(), ends.tolist(), strict=True))


def _find_cues(reporting: Reporting) -> list[Span]:
    """The cues that the tags find, and words that links go to all the same."""
    tagged = reporting.cue.sum(1) >= _CUE
    links = reporting.to_cue
    goals = np.bincount(
        links.goal[links.goal >= 0], links.share[links.goal >= 0], len(reporting.start)
    )
    missed = (goals >= _GOAL) & ~tagged
    return sorted(_runs(tagged, reporting.cue) + _runs(missed, np.zeros_like(reporting.cue)))


def _shares(links: Links, owner: np.ndarray, low: int, high: int) -> tuple[np.ndarray, np.ndarray]:
    """The cues that some words' links go to, and words × cues: how probable each is."""
    a, b = np.searchsorted(links.word, (low, high))
    own, place = np.unique(np.append(owner[links.goal[a:b]], owner[-1]), return_inverse=True)
    share = np.zeros((high - low, len(own)))
    np.add.at(share, (links.word[a:b] - low, place[:-1]), links.share[a:b])
    return own, share


def _certain(content: np.ndarray, marked: Sequence[Span]) -> np.ndarray:
    """The probabilities of content, with what stands between marks as one stretch or none."""
    tags = np.clip(content.astype(float), 1e-4, 1.0)
    for first, last in marked:
        inside = np.clip(tags[first:last].sum(1), 1e-4, 1 - 1e-4)
        if len(inside) < 2 or np.log(inside / (1 - inside)).mean() <= 0:
            continue
        sure = np.maximum(inside, _CERTAIN)
        tags[first] *= sure[0] / inside[0]
        tags[first + 1 : last, 0] = 1e-4
        tags[first + 1 : last, 1] = sure[1:]
    return tags


def _best_path(tags: np.ndarray, links: np.ndarray) -> np.ndarray:
    """The best state of every word: the number of a cue whose content it is, or −1."""
    count, states = links.shape
    begin, inside = np.log(tags[:, 0]) - _SWITCH, np.log(tags[:, 1])
    outside = np.log(np.maximum(1 - tags.sum(1), 1e-4))
    came = np.empty((count, states + 1), np.int32)  # from which state; the last one is outside
    own = np.arange(states)
    value, out = np.full(states, -np.inf), 0.0
    for word in range(count):
        best = int(value.argmax())
        top, source = (out, -1) if out >= value[best] else (float(value[best]), best)
        stay, enter = value + inside[word], top + begin[word]
        came[word, :states] = np.where(stay >= enter, own, source)
        came[word, states] = source
        value = np.maximum(stay, enter) + links[word]
        out = top + outside[word]
    state = -1 if out >= value.max() else int(value.argmax())
    path = np.empty(count, np.int64)
    for word in range(count - 1, -1, -1):
        path[word] = state
        state = int(came[word, state])  # −1 is the last column: outside
    return path


def _goal(
    links: Links, first: int, last: int, spans: list[Span], tagged: np.ndarray
) -> tuple[Span | None, float]:
    """The source that the links of a stretch go to, and how probable it is.

    Where the tags missed it, it is the word that the links go to, with its likely neighbours.
    """
    low, high = np.searchsorted(links.word, (first, last))
    goal, share = links.goal[low:high], links.share[low:high] / (last - first)
    none = float(share[goal < 0].sum())
    goal, share = goal[goal >= 0], share[goal >= 0]
    if not len(goal):
        return None, none
    begin, end = int(goal.min()), int(goal.max()) + 1
    each = np.bincount(goal - begin, share, end - begin)
    best: tuple[float, Span | None] = (0.0, None)
    for a, b in spans[max(bisect_left(spans, (begin + 1, 0)) - 1, 0) :]:
        if a >= end:
            break
        mass = float(each[max(a - begin, 0) : max(b - begin, 0)].sum())
        best = max(best, (mass, (a, b)), key=lambda one: one[0])
    if best[0] >= max(_LEAST, none):
        return best[1], best[0]
    a = b = begin + int(each.argmax())
    while a > begin and tagged[a - 1] >= _BESIDE:
        a -= 1
    while b + 1 < end and tagged[b + 1] >= _BESIDE:
        b += 1
    mass = float(each[a - begin : b + 1 - begin].sum())
    return ((a, b + 1), mass) if mass >= max(_LEAST, none) else (None, none)
