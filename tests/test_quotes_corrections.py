"""What the parse corrects in attributions that the model read, and tables that are refused."""

from __future__ import annotations

import pandas as pd
import pytest

import analysis as da
from analysis import InputError


def rows(text: str) -> list[tuple[str, str, str]]:
    quotes = da.find_quotes(pd.DataFrame({"doc": ["a"], "text": [text]}))
    quotes = quotes[quotes["depth"] == 0]
    return list(quotes[["text", "speaker", "cue"]].itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # what is reported ends where its clause or its sentence does
        ("Col. Amin's warning that rain was near was ignored.", "rain was near"),
        ("The coach's promise that fans would pay less was broken.", "fans would pay less"),
        ("The bank said it would help us. Give us time.", "it would help us"),
        # "It is said that …": only what is said
        ("The pilots were told that the storm would pass.", "the storm would pass"),
    ],
)
def test_what_is_reported_ends_with_its_clause(text: str, expected: str) -> None:
    assert [row[0] for row in rows(text)] == [expected]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("The tenants have been informed that there is no heating.", ""),
        (
            "“We will stay,” manager Ola Berg said, according to the Herald. “It is late.”",
            "Ola Berg",
        ),
        ("Rents, complains Tom Orr, are too high.", "Tom Orr"),
    ],
)
def test_the_speaker_is_not_who_is_told_nor_the_medium(text: str, speaker: str) -> None:
    assert rows(text)[-1][1] == speaker


@pytest.mark.parametrize(
    "text", ["Nobody said that the road was open.", "No minister believes that the bank is safe."]
)
def test_nobody_says_nothing(text: str) -> None:
    assert rows(text) == []


def test_short_words_and_capitals_between_marks_are_quotations() -> None:
    found = rows("“WE AGREE,” ANN LEE SAID.\n\n“Never,” the general said, “not while I live.”")
    assert [row[0] for row in found] == ["“WE AGREE,”", "“Never,”", "“not while I live.”"]


def test_a_line_of_a_list_ends_a_row() -> None:
    found = rows("09:30 The mayor says the dam is safe\n10:05 Bob Ray denied it\n• Ann Lee agreed")
    assert found
    assert all("\n" not in row[0] for row in found)


def test_tables_that_are_no_places_are_refused() -> None:
    documents = pd.DataFrame({"doc": ["a"], "text": ["Ann Lee said that the road was open."]})
    tokens = da.annotate(documents).tokens
    quotes = da.find_quotes(documents, tagged=tokens)
    assert len(quotes) == 1
    for tagged in (tokens.iloc[::-1], tokens.head(3)):
        with pytest.raises(InputError, match="not all of its text"):
            da.find_quotes(documents, tagged=tagged)
    for change, match in (
        ({"start": ["0"]}, "whole numbers"),
        ({"start": [30], "end": [20]}, "goes from 30 to 20"),
        ({"end": [999]}, "goes from"),
        ({"mode": ["yelled"]}, "mode"),
        ({"kind": ["yelled"]}, "kind"),
    ):
        with pytest.raises(InputError, match=match):
            da.add_voices(tokens, quotes.assign(**change), documents=documents)
