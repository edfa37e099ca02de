"""Charts of voices, shares, tone and fates: what is drawn is what the table says."""

from __future__ import annotations

import chart_tables as made
import matplotlib.pyplot as plt
import pandas as pd
import pytest

from analysis.charts.balance import plot_targets
from analysis.charts.fates import plot_quote_fates
from analysis.charts.sentiment import plot_sentiment
from analysis.charts.shares import plot_shares
from analysis.charts.voices import plot_voices
from analysis.sentiment.targets import summarise_targets
from analysis.tables import InputError
from analysis.voices.spans import group_of


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def widths(ax, gid: str) -> list[float]:
    return [round(float(bar.get_width()), 6) for bar in ax.patches if bar.get_gid() == gid]


# ---- voices --------------------------------------------------------------------------------


def test_bars_are_the_shares_and_lines_their_intervals() -> None:
    table = made.voices()
    ax = plot_voices(table, top=2)
    assert made.labels(ax) == ["Vladimir Putin", "Xi Jinping"]
    data = made.record_of(ax)["data"]
    assert widths(ax, "bar") == data["share"].round(6).tolist()
    assert data["speech"].tolist() == ["quoted", "reported"] * 2
    ends = [(x0, x1) for x0, _, x1, _ in made.spans(ax)]
    assert ends == [tuple(pair) for pair in data[["low", "high"]].to_numpy()]
    assert made.texts(ax, "side") == ["390", "372"]
    assert "not drawn" in made.method_of(made.figure_of(ax))


def test_quoted_lies_above_reported_and_is_plain() -> None:
    ax = plot_voices(made.voices(), top=1)
    quoted, reported = (bar for bar in ax.patches if bar.get_gid() == "bar")
    assert quoted.get_y() < reported.get_y()
    assert not quoted.get_hatch()
    assert reported.get_hatch()
    (legend,) = made.figure_of(ax).legends
    assert [text.get_text() for text in legend.get_texts()] == ["quoted", "reported"]


def test_the_writer_is_drawn_when_asked_for() -> None:
    ax = plot_voices(made.voices(), own=True, top=1)
    assert made.labels(ax) == ["writer"]
    assert widths(ax, "bar") == [0.65]
    assert "not drawn" not in made.method_of(made.figure_of(ax))
    with pytest.raises(InputError, match="no speaker to draw"):
        plot_voices(pd.DataFrame({"voice": ["writer"], "share": [1.0]}))


def test_speech_that_was_not_split_is_one_bar() -> None:
    table = made.voices().drop(columns="speech").drop_duplicates("voice")
    ax = plot_voices(table, top=3)
    assert len(widths(ax, "bar")) == 3
    assert made.figure_of(ax).legends == []
    with pytest.raises(InputError, match="several rows"):
        plot_voices(pd.concat([table, table]))


# ---- shares --------------------------------------------------------------------------------


def test_parts_of_a_bar_end_where_the_next_begins() -> None:
    table = made.cues()
    ax = plot_shares(table, row="speaker", part="cue_class")
    bars = [bar for bar in ax.patches if bar.get_gid() == "part"]
    for row, name in enumerate(made.labels(ax)):
        own = sorted((b for b in bars if round(b.get_y() + b.get_height() / 2) == row),
                     key=lambda b: b.get_x())  # fmt: skip
        found = [round(float(b.get_width()), 6) for b in own]
        wanted = table[(table["speaker"] == name) & (table["count"] > 0)]
        assert sorted(found) == sorted(wanted["share"].round(6))
        assert own[-1].get_x() + own[-1].get_width() == pytest.approx(1)
    first = [next(float(b.get_width()) for b in bars if round(b.get_y() + 0.36) == row)
             for row in range(6)]  # fmt: skip
    assert first == sorted(first, reverse=True)


