"""Words to word pieces with case shapes, and sentences to batches. Needs tokenizers, not torch."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from analysis.annotation import judge
from tokenizers import Tokenizer

CLS, SEP, UNKNOWN = 101, 102, 100
SHAPES = ("none", "lower", "title", "upper", "mixed", "letter")
_RUN = re.compile(r"\w+")


def shape_of(run: str) -> int:
    """Give the case shape of a run of letters: an index of SHAPES (`letter`: one capital)."""
    if not any(c.isalpha() for c in run):
        return 0
    if run.upper() == run.lower() or run == run.lower():
        return 1
    if run == run.upper():
        return 5 if sum(c.isalpha() for c in run) == 1 else 3
    return 2 if run[:1].isupper() and run[1:] == run[1:].lower() else 4


Cut = tuple[tuple[int, ...], tuple[int, ...], tuple[tuple[int, int], ...]]


class Pieces:
    """The tokenizer with a memory of words: the same word is cut once."""

    def __init__(self, path: str | Path):
        self.tokenizer = Tokenizer.from_file(str(path))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self.of = lru_cache(maxsize=200_000)(self._cut)

    def _cut(self, word: str) -> Cut:
        """Cut one word: piece ids, case shapes, character offsets; never empty."""
        encoding = self.tokenizer.encode(word, add_special_tokens=False)
        if not encoding.ids:
            return (UNKNOWN,), (0,), ((0, len(word)),)
        shapes = [0] * len(word)
        for run in _RUN.finditer(word):
            shapes[run.start() : run.end()] = [shape_of(run[0])] * (run.end() - run.start())
        found = tuple(shapes[start] if start < len(word) else 0 for start, _ in encoding.offsets)
        return tuple(encoding.ids[:16]), found[:16], tuple(encoding.offsets[:16])


@dataclass
class Item:
    """One encoded sentence; `first` is the place of each word's first piece, after [CLS]."""

    pieces: list[int]
    shapes: list[int]
    first: list[int]
    target: list[int] = field(default_factory=list)
    gold: dict[str, list[int]] = field(default_factory=dict)


def encode_words(words: list[str], cut: Pieces) -> Item:
    """Encode words as one sentence between [CLS] and [SEP]."""
    ids, shapes, first = [CLS], [0], []
    for word in words:
        pieces, forms, _ = cut.of(word)
        first.append(len(ids))
        ids += pieces
        shapes += forms
    return Item([*ids, SEP], [*shapes, 0], first)


def encode_target(text: str, start: int, end: int, cut: Pieces) -> Item:
    """Encode a text with one flagged [MASK] in the place of its target, as the package does."""
    ids, shapes, flags = judge.encode_target(text, start, end, cut)  # type: ignore[arg-type]
    return Item(ids, shapes, [], flags)


def pad(rows: list[list[int]], value: int = 0) -> np.ndarray:
    """Write rows of unequal length as one matrix."""
    width = max(1, max(map(len, rows)))
    matrix = np.full((len(rows), width), value, dtype=np.int64)
    for i, row in enumerate(rows):
        matrix[i, : len(row)] = row
    return matrix


def collate(items: list[Item]) -> dict[str, np.ndarray]:
    """Make a batch: pieces, mask, shapes, target, first, word_mask, gold labels (−1: none)."""
    batch = {
        "pieces": pad([i.pieces for i in items]),
        "mask": pad([[1] * len(i.pieces) for i in items]),
        "shapes": pad([i.shapes for i in items]),
    }
    width = batch["pieces"].shape[1]
    batch["target"] = np.zeros_like(batch["pieces"])
    for row, item in enumerate(items):
        batch["target"][row, : len(item.target)] = item.target[:width]
    batch["first"] = pad([i.first for i in items])
    batch["word_mask"] = pad([[1] * len(i.first) for i in items])
    for name in items[0].gold:
        batch[name] = pad([i.gold[name] for i in items], -1)
    return batch


def bucket(lengths: list[int], rng: np.random.Generator, size: int, budget: int) -> list[list[int]]:
    """Shuffle into batches of like length: at most `size` rows and `budget` padded pieces."""
    order = rng.permutation(len(lengths))
    batches: list[list[int]] = []
    for chunk in range(0, len(order), size * 40):
        part = sorted(order[chunk : chunk + size * 40], key=lambda i: lengths[i])
        batch: list[int] = []
        for i in part:
            if batch and (len(batch) == size or lengths[i] * (len(batch) + 1) > budget):
                batches.append(batch)
                batch = []
            batch.append(int(i))
        if batch:
            batches.append(batch)
    return [batches[i] for i in rng.permutation(len(batches))]
