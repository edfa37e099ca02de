"""Explanations: what is said to follow from what, who is blamed, and who says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.discourse.lexicons import (
    Found,
    find_items,
    item_table,
    load_words,
    packaged_rows,
    recorded,
)
from analysis.discourse.reasons import Marker, Reason, Segments, Span, read_reason
from analysis.discourse.roles import Reader
from analysis.discourse.trees import plant
from analysis.tables import InputError, group_codes, require_choice, require_columns, stamp
from analysis.terms.counting import Hits, coded, tally

GRAMMARS = ("clause", "noun", "verb", "from", "fault", "blame", "previous")
PARTS = ("explained", "cause", "source")
Markers = pd.DataFrame | Sequence[Mapping[str, str]]


def read_explanation_markers() -> pd.DataFrame:
    """Read the package's own list of markers of explanation, as a table to cut and add to.

    Returns
    -------
    pandas.DataFrame
        One row per marker of ``analysis/data/explanation_markers.csv``: `item`, `class` (causal,
        temporal-causal, blame, purpose), `grammar` (where cause and effect stand; the file says
        how), `pos`, `untagged` (as in `read_stance_lexicon`).

    Examples
    --------
    >>> markers = read_explanation_markers()
    >>> list(markers["class"].unique())
    ['causal', 'temporal-causal', 'blame', 'purpose']
    """
    return pd.DataFrame(packaged_rows("explanation_markers.csv"))


def find_explanations(
    tokens: pd.DataFrame,
    *,
    markers: Markers | None = None,
    quotes: pd.DataFrame | None = None,
    documents: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Find explanations: X because Y, X led to Y, Z blames X for Y.

    Parameters
    ----------
    tokens : pandas.DataFrame
        Tagged tokens, ``annotate(documents).tokens``; plain ones from `tokenize` are read by
        punctuation, with far less certain parts.
    markers : pandas.DataFrame or sequence of mappings, optional
        Rows of `read_explanation_markers`, or own ones with `item`, `class`, `grammar`.
    quotes : pandas.DataFrame, optional
        What `find_quotes` gives, for who says so.
    documents : pandas.DataFrame, optional
        With `doc` and `text`, to add the words of the parts.

    Returns
    -------
    pandas.DataFrame
        One row per explanation, in the order of the texts: `doc` (categorical), `sentence`,
        `start`, `end` (offsets of the marker), `marker` (as listed), `class`; `explained_start`,
        `explained_end`, `cause_start`, `cause_end` (offsets; -1 where that part was not found; of
        blame the cause is who is blamed, of purpose what for), `source_start`, `source_end` (the
        one who blames, as the grammar has it; else -1); with `quotes` also `voice` (the speaker of
        the innermost quotation around the marker, "(unnamed)" where it has none, "writer" outside
        of quotations; `add_voices` tells headlines, too); with `documents` also `explained`,
        `cause`, `source`.

    Raises
    ------
    InputError
        If a column is missing or the markers cannot be read.

    Notes
    -----
    A marker shows that a text explains, not that it is right, and most explanations have none: two
    sentences side by side, "kill" or "force" for a cause with its effect. "After" is kept as
    "temporal-causal" unless it dates (after Monday, two days after), and is often only
    temporal. "Since" counts in tagged text only, where its clause is in the present or has a modal
    and the main clause is not in the perfect. "As", "so", "for" and "to" alone are too ambiguous
    and are not looked for. A negated explanation ("not because") is an explanation here. The parts
    are as good as the parse: in a long sentence read them before quoting them.

    Examples
    --------
    >>> from analysis.text.tokens import tokenize
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["The talks failed because of the war."]})
    >>> found = find_explanations(tokenize(texts), documents=texts)
    >>> found[["marker", "class", "explained", "cause"]]
           marker   class         explained    cause
    0  because of  causal  The talks failed  the war
    """
    need = ("sentence", "position", "start", "end", "word")
    source = coded(tokens, need)
    table = item_table(
        read_explanation_markers() if markers is None else markers,
        ("class", "grammar"),
        "list of markers",
    )
    for grammar in table["grammar"].unique():
        require_choice(grammar, GRAMMARS, "grammar")
    found = find_items(source, table.assign(_all=""), "_all")
    reasons = _read_all(source, table, found)
    result = _explanation_table(source, table, found, reasons)
    if quotes is not None:
        result["voice"] = speakers_at(result, quotes)
    for part in PARTS if documents is not None else ():
        assert documents is not None
        result[part] = cut(documents, result, f"{part}_start", f"{part}_end")
    params = {"markers": recorded(markers), "quotes": quotes, "documents": documents}
    on = "tagged" if "head" in tokens.columns else "tokens"
    return stamp(result, tokens, "find_explanations", params, on=on)


