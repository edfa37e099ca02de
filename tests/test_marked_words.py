"""Marked words that nobody is said to have said, told apart; and those that are quotations."""

from __future__ import annotations

import pandas as pd
import pytest

import analysis as da

TERMS = [
    "She read “The Mountain of Glass” in a single night.",
    "The ship, named “Northern Star”, left the port on Friday.",
    "The new “stand down” order reached the town at noon.",
    "Three “superdelegates” (party officials) voted at once.",
    "Banks fund a “super PAC” in every state.",
    "The law, nicknamed “the lemon law”, passed in spring.",
]
GLOSSES = [
    "The word “peace” was missing in every line.",
    "The town is called Norda, Latin for “north wind”.",
    "Its name means “north wind” in the old tongue.",
    "The phrase “red line” was on all the boards.",
]
DISTANCING = [
    "The so-called “experts” arrived in two large cars.",
    "The supposed “volunteers” left no names.",
    "The ‘liberated’ town has no water and no light.",
    "Norway’s so-called “gift” cost the town a bridge.",
    "The “election” in Norda was over within an hour.",
]
QUOTATIONS = [
    "Joe Carr spoke first. The plan was “cruel and stupid”, he said, and its makers “clowns”.",
    "The vote, often branded a “circus” by Greens, went on.",
    "Chants of “Lock The Door!” filled the square.",
    "The treaty was to “bring both sides back to the table”.",
]


def documents(*texts: str) -> pd.DataFrame:
    return pd.DataFrame({"doc": [str(number) for number in range(len(texts))], "text": texts})


@pytest.mark.parametrize(
    ("texts", "kind"),
    [(TERMS, "term"), (GLOSSES, "gloss"), (DISTANCING, "distancing")],
    ids=["term", "gloss", "distancing"],
)
def test_kinds_are_told_apart(texts: list[str], kind: str) -> None:
    found = da.find_marked_words(documents(*texts))
    assert found["doc"].tolist() == [str(number) for number in range(len(texts))]
    assert found["kind"].tolist() == [kind] * len(texts)


def test_rows_are_places_in_the_texts() -> None:
    texts = [*TERMS, *GLOSSES, *DISTANCING]
    table = documents(*texts)
    found = da.find_marked_words(table)
    of = dict(zip(table["doc"], table["text"], strict=True))
    assert all(row.text == of[row.doc][row.start : row.end] for row in found.itertuples())
    assert list(found.columns) == ["doc", "sentence", "start", "end", "text", "kind"]
    empty = da.find_marked_words(documents("No marks here."))
    assert len(empty) == 0
    assert empty.dtypes.equals(found.dtypes) or list(empty.columns) == list(found.columns)


@pytest.mark.parametrize("text", QUOTATIONS)
def test_what_somebody_says_is_a_quotation(text: str) -> None:
    corpus = da.Corpus(documents(text))
    assert len(da.find_marked_words(corpus)) == 0
    marked = corpus.quotes["text"].str.contains("[“”]")
    assert marked.any()


def test_the_speaker_beside_marked_words_is_theirs() -> None:
    quotes = da.find_quotes(documents(QUOTATIONS[0], QUOTATIONS[1]))
    said = quotes[quotes["text"].str.contains("clowns|circus")]
    assert said["cue"].tolist() == ["said", "branded"]
    assert said["speaker"].tolist()[1] == "Greens"


def test_marked_words_are_nobodys_voice() -> None:
    corpus = da.Corpus(documents(*TERMS, *DISTANCING))
    voices = da.count_voices(corpus, confidence=None)
    assert set(voices["voice"]) <= {"writer", "headline"}


def test_a_row_of_quotes_takes_marked_words_away() -> None:
    table = documents(DISTANCING[0])
    said = pd.DataFrame({"doc": ["0"], "start": [0], "end": [30]})
    assert len(da.find_marked_words(table, quotes=said)) == 0
    with pytest.raises(da.InputError, match="'end'"):
        da.find_marked_words(table, quotes=said.drop(columns="end"))


def test_rates_are_counts_over_words_and_lead_to_their_passages() -> None:
    table = documents(TERMS[0], TERMS[1], DISTANCING[0]).assign(side=["a", "a", "b"])
    corpus = da.Corpus(table)
    counts = da.count_marked_words(corpus, by="side", confidence=None)
    rows = counts.set_index(["side", "kind"])
    assert rows.loc[("a", "term"), ["count", "base"]].tolist() == [2, 20]
    assert rows.loc[("a", "term"), "rate"] == pytest.approx(2000 / 20)
    assert rows.loc[("b", "term"), "count"] == 0
    found = da.find_passages(counts, corpus, side="a", kind="term")
    assert found["node"].tolist() == ["“The Mountain of Glass”", "“Northern Star”"]


def test_attributes_of_markup_are_no_marked_words() -> None:
    assert (
        len(da.find_marked_words(documents('A post: <tweet author="mayor" id="7"> was shown.')))
        == 0
    )
