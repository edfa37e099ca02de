"""The page: head, contents, chapters, texts, and how to quote them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from importlib import resources

import analysis as da
from analysis import wording as words
from analysis.report.figures import Figure, Ledger, Section
from analysis.report.layers import Layers
from analysis.report.markup import anchor_of, data_table, scroll
from analysis.report.page_corpus import full_texts, overview
from analysis.report.passages import (
    Excerpts,
    PassageWriter,
    Places,
    address,
    longest,
    make_places,
    may_print,
)
from analysis.report.svg import write_svg
from analysis.show.html import escape

GENERATOR = "discourse-analysis report"


def write_page(
    layers: Layers, sections: Sequence[Section], ledger: Ledger, *, title: str, with_texts: bool
) -> str:
    """Lay the report out as one page that needs no other file, no network and no script."""
    allowed = may_print(layers.documents)
    if with_texts:
        allowed[:] = True
    names = layers.documents["doc"].astype(str)
    places = make_places(layers, set(names[allowed]))
    figures = [figure for section in sections for figure in section.figures]
    address(ledger, figures, places.anchors)
    excerpts = Excerpts(layers.documents, allowed)
    writer = PassageWriter(layers, ledger, places, excerpts, longest(ledger))
    numbers = {id(figure): number for number, figure in enumerate(_drawn(figures), start=1)}
    source = citation_source(layers, title)
    chapters = [_chapter(section, numbers, writer, source) for section in sections]
    texts = full_texts(layers, places)
    body = [
        '<a class="skip" href="#report">Skip to the report</a>',
        _header(layers, title),
        '<div class="sheet">',
        _contents(sections, numbers, bool(places.printed)),
        f'<main id="report" tabindex="-1">\n{overview(layers, places)}',
        *chapters,
        texts,
        _quoting(source),
        "</main>\n</div>",
        f"<footer><p>{escape(source)}</p></footer>",
    ]
    return _document(title, "\n".join(body))


def _drawn(figures: Sequence[Figure]) -> list[Figure]:
    return [figure for figure in figures if not figure.missing]


def citation_source(layers: Layers, title: str) -> str:
    """What a figure is quoted from: report, corpus with fingerprint, package with version."""
    corpus = layers.documents.attrs["corpus"]
    return words.sentences(
        f"In: {words.label(title, 200)}.",
        words.corpus_sentence({"corpus": corpus}),
        f"Fingerprint {corpus['fingerprint']}.",
        f"Made with discourse-analysis {da.__version__}.",
    )


def _document(title: str, body: str) -> str:
    """The page around its content; a policy lets no script run but the report's own."""
    style, script = _resource("report.css"), _resource("report.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="generator" content="{GENERATOR}">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(words.label(title, 200))}</title>\n<style>\n{style}</style>\n</head>\n"
        f"<body>\n{body}\n<script>{script}</script>\n</body>\n</html>\n"
    )


def _resource(name: str) -> str:
    text = (resources.files("analysis") / "report" / name).read_text("utf-8")
    return text.replace("\r\n", "\n")  # the policy's hash is of what a browser reads


def _header(layers: Layers, title: str) -> str:
    note = words.corpus_sentence({"corpus": layers.documents.attrs["corpus"]})
    return (
        f"<header>\n<h1><bdi>{escape(words.label(title, 300))}</bdi></h1>\n"
        f"<p><bdi>{escape(note)}</bdi> Every number leads to the passages it was counted from. "
        "What stands in a passage is what a text says, and who says it there; this report takes "
        "no side in it.</p>\n</header>"
    )


def _contents(sections: Sequence[Section], numbers: dict[int, int], texts: bool) -> str:
    """The table of contents."""
    items = ['<li><a href="#corpus">The corpus</a></li>']
    for section in sections:
        inner = "".join(
            f'<li><a href="#{anchor_of(numbers[id(figure)])}">Figure {numbers[id(figure)]}. '
            f"{escape(figure.title)}</a></li>"
            for figure in _drawn(section.figures)
        )
        inner = f"<ol>{inner}</ol>" if inner else ""
        items.append(f'<li><a href="#{section.name}">{escape(section.title)}</a>{inner}</li>')
    if texts:
        items.append('<li><a href="#texts">Texts</a></li>')
    items.append('<li><a href="#quoting">How to quote this report</a></li>')
    return (
        '<nav aria-labelledby="contents"><h2 id="contents">Contents</h2>\n'
        f"<ol>{chr(10).join(items)}</ol></nav>"
    )


def _chapter(section: Section, numbers: dict[int, int], writer: PassageWriter, source: str) -> str:
    parts = [
        _figure(figure, numbers[id(figure)], writer, source)
        if id(figure) in numbers
        else _missing(figure)
        for figure in section.figures
    ]
    return (
        f'<section id="{section.name}" aria-labelledby="{section.name}-title">\n'
        f'<h2 id="{section.name}-title">{escape(section.title)}</h2>\n'
        f"<p><bdi>{escape(section.lead)}</bdi></p>\n{chr(10).join(parts)}\n</section>"
    )


def _missing(figure: Figure) -> str:
    return (
        f"<h3>{escape(figure.title)}</h3>\n"
        f'<p class="missing">Not drawn. <bdi>{escape(figure.missing)}</bdi></p>'
    )


def _figure(figure: Figure, number: int, writer: PassageWriter, source: str) -> str:
    """A figure: drawing, caption, notes, citation, data, passages."""
    anchor, drawing = anchor_of(number), figure.drawing
    svg = "" if drawing is None else write_svg(drawing, anchor)
    table = data_table(figure, number, writer.places.anchors)
    cite = f"Figure {number}. {figure.title}. {source}"
    return (
        f'<article id="{anchor}" aria-labelledby="{anchor}-title">\n'
        f'<h3 id="{anchor}-title">Figure {number}. {escape(figure.title)}</h3>\n'
        f"<figure>{scroll(svg, f'Drawing of Figure {number}', 'card')}\n"
        f"<figcaption><bdi>{escape(figure.caption)}</bdi></figcaption></figure>\n"
        f'<p class="note"><b>Rests on.</b> <bdi>{escape(figure.note)}</bdi></p>\n'
        f'<p class="note"><b>Method.</b> {escape(figure.method)}</p>\n'
        f'<p class="cite"><b>Quote as.</b> <bdi>{escape(cite)}</bdi> '
        f'<a href="#{anchor}">#{anchor}</a></p>\n'
        f'<details class="data"><summary>Data of Figure {number}: '
        f"{words.plural(len(figure.data), 'row')}</summary>\n"
        f"{table}</details>\n"
        f"{writer.lists(figure, number)}\n</article>"
    )


def _quoting(source: str) -> str:
    return (
        '<section id="quoting" aria-labelledby="quoting-title">\n'
        '<h2 id="quoting-title">How to quote this report</h2>\n'
        "<p>Each figure has a line “Quote as” and an address that ends in its anchor, as in "
        "<code>report.html#figure-1</code>. The fingerprint is that of the texts: the same "
        "documents with the same words have the same fingerprint, and with the same version of "
        "the package they give the same numbers.</p>\n"
        "<p>Quote a passage by its document, and look it up there: the numbers beside it are the "
        "sentence (counted from 0) and the characters of the text. A passage in somebody's voice "
        "is that speaker's claim.</p>\n"
        f'<p class="cite"><bdi>{escape(source)}</bdi></p>\n</section>'
    )


__all__ = ["GENERATOR", "Places", "write_page"]
