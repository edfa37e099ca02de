"""Names, order and colours of groups: as asked for, as the corpus has them, by default."""

from __future__ import annotations

from typing import Any

import chart_tables as made
import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.colors import to_hex

import analysis as da
from analysis import InputError
from analysis.charts import looks
from analysis.charts.marks import marks
from analysis.charts.style import GREY, SIZES, chart_record
from analysis.corpus.lists import read_style


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def colours(drawn: Any) -> dict[str, str]:
    """Colour of each group of dots, by the name that the table has for it."""
    figure = made.figure_of(drawn)
    return {
        str(line.get_label()): to_hex(line.get_color())
        for ax in figure.axes
        for line in ax.lines
        if line.get_gid() == "dots"
    }


def key_of(drawn: Any) -> list[str]:
    figure = made.figure_of(drawn)
    return [text.get_text() for legend in figure.legends for text in legend.get_texts()]


def corpus(tmp_path: Any, style: str = "") -> da.Corpus:
    (tmp_path / "originals").mkdir()
    head = "id,title,outlet,country,side,genre,published,url,language,licence\n"
    rows = [f"{name},T,O,GB,{name},news,2024-05-15,,en,\n" for name in ("ash", "birch", "oak")]
    (tmp_path / "sources.csv").write_text(head + "".join(rows))
    for number, name in enumerate(("ash", "birch", "oak")):
        text = "War came. " * (number + 1) + f"Nobody in {name} spoke of peace."
        (tmp_path / "originals" / f"{name}.txt").write_text(text)
    if style:
        (tmp_path / "style.yml").write_text(style)
    return da.read_corpus(tmp_path, near_duplicates=None)


def test_a_group_has_one_colour_in_the_whole_corpus_and_in_its_parts(tmp_path):
    whole = corpus(tmp_path)
    words = ["war", "peace"]
    every = colours(da.plot_terms(da.count_terms(whole, terms=words, by="side")))
    assert list(every.values()) == [to_hex(colour) for colour in looks.COLOURS[:3]]
    part = whole.where(side=["oak", "birch"])
    some = colours(da.plot_terms(da.count_terms(part, terms=words, by="side")))
    assert some == {name: every[name] for name in ("birch", "oak")}
    again = da.Corpus(part.documents)  # a table of the part remembers the whole
    assert colours(da.plot_terms(da.count_terms(again, terms=words, by="side"))) == some


def test_the_style_of_a_corpus_is_used_and_verified(tmp_path):
    style = "colors: {oak: '#8B0000'}\nlabels: {oak: The Oak}\norder: [oak, ash]\n"
    found = corpus(tmp_path, style)
    table = da.count_terms(found, terms=["war", "peace"], by="side")
    drawn = da.plot_terms(table)
    assert key_of(drawn) == ["The Oak", "ash", "birch"]
    assert colours(drawn)["oak"] == "#8b0000"
    assert "The Oak" in made.record_of(made.figure_of(drawn))["caption"]
    bundle = da.save_figure(drawn, tmp_path / "figures" / "terms")
    assert da.verify(bundle, corpus=found).attrs["verdict"] == "verified"
    assert da.read_bundle(bundle)["side"].unique().tolist() == ["oak", "ash", "birch"]


def test_colours_of_terms_are_fixed_for_a_set_of_terms(tmp_path):
    found = corpus(tmp_path)
    one = da.count_over_text(found, ["war", "peace"], bins=2)
    two = da.count_over_text(found, ["peace", "war"], bins=2)
    lines = [
        {str(line.get_label()): line.get_color() for line in da.plot_over_text(table).lines}
        for table in (one, two, one[one["term"] == "war"])
    ]
    assert lines[0] == lines[1]
    assert lines[2]["war"] == lines[0]["war"]


LOOKS: dict[str, Any] = {
    "title": "Words for it",
    "subtitle": "Of 1,000 words",
    "labels": {"east": "The East"},
    "order": ["west", "The East"],
    "colors": {"west": "crimson", "The East": "#0072b2"},
    "highlight": "west",
}


