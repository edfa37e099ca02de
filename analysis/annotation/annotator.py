"""Parts of speech, lemmas, dependencies and names of every text, by the bundled model."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.annotation.cache import Kept, read_reporting, write_reporting
from analysis.annotation.engine import engine_version, tag_texts
from analysis.annotation.model import ENTITIES, EVERYTHING, describe_model
from analysis.annotation.reporting import VERSION as REPORTING_VERSION
from analysis.annotation.reporting import report_texts
from analysis.annotation.spacy import describe_pipeline, tag_with_pipeline
from analysis.annotation.tagged import Reporting, Spans, Tagged, TokenColumns
from analysis.files import default_folder
from analysis.layers import Corpus
from analysis.tables import InputError, progress, require_columns, stamp
from analysis.text.alike import Folded, fold_alike, fold_text
from analysis.text.tokens import tokenize

_TOGETHER = 150_000  # characters of texts that are tagged at once, some 25,000 words
_WHOLE_TABLE = "pass the whole table that tokenize gave for them, or leave tokens= out"
_NEEDED = ("doc", "sentence", "position", "start", "end")


class Annotation(NamedTuple):
    """What `annotate` gives: tagged tokens, and mentions of names."""

    tokens: pd.DataFrame
    mentions: pd.DataFrame


class Part(NamedTuple):
    """One document, tagged."""

    doc: int  # its row among the documents
    rows: slice  # of the tokens table
    text: str
    spans: Spans
    tagged: Tagged


def annotate(
    corpus: Corpus | pd.DataFrame,
    *,
    tokens: pd.DataFrame | None = None,
    engine: Any = None,
    cache: bool | str | Path = True,
    workers: int | None = None,
) -> Annotation:
    """Tag every token with part of speech, lemma and head, and find every name.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        A corpus, or its documents, with `doc` and `text`. What the bundled model says is also
        ``corpus.tagged`` and, names made canonical, ``corpus.mentions``.
    tokens : pandas.DataFrame, optional
        What ``tokenize(documents)`` gives, all of it; it is made here if it is not passed.
    engine : optional
        A spaCy pipeline (whatever has ``pipe(texts)``) instead of the bundled model.
    cache : bool, str or pathlib.Path
        Keep what the bundled model says of a text, and do only new and changed texts: True in the
        folder that the environment variable DISCOURSE_CACHE names, else in the user's
        cache folder; a path in that folder; False not at all.
    workers : int, optional
        Threads; every core by default. The results do not depend on it.

    Returns
    -------
    tokens : pandas.DataFrame
        The tokens table, row for row, with `lemma`, `pos` (UPOS), `morphology` (UD features joined
        by ``|``, "" for none), `dep` (UD relation; all four categorical) and `head` (int32:
        `position` of the head in the same document, -1 for the root of a sentence).
    mentions : pandas.DataFrame
        One row per name, in the order of the texts: `doc`, `sentence`, `start`, `end`, `text`,
        `label` ("PERSON", "ORG", "PLACE", "NORP": peoples, faiths, parties; "MISC": works, events,
        products …), `entity` (the text, with ligatures and the like as plain letters) and `score`
        (see Notes).

    Both carry ``attrs["model"]``: name, hash and measured errors of what made them.

    Raises
    ------
    InputError
        If a column is missing, the tokens are not those of the documents, the model is missing or
        damaged, or its packages onnxruntime and tokenizers are not installed.

    Notes
    -----
    The bundled model (see its card) reads the words of Universal Dependencies [1]_. Where a token
    holds several (“Russia’s”, “long-term”, “don't”), its row is that of their head
    (Russia, term, do), and a negation inside is added to its morphology. Where one word is
    several tokens (“Mr” and its stop), the later ones depend on the first as `goeswith` or `punct`.
    A sentence of more than 512 word pieces is read in overlapping windows. One that begins with a
    function word and goes on with ordinary words in small letters alone is not read for names; a
    text in small letters throughout is.

    `score` is the product of the probabilities of a mention's tags: how sure the model is of span
    and label. It is no probability of being right, and says nothing of names that were missed.
    What the numbers cannot tell: who is meant by a name, whether a statement is true or the
    writer's own; and whether *this* word is tagged well. About one word in ten hangs on a
    wrong head and one name in ten to four is wrong or missed (``attrs["model"]["measured"]``), more
    often in texts unlike news and in translations. Other languages than English are passed
    through without an error and tagged at random.

    .. [1] de Marneffe et al. 2021, "Universal Dependencies", Computational Linguistics 47(2).

    Examples
    --------
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["Vladimir Putin met Xi Jinping in Beijing."]})
    >>> tokens, mentions = annotate(texts, cache=False)
    >>> tokens.loc[2:4, ["word", "pos", "head"]]
          word    pos  head
    2      met   VERB    -1
    3       Xi  PROPN     2
    4  Jinping  PROPN     3
    >>> mentions["text"].tolist(), mentions["label"].tolist()
    (['Vladimir Putin', 'Xi Jinping', 'Beijing'], ['PERSON', 'PERSON', 'PLACE'])
    """
    documents = corpus.documents if isinstance(corpus, Corpus) else corpus
    table = _token_table(documents, tokens)
    columns, rows = TokenColumns(len(table)), MentionRows()
    parts = tag(documents, table, engine=engine, cache=cache, workers=workers)
    for part in progress(parts, total=len(documents), desc="annotating"):
        columns.fill(part.rows, part.text, part.spans, part.tagged)
        rows.add(part.doc, part.text, part.tagged)
    params = {} if tokens is None else {"tokens": True}
    return Annotation(
        _signed(table.assign(**columns.columns()), documents, params, engine),
        _signed(rows.table(_ids(documents)), documents, params, engine),
    )


def annotate_names(
    documents: pd.DataFrame,
    *,
    tokens: pd.DataFrame | None = None,
    engine: Any = None,
    cache: bool | str | Path = True,
    workers: int | None = None,
) -> pd.DataFrame:
    """Find every name, without tagging the tokens: ``annotate(documents).mentions``, faster."""
    table, rows = _token_table(documents, tokens), MentionRows()
    parts = tag(documents, table, ENTITIES, engine=engine, cache=cache, workers=workers)
    for part in progress(parts, total=len(documents), desc="finding names"):
        rows.add(part.doc, part.text, part.tagged)
    params = {} if tokens is None else {"tokens": True}
    return _signed(rows.table(_ids(documents)), documents, params, engine)


def tag(
    documents: pd.DataFrame,
    tokens: pd.DataFrame,
    wanted: Sequence[str] = EVERYTHING,
    *,
    engine: Any = None,
    cache: bool | str | Path = True,
    workers: int | None = None,
) -> Iterator[Part]:
    """Tag document by document, some of them together; memory stays that of a few texts."""
    texts: list[str] = documents["text"].tolist()
    slices = _slices(tokens, documents)
    columns = [tokens[name].to_numpy() for name in ("start", "end", "sentence")]
    work = _tagger(engine, wanted, cache, workers)
    for some in _together(texts):
        spans = [Spans(*(column[slices[doc]] for column in columns)) for doc in some]
        folds = [fold_text(texts[doc]) for doc in some]
        chosen = [texts[d] if f is None else f.text for d, f in zip(some, folds, strict=True)]
        read = [
            span if fold is None else _folded_spans(span, fold)
            for span, fold in zip(spans, folds, strict=True)
        ]
        found = zip(some, spans, folds, work(chosen, read), strict=True)
        for doc, span, fold, tagged in found:
            if fold is not None:
                start, end = fold.given(tagged.start, tagged.end)
                tagged = tagged._replace(start=start.astype(np.int32), end=end.astype(np.int32))
            yield Part(doc, slices[doc], texts[doc], span, tagged)


def _folded_spans(spans: Spans, fold: Folded) -> Spans:
    """The tokens of a text in which what looks alike is folded."""
    start, end = (fold.folded(places).astype(np.int32) for places in (spans.start, spans.end))
    return spans._replace(start=start, end=end)


def _tagger(
    engine: Any, wanted: Sequence[str], cache: bool | str | Path, workers: int | None
) -> Callable[[Sequence[str], Sequence[Spans]], list[Tagged]]:
    """Choose what tags texts. What a pipeline says is not kept: its name is not all of it."""
    if engine is not None:
        if not callable(getattr(engine, "pipe", None)):
            raise InputError(
                f"engine={engine!r} is not known; leave it out for the bundled model, or pass a"
                " loaded spaCy pipeline."
            )
        return functools.partial(tag_with_pipeline, engine)
    work = functools.partial(tag_texts, wanted=wanted, workers=workers)
    if cache is False or cache is None:
        return work
    versions = [f"{engine_version()} {' '.join(outputs)}" for outputs in (wanted, EVERYTHING)]
    return Kept(_folder(cache), versions, work)


def _folder(cache: bool | str | Path) -> Path:
    return default_folder() if isinstance(cache, bool) else Path(cache)


def report(
    texts: Sequence[str],
    spans: Sequence[Spans],
    *,
    cache: bool | str | Path = True,
    workers: int | None = None,
) -> Iterator[Reporting]:
    """Say of every text, given its tokens, what the bundled model says of its attributions."""
    work = functools.partial(report_texts, workers=workers)
    kept: Callable[[Sequence[str], Sequence[Spans]], list[Reporting]] = work
    if cache is not False and cache is not None:
        version = f"{engine_version()} reporting {REPORTING_VERSION}"
        kept = Kept(_folder(cache), [version], work, read_reporting, write_reporting)
    for some in _together(texts):
        yield from kept([texts[i] for i in some], [spans[i] for i in some])


def _together(texts: Sequence[str]) -> Iterator[range]:
    """Cut the texts into runs that are tagged together, so that sentences of like length meet."""
    first = size = 0
    for doc, text in enumerate(texts):
        size += len(text)
        if size >= _TOGETHER or doc == len(texts) - 1:
            yield range(first, doc + 1)
            first, size = doc + 1, 0


def _ids(documents: pd.DataFrame) -> pd.Index:
    return pd.Index(documents["doc"], dtype=object)


def _token_table(documents: pd.DataFrame, tokens: pd.DataFrame | None) -> pd.DataFrame:
    """The tokens of the documents: those given, if they can be theirs."""
    if tokens is None:
        return tokenize(documents)
    require_columns(documents, ("doc", "text"), "documents")
    require_columns(tokens, _NEEDED, "tokens")
    if documents["doc"].duplicated().any():
        twice = documents.loc[documents["doc"].duplicated(), "doc"].iloc[0]
        raise InputError(f"The id {twice!r} stands twice in the documents; ids must be unique.")
    start, end = tokens["start"].to_numpy(), tokens["end"].to_numpy()
    rows = _slices(tokens, documents)
    for doc, text, some in zip(documents["doc"], documents["text"], rows, strict=True):
        bare = text.strip()
        first = len(text) - len(text.lstrip()) if bare else 0
        covered = (start[some.start], end[some.stop - 1]) if some.stop else (0, 0)
        if covered != (first, first + len(bare)):
            raise InputError(f"The tokens of document {doc!r} are of another text; {_WHOLE_TABLE}.")
    return tokens


def _slices(tokens: pd.DataFrame, documents: pd.DataFrame) -> list[slice]:
    """Which rows of the tokens table are each document's."""
    codes = _ids(documents).get_indexer(pd.Index(tokens["doc"].astype(object)))
    if (codes < 0).any():
        stranger = tokens["doc"].iloc[int(np.flatnonzero(codes < 0)[0])]
        raise InputError(
            f"The tokens hold document {stranger!r}, which is not in the documents table;"
            f" {_WHOLE_TABLE}."
        )
    first = np.flatnonzero(np.diff(codes, prepend=-1))
    last = np.append(first[1:], len(codes))[: len(first)]
    slices = [slice(0, 0)] * len(documents)
    for doc, low, high in zip(codes[first].tolist(), first.tolist(), last.tolist(), strict=True):
        slices[doc] = slice(low, high)
    whole = np.arange(len(codes)) - np.repeat(first, last - first) == tokens["position"].to_numpy()
    if not whole.all() or len(np.unique(codes[first])) < len(first):
        doc = tokens["doc"].iloc[int(np.argmin(whole))]
        raise InputError(
            f"Tokens of document {doc!r} are missing or in another order; {_WHOLE_TABLE}."
        )
    return slices


