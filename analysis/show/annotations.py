"""A text with its names, judgements, quotations and dependencies marked, as a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.layers import Corpus
from analysis.show.html import Page, Span, cell_text, html_table, mark_up, read_asset, render
from analysis.tables import InputError, is_corpus, require_choice, require_columns

LABELS = ("person", "org", "place", "norp", "misc")
JUDGEMENTS = ("negative", "neutral", "positive")
MARKS = ("entities", "targets", "quotes", "dependencies")
_TABLES = dict(zip(MARKS, ("mentions", "targets", "quotes", "tagged"), strict=True))
_COLUMNS = {
    "entities": ("doc", "start", "end", "label"),
    "targets": ("doc", "start", "end", *JUDGEMENTS),
    "quotes": ("doc", "start", "end", "kind"),
    "dependencies": ("doc", "sentence", "position", "start", "end", "pos", "dep", "head"),
}
_SUMMARY = "This is a summary written for this project, not the original text."


def show_annotations(
    corpus: Corpus | pd.DataFrame | pd.Series,
    *,
    doc: str | None = None,
    mentions: pd.DataFrame | None = None,
    targets: pd.DataFrame | None = None,
    tagged: pd.DataFrame | None = None,
    quotes: pd.DataFrame | None = None,
    marks: Sequence[str] | None = None,
    sentence: int | Sequence[int] | None = None,
) -> Page:
    """Show a text with its names, judgements, quotations and dependencies marked.

    Parameters
    ----------
    corpus : Corpus, pandas.DataFrame or pandas.Series
        A corpus, whose names and quotations are marked if no table is given; or the documents
        table, or one row of it.
    doc : str, optional
        Which document; needed unless there is only one.
    mentions : pandas.DataFrame, optional
        What `find_entities` gives: names are marked, with their label.
    targets : pandas.DataFrame, optional
        What `score_targets` gives: each target is underlined, with its tone and the probability of
        it; with the most probable judgement where there is no column `tone`.
    tagged : pandas.DataFrame, optional
        The tokens of `annotate`: the words of a sentence are listed with their dependencies.
    quotes : pandas.DataFrame, optional
        What `find_quotes` gives: quotations are marked, with kind and speaker.
    marks : sequence of str, optional
        Some of "entities", "targets", "quotes", "dependencies". Default: all whose table is given.
    sentence : int or sequence of int, optional
        Which sentences' dependencies to list. Default: the first.

    Returns
    -------
    Page
        A notebook shows it; ``save(path)`` writes a page that needs no other file.

    Raises
    ------
    InputError
        If the document, a column or a sentence is missing, or an offset does not fit the text.

    Notes
    -----
    Every mark says in words what its colour says. Marks may nest and cross. Texts, titles and
    labels are shown as text, whatever is in them. The marks are what a model or a rule found: how
    often it errs stands below the text where the tables know it (``attrs["model"]``).

    Examples
    --------
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["Putin met Xi."]})
    >>> names = pd.DataFrame({"doc": ["a"], "start": [0], "end": [5], "label": ["PERSON"]})
    >>> shown = show_annotations(texts, mentions=names)
    >>> shown
    <Page 'a'>
    >>> print(shown.html[shown.html.index("<mark") : shown.html.index(" met")])  # on one line
    <mark class="da-entity da-person"><bdi>Putin</bdi><span
    class="da-label">&nbsp;<bdi>PERSON</bdi></span></mark>
    """
    documents: Any = corpus
    if is_corpus(documents):
        whole, documents = documents, documents.documents
        if all(table is None for table in (mentions, targets, tagged, quotes)):
            part = whole if doc is None else whole.select([doc])
            mentions, quotes = part.mentions, part.quotes
    document = _document(documents, doc)
    given = {"entities": mentions, "targets": targets, "quotes": quotes, "dependencies": tagged}
    tables = _own_rows(document, given, marks)
    text = document["text"]
    spans = {mark: _SPANS[mark](table) for mark, table in tables.items() if mark in _SPANS}
    title = str(document.get("title") or document["doc"])
    where = [document.get("outlet"), document.get("published")]
    where += [document["doc"]] if title != document["doc"] else []
    attrs = [getattr(documents, "attrs", {}), *(table.attrs for table in tables.values())]
    html = render(
        "show/annotations.html",
        style=read_asset("show/show.css"),
        title=title,
        language=document.get("language"),
        facts=[cell_text(fact) for fact in where if fact],
        marked=mark_up(text, [span for found in spans.values() for span in found]),
        sentences=_sentences(tables.get("dependencies"), text, sentence),
        notes=_notes(document, tables, spans, attrs),
    )
    return Page(title, str(html))


def _document(documents: pd.DataFrame | pd.Series, doc: str | None) -> dict[str, Any]:
    """The one document to show; what is missing in it is left out."""
    table = documents.to_frame().T if isinstance(documents, pd.Series) else documents
    require_columns(table, ("doc", "text"), "documents")
    chosen = table if doc is None else table[table["doc"].astype(object) == doc]
    if len(chosen) != 1:
        known = ", ".join(repr(str(name)) for name in table["doc"].tolist()[:8])
        known += " …" if len(table) > 8 else ""
        wrong = (
            "Several documents are there" if doc is None and len(table)
            else f"doc={doc!r} is not one document"
        )  # fmt: skip
        raise InputError(f"{wrong}; pass doc= one of {known or 'the ids (there are none)'}.")
    row = {str(name): value for name, value in chosen.iloc[0].items()}
    return {name: value for name, value in row.items() if name == "text" or not pd.isna(value)}


def _own_rows(
    document: dict[str, Any], given: dict[str, pd.DataFrame | None], marks: Sequence[str] | None
) -> dict[str, pd.DataFrame]:
    """The document's rows of every table that is to be marked, checked against the text."""
    if marks is None:
        marks = [mark for mark, table in given.items() if table is not None]
    if isinstance(marks, str):
        raise InputError(f"marks={marks!r} is not a list; choose some of {MARKS}.")
    rows = {}
    for mark in marks:
        table = given[require_choice(mark, MARKS, "marks")]
        if table is None:
            raise InputError(f"marks={mark!r} needs {_TABLES[mark]}=, the table to mark from.")
        require_columns(table, _COLUMNS[mark], _TABLES[mark])
        own = table[(table["doc"].astype(object) == document["doc"]).to_numpy()]
        _require_inside(own, document, _TABLES[mark])
        rows[mark] = own
    return rows


