"""Drawing rows to be coded by hand, each with a known probability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd

from analysis.coding.design import (
    LEAST,
    MACHINE,
    UNITS,
    UNKNOWN,
    allocate,
    column_of,
    fingerprint_of,
    require_choices,
)
from analysis.layers import LAYERS
from analysis.tables import (
    NONE_LABEL,
    VOICES,
    InputError,
    is_corpus,
    require_choice,
    require_columns,
    say,
)
from analysis.terms.counting import find_queries, read_queries
from analysis.terms.evidence import find_passages, measuring_step, places_of

RIGHT = ("yes", "no")
JOINT = " · "
_SPAN = ["doc", "start", "end"]
_MANY = 12  # different whole numbers that can each be an answer
_PARTS = 5
_CONTEXT = 40  # words to each side of a passage


def sample_for_coding(
    rows: pd.DataFrame | str | None,
    corpus: Any,
    *,
    n: int = 100,
    column: str | None = None,
    unit: str | None = None,
    terms: Mapping[str, Sequence[str]] | None = None,
    question: str | Mapping[str, Any] | None = None,
    choices: Sequence[str] | None = None,
    strata: str | Sequence[str] | None = None,
    by: str | Sequence[str] | None = None,
    seed: int = 0,
    name: str | None = None,
) -> pd.DataFrame:
    """Draw rows at random to be coded by hand, each with its passage and a known probability.

    Parameters
    ----------
    rows : pandas.DataFrame, str or None
        What was found: rows that are places in texts (`doc`, `start`, `end`), such as quotations
        or scored names; the name of a layer, such as "targets"; or what a measure returned, whose
        rows stand for the passages that they count. None for a category of your own, without any
        answer of the machine.
    corpus : Corpus
        The corpus they are from.
    n : int
        How many rows to draw. With 60 an interval can be trusted, with 150 it is often short
        enough; see `plan_coding`.
    column : str, optional
        The column that holds the machine's answer, such as "tone" or "cue_class". Without it the
        question is whether a row is right. Of a column of numbers, such as "compound", give the
        choices, such as ["-1", "0", "1"].
    unit : {"row", "sentence", "paragraph", "document"}
        What is coded: the rows that were found; or sentences, paragraphs or documents of all texts,
        also such in which nothing was found, so that it is seen what is missed. The machine's
        answer is then "yes" where something was found in it and "no" elsewhere, or its `column`. By
        default what the codebook says, else the rows.
    terms : mapping of str to sequence of str, optional
        Groups of terms as the machine's answer for sentences, paragraphs or documents: the group
        with the most hits in it (of as many, the first), else "none".
    question : str or mapping, optional
        What the coder is asked; or an entry of a codebook (see `read_codebook`), which brings its
        choices, rules and examples.
    choices : sequence of str, optional
        The codes. By default the machine's answers, or "yes" and "no".
    strata : str or sequence of str, optional
        Columns of the rows or the documents; so many rows are drawn of each of their values and
        each answer of the machine that small ones are not left out.
    by : str or sequence of str, optional
        Columns by which results will be grouped. They are strata, too, and columns of rows
        (such as `voice_group`) can be grouped by only if they are named here.
    seed : int
        Of the random numbers: the same seed draws the same rows.
    name : str, optional
        What the sample is called in files; by default the column or unit.

    Returns
    -------
    pandas.DataFrame
        One row per passage to code, in random order, so that the first so many are a random sample
        as well: `row` (its id), `doc`, `start`, `end`, `left`, `text`, `right`, `machine` (its
        answer, which `write_sample` does not write unless asked), `stratum`, `probability`.
        ``attrs["coding"]`` holds the question, the choices and the design.

    Raises
    ------
    InputError
        If there are no rows, fewer than `n`, a column, unit or choice that does not exist, choices
        that differ in case or spaces only, or more answers of the machine than rows to draw.

    Notes
    -----
    Rows are drawn without replacement within strata: each answer of the machine, in each group of
    `strata` and `by`. A stratum gets rows by the square root of its size and at least five, so rare
    answers are drawn more often than they are; `probability` says how often, and `correct` and
    `count_codes` weight by it. Where strata are more than rows, the smallest of them are joined,
    which is said.

    Do not look at the machine's answers before you have coded: who sees an answer agrees with it.

    Examples
    --------
    >>> from analysis.layers import Corpus
    >>> texts = {"doc": ["a", "b"], "text": ["Rain fell. Prices fell.", "Wages rose. It rained."]}
    >>> corpus = Corpus(pd.DataFrame(texts))
    >>> sample = sample_for_coding(None, corpus, n=3, unit="sentence", terms={"economy":
    ...     ["price*", "wage*"]}, question="What is it about?", choices=["economy", "none"])
    >>> sorted(sample["machine"])
    ['economy', 'economy', 'none']
    """
    if not is_corpus(corpus):
        raise InputError(
            "corpus= must be a Corpus, which knows its texts, as read_corpus gives it."
        )
    given = question if isinstance(question, Mapping) else {}
    unit = unit or given.get("unit") or ("row" if rows is not None else "sentence")
    terms = terms if terms is not None or rows is not None else given.get("terms")
    require_choice(unit, UNITS, "unit")
    asked = [*_listed(by), *(c for c in _listed(strata) if c not in _listed(by))]
    population, items, groups = population_of(rows, corpus, unit, column, terms, asked)
    if not len(population):
        raise InputError("There are no rows to draw from; pass rows that a measure found.")
    if isinstance(n, bool) or not isinstance(n, int | np.integer):
        raise InputError(f"n={n!r} must be a whole number of rows, such as 100.")
    if not 1 <= n <= len(population):
        raise InputError(
            f"n={n!r} rows cannot be drawn: there are {len(population):,} to draw from."
        )
    entry = _entry(
        question,
        choices,
        population,
        right=column is None and terms is None,
        what=column or name or "what was found here",
    )
    _require_named(set(population[MACHINE]), entry["choices"], column=column, terms=terms)
    documents = corpus.documents
    own = [c for c in [*items, *groups] if c in population.columns]
    stratum = _strata(population, [MACHINE, *items, *groups], documents)
    stratum = _fitting(stratum, population[MACHINE].to_numpy(dtype=object), n)
    chosen, probability = _draw(stratum, n, seed)
    result = _passages(population.iloc[chosen], corpus, unit)
    result.insert(0, "row", [f"{number:04d}" for number in range(1, len(result) + 1)])
    for column_name in (MACHINE, *own):
        result[column_name] = population[column_name].to_numpy()[chosen]
    result["stratum"] = stratum[chosen]
    result["probability"] = probability
    result.attrs["corpus"] = dict(documents.attrs.get("corpus", {}))
    result.attrs["coding"] = entry | {
        "name": name or entry.get("name") or column or unit,
        "unit": unit,
        "layer": _layer_of(rows),
        "column": column,
        "items": items,
        "seed": seed,
        "source": _source_of(rows) | {"groups": asked, "terms": _plain_terms(terms)},
        "fingerprint": fingerprint_of(documents, documents["doc"].astype(str)),
        "frame": frame_of(population, [MACHINE, *own], documents),
        "strata": {
            str(k): int(v) for k, v in zip(*np.unique(stratum, return_counts=True), strict=True)
        },
        "steps": [] if isinstance(rows, str) or rows is None else rows.attrs.get("steps", []),
    }
    return result


def _require_named(
    answers: set[str],
    choices: Sequence[str],
    *,
    column: str | None,
    terms: Mapping[str, Sequence[str]] | None,
) -> None:
    """Refuse groups of terms that are no choice; say which answers of the machine are none."""
    if terms is not None and (strange := sorted({*map(str, terms)} - {*choices})):
        raise InputError(
            f"terms= has a group {strange[0]!r}, which is none of the choices {list(choices)}; name"
            " each group as the code that it stands for."
        )
    lost = sorted(answers - {UNKNOWN, NONE_LABEL, "none", *choices})
    if column is not None and lost and not _numbers({*lost, *choices}):
        shown = ", ".join(map(repr, lost[:5]))
        say(
            f"The machine's answers {shown} in {column!r} are none of the choices {list(choices)},"
            " so no code will have its precision and recall by them.",
            deeper=2,
        )


def _numbers(texts: set[str]) -> bool:
    """Whether all are numbers."""
    return bool(pd.to_numeric(pd.Series(sorted(texts)), errors="coerce").notna().all())


def _layer_of(rows: Any) -> str:
    """The layer that rows are of; "" where it is not known."""
    if isinstance(rows, str):
        return rows
    step: Mapping[str, Any] = (
        measuring_step([] if rows is None else rows.attrs.get("steps") or []) or {}
    )
    if step.get("call") == "layer":
        return str(step["params"]["name"])
    measure = getattr(import_module("analysis"), str(step.get("call")), None)
    return str(getattr(measure, "__measure__", ""))


def _source_of(rows: Any) -> dict[str, Any]:
    """How the rows that could be drawn are found again."""
    if rows is None:
        return {"kind": "none"}
    if isinstance(rows, str):
        return {"kind": "layer", "name": rows}
    steps = rows.attrs.get("steps") or []
    return {"kind": "steps", "steps": steps} if steps else {"kind": "table"}


def _plain_terms(terms: Mapping[str, Sequence[str]] | None) -> dict[str, list[str]] | None:
    """Groups of terms as a record keeps them."""
    if terms is None:
        return None
    return {
        str(name): [own] if isinstance(own, str) else list(map(str, own))
        for name, own in terms.items()
    }


def _listed(value: str | Sequence[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


def population_of(
    rows: Any,
    corpus: Any,
    unit: str,
    column: str | None,
    terms: Mapping[str, Sequence[str]] | None,
    groups: Sequence[str],
) -> tuple[pd.DataFrame, list[str], list[str]]:
    """All rows that can be drawn with the machine's answer; a measure's items, and its groups."""
    voiced = bool(set(groups) & set(VOICES) - set(corpus.documents.columns))
    items: list[str] = []
    found = rows
    if isinstance(rows, str):
        require_choice(rows, LAYERS, "rows")
        found = corpus.layer(rows, voiced=voiced)
    elif rows is not None and not set(_SPAN) <= set(require_columns(rows, (), "rows").columns):
        found, own, items = places_of(rows, corpus)
        groups = [*groups, *(name for name in own if name not in groups)]
        items = [item for item in items if item not in groups and item != column]
    if unit == "row":
        if found is None:
            raise InputError('unit="row" needs rows; pass what was found, or unit="sentence".')
        if terms is not None:
            raise InputError('terms= are looked for in units of text; give unit="sentence".')
        if column is not None:
            require_columns(found, (column,), "rows")
        answer: Any = "yes" if column is None else _answer_of(found[column])
        table = found.assign(**{MACHINE: answer})
    else:
        table = units_of(corpus, unit, voiced)
        table = table.assign(**{MACHINE: _answers(table, corpus, found, column, terms)})
        items = []
    for name in groups:
        if name not in table.columns and name not in corpus.documents.columns:
            raise InputError(f"There is no column {name!r} in the rows or the documents.")
    kept = [*_SPAN, MACHINE, *items, *(g for g in groups if g in table.columns)]
    table = table[list(dict.fromkeys(kept))].reset_index(drop=True)
    for name in table.columns[3:]:
        table[name] = table[name].astype(object).where(table[name].notna(), NONE_LABEL).astype(str)
    return table, items, list(groups)


def _answer_of(values: pd.Series) -> pd.Series:
    """The machine's answers; many numbers are cut into five parts, each named by its mean."""
    if not pd.api.types.is_float_dtype(values) and not (
        pd.api.types.is_integer_dtype(values) and values.nunique() > _MANY
    ):
        return values.astype(object)
    parts = pd.qcut(values, _PARTS, labels=False, duplicates="drop")
    means = values.groupby(parts).transform("mean")
    return means.map(lambda mean: NONE_LABEL if pd.isna(mean) else f"{mean:.6g}").astype(object)


