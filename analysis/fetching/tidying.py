"""What stands in a page beside its article, taken out before the text is extracted."""

from __future__ import annotations

import re
from typing import Any

TAGS = "nav aside footer form button figcaption iframe svg video audio dialog template select"
_NAMES = re.compile(
    r"""(?:^|\s)(?:[a-z0-9]+-)*?(?:
      related(?:-[a-z]+)* | recirc[a-z]* | (?:read|see)-?(?:more|also|next|on) | also-?read
    | more-?(?:on|from|news|stories|like|about)(?:-[a-z]+)* | recommend[a-z]* | you-?may-?like
    | comments?(?:-(?:list|section|area|thread|box|wrapper|container))? | disqus(?:-[a-z]+)*
    | responses | newsletter(?:-[a-z]+)* | promo(?:-[a-z]+)* | share(?:-[a-z]+)* | sharing
    | social(?:-[a-z]+)* | captions?(?:-[a-z]+)* | credits? | copyright | breadcrumbs?
    | tags | tag-?list | topics | cookies?(?:-[a-z]+)* | consent(?:-[a-z]+)* | gdpr
    | ads? | advert[a-z]*(?:-[a-z]+)* | sponsored(?:-[a-z]+)* | trending | most-?(?:read|popular)
    | popular | sidebar | author-?(?:bio|box|info|card) | bio | byline[s]? | toolbar | print-?only
    | subscribe(?:-[a-z]+)* | sign-?up(?:-[a-z]+)* | outbrain[a-z-]* | taboola[a-z-]*
    | screen-?reader-?text | sr-only | visually-?hidden | skip-?link | pull-?quote | media-?meta
    )(?=\s|$)""",
    re.VERBOSE,
)
_ALSO = re.compile(
    r"\W*(?:read (?:also|more|next)|also read|see also|more on this|related(?: articles?| news)?"
    r"|don.t miss|recommended|watch(?: also)?|читайте (?:также|ещё|еще)|читайте також|по теме"
    r"|lire aussi|à lire aussi|(?:lesen sie|lies) auch|mehr zum thema|le[ea] también|leia também"
    r"|leggi anche|czytaj (?:też|także)|ilgili haber|lees ook|läs också|les også|læs også)\b",
    re.IGNORECASE,
)
_LINES = ("p", "li", "div", "h2", "h3", "h4")
_KEPT = ("html", "head", "body", "main", "article", "h1")
LONG_CELL = 300  # characters that a cell of a real table seldom has
MANY_BREAKS = 4
MENU = 0.7  # share of a list's or a table's text that is links if it is no part of an article
MOST = 0.4  # share of the page's paragraphs that no box around the article holds


def tidy(tree: Any) -> None:
    """Take menus, captions, "read also" boxes, comments and the like out of a page.

    Parameters
    ----------
    tree : lxml element
        The page; is changed.

    Notes
    -----
    By element, by the words of class and id that content management systems use, and by opening
    words. Tables that only lay a page out become boxes, and lines parted by two or more breaks
    become paragraphs. Nothing that holds two fifths of the page's paragraphs is taken out, since
    an article can stand in a "with-sidebar". A box with a name of its own invention stays.
    """
    _unlay(tree)
    _make_paragraphs(tree)
    paragraphs = _size(tree)
    boxes = [element for element in tree.iter(*TAGS.split()) if element.tag not in _KEPT]
    boxes += [e for e in tree.iter("figure") if e.find(".//table") is None]
    boxes += [element for element in tree.iter() if _is_box(element)]
    boxes += [
        element for element in tree.iter("p", "li", "div", "h2", "h3", "h4") if _points(element)
    ]
    boxes += [e for e in tree.iter("ul", "ol", "table") if _linked(e) >= MENU]
    for box in boxes:
        if _size(box) <= MOST * paragraphs:
            _drop(box)
        else:  # it holds the article, and its name must mislead nobody later
            for name in ("class", "id", "role", "hidden"):
                box.attrib.pop(name, None)


def _unlay(tree: Any) -> None:
    """Make boxes of the tables that hold no table but lay out the page."""
    for table in list(tree.iter("table")):
        cells = table.xpath("./tr/td | ./tbody/tr/td")
        long = any(len("".join(cell.itertext())) > LONG_CELL for cell in cells)
        if table.find(".//th") is None and (long or table.find(".//table") is not None):
            for element in [table, *table.xpath("./tbody | ./tr | ./tbody/tr"), *cells]:
                element.tag = "div"


def _make_paragraphs(tree: Any) -> None:
    """Make paragraphs of lines that are parted by breaks alone, as old editors leave them."""
    for element in list(tree.iter("div", "span", "font", "p", "section", "article", "main")):
        children = list(element)
        breaks = [child.tag == "br" for child in children]
        if sum(breaks) < MANY_BREAKS or element.find("p") is not None:
            continue
        lines = _gather(element, children)
        for child in children:
            if child.getparent() is element:
                element.remove(child)
        element.text = None
        if element.tag in ("p", "span", "font"):
            element.tag = "div"
        for line in lines:
            element.append(line)


def _gather(element: Any, children: list[Any]) -> list[Any]:
    """New paragraphs from what stands between the breaks in an element."""
    lines = [element.makeelement("p")]
    lines[0].text = element.text
    for child in children:
        tail, child.tail = child.tail, None
        if child.tag == "br":
            lines.append(element.makeelement("p"))
            lines[-1].text = tail
        elif child.tag in ("div", "table", "ul", "ol", "h1", "h2", "h3", "blockquote"):
            lines += [child, element.makeelement("p")]
            lines[-1].text = tail
        else:
            child.tail = tail
            lines[-1].append(child)
    return [line for line in lines if len(line) or (line.text or "").strip()]


def _is_box(element: Any) -> bool:
    """Whether class, id or role call an element something other than an article."""
    if not isinstance(element.tag, str) or element.tag in _KEPT:
        return False
    if element.get("hidden") is not None or element.get("role") in ("navigation", "dialog"):
        return True
    names = f"{element.get('class') or ''} {element.get('id') or ''}"[:500]
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", names).lower()
    return _NAMES.search(re.sub(r"[_:]+|--+", "-", plain)) is not None


def _points(element: Any) -> bool:
    """Whether a paragraph only points to another article: "Read also: …"."""
    text = " ".join(element.itertext()) if len(element) < 10 else ""
    text = " ".join(text.split())
    if not text or len(text) > 300 or not _ALSO.match(text):
        return False
    heads = element.tag in ("h2", "h3", "h4") and len(text) < 40
    return _linked(element) >= 0.5 or heads


def _linked(element: Any) -> float:
    """Which share of an element's text is in links."""
    text = len("".join("".join(element.itertext()).split()))
    links = sum(len("".join("".join(a.itertext()).split())) for a in element.iter("a"))
    return links / text if text else 0.0


def _size(element: Any) -> int:
    """Characters in an element's paragraphs."""
    return sum(len("".join(p.itertext())) for p in element.iter("p"))


def _drop(element: Any) -> None:
    """Take an element out, but not the text behind it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)
