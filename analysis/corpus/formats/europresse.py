"""Exports of Europresse (Cision): new and old web pages, and their text."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

from analysis.corpus.formats.dates import read_stated_date
from analysis.corpus.formats.languages import guess_language
from analysis.corpus.formats.lines import read_byline, split_into_lines
from analysis.corpus.formats.record import Export, Record, make_document, read_number, tidy

_WORDS = re.compile(r"(\d[\d\s,.]*)\s*(?:mots|words|palabras|Wörter|woorden|parole)\b", re.I)
_NUMBER = re.compile(r"news[·.]\d{8}[·.]\w+[·.][^\s<]+")
_FOOT = re.compile(
    r"(?:©|\(c\)|copyright).{0,200}|.{0,120}tous droits réservés.{0,80}|.*all rights reserved.*"
    r"|(?:numéro de document|document number)\b.*|certificat émis.*|certificate issued.*"
    r"|news[·.]\d{8}.*",
    re.IGNORECASE,
)
_MARKS = {"docpublicationname": "⟦1⟧", "docheader": "⟦2⟧", "titrearticlevisu": "⟦3⟧"}
_WEEKDAY = re.compile(
    r"(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|monday|tuesday|wednesday|thursday"
    r"|friday|saturday|sunday)",
    re.IGNORECASE,
)


def is_europresse_page(tree: Any) -> bool:
    """Say whether a web page was saved from Europresse."""
    return bool(tree.xpath("//*[contains(@class, 'DocPublicationName')]"))


def read_europresse_page(tree: Any) -> Export:
    """Take a page saved from Europresse apart into its articles."""
    articles = tree.xpath("//article[.//*[contains(@class, 'DocPublicationName')]]")
    if not articles:
        return _read_old_page(tree)
    return Export([_read_element(article) for article in articles], [])


def _read_element(article: Any) -> Record:
    """An article that is an element of its own."""
    holds_text = "contains(@class, 'DocText') or contains(@class, 'docOcurr')"
    blocks = article.xpath(f".//*[{holds_text}][not(ancestor::*[{holds_text}])]")
    body = [
        tidy(paragraph.text_content())
        for block in blocks or article.xpath(".//section")
        for paragraph in (block.xpath(".//p[not(.//p)]") or [block])
    ]
    number = _NUMBER.search(tidy(article.text_content()))
    return _make_record(
        _read_class(article, "titreArticleVisu") or _read_class(article, "titreArticle"),
        [paragraph for paragraph in body if not _FOOT.fullmatch(paragraph)],
        _read_class(article, "DocPublicationName").split(",")[0],
        _read_class(article, "DocHeader"),
        number[0] if number else "",
        _read_class(article, "sm-margin-bottomNews") or _read_author(article),
    )


def _read_author(article: Any) -> str:
    """The author of older pages: a line without a class behind the title."""
    found = article.xpath(
        ".//header//div[contains(@class, 'titreArticle')]/following-sibling::div[not(@class)]"
    )
    names = tidy(found[0].text_content()) if found else ""
    return names if len(names.split()) <= 12 else ""


def _read_class(article: Any, name: str) -> str:
    """The text of the first element of a class."""
    found = article.xpath(f".//*[contains(@class, '{name}')]")
    return tidy(found[0].text_content()) if found else ""


def _read_old_page(tree: Any) -> Export:
    """The articles of a page of tables, where only outlet, date and title have a class."""
    # Each of the three is marked before the page is taken as lines: the rest is known by its place.
    tree = deepcopy(tree)
    for element in tree.xpath("//*[@class]"):
        mark = _MARKS.get(element.get("class", "").lower())
        if mark:
            text = tidy(element.text_content())
            for child in list(element):
                element.remove(child)
            element.text = f"\n{mark}{text}\n"
    articles: list[list[str]] = []
    for line in map(tidy, split_into_lines(tree)):
        if line.startswith(_MARKS["docpublicationname"]):
            articles.append([])
        if articles and line:
            articles[-1].append(line)
    return Export([_read_old_article(article) for article in articles], [])


def _read_old_article(lines: list[str]) -> Record:
    """An article of an old page: outlet, header, a kicker, title, author, text, certificate."""
    marked = {
        name: [line.removeprefix(mark) for line in lines if line.startswith(mark)]
        for name, mark in _MARKS.items()
    }
    begin = max(i for i, line in enumerate(lines) if line.startswith(tuple(_MARKS.values()))) + 1
    foot = (i for i, line in enumerate(lines) if i >= begin and _FOOT.fullmatch(line))
    body = lines[begin : next(foot, len(lines))]
    number = next((match[0] for line in lines if (match := _NUMBER.search(line))), "")
    byline, body = _split_byline(body)
    header = " ".join(marked["docheader"])
    outlet = marked["docpublicationname"][0].split(",")[0]
    return _make_record(" ".join(marked["titrearticlevisu"]), body, outlet, header, number, byline)


def _split_byline(body: list[str]) -> tuple[str, list[str]]:
    """A first line of a few words that ends no sentence is the author's name."""
    if len(body) > 1 and len(body[0].split()) <= 6 and not re.search(r"[.!?:»”\"]$", body[0]):
        return body[0], body[1:]
    return "", body


