"""Exports of Nexis Uni, Factiva, ProQuest and Europresse: their articles, from text or web page.

Each database is one part of this file: what shows that lines or a page are its export, and how the
export is taken apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from analysis.corpus.formats.articles import split_paragraphs
from analysis.corpus.formats.dates import read_stated_date
from analysis.corpus.formats.encodings import clean_text
from analysis.corpus.formats.languages import guess_language, read_language
from analysis.corpus.formats.record import Record, make_document, read_number, tidy


def read_database(lines: list[str]) -> list[Record] | None:
    """Read the articles of lines that a news database wrote; None for other lines."""
    full = [line for line in (" ".join(line.split()) for line in lines) if line]
    if is_nexis(full):
        return read_nexis(full)
    if is_factiva(lines):
        return read_factiva(lines)
    if is_proquest(lines):
        return read_proquest(lines)
    return read_europresse(lines) if is_europresse(lines) else None


def read_database_page(tree: Any) -> list[Record] | None:
    """Read the articles of a web page that a news database wrote; None for other pages."""
    if is_factiva_page(tree):
        return read_factiva_page(tree)
    if is_europresse_page(tree):
        return read_europresse_page(tree)
    if "ProQuest document ID" in tree.text_content():
        lines = _split_into_lines(tree)
        if is_proquest(lines):
            return read_proquest(lines)
    return None


def _split_into_lines(tree: Any) -> list[str]:
    """The lines that a page shows, with its rules as the lines of underscores of a text export."""
    tree = deepcopy(tree)
    for element in tree.iter("br", "p", "div", "tr", "li", "h1", "h2", "h3", "hr"):
        element.tail = "\n" + (element.tail or "")
        element.text = (element.text or "") if element.tag != "hr" else "_" * 20 + "\n"
    return clean_text(tree.text_content()).split("\n")


# Nexis Uni (Lexis Advance): one article or many in a Word or rich text file.

_NEXIS_END = re.compile(r"end of document", re.IGNORECASE)
_NEXIS_BODY = re.compile(r"body:?", re.IGNORECASE)
_NEXIS_LENGTH = re.compile(r"length:\s*\d", re.IGNORECASE)
_NEXIS_FIELD = re.compile(
    r"(Section|Length|Byline|Dateline|Highlight|Series|Graphic|Language|Publication-Type|Subject"
    r"|Company|Organization|Person|Geographic|Industry|Load-Date|Copyright|Correction|Ticker"
    r"|Journal Code|Link to Image|Notes|Classification|Correction-Date|Acc-No|URL|Document-Type"
    r"|Publication Type|Language of original text)"
    r"(?:\s*:\s*|\s*$)(.*)",
    re.IGNORECASE,
)
_NEXIS_COVER = re.compile(
    r"(?:User Name|Date and Time|Job Number|Documents? \(\d+\))\s*:?", re.IGNORECASE
)
_NEXIS_ENTRY = re.compile(r"\d+\.\s")
_NEXIS_RUNNING = re.compile(
    r"page \d+ of \d+|\|?\s*about lexisnexis.*|.*terms & conditions\s*\|.*copyright.*lexisnexis.*",
    re.IGNORECASE,
)
_NEXIS_FOOT = {
    "classification", "language", "publication-type", "subject", "load-date", "company",
    "organization", "person", "geographic", "industry", "journal code", "graphic", "ticker",
    "correction-date", "acc-no", "document-type", "notes", "link to image", "copyright",
}  # fmt: skip


def is_nexis(lines: list[str]) -> bool:
    """Say whether the paragraphs of a file are an export of Nexis Uni."""
    ends = any(
        _NEXIS_END.fullmatch(line) or line.lower().startswith("load-date:") for line in lines
    )
    return ends and any(
        _NEXIS_BODY.fullmatch(line) or re.match(r"length:\s*\d", line, re.IGNORECASE)
        for line in lines
    )


def read_nexis(lines: list[str]) -> list[Record]:
    """Take an export apart into its articles."""
    # An article begins with its title, its outlet and its date on lines of their own, goes on with
    # lines such as "Length: 512 words", has its text behind "Body", and ends with "Load-Date: …"
    # and "End of Document".
    lines = [line for line in lines if not _NEXIS_RUNNING.fullmatch(line)]
    articles: list[list[str]] = [[]]
    for line in lines:
        if _NEXIS_END.fullmatch(line):
            articles.append([])
        else:
            articles[-1].append(line)
    articles[0] = _cut_nexis_cover(articles[0])
    return [record for article in articles if (record := _read_nexis_article(article)) is not None]


def _cut_nexis_cover(lines: list[str]) -> list[str]:
    """The first article without the page before it that lists what was searched and found."""
    if not any(_NEXIS_COVER.match(line) for line in lines[:6]):
        return lines
    entries = [i for i, line in enumerate(lines) if _NEXIS_ENTRY.match(line)]
    titles = [_NEXIS_ENTRY.sub("", lines[i], count=1).strip() for i in entries]
    if titles:  # the first article begins where the first title of the list is stated again
        again = [i for i in range(entries[-1] + 1, len(lines)) if lines[i] == titles[0]]
        if again:
            return lines[again[0] :]
    labels = re.compile(
        r"(?:client/matter|search terms|search type|narrowed by|content type|sources?)\b.*",
        re.IGNORECASE,
    )
    last = max(
        [i for i, line in enumerate(lines[:40]) if _NEXIS_COVER.match(line) or labels.match(line)]
        + entries,
        default=-1,
    )
    return lines[last + 1 :]


def _read_nexis_article(lines: list[str]) -> Record | None:
    """One article; None if there is nothing in it."""
    body_at = next((i for i, line in enumerate(lines) if _NEXIS_BODY.fullmatch(line)), None)
    head, body = _split_nexis(lines, body_at)
    fields: dict[str, str] = {}
    free: list[str] = []
    for line in head:
        match = _NEXIS_FIELD.match(line)
        if match:
            fields.setdefault(match[1].lower(), match[2])
        elif not re.match(r"copyright\b|all rights reserved", line, re.IGNORECASE):
            free.append(line)
    body, after = _cut_nexis_foot(body)
    for line in after:
        match = _NEXIS_FIELD.match(line)
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


def _split_nexis(lines: list[str], body_at: int | None) -> tuple[list[str], list[str]]:
    """The head and the body, which without the line "Body" begins behind the fields."""
    if body_at is not None:
        return lines[:body_at], lines[body_at + 1 :]
    found = [(i, _NEXIS_FIELD.match(line)) for i, line in enumerate(lines[:15])]
    marks = [i for i, match in found if match and match[1].lower() not in _NEXIS_FOOT]
    last = marks[-1] + 1 if marks else min(3, len(lines))
    return lines[:last], lines[last:]


def _cut_nexis_foot(body: list[str]) -> tuple[list[str], list[str]]:
    """The body without the index terms behind it, and those."""
    for i, line in enumerate(body):
        match = _NEXIS_FIELD.match(line)
        if match is None or match[1].lower() not in _NEXIS_FOOT:
            continue
        if ":" in line or match[1].lower() in ("classification", "graphic"):
            return body[:i], body[i:]
    return body, []


# Factiva: articles with field tags (HD, BY, WC, PD …) as text, or as a web page.

# What a tag may be; any other pair of capitals at the start of a line is a word of the text.
_FACTIVA_TAGS = frozenset(
    "SE HD BY CR WC PD ET SN SC ED PG VOL LA CY LP TD ART CT RF CO IN NS RE IPC IPD PUB AN CX CLM "
    "DLN".split()
)
_FACTIVA_TAGGED = re.compile(r"\s{0,4}([A-Z]{2,3})(?:\s*\|\s*|\t\s*|\s{1,}|$)(.*)")
_FACTIVA_NUMBER = re.compile(r"Document [A-Z0-9]{10,}")
_FACTIVA_WORDS = re.compile(
    r"([\d,.]+)\s+(?:words|mots|Wörter|palabras|parole|palavras|woorden)", re.I
)


def is_factiva(lines: list[str]) -> bool:
    """Say whether the lines of a text are articles with Factiva's field tags."""
    found = {tag for line in lines if (tag := _find_tag(line))}
    return {"HD", "PD"} <= found and bool({"SN", "AN"} & found) and bool({"LP", "TD"} & found)


