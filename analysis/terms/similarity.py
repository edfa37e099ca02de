"""How alike documents or groups are in their words: cosine, Burrows's Delta, correspondences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import linalg, sparse
from scipy.spatial.distance import pdist

from analysis.counted import Counted
from analysis.tables import (
    InputError,
    Parts,
    group_codes,
    group_rows,
    in_parts,
    measure,
    require_choice,
)
from analysis.terms.cells import count_cells, find_counted
from analysis.terms.counting import coded, codes_of, count_matrix, find_terms, word_list
from analysis.terms.differences import group_labels
from analysis.terms.evidence import hits_of, layer_of, runs_of_tokens
from analysis.terms.tally import Tally, count_hits, merge_tallies, only_used
from analysis.text.tokens import stop_words as english

MEASURES = ("cosine", "delta", "cosine delta")
MOST = 2000  # groups: two million pairs
WORDS = 150  # that Burrows takes
_SHOWN = 5  # terms that are named for a pair


class _Counts(NamedTuple):
    """How often each group has each term."""

    names: list[str]  # of the groups
    counts: sparse.csr_array  # groups × terms
    words: np.ndarray  # of each group, whatever is counted
    terms: np.ndarray
    documents: np.ndarray  # that have each term
    texts: int


def _of_pair(corpus: Any, step: Mapping[str, Any], row: Mapping[str, Any]) -> pd.DataFrame:
    """The occurrences, on both sides of a pair, of the terms that are named for it."""
    by = step["params"].get("by", "doc")
    names = [by] if isinstance(by, str) else list(by)
    tokens = coded(layer_of(corpus, step, names), ("start", "end"))
    code, labels = group_codes(tokens, by, corpus.documents)
    sides = np.isin(group_labels(labels), [str(row["group"]), str(row["other"])])
    wanted = tokens["term"].cat.categories.get_indexer(
        pd.Index(str(row["terms"]).split(", "), dtype=object)
    )
    found = sides[code] & np.isin(codes_of(tokens, "term"), wanted) & tokens["is_word"].to_numpy()
    return runs_of_tokens(tokens, np.flatnonzero(found))


class _Part(NamedTuple):
    """How often the groups of a part have each term, and how many of its documents do."""

    tally: Tally
    documents: np.ndarray  # that have each term
    texts: int  # that have words


def _count_part(
    tokens: pd.DataFrame,
    terms: Sequence[str] | None,
    stop_words: Iterable[str],
    by: str | Sequence[str],
    documents: pd.DataFrame | None,
) -> _Part:
    """Count the terms of a part by group."""
    tokens = coded(tokens)
    hits = find_terms(tokens, terms, word_list(stop_words, "stop_words"))
    found = count_hits(tokens, hits, group_rows(tokens, by, documents), confidence=None)
    doc, size = codes_of(tokens, "doc"), len(tokens["doc"].cat.categories)
    spread = count_matrix(doc[hits.rows].astype(np.int64), hits.items, size, len(hits.names))
    texts = len(np.unique(doc[tokens["is_word"].to_numpy(dtype=bool)]))
    return _used(found, np.diff(spread.indptr), texts)


def _count_counted(
    counted: Counted,
    terms: Sequence[str] | None,
    stop_words: Iterable[str],
    by: str | Sequence[str],
    documents: pd.DataFrame | None,
) -> _Part | None:
    """The same of words that were counted by document."""
    if terms is not None and not word_list(terms, "terms"):
        return None
    found = find_counted(counted, terms, word_list(stop_words, "stop_words"))
    groups = group_rows(counted.table, by, documents)
    part = None if found is None else count_cells(counted, found, groups, confidence=None)
    if part is None or found is None:
        return None
    names, codes, items = found
    spread = np.zeros(len(names), dtype=np.int64)
    spread[items] = np.diff(counted.edges)[codes]
    return _used(part, spread, int(np.count_nonzero(counted.words)))


def _used(part: Tally, documents: np.ndarray, texts: int) -> _Part:
    """What a part has of the terms that occur in it."""
    used = np.bincount(part.cells.item, minlength=len(part.names)) > 0
    return _Part(only_used(part), documents[used], texts)


def _add_up(
    parts: Sequence[_Part], by: str | Sequence[str], terms: Sequence[str] | None
) -> _Counts:
    """The terms of every group that has words."""
    whole = merge_tallies([part.tally for part in parts])
    if terms is not None and not len(whole.cells.item):
        raise InputError(f"None of {', '.join(map(repr, terms))} occurs; name terms that do.")
    place = np.argsort(np.argsort(whole.names.to_numpy(dtype=object), kind="stable"))
    documents = np.zeros(len(place), dtype=np.int64)
    for part in parts:
        documents[place[whole.names.get_indexer(part.tally.names)]] += part.documents
    cells, words = whole.cells, whole.bases.total
    shape = (len(words), len(place))
    counts = sparse.csr_array((cells.total, (cells.group, place[cells.item])), shape=shape)
    names = group_labels(whole.groups.labels)
    kept = np.flatnonzero(words)
    if len(kept) < 2:
        raise InputError(
            f"by={by!r} makes {'a single group' if len(kept) else 'no group'} with words; there"
            " must be two to be compared."
        )
    return _Counts(
        [names[number] for number in kept],
        counts[kept],
        words[kept],
        np.sort(whole.names.to_numpy(dtype=object), kind="stable"),
        documents,
        sum(part.texts for part in parts),
    )


def _pairs_of_part(tokens: pd.DataFrame, *, documents: Any, asked: Any) -> _Part:
    """Count all terms of a part by group."""
    return _count_part(tokens, None, _left_out_of(asked), asked.by, documents)


def _pairs_counted(counted: Counted, *, documents: Any, asked: Any) -> _Part | None:
    """The same of words that were counted by document."""
    return _count_counted(counted, None, _left_out_of(asked), asked.by, documents)


def _left_out_of(asked: Any) -> Iterable[str]:
    """The stop words of a comparison by pairs."""
    require_choice(asked.measure, MEASURES, "measure")
    usual = english() if asked.measure == "cosine" else ()
    return usual if asked.stop_words is None else asked.stop_words


def _pairs(
    parts: Sequence[_Part], *, measure: str, most_frequent: int | None, by: str | Sequence[str]
) -> pd.DataFrame:
    """Compare the groups of all parts by pairs."""
    found = _add_up(parts, by, None)
    if most_frequent is None and measure != "cosine":
        most_frequent = WORDS
    found = _most_frequent(found, most_frequent)
    size = len(found.names)
    if size > MOST:
        raise InputError(
            f"{size:,} groups make {size * (size - 1) // 2:,} pairs; compare at most {MOST:,}, or"
            " groups of documents with by=."
        )
    one, other = np.triu_indices(size, 1)
    if measure == "cosine":
        score, terms = _cosine(found)
        order = -score
    else:
        score, terms = _delta(found, measure)
        order = score
    names = np.asarray(found.names, dtype=object)
    table = pd.DataFrame(
        {
            "group": pd.array(names[one], dtype="str"),
            "other": pd.array(names[other], dtype="str"),
            measure.replace(" ", "_"): score,
            "words": found.words[one],
            "words_other": found.words[other],
            "terms": pd.array(terms, dtype="str"),
        }
    )
    return table.iloc[np.lexsort([other, one, order.round(12)])].reset_index(drop=True)


_PAIRS = Parts(_pairs_of_part, _pairs, counted=_pairs_counted)


@measure("tokens", evidence=_of_pair, parts=_PAIRS)
def score_similarity(
    corpus: pd.DataFrame,
    *,
    measure: str = "cosine",
    most_frequent: int | None = None,
    stop_words: Iterable[str] | None = None,
    by: str | Sequence[str] = "doc",
    documents: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Score how alike each two documents or groups are: in what they speak of, or in their style.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        The tokens table.
    measure : {"cosine", "delta", "cosine delta"}
        Cosine of tf-idf weights (a similarity: 1 for the same proportions of words, 0 for no word
        in common), Burrows's Delta (a distance: 0 for the same), or the cosine Delta (a distance
        from 0 to 2; 1 for texts that depart from the average in unrelated ways).
    most_frequent : int, optional
        Take only so many of the most frequent words of all. Default: 150 for either Delta, as
        Burrows did; all words for the cosine.
    stop_words : iterable of str, optional
        Words left out. Default: `stop_words()` for the cosine, which otherwise says that two texts
        are alike since both have *the* and *of*; none for either Delta, which lives on just these
        words. An empty list leaves out none.
    by : str or sequence of str
        What is compared: documents, or groups by columns of `tokens` or `documents`.
    documents : pandas.DataFrame, optional
        The documents table, for a column of `by` that is there.

    Returns
    -------
    pandas.DataFrame
        One row per pair, the most alike first, then by name: `group`, `other`; `cosine`, `delta`
        or `cosine_delta`; `words`, `words_other` (how many each has, those left out included);
        `terms` (the five that add most to the cosine, or that the two differ in most).

    Raises
    ------
    InputError
        If there is only one group with words (for either Delta fewer than three), there are more
        than 2,000, no word is left, or an option is not usable.

    Notes
    -----
    *cosine*: weights w = f · (ln((1 + N) / (1 + d)) + 1) for f occurrences of a term that d of N
    documents have, the variant that scikit-learn takes (`score_tfidf` has an idf of 0 for what all
    groups have, so that two groups would have nothing in common); then Σ wᵢvᵢ / (|w| · |v|). The
    idf is always that of documents, also where groups are compared.

    *delta* (Burrows 2002, “‘Delta’: a measure of stylistic difference and a guide to likely
    authorship”): the relative frequencies of the n most frequent words are made z-scores over the
    groups (standard deviation with k − 1, as in R `stylo`); the mean absolute difference of two
    groups' z-scores. *cosine delta* (Smith & Aldridge 2011; Evert et al. 2017): one minus the
    cosine of the two rows of z-scores, more robust for long texts and many words.

    A z-score depends on which texts are compared, and so does every Delta: numbers of two corpora
    cannot be set side by side. Frequencies of a short text are mostly chance: Delta was found
    reliable from some 2,500 to 5,000 words on (Eder 2015, “Does size matter?”), and short texts
    look unlike everything. The cosine of tf-idf mostly says that two texts speak of the same
    things, and is lower for short texts, too; neither says that one was copied (see
    `find_near_duplicates`), nor that two take the same side. No interval is given.

    Examples
    --------
    >>> from analysis.text.tokens import tokenize
    >>> texts = ["Peace talks failed.", "Peace talks began.", "A storm began."]
    >>> table = score_similarity(tokenize(pd.DataFrame({"doc": list("abc"), "text": texts})))
    >>> table[["group", "other", "cosine", "terms"]].round(3).values.tolist()
    [['a', 'b', 0.598, 'peace, talks'], ['b', 'c', 0.349, 'began'], ['a', 'c', 0.0, '']]
    """
    in_parts()


