"""The texts themselves, where they may be printed: every sentence can be led to."""

from __future__ import annotations

import pandas as pd

from analysis.charts import words
from analysis.pages.markup import escape, language_attribute
from analysis.reporting.layers import Layers
from analysis.reporting.passages import Places


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
            "<code>python -m analysis report --with-texts</code> prints them for your own use.</p>"
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
    pieces, at = [], 0
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
