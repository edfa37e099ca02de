"""What can be set: declared here, drawn elsewhere; and the checks of what was set."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from analysis.panel.recipe import Expr, name_of
from analysis.tables import DOCUMENTS, MENTIONS, NONE_LABEL, SENTENCES, TOKENS, InputError


class Control(NamedTuple):
    """One thing that a reader can set.

    `kind` is "search" (a text, completed from the vocabulary), "text" (another text), "choice" (one
    of `choices`), "many" (some of them; none means all), "number", "flag" or "dates" (the first
    and the last day as ISO text, "" where there is no bound). `group` "filter" marks what all tabs
    share. A number's `choices` are its lowest and highest value.
    """

    name: str
    label: str
    kind: str
    default: Any
    choices: tuple[Any, ...] = ()
    group: str = ""
    help: str = ""


ROWS = Control("rows", "Rows", "number", 20, (1, 1000), "", "How many rows are shown")
PER = Control(
    "per", "Rate per", "number", 1000, (1, 1_000_000), "", "Words that a rate is given per"
)
STOP = Control(
    "stop_words", "Stop words", "flag", True, (), "", "Leave function words out of the rows"
)
MORE_STOP = Control(
    "more_stop_words", "More stop words", "text", "", (), "", "Further words left out, by commas"
)
REGEX = Control(
    "regex", "Regular expression", "flag", False, (), "", "Each word is one, for a whole token"
)
CASE = Control("case", "Upper and lower case", "flag", False, (), "", "US is not us")


def checked(controls: Sequence[Control], settings: Mapping[str, Any]) -> dict[str, Any]:
    """The value of every control: what was set, or else the default."""
    return {one.name: _value(one, settings.get(one.name, one.default)) for one in controls}


def _value(control: Control, value: Any) -> Any:
    """One value, checked."""
    check = _CHECKS[control.kind]
    return check(control, value)


def _text(control: Control, value: Any) -> str:
    if not isinstance(value, str):
        raise InputError(f"{control.label}: {value!r} is no text; write what to look for.")
    return value.strip()


def _choice(control: Control, value: Any) -> Any:
    if value not in control.choices:
        listed = ", ".join(repr(choice) for choice in control.choices[:30])
        raise InputError(f"{control.label}: {value!r} is not there; choose one of {listed}.")
    return value


def _many(control: Control, value: Any) -> tuple[Any, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise InputError(f"{control.label}: {value!r} is no list; give a list of some of them.")
    return tuple(dict.fromkeys(_choice(control, one) for one in value))


def _number(control: Control, value: Any) -> Any:
    low, high = control.choices or (-math.inf, math.inf)
    usable = isinstance(value, int | float) and not isinstance(value, bool)
    if not usable or not low <= value <= high or not math.isfinite(value):
        raise InputError(f"{control.label}: {value!r} is not a number from {low} to {high}.")
    if isinstance(low, int) and isinstance(control.default, int):
        if value != int(value):
            raise InputError(f"{control.label}: {value!r} is not a whole number.")
        return int(value)
    return value


def _flag(control: Control, value: Any) -> bool:
    if not isinstance(value, bool):
        raise InputError(f"{control.label}: {value!r} is neither True nor False.")
    return value


def _dates(control: Control, value: Any) -> tuple[str, str]:
    if isinstance(value, str) or not isinstance(value, Sequence) or len(value) != 2:
        raise InputError(
            f"{control.label}: give a first and a last day, such as ('2024-05-01', '')."
        )
    low, high = (_day(control, one) for one in value)
    if low and high and low > high:
        raise InputError(f"{control.label}: the first day, {low}, lies after the last, {high}.")
    return low, high


def _day(control: Control, value: Any) -> str:
    """A day as ISO text; "" for none."""
    if value is None or value == "":
        return ""
    try:
        return f"{pd.Timestamp(value):%Y-%m-%d}"
    except (ValueError, TypeError):
        raise InputError(
            f"{control.label}: {value!r} is no date; write it as 2024-05-31."
        ) from None


_CHECKS = {
    "search": _text,
    "text": _text,
    "choice": _choice,
    "many": _many,
    "number": _number,
    "flag": _flag,
    "dates": _dates,
}


def words_in(text: str) -> list[str]:
    """The parts of a text between commas, without the space around them.

    Examples
    --------
    >>> words_in("peace*,  special operation ,")
    ['peace*', 'special operation']
    """
    return [" ".join(part.split()) for part in text.split(",") if part.strip()]


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