def _most_frequent(found: _Counts, number: int | None) -> _Counts:
    """Keep the terms that occur most in all groups together; ties by name."""
    if number is not None and (isinstance(number, bool) or int(number) != number or number < 1):
        raise InputError(f"most_frequent={number!r} is no number of words, such as 150.")
    total = found.counts.sum(axis=0)
    order = np.lexsort([found.terms.astype(str), -total])[:number]
    if not len(order):
        raise InputError(
            "No word is left to compare; leave out fewer stop words, or ask for fewer documents."
        )
    return found._replace(
        counts=found.counts[:, order], terms=found.terms[order], documents=found.documents[order]
    )


def _cosine(found: _Counts) -> tuple[np.ndarray, list[str]]:
    """The cosine of each pair, and the terms that add most to it."""
    idf = np.log((1 + found.texts) / (1 + found.documents)) + 1
    weights = sparse.csr_array(found.counts * idf[None, :])
    length = np.sqrt(weights.multiply(weights).sum(axis=1))
    scale = np.divide(1, length, out=np.zeros_like(length), where=length > 0)
    weights = sparse.csr_array(weights.multiply(scale[:, None]))
    size = len(found.names)
    whole = np.clip((weights @ weights.T).toarray(), 0, 1)
    terms = []
    for number in range(size - 1):
        shared = sparse.csr_array(weights[number + 1 :].multiply(weights[[number]]))
        shared.eliminate_zeros()
        for row in range(shared.shape[0]):
            own = slice(shared.indptr[row], shared.indptr[row + 1])
            terms.append(_largest(shared.data[own], found.terms[shared.indices[own]]))
    return whole[np.triu_indices(size, 1)], terms


