"""Options of a wrong type and tables in a wrong order: one sentence, or the right answer."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import analysis as da

TEXTS = pd.DataFrame(
    {
        "doc": ["a", "b", "c"],
        "side": ["x", "y", "x"],
        "published": pd.to_datetime(["2024-01-01"] * 3),
        "text": ["War and peace talks. War now.", "Peace in the war.", "War war. So what?"],
    }
)
NEEDED = {"by": "side", "terms": ["war"], "query": "war", "queries": ["war", "peace"], "doc": "a"}
WRONG: list[Any] = [["ADJ", "NOUN"], 5, None, "x", 2.5, [5], {"a": 1}, [None], np.nan, True, b"x"]
WRONG += [(1, 2, 3, 4), -1, "", [], [["a"]], object()]
MEASURES = [
    value
    for value in (getattr(da, name) for name in da.__all__)
    if inspect.isfunction(value)
    and value.__module__.startswith("analysis.terms")
    and hasattr(value, "__measure__")
    and value.__measure__ != "measured"
]


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.__name__)
def test_no_option_of_a_wrong_type_crashes_a_measure(measure: Callable[..., Any]) -> None:
    corpus = da.Corpus(TEXTS, term_groups={"w": ["war"]})
    options = list(inspect.signature(measure).parameters.values())[1:]
    given = {
        one.name: NEEDED[one.name]
        for one in options
        if one.default is one.empty and one.name in NEEDED
    }
    for option in options:
        for value in WRONG:
            with contextlib.suppress(da.InputError):
                measure(corpus, **given | {option.name: value})


@pytest.mark.parametrize("pattern", [["ADJ", "NOUN"], 5])
def test_a_pattern_that_is_no_text_is_named(pattern: Any) -> None:
    with pytest.raises(da.InputError, match=r"^pattern=.* is not a text or None"):
        da.count_ngrams(da.Corpus(TEXTS), pattern=pattern)


@pytest.mark.parametrize("limit", ["x", [5], 2.5, True, 0])
def test_passages_take_whole_numbers_of_rows(limit: Any) -> None:
    corpus = da.Corpus(TEXTS)
    with pytest.raises(da.InputError, match="and a whole number"):
        da.find_passages(da.count_terms(corpus), corpus, term="war", limit=limit)


@pytest.mark.parametrize("columns", [5, [["a"]], True])
def test_columns_beside_passages_are_names(columns: Any) -> None:
    corpus = da.Corpus(TEXTS)
    with pytest.raises(da.InputError, match="is no column"):
        da.find_passages(da.count_terms(corpus), corpus, term="war", columns=columns)


def test_map_parts_refuses_at_once_what_is_no_function() -> None:
    wrong: Any = 5
    with pytest.raises(da.InputError, match="no function"):
        da.Corpus(TEXTS).map_parts(wrong)


ORDERED: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (da.find_collocates, {"query": "war", "min_count": 1}),
    (da.count_ngrams, {}),
    (da.find_contexts, {"query": "war", "documents": TEXTS}),
    (da.find_positions, {"terms": ["war"]}),
    (da.score_dispersion, {"parts": 2}),
    (da.count_over_text, {"terms": ["war"], "bins": 2}),
    (da.count_term_groups, {"groups": {"talks": ["peace talks"]}}),
]


@pytest.mark.parametrize("indexed", [False, True])
@pytest.mark.parametrize(("measure", "options"), ORDERED)
def test_shuffled_rows_are_read_as_they_stand_in_the_texts(
    measure: Callable[..., Any],
    options: dict[str, Any],
    indexed: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("analysis.text.index.SMALLEST", 0 if indexed else 20_000)
    tokens = da.tokenize(TEXTS)
    expected = measure(tokens, **options)
    for order in (tokens.index[::-1], np.random.default_rng(1).permutation(len(tokens))):
        shuffled = tokens.iloc[order]
        pd.testing.assert_frame_equal(measure(shuffled, **options), expected)
        pd.testing.assert_frame_equal(measure(shuffled, **options), expected)
        shuffled = shuffled.assign(doc=shuffled["doc"].astype(object))
        assert len(measure(shuffled, **options)) == len(expected)


def test_tokens_that_stand_twice_are_refused() -> None:
    tokens = da.tokenize(TEXTS)
    with pytest.raises(da.InputError, match="document 'a' stand twice"):
        da.count_ngrams(pd.concat([tokens, tokens]))
