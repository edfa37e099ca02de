"""Bundles as files: what is in them, that they are always the same, and what they never replace."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from PIL import Image

import analysis as da
from analysis.charts.style import chart_record
from analysis.export.record import render_record
from analysis.tables import InputError

SVG = "{http://www.w3.org/2000/svg}"
WORDS = {"caption": "Two terms.", "alt": "Bars: peace 3, war 1."}
ROWS = pd.DataFrame({"term": ["peace", "=war()"], "count": [3, 1]})


@pytest.fixture
def ax():
    axes = Figure(figsize=(4, 3)).subplots()
    axes.barh(["peace", "войнá & <b>"], [3, 1])
    return axes


@pytest.fixture
def chart(documents):
    documents.attrs["corpus"] = {
        "name": "tiny",
        "fingerprint": "f00",
        "documents": 4,
        "briefs": 4,
        "note": "summaries written for this project",
    }
    terms = da.count_terms(da.tokenize(documents), by="side", documents=documents)
    axes = da.plot_terms(terms, top=3)
    yield axes
    plt.close("all")


def own(axes, path, **options):
    return da.save_figure(axes, path, **{"data": ROWS, **WORDS, **options})


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_bundle_is_six_files(chart, tmp_path):
    saved = da.save_figure(chart, tmp_path / "figures" / "terms-by-side")
    assert saved == tmp_path / "figures" / "terms-by-side.json"
    assert sorted(files(saved.parent)) == [
        "terms-by-side.csv",
        "terms-by-side.json",
        "terms-by-side.pdf",
        "terms-by-side.png",
        "terms-by-side.svg",
        "terms-by-side.txt",
    ]
    told = (saved.parent / "terms-by-side.txt").read_text("utf-8")
    record = json.loads(saved.read_text("utf-8"))
    for part in ("caption", "alt", "note", "method"):
        assert f"\n{record[part]}\n" in told


def test_the_json_says_what_was_drawn_from_what_by_what(chart, tmp_path):
    record = json.loads(da.save_figure(chart, tmp_path / "terms").read_text())
    drawn = chart_record(chart.figure)
    assert record["kind"] == "figure"
    assert record["name"] == "terms"
    assert (record["caption"], record["alt"]) == (drawn["caption"], drawn["alt"])
    assert record["note"].startswith("4 texts (")
    assert record["method"].startswith("Corpus: tiny, 4 documents")
    (made,) = record["made"]
    assert made["call"] == "plot_terms"
    assert made["params"]["top"] == 3
    assert [step["call"] for step in made["steps"]] == ["tokenize", "count_terms"]
    assert made["steps"][1]["params"]["by"] == "side"
    assert record["corpus"]["fingerprint"] == "f00"
    assert record["corpus"]["documents"] == 4
    assert {"python", "discourse-analysis", "matplotlib", "pandas", "numpy", "nltk"} <= set(
        record["versions"]
    )
    assert record["versions"]["pandas"] == pd.__version__
    for name, listed in record["files"].items():
        content = (tmp_path / name).read_bytes()
        assert listed == {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    own_hash = record.pop("sha256")
    canonical = json.dumps(record, sort_keys=True, ensure_ascii=False)
    assert own_hash == hashlib.sha256(canonical.encode()).hexdigest()


def test_the_csv_is_the_plotted_data(chart, tmp_path):
    saved = da.save_figure(chart, tmp_path / "terms")
    again = da.read_bundle(saved)
    drawn = chart_record(chart.figure)["data"]
    pd.testing.assert_frame_equal(again, drawn)
    assert again.attrs["steps"] == drawn.attrs["steps"]
    assert again.attrs["corpus"]["name"] == "tiny"


PROGRAM = """
    import sys
    import pandas as pd
    import analysis as da

    texts = ["Peace talks failed. He said -no- “peace”.", "War goes on. Peace must come."]
    documents = pd.DataFrame({"doc": ["a", "b"], "side": ["east", "мир"], "text": texts})
    terms = da.count_terms(da.tokenize(documents), by="side", documents=documents)
    da.save_figure(da.plot_terms(terms, top=5), sys.argv[1] + "/terms")
    da.save_table(terms, sys.argv[1] + "/table", caption="Terms.")
