"""The columns of a table of documents, known by their usual names, and what a row says."""

from __future__ import annotations

import re
from collections.abc import Mapping

from analysis.corpus.formats.articles import Record, split_paragraphs
from analysis.corpus.formats.dates import read_stated_date
from analysis.corpus.formats.encodings import clean_text
from analysis.corpus.formats.languages import read_language
from analysis.corpus.formats.record import make_document, tidy
from analysis.tables import InputError

# By the manifest's column: what tables call it, in lower-case letters alone, most telling first.
FIELDS: dict[str, tuple[str, ...]] = {
    name: tuple(names.split())
    for name, names in {
        "text": "text fulltext bodytext articletext maintext body content articlebody article "
        "contents story texte volltext texto testo inhalt",
        "id": "id docid documentid articleid uid guid identifier",
        "title": "title headline heading head titel titre título titolo articletitle",
        "standfirst": "standfirst subtitle subheadline teaser lead summary description abstract",
        "outlet": "outlet publication newspaper publisher source sourcename publicationtitle "
        "medium media journal site sitename domain quelle",
        "published": "published publicationdate publishdate pubdate publishedat publishedon "
        "datepublished datepublish date datetime day datum fecha timestamp",
        "url": "url link weburl articleurl href permalink address uri",
        "language": "language lang languagecode",
        "country": "country countrycode",
        "side": "side",
        "genre": "genre",
        "licence": "licence license rights copyright",
        "byline": "byline author authors writer journalist autor auteur",
        "section": "section category rubric ressort rubrique",
        "stated_words": "wordcount words nwords length wc",
    }.items()
}


def map_columns(header: list[str], columns: Mapping[str, str], name: str) -> dict[str, str]:
    """Find out which column of a table holds what.

    Examples
    --------
    >>> map_columns(["Headline", "Full Text", "n"], {}, "a.csv")
    {'text': 'Full Text', 'title': 'Headline'}
    """
    taken = [field for field in columns if field in ("doc", "version", "sha256", "row", "path", "")]
    if taken:
        raise InputError(f"A column cannot be named {taken[0]!r}; the corpus uses it otherwise.")
    known = {re.sub(r"[\W_]+", "", column.casefold()): column for column in reversed(header)}
    chosen: dict[str, str] = {}
    for field, column in columns.items():
        if column not in header:
            found = known.get(re.sub(r"[\W_]+", "", column.casefold()))
            if found is None:
                raise InputError(
                    f"{name} has no column {column!r} for {field}; it has {_list(header)}."
                )
            column = found
        chosen[field] = column
    for field, names in FIELDS.items():
        free = (known[one] for one in names if one in known)
        found = next((column for column in free if column not in chosen.values()), None)
        if found is not None and field not in chosen:
            chosen[field] = found
    if "text" not in chosen:
        raise InputError(
            f"{name} has no column that is known to hold the texts (text, body, content …); say "
            f"which with --text-column, as one of {_list(header)}."
        )
    return {field: chosen[field] for field in [*FIELDS, *chosen] if field in chosen}


def _list(header: list[str]) -> str:
    more = f" and {len(header) - 20} more" if len(header) > 20 else ""
    return ", ".join(map(repr, header[:20])) + more


def read_row(values: Mapping[str, str], order: str) -> Record:
    """Make a record of the cells of a row.

    Examples
    --------
    >>> read_row({"text": "They ended.", "published": "2024-05-15"}, "")["published"]
    '2024-05-15'
    """
    published = read_stated_date(values.get("published", ""), order=order)
    own = ("text", "id", "title", "standfirst", "published", "url", "language", "stated_words")
    facts = {name: value for name, value in values.items() if name not in own}
    facts["stated_words"] = read_number(values.get("stated_words", ""))
    record = make_document(
        values.get("title", ""),
        split_paragraphs(clean_text(values["text"])),
        published=published,
        language=read_language(values.get("language", "")),
        url=values.get("url", ""),
        standfirst=values.get("standfirst", ""),
        facts=facts,
    )
    stated = tidy(values.get("published", ""))
    if stated and not published:
        record["notes"].append(
            f"the date {stated!r} cannot be read, or can be read two ways (--date-order)"
        )
    return record


def read_number(text: str) -> str:
    """Read the whole number that a text begins with, as in "1,234 words".

    Examples
    --------
    >>> read_number("1,234 words"), read_number("512 mots"), read_number("long")
    ('1234', '512', '')
    """
    match = re.match(r"\s*(\d{1,3}(?:[,. '’\u00a0\u202f]\d{3})+|\d+)(?!\d)", text)
    return re.sub(r"\D", "", match[1]) if match else ""
