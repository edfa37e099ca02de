"""Counts of terms and of groups of terms, tf-idf."""

from __future__ import annotations

import warnings
from math import log
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t as student

import analysis as da
from analysis.tables import InputError
from analysis.terms.frequency import count_term_groups, count_terms, score_tfidf
from analysis.text.tokens import tokenize

WORDS = st.lists(st.sampled_from(["war", "War", "peace", "talks", "no", ",", "🕊"]), max_size=12)
CORPORA = st.lists(st.tuples(WORDS, st.sampled_from(["east", "west"])), min_size=1, max_size=6).map(
    lambda texts: pd.DataFrame(
        {
            "doc": [f"d{number}" for number in range(len(texts))],
            "side": [side for _, side in texts],
            "text": [" ".join(words) for words, _ in texts],
        }
    )
)


def cell(table: pd.DataFrame, column: str, **where: Any) -> Any:
    """The value of a column in the one row that has these values."""
    rows = table
    for name, value in where.items():
        rows = rows[rows[name] == value]
    assert len(rows) == 1
    return rows[column].iloc[0]


def snapshot(table: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, Any]]:
    """A copy to see afterwards that nothing was changed."""
    return table.copy(deep=True), dict(table.attrs)


def test_counts_are_those_of_a_hand_count(documents: pd.DataFrame) -> None:
    counts = count_terms(tokenize(documents), by="side", documents=documents)
    # east: a has 10 words, b has 7; "peace" twice in a, once in b
    assert cell(counts, "base", side="east", term="peace") == 17
    assert cell(counts, "count", side="east", term="peace") == 3
    assert cell(counts, "documents", side="east", term="peace") == 2
    assert cell(counts, "rate", side="east", term="peace") == pytest.approx(3 / 17 * 1000)
    # west: c has 10 words, d has 8: "war" twice, "on" twice but in one document
    assert cell(counts, "base", side="west", term="war") == 18
    assert cell(counts, "documents", side="west", term="on") == 1
    assert cell(counts, "documents", side="west", term="war") == 2
    assert set(counts["term"]).isdisjoint({".", ",", "“"})


def test_order_and_ranks_are_total(documents: pd.DataFrame) -> None:
    counts = count_terms(tokenize(documents), by="side", documents=documents, confidence=None)
    west = counts[counts["side"] == "west"]
    # four words stand twice, among equals the alphabet decides
    assert west["term"].tolist()[:5] == ["on", "said", "the", "war", "and"]
    expected = west.sort_values(["count", "term"], ascending=[False, True])
    assert west["term"].tolist() == expected["term"].tolist()
    ranks = west["count"].rank(method="min", ascending=False).astype(int)
    assert west["rank"].tolist() == ranks.tolist()
    assert counts["side"].tolist() == sorted(counts["side"])


def test_stop_words_leave_the_base_alone(documents: pd.DataFrame) -> None:
    tokens = tokenize(documents)
    kept = count_terms(tokens, stop_words=["The", "talks"], confidence=None)
    assert {"the", "talks"}.isdisjoint(kept["term"])
    assert cell(kept, "base", term="peace") == cell(count_terms(tokens), "base", term="peace") == 35
    named = count_terms(tokens, stop_words=["talks"], terms=["talks", "talk*"], confidence=None)
    assert named["term"].tolist() == ["talks"]  # named, so counted although it is a stop word


def test_terms_are_words_phrases_and_wildcards(documents: pd.DataFrame) -> None:
    tokens = tokenize(documents)
    terms = ["PEACE", "goes  on", "t*k*", "U.S.", "zebra", "xy*"]
    counts = count_terms(tokens, terms=terms, confidence=None)
    found = dict(zip(counts["term"], counts["count"], strict=True))
    assert found == {"peace": 4, "talks": 3, "goes on": 2, "u.s.": 1, "xy*": 0, "zebra": 0}
    assert counts["term"].tolist() == ["peace", "talks", "goes on", "u.s.", "xy*", "zebra"]
    assert counts["rank"].tolist() == [1, 2, 3, 4, 5, 5]


def test_an_emoji_counts_only_when_named() -> None:
    tokens = tokenize(pd.DataFrame({"doc": ["a"], "text": ["🕊 No war 🕊"]}))
    assert set(count_terms(tokens)["term"]) == {"no", "war"}
    named = count_terms(tokens, terms=["🕊"], confidence=None)
    assert named[["count", "base"]].to_numpy().tolist() == [[2, 2]]


