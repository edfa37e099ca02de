"""What a record may ask for: how deep, how many, how large, how long. It may come from anybody."""

from __future__ import annotations

import contextlib
import ctypes
import math
import re
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from analysis.tables import InputError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SIZE = 50_000_000  # bytes of a record
CSV_SIZE = 500_000_000  # bytes of the table beside it
DEEPEST = 40  # lists and objects in one another
STEPS = 100  # in a whole record, those within steps counted
CALLS = 50  # charts on one figure
ROWS = 20_000  # that are drawn or typeset again
PIXELS = 60_000_000  # of a picture
TIME = 60.0  # seconds that drawing a figure again may take, or its numbers …
PER_WORD = 0.002  # … and more for each word of the corpus
LARGEST = 10**9  # of any number
MOST = {
    "bins": 1000, "columns": 50, "content_days": 10_000, "days": 10_000, "evaluators": 500,
    "min_words": 10_000, "n": 20, "parts": 10_000, "skip": 20, "smooth": 10**6, "top": 500,
    "window": 10_000,
}  # fmt: skip
ITEMS = 100_000  # values of the arguments of one call
LONGEST = 100_000  # characters of one of them
_NUMBER = r"(?:bool(?:ean)?|[Uu]?[Ii]nt(?:8|16|32|64)|[Ff]loat(?:16|32|64))"
_DATE = r"datetime64\[(?:s|ms|us|ns)(?:, [A-Za-z0-9_+:/-]{1,40})?\]"
_DTYPES = {"number": re.compile(_NUMBER), "date": re.compile(_DATE)}
_KINDS = ("number", "date", "text", "category", "json")


class OutOfTimeError(InputError):
    """Something that a record asked for took longer than it may."""


class _StopError(BaseException):
    """Not an Exception, so that no chart or measure takes it for an error of its own."""


@contextlib.contextmanager
def time_limit(seconds: float, what: str) -> Iterator[None]:
    """End what is done in this context after a while, in any thread and on every system."""
    thread = ctypes.c_ulong(threading.get_ident())
    raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc
    state = {"over": False, "fired": False}
    guard = threading.Lock()

    def stop() -> None:
        with guard:
            if not state["over"]:
                state["fired"] = True
                raise_in(thread, ctypes.py_object(_StopError))

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        try:
            yield
        finally:
            with guard:
                state["over"] = True
                timer.cancel()
                if state["fired"]:
                    raise_in(thread, None)
    except _StopError:
        raise OutOfTimeError(f"{what} took more than {seconds:.0f} s") from None


def check_depth(value: Any, name: str) -> None:
    """Refuse JSON that is nested deeper than any record."""
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise InputError(f"{name} is nested more than {DEEPEST} levels deep, as no bundle is.")
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]


def check_form(record: dict[str, Any], name: str) -> None:
    """Refuse a record whose parts have another form than those that are saved."""
    data = record["data"]
    forms = {
        "files": all(
            isinstance(listed, dict) and isinstance(listed.get("sha256"), str)
            for listed in record["files"].values()
        ),
        "versions": all(isinstance(version, str) for version in record["versions"].values()),
        "index": all(isinstance(column, str) for column in data["index"]),
        "columns": all(map(_is_column, data["columns"])),
        "rows": data["rows"] >= 0,
        "steps": all(map(_is_step, _steps(record["made"]))),
        "figure": record["kind"] == "table"
        or (
            isinstance(record.get("figure"), dict) and isinstance(record["figure"].get("own"), bool)
        ),
    }
    wrong = [part for part, right in forms.items() if not right]
    if wrong:
        raise InputError(f"{name}: its part {wrong[0]!r} has another form; save the bundle again.")
    if len(record["made"]) > CALLS or len(_steps(record["made"])) > STEPS:
        raise InputError(
            f"{name} records more than {CALLS} charts or {STEPS} steps, which no measure needs."
        )


def _is_figure(figure: Any) -> bool:
    return isinstance(figure, dict) and isinstance(figure.get("own"), bool)


def _is_column(column: Any) -> bool:
    """Whether something describes a column."""
    if not isinstance(column, dict) or not isinstance(column.get("name"), str):
        return False
    kind = column.get("kind")
    if kind == "category":
        plain = isinstance(column.get("categories"), list) and all(
            isinstance(one, str | int | float | bool) for one in column["categories"]
        )
        return plain and isinstance(column.get("ordered"), bool)
    pattern = _DTYPES.get(kind) if isinstance(kind, str) else None
    if pattern is not None:
        return isinstance(column.get("dtype"), str) and bool(pattern.fullmatch(column["dtype"]))
    return kind in _KINDS


def _steps(value: Any) -> list[Any]:
    """All steps in some part of a record, those within the arguments of steps, too."""
    found: list[Any] = []
    waiting = [value]
    while waiting and len(found) <= STEPS:
        one = waiting.pop()
        if isinstance(one, dict):
            if isinstance(one.get("steps"), list):
                found += one["steps"]
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return found


def _is_step(step: Any) -> bool:
    """Whether something describes a step of a measure."""
    return (
        isinstance(step, dict)
        and isinstance(step.get("call"), str)
        and isinstance(step.get("on", "corpus"), str)
        and isinstance(step.get("params"), dict)
        and _are_texts(step.get("docs", []))
        and isinstance(step.get("selection", []), list)
    )


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def check_arguments(call: str, params: dict[str, Any]) -> None:
    """Refuse arguments that are not plain, too many or far too large."""
    count = 0
    waiting: list[tuple[str, Any]] = list(params.items())
    while waiting:
        name, value = waiting.pop()
        count += 1
        if isinstance(value, dict) and all(isinstance(key, str) for key in value):
            waiting += value.items()
        elif isinstance(value, list):
            waiting += [(name, one) for one in value]
        elif isinstance(value, int | float) and not isinstance(value, bool):
            most = MOST.get(name, LARGEST)
            if not (math.isnan(value) or abs(value) <= most):
                raise InputError(f"The record gives {call} {name}={value:.6g}, more than {most:,}.")
        elif not (value is None or isinstance(value, bool | str)):
            raise InputError(f"The record gives {call} a value of {name}= that it cannot hold.")
        if count > ITEMS or (isinstance(value, str) and len(value) > LONGEST):
            raise InputError(f"The record gives {call} a far too long value of {name}=.")


def check_picture(figure: Figure, dpi: float) -> None:
    """Refuse a figure that would be far too large a picture."""
    width, height = figure.get_size_inches() * dpi
    if not width * height <= PIXELS:
        raise InputError(f"the chart would be a picture of {width:,.0f} × {height:,.0f} pixels")
