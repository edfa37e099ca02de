"""From a number to the passages that it counts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd

from analysis.counted import Codes
from analysis.tables import (
    VOICES,
    InputError,
    concat_rows,
    group_codes,
    is_corpus,
    layer_for,
    require_columns,
    stamp,
)
from analysis.terms.counting import coded, find_queries, read_queries
from analysis.terms.passages import holding, metadata_columns, term_places
from analysis.terms.units import as_unit
from analysis.text.index import IN_POS
from analysis.text.tokens import find_hits

SPAN = ("doc", "start", "end")
_WORD = re.compile(r"[^\W_]+(?:['’.,\-–][^\W_]+)*")
_SPACE = re.compile(r"\s+")
_LONGEST = 40  # characters of a word, when looking for the words beside a passage
_MOST_ROWS = 500  # rows of a table whose passages are looked up one by one
_REMARKS = ("interval", "cues", "too_short")  # columns in words that do not say what a row is of
_BY_DOCUMENT = frozenset(  # what they count of a document does not depend on others
    "count_terms count_term_groups score_tfidf score_dispersion count_ngrams find_collocates"
    " find_collocate_network compare_collocates compare_terms compare_rates count_over_time"
    " count_over_text score_readability score_diversity compare_presence score_similarity"
    " score_correspondence count_stance count_voices count_quotes count_cues".split()
)
Evidence = Callable[[Any, Mapping[str, Any], Mapping[str, Any]], pd.DataFrame]


def find_passages(
    rows: pd.DataFrame,
    corpus: Any,
    *,
    window: int | str = 12,
    columns: str | Sequence[str] | None = None,
    limit: int | None = None,
    **where: object,
) -> pd.DataFrame:
    """Find the passages behind the rows of any table.

    Parameters
    ----------
    rows : pandas.DataFrame
        What a measure returned, or any rows that are places in texts (`doc`, `start`, `end`):
        tokens, mentions, quotations, clauses, scored sentences.
    corpus : Corpus or pandas.DataFrame
        The corpus that was measured, or its documents.
    window : int or "sentence"
        Words to show to each side; or the sentences in which the passage stands.
    columns : str or sequence of str, optional
        Columns of the documents to add; by default the outlet.
    limit : int, optional
        So many passages at most, in the order of the texts.
    **where : value or sequence of values
        Choose rows by their columns, as in ``term="war", side="russia"``.

    Returns
    -------
    pandas.DataFrame
        One row per passage, in the order of the texts: `doc`, `start`, `end`, `left`, `node`
        (``text[start:end]``), `right` (line breaks beside the node are spaces), then the further
        columns of the passage itself (the speaker of a quotation, the score of a sentence …) and
        `columns`. ``attrs["hits"]`` is their number without `limit`.

    Raises
    ------
    InputError
        If no row is chosen, a column or value does not exist, the rows are neither places nor of
        a measure, or the passages found are not as many as the row counts, because it was
        measured on other texts or on rows chosen by hand: pass those rows then.

    Notes
    -----
    A row of a measure is led back by its record (``attrs["steps"]``): the term, group of terms,
    entity, speaker … of the row, in the group of documents or voices of the row. The number of
    passages is the row's `count`; it is checked. A mean leads to all that it is the mean of.

    Examples
    --------
    >>> from analysis.layers import Corpus
    >>> from analysis.terms.frequency import count_terms
    >>> texts = pd.DataFrame(
    ...     {"doc": ["a", "b"], "side": ["x", "y"], "text": ["No war now.", "The war is over."]}
    ... )
    >>> corpus = Corpus(texts)
    >>> rates = count_terms(corpus, by="side")
    >>> find_passages(rates, corpus, term="war", side="y", window=2)[["left", "node", "right"]]
       left node     right
    0  The   war   is over
    """
    _check_options(window, limit)
    require_columns(rows, (), "rows")
    whole = corpus if is_corpus(corpus) else import_module("analysis").Corpus(corpus)
    shown = metadata_columns(whole.documents, columns)
    chosen = _choose(rows, where)
    found = chosen if set(SPAN) <= set(chosen.columns) else _evidence(chosen, whole)
    result = _cut(_in_text_order(found, whole), whole, window, shown, limit)
    params = {"window": window, "columns": shown, "limit": limit, **where}
    hits = len(found.drop_duplicates(list(SPAN)))
    result = stamp(result, rows, "find_passages", params, on="rows")
    result.attrs["hits"] = hits
    return result


def _check_options(window: int | str, limit: int | None) -> None:
    """Refuse what is no window or limit."""
    if window != "sentence" and (not isinstance(window, int) or isinstance(window, bool)):
        raise InputError(
            f'window={window!r} is no window; give a number of words such as 12, or "sentence".'
        )
    if isinstance(window, int) and window < 0:
        raise InputError(f"window={window} is below 0; give a number of words such as 12.")
    whole = isinstance(limit, int | np.integer) and not isinstance(limit, bool)
    if limit is not None and not (whole and limit >= 1):
        raise InputError(f"limit={limit!r} must be 1 or more, and a whole number.")


def _choose(rows: pd.DataFrame, where: Mapping[str, object]) -> pd.DataFrame:
    """The rows that have some values."""
    kept = np.ones(len(rows), dtype=bool)
    for name, wanted in where.items():
        require_columns(rows, (name,), "rows")
        values = [wanted] if isinstance(wanted, str) or not np.iterable(wanted) else list(wanted)
        column = rows[name].astype(object)
        own = column.isin(values) | column.astype(str).isin([str(value) for value in values])
        if not own.any():
            known = list(dict.fromkeys(map(str, column)))
            shown = ", ".join(map(repr, known[:12])) + (" …" if len(known) > 12 else "")
            raise InputError(f"{name}={wanted!r} is in no row; choose one of {shown or 'none'}.")
        kept &= own.to_numpy()
    if not kept.any() and where:
        raise InputError(
            f"No row has {', '.join(f'{k}={v!r}' for k, v in where.items())} together."
        )
    return rows if kept.all() else rows[kept]


def places_of(rows: pd.DataFrame, corpus: Any) -> tuple[pd.DataFrame, list[str], list[str]]:
    """All places that the rows of a measure count; its groups, and what says what a row is of."""
    step = measuring_step(rows.attrs.get("steps") or [])
    names = [] if step is None else groups_of(step, dict.fromkeys(rows.columns))
    items = [
        name
        for name in rows.columns
        if name not in (*names, *_REMARKS) and not pd.api.types.is_numeric_dtype(rows[name])
    ]
    records: Any = rows.to_dict("records")
    found = _finder(rows.attrs.get("steps") or [], corpus)(records)
    # a name is as the row writes it: "(unresolved)"
    parts = [
        own.assign(**{name: row[name] for name in (*names, *items)})
        for own, row in zip(found, records, strict=True)
    ]
    return (
        pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*SPAN]),
        names,
        items,
    )


def measuring_step(steps: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The last step that measured; what was corrected by hand codes counts as it did before."""
    return next((step for step in reversed(steps) if step["call"] != "correct"), None)


