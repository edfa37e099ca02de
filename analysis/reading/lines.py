"""The lines of a concordance beside the tokens of their texts: places, words around, voices."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from analysis.tables import (
    NONE_LABEL,
    VOICES,
    InputError,
    bare,
    is_corpus,
    json_value,
    require_columns,
)
from analysis.terms.counting import open_tokens
from analysis.terms.passages import Window, window_sizes

SPAN = ("doc", "start", "end")
POSITION = re.compile(r"[LR][1-9]\d?")
_WIDEST = 200  # words to each side
_TOKENS: WeakKeyDictionary[Any, Tokens] = WeakKeyDictionary()
_NOT_OF_A_LINE = ("text",)  # a column of documents that no line is sorted or grouped by


def require_hits(hits: Any) -> pd.DataFrame:
    """The hits table, checked; rows are numbered anew."""
    table = require_columns(hits, SPAN, "hits")
    if table.columns.duplicated().any():
        twice = str(table.columns[table.columns.duplicated()][0])
        raise InputError(f"The column {twice!r} stands twice in the hits; rename one.")
    return table


def require_corpus(corpus: Any) -> Any:
    """The corpus that the hits were found in; a documents table becomes one."""
    return corpus if is_corpus(corpus) else import_module("analysis").Corpus(corpus)


def record(
    result: pd.DataFrame, hits: pd.DataFrame, corpus: Any, call: str, params: Mapping[str, Any]
) -> pd.DataFrame:
    """Write into a result how it was made of a hits table and a corpus."""
    step: dict[str, Any] = {"call": call, "on": "hits", "params": json_value(dict(params))}
    if corpus.selection:
        step["selection"] = corpus.selection
    own = {key: value for key, value in result.attrs.items() if key != "steps"}
    known = {key: value for key, value in hits.attrs.items() if key not in ("steps", "groups")}
    result.attrs = {**known, **own, "steps": [*hits.attrs.get("steps", []), step]}
    return result


@dataclass(frozen=True)
class Lines:
    """The rows of a hits table, with where each stands in the corpus."""

    hits: pd.DataFrame
    corpus: Any

    def __len__(self) -> int:
        """How many lines there are."""
        return len(self.hits)

    @cached_property
    def doc(self) -> np.ndarray:
        """The row of each line's text in the documents."""
        ids = pd.Index(self.corpus.documents["doc"], dtype=object)
        codes, names = self.texts
        rows = ids.get_indexer(pd.Index(names, dtype=object))[codes]
        if (rows < 0).any():
            stranger = str(self.hits["doc"].iloc[int(np.argmin(rows))])
            raise InputError(
                f"Document {stranger!r} of the hits is not in the corpus; pass the corpus in which"
                " they were found."
            )
        return rows

    @cached_property
    def texts(self) -> tuple[np.ndarray, list[str]]:
        """The text of each line as a code, and the ids that the codes stand for."""
        codes, names = pd.factorize(self.hits["doc"])
        return codes, [str(name) for name in names]

    @cached_property
    def start(self) -> np.ndarray:
        """Where each hit begins in its text."""
        return self.hits["start"].to_numpy().astype(np.int64)

    @cached_property
    def end(self) -> np.ndarray:
        """Where each hit ends."""
        return self.hits["end"].to_numpy().astype(np.int64)

    @cached_property
    def text_order(self) -> np.ndarray:
        """The lines in the order of the texts."""
        return np.lexsort([self.end, self.start, self.doc])

    @cached_property
    def tokens(self) -> Tokens:
        """The tokens of the corpus, taken apart once for all steps."""
        if self.corpus not in _TOKENS:
            _TOKENS[self.corpus] = Tokens(self.corpus.tokens, self.corpus)
        return _TOKENS[self.corpus]

    @cached_property
    def rows(self) -> tuple[np.ndarray, np.ndarray]:
        """First and last token of each hit."""
        return self.tokens.rows_of(self.doc, self.start, self.end)

    def words_beside(self, side: str, size: int) -> np.ndarray:
        """Term codes of the words to one side, nearest first, -1 for none; (lines, size)."""
        rows = self.rows_beside(side, size)
        codes = self.tokens.term[np.maximum(rows, 0)]
        return np.where(rows < 0, -1, codes)

    def rows_beside(self, side: str, size: int) -> np.ndarray:
        """Tokens rows of the words to one side, nearest first, -1 for none; (lines, size)."""
        tokens, (first, last) = self.tokens, self.rows
        words = tokens.word_rows
        distance = np.arange(1, size + 1)
        if side == "L":
            number = tokens.words_before[first][:, None] - distance
        else:
            number = tokens.words_before[last + 1][:, None] + distance - 1
        inside = (number >= 0) & (number < len(words))
        rows = words[np.clip(number, 0, max(len(words) - 1, 0))] if len(words) else number
        inside &= tokens.doc[rows] == tokens.doc[first][:, None] if len(words) else False
        return np.where(inside, rows, -1)

    def window(self, window: Window) -> np.ndarray:
        """Term codes of all words in a window of words, left side first; (lines, words)."""
        left, right = word_window(window)
        return np.concatenate([self.words_beside("L", left), self.words_beside("R", right)], axis=1)

    def bounds(self, window: Window) -> tuple[np.ndarray, np.ndarray]:
        """First and last token of the window around each hit."""
        first, last = self.rows
        if window == "sentence":
            return self.tokens.sentence_bounds(first, last)
        left, right = word_window(window)
        low, high = first.copy(), last.copy()
        for side, size, far in (("L", left, low), ("R", right, high)):
            rows = self.rows_beside(side, size)
            for column in range(size):
                far[:] = np.where(rows[:, column] >= 0, rows[:, column], far)
        return low, high

    def column(self, name: str) -> pd.Series:
        """A column of the hits, else of their documents, else their voice."""
        documents = self.corpus.documents
        if name in self.hits.columns:
            return self.hits[name].reset_index(drop=True)
        if name in documents.columns and name not in _NOT_OF_A_LINE:
            return documents[name].take(self.doc).reset_index(drop=True)
        if name in (*VOICES, "speaker"):
            voices = self.voices
            if name == "speaker":
                own = voices["voice"].astype(object)
                return own.where(~own.isin(["headline", "writer"]), NONE_LABEL)
            return voices[name]
        known = [*self.hits.columns, *documents.columns, *VOICES, "speaker"]
        listed = ", ".join(repr(str(n)) for n in dict.fromkeys(known) if n not in _NOT_OF_A_LINE)
        raise InputError(f"There is no column {name!r} of the hits; choose one of {listed}.")

    def groups(self, name: str) -> tuple[np.ndarray, list[str]]:
        """The group of each line by a column, as a code, and the groups' names in order."""
        column = self.column(name)
        if pd.api.types.is_datetime64_any_dtype(column):
            column = column.dt.strftime("%Y-%m-%d")
        codes, levels = pd.factorize(column)
        known = [*map(str, levels), NONE_LABEL]  # the last is for what is missing
        names = sorted({known[code] for code in np.unique(codes).tolist()})
        place = {name: number for number, name in enumerate(names)}
        return np.array([place.get(name, -1) for name in known])[codes], names

    @cached_property
    def voices(self) -> pd.DataFrame:
        """Whose words each hit is."""
        whole = self.corpus.every_voice()
        places = pd.DataFrame({name: self.hits[name].array for name in SPAN})
        places["doc"] = places["doc"].astype(str)
        voiced: pd.DataFrame = import_module("analysis.voices").add_voices(
            places, whole.layer("quotes"), documents=whole.documents
        )
        return voiced.reset_index(drop=True)


