"""What can be wrong with a text itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

import regex

from analysis.checks.finding import Finding, place, quote
from analysis.reading.languages import guess_language, read_language
from analysis.reading.navigation import mark_navigation

TINY = 30  # words below which a news text is suspicious
MOST = 5  # findings of one kind in one text
# UTF-8 that was read as Windows-1252 or Latin-1: the lead byte and those that follow it.
_LEAD_2 = r"[\u00c2-\u00df]"
_LEAD_3 = r"[\u00e0-\u00ef]"
_NEXT = (
    "[\u0080-\u00bf\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d\u2018"
    "\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178]"
)
_MOJIBAKE = re.compile(rf"{_LEAD_3}{_NEXT}{_NEXT}|{_LEAD_2}{_NEXT}")
_LOST = re.compile(r"\ufffd+|(?<=[^\W\d_])\?(?=[^\W\d_])(?!\?)")
_CYRILLIC = regex.compile(r"(?:[РС][\u0080-\u00bf\u0400-\u045f\u2018-\u203a°±²µ¶·№»«„…‡‰‹]){3,}")
_ENTITY = re.compile(r"&(?:amp|nbsp|quot|lt|gt|apos|rsquo|lsquo|ldquo|rdquo|mdash|ndash|#\d{2,5});")
_TAG = re.compile(
    r"</?(?:p|div|span|br|a|b|i|em|strong|img|script|style|table|td|tr|h\d|li|ul)\b[^<>]*>",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"\b(?:(?:we|this site|our partners) uses? cookies|accept (?:all )?cookies|cookie (?:policy|"
    r"settings|consent)|manage (?:your )?preferences|subscribe to (?:continue|read)|sign in to "
    r"continue|create (?:a free|an) account to|already a subscriber|enable javascript|"
    r"nous utilisons des cookies|wir verwenden cookies|utilizamos cookies)\b",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"(?:\[?(?:read|see|show|view) (?:more|the full (?:story|article))\]?|continue reading"
    r"|lire la suite|weiterlesen|leer más|\[\+?\d+ chars\]|\[…\]|\[\.{3}\])\s*[.…»>]*\s*$",
    re.IGNORECASE,
)
_STOP = re.compile(r"[.!?:;。！？؟।…*)\]\"'”’»›“‘—–-]\s*$|(?:\(|©|\b(?:https?|www)\b).{0,120}$")


def check_text(doc: str, text: str, language: str) -> Iterator[Finding]:
    """Look for what is wrong with one text.

    Parameters
    ----------
    doc : str
    text : str
    language : str
        What the manifest says; "" where it says nothing.

    Yields
    ------
    Finding
        Kinds "encoding", "page remains", "length", "language" and "cut".
    """
    words = len(text.split())
    if not words:
        yield Finding(doc, "wrong", "length", "the text is empty")
        return
    if words < TINY and guess_language(text) not in ("zh", "ja", "th"):
        yield Finding(doc, "suspicious", "length", f"the text has {words} words")
    yield from _check_encoding(doc, text)
    yield from _check_remains(doc, text)
    yield from _check_language(doc, text, language)
    yield from _check_end(doc, text)


def _check_encoding(doc: str, text: str) -> Iterator[Finding]:
    damaged = [match for match in _MOJIBAKE.finditer(text) if _repairs(match[0])]
    damaged += list(_CYRILLIC.finditer(text)) if _repairs_cyrillic(text) else []
    yield from _some(doc, "wrong", "encoding", damaged, text, "text in UTF-8 was read as another")
    lost = [match for match in _LOST.finditer(text) if "\ufffd" in match[0]]
    yield from _some(doc, "wrong", "encoding", lost, text, "characters were lost")
    asked = [match for match in _LOST.finditer(text) if match[0] == "?"]
    if len(asked) > 2:
        yield from _some(
            doc, "suspicious", "encoding", asked, text, "a question mark inside a word"
        )


def _repairs(run: str) -> bool:
    """Whether some characters, written as Windows-1252, are UTF-8."""
    data = bytearray()
    for character in run:
        try:
            data += character.encode("cp1252")
        except UnicodeEncodeError:
            data += character.encode("latin-1", errors="ignore")
    try:
        return len(data.decode("utf-8")) < len(run)
    except UnicodeDecodeError:
        return False


def _repairs_cyrillic(text: str) -> bool:
    """Whether runs such as “РџСЂРµР·” become Cyrillic words when written as Windows-1251."""
    match = _CYRILLIC.search(text)
    if match is None:
        return False
    try:
        return len(match[0].encode("cp1251").decode("utf-8")) <= len(match[0]) // 2 + 1
    except UnicodeError:
        return False


def _some(
    doc: str, severity: str, kind: str, matches: list, text: str, what: str
) -> Iterator[Finding]:
    """The first of several findings of one kind, and how many there are."""
    for match in matches[:1]:
        around = text[max(0, match.start() - 15) : match.end() + 15]
        count = f" ({len(matches):,} places)" if len(matches) > 1 else ""
        yield place(doc, severity, kind, f"{what}: {quote(around)}{count}", text, match.start())


def _check_remains(doc: str, text: str) -> Iterator[Finding]:
    """Lines that belong to a web page and not to its article."""
    lines = [(match.start(), match[0]) for match in re.finditer(r"[^\n]+", text)]
    lines = [(start, line) for start, line in lines if line.strip()]
    marks = mark_navigation([line.strip() for _, line in lines])
    found = [(at, line) for (at, line), mark in zip(lines, marks, strict=True) if mark]
    for at, line in lines:
        match = _CONSENT.search(line) if len(line) < 400 else None
        if match and (at, line) not in found:
            found.append((at, line))
    for at, line in sorted(found)[:MOST]:
        yield place(doc, "suspicious", "page remains", quote(line), text, at)
    if len(found) > MOST:
        yield Finding(doc, "suspicious", "page remains", f"{len(found) - MOST} more such lines")
    for pattern, what in ((_ENTITY, "HTML code"), (_TAG, "an HTML tag")):
        yield from _some(doc, "wrong", "page remains", list(pattern.finditer(text)), text, what)


def _check_language(doc: str, text: str, language: str) -> Iterator[Finding]:
    guessed = guess_language(text)
    stated = read_language(language)[:2].lower()
    related = ({"da", "no", "nb", "nn"}, {"sr", "hr", "bs"}, {"id", "ms"}, {"fa", "ar", "ur"})
    if not guessed or not stated or guessed == stated:
        return
    if not any({guessed, stated} <= group for group in related):
        what = f"the manifest says {language!r}, the text reads like {guessed!r}"
        yield Finding(doc, "suspicious", "language", what)


def _check_end(doc: str, text: str) -> Iterator[Finding]:
    """Whether a text stops in the middle."""
    body = text.rstrip()
    at = body.rfind("\n") + 1
    last = body[at:]
    more = _MORE.search(last)
    if more:
        what = f"the text ends with {quote(more[0])}"
        yield place(doc, "suspicious", "cut", what, text, at + more.start())
    elif body.endswith(("…", "...")):
        yield place(doc, "suspicious", "cut", "the text ends with “…”", text, len(body) - 1)
    elif not _STOP.search(last) and len(last.split()) > 5:
        what = f"the text ends without a stop: {quote(last[-40:])}"
        yield place(doc, "suspicious", "cut", what, text, len(body) - 1)
