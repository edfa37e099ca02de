"""Explanations: their parts in sentences written for it, who says so, and their counts."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trees import tag, texts

from analysis.annotation.annotator import annotate
from analysis.discourse.explanations import find_explanations, read_explanation_markers
from analysis.tables import InputError
from analysis.text.tokens import tokenize

FILE = Path(__file__).with_name("explanation_sentences.txt")
PARTS = ("explained", "cause", "source")


def read_cases() -> list[dict[str, str]]:
    cases = []
    for block in FILE.read_text("utf-8").split("\n\n")[1:]:
        text, *lines = block.strip().split("\n")
        fields = {k: v.strip() for k, v in (line.split(":", 1) for line in lines)}
        cases.append({"text": text, **fields})
    return cases


CASES = read_cases()
DOCUMENTS = texts(*(case["text"] for case in CASES))
TOKENS = tag(DOCUMENTS, [case["tree"] for case in CASES])


def written(rows: pd.DataFrame) -> list[str]:
    """Explanations in the words of the file."""
    return [
        " | ".join(filter(None, [row.explained, row.marker, row.cause, row.source]))
        for row in rows.itertuples()
    ]


@pytest.fixture(scope="module")
def tagged() -> pd.DataFrame:
    return find_explanations(TOKENS, documents=DOCUMENTS)


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case["text"] for case in CASES])
def test_the_parts_are_those_set_down_by_hand(tagged: pd.DataFrame, number: int) -> None:
    case = CASES[number]
    wanted = [case["want"]] if case["want"] else []
    assert written(tagged[tagged["doc"] == f"s{number}"]) == wanted


def test_every_offset_leads_back_to_its_words(tagged: pd.DataFrame) -> None:
    whole = DOCUMENTS.set_index("doc")["text"]
    for row in tagged.to_dict("records"):
        text = whole[row["doc"]]
        assert text[row["start"] : row["end"]].lower() == row["marker"]
        for part in PARTS:
            start, end = row[f"{part}_start"], row[f"{part}_end"]
            assert (text[start:end] if start >= 0 else "") == row[part]
            assert (start < 0) == (end < 0) == (row[part] == "")


def test_classes_tell_reasons_from_times_blame_and_aims(tagged: pd.DataFrame) -> None:
    classes = tagged.groupby("marker")["class"].first()
    assert classes["because"] == classes["therefore"] == classes["led to"] == "causal"
    assert classes["after"] == classes["following"] == "temporal-causal"
    assert classes["blamed"] == classes["responsible for"] == "blame"
    assert classes["in order to"] == "purpose"


def test_who_says_so_is_the_innermost_quotation() -> None:
    text = "Biden said “Putin says war came because of NATO.” It came because of greed."
    documents = texts(text)
    inner = text.index("war")
    quotes = pd.DataFrame(
        {
            "doc": ["s0", "s0"],
            "start": [11, inner],
            "end": [49, 48],
            "speaker": ["Biden", "Putin"],
            "kind": ["direct", "indirect"],
        }
    )
    found = find_explanations(annotate(documents).tokens, quotes=quotes)
    assert found["voice"].tolist() == ["Putin", "writer"]
    unknown = quotes.assign(speaker=["Biden", None])
    voices = find_explanations(annotate(documents).tokens, quotes=unknown)["voice"]
    assert voices.tolist() == ["(unnamed)", "writer"]


def test_without_documents_there_are_offsets_only(tagged: pd.DataFrame) -> None:
    bare = find_explanations(TOKENS)
    assert list(bare.columns) == [c for c in tagged.columns if c not in PARTS]
    pd.testing.assert_frame_equal(bare, tagged[list(bare.columns)])


def test_own_markers_and_what_is_refused() -> None:
    documents = texts("Cold, ergo snow.")
    tokens = annotate(documents).tokens
    own = [{"item": "ergo", "class": "causal", "grammar": "previous"}]
    found = find_explanations(tokens, markers=own, documents=documents)
    assert written(found) == ["snow | ergo | Cold"]
    with pytest.raises(InputError, match="grammar='verbs' is not known"):
        find_explanations(tokens, markers=[{**own[0], "grammar": "verbs"}])
    with pytest.raises(InputError, match="list of markers is empty"):
        find_explanations(tokens, markers=read_explanation_markers().head(0))
    with pytest.raises(InputError, match="not in the documents table"):
        find_explanations(
            annotate(documents).tokens, markers=own, documents=documents.assign(doc="x")
        )


def test_nothing_is_mutated_and_nothing_found_is_a_table() -> None:
    tokens = annotate(texts("No reason.", "")).tokens
    before = tokens.copy(deep=True)
    found = find_explanations(tokens, documents=texts("No reason.", ""))
    assert len(found) == 0
    assert {"doc", "cause_start", "explained", "class"} <= set(found.columns)
    pd.testing.assert_frame_equal(tokens, before)


WORDS = st.sampled_from(
    ["because", "of", "war", "after", "blamed", "accused", "for", "on", "therefore", "led", "to",
     "caused", "by", ",", ".", "”", "“", "since", "2014", "and", "was", "so", "that", "\n\n"]
)  # fmt: skip


@settings(max_examples=25)
@given(st.lists(WORDS, max_size=25))
def test_any_text_is_read_without_an_error_and_with_valid_offsets(words: list[str]) -> None:
    documents = texts(" ".join(words))
    tokens = tokenize(documents)
    tagged = tokens.assign(
        lemma=tokens["term"].astype(str), pos="VERB", morphology="Voice=Pass", dep="conj",
        head=(tokens["position"] * 7 + 3) % max(len(tokens), 1),
    )  # fmt: skip
    found = find_explanations(tagged, documents=documents)
    for row in found.itertuples():
        assert row.explained_start <= row.explained_end
        assert row.cause_start <= row.cause_end <= len(documents["text"][0])


# Read by the real parser: the text, and what is explained | marker | cause | not (if denied).
READ = [
    ("A storm caused a crane to fall into the sea.",
     ["a crane to fall into the sea | caused | A storm"]),
    ("The reason prices rose is because wages rose.", ["prices rose | because | wages rose"]),
    ("One of the reasons that iron is falling is because people eat less meat.",
     ["iron is falling | because | people eat less meat"]),
    ("Many are not getting enough iron, which can lead to illness.",
     ["illness | lead to | Many are not getting enough iron"]),
    ("He left not because of rain.", ["He left | because of | rain | not"]),
    ("The truce did not lead to peace.", ["peace | lead to | The truce | not"]),
    ("Prices rose because wages did not fall.", ["Prices rose | because | wages did not fall"]),
    ("It was not because of wages that prices rose.", ["prices rose | because of | wages | not"]),
    ("The mayor said prices rose because wages rose.", ["prices rose | because | wages rose"]),
    ("Citing rain, the mayor closed the park.", ["the mayor closed the park | citing | rain"]),
    ("The plan failed, paving the way for a new one.",
     ["a new one | paving the way for | The plan failed"]),
    ("The mayor closed the park to protect the birds.",
     ["The mayor closed the park | to | protect the birds"]),
    ("The plan was rejected over fears it would fail.",
     ["The plan was rejected | over | fears it would fail"]),
    ("The reason for the delay was rain.", ["the delay | the reason for | rain"]),
    ("The flood forced the town to close.", ["the town to close | forced | The flood"]),
    ("The firm closed, so Peru lost jobs.", ["Peru lost jobs | so | The firm closed"]),
    ("Peru refused to blame Chile for the war.", ["the war | blame | Chile | not"]),
    ("Ann Lee asked Peru to blame Chile for the war.", ["the war | blame | Chile"]),
    ("He could not come since he was ill.", ["He could not come | since | he was ill"]),
    ("Since the mayor refused to leave, the council removed her.",
     ["the council removed her | since | the mayor refused to leave"]),
    # no explanations
    ("He is guilty, or so the police say.", []),
    ("She is happy since she won the race.", []),
    ("He knew the town since he was a child.", []),
    ("The police forced the men to leave.", []),
    ("After the match, the coach said the team was tired.", []),
    ("After leaving the hall, the coach was tired.", []),
    ("The minister issued a statement after the vote.", []),
    ("A link leads to an item on the mayor.", []),
    ("The road leads to the sea.", []),
    ("It was clear that Norway was the provoking side.", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), READ)
def test_both_parts_are_read_with_their_not(text: str, wanted: list[str]) -> None:
    documents = texts(text)
    found = find_explanations(annotate(documents).tokens, documents=documents)
    shown = [
        " | ".join([row.explained, row.marker, row.cause, *(["not"] if row.negated else [])])
        for row in found.itertuples()
    ]
    assert shown == wanted
    assert found["complete"].all()


@pytest.mark.parametrize(
    "text",
    [
        "This explains why the talks failed.",
        "There is one reason why Norway left.",
        "That led to protests.",
        "As a result, prices rose.",
        "That forced the town to close.",
    ],
)
def test_an_explanation_that_lacks_a_part_says_so(text: str) -> None:
    documents = texts(text)
    found = find_explanations(annotate(documents).tokens, documents=documents)
    assert found["complete"].tolist() == [False]


def test_a_cause_that_is_corrected_is_not_shown_as_one() -> None:
    documents = texts("Prices did not rise because of the strike but because of drought.")
    found = find_explanations(annotate(documents).tokens, documents=documents)
    assert found[["cause", "negated", "complete"]].to_numpy().tolist() == [
        ["the strike", True, False],
        ["drought", False, False],
    ]


def test_a_denied_ground_beside_another_keeps_its_not() -> None:
    documents = texts("Ann Lee did not resign because of the war but for other reasons.")
    found = find_explanations(annotate(documents).tokens, documents=documents)
    assert found[["cause", "negated", "complete"]].to_numpy().tolist() == [["the war", True, False]]


def test_who_blames_is_a_noun_that_acts() -> None:
    documents = texts("Peru stopped short of blaming Chile. Peru asked Togo to blame Chile for it.")
    found = find_explanations(annotate(documents).tokens, documents=documents)
    assert found["source"].tolist() == ["Peru", "Togo"]
