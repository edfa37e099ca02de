"""Exports of Integrum: a web page with a list of the documents and, behind it, their texts."""

from __future__ import annotations

import re
from typing import Any

from analysis.corpus.formats.articles import split_paragraphs
from analysis.corpus.formats.dates import read_stated_date
from analysis.corpus.formats.languages import guess_language
from analysis.corpus.formats.record import Export, Record, make_document, tidy

_FIELDS = {"ИС": "outlet", "РБ": "section", "АВ": "byline", "ДТ": "date", "ЗГ": "title"}
_FIELD = re.compile(r"\^([А-Я]{2}):\s*([^^]*)")


def is_integrum_page(tree: Any) -> bool:
    """Say whether a web page was saved from Integrum."""
    return bool(_find_articles(tree))


def _find_articles(tree: Any) -> list[Any]:
    return tree.xpath("//div[table[contains(., '^ИС:')]]")


def read_integrum_page(tree: Any) -> Export:
    """Take a page saved from Integrum apart into its articles."""
    records = [_read_article(article) for article in _find_articles(tree)]
    listed = len(set(tree.xpath("//a[starts-with(@href, '#')]/@href")))
    notes = []
    if listed and listed != len(records):
        notes.append(f"the file lists {listed:,} articles, but {len(records):,} were found")
    return Export(records, notes)


def _read_article(article: Any) -> Record:
    head = " ".join(tidy(table.text_content()) for table in article.xpath("table"))
    fields = {_FIELDS.get(code, code): tidy(value) for code, value in _FIELD.findall(head)}
    for code, element in (("title", "h3"), ("title", "h2")):
        found = article.xpath(element)
        if found and not fields.get(code):
            fields[code] = tidy(found[0].text_content())
    body = "\n".join(pre.text_content() for pre in article.xpath("pre"))
    paragraphs = split_paragraphs(re.sub(r"\n[ \t\u00a0]{3,}(?=\S)", "\n\n", body))
    return make_document(
        fields.get("title", ""),
        paragraphs,
        published=read_stated_date(fields.get("date", "")),
        language=guess_language("\n".join(paragraphs)),
        facts={
            "outlet": fields.get("outlet", ""),
            "byline": fields.get("byline", "").rstrip(", "),
            "section": fields.get("section", ""),
            "database": "Integrum",
        },
    )
