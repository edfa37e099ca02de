"""Web pages: title, date, address and body, without menus, captions, "read also" and notices."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import Any, NamedTuple

from analysis._lazy import needs_extra
from analysis.corpus.formats.articles import (
    BODY_WORDS,
    ends_a_sentence,
    looks_like_body,
    read_paragraphs,
    same_title,
    title_key,
    title_keys,
)
from analysis.corpus.formats.dates import parse_date
from analysis.corpus.formats.encodings import clean_text
from analysis.corpus.formats.record import Record, tidy
from analysis.corpus.formats.statements import (
    add_time,
    find_byline,
    find_descriptions,
    find_marked_date,
    find_outlet,
    find_shown_date,
    find_stated_date,
    find_titles,
    guess_date,
    guess_outlet,
    read_nodes,
)
from analysis.tables import InputError

TAGS = 100_000  # of a page; large ones have a tenth
_SUMMARY = re.compile(
    r"(?:^|[\s_-])(?:lead|lede|standfirst|summary|subtitle|sub-?head(?:line)?|deck|dek|excerpt"
    r"|alternativeheadline|blurb|chapo|vorspann|anriss|entradilla|bajada|sommario|ingress)"
    r"(?=$|[\s_-])"
)
_BLOCKS = "br div p li h1 h2 h3 h4 section tr td button a".split()


class Page(NamedTuple):
    """An article as read: its record, every title the page states, all that it shows, its lock."""

    # `visible` is the text of the whole page with its banners; `locked` says that the page tells
    # machines that it must be paid for.

    record: Record
    titles: list[str]
    visible: str
    locked: bool


def parse_page(html: str, name: str) -> Any:
    """Parse a page."""
    with needs_extra("files", "Reading a web page"):
        import trafilatura

    if html.count("<") > TAGS:
        raise InputError(
            f"{name} has more than {TAGS:,} tags, which no article has; save its text as .txt and "
            "retry."
        )
    tree = trafilatura.load_html(html.replace("\0", ""))
    if tree is None:
        raise InputError(f"{name} is not a web page that can be read; save its text as .txt.")
    saved = _SAVED.search(html[:5000])
    if saved:
        tree.getroottree().docinfo.URL = saved[1]
    return tree


# As browsers and SingleFile note the address of a page that they save.
_SAVED = re.compile(
    r"<!--\s*(?:saved from url=\(\d+\)|page saved with [^>]{0,80}?url:\s*)(https?://[^\s>]+)",
    re.IGNORECASE,
)


def read_article(tree: Any, title: str = "") -> Page:
    """Read the article of a parsed page, whose tree is changed."""
    # trafilatura reads the page twice: as it is, and cleaned by `clean_page`, which leaves less of
    # what is no article but at times hides a part of it. What only the first reading has is kept
    # unless it stood in a box that was taken out.
    from lxml import etree

    nodes = read_nodes(tree)
    titles = find_titles(tree, nodes)
    scripts = " ".join(tree.xpath("//script/text()"))
    locked = bool(re.search(r'"isAccessibleForFree"\s*:\s*"?false', scripts, re.IGNORECASE))
    visible = clean_text(_show(tree))
    heads = _list_heads(tree)
    join_posts(tree)
    source = etree.tostring(tree, encoding="unicode", method="html")
    stated, marked = find_stated_date(tree, nodes), find_marked_date(tree)
    outlet = find_outlet(tree, nodes)
    byline = find_byline(tree, nodes, outlet, " ".join(visible.split()))
    whole, found = _extract(source, with_metadata=True)
    boxes, dropped = clean_page(tree)
    cleaned, _ = _extract(etree.tostring(tree, encoding="unicode", method="html"))
    own_title = clean_text(title or _choose_title(found.get("title") or "", titles, heads)).strip()
    paragraphs = _merge(cleaned, whole, boxes, tree) or _fall_back(source)
    descriptions = find_descriptions(tree, nodes)
    record = read_paragraphs(paragraphs, title=own_title, extracted=True)
    standfirst = record["standfirst"] or _find_standfirst(tree, record, descriptions)
    restored, told = _restore(paragraphs, tree, own_title, standfirst)
    if restored != paragraphs:
        record = read_paragraphs(restored, title=own_title, extracted=True)
    record["standfirst"] = record["standfirst"] or standfirst
    record["dropped"] = list(dict.fromkeys([*record["dropped"], *dropped, *told]))
    _drop_offer(record, locked)
    shown = find_shown_date(tree, visible)
    guess = parse_date(found.get("date") or "")
    dates = [stated, find_marked_date(tree), record["published"], guess, marked, shown]
    record["published"] = add_time(next(filter(None, dates), ""), dates)
    if not record["published"] and (guess := guess_date(source, found.get("url") or "")):
        record["published"] = guess
        record["notes"].append(f"the date {guess} is a guess: the page states none")
    record["url"] = found.get("url") or tree.getroottree().docinfo.URL or ""
    record["language"] = "".join(tree.xpath("/html/@lang"))[:2].lower()
    record["facts"] = {k: v for k, v in {"outlet": outlet, "byline": byline}.items() if v}
    name_outlet(record)
    return Page(record, titles, visible, locked)


def _list_heads(tree: Any) -> list[str]:
    """The headings that say what the page's own title says, maybe without the outlet's name."""
    stated = [tidy("".join(one.itertext())) for one in [*tree.xpath("//head/title")][:1]]
    known = {key for title in stated for key in title_keys(title)}
    heads = (tidy("".join(one.itertext())) for one in tree.iter("h1", "h2", "h3"))
    return [head for head in heads if len(head.split()) >= 4 and title_key(head) in known]


def _choose_title(title: str, titles: list[str], heads: list[str]) -> str:
    """A title without the outlet's name, where the page states it so as well."""
    if heads and not any(same_title(title, head) for head in heads):
        title = heads[0]  # a box or the outlet's name was taken for it
    keys = title_keys(title)
    plain = [t for t in titles if len(t.split()) >= 3 and title_key(t) in keys]
    return min([title, *plain], key=len)


