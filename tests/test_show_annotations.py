"""Rendered texts: the text is whole, the marks are right, nothing in a text becomes markup."""

from __future__ import annotations

import re
from collections import defaultdict

import lxml.html
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

import analysis as da
from analysis.show.annotations import JUDGEMENTS, LABELS, MARKS, show_annotations
from analysis.show.html import Span, escape, mark_up, read_asset
from analysis.tables import InputError

TEXT = "President Putin met Xi Jinping in Beijing.\n\n“We want peace,” he said. Critics doubt it."
HOSTILE = "\"><img src=x onerror=alert(1)></script><script>alert('x')</script><!-- ‮&amp;"
NAMES = [("Putin", "PERSON"), ("Xi Jinping", "PERSON"), ("Beijing", "PLACE")]


def rows_of(words, text=TEXT, **columns):
    """A table of stretches of the text."""
    start = [text.index(word) for word in words]
    return pd.DataFrame(
        {"doc": "a", "start": start, "end": [s + len(w) for s, w in zip(start, words, strict=True)],
         "text": list(words), **columns}
    )  # fmt: skip


@pytest.fixture
def texts():
    return pd.DataFrame(
        {"doc": ["a", "b"], "title": ["Talks & tea", ""], "outlet": ["Alpha", "Beta"],
         "published": pd.to_datetime(["2024-05-15", None]), "language": ["en", None],
         "version": ["brief", "original"], "text": [TEXT, ""]}
    )  # fmt: skip


@pytest.fixture
def mentions():
    return rows_of([name for name, _ in NAMES], label=[label for _, label in NAMES])


@pytest.fixture
def targets():
    return rows_of(
        ["Putin", "Critics"], negative=[0.125, 0.7], neutral=[0.625, 0.2], positive=[0.25, 0.1]
    )


@pytest.fixture
def tagged():
    words = ["President", "Putin", "met", "Xi", "Jinping", "in", "Beijing", "."]
    table = rows_of(words).rename(columns={"text": "word"})
    return table.assign(
        sentence=0, position=range(8), lemma=["President", "Putin", "meet", *words[3:]],
        pos=["PROPN", "PROPN", "VERB", "PROPN", "PROPN", "ADP", "PROPN", "PUNCT"],
        dep=["nmod:desc", "nsubj", "root", "obj", "flat", "case", "obl", "punct"],
        head=[1, 2, -1, 2, 3, 6, 2, 2],
    )  # fmt: skip


@pytest.fixture
def quotes():
    return rows_of(["“We want peace,”"], kind=["direct"], speaker=["Putin"])


def parsed(rendering):
    return lxml.html.fromstring(f"<body>{rendering.html}</body>")


def plain(element):
    """Text of an element without the labels."""
    copy = lxml.html.fromstring(lxml.html.tostring(element, encoding="unicode", with_tail=False))
    for label in copy.xpath(".//span[@class='da-label']"):
        label.drop_tree()
    return copy.text_content()


def marked(rendering):
    """Text and label of each mark, in the order of their elements."""
    found = []
    for mark in parsed(rendering).xpath("//mark"):
        (label,) = mark.xpath("./span[@class='da-label']")
        found.append((plain(mark), label.text_content().strip("\u00a0")))
    return found


def test_names_are_marked_and_the_text_is_whole(texts, mentions):
    shown = show_annotations(texts, doc="a", mentions=mentions)
    assert marked(shown) == NAMES
    (body,) = parsed(shown).xpath("//div[@class='da-text']")
    assert plain(body) == TEXT
    assert body.get("lang") == "en"
    assert body.get("dir") == "auto"


def test_a_target_has_its_judgement_in_words(texts, mentions, targets):
    shown = show_annotations(texts, doc="a", mentions=mentions, targets=targets)
    assert ("Putin", "neutral 0.62") in marked(shown)
    assert ("Critics", "negative 0.70") in marked(shown)
    # a target that is a name, too, is inside the name's mark, so both labels stand side by side
    (inner,) = parsed(shown).xpath("//mark[contains(@class, 'da-person')]//mark")
    assert inner.get("class") == "da-target da-neutral"


def test_what_could_not_be_judged_is_not_marked(texts, targets):
    targets.loc[0, list(JUDGEMENTS)] = float("nan")
    assert marked(show_annotations(texts, doc="a", targets=targets)) == [
        ("Critics", "negative 0.70")
    ]


def test_quotes_name_kind_and_speaker(texts, quotes):
    shown = show_annotations(texts, doc="a", quotes=quotes)
    assert marked(shown) == [("“We want peace,”", "direct: Putin")]
    for nobody in (quotes.drop(columns="speaker"), quotes.assign(speaker=None),
                   quotes.assign(speaker="")):  # fmt: skip
        assert marked(show_annotations(texts, doc="a", quotes=nobody))[0][1] == "direct"