def _evidence(rows: pd.DataFrame, corpus: Any) -> pd.DataFrame:
    """The places that rows of a measure count."""
    find = _finder(rows.attrs.get("steps") or [], corpus)
    if len(rows) > _MOST_ROWS:
        raise InputError(
            f"{len(rows):,} rows are too many to look up; choose some, as in term='war'."
        )
    records: Any = rows.to_dict("records")
    parts = find(records)
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(SPAN))


def _finder(
    steps: Sequence[Mapping[str, Any]], corpus: Any
) -> Callable[[Sequence[Mapping[str, Any]]], list[pd.DataFrame]]:
    """What finds the places of rows of a measure; what the measure makes is made once."""
    steps = [step for step in steps if step["call"] != "correct"]
    if not steps:
        raise InputError(
            "These rows are neither places in texts (doc, start, end) nor the rows of a measure;"
            " pass a table that a measure returned."
        )
    step = dict(steps[-1])
    function: Any = getattr(import_module("analysis"), step["call"], None)
    if not hasattr(function, "__measure__"):
        raise InputError(f"The rows come from {step['call']!r}, which leads to no passages.")
    view = measured_part(corpus, steps)
    find: Evidence = function.__evidence__ or of_layer
    make = function.__make__ and cache(function.__make__)
    made = {"on": function.__measure__, "make": make, "before": steps[:-1], "sorted": {}}

    by_document = step["call"] in _BY_DOCUMENT or (find is of_layer and make is None)
    in_parts = by_document and getattr(view, "in_parts", False)

    def found(rows: Sequence[Mapping[str, Any]]) -> list[pd.DataFrame]:
        if in_parts and rows:  # a partition at a time is in memory
            every = []
            for own in view.parts():
                known = step | made | {"sorted": {}}
                every.append([find(own, known, row) for row in rows])
            ids = pd.Index(view.documents["doc"], dtype=object)
            places = [_joined(list(parts), ids) for parts in zip(*every, strict=True)]
        else:
            places = [find(view, step | made, row) for row in rows]
        for row, own in zip(rows, places, strict=True):
            _require_count(step["call"], row, own)
        return places

    return found


