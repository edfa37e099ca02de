"""Nothing in a text runs: not in a figure, a table, a page or a spreadsheet, by any measure."""

from __future__ import annotations

import json
import re

import hostile_corpus as made
import matplotlib.pyplot as plt
import pandas as pd
import pytest
from hostile_checks import (
    bundle_faults,
    count_marks,
    csv_faults,
    elements,
    html_faults,
    latex_faults,
    svg_faults,
)
from hostile_measures import CHARTS, draw, measure

import analysis as da
from analysis.cli.main import main
from analysis.cli.notebooks import run_notebooks
from analysis.corpus.check import check_corpus
from analysis.export.typeset import to_html, to_latex
from analysis.show.html import Page
from analysis.tables import InputError

MEASURES = ("count_", "compare_", "find_", "score_", "align_")
HELPERS = {
    "find_own_side",  # which only picks rows of a table
    # of codes and of samples to code: test_coding.py
    *("count_codes", "count_sample", "score_agreement", "find_disagreements"),
}


@pytest.fixture(scope="module")
def room() -> dict[str, pd.DataFrame]:
    """Every measure of the hostile corpus."""
    return measure(made.documents())


@pytest.fixture(scope="module")
def twin() -> dict[str, pd.DataFrame]:
    """Every measure of the same texts with harmless words."""
    return measure(made.documents(hostile=False), hostile=False)


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def test_every_measure_and_every_chart_is_tried(room):
    asked = {name.split()[0] for name in room}
    public = {name for name in da.__all__ if name.startswith(MEASURES)} - HELPERS
    assert public <= asked
    charts = {name for name in da.__all__ if name.startswith("plot_")}
    assert {name.split()[0] for name in CHARTS} == charts


def test_there_is_something_to_measure(room, twin):
    assert not [name for name, table in room.items() if table.empty]
    for name in ("sentences", "find_entities", "score_targets", "find_stance", "find_namings"):
        tables = [rows[name] for rows in (room, twin)]
        if name == "find_stance":  # the long title says "once more" many times
            tables = [table[table["category"] != "presupposition"] for table in tables]
        if name in (
            "find_entities",
            "score_targets",
            "find_namings",
        ):  # words written backwards, "ruobrah eht", look like a name
            tables = [table[~table["text"].str.contains("\u202e")] for table in tables]
        assert len(tables[0]) == len(tables[1])  # what is around the words stays what it was


def test_offsets_lead_to_the_very_words(room):
    texts = dict(zip(room["documents"]["doc"], room["documents"]["text"], strict=True))
    for name in ("sentences", "find_entities", "find_quotes"):
        for row in room[name].itertuples():
            assert texts[row.doc][row.start : row.end] == row.text
    for row in room["find_contexts"].itertuples():
        assert texts[row.doc][row.start : row.end] == row.node
        assert f"{row.left}{row.node}{row.right}" in texts[row.doc]


@pytest.mark.parametrize("chart", CHARTS)
def test_figures(chart, room, tmp_path):
    ax = draw(chart, room)
    saved = da.save_figure(ax, tmp_path / "figure", formats=["svg"])
    assert bundle_faults(saved) == []
    svg = (tmp_path / "figure.svg").read_text("utf-8")
    assert not count_marks(svg)
    assert not re.search(r"[\u202a-\u202e\u2066-\u2069]", svg)
    verified = da.verify(tmp_path / "figure")
    assert not (verified["status"] == "differs").any(), verified.to_string()


def test_a_figure_in_every_format(room, tmp_path):
    saved = da.save_figure(draw("plot_shares", room), tmp_path / "figure")
    assert bundle_faults(saved) == []
    assert (tmp_path / "figure.pdf").read_bytes().startswith(b"%PDF")
    assert b"/JavaScript" not in (tmp_path / "figure.pdf").read_bytes()


def test_labels_are_short_and_mean_no_formula(room):
    ax = draw("plot_terms entities", room)
    texts = [text for text in ax.figure.findobj(plt.Text) if text.get_text()]
    assert not [text for text in texts if text.get_parse_math()]
    assert max(len(line) for text in texts for line in text.get_text().split("\n")) < 150
    shown = " ".join(text.get_text() for text in texts)
    assert "=HYPERLINK(" in shown  # shown as it is, where it does no harm
    assert "<img src=" in shown


SAVED = ("count_terms", "find_contexts", "find_quotes", "find_quote_fates", "count_entities",
         "find_clauses", "count_over_time", "documents")  # fmt: skip


@pytest.mark.parametrize("name", SAVED)
def test_tables(name, room, twin, tmp_path):
    caption = f"{made.SCRIPT} {made.LATEX} {made.FORMULA}"
    saved = da.save_table(room[name].head(60), tmp_path / "table", caption=caption)
    assert bundle_faults(saved) == []
    page = (tmp_path / "table.html").read_text("utf-8")
    assert not count_marks(page)
    harmless = to_html(twin[name].head(60), "Harmless")
    assert elements(page) == elements(harmless)
    table = da.read_bundle(saved)
    for column in room[name].columns:
        if room[name][column].dtype == object or str(room[name][column].dtype) == "str":
            was = [value if isinstance(value, str) else None for value in room[name][column][:60]]
            got = [value if isinstance(value, str) else None for value in table[column]]
            assert got == was


def test_columns_and_names_that_are_dangerous_themselves(tmp_path):
    names = [pair[0] for name, pair in made.PLACES.items() if name not in ("long", "title")]
    table = pd.DataFrame([names], columns=names).assign(n=-1.5)
    saved = da.save_table(table, tmp_path / "t", caption="Columns.")
    assert bundle_faults(saved) == []
    assert latex_faults(to_latex(table, made.LATEX, made.MATHTEXT)) == []


