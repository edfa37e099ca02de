"""Running again what a record names: only measures and charts of this package, only plain values.

A record may come from anybody. It can name no function outside the closed list, no path, cache,
engine or callable, and no value that JSON has no form for.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable
from importlib import import_module
from typing import Any, cast

import pandas as pd

from analysis.export.bounds import check_arguments
from analysis.layers import Corpus
from analysis.tables import InputError, is_corpus

# Measures that @measure has not registered.
_MEASURES = frozenset(
    ("annotate", "find_passages", "select_hits", "order_hits", "group_hits", "mark_hits")
)
_REFUSED = ("ax", "cache", "engine", "workers")  # parameters that a record cannot set
_MAKES = {
    "split_sentences": "sentences",
    "tokenize": "tokens",
    "find_entities": "mentions",
    "apply_aliases": "mentions",
}


class UnrecordedError(InputError):
    """A step used something that no record holds, such as the user's own frequency list."""


def run_chart(call: str, data: pd.DataFrame, params: dict[str, Any]) -> Any:
    """Draw a chart that a record names."""
    charts = import_module("analysis.charts")
    if call not in charts.__all__:
        raise InputError(f"The record names {call!r}, which is not a function to run here.")
    draw = getattr(charts, call)
    require_plain(draw, params)
    return draw(data, **params)


def recorded_measure(call: str) -> Callable[..., Any]:
    """A measure that a record may name: a public one, which only computes."""
    package = import_module("analysis")
    measure = getattr(package, call) if call in package.__all__ else None
    if not (hasattr(measure, "__measure__") or (measure is not None and call in _MEASURES)):
        raise InputError(f"The record names {call!r}, which is not a function to run here.")
    return cast("Callable[..., Any]", measure)


def require_plain(function: Callable[..., Any], params: dict[str, Any]) -> None:
    """Refuse parameters that a record may not set, and values that are not plain or far too
    large.
    """
    call = getattr(function, "__name__", "")
    known = inspect.signature(function).parameters
    for name, value in params.items():
        usual = known[name].default if name in known else None
        if name in _REFUSED and value is not None and value != usual:
            raise UnrecordedError(f"{call} was given {name}=, which no record may set")
    check_arguments(call, params)


def without_seed(step: dict[str, Any]) -> dict[str, Any]:
    """A step without the seed of resampled intervals, which earlier versions recorded."""
    if "seed" not in step["params"]:
        return step
    known = inspect.signature(recorded_measure(step["call"])).parameters
    params = {k: v for k, v in step["params"].items() if k != "seed" or k in known}
    return step | {"params": params}


def recompute(steps: list[dict[str, Any]], corpus: Any) -> pd.DataFrame:
    """Run the recorded steps on a corpus."""
    package = import_module("analysis")
    corpus = corpus if is_corpus(corpus) else Corpus(corpus)
    documents = corpus.documents
    tables = {"documents": documents}
    result = documents

    def table(name: str, own: list[dict[str, Any]] | None = None) -> pd.DataFrame | None:
        if own:
            return recompute(own, corpus)
        if name not in tables and name in ("sentences", "tokens"):
            make = package.split_sentences if name == "sentences" else package.tokenize
            tables[name] = make(documents)
        return tables.get(name)

    for step in map(without_seed, steps):
        if step["call"] == "read_corpus":
            continue
        if step["on"] == "hits":
            result = _of_hits(step, result, corpus)
            continue
        if step["on"] == "corpus":
            result = _of_corpus(step, corpus)
            if step["call"] == "layer":
                tables[step["params"]["name"]] = result
            _remember(result, tables)
            continue
        source = table(step["on"])
        source = result if source is None else source
        if "docs" in step:
            source = source[source["doc"].isin(step["docs"])]
        if step["call"] == "vary":
            fill = functools.partial(_filled, table=table)
            result = _specifications(step["params"], source, fill)
            continue
        if step["call"] == "correct":  # by hand codes, which the record holds
            require_plain(package.correct, step["params"])
            _recount(step["params"].get("codes"), corpus)
            result = package.correct(result, corpus=corpus, **step["params"])
            continue
        measure = recorded_measure(step["call"])
        require_plain(measure, step["params"])
        params = {
            name: _filled(measure, name, value, table) for name, value in step["params"].items()
        }
        result = measure(source, **params)
        if step["call"] == "annotate":  # a pair; who wants its names asks find_entities
            result = result.tokens
        if step["call"] in _MAKES:
            tables[_MAKES[step["call"]]] = result
        else:
            _remember(result, tables, rowwise=step["call"].startswith("add_"))
    return result


