"""What a web page states of its article, to machines and in its head: dates, byline, outlet, …."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from analysis.corpus.formats.dates import parse_date, read_date_line, read_month, read_stated_date
from analysis.corpus.formats.record import tidy

NODES = 5_000  # of a page's data for machines that are looked at
NAME = 60  # characters of a person's or an outlet's name
_ARTICLE = re.compile(r"Article$|Posting$|^Report$|^Review$")


def read_nodes(tree: Any) -> list[dict[str, Any]]:
    """The objects that a page's JSON-LD holds, articles first."""
    waiting: list[Any] = []
    for script in tree.xpath("//script[contains(@type, 'ld+json')]"):
        text = "".join(script.itertext()).strip().removeprefix("<![CDATA[").removesuffix("]]>")
        try:
            waiting.append(json.loads(text.strip().rstrip(";"), strict=False))
        except (ValueError, RecursionError):
            continue
    nodes: list[dict[str, Any]] = []
    while waiting and len(nodes) < NODES:
        value = waiting.pop(0)
        if isinstance(value, dict):
            nodes.append(value)
            waiting += [inner for inner in value.values() if isinstance(inner, dict | list)]
        elif isinstance(value, list):
            waiting += value[:NODES]
    return sorted(nodes, key=lambda node: not _is_article(node))


def _is_article(node: dict[str, Any]) -> bool:
    kinds = node.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(kind, str) and _ARTICLE.search(kind) for kind in kinds)


def _metas(tree: Any, names: str) -> Iterator[str]:
    """What a page's meta elements of some names hold, in the order of the names."""
    metas: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        for key in ("property", "name", "itemprop"):
            if element.get(key) and element.get("content"):
                metas.setdefault(element.get(key).lower(), []).append(tidy(element.get("content")))
    for name in names.split():
        yield from metas.get(name, [])


def find_titles(tree: Any, nodes: list[dict[str, Any]]) -> list[str]:
    """The titles that a page states, to readers and to machines."""
    shown = ["".join(element.itertext()) for element in [*tree.iter("h1"), *tree.iter("title")]]
    told = [node["headline"] for node in nodes if isinstance(node.get("headline"), str)]
    found = [*shown, *_metas(tree, "og:title twitter:title headline"), *told[:1]]
    return list(dict.fromkeys(filter(None, (tidy(title)[:300] for title in found))))


def find_descriptions(tree: Any, nodes: list[dict[str, Any]]) -> list[str]:
    """What a page tells machines that its article is about."""
    told = [node["description"] for node in nodes if isinstance(node.get("description"), str)]
    metas = _metas(tree, "og:description description twitter:description dc.description")
    return list(dict.fromkeys([*metas, *map(tidy, told[:1])]))


# Dates.


def find_stated_date(tree: Any, nodes: list[dict[str, Any]]) -> str:
    """When a page says, to machines, that it was published; with the time if it says so."""
    articles = [node for node in nodes if _is_article(node)]
    stated: list[Any] = [node.get("datePublished") for node in articles or nodes]
    stated += _metas(tree, "article:published_time datepublished pubdate publishdate date")
    return next(filter(None, (parse_date(v) for v in stated if isinstance(v, str))), "")


def find_marked_date(tree: Any) -> str:
    """The first date that the page's text has in an element made for dates."""
    stated = (
        e.get("datetime") or e.get("content") or e.get("title") or "" for e in tree.xpath(_DATED)
    )
    return next(filter(None, map(parse_date, stated)), "")


_DATED = "//*[@itemprop='datePublished'][@datetime or @content or @title] | //time[@datetime]"


def find_shown_date(tree: Any, visible: str) -> str:
    """The date that a page states to people only: in a <time>, or on a line near the top."""
    for element in list(tree.iter("time"))[:20]:
        iso = read_stated_date(tidy("".join(element.itertext()))[:100])
        if iso:
            return iso
    for line in visible.split("\n")[:200]:
        found = read_date_line(line) if len(line) < 100 else None
        if found is not None and found[0].iso and not found[1]:
            return found[0].iso
    return ""


def guess_date(html: str, url: str) -> str:
    """A date that the page may be of, by htmldate, from anything that looks like one."""
    import htmldate

    found = htmldate.find_date(html, extensive_search=True, original_date=True, url=url or None)
    # The first of a month is what htmldate makes of "2024" or "May 2024": no day is stated there.
    return "" if found is None or found.endswith("-01") else str(found)


def add_time(date: str, others: Iterable[str]) -> str:
    """A date with the time of the same day that another statement has."""
    if len(date) > len("2024-05-15"):
        return date
    return next((other for other in others if other.startswith(f"{date}T")), date)


# Byline and outlet.

