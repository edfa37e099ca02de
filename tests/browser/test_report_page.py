"""The report in a browser: from disk, by keyboard, narrow, dark, on paper, without scripts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hostile_corpus import MARK
from report_samples import GROUPS, sample
from visiting import CLIPPED, press_through, violations

from analysis.report.write import write_report

pytestmark = pytest.mark.slow

ALL_ANCHORS = (
    "() => [...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.getAttribute('href'))"
)
MISSING = """(anchors) => anchors.filter(
  (a) => !document.getElementById(decodeURIComponent(a.slice(1))))"""
REACHED = """(anchor) => {
  const target = document.getElementById(decodeURIComponent(anchor.slice(1)));
  const box = target.getBoundingClientRect();
  for (let part = target.parentElement; part; part = part.parentElement)
    if (part.localName === "details" && !part.open) return `${anchor} is in a closed part`;
  if (!box.width && !box.height) return `${anchor} is not shown`;
  const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
  if (box.bottom < 0 || (box.top > innerHeight && !atEnd)) return `${anchor} is out of sight`;
  return "";
}"""


@pytest.fixture(params=["bundled", "hostile"])
def page_file(request: pytest.FixtureRequest) -> Path:
    """Both reports."""
    return request.getfixturevalue("report" if request.param == "bundled" else "hostile_report")


def test_it_opens_from_disk_and_runs_nothing_of_a_text(page_file, visit, artefacts):
    window = visit()
    page = window.open(page_file)
    assert page.title()
    assert page.evaluate(f"window.{MARK}") is None
    assert page.locator("main h2").count() > 5
    assert page.evaluate("document.documentElement.lang") == "en"
    name = page_file.parent.name.rstrip("0123456789")
    page.screenshot(path=artefacts / f"report-{name}-top.png")
    window.require_quiet()


def test_every_anchor_leads_somewhere(page_file, visit):
    page = visit().open(page_file)
    anchors = sorted(set(page.evaluate(ALL_ANCHORS)))
    assert len(anchors) > 100
    assert page.evaluate(MISSING, anchors) == []


def test_anchors_are_reached_and_opened(report, visit):
    page = visit().open(report)
    anchors = sorted(set(page.evaluate(ALL_ANCHORS)))
    kinds: dict[str, list[str]] = {}
    for anchor in anchors:
        kinds.setdefault(anchor.rstrip("0123456789-_.r").rstrip("0123456789"), []).append(anchor)
    tried = [anchor for same in kinds.values() for anchor in {*same[:2], *same[-2:]}]
    for anchor in sorted(tried)[:100]:
        page.evaluate("(a) => { location.hash = a; }", anchor)
        page.wait_for_timeout(20)
        assert page.evaluate(REACHED, anchor) == ""


def test_a_number_leads_to_its_passages_and_back(report, visit, artefacts):
    page = visit().open(report)
    data = page.locator("article details.data").first
    data.locator("summary").first.click()
    link = data.locator("td a").first
    number = link.inner_text()
    link.click()
    target = page.locator(link.get_attribute("href") or "#none")
    assert target.is_visible()
    assert number.replace(",", "") in target.inner_text().replace(",", "")
    page.screenshot(path=artefacts / "report-passages.png")


def test_every_details_opens_by_keyboard(report, visit):
    page = visit().open(report)
    summaries = page.locator("details > summary")
    total = summaries.count()
    assert total > 50
    top = page.locator("details:not(details details) > summary").all()
    assert len(top) > 20
    opened = "(summary) => summary.parentElement.open"
    for number, summary in enumerate(top):
        summary.focus()
        assert not summary.evaluate(opened)
        page.keyboard.press("Space" if number % 2 else "Enter")
        assert summary.evaluate(opened)
    inner = page.locator("details details > summary").first  # its list is open by now
    inner.focus()
    page.keyboard.press("Enter")
    assert inner.evaluate(opened)


@pytest.mark.parametrize("which", ["report", "report in the dark", "hostile_report"])
def test_axe_finds_nothing_serious(request, visit, which):
    name, _, dark = which.partition(" ")
    page = visit(dark=bool(dark)).open(request.getfixturevalue(name))
    # one list of each kind open, not the thousands of passages
    page.evaluate(
        """() => {
          for (const kind of ["details.data", "details.passages", "details.passages details"])
            for (const part of [...document.querySelectorAll(kind)].slice(0, 2)) part.open = true;
        }"""
    )
    rules = ("color-contrast", "link-in-text-block") if dark else ()
    assert violations(page, rules=rules) == []


def test_the_focus_goes_through_the_page_in_its_order(report, visit, artefacts):
    page = visit().open(report)
    stops = press_through(page, 60)
    assert stops[0]["text"].startswith("Skip")
    places = [stop["order"] for stop in stops]
    assert places == sorted(places)
    assert len(set(places)) == len(places)
    for stop in stops:
        assert stop["outlined"] or stop["shadowed"], stop
        assert stop["visible"], stop
        assert stop["bottom"] > 0, stop
        assert stop["top"] < stop["height"], stop
    page.screenshot(path=artefacts / "report-focus.png")


def test_the_skip_link_skips(report, visit):
    page = visit().open(report)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    inside = page.evaluate("document.querySelector('main').contains(document.activeElement)")
    assert inside


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_narrow_window_loses_nothing(page_file, visit, artefacts, dark):
    page = visit(width=400, height=800, dark=dark).open(page_file)
    assert page.evaluate(CLIPPED) == []
    for part in page.locator("details:not(details details)").all()[:6]:
        part.evaluate("(d) => { d.open = true; }")
    assert page.evaluate(CLIPPED) == []
    name = page_file.parent.name.rstrip("0123456789") + ("-dark" if dark else "")
    page.locator("#figure-1").scroll_into_view_if_needed()
    page.screenshot(path=artefacts / f"report-{name}-400.png")


def test_twice_the_size_loses_nothing(page_file, visit, artefacts):
    # 200 % zoom of a window 1280 wide: as many CSS pixels as one of 640, drawn twice as large
    page = visit(width=640, height=450, device_scale_factor=2).open(page_file)
    assert page.evaluate(CLIPPED) == []
    page.evaluate("document.documentElement.style.fontSize = '200%'")  # larger letters alone
    assert page.evaluate(CLIPPED) == []
    page.screenshot(path=artefacts / f"report-{page_file.parent.name.rstrip('0123456789')}-200.png")


def test_without_scripts_it_can_be_read(page_file, visit, artefacts):
    page = visit(scripts=False).open(page_file)
    assert page.locator("main h2").count() > 5
    first = page.locator("details.data").first
    first.locator("summary").first.click()
    assert first.locator("table").is_visible()
    assert not page.locator("input").count()  # what needs a script is not there
    page.screenshot(path=artefacts / "report-without-scripts.png")


def test_the_filter_keeps_matching_passages(report, visit):
    page = visit().open(report)
    page.locator("details.passages > summary").first.click()
    box = page.locator("details.passages input").first
    box.fill("peace")
    told = "details.passages [role=status]"  # the search has one of its own
    page.wait_for_function("(told) => document.querySelector(told).textContent !== ''", arg=told)
    shown = page.locator("details.passages").first.locator("li:visible")
    assert shown.count() > 0
    assert all("peace" in text.lower() for text in shown.all_inner_texts())


def test_figures_are_told_and_quoted(report, visit):
    page = visit().open(report)
    figures = page.locator("main article figure")
    assert figures.count() > 5
    for number in range(figures.count()):
        svg = figures.nth(number).locator("svg").first
        assert svg.get_attribute("role") == "img"
        assert len(svg.locator("title").first.text_content() or "") > 10
        assert len(svg.locator("desc").first.text_content() or "") > 40
        assert figures.nth(number).locator("figcaption").inner_text()
    quotes = page.locator("main article .cite p")
    assert quotes.count() == figures.count()
    assert all("Fingerprint" in text for text in quotes.all_text_contents())


def test_a_search_finds_a_place_in_a_text_by_keyboard(report, visit, artefacts):
    page = visit().open(report)
    page.locator("#search-texts").focus()
    page.keyboard.type("negotiat")
    page.wait_for_function("() => document.querySelector('.search li') !== null")
    told = page.locator(".search [role=status]").inner_text()
    assert int(told.split()[0]) == page.locator(".search li").count()
    marked = page.locator(".search mark").all_inner_texts()
    assert {text.lower() for text in marked} == {"negotiat"}
    page.keyboard.press("Tab")  # the list, which scrolls
    page.keyboard.press("Tab")
    anchor = page.evaluate("document.activeElement.hash")
    page.keyboard.press("Enter")
    page.wait_for_timeout(100)
    assert page.evaluate(REACHED, anchor) == ""
    assert "negotiat" in page.locator(anchor).inner_text().lower()
    page.screenshot(path=artefacts / "report-search.png")
    assert violations(page, within=".search") == []
    page.locator("#search-texts").fill("<img src=x onerror=alert(1)>")
    page.wait_for_function(
        "() => document.querySelector('.search [role=status]').textContent === 'Found nowhere.'"
    )


def test_figures_stand_in_their_own_letters_and_nothing_is_cut(report, visit):
    page = visit().open(report)
    page.evaluate("document.fonts.ready")
    assert page.evaluate("[...document.fonts].map((face) => face.status)").count("loaded") >= 2
    cut = page.evaluate(
        """() => [...document.querySelectorAll("figure svg text")].filter((text) => {
          const box = text.getBoundingClientRect();
          const around = text.closest("svg").getBoundingClientRect();
          return box.left < around.left - 0.5 || box.right > around.right + 0.5;
        }).map((text) => text.textContent)"""
    )
    assert cut == []


def test_a_search_counts_each_place_once(tmp_path, visit):
    documents = sample()  # the texts of one side are not printed
    path = write_report(documents, tmp_path / "r.html", term_groups=GROUPS, pdf=False)
    page = visit().open(path)
    assert "3 of 6 texts are not printed here" in page.locator(".search .note").inner_text()
    for word in ("ukraine", "war", "peace", "zelensky", "scholz"):
        page.locator("#search-texts").fill(word)
        page.wait_for_timeout(400)
        told = page.locator(".search [role=status]").inner_text()
        true = sum(text.lower().count(word) for text in documents["text"])
        texts = sum(word in text.lower() for text in documents["text"])
        assert told == f"{true} places in {texts} {'text' if texts == 1 else 'texts'}"
        assert page.locator(".search li").count() == true


@pytest.mark.parametrize(("kind", "begins"), [("PNG", b"\x89PNG"), ("SVG", b"<svg"),
                                              ("CSV", b"\xef\xbb\xbf")])  # fmt: skip
def test_a_figure_is_saved_by_keyboard(report, visit, kind, begins):
    page = visit().open(report)
    page.get_by_role("button", name=f"{kind} of Figure 5").focus()
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    content = Path(waiting.value.path()).read_bytes()
    assert waiting.value.suggested_filename == f"figure-5.{kind.lower()}"
    assert content.startswith(begins)
    if kind == "CSV":
        lines = content.decode("utf-8-sig").splitlines()
        assert len(lines) == page.locator("#figure-5 .data tr").count()
        assert lines[0].startswith('term,"rate per 1,000 words",low,high,count')


def test_a_mark_shows_its_row_and_leads_to_its_passages(report, visit):
    page = visit().open(report)
    mark = page.locator("#figure-5 [data-row='0']")
    mark.scroll_into_view_if_needed()
    mark.hover(force=True)
    term = page.locator("#f5r1 th").first.text_content() or ""
    assert term in page.locator("#tip").inner_text()
    mark.click(force=True)
    page.wait_for_timeout(100)
    anchor = page.evaluate("location.hash")
    assert page.evaluate(REACHED, anchor) == ""
    assert page.locator(f"{anchor} li").count() == int(
        page.locator("#f5r1 td a").first.text_content() or 0
    )


def test_on_paper(report, visit, artefacts):
    window = visit()
    page: Any = window.open(report)
    page.emulate_media(media="print")
    pdf = page.pdf(format="A4", prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF")
    (artefacts / "report-printed.pdf").write_bytes(pdf)
    cut = page.evaluate(
        """() => [...document.querySelectorAll("figure svg")].filter((svg) => {
          const height = svg.getBoundingClientRect().height;
          return height > 297 / 25.4 * 96;
        }).length"""
    )
    assert cut == 0
    beside = report.with_suffix(".pdf")
    assert beside.read_bytes().startswith(b"%PDF")


def test_its_size(report):
    assert report.stat().st_size < 4_000_000
