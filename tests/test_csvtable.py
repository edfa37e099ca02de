"""Tables written as CSV come back as they were, and no spreadsheet runs them."""

from __future__ import annotations

import csv
import io
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.export.csv import decode_table, encode_table
from analysis.files import escape_cell, unescape_cell
from analysis.tables import InputError

TEXT = (
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
    | st.sampled_from(
        [
            "",
            "'",
            "''",
            "=1+1",
            "'=1",
            "''@x",
            "-",
            "\t",
            "\r\n",
            "a\rb",
            ' "q" ',
            "NA",
            "nan",
            "None",
        ]
    )
    | st.text("ab;|\t\n'\" =+@＝", max_size=12)
)


def back(table: pd.DataFrame) -> pd.DataFrame:
    return decode_table(*encode_table(table))


@given(TEXT)
def test_escaping_is_undone(text):
    assert unescape_cell(escape_cell(text)) == text


@given(TEXT)
def test_no_text_cell_begins_as_a_formula(text):
    cell = escape_cell(text).lstrip(" ")
    assert not cell.startswith(tuple("=+-@\t\r\n＝＋－＠"))


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-peace", "@user", "\tx", "\rx", " =1"])
def test_formulas_get_an_apostrophe(text):
    assert escape_cell(text) == "'" + text


@given(TEXT, st.sampled_from(";|\t"))
def test_no_cell_begins_as_a_formula_where_other_signs_part_the_cells(text, sign):
    line = encode_table(pd.DataFrame({"doc": ["a"], "text": [f"Talks{text}"]}))[0]
    rows = csv.reader(io.StringIO(line, newline=""), delimiter=sign)
    cells = [cell for row in list(rows) for cell in row]
    assert not [cell for cell in cells if cell.lstrip(' "\u00a0').startswith(tuple("=+-@＝＋－＠"))]


def test_formulas_inside_a_cell_get_an_apostrophe():
    assert escape_cell("Talks;=1+1 end") == "Talks;'=1+1 end"
    assert escape_cell('Talks; "=1+1"\n@x|-y\t+z') == "Talks;' \"=1+1\"\n'@x|'-y\t'+z"
    assert unescape_cell("Talks;''=1") == "Talks;'=1"


@pytest.mark.parametrize(
    "text",
    ["; and so", "a\nb;c", "one; two|three", "peace", "'s", "’tis", "a=b", "#hashtag", "5 %"],
)
def test_ordinary_words_stay_as_they_are(text):
    assert escape_cell(text) == text


def test_a_column_name_is_made_inert_too():
    text, _ = encode_table(pd.DataFrame({"=cmd": [1]}))
    assert text == "'=cmd\n1\n"
    assert back(pd.DataFrame({"=cmd": [1]})).columns.tolist() == ["=cmd"]


def test_numbers_are_not_escaped():
    text, _ = encode_table(pd.DataFrame({"log_ratio": [-1.5], "change": [-3]}))
    assert text == "log_ratio,change\n-1.5,-3\n"


@given(
    st.lists(st.tuples(TEXT | st.none(), st.floats(), st.integers(-(2**63), 2**63 - 1)), max_size=6)
)
def test_every_table_comes_back(rows):
    table = pd.DataFrame(
        {
            "text": pd.Series([row[0] for row in rows], dtype="object"),
            "number": np.array([row[1] for row in rows], dtype=float),
            "count": np.array([row[2] for row in rows], dtype="int64"),
        }
    )
    again = back(table)
    assert [None if pd.isna(x) else x for x in again["text"]] == [row[0] for row in rows]
    pairs = zip(again["number"], table["number"], strict=True)
    assert all(a == b or (math.isnan(a) and math.isnan(b)) for a, b in pairs)
    assert again["count"].tolist() == table["count"].tolist()


def test_any_csv_reader_sees_the_same_cells():
    table = pd.DataFrame({"left": ['he said, "no"', "two\nlines", "a\rb"], "n": [0.1, 1e-300, 5.0]})
    rows = list(csv.reader(io.StringIO(encode_table(table)[0], newline="")))
    assert rows == [
        ["left", "n"],
        ['he said, "no"', "0.1"],
        ["two\nlines", "1e-300"],
        ["a\rb", "5.0"],
    ]


