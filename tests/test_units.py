"""What counts as one: possessives, contractions, forms."""

from __future__ import annotations

import pandas as pd
import pytest

import analysis as da
from analysis.tables import InputError
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


TAGGED = pd.DataFrame(
    [
        # doc, sentence, word, term, is_word, lemma, pos
        ("a", 0, "Attacks", "attacks", True, "attack", "NOUN"),
        ("a", 0, "went", "went", True, "go", "VERB"),
        ("a", 0, "on", "on", True, "on", "ADV"),
        ("a", 0, ".", ".", False, ".", "PUNCT"),
        ("a", 1, "Putin’s", "putin", True, "Putin", "PROPN"),
        ("a", 1, "heavy", "heavy", True, "heavy", "ADJ"),
        ("a", 1, "attack", "attack", True, "attack", "NOUN"),
        ("b", 0, "They", "they", True, "they", "PRON"),
        ("b", 0, "attack", "attack", True, "attack", "VERB"),
        ("b", 0, "the", "the", True, "the", "DET"),
        ("b", 0, "U.S.", "u.s.", True, "U.S.", "PROPN"),
    ],
    columns=["doc", "sentence", "word", "term", "is_word", "lemma", "pos"],
).assign(position=[0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3], start=0, end=1)


def tally_of(table: pd.DataFrame, item: str = "term") -> dict[str, int]:
    return dict(zip(table[item], table["count"], strict=True))


def test_units_by_hand() -> None:
    count = da.count_terms
    forms = tally_of(count(TAGGED, unit="word", confidence=None))
    assert (forms["putin's"], forms["attack"], forms["attacks"]) == (1, 2, 1)
    lemmas = tally_of(count(TAGGED, unit="lemma", confidence=None))
    assert (lemmas["attack"], lemmas["go"], lemmas["putin"]) == (3, 1, 1)
    assert "attacks" not in lemmas
    asked = ["ATTACK_NOUN", "attack_verb", "go_*", "U.S._PROPN", "attack_adj"]
    tagged = tally_of(count(TAGGED, terms=asked, unit="lemma_pos", confidence=None))
    assert tagged == {
        "attack_noun": 2,
        "attack_verb": 1,
        "go_verb": 1,
        "u.s._propn": 1,
        "attack_adj": 0,
    }
    table = count(TAGGED, unit="lemma_pos", stop_words=["the", "they"], confidence=None)
    assert {"the_det", "they_pron"}.isdisjoint(table["term"])
    assert set(table["base"]) == {10}
    assert TAGGED["term"].tolist()[0] == "attacks"  # the table itself is as it was


def test_only_the_parts_of_speech_asked_for_count_and_the_base_is_all_words() -> None:
    nouns = da.count_terms(TAGGED, pos="NOUN", confidence=None)
    assert tally_of(nouns) == {"attack": 1, "attacks": 1}
    assert set(nouns["base"]) == {10}
    options = {"unit": "lemma", "pos": ["noun", "PROPN"], "confidence": None}
    named = da.count_terms(TAGGED, terms=["attack", "a*", "go", "putin's"], **options)
    assert tally_of(named) == {"attack": 2, "putin's": 1, "go": 0}
    phrases = {"whole": ["heavy attack"], "other": ["attack", "heavy attack"]}
    groups = da.count_term_groups(TAGGED, phrases, unit="lemma", pos="NOUN", confidence=None)
    assert tally_of(groups) == {"other": 2, "whole": 0}  # of a phrase all words must be nouns
    both = da.count_term_groups(TAGGED, phrases, pos=["ADJ", "NOUN"], confidence=None)
    assert tally_of(both) == {"whole": 1, "other": 1}
    pairs = da.count_ngrams(TAGGED, pos=["ADJ", "NOUN"], confidence=None)
    assert tally_of(pairs, "ngram") == {"heavy attack": 1}
    apart = da.count_ngrams(TAGGED, pos=["PROPN", "NOUN"], skip=1, unit="lemma", confidence=None)
    assert tally_of(apart, "ngram") == {"putin attack": 1}  # words of all kinds may be skipped
    scores = da.score_tfidf(TAGGED, pos="VERB", unit="lemma")
    assert tally_of(scores) == {"go": 1, "attack": 1}
    places = da.find_positions(TAGGED, ["attack"], unit="lemma", pos="NOUN")
    assert places["position"].tolist() == [0, 6]
    parts = da.count_over_text(
        TAGGED, ["attack"], bins=2, unit="lemma", pos="NOUN", confidence=None
    )
    assert parts["count"].tolist() == [1, 1]


