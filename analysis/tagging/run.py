"""Words through the model: batches of like length, on several threads, back into one row."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from analysis.tagging.decode import decode_tags, decode_trees
from analysis.tagging.model import Model
from analysis.tagging.pieces import CLS, SEP, Encoded
from analysis.tagging.windows import Windows

ENTITIES = ("entities",)
EVERYTHING = ("entities", "upos", "morphology", "lemmas", "arcs", "relations")
MOST_ROWS = 16  # small batches stay in the processor's cache
_MOST_PIECES = 4096  # in a batch, padding included …
CHOICES = 5  # scripts for a lemma that the model gives
_MOST_PAIRS = 150_000  # … and pairs of words, of which the relations need fifty numbers each


class Codes(NamedTuple):
    """What the model says of every word, as numbers of labels."""

    entity: np.ndarray
    score: np.ndarray
    pos: np.ndarray
    morphology: np.ndarray
    script: np.ndarray  # words × CHOICES: the best scripts for the lemma, best first
    dep: np.ndarray
    head: np.ndarray  # number of the word it hangs on, -1 for a root


def cores() -> int:
    """Count the processor cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


def run_model(
    model: Model,
    encoded: Encoded,
    windows: Windows,
    wanted: Sequence[str] = EVERYTHING,
    *,
    workers: int | None = None,
) -> Codes:
    """Run the model over windows of words and gather what it says.

    Parameters
    ----------
    model : Model
    encoded : Encoded
        The words as pieces.
    windows : Windows
        Which words the model sees together.
    wanted : sequence of str
        Outputs to compute; the others stay zero.
    workers : int, optional
        Threads; every core by default.

    Returns
    -------
    Codes
    """
    count = len(encoded.first) - 1
    kinds = dict.fromkeys(Codes._fields, np.int8) | {
        "score": np.float32, "morphology": np.int16, "script": np.int16, "head": np.int32,
    }  # fmt: skip
    codes = Codes(
        **{
            name: np.zeros((count, CHOICES) if name == "script" else count, kind)
            for name, kind in kinds.items()
        }
    )
    codes.head[:] = -1

    def work(batch: np.ndarray) -> None:
        _run_batch(model, encoded, windows, batch, wanted, codes)

    batches = list(make_batches(encoded, windows))
    workers = workers or cores()
    if workers == 1 or len(batches) < 2:
        for batch in batches:
            work(batch)
    else:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(work, batches))
    return codes


def make_batches(encoded: Encoded, windows: Windows) -> Iterator[np.ndarray]:
    """Put windows of like length together, the longest first, within a budget of memory."""
    size = encoded.first[windows.last] - encoded.first[windows.first]
    words = windows.last - windows.first
    order = np.lexsort((words, size))[::-1]
    at = 0
    while at < len(order):
        longest = int(size[order[at]]) + 2
        most = int(words[order[at : at + MOST_ROWS]].max())
        rows = min(MOST_ROWS, _MOST_PIECES // longest, _MOST_PAIRS // (most * most))
        yield order[at : at + max(1, rows)]
        at += max(1, rows)


def _run_batch(
    model: Model,
    encoded: Encoded,
    windows: Windows,
    batch: np.ndarray,
    wanted: Sequence[str],
    codes: Codes,
) -> None:
    """Run one batch and write what each window keeps into the row of all words."""
    first, lengths = windows.first[batch], (windows.last - windows.first)[batch]
    found = dict(zip(wanted, model.run(wanted, _feed(encoded, first, lengths)), strict=True))
    place = np.arange(int(lengths.max()))
    number = first[:, None] + place
    kept = (number >= windows.low[batch][:, None]) & (number < windows.high[batch][:, None])
    target = number[kept]
    tags = decode_tags(found["entities"], lengths, model.labels["entities"])
    chosen = np.take_along_axis(found["entities"], tags[:, :, None], 2)[:, :, 0]
    codes.entity[target] = tags[kept]
    codes.score[target] = np.minimum(np.exp(chosen[kept]), 1.0)
    for name, column in (
        ("upos", codes.pos), ("morphology", codes.morphology), ("lemmas", codes.script),
    ):  # fmt: skip
        if name in found:
            column[target] = found[name][kept]
    if "arcs" in found:
        heads = decode_trees(found["arcs"], lengths)
        relations = np.take_along_axis(found["relations"], heads[:, :, None], 2)[:, :, 0]
        codes.dep[target] = relations[kept]
        codes.head[target] = np.where(heads > 0, first[:, None] + heads - 1, -1)[kept]


def _feed(encoded: Encoded, first: np.ndarray, lengths: np.ndarray) -> dict[str, np.ndarray]:
    """The arrays of one batch, filled up with zeros to the longest row."""
    low, high = encoded.first[first], encoded.first[first + lengths]
    shape = (len(first), int((high - low).max()) + 2)
    feed = {name: np.zeros(shape, np.int64) for name in ("pieces", "mask", "shapes", "target")}
    words = (len(first), int(lengths.max()))
    feed |= {name: np.zeros(words, np.int64) for name in ("first", "word_mask")}
    for row, (a, b, word, count) in enumerate(
        zip(low.tolist(), high.tolist(), first.tolist(), lengths.tolist(), strict=True)
    ):
        size = b - a
        feed["pieces"][row, 0] = CLS
        feed["pieces"][row, 1 : size + 1] = encoded.ids[a:b]
        feed["pieces"][row, size + 1] = SEP
        feed["mask"][row, : size + 2] = 1
        feed["shapes"][row, 1 : size + 1] = encoded.shapes[a:b]
        feed["first"][row, :count] = encoded.first[word : word + count] - a + 1
        feed["word_mask"][row, :count] = 1
    return feed
