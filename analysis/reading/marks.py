"""What a reader has said of lines, by where they stand: it survives any order and any re-run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.reading.lines import identities, record, require_corpus, require_hits
from analysis.tables import InputError, require_choice

KINDS = ("", "keep", "drop")
LONGEST = 10_000  # characters of a note
AROUND = 60  # characters on each side by which a line is found again in another corpus
Place = tuple[str, int, int]


class Mark(NamedTuple):
    """What a reader says of a line: "keep", "drop" or nothing, a label and a note."""

    mark: str = ""
    label: str = ""
    note: str = ""


def make_mark(mark: Any, label: Any, note: Any) -> Mark:
    """A mark, checked."""
    require_choice(mark or "", KINDS, "mark")
    for name, value in (("label", label), ("note", note)):
        if not isinstance(value, str) or len(value) > LONGEST:
            raise InputError(f"{name}= must be a text of at most {LONGEST:,} characters.")
    return Mark(mark or "", label.strip(), note.strip())


def mark_hits(hits: pd.DataFrame, corpus: Any, *, marks: Iterable[Sequence[Any]]) -> pd.DataFrame:
    """Write beside the lines of a concordance what a reader has said of them.

    Parameters
    ----------
    hits : pandas.DataFrame
        Places in texts (`doc`, `start`, `end`), as `find_contexts` returns them.
    corpus : Corpus or pandas.DataFrame
        The corpus in which they were found, or its documents.
    marks : iterable of (doc, start, end, mark, label, note)
        `mark` is "keep", "drop" or "". Marks of lines that are not in the table are left out.

    Returns
    -------
    pandas.DataFrame
        All rows, with the columns `mark`, `label` and `note`.

    Raises
    ------
    InputError
        If a mark has another form.

    Examples
    --------
    >>> from analysis.layers import Corpus
    >>> from analysis.terms.contexts import find_contexts
    >>> corpus = Corpus(pd.DataFrame({"doc": ["a"], "text": ["No war now."]}))
    >>> hits = find_contexts(corpus, "war")
    >>> mark_hits(hits, corpus, marks=[("a", 3, 6, "keep", "denial", "")])["label"].tolist()
    ['denial']
    """
    table, corpus = require_hits(hits), require_corpus(corpus)
    given = [list(one) for one in marks]
    for one in given:
        if len(one) != 6:
            raise InputError(f"{one!r} is no mark; give (doc, start, end, mark, label, note).")
    known = {(str(d), int(s), int(e)): make_mark(m, lab, n) for d, s, e, m, lab, n in given}
    said = [known.get(place, Mark()) for place in identities(table)]
    columns = {
        name: pd.array([getattr(one, name) for one in said], dtype="str") for name in Mark._fields
    }
    result = table.assign(**columns).reset_index(drop=True)
    return record(result, table, corpus, "mark_hits", {"marks": given})


class Marked(NamedTuple):
    """A marked line: its place, the words by which it is found again, and its mark."""

    place: Place
    words: tuple[str, str, str]  # before, hit, after
    said: Mark


def words_at(corpus: Any, places: Iterable[Place]) -> list[tuple[str, str, str] | None]:
    """The words of places and around them, as they stand in their texts; None where none are."""
    documents = corpus.documents
    texts = dict(zip(documents["doc"].astype(str), documents["text"], strict=True))
    found: list[tuple[str, str, str] | None] = []
    for doc, start, end in places:
        text = str(texts.get(doc, ""))
        left, right = text[max(start - AROUND, 0) : start], text[end : end + AROUND]
        there = 0 <= start < end <= len(text)
        found.append((left, text[start:end], right) if there else None)
    return found


def find_again(lines: Sequence[Marked], corpus: Any) -> list[tuple[Place | None, str]]:
    """Where marked lines stand in another corpus: "same place", "moved" or "not found"."""
    documents = corpus.documents
    texts: Mapping[str, str] = dict(
        zip(documents["doc"].astype(str), documents["text"].tolist(), strict=True)
    )
    found: list[tuple[Place | None, str]] = []
    for (doc, start, end), (left, node, right), _ in lines:
        text = texts.get(doc, "")
        whole = left + node + right
        begin = start - len(left)
        if begin >= 0 and text[begin : begin + len(whole)] == whole and text[start:end] == node:
            found.append(((doc, start, end), "same place"))
            continue
        for other in (doc, *texts):
            at = texts.get(other, "").find(whole)
            if at >= 0:
                first = at + len(left)
                found.append(((other, first, first + len(node)), "moved"))
                break
        else:
            found.append((None, "not found"))
    return found


def found_table(lines: Sequence[Marked], found: Sequence[tuple[Place | None, str]]) -> pd.DataFrame:
    """Marked lines and whether they were found again, as a table."""
    rows = []
    for one, (place, how) in zip(lines, found, strict=True):
        doc, start, end = place or one.place
        rows.append((doc, start, end, *one.words, *one.said, how))
    names = ("doc", "start", "end", "left", "node", "right", *Mark._fields, "found")
    table = pd.DataFrame(rows, columns=list(names))
    return table.astype({"start": np.int64, "end": np.int64}) if len(table) else table
