"""Which words set one group of texts apart from others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import erfc

from analysis.tables import InputError, group_codes, measure, require_choice, require_columns
from analysis.terms.counting import bare, coded, codes_of, count_in_documents, count_words
from analysis.terms.evidence import of_terms
from analysis.terms.formulas import (
    LIKELIHOODS,
    adjust_p,
    bic,
    conservative_log_ratio,
    difference_coefficient,
    din,
    log_likelihood,
    log_ratio,
    odds_ratio,
    percent_diff,
    simple_maths,
)
from analysis.text.index import Cells, TokenIndex, index_of

__all__ = [
    "adjust_p",
    "bic",
    "compare_terms",
    "conservative_log_ratio",
    "difference_coefficient",
    "din",
    "log_likelihood",
    "log_ratio",
    "odds_ratio",
    "percent_diff",
    "simple_maths",
]


def _of_target(corpus: Any, step: Mapping[str, Any], row: Mapping[str, Any]) -> pd.DataFrame:
    """The occurrences in the target of a comparison."""
    by = step["params"]["by"]
    names = [by] if isinstance(by, str) else list(by or ())
    values = [row["target"]] if len(names) == 1 else str(row["target"]).split(", ")
    return of_terms(corpus, step, {**row, **dict(zip(names, values, strict=False))})


@measure("tokens", evidence=_of_target)
def compare_terms(
    corpus: pd.DataFrame,
    *,
    target: object = None,
    reference: object = None,
    formula: str = "four-term",
    min_documents: int | None = 2,
    smooth: float = 100,
    by: str | Sequence[str] | None,
    documents: pd.DataFrame | None = None,
    per: float = 1000,
    alpha: float = 0.05,
) -> pd.DataFrame:
    """Find the keywords of groups of texts: words over- or under-used against a reference.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        The tokens table.
    by : str, sequence of str, or None
        Columns of `tokens` or `documents` that make the groups. None takes all tokens as one
        group, for a comparison with a frequency list.
    documents : pandas.DataFrame, optional
        The documents table, where a column of `by` is there.
    target : optional
        One value of `by` (of several columns: the values joined by ", "). Default: every group.
    reference : optional
        Another value of `by`, or a frequency list: a table with `term` (lower-cased) and `count`;
        its total is its column `base`, else ``attrs["total"]``, else the sum of counts; a column
        `documents` is used if there. Default: the rest of the tokens.
    formula : {"four-term", "two-term"}
        Which G²; the name of the column says it.
    min_documents : int or None
        A keyword must be in so many documents of the side that uses it more, so that one text
        cannot make a keyword (of a side with fewer documents: in all of them). None does not
        count documents, which is faster.
    alpha : float
        1 − confidence of `lrc`.
    smooth : float
        Constant of `simple_maths`, in occurrences per million words.
    per : float
        Rates are given per so many words.

    Returns
    -------
    pandas.DataFrame
        One row per target and term, ordered by target, `lrc` (descending), `log_ratio`
        (descending) and term: `target`, `reference`, `term`, `count`, `count_reference`, `base`,
        `base_reference` (words), `rate`, `rate_reference` (per `per` words), `per`, `documents`,
        `documents_reference` (Int64; missing where not counted), `g2_four_term` or `g2_two_term`,
        `p`, `p_adjusted` (Benjamini–Hochberg over the rows), `bic`, `log_ratio`, `lrc` (for all
        rows at once), `simple_maths`, `percent_diff`, `odds_ratio`, `difference_coefficient`,
        `din`. Each measure is explained at its function. No row where a side has no words.

    Raises
    ------
    InputError
        If a group, column, formula or number is not usable.

    Notes
    -----
    Under-used terms have negative `log_ratio` and `lrc`. `bic` uses the two-term G² as published.
    Where the reference lacks a term, `percent_diff` and `odds_ratio` are infinite. p comes from
    χ² with one degree of freedom.

    G², p and LRC take every word as an independent draw, and texts are not: they say how well the
    *words* of the two sides are distinguished, not how sure it is that another sample of *texts*
    would show the same. The documents columns show on how many texts a keyword rests. A keyword
    is a reason to read passages (`find_contexts`), not a finding.

    To hide stop words drop their rows; dropping them from `tokens` would change the bases.

    Examples
    --------
    >>> from analysis.text.tokens import tokenize
    >>> texts = pd.DataFrame({"doc": ["a", "b"], "text": ["War, war, peace.", "Peace and talks."]})
    >>> table = compare_terms(tokenize(texts), by="doc", target="a")
    >>> table[["term", "count", "count_reference", "log_ratio"]].round(2).head(2)
        term  count  count_reference  log_ratio
    0    war      2                0       2.32
    1  peace      1                1       0.00
    """
    table = coded(bare(corpus))
    require_choice(formula, LIKELIHOODS, "formula")
    _require_numbers(min_documents=min_documents, alpha=alpha, smooth=smooth, per=per)
    runs = runs_of(table, by, documents, index_for(table, corpus))
    words, pairs = pairs_of(table, runs, target, reference, min_documents is not None)
    pairs = pairs or [_no_pair(words)]
    kept = [_candidates(pair, min_documents) for pair in pairs]
    family = max(sum(map(len, kept)), 1)
    measure = partial(_scores, formula=formula, family=family, alpha=alpha, smooth=smooth)
    parts = [
        _table(pair, words, rows, measure, per) for pair, rows in zip(pairs, kept, strict=True)
    ]
    result = pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]
    result["p_adjusted"] = adjust_p(result["p"])
    return result


def _no_pair(words: pd.Index) -> Pair:
    """A comparison without words, where there is no group at all."""
    nothing = Side(np.zeros(len(words), dtype=np.int64), None, 0, 0)
    return Pair("", "", nothing, nothing)


def _candidates(pair: Pair, min_documents: int | None) -> np.ndarray:
    """Codes of the terms that are tested."""
    one, other = pair.one, pair.other
    if not one.base or not other.base:
        return np.empty(0, dtype=np.int64)
    tested = (one.counts > 0) | (other.counts > 0)
    if min_documents is not None:
        over = one.counts * float(other.base) >= other.counts * float(one.base)
        for side, user in ((one, over), (other, ~over)):
            if side.documents is not None:
                tested &= ~user | (side.documents >= min(min_documents, side.texts))
    return np.flatnonzero(tested)


def _scores(
    counts: Sequence[ArrayLike], *, formula: str, family: int, alpha: float, smooth: float
) -> dict[str, np.ndarray]:
    """Every measure of some pairs of counts."""
    g2 = log_likelihood(*counts, formula=formula)
    return {
        f"g2_{formula.replace('-', '_')}": g2,
        "p": erfc(np.sqrt(g2 / 2)),  # the upper tail of χ² with one degree of freedom
        "p_adjusted": np.full(g2.shape, np.nan),  # needs the p of all comparisons
        "bic": bic(*counts),
        "log_ratio": log_ratio(*counts),
        "lrc": conservative_log_ratio(*counts, family=family, alpha=alpha),
        "simple_maths": simple_maths(*counts, smooth=smooth),
        "percent_diff": percent_diff(*counts),
        "odds_ratio": odds_ratio(*counts),
        "difference_coefficient": difference_coefficient(*counts),
        "din": din(*counts),
    }


def _table(
    pair: Pair,
    words: pd.Index,
    rows: np.ndarray,
    measure: Callable[[Sequence[ArrayLike]], dict[str, np.ndarray]],
    per: float,
) -> pd.DataFrame:
    """The rows of one comparison, in their order."""
    one, other = pair.one, pair.other
    # most terms share their two counts with many others: measure each pair of counts once
    stride = int(other.counts[rows].max(initial=0)) + 1
    key, which = np.unique(one.counts[rows] * stride + other.counts[rows], return_inverse=True)
    count, count_reference = np.divmod(key, stride)
    scores = measure((count, one.base, count_reference, other.base))
    rank = _ranks(scores["lrc"], scores["log_ratio"])[which]
    order = np.argsort(rank, kind="stable")
    rows, which = rows[order], which[order]
    columns: dict[str, Any] = {
        "target": pd.Series([pair.target], dtype="str").repeat(len(rows)).array,
        "reference": pd.Series([pair.reference], dtype="str").repeat(len(rows)).array,
        "term": pd.Series(words.take(rows).to_numpy(), dtype="str").array,
        "count": count[which],
        "count_reference": count_reference[which],
        "base": one.base,
        "base_reference": other.base,
        "rate": count[which] * (per / max(one.base, 1)),
        "rate_reference": count_reference[which] * (per / max(other.base, 1)),
        "per": per,
        "documents": _known(one.documents, rows),
        "documents_reference": _known(other.documents, rows),
    }
    columns |= {name: score[which] for name, score in scores.items()}
    return pd.DataFrame(columns, index=pd.RangeIndex(len(rows)), copy=False)


def _ranks(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Rank by two values, descending; equals share a rank."""
    order = np.lexsort((-second, -first))
    new = np.zeros(len(order), dtype=bool)
    for values in (first[order], second[order]):
        new[1:] |= values[1:] != values[:-1]
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[order] = np.cumsum(new)
    return ranks.astype(np.min_scalar_type(len(order)))  # two bytes are sorted by counting


