"""What counts as one: possessives, contractions, forms."""

from __future__ import annotations

import pandas as pd
import pytest

import analysis as da
from analysis.text.tokens import find_hits


def corpus_of(*texts: str) -> da.Corpus:
    return da.Corpus(pd.DataFrame({"doc": [f"d{n}" for n in range(len(texts))], "text": texts}))


def counted(corpus: da.Corpus, terms: list[str], **options: object) -> dict[str, int]:
    table = da.count_terms(corpus, terms=terms, confidence=None, **options)
    return dict(zip(table["term"], table["count"], strict=True))


@pytest.mark.parametrize(
    ("word", "term"),
    [
        ("Russia's", "russia"),
        ("Russia’s", "russia"),
        ("Russiaʼs", "russia"),
        ("RUSSIA'S", "russia"),
        ("James's", "james"),
        ("O'Brien's", "o'brien"),
        ("mother-in-law's", "mother-in-law"),
        ("else's", "else"),
        ("today's", "today"),
        ("2024's", "2024"),
        ("U.S.'s", "u.s."),
        ("#Brexit’s", "#brexit"),
        ("It's", "it's"),
        ("HE’S", "he's"),
        ("let's", "let's"),
        ("who's", "who's"),
        ("now-there's", "now-there's"),
        ("everything's", "everything's"),
        ("1960's", "1960's"),  # a plural
        ("A's", "a's"),
        ("don't", "don't"),
        ("O'Brien", "o'brien"),
        ("o'clock", "o'clock"),
    ],
)
def test_a_possessive_counts_with_its_noun(word: str, term: str) -> None:
    tokens = da.tokenize(pd.DataFrame({"doc": ["a"], "text": [f"the {word} end"]}))
    assert tokens["word"].tolist() == ["the", word, "end"]
    assert tokens["term"].tolist() == ["the", term, "end"]


def test_an_apostrophe_behind_a_word_belongs_to_no_word() -> None:
    # a plural's possessive, a name's, a closing quotation mark: the same noun in all of them
    tokens = corpus_of("The states' men and 'the states' of James' men.").tokens
    terms = tokens.loc[tokens["is_word"], "term"].tolist()
    assert terms == "the states men and the states of james men".split()


def test_a_possessive_at_the_end_of_a_line_is_one() -> None:
    assert counted(corpus_of("Russia's\nwar. Not Russia’s"), ["russia"]) == {"russia": 2}


def test_a_query_that_names_a_possessive_finds_only_it() -> None:
    corpus = corpus_of("Putin’s war. PUTIN'S men, Putin, O'Brien's and O'Brien.", "It's Putin's.")
    asked = ["Putin", "Putin’s", "putin's war", "putin war", "o'brien", "O'Brien's", "it's"]
    expected = {
        "putin": 4,
        "putin's": 3,
        "putin's war": 1,
        "putin war": 1,
        "o'brien": 2,
        "o'brien's": 1,
        "it's": 1,
    }
    assert counted(corpus, asked) == expected
    groups = {"possessive": ["putin's", "o'brien's"], "any": ["putin*", "putin's"]}
    table = da.count_term_groups(corpus, groups, confidence=None)
    assert dict(zip(table["term"], table["count"], strict=True)) == {"possessive": 4, "any": 4}
    for term, number in expected.items():
        assert len(da.find_contexts(corpus, term)) == number
        rows = da.count_terms(corpus, terms=[term])
        assert len(da.find_passages(rows, corpus)) == number


def test_wildcards_and_expressions_with_an_apostrophe_see_the_forms() -> None:
    corpus = corpus_of("Putin’s war, Xi's plan, it's Putin. Putins.")
    assert counted(corpus, ["*'s"]) == {"putin's": 1, "xi's": 1, "it's": 1}
    assert counted(corpus, ["*n's"]) == {"putin's": 1}
    assert counted(corpus, ["p*s"]) == {"putins": 1}  # without one it is compared with the noun
    assert counted(corpus, [r".*'s"], regex=True) == {"putin's": 1, "xi's": 1, "it's": 1}
    assert counted(corpus, [r"pu\w+"], regex=True) == {"putin": 2, "putins": 1}
    assert len(da.find_contexts(corpus, r"pu\w+'s", regex=True)) == 1


def test_case_leaves_the_possessive_with_its_noun() -> None:
    corpus = corpus_of("The US's plan, US plans, us. Let's see the US’s.")
    assert len(da.find_contexts(corpus, "US", case=True)) == 3
    assert len(da.find_contexts(corpus, "US's", case=True)) == 2
    assert len(da.find_contexts(corpus, "U*", case=True)) == 3
    assert len(da.find_contexts(corpus, "Let", case=True)) == 0  # "let's" is "let us"


def test_ngrams_hold_the_noun_and_patterns_may_ask_for_the_possessive() -> None:
    corpus = corpus_of("Putin's war. Putin war. Xi’s war.")
    pairs = da.count_ngrams(corpus, pattern="* war")
    assert pairs[["ngram", "count"]].to_numpy().tolist() == [["putin war", 2], ["xi war", 1]]
    own = da.count_ngrams(corpus, pattern="*'s war")
    assert own[["ngram", "count"]].to_numpy().tolist() == [["putin war", 1], ["xi war", 1]]
    assert len(da.find_passages(own, corpus, ngram="putin war")) == 1


def test_a_phrase_ends_with_its_paragraph() -> None:
    corpus = corpus_of("Leaders want peace\n\nTalks go on. Peace\ntalks fail. Peace. Talks.")
    assert counted(corpus, ["peace talks"]) == {"peace talks": 1}  # a line break is no end
    pairs = da.count_ngrams(corpus, pattern="peace talks")
    assert pairs["count"].tolist() == [1]
    assert len(find_hits(corpus.tokens, "peace. talks")[0]) == 1  # the stop is named
    assert counted(corpus_of("In the U.S.\n\nSenate."), ["u.s. senate"]) == {"u.s. senate": 1}
    assert counted(corpus_of("peace\n\ntalks"), ["peace talks"], by="doc") == {"peace talks": 0}
