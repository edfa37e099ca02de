"""Passages of a pair of collocates, and networks of them."""

from __future__ import annotations

import pandas as pd
import pytest
from test_collocation import COLUMNS, counts, documents_of, tokens_of

from analysis.tables import InputError
from analysis.terms.collocation import (
    find_collocate_network,
    find_collocate_passages,
    find_collocates,
)
from analysis.terms.contexts import find_contexts
from analysis.text.tokens import tokenize

# ---------------------------------------------------------------- passages


def test_passages_of_a_pair() -> None:
    documents = documents_of("The peace, he said, will last. No peace will last; none will.")
    tokens = tokenize(documents)
    table = find_collocate_passages(tokens, "peace", "will", documents=documents, window=3)
    text = documents["text"][0]
    assert table["text"].tolist() == ["The peace, he said, will", "No peace will last; none"]
    assert table["distance"].tolist() == [3, 1]
    for _, line in table.iterrows():
        assert text[line["start"] : line["end"]] == line["text"]
        assert text[line["node_start"] : line["node_end"]] == line["node"] == "peace"
        assert text[line["collocate_start"] : line["collocate_end"]] == line["collocate"] == "will"
    assert table.columns.tolist() == [
        "doc", "sentence", "position", "start", "end", "text", "node", "node_start", "node_end",
        "collocate", "collocate_start", "collocate_end", "distance",
    ]  # fmt: skip


def test_a_passage_belongs_to_the_nearest_hit() -> None:
    documents = documents_of("war one two red war and red x war")
    table = find_collocate_passages(tokenize(documents), "war", "red", documents=documents)
    assert table["distance"].tolist() == [-1, 2]
    assert table["node_start"].tolist() == [16, 16]  # as near to the left as to the right


def test_passages_agree_with_counts_and_with_contexts(documents: pd.DataFrame) -> None:
    tokens = tokenize(documents)
    for options in ({"window": "sentence"}, {"window": 3, "within": "document"}):
        table = find_collocates(tokens, "talks", min_count=1, **options)
        assert len(table) > 5
        for collocate, count in counts(table).items():
            passages = find_collocate_passages(
                tokens, "talks", collocate, documents=documents, columns="side", **options
            )
            assert len(passages) == count
            assert passages["side"].notna().all()
            lines = find_contexts(
                tokens, "talks", documents=documents, window=options["window"], contains=collocate
            )
            # each nearest hit is among the contexts; one hit may have a collocate several times
            assert set(passages["node_start"]) <= set(lines["start"])
            assert len(lines) >= passages[["doc", "node_start"]].drop_duplicates().shape[0]


def test_no_passages_give_the_same_columns(documents: pd.DataFrame) -> None:
    tokens = tokenize(documents)
    full = find_collocate_passages(tokens, "war", "the", documents=documents)
    assert full["outlet"].tolist() == ["Gamma"]
    for nothing in (
        find_collocate_passages(tokens, "zebra", "the", documents=documents),
        find_collocate_passages(tokens, "war", "zebra", documents=documents),
        find_collocate_passages(tokens.iloc[:0], "war", "the", documents=documents),
    ):
        assert nothing.empty
        assert nothing.dtypes.equals(full.dtypes)
    with pytest.raises(InputError, match="'peace talks' is a phrase"):
        find_collocate_passages(tokens, "failed", "peace talks", documents=documents)
    assert full.attrs["steps"][-1]["call"] == "find_collocate_passages"


# ---------------------------------------------------------------- networks


def test_a_network_joins_nodes_to_their_collocates() -> None:
    tokens = tokens_of("red dog ran. red cat ran. dog cat. dog cat. big fish swam.")
    edges = find_collocate_network(tokens, ["dog", "cat", "fish"], min_count=1, top=1)
    assert edges.columns.tolist() == ["source", "target", *COLUMNS[2:]]
    # “cat” is the strongest collocate of “dog” and comes once, though it is a node as well
    assert edges[["source", "target"]].to_numpy().tolist() == [
        ["dog", "cat"], ["fish", "big"],
    ]  # fmt: skip
    more = find_collocate_network(tokens, ["dog", "cat"], min_count=1, measure="count", top=5)
    assert more[["source", "target", "count"]].to_numpy().tolist() == [
        ["dog", "cat", 2], ["dog", "ran", 1], ["dog", "red", 1],
        ["cat", "ran", 1], ["cat", "red", 1],
    ]  # fmt: skip
    alone = find_collocates(tokens, "dog", min_count=1, measure="count")
    assert more["log_dice"].head(3).tolist() == alone["log_dice"].tolist()


def test_nodes_beyond_the_strongest_are_joined_too() -> None:
    tokens = tokens_of("dog ran. dog ran. dog cat, cat. cat. cat. cat.")
    edges = find_collocate_network(tokens, ["dog", "Cat"], min_count=1, top=1)
    assert edges[["source", "target"]].to_numpy().tolist() == [["dog", "ran"], ["dog", "cat"]]


def test_groups_as_nodes_and_options(documents: pd.DataFrame) -> None:
    tokens = tokenize(documents)
    groups = {"conflict": ["war", "conflict"], "talk": ["talk*"]}
    edges = find_collocate_network(
        tokens, groups, min_count=1, stop_words=["the"], window=2, within="document", top=3
    )
    assert edges["source"].unique().tolist() == ["conflict", "talk"]
    assert edges["target"].isin(["goes", "on"]).any()
    assert not edges["target"].isin(["the"]).any()
    assert (edges.groupby("source").size() <= 3).all()
    step = edges.attrs["steps"][-1]
    assert step["call"] == "find_collocate_network"
    assert step["params"]["queries"] == groups
    assert len(edges.attrs["steps"]) == len(tokens.attrs["steps"]) + 1
