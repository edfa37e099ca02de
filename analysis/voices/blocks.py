"""Quotations set off by layout instead of marks: block quotations, transcripts, headlines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import regex

from analysis.voices.clauses import Report, is_sentence_like, strip
from analysis.voices.items import MARK, SOURCES, Items, Segment
from analysis.voices.phrases import Phrase

_SOURCES = SOURCES | {"minister", "mayor", "un", "wife", "husband", "mother", "father", "victim"}
_DASHES = frozenset(["-", "–", "—", "--", "―"])
# what stands before a headline's colon, or as a heading, and speaks for nobody
_KICKERS = frozenset(
    "analysis explainer explained opinion exclusive breaking update updates live watch video "
    "videos photos pictures review interview profile factbox timeline editorial column comment "
    "obituary recap preview podcast quiz gallery special feature features insight fact check "
    "correction corrected weather sport sports business politics world briefing newsletter "
    "investigation".split()
)
_OUTLETS = frozenset(
    "news times post guardian herald journal tribune telegraph mail mirror sun star reuters bbc "
    "cnn ap afp rt tass dpa xinhua bloomberg gazette chronicle observer independent magazine daily "
    "weekly online radio tv press wikinews".split()
)
_PREFIX = regex.compile(r"\p{Lu}{3,}(?:\s\p{Lu}{3,})*\s\d+\s?[-–—]\s?|[\p{L}\s]{3,20}\s\|\s")
_LABEL = 5  # items before a headline's colon, or behind its dash


def find_blocks(
    items: Items, reports: list[list[Report]], quotes: list[Any], make: Callable[..., Any]
) -> list[Any]:
    """Find quotations without marks: after "The statement read:", "NAME: …", headlines."""
    paragraphs = _paragraphs(items)
    found = []
    labels = [_label(items, paragraph) for paragraph in paragraphs]
    names = [items.word(label.first) for label in labels if label is not None]
    for number, paragraph in enumerate(paragraphs):
        first, last = items.segments[paragraph[0]].first, items.segments[paragraph[-1]].last
        headline = _headline(items, items.segments[0], quotes, make) if number == 0 else []
        found += headline
        if headline or _is_occupied(items, quotes, first, last):
            continue
        label = labels[number]
        if label is not None and (names.count(items.word(label.first)) > 1 or _signs(items, label)):
            found.append(_make(items, make, label, None, label.last + 1, last))
        elif number and _is_introduced(items, paragraphs[number - 1], paragraph):
            report = _introducer(reports[paragraphs[number - 1][-1]])
            if report is not None:
                found.append(_make(items, make, report.subject, report, first, last))
    return found


def _paragraphs(items: Items) -> list[list[int]]:
    """Numbers of the sentences of each paragraph."""
    result: list[list[int]] = []
    for number, segment in enumerate(items.segments):
        if number == 0 or segment.paragraph != items.segments[number - 1].paragraph:
            result.append([])
        result[-1].append(number)
    return result


def _is_occupied(items: Items, quotes: list[Any], first: int, last: int) -> bool:
    low, high = items.start[first], items.end[last - 1]
    return any(low <= quote.start < high for quote in quotes)


def _label(items: Items, paragraph: list[int]) -> Phrase | None:
    """The name before a colon at a paragraph's begin: "BLINKEN: We …", "From the editor: …"."""
    segment = items.segments[paragraph[0]]
    last = items.segments[paragraph[-1]].last
    begin = segment.first + (items.term[segment.first] == "from")
    for item in range(begin + 1, min(segment.last, begin + 6)):
        if items.term[item] != ":":
            continue
        words = range(begin, item)
        capital = all(items.word(i)[:1].isupper() or items.term[i] in ("of", "the") for i in words)
        verb = any(items.pos[i] in ("VERB", "AUX") for i in range(item + 1, last))
        return Phrase(begin, item, item - 1) if capital and verb else None
    return None


def _signs(items: Items, label: Phrase) -> bool:
    """Whether a label is a signature ("From …:"), or shouts a name that the text has elsewhere."""
    word = items.word(label.first)
    if label.first > 0 and items.term[label.first - 1] == "from":
        return True
    return word.isupper() and len(word) > 3 and items.term.count(items.term[label.first]) > 1


