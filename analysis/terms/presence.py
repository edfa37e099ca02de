"""What other texts have and one text lacks, and the reverse."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.tables import InputError, Parts, in_parts, measure, require_columns
from analysis.terms.estimate import (
    KORN_GRAUBARD,
    LEAST_UNITS,
    Sums,
    describe_intervals,
    proportion_interval,
)
from analysis.terms.evidence import in_own_documents

_LAYERS = {"entity": "mentions", "speaker": "quotes", "lemma": "tagged"}  # else the tokens


def _of_presence(corpus: Any, step: Mapping[str, Any], row: Mapping[str, Any]) -> pd.DataFrame:
    """The rows of the item in the text that is compared."""
    item = step["params"].get("item", "term")
    table = in_own_documents(corpus, ["doc"], row).layer(_LAYERS.get(item, "tokens"))
    own = (table["doc"].astype(object) == row["doc"]) & (table[item].astype(object) == row[item])
    return table[own.to_numpy()]


class _Counts(NamedTuple):
    """How often each document of a part has each item."""

    ids: list[Any]
    names: pd.Index
    counts: sparse.csr_array
    strange: list[Any]  # a document that the documents table has not


def _counts_of_part(rows: pd.DataFrame, *, item: str, documents: pd.DataFrame | None) -> _Counts:
    """Count the items of every document of a part."""
    require_columns(rows, ("doc", item), "table of items")
    table = rows if documents is None else require_columns(documents, ("doc",), "documents")
    ids = list(dict.fromkeys(table["doc"].astype(object)))
    rows = rows[rows[item].notna()]
    own, docs = _coded(rows["doc"])
    row = pd.Index(ids, dtype=object).get_indexer(pd.Index(docs, dtype=object))[own]
    strange = [rows["doc"].iloc[int(np.argmin(row))]] if (row < 0).any() else []
    rows, row = rows[row >= 0], row[row >= 0]
    codes, names = _coded(rows[item])
    ones = np.ones(len(rows), dtype=np.int64)
    counts = sparse.coo_array((ones, (row, codes)), shape=(len(ids), len(names))).tocsr()
    return _Counts(ids, pd.Index(names, dtype=object), counts, strange)


def _coded(column: pd.Series) -> tuple[np.ndarray, Any]:
    """Codes of a column without gaps, and its sorted values."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return pd.factorize(column.astype(object), sort=True)
    array: Any = column.array.remove_unused_categories()
    values = pd.factorize(array.categories.astype(object), sort=True)
    return values[0][array.codes], values[1]


def _presence(parts: Sequence[_Counts], *, doc: str, item: str, confidence: float) -> pd.DataFrame:
    """Compare one text with the others of all parts."""
    ids = list(dict.fromkeys(itertools.chain.from_iterable(part.ids for part in parts)))
    _require_others(ids, doc)
    for stranger in itertools.chain.from_iterable(part.strange for part in parts):
        raise InputError(f"Document {stranger!r} is not in the documents table; pass its own.")
    known = parts[0].names.append([part.names for part in parts[1:]]).unique()
    names = pd.Index(pd.factorize(known, sort=True)[1], dtype=object)
    tables = []
    for part in parts:
        table = part.counts.tocoo()
        place = (table.row, names.get_indexer(part.names)[table.col])
        tables.append(sparse.coo_array((table.data, place), (len(part.ids), len(names))))
    counts = sparse.vstack(tables).tocsr()
    here = ids.index(doc)
    own = counts[[here]].toarray()[0]
    found = np.bincount(counts.indices, minlength=len(names)) - (own > 0)
    result = pd.DataFrame({"doc": doc, item: pd.Series(names, dtype="str"), "count": own})
    result["documents"] = found
    result["group_documents"] = len(ids) - 1
    result["share"] = found / (len(ids) - 1)
    result = result.assign(**_intervals(found, len(ids) - 1, confidence))
    result["difference"] = (own > 0).astype(float) - result["share"]
    size = -result["difference"].abs().to_numpy()
    result = result.iloc[np.lexsort((np.arange(len(result)), -found, size))]
    result = result.reset_index(drop=True)
    result.attrs["presence"] = _as_a_whole(counts, here)
    return result


