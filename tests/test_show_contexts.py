"""Concordances in a notebook."""

from __future__ import annotations

import html
import re

import pandas as pd
import pytest

import analysis as da


def lines_of(page: str) -> list[str]:
    """The text of each line of a concordance, without markup."""
    lines = re.findall(r'<div class="da-line-text".*?</div>', page, re.DOTALL)
    return [html.unescape(re.sub("<[^>]*>", "", line)) for line in lines]


def test_a_concordance_shows_one_line_a_hit_as_text(documents: pd.DataFrame) -> None:
    documents["text"] += " <script>alert(1)</script> war " + "x" * 200 + "\r\n\n Next."
    contexts = da.find_contexts(da.tokenize(documents), "war", documents=documents, window=9)
    before = contexts.copy(deep=True)
    page = da.show_contexts(contexts)
    pd.testing.assert_frame_equal(contexts, before)
    assert "<script>" not in page.html
    lines = lines_of(page.html)
    assert len(lines) == len(contexts)
    assert "\n" not in "".join(lines)
    assert any(line.endswith("x" * 200 + " ¶ Next") for line in lines)
    assert "position:" not in page.html.split("</style>")[1]
    assert page.text.count("\n") == len(contexts) - 1
    assert {row.index("[") for row in page.text.splitlines()} == {60}


def test_rows_shown_and_refusal(documents: pd.DataFrame) -> None:
    contexts = da.find_contexts(da.tokenize(documents), "peace", documents=documents)
    for limit, rows in ((2, 2), (None, len(contexts)), (0, 0)):
        assert len(lines_of(da.show_contexts(contexts, limit=limit).html)) == rows
    assert f"First 2 of {len(contexts)} lines." in da.show_contexts(contexts, limit=2).html
    assert "No lines." in da.show_contexts(contexts.head(0)).html
    chosen = da.show_contexts(contexts.assign(side="east"), ["side"], limit=1).html
    assert "<bdi>east</bdi>" in chosen
    for columns, frame in ((["side"], contexts), (None, contexts.drop(columns="node"))):
        with pytest.raises(da.InputError, match=r"lacks '(side|node)'"):
            da.show_contexts(frame, columns)


def test_words_that_lines_are_sorted_by_have_their_number(documents: pd.DataFrame) -> None:
    tokens = da.tokenize(documents)
    contexts = da.find_contexts(tokens, "war", documents=documents, sort=("L1", "R2", "doc", "R1"))
    by = dict(re.findall(r'<span class="da-(.\d) da-by-(\d)">', da.show_contexts(contexts).html))
    assert by == {"L1": "1", "R2": "2", "R1": "3"}


def test_each_order_gives_every_line_a_place() -> None:
    lines = {"left": ["b a ", "a b ", ""], "node": ["n", "m", "n"], "right": [" z", " y", " x"]}
    page = da.show_contexts(pd.DataFrame({"doc": "d", "start": [9, 5, 7], **lines})).html
    styles = re.findall(r'style="([^"]*)"', page)
    styles = [dict(re.findall(r"--(\w):(\d)", style)) for style in styles]
    assert [one["l"] for one in styles] == ["1", "2", "0"]  # none first, then a b, b a
    assert [one["r"] for one in styles] == ["2", "1", "0"]
    assert [one["n"] for one in styles] == ["1", "0", "2"]
    assert [one["t"] for one in styles] == ["2", "0", "1"]


def test_groups_have_headings_and_marks_stand_before_the_source() -> None:
    lines = {"doc": "d", "left": "", "node": "n", "right": "", "group": ["<a>", "<a>", "b"]}
    marks = {"mark": ["keep", "", "drop"], "note": [None, "<see>", ""]}
    page = da.show_contexts(pd.DataFrame(lines | marks)).html
    assert re.findall(r'class="da-group"><bdi>([^<]*)</bdi>.*?>(\d) line', page) == [
        ("&lt;a&gt;", "2"),
        ("b", "1"),
    ]
    assert re.findall(r'class="da-mark"><bdi>([^<]*)<', page) == ["kept", "&lt;see&gt;", "dropped"]


def test_a_date_has_no_clock_that_nobody_set() -> None:
    moments = pd.to_datetime(["2024-05-15", "2024-05-15 08:09", None], format="ISO8601")
    lines = {"doc": "<b>", "left": "<i>", "node": "n", "right": "r", "published": moments}
    page = da.show_contexts(pd.DataFrame(lines)).html
    assert page.count("<bdi>2024-05-15</bdi>") == 1
    assert page.count("<bdi>2024-05-15 08:09</bdi>") == 1
    assert "NaT" not in page
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
