"""XML that holds texts: NewsML, NITF, RSS and Atom, TEI, JATS, and tables written as XML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import takewhile
from pathlib import PurePath
from typing import Any

from analysis.corpus.formats.articles import same_title
from analysis.corpus.formats.columns import map_columns
from analysis.corpus.formats.dates import read_stamp, read_stated_date
from analysis.corpus.formats.languages import read_language
from analysis.corpus.formats.markup import (
    attribute,
    child,
    children,
    either,
    find,
    iterate,
    local,
    read_blocks,
    read_fragment,
    text_of,
)
from analysis.corpus.formats.record import (
    Item,
    Record,
    Source,
    count_words,
    make_document,
    read_number,
    require_length,
)
from analysis.tables import InputError, progress

_FEEDS = ("rss", "rdf", "feed", "channel")
_CAPTIONS = ("media", "figure", "fig", "caption", "media-caption", "figcaption", "table-wrap")
_SENTENCES = frozenset("s seg sentence satz frase phrase w word token".split())
_IN_LINES = _SENTENCES | frozenset(
    "a abbr b br cite code del em font hi i ins lb mark q small span strong sub sup tt u".split()
)
_NOTES = ("note", "fn", "footnote", "bibliography", "ref-list", "body.end")


def read_xml(tree: Any, name: str, stem: str) -> Source:
    """Read all documents of parsed XML."""
    feed = local(tree).lower() in _FEEDS
    for names, reader in ((("item", "entry"), _read_entry),) if feed else _READERS:
        found = [one for one in iterate(tree, *names) if not _is_inside(one, names)]
        if found or feed:
            return _collect(reader, found, tree, name, stem)
    root = local(tree)
    if root in ("urlset", "sitemapindex", "opml"):
        raise InputError(
            f"{name} lists addresses and holds no texts; put them into sources.csv and run "
            "`discourse fetch`."
        )
    return _read_unknown(tree, name, stem)


def _is_inside(element: Any, names: tuple[str, ...]) -> bool:
    """Whether an element stands in another of these names, as in a corpus of corpora."""
    above = (local(one) in names for one in element.iterancestors())
    return any(above) if "TEI" not in names else local(element) == "teiCorpus"


def _collect(
    reader: Callable[[Any, Any], Record], found: list[Any], tree: Any, name: str, stem: str
) -> Source:
    """The records of some elements, and which of them hold no text."""
    many = len(found) > 1
    items: list[Item] = []
    left_out: list[tuple[str, str]] = []
    steps = progress(found, desc=f"Reading {PurePath(name).name}") if many else found
    for i, element in enumerate(steps, start=1):
        where = f"{name} item {i}" if many else name
        record = reader(element, tree)
        require_length("\n".join(record["paragraphs"]), where)
        if record["paragraphs"]:
            items.append(Item(where, stem, record))
        else:
            left_out.append((where, _why_empty(element)))
    if not items:
        why = _why_empty(found[0]) if found else "a feed without an entry"
        way_out = "" if ";" in why else "; leave it out"
        raise InputError(f"{name} holds no text: {why}{way_out}.")
    short = sum(bool(item.record["facts"].pop("summary", "")) for item in items)
    notes = []
    if short:
        notes.append(
            f"{short} of {len(items)} entries hold a summary alone; for the full texts, put "
            "their addresses into sources.csv and run `discourse fetch`"
        )
    return Source(items, left_out, many, notes)


def _why_empty(element: Any) -> str:
    """Why there is no document in an element."""
    if local(element) in _G2_ITEMS[1:]:
        return "a NewsML item that describes others and holds no text of its own"
    if find(element, "remoteContent") is not None or any(
        "Photo" in attribute(one, "FormalName") for one in iterate(element, "MediaType")
    ):
        return "a picture, a recording or a link, no text"
    if local(element) in ("item", "entry"):
        return "a title and an address without a text; `discourse fetch` brings the page"
    return "no text in it"


def _first(*texts: str) -> str:
    return next(filter(None, texts), "")


def _stamp(*elements: Any) -> str:
    """The first date that one of some elements states, in its text or its attributes."""
    for element in elements:
        if element is not None:
            stated = attribute(element, "norm", "when", "date.publication", "iso-8601-date", "date")
            found = read_stamp(stated) or read_stamp(text_of(element))
            if found:
                return found
    return ""


def _language(element: Any, *others: str) -> str:
    """The language that an element or one above it states."""
    above = [attribute(one, "lang") for one in element.iterancestors()]
    stated = [*others, attribute(element, "lang"), *above]
    return _first(*(read_language(value[:2]) for value in stated if value))


def _without_title(paragraphs: list[str], *titles: str) -> list[str]:
    """The paragraphs behind those that state title or standfirst once more."""
    while paragraphs and any(title and same_title(paragraphs[0], title) for title in titles):
        paragraphs = paragraphs[1:]
    return paragraphs


def _add(record: Record, dropped: list[str]) -> Record:
    record["dropped"] += dropped
    return record


def _body(element: Any, aside: tuple[str, ...] = ()) -> tuple[list[str], list[str]]:
    if element is None:
        return [], []
    return read_blocks(element, (*_CAPTIONS, *_NOTES, *aside))


# NITF and what is like it


def _read_nitf(nitf: Any, _: Any) -> Record:
    """One document in NITF."""
    head = find(nitf, "body.head")
    hedline = find(either(head, nitf), "hedline")
    full = [one for one in iterate(nitf, "block") if attribute(one, "class") == "full_text"]
    content = either(*full, find(nitf, "body.content", "body"))
    paragraphs, dropped = _body(content, ("hedline", "body.head"))
    data, byline, dateline = (
        find(nitf, "pubdata"), find(head, "byline"), text_of(find(head, "dateline")),
    )  # fmt: skip
    title = text_of(find(hedline, "hl1")) or text_of(find(nitf, "title"))
    standfirst = " ".join(text_of(one) for one in iterate(hedline, "hl2"))
    record = make_document(
        title,
        _without_title(paragraphs, title, standfirst),
        published=_stamp(
            data, find(nitf, "date.issue"), find(nitf, "date.release"), find(head, "story.date")
        ),
        language=_language(nitf),
        standfirst=standfirst or text_of(find(head, "abstract")),
        url=attribute(data, "ex-ref"),
        facts={
            "outlet": attribute(data, "name") or text_of(find(head, "distributor")),
            "byline": _read_byline(byline),
            "section": attribute(data, "position.section"),
            "accession": attribute(find(nitf, "doc-id"), "id-string"),
            "licence": attribute(find(nitf, "doc.copyright"), "holder"),
        },
    )
    return _add(record, [*([f"dateline: {dateline}"] if dateline else []), *dropped])


def _read_byline(byline: Any) -> str:
    """Who wrote a text, without what they are called at work (byttl)."""
    for one in iterate(byline, "byttl"):
        one.clear(keep_tail=True)
        one.tail = f" {one.tail or ''}"
    return _clean_byline(text_of(either(find(byline, "person"), byline)))


def _clean_byline(text: str) -> str:
    return re.sub(r"^(?:by|von|par|por|di)\s+(?=\S)", "", text, flags=re.IGNORECASE)


# NewsML-G2

_G2_ITEMS = (
    "newsItem", "packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem",
)  # fmt: skip
_HAS_TAGS = re.compile(r"</p\s*>|<br\s*/?>", re.IGNORECASE)
_SUMMARIES = re.compile(r"summary|abstract|standfirst|lead|teaser", re.IGNORECASE)


def _named(element: Any) -> str:
    """What an element of NewsML-G2 is called: its name, its literal or its code."""
    name = text_of(child(element, "name")) or attribute(element, "literal")
    return name or attribute(element, "qcode").split(":")[-1] or text_of(element)


def _read_g2(item: Any, _: Any) -> Record:
    """One item of NewsML-G2."""
    meta, content = child(item, "itemMeta"), child(item, "contentMeta")
    summaries = [
        text_of(one)
        for one in children(content, "description")
        if _SUMMARIES.search(attribute(one, "role").split(":")[-1])
    ]
    inner = _read_g2_content(child(item, "contentSet"))
    facts = inner["facts"]
    inline = child(child(item, "contentSet"), "inlineXML", "inlineData")
    title = _first(
        text_of(child(content, "headline")), inner["title"], text_of(child(meta, "title"))
    )
    standfirst = _first(*summaries, inner["standfirst"])
    stamps = [child(meta, name) for name in ("firstCreated", "versionCreated")]
    language = read_language(attribute(child(content, "language"), "tag")[:2])
    record = make_document(
        title,
        _without_title(inner["paragraphs"], title, standfirst),
        published=inner["published"] or _stamp(child(content, "contentCreated"), *stamps),
        language=language or _language(item),
        standfirst=standfirst,
        facts={
            **facts,
            "outlet": _first(facts.get("outlet", ""), _named(child(meta, "provider"))),
            "byline": _first(
                _clean_byline(text_of(child(content, "by"))),
                facts.get("byline", ""),
                name if " " in (name := _named(child(content, "creator"))) else "",  # no login
            ),
            "accession": attribute(item, "guid"),
            "licence": text_of(find(item, "copyrightNotice")),
            "stated_words": read_number(attribute(inline, "wordcount")),
        },
    )
    return _add(record, inner["dropped"])


def _read_g2_content(contents: Any) -> Record:
    """The text of an item: NITF, HTML or plain, in it as XML or as text."""
    for one in children(contents, "inlineXML"):
        nitf = find(one, "nitf")
        if nitf is not None:
            return _read_nitf(nitf, None)
        paragraphs, dropped = _body(either(find(one, "body"), one), ("header",))
        record = make_document(text_of(find(one, "h1")), paragraphs)
        if record["paragraphs"]:
            return _add(record, dropped)
    for one in children(contents, "inlineData"):
        text = "".join(one.itertext())
        is_html = "html" in attribute(one, "contenttype") or _HAS_TAGS.search(text) is not None
        if attribute(one, "encoding"):
            continue
        return make_document("", read_fragment(text) if is_html else text.split("\n"))
    return make_document("", [])


# NewsML 1


def _read_newsml(item: Any, _: Any) -> Record:
    """One NewsItem of NewsML 1: the texts of its components, captions of pictures apart."""
    paragraphs, dropped = _read_newsml_texts(item)
    lines, management = find(item, "NewsLines"), find(item, "NewsManagement")
    provider = find(find(item, "Source", "Provider"), "Party")
    title = text_of(find(lines, "HeadLine")) or text_of(find(item, "hl1"))
    standfirst = text_of(find(lines, "SubHeadLine"))
    stamps = [find(management, name) for name in ("FirstCreated", "ThisRevisionCreated")]
    words = (
        read_number(attribute(one, "Value"))
        for one in iterate(item, "Property")
        if attribute(one, "FormalName") == "WordCount"
    )
    language = read_language(attribute(find(item, "Language"), "FormalName")[:2])
    record = make_document(
        title,
        _without_title(paragraphs, title, standfirst),
        published=_stamp(*stamps, find(item, "DateId")),
        language=_language(item) or language,
        standfirst=standfirst,
        facts={
            "outlet": attribute(provider, "FormalName") or text_of(find(item, "ProviderId")),
            "byline": _clean_byline(text_of(find(lines, "ByLine"))),
            "accession": text_of(find(item, "PublicIdentifier", "NewsItemId")),
            "licence": text_of(find(lines, "CopyrightLine")),
            "stated_words": next(filter(None, words), ""),
        },
    )
    return _add(record, dropped)


def _read_newsml_texts(item: Any) -> tuple[list[str], list[str]]:
    """The paragraphs of an item's components, and its captions."""
    paragraphs: list[str] = []
    dropped: list[str] = []
    for content in iterate(item, "DataContent"):
        found, aside = _body(either(find(content, "body.content", "body"), content), ("hedline",))
        if not len(content) and _HAS_TAGS.search(content.text or ""):  # HTML as text
            found = read_fragment(content.text)
        above = (one for one in content.iterancestors() if local(one) == "NewsComponent")
        role = attribute(child(next(above, None), "Role"), "FormalName").lower()
        if "caption" in role:
            dropped += [f"caption: {one}" for one in found]
        elif any(one not in paragraphs for one in found):  # some agencies state a text twice
            paragraphs += found
        dropped += aside
    return paragraphs, dropped