@measure("tokens", evidence=_of_presence, parts=Parts(_counts_of_part, _presence))
def compare_presence(
    corpus: pd.DataFrame,
    doc: str,
    *,
    item: str = "term",
    documents: pd.DataFrame | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Compare what one text has with what the other texts have: names, terms, speakers.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        The tokens table, or any rows with `doc` and the column `item`: mentions, quotations,
        positions of terms.
    doc : str
        The text that is compared.
    item : str
        The column that is compared: "term", "lemma", "entity" of mentions, "speaker" of
        quotations.
    documents : pandas.DataFrame, optional
        The documents table, which also knows the texts that have no row.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row per item, ordered by the size of `difference` (descending), `documents`
        (descending) and name: `doc` (the text); the column `item`; `count` (rows in the text);
        `documents` (other texts that have it), `group_documents` (all other texts); `share`
        (documents / group_documents), `low`, `high` (of the share), `interval`; `difference`: 1 or
        0 as the text has it or not, less `share`; -1 is what all others have and the text lacks.

        ``attrs["presence"]`` says how unusual the text is as a whole: `usual` items that at least
        half of the other texts have, of which it `lacks` so many; items that it has `alone`; the
        same of each other text set against the rest (`lacks_others`, `alone_others`); and
        `p_lacks`, `p_alone`: the share of all these texts that lack, or have alone, as many as
        this one or more.

    Raises
    ------
    InputError
        If a column is missing, the text is not there, or it is the only one.

    Notes
    -----
    The interval is Korn–Graubard's with the texts as the draws, as in `count_terms`; none with
    fewer than three other texts. It is of the share of *texts like the others* that have the item,
    and tells no reason why this one does not. `p_lacks` is the p of a
    permutation test in which this text is exchangeable with the others: with n others it is
    1 / (n + 1) at least. A short text lacks more than a long one, whatever it is about, and an item
    is what the table says it is: a name that was not found, or was found under another name, is
    lacking here.

    Examples
    --------
    >>> names = pd.DataFrame({"doc": ["a", "b", "c", "d", "a"],
    ...                       "entity": ["Peru", "Chile", "Chile", "Chile", "Peru"]})
    >>> compare_presence(names, "a", item="entity")[["entity", "count", "documents", "difference"]]
      entity  count  documents  difference
    0  Chile      0          3        -1.0
    1   Peru      2          0         1.0
    """
    in_parts()


def _require_others(ids: list[Any], doc: str) -> None:
    """Refuse a text that is not there, or alone."""
    if doc not in ids:
        shown = ", ".join(map(repr, ids[:8])) + (" …" if len(ids) > 8 else "")
        raise InputError(f"doc={doc!r} is not one of the texts; choose one of {shown or 'none'}.")
    if len(ids) < 2:
        raise InputError(f"{doc!r} is the only text; there is none to compare it with.")


def _intervals(found: np.ndarray, others: int, confidence: float) -> dict[str, Any]:
    """The columns `low`, `high` and `interval` of the shares of texts."""
    total, n = found.astype(float), np.full(len(found), float(others))
    sums = Sums(n, total, n, total, total, n)
    low, high = proportion_interval(sums, confidence)
    known = np.full(len(found), others >= LEAST_UNITS)
    over = np.full(len(found), "documents", dtype=object)
    text = describe_intervals(KORN_GRAUBARD, confidence, over, sums.n, known=known)
    return {"low": low, "high": high, "interval": text}


def _as_a_whole(counts: sparse.csr_array, here: int) -> dict[str, Any]:
    """How many usual items each text lacks, and how many it has alone."""
    there = sparse.csr_array(counts > 0).astype(np.int64)
    total, others = there.sum(axis=0), there.shape[0] - 1
    usual = 2 * total >= others  # of an item that the text itself lacks
    lacks = usual.sum() - there @ usual.astype(np.int64)
    alone = there @ (total == 1).astype(np.int64)
    also = there[[here]].indices
    away = np.arange(there.shape[0]) != here
    return {
        "usual": int(lacks[here] + (2 * (total[also] - 1) >= others).sum()),
        "lacks": int(lacks[here]),
        "lacks_others": lacks[away].tolist(),
        "p_lacks": float((lacks >= lacks[here]).mean()),
        "alone": int(alone[here]),
        "alone_others": alone[away].tolist(),
        "p_alone": float((alone >= alone[here]).mean()),
    }
