"""Networks and small multiples."""

from __future__ import annotations

import chart_tables as made
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import analysis as da
from analysis import InputError
from analysis.charts import plot_terms


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def small() -> pd.DataFrame:
    return made.table({"source": ["a", "b", "d"], "target": ["b", "c", "e"], "count": [4, 2, 1]})


def nodes(ax, gid: str = "nodes") -> int:
    return sum(len(dots.get_offsets()) for dots in made.marked(ax, gid))


def test_a_network_has_a_line_per_pair_and_a_name_per_node():
    ax = da.plot_network(small())
    (lines,) = made.marked(ax, "edges")
    assert len(lines.get_segments()) == 3
    widths = lines.get_linewidths()
    assert widths[0] > widths[1] > widths[2] > 0
    assert nodes(ax) == 5
    assert sorted(made.texts(ax, "point label")) == list("abcde")


def test_lines_end_at_their_nodes():
    ax = da.plot_network(small())
    spots = {tuple(np.round(p, 6)) for d in made.marked(ax, "nodes") for p in d.get_offsets()}
    (lines,) = made.marked(ax, "edges")
    ends = {tuple(np.round(p, 6)) for segment in lines.get_segments() for p in segment}
    assert ends == spots


def test_area_is_the_sum_of_counts_or_the_nodes_own_count():
    (dots,) = made.marked(da.plot_network(small()), "nodes")
    b, a = dots.get_sizes()[:2]  # 6 and 4 of at most 6
    assert b > a
    own = small().assign(count_source=[1, 1, 9], count_target=[1, 1, 1])
    (dots,) = made.marked(da.plot_network(own), "nodes")
    assert dots.get_sizes()[0] > dots.get_sizes()[1]
    assert "count of the node" in made.record_of(da.plot_network(own))["subtitle"]


def test_the_order_of_rows_does_not_move_a_node():
    table = made.pairs()
    first, second = da.plot_network(table), da.plot_network(table.sample(frac=1, random_state=3))
    one, two = (made.marked(ax, "nodes")[0].get_offsets() for ax in (first, second))
    assert np.allclose(one, two)


def test_the_words_asked_for_are_squares_only_where_a_direction_is_meant():
    ax = da.plot_network(made.edges())
    assert nodes(ax, "sources") == 3
    assert "Squares: " in made.record_of(ax)["method"]
    assert nodes(da.plot_network(made.pairs()), "sources") == 0
    assert nodes(da.plot_network(small(), sources=True), "sources") == 3


def test_the_strongest_pairs_are_kept_and_the_rest_counted():
    ax = da.plot_network(small(), top=1)
    assert made.record_of(ax)["data"]["source"].tolist() == ["a"]
    assert "1 of 3 pairs shown." in made.record_of(ax)["method"]


def test_the_weight_is_the_measure_the_table_was_made_with():
    table = made.edges().assign(mi=1.0)
    assert made.record_of(da.plot_network(table))["params"]["weight"] == "log_dice"
    table.attrs["steps"][-1]["params"]["measure"] = "mi"
    assert made.record_of(da.plot_network(table))["params"]["weight"] == "mi"
    assert made.record_of(da.plot_network(small()))["params"]["weight"] == "count"


def test_a_node_joined_to_itself_is_no_pair():
    with pytest.raises(InputError, match="no rows"):
        da.plot_network(pd.DataFrame({"source": ["a"], "target": ["a"], "count": [1]}))


def sides() -> pd.DataFrame:
    return made.by_side(made.over_time, ("east", "west", "north", "south"))


def test_panels_share_scales_and_name_them_at_the_outside():
    figure = da.plot_small_multiples(sides(), da.plot_over_time, by="side", columns=2)
    axes = figure.axes
    assert [ax.get_title(loc="left") for ax in axes] == ["east", "west", "north", "south"]
    assert len({ax.get_ylim() for ax in axes}) == len({ax.get_xlim() for ax in axes}) == 1
    assert not any(ax.get_ylabel() for ax in axes)  # the subtitle says it once
    assert [bool(ax.get_xlabel()) for ax in axes] == [False, False, True, True]