def test_only_the_chosen_marks_are_shown(texts, mentions, targets, quotes):
    tables = {"mentions": mentions, "targets": targets, "quotes": quotes}
    assert len(marked(show_annotations(texts, doc="a", **tables))) == 6
    shown = show_annotations(texts, doc="a", **tables, marks=["quotes"])
    assert [label for _, label in marked(shown)] == ["direct: Putin"]
    assert marked(show_annotations(texts, doc="a", **tables, marks=[])) == []


def test_the_notes_count_marks_and_say_how_often_the_model_errs(texts, mentions, targets, tagged):
    measured = {"entities_f1": {"news": 0.931}, "sentiment_macro_f1": 0.763,
                "sentiment_low": 0.72, "sentiment_high": 0.8, "las": 87.8}  # fmt: skip
    mentions.attrs["model"] = {"name": "bundled", "sha256": "abc", "measured": measured}
    shown = show_annotations(texts, doc="a", mentions=mentions, targets=targets, tagged=tagged)
    notes = " ".join(n.text_content() for n in parsed(shown).xpath("//p[@class='da-note']"))
    assert "Marked entities: 2 PERSON, 1 PLACE." in notes
    assert "Marked targets: 1 negative, 1 neutral." in notes
    assert "a summary written for this project, not the original" in notes
    assert "names F1 0.93 (news); judgements macro-F1 0.76 (0.72 to 0.80)" in notes
    assert "dependencies 87.8 % of words right" in notes
    assert (
        "model" not in show_annotations(texts, doc="a", targets=targets).html.split("</style>")[1]
    )


def test_title_outlet_and_day_stand_above(texts):
    page = parsed(show_annotations(texts, doc="a"))
    assert page.xpath("//p[@class='da-title']")[0].text_content() == "Talks & tea"
    assert page.xpath("//p[@class='da-where']")[0].text_content() == "Alpha · 2024-05-15 · a"


def test_an_empty_text_is_fine(texts, mentions, targets, quotes, tagged):
    tables = {"mentions": mentions, "targets": targets, "quotes": quotes, "tagged": tagged}
    shown = show_annotations(texts, doc="b", **tables)
    (body,) = parsed(shown).xpath("//div[@class='da-text']")
    assert body.text_content() == ""
    assert marked(shown) == []
    assert shown.title == "b"
    assert "Marked entities: none." in shown.html


def test_a_row_of_the_documents_will_do(texts, mentions):
    assert marked(show_annotations(texts.iloc[0], mentions=mentions)) == NAMES
    assert marked(show_annotations(texts.head(1), mentions=mentions)) == NAMES


def test_arguments_are_not_changed(texts, mentions, targets, tagged, quotes):
    tables = {"mentions": mentions, "targets": targets, "tagged": tagged, "quotes": quotes}
    before = {name: table.copy(deep=True) for name, table in tables.items()}
    known = texts.copy(deep=True)
    show_annotations(texts, doc="a", **tables)
    pd.testing.assert_frame_equal(texts, known)
    for name, table in tables.items():
        pd.testing.assert_frame_equal(table, before[name])


def test_hostile_words_stay_words():
    text = f"{HOSTILE} said."
    end = len(HOSTILE)
    spot = pd.DataFrame({"doc": [HOSTILE], "start": [0], "end": [end]})
    documents = pd.DataFrame(
        {"doc": [HOSTILE], "title": [HOSTILE], "outlet": [HOSTILE], "published": [HOSTILE],
         "language": [HOSTILE], "version": [HOSTILE], "text": [text]}
    )  # fmt: skip
    tagged = spot.assign(
        sentence=0, position=0, pos=HOSTILE, dep=HOSTILE, head=-1, lemma=HOSTILE, word=HOSTILE
    )
    targets = spot.assign(negative=0.5, neutral=0.25, positive=0.25)
    targets.attrs["model"] = {"name": HOSTILE, "sha256": HOSTILE}
    shown = show_annotations(
        documents, mentions=spot.assign(label=HOSTILE), targets=targets, tagged=tagged,
        quotes=spot.assign(kind=HOSTILE, speaker=HOSTILE),
    )  # fmt: skip
    page = parsed(shown)
    tags = {element.tag for element in page.iter() if isinstance(element.tag, str)}
    assert tags.isdisjoint({"script", "img", "iframe", "link", "a", "object"})
    assert not page.xpath("//comment()")
    for element in page.iter():
        assert not any(name.startswith("on") or name in {"href", "src"} for name in element.attrib)
    assert plain(page.xpath("//div[@class='da-text']")[0]) == text
    for place in ("//p[@class='da-title']", "//td/bdi", "//th/bdi"):
        assert page.xpath(place)[0].text_content() == HOSTILE, place


