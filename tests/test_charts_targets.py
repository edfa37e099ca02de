"""The grids of judgements: cells, colours, words, the note on errors, the bundle."""

from __future__ import annotations

import chart_tables as made
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import QuadMesh

import analysis as da
from analysis.charts.balance import plot_evaluations, plot_targets
from analysis.entities.mentions import find_entities
from analysis.sentiment.targets import score_targets, summarise_targets
from analysis.tables import InputError

ERRORS = {
    "threshold": 0.9, "precision": 0.7, "opposite": 0.1, "called": 40, "low": 0.55, "high": 0.82,
}  # fmt: skip
TONE = dict.fromkeys(made.TONE, ERRORS) | {"balance": {"low": 2.0, "high": 3.0}}


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def cells(*rows: tuple[str, str, int, int, int], tone: dict | None = TONE) -> pd.DataFrame:
    """Rows of (side, entity, favourable, critical, count), with intervals of 0.3 to both sides."""
    table = pd.DataFrame(rows, columns=["side", "entity", "favourable", "critical", "count"])
    table.insert(2, "label", "PLACE")
    table["documents"] = 9
    table["judging_documents"] = 6
    table["share"] = table["favourable"] / (table["favourable"] + table["critical"])
    table["low"] = (table["share"] - 0.3).clip(lower=0)
    table["high"] = (table["share"] + 0.3).clip(upper=1)
    table["interval"] = made.INTERVAL
    table.attrs = made.corpus() | ({"tone": tone} if tone else {})
    return table


FEW = cells(
    ("east", "Kyiv", 0, 6, 9), ("east", "Iran", 2, 2, 6), ("west", "Kyiv", 1, 0, 2),
    ("west", "Iran", 4, 0, 5), ("west", "Oslo", 0, 4, 4),
)  # fmt: skip


def shades(ax: plt.Axes) -> np.ndarray:
    (mesh,) = (c for c in ax.collections if isinstance(c, QuadMesh))
    return np.ma.filled(np.ma.asarray(mesh.get_array(), dtype=float), np.nan)


def test_a_row_per_entity_and_a_column_per_group() -> None:
    ax = plot_targets(FEW)
    assert made.labels(ax) == ["Iran", "Kyiv"]  # the same sum: by name; Oslo has no cell of 5
    assert made.labels(ax, "x") == ["east", "west"]
    ends = ["20–80 %", "0–30 %", "70–100 %", "70–100 %"]
    counts = ["2 : 2\nof 6", "▼ 0 : 6\nof 9", "▲ 4 : 0\nof 5", "▲ 1 : 0\nof 2"]
    assert made.texts(ax, "n") == [f"{a}\n{b}" for a, b in zip(counts, ends, strict=True)]
    few = plot_targets(FEW.assign(judging_documents=5))  # too few to say how far it may be off
    assert made.texts(few, "n") == [text.removeprefix("▼ ").removeprefix("▲ ") for text in counts]


def test_a_colour_only_where_the_interval_is_on_one_side_of_one_half() -> None:
    # the shade is that of the interval's end nearest to one half, 0.3 from the share
    np.testing.assert_allclose(shades(plot_targets(FEW)), [[np.nan, 0.4], [-0.4, 0.4]])
    few = FEW.assign(judging_documents=[5, 9, 9, 5, 9])
    np.testing.assert_allclose(shades(plot_targets(few)), [[np.nan, np.nan], [np.nan, 0.4]])
    table = few.drop(columns="judging_documents").assign(documents=5)
    assert np.isnan(shades(plot_targets(table))).all()
    wide = FEW.assign(low=0.1, high=0.9)
    ax = plot_targets(wide)
    assert np.isnan(shades(ax)).all()
    assert [other for other in ax.figure.axes if other is not ax] == []  # nor a key to colours
    plain = FEW.drop(columns=["low", "high", "interval"])
    assert np.isnan(shades(plot_targets(plain))).all()
    assert not [t for t in ax.texts if t.get_fontweight() == "bold"]


