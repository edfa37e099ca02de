"""What becomes of a quotation: its versions across texts, kept, trimmed, re-worded or dropped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from analysis.tables import InputError, group_codes, measure, passed, require_columns
from analysis.terms.evidence import of_layer
from analysis.terms.passages import metadata_columns
from analysis.terms.shares import count_shares
from analysis.voices.spans import is_named
from analysis.voices.versions import (
    Statements,
    cut_units,
    join_content,
    join_wording,
    stem_of,
    words_of,
)

QUOTES = ("doc", "start", "end", "kind", "speaker", "cue")


@measure("quotes")
def find_quote_fates(
    corpus: pd.DataFrame,
    *,
    event: str | None = None,
    days: float = 2,
    min_words: int = 4,
    wording: float = 0.8,
    content: float | None = 0.6,
    content_days: float = 7,
    columns: str | Sequence[str] | None = None,
    documents: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Find the versions of each statement in several texts, and what each text made of it.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        A corpus, whose quotations are taken; or what `find_quotes` returns.
    documents : pandas.DataFrame
        The documents they were found in; `published` if known.
    event : str, optional
        Column of `documents` that names the event a text is about; texts with the same value are
        on the same event. Default: the rule below.
    days : float
        Without `event`: days that may lie between a text and a version of the statement.
    min_words : int
        Words that two quotations must share, in order; 2 also aligns quoted fragments.
    wording : float
        Share of the shorter quotation's words that must be shared, 0 to 1.
    content : float or None
        Other wordings of one speaker's statement, reported speech among them, are aligned if they
        share at least three content words and this share of the lighter one's weight. None aligns
        by wording only.
    content_days : float
        How far apart such other wordings may have been published.
    columns : str or sequence of str, optional
        Columns of `documents` to show beside; default: outlet.

    Returns
    -------
    pandas.DataFrame
        One row per statement that has versions in several documents and document, ordered by group
        (0 is the statement in most documents, then the one with the longest version), then as in
        `documents`: `group`, `doc`, the metadata, `fate`, `reference` (True for the fullest
        version), `start`, `end` (from its first to its last passage; −1 where dropped), `text`
        (passages joined by " … "), `words`, `contained` (share of this version's words that are in
        the reference, in order), `covered` (share of the reference's words that are here), `kind`,
        `speaker`, `cue`, `re_verbed` (its verb of saying is another than the reference's; missing
        where either has none), `re_attributed` (its speaker is another).

    Raises
    ------
    InputError
        If a column is missing, a number is out of its range, or a document is not there.

    Notes
    -----
    The **reference** is the fullest version that stands in quotation marks (then the earliest,
    then the first of the documents), not the original: nobody knows here what was said. Against
    it a version is **kept** (at least 95 % of the words of either are in the other, in order),
    **trimmed** (at least 90 % of its words are in the reference), **re-worded** (fewer: another
    translation, or altered), or **paraphrased** (reported without marks). A text has **dropped**
    the statement if it is on the same event and has no version: it quotes the same speaker (by
    name, in any kind of quotation), and appeared from the day of the first version to `days` after
    the last one (or has the same `event`).
    If most of the reference's words do stand there, though not as a quotation that was
    found, it is **unmarked**.

    A text that had no room, or never heard of a statement, has "dropped" it as well: the word
    describes the text, not a motive. What was not aligned looks dropped here. On
    re-wording as editing see Bell 1991, ch. 4; on quotation and faithfulness Short, Semino &
    Wynne 2002.

    *Alignment.* Wording: two quotations are candidates if they share a run of three words; they
    are joined if their longest common subsequence of words has `min_words` words and the share
    `wording` of the shorter one. The speaker does not matter there: who is credited is part of a
    quotation's fate.
    Content: stems of words that are no function words, weighted 1 + ln(N / n) for n of N passages;
    the same speaker (the same name; no pronoun or role), different documents, within
    `content_days`; the fullest versions of two groups must be alike as well, so that no chain
    grows.

    What it cannot see: a translation that chooses other words throughout, a statement whose
    speaker is named differently and not merged (`apply_aliases`), and quotations that were not
    found. What it may join wrongly: two statements of one speaker on the same matter, and a set
    phrase ("a just and lasting peace") that several speakers use. Read the rows.

    Examples
    --------
    >>> texts = pd.DataFrame({"doc": ["a", "b"], "text": ["“We want lasting peace now,” he said.",
    ...                                                   "“We want lasting peace,” he claimed."]})
    >>> quotes = pd.DataFrame({"doc": ["a", "b"], "start": 0, "end": [26, 22], "kind": "direct",
    ...                        "speaker": "Xi", "cue": ["said", "claimed"]})
    >>> fates = find_quote_fates(quotes, documents=texts)
    >>> fates[["group", "doc", "fate", "re_verbed"]]
       group doc     fate  re_verbed
    0      0   a     kept      False
    1      0   b  trimmed       True
    """
    quotes = require_columns(corpus, QUOTES, "quotes")
    documents = passed(documents, "documents")
    _require_numbers(min_words=min_words, wording=wording, content=content)
    for name, value in (("days", days), ("content_days", content_days)):
        if not value >= 0:
            raise InputError(f"{name}={value!r} must be 0 or more.")
    beside = metadata_columns(documents, columns)
    if event is not None:
        require_columns(documents, (event,), "documents")
    limits = Limits(min_words, wording, content, float(content_days))
    aligned = align_quotes(quotes, documents, limits)
    result = fate_rows(aligned, quotes, documents, event=event, days=float(days))
    place = document_rows(result, documents)
    more = {name: documents[name].array.take(place) for name in beside if name not in result}
    for number, (name, values) in enumerate(more.items()):
        result.insert(2 + number, name, values)
    return result


