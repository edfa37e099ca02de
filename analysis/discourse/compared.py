"""What `find_key_differences` compares: words, names, speakers, tone; groups of documents."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from analysis.discourse.permutations import LEAST, Items
from analysis.tables import InputError, group_codes, require_columns
from analysis.text.tokens import stop_words
from analysis.voices.spans import OWN, resolved_voices

MOST = 2000  # items of a kind that are compared: those in the most documents
EVERYBODY = "(all who are quoted)"
HALF = "published"
COPIES = "copies"
SIMILAR = 0.5  # shared / all shingles from which two texts are no independent ones


def _counted(
    kind: str,
    docs: pd.Series,
    names: Any,
    weights: np.ndarray,
    corpus: Any,
    documents: pd.DataFrame,
) -> Items:
    """Items of the documents from rows with a document, a name and a number each."""
    row = pd.Index(documents["doc"].astype(object)).get_indexer(docs.astype(object))
    column, levels = pd.factorize(pd.Series(np.asarray(names, dtype=object)), sort=True)
    known = column >= 0
    shape = (len(documents), len(levels))
    counts = sparse.coo_array((weights[known], (row[known], column[known])), shape=shape).tocsr()
    items = Items(kind, [str(level) for level in levels], counts, _words(corpus, documents))
    order = np.lexsort((np.arange(len(levels)), -items.documents))
    kept = np.sort(order[items.documents[order] >= LEAST][:MOST])
    return items._replace(names=[items.names[place] for place in kept], counts=counts[:, kept])


def _words(corpus: Any, documents: pd.DataFrame) -> np.ndarray:
    """Words of every document."""
    tokens = corpus.tokens
    row = pd.Index(documents["doc"].astype(object)).get_indexer(
        tokens.loc[tokens["is_word"].to_numpy(), "doc"].astype(object)
    )
    return np.bincount(row, minlength=len(documents)).astype(np.float64)


def _word_items(corpus: Any, documents: pd.DataFrame) -> Items:
    """Every word that is no function word."""
    tokens = corpus.tokens
    left_out = stop_words()
    levels = tokens["term"].astype("category").cat.categories
    plain = {
        term for term in levels if term not in left_out and not any(c.isdigit() for c in str(term))
    }
    rows = tokens[tokens["is_word"] & tokens["term"].isin(plain)]
    return _counted("word", rows["doc"], rows["term"], np.ones(len(rows)), corpus, documents)


def _name_items(corpus: Any, documents: pd.DataFrame) -> Items:
    """Every name."""
    rows = corpus.mentions
    return _counted("name", rows["doc"], rows["entity"], np.ones(len(rows)), corpus, documents)


def spoken_words(corpus: Any) -> pd.DataFrame:
    """The words that somebody is quoted with: doc, voice."""
    tokens = corpus.voiced
    voice = resolved_voices(tokens["voice"]).astype(object)
    spoken = tokens["is_word"].to_numpy() & ~voice.isin([*OWN, ""]).to_numpy()
    return pd.DataFrame({"doc": tokens["doc"].astype(object)[spoken], "voice": voice[spoken]})


def _speaker_items(corpus: Any, documents: pd.DataFrame) -> Items:
    """The words of every speaker who has a name, and of all who are quoted."""
    spoken = spoken_words(corpus)
    named = spoken[spoken["voice"].str[:1] != "("]
    rows = pd.concat([named, spoken.assign(voice=EVERYBODY)])
    return _counted("speaker", rows["doc"], rows["voice"], np.ones(len(rows)), corpus, documents)


def _tone_items(corpus: Any, documents: pd.DataFrame) -> Items:
    """The sum of the sentences' scores, of so many sentences."""
    scores = corpus.sentiment
    row = pd.Index(documents["doc"].astype(object)).get_indexer(scores["doc"].astype(object))
    total = np.bincount(row, scores["compound"], minlength=len(documents))
    base = np.bincount(row, minlength=len(documents)).astype(np.float64)
    return Items("tone", [""], sparse.csr_array(total[:, None]), base, mean=True)


ITEMS: dict[str, Callable[[Any, pd.DataFrame], Items]] = {
    "words": _word_items,
    "names": _name_items,
    "speakers": _speaker_items,
    "tone": _tone_items,
}


def contrasts_of(
    documents: pd.DataFrame, by: str | None, skipped: dict[str, str]
) -> list[tuple[str, np.ndarray, list[str]]]:
    """The columns by which documents are compared, with the group of each document."""
    found = []
    if by is not None and by != HALF:
        require_columns(documents, (by,), "documents")
        if pd.api.types.is_datetime64_any_dtype(documents[by]):
            raise InputError(
                f"by={by!r} is a column of dates, and each date would be a group; add a column of"
                f" periods, such as documents[{by!r}].dt.year.astype(str), and name that one."
            )
        codes, labels = group_codes(documents[["doc", by]], by)
        found.append((by, codes, [str(value) for value in labels[by]]))
    halves = halves_of(documents)
    if halves is None:
        skipped[HALF] = f"Fewer than {2 * LEAST} texts have a date, or nearly all have the same."
    else:
        found.append((HALF, *halves))
    return found


def texts_of(documents: pd.DataFrame, skipped: dict[str, str]) -> np.ndarray:
    """A number for every document: near-copies, which are no independent texts, have the same."""
    find = import_module("analysis").find_near_duplicates
    pairs = find(documents[["doc", "text"]], threshold=SIMILAR)
    n = len(documents)
    names = pd.Index(documents["doc"].astype(str))
    one, other = (names.get_indexer(pd.Index(pairs[name])) for name in ("doc", "other"))
    links = sparse.coo_array((np.ones(len(pairs)), (one, other)), shape=(n, n))
    texts, number = connected_components(links, directed=False)
    if texts < n:
        copied = int((np.bincount(number) > 1).sum())
        skipped[COPIES] = (
            f"{n - texts} of {n} documents nearly copy another one; in a group each of the"
            f" {copied} copied texts is counted once, in its longest version."
        )
    return np.asarray(number)


def counted_once(documents: pd.DataFrame, group: np.ndarray, texts: np.ndarray) -> np.ndarray:
    """The groups of documents, −1 for all but the longest copy of a text in a group."""
    size = documents["text"].str.len().to_numpy()
    order = np.lexsort((np.arange(len(size)), -size))
    keys = pd.DataFrame({"group": group, "text": texts}).iloc[order]
    again = keys.duplicated().sort_index().to_numpy()
    return np.where(again, -1, group)


def halves_of(documents: pd.DataFrame) -> tuple[np.ndarray, list[str]] | None:
    """The later (0) and the earlier half (1) of the documents, by the day nearest to the middle."""
    if "published" not in documents.columns:
        return None
    day = pd.to_datetime(documents["published"], errors="coerce", utc=True).dt.tz_localize(None)
    day = day.dt.normalize()
    known = day.dropna().sort_values()
    if len(known) < 2 * LEAST:
        return None
    size = known.groupby(known).size().cumsum()
    size = size[(size >= LEAST) & (len(known) - size >= LEAST)]
    if size.empty:
        return None
    last = size.index[int(np.argmin(np.abs(size.to_numpy() - len(known) / 2)))]
    codes = np.where(day.isna(), -1, np.where(day <= last, 1, 0))
    return codes, [f"after {last:%-d %B %Y}", f"up to {last:%-d %B %Y}"]
