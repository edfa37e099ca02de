"""Tables for reading: escaped, rounded, and with what a screen reader needs."""

from __future__ import annotations

import pandas as pd
import pytest
from lxml import html

from analysis.export.typeset import escape_latex, to_html, to_latex


def cells(table: pd.DataFrame, **options: int) -> list[list[str]]:
    page = html.fromstring(to_html(table, "A caption.", **options).encode())
    return [[cell.text_content() for cell in row] for row in page.xpath("//tbody/tr")]


def test_html_has_caption_and_scopes():
    page = html.fromstring(
        to_html(pd.DataFrame({"term": ["peace"], "count": [3]}), "Terms.", "A note.").encode()
    )
    assert page.xpath("//table/caption/text()") == ["Terms."]
    assert page.xpath("//thead/tr/th/@scope") == ["col", "col"]
    assert page.xpath("//tbody/tr/th[@scope='row']/text()") == ["peace"]
    assert page.xpath("//tbody/tr/td/text()") == ["3"]
    assert page.xpath("//tbody/tr/td/@class") == ["n"]
    assert page.xpath("//p/text()") == ["A note."]
    assert page.get("lang") == "en"
    assert page.xpath("//head/title/text()") == ["Terms."]


def test_html_loads_nothing_and_runs_nothing():
    bad = "<script src='https://x'>alert(1)</script><img src=x onerror=y>&amp;\x00"
    text = to_html(pd.DataFrame({bad: [bad]}), bad, bad)
    page = html.fromstring(text.encode())
    assert not page.xpath("//script | //img | //link | //@src | //@href")
    assert page.xpath("//tbody//th")[0].text_content().startswith("<script src='https://x'>")
    assert "\x00" not in text


def test_names_and_cells_of_other_writers_are_escaped():
    table = pd.DataFrame({"a_b & <i>": ["x", ""], 3: [r"\input{y}", "$"]})
    text = to_latex(table, "C.")
    assert r"a\_b \& \textless{}i\textgreater{} & 3 \\" in text
    assert r"x & \textbackslash{}input\{y\} \\" in text
    page = html.fromstring(to_html(table, "C.").encode())
    assert page.xpath("//thead//th/text()") == ["a_b & <i>", "3"]
    assert cells(table)[1] == ["", "$"]


def test_latex_of_a_short_table():
    table = pd.DataFrame({"term": ["R&D", "50 %"], "rate_per": [1.25, float("nan")]})
    assert to_latex(table, "Terms_1", "A note.") == "\n".join(
        [
            r"% \usepackage{booktabs}",
            r"\begin{table}",
            r"\caption{Terms\_1}",
            r"\begin{tabular}{lr}",
            r"\toprule",
            r"term & rate\_per \\",
            r"\midrule",
            r"R\&D & 1.25 \\",
            r"50 \% & -- \\",
            r"\bottomrule",
            r"\end{tabular}",
            r"\par\smallskip\footnotesize A note.",
            r"\end{table}",
            "",
        ]
    )


def test_a_long_table_breaks_across_pages():
    text = to_latex(pd.DataFrame({"n": range(41)}), "Many.")
    assert r"\begin{longtable}{r}" in text
    assert r"\begin{table}" not in text
    assert r"\caption{Many.} \\" in text
    assert r"\endhead" in text
    assert text.count(r"\bottomrule") == 1
    assert r"\begin{table}" in to_latex(pd.DataFrame({"n": range(40)}), "Fewer.")


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        (
            "$5 & {x} #1 ~^\\",
            r"\$5 \& \{x\} \#1 \textasciitilde{}\textasciicircum{}\textbackslash{}",
        ),
        ("[sic]", "{[}sic{]}"),
        ("a\nb\x07", "a b"),
        ("a < b | c > d", r"a \textless{} b \textbar{} c \textgreater{} d"),
        ("−1 ∞ мир", r"$-$1 $\infty$ мир"),
    ],
)
def test_latex_escapes(text, escaped):
    assert escape_latex(text) == escaped


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([12.345, 1.2], ["12.3", "1.2"]),
        ([0.91, 0.0004, 0.0], ["0.910", "< 0.001", "0.000"]),
        ([-2.5, -0.0001], ["−2.50", "> −0.01"]),
        ([12345.6, 1.4], ["12346", "1"]),
        ([float("inf"), float("-inf"), 1.0], ["∞", "−∞", "1.00"]),
        ([0.0, 0.0], ["0.00", "0.00"]),
    ],
)
def test_numbers_are_rounded_alike_in_a_column(values, shown):
    assert [row[0] for row in cells(pd.DataFrame({"x": values}))] == shown


def test_digits_are_the_readers_choice():
    assert cells(pd.DataFrame({"x": [3.14159]}), digits=5) == [["3.1416"]]


def test_other_cells_are_written_as_a_reader_wants_them():
    table = pd.DataFrame(
        {
            "day": pd.to_datetime(["2024-05-15", None]),
            "moment": pd.to_datetime(["2024-05-15 08:09", "2024-05-15 00:00"]),
            "change": [-3, 4],
            "flag": [True, False],
            "list": [["a", 1], None],
            "side": pd.Categorical(["west", None]),
        }
    )
    assert cells(table) == [
        ["2024-05-15", "2024-05-15 08:09", "−3", "True", '["a", 1]', "west"],
        ["–", "2024-05-15 00:00", "4", "False", "–", "–"],
    ]