def units_of(corpus: Any, unit: str, voiced: bool = False) -> pd.DataFrame:
    """All sentences, paragraphs or documents of a corpus as places."""
    documents = corpus.documents
    if unit == "document":
        ends = [len(text) for text in documents["text"]]
        return pd.DataFrame({"doc": documents["doc"].astype(object), "start": 0, "end": ends})
    sentences = corpus.layer("sentences", voiced=voiced)
    if unit == "sentence":
        return sentences
    groups = sentences.groupby(
        [sentences["doc"].astype(object), sentences["paragraph"]], sort=False
    )
    return groups.agg(start=("start", "min"), end=("end", "max")).reset_index()


def _answers(
    units: pd.DataFrame,
    corpus: Any,
    found: pd.DataFrame | None,
    column: str | None,
    terms: Mapping[str, Sequence[str]] | None,
) -> np.ndarray:
    """What the machine says of each unit of text."""
    if terms is not None:
        groups = read_queries(terms)
        tokens = corpus.layer("tokens")
        hits = find_queries(tokens, groups)
        places = tokens[["doc", "start", "end"]].iloc[hits.rows].reset_index(drop=True)
        places = places.assign(item=hits.items)
        counts = np.zeros((len(units), len(groups)), dtype=int)
        np.add.at(counts, (inside(units, places), places["item"].to_numpy()), 1)
        names = np.array([*groups, "none"], dtype=object)
        return names[np.where(counts.any(1), counts.argmax(1), len(groups))]
    if found is None:
        return np.full(len(units), UNKNOWN, dtype=object)
    here = inside(units, found.reset_index(drop=True))
    if column is None:
        return np.where(np.isin(np.arange(len(units)), here), "yes", "no").astype(object)
    require_columns(found, (column,), "rows")
    answers = np.full(len(units), "none", dtype=object)
    answers[here[::-1]] = found[column].astype(str).to_numpy()[::-1]  # the first in it
    return answers


