"""One partition of a packed corpus: its texts, and the files that follow from them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis.corpus.documents import BRIEF_NOTE
from analysis.counted import Counted, count_codes, sum_terms
from analysis.files import find_target, hash_text
from analysis.packed.files import (
    COUNTS,
    FILES,
    HIDDEN,
    NAME,
    DamagedError,
    Part,
    Place,
    from_batch,
    read_plan,
    to_columns,
    write_arrow,
)
from analysis.packed.made import write_counts, write_sums
from analysis.tables import InputError
from analysis.text.scanner import read_texts
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
    files, counts, counted = write_following(root, folder, open_texts(root, folder))
    hidden = {f"{HIDDEN}{name}": counts[name] for name in COUNTS}
    columns, about = to_columns(facts.assign(**hidden, **{DIGEST: digests}))
    path = root / folder / "documents.arrow"
    files["documents"] = write_arrow(path, columns, root, about | {"attrs": "{}"})
    place = Place(root)
    fingerprint = fingerprint_of(zip(facts["doc"].astype(str), digests, strict=True))
    write_counts(place, folder, fingerprint, counted)
    write_sums(place, folder, fingerprint, sum_terms(counted))
    return files, {name: int(counts[name].sum()) for name in COUNTS}


def write_following(root: Path, folder: str, texts: pa.Array) -> tuple[Files, Counts, Counted]:
    """Write sentences, tokens and vocabulary of a partition; what documents have, and terms."""
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
    doc, word, n = columns["doc"], columns["word"], len(texts)
    ids = pd.RangeIndex(n)
    counted = count_codes(doc, term_of_word[word], is_word[word], ids, pd.RangeIndex(len(terms)))
    counts = {
        "characters": pc.utf8_length(texts).to_numpy(),
        "sentences": np.bincount(spans["doc"], minlength=n),
        "tokens": np.bincount(doc, minlength=n),
        "words": counted.words,
    }
    return files, counts, counted


def make_again(place: Place, part: Part) -> None:
    """Make what follows from a partition's texts again; refused where it would be other files."""
    with tempfile.TemporaryDirectory(dir=place.path, prefix=".again-") as scratch:
        texts = open_texts(place.path, part.folder)
        files, *_ = write_following(Path(scratch), part.folder, texts)
        for name in FOLLOWING:
            if files[name] != part.files[name]:
                why = "was packed by another version of the package"
                raise DamagedError(place.name, part.number, name, why)
        for name in FOLLOWING:
            target = find_target(place.path, place.path / part.folder / f"{name}.arrow")
            os.replace(Path(scratch, part.folder, f"{name}.arrow"), target)


def make_in_memory(place: Place, part: Part) -> dict[str, pa.RecordBatch]:
    """What follows from a partition's texts, where its folder cannot be written."""
    with tempfile.TemporaryDirectory() as scratch:
        files, *_ = write_following(Path(scratch), part.folder, open_texts(place.path, part.folder))
        if any(files[name] != part.files[name] for name in FOLLOWING):
            why = "was packed by another version of the package"
            raise DamagedError(place.name, part.number, "tokens", why)
        made = Place(scratch)
        data = {name: made.read(f"{part.folder}/{name}.arrow") for name in FOLLOWING}
    return {name: pa.ipc.open_file(pa.BufferReader(one)).get_batch(0) for name, one in data.items()}


def find_damage(place: Place, part: Part) -> list[str]:
    """The files of a partition that are missing or not as they were written."""
    return [
        name
        for name, (size, digest) in part.files.items()
        if place.size(f"{part.folder}/{name}.arrow") != size
        or place.digest(f"{part.folder}/{name}.arrow") != digest
    ]


def facts_of(place: Place, folder: str) -> pd.DataFrame:
    """The documents of a partition, with the columns that are not the corpus's."""
    return from_batch(place.batch(f"{folder}/documents.arrow"))


def has_its_texts(place: Place, folder: str) -> bool:
    """Whether the texts of a partition have the hashes that its documents state."""
    try:
        facts = facts_of(place, folder)
        texts = open_texts(place.path, folder).to_pylist()
        return bool([hash_text(text) for text in texts] == facts[DIGEST].tolist())
    except (pa.ArrowException, OSError, ValueError, KeyError, AttributeError):
        return False


