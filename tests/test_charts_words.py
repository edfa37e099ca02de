"""Words and numbers on charts: labels, note line, axis labels, placing."""

from __future__ import annotations

import chart_tables as made
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import InputError
from analysis import wording as words
from analysis.charts import labels as place
from analysis.charts import select, style


def test_labels_keep_the_text_and_lose_what_cannot_be_shown():
    assert words.label("a  b\n\tc") == "a b c"
    assert words.label(None) == words.label(float("nan")) == words.label(pd.NaT) == "(none)"
    assert words.label(2024.0) == "2024"
    assert words.label(pd.Timestamp("2024-05-15 08:09")) == "2024-05-15"
    assert words.label("\u202eabc") == "abc"
    assert words.label("和平谈判代表团", width=7) == "和平谈…"


@given(st.text(), st.integers(4, 40))
def test_a_label_is_never_wider_than_asked(text, width):
    short = words.label(text, width)
    assert words.cells(short) <= width
    assert "\n" not in short
    short.encode()


def test_labels_that_shortening_makes_alike_are_told_apart():
    names = ["ministry of foreign affairs 2023", "ministry of foreign affairs 2024", "g7"]
    short = words.labels(names, 16)
    assert short == ["ministry…rs 2023", "ministry…rs 2024", "g7"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (0.0, "0"), (12, "12"), (1234.56, "1,235"), (12.345, "12.3"),
        (0.0004567, "0.000457"),
        (-0.5, "−0.5"), (float("inf"), "not defined"), (99.99, "100"), (-1200, "−1,200"),
    ],
)  # fmt: skip
def test_numbers_have_three_digits_and_no_exponent(value, text):
    assert words.number(value) == text


def test_the_base_of_a_rate_is_read_from_the_numbers():
    table = pd.DataFrame({"count": [0, 3], "base": [700, 900], "rate": [0.0, 3 / 900 * 10_000]})
    assert words.per(table) == 10_000
    assert words.column_label(table, "rate") == "Per 10,000 words"
    assert words.column_phrase(table, "rate") == "rate per 10,000 words"
    assert words.per(table.assign(rate=[1.0, 1.0], count=[7, 1])) is None  # no common base
    zero = table.head(1)
    assert words.column_phrase(zero, "rate") == "rate"
    assert words.per(zero) is None
    zero.attrs = {"steps": [{"params": {"per": 1000}}]}
    assert words.column_label(zero, "rate") == "Per 1,000 words"
    assert words.column_label(table, "log_dice") == words.column_phrase(table, "log_dice")
    assert words.column_label(table, "my_score") == "My score"


def test_the_corpus_sentence_says_what_was_summarised():
    assert words.corpus_sentence({}) == ""
    assert (
        words.corpus_sentence(made.corpus()) == f"Corpus: talks, 33 documents ({made.SUMMARIES})."
    )
    assert words.corpus_sentence(made.corpus(33, 32)) == (
        f"Corpus: talks, 33 documents (32 of them {made.SUMMARIES})."
    )
    assert words.corpus_sentence(made.corpus(1, 0)) == "Corpus: talks, 1 document."


KG = "95 % Korn–Graubard over documents"
ALONE = "95 % Korn–Graubard over the sentences of one document"
BURST = f"{KG}; comes in bursts, so this may be too short"


def intervals(*rows, **more):
    """Rows of (group, item, documents, interval) and what is said of them."""
    table = pd.DataFrame(rows, columns=["side", "term", "group_documents", "interval"])
    known = ~table["interval"].str.startswith("none")
    table = table.assign(
        rate=1.0, low=np.where(known, 0.5, np.nan), high=np.where(known, 2, np.nan)
    )
    return table, words.Intervals(["side"], ["term"], "rate", **more)


def test_interval_sentence_names_each_method_once_and_why_there_is_none():
    table = pd.DataFrame(
        {"low": [1.0, np.nan, 2], "high": [2.0, np.nan, 3], "interval": ["b", "none: few", "a"]}
    )
    assert words.interval_sentence(table) == "Intervals (lines): a; b. Hollow: no interval (few)."
    assert words.interval_sentence(table.drop(columns="low")) == ""