def test_a_hundred_per_cent_of_three_are_three_dots() -> None:
    rows = [("a", "kept", 3, 3), ("b", "kept", 1, 2), ("b", "dropped", 1, 2), ("c", "kept", 10, 10)]
    table = pd.DataFrame(rows, columns=["outlet", "fate", "count", "base"])
    ax = plot_shares(table.assign(share=table["count"] / table["base"]), row="outlet", part="fate")
    assert made.labels(ax) == ["a", "c", "b"]
    assert [float(bar.get_width()) for bar in ax.patches] == [1.0]
    assert [len(dots.get_xdata()) for dots in made.marked(ax, "part dots")] == [3, 1, 1]
    assert made.texts(ax, "of") == ["3 of 3"]
    assert "Dots: one each, where n is below 10." in made.record_of(ax)["method"]


def test_parts_are_named_once_above_the_first_bar_where_there_is_room() -> None:
    rows = [("a", "kept", 0.7), ("a", "dropped", 0.3), ("b", "kept", 0.5), ("b", "dropped", 0.5)]
    table = pd.DataFrame(rows, columns=["outlet", "fate", "share"])
    ax = plot_shares(table, row="outlet", part="fate")
    names = [text for text in ax.texts if text.get_gid() == "part name"]
    assert [text.get_text() for text in names] == ["kept", "dropped"]
    assert [text.xy[0] for text in names] == [0.0, 0.7]
    assert made.figure_of(ax).legends == []
    thin = table.assign(share=[0.98, 0.02, 0.99, 0.01])
    note = made.record_of(plot_shares(thin, row="outlet", part="fate"))["method"]
    assert "Others: what is left of a bar beside 1 fate." in note


def test_what_is_not_drawn_by_name_is_others() -> None:
    table = made.namings()
    ax = plot_shares(table, row="outlet", part="form", top=3)
    (legend,) = made.figure_of(ax).legends
    names = [text.get_text() for text in legend.get_texts()]
    assert names[-1] == "others"
    total = table.groupby("form")["count"].sum().sort_values(ascending=False)
    assert set(names[:-1]) == set(total.head(3).index)
    assert sum(widths(ax, "part")) == pytest.approx(len(made.OUTLETS))
    data = made.record_of(ax)["data"]
    assert set(data["form"]) == set(names[:-1])


@pytest.mark.parametrize("size", ["column", "page"])
def test_a_key_of_several_lines_leaves_room_for_two_bars(size: str) -> None:
    table = made.by_side(made.voices, ("east", "west"))
    table = table[table["speech"] != "quoted"]
    figure = made.figure_of(plot_shares(table, row="side", part="voice", size=size))
    assert made.overlaps(made.visible_texts(figure)) == []
    (legend,) = figure.legends
    lowest = min(text.get_window_extent().y0 for text in legend.get_texts())
    assert lowest > figure.axes[0].get_window_extent().y1


def test_the_order_of_parts_can_be_given() -> None:
    order = ["doubting", "neutral"]
    ax = plot_shares(made.cues(), row="speaker", part="cue_class", order=order)
    (legend,) = made.figure_of(ax).legends
    assert [text.get_text() for text in legend.get_texts()][:2] == order
    table = made.cues()
    table["cue_class"] = pd.Categorical(table["cue_class"], categories=made.CLASSES[::-1])
    (legend,) = made.figure_of(plot_shares(table, row="speaker", part="cue_class")).legends
    assert [text.get_text() for text in legend.get_texts()] == made.CLASSES[::-1]


def test_tables_that_are_no_whole_are_refused() -> None:
    table = made.cues()
    with pytest.raises(InputError, match="several rows for speaker"):
        plot_shares(pd.concat([table, table]), row="speaker", part="cue_class")
    other = table.assign(cue_class=table["cue_class"] + " again")
    with pytest.raises(InputError, match="add up to 200 %"):
        plot_shares(pd.concat([table, other]), row="speaker", part="cue_class")
    with pytest.raises(InputError, match="no rows"):
        plot_shares(table.assign(share=0.0), row="speaker", part="cue_class")


# ---- tone ------------------------------------------------------------------------------------


def test_each_voice_has_a_mark_and_an_interval() -> None:
    table = made.tone()
    ax = plot_sentiment(table)
    whole = table[table["voice_group"] == "all voices"].sort_values("tone", ascending=False)
    assert made.labels(ax) == whole["outlet"].tolist()
    lines = made.marked(ax, "dots")
    assert [line.get_label() for line in lines] == ["all voices", "writer", "speakers"]
    assert lines[0].get_xdata().tolist() == whole["tone"].tolist()
    assert len(lines[2].get_xdata()) == 4  # one outlet has no speakers
    assert made.texts(ax, "side")[-1] == "0 %"
    low, high = ax.get_xlim()
    assert low == -high


