"""Readability, lexical density and diversity: worked examples, other packages, intervals."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import hypergeom
from scipy.stats import t as student

import analysis as da
from analysis.charts.style import chart_record
from analysis.export.replay import recompute

NEWS = (  # 36 words in four sentences
    "The ministers met in the capital on Monday. They talked about grain, and the talks went on"
    " until the morning. Nobody expected an agreement. A spokesman told reporters that both"
    " delegations would return in a month."
)
WORDS = [f"w{(i * i * 7 + i // 3) % 61}" for i in range(300)]


def corpus_of(*texts: str, **columns: list[str]) -> da.Corpus:
    docs = [f"d{number}" for number in range(len(texts))]
    return da.Corpus(pd.DataFrame({"doc": docs, "text": list(texts), **columns}))


def values(table: pd.DataFrame) -> dict[str, float]:
    return dict(zip(table["measure"], table["value"], strict=True))


@pytest.fixture
def sides() -> da.Corpus:
    short = "Peace came. They met. It was good. All of them went home and slept. " * 5
    rng = np.random.default_rng(1)
    texts = [" ".join(f"{NEWS} {short}".split(". ")[n:]) + ". " + NEWS * n for n in range(1, 5)]
    texts += [short + " ".join(f"w{k}" for k in rng.integers(0, 40, 60)) + "." for _ in range(3)]
    return corpus_of(*texts, "Too short.", side=["east"] * 4 + ["west"] * 4)


SYLLABLES = {
    1: "the make called you're school years played don't league kyiv",
    2: "table wanted being didn't science nation long-term U.S. tv mr café russia spokesman boss's",
    3: "idea media radio syria basically government united agreement",
    4: "1918 material reality america independence",
    5: "international negotiations capitalism",
}


@pytest.mark.parametrize("number", SYLLABLES)
def test_syllables(number: int) -> None:
    for word in SYLLABLES[number].split():
        corpus = corpus_of(f"{word} " * 10 + "\n")
        assert (word, values(da.score_readability(corpus))["syllables per word"]) == (word, number)


def test_readability_by_hand() -> None:
    # 57 syllables; of three or more: ministers, capital, nobody, expected, agreement, reporters,
    # delegations; longer than six letters: these but nobody, and morning, spokesman
    scores = values(da.score_readability(corpus_of(NEWS)))
    letters = sum(map(str.isalnum, NEWS))
    assert scores == pytest.approx(
        {
            "Flesch": 206.835 - 1.015 * 9 - 84.6 * 57 / 36,
            "Flesch-Kincaid": 0.39 * 9 + 11.8 * 57 / 36 - 15.59,
            "LIX": 9 + 100 * 8 / 36,
            "SMOG": 3.1291 + 1.0430 * math.sqrt(30 * 7 / 4),
            "Coleman-Liau": 5.88 * letters / 36 - 29.6 * 4 / 36 - 15.8,
            "words per sentence": 9,
            "syllables per word": 57 / 36,
            "lexical density by list": 17 / 36,
        }
    )
    # textstat 0.7.13 with CMUdict on this text
    assert scores["Flesch"] == pytest.approx(63.75)
    assert scores["Flesch-Kincaid"] == pytest.approx(6.603333333)
    assert scores["LIX"] == pytest.approx(31.222222222)


@pytest.mark.parametrize(
    ("syllables", "words", "ease"),
    [(123, 8, 94.7), (131, 11, 84.8), (139, 14, 75.0), (147, 17, 65.2), (155, 21, 54.4)],
)
def test_flesch_of_typical_magazines(syllables: int, words: int, ease: float) -> None:
    # Flesch 1948, table of typical magazines: syllables in 100 words, words in a sentence
    longer = words * (syllables - 100)
    every = ["water"] * longer + ["cat"] * (100 * words - longer)
    text = ". ".join(" ".join(every[n : n + words]) for n in range(0, 100 * words, words))
    scores = values(da.score_readability(corpus_of(text + ".")))
    assert scores["words per sentence"] == words
    assert scores["Flesch"] == pytest.approx(ease, abs=0.06)


def test_diversity_as_lexicalrichness() -> None:
    scores = values(da.score_diversity(corpus_of(" ".join(WORDS))))
    assert scores == pytest.approx(  # lexicalrichness 0.5.1 on the same words
        {
            "MATTR": 0.685737051792829,
            "MTLD": 31.9392402144463,
            "HD-D": 0.6921918945136479,
            "Yule's K": 190.66666666666666,
            "TTR (falls with length)": 0.17666666666666667,
        }
    )


def test_factors_of_mccarthy_and_jarvis() -> None:
    # McCarthy and Jarvis 2010: "of the people by the people | for the people", ratios 1, 1, 1, 1,
    # .8, .667: a factor. Six rounds have nine factors of six words; backwards the first has five
    # words, eight have six, and one word is over
    rounds = corpus_of("of the people by the people for the people " * 6)
    assert values(da.score_diversity(rounds))["MTLD"] == pytest.approx(6)


def test_a_ratio_of_exactly_072_ends_a_factor() -> None:
    # 18 different words of 25 are 0.72
    block = [*(f"x{n}" for n in range(18)), *(f"x{n}" for n in range(7))]
    text = " ".join(f"{word}{part}" for part in "ab" for word in block)
    assert values(da.score_diversity(corpus_of(text)))["MTLD"] == pytest.approx(25)


@pytest.mark.parametrize("seed", range(3))
def test_diversity_by_brute_force(seed: int) -> None:
    rng = np.random.default_rng(seed)
    words = [f"w{k}" for k in rng.zipf(1.6, 120) % 50]
    scores = values(da.score_diversity(corpus_of(" ".join(words)), window=60))
    windows = [len(set(words[n : n + 60])) / 60 for n in range(61)]
    assert scores["MATTR"] == pytest.approx(np.mean(windows))
    counts = pd.Series(words).value_counts()
    drawn = [1 - hypergeom.pmf(0, 120, count, 42) for count in counts]
    assert scores["HD-D"] == pytest.approx(sum(drawn) / 42)
    assert scores["Yule's K"] == pytest.approx(1e4 * ((counts**2).sum() - 120) / 120**2)


def test_every_document_counts_once_and_t_gives_the_interval(sides: da.Corpus) -> None:
    table = da.score_readability(sides, by="side")
    own = da.score_readability(sides, by="doc")
    lix = own.loc[own["measure"] == "LIX", "value"].to_numpy()[:4]
    row = table[(table["measure"] == "LIX") & (table["side"] == "east")].iloc[0]
    half = student.ppf(0.975, 3) * lix.std(ddof=1) / 2
    assert row["value"] == pytest.approx(lix.mean())
    assert (row["low"], row["high"]) == pytest.approx((lix.mean() - half, lix.mean() + half))
    assert row["interval"] == "95 % t over documents"
    assert row["documents"] == 4


def test_the_interval_of_one_document_is_over_its_sentences() -> None:
    # words per sentence is a mean: its delta method is the usual standard error
    row = da.score_readability(corpus_of(NEWS)).set_index("measure").loc["words per sentence"]
    half = student.ppf(0.975, 3) * np.std([8, 12, 4, 12], ddof=1) / 2
    assert (row["low"], row["high"]) == pytest.approx((9 - half, 9 + half))
    assert row["interval"] == "95 % t over the sentences of one document"
    few = da.score_readability(corpus_of("One sentence. And two."))
    assert few["low"].isna().all()
    assert set(few["interval"]) == {"none: fewer than 3 sentences of one document"}


def test_short_documents_are_named(sides: da.Corpus) -> None:
    table = da.score_diversity(sides, by="side").set_index(["side", "measure"])
    assert table.loc[("west", "MATTR"), "too_short"] == "d7"
    assert table.loc[("west", "MATTR"), "documents"] == 3
    assert table.loc[("east", "MTLD"), "too_short"] == ""
    own = da.score_diversity(sides, by="doc")
    last = own[own["doc"] == "d7"]
    assert last["value"].isna().all()
    assert set(last["interval"]) == {"none: fewer than 50 words in each document"}


def test_lexical_density_by_tags() -> None:
    corpus = corpus_of("The war must end.")
    tagged = corpus.tokens.assign(pos=["DET", "NOUN", "AUX", "VERB", "PUNCT"])
    assert values(da.score_readability(tagged))["lexical density by tags"] == 0.5
    assert values(da.score_readability(corpus))["lexical density by list"] == 0.5


def test_a_group_without_words_has_a_row() -> None:
    table = da.score_readability(corpus_of(NEWS, "…", side=["x", "y"]), by="side")
    empty = table[table["side"] == "y"]
    assert empty["value"].isna().all()
    assert set(empty["interval"]) == {"none: no values"}


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: da.score_readability(corpus_of("…", "")), "No text has a word"),
        (lambda: da.score_diversity(corpus_of(NEWS)), "No document has 50 words"),
        (lambda: da.score_diversity(corpus_of(NEWS), window=10), "whole number from 42 on"),
        (lambda: da.score_readability(corpus_of(NEWS), by="sid"), "no column 'sid'"),
        (
            lambda: da.score_readability(da.tokenize(corpus_of(NEWS), sentences=False)),
            "have no sentences",
        ),
    ],
)
def test_bad_input(call: object, words: str) -> None:
    with pytest.raises(da.InputError, match=words):
        call()  # type: ignore[operator]


@pytest.mark.parametrize("score", [da.score_readability, da.score_diversity])
def test_rows_lead_to_sentences_and_can_be_computed_again(score: object, sides: da.Corpus) -> None:
    table = score(sides, by="side")  # type: ignore[operator]
    again = recompute(table.attrs["steps"], da.Corpus(sides.documents))
    pd.testing.assert_frame_equal(again, table)
    found = da.find_passages(table.iloc[[0]], sides)
    assert set(found["doc"]) == {"d0", "d1", "d2", "d3"}
    tokens = sides.where(side="east").tokens
    assert found["words"].sum() == tokens["is_word"].sum()


def test_groups_are_compared(sides: da.Corpus) -> None:
    for score in (da.score_readability, da.score_diversity):
        table = score(sides, by="side")
        compared = da.compare_groups(table)
        rows = table.pivot_table(index="measure", columns="side", values="value", sort=False)
        expected = (rows["east"] - rows["west"]).loc[compared["measure"]]
        assert compared["difference"].to_numpy() == pytest.approx(expected.to_numpy())


def test_measures_are_drawn_on_scales_of_their_own(sides: da.Corpus, tmp_path: object) -> None:
    table = da.score_readability(sides, by="side")
    figure = da.plot_small_multiples(
        table, "plot_terms", by="measure", item="side", value="value", shared=False
    )
    ends = [ax.get_xlim()[1] for ax in figure.axes]
    assert len(ends) == 8
    assert ends[7] < 1.1 < 10 < ends[0]
    one = da.plot_terms(table[table["measure"] == "LIX"], item="side", value="value")
    assert chart_record(one.figure)["subtitle"] == "LIX"
    for number, drawn in enumerate((figure, one)):
        bundle = da.save_figure(drawn, f"{tmp_path}/{number}", formats=["svg"])
        assert set(da.verify(bundle, corpus=sides)["status"]) == {"ok"}


def test_documents_are_scored_side_by_side_as_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    texts = [" ".join(f"w{k}" for k in rng.zipf(1.4, size) % 40) for size in (42, 50, 51, 90, 300)]
    corpus = corpus_of(*texts)
    alone = da.score_diversity(corpus, by="doc", window=42)
    for longest in (0, 2):
        monkeypatch.setattr("analysis.terms.diversity.LONGEST", longest)
        pd.testing.assert_frame_equal(da.score_diversity(corpus, by="doc", window=42), alone)
