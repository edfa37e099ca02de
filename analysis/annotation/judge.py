"""Tone toward a target: what the model, which is not shown the name, says of one sentence."""

from __future__ import annotations

import hashlib
import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from analysis.annotation.model import equal_batches, load_model, pieces_of, read_labels, run_batches
from analysis.annotation.words import CLS, MASK, MOST, SEP, Pieces
from analysis.files import default_folder, write_atomic
from analysis.tables import progress

_CHUNK = re.compile(r"\S+")
_POSSESSIVE = re.compile(r"['’]s?$", re.IGNORECASE)
_THE = re.compile(r"(?<!\w)the\s+$", re.IGNORECASE)


class Target(NamedTuple):
    """One sentence as pieces, with a flagged [MASK] in the place of its target."""

    ids: list[int]
    shapes: list[int]
    flags: list[int]


def judge(
    texts: Sequence[str], spans: Sequence[tuple[int, int]], *, workers: int | None = None
) -> np.ndarray:
    """Judge how each text speaks of the target in it."""
    # A sentence longer than the model reads at once (512 pieces) is cut down to a window with the
    # target in its middle. The other sentences and `workers` change nothing.
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

    def work(batch: np.ndarray) -> None:
        # One row would go another way through the product of its matrices, so it comes twice.
        rows = batch.tolist() * (2 if len(batch) == 1 else 1)
        judged[batch] = model.run(["sentiment"], _feed([targets[i] for i in rows]))[0][: len(batch)]

    batches = [there[batch] for batch in equal_batches(lengths[there])]
    run_batches(work, batches, workers)
    return judged


def hidden_span(text: str, start: int, end: int) -> tuple[int, int]:
    """Give what is hidden of a target: `the` before it, too, but no ending of a possessive.

    >>> text = "Critics of the Senate’s vote"
    >>> hidden_span(text, 15, 23), text[11:21]
    ((11, 21), 'the Senate')
    """
    ending = _POSSESSIVE.search(text[start:end])
    if ending and ending.start():
        end = start + ending.start()
    before = _THE.search(text[max(0, start - 8) : start])
    return start - len(before[0]) if before else start, end


