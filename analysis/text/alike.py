"""Characters that look alike, folded: what a word is counted as, whatever signs spell it.

Files are cleaned when they are added; a table of one's own is not, and no letter of either is
changed in the text. Ligatures (ﬁ), full-width and other forms of letters (Ｎ), accents typed apart,
apostrophes between letters (ʼ ´ ′ `), hyphens (‑), and soft hyphens and zero-width characters
inside words are read as the plain letters for which they stand.
"""

from __future__ import annotations

import functools
import inspect
import re
import unicodedata
from collections.abc import Callable
from typing import Any, NamedTuple, ParamSpec, TypeVar

import numpy as np
import pandas as pd
import regex

P = ParamSpec("P")
T = TypeVar("T")

# Formatting characters: soft hyphen, zero-width, direction. A joiner inside an emoji and the tags
# that spell a flag are none: the emoji is another one without them.
HIDDEN = (
    r"[\x80-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\U000e0000-\U000e007f]"
)
OF_EMOJI = (
    r"(?<=[\p{Extended_Pictographic}\uFE0F\U0001F3FB-\U0001F3FF])\u200D"
    r"(?=\p{Extended_Pictographic})(*SKIP)(*FAIL)"
    r"|\U0001F3F4[\U000E0020-\U000E007F]+(*SKIP)(*FAIL)|"
)
# Letters that are another form of others (Unicode's compatibility characters): ligatures, digraphs,
# full-width, mathematical and Arabic presentation forms.
_FORMS = (
    r"[\u0132\u0133\u01c4-\u01cc\u01f1-\u01f3\ufb00-\ufdff\ufe70-\ufefc\uff01-\uffee"
    r"\U0001d400-\U0001d7ff]"
)
_APOSTROPHES = r"`\xb4\u02b9\u02bb-\u02bd\u2018\u201b\u2032\u2035\ua78c"
_MARKS = r"\u0300-\u036f\u0653-\u0655\u3099\u309a"
# Any character that may be folded, or be part of what is folded.
ALIKE_SIGNS = rf"[{HIDDEN[1:-1]}{_FORMS[1:-1]}\u2010\u2011{_APOSTROPHES}{_MARKS}]"
_SIGNS = re.compile(ALIKE_SIGNS)
_ALIKE = regex.compile(
    rf"{OF_EMOJI}(?<=[^\s{HIDDEN}]){HIDDEN}++|{HIDDEN}++(?=\S)|{_FORMS}|[\u2010\u2011]"
    rf"|(?<=\p{{L}})[{_APOSTROPHES}](?=\p{{L}})"
    rf"|\p{{L}}[{_MARKS}]+",
    regex.VERSION1,
)