# RSS 0.9 to 2.0, RSS 1.0, Atom


_FEED_STAMPS = ("pubDate", "published", "date", "issued", "created", "updated", "modified")


def _read_entry(entry: Any, tree: Any) -> Record:
    """One entry of a feed; the fact `summary` says that it holds no more than that."""
    every = either(find(tree, "channel", "feed"), tree)
    channel = list(takewhile(lambda one: local(one) not in ("item", "entry"), every))
    full = [
        one
        for one in children(entry, "encoded", "content", "fulltext")
        if not attribute(one, "url", "medium", "src")  # a picture
    ]
    paragraphs = max((_read_content(one) for one in full), key=count_words, default=[])
    summary = _read_content(child(entry, "description", "summary"))
    is_short = count_words(paragraphs) < max(1, count_words(summary))
    title = " ".join(_read_content(child(entry, "title")))
    if is_short:
        paragraphs, summary = summary, []
    links = [
        attribute(one, "href") or text_of(one)
        for one in children(entry, "link")
        if attribute(one, "rel") in ("", "alternate")
    ]
    guid = text_of(child(entry, "guid", "id"))
    url = next((one for one in [*links, guid] if one.startswith(("http://", "https://"))), "")
    author, source = child(entry, "creator", "author"), child(entry, "source")
    byline = text_of(either(find(author, "name"), author))
    category = child(entry, "category")
    body = " ".join(paragraphs)
    return make_document(
        title,
        _without_title(paragraphs, title),
        published=_stamp(*(child(entry, name) for name in _FEED_STAMPS)),
        language=read_language(text_of(child(channel, "language"))[:2]) or _language(entry),
        url=url,
        standfirst="" if any(one in body for one in summary) else " ".join(summary),
        facts={
            "outlet": text_of(either(find(source, "title"), source, child(channel, "title"))),
            "byline": re.sub(r"^\S+@\S+\s*\(([^()]*)\)$", r"\1", byline),
            "section": attribute(category, "term", "label") or text_of(category),
            "licence": text_of(child(channel, "copyright", "rights")),
            "accession": guid if guid != url else "",
            "summary": "yes" if is_short and body else "",
        },
    )


