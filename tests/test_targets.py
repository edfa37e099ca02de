"""Sentiment toward those named: probabilities, means by hand, intervals, passages, the cache."""

from __future__ import annotations

import importlib
import re
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import analysis as da
from analysis.entities.mentions import find_entities
from analysis.sentiment.targets import mentions_from_offsets, score_targets, summarise_targets
from analysis.tables import InputError

judged = importlib.import_module("analysis.annotation.judge")

PRAISE = "Critics praised the brave Nelson Mandela and condemned the brutal Idi Amin."


@pytest.fixture(autouse=True, scope="module")
def _own_cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISCOURSE_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


def texts(*contents: str) -> pd.DataFrame:
    return pd.DataFrame({"doc": [f"d{i}" for i in range(len(contents))], "text": list(contents)})


def named(documents: pd.DataFrame) -> pd.DataFrame:
    return find_entities(documents)


def made(rows: list[tuple[str, int, str, float, float]]) -> pd.DataFrame:
    """Targets of (doc, sentence, entity, negative, positive)."""
    table = pd.DataFrame(rows, columns=["doc", "sentence", "entity", "negative", "positive"])
    table["neutral"] = 1 - table["negative"] - table["positive"]
    table["label"] = "PLACE"
    table["score"] = table["positive"] - table["negative"]
    errors = {"threshold": 0.9, "precision": 0.7, "opposite": 0.1}
    table.attrs["tone"] = {
        "negative": errors, "positive": errors, "balance": {"low": 2.0, "high": 3.0},
    }  # fmt: skip
    return table


# ---- scoring --------------------------------------------------------------------------------


REPEATED = (
    "{0} praised the plan, but critics said {0} had lied about it.",
    "Ann Lee accused {0}, and {0}’s lawyers denied it.",
    "The talks with {0} failed; {0} blamed the weather.",
)


@pytest.mark.parametrize("sentence", REPEATED)
def test_a_name_that_stands_twice_is_hidden_twice(sentence: str) -> None:
    names = ["Peru", "Donald Trump", "Vladimir Putin", "Norway", "John Miller"]
    documents = texts(*(sentence.format(name) for name in names))
    start = sentence.index("{0}")
    spans = pd.DataFrame(
        {"doc": documents["doc"], "start": start, "end": [start + len(name) for name in names]}
    )
    found = score_targets(documents, mentions_from_offsets(documents, spans))
    assert np.ptp(found[["negative", "positive"]].to_numpy(), axis=0).max() < 1e-4


def test_one_sentence_speaks_well_of_one_and_badly_of_another() -> None:
    documents = texts("Nothing.\n\n" + PRAISE, PRAISE)
    mentions = named(documents)
    before = mentions.copy(deep=True)
    targets = score_targets(documents, mentions)
    assert targets["entity"].tolist() == ["Nelson Mandela", "Idi Amin"] * 2
    assert (np.sign(targets["score"]) == [1, -1, 1, -1]).all()
    total = targets[["negative", "neutral", "positive"]].sum(axis=1)
    np.testing.assert_allclose(total, 1, atol=1e-12)
    np.testing.assert_allclose(targets["score"], targets["positive"] - targets["negative"])
    # the sentence alone counts, not where it stands
    np.testing.assert_allclose(targets["score"][:2], targets["score"][2:], atol=1e-6)
    pd.testing.assert_frame_equal(mentions, before)
    assert documents.attrs == {}


def test_columns_and_record() -> None:
    documents = texts(PRAISE)
    mentions = named(documents).assign(voice="writer", entity_before="?")
    targets = score_targets(documents, mentions)
    assert list(targets.columns) == [
        "doc", "sentence", "start", "end", "text", "label", "entity",
        "negative", "neutral", "positive", "score", "tone", "voice", "entity_before",
    ]  # fmt: skip
    (step,) = targets.attrs["steps"]
    assert step["call"] == "score_targets"
    assert step["on"] == "documents"
    (found,) = step["params"]["mentions"]["steps"]
    assert (found["call"], found["on"]) == ("find_entities", "documents")
    assert set(step["params"]) == {"mentions"}
    assert set(targets.attrs["model"]) == {"name", "sha256", "measured"}
    empty = score_targets(documents, mentions[:0])
    assert empty.dtypes.equals(targets.dtypes)