def test_panels_show_only_their_own_rows():
    table = made.terms(("east", "west"))
    figure = da.plot_small_multiples(table, plot_terms, by="side", top=3)
    for ax, side in zip(figure.axes, ("east", "west"), strict=True):
        own = table[table["side"] == side].nlargest(3, "rate")
        assert sorted(x for x, _ in made.points(ax)) == sorted(own["rate"])


def test_groups_have_the_same_colour_in_every_panel():
    table = pd.concat(
        [made.over_text(("war", "peace")).assign(side="east"),
         made.over_text(("peace", "end")).assign(side="west")]
    )  # fmt: skip
    figure = da.plot_small_multiples(table, "plot_over_text", by="side")
    colours = [
        {line.get_label(): line.get_color() for line in made.marked(ax, "line")}
        for ax in figure.axes
    ]
    assert colours[0]["peace"] == colours[1]["peace"]
    assert len({*colours[0].values(), *colours[1].values()}) == 3
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["war", "peace", "end"]


def test_too_many_different_groups_over_the_panels_are_refused():
    table = pd.concat(
        [made.over_text(tuple("abcde")).assign(side="east"),
         made.over_text(tuple("fghij")).assign(side="west")]
    )  # fmt: skip
    with pytest.raises(InputError, match="10 different groups"):
        da.plot_small_multiples(table, "plot_over_text", by="side")
    assert plt.get_fignums() == []


def test_there_are_fewer_columns_where_panels_would_be_too_narrow():
    across = {
        size: da.plot_small_multiples(
            sides(), "plot_over_time", by="side", columns=4, size=size
        ).axes[0].get_gridspec().ncols
        for size in ("column", "page", "slide")
    }  # fmt: skip
    assert across == {"column": 2, "page": 2, "slide": 4}  # two rows of two, not three and one
    rows = da.plot_small_multiples(made.terms(("a", "b")), "plot_terms", by="side", size="column")
    assert rows.axes[0].get_gridspec().ncols == 1


def test_one_note_tells_what_differs_by_panel():
    figure = da.plot_small_multiples(made.terms(("east", "west")), "plot_terms", by="side")
    note = made.method_of(figure)
    assert "east: n = 2,000 words. west: n = 2,500 words." in note
    assert note.count("Korn–Graubard") == 1
    assert not any(made.texts(ax, "note") for ax in figure.axes)


def test_heatmap_panels_share_their_shades():
    table = made.entities().assign(side=lambda t: np.where(t["doc"] < "doc-3", "east", "west"))
    figure = da.plot_small_multiples(
        table, "plot_heatmap", by="side", row="entity", column="doc", value="rate", columns=2
    )
    east, west, bar = figure.axes
    first, second = (made.marked(ax, "cells")[0] for ax in (east, west))
    assert (first.norm.vmin, first.norm.vmax) == (second.norm.vmin, second.norm.vmax)
    assert bar.get_ylabel() == "Per 1,000 words"


def test_many_panels_have_a_short_alt_text():
    table = made.terms(tuple("abcdefg"))
    record = made.record_of(da.plot_small_multiples(table, "plot_terms", by="side", top=3))
    assert record["alt"].count("Dot plot") == 1
    assert record["alt"].count("Highest:") == 7


@pytest.mark.parametrize("plot", ["plot_small_multiples", "plot_pie", len])
def test_only_charts_can_be_repeated(plot):
    with pytest.raises(InputError, match="not a chart that can be repeated"):
        da.plot_small_multiples(sides(), plot, by="side")


def test_more_panels_than_can_be_read_are_refused():
    table = pd.DataFrame({"side": range(30), "term": "war", "rate": 1.0})
    with pytest.raises(InputError, match="30 panels"):
        da.plot_small_multiples(table, plot_terms, by="side")


def test_options_of_a_chart_are_recorded_as_json():
    figure = da.plot_small_multiples(
        made.positions(("war",)).assign(side="east"),
        "plot_barcode",
        by="side",
        order=("outlet-0-2024-05-15",),
    )
    assert made.record_of(figure)["params"]["order"] == ["outlet-0-2024-05-15"]