def _read_content(element: Any) -> list[str]:
    """The paragraphs of an element of a feed, which may be HTML as text or as elements."""
    if element is None:
        return []
    if len(element):
        return read_blocks(element, _CAPTIONS)[0]
    text = element.text or ""
    if attribute(element, "type") in ("text", "text/plain"):
        return [line for line in text.split("\n") if line.strip()]
    return read_fragment(text)


# TEI, JATS, Reuters' newsitem


_NOT_READ = ("fw", "figDesc", "rdg", "sic", "orig", "abbr", "del")  # of an edition's variants


def _read_tei(tei: Any, _: Any) -> Record:
    """One text in TEI."""
    header, text = child(tei, "teiHeader"), child(tei, "text")
    described, profile = find(header, "fileDesc"), find(header, "profileDesc")
    source = find(described, "sourceDesc")
    body = find(text, "body")
    _join_words(body)
    paragraphs, dropped = _body(either(body, text), _NOT_READ)
    titles = list(iterate(described, "title"))
    articles = [one for one in titles if attribute(one, "level") == "a"]
    journals = [one for one in titles if attribute(one, "level") in ("j", "s")]
    title = text_of(either(*articles, *titles))
    links = [text_of(one) or attribute(one, "target") for one in iterate(source, "idno", "ref")]
    record = make_document(
        title,
        _without_title(paragraphs, title),
        published=_stamp(*(find(one, "date") for one in (source, profile, described))),
        language=read_language(attribute(find(profile, "language"), "ident")[:2]) or _language(tei),
        url=next((link for link in links if link.startswith("http")), ""),
        facts={
            "outlet": text_of(either(*journals, find(source, "publisher"))),
            "byline": text_of(either(find(source, "author"), find(described, "author"))),
        },
    )
    return _add(record, dropped)


