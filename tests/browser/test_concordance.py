"""The concordance of the panel in a page: lines, keys, marks, groups, many hits."""

from __future__ import annotations

import pandas as pd
import pytest
from view_page import ViewPage
from visiting import violations

import analysis as da
from analysis.panel.concordance import ConcordanceView, Lines

pytestmark = pytest.mark.slow

ON_AXIS = """() => [...document.querySelectorAll(".da-line .da-hit")].map((hit) => {
  const box = hit.getBoundingClientRect();
  return Math.round(box.left + box.width / 2);
})"""
ROWS = """() => [...document.querySelectorAll(".da-line")].map((row) => row.getBoundingClientRect())
  .map((box) => [box.height, box.width])"""
SCROLL = """async () => {
  const box = document.querySelector(".da-lines"), frames = [];
  let before = performance.now();
  for (let i = 0; i < 120; i += 1) {
    box.scrollTop += i < 60 ? 400 : 15000;
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    frames.push(now - before);
    before = now;
  }
  return [frames.length, document.querySelectorAll(".da-line").length];
}"""


@pytest.fixture
def hits() -> pd.DataFrame:
    return da.find_contexts(da.example_corpus(), "war*", columns=["outlet"], sort=["R1"])


def shown(hits: pd.DataFrame, **options: object) -> ConcordanceView:
    made = ConcordanceView()
    made.show(Lines(hits, da.example_corpus().documents, title="War", **options), key=1)  # type: ignore[arg-type]
    return made


@pytest.mark.parametrize("width", [1280, 760, 400])
def test_every_hit_is_one_line_with_its_hit_on_the_axis(visit, hits, width, artefacts) -> None:
    made = shown(hits, sort=("R1", "L1", "node"), marks={})
    page = visit(width=width, height=700).page
    ViewPage(page, made)
    page.locator(".da-line").first.wait_for()
    axis = page.evaluate(ON_AXIS)
    assert len(axis) > 10
    assert max(axis) - min(axis) <= 1
    assert len({height for height, _ in page.evaluate(ROWS)}) == 1
    texts = hits["doc"].nunique()
    assert page.locator(".da-count").first.inner_text() == f"{len(hits)} lines of {texts} texts."
    words = page.locator(".da-line .da-key-1").all_inner_texts()
    assert [word.lower() for word in words] == sorted(word.lower() for word in words)
    assert violations(page, within=".da-panel") == []
    page.screenshot(path=artefacts / f"concordance-{width}.png")


def test_a_hundred_thousand_lines_are_scrolled_with_few_in_the_page(visit, hits) -> None:
    many = pd.concat([hits] * (100_000 // len(hits) + 1), ignore_index=True).head(100_000)
    made = shown(many)
    window = visit()
    page = window.page
    view = ViewPage(page, made)
    lines = page.locator(".da-lines")
    assert lines.get_attribute("aria-rowcount") == "100000"
    frames, rows = page.evaluate(SCROLL)
    assert frames == 120
    assert rows < 80
    lines.focus()
    page.keyboard.press("End")
    last = page.locator('.da-line[aria-rowindex="100000"]')
    page.locator('.da-line[aria-rowindex="100000"] .da-hit').wait_for()
    assert last.get_attribute("aria-selected") == "true"
    assert lines.get_attribute("aria-activedescendant") == last.get_attribute("id")
    assert {message["type"] for message in view.said} == {"rows"}
    assert len(view.said) < 100  # what flies by is not fetched


def test_by_keyboard_lines_are_read_marked_and_opened(visit, hits) -> None:
    made = shown(hits, marks={})
    page = visit().page
    view = ViewPage(page, made)
    page.locator(".da-lines").focus()
    for key in ("ArrowDown", "ArrowDown", "k", "PageDown", "PageUp", "Enter"):
        page.keyboard.press(key)
    assert [(m["type"], m["row"]) for m in view.said] == [("mark", 2), ("read", 2)]
    assert view.said[0]["mark"] == "keep"
    assert page.locator('[aria-selected="true"] .da-sign-keep').count() == 1
    page.keyboard.press("n")
    page.keyboard.type("causes")
    page.keyboard.press("Tab")
    page.keyboard.type("compare with line 9")
    page.keyboard.press("Enter")
    assert (view.said[-1]["label"], view.said[-1]["note"]) == ("causes", "compare with line 9")
    assert page.locator('[aria-selected="true"] .da-chip').inner_text() == "causes"
    assert "compare with line 9" in page.locator(".da-details").inner_text()
    page.keyboard.press("d")
    assert view.said[-1]["mark"] == "drop"


def test_groups_are_folded(visit, hits) -> None:
    corpus = da.example_corpus()
    sides = corpus.documents.set_index("doc")["side"]
    grouped = hits.assign(group=hits["doc"].astype(object).map(sides)).sort_values("group")
    made = shown(grouped.reset_index(drop=True), group="group")
    page = visit().page
    ViewPage(page, made)
    counts = {name: int(n) for name, n in grouped["group"].value_counts().items()}
    first = page.locator(".da-group").first
    name = sorted(counts)[0]
    assert first.inner_text() == f"{name} {counts[name]} line{'s' * (counts[name] > 1)}"
    lines = page.locator(".da-lines")
    lines.focus()
    page.keyboard.press("ArrowLeft")
    assert first.get_attribute("aria-expanded") == "false"
    everything = len(grouped) + len(counts)
    assert lines.get_attribute("aria-rowcount") == str(everything - counts[name])
    page.keyboard.press("ArrowDown")
    assert page.locator('[aria-selected="true"]').inner_text().startswith(sorted(counts)[1])
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    assert lines.get_attribute("aria-rowcount") == str(everything)
    assert violations(page, within=".da-panel") == []


def test_a_sort_is_asked_for_and_a_filter_narrows(visit, hits) -> None:
    made = shown(hits)
    page = visit().page
    view = ViewPage(page, made)
    page.get_by_role("button", name="L1", exact=True).click()
    assert view.said[-1] == {"type": "sort", "key": 1, "by": ["L1"]}
    page.get_by_label("Filter lines").fill("putin")
    page.wait_for_function("() => /^\\d+ of/.test(document.querySelector('.da-count').textContent)")
    assert 0 < len(made.lines) < len(hits)  # type: ignore[arg-type]
    assert (
        page.locator(".da-count").first.inner_text().startswith(f"{len(made.lines)} of {len(hits)}")
    )  # type: ignore[arg-type]
