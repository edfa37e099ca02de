"""The code on the pages of the documentation runs, and prints what the pages say it prints."""

from __future__ import annotations

import re
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
from docs_pages import Block, blocks_of, run_page

import analysis as da

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    page
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/**/*.md")]
    if not {"_build", "_generated"} & set(page.parts)
)
WITH_CODE = [page for page in PAGES if blocks_of(page.read_text(encoding="utf-8"))]


@pytest.fixture(autouse=True)
def figures():
    """No figure is left open, nor drawn on a screen."""
    plt.switch_backend("Agg")
    yield
    plt.close("all")


@pytest.mark.parametrize("page", WITH_CODE, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_code_of_a_page_runs(page: Path, tmp_path: Path) -> None:
    blocks = blocks_of(page.read_text(encoding="utf-8"))
    run = run_page(page, ROOT, tmp_path)
    skipped = [block for block in blocks if block.skip]
    assert run == len(blocks) - len(skipped)
    plt.close("all")


def test_functions_that_pages_and_docstrings_name_exist() -> None:
    verbs = "|".join(sorted({name.split("_")[0] for name in da.__all__ if name[0] != "_"}))
    named = re.compile(rf"`(?:da\.)?((?:{verbs})_\w+)(?:\(|`)")
    columns = {f"count_{end}" for end in ("reference", "source", "target", "node", "collocate")}
    columns |= {f"group_{end}" for end in ("2", "documents", "documents_reference")}
    texts = {page.name: page.read_text("utf-8") for page in PAGES if page.name != "changelog.md"}
    texts |= {name: getattr(da, name).__doc__ for name in da.__all__ if name != "__version__"}
    for where, text in texts.items():
        assert set(named.findall(text)) <= columns | set(da.__all__), where


def test_blocks_are_found_by_their_fence() -> None:
    text = (
        "```{note}\nNo code.\n```\n\n```python\na = 1\n```\n\n<!-- not run: it asks a host -->\n"
        "```pycon\n>>> a\n2\n```\n\n````text\n```python\nb\n```\n````\n"
    )
    assert blocks_of(text) == [
        Block(6, "python", "a = 1\n", ""),
        Block(11, "pycon", ">>> a\n2\n", "it asks a host"),
    ]


def test_a_wrong_number_on_a_page_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```python\na = 1\n```\n\n```pycon\n>>> a + 1\n3\n```\n")
    folder = tmp_path / "empty"
    folder.mkdir()
    with pytest.raises(AssertionError, match=r"Expected:\n    3\nGot:\n    2"):
        run_page(page, ROOT, folder)


def test_a_line_that_fails_is_named(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("One.\n\n```python\na = 1\nb = a / 0\n```\n")
    folder = tmp_path / "empty"
    folder.mkdir()
    with pytest.raises(ZeroDivisionError) as caught:
        run_page(page, ROOT, folder)
    assert caught.traceback[-1].lineno == 4  # counted from 0: the fifth line of the page
