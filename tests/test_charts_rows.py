"""Barcodes, heatmaps, keywords and word shifts: what stands where."""

from __future__ import annotations

import chart_tables as made
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import Rectangle

import analysis as da
from analysis import InputError


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def hits() -> pd.DataFrame:
    table = made.table(
        {"doc": ["b", "a", "a", "c"], "term": ["war", "war", "peace", "war"],
         "percent": [10.0, 20.0, 30.0, 40.0]}
    )  # fmt: skip
    table["doc"] = pd.Categorical(table["doc"], categories=["b", "a", "empty", "c"])
    return table


def strokes(ax) -> list[tuple[float, float]]:
    return [(x, round((y0 + y1) / 2, 2)) for x, y0, _, y1 in made.spans(ax, "strokes")]


def test_barcode_rows_are_labelled_the_right_way_up():
    """The first row is on top and its label stands beside its strokes (NLTK's issue 3160)."""
    ax = da.plot_barcode(hits()[hits()["term"] == "war"])
    assert made.labels(ax) == ["b", "a", "c"]
    assert [(x, round(y)) for x, y in strokes(ax)] == [(10.0, 0), (20.0, 1), (40.0, 2)]
    top, bottom = ax.transData.transform([(10, 0), (10, 2)])[:, 1]
    assert top > bottom
    heights = [label.get_window_extent().y0 for label in ax.get_yticklabels()]
    assert heights == sorted(heights, reverse=True)


def test_barcode_lanes_separate_terms_within_a_row():
    ax = da.plot_barcode(hits())
    war, peace = made.marked(ax, "strokes")
    assert len(war.get_segments()) == 3
    assert len(peace.get_segments()) == 1
    assert peace.get_segments()[0][:, 1].min() > war.get_segments()[1][:, 1].max() - 1e-9
    assert made.texts(ax, "side") == ["1", "2", "1"]
    assert "lanes from top to bottom" in made.record_of(ax)["caption"]


def test_barcode_by_term_ranks_by_hits():
    ax = da.plot_barcode(hits(), row="term")
    assert made.labels(ax) == ["war", "peace"]
    assert made.labels(da.plot_barcode(hits()[hits()["doc"] == "a"])) == ["peace", "war"]


def test_barcode_order_shows_rows_without_hits():
    ax = da.plot_barcode(hits(), order=["c", "empty", "b"])
    assert made.labels(ax) == ["c", "empty", "b"]
    assert made.texts(ax, "side") == ["1", "0", "1"]
    with pytest.raises(InputError, match="None of the rows in order= \\(x\\)"):
        da.plot_barcode(hits(), order=["x"])


def test_barcode_keeps_the_rows_with_most_hits():
    ax = da.plot_barcode(hits(), top=1)
    assert made.labels(ax) == ["a"]
    assert "1 of 3 shown." in made.record_of(ax)["method"]


def cells() -> pd.DataFrame:
    return made.table(
        {"entity": ["NATO", "UN", "NATO", "UN"], "doc": ["a", "a", "b", "b"],
         "count": [2, 3, 4, 0], "rate": [5.0, 7.5, 9.0, 0.0]}
    )  # fmt: skip


def written(ax) -> dict[tuple[int, int], str]:
    return {
        (int(text.get_position()[1]), int(text.get_position()[0])): text.get_text()
        for text in ax.texts
        if text.get_gid() == "n"
    }


def test_heatmap_writes_n_and_leaves_absent_pairs_blank():
    ax = da.plot_heatmap(cells(), row="entity", column="doc")
    assert made.labels(ax) == ["NATO", "UN"]  # 6 and 3 in all
    assert made.labels(ax, "x") == ["a", "b"]
    assert ax.get_ylim() == (2, 0)
    assert written(ax) == {(0, 0): "2", (0, 1): "4", (1, 0): "3"}
    shades = made.marked(ax, "cells")[0].get_array()
    assert shades.mask.tolist() == [[False, False], [False, True]]


def test_heatmap_of_another_value_has_a_scale_and_still_n():
    ax = da.plot_heatmap(cells(), row="entity", column="doc", value="rate")
    assert written(ax)[0, 1] == "4"
    assert made.marked(ax, "cells")[0].get_array()[0, 1] == 9.0
    assert [other.get_ylabel() for other in made.figure_of(ax).axes[1:]] == ["Rate"]


def test_heatmap_of_values_on_both_sides_of_zero_is_symmetric():
    table = cells().assign(compound=[-0.4, 0.1, 0.2, 0.0])
    mesh = made.marked(
        da.plot_heatmap(table, row="entity", column="doc", value="compound"), "cells"
    )[0]
    assert mesh.norm.vmin == -mesh.norm.vmax == -0.4
    mesh = made.marked(
        da.plot_heatmap(cells(), row="entity", column="doc", limits=(0, 10)), "cells"
    )[0]
    assert (mesh.norm.vmin, mesh.norm.vmax) == (0, 11.5)


