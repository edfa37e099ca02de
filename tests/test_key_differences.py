"""What stands out: differences that chance would not give, and nothing where there are none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import analysis as da
from analysis.discourse.permutations import Items, flip_signs, permute_groups, permute_within
from analysis.tables import InputError


def corpus_of(texts, **columns):
    documents = pd.DataFrame({"doc": [f"d{n:02}" for n in range(len(texts))], "text": texts})
    return da.Corpus(documents.assign(**columns))


def filler(number: int, words: int) -> str:
    """Words that no other text has."""
    return " ".join(f"{chr(97 + number) * 2}q{chr(97 + n)}" for n in range(words))


def planted(more: int = 8) -> da.Corpus:
    """Ten texts of fifty words, five of which say "tram" often; all are of one tone."""
    texts = ["tram " * more + "word " * (30 - more)] * 5 + ["word " * 30] * 5
    texts = [text + filler(n, 20) for n, text in enumerate(texts)]
    days = pd.date_range("2024-05-01", periods=10).to_numpy()[[0, 5, 1, 6, 2, 7, 3, 8, 4, 9]]
    return corpus_of(texts, side=["x"] * 5 + ["y"] * 5, published=days)


def test_a_planted_word_is_found_with_its_numbers():
    found = da.find_key_differences(planted(), by="side", kinds=["words"])
    row = found[found["item"] == "tram"].iloc[0]
    assert (row["kind"], row["by"], row["target"], row["reference"]) == ("word", "side", "x", "y")
    assert (row["count"], row["base"], row["documents"], row["group_documents"]) == (40, 250, 5, 5)
    assert (row["count_reference"], row["documents_reference"]) == (0, 0)
    assert (row["value"], row["value_reference"]) == (160, 0)
    rates = da.compare_rates(planted(), ["tram"], by="side", target="x").iloc[0]
    assert row["low"] == pytest.approx(rates["low"])
    assert row["high"] == pytest.approx(rates["high"])
    assert row["p"] <= 0.05
    assert row["text"].startswith(
        "Texts of “x” have the word “tram” more often than texts of “y”: 160 against 0 in 1,000"
        " words, in 5 of 5 texts and in 0 of 5 texts; difference 160 ("
    )
    assert not (found["by"] == "published").any()
    labelled = planted().documents
    labelled.attrs["style"] = {"labels": {"x": "the X side"}}
    told = da.find_key_differences(da.Corpus(labelled), by="side", kinds=["words"])
    assert "Texts of “the X side” have the word “tram” more" in " ".join(told["text"])


def test_the_day_of_a_change_and_the_passages_of_a_row():
    corpus = planted()
    documents = corpus.documents.assign(published=pd.date_range("2024-05-01", periods=10))
    corpus = da.Corpus(documents.drop(columns="side"))
    found = da.find_key_differences(corpus, kinds=["words"])
    row = found[found["item"] == "tram"]
    assert row["target"].tolist() == ["after 5 May 2024"]
    assert row["text"].tolist() == [
        "None of the 5 texts published after 5 May 2024 has the word “tram”; texts published up to"
        " 5 May 2024 have it 160 times in 1,000 words (in 5 of 5 texts)."
    ]
    assert len(da.find_passages(row, corpus)) == 0
    other = da.find_key_differences(planted(), by="side", kinds=["words"])
    assert len(da.find_passages(other[other["item"] == "tram"], planted())) == 40


def test_tone_and_its_sentences():
    texts = ["A good, happy day. " * (3 + n % 2) + filler(n, 20) for n in range(5)]
    texts += ["A terrible, bad war. " * (3 + n % 2) + filler(n, 20) for n in range(5, 10)]
    corpus = corpus_of(texts, side=["x"] * 5 + ["y"] * 5)
    found = da.find_key_differences(corpus, by="side", kinds=["tone"])
    tones = da.summarise_sentiment(corpus, by="side")
    assert found["kind"].tolist() == ["tone"]
    assert found["value"].tolist() == pytest.approx(tones["compound"].head(1).tolist())
    difference = da.compare_groups(tones).iloc[0]
    assert found["low"].iloc[0] == pytest.approx(difference["low"])
    assert len(da.find_passages(found, corpus)) == found["count"].iloc[0]
    assert found.attrs["skipped"] == {
        "published": "Fewer than 6 texts have a date, or nearly all have the same."
    }


def voiced_corpus() -> da.Corpus:
    """Twelve texts that name two persons, of whom one is quoted in all, the other in none."""
    text = "Ana Ruiz met Bob Hart . Ana Ruiz said : we will go on and on and on ."
    first = [filler(n, 20) + " . " for n in range(12)]
    documents = pd.DataFrame({"doc": [f"d{n:02}" for n in range(12)], "text": first})
    documents["text"] += text
    documents["text"] += [" Cy Low said : no ." if n < 3 else "" for n in range(12)]
    tokens = da.tokenize(documents)
    said = (tokens["position"] > 30) & (tokens["position"] < 40)
    low = tokens["position"] > 42
    voice = np.where(said, "Ana Ruiz", np.where(low, "Cy Low", "writer"))
    at = len(first[0])
    names = [
        {"doc": doc, "sentence": 1, "start": start, "end": start + 8, "text": name,
         "label": "PERSON", "entity": name, "score": 1.0}
        for doc in documents["doc"] for start, name in ((at, "Ana Ruiz"), (at + 13, "Bob Hart"))
    ]  # fmt: skip
    voiced = tokens.assign(voice=voice, speech=np.where(said | low, "reported", ""))
    return da.Corpus(documents, layers={"voiced": voiced, "mentions": pd.DataFrame(names)})


def test_who_has_most_words_and_who_is_named_but_not_quoted():
    corpus = voiced_corpus()
    found = da.find_key_differences(corpus, kinds=["names", "speakers"])
    found = found.set_index(["kind", "item"])
    most = found.loc[("most words", "Ana Ruiz")]
    assert (most["reference"], most["documents"], most["count"]) == ("Cy Low", 12, 96)
    given = found.loc[("given the word", "Bob Hart")]
    assert (given["count"], given["base"], given["value_reference"]) == (0, 12, 1)
    assert given["text"].startswith("Of the 12 texts that name Bob Hart, none quote or report what")
    passages = da.find_passages(found.reset_index().query("kind == 'given the word'"), corpus)
    assert passages.attrs["hits"] == 12


def test_the_surest_come_first_and_all_that_was_compared_can_be_had():
    every = da.find_key_differences(planted(), by="side", kinds=["words"], every=True)
    assert every["p"].is_monotonic_increasing
    assert len(every) == every.attrs["compared"] == 4  # two words by side and by date
    assert every.iloc[0]["p"] <= 0.05 < every.iloc[-1]["p"]


def test_groups_that_mean_nothing_give_nothing_most_of_the_time():
    rng = np.random.default_rng(3)
    said = 0
    for seed in range(40):
        texts = [" ".join(f"w{chr(97 + n)}" for n in rng.integers(0, 26, 80)) for _ in range(12)]
        corpus = corpus_of(texts, side=["x"] * 6 + ["y"] * 6)
        found = da.find_key_differences(
            corpus, by="side", kinds=["words"], permutations=299, seed=seed
        )
        said += len(found) > 0
    assert said <= 6  # of 40; with p = 0.05, seven or more come once in three hundred times


@pytest.mark.parametrize("edited", ["", " This version was edited later."])
def test_a_text_and_its_copies_in_a_group_are_one_text(edited):
    own = [filler(n, 40) for n in range(12)]
    copies = ["tram signal bridge " + filler(20, 60) + edited * n for n in range(8)]
    corpus = corpus_of([*copies, *own[:2], *own[2:]], side=["x"] * 10 + ["y"] * 10)
    every = da.find_key_differences(corpus, by="side", kinds=["words"], every=True)
    row = every[every["item"] == "tram"].iloc[0]
    assert (row["documents"], row["group_documents"], row["group_documents_reference"]) == (
        1,
        3,
        10,
    )
    assert not len(da.find_key_differences(corpus, by="side", kinds=["words"]))
    assert every.attrs["skipped"]["copies"].startswith("7 of 20 documents nearly copy another one")
    assert len(da.find_passages(every[every["item"] == "tram"], corpus)) == row["count"] == 1


def test_copies_do_not_make_differences_where_nothing_differs():
    rng = np.random.default_rng(5)
    said = 0
    for seed in range(20):
        texts = [" ".join(f"w{chr(97 + n)}" for n in rng.integers(0, 26, 80)) for _ in range(12)]
        corpus = corpus_of(texts * 2, side=[*"xxxxxxyyyyyy"] * 2)
        found = da.find_key_differences(
            corpus, by="side", kinds=["words", "tone"], permutations=299, seed=seed
        )
        said += len(found) > 0
    assert said <= 3  # nearly all of them, where copies count as texts


def test_a_copied_text_makes_no_main_speaker():
    corpus = voiced_corpus()
    documents = corpus.documents.assign(text=filler(0, 40))
    layers = {name: corpus.layer(name) for name in ("voiced", "mentions")}
    found = da.find_key_differences(da.Corpus(documents, layers=layers), kinds=["speakers"])
    assert not len(found)


def test_dates_are_no_groups():
    documents = planted().documents
    corpus = da.Corpus(documents.assign(published=pd.date_range("2024-05-01", periods=10)))
    halves = da.find_key_differences(corpus, by="published", kinds=["words"])
    assert set(halves["target"]) == {"after 5 May 2024"}
    other = da.Corpus(corpus.documents.assign(read=corpus.documents["published"]))
    with pytest.raises(InputError, match="'read' is a column of dates"):
        da.find_key_differences(other, by="read", kinds=["words"])


def test_few_texts_and_small_groups_are_said_to_be_too_few():
    corpus = corpus_of(["war war war", "peace", "peace peace"], side=["x", "y", "y"])
    found = da.find_key_differences(corpus, by="side", kinds=["words", "tone"])
    assert not len(found)
    assert found.attrs["skipped"]["side"].startswith("No two groups have 3 texts")
    assert list(found.columns) == list(da.find_key_differences(planted(), by="side").columns)


def test_dealing_by_hand():
    # three of six documents have the item once in ten words: 20 ways to deal, 2 as striking
    counts = np.array([[1], [1], [1], [0], [0], [0]])
    items = Items("word", ["a"], _sparse(counts), np.full(6, 10.0))
    group = np.array([0, 0, 0, 1, 1, 1])
    rng = np.random.default_rng(0)
    (one,) = permute_groups([items], group, permutations=4000, rng=rng)
    assert one.p == pytest.approx(0.1, abs=0.02)
    assert flip_signs(np.array([1.0, 2, 3, 0]), permutations=4000, rng=rng) == pytest.approx(
        0.25, abs=0.03
    )
    # two persons in four documents, of whom always the same is quoted: 2 of 16 ways
    p = permute_within(
        np.tile([0, 1], 4), np.repeat(range(4), 2), np.tile([1, 0], 4), permutations=4000, rng=rng
    )
    assert p == pytest.approx(np.full(2, 2 / 16), abs=0.02)


def _sparse(counts):
    from scipy import sparse

    return sparse.csr_array(counts)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"by": "nonsense"}, "lacks 'nonsense'"),
        ({"kinds": ["verbs"]}, "kinds='verbs' is not known; choose one of 'words'"),
        ({"kinds": "words"}, "is no list of kinds"),
        ({"permutations": 10}, "permutations=10 is too few"),
        ({"alpha": 2}, "alpha=2 must lie between 0 and 1"),
    ],
)
def test_what_cannot_be_used_is_refused(options, told):
    with pytest.raises(InputError, match=told):
        da.find_key_differences(planted(), **options)
