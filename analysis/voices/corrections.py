"""What the parse corrects in a report that the model read: over which words its links cannot go."""

from __future__ import annotations

from analysis.voices.clauses import Found, Piece, Report, strip, worded
from analysis.voices.items import MARK, Items
from analysis.voices.lexicon import Lexicon
from analysis.voices.phrases import RELATIVE, Phrase, phrase_after, phrase_around

LEAST_UNKNOWN = 0.65  # of a score, where the list of cues does not have the cue
_NOBODY = frozenset(["nobody", "none", "no", "neither", "nothing"])
_WITHOUT = frozenset(["without", "instead", "rather"])
_QUOTED = frozenset(["quoted", "cited"])  # "was quoted by the Tribune": the subject spoke
# "is convinced": the subject of the passive is who thinks so
_FEELS = frozenset("convince persuade determine satisfy oppose commit prepare resolve".split())
_RECEIVES = frozenset(
    "draw draws drew drawn drawing face faces faced facing win wins won winning receive receives "
    "received receiving earn earns earned earning get gets got getting attract attracts attracted "
    "spark sparks sparked provoke provokes provoked prompt prompts prompted meet met meets gain "
    "gained garner garnered suffer suffered endure endured trigger triggered".split()
)


def corrected(items: Items, report: Report, lexicon: Lexicon) -> Report | None:
    """A report as its sentence allows it; nothing where nobody said it."""
    report = _parenthetical(items, _in_paragraph(items, report))
    report = _in_sentence(items, report, lexicon)
    if report.cue is None or not worded(report.cue):
        return report
    (piece,) = report.pieces
    marked = has_marks(items, piece)
    whole = marked and piece.last - piece.first == 1
    if whole and _is_of_nobody(items, report):
        return report._replace(subject=None)
    if not whole:
        if _is_of_nobody(items, report) or _is_apart(items, report):
            return None
        if not report.cue.entry.cue and not marked and _is_no_report(items, report):
            return None
    if not marked:
        report = _at_clause_end(items, report)
    if not whole and (cue := report.cue) is not None and not cue.entry.cue:
        report = report._replace(cue=cue._replace(entry=cue.entry._replace(mode="thought")))
    return _without_receiver(items, report)


def has_marks(items: Items, piece: Piece) -> bool:
    """Whether a stretch holds words between marks."""
    return any(items.pos[item] == MARK for item in range(piece.first, piece.last))


def _parenthetical(items: Items, report: Report) -> Report:
    """Read "Rents, complains Tom Orr, are too high": what follows the cue is its speaker."""
    cue, subject, (piece,) = report.cue, report.subject, report.pieces
    if cue is None or subject is None or not cue.first > 0 or items.term[cue.first - 1] != ",":
        return report
    segment = items.segments[items.segment_of(cue.first)]
    inverted = subject.last == cue.first - 1 and piece.first == cue.last == cue.first + 1
    if not inverted or not cue.entry.takes & {"clause", "that"} or has_marks(items, piece):
        return report
    speaker = phrase_after(items, segment, cue.last)
    if speaker is None or items.term[speaker.last : speaker.last + 1] != [","]:
        return report
    after = [place for place in (speaker.last + 1, speaker.last + 2) if place < segment.last]
    if not any(items.pos[place] in ("VERB", "AUX") for place in after):
        return report
    last = strip(items, segment.first, segment.last)
    return report._replace(subject=speaker, pieces=(Piece(segment.first, last),))


def _in_paragraph(items: Items, report: Report) -> Report:
    """A report that ends where its paragraph or its line of a list does."""
    cue, (piece,) = report.cue, report.pieces
    first, last = items.segment_of(piece.first), items.segment_of(piece.last - 1)
    number = items.segment_of(cue.first) if cue is not None else first
    number = number if first <= number <= last else first
    own = items.segments[number].paragraph
    parts = [one for one in items.segments[first : last + 1] if one.paragraph == own]
    low, high = max(piece.first, parts[0].first), min(piece.last, parts[-1].last)
    high = strip(items, low, high) if high < piece.last else high
    return report._replace(pieces=(Piece(low, high),)) if low < high else report


