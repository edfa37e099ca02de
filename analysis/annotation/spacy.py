"""A spaCy pipeline as an engine. spaCy itself is not needed: whatever has its `pipe` will do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from analysis.annotation.tagged import DTYPES, Spans, Tagged

LABELS = {
    "PERSON": "PERSON", "PER": "PERSON", "ORG": "ORG", "GPE": "PLACE", "LOC": "PLACE",
    "FAC": "PLACE", "PLACE": "PLACE", "NORP": "NORP",
}  # fmt: skip
DROPPED = frozenset("DATE TIME CARDINAL ORDINAL MONEY PERCENT QUANTITY".split())
# The relations of spaCy's English models that Universal Dependencies merely call otherwise.
_RELATIONS = {
    "ROOT": "root", "nsubjpass": "nsubj:pass", "csubjpass": "csubj:pass", "auxpass": "aux:pass",
    "dobj": "obj", "relcl": "acl:relcl", "poss": "nmod:poss", "prt": "compound:prt",
}  # fmt: skip


def tag_with_pipeline(nlp: Any, texts: Sequence[str], tokens: Sequence[Spans]) -> list[Tagged]:
    """Tag some texts by a spaCy pipeline."""
    # Entity labels become PERSON, ORG, PLACE (GPE, LOC, FAC), NORP and MISC (all other names);
    # dates, times, numbers and amounts are left out. Of the relations of spaCy's English models
    # those that Universal Dependencies only call otherwise are renamed (nsubjpass → nsubj:pass);
    # the others (prep, pobj, agent) stay, for they stand for another analysis.
    docs = nlp.pipe(list(texts))
    return [_tagged(doc, span) for doc, span in zip(docs, tokens, strict=True)]


def describe_pipeline(nlp: Any) -> dict[str, Any]:
    """Name a pipeline as far as it names itself; its errors are not known here."""
    meta = getattr(nlp, "meta", None) or {}
    parts = [str(meta[name]) for name in ("lang", "name", "version") if meta.get(name)]
    return {"name": " ".join(["spaCy", *parts]), "sha256": "", "measured": {}}


def _tagged(doc: Any, spans: Spans) -> Tagged:
    words = list(doc)
    start = np.fromiter((word.idx for word in words), np.int32, len(words))
    end = np.fromiter((word.idx + len(word.text) for word in words), np.int32, len(words))
    entity = _entities(doc, start, end)
    parsed = any(word.dep_ for word in words)
    heads = (word.head.i if parsed and word.head is not word else -1 for word in words)
    head = np.fromiter(heads, np.int32, len(words))
    head[head == np.arange(len(words))] = -1  # spaCy's own mark of a root
    return Tagged(
        start,
        end,
        _sentences(start, spans),
        _strings(word.pos_ for word in words),
        _strings(str(word.morph) for word in words),
        _strings(word.lemma_ for word in words),
        _strings(_RELATIONS.get(word.dep_, word.dep_) for word in words),
        head,
        entity,
        np.where(entity == "O", np.float32(0), np.float32(1)).astype(DTYPES["score"]),
    )


def _sentences(start: np.ndarray, spans: Spans) -> np.ndarray:
    """The sentence of the token at or before each word."""
    if not len(spans.start):
        return np.zeros(len(start), np.int32)
    token = np.searchsorted(spans.start, start, side="right") - 1
    return spans.sentence[np.maximum(token, 0)].astype(np.int32)


def _entities(doc: Any, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    tags = np.full(len(start), "O", dtype=object)
    for entity in doc.ents:
        if entity.label_ in DROPPED:
            continue
        low = int(np.searchsorted(end, entity.start_char, side="right"))
        high = int(np.searchsorted(start, entity.end_char, side="left"))
        label = LABELS.get(entity.label_, "MISC")
        tags[low:high] = f"I-{label}"
        if low < high:
            tags[low] = f"B-{label}"
    return tags


def _strings(values: Any) -> np.ndarray:
    found = list(values)
    column = np.empty(len(found), dtype=object)
    column[:] = found
    return column
