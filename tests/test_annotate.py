"""`annotate`: its tables, what it promises of every text, and that nothing but the text counts."""

from __future__ import annotations

import importlib.util

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analysis as da
from analysis.annotation import annotator as room
from analysis.annotation import model as run
from analysis.annotation.annotator import annotate, annotate_names
from analysis.annotation.model import FOLDER
from analysis.tables import MENTIONS, InputError
from analysis.text.tokens import tokenize

pytestmark = pytest.mark.skipif(
    not (FOLDER / "model.onnx").exists() or importlib.util.find_spec("onnxruntime") is None,
    reason="the model is not in analysis/model, or onnxruntime is not installed",
)
ADDED = ["lemma", "pos", "morphology", "dep", "head"]


def texts(*some: str) -> pd.DataFrame:
    """Documents numbered from a."""
    docs = [chr(97 + i) for i in range(len(some))]
    return pd.DataFrame({"doc": docs, "text": pd.Series(some, dtype=object)})


@pytest.fixture(scope="module")
def news() -> pd.DataFrame:
    return texts(
        "Vladimir Putin met Xi Jinping in Beijing. Russia’s long-term plan wasn't rejected.",
        "",
        "Mr. Smith said: “No.”\n\nThe U.S.-led forces left Paris, and nobody in Berlin cared.",
    )


@pytest.fixture(scope="module")
def done(news: pd.DataFrame):
    return annotate(news, cache=False)


def test_the_tokens_are_the_tokens_table_and_more(news, done) -> None:
    plain = tokenize(news)
    pd.testing.assert_frame_equal(done.tokens[list(plain.columns)], plain)
    assert list(done.tokens.columns) == [*plain.columns, *ADDED]
    assert done.tokens["head"].dtype == np.int32
    for name in ADDED[:4]:
        assert list(done.tokens[name].cat.categories) == sorted(done.tokens[name].cat.categories)
    assert done.tokens["doc"].cat.categories.tolist() == ["a", "b", "c"]


def row(tokens: pd.DataFrame, word: str) -> pd.Series:
    return tokens[tokens["word"] == word].iloc[0]


def test_an_easy_sentence(done) -> None:
    tokens = done.tokens
    assert row(tokens, "met")["pos"] == "VERB"
    assert row(tokens, "met")["head"] == -1
    assert row(tokens, "met")["dep"] == "root"
    assert row(tokens, "Putin")["pos"] == "PROPN"
    assert row(tokens, "Beijing")["head"] == 2
    assert row(tokens, "in")["head"] == row(tokens, "Beijing")["position"]


def test_a_token_of_several_words_stands_for_their_head(done) -> None:
    tokens = done.tokens
    assert row(tokens, "Russia’s")["lemma"] == "Russia"
    assert row(tokens, "Russia’s")["pos"] == "PROPN"
    assert row(tokens, "long-term")["lemma"] == "term"
    negated = row(tokens, "wasn't")
    assert negated["lemma"] == "be"
    assert "Polarity=Neg" in negated["morphology"].split("|")


def test_the_later_tokens_of_a_word_hang_on_its_first(done) -> None:
    tokens = done.tokens
    first = row(tokens, "Mr")
    stop = tokens.loc[first.name + 1]
    assert (stop["word"], stop["pos"], stop["dep"], stop["morphology"]) == (
        ".",
        "PUNCT",
        "punct",
        "",
    )
    assert stop["head"] == first["position"]


def test_every_head_is_in_the_sentence_and_every_sentence_has_one_root(done) -> None:
    for _, tokens in done.tokens.groupby(["doc", "sentence"], observed=True):
        assert (tokens["head"] == -1).sum() == 1
        inside = tokens["head"][tokens["head"] >= 0]
        assert inside.isin(tokens["position"]).all()
        assert (tokens["head"] != tokens["position"]).all()
        assert (tokens["dep"][tokens["head"] == -1] == "root").all()


