"""The chapter on the corpus: what, when, who, how many words, and what may be printed."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

import analysis as da
from analysis import wording as words
from analysis.report.layers import Layers, group_of
from analysis.report.markup import cell_text, scroll
from analysis.report.passages import Places
from analysis.show.html import escape, language_attribute

MOST_ROWS = 3000
_SHOWN = ("outlet", "genre", "published", "language", "version", "licence")
_ONCE = ("language", "version")  # what is the same for all documents is said above
_HEADS = {"licence": "licence of the original"}
_ADDRESS = re.compile(r"https?://[^\s]+")


def overview(layers: Layers, places: Places) -> str:
    """What the corpus is: facts, groups, documents."""
    parts = [
        '<section id="corpus" aria-labelledby="corpus-title">',
        '<h2 id="corpus-title">The corpus</h2>',
        _facts(layers),
        *_remarks(layers),
    ]
    if layers.by is not None:
        parts.append(_groups(layers))
    parts.append(_documents(layers, places))
    return "\n".join([*parts, "</section>"])


def _facts(layers: Layers) -> str:
    """What, when, who, how much: a list of terms and what they are here."""
    documents = layers.documents
    corpus = documents.attrs["corpus"]
    facts = {
        "Name": str(corpus.get("name") or "unnamed"),
        "Documents": _versions(documents),
        "Words": f"{int(layers.words.sum()):,} ({_per_document(layers)})",
        "Published": _dates(documents["published"]),
        "Outlets": _kinds(documents["outlet"], "outlet"),
        "Languages": _kinds(documents["language"], "language"),
        "Fingerprint": str(corpus["fingerprint"]),
        "Made with": f"discourse-analysis {da.__version__}{_model(layers)}",
    }
    rows = "\n".join(
        f"<div><dt>{name}</dt><dd><bdi>{escape(told)}</bdi></dd></div>"
        for name, told in facts.items()
    )
    return f"<dl>{rows}</dl>"


def _versions(documents: pd.DataFrame) -> str:
    briefs = int((documents["version"] == "brief").sum())
    if not briefs:
        known = (documents["version"] == "original").all()
        return f"{len(documents):,}" + (", all originals" if known else "")
    return f"{len(documents):,}: {len(documents) - briefs:,} originals, {briefs:,} briefs"


def _per_document(layers: Layers) -> str:
    size = layers.words
    return f"{size.min():,} to {size.max():,} in a document, median {size.median():,.0f}"


def _dates(published: pd.Series) -> str:
    known = published.dropna()
    if known.empty:
        return "no document has a date"
    days = known.dt.strftime("%Y-%m-%d")
    told = days.min() if days.min() == days.max() else f"{days.min()} to {days.max()}"
    missing = len(published) - len(known)
    return told + (f"; {words.plural(missing, 'document')} without a date" if missing else "")


def _kinds(column: pd.Series, noun: str) -> str:
    counts = column.dropna().astype(str).value_counts()
    if counts.empty:
        return "not known"
    order = sorted(counts.index, key=lambda name: (-counts[name], name))
    listed = words.listing([f"{name} ({counts[name]})" for name in order], limit=8, width=60)
    missing = int(column.isna().sum())
    return f"{words.plural(len(counts), noun)}: {listed}" + (
        f"; {words.plural(missing, 'document')} without" if missing else ""
    )


def _model(layers: Layers) -> str:
    model = layers.mentions.attrs.get("model") or {}
    return f"; model “{model['name']}” {model['sha256']}" if "sha256" in model else ""


def _remarks(layers: Layers) -> list[str]:
    """What a reader must know before reading on."""
    documents = layers.documents
    told = []
    if (documents.attrs["corpus"].get("note")) is not None:
        told.append(
            "Briefs are summaries written for this project, not the originals: what they leave "
            "out, and the words they choose outside quotation marks, are the summariser's. No "
            "finding about an outlet can be drawn from them."
        )
    language = documents["language"].dropna().astype(str).str.lower()
    other = int((~language.str.match(r"en\b")).sum())
    if other:
        told.append(
            f"{words.plural(other, 'document')} of {len(documents):,} not in English: the lexicon, "
            "the model and the list of function words are made for English, and what they say of "
            "other languages is worth little."
        )
    if layers.why_not:
        told.append(layers.why_not)
    return [f'<p class="remark"><bdi>{escape(text)}</bdi></p>' for text in told]


def _groups(layers: Layers) -> str:
    """How many documents and words each group has."""
    assert layers.by is not None
    group = group_of(layers.documents, layers.by)
    size = layers.documents["doc"].astype(object).map(layers.words.to_dict())
    rows = []
    for number, name in enumerate(layers.groups, start=1):
        own = group == name
        docs = layers.documents.loc[own, "doc"].astype(str).tolist()
        listed = words.listing(docs, limit=40, width=80)
        rows.append(
            f'<tr id="g{number}"><th scope="row"><bdi>{escape(words.label(name, 120))}</bdi></th>'
            f'<td class="n">{len(docs):,}</td><td class="n">{int(size[own].sum()):,}</td>'
            f"<td><bdi>{escape(listed)}</bdi></td></tr>"
        )
    heads = (layers.by, "documents", "words", "which")
    table = _table(f"Documents and words by {layers.by}", heads, rows, numbers=(1, 2))
    return f"<h3>Groups: by <bdi>{escape(layers.by)}</bdi></h3>\n{table}"


def _documents(layers: Layers, places: Places) -> str:
    """Every document with what is known of it."""
    documents = layers.documents.copy(deep=False)
    documents.attrs = {}  # pandas would copy them with every row
    columns = [layers.by] if layers.by and layers.by not in _SHOWN else []
    columns += [name for name in _SHOWN if name not in _ONCE or _several(documents[name])]
    heads = ("document", "title", *(_HEADS.get(c, c) for c in columns), "words", "source")
    rows = [
        _row(documents.iloc[place], columns, int(count), places)
        for place, count in enumerate(layers.words.to_numpy()[:MOST_ROWS])
    ]
    more = len(documents) - len(rows)
    note = f'<p class="note">{more:,} more are left out of this page.</p>' if more > 0 else ""
    table = _table("Documents", heads, rows, numbers=(len(heads) - 2,))
    printed = len(places.printed)
    told = (
        "None of the texts is printed below: no licence says that it may be."
        if not printed
        else f"{words.plural(printed, 'text')} printed whole below; a document's name leads there."
    )
    return f'<h3 id="documents">Documents</h3>\n<p>{told}</p>\n{table}{note}'


def _several(column: pd.Series) -> bool:
    """Whether a column tells the documents apart."""
    return len(set(column.astype(object).where(column.notna(), "").astype(str))) > 1


def _row(row: pd.Series, columns: Sequence[str], count: int, places: Places) -> str:
    doc = str(row["doc"])
    number = places.document[doc]
    name = f"<bdi>{escape(doc)}</bdi>"
    if doc in places.printed:
        name = f'<a href="#t{number}">{name}</a>'
    title = "–" if pd.isna(row["title"]) else f"<bdi>{escape(row['title'])}</bdi>"
    cells = "".join(
        f"<td{' class=day' if column == 'published' else ''}>{cell_text(row[column])}</td>"
        for column in columns
    )
    return (
        f'<tr id="d{number}"><th scope="row">{name}</th>'
        f"<td{language_attribute(row['language'])}>{title}</td>{cells}"
        f'<td class="n">{count:,}</td><td>{_source(row.get("url"), doc)}</td></tr>'
    )


def _source(url: object, doc: str) -> str:
    """A link to where the text was published, if the address is one of the web."""
    if not isinstance(url, str) or not _ADDRESS.fullmatch(url):
        return "–"
    return (
        f'<a href="{escape(url)}" rel="noopener noreferrer" '
        f'aria-label="source of {escape(doc)}">source</a>'
    )


def _table(title: str, heads: Sequence[str], rows: list[str], numbers: Sequence[int]) -> str:
    head = "".join(
        f'<th scope="col"{" class=n" if place in numbers else ""}>'
        f"{escape(str(name).replace('_', ' '))}</th>"
        for place, name in enumerate(heads)
    )
    content = (
        f"<table><caption>{escape(title)}</caption><thead><tr>{head}</tr></thead>\n"
        f"<tbody>{chr(10).join(rows)}</tbody></table>"
    )
    return scroll(content, title)


def full_texts(layers: Layers, places: Places) -> str:
    """The texts that may be printed, in the order of the corpus; "" where there are none."""
    if not places.printed:
        return ""
    documents, sentences = layers.documents.copy(deep=False), layers.sentences.copy(deep=False)
    documents.attrs, sentences.attrs = {}, {}  # pandas would copy them with every row
    own = dict(iter(sentences.groupby(sentences["doc"].astype(object), sort=False)))
    parts = [
        _text(documents.iloc[place], own.get(doc), places.document[str(doc)])
        for place, doc in enumerate(documents["doc"])
        if str(doc) in places.printed
    ]
    missing = len(documents) - len(parts)
    note = ""
    if missing:
        note = (
            f"<p>{words.plural(missing, 'text')} not printed: no licence says that it may be. "
            "<code>discourse report --with-texts</code> prints them for your own use.</p>"
        )
    return (
        '<section id="texts" aria-labelledby="texts-title">\n<h2 id="texts-title">Texts</h2>\n'
        f"{note}{chr(10).join(parts)}\n</section>"
    )


def _text(document: pd.Series, sentences: pd.DataFrame | None, number: str) -> str:
    doc, text = str(document["doc"]), str(document["text"])
    language = language_attribute(document["language"])
    title = doc if pd.isna(document["title"]) else str(document["title"])
    known = [document["outlet"], document["published"], None if title == doc else doc]
    facts = " · ".join(f"<bdi>{escape(words.label(v, 200))}</bdi>" for v in known if not pd.isna(v))
    version = " · summary, not the original text" if document["version"] == "brief" else ""
    pieces: list[str] = []
    at = 0
    places = (
        []
        if sentences is None
        else zip(sentences["sentence"], sentences["start"], sentences["end"], strict=True)
    )
    for index, start, end in places:
        pieces.append(escape(text[at:start]))
        pieces.append(f'<span id="t{number}s{index}">{escape(text[start:end])}</span>')
        at = end
    pieces.append(escape(text[at:]))
    return (
        f'<details class="text"><summary><h3{language}><bdi>{escape(title)}</bdi></h3></summary>\n'
        f'<p class="note">{facts}{version} · <a href="#d{number}">in the list of documents</a></p>'
        f'<div id="t{number}" class="whole" dir="auto"{language}>{"".join(pieces)}</div></details>'
    )
