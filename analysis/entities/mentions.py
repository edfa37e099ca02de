"""Who and what is named: mentions of persons, organisations, places, groups, and their counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.annotation.annotator import annotate_names
from analysis.entities.aliases import Aliases, alias_rows, merge_aliases, recorded_aliases
from analysis.entities.canonical import Mention, complete_names
from analysis.entities.gazetteer import load_gazetteer, plain, with_aliases
from analysis.entities.pronouns import OF_BODY, PRONOUN, RIGHT_OF_BODIES, Pronouns, trace_bodies
from analysis.tables import (
    MENTIONS,
    InputError,
    Parts,
    group_rows,
    in_parts,
    measure,
    passed,
    progress,
    require_choice,
    require_columns,
)
from analysis.terms.counting import Hits, coded, codes_of
from analysis.terms.evidence import layer_of
from analysis.terms.tally import Tally, count_hits, rate_table
from analysis.text.alike import reads_folded
from analysis.text.tokens import split_sentences


def _recorded_engine(engine: object) -> bool | None:
    """Whether there was a pipeline, which no record can hold."""
    return None if engine is None else True


@measure(
    "documents", layer="mentions", plain={"aliases": recorded_aliases, "engine": _recorded_engine}
)
@reads_folded
def find_entities(
    corpus: pd.DataFrame,
    *,
    sentences: pd.DataFrame | None = None,
    mentions: pd.DataFrame | None = None,
    aliases: Aliases | None = None,
    pronouns: bool = False,
    engine: object = None,
) -> pd.DataFrame:
    """Find every mention of a person, an organisation, a place or a group of people.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        A corpus, or its documents, with `doc` and `text`.
    sentences : pandas.DataFrame, optional
        What `split_sentences` gives; it is made here if it is not passed.
    mentions : pandas.DataFrame, optional
        Mentions that were found before, to which pronouns are added; a corpus has them. They are
        found anew where `aliases` or `engine` are given.
    aliases : pandas.DataFrame, mapping, or sequence of mappings, optional
        Variants to merge (see `apply_aliases`). A row with a `label` is also looked for: so a
        name that neither model nor tables know is found.
    pronouns : bool
        Add the *he*, *she*, *his* and *her* that stand for a named person, and the *it* and *its*
        that stand for an organisation or a country, each a row between the others: `text` the
        pronoun, `entity` and `label` those of the name, `score` how probable it is (see Notes).
    engine : optional
        A spaCy pipeline with an entity recogniser instead of the bundled model.

    Returns
    -------
    pandas.DataFrame
        One row per mention, in the order of the texts, none overlapping: `doc` (categorical),
        `sentence`, `start`, `end` (``text[start:end]``, without titles and without a genitive
        ’s), `text`, `label` ("PERSON", "ORG", "PLACE", "NORP": peoples, faiths, parties; "MISC":
        events, works, laws), `entity` (who or what is meant), `score` (the model's probability of
        the span; 0.95 where the tables added it). With `aliases` also `entity_before`, the entity
        before the merge. ``attrs["model"]`` names the model and its measured errors.

    Raises
    ------
    InputError
        If a column is missing, the engine is no pipeline, the model cannot be loaded, or
        `aliases` cannot be read.

    Notes
    -----
    Spans and labels are the model's, read sentence by sentence. Tables of names (countries,
    capitals, cities of at least 150,000 inhabitants, demonyms, organisations and persons of
    international politics) add what it passed over, demonyms and names of several words, and
    correct labels that one sentence cannot tell. How often the result errs is measured in
    docs/accuracy.md.

    A short form is the person whom the same text names in full, before or after it, also in a
    headline. Where two persons of the text have the surname, a title ("Mrs. Hale") or the *he* or
    *she* of the same sentence decides, else the other *he* and *she* that follow, how often each is
    named in full and who is named first; a relative ("her husband, Paul Hale") is meant by the full
    name only. Nearly the same first name is the same person (Sergei, Sergey). An acronym is the
    name that the text gives it ("the Central Grain Office (CGO)") or the one organisation of the
    text whose initials it has, the North is North Korea where the text names that country and no
    other of the North, and a name has one label in a text, the one that most of its mentions have.
    Who is who across texts is the analyst's to say, in `aliases`. Made for English. Roles are no
    mentions: "the Russian president" mentions *Russian*, and `find_quotes` and `find_namings` say
    whom it means. A country that acts ("Moscow said") is a PLACE; a building that stands for a
    government (the Kremlin, the White House) is an ORG.

    With `pronouns`, whatever takes mentions counts a person also where the text goes on with *he*.
    The persons named shortly before who are not known to be of the other sex (by title, by words of
    kin, by given name: 18,000 names that one sex bears nearly alone) are weighed by a conditional
    logit: how far away, whether the pronoun before meant them, whether they open their sentence,
    how often the text names them. `score` is its probability; pronouns below 0.65 stay open. One
    person is *he* or *she* throughout a text. *Its* is a body that opens its sentence, and *It* one
    that opens the sentence before, if no other body is named there; their `score` is the share that
    is right on GUM. Pronouns inside quotation marks, *him* and *they* are left out. On GUM's
    coreference 0.95 of the *he* and *she* traced are right, and 0.73 of all are traced rightly
    (0.98 and 0.82 without private talk; docs/accuracy.md). A pronoun for somebody who is only
    described is open or wrong. So persons are still undercounted, and those who share their
    paragraphs with others are so more than those who stand alone.

    Examples
    --------
    >>> text = "President Vladimir Putin met Xi Jinping in Beijing. Putin’s Russian aides left."
    >>> documents = pd.DataFrame({"doc": ["a"], "text": [text]})
    >>> find_entities(documents)[["text", "label", "entity"]]
                 text   label          entity
    0  Vladimir Putin  PERSON  Vladimir Putin
    1      Xi Jinping  PERSON      Xi Jinping
    2         Beijing   PLACE         Beijing
    3           Putin  PERSON  Vladimir Putin
    4         Russian    NORP         Russian
    """
    documents = require_columns(corpus, ("doc", "text"), "documents")
    if sentences is None:
        sentences = split_sentences(documents)
    require_columns(sentences, ("doc", "sentence", "start"), "sentences")
    if mentions is None or aliases is not None or engine is not None:
        rows = alias_rows(aliases)
        names = annotate_names(documents, engine=engine)
        mentions = _mentions(documents, _completed(documents, sentences, rows, names))
        mentions.attrs["model"] = names.attrs.get("model", {})
        mentions = mentions if aliases is None else merge_aliases(mentions, rows)
    return _with_pronouns(mentions, documents, sentences) if pronouns else mentions


def _completed(
    documents: pd.DataFrame,
    sentences: pd.DataFrame,
    aliases: Sequence[dict[str, str]],
    names: pd.DataFrame,
) -> list[tuple[int, Mention]]:
    """Number of the document and mention, in order, from the names that a model found."""
    labelled = [row for row in aliases if row.get("label")]
    gazetteer = with_aliases(load_gazetteer(), labelled)
    listed = {(plain(row[f]), row["label"]) for row in labelled for f in ("variant", "entity")}
    ids = pd.Index(documents["doc"].astype(object))
    by_document: list[list[Mention]] = [[] for _ in range(len(documents))]
    columns = (names[name].tolist() for name in ("start", "end", "label", "score"))
    home = ids.get_indexer(names["doc"].astype(object))
    for row, start, end, label, score in zip(home.tolist(), *columns, strict=True):
        by_document[row].append(Mention(start, end, label, "", score))
    home = ids.get_indexer(sentences["doc"].astype(object))
    order = np.lexsort([sentences["start"].to_numpy(), home])
    edges = np.searchsorted(home[order], np.arange(len(documents) + 1))
    starts, numbers = (sentences[name].to_numpy()[order] for name in ("start", "sentence"))
    found: list[tuple[int, Mention]] = []
    texts = progress(enumerate(documents["text"]), total=len(documents), desc="entities")
    for row, text in texts:
        own = slice(edges[row], edges[row + 1])
        number = numbers[own].tolist() or [0]
        begins = starts[own].tolist()
        for mention in complete_names(text, begins, by_document[row], gazetteer, listed):
            found.append((row, mention._replace(sentence=number[mention.sentence])))
    return found


def _mentions(documents: pd.DataFrame, found: list[tuple[int, Mention]]) -> pd.DataFrame:
    """The table of mentions, typed also where it is empty."""
    texts = documents["text"].tolist()
    ids = pd.Index(documents["doc"].astype(object))
    columns = list(zip(*((row, *mention) for row, mention in found), strict=True)) or [()] * 7
    row, start, end, label, entity, score, sentence = columns
    spans = zip(row, start, end, strict=True)
    return pd.DataFrame(
        {
            "doc": pd.Categorical.from_codes(np.array(row, dtype=np.int64), ids),
            "sentence": np.array(sentence, dtype=np.int32),
            "start": np.array(start, dtype=np.int32),
            "end": np.array(end, dtype=np.int32),
            "text": pd.Series([texts[r][s:e] for r, s, e in spans], dtype="str"),
            "label": pd.Series(label, dtype="str"),
            "entity": pd.Series(entity, dtype="str"),
            "score": np.array(score, dtype=np.float64),
        },
        columns=list(MENTIONS),
    )


def _with_pronouns(
    mentions: pd.DataFrame, documents: pd.DataFrame, sentences: pd.DataFrame
) -> pd.DataFrame:
    """The mentions and, between them, the pronouns that stand for a person."""
    require_columns(mentions, ("doc", "start", "end", "text", "label", "entity"), "mentions")
    names = mentions_by_document(documents, mentions)
    ids, texts = documents["doc"].tolist(), documents["text"].tolist()
    rows = []
    for row in sorted(names):
        taken = {(one.start, one.end) for one in names[row]}
        pronouns = Pronouns(texts[row], names[row])
        for start, entity in pronouns.found.items():
            pronoun = PRONOUN.match(texts[row], start)
            if entity and pronoun and pronoun.span() not in taken:
                score = pronouns.traced[start].score
                rows.append((ids[row], *pronoun.span(), pronoun[0], "PERSON", entity, score))
        for start, body in trace_bodies(texts[row], names[row]).items():
            pronoun = OF_BODY.match(texts[row], start)
            if pronoun and pronoun.span() not in taken:
                whom = body.label, body.entity, RIGHT_OF_BODIES
                rows.append((ids[row], *pronoun.span(), pronoun[0], *whom))
    columns = ["doc", "start", "end", "text", "label", "entity", "score"]
    added = pd.DataFrame(rows, columns=columns)
    if "sentence" in mentions:
        added["sentence"] = _sentences_at(added, sentences)
    added = added[[name for name in mentions.columns if name in added]]
    both = pd.concat([mentions, added], ignore_index=True)
    order = both.assign(_row=document_rows(documents, both["doc"], "mentions"))
    both = both.loc[order.sort_values(["_row", "start"], kind="stable").index]
    kinds = {name: kind for name, kind in mentions.dtypes.items() if name in added}
    result = both.reset_index(drop=True).astype(kinds)
    result.attrs = dict(mentions.attrs)
    return result


def _sentences_at(places: pd.DataFrame, sentences: pd.DataFrame) -> np.ndarray:
    """The number of the sentence that each place is in."""
    starts = {
        doc: part.sort_values("start")[["start", "sentence"]].to_numpy()
        for doc, part in sentences.groupby("doc", observed=True)
    }
    found = []
    for doc, start in zip(places["doc"], places["start"], strict=True):
        own = starts[doc]
        found.append(own[np.searchsorted(own[:, 0], start, side="right") - 1, 1])
    return np.array(found, dtype=np.int32)


def document_rows(documents: pd.DataFrame, doc: pd.Series, what: str) -> np.ndarray:
    """The row of the document of each row of a table."""
    ids = pd.Index(documents["doc"].astype(object))
    if isinstance(doc.dtype, pd.CategoricalDtype):
        rows = ids.get_indexer(doc.cat.categories.astype(object))[doc.cat.codes.to_numpy()]
    else:
        rows = ids.get_indexer(pd.Index(doc.astype(object)))
    if (rows < 0).any():
        stranger = doc.iloc[int(np.argmin(rows))]
        raise InputError(
            f"Document {stranger!r} of the {what} is not in the documents table; pass the one they"
            " were made from."
        )
    return np.asarray(rows, dtype=np.int64)


def mentions_by_document(
    documents: pd.DataFrame, mentions: pd.DataFrame
) -> dict[int, list[Mention]]:
    """The mentions of each document, in order."""
    require_columns(mentions, ("doc", "start", "end", "label", "entity"), "mentions")
    rows = document_rows(documents, mentions["doc"], "mentions")
    for name, kind in (("start", "a number"), ("end", "a number"), ("entity", "text")):
        right = [isinstance(v, str) == (kind == "text") and v == v for v in mentions[name]]
        if not all(right):
            raise InputError(
                f"{name} in row {right.index(False)} of the mentions is not {kind}"
                f" ({mentions[name].iloc[right.index(False)]!r}); correct the row or leave it out."
            )
    listed: dict[int, list[Mention]] = {}
    fields = (mentions[name].tolist() for name in ("start", "end", "label", "entity"))
    for row, *values in zip(rows.tolist(), *fields, strict=True):
        listed.setdefault(row, []).append(Mention(*values))
    for own in listed.values():
        own.sort()
    return listed


def _entities_of_part(
    mentions: pd.DataFrame,
    *,
    tokens: pd.DataFrame | None,
    by: str | Sequence[str] | None,
    documents: pd.DataFrame | None,
    confidence: float | None,
) -> Tally:
    """Count the mentions of a part by entity and label."""
    mentions = require_columns(mentions, ("doc", "start", "end", "label", "entity"), "mentions")
    tokens = coded(passed(tokens, "tokens"), ("start", "end"))
    names = mentions["entity"].astype("str") + "\x1f" + mentions["label"].astype("str")
    items, found = pd.factorize(names, sort=True)
    rows = _token_rows(mentions, tokens)
    hits = Hits(pd.Index(found, dtype=object), rows, items, np.ones(len(rows), dtype=np.int64))
    return count_hits(tokens, hits, group_rows(tokens, by, documents), confidence=confidence)


def _entity_rates(parts: Sequence[Tally], *, per: float, confidence: float | None) -> pd.DataFrame:
    """The rates of the entities of all parts."""
    result = rate_table(parts, per=per, confidence=confidence, zeros=True)
    names = result.pop("term").str.partition("\x1f")
    column = list(result.columns).index("count")
    result.insert(column, "label", names[2] if len(names) else "")
    result.insert(column, "entity", names[0] if len(names) else "")
    return result


@measure("mentions", parts=Parts(_entities_of_part, _entity_rates))
def count_entities(
    corpus: pd.DataFrame,
    *,
    tokens: pd.DataFrame | None = None,
    by: str | Sequence[str] | None = None,
    documents: pd.DataFrame | None = None,
    per: float = 1000,
    confidence: float | None = 0.95,
) -> pd.DataFrame:
    """Count how often each entity is mentioned, in the corpus or in groups of documents.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        A corpus, whose mentions are counted; or what `find_entities` or `apply_aliases` gives, or
        some of its rows.
    tokens : pandas.DataFrame
        The tokens table of the same documents: its words are the base.
    by : str or sequence of str, optional
        Columns of `tokens` or `documents` to group by. Default: the corpus is one group.
    documents : pandas.DataFrame, optional
        The documents table, for a column of `by` that is there.
    per : float
        A rate is given per so many words.
    confidence : float or None
        Coverage of the intervals; None leaves them out.

    Returns
    -------
    pandas.DataFrame
        One row per group, entity and label, also where the count is 0, ordered by group, count
        (descending) and name: the columns of `by`; `entity`; `label`; `count`; `base` (words);
        `rate`; `documents` (of the group, that mention it); `group_documents` (all of the group);
        `rank`; `low`, `high` (of the rate), `interval`.

    Raises
    ------
    InputError
        If a column is missing, or a mention is not in the tokens.

    Notes
    -----
    rate = per · count / base. The interval is Korn–Graubard's over documents (over sentences in a
    group of one document; none with fewer than three of these) and holds the finder's errors for
    right: it covers what another sample of texts would give, not what another reader would mark. A
    name that a few texts are about comes in bursts: there it is too short, and says so. Only names
    are counted;
    an entity that a text calls "he" or "the president" is mentioned more often than this.

    Examples
    --------
    >>> from analysis.text.tokens import tokenize
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["China and Russia. Russia said no."]})
    >>> mentions = find_entities(texts)
    >>> count_entities(mentions, tokens=tokenize(texts), confidence=None)[
    ...     ["entity", "label", "count", "base", "rate"]
    ... ]
       entity  label  count  base        rate
    0  Russia  PLACE      2     6  333.333333
    1   China  PLACE      1     6  166.666667
    """
    in_parts()


def _token_rows(mentions: pd.DataFrame, tokens: pd.DataFrame) -> np.ndarray:
    """Row of the token in which each mention begins."""
    doc = tokens["doc"].cat.categories.get_indexer(pd.Index(mentions["doc"].astype(object)))
    ends = tokens["end"].to_numpy().astype(np.int64)
    size = 1 + max(int(ends.max(initial=0)), int(mentions["end"].max()) if len(mentions) else 0)
    keys = codes_of(tokens, "doc").astype(np.int64) * size + tokens["start"].to_numpy()
    order = np.argsort(keys, kind="stable")
    start = mentions["start"].to_numpy().astype(np.int64)
    place = np.searchsorted(keys[order], doc * size + start, side="right") - 1
    inside = (place >= 0) & (doc >= 0)
    rows = np.zeros(len(place), dtype=np.int64)
    rows[inside] = order[place[inside]]
    inside &= (codes_of(tokens, "doc")[rows] == doc) & (ends[rows] > start) if len(order) else False
    if not inside.all():
        wrong = mentions.iloc[int(np.argmin(inside))]
        raise InputError(
            f"The mention {wrong['entity']!r} in {wrong['doc']!r} is not in the tokens; pass the"
            " tokens of the same documents, all of them, or filter the mentions as well."
        )
    return rows


def _of_pair(corpus: Any, step: Mapping[str, Any], row: Mapping[str, Any]) -> pd.DataFrame:
    """The first mention of one of two names in each place that has both."""
    mentions = layer_of(corpus, step, ())
    within = step["params"]["within"]
    sentences = corpus.sentences if within == "paragraph" else None
    both = mentions[mentions["entity"].isin([row["source"], row["target"]])]
    unit, _ = _places(both, pd.factorize(both["doc"])[0], within, sentences)
    each = pd.Series(both["entity"].astype("str").to_numpy()).groupby(unit).nunique()
    first = pd.Series(np.arange(len(both))).groupby(unit).first()
    return both.iloc[np.sort(first[each == 2].to_numpy())]


@measure("mentions", evidence=_of_pair)
def count_entity_pairs(
    corpus: pd.DataFrame, *, within: str = "sentence", sentences: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Count how often two entities are mentioned together.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        A corpus, whose mentions are taken; or what `find_entities` or `apply_aliases` gives, or
        some of its rows.
    within : {"sentence", "paragraph", "document"}
        What counts as together.
    sentences : pandas.DataFrame, optional
        The sentences table, which knows the paragraphs; needed for "paragraph" only.

    Returns
    -------
    pandas.DataFrame
        One row per pair, ordered by count (descending), source, target: `source`, `target` (in
        alphabetical order: a pair has no direction), `count` (sentences, paragraphs or documents
        that mention both), `documents` (that have such a place), `count_source`,
        `count_target` (places that mention the one), `base` (places that mention any entity).

    Raises
    ------
    InputError
        If a column is missing, `within` is not known, or paragraphs are asked for without
        `sentences`.

    Notes
    -----
    A place counts once however often it repeats a name. To be named together is not to act
    together: read the passages (`find_passages`).

    Examples
    --------
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["China met Russia. Russia left. Iran too."]})
    >>> count_entity_pairs(find_entities(texts))[["source", "target", "count"]]
      source  target  count
    0  China  Russia      1
    """
    mentions = require_columns(corpus, ("doc", "sentence", "entity"), "mentions")
    doc, _ = pd.factorize(mentions["doc"])
    unit, doc_of = _places(mentions, doc, within, sentences)
    entity, names = pd.factorize(mentions["entity"].astype("str"), sort=True)
    keys = np.unique(unit * (len(names) or 1) + entity)
    unit, entity = np.divmod(keys, len(names) or 1)
    later = np.searchsorted(unit, unit, side="right") - np.arange(len(unit)) - 1
    left = np.repeat(np.arange(len(unit)), later)
    right = left + 1 + np.arange(len(left)) - np.repeat(np.cumsum(later) - later, later)
    pair = entity[left] * (len(names) or 1) + entity[right]
    pairs, count = np.unique(pair, return_counts=True)
    in_docs = np.unique(pair * (len(doc) + 1) + doc_of[unit[left]]) // (len(doc) + 1)
    source, target = np.divmod(pairs, len(names) or 1)
    each = np.bincount(entity, minlength=len(names))
    columns: dict[str, Any] = {
        "source": pd.Series(names.take(source), dtype="str"),
        "target": pd.Series(names.take(target), dtype="str"),
        "count": count,
        "documents": np.unique(in_docs, return_counts=True)[1],
        "count_source": each[source],
        "count_target": each[target],
        "base": len(np.unique(unit)),
    }
    return pd.DataFrame(columns).sort_values(
        ["count", "source", "target"], ascending=[False, True, True], ignore_index=True
    )


