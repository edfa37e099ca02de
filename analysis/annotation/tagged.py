"""What an engine says of one document: arrays with one entry for each word of the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd


class Tagged(NamedTuple):
    """One document, tagged; every array has one entry for each word of the engine."""

    # The engine's words need not be the rows of the tokens table: Universal Dependencies cuts
    # “Russia’s” in two. The offsets say what is what.

    start: np.ndarray  # int32, characters
    end: np.ndarray
    sentence: np.ndarray  # int32
    pos: np.ndarray  # str objects; "" where the engine does not say
    morphology: np.ndarray
    lemma: np.ndarray
    dep: np.ndarray
    head: np.ndarray  # int32, number of the head among the document's words; -1 for a root
    entity: np.ndarray  # str objects: O, B-PERSON, I-PERSON …
    score: np.ndarray  # float32, probability of that tag; 1 where no name can be


STRINGS = ("pos", "morphology", "lemma", "dep", "entity")
DTYPES = {
    name: np.dtype(object if name in STRINGS else np.float32 if name == "score" else np.int32)
    for name in Tagged._fields
}


def empty_tagged() -> Tagged:
    """Give what is said of a text without words."""
    return Tagged(*(np.empty(0, DTYPES[name]) for name in Tagged._fields))


_LINKED = ("to_cue", "to_source")


class Links(NamedTuple):
    """Where the links of one kind may go: one entry for every word and place, by word."""

    word: np.ndarray  # int32
    goal: np.ndarray  # int32, number of the word it goes to; -1: to none
    share: np.ndarray  # float32, how probable that is


class Reporting(NamedTuple):
    """What the model says of one document; numbers are of its words, as `split_words` cuts them.

    `content`, `source` and `cue` are probabilities, words × 2: of beginning a stretch, and of
    going on with one.
    """

    start: np.ndarray  # int32, characters
    end: np.ndarray
    content: np.ndarray  # float32
    source: np.ndarray
    cue: np.ndarray
    to_cue: Links
    to_source: Links

    def arrays(self) -> dict[str, np.ndarray]:
        """Give every array by a name."""
        plain = {name: value for name, value in self._asdict().items() if name not in _LINKED}
        parts = {
            f"{n}_{part}": a for n in _LINKED for part, a in getattr(self, n)._asdict().items()
        }
        return {**plain, **parts}

    @classmethod
    def of(cls, arrays: Mapping[str, np.ndarray]) -> Reporting:
        """Make one of its arrays."""
        cue, source = (
            Links(*(arrays[f"{name}_{part}"] for part in Links._fields)) for name in _LINKED
        )
        content, sources, cues = arrays["content"], arrays["source"], arrays["cue"]
        return cls(arrays["start"], arrays["end"], content, sources, cues, cue, source)


COLUMNS = ("lemma", "pos", "morphology", "dep")


class Spans(NamedTuple):
    """The tokens of one document."""

    start: np.ndarray
    end: np.ndarray
    sentence: np.ndarray


class Vocabulary(dict[str, int]):
    """Numbers strings in the order they are first seen."""

    def __missing__(self, key: str) -> int:
        """Give a new string the next number."""
        code = self[key] = len(self)
        return code

    def encode(self, values: np.ndarray) -> np.ndarray:
        """Give every string its number."""
        local, distinct = pd.factorize(values)
        return np.fromiter((self[value] for value in distinct), np.int32, len(distinct))[local]

    def categorical(self, codes: np.ndarray) -> pd.Categorical:
        """Make a categorical column with sorted categories."""
        strings = sorted(self)
        rank = np.empty(len(self), np.int32)
        rank[[self[string] for string in strings]] = np.arange(len(self), dtype=np.int32)
        return pd.Categorical.from_codes(rank[codes], pd.Index(strings, dtype=object))


class TokenColumns:
    """The columns that `annotate` adds, filled in document by document."""

    def __init__(self, rows: int) -> None:
        self.codes = {name: np.empty(rows, np.int32) for name in COLUMNS}
        self.words = {name: Vocabulary() for name in COLUMNS}
        self.head = np.full(rows, -1, np.int32)

    def fill(self, rows: slice, text: str, spans: Spans, tagged: Tagged) -> None:
        """Write what is said of one document's tokens."""
        values = token_values(text, spans, tagged)
        self.head[rows] = values.pop("head")
        for name in COLUMNS:
            self.codes[name][rows] = self.words[name].encode(values[name])

    def columns(self) -> dict[str, Any]:
        """Give the columns, and let go of what they were made from."""
        made: dict[str, Any] = {
            name: self.words[name].categorical(self.codes.pop(name)) for name in COLUMNS
        }
        return {**made, "head": self.head}


