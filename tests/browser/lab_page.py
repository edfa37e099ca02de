"""What a person does in JupyterLab: open a notebook, run it, save it, look at it."""

from __future__ import annotations

import contextlib
import json
import re
import time
from typing import Any

from lab_server import Lab

# JupyterLab's own complaints: what it looks for and does not find, and slow frames
NOT_OURS = r"favicon|ResizeObserver loop|/api/contents/.*checkpoints|Failed to load resource.*404"
INDICATOR = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook-ExecutionIndicator"
RAN = re.compile(r"\[[*\d]+\]")


class Notebook:
    """A notebook in a window of JupyterLab.

    Parameters
    ----------
    page : playwright.sync_api.Page
    lab : Lab
    name : str
        Of the file, in the folder of notebooks.
    """

    def __init__(self, page: Any, lab: Lab, name: str) -> None:
        self.page = page
        self.lab = lab
        self.path = lab.folder / "notebooks" / name

    def open(self) -> None:
        """Open it and wait until its kernel is there and listens."""
        self.page.goto(self.lab.address(self.path.name), wait_until="domcontentloaded")
        self.page.locator(".jp-NotebookPanel .jp-Cell").first.wait_for(timeout=60_000)
        end = time.monotonic() + 60
        while not self._listens():
            assert time.monotonic() < end, f"{self.path.name} has no kernel"
            self.page.wait_for_timeout(200)

    def _listens(self) -> bool:
        """Whether page and server both say that the kernel waits for work."""
        path = f"notebooks/{self.path.name}"
        kernels = [one["kernel"] for one in self.lab.ask("sessions") if one["path"] == path]
        told = self.page.locator("#jp-main-statusbar").inner_text()
        return (
            bool(kernels)
            and kernels[0]["execution_state"] == "idle"
            and kernels[0]["connections"] > 0
            and "| Idle" in told
        )

    def choose(self, menu: str, command: str) -> None:
        """Choose a command of the menu bar."""
        self.page.get_by_role("menuitem", name=menu, exact=True).click()
        self.page.locator(f'.lm-Menu-item[data-command="{command}"]').first.click()

    def run_all(self) -> None:
        """Run all cells from the menu; again if the kernel was not listening yet."""
        started = self.page.locator(f"{INDICATOR}:not([data-status='idle'])")
        for _ in range(4):
            self.choose("Run", "runmenu:run-all")
            for _ in range(30):
                if started.count() or RAN.search(self._prompts()):
                    return
                self.page.wait_for_timeout(100)
        raise AssertionError(f"{self.path.name} did not start to run")

    def _prompts(self) -> str:
        """What stands before the cells in sight: [ ]:, [*]: or a number."""
        return " ".join(self.page.locator(".jp-CodeCell .jp-InputPrompt").all_text_contents())

    def wait_until_done(self, seconds: float) -> None:
        """Wait until every cell of code was run: as the file says that is saved."""
        end = time.monotonic() + seconds
        while True:
            self._wait_until_idle(end)
            self.save()
            if all(cell["execution_count"] for cell in self.code_cells()) or self.errors():
                return
            assert time.monotonic() < end, f"{self.path.name} was not done in {seconds:.0f} s"

    def _wait_until_idle(self, end: float) -> None:
        """Wait until the kernel was idle for a while."""
        still = 0
        while still < 5:
            assert time.monotonic() < end, f"{self.path.name} is still busy"
            self.page.wait_for_timeout(150)
            status = self.page.locator(INDICATOR).get_attribute("data-status")
            still = still + 1 if status == "idle" else 0

    def save(self) -> None:
        """Save it with the keyboard, and wait until the file is new."""
        before = self.path.stat().st_mtime_ns
        self.page.keyboard.press("Control+s")
        end = time.monotonic() + 20
        while self.path.stat().st_mtime_ns == before or not self._is_whole():
            assert time.monotonic() < end, f"{self.path.name} was not saved"
            self.page.wait_for_timeout(100)

    def _is_whole(self) -> bool:
        with contextlib.suppress(ValueError):  # half of it is written
            json.loads(self.path.read_text("utf-8"))
            return True
        return False

    def code_cells(self) -> list[dict[str, Any]]:
        """The cells of code, as the file has them."""
        cells = json.loads(self.path.read_text("utf-8"))["cells"]
        return [cell for cell in cells if cell["cell_type"] == "code" and cell["source"]]

    def outputs(self) -> list[dict[str, Any]]:
        """All outputs of the file."""
        return [output for cell in self.code_cells() for output in cell["outputs"]]

    def errors(self) -> list[str]:
        """What failed."""
        return [
            f"{output['ename']}: {output['evalue']}"
            for output in self.outputs()
            if output["output_type"] == "error"
        ]
