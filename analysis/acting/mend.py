"""Mending what a parser cannot mean: attachments that English word order rules out.

Every function changes heads and relations in place; rows are words in the order of the text.
"""

from __future__ import annotations

import numpy as np

Column = np.ndarray
_INNER = ("compound", "flat", "amod", "nmod", "nmod:poss", "nmod:desc", "det", "nummod")


def mend(head: Column, dep: Column, pos: Column, feats: Column, lemma: Column) -> None:
    """Mend the trees of a table.

    Notes
    -----
    What is mended: a coordination that points forward; a second subject (an apposition before the
    verb, an object behind it: "told Joe Biden that"); an object before the infinitive it hangs on
    ("urged Russia to stop": the object of "urged"); a finite verb joined to an infinitive ("urged
    … to stop and blamed": joined to "urged"); objects with a preposition; "by X" that does not
    hang on its passive; agents of a passive without "by".
    """
    _forward_conjuncts(head, dep, pos)
    _second_subjects(head, dep, pos)
    _early_objects(head, dep)
    _finite_after_infinitive(head, dep, feats)
    _prepositions(head, dep, pos, feats, lemma)


def _forward_conjuncts(head: Column, dep: Column, pos: Column) -> None:
    """In "Russia and China left" the first name is the head, never a later one."""
    for row in np.flatnonzero((dep == "conj") & (head > np.arange(len(head)))).tolist():
        first = row - 1
        while first >= 0 and pos[first] in ("CCONJ", "PUNCT", "DET", "ADJ", "ADV"):
            first -= 1
        if first < 0 or pos[first] not in ("NOUN", "PROPN", "PRON"):
            continue
        while dep[first] in _INNER and 0 <= head[first] < row:
            first = head[first]
        if head[first] != row:
            head[row] = first


def _second_subjects(head: Column, dep: Column, pos: Column) -> None:
    """A verb has one subject; what else is called one stands beside it or is the object."""
    first: dict[int, int] = {}
    for row in np.flatnonzero((dep == "nsubj") & (head >= 0)).tolist():
        verb = head[row]
        if verb not in first:
            first[verb] = row
        elif row < verb:
            head[row], dep[row] = first[verb], "appos"
        elif first[verb] < verb and pos[verb] == "VERB":
            dep[row] = "obj"


def _early_objects(head: Column, dep: Column) -> None:
    objects = np.flatnonzero((dep == "obj") & (head > np.arange(len(head))))
    verb = head[objects]
    objects = objects[
        np.isin(dep[verb], ("xcomp", "advcl")) & (head[verb] < objects) & (head[verb] >= 0)
    ]
    head[objects] = head[head[objects]]


def _finite_after_infinitive(head: Column, dep: Column, feats: Column) -> None:
    for row in np.flatnonzero((dep == "conj") & (head >= 0)).tolist():
        first = head[row]
        split = "VerbForm=Fin" in feats[row] and "VerbForm=Inf" in feats[first]
        if split and dep[first] == "xcomp" and 0 <= head[first] < first:
            head[row] = head[first]


def _prepositions(head: Column, dep: Column, pos: Column, feats: Column, lemma: Column) -> None:
    """What a preposition makes of a noun beside a verb."""
    led = np.flatnonzero((dep == "case") & (head >= 0))
    by = set(head[led[lemma[led] == "by"]].tolist())
    for row in np.unique(head[led]).tolist():
        verb = head[row]
        if verb < 0:
            continue
        if (dep[row] == "obj" and pos[verb] == "VERB") or (
            dep[row] == "obl:agent" and row not in by
        ):
            dep[row] = "obl"
        elif row in by and dep[row] == "nmod" and dep[verb] == "obj" and head[verb] >= 0:
            above = head[verb]
            if pos[above] == "VERB" and "Voice=Pass" in feats[above]:
                head[row], dep[row] = above, "obl:agent"
