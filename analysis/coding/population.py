"""All rows that a sample can be drawn from, with the machine's answer of each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.coding.design import MACHINE, REST, UNKNOWN, column_of, require_correctable
from analysis.layers import LAYERS
from analysis.tables import NONE_LABEL, VOICES, InputError, require_choice, require_columns
from analysis.terms.counting import find_queries, read_queries
from analysis.terms.evidence import places_of

_SPAN = ["doc", "start", "end"]
_MANY = 12  # different whole numbers that can each be an answer
_PARTS = 5
_STOPS = re.compile(r"[.!?…][\"'”’»)\]]*\s*$")
_CREDIT = re.compile(r"(?:image|photo|picture|file photo|source|credit|video)s?\s*:", re.I)


def population_of(
    rows: Any,
    corpus: Any,
    unit: str,
    column: str | None,
    terms: Mapping[str, Sequence[str]] | None,
    groups: Sequence[str],
    *,
    only: Mapping[str, Any] | None = None,
    headings: bool = True,
    shown: Sequence[str] = (),
) -> tuple[pd.DataFrame, list[str], list[str]]:
    """All rows that can be drawn with the machine's answer; a measure's items, and its groups."""
    voiced = bool(set(groups) & set(VOICES) - set(corpus.documents.columns))
    items: list[str] = []
    found = rows
    if isinstance(rows, str):
        require_choice(rows, LAYERS, "rows")
        found = corpus.layer(rows, voiced=voiced)
    elif rows is not None and not set(_SPAN) <= set(require_columns(rows, (), "rows").columns):
        require_correctable(rows)
        found, own, items = places_of(rows, corpus)
        groups = [*groups, *(name for name in own if name not in groups)]
        items = [item for item in items if item not in groups and item != column]
        items = _that_part_bases(rows, groups, items, column)
    if unit == "row" and found is not None and not len(found):
        raise InputError("There are no rows to draw from; pass rows that a measure found.")
    if unit == "row":
        if found is None:
            raise InputError('unit="row" needs rows; pass what was found, or unit="sentence".')
        if terms is not None:
            raise InputError('terms= are looked for in units of text; give unit="sentence".')
        if column is not None:
            require_columns(found, (column,), "rows")
        answer: Any = "yes" if column is None else _answer_of(found[column])
        table = found.assign(**{MACHINE: answer})
        if column is not None:  # what the layer leaves empty is an answer, too: it has none
            table[MACHINE] = table[MACHINE].where(table[MACHINE] != "", NONE_LABEL)
    else:
        table = units_of(corpus, unit, voiced, headings)
        table = table.assign(**{MACHINE: _answers(table, corpus, found, column, terms)})
        items = []
    for name in groups:
        if name not in table.columns and name not in corpus.documents.columns:
            raise InputError(f"There is no column {name!r} in the rows or the documents.")
    require_inside(table, corpus)
    table = chosen_rows(table, corpus.documents, only or {})
    further = (name for name in (*groups, *shown) if name in table.columns)
    kept = [*_SPAN, MACHINE, *items, *further]
    table = table[list(dict.fromkeys(kept))].reset_index(drop=True)
    for name in table.columns[3:]:
        table[name] = table[name].astype(object).where(table[name].notna(), NONE_LABEL).astype(str)
    return table, items, list(groups)


def _that_part_bases(
    rows: pd.DataFrame, groups: Sequence[str], items: list[str], column: str | None
) -> list[str]:
    """The items without those that only describe the column, as a strategy does a form."""
    if column not in rows.columns or "base" not in rows.columns:
        return items
    for item in items:
        rest = [n for n in (*groups, *items) if n != item and n in rows.columns]
        if not rest or rows[item].nunique() < 2 or rows.duplicated([*rest, column]).any():
            continue
        if rows.groupby(rest, observed=True)["base"].nunique().max() == 1:
            return _that_part_bases(rows, groups, [n for n in items if n != item], column)
    return items


def _answer_of(values: pd.Series) -> pd.Series:
    """The machine's answers; many numbers are cut into five parts, each named by its mean."""
    if not pd.api.types.is_float_dtype(values) and not (
        pd.api.types.is_integer_dtype(values) and values.nunique() > _MANY
    ):
        return values.astype(object)
    parts = pd.qcut(values, _PARTS, labels=False, duplicates="drop")
    means = values.groupby(parts).transform("mean")
    return means.map(lambda mean: NONE_LABEL if pd.isna(mean) else f"{mean:.6g}").astype(object)


