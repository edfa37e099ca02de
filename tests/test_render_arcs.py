"""Dependency arcs: nothing overlaps, arrows point at dependents, the table says the same."""

from __future__ import annotations

import itertools
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from analysis.show.annotations import show_annotations
from analysis.show.arcs import Word, draw_arcs, list_words, text_width

SVG = "{http://www.w3.org/2000/svg}"
SENTENCE = [
    Word("Iran", "PROPN", "nsubj:pass", 2, "Iran"),
    Word("was", "AUX", "aux:pass", 2, "be"),
    Word("condemned", "VERB", "root", -1, "condemn"),
    Word("by", "ADP", "case", 5, "by"),
    Word("the", "DET", "det", 5, "the"),
    Word("EU", "PROPN", "obl:agent", 2, "EU"),
]


def picture(words):
    return etree.fromstring(draw_arcs(words, "A sentence"))


def boxes(root, kind, size):
    """Left, right, top, bottom of the texts of a kind."""
    found = []
    for text in root.iter(f"{SVG}text"):
        if text.get("class") == kind:
            half, x, y = text_width(text.text, size) / 2, float(text.get("x")), float(text.get("y"))
            found.append((x - half, x + half, y - 0.8 * size, y + 0.2 * size))
    return found


def bows(root):
    """Left, right, height and floor of each arc."""
    found = []
    for path in root.iter(f"{SVG}path"):
        if "Q" in path.get("d"):
            numbers = [float(n) for n in re.findall(r"-?[\d.]+", path.get("d"))]
            found.append((numbers[0], numbers[-3], numbers[4], numbers[1]))
    return found


def overlap(one, other):
    return all(one[low] < other[low + 1] and other[low] < one[low + 1] for low in (0, 2))


@st.composite
def trees(draw):
    """Trees without crossing arcs: the words of every stretch hang together on one of them."""
    count = draw(st.integers(1, 14))
    heads = [-1] * count

    def hang(low, high, head):
        if low < high:
            top = draw(st.integers(low, high - 1))
            heads[top] = head
            split = draw(st.integers(low, top))
            hang(low, split, top)
            hang(split, top, top)
            hang(top + 1, high, top)

    hang(0, count, -1)
    names = st.sampled_from(["a", "to", "parliamentarians", "和平会谈", "W" * 50, "I"])
    kinds = st.sampled_from(["det", "nsubj:pass", "obl:unmarked", "cc"])
    return [Word(draw(names), "PROPN", draw(kinds) if h >= 0 else "root", h) for h in heads]


@given(trees())
def test_nothing_overlaps(words):
    root = picture(words)
    labels, arcs = boxes(root, "da-rel", 12), bows(root)
    assert len(labels) == len(words)
    for kind, size in (("da-word", 15), ("da-pos", 12), ("da-rel", 12)):
        for one, other in itertools.combinations(boxes(root, kind, size), 2):
            assert not overlap(one, other), kind
    for x1, x2, y, floor in arcs:
        assert x1 < x2
        # no leg runs through a label, and no two arcs lie on each other or cross
        for left, right, top, bottom in labels:
            for x in (x1, x2):
                assert not (left < x < right and y < bottom and top < floor)
    for (a, b, y, _), (c, d, z, _) in itertools.combinations(arcs, 2):
        assert {a, b}.isdisjoint({c, d}), "each arc has its own place on a word"
        assert not a < c < b < d
        assert not c < a < d < b
        if a < c < d < b:
            assert y < z, "the longer arc is above"
    width = float(root.get("width"))
    assert all(left >= 0 and right <= width for left, right, _, _ in labels)


def test_arrows_point_at_dependents():
    root = picture(SENTENCE)
    centres = [float(t.get("x")) for t in root.iter(f"{SVG}text") if t.get("class") == "da-word"]
    tips = [p for p in root.iter(f"{SVG}path") if p.get("class") == "da-tip"]
    places = [float(re.findall(r"[\d.]+", tip.get("d"))[0]) + 3.5 for tip in tips]
    nearest = [min(range(6), key=lambda i: abs(centres[i] - x)) for x in places]
    assert sorted(nearest) == [0, 1, 2, 3, 4, 5], "one for each word"
    assert len(bows(root)) == 5
    heights = {round(y) for _, _, y, _ in bows(root)}
    assert len(heights) == 3, "was·condemned and the·EU low, by·EU above, condemned·EU on top"


