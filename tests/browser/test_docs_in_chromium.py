"""The documentation in a browser: from disk, without a network, narrow, dark, searched."""

from __future__ import annotations

from pathlib import Path

import pytest
from docs_pages import build_site
from visiting import press_through, violations

PAGES = (
    "index.html",
    "tutorial.html",
    "statistics/keyness.html",
    "_generated/notebooks/02-terms.html",
    "_generated/notebooks/07-voices.html",
    "_generated/api/analysis.charts.html",
    "glossary.html",
    "accuracy.html",
)
DARK = ("index.html", "statistics/keyness.html", "_generated/notebooks/07-voices.html")
AXE_OWN = "XMLHttpRequest|ERR_FAILED"  # axe asks for the style sheets, which the disk refuses
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site."""
    return build_site(tmp_path_factory)


@pytest.mark.parametrize(
    ("name", "dark"), [*((name, False) for name in PAGES), *((name, True) for name in DARK)]
)
def test_a_page_is_readable_for_all(site, visit, artefacts, name, dark):
    page = visit(dark=dark, expected=AXE_OWN).open(site / name)
    assert violations(page) == []
    assert page.locator("h1").count() == 1
    stem = name.removesuffix(".html").replace("/", "-")
    page.screenshot(path=artefacts / f"docs-{stem}-{'dark' if dark else 'light'}.png")


@pytest.mark.parametrize("name", PAGES)
def test_a_narrow_page_does_not_scroll_sideways(site, visit, name):
    page = visit(width=400).open(site / name)
    assert page.evaluate(WIDER) <= 1


def test_the_search_finds_a_statistic_without_a_server(site, visit):
    page = visit().open(site / "index.html")
    page.keyboard.press("Control+k")
    page.keyboard.type("conservative log ratio")
    page.keyboard.press("Enter")
    first = page.locator("#search-results li a").first
    first.wait_for()
    assert "Keyness" in page.locator("#search-results").inner_text()
    first.click()
    assert page.locator("h1").inner_text().startswith("Keyness")


def test_the_keyboard_reaches_the_content(site, visit):
    page = visit().open(site / "tutorial.html")
    seen = press_through(page, 12)
    assert "main content" in seen[0]["text"].lower()
    assert all(one["outlined"] or one["shadowed"] for one in seen if one["visible"])


def test_formulas_are_drawn(site, visit):
    page = visit().open(site / "statistics" / "keyness.html")
    sizes = page.evaluate("""() => [...document.querySelectorAll(".formula math")].map(
        (formula) => formula.getBoundingClientRect().height)""")
    assert len(sizes) >= 8
    assert min(sizes) > 15