def units_of(corpus: Any, unit: str, voiced: bool = False, headings: bool = True) -> pd.DataFrame:
    """All sentences, paragraphs or documents of a corpus as places."""
    documents = corpus.documents
    if unit == "document":
        ends = [len(text) for text in documents["text"]]
        return pd.DataFrame({"doc": documents["doc"].astype(object), "start": 0, "end": ends})
    sentences = corpus.layer("sentences", voiced=voiced)
    if not headings:
        sentences = sentences[~_of_headings(sentences, documents)].reset_index(drop=True)
    if unit == "sentence":
        return sentences
    groups = sentences.groupby(
        [sentences["doc"].astype(object), sentences["paragraph"]], sort=False
    )
    return groups.agg(start=("start", "min"), end=("end", "max")).reset_index()


def _of_headings(sentences: pd.DataFrame, documents: pd.DataFrame) -> np.ndarray:
    """Which sentences are no sentence: headlines, section heads, captions, lines without a stop."""
    from analysis.voices.spans import headline_end  # only who leaves them out needs it

    missing = pd.Series(None, index=documents.index, dtype=object)
    named = (documents.get(name, missing) for name in ("text", "title", "standfirst"))
    ends = {
        doc: headline_end(*given)
        for doc, *given in zip(documents["doc"].astype(str), *named, strict=True)
    }
    head = sentences["doc"].astype(str).map(ends).to_numpy()
    text = sentences["text"].astype(str)
    stopped = text.map(lambda one: bool(_STOPS.search(one))).to_numpy()
    credited = text.map(lambda one: bool(_CREDIT.search(one))).to_numpy()
    place = sentences.groupby(
        [sentences["doc"].astype(object), sentences["paragraph"]], sort=False
    )["start"]
    own = (place.transform("size") == 1).to_numpy()  # the only one of its paragraph
    return (sentences["end"].to_numpy() <= head) | (own & (~stopped | credited))


def require_inside(rows: pd.DataFrame, corpus: Any) -> None:
    """Refuse places that are not in their text, naming the first."""
    texts = dict(zip(corpus.documents["doc"].astype(str), corpus.documents["text"], strict=True))
    length = rows["doc"].astype(str).map(lambda doc: len(texts.get(doc, "")))
    start, end = (pd.to_numeric(rows[name], errors="coerce") for name in ("start", "end"))
    wrong = ~((start >= 0) & (start < end) & (end <= length)).to_numpy()
    if wrong.any():
        row = rows.iloc[int(np.argmax(wrong))]
        raise InputError(
            f"A row stands at {row['start']} to {row['end']} of {row['doc']!r}, where that text has"
            f" {length.iloc[int(np.argmax(wrong))]:,} characters; pass rows of this corpus."
        )


def chosen_rows(
    table: pd.DataFrame, documents: pd.DataFrame, only: Mapping[str, Any]
) -> pd.DataFrame:
    """The rows that have one of the values that are asked for."""
    if not isinstance(only, Mapping):
        raise InputError("only= takes values by column, as in only={'entity': ['Russia']}.")
    for name, wanted in only.items():
        listed = [wanted] if isinstance(wanted, str) else [*map(str, wanted)]
        if name in table.columns:
            values = table[name].astype(str).to_numpy(dtype=object)
        elif name in documents.columns:
            values = column_of(table["doc"], documents, name)
        else:
            raise InputError(f"only= has no column {name!r} in the rows or the documents.")
        if strange := sorted({*listed} - {*values}):
            raise InputError(f"only= names {strange[0]!r}, which no row has in {name!r}.")
        table = table[np.isin(values, listed)]
    return table


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
        here, places = _within(units, places.assign(item=hits.items))
        counts = np.zeros((len(units), len(groups)), dtype=int)
        np.add.at(counts, (here, places["item"].to_numpy()), 1)
        names = np.array([*groups, REST], dtype=object)
        return names[np.where(counts.any(1), counts.argmax(1), len(groups))]
    if found is None:
        return np.full(len(units), UNKNOWN, dtype=object)
    found = found.reset_index(drop=True)
    here, found = _within(units, found)
    if column is None:
        return np.where(np.isin(np.arange(len(units)), here), "yes", "no").astype(object)
    require_columns(found, (column,), "rows")
    answers = np.full(len(units), REST, dtype=object)
    answers[here[::-1]] = found[column].astype(str).to_numpy()[::-1]  # the first in it
    return answers


def _within(units: pd.DataFrame, places: pd.DataFrame) -> tuple[np.ndarray, pd.DataFrame]:
    """The places that begin in one of the units, and the row of it; the others are left out."""
    here = inside(units, places)
    own, at = units.iloc[here], places["start"].to_numpy()
    kept = own["doc"].astype(str).to_numpy() == places["doc"].astype(str).to_numpy()
    kept &= (own["start"].to_numpy() <= at) & (at < own["end"].to_numpy())
    return here[kept], places[kept]


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
