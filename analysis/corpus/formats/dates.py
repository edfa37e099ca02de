"""Dates as pages print them, turned into the ISO form of the manifest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from analysis.tables import InputError

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
FORMS = "2024-05-15, 2024-05-15T08:09, 15 May 2024 08:09, May 15, 2024 or 15.05.2024"

_MONTH = (
    r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_DATE = rf"""{_WEEKDAY}(?:
      (?P<year_1>\d{{4}})(?P<mark_1>[-/.])(?P<month_1>\d{{1,2}})(?P=mark_1)(?P<day_1>\d{{1,2}})
    | (?P<day_2>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[\s-]*{_MONTH.format("month_2")},?
      [\s-]+(?P<year_2>\d{{4}})
    | {_MONTH.format("month_3")}\s+(?P<day_3>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year_3>\d{{4}})
    | (?P<day_4>\d{{1,2}})(?P<mark_4>[-/.])(?P<month_4>\d{{1,2}})(?P=mark_4)(?P<year_4>\d{{4}})
    )"""
_ZONE = (
    r"(?:\s*(?:Z\b|[+-]\d{2}:?\d{2}\b|\(?(?:GMT|UTC|[A-Z]{2,4}T|MSK|BST)(?:[+-]\d{1,2})?\b\)?"
    r"|(?:\w+\s)?time\b))*"
)
_TIME = (
    r"(?P<hour_{0}>\d{{1,2}})(?:[:.](?P<minute_{0}>\d{{2}})(?::\d{{2}}(?:\.\d+)?)?"
    r"(?:\s*(?P<half_{0}>[ap])\.?m\b\.?)?|\s*(?P<just_{0}>[ap])\.?m\b\.?)"
)
_STAMP = re.compile(
    rf"(?<![\w.,/-])(?:{_TIME.format('b')}{_ZONE}[\s,|·•–—-]*(?:on\s+)?)?{_DATE}"
    rf"(?![\d/-]|\.\d)(?:(?:T|[\s,|·•–—-]*(?:at\s+)?){_TIME.format('a')}(?!\d){_ZONE})?",
    re.IGNORECASE | re.VERBOSE,
)
_YEARLESS = re.compile(
    rf"{_WEEKDAY}(?:\d{{1,2}}\s+{_MONTH.format('one')}|{_MONTH.format('two')}\s+\d{{1,2}})"
    rf"[\s,|·•–—-]+(?:at\s+)?{_TIME.format('a')}{_ZONE}",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"\b(?:first\s+|last\s+)?(?:published|posted|updated|upd|modified|edited|issued|date|created"
    r"|on|at)\b[:.]?",
    re.IGNORECASE,
)
_SAYS_SO = re.compile(
    r"\s*(?:first\s+|last\s+)?(?:published|posted|updated|modified)\b", re.IGNORECASE
)
_LATER = re.compile(r"\b(?:updated|upd|modified|edited)\b", re.IGNORECASE)
_PARTS = re.compile(r"[|·•–—\t/]|\s-\s|\s{2,}")


class FoundDate(NamedTuple):
    """A date found in a line: its ISO form ("" if it can be read two ways) and where it stands."""

    iso: str
    start: int
    end: int


def find_date(line: str) -> FoundDate | None:
    """Find the first full date (day, month, year, with or without the time) in a line."""
    # Months in English or as numbers. Dots mean day first (15.05.2024); with slashes or hyphens day
    # or month may come first, so it is read only if one of them is above 12 or both are equal.
    return next(_find_dates(line), None)


def _find_dates(line: str) -> Iterator[FoundDate]:
    for match in _STAMP.finditer(line):
        iso = _iso(match)
        if iso is not None:
            yield FoundDate(iso, match.start(), match.end())


def _iso(match: re.Match[str]) -> str | None:
    """ISO form of a match; "" where ambiguous, None where there is no such day."""
    form = next(n for n in "1234" if match[f"year_{n}"])
    year, day = int(match[f"year_{form}"]), int(match[f"day_{form}"])
    name = match[f"month_{form}"].lower()
    month = int(name) if name.isdigit() else MONTHS.index(name[:3]) + 1
    if form == "4" and match["mark_4"] != ".":
        if day <= 12 and month <= 12 and day != month:
            return ""
        if month > 12:
            day, month = month, day
    try:
        date = datetime(year, month, day).date().isoformat()
    except ValueError:
        return None
    return date + (_clock(match, "a") or _clock(match, "b"))


def _clock(match: re.Match[str], side: str) -> str:
    """ "T08:09" of the time before or after the date; "" where there is none."""
    if match[f"hour_{side}"] is None:
        return ""
    hour, minute = int(match[f"hour_{side}"]), int(match[f"minute_{side}"] or 0)
    half = (match[f"half_{side}"] or match[f"just_{side}"] or "").lower()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    return f"T{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else ""


def parse_date(text: str) -> str:
    """Read a text that is nothing but a date."""
    found = find_date(text.strip())
    whole = found is not None and (found.start, found.end) == (0, len(text.strip()))
    return found.iso if found is not None and whole else ""


def read_published(value: str) -> str:
    """Bring a date that somebody typed into the manifest's form."""
    iso = parse_date(value)
    if not iso:
        raise InputError(f"--published {value!r} is not a date that can be read; write {FORMS}.")
    return iso


def read_date_line(line: str) -> tuple[FoundDate, bool] | None:
    """Read a line that states when a text appeared, and little else."""
    if _YEARLESS.fullmatch(line):
        return FoundDate("", 0, len(line)), False
    stamps = list(_find_dates(line)) if len(line) <= 160 else []
    if not stamps:
        return None
    ends = [0, *(found.end for found in stamps)]
    later = [bool(_LATER.search(line[ends[i] : f.start])) for i, f in enumerate(stamps)]
    first = later.index(False) if False in later else 0
    return (stamps[first], later[first]) if _says_little_else(line, stamps) else None


def _says_little_else(line: str, stamps: list[FoundDate]) -> bool:
    """Whether labels, a byline or an outlet are all that a line has beside its dates."""
    for found in reversed(stamps):
        line = line[: found.start] + "\0" + line[found.end :]
    parts = [part for part in _PARTS.split(line) if part.strip()]
    own = [part for part in parts if "\0" in part]
    others = sum(len(part.split()) for part in parts if "\0" not in part)
    rest = re.findall(r"\w+", _LABEL.sub(" ", " ".join(own)))
    byline = re.match(r"\s*by\s", own[0], re.IGNORECASE)
    return len(rest) <= (6 if byline else 2) and others <= 10


def read_time_line(line: str) -> str:
    """Read a line that is nothing but the time of day."""
    match = re.fullmatch(_TIME.format("a") + _ZONE, line.strip(), re.IGNORECASE)
    return _clock(match, "a") if match else ""


def states_date(line: str) -> bool:
    """Say whether a line is a date line that says so itself, as in "Published: 15 May 2024"."""
    return bool(_SAYS_SO.match(line)) and read_date_line(line) is not None


def split_date(paragraph: str) -> tuple[str, str] | None:
    """Cut a date line that runs straight into the first sentence off that sentence."""
    found = find_date(paragraph[:80])
    if found is None or found.start > 0:
        return None
    rest = paragraph[found.end :]
    begins = re.match(r"\s*(?:[-–—|:]\s*)?(?=[“\"‘'«]?[^\W\d_])", rest)
    if begins is None or not re.search(r"[^\W\d_]", rest)[0].isupper():  # type: ignore[index]
        return None
    if not begins[0] or len(rest.split()) < 4:
        return None
    return paragraph[: found.end], rest[begins.end() :]


# Languages whose names of months are read, besides English.
_LANGUAGES = "de fr es it pt nl sv da nb fi pl cs sk hu ro tr id ru uk bg sr hr el".split()
_WORDED = re.compile(
    r"(?<!\d)(\d{1,2})(?:er|\.|º|ª)?\s+(?:de\s+)?([^\W\d_]{3,12})\.?,?\s+(?:de\s+|del\s+)?(\d{4})"
    r"(?!\d)(?:[\s,]*(?:à|um|a las|alle|às|om|•|-)?\s*(\d{1,2})\s?[:h]\s?(\d{2})(?!\d))?",
    re.IGNORECASE,
)
_TWO_WAYS = re.compile(r"(?<!\d)(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)")
_LATE_WEEKDAY = re.compile(  # "May 15, 2024 Wednesday 8:09 AM"
    r"(?<=\d{4})\s+(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b", re.IGNORECASE
)
_PLAIN = re.compile(r"(?:19|20)\d{6}(?:T?\d{4,6}Z?)?")


def read_stated_date(text: str, *, order: str = "") -> str:
    """Read a date that a database or a table states; "" where there is none, or it is ambiguous."""
    # English and numeric forms by `find_date`; "20240515" and seconds since 1970, as databases
    # write them; names of months in other languages by dateparser, but the shape of such a date
    # here, since dateparser would take 05/04/2024 for one of its two readings.
    text = _LATE_WEEKDAY.sub("", text.strip())
    if _PLAIN.fullmatch(text):
        return _make(int(text[:4]), int(text[4:6]), int(text[6:8]))
    if re.fullmatch(r"\d{9,10}(?:\d{3})?", text):
        seconds = int(text) / (1000 if len(text) > 10 else 1)
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M")
    found = find_date(text)
    if found is not None and found.iso:
        return found.iso
    for match in _WORDED.finditer(text):
        month = read_month(match[2].casefold())
        if month:
            iso = _make(int(match[3]), month, int(match[1]))
            clock = f"T{int(match[4]):02d}:{match[5]}" if match[4] and int(match[4]) < 24 else ""
            return iso + clock if iso else ""
    ambiguous = _TWO_WAYS.search(text)
    if ambiguous and order:
        day, month = map(int, (ambiguous[1], ambiguous[3])[:: 1 if order == "dmy" else -1])
        return _make(int(ambiguous[4]), month, day)
    return ""


@lru_cache(maxsize=1000)
def read_month(word: str) -> int:
    """Number of a month from its name in one of many languages; 0 for any other word."""
    parsed = _date_parser().get_date_data(f"1 {word} 2000").date_obj
    return parsed.month if parsed is not None and (parsed.day, parsed.year) == (1, 2000) else 0


@cache
def _date_parser() -> Any:
    import dateparser

    wanted = {"REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"]}
    return dateparser.DateDataParser(languages=_LANGUAGES, settings=wanted)


def _make(year: int, month: int, day: int) -> str:
    try:
        return datetime(year, month, day).date().isoformat()
    except ValueError:
        return ""


def guess_date_order(values: Iterable[str]) -> str:
    """Say whether the dates of a column have the day or the month first; "" if unclear."""
    orders = set()
    for value in values:
        match = _TWO_WAYS.search(value)
        if match and int(match[1]) > 12:
            orders.add("dmy")
        elif match and int(match[3]) > 12:
            orders.add("mdy")
    return orders.pop() if len(orders) == 1 else ""