def _require_inside(rows: pd.DataFrame, document: dict[str, Any], what: str) -> None:
    """Refuse offsets that are not of this text."""
    text = document["text"]
    start, end = rows["start"].to_numpy(), rows["end"].to_numpy()
    wrong = (start < 0) | (start >= end) | (end > len(text))
    for column in ("text", "word"):
        if column in rows.columns and not wrong.any():
            pairs = zip(start.tolist(), end.tolist(), rows[column], strict=True)
            wrong = np.array([text[a:b] != word for a, b, word in pairs], dtype=bool)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise InputError(
            f"Row {rows.index[row]} of {what}, characters {start[row]} to {end[row]}, does not fit"
            f" the text of {document['doc']!r} ({len(text)} characters); pass the documents it was"
            " made from."
        )


def _entity_spans(rows: pd.DataFrame) -> list[Span]:
    spans = []
    for start, end, label in zip(rows["start"], rows["end"], rows["label"].map(str), strict=True):
        known = f" da-{label.lower()}" if label.lower() in LABELS else ""
        spans.append(Span(int(start), int(end), f"da-entity{known}", label, 1))
    return spans


_TONES = {"critical": 0, "neither": 1, "favourable": 2}  # places in JUDGEMENTS


def _target_spans(rows: pd.DataFrame) -> list[Span]:
    """The targets with their judgement; where the model could not judge, there is none."""
    rows = rows[rows[list(JUDGEMENTS)].notna().all(axis=1)]
    chances = rows[list(JUDGEMENTS)].to_numpy(dtype=float)
    tones = rows["tone"].tolist() if "tone" in rows.columns else [""] * len(rows)
    spans = []
    for start, end, chance, tone in zip(rows["start"], rows["end"], chances, tones, strict=True):
        chosen = _TONES.get(tone, int(chance.argmax()))
        name = JUDGEMENTS[chosen]
        label = f"{tone or name} {chance[chosen]:.2f}" if tone != "neither" else tone
        spans.append(Span(int(start), int(end), f"da-target da-{name}", label, 2))
    return spans


