"""Tables as NLTK's objects."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.tables import InputError
from analysis.terms.frequency import count_terms
from analysis.terms.ngrams import count_ngrams
from analysis.text.nltk import to_conditional_freqdist, to_freqdist, to_nltk_text
from analysis.text.tokens import tokenize


def test_text_holds_the_tokens_as_written(documents: pd.DataFrame) -> None:
    tokens = tokenize(documents)
    text = to_nltk_text(tokens, doc="a")
    assert text.tokens[:4] == ["Peace", "talks", "failed", "."]
    assert text.name == "a"
    assert text.index("said") == 8
    whole = to_nltk_text(tokens)
    assert len(whole) == len(tokens)
    assert [hit.line for hit in whole.concordance_list("conflict")] != []


def test_frequencies_of_tokens_and_of_counts_agree(documents: pd.DataFrame) -> None:
    tokens = tokenize(documents)
    counts = to_freqdist(tokens)
    assert counts["peace"] == 4
    assert "." not in counts
    assert counts.N() == 35
    assert counts == to_freqdist(count_terms(tokens, confidence=None))
    by_side = count_terms(tokens, by="side", documents=documents, confidence=None)
    assert counts == to_freqdist(by_side)  # groups are added up


def test_ngrams_are_tuples_and_absent_terms_are_none(documents: pd.DataFrame) -> None:
    tokens = tokenize(documents)
    pairs = to_freqdist(count_ngrams(tokens))
    assert pairs[("goes", "on")] == 2
    absent = to_freqdist(count_terms(tokens, terms=["zebra", "war"], confidence=None))
    assert dict(absent) == {"war": 2}


def test_conditions_are_the_groups(documents: pd.DataFrame) -> None:
    tokens = tokenize(documents)
    sides = to_conditional_freqdist(tokens, by="side", documents=documents)
    assert sorted(sides.conditions()) == ["east", "west"]
    assert sides["east"]["peace"] == 3
    assert sides["west"].N() == 18
    table = count_terms(tokens, by="side", documents=documents, confidence=None)
    assert to_conditional_freqdist(table, by="side") == sides
    both = to_conditional_freqdist(tokens, by=["side", "outlet"], documents=documents)
    assert both[("west", "Gamma")]["war"] == 2


def test_a_document_without_words_has_an_empty_distribution() -> None:
    texts = pd.DataFrame({"doc": ["a", "b"], "text": ["war", "…"]})
    counts = to_conditional_freqdist(tokenize(texts), by="doc")
    assert sorted(counts.conditions()) == ["a", "b"]
    assert counts["b"].N() == 0
    nothing = tokenize(pd.DataFrame({"doc": ["a"], "text": [""]}))
    assert to_freqdist(nothing).N() == 0
    assert len(to_nltk_text(nothing)) == 0


def test_arguments_are_not_changed(documents: pd.DataFrame) -> None:
    tokens = tokenize(documents)
    before = tokens.copy(deep=True)
    to_nltk_text(tokens)
    to_freqdist(tokens)
    to_conditional_freqdist(tokens, by="doc")
    pd.testing.assert_frame_equal(tokens, before)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda t: to_nltk_text(t, doc="x"), "No token is of document 'x'; there are 'a', 'b'"),
        (lambda t: to_nltk_text(t.drop(columns="word")), "lacks 'word'"),
        (lambda t: to_freqdist(t.drop(columns="is_word")), "nothing to count"),
        (lambda t: to_freqdist(t.drop(columns="term")), "nothing to count"),
        (lambda t: to_conditional_freqdist(t, by="party"), "no column 'party'"),
    ],
)
def test_bad_input_is_refused(documents: pd.DataFrame, call: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        call(tokenize(documents))


def test_nltk_loads_only_when_asked_for() -> None:
    code = "import sys, analysis.text.nltk; sys.exit('nltk' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@given(st.lists(st.lists(st.sampled_from(["war", "no", ",", "Peace"]), max_size=8), min_size=1))
def test_groups_add_up_to_the_whole(texts: list[list[str]]) -> None:
    documents = pd.DataFrame({"doc": [f"d{n}" for n in range(len(texts))]})
    documents["text"] = [" ".join(words) for words in texts]
    tokens = tokenize(documents)
    counts = to_conditional_freqdist(tokens, by="doc")
    assert sum(counts.values(), start=to_freqdist(tokens.iloc[:0])) == to_freqdist(tokens)
