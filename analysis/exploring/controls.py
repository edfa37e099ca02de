"""What can be set: declared here, drawn elsewhere; and the checks of what was set."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from analysis.tables import InputError


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
    """The value of every control: what was set, or else the default.

    Raises
    ------
    InputError
        If a value is not one that the control can have.
    """
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
