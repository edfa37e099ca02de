"""Title, subtitle, labels, colours and highlight in every chart."""

from __future__ import annotations

from typing import Any

import chart_tables as made
import matplotlib.pyplot as plt
import pytest
from matplotlib.collections import Collection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text

import analysis
from analysis import InputError
from analysis.charts.style import GREY


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def colours(figure: Figure) -> set[str]:
    """The colours of all lines, bars, dots, cells and texts of a figure."""
    found: set[Any] = set()
    for artist in figure.findobj(lambda a: isinstance(a, Line2D | Patch | Collection | Text)):
        if isinstance(artist, Line2D):
            found |= {artist.get_color(), artist.get_markeredgecolor()}
        elif isinstance(artist, Patch):
            found |= {artist.get_facecolor(), artist.get_edgecolor()}
        elif isinstance(artist, Text):
            found.add(artist.get_color())
        else:
            found |= {*map(tuple, artist.get_facecolor()), *map(tuple, artist.get_edgecolor())}
    return {to_hex(colour) for colour in found if str(colour) != "none"}


def drawn(case: str, **looks: Any) -> Figure:
    call, make, options = made.CASES[case]
    return made.figure_of(getattr(analysis, call)(make(), **options, **looks))


@pytest.mark.parametrize("case", made.CASES)
def test_every_chart_has_a_title_and_a_subtitle_of_its_own(case):
    plain = drawn(case)
    assert made.texts(plain, "subtitle"), "says what is measured"
    figure = drawn(case, title="A title of mine", subtitle="and what it stands on")
    assert made.texts(figure, "title") == ["A title of mine"]
    assert made.texts(figure, "subtitle") == ["and what it stands on"]
    assert made.overlaps(made.visible_texts(figure)) == []


def some_name(case: str) -> list[str]:
    """Names in the data of a chart that may be written or coloured in it."""
    record = made.record_of(made.drawn(case))
    names: dict[str, None] = {}
    for column in record["data"].select_dtypes(["object", "category", "str"]).columns:
        if column not in ("interval", "units", "text", "conclusion", "reason"):
            names |= dict.fromkeys(record["data"][column].astype(str))
    found = [name for name in names if name and name != "nan"]
    if {"category", "subcategory"} <= set(record["data"].columns):
        both = record["data"][["category", "subcategory"]].astype(str)
        found = [*both.agg(" · ".join, axis=1).drop_duplicates(), *found]
    return found


@pytest.mark.parametrize("case", made.CASES)
def test_every_chart_writes_labels(case):
    written = []
    for name in some_name(case)[:60]:
        figure = drawn(case, labels={name: "Zyx"})
        seen = [text for text, _ in made.visible_texts(figure)]
        if any("Zyx" in text for text in seen):
            written.append(name)
            assert made.record_of(figure)["params"]["labels"] == {name: "Zyx"}
            break
    assert written


@pytest.mark.parametrize("case", made.CASES)
def test_every_chart_highlights_and_colours(case):
    lit, coloured = [], []
    for name in some_name(case)[:60]:
        if not coloured and "#123456" in colours(drawn(case, colors={name: "#123456"})):
            coloured.append(name)
        figure = drawn(case, highlight=name)
        pale = [a for a in figure.findobj() if a.get_alpha() is not None]
        if not lit and (to_hex(GREY) in colours(figure) or pale):
            lit.append(name)
            assert made.record_of(figure)["params"]["highlight"] == [name]
        if lit and coloured:
            break
    assert coloured
    assert lit


@pytest.mark.parametrize("case", made.CASES)
@pytest.mark.parametrize("option", ["labels", "colors", "highlight", "order"])
def test_a_name_that_is_not_there_is_refused(case, option):
    call = made.CASES[case][0]
    if option == "order" and call in ("plot_shares", "plot_barcode"):
        pytest.skip("its order is a parameter of its own")
    value = {"nobody here": "red"} if option in ("labels", "colors") else ["nobody here"]
    with pytest.raises(InputError, match="nobody here"):
        drawn(case, **{option: value})
    assert plt.get_fignums() == []
