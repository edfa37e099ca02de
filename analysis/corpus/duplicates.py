"""Texts of a corpus that are nearly the same text."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from analysis.tables import InputError, measure, require_columns

WIDTH = 24  # letters in a shingle, about five words
EXACT_BELOW = 2_000_000  # characters of a corpus up to which every shingle is compared
CROWD = 50  # texts with one shingle in common that are paired each with each
_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xD6E8FEB86659FD93)


@measure("documents")
def find_near_duplicates(corpus: pd.DataFrame, *, threshold: float = 0.7) -> pd.DataFrame:
    """Find pairs of documents whose texts are nearly the same.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        A corpus, or a documents table with columns ``doc`` and ``text``.
    threshold : float
        The least similarity that is reported, above 0 and at most 1.

    Returns
    -------
    pandas.DataFrame
        One row per pair: ``doc``, ``other`` (in the documents' order), ``similarity`` (0–1); the
        most similar first, then by name.

    Raises
    ------
    InputError
        If a column is missing or the threshold is out of bounds.

    Notes
    -----
    Similarity is Jaccard's: shared shingles / all shingles of the two, where a shingle is a run of
    24 letters or digits, with case, punctuation and spaces left out (so it works in any script)
    [1]_. Candidates share one of the rarest shingles of each, which no pair above the threshold
    can avoid [2]_. From 2 million characters on, candidates are looked for among a sample of the
    shingles, and a pair just above the threshold may be missed; the similarity itself is always
    computed from all. A short text inside a long one is not near-duplicate: their sizes differ.
    Where more than 50 texts share a shingle, each is compared with the one before it only.

    .. [1] Broder, A. (1997). On the resemblance and containment of documents.
    .. [2] Xiao, C. et al. (2011). Efficient similarity joins for near-duplicate detection. ACM
       Transactions on Database Systems 36(3).

    Examples
    --------
    >>> text = "The talks on the harbour ended without a result on Tuesday."
    >>> table = pd.DataFrame({"doc": ["a", "b"], "text": [text, text.upper() + "!"]})
    >>> find_near_duplicates(table).to_dict("records")
    [{'doc': 'a', 'other': 'b', 'similarity': 1.0}]
    """
    documents = require_columns(corpus, ["doc", "text"], "documents")
    if not 0 < threshold <= 1:
        raise InputError(f"threshold={threshold!r} must be above 0 and at most 1.")
    texts = documents["text"].tolist()
    size = sum(map(len, texts))
    step = 1  # a power of two
    while size > step * EXACT_BELOW:
        step *= 2
    sampled = [_shingle(text, step) for text in texts]
    slack = 0.0 if step == 1 else 0.15  # a sample's similarity is off by some hundredths
    pairs = _find_candidates(sampled, max(threshold - slack, 0.05))
    full = {i: _shingle(texts[i]) for i in {i for pair in pairs for i in pair}}
    similarity = [_jaccard(full[one], full[other]) for one, other in pairs]
    names = documents["doc"].astype(str).tolist()
    found = [
        (names[one], names[other], value)
        for (one, other), value in zip(pairs, similarity, strict=True)
        if value >= threshold
    ]
    found.sort(key=lambda pair: (-pair[2], pair[0], pair[1]))
    return pd.DataFrame(found, columns=["doc", "other", "similarity"]).astype({"similarity": float})


@cache
def _letters() -> np.ndarray:
    """Lower-case code of every letter and digit of the basic plane; 0 for all else."""
    table = np.zeros(0x10000, dtype=np.uint32)
    for code in range(0x10000):
        if chr(code).isalnum():
            table[code] = ord(chr(code).lower()[0])
    return table


def _shingle(text: str, step: int = 1) -> np.ndarray:
    """Sorted distinct hashes of a text's shingles, or of every `step`-th of them on average."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    letters = _letters()[np.minimum(codes, 0xFFFF)]
    letters = np.where(codes > 0xFFFF, codes, letters)
    hashes = letters[letters > 0].astype(np.uint64)
    if 0 < len(hashes) < WIDTH:  # a text shorter than a shingle is one
        hashes = np.pad(hashes, (0, WIDTH - len(hashes)))
    width = 1
    while width < WIDTH and len(hashes):  # runs of 2, 4, 8, 16, then 24 letters
        grow = min(width, WIDTH - width)
        hashes = hashes[:-grow] * _BASE ** np.uint64(grow) + hashes[grow:]
        width += grow
    hashes = (hashes ^ (hashes >> np.uint64(29))) * _MIX
    hashes ^= hashes >> np.uint64(32)
    if step > 1:  # the same shingles are taken in every text that has them
        hashes = hashes[(hashes & np.uint64(step - 1)) == 0]
    hashes = np.sort(hashes)
    return hashes[np.append(True, hashes[1:] != hashes[:-1])[: len(hashes)]]


def _find_candidates(sets: list[np.ndarray], threshold: float) -> list[tuple[int, int]]:
    """Pairs of sets that share one of their rarest elements."""
    owner = np.repeat(np.arange(len(sets)), [len(one) for one in sets])
    values = np.concatenate([*sets, np.empty(0, dtype=np.uint64)])
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    order = np.lexsort((inverse, counts[inverse], owner))  # in each set the rarest first
    sizes = np.bincount(owner, minlength=len(sets))
    place = np.arange(len(owner)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    prefix = sizes - np.ceil(threshold * sizes - 1e-9).astype(np.int64) + 1
    chosen = order[(place < prefix[owner[order]]) & (counts[inverse[order]] > 1)]
    chosen = chosen[np.lexsort((owner[chosen], inverse[chosen]))]
    one, other = _pair_up(inverse[chosen], owner[chosen], len(sets))
    smaller, larger = np.sort([sizes[one], sizes[other]], axis=0)
    near = smaller >= (threshold - 1e-9) * larger
    return list(zip(one[near].tolist(), other[near].tolist(), strict=True))


def _pair_up(values: np.ndarray, owners: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Distinct pairs of owners of one value; both arrays sorted by value, then owner."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    few = counts[inverse] <= CROWD
    codes = [np.empty(0, dtype=np.int64)]
    for apart in range(1, CROWD):
        same = values[:-apart] == values[apart:]
        if apart > 1:
            same &= few[apart:]
        if not same.any():
            break
        codes.append(np.unique(owners[:-apart][same] * n + owners[apart:][same]))
    return np.divmod(np.unique(np.concatenate(codes)), max(n, 1))


def measure_similarity(one: str, other: str) -> float:
    """Similarity of two texts, as `find_near_duplicates` measures it."""
    return _jaccard(_shingle(one), _shingle(other)) if one and other else 0.0


def _jaccard(one: np.ndarray, other: np.ndarray) -> float:
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared / (len(one) + len(other) - shared)
