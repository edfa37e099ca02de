"""He and she: traced where one person can be meant, left open everywhere else."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import analysis as da
from analysis.entities.pronouns import Pronouns
from analysis.entities.spans import Mention
from analysis.voices.quotes import find_quotes

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
        ("Orlov spoke. He was brief. Tanaka replied. He was not.", "Orlov Tanaka"),
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


@pytest.mark.parametrize(
    ("text", "persons"),
    [
        # given names are women's or men's, and a person is one of them throughout
        ("Robert Kern met the girl. He praised her.", "Robert Kern ?"),
        ("Carol Bates thanked her uncle. He smiled.", "Carol Bates ?"),
        ("Michael Dunn, her partner, called Rosa Diaz. She was out.", "? Rosa Diaz"),
        ("Kevin Hart came. In her remarks, the curator spoke.", "?"),
        ("Ana Ruiz met Leo Marsh. She left.", "Ana Ruiz"),
        ("Leo Marsh met Ana Ruiz. He left.", "Leo Marsh"),
        ("Yu Orlov spoke. He left. He slept. Then she sang.", "Yu Orlov Yu Orlov ?"),
    ],
)
def test_a_person_is_he_or_she(text: str, persons: str) -> None:
    found = re.finditer(r"[A-Z][a-z]+ (?:Kern|Bates|Dunn|Diaz|Hart|Ruiz|Marsh|Orlov)", text)
    names = [Mention(one.start(), one.end(), "PERSON", one[0]) for one in found]
    pronouns = Pronouns(text, names)
    assert " ".join(name or "?" for name in pronouns.found.values()) == persons
    assert all(0 <= one.score <= 1 for one in pronouns.traced.values())


def test_how_far_a_name_reaches() -> None:
    assert trace(f"Orlov spoke. {'It rained. ' * 9}He left.") == "?"


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


def speakers(text: str) -> list[str]:
    """The speakers of a text as the model and the rules find them."""
    return da.find_quotes(pd.DataFrame({"doc": ["a"], "text": [text]}))["speaker"].tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # whoever is named in what was said, or beside the speaker, does not speak next
        ("Walter Orban said he was sorry that Mark Ito had mocked a late mayor, Carl Dunn. “He is"
         " wrong to drag Dunn into this,” he said.", ["Walter Orban", "Walter Orban"]),
        ("Leo Marsh, a rival of Hugo Brandt, said sales rose. “We are open again,” he said.",
         ["Leo Marsh", "Leo Marsh"]),
        ("Leo Marsh, who once drove for Hugo Brandt, said sales rose. “I left Brandt in May,” he"
         " said.", ["Leo Marsh", "Leo Marsh"]),
        # but a new subject does
        ("Ana Ruiz said she was ill. Their neighbour, Rosa Diaz, smiled. “We are fine,” she said.",
         ["Ana Ruiz", "Rosa Diaz"]),
        ("Leo Marsh said he was ill. Carl Dunn nodded. “We are fine,” he said.",
         ["Leo Marsh", "Carl Dunn"]),
        # bodies: who spoke last, if no other is named since
        ("Nestlé said sales rose. It blamed the weather.", ["Nestlé", "Nestlé"]),
        ("Nestlé said sales rose. Unilever said sales fell. They said it was the weather.",
         ["Nestlé", "Unilever", "They"]),
        # of two
        ("Ana Ruiz met Leo Marsh in May. The latter said the talks had failed.", ["Leo Marsh"]),
        ("Ana Ruiz met Leo Marsh in May. The former said the talks had failed.", ["Ana Ruiz"]),
        # a people is not the word for it, and nobody is nobody
        ("Basques said that they wanted a vote.", ["Basques"]),
        ("“It is late,” said nobody.", [""]),
    ],
)  # fmt: skip
def test_who_goes_on_speaking(text: str, expected: list[str]) -> None:
    assert speakers(text) == expected


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [("entity", float("nan"), "text|strings"), ("start", "0", "number")],
)
def test_mentions_edited_by_hand(
    documents: pd.DataFrame, mentions: pd.DataFrame, column: str, value: object, says: str
) -> None:
    table = mentions.astype({column: object})
    table.loc[1, column] = value
    for measure in (da.find_quotes, da.find_namings):
        with pytest.raises(da.InputError, match=f"{column}.* of the mentions .*({says})"):
            measure(documents, mentions=table)


TEXT = "Orlov spoke. He left his house. Then she sang, and Tanaka met him.\n\nNobody heard her."


@pytest.fixture
def documents() -> pd.DataFrame:
    return pd.DataFrame({"doc": ["b", "a"], "text": ["Weber fell. He rose.", TEXT]})


@pytest.fixture
def mentions(documents: pd.DataFrame) -> pd.DataFrame:
    rows = [("b", 0, 0, 5, "Weber", "PERSON", "Weber", 0.9)]
    for sentence, name in ((0, "Orlov"), (2, "Tanaka")):
        at = TEXT.index(name)
        rows.append(("a", sentence, at, at + len(name), name, "PERSON", name, 0.9))
    columns = ["doc", "sentence", "start", "end", "text", "label", "entity", "score"]
    table = pd.DataFrame(rows, columns=columns).astype({"start": np.int32, "sentence": np.int32})
    return table.assign(doc=pd.Categorical(table["doc"], categories=["b", "a"]))


def test_pronouns_as_mentions(documents: pd.DataFrame, mentions: pd.DataFrame) -> None:
    found = da.find_entities(documents, mentions=mentions, pronouns=True)
    texts = documents.set_index("doc")["text"]
    rows = found[["doc", "sentence", "start", "end", "text", "entity"]].values.tolist()
    assert all(texts[doc][start:end] == text for doc, _, start, end, text, _ in rows)
    assert [(doc, sentence, text, who) for doc, sentence, _, _, text, who in rows] == [
        ("b", 0, "Weber", "Weber"),
        ("b", 1, "He", "Weber"),
        ("a", 0, "Orlov", "Orlov"),
        ("a", 1, "He", "Orlov"),
        ("a", 1, "his", "Orlov"),
        ("a", 2, "Tanaka", "Tanaka"),
    ]
    pd.testing.assert_series_equal(found.dtypes, mentions.dtypes)
    assert found.attrs["steps"][-1]["call"] == "find_entities"
    again = da.find_entities(documents, mentions=found, pronouns=True)
    pd.testing.assert_frame_equal(again, found)
    counts = da.count_entities(found, tokens=da.tokenize(documents), confidence=None)
    assert dict(zip(counts["entity"], counts["count"], strict=True)) == {
        "Orlov": 3, "Weber": 2, "Tanaka": 1,
    }  # fmt: skip


def test_pronouns_where_nobody_is_named(documents: pd.DataFrame, mentions: pd.DataFrame) -> None:
    none = da.find_entities(documents, mentions=mentions[:0], pronouns=True)
    assert len(none) == 0
    assert list(none.columns) == list(mentions.columns)
    with pytest.raises(da.InputError, match="mentions"):
        da.find_entities(documents[:1], mentions=mentions, pronouns=True)
    with pytest.raises(da.InputError, match="text"):
        da.find_entities(documents, mentions=mentions.drop(columns="text"), pronouns=True)


def test_pronouns_are_namings_and_act(documents: pd.DataFrame, mentions: pd.DataFrame) -> None:
    namings = da.find_namings(documents, mentions)
    orlov = namings[namings["actor"] == "Orlov"]
    assert orlov["strategy"].tolist() == ["name", "pronoun", "pronoun"]
    assert orlov["form"].tolist() == ["Orlov", "he", "his"]


@given(st.lists(st.sampled_from(["Orlov", "he", "his", "she", ".", "\n", "“", "”", "spoke"])))
def test_any_text(words: list[str]) -> None:
    text = " ".join(words)
    traced = trace(text).split()
    assert set(traced) <= {"?", "Orlov"}
    assert len(traced) <= len(re.findall(r"\b(?:he|his|she)\b", text))