def _largest(values: np.ndarray, terms: np.ndarray) -> str:
    """The terms with the largest values; ties by name."""
    if len(values) > _SHOWN:  # only those that can be among them are sorted
        least = np.partition(values, len(values) - _SHOWN)[len(values) - _SHOWN]
        values, terms = values[values >= least], terms[values >= least]
    return ", ".join(terms[np.lexsort([terms.astype(str), -values.round(12)])][:_SHOWN])


def _delta(found: _Counts, measure: str) -> tuple[np.ndarray, list[str]]:
    """The Delta of each pair, and the words that the two differ in most."""
    size = len(found.names)
    if size < 3:
        raise InputError(
            "Delta needs three groups or more: with two, every z-score is ±0.71 and every Delta"
            ' 1.41; take measure="cosine", or smaller groups.'
        )
    rates = found.counts.toarray() / found.words[:, None]
    spread = rates.std(axis=0, ddof=1)
    kept = spread > 1e-15
    if not kept.any():
        raise InputError("All groups use all words alike; there is nothing to compare.")
    scores = (rates[:, kept] - rates[:, kept].mean(axis=0)) / spread[kept]
    names = found.terms[kept]
    if measure == "delta":
        values = pdist(scores, "cityblock") / scores.shape[1]
    else:
        values = pdist(scores, "cosine")
    terms = []
    for number in range(size - 1):
        apart = np.abs(scores[number + 1 :] - scores[number])
        terms += [_largest(row, names) for row in apart]
    return values, terms


