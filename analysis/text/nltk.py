"""The tables as NLTK's own objects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.tables import InputError, group_codes, require_columns

if TYPE_CHECKING:
    from nltk.probability import ConditionalFreqDist, FreqDist
    from nltk.text import Text


_NAMES = ("term", "ngram", "collocate", "entity")  # what a table of counts calls its items


def to_nltk_text(tokens: pd.DataFrame, *, doc: str | None = None) -> Text:
    """Give the words of the corpus, or of one document, as an `nltk.Text`."""
    # NLTK knows no documents: its windows and collocations run from one text into the next.
    from nltk.text import Text

    require_columns(tokens, ("doc", "word"), "tokens")
    if doc is not None:
        rows = (tokens["doc"] == doc).to_numpy()
        if not rows.any():
            known = ", ".join(repr(name) for name in tokens["doc"].unique()[:10])
            raise InputError(f"No token is of document {doc!r}; there are {known or 'none'}.")
        tokens = tokens[rows]
    return Text(tokens["word"].tolist(), name=doc or "corpus")


def to_freqdist(table: pd.DataFrame) -> FreqDist:
    """Give the counts of a tokens table, or of a table of counts, as an `nltk.FreqDist`."""
    # NLTK's ``freq`` divides by the counts that are there. Where stop words were left out of the
    # table, that is not the table's `base`, so the proportions differ from its rates.
    from nltk.probability import FreqDist

    name, codes, labels, count = _counted(table)
    total = np.bincount(codes, count, minlength=len(labels)).astype(np.int64)
    return FreqDist(_samples(name, labels, total))


def to_conditional_freqdist(
    table: pd.DataFrame, *, by: str | Sequence[str], documents: pd.DataFrame | None = None
) -> ConditionalFreqDist:
    """Give counts by group as an `nltk.ConditionalFreqDist`."""
    # As for `to_freqdist`. A group without any count has an empty distribution.
    from nltk.probability import ConditionalFreqDist

    name, codes, labels, count = _counted(table)
    group, conditions = group_codes(table, by, documents)
    size = max(len(labels), 1)
    cells, inverse = np.unique(group * size + codes, return_inverse=True)
    total = np.bincount(inverse, count, minlength=len(cells)).astype(np.int64)
    result = ConditionalFreqDist()
    ends = np.searchsorted(cells, np.arange(len(conditions) + 1) * size)
    for code, condition in enumerate(conditions.itertuples(index=False, name=None)):
        rows = slice(ends[code], ends[code + 1])
        samples = _samples(name, labels.take(cells[rows] % size), total[rows])
        result[condition[0] if len(condition) == 1 else condition].update(samples)
    return result


def _counted(table: pd.DataFrame) -> tuple[str, np.ndarray, pd.Index, np.ndarray]:
    """What a table counts: name of its column, code of every row, labels, count of every row."""
    named = [name for name in _NAMES if name in table.columns]
    if not named or not {"count", "is_word"} & set(table.columns):
        raise InputError(
            "The table has nothing to count: pass the tokens table, or a table with 'count' and"
            f" one of {', '.join(repr(name) for name in _NAMES)}."
        )
    codes, labels = pd.factorize(table[named[0]], sort=True)
    count = table["count" if "count" in table.columns else "is_word"].to_numpy()
    return named[0], codes, pd.Index(labels), count.astype(np.int64)


def _samples(name: str, labels: pd.Index, total: np.ndarray) -> dict[object, int]:
    """Counts by name as NLTK keeps them, without those of zero."""
    pairs = zip(labels.tolist(), total.tolist(), strict=True)
    if name == "ngram":
        return {tuple(label.split(" ")): count for label, count in pairs if count}
    return {label: count for label, count in pairs if count}
