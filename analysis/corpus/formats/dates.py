"""One reader of dates for all formats: what is written becomes the ISO form of the manifest."""

from __future__ import annotations

import email.utils
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from importlib import import_module
from typing import NamedTuple

from analysis.tables import InputError

FORMS = "2024-05-15, 2024-05-15T08:09, 15 May 2024 08:09, May 15, 2024 or 15.05.2024"
YEARS = range(1600, 2100)  # from the first newspapers on
LONGEST = 400  # characters of a line in which a date is looked for

# A word that may name a month or a weekday; whether it does is looked up.
_WORD = r"[^\W\d_][^\s\d.,;:/|()\[\]–—’'-]*(?:\s(?:الأول|الثاني))?"
_ORDINAL = r"(?:(?:st|nd|rd|th|er|ère|-?(?:го|е|га))\b|[º°ª.])?"
_OF = r"(?:of\s+|de\s+|del\s+|d['’]\s?|da\s+|ta['’]\s+|ng\s+)?"
_OF_Y = r"(?:del?\s+)?"
_ZONE = (
    r"(?:\s*(?:Uhr\b|h(?:rs)?\b\.?|(?-i:Z)\b|(?:(?-i:GMT|UTC|UT)\s?)?[+-]\d{2}(?::?\d{2})?(?!\d)"
    r"|\(?(?-i:GMT|UTC|[A-Z]{1,4}T|MSK|MESZ|MEZ|BST|МСК|мск)(?:[+-]\d{1,2})?\b\)?"
    r"|\((?-i:[A-Z][A-Za-z ]{1,40})\)|(?:\w+\s)?time\b))*"
)
_TIME = (
    r"(?:(?P<early_{0}>上午|오전|午前)|(?P<late_{0}>下午|오후|午後))?\s*(?P<hour_{0}>\d{{1,2}})(?:"
    r"(?:(?:[:.]|\s?h\s?)(?=\d\d)|\s?[時时시點点]\s?)(?P<minute_{0}>\d{{1,2}})(?:分|분|:\d{{2}}(?:[.,]\d+)?)?"
    r"(?:\s*(?P<half_{0}>[ap])\.?\s?m\b\.?)?|\s*(?P<just_{0}>[ap])\.?\s?m\b\.?|\s?(?:h|Uhr)\b)"
)
_AT = (
    r"(?:(?:at|à|um|a\s+las|alle(?:\s+ore)?|ore|às|as|om|kl|klo|klokka|saat|ora|la|godz|v|ve|o"
    r"|в|о|об|στις|lúc|pukul)\b\.?\s*)?"
)
_NO_MORE = r"(?![\d/-]|\.\d)"
_DAY = r"(?<![\w./-])(?<!\d,)(?P<d{0}>\d{{1,2}})"
_YEAR = r"(?<![\w./-])(?<!\d,)(?P<y{0}>\d{{4}})"
# The shapes of a date, with a year of four or of two digits: 2024-05-15; 2024年5月15日;
# 15 May 2024; May 15, 2024 and Twitter's May 15 08:09:00 +0000 2024; 2024. május 15.;
# 2024. gada 15. maijs; 15 tháng 5 năm 2024; 15.05.2024.
_SHAPES = rf"""
    {_YEAR.format(1)}(?P<mark1>[-/.]\s?)(?P<m1>\d{{1,2}})(?P=mark1)(?P<d1>\d{{1,2}}){_NO_MORE}\.?
  | (?<!\d)(?P<y2>\d{{4}})\s?[年년]\s?(?P<m2>\d{{1,2}})\s?[月월]\s?(?P<d2>\d{{1,2}})
    (?:\s?[日일号號])?
  | {_DAY.format(3)}{_ORDINAL}[\s,/-]{{0,3}}{_OF}(?P<m3>{_WORD})(?:/{_WORD})?[.,]?
    [\s,/-]{{0,3}}{_OF_Y}(?P<y3>YEAR){_NO_MORE}
  | (?<![\w/-])(?P<m4>{_WORD})[.,]?[\s/-]{{0,2}}(?P<d4>\d{{1,2}}){_ORDINAL}
    (?:,?\s+{_TIME.format("m")}{_ZONE},?\s+|[\s,/-]{{1,3}}{_OF_Y})(?P<y4>YEAR){_NO_MORE}
  | {_YEAR.format(6)}\.?\s(?:gada|g\.)\s(?P<d6>\d{{1,2}})\.?\s(?P<m6>{_WORD})
  | {_YEAR.format(5)}(?:[.,]|\s?m\.)?[\s/-]{{0,2}}(?P<m5>{_WORD})\.?
    [\s/-]{{1,2}}(?P<d5>\d{{1,2}}){_NO_MORE}(?:\s?d\.|\.|-?[aá]n?\b)?
  | {_DAY.format(7)}[,\s]\s?(?:tháng|thg)\s(?P<m7>\d{{1,2}})(?:,?\s+năm\s|,?\s)(?P<y7>\d{{4}})
  | {_DAY.format(8)}(?P<mark8>[-/.]\s?)(?P<m8>\d{{1,2}})(?P=mark8)(?P<y8>YEAR){_NO_MORE}
"""
_YEAR_LONG, _YEAR_SHORT = re.compile(r"\d{4}"), re.compile(r"\d{2}")
_FLAGS = re.IGNORECASE | re.VERBOSE
_FULL = re.compile(_SHAPES.replace("YEAR", r"\d{4}"), _FLAGS)
_SHORT = re.compile(_SHAPES.replace("YEAR", r"['’]?\d{2}(?!\s?[:.h]\s?\d|\s?[ap]\.?m)"), _FLAGS)
_AFTER = re.compile(rf"(?:T|[\s,|·•–—:-]*{_AT}){_TIME.format('a')}(?!\d){_ZONE}", re.IGNORECASE)
_BEFORE = re.compile(
    rf"(?<![\w.,/-]){_TIME.format('b')}{_ZONE}[\s,|·•–—-]*(?:on\s+)?$", re.IGNORECASE
)
_WORD_BEFORE = re.compile(rf"(?<!\w)({_WORD})\.?,?\s+$")
_WORD_AFTER = re.compile(rf"[\s,]*\(?({_WORD})[.)]*")
_OF_YEAR = re.compile(r"\s?(?:года|году|року|год|г|р)\b\.?")
_YEARLESS = re.compile(
    rf"(?:({_WORD})\.?,?\s+)??(?:\d{{1,2}}{_ORDINAL}\s+{_OF}({_WORD})|({_WORD})\.?\s+\d{{1,2}})"
    rf"[\s,|·•–—-]+{_AT}{_TIME.format('a')}{_ZONE}",
    re.IGNORECASE,
)
_FIRST = (
    "published|posted|veröffentlicht|erschienen|publié|publicado|pubblicato|опубликовано"
    "|опубліковано|opublikowano"
)
_CHANGED = (
    "updated|upd|modified|edited|aktualisiert|mis à jour|modifié|actualizado|atualizado|aggiornato"
    "|обновлено|изменено|оновлено|zaktualizowano"
)
_LABEL = re.compile(
    rf"\b(?:first\s+|last\s+)?(?:{_FIRST}|{_CHANGED}|issued|date|created|stand"
    r"|on|at|the|am|um|den|le|à|el|em|a\s+las|il|alle|dne|kl|klo|στις|ngày|в|о)\b[:.]?",
    re.IGNORECASE,
)
_SAYS_SO = re.compile(rf"\s*(?:first\s+|last\s+)?(?:{_FIRST}|{_CHANGED})\b", re.IGNORECASE)
_LATER = re.compile(rf"\b(?:{_CHANGED})\b", re.IGNORECASE)
_PARTS = re.compile(r"[|·•–—\t/]|\s-\s|\s{2,}")