def test_an_absent_term_is_a_finding_with_an_upper_bound(documents: pd.DataFrame) -> None:
    tokens = tokenize(documents)
    counts = count_terms(tokens, by="side", documents=documents, terms=["conflict"])
    west = counts[counts["side"] == "west"].iloc[0]
    assert (west["count"], west["rate"], west["documents"]) == (0, 0, 0)
    assert west["interval"] == "none: fewer than 3 documents"
    whole = count_terms(tokens, terms=["treaty"]).iloc[0]
    # no success among n* words: the probability of none at the bound is 2.5 %
    sizes = tokens[tokens["is_word"]].groupby("doc", observed=True).size()
    effective = sizes.sum() ** 2 / (sizes**2).sum()
    quantiles = [student.ppf(0.975, freedom) for freedom in (whole["base"] - 1, effective)]
    words = whole["base"] * (quantiles[0] / quantiles[1]) ** 2
    assert (1 - whole["high"] / 1000) ** words == pytest.approx(0.025)
    assert (whole["low"], whole["group_documents"]) == (0, 4)


def test_a_single_document_is_measured_over_its_sentences() -> None:
    text = pd.DataFrame({"doc": ["a"], "text": ["War now. War again. Peace now."]})
    counts = count_terms(tokenize(text), terms=["war"])
    assert counts["interval"][0] == "95 % Korn–Graubard over the sentences of one document"
    assert counts["documents"].tolist() == [1]
    assert 0 <= counts["low"][0] < counts["rate"][0] < counts["high"][0] < 1000


def test_without_sentences_a_single_document_has_no_interval() -> None:
    text = pd.DataFrame({"doc": ["a"], "text": ["War now. War again."]})
    counts = count_terms(tokenize(text, sentences=False), terms=["war"])
    assert counts[["low", "high"]].isna().all(axis=None)
    assert counts["interval"].tolist() == ["none: fewer than 3 documents"]
    assert counts["count"].tolist() == [2]


def test_the_confidence_decides_the_interval(documents: pd.DataFrame) -> None:
    texts = documents.assign(text=documents["text"] + [" war " * n for n in (1, 4, 9, 2)])
    tokens = tokenize(texts)
    wide, narrow = (count_terms(tokens, terms=["war"], confidence=c) for c in (0.95, 0.5))
    assert wide["low"][0] <= narrow["low"][0] < narrow["high"][0] <= wide["high"][0]


def test_groups_without_words_have_no_rate_and_no_warning() -> None:
    texts = pd.DataFrame({"doc": ["a", "b", "c"], "text": ["War now.", "", "…!"]})
    tokens = tokenize(texts)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        counts = count_terms(tokens, by="doc", terms=["war"])
        everything = count_terms(tokens, by="doc")
        tfidf = score_tfidf(tokens)
    assert counts["doc"].tolist() == ["a", "b", "c"]
    assert counts["base"].tolist() == [2, 0, 0]
    assert counts["rate"].isna().tolist() == [False, True, True]
    assert counts["interval"].tolist()[1:] == ["none: no words"] * 2
    assert everything["doc"].tolist() == ["a", "a"]
    assert tfidf["tf_idf"].tolist() == [0, 0]  # one document with words: nothing is set off


def test_an_empty_table_gives_an_empty_one_with_all_columns() -> None:
    tokens = tokenize(pd.DataFrame({"doc": ["a"], "text": [""]}))
    counts = count_terms(tokens, by="doc")
    assert len(counts) == 0
    names = "doc term count base rate documents group_documents rank low high interval".split()
    assert counts.columns.tolist() == names
    assert count_terms(tokens, terms=["war"])["count"].tolist() == [0]
    assert len(score_tfidf(tokens)) == 0


def test_filtered_and_joined_tables_work(documents: pd.DataFrame) -> None:
    tokens = tokenize(documents)
    part = tokens[tokens["doc"].isin(["c", "d"])]  # categories of a and b are still there
    west = count_terms(part, by="side", documents=documents, confidence=None)
    whole = count_terms(tokens, by="side", documents=documents, confidence=None)
    expected = whole[whole["side"] == "west"].reset_index(drop=True)
    pd.testing.assert_frame_equal(west[west["side"] == "west"].reset_index(drop=True), expected)
    halves = [tokenize(documents.iloc[:2]), tokenize(documents.iloc[2:])]
    joined = pd.concat(halves, ignore_index=True)
    assert joined["term"].dtype == object or joined["term"].dtype == "str"
    again = count_terms(joined, confidence=None)
    pd.testing.assert_frame_equal(again, count_terms(tokens, confidence=None), check_like=True)


