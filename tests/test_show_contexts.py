"""Concordances in a notebook."""

from __future__ import annotations

import pandas as pd
import pytest

import analysis as da


def test_a_concordance_shows_whole_lines_as_text(documents: pd.DataFrame) -> None:
    documents["text"] += " <script>alert(1)</script> war " + "x" * 200
    contexts = da.find_contexts(da.tokenize(documents), "war", documents=documents, window=9)
    before = contexts.copy(deep=True)
    page = da.show_contexts(contexts).html
    pd.testing.assert_frame_equal(contexts, before)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "x" * 200 in page
    assert ">position<" not in page
    assert page.count(">war<") + page.count(">War<") == min(len(contexts), 20)


def test_rows_shown_and_refusal(documents: pd.DataFrame) -> None:
    contexts = da.find_contexts(da.tokenize(documents), "peace", documents=documents)
    for limit, rows in ((2, 2), (None, len(contexts)), (0, 0)):
        assert da.show_contexts(contexts, limit=limit).html.count("<tr>") == rows + 1
    chosen = da.show_contexts(contexts, ["doc", "start"], limit=1).html
    assert ">start<" in chosen
    assert ">sentence<" not in chosen
    assert ">sentence<" in da.show_contexts(contexts).html
    with pytest.raises(da.InputError, match="lacks 'side'"):
        da.show_contexts(contexts, ["side"])
    with pytest.raises(da.InputError, match="lacks 'node'"):
        da.show_contexts(contexts.drop(columns="node"))


def test_a_date_has_no_clock_that_nobody_set() -> None:
    moments = pd.to_datetime(["2024-05-15", "2024-05-15 08:09", None], format="ISO8601")
    lines = {"doc": "<b>", "left": "<i>", "node": "n", "right": "r", "published": moments}
    page = da.show_contexts(pd.DataFrame(lines)).html
    assert page.count(">2024-05-15<") == 1
    assert page.count(">2024-05-15 08:09<") == 1
    assert "NaT" not in page
    assert page.count("&lt;b&gt;") == page.count("&lt;i&gt;") == 3
    assert "<i>" not in page


def test_any_table_is_laid_out_with_its_named_index_as_columns() -> None:
    sides = pd.Index(["east", "west", "<b>"], name="side")
    table = pd.DataFrame({"rate": [1.23456, 0.5, 2], "text": ["x" * 200, "b", "c"]}, index=sides)
    before = table.copy(deep=True)
    page = da.show_table(table).html
    pd.testing.assert_frame_equal(table, before)
    assert "x" * 200 in page
    assert ">1.23<" in page
    assert "&lt;b&gt;" in page
    assert "of 3" not in page
    assert page.index(">side<") < page.index(">rate<") < page.index(">text<")
    cut = da.show_table(table, ["text", "side"], limit=2).html
    assert "First 2 rows of 3." in cut
    assert ">rate<" not in cut
    assert cut.index(">text<") < cut.index(">side<")
    both = pd.crosstab(
        pd.Series(["a", "b"], name="row"), [pd.Series(["x", "y"]), pd.Series([1, 2])]
    )
    assert ">x 1<" in da.show_table(both).html
    with pytest.raises(da.InputError, match="lacks 'count'"):
        da.show_table(table, ["count"])
