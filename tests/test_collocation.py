"""Collocation: published numbers, counting by hand and by brute force."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

import analysis as da
from analysis.export.replay import recompute
from analysis.tables import InputError
from analysis.terms.collocate_networks import find_collocate_network
from analysis.terms.collocation import MEASURES, find_collocates
from analysis.terms.compared_collocates import compare_collocates
from analysis.terms.evidence import find_passages
from analysis.terms.formulas import (
    chi_squared,
    delta_p,
    expected_count,
    log_dice,
    log_likelihood,
    mi,
    mi3,
    t_score,
    z_score,
)
from analysis.text.tokens import tokenize

COLUMNS = [
    "node", "collocate", "count", "count_node", "count_collocate", "near", "base", "expected", "mi",
    "mi_uncorrected", "mi3", "t_score", "z_score", "log_dice", "g2_four_term",
    "delta_p_collocate_given_node", "delta_p_node_given_collocate", "log_ratio", "documents",
    "group_documents", "low", "high", "interval",
]  # fmt: skip


def tokens_of(*texts: str) -> pd.DataFrame:
    return tokenize(documents_of(*texts))


def documents_of(*texts: str) -> pd.DataFrame:
    return pd.DataFrame({"doc": [f"d{i}" for i in range(len(texts))], "text": list(texts)})


def counts(table: pd.DataFrame) -> dict[str, int]:
    return dict(zip(table["collocate"], table["count"].tolist(), strict=True))


# ---------------------------------------------------------------- formulas


@pytest.mark.parametrize(
    ("value", "published", "tolerance"),
    [
        (mi(8, 1105, 44, 15_000_000), 11.3, 0.05),  # Church & Hanks 1990
        (mi(20, 42, 20, 14_307_668), 18.38, 0.005),  # Manning & Schütze 1999
        (t_score(8, 15828, 4675, 14_307_668), 0.999932, 5e-7),
        (chi_squared(8, 15828, 4675, 14_307_668), 1.55, 0.005),
        (delta_p(5610, 5610 + 168938, 5610 + 2257, 10_409_868)[0], 0.032, 5e-4),  # Gries 2013
        (delta_p(5610, 5610 + 168938, 5610 + 2257, 10_409_868)[1], 0.697, 5e-4),
        (log_dice(3, 3, 3), 14, 0),  # Rychlý 2008
        (log_dice(70_000, 70_000, 70_000), 14, 0),
    ],
)
def test_formulas_give_the_published_numbers(
    value: np.ndarray, published: float, tolerance: float
) -> None:
    assert float(value) == pytest.approx(published, abs=tolerance)


def test_formulas_by_hand() -> None:
    # 8 meetings where 10 · 40 / 100 = 4 are expected
    four = (8, 10, 40, 100)
    assert float(expected_count(10, 40, 100)) == 4
    assert float(mi(*four)) == 1
    assert float(mi3(*four)) == 7
    assert float(t_score(*four)) == pytest.approx(4 / 8**0.5)
    assert float(z_score(*four)) == 2
    assert float(log_dice(8, 10, 40)) == pytest.approx(14 + np.log2(16 / 50))
    assert delta_p(*four) == pytest.approx((8 / 10 - 32 / 90, 8 / 40 - 2 / 60))
    assert np.isnan(delta_p(8, 10, 8, 10)[0])  # nothing lies outside the spans
    assert mi(0, 10, 40, 100) == -np.inf
    assert log_dice(0, 10, 40) == -np.inf
    assert np.isnan(z_score(0, 10, 0, 100))
    assert np.isnan(expected_count(0, 0, 0))


@given(st.integers(1, 50), st.integers(0, 50), st.integers(0, 50), st.integers(1, 500))
def test_tables_of_two_by_two(o11: int, o12: int, o21: int, o22: int) -> None:
    base = o11 + o12 + o21 + o22
    four = (o11, o11 + o12, o11 + o21, base)
    if o12 + o22 and o21 + o22 and o12 + o11 < base and o11 + o21 < base:
        square = np.array([[o11, o12], [o21, o22]])
        for value, statistic in (
            (chi_squared(*four), None),
            (log_likelihood(o11, o11 + o12, o21, o21 + o22), "log-likelihood"),
        ):
            expected = chi2_contingency(square, correction=False, lambda_=statistic)[0]
            assert float(value) == pytest.approx(expected, abs=1e-6)
    # ΔP is the same table read along its rows and along its columns
    there, back = delta_p(*four), delta_p(o11, o11 + o21, o11 + o12, base)
    assert [float(x) for x in there] == pytest.approx([float(x) for x in back[::-1]], nan_ok=True)


# ---------------------------------------------------------------- counting


def test_one_node_counted_by_hand() -> None:
    tokens = tokens_of("A big red dog, not a cat. Dog!", "The red dog ran.")
    table = find_collocates(tokens, "dog", window=2, min_count=1)
    assert table.columns.tolist() == COLUMNS
    # in spans: big red | not a;  nothing;  the red | ran
    assert counts(table) == {"red": 2, "big": 1, "not": 1, "ran": 1, "the": 1, "a": 1}
    red = table.set_index("collocate").loc["red"]
    assert red[["count_node", "count_collocate", "near", "base", "documents"]].tolist() == [
        3, 2, 7, 9, 2,
    ]  # fmt: skip
    assert red["node"] == "dog"
    assert red["expected"] == pytest.approx(7 * 2 / 9)
    assert red["mi"] == pytest.approx(np.log2(9 / 7))
    assert red["log_dice"] == pytest.approx(14 + np.log2(4 / 5))
    assert red["g2_four_term"] == pytest.approx(float(log_likelihood(2, 7, 0, 2)))
    assert red["delta_p_collocate_given_node"] == pytest.approx(2 / 7 - 0)
    assert red["delta_p_node_given_collocate"] == pytest.approx(1 - 5 / 7)
    assert table["count"].sum() == 7


def test_the_spans_end_where_they_are_told_to() -> None:
    tokens = tokens_of("Red dog. Cat ran on.", "Fish swam.")
    assert set(counts(find_collocates(tokens, "dog", min_count=1))) == {"red"}
    across = find_collocates(tokens, "dog", within="document", window=2, min_count=1)
    assert set(counts(across)) == {"red", "cat", "ran"}
    right = find_collocates(tokens, "dog", within="document", window=(0, 1), min_count=1)
    assert set(counts(right)) == {"cat"}
    left = find_collocates(tokens, "ran", within="document", window=(9, 0), min_count=1)
    assert set(counts(left)) == {"cat", "dog", "red"}
    whole = find_collocates(tokens, "cat", window="sentence", min_count=1)
    assert set(counts(whole)) == {"ran", "on"}


def test_a_word_between_two_hits_counts_once() -> None:
    tokens = tokens_of("dog red dog")
    table = find_collocates(tokens, "dog", min_count=1)
    assert counts(table) == {"red": 1}
    assert table[["count_node", "count_collocate", "near", "base"]].iloc[0].tolist() == [2, 1, 1, 1]


def test_phrases_patterns_and_alternatives_as_nodes() -> None:
    tokens = tokens_of("Peace talks began. Talks on peace: the peace talks failed, talks ended.")
    phrase = find_collocates(tokens, "peace talks", min_count=1)
    assert counts(phrase) == {
        "began": 1,
        "ended": 1,
        "failed": 1,
        "on": 1,
        "peace": 1,
        "talks": 2,
        "the": 1,
    }
    row = phrase.set_index("collocate").loc["talks"]
    # “talks” stands four times in the text, twice of them in the node itself
    assert row[["count", "count_collocate", "count_node", "base"]].tolist() == [2, 2, 2, 8]
    assert phrase["node"].unique().tolist() == ["peace talks"]
    pattern = find_collocates(tokens, "fail*", min_count=1, window=1)
    assert counts(pattern) == {"talks": 2}
    either = find_collocates(tokens, ["began", "ended"], min_count=1, window=1)
    assert counts(either) == {"talks": 2}
    assert either["node"].tolist() == ["began | ended"]
    regular = find_collocates(tokens, "(began|ended)", regex=True, min_count=1, window=1)
    assert counts(regular) == {"talks": 2}
    assert find_collocates(tokens, "talks", case=True, min_count=1)["count_node"].iloc[0] == 3


def test_perfect_company_has_a_log_dice_of_14() -> None:
    tokens = tokens_of("Hong Kong. He went. Hong Kong spoke of Hong Kong.")
    table = find_collocates(tokens, "hong", window=(0, 1), min_count=1)
    assert table["log_dice"].tolist() == [14]
    assert counts(table) == {"kong": 3}


@pytest.mark.parametrize("measure", MEASURES)
def test_rows_are_in_a_total_order(measure: str) -> None:
    tokens = tokens_of("b a x a b c. x d d d c. x b, e f g h i j x a.", "d a b c d e f x.")
    table = find_collocates(tokens, "x", measure=measure, min_count=1)
    values = table[measure].to_numpy(dtype=float)
    assert (values[1:] <= values[:-1]).all()
    for place in np.flatnonzero(values[1:] == values[:-1]):
        assert table["collocate"][place] < table["collocate"][place + 1]


def test_rare_collocates_and_stop_words_are_left_out_but_count_in_the_base() -> None:
    tokens = tokens_of("the red dog. the red dog. the big dog.")
    table = find_collocates(tokens, "dog", min_count=2)
    assert counts(table) == {"the": 3, "red": 2}
    less = find_collocates(tokens, "dog", min_count=1, stop_words=["The", "big"])
    assert counts(less) == {"red": 2}
    same = [c for c in COLUMNS if c != "documents"]
    pd.testing.assert_frame_equal(
        table[table["collocate"] == "red"][same].reset_index(drop=True), less[same]
    )


def test_what_is_no_word_is_no_collocate() -> None:
    tokens = tokens_of("dog , , , , , , 🐕 red cat dog")
    table = find_collocates(tokens, "dog", window=1, min_count=1)
    assert counts(table) == {"red": 1, "cat": 1}
    tokens.loc[tokens["term"] == "red", "is_word"] = False
    table = find_collocates(tokens, "dog", window=1, min_count=1)
    assert counts(table) == {"cat": 1}
    assert table["base"].tolist() == [1]
    emoji = find_collocates(tokens, "🐕", window=1, min_count=1)
    assert counts(emoji) == {"dog": 1, "cat": 1}


word = st.sampled_from(["a", "b", "c", "x", "x y", ",", ". B", "."])


@settings(max_examples=30)
@given(
    st.lists(st.lists(word, max_size=14).map(" ".join), min_size=1, max_size=4),
    st.sampled_from(["x", "x y", "?", ["x", "x y", "b"], "zebra"]),
    st.one_of(
        st.integers(1, 4), st.tuples(st.integers(0, 3), st.integers(1, 3)), st.just("sentence")
    ),
    st.sampled_from(["sentence", "document"]),
)
def test_counts_agree_with_brute_force(
    texts: list[str], query: str | list[str], window: object, within: str
) -> None:
    documents = documents_of(*texts)
    tokens = tokenize(documents)
    options = {"window": window, "within": within, "min_count": 1}
    near, node, hits = _brute_force(tokens, query, window, within)
    if not near:
        with pytest.raises(InputError, match=r"does not occur|No word stands near"):
            find_collocates(tokens, query, **options)
        return
    table = find_collocates(tokens, query, **options)
    is_word = tokens["is_word"].to_numpy()
    term = tokens["term"].astype(str).to_numpy()
    doc = tokens["doc"].astype(str).to_numpy()
    assert set(table["collocate"]) == {term[i] for i in near}
    outside = [i for i in range(len(tokens)) if is_word[i] and i not in node]
    for _, line in table.iterrows():
        meet = [i for i in near if term[i] == line["collocate"]]
        assert line["count"] == len(meet)
        assert line["documents"] == len({doc[i] for i in meet})
        assert line["count_collocate"] == sum(term[i] == line["collocate"] for i in outside)
        assert line["count_node"] == hits
        assert (line["near"], line["base"]) == (len(near), len(outside))
    for collocate in table["collocate"].head(3):  # its count is checked by find_passages itself
        found = find_passages(table, documents, collocate=collocate)
        assert found["distance"].ne(0).all()
        assert all(collocate in node.lower().replace("’", "'") for node in found["node"])


def _brute_force(
    tokens: pd.DataFrame, query: str | list[str], window: object, within: str
) -> tuple[set[int], set[int], int]:
    """Rows near a hit, rows in a hit, and the number of hits, by plain loops."""
    rows = tokens.astype({"doc": str, "term": str}).to_dict("records")
    starts = []
    for phrase in dict.fromkeys([query] if isinstance(query, str) else query):
        parts = phrase.split()
        for i in range(len(rows) - len(parts) + 1):
            part = rows[i : i + len(parts)]
            same = {row["doc"] for row in part} == {rows[i]["doc"]}
            if same and all(
                (p == "?" and len(r["term"]) == 1) or p == r["term"]
                for p, r in zip(parts, part, strict=True)
            ):
                starts.append((i, len(parts)))
    node = {i + k for i, length in starts for k in range(length)}
    near = set()
    sentence = window == "sentence" or within == "sentence"
    sizes = (
        (10**6, 10**6)
        if window == "sentence"
        else window
        if isinstance(window, tuple)
        else (window, window)
    )
    for i, length in starts:
        for begin, step, size in ((i, -1, sizes[0]), (i + length - 1, 1, sizes[1])):
            at, left = begin + step, size
            while 0 <= at < len(rows) and left:
                other, home = rows[at], rows[begin]
                if other["doc"] != home["doc"] or (
                    sentence and other["sentence"] != home["sentence"]
                ):
                    break
                if other["is_word"]:
                    near.add(at)
                    left -= 1
                at += step
    return near - node, node, len(starts)


# ---------------------------------------------------------------- edges


@pytest.mark.parametrize(
    ("query", "options", "message"),
    [
        ("zebra", {}, "'zebra' does not occur"),
        (["zebra", "unicorn"], {}, "'zebra | unicorn' does not occur"),
        ("talks", {"min_count": 99}, "No word stands near 'talks' 99 times"),
    ],
)
def test_nothing_found_is_said_in_a_sentence(
    documents: pd.DataFrame, query: str, options: dict[str, int], message: str
) -> None:
    tokens = tokenize(documents)
    with pytest.raises(InputError, match=re.escape(message)):
        find_collocates(tokens, query, **options)
    with pytest.raises(InputError, match="No word stands near"):
        find_collocate_network(tokens, [query] if isinstance(query, str) else query, **options)
    with pytest.raises(InputError, match="does not occur"):
        find_collocates(tokens.iloc[:0], query)
    with pytest.raises(InputError, match=re.escape(message).replace(" 99 times", "")):
        compare_collocates(tokens, query, by="side", documents=documents, **options)


def test_unused_categories_do_not_matter(documents: pd.DataFrame) -> None:
    some = documents.iloc[2:]
    part = tokenize(documents)
    part = part[part["doc"].isin(some["doc"])]
    pd.testing.assert_frame_equal(
        find_collocates(part, "war", min_count=1),
        find_collocates(tokenize(some), "war", min_count=1),
    )
    plain = part.astype({"doc": str, "term": str})
    pd.testing.assert_frame_equal(
        find_collocates(plain, "war", min_count=1), find_collocates(part, "war", min_count=1)
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"window": 0}, "window=0"),
        ({"window": (0, 0)}, r"window=\(0, 0\)"),
        ({"within": "text"}, "within='text'.*'sentence', 'document'"),
        ({"measure": "pmi"}, "measure='pmi'.*'log_dice'"),
        ({"min_count": 0}, "min_count=0"),
        ({"stop_words": "the"}, "stop_words='the' is not a list"),
    ],
)
def test_bad_arguments_are_refused(
    documents: pd.DataFrame, options: dict[str, object], message: str
) -> None:
    tokens = tokenize(documents)
    with pytest.raises(InputError, match=message):
        find_collocates(tokens, "war", **options)
    with pytest.raises(InputError, match=message):
        find_collocate_network(tokens, ["war"], **options)


def test_a_network_needs_nodes(documents: pd.DataFrame) -> None:
    tokens = tokenize(documents)
    for queries in ("war", [], {}):
        with pytest.raises(InputError, match="no list of nodes"):
            find_collocate_network(tokens, queries)
    with pytest.raises(InputError, match="top=0"):
        find_collocate_network(tokens, ["war"], top=0)


def test_sentences_are_needed_only_within_sentences(documents: pd.DataFrame) -> None:
    tokens = tokenize(documents, sentences=False)
    with pytest.raises(InputError, match="no sentences"):
        find_collocates(tokens, "talks")
    assert not find_collocates(tokens, "talks", within="document", min_count=1).empty


def test_the_argument_is_left_as_it_was_and_the_step_is_noted(documents: pd.DataFrame) -> None:
    tokens = tokenize(documents)
    before = tokens.copy()
    table = find_collocates(tokens, "talks", min_count=1, stop_words=(w for w in ["the"]))
    find_collocate_network(tokens, ["talks"], min_count=1)
    pd.testing.assert_frame_equal(tokens, before)
    assert tokens.attrs == before.attrs
    assert table.attrs["steps"][-1] == {
        "call": "find_collocates",
        "on": "tokens",
        "params": {
            "query": "talks", "window": 5, "within": "sentence", "measure": "log_dice",
            "min_count": 1, "stop_words": ["the"], "regex": False, "case": False,
            "unit": "term", "pos": None, "by": None, "confidence": 0.95,
        },
    }  # fmt: skip


# ---------------------------------------------------------------- the span, groups, intervals


def test_mutual_information_with_and_without_the_span() -> None:
    # “x” six times, each with ten words around it; “peace” stands near it three times of four
    line = "a b c d {} x f g h i j."
    tokens = tokens_of(
        *[line.format(w) for w in ("peace", "peace", "peace", "e", "e", "e")], "peace."
    )
    row = find_collocates(tokens, "x").set_index("collocate").loc["peace"]
    assert row[["count", "count_node", "near", "count_collocate", "base"]].tolist() == [
        3, 6, 60, 4, 61,
    ]  # fmt: skip
    assert row["mi"] == pytest.approx(np.log2(3 * 61 / (60 * 4)))
    assert row["mi_uncorrected"] == pytest.approx(np.log2(3 * 67 / (6 * 4)))
    # with no overlap they differ by the words in a span, but for the node's own part of the corpus
    assert row["mi_uncorrected"] - row["mi"] == pytest.approx(np.log2(10) + np.log2(67 / 61))


def _groups(seed: int = 5, docs: int = 12) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    words = ["war", "peace", "talks", "the", "of", "and"]
    texts = [" ".join(rng.choice(words, 60, p=[0.1, 0.1, 0.1, 0.3, 0.2, 0.2])) for _ in range(docs)]
    table = documents_of(*texts)
    return table.assign(side=["east", "west"] * (docs // 2))


def test_groups_are_counted_as_if_they_were_alone() -> None:
    documents = _groups()
    options = {"window": 2, "min_count": 1}
    both = find_collocates(tokenize(documents), "war", by="side", documents=documents, **options)
    for side, rows in both.groupby("side"):
        own = documents[documents["side"] == side].reset_index(drop=True)
        alone = find_collocates(tokenize(own), "war", **options)
        pd.testing.assert_frame_equal(rows.drop(columns="side").reset_index(drop=True), alone)


def test_in_groups_of_voices_a_word_is_near_a_hit_of_its_own_voice() -> None:
    tokens = tokens_of("red dog ran far").assign(voice=["a", "a", "b", "b"])
    table = find_collocates(tokens, "dog", min_count=1, by="voice")
    assert table[["voice", "collocate"]].values.tolist() == [["a", "red"]]


def test_the_interval_is_about_the_log_ratio_and_wider_where_texts_differ() -> None:
    documents = _groups(docs=20)
    table = find_collocates(tokenize(documents), "war", window=2).set_index("collocate")
    assert (table["low"] <= table["log_ratio"]).all()
    assert (table["log_ratio"] <= table["high"]).all()
    assert (table["high"] - table["low"] < 2.5).all()
    near, base = table["near"], table["base"]
    rest = table["count_collocate"] - table["count"]
    ratio = np.log2((table["count"] + 0.5) / (near + 0.5) * (base - near + 0.5) / (rest + 0.5))
    assert table["log_ratio"].tolist() == pytest.approx(ratio.tolist())
    # the same counts, all meetings in the first three of the texts
    even = tokens_of(*["x peace. a b c d e. peace."] * 9)
    uneven = tokens_of(
        *["x peace. x peace. x peace. a b c d e. peace."] * 3, *["a b c d e. peace."] * 6
    )
    spread, heaped = (find_collocates(t, "x", window=1).iloc[0] for t in (even, uneven))
    assert spread["count"] == heaped["count"]
    assert spread["low"] > heaped["low"]


def test_few_texts_with_the_node_have_no_interval() -> None:
    tokens = tokens_of("peace war peace.", "war peace.", "no word.", "nothing.")
    row = find_collocates(tokens, "war", min_count=1).iloc[0]
    assert row["interval"] == "none: fewer than 3 documents"
    assert np.isnan(row["low"])
    assert "low" not in find_collocates(tokens, "war", min_count=1, confidence=None)


def test_what_two_groups_say_near_a_word() -> None:
    texts = ["A just war of peace."] * 9 + ["The long war now."] * 9
    documents = documents_of(*texts).assign(side=["east"] * 9 + ["west"] * 9)
    corpus = da.Corpus(documents)
    table = compare_collocates(corpus, "war", by="side", target="east", reference="west")
    assert table["collocate"].tolist() == ["a", "just", "of", "peace", "long", "now", "the"]
    assert table["count"].tolist() == [9, 9, 9, 9, 0, 0, 0]
    assert set(table["base"]) == {36}
    assert set(table["base_reference"]) == {27}
    just = table.set_index("collocate").loc["just"]
    assert just["rate"] == 250
    assert just["low"] > 0
    assert just["ratio_low"] > 1
    # the same as comparing the words near it as texts of their own
    near = documents.assign(text=["A just of peace."] * 9 + ["The long now."] * 9)
    rates = da.compare_rates(da.Corpus(near), ["just"], by="side", target="east").iloc[0]
    same = ["difference", "low", "high", "ratio_low", "interval"]
    assert just[same].tolist() == pytest.approx(rates[same].tolist(), nan_ok=True)
    assert len(find_passages(table, corpus, collocate="just")) == 9
    pd.testing.assert_frame_equal(recompute(table.attrs["steps"], corpus), table)


def test_groups_lead_to_their_own_passages() -> None:
    documents = _groups()
    corpus = da.Corpus(documents)
    table = find_collocates(corpus, "war", by="side", min_count=1)
    row = table[(table["side"] == "west") & (table["collocate"] == "peace")]
    found = find_passages(row, corpus, columns="side")
    assert set(found["side"]) == {"west"}
    pd.testing.assert_frame_equal(recompute(table.attrs["steps"], corpus), table)


def test_few_documents_of_many_words():
    words = " ".join(f"w{n:03}" for n in range(300))
    texts = [f"peace {words}.", f"peace {words} peace."]
    corpus = da.Corpus(pd.DataFrame({"doc": ["a", "b"], "text": texts}))
    near = da.find_collocates(corpus, "peace", window=1, min_count=2)
    assert near["collocate"].tolist() == ["w000"]
