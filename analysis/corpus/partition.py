"""One partition of a packed corpus: its texts, and the files that follow from them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis.files import find_target, hash_text
from analysis.packed.files import (
    COUNTS,
    HIDDEN,
    DamagedError,
    Part,
    Place,
    from_batch,
    to_columns,
    write_arrow,
)
from analysis.text.scanner import Read, read_texts
from analysis.text.tokens import vocabulary_of

FOLLOWING = ("tokens", "sentences", "words", "terms")  # files that follow from the texts
DIGEST = f"{HIDDEN}sha256"

Files = dict[str, tuple[int, str]]
Counts = dict[str, np.ndarray]


def fingerprint_of(pairs: Iterable[tuple[str, str]]) -> str:
    """Hash ids and the hashes of their texts, as `read_corpus` does."""
    return hash_text("".join(f"{doc} {digest}\n" for doc, digest in sorted(pairs)))


def write_texts(root: Path, folder: str, texts: list[str]) -> Files:
    """Write the texts of a partition."""
    column = pa.array(texts, pa.large_string())
    return {"texts": write_arrow(root / folder / "texts.arrow", {"text": column}, root)}


def open_texts(root: Path, folder: str) -> pa.Array:
    """The texts of a partition, as they are in its file."""
    return Place(root).batch(f"{folder}/texts.arrow").column(0)


def write_partition(root: Path, folder: str, facts: pd.DataFrame, digests: list[str]) -> Any:
    """Write all that follows from the texts of a partition: its files, and its counts."""
    files, counts = write_following(root, folder, open_texts(root, folder))
    hidden = {f"{HIDDEN}{name}": counts[name] for name in COUNTS}
    columns, about = to_columns(facts.assign(**hidden, **{DIGEST: digests}))
    path = root / folder / "documents.arrow"
    files["documents"] = write_arrow(path, columns, root, about | {"attrs": "{}"})
    return files, {name: int(counts[name].sum()) for name in COUNTS}


def write_following(root: Path, folder: str, texts: pa.Array) -> tuple[Files, Counts]:
    """Write sentences, tokens and vocabulary of a partition; and what each document has."""
    found = read_texts(texts)
    columns, spans, words = found
    terms, term_of_word, is_word = vocabulary_of(words)
    length = columns["end"] - columns["start"]
    narrow = np.uint8 if length.max(initial=0) < 256 else np.int32
    tables: dict[str, dict[str, Any]] = {
        "tokens": {
            "word": columns["word"], "start": columns["start"], "length": length.astype(narrow)
        },
        "sentences": {
            name: spans[name] for name in ("start", "end", "paragraph", "tokens")
        },
        "words": {
            "word": pa.array(words, pa.string()),
            "term": term_of_word,
            "is_word": is_word,
            "count": np.bincount(columns["word"], minlength=len(words)),
        },
        "terms": {"term": pa.array(terms, pa.string())},
    }  # fmt: skip
    files = {
        name: write_arrow(root / folder / f"{name}.arrow", table, root)
        for name, table in tables.items()
    }
    return files, _count(texts, found, is_word)


def _count(texts: pa.Array, found: Read, is_word: np.ndarray) -> Counts:
    """How many characters, sentences, tokens and words each document has."""
    doc, n = found.tokens["doc"], len(texts)
    words = np.bincount(doc, weights=is_word[found.tokens["word"]], minlength=n)
    return {
        "characters": pc.utf8_length(texts).to_numpy(),
        "sentences": np.bincount(found.sentences["doc"], minlength=n),
        "tokens": np.bincount(doc, minlength=n),
        "words": words.astype(np.int64),
    }


def make_again(place: Place, part: Part) -> None:
    """Make what follows from a partition's texts again; refused where it would be other files."""
    with tempfile.TemporaryDirectory(dir=place.path, prefix=".again-") as scratch:
        texts = open_texts(place.path, part.folder)
        files, _ = write_following(Path(scratch), part.folder, texts)
        for name in FOLLOWING:
            if files[name] != part.files[name]:
                why = "was packed by another version of the package"
                raise DamagedError(place.name, part.number, name, why)
        for name in FOLLOWING:
            target = find_target(place.path, place.path / part.folder / f"{name}.arrow")
            os.replace(Path(scratch, part.folder, f"{name}.arrow"), target)


def find_damage(place: Place, part: Part) -> list[str]:
    """The files of a partition that are missing or not as they were written."""
    return [
        name
        for name, (size, digest) in part.files.items()
        if place.size(f"{part.folder}/{name}.arrow") != size
        or place.digest(f"{part.folder}/{name}.arrow") != digest
    ]


def digests_of(place: Place, part: Part) -> list[tuple[str, str]]:
    """Id and hash of each text of a partition."""
    table = from_batch(place.batch(f"{part.folder}/documents.arrow"))
    return list(zip(table["doc"].astype(str), table[DIGEST].astype(str), strict=True))
