"""Dates in the forms that pages print."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.corpus.formats.dates import (
    find_date,
    parse_date,
    read_date_line,
    read_published,
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
}


@pytest.mark.parametrize(("written", "iso"), FORMS.items())
def test_forms(written, iso):
    found = find_date(written)
    assert found.iso == iso
    assert (found.start, found.end) == (0, len(written))
    assert parse_date(f" {written} ") == iso


@pytest.mark.parametrize(
    "text",
    ["", "last Wednesday", "31 February 2024", "45.05.2024", "May 2024", "10.1.2.2024", "2024-05"],
)
def test_what_is_no_date(text):
    assert find_date(text) is None
    assert parse_date(text) == ""


def test_two_readings_are_not_guessed():
    assert find_date("05/04/2024").iso == ""
    assert parse_date("05/04/2024") == ""


@given(st.datetimes(datetime(1000, 1, 1), datetime(2999, 12, 31)))
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
    for line in ("15 MAY, 08:09", "Wed, May 15 at 8:09 am"):
        assert read_date_line(line)[0].iso == ""
    assert read_date_line("15 May") is None


def test_times_and_dates_that_say_what_they_are():
    assert read_time_line(" 02:00 ") == "T02:00"
    assert read_time_line("25:00") == read_time_line("at 02:00 he left") == ""
    assert states_date("Last updated: 15 May 2024, 9:21 IST")
    assert not states_date("Published by the Island Post")


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