# The languages whose names of months and weekdays are read (Unicode's, as dateparser keeps them);
# where two give one word to two months (listopad), the first counts.
_LANGUAGES = (
    "en ru es fr de ja tr pt fa it zh nl vi pl ar ko cs id uk el he th sv ro hu da fi sk bg sr nb "
    "hr lt sl ca et lv hi bn ur sr-Latn bs mk sq be ka hy az kk uz is gl eu af ms sw fil ga mt cy"
).split()
_MONTHS = (
    "january february march april may june july august september october november december"
).split()
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()


class FoundDate(NamedTuple):
    """A date found in a line: its ISO form ("" if it can be read two ways) and where it stands."""

    iso: str
    start: int
    end: int


def find_date(line: str) -> FoundDate | None:
    """Find the first full date (day, month, year, with or without the time) in a line."""
    # Months as numbers or by name in one of many languages. Dots mean day first (15.05.2024); with
    # slashes or hyphens day or month may come first, so it is read only if one of them is above 12
    # or both are equal. A year of two digits counts only where a line is nothing but a date.
    return next(_find_dates(line), None)


def _find_dates(line: str, order: str = "", language: str = "") -> Iterator[FoundDate]:
    line = line[:LONGEST]
    at, any_found, pattern = 0, False, _FULL if _YEAR_LONG.search(line) else None
    while pattern and (match := pattern.search(line, at)):
        iso = _iso(match, order, language)
        if iso is None:
            at = match.start() + 1
            continue
        yield (found := _extend(line, match, iso))
        at, any_found = found.end, True
    if not any_found and len(line) <= 60 and _YEAR_SHORT.search(line):
        yield from _find_short(line, order, language)