def _known(documents: np.ndarray | None, rows: np.ndarray) -> pd.arrays.IntegerArray:
    if documents is None:
        return pd.array([pd.NA] * len(rows), dtype="Int64")
    known = documents[rows].astype(np.int64, copy=False)
    return pd.arrays.IntegerArray(known, np.zeros(len(rows), dtype=bool))


def _require_numbers(*, min_documents: int | None, alpha: float, smooth: float, per: float) -> None:
    """Refuse numbers that no comparison can use."""
    if min_documents is not None and not min_documents >= 1:
        raise InputError(f"min_documents={min_documents!r} must be 1 or more, or None.")
    if not 0 < alpha < 1:
        raise InputError(f"alpha={alpha!r} must lie between 0 and 1; 0.05 is usual.")
    for name, value in (("smooth", smooth), ("per", per)):
        if not value > 0:
            raise InputError(f"{name}={value!r} must be above 0.")


REST = "the rest"
LIST = "frequency list"
EVERYTHING = "all texts"


class Side(NamedTuple):
    """One side of a comparison: counts over the whole vocabulary."""

    counts: np.ndarray
    documents: np.ndarray | None  # None where not counted
    base: int
    texts: int


class Pair(NamedTuple):
    """A comparison: two names, two sides."""

    target: str
    reference: str
    one: Side
    other: Side


