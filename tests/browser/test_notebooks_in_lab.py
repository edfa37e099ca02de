"""Every notebook opened and run in JupyterLab, as a person does it."""

from __future__ import annotations

import pytest
from lab_page import NOT_OURS, Notebook

ROOM_FOR = 120.0  # seconds that a notebook may take


def pairs(names: list[str]) -> list[list[str]]:
    return [names[i : i + 2] for i in range(0, len(names), 2)]


def test_every_notebook_runs(lab, visit, artefacts):
    names = sorted(path.name for path in (lab.folder / "notebooks").glob("[01]*.ipynb"))
    assert len(names) >= 10
    failed = {}
    for pair in pairs(names):  # two at once, since most machines have two cores
        window = visit(expected=NOT_OURS, height=1000)
        pages = [window.page, *(window.context.new_page() for _ in pair[1:])]
        opened = [Notebook(page, lab, name) for page, name in zip(pages, pair, strict=True)]
        for notebook in opened:
            notebook.open()
            notebook.run_all()
        for notebook in opened:
            notebook.wait_until_done(ROOM_FOR)
            failed |= {notebook.path.name: notebook.errors()} if notebook.errors() else {}
            notebook.page.screenshot(path=artefacts / f"lab-{notebook.path.stem}.png")
            pictures = [out for out in notebook.outputs() if "image/png" in out.get("data", {})]
            assert pictures, f"{notebook.path.name} shows no figure"
        window.require_quiet()
        window.context.close()
        lab.stop_kernels()
    assert failed == {}


pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
