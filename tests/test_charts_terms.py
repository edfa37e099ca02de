"""Ranked terms: positions, intervals, order, keys."""

from __future__ import annotations

import chart_tables as made
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import analysis as da
from analysis import InputError
from analysis.charts.style import chart_record


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def three() -> pd.DataFrame:
    return made.table(
        {
            "term": ["war", "peace", "talks"],
            "count": [4, 8, 4],
            "base": 2000,
            "rate": [2.0, 4.0, 2.0],
            "low": [1.0, 3.0, float("nan")],
            "high": [3.5, 6.0, float("nan")],
            "interval": [made.INTERVAL, made.INTERVAL, "none: fewer than 3 documents"],
        }
    )


def test_rows_are_ranked_by_value_then_name_with_the_first_on_top():
    ax = da.plot_terms(three())
    assert made.labels(ax) == ["peace", "talks", "war"]
    assert ax.get_ylim() == (2.5, -0.5)
    assert made.points(ax) == [(4.0, 0.0), (2.0, 2.0)]
    assert made.points(ax, "hollow") == [(2.0, 1.0)]  # talks, in two documents


def test_intervals_end_where_the_table_says():
    ax = da.plot_terms(three())
    assert made.spans(ax) == [(3.0, 0.0, 6.0, 0.0), (1.0, 2.0, 3.5, 2.0)]
    note = made.method_of(made.figure_of(ax))
    assert "Intervals (lines): 95 % Korn–Graubard over documents." in note
    assert note.endswith("Hollow: no interval (fewer than 3 documents).")


def test_where_no_estimate_has_an_interval_it_is_said_once():
    table = three().assign(low=np.nan, high=np.nan, interval="none: fewer than 3 documents")
    ax = da.plot_terms(table)
    assert (made.points(ax), len(made.points(ax, "hollow")), made.spans(ax)) == ([], 3, [])
    note = made.method_of(made.figure_of(ax))
    assert note.endswith("No intervals (fewer than 3 documents): all hollow.")
    plain = da.plot_terms(three().drop(columns=["low", "high", "interval"]))  # none asked for
    assert len(made.points(plain)) == 3
    assert "nterval" not in made.method_of(made.figure_of(plain))


def test_an_interval_many_times_as_long_as_the_values_leaves_the_axis():
    ax = da.plot_terms(three().assign(high=[3.5, 90.0, 5.0]))
    assert 20 < ax.get_xlim()[1] < 22  # five times the highest rate
    note = made.method_of(made.figure_of(ax))
    assert note.endswith("Intervals that leave the axis reach up to 90.")


def test_axis_names_the_base_and_begins_at_zero():
    ax = da.plot_terms(three())
    assert made.record_of(ax.figure)["subtitle"] == "Per 1,000 words"
    assert -0.1 < ax.get_xlim()[0] <= 0
    assert ax.get_xlim()[1] > 6
    assert made.texts(ax, "side") == ["8", "4", "4"]


def test_note_counts_the_words_once_and_what_is_left_out():
    figure = made.figure_of(da.plot_terms(three(), top=2))
    assert "n = 2,000 words." in made.method_of(figure)
    assert "2 of 3 shown." in made.method_of(figure)


def test_rows_with_a_base_of_their_own_are_all_counted_and_their_one_group_is_named():
    rows = three().assign(side=["a", "b", "c"], kind="mixed", base=[2000, 500, 300])
    ax = da.plot_terms(rows, item="side", by="kind")
    assert made.record_of(ax.figure)["subtitle"] == "Rate, in mixed"
    assert "n = 2,800 words." in made.method_of(made.figure_of(ax))
    cues = rows.assign(share=0.5)
    cues.attrs["steps"] = [{"call": "count_cues", "on": "quotes", "params": {}}]
    ax = da.plot_terms(cues, value="share", item="side", by="kind")
    assert "n = 2,800 quotations." in made.method_of(made.figure_of(ax))


