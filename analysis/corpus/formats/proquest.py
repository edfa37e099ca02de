"""Exports of ProQuest: documents with named fields as text, page or mail; and RIS."""

from __future__ import annotations

import re

from analysis.corpus.formats.articles import split_paragraphs
from analysis.corpus.formats.dates import read_stated_date
from analysis.corpus.formats.languages import read_language
from analysis.corpus.formats.lines import read_byline
from analysis.corpus.formats.record import Export, Record, make_document, read_number, tidy

_LABELS = (
    "Title", "Author", "Publication title", "Publication info", "Publication date",
    "Publication year", "Publication subject", "Full text", "Abstract", "Abstract (summary)",
    "Links", "Subject", "Location", "People", "Company / organization", "Identifier / keyword",
    "Classification", "Pages", "First page", "Start page", "Section", "Column", "Volume", "Issue",
    "Publisher", "Place of publication", "Country of publication", "Dateline", "ISSN", "e-ISSN",
    "ISBN", "Source type", "Language of publication", "Language", "Document type",
    "Document feature", "ProQuest document ID", "ProQuest document link", "Document URL",
    "Copyright", "Last updated", "Database", "Credit", "Illustration", "Edition", "Supplement",
    "URL", "Year", "Headline", "Number of pages", "Word count", "Correspondence author", "DOI",
    "Accession number", "Narrow subject", "Broad subject", "Caption",
)  # fmt: skip
_KNOWN = {re.sub(r"\W", "", label.lower()): label.lower() for label in _LABELS}
_LABEL = re.compile(r"([A-Za-z][A-Za-z /()-]{1,30}?)\s*:\s*(.*)", re.DOTALL)
_LINK = re.compile(r"ProQuest document link\b.*", re.IGNORECASE)
_ID = re.compile(r"ProQuest\s*document\s*ID\s*:", re.IGNORECASE)
_RULE = re.compile(r"[_*=]{10,}")
_COUNT = re.compile(r"Document (\d+) of (\d+)", re.IGNORECASE)
_CAPTION = re.compile(  # and the lines that stand where a picture was
    r"(?:caption|photo caption|illustration|graphic)s?\s*:.*|illustration|enlarge this image\.?",
    re.IGNORECASE,
)
_TAIL = ("proquest document id", "document url", "copyright", "last updated", "database")


def is_proquest(lines: list[str]) -> bool:
    """Say whether the lines of a text are an export of ProQuest."""
    starts = [line.strip(" >\t").lower() for line in lines]
    named = any(line.startswith(("proquest document", "proquestdocument")) for line in starts)
    return named and any(line.startswith("full text") for line in starts)


def read_proquest(lines: list[str]) -> Export:
    """Take an export apart into its documents."""
    # Documents stand between rules of underscores, or in a mail one behind the other. A field
    # begins with its name and a colon at the start of a line and goes on until the next one, so a
    # paragraph of the text that begins with "Location: …" would end it; only the names that
    # ProQuest uses count.
    full = [line for line in lines if line.strip()]
    if full and sum(line.startswith(">") for line in full) > 0.5 * len(full):  # forwarded
        lines = [re.sub(r"^(?:> ?)+", "", line) for line in lines]
    documents: list[list[str]] = [[]]
    counts = [m for line in lines if (m := _COUNT.fullmatch(line.strip()))]
    for line in lines:
        if _RULE.fullmatch(line.strip()) or _COUNT.fullmatch(line.strip()):
            documents.append([])
        else:
            documents[-1].append(line)
    parts = [part for document in documents for part in _split_document(document)]
    records = [record for part in parts if (record := _read_document(part)) is not None]
    stated = max((int(match[2]) for match in counts), default=len(records))
    notes = []
    if stated != len(records):
        notes.append(f"the file states {stated:,} documents, but {len(records):,} were found")
    return Export(records, notes)


def _read_label(line: str) -> tuple[str, str] | None:
    """The name of a field and its value, whatever blanks the name lost on its way."""
    match = _LABEL.match(line.strip())
    name = _KNOWN.get(re.sub(r"\W", "", match[1].lower())) if match else None
    return (name, match[2]) if match and name else None


def _split_document(lines: list[str]) -> list[list[str]]:
    """Documents without rules: the next begins behind the last fields of the one before."""
    if sum(bool(_ID.match(line.strip())) for line in lines) < 2:
        return [lines]
    parts: list[list[str]] = [[]]
    ended = False
    for line in lines:
        label = _read_label(line)
        if ended and line.strip() and (label is None or label[0] not in _TAIL):
            parts.append([])
            ended = False
        ended = ended or bool(_ID.match(line.strip()))
        parts[-1].append(line)
    return parts


