"""The bundled model: found, checked by its hash, and loaded once, when it is first used."""

from __future__ import annotations

import functools
import json
import os
import sys
import threading
import warnings
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from analysis._lazy import needs_extra
from analysis.annotation.decoding import decode_tags, decode_trees
from analysis.annotation.words import CLS, SEP, Encoded, Pieces, Windows
from analysis.files import hash_bytes
from analysis.tables import NO_TELEMETRY, InputError

FOLDER = Path(__file__).resolve().parents[1] / "model"
INPUTS = ("pieces", "mask", "shapes", "target", "first", "word_mask")
REPORTING = (
    "reported_content", "reported_source", "reported_cue", "reported_link_cue",
    "reported_link_source",
)  # fmt: skip
_LOCK = threading.Lock()
_LOADED: dict[Path, Model] = {}
_PIECES: dict[int, Pieces] = {}


class Model:
    """A session that computes only the outputs asked for; it may be run from several threads."""

    def __init__(self, folder: Path) -> None:
        runtime, tokenizers = _packages()
        self.labels = read_labels(folder)
        self.tokenizer = tokenizers.Tokenizer.from_str(_read(folder / "tokenizer.json").decode())
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self.vocabulary = frozenset(self.tokenizer.get_vocab())
        self.lemmas = frozenset(self.labels["known_lemmas"])
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = runtime.InferenceSession(
            _checked(folder), options, providers=["CPUExecutionProvider"]
        )
        self._switches = {one.name for one in self._session.get_inputs()} - set(INPUTS)

    def run(self, names: Sequence[str], feed: dict[str, np.ndarray]) -> list[np.ndarray]:
        """Compute the named outputs of one batch."""
        wanted = {n: v for n, v in switches(names).items() if n in self._switches}
        found: list[np.ndarray] = self._session.run(list(names), feed | wanted)
        return found


def switches(names: Collection[str]) -> dict[str, np.ndarray]:
    """Give the inputs that say which parts of the model are to be computed for these outputs."""
    judged = "sentiment" in names
    parsed = bool(set(names) - {"sentiment", "entities", *REPORTING})
    return {
        "want_words": np.array(parsed or "entities" in names),
        "want_syntax": np.array(parsed),
        "want_sentiment": np.array(judged),
        "want_reporting": np.array(bool(set(names) & set(REPORTING))),
    }


def load_model(folder: Path = FOLDER) -> Model:
    """Load the model, or give the one that this process has loaded already."""
    with _LOCK:
        if folder not in _LOADED:
            _LOADED[folder] = Model(folder)
        return _LOADED[folder]


def pieces_of(model: Model) -> Pieces:
    """Give the model's tokenizer with its memory of words."""
    return _PIECES.setdefault(id(model), Pieces(model.tokenizer))


@functools.cache
def read_labels(folder: Path = FOLDER) -> dict[str, Any]:
    """Read the label lists, and the hash that model.onnx must have."""
    labels: dict[str, Any] = _parsed(folder / "labels.json")
    for name in ("entities", "upos", "morphology", "lemmas", "relations"):
        labels[name] = tuple(labels[name])
    return labels


def describe_model(folder: Path = FOLDER) -> dict[str, Any]:
    """Name the model, its hash and its measured errors: what every table made by it carries."""
    path = folder / "measured.json"
    measured = _parsed(path) if path.exists() else {}
    return {"name": "bundled", "sha256": read_labels(folder)["sha256"][:12], "measured": measured}


def _packages() -> tuple[Any, Any]:
    _switch_telemetry_off()
    with needs_extra("model", "The bundled model"):
        import onnxruntime
        import tokenizers
    return onnxruntime, tokenizers


def _switch_telemetry_off() -> None:
    """Keep onnxruntime from reporting its use; say so, once, where it is too late for that."""
    off = all(os.environ.get(name) == value for name, value in NO_TELEMETRY.items())
    os.environ.update(NO_TELEMETRY)
    if not off and sys.modules.get("onnxruntime") is not None:
        warnings.warn(
            "onnxruntime was imported before the annotator could switch its telemetry off, so it"
            " may contact its maker from this process: set ORT_DISABLE_TELEMETRY=1 before you"
            " import it.",
            stacklevel=2,
        )