def test_tone_without_groups() -> None:
    table = made.tone().head(4).drop(columns="outlet")
    ax = plot_sentiment(table)
    assert made.labels(ax) == [""]
    with pytest.raises(InputError, match="several rows"):
        plot_sentiment(pd.concat([table, table]))


# ---- fates -------------------------------------------------------------------------------------


def test_signs_say_what_became_of_a_statement() -> None:
    table = made.fates()
    ax = plot_quote_fates(table)
    assert len(made.texts(ax, "fate")) == len(table)
    own = table[table["group"] == 0].set_index("outlet")["fate"]
    assert own.tolist() == ["kept", "re-worded", "unmarked", "kept", "re-worded"]
    first = [
        text for text in ax.texts if text.get_gid() == "fate" and text.get_position()[1] == 0.5
    ]
    first = sorted(first, key=lambda text: text.get_position()[0])
    assert [text.get_text() for text in first] == ["=", "≠", "?*", "=", "≠"]
    assert made.labels(ax)[3] == "The Kyiv Independent\n“Russia’s favourite lies”"
    assert "*: another verb of saying." in made.method_of(made.figure_of(ax))


def test_of_two_texts_in_a_cell_the_fuller_is_drawn() -> None:
    table = pd.DataFrame(
        {"group": 0, "outlet": ["A", "A", "B"], "fate": ["dropped", "trimmed", "kept"],
         "reference": [False, False, True], "text": ["", "x", "xy"], "covered": [0.0, 0.5, 1.0]}
    )  # fmt: skip
    ax = plot_quote_fates(table)
    assert made.texts(ax, "fate") == ["−", "="]
    with pytest.raises(InputError, match="The fate 'lost' is not known"):
        plot_quote_fates(table.assign(fate="lost"))


def test_names_of_more_than_sixty_letters_are_drawn() -> None:
    long = "Ministry of Foreign Affairs of China (page of the Embassy in Albania)"
    table = made.fates().replace({"outlet": {made.OUTLETS[0]: long}})
    drawn = made.texts(plot_quote_fates(table), "fate")
    assert drawn == made.texts(plot_quote_fates(made.fates()), "fate")
    rows = pd.DataFrame(
        {"outlet": [long, "B"], "fate": ["kept", long], "share": 1.0, "base": [2, 3]}
    )
    ax = plot_shares(rows, row="outlet", part="fate")
    assert [float(bar.get_width()) for bar in ax.patches] == [1.0, 1.0]
    assert made.texts(ax, "side") == ["3", "2"]  # by the first part


# ---- who evaluates whom ------------------------------------------------------------------------


def test_tone_by_voice_has_n_and_the_measured_error() -> None:
    cells = [("Putin", "Kyiv", 0.0, 6), ("writer", "Kyiv", 0.95, 2), ("Xi", "NATO", 0.2, 5)]
    rows = [("a", *cell) for *cell, n in cells for _ in range(n)]
    targets = pd.DataFrame(rows, columns=["doc", "voice", "entity", "positive"])
    targets = targets.assign(sentence=range(len(targets)), label="PLACE", negative=0.05)
    targets = targets.assign(neutral=1 - targets["positive"] - targets["negative"])
    merged = targets.assign(voice_group=group_of(targets["voice"], ["Putin"]))
    table = summarise_targets(merged, by="voice_group")
    ax = plot_targets(table, by="voice_group", min_count=5)
    drawn = made.texts(ax, "n")
    assert sorted(drawn) == ["0 : 0\nof 5", "0 : 0\nof 6", "2 : 0\nof 2"]
    assert "Measured in news: of" in made.method_of(made.figure_of(ax))
    assert table["count"].sum() == len(targets)


def test_several_groups_are_refused_with_what_can_be_done() -> None:
    table = made.by_side(made.voices)
    with pytest.raises(
        InputError, match=r'plot_small_multiples\(table, "plot_voices", by=.side.\)'
    ):
        plot_voices(table)