def _make_record(
    title: str, body: list[str], outlet: str, header: str, number: str, byline: str
) -> Record:
    words = _WORDS.search(header)
    parts = [part.strip(" ,") for part in re.split(r"\s+[-–•|]\s+|\s*,\s*", header)]
    plain = [
        part
        for part in parts
        if part
        and not read_stated_date(part)
        and not _WORDS.search(part)
        and not re.match(r"(?:pp?\.|page\b|\d)", part)
        and not _WEEKDAY.fullmatch(part)
    ]
    return make_document(
        title,
        body,
        published=read_stated_date(header),
        language=guess_language("\n".join(body)),
        facts={
            "outlet": tidy(outlet),
            "byline": read_byline(byline),
            "section": plain[0] if plain else "",
            "stated_words": read_number(words[1]) if words else "",
            "accession": number,
            "database": "Europresse",
        },
    )


def is_europresse(lines: list[str]) -> bool:
    """Say whether the lines of a text are articles copied or saved from Europresse."""
    return any(_NUMBER.search(line) for line in lines)


def read_europresse(lines: list[str]) -> Export:
    """Take text from Europresse apart into its articles."""
    # An article begins with its outlet and its date on lines of their own, then title and maybe
    # author, and ends with copyright and document number. Its parts are known by that order alone:
    # look at what is shown before you add it.
    articles: list[list[str]] = [[]]
    for line in (tidy(line) for line in lines):
        if line:
            articles[-1].append(line)
        if _NUMBER.search(line):
            articles.append([])
    records = [
        record for article in articles if (record := _read_europresse_lines(article)) is not None
    ]
    notes = []
    if len(records) < len(articles) - 1:
        notes.append(
            f"{len(articles) - 1:,} document numbers stand in the file, but {len(records):,} "
            "articles were found"
        )
    return Export(records, notes)


def _read_europresse_lines(lines: list[str]) -> Record | None:
    number = next((match[0] for line in lines if (match := _NUMBER.search(line))), "")
    lines = [line for line in lines if not _FOOT.fullmatch(line)]
    at = next((i for i, line in enumerate(lines[:8]) if i and read_stated_date(line)), None)
    if not number or at is None or len(lines) < at + 3:
        return None
    rest = lines[at + 1 :]
    header = lines[at]
    if _WORDS.fullmatch(rest[0]):
        header += f" - {rest.pop(0)}"
    byline, body = _split_byline(rest[1:])
    return _make_record(rest[0], body, lines[0].split(",")[0], header, number, byline)
