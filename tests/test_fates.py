"""Versions of a quotation across texts: which are aligned, what became of each, the page."""

from __future__ import annotations

import html.parser
import random

import lxml.html
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.show.fates import compare_words, show_quote_fates
from analysis.tables import InputError
from analysis.voices.fates import Limits, align_quotes, count_fates, cue_of, find_quote_fates
from analysis.voices.versions import cut_units, shared_wording, words_of

FULL = "We are open to a dialogue on Ukraine, but such talks must respect all of us"
ROWS = [
    # doc, outlet, day, before, quotation, after, kind, speaker, cue
    ("full", "RT", "2024-05-15", "Putin said: “", FULL, "”.", "direct", "Vladimir Putin", "said"),
    ("trim", "AP", "2024-05-15", "“", "We are open to a dialogue on Ukraine", ",” Putin claimed.",
     "direct", "Vladimir Putin", "claimed"),
    ("alter", "BBC", "2024-05-16", "“",
     "We are open to a real dialogue on Ukraine and those talks should respect everyone",
     ",” he said.", "direct", "Vladimir Putin", "says"),
    ("told", "AFP", "2024-05-16", "Putin added that ",
     "talks on Ukraine, and a dialogue open to all, must respect him", ".",
     "indirect", "Vladimir Putin", "added"),
    ("gone", "TASS", "2024-05-16", "“", "Trade has doubled within five years", ",” Putin said.",
     "direct", "Vladimir Putin", "said"),
    ("late", "NYT", "2024-06-30", "“", "Sanctions harm Europe itself", ",” Putin said.",
     "direct", "Vladimir Putin", "said"),
    ("early", "UNN", "2024-05-13", "“", "Moscow will not wait", ",” Putin said.",
     "direct", "Vladimir Putin", "said"),
    ("other", "IFP", "2024-05-16", "“", "Peace needs patience from everybody here", ",” Xi said.",
     "direct", "Xi Jinping", "said"),
    ("bare", "TOI", "2024-05-15",
     "Moscow: we are open to a dialogue on Ukraine, but such talks must respect all of us. “",
     "Thank you very much", "”.", "direct", "Vladimir Putin", "said"),
]  # fmt: skip


