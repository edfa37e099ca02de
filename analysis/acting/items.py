"""Lists of words and phrases with the parts of speech they count in, and finding them in tokens."""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.counting.codes import codes_of
from analysis.tables import InputError, require_columns
from analysis.tokens import find_hits, term_of

UPOS = frozenset(
    "ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X".split()
)
_ONE_TOKEN = re.compile(r"[a-z]+(?:['-][a-z]+)*")
UNTAGGED = ("", "lower", "no")
Items = pd.DataFrame | Sequence[Mapping[str, str]]


class Found(NamedTuple):
    """Hits of a list of items, in the order of the texts."""

    rows: np.ndarray  # row of the tokens in which a hit begins
    lengths: np.ndarray  # in tokens
    items: np.ndarray  # row of the list


@functools.cache
def packaged_rows(name: str) -> tuple[dict[str, str], ...]:
    """Read one of the package's lists: a CSV file whose lines that begin with # are comments."""
    text = (resources.files("analysis") / "data" / name).read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return tuple(csv.DictReader(lines))


def item_table(items: Items, columns: Sequence[str], what: str) -> pd.DataFrame:
    """Check a list of items, and bring it into the form in which it is looked for.

    Parameters
    ----------
    items : pandas.DataFrame or sequence of mappings
        With `item` and `columns`; `pos` and `untagged` where they are wanted.
    columns : sequence of str
        What it must have beside `item`; the first one is the category in which an item is unique.
    what : str
        What it is, for a message.

    Returns
    -------
    pandas.DataFrame
        All text, no missing values, items as the tokens' `term` has them.
    """
    table = items if isinstance(items, pd.DataFrame) else pd.DataFrame(list(items))
    if not len(table):
        raise InputError(f"The {what} is empty; give it at least one item.")
    require_columns(table, ("item", *columns), what)
    table = table.reset_index(drop=True).copy()
    for name in ("pos", "untagged"):
        if name not in table.columns:
            table[name] = ""
    names = ["item", *columns, "pos", "untagged"]
    table = table[names].astype(object).where(table[names].notna(), "").astype(str)
    table["item"] = [" ".join(term_of(item).split()) for item in table["item"]]
    _check_rows(table, columns[0], what)
    return table


def _check_rows(table: pd.DataFrame, category: str, what: str) -> None:
    """Refuse an item that is empty, twice in its category, or has a tag that does not exist."""
    seen = set()
    for number, row in enumerate(table.to_dict("records"), start=1):
        where = f"Row {number} of the {what}"
        if not row["item"]:
            raise InputError(f"{where} has no item; fill it in or take the row out.")
        if (row[category], row["item"]) in seen:
            raise InputError(
                f"{where} has {row['item']!r} again in {row[category]!r}; keep one of the two."
            )
        seen.add((row[category], row["item"]))
        tags = {tag for word in row["pos"].split() for tag in word.split("/")} - {"*"}
        if not tags <= UPOS:
            raise InputError(
                f"{where} ({row['item']!r}) has the part of speech {sorted(tags - UPOS)[0]!r};"
                f" choose of {', '.join(sorted(UPOS))}, or * for any."
            )
        if row["untagged"] not in UNTAGGED:
            raise InputError(
                f"{where} ({row['item']!r}) has untagged={row['untagged']!r}; leave it empty, or"
                " write 'lower' or 'no'."
            )


def find_items(tokens: pd.DataFrame, table: pd.DataFrame, category: str) -> Found:
    """Find the items of a checked list in tokens, each in the right part of speech if it is known.

    Parameters
    ----------
    tokens : pandas.DataFrame
        As `coded` gives them; with `pos` where they are tagged.
    table : pandas.DataFrame
        What `item_table` gives.
    category : str
        Column of `table`: of hits within each other in one category the longest is kept.

    Returns
    -------
    Found
        Sorted by row, then by the order of the categories in the list.
    """
    codes, names = pd.factorize(table[category])
    search = _Search(tokens, table["item"].tolist())
    parts = [search.candidates(np.flatnonzero(codes == code)) for code in range(len(names))]
    rows, lengths, items = (np.concatenate(part) for part in zip(*parts, strict=True))
    kept = _in_one_sentence(tokens, rows, lengths) & _rightly_tagged(
        tokens, table, Found(rows, lengths, items)
    )
    rows, lengths, items = rows[kept], lengths[kept], items[kept]
    order = np.lexsort([items, -lengths, rows, codes[items]])
    rows, lengths, items = rows[order], lengths[order], items[order]
    outer = _outermost(rows, rows + lengths, codes[items])
    order = np.lexsort([codes[items][outer], rows[outer]])
    return Found(rows[outer][order], lengths[outer][order], items[outer][order])


