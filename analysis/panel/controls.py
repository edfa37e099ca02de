"""What can be set: declared here, drawn elsewhere; and the checks of what was set."""

from __future__ import annotations

import keyword
import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import pandas as pd

from analysis.panel.labels import Labels
from analysis.panel.names import heading
from analysis.tables import DOCUMENTS, MENTIONS, NONE_LABEL, SENTENCES, TOKENS, InputError


class Control(NamedTuple):
    """One thing that a reader can set."""

    # `kind` is "search" (a text, completed from the vocabulary), "text" or "lines" (another text),
    # "choice" (one of `choices`), "many" (some of them; none means all), "number", "flag" or
    # "dates" (the first and the last day as ISO text, "" where there is no bound). `group`
    # "filter" or "search" marks what all tabs share. A number's `choices` are its lowest and
    # highest value. `when` names the values of other controls with which this one has an effect;
    # `labels` what choices are called where it is not by their usual name.

    name: str
    label: str
    kind: str
    default: Any
    choices: tuple[Any, ...] = ()
    group: str = ""
    help: str = ""
    when: Mapping[str, tuple[Any, ...]] = MappingProxyType({})
    labels: Mapping[Any, str] = MappingProxyType({})


def search_control(text: str) -> Control:
    """The search, which all tabs share; `text` says what it is in this one."""
    return Control("search", "Search", "search", "", (), "search", text)


ROWS = Control("rows", "Rows", "number", 20, (1, 1000), "", "How many rows are shown")
PER = Control(
    "per", "Rate per", "number", 1000, (1, 1_000_000), "", "Words that a rate is given per"
)
STOP = Control(
    "stop_words", "Leave out stop words", "flag", True, (), "", "Words such as the, of, said"
)
MORE_STOP = Control(
    "more_stop_words", "Further stop words", "text", "", (), "", "Separated by commas"
)
REGEX = Control(
    "regex",
    "Regular expression",
    "flag",
    False,
    (),
    "search",
    "Each word is one, for a whole token",
)
CASE = Control("case", "Match case", "flag", False, (), "search", "US is not us")


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
    "lines": _text,
    "choice": _choice,
    "many": _many,
    "number": _number,
    "flag": _flag,
    "dates": _dates,
}


def words_in(text: str) -> list[str]:
    """The parts of a text between commas, without the space around them."""
    return [" ".join(part.split()) for part in text.split(",") if part.strip()]


ASSOCIATION = (
    "log_dice", "count", "mi", "mi_uncorrected", "mi3", "t_score", "z_score", "g2_four_term",
    "delta_p_collocate_given_node", "delta_p_node_given_collocate", "log_ratio",
)  # fmt: skip
COLUMNS = ("outlet", "side", "genre")
_OWN = "column:"  # before the name of another column in the name of its filter
_WHERE = ("voice", "since", "until")  # arguments of `Corpus.where` that are no columns
VOICES = ("headline", "writer", "speakers")
GROUP, EACH = "voice_group", "voice"  # columns: three kinds of voice, or every speaker
_MOST_GROUPS = 200
_OFFICE = ("note", "verified", "licence")  # of the manifest: nothing to group texts by
# columns that measures have, too: one of the documents with such a name cannot be grouped by
_TAKEN = frozenset(
    """
    text sha256 url published title standfirst period bin rank low high interval count base rate per
    documents group_documents share speech voice voice_group voice_share kind speaker cue cue_class
    chain collocate node target reference left right negative neutral positive compound percent part
    """.split()
) | ({*TOKENS, *SENTENCES, *MENTIONS} - {"doc"})


def group_columns(documents: pd.DataFrame) -> tuple[str, ...]:
    """Columns that texts can be grouped by, the usual ones first."""
    known = ["side", "outlet", "country", "genre", *DOCUMENTS, *documents.columns]
    return tuple(
        dict.fromkeys(
            name
            for name in known
            if name in documents.columns
            and isinstance(name, str)
            and name not in (*_TAKEN, *_OFFICE)
            and _groups(documents[name])
        )
    )