def _in_sentence(items: Items, report: Report, lexicon: Lexicon) -> Report:
    """A report whose cue, speaker and unmarked words stand in one sentence where they can."""
    cue, subject, (piece,) = report.cue, report.subject, report.pieces
    if cue is None or not worded(cue):
        return report
    own = items.segment_of(cue.first)
    if subject is not None and items.segment_of(subject.head) != own:
        report = _with_own_subject(items, report)
    if has_marks(items, piece):
        return report
    first, last = items.segment_of(piece.first), items.segment_of(piece.last - 1)
    if first <= own <= last and first < last and not subject_after(subject, piece):
        low, high = items.segments[own][:2]
        cut = Piece(max(piece.first, low), min(piece.last, high))
        cut = Piece(cut.first, strip(items, *cut))
        if cut.first < cut.last:
            report = report._replace(pieces=(cut,))
    elif not first <= own <= last:
        verb = _governor(items, piece)
        if verb >= 0:
            report = _relinked(items, report, verb, lexicon)
    return report


def _with_own_subject(items: Items, report: Report) -> Report:
    """A report whose verb has the subject of its own sentence, or none where it is passive."""
    cue = report.cue
    assert cue is not None
    if items.pos[cue.first] != "VERB":
        return report
    if _is_passive(items, cue):
        return report._replace(subject=None)
    subject = _subject_of(items, cue.first)
    if subject < 0 or items.pos[subject] == MARK or items.term[subject] in RELATIVE:
        return report
    segment = items.segments[items.segment_of(subject)]
    return report._replace(subject=phrase_around(items, segment, subject, cue.first))


def subject_after(subject: Phrase | None, piece: Piece) -> bool:
    """Whether a speaker is named only behind what is said."""
    return subject is not None and subject.first >= piece.last


def _governor(items: Items, piece: Piece) -> int:
    """The verb with a subject of its own that a stretch depends on in its own sentence, or −1."""
    for item in range(piece.first, piece.last):
        above = items.head[item]
        if not piece.first <= above < piece.last and items.pos[item] != "PUNCT":
            for _ in range(3):
                if above < 0:
                    break
                if items.pos[above] == "VERB" and _subject_of(items, above) >= 0:
                    return above
                above = items.head[above]
    return -1


def _subject_of(items: Items, verb: int) -> int:
    """The subject of a verb, also of that whose complement it is, or −1."""
    for _ in range(3):
        for child in items.children(verb):
            if items.dep[child] == "nsubj":
                return child
        if items.dep[verb] not in ("conj", "xcomp") or items.head[verb] < 0:
            return -1
        verb = items.head[verb]
    return -1


def _relinked(items: Items, report: Report, verb: int, lexicon: Lexicon) -> Report:
    """A report with the cue and the subject of its own sentence, or one that is no row."""
    entries = [cue for cue, _ in lexicon.verbs.get(items.term[verb], ()) if len(cue.words) == 1]
    subject = _subject_of(items, verb)
    if not entries or subject < 0:
        return report._replace(score=0.0)
    segment = items.segments[items.segment_of(subject)]
    phrase = phrase_around(items, segment, subject, verb)
    return report._replace(cue=Found(entries[0], verb, verb + 1), subject=phrase)


def _is_of_nobody(items: Items, report: Report) -> bool:
    """Whether nobody is the subject: "no country", "none of them", "nobody"."""
    subject = report.subject
    if subject is None:
        return False
    before = items.term[subject.first - 1 : subject.first] if subject.first else []
    return items.term[subject.first] in _NOBODY or (
        before != [] and before[0] in _NOBODY and items.dep[subject.first - 1] != "root"
    )


def _is_no_report(items: Items, report: Report) -> bool:
    """Whether a cue that the list does not have is too unsure, or says only that something is."""
    assert report.cue is not None
    words = range(report.cue.first, report.cue.last)
    return report.score < LEAST_UNKNOWN or all(items.pos[item] == "AUX" for item in words)


