"""Writing a packed corpus: texts in a stream, partition by partition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from analysis import __version__
from analysis.files import hash_text
from analysis.layers import Corpus
from analysis.packed import (
    COUNTS,
    FORMAT,
    HIDDEN,
    Part,
    open_packed,
    to_columns,
    write_arrow,
    write_plan,
)
from analysis.text.scanner import read_tokens, sentence_spans
from analysis.text.tokens import vocabulary_of

SIZE = 50_000_000  # characters of a partition


def pack_corpus(source: Any, folder: str | Path, *, characters: int = SIZE) -> Corpus:
    """Write a packed corpus: partitions of texts and tokens, opened without reading them.

    Parameters
    ----------
    source : Corpus or pandas.DataFrame
        What to pack.
    folder : str or pathlib.Path
        Where; made if there is none.
    characters : int
        Size of a partition.

    Returns
    -------
    Corpus
        The packed corpus.

    Raises
    ------
    InputError
        If the source cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> texts = pd.DataFrame({"doc": ["a", "b"], "text": ["Peace talks failed.", "They go on."]})
    >>> len(pack_corpus(texts, Path(tempfile.mkdtemp(), "packed")))
    2
    """
    root = Path(folder)
    root.mkdir(parents=True, exist_ok=True)
    corpus = source if isinstance(source, Corpus) else Corpus(source)
    plan = {
        "format": FORMAT,
        "version": __version__,
        "name": corpus.name,
        "corpus": {},
        "columns": list(corpus.documents.columns),
        "sources": [{"path": ""}],
    }
    known: dict[str, dict[str, int]] = {"words": {}, "terms": {}}
    parts: list[Part] = []
    digests: list[tuple[str, str]] = []
    first = 0
    for number, table in enumerate(_batches(corpus, characters)):
        part, own = _write_part(root, number, table, known)
        part = part._replace(first=first)
        first += len(table)
        parts.append(part)
        digests += own
        described = {n: v for n, v in corpus.documents.attrs["corpus"].items() if n != "name"}
        described |= {"documents": first, "fingerprint": _fingerprint(digests)}
        write_plan(root, {**plan, "corpus": described}, parts)
    return open_packed(root)


def _batches(corpus: Corpus, characters: int) -> Iterator[pd.DataFrame]:
    documents = corpus.documents
    sizes = documents["text"].str.len().to_numpy()
    share = (np.cumsum(sizes) - sizes) // characters
    for value in np.unique(share):
        yield documents[share == value].reset_index(drop=True)


def _fingerprint(digests: Iterable[tuple[str, str]]) -> str:
    return hash_text("".join(f"{doc} {digest}\n" for doc, digest in sorted(digests)))


def _write_part(
    root: Path, number: int, table: pd.DataFrame, known: dict[str, dict[str, int]]
) -> tuple[Part, list[tuple[str, str]]]:
    """Write the files of a partition."""
    texts = table["text"]
    files: dict[str, tuple[int, str]] = {}
    digests = list(zip(table["doc"], map(hash_text, texts), strict=True))
    columns, words = read_tokens(texts)
    spans = sentence_spans(texts)
    terms, term_of_word, is_word = vocabulary_of(words)
    n = len(table)
    tokens = np.bincount(columns["doc"], minlength=n)
    sentences = np.bincount(spans["doc"], minlength=n)
    key = (
        columns["doc"].astype(np.int64) * (int(sentences.max(initial=0)) + 1) + columns["sentence"]
    )
    per_sentence = np.diff(np.append(np.flatnonzero(np.diff(key, prepend=-1)), len(key)))
    length = columns["end"] - columns["start"]
    small = np.uint8 if length.max(initial=0) < 256 else np.int32
    counts = {
        "characters": texts.str.len().to_numpy(np.int64),
        "sentences": sentences,
        "tokens": tokens,
        "words": np.bincount(columns["doc"], weights=is_word[columns["word"]], minlength=n).astype(
            np.int64
        ),
    }
    codes = {}
    before = {name: len(one) for name, one in known.items()}
    for name, own in (("words", words), ("terms", terms)):
        table_of = known[name]
        codes[name] = np.fromiter(
            (table_of.setdefault(w, len(table_of)) for w in own), np.int64, len(own)
        )
    hidden = {f"{HIDDEN}{name}": counts[name] for name in COUNTS}
    facts, about = to_columns(table.drop(columns="text").assign(**hidden))
    about["attrs"] = "{}"
    written: dict[str, tuple[dict[str, Any], dict[str, str] | None]] = {
        "documents": (facts, about),
        "texts": ({"text": _one(pa.array(texts, pa.large_string()))}, None),
        "tokens": (
            {"word": columns["word"], "start": columns["start"], "length": length.astype(small)},
            None,
        ),
        "sentences": (
            {**{k: spans[k] for k in ("start", "end", "paragraph")}, "tokens": per_sentence},
            None,
        ),
        "words": (
            {
                "word": pa.array(words, pa.string()),
                "term": term_of_word,
                "is_word": is_word,
                "count": np.bincount(columns["word"], minlength=len(words)),
                "code": codes["words"],
            },
            None,
        ),
        "terms": ({"term": pa.array(terms, pa.string()), "code": codes["terms"]}, None),
    }
    for name, (cols, info) in written.items():
        files[name] = write_arrow(root / f"part-{number:05}" / f"{name}.arrow", cols, root, info)
    part = Part(
        number,
        n,
        int(counts["characters"].sum()),
        int(tokens.sum()),
        int(counts["words"].sum()),
        _fingerprint(digests),
        before["words"],
        before["terms"],
        0,
        0,
        (),
        files,
    )
    return part, digests


def _one(array: Any) -> pa.Array:
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
