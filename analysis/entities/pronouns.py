"""Who *he* and *she* are: the persons that the pronouns of a text stand for."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from analysis.entities.sexes import sexes_of
from analysis.entities.spans import Mention

REACH = 400  # characters before a pronoun in which its person must be named, or be "he" already
PARAGRAPH = 1000  # … or so many, if the person is named in the pronoun's paragraph
_NEAR = 12  # names that are looked at, at most
_GROUPS = {"he": "he", "his": "he", "she": "she", "her": "she"}
PRONOUN = re.compile(r"\b(?:he|his|she|her)\b", re.IGNORECASE)
_END = re.compile(r"[.!?…][\"”’')\]]{0,3}\s{1,9}(?=[\"“‘'(\[]?[A-Z])|\n")
_QUOTED = re.compile(r"“[^”\n]*”|\"[^\"\n]*\"")
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")


class Pronouns:
    """The persons that the *he*, *his*, *she* and *her* of a text stand for."""

    # Read from the first to the last, since one leads to the next: a pronoun goes on with the
    # person of the one before it (*he … he*), as long as no other person is named between, or only
    # behind the first name of a sentence. Otherwise its paragraph must name, before it, exactly one
    # person who can be meant; if the paragraph names none, the text shortly before. A person named
    # behind *he* or *she* in the same sentence is somebody else (“he praised the plan that Xi
    # added”). Pronouns inside quotation marks are passed over. Everything else stays open: better
    # no name than a wrong one.

    def __init__(self, text: str, mentions: Sequence[Mention]) -> None:
        self.text = text
        self.persons = [
            one
            for one in mentions
            if one.label == "PERSON" and text[one.start : one.end].lower() not in _GROUPS
        ]
        self.sexes = sexes_of(text, self.persons)
        self._starts = [one.start for one in self.persons]
        ends = [match.end() for match in _END.finditer(text)]
        self._sentence = [bisect_right(ends, one.start) for one in self.persons]
        self.found: dict[int, str] = {}  # by the place of every pronoun outside quotation marks
        self._last: dict[str, tuple[int, int]] = {}  # the latest pronoun: its place, its sentence
        self._opening: dict[tuple[str, int], int] = {}  # the first "he" or "she" of each sentence
        quoted = [match.span() for match in _QUOTED.finditer(text)]
        for match in PRONOUN.finditer(text):
            group, at = _GROUPS[match[0].lower()], match.start()
            within = bisect_right(quoted, (at, at))
            if within and at < quoted[within - 1][1]:
                continue
            sentence = bisect_right(ends, at)
            self.found[at] = self._resolve(group, at)
            self._last[group] = at, sentence
            if match[0].lower() == group:
                self._opening.setdefault((group, sentence), at)

    def _resolve(self, group: str, at: int) -> str:
        near = self._candidates(group, at)
        before, sentence = self._last.get(group, (-REACH - 1, -1))
        if at - before <= REACH:
            same = self.found[before]
            new = [i for i in near if self._starts[i] > before and self.persons[i].entity != same]
            if not new:
                return same
            if same:
                return "" if any(self._takes_over(i, sentence) for i in new) else same
        names = {self.persons[i].entity for i in near}
        return names.pop() if len(names) == 1 else ""

    def _candidates(self, group: str, at: int) -> list[int]:
        """List who may be meant: those named in the paragraph, else those named shortly before."""
        paragraph = self.text.rfind("\n", max(at - PARAGRAPH, 0), at) + 1
        found = self._named(group, paragraph or at - PARAGRAPH, at)
        return found or self._named(group, at - REACH, at)

    def _named(self, group: str, low: int, at: int) -> list[int]:
        stop = bisect_left(self._starts, at)
        first = max(bisect_left(self._starts, low), stop - _NEAR)
        return [
            i
            for i in range(first, stop)
            if self.sexes.get(self.persons[i].entity, group) == group and not self._behind(group, i)
        ]

    def _behind(self, group: str, i: int) -> bool:
        """Whether a pronoun that is somebody else opens the sentence before this name."""
        opening = self._opening.get((group, self._sentence[i]))
        return (
            opening is not None
            and opening < self._starts[i]
            and self.found[opening] != self.persons[i].entity
        )

    def _takes_over(self, i: int, sentence: int) -> bool:
        """Whether a name is the first one of another sentence, where subjects stand."""
        first = i == 0 or self._sentence[i - 1] != self._sentence[i]
        return first and self._sentence[i] != sentence

    def latest(self, group: str, at: int) -> str:
        """Name the person who may be meant and was named last; "" if there is none."""
        near = self._candidates(group, at)
        return self.persons[near[-1]].entity if near else ""