class Tokens:
    """The tokens of a corpus as arrays, by document."""

    def __init__(self, table: pd.DataFrame, corpus: Any) -> None:
        self.table = bare(table)
        arrays, categories = open_tokens(self.table, ("start", "end", "word"))
        ids = pd.Index(corpus.documents["doc"], dtype=object)
        self.doc = ids.get_indexer(categories["doc"].astype(object))[arrays["doc"]]
        self.start, self.end = (arrays[n].astype(np.int64) for n in ("start", "end"))
        self.sentence = arrays.get("sentence")
        self.term: np.ndarray = arrays["term"]
        self.is_word = arrays["is_word"].astype(bool)
        self.terms: pd.Index = categories["term"]
        if (np.diff(self.doc) < 0).any():
            raise InputError("The tokens are not in the order of the documents; tokenize them.")

    @cached_property
    def word_rows(self) -> np.ndarray:
        """Rows that are words."""
        return np.flatnonzero(self.is_word)

    @cached_property
    def words_before(self) -> np.ndarray:
        """How many words stand before each row, and before the end."""
        return np.concatenate([[0], np.cumsum(self.is_word)])

    @cached_property
    def counts(self) -> np.ndarray:
        """How often each term occurs as a word."""
        return np.bincount(self.term[self.word_rows], minlength=len(self.terms))

    def rows_of(
        self, doc: np.ndarray, start: np.ndarray, end: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """First and last token of places in texts."""
        wide = int(max(self.end.max(initial=0), end.max(initial=0))) + 2
        first = np.searchsorted(self.doc * wide + self.end, doc * wide + start, "right")
        last = np.searchsorted(self.doc * wide + self.start, doc * wide + end, "left") - 1
        size = len(self.doc)
        lost = (first > last) | (first >= size)
        lost |= self.doc[np.minimum(first, max(size - 1, 0))] != doc if size else True
        if lost.any():
            row = int(np.argmax(lost))
            raise InputError(
                f"Row {row} of the hits stands where the corpus has no words ({start[row]} to"
                f" {end[row]} in its text); pass the corpus in which the hits were found."
            )
        return first, last

    def sentence_bounds(self, first: np.ndarray, last: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """First and last token of the sentences that places are in."""
        if self.sentence is None:
            raise InputError("The tokens have no sentences; give a window of words.")
        fresh = np.ones(len(self.doc), dtype=bool)
        fresh[1:] = (np.diff(self.doc) != 0) | (np.diff(self.sentence) != 0)
        begins = np.flatnonzero(fresh)
        ends = np.append(begins[1:], len(self.doc)) - 1
        return (
            begins[np.searchsorted(begins, first, "right") - 1],
            ends[np.searchsorted(begins, last, "right") - 1],
        )


def word_window(window: Window) -> tuple[int, int]:
    """A window as words to the left and right; a sentence, and hundreds of words, are refused."""
    left, right = window_sizes(window)
    if left is None or right is None or max(left, right) > _WIDEST:
        raise InputError(
            f"window={window!r} is not used here; give a number of words up to {_WIDEST}, such as"
            " 5, or a pair (left, right) such as (0, 3)."
        )
    return left, right


def require_one_meaning(corpus: Any, keys: Sequence[str], own: Sequence[str]) -> None:
    """Refuse a key of ours that is the name of a column of the documents, too."""
    for key in keys:
        if key in own and key in corpus.documents.columns:
            raise InputError(
                f"by={key!r} has two meanings here: the documents have a column of that name, too;"
                " give the column another name (in the manifest, or with documents.rename)."
            )


def names_of(value: Any, what: str) -> list[str]:
    """One name or several, as a list."""
    names = [value] if isinstance(value, str) else list(value) if np.iterable(value) else [value]
    if not names or not all(isinstance(name, str) and name for name in names):
        raise InputError(f"{what}={value!r} is no name, nor a list of names.")
    return names


def identities(hits: pd.DataFrame) -> list[tuple[str, int, int]]:
    """What a line is known by, however the table is sorted: its document and offsets."""
    docs = [str(doc) for doc in hits["doc"].tolist()]
    return list(zip(docs, hits["start"].tolist(), hits["end"].tolist(), strict=True))


def lines_given(given: Any, hits: pd.DataFrame, what: str) -> list[tuple[str, int, int]]:
    """Lines chosen by hand: a hits table, rows of this one, or (doc, start, end)."""
    if isinstance(given, pd.DataFrame):
        return identities(require_columns(given, SPAN, f"{what}="))
    items: Sequence[Any] = [given] if isinstance(given, int | np.integer) else list(given)
    own: list[tuple[str, int, int]] | None = None
    found = []
    for item in items:
        if isinstance(item, int | np.integer) and not isinstance(item, bool):
            if not 0 <= item < len(hits):
                raise InputError(
                    f"{what}={int(item)} is no row of the hits; they are numbered from 0 to"
                    f" {len(hits) - 1}."
                )
            own = identities(hits) if own is None else own
            found.append(own[int(item)])
        elif isinstance(item, tuple | list) and len(item) == 3:
            found.append((str(item[0]), int(item[1]), int(item[2])))
        else:
            raise InputError(
                f"{what}={item!r} is no line; give rows of the hits (0, 1 …), a table of hits, or"
                " (doc, start, end)."
            )
    return found