def test_every_inserted_word_is_isolated(texts, mentions, quotes):
    page = parsed(show_annotations(texts, doc="a", mentions=mentions, quotes=quotes))
    for label in page.xpath("//span[@class='da-label']"):
        assert [child.tag for child in label] == ["bdi"]
    for place in page.xpath("//mark | //p[@class='da-title'] | //p[@class='da-where']"):
        assert place[0].tag == "bdi"


# Any spans over any text

CHARACTERS = st.text(
    st.one_of(st.sampled_from("ab <>&\"'\r\n\t\x00\x85‮⁦שع和🙂\ud800\uffff"), st.characters()),
    max_size=30,
)


@st.composite
def spans_over_text(draw):
    text = draw(CHARACTERS)
    pairs = st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))
    bounds = [sorted(pair) for pair in draw(st.lists(pairs, max_size=8)) if pair[0] != pair[1]]
    return text, [Span(a, b, f"s{i}", f"L{i}", draw(st.integers(0, 2)))
                  for i, (a, b) in enumerate(bounds)]  # fmt: skip


@given(spans_over_text())
def test_any_spans_nest_and_cross_and_the_text_stays(case):
    text, spans = case
    # strict: an XML parser refuses an element that is not closed in its turn
    html = mark_up(text, spans).replace("&nbsp;", "")
    root = etree.fromstring(f"<div>{html}</div>")
    labels: dict[str, list[str]] = defaultdict(list)
    for label in root.xpath(".//span"):
        labels[label.getparent().get("class").split()[0]].append("".join(label.itertext()))
        label.clear(keep_tail=True)
    kept = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", "\ufffd", text)
    assert "".join(root.itertext()) == kept
    for i, span in enumerate(spans):
        pieces = root.xpath(f".//mark[contains(concat(@class, ' '), 's{i} ')]")
        assert "".join("".join(p.itertext()) for p in pieces) == kept[span.start : span.end]
        assert labels[f"s{i}"] == [f"L{i}"]
        assert ["da-on" in p.get("class") for p in pieces] == [True] * (len(pieces) - 1) + [False]
        assert ["da-from" in p.get("class") for p in pieces] == [False] + [True] * (len(pieces) - 1)


def test_crossing_spans_by_hand():
    html = mark_up("abc", [Span(0, 2, "x", ""), Span(1, 3, "y", "Y")])
    assert html == (
        '<mark class="x"><bdi>a<mark class="y da-on"><bdi>b</bdi></mark></bdi></mark>'
        '<mark class="y da-from"><bdi>c</bdi>'
        '<span class="da-label">&nbsp;<bdi>Y</bdi></span></mark>'
    )


def test_the_longer_span_is_outside_and_then_the_lower_rank():
    html = mark_up("ab", [Span(0, 1, "in", "", 0), Span(0, 2, "b", "", 1), Span(0, 2, "a", "", 0)])
    assert re.findall(r'class="(\w+)"', html) == ["a", "b", "in"]


def test_a_line_feed_after_a_return_is_not_merged():
    page = lxml.html.fromstring(f"<div>{escape(chr(13) + chr(10))}</div>")
    assert page.text_content() == "\r\n"


# Refusals


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"doc": "z"}, r"doc='z' is not one document; pass doc= one of 'a', 'b'"),
        ({"doc": None}, "Several documents are there"),
        ({"marks": "entities"}, "is not a list"),
        ({"marks": ["names"]}, "entities"),
        ({"marks": ["targets"]}, "needs targets="),
        ({"mentions": pd.DataFrame({"doc": ["a"]})}, "mentions table lacks"),
        ({"sentence": 7}, "sentence=7 is not in this document's tokens"),
        ({"documents": pd.DataFrame({"doc": ["a"]})}, "documents table lacks 'text'"),
    ],
)
def test_bad_input_is_refused(texts, mentions, tagged, change, message):
    given_ = {"documents": texts, "doc": "a", "mentions": mentions, "tagged": tagged} | change
    documents = given_.pop("documents")
    with pytest.raises(InputError, match=message):
        show_annotations(documents, **given_)


@pytest.mark.parametrize(
    "bounds", [{"start": -1}, {"end": 10_000}, {"start": 15, "end": 15}, {"start": 11}]
)
def test_offsets_of_another_text_are_refused(texts, mentions, bounds):
    wrong = mentions.head(1).assign(**bounds)
    with pytest.raises(InputError, match=r"Row 0 of mentions, characters .* does not fit"):
        show_annotations(texts, doc="a", mentions=wrong)