def _joined(parts: list[pd.DataFrame], ids: pd.Index) -> pd.DataFrame:
    """The places in all parts, whose documents are known by these ids."""
    found = concat_rows([part for part in parts if len(part)] or parts[:1])
    doc = found["doc"]
    if not isinstance(doc.dtype, pd.CategoricalDtype):
        return found
    place = np.append(ids.get_indexer(doc.cat.categories), -1)[doc.cat.codes.to_numpy()]
    return found.assign(doc=pd.Categorical.from_codes(place, ids, validate=False))


def measured_part(corpus: Any, steps: Sequence[Mapping[str, Any]]) -> Any:
    """The part of a corpus that was measured, as the steps record it."""
    for step in steps:
        own = getattr(corpus, "selection", [])
        for chosen in () if step.get("selection") == own else step.get("selection", ()):
            corpus = (
                corpus.select(chosen["select"])
                if "select" in chosen
                else corpus.where(**chosen["where"])
            )
        if step.get("docs"):
            corpus = corpus.select(step["docs"])
        if step["call"] == "add_voices" and step["params"].get("keep"):
            corpus = corpus.where(voice=step["params"]["keep"])
    return corpus


def _require_count(call: str, row: Mapping[str, Any], found: pd.DataFrame) -> None:
    """Refuse passages that are not as many as the row counts; shares of voice count words."""
    count = row.get("count")
    in_words = call == "count_voices" or row.get("kind") in ("speaker", "most words")
    there = int(found["words"].sum()) if in_words and "words" in found.columns else len(found)
    if count is not None and not pd.isna(count) and int(count) != there:
        raise InputError(
            f"The row counts {int(count):,}, and {there:,} are found: it was measured on other"
            " texts or on rows chosen by hand; pass the corpus that was measured, or those rows."
        )


def groups_of(step: Mapping[str, Any], row: Mapping[str, Any]) -> list[str]:
    """The columns by which a row was grouped."""
    by = step["params"].get("by")
    names = [by] if isinstance(by, str) else list(by or ())
    return [name for name in names if name in row]


def in_group(
    table: pd.DataFrame, names: Sequence[str], row: Mapping[str, Any], documents: pd.DataFrame
) -> np.ndarray:
    """Which rows of a table are in the group of a measure's row."""
    if not names:
        return np.ones(len(table), dtype=bool)
    codes, labels = group_codes(table, list(names), documents)
    same = np.ones(len(labels), dtype=bool)
    for name in names:
        same &= labels[name].astype(str).to_numpy() == str(row[name])
    return same[codes]


def in_own_documents(corpus: Any, names: Sequence[str], row: Mapping[str, Any]) -> Any:
    """The documents of a packed corpus that are in a row's group, as far as their columns tell."""
    documents = corpus.documents
    own = [name for name in names if name in documents.columns]
    if not own or not corpus.kept:
        return corpus
    rows = np.flatnonzero(in_group(documents, own, row, documents))
    return corpus.take(rows if len(rows) else np.arange(1))


def layer_of(corpus: Any, step: Mapping[str, Any], names: Sequence[str]) -> pd.DataFrame:
    """The layer that was measured, in its unit, with its voices where the groups are voices."""
    if step.get("make") is not None:
        made: pd.DataFrame = step["make"](corpus)
        return made
    asked = bool(set(names) & set(VOICES) - set(corpus.documents.columns))
    params = step["params"]
    table: pd.DataFrame = corpus.layer(layer_for(step["on"], params), voiced=asked)
    return as_unit(table, params.get("unit") or "term", params.get("pos"))


def of_layer(corpus: Any, step: Mapping[str, Any], row: Mapping[str, Any]) -> pd.DataFrame:
    """The rows of the measured layer that agree with a row in all that both say in words."""
    names = groups_of(step, row)
    said = [name for name, value in row.items() if name not in names and isinstance(value, str)]
    return agreeing(corpus, step, row, names, said, lambda: layer_of(corpus, step, names))


