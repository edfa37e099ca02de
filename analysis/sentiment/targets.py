"""How a text speaks of those it names: sentiment toward each mention, by the bundled model.

Unlike the tone of words (`score_sentiment`) this has an object: one sentence may speak well of one
person and badly of another.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from numbers import Integral
from typing import Any

import numpy as np
import pandas as pd

from analysis.tables import InputError, group_codes, measure, passed, require_columns
from analysis.terms.estimate import mean_columns
from analysis.text.tokens import split_sentences

CLASSES = ("negative", "neutral", "positive")
_MENTION = ("doc", "sentence", "start", "end", "text", "label", "entity")


@measure("documents", layer="targets")
def score_targets(
    corpus: pd.DataFrame,
    mentions: pd.DataFrame | None = None,
    *,
    sentences: pd.DataFrame | None = None,
    cache: Any = True,
) -> pd.DataFrame:
    """Score how each sentence speaks of each name in it.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        With `doc` and `text`.
    mentions : pandas.DataFrame
        What `find_entities` or `apply_aliases` gives, or some of its rows.
    sentences : pandas.DataFrame, optional
        What `split_sentences(documents)` gives; it is made here if it is not passed.
    cache : bool, str or pathlib.Path
        Keep what the model says of a document's sentences, and judge only new and changed ones; as
        for `annotate`.

    Returns
    -------
    pandas.DataFrame
        One row per mention, in their order: `doc`, `sentence`, `start`, `end`, `text`, `label`,
        `entity`; `negative`, `neutral`, `positive` (probabilities that sum to 1: how readers
        would judge the sentence's stance toward this mention); `score` (positive - negative, from
        -1 to 1); then any further columns of `mentions` (but not its `score`).
        ``attrs["model"]`` names the model and its measured errors.

    Raises
    ------
    InputError
        If a column is missing, a mention is not in its sentence, or the model cannot be loaded.

    Notes
    -----
    The model was trained on NewsMTSC (Hamborg & Donnay 2021: sentences of US news, judged by
    readers) and calibrated by a temperature (Guo et al. 2017). Its macro-F1 on held-out articles
    is in ``attrs["model"]["measured"]`` and in docs/accuracy.md: about one judgement in four is
    wrong. It sees the one sentence and nothing else: not who speaks, nor whether the paper agrees
    with whom it quotes; "Putin accused Kiev" counts against Kiev, and perhaps against Putin.
    Average over many mentions, look at the passages (`find_passages`), and read no
    single value as a fact.

    Examples
    --------
    >>> from analysis.entities.mentions import find_entities
    >>> text = "Critics praised the brave Nelson Mandela and condemned the brutal Idi Amin."
    >>> texts = pd.DataFrame({"doc": ["a"], "text": [text]})
    >>> targets = score_targets(texts, find_entities(texts))
    >>> targets[["entity", "score"]].assign(score=targets["score"].round().astype(int))
               entity  score
    0  Nelson Mandela      1
    1        Idi Amin     -1
    """
    from analysis.annotation.model import describe_model

    documents = require_columns(corpus, ("doc", "text"), "documents")
    mentions = passed(mentions, "mentions")
    require_columns(mentions, _MENTION, "mentions")
    sentences = split_sentences(documents) if sentences is None else sentences
    rows = _sentence_rows(mentions, sentences)
    offsets = sentences["start"].to_numpy()[rows].astype(np.int64)
    texts = sentences["text"].to_numpy(dtype=object)[rows].tolist()
    start, end = (mentions[name].to_numpy().astype(np.int64) - offsets for name in ("start", "end"))
    _require_inside(mentions, start, end, np.array([len(text) for text in texts], dtype=np.int64))
    spans = list(zip(start.tolist(), end.tolist(), strict=True))
    found = _judged(texts, spans, pd.factorize(mentions["doc"])[0].tolist(), cache)
    result = mentions[list(_MENTION)].reset_index(drop=True)
    result = result.assign(
        **dict(zip(CLASSES, found.T, strict=True)), score=found[:, 2] - found[:, 0]
    )
    further = [name for name in mentions.columns if name not in result.columns]
    result = result.assign(**{name: mentions[name].array for name in further})
    result.attrs["model"] = describe_model()
    return result


def _judged(
    texts: list[str], spans: list[tuple[int, int]], owners: list[int], cache: Any
) -> np.ndarray:
    """Probabilities of every mention, in float64, which sum to 1."""
    from analysis.annotation.judge import judge_kept  # the model's packages load where it is used

    found = judge_kept(texts, spans, owners, cache=cache).astype(np.float64)
    return found / found.sum(axis=1, keepdims=True)


def _sentence_rows(mentions: pd.DataFrame, sentences: pd.DataFrame) -> np.ndarray:
    """Row of the sentence that each mention is in."""
    require_columns(sentences, ("doc", "sentence", "start", "text"), "sentences")
    keys = pd.MultiIndex.from_arrays([sentences["doc"].astype(object), sentences["sentence"]])
    wanted = pd.MultiIndex.from_arrays([mentions["doc"].astype(object), mentions["sentence"]])
    rows = keys.get_indexer(wanted)
    if (rows < 0).any():
        doc, number = wanted[int(np.argmin(rows))]
        raise InputError(
            f"Sentence {number} of {doc!r} is not in the sentences table; pass the one of the same"
            " documents."
        )
    return rows


def _require_inside(
    mentions: pd.DataFrame, start: np.ndarray, end: np.ndarray, length: np.ndarray
) -> None:
    """Refuse mentions of other sentences than these."""
    wrong = (start < 0) | (start >= end) | (start >= length)
    if wrong.any():
        row = mentions.iloc[int(np.argmax(wrong))]
        raise InputError(
            f"The mention {row['text']!r} at {row['start']} in {row['doc']!r} is not in its"
            f" sentence {row['sentence']}; pass mentions and sentences of the same documents."
        )


@measure("targets")
def summarise_targets(
    corpus: pd.DataFrame,
    *,
    entities: Iterable[str] | None = None,
    min_count: int = 1,
    by: str | Sequence[str] | None = None,
    documents: pd.DataFrame | None = None,
    confidence: float | None = 0.95,
) -> pd.DataFrame:
    """Average the sentiment toward each entity, in the corpus or in groups of documents.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        What `score_targets` gives, or some of its rows.
    by : str or sequence of str, optional
        Columns of `targets` or `documents` to group by. Default: the corpus is one group.
    documents : pandas.DataFrame, optional
        The documents table, for a column of `by` that is there.
    entities : iterable of str, optional
        Only these. Default: all.
    min_count : int
        Leave out an entity in a group that mentions it less often.
    confidence : float or None
        Coverage of the intervals; None leaves them out, which is faster by far for many cells.

    Returns
    -------
    pandas.DataFrame
        One row per group, entity and label that occur together, ordered by group, count
        (descending) and name: the columns of `by`; `entity`; `label`; `count` (mentions);
        `documents` (of the group, that mention it); `negative`, `neutral`, `positive` (mean
        probabilities); `score` (their difference, positive - negative, from -1 to 1); `low`,
        `high` (of the score); `interval`.

    Raises
    ------
    InputError
        If a column is missing, an entity does not occur, or a number is out of range.

    Notes
    -----
    score = sum of (positive - negative) over the mentions / number of mentions: of calibrated
    probabilities, which err less in a mean than counted classes do. The interval is score ± t ·
    cluster-robust standard error over the documents that name the entity, over sentences where
    that is one document, none with fewer than three of these or where all are equal: it covers
    what other texts would give, and holds the model's judgements for right.

    Examples
    --------
    >>> targets = pd.DataFrame({"doc": ["a", "a", "b"], "sentence": [0, 1, 0], "entity": "Kyiv",
    ...     "label": "PLACE", "negative": [0.5, 0.1, 0.0], "neutral": [0.5, 0.8, 0.6],
    ...     "positive": [0.0, 0.1, 0.4]})
    >>> summarise_targets(targets)[["entity", "count", "documents", "score"]].round(3)
      entity  count  documents  score
    0   Kyiv      3          2 -0.033
    """
    targets = require_columns(corpus, ("doc", "sentence", "entity", "label", *CLASSES), "targets")
    min_count = _require_count(min_count)
    wanted = None if entities is None else list(entities)
    chosen = targets if wanted is None else _of_entities(targets, wanted)
    codes, labels = group_codes(chosen, by, documents)
    names = chosen["entity"].astype("str") + "\x1f" + chosen["label"].astype("str")
    item, found = pd.factorize(names, sort=True)
    cells, cell = np.unique(codes * max(len(found), 1) + item, return_inverse=True)
    kept = np.flatnonzero(np.bincount(cell, minlength=len(cells)) >= min_count)
    place = np.full(len(cells), -1)
    place[kept] = np.arange(len(kept))
    inside = place[cell] >= 0
    result = _averages(chosen[inside], place[cell[inside]], len(kept), confidence)
    group, item = np.divmod(cells[kept], max(len(found), 1))
    parts = pd.Series(found.take(item), dtype="str").str.partition("\x1f")
    result.insert(0, "label", parts[2] if len(parts) else "")
    result.insert(0, "entity", parts[0] if len(parts) else "")
    for name in reversed(labels.columns):
        result.insert(0, name, labels[name].take(group).array)
    order = np.lexsort([item, -result["count"].to_numpy(), group])
    return result.iloc[order].reset_index(drop=True)


def _averages(
    targets: pd.DataFrame, cell: np.ndarray, n_cells: int, confidence: float | None
) -> pd.DataFrame:
    """Counts, mean probabilities and the score with its interval, for every cell."""
    count = np.bincount(cell, minlength=n_cells)
    means = {
        name: np.bincount(cell, targets[name].to_numpy(dtype=float), minlength=n_cells) / count
        for name in CLASSES
    }
    doc, _ = pd.factorize(targets["doc"])
    pairs = np.unique(np.stack([cell, doc]), axis=1)[0]
    result = pd.DataFrame(
        {
            "count": count,
            "documents": np.bincount(pairs, minlength=n_cells),
            **means,
            "score": means["positive"] - means["negative"],
        }
    )
    if confidence is None:
        return result
    score = (targets["positive"] - targets["negative"]).to_numpy(dtype=float)
    rows = (doc, targets["sentence"].to_numpy(), cell)
    return result.assign(**mean_columns(score, rows, n_cells, confidence, (-1, 1)))


def _of_entities(targets: pd.DataFrame, entities: list[str]) -> pd.DataFrame:
    """The rows of some entities, each of which must occur."""
    known = set(targets["entity"].unique())
    absent = [name for name in entities if name not in known]
    if absent:
        raise InputError(
            f"There is no mention of {absent[0]!r} in the targets; write the name as in the column"
            " 'entity'."
        )
    return targets[targets["entity"].isin(entities)]


def _require_count(min_count: int) -> int:
    if isinstance(min_count, bool) or not isinstance(min_count, Integral) or min_count < 1:
        raise InputError(f"min_count={min_count!r} is not a whole number from 1 up; 5 is usual.")
    return int(min_count)
