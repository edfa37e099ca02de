"""By how much two groups differ, and how sure that is: rates of words, and rows of any measure."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.counted import Counted as CountedDocuments
from analysis.tables import (
    VOICES,
    Groups,
    InputError,
    Parts,
    concat_rows,
    group_rows,
    in_parts,
    measure,
    merge_groups,
    require_choice,
    require_columns,
    say,
)
from analysis.terms.cells import find_counted_queries
from analysis.terms.contrasts import (
    COMBINED,
    Estimate,
    correlation_of,
    difference_interval,
    ratio_interval,
)
from analysis.terms.counting import (
    Hits,
    Queries,
    coded,
    codes_of,
    count_matrix,
    find_queries,
    fresh_runs,
    read_queries,
    words_of,
)
from analysis.terms.estimate import (
    KORN_GRAUBARD,
    Sums,
    comes_in_bursts,
    describe_intervals,
    proportion_interval,
    sums_of,
)
from analysis.terms.evidence import measuring_step, of_layer, of_terms
from analysis.terms.units import Lacking, Pos, as_unit, forms_of, merge_forms, say_lacking

REST = "the rest"
NO_ROW = "none: the table has no row of it"
_ACTORS = ("actor", "entity")
_TEXTS = ("interval", "cues", "too_short")  # columns in words that do not say what a row is of
VALUES = ("share", "rate", "compound", "score", "tone", "log_ratio", "dp", "value")


class Side(NamedTuple):
    """Counts of the items in the units of one side."""

    counts: sparse.csr_array  # units × items
    base: np.ndarray  # words of every unit
    over: str  # "documents" or "sentences"
    documents: np.ndarray  # that have each item
    texts: np.ndarray  # ids of the documents with words


class Counted(NamedTuple):
    """Tokens, or sentences, with the hits in them, their words that are the base, their groups."""

    tokens: pd.DataFrame
    hits: Hits
    counted: np.ndarray  # of each row: whether it is a word, or how many there are
    group: np.ndarray

    def side(self, groups: np.ndarray) -> Side:
        """Count in the documents of some groups, or in the sentences of their only one."""
        mine = groups[self.group]
        doc = codes_of(self.tokens, "doc")
        counts, base = self._count(mine, doc)
        texts = np.flatnonzero(base)
        documents = (counts > 0).sum(axis=0)
        if len(texts) == 1 and "sentence" in self.tokens.columns:
            mine = mine & (doc == texts[0])
            sentence = np.where(mine, self.tokens["sentence"].to_numpy(), 0).astype(np.int64)
            counts, base = self._count(mine, sentence)
            return Side(counts, base, "sentences", documents, texts)
        return Side(counts, base, "documents" if len(texts) > 1 else "none", documents, texts)

    def _count(self, mine: np.ndarray, unit: np.ndarray) -> tuple[sparse.csr_array, np.ndarray]:
        """Items and words of every unit, in the rows that are on this side."""
        size = int(unit.max(initial=-1)) + 1
        own = mine[self.hits.rows]
        rows, items = self.hits.rows[own], self.hits.items[own]
        counts = count_matrix(unit[rows].astype(np.int64), items, size, len(self.hits.names))
        words = mine & (self.counted > 0)
        base = np.bincount(unit[words], self.counted[words], minlength=size)
        return counts.tocsr(), base.astype(np.int64)


def _of_target(corpus: Any, step: Mapping[str, Any], row: Mapping[str, Any]) -> pd.DataFrame:
    """The occurrences of a row's term in the target."""
    return of_terms(corpus, step, {**row, **target_of(step, row)})


