"""Nexis Uni (Lexis Advance) exports: one article or many in a Word or rich text file."""

from __future__ import annotations

import re

from analysis.corpus.formats.articles import Record
from analysis.corpus.formats.dates import read_stated_date
from analysis.corpus.formats.fields import read_number
from analysis.corpus.formats.languages import read_language
from analysis.corpus.formats.record import make_document

_END = re.compile(r"end of document", re.IGNORECASE)
_BODY = re.compile(r"body:?", re.IGNORECASE)
_FIELD = re.compile(
    r"(Section|Length|Byline|Dateline|Highlight|Series|Graphic|Language|Publication-Type|Subject"
    r"|Company|Organization|Person|Geographic|Industry|Load-Date|Copyright|Correction|Ticker"
    r"|Journal Code|Link to Image|Notes|Classification|Correction-Date|Acc-No|URL|Document-Type"
    r"|Publication Type|Language of original text)"
    r"(?:\s*:\s*|\s*$)(.*)",
    re.IGNORECASE,
)
_COVER = re.compile(
    r"(?:User Name|Date and Time|Job Number|Documents? \(\d+\))\s*:?", re.IGNORECASE
)
_ENTRY = re.compile(r"\d+\.\s")
_RUNNING = re.compile(
    r"page \d+ of \d+|\|?\s*about lexisnexis.*|.*terms & conditions\s*\|.*copyright.*lexisnexis.*",
    re.IGNORECASE,
)
_AFTER = {
    "classification", "language", "publication-type", "subject", "load-date", "company",
    "organization", "person", "geographic", "industry", "journal code", "graphic", "ticker",
    "correction-date", "acc-no", "document-type", "notes", "link to image", "copyright",
}  # fmt: skip


def is_nexis(lines: list[str]) -> bool:
    """Say whether the paragraphs of a file are an export of Nexis Uni.

    Examples
    --------
    >>> is_nexis(["Talks end", "The Post", "Length: 9 words", "Body", "Gone.", "End of Document"])
    True
    """
    ends = any(_END.fullmatch(line) or line.lower().startswith("load-date:") for line in lines)
    return ends and any(
        _BODY.fullmatch(line) or re.match(r"length:\s*\d", line, re.IGNORECASE) for line in lines
    )


def read_nexis(lines: list[str]) -> list[Record]:
    """Take an export apart into its articles.

    Notes
    -----
    An article begins with its title, its outlet and its date on lines of their own, goes on with
    lines such as "Length: 512 words", has its text behind "Body", and ends with "Load-Date: …" and
    "End of Document".
    """
    lines = [line for line in lines if not _RUNNING.fullmatch(line)]
    articles: list[list[str]] = [[]]
    for line in lines:
        if _END.fullmatch(line):
            articles.append([])
        else:
            articles[-1].append(line)
    articles[0] = _cut_cover(articles[0])
    return [record for article in articles if (record := _read_article(article)) is not None]


def _cut_cover(lines: list[str]) -> list[str]:
    """The first article without the page before it that lists what was searched and found."""
    if not any(_COVER.match(line) for line in lines[:6]):
        return lines
    entries = [i for i, line in enumerate(lines) if _ENTRY.match(line)]
    titles = [_ENTRY.sub("", lines[i], count=1).strip() for i in entries]
    if titles:  # the first article begins where the first title of the list is stated again
        again = [i for i in range(entries[-1] + 1, len(lines)) if lines[i] == titles[0]]
        if again:
            return lines[again[0] :]
    labels = re.compile(
        r"(?:client/matter|search terms|search type|narrowed by|content type|sources?)\b.*",
        re.IGNORECASE,
    )
    last = max(
        [i for i, line in enumerate(lines[:40]) if _COVER.match(line) or labels.match(line)]
        + entries,
        default=-1,
    )
    return lines[last + 1 :]


def _read_article(lines: list[str]) -> Record | None:
    """One article; None if there is nothing in it."""
    body_at = next((i for i, line in enumerate(lines) if _BODY.fullmatch(line)), None)
    head, body = _split(lines, body_at)
    fields: dict[str, str] = {}
    free: list[str] = []
    for line in head:
        match = _FIELD.match(line)
        if match:
            fields.setdefault(match[1].lower(), match[2])
        elif not re.match(r"copyright\b|all rights reserved", line, re.IGNORECASE):
            free.append(line)
    body, after = _cut_foot(body)
    for line in after:
        match = _FIELD.match(line)
        if match:
            fields.setdefault(match[1].lower(), match[2])
    if not body or not free:
        return None
    dated = next((i for i, line in enumerate(free) if i and read_stated_date(line)), None)
    published = read_stated_date(free[dated]) if dated else ""
    names = free[1:dated] if dated else free[1:2]
    return make_document(
        free[0],
        body,
        published=published or read_stated_date(fields.get("load-date", "")),
        language=read_language(fields.get("language", "")),
        standfirst=fields.get("highlight", ""),
        url=fields.get("url", ""),
        facts={
            "outlet": names[-1] if names else "",
            "byline": re.sub(r"^by\s+", "", fields.get("byline", ""), flags=re.IGNORECASE),
            "section": fields.get("section", ""),
            "stated_words": read_number(fields.get("length", "")),
            "licence": next((ln for ln in head if re.match(r"copyright\b", ln, re.I)), ""),
            "database": "Nexis Uni",
        },
    )


def _split(lines: list[str], body_at: int | None) -> tuple[list[str], list[str]]:
    """The head and the body, which without the line "Body" begins behind the fields."""
    if body_at is not None:
        return lines[:body_at], lines[body_at + 1 :]
    found = [(i, _FIELD.match(line)) for i, line in enumerate(lines[:15])]
    marks = [i for i, match in found if match and match[1].lower() not in _AFTER]
    last = marks[-1] + 1 if marks else min(3, len(lines))
    return lines[:last], lines[last:]


def _cut_foot(body: list[str]) -> tuple[list[str], list[str]]:
    """The body without the index terms behind it, and those."""
    for i, line in enumerate(body):
        match = _FIELD.match(line)
        if match is None or match[1].lower() not in _AFTER:
            continue
        if ":" in line or match[1].lower() in ("classification", "graphic"):
            return body[:i], body[i:]
    return body, []