def inside(units: pd.DataFrame, places: pd.DataFrame) -> np.ndarray:
    """The row of the unit in which each place begins."""
    known = pd.Index(units["doc"].astype(object).unique())
    doc = known.get_indexer(units["doc"].astype(object))
    own = known.get_indexer(pd.Index(places["doc"].astype(object)))
    wide = 1 + max(int(units["end"].max()), int(places["start"].max()) if len(places) else 0)
    keys = doc.astype(np.int64) * wide + units["start"].to_numpy()
    order = np.argsort(keys, kind="stable")
    at = np.searchsorted(keys[order], own * wide + places["start"].to_numpy(), side="right") - 1
    return order[np.maximum(at, 0)]


def _strata(table: pd.DataFrame, names: Sequence[str], documents: pd.DataFrame) -> np.ndarray:
    """The stratum of every row, named by its values."""
    parts = []
    for name in dict.fromkeys(names):
        values = table[name] if name in table.columns else column_of(table["doc"], documents, name)
        parts.append(pd.Series(values).astype(object).fillna(NONE_LABEL).astype(str).to_numpy())
    joined = pd.Series(parts[0])
    for part in parts[1:]:
        joined = joined + JOINT + pd.Series(part)
    return joined.to_numpy(dtype=object)


def _fitting(stratum: np.ndarray, machine: np.ndarray, n: int) -> np.ndarray:
    """The strata, with the smallest joined where rows are too few for a row of each."""
    names, code, counts = np.unique(stratum, return_inverse=True, return_counts=True)
    if len(names) <= n:
        return stratum
    kinds = len(set(machine))
    if kinds > n:
        raise InputError(
            f"n={n} rows are fewer than the {kinds} different answers of the machine, so that of"
            f" some none would be coded; draw {kinds * LEAST} or more, or give other column= or"
            " terms=."
        )
    kept = np.argsort(-counts, kind="stable")[: max(n // LEAST - kinds, 0)]
    say(
        f"{len(names):,} strata are more than the {n} rows to draw: the {len(names) - len(kept):,}"
        " smallest are joined, each answer of the machine by itself. Groups of so few rows cannot"
        " be told apart; draw more rows, or name fewer groups in by= and strata=.",
        deeper=2,
    )
    rest = np.array([f"{kind}{JOINT}{NONE_LABEL}{JOINT}joined" for kind in machine], dtype=object)
    return np.where(np.isin(code, kept), stratum, rest)


def _draw(stratum: np.ndarray, n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows drawn in random order, and the probability of each."""
    rng = np.random.default_rng(seed)
    names, code, counts = np.unique(stratum, return_inverse=True, return_counts=True)
    drawn = allocate(counts, n)
    picked = [
        rng.choice(np.flatnonzero(code == kind), drawn[kind], replace=False)
        for kind in range(len(names))
    ]
    chosen = rng.permutation(np.concatenate(picked))
    return chosen, (drawn / counts)[code[chosen]]


def frame_of(table: pd.DataFrame, names: Sequence[str], documents: pd.DataFrame) -> dict[str, Any]:
    """How many rows of each answer there are in every document, as little text as it takes."""
    names = list(dict.fromkeys(names))
    keys = table[names].drop_duplicates().sort_values(names).reset_index(drop=True)
    code = pd.MultiIndex.from_frame(keys).get_indexer(pd.MultiIndex.from_frame(table[names]))
    docs = pd.Index(documents["doc"].astype(str))
    counts = np.zeros((len(docs), len(keys)), dtype=int)
    np.add.at(counts, (docs.get_indexer(pd.Index(table["doc"].astype(str))), code), 1)
    lines = {name: " ".join(map(str, row)) for name, row in zip(docs, counts, strict=True)}
    return {"columns": names, "values": keys.to_numpy().tolist(), "rows": lines}


def _passages(rows: pd.DataFrame, corpus: Any, unit: str) -> pd.DataFrame:
    """The passages of some rows, in their order."""
    window = 0 if unit == "document" else _CONTEXT
    found = find_passages(rows[_SPAN], corpus.every_voice(), window=window, columns=[])
    found = found.drop_duplicates(_SPAN).rename(columns={"node": "text"})
    keys = rows[_SPAN].reset_index(drop=True).astype({"doc": object})
    found["doc"] = found["doc"].astype(object)
    return keys.merge(found[[*_SPAN, "left", "text", "right"]], on=_SPAN, how="left")


def _entry(
    question: str | Mapping[str, Any] | None,
    choices: Sequence[str] | None,
    population: pd.DataFrame,
    *,
    right: bool,
    what: str,
) -> dict[str, Any]:
    """Question, choices, rules and examples."""
    given: dict[str, Any] = {"question": question}
    if isinstance(question, Mapping):
        given = dict(question)
    answers = sorted(set(population[MACHINE]) - {UNKNOWN})
    known = list(RIGHT) if right or not answers else answers
    listed = choices if choices is not None else given.get("choices") or known
    if isinstance(listed, str):
        raise InputError(f"choices={choices!r} must be two or more different codes, as a list.")
    listed = require_choices(listed, f"choices={list(listed)!r}")
    asked = given.get("question") or f"Is this right: {what}?"
    described = given.get("choices")
    meaning = dict(described) if isinstance(described, Mapping) else {}
    return {
        "name": given.get("name"),
        "question": str(asked),
        "choices": listed,
        "meaning": {str(k): str(v) for k, v in meaning.items() if v},
        "rules": [str(rule) for rule in given.get("rules") or ()],
        "examples": [dict(one) for one in given.get("examples") or ()],
    }