def test_mentions_of_other_texts_are_refused() -> None:
    documents = texts(PRAISE)
    mentions = named(documents)
    with pytest.raises(
        InputError, match=r"Row 0 .* .'Nelson Mandela' at 26 in 'd0'. is not in its"
    ):
        score_targets(texts("Short one."), mentions)
    late = mentions.assign(end=[40, 900])
    with pytest.raises(InputError, match=r"Row 1 .* is not in its sentence 0; pass mentions"):
        score_targets(documents, late)
    other = mentions.assign(text=["Nelson Mandela", "Idi Ami"])
    with pytest.raises(InputError, match=r"Row 1 .* says 'Idi Ami', and 'Idi Amin' stands there"):
        score_targets(documents, other)
    with pytest.raises(InputError, match="Row 0 of the mentions: sentence 9 of 'd0'"):
        score_targets(documents, mentions.assign(sentence=9))
    with pytest.raises(InputError, match="lacks 'entity'"):
        score_targets(documents, mentions.drop(columns="entity"))


def test_offsets_give_the_columns_that_are_needed() -> None:
    documents = texts("It rained. Peru praised Norway.")
    spans = pd.DataFrame({"doc": "d0", "start": [24, 11], "end": [30, 15], "coder": [1, 2]})
    before = spans.copy(deep=True)
    mentions = mentions_from_offsets(da.Corpus(documents), spans)
    assert mentions[["sentence", "text", "entity", "label", "coder"]].values.tolist() == [
        [1, "Norway", "Norway", "", 1], [1, "Peru", "Peru", "", 2],
    ]  # fmt: skip
    assert len(score_targets(documents, mentions)) == 2
    named = mentions_from_offsets(documents, spans.assign(entity="X", label="PLACE"))
    assert named[["entity", "label"]].values.tolist() == [["X", "PLACE"]] * 2
    pd.testing.assert_frame_equal(spans, before)
    for start, end, message in (
        (3, 15, "Row 1 .* is not within one sentence"),
        (20, 99, "Row 1 .* is not in its text, which has 31 characters"),
        (9, 9, "Row 1 .* is not in its text"),
    ):
        with pytest.raises(InputError, match=message):
            mentions_from_offsets(documents, spans.assign(start=[24, start], end=[30, end]))
    with pytest.raises(InputError, match=r"Row 0 .* is of no document"):
        mentions_from_offsets(documents, spans.assign(doc="?"))
    same = spans.assign(start=["24", 11.0], end=[30.0, "15"], text=["Norway", "Peru"], sentence=1)
    pd.testing.assert_frame_equal(
        mentions_from_offsets(documents, same).drop(columns="coder"), mentions.drop(columns="coder")
    )


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("text", "Sweden", "says text='Sweden', and 'Norway' stands there; correct the offsets"),
        ("sentence", 0, "says sentence=0, and 1 stands there"),
        ("start", "x", "has start='x', which is no whole number; give the place"),
        ("start", 28.5, "has start=28.5, which is no whole number"),
        ("end", None, "has end=None, which is no whole number"),
        ("end", 33, "is 'Norwa', a part of a word in 'd Peru praised Norway.'; give whole words"),
        ("start", 29, "is 'orway', a part of a word"),
        ("start", 27, "is ' Norway'; leave out the space or mark at its end"),
        ("whole", (11, 35), "is a whole sentence; give the place of the name in it"),
    ],
)
def test_offsets_that_cannot_be_are_refused_with_their_row(column, value, message) -> None:
    documents = texts("It rained. Old Peru praised Norway.")
    spans = pd.DataFrame({"doc": "d0", "start": [15, 28], "end": [19, 34]}).astype(object)
    if column == "whole":
        spans.loc[1, ["start", "end"]] = value
    elif column in spans:
        spans.loc[1, column] = value
    else:
        spans[column] = [{"text": "Peru", "sentence": 1}[column], value]
    with pytest.raises(InputError, match="Row 1 .*" + re.escape(message)):
        mentions_from_offsets(documents, spans)
    if column in ("start", "end") and not (isinstance(value, int)):
        mentions = mentions_from_offsets(documents, spans[:1]).astype({column: object})
        mentions.loc[0, column] = value
        with pytest.raises(InputError, match=f"Row 0 of the mentions has {column}="):
            score_targets(documents, mentions)