def _is_introduced(items: Items, before: list[int], paragraph: list[int]) -> bool:
    """Whether the paragraph before ends in a colon, and this one is a text, not a list."""
    last = items.segments[before[-1]].last - 1
    segment = items.segments[paragraph[0]]
    end = items.segments[paragraph[-1]].last - 1
    starts = items.word(segment.first)[:1]
    return (
        items.term[last] == ":"
        and items.term[end] in (".", "!", "?", "…")
        and (starts.isupper() or starts in ">[")
        and end - segment.first > 4
    )


def _introducer(reports: list[Report]) -> Report | None:
    named = [one for one in reports if one.subject is not None and one.cue is not None]
    return named[-1] if named else None


def _headline(
    items: Items, segment: Segment, quotes: list[Any], make: Callable[..., Any]
) -> list[Any]:
    """ "Ministers knew of the plan: report", "Mayor: ‘too late’", "Talks fail – Lee"."""
    last, first = segment.last, segment.first
    if items.term[last - 1] in (".", "!", "?") or last - first > 30:
        return []
    prefix = _PREFIX.match(items.text, items.start[first])
    low = prefix.end() if prefix else items.start[first]
    while first < last and items.end[first] <= low:
        first += 1
    for item in range(first + 1, min(last - 1, first + _LABEL)):
        if items.term[item] == ":":
            about = [place for place in range(first + 1, item) if items.term[place] == "on"]
            label = (
                Phrase(first, about[0], about[0] - 1) if about else Phrase(first, item, item - 1)
            )
            if not _is_source(items, label, quotes) or not _says(items, label, item + 1, last):
                break
            return [_make(items, make, label, None, item + 1, last, kind="indirect")]
    for item in range(last - 2, max(first, last - 2 - _LABEL), -1):
        if items.term[item] in _DASHES or items.term[item] == ":":
            label = Phrase(item + 1, last, last - 1)
            if not _is_source(items, label, quotes) or not _says(items, label, first, item):
                return []
            found = _make(items, make, label, None, first, item)
            return [found._replace(start=max(found.start, low))]
    return []


def _is_source(items: Items, label: Phrase, quotes: list[Any]) -> bool:
    """Whether words beside a headline's dash or colon name who says it: a name, or a role."""
    words = set(items.term[label.first : label.last])
    tags = set(items.pos[label.first : label.last])
    if words & (_KICKERS | _OUTLETS) or tags & {"VERB", "AUX", "PUNCT", MARK, "NUM"}:
        return False
    if words & _SOURCES:
        return True
    name = items.word(label.head)
    if items.pos[label.head] != "PROPN" or tags & {"ADP"}:
        return False
    if items.term.count(items.term[label.head]) > 1:  # the text has more of the name: does it speak
        return any(name in items.text[slice(*quote.speaker)].split() for quote in quotes)
    return not name.isupper() or len(name) < 4


def _says(items: Items, label: Phrase, first: int, last: int) -> bool:
    """Whether the rest of a headline is what somebody said: marked words, or a clause."""
    tags = set(items.pos[first:last])
    if items.term[first] in ("what", "how", "why", "who", "where", "when"):
        return False
    role = items.term[label.head] in _SOURCES and last - first > 2
    return MARK in tags or bool(tags & {"VERB", "AUX"}) or role


def _make(
    items: Items,
    make: Callable[..., Any],
    speaker: Phrase | None,
    report: Report | None,
    first: int,
    last: int,
    kind: str = "direct",
) -> Any:
    """A quotation of a stretch of items."""
    block = kind == "direct" and (speaker is None or speaker.first < first)
    end = last if block else strip(items, first, last)
    cue = report.cue if report else None
    if not block:
        marked = any(items.pos[item] == MARK for item in range(first, last))
        whole = marked and end - first == 1 and is_sentence_like(items, first)
        kind = "direct" if whole else "mixed" if marked else "indirect"
    span = (items.start[speaker.first], items.end[speaker.last - 1]) if speaker else (-1, -1)
    return make(
        start=items.start[first],
        end=items.end[end - 1],
        kind=kind,
        speaker=span,
        head=items.start[speaker.head] if speaker else -1,
        cue=(items.start[cue.first], items.end[cue.last - 1]) if cue else (-1, -1),
        cue_class=cue.entry.group if cue else "",
        sentence=items.sentence[first],
    )