def test_the_documents_of_each_group_are_counted():
    one = intervals(("east", "war", 7, KG), ("east", "peace", 7, KG))
    assert words.interval_sentence(*one) == f"Intervals (lines): {KG[:-9]}7 documents."
    two = intervals(("east", "war", 7, KG), ("west", "war", 5, KG), mark="bands")
    assert words.interval_sentence(*two) == f"Intervals (bands): {KG} (east 7, west 5)."
    same = intervals(("east", "war", 5, KG), ("west", "war", 5, KG))
    assert words.interval_sentence(*same) == f"Intervals (lines): {KG} (5 in each of 2 sides)."
    many = intervals(*((f"s{n:02}", "war", 3 + n, KG) for n in range(40)))
    assert (
        words.interval_sentence(*many) == f"Intervals (lines): {KG} (3 to 42 per side, 40 sides)."
    )
    table, about = intervals(
        *((side, "war", n, KG) for side, n in (("east", 7), ("east", 5), ("west", 6)))
    )
    sliced = words.interval_sentence(table, about._replace(part="slice"))
    assert sliced == f"Intervals (lines): {KG} (5 to 7 in each slice of each side)."
    assert words.interval_sentence(table, about).endswith("(east 5 to 7, west 6).")
    months = intervals(*((pd.Timestamp(2024, m, 1), "war", m, BURST) for m in (3, 4)))
    months[0].loc[0, "interval"] = KG
    about = months[1]._replace(noun="month", dates="%b %Y")
    said = words.interval_sentence(months[0], about)
    assert "(3 to 4 per month, 2 months)" in said
    assert said.endswith("too short: war in Apr 2024.")
    count = two[0].drop(columns=["low", "high"])
    assert words.interval_sentence(count, two[1]) == "Documents: east 7, west 5."
    none = intervals(("east", "war", 2, "none: few"), ("west", "war", 1, "none: few"))
    assert words.interval_sentence(*none) == (
        "Documents: east 2, west 1. No intervals (few): all hollow."
    )


def test_what_an_interval_does_not_cover_is_said():
    bursts = intervals(("east", "war", 7, BURST), ("east", "talks", 7, KG), ("west", "war", 5, KG))
    why = "In half of the documents or fewer, but often or at length in these"
    assert words.interval_sentence(*bursts).endswith(
        f"{why}, so that intervals may be too short: war in east."
    )
    assert "too short" not in words.interval_sentence(*bursts, brief=True)
    everywhere = intervals(
        ("east", "war", 7, BURST), ("west", "war", 7, BURST), ("west", "x", 7, KG)
    )
    assert "may be too short: war." in words.interval_sentence(*everywhere)
    many = intervals(*((f"s{n}", "war", 7, BURST if n else KG) for n in range(8)))
    assert "too short: war in s1, war in s2, war in s3 and 4 more." in words.interval_sentence(
        *many
    )
    alone = intervals(("rt", "war", 1, ALONE), ("west", "war", 5, KG))
    assert words.interval_sentence(*alone) == (
        f"Intervals (lines): {KG} (rt 1, west 5). rt is one document: its sentences are the units,"
        " so the interval says how sure this text is, not what other texts would give."
    )
    single = alone[0].head(1), words.Intervals(value="rate")
    assert words.interval_sentence(*single).startswith(
        "Intervals (lines): 95 % Korn–Graubard over sentences. This is one document:"
    )


def test_plurals_and_lists():
    assert words.plural(2, "entity") == "2 entities"
    assert words.plural(3, "day") == "3 days"
    assert words.listing([]) == ""
    assert words.listing(["a"]) == "a"
    assert words.value_range([np.nan]) == "without a defined value"
    assert words.value_range([2, 2]) == "all 2"
    assert words.top_three(["a"], [np.nan]) == ""
    assert words.top_three("abcd", [1, 4, 4, 2]) == "Highest: b (4), c (4) and d (2)."


@given(st.lists(st.floats(0, 100), min_size=1, max_size=12))
def test_spread_positions_keep_order_and_distance(wanted):
    moved = place.spread(wanted, 5.0, 0.0, 100.0)
    order = np.argsort(wanted, kind="stable")
    assert (np.diff(moved[order]) >= 5 - 1e-6).all()
    assert moved.min() >= -1e-6
    assert moved.max() <= 100 + 1e-6


def test_positions_far_enough_apart_stay():
    assert place.spread([10.0, 50.0, 20.0], 5.0, 0.0, 100.0).tolist() == [10.0, 50.0, 20.0]
    assert place.spread([], 5.0, 0.0, 100.0).tolist() == []


