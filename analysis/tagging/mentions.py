"""From tags to mentions of names."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.tagging.tagged import Tagged

_NUMBERS = ("sentence", "start", "end")
_TEXTS = ("text", "label")


class MentionRows:
    """Mentions, gathered document by document."""

    def __init__(self) -> None:
        self._docs: list[int] = []
        self._columns: dict[str, list[Any]] = {n: [] for n in (*_NUMBERS, *_TEXTS, "score")}

    def add(self, doc: int, text: str, tagged: Tagged) -> None:
        """Read the mentions of a document from its tags.

        The score is the probability of all the mention's tags, taken as independent.
        """
        columns = self._columns
        for first, last in mention_spans(tagged):
            start, end = int(tagged.start[first]), int(tagged.end[last - 1])
            self._docs.append(doc)
            columns["sentence"].append(int(tagged.sentence[first]))
            columns["start"].append(start)
            columns["end"].append(end)
            columns["text"].append(text[start:end])
            columns["label"].append(tagged.entity[first][2:])
            columns["score"].append(float(np.prod(tagged.score[first:last], dtype=float)))

    def table(self, docs: pd.Index) -> pd.DataFrame:
        """Give the mentions table; `docs` are the ids of all the documents."""
        columns: dict[str, Any] = {
            "doc": pd.Categorical.from_codes(np.asarray(self._docs, np.int32), docs)
        }
        columns |= {name: np.asarray(self._columns[name], np.int32) for name in _NUMBERS}
        columns |= {name: _strings(self._columns[name]) for name in _TEXTS}
        columns["entity"] = columns["text"].copy()
        columns["score"] = np.asarray(self._columns["score"], np.float64)
        return pd.DataFrame(columns)


def _strings(values: list[str]) -> pd.Series:
    try:
        return pd.Series(values, dtype="str")
    except UnicodeEncodeError:  # half of a surrogate pair, which pandas' own strings cannot hold
        return pd.Series(values, dtype=object)


def mention_spans(tagged: Tagged) -> list[tuple[int, int]]:
    """Find the runs of words that are one mention: (first, one past the last).

    A tag I-X that follows nothing of its kind begins a mention; none spans two sentences.
    """
    spans: list[tuple[int, int]] = []
    tags = tagged.entity
    for word in np.flatnonzero((tags != "O") & (tags != "")).tolist():
        goes_on = (
            spans
            and spans[-1][1] == word
            and tags[word][0] == "I"
            and tags[word - 1][2:] == tags[word][2:]
            and tagged.sentence[word - 1] == tagged.sentence[word]
        )
        if goes_on:
            spans[-1] = (spans[-1][0], word + 1)
        else:
            spans.append((word, word + 1))
    return spans