def test_the_note_states_the_measured_error() -> None:
    note = made.method_of(plot_targets(FEW).figure)
    assert (
        "of 40 called favourable 70 % (55–82), of 40 called critical 70 % (55–82) are right."
        in note
    )
    assert "Favourable mentions are found more seldom than critical ones." in note
    assert "n = 22 mentions." in note
    assert "No colour: judgements in fewer than 6 documents, or an interval," in note
    assert "2 of 3 shown." in note
    unknown = made.method_of(plot_targets(cells(("a", "Kyiv", 1, 0, 9), tone=None)).figure)
    assert "Measured" not in unknown
    assert "n = 9 mentions." in unknown


def test_the_alt_text_names_no_extreme_that_the_interval_does_not_carry() -> None:
    alt = made.record_of(plot_targets(FEW).figure)["alt"]
    assert "Mostly favourable: Iran in west (4 : 0) and Kyiv in west (1 : 0)." in alt
    assert "Mostly critical: Kyiv in east (0 : 6)." in alt
    wide = made.record_of(plot_targets(FEW.assign(low=0.1, high=0.9)).figure)["alt"]
    assert "Mostly" not in wide
    assert "Of no cell can it be said that one of the two prevails." in wide
    assert "ighest" not in alt + wide
    assert "owest" not in alt + wide


def test_one_group_and_several_columns_of_groups() -> None:
    ax = plot_targets(FEW[FEW["side"] == "east"].drop(columns="side"))
    assert made.labels(ax, "x") == ["all documents"]
    ax = plot_targets(FEW.assign(genre="news"), by=["side", "genre"])
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
        ({"by": "outlet"}, "lacks 'outlet'"),
        ({"by": []}, "several rows for entity 'Kyiv'"),
    ],
)
def test_bad_input_is_refused(options, message) -> None:
    with pytest.raises(InputError, match=message):
        plot_targets(FEW, **options)
    assert plt.get_fignums() == []


def test_panels_share_their_shades() -> None:
    table = pd.concat([FEW.assign(genre="news"), FEW.assign(genre="speech")], ignore_index=True)
    table.attrs = FEW.attrs
    figure = da.plot_small_multiples(table, plot_targets, by="genre")
    meshes = [
        c for ax in figure.axes for c in ax.collections
        if isinstance(c, QuadMesh) and c.get_gid() == "cells"
    ]  # fmt: skip
    assert len(meshes) == 2
    assert {mesh.norm.vmax for mesh in meshes} == {1.0}
    assert made.texts(figure, "title") == ["Tone in the words around a name"]
    assert "all critical … all favourable" in [ax.get_ylabel() for ax in figure.axes]


def acts(*rows: tuple[str, str, int, int], documents: int = 1000) -> pd.DataFrame:
    """What `count_evaluations` gives for these pairs, the acts in so many documents each."""
    found = []
    for evaluator, target, good, bad in rows:
        for number, sign in enumerate(["favourable"] * good + ["critical"] * bad):
            number, doc = divmod(number, documents)
            found.append((f"{evaluator}{target}{doc}", number, evaluator, target, sign))
    names = ["doc", "sentence", "evaluator", "target", "polarity"]
    table = pd.DataFrame(found, columns=names).assign(negated=False, modality="asserted")
    return da.count_evaluations(table)


def test_evaluators_are_columns_and_targets_rows() -> None:
    table = acts(("Peru", "Chile", 0, 30), ("Ann Lee", "Chile", 3, 1), ("(none)", "Peru", 2, 0))
    ax = plot_evaluations(table)
    assert made.labels(ax) == ["Chile"]  # whom nobody evaluates by name is not drawn
    assert made.labels(ax, "x") == ["Peru", "Ann Lee"]
    assert made.texts(ax, "n") == ["▼ 0 : 30\n0–49 %", "3 : 1"]
    high = table["high"].iloc[0]
    np.testing.assert_allclose(shades(ax), [[2 * high - 1, np.nan]])
    note = made.method_of(ax.figure)
    assert "of 110 acts found 67 % (58–75) are right." in note
    assert "n = 34 evaluations." in note
    assert "Mostly critical: Peru on Chile (0 : 30)." in made.record_of(ax.figure)["alt"]


def test_five_acts_have_no_colour_however_they_agree() -> None:
    assert np.isnan(shades(plot_evaluations(acts(("Peru", "Chile", 0, 5))))).all()


