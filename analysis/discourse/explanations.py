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
from analysis.discourse.negation import is_negated
from analysis.discourse.roles import RoleReader
from analysis.discourse.trees import SUBJECTS, VERBAL, Trees, build_trees
from analysis.tables import measure, require_choice, require_columns
from analysis.terms.counting import coded, codes_of

GRAMMARS = (
    "clause",
    "noun",
    "verb",
    "from",
    "fault",
    "blame",
    "previous",
    "infinitive",
    "why",
    "so",
)
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
        `start`, `end` (offsets of the marker), `marker` (as listed), `class`; `complete` (bool:
        both parts were found and neither is a lone pronoun: the row can be read by itself);
        `negated` (bool: "not because", "did not lead to"); `explained_start`,
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
    "temporal-causal" where an event brings about a deed: not where it dates (after Monday, two days
    after), nor beside a verb of saying (after the match, the coach said), nor with a participle
    (after leaving). "Since" counts unless the main clause is in the perfect. "To" counts where it
    tells what a deed with an object was done for. "As" and "for" alone are too ambiguous and are
    not looked for. The words of a verb of saying are no part of what is explained ("he said that
    prices rose because …"), nor are further clauses and remarks behind a comma. The parts are as
    good as the parse: leave out rows that are not `complete` from a table of what is said to cause
    what, and read the others before quoting them. "Since" with a past clause behind a main clause
    in the present dates ("she is happy since she won") and is left out, too.

    Measured on labelled news sentences not used for the rules: of what a reader marked 0.72 (0.56
    to 0.83, n = 39) is found; of the rows 0.88 (0.72 to 0.95, n = 32) are explanations; but of the
    `complete` ones only 0.53 (0.36 to 0.69) have both parts as labelled by half of their words,
    0.72 by three tenths: the parts are places to read, not to quote unread. See
    ``docs/accuracy.md``.

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
    reader = RoleReader(build_trees(source), load_words())
    reasons = _read_all(reader, source, table, found)
    result = _explanation_table(reader, table, found, reasons)
    if quotes is not None:
        result["voice"] = speakers_at(result, quotes)
    for part in PARTS if documents is not None else ():
        assert documents is not None
        result[part] = cut(documents, result, f"{part}_start", f"{part}_end")
    return result


def _read_all(
    reader: RoleReader, tokens: pd.DataFrame, table: pd.DataFrame, found: ItemHits
) -> list[Reason | None]:
    """The parts of every explanation; None for a marker that explains nothing."""
    previous = _Previous(tokens)
    items, grammars = table["item"].tolist(), table["grammar"].tolist()
    reasons: list[Reason | None] = []
    places = zip(found.rows.tolist(), found.lengths.tolist(), found.items.tolist(), strict=True)
    for row, length, item in places:
        marker = Marker(row, row + length - 1, items[item], grammars[item])
        said_before = marker.grammar in ("previous", "so")
        reasons.append(previous.read_reason(marker) if said_before else read_reason(reader, marker))
    return reasons


def _explanation_table(
    reader: RoleReader, table: pd.DataFrame, found: ItemHits, reasons: list[Reason | None]
) -> pd.DataFrame:
    """The rows of the result."""
    tokens = reader.trees.table
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
    given = [reason for reason in reasons if reason is not None]
    columns["complete"] = np.array([_is_complete(reader, reason) for reason in given], dtype=bool)
    columns["negated"] = np.array([reason.negated for reason in given], dtype=bool)
    parts = [(one.explained, one.cause, one.source) for one in given]
    for part, spans in zip(PARTS, zip(*parts, strict=True) if parts else [[]] * 3, strict=True):
        columns[f"{part}_start"] = np.array([-1 if s is None else start[s[0]] for s in spans], int)
        columns[f"{part}_end"] = np.array([-1 if s is None else end[s[1]] for s in spans], int)
    return pd.DataFrame(columns)


def _is_complete(reader: RoleReader, reason: Reason) -> bool:
    """Whether both parts are there and neither is a lone pronoun."""
    if not reason.whole:
        return False
    for span in (reason.explained, reason.cause):
        if span is None or (span[0] == span[1] and reader.trees.pos[span[0]] in ("PRON", "DET")):
            return False
    return True


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
    negated: bool = False
    whole: bool = True  # whether its parts can be read by themselves


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
    if marker.grammar == "infinitive":
        return _by_infinitive(reader, marker)
    if marker.grammar == "blame":
        return _by_blame(reader, marker)
    if marker.grammar == "why":
        return _by_why(reader, marker)
    trees = reader.trees
    top = _top(trees, marker)
    if trees.dep[top] in ("amod", "compound"):
        return None  # "the provoking side"
    before = _subject(reader, top, marker)
    after = _complement(reader, top, marker)
    turned = marker.grammar == "verb" and reader.is_passive(top)
    if before is None and after is None:
        return None
    if _is_way(reader, top, marker) or _is_compelled(reader, top, marker):
        return None  # "a link leads to a page"
    up = trees.head[top]
    if before is None and trees.dep[top].startswith("nsubj") and trees.with_dep(up, "cop"):
        subject = set(trees.subtree(top)) | set(trees.with_dep(up, "cop"))
        before = span_of(trees, [r for r in _core(trees, up) if r not in subject])
    negated = is_negated(trees, top)
    if marker.grammar == "from" or turned:
        return Reason(before, after, negated=negated)
    return Reason(after, before, negated=negated)


_WAYS = frozenset(
    "link page site road path street door stair stairs tunnel bridge corridor route trail track"
    " passage entrance gate".split()
)


def _is_compelled(reader: RoleReader, verb: int, marker: Marker) -> bool:
    """Whether somebody, and not an event, forces others: "the police forced them to leave"."""
    subjects = reader.trees.with_dep(verb, "nsubj")
    forced = reader.trees.lemma[verb] in ("force", "inspire")
    who = [r for r in subjects if reader.trees.lemma[r] not in ("it", "this", "that", "which")]
    return forced and any(not reader.is_thing(noun) for noun in who)


def _is_way(reader: RoleReader, verb: int, marker: Marker) -> bool:
    """Whether it is a road or a link that leads somewhere."""
    trees = reader.trees
    subjects = trees.with_dep(verb, "nsubj")
    if trees.dep[verb] in ("acl", "acl:relcl"):
        subjects = [trees.head[verb]]
    leads = marker.item.startswith("lead")
    return leads and any(trees.lemma[row].removesuffix("s") in _WAYS for row in subjects)


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
    if marker.item in ("citing", "given") and trees.dep[marker.first] not in ("case", "mark"):
        grounds = trees.with_dep(marker.first, "obj", "obl", "ccomp")
        beside = trees.dep[marker.first] == "advcl" and not trees.has_subject(marker.first)
        reason = grounds[0] if grounds and beside else -1
    if reason < 0:
        return None
    effect = trees.head[reason]
    if trees.dep[reason] == "conj" and trees.with_dep(effect, "case", "mark"):
        effect = trees.head[effect]  # "not because of rain but because of fear"
    while marker.first <= effect <= marker.last:
        effect = trees.head[effect]
    if marker.item == "since" and not _is_causal_since(reader, marker.first, effect):
        return None
    if marker.item in ("after", "following") and not _is_event(reader, marker, reason, effect):
        return None
    if marker.item == "over" and trees.lemma[reason] not in reader.words.kinds["worries"]:
        return None
    top = _top(trees, marker)
    below = set(trees.subtree(reason)) | set(
        trees.subtree(top) if trees.head[top] == effect else ()
    )
    cause = span_of(trees, (row for row in _cause(trees, reason) if row > marker.last))
    negated = _is_not_because(trees, marker, reason)
    reason_noun = trees.with_dep(reason, "nsubj:outer") or (
        trees.with_dep(effect, "nsubj", "nsubj:outer") if effect >= 0 else []
    )
    told = _of_reason(trees, reason_noun[0]) if reason_noun else None
    if told is not None:  # "the reason that prices rose is because wages rose"
        return Reason(told, cause, negated=negated)
    if effect < 0:
        return Reason(_of_cleft(trees, reason), cause, negated=negated)
    effect = _within_saying(reader, effect, marker)
    if trees.lemma[effect] in ("appear", "seem") and trees.with_dep(effect, "nsubj"):
        noun = trees.with_dep(effect, "nsubj")[0]
        return Reason(span_of(trees, _core(trees, noun)), cause, negated=negated)
    around = _around(trees, effect, marker, below, cause)
    # "did not rise because of the strike but because of drought": it did rise
    nots = [c for c in trees.with_dep(effect, "advmod", "aux") if trees.word(c)[-3:] in _NOT]
    denied = bool(nots) or is_negated(trees, effect)
    second = denied and marker.first > 0 and trees.word(marker.first - 1) == "but"
    first = denied and not second and _is_corrected(trees, marker)
    return Reason(around, cause, negated=negated or first, whole=not (first or second))


_NOT = ("not", "n't", "n’t")
_OTHER_CAUSE = frozenset(
    "because due rather for owing on out over thanks from through by since as to instead in".split()
)


def _is_corrected(trees: Trees, marker: Marker) -> bool:
    """Whether another cause is set against this one: "… but because of drought"."""
    row = marker.last + 1
    while row + 1 < len(trees.head) and _same_sentence(trees, row + 1, marker.last):
        if trees.word(row) == "but" and trees.word(row + 1) in _OTHER_CAUSE:
            return True
        row += 1
    return False


_ASIDE = ("acl:relcl", "appos", "parataxis", "advcl", "advcl:relcl", "acl", "list")


def _cause(trees: Trees, reason: int) -> list[int]:
    """A cause without a further one beside it, and without the clause of "it was because of"."""
    apart = {
        row
        for child in trees.with_dep(reason, "conj", "acl:relcl", "ccomp")
        if (trees.dep[child] == "conj" and trees.with_dep(child, "case", "mark"))
        or (trees.dep[child] != "conj" and trees.with_dep(reason, "cop") and trees.head[reason] < 0)
        for row in trees.subtree(child)
    }
    return [row for row in _core(trees, reason) if row not in apart]


def _core(trees: Trees, head: int) -> list[int]:
    """A phrase or clause without the remarks behind a comma in it."""
    rows = {head}
    for child in trees.children(head):
        below = trees.subtree(child)
        aside = trees.dep[child] in _ASIDE and child > head and below[0] - 1 >= 0
        if not (aside and _is_comma(trees, below[0])):
            rows |= set(_core(trees, child)) if child > head else set(below)
    return sorted(rows)


def _is_comma(trees: Trees, row: int) -> bool:
    """Whether a stretch begins behind a comma or a dash, or with one."""
    marks = (",", "—", "–", "(", "-", "--")
    return trees.word(row) in marks or trees.word(row - 1) in marks


def _is_not_because(trees: Trees, marker: Marker, reason: int) -> bool:
    """Whether "not" stands right before the marker: "not because of rain"."""
    before = marker.first - 1
    word = trees.word(before) if before >= 0 and _same_sentence(trees, before, reason) else ""
    while word in ("solely", "simply", "only", "just", "merely") and before > 0:
        before -= 1
        word = trees.word(before)
        if word == "not":
            return False  # "not only because"
    copulas = trees.with_dep(reason, "cop")
    return word in ("not", "never") or word.endswith(("n't", "n’t")) or any(
        "Polarity=Neg" in trees.feats[c] for c in copulas
    )  # fmt: skip


def _of_reason(trees: Trees, noun: int) -> Span:
    """What a reason is one of: "the reason that prices rose", "one of the reasons prices rose"."""
    inner = [
        c for c in trees.with_dep(noun, "nmod") if trees.lemma[c].removesuffix("s") == "reason"
    ]
    noun = inner[0] if inner else noun
    if trees.lemma[noun].removesuffix("s") not in ("reason", "explanation"):
        return None
    clauses = trees.with_dep(noun, "acl:relcl", "acl", "ccomp")
    if clauses:
        rows = [r for r in trees.subtree(clauses[0]) if trees.word(r) not in ("that", "why")]
        return span_of(trees, rows)
    nouns = [c for c in trees.with_dep(noun, "nmod") if trees.cases(c) & {"for", "behind"}]
    return span_of(trees, _inner(trees, nouns[0])) if nouns else None


def _of_cleft(trees: Trees, reason: int) -> Span:
    """What "it was because of wages that prices rose" explains."""
    clauses = trees.with_dep(reason, "acl:relcl", "ccomp") if trees.with_dep(reason, "cop") else []
    rows = [r for c in clauses[:1] for r in trees.subtree(c) if trees.word(r) != "that"]
    return span_of(trees, rows)


def _within_saying(reader: RoleReader, effect: int, marker: Marker) -> int:
    """In "he said that prices rose because …" what is explained is what was said."""
    trees = reader.trees
    while reader.words.process(trees.lemma[effect]) in ("verbal", "mental"):
        said = [c for c in trees.with_dep(effect, "ccomp") if c < marker.first]
        if not said or effect > marker.first:
            break
        effect = said[-1]
    return effect


def _around(trees: Trees, effect: int, marker: Marker, below: set[int], cause: Span) -> Span:
    """The words of the effect on that side of marker and cause where its head stands."""
    rest = []
    for child in trees.children(effect):
        stretch = trees.subtree(child)
        apart = trees.dep[child] in ("conj", "parataxis") and child > marker.first
        apart |= trees.dep[child] == "mark" or _is_fronted(trees, effect, child)
        aside = child > effect and trees.dep[child] in _ASIDE
        aim = {trees.lemma[c] for c in trees.with_dep(child, "mark")} in ({"to"}, {"because"})
        apart |= aside and (_is_comma(trees, stretch[0]) or (aim and trees.dep[child] == "advcl"))
        if not apart and child not in below:
            rest += _core(trees, child) if child > effect else stretch
    end = cause[1] if cause else marker.last
    own = set(range(marker.first, marker.last + 1)) | below
    if effect < marker.first:
        return span_of(trees, [r for r in {effect, *rest} - own if r < marker.first])
    return span_of(trees, [r for r in {effect, *rest} - own if r > end])


def _is_fronted(trees: Trees, effect: int, child: int) -> bool:
    """Whether a phrase before the subject only sets the scene: "After some talk, the girls …"."""
    subjects = [c for c in trees.children(effect) if trees.dep[c] in SUBJECTS]
    fronted = trees.dep[child] in (
        "obl",
        "advcl",
        "advmod",
        "obl:unmarked",
        "parataxis",
        "discourse",
    )
    if not subjects or not fronted or child > subjects[0]:
        return False
    last = trees.subtree(child)[-1]
    return trees.word(last) == "," or (last + 1 < len(trees.head) and trees.word(last + 1) == ",")


def _by_infinitive(reader: RoleReader, marker: Marker) -> Reason | None:
    """To: what a deed with an object was done for."""
    trees = reader.trees
    verb = trees.head[marker.first]
    if verb < 0 or trees.dep[verb] != "advcl" or trees.dep[marker.first] != "mark":
        return None
    deed = trees.head[verb]
    inner = "VerbForm=Inf" in trees.feats[verb] or trees.word(verb) == trees.lemma[verb]
    if deed < 0 or deed > verb or trees.pos[deed] != "VERB" or not inner:
        return None
    if trees.has_subject(verb):
        return None
    objects = [c for c in trees.with_dep(deed, "obj") if c > deed]
    kinds = reader.words.kinds
    other = trees.lemma[deed] in kinds["no_purpose"] | kinds["asked_to"] | kinds["verbal"]
    if not objects or other or reader.is_passive(deed) or is_negated(trees, deed):
        return None
    below = set(trees.subtree(verb))
    aim = span_of(trees, (row for row in _core(trees, verb) if row > marker.last))
    return Reason(_around(trees, deed, marker, below, aim), aim)


def _by_why(reader: RoleReader, marker: Marker) -> Reason | None:
    """Explains why, a reason why: what follows is explained; the cause is said elsewhere."""
    trees = reader.trees
    told = [r for r in range(marker.first, marker.last + 1) if trees.word(r) == "why"]
    clause = trees.head[told[0]] if told else -1
    if clause <= marker.last:
        clause = _head_after(trees, marker)
    if clause < 0:
        return None
    rows = [row for row in _core(trees, clause) if row > marker.last]
    top = _top(trees, marker)
    cause = _subject(reader, top, marker) if trees.lemma[top] == "explain" else None
    person = cause is not None and (
        trees.pos[trees.with_dep(top, "nsubj")[0]] == "PROPN"
        if trees.with_dep(top, "nsubj")
        else True
    )
    return Reason(span_of(trees, rows), None if person else cause)


def _is_past(trees: Trees, row: int) -> bool:
    return "Tense=Past" in trees.feats[row] and "VerbForm=Fin" in trees.feats[row]


_PAST_MODAL = ("could", "would", "might")
_AGES = frozenset("boy girl child kid baby teenager student young small little".split())


def _is_causal_since(reader: RoleReader, row: int, effect: int) -> bool:
    """Whether "since" gives a reason: it leads a clause, and there is no perfect beside it."""
    # "Russia has waited since talks began", "since 2014" and "it is a year since" are of time
    trees = reader.trees
    if trees.dep[row] != "mark" or effect < 0:
        return False
    if any(trees.lemma[aux] == "have" for aux in trees.with_dep(effect, "aux")):
        return False
    told = trees.head[row]
    around = [told, *trees.with_dep(told, "aux", "aux:pass", "cop")]
    past = any(_is_past(trees, r) for r in around)
    before = row - 1
    while before > 0 and trees.word(before) in ("'", '"', "''", "’", "”"):
        before -= 1
    comma = row > 0 and trees.word(before) in (",", "—", "–", "(", "-")
    if past and told > effect and not comma:
        main = [effect, *trees.with_dep(effect, "aux", "aux:pass", "cop")]
        then = any(_is_past(trees, r) or trees.lemma[r] in _PAST_MODAL for r in main)
        if not then or trees.lemma[told] in _AGES:
            return False  # "she is happy since she won", "he lived there since he was a boy"
    begun = trees.lemma[trees.head[row]] in ("begin", "start", "launch", "open", "join")
    return not (is_time(trees.lemma[effect]) or begun)


def _is_event(reader: RoleReader, marker: Marker, reason: int, effect: int) -> bool:
    """Whether "after" lets an event bring about a deed, rather than tell when something was."""
    trees, kinds = reader.trees, reader.words.kinds
    if _is_date(reader, marker, reason) or effect < 0:
        return False
    if _tells(reader, effect) or _tells(reader, reason):
        return False
    if trees.pos[effect] not in VERBAL or trees.lemma[effect] in kinds["phase"] - {"begin"}:
        return False
    if trees.pos[reason] in VERBAL:
        return trees.has_subject(reason) or trees.lemma[reason] in kinds["setbacks"]
    deed = reader.words.nominalisation(trees.lemma[reason]) is not None
    return marker.item == "following" or deed or trees.lemma[reason] in kinds["shocks"]


def _tells(reader: RoleReader, row: int) -> bool:
    """Whether a verb, or one with its object ("issued a statement"), is of saying."""
    trees, words = reader.trees, reader.words
    if trees.pos[row] in VERBAL and words.process(trees.lemma[row]) == "verbal":
        return True
    comes = trees.lemma[row] in ("be", "come", "issue", "publish", "make")
    nouns = [row] if trees.pos[row] == "NOUN" else trees.with_dep(row, "obj")
    nouns += trees.with_dep(row, "nsubj", "nsubj:pass") if comes else []
    deeds = [words.nominalisation(trees.lemma[noun]) for noun in nouns]
    said = any(deed is not None and words.process(deed.verb) == "verbal" for deed in deeds)
    return said or any(
        trees.lemma[noun].removesuffix("s") in words.kinds["sayings"] for noun in nouns
    )


def _is_date(reader: RoleReader, marker: Marker, reason: int) -> bool:
    """Whether "after" only dates: after Monday, after 2014, two days after."""
    trees, before = reader.trees, marker.first - 1
    if trees.dep[marker.first] not in ("mark", "case"):
        return True
    if trees.pos[reason] == "NUM" or is_time(trees.lemma[reason]) or _is_other(trees, reason):
        return True
    if before >= 0 and _same_sentence(trees, before, reason):
        word = trees.lemma[before]
        if is_time(word) or word in ("shortly", "soon", "long", "just"):
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
            return span_of(trees, _core(trees, own[0]))
        up = trees.head[here]
        if up < 0:
            return None
        if own or trees.dep[here] in ("acl", "acl:relcl"):
            return _of_relative(trees, here, up, marker)
        if trees.dep[here] in ("advcl", "advcl:relcl", "parataxis"):
            below = set(trees.subtree(here))
            while trees.dep[up] == "xcomp" or (trees.dep[up] == "advcl" and trees.head[up] < up):
                up = trees.head[up]  # "vowed to block it, meaning that"
            return _around(trees, up, marker, below, None) if up < marker.first else None
        if trees.dep[here] == "xcomp" and trees.with_dep(up, "obj"):
            return span_of(trees, trees.subtree(trees.with_dep(up, "obj")[0]))
        if trees.dep[here] not in ("conj", "xcomp"):
            return None
        here = up
    return None


def _of_relative(trees: Trees, clause: int, noun: int, marker: Marker) -> Span:
    """What a relative clause says more of: a noun, or the denied clause that the noun is in."""
    below = set(trees.subtree(clause))
    verb = trees.head[noun]
    denied = trees.dep[noun] in ("obj", "obl", "xcomp", "ccomp") and verb >= 0
    if denied and trees.pos[verb] in VERBAL and is_negated(trees, verb):
        return _around(trees, verb, marker, below, None)  # "are not getting enough iron, which"
    root = trees.head[noun] if trees.dep[noun] == "nsubj" else -1
    empty = trees.lemma[noun] in ("factor", "thing", "reason", "cause", "what", "event")
    if empty and root > clause and trees.with_dep(root, "cop"):  # "the factor that led to it was"
        subject = set(trees.subtree(noun)) | set(trees.with_dep(root, "cop"))
        return span_of(trees, [r for r in _core(trees, root) if r not in subject])
    below |= set(trees.with_dep(noun, "case"))
    return span_of(trees, [r for r in trees.subtree(noun) if r < marker.first and r not in below])


def _complement(reader: RoleReader, verb: int, marker: Marker) -> Span:
    """The object of a verb with its infinitive, else what follows the marker."""
    trees = reader.trees
    heads = trees.with_dep(verb, "obl:agent") if reader.is_passive(verb) else []
    if not heads and trees.pos[marker.last] != "ADP":
        heads = trees.with_dep(verb, "obj", "iobj", "ccomp")
        heads += trees.with_dep(verb, "xcomp") if heads else []
    if not heads:
        behind = _head_after(trees, marker)
        heads = [behind] if behind >= 0 and behind != verb else []
    rows = [row for head in heads for row in _core(trees, head) if row > marker.last]
    cases = {row for head in heads for row in trees.with_dep(head, "case")}
    return span_of(trees, (row for row in rows if row not in cases))


def _by_blame(reader: RoleReader, marker: Marker) -> Reason | None:
    """Blame X for Y, blame Y on X, accuse X of Y; X and Y also of the passive."""
    trees, verb = reader.trees, marker.first
    passive = reader.is_passive(verb)
    subject = _subject(reader, verb, marker) if passive else _who_blames(reader, verb, marker)
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
    for place, noun in enumerate(objects):
        if "PronType=Rel" in trees.feats[noun] and trees.dep[verb] == "acl:relcl":
            objects[place] = trees.head[verb]  # "hostility that critics blame for the war"
            below |= set(trees.subtree(verb))
    whom = span_of(trees, (r for o in objects[:1] for r in trees.subtree(o) if r not in below))
    by = span_of(trees, (r for a in trees.with_dep(verb, "obl:agent") for r in _inner(trees, a)))
    target = subject if passive else whom
    source = by if passive else subject
    negated = is_negated(trees, verb)
    if on_whom:
        return Reason(target, span_of(trees, _inner(trees, on_whom[0])), source, negated)
    if target is None:
        return None
    what = span_of(trees, _inner(trees, for_what[0])) if for_what else None
    return Reason(what, target, source, negated)


def _who_blames(reader: RoleReader, verb: int, marker: Marker) -> Span:
    """The subject of a verb, or of the verb above one that has none: "stopped short of blaming"."""
    trees, here = reader.trees, verb
    for _ in range(8):
        own = any(trees.dep[c] in SUBJECTS for c in trees.children(here))
        up = trees.head[here]
        asked = trees.dep[here] == "xcomp" and trees.with_dep(up, "obj", "iobj")
        if own or up < 0 or trees.dep[here] not in ("advcl", "xcomp", "conj", "advmod"):
            return _subject(reader, here, marker)
        if asked and trees.lemma[up] not in reader.words.kinds["subject_control"]:
            return span_of(trees, trees.subtree(asked[0]))
        here = up
    return None


def _led_by(trees: Trees, row: int, words: tuple[str, ...]) -> bool:
    return any(trees.lemma[child] in words for child in trees.with_dep(row, "case", "mark"))


def _inner(trees: Trees, row: int) -> list[int]:
    """A phrase without its preposition."""
    led = set(trees.with_dep(row, "case", "mark"))
    return [r for r in trees.subtree(row) if r not in led]


_STRONG = frozenset(';:—–()[]“”"«»„…?!') | {".", " - ", "--"}
_SO_FAR = ("thus", "far")
_SO = frozenset(
    "i you he she it we they there this these those the a an my your his her its our their no"
    " people everyone nobody you'll it's he's she's they're we're i'm".split()
)
_JOINING = frozenset(("and", "but", "or", "yet", "so"))


class _Previous:
    """What stands before and after a marker such as "therefore", whose cause was said before."""

    def __init__(self, tokens: pd.DataFrame) -> None:
        words: Any = tokens["term"].array
        self.words = words.categories.to_numpy(dtype=object)[words.codes]
        self.is_word = tokens["is_word"].to_numpy(dtype=bool)
        self.doc = codes_of(tokens, "doc")
        self.pos = tokens["pos"].astype(object).to_numpy()
        sentence = tokens["sentence"].to_numpy()
        new = np.ones(len(self.doc), dtype=bool)
        new[1:] = (self.doc[1:] != self.doc[:-1]) | (sentence[1:] != sentence[:-1])
        self.starts = np.flatnonzero(new)
        self.ends = np.append(self.starts, len(self.doc))[1:]

    def read_reason(self, marker: Marker) -> Reason | None:
        """Explained is what follows; the cause is what precedes, or else the sentence before."""
        follows = self._follows(marker)
        if (marker.grammar == "so" and not self._is_joining_so(marker, follows)) or (
            marker.item,
            follows,
        ) == _SO_FAR:
            return None
        number = int(np.searchsorted(self.starts, marker.first, side="right")) - 1
        start, end = int(self.starts[number]), int(self.ends[number])
        explained = self._until_edge(marker.last + 1, end)
        left = self._trimmed(start, marker.first - 1)
        before = self.words[marker.first - 1] if marker.first > start else ""
        if left is not None and (before in _JOINING or before in (",", ";", ":", "—", "–")):
            return Reason(explained, left)
        if marker.grammar == "so":
            return None
        if number == 0 or self.doc[start - 1] != self.doc[start]:
            return Reason(explained, None)
        cause = self._trimmed(int(self.starts[number - 1]), start - 1)
        whole = explained if left is None else self._trimmed(start, end - 1)
        return Reason(whole, cause)

    def _is_joining_so(self, marker: Marker, follows: str) -> bool:
        """Whether "so" joins clauses: "it rained, so Peru lost"; not "or so he says"."""
        before = self.words[marker.first - 1] if marker.first else ""
        row = marker.last + 1
        named = before == "," and row < len(self.pos) and self.pos[row] in ("PROPN", "DET")
        return before != "or" and (follows in _SO or named)

    def _follows(self, marker: Marker) -> str:
        """The word after a marker."""
        row = marker.last + 1
        return str(self.words[row]) if row < len(self.words) else ""

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
