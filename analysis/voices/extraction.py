"""The quotations of one text, cleared of overlaps, and those within them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from analysis.annotation.tagged import Reporting, Spans
from analysis.voices.blocks import find_blocks
from analysis.voices.clauses import Piece, Report, is_sentence_like, worded
from analysis.voices.corrections import corrected, of_speakers
from analysis.voices.fragments import missed_quotations
from analysis.voices.items import MARK, PERSONS, DocumentTokens, Items, Quote, is_title, make_items
from analysis.voices.lexicon import Lexicon
from analysis.voices.marks import Marked, find_marked
from analysis.voices.phrases import Phrase
from analysis.voices.reports import find_reports, is_kept
from analysis.voices.unattributed import Unattributed

_SELF = frozenset("he she they it i we you who this that these those one".split())
_LEAST_WORDS = 6  # of a quotation that can hold another
_LEAST_WITHIN = 0.85  # of its score: where one is found that is none, the voice is wrong
_BREAK = "\n\n"


def find_in_text(
    text: str, tokens: DocumentTokens, reporting: Reporting, lexicon: Lexicon
) -> list[Quote]:
    """Find the quotations of one text that lie in no other."""
    if not tokens.start:
        return []
    marks = find_marked(text)
    items = make_items(text, tokens, marks)
    reports = _by_segment(items, _reports(items, marks, reporting, lexicon))
    taken = {
        item
        for some in reports
        for report in some
        for piece in report.pieces
        for item in range(piece.first, piece.last)
        if items.pos[item] == MARK
    }
    unattributed = Unattributed(items, lexicon)
    quotes: list[Quote] = []
    for number, found in enumerate(reports):
        more = unattributed.read(number, found, taken)
        quotes += _quotes(items, [*found, *more])
    quotes = _without_overlaps([*find_blocks(items, reports, quotes, Quote), *quotes])
    return _without_overlaps([*quotes, *missed_quotations(items, quotes, lexicon)])


def _reports(
    items: Items, marks: Sequence[Marked], reporting: Reporting, lexicon: Lexicon
) -> list[Report]:
    """The reports that the model reads, as far as the parse lets them be."""
    found = [
        corrected(items, of_speakers(items, report, lexicon), lexicon)
        for report in find_reports(items, marks, reporting, lexicon)
    ]
    return [report for report in found if report is not None and is_kept(items, report)]


def _by_segment(items: Items, reports: list[Report]) -> list[list[Report]]:
    """The reports of each sentence: that of the cue, else of what is said."""
    first = np.array([segment.first for segment in items.segments])
    result: list[list[Report]] = [[] for _ in items.segments]
    for report in reports:
        place = report.cue.first if report.cue is not None else report.pieces[0].first
        result[int(np.searchsorted(first, place, side="right")) - 1].append(report)
    return result


class Within(NamedTuple):
    """The insides of some quotations of a text, one a paragraph, to be read as a text."""

    text: str
    tokens: DocumentTokens
    owners: list[Quote]
    edges: list[int]  # where each begins; and the end
    shifts: list[int]  # from here to the text

    def spans(self) -> Spans:
        """Give the tokens as the model wants them."""
        tokens = self.tokens
        return Spans(*(np.array(column) for column in (tokens.start, tokens.end, tokens.sentence)))


def make_within(
    text: str, tokens: DocumentTokens, quotes: Sequence[Quote], lexicon: Lexicon
) -> Within:
    """Lay out the insides of the quotations that have a word of saying."""
    starts = np.array(tokens.start)
    parts: list[str] = []
    columns: list[list[object]] = [[] for _ in DocumentTokens._fields]
    owners, edges, shifts = [], [0], []
    for quote in quotes:
        start, end = _inside(text, quote)
        low, high = np.searchsorted(starts, (start, end))
        words = tokens.term[low:high]
        if high - low < _LEAST_WORDS or not any(_says(word, lexicon) for word in words):
            continue
        shift = start - edges[-1]
        before = len(columns[0])
        for column, name in zip(columns, DocumentTokens._fields, strict=True):
            values = getattr(tokens, name)[low:high]
            if name in ("start", "end"):
                values = [value - shift for value in values]
            elif name == "head":
                values = [h - low + before if low <= h < high else -1 for h in values]
            column += values
        parts.append(text[start:end])
        owners.append(quote)
        shifts.append(shift)
        edges.append(edges[-1] + end - start + len(_BREAK))
    return Within(_BREAK.join(parts), DocumentTokens(*columns), owners, edges, shifts)  # type: ignore[arg-type]


def _inside(text: str, quote: Quote) -> tuple[int, int]:
    """The characters of a quotation without the marks around all of it."""
    for mark in find_marked(text[quote.start : quote.end])[:1]:
        if mark.start == 0 and mark.end == quote.end - quote.start:
            return quote.start + mark.inner_start, quote.start + mark.inner_end
    return quote.start, quote.end


def _says(term: str, lexicon: Lexicon) -> bool:
    return term in lexicon.verbs or term in lexicon.phrases


def find_within(within: Within, reporting: Reporting, lexicon: Lexicon) -> list[Quote]:
    """Find what somebody is quoted in saying that somebody else said."""
    if not within.owners:
        return []
    marks = find_marked(within.text)
    items = make_items(within.text, within.tokens, marks)
    found = []
    for report in _reports(items, marks, reporting, lexicon):
        if report.cue is None or report.subject is None or not report.cue.entry.cue:
            continue
        if report.score < _LEAST_WITHIN:
            continue
        if not _is_somebody(items, report.subject):
            continue
        (quote,) = _quotes(items, [report])
        number = int(np.searchsorted(within.edges, quote.start, side="right")) - 1
        low, high = within.edges[number], within.edges[number + 1]
        places = (quote.start, quote.end, *quote.speaker, *quote.cue)
        if not all(low <= place < high for place in places):
            continue
        owner = within.owners[number]
        moved = _moved(quote, within.shifts[number], owner)
        if moved.cue != owner.cue and moved.speaker != owner.speaker:
            found.append(moved)
    return found


def _moved(quote: Quote, shift: int, owner: Quote) -> Quote:
    """A quotation within another, in the characters of the whole text."""
    return quote._replace(
        start=quote.start + shift,
        end=quote.end + shift,
        head=quote.head + shift,
        speaker=(quote.speaker[0] + shift, quote.speaker[1] + shift),
        cue=(quote.cue[0] + shift, quote.cue[1] + shift),
        relayed=(*owner.relayed, owner.speaker),
        depth=owner.depth + 1,
    )


def _is_somebody(items: Items, subject: Phrase) -> bool:
    """Whether a phrase names a speaker rather than a finding or the outer speaker again."""
    if items.term[subject.head] in _SELF:
        return False
    tags = {items.pos[item] for item in range(subject.first, subject.last)}
    words = {items.term[item] for item in range(subject.first, subject.last)}
    return "PROPN" in tags or bool(words & PERSONS)


def _quotes(items: Items, reports: list[Report]) -> list[Quote]:
    return [_quote(items, report, piece) for report in reports for piece in report.pieces]


def _quote(items: Items, report: Report, piece: Piece) -> Quote:
    cue, subject = report.cue, report.subject
    return Quote(
        start=items.start[piece.first],
        end=items.end[piece.last - 1],
        kind=_kind(items, report, piece),
        speaker=_span(items, subject),
        head=items.start[subject.head] if subject else -1,
        cue=(items.start[cue.first], items.end[cue.last - 1]) if cue else (-1, -1),
        cue_class=cue.entry.group if cue else "",
        sentence=items.sentence[piece.first],
        mode=cue.entry.mode if cue else "speech",
        score=report.score,
    )


def _span(items: Items, phrase: Phrase | None) -> tuple[int, int]:
    if phrase is None:
        return (-1, -1)
    end = items.end[phrase.last - 1]
    text = items.text[items.start[phrase.first] : end]
    for genitive in ("'s", "’s", "'d", "’d", "'ve", "’ve", "'ll", "’ll", "'re", "’re", "'", "’"):
        if text.endswith(genitive) and len(text) > len(genitive) + 1:
            end -= len(genitive)
            break
    return (items.start[phrase.first], end)


def _kind(items: Items, report: Report, piece: Piece) -> str:
    """direct: nothing but a clause in marks; mixed: marks within a report; else indirect."""
    marked = [item for item in range(piece.first, piece.last) if items.pos[item] == MARK]
    if not marked:
        return "direct" if _is_set_off(items, report, piece) else "indirect"
    if piece.last - piece.first == 1:
        naming = report.cue is not None and bool(report.cue.entry.takes & {"name", "as"})
        before = report.cue is not None and piece.last <= report.cue.first
        apart = report.cue is not None and (
            items.sentence[report.cue.first] != items.sentence[piece.first]
            or items.term[piece.first - 1] == ":"
            or ";" in items.term[report.cue.last : piece.first]
        )
        naming = naming and not apart
        if report.cue is not None and "to" in report.cue.entry.takes:
            naming = naming or _is_infinitive(items, piece.first)
        direct = (is_sentence_like(items, piece.first) and not naming) or not worded(report.cue)
        return "direct" if direct or before else "mixed"
    if all(is_title(items, item) for item in marked):
        return "indirect"
    return "mixed"


def _is_set_off(items: Items, report: Report, piece: Piece) -> bool:
    """Whether a paragraph is a quotation by its place: "The statement read:" stands above it."""
    if items.term[piece.first - 1] != ":" or not piece.first:
        return False
    if not worded(report.cue):  # a transcript: "BERG: We have heard enough."
        return True
    gap = items.text[items.end[piece.first - 1] : items.start[piece.first]]
    return gap.count("\n") > 1


def _is_infinitive(items: Items, item: int) -> bool:
    """Whether marked words are only what somebody was urged: "not to give in"."""
    mark = items.mark[item]
    assert mark is not None
    short = len(items.inside.get(item, ())) < 20
    return short and items.text.startswith(("to ", "not to "), mark.inner_start)


def _without_overlaps(quotes: list[Quote]) -> list[Quote]:
    """In order, without those that overlap an earlier or longer one."""
    result: list[Quote] = []
    for quote in sorted(quotes, key=lambda one: (one.start, -one.end)):
        if quote.end > quote.start and (not result or quote.start >= result[-1].end):
            result.append(quote)
    return result