_OFFER = re.compile(
    r"\W*(?:to (?:read (?:the (?:full|rest)|this|more)|continue reading|keep reading|unlock)\b.*"
    r"|(?:want to read more|for full access|already a subscriber)\b.*"
    r"|(?:subscribe|sign in|log in|sign up|register|become a (?:subscriber|member))\b.{0,30}"
    r"\bto (?:read|continue|unlock|keep reading|access)\b.*"
    r"|(?:this (?:article|story|content)|the (?:rest|full)) .{0,40}\b(?:for|to) (?:\w+ )?"
    r"(?:subscribers|members)\b.*"
    r"|(?:jetzt |bitte )?(?:abonnieren|anmelden|registrieren|weiterlesen) (?:sie|und|oder|mit)\b.*"
    r"|jetzt (?:abonnieren|testen|freischalten|weiterlesen|anmelden)\b.*"
    r"|um (?:diesen|den) (?:\w+ )?(?:artikel|text|beitrag)\b.{0,20}\blesen\b.*"
    r"|(?:abonnez|connectez|inscrivez)[- ]vous\b.*|pour lire la suite\b.*"
    r"|(?:cet article|la suite) .{0,30}réservée? (?:aux|à nos) abonnés\b.*"
    r"|(?:suscr[ií]b(?:ete|ase)|regístr(?:ate|ese)|inicia sesión)\b.*"
    r"|.{0,60}(?:exclusivo|solo) para suscriptores\b.*|оформите подписку\b.*"
    r"|(?:wykup|kup) (?:dostęp|subskrypcję|prenumeratę)\b.*|zaloguj się\b.*"
    r"|(?:abone ol(?:un)?|giriş yapın|devamını okumak)\b.*"
    r"|assine (?:para|já|agora)\b.*|abbonati (?:per|e|ora)\b.*|(?:للاشتراك|لمتابعة القراءة).*)",
    re.IGNORECASE,
)
OFFER = 200  # characters of the sentence that asks a reader to pay


def _drop_offer(record: Record, locked: bool) -> None:
    """Take the sentence that asks to pay from the end of a text, and say that it may be cut."""
    body = record["paragraphs"]
    offers: list[str] = []
    while len(body) > 1 and len(body[-1]) <= OFFER and _OFFER.fullmatch(body[-1]):
        offers.insert(0, body.pop())
    record["dropped"] += [offer for offer in offers if offer not in record["dropped"]]
    if offers or locked:
        record["notes"].append("the page asks to be paid for: its text may be cut")


def name_outlet(record: Record) -> None:
    """Take the host of its address for the outlet of a page that names none, and say so."""
    if not record["facts"].get("outlet") and (host := guess_outlet(record["url"])):
        record["facts"]["outlet"] = host
        record["notes"].append(f"the outlet {host} is the address's: the page names none")