class Limits(NamedTuple):
    """How alike two versions of a statement must be."""

    min_words: int = 4
    wording: float = 0.8
    content: float | None = 0.6
    days: float = 7.0


def align_quotes(quotes: pd.DataFrame, documents: pd.DataFrame, limits: Limits) -> pd.DataFrame:
    """Every passage that has a version in another document, group after group."""
    place = document_rows(quotes, documents)
    texts = documents["text"].tolist()
    outer = quotes["depth"] == 0 if "depth" in quotes else np.ones(len(quotes), bool)
    rows = np.flatnonzero(outer)  # what is quoted within a quotation is a part of it
    units = cut_units(quotes.iloc[rows], [texts[row] for row in place[rows]])
    row = rows[np.array([unit.quote for unit in units], dtype=np.int64)]
    statements = Statements(units)
    join_wording(statements, place[row], limits.min_words, limits.wording)
    if limits.content is not None:
        speakers = [name if is_named(name) else "" for name in quotes["speaker"].iloc[row]]
        published = days_of(documents)[place[row]]
        join_content(
            statements, place[row], speakers, published, max_days=limits.days, share=limits.content
        )
    passages = _passages(statements, row, place[row], texts)
    known = ["sentence", "kind", "speaker", "cue", "cue_class"]
    beside = quotes[[name for name in known if name in quotes.columns]].iloc[passages["quote"]]
    result = pd.concat([passages, beside.reset_index(drop=True)], axis=1)
    ids = pd.Index(documents["doc"].astype(object))
    result["doc"] = pd.Categorical.from_codes(result["_doc"].to_numpy(), ids)
    order = ["group", "doc", "sentence", "start", "end", "text", "words", *known[1:], "quote"]
    return result[[name for name in order if name in result.columns]]


def _require_numbers(*, min_words: int, wording: float, content: float | None) -> None:
    """Refuse numbers that no alignment can use."""
    if isinstance(min_words, bool) or int(min_words) != min_words or min_words < 2:
        raise InputError(f"min_words={min_words!r} must be a whole number from 2 up; 4 is usual.")
    for name, value in (("wording", wording), ("content", content)):
        if value is not None and not 0 < value <= 1:
            raise InputError(f"{name}={value!r} must be a share above 0, at most 1.")


def _passages(
    statements: Statements, row: np.ndarray, docs: np.ndarray, texts: Sequence[str]
) -> pd.DataFrame:
    """The units of statements that stand in several documents, group after group."""
    units = statements.units
    table = pd.DataFrame(
        {
            "group": statements.numbers(),
            "_doc": docs,
            "start": np.array([unit.start for unit in units], dtype=np.int64),
            "end": np.array([unit.end for unit in units], dtype=np.int64),
            "words": np.array([len(unit.words) for unit in units], dtype=np.int64),
            "quote": row,
        }
    )
    groups = table.groupby("group").agg(
        documents=("_doc", "nunique"), words=("words", "max"), first=("_doc", "min")
    )
    groups = groups[groups["documents"] > 1].sort_values(
        ["documents", "words", "first"], ascending=[False, False, True], kind="stable"
    )
    table = table[table["group"].isin(groups.index)]
    table["group"] = groups.index.get_indexer(pd.Index(table["group"]))
    table = table.sort_values(["group", "_doc", "start"], ignore_index=True)
    spans = zip(table["_doc"], table["start"], table["end"], strict=True)
    return table.assign(text=pd.Series([texts[d][a:b] for d, a, b in spans], dtype="str"))


