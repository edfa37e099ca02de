"""A name in a text, and lists of them without overlaps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Mention(NamedTuple):
    """A name in a text: its place, what it is, who is meant, and how sure the model is."""

    start: int
    end: int
    label: str
    entity: str = ""
    score: float = 1.0
    sentence: int = 0


def without_overlaps(names: Sequence[Mention]) -> list[Mention]:
    """Sorted; of two that overlap the one that begins first stays, then the longer one."""
    kept: list[Mention] = []
    for mention in sorted(names, key=lambda m: (m.start, -m.end)):
        if mention.end > mention.start and (not kept or mention.start >= kept[-1].end):
            kept.append(mention)
    return kept