def _find_short(line: str, order: str, language: str) -> Iterator[FoundDate]:
    """The date of a line that is nothing but a label and a date with a year of two digits."""
    at = 0
    while match := _SHORT.search(line, at):
        iso = _iso(match, order, language)
        if iso is not None:
            found = _extend(line, match, iso)
            if _is_whole(line, found):
                yield found
            return
        at = match.start() + 1


def _is_whole(line: str, found: FoundDate) -> bool:
    """Whether a line holds nothing but a date and what says that it is one."""
    return not re.search(r"\w", _LABEL.sub("", line[: found.start]) + line[found.end :])


def _iso(match: re.Match[str], order: str, language: str) -> str | None:
    """ISO form of a match's day; "" where ambiguous, None where there is no such day."""
    form = next(n for n in "12345678" if match[f"y{n}"])
    written, name, day = match[f"y{form}"], match[f"m{form}"], int(match[f"d{form}"])
    year = int(written.lstrip("'’"))
    if len(written) < 4:
        year += 2000 if year < 50 else 1900
    if year > 2400 and "\u0e00" <= name[0] <= "\u0e7f":  # Thai years count from 543 BC
        year -= 543
    month = int(name) if name.isdigit() else read_month(name, language)
    if form == "8":
        both = 1 <= day <= 12 and 1 <= month <= 12 and day != month
        dotted = match["mark8"].startswith(".")
        if both and not order and not dotted:
            return ""
        if match["mark8"] == "-" and len(written) == 2 and not order and int(written) <= 31:
            return ""  # 15-05-24 could begin with the year
        if month > 12 or (both and order == "mdy"):
            day, month = month, day
    return _make(year, month, day) or None


def _extend(line: str, match: re.Match[str], iso: str) -> FoundDate:
    """A found day with the weekday and the time that stand before or after it."""
    start, end = match.span()
    clock = _clock(match, "m")
    if of_year := _OF_YEAR.match(line, end):
        end = of_year.end()
    word = _WORD_AFTER.match(line, end)
    if word and word[1].casefold() in _read_weekdays():
        end = word.end()
    if not clock and (after := _AFTER.match(line, end)):
        clock, end = _clock(after, "a"), after.end()
    start = _skip_weekday(line, start)
    if not clock and (before := _BEFORE.search(line, max(0, start - 60), start)):
        clock, start = _clock(before, "b"), _skip_weekday(line, before.start())
    return FoundDate(iso + clock if iso else "", start, end)


def _skip_weekday(line: str, start: int) -> int:
    """Where a weekday before a date begins; where the date does if there is none."""
    word = _WORD_BEFORE.search(line, max(0, start - 30), start)
    return word.start() if word and word[1].casefold() in _read_weekdays() else start


def _clock(match: re.Match[str], side: str) -> str:
    """ "T08:09" of the time before or after the date; "" where there is none."""
    if match[f"hour_{side}"] is None:
        return ""
    hour, minute = int(match[f"hour_{side}"]), int(match[f"minute_{side}"] or 0)
    half = (match[f"half_{side}"] or match[f"just_{side}"] or "").lower()
    half = half or ("a" if match[f"early_{side}"] else "p" if match[f"late_{side}"] else "")
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    return f"T{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else ""


def read_month(word: str, language: str = "") -> int:
    """Number of a month from its name in one of many languages; 0 for any other word."""
    key = _fold(word)
    if key.isascii() and len(key) < 3 and not re.fullmatch("[IVX]+", word):
        return 0
    return (_read_months(language) if language else {}).get(key) or _read_months().get(key, 0)


@cache
def _read_months(language: str = "") -> dict[str, int]:
    """The months by their folded names: of one language, or of all."""
    months: dict[str, int] = {}
    for code in [language] if language in _LANGUAGES else _LANGUAGES if not language else []:
        for number, names in enumerate(_read_names(code, _MONTHS), start=1):
            for name in names:
                months.setdefault(re.sub(r"^de ", "", _fold(name)), number)
    return months


@cache
def _read_weekdays() -> frozenset[str]:
    """The names of weekdays in all languages, in small letters."""
    names = (name for code in _LANGUAGES for days in _read_names(code, _WEEKDAYS) for name in days)
    return frozenset(name.casefold().strip(".") for name in names)


