"""Running recorded steps again, and looking saved rows up in what they give."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd

from analysis.layers import Corpus
from analysis.tables import InputError, is_corpus

OK, DIFFERS, UNCHECKED = "ok", "differs", "not checked"
_MEASURES = (
    "count_", "compare_", "find_", "score_", "summarise_", "split_", "tokenize", "annotate",
    "apply_", "add_", "align_", "keep_", "merge_",
)  # fmt: skip
_ROWWISE = ("add_", "keep_", "merge_")  # the same table, with a voice or without some rows
_MAKES = {
    "split_sentences": "sentences",
    "tokenize": "tokens",
    "find_entities": "mentions",
    "apply_aliases": "mentions",
}
_SHOWN = 5  # differing rows told one by one


class UnrecordedError(InputError):
    """A step used a table that no record holds, such as somebody's own frequency list."""


def public_function(call: str, prefixes: tuple[str, ...]) -> Callable[..., Any]:
    """A function of this package that a record may name: it only computes or draws."""
    package = import_module("analysis")
    if not call.startswith(prefixes) or call not in package.__all__:
        raise InputError(f"The record names {call!r}, which is not a function to run here.")
    return getattr(package, call)


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

    for step in steps:
        if step["call"] == "read_corpus":
            continue
        if step["on"] == "corpus":
            result = _of_corpus(step, corpus)
            continue
        measure = public_function(step["call"], _MEASURES)
        source = table(step["on"])
        source = result if source is None else source
        if "docs" in step:
            source = source[source["doc"].isin(step["docs"])]
        params = {
            name: _filled(measure, name, value, table) for name, value in step["params"].items()
        }
        result = measure(source, **params)
        if step["call"] == "annotate":  # a pair; who wants its names asks find_entities
            result = result.tokens
        if step["call"] in _MAKES:
            tables[_MAKES[step["call"]]] = result
        elif {"word", "is_word"} <= set(result.columns):  # tokens with tags, a voice, a part
            tables["tokens"] = result
        elif step["call"].startswith(_ROWWISE) and {"label", "entity"} <= set(result.columns):
            tables["mentions"] = result
    return result


def _of_corpus(step: dict[str, Any], corpus: Any) -> pd.DataFrame:
    """What a recorded step took from a corpus: a layer, or a measure of it."""
    for chosen in step.get("selection", ()):
        corpus = corpus.select(chosen["select"]) if "select" in chosen else _chosen(chosen, corpus)
    if step["call"] == "layer":
        layer: pd.DataFrame = corpus.layer(step["params"]["name"])
        return layer
    measure = public_function(step["call"], _MEASURES)
    params = {
        name: recompute(value["steps"], corpus)
        if isinstance(value, dict) and "steps" in value
        else value
        for name, value in step["params"].items()
    }
    result: pd.DataFrame = measure(corpus, **params)
    return result


def _chosen(chosen: dict[str, Any], corpus: Any) -> Any:
    """The part of a corpus that a recorded `where` names."""
    return corpus.where(**chosen["where"])


def _filled(
    measure: Callable[..., Any],
    name: str,
    value: Any,
    table: Callable[..., pd.DataFrame | None],
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


def compare_rows(rows: pd.DataFrame, fresh: pd.DataFrame, *, whole: bool) -> tuple[str, str]:
    """Look every row up in a recomputed table."""
    shared = [name for name in rows.columns if name in fresh.columns]
    if not shared:
        return UNCHECKED, "The recorded steps give none of the CSV's columns."
    keys = _keys(fresh, shared)
    numbers = [name for name in shared if name not in keys]
    places = {key: place for place, key in enumerate(_labels(fresh, keys))}
    slack = 2e-6 if "model" in fresh.attrs else 1e-12  # a model's scores are sums of rounded ones
    wrong = []
    for number, key in enumerate(_labels(rows, keys)):
        label = ", ".join(textwrap.shorten(part, 40, placeholder=" …") for part in key[:-1] if part)
        place = places.get(key)
        if place is None:
            wrong.append(f"row {number + 1} ({label}) is not among the recomputed rows")
            continue
        for name in numbers:
            then, now = rows[name].iloc[number], fresh[name].iloc[place]
            if not _same(then, now, slack):
                wrong.append(f"row {number + 1} ({label}): {name} is {then}, recomputed {now}")
    if whole and len(fresh) != len(rows):
        wrong.append(f"{len(rows)} rows were saved, {len(fresh)} are recomputed")
    if not wrong:
        extra = [str(name) for name in rows.columns if name not in fresh.columns]
        return OK, f"Not among the measure's columns: {', '.join(extra)}." if extra else ""
    more = f"; and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
    return DIFFERS, f"{'; '.join(wrong[:_SHOWN])}{more}."


def _keys(fresh: pd.DataFrame, shared: list[str]) -> list[str]:
    """Columns that tell the rows apart: those without numbers, then whole numbers as needed."""
    numeric = [name for name in shared if pd.api.types.is_numeric_dtype(fresh[name].dtype)]
    keys = [name for name in shared if name not in (*numeric, "interval")]
    for name in numeric:
        if keys and all(label[-1] == 0 for label in _labels(fresh, keys)):
            break
        if pd.api.types.is_integer_dtype(fresh[name].dtype):
            keys.append(name)
    return keys


def _labels(table: pd.DataFrame, keys: list[str]) -> list[tuple[Any, ...]]:
    """One tuple per row; rows that are still alike are counted in its last place."""
    columns = [
        [None if missing else str(value) for value, missing in zip(c, c.isna(), strict=True)]
        for c in (table[key].astype(object) for key in keys)
    ]
    seen: dict[tuple[Any, ...], int] = {}
    labels = []
    for position in range(len(table)):
        key = tuple(column[position] for column in columns)
        seen[key] = seen.get(key, -1) + 1
        labels.append((*key, seen[key]))
    return labels


def _same(then: Any, now: Any, slack: float = 1e-12) -> bool:
    if pd.isna(then) or pd.isna(now):
        return bool(pd.isna(then) and pd.isna(now))
    try:
        return bool(np.isclose(float(then), float(now), rtol=1e-9, atol=slack))
    except (TypeError, ValueError):
        return bool(then == now)
