"""What a host sent, turned into an article: by the same readers as an added file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import regex

from analysis.corpus.fetch.settings import RefusedError
from analysis.corpus.formats.articles import Record, read_page, same_title, take_apart
from analysis.corpus.formats.dates import read_date_line
from analysis.corpus.formats.encodings import clean_text, decode_page
from analysis.corpus.formats.html import read_webpage, tidy
from analysis.corpus.formats.languages import NAMES, guess_language, read_language
from analysis.corpus.formats.pdf import read_pdf
from analysis.corpus.plan import count_words
from analysis.tables import InputError

_PAGES = (
    "",
    "text/html",
    "application/xhtml+xml",
    "application/xml",
    "text/plain",
    "application/octet-stream",
)
_SUMMARY = re.compile(
    r"(?:^|[\s_-])(?:lead|lede|standfirst|summary|subtitle|sub-?head(?:line)?|deck|dek|excerpt"
    r"|alternativeheadline)(?=$|[\s_-])"
)
_BLOCKS = "br div p li h1 h2 h3 h4 section tr td button a".split()


class Page(NamedTuple):
    """An article as read: its record, every title the page states, all that it shows, its lock.

    `visible` is the text of the whole page with its banners; `locked` says that the page tells
    machines that it must be paid for.
    """

    record: Record
    titles: list[str]
    visible: str
    locked: bool


def read_answer(data: bytes, content_type: str, name: str) -> Page:
    """Read the article of a page, a PDF or a plain text."""
    kind = content_type.split(";")[0].strip().lower()
    if not data.strip():
        raise RefusedError("the page is empty")
    try:
        if data.startswith(b"%PDF") or kind == "application/pdf":
            return _read_pdf(data, name)
        if kind == "text/plain" and not re.match(rb"\s*<(?:!doctype|html)\b", data, re.IGNORECASE):
            record = read_page(clean_text(decode_page(data, content_type, name)))
            return Page(record, [record["title"]], "\n".join(record["paragraphs"]), False)
        if kind not in _PAGES:
            raise RefusedError(f"it is {kind[:60]!r}, not a page")
        return _read_html(decode_page(data, content_type, name), name)
    except InputError as error:
        raise RefusedError(str(error).rstrip(".")) from None


def _read_pdf(data: bytes, name: str) -> Page:
    """The text of a PDF, if it has any."""
    paragraphs, dropped = read_pdf(data, name)
    record = take_apart(paragraphs)
    record["dropped"] = [*dropped, *record["dropped"]]
    return Page(record, [record["title"]], "\n".join(paragraphs), False)


def _read_html(html: str, name: str) -> Page:
    from lxml import etree
    from trafilatura import load_html

    tree = load_html(html.replace("\0", ""))
    if tree is None:
        raise RefusedError("it is not a page that can be read")
    titles = list(dict.fromkeys(filter(None, map(clean_text, _find_titles(tree)))))
    locked = bool(re.search(r'"isAccessibleForFree"\s*:\s*"?false', html, re.IGNORECASE))
    visible = clean_text(_show(tree))
    tidy(tree)
    plain = etree.tostring(tree, encoding="unicode", method="html")
    record = read_webpage(plain.encode("utf-8-sig"), name, "", False)
    record["standfirst"] = record["standfirst"] or _find_standfirst(tree, record)
    record["published"] = record["published"] or _find_date(visible)
    return Page(record, titles, visible, locked)


def _find_titles(tree: Any) -> Iterator[str]:
    """The titles that a page states, to readers and to machines."""
    found = [*tree.xpath("//h1"), *tree.xpath("//title")]
    for element in found:
        yield " ".join("".join(element.itertext()).split())[:300]
    for name in ("og:title", "twitter:title", "headline"):
        for value in tree.xpath(f"//meta[@property='{name}' or @name='{name}']/@content"):
            yield " ".join(value.split())[:300]


def _find_standfirst(tree: Any, record: Record) -> str:
    """The summary above an article, where the page calls it one and the extraction lost it."""
    for element in tree.iter("p", "div", "h2", "span"):
        if _SUMMARY.search(f"{element.get('class') or ''} {element.get('itemprop') or ''}".lower()):
            text = clean_text(" ".join("".join(element.itertext()).split()))
            known = [record["title"], *record["paragraphs"]]
            if 5 <= len(text.split()) <= 80 and not any(text in other for other in known):
                return text
    return ""


def _find_date(visible: str) -> str:
    """The date on a line of its own near the top, where the page states it to people only."""
    for line in visible.split("\n")[:200]:
        found = read_date_line(line) if len(line) < 100 else None
        if found is not None and found[0].iso and not found[1]:
            return found[0].iso
    return ""


def _show(tree: Any) -> str:
    """All the text that a page shows, roughly."""
    pieces = []
    for element in tree.iter():
        if element.tag in ("script", "style", "noscript", "template") or not isinstance(
            element.tag, str
        ):
            pieces.append(element.tail or "")
            continue
        pieces += ["\n" if element.tag in _BLOCKS else "", element.text or "", element.tail or ""]
    return "\n".join(filter(None, (" ".join(p.split()) for p in "".join(pieces).split("\n"))))


FEWEST_WORDS = 80  # an article has more
FEW_WORDS = 250  # below this, words about cookies or subscriptions are not by the way
_CONSENT = regex.compile(
    r"we value your privacy|(?:accept|reject|agree to|allow) (?:all|cookies)"
    r"|your privacy choices|cookie (?:settings|preferences|policy)|we use cookies|uses cookies"
    r"|manage (?:consent|choices)|consent to (?:the|our|cookies)"
    r"|(?:alle )?cookies akzeptieren|wir verwenden cookies"
    r"|accepter (?:et fermer|tout|les cookies)|aceptar (?:todas|cookies)|accetta (?:tutti|i cookie)"
    r"|before you continue to|принять (?:все )?cookie|zustimmen und weiter",
    regex.IGNORECASE,
)
_PAYWALL = regex.compile(
    r"subscribe (?:now |today )?(?:to (?:continue|read|keep)|for (?:full|unlimited))"
    r"|(?:already a|become a|for our|exclusive to) (?:subscriber|member)s?|subscribers? only"
    r"|subscriber.exclusive|(?:log|sign) in to (?:continue|read)|to (?:continue|keep) reading"
    r"|(?:create|register) (?:a |your )?(?:free )?(?:account|to (?:continue|read))"
    r"|(?:you have|you've) (?:reached|read) your|this (?:article|content|story) is (?:for|only)"
    r"|jetzt (?:abonnieren|weiterlesen)|réservé aux abonnés|pour lire la suite"
    r"|solo para suscriptores|suscr[ií]bete para|для подписчиков|оформите подписку",
    regex.IGNORECASE,
)
_ROBOT = regex.compile(
    r"enable javascript|javascript (?:is|to be) (?:disabled|required|enabled)|just a moment"
    r"|(?:verify|confirm|prove) (?:that )?you(?:'re| are) (?:a )?(?:human|not a robot)"
    r"|checking (?:your browser|if the site)|access denied|are you a robot|captcha"
    r"|unusual traffic|request (?:was )?blocked|ddos protection",
    regex.IGNORECASE,
)
_ABSENT = regex.compile(
    r"\b404\b|page (?:not found|(?:does not|doesn't|no longer) exists?)|not found"
    r"|no longer available|seite nicht gefunden|page introuvable|страница не найдена",
    regex.IGNORECASE,
)


def find_doubts(page: Page, *, title: str = "", language: str = "") -> list[str]:
    """Find reasons to doubt an extraction.

    Notes
    -----
    These are signs, not proofs: an article about cookies that has fewer than 250 words is
    doubted, a paywall that shows 300 words of the article and says nothing is not found.
    """
    text = "\n\n".join([page.record["standfirst"], *page.record["paragraphs"]]).strip()
    size = measure(text)
    doubts = []
    if size < FEW_WORDS:
        doubts += _name_kind(page, size)
    if size < FEWEST_WORDS:
        doubts.append(f"too short ({size} words)")
    found = _find_other_language(text, language)
    if found:
        doubts.append(f"seems to be in the language {found!r}; the manifest says {language!r}")
    titles = [*page.titles, page.record["title"]]
    if title and not is_titled(title, titles, text):
        shown = next(filter(None, [page.record["title"], *page.titles]), "")
        stated = f": {shown[:80]!r}" if shown else "; it states none"
        doubts.append(f"the title is unlike the manifest's{stated}")
    return doubts


def _find_other_language(text: str, language: str) -> str:
    """The language that a text seems to be in, if that is another than it should be in."""
    claimed = read_language(language)
    claimed = {"nb": "no", "nn": "no"}.get(claimed, claimed)
    found = guess_language(text) if claimed in NAMES.values() else ""
    return "" if found == claimed else found


def measure(text: str) -> int:
    """Count words; two characters count as one where words are not set apart.

    Examples
    --------
    >>> measure("Peace talks"), measure("和平谈判")
    (2, 2)
    """
    pattern = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
    unspaced = len(regex.findall(pattern, text))
    return count_words([regex.sub(pattern, " ", text)]) + unspaced // 2


def _name_kind(page: Page, size: int) -> list[str]:
    """What a page with little text seems to be instead of the article."""
    shown = "\n".join([*page.titles, page.visible[:20_000]])
    own = "\n".join([*page.titles[:2], *page.record["paragraphs"]])
    if _ROBOT.search(own) and size < FEWEST_WORDS:
        return ["a page that keeps programs out, not the article"]
    if _ABSENT.search("\n".join(page.titles)) and size < FEWEST_WORDS:
        return ["a page that says that there is no such page"]
    if page.locked or _PAYWALL.search(shown):
        return ["a paywall page: it shows the beginning at most"]
    if _CONSENT.search(own) or (size < FEWEST_WORDS and _CONSENT.search(shown)):
        return ["a consent page, not the article"]
    return []


def is_titled(title: str, titles: list[str], text: str) -> bool:
    """Say whether a page seems to be the one that a title names.

    Examples
    --------
    >>> is_titled("Ferry talks end", ["Ferry talks end in the harbour | Post"], "")
    True
    >>> is_titled("Ferry talks end", ["Cup final: how it went"], "The match was on.")
    False
    """
    wanted = _split(title)
    if not wanted:
        return True
    for other in filter(None, titles):
        has = _split(other)
        shared = len(wanted & has)
        enough = shared >= min(2, len(wanted)) and shared >= 0.5 * min(len(wanted), len(has))
        if same_title(title, other) or enough:
            return True
    lead = set().union(*map(_split, titles), _split(" ".join(text.split()[:100])))
    return len(wanted & lead) >= 0.8 * len(wanted)


def _split(text: str) -> set[str]:
    """The words of a title that can tell it from others; pairs of characters in Chinese."""
    asian = "".join(regex.findall(r"[\p{Han}\p{Hiragana}\p{Katakana}]", text))
    words = regex.findall(r"[\p{L}\p{M}\p{N}]{3,}", text.casefold())
    plain = {w for w in words if not regex.search(r"\p{Han}|\p{Hiragana}|\p{Katakana}", w)}
    return (plain - _COMMON) | {asian[i : i + 2] for i in range(len(asian) - 1)}


_COMMON = frozenset(
    "the and for with that from says are was has have his her not but after over into will new how "
    "why what who its their about news".split()
)
