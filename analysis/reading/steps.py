"""The steps of a reading trail: what each is, where it comes from, and its code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.reading.marks import LONGEST, Marked, Place
from analysis.reading.words import FUNCTIONS, KIND_OF, as_code, describe
from analysis.tables import InputError


@dataclass(frozen=True)
class Step:
    """One step of a trail."""

    id: int
    parent: int | None
    call: str
    params: dict[str, Any]
    name: str = ""
    note: str = ""
    lines: int | None = None  # after the step; None where it could not be taken
    documents: int | None = None
    problem: str = ""  # why it could not be taken on this corpus

    @property
    def kind(self) -> str:
        """What the step does: "search", "select", "order" or "group"."""
        return KIND_OF[self.call]

    @property
    def words(self) -> str:
        """The step in words."""
        return describe(self.call, self.params)


@dataclass(frozen=True)
class State:
    """All of a trail that changes."""

    steps: dict[int, Step]
    marks: dict[Place, Marked]
    at: int
    next: int
    lost: tuple[Marked, ...] = ()


def code_of(corpus: Any, steps: Mapping[int, Step], last: Step | None) -> str:
    """The code that leads to the lines of a step, or of all."""
    wanted = set(steps) if last is None else {last.id}
    while last is not None and last.parent is not None:
        last = steps[last.parent]
        wanted.add(last.id)
    folder = corpus.folder
    read = f"da.read_corpus({Path(folder).name!r})" if folder else "…  # the corpus"
    lines = ["import analysis as da", "", f"corpus = {read}"]
    lines += [_selection_code(chosen) for chosen in corpus.selection]
    for one in steps.values():
        if one.id in wanted:
            before = "" if one.parent is None else f"lines_{one.parent}"
            lines.append(f"lines_{one.id} = {as_code(one.call, one.params, before)}")
    return "\n".join(lines) + "\n"


def checked_text(value: Any, what: str) -> str:
    """A name or note."""
    if not isinstance(value, str) or len(value) > LONGEST:
        raise InputError(f"{what}={value!r:.60} must be a text of at most {LONGEST:,} characters.")
    return value.strip()


def steps_of(hits: pd.DataFrame) -> list[tuple[str, dict[str, Any]]]:
    """The steps that made a hits table."""
    steps: Iterable[dict[str, Any]] = hits.attrs.get("steps") or []
    made = [(step["call"], step["params"]) for step in steps if step["call"] != "mark_hits"]
    calls = [call for call, _ in made]
    if (
        not calls
        or calls[0] != "find_contexts"
        or set(calls[1:]) - {*FUNCTIONS.values()}
        or "find_contexts" in calls[1:]
    ):
        raise InputError(
            "A trail begins with a search: give the words to look for, or a table that"
            " find_contexts returned for a corpus."
        )
    return made


def _selection_code(chosen: dict[str, Any]) -> str:
    """A selection of the corpus as code."""
    if "select" in chosen:
        return f"corpus = corpus.select({chosen['select']!r})"
    options = ", ".join(f"{name}={value!r}" for name, value in chosen["where"].items())
    return f"corpus = corpus.where({options})"
