"""Layers that were made of a partition and are kept beside it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from importlib import import_module

import numpy as np
import pandas as pd
import pyarrow as pa

from analysis.counted import Counted
from analysis.files import hash_bytes
from analysis.layers import LAYERS
from analysis.packed.files import FORMAT, Part, Place, arrow_bytes, from_batch, to_columns
from analysis.tables import InputError, say

COUNTED = tuple(name for name in Counted._fields if name not in ("ids", "terms"))
ARRAYS = ("counts", "sums")  # that are written while packing
SUMS = ("count", "squares", "products")
_LARGE = 12_000_000  # rows of layers that are kept at hand


class MadeLayers:
    """The layers in the files of a packed corpus: a file and its checksum for each partition."""

    # A file is in force if its checksum, written after it, is right, and it says that it was made
    # of these very texts and aliases: what a stop left behind or came with others is made again.

    def __init__(self, place: Place) -> None:
        self.place = place
        self._known: dict[tuple[str, int, str], bool] = {}
        self._at_hand: dict[tuple[str, int, str], pd.DataFrame] = {}
        self._stated: dict[str, str] = {}  # SHA-256 of files
        self._doubted: set[str] = set()  # files that were not as they should be

    def look_again(self) -> None:
        """Forget which layers there are, as somebody may have taken some away."""
        self._known.clear()
        self.place.look_again()

    def _key(self, name: str, part: Part, aliases: pd.DataFrame | None) -> str:
        """All that a layer of a partition depends on."""
        named = aliases is not None and _needs_names(name)
        variants = aliases.to_csv(index=False) if named and aliases is not None else ""
        if name not in (*LAYERS, *ARRAYS):  # derived of the tokens by rules of this version
            variants = import_module("analysis").__version__
        return _key_of(name, part.fingerprint, variants)

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
        try:
            digest, its_key = self._read_digest(path)
            if self.place.remote and its_key == key and path not in self._doubted:
                return True  # it is fetched, and compared, when it is needed
            if self.place.matches(path, digest):
                about = self.place.batch(path, digest).schema.metadata or {}
                return about.get(b"key") == key.encode()
        except InputError:
            raise
        except (pa.ArrowException, ValueError, OSError):
            return False
        say(f"{path} of {self.place.name} is damaged; it is made again.", deeper=8)
        return False

    def _read_digest(self, path: str) -> tuple[str, str]:
        """The SHA-256 and the key that are stated of a layer's file."""
        said = self.place.read(f"{path}.sha256").decode("ascii", "replace")
        first, _, second = said.partition("\n")
        self._stated[path] = first.partition(" ")[0]
        return self._stated[path], second.strip().removeprefix("# ")

    def _open(self, name: str, part: Part) -> pa.RecordBatch:
        """The content of a layer's file."""
        path = f"{part.folder}/{name}.made.arrow"
        try:
            return self.place.batch(path, self._stated.get(path) or self._read_digest(path)[0])
        except InputError:
            raise
        except (pa.ArrowException, ValueError, OSError):
            self._doubted.add(path)
            raise

    def read(
        self, name: str, part: Part, ids: pd.Index, aliases: pd.DataFrame | None
    ) -> pd.DataFrame | None:
        """A layer of a partition; None where it has none, or one of other documents."""
        if not self.has(name, part, aliases):
            return None
        key = name, part.number, self._key(name, part, aliases)
        if key not in self._at_hand:
            try:
                table = from_batch(self._open(name, part))
                if not table["doc"].cat.categories.equals(ids):
                    raise ValueError("other documents")
            except InputError:
                raise
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
        key = self._key(name, part, aliases)
        if not _write(self.place, part.folder, name, key, *to_columns(table)):
            return False
        self._known[name, part.number, key] = True
        self._stated.pop(f"{part.folder}/{name}.made.arrow", None)
        return True

    def read_arrays(self, name: str, part: Part) -> dict[str, np.ndarray] | None:
        """Arrays of whole numbers that were derived of a partition; None where there are none."""
        if not self.has(name, part, None):
            return None
        try:
            batch = self._open(name, part)
            pairs = zip(batch.schema.names, batch.columns, strict=True)
            return {own: array.flatten().to_numpy() for own, array in pairs}
        except InputError:
            raise
        except (pa.ArrowException, ValueError, AttributeError, OSError):
            return None


def write_counts(place: Place, folder: str, fingerprint: str, counted: Counted) -> bool:
    """Keep the counts of a partition; False where nothing can be written."""
    arrays = {name: getattr(counted, name) for name in COUNTED}
    return _write_arrays(place, folder, "counts", fingerprint, arrays)


def write_sums(place: Place, folder: str, fingerprint: str, sums: np.ndarray) -> bool:
    """Keep the sums of the terms of a partition; False where nothing can be written."""
    arrays = dict(zip(SUMS, sums, strict=True))
    return _write_arrays(place, folder, "sums", fingerprint, arrays)


def _write_arrays(
    place: Place, folder: str, name: str, fingerprint: str, arrays: Mapping[str, np.ndarray]
) -> bool:
    """Keep arrays, each as a list of its own length, so that they can be mapped."""
    columns = {
        own: pa.LargeListArray.from_arrays(pa.array([0, len(array)], pa.int64()), array)
        for own, array in arrays.items()
    }
    return _write(place, folder, name, _key_of(name, fingerprint), columns, {}, packed=False)


def _write(
    place: Place,
    folder: str,
    name: str,
    key: str,
    columns: dict[str, pa.Array],
    about: dict[str, str],
    *,
    packed: bool = True,
) -> bool:
    """Write a file, and then its checksum."""
    about |= {"key": key, "version": import_module("analysis").__version__}
    path = f"{folder}/{name}.made.arrow"
    data = arrow_bytes(columns, about, packed=packed)
    beside = f"{hash_bytes(data)}  {name}.made.arrow\n# {key}\n"
    return place.write(path, data) and place.write(f"{path}.sha256", beside)


def _key_of(name: str, fingerprint: str, variants: str = "") -> str:
    """All that a layer of a partition depends on: the texts, and aliases where it has names."""
    return hashlib.sha256(json.dumps([FORMAT, name, fingerprint, variants]).encode()).hexdigest()


def _needs_names(name: str) -> bool:
    """Whether a layer follows from the names, which aliases change."""
    return name == "mentions" or any(map(_needs_names, LAYERS[name].needs))