# The page


def test_the_page_stands_alone(texts, mentions, tagged, tmp_path):
    shown = show_annotations(texts, doc="a", mentions=mentions, tagged=tagged)
    assert shown.html in shown._repr_html_()
    assert "mathjax_ignore" in shown._repr_html_()  # $31 … $135 is no formula
    assert repr(shown) == "<Page 'Talks & tea'>"
    path = shown.save(tmp_path / "new" / "page")
    assert path.name == "page.html"
    source = path.read_text(encoding="utf-8")
    page = lxml.html.fromstring(source)
    assert source.startswith("<!DOCTYPE html>")
    assert page.get("lang") == "en"
    assert page.findtext(".//title") == "Talks & tea"
    assert "default-src 'none'" in page.xpath("//meta[@http-equiv]")[0].get("content")
    assert not page.xpath("//script | //link | //*[@src] | //*[@href]")
    assert "url(" not in source
    assert "@import" not in source
    for wanted in ("light-dark(", "@media print", "data-jp-theme-light"):
        assert wanted in source


def test_the_words_of_a_sentence_are_listed_with_their_heads(texts, tagged):
    page = parsed(show_annotations(texts, doc="a", tagged=tagged))
    (table,) = page.xpath("//details//table")
    assert table.findtext("caption") == "President Putin met Xi Jinping in Beijing."
    heads = ["No.", "Word", "Lemma", "Part of speech", "Relation", "Head"]
    assert [cell.text_content() for cell in table.xpath("./thead/tr/th")] == heads
    rows = [[c.text_content() for c in row] for row in table.xpath("./tbody/tr")]
    assert rows[1] == ["2", "Putin", "Putin", "PROPN", "nsubj", "3 met"]
    assert rows[2] == ["3", "met", "meet", "VERB", "root", "–"]
    cut = parsed(show_annotations(texts, doc="a", tagged=tagged.drop(columns="lemma").tail(6)))
    rows = [[c.text_content() for c in row] for row in cut.xpath("//tbody/tr")]
    assert rows[1] == ["2", "Xi", "PROPN", "obj", "1 met"]
    outside = parsed(show_annotations(texts, doc="a", tagged=tagged.tail(5)))
    assert outside.xpath("string(//tbody/tr[1]/td[last()])") == "–", "its head is not in the table"


def test_several_sentences_are_listed(texts, tagged):
    twice = pd.concat([tagged.head(3), tagged.tail(5).assign(sentence=4)])
    names = "//details/div/@aria-label"
    page = parsed(show_annotations(texts, doc="a", tagged=twice, sentence=[0, 4]))
    assert page.xpath(names) == [f"Dependencies of sentence {n}" for n in (0, 4)]
    assert len(parsed(show_annotations(texts, doc="a", tagged=twice)).xpath(names)) == 1


def luminance(colour):
    """Relative luminance of WCAG 2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_letters_stand_out(theme):
    rules = re.findall(
        r"--da-([\w-]+):light-dark\((#\w{6}),(#\w{6})\)", read_asset("show/show.css")
    )
    colours = {name: pair[theme] for name, *pair in rules}
    grounds = ("paper", "voice", *LABELS)
    pairs = [("ink", ground) for ground in grounds]
    pairs += [(f"{name}-ink", name) for name in ("voice", *LABELS)]
    pairs += [("quiet", "paper"), *((name, "paper") for name in JUDGEMENTS)]
    for letters, ground in pairs:
        assert contrast(colours[letters], colours[ground]) >= 4.5, (letters, ground)
    # lines that carry meaning need 3 : 1, the underline of a target on every ground
    for line in JUDGEMENTS:
        assert min(contrast(colours[line], colours[ground]) for ground in grounds) >= 3, line
    assert contrast(colours["rule"], colours["paper"]) >= 3


def test_every_kind_of_mark_has_a_look(texts, mentions):
    style = show_annotations(texts, doc="a", mentions=mentions).html.split("</style>")[0]
    for name in (*LABELS[:-1], *JUDGEMENTS, "entity", "target", "voice"):  # MISC looks as entity
        assert f".da-{name}" in style
    assert set(MARKS) == {"entities", "targets", "quotes", "dependencies"}


def test_a_corpus_brings_its_names_and_quotations() -> None:
    texts = pd.DataFrame({"doc": ["a"], "text": ["“We agree,” Ann Lee said in Paris."]})
    page = da.show_annotations(da.Corpus(texts)).html
    assert "Ann Lee" in page
    assert "PERSON" in page
    assert "direct" in page
