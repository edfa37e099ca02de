"""What can be wrong with a manifest: dates, titles, cells that a spreadsheet would run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from analysis.checks.finding import Finding, quote
from analysis.reading.headlines import title_key
from analysis.reading.plan import count_words

LATER = ("updated", "modified", "accessed", "retrieved", "fetched")  # columns with later dates
MANY = 10  # rows from which an order of time is no accident
OLDEST = 1700  # a year before which there were hardly any newspapers
_FORMULA = re.compile(r"\s*[=@+-]\s*[A-Za-z0-9.]+\s*[(!|]")


def check_facts(row: Mapping[str, Any], text: str, today: date) -> Iterator[Finding]:
    """Look for what is wrong with what a manifest says of one document.

    Parameters
    ----------
    row : mapping
        Column → value; ``doc`` is its id.
    text : str
        The document's text.
    today : datetime.date

    Yields
    ------
    Finding
        Kinds "date", "title" and "words".
    """
    doc = str(row["doc"])
    yield from _check_date(doc, row.get("published"), text, today)
    title = str(row.get("title") or "")
    if not title:
        yield Finding(doc, "suspicious", "title", "the manifest has no title")
    stated = str(row.get("stated_words") or "")
    if stated.isdigit() and int(stated):
        body = text.removeprefix(title).removeprefix("\n")
        found = len(body.split())
        counts = (found, len(text.split()), count_words([body]))
        if all(abs(count - int(stated)) > 0.1 * int(stated) for count in counts):
            what = f"the source states {int(stated):,} words, the text has {found:,}"
            yield Finding(doc, "suspicious", "words", what)


def check_cells(row: Mapping[str, Any]) -> Iterator[Finding]:
    """Look for cells that a spreadsheet would run as a formula.

    Parameters
    ----------
    row : mapping
        Column → the cell as it is written, so that one with an apostrophe before it is none;
        ``doc`` is the document's id.

    Yields
    ------
    Finding
        Kind "formula".
    """
    for name, value in row.items():
        if name not in ("text", "doc") and isinstance(value, str) and _FORMULA.match(value):
            what = f"a spreadsheet would run the cell {name!r}: {quote(value)}"
            yield Finding(str(row["doc"]), "suspicious", "formula", what)


def _check_date(doc: str, published: Any, text: str, today: date) -> Iterator[Finding]:
    if published is None or published != published:  # NaT is not equal to itself
        yield Finding(doc, "suspicious", "date", "the manifest has no date")
        return
    day = published.date() if isinstance(published, datetime) else published
    if day > today:
        yield Finding(doc, "wrong", "date", f"{day} is in the future")
    elif day.year < OLDEST:
        yield Finding(doc, "wrong", "date", f"{day} is before there were newspapers")
    else:
        years = [int(year) for year in re.findall(r"\b(?:19|20)\d{2}\b", text)]
        past = [year for year in years if year <= today.year]
        if len(past) >= 3 and min(sorted(past)[len(past) // 2 :]) > day.year + 1:
            what = f"{day}, but most years in the text are later ({max(past)})"
            yield Finding(doc, "suspicious", "date", what)


def check_order(rows: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """Look for dates that do not fit their neighbours, the id, or the other dates of the row.

    Parameters
    ----------
    rows : list of mapping
        The documents in their order, with ``doc`` and ``published``.

    Yields
    ------
    Finding
        Kind "date": an id that states another day; a text that was seen or changed before it was
        published; in a list that is otherwise in the order of time, a document out of it.
    """
    dated = [(row, row["published"]) for row in rows if _is_day(row.get("published"))]
    for row, published in dated:
        stated = re.search(r"(?<!\d)((?:19|20)\d{2}-\d{2}-\d{2})(?!\d)", str(row["doc"]))
        if stated and stated[1] != f"{published:%Y-%m-%d}":
            what = f"published {published:%Y-%m-%d}, but the id says {stated[1]}"
            yield Finding(str(row["doc"]), "suspicious", "date", what)
        for name in LATER:
            other = re.match(r"\d{4}-\d{2}-\d{2}", str(row.get(name) or ""))
            if other and other[0] < f"{published:%Y-%m-%d}":
                what = f"{name} {other[0]} is before it was published ({published:%Y-%m-%d})"
                yield Finding(str(row["doc"]), "wrong", "date", what)
    steps = [(b - a).days for (_, a), (_, b) in pairwise(dated)]
    for sign in (1, -1):
        against = [i for i, step in enumerate(steps) if sign * step < 0]
        if len(steps) >= MANY and 0 < len(against) <= 0.1 * len(steps):
            for i in against:
                what = f"{dated[i + 1][1]:%Y-%m-%d} is out of the order of the rows around it"
                yield Finding(str(dated[i + 1][0]["doc"]), "suspicious", "date", what)


def _is_day(value: Any) -> bool:
    return isinstance(value, datetime) and value == value  # NaT is not equal to itself


def check_titles(rows: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """Look for one title on one day at one outlet that two documents have.

    Parameters
    ----------
    rows : list of mapping
        With ``doc``, ``title``, ``outlet`` and ``published``.

    Yields
    ------
    Finding
        Kind "title".
    """
    seen: dict[tuple[str, str, str], str] = {}
    for row in rows:
        title = title_key(str(row.get("title") or ""))
        key = (title, str(row.get("outlet") or ""), str(row.get("published"))[:10])
        other = seen.setdefault(key, str(row["doc"]))
        if title and other != str(row["doc"]):
            what = f"{other} has the same title, outlet and day"
            yield Finding(str(row["doc"]), "suspicious", "title", what)