def _is_apart(items: Items, report: Report) -> bool:
    """Whether the deed is what somebody did without: "left without criticising Yemen"."""
    assert report.cue is not None
    return any(
        items.term[child] in _WITHOUT and child < report.cue.first
        for child in items.children(report.cue.first)
    )


def _at_clause_end(items: Items, report: Report) -> Report:
    """A report that ends where the parse goes on with the clause that its cue belongs to."""
    cue, (piece,) = report.cue, report.pieces
    assert cue is not None
    holds = piece.first <= cue.first and cue.last + 1 < piece.last
    if holds and items.term[cue.last] == "that" and items.pos[cue.last] == "SCONJ":
        return report._replace(pieces=(Piece(cue.last + 1, piece.last),))  # It is said that …
    if cue.entry.part == "phrase" or piece.first < cue.last:
        return report
    if not items.below(piece.first, cue.first):
        return report
    above = [
        item
        for item in range(piece.first, piece.last)
        if item != cue.first and items.below(cue.first, item)
    ]
    if not above:
        return report
    last = next(item for item in range(piece.first, piece.last) if not items.below(item, cue.first))
    last = strip(items, piece.first, last)
    clause = any(items.pos[item] in ("VERB", "AUX") for item in range(piece.first, last))
    return report._replace(pieces=(Piece(piece.first, last),)) if clause else report


def _is_passive(items: Items, cue: Found) -> bool:
    """Whether a cue is a passive verb that does not say by whom."""
    kinds = {items.dep[child] for child in items.children(cue.first)}
    return bool(kinds & {"nsubj:pass", "aux:pass", "csubj:pass"}) and "obl:agent" not in kinds


def _without_receiver(items: Items, report: Report) -> Report:
    """A report without a speaker where the subject is who was told, praised or accused."""
    cue, subject = report.cue, report.subject
    if cue is not None and items.term[cue.first] in _QUOTED:
        quoted = [one for one in items.children(cue.first) if items.dep[one] == "nsubj:pass"]
        if quoted and items.pos[quoted[0]] != MARK:
            segment = items.segments[items.segment_of(quoted[0])]
            return report._replace(subject=phrase_around(items, segment, quoted[0], cue.first))
    if cue is None or subject is None:
        return report
    if items.pos[cue.first] == "NOUN" and items.term[items.head[cue.first]] in _RECEIVES:
        verb = items.head[cue.first]
        if verb >= 0 and items.below(_subject_of(items, verb), subject.head):
            return report._replace(subject=None)
    entry = cue.entry
    thinks = entry.mode == "thought" or entry.group == "emotive" or entry.cue in _FEELS
    if thinks or entry.part != "verb" or not entry.cue:
        return report
    told = [child for child in items.children(cue.first) if items.dep[child] == "nsubj:pass"]
    told += [items.head[cue.first]] if _is_reduced(items, cue) else []
    if subject.head in told and (_is_passive(items, cue) or _is_reduced(items, cue)):
        return report._replace(subject=None)
    return report


def _is_reduced(items: Items, cue: Found) -> bool:
    """Whether a cue is a participle behind its noun: "the team honoured for …"."""
    return (
        items.dep[cue.first] == "acl"
        and "Tense=Past" in items.morphology[cue.first]
        and not any(items.dep[child] == "obl:agent" for child in items.children(cue.first))
    )


def of_speakers(items: Items, report: Report, lexicon: Lexicon) -> Report:
    """Give marked words behind "Lee said, according to the Tribune" to Lee, not to the medium."""
    cue, (piece,) = report.cue, report.pieces
    if cue is None or cue.entry.part != "phrase" or piece.last - piece.first != 1:
        return report
    number = items.segment_of(cue.first)
    if not has_marks(items, piece) or items.segment_of(piece.first) <= number:
        return report
    for verb in range(items.segments[number].first, cue.first):
        entries = [one for one, _ in lexicon.verbs.get(items.term[verb], ()) if len(one.words) == 1]
        says = items.pos[verb] == "VERB" and entries and entries[0].takes & {"clause", "that"}
        if says and (subject := _subject_of(items, verb)) >= 0 and items.pos[subject] != MARK:
            return _relinked(items, report, verb, lexicon)
    return report
