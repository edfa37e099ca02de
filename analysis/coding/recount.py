"""Counting anew, from the corpus, the frame that a sample was drawn from: for `verify`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from analysis.coding.design import MACHINE, REST
from analysis.coding.population import frame_of, population_of
from analysis.coding.sample import values_of
from analysis.tables import InputError


def require_same_frame(
    codes: Any, corpus: Any, recompute: Callable[[list[dict[str, Any]], Any], pd.DataFrame]
) -> None:
    """Refuse recorded codes whose frame is not what the corpus holds, or that stand elsewhere."""
    design = codes.get("coding") if isinstance(codes, Mapping) else None
    source = design.get("source") if isinstance(design, dict) else None
    if not isinstance(source, dict) or source.get("kind") == "table":
        return  # of rows of the user's own, which no record can make again
    assert isinstance(design, dict)
    corpus = corpus.every_voice()
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
    population, items, groups = population_of(rows, corpus, unit, column, terms, own, **chosen)
    if unit != "row" and design.get("rest"):
        population[MACHINE] = population[MACHINE].replace(REST, design["rest"])
    names = [MACHINE, *(c for c in [*items, *groups] if c in population.columns)]
    now, said = frame_of(population, names, corpus.documents), design["frame"]
    for doc, line in now["rows"].items():
        there = said["rows"].get(doc, "")
        if now["values"] != said["values"] or there.split() != line.split():
            raise InputError(
                f"The record says of {doc!r} that other rows could be drawn than the corpus holds:"
                " the frame of the sample is not of these texts."
            )
    places = population[["doc", "start", "end"]].astype({"doc": object})
    known = set(map(tuple, places.to_numpy().tolist()))
    at = [codes["columns"].index(name) for name in ("doc", "start", "end")]
    for row in codes["rows"]:
        if tuple(row[place] for place in at) not in known:
            raise InputError(
                f"The record holds a code of row {row[0]}, which does not stand in {row[at[0]]!r}."
            )