def test_mentions(news, done) -> None:
    mentions = done.mentions
    assert tuple(mentions.columns) == MENTIONS
    found = {(m.text, m.label) for m in mentions.itertuples()}
    assert {("Vladimir Putin", "PERSON"), ("Xi Jinping", "PERSON"), ("Beijing", "PLACE"),
            ("Russia", "PLACE"), ("Paris", "PLACE")} <= found  # fmt: skip
    by_doc = dict(zip(news["doc"], news["text"], strict=True))
    for m in mentions.itertuples():
        assert by_doc[m.doc][m.start : m.end] == m.text == m.entity
        assert 0 < m.score <= 1
    assert mentions["doc"].cat.categories.tolist() == ["a", "b", "c"]
    assert mentions["sentence"].tolist()[:4] == [0, 0, 0, 1]


def test_names_alone_are_the_same(news, done) -> None:
    pd.testing.assert_frame_equal(annotate_names(news, cache=False), done.mentions)


@pytest.fixture
def rows_read(monkeypatch) -> list[int]:
    """How many windows the model is given, batch by batch."""
    seen: list[int] = []
    usual = run.Model.run

    def counted(model, names, feed):
        seen.append(len(feed["pieces"]))
        return usual(model, names, feed)

    monkeypatch.setattr(run.Model, "run", counted)
    return seen


def test_a_sentence_that_stands_twice_is_read_once(rows_read) -> None:
    sentence = "Olaf Scholz of Germany met old friends in Geneva, but the talks failed."
    once = annotate(texts(sentence), cache=False)
    twice = annotate(texts(f"Nobody cared. {sentence} {sentence}", sentence), cache=False)
    assert sum(rows_read) == 3
    groups = twice.tokens.groupby(["doc", "sentence"], observed=True)
    copies = [rows for _, rows in groups if len(rows) == len(once.tokens)]
    assert len(copies) == 3
    for rows in copies:
        heads = once.tokens["head"].to_numpy()
        moved = np.where(heads < 0, -1, heads + rows["position"].iloc[0])
        assert rows["head"].tolist() == moved.tolist()
        for name in ("word", "lemma", "pos", "morphology", "dep"):
            assert rows[name].tolist() == once.tokens[name].tolist()
    assert twice.mentions["score"].tolist() == once.mentions["score"].tolist() * 3


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("The talks failed, and they haven't said why I left.", 0),
        ("“However, people stopped buying cheaper goods.”", 0),
        ("The talks in Kerala failed.", 1),
        ("The talks in kerala failed.", 1),  # no ordinary word
        ("They like mexican food.", 1),
        ("Kerala was there.", 1),
        ("the talks failed.", 1),  # all in small letters
        ("THE TALKS FAILED.", 1),
        ("The U.S. talks failed.", 1),
        ("A.", 1),
    ],
)
def test_names_are_looked_for_where_they_can_be(text: str, read: int, rows_read) -> None:
    found = annotate_names(texts(text), cache=False)
    assert sum(rows_read) == read
    pd.testing.assert_frame_equal(found, annotate(texts(text), cache=False).mentions)


def test_the_tables_say_what_made_them(done) -> None:
    for table in done:
        assert table.attrs["steps"][-1] == {"call": "annotate", "on": "documents", "params": {}}
        assert table.attrs["model"]["name"] == "bundled"
        assert len(table.attrs["model"]["sha256"]) == 12


def test_the_arguments_are_left_as_they_are(news) -> None:
    tokens = tokenize(news)
    before = news.copy(), tokens.copy()
    found = annotate(news, tokens=tokens, cache=False)
    pd.testing.assert_frame_equal(news, before[0])
    pd.testing.assert_frame_equal(tokens, before[1])
    assert found.tokens.attrs["steps"][-1]["params"] == {"tokens": True}


@pytest.fixture
def many() -> pd.DataFrame:
    words = "Putin said the old talks in Geneva failed , but Olaf Scholz of Germany hopes".split()
    rng = np.random.default_rng(1)
    sizes = rng.integers(1, 60, 25)
    return texts(*(" ".join(rng.choice(words, n)) + "." for n in sizes.tolist()))


