"""The notebooks as pages, and the figure of the tutorial: run again when something has changed."""

from __future__ import annotations

import contextlib
import doctest
import hashlib
import io
import logging
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from sphinx.errors import ExtensionError

import analysis
from analysis.cli.notebooks import run_notebooks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx

BLOCK = re.compile(r"^```(python|pycon)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WIDGET = "application/vnd.jupyter.widget-view+json"


def digest(files: Iterable[Path]) -> str:
    """Hash the contents of files."""
    found = hashlib.sha256()
    for path in sorted(files):
        if path.is_file() and "__pycache__" not in path.parts:
            found.update(path.read_bytes())
    return found.hexdigest()


def make_pages(app: Sphinx) -> None:
    """Run what has changed since the last build."""
    root, generated = Path(app.srcdir).parent, Path(app.srcdir, "_generated")
    base = digest([*root.glob("analysis/**/*"), *root.glob("corpus/**/*")])
    for path in [*sorted(root.glob("notebooks/*.ipynb")), Path(app.srcdir, "tutorial.md")]:
        mark = generated / "state" / path.stem
        state = base + digest([path])
        if mark.is_file() and mark.read_text() == state:
            continue
        mark.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".md":
            draw_tutorial(path, generated)
        else:
            run(path, root, generated)
        mark.write_text(state)


def run(path: Path, root: Path, generated: Path) -> None:
    """Run a notebook on the bundled corpus and leave it, with its outputs, as a page."""
    logging.getLogger("traitlets").setLevel(logging.WARNING)  # nbclient tells of every kernel
    made, said = generated / "figures", io.StringIO()
    shutil.rmtree(made, ignore_errors=True)
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        failed = run_notebooks(notebooks=path, corpus=root / "corpus", output=made)
    if failed:
        raise ExtensionError(said.getvalue())
    notebook = nbformat.read(made / "notebooks" / path.name, as_version=4)
    source = nbformat.read(path, as_version=4)
    for cell, own in zip(notebook.cells, source.cells, strict=True):
        cell.source = own.source.replace("](../docs/", "](../../")
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET, None)
            if "image/png" in output.get("data", {}):
                alt = output.metadata.get("image/png", {}).get("alt", "")
                cell.metadata["mystnb"] = {"image": {"alt": alt, "classes": "chart"}}
    (generated / "notebooks").mkdir(exist_ok=True)
    nbformat.write(notebook, generated / "notebooks" / path.name)


def draw_tutorial(page: Path, generated: Path) -> None:
    """Draw the tutorial's figure by running its code up to there, in an empty folder."""
    text = page.read_text(encoding="utf-8").split("\n## Save a bundle")[0]
    space: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as empty, contextlib.chdir(empty):
        for language, code in BLOCK.findall(text):
            if language == "pycon":
                code = "".join(e.source for e in doctest.DocTestParser().get_examples(code))
            exec(code, space)
    analysis.save_figure(space["ax"], generated / "tutorial", formats=["png"])


def setup(app: Sphinx) -> dict[str, bool]:
    """Make the pages at the start of a build."""
    app.connect("builder-inited", make_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