def _groups(column: pd.Series) -> bool:
    """Whether a column has few enough values to group by; `doc` always has."""
    if column.name == "doc":
        return True
    try:
        return 1 <= column.nunique() <= _MOST_GROUPS
    except TypeError:  # lists and the like
        return False


def by_control(documents: pd.DataFrame, *, none: bool = True, voices: bool = True) -> Control:
    """The choice of what to group by; "" is no group, where `none` allows it."""
    columns = group_columns(documents)
    choices = (*(("",) if none else ()), *columns, *((GROUP, EACH) if voices else ()))
    default = "" if none else columns[0]
    labels = {"": "no groups", **{name: heading(name) for name in columns}}
    labels |= {GROUP: "Headline, writer, speakers", EACH: "Each voice"}
    text = "What is said of the documents" + ("; or whose words they are" if voices else "")
    return Control("by", "Group by", "choice", default, choices, "", text, labels=labels)


def filter_controls(documents: pd.DataFrame, speakers: Sequence[str] = ()) -> list[Control]:
    """The filters that all tabs share."""
    controls, names = [], Labels(documents)
    for name in filter_columns(documents):
        values = _values(documents[name])
        written = names.known(values)
        label = heading(name)
        key = name if name in COLUMNS else _OWN + name
        controls.append(
            Control(key, label, "many", (), values, "filter", "None is all", labels=written)
        )
    titles = names.texts
    controls.append(
        Control(
            "doc", "Document", "many", (), tuple(titles), "filter", "None is all", labels=titles
        )
    )
    if is_dated(documents):
        days = documents["published"].dropna()
        bounds = (f"{days.min():%Y-%m-%d}", f"{days.max():%Y-%m-%d}")
        text = "First and last day of publication; a text without a date is then left out"
        controls.append(Control("dates", "Published", "dates", ("", ""), bounds, "filter", text))
    voices = tuple(dict.fromkeys([*VOICES, *speakers]))
    text = "Only words of these voices; finding them takes a while the first time"
    controls.append(Control("voice", "Voice", "many", (), voices, "filter", text))
    return controls


def filter_columns(documents: pd.DataFrame) -> list[str]:
    """Columns that texts are chosen by: the usual ones, and those that tell texts apart."""
    own = [name for name in group_columns(documents) if name not in (*COLUMNS, "doc", "version")]
    usual = [name for name in COLUMNS if name in documents.columns]
    return [name for name in [*usual, *own] if _tells_apart(documents[name], name in COLUMNS)]


def _tells_apart(column: pd.Series, usual: bool) -> bool:
    """Whether a column has something to choose by; one of the corpus's own, two values."""
    values = _values(column)
    known = set(values) - {NONE_LABEL}
    name = str(column.name)
    written = name.isidentifier() and name not in _WHERE and not keyword.iskeyword(name)
    return bool(known) if usual else written and len(values) > 1


def is_dated(documents: pd.DataFrame) -> bool:
    """Whether any document has a date of publication."""
    return "published" in documents.columns and bool(documents["published"].notna().any())


def usual_period(documents: pd.DataFrame) -> str:
    """The period to begin with: months where the texts are of more than a year."""
    days = documents["published"].dropna()
    return "month" if len(days) and (days.max() - days.min()).days > 366 else "week"


def _values(column: pd.Series) -> tuple[Any, ...]:
    """The values that documents can be chosen by; none where they are no plain values."""
    values = column.astype(object).where(column.notna(), NONE_LABEL).tolist()
    plain = all(isinstance(value, str | bool | int | float) for value in values)
    return tuple(sorted(set(values), key=str)) if plain else ()


def selection_of(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The filters that are set, as arguments of `Corpus.where`."""
    since, until = settings.get("dates") or ("", "")
    chosen = {name: settings.get(name) for name in (*COLUMNS, "doc")}
    chosen |= {
        name.removeprefix(_OWN): value for name, value in settings.items() if name.startswith(_OWN)
    }
    chosen |= {"since": since, "until": until, EACH: settings.get(EACH)}
    return {name: _one_or_list(value) for name, value in chosen.items() if value}


def _one_or_list(value: Any) -> Any:
    """A single value as itself, several as a list."""
    if isinstance(value, str):
        return value
    return value[0] if len(value) == 1 else list(value)