def agreeing(
    corpus: Any,
    step: Mapping[str, Any],
    row: Mapping[str, Any],
    names: Sequence[str],
    columns: Sequence[str],
    make: Callable[[], pd.DataFrame],
) -> pd.DataFrame:
    """The rows of a table that agree with a measure's row in its groups and in some columns."""
    # for all rows of a measure the table is made and sorted into its kinds once
    known, key = step.get("sorted", {}), (*names, None, *columns)
    if key not in known:
        table = make().copy(deep=False)
        table.attrs = {}  # which pandas would copy, whole, with every choice of rows
        own = [name for name in columns if name in table.columns]
        texts = [np.zeros(len(table), dtype=int)]
        if names:
            codes, labels = group_codes(table, list(names), corpus.documents)
            texts += [labels[name].astype(str).to_numpy(dtype=object)[codes] for name in names]
        texts += [table[name].astype(object).astype(str).to_numpy(dtype=object) for name in own]
        kinds = pd.DataFrame(dict(enumerate(texts))).groupby([*range(len(texts))], sort=False)
        known[key] = table, own, kinds.indices if len(texts) > 1 else {0: np.arange(len(table))}
    table, own, places = known[key]
    kind = (0, *(str(row[name]) for name in (*names, *own)))
    return table.iloc[places.get(kind if len(kind) > 1 else 0, [])]


def of_terms(corpus: Any, step: Mapping[str, Any], row: Mapping[str, Any]) -> pd.DataFrame:
    """The occurrences of a row's term, or group of terms, in the row's group."""
    params = step["params"]
    if "term" not in row:
        raise InputError("The rows lack the column 'term', which says what they count.")
    names = groups_of(step, row)
    given = params.get("groups") or params.get("terms")
    queries = {} if given is None else read_queries(given)
    corpus = in_own_documents(corpus, names, row)
    if layer_for(step["on"], params) == "tokens" and (params.get("unit") or "term") == "term":
        documents, own = corpus.documents, {} if step["call"] == "count_terms" else queries
        if corpus.kept and set(names) <= set(documents.columns):
            found = _of_codes(corpus.word_codes(), str(row["term"]), own)
            if found is not None:
                return found[in_group(found, names, row, documents)].reset_index(drop=True)
        asked = queries.get(str(row["term"]), [str(row["term"])])
        corpus = holding(corpus, asked, regex=False, case=False)
    tokens = coded(layer_of(corpus, step, names), ("position", "start", "end"))
    first, lengths = hits_of(
        tokens, str(row["term"]), queries if step["call"] != "count_terms" else {}
    )
    kept = in_group(tokens, names, row, corpus.documents)[first]
    return runs_of_tokens(tokens, first[kept], lengths[kept])


def _of_codes(
    codes: Codes | None, term: str, queries: Mapping[str, Sequence[str]]
) -> pd.DataFrame | None:
    """The occurrences of a term, or of a group of single words, by their codes alone."""
    if codes is None:
        return None
    own = None if term in queries else codes.marked([term])
    if own is not None and own.any():
        places: Any = [own]
    elif term not in queries and set(term) & set("*?"):
        return None
    else:
        places = term_places(codes, queries.get(term, [term]), regex=False, case=False)
    return None if places is None else codes.places(codes.rows_of(places), len(places))


def hits_of(
    tokens: pd.DataFrame, term: str, queries: Mapping[str, Sequence[str]]
) -> tuple[np.ndarray, np.ndarray]:
    """Where a term, or the group of that name, occurs: first tokens and numbers of tokens."""
    if term in queries:
        hits = find_queries(tokens, {term: queries[term]})
        return hits.rows, hits.lengths
    vocabulary = tokens["term"].cat.categories
    code = int(vocabulary.get_indexer(pd.Index([term], dtype=object))[0])
    if code >= 0:
        counts = tokens[IN_POS].to_numpy() if IN_POS in tokens else True
        rows = np.flatnonzero((tokens["term"].cat.codes.to_numpy() == code) & counts)
        return rows, np.ones(len(rows), dtype=np.int64)
    if " " not in term and set(term) & set("*?"):  # a wildcard that matched no word
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    return find_hits(tokens, term)