def _extract(html: str, *, with_metadata: bool = False) -> tuple[list[str], dict[str, Any]]:
    """The paragraphs that trafilatura finds in a page, and what the page says of itself."""
    import trafilatura

    document: Any = trafilatura.bare_extraction(
        html,
        with_metadata=with_metadata,
        include_comments=False,
        date_extraction_params={"extensive_search": False},  # a stated date, never a guessed one
    )
    if document is None:
        return [], {}
    return _split(_render(document.body)), document.as_dict()


def _fall_back(html: str) -> list[str]:
    """All paragraphs of a page in which no article was found."""
    import trafilatura

    return _split(trafilatura.html2txt(html))


def _split(text: str) -> list[str]:
    return [line for line in (" ".join(p.split()) for p in clean_text(text).split("\n")) if line]


_BREAKS = frozenset("p head item quote row table list lb code div ab".split())


def _render(body: Any) -> str:
    """The text of an extracted article: a line for each paragraph, heading, item and row."""
    from lxml import etree

    pieces = []
    for event, element in etree.iterwalk(body, events=("start", "end")):
        is_start = event == "start"
        if element.tag in _BREAKS:
            pieces.append("\n")
        elif element.tag == "cell" and (is_start == (element.getprevious() is not None)):
            pieces.append(" | " if is_start else "")
        pieces.append((element.text if is_start else element.tail) or "")
    return "".join(pieces)


def _merge(cleaned: list[str], whole: list[str], boxes: list[str], tree: Any) -> list[str]:
    """The paragraphs of a cleaned page, with those that cleaning hid from the extraction."""
    # Behind the last paragraph that both have stand teasers more often than text.
    known = "\n".join(map(title_key, cleaned))
    removed, shown = "\n".join(map(title_key, boxes)), title_key(_show(tree))
    runs = {run for paragraph in cleaned for run in _runs(paragraph)}
    places = {title_key(paragraph): i for i, paragraph in enumerate(cleaned)}
    shared = [i for i, paragraph in enumerate(whole) if title_key(paragraph) in places]
    missing: dict[int, list[str]] = {}
    place = -1
    for paragraph in whole[: shared[-1]] if shared else whole:
        key = title_key(paragraph)
        place = places.get(key, place)
        own = _runs(paragraph)
        is_known = not key or key in known or len(own & runs) >= 0.5 * len(own)
        if not is_known and (key not in removed or key in shown):
            missing.setdefault(place, []).append(paragraph)
    merged = list(missing.get(-1, []))
    for i, paragraph in enumerate(cleaned):
        merged += [paragraph, *missing.get(i, [])]
    return merged


def _runs(paragraph: str) -> set[tuple[str, ...]]:
    """The runs of four words of a paragraph."""
    words = re.findall(r"\w+", paragraph.casefold())
    return {tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3))}


_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark q rp rt ruby s samp"
    " small span strike strong sub sup time tt u var wbr".split()
)
SENTENCE = 8  # words of a line of the article that the extraction may not lose
SHARE = 0.8  # of the paragraphs stands in the element that holds the article


class _Line(NamedTuple):
    """A line that a page shows: the block element it stands in, its text, its share of links."""

    element: Any
    text: str
    linked: float


def _list_lines(root: Any) -> list[_Line]:
    """The lines that an element shows: text between the starts and ends of block elements."""
    from lxml import etree

    lines: list[_Line] = []
    pieces: list[str] = []
    blocks, links, linked = [root], 0, 0

    def flush() -> None:
        nonlocal linked
        text = clean_text(" ".join("".join(pieces).split()))
        if text:
            lines.append(_Line(blocks[-1], text, linked / len(text)))
        pieces.clear()
        linked = 0

    for event, element in etree.iterwalk(root, events=("start", "end", "comment")):
        is_start, is_block = event == "start", element.tag not in _INLINE
        if event != "comment" and is_block:
            flush()
            if is_start:
                blocks.append(element)
            else:
                blocks.pop()
        links += (element.tag == "a") * (1 if is_start else -1 if event == "end" else 0)
        text = (element.text if is_start else "" if element is root else element.tail) or ""
        pieces.append(text)
        linked += len(text.strip()) if links else 0
    flush()
    return lines