def corpus() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Documents and their quotations, marks within the span as `find_quotes` has them."""
    documents = pd.DataFrame(
        {
            "doc": [row[0] for row in ROWS],
            "outlet": [row[1] for row in ROWS],
            "published": pd.to_datetime([row[2] for row in ROWS]),
            "text": ["".join(row[3:6]) for row in ROWS],
        }
    )
    quotes = []
    for doc, _, _, before, words, _, kind, speaker, cue in ROWS:
        start, end = len(before), len(before) + len(words)
        if kind == "direct":
            start, end = start - 1, end + 1
        row = {"doc": doc, "sentence": 0, "start": start, "end": end, "kind": kind}
        quotes.append(row | {"speaker": speaker, "cue": cue, "cue_class": "neutral"})
    return documents, pd.DataFrame(quotes)


def fates_of(**options: object) -> pd.DataFrame:
    documents, quotes = corpus()
    return find_quote_fates(quotes, documents=documents, **options)


# ---- aligning --------------------------------------------------------------------------------


def test_versions_of_one_statement_are_one_group() -> None:
    documents, quotes = corpus()
    aligned = align_quotes(quotes, documents, Limits())
    assert aligned["group"].eq(0).all()
    assert aligned["doc"].tolist() == ["full", "trim", "alter", "told"]
    texts = documents.set_index("doc")["text"]
    for row in aligned.itertuples():
        assert texts[row.doc][row.start : row.end] == row.text
        assert row.words == len(words_of(row.text))
    assert aligned["text"].tolist()[0] == FULL
    assert aligned["quote"].tolist() == [0, 1, 2, 3]


def test_other_wordings_are_only_found_by_content() -> None:
    documents, quotes = corpus()
    strict = align_quotes(quotes, documents, Limits(content=None))
    # the altered one holds all words of the trimmed one
    assert strict["doc"].tolist() == ["full", "trim", "alter"]
    apart = align_quotes(quotes[quotes["doc"] != "trim"], documents, Limits(content=None))
    assert len(apart) == 0
    late = documents.assign(published=pd.to_datetime("2024-01-01") + pd.to_timedelta(
        [0, 0, 0, 60, 0, 0, 0, 0, 0], unit="D"))  # fmt: skip
    assert "told" not in align_quotes(quotes, late, Limits())["doc"].tolist()
    undated = documents.drop(columns="published")
    assert "told" in align_quotes(quotes, undated, Limits())["doc"].tolist()
    nobody = quotes.assign(speaker=["he"] * len(quotes))
    assert "told" not in align_quotes(nobody, documents, Limits())["doc"].tolist()


def test_a_clause_partly_quoted_is_compared_by_its_pieces() -> None:
    text = "He called it “a just and lasting peace” and “the end”."
    quotes = pd.DataFrame({"start": [3], "end": [len(text) - 1], "kind": ["mixed"]})
    units = cut_units(quotes, [text])
    assert [text[unit.start : unit.end] for unit in units] == [
        "a just and lasting peace",
        "the end",
    ]
    whole = cut_units(quotes.assign(kind="indirect"), [text])
    assert [unit.quoted for unit in whole] == [False]
    assert text[whole[0].start : whole[0].end].startswith("called it")
    marks = pd.DataFrame({"start": [0], "end": [4], "kind": ["direct"]})
    assert cut_units(marks, ["“…” "]) == []


def test_one_document_alone_has_no_versions() -> None:
    documents = pd.DataFrame({"doc": ["a"], "text": ["“we want it now” “we want it now”"]})
    rows = [("a", 0, 16, "direct", "Xi", "said"), ("a", 17, 33, "direct", "Xi", "said")]
    quotes = pd.DataFrame(rows, columns=["doc", "start", "end", "kind", "speaker", "cue"])
    assert len(align_quotes(quotes, documents, Limits())) == 0
    assert len(align_quotes(quotes.head(0), documents, Limits())) == 0


def test_a_statement_quoted_everywhere_is_one_group() -> None:
    chance = random.Random(7)
    names = [f"w{number}" for number in range(400)]
    said = chance.sample(names, 12)
    texts = ["“" + " ".join(said[: 6 + number % 7]) + "”" for number in range(300)]
    texts += ["“" + " ".join(chance.sample(names, 9)) + "”" for _ in range(300)]
    documents = pd.DataFrame({"doc": [f"d{n}" for n in range(600)], "text": texts})
    quotes = documents.assign(start=0, end=documents["text"].str.len(), kind="direct")
    quotes = quotes.assign(speaker="Xi", cue="said")
    aligned = align_quotes(quotes, documents, Limits(content=None))
    assert aligned["group"].eq(0).all()
    assert len(aligned) == 300


@given(st.lists(st.sampled_from("a b c d e".split())), st.lists(st.sampled_from("a b c".split())))
def test_shared_wording_is_symmetric_and_a_share(one: list[str], other: list[str]) -> None:
    count, share = shared_wording(one, other)
    assert (count, share) == shared_wording(other, one)
    assert 0 <= share <= 1
    assert count <= min(len(one), len(other))
    assert shared_wording(one, one) == (len(one), 1.0 if one else 0.0)


# ---- fates -------------------------------------------------------------------------------------


def test_fates_by_hand() -> None:
    fates = fates_of()
    assert dict(zip(fates["doc"], fates["fate"], strict=True)) == {
        "full": "kept",
        "trim": "trimmed",
        "alter": "re-worded",
        "told": "paraphrased",
        "gone": "dropped",
        "bare": "unmarked",
    }
    rows = fates.set_index("doc")
    assert rows["reference"].tolist() == [True] + [False] * 5
    assert rows.loc["trim", "covered"] == pytest.approx(8 / 16)
    assert rows.loc["trim", "contained"] == 1.0
    # ten of its fifteen words are in the fullest version, in the same order
    assert rows.loc["alter", "contained"] == pytest.approx(10 / 15)
    assert rows.loc["gone", ["start", "end", "words"]].tolist() == [-1, -1, 0]
    assert rows["outlet"].tolist() == ["RT", "AP", "BBC", "AFP", "TASS", "TOI"]


def test_verbs_of_saying_are_compared_without_their_endings() -> None:
    rows = fates_of().set_index("doc")["re_verbed"]
    assert not rows["full"]
    assert rows["trim"]  # claimed for said
    assert not rows["alter"]  # says is said
    assert rows["told"]
    assert pd.isna(rows["gone"])
    assert cue_of("told") == cue_of("tells") != cue_of("said")
    assert cue_of("went on") == cue_of("goes on")
    assert cue_of("") == cue_of(None) == ""


def test_unmarked_words_are_found_where_they_stand() -> None:
    documents, _ = corpus()
    row = fates_of().set_index("doc").loc["bare"]
    text = documents.set_index("doc")["text"]["bare"]
    assert text[row["start"] : row["end"]] == row["text"]
    assert "open to a dialogue" in row["text"]


def test_an_event_can_be_named_by_the_analyst() -> None:
    documents, quotes = corpus()
    named = documents.assign(event=["x", "x", "x", "x", None, "x", "y", "y", "y"])
    fates = find_quote_fates(quotes, documents=named, event="event")
    assert fates.set_index("doc")["fate"].to_dict()["late"] == "dropped"
    assert set(fates["doc"]) == {"full", "trim", "alter", "told", "late"}
    undated = documents.drop(columns="published")
    alone = find_quote_fates(quotes, documents=undated)
    assert "dropped" not in set(alone["fate"])


def test_several_passages_of_a_text_are_one_version() -> None:
    documents = pd.DataFrame(
        {"doc": ["a", "b"], "text": ["“we want peace now and for all”",
                                     "“we want peace now”, he said, “and for all people here”"]}
    )  # fmt: skip
    rows = [("a", 0, 31, "direct"), ("b", 0, 19, "direct"), ("b", 30, 55, "direct")]
    quotes = pd.DataFrame(rows, columns=["doc", "start", "end", "kind"])
    quotes = quotes.assign(speaker="Xi", cue=["", "said", ""])
    fates = find_quote_fates(quotes, documents=documents, min_words=3, wording=0.6)
    fates = fates.set_index("doc")
    assert fates.loc["b", "reference"]
    assert fates.loc["b", "text"] == "we want peace now … and for all people here"
    assert (fates.loc["b", "start"], fates.loc["b", "end"]) == (1, 54)
    assert fates.loc["a", "fate"] == "trimmed"
    assert fates.loc["b", "cue"] == "said"


def test_counts_of_fates_add_up() -> None:
    fates = fates_of()
    counts = count_fates(fates)
    assert counts.groupby("outlet")["count"].sum().eq(1).all()
    assert counts["fate"].head(6).tolist() == [
        "kept", "trimmed", "re-worded", "paraphrased", "unmarked", "dropped",
    ]  # fmt: skip
    assert counts["count"].sum() == len(fates)
    whole = count_fates(fates, by=None, confidence=None).set_index("fate")
    assert whole.loc["dropped", "share"] == pytest.approx(1 / 6)
    assert whole["re_verbed"].sum() == 2
    assert whole.loc["trimmed", "re_verbed"] == 1
    side = pd.DataFrame({"doc": fates["doc"].astype(str), "side": ["e", "w", "w", "w", "e", "o"]})
    by_side = count_fates(fates, by="side", documents=side)
    assert by_side.groupby("side")["base"].max().to_dict() == {"e": 2, "o": 1, "w": 3}


def test_nothing_is_changed_and_every_step_is_recorded() -> None:
    documents, quotes = corpus()
    before = documents.copy(deep=True), quotes.copy(deep=True)
    counts = count_fates(find_quote_fates(quotes, documents=documents))
    for old, new in zip(before, (documents, quotes), strict=True):
        pd.testing.assert_frame_equal(old, new)
    steps = [step["call"] for step in counts.attrs["steps"]]
    assert steps == ["find_quote_fates", "count_fates"]


def test_bad_input_is_refused() -> None:
    documents, quotes = corpus()
    for options, match in [
        ({"min_words": 1}, "min_words=1"),
        ({"wording": 0}, "wording=0"),
        ({"content": 2}, "content=2"),
        ({"days": -1}, "days=-1"),
        ({"content_days": -2}, "content_days=-2"),
        ({"event": "event"}, "lacks 'event'"),
    ]:
        with pytest.raises(InputError, match=match):
            find_quote_fates(quotes, documents=documents, **options)
    with pytest.raises(InputError, match="'other' is not in the documents"):
        find_quote_fates(quotes, documents=documents[documents["doc"] != "other"])
    with pytest.raises(InputError, match="documents= is needed"):
        find_quote_fates(quotes)


def test_no_statement_gives_an_empty_table_of_the_right_types() -> None:
    documents, quotes = corpus()
    fates = find_quote_fates(quotes.head(1), documents=documents)
    assert len(fates) == 0
    assert fates["start"].dtype == np.int64
    assert len(count_fates(fates)) == 0
    with pytest.raises(InputError, match="no rows to show"):
        show_quote_fates(fates)


# ---- side by side -----------------------------------------------------------------------------


class Balanced(html.parser.HTMLParser):
    """Reads a page and keeps what is open, and the text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("br", "meta"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_the_page_marks_words_escapes_text_and_stands_alone(tmp_path) -> None:
    fates = fates_of()
    fates.loc[fates["doc"] == "trim", "text"] = "We are <script>alert(1)</script> & open"
    page = show_quote_fates(fates, 0)
    assert "<script>" not in page.html
    assert "&lt;script&gt;" in page.html
    assert page.html in page._repr_html_()
    path = page.save(tmp_path / "fates.html")
    reader = Balanced()
    reader.feed(path.read_text("utf-8"))
    assert reader.open == []
    assert "http:" not in path.read_text("utf-8")
    text = " ".join(reader.text)
    for word in ("left out: ", "new: ", "not quoted", "re-verbed", "unmarked"):
        assert word in text
    assert "AP · trimmed" in page.text
    assert "[−" in page.text


def test_saving_the_page_loses_no_file(tmp_path) -> None:
    page = show_quote_fates(fates_of(), 0)
    mine = tmp_path / "mine.html"
    mine.write_text("my own notes", encoding="utf-8")
    with pytest.raises(InputError, match="overwrite=True"):
        page.save(mine)
    assert mine.read_text("utf-8") == "my own notes"
    assert page.save(mine, overwrite=True).read_text("utf-8").startswith("<!DOCTYPE html>")
    assert page.save(mine) == mine, "the same once more is no loss"
    assert page.save(tmp_path / "fates").name == "fates.html"
    with pytest.raises(InputError, match=r"saved as \.html"):
        page.save(tmp_path / "fates.csv")


def test_marked_words_are_exactly_the_difference() -> None:
    assert compare_words("We want peace, now.", "We want a lasting peace") == [
        ("same", "We want", "We want"),
        ("ins", "", "a lasting"),
        ("same", "peace,", "peace"),
        ("del", "now.", ""),
    ]
    assert compare_words("Same words", "same words,") == [("same", "Same words", "same words,")]


@given(st.text(alphabet="ab <>&", max_size=30), st.text(alphabet="ab <>&", max_size=30))
def test_both_sides_keep_all_their_words(one: str, other: str) -> None:
    fates = fates_of().head(2).assign(group=0, reference=[True, False], fate="re-worded", cue="")
    fates["text"] = [one, other]
    row = lxml.html.fromstring(show_quote_fates(fates).html).xpath("//tbody/tr")[0]
    for side, text in zip(row.xpath("./td"), (one, other), strict=True):
        for aside in side.xpath(".//span"):
            aside.drop_tree()
        assert side.text_content().split() == text.split()


def test_unknown_statements_are_refused() -> None:
    fates = fates_of()
    with pytest.raises(InputError, match="Statement 5 is not in the table"):
        show_quote_fates(fates, [5])
    with pytest.raises(InputError, match="no reference"):
        show_quote_fates(fates[~fates["reference"]])


def test_of_a_group_of_one_document_the_statements_are_the_draws() -> None:
    fates = ["kept", "kept", "dropped", "kept"]
    rows = [{"group": n, "doc": "a", "outlet": "RT", "fate": fate} for n, fate in enumerate(fates)]
    rows += [{"group": 0, "doc": doc, "outlet": "AP", "fate": "kept"} for doc in "bcd"]
    counts = count_fates(pd.DataFrame(rows).assign(re_verbed=None))
    kept = counts[counts["fate"] == "kept"].set_index("outlet")
    assert kept.loc["RT", "interval"] == "95 % Korn–Graubard over the statements of one document"
    assert kept.loc["RT", "low"] < 0.75 < kept.loc["RT", "high"]
    assert kept.loc["AP", "interval"] == "95 % Korn–Graubard over documents"
