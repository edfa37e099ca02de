"""Books and newspapers as e-books (.epub): a zip of pages, in the order that it states."""

from __future__ import annotations

import posixpath
import re
import zipfile
from typing import Any, NamedTuple
from urllib.parse import unquote

from analysis.corpus.formats.dates import read_stamp
from analysis.corpus.formats.languages import read_language
from analysis.corpus.formats.markup import attribute, find, iterate, parse_xml, text_of
from analysis.corpus.formats.zips import open_zip, read_member
from analysis.tables import InputError

_ARTICLE = re.compile(r"(?:^|/)article_\d+/[^/]+$")  # how Calibre names those of a newspaper


class Book(NamedTuple):
    """What an e-book states of itself, and its pages in order."""

    title: str
    author: str
    publisher: str
    published: str
    language: str
    pages: list[bytes]
    is_newspaper: bool


def read_epub(data: bytes, name: str) -> Book:
    """Read the pages of an e-book, and what it states of itself."""
    archive = open_zip(data, name)
    names = set(archive.namelist())
    if "META-INF/encryption.xml" in names and b"EncryptedKey" in read_member(
        archive, "META-INF/encryption.xml", name
    ):
        raise InputError(f"{name} is protected against copying; only its publisher can unlock it.")
    if "META-INF/container.xml" not in names:
        raise InputError(f"{name} is damaged: it is no e-book that can be read; save it anew.")
    container = _parse(archive, "META-INF/container.xml", name)
    place = attribute(find(container, "rootfile"), "full-path")
    if place not in names:
        raise InputError(f"{name} is damaged: it is no e-book that can be read; save it anew.")
    package = _parse(archive, place, name)
    paths = _list_pages(package, posixpath.dirname(place), names)
    articles = [path for path in paths if _ARTICLE.search(path)]
    meta = find(package, "metadata")
    return Book(
        text_of(find(meta, "title")),
        "; ".join(filter(None, map(text_of, iterate(meta, "creator")))),
        text_of(find(meta, "publisher")),
        read_stamp(text_of(find(meta, "date"))),
        read_language(text_of(find(meta, "language"))[:2]),
        [read_member(archive, path, name) for path in articles or paths],
        bool(articles),
    )


def _parse(archive: zipfile.ZipFile, part: str, name: str) -> Any:
    return parse_xml(read_member(archive, part, name), f"{name}: {part!r}", known=False)


def _list_pages(package: Any, folder: str, names: set[str]) -> list[str]:
    """The paths of the pages in the order of reading, without covers and tables of contents."""
    paths: dict[str, str] = {}
    for item in iterate(package, "item"):
        kind, properties = attribute(item, "media-type"), attribute(item, "properties")
        path = posixpath.normpath(posixpath.join(folder, unquote(attribute(item, "href"))))
        if "html" in kind and "nav" not in properties.split() and path in names:
            paths[attribute(item, "id")] = path
    order = [attribute(one, "idref") for one in iterate(package, "itemref")]
    return list(dict.fromkeys(paths[one] for one in order if one in paths))