def test_a_judgement_counts_from_its_threshold() -> None:
    probabilities = [0.0, 0.5, 0.89, 0.9, 0.97]
    rows = [("a", i, "Kyiv", p, 0.0) for i, p in enumerate(probabilities)]
    rows += [("a", i, "Iran", 0.0, p) for i, p in enumerate(probabilities)]
    table = summarise_targets(made(rows)).set_index("entity")
    least = table.attrs["tone"]
    for entity, name, column in (
        ("Kyiv", "negative", "critical"),
        ("Iran", "positive", "favourable"),
    ):
        wanted = sum(p >= least[name]["threshold"] for p in probabilities)
        assert 0 < wanted < 5
        assert table.loc[entity, column] == wanted
        assert table.loc[entity, "neither"] == 5 - wanted
    by_hand = made(rows).assign(tone="critical")
    assert summarise_targets(by_hand)["critical"].tolist() == [5, 5]


def test_without_the_model_one_sentence_says_so(monkeypatch) -> None:
    model = importlib.import_module("analysis.annotation.model")
    monkeypatch.setattr(model, "_LOADED", {})
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    documents = texts(PRAISE)
    with pytest.raises(InputError, match="onnxruntime"):
        score_targets(documents, named(documents), cache=False)


# ---- the cache ------------------------------------------------------------------------------


@pytest.fixture
def calls(monkeypatch) -> list[int]:
    """How many targets each call of the model was asked about."""
    found: list[int] = []

    def judge(contents, spans):
        found.append(len(contents))
        scores = np.array([[len(text), start + 1, end] for text, (start, end) in
                           zip(contents, spans, strict=True)], dtype=np.float32)  # fmt: skip
        return scores / scores.sum(axis=1, keepdims=True)

    monkeypatch.setattr(judged, "judge", judge)
    return found


def test_what_was_judged_is_kept_by_document(calls, tmp_path) -> None:
    documents = texts("Russia left. China came.", "Iran met China.")
    first = score_targets(documents, named(documents), cache=tmp_path)
    again = score_targets(documents, named(documents), cache=tmp_path)
    assert calls == [4]
    pd.testing.assert_frame_equal(first, again)
    documents.loc[1, "text"] = "Iran met Russia."
    score_targets(documents, named(documents), cache=tmp_path)
    assert calls == [4, 2]
    score_targets(documents, named(documents), cache=False)
    assert calls == [4, 2, 4]


def test_damaged_and_foreign_files_are_judged_again(calls, tmp_path) -> None:
    documents = texts("Russia left. China came.")
    first = score_targets(documents, named(documents), cache=tmp_path)
    (path,) = tmp_path.rglob("*.f32")
    for content in (b"", path.read_bytes()[:-1], path.read_bytes()[:-1] + b"?"):
        path.write_bytes(content)
        pd.testing.assert_frame_equal(
            score_targets(documents, named(documents), cache=tmp_path), first
        )
    assert calls == [2] * 4