def _quote_spans(rows: pd.DataFrame) -> list[Span]:
    speakers = rows["speaker"] if "speaker" in rows.columns else pd.Series("", index=rows.index)
    columns = (rows["start"], rows["end"], rows["kind"], speakers)
    return [
        Span(int(start), int(end), "da-voice", f"{kind}: {who}" if known else str(kind), 0)
        for start, end, kind, who in zip(*columns, strict=True)
        for known in [not pd.isna(who) and bool(str(who))]
    ]


def _sentences(
    tokens: pd.DataFrame | None, text: str, sentence: int | Sequence[int] | None
) -> list[tuple[str, str]]:
    """A name and a table of words for each of the chosen sentences."""
    if tokens is None or not len(tokens):
        return []
    known = tokens["sentence"].to_numpy()
    chosen = [int(known[0])] if sentence is None else np.atleast_1d(np.asarray(sentence)).tolist()
    missing = [number for number in chosen if number not in known]
    if missing:
        raise InputError(
            f"sentence={missing[0]!r} is not in this document's tokens; they have sentences"
            f" {known.min()} to {known.max()}."
        )
    return [
        (f"Dependencies of sentence {number}", _words(tokens[known == number], text))
        for number in chosen
    ]


def _words(rows: pd.DataFrame, text: str) -> str:
    """The words of a sentence, each with its head; a head outside the sentence is none."""
    rows = rows.sort_values("position")
    words = [text[int(a) : int(b)] for a, b in zip(rows["start"], rows["end"], strict=True)]
    places = {position: i for i, position in enumerate(rows["position"].tolist())}
    heads = [places.get(head, -1) for head in rows["head"]]
    table = pd.DataFrame({"No.": range(1, len(rows) + 1), "Word": words})
    if "lemma" in rows.columns:
        table["Lemma"] = rows["lemma"].astype(object).to_numpy()
    table["Part of speech"] = rows["pos"].astype(object).to_numpy()
    table["Relation"] = rows["dep"].astype(object).to_numpy()
    table["Head"] = [f"{head + 1} {words[head]}" if head >= 0 else None for head in heads]
    passage = " ".join(text[int(rows["start"].min()) : int(rows["end"].max())].split())
    return html_table(table, caption=passage, names=2)


_SPANS = {"entities": _entity_spans, "targets": _target_spans, "quotes": _quote_spans}


def _notes(
    document: dict[str, Any],
    tables: dict[str, pd.DataFrame],
    spans: dict[str, list[Span]],
    attrs: list[dict[Any, Any]],
) -> list[str]:
    """What is marked how often, what the text is not, and how often the model errs."""
    lines = []
    for mark, found in spans.items():
        names = {"entities": "label", "quotes": "kind"}
        judged = [span.label.split()[0] for span in found]
        kinds = Counter(map(str, tables[mark][names[mark]]) if mark in names else judged)
        listed = ", ".join(f"{n} {kind}" for kind, n in sorted(kinds.items())) or "none"
        lines.append(f"Marked {mark}: {listed}.")
    if document.get("version") == "brief":
        lines.append(_SUMMARY)
    models = [known["model"] for known in attrs if isinstance(known.get("model"), dict)]
    if models:
        lines.append(_model_note(models[0], tables))
    return lines


def _model_note(model: dict[str, Any], tables: dict[str, pd.DataFrame]) -> str:
    """Name the model, and its measured figures for what is marked."""
    measured = model.get("measured") or {}
    parts = []
    names = measured.get("entities_f1") or {}
    if "entities" in tables and names:
        parts.append("names F1 " + ", ".join(f"{v:.2f} ({k})" for k, v in sorted(names.items())))
    if "targets" in tables and "sentiment_macro_f1" in measured:
        low, high = measured.get("sentiment_low"), measured.get("sentiment_high")
        known = f" ({low:.2f} to {high:.2f})" if low is not None and high is not None else ""
        parts.append(f"judgements macro-F1 {measured['sentiment_macro_f1']:.2f}{known}")
    if "dependencies" in tables and "las" in measured:
        parts.append(f"dependencies {measured['las']:.1f} % of words right (head and relation)")
    figures = f" On test data: {'; '.join(parts)}." if parts else ""
    return f"Found by the model “{model.get('name', '')}” {model.get('sha256', '')}.{figures}"
