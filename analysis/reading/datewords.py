"""Dates in other languages than English, and dates that only their neighbours make plain."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from analysis.reading.dates import find_date

_MONTHS = """
janvier février mars avril mai juin juillet août septembre octobre novembre décembre
januar februar märz april mai juni juli august september oktober november dezember
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
januari februari maart april mei juni juli augustus september oktober november december
stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
января февраля марта апреля мая июня июля августа сентября октября ноября декабря
січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
"""
_SHORT = """
janv févr mars avr mai juin juil août sept oct nov déc
jän febr mrz apr mai jun jul aug sep okt nov dez
"""
NUMBERS = {
    word: i % 12 + 1
    for block in (_MONTHS, _SHORT)
    for line in block.strip().split("\n")
    for i, word in enumerate(line.split())
}
_WORDED = re.compile(
    r"(?<!\d)(\d{1,2})(?:er|\.|º|ª)?\s+(?:de\s+)?([^\W\d_]{3,12})\.?,?\s+(?:de\s+|del\s+)?(\d{4})"
    r"(?!\d)(?:[\s,]*(?:à|um|a las|alle|às|om|•|-)?\s*(\d{1,2})\s?[:h]\s?(\d{2})(?!\d))?",
    re.IGNORECASE,
)
_TWO_WAYS = re.compile(r"(?<!\d)(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)")
_WEEKDAY = re.compile(  # "May 15, 2024 Wednesday 8:09 AM"
    r"(?<=\d{4})\s+(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b", re.IGNORECASE
)
_PLAIN = re.compile(r"(?:19|20)\d{6}(?:T?\d{4,6}Z?)?")


def read_stated_date(text: str, *, order: str = "") -> str:
    """Read a date that a database or a table states.

    Parameters
    ----------
    text : str
        "May 15, 2024 Wednesday", "mercredi 15 mai 2024", "20240515", seconds since 1970 …
    order : {"", "dmy", "mdy"}
        How to read 05/04/2024; without it such a date is not read.

    Returns
    -------
    str
        "2024-05-15" or "2024-05-15T08:09"; "" if no date can be read.

    Examples
    --------
    >>> read_stated_date("mercredi 15 mai 2024"), read_stated_date("05/04/2024", order="dmy")
    ('2024-05-15', '2024-04-05')
    """
    text = _WEEKDAY.sub("", text.strip())
    if _PLAIN.fullmatch(text):
        return _make(int(text[:4]), int(text[4:6]), int(text[6:8]))
    if re.fullmatch(r"\d{9,10}(?:\d{3})?", text):
        seconds = int(text) / (1000 if len(text) > 10 else 1)
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M")
    found = find_date(text)
    if found is not None and found.iso:
        return found.iso
    for match in _WORDED.finditer(text):
        number = NUMBERS.get(match[2].casefold())
        if number:
            iso = _make(int(match[3]), number, int(match[1]))
            clock = f"T{int(match[4]):02d}:{match[5]}" if match[4] and int(match[4]) < 24 else ""
            return iso + clock if iso else ""
    twofold = _TWO_WAYS.search(text)
    if twofold and order:
        day, month = (twofold[1], twofold[3]) if order == "dmy" else (twofold[3], twofold[1])
        return _make(int(twofold[4]), int(month), int(day))
    return ""


def _make(year: int, month: int, day: int) -> str:
    try:
        return datetime(year, month, day).date().isoformat()
    except ValueError:
        return ""


def settle_order(values: Iterable[str]) -> str:
    """Say whether the dates of a column have the day or the month first.

    Parameters
    ----------
    values : iterable of str

    Returns
    -------
    {"dmy", "mdy", ""}
        "" where no date of the column tells, or they contradict each other.

    Examples
    --------
    >>> settle_order(["05/04/2024", "17/04/2024"])
    'dmy'
    """
    orders = set()
    for value in values:
        match = _TWO_WAYS.search(value)
        if match and int(match[1]) > 12:
            orders.add("dmy")
        elif match and int(match[3]) > 12:
            orders.add("mdy")
    return orders.pop() if len(orders) == 1 else ""