def _restore(
    paragraphs: list[str], tree: Any, title: str, standfirst: str
) -> tuple[list[str], list[str]]:
    """The paragraphs, with the sentences around them that the extraction lost; what stays lost."""
    # Lost are paragraphs marked as boxes, bare text, and what has a class that trafilatura takes
    # for no text, wherever they stand between the headline and the end of the article.
    from lxml import etree

    etree.strip_elements(tree, "script", "style", "noscript", "template", with_tail=False)
    body = tree.find(".//body")
    places = {title_key(paragraph): i for i, paragraph in enumerate(paragraphs)}
    known = {run for paragraph in [*paragraphs, title, standfirst] for run in _runs(paragraph)}
    inserted: dict[int, list[str]] = {}
    left_out = []
    place = -1
    lines = _bound_article(_list_lines(tree if body is None else body), places, title)
    holding = {
        element
        for line in lines
        if title_key(line.text) in places
        for element in line.element.iterancestors()
    }
    for line in lines:
        place = places.get(title_key(line.text), place)
        own = _runs(line.text)
        if line.linked >= 0.5 or not _is_sentence(line.text) or len(own & known) >= 0.5 * len(own):
            continue
        known |= own
        boxes = takewhile(lambda e: e not in holding, line.element.iterancestors())
        is_text = place < 0 or _is_plain(line.element) or looks_like_body(line.text)
        if is_text and all(map(_is_plain, boxes)):
            inserted.setdefault(place, []).append(line.text)
        else:  # a short line with a class, or one in a box with a class, is seldom text
            left_out.append(line.text)
    restored = list(inserted.get(-1, []))
    for i, paragraph in enumerate(paragraphs):
        restored += [paragraph, *inserted.get(i, [])]
    return restored, left_out


def _bound_article(lines: list[_Line], places: dict[str, int], title: str) -> list[_Line]:
    """The lines from the headline to the end of the article."""
    found = [i for i, line in enumerate(lines) if title_key(line.text) in places]
    container = _find_container([lines[i] for i in found])
    inside = [
        i for i in found if container in [lines[i].element, *lines[i].element.iterancestors()]
    ]
    if not inside:
        return []
    heads = [i for i in range(inside[0] + 1) if title and same_title(lines[i].text, title)]
    end = inside[-1] + 1
    while end < len(lines) and looks_like_body(lines[end].text):
        parent = lines[inside[-1]].element.getparent()
        if lines[end].element.getparent() is not parent or not _is_plain(lines[end].element):
            break
        end += 1
    return lines[heads[-1] + 1 if heads else inside[0] : end]


def _is_plain(element: Any) -> bool:
    """Whether an element has no name of its own, or is a heading."""
    return not (element.get("class") or element.get("id")) or element.tag in _HEADINGS


_HEADINGS = ("h2", "h3", "h4", "h5", "h6", "dt")


def _is_sentence(line: str) -> bool:
    size = len(line.split())
    return size >= BODY_WORDS or (size >= SENTENCE and ends_a_sentence(line))


def _find_container(lines: list[_Line]) -> Any:
    """The innermost element that holds most of an article's lines."""
    sizes: dict[Any, int] = {}
    for line in lines:
        for element in [line.element, *line.element.iterancestors()]:
            sizes[element] = sizes.get(element, 0) + len(line.text)
    enough = SHARE * sum(len(line.text) for line in lines)
    holding = [element for element, size in sizes.items() if size >= enough]
    return max(holding, key=lambda e: sum(1 for _ in e.iterancestors()), default=None)


def _find_standfirst(tree: Any, record: Record, descriptions: list[str]) -> str:
    """The summary between headline and text that the extraction lost."""
    # It says so by its class, or is what the page tells machines that it is about.
    own, known = title_key(record["title"]), title_key("".join(record["paragraphs"]))
    first = title_key("".join(record["paragraphs"][:1]))
    told = [title_key(description.rstrip("….")) for description in descriptions]
    is_below = False
    for element in tree.iter("h1", "h2", "h3", "p", "div", "span"):
        names = f"{element.get('class') or ''} {element.get('itemprop') or ''}".lower()
        is_summary = _SUMMARY.search(names) is not None
        if not is_summary and element.xpath("boolean(.//p or .//div or .//h1 or .//h2)"):
            continue
        text = clean_text(" ".join("".join(element.itertext()).split()))
        key = title_key(text)
        if key and key in (own, first):
            if key == first:
                break
            is_below = True
        is_summary |= any(len(one) > 30 and key.startswith(one) for one in told)
        new = 5 <= len(text.split()) <= 80 and key not in known and own not in key
        if is_below and is_summary and new:
            return text
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


_BOX_TAGS = "nav aside footer form button figcaption iframe svg video audio dialog template select"
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


