"""Layers that were made of a partition and are kept beside it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from importlib import import_module

import numpy as np
import pandas as pd
import pyarrow as pa

from analysis.files import hash_bytes
from analysis.layers import LAYERS
from analysis.packed.files import FORMAT, Part, Place, arrow_bytes, from_batch, to_columns
from analysis.tables import say

_LARGE = 12_000_000  # rows of layers that are kept at hand


class MadeLayers:
    """The layers in the files of a packed corpus: a file and its checksum for each partition."""

    # A file is in force if its checksum, written after it, is right, and it says that it was made
    # of these very texts and aliases: what a stop left behind or came with others is made again.

    def __init__(self, place: Place) -> None:
        self.place = place
        self._known: dict[tuple[str, int, str], bool] = {}
        self._at_hand: dict[tuple[str, int, str], pd.DataFrame] = {}

    def _key(self, name: str, part: Part, aliases: pd.DataFrame | None) -> str:
        """All that a layer of a partition depends on."""
        named = aliases is not None and _needs_names(name)
        variants = aliases.to_csv(index=False) if named and aliases is not None else ""
        return hashlib.sha256(
            json.dumps([FORMAT, name, part.fingerprint, variants]).encode()
        ).hexdigest()

    def has(self, name: str, part: Part, aliases: pd.DataFrame | None) -> bool:
        """Whether a layer of a partition is there."""
        key = name, part.number, self._key(name, part, aliases)
        if not self._known.get(key):
            self._known[key] = self._check(name, part, key[2])
        return self._known[key]

    def _check(self, name: str, part: Part, key: str) -> bool:
        """Whether the file of a layer is whole and was made of what there is."""
        path = f"{part.folder}/{name}.made.arrow"
        if self.place.size(path) < 0 or not 0 < self.place.size(f"{path}.sha256") < 1000:
            return False
        stated = self.place.read(f"{path}.sha256").decode("ascii", "replace").split()[:1]
        if stated != [self.place.digest(path)]:
            say(f"{path} of {self.place.name} is damaged; it is made again.", deeper=8)
            return False
        try:
            about = self.place.batch(path).schema.metadata or {}
        except (pa.ArrowException, ValueError, OSError):
            return False
        return about.get(b"key") == key.encode()

    def read(
        self, name: str, part: Part, ids: pd.Index, aliases: pd.DataFrame | None
    ) -> pd.DataFrame | None:
        """A layer of a partition; None where it has none, or one of other documents."""
        if not self.has(name, part, aliases):
            return None
        key = name, part.number, self._key(name, part, aliases)
        if key not in self._at_hand:
            try:
                table = from_batch(self.place.batch(f"{part.folder}/{name}.made.arrow"))
                if not table["doc"].cat.categories.equals(ids):
                    raise ValueError("other documents")
            except (pa.ArrowException, ValueError, TypeError, KeyError, AttributeError, OSError):
                self._known[key] = False
                return None
            while self._at_hand and len(table) + sum(map(len, self._at_hand.values())) > _LARGE:
                del self._at_hand[next(iter(self._at_hand))]
            self._at_hand[key] = table
        return self._at_hand[key].copy(deep=False)

    def write(
        self, name: str, part: Part, table: pd.DataFrame, aliases: pd.DataFrame | None
    ) -> bool:
        """Keep a layer of a partition; False where nothing can be written."""
        return self._write(name, part, self._key(name, part, aliases), *to_columns(table))

    def _write(
        self,
        name: str,
        part: Part,
        key: str,
        columns: dict[str, pa.Array],
        about: dict[str, str],
        *,
        packed: bool = True,
    ) -> bool:
        """Write a file, and then its checksum."""
        about |= {"key": key, "version": import_module("analysis").__version__}
        path = f"{part.folder}/{name}.made.arrow"
        data = arrow_bytes(columns, about, packed=packed)
        beside = f"{hash_bytes(data)}  {name}.made.arrow\n"
        if not (self.place.write(path, data) and self.place.write(f"{path}.sha256", beside)):
            return False
        self._known[name, part.number, key] = True
        return True

    def read_arrays(self, name: str, part: Part) -> dict[str, np.ndarray] | None:
        """Arrays of whole numbers that were derived of a partition; None where there are none."""
        if not self.has(name, part, None):
            return None
        try:
            batch = self.place.batch(f"{part.folder}/{name}.made.arrow")
            pairs = zip(batch.schema.names, batch.columns, strict=True)
            return {own: array.flatten().to_numpy() for own, array in pairs}
        except (pa.ArrowException, ValueError, AttributeError, OSError):
            return None

    def write_arrays(self, name: str, part: Part, arrays: Mapping[str, np.ndarray]) -> bool:
        """Keep arrays, each as a list of its own length, so that they can be mapped."""
        columns = {
            own: pa.LargeListArray.from_arrays(pa.array([0, len(array)], pa.int64()), array)
            for own, array in arrays.items()
        }
        return self._write(name, part, self._key(name, part, None), columns, {}, packed=False)


def _needs_names(name: str) -> bool:
    """Whether a layer follows from the names, which aliases change."""
    return name == "mentions" or any(map(_needs_names, LAYERS[name].needs))
