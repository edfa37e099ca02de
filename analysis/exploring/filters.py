"""Which documents, days and voices a question is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.exploring.controls import Control
from analysis.exploring.recipe import Expr, name_of
from analysis.tables import DOCUMENTS, MENTIONS, NONE_LABEL, SENTENCES, TOKENS

COLUMNS = ("outlet", "side", "genre")
VOICES = ("headline", "writer", "speakers")
MERGED, EACH = "voices", "voice"  # columns: three kinds of voice, or every speaker
_MOST_GROUPS = 200
# what measures call their own columns: a column of metadata with such a name cannot be told apart
_TAKEN = frozenset(
    """
    text sha256 url published title standfirst period bin rank low high interval count base rate per
    documents share speech voice voices voice_share kind speaker cue cue_class chain collocate node
    target reference left right negative neutral positive compound percent part
    """.split()
) | ({*TOKENS, *SENTENCES, *MENTIONS} - {"doc"})


def group_columns(documents: pd.DataFrame) -> tuple[str, ...]:
    """Columns of metadata that texts can be grouped by, the usual ones first."""
    usual = [name for name in ("side", "outlet", "country", "genre") if name in documents.columns]
    others = [name for name in DOCUMENTS if name not in usual and name in documents.columns]
    known = [*usual, *others, *documents.columns]
    return tuple(
        dict.fromkeys(
            str(name)
            for name in known
            if isinstance(name, str) and name not in _TAKEN and _groups(documents[name])
        )
    )


def _groups(column: pd.Series) -> bool:
    """Whether a column parts the documents into groups; `doc` always does."""
    if column.name == "doc":
        return True
    try:
        return 1 <= column.nunique() <= _MOST_GROUPS
    except TypeError:  # lists and the like
        return False


def by_control(documents: pd.DataFrame, *, none: bool = True) -> Control:
    """The choice of what to group by; "" is no group, where `none` allows it."""
    columns = group_columns(documents)
    choices = (*(("",) if none else ()), *columns, MERGED, EACH)
    default = "" if none else columns[0]
    told = "A column of the documents; voices: headline, writer or speakers; voice: each speaker"
    return Control("by", "Group by", "choice", default, choices, "", told)


def filter_controls(documents: pd.DataFrame, speakers: Sequence[str] = ()) -> list[Control]:
    """The filters that all tabs share."""
    controls = []
    for name in COLUMNS:
        if name in documents.columns:
            values = tuple(sorted(_named(documents[name]).unique()))
            controls.append(
                Control(name, name.title(), "many", (), values, "filter", "None is all")
            )
    if is_dated(documents):
        days = documents["published"].dropna()
        bounds = (f"{days.min():%Y-%m-%d}", f"{days.max():%Y-%m-%d}")
        told = "First and last day of publication; a text without a date is then left out"
        controls.append(Control("dates", "Published", "dates", ("", ""), bounds, "filter", told))
    names = tuple(dict.fromkeys([*VOICES, *speakers]))
    told = "Only words of these voices; finding them takes a while the first time"
    controls.append(Control("voice", "Voice", "many", (), names, "filter", told))
    return controls


def is_dated(documents: pd.DataFrame) -> bool:
    """Whether any document has a date of publication."""
    known = "published" in documents.columns
    return (
        known
        and pd.api.types.is_datetime64_any_dtype(documents["published"])
        and bool(documents["published"].notna().any())
    )


def _is_text(column: pd.Series) -> bool:
    return bool(column.map(lambda value: isinstance(value, str)).where(column.notna(), True).all())


def _named(column: pd.Series) -> pd.Series:
    """The values as text, a missing one as "(none)": what `chosen_documents` writes as code."""
    column = column if _is_text(column) else column.astype("str")
    return column.fillna(NONE_LABEL).astype(object)


def chosen_documents(documents: pd.DataFrame, settings: Mapping[str, Any]) -> Expr | None:
    """The documents that the filters leave, as a step; None where there is no filter."""
    table, parts = name_of("documents"), []
    if settings.get("doc"):
        ids = table["doc"] if _is_text(documents["doc"]) else table["doc"].astype("str")
        return table[ids.isin([settings["doc"]])]
    for name in COLUMNS:
        if settings.get(name):
            column, values = table[name], list(settings[name])
            if not _is_text(documents[name]):
                column = column.astype("str")
            if NONE_LABEL in values:
                column = column.fillna(NONE_LABEL)
            parts.append(column.isin(values))
    low, high = settings.get("dates") or ("", "")
    if low:
        parts.append(table["published"] >= low)
    if high:
        parts.append(table["published"] < f"{pd.Timestamp(high) + pd.Timedelta(days=1):%Y-%m-%d}")
    if not parts:
        return None
    condition = parts[0]
    for part in parts[1:]:
        condition = condition & part
    return table[condition]
