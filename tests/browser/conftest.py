"""A real browser, pages to open in it, and a folder for what it saw.

Set DISCOURSE_CHROMIUM to use another Chromium, DISCOURSE_ARTEFACTS for another folder.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hostile_corpus
import pytest
from lab_server import Lab, copy_repository, serve_lab
from visiting import Visit

ROOT = Path(__file__).resolve().parents[2]
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage --force-color-profile=srgb"
).split()
# whatever a page asks for by name, nothing but this machine is found
FLAGS.append("--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1")
REPORT = """
import sys, analysis.report.write
corpus, page, pdf = sys.argv[1:]
analysis.report.write.write_report(corpus, page, pdf=bool(int(pdf)))
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser that hangs fails its test."""
    for item in items:
        inside = Path(__file__).parent in item.path.parents
        if inside and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(300))


def find_chromium() -> str | None:
    """Where Chromium is installed."""
    named = os.environ.get("DISCOURSE_CHROMIUM")
    if named:
        return named
    return shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium. Of the module, not the session: an event loop runs as long as it is open."""
    try:
        from axe_playwright_python import sync_playwright as _  # noqa: F401
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        pytest.skip(f"no browser tests: {error.name} is not installed (pip install -e .[dev])")
    place = find_chromium()
    if place is None:
        pytest.skip("no browser tests: Chromium is not installed (apt-get install chromium)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=place, args=FLAGS, timeout=60_000)
        yield opened
        opened.close()


@pytest.fixture
def visit(browser: Any) -> Iterator[Callable[..., Visit]]:
    """Open windows: ``visit(dark=True, width=400)``; the network is shut, errors fail the test."""
    visits: list[Visit] = []

    def open_window(*, expected: str = "", **options: Any) -> Visit:
        settings = {
            "viewport": {"width": options.pop("width", 1280), "height": options.pop("height", 900)},
            "color_scheme": "dark" if options.pop("dark", False) else "light",
            "java_script_enabled": options.pop("scripts", True),
            "reduced_motion": "reduce",
            **options,
        }
        visits.append(Visit(browser.new_context(**settings), expected))
        return visits[-1]

    yield open_window
    for one in visits:
        one.context.close()
    for one in visits:
        one.require_quiet()


@pytest.fixture(scope="module")
def lab(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab on copies of the notebooks and of a part of the corpus."""
    folder = copy_repository(tmp_path_factory.mktemp("copy"))
    with serve_lab(folder, tmp_path_factory.mktemp("jupyter")) as running:
        yield running


@pytest.fixture(scope="session")
def artefacts() -> Path:
    """Where screenshots go, to be looked at."""
    folder = Path(os.environ.get("DISCOURSE_ARTEFACTS") or ROOT / "artefacts")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _write_report(corpus: Path, page: Path, *, pdf: bool) -> Path:
    """Write a report as another program, since this one runs an event loop."""
    command = [sys.executable, "-c", REPORT, str(corpus), str(page), str(int(pdf))]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return page


@pytest.fixture(scope="module")
def report(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report on the bundled corpus, and its PDF beside it."""
    return _write_report(ROOT / "corpus", tmp_path_factory.mktemp("r") / "report.html", pdf=True)


@pytest.fixture(scope="module")
def hostile_report(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report on a corpus that tries everything."""
    folder = tmp_path_factory.mktemp("h")
    corpus = hostile_corpus.write_corpus(folder / "corpus")
    return _write_report(corpus, folder / "report.html", pdf=False)
