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
import regex

from analysis.tables import (
    InputError,
    group_codes,
    is_corpus,
    measure,
    passed,
    require_columns,
    require_filled,
    require_known,
)
from analysis.terms.estimate import balance_columns, precision_low
from analysis.text.alike import reads_folded
from analysis.text.tokens import split_sentences

CLASSES = ("negative", "neutral", "positive")
TONES = ("favourable", "critical", "neither")
# Where the model names none: the probabilities from which a judgement counts
THRESHOLDS = {"negative": 0.9, "positive": 0.9}
_INSIDE = regex.compile(r"[\p{Latin}\p{Greek}\p{Cyrillic}\p{M}\d]{2}")  # no word begins between
_MENTION = ("doc", "sentence", "start", "end", "text", "label", "entity")


@measure("documents", layer="targets")
@reads_folded
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
        -1 to 1); `tone` (critical or favourable where the probability reaches a threshold that was
        chosen for precision, else neither); then any further columns of `mentions` (but not its
        `score`). ``attrs["model"]`` names the model and its measured errors, ``attrs["tone"]`` the
        thresholds and the measured precision above them.

    Raises
    ------
    InputError
        If a column is missing, a mention is not in its sentence or its text is not what stands
        there (the row is named), or the model cannot be loaded.

    See Also
    --------
    mentions_from_offsets : makes the columns that are needed from places in texts.

    Notes
    -----
    The name is hidden from the model, so who it is changes nothing. The model learned from NewsMTSC
    (Hamborg & Donnay 2021: sentences of US news, judged by readers) and from mentions of ordinary
    news that this project labelled; it is calibrated by a temperature (Guo et al. 2017). Its errors
    are in ``attrs["model"]["measured"]`` and in docs/accuracy.md. In ordinary news most mentions
    are neutral, and most tone is left to the reader: count `tone`, which says *neither* unless the
    model is sure (from 0.60 for *critical* and 0.45 for *favourable*). One in four of what is
    called is then neutral, and seven in eight critical mentions and more than nine in ten
    favourable ones are missed. The model sees one sentence and nothing else: not who speaks, nor
    whether the paper agrees with whom it quotes, and it often overlooks that blame is denied, asked
    about or only supposed. In sentences of a hundred words and more it misses even plain blame.
    For who praises or accuses whom see `find_evaluations`. Read the passages (`find_passages`).

    Examples
    --------
    >>> from analysis.entities.mentions import find_entities
    >>> text = "The corrupt Idi Amin lied again. Everyone admires Nelson Mandela for his courage."
    >>> texts = pd.DataFrame({"doc": ["a"], "text": [text]})
    >>> targets = score_targets(texts, find_entities(texts))
    >>> targets[["entity", "tone"]]
               entity        tone
    0        Idi Amin    critical
    1  Nelson Mandela  favourable
    """
    from analysis.annotation.model import describe_model

    documents = require_columns(corpus, ("doc", "text"), "documents")
    mentions = passed(mentions, "mentions")
    require_columns(mentions, _MENTION, "mentions")
    require_filled(mentions, ("doc", "label", "entity"), "mentions")
    sentences = split_sentences(documents) if sentences is None else sentences
    rows = _sentence_rows(mentions, sentences)
    offsets = sentences["start"].to_numpy()[rows].astype(np.int64)
    texts = sentences["text"].to_numpy(dtype=object)[rows].tolist()
    places = {name: _offsets(mentions, name, "mentions") for name in ("start", "end")}
    start, end = (np.array(place, dtype=np.int64) - offsets for place in places.values())
    _require_inside(mentions, texts, start, end)
    spans = list(zip(start.tolist(), end.tolist(), strict=True))
    found = _judged(texts, spans, pd.factorize(mentions["doc"])[0].tolist(), cache)
    result = mentions[list(_MENTION)].reset_index(drop=True)
    for name, place in places.items():
        if not pd.api.types.is_integer_dtype(result[name]):
            result[name] = np.array(place, dtype=np.int64)
    result = result.assign(
        **dict(zip(CLASSES, found.T, strict=True)), score=found[:, 2] - found[:, 0]
    )
    about = _thresholds()
    result["tone"] = _tones(result, about)
    further = [name for name in mentions.columns if name not in result.columns]
    result = result.assign(**{name: mentions[name].array for name in further})
    result.attrs["model"] = describe_model()
    result.attrs["tone"] = about
    return result


def _thresholds() -> dict[str, dict[str, float]]:
    """The probability from which a class counts, with the errors measured above it."""
    from analysis.annotation.model import describe_model, read_labels

    chosen = read_labels().get("tone_thresholds") or THRESHOLDS
    if not isinstance(chosen, dict):
        chosen = dict(zip(THRESHOLDS, chosen, strict=True))
    measured = describe_model()["measured"].get("tone") or {}
    about: dict[str, dict[str, float]] = {}
    for name, threshold in chosen.items():
        precision = float(measured.get(f"{name} precision", 0))
        called, opposite = (int(measured.get(f"{name} {n}", 0)) for n in ("called", "opposite"))
        most = 1 - precision_low(1 - opposite / called, called) if called else 1.0
        about[name] = {"threshold": float(threshold), "precision": precision, "opposite": most}
        if called:
            low, high = precision_low(precision, called), 1 - precision_low(1 - precision, called)
            about[name] |= {"called": called, "low": low, "high": high}
    # how many times oftener a critical mention is found than a favourable one
    about["balance"] = {end: float(measured.get(f"balance {end}", 1.0)) for end in ("low", "high")}
    return about


def _tones(targets: pd.DataFrame, about: dict[str, dict[str, float]]) -> Any:
    """Critical, favourable or neither, by the thresholds."""
    tone = np.full(len(targets), "neither", dtype=object)
    for name, word in (("positive", "favourable"), ("negative", "critical")):
        tone[targets[name].to_numpy(dtype=float) >= about[name]["threshold"]] = word
    return pd.array(tone, dtype="str")


def mentions_from_offsets(corpus: Any, spans: pd.DataFrame) -> pd.DataFrame:
    """Make mentions of places in texts, with all columns that `score_targets` needs.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        With `doc` and `text`.
    spans : pandas.DataFrame
        One row per name: `doc`, `start`, `end` (offsets into the text); if present also `entity`
        (by default the words themselves) and `label` (by default "").

    Returns
    -------
    pandas.DataFrame
        The rows in their order with `doc`, `sentence`, `start`, `end`, `text`, `label`, `entity`
        and their further columns.

    Raises
    ------
    InputError
        If a column is missing, or a span is not whole numbers, not in its text, not of whole words
        or not within one sentence, or `text` or `sentence` says something else than what stands
        there; the row is named.

    Examples
    --------
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["It rained. Peru praised Norway."]})
    >>> mentions_from_offsets(texts, pd.DataFrame({"doc": ["a"], "start": [24], "end": [30]}))
      doc  sentence  start  end    text label  entity
    0   a         1     24   30  Norway        Norway
    """
    documents = corpus.documents if is_corpus(corpus) else corpus
    require_columns(documents, ("doc", "text"), "documents")
    require_columns(spans, ("doc", "start", "end"), "spans")
    spans = spans.reset_index(drop=True)
    starts, ends = (_offsets(spans, name) for name in ("start", "end"))
    texts = dict(zip(documents["doc"].astype(object), documents["text"], strict=True))
    sentences = split_sentences(documents)
    numbers = {
        doc: part[["start", "end", "sentence"]].to_numpy()
        for doc, part in sentences.groupby(sentences["doc"].astype(object))
    }
    rows = []
    for row, (doc, start, end) in enumerate(
        zip(spans["doc"].astype(object), starts, ends, strict=True)
    ):
        where = f"Row {row} of the spans ({start} to {end} in {doc!r})"
        if doc not in texts:
            raise InputError(f"{where} is of no document of the corpus; pass the right documents.")
        _require_words(texts[doc], start, end, where)
        own = [place for place in numbers[doc].tolist() if place[0] <= start and end <= place[1]]
        if not own:
            raise InputError(f"{where} is not within one sentence; split it, or shorten it.")
        words = texts[doc][start:end]
        if [start, end] == own[0][:2] and words[-1] in ".!?" and len(words.split()) > 3:
            raise InputError(f"{where} is a whole sentence; give the place of the name in it.")
        rows.append((doc, own[0][2], start, end, words))
    names = ["doc", "sentence", "start", "end", "text"]
    result = pd.DataFrame(rows, columns=names)
    for name in ("text", "sentence"):
        _require_equal(spans, result, name)
    given = [name for name in spans.columns if name not in names]
    result["label"] = spans["label"] if "label" in given else ""
    result["entity"] = spans["entity"] if "entity" in given else result["text"]
    return result.assign(**{name: spans[name] for name in given})


def _offsets(table: pd.DataFrame, name: str, what: str = "spans") -> list[int]:
    """A column of whole numbers; "24" and 24.0, as a spreadsheet may have them, are such too."""
    if pd.api.types.is_integer_dtype(table[name]) and not table[name].hasnans:
        return [int(n) for n in table[name]]
    numbers = pd.to_numeric(table[name].astype(object), errors="coerce").to_numpy(dtype=float)
    bad = ~np.isfinite(numbers) | (numbers != np.floor(numbers))
    bad |= np.array([isinstance(value, bool | np.bool_) for value in table[name]], dtype=bool)
    if bad.any():
        row = int(np.argmax(bad))
        raise InputError(
            f"Row {row} of the {what} has {name}={table[name].iloc[row]!r}, which is no whole"
            " number; give the place in the text, counted in characters from 0."
        )
    return [int(n) for n in numbers]


def _require_words(text: str, start: int, end: int, where: str) -> None:
    """Refuse a span that is not in its text, or that begins or ends with a space or in a word."""
    if not 0 <= start < end <= len(text):
        raise InputError(f"{where} is not in its text, which has {len(text)} characters.")
    words = text[start:end]
    if words != words.strip(" \t\n\r\u00a0,;:"):
        raise InputError(f"{where} is {words!r}; leave out the space or mark at its end.")
    if _INSIDE.fullmatch(text[start - 1 : start + 1]) or _INSIDE.fullmatch(text[end - 1 : end + 1]):
        around = text[max(0, start - 15) : end + 15]
        raise InputError(f"{where} is {words!r}, a part of a word in {around!r}; give whole words.")


def _require_equal(spans: pd.DataFrame, found: pd.DataFrame, name: str) -> None:
    """Refuse a column that says something else than what was found at the spans."""
    if name not in spans.columns or not len(spans):
        return
    given, there = spans[name].astype(object).tolist(), found[name].tolist()
    for row, (said, own) in enumerate(zip(given, there, strict=True)):
        if said != own:
            place = found.iloc[row]
            raise InputError(
                f"Row {row} of the spans ({place['start']} to {place['end']} in {place['doc']!r})"
                f" says {name}={said!r}, and {own!r} stands there; correct the offsets, or leave"
                f" out the column {name!r}."
            )


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
        row = int(np.argmin(rows))
        doc, number = wanted[row]
        raise InputError(
            f"Row {row} of the mentions: sentence {number} of {doc!r} is not in the sentences"
            " table; pass the one of the same documents."
        )
    return rows


def _require_inside(
    mentions: pd.DataFrame, texts: list[str], start: np.ndarray, end: np.ndarray
) -> None:
    """Refuse mentions of other sentences than these, or with other words than stand there."""
    words = mentions["text"].astype(object).tolist()
    spans = zip(texts, start.tolist(), end.tolist(), words, strict=True)
    for number, (text, first, last, word) in enumerate(spans):
        inside = 0 <= first < last <= len(text)
        if inside and text[first:last] == word and word.strip():
            continue
        row = mentions.iloc[number]
        where = f"Row {number} of the mentions ({word!r} at {row['start']} in {row['doc']!r})"
        said = (
            "is blank"
            if inside and text[first:last] == word
            else f"says {word!r}, and {text[first:last]!r} stands there"
            if inside
            else f"is not in its sentence {row['sentence']}"
        )
        raise InputError(
            f"{where} {said}; pass mentions and sentences of the same documents, or make them with"
            " mentions_from_offsets."
        )


@measure("targets")
def summarise_targets(
    corpus: pd.DataFrame,
    *,
    entities: str | Iterable[str] | None = None,
    min_count: int = 1,
    by: str | Sequence[str] | None = None,
    documents: pd.DataFrame | None = None,
    confidence: float | None = 0.95,
) -> pd.DataFrame:
    """Count the tone toward each entity, in the corpus or in groups of documents.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        What `score_targets` gives, or some of its rows.
    by : str or sequence of str, optional
        Columns of `targets` or `documents` to group by. Default: the corpus is one group.
    documents : pandas.DataFrame, optional
        The documents table, for a column of `by` that is there.
    entities : str or iterable of str, optional
        Only these. Default: all.
    min_count : int
        Leave out an entity in a group that mentions it less often.
    confidence : float or None
        Coverage of the intervals; None leaves them out, which is faster by far for many cells.

    Returns
    -------
    pandas.DataFrame
        One row per group, entity and label that occur together, ordered by group, count
        (descending) and name: the columns of `by`; `entity`; `label`; `favourable`, `critical`,
        `neither` (mentions by `tone`); `count` (their sum); `documents` (of the group, that mention
        it); `judging_documents` (those where a mention is favourable or critical); `share`
        (favourable / (favourable + critical)); `low`, `high` (of the share), `interval`;
        `negative`, `neutral`, `positive` (mean probabilities) and `score` (positive - negative).
        ``attrs["tone"]`` holds the thresholds and the errors that were measured: `precision` with
        `low` and `high` (Wilson's 95 %) of those `called`, `opposite`, and the `balance`.

    Raises
    ------
    InputError
        If a column is missing, an entity does not occur, a number is out of range, or a row has a
        tone or probability that is none (the row is named).

    Notes
    -----
    The interval is Korn–Graubard's over the documents that judge the entity (over sentences where
    that is one; none with fewer than three), with the measured error in it. Its ends are moved by
    the most judgements that may have the opposite sign, low · (1 - e(favourable)) and high +
    (1 - high) · e(critical); and since critical mentions are found oftener than favourable ones,
    the odds of the upper end are multiplied by the most times as often that this may be
    (``attrs["tone"]["balance"]``). So it covers what other texts would give and what wrong and
    missed judgements do where the model errs as it did when it was measured; nothing can be said
    of a name whose interval holds 0.5. `share` itself is of what was called. The mean score has no
    interval: the model's errors are larger than what other texts would change.

    Examples
    --------
    >>> targets = pd.DataFrame({"doc": ["a", "a", "b"], "sentence": [0, 1, 0], "entity": "Kyiv",
    ...     "label": "PLACE", "negative": [0.95, 0.1, 0.0], "neutral": [0.05, 0.8, 0.8],
    ...     "positive": [0.0, 0.1, 0.2]})
    >>> summarise_targets(targets)[["entity", "favourable", "critical", "neither", "count"]]
      entity  favourable  critical  neither  count
    0   Kyiv           0         1        2      3
    """
    targets = require_columns(corpus, ("doc", "sentence", "entity", "label", *CLASSES), "targets")
    about = targets.attrs.get("tone") or _thresholds()
    needed = {name: {"threshold", "opposite"} for name in THRESHOLDS} | {"balance": {"low", "high"}}
    if any(not names <= set(about.get(key, ())) for key, names in needed.items()):
        raise InputError(
            "attrs['tone'] of the targets lacks the errors that were measured, as an older version"
            " left them out; score the mentions again with score_targets."
        )
    require_filled(targets, ("doc", "entity", "label"), "targets")
    _require_probabilities(targets)
    if "tone" not in targets.columns:
        targets = targets.assign(tone=_tones(targets, about))
    require_known(targets, "tone", TONES, "targets")
    min_count = _require_count(min_count)
    entities = [entities] if isinstance(entities, str) else entities
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
    result = _averages(chosen[inside], place[cell[inside]], len(kept), confidence, about)
    group, item = np.divmod(cells[kept], max(len(found), 1))
    parts = pd.Series(found.take(item), dtype="str").str.partition("\x1f")
    result.insert(0, "label", parts[2] if len(parts) else "")
    result.insert(0, "entity", parts[0] if len(parts) else "")
    for name in reversed(labels.columns):
        result.insert(0, name, labels[name].take(group).array)
    order = np.lexsort([item, -result["count"].to_numpy(), group])
    result = result.iloc[order].reset_index(drop=True)
    result.attrs["tone"] = about
    return result


def _require_probabilities(targets: pd.DataFrame) -> None:
    """Refuse what cannot be the probability of a class."""
    for name in CLASSES:
        values = pd.to_numeric(targets[name], errors="coerce").to_numpy(dtype=float)
        bad = ~((values >= 0) & (values <= 1))
        if bad.any():
            row = int(np.argmax(bad))
            raise InputError(
                f"Row {row} of the targets has {name}={targets[name].iloc[row]!r}, which is no"
                " probability from 0 to 1; pass what score_targets gives."
            )


def _averages(
    targets: pd.DataFrame,
    cell: np.ndarray,
    n_cells: int,
    confidence: float | None,
    about: dict[str, dict[str, float]],
) -> pd.DataFrame:
    """Counts with the share and its interval, and mean probabilities, for every cell."""
    count = np.bincount(cell, minlength=n_cells)
    means = {
        name: np.bincount(cell, targets[name].to_numpy(dtype=float), minlength=n_cells) / count
        for name in CLASSES
    }
    doc, _ = pd.factorize(targets["doc"])
    pairs = np.unique(np.stack([cell, doc]), axis=1)[0]
    tone = targets["tone"].astype(object).to_numpy()
    value = np.select([tone == "favourable", tone == "critical"], [1, -1], 0)
    errors = about["positive"]["opposite"], about["negative"]["opposite"]
    balance = about["balance"]["low"], about["balance"]["high"]
    rows = (doc, targets["sentence"].to_numpy(), cell)
    numbers = balance_columns(value, rows, n_cells, confidence, errors, balance)
    counts = {name: numbers.pop(name) for name in TONES[:2]}
    counts["neither"] = count - sum(counts.values())
    judging = np.unique(np.stack([cell, doc])[:, value != 0], axis=1)[0]
    counts |= {
        "count": count,
        "documents": np.bincount(pairs, minlength=n_cells),
        "judging_documents": np.bincount(judging, minlength=n_cells),
    }
    score = means["positive"] - means["negative"]
    return pd.DataFrame({**counts, **numbers, **means, "score": score})


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