def _find_tag(line: str) -> str:
    match = _FACTIVA_TAGGED.match(line)
    return match[1] if match and match[1] in _FACTIVA_TAGS else ""


def read_factiva(lines: list[str]) -> list[Record]:
    """Take tagged text apart into its articles."""
    # A tag is two or three capitals at the start of a line, of those that Factiva documents. An
    # article begins with the first tag after "Document …" or AN, or with another HD.
    articles: list[dict[str, list[str]]] = [{}]
    tag = ""
    for line in lines:
        found = _find_tag(line)
        closed = "AN" in articles[-1]
        if found and (
            (found == "HD" and "HD" in articles[-1]) or (closed and found in ("SE", "HD", "CLM"))
        ):
            articles.append({})
        if found and found not in articles[-1]:
            tag = found
            articles[-1][tag] = [_FACTIVA_TAGGED.match(line)[2]]  # type: ignore[index]
        elif _FACTIVA_NUMBER.fullmatch(line.strip()):
            articles[-1].setdefault("AN", [line.strip()])
            tag = ""
        elif tag:
            articles[-1][tag].append(line)
    return [record for article in articles if (record := _make_factiva(article)) is not None]


def _make_factiva(fields: Mapping[str, list[str]]) -> Record | None:
    """A record of the fields of one article; None where there is no text."""
    one = {tag: tidy(" ".join(lines)) for tag, lines in fields.items()}
    body = [p for tag in ("LP", "TD") for p in _split_factiva_field(fields.get(tag, []))]
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