def test_contexts_in_a_notebook(room, twin):
    page = da.show_contexts(room["find_contexts"]).html
    assert html_faults(page) == []
    assert not count_marks(page)
    plain = da.show_contexts(twin["find_contexts"]).html
    assert elements(page) == elements(plain)


@pytest.mark.parametrize("number", range(3))
def test_marked_texts(number, room, twin):
    pages = []
    for tables in (room, twin):
        shown = da.show_annotations(
            tables["documents"],
            doc=f"d{number}",
            mentions=tables["find_entities"],
            targets=tables["score_targets"],
            quotes=tables["find_quotes"],
            tagged=tables["annotate"],
            sentence=[0, 2],
        )
        assert isinstance(shown, Page)
        pages.append(shown.html)
    assert html_faults(pages[0]) == []
    assert not count_marks(pages[0])
    # a text in another language than English is marked so; a longer one has more kinds of marks
    assert {tag.split()[0] for tag in elements(pages[0])} == {
        tag.split()[0] for tag in elements(pages[1])
    }


def test_versions_side_by_side(room, twin):
    page, plain = (
        da.show_quote_fates(each["find_quote_fates"], limit=30).html for each in (room, twin)
    )
    assert html_faults(page) == []
    assert not count_marks(page)
    assert elements(page) <= elements(plain)


def test_saved_pages(room, tmp_path):
    document = room["documents"].iloc[[2]]
    for name, page in {
        "text": da.show_annotations(document, quotes=room["find_quotes"]),
        "fates": da.show_quote_fates(room["find_quote_fates"]),
    }.items():
        path = page.save(tmp_path / f"{name}.html")
        assert html_faults(path.read_text("utf-8")) == []
        assert not count_marks(path.read_text("utf-8"))


def test_the_corpus_as_files(tmp_path):
    folder = made.write_corpus(tmp_path / "corpus")
    documents = da.read_corpus(folder, near_duplicates=None).documents
    assert documents["title"][1] == made.FORMULA
    assert documents["outlet"][1] == made.PIPE
    assert len(documents["title"][2]) > 5000
    assert not documents["text"].str.contains("[\u202a-\u202e\u200b\x00-\x08]", regex=True).any()
    findings = check_corpus(folder)
    assert {"formula"} <= set(findings["kind"])  # these rows were written by hand
    main(["check", "--corpus", str(folder), "--csv", str(tmp_path / "findings.csv")])
    text = (tmp_path / "findings.csv").read_text("utf-8")
    assert csv_faults(text, {"line", "offset"}) == []


def test_added_texts(tmp_path):
    rows = made.documents().drop(columns=["version", "doc"])
    rows["text"] = rows["text"].str.replace("\0", "")
    rows.astype(str).to_json(tmp_path / "texts.json", orient="records", force_ascii=False)
    half = {"title": made.SURROGATE, "text": "Boats wait before the harbour in the rain."}
    (tmp_path / "half.json").write_text(json.dumps([half]), encoding="utf-8")
    da.add_documents(tmp_path / "corpus", [tmp_path / "texts.json", tmp_path / "half.json"])
    manifest = (tmp_path / "corpus" / "sources.csv").read_text("utf-8")
    assert csv_faults(manifest) == []
    documents = da.read_corpus(tmp_path / "corpus", near_duplicates=None).documents
    assert made.FORMULA in set(documents["title"])
    assert made.PIPE in set(documents["outlet"])
    assert "formula" not in set(check_corpus(tmp_path / "corpus")["kind"])
    assert any("\ufffd" in title for title in documents["title"].dropna())


@pytest.mark.slow
def test_a_notebook_as_a_page(root, tmp_path):
    corpus = made.write_corpus(tmp_path / "corpus")
    notebook = root / "notebooks" / "03-keywords-and-contexts.ipynb"
    assert run_notebooks(notebooks=notebook, corpus=corpus, output=tmp_path / "out") == 0
    page = (tmp_path / "out" / "notebooks" / "03-keywords-and-contexts.html").read_text("utf-8")
    assert html_faults(page) == []
    assert not count_marks(page)
    assert "&lt;script&gt;" in page
    for bundle in (tmp_path / "out").glob("*.json"):
        assert bundle_faults(bundle) == []


def test_half_a_character_is_shown_but_refused_in_a_table_that_must_come_back(tmp_path):
    documents = made.documents()
    for name in ("title", "text"):
        halves = [f"{made.SURROGATE} {text}" for text in documents[name]]
        documents[name] = pd.Series(halves, dtype=object)
    terms = da.count_terms(da.tokenize(documents))
    da.save_figure(da.plot_terms(terms, top=5), tmp_path / "terms", formats=["svg"])
    rows = documents[["doc", "title"]]
    with pytest.raises(InputError, match="half a character"):
        da.save_table(rows, tmp_path / "titles", caption="Titles.")
    shown = da.show_annotations(documents, doc="d0")
    path = shown.save(tmp_path / "page.html")
    assert "\ufffd" in path.read_text("utf-8")


def test_what_the_checks_would_find():
    assert svg_faults(
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="x"><script/><a href="x:y"/></svg>'
    ) == ["onload=", "<script>", "<a>", "href=x:y"]
    assert html_faults("<p onclick='x'>a<script>1</script><img src='http://x'>") == [
        "onclick=",
        "img src=http://x",
        "1 <script>, not 0",
    ]
    assert csv_faults("a,n\n=1,-1\n", {"n"}) == ["a: =1"]
    assert latex_faults(r"a & 5 % \input{x} \\") != []
    assert count_marks(made.SCRIPT) == {made.SCRIPT: 1}
