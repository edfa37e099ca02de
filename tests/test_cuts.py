"""Pieces cut out of the bytes of texts are what Python's slices are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.text.cuts import as_column, texts_of

CHARACTERS = st.sampled_from("ab \né“—日😀")
PLACES = st.tuples(st.integers(0, 7), st.integers(0, 40), st.integers(0, 40))


@pytest.mark.parametrize(
    "held",
    [
        lambda texts: pd.Series(texts, dtype="str"),
        lambda texts: pd.Series(["before", *texts, "after"], dtype="str")[1:-1],
        lambda texts: pd.concat([pd.Series([text], dtype="str") for text in texts]),
        lambda texts: pd.Series(texts, dtype=object),
    ],
    ids=["one piece", "a slice", "pieces", "objects"],
)
@given(
    texts=st.lists(st.text(CHARACTERS, max_size=40), min_size=1, max_size=8),
    places=st.lists(PLACES, max_size=20),
)
def test_pieces_are_slices(
    held: Callable[[list[str]], pd.Series], texts: list[str], places: list[tuple[int, int, int]]
) -> None:
    rows = np.array([row % len(texts) for row, _, _ in places], dtype=np.int64)
    first, second = (np.array([place[i] for place in places], dtype=np.int64) for i in (1, 2))
    begin, end = np.minimum(first, second), np.maximum(first, second)
    known, text = texts_of(held(texts), rows)
    found = as_column(known.cut(known.bytes_at(text, begin), known.bytes_at(text, end))[0])
    spans = zip(rows, begin, end, strict=True)
    assert pd.Series(found).tolist() == [texts[row][a:b] for row, a, b in spans]
    assert found.dtype == "str"


def test_half_a_character_takes_one_place() -> None:
    known, text = texts_of(pd.Series(["a\ud800bc"], dtype=object), np.array([0]))
    (found,) = known.cut(known.bytes_at(text, np.array([2])), known.bytes_at(text, np.array([4])))
    assert found.to_pylist() == ["bc"]
