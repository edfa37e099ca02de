"""Quotations set off by layout instead of marks: block quotations, transcripts, headlines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from analysis.voices.clauses import strip
from analysis.voices.contents import Report
from analysis.voices.items import MARK, Items, Segment
from analysis.voices.phrases import Phrase

_SOURCES = frozenset(
    "report reports study studies source sources official officials survey poll minister police "
    "expert experts media un paper papers analysts scientists researchers ministry president "
    "lawyer lawyers spokesman spokeswoman government court witnesses agency".split()
)
_DASHES = frozenset(["-", "–", "—", "--"])


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
        headline = _headline(items, items.segments[0], make) if number == 0 else []
        found += headline
        if headline or _is_occupied(items, quotes, first, last):
            continue
        label = labels[number]
        if label is not None and (
            names.count(items.word(label.first)) > 1 or _shouts(items, label)
        ):
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


def _shouts(items: Items, label: Phrase) -> bool:
    """Whether a label is in capitals, or is a signature ("From …:")."""
    word = items.word(label.first)
    from_ = label.first > 0 and items.term[label.first - 1] == "from"
    return from_ or (word.isupper() and len(word) > 3)


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


def _headline(items: Items, segment: Segment, make: Callable[..., Any]) -> list[Any]:
    """ "Ministers knew of the plan: report" in the first line."""
    last = segment.last
    if items.term[last - 1] in (".", "!", "?") or last - segment.first > 30:
        return []
    for item in range(segment.first + 1, min(last - 2, segment.first + 5)):
        if items.term[item] == ":":
            source = {items.term[i] for i in range(segment.first, item)} & _SOURCES
            marked = any(items.pos[i] == MARK for i in range(item, last))
            proper = items.pos[item - 1] == "PROPN"
            if source or (marked and proper):
                speaker = Phrase(segment.first, item, item - 1)
                return [_make(items, make, speaker, None, item + 1, last, kind="indirect")]
    for item in range(last - 2, max(segment.first + 2, last - 6), -1):
        if items.term[item] not in _DASHES and items.term[item] != ":":
            continue
        phrase = Phrase(item + 1, last, last - 1)
        if not {items.term[i] for i in range(item + 1, last)} & _SOURCES:
            return []
        return [_make(items, make, phrase, None, segment.first, item)]
    return []


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
        kind = "mixed" if marked else "indirect"
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