def test_a_run_that_was_cut_short_goes_on(calls, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(judged, "_TOGETHER", 2)
    documents = texts("Russia met Iran.", "China met Iran.", "Russia met China.")
    write, kept = judged._write, []

    def interrupted(path, scores):
        if len(kept) == 2:
            raise KeyboardInterrupt
        kept.append(path)
        return write(path, scores)

    monkeypatch.setattr(judged, "_write", interrupted)
    with pytest.raises(KeyboardInterrupt):
        score_targets(documents, named(documents), cache=tmp_path)
    monkeypatch.setattr(judged, "_write", write)
    score_targets(documents, named(documents), cache=tmp_path)
    assert calls == [2, 2, 2, 2]  # the third document twice


def test_a_folder_that_cannot_be_written_to_is_told_once(calls, tmp_path) -> None:
    (tmp_path / "judged").write_text("in the way")
    documents = texts("Russia left.", "China came.")
    with pytest.warns(UserWarning, match="DISCOURSE_CACHE") as told:
        targets = score_targets(documents, named(documents), cache=tmp_path)
    assert len(told) == 1
    assert targets["score"].notna().all()


# ---- means ----------------------------------------------------------------------------------


def test_means_and_order_by_hand() -> None:
    documents = pd.DataFrame({"doc": ["a", "b", "c"], "side": ["x", "x", "y"]})
    targets = made(
        [
            ("a", 0, "Kyiv", 0.6, 0.0), ("a", 1, "Kyiv", 0.2, 0.4), ("b", 0, "Kyiv", 0.1, 0.1),
            ("b", 0, "Iran", 0.0, 0.5), ("c", 3, "Kyiv", 0.0, 1.0),
        ]
    )  # fmt: skip
    before = targets.copy(deep=True)
    table = summarise_targets(targets, by="side", documents=documents)
    assert list(table.columns) == [
        "side", "entity", "label", "favourable", "critical", "neither", "count", "documents",
        "judging_documents", "share", "low", "high", "interval", "negative", "neutral", "positive",
        "score",
    ]  # fmt: skip
    assert table[["side", "entity", "count", "documents"]].to_numpy().tolist() == [
        ["x", "Kyiv", 3, 2], ["x", "Iran", 1, 1], ["y", "Kyiv", 1, 1],
    ]  # fmt: skip
    assert table["judging_documents"].tolist() == [0, 0, 1]
    np.testing.assert_allclose(table["negative"], [0.3, 0.0, 0.0])
    np.testing.assert_allclose(table["positive"], [0.5 / 3, 0.5, 1.0])
    np.testing.assert_allclose(table["neutral"], [1.6 / 3, 0.5, 0.0], atol=1e-12)
    np.testing.assert_allclose(table["score"], [-0.4 / 3, 0.5, 1.0])
    assert table[["favourable", "critical", "neither"]].to_numpy().tolist() == [
        [0, 0, 3], [0, 0, 1], [1, 0, 0],
    ]  # fmt: skip
    assert table["low"].isna().all()
    few = "none: fewer than 3 sentences of one document"
    assert table["interval"].tolist() == ["none: no judgements", "none: no judgements", few]
    pd.testing.assert_frame_equal(targets, before)


def test_the_interval_holds_the_measured_error() -> None:
    targets = made([(f"d{i}", 0, "Kyiv", 1.0, 0.0) for i in range(60)])
    (row,) = summarise_targets(targets).to_dict("records")
    # 60 of 60 critical: Clopper–Pearson's upper end is 1 - 0.025 ** (1 / 60); at most one in ten
    # is favourable, and a favourable one is found a third as often
    high = 1 - 0.025 ** (1 / 60)
    odds = 3 * (high + 0.1 * (1 - high)) / (1 - high - 0.1 * (1 - high))
    assert row["share"] == row["low"] == 0
    assert row["high"] == pytest.approx(odds / (1 + odds), abs=0.005)
    (row,) = summarise_targets(made([(f"d{i}", 0, "Kyiv", 0.0, 1.0) for i in range(60)])).to_dict(
        "records"
    )
    assert row["low"] == pytest.approx(0.9 * (1 - high), abs=0.005)  # no credit for what is missed
    assert row["high"] == 1
    assert "with the measured error over documents" in row["interval"]


def test_a_single_text_is_measured_over_its_sentences() -> None:
    targets = made([("a", i, "Kyiv", 0.0, 1.0) for i in range(10)])
    table = summarise_targets(targets)
    assert "over the sentences" in table["interval"].iloc[0]
    assert table["low"].iloc[0] < table["share"].iloc[0] == table["high"].iloc[0] == 1
    one = summarise_targets(made([("a", 0, "Kyiv", 0.0, 1.0)] * 4))
    assert one["low"].isna().all()


def test_entities_and_counts_can_be_chosen() -> None:
    targets = made([("a", 0, "Kyiv", 0.1, 0.2)] * 3 + [("a", 1, "Iran", 0.1, 0.2)])
    for chosen in (["Iran"], "Iran"):
        assert summarise_targets(targets, entities=chosen)["entity"].tolist() == ["Iran"]
    assert summarise_targets(targets, min_count=3)["entity"].tolist() == ["Kyiv"]
    assert len(summarise_targets(targets, min_count=4)) == 0
    assert len(summarise_targets(targets[:0])) == 0
    same = made([("a", 0, "Kyiv", 0.1, 0.2), ("a", 0, "Kyiv", 0.1, 0.2)])
    same.loc[1, "label"] = "ORG"
    assert summarise_targets(same)["label"].tolist() == ["ORG", "PLACE"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"entities": ["Lima"]}, "no mention of 'Lima' in the targets"),
        ({"min_count": 0}, "min_count=0 is not a whole number"),
        ({"min_count": 2.5}, "min_count=2.5 is not a whole number"),
        ({"by": "side"}, "There is no column 'side' to group by"),
        ({"confidence": 2}, "confidence=2 is not between 0 and 1"),
    ],
)
def test_bad_input_is_refused(options, message) -> None:
    with pytest.raises(InputError, match=message):
        summarise_targets(made([("a", 0, "Kyiv", 0.1, 0.2)] * 2), **options)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("tone", "hostile", "has tone='hostile', which is not known; write one of 'favourable'"),
        ("negative", 7.0, "has negative=7.0, which is no probability from 0 to 1"),
        ("negative", np.nan, "has negative=nan, which is no probability"),
        ("positive", "often", "has positive='often', which is no probability"),
        ("entity", None, "has nothing in 'entity'; fill it, or leave such rows out"),
        ("label", None, "has nothing in 'label'"),
    ],
)
def test_a_row_that_cannot_be_counted_is_named(column, value, message) -> None:
    targets = made([("a", 0, "Kyiv", 0.1, 0.2)] * 2).assign(tone="neither").astype({column: object})
    targets.loc[1, column] = value
    with pytest.raises(InputError, match="Row 1 of the targets " + re.escape(message)):
        summarise_targets(targets)


