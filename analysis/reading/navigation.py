"""Lines of a web page that belong to the page and not to the article: menus, buttons, notices."""

from __future__ import annotations

import re

# A paragraph of the article itself is at least this long and ends like a sentence.
BODY_WORDS = 25
LINE = 400  # characters; a longer paragraph is neither a button nor a notice

_NETWORK = (
    r"facebook|twitter|x|telegram|whats ?app|linked ?in|reddit|vk|vkontakte|ok|e-?mail|mail|viber"
    r"|messenger|instagram|youtube|tiktok|flipboard|pinterest|rumble|odysee|gab|threads|bluesky"
    r"|mastodon|wechat|weibo|line|rss|feedly|google news"
)
# Said alone these are buttons; no writer makes a paragraph of them.
_BUTTONS = (
    r"skip to (?:main )?(?:content|navigation)|sign in|sign up|log in|login|log out|register"
    r"|subscribe(?: now)?|copy link|link copied!?|share(?: (?:this|on|via|to))?(?: (?:article|story"
    r"|page|post))?|menu|add to (?:bookmarks|favou?rites|home screen)|bookmark|tweet(?: this)?"
    r"|print(?: this)?(?: page| article)?|save (?:article|for later)|view comments|leave a comment"
    r"|add a comment|post a comment|show comments|read more|show more|load more|see more|view more"
    r"|back to top|advertisement|advertising|sponsored|accept(?: all)?(?: cookies)?|reject all"
    r"|manage cookies|cookie (?:settings|policy|preferences)|privacy policy"
    r"|terms of (?:use|service)|terms and conditions|contact us|about us|follow us"
    r"|next article|previous article"
    r"|listen to (?:this )?(?:article|story)|text size|close menu|open menu|main menu|donate"
    r"|support us|download app|get the app|all rights reserved|breaking news|add rt on google"
    r"|\d+ ?(?:comments?|shares?|views?|likes?|min(?:ute)?s?(?: read)?)"
    rf"|(?:{_NETWORK})(?:[\s|·•,/]+(?:{_NETWORK})\b)+"
)
# These may be a heading in an article, too: a button only beside other buttons.
_WEAK = (
    rf"{_NETWORK}|save|listen|search|home|news|comments?|video|videos|photos?|photo"
    r"|gallery|live|more|close|next|previous|reply|like|likes|link|world|politics|business"
    r"|economy|sports?|culture|opinions?|features?|entertainment|science|technology|tech|health"
    r"|travel|weather|lifestyle|podcasts?|shows|newsletters?|newsletter|russia|ukraine|usa?|uk"
    r"|europe|asia|africa|americas?|middle east|india|china|latest|top stories|trending|popular"
    r"|about|contact|contacts|careers|help|faq|en|ru|es|de|fr|ar|tags?|topics|related|where to"
    r"|watch|magazine|arts?|style|food|games|jobs|property|money|markets?|explainers?|in depth"
    r"|investigations?|projects?|archive|analysis|editorials?|columnists?|environment|society"
    r"|edition|account|my account|settings|notifications?"
)
_GAP = r"[\s|·•,/:;>›»*()\[\]#–—-]*+"
# Atomic and possessive, so that no line, however odd, takes long.
_ONLY_BUTTONS = re.compile(rf"{_GAP}(?:(?>(?:{_BUTTONS})(?![^\W_])){_GAP})++", re.IGNORECASE)
_ONLY_WEAK = re.compile(rf"{_GAP}(?:(?>(?:{_BUTTONS}|{_WEAK})(?![^\W_])){_GAP})++", re.IGNORECASE)
_NOTICE = re.compile(
    r"(?:read (?:more|also|next)|also read|see also|don['’]t miss|more on this|related)\s*:.*"
    r"|(?:tags?|categories|topics|filed under|keywords)\s*:.*[^.]"
    rf"|follow (?:\S+ ){{1,5}}on (?:{_NETWORK})\b.*"
    rf"|(?:you can )?share (?:this )?(?:story|article|post|page)?\s*(?:on|via) .{{0,60}}"
    r"|(?:sign up|subscribe|join (?:us|our|the))\b.*"
    r"\b(?:newsletter|alerts?|channel|updates|e-?mails?|inbox)\b.*"
    r"|(?:download|get) (?:our|the) (?:free )?(?:mobile )?app\b.*"
    r"|(?:this (?:web)?site|we|our partners) uses? cookies.*|by (?:continuing|using) .*cookies?.*"
    r"|(?:copyright )?(?:©|copyright|\(c\)) ?(?:19|20)\d\d\b.{0,150}"
    r"|.{0,200}©\s?\w.{0,80}|.{0,80}\ball rights reserved\b.{0,20}"
    r"|(?:file )?photo\s*[:/].{0,200}|.{0,100}(?:/getty images|getty images\s*/).{0,60}"
    r"|please enable javascript.*|your browser does not support.*",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    r"(?:related (?:articles?|stories|news|topics|content)|more (?:stories|news|from .{1,40}"
    r"|on this (?:story|topic))|most (?:read|viewed|popular|shared)|trending(?: now| news)?"
    r"|recommended(?: for you)?|you (?:may|might) (?:also )?(?:like|be interested in)|read next"
    r"|latest (?:news|stories|articles)|top (?:news|stories)|editor['’]?s['’]? (?:picks?|choice)"
    r"|tags|(?:related|explore more on these) topics|leave a (?:comment|reply)|view comments"
    r"|(?:you can )?share this (?:story|article) on .*"
    r"|dear readers!?.*|comments? \(\d+\))\s*:?",
    re.IGNORECASE,
)
# After one of these alone on its line stands the headline of another article.
_TEASER = re.compile(
    r"(?:read (?:more|also|next)|also read|see also|don['’]t miss)\W*", re.IGNORECASE
)
_NO_WORD = re.compile(r"[\s!-/:-@\[-`{-~«»‹›¡¿·•●▪■□–—―…|†‡§¶←-⇿─-◿]*")