def clean_page(tree: Any) -> tuple[list[str], list[str]]:
    """Take menus, captions, "read also" boxes, comments and the like out of a page."""
    # By element, by the words of class and id that content management systems use, and by opening
    # words. Tables that only lay a page out become boxes, and lines separated by two or more breaks
    # become paragraphs. Nothing that holds two fifths of the page's paragraphs is taken out, since
    # an article can stand in a "with-sidebar". A box with a name of its own invention stays. Given
    # are the texts of the boxes, and the captions and the paragraphs like those of a body in them.
    _unlay(tree)
    _make_paragraphs(tree)
    paragraphs = _size(tree)
    boxes = [element for element in tree.iter(*_BOX_TAGS.split()) if element.tag not in _KEPT]
    boxes += [e for e in tree.iter("figure") if e.find(".//table") is None]
    boxes += [element for element in tree.iter() if _is_box(element)]
    boxes += [
        element for element in tree.iter("p", "li", "div", "h2", "h3", "h4") if _points(element)
    ]
    boxes += [e for e in tree.iter("ul", "ol", "table") if _linked(e) >= MENU]
    taken: dict[Any, None] = {}
    for box in boxes:
        if _size(box) <= MOST * paragraphs:
            taken[box] = None
        else:  # it holds the article, and its name must mislead nobody later
            for name in ("class", "id", "role", "hidden"):
                box.attrib.pop(name, None)
    outer = [box for box in taken if not any(e in taken for e in box.iterancestors())]
    texts = ["".join(box.itertext()) for box in outer]
    told = [line for box in outer for line in _tell(box)]
    for box in outer:
        _drop(box)
    return texts, told


def _tell(box: Any) -> list[str]:
    """What is said of a box that was taken out: a caption, or paragraphs like those of a body."""
    names = f"{box.get('class') or ''} {box.get('id') or ''}".lower()
    if re.search(r"comment|disqus|respon[sd]", names):
        return []
    if box.tag in ("figure", "figcaption") or "caption" in names:
        captions = box.xpath(".//figcaption") or [box]
        found = [" ".join(" ".join(caption.itertext()).split()) for caption in captions]
    else:
        found = [" ".join("".join(p.itertext()).split()) for p in [box, *box.iter("p")]]
        alone = box.find("*") is None and ends_a_sentence(found[0]) and len(found[0].split()) > 4
        found = [line for line in found if len(line) < 2000 and (alone or looks_like_body(line))]
    return [clean_text(line) for line in found if line]


POSTS = 3  # of a live blog at least


def join_posts(tree: Any) -> None:
    """Make one article of the posts of a live blog, whose headings and times belong to its text."""
    whole = _size(tree)
    for parent in tree.xpath("//*[article or div or section or li][.//h2 or .//h3 or .//h4]"):
        posts: dict[tuple[str, str], list[Any]] = {}
        for child in parent:
            if isinstance(child.tag, str) and child.find(".//p") is not None:
                posts.setdefault((child.tag, child.get("class") or ""), []).append(child)
        run = max(posts.values(), key=len, default=[])
        if len(run) < POSTS or sum(map(_size, run)) <= MOST * whole or not all(map(_is_post, run)):
            continue
        for post in run:
            post.tag = "section"
            post.attrib.clear()
            for head in post.xpath(".//header"):
                head.tag = "div"
            for time in post.xpath(".//time[not(ancestor::p)]"):
                time.tag = "p"
                time.attrib.clear()
        if parent.tag not in ("body", "article"):
            parent.tag = "article"


def _is_post(element: Any) -> bool:
    """Whether an element is a post: it has a heading that is no link, or a time, and text."""
    heads = element.xpath(".//h2 | .//h3 | .//h4")
    linked = any(_linked(head) >= 0.5 for head in heads)
    return bool(heads or element.xpath(".//time")) and not linked and _size(element) > 0


def _unlay(tree: Any) -> None:
    """Make boxes of the tables that hold no table but lay out the page."""
    for table in list(tree.iter("table")):
        cells = table.xpath("./tr/td | ./tbody/tr/td")
        long = any(len("".join(cell.itertext())) > LONG_CELL for cell in cells)
        if table.find(".//th") is None and (long or table.find(".//table") is not None):
            for element in [table, *table.xpath("./tbody | ./tr | ./tbody/tr"), *cells]:
                element.tag = "div"


def _make_paragraphs(tree: Any) -> None:
    """Make paragraphs of lines that are separated by breaks alone, as old editors leave them."""
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
