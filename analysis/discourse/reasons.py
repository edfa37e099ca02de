"""What an explanation explains, and by what: read off dependency trees."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.discourse.lexicons import load_words
from analysis.discourse.roles import Reader
from analysis.discourse.trees import VERBAL, Trees
from analysis.terms.counting import codes_of

Span = tuple[int, int] | None  # first and last row
_EDGES = frozenset(("punct", "cc", "mark"))
_MODAL = frozenset("will can may might must shall should would could".split())


class Reason(NamedTuple):
    """The parts of an explanation, as rows of the tokens."""

    explained: Span
    cause: Span
    source: Span = None  # who blames


class Marker(NamedTuple):
    """A marker at its place."""

    first: int
    last: int
    item: str
    grammar: str


def read_reason(reader: Reader, marker: Marker) -> Reason | None:
    """Read the parts of an explanation; None where the marker explains nothing after all."""
    if marker.grammar in ("clause", "noun"):
        return _by_conjunction(reader, marker)
    if marker.grammar == "blame":
        return _by_blame(reader, marker)
    trees = reader.trees
    top = _top(trees, marker)
    before = _subject(reader, top, marker)
    after = _complement(reader, top, marker)
    turned = marker.grammar == "verb" and reader.is_passive(top)
    if before is None and after is None:
        return None
    if marker.grammar == "from" or turned:
        return Reason(before, after)
    return Reason(after, before)


def _top(trees: Trees, marker: Marker) -> int:
    """The word of a marker on which its others hang."""
    own = range(marker.first, marker.last + 1)
    tops = [row for row in own if trees.head[row] not in own]
    verbs = [row for row in tops if trees.pos[row] in (*VERBAL, "NOUN", "ADJ")]
    return (verbs or tops or [marker.first])[0]


def _behind(trees: Trees, marker: Marker) -> int:
    """The head of what follows a marker, -1 where nothing does."""
    own = range(marker.first, marker.last + 1)
    for row in reversed(own):
        up = trees.head[row]
        if up > marker.last:
            return up
    here = marker.last + 1
    if here >= len(trees.head) or not _same_sentence(trees, here, marker.last):
        return -1
    while trees.head[here] > marker.last:
        here = trees.head[here]
    return here if trees.pos[here] != "PUNCT" else -1


def _same_sentence(trees: Trees, one: int, other: int) -> bool:
    sentence = trees.table["sentence"].array
    return bool(trees.doc[one] == trees.doc[other] and sentence[one] == sentence[other])


def span_of(trees: Trees, rows: Iterable[int]) -> Span:
    """First and last of some rows, without punctuation and connecting words at the edges."""
    kept = sorted(rows)
    while kept and trees.dep[kept[0]] in _EDGES:
        kept.pop(0)
    while kept and trees.dep[kept[-1]] in _EDGES - {"mark"}:
        kept.pop()
    return (kept[0], kept[-1]) if kept else None


def _by_conjunction(reader: Reader, marker: Marker) -> Reason | None:
    """Because, due to, after …: what follows explains what the whole hangs on."""
    trees = reader.trees
    reason = _behind(trees, marker)
    if reason < 0:
        return None
    effect = trees.head[reason]
    while marker.first <= effect <= marker.last:
        effect = trees.head[effect]
    if marker.item == "since" and not _is_causal_since(reader, marker.first, reason, effect):
        return None
    if marker.item in ("after", "following") and _is_date(reader, marker, reason):
        return None
    below = set(trees.subtree(reason))
    cause = span_of(trees, (row for row in below if row > marker.last))
    if effect < 0:
        return Reason(None, cause)
    return Reason(_around(trees, effect, marker, below, cause), cause)


def _around(trees: Trees, effect: int, marker: Marker, below: set[int], cause: Span) -> Span:
    """The words of the effect on that side of marker and cause where its head stands."""
    rest = []
    for child in trees.children(effect):
        apart = trees.dep[child] in ("conj", "parataxis") and child > marker.first
        if not apart and child not in below:
            rest += trees.subtree(child)
    end = cause[1] if cause else marker.last
    own = set(range(marker.first, marker.last + 1)) | below
    if effect < marker.first:
        return span_of(trees, [r for r in {effect, *rest} - own if r < marker.first])
    return span_of(trees, [r for r in {effect, *rest} - own if r > end])


def _is_causal_since(reader: Reader, row: int, reason: int, effect: int) -> bool:
    """Whether "since" gives a reason: a present tense or modal clause, and no perfect beside it.

    "Russia has waited since talks began" and "since 2014" are of time; a past tense may be either.
    """
    trees = reader.trees
    if trees.dep[row] != "mark" or effect < 0:
        return False
    if any(trees.lemma[aux] == "have" for aux in trees.with_dep(effect, "aux")):
        return False
    around = [reason, *trees.with_dep(reason, "aux", "cop", "aux:pass")]
    present = any(
        "Tense=Pres" in trees.feats[r] and "VerbForm=Part" not in trees.feats[r] for r in around
    )
    return present or any(trees.lemma[r] in _MODAL for r in around)


def _is_date(reader: Reader, marker: Marker, reason: int) -> bool:
    """Whether "after" only dates: after Monday, after 2014, two days after."""
    trees, before = reader.trees, marker.first - 1
    if trees.dep[marker.first] not in ("mark", "case"):
        return True
    if trees.pos[reason] == "NUM" or is_time(trees.lemma[reason]) or _is_other(trees, reason):
        return True
    if before >= 0 and _same_sentence(trees, before, reason) and is_time(trees.lemma[before]):
        return True
    measures = [child for child in trees.children(reason) if child < marker.first]
    return any(trees.pos[child] in ("NOUN", "NUM") for child in measures)


def _is_other(trees: Trees, row: int) -> bool:
    """Whether a word is that of "one after another"."""
    return trees.lemma[row] in ("other", "another")


def is_time(word: str) -> bool:
    """Whether a word is a stretch or a point of time."""
    time = load_words().kinds["time"]
    return word in time or word.removesuffix("s") in time


def _subject(reader: Reader, verb: int, marker: Marker) -> Span:
    """The subject of a verb, also one that it shares or that it says more of."""
    trees, here = reader.trees, verb
    for _ in range(8):
        own = trees.with_dep(here, "nsubj", "nsubj:pass", "csubj", "csubj:pass", "nsubj:outer")
        if own and "PronType=Rel" not in trees.feats[own[0]]:
            return span_of(trees, trees.subtree(own[0]))
        up = trees.head[here]
        if up < 0:
            return None
        if own or trees.dep[here] in ("acl", "acl:relcl"):
            noun = [r for r in trees.subtree(up) if r < marker.first]
            below = set(trees.subtree(here))
            return span_of(trees, [r for r in noun if r not in below])
        if trees.dep[here] in ("advcl", "advcl:relcl", "parataxis"):
            below = set(trees.subtree(here))
            return span_of(
                trees, [r for r in trees.subtree(up) if r < marker.first and r not in below]
            )
        if trees.dep[here] == "xcomp" and trees.with_dep(up, "obj"):
            return span_of(trees, trees.subtree(trees.with_dep(up, "obj")[0]))
        if trees.dep[here] not in ("conj", "xcomp"):
            return None
        here = up
    return None


def _complement(reader: Reader, verb: int, marker: Marker) -> Span:
    """The object of a verb with its infinitive, else what follows the marker."""
    trees = reader.trees
    heads = trees.with_dep(verb, "obl:agent") if reader.is_passive(verb) else []
    if not heads and trees.pos[marker.last] != "ADP":
        heads = trees.with_dep(verb, "obj", "ccomp")
        heads += trees.with_dep(verb, "xcomp") if heads else []
    if not heads:
        behind = _behind(trees, marker)
        heads = [behind] if behind >= 0 and behind != verb else []
    rows = [row for head in heads for row in trees.subtree(head) if row > marker.last]
    cases = {row for head in heads for row in trees.with_dep(head, "case")}
    return span_of(trees, (row for row in rows if row not in cases))


def _by_blame(reader: Reader, marker: Marker) -> Reason | None:
    """Blame X for Y, blame Y on X, accuse X of Y; X and Y also of the passive."""
    trees, verb = reader.trees, marker.first
    passive = reader.is_passive(verb)
    subject = _subject(reader, verb, marker)
    objects = trees.with_dep(verb, "obj", "iobj")
    behind = [
        child
        for parent in (verb, *objects)
        for child in trees.with_dep(parent, "obl", "nmod", "advcl", "acl")
        if child > verb
    ]
    for_what = [child for child in behind if _led_by(trees, child, ("for", "of"))]
    on_whom = [child for child in behind if _led_by(trees, child, ("on", "upon"))]
    below = {row for child in (*for_what, *on_whom) for row in trees.subtree(child)}
    whom = span_of(trees, (r for o in objects[:1] for r in trees.subtree(o) if r not in below))
    by = span_of(trees, (r for a in trees.with_dep(verb, "obl:agent") for r in _inner(trees, a)))
    target = subject if passive else whom
    source = by if passive else subject
    if on_whom:
        return Reason(target, span_of(trees, _inner(trees, on_whom[0])), source)
    if target is None:
        return None
    what = span_of(trees, _inner(trees, for_what[0])) if for_what else None
    return Reason(what, target, source)


def _led_by(trees: Trees, row: int, words: tuple[str, ...]) -> bool:
    return any(trees.lemma[child] in words for child in trees.with_dep(row, "case", "mark"))


def _inner(trees: Trees, row: int) -> list[int]:
    """A phrase without its preposition."""
    led = set(trees.with_dep(row, "case", "mark"))
    return [r for r in trees.subtree(row) if r not in led]


_STRONG = frozenset(';:—–()[]“”"«»„…?!') | {".", " - ", "--"}
_AUXILIARIES = frozenset("is are was were been be being has have had not also".split())
_JOINING = frozenset(("and", "but", "or", "yet", "so"))


class Segments:
    """The sentences of a table as runs of rows, and the words in them."""

    def __init__(self, tokens: pd.DataFrame) -> None:
        words: Any = tokens["term"].array
        self.words = words.categories.to_numpy(dtype=object)[words.codes]
        self.is_word = tokens["is_word"].to_numpy(dtype=bool)
        doc = codes_of(tokens, "doc")
        sentence = tokens["sentence"].to_numpy()
        new = np.ones(len(doc), dtype=bool)
        new[1:] = (doc[1:] != doc[:-1]) | (sentence[1:] != sentence[:-1])
        self.starts = np.flatnonzero(new)
        self.ends = np.append(self.starts, len(doc))[1:]
        self.doc = doc

    def read_reason(self, marker: Marker) -> Reason | None:
        """Read the parts of an explanation off the stretches between marks of punctuation."""
        number = int(np.searchsorted(self.starts, marker.first, side="right")) - 1
        start, end = int(self.starts[number]), int(self.ends[number])
        if marker.grammar == "previous":
            return self._previous(marker, number)
        if marker.grammar == "blame":
            return self._blame(marker, start, end)
        if marker.item in ("after", "following") and self._is_date(marker, start, end):
            return None
        left, right = self._left(marker.first, start), self._right(marker.last + 1, end)
        if marker.grammar in ("clause", "noun"):
            if left is None:  # "Because of rain, play stopped"
                return self._fronted(marker, end)
            return Reason(left, right)
        if left is None and right is None:
            return None
        left = self._without_auxiliary(left)
        return Reason(left, right) if marker.grammar == "from" else Reason(right, left)

    def _is_date(self, marker: Marker, start: int, end: int) -> bool:
        """Whether "after" only dates: two days after, after Monday, after 2014."""
        before = self.words[marker.first - 1] if marker.first > start else ""
        behind = self.words[marker.last + 1] if marker.last + 1 < end else ""
        return is_time(before) or is_time(behind) or behind[:1].isdigit()

    def _left(self, row: int, start: int) -> Span:
        """Back from a marker to a strong mark, or a comma before and, but …"""
        here = row - 1
        while here >= start and not self._is_edge(here, row):
            here -= 1
        return self._trimmed(here + 1, row - 1)

    def _right(self, row: int, end: int) -> Span:
        here = row
        while here < end and not self._is_edge(here, end):
            here += 1
        return self._trimmed(row, here - 1)

    def _is_edge(self, row: int, limit: int) -> bool:
        if self.words[row] in _STRONG:
            return True
        return self.words[row] == "," and row + 1 < limit and self.words[row + 1] in _JOINING

    def _trimmed(self, first: int, last: int) -> Span:
        while first <= last and (not self.is_word[first] or self.words[first] in _JOINING):
            first += 1
        while last >= first and (not self.is_word[last] or self.words[last] in _JOINING):
            last -= 1
        return (first, last) if first <= last else None

    def _fronted(self, marker: Marker, end: int) -> Reason | None:
        commas = np.flatnonzero(self.words[marker.last + 1 : end] == ",")
        if not len(commas):
            return None
        comma = marker.last + 1 + int(commas[0])
        return Reason(self._right(comma + 1, end), self._trimmed(marker.last + 1, comma - 1))

    def _previous(self, marker: Marker, number: int) -> Reason | None:
        """Therefore, as a result …: the cause was said before."""
        start, end = int(self.starts[number]), int(self.ends[number])
        explained = self._right(marker.last + 1, end)
        left = self._trimmed(start, marker.first - 1)
        before = self.words[marker.first - 1] if marker.first > start else ""
        if left is not None and (before in _JOINING or before in (",", ";", ":", "—", "–")):
            return Reason(explained, left)
        if number == 0 or self.doc[start - 1] != self.doc[start]:
            return None
        cause = self._trimmed(int(self.starts[number - 1]), start - 1)
        whole = explained if left is None else self._trimmed(start, end - 1)
        return Reason(whole, cause)

    def _blame(self, marker: Marker, start: int, end: int) -> Reason | None:
        """X blames Y for Z, X is accused of Z: by what stands between."""
        left = self._left(marker.first, start)
        words = self.words[marker.last + 1 : end].tolist()
        places = [n for n, word in enumerate(words) if word in ("for", "of")]
        on_whom = not places
        places = places or [n for n, word in enumerate(words) if word == "on"]
        if not places:
            return None
        place = marker.last + 1 + places[0]
        right, between = self._right(place + 1, end), self._trimmed(marker.last + 1, place - 1)
        if on_whom:  # "X blames Z on Y"
            return Reason(between, right, left)
        if between is None or self.words[between[0]] == "by":  # the passive
            by = None if between is None else self._trimmed(between[0] + 1, between[1])
            accused = self._without_auxiliary(left)
            return None if accused is None else Reason(right, accused, by)
        return Reason(right, between, left)

    def _without_auxiliary(self, span: Span) -> Span:
        """Take "was" and its like off the end of what stands before a verb."""
        if span is None:
            return None
        first, last = span
        while last > first and self.words[last] in _AUXILIARIES:
            last -= 1
        return first, last
