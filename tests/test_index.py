"""The index of a tokens table: the same answers with and without it, never stale, freed in time."""

from __future__ import annotations

import gc

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

import analysis as da
from analysis.terms.counting import open_tokens
from analysis.text import index as rooms
from analysis.text.index import Cells, DocumentSums

WORDS = st.sampled_from(["war", "War", "peace", "talks", ",", "."])
TEXTS = st.lists(st.lists(WORDS, max_size=9).map(" ".join), min_size=1, max_size=5)


@pytest.fixture(autouse=True)
def _indexed(monkeypatch: pytest.MonkeyPatch) -> None:
    gc.collect()
    monkeypatch.setattr(rooms, "SMALLEST", 0)
    monkeypatch.setattr(rooms, "_entries", {})


def _documents(texts: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "doc": [f"d{number}" for number in range(len(texts))],
            "outlet": ["one" if number % 2 else "other" for number in range(len(texts))],
            "text": texts,
        }
    )


def _answers(tokens: pd.DataFrame, documents: pd.DataFrame) -> list[pd.DataFrame]:
    """What the functions that use an index say."""
    texts = {"documents": documents}
    found = [
        da.find_contexts(tokens, query, window=window, sort=sort, limit=limit, **texts)
        for query in ("war", "war peace", ["war", "talks ,"])
        for window, sort, limit in (
            (2, ("R1", "L2", "node"), None),
            ((0, 3), ("R1", "R2", "R3"), 2),
            ((1, 0), "L1", (1, 3)),
            ("sentence", (), None),
        )
    ]
    for within in ("document", "sentence"):
        for window in (2, (0, 1), "sentence"):
            span = {"window": window, "within": within, "min_count": 1}
            for confidence in (0.95, None):
                found.append(_collocates(tokens, "war", confidence=confidence, **span))
            found.append(_collocates(tokens, ["war peace", "war", "talks ,"], **span))
    for min_documents in (1, 2):
        for target in (None, "one"):
            if target is None or len(documents) > 1:
                least = {"min_documents": min_documents}
                found.append(_compared(tokens, target=target, **least, **texts))
    return found


def _collocates(tokens: pd.DataFrame, query: object, **options: object) -> pd.DataFrame:
    """The collocates of a node, or why there are none."""
    try:
        return da.find_collocates(tokens, query, **options)
    except da.InputError as error:
        return pd.DataFrame({"refused": [str(error)]})


def _compared(tokens: pd.DataFrame, **options: object) -> pd.DataFrame:
    """The keywords, or why there are none."""
    try:
        return da.compare_terms(tokens, by="outlet", **options)
    except da.InputError as error:
        return pd.DataFrame({"error": [str(error)]})


def _same(tokens: pd.DataFrame, documents: pd.DataFrame) -> None:
    """Compare the answers about a table with those about a copy that has no index."""
    found = _answers(tokens, documents)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rooms, "SMALLEST", 10**9)
        expected = _answers(tokens.copy(), documents)
    for one, other in zip(found, expected, strict=True):
        pd.testing.assert_frame_equal(one, other)


def _index(tokens: pd.DataFrame) -> rooms.TokenIndex | None:
    arrays, categories = open_tokens(tokens)
    return rooms.index_of(arrays, len(categories["term"]))


@settings(max_examples=25, deadline=None)
@given(TEXTS)
def test_answers_are_the_same_with_and_without(texts: list[str]) -> None:
    documents = _documents(texts)
    tokens = da.tokenize(documents)
    _same(tokens, documents)
    assert (_index(tokens) is None) == (not len(tokens))


@settings(max_examples=25, deadline=None)
@given(TEXTS, st.randoms())
def test_a_shuffled_table_is_answered_alike(texts: list[str], random: object) -> None:
    documents = _documents(texts)
    tokens = da.tokenize(documents)
    order = list(range(len(tokens)))
    random.shuffle(order)  # type: ignore[attr-defined]
    _same(tokens.iloc[order].reset_index(drop=True), documents)


def _ready() -> tuple[pd.DataFrame, pd.DataFrame]:
    documents = _documents(["War, peace and war.", "Peace talks. The war goes on.", "No war!"])
    tokens = da.tokenize(documents)
    assert len(da.find_contexts(tokens, "war", documents=documents)) == 4
    assert _index(tokens) is not None
    return documents, tokens