def _split_factiva_field(lines: list[str]) -> list[str]:
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
    return bool(_find_factiva_articles(tree))


def _find_factiva_articles(tree: Any) -> list[Any]:
    return tree.xpath(
        "//div[starts-with(@class, 'article')][.//*[contains(@class, 'Headline')]"
        " or .//p[contains(@class, 'articleParagraph')] or .//td[normalize-space()='HD']]"
        "[not(ancestor::div[starts-with(@class, 'article')])]"
    )


def read_factiva_page(tree: Any) -> list[Record]:
    """Take a page saved from Factiva apart into its articles."""
    found = []
    for article in _find_factiva_articles(tree):
        rows = article.xpath(".//tr[td]")
        tags = [tidy(row[0].text_content()) for row in rows]
        record = (
            _read_factiva_table(rows, tags) if "HD" in tags else _read_factiva_untagged(article)
        )
        if record is not None:
            found.append(record)
    return found


def _read_factiva_table(rows: list[Any], tags: list[str]) -> Record | None:
    """An article whose fields are the rows of a table: tag, content."""
    fields: dict[str, list[str]] = {}
    for row, tag in zip(rows, tags, strict=True):
        cells = row.xpath("./td")
        if tag in _FACTIVA_TAGS and len(cells) > 1:
            blocks = cells[1].xpath(".//p") or [cells[1]]
            fields.setdefault(tag, [line for p in blocks for line in (tidy(p.text_content()), "")])
    return _make_factiva(fields)


