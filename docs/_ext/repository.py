"""Files of the repository that are pages of the site, too: their links, led to the site's pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from sphinx.application import Sphinx

PAGES = {  # as a file of the repository has it → as it is called in docs/
    "../analysis/model/model-card.md": "model-card.md",
    "analysis/model/model-card.md": "model-card.md",
    "docs/": "",
}


def lead(text: str) -> str:
    """Rewrite the links of a repository file for the site."""
    for there, here in PAGES.items():
        text = text.replace(f"]({there}", f"]({here}")
    return text


def lead_page(app: Sphinx, name: str, content: list[str]) -> None:
    """Rewrite the links of a page."""
    content[0] = lead(content[0])


def lead_included(app: Sphinx, relative: Path, parent: str, content: list[str]) -> None:
    """Rewrite the links of a file that a page includes."""
    content[0] = lead(content[0])


def setup(app: Sphinx) -> dict[str, bool]:
    """Listen to pages and included files."""
    app.connect("source-read", lead_page)
    app.connect("include-read", lead_included)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
