"""What holds for every chart: it can be drawn again, read, and trusted not to touch anything."""

from __future__ import annotations

import gc
import io
import json
import warnings
import weakref

import chart_tables as made
import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.text import Text

import analysis
from analysis import InputError
from analysis.charts import style

SINGLE = [case for case, (call, _, _) in made.CASES.items() if call != "plot_small_multiples"]
CALLS = sorted(name for name in analysis.__all__ if name.startswith("plot_"))


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def test_every_public_chart_has_a_case():
    assert {call for call, _, _ in made.CASES.values()} == set(CALLS)


@pytest.mark.parametrize("case", made.CASES)
def test_the_recorded_call_draws_the_same_from_the_csv_whatever_the_settings(case):
    figure = made.drawn(case)
    record = made.record_of(figure)
    data = made.through_csv(record["data"])
    data.attrs = record["attrs"]
    with plt.style.context(["ggplot", {"font.size": 20, "text.usetex": True}]):
        again = made.figure_of(getattr(analysis, record["call"])(data, **record["params"]))
        assert made.artists(again) == made.artists(figure)
    redrawn = made.record_of(again)
    for part in (
        "call",
        "params",
        "title",
        "subtitle",
        "caption",
        "alt",
        "note",
        "method",
        "attrs",
    ):
        assert redrawn[part] == record[part]
    pd.testing.assert_frame_equal(
        redrawn["data"].astype(str), made.through_csv(record["data"]).astype(str)
    )


@pytest.mark.parametrize("case", made.CASES)
def test_the_record_is_json_and_says_what_is_drawn(case):
    record = made.record_of(made.drawn(case))
    assert record["call"] in analysis.__all__
    assert json.loads(json.dumps(record["params"])) == record["params"]
    json.dumps(record["attrs"])
    for sentence in ("caption", "alt"):
        assert len(record[sentence]) > 40
        assert record[sentence].endswith(".")
        assert ".." not in record[sentence].replace("…", "")
    # where a cell may say nothing, the text names only those of which one thing prevails
    assert ("Mostly " if case in ("targets", "evaluations") else "Highest: ") in record["alt"]
    assert len(record["data"]) > 0


@pytest.mark.parametrize("case", made.CASES)
def test_the_data_are_rows_and_columns_of_the_table(case):
    _, make, _ = made.CASES[case]
    table, data = make(), made.record_of(made.drawn(case))["data"]
    assert set(data.columns) <= set(table.columns)
    known = set(table[list(data.columns)].astype(str).itertuples(index=False, name=None))
    drawn = list(data.astype(str).itertuples(index=False, name=None))
    assert set(drawn) <= known
    assert len(set(drawn)) == len(drawn)


@pytest.mark.parametrize("case", made.CASES)
def test_neither_the_settings_nor_the_table_are_changed(case):
    assert made.changes(case) == []


@pytest.mark.parametrize("size", style.SIZES)
@pytest.mark.parametrize("case", made.CASES)
def test_every_text_can_be_read_in_every_size(case, size):
    figure = made.drawn(case) if size == "page" else made.draw(case, size=size)
    assert figure.get_figwidth() == style.SIZES[size][0]
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a layout that does not work out warns
        seen = made.visible_texts(figure)
    assert made.overlaps(seen) == []
    outside = [
        (text, box)
        for text, box in seen
        if box.x0 < -1 or box.y0 < -1 or box.x1 > figure.bbox.x1 + 1 or box.y1 > figure.bbox.y1 + 1
    ]
    assert outside == []
    assert all(text.get_fontsize() >= 7 for text in figure.findobj(Text) if text.get_text())


@pytest.mark.parametrize("case", made.CASES)
def test_the_note_names_corpus_summaries_and_n(case):
    figure = made.drawn(case)
    note = made.note_of(figure)
    assert note == made.record_of(figure)["note"]
    assert note.startswith(f"33 texts ({made.SUMMARIES})")
    assert len(note) < 320
    method = made.method_of(figure)
    assert method.startswith(f"Corpus: talks, 33 documents ({made.SUMMARIES}).")
    if "pair" not in case and "collocates" not in case:
        assert "n = " in method or "n (words" in method


