"""Counts of word sequences."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.layers import Corpus
from analysis.tables import InputError, cutting
from analysis.terms import ngram_sums, ngrams, tally
from analysis.terms.frequency import count_terms
from analysis.terms.ngrams import count_ngrams
from analysis.text.tokens import tokenize

WORDS = st.lists(st.sampled_from(["war", "Peace", "no", "of", ",", ".", "\n\n"]), max_size=14)
CORPORA = st.lists(WORDS, min_size=1, max_size=5).map(
    lambda texts: pd.DataFrame(
        {
            "doc": [f"d{number}" for number in range(len(texts))],
            "side": ["east" if number % 2 else "west" for number in range(len(texts))],
            "text": [" ".join(words) for words in texts],
        }
    )
)


def slow(tokens: pd.DataFrame, n: int) -> tuple[Counter[str], Counter[str]]:
    """Counts and document frequencies by walking over the rows, as a reader would."""
    counts: Counter[str] = Counter()
    documents: Counter[str] = Counter()
    for _, rows in tokens.groupby("doc", observed=True):
        seen = set()
        for first in range(len(rows) - n + 1):
            part = rows.iloc[first : first + n]
            if part["is_word"].all() and len(set(part["sentence"])) == 1:
                seen.add(" ".join(part["term"]))
                counts[" ".join(part["term"])] += 1
        documents.update(seen)
    return counts, documents


def slow_skipping(tokens: pd.DataFrame, n: int, skip: int) -> Counter[str]:
    """Every choice of n words in their order, of which at most so many are left out between."""
    counts: Counter[str] = Counter()
    for _, rows in tokens.groupby("doc", observed=True):
        for places in combinations(range(len(rows)), n):
            stretch = rows.iloc[places[0] : places[-1] + 1]
            near = len(stretch) <= n + skip
            if near and stretch["is_word"].all() and len(set(stretch["sentence"])) == 1:
                counts[" ".join(rows["term"].iloc[list(places)])] += 1
    return counts


@given(CORPORA, st.integers(1, 4), st.integers(0, 3), st.integers(1, 5))
@settings(max_examples=40)
def test_skip_grams_are_those_of_a_slow_count(
    texts: pd.DataFrame, n: int, skip: int, limit: int
) -> None:
    tokens = tokenize(texts)
    table = count_ngrams(tokens, n=n, skip=skip)
    counts = slow_skipping(tokens, n, skip)
    assert dict(zip(table["ngram"], table["count"], strict=True)) == dict(counts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ngrams, "FREQUENT", 1)
        top = count_ngrams(tokens, n=n, skip=skip, limit=limit)
    pd.testing.assert_frame_equal(top, table.head(limit))
    some = [*table["ngram"].iloc[::2], " ".join(["zebra"] * n)]
    listed = count_ngrams(tokens, n=n, skip=skip, ngrams=some)
    rows = table[table["ngram"].isin(some)].reset_index(drop=True)
    pd.testing.assert_frame_equal(listed.drop(columns="rank"), rows.drop(columns="rank"))


def test_listed_ngrams_fit_the_pattern_and_have_its_length() -> None:
    tokens = tokenize(pd.DataFrame({"doc": ["a"], "text": ["War and peace, war and war."]}))
    table = count_ngrams(tokens, pattern="war *", ngrams=["war and", "and war"])
    assert table[["ngram", "count", "rank"]].to_numpy().tolist() == [["war and", 2, 1]]
    with pytest.raises(InputError, match="'war' has not 2 words"):
        count_ngrams(tokens, ngrams="war")


def test_skip_grams_of_guthrie_and_others() -> None:
    # the example of Guthrie et al. 2006: "Insurgents killed in ongoing fighting"
    text = pd.DataFrame({"doc": ["a"], "text": ["Insurgents killed in ongoing fighting."]})
    tokens = tokenize(text)
    pairs = count_ngrams(tokens, skip=2)["ngram"].tolist()
    assert set(pairs) == {
        "insurgents killed",
        "insurgents in",
        "insurgents ongoing",
        "killed in",
        "killed ongoing",
        "killed fighting",
        "in ongoing",
        "in fighting",
        "ongoing fighting",
    }
    triples = count_ngrams(tokens, n=3, skip=2)["ngram"].tolist()
    assert len(triples) == 10
    assert "insurgents killed fighting" in triples
    ends = count_ngrams(tokens, pattern="insurgents *", skip=1)["ngram"].tolist()
    assert ends == ["insurgents in", "insurgents killed"]


def test_more_skip_grams_than_words_have_a_rate_and_an_interval() -> None:
    texts = pd.DataFrame(
        {"doc": list("abc"), "text": ["no no no no", "no no no no no", "no no no"]}
    )
    row = count_ngrams(tokenize(texts), skip=2, confidence=0.9).iloc[0]
    assert (row["count"], row["base"], row["rate"]) == (18, 12, 1500)
    assert 0 < row["low"] < 1500 < row["high"] < np.inf


def test_alike_cells_are_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    words = [f"w{number % 7} w{number % 3} no" for number in range(60)]
    words = [f"{' '.join(words[i::6])} once{i} twice{i // 4} twice{i // 4}" for i in range(6)]
    texts = pd.DataFrame({"doc": list("abcdef"), "text": words})
    tokens, by = tokenize(texts), {"by": "side", "documents": texts.assign(side=[*"xyxyxy"])}
    plain = [count_ngrams(tokens, skip=1), count_ngrams(tokens, n=1, **by)]
    assert {1, 4} <= set(plain[1]["count"])
    monkeypatch.setattr(tally, "MANY", 0)
    pd.testing.assert_frame_equal(count_ngrams(tokens, skip=1), plain[0])
    pd.testing.assert_frame_equal(count_ngrams(tokens, n=1, **by), plain[1])


def test_more_different_ngrams_than_memory_holds_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = pd.DataFrame({"doc": list("abcd"), "text": ["one two one two three four five"] * 4})
    corpus = Corpus(texts)
    monkeypatch.setattr(ngrams, "MOST_ROWS", 5)
    with cutting(1):
        assert len(count_ngrams(corpus)) == 5  # of 20 rows of the parts
    monkeypatch.setattr(ngrams, "MOST_ROWS", 4)
    assert len(count_ngrams(corpus)) == 5  # of a corpus that is not measured in parts
    with cutting(1):
        with pytest.raises(InputError, match="have more than 4 different n-grams"):
            count_ngrams(corpus)
        assert len(count_ngrams(corpus, limit=1)) == 1


def test_bigrams_are_those_of_a_hand_count() -> None:
    texts = ["Peace talks failed. Peace talks, talks!", "No peace talks. No"]
    documents = pd.DataFrame({"doc": ["a", "b"], "text": texts})
    counts = count_ngrams(tokenize(documents))
    # neither "failed peace" (a new sentence) nor "talks talks" (a comma) is one
    assert counts["ngram"].tolist() == ["peace talks", "no peace", "talks failed"]
    assert counts["count"].tolist() == [3, 1, 1]
    assert counts["documents"].tolist() == [2, 1, 1]
    assert counts["rank"].tolist() == [1, 2, 2]
    assert counts["base"].tolist() == [10, 10, 10]
    assert counts["rate"].tolist() == [300, 100, 100]


def test_without_sentences_only_documents_and_punctuation_bound() -> None:
    documents = pd.DataFrame({"doc": ["a", "b"], "text": ["No end\n\nin sight", "here, now"]})
    tokens = tokenize(documents, sentences=False)
    assert count_ngrams(tokens)["ngram"].tolist() == ["end in", "in sight", "no end"]
    with_sentences = count_ngrams(tokenize(documents))
    assert with_sentences["ngram"].tolist() == ["in sight", "no end"]


def test_words_that_were_taken_out_leave_a_gap() -> None:
    tokens = tokenize(pd.DataFrame({"doc": ["a"], "text": ["war of words and war"]}))
    kept = tokens[~tokens["term"].isin(["of", "and"])]
    assert count_ngrams(kept)["ngram"].tolist() == []
    assert count_ngrams(kept, n=1)["ngram"].tolist() == ["war", "words"]


def test_patterns_fill_their_places() -> None:
    text = "The end of the war, the end of a war, and the start of the talks: peace talks."
    tokens = tokenize(pd.DataFrame({"doc": ["a"], "text": [text]}))
    frames = count_ngrams(tokens, pattern="The * of the")
    assert frames["ngram"].tolist() == ["the end of the", "the start of the"]
    assert count_ngrams(tokens, pattern="t?l*")["ngram"].tolist() == ["talks"]
    assert count_ngrams(tokens, pattern="* talks")["ngram"].tolist() == ["peace talks", "the talks"]
    assert len(count_ngrams(tokens, pattern="zebra *")) == 0
    assert count_ngrams(tokens, pattern="of * war")["ngram"].tolist() == ["of a war", "of the war"]


def test_limit_and_min_count_hold_in_each_group() -> None:
    texts = ["a b a b a c b a", "a b c d c d c d"]
    documents = pd.DataFrame({"doc": ["x", "y"], "text": texts})
    tokens = tokenize(documents)
    whole = count_ngrams(tokens, by="doc")
    top = count_ngrams(tokens, by="doc", limit=2)
    assert top[["doc", "ngram", "count"]].to_numpy().tolist() == [
        ["x", "b a", 3],
        ["x", "a b", 2],
        ["y", "c d", 3],
        ["y", "d c", 2],
    ]
    expected = whole.groupby("doc", observed=True).head(2).reset_index(drop=True)
    pd.testing.assert_frame_equal(top, expected)
    often = count_ngrams(tokens, by="doc", min_count=2)
    pd.testing.assert_frame_equal(often, whole[whole["count"] >= 2].reset_index(drop=True))


def test_every_group_keeps_its_own_base() -> None:
    documents = pd.DataFrame(
        {"doc": ["x", "y", "z"], "side": ["w", "e", "n"], "text": ["a b c d", "a b", ""]}
    )
    counts = count_ngrams(tokenize(documents), by="side", documents=documents, per=100)
    pair = counts[counts["ngram"] == "a b"]
    assert pair[["side", "base", "rate"]].to_numpy().tolist() == [["e", 2, 50.0], ["w", 4, 25.0]]


def test_intervals_are_those_of_the_same_phrase(documents: pd.DataFrame) -> None:
    tokens = tokenize(documents)
    options: dict[str, Any] = {"by": "side", "documents": documents, "confidence": 0.9}
    phrases = count_terms(tokens, terms=["peace talks", "goes on"], **options)
    pairs = count_ngrams(tokens, **options)
    columns = "count base rate documents group_documents low high interval".split()
    for side, ngram in (("east", "peace talks"), ("east", "goes on"), ("west", "goes on")):
        row = pairs[(pairs["side"] == side) & (pairs["ngram"] == ngram)]
        same = phrases[(phrases["side"] == side) & (phrases["term"] == ngram)]
        for name in columns:
            assert row[name].tolist() == same[name].tolist() or row[name].isna().all()
    plain = count_ngrams(tokens, by="side", documents=documents, confidence=None)
    pd.testing.assert_frame_equal(pairs[plain.columns], plain)
    assert len(count_ngrams(tokens, pattern="zebra *", confidence=0.9)) == 0


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_packed_and_plain_sorting_agree(n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [
        "no end of war is no end of war",
        "no end of war, war of no end",
        "end of war is no end",
    ]
    documents = pd.DataFrame({"doc": ["a", "b", "c"], "text": texts})
    tokens = tokenize(documents)
    packed = count_ngrams(tokens, n=n, by="doc")
    for module in (ngram_sums, ngrams):
        monkeypatch.setattr(module, "PACKED_BITS", 0)
    plain = count_ngrams(tokens, n=n, by="doc")
    pd.testing.assert_frame_equal(plain, packed, check_dtype=False)


def test_an_empty_table_gives_an_empty_one() -> None:
    counts = count_ngrams(tokenize(pd.DataFrame({"doc": ["a"], "text": [""]})), n=3)
    assert len(counts) == 0
    names = "ngram count base rate documents group_documents rank low high interval"
    assert counts.columns.tolist() == names.split()
    one = tokenize(pd.DataFrame({"doc": ["a"], "text": ["war"]}))
    assert len(count_ngrams(one, n=5, limit=3)) == 0


def test_arguments_are_not_changed_and_the_step_is_recorded(documents: pd.DataFrame) -> None:
    tokens = tokenize(documents)
    before = tokens.copy(deep=True)
    counts = count_ngrams(tokens, pattern="* talks", by="side", documents=documents)
    pd.testing.assert_frame_equal(tokens, before)
    step = counts.attrs["steps"][-1]
    assert step["call"] == "count_ngrams"
    assert step["params"]["n"] == 2
    assert step["params"]["documents"] is True


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n": 6}, "n=6 is not possible; n-grams have 1 to 5 words"),
        ({"n": 0}, "n=0 is not possible"),
        ({"n": 2.5}, "n=2.5 is not possible"),
        ({"confidence": 2}, "not between 0 and 1"),
        ({"pattern": "a b c d e f"}, "of 6 words is not possible"),
        ({"pattern": "  "}, "of 0 words is not possible"),
        ({"min_count": 0}, "min_count=0 must be above 0"),
        ({"limit": -1}, "limit=-1 must be above 0"),
        ({"per": 0}, "per=0 must be above 0"),
        ({"skip": 6}, "skip=6 is not known; choose one of 0, 1"),
        ({"skip": -1}, "skip=-1 is not known"),
        ({"unit": "stem"}, "unit='stem' is not known; choose one of 'term', 'word'"),
        ({"pos": "NOUN"}, "pos='NOUN' needs tokens that know their pos; pass a corpus"),
    ],
)
def test_bad_input_is_refused(
    documents: pd.DataFrame, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        count_ngrams(tokenize(documents), **options)


@given(CORPORA, st.integers(1, 5))
def test_counts_are_those_of_a_slow_count(texts: pd.DataFrame, n: int) -> None:
    tokens = tokenize(texts)
    table = count_ngrams(tokens, n=n)
    counts, documents = slow(tokens, n)
    assert dict(zip(table["ngram"], table["count"], strict=True)) == dict(counts)
    assert dict(zip(table["ngram"], table["documents"], strict=True)) == dict(documents)
    order = sorted(counts, key=lambda ngram: (-counts[ngram], ngram))
    assert table["ngram"].tolist() == order


@given(CORPORA, st.integers(1, 3), st.integers(1, 4), st.integers(1, 3))
def test_the_first_rows_are_found_without_counting_the_last(
    texts: pd.DataFrame, n: int, limit: int, words: int
) -> None:
    tokens = tokenize(texts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ngrams, "FREQUENT", words)  # so few that the second look is needed, too
        top = count_ngrams(tokens, n=n, limit=limit)
    pd.testing.assert_frame_equal(top, count_ngrams(tokens, n=n).head(limit))


@given(CORPORA, st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_groups_add_up_in_any_order_of_documents(texts: pd.DataFrame, random: Any) -> None:
    shuffled = texts.sample(frac=1, random_state=random.randint(0, 99)).reset_index(drop=True)
    tables = [count_ngrams(tokenize(t), by="side", documents=t) for t in (texts, shuffled)]
    pd.testing.assert_frame_equal(*tables)
    whole = count_ngrams(tokenize(texts)).set_index("ngram").sort_index()
    added = tables[0].groupby("ngram")[["count", "documents"]].sum()
    pd.testing.assert_frame_equal(added, whole[["count", "documents"]])
    assert tables[0]["rate"].tolist() == pytest.approx(
        (tables[0]["count"] / tables[0]["base"] * 1000).tolist()
    )


@given(CORPORA)
def test_unsorted_documents_count_the_same(texts: pd.DataFrame) -> None:
    tokens = tokenize(texts)
    turned = pd.concat([rows for _, rows in tokens.groupby("doc", observed=True)][::-1] or [tokens])
    pd.testing.assert_frame_equal(count_ngrams(turned), count_ngrams(tokens))


def test_half_a_character_is_a_question_mark_in_words() -> None:
    texts = pd.DataFrame({"doc": ["a"], "text": pd.Series(["no war \ud83d war"], dtype=object)})
    assert count_ngrams(tokenize(texts))["ngram"].tolist() == ["no war"]
