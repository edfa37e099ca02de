"""Factiva exports: articles with field tags (HD, BY, WC, PD …) as text, or as a web page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from analysis.corpus.formats.articles import Record
from analysis.corpus.formats.dates import read_stated_date
from analysis.corpus.formats.fields import read_number
from analysis.corpus.formats.languages import read_language
from analysis.corpus.formats.record import make_document, tidy

# What a tag may be; any other pair of capitals at the start of a line is a word of the text.
TAGS = frozenset(
    "SE HD BY CR WC PD ET SN SC ED PG VOL LA CY LP TD ART CT RF CO IN NS RE IPC IPD PUB AN CX CLM "
    "DLN".split()
)
_TAGGED = re.compile(r"\s{0,4}([A-Z]{2,3})(?:\s*\|\s*|\t\s*|\s{1,}|$)(.*)")
_DOCUMENT = re.compile(r"Document [A-Z0-9]{10,}")
_WORDS = re.compile(r"([\d,.]+)\s+(?:words|mots|Wörter|palabras|parole|palavras|woorden)", re.I)


def is_factiva(lines: list[str]) -> bool:
    """Say whether the lines of a text are articles with Factiva's field tags.

    Examples
    --------
    >>> is_factiva(["HD  Talks end", "PD  15 May 2024", "SN  The Post", "LP  They ended."])
    True
    """
    found = {tag for line in lines if (tag := _tag(line))}
    return {"HD", "PD"} <= found and bool({"SN", "AN"} & found) and bool({"LP", "TD"} & found)


def _tag(line: str) -> str:
    match = _TAGGED.match(line)
    return match[1] if match and match[1] in TAGS else ""


def read_factiva(lines: list[str]) -> list[Record]:
    """Take tagged text apart into its articles.

    Notes
    -----
    A tag is two or three capitals at the start of a line, of those that Factiva documents. An
    article begins with the first tag after "Document …" or AN, or with another HD.
    """
    articles: list[dict[str, list[str]]] = [{}]
    tag = ""
    for line in lines:
        found = _tag(line)
        closed = "AN" in articles[-1]
        if found and (
            (found == "HD" and "HD" in articles[-1]) or (closed and found in ("SE", "HD", "CLM"))
        ):
            articles.append({})
        if found and found not in articles[-1]:
            tag = found
            articles[-1][tag] = [_TAGGED.match(line)[2]]  # type: ignore[index]
        elif _DOCUMENT.fullmatch(line.strip()):
            articles[-1].setdefault("AN", [line.strip()])
            tag = ""
        elif tag:
            articles[-1][tag].append(line)
    return [record for article in articles if (record := _make(article)) is not None]


def _make(fields: Mapping[str, list[str]]) -> Record | None:
    """A record of the fields of one article; None where there is no text."""
    one = {tag: tidy(" ".join(lines)) for tag, lines in fields.items()}
    body = [p for tag in ("LP", "TD") for p in _paragraphs(fields.get(tag, []))]
    if not body:
        return None
    date = read_stated_date(one.get("PD", ""))
    clock = re.match(r"(\d{1,2}):(\d{2})", one.get("ET", ""))
    if date and clock and int(clock[1]) < 24 and "T" not in date:
        date += f"T{int(clock[1]):02d}:{clock[2]}"
    return make_document(
        one.get("HD", ""),
        body,
        published=date,
        language=read_language(one.get("LA", "")),
        facts={
            "outlet": one.get("SN", ""),
            "byline": re.sub(r"^by\s+", "", one.get("BY", ""), flags=re.IGNORECASE),
            "section": one.get("SE", ""),
            "stated_words": read_number(one.get("WC", "")),
            "licence": one.get("CY", ""),
            "accession": re.sub(r"^Document\s+", "", one.get("AN", "")),
            "database": "Factiva",
        },
    )


def _paragraphs(lines: list[str]) -> list[str]:
    """Paragraphs of a field: between empty lines where there are any, else line by line."""
    inner = "\n".join(line.strip(" |\t") for line in lines).strip("\n")
    blocks = re.split(r"\n\s*\n", inner)
    if len(blocks) == 1:
        blocks = inner.split("\n")
        wrapped = [line for line in blocks[:-1] if line and not re.search(r"[.!?…:;”\"’)]$", line)]
        if len(wrapped) > 0.5 * max(len(blocks) - 1, 1):  # lines cut at a width, no paragraphs
            blocks = [" ".join(blocks)]
    return [block.replace("\n", " ") for block in blocks if block.strip()]


def is_factiva_page(tree: Any) -> bool:
    """Say whether a web page was saved from Factiva."""
    return bool(_find_articles(tree))


def _find_articles(tree: Any) -> list[Any]:
    return tree.xpath(
        "//div[starts-with(@class, 'article')][.//*[contains(@class, 'Headline')]"
        " or .//p[contains(@class, 'articleParagraph')] or .//td[normalize-space()='HD']]"
        "[not(ancestor::div[starts-with(@class, 'article')])]"
    )


def read_factiva_page(tree: Any) -> list[Record]:
    """Take a page saved from Factiva apart into its articles."""
    found = []
    for article in _find_articles(tree):
        rows = article.xpath(".//tr[td]")
        tags = [tidy(row[0].text_content()) for row in rows]
        record = _read_rows(rows, tags) if "HD" in tags else _read_plain(article)
        if record is not None:
            found.append(record)
    return found


def _read_rows(rows: list[Any], tags: list[str]) -> Record | None:
    """An article whose fields are the rows of a table: tag, content."""
    fields: dict[str, list[str]] = {}
    for row, tag in zip(rows, tags, strict=True):
        cells = row.xpath("./td")
        if tag in TAGS and len(cells) > 1:
            blocks = cells[1].xpath(".//p") or [cells[1]]
            fields.setdefault(tag, [line for p in blocks for line in (tidy(p.text_content()), "")])
    return _make(fields)


def _read_plain(article: Any) -> Record | None:
    """An article without tags: its facts are known by their form and their order."""
    headline = article.xpath(".//*[contains(@class, 'Headline')]")
    body = article.xpath(".//p[contains(@class, 'articleParagraph')]")
    lines = [tidy(div.text_content()) for div in article.xpath(".//div[not(.//div)]")]
    title = tidy(headline[0].text_content()) if headline else ""
    lines = [line for line in lines if line and line != title]
    at = next((i for i, line in enumerate(lines) if _WORDS.fullmatch(line)), None)
    fields = {"HD": [title]}
    fields["TD"] = [part for p in body for part in (tidy(p.text_content()), "")]
    document = [
        ln
        for ln in (tidy(p.text_content()) for p in article.xpath(".//p"))
        if _DOCUMENT.fullmatch(ln)
    ]
    fields["TD"] = [line for line in fields["TD"] if line not in document]
    if document:
        fields["AN"] = document[:1]
    if at is not None:
        fields["WC"] = [lines[at]]
        fields["BY"] = [" ".join(line for line in lines[:at][-1:] if len(line) < 200)]
        rest = lines[at + 1 :]
        if rest and read_stated_date(rest[0]):
            fields["PD"] = [rest.pop(0)]
        if rest and re.fullmatch(r"\d{1,2}:\d{2}(?::\d{2})?", rest[0]):
            fields["ET"] = [rest.pop(0)]
        if rest:
            fields["SN"] = [rest.pop(0)]
        spoken = [line for line in rest if len(read_language(line)) == 2 and len(line) > 3]
        fields["LA"] = spoken[:1] or [""]
        fields["CY"] = [line for line in rest if re.search(r"©|\(c\)|copyright", line, re.I)][:1]
    return _make(fields)