@pytest.mark.parametrize("case", SINGLE)
def test_a_chart_draws_on_the_axes_it_is_given(case):
    call, make, options = made.CASES[case]
    figure, axes = plt.subplots(1, 2, figsize=(14, 6), layout="constrained")
    drawn = getattr(analysis, call)(make(), ax=axes[1], **options)
    assert drawn is axes[1]
    assert plt.get_fignums() == [figure.number]
    assert not axes[0].has_data()
    assert made.SUMMARIES in made.note_of(figure)
    assert made.record_of(figure)["call"] == call
    figure.draw_without_rendering()


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("fault", ["empty", "column", "size", "kind"])
def test_bad_input_is_refused_in_one_sentence_and_leaves_no_figure(call, fault):
    make, options = next(rest for name, *rest in made.CASES.values() if name == call)
    table, options = make(), dict(options)
    if fault == "empty":
        table = table.iloc[:0]
    elif fault == "column":
        table = table[["side"]] if "side" in table else table.iloc[:, :1]
    elif fault == "size":
        options["size"] = "poster"
    else:
        table = [1, 2]
    with pytest.raises(InputError) as caught:
        getattr(analysis, call)(table, **options)
    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message
    assert plt.get_fignums() == []


@pytest.mark.parametrize("case", SINGLE)
def test_a_single_row_can_be_drawn(case):
    call, make, options = made.CASES[case]
    table = make()
    if "count" in table:
        table = table[table["count"] > 0]
    figure = made.figure_of(getattr(analysis, call)(table.head(1), **options))
    assert len(made.record_of(figure)["data"]) == 1
    assert made.overlaps(made.visible_texts(figure)) == []


ODD = [
    "$5 and $6", "a$b", "和平谈判", "السلام عليكم", "🙂 emoji", "line\nbreak\tand tab", "x" * 300,
    "\u202ereversed", "lone \ud800 surrogate", "<b>&amp;", "100 %", "_hidden",
]  # fmt: skip


@pytest.mark.filterwarnings("ignore:Glyph .* missing from")
@pytest.mark.parametrize("case", SINGLE)
def test_text_from_a_corpus_is_data(case):
    call, make, options = made.CASES[case]
    table = make().copy()
    for column in ("term", "entity", "source", "side", "doc"):
        if column in table:
            values = list(dict.fromkeys(table[column].astype(object)))[: len(ODD)]
            odd = dict(zip(values, ODD, strict=False))
            cells = [odd.get(v, v) for v in table[column].astype(object)]
            # Arrow, where pandas keeps text in it, takes no half surrogates: objects do
            table[column] = pd.Series(cells, index=table.index, dtype=object)
    figure = made.figure_of(getattr(analysis, call)(table, **options))
    seen = [text for text, _ in made.visible_texts(figure)]
    assert all("\u202e" not in text and "\t" not in text for text in seen)
    assert max(len(word) for text in seen for word in text.split()) < 100
    for text in figure.findobj(Text):
        assert "$" not in text.get_text() or not text.get_parse_math()
    figure.savefig(io.BytesIO(), format="svg")


def test_several_charts_on_one_figure_are_all_recorded():
    figure, axes = plt.subplots(1, 2, figsize=(14, 6), layout="constrained")
    analysis.plot_terms(made.terms(), ax=axes[0])
    analysis.plot_sentiment(made.sentiment(), ax=axes[1])
    record = made.record_of(figure)
    assert record["call"] == "plot_sentiment"
    assert [panel["call"] for panel in record["panels"]] == ["plot_terms", "plot_sentiment"]


def test_drawing_again_on_the_same_axes_keeps_one_note():
    ax = analysis.plot_terms(made.terms())
    assert isinstance(ax, Axes)
    height = made.figure_of(ax).get_figheight()
    analysis.plot_terms(made.terms(), ax=ax)
    assert made.figure_of(ax).get_figheight() == height
    _, given = plt.subplots()
    for _ in range(2):
        analysis.plot_terms(made.terms(), ax=given)
    assert len(made.texts(given, "note")) == 1


@pytest.mark.parametrize("case", ["over time", "pairs", "keyness", "targets", "panels of lines"])
def test_a_figure_that_nobody_holds_is_freed(case):
    figure = weakref.ref(made.draw(case))
    plt.close("all")
    gc.collect()
    assert figure() is None
