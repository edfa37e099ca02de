"""Charts of differences and ratios: edges, scales, and what the note says."""

from __future__ import annotations

import chart_tables as made
import numpy as np
import pandas as pd
import pytest

import analysis as da
from analysis.tables import InputError

KG = "95 % Korn–Graubard over documents"
BURST = f"{KG}; comes in bursts, so this may be too short"


def compared(*rows: tuple[str, float, float, float, str], **more: object) -> pd.DataFrame:
    """Rows of (term, ratio, ratio_low, ratio_high, interval)."""
    columns = ["term", "ratio", "ratio_low", "ratio_high", "interval"]
    table = pd.DataFrame(rows, columns=columns)
    known = table["ratio_low"].notna()
    return table.assign(
        target="east", reference="west", difference=1.0,
        low=np.where(known, 0.5, np.nan), high=np.where(known, 2.0, np.nan),
        rate=1.0, rate_reference=0.5, base=1000, base_reference=2000,
        group_documents=5, group_documents_reference=7,
    ).assign(**more)  # fmt: skip


def note(ax: object) -> str:
    return made.method_of(made.figure_of(ax))


def test_a_ratio_of_zero_or_infinity_is_an_arrow_at_the_edge_and_no_dot():
    table = compared(
        ("war", 4.0, 1.5, 64.0, KG), ("nato", 0.0, 0.0, 9.0, KG), ("peace", np.inf, 0.5, np.inf, KG)
    )
    ax = da.plot_differences(table, value="ratio")
    assert made.points(ax) == [(4.0, 0.0)]
    arrows = made.marked(ax, "infinite")
    assert [(*line.get_xydata()[0].tolist(), line.get_marker()) for line in arrows] == [
        (1.0, 2.0, ">"),
        (0.0, 1.0, "<"),
    ]
    said = note(ax)
    assert "Large arrow at the left: a ratio of 0, as the target has none (nato in east)." in said
    assert "at the right: an infinite ratio, as the reference has none (peace in east)." in said
    assert "leave the axis" not in said
    assert "Small arrow" not in said


def test_an_interval_that_reaches_infinity_ends_in_an_arrow():
    ax = da.plot_differences(compared(("war", 4.0, 1.5, np.inf, KG)), value="ratio")
    assert made.points(ax) == [(4.0, 0.0)]
    assert made.marked(ax, "hollow") == []
    (arrow,) = made.marked(ax, "open")
    assert arrow.get_marker() == ">"
    ((low, _, high, _),) = made.spans(ax)
    assert low == 1.5
    assert high > ax.get_xlim()[1]
    assert "Small arrow: the interval reaches infinity." in note(ax)


def test_ticks_of_ratios_are_powers_of_two_as_fractions():
    ax = da.plot_differences(compared(("war", 1.0, 1 / 8, 8.0, KG)), value="ratio")
    ax.figure.canvas.draw()
    assert made.labels(ax, "x") == ["1/8", "1/4", "1/2", "1", "2", "4", "8"]
    ax = da.plot_differences(compared(("war", 1.1, 0.9, 1.3, KG)), value="ratio")
    ax.figure.canvas.draw()
    assert made.labels(ax, "x") == ["1", "1.25"]


def test_measures_without_a_common_scale_are_refused_or_drawn_apart():
    table = compared(("a", 1.0, 0.5, 2.0, KG), ("b", 1.0, 0.5, 2.0, KG))
    table = table.drop(columns="term").assign(measure=["Flesch", "syllables per word"])
    with pytest.raises(InputError, match="Flesch and syllables per word, which have no common"):
        da.plot_differences(table)
    figure = da.plot_small_multiples(table, "plot_differences", by="measure", shared=False)
    assert [ax.get_title(loc="left") for ax in figure.axes] == ["Flesch", "syllables per word"]


def test_the_note_names_documents_units_and_the_rows_in_bursts():
    table = compared(
        ("war", 4.0, 1.5, 64.0, KG),
        ("nato", 2.0, 0.5, 9.0, f"square-and-add of {BURST} (target) and {KG} (reference)"),
        ("peace", 2.0, np.nan, np.nan, "none: few (target); none: fewer still (reference)"),
    )
    said = note(da.plot_differences(table))
    assert "n (words): east 1,000 and west 2,000." in said
    assert f"Intervals (lines): square-and-add of {KG} (east 5, west 7)." in said
    assert said.count("Korn") == 1
    assert said.endswith(
        "intervals may be too short: nato in east. Hollow: no interval (few; fewer still)."
    )


def test_the_note_of_means_counts_documents_and_sentences():
    texts = {"x": ["Good. Bad.", "Fine day.", "Sad war."], "y": ["Bad.", "Good war.", "Hope. Joy."]}
    rows = [(f"{s}{n}", s, text) for s, own in texts.items() for n, text in enumerate(own)]
    corpus = da.Corpus(pd.DataFrame(rows, columns=["doc", "side", "text"]))
    tones = da.compare_groups(da.summarise_sentiment(corpus, by="side"), target="x", reference="y")
    said = note(da.plot_differences(tones))
    assert "n (sentences): x 4 and y 4." in said
    assert "t over documents (3 in each of 2 groups)." in said
    spread = da.score_dispersion(corpus, terms=["war", "good"], by="side")
    spread = da.compare_groups(spread, target="x", reference="y")
    assert "Documents: 3 in each of 2 groups." in note(da.plot_differences(spread))


def test_a_ratio_of_zero_without_an_interval_is_a_hollow_arrow():
    table = made.table(
        {"target": "east", "reference": "west", "term": ["war", "end"], "ratio": [0.0, 0.0],
         "ratio_low": [0.0, np.nan], "ratio_high": [2.0, np.nan]}
    )  # fmt: skip
    ax = da.plot_differences(table, value="ratio")
    (full,) = made.marked(ax, "infinite")
    (hollow,) = made.marked(ax, "infinite hollow")
    assert full.get_ydata().tolist() == [0.0]
    assert hollow.get_ydata().tolist() == [1.0]
    assert hollow.get_markerfacecolor() == "white"
    assert "ollow arrow: no interval." in made.record_of(ax)["method"]
