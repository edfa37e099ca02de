"""Agency: counts and shares, odd trees, what is refused, and the repair of parses."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trees import name_all, tag, texts

from analysis.discourse.agency import count_agency, find_clauses
from analysis.discourse.lexicons import inflect, load_words
from analysis.tables import InputError
from analysis.text.tokens import tokenize

ACTIVE = (
    "Russia/Russia/PROPN/nsubj/2 hit/hit/VERB/root/0/VerbForm=Fin Kyiv/Kyiv/PROPN/obj/2"
    " ././PUNCT/punct/2"
)
PASSIVE = (
    "Kyiv/Kyiv/PROPN/nsubj:pass/3 was/be/AUX/aux:pass/3"
    " hit/hit/VERB/root/0/VerbForm=Part|Voice=Pass ././PUNCT/punct/3"
)


def read(text: str, tree: str, *names: str) -> pd.DataFrame:
    """The clauses of one text."""
    documents = texts(text)
    return find_clauses(tag(documents, [tree]), name_all(documents, [list(names)]))


def roles(clauses: pd.DataFrame) -> list[tuple[str, str, str]]:
    return list(zip(clauses["entity"], clauses["role"], clauses["verb"], strict=True))


@pytest.fixture
def corpus() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Four texts of two outlets: Russia hits Kyiv, or Kyiv is hit."""
    lines = ["Russia hit Kyiv.", "Kyiv was hit.", "Russia hit Kyiv.", "Kyiv was hit."]
    documents = texts(*lines, outlet=["A", "A", "B", "B"])
    tokens = tag(documents, [ACTIVE, PASSIVE, ACTIVE, PASSIVE])
    return documents, tokens, name_all(documents, [["Russia", "Kyiv"], ["Kyiv"]] * 2)


def test_counts_and_shares_by_hand(corpus: tuple[pd.DataFrame, ...]) -> None:
    clauses = find_clauses(*corpus[1:])
    counts = count_agency(clauses).set_index(["entity", "role"])
    assert counts.loc[("Kyiv", "patient"), ["count", "base", "documents"]].tolist() == [4, 4, 4]
    assert counts.loc[("Kyiv", "agent"), "count"] == 0
    assert counts.loc[("Russia", "agent"), ["count", "base", "share"]].tolist() == [2, 2, 1.0]
    assert counts.loc[("(none)", "agent"), "count"] == 2


def test_forms_part_the_roles(corpus: tuple[pd.DataFrame, ...]) -> None:
    clauses = find_clauses(*corpus[1:])
    counts = count_agency(clauses, forms=True, confidence=None)
    kyiv = counts[(counts["entity"] == "Kyiv") & (counts["count"] > 0)]
    assert kyiv[["role", "form", "count", "share"]].to_numpy().tolist() == [
        ["patient", "active", 2, 0.5],
        ["patient", "agentless passive", 2, 0.5],
    ]
    whole = count_agency(clauses, confidence=None)
    assert counts["count"].sum() == whole["count"].sum() == len(clauses)


