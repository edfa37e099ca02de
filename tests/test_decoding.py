"""From scores to tags, trees and lemmas: the best of all there are, found by trying them all."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pytest

from analysis.annotation.decoding import apply_script, choose_lemma, decode_tags, decode_trees

TAGS = ("O", "B-X", "I-X", "B-Y", "I-Y")


def brute_tags(scores: np.ndarray, tags: tuple[str, ...]) -> list[int]:
    """The best legal sequence among all there are."""
    found: dict[tuple[int, ...], float] = {}
    for path in itertools.product(range(len(tags)), repeat=len(scores)):
        names = ["O", *(tags[i] for i in path)]
        legal = all(
            b[:2] != "I-" or (a != "O" and a[2:] == b[2:]) for a, b in itertools.pairwise(names)
        )
        if legal:
            found[path] = sum(row[i] for row, i in zip(scores, path, strict=True))
    return list(max(found, key=found.__getitem__))


@pytest.mark.parametrize("seed", range(20))
def test_tags_are_the_best_legal_sequence(seed: int) -> None:
    scores = np.random.default_rng(seed).normal(size=(2, 4, 5))
    found = decode_tags(scores, np.array([4, 3]), TAGS)
    assert found[0].tolist() == brute_tags(scores[0], TAGS)
    assert found[1, :3].tolist() == brute_tags(scores[1, :3], TAGS)


def test_tags_never_start_inside_and_may_be_none() -> None:
    tags = ("O", "B-X", "I-X")
    assert decode_tags(np.array([[[0.0, 1.0, 5.0]]]), np.array([1]), tags).tolist() == [[1]]
    assert decode_tags(np.zeros((1, 0, 3)), np.array([0]), tags).shape == (1, 0)


def is_tree(heads: Sequence[int]) -> bool:
    """One word hangs on the root and every word reaches it."""
    if list(heads).count(0) != 1:
        return False
    for at in range(1, len(heads) + 1):
        steps = 0
        while at and steps <= len(heads):
            at, steps = heads[at - 1], steps + 1
        if at:
            return False
    return True


@pytest.mark.parametrize("seed", range(40))
def test_trees_are_the_best_with_one_root(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1, 5, size=3)
    scores = rng.normal(0, 3, (3, 4, 5)).astype("f4")
    before = scores.copy()
    found = decode_trees(scores, lengths)
    for row, n in enumerate(lengths.tolist()):
        own = scores[row, :n, : n + 1]
        totals = {
            heads: sum(own[i, h] for i, h in enumerate(heads))
            for heads in itertools.product(range(n + 1), repeat=n)
            if is_tree(heads)
        }
        ours = tuple(found[row, :n].tolist())
        assert ours in totals
        assert totals[ours] == pytest.approx(max(totals.values()), abs=1e-5)
        assert (found[row, n:] == 0).all()
    assert np.array_equal(scores, before)


def test_a_script_that_does_not_fit_leaves_the_word() -> None:
    assert apply_script("Is", "L5+be") == "is"
    assert apply_script("a", "L1+") == "a"


def test_a_known_lemma_is_preferred() -> None:
    scripts, lemmas, pieces = ["L1+", "L2+", "L0+"], frozenset({"kill"}), frozenset({"hope"})
    assert choose_lemma("vexilled", "VERB", scripts, frozenset({"vexill"}), pieces) == "vexill"
    assert choose_lemma("Killed", "PROPN", scripts, lemmas, pieces) == "kille"
    assert (
        choose_lemma("blorped", "ADJ", ["L1+", "L2+"], lemmas, frozenset({"blorped"})) == "blorped"
    )


@pytest.mark.parametrize(
    ("form", "scripts", "lemma"),
    [
        ("sank", ["L3+ay", "L2+"], "sink"),
        ("shot", ["L1+", "L0+"], "shoot"),
        ("wept", ["L2+", "L0+"], "weep"),
        ("torn", ["L2+", "L0+"], "tear"),
        ("fled", ["L1+ad", "L2+"], "flee"),
        ("wound", ["L0+", "L3+ind"], "wound"),  # of two that the dictionary has, the better script
    ],
)
def test_a_verbs_lemma_is_never_a_stub(form: str, scripts: list[str], lemma: str) -> None:
    assert choose_lemma(form, "VERB", scripts, frozenset(), frozenset({"we", "to"})) == lemma
