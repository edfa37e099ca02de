"""The scorer of quotations, with cases counted by hand."""

from __future__ import annotations

import math
from typing import Any

import pytest
from quote_scorer import Score, iou, match, score


def row(start: int, end: int, kind: str = "direct", **more: Any) -> dict[str, Any]:
    return {"doc": "a", "start": start, "end": end, "kind": kind, **more}


def test_iou_is_common_over_all() -> None:
    assert iou(row(0, 10), row(0, 10)) == 1
    assert iou(row(0, 10), row(5, 15)) == 5 / 15
    assert iou(row(0, 10), row(10, 20)) == 0


def test_match_is_one_to_one_and_takes_the_best() -> None:
    gold = [row(0, 100), row(200, 300)]
    found = [row(0, 85), row(0, 99), row(205, 300), row(400, 500)]
    assert match(gold, found) == [(0, 1), (1, 2)]


def test_overlap_below_four_fifths_is_no_match() -> None:
    assert match([row(0, 100)], [row(0, 80)]) == [(0, 0)]
    assert match([row(0, 100)], [row(0, 79)]) == []


def test_other_documents_do_not_match() -> None:
    assert match([row(0, 10)], [{**row(0, 10), "doc": "b"}]) == []


def test_precision_recall_f1() -> None:
    gold = [row(0, 10), row(20, 30), row(40, 50)]
    rates = score(gold, [row(0, 10), row(60, 70)]).rates()
    assert rates["precision"] == 1 / 2
    assert rates["recall"] == 1 / 3
    assert rates["f1"] == pytest.approx(2 / 5)


def test_kinds_are_judged_among_matches() -> None:
    gold = [row(0, 10), row(20, 30, "scare"), row(40, 50, "mixed")]
    result = score(gold, [row(0, 10, "mixed"), row(40, 50, "mixed")])
    assert (result.matched, result.found, result.gold) == (2, 2, 2)
    assert result.rates()["kind"] == 1 / 2


def test_marked_words_taken_for_speech_cost() -> None:
    result = score([row(0, 10, "scare")], [row(0, 10, "mixed")])
    assert (result.found, result.gold, result.matched) == (1, 0, 0)


def test_speaker_and_cue_count_where_they_are_labelled() -> None:
    gold = [
        row(0, 10, speaker_start=12, speaker_end=16, cue_start=17, cue_end=21),
        row(20, 30, speaker_start=None, speaker_end=None, cue_start=31, cue_end=33),
    ]
    found = [
        row(0, 10, speaker_start=15, speaker_end=16, cue_start=21, cue_end=25),
        row(20, 30, speaker_start=40, speaker_end=44, cue_start=31, cue_end=33),
    ]
    result = score(gold, found)
    assert (result.speaker_right, result.speakers) == (1, 1)
    assert (result.cue_right, result.cues) == (1, 2)


def test_missing_speaker_is_wrong_where_one_is_labelled() -> None:
    gold = [row(0, 10, speaker_start=12, speaker_end=16)]
    assert score(gold, [row(0, 10, speaker_start=-1, speaker_end=-1)]).speaker_right == 0


def test_borderline_counts_neither_way() -> None:
    borderline = [row(20, 30, "indirect")]
    assert score([row(0, 10)], [row(0, 10), row(20, 30)], borderline).rates()["f1"] == 1
    assert score([row(0, 10)], [row(0, 10)], borderline).rates()["f1"] == 1
    assert score([row(0, 10)], [row(0, 10), row(60, 70)], borderline).rates()["precision"] == 1 / 2


def test_borderline_does_not_excuse_what_matches_a_label() -> None:
    assert score([row(0, 10)], [row(0, 10)], [row(0, 10)]).matched == 1


def test_scores_add_up_and_empty_rates_are_not_numbers() -> None:
    one = score([row(0, 10)], [row(0, 10)])
    assert (one + one).matched == 2
    assert math.isnan(Score().rates()["f1"])