def test_mentions_without_a_name_and_scores_of_older_versions_are_refused() -> None:
    documents = texts("Peru praised Norway.")
    mentions = mentions_from_offsets(
        documents, pd.DataFrame({"doc": "d0", "start": [0, 13], "end": [4, 19]})
    )
    with pytest.raises(InputError, match="Row 1 of the mentions has nothing in 'entity'"):
        score_targets(documents, mentions.assign(entity=["Peru", None]))
    with pytest.raises(InputError, match=r"Row 1 of the mentions .* is blank"):
        score_targets(documents, mentions.assign(start=[0, 4], end=[4, 5], text=["Peru", " "]))
    with pytest.raises(InputError, match="Row 0 of the mentions has start=False"):
        score_targets(documents, mentions.assign(start=pd.Series([False, 13], dtype=object)))
    targets = score_targets(documents, mentions.assign(start=["0", "13"]))
    assert targets["start"].tolist() == [0, 13]
    old = {name: {"threshold": 0.5, "precision": 0.6, "low": 0.4} for name in targets.attrs["tone"]}
    targets.attrs["tone"] = old
    with pytest.raises(InputError, match="score the mentions again"):
        summarise_targets(targets)


ROWS = st.lists(
    st.tuples(
        st.sampled_from("abc"), st.integers(0, 3), st.sampled_from(["Kyiv", "Iran"]),
        st.floats(0, 0.5), st.floats(0, 0.5),
    ),
    min_size=1, max_size=25,
)  # fmt: skip


@given(ROWS)
def test_means_lie_between_their_bounds_and_sum_to_one(rows) -> None:
    table = summarise_targets(made(rows), by="doc")
    np.testing.assert_allclose(table[["negative", "neutral", "positive"]].sum(axis=1), 1)
    known = table[table["low"].notna()]
    assert (known["low"] <= known["share"] + 1e-9).all()
    assert (known["score"] <= known["high"] + 1e-9).all()
    assert table["count"].sum() == len(rows)


# ---- passages -------------------------------------------------------------------------------