def test_parts_of_the_index_are_what_the_columns_say() -> None:
    _, tokens = _ready()
    index = _index(tokens)
    assert index is not None
    code = tokens["term"].cat.categories.tolist().index("war")
    assert index.rows_of(code).tolist() == np.flatnonzero(tokens["term"] == "war").tolist()
    assert index.totals[code] == 4
    assert index.totals.sum() == tokens["is_word"].sum()
    edges, term, counts = index.cells
    assert edges.tolist() == [0, 3, 9, 11]
    assert counts[term == code].tolist() == [2, 1, 1]


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.loc.__setitem__((0, "is_word"), False),
        lambda t: t.loc.__setitem__((t["term"] == "war", "is_word"), False),
        lambda t: t.loc.__setitem__((0, "term"), "peace"),
        lambda t: t.iloc.__setitem__((0, list(t).index("term")), "talks"),
        lambda t: t.at.__setitem__((0, "term"), "peace"),
        lambda t: t.__setitem__("term", t["word"]),
        lambda t: t.__setitem__("is_word", t["term"] == "war"),
    ],
)
def test_a_table_that_was_written_to_has_no_stale_answers(change: object) -> None:
    documents, tokens = _ready()
    change(tokens)  # type: ignore[operator]
    _same(tokens, documents)
    assert len(rooms._entries) == 1  # the old one went


def test_parts_of_a_table_and_its_copies_are_tables_of_their_own() -> None:
    documents, tokens = _ready()
    for table in (
        tokens[tokens["is_word"]].reset_index(drop=True),
        tokens[tokens["doc"] != "d1"].reset_index(drop=True),
        tokens.iloc[2:9].reset_index(drop=True),
        tokens.copy(),
        tokens.assign(is_word=tokens["term"] == "war"),
        tokens.assign(term=tokens["word"]),
        pd.concat([tokens, tokens.assign(doc="d9")]).iloc[: len(tokens)],
    ):
        _same(table, documents)
    _same(tokens, documents)


def test_a_table_that_shares_the_columns_shares_the_index_and_keeps_it() -> None:
    documents, tokens = _ready()
    more = tokens.assign(side="west")
    index = _index(tokens)
    da.find_collocates(more, "war", min_count=1)
    del tokens
    gc.collect()
    assert _index(more) is index
    del more
    gc.collect()
    assert not rooms._entries
    assert len(documents) == 3


def test_the_index_goes_with_its_table() -> None:
    documents, tokens = _ready()
    da.compare_terms(tokens, by="outlet", documents=documents)
    assert len(rooms._entries) == 1
    del tokens
    gc.collect()
    assert not rooms._entries


def test_other_categories_are_another_vocabulary() -> None:
    _, tokens = _ready()
    arrays, categories = open_tokens(tokens)
    assert rooms.index_of(arrays, len(categories["term"]) + 1) is None


def test_small_tables_have_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "SMALLEST", 20_000)
    tokens = da.tokenize(_documents(["War, peace and war."]))
    da.find_collocates(tokens, "war", min_count=1)
    assert not rooms._entries


def test_arguments_are_not_changed() -> None:
    documents, tokens = _ready()
    before = tokens.copy()
    _answers(tokens, documents)
    pd.testing.assert_frame_equal(tokens, before)
    tokens.loc[0, "is_word"] = False  # and the table can be written to as ever
    assert not tokens["is_word"].iloc[0]
    assert before["is_word"].iloc[0]


def test_sums_of_some_documents_are_those_of_their_cells() -> None:
    random = np.random.default_rng(2)
    counts = random.integers(0, 4, (30, 12))
    cells = sparse.csr_array(counts)
    words = counts.sum(axis=1)
    sums = DocumentSums(Cells(cells.indptr, cells.indices, cells.data), words, 12)
    for _ in range(25):  # more than are kept, and each twice
        chosen = random.random(30) < random.choice([0.1, 0.5, 0.9])
        own, base = counts[chosen], words[chosen]
        expected = (len(base), own.sum(axis=0), base.sum(), (own**2).sum(axis=0))
        expected += (base @ own, base @ base, (own > 0).sum(axis=0))
        for _ in range(2):
            for found, right in zip(sums.of(chosen), expected, strict=True):
                np.testing.assert_array_equal(found, right)


def test_groups_of_documents_that_were_changed_are_not_those_kept() -> None:
    documents = _documents(["war war peace", "war talks", "peace talks", "war peace talks talks"])
    documents["side"] = pd.Series(["a", "a", "b", "b"], dtype="str")
    tokens = da.tokenize(documents)

    def counts(table: pd.DataFrame) -> list[int]:
        options = {"by": "side", "documents": table, "target": "a", "min_documents": 1}
        return da.compare_terms(tokens, **options).sort_values("term")["count"].tolist()

    assert counts(documents) == counts(documents) == [1, 1, 3]
    documents.loc[1, "side"] = "b"
    assert counts(documents) == [1, 0, 2]
    documents["side"] = documents["side"].to_numpy()[::-1].copy()
    assert counts(documents) == [1, 2, 1]
