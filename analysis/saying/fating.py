"""The fate of each statement in each text on the same event."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from analysis.saying.matching import stem_of, words_of
from analysis.saying.voicing import is_named
from analysis.tables import InputError

FATES = ("kept", "trimmed", "re-worded", "paraphrased", "unmarked", "dropped")
_KEPT, _TRIMMED = 0.95, 0.9  # least shares of words that two versions have in common
_UNMARKED = 0.6  # least share of the reference's runs of three words that stand in a text
_PASTS = {
    "said": "say",
    "told": "tell",
    "spoke": "speak",
    "spoken": "speak",
    "thought": "think",
    "wrote": "write",
    "written": "write",
    "held": "hold",
    "saw": "see",
    "swore": "swear",
    "made": "make",
    "gave": "give",
    "felt": "feel",
    "found": "find",
    "meant": "mean",
    "put": "put",
    "read": "read",
    "denied": "deny",
    "went": "go",
    "goes": "go",
    "shot": "shoot",
}


class Version(NamedTuple):
    """What one document has of a statement."""

    doc: int  # row of the documents
    start: int
    end: int
    text: str
    words: tuple[str, ...]
    quoted: bool
    kind: str
    speaker: str
    cue: str


def cue_of(text: object) -> str:
    """A verb of saying without its ending, for comparing: "said" and "says" are the same."""
    words = words_of(text) if isinstance(text, str) else ()
    known = (_PASTS.get(word, word) for word in words)
    return " ".join(stem_of(word) or word for word in known)


def document_rows(table: pd.DataFrame, documents: pd.DataFrame) -> np.ndarray:
    """Row of the documents for every row of a table; a stranger is refused."""
    ids = pd.Index(documents["doc"].astype(object))
    rows = ids.get_indexer(pd.Index(table["doc"].astype(object)))
    if (rows < 0).any():
        stranger = table["doc"].iloc[int(np.argmin(rows))]
        raise InputError(f"Document {stranger!r} is not in the documents table; pass the same one.")
    return rows


def days_of(documents: pd.DataFrame) -> np.ndarray:
    """Day of publication of every document, as a number; NaN where it is not known."""
    if "published" not in documents.columns:
        return np.full(len(documents), np.nan)
    published = pd.to_datetime(documents["published"])
    if published.dt.tz is not None:
        published = published.dt.tz_localize(None)
    return (published - pd.Timestamp("1970-01-01")).dt.total_seconds().to_numpy() / 86400


def fate_rows(
    aligned: pd.DataFrame,
    quotes: pd.DataFrame,
    documents: pd.DataFrame,
    *,
    event: str | None,
    days: float,
) -> pd.DataFrame:
    """One row per statement and document, as `find_quote_fates` returns them."""
    published = days_of(documents)
    order = np.where(np.isnan(published), np.inf, published)
    texts, ids = documents["text"].tolist(), documents["doc"].astype(object).tolist()
    events = _EventFinder(quotes, documents, published, event, days)
    rows: list[dict[str, Any]] = []
    place = document_rows(aligned, documents)
    for group, own in aligned.assign(_doc=place).groupby("group", sort=True):
        versions = [_version(doc, part) for doc, part in own.groupby("_doc", sort=True)]
        reference = min(versions, key=lambda v: (not v.quoted, -len(v.words), order[v.doc], v.doc))
        there = {version.doc: version for version in versions}
        absent = events.others(own, set(there))
        for doc in sorted({*there, *absent}):
            version = there.get(doc) or _unmarked(doc, texts[doc], reference)
            row = _told(version, reference) if version else _dropped()
            rows.append({"group": group, "doc": ids[doc], **row})
    return _typed(rows, ids)


def _version(doc: Any, part: pd.DataFrame) -> Version:
    """What a document has of a statement: its quoted passages, if it has any, in order."""
    reported = part["kind"] == "indirect"
    part = part if reported.all() else part[~reported]
    first = part.iloc[0]
    cues = [cue for cue in part["cue"] if isinstance(cue, str) and cue]
    return Version(
        int(doc),
        int(part["start"].min()),
        int(part["end"].max()),
        " … ".join(part["text"]),
        tuple(word for text in part["text"] for word in words_of(text)),
        not reported.all(),
        str(first["kind"]),
        first["speaker"] if isinstance(first["speaker"], str) else "",
        cues[0] if cues else "",
    )


def _unmarked(doc: int, text: str, reference: Version) -> Version | None:
    """Where most of the reference's words stand in a text that has no version of it."""
    wanted, there = _runs(reference.words), set(_runs(words_of(text)))
    if not wanted or sum(run in there for run in wanted) < _UNMARKED * len(wanted):
        return None
    place = fuzz.partial_ratio_alignment(reference.text.lower(), text.lower())
    start, end = (place.dest_start, place.dest_end) if place else (0, len(text))
    return Version(doc, start, end, text[start:end], words_of(text[start:end]), False, "", "", "")


