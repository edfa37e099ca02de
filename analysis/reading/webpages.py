"""Saved web pages: title, date, address and body, with menus and notices left out."""

from __future__ import annotations

import codecs
import contextlib
import email
import email.policy
import re
from typing import Any

from analysis.reading.dates import parse_date
from analysis.reading.encodings import BOMS, clean_text, decode
from analysis.reading.pages import Record, take_apart
from analysis.tables import InputError

TAGS = 100_000  # of a page; large ones have a tenth
PARTS = 200  # nested parts of a web archive


def read_webpage(data: bytes, name: str, title: str, whole: bool) -> Record:
    """Read the article of a saved page.

    Parameters
    ----------
    data : bytes
    name : str
        The file's name, for messages.
    title : str
        The title, where it is known.
    whole : bool
        Has no meaning here: a page always has navigation.

    Returns
    -------
    Record

    Raises
    ------
    InputError
        If it is no page, or cannot be decoded.
    """
    html = decode_html(data, name)
    return read_article(html, parse_page(html, name), title)


def parse_page(html: str, name: str) -> Any:
    """Parse a page.

    Parameters
    ----------
    html : str
    name : str
        The file's name, for the message.

    Returns
    -------
    lxml.html.HtmlElement

    Raises
    ------
    InputError
        If it is no page, or has far more tags than the page of an article.
    """
    import trafilatura

    if html.count("<") > TAGS:
        raise InputError(
            f"{name} has more than {TAGS:,} tags, which no article has; save its text as .txt and "
            "retry."
        )
    tree = trafilatura.load_html(html)
    if tree is None:
        raise InputError(f"{name} is not a web page that can be read; save its text as .txt.")
    return tree


def read_article(html: str, tree: Any, title: str) -> Record:
    """Read the article of a parsed page.

    Parameters
    ----------
    html : str
        The page.
    tree : lxml.html.HtmlElement
        The same, from `parse_page`.
    title : str
        The title, where it is known.

    Returns
    -------
    Record
    """
    import trafilatura

    found: dict[str, Any] = {}
    document = trafilatura.bare_extraction(
        html,
        with_metadata=True,
        include_comments=False,
        date_extraction_params={"extensive_search": False},  # a stated date, never a guessed one
    )
    if document is not None:
        found = document if isinstance(document, dict) else document.as_dict()
    text = found.get("text") or trafilatura.html2txt(html)
    own_title = clean_text(title or found.get("title") or "").strip()
    paragraphs = [line.strip() for line in clean_text(text).split("\n") if line.strip()]
    record = take_apart(paragraphs, title=own_title)
    dates = [_find_stated_date(tree), record["published"], parse_date(found.get("date") or "")]
    record["published"] = next(filter(None, dates), "")
    record["url"] = found.get("url") or ""
    record["language"] = "".join(tree.xpath("/html/@lang"))[:2].lower()
    return record


def unpack_mhtml(data: bytes, name: str) -> tuple[bytes, str]:
    """Take the page out of a web archive (.mhtml), which is a mail with pictures.

    Parameters
    ----------
    data : bytes
    name : str
        The file's name, for messages.

    Returns
    -------
    page : bytes
        The page itself, as UTF-8 where the archive names its encoding.
    url : str
        Where it was saved from; "" where the archive does not say.

    Raises
    ------
    InputError
        If there is no page in it.
    """
    if data.lower().count(b"multipart/") > PARTS:
        raise InputError(f"{name} has more than {PARTS} parts in parts; save the page anew.")
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
        part = next((p for p in message.walk() if p.get_content_type() == "text/html"), None)
        page = part.get_payload(decode=True) if part is not None else None
        charset = part.get_content_charset() if part is not None else None
        url = str(message.get("Snapshot-Content-Location") or "").strip()
        if not url and part is not None:
            url = str(part.get("Content-Location") or "").strip()
    except Exception as error:  # whatever the parser trips over in a damaged file
        raise InputError(f"{name} cannot be read as a web archive ({error}).") from None
    if not isinstance(page, bytes):
        raise InputError(f"{name} holds no web page; save the page anew and retry.")
    if charset:
        with contextlib.suppress(LookupError, UnicodeError):
            page = codecs.BOM_UTF8 + page.decode(charset).encode()
    return page, url if url.startswith(("http://", "https://")) else ""


def decode_html(data: bytes, name: str) -> str:
    """Decode a page by the encoding that it declares, if it does and that is true.

    Parameters
    ----------
    data : bytes
    name : str
        The file's name, for the message.

    Returns
    -------
    str

    Raises
    ------
    InputError
        If no encoding fits.
    """
    declared = re.search(rb"charset\s*=\s*[\"']?\s*([\w-]+)", data[:2048], re.IGNORECASE)
    marked = any(data.startswith(mark) for mark, _ in BOMS)
    if declared and not marked:
        encoding = declared[1].decode("ascii", errors="replace").lower()
        if encoding in ("iso-8859-1", "latin1", "us-ascii"):  # browsers read these so
            encoding = "cp1252"
        try:
            return data.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data, name)


def _find_stated_date(tree: Any) -> str:
    """When a page says, to machines, that it was published; with the time if it says so."""
    scripts = " ".join(tree.xpath("//script[contains(@type, 'ld+json')]/text()"))
    stated = re.findall(r'"datePublished"\s*:\s*"([^"]+)"', scripts)
    for name in ("article:published_time", "datePublished", "pubdate", "publishdate", "date"):
        stated += tree.xpath(f"//meta[@property='{name}' or @name='{name}' or @itemprop='{name}']")
    stated += tree.xpath("//time[@datetime]")
    values = [
        item if isinstance(item, str) else item.get("content") or item.get("datetime") or ""
        for item in stated
    ]
    return next(filter(None, (parse_date(value) for value in values)), "")
