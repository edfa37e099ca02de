"""The heatmap of targets: cells, colours, words, the note on the model, the bundle."""

from __future__ import annotations

import chart_tables as made
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import QuadMesh

import analysis as da
from analysis.charts.heatmap import plot_targets
from analysis.entities.mentions import find_entities
from analysis.sentiment.targets import score_targets, summarise_targets
from analysis.tables import InputError

MODEL = {"name": "bundled", "sha256": "ab12", "measured": {"sentiment_macro_f1": 0.763}}


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def scores(*rows: tuple[str, str, int, float], model: dict | None = MODEL) -> pd.DataFrame:
    """Rows of (side, entity, count, score), with intervals of 0.1 to both sides."""
    table = pd.DataFrame(rows, columns=["side", "entity", "count", "score"])
    table.insert(2, "label", "PLACE")
    table["documents"] = table["count"].clip(upper=8)
    table["low"], table["high"] = table["score"] - 0.1, table["score"] + 0.1
    table["interval"] = made.INTERVAL
    table.attrs = made.corpus() | ({"model": model} if model else {})
    return table


FEW = scores(
    ("east", "Kyiv", 9, -0.25), ("east", "Iran", 6, 0.05), ("west", "Kyiv", 2, 0.5),
    ("west", "Iran", 5, 0.31), ("west", "Oslo", 4, -0.9),
)  # fmt: skip


def shades(ax: plt.Axes) -> np.ndarray:
    (mesh,) = (c for c in ax.collections if isinstance(c, QuadMesh))
    return np.ma.filled(np.ma.asarray(mesh.get_array()), np.nan)


def test_a_row_per_entity_and_a_column_per_group() -> None:
    ax = plot_targets(FEW)
    assert made.labels(ax) == ["Iran", "Kyiv"]  # the same sum: by name; Oslo has no cell of 5
    assert made.labels(ax, "x") == ["east", "west"]
    np.testing.assert_allclose(shades(ax), [[0.05, 0.31], [-0.25, np.nan]])
    assert made.texts(ax, "n") == ["+0.05\nn = 6", "−0.25\nn = 9", "+0.31\nn = 5", "n = 2"]


def test_bold_is_what_an_interval_over_documents_bears_out() -> None:
    table = FEW.assign(documents=[4, 6, 2, 5, 4])
    ax = plot_targets(table)
    bold = [t.get_text() for t in ax.texts if t.get_fontweight() == "bold"]
    assert bold == ["−0.25\nn = 9", "+0.31\nn = 5"]
    note = made.note_of(ax.figure)
    said = "95 % Korn–Graubard over documents (4 to 6 per cell, 3 cells)"
    assert f"Intervals (bold where without 0): {said}" in note
    plain = plot_targets(FEW.drop(columns=["low", "high", "interval"]))
    assert "bold" not in made.note_of(plain.figure)


def test_a_score_without_an_interval_is_in_brackets() -> None:
    few = FEW["count"] == 9
    none = FEW.assign(low=FEW["low"].mask(few), high=FEW["high"].mask(few), documents=2)
    none["interval"] = none["interval"].mask(few, "none: fewer than 3 documents")
    ax = plot_targets(none)
    assert "(−0.25)\nn = 9" in made.texts(ax, "n")
    assert "In brackets: no interval (fewer than 3 documents)." in made.note_of(ax.figure)


def test_the_note_counts_the_cells_that_chance_makes_bold() -> None:
    rows = [("a", f"name {i}", 9, 0.3) for i in range(40)]
    table = scores(*rows).assign(low=0.1, high=0.5, interval=made.INTERVAL, documents=5)
    ax = plot_targets(table, top=40)
    assert "By chance about 2 of 40 cells would be bold." in made.note_of(ax.figure)


def test_shades_are_the_same_on_both_sides_of_zero_and_told_in_words() -> None:
    ax = plot_targets(FEW)
    (mesh,) = (c for c in ax.collections if isinstance(c, QuadMesh))
    assert (mesh.norm.vmin, mesh.norm.vmax) == (-0.4, 0.4)
    (bar,) = (other for other in ax.figure.axes if other is not ax)
    assert [text.get_text() for text in bar.get_xticklabels()] == [
        "critical\n−0.40", "neither\n0", "favourable\n+0.40",
    ]  # fmt: skip
    (mesh,) = (c for c in plot_targets(FEW, limit=1).collections if isinstance(c, QuadMesh))
    assert (mesh.norm.vmin, mesh.norm.vmax) == (-1, 1)