def test_heatmap_numbers_can_be_read_on_their_shade():
    ax = da.plot_heatmap(made.entities(), row="entity", column="doc")
    colours = {text.get_color() for text in ax.texts if text.get_gid() == "n"}
    assert colours == {"white", "#222222"}


def test_heatmap_refuses_what_it_cannot_show():
    with pytest.raises(InputError, match="several rows for entity 'NATO' and doc 'a'"):
        da.plot_heatmap(pd.concat([cells(), cells()]), row="entity", column="doc")
    wide = pd.DataFrame({"entity": "NATO", "doc": [f"d{i}" for i in range(60)], "count": 12})
    with pytest.raises(InputError, match="60 columns do not fit at size='column'"):
        da.plot_heatmap(wide, row="entity", column="doc", size="column")
    with pytest.raises(InputError, match="no rows"):
        da.plot_heatmap(cells().assign(count=0), row="entity", column="doc")


def test_heatmap_keeps_the_rows_with_the_highest_sum():
    ax = da.plot_heatmap(cells(), row="entity", column="doc", top=1)
    assert made.labels(ax) == ["NATO"]
    assert "1 of 2 shown." in made.record_of(ax)["method"]


def keys(**columns) -> pd.DataFrame:
    base = {
        "target": "east", "reference": "west", "term": ["war", "peace", "end", "talks"],
        "log_ratio": [3.0, 1.0, -2.0, 2.0], "lrc": [0.5, 0.8, -1.0, 0.0],
        "p_adjusted": [0.01, 0.01, 0.01, 0.3], "count": [8, 9, 1, 2],
        "count_reference": [1, 4, 7, 0], "base": 1000, "base_reference": 900,
        "g2_four_term": [12.0, 9.0, 4.0, 1.0],
    }  # fmt: skip
    return made.table(base | columns)


def bars(ax) -> list[tuple[float, float]]:
    return [(float(p.get_width()), float(p.get_y() + p.get_height() / 2)) for p in ax.patches]


def test_bars_of_keywords_are_as_long_as_what_ranks_them():
    ax = da.plot_keywords(keys())
    assert made.labels(ax) == ["More in east", "peace", "war", "More in west", "end"]
    assert [(w, round(y, 6)) for w, y in bars(ax)] == [(0.8, 1), (0.5, 2), (-1.0, 4)]
    assert made.points(ax, "estimate") == [(1.0, 1.0), (3.0, 2.0), (-2.0, 4.0)]
    assert made.texts(ax, "side") == ["", "9 : 4", "8 : 1", "", "1 : 7"]
    assert made.texts(ax, "side head") == ["east : west"]
    assert made.texts(ax, "passes") == ["the 2 words that pass", "one word passes"]
    assert ax.patches[2].get_hatch()
    assert not ax.patches[0].get_hatch()
    full = da.plot_keywords(keys(), value="log_ratio")
    assert made.labels(full) == ["More in east", "war", "talks", "peace", "More in west", "end"]
    assert [w for w, _ in bars(full)] == [3.0, 2.0, 1.0, -2.0]
    assert [bar.get_gid() for bar in full.patches] == ["bar", "bar not sure", "bar", "bar"]
    assert made.texts(full, "passes") == ["", ""]


def test_a_block_without_a_keyword_says_so_and_names_the_nearest():
    ax = da.plot_keywords(keys(lrc=0.0, p_adjusted=0.5, p=[0.4, 0.02, 0.3, 0.1]))
    assert made.labels(ax) == ["More in east", "More in west"]
    assert bars(ax) == []
    said = [f"no word passes; nearest: {word}" for word in ("peace", "end")]
    assert made.texts(ax, "passes") == said
    record = made.record_of(ax)
    assert record["data"]["term"].tolist() == ["peace", "end"]
    assert "No word passes in east and west." in record["caption"]
    assert "0 keywords" not in record["alt"]
    assert "no word passes. Nearest: peace in east and end in west." in record["alt"]


def test_a_difference_without_a_size_has_a_hollow_dot_and_no_line():
    ax = da.plot_keywords(keys(lrc=[0.5, 0.0, -1.0, 0.0]))
    assert [round(w, 6) for w, _ in bars(ax)] == [0.5, 0, -1.0]
    assert made.points(ax, "estimate") == [(3.0, 1.0), (-2.0, 4.0)]
    assert made.points(ax, "estimate not sure") == [(1.0, 2.0)]
    (lines,) = (one for one in ax.collections if one.get_gid() == "to estimate")
    assert len(lines.get_segments()) == 2
    assert "Where there is no bar" in made.record_of(ax)["caption"]