_BY = re.compile(
    r"\W*(?:(?:written|posted|published|reported|reporting|story|text|words|article|artikel"
    r"|artículo|tekst|erstellt|eingestellt|publié|publicado|autore?|auteure?s?|autora?|autorin"
    r"|authors?|автор|автори|zum profil)\b"
    r"[\s:|-]*)?(?:\b(?:by|von|vom|par|por|di|da|de|door|av|af|przez|от|від)\b\s*)?[:|-]?\s*",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*(?:[;/|•·]|,|\s(?:and|und|et|y|e|i|en|og|och|ja|ve|и|та|і|&)\s)\s*")
_NO_NAME = re.compile(
    r"\.(?:com|org|net|de|fr|es|it|uk|ru|ua|pl|info)\b|\d{2}|[{}<>=*]|^(?:admin|administrator"
    r"|name|user(?:name)?|guest|unknown|none|null|about|share|facebook|twitter)$|^name\b|^(?:edit|update)",
    re.IGNORECASE,
)


def find_byline(tree: Any, nodes: list[dict[str, Any]], outlet: str, shown: str) -> str:
    """Who wrote an article, as the page states it: names with semicolons between them."""
    from trafilatura.metadata import extract_author

    articles = [node for node in nodes if _is_article(node)]
    told = (_read_authors(node.get("author"), nodes) for node in articles)
    people, metas = next(filter(None, told), []), [*_metas(tree, _AUTHORS)]
    if set(_choose_names(people, [])) < set(_choose_names(metas, [])):
        people = metas
    statements = [people, metas, _guess_names(extract_author(tree) or "", shown)]
    for own in ([outlet, outlet.split(".")[0]], []):  # an outlet signs where nobody else does
        for stated in statements:
            names = _choose_names(stated, own)
            if names:
                return "; ".join(names)
    return ""


def _guess_names(guess: str, shown: str) -> list[str]:
    """The parts of a guess that look like names and stand so in the page, dates cut off."""
    text = f" {_spell(shown)} "
    names = []
    for part in guess.split(";"):
        words = part[_BY.match(part).end() :].split()  # type: ignore[union-attr]
        while words and (read_month(words[-1]) or re.search(r"\d", words[-1])):
            words.pop()
        name = _spell(" ".join(words))
        small = any(word[:1].islower() and word not in _PARTICLES for word in words)
        signed = re.search(rf" (?:by|von|par|por|autor\w*|author) {re.escape(name)} ", text)
        stands = bool(name) and f" {name} " in text and (len(words) > 1 or bool(signed))
        if stands and not small and len(words) <= 6:
            names.append(" ".join(words))
    return names


def _spell(text: str) -> str:
    """The words of a text in lower case, one space between them."""
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()


_PARTICLES = frozenset(
    "de da di do dos das del della der den des du la le van von zu y e al bin".split()
)

_AUTHORS = (
    "author article:author parsely-author sailthru.author dc.creator dcterms.creator "
    "citation_author byl authors og:author og:article:author creator"
)


def _read_authors(value: Any, nodes: list[dict[str, Any]]) -> list[str]:
    """The names of persons in JSON-LD, else those of organisations."""
    values = value if isinstance(value, list) else [value]
    people: list[str] = []
    others: list[str] = []
    for one in values[:20]:
        if isinstance(one, dict) and "name" not in one and "@id" in one:
            one = next((n for n in nodes if n.get("@id") == one["@id"] and "name" in n), one)
        name = one.get("name") if isinstance(one, dict) else one
        is_other = isinstance(one, dict) and one.get("@type") not in ("Person", ["Person"], None)
        for each in name if isinstance(name, list) else [name]:
            if isinstance(each, str):
                (others if is_other else people).append(tidy(each))
    return people or others


def _choose_names(stated: list[str], own: list[str]) -> list[str]:
    """The names in some statements, each once, without the outlet's own."""
    found: dict[str, str] = {}
    known = {"", *map(_key, own)}
    for value in stated:
        if re.search(r"https?:|www\.|@", value) or _key(value) in known:
            continue
        for part in _AND.split(value[_BY.match(value).end() :]):  # type: ignore[union-attr]
            name = part.strip(" .,:;-–—|\"'")
            if len(name) > NAME or len(name.split()) > 6 or _NO_NAME.search(name):
                continue
            if _key(name) not in known:
                found.setdefault(_key(name), name)
    return list(found.values())[:20]


def _key(name: str) -> str:
    return re.sub(r"\W+", "", name.casefold())


def find_outlet(tree: Any, nodes: list[dict[str, Any]]) -> str:
    """The name of the site that a page states."""
    publishers = [node.get("publisher") for node in nodes if _is_article(node)]
    told = [p.get("name") for p in publishers if isinstance(p, dict)]
    sites = [n.get("name") for n in nodes if n.get("@type") in ("WebSite", "NewsMediaOrganization")]
    metas = _metas(tree, "og:site_name")
    others = _metas(tree, "application-name publisher dc.publisher citation_journal_title")
    for value in [*metas, *told, *sites, *others]:
        name = tidy(value) if isinstance(value, str) else ""
        if 1 < len(name) <= NAME and not re.search(r"https?:|[{}<>=]", name):
            return name.lstrip("@")
    return ""


def guess_outlet(url: str) -> str:
    """The host of an address, where nothing says what its site is called."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return re.sub(r"^(?:www\d?|m|amp|mobile)\.", "", host)
