"""Lines over time and text: positions, gaps, bands, names at their ends."""

from __future__ import annotations

import chart_tables as made
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib import dates as mdates

import analysis as da
from analysis import InputError


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def weeks(periods: list[str], rates: list[float], term: str = "war") -> pd.DataFrame:
    values = np.array(rates, dtype=float)
    return made.table(
        {"period": pd.to_datetime(periods), "term": term, "count": values, "base": 1000,
         "rate": values, "low": values - 0.5, "high": values + 0.5, "interval": made.INTERVAL}
    )  # fmt: skip


def line(ax, number: int = 0) -> list[tuple[str, float]]:
    """Date and value of the points of a line; a gap has no value."""
    found = made.marked(ax, "line")[number].get_xydata()
    return [(f"{mdates.num2date(x):%m-%d}", float(y)) for x, y in found]


def test_a_line_breaks_where_no_text_was_published():
    ax = da.plot_over_time(weeks(["2024-05-06", "2024-05-13", "2024-05-27"], [1, 2, 3]))
    points = line(ax)
    assert [day for day, _ in points] == ["05-06", "05-13", "05-20", "05-27"]
    assert [y for _, y in points][:2] == [1.0, 2.0]
    assert np.isnan(points[2][1])
    assert points[3][1] == 3.0
    assert len(made.record_of(ax)["data"]) == 3  # the gap is not data
    assert ax.get_xlabel() == "Week beginning"
    assert made.texts(made.figure_of(ax), "subtitle") == ["Rate per 1,000 words, by week"]


def test_an_interval_is_a_band_and_where_a_point_stands_alone_a_line():
    ax = da.plot_over_time(weeks(["2024-05-06", "2024-05-13", "2024-05-27"], [1, 2, 3]))
    ((x0, low, x1, high),) = made.spans(ax)
    assert x0 == x1 == mdates.date2num(pd.Timestamp("2024-05-27"))
    assert (low, high) == (2.5, 3.5)
    (band,) = made.marked(ax, "band")
    corners = band.get_paths()[0].vertices
    assert (corners[:, 1].min(), corners[:, 1].max()) == (0.5, 2.5)


@pytest.mark.parametrize(
    ("periods", "every", "label"),
    [
        (["2024-03-01", "2024-05-01"], "month", ""),
        (["2024-05-14", "2024-05-16"], "day", ""),
        (["2024-05-13", "2024-05-27"], "week", "Week beginning"),
    ],
)
def test_the_length_of_a_period_is_seen_in_the_dates(periods, every, label):
    ax = da.plot_over_time(weeks(periods, [1, 2]))
    assert ax.get_xlabel() == label
    assert len(line(ax)) == 3
    assert f"by {every}" in made.record_of(ax)["caption"]


@pytest.mark.parametrize(
    ("periods", "every"),
    [
        (["2024-01-01", "2024-04-01", "2024-10-01"], "month"),  # may be months, three of a few
        (["2023-10-01", "2024-01-01", "2024-04-01", "2024-10-01"], "quarter"),
        (["2020-01-01", "2021-01-01", "2022-01-01", "2024-01-01"], "year"),
    ],
)
def test_quarters_and_years_are_seen_in_four_dates(periods, every):
    ax = da.plot_over_time(weeks(periods, range(1, len(periods) + 1)))
    assert f"by {every}" in made.record_of(ax)["caption"]


def test_the_length_of_a_period_is_taken_from_the_measure():
    table = weeks(["2024-05-13", "2024-05-20"], [1, 2])
    table.attrs["steps"] = [{"call": "count_over_time", "params": {"every": "day"}}]
    ax = da.plot_over_time(table)
    assert ax.get_xlabel() == ""
    assert len(line(ax)) == 8


def test_dates_that_are_no_calendar_are_drawn_as_they_are():
    table = weeks(["2024-05-13", "2024-05-14"], [1, 2])
    table.attrs["steps"] = [{"call": "count_over_time", "params": {"every": "week"}}]
    assert len(line(da.plot_over_time(table))) == 2


def test_lines_are_named_at_their_ends_without_a_legend():
    ax = da.plot_over_time(made.over_time())
    assert sorted(made.texts(ax, "end label")) == ["conflict", "operation", "war"]
    assert made.figure_of(ax).legends == []
    ends = {text.get_text(): text.xy for text in ax.texts if text.get_gid() == "end label"}
    assert ends["war"][1] == made.marked(ax, "line")[0].get_ydata()[-1]
    assert {line.get_linestyle() for line in made.marked(ax, "line")} != {"-"}


def test_ticks_stand_on_periods():
    ax = da.plot_over_time(made.over_time())
    days = set(mdates.date2num(made.over_time()["period"]))
    assert set(ax.get_xticks()) <= days
    assert made.labels(ax, "x")[0] == "1 Apr\n2024"


def test_what_is_no_date_is_refused():
    with pytest.raises(InputError, match="'soon', which is not a date"):
        da.plot_over_time(pd.DataFrame({"period": ["soon"], "term": "war", "rate": [1.0]}))


def test_the_year_stands_once_below_its_first_tick():
    months = ["2023-12-01", "2024-01-01", "2024-02-01"]
    ax = da.plot_over_time(weeks(months, [1, 2, 3]))
    assert made.labels(ax, "x") == ["Dec\n2023", "Jan\n2024", "Feb"]


