"""The bundled model: found, checked by its hash, and loaded once, when it is first used."""

from __future__ import annotations

import functools
import json
import threading
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from analysis.files import hash_bytes
from analysis.tables import InputError

FOLDER = Path(__file__).resolve().parents[1] / "model"
INPUTS = ("pieces", "mask", "shapes", "target", "first", "word_mask")
_INSTEAD = 'entities can be found without the model by engine="rules"'
_LOCK = threading.Lock()
_LOADED: dict[Path, Model] = {}


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

    def run(self, names: Sequence[str], feed: dict[str, np.ndarray]) -> list[np.ndarray]:
        """Compute the named outputs of one batch."""
        found: list[np.ndarray] = self._session.run(list(names), feed | switches(names))
        return found


def switches(names: Collection[str]) -> dict[str, np.ndarray]:
    """Give the inputs that say which parts of the model are to be computed for these outputs."""
    judged = "sentiment" in names
    parsed = bool(set(names) - {"sentiment", "entities"})
    return {
        "want_words": np.array(parsed or "entities" in names),
        "want_syntax": np.array(parsed),
        "want_sentiment": np.array(judged),
    }


def load_model(folder: Path = FOLDER) -> Model:
    """Load the model, or give the one that this process has loaded already.

    Parameters
    ----------
    folder : pathlib.Path
        Where model.onnx, labels.json and tokenizer.json lie.

    Returns
    -------
    Model

    Raises
    ------
    InputError
        If a file is missing or damaged, or onnxruntime or tokenizers are not installed.
    """
    with _LOCK:
        if folder not in _LOADED:
            _LOADED[folder] = Model(folder)
        return _LOADED[folder]


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
    try:
        import onnxruntime
        import tokenizers
    except ImportError as error:
        raise InputError(
            "The annotator needs the packages onnxruntime and tokenizers, and"
            f" {error.name or error} cannot be loaded: run `pip install onnxruntime tokenizers`;"
            f" {_INSTEAD}."
        ) from None
    return onnxruntime, tokenizers


def _checked(folder: Path) -> bytes:
    data = _read(folder / "model.onnx")
    if hash_bytes(data) != read_labels(folder)["sha256"]:
        raise InputError(
            f"The model file {folder / 'model.onnx'} is damaged: its SHA-256 is not the one in"
            f" labels.json; install the package again; {_INSTEAD}."
        )
    return data


def _parsed(path: Path) -> Any:
    try:
        return json.loads(_read(path))
    except ValueError:
        raise InputError(
            f"The model's file {path} is damaged; install the package again; {_INSTEAD}."
        ) from None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            f"The model's file {path} cannot be read ({error.strerror}); install the package"
            f" again; {_INSTEAD}."
        ) from None
