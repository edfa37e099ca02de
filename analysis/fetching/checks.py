"""Reasons to doubt that what was extracted is the article that the manifest names."""

from __future__ import annotations

import regex

from analysis.fetching.pages import Page
from analysis.reading.add import count_words
from analysis.reading.headlines import same_title
from analysis.reading.languages import NAMES, guess_language, read_language

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

    Parameters
    ----------
    page : Page
    title : str
        The manifest's title; not compared where empty.
    language : str
        The manifest's language; not compared where empty.

    Returns
    -------
    list of str
        Clauses, the weightiest first; empty where there is nothing to doubt.

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

    Parameters
    ----------
    text : str

    Returns
    -------
    int

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

    Parameters
    ----------
    title : str
        The manifest's.
    titles : list of str
        What the page states; an outlet's name beside it does not matter.
    text : str
        The article; a title that describes it can have its words from there.

    Returns
    -------
    bool
        True if a title is the same, shares half of the words of the shorter one, or if four fifths
        of the manifest's words are in the page's titles or the article's first 100 words.

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