class Correspondence(NamedTuple):
    """What a correspondence analysis of a table of counts gives."""

    rows: np.ndarray  # principal coordinates, rows × dimensions
    columns: np.ndarray  # principal coordinates, columns × dimensions
    inertia: np.ndarray  # of every dimension
    row_mass: np.ndarray
    column_mass: np.ndarray


def correspondence_analysis(counts: Any) -> Correspondence:
    """Find the dimensions along which the rows and columns of a table of counts depart most.

    Parameters
    ----------
    counts : array-like
        Counts, shape (rows, columns); no row and no column is empty.

    Returns
    -------
    Correspondence
        `rows`, `columns`: principal coordinates; `inertia`: of each dimension, the greatest first,
        Σ = χ² / n; `row_mass`, `column_mass`: shares of the total. The row farthest from the
        middle of a dimension has a positive coordinate there.

    Raises
    ------
    InputError
        If a row or column is empty, or a count negative.

    Notes
    -----
    Benzécri 1973; Greenacre 2017, *Correspondence Analysis in Practice*: the singular value
    decomposition of the standardised residuals (p − rc) / √(rc). As R `ca`.

    Examples
    --------
    >>> smokers = [[4, 2, 3, 2], [4, 3, 7, 4], [25, 10, 12, 4], [18, 24, 33, 13], [10, 6, 7, 2]]
    >>> correspondence_analysis(smokers).inertia.round(6).tolist()  # published: Greenacre
    [0.074759, 0.010017, 0.000414]
    """
    table = np.asarray(counts, dtype=float)
    if table.ndim != 2 or not np.isfinite(table).all() or (table < 0).any():
        raise InputError("A correspondence analysis needs a table of counts, none below zero.")
    shares = table / table.sum() if table.sum() else table
    row, column = shares.sum(axis=1), shares.sum(axis=0)
    if not (row > 0).all() or not (column > 0).all():
        raise InputError("A row or a column of the table has no counts; leave it out.")
    expected = np.outer(row, column)
    left, values, right = linalg.svd(
        (shares - expected) / np.sqrt(expected), full_matrices=False, lapack_driver="gesvd"
    )
    size = min(table.shape) - 1  # the residuals of margins leave one dimension less
    left, values, right = left[:, :size], values[:size], right[:size].T
    rows = left * values / np.sqrt(row)[:, None]
    columns = right * values / np.sqrt(column)[:, None]
    far = np.abs(rows).round(9).argmax(axis=0)
    signs = np.where(rows[far, np.arange(size)] < 0, -1.0, 1.0)
    return Correspondence(rows * signs, columns * signs, values**2, row, column)