@pytest.mark.parametrize("n", [1, 12, 40])
def test_point_labels_never_cover_each_other(n):
    figure, ax = plt.subplots(figsize=(3, 2))
    angle = np.linspace(0, 40, n)
    at = np.column_stack([np.cos(angle), np.sin(angle)]) * 0.3
    ax.set_xlim(-1, 1)
    ax.set_ylim(-1, 1)
    put = place.point_labels(
        ax, [(x, y, f"label {i}") for i, (x, y) in enumerate(at)], "column", avoid=at
    )
    put()
    kept = made.texts(ax, "point label")
    assert "label 0" in kept  # the most important one is never taken away
    assert len(kept) >= min(n, 10)
    assert made.overlaps(made.visible_texts(figure)) == []
    again = [t.get_position() for t in ax.texts]
    plt.close(figure)
    figure, ax = plt.subplots(figsize=(3, 2))
    ax.set_xlim(-1, 1)
    ax.set_ylim(-1, 1)
    place.point_labels(
        ax, [(x, y, f"label {i}") for i, (x, y) in enumerate(at)], "column", avoid=at
    )()
    assert [t.get_position() for t in ax.texts] == again
    plt.close(figure)


def test_no_labels_are_nothing_to_place():
    figure, ax = plt.subplots()
    place.point_labels(ax, [], "page", avoid=np.empty((0, 2)))()
    assert not ax.texts
    plt.close(figure)


def test_colours_differ_in_lightness_and_text_in_them_can_be_read():
    from matplotlib.colors import to_rgb

    light = [style.luminance(to_rgb(colour)) for colour in style.COLOURS]
    neighbours = np.abs(np.diff(light[:5]))
    assert (neighbours > 0.03).all()
    for colour in style.COLOURS:
        assert 1.05 / (style.luminance(to_rgb(style.text_colour(colour))) + 0.05) >= 4.5
    assert len(set(style.MARKERS)) == len(style.COLOURS)


def test_groups_are_found_named_and_refused():
    table = made.terms(("east", "west"))
    assert select.group_columns(table, None, key=["term"], what="terms") == ["side"]
    assert select.group_columns(table, "side", key=["term"], what="terms") == ["side"]
    assert select.group_columns(made.terms(), None, key=["term"], what="terms") == []
    with pytest.raises(InputError, match="for side 'east', term 'peace'; keep one of them"):
        select.group_columns(pd.concat([table, table]), None, key=["term"], what="terms")
    with pytest.raises(InputError, match="lacks 'voice'"):
        select.group_columns(table, "voice", key=["term"], what="terms")
    two = table.assign(voice="quoted", extra=range(len(table)))
    two.attrs = {"steps": [{"params": {"by": ["side", "voice"]}}]}
    assert select.group_columns(two, None, key=["term"], what="terms") == ["side"]


def test_groups_by_several_columns_join_their_names():
    table = pd.DataFrame({"side": ["a", None], "voice": ["x", "y"]})
    assert list(select.series_of(table, ["side", "voice"])) == ["a · x", "(none) · y"]
    order = pd.Categorical(["a", "b", "c"], categories=["c", "a", "b"], ordered=True)
    assert select.in_order(pd.DataFrame({"g": order}), ["g"]) == ["c", "a", "b"]


def test_a_column_without_numbers_is_refused():
    with pytest.raises(InputError, match="holds no numbers; draw one of count"):
        select.numeric(made.terms(), "term", "terms")


@pytest.mark.parametrize("top", [0, -1, 2.5, True])
def test_a_number_of_rows_is_a_whole_number_from_one(top):
    with pytest.raises(InputError, match="whole number"):
        style.require_top(top)


def test_the_note_says_which_documents_were_chosen() -> None:
    corpus = {"corpus": {"name": "c", "documents": 33}}
    chosen = {"call": "count_terms", "on": "tokens", "params": {}, "docs": ["rt"]}
    assert words.corpus_sentence({**corpus, "steps": [chosen]}) == "Corpus: c, rt of 33 documents."
    two = {**chosen, "docs": ["rt", "ap"]}
    assert words.corpus_sentence({**corpus, "steps": [two]}) == "Corpus: c, 2 of 33 documents."
    named = {"call": "count_entities", "on": "mentions", "docs": ["rt"], "params": {"tokens": True}}
    assert words.corpus_sentence({**corpus, "steps": [named]}) == "Corpus: c, 33 documents."
    against = {**named, "params": {"tokens": {"docs": ["rt"]}}}
    assert "rt of 33" in words.corpus_sentence({**corpus, "steps": [against]})
