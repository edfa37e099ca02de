"""Sentiment toward a target: what the model says of one span in one sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from analysis.tagging.bundled import pieces_of
from analysis.tagging.model import load_model
from analysis.tagging.pieces import CLS, SEP, Pieces
from analysis.tagging.run import MOST_ROWS, cores
from analysis.tagging.windows import MOST

_MOST_PIECES = 4096  # in a batch, padding included
_CHUNK = re.compile(r"\S+")


class Target(NamedTuple):
    """One sentence as pieces, with its target's pieces flagged."""

    ids: list[int]
    shapes: list[int]
    flags: list[int]


def judge(
    texts: Sequence[str],
    spans: Sequence[tuple[int, int]],
    *,
    workers: int | None = None,
) -> np.ndarray:
    """Judge how each text speaks of the target in it.

    Parameters
    ----------
    texts : sequence of str
        Sentences.
    spans : sequence of (int, int)
        The target in each: ``text[start:end]``.
    workers : int, optional
        Threads; every core by default.

    Returns
    -------
    numpy.ndarray of float32, shape (texts, 3)
        Probabilities of negative, neutral and positive, calibrated on the validation split. NaN
        where the target holds no character other than white space.

    Raises
    ------
    InputError
        If the model is missing or damaged, or its packages are not installed.

    Notes
    -----
    A sentence longer than the model reads at once (512 pieces) is cut down to a window with the
    target in its middle. The other sentences and `workers` change a result by its rounding at most
    (some 10⁻⁷: sums over padding are added up in another order).
    """
    if len(texts) != len(spans):
        raise ValueError(f"{len(texts)} texts and {len(spans)} spans do not go together.")
    judged = np.full((len(texts), 3), np.nan, dtype=np.float32)
    if not len(texts):
        return judged
    model = load_model()
    cut = pieces_of(model)
    targets = [encode_target(text, *span, cut) for text, span in zip(texts, spans, strict=True)]
    there = np.flatnonzero([any(target.flags) for target in targets])
    lengths = np.array([len(target.ids) for target in targets])
    order = there[np.argsort(-lengths[there], kind="stable")]

    def work(batch: np.ndarray) -> None:
        feed = _feed([targets[i] for i in batch.tolist()])
        judged[batch] = model.run(["sentiment"], feed)[0]

    batches = []
    while len(order):
        rows = max(1, min(MOST_ROWS, _MOST_PIECES // int(lengths[order[0]])))
        batches.append(order[:rows])
        order = order[rows:]
    with ThreadPoolExecutor(workers or cores()) as pool:
        list(pool.map(work, batches))
    return judged


def encode_target(text: str, start: int, end: int, cut: Pieces) -> Target:
    """Encode a sentence with its target's pieces flagged, as in training.

    Parameters
    ----------
    text : str
        The sentence; cut at white space.
    start, end : int
        The target.
    cut : Pieces
        The tokenizer.

    Returns
    -------
    Target
        At most 512 pieces; of a longer sentence those around the target.
    """
    ids: list[int] = []
    shapes: list[int] = []
    flags: list[int] = []
    for match in _CHUNK.finditer(text):
        pieces, forms, offsets = cut.of(match[0])
        at = match.start()
        ids += pieces
        shapes += forms
        found = [int(at + low < end and at + high > start) for low, high in offsets]
        if not any(found) and at < end and match.end() > start:
            found[-1] = 1  # a target behind the pieces that a very long chunk is cut down to
        flags += found
    room = MOST - 2
    if len(ids) > room:
        flagged = [i for i, flag in enumerate(flags) if flag] or [0]
        middle = (flagged[0] + min(flagged[-1], flagged[0] + room)) // 2
        low = min(max(0, middle - room // 2), len(ids) - room)
        kept = slice(low, low + room)
        ids, shapes, flags = ids[kept], shapes[kept], flags[kept]
    return Target([CLS, *ids, SEP], [0, *shapes, 0], [0, *flags, 0])


def _feed(targets: list[Target]) -> dict[str, np.ndarray]:
    shape = (len(targets), max(len(target.ids) for target in targets))
    feed = {name: np.zeros(shape, np.int64) for name in ("pieces", "mask", "shapes", "target")}
    for row, target in enumerate(targets):
        size = len(target.ids)
        feed["pieces"][row, :size] = target.ids
        feed["mask"][row, :size] = 1
        feed["shapes"][row, :size] = target.shapes
        feed["target"][row, :size] = target.flags
    # The heads over words are not computed, but the graph wants its inputs.
    return feed | {name: np.zeros((len(targets), 1), np.int64) for name in ("first", "word_mask")}
