"""A text with marked spans as HTML: nested and crossing spans, everything escaped."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import NamedTuple

# what an HTML page cannot hold, or a browser would silently change or drop
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_CODE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
REPLACED = "\ufffd"
_BEFORE_LABEL = '<span class="da-label">&nbsp;'  # on the line of the word before it


class Span(NamedTuple):
    """A marked stretch of text: what it is, and what stands beside it in words."""

    start: int
    end: int
    kind: str  # names of style classes
    label: str
    rank: int = 0  # of spans over the same characters, the lower rank is outside


def escape(text: object) -> str:
    """Escape what HTML would read as markup; what it cannot hold becomes U+FFFD.

    Parameters
    ----------
    text : object
        Anything; its ``str`` is used.

    Returns
    -------
    str
        Safe as text and in a quoted attribute; a browser reads as many characters as `text` has.

    Examples
    --------
    >>> print(escape('<b title="x">&\\x00'))
    &lt;b title=&quot;x&quot;&gt;&amp;�
    """
    escaped = html.escape(_CONTROL.sub(REPLACED, str(text)), quote=True)
    return escaped.replace("\r", "&#13;")  # a bare one would be read as a line feed


def language_attribute(language: object) -> str:
    """Give ` lang="…"` where a language is a code that a browser knows, else nothing.

    Examples
    --------
    >>> language_attribute("pt-BR"), language_attribute("English!"), language_attribute(None)
    (' lang="pt-BR"', '', '')
    """
    known = isinstance(language, str) and _CODE.fullmatch(language)
    return f' lang="{language}"' if known else ""


def mark_up(text: str, spans: Sequence[Span]) -> str:
    """Mark spans in a text.

    Parameters
    ----------
    text : str
        The text, kept character by character.
    spans : sequence of Span
        Not empty and inside the text; they may nest and cross, and several may be the same.

    Returns
    -------
    str
        HTML. Each span is a ``mark``, isolated by ``bdi``, with its label in words at its end.
        Where two spans cross, the later one is cut in two, and only its last part has the label.

    Examples
    --------
    >>> print(mark_up("a<b", [Span(0, 1, "da-entity", "X")]))  # on one line
    <mark class="da-entity"><bdi>a</bdi><span
    class="da-label">&nbsp;<bdi>X</bdi></span></mark>&lt;b
    """
    order = sorted(range(len(spans)), key=lambda i: (-spans[i].end, spans[i].rank, i))
    starts: dict[int, list[int]] = {}
    for i in order:
        starts.setdefault(spans[i].start, []).append(i)
    edges = sorted({0, len(text), *(s.start for s in spans), *(s.end for s in spans)})
    place = {span: rank for rank, span in enumerate(order)}
    parts: list[str] = []
    opened: list[tuple[int, int, bool]] = []  # span, its place in parts, whether it went on
    for at, after in zip(edges, [*edges[1:], len(text)], strict=True):
        again = _close(spans, opened, parts, at)
        fresh = [(i, False) for i in starts.get(at, [])]
        for i, goes_on in sorted([*again, *fresh], key=lambda pair: place[pair[0]]):
            opened.append((i, len(parts), goes_on))
            parts.append("")
        parts.append(escape(text[at:after]))
    return "".join(parts)


def _close(
    spans: Sequence[Span], opened: list[tuple[int, int, bool]], parts: list[str], at: int
) -> list[tuple[int, bool]]:
    """End the spans that end here, and those inside them, which are given back to go on."""
    again: list[tuple[int, bool]] = []
    while any(spans[i].end == at for i, _, _ in opened):
        i, slot, went_on = opened.pop()
        span, ends = spans[i], spans[i].end == at
        classes = span.kind + " da-from" * went_on + " da-on" * (not ends)
        parts[slot] = f'<mark class="{escape(classes)}"><bdi>'
        parts.append("</bdi>")
        if ends and span.label:
            parts.append(_BEFORE_LABEL + f"<bdi>{escape(span.label)}</bdi></span>")
        parts.append("</mark>")
        if not ends:
            again.append((i, True))
    return again
