"""Counting anew the frame that a sample was drawn from, and drawing it again: for `verify`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from analysis.coding.agreement import same_codes
from analysis.coding.design import MACHINE, REST, sizes_of
from analysis.coding.population import frame_of, population_of
from analysis.coding.sample import draw, fitting, row_name, strata_of, values_of
from analysis.tables import InputError, silent

__all__ = ["require_same_frame", "same_codes", "unknown_frame"]


def require_same_frame(
    codes: Any, corpus: Any, recompute: Callable[[list[dict[str, Any]], Any], pd.DataFrame]
) -> None:
    """Refuse recorded codes whose frame is not what the corpus holds, or that stand elsewhere."""
    design = codes.get("coding") if isinstance(codes, Mapping) else None
    source = source_of(design) if isinstance(design, dict) else None
    if source is None:
        return  # of rows of the user's own, of which `unknown_frame` says so
    assert isinstance(design, dict)
    population, apart, names = populate_again(design, source, corpus.every_voice(), recompute)
    documents = corpus.every_voice().documents
    now, said = frame_of(population, names, documents), design["frame"]
    for doc, line in now["rows"].items():
        there = said["rows"].get(doc, "")
        if now["values"] != said["values"] or there.split() != line.split():
            raise InputError(
                f"The record says of {doc!r} that other rows could be drawn than the corpus holds:"
                " the frame of the sample is not of these texts."
            )
    whole = strata_of(population, apart, documents)
    _require_drawn(codes, population, whole, names)


def populate_again(
    design: Mapping[str, Any],
    source: Mapping[str, Any],
    corpus: Any,
    recompute: Callable[[list[dict[str, Any]], Any], pd.DataFrame],
) -> tuple[pd.DataFrame, list[str], list[str]]:
    """All rows that could be drawn, the columns that part strata, and those of the frame."""
    rows: Any = None
    if source.get("kind") == "layer":
        rows = source.get("name")
    elif source.get("kind") == "steps":
        rows = recompute(source.get("steps", []), corpus)
        if "rows" in source:  # some rows of a measure
            drawn = set(map(tuple, source["rows"]))
            rows = rows[[tuple(own) in drawn for own in values_of(rows, source["names"])]]
    own = [str(name) for name in source.get("groups", [])]
    unit, column, terms = design["unit"], design["column"], source.get("terms")
    chosen = {"only": source.get("only"), "headings": design.get("headings", True)}
    chosen["shown"] = design.get("shown", ())
    population, items, groups = population_of(rows, corpus, unit, column, terms, own, **chosen)
    if unit != "row" and design.get("rest"):
        population[MACHINE] = population[MACHINE].replace(REST, design["rest"])
    own = [c for c in dict.fromkeys([*items, *groups]) if c in population.columns]
    return population, [MACHINE, *items, *groups], [MACHINE, *own]


def unknown_frame(steps: Any) -> str:
    """Why the frame of recorded codes cannot be counted anew; "" where it can, or without codes."""
    if isinstance(steps, Mapping):
        design = steps.get("coding")
        if isinstance(design, Mapping) and source_of(design) is None:
            return (
                "The sample was drawn from rows of the user's own, which no record can make again:"
                " how many there are, and what the machine says of them, is not checked."
            )
        steps = [*steps.values()]
    if not isinstance(steps, list):
        return ""
    return next((why for why in map(unknown_frame, steps) if why), "")


def source_of(design: Mapping[str, Any]) -> dict[str, Any] | None:
    """How the rows that could be drawn are made again; None where they cannot be."""
    source = design.get("source")
    return source if isinstance(source, dict) and source.get("kind") != "table" else None


def _require_drawn(
    codes: Mapping[str, Any], population: pd.DataFrame, whole: np.ndarray, names: Sequence[str]
) -> None:
    """Refuse codes of other rows, strata or probabilities than the seed draws from the corpus."""
    design = codes["coding"]
    sizes, seed = sizes_of(design), design.get("seed")
    whole_numbers = all(isinstance(n, int) for n in sizes) and isinstance(seed, int)
    if not whole_numbers or not all(a < b for a, b in pairwise([0, *sizes, len(population) + 1])):
        raise InputError(
            f"The record says that {sizes[-1]!r} rows were drawn with seed {seed!r}, of"
            f" {len(population):,} that there are."
        )
    with silent():
        stratum = fitting(whole, population[MACHINE].to_numpy(dtype=object), sizes[0])
    kinds, counts = np.unique(stratum, return_counts=True)
    now = {str(kind): int(count) for kind, count in zip(kinds, counts, strict=True)}
    for name in sorted({*now, *design["strata"]}):
        if now.get(name) != design["strata"].get(name):
            raise InputError(
                f"The record says that {design['strata'].get(name, 0):,} rows of the stratum"
                f" {name!r} could be drawn; the corpus holds {now.get(name, 0):,}."
            )
    chosen, chance = draw(stratum, sizes, seed)
    drawn = population.iloc[chosen].assign(stratum=stratum[chosen])
    columns = ["doc", "start", "end", *names, "stratum"]
    rows = drawn[columns].astype({"doc": object}).to_numpy(dtype=object).tolist()
    known = {
        row_name(at): (list(map(str, row)), float(p))
        for at, (row, p) in enumerate(zip(rows, chance, strict=True))
    }
    at = [codes["columns"].index(name) for name in ("row", *columns, "probability")]
    for row in codes["rows"]:
        name, *own, p = (row[place] for place in at)
        there = known.get(name)
        if there is None or there[0] != list(map(str, own)):
            raise InputError(
                f"The record holds a code of row {name} in {own[0]!r}, which is not the row that"
                f" seed {seed} draws, or of which the machine says something else."
            )
        if not isinstance(p, float | int) or abs(there[1] - p) > 1e-9:
            raise InputError(
                f"The record says that row {name} was drawn with probability {p!r}; of its stratum"
                f" {there[1]:.6g} of the rows were drawn."
            )