def test_groups_sum_to_the_whole(corpus: tuple[pd.DataFrame, ...]) -> None:
    documents, tokens, mentions = corpus
    clauses = find_clauses(tokens, mentions)
    voiced = clauses.assign(voice=["writer", "Putin"] * (len(clauses) // 2))
    for table, by in ((clauses, "outlet"), (voiced, "voice"), (clauses, "process")):
        parts = count_agency(table, by=by, documents=documents, confidence=None)
        whole = count_agency(table, confidence=None).set_index(["entity", "role"])
        summed = parts.groupby(["entity", "role"])[["count", "documents"]].sum()
        assert summed["count"].to_dict() == whole["count"].to_dict()
    by_outlet = count_agency(clauses, by="outlet", documents=documents)
    agents = by_outlet[(by_outlet["role"] == "agent") & (by_outlet["entity"] != "(none)")]
    assert agents["outlet"].tolist() == ["A", "A", "B", "B"]
    assert agents["entity"].tolist() == ["Kyiv", "Russia"] * 2  # by base: 2 and 1
    few = ["none: fewer than 3 documents", "none: fewer than 3 sentences of one document"]
    assert agents["interval"].tolist() == few * 2


def test_intervals_are_of_documents_and_hold_the_share() -> None:
    rows = [
        (f"d{n}", 0, "X", role) for n in range(12) for role in ["agent"] * (n % 3) + ["patient"]
    ]
    clauses = pd.DataFrame(rows, columns=["doc", "sentence", "entity", "role"])
    clauses["process"] = "material"
    clauses["form"] = "active"
    row = count_agency(clauses).iloc[0]
    assert (row["role"], row["count"], row["base"], row["documents"]) == ("agent", 12, 24, 8)
    assert row["low"] < row["share"] < row["high"]
    assert row["interval"] == "95 % Korn–Graubard over documents"
    alone = count_agency(clauses.assign(doc="d", sentence=range(len(clauses)))).iloc[0]
    assert "over the sentences" in alone["interval"]
    assert np.isnan(count_agency(clauses.head(1))["low"][0])


def test_processes_are_chosen(corpus: tuple[pd.DataFrame, ...]) -> None:
    clauses = find_clauses(*corpus[1:])
    mixed = clauses.assign(process=["verbal"] * 3 + ["material"] * (len(clauses) - 3))
    assert count_agency(mixed, process="verbal", confidence=None)["count"].sum() == 3
    both = count_agency(mixed, process=["verbal", "material"], confidence=None)
    assert both["count"].sum() == len(clauses)
    assert len(count_agency(mixed, process="mental")) == 0
    with pytest.raises(InputError, match="process='doing' is not known"):
        count_agency(clauses, process="doing")


def test_what_is_counted_is_no_group(corpus: tuple[pd.DataFrame, ...]) -> None:
    clauses = find_clauses(*corpus[1:])
    with pytest.raises(InputError, match="by='role' is counted here"):
        count_agency(clauses, by=["process", "role"])
    with pytest.raises(InputError, match="by='form'"):
        count_agency(clauses, by="form", forms=True)
    assert set(count_agency(clauses, by="form", confidence=None)["form"]) == set(clauses["form"])


def test_untagged_tokens_and_strange_mentions_are_refused(corpus: tuple[pd.DataFrame, ...]) -> None:
    documents, tokens, mentions = corpus
    with pytest.raises(InputError, match="These tokens have no tags"):
        find_clauses(tokenize(documents), mentions)
    with pytest.raises(InputError, match="'Kyiv' in 's3' is not in the tokens"):
        find_clauses(tokens[tokens["doc"] != "s3"], mentions)
    with pytest.raises(InputError, match="lacks 'entity'"):
        find_clauses(tokens, mentions.drop(columns="entity"))


def test_nothing_is_mutated_and_the_record_names_the_tables(
    corpus: tuple[pd.DataFrame, ...],
) -> None:
    documents, tokens, mentions = corpus
    mentions.attrs["steps"] = [{"call": "find_entities", "on": "documents", "params": {}}]
    before = tokens.copy(deep=True), mentions.copy(deep=True)
    clauses = find_clauses(tokens, mentions, documents=documents)
    count_agency(clauses, by="outlet", documents=documents)
    pd.testing.assert_frame_equal(tokens, before[0])
    pd.testing.assert_frame_equal(mentions, before[1])
    assert [step["call"] for step in clauses.attrs["steps"]] == ["tokenize", "find_clauses"]
    step = clauses.attrs["steps"][-1]
    assert step["on"] == "voiced"
    assert set(step["params"]) == {"mentions", "nominalised", "vague", "documents"}
    assert json.loads(json.dumps(step)) == step


def test_nominalisations_can_be_left_out() -> None:
    tree = (
        "Russia's/Russia/PROPN/nmod:poss/2 invasion/invasion/NOUN/nsubj/3"
        " shook/shake/VERB/root/0 Kyiv/Kyiv/PROPN/obj/3"
    )
    documents = texts("Russia's invasion shook Kyiv")
    tokens, mentions = tag(documents, [tree]), name_all(documents, [["Russia", "Kyiv"]])
    assert roles(find_clauses(tokens, mentions)) == [
        ("Russia", "agent", "invade"), ("Kyiv", "patient", "shake"),
    ]  # fmt: skip
    verbs = find_clauses(tokens, mentions, nominalised=False)
    assert roles(verbs) == [("Kyiv", "patient", "shake")]


def test_no_actors_leave_the_clauses_without_one() -> None:
    documents = texts("Kyiv was hit.")
    none = name_all(documents, [[]])
    clauses = find_clauses(tag(documents, [PASSIVE]), none)
    assert roles(clauses) == [("(none)", "agent", "hit")]
    empty = find_clauses(tokenize(texts("")).assign(
        lemma="", pos="", morphology="", dep="", head=0), none)  # fmt: skip
    assert len(empty) == 0
    assert list(empty.columns) == list(clauses.columns)
    assert len(count_agency(empty)) == 0


def test_what_a_parser_cannot_mean_is_mended() -> None:
    late = "Putin/Putin/PROPN/nsubj/2 told/tell/VERB/root/0 Biden/Biden/PROPN/nsubj/2"
    assert roles(read("Putin told Biden", late, "Putin", "Biden")) == [
        ("Putin", "agent", "tell"), ("Biden", "recipient", "tell"),
    ]  # fmt: skip
    early = (
        "Biden/Biden/PROPN/nsubj/2 urged/urge/VERB/root/0/VerbForm=Fin Russia/Russia/PROPN/obj/5"
        " to/to/PART/mark/5 stop/stop/VERB/xcomp/2/VerbForm=Inf and/and/CCONJ/cc/7"
        " blamed/blame/VERB/conj/5/VerbForm=Fin NATO/NATO/PROPN/obj/7"
    )
    text = "Biden urged Russia to stop and blamed NATO"
    assert roles(read(text, early, "Biden", "Russia", "NATO")) == [
        ("Biden", "agent", "urge"), ("Biden", "agent", "blame"), ("Russia", "patient", "urge"),
        ("Russia", "agent", "stop"), ("NATO", "patient", "blame"),
    ]  # fmt: skip
    behind = (
        "Kyiv/Kyiv/PROPN/nsubj:pass/3 was/be/AUX/aux:pass/3 sent/send/VERB/root/0/Voice=Pass"
        " tanks/tank/NOUN/obj/3 by/by/ADP/case/6 Berlin/Berlin/PROPN/nmod/4"
    )
    assert roles(read("Kyiv was sent tanks by Berlin", behind, "Kyiv", "Berlin")) == [
        ("Kyiv", "recipient", "send"), ("Berlin", "agent", "send"),
    ]  # fmt: skip
    forward = (
        "Iran/Iran/PROPN/nsubj/4 and/and/CCONJ/cc/3 Syria/Syria/PROPN/conj/4 left/leave/VERB/root/0"
    )
    assert roles(read("Iran and Syria left", forward, "Iran", "Syria")) == [
        ("Iran", "agent", "leave"), ("Syria", "agent", "leave"),
    ]  # fmt: skip
    twice = (
        "Putin/Putin/PROPN/nsubj/4 ,/,/PUNCT/punct/3 president/president/NOUN/nsubj/4"
        " left/leave/VERB/root/0"
    )
    assert roles(read("Putin, president left", twice, "Putin")) == [("Putin", "agent", "leave")]


def test_lemmas_that_taggers_make_up_are_mended() -> None:
    tree = "Kyiv/Kyiv/PROPN/nsubj/2 denied/deni/VERB/root/0/VerbForm=Fin"
    clauses = read("Kyiv denied", tree, "Kyiv")
    assert clauses[["verb", "process"]].to_numpy().tolist() == [["deny", "verbal"]]


def test_the_lists_hold_what_they_should() -> None:
    words = load_words()
    assert words.forms["urged"] == "urge"
    assert words.forms["said"] == "say"
    assert inflect("admit")[1] == "admitted"
    assert inflect("visit")[1] == "visited"
    assert set(words.prepositions["impose"]) == {"on", "upon", "against"}
    assert len(words.nominalisations) >= 200
    assert all(
        deed.possessor in ("agent", "patient", "unclear") for deed in words.nominalisations.values()
    )
    assert words.nominalisation("mechanisation").verb == "mechanise"  # type: ignore[union-attr]
    assert words.nominalisation("nation") is None
    assert words.nominalisation("table") is None


DEPS = st.sampled_from(
    ["nsubj", "nsubj:pass", "obj", "iobj", "obl", "obl:agent", "conj", "appos", "flat", "xcomp",
     "advcl", "acl", "acl:relcl", "nmod", "nmod:poss", "amod", "compound", "case", "cop", "root"]
)  # fmt: skip
TOKENS = st.tuples(
    st.sampled_from([("Kyiv", "PROPN"), ("hit", "VERB"), ("was", "AUX"), ("by", "ADP"),
                     ("troops", "NOUN"), ("attack", "NOUN"), ("who", "PRON")]),
    DEPS,
    st.integers(-1, 11),
    st.sampled_from(["", "Voice=Pass", "VerbForm=Inf", "VerbForm=Fin", "PronType=Rel"]),
)  # fmt: skip


@settings(max_examples=40)
@given(st.lists(TOKENS, min_size=1, max_size=12))
def test_any_tree_is_read_also_one_with_loops(words: list) -> None:
    documents = texts(" ".join(word for (word, _), *_ in words))
    tokens = tokenize(documents)
    tokens = tokens.assign(
        lemma=tokens["term"].astype(str), pos=[pos for (_, pos), *_ in words],
        dep=[dep for _, dep, *_ in words], head=[head for *_, head, _ in words],
        morphology=[features for *_, features in words],
    )  # fmt: skip
    names = [["Kyiv"] * sum(word == "Kyiv" for (word, _), *_ in words)]
    clauses = find_clauses(tokens, name_all(documents, names), documents=documents)
    text = documents["text"][0]
    assert not clauses.duplicated(["start", "verb_start", "role", "entity", "through"]).any()
    for row in clauses.itertuples():
        assert text[row.start : row.end] == row.text
        assert row.clause_start <= row.start < row.end <= row.clause_end <= len(text)
    if len(clauses):
        assert count_agency(clauses, confidence=None)["count"].sum() == len(clauses)


def test_namings_are_actors_but_not_the_variants() -> None:
    documents = texts("Russia fell")
    tokens = tokenize(documents).assign(
        lemma=["Russia", "fall"], pos=["PROPN", "VERB"], dep=["nsubj", "root"], head=[1, -1],
        morphology="",
    )  # fmt: skip
    names = name_all(documents, [["Russia"]])
    namings = names.rename(columns={"entity": "actor"}).assign(strategy="metonym")
    both = pd.concat([namings, namings.assign(actor="a set", strategy="variant")])
    before = both.copy(deep=True)
    pd.testing.assert_frame_equal(find_clauses(tokens, both), find_clauses(tokens, names))
    pd.testing.assert_frame_equal(both, before)


def test_every_actor_keeps_its_label() -> None:
    clauses = read("Russia hit Kyiv.", ACTIVE, "Russia", "Kyiv")
    assert clauses["label"].tolist() == ["PLACE", "PLACE"]