@pytest.mark.parametrize("size", SIZES)
def test_looks_are_drawn_recorded_and_drawn_again(size, tmp_path):
    drawn = da.plot_terms(made.terms(("east", "west", "north")), size=size, **LOOKS)
    figure = made.figure_of(drawn)
    assert made.texts(figure, "title") == ["Words for it"]
    assert made.texts(figure, "subtitle") == ["Of 1,000 words"]
    assert key_of(drawn) == ["west", "The East", "north"]
    assert colours(drawn) == {"west": to_hex("crimson"), "east": GREY, "north": GREY}
    seen = made.visible_texts(figure)
    assert made.overlaps(seen) == []
    top = max(box.y1 for _, box in seen)
    assert next(text for text, box in seen if box.y1 == top) == "Words for it"
    record = made.record_of(figure)
    assert {name: record["params"][name] for name in ("title", "labels")} == {
        "title": "Words for it", "labels": {"east": "The East"},
    }  # fmt: skip
    bundle = da.save_figure(drawn, tmp_path / "a")
    assert set(da.verify(bundle)["status"]) == {"ok"}


def test_a_row_is_highlighted_where_there_is_one_group():
    drawn = da.plot_terms(made.terms(n=3), highlight="war", colors={"war": "teal"})
    dots = [line for line in drawn.lines if line.get_gid() == "dots"]
    shown = {to_hex(line.get_color()): len(line.get_xdata()) for line in dots}
    assert shown == {to_hex("teal"): 1, GREY: 2}


def test_small_multiples_have_the_looks_of_their_figure(tmp_path):
    table = made.terms(("east", "west"), n=4)
    figure = da.plot_small_multiples(
        table, da.plot_terms, by="side", title="Words", labels={"east": "The East"},
        order=["west"], highlight="war",
    )  # fmt: skip
    assert [ax.get_title(loc="left") for ax in figure.axes] == ["west", "The East"]
    assert made.texts(figure, "title") == ["Words"]
    bundle = da.save_figure(figure, tmp_path / "a")
    assert set(da.verify(bundle)["status"]) == {"ok"}


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"labels": {"eats": "East"}}, "labels= names 'eats', which is not in this chart; it has"),
        ({"order": ["wets"]}, "order= names 'wets'"),
        ({"colors": {"east": "reddish"}}, "'reddish' is no colour; give a name"),
        ({"colors": "red"}, "colors='red' is no mapping"),
        ({"highlight": "eats"}, "highlight= names 'eats'"),
        ({"title": 3}, "title=3 is no text"),
    ],
)
def test_looks_that_cannot_be_are_refused(asked, message):
    with pytest.raises(InputError, match=message):
        da.plot_terms(made.terms(("east", "west")), **asked)
    assert plt.get_fignums() == []


def test_a_default_colour_gives_way_to_one_that_was_asked_for():
    usual = colours(da.plot_terms(made.terms(("east", "west"))))
    drawn = colours(da.plot_terms(made.terms(("east", "west")), colors={"west": usual["east"]}))
    assert drawn["west"] == usual["east"]
    assert drawn["east"] != drawn["west"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("colours: {a: red}", "'colours' is no part of a style"),
        ("colors: {a: reddish}", "the colour 'reddish' of 'a' is none"),
        ("colors: [red]", "colors has another form"),
        ("order: {a: b}", "order has another form"),
        ("- a", "is no style"),
        ("colors: {a: [", "cannot be read"),
    ],
)
def test_a_style_that_cannot_be_read_is_refused(tmp_path, text, message):
    path = tmp_path / "style.yml"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        read_style(path)


def test_an_empty_style_says_nothing(tmp_path):
    path = tmp_path / "style.yml"
    path.write_text("# nothing yet\ncolors:\n")
    assert read_style(path) == {}
    assert isinstance(made.terms(), pd.DataFrame)


