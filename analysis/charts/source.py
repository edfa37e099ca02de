"""The one short line under a picture: which texts, how many words, how to read the marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from analysis import wording as words

_N = re.compile(r"n = (\d[\d,]* [^.]*)\.")
_SHOWN = re.compile(r"[\d,]+ of [\d,]+ (?:\w+ )?shown\.")
# a sentence that begins with the name of a mark says how the picture is to be read; what is
# measured of a model, and what a measure cannot bear, stand in the picture, too
_MARKS = (
    "Measured|Fewer than|Not corrected|A Delta|Of the clauses drawn|"
    "All hollow|Arrows?|Bars|Blank|Cells|Circles?|Corrected|Colours?|Crosses|Dark|Dashed|"
    "Diamonds?|Dots|Grey|"
    "Hollow|Left|Light|Line width|Node area|No colour|Others|Pale|Right|Rows|Shade|Small|Squares?|"
    "Strokes?|Terms lie|The vertical|Triangles?|Intervals that leave|An? empty|A blank|Older|%|\\*|"
    "[\\d,]+ older"
)
_READING = re.compile(rf"(?:{_MARKS})\b.*|[%*]:.*")
_LONGEST = 70  # letters of a count of words that stands in the picture


def source_line(
    attrs: dict[Any, Any],
    notes: Sequence[str],
    data: pd.DataFrame,
    about: words.Intervals | None,
    only: str = "",
) -> str:
    """The line under a picture; what else the notes say is the chart's method."""
    size = next((found[1] for note in notes if (found := _N.search(note))), "")
    first = ", ".join(filter(None, (_texts(attrs, only), size if len(size) <= _LONGEST else "")))
    reading = [_intervals(data, about)] if about is not None else []
    for note in notes:
        for sentence in re.split(r"(?<=[a-z)\d]\.) (?=[A-Z*%\d])", note):
            if _READING.fullmatch(sentence) or _SHOWN.fullmatch(sentence):
                reading.append(sentence.partition(" n = ")[0])
    return join(first, reading)


def method_text(attrs: dict[Any, Any], notes: Sequence[str]) -> str:
    """How a chart was made, for the record: the corpus, what is counted, how intervals are made."""
    mark = str((attrs.get("corpus") or {}).get("fingerprint") or "")
    texts = f"Fingerprint of the texts: {mark[:12]}." if mark else ""
    return words.sentences(words.corpus_sentence(attrs), texts, *notes)


def join(first: str, reading: Iterable[str]) -> str:
    """The parts of a source line, each once."""
    parts = [first, *(_small(text.rstrip(".")) for text in reading)]
    return f"{line[:1].upper()}{line[1:]}." if (line := "; ".join(_once(parts))) else ""


def _once(parts: Iterable[str]) -> list[str]:
    """The parts that say something, each once; that about hollow marks once, too."""
    found: dict[str, str] = {}
    for part in parts:
        found.setdefault("hollow" if part.startswith(("hollow", "all hollow")) else part, part)
    return [part for part in found.values() if part]


def _small(text: str) -> str:
    """A sentence as a part of another."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _texts(attrs: dict[Any, Any], only: str) -> str:
    """How many texts, of how many, which, and whether they are summaries."""
    corpus = attrs.get("corpus")
    if not isinstance(corpus, dict) or corpus.get("documents") is None:
        return ""
    whole, chosen = int(corpus["documents"]), words.chosen_documents(attrs)
    text = words.plural(whole, "text")
    if len(chosen) or corpus.get("selected"):
        number = len(chosen) or int(corpus["selected"])
        text = f"{number:,} of {text}" if number != whole else text
    about = [words.label(chosen[0], 60) if len(chosen) == 1 else ""]
    about.append(words.selection_phrase(corpus) or only)
    note, briefs = str(corpus.get("note") or ""), corpus.get("briefs")
    if note == words.SUMMARIES and briefs and briefs < whole:
        note = f"{briefs:,} of them {note}"
    about.append(words.label(note, 120) if note else "")
    extra = "; ".join(filter(None, about))
    return f"{text} ({extra})" if extra else text


def _intervals(data: pd.DataFrame, about: words.Intervals) -> str:
    """That lines or bands are intervals, and what is hollow."""
    shown = 0 < len(about.mark.split()) <= 2  # more say when something is drawn
    if not shown or not {"low", "high"} <= set(data.columns):
        return ""
    rows = data[data[about.value].notna()] if about.value in data.columns else data
    if about.least is not None:
        rows = rows[rows[about.least[0]] >= about.least[1]]
    known = rows["low"].notna() & rows["high"].notna()
    why = _why(rows, known)
    if not known.any():
        return f"no intervals{why}" if len(rows) else ""
    text = f"{about.mark}: {_level(rows, known)} intervals"
    if not known.all():
        text += f"; {about.hollow.lower()}: none{why}"
    return text + _limits(rows[known])


def _limits(rows: pd.DataFrame) -> str:
    """What the intervals do not cover: other texts than one, words that come in bursts."""
    if "interval" not in rows.columns:
        return ""
    made = rows["interval"].astype(str)
    alone, bursts = (made.str.contains(mark, regex=False) for mark in (words.ALONE, words.BURSTS))
    text = ""
    if alone.any():
        which = "" if alone.all() else f"{words.plural(int(alone.sum()), 'row')} of "
        text += f"; {which}one text: how sure it is, not what others would give"
    if bursts.any():
        text += f"; may be too short for {words.plural(int(bursts.sum()), 'row')} (in few texts)"
    return text


def _level(rows: pd.DataFrame, known: pd.Series) -> str:
    """The level of confidence, "95 %"."""
    if "interval" in rows.columns:
        for text in rows.loc[known, "interval"].dropna().astype(str):
            if found := re.match(r"\d+ %", text):
                return found[0]
    return "95 %"


def _why(rows: pd.DataFrame, known: pd.Series) -> str:
    """Why some have no interval."""
    if "interval" not in rows.columns:
        return ""
    reasons = {str(r).removeprefix("none: ") for r in rows.loc[~known, "interval"].dropna()} - {""}
    return f" ({reasons.pop()})" if len(reasons) == 1 else ""