def _read_all(tokens: pd.DataFrame, table: pd.DataFrame, found: Found) -> list[Reason | None]:
    """The parts of every explanation; None for a marker that explains nothing."""
    tagged = {"head", "pos", "dep", "lemma", "morphology"} <= set(tokens.columns)
    segments = Segments(tokens)
    reader = Reader(plant(tokens), load_words()) if tagged else None
    items, grammars = table["item"].tolist(), table["grammar"].tolist()
    reasons: list[Reason | None] = []
    places = zip(found.rows.tolist(), found.lengths.tolist(), found.items.tolist(), strict=True)
    for row, length, item in places:
        marker = Marker(row, row + length - 1, items[item], grammars[item])
        if reader is None or marker.grammar == "previous" or not reader.trees.dep[row]:
            reasons.append(segments.read_reason(marker))
        else:
            reasons.append(read_reason(reader, marker))
    return reasons


def _explanation_table(
    tokens: pd.DataFrame, table: pd.DataFrame, found: Found, reasons: list[Reason | None]
) -> pd.DataFrame:
    """The rows of the result."""
    kept = np.array([reason is not None for reason in reasons], dtype=bool)
    rows, items = found.rows[kept], found.items[kept]
    start, end = tokens["start"].to_numpy(), tokens["end"].to_numpy()
    columns: dict[str, Any] = {
        "doc": tokens["doc"].take(rows).array,
        "sentence": tokens["sentence"].to_numpy()[rows],
        "start": start[rows],
        "end": end[rows + found.lengths[kept] - 1],
        "marker": pd.Series(table["item"].to_numpy(dtype=object)[items], dtype="str"),
        "class": pd.Series(table["class"].to_numpy(dtype=object)[items], dtype="str"),
    }
    for place, part in enumerate(PARTS):
        spans: list[Span] = [reason[place] for reason in reasons if reason is not None]
        columns[f"{part}_start"] = np.array([-1 if s is None else start[s[0]] for s in spans], int)
        columns[f"{part}_end"] = np.array([-1 if s is None else end[s[1]] for s in spans], int)
    return pd.DataFrame(columns)


