"""How well found quotations match labelled ones: by overlap of spans, speakers, cues and kinds."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

SPEECH = ("direct", "mixed", "indirect")
MATCH = 0.8

Row = dict[str, Any]


class Score(NamedTuple):
    """Counts, from which the rates are computed; they add up over documents."""

    matched: int = 0
    found: int = 0
    gold: int = 0
    speaker_right: int = 0
    speakers: int = 0
    cue_right: int = 0
    cues: int = 0
    kind_right: int = 0

    def __add__(self, other: Score) -> Score:  # type: ignore[override]
        return Score(*(one + two for one, two in zip(self, other, strict=True)))

    def rates(self) -> dict[str, float]:
        """Precision, recall and F1, and shares of what is right in what was found."""
        return {
            "precision": _ratio(self.matched, self.found),
            "recall": _ratio(self.matched, self.gold),
            "f1": _ratio(2 * self.matched, self.found + self.gold),
            "speaker": _ratio(self.speaker_right, self.speakers),
            "cue": _ratio(self.cue_right, self.cues),
            "kind": _ratio(self.kind_right, self.matched),
        }


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")


def read_gold(path: Path) -> list[Row]:
    """The labelled quotations of a file, one JSON object a line."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def rows_of(quotes: pd.DataFrame) -> list[Row]:
    """A table of quotations as plain rows."""
    return quotes.to_dict("records")  # type: ignore[return-value]


def iou(one: Row, two: Row) -> float:
    """Intersection over union of two spans in characters."""
    common = min(one["end"], two["end"]) - max(one["start"], two["start"])
    whole = max(one["end"], two["end"]) - min(one["start"], two["start"])
    return max(common, 0) / whole if whole else 0.0


def match(gold: list[Row], found: list[Row]) -> list[tuple[int, int]]:
    """Pairs of numbers (gold, found) that overlap by at least MATCH: the best first, one each."""
    pairs = [
        (iou(one, two), -i, -j)
        for i, one in enumerate(gold)
        for j, two in enumerate(found)
        if one["doc"] == two["doc"]
    ]
    taken_gold: set[int] = set()
    taken_found: set[int] = set()
    result = []
    for overlap, i, j in sorted(pairs, reverse=True):
        if overlap < MATCH or -i in taken_gold or -j in taken_found:
            continue
        taken_gold.add(-i)
        taken_found.add(-j)
        result.append((-i, -j))
    return sorted(result)


def score(gold: Iterable[Row], found: Iterable[Row], borderline: Iterable[Row] = ()) -> Score:
    """Compare the quotations found with the labelled ones.

    A found quotation that matches a borderline item and no labelled one is left out; a borderline
    item that is not found costs nothing. A speaker or a cue counts where one is labelled, and is
    right where the spans share a character. Marked words that nobody said ("scare") are labelled,
    too: they are no quotations.
    """
    gold, found, borderline = list(gold), list(found), list(borderline)
    speech = [row for row in gold if row["kind"] != "scare"]
    spoken, pairs = _without_borderline(speech, found, borderline)
    speakers = [(i, j) for i, j in pairs if _has(speech[i], "speaker")]
    cues = [(i, j) for i, j in pairs if _has(speech[i], "cue")]
    return Score(
        matched=len(pairs),
        found=len(spoken),
        gold=len(speech),
        speaker_right=sum(_meet(speech[i], spoken[j], "speaker") for i, j in speakers),
        speakers=len(speakers),
        cue_right=sum(_meet(speech[i], spoken[j], "cue") for i, j in cues),
        cues=len(cues),
        kind_right=sum(speech[i]["kind"] == spoken[j]["kind"] for i, j in pairs),
    )


def _without_borderline(
    gold: list[Row], found: list[Row], borderline: list[Row]
) -> tuple[list[Row], list[tuple[int, int]]]:
    """The found rows that count, and their matches."""
    matched = {j for _, j in match(gold, found)}
    excused = {j for _, j in match(borderline, found)} - matched
    kept = [row for number, row in enumerate(found) if number not in excused]
    return kept, match(gold, kept)


def _has(row: Row, what: str) -> bool:
    start = row.get(f"{what}_start")
    return start is not None and start == start and start >= 0


def _meet(gold: Row, found: Row, what: str) -> bool:
    """Whether the two spans of a speaker or cue share a character."""
    if not _has(found, what):
        return False
    first = max(gold[f"{what}_start"], found[f"{what}_start"])
    last = min(gold[f"{what}_end"], found[f"{what}_end"])
    return bool(first < last)
