"""Exports of Factiva: articles with field tags as text, web pages with and without tags, XML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from analysis.corpus.formats.dates import read_stated_date
from analysis.corpus.formats.languages import read_language
from analysis.corpus.formats.lines import names_author, read_byline
from analysis.corpus.formats.record import Export, Record, make_document, read_number, tidy

# The tags in the order in which an article has them.
_TAGS = (
    "CLM SE HD BY CR WC PD ET SN SC ED PG VOL LA CY CX LP TD ART CT RF CO IN NS RE IPC IPD PUB DLN "
    "AN"
).split()
_BODY = ("LP", "TD")
_TAGGED = re.compile(r"\s{0,4}([A-Z]{2,3})(\s*\|\s*|\t\s*|[ \u00a0]+|$)(.*)")
_CODED = re.compile(r"[\w./-]+ ?: ?\S")  # "ccat : Corporate News"
_ACCESSION = r"[A-Z0-9]{3,12}(?:19|20)\d{6}[a-z0-9]{7,12}"
_NUMBER = re.compile(rf"[^\W\d_]+\s+({_ACCESSION}|[A-Z0-9]{{10,}})", re.IGNORECASE)
_WORDS = re.compile(
    r"([\d.,\u00a0\u202f' ]+?)\s*(?:words?|mots?|Wörter|palabras?|parol[ae]|palavras?|woorden"
    r"|слов\w*|sł[oó]w\w*|ord|字|词|詞|語|単語|단어|kelime)",
    re.IGNORECASE,
)
_ENDS = re.compile(rf"[^\W\d_]+\s+{_ACCESSION}")  # the last line of an article
_RUNNING = re.compile(r"\w+\s+\d+\s+\w+\s+\d+\s*(?:©.*)?|©\s*\d{4}\s+Factiva\b.*", re.IGNORECASE)
_NAME = re.compile(r"[A-Z][\w.'’-]*(?:\s+(?:(?:de|van|von|and|und|et|y)\s+)?[A-Z][\w.'’-]*){1,4}")
_RIGHTS = re.compile(r"©|\(c\)|copyright|all rights reserved", re.IGNORECASE)
_RESULTS = re.compile(
    r"(?:Results Found|Results|Gefundene Ergebnisse|Ergebnisse|Résultats(?: trouvés)?"
    r"|Resultados(?: encontrados)?|Risultati(?: trovati)?|Gevonden resultaten"
    r"|Найденные результаты|找到的结果|検索結果)\s*:?",
    re.IGNORECASE,
)


def is_factiva(lines: list[str]) -> bool:
    """Say whether the lines of a text are articles with Factiva's field tags."""
    found = {match[1] for line in lines if (match := _TAGGED.match(line))}
    return {"HD", "PD"} <= found and bool({"SN", "AN"} & found) and bool({"LP", "TD"} & found)


def is_untagged_factiva(lines: list[str]) -> bool:
    """Say whether the lines of a text are articles of Factiva as its page shows them."""
    lines = [line.strip() for line in lines]
    return any(map(_ENDS.fullmatch, lines)) and any(map(_WORDS.fullmatch, lines))


def read_untagged_factiva(lines: list[str]) -> Export:
    """Take a text without tags apart into its articles, each of which ends with its number."""
    articles: list[list[str]] = [[]]
    for line in lines:
        if not _RUNNING.fullmatch(line.strip()):
            articles[-1].append(line.strip())
            if _ENDS.fullmatch(line.strip()):
                articles.append([])
    *whole, rest = articles
    cut = any(map(_WORDS.fullmatch, rest))  # the last article, without its number
    records = [_read_lines(article) for article in ([*whole, rest] if cut else whole)]
    notes = _compare_results([tidy(line) for line in lines if line], len(records))
    loose = [] if cut else [line for line in rest if len(line.split()) >= 12]
    if loose:
        shown = loose[0][:80]
        notes.append(f"{len(loose):,} lines behind the articles were left out, as {shown!r}")
    return Export(records, notes)