def test_groups_have_a_colour_a_marker_and_a_line_of_their_own():
    table = pd.DataFrame(
        {"side": ["east", "west", "east"], "term": ["war", "war", "peace"], "rate": [1.0, 4.0, 3.0]}
    )
    ax = da.plot_terms(table)
    lines = made.marked(ax, "dots")
    assert [line.get_label() for line in lines] == ["east", "west"]
    assert len({line.get_color() for line in lines}) == 2
    assert len({line.get_marker() for line in lines}) == 2
    assert made.labels(ax) == ["war", "peace"]  # means 2.5 and 1.5: an absent term counts as 0
    east, west = (line.get_xydata().tolist() for line in lines)
    assert [x for x, _ in east] == [1.0, 3.0]
    assert [x for x, _ in west] == [4.0]
    assert east[0][1] < 0 < west[0][1]
    (legend,) = made.figure_of(ax).legends
    assert [text.get_text() for text in legend.get_texts()] == ["east", "west"]


def test_a_categorical_group_keeps_its_order():
    table = made.terms(("east", "west"))
    table["side"] = pd.Categorical(table["side"], categories=["west", "east"])
    ax = da.plot_terms(table)
    assert [line.get_label() for line in made.marked(ax, "dots")] == ["west", "east"]


def test_more_groups_than_colours_are_refused():
    with pytest.raises(InputError, match="plot_small_multiples"):
        da.plot_terms(made.terms(tuple("abcdefghi")))


def test_another_value_is_drawn_without_the_intervals_of_the_rate():
    ax = da.plot_terms(three(), value="count")
    assert made.points(ax) == [(8.0, 0.0), (4.0, 1.0), (4.0, 2.0)]
    assert made.spans(ax) == []
    assert made.record_of(ax.figure)["subtitle"] == "Count"
    assert all(float(tick).is_integer() for tick in ax.get_xticks())
    ax = da.plot_terms(three().assign(documents=[1, 2, 3]), value="documents")
    assert made.labels(ax) == ["talks", "peace", "war"]


def test_negative_values_keep_zero_in_view():
    ax = da.plot_terms(pd.DataFrame({"collocate": ["a", "b"], "mi": [-1.5, 2.0]}), value="mi")
    low, high = ax.get_xlim()
    assert low < -1.5
    assert high > 2.0
    assert made.record_of(ax.figure)["subtitle"] == "Mutual information (bits)"


def test_an_entity_with_two_labels_gets_two_rows():
    table = pd.DataFrame(
        {"entity": ["Georgia", "Georgia", "UN"], "label": ["PLACE", "PERSON", "ORG"],
         "count": [3, 1, 2]}
    )  # fmt: skip
    ax = da.plot_terms(table, value="count")
    assert made.labels(ax) == ["Georgia (PLACE)", "UN", "Georgia (PERSON)"]


def test_rows_without_a_value_are_left_out_and_none_left_is_refused():
    table = three().assign(rate=[float("nan"), 4.0, 2.0])
    assert made.labels(da.plot_terms(table)) == ["peace", "talks"]
    with pytest.raises(InputError, match="no rows"):
        da.plot_terms(three().assign(rate=float("nan")))


def test_the_chart_draws_what_the_measure_returns(documents):
    counts = da.count_terms(da.tokenize(documents), by="side", documents=documents)
    ax = da.plot_terms(counts, top=4)
    data = made.record_of(ax)["data"]
    peace = data[(data["term"] == "peace") & (data["side"] == "east")].iloc[0]
    assert (peace["count"], peace["base"]) == (3, 17)
    assert peace["rate"] == pytest.approx(3000 / 17)
    drawn = [*made.points(ax), *made.points(ax, "hollow")]  # a side is two or one documents
    assert sorted(x for x, _ in drawn) == pytest.approx(sorted(data["rate"]))
    assert list(dict.fromkeys(data["term"])) == made.labels(ax)


def test_groups_that_share_no_item_are_groups_all_the_same():
    table = pd.DataFrame(
        {"side": ["east", "west", "west"], "collocate": ["war", "end", "aid"],
         "log_ratio": [3.0, 2.0, 1.0], "low": [1.0, 1.0, 0.5], "high": [4.0, 3.0, 2.0],
         "interval": "t over documents", "group_documents": [5, 7, 7]}
    )  # fmt: skip
    table.attrs["steps"] = [{"call": "find_collocates", "params": {"by": "side"}}]
    ax = da.plot_terms(table, value="log_ratio", item="collocate")
    assert [line.get_label() for line in made.marked(ax, "dots")] == ["east", "west"]
    assert "(east 5, west 7)" in made.method_of(made.figure_of(ax))