def state_part(place: Place, number: int, first: int) -> Part:
    """What packed.json is to say of a partition that it does not list; its tokens are made anew."""
    folder = f"part-{number:05}"
    if not has_its_texts(place, folder):
        raise InputError(
            f"{place.name}/{folder} is damaged, and {NAME} does not say where its texts came from;"
            " restore the folder, or pack the texts anew into another one."
        )
    facts = facts_of(place, folder)
    digests = facts.pop(DIGEST).tolist()
    facts = facts[[name for name in facts if not str(name).startswith(HIDDEN)]]
    files, counts = write_partition(place.path, folder, facts, digests)
    files["texts"] = file_of(place, folder, "texts")
    pairs = list(zip(facts["doc"].astype(str), digests, strict=True))
    return Part(
        number=number,
        documents=len(pairs),
        **counts,
        fingerprint=fingerprint_of(pairs),
        source=0,
        first=first,
        last=first + len(pairs),
        left_out=(),
        renamed=(),
        files=files,
    )


def file_of(place: Place, folder: str, name: str) -> tuple[int, str]:
    """Size and hash of a file as it is."""
    path = f"{folder}/{name}.arrow"
    return place.size(path), place.digest(path)


def restate(place: Place, part: Part) -> Part:
    """What packed.json is to say of a partition whose documents are as they were written."""
    facts = facts_of(place, part.folder)
    pairs = zip(facts["doc"].astype(str), facts[DIGEST].astype(str), strict=True)
    counts: dict[str, Any] = {n: int(facts[f"{HIDDEN}{n}"].sum()) for n in COUNTS}
    return part._replace(documents=len(facts), fingerprint=fingerprint_of(pairs), **counts)


def unlisted(root: Path, parts: int) -> list[int]:
    """The numbers of whole partitions behind those that packed.json lists."""
    numbers = [int(path.name[5:]) for path in root.glob("part-*") if path.name[5:].isdigit()]
    files = [f"{name}.arrow" for name in FILES]
    return [
        number
        for number in sorted(numbers)
        if number >= parts and all((root / f"part-{number:05}" / name).exists() for name in files)
    ]


def is_cut(plan: Mapping[str, Any], parts: Sequence[Part]) -> bool:
    """Whether partitions that packed.json does not list cannot be those of a stopped run."""
    stated = int(plan["corpus"].get("documents", 0))
    done = all(one["done"] for one in plan["sources"])
    return done or stated > sum(part.documents for part in parts)


def require_listed(root: Path) -> None:
    """Refuse to pack where packed.json has lost partitions, which would be written over."""
    place, lost = Place(root), []
    if place.size(NAME) < 0:
        lost = unlisted(root, 0)
    else:
        plan, parts = read_plan(place)
        lost = unlisted(root, len(parts)) if is_cut(plan, parts) else []
    if lost:
        raise InputError(
            f"{root} holds {len(lost):,} partitions that {NAME} does not list, as where it was lost"
            f" or cut; list them again with 'discourse pack --to {root} --repair'."
        )


def describe_texts(
    plan: dict[str, Any], pairs: Collection[tuple[str, str]], note: str | None
) -> None:
    """Put into packed.json what is known of the whole; `pairs` are ids and hashes of texts."""
    corpus: dict[str, Any] = {"documents": len(pairs), "fingerprint": fingerprint_of(pairs)}
    versions = plan["versions"]
    if sum(versions.values()) == len(pairs):
        briefs = versions.get("brief", 0)
        corpus |= {"briefs": briefs, "originals": len(pairs) - briefs}
    note = note or (BRIEF_NOTE if versions.get("brief") else None)
    plan["corpus"] = corpus | ({"note": note} if note else {})


def digests_of(place: Place, part: Part) -> list[tuple[str, str]]:
    """Id and hash of each text of a partition."""
    try:
        table = facts_of(place, part.folder)
        pairs = list(zip(table["doc"].astype(str), table[DIGEST].astype(str), strict=True))
    except (pa.ArrowException, OSError, ValueError, KeyError):
        pairs = []
    if fingerprint_of(pairs) != part.fingerprint:
        why = "is missing, or not as it was written"
        raise DamagedError(place.name, part.number, "documents", why)
    return pairs