def _read_lines(lines: list[str]) -> Record:
    """An article without tags: its head is known by the number of words and by its order."""
    at = next((i for i, line in enumerate(lines) if _WORDS.fullmatch(line)), -1)
    number = lines[-1] if _ENDS.fullmatch(lines[-1]) else ""
    body = lines[: -1 if number else None]
    fields: dict[str, list[str]] = {"AN": [number]}
    if at >= 0:
        before = [line for line in lines[:at] if line]
        if len(before) > 1 and (names_author(before[-1]) or _is_name(before[-1], before[-2])):
            fields["BY"] = [before.pop()]
        if (
            len(before) > 1
            and len(before[0].split()) <= 3
            and not lines[lines.index(before[0]) + 1]
        ):
            fields["SE"] = [before.pop(0)]
        fields |= {"HD": before, "WC": [lines[at]]}
        end = _find_end_of_facts(lines, at + 1)
        facts = [line for line in lines[at + 1 : end] if line]
        fields.update({name: value for name, value in _read_facts(facts).items() if value})
        body = body[end:]
    return _make_record({**fields, "TD": body})


def _is_name(line: str, title: str) -> bool:
    """Whether a line below a title is a name without "By": two to four words in capitals."""
    return bool(_NAME.fullmatch(line)) and len(title.split()) > 3


def _is_language(line: str) -> bool:
    named = line.isalpha() and (len(line) > 3 or not line.isascii())
    return named and len(read_language(line)) == 2


def _find_end_of_facts(lines: list[str], begin: int) -> int:
    """Where the text begins: behind the copyright, else the language, else the short lines."""
    full = [i for i in range(begin, len(lines)) if lines[i]]
    short = [i for n, i in enumerate(full) if all(len(lines[j]) < 80 for j in full[: n + 1])]
    rights = [i for i in full[:14] if _RIGHTS.search(lines[i]) and i <= [begin, *short][-1] + 1]
    spoken = [i for i in short[:10] if _is_language(lines[i])]
    codes = [i for i in short[:10] if re.fullmatch(r"[A-Z0-9]{2,12}", lines[i])]
    last = next((found[-1] for found in (rights, spoken, codes, short[:2]) if found), begin - 1)
    following = lines[last + 1] if last + 1 < len(lines) else ""
    return last + 2 if rights and following and _RIGHTS.search(following) else last + 1


def read_factiva(lines: list[str]) -> Export:
    """Take tagged text apart into its articles."""
    # A tag is two or three capitals at the start of a line, of those that Factiva documents, in
    # their order. An article begins with the first tag after "Document …" or AN, or another HD.
    wide = _has_wide_gaps(lines)
    articles: list[dict[str, list[str]]] = [{}]
    tag = ""
    loose: list[str] = []
    for line in lines:
        found, value = _read_tag(line, tag, wide=wide)
        again = found in articles[-1] and found in ("SE", "HD", "CLM", "BY")
        again |= wide and found in ("SE", "HD", "CLM") and bool({"LP", "TD"} & set(articles[-1]))
        if found and ("AN" in articles[-1] or again):
            articles.append({})
        if found and found not in articles[-1]:
            tag = found
            articles[-1][tag] = [value]
        elif _NUMBER.fullmatch(line.strip()) and articles[-1]:
            articles[-1].setdefault("AN", [line.strip()])
            tag = ""
        elif tag and tag != "AN":
            articles[-1][tag].append(line)
        elif tidy(line):
            loose.append(tidy(line))
    records = [_make_record(article) for article in articles if article]
    notes = _compare_results([tidy(line) for line in lines if line], len(records))
    loose = [line for line in loose if len(line.split()) >= 12 and not _RIGHTS.search(line)]
    if loose:
        shown = f"{len(loose):,} lines between the articles were left out, as {loose[0][:80]!r}"
        notes.append(shown)
    return Export(records, notes)


def _has_wide_gaps(lines: list[str]) -> bool:
    """Whether tags stand off from their values by more than one blank, as Factiva writes them."""
    gaps = [
        match[2]
        for line in lines
        if (match := _TAGGED.match(line))
        and match[1] in ("HD", "WC", "PD", "SN", "CY")
        and match[2]
    ]
    return sum(gap != " " for gap in gaps) > 0.5 * len(gaps)


def _read_tag(line: str, last: str, *, wide: bool) -> tuple[str, str]:
    """The tag and the value of a line; "" for a line of the text, whatever it begins with."""
    match = _TAGGED.match(line)
    if match is None or match[1] not in _TAGS:
        return "", ""
    tag, gap, value = match.groups()
    if gap == " " and wide:
        return "", ""
    later = last == "" or _TAGS.index(tag) > _TAGS.index(last)
    if last in _BODY:
        coded = {"CO": _CODED, "IN": _CODED, "NS": _CODED, "RE": _CODED, "AN": _NUMBER}.get(tag)
        if not later and tag not in ("HD", "SE", "CLM"):
            return "", ""
        if gap == " " and (not later or tag in ("ART", "CT", "RF", "ED")):
            return "", ""
        if gap == " " and coded is not None and not coded.match(value):
            return "", ""
    return tag, value


