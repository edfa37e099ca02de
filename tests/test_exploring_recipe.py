"""Recipes: what is printed is what is run."""

from __future__ import annotations

import ast
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import analysis as da
from analysis.panel.controls import Control, checked, words_in
from analysis.panel.recipe import (
    WIDTH,
    Recipe,
    evaluate,
    lay_out,
    literal,
    measure,
    name_of,
    names_in,
    source,
)
from analysis.tables import InputError

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(VALUES)
def test_values_read_back_as_they_were(value: Any) -> None:
    text = literal(value)
    assert "\n" not in text
    assert "\r" not in text
    found = eval(text, {"__builtins__": {"float": float}})
    assert found == value
    assert type(found) is type(value)


@given(st.sets(st.text(max_size=8), max_size=5))
def test_sets_read_back_in_one_order(values: set[str]) -> None:
    assert eval(literal(values)) == values
    assert literal(values) == literal({*reversed(list(values))})


def test_quotes_are_double_where_they_can_be() -> None:
    assert literal("it's") == '"it\'s"'
    assert literal('say "no"') == "'say \"no\"'"
    assert literal("a\nb\\c\u202e") == '"a\\nb\\\\c\\u202e"'
    assert literal(float("inf")) == 'float("inf")'
    with pytest.raises(TypeError, match="object cannot be written"):
        literal(object())


def test_operators_print_as_they_are_run() -> None:
    table = pd.DataFrame({"a": [1, 2, 3, 4], "b": list("xyzx")})
    name = name_of("table")
    low, high = name["a"] > 1, name["a"] < 4
    piece = name[(name["b"].isin(["x"]) | high) & ~name["b"].isin(["z"]) & low & (name["a"] >= 2)]
    text = source(piece)
    assert text == (
        'table[(table["b"].isin(["x"]) | (table["a"] < 4)) & ~table["b"].isin(["z"])'
        ' & (table["a"] > 1) & (table["a"] >= 2)]'
    )
    ast.parse(text)
    expected = eval(text, {"table": table})
    pd.testing.assert_frame_equal(evaluate(piece, {"table": table}), expected)
    assert expected["a"].tolist() == [2, 4]
    assert source(name[name["a"] > 1]) == 'table[table["a"] > 1]'


def test_defaults_are_not_told() -> None:
    tokens = name_of("tokens")
    assert source(measure("count_terms", tokens, by=None, per=1000, seed=0)) == (
        "da.count_terms(tokens)"
    )
    assert source(measure("count_terms", tokens, per=100)) == "da.count_terms(tokens, per=100)"
    assert source(measure("find_contexts", tokens, "x", sort=["R1", "R2", "R3"])) == (
        'da.find_contexts(tokens, "x")'
    )
    assert "min_count=True" in source(measure("find_collocates", tokens, "x", min_count=True))


def test_steps_are_named_once_and_printed_where_needed() -> None:
    recipe = Recipe()
    first = recipe.let("first", name_of("list")(["a"]))
    recipe.let("unused", name_of("list")(["b"]))
    recipe.let("second", name_of("sorted")(first))
    assert recipe.code(["second"]) == 'first = list(["a"])\nsecond = sorted(first)'
    assert recipe.key("second") == 'sorted(list(["a"]))'
    assert names_in({"x": [first, (first,)], "y": {1}}) == {"first"}
    with pytest.raises(KeyError, match="there already"):
        recipe.let("first", first)
    with pytest.raises(TypeError, match="not run"):
        list(first)
    assert not hasattr(first, "_repr_html_")


def test_long_steps_have_an_argument_a_line() -> None:
    words = [f"word{n}" for n in range(12)]
    text = lay_out("table", measure("count_terms", name_of("tokens"), terms=words, per=100))
    assert text.splitlines()[0] == "table = da.count_terms("
    assert text.splitlines()[-1] == ")"
    ast.parse(text)
    assert max(map(len, lay_out("x", name_of("tokens")["y"].head(3)).splitlines())) < WIDTH


def test_results_of_the_package_run_in_a_recipe() -> None:
    documents = pd.DataFrame({"doc": ["a"], "text": ["Peace talks. No peace."]})
    recipe = Recipe()
    tokens = recipe.let("tokens", measure("tokenize", name_of("documents")))
    recipe.let("table", measure("count_terms", tokens, confidence=None).head(1))
    names = {"da": da, "documents": documents}
    exec(recipe.code(["table"]), names)
    assert names["table"]["term"].tolist() == ["peace"]


BAD = [
    (Control("n", "N", "number", 5, (1, 10)), 11, "N: 11 is not a number from 1 to 10."),
    (Control("n", "N", "number", 5, (1, 10)), True, "not a number"),
    (Control("n", "N", "number", 5, (1, 10)), 2.5, "not a whole number"),
    (Control("n", "N", "number", 5, (1, 10)), float("nan"), "not a number"),
    (Control("c", "C", "choice", "a", ("a", "b")), "x", "C: 'x' is not there; choose one of 'a'"),
    (Control("m", "M", "many", (), ("a", "b")), "a", "is no list"),
    (Control("m", "M", "many", (), ("a", "b")), ["x"], "is not there"),
    (Control("f", "F", "flag", False), 1, "neither True nor False"),
    (Control("s", "S", "search", ""), 3, "is no text"),
    (Control("d", "D", "dates", ("", "")), "2024", "a first and a last day"),
    (Control("d", "D", "dates", ("", "")), ("soon", ""), "'soon' is no date"),
    (Control("d", "D", "dates", ("", "")), ("2024-05-02", "2024-05-01"), "lies after"),
]


@pytest.mark.parametrize(("control", "value", "message"), BAD)
def test_settings_that_cannot_be_are_refused(control: Control, value: Any, message: str) -> None:
    with pytest.raises(InputError) as caught:
        checked([control], {control.name: value})
    assert message in str(caught.value)


def test_settings_are_read() -> None:
    controls = [
        Control("n", "N", "number", 5, (1, 10)),
        Control("m", "M", "many", (), ("a", "b")),
        Control("d", "D", "dates", ("", "")),
        Control("s", "S", "text", "x"),
    ]
    given_ = {"n": 3.0, "m": ["b", "b"], "d": ("2024-5-1", None), "other": 1}
    assert checked(controls, given_) == {"n": 3, "m": ("b",), "d": ("2024-05-01", ""), "s": "x"}
    assert words_in(" a b ,, c ") == ["a b", "c"]
