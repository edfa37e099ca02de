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


# Each label has a tint behind the marked words, an edge and a colour for its letters. The letters
# stand on the tint, the ink of the text on it as well: both pairs reach a contrast of 4.5 and more
# (a test computes them), and the label says in words what the colour says.
LABELS = ("person", "org", "place", "norp", "misc")
JUDGEMENTS = ("negative", "neutral", "positive")
LIGHT = {
    "paper": "#ffffff", "ink": "#1b1b1b", "quiet": "#555555", "rule": "#8a8a8a",
    "person": "#dce9fb", "person-ink": "#1d4c85", "org": "#e9e1f8", "org-ink": "#573195",
    "place": "#dcf1e2", "place-ink": "#1d5c36", "norp": "#fde9cf", "norp-ink": "#7c430a",
    "misc": "#e8e8e8", "misc-ink": "#454545", "voice": "#fbf6d9", "voice-ink": "#5c4d00",
    "negative": "#b3261e", "neutral": "#555555", "positive": "#1a6b3a",
}  # fmt: skip
DARK = {
    "paper": "#191b1f", "ink": "#ececec", "quiet": "#b4b4b4", "rule": "#858585",
    "person": "#1f3a5c", "person-ink": "#a9cdf7", "org": "#3b2d5e", "org-ink": "#d2bff9",
    "place": "#1d4430", "place-ink": "#9fe0b8", "norp": "#523a17", "norp-ink": "#f6cd93",
    "misc": "#3a3d42", "misc-ink": "#d3d5d8", "voice": "#36321d", "voice-ink": "#e8dc9a",
    "negative": "#ff9d93", "neutral": "#c0c0c0", "positive": "#85d6a0",
}  # fmt: skip


def _variables(colours: dict[str, str]) -> str:
    return "".join(f"--da-{name}:{value};" for name, value in colours.items())


_SHAPES = """
.da-reading{color:var(--da-ink);background:var(--da-paper);font:1rem/1.9 system-ui,sans-serif;
padding:1rem;max-width:50rem;overflow-wrap:anywhere;text-align:start}
.da-reading p{margin:.25rem 0;color:inherit;background:none}
.da-reading .da-title{font-size:1.25em;font-weight:700;line-height:1.3}
.da-reading .da-where,.da-reading .da-note{font-size:.875em;line-height:1.5;color:var(--da-quiet)}
.da-reading .da-text{white-space:pre-wrap;unicode-bidi:isolate;margin:1rem 0}
.da-reading mark{color:inherit;background:none;border-radius:.25em;
-webkit-box-decoration-break:clone;box-decoration-break:clone}
.da-reading .da-from{border-start-start-radius:0;border-end-start-radius:0}
.da-reading .da-on{border-start-end-radius:0;border-end-end-radius:0}
.da-reading .da-label{-webkit-user-select:none;user-select:none}
.da-reading .da-label>bdi{font-size:.6875em;font-weight:600;line-height:1;letter-spacing:.02em;
white-space:nowrap;vertical-align:.08em}
.da-reading .da-entity{padding:.1em .2em .28em;background:var(--da-misc);
border-bottom:2px solid var(--da-misc-ink)}
.da-reading .da-entity>.da-label>bdi{color:var(--da-misc-ink)}
.da-reading .da-target>bdi{text-decoration:underline 2px;text-underline-offset:.35em;
text-decoration-skip-ink:none}
.da-reading .da-target>.da-label>bdi,.da-reading .da-voice>.da-label>bdi{
background:var(--da-paper);border:1px solid;border-radius:.7em;padding:.1em .4em}
.da-reading .da-voice{padding:.1em 0;background:var(--da-voice);color:var(--da-ink)}
.da-reading .da-voice>.da-label>bdi{color:var(--da-voice-ink);background:var(--da-voice);
white-space:normal}
.da-reading .da-negative>bdi{text-decoration-style:wavy}
.da-reading .da-neutral>bdi{text-decoration-style:dotted}
.da-reading .da-tree{margin:1rem 0}
.da-reading .da-scroll{overflow-x:auto;padding:.25rem 0}
.da-reading .da-scroll:focus-visible{outline:2px solid var(--da-person-ink)}
.da-reading .da-arcs{display:block;max-width:none;background:none}
.da-reading .da-arcs path{fill:none;stroke:var(--da-rule);stroke-width:1.3}
.da-reading .da-arcs .da-tip{fill:var(--da-rule);stroke:none}
.da-reading .da-arcs text{font:12px system-ui,sans-serif;text-anchor:middle;fill:var(--da-ink);
unicode-bidi:isolate}
.da-reading .da-arcs .da-word{font-size:15px}
.da-reading .da-arcs .da-pos{fill:var(--da-quiet)}
.da-reading .da-arcs .da-rel{paint-order:stroke;stroke:var(--da-paper);stroke-width:4px;
stroke-linejoin:round}
.da-reading summary{cursor:pointer;font-size:.875em;color:var(--da-quiet)}
.da-reading table{border-collapse:collapse;font-size:.875em;line-height:1.5;margin:.5rem 0;
color:inherit;background:none}
.da-reading caption{text-align:start;color:var(--da-quiet);padding:.25rem 0}
.da-reading th,.da-reading td{padding:.1rem .8rem .1rem 0;text-align:start;vertical-align:top;
font-weight:400;background:none;color:inherit;border:0}
.da-reading thead th{border-bottom:1px solid var(--da-rule);font-weight:600}
.da-reading tbody tr:nth-child(n){background:none}
.da-reading td.da-number{text-align:end;color:var(--da-quiet)}
"""