def test_a_corpus_brings_its_tags_and_the_passages_agree() -> None:
    texts = pd.DataFrame(
        {
            "doc": ["a", "b"],
            "side": ["x", "y"],
            "published": pd.to_datetime(["2024-05-14", "2024-05-15"]),
            "text": ["The army attacked. Attacks followed.", "He said: “They attack Kyiv's army.”"],
        }
    )
    corpus = da.Corpus(texts, layers={"tagged": da.annotate(texts).tokens})
    tables = [
        da.count_terms(corpus, by="side", unit="lemma"),
        da.count_terms(corpus, terms=["attack"], unit="lemma", pos="VERB"),
        da.count_terms(corpus, unit="lemma_pos", by="voice_group"),
        da.count_terms(corpus.where(voice="speakers"), unit="lemma", pos=["NOUN", "VERB"]),
        da.count_terms(corpus, terms=["kyiv", "kyiv's"], unit="word"),
        da.count_term_groups(corpus, {"war": ["attack*", "-attack"]}, unit="lemma_pos"),
        da.count_over_time(corpus, ["attack"], unit="lemma"),
        da.count_over_text(corpus, ["army"], bins=2, unit="lemma", pos="NOUN"),
        da.count_ngrams(corpus, unit="lemma", pos=["NOUN", "VERB"], skip=1),
    ]
    assert tally_of(tables[1]) == {"attack": 2}
    assert tables[4][["term", "count"]].to_numpy().tolist() == [["kyiv's", 1], ["kyiv", 0]]
    assert tables[7]["count"].sum() == 2
    for table in tables:
        rows = table[table["count"] > 0]
        assert len(rows)
        assert len(da.find_passages(rows, corpus))  # refused where the counts do not agree


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"unit": "lemma"}, "unit='lemma' needs tokens that know their lemma; pass a corpus"),
        ({"unit": "lemma_pos"}, "know their lemma and pos"),
        ({"pos": ["NOUN"]}, "needs tokens that know their pos"),
        ({"unit": "stem"}, "unit='stem' is not known; choose one of 'term', 'word', 'lemma'"),
        ({"pos": "noum"}, "pos='NOUM' is no part of speech; choose of ADJ, ADP"),
        ({"pos": []}, "pos= is empty"),
    ],
)
def test_a_unit_that_cannot_be_counted_is_refused(options: dict[str, object], message: str) -> None:
    tokens = da.tokenize(pd.DataFrame({"doc": ["a"], "text": ["War."]}))
    with pytest.raises(InputError, match=message):
        da.count_terms(tokens, **options)


def test_what_stands_within_an_excluded_phrase_does_not_count() -> None:
    text = "The cold war, a war, cold wars and post-war wars. War crimes; the Cold War's end."
    corpus = corpus_of(text)
    groups = {
        "all": ["war*"],
        "hot": ["war*", "-cold war*"],
        "one": ["war", "- cold war"],  # the blank does not matter
        "long": ["war", "cold war end", "–cold war"],  # what goes beyond it counts
        "wild": ["war*", "-cold *", "-w?r crimes"],
        "itself": ["war*", "-wars"],
        "form": ["war*", "-war's"],
        "nested": ["war crimes", "war", "-war crimes"],
    }
    table = da.count_term_groups(corpus, groups, confidence=None)
    expected = {
        "all": 6,
        "hot": 3,
        "one": 2,
        "long": 3,
        "wild": 2,
        "itself": 4,
        "form": 5,
        "nested": 3,
    }
    assert tally_of(table) == expected
    for name, number in expected.items():
        assert len(da.find_passages(table, corpus, term=name)) == number
        assert len(da.find_contexts(corpus, groups[name])) == number
    over = da.count_over_text(corpus, {"hot": groups["hot"]}, bins=2, confidence=None)
    assert over["count"].sum() == 3
    assert len(da.find_positions(corpus, {"hot": groups["hot"]})) == 3


def test_exclusions_alone_are_refused_and_a_dash_is_looked_for() -> None:
    corpus = corpus_of("War - cold war.")
    with pytest.raises(InputError, match=r"groups\['war'\] holds only what to leave out"):
        da.count_term_groups(corpus, {"war": ["-cold war"]})
    with pytest.raises(InputError, match="holds only what to leave out"):
        da.count_terms(corpus, terms=["war", "-cold war"])
    with pytest.raises(InputError, match="holds only what to leave out"):
        da.find_contexts(corpus, ["-cold war"])
    assert tally_of(da.count_term_groups(corpus, {"dash": ["-"]}, confidence=None)) == {"dash": 1}