def test_keywords_of_two_groups_that_are_each_others_reference_go_both_ways():
    other = keys(target="west", reference="east", log_ratio=[-3.0, -1.0, 2.0, -2.0])
    other["lrc"] = [-0.5, -0.8, 1.0, 0.0]
    both = made.table(pd.concat([keys(), other], ignore_index=True))
    ax = da.plot_keywords(both)
    assert made.labels(ax) == ["More in east", "peace", "war", "More in west", "end"]
    assert bars(ax)[-1][0] == -1.0
    assert made.record_of(ax)["data"]["lrc"].tolist()[-1] == 1.0  # as the table has it
    ticks = [text.get_text() for text in ax.get_xticklabels()]
    assert not any("−" in text for text in ticks)


def test_two_groups_against_the_rest_are_blocks_to_the_right():
    both = pd.concat(
        [keys(reference="the rest"), keys(target="west", reference="the rest", base=500)]
    )
    assert all(width > 0 for width, _ in bars(da.plot_keywords(made.table(both))))


def test_many_groups_get_a_block_each_in_the_order_asked_for():
    ax = da.plot_keywords(made.keyness(("a", "b", "c")), targets=["c", "a"], top=2)
    heads = [name for name in made.labels(ax) if name.startswith("More in")]
    assert heads == ["More in c", "More in a"]
    assert len(bars(ax)) == 4


def test_keywords_refuse_unknown_targets_and_nothing_to_rank():
    with pytest.raises(InputError, match="no target north; choose among east"):
        da.plot_keywords(keys(), targets=["north"])
    with pytest.raises(InputError, match="nothing to rank"):
        da.plot_keywords(keys(log_ratio=0.0))


def test_keyness_draws_effect_against_evidence():
    ax = da.plot_keyness(keys())
    assert made.points(ax, "target") == [(3.0, 12.0), (1.0, 9.0)]
    assert made.points(ax, "reference") == [(-2.0, 4.0)]
    assert made.points(ax, "target not sure") == [(2.0, 1.0)]
    assert ax.get_xlim()[0] == -ax.get_xlim()[1]
    assert ax.get_ylabel() == "Log-likelihood G² (four-term), square-root scale"
    assert sorted(made.texts(ax, "point label")) == ["end", "peace", "talks", "war"]
    assert "n = 1,000 words of east, 900 words of west." in made.record_of(ax)["method"]


def test_keyness_draws_p_by_document_where_the_table_has_it():
    table = keys(p=[0.01, 0.1, np.nan, 1.0], group_documents=7, group_documents_reference=9)
    ax = da.plot_keyness(table)
    assert made.points(ax, "target") == [(3.0, 2.0), (1.0, 1.0)]
    assert made.points(ax, "reference") == []  # without a p there is no place for it
    assert made.points(ax, "target not sure") == [(2.0, 0.0)]
    assert ax.get_ylabel() == "Evidence (−log₁₀ p; 2 is p = 0.01)"
    note = made.record_of(ax)["method"]
    assert "n = 1,000 words in 7 documents of east, 900 words in 9 documents of west." in note
    assert "Draws" not in note
    assert da.plot_keyness(table.assign(p=np.nan)).get_ylabel().startswith("Log-likelihood G²")


def test_keyness_names_the_first_five_in_any_case_and_others_where_there_is_room():
    table = keys(p_adjusted=0.5)
    assert sorted(made.texts(da.plot_keyness(table), "point label")) == sorted(table["term"])
    crowd = made.keyness(n=60).assign(log_ratio=1.0, g2_four_term=9.0, p=1e-4, p_adjusted=0.4)
    named = made.texts(da.plot_keyness(crowd), "point label")
    assert 5 <= len(named) < 40
    alone = da.plot_keyness(table.head(1).assign(p_adjusted=0.01))
    assert made.figure_of(alone).legends == []  # one kind of mark needs no key


def test_the_notes_of_keyness_say_what_the_draws_were():
    one = "east: sentences of one document; west: documents"
    for plot in (da.plot_keyness, da.plot_keywords):
        note = made.record_of(plot(keys(units=one)))["method"]
        assert f"Draws: {one}." in note
        lacking = keys(
            p=np.nan, p_adjusted=np.nan, lrc=0.0, units="none: east has fewer than 3 documents"
        )
        note = made.record_of(plot(lacking))["method"]
        assert "No p: east has fewer than 3 documents." in note
        assert "Draws" not in note