def test_several_columns_group_together(documents: pd.DataFrame) -> None:
    tokens = tokenize(documents)
    counts = count_terms(
        tokens, by=["side", "outlet"], documents=documents, terms=["peace"], confidence=None
    )
    assert counts.columns.tolist()[:3] == ["side", "outlet", "term"]
    rows = counts[["side", "outlet", "count"]].to_numpy().tolist()
    assert rows == [["east", "Alpha", 2], ["east", "Beta", 1], ["west", "Gamma", 1]]
    voiced = tokens.assign(voice=np.where(tokens["sentence"] == 0, "lead", "body"))
    by_voice = count_terms(voiced, by="voice", terms=["peace"], confidence=None)
    assert by_voice[["voice", "count"]].to_numpy().tolist() == [["body", 2], ["lead", 2]]


def test_groups_of_queries_count_each_passage_once() -> None:
    text = "The special military operation, an operation. War in Ukraine, war."
    tokens = tokenize(pd.DataFrame({"doc": ["a"], "text": [text]}))
    groups = {
        "operation": ["special military operation*", "military operation", "operation*"],
        "war": ["war", "war in ukraine"],
        "conflict": ["conflict*"],
    }
    counts = count_term_groups(tokens, groups, confidence=None)
    found = counts.set_index("term")["count"].to_dict()
    assert found == {"operation": 2, "war": 2, "conflict": 0}
    assert counts["base"].tolist() == [10, 10, 10]
    assert counts["term"].tolist() == ["operation", "war", "conflict"]


def test_ties_are_ordered_by_name_whatever_the_order_of_the_groups() -> None:
    tokens = tokenize(pd.DataFrame({"doc": ["a"], "text": ["b a c"]}))
    counts = count_term_groups(tokens, {"z": ["a"], "y": ["b"], "x": ["c"]}, confidence=None)
    assert counts["term"].tolist() == ["x", "y", "z"]
    assert counts["rank"].tolist() == [1, 1, 1]


def test_tfidf_is_that_of_a_hand_count(documents: pd.DataFrame) -> None:
    scores = score_tfidf(tokenize(documents), stop_words=["the"])
    # "war": once among the 10 words of c, in two of four documents
    assert cell(scores, "tf", doc="c", term="war") == pytest.approx(0.1)
    assert cell(scores, "idf", doc="c", term="war") == pytest.approx(log(2))
    assert cell(scores, "tf_idf", doc="c", term="war") == pytest.approx(0.1 * log(2))
    assert cell(scores, "tf_idf", doc="a", term="peace") == pytest.approx(0.2 * log(4 / 3))
    assert "the" not in set(scores["term"])
    expected = scores.sort_values(["doc", "tf_idf", "term"], ascending=[True, False, True])
    assert scores["term"].tolist() == expected["term"].tolist()
    sides = score_tfidf(tokenize(documents), by="side", documents=documents)
    assert cell(sides, "tf_idf", side="west", term="peace") == 0  # both sides have it


