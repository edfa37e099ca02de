"""The page of the report: what its template shows, put together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

import analysis as da
from analysis import wording
from analysis.report.dossier_page import fragment
from analysis.report.figures import Figure, Key, PassageList, Report, Section, Standouts
from analysis.report.fonts import font_faces
from analysis.report.passages import Excerpts, may_print
from analysis.report.sure import checked_by_hand, how_sure, layer_attrs, not_checked
from analysis.report.svg import write_svg
from analysis.show.html import (
    Page,
    escape,
    html_table,
    is_number,
    language_attribute,
    read_asset,
    render,
)

MOST = 12_000  # passages on a page; beyond, the longest lists are cut
LIMITS = (2000, 1000, 500, 200, 100, 50, 20, 10, 5)
MOST_ROWS = 3000  # of documents
_SHOWN = ("outlet", "genre", "published", "language", "version", "licence")
_ONCE = ("language", "version")  # what is the same for all documents is said above
_HEADS = {"licence": "licence of the original"}
_DATA_HEADS = {
    "doc": "document", "from_percent": "from %", "to_percent": "to %", "percent": "at %",
}  # fmt: skip
_ADDRESS = re.compile(r"https?://[^\s]+")


@dataclass(frozen=True)
class About:
    """What a report says of itself."""

    title: str
    author: str = ""
    date: str = ""
    with_texts: bool = False


def make_page(
    report: Report, standouts: Standouts, sections: Sequence[Section], about: About
) -> Page:
    """Lay the report out as one page that needs no other file, no network and no script."""
    documents = report.documents
    allowed = may_print(documents, report.about.get("note")) | about.with_texts
    printed = set(documents["doc"].astype(str)[allowed])
    anchors = _anchors(report, standouts, sections)
    cut = _Cutter(report, printed, anchors)
    said = _standouts(standouts, sections, anchors, cut)
    chapters: list[dict[str, Any]] = []
    reasons: dict[str, list[str]] = {}
    for section in sections:
        for figure in section.figures:
            if figure.missing:
                reasons.setdefault(figure.missing, []).append(figure.title)
    number = 0
    for section in sections:
        figures = []
        for figure in section.figures:
            if figure.missing and figure.title != reasons[figure.missing][0]:
                continue  # named where the reason is said
            number += not figure.missing
            figures.append(_figure(report, figure, number, anchors, cut))
        dossier = section.described and cut.dossier(section.described)
        chapters.append({"section": section, "figures": figures, "dossier": dossier})
    drawn = [one for chapter in chapters for one in chapter["figures"] if one["number"]]
    facts = _facts(report)
    sure = how_sure(report, checked_by_hand(report))
    html = render(
        "report/report.html",
        title=wording.label(about.title, 300),
        byline=" · ".join(wording.label(one, 200) for one in (about.author, about.date) if one),
        size=f"{wording.plural(len(documents), 'text')},"
        f" {wording.plural(report.words.sum(), 'word')}; published: {facts['Published']}.",
        standouts=said,
        source=_citation_source(report, about),
        chapters=chapters,
        also_missing={why: titles[1:] for why, titles in reasons.items()},
        facts=facts,
        remarks=_remarks(report),
        by=report.by,
        groups=_groups_table(report) if report.by else "",
        documents=_documents_table(report, printed, anchors),
        more_documents=max(len(documents) - MOST_ROWS, 0),
        texts=list(_texts(report, printed, anchors)),
        printed=len(printed),
        not_printed=len(documents) - len(printed),
        sure=sure,
        not_checked=not_checked(sure),
        methods=_methods(drawn),
        bases=[(one["number"], one["figure"].note) for one in drawn],
    )
    drawings = [figure.drawing for section in sections for figure in section.figures]
    fonts = font_faces([drawing for drawing in drawings if drawing is not None])
    style = Markup(f"{read_asset('report/report.css')}\n{fonts}")
    script = read_asset("report/report.js")
    title = wording.label(about.title, 200)
    return Page(title, str(html), style=style, script=script, whole=True)


def _methods(drawn: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """Every method once, with the numbers of the figures that it made."""
    numbers: dict[str, list[int]] = {}
    for one in drawn:
        method = one["figure"].method.removesuffix(one["left_out"])
        numbers.setdefault(method, []).append(one["number"])
    return [
        (f"Figure{'s' if len(own) > 1 else ''} {wording.listing(own, limit=40)}", method)
        for method, own in numbers.items()
    ]


def _standouts(
    standouts: Standouts, sections: Sequence[Section], anchors: dict[Key, str], cut: _Cutter
) -> dict[str, Any]:
    """What the template shows of what stands out."""
    places, number = {}, 0
    for section in sections:
        for figure in section.figures:
            number += not figure.missing
            if not figure.missing:
                places[figure.title] = number
    found = []
    for one in standouts.found:
        own: dict[str, Any] = {"text": one.text, "figure": places.get(one.figure)}
        likewise = [{"text": text, **cut.leads_to(key)} for text, key in one.likewise]
        own |= {"also": one.also, "likewise": likewise, "more": one.more}
        found.append(own | cut.leads_to(one.passages))
    lists = cut.listed([(key, "standouts") for key in _standout_keys(standouts)])
    columns = [name for name in standouts.table.columns if name != "text"]
    table = html_table(standouts.table[columns], caption="Differences that hold", names=2)
    return {
        "said": standouts.said,
        "found": found,
        "lists": lists,
        "passages": sum(one["total"] for one in lists),
        "rows": len(standouts.table),
        "table": table,
    }


def _standout_keys(standouts: Standouts) -> list[Key]:
    """The lists of passages that what stands out leads to."""
    keys = [[one.passages, *(key for _, key in one.likewise)] for one in standouts.found]
    return [key for own in keys for key in own if key]


def _anchors(report: Report, standouts: Standouts, sections: Sequence[Section]) -> dict[Key, str]:
    """The address of each document, group and list of passages on the page."""
    # Lists are numbered in the order in which figures first lead to them.
    anchors: dict[Key, str] = {("documents",): "documents"}
    for number, name in enumerate(sorted(set(report.group.values())), start=1):
        anchors["documents", name] = f"g{number}"
    for number, doc in enumerate(report.documents["doc"].astype(str), start=1):
        anchors["document", doc] = f"d{number}"
    figures = [figure for section in sections for figure in section.figures]
    keys = [*_standout_keys(standouts), *(key for figure in figures for key in _keys(figure))]
    lists = dict.fromkeys(key for key in keys if key in report.lists)
    anchors |= {key: f"e{number}" for number, key in enumerate(lists, start=1) if key}
    return anchors


def _citation_source(report: Report, about: About) -> str:
    """What a figure is quoted from: report, corpus with fingerprint, package with version."""
    dated = f" ({wording.label(about.date, 60)})" if about.date else ""
    return wording.sentences(
        f"{wording.label(about.author, 120)}{dated}:" if about.author else "",
        f"In: {wording.label(about.title, 200)}{'' if about.author else dated}.",
        wording.corpus_sentence({"corpus": report.about}),
        f"Fingerprint {str(report.about['fingerprint'])[:8]}.",
        f"Made with discourse-analysis {da.__version__}.",
    )


# Figures, their data and their passages


def _figure(
    report: Report, figure: Figure, number: int, anchors: dict[Key, str], cut: _Cutter
) -> dict[str, Any]:
    """What the template shows of a figure."""
    if figure.missing:
        return {"figure": figure, "number": 0}
    anchor = f"figure-{number}"
    data = figure.data
    lists = cut.lists(figure, number)
    return {
        "figure": figure,
        "number": number,
        "anchor": anchor,
        "drawing": Markup(write_svg(figure.drawing, anchor) if figure.drawing is not None else ""),
        "rows": len(data),
        "table": _data_table(figure, number, anchors),
        "left_out": report.left_out if figure.method.endswith(report.left_out) else "",
        "methods": _lettered(data, figure.note),
        "lists": lists,
        "passages": sum(one["total"] for one in lists),
        "own_side": anchors.get(figure.own_list) if figure.own_list else None,
    }


def _keys(figure: Figure) -> list[Key | None]:
    """The lists of passages that a figure leads to."""
    return [*(key for link in figure.links for key in link.keys), figure.own_list]


def _data_table(figure: Figure, number: int, anchors: dict[Key, str]) -> Markup:
    """The rows that were drawn, every number that rests on passages linked to them."""
    data, methods = figure.data, _lettered(figure.data, figure.note)
    heads = dict(_DATA_HEADS)
    if "rate" in data.columns:
        heads["rate"] = wording.column_phrase(data, "rate")
    if methods:
        letters = [methods.get(text) for text in data["interval"]]
        data = data.assign(interval=pd.Series(letters, dtype=object))
    elif "interval" in data.columns:
        data = data.drop(columns="interval")  # the note under the figure says it
    links = {}
    for link in figure.links:
        places = [anchors.get(key) if key else None for key in link.keys]
        links[link.column] = [f"#{place}" if place else "" for place in places]
    numbers = [place for place in range(data.shape[1]) if is_number(data.iloc[:, place])]
    return html_table(
        data,
        caption=f"Data of Figure {number}",
        heads=heads,
        names=max(min(*numbers[:1], 3, data.shape[1]), 1),  # the text before the first number
        links=links,
        ids=[f"f{number}r{row}" for row in range(1, len(data) + 1)],
    )


def _lettered(data: pd.DataFrame, note: str) -> dict[str, str]:
    """A letter for each method of intervals, where the note under the figure does not say all."""
    if "interval" not in data.columns:
        return {}
    known = sorted(str(text) for text in data["interval"].dropna().unique())
    if data["interval"].nunique(dropna=False) < 2 and known[:1] and _method(known[0]) in note:
        return {}
    return {text: _letter(place) for place, text in enumerate(known)}


def _method(text: str) -> str:
    """The method that an interval names, without what it was taken over."""
    return text.partition(" over ")[0]


def _letter(place: int) -> str:
    """a, b … z, aa, ab …"""
    return (_letter(place // 26 - 1) if place > 25 else "") + chr(ord("a") + place % 26)


class _Cutter:
    """Cuts the passages of a report out of their texts, each list once."""

    def __init__(self, report: Report, printed: set[str], anchors: dict[Key, str]) -> None:
        self.known, self.printed, self.anchors = report.lists, printed, anchors
        self.excerpts = Excerpts(report.documents, report.documents["doc"].isin(printed))
        self.limit = _limit([len(one.rows) for one in report.lists.values()])
        self.shown: set[Key] = set()
        sentences = report.corpus.sentences
        own = sentences.groupby(sentences["doc"].astype(object), sort=False)["start"]
        self.starts = {str(doc): column.to_numpy() for doc, column in own}
        languages = zip(report.documents["doc"], report.documents["language"], strict=True)
        self.language = {str(doc): language_attribute(code) for doc, code in languages}

    def lists(self, figure: Figure, number: int) -> list[dict[str, Any]]:
        """The lists that a figure is the first to lead to."""
        places = [
            (key, f"f{number}r{row}")
            for link in figure.links
            for row, key in enumerate(link.keys, start=1)
        ]
        return self.listed([*places, (figure.own_list, f"figure-{number}")])

    def leads_to(self, key: Key | None) -> dict[str, Any]:
        """Where the passages of a key stand, and how many they are."""
        anchor = self.anchors.get(key) if key else None
        return {"anchor": anchor, "total": len(self.known[key].rows) if key and anchor else 0}

    def listed(self, places: Sequence[tuple[Key | None, str]]) -> list[dict[str, Any]]:
        """The lists of keys that were not shown before, each with the place it is led from."""
        found = []
        for key, place in places:
            if key in self.known and key is not None and key not in self.shown:
                self.shown.add(key)
                found.append(self._list(self.known[key], self.anchors[key], place))
        return found

    def dossier(self, described: Any) -> Markup:
        """The sentences on a text, their words linked to the sentence in which they stand."""

        def link(words: Any) -> str:
            doc = words.doc or described.doc
            place = self.anchors["document", doc]
            sentence = max(int(np.searchsorted(self.starts[doc], words.start, "right")) - 1, 0)
            return f"#t{place[1:]}s{sentence}" if doc in self.printed else f"#{place}"

        return fragment(described, link)

    def _list(self, passages: PassageList, anchor: str, row: str) -> dict[str, Any]:
        rows = passages.rows.head(self.limit) if self.limit else passages.rows
        return {
            "anchor": anchor,
            "row": row,
            "title": wording.label(passages.title, 120),
            "size": passages.size,
            "says": passages.says,
            "total": len(passages.rows),
            "left_out": len(passages.rows) - len(rows),
            "spread": passages.spread,
            "passages": list(self._passages(rows, passages.spread)),
        }

    def _passages(self, rows: pd.DataFrame, spread: bool) -> Iterator[dict[str, Any]]:
        values = rows["value"] if "value" in rows.columns else [None] * len(rows)
        columns = (rows["doc"].astype(str), rows["start"], rows["end"], values)
        for doc, start, end, value in zip(*columns, strict=True):
            sentence = max(int(np.searchsorted(self.starts[doc], start, side="right")) - 1, 0)
            place = self.anchors["document", doc]
            cut = self.excerpts.cut(doc, int(start), int(end), spread=spread)
            hidden = doc in self.printed or cut is None
            yield {
                "at": "" if hidden else self.excerpts.letters(doc, int(start), int(end)),
                "to": f"t{place[1:]}s{sentence}" if doc in self.printed else place,
                "where": f", s. {sentence}, {start}–{end}",
                "doc": doc,
                "value": None if value is None or pd.isna(value) else value,
                "excerpt": cut,
                "language": self.language[doc],
            }


def _limit(sizes: Sequence[int]) -> int:
    """How many passages of a list can be shown, so that the page stays readable; 0 for all."""
    counts = np.array(sizes, dtype=np.int64)
    if counts.sum() <= MOST:
        return 0
    fitting = (limit for limit in LIMITS if np.minimum(counts, limit).sum() <= MOST)
    return next(fitting, LIMITS[-1])


# The corpus


def _facts(report: Report) -> dict[str, str]:
    """What, when, who, how much: headings and what they are here."""
    documents, size = report.documents, report.words
    model = layer_attrs(report.corpus, "mentions").get("model") or {}
    made = f"; model “{model['name']}” {model['sha256']}" if "sha256" in model else ""
    return {
        "Name": str(report.about.get("name") or "unnamed"),
        "Documents": _versions(documents["version"]),
        "Words": f"{int(size.sum()):,} ({size.min():,} to {size.max():,} in a document, median"
        f" {size.median():,.0f})",
        "Published": _dates(documents["published"]),
        "Outlets": _kinds(documents["outlet"], "outlet"),
        "Languages": _kinds(documents["language"], "language"),
        "Fingerprint": str(report.about["fingerprint"]),
        "Made with": f"discourse-analysis {da.__version__}{made}",
    }


def _versions(version: pd.Series) -> str:
    briefs, total = int((version == "brief").sum()), len(version)
    if briefs:
        return f"{total:,}: {total - briefs:,} originals, {briefs:,} briefs"
    return f"{total:,}" + (", all originals" if (version == "original").all() else "")


def _dates(published: pd.Series) -> str:
    known = published.dropna()
    if known.empty:
        return "no document has a date"
    first, last = f"{known.min():%Y-%m-%d}", f"{known.max():%Y-%m-%d}"
    missing = len(published) - len(known)
    more = f"; {wording.plural(missing, 'document')} without a date" if missing else ""
    return (first if first == last else f"{first} to {last}") + more


def _kinds(column: pd.Series, noun: str) -> str:
    counts = column.dropna().astype(str).value_counts()
    if counts.empty:
        return "not known"
    order = sorted(counts.index, key=lambda name: (-counts[name], name))
    listed = wording.listing([f"{name} ({counts[name]})" for name in order], limit=8, width=60)
    missing = int(column.isna().sum())
    more = f"; {wording.plural(missing, 'document')} without" if missing else ""
    return f"{wording.plural(len(counts), noun)}: {listed}{more}"


def _remarks(report: Report) -> list[str]:
    """What a reader must know before reading on."""
    remarks = []
    if report.about.get("note") is not None:
        remarks.append(
            "Briefs are summaries written for this project, not the originals: what they leave "
            "out, and the words they choose outside quotation marks, are the summariser's. No "
            "finding about an outlet can be drawn from them."
        )
    language = report.documents["language"].dropna().astype(str).str.lower()
    other = int((~language.str.match(r"en\b")).sum())
    if other:
        remarks.append(
            f"{wording.plural(other, 'document')} of {len(report.documents):,} not in English: the "
            "lexicon, the model and the list of function words are made for English, and what "
            "they say of other languages is worth little."
        )
    return [*remarks, *([report.why_not] if report.why_not else [])]


def _groups_table(report: Report) -> Markup:
    """How many documents and words each group has."""
    rows = []
    for name in sorted(set(report.group.values())):
        docs = [str(doc) for doc, group in report.group.items() if group == name]
        size = int(report.words[docs].sum())
        listed = wording.listing(docs, limit=40, width=80)
        rows.append((wording.label(name, 120), len(docs), size, listed))
    table = pd.DataFrame(rows, columns=[str(report.by), "documents", "words", "which"])
    return html_table(
        table,
        caption=f"Documents and words by {report.by}",
        ids=[f"g{number}" for number in range(1, len(rows) + 1)],
    )


def _documents_table(report: Report, printed: set[str], anchors: dict[Key, str]) -> Markup:
    """Every document with what is known of it."""
    documents = report.documents.head(MOST_ROWS)
    columns = [report.by] if report.by and report.by not in _SHOWN else []
    columns += [name for name in _SHOWN if name not in _ONCE or _several(report.documents[name])]
    names = documents["doc"].astype(str).tolist()
    places = [anchors["document", doc] for doc in names]
    titles = zip(documents["language"], documents["title"], strict=True)
    sources = zip(documents["url"], names, strict=True)
    table = pd.DataFrame(
        {
            "document": pd.Series(names, dtype=object),
            "title": pd.Series([_title(*pair) for pair in titles], dtype=object),
            **{name: documents[name] for name in columns},
            "published": documents["published"].dt.normalize(),
            "words": [int(report.words[doc]) for doc in names],
            "source": pd.Series([_source(*pair) for pair in sources], dtype=object),
        }
    )
    texts = [
        f"#t{place[1:]}" if doc in printed else "" for doc, place in zip(names, places, strict=True)
    ]
    return html_table(
        table,
        caption="Documents",
        heads=_HEADS,
        links={"document": texts},
        classes={"published": "day"},
        ids=places,
    )


def _several(column: pd.Series) -> bool:
    """Whether a column has more than one value."""
    return len(set(column.astype(object).where(column.notna(), "").astype(str))) > 1


def _title(language: object, title: Any) -> object:
    """A title in its language."""
    if pd.isna(title):
        return None
    known = "" if language == "en" else language_attribute(language)
    return Markup("<bdi{}>{}</bdi>").format(known, escape(title))


def _source(url: object, doc: str) -> object:
    """A link to where the text was published, if the address is one of the web."""
    if not isinstance(url, str) or not _ADDRESS.fullmatch(url):
        return None
    link = '<a href="{}" rel="noopener noreferrer" aria-label="source of {}">source</a>'
    return Markup(link).format(escape(url), escape(doc))


def _texts(report: Report, printed: set[str], anchors: dict[Key, str]) -> Iterator[dict[str, Any]]:
    """The texts that may be printed, in the order of the corpus, sentence by sentence."""
    sentences = report.corpus.sentences.copy(deep=False)
    sentences.attrs = {}
    own = dict(iter(sentences.groupby(sentences["doc"].astype(object), sort=False)))
    for row in report.documents.to_dict("records"):
        doc = str(row["doc"])
        if doc not in printed:
            continue
        place = anchors["document", doc][1:]
        title = doc if pd.isna(row["title"]) else str(row["title"])
        known = [row["outlet"], row["published"], None if title == doc else doc]
        pieces: list[tuple[str, str]] = []
        at = 0
        for number, start, end in _bounds(own.get(doc)):
            pieces.append(("", row["text"][at:start]))
            pieces.append((f"t{place}s{number}", row["text"][start:end]))
            at = end
        yield {
            "place": place,
            "title": title,
            "language": row["language"],
            "facts": [wording.label(fact, 200) for fact in known if not pd.isna(fact)],
            "brief": row["version"] == "brief",
            "pieces": [*pieces, ("", row["text"][at:])],
        }


def _bounds(sentences: pd.DataFrame | None) -> Iterator[tuple[int, int, int]]:
    if sentences is not None:
        yield from zip(sentences["sentence"], sentences["start"], sentences["end"], strict=True)
