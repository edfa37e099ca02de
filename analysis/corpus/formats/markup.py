"""XML parsed without trusting it, and the paragraphs of its elements."""

from __future__ import annotations

import html.entities
import re
from collections.abc import Iterable, Iterator
from typing import Any

from analysis._lazy import needs_extra
from analysis.corpus.formats.encodings import clean_text, decode_bytes
from analysis.tables import InputError

TAGS = 3_000_000  # of one XML file
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,500}\?>")
_STATED = re.compile(rb"^[^>]{0,200}encoding\s*=\s*[\"']([\w.:-]{2,40})")
_SENTENCE_END = re.compile(r"[.!?:…][\"'”’»)\]]*$")
_ENTITY = re.compile(r"&([A-Za-z]\w{1,30});")
_BARE = re.compile(r"&(?!#?\w{1,32};)")  # an ampersand as people write it
_XML_ENTITIES = frozenset("amp lt gt quot apos".split())
_BLOCKS = frozenset(
    "p div li h1 h2 h3 h4 h5 h6 hl1 hl2 head title tr table blockquote section article header "
    "footer block lg l u sp speaker stage item dt dd dl ul ol list pre para paragraph center hr "
    "byline distributor dateline abstract tagline subtitle body main aside fieldset form caption "
    "figcaption fn_group subhead".split()
)
_NOT_SHOWN = frozenset("script style noscript template metadata teiHeader noteRef".split())


def parse_xml(data: bytes, name: str, *, known: bool = True) -> Any:
    """Parse XML; comments, outer files and entities of its own are left aside."""
    # `known` says that the kind of file never declares entities and is always well-formed.
    with needs_extra("files", "Reading XML"):
        from lxml import etree

    stated = [m[1].decode().lower()] if (m := _STATED.match(data[:400])) else []
    text = _DECLARATION.sub("", decode_bytes(data, name, stated).text.lstrip("\ufeff"), 1)
    if "<!ENTITY" in text:
        raise InputError(
            f"{name} declares XML entities, which could make it unpack to any size; save it "
            "without them, or as .txt, and retry."
        )
    if text.count("<") > TAGS:
        raise InputError(f"{name} has more than {TAGS:,} tags; split it and retry.")
    text = _BARE.sub("&amp;", _ENTITY.sub(_name_entity, text).replace("\0", ""))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True,
        remove_pis=True, recover=not known, encoding="utf-8",
    )  # fmt: skip
    try:
        tree = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        where = f"line {line} is" if line else "it is"
        raise InputError(
            f"{name} is damaged: {where} no XML that can be read; save it anew, or its text as "
            ".txt, and retry."
        ) from None
    if tree is None:
        raise InputError(f"{name} is damaged: it is no XML that can be read; save it anew.")
    return tree


def _name_entity(match: re.Match[str]) -> str:
    """A character that HTML names, which XML does not know; the five of XML stay."""
    if match[1] in _XML_ENTITIES:
        return match[0]
    return html.entities.html5.get(f"{match[1]};", match[0])


def local(element: Any) -> str:
    """An element's name without its namespace; "" for comments and the like."""
    tag = element.tag if element is not None else None
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def iterate(tree: Any, *names: str) -> Iterator[Any]:
    """The elements of some names, whatever their namespaces."""
    wanted = set(names)
    every = tree.iter() if tree is not None else ()
    return (element for element in every if local(element) in wanted)


def find(tree: Any, *names: str) -> Any:
    """The first element of these names, tried in this order; None if there is none."""
    for name in names:
        for element in iterate(tree, name):
            return element
    return None


def either(*elements: Any) -> Any:
    """The first of some elements that there is; an empty element counts."""
    return next((one for one in elements if one is not None), None)


def child(element: Any, *names: str) -> Any:
    """The first child of these names, tried in this order; None if there is none."""
    for name in names:
        for one in element if element is not None else ():
            if local(one) == name:
                return one
    return None


def children(element: Any, *names: str) -> list[Any]:
    """The children of these names."""
    return [one for one in element if local(one) in names] if element is not None else []


def text_of(element: Any) -> str:
    """All text of an element on one line; "" for None."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def attribute(element: Any, *names: str) -> str:
    """The first of these attributes that an element has, whatever their namespaces."""
    if element is None:
        return ""
    values = {str(key).rsplit("}", 1)[-1]: value for key, value in element.attrib.items()}
    return next((values[name].strip() for name in names if values.get(name)), "")


def read_blocks(element: Any, aside: Iterable[str] = ()) -> tuple[list[str], list[str]]:
    """The paragraphs of an element, and the text of what stands `aside` (notes, captions)."""
    from lxml import etree

    lines: list[list[str]] = [[]]
    dropped: list[str] = []
    asides = set(aside)
    skipped: Any = None
    walker = etree.iterwalk(element, events=("start", "end"))
    for event, node in walker:
        name = local(node)
        if skipped is None and event == "start":
            if node is not element and (name in asides or name in _NOT_SHOWN):
                if name in asides:
                    dropped.append(text_of(node))
                skipped = node
            else:
                if name in _BLOCKS:
                    lines.append([])
                lines[-1].append(("\n" if name in ("br", "lb") else "") + (node.text or ""))
        elif event == "end" and (skipped is None or skipped is node):
            if name in _BLOCKS and skipped is None:
                lines.append([])
            elif name in ("td", "th", "cell"):
                lines[-1].append(" ")
            skipped = None
            if node is not element:
                lines[-1].append(node.tail or "")
    return _join(lines), [one for one in dropped if one]


def _join(lines: list[list[str]]) -> list[str]:
    """Paragraphs of pieces, whose line ends are those of the source but for breaks."""
    found = []
    for pieces in lines:
        text = clean_text("".join(_unwrap(piece) for piece in pieces))
        found += _join_broken([" ".join(line.split()) for line in text.split("\n")])
    return [line for line in found if line]


def _join_broken(lines: list[str]) -> list[str]:
    """The lines of a paragraph; one where breaks stand in the middle of its sentences."""
    lines = [line for line in lines if line]
    ends = [_SENTENCE_END.search(line) is not None for line in lines]
    inside = [after for after, end in zip(lines[1:], ends, strict=False) if not end]
    lower = sum(line[0].islower() for line in inside)
    if len(inside) < 1 or not ends[-1] or 2 * lower < len(inside):
        return lines
    joined = lines[:1]
    for line, end in zip(lines[1:], ends, strict=False):
        joined[-1:] = [joined[-1], line] if end else [f"{joined[-1]} {line}"]
    return joined


def _unwrap(piece: str) -> str:
    """A piece of text in which only the break that an element stands for ends the line."""
    own = piece.startswith("\n")
    return ("\n" if own else "") + re.sub(r"\s*[\r\n]\s*", " ", piece[1:] if own else piece)


def read_fragment(html_text: str) -> list[str]:
    """The paragraphs of HTML, as feeds and mails hold it, without scripts, styles and heads."""
    from lxml import html as parser

    text = html_text.replace("\0", "").strip()
    if not text:
        return []
    try:
        tree = parser.document_fromstring(_DECLARATION.sub("", text))
    except Exception:  # whatever the parser trips over: then it is no markup
        return [" ".join(line.split()) for line in text.split("\n") if line.strip()]
    for head in tree.xpath("//head | //title | //comment()"):
        if head.getparent() is not None:
            head.drop_tree()
    return read_blocks(tree)[0]