def test_arguments_are_not_changed_and_the_step_is_recorded(documents: pd.DataFrame) -> None:
    tokens = tokenize(documents)
    tokens.attrs["corpus"] = {"name": "tiny"}
    before = [snapshot(tokens), snapshot(documents)]
    groups = {"war": ["war*"]}
    results = {
        "count_terms": count_terms(tokens, by="side", documents=documents, stop_words={"on"}),
        "count_term_groups": count_term_groups(tokens, groups, by="doc"),
        "score_tfidf": score_tfidf(tokens, by="side", documents=documents),
    }
    for (table, attrs), now in zip(before, (tokens, documents), strict=True):
        pd.testing.assert_frame_equal(table, now)
        assert attrs == now.attrs
    for call, result in results.items():
        assert result.attrs["corpus"] == {"name": "tiny"}
        assert result.attrs["steps"][-1]["call"] == call
    step = results["count_terms"].attrs["steps"][-1]["params"]
    assert step["documents"] is True
    assert step["stop_words"] == ["on"]
    assert groups == {"war": ["war*"]}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda t: count_terms(t.drop(columns="is_word")), "lacks 'is_word'"),
        (lambda t: count_terms(t, by="party"), "no column 'party'"),
        (lambda t: count_terms(t, per=0), "per=0 must be above 0"),
        (lambda t: count_terms(t, confidence=95), "not between 0 and 1"),
        (lambda t: count_terms(t, terms="war"), "terms='war' is not a list"),
        (lambda t: count_terms(t, terms=["war", ""]), "terms holds ''"),
        (lambda t: count_terms(t, stop_words=[3]), "stop_words holds 3"),
        (lambda t: count_term_groups(t, {}), "groups is empty"),
        (lambda t: count_term_groups(t, {"war": "war"}), r"groups\['war'\]='war' is not a list"),
        (lambda t: count_term_groups(t, {"war": []}), "query is empty"),
        (lambda t: score_tfidf(t, stop_words="the"), "stop_words='the' is not a list"),
    ],
)
def test_bad_input_is_refused(documents: pd.DataFrame, call: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        call(tokenize(documents))


def test_a_row_without_a_term_is_refused(documents: pd.DataFrame) -> None:
    tokens = tokenize(documents)
    tokens["term"] = tokens["term"].cat.remove_categories(["peace"])
    with pytest.raises(InputError, match="Row 0 of the tokens has no term"):
        count_terms(tokens)


@given(CORPORA)
def test_counts_add_up(texts: pd.DataFrame) -> None:
    tokens = tokenize(texts)
    counts = count_terms(tokens, by="doc", confidence=None)
    words = tokens[tokens["is_word"]]
    assert counts["count"].sum() == len(words)
    assert (counts["count"] > 0).all()
    base = words.groupby("doc", observed=False).size()
    assert (counts["base"] == counts["doc"].map(base).astype(int)).all()
    assert counts["rate"].tolist() == pytest.approx(
        (counts["count"] / counts["base"] * 1000).tolist()
    )


@given(CORPORA)
def test_grouping_then_adding_equals_the_whole(texts: pd.DataFrame) -> None:
    tokens = tokenize(texts)
    parts = count_terms(tokens, by="side", documents=texts, confidence=None)
    whole = count_terms(tokens, confidence=None).set_index("term")
    added = parts.groupby("term")[["count", "documents"]].sum()
    pd.testing.assert_frame_equal(added, whole[["count", "documents"]].sort_index())


@given(CORPORA, st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_the_order_of_documents_does_not_matter(texts: pd.DataFrame, random: Any) -> None:
    order = random.sample(range(len(texts)), len(texts))
    shuffled = texts.iloc[order].reset_index(drop=True)
    for by in (None, "side", "doc"):
        first, second = (
            count_terms(tokenize(table), by=by, documents=table, confidence=None)
            for table in (texts, shuffled)
        )
        if by == "doc":  # groups are in the documents' order, so compare them one by one
            first, second = (
                t.astype({"doc": str}).sort_values(["doc", "rank", "term"]) for t in (first, second)
            )
            first, second = (t.reset_index(drop=True) for t in (first, second))
        pd.testing.assert_frame_equal(first, second)
    scores = [score_tfidf(tokenize(t), by="side", documents=t) for t in (texts, shuffled)]
    pd.testing.assert_frame_equal(*scores)


@given(CORPORA)
@settings(max_examples=25)
def test_the_rate_lies_within_its_interval(texts: pd.DataFrame) -> None:
    counts = count_terms(tokenize(texts), by="side", documents=texts, terms=["war", "no peace"])
    known = counts[counts["low"].notna()]
    assert (known["low"] <= known["rate"] + 1e-9).all()
    assert (known["rate"] <= known["high"] + 1e-9).all()
    assert (counts["rate"].isna() == (counts["base"] == 0)).all()


def test_a_group_of_one_word_is_one_of_the_groups():
    texts = pd.DataFrame({"doc": ["a", "b"], "text": ["Talks failed.", "Peace"]})
    scores = score_tfidf(tokenize(texts)).set_index("term")
    assert scores["idf"].tolist() == pytest.approx([log(2)] * 3)
    assert scores.loc["peace", "tf_idf"] == pytest.approx(log(2))


def test_regular_expressions_are_rows_of_the_words_they_match(documents: pd.DataFrame) -> None:
    table = count_terms(tokenize(documents), terms=["pe.*e", "tal?ks?"], regex=True)
    assert dict(zip(table["term"], table["count"], strict=True)) == {"peace": 4, "talks": 3}
    with pytest.raises(InputError, match=r"No word matches 'zz\+'"):
        count_terms(tokenize(documents), terms=["zz+"], regex=True)


def test_an_empty_list_of_terms_is_refused() -> None:
    tokens = tokenize(pd.DataFrame({"doc": ["a"], "text": ["War and peace."]}))
    for options in ({}, {"regex": True}):
        with pytest.raises(InputError, match="terms is empty"):
            count_terms(tokens, terms=[], **options)


def test_what_finds_nothing_says_so() -> None:
    corpus = da.Corpus(pd.DataFrame({"doc": ["a"], "text": ["War is war."]}))
    for find, told in (
        (lambda: da.find_contexts(corpus, "peace"), "'peace' does not occur"),
        (lambda: da.find_contexts(corpus, "war", contains="talks"), "with 'talks' beside it"),
        (lambda: da.find_positions(corpus, ["peace"]), "none of 'peace' occurs"),
        (lambda: da.count_ngrams(corpus, n=2, min_count=9), "no n-gram occurs 9 times or more"),
        (lambda: da.count_ngrams(corpus, pattern="peace *"), "that fits 'peace \\*'"),
    ):
        with pytest.warns(UserWarning, match=told) as told_of:
            assert len(find()) == 0
        assert told_of[0].filename == __file__
