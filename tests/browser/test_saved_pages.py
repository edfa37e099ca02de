"""Pages that are saved: marked texts, versions side by side, tables. And the documentation."""

from __future__ import annotations

from pathlib import Path

import hostile_corpus as made
import pandas as pd
import pytest
from conftest import ROOT
from hostile_measures import measure
from visiting import CLIPPED, violations

import analysis as da

SITE = ROOT / "docs" / "_build" / "html" / "index.html"
RAN = f"() => window.{made.MARK} === undefined && !document.querySelector('script, iframe, object')"
PAGES = ("text", "fates", "table", "contexts", "trail")


@pytest.fixture(scope="module")
def pages(browser, tmp_path_factory) -> dict[str, Path]:
    """Pages of the hostile corpus, as they are saved."""
    folder = tmp_path_factory.mktemp("pages")
    room = measure(made.documents())
    shown = da.show_annotations(
        room["documents"],
        doc="d0",
        mentions=room["find_entities"],
        targets=room["score_targets"],
        quotes=room["find_quotes"],
        tagged=room["annotate"],
    )
    fates = da.show_quote_fates(room["find_quote_fates"], limit=20)
    da.show_contexts(room["find_contexts"]).save(folder / "contexts.html")
    trail = da.ReadingTrail(da.Corpus(room["documents"]), ["peace", "war", "talks"])
    trail.group(by=["L1", "pattern"], name=made.SCRIPT, note=made.SVG)
    trail.mark([0, 1], "keep", label=made.SVG, note=made.SCRIPT)
    trail.write(folder / "trail.html", title=made.SCRIPT, author=made.SVG)
    rows: pd.DataFrame = room["count_entities"].head(20)
    da.save_table(rows, folder / "table", caption=f"Names {made.SCRIPT} {made.SVG}")
    shown.save(folder / "text.html")
    fates.save(folder / "fates.html")
    return {name: folder / f"{name}.html" for name in PAGES}


@pytest.mark.parametrize("name", PAGES)
def test_a_saved_page_runs_nothing_and_can_be_read(name, pages, visit, artefacts):
    page = visit().open(pages[name])
    assert page.evaluate(RAN)
    page.mouse.move(200, 200)  # what waits for a pointer
    assert page.evaluate(RAN)
    assert violations(page) == []
    page.screenshot(path=artefacts / f"page-{name}.png")


@pytest.mark.parametrize("name", ["text", "fates"])
def test_a_saved_page_in_a_narrow_window(name, pages, visit, artefacts):
    page = visit(width=400, height=800).open(pages[name])
    assert page.evaluate(CLIPPED) == []
    page.screenshot(path=artefacts / f"page-{name}-400.png")


def test_a_marked_text_in_the_dark(pages, visit, artefacts):
    page = visit(dark=True).open(pages["text"])
    assert violations(page, rules=("color-contrast",)) == []
    page.screenshot(path=artefacts / "page-text-dark.png")


def test_the_documentation_opens(visit, artefacts):
    if not SITE.is_file():
        pytest.skip("the documentation is not built (make docs)")
    page = visit().open(SITE)
    assert page.locator("h1").first.inner_text()
    page.screenshot(path=artefacts / "docs.png")
    assert violations(page, within="main") == []
