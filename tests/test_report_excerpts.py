"""What a report may show of a text: forty words around a hit, and the whole only by licence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_samples import TEXTS, sample, sample_report, take_apart

from analysis.report.passages import MOST_WORDS, Excerpts, may_print
from analysis.report.write import write_report
from analysis.wording import SUMMARIES


def cutter(text, *, whole=True):
    documents = pd.DataFrame({"doc": ["a"], "text": [text]})
    return Excerpts(documents, pd.Series([whole]))


def test_twelve_words_to_each_side():
    text = " ".join(f"w{number}" for number in range(50))
    start = text.index("w25")
    cut = cutter(text).cut("a", start, start + 3)
    assert cut.left == "… " + " ".join(f"w{number}" for number in range(13, 25)) + " "
    assert cut.node == "w25"
    assert cut.right == " " + " ".join(f"w{number}" for number in range(26, 38)) + " …"


def test_the_ends_of_a_text_have_no_dots():
    assert cutter("No war.").cut("a", 3, 6) == ("No ", "war", ".")


def test_line_breaks_are_spaces_and_words_stay_apart():
    assert cutter("One\n\ntwo\tthree").cut("a", 5, 8) == ("One ", "two", " three")


def test_a_long_hit_is_cut_at_forty_words():
    text = "word " * 100
    cut = cutter(text).cut("a", 0, len(text))
    assert cut == ("", " ".join(["word"] * 40) + " …", "")


def test_a_script_without_spaces_is_counted_by_character():
    text = "和平谈判失败了战争必须结束" * 10
    cut = cutter(text).cut("a", 40, 42)
    assert cut.left == "… " + text[28:40]
    assert cut.node == text[40:42]
    assert cut.right == text[42:54] + " …"


def test_a_word_of_ten_thousand_letters_is_cut():
    text = "x" * 10_000 + " war " + "y" * 10_000
    cut = cutter(text).cut("a", 10_001, 10_004)
    assert cut.left == "… " + "x" * 159 + " "
    assert cut.right == " " + "y" * 159 + " …"
    whole = cutter(text).cut("a", 0, 10_000)
    assert whole.node == "x" * 400 + " …"


@given(st.text(alphabet="ab 和\n\u202e", max_size=400), st.data())
def test_never_more_than_forty_words_and_always_the_hit(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    cut = cutter(text).cut("a", start, end)
    shown = "".join(cut).replace("…", " ")
    assert len(shown.replace("和", " 和 ").split()) <= MOST_WORDS
    hit = " ".join(text[start:end].split())
    if len(hit.replace("和", " 和 ").split()) <= MOST_WORDS and hit:
        assert cut.node.strip().removesuffix(" …") == hit


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("public domain (UN document)", True),
        ("CC BY 4.0", True),
        ("cc-by-sa 3.0", True),
        ("CC0", True),
        ("written for this notebook", True),
        ("CC BY-NC 4.0", False),
        ("CC BY-ND 4.0", False),
        ("CC BY 4.0 for the kremlin.ru edition; copy unknown", False),
        ("public domain for the resolution text", False),
        ("all rights reserved", False),
        ("not in the public domain", False),
        ("unknown", False),
        (None, False),
        (np.nan, False),
    ],
)
def test_which_licences_let_a_text_be_printed(licence, allowed):
    table = pd.DataFrame({"doc": ["a"], "licence": [licence], "version": ["original"]})
    assert may_print(table).tolist() == [allowed]


def test_summaries_of_the_project_may_be_printed_and_others_may_not():
    table = pd.DataFrame(
        {"doc": ["a", "b"], "licence": "all rights reserved", "version": ["brief", "original"]}
    )
    assert may_print(table).tolist() == [False, False]
    assert may_print(table, SUMMARIES).tolist() == [True, False]


def test_lists_of_all_sentences_show_half_of_a_text_that_may_not_be_printed():
    text = " ".join(f"Sentence {number:02d} is here." for number in range(20))
    places = [(at, at + 20) for at in range(0, len(text), 21)]
    cut = cutter(text, whole=False)
    shown = [cut.cut("a", start, end, spread=True) for start, end in places]
    assert [one is not None for one in shown] == [True] * 10 + [False] * 10
    assert cut.cut("a", 0, 20, spread=True) == ("", "Sentence 00 is here.", "")
    whole = cutter(text)
    assert all(whole.cut("a", start, end, spread=True) for start, end in places)


def test_a_passage_of_a_short_text_is_not_the_text():
    text = "One two three four five six seven eight."
    cut = cutter(text, whole=False).cut("a", text.index("three"), text.index("three") + 5)
    assert cut == ("… two ", "three", " four …")
    assert cutter(text, whole=False).cut("a", 0, len(text)).node == "One two three four …"


def test_texts_stand_whole_in_the_page_only_where_they_may():
    page = take_apart(sample_report())
    for name, text in TEXTS.items():
        whole = page.xpath("//div[@class='whole']")
        found = [part.text_content() for part in whole if part.text_content() == text]
        assert len(found) == int(name.startswith("a")), name
        assert (text in page.text_content()) == name.startswith("a")
    assert "3 texts not printed" in page.text_content()
    for span in page.xpath("//li/span"):
        assert len(span.text_content().split()) <= MOST_WORDS


def test_a_user_may_have_all_texts(tmp_path):
    path = write_report(sample(), tmp_path / "r.html", with_texts=True, pdf=False)
    whole = [part.text_content() for part in take_apart(path).xpath("//div[@class='whole']")]
    assert whole == list(TEXTS.values())
