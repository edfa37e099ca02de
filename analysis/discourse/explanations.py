"""Explanations: what is said to follow from what, who is blamed, and who says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.discourse.lexicons import (
    ItemHits,
    cut,
    find_items,
    item_table,
    load_words,
    packaged_rows,
    recorded,
    require_tags,
)
from analysis.discourse.roles import RoleReader
from analysis.discourse.trees import VERBAL, Trees, build_trees
from analysis.tables import measure, require_choice, require_columns
from analysis.terms.counting import coded, codes_of

GRAMMARS = ("clause", "noun", "verb", "from", "fault", "blame", "previous")
PARTS = ("explained", "cause", "source")
Markers = pd.DataFrame | Sequence[Mapping[str, str]]


def read_explanation_markers() -> pd.DataFrame:
    """The package's own markers of explanation; the file says what the columns mean."""
    return pd.DataFrame(packaged_rows("explanation_markers.csv"))


@measure("tagged", plain={"markers": recorded})
def find_explanations(
    corpus: pd.DataFrame,
    *,
    markers: Markers | None = None,
    quotes: pd.DataFrame | None = None,
    documents: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Find explanations: X because Y, X led to Y, Z blames X for Y.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        A corpus, or its tagged tokens, ``annotate(corpus).tokens``.
    markers : pandas.DataFrame or sequence of mappings, optional
        Rows of ``read_lexicon("explanation")``, or own ones with `item`, `class`, `grammar`.
    quotes : pandas.DataFrame, optional
        What `find_quotes` gives, for who says so.
    documents : pandas.DataFrame, optional
        With `doc` and `text`, to add the words of the parts.

    Returns
    -------
    pandas.DataFrame
        One row per explanation, in the order of the texts: `doc` (categorical), `sentence`,
        `start`, `end` (offsets of the marker), `marker` (as listed), `class`; `explained_start`,
        `explained_end`, `cause_start`, `cause_end` (offsets; -1 where that part was not found; of
        blame the cause is who is blamed, of purpose what for), `source_start`, `source_end` (the
        one who blames, as the grammar has it; else -1); with `quotes` also `voice` (the speaker of
        the innermost quotation around the marker, "(unnamed)" where it has none, "writer" outside
        of quotations; `add_voices` tells headlines, too); with `documents` also `explained`,
        `cause`, `source`.

    Raises
    ------
    InputError
        If a column is missing or the markers cannot be read.

    Notes
    -----
    A marker shows that a text explains, not that it is right, and most explanations have none: two
    sentences side by side, "kill" or "force" for a cause with its effect. "After" is kept as
    "temporal-causal" unless it dates (after Monday, two days after), and is often only
    temporal. "Since" counts where its clause is in the present or has a modal and the main clause
    is not in the perfect. "As", "so", "for" and "to" alone are too ambiguous
    and are not looked for. A negated explanation ("not because") is an explanation here. The parts
    are as good as the parse: in a long sentence read them before quoting them.

    Examples
    --------
    >>> from analysis.annotation.annotator import annotate
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["The talks failed because of the war."]})
    >>> found = find_explanations(annotate(texts).tokens, documents=texts)
    >>> found[["marker", "class", "explained", "cause"]]
           marker   class         explained    cause
    0  because of  causal  The talks failed  the war
    """
    need = ("sentence", "position", "start", "end", "word")
    source = coded(require_tags(corpus), need)
    table = item_table(
        read_explanation_markers() if markers is None else markers,
        ("class", "grammar"),
        "list of markers",
    )
    for grammar in table["grammar"].unique():
        require_choice(grammar, GRAMMARS, "grammar")
    found = find_items(source, table.assign(_all=""), "_all")
    reasons = _read_all(source, table, found)
    result = _explanation_table(source, table, found, reasons)
    if quotes is not None:
        result["voice"] = speakers_at(result, quotes)
    for part in PARTS if documents is not None else ():
        assert documents is not None
        result[part] = cut(documents, result, f"{part}_start", f"{part}_end")
    return result


def _read_all(tokens: pd.DataFrame, table: pd.DataFrame, found: ItemHits) -> list[Reason | None]:
    """The parts of every explanation; None for a marker that explains nothing."""
    reader, previous = RoleReader(build_trees(tokens), load_words()), _Previous(tokens)
    items, grammars = table["item"].tolist(), table["grammar"].tolist()
    reasons: list[Reason | None] = []
    places = zip(found.rows.tolist(), found.lengths.tolist(), found.items.tolist(), strict=True)
    for row, length, item in places:
        marker = Marker(row, row + length - 1, items[item], grammars[item])
        said_before = marker.grammar == "previous"
        reasons.append(previous.read_reason(marker) if said_before else read_reason(reader, marker))
    return reasons


def _explanation_table(
    tokens: pd.DataFrame, table: pd.DataFrame, found: ItemHits, reasons: list[Reason | None]
) -> pd.DataFrame:
    """The rows of the result."""
    kept = np.array([reason is not None for reason in reasons], dtype=bool)
    rows, items = found.rows[kept], found.items[kept]
    start, end = tokens["start"].to_numpy(), tokens["end"].to_numpy()
    columns: dict[str, Any] = {
        "doc": tokens["doc"].take(rows).array,
        "sentence": tokens["sentence"].to_numpy()[rows],
        "start": start[rows],
        "end": end[rows + found.lengths[kept] - 1],
        "marker": pd.Series(table["item"].to_numpy(dtype=object)[items], dtype="str"),
        "class": pd.Series(table["class"].to_numpy(dtype=object)[items], dtype="str"),
    }
    for place, part in enumerate(PARTS):
        spans: list[Span] = [reason[place] for reason in reasons if reason is not None]
        columns[f"{part}_start"] = np.array([-1 if s is None else start[s[0]] for s in spans], int)
        columns[f"{part}_end"] = np.array([-1 if s is None else end[s[1]] for s in spans], int)
    return pd.DataFrame(columns)


WRITER, UNKNOWN = "writer", "(unnamed)"


def speakers_at(table: pd.DataFrame, quotes: pd.DataFrame) -> pd.Series:
    """Say whose words the passages of a table are: the innermost quotation around each."""
    require_columns(quotes, ("doc", "start", "end", "speaker"), "quotes")
    around: dict[str, list[tuple[int, int, str]]] = {}
    names = quotes["speaker"].astype(object).where(quotes["speaker"].notna(), "")
    for doc, start, end, name in zip(
        quotes["doc"].astype(object), quotes["start"], quotes["end"], names, strict=True
    ):
        around.setdefault(doc, []).append((int(start), int(end), str(name) or UNKNOWN))
    found = []
    for doc, start, end in zip(
        table["doc"].astype(object), table["start"], table["end"], strict=True
    ):
        inner = [(b - a, name) for a, b, name in around.get(doc, ()) if a <= start and end <= b]
        found.append(min(inner)[1] if inner else WRITER)
    return pd.Series(found, dtype="str", index=table.index)


# ---- reading the parts of an explanation off the trees ------------------------------------------

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


def read_reason(reader: RoleReader, marker: Marker) -> Reason | None:
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
    """The word of a marker on which its others depend."""
    own = range(marker.first, marker.last + 1)
    tops = [row for row in own if trees.head[row] not in own]
    verbs = [row for row in tops if trees.pos[row] in (*VERBAL, "NOUN", "ADJ")]
    return (verbs or tops or [marker.first])[0]


def _head_after(trees: Trees, marker: Marker) -> int:
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


def _by_conjunction(reader: RoleReader, marker: Marker) -> Reason | None:
    """Because, due to, after …: what follows explains what the clause depends on."""
    trees = reader.trees
    reason = _head_after(trees, marker)
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


def _is_causal_since(reader: RoleReader, row: int, reason: int, effect: int) -> bool:
    """Whether "since" gives a reason: a present tense or modal clause, and no perfect beside it."""
    # "Russia has waited since talks began" and "since 2014" are of time; a past tense may be
    # either.
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


def _is_date(reader: RoleReader, marker: Marker, reason: int) -> bool:
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


def _subject(reader: RoleReader, verb: int, marker: Marker) -> Span:
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


def _complement(reader: RoleReader, verb: int, marker: Marker) -> Span:
    """The object of a verb with its infinitive, else what follows the marker."""
    trees = reader.trees
    heads = trees.with_dep(verb, "obl:agent") if reader.is_passive(verb) else []
    if not heads and trees.pos[marker.last] != "ADP":
        heads = trees.with_dep(verb, "obj", "ccomp")
        heads += trees.with_dep(verb, "xcomp") if heads else []
    if not heads:
        behind = _head_after(trees, marker)
        heads = [behind] if behind >= 0 and behind != verb else []
    rows = [row for head in heads for row in trees.subtree(head) if row > marker.last]
    cases = {row for head in heads for row in trees.with_dep(head, "case")}
    return span_of(trees, (row for row in rows if row not in cases))


def _by_blame(reader: RoleReader, marker: Marker) -> Reason | None:
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
_JOINING = frozenset(("and", "but", "or", "yet", "so"))


class _Previous:
    """What stands before and after a marker such as "therefore", whose cause was said before."""

    def __init__(self, tokens: pd.DataFrame) -> None:
        words: Any = tokens["term"].array
        self.words = words.categories.to_numpy(dtype=object)[words.codes]
        self.is_word = tokens["is_word"].to_numpy(dtype=bool)
        self.doc = codes_of(tokens, "doc")
        sentence = tokens["sentence"].to_numpy()
        new = np.ones(len(self.doc), dtype=bool)
        new[1:] = (self.doc[1:] != self.doc[:-1]) | (sentence[1:] != sentence[:-1])
        self.starts = np.flatnonzero(new)
        self.ends = np.append(self.starts, len(self.doc))[1:]

    def read_reason(self, marker: Marker) -> Reason | None:
        """Explained is what follows; the cause is what precedes, or else the sentence before."""
        number = int(np.searchsorted(self.starts, marker.first, side="right")) - 1
        start, end = int(self.starts[number]), int(self.ends[number])
        explained = self._until_edge(marker.last + 1, end)
        left = self._trimmed(start, marker.first - 1)
        before = self.words[marker.first - 1] if marker.first > start else ""
        if left is not None and (before in _JOINING or before in (",", ";", ":", "—", "–")):
            return Reason(explained, left)
        if number == 0 or self.doc[start - 1] != self.doc[start]:
            return None
        cause = self._trimmed(int(self.starts[number - 1]), start - 1)
        whole = explained if left is None else self._trimmed(start, end - 1)
        return Reason(whole, cause)

    def _until_edge(self, row: int, end: int) -> Span:
        """Up to a strong mark, or a comma before and, but …"""
        here = row
        while here < end and not self._is_edge(here, end):
            here += 1
        return self._trimmed(row, here - 1)

    def _is_edge(self, row: int, limit: int) -> bool:
        if self.words[row] in _STRONG:
            return True
        return self.words[row] == "," and row + 1 < limit and self.words[row + 1] in _JOINING

    def _trimmed(self, first: int, last: int) -> Span:
        """Without punctuation and joining words at its ends."""
        while first <= last and (not self.is_word[first] or self.words[first] in _JOINING):
            first += 1
        while last >= first and (not self.is_word[last] or self.words[last] in _JOINING):
            last -= 1
        return (first, last) if first <= last else None