def looks_like_body(paragraph: str) -> bool:
    """Say whether a paragraph is long and ends like a sentence, as an article's body does.

    Parameters
    ----------
    paragraph : str

    Returns
    -------
    bool

    Examples
    --------
    >>> looks_like_body("Home News World"), looks_like_body("The talks went on. " * 9)
    (False, True)
    """
    return len(paragraph.split()) >= BODY_WORDS and ends_a_sentence(paragraph)


def ends_a_sentence(paragraph: str) -> bool:
    """Say whether a paragraph ends with the end of a sentence.

    Parameters
    ----------
    paragraph : str

    Returns
    -------
    bool

    Examples
    --------
    >>> ends_a_sentence("“It is over.”"), ends_a_sentence("Talks end")
    (True, False)
    """
    return re.search(r"[.!?…][\"'”’»)\]]*\s*$", paragraph) is not None


def mark_navigation(paragraphs: list[str]) -> list[bool]:
    """Say which paragraphs of a page are navigation.

    Parameters
    ----------
    paragraphs : list of str
        The page from top to bottom.

    Returns
    -------
    list of bool
        True for lists of icon names, buttons, menus, share and newsletter notices, photo
        credits, and what follows a heading such as "Related articles" at the foot of a page.

    Notes
    -----
    These are rules for pages in English. A line made of a word that could be a heading of the
    text ("Video", "Economy") is navigation only beside another such line. What is dropped is
    always shown to the user; nothing of the body is dropped for being short.

    Examples
    --------
    >>> mark_navigation(["Share Tweet Print", "The talks collapsed", "READ MORE: A story"])
    [True, False, True]
    """
    strong = [_is_navigation(paragraph) for paragraph in paragraphs]
    weak = [len(p) <= LINE and _ONLY_WEAK.fullmatch(p) is not None for p in paragraphs]
    either = [False, *(s or w for s, w in zip(strong, weak, strict=True)), False]
    marked = [
        is_strong or (is_weak and (either[i] or either[i + 2] or _count_words(paragraphs[i]) > 3))
        for i, (is_strong, is_weak) in enumerate(zip(strong, weak, strict=True))
    ]
    for i, paragraph in enumerate(paragraphs[1:], start=1):
        marked[i] |= _TEASER.fullmatch(paragraphs[i - 1]) is not None and not ends_a_sentence(
            paragraph
        )
    foot = _find_foot(paragraphs)
    return [mark or i >= foot for i, mark in enumerate(marked)]


def _count_words(paragraph: str) -> int:
    return len(re.findall(r"\w+", paragraph))


def _is_navigation(paragraph: str) -> bool:
    """Whether a paragraph is navigation whatever stands beside it."""
    words = paragraph.split()
    icons = sum("icon" in word.lower() for word in words)
    if icons >= 3 and icons >= 0.2 * len(words):
        return True
    if len(paragraph) > LINE:
        return False
    if _NO_WORD.fullmatch(paragraph) or _ONLY_BUTTONS.fullmatch(paragraph):
        return True
    return _NOTICE.fullmatch(paragraph.strip()) is not None


def _find_foot(paragraphs: list[str]) -> int:
    """Where the foot of the page begins: a heading after which almost no body follows."""
    body = [looks_like_body(paragraph) for paragraph in paragraphs]
    before, after = 0, sum(body)
    for i, paragraph in enumerate(paragraphs):
        if before and after <= 0.2 * before and _FOOTER.fullmatch(paragraph.strip()):
            return i
        before, after = before + body[i], after - body[i]
    return len(paragraphs)
