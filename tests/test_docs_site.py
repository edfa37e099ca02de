"""The site builds without a warning, asks no network for anything, and its links lead somewhere."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from docs_pages import build_site

import analysis as da

LOADS = {  # what a browser fetches without being asked to
    "script": ("src",),
    "img": ("src", "srcset"),
    "iframe": ("src",),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
    "audio": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "use": ("href", "xlink:href"),
    "input": ("src",),
}
IDLE = {"canonical", "prev", "next", "search", "author", "index", "license", "bookmark", "up"}

pytestmark = pytest.mark.slow


class Page(HTMLParser):
    """What a page loads, links to, and is linked by."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.bare: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids |= {given.get("id", ""), given.get("name", "")} - {""}
        self.loads += [given[name] for name in LOADS.get(tag, ()) if given.get(name)]
        if tag == "link" and not set(given.get("rel", "").split()) & IDLE:
            self.loads.append(given["href"])
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag == "img" and "alt" not in given:
            self.bare.append(given["src"])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site."""
    return build_site(tmp_path_factory)


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    """All pages of the site, read."""
    files = [path for path in site.rglob("*.html") if "_static" not in path.parts]
    return {path: Page(path.read_text(encoding="utf-8")) for path in files}


def test_no_page_loads_anything_from_a_network(site: Path, pages: dict[Path, Page]) -> None:
    assert len(pages) > 40
    for path, page in pages.items():
        outside = [url for url in page.loads if urlsplit(url).scheme not in ("", "data")]
        outside += [url for url in page.loads if url.startswith("//")]
        assert not outside, path.name
    for sheet in site.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8", errors="replace")
        wanted = re.findall(r"(?:url\(|@import)\s*['\"]?((?:https?:)?//[^'\")\s]+)", text)
        assert not wanted, sheet.name


def test_links_and_anchors_lead_somewhere(site: Path, pages: dict[Path, Page]) -> None:
    broken = []
    for path, page in pages.items():
        for link in page.links:
            url, anchor = urldefrag(link)
            if urlsplit(url).scheme or url.startswith("//"):
                continue
            target = (path.parent / unquote(url)).resolve() if url else path
            if not target.exists() or (
                anchor and target in pages and unquote(anchor) not in pages[target].ids
            ):
                broken.append(f"{path.relative_to(site)} → {link}")
    assert not broken


def test_every_public_name_has_its_anchor(pages: dict[Path, Page]) -> None:
    known = set().union(*(page.ids for page in pages.values()))
    wanted = {f"analysis.{name}" for name in da.__all__} - {"analysis.__version__"}
    assert wanted <= known


def test_every_picture_has_a_text(pages: dict[Path, Page]) -> None:
    assert not [src for page in pages.values() for src in page.bare]


def test_formulas_are_mathml(site: Path, pages: dict[Path, Page]) -> None:
    text = (site / "statistics" / "keyness.html").read_text(encoding="utf-8")
    assert text.count("<math ") >= 8
    scripts = [url for page in pages.values() for url in page.loads if "mathjax" in url.lower()]
    assert not scripts


def test_the_search_needs_no_server(site: Path) -> None:
    """The index is a script that the search page loads, which browsers allow from the disk."""
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    assert index.startswith("Search.setIndex(")
    assert "searchindex.js" in (site / "search.html").read_text(encoding="utf-8")
