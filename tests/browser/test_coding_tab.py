"""The tab Coding in JupyterLab: draw, code by keys, stop, go on, and see the result."""

from __future__ import annotations

import os
import signal

import pandas as pd
import pytest
from lab_page import NOT_OURS
from panel_page import Panel
from visiting import violations

EXPLORE = """
import os
from pathlib import Path
import analysis as da
Path("../coded").mkdir(exist_ok=True)
Path("../coded/pid.txt").write_text(str(os.getpid()))
settings = {"n": 24, "coder": "Ann", "file": "../coded/speech"}
settings["what"] = "quotations, also missed (sentences)"
panel = da.explore("../corpus", tab="Coding", settings=settings, figures="../figures")
panel
"""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


def test_a_person_codes(lab, visit, artefacts):
    window = visit(expected=NOT_OURS, width=1280, height=1100)
    panel = Panel(window.page, lab, "coding.ipynb", EXPLORE)
    panel.open()
    panel.page.screenshot(path=artefacts / "coding-begin.png")
    panel.all.get_by_role("button", name="Draw and code").press("Enter")  # no mouse from here on
    section = panel.all.locator(".da-coding")
    section.wait_for()
    panel.settle()
    assert not panel.all.locator(".da-rows").first.is_visible()  # nor what the machine says
    for n in range(24):
        if n == 8:  # the kernel dies between two keys, and the notebook is run anew
            codes = pd.read_csv(lab.folder / "coded" / "speech-Ann.csv")["code"]
            assert codes.notna().sum() == 8
            pid = int((lab.folder / "coded" / "pid.txt").read_text())
            os.kill(pid, signal.SIGKILL)
            panel.page.locator(".jp-Dialog").get_by_role("button").last.press(
                "Enter", timeout=60_000
            )
            panel.page.wait_for_timeout(3000)
            panel.notebook.run_all()
            panel.all.get_by_role("button", name="Go on coding").wait_for(timeout=90_000)
            panel.settle()
            panel.all.get_by_role("button", name="Go on coding").press("Enter")
            section.wait_for()
            assert "8 of 24 coded" in section.inner_text()
        section.press("1" if n % 3 else "2")
        panel.page.wait_for_function(f"document.querySelector('progress').value === {n + 1}")
        if n == 11:
            panel.page.screenshot(path=artefacts / "coding-row.png")
            assert violations(panel.page, within=".da-panel") == []
    assert "Finished: all 24 rows are coded. Next: press Show result" in section.inner_text()
    codes = pd.read_csv(lab.folder / "coded" / "speech-Ann.csv")["code"]
    assert codes.value_counts().to_dict() == {"yes": 16, "no": 8}
    panel.all.get_by_role("button", name="Show result").press("Enter")
    panel.all.locator(".da-note", has_text="24 hand-coded rows").wait_for()
    panel.settle()
    assert panel.rows() == ["yes", "no"]
    panel.all.locator(".da-figure svg").wait_for()
    panel.page.screenshot(path=artefacts / "coding-result.png")
    rows, figure = (
        panel.all.locator(one).first.bounding_box() for one in (".da-rows", ".da-figure")
    )
    assert figure["x"] > rows["x"] + 300  # beside each other also at 1280 px
    panel.page.set_viewport_size({"width": 800, "height": 1100})
    panel.page.wait_for_timeout(500)
    panel.page.screenshot(path=artefacts / "coding-narrow.png")
    panel.page.set_viewport_size({"width": 1280, "height": 1100})
    assert violations(panel.page, within=".da-panel") == []
