"""The report and the panel on the hostile corpus, without a browser (tests/browser has one)."""

from __future__ import annotations

import hostile_corpus as made
import pytest
from hostile_checks import count_marks, html_faults

import analysis as da
from analysis.panel.concordance import Lines
from analysis.panel.static import table_html


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return made.write_corpus(tmp_path_factory.mktemp("hostile") / "corpus")


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_report(corpus, tmp_path):
    title = f"{made.SCRIPT} {made.SVG}"
    path = da.write_report(corpus, tmp_path / "report.html", title=title, pdf=False)
    page = path.read_text("utf-8")
    assert html_faults(page, scripts=1) == []  # its own
    assert not count_marks(page)
    assert "&lt;script&gt;" in page
    assert f"window.{made.MARK}" not in page.split("<script>")[1]


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_what_the_panel_leaves_in_a_notebook(corpus):
    panel = da.explore(corpus, settings={"search": "peace, war, harbour", "by": "outlet"})
    answer = panel.refresh().answer
    assert set(answer.table["term"]) == {"peace", "war", "harbour"}
    page = table_html(
        answer.table,
        answer.shown,
        caption=f"{answer.caption()} {made.SCRIPT}",
        note=f"{answer.note} {made.HANDLER}",
        tab="Terms",
        alt=made.SVG,
        lines=Lines(answer.passages(0), panel.explorer.documents, title=made.CLOSING, note=""),
    )
    assert html_faults(page) == []
    assert not count_marks(page)