def target_of(step: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of the groups and their values on the target's side."""
    by = step["params"]["by"]
    names = [by] if isinstance(by, str) else list(by)
    values = [row["target"]] if len(names) == 1 else str(row["target"]).split(", ")
    return dict(zip(names, values, strict=False))


class _Part(NamedTuple):
    """Words and hits of a part, in the sentences (or documents) of each group."""

    groups: Groups
    rows: pd.DataFrame  # doc, sentence if there are any, and how many words
    hits: Hits
    forms: Lacking


def _rates_of_part(tokens: pd.DataFrame, *, documents: pd.DataFrame | None, asked: Any) -> _Part:
    """Count words and hits in the sentences of a part."""
    tokens = as_unit(coded(tokens), asked.unit, asked.pos)
    if asked.terms is None:
        raise InputError(
            "There are no terms to compare; pass them, as in compare_rates(corpus, ['war'], by=…),"
            " or write term-groups.yml beside the corpus."
        )
    queries = read_queries(asked.terms)
    forms = forms_of(tokens, itertools.chain(*queries.values()), asked.unit)
    hits = find_queries(tokens, queries)
    groups = group_rows(tokens, asked.by, documents)
    keys = [codes_of(tokens, "doc"), groups.codes]
    if "sentence" in tokens.columns:
        keys.append(tokens["sentence"].to_numpy())
    fresh = fresh_runs(*keys) if len(tokens) else np.empty(0, dtype=bool)
    starts, run = np.flatnonzero(fresh), np.cumsum(fresh) - 1
    names = [name for name in ("doc", "sentence") if name in tokens.columns]
    rows = tokens[names].iloc[starts].reset_index(drop=True)
    rows["words"] = np.bincount(run[words_of(tokens)], minlength=len(starts))
    hits = hits._replace(rows=run[hits.rows], lengths=hits.lengths[:0])
    return _Part(groups._replace(codes=groups.codes[starts]), rows, hits, forms)


def _rates_counted(
    counted: CountedDocuments, *, documents: pd.DataFrame | None, asked: Any
) -> _Part | None:
    """Words and hits in the documents of a part; None where a group has sentences for its units."""
    queries = read_queries(asked.terms) if asked.terms is not None else None
    own = None if queries is None else find_counted_queries(counted, queries)
    if own is None:
        return None
    groups, words = group_rows(counted.table, asked.by, documents), counted.words[counted.documents]
    if (np.bincount(groups.codes[words > 0], minlength=len(groups.keys)) == 1).any():
        return None
    row = np.zeros(len(counted.ids), dtype=np.int64)
    row[counted.documents] = np.arange(len(counted.documents))
    items = np.repeat(np.arange(len(own.terms)), np.diff(own.edges))
    rows, items = (np.repeat(column, own.counts) for column in (row[own.doc], items))
    hits = Hits(own.terms, rows, items, items[:0])
    return _Part(groups, counted.table.assign(sentence=0, words=words), hits, {})


def _rate_differences(
    parts: Sequence[_Part],
    *,
    target: object,
    reference: object,
    by: str | Sequence[str],
    per: float,
    confidence: float | None,
) -> pd.DataFrame:
    """Compare the groups of all parts by pairs."""
    say_lacking(merge_forms(part.forms for part in parts))
    groups, recodes = merge_groups([part.groups for part in parts])
    code = np.concatenate(
        [recode[part.groups.codes] for part, recode in zip(parts, recodes, strict=True)]
    )
    rows = concat_rows([part.rows for part in parts])
    before = np.cumsum([0, *(len(part.rows) for part in parts)])
    found = [part.hits.rows + first for part, first in zip(parts, before[:-1], strict=True)]
    items = np.concatenate([part.hits.items for part in parts])
    first = parts[0].hits
    hits = Hits(first.names, np.concatenate(found), items, first.lengths)
    words = rows["words"].to_numpy()
    base = np.bincount(code, words, minlength=len(groups.keys))
    pairs = pairs_of(group_labels(groups.labels), base > 0, target, reference, by)
    counted = Counted(rows, hits, words, code)
    tables = [compare_sides(counted, pair, per, confidence) for pair in pairs]
    return pd.concat(tables, ignore_index=True)


_RATES = Parts(_rates_of_part, _rate_differences, counted=_rates_counted)


@measure("tokens", groups="terms", evidence=_of_target, parts=_RATES)
def compare_rates(
    corpus: pd.DataFrame,
    terms: Queries | None = None,
    *,
    target: object = None,
    reference: object = None,
    unit: str = "term",
    pos: Pos | None = None,
    by: str | Sequence[str],
    documents: pd.DataFrame | None = None,
    per: float = 1000,
    confidence: float | None = 0.95,
) -> pd.DataFrame:
    """Compare how often two groups of texts use chosen terms: difference and ratio, with intervals.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        The tokens table.
    terms : sequence of str, or mapping of str to sequence of str, optional
        Terms (words, phrases, wildcards), or named groups of them. Default: the term groups of the
        corpus (its ``term-groups.yml``).
    target : optional
        The group that is compared: one value of `by` (of several columns: a list of values, or
        these joined by ", "). Default: every group.
    reference : optional
        The group it is compared with. Default: the rest of the tokens.
    unit, pos
        What counts as one, and the parts of speech that count, as in `count_terms`.
    by : str or sequence of str
        Columns of `tokens` or `documents` that make the groups.
    documents : pandas.DataFrame, optional
        The documents table, for a column of `by` that is there.
    per : float
        Rates and their difference are given per so many words.
    confidence : float or None
        Coverage of the intervals; None leaves them out.

    Returns
    -------
    pandas.DataFrame
        One row per target and term, in the order given: `target`, `reference`, `term`, `count`,
        `count_reference`, `base`, `base_reference` (words), `rate`, `rate_reference` (per `per`
        words), `documents`, `documents_reference` (that have the term), `group_documents`,
        `group_documents_reference` (that have words), `difference` (of the rates), `low`, `high`
        (of the difference), `ratio` (of the rates; infinite where only the reference lacks the
        term, NaN where both do), `ratio_low`, `ratio_high` (may be infinite), `interval` (the
        method, in words, or why there is none).

    Raises
    ------
    InputError
        If there is only one group, a group is not known or has no words, there is nothing to look
        for, or as in `count_term_groups`.

    Notes
    -----
    Both intervals are made of those of the two rates (Korn–Graubard, as in `count_terms`) by
    square-and-add: Newcombe 1998, “Interval estimation for the difference between independent
    proportions”, and Zou & Donner 2008 for the difference; Donner & Zou 2012 (MOVER-R) for the
    ratio. So counts of zero need no exception, and the ratio's interval leaves out 1 just where the
    difference's leaves out 0. Where both sides have words of the same texts (the writer and those
    quoted), their correlation over documents is taken into account (Zou 2007).

    Two intervals of `count_terms` that overlap may belong to a difference that is certain: look
    here instead. For a question put to every word use `compare_terms`; many rows looked at together
    need a higher `confidence` each (with m rows, 1 − 0.05 / m).

    A difference says nothing of why: read the passages (`find_passages` gives the target's).

    Examples
    --------
    >>> from analysis.text.tokens import tokenize
    >>> texts = ["war " * n + "word " * (50 - n) for n in (8, 9, 7, 1, 0, 2)]
    >>> table = pd.DataFrame({"doc": list("abcdef"), "side": list("xxxyyy"), "text": texts})
    >>> compared = compare_rates(
    ...     tokenize(table), ["war"], by="side", documents=table, target="x", reference="y"
    ... )
    >>> compared[["rate", "rate_reference", "difference", "low", "high"]].round(1).values.tolist()
    [[160.0, 20.0, 140.0, 1.3, 211.5]]
    """
    in_parts()


def one_group(value: Any) -> Any:
    """The name of a group; the values of several columns are joined."""
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value


class GroupPair(NamedTuple):
    """Two sides of a comparison by name, and which groups belong to each."""

    target: str
    reference: str
    one: np.ndarray
    two: np.ndarray


def group_labels(labels: pd.DataFrame) -> list[str]:
    """What each group is called; the values of several columns are joined."""
    return [", ".join(map(str, row)) for row in labels.itertuples(index=False)]


def pairs_of(
    names: Sequence[str], filled: np.ndarray, target: Any, reference: Any, by: Any
) -> list[GroupPair]:
    """The comparisons asked for: a target with a reference, or each group with the rest."""
    there = [name for name, words in zip(names, filled, strict=True) if words]
    target, reference = (one_group(value) for value in (target, reference))
    for what, name in (("target", target), ("reference", reference)):
        if name is not None and require_choice(str(name), names, what) not in there:
            raise InputError(f"{what}={name!r} has no words; compare groups that have some.")
    if len(there) < 2:
        only = f"a single group with words, {there[0]!r}" if there else "no group with words"
        raise InputError(f"by={by!r} makes {only}; a comparison needs two groups.")
    if target is not None and reference is not None and str(target) == str(reference):
        raise InputError(f"target and reference are both {target!r}; name two groups.")
    targets = [str(target)] if target is not None else there
    every = np.asarray(names, dtype=object)
    if reference is None:
        return [GroupPair(name, REST, every == name, every != name) for name in targets]
    against = str(reference)
    return [
        GroupPair(name, against, every == name, every == against)
        for name in targets
        if name != against
    ]


def compare_sides(
    words: Counted, pair: GroupPair, per: float, confidence: float | None
) -> pd.DataFrame:
    """The rows of one comparison."""
    sides = [words.side(groups) for groups in (pair.one, pair.two)]
    sums = [_sums(side) for side in sides]
    columns: dict[str, Any] = {
        "target": pd.Series([pair.target] * len(words.hits.names), dtype="str"),
        "reference": pd.Series([pair.reference] * len(words.hits.names), dtype="str"),
        "term": pd.Series(words.hits.names.to_numpy(), dtype="str"),
    }
    ends = list(zip(("", "_reference"), sides, sums, strict=True))
    for name, value in _COUNTED.items():
        for end, side, own in ends:
            columns[name + end] = value(side, own)
    columns["rate"], columns["rate_reference"] = (per * own.ratio for own in sums)
    if confidence is None:
        rates = [Estimate(own.ratio, own.ratio, own.ratio) for own in sums]
        found = compared_columns(rates, per=per)
        return pd.DataFrame(columns | {name: found[name] for name in ("difference", "ratio")})
    known = [Estimate(own.ratio, *proportion_interval(own, confidence)) for own in sums]
    shared = np.isin(sides[0].texts, sides[1].texts).any()
    correlation = _correlation(sides, sums) if shared else 0.0
    text = [
        _method(side, own, estimate, confidence)
        for side, own, estimate in zip(sides, sums, known, strict=True)
    ]
    columns |= compared_columns(known, correlation, per)
    columns["interval"] = combined(text, columns["low"])
    return pd.DataFrame(columns)


_COUNTED: dict[str, Callable[[Side, Sums], Any]] = {
    "count": lambda side, sums: sums.total.astype(np.int64),
    "base": lambda side, sums: sums.base.astype(np.int64),
    "rate": lambda side, sums: sums.ratio,
    "documents": lambda side, sums: side.documents,
    "group_documents": lambda side, sums: len(side.texts),
}


def _sums(side: Side) -> Sums:
    """The five sums of every item on one side."""
    owner = np.zeros(len(side.base), dtype=np.int64)
    return Sums(
        *(part[0] for part in np.broadcast_arrays(*sums_of(side.counts, side.base, owner, 1)))
    )


def _correlation(sides: Sequence[Side], sums: Sequence[Sums]) -> np.ndarray | float:
    """How the two rates go together over the documents that are on both sides."""
    one, two = sides
    if one.over != two.over:  # a single text among many: its own rate has no error to share
        return 0.0
    products = [
        one.counts.multiply(two.counts).sum(axis=0),
        one.counts.T @ two.base,
        two.counts.T @ one.base,
        np.full(one.counts.shape[1], float(one.base @ two.base)),
    ]
    return correlation_of(sums[0], sums[1], products)


def _method(side: Side, sums: Sums, estimate: Estimate, confidence: float) -> list[str]:
    """What is said of the interval of each rate on one side."""
    said: list[str] = describe_intervals(
        KORN_GRAUBARD,
        confidence,
        [side.over] * len(sums.n),
        sums.n,
        known=np.isfinite(estimate.low),
        kish=sums.kish,
        bursts=comes_in_bursts(sums.total, (side.counts > 0).sum(axis=0), sums.n),
        base=sums.base,
    ).tolist()
    return said


def compared_columns(
    sides: Sequence[Estimate], correlation: Any = 0.0, per: float = 1
) -> dict[str, np.ndarray]:
    """The columns of difference and ratio of two sides."""
    one, two = sides
    low, high = difference_interval(one, two, correlation)
    ratio_low, ratio_high = ratio_interval(one, two, correlation)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = one.value / two.value
    return {
        "difference": (one.value - two.value) * per,
        "low": low * per,
        "high": high * per,
        "ratio": ratio,
        "ratio_low": ratio_low,
        "ratio_high": ratio_high,
    }


def combined(sides: Sequence[Sequence[str]], low: np.ndarray) -> np.ndarray:
    """What is said of the interval of a difference, from what is said of both sides."""
    text = []
    for first, second, known in zip(*sides, np.isfinite(low), strict=True):
        if known:
            both = first if first == second else f"{first} (target) and {second} (reference)"
            text.append(COMBINED + both)
            continue
        lacking = [
            f"{said} ({end})"
            for said, end in ((first, "target"), (second, "reference"))
            if said.startswith("none")
        ]
        text.append("; ".join(lacking) or "none")
    return np.array(text, dtype=object)


def _of_compared(corpus: Any, step: Mapping[str, Any], row: Mapping[str, Any]) -> pd.DataFrame:
    """The places that the target's row of the compared table counts."""
    before = step["before"][-1]
    function: Any = getattr(import_module("analysis"), before["call"])
    find = function.__evidence__ or of_layer
    by = step["params"]["by"] or str(one_name(before["params"].get("by")))
    own = {by: row["target"]}
    found: pd.DataFrame = find(
        corpus, {**before, "on": function.__measure__, "make": function.__make__}, {**row, **own}
    )
    return found


@measure("measured", evidence=_of_compared)
def compare_groups(
    table: pd.DataFrame,
    *,
    value: str | None = None,
    target: object = None,
    reference: object = None,
    by: str | None = None,
) -> pd.DataFrame:
    """Compare the rows of two groups in what any measure returned: difference and ratio.

    Parameters
    ----------
    table : pandas.DataFrame
        What a measure with intervals returned for several groups of documents: shares
        (`count_voices`, `count_cues`, `count_agency` …), mean tone (`summarise_sentiment`,
        `summarise_targets`), rates.
    value : str, optional
        The column that `low` and `high` belong to. Default: the table's own, such as "share",
        "rate" or "compound".
    target : optional
        The group that is compared. Default: every other group; with two groups the first.
    reference : optional
        The group it is compared with. It must be named where there are more than two groups.
    by : str, optional
        The column of `table` that holds the groups. Default: the one it was grouped by.

    Returns
    -------
    pandas.DataFrame
        One row per target and kind of row (term, speaker, cue …) in the order of the table:
        `target`, `reference`, the columns that name the kind; then, where the
        table has them, `count`, `count_reference`, `base`, `base_reference`, `documents`,
        `documents_reference`, `group_documents`, `group_documents_reference`, `parts`,
        `parts_reference`; the value and the same with `_reference`; `difference`, `low`, `high`;
        for shares and rates `ratio`, `ratio_low`, `ratio_high`; `interval`.

    Raises
    ------
    InputError
        If the table has no intervals, several rows of one kind in a group, groups that are not
        groups of documents (their texts are the same), or a group is not known.

    Notes
    -----
    The interval is that of `compare_rates`, made of the two intervals in the table; for means it is
    Banerjee's (1961), with cluster-robust standard errors. It takes the two groups to be of
    different documents; only of hand codes (`count_codes`, `summarise_codes`) two kinds of rows
    that stand in the same documents can be compared: their correlation from document to document is
    then estimated (MOVER for correlated values, Zou 2007). Terms are better compared by
    `compare_rates`, which also knows "the rest".

    A kind that only one group has is 0 in the other where the rows of that group add up to its
    base, so that nothing can be missing; it then has no interval. Other kinds of this sort are left
    out, and a warning names them. A measure that is told what to count (``voices=``, ``terms=``)
    gives rows of 0 with intervals.

    Examples
    --------
    >>> from analysis.sentiment.lexicon import summarise_sentiment
    >>> scores = pd.DataFrame({"doc": list("abcdef"), "side": list("xxxyyy"), "sentence": 0,
    ...                        "negative": 0.0, "neutral": 1.0, "positive": 0.0,
    ...                        "compound": [0.5, 0.3, 0.4, -0.1, 0.0, 0.1]})
    >>> compared = compare_groups(summarise_sentiment(scores, by="side"))
    >>> compared[["target", "reference", "difference", "low", "high"]].round(2).values.tolist()
    [['x', 'y', 0.4, 0.05, 0.75]]
    """
    by = _grouping(table, by)
    value = _value_of(table, value)
    keys = [
        name
        for name in table.columns
        if name not in (by, *_TEXTS) and not pd.api.types.is_numeric_dtype(table[name])
    ]
    doubled = table.duplicated([by, *keys])
    if doubled.any():
        row = table[doubled].iloc[0]
        at = ", ".join(f"{name} {row[name]!r}" for name in (by, *keys))
        raise InputError(f"There are several rows for {at}; keep one of them, then compare.")
    names = list(dict.fromkeys(table[by].astype(str)))
    if len(names) > 2 and reference is None:
        raise InputError(
            f"There are {len(names)} groups ({', '.join(map(repr, names[:8]))}); name reference=,"
            " and target= if only one is to be compared with it."
        )
    if reference is None and len(names) == 2:
        second = names[0] if target is not None and str(target) == names[1] else names[1]
        reference = second
    pairs = pairs_of(names, np.ones(len(names), dtype=bool), target, reference, by)
    tied = _ties(table, by)
    parts = [_compared_rows(table, by, pair, keys, value, tied) for pair in pairs]
    result = pd.concat([part for part, _ in parts], ignore_index=True)
    lost = list(dict.fromkeys(kind for _, kinds in parts for kind in kinds))
    if len(result) and lost:
        named = "; ".join(lost[:8]) + (f" and {len(lost) - 8} more" if len(lost) > 8 else "")
        say(
            f"Left out, since only one of the two groups has a row of it: {named}. A measure that"
            " is told what to count, as by voices= or terms=, gives rows of 0, too."
        )
    if not len(result):
        raise InputError(
            f"The groups have no row in common ({', '.join(keys)}); count the same things in each."
        )
    return result


def _grouping(table: pd.DataFrame, by: str | None) -> str:
    """The column of the groups, which must be groups of documents."""
    step = measuring_step(table.attrs.get("steps") or []) or {}
    own = step.get("params", {}).get("by")
    by = one_name(own) if by is None else by
    if by is None:
        raise InputError("Name the column of the groups, as in by='side'.")
    require_columns(table, (by,), "measured")
    foreign = own is not None and by not in np.atleast_1d(own)
    if foreign or (by in VOICES and _ties(table, by) is None):
        raise InputError(
            f"by={by!r} does not part the texts: its values occur in the same ones, so that their"
            " intervals are not independent; compare groups of documents (words of voices:"
            " compare_rates)."
        )
    return by


def _ties(table: pd.DataFrame, by: str) -> Callable[..., Any] | None:
    """What tells how two groups of coded rows go together, where `by` is a column of the rows."""
    step = measuring_step(table.attrs.get("steps") or []) or {}
    if "codes" not in step.get("params", {}):
        return None
    paired: Any = import_module("analysis.coding.paired")
    return partial(paired.correlations_of, step, by) if paired.parts_rows(step, by) else None


def one_name(by: Any) -> str | None:
    """The only column that a table was grouped by."""
    names = [by] if isinstance(by, str) else list(by or ())
    return names[0] if len(names) == 1 else None


def _value_of(table: pd.DataFrame, value: str | None) -> str:
    """The column that the intervals of a table belong to."""
    known = [name for name in VALUES if name in table.columns]
    if value is None and known:
        value = known[0]
    if value is None or not {"low", "high", "interval"} <= set(table.columns):
        raise InputError(
            "The table has no intervals (low, high, interval) of a value; pass what a measure"
            " returned with confidence=0.95."
        )
    require_columns(table, (value,), "measured")
    return value


def _compared_rows(
    table: pd.DataFrame,
    by: str,
    pair: GroupPair,
    keys: list[str],
    value: str,
    tied: Callable[..., Any] | None = None,
) -> tuple[pd.DataFrame, list[str]]:
    """The rows of one comparison of rows, and what was left out, in words."""
    label = table[by].astype(str)
    one = table[label == pair.target].drop(columns=by)
    two = table[label == pair.reference].drop(columns=by)
    lost: list[str] = []
    if keys:
        kinds = pd.concat([one[keys], two[keys]]).drop_duplicates()
        filled = [_with_zeros(side, kinds, keys, value) for side in (one, two)]
        both = filled[0].merge(filled[1], on=keys, suffixes=("", "_reference"))
        left = kinds.merge(both[keys], on=keys, how="left", indicator=True)
        left = left.loc[left["_merge"] == "left_only", keys]
        shown = [name for name in _ACTORS if name in keys] or keys
        lost = [" ".join(filter(None, map(str, kind))) for kind in left[shown].to_numpy()]
    else:
        both = one.merge(two, how="cross", suffixes=("", "_reference"))
    sides = [
        Estimate(*(both[name + end].to_numpy(dtype=float) for name in (value, "low", "high")))
        for end in ("", "_reference")
    ]
    text = [both["interval" + end].astype(str).tolist() for end in ("", "_reference")]
    if f"{value}_machine" in table.columns:  # one side corrected, the other not: no difference
        known = np.isfinite(sides[0].low + sides[1].low)
        sides = [Estimate(*(np.where(known, end, np.nan) for end in side)) for side in sides]
    columns: dict[str, Any] = {"target": pair.target, "reference": pair.reference}
    columns |= {name: both[name] for name in keys}
    for name in ("count", "base", "documents", "group_documents", "parts", value):
        for end in ("", "_reference") if name in table.columns else ():
            columns[name + end] = both[name + end]
    correlation: Any = 0.0
    if tied is not None:
        correlation = tied((pair.target, pair.reference), both[keys])
        if correlation is None:
            raise InputError(
                f"by={by!r} parts rows of the same documents, and the table is by documents as"
                f" well; to compare, count the codes by {by!r} alone."
            )
        for side, end in zip(sides, ("", "_reference"), strict=True):  # of documents alone
            with np.errstate(divide="ignore", invalid="ignore"):
                part = both["least_width" + end].to_numpy(dtype=float) / (side.high - side.low)
            correlation = correlation * np.clip(np.nan_to_num(part), 0, 1)
        text = [[f"{said}, paired" for said in side] for side in text]
    columns |= compared_columns(sides, correlation)
    if value not in ("share", "rate"):
        for name in ("ratio", "ratio_low", "ratio_high"):
            del columns[name]
    result = pd.DataFrame(columns, index=both.index)
    return result.assign(interval=combined(text, result["low"].to_numpy())), lost


def _with_zeros(
    side: pd.DataFrame, kinds: pd.DataFrame, keys: list[str], value: str
) -> pd.DataFrame:
    """One side with a row for every kind, 0 where its rows add up to their base without it."""
    rows = kinds.merge(side, on=keys, how="left")
    if value not in ("share", "rate") or not {"count", "base"} <= set(side.columns):
        return rows[rows[value].notna() | rows["interval"].notna()]
    within = [name for name in _ACTORS if name in keys and len(keys) > 1]  # their base is their own
    kind = list(map(tuple, rows[within].to_numpy()))
    own = list(map(tuple, side[within].to_numpy()))
    groups = side.groupby(pd.Index(own, tupleize_cols=False), sort=False)
    whole = groups["count"].sum() == groups["base"].max()
    whole &= groups["base"].min() == groups["base"].max()
    absent = rows["interval"].isna()
    for name, filler in {"count": 0, "documents": 0, value: 0.0, "interval": NO_ROW}.items():
        if name in rows.columns:
            rows[name] = rows[name].mask(absent, filler)
    for name in ("base", "group_documents"):
        if name in rows.columns:
            known = groups[name].max().where(whole)
            rows[name] = rows[name].fillna(pd.Series(known.reindex(kind).to_numpy(), rows.index))
    rows = rows[~absent | rows["base"].notna()]
    counted = [name for name in ("count", "documents", "base", "group_documents") if name in rows]
    return rows.astype(dict.fromkeys(counted, np.int64))