def _compare_results(lines: list[str], found: int) -> list[str]:
    """A note on the number of results that the summary of the search states."""
    for i, line in enumerate(lines):
        label = _RESULTS.match(line)
        rest = line[label.end() :].strip(" :|\t") if label else ""
        if label and not rest and i + 1 < len(lines):
            rest = lines[i + 1]
        if label and re.fullmatch(r"[\d.,\s]+", rest):
            stated = int(re.sub(r"\D", "", rest))
            if stated != found:
                return [f"the file states {stated:,} results, but holds {found:,} articles"]
    return []


def _make_record(fields: Mapping[str, list[str]]) -> Record:
    """A record of the fields of one article."""
    one = {tag: tidy(" ".join(lines)) for tag, lines in fields.items()}
    body = [p for tag in _BODY for p in _split_field(fields.get(tag, []))]
    date = read_stated_date(one.get("PD", ""))
    clock = re.match(r"(\d{1,2}):(\d{2})", one.get("ET", ""))
    if date and clock and int(clock[1]) < 24 and "T" not in date:
        date += f"T{int(clock[1]):02d}:{clock[2]}"
    number = _NUMBER.fullmatch(one.get("AN", ""))
    return make_document(
        one.get("HD", ""),
        body,
        published=date,
        language=read_language(one.get("LA", "")),
        facts={
            "outlet": one.get("SN", ""),
            "byline": read_byline(one.get("BY", "")),
            "section": one.get("SE", ""),
            "stated_words": read_number(one.get("WC", "")),
            "licence": one.get("CY", ""),
            "accession": number[1] if number else one.get("AN", ""),
            "database": "Factiva",
        },
    )


def _split_field(lines: list[str]) -> list[str]:
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
    # "enHeadline" is Factiva's, "relatedArticlesTextHeadline" and a cell "HD" alone are not.
    return tree.xpath(
        "//div[starts-with(@class, 'article')][.//*[re:test(@class, '(^|\\s)[a-z]{2}Headline\\b')]"
        " or .//p[contains(@class, 'articleParagraph')]"
        " or (.//td[normalize-space()='HD'] and .//td[normalize-space()='PD'])]"
        "[not(ancestor::div[starts-with(@class, 'article')])]",
        namespaces={"re": "http://exslt.org/regular-expressions"},
    )


def read_factiva_page(tree: Any) -> Export:
    """Take a page saved from Factiva apart into its articles."""
    found = []
    for article in _find_articles(tree):
        rows = article.xpath(".//tr[td]")
        tags = [tidy(row[0].text_content()) for row in rows]
        found.append(
            _read_table(rows, tags) if {"HD", "PD"} & set(tags) else _read_untagged(article)
        )
    cells = [tidy(text) for text in tree.xpath("//td//text() | //th//text()") if tidy(text)]
    return Export(found, _compare_results(cells, len(found)))


def _read_table(rows: list[Any], tags: list[str]) -> Record:
    """An article whose fields are the rows of a table: tag, content."""
    fields: dict[str, list[str]] = {}
    for row, tag in zip(rows, tags, strict=True):
        cells = row.xpath("./td")
        if tag in _TAGS and len(cells) > 1:
            blocks = cells[1].xpath(".//p") or [cells[1]]
            fields.setdefault(tag, [line for p in blocks for line in (tidy(p.text_content()), "")])
    for tag in ("HD",):
        fields[tag] = [_cut_counter(" ".join(fields.get(tag, [])), rows)]
    return _make_record(fields)


def _cut_counter(title: str, elements: list[Any]) -> str:
    """A headline without the number that a numbered download puts before it."""
    counted = any(e.xpath("descendant-or-self::*[contains(@class, 'counted')]") for e in elements)
    return re.sub(r"^\s*\d{1,4}\)\s+", "", title) if counted else title


