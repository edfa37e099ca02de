"""The charts of stance and agency: what is drawn, where, and that it can be drawn again."""

from __future__ import annotations

import json

import chart_tables as made
import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.patches import Rectangle

from analysis.annotation.annotator import annotate
from analysis.charts.agency import plot_agency
from analysis.charts.terms import plot_stance
from analysis.discourse.agency import count_agency
from analysis.discourse.stance import count_stance
from analysis.tables import InputError


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def bars(ax) -> list[tuple[float, float, float]]:
    """Row, left end and width of every piece."""
    pieces = made.marked(ax, "bars", Rectangle)
    return [
        (round(p.get_y() + p.get_height() / 2, 6), round(p.get_x(), 6), round(p.get_width(), 6))
        for p in pieces
    ]


def again(ax, plot) -> None:
    """What the record says draws the same from the saved rows."""
    record = made.record_of(ax)
    json.dumps(record["params"])
    data = made.through_csv(record["data"])
    data.attrs = record["attrs"]
    redrawn = plot(data, **record["params"])
    assert made.artists(made.figure_of(redrawn)) == made.artists(made.figure_of(ax))
    for part in ("caption", "alt", "note"):
        assert made.record_of(redrawn)[part] == record[part]
        assert record[part].endswith(".")
    assert "Highest: " in record["alt"]


def test_acting_lies_right_and_being_acted_upon_left() -> None:
    ax = plot_agency(made.agency())
    assert made.labels(ax) == ["Kyiv", "Moscow"]  # 5 and 3 clauses
    assert bars(ax) == [(0, 0, 20), (0, 0, -60), (0, -60, -20), (1, 0, 75)]
    low, high = ax.get_xlim()
    assert low == -high
    assert made.spans(ax) == [(10, 0, 90, 0), (-10, 0, -90, 0), (10, 1, 90, 1)]
    assert made.texts(ax, "side") == ["5", "4"]
    note = made.method_of(made.figure_of(ax))
    assert "n = 9 clauses." in note
    assert "Without a named agent: 7 clauses, not drawn." in note
    again(ax, plot_agency)


def test_counts_and_forms_are_pieces_without_intervals() -> None:
    ax = plot_agency(made.agency(forms=True), value="count")
    assert bars(ax) == [(0, 0, 1), (0, 0, -2), (0, -2, -1), (0, -3, -1), (1, 0, 3)]
    hatches = [piece.get_hatch() or "" for piece in made.marked(ax, "bars", Rectangle)]
    assert [bool(hatch) for hatch in hatches] == [False, False, True, False, False]
    assert made.spans(ax) == []
    (legend,) = made.figure_of(ax).legends
    named = [text.get_text() for text in legend.get_texts()]
    assert named == ["patient", "recipient", "agent", "active", "passive"]
    again(ax, plot_agency)


def test_every_group_gets_a_bar() -> None:
    table = made.agency(("Alpha", "Beta"))
    ax = plot_agency(table, top=1)
    assert made.labels(ax) == ["Kyiv · Alpha", "Kyiv · Beta"]
    assert "1 of 2 shown." in made.method_of(made.figure_of(ax))
    again(ax, plot_agency)


def test_what_is_only_supposed_is_the_hollow_end_of_a_bar() -> None:
    rows = [("Kyiv", "agent", 10, 4, 20), ("Peru", "agent", 2, 0, 4)]
    table = pd.DataFrame(rows, columns=["entity", "role", "count", "supposed", "base"])
    ax = plot_agency(made.table(table.assign(share=table["count"] / table["base"])))
    assert bars(ax) == [(0, 0, 30.0), (1, 0, 50.0)]
    (hollow,) = made.marked(ax, "supposed", Rectangle)
    assert (hollow.get_x(), hollow.get_width()) == (30.0, 20.0)
    assert [p.get_alpha() for p in made.marked(ax, "bars", Rectangle)] == [None, 0.5]
    note = made.record_of(ax)["method"]
    assert "Hollow ends: 4 clauses not told as done (would, may, if)." in note
    assert "Pale: fewer than 10 clauses." in note
    again(ax, plot_agency)


def test_what_agency_cannot_draw_is_refused() -> None:
    with pytest.raises(InputError, match="value='rate' is not known"):
        plot_agency(made.agency(), value="rate")
    only_none = made.agency().query("entity == '(none)'")
    with pytest.raises(InputError, match="no rows to draw"):
        plot_agency(only_none)
    with pytest.raises(InputError, match="several rows for"):
        plot_agency(pd.concat([made.agency(), made.agency()]))
    with pytest.raises(InputError, match="lacks 'share'"):
        plot_agency(made.agency().drop(columns="share"))


def test_agency_draws_what_the_measure_returns() -> None:
    clauses = pd.DataFrame({"doc": ["a", "b", "b"], "sentence": 0, "entity": ["Kyiv"] * 3})
    clauses = clauses.assign(role=["agent", "patient", "patient"], form="active", process="verbal")
    ax = plot_agency(count_agency(clauses))
    assert bars(ax) == [(0, 0, pytest.approx(100 / 3)), (0, 0, pytest.approx(-200 / 3))]
    again(ax, plot_agency)


def test_stance_rows_keep_the_order_of_the_lexicon(documents: pd.DataFrame) -> None:
    counts = count_stance(annotate(documents).tokens, level="category")
    ax = plot_stance(counts)
    assert made.labels(ax) == [
        "modality", "hedges", "boosters", "negation", "presupposition", "pronouns",
    ]  # fmt: skip
    assert [x for x, _ in made.points(ax)] == counts["rate"].tolist()
    assert made.texts(ax, "side") == [str(n) for n in counts["count"]]
    assert made.record_of(ax.figure)["subtitle"] == "Per 1,000 words"
    assert "n = 35 words." in made.method_of(made.figure_of(ax))
    again(ax, plot_stance)


def test_stance_by_group_and_kind(documents: pd.DataFrame) -> None:
    counts = count_stance(annotate(documents).tokens, by="side", documents=documents)
    part = counts[counts["category"] == "pronouns"]
    ax = plot_stance(part)
    assert made.labels(ax) == ["pronouns · us", "pronouns · them"]
    lines = made.marked(ax, "dots")
    assert [line.get_label() for line in lines] == ["east", "west"]
    assert made.overlaps(made.visible_texts(made.figure_of(ax))) == []
    again(ax, plot_stance)
    with pytest.raises(InputError, match="several rows for"):
        plot_stance(pd.concat([part, part]))
    with pytest.raises(InputError, match="no rows"):
        plot_stance(part.head(0))


def test_a_group_without_a_name_is_called_none() -> None:
    rates = {"category": ["modality"] * 2, "speech": ["", "quoted"], "rate": [12.0, 9.5]}
    (key,) = plot_stance(pd.DataFrame(rates), by="speech").figure.legends
    assert [text.get_text() for text in key.get_texts()] == ["(none)", "quoted"]