def test_a_period_with_fewer_than_three_texts_has_a_hollow_point_and_no_line():
    days = ["2024-05-06", "2024-05-13", "2024-05-20", "2024-05-27"]
    table = weeks(days, [1, 2, 9, 4]).assign(group_documents=[3, 4, 2, 5])
    ax = da.plot_over_time(table)
    drawn = [y for _, y in line(ax)]
    assert [y for y in drawn if not np.isnan(y)] == [1, 2, 9, 4]
    assert np.isnan(drawn[2])
    assert np.isnan(drawn[4])
    assert [y for _, y in made.points(ax, "hollow")] == [9]
    assert [x1 for x1, *_ in made.spans(ax)] == [mdates.date2num(pd.Timestamp(days[-1]))]
    note = made.record_of(ax)["method"]
    assert "Hollow: fewer than 3 texts, so no interval and no line." in note
    assert ax.get_ylim()[1] > 9


def test_an_axis_of_dates_leaves_lone_old_texts_out_and_says_so():
    months = [f"{year}-01-01" for year in (1994, 2001)]
    months += [f"2024-0{month}-01" for month in range(2, 7)]
    table = weeks(months, range(7)).assign(group_documents=[1, 1, 9, 9, 9, 9, 9])
    ax = da.plot_over_time(table)
    assert mdates.num2date(ax.get_xlim()[0]).year == 2024
    record = made.record_of(ax)
    assert "2 older texts left out." in record["method"]
    assert "2 older texts left out." in record["caption"]
    assert len(record["data"]) == 5
    whole = da.plot_over_time(table, whole=True)
    assert mdates.num2date(whole.get_xlim()[0]).year < 1995
    assert "left out" not in made.record_of(whole)["method"]


def test_the_caption_names_a_single_term_of_several_groups():
    table = pd.concat([made.over_time(("war",)).assign(side=s) for s in ("east", "west")])
    caption = made.record_of(da.plot_over_time(table))["caption"]
    assert "Rate per 1,000 words of war over time, by week: east and west." in caption


def test_two_columns_that_vary_make_a_line_each():
    table = pd.concat([made.over_time(("war",)).assign(side=s) for s in ("east", "west")])
    ax = da.plot_over_time(table)
    assert made.texts(ax, "end label") == ["east", "west"]
    table = pd.concat([made.over_time(("war", "end")).assign(side=s) for s in ("east", "west")])
    names = made.texts(da.plot_over_time(table), "end label")
    assert sorted(names) == ["end · east", "end · west", "war · east", "war · west"]


def test_over_the_text_points_lie_in_the_middle_of_the_slices():
    ax = da.plot_over_text(made.over_text(("war",), bins=4))
    assert made.marked(ax, "line")[0].get_xdata().tolist() == [12.5, 37.5, 62.5, 87.5]
    assert ax.get_xlim() == (0, 100)
    assert made.labels(ax, "x") == ["0", "25", "50", "75", "100"]
    assert ax.get_ylim()[0] <= 0
    assert "n = 4,000 words." in made.record_of(ax)["method"]


def test_an_arc_has_zero_in_the_middle_and_counts_sentences():
    ax = da.plot_sentiment_arc(made.arc(("east",)))
    low, high = ax.get_ylim()
    assert low == -high
    assert len(made.marked(ax, "zero")) == 1
    assert "n = 120 sentences." in made.record_of(ax)["method"]
    assert made.texts(ax, "end label") == []  # one line needs no name
    share = made.arc(("east",)).drop(columns=["low", "high"]).assign(positive=0.2)
    assert da.plot_sentiment_arc(share, value="positive").get_ylim()[0] <= 0


def test_sentiment_by_group_is_ranked_with_intervals_and_n():
    ax = da.plot_sentiment(made.sentiment())
    assert made.labels(ax) == ["west", "other", "east"]
    assert made.points(ax) == [(0.13, 0.0), (0.02, 1.0), (-0.21, 2.0)]
    assert np.allclose(made.spans(ax)[0], (0.03, 0, 0.25, 0))
    assert made.texts(ax, "side") == ["90", "90", "90"]
    assert "n = 270 sentences." in made.record_of(ax)["method"]
    low, high = ax.get_xlim()
    assert low == -high
    ax = da.plot_sentiment(made.sentiment(), value="negative")
    assert made.spans(ax) == []
    assert "Share of negative words" in made.record_of(ax)["subtitle"]


def test_sentiment_of_all_texts_is_one_row_without_a_name():
    one = made.sentiment().drop(columns="side")
    assert made.labels(da.plot_sentiment(one.head(1))) == [""]
    with pytest.raises(InputError, match="no column that names them"):
        da.plot_sentiment(one)
    assert made.labels(da.plot_sentiment(made.sentiment(), top=1)) == ["east"]


def test_the_charts_draw_what_the_measures_return(documents):
    tokens = da.tokenize(documents)
    over = da.count_over_time(tokens, ["peace"], documents=documents, every="week")
    points = [point for point in line(da.plot_over_time(over)) if not np.isnan(point[1])]
    assert [day for day, _ in points] == ["05-13", "05-20"]
    assert points[0][1] == pytest.approx(1000 * 3 / 27)
    scores = da.score_sentiment(da.split_sentences(documents))
    by = da.summarise_sentiment(scores, by="side", documents=documents)
    assert len(made.points(da.plot_sentiment(by), "hollow")) == 2  # of two documents each
    assert da.plot_sentiment_arc(da.score_arc(scores, bins=4)).get_xlim() == (0, 100)
