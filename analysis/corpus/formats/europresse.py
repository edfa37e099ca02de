"""Europresse (Cision) exports: a web page with one `article` element each, or its text."""

from __future__ import annotations

import re
from typing import Any

from analysis.corpus.formats.articles import Record
from analysis.corpus.formats.dates import read_stated_date
from analysis.corpus.formats.fields import read_number
from analysis.corpus.formats.languages import guess_language
from analysis.corpus.formats.record import make_document, tidy

_WORDS = re.compile(r"(\d[\d\s,.]*)\s*(?:mots|words|palabras|Wörter|woorden|parole)\b", re.I)
_NUMBER = re.compile(r"news[·.]\d{8}[·.]\w+[·.]\S+")
_FOOT = re.compile(
    r"(?:©|\(c\)|copyright).{0,200}|.{0,120}tous droits réservés.{0,80}|.*all rights reserved.*"
    r"|(?:numéro de document|document number)\b.*|certificat émis.*|certificate issued.*"
    r"|news[·.]\d{8}.*",
    re.IGNORECASE,
)


def is_europresse_page(tree: Any) -> bool:
    """Say whether a web page was saved from Europresse."""
    return bool(tree.xpath("//article[.//*[contains(@class, 'DocPublicationName')]]"))


def read_europresse_page(tree: Any) -> list[Record]:
    """Take a page saved from Europresse apart into its articles."""
    found = []
    for article in tree.xpath("//article"):
        outlet = _text(article, "DocPublicationName").split(",")[0]
        header = _text(article, "DocHeader")
        blocks = article.xpath(".//*[contains(@class, 'DocText') or contains(@class, 'docOcurr')]")
        blocks = [b for b in blocks if not any(b in set(o.iterdescendants()) for o in blocks)]
        body = [
            paragraph.text_content()
            for block in blocks
            for paragraph in (block.xpath(".//p[not(.//p)]") or [block])
        ]
        body = [tidy(paragraph) for paragraph in body if not _FOOT.fullmatch(tidy(paragraph))]
        number = _NUMBER.search(tidy(article.text_content()))
        if body:
            found.append(
                _make(
                    _text(article, "titreArticle"),
                    body,
                    outlet,
                    header,
                    number[0] if number else "",
                    _text(article, "sm-margin-bottomNews"),
                )
            )
    return found


def _text(article: Any, name: str) -> str:
    """The text of the first element of a class."""
    found = article.xpath(f".//*[contains(@class, '{name}')]")
    return tidy(found[0].text_content()) if found else ""


def _make(
    title: str, body: list[str], outlet: str, header: str, number: str, byline: str
) -> Record:
    words = _WORDS.search(header)
    parts = [part.strip() for part in re.split(r"\s+[-–•|]\s+|\s*,\s*(?=p\.)", header)]
    plain = [
        part
        for part in parts
        if part
        and not read_stated_date(part)
        and not _WORDS.search(part)
        and not re.match(r"p\.|pp\.|page", part)
    ]
    if number and not words and not header:
        plain = []
    return make_document(
        title,
        body,
        published=read_stated_date(header),
        language=guess_language("\n".join(body)),
        facts={
            "outlet": tidy(outlet),
            "byline": re.sub(r"^(?:par|by)\s+", "", byline, flags=re.IGNORECASE),
            "section": plain[0] if plain else "",
            "stated_words": read_number(words[1]) if words else "",
            "accession": number,
            "database": "Europresse",
        },
    )


def is_europresse(lines: list[str]) -> bool:
    """Say whether the lines of a text are articles copied or saved from Europresse.

    Examples
    --------
    >>> is_europresse(["Le Monde", "15 mai 2024", "news·20240515·LM·12"])
    True
    """
    return any(_NUMBER.search(line) for line in lines)


def read_europresse(lines: list[str]) -> list[Record]:
    """Take text from Europresse apart into its articles.

    Notes
    -----
    An article begins with its outlet and its date on lines of their own, then title and maybe
    author, and ends with copyright and document number. Its parts are known by that order alone:
    look at what is shown before you add it.
    """
    articles: list[list[str]] = [[]]
    for line in (tidy(line) for line in lines):
        if line:
            articles[-1].append(line)
        if _NUMBER.search(line):
            articles.append([])
    return [record for article in articles if (record := _read_lines(article)) is not None]


def _read_lines(lines: list[str]) -> Record | None:
    number = next((match[0] for line in lines if (match := _NUMBER.search(line))), "")
    lines = [line for line in lines if not _FOOT.fullmatch(line)]
    at = next((i for i, line in enumerate(lines[:8]) if i and read_stated_date(line)), None)
    if not number or at is None or len(lines) < at + 3:
        return None
    rest = lines[at + 1 :]
    header = lines[at]
    if _WORDS.fullmatch(rest[0]):
        header += f" - {rest.pop(0)}"
    title, body = rest[0], rest[1:]
    byline = ""
    if len(body) > 1 and len(body[0].split()) <= 6 and not re.search(r"[.!?»”]$", body[0]):
        byline, body = body[0], body[1:]
    return _make(title, body, lines[0].split(",")[0], header, number, byline)