def _checked(folder: Path) -> bytes:
    data = _read(folder / "model.onnx")
    if hash_bytes(data) != read_labels(folder)["sha256"]:
        raise InputError(
            f"The model file {folder / 'model.onnx'} is damaged: its SHA-256 is not the one in"
            " labels.json; install the package again."
        )
    return data


def _parsed(path: Path) -> Any:
    try:
        return json.loads(_read(path))
    except ValueError:
        raise InputError(
            f"The model's file {path} is damaged; install the package again."
        ) from None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            f"The model's file {path} cannot be read ({error.strerror}); install the package again."
        ) from None


ENTITIES = ("entities",)
EVERYTHING = ("entities", "upos", "morphology", "lemmas", "arcs", "relations")
MOST_PIECES = 256  # in a batch, so that it stays in the processor's cache; a longer window is alone
CHOICES = 5  # scripts for a lemma that the model gives


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
    told = os.environ.get("OMP_NUM_THREADS", "")  # 1 in the workers of a cluster
    if told.isdecimal() and int(told):
        return int(told)
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
    """Run the model over windows of words, the same words once, and gather what it says."""
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

    same = find_repeated(encoded, windows)
    rows = np.flatnonzero(same == np.arange(len(same)))
    batches = make_batches(encoded, windows.of(rows))
    run_batches(work, [rows[batch] for batch in batches], workers)
    for row in np.flatnonzero(same != np.arange(len(same))).tolist():
        _copy_window(codes, windows, int(same[row]), row)
    return codes


def find_repeated(encoded: Encoded, windows: Windows) -> np.ndarray:
    """Give for every window the first one that holds the same words."""
    seen: dict[tuple[Any, ...], int] = {}
    pieces = encoded.first
    same = np.arange(len(windows.first))
    for row, (first, last, low, high) in enumerate(
        zip(*(n.tolist() for n in windows), strict=True)
    ):
        a, b = pieces[first], pieces[last]
        arrays = (encoded.ids[a:b], encoded.shapes[a:b], pieces[first:last] - a)
        key = (*(array.tobytes() for array in arrays), low - first, high - first)
        same[row] = seen.setdefault(key, row)
    return same


def _copy_window(codes: Codes, windows: Windows, source: int, goal: int) -> None:
    """Write what was found in one window into another with the same words."""
    read, written = (slice(windows.low[i], windows.high[i]) for i in (source, goal))
    for column in codes:
        column[written] = column[read]
    heads = codes.head[written]  # a view
    heads[heads >= 0] += windows.first[goal] - windows.first[source]


def run_batches(
    work: Callable[[np.ndarray], None], batches: list[np.ndarray], workers: int | None
) -> None:
    """Work on every batch, in threads where there are several."""
    workers = workers or cores()
    if workers == 1 or len(batches) < 2:
        for batch in batches:
            work(batch)
    else:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(work, batches))


def make_batches(encoded: Encoded, windows: Windows) -> list[np.ndarray]:
    """Put windows of the same length in pieces together, the longest first."""
    return equal_batches(encoded.first[windows.last] - encoded.first[windows.first] + 2)


def equal_batches(lengths: np.ndarray) -> list[np.ndarray]:
    """Cut rows into batches of the same length: no row is padded, so none depends on another."""
    order = np.argsort(-lengths, kind="stable")
    batches: list[np.ndarray] = []
    for alike in np.split(order, np.flatnonzero(np.diff(lengths[order])) + 1):
        rows = max(1, MOST_PIECES // int(lengths[alike[0]])) if len(alike) else 1
        batches += [alike[at : at + rows] for at in range(0, len(alike), rows)]
    return batches


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
    feed = feed_words(encoded, first, lengths)
    found = dict(zip(wanted, model.run(wanted, feed), strict=True))
    place = np.arange(feed["first"].shape[1])
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


def feed_words(encoded: Encoded, first: np.ndarray, lengths: np.ndarray) -> dict[str, np.ndarray]:
    """The arrays of one batch, filled up with zeros to the longest row, and to two words.

    One word in one row would go another way through the product of its matrices.
    """
    low, high = encoded.first[first], encoded.first[first + lengths]
    shape = (len(first), int((high - low).max()) + 2)
    feed = {name: np.zeros(shape, np.int64) for name in ("pieces", "mask", "shapes", "target")}
    words = (len(first), max(2, int(lengths.max())))
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