def test_labels_stand_on_their_arcs():
    root = picture(SENTENCE)
    texts = [t for t in root.iter(f"{SVG}text") if t.get("class") == "da-rel"]
    middles = {t.text: (float(t.get("x")), float(t.get("y"))) for t in texts}
    for x1, x2, y, _ in bows(root):
        assert any(x == pytest.approx((x1 + x2) / 2, abs=0.2) and y - z == 4
                   for x, z in middles.values())  # fmt: skip
    assert set(middles) == {word.relation for word in SENTENCE}


def test_crossing_arcs_are_drawn_too():
    words = [Word("a", "X", "dep", 2), Word("b", "X", "dep", 3), Word("c", "X", "root", -1),
             Word("d", "X", "dep", 2)]  # fmt: skip
    heights = [y for _, _, y, _ in sorted(bows(picture(words)))]
    assert heights[0] > heights[1], "a to c lies below b to d, which it crosses"
    assert heights[0] == heights[2], "a to c and c to d are neighbours"


def test_the_picture_has_a_name_and_a_description():
    root = picture(SENTENCE)
    assert root.get("role") == "img"
    assert root.get("aria-label") == root[0].text == "A sentence"
    assert [child.tag for child in root[:2]] == [f"{SVG}title", f"{SVG}desc"]
    assert root[1].text.startswith("6 words; the root is “condemned”.")


def test_the_table_says_the_same():
    table = etree.fromstring(list_words(SENTENCE, "Iran was …"))
    rows = [["".join(cell.itertext()) for cell in row] for row in table.find("tbody")]
    assert rows[0] == ["1", "Iran", "Iran", "PROPN", "nsubj:pass", "3 condemned"]
    assert rows[2] == ["3", "condemned", "condemn", "VERB", "root", "–"]
    assert [row[5] for row in rows] == ["3 condemned", "3 condemned", "–", "6 EU", "6 EU",
                                        "3 condemned"]  # fmt: skip
    assert all(cell.get("scope") == "col" for cell in table.find("thead")[0].iter("th"))
    assert table.findtext("caption/bdi") == "Iran was …"
    bare = etree.fromstring(list_words([w._replace(lemma="") for w in SENTENCE], "x"))
    assert "Lemma" not in [th.text for th in bare.find("thead")[0].iter("th")]


def test_nothing_and_one_word_and_words_of_which_nothing_is_said():
    assert len(bows(picture([]))) == 0
    assert len(bows(picture([Word("No", "INTJ", "root", -1)]))) == 0
    silent = picture([Word("…", "", "", -1)])
    assert [text.text for text in silent.iter(f"{SVG}text")] == ["…"]
    assert "none is the root" in silent[1].text


@pytest.mark.timeout(120)  # it takes a second; what is quadratic takes many minutes
def test_a_very_long_sentence_is_drawn_at_once():
    words = [Word(f"word{i}", "NOUN", "nmod", i - 1 if i else -1) for i in range(3000)]
    root = picture(words)
    assert float(root.get("width")) > 100_000


def table_of(text, words):
    """The words of a text, each a sentence's, as annotate gives them."""
    start = [text.index(w.text) for w in words]
    return pd.DataFrame(
        {"doc": "a", "sentence": 1, "position": range(10, 10 + len(words)), "start": start,
         "end": [s + len(w.text) for s, w in zip(start, words, strict=True)],
         "word": [w.text for w in words], "pos": [w.pos for w in words],
         "dep": [w.relation for w in words],
         "head": [w.head + 10 if w.head >= 0 else -1 for w in words]}
    )  # fmt: skip


def test_the_chosen_sentences_are_drawn_from_the_tokens():
    text = "First. Iran was condemned by the EU"
    tagged = table_of(text, SENTENCE)
    first = table_of(text, [Word("First", "ADV", "root", -1)]).assign(sentence=0, position=0)
    both = pd.concat([first, tagged], ignore_index=True)
    documents = pd.DataFrame({"doc": ["a"], "text": [text]})
    assert show_annotations(documents, tagged=both).html.count("<svg") == 1
    assert "sentence 0" in show_annotations(documents, tagged=both).html
    html = show_annotations(documents, tagged=both.iloc[::-1], sentence=1).html
    expected = draw_arcs(SENTENCE, "Dependencies of sentence 1")
    assert expected in html, "the order of the rows does not matter"
    assert "<caption><bdi>Iran was condemned by the EU</bdi></caption>" in html
    assert show_annotations(documents, tagged=both, sentence=[1, 0]).html.count("<svg") == 2


def test_a_head_in_another_sentence_is_none():
    text = "Iran was condemned by the EU"
    tagged = table_of(text, SENTENCE).assign(head=3)
    documents = pd.DataFrame({"doc": ["a"], "text": [text]})
    assert (
        "Q"
        not in show_annotations(documents, tagged=tagged).html.split("<svg")[1].split("<desc")[1]
    )
