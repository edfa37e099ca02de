"""What is done with mentions: aliases, counts by hand, pairs, the passages behind a count."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.entities.aliases import apply_aliases
from analysis.entities.gazetteer import load_gazetteer, plain
from analysis.entities.mentions import (
    count_entities,
    count_entity_pairs,
    find_entities,
    find_mentions,
)
from analysis.tables import InputError
from analysis.text.tokens import split_sentences, tokenize


def texts(*contents: str) -> pd.DataFrame:
    return pd.DataFrame({"doc": [f"d{i}" for i in range(len(contents))], "text": list(contents)})


# ---- aliases --------------------------------------------------------------------------------


def test_aliases_merge_and_keep_what_was() -> None:
    documents = texts("Kiev and Kyiv. The EU and the European Union.")
    aliases = pd.DataFrame({"variant": ["Kiev", "EU"], "entity": ["Kyiv", "European Union"]})
    mentions = find_entities(documents)
    merged = apply_aliases(mentions, aliases)
    assert merged["entity"].tolist() == ["Kyiv", "Kyiv", "European Union", "European Union"]
    assert merged["entity_before"].tolist() == mentions["entity"].tolist()
    again = apply_aliases(merged, {"Kyiv": "Ukraine"})
    assert again["entity_before"].tolist() == mentions["entity"].tolist()
    whole = find_entities(documents, aliases=aliases)
    pd.testing.assert_frame_equal(whole, merged)
    assert "entity_before" not in mentions.columns


def test_a_label_limits_an_alias_and_teaches_a_name() -> None:
    documents = texts(
        "The guests in Washington met George Washington of Grunland. Grunlanders left."
    )
    aliases = [
        {"variant": "Washington", "entity": "United States", "label": "PLACE"},
        {"variant": "Grunlanders", "entity": "Grunland", "label": "NORP"},
    ]
    mentions = find_entities(documents, aliases=aliases)
    assert mentions["entity"].tolist() == [
        "United States", "George Washington", "Grunland", "Grunland",
    ]  # fmt: skip
    assert mentions["label"].tolist() == ["PLACE", "PERSON", "NORP", "NORP"]


def test_chains_are_followed_and_only_used_aliases_are_recorded() -> None:
    chain = {"Kiew": "Kiev", "Kiev": "Kyiv", "Peking": "Beijing", "Kyiv": "Kyiv"}
    merged = apply_aliases(find_entities(texts("Kiev.")), chain)
    assert merged["entity"].tolist() == ["Kyiv"]
    used = [row["variant"] for row in merged.attrs["steps"][-1]["params"]["aliases"]]
    assert used == ["Kiew", "Kiev", "Kyiv"]


@pytest.mark.parametrize(
    ("aliases", "message"),
    [
        ({"a": "b", "b": "a"}, "in a circle: a → b → a"),
        (pd.DataFrame({"variant": ["a"]}), "lacks 'entity'"),
        ([{"variant": "a", "entity": " "}], "Row 0 of the aliases lacks"),
        ([{"variant": "a", "entity": "b", "label": "GPE"}], "label in row 0"),
        ([{"variant": "a", "entity": "b"}, {"variant": "a", "entity": "c"}], "two entities"),
    ],
)
def test_bad_aliases_are_refused(aliases: object, message: str) -> None:
    mentions = find_entities(texts("Kyiv"))
    with pytest.raises(InputError, match=message):
        apply_aliases(mentions, aliases)  # type: ignore[arg-type]


def test_the_alias_file_agrees_with_the_tables(root: Path) -> None:
    with (root / "corpus" / "aliases.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    variants = Counter(row["variant"] for row in rows)
    assert max(variants.values()) == 1
    assert not {row["entity"] for row in rows} & set(variants)
    known = load_gazetteer().names
    merged = apply_aliases(find_entities(texts("The EU left Kiev.")), rows)
    assert merged["entity"].tolist() == ["European Union", "Kyiv"]
    for row in rows:  # what the file merges, the rules can find
        names = {name.text: name.label for names in known.values() for name in names}
        assert names.get(plain(row["variant"]), row["label"]) == row["label"], row


# ---- counts ---------------------------------------------------------------------------------


@pytest.fixture
def coded() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    documents = texts("Russia met China. Russia left.", "Iran met Russia’s envoy.", "Nobody came.")
    documents["side"] = ["east", "east", "west"]
    return documents, find_entities(documents), tokenize(documents)


def test_counts_by_hand(coded: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]) -> None:
    documents, mentions, tokens = coded
    table = count_entities(mentions, tokens=tokens, by="side", documents=documents)
    east = table[table["side"] == "east"].set_index("entity")
    assert east["count"].to_dict() == {"Russia": 3, "China": 1, "Iran": 1}
    assert east["base"].unique().tolist() == [9]
    assert east.loc["Russia", "rate"] == pytest.approx(1000 * 3 / 9)
    assert east["documents"].tolist() == [2, 1, 1]
    assert east["rank"].tolist() == [1, 2, 2]
    assert list(east.index) == ["Russia", "China", "Iran"]
    west = table[table["side"] == "west"]
    assert west["count"].tolist() == [0, 0, 0]
    assert (west["low"] == 0).all()
    assert (west["high"] > 0).all()


def test_groups_sum_to_the_whole(coded: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]) -> None:
    _, mentions, tokens = coded
    whole = count_entities(mentions, tokens=tokens, confidence=None).set_index("entity")["count"]
    parts = count_entities(mentions, tokens=tokens, by="doc", confidence=None)
    assert parts.groupby("entity")["count"].sum().to_dict() == whole.to_dict()
    assert len(parts) == 9
    assert whole.sum() == len(mentions)


def test_counts_of_nothing_and_of_a_name_with_two_labels() -> None:
    documents = texts("Nobody came.")
    empty = count_entities(find_entities(documents), tokens=tokenize(documents))
    assert len(empty) == 0
    assert {"entity", "label", "count", "low"} <= set(empty.columns)
    documents = texts("Washington burned. They asked President Washington.")
    mentions = find_entities(documents).assign(label=["PLACE", "PERSON"])
    table = count_entities(mentions, tokens=tokenize(documents), confidence=None)
    assert table[["entity", "label", "count"]].values.tolist() == [
        ["Washington", "PERSON", 1], ["Washington", "PLACE", 1],
    ]  # fmt: skip


def test_counting_does_not_change_its_arguments(
    coded: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
) -> None:
    documents, mentions, tokens = coded
    copies = [table.copy(deep=True) for table in coded]
    count_entities(mentions, tokens=tokens, by="doc")
    apply_aliases(mentions, {"Russia": "Iran"})
    count_entity_pairs(mentions)
    find_mentions(mentions, "Russia", sentences=split_sentences(documents))
    for table, copy in zip(coded, copies, strict=True):
        pd.testing.assert_frame_equal(table, copy)


def test_mentions_need_their_tokens(
    coded: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
) -> None:
    _, mentions, tokens = coded
    for wrong in (tokens[tokens["doc"] == "d1"], tokens[:0], tokenize(texts("x"))):
        with pytest.raises(InputError, match="is not in the tokens"):
            count_entities(mentions, tokens=wrong)


def test_pairs_by_hand() -> None:
    documents = texts("Russia met China. Iran left.\n\nRussia and Russia.", "China met Russia.")
    mentions, sentences = find_entities(documents), split_sentences(documents)
    columns = ["source", "target", "count", "documents", "count_source", "count_target", "base"]
    by_sentence = count_entity_pairs(mentions)
    assert by_sentence[columns].values.tolist() == [["China", "Russia", 2, 2, 2, 3, 4]]
    by_paragraph = count_entity_pairs(mentions, within="paragraph", sentences=sentences)
    assert by_paragraph[columns].values.tolist() == [
        ["China", "Russia", 2, 2, 2, 3, 3],
        ["China", "Iran", 1, 1, 2, 1, 3],
        ["Iran", "Russia", 1, 1, 1, 3, 3],
    ]
    by_document = count_entity_pairs(mentions, within="document")
    assert by_document["count"].tolist() == [2, 1, 1]
    assert by_document["base"].tolist() == [2, 2, 2]


@given(
    st.lists(st.lists(st.sampled_from("Russia China Iran Mali".split()), max_size=6), max_size=4)
)
def test_pairs_agree_with_a_loop(contents: list[list[str]]) -> None:
    mentions = find_entities(texts(*(" and ".join(names) for names in contents)))
    expected: Counter[tuple[str, str]] = Counter()
    for names in map(set, contents):
        expected.update((a, b) for a in names for b in names if a < b)
    pairs = count_entity_pairs(mentions, within="document")
    keys = zip(pairs["source"], pairs["target"], strict=True)
    assert dict(zip(keys, pairs["count"], strict=True)) == dict(expected)


def test_pairs_refuse_what_they_cannot_know() -> None:
    documents = texts("Russia met China.")
    mentions = find_entities(documents)
    with pytest.raises(InputError, match="needs sentences="):
        count_entity_pairs(mentions, within="paragraph")
    with pytest.raises(InputError, match="within='page'"):
        count_entity_pairs(mentions, within="page")
    with pytest.raises(InputError, match="Sentence 0 of 'd0' is not in the sentences"):
        count_entity_pairs(mentions, within="paragraph", sentences=split_sentences(texts()))


def test_passages_behind_a_count() -> None:
    documents = texts("Russia left. Nobody came. China met Russia.")
    mentions, sentences = find_entities(documents), split_sentences(documents)
    rows = find_mentions(mentions, ["Russia"], sentences=sentences)
    assert rows["context"].tolist() == ["Russia left.", "China met Russia."]
    assert len(find_mentions(mentions, "Mali", sentences=sentences)) == 0
