"""Attribution by the model: windows of paragraphs, decoding, what is kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.annotation import cache
from analysis.annotation.attributions import decode_reported
from analysis.annotation.tagged import Links, Reporting
from analysis.annotation.words import number_paragraphs, pack_paragraphs


def reporting(content: str, cues: str, links: dict[int, int], sure: float = 0.97) -> Reporting:
    """One document by hand: "B", "I" or "." a word, and from which word a link goes where."""
    size = len(content)

    def tags(letters: str) -> np.ndarray:
        found = np.full((size, 2), (1 - sure) / 2, np.float32)
        for word, letter in enumerate(letters):
            if letter in "BI":
                found[word, "BI".index(letter)] = sure
        return found

    words = np.array(sorted(links), np.int64)
    goals = np.array([links[word] for word in sorted(links)], np.int64)
    made = Links(words, goals, np.full(len(words), 0.9, np.float32))
    start = np.arange(size, dtype=np.int32) * 2
    return Reporting(start, start + 1, tags(content), tags("." * size), tags(cues), made, made)


def stretches(one: Reporting, marked: list[tuple[int, int]] | None = None) -> list[object]:
    return [(found.content, found.cue) for found in decode_reported(one, marked or [])]


def test_words_of_two_cues_are_two_stretches() -> None:
    found = reporting("BIII..", "....B.", dict.fromkeys(range(4), 4))
    assert stretches(found) == [((0, 4), (4, 5))]
    parted = reporting("BIBI...", "....B.B", {0: 4, 1: 4, 2: 6, 3: 6})
    assert stretches(parted) == [((0, 2), (4, 5)), ((2, 4), (6, 7))]


def test_a_word_that_is_hardly_content_does_not_part_a_stretch() -> None:
    one = reporting("BI.II..", ".....B.", dict.fromkeys((0, 1, 3, 4), 5))
    one.content[2] = (0.01, 0.4)
    assert stretches(one) == [((0, 5), (5, 6))]


def test_what_stands_between_marks_is_content_as_a_whole() -> None:
    one = reporting("BI.III..", "......B.", dict.fromkeys((0, 1, 3, 4, 5), 6))
    assert len(stretches(one)) == 2
    assert stretches(one, [(0, 6)]) == [((0, 6), (6, 7))]
    assert stretches(reporting("........", "......B.", {}), [(0, 6)]) == []


def test_a_cue_is_no_content_of_its_own() -> None:
    one = reporting("BIII", ".B..", {0: 1, 1: 1, 2: 1, 3: 1})
    assert all(not first <= 1 < last for (first, last), cue in stretches(one) if cue)


def test_a_link_finds_a_cue_that_the_tags_missed() -> None:
    assert stretches(reporting("BII...", "......", dict.fromkeys(range(3), 4))) == [
        ((0, 3), (4, 5))
    ]


@given(
    st.lists(st.tuples(st.booleans(), st.integers(1, 40)), min_size=1, max_size=60),
    st.integers(20, 80),
)
def test_windows_hold_every_word_once_and_are_never_too_long(
    words: list[tuple[bool, int]], most: int
) -> None:
    paragraph = np.cumsum([begins for begins, _ in words])
    sizes = np.array([min(size, most // 4) for _, size in words])
    windows = pack_paragraphs(paragraph - paragraph[0], sizes, most)
    kept = [n for a, b in zip(windows.low, windows.high, strict=True) for n in range(a, b)]
    assert kept == list(range(len(words)))
    for first, last, low, high in zip(*windows, strict=True):
        breaks = len(set(paragraph[first:last])) - 1
        assert first <= low < high <= last
        assert sizes[first:last].sum() + breaks <= most - 2
        assert breaks == 0 or (first == low and last == high)


def test_paragraphs_are_packed_while_they_fit() -> None:
    sizes = np.full(9, 10)
    windows = pack_paragraphs(np.repeat([0, 1, 2], 3), sizes, 65)
    assert list(zip(windows.first, windows.last, strict=True)) == [(0, 6), (6, 9)]


def test_paragraphs_of_a_text() -> None:
    text = "\n\nA b.\n \nC\nd."
    assert number_paragraphs(text, np.array([2, 4, 9, 11])).tolist() == [0, 0, 1, 1]


def test_what_is_written_is_read_and_damage_is_noticed(tmp_path: Path) -> None:
    key = "ab" * 32
    one = reporting("BI..", "..B.", {0: 2, 1: 2})
    assert cache.read_reporting(tmp_path, key) is None
    cache.write_reporting(tmp_path, key, one)
    read = cache.read_reporting(tmp_path, key)
    assert read is not None
    for name, array in one.arrays().items():
        assert read.arrays()[name].dtype == array.dtype
        assert read.arrays()[name].tolist() == array.tolist()
    (path,) = tmp_path.rglob("*.npz")
    path.write_bytes(path.read_bytes()[:-3])
    assert cache.read_reporting(tmp_path, key) is None


@pytest.mark.parametrize("size", [0, 1])
def test_texts_without_words_have_no_attributions(size: int) -> None:
    assert stretches(reporting("." * size, "." * size, {})) == []