def count_explanations(
    explanations: pd.DataFrame,
    *,
    tokens: pd.DataFrame,
    by: str | Sequence[str] | None = None,
    documents: pd.DataFrame | None = None,
    per: float = 1000,
    confidence: float | None = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Count explanations of each class in the corpus or in groups.

    Parameters
    ----------
    explanations : pandas.DataFrame
        What `find_explanations` gives, or some of its rows.
    tokens : pandas.DataFrame
        The tokens table of the same documents: its words are the base.
    by : str or sequence of str, optional
        Columns of `tokens` (`voice`, where they have one) or `documents` to group by.
    documents : pandas.DataFrame, optional
        The documents table, for a column of `by` that is there.
    per : float
        A rate is given per so many words.
    confidence : float or None
        Coverage of the intervals; None leaves them out.
    seed : int
        Seed of the bootstrap.

    Returns
    -------
    pandas.DataFrame
        One row per group and class, also where the count is 0, ordered by group, count
        (descending), class: the columns of `by`; `class`; `count`; `base` (words of the group);
        `rate`; `documents`; `rank`; `low`, `high` (of the rate), `interval`.

    Raises
    ------
    InputError
        If a column is missing, or an explanation is not in the tokens.

    Notes
    -----
    rate = per · count / base, with a bootstrap over documents as in `count_terms`. Explanations
    without a marker are not counted, so this is a rate of explicit explaining.

    Examples
    --------
    >>> from analysis.text.tokens import tokenize
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["The talks failed because of the war."]})
    >>> tokens = tokenize(texts)
    >>> count_explanations(find_explanations(tokens), tokens=tokens, confidence=None)[
    ...     ["class", "count", "base"]]
        class  count  base
    0  causal      1     7
    """
    require_columns(explanations, ("doc", "start", "class"), "explanations")
    source = coded(tokens, ("start",))
    starts = pd.MultiIndex.from_arrays([source["doc"].astype(object), source["start"]])
    wanted = pd.MultiIndex.from_arrays([explanations["doc"].astype(object), explanations["start"]])
    rows = starts.get_indexer(wanted)
    if (rows < 0).any():
        wrong = explanations.iloc[int(np.argmax(rows < 0))]
        raise InputError(
            f"The explanation at {wrong['start']} in {wrong['doc']!r} is not in the tokens; pass"
            " the tokens of the same documents, all of them, or filter the explanations as well."
        )
    items, classes = pd.factorize(explanations["class"].astype(object), sort=True)
    result = tally(
        source,
        Hits(pd.Index(classes, dtype=object), rows, items, np.ones(len(rows), dtype=np.int64)),
        group_codes(source, by, documents),
        per=per,
        confidence=confidence,
        seed=seed,
        zeros=True,
    ).rename(columns={"term": "class"})
    params = {"tokens": tokens, "by": by, "documents": documents}
    numbers = {"per": per, "confidence": confidence, "seed": seed}
    call = "count_explanations"
    return stamp(result, explanations, call, params | numbers, on="explanations")


WRITER, UNKNOWN = "writer", "(unnamed)"


def cut(documents: pd.DataFrame, table: pd.DataFrame, start: str, end: str) -> pd.Series:
    """Cut the passages of a table, given by two columns of offsets, out of the documents.

    Offsets below 0 stand for no passage and give "".
    """
    require_columns(documents, ("doc", "text"), "documents")
    ids = pd.Index(documents["doc"].astype(object))
    row = ids.get_indexer(pd.Index(table["doc"].astype(object)))
    if (row < 0).any():
        stranger = table["doc"].iloc[int(np.argmax(row < 0))]
        raise InputError(
            f"Document {stranger!r} is not in the documents table; pass the one it was read from."
        )
    texts = documents["text"].tolist()
    spans = zip(row.tolist(), table[start].tolist(), table[end].tolist(), strict=True)
    return pd.Series([texts[r][a:b] if a >= 0 else "" for r, a, b in spans], dtype="str")


def speakers_at(table: pd.DataFrame, quotes: pd.DataFrame) -> pd.Series:
    """Say whose words the passages of a table are: the innermost quotation around each."""
    require_columns(quotes, ("doc", "start", "end", "speaker"), "quotes")
    if "kind" in quotes.columns:
        quotes = quotes[quotes["kind"] != "scare"]
    around: dict[str, list[tuple[int, int, str]]] = {}
    names = quotes["speaker"].astype(object).where(quotes["speaker"].notna(), "")
    for doc, start, end, name in zip(
        quotes["doc"].astype(object), quotes["start"], quotes["end"], names, strict=True
    ):
        around.setdefault(doc, []).append((int(start), int(end), str(name) or UNKNOWN))
    found = []
    for doc, start, end in zip(
        table["doc"].astype(object), table["start"], table["end"], strict=True
    ):
        inner = [(b - a, name) for a, b, name in around.get(doc, ()) if a <= start and end <= b]
        found.append(min(inner)[1] if inner else WRITER)
    return pd.Series(found, dtype="str", index=table.index)
