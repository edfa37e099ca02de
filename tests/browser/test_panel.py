"""The panel in JupyterLab as a person uses it, by mouse and by keyboard, and what stays of it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hostile_checks import html_faults
from hostile_corpus import MARK, write_corpus
from lab_page import NOT_OURS
from lab_server import ROOT
from panel_page import Panel
from visiting import violations

import analysis as da

EXPLORE = """
import pandas as pd
import analysis as da
documents = da.read_corpus("../corpus").documents
documents = pd.concat([documents.assign(doc=documents["doc"] + f"-{n}") for n in range(8)],
                      ignore_index=True)
panel = da.explore(documents, figures="../figures")
panel
"""
HOSTILE = """
import analysis as da
panel = da.explore("../hostile", settings={"search": "peace, war, harbour", "by": "outlet"})
panel
"""
TEXT = ".da-text[role=region]"  # the whole text
THEME = "(theme) => window.jupyterapp.commands.execute('apputils:change-theme', { theme })"
HERE_IN_SIGHT = """() => {
  const mark = document.querySelector(".da-text .da-here").getBoundingClientRect();
  const box = document.querySelector(".da-text[role=region]").getBoundingClientRect();
  return mark.top >= box.top - 1 && mark.bottom <= box.bottom + 1;
}"""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


def search_and_group(panel: Panel) -> None:
    """Type a term, take a completion, and change the group."""
    box = panel.field("Search")
    box.click()
    box.press_sequentially("peac", delay=30)
    words = panel.page.locator('.da-panel datalist option[value="peace"]')
    words.first.wait_for(state="attached")
    box.press("ArrowDown")
    box.press("Enter")
    panel.settle()
    if box.input_value() != "peace":  # the browser's own list was not there
        box.fill("peace")
    box.press("Tab")
    panel.settle()
    assert set(panel.rows()) == {"peace"}
    panel.field("Group by").select_option(label="Side")
    panel.settle()
    assert panel.all.locator("th[data-column=side]").count() == 1
    assert len(panel.rows()) > 2


def link_by_keyboard(panel: Panel) -> None:
    """A mark of the figure tells its numbers, opens its own group's passages, and links on."""
    marks = panel.all.locator(".da-svg-mark")
    assert marks.count() == len(panel.rows())
    marks.first.focus()
    panel.page.keyboard.press("ArrowDown")
    told = panel.page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert panel.all.locator(".da-tip").is_visible()
    side, term = told.split(":")[0].split(" · ")
    assert term == "peace"
    panel.page.keyboard.press("Enter")
    heading = panel.all.locator(".da-heading").first
    heading.wait_for()
    assert f"{term}, {side}" in heading.inner_text()
    chosen = panel.all.locator('.da-rows tr[aria-selected="true"]')
    assert side in chosen.inner_text()
    panel.all.get_by_role("button", name="collocates").press("Enter")
    panel.settle()
    assert "peace" not in panel.rows()
    assert panel.all.locator(".lm-TabBar-tab.lm-mod-current").inner_text() == "Collocates"
    panel.all.get_by_role("button", name="Back").press("Enter")
    panel.settle()
    assert set(panel.rows()) == {"peace"}


def read_by_mouse(panel: Panel) -> None:
    """A bar leads to its passages, and a passage to its text."""
    panel.all.locator(".da-row").nth(1).locator(".da-bar").click()
    panel.passages().first.wait_for()
    side = panel.all.locator(".da-row").nth(1).locator("td").first.inner_text()
    assert side in panel.all.locator(".da-heading").first.inner_text()
    assert all(text.lower() == "peace" for text in panel.all.locator(".da-node").all_inner_texts())
    before = panel.count_of_lines()
    document = panel.passages().first.locator(".da-meta").inner_text().strip()
    panel.all.get_by_label("Filter lines").fill(document)
    panel.page.wait_for_function(
        "() => /^\\d+ of/.test(document.querySelector('.da-lines-count').textContent)"
    )
    assert 0 < panel.count_of_lines() < before
    assert all(document in text for text in panel.passages().locator(".da-meta").all_inner_texts())
    panel.all.get_by_label("Filter lines").fill("")
    panel.page.wait_for_timeout(1000)
    assert panel.count_of_lines() == before
    panel.all.get_by_role("button", name="R1", exact=True).click()
    panel.passages().first.locator(".da-key-1").wait_for()
    words = [text.lower() for text in panel.passages().locator(".da-key-1").all_inner_texts()]
    assert words == sorted(words)
    panel.passages().nth(2).locator(".da-node").click()
    panel.all.locator(TEXT).wait_for()
    panel.page.wait_for_timeout(300)
    assert panel.all.locator(f"{TEXT} .da-here").inner_text().lower() == "peace"
    assert panel.page.evaluate(HERE_IN_SIGHT)
    panel.all.get_by_role("button", name="Next hit").click()
    assert panel.page.evaluate(HERE_IN_SIGHT)