def _join_words(body: Any) -> None:
    """Put the spaces between words that are elements of their own, where the source has none."""
    for word in list(iterate(body, "w", "pc")):
        if (word.tail or "").strip():
            continue
        after = word.getnext()
        glued = attribute(word, "join") in ("right", "both")
        glued |= attribute(after, "join") in ("left", "both")
        stop = local(after) == "pc" and text_of(after)[:1] in (*".,;:!?)”’»", "")
        word.tail = "" if glued or stop else " "


def _read_jats(article: Any, _: Any) -> Record:
    """One article in JATS."""
    front = child(article, "front")
    meta = find(front, "article-meta")
    date = find(meta, "pub-date")
    parts = [text_of(find(date, one)).zfill(2) for one in ("year", "month", "day")]
    names = [
        " ".join(filter(None, (text_of(find(one, part)) for part in ("given-names", "surname"))))
        for one in iterate(meta, "contrib")
    ]
    paragraphs, dropped = _body(child(article, "body"), ("xref",))
    record = make_document(
        text_of(find(meta, "article-title")),
        paragraphs,
        published=read_stated_date("-".join(parts)),
        language=_language(article),
        standfirst=text_of(find(meta, "abstract")),
        facts={
            "outlet": text_of(find(front, "journal-title")),
            "byline": "; ".join(filter(None, names)),
        },
    )
    return _add(record, dropped)


