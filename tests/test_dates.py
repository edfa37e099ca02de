"""Dates in the forms that pages print."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.corpus.formats.dates import (
    find_date,
    guess_date_order,
    parse_date,
    read_date_line,
    read_day_number,
    read_partial_date,
    read_published,
    read_stated_date,
    read_time_line,
    split_date,
    states_date,
)
from analysis.tables import InputError

FORMS = {
    "15 May, 2024 08:09": "2024-05-15T08:09",
    "15 May 2024": "2024-05-15",
    "15th of May 2024": "2024-05-15",
    "15-May-2024": "2024-05-15",
    "Friday, July 21, 2017": "2017-07-21",
    "Wed May 15, 2024": "2024-05-15",
    "Sept. 9, 2016": "2016-09-09",
    "May 15, 2024 at 8:09 p.m.": "2024-05-15T20:09",
    "May 15, 2024, 12:05 AM EDT": "2024-05-15T00:05",
    "8:09 AM EDT, Wed May 15, 2024": "2024-05-15T08:09",
    "08:09, 15 May 2024": "2024-05-15T08:09",
    "May 15, 2024 8 am": "2024-05-15T08:00",
    "2024-05-15": "2024-05-15",
    "2024/5/15": "2024-05-15",
    "2024-05-15T08:09:31Z": "2024-05-15T08:09",
    "2024-05-15T08:09:31.250+03:00": "2024-05-15T08:09",
    "2024-05-15 08:09": "2024-05-15T08:09",
    "15.05.2024 08:09": "2024-05-15T08:09",
    "05.04.2024": "2024-04-05",
    "15/05/2024": "2024-05-15",
    "05/15/2024": "2024-05-15",
    "05/05/2024": "2024-05-05",
    "15 May 2024 08:09 GMT+3": "2024-05-15T08:09",
    "15 May 2024 25:99": "2024-05-15",
    "05.15.2024": "2024-05-15",
    "15/May/2024:08:09:00 +0000": "2024-05-15T08:09",
    "Wed May 15 08:09:00 +0000 2024": "2024-05-15T08:09",
    "Wed May 15 2024 08:09:00 GMT+0200 (CEST)": "2024-05-15T08:09",
    "May-15-2024 8:09PM": "2024-05-15T20:09",
    "15-May-24": "2024-05-15",
    "May 15, '98": "1998-05-15",
    "05/15/24 08:09 PM": "2024-05-15T20:09",
    "15/05/24": "2024-05-15",
    "15.05.24": "2024-05-15",
    "15. 5. 2024": "2024-05-15",
    "Sonntag 21.Mai 2023": "2023-05-21",
    "Mittwoch, 15. Mai 2024, 08:09 Uhr": "2024-05-15T08:09",
    "mercredi 1er août 2023 à 18h30": "2023-08-01T18:30",
    "15 FEVRIER 2024": "2024-02-15",
    "15 de mayo de 2024": "2024-05-15",
    "15 d’abril de 2024": "2024-04-15",
    "15 ott 2023 - 12:30": "2023-10-15T12:30",
    "15 мая 2024 г., 08:09": "2024-05-15T08:09",
    "08:09, 15 травня 2024 року": "2024-05-15T08:09",
    "15 května 2024 v 8:09": "2024-05-15T08:09",
    "15 Mayıs 2024 Çarşamba 08:09": "2024-05-15T08:09",
    "2024. május 15.": "2024-05-15",
    "2024 m. gegužės 15 d.": "2024-05-15",
    "2024. gada 15. maijs": "2024-05-15",
    "15.V.2024": "2024-05-15",
    "15 Μαΐου 2024": "2024-05-15",
    "15 במאי 2024": "2024-05-15",
    "١٥ مايو/أيار ٢٠٢٤": "2024-05-15",
    "15 كانون الثاني 2024": "2024-01-15",
    "15 tháng 5 năm 2024": "2024-05-15",
    "15 พฤษภาคม 2567": "2024-05-15",
    "15 मई 2024": "2024-05-15",
    "2024年5月15日 星期三 下午3:09": "2024-05-15T15:09",
    "2024년 5월 15일 오후 3시 9분": "2024-05-15T15:09",
}


@pytest.mark.parametrize(("written", "iso"), FORMS.items())
def test_forms(written, iso):
    found = find_date(written)
    assert found.iso == iso
    assert (found.start, found.end) == (0, len(written))
    assert parse_date(f" {written} ") == iso


@pytest.mark.parametrize(
    "text",
    [
        "",
        "last Wednesday",
        "31 February 2024",
        "45.05.2024",
        "May 2024",
        "10.1.2.2024",
        "2024-05",
        "15 brumaire 2024",
        "9 out of 10",
        "1-800-555-2024",
        "15 May 08:09",
        "15 May 3024",
    ],
)
def test_what_is_no_date(text):
    assert find_date(text) is None
    assert parse_date(text) == ""


def test_two_readings_are_not_guessed():
    assert find_date("05/04/2024").iso == ""
    assert parse_date("05/04/2024") == ""
    assert parse_date("05/04/24") == parse_date("15-05-24") == ""
    assert read_stated_date("05/04/24 08:09", order="mdy") == "2024-05-04T08:09"
    assert guess_date_order(["05/04/24", "15/04/24"]) == "dmy"
    assert guess_date_order(["05/04/24", "15/04/24", "04/15/24"]) == ""
    assert read_stated_date("15. listopada 2024") == "2024-11-15"
    assert read_stated_date("15. listopada 2024", language="hr") == "2024-10-15"


def test_a_year_of_two_digits_in_a_sentence_is_no_date():
    assert find_date("He scored on 15 May 24 times.") is None
    assert find_date("Version 15.05.24 is out") is None


@given(st.datetimes(datetime(1600, 1, 1), datetime(2099, 12, 31)))
def test_every_form_of_one_moment_gives_the_same(moment):
    iso = moment.isoformat(timespec="minutes")
    day, clock = str(moment.day), moment.strftime("%H:%M")
    month, year = moment.strftime("%B"), f"{moment.year:04d}"
    for written in (
        moment.isoformat(),
        f"{day} {month}, {year} {clock}",
        f"{moment.strftime('%A')}, {month} {day}, {year} at {moment.strftime('%I:%M %p')}",
        f"{day}.{moment.month:02d}.{year} {clock}",
        f"{clock}, {day} {month[:3]} {year}",
    ):
        assert parse_date(written) == iso


@pytest.mark.parametrize(
    ("line", "iso", "later"),
    [
        ("Published: 15 May 2024", "2024-05-15", False),
        ("Last updated on 15 May 2024 08:09", "2024-05-15T08:09", True),
        ("Published 15 May 2024, updated 16 May 2024", "2024-05-15", False),
        ("Updated 16 May 2024 | Published 15 May 2024", "2024-05-15", False),
        ("By Ann Writer and Bo Scribe | May 15, 2024 | 5 min read", "2024-05-15", False),
        ("By Ann Writer, May 15, 2024", "2024-05-15", False),
        ("BBC News · 15 May 2024", "2024-05-15", False),
        ("MOSCOW, May 15, 2024 (TASS)", "2024-05-15", False),
        ("Published 10:15 GMT, 15 May 2024", "2024-05-15T10:15", False),
        ("Mis à jour le 15 mai 2024 à 8h09", "2024-05-15T08:09", True),
        ("Опубликовано 15 мая 2024, обновлено 16 мая 2024", "2024-05-15", False),
        ("Stand: 15.05.24, 8:09 Uhr", "2024-05-15T08:09", False),
    ],
)
def test_date_lines(line, iso, later):
    found, is_later = read_date_line(line)
    assert (found.iso, is_later) == (iso, later)


@pytest.mark.parametrize(
    "line",
    [
        "Russian Offensive Campaign Assessment, May 24, 2024",
        "The talks of 29 March 2022 ended without a result.",
        "No date at all",
        "15 May 2024 | " + "many words of a menu that is no date line at all " * 2,
    ],
)
def test_lines_that_only_name_a_date(line):
    assert read_date_line(line) is None


def test_a_day_and_time_without_a_year_is_a_date_line_of_no_date():
    for line in ("15 MAY, 08:09", "Wed, May 15 at 8:09 am", "15 мая, 08:09"):
        assert read_date_line(line)[0].iso == ""
    assert read_date_line("15 May") is None
    assert read_date_line("15 dogs, 08:09") is None


def test_times_and_dates_that_say_what_they_are():
    assert read_time_line(" 02:00 ") == "T02:00"
    assert read_time_line("25:00") == read_time_line("at 02:00 he left") == ""
    assert states_date("Last updated: 15 May 2024, 9:21 IST")
    assert not states_date("Published by the Island Post")


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("The Post; May 15, 2024; pg. A1", "2024-05-15"),
        ("20240515", "2024-05-15"),
        ("20240515T080900Z", "2024-05-15T08:09"),
        ("20240515 08:09:31", "2024-05-15T08:09"),
        ("20241515", ""),
        ("1715760540", "2024-05-15T08:09"),
        ("1715760540.0", "2024-05-15T08:09"),
        ("1715760540000", "2024-05-15T08:09"),
        ("2024-W20-3", "2024-05-15"),
        ("2024-W60-3", ""),
        ("2024-136", "2024-05-15"),
        ("2024-399", ""),
        ("15-16 May 2024", "2024-05-15"),
        ("15.–16. Mai 2024", "2024-05-15"),
        ("May 15-16, 2024", "2024-05-15"),
        ("30 April–1 May 2024", "2024-04-30"),
        ("April 30 – May 1, 2024", "2024-04-30"),
        ("30 December – 2 January 2025", "2024-12-30"),
        ("The Post, 4-7 pages, 15 May 2024", "2024-05-15"),
        ("Updated: 17 May 2024, Published: 15 May 2024", "2024-05-15"),
        ("Published: 15 May 2024, Updated: 17 May 2024", "2024-05-15"),
        ("Aktualisiert: 17.05.2024", "2024-05-17"),
        ("soon", ""),
    ],
)
def test_dates_as_databases_and_tables_state_them(text, iso):
    assert read_stated_date(text) == iso


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("05/2024", ("2024-05-01", "month")),
        ("2024-05", ("2024-05-01", "month")),
        ("mai 2024", ("2024-05-01", "month")),
        ("2024年5月", ("2024-05-01", "month")),
        ("1945", ("1945-01-01", "year")),
        ("15/2024", ("", "")),
        ("15 May 2024", ("", "")),
        ("page 2024", ("", "")),
    ],
)
def test_dates_that_state_a_month_or_a_year(text, found):
    assert read_partial_date(text) == found


def test_days_as_excel_counts_them():
    assert read_day_number("45427") == "2024-05-15"
    assert read_day_number("45427.33958") == "2024-05-15T08:09"
    assert read_day_number("12345") == read_day_number("45427 days") == ""


def test_dates_that_somebody_typed():
    assert read_published("May 15, 2024 8:09 am") == "2024-05-15T08:09"
    with pytest.raises(InputError, match="--published 'soon' is not a date that can be read; wri"):
        read_published("soon")


def test_a_date_that_runs_into_the_text():
    assert split_date("15 May 2024 “We agree,” the minister said today.") == (
        "15 May 2024",
        "“We agree,” the minister said today.",
    )
    assert split_date("2024-05-15 — Talks resumed in Geneva.")[1] == "Talks resumed in Geneva."
    for paragraph in (
        "15 May 2024, the day of the visit, was a Wednesday.",
        "May 7, 2015 was a Thursday.",
        "On May 7, 2015 The Times wrote about it.",
        "15 May 2024 Moscow",
        "15 May 2024",
    ):
        assert split_date(paragraph) is None