def _recount(codes: Any, corpus: Any) -> None:
    """Refuse hand codes whose sample was not drawn from what the corpus holds."""
    if codes is not None:
        import_module("analysis.coding.recount").require_same_frame(codes, corpus, recompute)


def _of_hits(step: dict[str, Any], hits: pd.DataFrame, corpus: Any) -> pd.DataFrame:
    """What a recorded step made of the lines of a concordance."""
    measure = recorded_measure(step["call"])
    require_plain(measure, step["params"])
    result: pd.DataFrame = measure(hits, _selected(step, corpus), **step["params"])
    return result


def _selected(step: dict[str, Any], corpus: Any) -> Any:
    """The part of a corpus that a recorded step took."""
    for chosen in step.get("selection", ()):
        corpus = corpus.select(chosen["select"]) if "select" in chosen else _chosen(chosen, corpus)
    return corpus


def _remember(
    result: pd.DataFrame, tables: dict[str, pd.DataFrame], *, rowwise: bool = True
) -> None:
    """Keep tokens, and mentions that know their voice, for the steps that follow."""
    if {"word", "is_word"} <= set(result.columns):
        tables["tokens"] = result
    elif rowwise and {"label", "entity"} <= set(result.columns):
        tables["mentions"] = result


def _of_corpus(step: dict[str, Any], corpus: Any) -> pd.DataFrame:
    """What a recorded step took from a corpus: a layer, or a measure of it."""
    corpus = _selected(step, corpus)
    if step["call"] == "layer":
        params = step["params"]
        layer: pd.DataFrame = corpus.layer(params["name"], voiced=bool(params.get("voiced")))
        return layer
    if step["call"] == "vary":
        return _specifications(step["params"], corpus, lambda *given: _made(given[-1], corpus))
    measure = recorded_measure(step["call"])
    require_plain(measure, step["params"])
    params = {name: _made(value, corpus) for name, value in step["params"].items()}
    _recount(params.get("codes"), corpus)
    result: pd.DataFrame = measure(corpus, **params)
    return result


def _made(value: Any, corpus: Any) -> Any:
    """A recorded parameter; a table is made by its own steps."""
    own = isinstance(value, dict) and "steps" in value
    return recompute(value["steps"], corpus) if own else value


def _specifications(
    params: dict[str, Any], source: Any, fill: Callable[[Callable[..., Any], str, Any], Any]
) -> pd.DataFrame:
    """A specification curve: the measure in it is bounded as if the record named it alone."""
    vary = import_module("analysis").vary
    require_plain(vary, params)
    measure = recorded_measure(params["measure"])
    if not hasattr(measure, "__measure__"):
        raise InputError(f"The record varies {params['measure']!r}, which is no measure.")
    require_plain(measure, params["options"])
    for name, values in params["choices"].items():
        for value in values.values():
            require_plain(measure, {name: value})
    known = {*inspect.signature(measure).parameters, *inspect.signature(vary).parameters}
    for name, value in params["row"].items():  # it chooses a row: no way to the measure's options
        if name in known or not isinstance(value, str | int | float):
            raise InputError(f"The record's row holds {name!r}, which is no column and its value.")
    own = {name: params[name] for name in ("value", "null", "choices", "leave_out")}
    options = {name: fill(measure, name, value) for name, value in params["options"].items()}
    result: pd.DataFrame = vary(measure, source, **own, **options, **params["row"])
    return result


def _chosen(chosen: dict[str, Any], corpus: Any) -> Any:
    """The part of a corpus that a recorded `where` names."""
    return corpus.where(**chosen["where"])


def _filled(
    measure: Callable[..., Any], name: str, value: Any, table: Callable[..., pd.DataFrame | None]
) -> Any:
    """A recorded parameter; where a table is taken, True, its own steps or some docs name one."""
    known = inspect.signature(measure).parameters.get(name)
    annotation = "" if known is None else str(known.annotation)
    docs = value.get("docs") if isinstance(value, dict) else None
    own = value.get("steps") if isinstance(value, dict) else None
    named = value is True or docs is not None or own is not None
    if not named or not re.search(r"DataFrame|^object$", annotation):
        return value
    found = table(name, own)
    if found is None:
        raise UnrecordedError(
            f"{measure.__name__} was given a table, {name}=, that is not kept here"
        )
    return found if docs is None else found[found["doc"].isin(docs)]