def _read_factiva_untagged(article: Any) -> Record | None:
    """An article without tags: its facts are known by their form and their order."""
    headline = article.xpath(".//*[contains(@class, 'Headline')]")
    body = article.xpath(".//p[contains(@class, 'articleParagraph')]")
    lines = [tidy(div.text_content()) for div in article.xpath(".//div[not(.//div)]")]
    title = tidy(headline[0].text_content()) if headline else ""
    lines = [line for line in lines if line and line != title]
    at = next((i for i, line in enumerate(lines) if _FACTIVA_WORDS.fullmatch(line)), None)
    fields = {"HD": [title]}
    fields["TD"] = [part for p in body for part in (tidy(p.text_content()), "")]
    document = [
        ln
        for ln in (tidy(p.text_content()) for p in article.xpath(".//p"))
        if _FACTIVA_NUMBER.fullmatch(ln)
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
    return _make_factiva(fields)


# ProQuest: documents with named fields ("Full text: …"), as text or as a web page.

_PROQUEST_LABELS = (
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
_PROQUEST_LONGEST_FIRST = "|".join(map(re.escape, sorted(_PROQUEST_LABELS, key=len, reverse=True)))
_PROQUEST_LABEL = re.compile(rf"({_PROQUEST_LONGEST_FIRST})\s*:\s*(.*)", re.IGNORECASE)
_PROQUEST_RULE = re.compile(r"[_*=]{10,}")
_PROQUEST_COUNT = re.compile(r"Document \d+ of \d+", re.IGNORECASE)


def is_proquest(lines: list[str]) -> bool:
    """Say whether the lines of a text are an export of ProQuest."""
    starts = [line.strip().lower() for line in lines]
    named = any(line.startswith("proquest document id") for line in starts)
    return named and any(line.startswith("full text") for line in starts)


def read_proquest(lines: list[str]) -> list[Record]:
    """Take an export apart into its documents."""
    # Documents stand between rules of underscores. A field begins with its name and a colon at the
    # start of a line and goes on until the next one, so a paragraph of the text that begins with
    # "Location: …" would end it; only the names that ProQuest uses count.
    documents: list[list[str]] = [[]]
    for line in lines:
        if _PROQUEST_RULE.fullmatch(line.strip()) or _PROQUEST_COUNT.fullmatch(line.strip()):
            documents.append([])
        else:
            documents[-1].append(line)
    return [record for part in documents if (record := _read_proquest_document(part)) is not None]


def _read_proquest_document(lines: list[str]) -> Record | None:
    fields: dict[str, list[str]] = {"": []}
    label = ""
    for line in lines:
        match = _PROQUEST_LABEL.match(line.strip())
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


# Europresse (Cision): a web page with one `article` element each, or its text.

_EUROPRESSE_WORDS = re.compile(
    r"(\d[\d\s,.]*)\s*(?:mots|words|palabras|Wörter|woorden|parole)\b", re.I
)
_EUROPRESSE_NUMBER = re.compile(r"news[·.]\d{8}[·.]\w+[·.]\S+")
_EUROPRESSE_FOOT = re.compile(
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
        outlet = _read_class(article, "DocPublicationName").split(",")[0]
        header = _read_class(article, "DocHeader")
        blocks = article.xpath(".//*[contains(@class, 'DocText') or contains(@class, 'docOcurr')]")
        blocks = [b for b in blocks if not any(b in set(o.iterdescendants()) for o in blocks)]
        body = [
            paragraph.text_content()
            for block in blocks
            for paragraph in (block.xpath(".//p[not(.//p)]") or [block])
        ]
        body = [
            tidy(paragraph) for paragraph in body if not _EUROPRESSE_FOOT.fullmatch(tidy(paragraph))
        ]
        number = _EUROPRESSE_NUMBER.search(tidy(article.text_content()))
        if body:
            found.append(
                _make_europresse(
                    _read_class(article, "titreArticle"),
                    body,
                    outlet,
                    header,
                    number[0] if number else "",
                    _read_class(article, "sm-margin-bottomNews"),
                )
            )
    return found


def _read_class(article: Any, name: str) -> str:
    """The text of the first element of a class."""
    found = article.xpath(f".//*[contains(@class, '{name}')]")
    return tidy(found[0].text_content()) if found else ""


def _make_europresse(
    title: str, body: list[str], outlet: str, header: str, number: str, byline: str
) -> Record:
    words = _EUROPRESSE_WORDS.search(header)
    parts = [part.strip() for part in re.split(r"\s+[-–•|]\s+|\s*,\s*(?=p\.)", header)]
    plain = [
        part
        for part in parts
        if part
        and not read_stated_date(part)
        and not _EUROPRESSE_WORDS.search(part)
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
    """Say whether the lines of a text are articles copied or saved from Europresse."""
    return any(_EUROPRESSE_NUMBER.search(line) for line in lines)


def read_europresse(lines: list[str]) -> list[Record]:
    """Take text from Europresse apart into its articles."""
    # An article begins with its outlet and its date on lines of their own, then title and maybe
    # author, and ends with copyright and document number. Its parts are known by that order alone:
    # look at what is shown before you add it.
    articles: list[list[str]] = [[]]
    for line in (tidy(line) for line in lines):
        if line:
            articles[-1].append(line)
        if _EUROPRESSE_NUMBER.search(line):
            articles.append([])
    return [
        record for article in articles if (record := _read_europresse_lines(article)) is not None
    ]


def _read_europresse_lines(lines: list[str]) -> Record | None:
    number = next((match[0] for line in lines if (match := _EUROPRESSE_NUMBER.search(line))), "")
    lines = [line for line in lines if not _EUROPRESSE_FOOT.fullmatch(line)]
    at = next((i for i, line in enumerate(lines[:8]) if i and read_stated_date(line)), None)
    if not number or at is None or len(lines) < at + 3:
        return None
    rest = lines[at + 1 :]
    header = lines[at]
    if _EUROPRESSE_WORDS.fullmatch(rest[0]):
        header += f" - {rest.pop(0)}"
    title, body = rest[0], rest[1:]
    byline = ""
    if len(body) > 1 and len(body[0].split()) <= 6 and not re.search(r"[.!?»”]$", body[0]):
        byline, body = body[0], body[1:]
    return _make_europresse(title, body, lines[0].split(",")[0], header, number, byline)
