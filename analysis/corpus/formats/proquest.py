"""ProQuest exports: documents with named fields ("Full text: …"), as text or as a web page."""

from __future__ import annotations

import re

from analysis.corpus.formats.articles import Record, split_paragraphs
from analysis.corpus.formats.dates import read_stated_date
from analysis.corpus.formats.languages import read_language
from analysis.corpus.formats.record import make_document, tidy

LABELS = (
    "Title", "Author", "Publication title", "Publication info", "Publication date",
    "Publication year", "Publication subject", "Full text", "Abstract", "Abstract (summary)",
    "Links", "Subject", "Location", "People", "Company / organization", "Identifier / keyword",
    "Classification", "Pages", "First page", "Start page", "Section", "Column", "Volume", "Issue",
    "Publisher", "Place of publication", "Country of publication", "Dateline", "ISSN", "e-ISSN",
    "ISBN", "Source type", "Language of publication", "Language", "Document type",
    "Document feature", "ProQuest document ID", "Document URL", "Copyright", "Last updated",
    "Database", "Credit", "Illustration", "Edition", "Supplement", "URL", "Year", "Headline",
    "Number of pages", "Word count", "Correspondence author", "DOI", "Accession number",
    "Narrow subject", "Broad subject",
)  # fmt: skip
_LONGEST_FIRST = "|".join(map(re.escape, sorted(LABELS, key=len, reverse=True)))
_LABEL = re.compile(rf"({_LONGEST_FIRST})\s*:\s*(.*)", re.IGNORECASE)
_RULE = re.compile(r"[_*=]{10,}")
_COUNT = re.compile(r"Document \d+ of \d+", re.IGNORECASE)


def is_proquest(lines: list[str]) -> bool:
    """Say whether the lines of a text are an export of ProQuest.

    Examples
    --------
    >>> is_proquest(["Full text: They ended.", "ProQuest document ID: 12"])
    True
    """
    starts = [line.strip().lower() for line in lines]
    named = any(line.startswith("proquest document id") for line in starts)
    return named and any(line.startswith("full text") for line in starts)


def read_proquest(lines: list[str]) -> list[Record]:
    """Take an export apart into its documents.

    Notes
    -----
    Documents stand between rules of underscores. A field begins with its name and a colon at the
    start of a line and goes on until the next one, so a paragraph of the text that begins with
    "Location: …" would end it; only the names that ProQuest uses count.
    """
    documents: list[list[str]] = [[]]
    for line in lines:
        if _RULE.fullmatch(line.strip()) or _COUNT.fullmatch(line.strip()):
            documents.append([])
        else:
            documents[-1].append(line)
    return [record for part in documents if (record := _read_one(part)) is not None]


def _read_one(lines: list[str]) -> Record | None:
    fields: dict[str, list[str]] = {"": []}
    label = ""
    for line in lines:
        match = _LABEL.match(line.strip())
        if match and match[1].lower() not in fields:
            label = match[1].lower()
            fields[label] = [match[2]]
        else:
            fields[label].append(line)
    body = split_paragraphs("\n".join(fields.get("full text", [])))
    if not body:
        return None
    one = {name: tidy(" ".join(lines)) for name, lines in fields.items()}
    before = [tidy(line) for line in fields[""] if line.strip()]
    outlet = one.get("publication title", "") or one.get("publication info", "").split(";")[0]
    section = one.get("section", "")
    return make_document(
        one.get("title") or one.get("headline") or (before[0] if before else ""),
        body,
        published=read_stated_date(one.get("publication date", ""))
        or read_stated_date(one.get("publication info", "")),
        language=read_language(one.get("language of publication") or one.get("language") or ""),
        url=one.get("document url", "").split(" ")[0],
        facts={
            "outlet": re.split(r"\s*;\s*", outlet)[0],
            "byline": one.get("author", ""),
            "section": section,
            "stated_words": re.sub(r"\D", "", one.get("word count", "")),
            "licence": one.get("copyright", ""),
            "accession": one.get("proquest document id", ""),
            "database": "ProQuest",
        },
    )
