"""What an engine says of one document: arrays with one entry for each word of the engine."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Tagged(NamedTuple):
    """One document, tagged; every array has one entry for each word of the engine.

    The engine's words need not be the rows of the tokens table: Universal Dependencies cuts
    “Russia’s” in two. The offsets say what is what.
    """

    start: np.ndarray  # int32, characters
    end: np.ndarray
    sentence: np.ndarray  # int32
    pos: np.ndarray  # str objects; "" where the engine does not say
    morphology: np.ndarray
    lemma: np.ndarray
    dep: np.ndarray
    head: np.ndarray  # int32, number of the head among the document's words; -1 for a root
    entity: np.ndarray  # str objects: O, B-PERSON, I-PERSON …
    score: np.ndarray  # float32, probability of that tag


STRINGS = ("pos", "morphology", "lemma", "dep", "entity")
DTYPES = {
    name: np.dtype(object if name in STRINGS else np.float32 if name == "score" else np.int32)
    for name in Tagged._fields
}


def empty_tagged() -> Tagged:
    """Give what is said of a text without words."""
    return Tagged(*(np.empty(0, DTYPES[name]) for name in Tagged._fields))
