"""Counting anew, from the corpus, the frame that a sample was drawn from: for `verify`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.coding.design import MACHINE, REST
from analysis.coding.population import frame_of, population_of
from analysis.coding.sample import joined_name, strata_of, values_of
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
    own = [c for c in dict.fromkeys([*items, *groups]) if c in population.columns]
    names = [MACHINE, *own]
    now, said = frame_of(population, names, corpus.documents), design["frame"]
    for doc, line in now["rows"].items():
        there = said["rows"].get(doc, "")
        if now["values"] != said["values"] or there.split() != line.split():
            raise InputError(
                f"The record says of {doc!r} that other rows could be drawn than the corpus holds:"
                " the frame of the sample is not of these texts."
            )
    strata = strata_of(population, [MACHINE, *items, *groups], corpus.documents)
    _require_same_rows(codes, population.assign(stratum=strata), names)
    _require_same_strata(design["strata"], population[MACHINE].to_numpy(dtype=object), strata)


def _require_same_rows(codes: Mapping[str, Any], rows: pd.DataFrame, names: Sequence[str]) -> None:
    """Refuse codes of rows that stand elsewhere, or of which the machine says something else."""
    columns = ["doc", "start", "end", *names]
    known: dict[tuple[Any, ...], set[str]] = {}
    for *key, stratum in rows[[*columns, "stratum"]].astype({"doc": object}).to_numpy().tolist():
        known.setdefault(tuple(key), set()).add(stratum)
    at = [codes["columns"].index(name) for name in columns]
    drawn = codes["columns"].index("stratum")
    for row in codes["rows"]:
        strata = known.get(tuple(row[place] for place in at))
        if strata is None:
            raise InputError(
                f"The record holds a code of row {row[0]}, which does not stand in {row[at[0]]!r},"
                " or of which the machine says something else."
            )
        if row[drawn] not in {*strata, joined_name(row[at[3]])}:
            raise InputError(
                f"The record holds row {row[0]} in the stratum {row[drawn]!r}; it is of"
                f" {min(strata)!r}."
            )


def _require_same_strata(said: Mapping[str, int], machine: np.ndarray, strata: np.ndarray) -> None:
    """Refuse strata of other sizes than the corpus has; small ones may be joined."""
    kept = np.isin(strata, list(said))
    names = np.where(kept, strata, [joined_name(kind) for kind in machine])
    now = {str(k): int(v) for k, v in zip(*np.unique(names, return_counts=True), strict=True)}
    for name in sorted({*now, *said}):
        if now.get(name) != said.get(name):
            raise InputError(
                f"The record says that {said.get(name, 0):,} rows of the stratum {name!r} could be"
                f" drawn; the corpus holds {now.get(name, 0):,}."
            )