def _of_place(corpus: Any, step: Mapping[str, Any], row: Mapping[str, Any]) -> pd.DataFrame:
    """The occurrences of a term of the map."""
    if row["kind"] != "term":
        raise InputError("A group has no passages of its own; choose a term, as in kind='term'.")
    tokens = coded(layer_of(corpus, step, []), ("position", "start", "end"))
    first, lengths = hits_of(tokens, str(row["name"]), {})
    return runs_of_tokens(tokens, first, lengths)


def _map_of_part(tokens: pd.DataFrame, *, documents: Any, asked: Any) -> _Part:
    """Count the terms of a part by group."""
    if isinstance(asked.min_documents, bool) or asked.min_documents < 1:
        raise InputError(f"min_documents={asked.min_documents!r} must be 1 or more.")
    stop_words = english() if asked.stop_words is None else asked.stop_words
    return _count_part(tokens, asked.terms, stop_words, asked.by, documents)


def _map_counted(counted: Counted, *, documents: Any, asked: Any) -> _Part | None:
    """The same of words that were counted by document."""
    stop_words = english() if asked.stop_words is None else asked.stop_words
    if isinstance(asked.min_documents, bool) or asked.min_documents < 1:
        return None  # which is refused
    return _count_counted(counted, asked.terms, stop_words, asked.by, documents)


def _map(
    parts: Sequence[_Part],
    *,
    terms: Sequence[str] | None,
    most_frequent: int | None,
    min_documents: int,
    by: str | Sequence[str],
) -> pd.DataFrame:
    """Lay groups and terms of all parts on a map."""
    found = _add_up(parts, by, terms)
    many = np.flatnonzero(found.documents >= min_documents)
    found = found._replace(
        counts=found.counts[:, many], terms=found.terms[many], documents=found.documents[many]
    )
    found = _most_frequent(found, most_frequent if terms is None else None)
    table = found.counts.toarray().astype(float)
    groups = table.sum(axis=1) > 0
    table = table[groups]
    if min(table.shape) < 3:
        raise InputError(
            f"There are {table.shape[0]} groups and {table.shape[1]} terms, and a map needs three"
            " of each; take smaller groups or more terms (for two groups: compare_terms)."
        )
    result = correspondence_analysis(table)
    total = float(result.inertia.sum())
    if total < 1e-12:
        raise InputError("All groups use the terms in the same proportions; there is no map.")
    names = np.asarray(found.names, dtype=object)[groups]
    words = found.words[groups]
    own = _places(names, table.sum(axis=1), result.rows, result.row_mass, result.inertia)
    other = _places(
        found.terms, table.sum(axis=0), result.columns, result.column_mass, result.inertia
    )
    own.insert(0, "kind", "group")
    own.insert(3, "base", words)
    other.insert(0, "kind", "term")
    other.insert(3, "base", int(words.sum()))
    other = other.sort_values(["contribution", "name"], ascending=[False, True])
    places = pd.concat([own, other], ignore_index=True)
    places[["kind", "name"]] = places[["kind", "name"]].astype("str")
    places.attrs["correspondence"] = {
        "inertia": total,
        "shares": [float(x) for x in result.inertia / total],
    }
    return places


