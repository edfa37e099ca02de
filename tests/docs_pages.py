"""The pages of the documentation: their code blocks, found and run; the site, built once."""

from __future__ import annotations

import contextlib
import doctest
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from filelock import FileLock

FENCE = re.compile(r"(?P<ticks>`{3,})(?P<info>[^`]*)$")
SKIP = re.compile(r"(?:<!--|%) *not run: *(?P<reason>\S.*?) *(?:-->)?$")
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
LANGUAGES = {"python", "pycon"}
TOOLS = ("sphinx", "myst_nb", "numpydoc", "pydata_sphinx_theme")
ROOT = Path(__file__).resolve().parent.parent


class Block(NamedTuple):
    """A code block of a page."""

    line: int
    language: str
    code: str
    skip: str  # why it is not run; "" if it is


def blocks_of(text: str) -> list[Block]:
    """All code blocks in Python, with the comment `not run: reason` above those that are skipped.

    A directive (```{note}) is no code block; other languages are left alone.
    """
    found: list[Block] = []
    lines = text.splitlines()
    number = 0
    while number < len(lines):
        opened = FENCE.match(lines[number])
        number += 1
        if not opened:
            continue
        start = number
        while number < len(lines) and lines[number].rstrip() != opened["ticks"]:
            number += 1
        if opened["info"].strip() in LANGUAGES:
            skip = SKIP.match(lines[start - 2].strip()) if start > 1 else None
            code = "\n".join(lines[start:number]) + "\n"
            reason = skip["reason"] if skip else ""
            found.append(Block(start + 1, opened["info"].strip(), code, reason))
        number += 1
    return found


def run_page(path: Path, root: Path, folder: Path) -> int:
    """Run the blocks of a page in one namespace, in an empty folder beside a link to the corpus.

    Returns
    -------
    int
        How many blocks were run.

    Raises
    ------
    AssertionError
        If what a block with prompts prints is not what the page says.
    """
    (folder / "corpus").symlink_to(root / "corpus")
    space: dict[str, Any] = {"__name__": "__main__"}
    run = [block for block in blocks_of(path.read_text(encoding="utf-8")) if not block.skip]
    with contextlib.chdir(folder):
        for block in run:
            if block.language == "pycon":
                _run_prompts(block, path, space)
            else:
                code = "\n" * (block.line - 1) + block.code  # so that a traceback has the line
                exec(compile(code, str(path), "exec"), space)
    return len(run)


def _run_prompts(block: Block, path: Path, space: dict[str, Any]) -> None:
    parser = doctest.DocTestParser()
    test = parser.get_doctest(block.code, space, path.name, str(path), block.line - 1)
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=FLAGS)
    runner.run(test, out=said.append, clear_globs=False)
    space.update(test.globs)
    assert not runner.failures, "".join(said)


def build_site(factory: pytest.TempPathFactory) -> Path:
    """Build the site, once for all test files and processes of a run; warnings are errors."""
    for tool in (*TOOLS, "latex2mathml"):
        pytest.importorskip(tool, reason="the documentation's tools are not installed")
    base = factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "docs-site"
    with FileLock(f"{folder}.lock"):
        told = folder / "told.txt"
        if not told.exists():
            folder.mkdir(exist_ok=True)
            command = [
                sys.executable,
                "-m",
                "sphinx",
                "-W",
                "--keep-going",
                "-q",
                "-E",
                "-b",
                "html",
            ]
            places = ["-d", str(folder / "doctrees"), str(ROOT / "docs"), str(folder / "html")]
            done = subprocess.run(
                [*command, *places], cwd=ROOT, capture_output=True, text=True, check=False
            )
            told.write_text(done.stderr if done.returncode else "")
        assert not told.read_text(), told.read_text()[-4000:]
    return folder / "html"
