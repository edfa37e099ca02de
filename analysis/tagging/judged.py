"""Judgements that are kept: one small file a document, checked when it is read."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from analysis.files import write_atomic
from analysis.tables import progress
from analysis.tagging.cache import default_folder
from analysis.tagging.judge import judge
from analysis.tagging.model import read_labels

_TOGETHER = 1000  # targets judged at once, so that sentences of like length meet
_VERSION = 1  # of how a sentence and its target become the model's input

Part = tuple[list[int], Path | None]  # the rows of a document, and where they are kept


def judge_kept(
    texts: Sequence[str],
    spans: Sequence[tuple[int, int]],
    owners: Sequence[int],
    *,
    cache: bool | str | Path = True,
) -> np.ndarray:
    """Judge as `judge` does, and only what has not been judged before.

    Parameters
    ----------
    texts, spans
        As for `judge`.
    owners : sequence of int
        The document that each row belongs to, whose rows are kept together.
    cache : bool, str or pathlib.Path
        As for `annotate`.

    Returns
    -------
    numpy.ndarray of float32, shape (texts, 3)

    Notes
    -----
    A document is judged again when one of its sentences or targets changes, when the model does,
    and when its file is damaged. An interrupted run goes on where it was.
    """
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