def test_types_come_back():
    table = pd.DataFrame(
        {
            "side": pd.Categorical(
                ["west", None, "="], categories=["west", "east", "="], ordered=True
            ),
            "level": pd.Categorical([3, -1, 3], categories=[3, -1]),
            "day": pd.to_datetime(["2024-05-15 08:09", None, "1999-11-19 00:00"]),
            "zone": pd.to_datetime(["2024-05-15", None, "2024-07-01"]).tz_localize("Europe/Paris"),
            "flag": [True, False, True],
            "maybe": pd.array([True, None, False], dtype="boolean"),
            "few": pd.array([1, None, 3], dtype="Int64"),
            "small": np.array([0.1, np.nan, np.inf], dtype="float32"),
            "some": pd.array([0.5, None, 2.5], dtype="Float64"),
            "mixed": pd.Series([["a", 1], None, {"b": 0.5}], dtype=object),
            "nothing": pd.Series([None, None, None], dtype=object),
        }
    )
    again = back(table)
    pd.testing.assert_frame_equal(again, table)


def test_a_table_without_rows_keeps_its_columns():
    table = pd.DataFrame({"term": pd.Series([], dtype="str"), "n": pd.Series([], dtype="int32")})
    again = back(table)
    assert again.columns.tolist() == ["term", "n"]
    assert str(again["n"].dtype) == "int32"
    assert len(again) == 0


def test_a_lone_empty_cell_is_a_row():
    assert len(back(pd.DataFrame({"only": [None, "x", None]}, dtype=object))) == 3


def test_a_named_index_is_kept_and_an_unnamed_count_is_not():
    named = pd.DataFrame({"n": [1, 2]}, index=pd.Index(["a", "b"], name="term"))
    pd.testing.assert_frame_equal(back(named), named, check_index_type=False)
    sorted_rows = pd.DataFrame({"n": [1, 2]}, index=[7, 3])
    assert back(sorted_rows).index.tolist() == [0, 1]
    unnamed = pd.DataFrame({"n": [1, 2]}, index=["x", "y"])
    assert back(unnamed).index.tolist() == ["x", "y"]
    two = named.set_index("n", append=True).assign(m=5)
    assert back(two).index.names == ["term", "n"]


def test_long_lists_of_categories_keep_those_in_use():
    words = [f"w{n:03d}" for n in range(500)]
    table = pd.DataFrame({"term": pd.Categorical(["w400", "w002"], categories=words)})
    described = encode_table(table)[1]["columns"][0]
    assert described["categories"] == ["w002", "w400"]


def test_a_whole_document_fits_into_a_cell():
    table = pd.DataFrame({"text": ["word " * 50_000]})
    before = csv.field_size_limit()
    assert back(table)["text"][0] == table["text"][0]
    assert csv.field_size_limit() == before


def test_the_table_is_not_changed():
    table = pd.DataFrame({"term": pd.Categorical(["=a"]), "n": [1.0]}, index=pd.Index([4]))
    copy = table.copy(deep=True)
    encode_table(table)
    pd.testing.assert_frame_equal(table, copy)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "Two columns of the table are called 'a'"),
        (pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("a", "b")])), "nested columns"),
        (pd.DataFrame({"x": [object()]}), "Column 'x' holds values that cannot be written"),
        (pd.DataFrame({"x": pd.Categorical([1, "1"])}), "Two categories of column 'x'"),
        (pd.DataFrame({"x": ["\ud83d"]}, dtype=object), "half a character"),
    ],
)
def test_what_cannot_be_written_is_refused(table, words):
    with pytest.raises(InputError, match=words):
        encode_table(table)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("term,n\npeace,1\n", "columns are term, n, not term, count"),
        ("term,count\npeace\n", "Row 1 of the CSV has 1 cells"),
        ("term,count\npeace,many\n", "column 'count' is not number"),
        ("term,count\npeace,\n", "column 'count' is not number"),
        ('term,count\n"peace,1\n', "cannot be read"),
        ("", "columns are"),
    ],
)
def test_what_was_edited_is_refused_on_reading(text, words):
    described = encode_table(pd.DataFrame({"term": ["peace"], "count": [1]}))[1]
    with pytest.raises(InputError, match=words):
        decode_table(text, described)


def test_sets_and_numpy_values_in_cells_become_plain():
    table = pd.DataFrame({"x": pd.Series([{"b", "a"}, np.int64(3)], dtype=object)})
    assert back(table)["x"].tolist() == [["a", "b"], 3]