def _read_untagged(article: Any) -> Record:
    """An article without tags: its facts are known by their class, their form and their order."""
    headline = article.xpath(".//*[contains(@class, 'Headline')]")
    paragraphs = article.xpath(".//p[contains(@class, 'articleParagraph')]")
    author = article.xpath(".//div[contains(concat(' ', @class, ' '), ' author ')]")
    title = tidy(headline[0].text_content()) if headline else ""
    lines = [tidy(div.text_content()) for div in article.xpath(".//div[not(.//div)]")]
    lines = [line for line in lines if line]
    at = next((i for i, line in enumerate(lines) if _WORDS.fullmatch(line)), None)
    document = [
        line
        for line in (tidy(p.text_content()) for p in article.xpath(".//p | .//div[not(.//div)]"))
        if _NUMBER.fullmatch(line) and re.search(r"\d{6}", line)
    ]
    body = [tidy(p.text_content()) for p in paragraphs]
    fields = {
        "HD": [_cut_counter(title, headline)],
        "BY": [tidy(author[0].text_content())] if author else [],
        "TD": [part for line in body if line not in document for part in (line, "")],
        "AN": document[-1:],
    }
    if at is not None:
        fields["WC"] = [lines[at]]
        if not author and at and names_author(lines[at - 1]):
            fields["BY"] = [lines[at - 1]]
        before = lines[: lines.index(title)] if title in lines[:at] else []
        fields["SE"] = [line for line in before if len(line) < 100][-1:]
        fields.update(_read_facts(lines[at + 1 :]))
    return _make_record(fields)


def _read_facts(lines: list[str]) -> dict[str, list[str]]:
    """Date, time, outlet, language and copyright, which follow the number of words."""
    fields: dict[str, list[str]] = {}
    if lines and _read_page_date(lines[0]):
        fields["PD"] = [_read_page_date(lines.pop(0))]
    if lines and re.fullmatch(r"\d{1,2}:\d{2}(?::\d{2})?", lines[0]):
        fields["ET"] = [lines.pop(0)]
    if lines:
        fields["SN"] = [lines.pop(0)]
    lines = lines[:8]
    spoken = [
        line
        for line in (re.sub(r"文$", "语", line) for line in lines)
        if (len(line) > 3 or not line.isascii()) and re.fullmatch("[a-z]{2}", read_language(line))
    ]
    fields["LA"] = spoken[:1]
    fields["CY"] = [line for line in lines if _RIGHTS.search(line)][:1]
    return fields


def _read_page_date(line: str) -> str:
    """The date of a line, also as Chinese, Japanese and Korean pages write it."""
    match = re.fullmatch(
        r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일](?:\s*(\d{1,2}):(\d{2}))?", line
    )
    if match is None:
        return read_stated_date(line)
    date = read_stated_date(f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}")
    clock = f"T{int(match[4]):02d}:{match[5]}" if match[4] and int(match[4]) < 24 else ""
    return date + clock if date else ""


def read_factiva_xml(tree: Any) -> Export | None:
    """Read the articles of an XML document of Factiva; None for any other document."""
    # Names are compared without their namespace, which some exports have and some do not.
    articles = [
        element
        for element in tree.xpath("//*[local-name()='article']")
        if element.xpath("*[local-name()='accessionNo' or local-name()='tailParagraphs'"
                         " or local-name()='leadParagraph']")
    ]  # fmt: skip
    if not articles:
        return None
    records = [_read_xml_article(article) for article in articles]
    stated = tree.xpath("string((//*[local-name()='ppsarticleResultSet']/@count)[1])")
    notes = []
    if str(stated).isdigit() and int(stated) != len(records):
        notes.append(f"the file states {int(stated):,} articles, but {len(records):,} were found")
    return Export(records, notes)


def _read_xml_article(article: Any) -> Record:
    def texts(name: str) -> list[str]:
        found = article.xpath(f"*[local-name()='{name}']")
        inner = [p for e in found for p in (e.xpath(".//*[local-name()='paragraph']") or [e])]
        return [line for p in inner if (line := tidy("".join(p.itertext())))]

    def first(*names: str) -> str:
        return next((" ".join(found) for name in names if (found := texts(name))), "")

    time = re.match(r"\d{1,2}:\d{2}", first("publicationTime"))
    stamp = first("publicationDate")
    published = read_stated_date(stamp)
    if published and time and "T" not in published:
        published += f"T{time[0]:0>5}"
    return make_document(
        first("headline"),
        [*texts("leadParagraph"), *texts("tailParagraphs")],
        published=published,
        language=read_language(first("baseLanguage")),
        facts={
            "outlet": first("sourceName"),
            "byline": read_byline(first("byline")),
            "section": first("sectionName", "columnName"),
            "stated_words": read_number(first("wordCount")),
            "licence": first("copyright"),
            "accession": first("accessionNo", "reference").rsplit("/", 1)[-1],
            "database": "Factiva",
        },
    )