def read_by_keyboard(panel: Panel) -> None:
    """The same without a mouse: arrows move, Enter chooses."""
    panel.all.locator(TEXT).press("Escape")  # back to the line that led to the text
    panel.all.locator(TEXT).wait_for(state="detached")
    panel.all.locator(".da-lines:focus").wait_for()
    title = panel.all.locator(".da-heading").first.inner_text()
    panel.all.locator('.da-rows tbody [tabindex="0"]').focus()
    for key in ("Home", "ArrowDown", "ArrowDown", "Enter"):
        panel.page.keyboard.press(key)
    panel.page.wait_for_function(
        "(old) => document.querySelector('.da-panel .da-heading').textContent !== old", arg=title
    )
    panel.all.locator(".da-lines").focus()
    panel.page.keyboard.press("ArrowDown")
    panel.page.keyboard.press("Enter")
    panel.all.locator(TEXT).wait_for()


def save_what_is_shown(panel: Panel) -> None:
    """Figure, table and passages become bundles that verify; the code is shown."""
    name = panel.field("Name")
    name.fill("by-hand")
    name.press("Tab")
    for button, stem in (
        ("Save figure", "by-hand"),
        ("Save table", "by-hand-table"),
        ("Save lines", "by-hand-passages"),
    ):
        panel.all.get_by_role("button", name=button).click()
        panel.wait_for_message(rf"Saved in .*\b{stem}\.csv")
        bundle = panel.notebook.lab.folder / "figures" / stem
        checks = da.verify(bundle)
        assert len(checks) > 3
        assert not (checks["status"] == "differs").any(), checks.to_string()
    panel.all.get_by_role("button", name="Show code").click()
    code = panel.all.get_by_label("The same in code")
    code.wait_for()
    assert code.input_value().startswith("import analysis as da\n")
    assert 'by="side"' in code.input_value()


def cancel_long_work(panel: Panel) -> None:
    """Names take long: how far it is can be seen, and it can be stopped."""
    panel.turn_to("Entities")
    cancel = panel.all.get_by_role("button", name="Cancel")
    cancel.wait_for(timeout=20_000)
    cancel.click()
    panel.wait_for_message("Stopped")
    assert panel.all.get_by_role("button", name="Go on").is_visible()
    panel.turn_to("Contexts")
    panel.settle()
    panel.turn_to("Terms")
    panel.settle()
    assert "peace" in panel.rows()


def test_a_person_explores(lab, visit, artefacts):
    window = visit(expected=NOT_OURS, width=1400, height=1300)
    panel = Panel(window.page, lab, "panel.ipynb", EXPLORE)
    panel.open()
    panel.page.screenshot(path=artefacts / "panel-begin.png")
    search_and_group(panel)
    panel.all.locator(".da-figure svg").wait_for()
    link_by_keyboard(panel)
    read_by_mouse(panel)
    panel.page.screenshot(path=artefacts / "panel-text.png")
    read_by_keyboard(panel)
    save_what_is_shown(panel)
    panel.page.screenshot(path=artefacts / "panel-code.png")
    assert violations(panel.page, within=".da-panel") == []
    cancel_long_work(panel)
    narrow(panel, artefacts)
    dark(panel, artefacts)
    stays(panel, lab, artefacts)


def narrow(panel: Panel, artefacts) -> None:
    """In a narrow window it is as wide as the window."""
    panel.page.set_viewport_size({"width": 560, "height": 1000})
    panel.page.wait_for_timeout(500)
    wide = "(e) => e.scrollWidth - e.clientWidth"
    assert panel.all.evaluate(wide) <= 1
    tabs = panel.all.locator(".lm-TabBar-tab")
    assert all(tab.evaluate(wide) <= 1 for tab in tabs.all())  # their names are whole
    panel.all.scroll_into_view_if_needed()
    panel.page.screenshot(path=artefacts / "panel-narrow.png")
    panel.page.set_viewport_size({"width": 1400, "height": 1300})


def dark(panel: Panel, artefacts) -> None:
    """In JupyterLab's dark theme it can be read as well."""
    panel.page.evaluate(THEME, "JupyterLab Dark")
    panel.page.locator('body[data-jp-theme-light="false"]').wait_for(state="attached")
    panel.all.locator(".da-row").first.locator(".da-bar").click()
    panel.passages().first.wait_for()
    panel.page.wait_for_timeout(400)
    assert violations(panel.page, within=".da-panel", rules=("color-contrast",)) == []
    panel.page.screenshot(path=artefacts / "panel-dark.png")
    panel.page.evaluate(THEME, "JupyterLab Light")
    panel.page.locator('body[data-jp-theme-light="true"]').wait_for(state="attached")