def _signed(
    table: pd.DataFrame, documents: pd.DataFrame, params: dict[str, Any], engine: Any
) -> pd.DataFrame:
    """Write into a table what made it."""
    name = None if engine is None else describe_pipeline(engine)
    said = params if name is None else {**params, "engine": name["name"]}
    stamped = stamp(table, documents, "annotate", said, on="documents")
    stamped.attrs["model"] = describe_model() if name is None else name
    return stamped


_NUMBERS = ("sentence", "start", "end")
_TEXTS = ("text", "label", "entity")


class MentionRows:
    """Mentions, gathered document by document."""

    def __init__(self) -> None:
        self._docs: list[int] = []
        self._columns: dict[str, list[Any]] = {n: [] for n in (*_NUMBERS, *_TEXTS, "score")}

    def add(self, doc: int, text: str, tagged: Tagged) -> None:
        """Read the mentions of a document from its tags."""
        # The score is the probability of all the mention's tags, taken as independent.
        columns = self._columns
        for first, last in mention_spans(tagged):
            start, end = int(tagged.start[first]), int(tagged.end[last - 1])
            self._docs.append(doc)
            columns["sentence"].append(int(tagged.sentence[first]))
            columns["start"].append(start)
            columns["end"].append(end)
            columns["text"].append(text[start:end])
            columns["entity"].append(fold_alike(text[start:end]))
            columns["label"].append(tagged.entity[first][2:])
            columns["score"].append(float(np.prod(tagged.score[first:last], dtype=float)))

    def table(self, docs: pd.Index) -> pd.DataFrame:
        """Give the mentions table; `docs` are the ids of all the documents."""
        columns: dict[str, Any] = {
            "doc": pd.Categorical.from_codes(np.asarray(self._docs, np.int32), docs)
        }
        columns |= {name: np.asarray(self._columns[name], np.int32) for name in _NUMBERS}
        columns |= {name: _strings(self._columns[name]) for name in _TEXTS}
        columns["score"] = np.asarray(self._columns["score"], np.float64)
        return pd.DataFrame(columns)


def _strings(values: list[str]) -> pd.Series:
    try:
        return pd.Series(values, dtype="str")
    except UnicodeEncodeError:  # half of a surrogate pair, which pandas' own strings cannot hold
        return pd.Series(values, dtype=object)


def mention_spans(tagged: Tagged) -> list[tuple[int, int]]:
    """Find the runs of words that are one mention: (first, one past the last)."""
    # A tag I-X that follows nothing of its kind begins a mention; none spans two sentences.
    spans: list[tuple[int, int]] = []
    tags = tagged.entity
    for word in np.flatnonzero((tags != "O") & (tags != "")).tolist():
        goes_on = (
            spans
            and spans[-1][1] == word
            and tags[word][0] == "I"
            and tags[word - 1][2:] == tags[word][2:]
            and tagged.sentence[word - 1] == tagged.sentence[word]
        )
        if goes_on:
            spans[-1] = (spans[-1][0], word + 1)
        else:
            spans.append((word, word + 1))
    return spans
