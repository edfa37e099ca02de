"""Characters that look alike are one in what is counted, and stay in what is shown."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import analysis as da
from analysis.text.alike import fold_alike, fold_text
from analysis.text.tokens import find_hits

PLAIN = (
    "President Vladimir Putin met the chief of the office. “We do not agree,” Putin told Ann"
    " Fielding on Monday. Critics called the fine plan a confident, peaceful offer. Kyiv's"
    " officials affirmed the first flight."
)
ALIKE = (
    PLAIN.replace("Putin", "Pu\u00adtin")
    .replace("ffi", "ﬃ")
    .replace("fi", "ﬁ")
    .replace("peaceful", "\u200bpeace\u2060ful\ufeff")
    .replace("Kyiv's", "Kyivʼs")
    .replace("Ann", "Ａｎｎ")
)


def tokens_of(text: str) -> pd.DataFrame:
    tokens = da.tokenize(pd.DataFrame({"doc": ["a"], "text": [text]}))
    spans = zip(tokens["start"], tokens["end"], strict=True)
    assert [text[a:b] for a, b in spans] == tokens["word"].tolist()
    return tokens


@pytest.mark.parametrize(
    ("written", "term"),
    [
        ("oﬃce", "office"),
        ("ﬁrst", "first"),
        ("conﬂict", "conflict"),
        ("ＮＡＴＯ", "nato"),
        ("𝐩𝐞𝐚𝐜𝐞", "peace"),
        ("Don’t", "don't"),
        ("Donʼt", "don't"),
        ("Don＇t", "don't"),
        ("don´t", "don't"),
        ("don`t", "don't"),
        ("don′t", "don't"),
        ("привʼязана", "прив'язана"),
        ("peace\u00adful", "peaceful"),
        ("peace\u200bful", "peaceful"),
        ("\ufeffpeace\u2060ful\u200b", "peaceful"),
        ("cafe\u0301", "café"),
        ("long\u2011term", "long-term"),
        ("chiefʼs", "chief"),
    ],
)
def test_a_word_is_one_term_however_it_is_spelt(written: str, term: str) -> None:
    tokens = tokens_of(f"so {written} it is")
    assert tokens["word"].tolist() == ["so", written, "it", "is"]
    assert tokens["term"].tolist()[1] == term
    assert find_hits(tokens, term)[0].tolist() == [1]
    assert find_hits(tokens, written)[0].tolist() == [1]
    assert find_hits(tokens, f"so {written}")[0].tolist() == [0]
    assert find_hits(tokens, fold_alike(written).replace("’", "'"), case=True)[0].tolist() == [1]
    assert find_hits(tokens, f"{term[:3]}*")[0].tolist() == [1]


def test_what_only_looks_like_something_hidden_stays() -> None:
    family = "👨\u200d👩\u200d👧"
    assert tokens_of(f"a {family} b")["word"].tolist() == ["a", family, "b"]
    assert tokens_of("rock ` roll 5´ “ﬁne”")["term"].tolist() == [
        "rock", "`", "roll", "5", "´", "“", "fine", "”",
    ]  # fmt: skip


@given(st.text("aﬁ\u200b\u00ad \u0301e'ʼ`Ｎ.\n👨\u200d‑", max_size=15))
def test_places_lead_back_to_the_text_as_given(text: str) -> None:
    fold = fold_text(text)
    assert (text if fold is None else fold.text) == fold_alike(text)
    if fold is not None:
        pairs = zip(fold.first.tolist(), fold.last.tolist(), strict=True)
        assert sorted({place for a, b in pairs for place in range(a, b)}) == [*range(len(text))]
        assert fold.folded(fold.last).tolist()[-1:] == [len(fold.text)]


def read(text: str) -> dict[str, pd.DataFrame]:
    documents = pd.DataFrame({"doc": ["z", "a"], "text": ["It rained in Kyiv.", text]})
    corpus = da.Corpus(documents)
    layers = ("sentences", "tagged", "mentions", "quotes", "sentiment", "evaluations", "targets")
    return {
        **{name: corpus.layer(name) for name in layers},
        "words": da.find_sentiment_words(corpus),
        "namings": da.find_namings(corpus),
    }


def test_every_layer_reads_what_looks_alike_alike() -> None:
    plain, alike = read(PLAIN), read(ALIKE)
    told = {
        "tagged": ("term", "lemma", "pos", "head"),
        "mentions": ("label", "entity"),
        "quotes": ("kind", "speaker", "cue"),
        "sentiment": ("compound",),
        "words": ("term", "valence"),
        "targets": ("entity", "tone"),
        "evaluations": ("evaluator", "target", "polarity"),
        "namings": ("actor", "form"),
    }
    for name, columns in told.items():
        for column in columns:
            assert alike[name][column].tolist() == plain[name][column].tolist(), (name, column)
    assert "Vladimir Putin" in alike["mentions"]["entity"].tolist()
    assert "Vladimir Pu\u00adtin" in alike["mentions"]["text"].tolist()
    texts = {"z": "It rained in Kyiv.", "a": ALIKE}
    for name in ("sentences", "tagged", "mentions", "quotes", "words", "targets"):
        shown = "word" if name in ("tagged", "words") else "text"
        columns = alike[name][["doc", "start", "end", shown]]
        for doc, start, end, text in columns.itertuples(index=False):
            assert texts[doc][start:end] == text, name
