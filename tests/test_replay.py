"""Saved rows are looked up in recomputed ones, by name, and told apart in words."""

from __future__ import annotations

import pandas as pd

import analysis as da
from analysis.export.replay import recompute
from analysis.export.verification import compare_rows


def compared(rows, fresh, *, whole=False):
    return compare_rows(pd.DataFrame(rows), pd.DataFrame(fresh), whole=whole)


def test_rows_are_matched_by_their_names_not_their_order():
    fresh = {"term": ["b", "a"], "rate": [2.0, float("nan")], "p": [0.5, 0.1]}
    assert compared({"term": ["a", "b"], "rate": [None, 2.0 + 1e-12]}, fresh) == ("ok", "")


def test_rows_that_are_alike_are_matched_one_to_one():
    fresh = {"node": ["x", "x"], "score": [1.0, 2.0]}
    assert compared({"node": ["x", "x"], "score": [1.0, 2.0]}, fresh)[0] == "ok"
    status, detail = compared({"node": ["x"] * 3, "score": [1.0, 2.0, 2.0]}, fresh)
    assert status == "differs"
    assert detail == "row 3 (x) is not among the recomputed rows."


def test_whole_numbers_tell_rows_apart_where_names_do_not():
    fresh = {"bin": [1, 2], "term": ["x", "x"], "rate": [1.0, 2.0]}
    assert compared({"bin": [2], "term": ["x"], "rate": [2.0]}, fresh) == ("ok", "")
    _, detail = compared({"bin": [2], "term": ["x"], "rate": [1.0]}, fresh)
    assert detail == "row 1 (x, 2): rate is 1.0, recomputed 2.0."


def test_the_name_of_an_interval_is_a_value_not_a_name_of_the_row():
    fresh = {"term": ["a"], "interval": ["95 % Korn–Graubard"]}
    assert compared(fresh, fresh) == ("ok", "")
    _, detail = compared({"term": ["a"], "interval": ["99 % Korn–Graubard"]}, fresh)
    assert detail == "row 1 (a): interval is 99 % Korn–Graubard, recomputed 95 % Korn–Graubard."


def test_only_the_first_differences_are_told_one_by_one():
    fresh = {"term": list("abcdefg"), "n": [1] * 7}
    status, detail = compared({"term": list("abcdefg"), "n": [2] * 7}, fresh)
    assert status == "differs"
    assert detail.endswith("; and 2 more.")


def test_columns_of_the_chart_alone_are_named():
    assert compared({"term": ["a"], "colour": ["red"]}, {"term": ["a"]}) == (
        "ok",
        "Not among the measure's columns: colour.",
    )
    assert compared({"colour": ["red"]}, {"term": ["a"]})[0] == "not checked"


def test_cells_that_hold_lists_are_compared():
    fresh = {"term": ["a"], "n": [1.0], "docs": [["x", "y"]]}
    assert compared({"term": ["a"], "docs": [["x", "y"]]}, fresh)[0] == "ok"
    assert compared({"term": ["a"], "docs": [["x"]]}, fresh)[0] == "differs"


def test_a_number_that_became_text_differs():
    assert compared({"term": ["a"], "n": ["many"]}, {"term": ["a"], "n": [1.0]})[0] == "differs"


def test_steps_on_tokens_take_those_that_know_their_voice():
    text = "The minister said the talks were “a farce”. “We agree,” Ann Lee replied."
    documents = pd.DataFrame({"doc": ["a", "b"], "text": [text, "Nobody spoke."]})
    quotes = da.find_quotes(documents)
    tokens = da.add_voices(da.tokenize(documents), quotes, documents=documents)
    share = da.count_voices(tokens, by="part")
    pd.testing.assert_frame_equal(recompute(share.attrs["steps"], documents), share)