class _Search:
    """The tokens and items as codes: a table's columns are slow to look up hundreds of times."""

    def __init__(self, tokens: pd.DataFrame, items: list[str]) -> None:
        self.tokens, self.items = tokens, items
        vocabulary = tokens["term"].cat.categories
        words = sorted({word for item in items for word in item.split()})
        known = vocabulary.get_indexer(pd.Index(words, dtype=object)).tolist()
        self.known = dict(zip(words, known, strict=True))
        self.size = len(vocabulary)
        self.codes, self.doc = codes_of(tokens, "term"), codes_of(tokens, "doc")

    def candidates(self, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Where the items of one category occur, whatever their part of speech."""
        place = np.full(self.size + 1, -1, dtype=np.int64)
        parts = []
        for item in wanted.tolist():
            words = self.items[item].split()
            if not all(map(_ONE_TOKEN.fullmatch, words)):
                rows, lengths = find_hits(self.tokens, self.items[item])
                parts.append((rows, lengths, np.full(len(rows), item)))
            elif len(words) == 1 and self.known[words[0]] >= 0:
                place[self.known[words[0]]] = item
            elif len(words) > 1 and min(self.known[word] for word in words) >= 0:
                rows = self._phrase([self.known[word] for word in words])
                parts.append((rows, np.full(len(rows), len(words)), np.full(len(rows), item)))
        found = place[self.codes]
        rows = np.flatnonzero(found >= 0)
        parts.append((rows, np.ones(len(rows), dtype=np.int64), found[rows]))
        rows, lengths, found = (np.concatenate(part) for part in zip(*parts, strict=True))
        return rows, lengths, found

    def _phrase(self, words: list[int]) -> np.ndarray:
        """Rows at which a phrase, given by the codes of its words, begins in one document."""
        rows = np.flatnonzero(self.codes[: max(len(self.codes) - len(words) + 1, 0)] == words[0])
        for offset, code in enumerate(words[1:], start=1):
            here = rows + offset
            rows = rows[(self.codes[here] == code) & (self.doc[here] == self.doc[rows])]
        return rows


def _in_one_sentence(tokens: pd.DataFrame, rows: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    if "sentence" not in tokens.columns:
        return np.ones(len(rows), dtype=bool)
    sentence = tokens["sentence"].to_numpy()
    same: np.ndarray = sentence[rows] == sentence[rows + lengths - 1]
    return same


def _rightly_tagged(tokens: pd.DataFrame, table: pd.DataFrame, found: Found) -> np.ndarray:
    """Keep a tagged hit in the parts of speech of its item, an untagged one by its own rule."""
    rule = np.array([UNTAGGED.index(rule) for rule in table["untagged"]])[found.items]
    kept = (rule == 0) | ((rule == 1) & _in_small_letters(tokens, found.rows))
    if "pos" not in tokens.columns:
        return kept
    pos = tokens["pos"].astype("category")
    tags = pos.cat.categories.astype(str)
    codes = codes_of(tokens.assign(pos=pos), "pos").astype(np.int64)  # -1: missing
    known = (codes >= 0) & ~np.append(tags == "", True)[codes]
    tagged, right = np.zeros(len(found.rows), dtype=bool), np.ones(len(found.rows), dtype=bool)
    for offset in range(int(found.lengths.max(initial=1))):
        allowed = np.array([_allowed(text, offset, tags) for text in table["pos"]])
        here = np.flatnonzero(found.lengths > offset)
        row = found.rows[here] + offset
        tagged[here] |= known[row]
        right[here] &= ~known[row] | allowed[found.items[here], codes[row]]
    return np.where(tagged, right, kept)


def _allowed(text: str, offset: int, tags: Iterable[str]) -> list[bool]:
    """Which tags a word of an item may have; one more for a token without a tag."""
    words = text.split()
    choice = words[offset].split("/") if offset < len(words) else ["*"]
    return [*(choice == ["*"] or tag in choice for tag in tags), True]


def _in_small_letters(tokens: pd.DataFrame, rows: np.ndarray) -> np.ndarray:
    if "word" not in tokens.columns:
        return np.zeros(len(rows), dtype=bool)
    words: Any = tokens["word"].array
    small = np.array([str(word).islower() for word in words.categories], dtype=bool)
    there: np.ndarray = small[words.codes[rows]] if len(rows) else np.zeros(0, dtype=bool)
    return there


def _outermost(starts: np.ndarray, ends: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Mark hits that lie in no other of their category; sorted by category, start, length."""
    kept = np.ones(len(starts), dtype=bool)
    size = int(ends.max(initial=0)) + 1
    reach = np.maximum.accumulate(codes * size + ends) if len(ends) else ends
    kept[1:] = (codes * size + ends)[1:] > reach[:-1]
    return kept


def recorded(items: Items | None) -> list[dict[str, str]] | None:
    """What is written down of an analyst's own list, so that it can be used again."""
    if items is None:
        return None
    table = items if isinstance(items, pd.DataFrame) else pd.DataFrame(list(items))
    plain = table.astype(object).where(table.notna(), "")
    return [{str(k): str(v) for k, v in row.items() if v != ""} for row in plain.to_dict("records")]
