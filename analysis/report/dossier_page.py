"""The page of a dossier: its sentences with their words, charts, downloads, the annotated text."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from markupsafe import Markup

import analysis as da
from analysis import wording
from analysis.report.dossier_parts import OWN, Part, Statement, Words, each
from analysis.report.figures import draw
from analysis.report.passages import Excerpts, may_print
from analysis.report.svg import write_svg
from analysis.show.html import Page, Span, mark_up, read_asset, render
from analysis.tables import silent

if TYPE_CHECKING:
    from analysis.report.dossier import ArticleDescription

MOST_VOICES = 6  # that have a colour of their own
_WORDING = ("text", "clause", "explained", "cause", "source", "matter")  # words of texts
_SEPARATOR = "\n…\n"
_DOES_NOT_SHOW = (
    "It describes words, not reasons: that a name or a voice is not there does not tell why.",
    "It does not tell whether anything is true. Every claim is its speaker’s, and what the text"
    " asserts is the text’s.",
    "It shows what rules and a small model find. Irony, images, layout, what is only implied, and"
    " all that was missed are not in it; read the text.",
    "One text is one text: nothing here can be said of its outlet or its writer in general.",
)
Link = Callable[[Words], str]  # the address of some words, "" where they are not shown


def make_page(described: ArticleDescription, *, with_text: bool | None = None) -> Page:
    """Lay a dossier out as one page that needs no other file, no network and no script."""
    text = AnnotatedText(described, with_text=with_text)
    title = described.facts["Title"]
    facts = {name: value for name, value in described.facts.items() if name != "Title"}
    html = render(
        "report/dossier.html",
        title=wording.label(title, 300),
        language=described.article.row.get("language"),
        facts=facts,
        cannot=described.cannot,
        short=[_line(one, text.link) for one in described.short],
        strip=_strip(described, text.link),
        parts=[_part(part, text, number) for number, part in enumerate(described.parts)],
        text=text.html,
        remark=text.remark,
        legend=text.legend,
        does_not_show=_DOES_NOT_SHOW,
        downloads=list(_downloads(described, text.whole)),
        cite=_cite(described),
    )
    name = wording.label(f"Dossier: {title}", 200)
    style = read_asset("report/dossier.css") + read_asset("show/show.css")
    return Page(name, str(html), style=style, whole=True)


def fragment(described: ArticleDescription, link: Link | None = None) -> Markup:
    """The sentences alone, for a notebook or as a section of another page."""
    parts = [
        {"part": part, "lines": [_line(one, link or (lambda words: "")) for one in part.statements]}
        for part in described.parts
    ]
    return render("report/dossier_part.html", parts=parts, cannot=described.cannot)


def _line(statement: Statement, link: Link) -> dict[str, Any]:
    """A sentence with its words as links, and how sure it is."""
    pieces = [
        (part, "", "") if isinstance(part, str) else (part.text, link(part), part.doc)
        for part in statement.parts
    ]
    kind = statement.sure.split()[0]
    return {"pieces": pieces, "sure": _badge(statement), "kind": kind}


def _badge(statement: Statement) -> str:
    """How sure a sentence is, in few words and with its number."""
    if statement.measured is None or not statement.measured.of:
        return statement.sure
    right = f"{100 * statement.measured.right:.0f} of 100 right"
    return right if statement.sure == "mostly right" else f"{right}: {statement.sure}"


def _part(part: Part, text: AnnotatedText, number: int) -> dict[str, Any]:
    """What the template shows of a section."""
    drawing, caption = _drawing(part, number)
    return {
        "part": part,
        "lines": [_line(one, text.link) for one in part.statements],
        "drawing": drawing,
        "caption": caption,
        "elsewhere": text.elsewhere(part.statements),
    }


def _drawing(part: Part, number: int) -> tuple[Markup, str]:
    """The chart of a section; nothing where it cannot be drawn."""
    if part.draw is None:
        return Markup(""), ""
    with silent():
        figure = draw(part.title, "", part.draw, lambda data: [])
    if figure.drawing is None:
        return Markup(""), ""
    return Markup(write_svg(figure.drawing, f"chart-{number}")), wording.sentences(
        figure.caption, figure.note
    )


def _strip(described: ArticleDescription, link: Link) -> list[dict[str, Any]]:
    """Where each voice speaks: a row a voice, a bar for each stretch."""
    where = described.tables.get("voice_stretches")
    shares = described.tables.get("voices")
    if where is None or shares is None or not len(where):
        return []
    rows = []
    order = [str(voice) for voice in shares["voice"]]
    for voice in [*(v for v in order if v not in OWN), *(v for v in order if v in OWN)][:8]:
        own = where[where["voice"] == voice]
        share = float(shares.loc[shares["voice"] == voice, "share"].iloc[0])
        bars = [
            {
                "left": round(row.from_percent, 2),
                "width": round(max(row.to_percent - row.from_percent, 0.4), 2),
                "to": link(Words(voice, int(row.start), int(row.end))),
                "label": f"{voice}, {row.from_percent:.0f} to {row.to_percent:.0f} %",
            }
            for row in _merged(own)
        ]
        kind = _voice_class(voice, order)
        rows.append({"voice": voice, "share": f"{100 * share:.0f} %", "bars": bars, "kind": kind})
    return rows


def _merged(rows: pd.DataFrame) -> Iterator[Any]:
    """Stretches that touch, as one."""
    ahead = None
    for row in each(rows):
        if ahead is not None and row.from_percent - ahead.to_percent < 0.05:
            ahead = ahead._replace(to_percent=row.to_percent, end=row.end)
            continue
        if ahead is not None:
            yield ahead
        ahead = row
    if ahead is not None:
        yield ahead


def _voice_class(voice: str, order: Iterable[str]) -> str:
    """The colour of a voice: by its rank among those who are quoted."""
    if voice in OWN:
        return "own"
    ranked = [name for name in order if name not in OWN and name[:1] != "("]
    if voice not in ranked[:MOST_VOICES]:
        return "v0"
    return f"v{ranked.index(voice) + 1}"


class AnnotatedText:
    """The text with voices coloured and the words of the sentences as addresses."""

    def __init__(self, described: ArticleDescription, *, with_text: bool | None) -> None:
        self.article = described.article
        corpus = self.article.corpus
        documents = corpus.documents
        note = documents.attrs.get("corpus", {}).get("note")
        names = documents.reindex(columns=[*documents.columns, "licence", "version"])
        names = names.loc[:, ~names.columns.duplicated()]
        allowed = may_print(names, note)
        printed = set(documents["doc"].astype(str)[allowed])
        self.excerpts = Excerpts(documents, documents["doc"].astype(str).isin(printed))
        self.outlets = {str(row["doc"]): _outlet(row) for row in documents.to_dict("records")}
        self.whole = bool(with_text) or self.article.doc in printed
        statements = [one for part in described.parts for one in part.statements]
        self.shown = self._shown(statements)
        wanted = [word for one in statements for word in one.words if not word.doc]
        if "voice_stretches" in described.tables:
            wanted += [
                Words("", int(row.start), int(row.end))
                for row in each(described.tables["voice_stretches"])
            ]
        self.places = {(word.start, word.end) for word in wanted if self._is_shown(word)}
        voices = described.tables.get("voices", pd.DataFrame({"voice": []}))["voice"].astype(str)
        self.order = voices.tolist()
        self.html = self._html()
        self.remark = self._remark()

    def _shown(self, statements: list[Statement]) -> list[tuple[int, int]]:
        """Which stretches of the text are printed: all of it, or passages up to half of it."""
        if self.whole:
            return [(0, len(self.article.text))]
        sentences = self.article.one.sentences
        starts, ends = sentences["start"].to_numpy(), sentences["end"].to_numpy()
        chosen: set[int] = set()
        used, most = 0, len(self.article.text) // 2
        ranked = sorted(statements, key=lambda one: not one.short)
        for word in (word for one in ranked for word in one.words if not word.doc):
            place = int(np.searchsorted(starts, word.start, side="right")) - 1
            size = int(ends[place] - starts[place]) if place >= 0 else most + 1
            if place >= 0 and place not in chosen and used + size <= most:
                chosen.add(place)
                used += size
        return [(int(starts[place]), int(ends[place])) for place in sorted(chosen)]

    def _is_shown(self, word: Words) -> bool:
        return any(first <= word.start and word.end <= last for first, last in self.shown)

    def link(self, word: Words) -> str:
        """The address of some words on the page."""
        if word.doc:
            return f"#{_elsewhere_anchor(word)}"
        return f"#w{word.start}-{word.end}" if (word.start, word.end) in self.places else ""

    def elsewhere(self, statements: list[Statement]) -> list[dict[str, Any]]:
        """The passages of other texts that sentences lead to."""
        found = []
        for word in dict.fromkeys(word for one in statements for word in one.words if word.doc):
            excerpt = self.excerpts.cut(word.doc, word.start, word.end)
            found.append(
                {
                    "anchor": _elsewhere_anchor(word),
                    "where": self.outlets[word.doc],
                    "excerpt": excerpt,
                }
            )
        return found

    def _html(self) -> Markup:
        """The text with its marks; what is not printed is left out."""
        quotes = self.article.one.quotes
        spans = [
            Span(start, end, "da-words", "", 3, f"w{start}-{end}")
            for start, end in sorted(self.places)
        ]
        for row, voice in zip(each(quotes), self.article.voice_names(quotes), strict=True):
            kind = f"da-voice {_voice_class(voice, self.order)}"
            name = str(row.speaker) or str(row.kind)
            spans.append(Span(int(row.start), int(row.end), kind, wording.label(name, 40), 0))
        pieces = []
        for first, last in self.shown:
            own = [
                span._replace(start=max(span.start, first) - first, end=min(span.end, last) - first)
                for span in spans
                if span.start < last and span.end > first
            ]
            pieces.append(mark_up(self.article.text[first:last], own))
        return Markup(_SEPARATOR).join(pieces)

    @property
    def legend(self) -> list[tuple[str, str]]:
        """The voices that have a colour, with its class."""
        ranked = [name for name in self.order if name not in OWN]
        return [(name, _voice_class(name, self.order)) for name in ranked[: MOST_VOICES + 2]]

    def _remark(self) -> str:
        if self.whole:
            return ""
        return (
            "The text’s licence does not say that it may be printed, so only passages that a"
            " sentence leads to are shown, half of it at most; words in a sentence without a link"
            " are not shown. For your own use: --with-text, with_text=True."
        )


def _outlet(row: dict[str, Any]) -> str:
    """What a text is called: outlet and day, else its id."""
    outlet, published = row.get("outlet"), row.get("published")
    known = [] if outlet is None or pd.isna(outlet) else [str(outlet)]
    known += [] if published is None or pd.isna(published) else [f"{published:%d %B %Y}"]
    return ", ".join(known) or str(row["doc"])


def _elsewhere_anchor(word: Words) -> str:
    name = "".join(sign if sign.isalnum() and sign.isascii() else "-" for sign in word.doc)
    return f"o-{name}-{word.start}-{word.end}"


def _downloads(described: ArticleDescription, whole: bool) -> Iterator[dict[str, str]]:
    """The tables as CSV inside the page, without the words of texts that may not be printed."""
    tables = {"sentences": described.sentences, **described.tables}
    for name, table in tables.items():
        kept = whole and name != "quote_fates"  # which has the words of other texts
        plain = table.drop(columns=[c for c in _WORDING if c in table.columns and not kept])
        data = plain.to_csv(index=False).encode("utf-8", "replace")
        yield {
            "name": name,
            "rows": wording.plural(len(table), "row"),
            "href": f"data:text/csv;base64,{base64.b64encode(data).decode()}",
        }


def _cite(described: ArticleDescription) -> str:
    """How the dossier is quoted."""
    about = described.article.corpus.documents.attrs["corpus"]
    facts = described.facts
    source = ", ".join(facts[name] for name in ("Outlet", "Published") if name in facts)
    return wording.sentences(
        f"Dossier of “{wording.label(facts['Title'], 200)}”{f' ({source})' if source else ''}.",
        wording.corpus_sentence({"corpus": about}),
        f"Fingerprint {str(about['fingerprint'])[:12]}.",
        f"Made with discourse-analysis {da.__version__}.",
    )