def runs_of_tokens(
    tokens: pd.DataFrame, rows: np.ndarray, lengths: np.ndarray | int = 1
) -> pd.DataFrame:
    """The places of some runs of tokens."""
    columns = [name for name in ("doc", "sentence", "start", "end") if name in tokens.columns]
    found = tokens[columns].iloc[rows].reset_index(drop=True)
    found["end"] = tokens["end"].to_numpy()[rows + lengths - 1]
    return found


def _in_text_order(found: pd.DataFrame, corpus: Any) -> pd.DataFrame:
    """The places in the order of the texts, each once."""
    ids = pd.Index(corpus.documents["doc"], dtype=object)
    doc = ids.get_indexer(pd.Index(found["doc"].astype(object)))
    if (doc < 0).any():
        stranger = found["doc"].iloc[int(np.argmin(doc))]
        raise InputError(f"Document {stranger!r} is not in the corpus; pass the one measured.")
    order = np.lexsort([found["end"].to_numpy(), found["start"].to_numpy(), doc])
    return found.iloc[order].drop_duplicates(list(SPAN)).reset_index(drop=True)


def _cut(
    found: pd.DataFrame, corpus: Any, window: int | str, shown: list[str], limit: int | None
) -> pd.DataFrame:
    """Places with their words, the words beside them, and columns of their documents."""
    found = found if limit is None else found.head(limit)
    documents = corpus.documents
    rows = pd.Index(documents["doc"], dtype=object).get_indexer(found["doc"].astype(object))
    chosen, place = np.unique(rows, return_inverse=True)
    texts = documents["text"].array.take(chosen).to_numpy(dtype=object)[place].tolist()
    start, end = (found[name].to_numpy().astype(np.int64).tolist() for name in ("start", "end"))
    if window == "sentence":
        low, high = _sentence_bounds(found, corpus, rows)
    else:
        spans = list(zip(texts, start, end, strict=True))
        low = [_before(text, first, int(window)) for text, first, _ in spans]
        high = [_after(text, last, int(window)) for text, _, last in spans]
    cuts = {"left": (low, start), "node": (start, end), "right": (end, high)}
    result = pd.DataFrame({name: found[name].array for name in SPAN})
    for name, (begin, stop) in cuts.items():
        cut = [text[a:b] for text, a, b in zip(texts, begin, stop, strict=True)]
        cut = cut if name == "node" else [_SPACE.sub(" ", piece) for piece in cut]
        result[name] = pd.array(cut, dtype="str")
    for name in found.columns:
        if name not in result.columns:
            result[name] = found[name].array
    for name in shown:
        if name not in result.columns:
            result[name] = documents[name].array.take(rows)
    return result


def _before(text: str, start: int, words: int) -> int:
    """Where some words before a place begin."""
    begin = max(start - (words + 1) * _LONGEST, 0)
    found = [match.start() for match in _WORD.finditer(text[begin:start])]
    return begin + found[-words] if 0 < words <= len(found) else (begin if words else start)


def _after(text: str, end: int, words: int) -> int:
    """Where some words after a place end."""
    found = [match.end() for match in _WORD.finditer(text[end : end + (words + 1) * _LONGEST])]
    if not words:
        return end
    return (
        end + found[words - 1]
        if words <= len(found)
        else min(end + (words + 1) * _LONGEST, len(text))
    )


def _sentence_bounds(
    found: pd.DataFrame, corpus: Any, rows: np.ndarray
) -> tuple[list[int], list[int]]:
    """Where the sentence of each place's start begins, and that of its end ends."""
    sentences = corpus.every_voice().layer("sentences")
    ids = pd.Index(corpus.documents["doc"], dtype=object)
    doc = ids.get_indexer(pd.Index(sentences["doc"].astype(object)))
    wide = int(sentences["end"].max()) + 2 if len(sentences) else 1
    begins = doc * wide + sentences["start"].to_numpy()
    first = np.searchsorted(begins, rows * wide + found["start"].to_numpy(), "right") - 1
    last = np.searchsorted(begins, rows * wide + found["end"].to_numpy() - 1, "right") - 1
    low = sentences["start"].to_numpy()[np.maximum(first, 0)]
    high = np.maximum(sentences["end"].to_numpy()[np.maximum(last, 0)], found["end"].to_numpy())
    return np.minimum(low, found["start"].to_numpy()).tolist(), high.tolist()
