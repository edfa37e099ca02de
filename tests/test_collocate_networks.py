"""Networks of collocates."""

from __future__ import annotations

import pandas as pd
from test_collocation import COLUMNS, tokens_of

from analysis.terms.collocate_networks import find_collocate_network
from analysis.terms.collocation import find_collocates
from analysis.text.tokens import tokenize

# ---------------------------------------------------------------- networks


def test_a_network_joins_nodes_to_their_collocates() -> None:
    tokens = tokens_of("red dog ran. red cat ran. dog cat. dog cat. big fish swam.")
    edges = find_collocate_network(tokens, ["dog", "cat", "fish"], min_count=1, top=1)
    assert edges.columns.tolist() == ["source", "target", *COLUMNS[2:-3]]
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
