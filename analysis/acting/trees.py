"""Dependency trees of a tagged tokens table, as lists that are quick to walk."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.acting.lists import load_words
from analysis.acting.mend import mend
from analysis.counting.codes import codes_of
from analysis.counting.hits import coded
from analysis.tables import InputError

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


def plant(tokens: pd.DataFrame) -> Trees:
    """Read the trees of a tagged table.

    Parameters
    ----------
    tokens : pandas.DataFrame
        The tokens that `annotate` gives, or some of them.

    Returns
    -------
    Trees
        A head that is not in the table makes its dependent a root.

    Raises
    ------
    InputError
        If the tokens are not tagged.
    """
    if isinstance(tokens, pd.DataFrame) and not {"head", "pos"} <= set(tokens.columns):
        raise InputError(
            "These tokens have no tags (lemma, pos, morphology, dep, head); pass what"
            " annotate(documents).tokens gives."
        )
    table = coded(tokens, (*TAGGED, "head"))
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
    _spell(table, text)
    mend(head, text["dep"], text["pos"], text["morphology"], text["lemma"])
    head[~_reached(head)] = -1
    below = np.lexsort((keys, head))
    first = np.searchsorted(head[below], np.arange(len(head) + 1))
    dep, pos, lemma, feats = (text[n].tolist() for n in ("dep", "pos", "lemma", "morphology"))
    links = head.tolist(), dep, pos, lemma, feats, first.tolist(), below.tolist()
    return Trees(table, doc, *links)


def _strings(column: pd.Series) -> np.ndarray:
    """The values of a text column, "" where there is none; lemmas lower-cased."""
    values = column.astype("category")
    names = values.cat.categories.astype(str)
    names = names.str.lower() if column.name == "lemma" else names
    return np.append(names.to_numpy(dtype=object), "")[values.cat.codes.to_numpy()]


def _spell(tokens: pd.DataFrame, text: dict[str, np.ndarray]) -> None:
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