@pytest.mark.parametrize("change", ["rows", "workers", "together", "order"])
def test_batch_size_order_and_workers_change_nothing(change: str, many, monkeypatch) -> None:
    usual = annotate(many, cache=False, workers=1)
    other, options = many, {"workers": 1}
    if change == "rows":
        monkeypatch.setattr(run, "MOST_PIECES", 40)
    elif change == "workers":
        options = {"workers": 4}
    elif change == "together":
        monkeypatch.setattr(room, "_TOGETHER", 300)
    else:
        other = many.iloc[::-1].reset_index(drop=True)
    found = annotate(other, cache=False, **options)
    for mine, theirs, key in zip(usual, found, ("position", "start"), strict=True):
        if change == "order":
            theirs = theirs.assign(doc=theirs["doc"].cat.set_categories(mine["doc"].cat.categories))
            theirs = theirs.sort_values(["doc", key], ignore_index=True)
        pd.testing.assert_frame_equal(mine, theirs, check_exact=True)


HOSTILE = (
    "", " \n\t ", ".", "\x00 \x01\x07 a\x08b", "lone \ud800 half \udfff.", "👩‍👩‍👧‍👦🇺🇦 ok 👍🏽!",
    "北京是中华人民共和国的首都，" * 40, "قال الرئيس إن السلام قريب.", "a" * 100_000, "?!" * 20_000,
    "a-" * 5000, "e\u0301" * 300, "\u200b\u200d\ufeff", "'" * 50 + "s", "1." * 300, "x.y" * 300,
)  # fmt: skip


def test_nothing_raises() -> None:
    documents = texts(*HOSTILE)
    tokens, mentions = annotate(documents, cache=False)
    assert len(tokens) == len(tokenize(documents))
    assert (tokens["head"] < len(tokens)).all()
    for m in mentions.itertuples():
        assert documents["text"].iloc[ord(m.doc) - 97][m.start : m.end] == m.text


def test_a_long_text_without_a_stop() -> None:
    tokens = annotate(texts("word and another Name " * 150), cache=False).tokens
    assert (tokens["sentence"] == 0).all()
    assert (tokens["head"] == -1).sum() == 1


@settings(max_examples=15)
@given(st.text(max_size=80))
def test_any_text(text: str) -> None:
    documents = texts(text)
    tokens, _ = annotate(documents, cache=False, workers=1)
    pd.testing.assert_frame_equal(tokens.drop(columns=ADDED), tokenize(documents))
    heads, sentences = tokens["head"].to_numpy(), tokens["sentence"].to_numpy()
    hanging = heads >= 0
    assert (sentences[heads[hanging]] == sentences[hanging]).all()


def test_the_public_name_stays_the_function(news) -> None:
    da.find_entities(news.iloc[1:2])  # loads the module from inside the package
    assert da.annotate is annotate


def test_no_documents() -> None:
    tokens, mentions = annotate(texts(), cache=False)
    assert len(tokens) == len(mentions) == 0
    assert tuple(mentions.columns) == MENTIONS
    assert list(tokens.columns)[-5:] == ADDED


def test_tokens_of_something_else_are_refused(news) -> None:
    tokens = tokenize(news)
    with pytest.raises(InputError, match="lacks 'sentence'"):
        annotate(news, tokens=tokenize(news, sentences=False), cache=False)
    with pytest.raises(InputError, match="'a' are missing or in another order"):
        annotate(news, tokens=tokens[tokens["word"] != "met"], cache=False)
    with pytest.raises(InputError, match="missing or in another order"):
        annotate(news, tokens=tokens.iloc[::-1], cache=False)
    with pytest.raises(InputError, match="document 'a', which is not in the documents"):
        annotate(news.iloc[1:], tokens=tokens, cache=False)
    with pytest.raises(InputError, match="other text"):
        annotate(news.assign(text="Other."), tokens=tokens, cache=False)


def test_bad_documents_are_refused(news) -> None:
    with pytest.raises(InputError, match="lacks 'text'"):
        annotate(news[["doc"]], cache=False)
    twice = pd.concat([news, news])
    for tokens in (None, tokenize(news)):
        with pytest.raises(InputError, match="stands twice"):
            annotate(twice, tokens=tokens, cache=False)
