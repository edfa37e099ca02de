"""What a host sent, turned into an article: by the same readers as an added file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from analysis.fetching.decoding import decode_page
from analysis.fetching.settings import RefusedError
from analysis.fetching.tidying import tidy
from analysis.reading.dates import read_date_line
from analysis.reading.encodings import clean_text
from analysis.reading.pages import Record, read_page, take_apart
from analysis.reading.pdf import read_pdf
from analysis.reading.webpages import read_webpage
from analysis.tables import InputError

_PAGES = (
    "",
    "text/html",
    "application/xhtml+xml",
    "application/xml",
    "text/plain",
    "application/octet-stream",
)
_SUMMARY = re.compile(
    r"(?:^|[\s_-])(?:lead|lede|standfirst|summary|subtitle|sub-?head(?:line)?|deck|dek|excerpt"
    r"|alternativeheadline)(?=$|[\s_-])"
)
_BLOCKS = "br div p li h1 h2 h3 h4 section tr td button a".split()


class Page(NamedTuple):
    """An article as read: its record, every title the page states, all that it shows, its lock.

    `visible` is the text of the whole page with its banners; `locked` says that the page tells
    machines that it must be paid for.
    """

    record: Record
    titles: list[str]
    visible: str
    locked: bool


def read_answer(data: bytes, content_type: str, name: str) -> Page:
    """Read the article of a page, a PDF or a plain text.

    Parameters
    ----------
    data : bytes
    content_type : str
        The header Content-Type.
    name : str
        What to call the page in messages.

    Returns
    -------
    Page

    Raises
    ------
    RefusedError
        If it is something else, empty, or cannot be decoded.
    """
    kind = content_type.split(";")[0].strip().lower()
    if not data.strip():
        raise RefusedError("the page is empty")
    try:
        if data.startswith(b"%PDF") or kind == "application/pdf":
            return _read_pdf(data, name)
        if kind == "text/plain" and not re.match(rb"\s*<(?:!doctype|html)\b", data, re.IGNORECASE):
            record = read_page(clean_text(decode_page(data, content_type, name)))
            return Page(record, [record["title"]], "\n".join(record["paragraphs"]), False)
        if kind not in _PAGES:
            raise RefusedError(f"it is {kind[:60]!r}, not a page")
        return _read_html(decode_page(data, content_type, name), name)
    except InputError as error:
        raise RefusedError(str(error).rstrip(".")) from None


def _read_pdf(data: bytes, name: str) -> Page:
    """The text of a PDF, if it has any."""
    paragraphs = read_pdf(data, name)
    record = take_apart(paragraphs)
    return Page(record, [record["title"]], "\n".join(paragraphs), False)


def _read_html(html: str, name: str) -> Page:
    from lxml import etree
    from trafilatura import load_html

    tree = load_html(html.replace("\0", ""))
    if tree is None:
        raise RefusedError("it is not a page that can be read")
    titles = list(dict.fromkeys(filter(None, map(clean_text, _find_titles(tree)))))
    locked = bool(re.search(r'"isAccessibleForFree"\s*:\s*"?false', html, re.IGNORECASE))
    visible = clean_text(_show(tree))
    tidy(tree)
    plain = etree.tostring(tree, encoding="unicode", method="html")
    record = read_webpage(plain.encode("utf-8-sig"), name, "", False)
    record["standfirst"] = record["standfirst"] or _find_standfirst(tree, record)
    record["published"] = record["published"] or _find_date(visible)
    return Page(record, titles, visible, locked)


def _find_titles(tree: Any) -> Iterator[str]:
    """The titles that a page states, to readers and to machines."""
    found = [*tree.xpath("//h1"), *tree.xpath("//title")]
    for element in found:
        yield " ".join("".join(element.itertext()).split())[:300]
    for name in ("og:title", "twitter:title", "headline"):
        for value in tree.xpath(f"//meta[@property='{name}' or @name='{name}']/@content"):
            yield " ".join(value.split())[:300]


def _find_standfirst(tree: Any, record: Record) -> str:
    """The summary above an article, where the page calls it one and the extraction lost it."""
    for element in tree.iter("p", "div", "h2", "span"):
        if _SUMMARY.search(f"{element.get('class') or ''} {element.get('itemprop') or ''}".lower()):
            text = clean_text(" ".join("".join(element.itertext()).split()))
            known = [record["title"], *record["paragraphs"]]
            if 5 <= len(text.split()) <= 80 and not any(text in other for other in known):
                return text
    return ""


def _find_date(visible: str) -> str:
    """The date on a line of its own near the top, where the page states it to people only."""
    for line in visible.split("\n")[:200]:
        found = read_date_line(line) if len(line) < 100 else None
        if found is not None and found[0].iso and not found[1]:
            return found[0].iso
    return ""


def _show(tree: Any) -> str:
    """All the text that a page shows, roughly."""
    pieces = []
    for element in tree.iter():
        if element.tag in ("script", "style", "noscript", "template") or not isinstance(
            element.tag, str
        ):
            pieces.append(element.tail or "")
            continue
        pieces += ["\n" if element.tag in _BLOCKS else "", element.text or "", element.tail or ""]
    return "\n".join(filter(None, (" ".join(p.split()) for p in "".join(pieces).split("\n"))))