def test_a_word_whose_bound_is_zero_is_drawn_where_p_is_small():
    ax = da.plot_keywords(keys(lrc=0.0, p=[0.4, 0.02, 0.3, 0.1]))
    assert made.labels(ax) == ["More in east", "peace", "war", "More in west", "end"]
    assert [w for w, _ in bars(ax)] == [0, 0, 0]
    assert made.points(ax, "estimate not sure")[0] == (1.0, 1.0)


def test_keyness_scale_is_the_root_of_g2():
    ax = da.plot_keyness(keys())
    zero, one, four = (ax.transData.transform((0, y))[1] for y in (0, 1, 4))
    assert four - zero == pytest.approx(2 * (one - zero))
    ax = da.plot_keyness(keys().head(1))
    roots = np.sqrt(ax.get_yticks())
    assert np.diff(roots).min() > 0.6 * roots.max() / 5
    plain = da.plot_keyness(keys(bic=[3.0, 1.0, -2.0, 0.0]), evidence="bic")
    assert plain.get_yscale() == "linear"


def test_keyness_of_several_targets_needs_one():
    with pytest.raises(InputError, match="several targets; choose one with target="):
        da.plot_keyness(made.keyness(("a", "b")))
    with pytest.raises(InputError, match="no target 'z'"):
        da.plot_keyness(made.keyness(("a", "b")), target="z")
    assert da.plot_keyness(made.keyness(("a", "b")), target="b").has_data()
    infinite = keys(percent_diff=[np.inf, 10.0, -50.0, np.inf])
    ax = da.plot_keyness(infinite, effect="percent_diff")
    assert len(made.record_of(ax)["data"]) == 2


def test_word_shift_bars_are_contributions_and_strokes_their_frequency_part():
    ax = da.plot_word_shift(made.shift(), top=3)
    assert made.labels(ax) == ["peace", "war", "talks"]
    assert np.allclose([w for w, _ in bars(ax)], [-0.05, 0.025, 0.05 / 3])
    assert np.allclose([x for x, *_ in made.spans(ax, "bound")], [-0.04, 0.02, 0.04 / 3])
    assert [bool(bar.get_hatch()) for bar in ax.patches] == [False, True, False]
    assert made.texts(ax, "side")[1] == "1 : 3"
    note = made.record_of(ax)["method"]
    assert "n = 80 sentences in east, 90 in west." in note
    assert "difference 0.07" in note
    (legend,) = made.figure_of(ax).legends
    assert [t.get_text() for t in legend.get_texts()] == ["positive words", "negative words"]


def test_word_shift_compares_one_target():
    two = pd.concat([made.shift(), made.shift().assign(target="north")])
    with pytest.raises(InputError, match="several targets"):
        da.plot_word_shift(two)


def test_bars_are_rectangles_from_zero():
    for bar in da.plot_word_shift(made.shift()).patches:
        assert isinstance(bar, Rectangle)
        assert bar.get_x() == 0


def test_keywords_without_p_say_why_and_speak_of_no_correction():
    table = made.keyness(n=12).assign(
        p=np.nan, p_adjusted=np.nan, lrc=0.0, units="none: east has fewer than 3 documents"
    )
    for draw in (da.plot_keywords, da.plot_keyness):
        note = made.method_of(made.figure_of(draw(table)))
        assert "No p: east has fewer than 3 documents." in note
        assert "Benjamini" not in note
        assert "0.05" not in note
    table.loc[table.index[0], ["p", "p_adjusted", "units"]] = [0.01, 0.02, "documents"]
    note = made.method_of(made.figure_of(da.plot_keywords(table, value="log_ratio")))
    assert "No p for " in note
    assert "Hollow bars: adjusted p of at least 0.05, or none. p adjusted after" in note


def test_predicates_are_named_with_their_actor_and_counted_over_actors():
    rows = [("NATO", "agent", "say", 9, 40, 60), ("Kyiv", "agent", "say", 4, 20, 30)]
    rows += [("Kyiv", "patient", "say", 3, 20, 30)]
    columns = ["actor", "relation", "term", "count", "base", "base_reference"]
    table = pd.DataFrame(rows, columns=columns).assign(
        target="east", reference="west", count_reference=1, group_documents=5,
        group_documents_reference=7, log_ratio=[3.0, 2.0, 1.0], p=0.01, p_adjusted=0.02,
        units="documents",
    )  # fmt: skip
    ax = da.plot_keywords(table)
    names = ["More in east", "NATO: say", "Kyiv: say (agent)", "Kyiv: say (patient)"]
    assert made.labels(ax) == names
    assert "n (predicates of 2 actors): east 60 and west 90." in made.method_of(made.figure_of(ax))
    ax = da.plot_keyness(table)
    assert set(made.texts(ax, "point label")) == set(names[1:])
