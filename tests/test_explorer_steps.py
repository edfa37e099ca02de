"""Steps: what is printed is what is run, and values are never code."""

from __future__ import annotations

import ast
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import analysis as da
from analysis.panel import steps as steps_module
from analysis.panel.controls import Control, checked, words_in
from analysis.panel.steps import WIDTH, Cache, Source, Steps, call, literal, method
from analysis.tables import InputError

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sets(st.text(max_size=8), max_size=3),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_values_read_back_as_they_were(value: Any) -> None:
    text = literal(value)
    assert "\n" not in text
    assert "\r" not in text
    found = eval(text, {"__builtins__": {"set": set}})
    assert found == value
    assert type(found) is type(value)


@given(st.text(max_size=30))
def test_no_text_is_run(text: str) -> None:
    steps = Steps({"list": list})
    steps.let("table", f"list([{literal(text)}])")
    assert steps.run("table") == [text]
    tree = ast.parse(steps.code("table"))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert names == {"table", "list"}


def test_sets_are_written_in_one_order() -> None:
    values = {f"word{n}" for n in range(20)}
    assert literal(values) == literal({*sorted(values, reverse=True)})


def test_quotes_are_double_where_they_can_be() -> None:
    assert literal("it's") == '"it\'s"'
    assert literal('say "no"') == "'say \"no\"'"
    assert literal("a\nb\\c\u202e") == '"a\\nb\\\\c\\u202e"'
    for value in (object(), float("inf"), float("nan"), pd.Timestamp("2024-05-15")):
        with pytest.raises(TypeError, match="cannot be written"):
            literal(value)


def test_defaults_are_not_written() -> None:
    corpus = Source("corpus")
    assert call("count_terms", corpus, by=None, per=1000) == "da.count_terms(corpus)"
    assert call("count_terms", corpus, per=100) == "da.count_terms(corpus, per=100)"
    assert call("find_contexts", corpus, "x", sort=["R1", "R2", "R3"]) == (
        'da.find_contexts(corpus, "x")'
    )
    assert "min_count=True" in call("find_collocates", corpus, "x", min_count=True)
    assert method(corpus, "select", ["a"]) == 'corpus.select(["a"])'


def test_steps_are_named_once_and_printed_where_needed() -> None:
    steps = Steps({"list": list})
    first = steps.let("first", 'list(["a"])')
    steps.let("unused", 'list(["b"])')
    steps.let("second", f"{first}[0]")
    assert steps.code("second") == 'first = list(["a"])\nsecond = first[0]'
    assert steps.run("second") == "a"
    assert steps.let("first", 'list(["a"])') == "first"  # the same again is no other step
    with pytest.raises(KeyError, match="exists already"):
        steps.let("first", "list([])")


def test_steps_have_no_builtins() -> None:
    steps = Steps({"list": list})
    steps.let("x", '__import__("os")')
    with pytest.raises((NameError, KeyError)):
        steps.run("x")


def test_a_measure_alone_is_known() -> None:
    steps = Steps({})
    steps.let("counts", call("count_terms", Source("corpus")))
    steps.let("first", f"{call('count_terms', Source('corpus'))}.head(3)")
    steps.let("rows", 'counts[counts["count"] > 1]')
    assert [steps.is_measure(name) for name in ("counts", "first", "rows")] == [True, False, False]


def test_long_steps_have_an_argument_a_line() -> None:
    words = [f"word{n}" for n in range(12)]
    steps = Steps({"da": da, "corpus": da.Corpus(pd.DataFrame({"doc": ["a"], "text": ["Word1."]}))})
    steps.let("table", call("count_terms", Source("corpus"), terms=words, per=100, by="doc"))
    lines = steps.code("table").splitlines()
    assert lines[0] == "table = da.count_terms("
    assert lines[-1] == ")"
    assert lines[2].startswith('    terms=["word0", ')
    assert max(map(len, lines[:2])) < WIDTH
    names: dict[str, Any] = {"da": da, "corpus": steps.run("corpus")}
    exec(steps.code("table"), names)
    pd.testing.assert_frame_equal(names["table"], steps.run("table"))


def test_results_are_cached_by_all_of_their_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps_module, "RESULTS", 3)
    monkeypatch.setattr(steps_module, "LARGE", 10)
    monkeypatch.setattr(steps_module, "LARGE_RESULTS", 1)
    cache, runs = Cache(), []

    def rows(size: int) -> pd.DataFrame:
        runs.append(size)
        return pd.DataFrame({"n": range(size)})

    def asked(size: int) -> pd.DataFrame:
        steps = Steps({"rows": rows}, cache)
        steps.let("numbers", f"rows({size})")
        steps.let("table", "numbers.head(2)")
        return steps.run("table")

    assert asked(3) is asked(3)
    asked(4)
    assert runs == [3, 4]  # "table" was written alike, of other numbers
    assert len(cache) == 3
    for size in (20, 30, 40):
        steps = Steps({"rows": rows}, cache)
        steps.let("numbers", f"rows({size})")
        steps.run("numbers")
    runs.clear()
    assert len(cache) <= 3
    asked(20)
    assert runs == [20]  # of the large ones only the last was kept


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
