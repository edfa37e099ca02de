"""He and she: traced where one person can be meant, left open everywhere else."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.quoting.pronouns import PARAGRAPH, REACH, Mention, Pronouns
from analysis.voices import find_quotes

MEN = ("Orlov", "Tanaka", "Weber")


def trace(text: str) -> str:
    """The persons of the text's pronouns, in order; names are words of MEN, and Reyes."""
    found = re.finditer(r"Orlov|Tanaka|Weber|Reyes", text)
    names = [Mention(one.start(), one.end(), "PERSON", one[0]) for one in found]
    return " ".join(name or "?" for name in Pronouns(text, names).found.values())


@pytest.mark.parametrize(
    ("text", "persons"),
    [
        ("Orlov spoke. He was brief.", "Orlov"),
        ("Orlov met Tanaka. He was brief.", "?"),
        # one goes on where nobody else is named
        ("Orlov spoke. He was brief. Later he left.", "Orlov Orlov"),
        ("Orlov spoke. He praised Tanaka. He was brief.", "Orlov Orlov"),
        ("Orlov spoke. He was brief. Tanaka replied. He was not.", "Orlov ?"),
        ("Orlov spoke. He was brief. Orlov left. He took a train.", "Orlov Orlov"),
        # the paragraph comes first
        ("Orlov met Tanaka.\n\nWeber was there. He was brief.", "Weber"),
        ("Orlov met Tanaka.\n\nHe was brief.", "?"),
        ("Orlov spoke.\n\nHe was brief.", "Orlov"),
        # he is not whom his own sentence names behind him
        ("Then he praised the plan that Tanaka added. It is, he said, good.", "? ?"),
        ("Orlov spoke. Then he praised the plan that Tanaka made. He left.", "Orlov Orlov"),
        ("In his speech Tanaka was brief.", "?"),
        ("In his speech Tanaka was brief. He left.", "? Tanaka"),
        # titles and pronouns of the other gender
        ("Mr Orlov met Ms Reyes. She was brief, and he was not.", "Reyes Orlov"),
        ("Orlov spoke. She was brief.", "Orlov"),
        # others' quotations are passed over
        ("Orlov said: “He is wrong.” He left.", "Orlov"),
        ('Orlov spoke of "his friend Tanaka". Nobody knew him.', ""),
    ],
)
def test_pronouns(text: str, persons: str) -> None:
    assert trace(text) == persons


def test_how_far_a_name_reaches() -> None:
    def filler(size: int) -> str:
        return ("It rained. " * size)[:size].rsplit(". ", 1)[0] + ". "

    assert trace(f"Orlov spoke. {filler(PARAGRAPH - 100)}He left.") == "Orlov"
    assert trace(f"Orlov spoke. {filler(PARAGRAPH + 100)}He left.") == "?"
    assert trace(f"Orlov spoke.\n\n{filler(REACH - 100)}He left.") == "Orlov"
    assert trace(f"Orlov spoke.\n\n{filler(REACH + 100)}He left.") == "?"


def test_the_speaker_of_a_quotation() -> None:
    text = (
        "Orlov welcomed the plan. He commends the points which Tanaka added. "
        "It will, he said, bring peace."
    )
    rows = [
        ("a", m.start(), m.end(), m[0], "PERSON", m[0]) for m in re.finditer("|".join(MEN), text)
    ]
    names = pd.DataFrame(rows, columns=["doc", "start", "end", "text", "label", "entity"])
    quotes = find_quotes(pd.DataFrame({"doc": ["a"], "text": [text]}), mentions=names)
    assert quotes["speaker"].tolist()[-1] == "Orlov"


@given(st.lists(st.sampled_from(["Orlov", "he", "his", "she", ".", "\n", "“", "”", "spoke"])))
def test_any_text(words: list[str]) -> None:
    text = " ".join(words)
    traced = trace(text).split()
    assert set(traced) <= {"?", "Orlov"}
    assert len(traced) <= len(re.findall(r"\b(?:he|his|she)\b", text))
