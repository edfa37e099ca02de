"""The quotations of one text: reports of all sentences, cleared of overlaps."""

from __future__ import annotations

from analysis.voices.attribution import find_reports
from analysis.voices.blocks import find_blocks
from analysis.voices.clauses import Piece, is_sentence_like
from analysis.voices.contents import Report
from analysis.voices.fragments import missed_quotations
from analysis.voices.items import MARK, PERSONS, DocumentTokens, Items, Quote, is_title, make_items
from analysis.voices.lexicon import Lexicon
from analysis.voices.marks import find_marked
from analysis.voices.phrases import Phrase
from analysis.voices.unattributed import Unattributed

_SELF = frozenset("he she they it i we who this that these those one".split())


def find_in_text(text: str, tokens: DocumentTokens, lexicon: Lexicon) -> list[Quote]:
    """Find the quotations of one text."""
    if not tokens.start:
        return []
    items = make_items(text, tokens, find_marked(text))
    taken: set[int] = set()
    reports = [find_reports(items, lexicon, n, taken) for n in range(len(items.segments))]
    unattributed = Unattributed(items)
    quotes: list[Quote] = []
    for number, found in enumerate(reports):
        following = _same_paragraph(items, reports, number + 1)
        more = unattributed.read(number, found, following, taken)
        quotes += _sentence_quotes(items, [*found, *more])
    quotes = _without_overlaps([*find_blocks(items, reports, quotes, Quote), *quotes])
    return _without_overlaps([*quotes, *missed_quotations(items, quotes, lexicon)])


def _same_paragraph(items: Items, reports: list[list[Report]], number: int) -> list[Report]:
    if number >= len(reports):
        return []
    one, two = items.segments[number - 1], items.segments[number]
    return reports[number] if one.paragraph == two.paragraph else []


def _sentence_quotes(items: Items, reports: list[Report]) -> list[Quote]:
    """The quotations of one sentence; what is relayed goes to the inner speaker."""
    quotes: list[Quote] = []
    pieces = [(report, piece) for report in reports for piece in report.pieces]
    inner = [_relayed(items, piece, pieces) for _, piece in pieces]
    for (report, piece), within in zip(pieces, inner, strict=True):
        if within is None:
            outer = [pieces[i][0] for i, other in enumerate(inner) if other is piece]
            quotes.append(_quote(items, report, piece, outer))
    return quotes


def _relayed(items: Items, piece: Piece, pieces: list[tuple[Report, Piece]]) -> Piece | None:
    """The piece of another speaker that is all that a report consists of: X said that Y said …"""
    for other, inner in pieces:
        if inner is piece or other.subject is None or other.cue is None:
            continue
        subject = other.subject
        if not piece.first <= subject.first <= piece.first + 3 or inner.first < subject.last:
            continue
        named = _is_somebody(items, subject)
        said = inner.mode in ("that", "clause", "mark")
        if named and said and inner.last >= piece.last - 1 and inner.last <= piece.last + 1:
            return inner
    return None


def _is_somebody(items: Items, subject: Phrase) -> bool:
    """Whether a phrase names a speaker rather than a finding or the outer speaker again."""
    if items.term[subject.head] in _SELF:
        return False
    tags = {items.pos[item] for item in range(subject.first, subject.last)}
    words = {items.term[item] for item in range(subject.first, subject.last)}
    return "PROPN" in tags or bool(words & PERSONS)


def _quote(items: Items, report: Report, piece: Piece, outer: list[Report]) -> Quote:
    cue = report.cue
    subject = report.subject
    return Quote(
        start=items.start[piece.first],
        end=items.end[piece.last - 1],
        kind=_kind(items, report, piece),
        speaker=_span(items, subject),
        head=items.start[subject.head] if subject else -1,
        cue=(items.start[cue.first], items.end[cue.last - 1]) if cue else (-1, -1),
        cue_class=cue.entry.group if cue else "",
        sentence=items.sentence[piece.first],
        relayed=tuple(_span(items, one.subject) for one in outer if one.subject),
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
        return "indirect"
    if piece.last - piece.first == 1:
        naming = report.cue is not None and bool(report.cue.entry.takes & {"name", "as"})
        before = report.cue is not None and piece.last <= report.cue.first
        if report.cue is not None and "to" in report.cue.entry.takes:
            naming = naming or _is_infinitive(items, piece.first)
        direct = (is_sentence_like(items, piece.first) and not naming) or piece.mode == "alone"
        return "direct" if direct or before else "mixed"
    if all(is_title(items, item) for item in marked):
        return "indirect"
    return "mixed"


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