def style_sheet() -> str:
    """Write the style sheet; every rule holds inside ``.da-reading`` alone."""
    light = f"color-scheme:light;{_variables(LIGHT)}"
    dark = f"color-scheme:dark;{_variables(DARK)}"
    rules = [
        f".da-reading{{{light}}}",
        f"@media(prefers-color-scheme:dark){{.da-reading{{{dark}}}}}",
        f'body[data-jp-theme-light="true"] .da-reading,body.vscode-light .da-reading{{{light}}}',
        f'body[data-jp-theme-light="false"] .da-reading,body.vscode-dark .da-reading{{{dark}}}',
        _SHAPES.strip(),
    ]
    for name in LABELS:
        rules.append(
            f".da-reading .da-{name}{{background:var(--da-{name});"
            f"border-color:var(--da-{name}-ink)}}"
            f".da-reading .da-{name}>.da-label>bdi{{color:var(--da-{name}-ink)}}"
        )
    for name in JUDGEMENTS:
        rules.append(
            f".da-reading .da-{name}>bdi{{text-decoration-color:var(--da-{name})}}"
            f".da-reading .da-{name}>.da-label>bdi{{color:var(--da-{name})}}"
        )
    rules.append(
        f"@media print{{body .da-reading,body[class] .da-reading,body[data-jp-theme-light] "
        f".da-reading{{{light}max-width:none;padding:0;-webkit-print-color-adjust:exact;"
        f"print-color-adjust:exact}}.da-reading .da-scroll{{overflow:visible}}"
        f".da-reading .da-arcs{{max-width:100%;height:auto}}.da-reading .da-tree,.da-reading tr"
        f"{{break-inside:avoid}}.da-reading details::details-content{{content-visibility:visible;"
        f"block-size:auto}}}}"
    )
    return "\n".join(rules)


def whole_page(fragment: str, title: str) -> str:
    """Put a rendered text on a page of its own, which loads nothing and runs nothing."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy"'
        " content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(title)}</title>\n"
        f"<style>body{{margin:0;background:{LIGHT['paper']}}}.da-reading{{margin:0 auto}}"
        "@media screen and (prefers-color-scheme:dark)"
        f"{{body{{background:{DARK['paper']}}}}}</style>\n"
        f"</head>\n<body>\n<main>\n{fragment}\n</main>\n</body>\n</html>\n"
    )
