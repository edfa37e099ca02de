"""Figures of the bundled model on gold words, and how sure they are; used by test_model_sample."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

MODEL = Path(__file__).resolve().parent.parent / "analysis" / "model"
TRAINING = Path(__file__).resolve().parent.parent / "training"
PARTS = ("labels", "scoring", "encode", "sources", "evaluate")
NEEDED = ("model.onnx", "labels.json", "tokenizer.json", "model-card.md", "measured.json")
OUTPUTS = ("entities", "upos", "morphology", "lemmas", "arcs", "relations")
JUDGEMENTS = ("negative", "neutral", "positive")


def need_model() -> None:
    """Skip where the model is not in the checkout, or what runs it is not installed."""
    missing = [name for name in NEEDED if not (MODEL / name).is_file()]
    if missing:
        pytest.skip(f"the bundled model is not here: analysis/model lacks {', '.join(missing)}")
    pytest.importorskip("onnxruntime")
    pytest.importorskip("tokenizers")


@contextmanager
def training_parts() -> Iterator[dict[str, Any]]:
    """Import the parts of training/ that need no torch by path, and forget them again."""
    sys.path.insert(0, str(TRAINING))
    try:
        yield {name: importlib.import_module(name) for name in PARTS}
    finally:
        sys.path.remove(str(TRAINING))
        for name in PARTS:
            sys.modules.pop(name, None)


def tag_gold(rows: list[Any], wanted: tuple[str, ...] = OUTPUTS) -> list[dict[str, Any]]:
    """Tag gold words with the package's own code; what each sentence gets, word by word."""
    from analysis.annotation.engine import find_lemmas
    from analysis.annotation.model import load_model, pieces_of, run_model
    from analysis.annotation.words import cut_windows

    model = load_model()
    words = [word for s in rows for word in s.words]
    counts = np.array([len(s.words) for s in rows])
    encoded = pieces_of(model).encode(words)
    windows = cut_windows(np.repeat(np.arange(len(rows)), counts), encoded.first)
    codes = run_model(model, encoded, windows, wanted, workers=1)
    lemmas = find_lemmas(codes, words, model).tolist()
    found = []
    for low, high in zip(counts.cumsum() - counts, counts.cumsum(), strict=True):
        own = range(low, high)
        heads = codes.head[low:high]
        found.append(
            {
                "tags": [model.labels["entities"][codes.entity[i]] for i in own],
                "upos": [model.labels["upos"][codes.pos[i]] for i in own],
                "morphology": [model.labels["morphology"][codes.morphology[i]] for i in own],
                "lemmas": lemmas[low:high],
                "relations": [model.labels["relations"][codes.dep[i]] for i in own],
                "heads": np.where(heads >= 0, heads - low + 1, 0).tolist(),
            }
        )  # fmt: skip
    return found


def spans_of(tags: list[str]) -> set[tuple[int, int, str]]:
    """The names that BIO tags mark: first word, one past the last word, label."""
    found = []
    for i, tag in enumerate(tags):
        if tag.startswith("B-"):
            found.append([i, i + 1, tag[2:]])
        elif tag.startswith("I-"):
            found[-1][1] = i + 1
    return {(a, b, label) for a, b, label in found}


def count_entities(rows: list[Any], ours: list[dict], types: dict[str, str]) -> np.ndarray:
    """Right, found and gold names of every sentence; `types` renames, and drops what it lacks."""
    table = []
    for s, said in zip(rows, ours, strict=True):
        gold_tags = [tag if tag[:2] in {"B-", "I-"} else "O" for tag in s.tags]
        gold, found = (
            {(a, b, types[k]) for a, b, k in spans_of(tags) if k in types}
            for tags in (gold_tags, said["tags"])
        )
        table.append((len(gold & found), len(found), len(gold)))
    return np.array(table)


def count_relations(rows: list[Any], ours: list[dict], names: set[str]) -> np.ndarray:
    """Right, found and gold relations of some kinds in every sentence, head and label together."""
    table = []
    for s, said in zip(rows, ours, strict=True):
        gold, found = (
            {(i, h, r) for i, (h, r) in enumerate(zip(heads, kinds, strict=True)) if r in names}
            for heads, kinds in ((s.heads, s.relations), (said["heads"], said["relations"]))
        )
        table.append((len(gold & found), len(found), len(gold)))
    return np.array(table)


def plain(lemma: str) -> str:
    """A lemma without case and with straight quotation marks."""
    return lemma.lower().translate(str.maketrans("’‘“”", "''\"\""))


def count_words(rows: list[Any], ours: list[dict]) -> dict[str, np.ndarray]:
    """Right words and all words of every sentence: upos, lemma, uas, las (without subtypes).

    A lemma is right in any case of its letters and with either form of its quotation marks.
    """
    table: dict[str, list[tuple[int, int]]] = {"upos": [], "lemma": [], "uas": [], "las": []}
    for s, said in zip(rows, ours, strict=True):
        head = np.array(s.heads) == np.array(said["heads"])
        kind = np.array(
            [a.split(":")[0] == b.split(":")[0]
             for a, b in zip(s.relations, said["relations"], strict=True)]
        )  # fmt: skip
        upos = np.array(s.upos) == np.array(said["upos"])
        lemma = np.array(list(map(plain, s.lemmas))) == np.array(list(map(plain, said["lemmas"])))
        for name, right in zip(table, (upos, lemma, head, head & kind), strict=True):
            table[name].append((int(right.sum()), len(right)))
    return {name: np.array(counts) for name, counts in table.items()}


def count_judgements(judged: np.ndarray, gold: list[int], units: list[str]) -> np.ndarray:
    """The nine cells of gold × judged, of every unit (a sentence, an article)."""
    codes = np.unique(units, return_inverse=True)[1]
    table = np.zeros((int(codes.max()) + 1, 9), dtype=int)
    np.add.at(table, (codes, 3 * np.array(gold) + judged), 1)
    return table


def f1(total: np.ndarray) -> np.ndarray:
    """F1 from right, found, gold."""
    return 2 * total[..., 0] / np.maximum(1, total[..., 1] + total[..., 2])


def percent(total: np.ndarray) -> np.ndarray:
    """Per cent from right, all."""
    return 100 * total[..., 0] / np.maximum(1, total[..., 1])


def macro_f1(total: np.ndarray) -> np.ndarray:
    """Mean over the three judgements of F1, from the nine cells of gold × judged."""
    cells = total.reshape(*total.shape[:-1], 3, 3)
    both = np.diagonal(cells, axis1=-2, axis2=-1)
    return (2 * both / np.maximum(1, cells.sum(-1) + cells.sum(-2))).mean(-1)


def interval(
    counts: np.ndarray, figure: Callable[[np.ndarray], np.ndarray], confidence: float = 0.998
) -> tuple[float, float]:
    """Percentile bootstrap of a figure: the rows of counts (sentences, articles) drawn again."""
    times = np.random.default_rng(0).multinomial(
        len(counts), np.full(len(counts), 1 / len(counts)), size=5000
    )
    low, high = np.quantile(figure(times @ counts), [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)