def stays(panel: Panel, lab, artefacts) -> None:
    """Saved, its kernel shut down and opened again, the notebook shows the last state."""
    panel.settle()
    panel.page.wait_for_timeout(1000)  # the figure follows the table
    panel.notebook.save()
    panel.notebook.choose("Kernel", "kernelmenu:shutdown")
    panel.page.wait_for_timeout(500)
    lab.stop_kernels()
    panel.page.reload(wait_until="domcontentloaded")
    static = panel.page.locator(".da-static").first
    static.wait_for(timeout=60_000)
    assert "peace" in static.inner_text()
    picture = panel.page.locator(".jp-OutputArea img").first
    assert picture.is_visible()
    assert "Highest: " in static.inner_text()  # JupyterLab leaves a picture's alt text out
    assert not panel.page.get_by_text("Error displaying widget").count()
    panel.page.screenshot(path=artefacts / "panel-static.png")


def test_a_hostile_corpus_in_the_panel(lab, visit, artefacts):
    if not (lab.folder / "hostile").exists():
        write_corpus(lab.folder / "hostile")
    window = visit(expected=NOT_OURS, width=1400, height=1300)
    panel = Panel(window.page, lab, "hostile.ipynb", HOSTILE)
    panel.open()
    row = panel.all.locator(".da-row").first
    row.locator(".da-bar").click()
    panel.passages().first.wait_for()
    panel.passages().first.locator(".da-node").click()
    panel.all.locator(TEXT).wait_for()
    panel.page.screenshot(path=artefacts / "panel-hostile.png")
    for tab in ("Contexts", "Keywords", "Collocates", "Sentiment", "Text"):
        panel.turn_to(tab)
        panel.settle(90)
        assert "did not work" not in panel.message(), f"{tab}: {panel.message()}"
    panel.turn_to("Terms")
    panel.settle()
    panel.all.get_by_role("button", name="Save table").click()
    panel.wait_for_message("Saved in")
    panel.notebook.save()
    assert panel.page.evaluate(f"window.{MARK}") is None
    assert (
        panel.page.evaluate(
            "document.querySelectorAll('.da-panel :is(script, iframe, foreignObject)').length"
        )
        == 0
    )
    pages = [text_of(out) for out in panel.notebook.outputs() if "text/html" in out.get("data", {})]
    assert any("da-static" in page for page in pages)
    assert [html_faults(page) for page in pages] == [[] for _ in pages]


def text_of(output) -> str:
    html = output["data"]["text/html"]
    return html if isinstance(html, str) else "".join(html)


def test_the_panel_exported_as_a_page(lab, visit, artefacts, tmp_path):
    notebook = lab.folder / "notebooks" / "panel.ipynb"
    if not notebook.exists() or "da-static" not in notebook.read_text("utf-8"):
        pytest.skip("the notebook of the panel was not saved by the test before")
    cells = json.loads(notebook.read_text("utf-8"))
    assert cells["cells"][0]["outputs"]
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--output-dir", str(tmp_path)]
    subprocess.run(
        [*command, str(notebook)], cwd=ROOT, check=True, timeout=120, capture_output=True
    )
    # nbconvert's own page asks for its scripts elsewhere: those requests are refused here
    window = visit(scripts=False)
    page = window.open(tmp_path / "panel.html")
    assert page.locator(".da-static").first.is_visible()
    picture = page.locator("img[alt]").first
    assert picture.is_visible()
    page.screenshot(path=artefacts / "panel-exported.png")
    window.refused.clear()


READING = """
import analysis as da
panel = da.explore("../corpus", tab="Contexts", settings={"search": "war*"}, figures="../figures")
panel
"""


def test_a_person_reads_a_concordance(lab, visit, artefacts):
    window = visit(expected=NOT_OURS, width=1400, height=1300)
    panel = Panel(window.page, lab, "reading.ipynb", READING)
    panel.notebook.open()
    panel.notebook.run_all()
    lines, trail = panel.all.locator(".da-lines"), panel.all.locator(".da-trail")
    panel.passages().first.wait_for(timeout=90_000)
    lines.focus()
    for key in ("ArrowDown", "k", "ArrowDown", "d", "ArrowDown", "n"):
        panel.page.keyboard.press(key)
    panel.page.keyboard.type("causes")
    panel.page.keyboard.press("Enter")
    marked = "Marked lines: 1 kept, 1 dropped, 1 with a label or note."
    trail.get_by_text(marked).wait_for()
    trail.get_by_role("button", name="Group", exact=True).click()
    trail.get_by_label("By", exact=True).select_option(label="Side")
    trail.get_by_role("button", name="Group lines").click()
    panel.all.locator(".da-group").first.wait_for()
    trail.locator(".da-step").first.click()
    panel.all.locator(".da-group").first.wait_for(state="detached")
    panel.all.get_by_role("button", name="Show code").click()
    assert "lines_0 = da.find_contexts(corpus, 'war*'" in (
        panel.all.get_by_label("The same in code").input_value()
    )
    assert violations(panel.page, within=".da-panel") == []
    panel.page.screenshot(path=artefacts / "panel-reading.png")