"""


def test_other_processes_write_the_same_bytes(root, tmp_path):
    for name, seed in (("one", "1"), ("two", "2")):
        program = textwrap.dedent(PROGRAM)
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "TZ": "Asia/Tokyo" if seed == "1" else "America/Lima",
            "SOURCE_DATE_EPOCH": seed,
            "MPLBACKEND": "agg" if seed == "1" else "module://matplotlib_inline.backend_inline",
            "PYTHONPATH": str(root),
        }
        subprocess.run(
            [sys.executable, "-c", program, str(tmp_path / name)], env=environment, check=True
        )
    assert len(files(tmp_path / "one")) == 10
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_the_users_settings_do_not_change_the_bytes(chart, tmp_path):
    da.save_figure(chart, tmp_path / "usual" / "terms")
    theirs = {
        "savefig.bbox": "tight",
        "savefig.transparent": True,
        "savefig.facecolor": "red",
        "svg.fonttype": "path",
        "svg.hashsalt": None,
        "pdf.fonttype": 3,
        "hatch.linewidth": 5,
    }
    with plt.rc_context(theirs):
        da.save_figure(chart, tmp_path / "theirs" / "terms")
        assert plt.rcParams["savefig.bbox"] == "tight"
    assert files(tmp_path / "usual") == files(tmp_path / "theirs")


def test_saving_leaves_the_figure_as_it_was(chart, tmp_path):
    figure = chart.figure
    before = figure.get_dpi(), tuple(figure.get_size_inches()), chart_record(figure)["data"].copy()
    da.save_figure(chart, tmp_path / "terms")
    assert (figure.get_dpi(), tuple(figure.get_size_inches())) == before[:2]
    pd.testing.assert_frame_equal(chart_record(figure)["data"], before[2])


def test_the_svg_speaks(ax, tmp_path):
    own(ax, tmp_path / "own", alt='Bars & "more" <b>.')
    tree = ElementTree.parse(tmp_path / "own.svg").getroot()
    assert tree.get("role") == "img"
    title, description = tree.find(f"{SVG}title"), tree.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert title.text == "Two terms."
    assert description.text == 'Bars & "more" <b>.'
    assert tree.get("aria-labelledby") == title.get("id")
    assert tree.get("aria-describedby") == description.get("id")
    texts = ["".join(text.itertext()).strip() for text in tree.iter(f"{SVG}text")]
    assert "войнá & <b>" in texts
    source = (tmp_path / "own.svg").read_text()
    assert not re.search(r"\d{4}-\d\d-\d\dT", source)
    ids = re.findall(r'\bid="([^"]+)"', source)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'(?:url\(|href=")#([^")]+)', source)) <= set(ids)
    assert "url(#" in source


def test_the_svg_holds_nothing_that_xml_may_not(ax, tmp_path):
    ax.set_title("Talks \ufffe end \uffff here \x0b")
    own(ax, tmp_path / "own", alt="Bars \ufffe and \x01 more.", caption="Two \ufffe.")
    tree = ElementTree.parse(tmp_path / "own.svg").getroot()
    title, description = tree.find(f"{SVG}title"), tree.find(f"{SVG}desc")
    assert (title.text, description.text) == ("Two \ufffd.", "Bars \ufffd and \ufffd more.")
    assert "Talks \ufffd end" in "".join(tree.itertext())


def test_the_png_has_300_dots_an_inch_and_words(ax, tmp_path):
    own(ax, tmp_path / "own", alt="Столбцы.")
    with Image.open(tmp_path / "own.png") as picture:
        assert picture.size == (1200, 900)
        assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
        assert picture.text == {"Title": "Two terms.", "Description": "Столбцы."}


def test_the_pdf_is_dateless(ax, tmp_path):
    own(ax, tmp_path / "own")
    content = (tmp_path / "own.pdf").read_bytes()
    assert content.startswith(b"%PDF-1.4")
    assert b"/Title (Two terms.)" in content
    assert b"CreationDate" not in content
    assert b"Producer" not in content
    assert b"/Subtype /Type3" not in content


def test_a_spreadsheet_runs_nothing(ax, tmp_path):
    own(ax, tmp_path / "own")
    assert (tmp_path / "own.csv").read_text() == "term,count\npeace,3\n'=war(),1\n"
    assert da.read_bundle(tmp_path / "own.png")["term"].tolist() == ["peace", "=war()"]


def test_a_figure_of_ones_own_needs_data_caption_and_alt(ax, tmp_path):
    with pytest.raises(InputError, match="pass data= and caption= and alt= "):
        da.save_figure(ax, tmp_path / "own")
    with pytest.raises(InputError, match="pass alt= "):
        own(ax, tmp_path / "own", alt="")
    with pytest.raises(InputError, match="pass data= "):
        own(ax, tmp_path / "own", data=[1, 2])
    assert files(tmp_path) == {}


def test_a_chart_keeps_its_own_data(chart, tmp_path):
    with pytest.raises(InputError, match="leave data= out"):
        da.save_figure(chart, tmp_path / "terms", data=ROWS)


def test_caption_and_alt_can_be_the_analysts(chart, tmp_path):
    saved = da.save_figure(chart, tmp_path / "terms", caption="Mine,\n in short.", alt="A dot.")
    record = json.loads(saved.read_text())
    assert (record["caption"], record["alt"]) == ("Mine, in short.", "A dot.")


def test_whatever_shows_the_figure_can_be_given(ax, tmp_path):
    own(ax.figure, tmp_path / "a" / "x")
    own([ax], tmp_path / "b" / "x")
    own(np.array([[ax]], dtype=object), tmp_path / "c" / "x")
    assert files(tmp_path / "a") == files(tmp_path / "b") == files(tmp_path / "c")
    inner = Figure().subfigures(1, 2)[1].subplots()
    own(inner, tmp_path / "d")
    with Image.open(tmp_path / "d.png") as picture:
        assert picture.size == (1920, 1440)


@pytest.mark.parametrize("thing", ["figure", 3, None, pd.DataFrame()])
def test_what_is_no_figure_is_refused(thing, tmp_path):
    with pytest.raises(InputError, match="save_figure takes what a plot_ function returned"):
        da.save_figure(thing, tmp_path / "x")


def test_two_figures_are_refused(ax, tmp_path):
    with pytest.raises(InputError, match="One figure is saved at a time"):
        own([ax, Figure().subplots()], tmp_path / "x")


def test_formats(ax, tmp_path):
    own(ax, tmp_path / "own", formats=["svg"])
    assert sorted(files(tmp_path)) == ["own.csv", "own.json", "own.svg", "own.txt"]
    with pytest.raises(InputError, match="'gif' is not known; choose one of 'png', 'svg', 'pdf'"):
        own(ax, tmp_path / "own", formats=["gif"])
    for formats in ("png", []):
        with pytest.raises(InputError, match="is not a list"):
            own(ax, tmp_path / "own", formats=formats)


@pytest.mark.parametrize("path", ["", "figures/", "."])
def test_a_path_without_a_name_is_refused(ax, path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="names a folder"):
        own(ax, path)


def test_a_known_suffix_is_taken_off_and_other_dots_stay(ax, tmp_path):
    own(ax, tmp_path / "v1.2.png")
    assert sorted(files(tmp_path))[0] == "v1.2.csv"
    own(ax, tmp_path / "v1.2")
    assert len(files(tmp_path)) == 6


def test_two_charts_on_one_figure_are_told_apart(documents, tmp_path):
    terms = da.count_terms(da.tokenize(documents))
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4))
    da.plot_terms(terms, top=2, ax=left)
    da.plot_terms(terms, top=3, ax=right)
    saved = da.save_figure(figure, tmp_path / "both")
    data = da.read_bundle(saved)
    assert data["panel"].tolist() == [1, 1, 2, 2, 2]
    assert [made["params"]["top"] for made in json.loads(saved.read_text())["made"]] == [2, 3]
    assert data.attrs["steps"] == []
    plt.close(figure)


def test_settings_become_plain_json(ax, tmp_path):
    data = ROWS.copy()
    data.attrs["steps"] = [
        {
            "call": "count_terms",
            "on": "tokens",
            "params": {
                "set": {"b", "a"},
                "number": np.float64(0.5),
                "none": None,
                "far": float("inf"),
                "day": pd.Timestamp("2024-05-15"),
                "list": (1, 2),
            },
        }
    ]
    record = json.loads(own(ax, tmp_path / "own", data=data).read_text())
    assert record["made"][0]["steps"][0]["params"] == {
        "set": ["a", "b"],
        "number": 0.5,
        "none": None,
        "far": "inf",
        "day": "2024-05-15 00:00:00",
        "list": [1, 2],
    }


def test_a_table_is_saved_as_csv_latex_and_html(tmp_path):
    table = ROWS.copy()
    table.attrs["corpus"] = {"name": "tiny", "documents": 2, "briefs": 2, "fingerprint": "f"}
    copy = table.copy(deep=True)
    saved = da.save_table(table, tmp_path / "terms", caption="Terms & counts.")
    pd.testing.assert_frame_equal(table, copy)
    assert sorted(files(tmp_path)) == ["terms.csv", "terms.html", "terms.json", "terms.tex"]
    assert r"\caption{Terms \& counts.}" in (tmp_path / "terms.tex").read_text()
    page = (tmp_path / "terms.html").read_text()
    assert "<caption>Terms &amp; counts.</caption>" in page
    assert "<p>Corpus: tiny, 2 documents.</p>" in page
    pd.testing.assert_frame_equal(da.read_bundle(saved), ROWS)
    assert json.loads(saved.read_text())["made"][0]["params"] == {"digits": 3}


def test_an_index_with_a_name_is_a_column_of_the_typeset_table(tmp_path):
    da.save_table(ROWS.set_index("term"), tmp_path / "named", caption="Named.")
    assert '<th scope="row">peace</th>' in (tmp_path / "named.html").read_text()
    da.save_table(ROWS.set_index("count"), tmp_path / "number", caption="Named.")
    assert r"count & term \\" in (tmp_path / "number.tex").read_text()
    da.save_table(ROWS[::-1], tmp_path / "sorted", caption="Sorted.")
    assert r"term & count \\" in (tmp_path / "sorted.tex").read_text()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"caption": " "}, "needs caption="),
        ({"caption": "x", "formats": "html"}, "is not a list"),
        ({"caption": "x", "formats": ["xlsx"]}, "choose one of 'tex', 'html'"),
        ({"caption": "x", "digits": 0}, "digits=0 is not known"),
    ],
)
def test_bad_table_options_are_refused(options, words, tmp_path):
    with pytest.raises(InputError, match=words):
        da.save_table(ROWS, tmp_path / "x", **options)


def test_what_is_no_table_is_refused(tmp_path):
    with pytest.raises(InputError, match="A pandas DataFrame is expected here, not list"):
        da.save_table([1], tmp_path / "x", caption="x")


def test_what_is_shown_of_a_saved_bundle_names_no_folder_above(tmp_path: Path) -> None:
    table = pd.DataFrame({"term": ["peace"], "count": [3]})
    saved = da.save_table(table, tmp_path / "figures" / "a.b", caption="One.", formats=["html"])
    assert repr(saved) == "saved: figures/a.b (csv, html, json)"
    assert saved == tmp_path / "figures" / "a.b.json"


def test_a_title_set_on_the_axes_is_recorded_and_drawn_again(chart, tmp_path):
    chart.set_title("Words for it")
    chart.set_xlim(0, 500)
    saved = da.save_figure(chart, tmp_path / "terms")
    assert [0, "title center", "Words for it"] in json.loads(saved.read_text())["figure"]["changes"]
    assert set(da.verify(saved)["status"]) == {"ok"}


def test_changes_of_another_form_are_not_made(chart, tmp_path):
    chart.set_title("Words for it")
    saved = da.save_figure(chart, tmp_path / "terms")
    record = json.loads(saved.read_text())
    for change in ([9, "title left", "x"], [0, "figure", "x"], [0, "xlim", ["a", 1]], "x"):
        record["figure"]["changes"] = [change]
        saved.write_bytes(render_record(record))
        checks = da.verify(saved)
        assert "recorded in another form" in " ".join(checks["detail"])
