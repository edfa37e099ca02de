"""What a host sent, turned into an article or doubted: by the same readers as an added file."""

from __future__ import annotations

import asyncio
import re

import regex

from analysis.corpus.fetch.client import RefusedError
from analysis.corpus.formats.articles import read_page, read_paragraphs, same_title
from analysis.corpus.formats.encodings import clean_text, decode_page
from analysis.corpus.formats.html import Page, parse_page, read_article
from analysis.corpus.formats.languages import guess_language, read_language
from analysis.corpus.formats.pdf import read_pdf
from analysis.corpus.formats.record import count_words
from analysis.corpus.reader import BoundedReader
from analysis.tables import InputError

_PAGE_TYPES = ("", "text/html", "application/xhtml+xml", "application/xml", "text/plain",
               "application/octet-stream")  # fmt: skip
_HTML = re.compile(rb"\s*<(?:!doctype|html)\b", re.IGNORECASE)


def read_answer(data: bytes, content_type: str, name: str) -> Page:
    """Read the article of a page, a PDF or a plain text."""
    kind = content_type.split(";")[0].strip().lower()
    if not data.strip():
        raise RefusedError("the page is empty")
    try:
        if data.startswith(b"%PDF") or kind == "application/pdf":
            paragraphs, dropped, notes, url, _ = read_pdf(data, name)
            record = read_paragraphs(paragraphs)
            record["dropped"] = [*dropped, *record["dropped"]]
            record["notes"] = [*notes, *record["notes"]]
            record["url"] = url
            return Page(record, [record["title"]], "\n".join(paragraphs), False)
        if kind not in _PAGE_TYPES:
            raise RefusedError(f"it is {kind[:60]!r}, not a page")
        text, _, notes = decode_page(data, name, content_type)
        if kind == "text/plain" and not _HTML.match(data):
            record = read_page(clean_text(text))
            record["notes"] += notes
            return Page(record, [record["title"]], "\n".join(record["paragraphs"]), False)
        page = read_article(parse_page(text, name))
        page.record["notes"].extend(notes)
        return page
    except InputError as error:
        raise RefusedError(str(error).rstrip(".")) from None


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
    """Find reasons to doubt an extraction."""
    # These are signs, not proofs: an article about cookies that has fewer than 250 words is
    # doubted, a paywall that shows 300 words of the article and says nothing is not found.
    text = "\n\n".join([page.record["standfirst"], *page.record["paragraphs"]]).strip()
    size = count_length(text)
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
    found = guess_language(text) if len(claimed) == 2 else ""
    return "" if found == claimed else found


def count_length(text: str) -> int:
    """Count the words of a text; two characters count as one where words are not set apart."""
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
    """Say whether a page seems to be the one that a title names."""
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
    """The words that distinguish a title from others; pairs of characters in Chinese."""
    asian = "".join(regex.findall(r"[\p{Han}\p{Hiragana}\p{Katakana}]", text))
    words = regex.findall(r"[\p{L}\p{M}\p{N}]{3,}", text.casefold())
    plain = {w for w in words if not regex.search(r"\p{Han}|\p{Hiragana}|\p{Katakana}", w)}
    return (plain - _COMMON) | {asian[i : i + 2] for i in range(len(asian) - 1)}


_COMMON = frozenset(
    "the and for with that from says are was has have his her not but after over into will new how "
    "why what who its their about news".split()
)


class PageReader:
    """Reads pages in the bounded process, one after the other; to be closed at the end."""

    def __init__(self, limit: float) -> None:
        self._lock = asyncio.Lock()
        self._reader = BoundedReader(limit)

    async def read(self, data: bytes, content_type: str, name: str) -> Page:
        """Do what `read_answer` does, within the limits."""
        async with self._lock:
            try:
                return await asyncio.to_thread(self._reader.read_answer, data, content_type, name)
            except InputError as error:
                raise RefusedError(str(error).rstrip(".")) from None

    def close(self) -> None:
        """End the process."""
        self._reader.close()
