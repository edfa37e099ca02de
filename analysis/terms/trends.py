"""Where terms stand: through the text, and over true dates."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.counted import Counted
from analysis.tables import (
    Groups,
    InputError,
    Parts,
    concat_rows,
    group_rows,
    in_parts,
    measure,
    passed,
    require_choice,
    require_columns,
    say,
    say_empty,
)
from analysis.terms.cells import count_queries
from analysis.terms.counting import (
    Queries,
    coded,
    codes_of,
    find_queries,
    read_queries,
    sorted_order,
    words_of,
)
from analysis.terms.evidence import groups_of, hits_of, in_group, layer_of, of_terms, runs_of_tokens
from analysis.terms.tally import Tally, count_hits, rate_table
from analysis.terms.units import Lacking, Pos, as_unit, forms_of, merge_forms, say_lacking

PERIODS = {  # a week ends on Sunday and begins on Monday
    "day": "D",
    "week": "W-SUN",
    "month": "M",
    "quarter": "Q-DEC",
    "year": "Y-DEC",
}
MANY_ROWS = 10_000  # of a table over time, which a longer period would make fewer
_Periods = tuple[Tally, int, int]


def _of_period(corpus: Any, step: Mapping[str, Any], row: Mapping[str, Any]) -> pd.DataFrame:
    """The occurrences that a row of `count_over_time` counts."""
    # of all periods the occurrences of a term in a group are found once
    known, names = step.get("sorted", {}), groups_of(step, row)
    key = ("period", str(row["term"]), *(str(row[name]) for name in names))
    if key not in known:
        found = of_terms(corpus, step, row)
        dated = _with_period(corpus.documents[["doc", "published"]], step["params"]["every"])
        period = pd.Series(dated["period"].to_numpy(), pd.Index(dated["doc"], dtype=object))
        known[key] = found, period.reindex(found["doc"].astype(object)).to_numpy()
    found, periods = known[key]
    inside: pd.DataFrame = found[periods == np.datetime64(pd.Timestamp(row["period"]))]
    return inside


def _periods_of_part(
    tokens: pd.DataFrame, *, documents: pd.DataFrame | None, asked: Any
) -> _Periods:
    """Count terms by period in a part; its documents without a date, and all."""
    tokens = as_unit(coded(tokens), asked.unit, asked.pos)
    queries, documents = read_queries(asked.terms), passed(documents, "documents")
    dated = _with_period(documents, asked.every)
    known = np.asarray(tokens["doc"].cat.categories.isin(dated["doc"]))
    _require_known(tokens, documents)
    forms = forms_of(tokens, itertools.chain(*queries.values()), asked.unit)
    rows = np.append(known, False)[codes_of(tokens, "doc")]
    own = tokens if rows.all() else tokens[rows]
    groups = group_rows(own, ["period", *_names(asked.by)], dated)
    found = count_hits(own, find_queries(own, queries), groups, confidence=asked.confidence)
    return found._replace(forms=forms), len(documents) - len(dated), len(documents)


def _periods_counted(
    counted: Counted, *, documents: pd.DataFrame | None, asked: Any
) -> _Periods | None:
    """The same of words that were counted by document."""
    queries, documents = read_queries(asked.terms), passed(documents, "documents")
    dated = _with_period(documents, asked.every)
    known = np.asarray(counted.ids.isin(dated["doc"]))
    own = counted if known.all() else counted.take(np.flatnonzero(known))
    groups = group_rows(own.table, ["period", *_names(asked.by)], dated)
    found = count_queries(own, queries, groups, asked.confidence)
    return None if found is None else (found, len(documents) - len(dated), len(documents))


def _period_rates(
    parts: Sequence[_Periods], *, every: str, per: float, confidence: float | None
) -> pd.DataFrame:
    """The rates by period of all parts."""
    tallies, undated, documents = zip(*parts, strict=True)
    if sum(undated) == sum(documents):
        raise InputError(
            "No document has a date in 'published'; fill in the manifest's dates, or look at"
            " terms through the text with count_over_text."
        )
    result = rate_table(tallies, per=per, confidence=confidence, zeros=True).drop(columns="rank")
    # of parts, a level for missing values is known although no dated document may have one
    for name in tallies[0].groups.names[1:]:
        plain = result[name].infer_objects()
        if plain.dtype.kind in "fM":
            result[name] = plain
    result.attrs["undated"] = sum(undated)
    longer = list(PERIODS)[list(PERIODS).index(every) + 1 :][:1]
    if len(result) > MANY_ROWS and longer:
        say(
            f"count_over_time gives {len(result):,} rows: {result['period'].nunique():,} periods"
            f" with each term in each group; every={longer[0]!r}, or fewer terms, give a shorter"
            " table.",
            deeper=1,
        )
    return result


_PERIODS = Parts(_periods_of_part, _period_rates, counted=_periods_counted)


@measure("tokens", evidence=_of_period, parts=_PERIODS)
def count_over_time(
    corpus: pd.DataFrame,
    terms: Queries,
    *,
    every: str = "day",
    unit: str = "term",
    pos: Pos | None = None,
    by: str | Sequence[str] | None = None,
    documents: pd.DataFrame | None = None,
    per: float = 1000,
    confidence: float | None = 0.95,
) -> pd.DataFrame:
    """Count terms by day, week, month, quarter or year of publication.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        The tokens table.
    terms : sequence of str, or mapping of str to sequence of str
        Queries (words, phrases, wildcards), each a line of its own, or named groups of queries.
    documents : pandas.DataFrame
        The documents table, with `published`.
    every : {"day", "week", "month", "quarter", "year"}
        Length of a period. A week begins on Monday; quarters and years are those of the calendar.
    by : str or sequence of str, optional
        Further columns of `tokens` or `documents` to group by.
    unit, pos, per, confidence
        As in `count_terms`.

    Returns
    -------
    pandas.DataFrame
        One row per period, group and term, ordered by period, group, count (descending) and name:
        `period` (Timestamp, its first day); the columns of `by`; `term`; `count`; `base` (words);
        `rate` (per `per` words; NaN without words); `documents` (that have the term); `low`,
        `high`, `interval`. Only periods (and, in each, groups) in which something was
        published: a gap in the dates is a gap in the corpus, not a rate of 0.

    Raises
    ------
    InputError
        If `every` is not known, `published` holds no dates, `terms` is empty, or as in
        `count_terms`.

    Notes
    -----
    Documents without a date are left out; ``attrs["undated"]`` says how many. Days are those
    of `published` as written, with no change of time zone. Few documents in a period make wide
    intervals; a single one is measured over its sentences, and what is then measured is that
    text, not the period.

    Examples
    --------
    >>> from analysis.text.tokens import tokenize
    >>> texts = pd.DataFrame({"doc": ["a", "b"], "text": ["War.", "No war yet."]})
    >>> texts["published"] = pd.to_datetime(["2024-05-14", "2024-05-15"])
    >>> over = count_over_time(
    ...     tokenize(texts), ["war"], documents=texts, every="week", confidence=None
    ... )
    >>> over[["period", "term", "count", "base", "rate"]]
          period term  count  base   rate
    0 2024-05-13  war      2     4  500.0
    """
    in_parts()


def _names(by: str | Sequence[str] | None) -> list[str]:
    return [by] if isinstance(by, str) else list(by or ())


def _with_period(documents: pd.DataFrame, every: str) -> pd.DataFrame:
    """The dated documents with the first day of their period."""
    require_choice(every, PERIODS, "every")
    require_columns(documents, ("doc", "published"), "documents")
    published = documents["published"]
    if not pd.api.types.is_datetime64_any_dtype(published):
        raise InputError(
            f"The documents' column 'published' holds {published.dtype}, not dates; make them with"
            " pd.to_datetime(documents['published'])."
        )
    dated = documents[published.notna()]
    start = dated["published"].dt.tz_localize(None).dt.to_period(PERIODS[every]).dt.start_time
    return dated.assign(period=start)


def _require_known(tokens: pd.DataFrame, documents: pd.DataFrame) -> None:
    """Refuse tokens of documents that are not in the documents table at all."""
    names = tokens["doc"].cat.categories
    names = names[np.bincount(codes_of(tokens, "doc"), minlength=len(names)) > 0]
    strange = names[~np.asarray(names.isin(documents["doc"]))]
    if len(strange):
        raise InputError(
            f"Document {strange[0]!r} is not in the documents table; pass the one it was read from."
        )


def _positions_in_part(
    tokens: pd.DataFrame, *, terms: Queries, unit: str, pos: Pos | None
) -> tuple[pd.DataFrame, Lacking]:
    """The occurrences in a part, and what may be warned of."""
    tokens = as_unit(coded(tokens, ("position", "start", "end")), unit, pos)
    queries = read_queries(terms)
    forms = forms_of(tokens, itertools.chain(*queries.values()), unit)
    hits = find_queries(tokens, queries)
    order = np.lexsort([hits.items, hits.rows])
    rows, last = hits.rows[order], (hits.rows + hits.lengths)[order] - 1
    names = [name for name in ("doc", "sentence", "position") if name in tokens.columns]
    result = tokens[names].iloc[rows].reset_index(drop=True)
    term = pd.Categorical.from_codes(hits.items[order].astype(np.int32), hits.names)
    result.insert(1, "term", pd.Series(term))
    before, size = _words_before(tokens, rows)
    result["percent"] = 100 * (before / np.maximum(size, 1))
    result["start"] = tokens["start"].to_numpy()[rows]
    result["end"] = tokens["end"].to_numpy()[last]
    return result, forms


def _all_positions(
    parts: Sequence[tuple[pd.DataFrame, Lacking]], *, terms: Queries
) -> pd.DataFrame:
    """The occurrences in all parts."""
    say_lacking(merge_forms([forms for _, forms in parts]))
    result = concat_rows([table for table, _ in parts])
    if not len(result):
        say_empty(f"none of {', '.join(map(repr, read_queries(terms)))} occurs")
    return result


@measure("tokens", parts=Parts(_positions_in_part, _all_positions))
def find_positions(
    corpus: pd.DataFrame, terms: Queries, *, unit: str = "term", pos: Pos | None = None
) -> pd.DataFrame:
    """Find where in its text each occurrence of a term stands.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        The tokens table.
    terms : sequence of str, or mapping of str to sequence of str
        Queries (words, phrases, wildcards), or named groups of queries.
    unit, pos
        What counts as one, and the parts of speech that count, as in `count_terms`.

    Returns
    -------
    pandas.DataFrame
        One row per occurrence, in the order of the text, then of `terms`: `doc`, `term` (query or
        name of the group, categorical in the given order, also those that do not occur),
        `sentence` (if sentences are numbered), `position` (token), `percent` (share of the
        text's words that come before it, 0 to below 100), `start`, `end` (character offsets).

    Raises
    ------
    InputError
        If `terms` is empty or a column is missing.

    Notes
    -----
    The text is what the tokens table holds of it. News puts first what it takes to matter most
    (the inverted pyramid, van Dijk 1988), so early and late mentions differ in weight; the
    percentage of a short text is coarse, one word of fifty being two per cent.

    Examples
    --------
    >>> from analysis.text.tokens import tokenize
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["Peace was near. Then came war."]})
    >>> find_positions(tokenize(texts), ["war", "peace"])[["term", "position", "percent"]]
        term  position    percent
    0  peace         0   0.000000
    1    war         6  83.333333
    """
    in_parts()


def _words_before(
    tokens: pd.DataFrame, rows: np.ndarray | slice = slice(None)
) -> tuple[np.ndarray, np.ndarray]:
    """For some rows the words of their document that come before them, and all of its words."""
    word, doc = words_of(tokens), codes_of(tokens, "doc")
    n_docs = len(tokens["doc"].cat.categories)
    size = np.bincount(doc[word], minlength=n_docs)
    if (doc[1:] >= doc[:-1]).all():
        before = np.cumsum(word) - word
    else:
        order = sorted_order([doc], [n_docs])
        before = np.empty(len(doc), dtype=np.int64)
        before[order] = np.cumsum(word[order]) - word[order]
    own = doc[rows]
    return before[rows] - (np.cumsum(size) - size)[own], size[own]


def _of_bin(corpus: Any, step: Mapping[str, Any], row: Mapping[str, Any]) -> pd.DataFrame:
    """The occurrences that a row of `count_over_text` counts."""
    names, bins = groups_of(step, row), step["params"]["bins"]
    tokens = coded(layer_of(corpus, step, names), ("position", "start", "end"))
    before, size = _words_before(tokens)
    part = np.minimum(before * bins // np.maximum(size, 1), bins - 1)
    first, lengths = hits_of(tokens, row["term"], read_queries(step["params"]["terms"]))
    kept = (in_group(tokens, names, row, corpus.documents) & (part == row["bin"]))[first]
    return runs_of_tokens(tokens, first[kept], lengths[kept])


def _bins_of_part(tokens: pd.DataFrame, *, asked: Any) -> Tally:
    """Count terms by their place in the texts of a part."""
    bins = asked.bins
    if bins not in range(2, 101):
        raise InputError(f"bins={bins!r} is not possible; give a number from 2 to 100.")
    tokens, queries = as_unit(coded(tokens), asked.unit, asked.pos), read_queries(asked.terms)
    groups = group_rows(tokens, asked.by, asked.documents)
    before, size = _words_before(tokens)
    place = np.minimum(before * bins // np.maximum(size, 1), bins - 1)  # an emoji may end the text
    n_groups = len(groups.keys)
    every = np.tile(np.arange(bins), n_groups)[:, None]
    parted = Groups(
        groups.codes * bins + place,
        [*groups.names, "bin"],
        np.hstack([np.repeat(groups.keys, bins, axis=0), every]),
        [*groups.levels, pd.Index(np.arange(bins))],
    )
    words = (itertools.chain(*queries.values()), asked.unit)
    hits = find_queries(tokens, queries)
    return count_hits(tokens, hits, parted, confidence=asked.confidence, asked=words)


def _bin_rates(
    parts: Sequence[Tally], *, bins: int, per: float, confidence: float | None
) -> pd.DataFrame:
    """The rates by place in the text of all parts."""
    result = rate_table(parts, per=per, confidence=confidence, zeros=True).drop(columns="rank")
    place = list(result.columns).index("bin") + 1
    result.insert(place, "from_percent", 100 * result["bin"] / bins)
    result.insert(place + 1, "to_percent", 100 * (result["bin"] + 1) / bins)
    return result


@measure("tokens", evidence=_of_bin, parts=Parts(_bins_of_part, _bin_rates))
def count_over_text(
    corpus: pd.DataFrame,
    terms: Queries,
    *,
    bins: int = 10,
    unit: str = "term",
    pos: Pos | None = None,
    by: str | Sequence[str] | None = None,
    documents: pd.DataFrame | None = None,
    per: float = 1000,
    confidence: float | None = 0.95,
) -> pd.DataFrame:
    """Count terms in equal parts of the text, from its beginning to its end.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        The tokens table.
    terms : sequence of str, or mapping of str to sequence of str
        Queries (words, phrases, wildcards), or named groups of queries.
    bins : int
        Parts into which the words of every document are cut, 2 to 100.
    by : str or sequence of str, optional
        Columns of `tokens` or `documents` to group by. Default: all texts are laid over each other.
    documents : pandas.DataFrame, optional
        The documents table, for a column of `by` that is there.
    unit, pos, per, confidence
        As in `count_terms`.

    Returns
    -------
    pandas.DataFrame
        One row per group, part and term, ordered by group, part, count (descending) and name:
        the columns of `by`; `bin` (0 is the beginning); `from_percent`, `to_percent`; `term`;
        `count`; `base` (words in the part); `rate` (per `per` words; NaN without words);
        `documents` (that have the term there); `low`, `high`, `interval`.

    Raises
    ------
    InputError
        If `bins` is not a number from 2 to 100, or as in `count_term_groups`.

    Notes
    -----
    A word is in part ⌊bins · i / n⌋ of its document, i words being before it and n the document's
    words; a document shorter than `bins` leaves parts empty. Each document is stretched to
    the same length, so a part is a longer passage in a longer text.

    Examples
    --------
    >>> from analysis.text.tokens import tokenize
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["Peace was near. Then came war."]})
    >>> halves = count_over_text(tokenize(texts), ["war"], bins=2, confidence=None)
    >>> halves[["bin", "to_percent", "term", "count", "base"]]
       bin  to_percent term  count  base
    0    0        50.0  war      0     3
    1    1       100.0  war      1     3
    """
    in_parts()
