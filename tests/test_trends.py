"""Terms over true dates and through the text."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.tables import InputError
from analysis.terms.frequency import count_terms
from analysis.terms.trends import count_over_text, count_over_time, find_positions
from analysis.text.tokens import tokenize

WORDS = st.lists(st.sampled_from(["war", "peace", "now", ".", "🕊"]), max_size=12)
DAYS = st.sampled_from(["2024-05-12", "2024-05-13", "2024-05-20", "2024-06-01", None])
CORPORA = st.lists(st.tuples(WORDS, DAYS), min_size=1, max_size=6).map(
    lambda texts: pd.DataFrame(
        {
            "doc": [f"d{number}" for number in range(len(texts))],
            "side": ["east" if number % 2 else "west" for number in range(len(texts))],
            "published": pd.to_datetime([day for _, day in texts]),
            "text": [" ".join(words) for words, _ in texts],
        }
    )
)


def test_periods_begin_on_their_first_day(documents: pd.DataFrame) -> None:
    tokens = tokenize(documents)
    starts = {}
    for every in ("day", "week", "month", "quarter", "year"):
        table = count_over_time(
            tokens, ["peace"], documents=documents, every=every, confidence=None
        )
        starts[every] = dict(zip(table["period"].dt.strftime("%m-%d"), table["count"], strict=True))
        assert pd.api.types.is_datetime64_any_dtype(table["period"])
    # a: 14 May, b and c: 15 May, d: 22 May 2024; 13 and 20 May are Mondays
    assert starts["day"] == {"05-14": 2, "05-15": 1, "05-22": 1}
    assert starts["week"] == {"05-13": 3, "05-20": 1}
    assert starts["month"] == {"05-01": 4}
    assert starts["quarter"] == {"04-01": 4}
    assert starts["year"] == {"01-01": 4}


def test_a_table_of_many_rows_names_the_next_longer_period(
    documents: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analysis.terms.trends.MANY_ROWS", 2)
    with pytest.warns(UserWarning, match="3 rows: 3 periods .* every='week', or fewer terms"):
        count_over_time(tokenize(documents), ["peace"], documents=documents)


def test_rates_over_time_have_their_base_and_interval(documents: pd.DataFrame) -> None:
    terms = {"talks": ["talks", "peace talks"], "war": ["war", "conflict"]}
    table = count_over_time(tokenize(documents), terms, documents=documents)
    assert table.columns.tolist() == (
        "period term count base rate documents group_documents low high interval".split()
    )
    day = table[table["period"] == "2024-05-15"].set_index("term")
    assert day["count"].to_dict() == {"war": 2, "talks": 1}
    assert day["base"].tolist() == [17, 17]
    assert day.loc["war", "rate"] == pytest.approx(2 / 17 * 1000)
    assert day.loc["war", "documents"] == 2
    assert day.loc["war", "interval"] == "none: fewer than 3 documents"
    first = table[table["period"] == "2024-05-14"].set_index("term")
    assert set(first["interval"]) == {"none: fewer than 3 sentences of one document"}


def test_groups_within_periods(documents: pd.DataFrame) -> None:
    table = count_over_time(
        tokenize(documents),
        ["peace"],
        documents=documents,
        by="side",
        every="week",
        confidence=None,
    )
    assert table[["side", "count"]].to_numpy().tolist() == [["east", 3], ["west", 0], ["west", 1]]
    assert table["period"].is_monotonic_increasing


def test_documents_without_a_date_are_left_out_and_counted(documents: pd.DataFrame) -> None:
    undated = documents.assign(published=documents["published"].where(documents["doc"] != "a"))
    tokens = tokenize(undated)
    table = count_over_time(tokens, ["peace"], documents=undated, every="month", confidence=None)
    assert table[["count", "base"]].to_numpy().tolist() == [[2, 25]]
    assert table.attrs["undated"] == 1


def test_time_zones_and_texts_without_words(documents: pd.DataFrame) -> None:
    texts = documents.assign(
        published=documents["published"].dt.tz_localize("Europe/Moscow"),
        text=["war", "", "no war", "…"],
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table = count_over_time(tokenize(texts), ["war"], documents=texts)
    assert table["base"].tolist() == [1, 2, 0]
    assert table["rate"].isna().tolist() == [False, False, True]
    assert table["period"].dt.day.tolist() == [14, 15, 22]


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        ({}, {"every": "hour"}, "every='hour' is not known; choose one of 'day', 'week', 'month'"),
        ({"published": pd.NaT}, {}, "No document has a date"),
        ({"published": "yesterday"}, {}, "'published' holds (str|object), not dates"),
        ({"doc": list("abcx")}, {}, "Document 'd' is not in the documents table"),
    ],
)
def test_bad_dates_are_refused(
    documents: pd.DataFrame, change: dict[str, Any], options: dict[str, Any], message: str
) -> None:
    tokens = tokenize(documents)
    changed = documents.assign(**change)
    if change.get("published") is pd.NaT:
        changed["published"] = pd.to_datetime(changed["published"])
    with pytest.raises(InputError, match=message):
        count_over_time(tokens, ["war"], documents=changed, **options)


def test_positions_lead_back_to_the_text(documents: pd.DataFrame) -> None:
    terms = {"talks": ["peace talks", "talks"], "peace": ["peace"], "zebra": ["zebra"]}
    found = find_positions(tokenize(documents), terms)
    texts = documents.set_index("doc")["text"]
    spans = [texts[row.doc][row.start : row.end] for row in found.itertuples()]
    assert spans == ["Peace talks", "Peace", "talks", "peace", "Peace", "talks", "peace"]
    assert found["term"].tolist() == ["talks", "peace", "talks", "peace", "peace", "talks", "peace"]
    assert found["term"].cat.categories.tolist() == ["talks", "peace", "zebra"]
    # a has ten words: "Peace" is the first, "talks" the fifth, "peace" the last
    assert found.loc[found["doc"] == "a", "percent"].tolist() == pytest.approx([0, 0, 40, 90])
    assert found.columns.tolist() == "doc term sentence position percent start end".split()
    without = find_positions(tokenize(documents, sentences=False), ["war"])
    assert "sentence" not in without.columns


def test_bins_cut_the_words_of_every_document() -> None:
    texts = pd.DataFrame({"doc": ["a", "b"], "text": ["war, war! peace talks", "war 🕊"]})
    table = count_over_text(tokenize(texts), ["war", "🕊"], bins=2, confidence=None)
    assert table[
        ["bin", "from_percent", "to_percent", "term", "count", "base"]
    ].to_numpy().tolist() == [
        [0, 0.0, 50.0, "war", 3, 3],
        [0, 0.0, 50.0, "🕊", 0, 3],
        [1, 50.0, 100.0, "🕊", 1, 2],
        [1, 50.0, 100.0, "war", 0, 2],
    ]


def test_a_short_document_leaves_parts_empty() -> None:
    texts = pd.DataFrame({"doc": ["a", "b"], "text": ["war now", ""]})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table = count_over_text(tokenize(texts), ["war"], bins=4, by="doc")
    assert table["bin"].tolist() == [0, 1, 2, 3] * 2
    assert table["base"].tolist() == [1, 0, 1, 0, 0, 0, 0, 0]
    assert table["rate"].isna().sum() == 6


@pytest.mark.parametrize("bins", [1, 101, 2.5, "ten"])
def test_impossible_bins_are_refused(documents: pd.DataFrame, bins: Any) -> None:
    with pytest.raises(InputError, match="give a number from 2 to 100"):
        count_over_text(tokenize(documents), ["war"], bins=bins)


@pytest.mark.parametrize("terms", ["war", [], {}, {"war": []}, [3], 7])
def test_bad_terms_are_refused(documents: pd.DataFrame, terms: Any) -> None:
    tokens = tokenize(documents)
    for call in (find_positions, count_over_text):
        with pytest.raises(InputError, match=r"not a list|empty|must be a word"):
            call(tokens, terms)
    with pytest.raises(InputError, match=r"not a list|empty|must be a word"):
        count_over_time(tokens, terms, documents=documents)


def test_arguments_are_not_changed_and_the_step_is_recorded(documents: pd.DataFrame) -> None:
    tokens = tokenize(documents)
    before = tokens.copy(deep=True), documents.copy(deep=True)
    results = {
        "count_over_time": count_over_time(tokens, ["war"], documents=documents, every="week"),
        "count_over_text": count_over_text(tokens, {"war": ["war*"]}, by="doc"),
        "find_positions": find_positions(tokens, ("war", "peace")),
    }
    pd.testing.assert_frame_equal(tokens, before[0])
    pd.testing.assert_frame_equal(documents, before[1])
    for call, result in results.items():
        assert result.attrs["steps"][-1]["call"] == call
    params = [result.attrs["steps"][-1]["params"]["terms"] for result in results.values()]
    assert params == [["war"], {"war": ["war*"]}, ["war", "peace"]]


@given(CORPORA, st.sampled_from(["day", "week", "month"]))
@settings(max_examples=25)
def test_periods_add_up_to_the_dated_texts(texts: pd.DataFrame, every: str) -> None:
    dated = texts[texts["published"].notna()]
    if dated.empty:
        return
    tokens = tokenize(texts)
    table = count_over_time(
        tokens, ["war"], documents=texts, every=every, by="side", confidence=None
    )
    whole = count_terms(tokenize(dated), terms=["war"], confidence=None)
    assert table["count"].sum() == whole["count"].sum()
    assert table["base"].sum() == whole["base"].sum()
    assert table["documents"].sum() == whole["documents"].sum()
    known = table[table["base"] > 0]
    np.testing.assert_allclose(known["rate"], known["count"] / known["base"] * 1000)


@given(CORPORA, st.integers(2, 7), st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_bins_add_up_in_any_order_of_documents(texts: pd.DataFrame, bins: int, random: Any) -> None:
    order = random.sample(range(len(texts)), len(texts))
    shuffled = texts.iloc[order].reset_index(drop=True)
    options: dict[str, Any] = {"bins": bins, "by": "side", "confidence": None}
    tables = [
        count_over_text(tokenize(t), ["war", "peace now"], documents=t, **options)
        for t in (texts, shuffled)
    ]
    pd.testing.assert_frame_equal(*tables)
    whole = count_terms(
        tokenize(texts), by="side", documents=texts, terms=["war", "peace now"], confidence=None
    )
    added = tables[0].groupby(["side", "term"])[["count", "base"]].sum()
    expected = whole.set_index(["side", "term"])[["count", "base"]].sort_index()
    pd.testing.assert_frame_equal(added, expected)


@given(CORPORA)
@settings(max_examples=25)
def test_positions_are_as_many_as_the_counts(texts: pd.DataFrame) -> None:
    tokens = tokenize(texts)
    found = find_positions(tokens, ["war", "🕊"])
    counts = count_terms(tokens, terms=["war", "🕊"], confidence=None).set_index("term")["count"]
    assert found["term"].value_counts().to_dict() == counts.to_dict()
    assert found["percent"].between(0, 100).all()
    turned = pd.concat([rows for _, rows in tokens.groupby("doc", observed=True)][::-1] or [tokens])
    again = find_positions(turned, ["war", "🕊"]).sort_values(["doc", "position"])
    pd.testing.assert_frame_equal(again.reset_index(drop=True), found)