def _read_names(code: str, keys: list[str]) -> Iterator[list[str]]:
    """What a language and its regional forms call some months or weekdays."""
    info = import_module(f"dateparser.data.date_translation_data.{code}").info
    regions = info.get("locale_specific", {}).values()
    for key in keys:
        yield [*info.get(key, []), *(name for one in regions for name in one.get(key, []))]


def _fold(name: str) -> str:
    """A name without case, accents and full stop."""
    decomposed = unicodedata.normalize("NFKD", name.casefold().strip(". "))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _make(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat() if year in YEARS else ""
    except ValueError:
        return ""


def parse_date(text: str) -> str:
    """Read a text that is nothing but a date and a word that says so (Published: 15 May 2024)."""
    found = find_date(text)
    return found.iso if found is not None and _is_whole(text, found) else ""


def read_published(value: str) -> str:
    """Bring a date that somebody typed into the manifest's form."""
    iso = parse_date(value)
    if not iso:
        raise InputError(f"--published {value!r} is not a date that can be read; write {FORMS}.")
    return iso


def read_date_line(line: str) -> tuple[FoundDate, bool] | None:
    """Read a line that states when a text appeared, and little else."""
    if _is_yearless(line):
        return FoundDate("", 0, len(line)), False
    stamps = list(_find_dates(line)) if len(line) <= 160 else []
    if not stamps:
        return None
    ends = [0, *(found.end for found in stamps)]
    later = [bool(_LATER.search(line[ends[i] : f.start])) for i, f in enumerate(stamps)]
    first = later.index(False) if False in later else 0
    return (stamps[first], later[first]) if _says_little_else(line, stamps) else None


def _is_yearless(line: str) -> bool:
    """Whether a line is nothing but a day and a time of day."""
    match = _YEARLESS.fullmatch(line) if len(line) <= 60 else None
    if match is None or (match[1] and match[1].casefold() not in _read_weekdays()):
        return False
    return bool(read_month(match[2] or match[3]))


def _says_little_else(line: str, stamps: list[FoundDate]) -> bool:
    """Whether labels, a byline or an outlet are all that a line has beside its dates."""
    for found in reversed(stamps):
        line = line[: found.start] + "\0" + line[found.end :]
    parts = [part for part in _PARTS.split(line) if part.strip()]
    own = [part for part in parts if "\0" in part]
    others = sum(len(part.split()) for part in parts if "\0" not in part)
    rest = re.findall(r"\w+", _LABEL.sub(" ", " ".join(own)))
    byline = re.match(r"\s*(?:by|von|par|por|di)\s", own[0], re.IGNORECASE)
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


_TWO_WAYS = re.compile(r"(?<![\w./-])(\d{1,2})([-/.])(\d{1,2})\2(?:\d{4}|\d{2})(?![\d/-]|\.\d)")
_PLAIN = re.compile(
    r"((?:1[6-9]|20)\d\d)([01]\d)([0-3]\d)(?:[T ]?([0-2]\d):?([0-5]\d)(?::?\d{2})?Z?)?"
)
_SECONDS = re.compile(r"(?:/Date\()?(\d{9,10})(\.\d+|\d{3}|\d{6}|\d{9})?(?:\)/)?")
_ORDINAL_DAY = re.compile(r"(?:1[6-9]|20)\d\d-[0-3]\d\d")
_TO = r"\.?\s*[-–—]\s*"
_SPANS = (  # 15-16 May 2024; May 15-16, 2024; 30 April–1 May 2024; April 30–May 1, 2024
    re.compile(rf"(?<![\w./-])(?P<first>\d{{1,2}}){_TO}\d{{1,2}}(?=\.?\s{_OF}(?P<m>{_WORD}))"),
    re.compile(rf"(?P<first>(?P<m>{_WORD})\s\d{{1,2}}){_TO}\d{{1,2}}(?=,?\s\d{{4}})"),
    re.compile(
        rf"(?<![\w./-])(?P<first>\d{{1,2}}\.?\s(?P<m>{_WORD})){_TO}\d{{1,2}}\.?\s"
        rf"(?P<n>{_WORD})(?=\.?,?\s\d{{4}})"
    ),
    re.compile(
        rf"(?P<first>(?P<m>{_WORD})\s\d{{1,2}}){_TO}(?P<n>{_WORD})\s\d{{1,2}}(?=,?\s\d{{4}})"
    ),
)
_WEEK = re.compile(r"\d{4}-?W\d{2}-?[1-7]")


@lru_cache(maxsize=20_000)
def read_stated_date(text: str, *, order: str = "", language: str = "") -> str:
    """Read a date that a database or a table states; "" where there is none, or it is ambiguous."""
    # Beside what `find_date` reads: 20240515, seconds since 1970 (also their thousandths and
    # smaller parts), 2024-W20-3, and in `order` what could be read two ways.
    text = text.strip()
    if plain := _PLAIN.fullmatch(text):
        day = _make(int(plain[1]), int(plain[2]), int(plain[3]))
        return f"{day}T{plain[4]}:{plain[5]}" if day and plain[4] else day
    if seconds := _SECONDS.fullmatch(text):
        return datetime.fromtimestamp(int(seconds[1]), UTC).strftime("%Y-%m-%dT%H:%M")
    if _WEEK.fullmatch(text):
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            return ""
    if _ORDINAL_DAY.fullmatch(text):
        try:
            return datetime.strptime(text, "%Y-%j").date().isoformat()
        except ValueError:
            return ""
    found = _first_stated(_take_first_day(text), order, language)
    return found.iso if found is not None else ""


def _first_stated(text: str, order: str, language: str) -> FoundDate | None:
    """The first date of a text that is not called the day of a change; the first if all are."""
    stamps = list(_find_dates(text, order, language))
    ends = [0, *(found.end for found in stamps)]
    for i, found in enumerate(stamps):
        if not _LATER.search(text[ends[i] : found.start]):
            return found
    return next(iter(stamps), None)


def _take_first_day(text: str) -> str:
    """A text without the last day of several: 15 May 2024 for 15-16 May 2024."""
    for pattern in _SPANS:
        match = pattern.search(text)
        names = match.groupdict() if match else {}
        if match and all(read_month(names[one]) for one in "mn" if one in names):
            rest = text[match.end() :]
            if "n" in names and read_month(names["m"]) > read_month(names["n"]):  # of two years
                rest = re.sub(r"\d{4}", lambda year: str(int(year[0]) - 1), rest, count=1)
            return text[: match.end("first")] + rest
    return text


_OF_MONTH = re.compile(
    rf"(?P<m1>\d{{1,2}})[-/.](?P<y1>\d{{4}})|(?P<y2>\d{{4}})(?:[-/.]|\s?[年년]\s?)(?P<m2>\d{{1,2}})[月월]?"
    rf"|(?P<m3>{_WORD})\.?,?[\s/-]*{_OF}(?P<y3>\d{{4}})|(?P<y4>\d{{4}})[.,]?[\s-]*(?P<m4>{_WORD})\.?"
    r"|(?P<y5>\d{4})",
    re.IGNORECASE,
)


def read_partial_date(text: str, language: str = "") -> tuple[str, str]:
    """Read a cell that states no more than a month or a year: its first day, and which it is."""
    match = _OF_MONTH.fullmatch(text.strip())
    form = next((n for n in "12345" if match and match[f"y{n}"]), "")
    if match is None or not form:
        return "", ""
    if form == "5":
        first = _make(int(match["y5"]), 1, 1)
        return (first, "year") if first else ("", "")
    name = match[f"m{form}"]
    month = int(name) if name.isdigit() else read_month(name, language)
    first = _make(int(match[f"y{form}"]), month, 1)
    return (first, "month") if first else ("", "")


def read_day_number(text: str) -> str:
    """Read a day as Excel counts them, 45427 for 15 May 2024; "" for what is no such number."""
    match = re.fullmatch(r"(\d{5})(\.\d+)?", text.strip())
    if not match or not 20_000 < int(match[1]) < 60_000:
        return ""
    moment = datetime(1899, 12, 30) + timedelta(days=float(match[0]), seconds=30)
    return moment.strftime("%Y-%m-%dT%H:%M" if match[2] and float(match[2]) else "%Y-%m-%d")


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


_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d{0,2}(?:Z|[+-]\d{4})?)?")
_OFFSET = re.compile(r"(?<=\d)(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})$")


def read_stamp(text: str) -> str:
    """Read a date as XML and mails state it, with the time in the zone that it is stated in."""
    text = " ".join(text.split())
    compact = _COMPACT.fullmatch(text)
    if compact:
        clock = f"T{compact[4]}:{compact[5]}" if compact[4] else ""
        return read_stated_date(f"{compact[1]}-{compact[2]}-{compact[3]}{clock}")
    if re.match(r"(?:[A-Za-z]{3},?\s+)?\d{1,2}\s+[A-Za-z]{3}\w*\s+\d{2,4}\b", text):
        parts = email.utils.parsedate_tz(text)
        if parts and parts[0] > 0:
            year, month, day, hour, minute = parts[:5]
            return read_stated_date(f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}")
    return read_stated_date(_OFFSET.sub("", text))