@pytest.mark.parametrize(("documents", "acts_each"), [(1, 40), (4, 50), (5, 50)])
def test_few_documents_have_no_colour_and_no_word(documents: int, acts_each: int) -> None:
    cell = ("Peru", "Chile", 0, documents * acts_each)
    table = acts(cell, documents=documents)
    table = table.assign(high=0.4)  # whatever the interval says
    ax = plot_evaluations(table)
    assert np.isnan(shades(ax)).all()
    assert "Mostly" not in made.record_of(ax.figure)["alt"]
    judged = cells(("east", "Kyiv", 0, documents * acts_each, 999))
    ax = plot_targets(judged.assign(high=0.4, judging_documents=documents))
    assert np.isnan(shades(ax)).all()
    assert "Mostly" not in made.record_of(ax.figure)["alt"]


@pytest.mark.parametrize("size", ["column", "page", "slide"])
def test_the_picture_says_which_of_the_two_it_is(size: str) -> None:
    ax = plot_targets(FEW, size=size)
    assert made.texts(ax.figure, "title") == ["Tone in the words around a name"]
    assert "favourable : critical of all mentions" in made.record_of(ax.figure)["subtitle"]
    ax = plot_evaluations(acts(("Peru", "Chile", 0, 5)), size=size)
    assert made.texts(ax.figure, "title") == ["Acts of evaluation reported"]
    (cell,) = made.texts(ax.figure, "subtitle")
    assert cell.replace("\n", " ").startswith("Column: who evaluates. Row: who is")
    figure, axes = plt.subplots(1, 2, figsize=(12, 4))
    figure.suptitle("Mine")
    plot_targets(FEW, ax=axes[0])
    assert figure.get_suptitle() == "Mine"
    assert made.texts(axes[0], "title") == ["Tone in the words around a name"]


def test_evaluations_that_cannot_be_drawn_are_refused() -> None:
    with pytest.raises(InputError, match="names both who evaluates and whom"):
        plot_evaluations(acts(("(none)", "Peru", 2, 0)))
    twice = pd.concat([acts(("Peru", "Chile", 1, 1))] * 2, ignore_index=True)
    with pytest.raises(InputError, match="several rows for 'Peru' and 'Chile'"):
        plot_evaluations(twice)


def test_a_bundle_is_drawn_and_measured_again(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("DISCOURSE_CACHE", str(tmp_path / "cache"))
    documents = pd.DataFrame(
        {
            "doc": ["a", "b"],
            "side": ["east", "west"],
            "text": ["China left. Peru praised Iran.", "China and Iran. So Iran left."],
        }
    )
    targets = score_targets(documents, find_entities(documents))
    table = summarise_targets(targets, by="side", documents=documents)
    saved = da.save_figure(plot_targets(table, min_count=1), tmp_path / "targets")
    checks = da.verify(saved, corpus=documents)
    found = checks.groupby("check")["status"].agg(set).to_dict()
    assert found["hash"] == found["redraw"] == found["recompute"] == {"ok"}
    csv = tmp_path / "targets.csv"
    csv.write_text(csv.read_text().replace("Iran,PLACE,", "Iran,PLACE,1"))
    checks = da.verify(saved, corpus=documents)
    assert "differs" in set(checks.loc[checks["check"] == "recompute", "status"])
    corpus = da.Corpus(documents)
    ax = plot_evaluations(da.count_evaluations(corpus))
    checks = da.verify(da.save_figure(ax, tmp_path / "acts"), corpus=corpus)
    assert set(checks["status"]) == {"ok"}


def test_of_many_columns_those_without_a_coloured_cell_are_left_out_and_named() -> None:
    rows = [("a", "Kyiv", 0, 30, 40), *((side, "Kyiv", 1, 0, 2) for side in "bcd")]
    table = cells(*rows).assign(low=0.0, high=[0.3, 1.0, 1.0, 1.0], judging_documents=[9, 1, 1, 1])
    ax = plot_targets(table.assign(share=table["favourable"]), by="side", min_count=1)
    assert made.labels(ax, "x") == ["a"]
    assert "Left out, without a coloured cell: b, c and d." in made.method_of(ax.figure)
    three = plot_targets(table.head(3).assign(share=0.5), by="side", min_count=1)
    assert made.labels(three, "x") == ["a", "b", "c"]