class Runs(NamedTuple):
    """Stretches of rows that belong to one document and one group."""

    edges: np.ndarray  # where each begins, and the end of the last
    doc: np.ndarray
    group: np.ndarray
    names: list[str]  # of the groups
    whole: bool  # no document is in two groups
    cells: Cells | None = None  # how often each run has its terms, if the table has an index


def index_for(tokens: pd.DataFrame, owner: pd.DataFrame) -> TokenIndex | None:
    """The index of a tokens table (as `coded` returns it), kept as long as its owner."""
    arrays = {name: codes_of(tokens, name) for name in ("doc", "term")}
    size = len(tokens["term"].cat.categories)
    return index_of(arrays | {"is_word": tokens["is_word"].to_numpy()}, size, owner)


def runs_of(
    tokens: pd.DataFrame,
    by: str | Sequence[str] | None,
    documents: pd.DataFrame | None,
    index: TokenIndex | None = None,
) -> Runs:
    """Cut the tokens into runs, so that groups are known without a code for every token."""
    doc = codes_of(tokens, "doc")
    wanted = {by} if isinstance(by, str) else set(by or ())
    whole = not wanted & (set(tokens.columns) - {"doc"})
    if whole:
        starts = _document_starts(doc) if index is None else index.edges[:-1]
        docs = pd.DataFrame({"doc": tokens["doc"].cat.categories.take(doc[starts])})
        group, labels = group_codes(docs, by, documents)
    else:
        codes, labels = group_codes(tokens, by, documents)
        starts = np.union1d(_document_starts(doc), _document_starts(codes))
        group = codes[starts]
    names = [", ".join(map(str, row)) for row in labels.itertuples(index=False)]
    edges = np.append(starts, len(doc))
    cells = index.cells if whole and index is not None else None
    return Runs(edges, doc[starts], group, names if wanted else [EVERYTHING], whole, cells)


def _document_starts(doc: np.ndarray) -> np.ndarray:
    """Rows at which another document (or group) begins."""
    turns = np.flatnonzero(doc[1:] != doc[:-1]) + 1
    return np.concatenate([[0], turns]) if len(doc) else turns


def _side(tokens: pd.DataFrame, runs: Runs, chosen: np.ndarray, documents: bool) -> Side:
    """Count the words of the chosen runs, and the documents that have them."""
    size = len(tokens["term"].cat.categories)
    texts = len(np.unique(runs.doc[chosen]))
    if runs.cells is not None:
        counts, spread = _counts_of(runs.cells, chosen, size)
        return Side(counts, spread if documents else None, int(counts.sum()), texts)
    is_word = tokens["is_word"].to_numpy(dtype=bool)
    columns = [codes_of(tokens, "term"), is_word, codes_of(tokens, "doc")]
    if not chosen.all():
        cuts = _cuts(chosen, runs.edges)
        columns = [_cut(column, cuts) for column in columns]
    term, is_word, doc = columns
    known: np.ndarray | None = None
    if documents:
        counts, known = count_in_documents(term, doc, size, counted=is_word)
    else:
        counts = count_words(term, is_word, size)
    return Side(counts, known, int(counts.sum()), texts)