def test_an_interval_without_an_upper_end_is_open_to_the_right():
    ax = da.plot_terms(three().assign(low=1.0, high=[7.0, np.inf, np.nan]))
    assert len(made.marked(ax, "hollow")) == 1
    ((x, _),) = made.points(ax, "open")
    assert x == 1.0
    assert made.method_of(made.figure_of(ax)).endswith("Arrow: the interval has no upper end.")


def test_measures_without_a_common_scale_are_refused():
    table = pd.DataFrame({"measure": ["Flesch", "SMOG"], "value": [60.0, 11.0], "side": "east"})
    with pytest.raises(InputError, match="values of Flesch and SMOG, which have no common scale"):
        da.plot_terms(table, value="value", item="measure")
    assert made.labels(da.plot_terms(table.head(1), value="value", item="measure")) == ["Flesch"]


def test_a_column_is_drawn_with_its_own_interval_or_none():
    table = made.table(
        {
            "entity": ["Russia", "Ukraine"],
            "count": [20, 30],
            "share": [0.4, 0.5],
            "low": [0.1, 0.2],
            "high": [0.7, 0.8],
            "interval": [made.INTERVAL] * 2,
            "critical_share": [0.3, 0.2],
            "critical_share_low": [0.25, 0.15],
            "critical_share_high": [0.35, 0.3],
            "recall": [0.9, 0.6],
            "recall_low": [0.8, 0.3],
            "recall_high": [0.95, 0.7],
            "score": [-0.2, 0.1],
        }
    )
    ends = {
        "share": [(0.2, 0.0, 0.8, 0.0), (0.1, 1.0, 0.7, 1.0)],
        "critical_share": [(0.25, 0.0, 0.35, 0.0), (0.15, 1.0, 0.3, 1.0)],
        "recall": [(0.8, 0.0, 0.95, 0.0), (0.3, 1.0, 0.7, 1.0)],
        "score": [],
        "count": [],
    }
    for value, lines in ends.items():
        ax = da.plot_terms(table, value=value)
        assert made.spans(ax) == lines
        drawn = chart_record(ax.figure)["data"]
        assert ("low" in drawn) == (value == "share")
        assert (f"{value}_low" in drawn) == (value in ("critical_share", "recall"))
        note = made.method_of(made.figure_of(ax))
        assert ("Korn–Graubard" in note) == (value in ("share", "critical_share"))


@pytest.mark.parametrize(
    ("columns", "by", "shown"),
    [
        ({"kind": ["direct", "mixed"]}, None, ["mixed", "direct"]),
        (
            {"entity": ["Russia"] * 2, "role": ["agent", "patient"]},
            None,
            ["Russia · patient", "Russia · agent"],
        ),
        ({"side": ["east", "west"], "kind": ["direct"] * 2}, "side", ["direct"]),
        ({"side": ["east", "west"]}, "side", ["west", "east"]),
    ],
)
def test_items_of_any_measure_are_rows(columns, by, shown):
    table = made.table({**columns, "share": [0.2, 0.4]})
    table.attrs["steps"] = [{"call": "count_quotes", "params": {"by": by}, "on": "quotes"}]
    assert made.labels(da.plot_terms(table)) == shown


def test_intervals_of_fewer_than_60_coded_rows_are_said_to_be_less_sure():
    table = made.table(
        {
            "code": ["yes", "no"],
            "share": [0.4, 0.6],
            "low": 0.2,
            "high": 0.8,
            "interval": "95 % PPI++ over documents",
            "share_machine": [0.4, 0.6],
            "coded": [59, 60],
        }
    )
    table.attrs["coded"] = "corrected with 119 hand-coded rows (one coder)"
    note = chart_record(da.plot_terms(table).figure)["note"]
    assert "corrected with 119 hand-coded rows" in note
    assert "fewer than 60 rows coded: 1 of 2 intervals are less sure than they say" in note
    table["coded"] = 60
    assert "less sure" not in chart_record(da.plot_terms(table).figure)["note"]