def test_type_is_set_in_the_font_of_the_package(tmp_path):
    drawn = da.plot_terms(made.terms(n=3), title="Words")
    names = {text.get_fontfamily()[0] for text in drawn.get_yticklabels()}
    assert names == {"Source Sans Pro"}
    bundle = da.save_figure(drawn, tmp_path / "a", formats=["svg"])
    assert "'Source Sans Pro', 'Source Sans 3', Arial" in (tmp_path / "a.svg").read_text("utf-8")
    assert bundle.is_file()


def test_a_slide_has_as_many_rows_as_fit_and_says_so():
    groups = ("east", "west", "north", "south", "here", "there")
    drawn = da.plot_terms(made.terms(groups), size="slide", title="Words")
    figure = made.figure_of(drawn)
    assert figure.get_figheight() <= 7.5
    assert " of 15 shown" in made.record_of(figure)["note"]


def test_rows_are_ordered_where_they_are_named():
    drawn = da.plot_terms(made.terms(n=4), order=["security", "war"])
    assert made.labels(drawn) == ["security", "war", "peace", "talks"]


GROUPED = pd.DataFrame(
    [
        (side, term, rate)
        for side, rate in zip("abcd", (1.0, 2.0, 3.0, 4.0), strict=True)
        for term in ("war", "a")
    ],
    columns=["side", "term", "rate"],
).assign(low=0.5, high=6.0)


def test_more_than_three_groups_get_a_panel_each_with_the_others_in_grey():
    axes = da.plot_terms(GROUPED).figure.axes
    assert [ax.get_title(loc="left") for ax in axes] == ["a", "b", "c", "d"]
    assert len({ax.get_xlim() for ax in axes}) == 1
    for ax, rate in zip(axes, (1.0, 2.0, 3.0, 4.0), strict=True):
        (own,) = (line for line in ax.get_lines() if line.get_gid() == "dots")
        (others,) = (line for line in ax.get_lines() if line.get_gid() == "ghost")
        assert set(own.get_xdata()) == {rate}
        assert set(others.get_xdata()) == {1.0, 2.0, 3.0, 4.0} - {rate}
    record = chart_record(axes[0].figure)
    assert record["note"].endswith("grey dots are the other groups.")
    assert [mark.row for mark in sorted(marks(axes[0].figure), key=lambda m: m.row)] == list(
        range(8)
    )


def test_one_panel_is_drawn_where_it_is_asked_for_or_a_group_is_highlighted():
    assert len(da.plot_terms(GROUPED, panels=False).figure.axes) == 1
    assert len(da.plot_terms(GROUPED[GROUPED["side"] < "d"]).figure.axes) == 1
    ax = da.plot_terms(GROUPED, highlight="b")
    assert len(ax.figure.axes) == 1
    assert sum(len(lines.get_segments()) for lines in ax.collections) == 2  # of b alone
    assert [text.get_text() for text in ax.figure.legends[0].get_texts()] == ["b", "the others"]
    with pytest.raises(InputError, match="leave ax out"):
        da.plot_terms(GROUPED, panels=True, ax=plt.figure().subplots())


def test_words_are_in_italics_and_no_label_of_a_group_is_used_for_them():
    ax = da.plot_terms(GROUPED, labels={"a": "Group A", "war": "the war"})
    rows = {text.get_text(): text.get_fontstyle() for text in ax.get_yticklabels()}
    assert rows == {"a": "italic", "the war": "italic"}
    assert ax.get_title(loc="left") == "Group A"
    names = GROUPED[GROUPED["side"] == "a"].rename(columns={"term": "entity"})
    assert da.plot_terms(names).get_yticklabels()[0].get_fontstyle() == "normal"


def test_panels_of_lines_show_the_others_in_grey_and_need_no_key():
    dates = pd.to_datetime(["2024-05-01", "2024-06-01"])
    table = pd.DataFrame(
        {"period": [*dates, *dates], "term": ["a", "a", "b", "b"], "rate": [1, 2, 3, 4]}
    )
    figure = da.plot_small_multiples(
        table, "plot_over_time", by="term", title="Both", subtitle="Rates"
    )
    assert not figure.legends
    ghosts = [[line for line in ax.get_lines() if line.get_gid() == "ghost"] for ax in figure.axes]
    assert [own[0].get_ydata().tolist() for own in ghosts] == [[3, 4], [1, 2]]
    assert {text.get_text() for text in figure.texts} >= {"Both", "Rates"}


