"""Selecting, ordering and grouping the lines of a concordance."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest

import analysis as da

TEXTS = {
    "a": ("north", "Peace talks failed. The river talks began in May, he noted."),
    "b": ("south", "Peace talks failed again. Talks on fish went on."),
    "c": ("south", "The river talks began in June. New talks on fish, said no one."),
    "d": ("north", "Peace talks failed at last."),
}


@pytest.fixture(scope="module")
def corpus() -> da.Corpus:
    rows = [{"doc": doc, "side": side, "text": text} for doc, (side, text) in TEXTS.items()]
    table = pd.DataFrame(rows).assign(published=pd.date_range("2024-05-30", periods=4))
    return da.Corpus(table, name="river")


@pytest.fixture(scope="module")
def hits(corpus: da.Corpus) -> pd.DataFrame:
    return da.find_contexts(corpus, "talks", sort=[])


def places(table: pd.DataFrame) -> list[str]:
    return [f"{doc}{start}" for doc, start in zip(table["doc"], table["start"], strict=True)]


ALL = ["a6", "a30", "b6", "b26", "c10", "c35", "d6"]


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({"where": {"side": "north"}}, ["a6", "a30", "d6"]),
        ({"where": {"since": "2024-06"}}, ["c10", "c35", "d6"]),
        ({"where": {"node": "Talks"}}, ["b26"]),
        ({"context": "fish", "window": 2}, ["b26", "c35"]),
        ({"context": {"L1": ["peace", "new"]}}, ["a6", "b6", "c35", "d6"]),
        ({"context": {"R": "failed*"}, "window": 1}, ["a6", "b6", "d6"]),
        ({"context": {"L1": "the river"}}, ["a30", "c10"]),
        ({"without": {"R1": ["failed", "began"]}}, ["b26", "c35"]),
        ({"keep": [0, ("d", 6, 11)]}, ["a6", "d6"]),
        ({"drop": [0, 1, 2, 3]}, ["c10", "c35", "d6"]),
        ({"keep": [0, 1, 2], "where": {"side": "south"}}, ["b6"]),
    ],
)
def test_lines_that_meet_all_conditions_are_left(
    corpus: da.Corpus, hits: pd.DataFrame, conditions: dict, expected: list[str]
) -> None:
    assert places(hits) == ALL
    before = hits.copy()
    assert places(da.select_hits(hits, corpus, **conditions)) == expected
    pd.testing.assert_frame_equal(hits, before)


@pytest.mark.parametrize(
    ("conditions", "sentence"),
    [
        ({"where": {"colour": "red"}}, "no column 'colour'"),
        ({"where": {"node": "war"}}, "node='war' is in no line"),
        ({"context": {"X1": "a"}}, "no place 'X1'"),
        ({"window": 999, "context": "a"}, "up to 200"),
        ({"keep": [7]}, "numbered from 0 to 6"),
        ({"keep": ["a"]}, "is no line"),
        ({"sample": 0}, "whole number from 1"),
        ({"sample": 2, "seed": -1}, "seed=-1"),
        ({"sample": 2, "weights": {"north": 1}}, "needs by="),
        ({"sample": 2, "by": "side", "weights": {"east": 1}}, "'east', which is no group"),
        ({"sample": 2, "weights": "side"}, "no number"),
    ],
)
def test_a_condition_that_cannot_be_is_told_in_a_sentence(
    corpus: da.Corpus, hits: pd.DataFrame, conditions: dict, sentence: str
) -> None:
    with pytest.raises(da.InputError, match=sentence):
        da.select_hits(hits, corpus, **conditions)


def test_hits_of_another_corpus_are_refused(corpus: da.Corpus, hits: pd.DataFrame) -> None:
    with pytest.raises(da.InputError, match="'b' of the hits is not in the corpus"):
        da.order_hits(hits, corpus.where(side="north"), by="R1")


def test_a_sample_does_not_depend_on_the_order_and_grows(
    corpus: da.Corpus, hits: pd.DataFrame
) -> None:
    few = da.select_hits(hits, corpus, sample=3)
    turned = da.order_hits(hits, corpus, by=["-published", "-L1"])
    assert sorted(places(few)) == sorted(places(da.select_hits(turned, corpus, sample=3)))
    assert set(places(few)) < set(places(da.select_hits(hits, corpus, sample=5)))
    others = {tuple(places(da.select_hits(hits, corpus, sample=3, seed=n))) for n in range(9)}
    assert len(others) > 3


def test_a_sample_is_shared_by_groups(corpus: da.Corpus, hits: pd.DataFrame) -> None:
    def sides(**options: object) -> dict[str, int]:
        chosen = da.select_hits(hits, corpus, by="side", **options)
        return chosen["doc"].map({d: s for d, (s, _) in TEXTS.items()}).value_counts().to_dict()

    assert sides(sample=4) == {"north": 2, "south": 2}
    assert sides(sample=7, weights={"north": 5, "south": 1}) == {"north": 3, "south": 4}
    assert sides(sample=3, weights={"north": 2, "south": 1}) == {"north": 2, "south": 1}
    assert sides(sample=5, weights="size") == {"north": 2, "south": 3}


def test_weights_change_the_chance_of_a_line(corpus: da.Corpus, hits: pd.DataFrame) -> None:
    own = hits.assign(weight=[0, 0, 0, 0, 0, 1, 1])
    drawn = da.select_hits(own, corpus, sample=4, weights="weight")
    assert places(drawn) == ["c35", "d6"]
    one = [da.select_hits(hits, corpus, sample=1, weights="text", seed=n) for n in range(200)]
    texts = pd.concat(one)["doc"].astype(str).value_counts()
    assert texts.max() < 80  # by lines the text of one line would have 29, and by texts 50
    assert texts["d"] > 36


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("text", ALL),
        ("R1", ["a30", "c10", "a6", "b6", "d6", "b26", "c35"]),
        (["-side", "R1"], ["c10", "b6", "b26", "c35", "a30", "a6", "d6"]),
        ("-published", ["d6", "c10", "c35", "b6", "b26", "a6", "a30"]),
        ("L3", ["a6", "b6", "c10", "d6", "a30", "c35", "b26"]),
        ("pattern", ["a6", "b6", "d6", "b26", "c35", "a30", "c10"]),
    ],
)
def test_lines_are_ordered_by_keys(
    corpus: da.Corpus, hits: pd.DataFrame, by: str | list[str], expected: list[str]
) -> None:
    assert places(da.order_hits(hits, corpus, by=by)) == expected
    mixed = hits.iloc[[4, 1, 0, 6, 5, 3, 2]]
    assert places(da.order_hits(mixed, corpus, by=by)) == expected  # the order is total


def test_scores_are_what_they_say(corpus: da.Corpus, hits: pd.DataFrame) -> None:
    rare = da.order_hits(hits, corpus, by="-rarity", window=1).set_index("start")
    words = len(corpus.tokens[corpus.tokens["is_word"]])
    first = rare.loc[35, "rarity"]  # “new” stands once, “on” three times
    assert first == pytest.approx(math.log2(words) - math.log2(3) / 2)
    typical = da.order_hits(hits, corpus, by="typicality", window=1)
    assert typical["typicality"].is_monotonic_decreasing
    assert (typical["typicality"] >= 0).all()
    with pytest.raises(da.InputError, match=r"no column 'age'.*'typicality'"):
        da.order_hits(hits, corpus, by="age")


def test_patterns_need_no_positions(corpus: da.Corpus, hits: pd.DataFrame) -> None:
    found = da.group_hits(hits, corpus, by="pattern")
    tree = [(group["label"], group["lines"]) for group in found.attrs["groups"]]
    assert tree == [
        ("peace talks failed", 3),
        ("talks on fish", 2),
        ("the river talks began in", 2),
    ]
    assert found.attrs["without"] == 0
    alone = da.group_hits(hits, corpus, by="pattern", min_lines=3)
    assert [group["label"] for group in alone.attrs["groups"]][-1] == "(none)"


def test_groups_within_groups(corpus: da.Corpus, hits: pd.DataFrame) -> None:
    found = da.group_hits(hits, corpus, by=["side", "pattern"])
    assert list(found.columns[:2]) == ["group", "group_2"]
    north = found.attrs["groups"][1]
    assert (north["label"], north["lines"], north["documents"]) == ("north", 3, 2)
    assert [(g["label"], g["lines"]) for g in north["groups"]] == [
        ("peace talks failed", 2),
        ("(none)", 1),
    ]
    again = da.group_hits(found, corpus, by="side")
    assert [name for name in again.columns if name.startswith("group")] == ["group"]


def test_clusters_part_contexts_and_show_why() -> None:
    fish = "The net and the boat: a bank of sand by the river held the boat and the net."
    money = "The loan and the rate: a bank with money gave the loan at a rate."
    rows = [{"doc": f"{n:02}", "text": fish if n % 2 else money} for n in range(12)]
    rows.append({"doc": "99", "text": "Zig zag bank yonder quux."})
    corpus = da.Corpus(pd.DataFrame(rows))
    hits = da.find_contexts(corpus, "bank")
    found = da.group_hits(hits, corpus, by="clusters")
    tree = found.attrs["groups"]
    assert [group["lines"] for group in tree] == [6, 6, 1]
    assert {"boat", "river"} <= set(tree[0]["keywords"]) | set(tree[1]["keywords"])
    assert tree[2]["label"] == "(none)"
    assert found.attrs["without"] == 1
    again = da.group_hits(da.order_hits(hits, corpus, by="random"), corpus, by="clusters")
    assert again.attrs["groups"] == tree


def test_steps_are_recorded_and_verified(
    corpus: da.Corpus, hits: pd.DataFrame, tmp_path: Path
) -> None:
    part = da.select_hits(hits, corpus, sample=6, drop=[0])
    table = da.group_hits(da.order_hits(part, corpus, by="rarity"), corpus, by=["side", "pattern"])
    assert [step["call"] for step in table.attrs["steps"]] == [
        "find_contexts",
        "select_hits",
        "order_hits",
        "group_hits",
    ]
    saved = da.save_table(table, tmp_path / "lines", caption="Lines.")
    checks = da.verify(saved, corpus=corpus)
    assert set(checks["status"]) == {"ok"}


def test_no_lines_are_no_error(corpus: da.Corpus, hits: pd.DataFrame) -> None:
    with pytest.warns(UserWarning, match="no line is left"):
        none = da.select_hits(hits, corpus, context="fish", where={"side": "north"})
    for key in ("typicality", "rarity", "pattern", "R1", "side", "random"):
        assert not len(da.order_hits(none, corpus, by=key))
    for key in ("pattern", "clusters", "side"):
        assert da.group_hits(none, corpus, by=key).attrs["groups"] == []


@pytest.fixture(scope="module")
def example() -> tuple[da.Corpus, pd.DataFrame]:
    corpus = da.example_corpus()
    return corpus, da.find_contexts(corpus, ["talks", "war", "negotiation*"], sort=[])


@pytest.mark.parametrize("voice", ["writer", "speakers", "Vladimir Putin"])
def test_a_voice_selects_what_is_found_in_its_words(example, voice: str) -> None:
    corpus, hits = example
    own = da.find_contexts(corpus.where(voice=voice), ["talks", "war", "negotiation*"], sort=[])
    assert places(da.select_hits(hits, corpus, where={"voice": voice})) == places(own)
    if voice == "Vladimir Putin":
        assert places(da.select_hits(hits, corpus, speaker=voice)) == places(own)


def test_names_and_parts_of_speech_are_those_of_the_layers(example) -> None:
    corpus, hits = example
    found = places(da.select_hits(hits, corpus, entity=["Russia", "China"], window="sentence"))
    mentions = corpus.mentions[corpus.mentions["entity"].isin(["Russia", "China"])]
    named = set(zip(mentions["doc"].astype(str), mentions["sentence"], strict=True))
    rows = hits[
        [pair in named for pair in zip(hits["doc"].astype(str), hits["sentence"], strict=True)]
    ]
    assert found == places(rows)
    tagged = corpus.tagged.set_index([corpus.tagged["doc"].astype(str), "position"])["pos"]
    before = [
        (str(doc), place - 1) for doc, place in zip(hits["doc"], hits["position"], strict=True)
    ]
    adjectives = [tagged.get(place) == "ADJ" for place in before]
    chosen = da.select_hits(hits, corpus, pos={"L1": "ADJ", "node": ["NOUN", "PROPN"]})
    assert 0 < len(chosen) < len(hits)
    assert set(places(hits[adjectives])) <= set(places(chosen))
    for condition, sentence in (
        ({"entity": "Atlantis"}, "named in no text; the most frequent"),
        ({"pos": "noun"}, "choose one of 'ADJ'"),
        ({"speaker": "Nobody"}, "says none of these hits"),
    ):
        with pytest.raises(da.InputError, match=sentence):
            da.select_hits(hits, corpus, **condition)


@pytest.mark.parametrize("name", ["pattern", "clusters", "typicality"])
def test_a_key_with_two_meanings_is_refused(name: str) -> None:
    corpus = da.Corpus(pd.DataFrame({"doc": ["a"], name: ["x"], "text": ["No war now."]}))
    hits = da.find_contexts(corpus, "war")
    call = da.order_hits if name == "typicality" else da.group_hits
    with pytest.raises(da.InputError, match="two meanings"):
        call(hits, corpus, by=name)
