"""From what the model says of a text's words to reports: what is said, by whom, with which cue."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np

from analysis.annotation.attributions import Reported, decode_reported
from analysis.annotation.tagged import Reporting
from analysis.voices.clauses import NO_WORD, Found, Piece, Report, is_sentence_like, strip, worded
from analysis.voices.items import MARK, Items, is_title
from analysis.voices.lexicon import Cue, Lexicon
from analysis.voices.marks import Marked
from analysis.voices.phrases import Phrase, phrase_after, phrase_around

_BESIDE = 12  # items of an attribution that stands within a report: "The plan, he said, was bad."
_NEAR = 4  # items between a cue and what it reports
# Logistic regression of "right" on the first half of PolNeAR dev (benchmarks/attribution.py): a
# constant; in log-odds how sure the words are to be content and how sure is their link to the cue,
# how likely the next word is content and the cue a cue; then whether there are marks, whether the
# words make one constituent, and whether the cue stands beside them.
_WEIGHTS = (-1.81, 0.6, 0.06, -0.08, 0.05, 0.64, 0.02, 0.7)
_TAGGED = 0.2  # of being tagged, for the head of a source
LEAST = 0.59  # of a score, for a row
_SILENT = frozenset("declined declines decline declining refused refuses refuse refusing".split())
_NOT = frozenset(["not", "n't", "n’t", "never", "nor", "neither"])
_NAME = 6  # items of a name behind a comma
_RELATIVE = frozenset(["who", "which", "that", "whom", "whose", "where"])


def find_reports(
    items: Items, marks: Sequence[Marked], reporting: Reporting, lexicon: Lexicon
) -> list[Report]:
    """Read the reports of a text in its order, those that are no rows, too."""
    words = reporting.start
    pairs = [
        (int(np.searchsorted(words, mark.start)), int(np.searchsorted(words, mark.end)))
        for mark in marks
        if mark.depth == 0
    ]
    found = [
        report
        for one in decode_reported(reporting, pairs)
        for report in _reports(items, reporting, one, lexicon)
    ]
    return _joined(items, found)


def is_kept(items: Items, report: Report) -> bool:
    """Whether a report is a row, rather than too unsure or for the rules of marks and layout."""
    (piece,) = report.pieces
    if _is_marked(items, piece):
        title = is_title(items, piece.first) and not is_sentence_like(items, piece.first)
        own = report.subject is not None or is_sentence_like(items, piece.first)
        title = title and not _is_uttered(items, report)
        line = items.term[piece.first - 1] == ":" and not worded(report.cue)
        return (
            own and not title and not line
        )  # "Ann Lee:", a line of its own, is for `Unattributed`
    marks = any(items.pos[item] == MARK for item in range(piece.first, piece.last))
    if report.cue is not None and _is_denied(items, report.cue):
        return False
    head = items.segments[0]
    headline = piece.first < head.last and items.term[head.last - 1] not in (".", "!", "?")
    headline = headline and not worded(report.cue) and not marks  # for the rules of layout
    return report.score >= LEAST and not headline


def _is_uttered(items: Items, report: Report) -> bool:
    """Whether a cue that takes a clause stands beside marks that end in a comma: “No,” he said."""
    cue, (piece,) = report.cue, report.pieces
    if cue is None or not cue.entry.takes & {"clause", "that", "quote"}:
        return False
    near = 0 <= cue.first - piece.last <= _NEAR and report.subject is not None
    return near and items.text[items.end[piece.first] - 2] in ",!?"


def _is_denied(items: Items, cue: Found) -> bool:
    """Whether nobody is said to have said it: "did not say", "would not say", "declined to say"."""
    if cue.entry.mode == "thought" or not cue.entry.takes & {"clause", "that", "whether"}:
        return False
    above = items.head[cue.first]
    if items.dep[cue.first] == "xcomp" and above >= 0 and items.term[above] in _SILENT:
        return True
    return any(
        items.term[child] in _NOT or "Polarity=Neg" in items.morphology[child]
        for child in items.children(cue.first)
        if child < cue.first
    )


def _is_marked(items: Items, piece: Piece) -> bool:
    """Whether a stretch is nothing but words in marks."""
    return piece.last - piece.first == 1 and items.pos[piece.first] == MARK


def _reports(items: Items, reporting: Reporting, one: Reported, lexicon: Lexicon) -> list[Report]:
    """The report of a stretch; each whole sentence in marks that it consists of is one."""
    cue = _cue(items, reporting, one.cue, lexicon)
    subject = _own_subject(items, reporting, cue, one.source)
    subject = subject or _subject(items, reporting, one.source, cue)
    subject = subject and _with_name(items, subject)
    low, high = _between(items, reporting, one.content)
    first, last = _trimmed(items, *_without(items, low, high, (cue, subject)))
    if first >= last:
        return []
    if subject is None and items.term[last : last + 1] == ["by"]:
        place = bisect_right(items.segments, last, key=lambda one: one.first) - 1
        subject = phrase_after(items, items.segments[place], last + 1)  # “a farce” by the union
    pieces = [Piece(*_trimmed(items, *part)) for part in _parts(items, first, last)]
    return [
        Report(cue, subject, (piece,), _score(features(items, reporting, one, piece, cue)))
        for piece in pieces
    ]


def _without(
    items: Items, first: int, last: int, own: tuple[Found | Phrase | None, ...]
) -> tuple[int, int]:
    """A stretch without its own cue and source at its ends."""
    for one in (*own, *own[:1]):
        if one is not None and first <= one.first < last and one.last >= last - 1:
            last = one.first
            last -= last > first and items.term[last - 1] == "by"
        elif one is not None and one.first <= first + 1 and first < one.last < last:
            first = one.last
    return first, last


def _parts(items: Items, first: int, last: int) -> list[tuple[int, int]]:
    """The sentences in marks that a stretch consists of, or that a colon begins, each by itself."""
    inside = [item for item in range(first, last) if items.pos[item] != "PUNCT"]
    if len(inside) > 1 and all(items.pos[item] == MARK for item in inside):
        return [(item, item + 1) for item in inside]
    for item in range(first + 1, last):
        anew = items.pos[item] == MARK and items.term[item - 1] == ":"
        if anew and is_sentence_like(items, item):
            return [(first, item), *_parts(items, item, last)]
    return [(first, last)]


def _between(items: Items, reporting: Reporting, span: tuple[int, int]) -> tuple[int, int]:
    """The items that words stand in; a marked stretch where they are the most of it."""
    start, end = int(reporting.start[span[0]]), int(reporting.end[span[1] - 1])
    first, last = bisect_right(items.end, start), bisect_left(items.start, end)
    while first < last and not _holds(items, first, start, end):
        first += 1
    while last > first and not _holds(items, last - 1, start, end):
        last -= 1
    return first, last


def _holds(items: Items, item: int, start: int, end: int) -> bool:
    """Whether characters cover an item, or the most of a marked one."""
    mark = items.mark[item]
    if mark is None:
        return True
    common = min(end, mark.inner_end) - max(start, mark.inner_start)
    return 2 * common >= mark.inner_end - mark.inner_start


def _trimmed(items: Items, first: int, last: int) -> tuple[int, int]:
    """Without punctuation at the ends, and without the word that introduces a clause."""
    while first < last and (items.pos[first] == "PUNCT" and items.term[first] not in "([$£€"):
        first += 1
    if first + 1 < last and items.term[first] == "that" and items.pos[first] == "SCONJ":
        first += 1
    while first + 1 < last and items.pos[first] in ("ADP", "SCONJ", "PRON", "DET"):
        if items.pos[first + 1] != MARK or first + 2 < last:
            break  # called it “a good day”, as “a miracle”, a “witch hunt”
        first += 1
    return first, strip(items, first, last)


def _cue(
    items: Items, reporting: Reporting, span: tuple[int, int] | None, lexicon: Lexicon
) -> Found | None:
    """The cue as the list has it; else the words that the model gives."""
    if span is None:
        return None
    first, last = low, high = _between(items, reporting, span)
    while first < last and items.pos[first] in ("PUNCT", "AUX", "ADV", "PART", MARK):
        first += 1
    while last > first and items.pos[last - 1] in ("PUNCT", MARK):
        last -= 1
    if first >= last:  # a colon or a dash
        return Found(NO_WORD, low, high) if low < high else None
    known = _listed(items, first, last, lexicon)
    return known or Found(Cue("", "verb", "", frozenset(), ()), first, last)


def _listed(items: Items, first: int, last: int, lexicon: Lexicon) -> Found | None:
    """The last entry of the list among the words of a cue: a phrase, a verb, or another word."""
    verbs: list[Found] = []
    others: list[Found] = []
    for item in range(last - 1, first - 1, -1):
        term, tag = items.term[item], items.pos[item]
        for entry in lexicon.phrases.get(term, ()):
            end = _phrase_end(items, item, entry.words)
            if end:
                begin = (
                    end - len(entry.words) + entry.words.index("*") + 1
                    if "*" in entry.words
                    else item
                )
                return Found(entry, begin, end)
        for entry, _ in lexicon.verbs.get(term, ()):
            if tag != "AUX" and _stands(items, item + 1, entry.words[1:]):
                found = Found(entry, item, item + len(entry.words))
                (verbs if tag == "VERB" else others).append(found)
                break
        noun = lexicon.nouns.get(term) or lexicon.adjectives.get(term)
        if noun is not None and tag != "VERB":
            others.insert(0, Found(noun, item, item + 1))
    return next(iter([*verbs, *others]), None)


def _phrase_end(items: Items, item: int, words: tuple[str, ...]) -> int:
    """One past a phrase that begins at an item, with up to eight items for its speaker; else 0."""
    if "*" not in words:
        return item + len(words) if _stands(items, item, words) else 0
    star = words.index("*")
    if not _stands(items, item, words[:star]):
        return 0
    rest = words[star + 1 :]
    for place in range(item + star + 1, item + star + 9):
        if items.term[place : place + 1] in ([","], ["."], []):
            return 0
        if _stands(items, place, rest):
            return place + len(rest)
    return 0


def _stands(items: Items, item: int, words: tuple[str, ...]) -> bool:
    return tuple(items.term[item : item + len(words)]) == words


def _own_subject(
    items: Items, reporting: Reporting, cue: Found | None, span: tuple[int, int] | None
) -> Phrase | None:
    """The cue's subject, where it is a source but not the one that the links found.

    In "He left. He said …" links cannot tell one *he* from the other; the parse can.
    """
    if cue is None or cue.entry.part == "phrase":
        return None
    place = bisect_right(items.segments, cue.first, key=lambda one: one.first) - 1
    for child in items.children(cue.first):  # labelled a “witch hunt” by Greens
        if items.dep[child] == "obl:agent" and child > cue.first and items.pos[child] != MARK:
            return phrase_around(items, items.segments[place], child, cue.first)
    verb = cue.first
    for _ in range(3):  # said and added; wanted to say
        heads = [child for child in items.children(verb) if items.dep[child] == "nsubj"]
        if heads or items.dep[verb] not in ("conj", "xcomp") or items.head[verb] < 0:
            break
        verb = items.head[verb]
    if not heads or items.term[heads[0]] in _RELATIVE or items.pos[heads[0]] == MARK:
        return None
    head = heads[0]
    words = np.searchsorted(reporting.start, [items.start[one] for one in heads]).tolist()
    if span is not None and any(span[0] <= word < span[1] for word in words):
        return None
    word = words[0]
    if word >= len(reporting.start) or reporting.source[word].sum() < _TAGGED:
        return None
    place = bisect_right(items.segments, head, key=lambda one: one.first) - 1
    return phrase_around(items, items.segments[place], head, cue.first)


def _subject(
    items: Items, reporting: Reporting, span: tuple[int, int] | None, cue: Found | None
) -> Phrase | None:
    """The source as a phrase, without a relative clause or a description behind a comma."""
    if span is None:
        return None
    first, last = _between(items, reporting, span)
    if first < last and cue is not None and items.segment_of(first) < items.segment_of(last - 1):
        own = items.segments[items.segment_of(cue.first)]  # a speaker ends where a sentence does
        if max(first, own.first) < min(last, own.last):
            first, last = max(first, own.first), min(last, own.last)
    while first < last and items.pos[first] in ("PUNCT", "ADP", "CCONJ", "SCONJ", "PART"):
        first += 1
    while last > first and items.pos[last - 1] in ("PUNCT", "ADP", "CCONJ"):
        last -= 1
    if first >= last:
        return None
    head = next(
        (
            item
            for item in range(first, last)
            if not first <= items.head[item] < last and items.pos[item] not in ("PUNCT", "DET")
        ),
        first,
    )
    if items.term[head] in ("who", "which", "that"):
        return _antecedent(items, head)
    for item in range(head + 1, last - 1):
        name = range(item + 1, last)
        described = items.term[item] == "," and items.pos[head] != "PROPN" and len(name) < _NAME
        if described and all(items.pos[place] == "PROPN" for place in name):
            return Phrase(item + 1, last, item + 1)  # the family's lawyer, Ann Lee
    for item in range(max(head, first) + 1, last):
        named = items.pos[head] != "PROPN" and any(
            items.pos[place] == "PROPN" for place in range(item, last)
        )
        if items.term[item] in _RELATIVE or (items.term[item] == "," and not named):
            last = item
            break
    return Phrase(first, last, head)


def _with_name(items: Items, phrase: Phrase) -> Phrase:
    """The name beside a description: "the Russian president, Vladimir Putin, told …"."""
    first = phrase.last + 1
    if items.pos[phrase.head] == "PROPN" or items.term[phrase.last : first] != [","]:
        return phrase
    last = first
    while last < len(items.term) and last - first < _NAME and items.pos[last] == "PROPN":
        last += 1
    second = items.dep[phrase.head] == "nsubj"  # the parser takes some for a second subject
    beside = any(
        (items.dep[item] == "appos" and items.head[item] in (phrase.head, items.head[phrase.head]))
        or (second and items.dep[item] == "nsubj" and items.head[item] == items.head[phrase.head])
        for item in range(first, last)
    )
    return Phrase(first, last, first) if beside else phrase


def _antecedent(items: Items, item: int) -> Phrase:
    """Whom a relative pronoun means, the pronoun included: "Ann Lee, who" (said …)."""
    verb = items.head[item]
    head = items.head[verb] if verb >= 0 and items.dep[verb] == "acl:relcl" else -1
    if not 0 <= head < item or items.pos[head] == MARK:
        return Phrase(item, item + 1, item)
    place = bisect_right(items.segments, head, key=lambda one: one.first) - 1
    return Phrase(phrase_around(items, items.segments[place], head, item).first, item + 1, head)


def _joined(items: Items, reports: list[Report]) -> list[Report]:
    """Make one of two stretches that only their attribution parts, where neither is marked."""
    made: list[Report] = []
    for report in reports:
        if made and _continues(items, made[-1], report):
            first, last = made[-1].pieces[0].first, report.pieces[0].last
            score = min(made[-1].score, report.score)
            subject = made[-1].subject or report.subject
            made[-1] = Report(report.cue, subject, (Piece(first, last),), score)
        else:
            made.append(report)
    return made


def _continues(items: Items, one: Report, two: Report) -> bool:
    """Whether a second stretch goes on with the first behind "…, he said, …"."""
    if one.cue is None or two.cue is None or one.cue.first != two.cue.first:
        return False
    (first,), (second,) = one.pieces, two.pieces
    if not first.last <= one.cue.first < second.first or second.first - first.last > _BESIDE:
        return False
    if items.sentence[first.last - 1] != items.sentence[second.first]:
        return False
    return all(items.pos[item] != MARK for item in range(first.first, second.last))


def features(
    items: Items, reporting: Reporting, one: Reported, piece: Piece, cue: Found | None
) -> tuple[float, ...]:
    """What the score of a stretch is made of, in the order of `_WEIGHTS`."""
    after = reporting.content[one.content[1] :][:1].sum()
    tagged = reporting.cue[slice(*one.cue)].sum(1).max() if one.cue else 0.0
    inside = range(piece.first, piece.last)
    roots = sum(
        items.pos[item] != "PUNCT" and not piece.first <= items.head[item] < piece.last
        for item in inside
    )
    beside = cue is not None and (
        0 <= piece.first - cue.last <= _NEAR or 0 <= cue.first - piece.last <= _NEAR
    )
    return (
        1.0,
        _logit(one.sure),
        _logit(one.linked),
        _logit(float(after)),
        _logit(float(tagged)),
        float(any(items.pos[item] == MARK for item in inside)),
        float(roots == 1),
        float(beside),
    )


def _logit(share: float) -> float:
    share = min(max(share, 1e-3), 1 - 1e-3)
    return math.log(share / (1 - share))


def _score(values: tuple[float, ...]) -> float:
    """How probable it is that a stretch is right: it overlaps a labelled one by half."""
    return 1 / (1 + math.exp(-sum(w * v for w, v in zip(_WEIGHTS, values, strict=True))))
