"""The panel in JupyterLab, in the hands of a person."""

from __future__ import annotations

import re
from typing import Any

import nbformat
from lab_page import Notebook
from lab_server import Lab

SETTLED = """() => {
  const panel = document.querySelector(".da-panel");
  if (!panel) return false;
  // what cannot be answered leaves the last answer, faded, and says why
  if (panel.querySelector(".da-stale") && !panel.querySelector(".da-error")) return false;
  const progress = panel.querySelector(".da-progress");
  return !(progress && progress.offsetParent !== null);
}"""


class Panel:
    """A panel that a notebook of one cell shows.

    Parameters
    ----------
    page : playwright.sync_api.Page
    lab : Lab
    name : str
        Of the notebook, which is written anew.
    code : str
        The cell; its last line shows the panel.
    """

    def __init__(self, page: Any, lab: Lab, name: str, code: str) -> None:
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(code)],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)"}},
        )
        nbformat.write(notebook, lab.folder / "notebooks" / name)
        self.page = page
        self.notebook = Notebook(page, lab, name)
        self.all = page.locator(".da-panel").first

    def open(self) -> None:
        """Open the notebook, run it, and wait for the first rows."""
        self.notebook.open()
        self.page.keyboard.press("Control+b")  # the list of files goes: room for the panel
        self.notebook.run_all()
        self.all.locator(".da-row").first.wait_for(timeout=90_000)
        self.settle()

    def settle(self, seconds: float = 60) -> None:
        """Wait until what is shown belongs to what is set."""
        self.page.wait_for_timeout(250)  # typing is answered after a moment
        self.page.wait_for_function(SETTLED, timeout=1000 * seconds)
        self.page.wait_for_timeout(250)

    def turn_to(self, tab: str) -> None:
        """Choose a tab."""
        self.all.locator(".lm-TabBar-tab", has_text=re.compile(f"^{tab}$")).click()

    def field(self, label: str) -> Any:
        """A control by its label."""
        return self.all.get_by_label(label, exact=True).locator("visible=true").first

    def rows(self) -> list[str]:
        """The names of the rows."""
        return self.all.locator(".da-row th.da-name, .da-row .da-name").all_inner_texts()

    def message(self) -> str:
        """What it says."""
        return " ".join(self.all.locator(".da-message").all_inner_texts())

    def passages(self) -> Any:
        """The passages in sight."""
        return self.all.locator(".da-passage:visible")

    def count_of_lines(self) -> int:
        """How many lines are listed, in sight or not."""
        return int(self.all.locator(".da-lines-count").inner_text().split()[0].replace(",", ""))

    def wait_for_message(self, pattern: str, seconds: float = 30) -> str:
        """Wait until it says something."""
        self.page.wait_for_function(
            """(pattern) => [...document.querySelectorAll(".da-panel .da-message")].some(
              (one) => new RegExp(pattern).test(one.textContent))""",
            arg=pattern,
            timeout=1000 * seconds,
        )
        return self.message()