def test_the_note_states_the_measured_error() -> None:
    note = made.note_of(plot_targets(FEW).figure)
    assert "Model: macro-F1 0.76 on held-out news, NewsMTSC; n = 22 mentions." in note
    assert "Without colour: n below 5." in note
    assert "2 of 3 shown." in note
    unknown = plot_targets(scores(("a", "Kyiv", 9, 0.1), model=None))
    assert "macro-F1" not in made.note_of(unknown.figure)
    assert "n = 9 mentions." in made.note_of(unknown.figure)


def test_the_alt_text_names_both_ends() -> None:
    alt = made.record_of(plot_targets(FEW).figure)["alt"]
    assert "Highest: Iran in west (0.31), Iran in east (0.05) and Kyiv in east (−0.25)." in alt
    assert "Lowest: Kyiv in east (−0.25), Iran in east (0.05) and Iran in west (0.31)." in alt


def test_one_group_and_several_columns_of_groups() -> None:
    ax = plot_targets(FEW[FEW["side"] == "east"].drop(columns="side"))
    assert made.labels(ax, "x") == ["all documents"]
    table = FEW.assign(genre="news")
    ax = plot_targets(table, by=["side", "genre"])
    assert made.labels(ax, "x") == ["east · news", "west · news"]


def test_an_entity_with_two_labels_has_two_rows() -> None:
    table = pd.concat([FEW, FEW.assign(label="ORG")], ignore_index=True)
    table.attrs = FEW.attrs
    assert made.labels(plot_targets(table)) == [
        "Iran (ORG)", "Iran (PLACE)", "Kyiv (ORG)", "Kyiv (PLACE)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"min_count": 10}, r"mentioned min_count=10 times in a group \(at most 9\)"),
        ({"min_count": 0}, "min_count=0 is not a number of rows"),
        ({"limit": 0}, "limit=0 is not a score above 0"),
        ({"limit": 1.5}, "limit=1.5 is not a score above 0"),
        ({"by": "outlet"}, "lacks 'outlet'"),
        ({"by": []}, "several rows for entity 'Kyiv'"),
    ],
)
def test_bad_input_is_refused(options, message) -> None:
    with pytest.raises(InputError, match=message):
        plot_targets(FEW, **options)
    assert plt.get_fignums() == []


def test_panels_share_their_shades() -> None:
    table = pd.concat(
        [FEW.assign(genre="news"), FEW.assign(genre="speech", score=FEW["score"] / 3)],
        ignore_index=True,
    )
    table.attrs = FEW.attrs
    figure = da.plot_small_multiples(table, plot_targets, by="genre")
    meshes = [
        c for ax in figure.axes for c in ax.collections
        if isinstance(c, QuadMesh) and c.get_gid() == "cells"
    ]  # fmt: skip
    assert len(meshes) == 2
    assert {mesh.norm.vmax for mesh in meshes} == {1.0}
    assert "critical (−) … favourable (+)" in [ax.get_ylabel() for ax in figure.axes]


def test_a_bundle_is_drawn_and_measured_again(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("DISCOURSE_CACHE", str(tmp_path / "cache"))
    documents = pd.DataFrame(
        {
            "doc": ["a", "b"],
            "side": ["east", "west"],
            "text": ["China left. All love China. All hate Iran.", "China and Iran. So Iran left."],
        }
    )
    targets = score_targets(documents, find_entities(documents))
    table = summarise_targets(targets, by="side", documents=documents)
    saved = da.save_figure(plot_targets(table, min_count=1), tmp_path / "targets")
    checks = da.verify(saved, corpus=documents)
    found = checks.groupby("check")["status"].agg(set).to_dict()
    assert found["hash"] == found["redraw"] == found["recompute"] == {"ok"}
    csv = tmp_path / "targets.csv"
    csv.write_text(csv.read_text().replace("China,PLACE,2", "China,PLACE,3"))
    checks = da.verify(saved, corpus=documents)
    assert "differs" in set(checks.loc[checks["check"] == "recompute", "status"])
