"""Cells of tables and of JSON: as text, and as the paragraphs of a text."""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from analysis._lazy import needs_extra
from analysis.corpus.formats.articles import split_paragraphs
from analysis.corpus.formats.encodings import clean_text

_NAMES = ("name", "title", "headline", "value", "text", "content", "$date", "$oid", "$numberLong")
_TEXTS = ("text", "content", "value", "paragraph", "body", "sentence")
# What programs write where there is nothing.
NOTHING = frozenset("nan NaN None null NULL NaT <NA> N/A #N/A undefined".split())
NO_TEXT = NOTHING | {"NA", "-", "–", "—"}  # NA is Namibia's code elsewhere
_LIST = re.compile(r"\s*\[\s*['\"]")
_EXCEL_CODE = re.compile(r"_x(00[01][0-9A-F]|005F|FFF[EF])_")
_UNICODE_CODE = re.compile(r"\\u([0-9a-fA-F]{4})")
# A line end that was written as a backslash and a letter; not the C:\new of a path.
_LINE_CODE = re.compile(
    r"(?<!\b[A-Za-z]:)(?:(?<=[.!?\"'”’»),\s])|(?=(?:\\r)?\\n(?:\\[rn]|[A-Z\s\"“«]|$)))(?:\\r)?\\n"
)
_QUOTE_CODE = re.compile(r"\\([\"'/])")
_TAG = re.compile(
    r"<(?:/?(?:p|div|span|a|strong|em|b|i|u|h[1-6]|ul|ol|li|blockquote|figure|img|section|article"
    r"|body|html|table|tr|td|font|center|sup|sub|aside|iframe|script|style|hr)(?:\s[^<>]*)?/?"
    r"|br\s*/?)>",
    re.IGNORECASE,
)
_BLOCK_TAG = re.compile(r"<(?:p|div|br|li|h[1-6]|blockquote|section|tr)\b", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:[a-z]{2,8}|#\d{1,6}|#x[0-9a-f]{1,6});", re.IGNORECASE)
_BLOCKS = frozenset(
    "p div h1 h2 h3 h4 h5 h6 ul ol li blockquote section article body table tr td th br hr center "
    "figure figcaption aside header footer pre dl dt dd".split()
)
_SILENT = frozenset(
    "script style noscript template iframe svg head title button form select".split()
)
_BESIDE = frozenset("figcaption aside nav footer".split())


def show_cell(value: Any) -> str:
    """A cell as text: what a spreadsheet shows, the name of an object, the items of a list."""
    if isinstance(value, str):
        return value
    if value is None or value != value:  # NaN is not equal to itself
        return ""
    if isinstance(value, datetime):
        clock = value.strftime("T%H:%M") if (value.hour, value.minute) != (0, 0) else ""
        return f"{value:%Y-%m-%d}{clock}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return "; ".join(filter(None, map(show_cell, value)))
    if isinstance(value, dict):  # such as {"name": "The Post"} of a news interface
        return show_cell(next((value[key] for key in _NAMES if key in value), ""))
    return str(value)


def clean_cell(value: Any) -> str:
    """A cell of one line as text, without markup and codes."""
    text = show_cell(_unlist(value))
    if "<" in text and _TAG.search(text):
        return " ".join(_read_markup(text)[0])
    return _decode(text)


def read_paragraphs_of(value: Any) -> tuple[list[str], list[str]]:
    """The paragraphs of a cell that holds a text, and what was left out of it."""
    value = _unlist(value)
    if isinstance(value, list) and {str, dict} == set(
        map(type, value)
    ):  # Telegram's parts of lines
        value = "".join(show_cell(one) for one in value)
    if isinstance(value, list):
        found = [read_paragraphs_of(_join_sentences(item)) for item in value]
        return [p for one, _ in found for p in one], [d for _, one in found for d in one]
    if isinstance(value, dict):
        return read_paragraphs_of(next((value[key] for key in _TEXTS if key in value), ""))
    text = show_cell(value)
    if text.strip() in NO_TEXT:
        return [], []
    text = _decode(text)
    if "<" in text and _TAG.search(text):
        paragraphs, dropped = _read_markup(text)
        return [clean_text(p) for p in paragraphs], [clean_text(d) for d in dropped]
    return split_paragraphs(clean_text(text)), []


def _join_sentences(item: Any) -> Any:
    """A paragraph that is given as a list of its sentences."""
    plain = isinstance(item, list) and all(isinstance(one, str) for one in item)
    return " ".join(item) if plain else item


def _unlist(value: Any) -> Any:
    """The list that a cell spells, as pandas writes it: ['One.', 'Two.']."""
    if not isinstance(value, str) or not _LIST.match(value) or len(value) > 10**6:
        return value
    try:
        found = ast.literal_eval(value.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return value
    plain = isinstance(found, list) and all(isinstance(one, str) for one in found)
    return found if plain else value


def _decode(text: str) -> str:
    """A text without the codes that programs leave in it for line ends and other characters."""
    if "_x" in text:
        text = _EXCEL_CODE.sub(lambda code: chr(int(code[1], 16)), text)
    if "\\" in text:
        text = _UNICODE_CODE.sub(lambda code: chr(int(code[1], 16)), text)
        text, lines = _LINE_CODE.subn("\n", text)
        text = _QUOTE_CODE.sub(r"\1", text) if lines else text
    if "&" in text and _ENTITY.search(text):
        for _ in range(2):  # some are coded twice
            text = _ENTITY.sub(lambda code: html.unescape(code[0]), text)
    return text


def _read_markup(text: str) -> tuple[list[str], list[str]]:
    """The paragraphs of a text with tags, and the captions and boxes left out of it."""
    with needs_extra("files", "Reading a table with markup"):
        from lxml import etree
        from lxml import html as markup

    if not _BLOCK_TAG.search(text):  # tags of words alone: a line end stands for itself
        text = text.replace("\n", "<br>")
    try:
        tree = markup.fromstring(f"<div>{text}</div>")
    except (etree.LxmlError, ValueError):  # what the parser makes nothing of
        return split_paragraphs(_TAG.sub("\n", text)), []
    pieces: list[str] = []
    dropped: list[str] = []
    _walk(tree, pieces, dropped)
    return list(_split("".join(pieces))), dropped


def _walk(tree: Any, pieces: list[str], dropped: list[str]) -> None:
    """Collect the text of a tree, with a mark where a paragraph begins or ends."""
    stack: list[tuple[Any, bool]] = [(tree, False)]
    while stack:
        element, done = stack.pop()
        name = element.tag if isinstance(element.tag, str) else ""
        if done:
            pieces += ["\0" if name in _BLOCKS else "", element.tail or ""]
            continue
        if not name or name in _SILENT or name in _BESIDE:
            if name in _BESIDE:
                dropped += _split("\0".join(element.itertext()))
            pieces += ["\0" if name in _BESIDE else "", element.tail or ""]
            continue
        pieces += ["\0" if name in _BLOCKS else "", element.text or ""]
        stack.append((element, True))
        stack += [(child, False) for child in reversed(element)]


def _split(text: str) -> Iterator[str]:
    """The paragraphs between marks, each on one line."""
    for part in text.split("\0"):
        line = " ".join(part.split())
        if line:
            yield line