def _read_document(lines: list[str]) -> Record | None:
    """One document; None for lines without fields, as before the first and behind the last one."""
    fields: dict[str, list[str]] = {"": []}
    label, last = "", _find_last_sentence(lines)
    for i, line in enumerate(lines):
        found = _read_label(line)
        if label == "full text" and i < last:
            found = None
        if _LINK.fullmatch(line.strip()):
            label = "links"
            fields.setdefault(label, [])
        elif found and found[0] not in fields and found[0] != "caption":
            label = found[0]
            fields[label] = [found[1]]
        else:
            fields[label].append(line)
    if not {"full text", "proquest document id", "publication info"} & set(fields):
        return None
    text = re.sub(r"^\s*<?/?html>\s*", "", "\n".join(fields.get("full text", [])))
    body = [tidy(paragraph) for paragraph in split_paragraphs(text)]
    captions = [paragraph for paragraph in body if _CAPTION.fullmatch(paragraph)]
    one = {name: tidy(" ".join(lines)) for name, lines in fields.items()}
    outlet = one.get("publication title", "") or one.get("publication info", "").split(";")[0]
    record = make_document(
        one.get("title") or one.get("headline") or _find_title(fields[""], one),
        [paragraph for paragraph in body if paragraph not in captions],
        published=read_stated_date(one.get("publication date", ""))
        or read_stated_date(one.get("publication info", "")),
        language=read_language(one.get("language of publication") or one.get("language") or ""),
        url=one.get("document url", "").split(" ")[0],
        facts={
            "outlet": re.split(r"\s*;\s*", outlet)[0],
            "byline": read_byline(one.get("author", "")),
            "section": one.get("section", ""),
            "stated_words": re.sub(r"\D", "", one.get("word count", "")),
            "licence": one.get("copyright", ""),
            "accession": one.get("proquest document id", "").split(" ")[0],
            "database": "ProQuest",
        },
    )
    record["dropped"] = captions
    if not record["paragraphs"]:
        abstract = one.get("abstract", "") or one.get("abstract (summary)", "")
        record["notes"].append("an abstract alone, no full text" if abstract else "no full text")
    return record


def _find_last_sentence(lines: list[str]) -> int:
    """The last line of the text, before which a line that looks like a field is none."""
    name, last = "", -1
    for i, line in enumerate(map(str.strip, lines)):
        label = _read_label(line)
        name = label[0] if label else name
        is_sentence = len(line.split()) >= 12 and re.search(r"[.!?][”\"’)]*$", line)
        if label is None and is_sentence and not name.startswith("abstract"):
            last = i
    return last


def _find_title(lines: list[str], fields: dict[str, str]) -> str:
    """The title among the lines before the first field: the last that is no author or citation."""
    author = fields.get("author", "").rstrip(" .")
    outlet = fields.get("publication title", "").split(",")[0].split(";")[0].strip()
    before = [tidy(line) for line in lines if line.strip()]
    while len(before) > 1 and (
        (author and before[-1].rstrip(" .") == author)
        or (outlet and outlet in before[-1] and read_stated_date(before[-1]))
    ):
        before.pop()
    return before[-1] if before else ""


_RIS = re.compile(r"\ufeff?([A-Z][A-Z0-9])\s{1,2}-(?:\s(.*)|$)", re.DOTALL)
_FULL = ("FT", "TX")  # the full text, where a database writes it
_ABSTRACT = ("N2", "AB")


def is_ris(lines: list[str]) -> bool:
    """Say whether the lines of a text are a RIS file."""
    tags = [match[1] for line in lines if (match := _RIS.match(line))]
    return tags[:1] == ["TY"] and len(tags) >= 3


def read_ris(lines: list[str]) -> Export:
    """Read the entries of a RIS file: of the texts, what it holds."""
    entries: list[dict[str, list[str]]] = []
    tag = ""
    for line in lines:
        match = _RIS.match(line)
        if match and match[1] == "TY":
            entries.append({})
        if match and entries:
            tag = match[1]
            entries[-1].setdefault(tag, []).append(match[2] or "")
        elif entries and tag in entries[-1]:
            entries[-1][tag][-1] += f"\n{line}"
    return Export([_read_entry(entry) for entry in entries], [])


def _read_entry(entry: dict[str, list[str]]) -> Record:
    def first(*tags: str) -> str:
        return next((tidy(entry[tag][0]) for tag in tags if tag in entry), "")

    full = [text for tag in _FULL for text in entry.get(tag, [])]
    abstract = next((entry[tag] for tag in _ABSTRACT if "".join(entry.get(tag, []))), [])
    text = "\n\n".join(full or abstract)
    notes = " ".join(entry.get("N1", []))
    updated = re.sub(r"Last updated\b.*?(?:\d{4}-\d{2}-\d{2}|$)", "", notes)
    rights = re.search(r"(?:copyright\b\s*[-–:]?|©)[^;\n]*", updated, re.IGNORECASE)
    database = first("DP", "DB")
    record = make_document(
        first("TI", "T1", "CT"),
        split_paragraphs(text),
        published=_read_ris_date(first("DA", "Y1", "PY")),
        language=read_language(first("LA")),
        url=first("UR", "L2"),
        facts={
            "outlet": first("JF", "T2", "JO", "JA", "PB"),
            "byline": "; ".join(tidy(name) for t in ("AU", "A1") for name in entry.get(t, [])),
            "section": first("SE", "C1"),
            "licence": rights[0] if rights else "",
            "accession": first("AN", "ID"),
            "database": database or "RIS",
            "stated_words": read_number(first("WC")),
        },
    )
    if not full and abstract:
        record["notes"].append("the text is an abstract: the file holds no full text")
    elif not full:
        record["notes"].append("no text: the entry names an article, but holds none")
    return record


def _read_ris_date(text: str) -> str:
    """A date such as "2004/09/11/" or "2004 Sep 11", whose parts stand from large to small."""
    match = re.match(r"(\d{4})[/ -](\w{3,9}|\d{1,2})[/ -](\d{1,2})", text)
    return read_stated_date(f"{match[3]} {match[2]} {match[1]}" if match and match[2].isalpha()
                            else "-".join(f"{int(p):02d}" for p in match.groups())
                            if match else text)  # fmt: skip