class Folded(NamedTuple):
    """A text with its look-alikes folded, and where each of its characters stood."""

    text: str
    first: np.ndarray  # for each character, where what it stands for begins in the text as given
    last: np.ndarray  # and one past its end

    def given(self, starts: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Turn places in the folded text into places in the text as given."""
        first = np.append(self.first, self.last[-1:])
        last = np.concatenate([self.first[:1], self.last])
        return _moved(starts, first), _moved(ends, last)

    def folded(self, places: np.ndarray) -> np.ndarray:
        """Turn places in the text as given into places in the folded text."""
        inside = np.clip(np.asarray(places), 0, None)
        return np.where(places < 0, places, np.searchsorted(self.last, inside, side="right"))


def _moved(places: np.ndarray, table: np.ndarray) -> np.ndarray:
    """Look places up; what is below 0 stands for none."""
    places = np.asarray(places)
    return np.where(places < 0, places, table[np.clip(places, 0, len(table) - 1)])


def _may_be_folded(text: str) -> bool:
    """Whether a text has a sign that may look like another, found many times faster than those."""
    return "`" in text if text.isascii() else _SIGNS.search(text) is not None


def fold_text(text: str) -> Folded | None:
    """Fold what looks alike in a text; None where there is nothing to fold."""
    if not _may_be_folded(text) or _ALIKE.search(text) is None:
        return None
    parts: list[str] = []
    spans: list[tuple[int, int]] = []
    at = 0
    for match in _ALIKE.finditer(text):
        start, end = match.span()
        plain = _plain(match[0])
        parts += [text[at:start], plain]
        spans += zip(range(at, start), range(at + 1, start + 1), strict=True)
        spans += [(start, end)] * len(plain)
        at = end
    parts.append(text[at:])
    spans += zip(range(at, len(text)), range(at + 1, len(text) + 1), strict=True)
    folded = "".join(parts)
    first, last = np.asarray(spans, np.int64).reshape(-1, 2).T
    # what is hidden belongs to the character before it, at the beginning of a word to the next
    spaces = np.fromiter(map(str.isspace, folded[:-1]), bool, max(len(folded) - 1, 0))
    gaps = first[1:] > last[:-1]
    first[1:] = np.where(gaps & spaces, last[:-1], first[1:])
    last[:-1] = np.where(gaps & ~spaces, first[1:], last[:-1])
    first[:1], last[-1:] = 0, len(text)
    return Folded(folded, first, last)


def fold_alike(text: str) -> str:
    """Return a text with what looks alike folded."""
    if not _may_be_folded(text):
        return text
    return _ALIKE.sub(lambda match: _plain(match[0]), text)


@functools.lru_cache(maxsize=10_000)
def _plain(sign: str) -> str:
    """What a sign that looks like others stands for."""
    if sign in "\u2010\u2011":
        return "-"
    if len(sign) == 1 and regex.match(f"[{_APOSTROPHES}]", sign):
        return "'"
    if regex.fullmatch(f"{HIDDEN}+", sign):
        return ""
    plain = unicodedata.normalize("NFKC" if regex.match(_FORMS, sign) else "NFC", sign)
    return sign if any(map(str.isspace, plain)) else plain  # no fold parts a word


class FoldedTexts:
    """Documents with their look-alikes folded, and tables of places in them, to and fro."""

    def __init__(self, documents: pd.DataFrame) -> None:
        texts = documents["text"].tolist()
        found = {i: fold for i, text in enumerate(texts) if (fold := _fold_any(text)) is not None}
        self.given = texts
        self.folds = found
        self.ids = pd.Index(documents["doc"].astype(object))
        if found:
            plain = [found[i].text if i in found else text for i, text in enumerate(texts)]
            documents = documents.assign(text=pd.Series(plain, documents.index, dtype=object))
        self.documents = documents

    def fold(self, table: pd.DataFrame) -> pd.DataFrame:
        """Turn places in the texts as given, and what stands there, into those of the folded."""
        columns: dict[str, Any] = {}
        for name in _place_columns(table):
            values = table[name].to_numpy().copy()
            for rows, fold in self._rows(table):
                values[rows] = fold.folded(values[rows])
            columns[name] = values
        for name in ("word", "text"):
            if name in table:
                columns[name] = _fold_column(table[name])
        return table.assign(**columns)

    def unfold(self, table: pd.DataFrame) -> pd.DataFrame:
        """Turn places in the folded texts into those of the texts as given, and cut these out."""
        columns = {name: table[name].to_numpy().copy() for name in _place_columns(table)}
        shown: dict[str, list[Any]] = {
            name: table[name].astype(object).tolist() for name in ("word", "text") if name in table
        }
        for rows, fold in self._rows(table):
            for name in columns:
                if name.endswith("start"):
                    ends = name.removesuffix("start") + "end"
                    both = fold.given(columns[name][rows], columns.get(ends, columns[name])[rows])
                    columns[name][rows] = both[0]
                    if ends in columns:
                        columns[ends][rows] = both[1]
            for values in shown.values():
                for row in rows.tolist():
                    text = self.given[self.ids.get_loc(table["doc"].iloc[row])]
                    values[row] = text[columns["start"][row] : columns["end"][row]]
        series = {
            name: pd.Series(values, table.index, dtype=table[name].dtype)
            if not isinstance(table[name].dtype, pd.CategoricalDtype)
            else pd.Series(values, table.index, dtype=object).astype("category")
            for name, values in shown.items()
        }
        return table.assign(**columns, **series)

    def _rows(self, table: pd.DataFrame) -> list[tuple[np.ndarray, Folded]]:
        """The rows of a table that are of a text in which something was folded."""
        home = self.ids.get_indexer(pd.Index(table["doc"].astype(object)))
        return [(np.flatnonzero(home == i), fold) for i, fold in self.folds.items()]


def _fold_any(text: Any) -> Folded | None:
    """Fold a text, if it is one; what is none is refused by what reads it."""
    return fold_text(text) if isinstance(text, str) else None


def _place_columns(table: pd.DataFrame) -> list[str]:
    return [
        name
        for name in table.columns
        if name in ("start", "end") or str(name).endswith(("_start", "_end"))
    ]


def _fold_column(column: pd.Series) -> pd.Series:
    """A column of words with what looks alike folded."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes, plain = pd.factorize(
            np.array([fold_alike(str(word)) for word in column.cat.categories], dtype=object)
        )
        own = np.append(codes, -1)[column.cat.codes.to_numpy()]
        return pd.Series(
            pd.Categorical.from_codes(own, pd.Index(plain, dtype=object)), column.index
        )
    return column.map(lambda word: fold_alike(word) if isinstance(word, str) else word)


def reads_folded(function: Callable[P, T]) -> Callable[P, T]:
    """Let a function of documents and of tables of places in them read folded texts."""
    # The tables that it takes and returns have places in the texts as they are given, and `word`
    # and `text` are what stands there. Where nothing looks like anything else nothing is done.
    signature = inspect.signature(function)
    first = next(iter(signature.parameters))

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> Any:
        bound = signature.bind(*args, **kwargs)
        given = bound.arguments
        source = next((name for name in ("documents", first) if _has_texts(given.get(name))), None)
        texts = FoldedTexts(given[source]) if source else None
        if texts is None or not texts.folds:
            return function(*args, **kwargs)
        for name, value in given.items():
            if name == source:
                given[name] = texts.documents
            elif isinstance(value, pd.DataFrame) and {"doc", "start", "end"} <= set(value.columns):
                given[name] = texts.fold(value)
        result: Any = function(*bound.args, **bound.kwargs)
        if isinstance(result, pd.DataFrame) and {"doc", "start", "end"} <= set(result.columns):
            attrs = result.attrs
            result = texts.unfold(result)
            result.attrs = attrs
        return result

    return call


def _has_texts(value: Any) -> bool:
    """Whether this is a table of documents that can be read."""
    columns = set(getattr(value, "columns", ()))
    return {"doc", "text"} <= columns and "start" not in columns
