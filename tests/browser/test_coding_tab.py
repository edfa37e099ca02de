"""The tab Coding in JupyterLab: draw, code by keys, stop, go on, and see the result."""

from __future__ import annotations

import pandas as pd
import pytest
from lab_page import NOT_OURS
from panel_page import Panel
from visiting import violations

EXPLORE = """
import analysis as da
settings = {"n": 24, "coder": "Ann", "file": "../coded/speech"}
settings["what"] = "quotations, also missed (sentences)"
panel = da.explore("../corpus", tab="Coding", settings=settings, figures="../figures")
panel
"""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


def test_a_person_codes(lab, visit, artefacts):
    window = visit(expected=NOT_OURS, width=1400, height=1300)
    panel = Panel(window.page, lab, "coding.ipynb", EXPLORE)
    panel.open()
    panel.page.screenshot(path=artefacts / "coding-begin.png")
    panel.all.get_by_role("button", name="Draw and code").click()
    section = panel.all.locator(".da-coding")
    section.wait_for()
    panel.settle()
    assert not panel.all.locator(".da-rows").first.is_visible()  # nor what the machine says
    for n in range(24):
        section.press("1" if n % 3 else "2")
        panel.page.wait_for_function(f"document.querySelector('progress').value === {n + 1}")
        if n == 11:
            panel.page.screenshot(path=artefacts / "coding-row.png")
            assert violations(panel.page, within=".da-panel") == []
    assert "Finished: all 24 rows are coded. Next: press Show result" in section.inner_text()
    codes = pd.read_csv(lab.folder / "coded" / "speech-Ann.csv")["code"]
    assert codes.value_counts().to_dict() == {"yes": 16, "no": 8}
    panel.all.get_by_role("button", name="Show result").click()
    panel.all.locator(".da-note", has_text="24 hand-coded rows").wait_for()
    panel.settle()
    assert panel.rows() == ["yes", "no"]
    panel.all.locator(".da-figure svg").wait_for()
    panel.page.screenshot(path=artefacts / "coding-result.png")
    assert violations(panel.page, within=".da-panel") == []
