"""Dependency trees of a tagged tokens table, as lists that are quick to walk."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.discourse.lexicons import load_words, require_tags
from analysis.terms.counting import coded, codes_of

TAGGED = ("sentence", "position", "start", "end", "word", "lemma", "pos", "morphology", "dep")
SUBJECTS = frozenset(("nsubj", "nsubj:pass", "nsubj:outer", "csubj", "csubj:pass", "expl"))
NOMINAL = frozenset(("NOUN", "PROPN", "PRON", "NUM", "SYM", "X"))
VERBAL = frozenset(("VERB", "AUX"))
_DEEPEST = 200  # steps below a root; deeper nests are noise and would exhaust the recursion


class Trees(NamedTuple):
    """All trees of a table; a word is named by its row."""

    table: pd.DataFrame
    doc: np.ndarray  # codes
    head: list[int]  # row of the head, -1 for a root
    dep: list[str]
    pos: list[str]
    lemma: list[str]  # lower-cased
    feats: list[str]
    first: list[int]  # where each row's dependents begin in `below`
    below: list[int]
    words: list[str]  # as they stand, in small letters

    def word(self, row: int) -> str:
        """A word as it stands, in small letters."""
        return self.words[row]

    def children(self, row: int) -> list[int]:
        """Rows of the dependents, in the order of the text."""
        return self.below[self.first[row] : self.first[row + 1]]

    def with_dep(self, row: int, *deps: str) -> list[int]:
        """Dependents in one of these relations."""
        return [child for child in self.children(row) if self.dep[child] in deps]

    def cases(self, row: int) -> set[str]:
        """Prepositions of a noun."""
        return {self.lemma[child] for child in self.with_dep(row, "case")}

    def subtree(self, row: int, without: frozenset[str] = frozenset()) -> list[int]:
        """Rows of a word and all below it, but for dependents in these relations; sorted."""
        found, ahead = [], [row]
        while ahead:
            here = ahead.pop()
            found.append(here)
            ahead += [c for c in self.children(here) if self.dep[c] not in without]
        return sorted(found)

    def has_subject(self, row: int) -> bool:
        """Whether a verb has a subject of its own."""
        return any(self.dep[child] in SUBJECTS for child in self.children(row))


def build_trees(tokens: pd.DataFrame) -> Trees:
    """Read the trees of a tagged table."""
    table = coded(require_tags(tokens), (*TAGGED, "head"))
    doc = codes_of(table, "doc").astype(np.int64)
    position = table["position"].to_numpy().astype(np.int64)
    wanted = table["head"].to_numpy().astype(np.int64)
    size = 1 + max(int(position.max(initial=0)), int(wanted.max(initial=0)))
    keys = doc * size + position
    order = np.argsort(keys, kind="stable")
    place = np.searchsorted(keys[order], doc * size + wanted)
    head = order[np.minimum(place, max(len(order) - 1, 0))] if len(order) else place
    head = np.where((wanted >= 0) & (keys[head] == doc * size + wanted), head, -1)
    text = {name: _strings(table[name]) for name in TAGGED[5:]}
    _correct_lemmas(table, text)
    repair_trees(head, text["dep"], text["pos"], text["morphology"], text["lemma"])
    head[~_reached(head)] = -1
    below = np.lexsort((keys, head))
    first = np.searchsorted(head[below], np.arange(len(head) + 1))
    dep, pos, lemma, feats = (text[n].tolist() for n in ("dep", "pos", "lemma", "morphology"))
    links = head.tolist(), dep, pos, lemma, feats, first.tolist(), below.tolist()
    return Trees(table, doc, *links, _strings(table["term"]).tolist())


def _strings(column: pd.Series) -> np.ndarray:
    """The values of a text column, "" where there is none; lemmas lower-cased."""
    values = column.astype("category")
    names = values.cat.categories.astype(str)
    names = names.str.lower() if column.name == "lemma" else names
    return np.append(names.to_numpy(dtype=object), "")[values.cat.codes.to_numpy()]


def _correct_lemmas(tokens: pd.DataFrame, text: dict[str, np.ndarray]) -> None:
    """Give the listed verbs their lemma where the tagger made up another ("sai", "declar")."""
    words = load_words()
    known = set(words.forms.values())
    term = _strings(tokens["term"])
    for row in np.flatnonzero(text["pos"] == "VERB").tolist():
        lemma = words.forms.get(term[row])
        if lemma is not None and text["lemma"][row] not in known:
            text["lemma"][row] = lemma


def _reached(head: np.ndarray) -> np.ndarray:
    """Mark words that come down from a root in a sane number of steps; loops do not."""
    known = head < 0
    for _ in range(_DEEPEST):
        new = ~known & known[head]
        if not new.any():
            break
        known = known | new
    return known


Column = np.ndarray
_NEAR = 60  # words behind a verb in which its object and the verbs joined to it are looked for
_INNER = ("compound", "flat", "amod", "nmod", "nmod:poss", "nmod:desc", "det", "nummod")


def repair_trees(head: Column, dep: Column, pos: Column, feats: Column, lemma: Column) -> None:
    """Repair what the parser gets wrong regularly."""
    # What is repaired: a relative clause of an event that hangs on a name beside it ("talks with
    # Peru, which resulted in": the talks did); the subject of a relative clause ("a major who
    # Gowdy, the chairman, fired", "the envoy Sweden expelled"); a verb taken for a particle
    # ("voters back Lee"); a coordination that points forward; a second subject (an apposition
    # before the verb, an object behind it: "told Joe Biden that", a relative pronoun before it:
    # "which the UN criticised"); an object before the infinitive it depends on
    # ("urged Russia to stop": the object of "urged"); a finite verb joined to an infinitive ("urged
    # … to stop and blamed": joined to "urged") or a gerund, and a subject of it that stands before
    # the gerund; objects with a preposition; "by X" that does not depend on its passive; agents of
    # a passive without "by".
    _event_relatives(head, dep, pos, lemma)
    _object_relatives(head, dep, pos, feats)
    _reduced_relatives(head, dep, pos, feats)
    _verbs_as_particles(head, dep, pos, lemma)
    _forward_conjuncts(head, dep, pos)
    _second_subjects(head, dep, pos, feats)
    _early_objects(head, dep)
    _finite_after_infinitive(head, dep, feats)
    _finite_after_gerund(head, dep, pos, feats)
    _finite_beside_finite(head, dep, pos, feats)
    _crossed_subjects(head, dep, pos)
    _prepositions(head, dep, pos, feats, lemma)


def _event_relatives(head: Column, dep: Column, pos: Column, lemma: Column) -> None:
    """In "talks with Peru, which resulted in" the clause is of the talks."""
    words = load_words()
    events = words.nominalisations.keys() | words.kinds["events"]
    for row in np.flatnonzero((dep == "acl:relcl") & (head >= 0)).tolist():
        noun = head[row]
        while dep[noun] == "conj" and head[noun] >= 0:
            noun = head[noun]
        above = head[noun]
        which = dep[noun] == "nmod" and "which" in lemma[head[row] + 1 : row].tolist()
        told = which and pos[noun] == "PROPN" and lemma[row] in words.kinds["of_events"]
        if told and above >= 0 and lemma[above] in events:
            head[row] = above


def _object_relatives(head: Column, dep: Column, pos: Column, feats: Column) -> None:
    """In "a major who Gowdy, the chairman, fired" Gowdy fires: no auxiliary makes it a passive."""
    helped = set(head[np.isin(dep, ("aux:pass", "nsubj"))].tolist())
    here = np.isin(dep, ("nsubj:pass", "obj")) & (head > np.arange(len(head)))
    for row in np.flatnonzero(here).tolist():
        verb = head[row]
        if "PronType=Rel" not in feats[row] or verb in helped or row < 1:
            continue
        if pos[verb] != "VERB" or np.any(np.isin(pos[row + 1 : verb], VERBAL_TAGS)):
            continue
        noun = next((r for r in range(row - 1, max(row - 3, -1), -1) if pos[r] in NOMINAL), -1)
        inner = [r for r in range(row + 1, verb) if pos[r] in NOMINAL]
        if noun < 0 or (dep[row] == "obj" and not inner):
            continue
        while dep[noun] in ("flat", "compound") and 0 <= head[noun] < row:
            noun = head[noun]
        head[verb], dep[verb] = noun, "acl:relcl"
        dep[row] = "obj" if inner else "nsubj"
        if inner:
            subject = inner[0]
            while row < head[subject] < verb:
                subject = head[subject]
            head[subject], dep[subject] = verb, "nsubj"


def _reduced_relatives(head: Column, dep: Column, pos: Column, feats: Column) -> None:
    """In "the envoy Sweden expelled" Sweden expels: no part of a name stands behind its head."""
    subjects = set(head[np.isin(dep, ("nsubj", "nsubj:pass"))].tolist())
    for verb in np.flatnonzero((dep == "acl:relcl") & (pos == "VERB")).tolist():
        row = verb - 1
        while row > 0 and dep[row] == "flat" and head[row] < row and pos[row] == "PROPN":
            row = head[row]
        behind = row > 0 and dep[row] == "compound" and head[row] == head[verb] < row
        if behind and verb not in subjects and "VerbForm=Fin" in feats[verb]:
            head[row], dep[row] = verb, "nsubj"


VERBAL_TAGS = ("VERB", "AUX")


def _verbs_as_particles(head: Column, dep: Column, pos: Column, lemma: Column) -> None:
    """In "voters back Lee" there is no other verb: "back" is it."""
    for row in np.flatnonzero((lemma == "back") & np.isin(pos, ("ADP", "ADV"))).tolist():
        noun, after = row - 1, row + 1
        if noun < 0 or after >= len(head) or dep[row] not in ("root", "advmod", "case"):
            continue
        if pos[noun] not in ("NOUN", "PROPN") or pos[after] not in ("PROPN", "DET", "NOUN", "ADJ"):
            continue
        if dep[row] == "root":
            subject = noun if head[noun] == row else -1
        else:
            subject = noun if dep[noun] == "root" else -1
        if subject < 0:
            continue
        goal = after
        while head[goal] > goal:
            goal = head[goal]
        head[row], dep[row], pos[row] = -1, "root", "VERB"
        head[subject], dep[subject] = row, "nsubj"
        head[goal], dep[goal] = row, "obj"
        for other in np.flatnonzero((head == subject) & (np.arange(len(head)) > row)).tolist():
            head[other] = row


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


def _second_subjects(head: Column, dep: Column, pos: Column, feats: Column) -> None:
    """A verb has one subject; what else is called one stands beside it or is the object."""
    first: dict[int, int] = {}
    for row in np.flatnonzero((dep == "nsubj") & (head >= 0)).tolist():
        verb = head[row]
        if verb not in first:
            first[verb] = row
        elif row < verb and "PronType=Rel" in feats[first[verb]]:
            dep[first[verb]] = "obj"
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


def _finite_after_gerund(head: Column, dep: Column, pos: Column, feats: Column) -> None:
    """In "accused Lee of lying and praised Ray" who accused praises, too: "lying" is not finite."""
    helped = set(head[np.isin(dep, ("aux", "aux:pass", "cop"))].tolist())
    for row in np.flatnonzero((dep == "conj") & (pos == "VERB") & (head >= 0)).tolist():
        first = head[row]
        gerund = "VerbForm=Ger" in feats[first] or "Tense=Pres|VerbForm=Part" in feats[first]
        above = head[first]
        leads = gerund and dep[first] in ("advcl", "xcomp", "acl", "ccomp") and 0 <= above < first
        if not leads or "Tense=Past" not in feats[row] or row in helped or first in helped:
            continue
        if "VerbForm=Fin" in feats[above]:
            head[row], feats[row] = above, feats[above]
            near = np.arange(row + 1, min(row + _NEAR, len(head)))
            head[near[(head[near] == first) & (dep[near] == "obj")]] = row  # "Ray"


def _finite_beside_finite(head: Column, dep: Column, pos: Column, feats: Column) -> None:
    """In "Peru derided, mocked and insulted Lee" all three are finite: one object follows."""
    taken = np.isin(dep, ("aux", "aux:pass", "cop", "nsubj", "nsubj:pass", "obl:agent"))
    bound = set(head[taken].tolist())
    led = set(head[dep == "nsubj"].tolist()) - set(head[dep == "aux"].tolist())
    for row in np.flatnonzero((dep == "conj") & (pos == "VERB") & (head >= 0)).tolist():
        first = head[row]
        past = "Tense=Past" in feats[row] and "VerbForm=Part" in feats[row] and row not in bound
        if not past or first not in led or "VerbForm=Fin" not in feats[first]:
            continue
        near = np.arange(row, min(row + _NEAR, len(head)))
        last = near[(head[near] == first) & (dep[near] == "conj") & (pos[near] == "VERB")][-1]
        if last not in bound and np.any((head[near] == last) & (dep[near] == "obj")):
            feats[row] = feats[first]


def _crossed_subjects(head: Column, dep: Column, pos: Column) -> None:
    """In "accused Lee of lying and praised Ray" Lee, before "of", is the object of "accused"."""
    for row in np.flatnonzero((dep == "nsubj") & (head > np.arange(len(head)))).tolist():
        later = head[row]
        verb = head[later]
        if not 0 <= verb < row or pos[verb] != "VERB" or dep[later] not in ("conj", "advcl"):
            continue
        between = np.arange(row + 1, later)
        inner = between[(head[between] == verb) & np.isin(dep[between], ("advcl", "xcomp", "obl"))]
        joined = between[(head[between] == later) & np.isin(dep[between], ("cc", "mark", "case"))]
        led = dep[later] == "advcl" or (len(inner) and len(joined) and inner[0] < joined[-1])
        if not led or not len(joined):
            continue
        head[row], dep[row] = verb, "obj"
        noun = head[verb]
        if dep[verb] == "acl" and noun >= 0 and dep[noun] == "root" and pos[noun] != "VERB":
            head[verb], dep[verb] = -1, "root"  # "Angela Merkel accused": no participle
            head[noun], dep[noun] = verb, "nsubj"


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
        elif row in by and dep[row] == "nmod" and head[verb] >= 0 and (
            dep[verb] == "obj" or (dep[verb] == "obl" and pos[verb] == "PROPN")
        ):  # fmt: skip
            above = head[verb]  # also "turned around, toward Norway by the navy"
            if pos[above] == "VERB" and "Voice=Pass" in feats[above]:
                head[row], dep[row] = above, "obl:agent"