def test_rows_of_texts_are_written_by_outlet_and_day():
    table = pd.DataFrame(
        {
            "doc": ["x1", "x2", "x3"],
            "outlet": ["Alpha (copy)", "Beta", "Beta"],
            "title": ["One", "Two", "Three"],
            "published": pd.to_datetime(["2024-05-14", "2024-05-15", "2024-05-15"]),
            "text": ["War.", "War and war.", "A war."],
        }
    )
    ax = da.plot_barcode(da.find_positions(da.Corpus(table), ["war"]))
    names = {text.get_text() for text in ax.get_yticklabels()}
    assert names == {"Alpha, 14 May 2024", "Two", "Three"}


def grouped(tmp_path: Any, **columns: list[Any]) -> da.Corpus:
    """A corpus with a text for each value of the columns."""
    size = len(next(iter(columns.values())))
    table = pd.DataFrame({"doc": [f"d{n:02}" for n in range(size)], **columns})
    return da.Corpus(table.assign(text="War came. Peace did not, and nobody spoke."))


def drawn_as(corpus: da.Corpus, by: Any = "outlet") -> dict[str, tuple[str, str]]:
    """Colour and marker of each group of a chart of one panel."""
    table = da.count_terms(corpus, terms=["war", "peace"], by=by)
    ax = da.plot_terms(table, panels=False)
    dots = [line for line in ax.lines if line.get_gid() == "dots"]
    return {str(one.get_label()): (to_hex(one.get_color()), str(one.get_marker())) for one in dots}


OUTLETS = [f"o{n:02}" for n in range(12)]


@pytest.mark.parametrize(
    "some", [["o08", "o01"], ["o08", "o00"], ["o08", "o01", "o02"], ["o00", "o08", "o09", "o11"]]
)
def test_colour_and_marker_stay_beyond_eight_groups(some, tmp_path):
    whole = grouped(tmp_path, outlet=OUTLETS)
    usual = {n: looks.Look(looks.COLOURS[n % 8], n) for n in range(12)}
    found = drawn_as(whole.where(outlet=some))
    assert found == {
        name: (to_hex(usual[int(name[1:])].colour), usual[int(name[1:])].marker) for name in some
    }
    assert len(set(found.values())) == len(some)


def test_every_pair_of_colour_and_marker_is_used_once():
    pairs = [(looks.COLOURS[n % 8], looks.Look("", n).marker) for n in range(looks.ALL)]
    assert len(set(pairs)) == looks.ALL == 64


def test_where_two_groups_have_one_colour_and_marker_the_second_takes_the_next(tmp_path):
    names = [f"o{n:02}" for n in range(70)]
    whole = grouped(tmp_path, outlet=names)
    found = drawn_as(whole.where(outlet=["o00", "o64"]))
    first, second = looks.Look(looks.COLOURS[0], 0), looks.Look(looks.COLOURS[1], 1)
    assert found == {
        "o00": (to_hex(first.colour), first.marker), "o64": (to_hex(second.colour), second.marker),
    }  # fmt: skip


def test_a_value_of_two_columns_has_the_colour_of_the_column_it_is_drawn_of(tmp_path):
    places = ["o01", "zz", "zz", "zz"]
    whole = grouped(tmp_path, place=places, outlet=OUTLETS[:4])
    every = drawn_as(whole)
    assert drawn_as(whole.where(outlet=["o01", "o03"])) == {n: every[n] for n in ("o01", "o03")}
    assert drawn_as(whole, "place")["o01"][0] == to_hex(looks.COLOURS[0])