def encode_target(text: str, start: int, end: int, cut: Pieces) -> Target:
    """Encode a sentence with one [MASK] in the place of its target, as in training.

    What the target's word has before it and behind it (`anti-`, `'s`) stays. Where the name stands
    again in the sentence, a [MASK] without the flag stands for it.
    """
    start, end = hidden_span(text, start, end)
    spans = [(start, end), *_same_names(text, start, end)]
    ids: list[int] = []
    shapes: list[int] = []
    flags: list[int] = []
    shown: set[int] = set()  # spans that have their [MASK]
    for match in _CHUNK.finditer(text):
        pieces, forms, offsets = cut.of(match[0])
        at = match.start()
        hidden = [_place_of((at + low, at + high), spans) for low, high in offsets]
        if at < end and match.end() > start and 0 not in hidden:
            hidden[-1] = 0  # a target behind the pieces that a very long chunk is cut down to
        for piece, form, inside in zip(pieces, forms, hidden, strict=True):
            if inside is None or inside not in shown:
                ids.append(piece if inside is None else MASK)
                shapes.append(form if inside is None else 0)
                flags.append(int(inside == 0))
            if inside is not None:
                shown.add(inside)
    most = MOST - 2
    if len(ids) > most:
        middle = flags.index(1) if 1 in flags else 0
        low = min(max(0, middle - most // 2), len(ids) - most)
        kept = slice(low, low + most)
        ids, shapes, flags = ids[kept], shapes[kept], flags[kept]
    return Target([CLS, *ids, SEP], [0, *shapes, 0], [0, *flags, 0])


def _place_of(piece: tuple[int, int], spans: list[tuple[int, int]]) -> int | None:
    """The first span that a piece is in, by its number."""
    inside = (n for n, (low, high) in enumerate(spans) if piece[0] < high and piece[1] > low)
    return next(inside, None)


def _same_names(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where else a hidden name stands in its sentence, whole or by its last word."""
    name = re.sub(r"^the\s+", "", text[start:end], flags=re.IGNORECASE)
    last = name.split()[-1] if name.split() else ""
    forms = {name, last} if last[:1].isupper() and len(last) > 2 else {name}
    pattern = "|".join(map(re.escape, sorted(filter(None, forms), key=len, reverse=True)))
    if not pattern:
        return []
    found = (match.span() for match in re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", text))
    return [span for span in found if span[1] <= start or span[0] >= end]


def _feed(targets: list[Target]) -> dict[str, np.ndarray]:
    """The arrays of one batch of targets of the same length."""
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


_TOGETHER = 1000  # targets judged at once, so that sentences of like length meet
_VERSION = 3  # of how a sentence and its target become the model's input

Part = tuple[list[int], Path | None]  # the rows of a document, and where they are kept


def judge_kept(
    texts: Sequence[str],
    spans: Sequence[tuple[int, int]],
    owners: Sequence[int],
    *,
    cache: bool | str | Path = True,
) -> np.ndarray:
    """Judge as `judge` does, and only what has not been judged before."""
    # A document is judged again when one of its sentences or targets changes, when the model does,
    # and when its file is damaged. An interrupted run goes on where it was.
    judged = np.full((len(texts), 3), np.nan, dtype=np.float32)
    folder = None if cache is False else default_folder() if cache is True else Path(cache)
    documents: dict[int, list[int]] = {}
    for row, owner in enumerate(owners):
        documents.setdefault(owner, []).append(row)
    left: list[Part] = []
    for rows in documents.values():
        path = None if folder is None else _path(folder, texts, spans, rows)
        known = None if path is None else _read(path, len(rows))
        if known is None:
            left.append((rows, path))
        else:
            judged[rows] = known
    writable = True
    for some in progress(_together(left), desc="sentiment"):
        rows = [row for own, _ in some for row in own]
        judged[rows] = judge([texts[row] for row in rows], [spans[row] for row in rows])
        for own, path in some:
            writable = writable and (path is None or _write(path, judged[own]))
    return judged


def _together(left: list[Part]) -> list[list[Part]]:
    """Put documents together until they have enough targets."""
    batches: list[list[Part]] = []
    size = _TOGETHER
    for item in left:
        if size >= _TOGETHER:
            batches.append([])
            size = 0
        batches[-1].append(item)
        size += len(item[0])
    return batches


def _path(
    folder: Path, texts: Sequence[str], spans: Sequence[tuple[int, int]], rows: list[int]
) -> Path:
    """Name a document's judgements by all that they depend on."""
    digest = hashlib.sha256(f"{read_labels()['sha256']} judge {_VERSION}".encode())
    for row in rows:
        text = texts[row].encode("utf-8", "surrogatepass")
        digest.update(np.array([len(text), *spans[row]], dtype="<i8").tobytes() + text)
    key = digest.hexdigest()
    return folder / "judged" / key[:2] / f"{key}.f32"


def _read(path: Path, rows: int) -> np.ndarray | None:
    """Read judgements; None where there are none, or they are damaged."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    digest, data = content[:32], content[32:]
    if len(data) != 12 * rows or hashlib.sha256(path.name.encode() + data).digest() != digest:
        return None
    return np.frombuffer(data, dtype="<f4").reshape(rows, 3)


def _write(path: Path, judged: np.ndarray) -> bool:
    """Keep judgements; say so and go on where the folder cannot be written to."""
    data = judged.astype("<f4").tobytes()
    try:
        write_atomic(path, hashlib.sha256(path.name.encode() + data).digest() + data)
    except OSError as error:
        warnings.warn(
            f"Judgements cannot be kept in {path.parents[2]} ({error.strerror}), so they will be"
            " made again next time; set DISCOURSE_CACHE to a folder that can be written to.",
            stacklevel=2,
        )
        return False
    return True
