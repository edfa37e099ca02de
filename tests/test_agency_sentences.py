"""Who does what to whom in sentences written for it, with trees and roles set down by hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from trees import name_all, tag, texts

from analysis.discourse.agency import find_clauses

FILE = Path(__file__).with_name("agency_sentences.txt")


def read_cases() -> list[dict[str, str]]:
    """Text, names, tree and what is wanted of each sentence."""
    cases = []
    for block in FILE.read_text("utf-8").split("\n\n")[1:]:
        text, *lines = block.strip().split("\n")
        cases.append({"text": text, **dict(line.split(":", 1) for line in lines)})
    return cases


CASES = read_cases()


@pytest.fixture(scope="module")
def found() -> tuple[pd.DataFrame, pd.DataFrame]:
    documents = texts(*(case["text"] for case in CASES))
    names = [[n.strip() for n in case["names"].split("|") if n.strip()] for case in CASES]
    tokens = tag(documents, [case["tree"].strip() for case in CASES])
    mentions = name_all(documents, names)
    return documents, find_clauses(tokens, mentions, documents=documents)


def told(row: pd.Series) -> str:
    """A clause in the words of the file."""
    form = row["form"].replace("agentless passive", "agentless")
    through = f" through {row['through']}" if row["through"] else ""
    negated = " not" if row["negated"] else ""
    return f"{row['entity']} {row['role']} {form} {row['lemma']}{through}{negated}"


def test_there_are_sentences_enough() -> None:
    assert len(CASES) >= 60
    assert len({case["text"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case["text"] for case in CASES])
def test_the_roles_are_those_set_down_by_hand(
    found: tuple[pd.DataFrame, pd.DataFrame], number: int
) -> None:
    clauses = found[1][found[1]["doc"] == f"s{number}"]
    wanted = [part.strip() for part in CASES[number]["want"].split(";") if part.strip()]
    assert sorted(told(row) for _, row in clauses.iterrows()) == sorted(wanted)


def test_every_offset_leads_back_to_its_words(found: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    documents, clauses = found
    text = documents.set_index("doc")["text"]
    for row in clauses.itertuples():
        whole = text[row.doc]
        assert whole[row.start : row.end] == row.text
        assert whole[row.clause_start : row.clause_end] == row.clause
        assert row.text in row.clause
        assert whole[row.verb_start : row.verb_end] in row.clause
        assert row.entity in ("(none)", "(vague)") or row.text == row.entity