def _read_newsitem(item: Any, _: Any) -> Record:
    """One item as the Reuters corpus (RCV1) has it."""
    title = text_of(child(item, "headline", "title"))
    paragraphs, dropped = _body(child(item, "text"))
    record = make_document(
        title,
        paragraphs,
        published=read_stamp(attribute(item, "date")),
        language=_language(item),
        facts={
            "byline": _clean_byline(text_of(child(item, "byline"))),
            "accession": attribute(item, "itemid"),
            "licence": text_of(child(item, "copyright")),
        },
    )
    dateline = text_of(child(item, "dateline"))
    return _add(record, [*([f"dateline: {dateline}"] if dateline else []), *dropped])


_READERS: tuple[tuple[tuple[str, ...], Callable[[Any, Any], Record]], ...] = (
    (_G2_ITEMS, _read_g2),
    (("NewsItem",), _read_newsml),
    (("nitf",), _read_nitf),
    (("TEI", "TEI.2"), _read_tei),
    (("newsitem",), _read_newsitem),
    (("front",), lambda front, tree: _read_jats(front.getparent(), tree)),
)


# XML of nobody's standard


def find_rows(tree: Any, wanted: Iterable[str]) -> list[dict[str, Any]]:
    """The rows of a table that is written as XML; `wanted` are columns that the user named."""
    # Elements that repeat and have children called text, title, date …; none where a standard is
    # followed.
    if local(tree).lower() in _FEEDS or any(
        find(tree, *names) is not None for names, _ in _READERS
    ):
        return []
    columns: dict[str, set[str]] = {}
    for element in tree.iter():
        if len(element):
            columns.setdefault(local(element), set()).update(filter(None, map(local, element)))
    for row_name, names in columns.items():
        known = map_columns(names)
        if set(wanted) & names or ("text" in known and len(known) > 1):
            return [_read_row(element) for element in iterate(tree, row_name)]
    return []


def _read_row(element: Any) -> dict[str, Any]:
    """The attributes and children of an element as the cells of a row."""
    row: dict[str, Any] = {str(k).rsplit("}", 1)[-1]: v for k, v in element.attrib.items()}
    found: dict[str, list[str]] = {}
    for one in filter(local, element):
        _mark_paragraphs(one)
        found.setdefault(local(one), []).append("\n\n".join(read_blocks(one)[0]))
    for key, texts in found.items():
        several = list(filter(None, [row.get(key, ""), *texts]))
        row[key] = several if len(several) > 1 else "".join(several)
    return row


def _mark_paragraphs(element: Any) -> None:
    """Call the elements of a text, whose names nobody knows, as HTML calls paragraphs."""
    # An element that holds others and no text between them is a text of paragraphs, unless they
    # are called as what stands in a line is.
    for one in list(element.iter()):
        inner = list(filter(local, one))
        between = [one.text, *(child.tail for child in one)]
        if inner and not any(text and text.strip() for text in between):
            lines = {local(child).lower() for child in inner} <= _IN_LINES
            for child in inner:
                if not lines and local(child) not in _NOTES:
                    child.tag = "p"
                elif local(child).lower() in _SENTENCES:
                    child.tail = " "


def _read_unknown(tree: Any, name: str, stem: str) -> Source:
    """The paragraphs of XML of a kind that is not known, with a note."""
    marked = [one for one in iterate(tree, "p", "para", "paragraph") if text_of(one)]
    title = text_of(find(tree, "title", "book-title"))
    _mark_paragraphs(tree)
    paragraphs = read_blocks(tree, _NOTES)[0] if marked else []
    if not paragraphs:
        raise InputError(
            f"{name} is XML of a kind that is not known (<{local(tree)}>); write its texts into a "
            "table (.csv or .json, one document a row), or save them as .txt, and retry."
        )
    record = make_document(title, paragraphs)
    record["notes"].append(
        f"XML of a kind that is not known (<{local(tree)}>): its paragraphs were taken as one text"
    )
    require_length("\n".join(paragraphs), name)
    return Source([Item(name, stem, record)], [], False, [])