def _runs(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [words[place : place + 3] for place in range(len(words) - 2)]


def _told(version: Version, reference: Version) -> dict[str, Any]:
    """The row of a version."""
    common = LCSseq.similarity(version.words, reference.words)
    contained = common / max(len(version.words), 1)
    covered = common / max(len(reference.words), 1)
    fate = "unmarked" if not version.kind else "paraphrased"
    if version.quoted:
        kept = min(contained, covered) >= _KEPT
        fate = "kept" if kept else "trimmed" if contained >= _TRIMMED else "re-worded"
    cues = cue_of(version.cue), cue_of(reference.cue)
    speakers = version.speaker, reference.speaker
    return {
        "fate": fate,
        "reference": version is reference,
        "start": version.start,
        "end": version.end,
        "text": version.text,
        "words": len(version.words),
        "contained": contained,
        "covered": covered,
        "kind": version.kind,
        "speaker": version.speaker,
        "cue": version.cue,
        "re_verbed": cues[0] != cues[1] if all(cues) else None,
        "re_attributed": speakers[0] != speakers[1] if all(map(is_named, speakers)) else None,
    }


def _dropped() -> dict[str, Any]:
    return {
        "fate": "dropped",
        "reference": False,
        "start": -1,
        "end": -1,
        "text": "",
        "words": 0,
        "contained": np.nan,
        "covered": 0.0,
        "kind": "",
        "speaker": "",
        "cue": "",
        "re_verbed": None,
        "re_attributed": None,
    }


def _typed(rows: list[dict[str, Any]], ids: list[Any]) -> pd.DataFrame:
    """The table, typed also where it is empty."""
    names = ["group", "doc", *_dropped()]
    table = pd.DataFrame(rows, columns=names)
    table["doc"] = pd.Categorical(table["doc"], categories=pd.Index(ids, dtype=object))
    for name in ("text", "kind", "speaker", "cue", "fate"):
        table[name] = table[name].astype("str")
    for name in ("group", "start", "end", "words"):
        table[name] = table[name].astype(np.int64)
    for name in ("re_verbed", "re_attributed"):
        table[name] = table[name].astype("boolean")
    return table.astype({"reference": bool, "contained": float, "covered": float})


class _EventFinder:
    """Which other documents are on the same event as a statement."""

    def __init__(
        self,
        quotes: pd.DataFrame,
        documents: pd.DataFrame,
        published: np.ndarray,
        event: str | None,
        days: float,
    ) -> None:
        self.published, self.days = published, days
        self.events: dict[Any, list[int]] = {}
        self.event_of = [] if event is None else documents[event].astype(object).tolist()
        for doc, name in enumerate(self.event_of):
            if not pd.isna(name):
                self.events.setdefault(name, []).append(doc)
        self.heard: dict[str, set[int]] = {}
        place = document_rows(quotes, documents)
        for doc, speaker in zip(place.tolist(), quotes["speaker"], strict=True):
            if is_named(speaker):
                self.heard.setdefault(speaker, set()).add(doc)

    def others(self, own: pd.DataFrame, there: set[int]) -> Iterable[int]:
        """Documents on the event of these passages that have none of them."""
        if self.event_of:
            names = {self.event_of[doc] for doc in there}
            return {doc for name in names for doc in self.events.get(name, ())} - there
        speakers = {name for name in own["speaker"] if is_named(name)}
        heard = {doc for name in speakers for doc in self.heard.get(name, ())} - there
        known = [self.published[doc] for doc in there if not np.isnan(self.published[doc])]
        first, last = (np.floor(min(known)), max(known)) if known else (np.inf, -np.inf)
        return {doc for doc in heard if first <= self.published[doc] <= last + self.days}
