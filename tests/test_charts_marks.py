"""Marks: which row of the data a place in a figure stands for."""

from __future__ import annotations

from xml.etree import ElementTree

import chart_tables as made
import pandas as pd
import pytest
from matplotlib import pyplot as plt

import analysis as da
from analysis.charts.marks import figure_svg, marks
from analysis.charts.style import chart_record
from analysis.charts.tags import tag

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def grouped() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "term": ["war", "war", "peace", "peace"],
            "side": ["east", "west", "east", "west"],
            "rate": [8.0, 2.0, 4.0, 6.0],
            "low": [7.0, 1.0, 3.0, 5.0],
            "high": [9.0, 3.0, 5.0, 7.0],
            "count": [8, 2, 4, 6],
            "base": [1000] * 4,
        }
    )


def test_a_mark_lies_over_its_point_segment_and_bar() -> None:
    data = pd.DataFrame({"term": ["a", "b"], "rate": [1.0, 2.0]})
    ax = da.plot_terms(data)
    figure = ax.figure
    (line,) = ax.plot([1, 2], [0, 1], "o", markersize=4)
    tag(line, [1, 0])
    (bar,) = ax.barh([0], [2.0], height=0.5)
    tag(bar, 1)
    found = {mark.row: mark for mark in marks(figure)}
    assert set(found) == {0, 1}
    width, height = figure.get_size_inches() * figure.dpi
    x, y = ax.transData.transform((2, 1))
    point = found[0]
    assert point.left < x / width < point.left + point.width
    assert point.top < 1 - y / height < point.top + point.height
    x, y = ax.transData.transform((1.0, 0.2))  # in the bar, and away from the point
    wide = found[1]
    assert wide.left < x / width < wide.left + wide.width
    plt.close("all")


def test_the_svg_is_alone_and_its_marks_have_ids(grouped: pd.DataFrame) -> None:
    ax = da.plot_terms(grouped.assign(term=["<b>&", "<b>&", "peace", "peace"]))
    figure = ax.figure
    record = chart_record(figure)
    assert record is not None
    text = figure_svg(figure)
    root = ElementTree.fromstring(text)
    tags = {one.tag.removeprefix(SVG) for one in root.iter()}
    assert not tags & {"script", "style", "metadata", "foreignObject", "text"}
    boxes = root.findall(f"{SVG}g[@class='marks']/{SVG}rect")
    rows = [int(box.get("data-row", "")) for box in boxes]
    assert sorted(rows) == list(range(len(record["data"])))
    assert [box.get("id") for box in boxes] == [f"mark-{row}" for row in rows]
    assert "http://" not in text.replace("http://www.w3.org/", "")
    assert figure_svg(figure) == text
    plt.close("all")


def test_groups_of_a_row_have_marks_of_their_own(grouped: pd.DataFrame) -> None:
    ax = da.plot_terms(grouped)
    figure = ax.figure
    data = chart_record(figure)["data"]  # type: ignore[index]
    width = figure.get_size_inches()[0] * figure.dpi
    for mark in marks(figure):
        x, _ = ax.transData.transform((data["rate"][mark.row], 0))
        middle = (mark.left + mark.width / 2) * width
        assert abs(middle - x) < 2  # intervals are even on both sides here
    tops = {(data["term"][m.row], data["side"][m.row]): m.top for m in marks(figure)}
    assert len(set(tops.values())) == 4
    plt.close("all")


def test_every_row_of_a_chart_has_its_mark() -> None:
    periods = pd.to_datetime(["2024-05-01", "2024-05-02", "2024-05-04"])
    over_time = pd.DataFrame({"period": periods, "term": "war", "rate": [1.0, 3.0, 2.0]})
    shares = pd.DataFrame(
        {
            "speaker": ["a", "a", "b"],
            "cue_class": ["neutral", "doubting", "neutral"],
            "share": [0.75, 0.25, 1.0],
            "count": [15, 5, 20],
            "base": [20, 20, 20],
        }
    )
    voices = pd.DataFrame(
        {"voice": ["A", "B"], "speech": ["quoted"] * 2, "share": [0.3, 0.2], "count": [3, 2]}
    )
    keys = pd.DataFrame(
        {
            "target": "a",
            "reference": "b",
            "term": ["war", "peace"],
            "log_ratio": [2.0, 1.0],
            "p_adjusted": [0.01, 0.02],
        }
    )
    places = pd.DataFrame(
        {"doc": ["a", "a", "b"], "term": "war", "percent": [1.0, 50.0, 99.0], "position": [1, 5, 9]}
    )
    drawn = [
        da.plot_over_time(over_time),
        da.plot_shares(shares, row="speaker", part="cue_class"),
        da.plot_voices(voices),
        da.plot_keywords(keys),
        da.plot_barcode(places, row="doc"),
        da.plot_heatmap(shares, row="speaker", column="cue_class"),
        da.plot_small_multiples(
            pd.concat([over_time, over_time.assign(term="peace")]), "plot_over_time", by="term"
        ),
    ]
    for ax in drawn:
        figure = getattr(ax, "figure", ax)
        data = chart_record(figure)["data"]  # type: ignore[index]
        assert sorted(mark.row for mark in marks(figure)) == list(range(len(data)))
    cells = {m.row: m for m in marks(drawn[5].figure)}
    data = chart_record(drawn[5].figure)["data"]  # type: ignore[index]
    first = data.index[(data["speaker"] == "a") & (data["cue_class"] == "doubting")][0]
    others = [cell for row, cell in cells.items() if row != first]
    assert all(cells[first].left != o.left or cells[first].top != o.top for o in others)
    same_row = data.index[(data["speaker"] == "a") & (data["cue_class"] == "neutral")][0]
    assert cells[first].top == pytest.approx(cells[same_row].top, abs=1e-4)
    bars = {m.row: m for m in marks(drawn[1].figure)}
    data = chart_record(drawn[1].figure)["data"]  # type: ignore[index]
    for name, part in data.groupby("speaker"):
        widths = [bars[row].width for row in part.index]
        assert max(widths) == widths[part["share"].to_numpy().argmax()], name
    plt.close("all")


@pytest.mark.parametrize("case", made.CASES)
def test_every_row_of_every_chart_has_one_mark(case: str) -> None:
    figure = made.drawn(case)
    rows = len(made.record_of(figure)["data"])
    assert sorted(mark.row for mark in marks(figure)) == list(range(rows))
    plt.close("all")


def test_a_pair_of_groups_has_the_cell_below_the_diagonal() -> None:
    pairs = pd.DataFrame(
        {"group": ["a", "a", "b"], "other": ["b", "c", "c"], "cosine": [0.1, 0.8, 0.2]}
    )
    ax = da.plot_similarity(pairs)
    names = [label.get_text() for label in ax.get_yticklabels()]
    width, height = ax.figure.get_size_inches() * ax.figure.dpi
    for mark in marks(ax.figure):
        low, high = sorted(names.index(pairs[end][mark.row]) for end in ("group", "other"))
        x, y = ax.transData.transform((low + 0.5, high + 0.5))
        assert mark.left < x / width < mark.left + mark.width
        assert mark.top < 1 - y / height < mark.top + mark.height
        assert mark.width < 1 / len(names)  # one cell, not two and what lies between
    plt.close("all")
