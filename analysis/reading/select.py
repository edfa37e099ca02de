"""Selecting lines of a concordance: by metadata, voice, names, words around, hand and chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.reading.lines import (
    POSITION,
    Lines,
    Tokens,
    identities,
    lines_given,
    names_of,
    record,
    require_corpus,
    require_hits,
    word_window,
)
from analysis.reading.sampling import sampled
from analysis.tables import InputError, say_empty
from analysis.terms.passages import Window
from analysis.text.tokens import find_hits

Words = str | Sequence[str] | Mapping[str, str | Sequence[str]]
_PLACES = "'L' or 'R' (a side of the window), 'L1', 'R1' … (that word), or 'window'"


def select_hits(
    hits: pd.DataFrame,
    corpus: Any,
    *,
    where: Mapping[str, object] | None = None,
    speaker: str | Sequence[str] | None = None,
    entity: str | Sequence[str] | None = None,
    pos: str | Sequence[str] | Mapping[str, str | Sequence[str]] | None = None,
    context: Words | None = None,
    without: Words | None = None,
    window: Window = 8,
    regex: bool = False,
    case: bool = False,
    keep: Any = None,
    drop: Any = None,
    sample: int | None = None,
    weights: str | Mapping[str, float] | None = None,
    by: str | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """Select lines of a concordance; all conditions that are given must hold.

    Parameters
    ----------
    hits : pandas.DataFrame
        What `find_contexts` or `find_passages` returned: places in texts (`doc`, `start`, `end`).
    corpus : Corpus or pandas.DataFrame
        The corpus in which they were found, or its documents.
    where : mapping, optional
        Columns of the documents, `since`, `until` and `voice`, as in ``Corpus.where``; or columns
        of the hits themselves.
    speaker : str or sequence of str, optional
        Only hits that these quoted speakers say.
    entity : str or sequence of str, optional
        Only lines that name one of these (`entity` of the mentions) in their window or node.
    pos : str, sequence of str or mapping, optional
        Parts of speech of the node (one of its words has it), as in "NOUN"; or a mapping of places
        ("node", "L1", "R2" …) to parts of speech.
    context : str, sequence of str or mapping, optional
        Only lines that have this (any of these: words, phrases, wildcards) in their window, beside
        the node; or a mapping of places to words: "L" and "R" are the sides of the window, "L1",
        "R2" … single words.
    without : str, sequence of str or mapping, optional
        Only lines that have none of these there.
    window : int, (int, int) or "sentence"
        Where `entity`, `context` and `without` look: words to each side, or the sentence.
    regex, case : bool
        How `context` and `without` are read, as in `find_contexts`.
    keep, drop : rows, optional
        Lines that are kept, or left out, by hand: rows of the table (0, 1 …), another hits table,
        or (doc, start, end).
    sample : int, optional
        So many lines, drawn at random from those that are left.
    weights : str or mapping, optional
        Without `by`: "text" (all texts weigh the same) or a column of numbers, to which the chance
        of a line is in proportion. With `by`: "size", or the share of each group; by default every
        group gets as many.
    by : str, optional
        Column whose groups share the sample.
    seed : int
        Another seed draws another sample.

    Returns
    -------
    pandas.DataFrame
        The chosen rows in their order, with all their columns. ``attrs["hits"]`` is their number.

    Raises
    ------
    InputError
        If a condition names what there is not, or the hits are not of this corpus.

    Notes
    -----
    Selecting is the first of the three strategies of reading a concordance (Sinclair 2003,
    *Reading Concordances*; Mahlberg, Evert and others, “Reading Concordances in the 21st Century”,
    whose FlexiConc has the terms *select*, *order* and *group*).

    A line's luck is a number that follows from the seed and its place (document and offsets) and
    from nothing else. So a sample does not depend on how the lines are sorted, a sample of 50
    holds the sample of 25 (Sinclair 1999 reads 25 lines, then 25 more, until nothing new comes),
    and lines stay in it when texts are added. With weights *w* and numbers *u* the lines with the
    largest u^(1/w) are drawn (Efraimidis & Spirakis 2006). Groups get their shares by largest
    remainders; what a group lacks goes to the others.

    Voices, names and parts of speech are read by rules and a model, which err.

    Examples
    --------
    >>> from analysis.layers import Corpus
    >>> from analysis.terms.contexts import find_contexts
    >>> texts = pd.DataFrame({"doc": ["a", "b"], "text": ["No war now.", "The war is over."]})
    >>> corpus = Corpus(texts)
    >>> hits = find_contexts(corpus, "war")
    >>> select_hits(hits, corpus, context={"R1": "is"})[["doc", "node"]].values.tolist()
    [['b', 'war']]
    """
    given = {k: v for k, v in locals().items() if k not in ("hits", "corpus", "keep", "drop")}
    table, corpus = require_hits(hits), require_corpus(corpus)
    if window != "sentence":
        word_window(window)
    lines = Lines(table, corpus)
    kept = np.ones(len(table), dtype=bool)
    for name, wanted in (where or {}).items():
        kept &= _has_value(lines, name, wanted)
    if speaker is not None:
        kept &= _in_voices(lines, names_of(speaker, "speaker"), "speaker")
    if entity is not None:
        kept &= _names(lines, names_of(entity, "entity"), window)
    if pos is not None:
        kept &= _has_pos(lines, pos)
    for words, wanted_there, what in ((context, True, "context"), (without, False, "without")):
        if words is not None:
            kept &= _has_words(lines, words, window, (regex, case), what) == wanted_there
    by_hand = {
        n: lines_given(v, table, n) for n, v in (("keep", keep), ("drop", drop)) if v is not None
    }
    for name, chosen in by_hand.items():
        known = set(chosen)
        among = np.array([line in known for line in identities(table)], dtype=bool)
        kept &= among if name == "keep" else ~among
    if sample is not None:
        some = np.flatnonzero(kept)
        left = Lines(table.iloc[some], corpus)
        kept = np.zeros(len(table), dtype=bool)
        kept[some] = sampled(left, sample, weights=weights, by=by, seed=seed)
    result = table[kept].reset_index(drop=True)
    result.attrs["hits"] = int(kept.sum())
    if not kept.any():
        say_empty("no line is left")
    return record(result, table, corpus, "select_hits", given | by_hand)


def _has_value(lines: Lines, name: str, wanted: Any) -> np.ndarray:
    """Which lines have a value of a column, a date or a voice."""
    if name == "voice":
        return _in_voices(lines, names_of(wanted, "voice"), "voice")
    documents = lines.corpus.documents
    if name in ("since", "until") or (name in documents.columns and name not in lines.hits.columns):
        part = lines.corpus.every_voice().where(**{name: wanted})
        rows = pd.Index(documents["doc"], dtype=object).get_indexer(part.documents["doc"])
        chosen = np.zeros(len(documents), dtype=bool)
        chosen[rows] = True
        return chosen[lines.doc]
    values = [wanted] if isinstance(wanted, str) or not np.iterable(wanted) else list(wanted)
    own = lines.column(name).astype(object)
    words = own.where(own.notna(), "(none)").astype(str)
    asked = ["(none)" if value is None else str(value) for value in values]
    for value in asked:
        if not (words == value).any():
            known = ", ".join(map(repr, sorted(set(words))[:12]))
            raise InputError(f"{name}={value!r} is in no line; choose one of {known or 'none'}.")
    return words.isin(asked).to_numpy()


def _in_voices(lines: Lines, names: list[str], what: str) -> np.ndarray:
    """Which hits are the words of some voices."""
    voice = lines.voices["voice"].astype(object)
    quoted = voice.notna() & ~voice.isin(["headline", "writer"])
    choices = set(voice[quoted].astype(str))
    known = choices if what == "speaker" else choices | {"headline", "writer", "speakers"}
    for name in names:
        if name not in known:
            listed = ", ".join(map(repr, sorted(known)[:12])) or "none"
            raise InputError(f"{what}={name!r} says none of these hits; choose one of {listed}.")
    chosen = voice.isin(names)
    return (chosen | quoted if "speakers" in names else chosen).to_numpy()


def _names(lines: Lines, names: list[str], window: Window) -> np.ndarray:
    """Which lines name some entities in their window."""
    mentions = lines.corpus.every_voice().layer("mentions")
    there = mentions[mentions["entity"].astype(str).isin(names)]
    for name in names:
        if not (there["entity"].astype(str) == name).any():
            often = mentions["entity"].astype(str).value_counts().index[:12]
            listed = ", ".join(map(repr, often)) or "none"
            raise InputError(f"entity={name!r} is named in no text; the most frequent: {listed}.")
    low, high = lines.bounds(window)
    start = np.minimum(lines.tokens.start[low], lines.start)
    end = np.maximum(lines.tokens.end[high], lines.end)
    ids = pd.Index(lines.corpus.documents["doc"], dtype=object)
    doc = ids.get_indexer(there["doc"].astype(object))
    wide = int(max(lines.tokens.end.max(initial=0), end.max(initial=0))) + 2
    begins = np.sort(doc * wide + there["start"].to_numpy())
    ends = np.sort(doc * wide + there["end"].to_numpy())
    # mentions do not overlap one another: those that begin before the end, less those that are over
    begun = np.searchsorted(begins, lines.doc * wide + end, "left")
    over = np.searchsorted(ends, lines.doc * wide + start, "right")
    return begun > over


def _places_of(given: Any, what: str, usual: str) -> dict[str, list[str]]:
    """Words by where they are to stand."""
    if not isinstance(given, Mapping):
        return {usual: names_of(given, what)}
    return {str(place): names_of(value, what) for place, value in given.items()}


def _has_pos(lines: Lines, pos: Any) -> np.ndarray:
    """Which lines have parts of speech at their places."""
    table = lines.corpus.tagged
    tagged = Lines(lines.hits, lines.corpus)
    tagged.__dict__["tokens"] = Tokens(table, lines.corpus)
    tags = table["pos"].astype(str).to_numpy()
    kept = np.ones(len(lines), dtype=bool)
    for place, names in _places_of(pos, "pos", "node").items():
        if strangers := sorted(set(names) - set(tags)):
            known = ", ".join(map(repr, sorted(set(tags))))
            raise InputError(f"pos={strangers[0]!r} is in no text; choose one of {known}.")
        right = np.isin(tags, names)
        if place == "node":
            first, last = tagged.rows
            so_far = np.concatenate([[0], np.cumsum(right)])
            kept &= so_far[last + 1] > so_far[first]
        elif POSITION.fullmatch(place):
            rows = tagged.rows_beside(place[0], int(place[1:]))[:, -1]
            kept &= (rows >= 0) & right[np.maximum(rows, 0)]
        else:
            raise InputError(f"pos= has no place {place!r}; give 'node', 'L1', 'R1' … .")
    return kept


def _has_words(
    lines: Lines, words: Any, window: Window, how: tuple[bool, bool], what: str
) -> np.ndarray:
    """Which lines have words at all the places that are named."""
    kept = np.ones(len(lines), dtype=bool)
    first, last = lines.rows
    for place, queries in _places_of(words, what, "window").items():
        starts, lengths = find_hits(lines.tokens.table, queries, regex=how[0], case=how[1])
        ends = starts + lengths - 1
        if POSITION.fullmatch(place):
            row = lines.rows_beside(place[0], int(place[1:]))[:, -1]
            kept &= (row >= 0) & np.isin(row, starts if place[0] == "R" else ends)
            continue
        if place not in ("window", "L", "R"):
            raise InputError(f"{what}= has no place {place!r}; give {_PLACES}.")
        low, high = lines.bounds(window)
        sides = {"L": (low, first), "R": (last + 1, high + 1)}
        found = np.zeros(len(lines), dtype=bool)
        for side, (begin, end) in sides.items():
            if place in ("window", side):
                found |= _within(starts, lengths, begin, end)
        kept &= found
    return kept


def _within(
    starts: np.ndarray, lengths: np.ndarray, begin: np.ndarray, end: np.ndarray
) -> np.ndarray:
    """Which stretches of rows have a hit that lies wholly in them."""
    found = np.zeros(len(begin), dtype=bool)
    for length in np.unique(lengths):
        rows = np.sort(starts[lengths == length])
        found |= np.searchsorted(rows, begin) < np.searchsorted(rows, end - length, "right")
    return found