def _of_fate(corpus: Any, step: Mapping[str, Any], row: Mapping[str, Any]) -> pd.DataFrame:
    """The versions with the row's fate in its group; a dropped one has no passage."""
    found = of_layer(corpus, step, row)
    if row["fate"] == FATES[-1]:
        raise InputError("A statement that was dropped has no passage in the text that dropped it.")
    return found


@measure("quotes", make=find_quote_fates, evidence=_of_fate)
def count_fates(
    corpus: pd.DataFrame,
    *,
    by: str | Sequence[str] | None = "outlet",
    documents: pd.DataFrame | None = None,
    confidence: float | None = 0.95,
) -> pd.DataFrame:
    """Count what each outlet makes of the statements it could have quoted.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        A corpus; or what `find_quote_fates` returns, or some of its rows (such as one speaker's).
    by : str or sequence of str, optional
        Columns of the fates or `documents` to group by. None takes all as one group.
    documents : pandas.DataFrame, optional
        The documents table, for a column of `by` that is there.
    confidence : float or None
        Coverage of the intervals; None leaves them out.

    Returns
    -------
    pandas.DataFrame
        One row per group and fate, also where the count is 0, ordered by group and fate (kept,
        trimmed, re-worded, paraphrased, unmarked, dropped): the columns of `by`; `fate`; `count`
        (statements × documents); `base` (of the group); `share`; `documents` (with such a
        statement); `re_verbed` (how many of the row have another verb of saying);
        `group_documents` (that could have quoted one); `low`, `high` (of the share), `interval`.

    Raises
    ------
    InputError
        If a column is missing.

    Notes
    -----
    The counts of a group add up to its base. The interval is Korn–Graubard's over documents; of a
    group of one document it is over its statements, and says so: it then tells how sure the share
    is in that text, not in others of the outlet. With fewer than three of either there is none. The
    fullest version is always "kept", so an outlet
    that quotes at length keeps more; leave it out with ``fates[~fates["reference"]]``. Whose
    statements are dropped depends on which texts the corpus holds.

    Examples
    --------
    >>> fates = pd.DataFrame({"doc": ["a", "b"], "outlet": ["RT", "AP"],
    ...                       "fate": ["kept", "dropped"], "re_verbed": [False, None]})
    >>> counts = count_fates(fates, confidence=None)
    >>> counts.loc[counts["count"] > 0, ["outlet", "fate", "share"]]
      outlet     fate  share
    5     AP  dropped    1.0
    6     RT     kept    1.0
    """
    fates = require_columns(corpus, ("doc", "fate", "re_verbed"), "fates")
    code, labels = group_codes(fates, by, documents)
    draws = {"sentence": fates["group"]} if "group" in fates.columns else {}
    result = count_shares(
        pd.DataFrame({"doc": fates["doc"].astype(object), **draws}),
        fates["fate"],
        (code, labels),
        unit="statements",
        confidence=confidence,
        known=FATES,
    ).rename(columns={"term": "fate"})
    if confidence is not None:  # of a group of one document each statement is a draw
        result["interval"] = result["interval"].str.replace("sentences of", "statements of")
    result = result.drop(columns="rank").sort_values(
        ["fate"], key=lambda fate: fate.map(FATES.index), kind="stable"
    )
    result = (
        result.sort_values(list(labels.columns), kind="stable") if len(labels.columns) else result
    )
    other = fates["re_verbed"].astype("boolean").fillna(False).to_numpy(dtype=bool)
    chosen = labels.take(code[other]).assign(fate=fates["fate"].to_numpy()[other])
    verbed = chosen.astype(object).value_counts()
    keys = result[[*labels.columns, "fate"]].astype(object).itertuples(index=False)
    place = list(result.columns).index("documents") + 1
    result.insert(place, "re_verbed", [int(verbed.get(tuple(key), 0)) for key in keys])
    return result.reset_index(drop=True)


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
            row = _fate_row(version, reference) if version else _dropped_row()
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


def _fate_row(version: Version, reference: Version) -> dict[str, Any]:
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


def _dropped_row() -> dict[str, Any]:
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
    names = ["group", "doc", *_dropped_row()]
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