def token_values(text: str, spans: Spans, tagged: Tagged) -> dict[str, np.ndarray]:
    """Say of every token what the engine says of its head word."""
    # A token that holds several words stands for the one that hangs on none of the others, the
    # first such that is not punctuation. Where one word is several tokens (“Mr.”), the first stands
    # for it and the others depend on it, as `goeswith` or `punct`. A token of which the engine says
    # nothing has empty strings and is a root.
    low = np.searchsorted(tagged.end, spans.start, side="right")
    high = np.searchsorted(tagged.start, spans.end, side="left")
    chosen = _head_words(tagged, low, high)
    said = chosen >= 0
    word = np.where(said, chosen, 0)
    values: dict[str, np.ndarray] = {}
    for name in COLUMNS:
        column: np.ndarray = getattr(tagged, name)
        values[name] = np.full(len(said), "", dtype=object)
        if len(column):
            values[name][said] = column[word[said]]
    _negate(values["morphology"], tagged, low, high, chosen)
    owner = _owners(spans, tagged)
    values["head"] = _token_heads(tagged, spans, chosen, owner)
    values["dep"][said & (values["head"] < 0) & (values["dep"] != "")] = "root"
    _hang_rests(values, text, spans, chosen, owner)
    return values


def _head_words(tagged: Tagged, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Number of the word that each token stands for, -1 where there is none."""
    chosen = np.where(high > low, low, -1)
    for token in np.flatnonzero(high - low > 1).tolist():
        a, b = int(low[token]), int(high[token])
        heads = tagged.head[a:b]
        tops = np.flatnonzero((heads < a) | (heads >= b))
        real = [top for top in tops if tagged.pos[a + top] != "PUNCT"]
        chosen[token] = a + int(real[0] if real else tops[0] if len(tops) else 0)
    return chosen


def _negate(
    morphology: np.ndarray, tagged: Tagged, low: np.ndarray, high: np.ndarray, chosen: np.ndarray
) -> None:
    """Mark a token that holds a negation: in “don't” the head word is “do”."""
    negative = np.array(["Polarity=Neg" in value for value in tagged.morphology], dtype=bool)
    before = np.concatenate([[0], np.cumsum(negative)])
    inside = np.flatnonzero((high - low > 1) & (before[high] > before[np.minimum(low, high)]))
    for token in inside.tolist():
        features = [f for f in str(morphology[token]).split("|") if f]
        if "Polarity=Neg" not in features:
            morphology[token] = "|".join(sorted([*features, "Polarity=Neg"], key=str.lower))


def _owners(spans: Spans, tagged: Tagged) -> np.ndarray:
    """Number of the token in which each word begins, -1 for a word that is in none."""
    if not len(spans.start):
        return np.full(len(tagged.start), -1)
    token = np.searchsorted(spans.end, tagged.start, side="right")
    known = np.minimum(token, len(spans.start) - 1)
    inside = (token < len(spans.start)) & (spans.start[known] < tagged.end)
    return np.where(inside, known, -1)


def _token_heads(tagged: Tagged, spans: Spans, chosen: np.ndarray, owner: np.ndarray) -> np.ndarray:
    """Climb from each token's word until another token is reached, or a root."""
    tokens = np.arange(len(chosen))
    word = np.where(chosen >= 0, tagged.head[chosen] if len(tagged.head) else -1, -1)
    for _ in range(len(tagged.head)):
        at = np.where(word >= 0, owner[word] if len(owner) else -1, -2)
        climbing = (at == tokens) | (at == -1)
        if not climbing.any():
            break
        word = np.where(climbing, tagged.head[word], word)
    heads = np.where(word >= 0, owner[word] if len(owner) else -1, -1)
    # An engine with sentences of its own may attach a word to one in another of ours.
    apart = (heads >= 0) & (spans.sentence[heads] != spans.sentence)
    return np.where(apart | (heads == tokens), -1, heads).astype(np.int32)


def _hang_rests(
    values: dict[str, np.ndarray], text: str, spans: Spans, chosen: np.ndarray, owner: np.ndarray
) -> None:
    """Attach the later tokens of a word to its first one."""
    if not len(owner):
        return
    begins = owner[chosen]
    rests = np.flatnonzero((chosen >= 0) & (begins >= 0) & (begins < np.arange(len(chosen))))
    for token in rests.tolist():
        word = text[spans.start[token] : spans.end[token]]
        has_letters = any(c.isalnum() for c in word)
        rest = {
            "lemma": word,
            "pos": "X" if has_letters else "PUNCT",
            "dep": "goeswith" if has_letters else "punct",
        }
        for name, value in rest.items():
            values[name][token] = value if values[name][token] else ""
        values["morphology"][token] = ""
        values["head"][token] = begins[token]