def _places(
    mentions: pd.DataFrame, doc: np.ndarray, within: str, sentences: pd.DataFrame | None
) -> tuple[np.ndarray, np.ndarray]:
    """The place each mention is in, as a code, and the document of each place."""
    require_choice(within, ("sentence", "paragraph", "document"), "within")
    inner = np.zeros(len(mentions), dtype=np.int64)
    if within == "sentence":
        inner = mentions["sentence"].to_numpy().astype(np.int64)
    elif within == "paragraph":
        if sentences is None:
            raise InputError('within="paragraph" needs sentences=, the table of split_sentences.')
        inner = _joined(mentions, sentences, "paragraph").astype(np.int64)
    keys, unit = np.unique(doc * (int(inner.max(initial=0)) + 1) + inner, return_inverse=True)
    return unit, keys // (int(inner.max(initial=0)) + 1)


def _joined(mentions: pd.DataFrame, sentences: pd.DataFrame, column: str) -> np.ndarray:
    """A column of the sentence that each mention is in."""
    require_columns(sentences, ("doc", "sentence", column), "sentences")
    keys = pd.MultiIndex.from_arrays([sentences["doc"].astype(object), sentences["sentence"]])
    wanted = pd.MultiIndex.from_arrays([mentions["doc"].astype(object), mentions["sentence"]])
    rows = keys.get_indexer(wanted)
    if (rows < 0).any():
        doc, number = wanted[int(np.argmin(rows))]
        raise InputError(
            f"Sentence {number} of {doc!r} is not in the sentences table; pass the one of the same"
            " documents."
        )
    return sentences[column].to_numpy()[rows]