_MAP = Parts(_map_of_part, _map, counted=_map_counted)


@measure("tokens", evidence=_of_place, parts=_MAP)
def score_correspondence(
    corpus: pd.DataFrame,
    *,
    terms: Sequence[str] | None = None,
    most_frequent: int | None = 200,
    min_documents: int = 2,
    stop_words: Iterable[str] | None = None,
    by: str | Sequence[str] = "doc",
    documents: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Score groups and terms by their places on a map: which groups use which terms more.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        The tokens table.
    terms : sequence of str, optional
        Terms to take, as in `count_terms`. Default: the most frequent.
    most_frequent : int or None
        Take only so many of the most frequent terms; None takes all.
    min_documents : int
        A term must be in so many documents: one that a single document has would lay the map out
        by itself.
    stop_words : iterable of str, optional
        Terms left out unless `terms` names them. Default: `stop_words()`; an empty list leaves out
        none, for a map of style rather than of topics.
    by : str or sequence of str
        What is compared: documents, or groups by columns of `tokens` or `documents`.
    documents : pandas.DataFrame, optional
        The documents table, for a column of `by` that is there.

    Returns
    -------
    pandas.DataFrame
        One row per group, then one per term (by `contribution`, descending, and name): `kind`
        ("group" or "term"), `name`, `count` (of the terms taken in the group; of the term),
        `base` (words of the group; of all groups), `x`, `y` (principal coordinates on the first
        two dimensions), `contribution` (share of the inertia of both that is the row's own),
        `quality` (share of the row's inertia that both show, 0–1).
        ``attrs["correspondence"]`` holds `inertia` (of all dimensions together) and `shares` (of
        each dimension).

    Raises
    ------
    InputError
        If fewer than three groups or three terms are left, as two have only one dimension.

    Notes
    -----
    Correspondence analysis (see `correspondence_analysis`) of the table groups × terms. Two groups
    lie close where they use the terms in like proportions, whatever their length; two terms, where
    the same groups use them. A group lies in the *direction* of the terms that it uses more than
    the others do; the distance between a group and a term has no meaning, as both have the
    inertia of the dimensions (a symmetric map: Greenacre 2017, chapter 13). What lies near the
    middle is ordinary, or it is shown badly: look at `quality`.

    The map shows the largest part of the differences, whatever their cause: topic, genre, length of
    texts. A group of few words lies far out by chance. No interval is given: the question which
    words differ between two groups is that of `compare_terms`.

    Examples
    --------
    >>> from analysis.text.tokens import tokenize
    >>> texts = ["war war peace", "peace peace talks", "talks talks war talks", "war peace talks"]
    >>> tokens = tokenize(pd.DataFrame({"doc": list("abcd"), "text": texts}))
    >>> places = score_correspondence(tokens)
    >>> places[["kind", "name", "count", "x", "y"]].round(2)
        kind   name  count     x     y
    0  group      a      3 -0.70 -0.57
    1  group      b      3 -0.27  0.81
    2  group      c      4  0.80 -0.17
    3  group      d      3 -0.10 -0.02
    4   term  talks      5  0.71  0.12
    5   term  peace      4 -0.58  0.54
    6   term    war      4 -0.30 -0.68
    >>> [round(share, 2) for share in places.attrs["correspondence"]["shares"]]
    [0.58, 0.42]
    """
    in_parts()


def _places(
    names: np.ndarray, count: np.ndarray, at: np.ndarray, mass: np.ndarray, inertia: np.ndarray
) -> pd.DataFrame:
    """The columns of some points: coordinates, contribution, quality."""
    squares = at**2
    plane = squares[:, :2].sum(axis=1)
    whole = squares.sum(axis=1)
    return pd.DataFrame(
        {
            "name": names,
            "count": count.astype(int),
            "x": at[:, 0],
            "y": at[:, 1],
            "contribution": mass * plane / inertia[:2].sum(),
            "quality": np.divide(plane, whole, out=np.ones_like(whole), where=whole > 1e-15),
        }
    )