def test_groups_of_two_columns_keep_their_colours_when_filtered(tmp_path):
    whole = grouped(tmp_path, side=["a", "b"] * 3, genre=["x", "x", "y", "y", "z", "z"])
    by = ["side", "genre"]
    every = drawn_as(whole, by)
    part = drawn_as(whole.where(genre=["y", "z"]), by)
    assert part == {name: every[name] for name in ("a · y", "b · y", "a · z", "b · z")}


def test_numbers_as_groups_keep_their_colours_when_filtered(tmp_path):
    whole = grouped(tmp_path, wave=[1, 2, 3, 4])
    every = drawn_as(whole, "wave")
    assert drawn_as(whole.where(wave=[2, 4]), "wave") == {n: every[n] for n in ("2", "4")}


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"labels": {"east": "same", "west": "same"}}, "writes 'east' and 'west' alike"),
        ({"labels": {"east": "west"}}, "alike, as 'west'"),
        ({"colors": {"east": "none"}}, "'none' is no colour"),
        ({"colors": {"east": "#ff000010"}}, "can be seen through"),
        ({"colors": {"east": "white"}}, "cannot be seen on white"),
    ],
)
def test_looks_that_hide_a_group_are_refused(asked, message):
    with pytest.raises(InputError, match=message):
        da.plot_terms(made.terms(("east", "west", "north")), **asked)


def test_a_misspelt_name_of_a_style_is_told(tmp_path):
    with pytest.warns(UserWarning, match="'bircch', which these texts do not have; is 'birch'"):
        corpus(tmp_path, "colors: {bircch: teal, oak: darkred, war: black}\n")


def test_the_default_number_of_slices_holds_four_sentences_each(tmp_path):
    text = "The war is bad. Peace is good. Talks failed. Nobody spoke. " * 4
    one = da.Corpus(pd.DataFrame({"doc": ["a"], "text": [text]}))
    assert da.score_arc(one)["bin"].tolist() == [0, 1, 2, 3]


def test_a_gap_is_told_once_and_only_where_lines_are(tmp_path):
    days = pd.to_datetime([f"2024-0{m}-0{d}" for m in (1, 2, 4, 5) for d in (1, 2, 3)])
    texts = pd.DataFrame({"doc": [f"d{n:02}" for n in range(12)], "published": days})
    texts = texts.assign(text="War came. Peace did not, and nobody spoke.")
    over = da.count_over_time(da.Corpus(texts), ["war", "peace"], every="month")
    many = da.plot_small_multiples(over, "plot_over_time", by="term")
    assert made.record_of(many)["caption"].count("A gap means") == 1
    alone = da.count_over_time(da.Corpus(texts[::3]), ["war"], every="month")
    assert "A gap means" not in made.record_of(made.figure_of(da.plot_over_time(alone)))["caption"]
    lines = [ln for ln in da.plot_over_time(over).get_lines() if ln.get_gid() == "line"]
    boxes = [(line.get_clip_box(), line.axes.bbox) for line in lines]
    assert [(cut.x0 < ax.x0, cut.y0 < ax.y0) for cut, ax in boxes] == [(True, True)] * 2


@pytest.mark.parametrize("letter", ["W", "m", "i"])
@pytest.mark.parametrize("size", ["column", "page"])
def test_a_title_of_one_long_word_stays_inside_the_figure(letter, size):
    drawn = da.plot_terms(made.terms(n=3), title=letter * 300, size=size)
    figure = made.figure_of(drawn)
    (title,) = [text for text in figure.texts if text.get_gid() == "title"]
    assert title.get_window_extent().x1 <= figure.bbox.x1
    assert title.get_text().replace("\n", "") == letter * 300


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("size", ["column", "page"])
def test_marks_at_the_edge_leave_the_axes_their_room(size, tmp_path):
    whole = grouped(tmp_path, outlet=OUTLETS)
    table = da.count_terms(whole.where(outlet=OUTLETS[:3]), terms=["war", "peace"], by="outlet")
    ax = da.plot_terms(table, size=size, panels=False)
    ax.figure.savefig(tmp_path / "a.png")
    assert ax.get_window_extent().height > 0.3 * ax.figure.bbox.height
