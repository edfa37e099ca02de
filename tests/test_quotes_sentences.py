"""Sentences of our own, one phenomenon each; the labelled news texts, where they are here."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest
from quote_scorer import read_gold, rows_of, score

from analysis.voices.quotes import find_quotes

Row = tuple[str, ...]
NO_NAMES = pd.DataFrame(columns=["doc", "start", "end", "label", "entity"])
SENTENCES = Path(__file__).parent / "data" / "quote_sentences.txt"


class Case(NamedTuple):
    phenomenon: str
    text: str
    expected: list[Row]


def read_sentences() -> list[Case]:
    """The cases of the file: "# phenomenon", the text, one indented line for each quotation."""
    cases: list[Case] = []
    name = ""
    for line in SENTENCES.read_text("utf-8").splitlines():
        if line.startswith("    "):
            fields = [field.strip().replace("\\n", "\n") for field in line.split(" | ")]
            cases[-1].expected.append(tuple(fields))
        elif line.startswith("#"):
            name = line[2:]
        elif line.strip():
            cases.append(Case(name, line.replace("\\n", "\n"), []))
    return cases


CASES = read_sentences()


def found_in(quotes: pd.DataFrame) -> list[Row]:
    """The quotations of a table as they are written in the file."""
    names = ["kind", "text", "speaker", "cue"]
    rows = quotes[names].replace("", "-").to_numpy().tolist()
    return sorted(tuple(str(field).strip() for field in row) for row in rows)


def test_there_are_enough_sentences_and_each_has_its_phenomenon() -> None:
    assert len(CASES) >= 120
    assert len({case.phenomenon for case in CASES}) == len(CASES)
    assert {row[0] for case in CASES for row in case.expected} == {
        "direct", "mixed", "indirect",
    }  # fmt: skip
    assert all(len(row) == 4 for case in CASES for row in case.expected)


def test_quotation_speaker_and_cue() -> None:
    documents = pd.DataFrame(
        {"doc": [case.phenomenon for case in CASES], "text": [case.text for case in CASES]}
    )
    quotes = find_quotes(documents, mentions=NO_NAMES)
    right = [
        case.phenomenon
        for case in CASES
        if found_in(quotes[quotes["doc"] == case.phenomenon]) == sorted(case.expected)
    ]
    assert len(right) >= 0.87 * len(CASES), set(documents["doc"]) - set(right)


@pytest.fixture(scope="module")
def gold(shared: Path) -> tuple[list[dict], list[dict], pd.DataFrame]:
    """Labelled quotations, borderline ones, and the texts."""
    folder = shared / "gold"
    labelled = read_gold(folder / "quotes-dev.jsonl")
    borderline = read_gold(folder / "quotes-dev-borderline.jsonl")
    docs = sorted({row["doc"] for row in labelled})
    texts = [(shared / "texts" / "wikinews" / f"{doc}.txt").read_text("utf-8") for doc in docs]
    return labelled, borderline, pd.DataFrame({"doc": docs, "text": texts})


def test_labels_fit_the_texts(gold: tuple[list[dict], list[dict], pd.DataFrame]) -> None:
    labelled, _, documents = gold
    texts = dict(zip(documents["doc"], documents["text"], strict=True))
    assert all(row["text"] == texts[row["doc"]][row["start"] : row["end"]] for row in labelled)


def test_labelled_news(gold: tuple[list[dict], list[dict], pd.DataFrame]) -> None:
    labelled, borderline, documents = gold
    quotes = find_quotes(documents, mentions=NO_NAMES)  # the gold has speakers as they stand
    # PolNeAR's notion of attribution, which the model has, is wider than that of these labels:
    # requests, plans and judgements of something count there, and whom a request is addressed to.
    rates = score(labelled, rows_of(quotes), borderline).rates()
    assert rates["recall"] >= 0.83
    assert rates["precision"] >= 0.60
    assert rates["speaker"] >= 0.90
    assert rates["cue"] >= 0.90
    assert rates["kind"] >= 0.88


REPORT = "Six of the shells fell beside the KPA posts of the DPRK near the line on that afternoon. "
FRAMES = (
    ("“{}”, said KCNA.", "KCNA", "said"),
    ("“{}”, KCNA added on Friday.", "KCNA", "added"),
    ("The agency said: “{}”", "The agency", "said"),
)


@pytest.mark.parametrize("sentences", [1, 3, 5, 12])
@pytest.mark.parametrize("marks", ["“”", '""'])
def test_direct_quotations_of_any_length_are_found(sentences: int, marks: str) -> None:
    said = (REPORT * sentences).rstrip(". ")
    texts = ["Police spoke.\n\n" + frame.format(said) for frame, *_ in FRAMES]
    texts = [text.translate(str.maketrans("“”", marks)) for text in texts]
    documents = pd.DataFrame({"doc": list("abc"), "text": texts})
    quotes = find_quotes(documents, mentions=NO_NAMES)
    assert quotes["text"].str[1:-1].tolist() == [said] * 3
    assert quotes[["speaker", "cue"]].to_numpy().tolist() == [list(row[1:]) for row in FRAMES]
    assert set(quotes["kind"]) == {"direct"}
