"""Quotations without a cue in their sentence: continued, introduced, signed."""

from __future__ import annotations

from analysis.voices.clauses import Piece, Report, find_teller, is_sentence_like
from analysis.voices.items import MARK, Items, Segment
from analysis.voices.lexicon import Lexicon
from analysis.voices.phrases import TIMES, Phrase, phrase_after, phrase_before, proper_names

_DASHES = frozenset(["-", "–", "—", "--", "―", "~"])
MAX_GAP = 2  # sentences of prose that a quotation may be continued over, in one paragraph


class Unattributed:
    """Attributes the quotations of a text that have no cue in their own sentence."""

    # It reads sentence by sentence and remembers the last attribution, since a quotation is
    # continued in the next sentence, the next paragraph, or after some words of the writer's own.

    def __init__(self, items: Items, lexicon: Lexicon):
        self.items, self.lexicon = items, lexicon
        self.last: Report | None = None
        self.last_segment = -10
        self.introduced: Report | None = None

    def read(self, number: int, reports: list[Report], taken: set[int]) -> list[Report]:
        """Read one sentence."""
        segment = self.items.segments[number]
        found: list[Report] = []
        for item in range(segment.first, segment.last):
            if self.items.pos[item] != MARK or item in taken:
                continue
            if is_sentence_like(self.items, item) and self._is_own_sentence(segment, item):
                report = self._attribute(number, item, taken)
                own = [one for one in reports if one.subject and one.cue and one.cue.last <= item]
                if own and self.items.term[item - 1] == ":":  # called it “…”: “…”
                    report = own[-1]._replace(pieces=report.pieces)
                found.append(report)
                taken.add(item)
        self._remember(number, [*reports, *found])
        return found

    def _is_own_sentence(self, segment: Segment, item: int) -> bool:
        """Whether the stretch is a sentence by itself, or follows a colon."""
        if item > segment.first and self.items.term[item - 1] in (":", "—", "–"):
            return True
        if any(self.items.pos[i] not in ("PUNCT", MARK) for i in range(segment.first, item)):
            return False
        rest = [i for i in range(item + 1, segment.last) if self.items.pos[i] != "PUNCT"]
        if not rest:
            return True
        return not any(self.items.pos[i] in ("VERB", "AUX") for i in rest)

    def _attribute(self, number: int, item: int, taken: set[int]) -> Report:
        """Give a whole sentence in marks its speaker, if the text names one."""
        segment = self.items.segments[number]
        piece = (Piece(item, item + 1),)
        signed = self._signature(number, item)
        if signed is not None:
            taken.update(range(item, item + 20))  # what is named beside the signature is a title
            return Report(None, signed, piece)
        labelled = self._label(segment, item)
        if labelled is not None:
            return Report(None, labelled, piece)
        if self.introduced is not None:
            return self.introduced._replace(pieces=piece)
        told = find_teller(self.items, number, item, self.lexicon)
        if told is not None:
            return Report(*told, piece)
        if self.last is not None and self._is_near(number):
            return self.last._replace(pieces=piece)
        return Report(None, None, piece)

    def _signature(self, number: int, item: int) -> Phrase | None:
        """ "… game." - Matthew Ingram; or a name alone up to the paragraph's end."""
        items, segment = self.items, self.items.segments[number]
        begin, last = item + 1, segment.last
        if begin >= segment.last:
            if number + 1 >= len(items.segments):
                return None
            segment = items.segments[number + 1]
            if segment.paragraph != items.segments[number].paragraph:
                return self._dashed_line(segment)
            begin, last = segment.first, segment.last
        if not self._ends_paragraph(segment) or last - begin > 14:
            return None
        while begin < last and (items.term[begin] in _DASHES or items.pos[begin] == "PUNCT"):
            begin += 1
        if any(items.pos[i] in ("VERB", "AUX") for i in range(begin, last)):
            return None
        phrase = phrase_after(items, segment, begin)
        if phrase is None or not items.word(phrase.first)[:1].isupper():
            return None
        return phrase

    def _dashed_line(self, segment: Segment) -> Phrase | None:
        """A signature on a line of its own, after a dash."""
        items = self.items
        if items.term[segment.first] not in _DASHES or segment.last - segment.first > 14:
            return None
        return phrase_after(items, segment, segment.first + 1)

    def _ends_paragraph(self, segment: Segment) -> bool:
        place = self.items.segments.index(segment)
        following = self.items.segments[place + 1 : place + 2]
        return not following or following[0].paragraph != segment.paragraph

    def _label(self, segment: Segment, item: int) -> Phrase | None:
        """ "Ann Lee: “…”" and "From the ministry: “…”"."""
        items = self.items
        if item - 1 <= segment.first or items.term[item - 1] != ":":
            return None
        begin = segment.first + (items.term[segment.first] == "from")
        phrase = phrase_before(items, segment, item - 1)
        return phrase if phrase is not None and phrase.first == begin else None

    def _is_near(self, number: int) -> bool:
        """Whether the last attribution still holds: same paragraph, or the one just before."""
        segments = self.items.segments
        here, there = segments[number], segments[self.last_segment]
        if here.paragraph == there.paragraph:
            return number - self.last_segment <= MAX_GAP + 1
        return number - self.last_segment == 1 and here.paragraph - there.paragraph == 1

    def _remember(self, number: int, reports: list[Report]) -> None:
        items, segment = self.items, self.items.segments[number]
        speaking = [report for report in reports if report.pieces and report.subject is not None]
        if speaking:
            self.last, self.last_segment = speaking[-1], number
        self.introduced = None
        last = segment.last - 1
        if items.term[last] == ":" or (items.term[last] == "," and self._ends_paragraph(segment)):
            named = [report for report in reports if report.subject is not None]
            if named:
                self.introduced = named[-1]
            elif items.term[last] == ":":
                self.introduced = self._introduction(segment)

    def _introduction(self, segment: Segment) -> Report | None:
        """ "From the ministry:", "A statement from Ann Lee, mayor of Norda:": a line of its own."""
        items = self.items
        names = [
            name
            for name in proper_names(items, segment)
            if items.term[name.first] not in TIMES and items.term[name.first - 1] != ","
        ]
        free = [name for name in names if items.term[name.first - 1] not in ("of", "in", "at")]
        if len(free or names) == 1:
            return Report(None, (free or names)[0], ())
        begin = segment.first + (items.term[segment.first] == "from")
        phrase = phrase_after(items, segment, begin)
        if phrase is None or phrase.last != segment.last - 1:
            return None
        return Report(None, phrase, ())