def test_keywords_and_collocates_by_hand() -> None:
    table = da.compare_terms(
        TAGGED, by="doc", target="a", unit="lemma", pos=["NOUN", "VERB"], min_documents=1
    ).set_index("term")
    assert sorted(table.index) == ["attack", "go"]
    columns = ["count", "count_reference", "base", "base_reference"]
    assert table.loc["attack", columns].tolist() == [2, 1, 6, 4]  # the base is all words
    with pytest.raises(InputError, match="No term is in 1 documents"):
        da.compare_terms(TAGGED, by="doc", target="a", pos="X", min_documents=1)
    near = da.find_collocates(TAGGED, "attack", unit="lemma", min_count=1, confidence=None)
    assert set(near["collocate"]) == {"go", "on", "putin", "heavy", "they", "the", "u.s."}
    assert set(near["count_node"]) == {3}
    verbs = da.find_collocates(
        TAGGED, "attack", unit="lemma", pos=["VERB", "PROPN"], min_count=1, confidence=None
    )
    assert set(verbs["collocate"]) == {"go", "putin", "u.s."}
    same = near.set_index("collocate").loc[verbs["collocate"].tolist()].reset_index()
    pd.testing.assert_frame_equal(verbs[same.columns[1:]], same[same.columns[1:]], check_like=True)
    edges = da.find_collocate_network(TAGGED, ["attack"], unit="lemma", pos="VERB", min_count=1)
    assert edges[["source", "target"]].to_numpy().tolist() == [["attack", "go"]]
    tagged = da.find_collocates(
        TAGGED, "attack_*", unit="lemma_pos", stop_words=["the"], min_count=1, confidence=None
    )
    assert {"go_verb", "putin_propn"} < set(tagged["collocate"])
    assert "the_det" not in set(tagged["collocate"])
    spread = da.score_dispersion(TAGGED, unit="lemma", pos=["NOUN", "VERB"]).set_index("term")
    assert spread["count"].to_dict() == {"attack": 3, "go": 1}
    # parts of 6 and 4 words: 2 and 1 of 3 occurrences, |2/3 - 0.6| + |1/3 - 0.4| halved
    assert spread.loc["attack", "dp"] == pytest.approx(2 / 3 - 0.6)


def test_the_passages_of_keywords_and_collocates_agree() -> None:
    texts = pd.DataFrame(
        {
            "doc": list("abcdef"),
            "side": list("xxxyyy"),
            "text": ["The army's long war."] * 3
            + ["The war ends.", "Wars end.", "The army ended it."],
        }
    )
    corpus = da.Corpus(texts)
    options = {"unit": "lemma", "by": "side", "target": "x", "reference": "y"}
    tables = [
        da.compare_terms(corpus, pos="NOUN", min_documents=1, **options),
        da.compare_rates(corpus, {"war": ["war"]}, pos="NOUN", **options),
        da.find_collocates(corpus, "war", unit="lemma", pos=["NOUN", "ADJ"], min_count=1),
        da.compare_collocates(corpus, "war", pos=["NOUN", "ADJ"], min_count=1, **options),
    ]
    assert tables[1][["count", "count_reference"]].to_numpy().tolist() == [[3, 2]]
    assert set(tables[2]["collocate"]) == {"army", "long"}
    for table in tables:
        assert len(da.find_passages(table[table["count"] > 0], corpus))


@pytest.mark.parametrize(
    ("measure", "options"),
    [
        (da.count_terms, {"terms": ["went", "go", "nowhere"]}),
        (da.count_term_groups, {"groups": {"move": ["went", "go"]}}),
        (da.compare_rates, {"terms": ["went"], "by": "doc", "confidence": None}),
        (da.score_dispersion, {"terms": ["went"]}),
        (da.count_over_text, {"terms": ["went"], "bins": 2}),
    ],
)
def test_a_form_that_is_no_lemma_is_named_with_its_lemma(measure, options) -> None:
    with pytest.warns(UserWarning, match="is no lemma") as said:
        measure(TAGGED, unit="lemma", **options)
    assert [str(one.message) for one in said] == [
        "Nothing was found: 'went' is no lemma, and unit='lemma' counts these; ask for 'go'."
    ]
    assert said[0].filename == __file__