def _counts_of(cells: Cells, chosen: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Count each term, and the documents that have it, in the chosen documents."""
    cuts = _cuts(chosen, cells.edges)
    term, count = _cut(cells.term, cuts), _cut(cells.counts, cuts)
    counts = np.bincount(term, weights=count, minlength=size)  # whole numbers far below 2**53
    return counts.astype(np.int64), np.bincount(term, minlength=size)


def _cuts(chosen: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Where the chosen stretches of rows begin and end."""
    turns = np.flatnonzero(np.diff(chosen, prepend=False, append=False))
    return edges[turns].reshape(-1, 2)


def _cut(column: np.ndarray, cuts: np.ndarray) -> np.ndarray:
    """Some stretches of a column; without a copy where it is only one."""
    if len(cuts) == 1:
        return column[slice(*cuts[0])]
    return np.concatenate([column[:0], *(column[start:end] for start, end in cuts)])


def pairs_of(
    tokens: pd.DataFrame, runs: Runs, target: Any, reference: Any, documents: bool
) -> tuple[pd.Index, list[Pair]]:
    """The vocabulary, and the two sides of every comparison asked for."""
    names, words = runs.names, tokens["term"].cat.categories
    targets = names if target is None else [require_choice(str(target), names, "target")]

    def side(name: str) -> Side:
        return _side(tokens, runs, runs.group == names.index(name), documents)

    if isinstance(reference, pd.DataFrame):
        listed, vocabulary = _listed(reference, words)
        place = vocabulary.get_indexer(words)
        sides = [_spread(side(name), place, len(vocabulary)) for name in targets]
        return vocabulary, [
            Pair(name, LIST, one, listed) for name, one in zip(targets, sides, strict=True)
        ]
    if names == [EVERYTHING]:
        raise InputError(
            "by=None has no other group to compare with; name a column to group by, or pass a"
            " frequency list as reference."
        )
    if reference is None:
        return words, _against_rest(tokens, runs, targets, documents)
    against = require_choice(str(reference), names, "reference")
    other = side(against)
    targets = [name for name in targets if name != against]
    if not targets:
        raise InputError(f"target and reference are both {against!r}; name two different groups.")
    return words, [Pair(name, against, side(name), other) for name in targets]


def _against_rest(
    tokens: pd.DataFrame, runs: Runs, targets: Sequence[str], documents: bool
) -> list[Pair]:
    """Each target and everything that is not it."""
    chosen = [runs.group == runs.names.index(name) for name in targets]
    sides = [_side(tokens, runs, own, documents) for own in chosen]
    if runs.whole and len(sides) > 1:  # then the rest is what the other groups add up to
        counts = sum(side.counts for side in sides)
        spread = sum(side.documents for side in sides if side.documents is not None)
        base, texts = sum(side.base for side in sides), sum(side.texts for side in sides)
        rests = [
            Side(
                counts - side.counts,
                None if side.documents is None else spread - side.documents,
                base - side.base,
                texts - side.texts,
            )
            for side in sides
        ]
    else:
        rests = [_side(tokens, runs, ~own, documents) for own in chosen]
    return [Pair(*pair) for pair in zip(targets, [REST] * len(sides), sides, rests, strict=True)]


def _listed(reference: pd.DataFrame, words: pd.Index) -> tuple[Side, pd.Index]:
    """A frequency list as a side, over the vocabulary of both."""
    require_columns(reference, ("term", "count"), "frequency list")
    terms = pd.Index(reference["term"], dtype=object)
    count = pd.to_numeric(reference["count"], errors="coerce").to_numpy(dtype=float)
    wrong = terms.duplicated() | terms.isna() | ~(count >= 0) | (count % 1 != 0)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise InputError(
            f"Row {row} of the frequency list ({terms[row]!r}, {reference['count'].iloc[row]!r})"
            " cannot be used; each term must stand once, with a whole number of occurrences."
        )
    base = reference.attrs.get("total", count.sum())
    if "base" in reference.columns and len(reference):
        base = reference["base"].max()
    if base < count.sum():
        raise InputError(
            f"The frequency list counts {count.sum():.0f} occurrences but gives {base} as its"
            " total; correct its column base or attrs['total']."
        )
    vocabulary = words.union(terms)
    known = reference["documents"].to_numpy() if "documents" in reference.columns else None
    texts = int(known.max()) if known is not None and len(known) else 1
    listed = Side(count.astype(np.int64), known, int(base), texts)
    return _spread(listed, vocabulary.get_indexer(terms), len(vocabulary)), vocabulary


def _spread(side: Side, place: np.ndarray, size: int) -> Side:
    """A side over a larger vocabulary."""
    counts, known = np.zeros((2, size), dtype=np.int64)
    counts[place] = side.counts
    if side.documents is None:
        return side._replace(counts=counts)
    known[place] = side.documents
    return side._replace(counts=counts, documents=known)
