"""Marked stretches that no attribution takes: quotations after all, terms, glosses, distancing."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

import regex

from analysis.voices.clauses import find_teller, is_sentence_like
from analysis.voices.items import Items, Quote, Segment, is_title
from analysis.voices.lexicon import Lexicon
from analysis.voices.phrases import phrase_after, phrase_around

_SHORT = 4  # words that a term has at most
_FEW = 2  # words of what may be no quotation where nothing beside it tells
_NAMING = frozenset(
    "named name names called titled entitled labelled labeled dubbed nicknamed codenamed termed "
    "known slogan slogans motto hashtag logo headlined headline bearing marked signed caption "
    "captioned banner sign signs category type grade rated status song album film book".split()
)
_WORDS = frozenset(
    "word words term terms phrase phrases expression expressions verb noun adjective acronym "
    "spelling spelled spelt pronounced".split()
)
_MEANING = frozenset("meaning means translates translated literally i.e. ie".split())
_DISTANT = frozenset(
    "so-called supposed supposedly alleged allegedly self-styled would-be purported purportedly "
    "ostensible ostensibly quote-unquote pseudo".split()
)
_CALLING = frozenset(
    "called calls calling dubbed dubs termed labelled labeled labels branded brands considered "
    "deemed deems described describes declared nicknamed ridiculed derided dismissed".split()
)
_CRIES = frozenset(
    "chant chants chanted chanting cry cries cried shout shouts shouted shouting yell yelling "
    "calls cheer cheers jeer jeers".split()
)
_LANGUAGE = regex.compile(r"\p{Lu}\p{L}+(?:ish|ian|ic|ese|an|in|ek|ench|utch)")
_BESIDE = 2  # sentences between a fragment and the quotation before it, in one paragraph
_WORD = regex.compile(r"\p{L}[\p{L}\p{M}]*")
_SPLIT = regex.compile(r"\W+")


def missed_quotations(items: Items, quotes: Sequence[Quote], lexicon: Lexicon) -> list[Quote]:
    """Find the quotations among the marked stretches that no quotation covers."""
    spoken = _Spoken(items, quotes)
    left = list(uncovered(items, [(one.start, one.end) for one in quotes]))
    found: dict[int, Quote] = {}
    for number, segment, item in left:
        caller = _caller(items, segment, item, lexicon) or _teller(items, number, item, lexicon)
        if caller is None and _is_told_apart(items, segment, item):
            continue
        said = None if caller else spoken.source(number, item)
        told = _is_quoted(items, segment, item) or _is_told(items, segment, item, lexicon)
        if caller or said or told:
            found[item] = _row(items, item, caller or said)
    for _, segment, item in left:  # the “profane” and “sexist” attacks: both or neither
        if item not in found and not _is_told_apart(items, segment, item):
            beside = [found[one] for one in found if segment.first <= one < segment.last]
            if beside:
                found[item] = _row(items, item, beside[-1])
    return list(found.values())


def _row(items: Items, item: int, said: Quote | None) -> Quote:
    """A marked stretch as a quotation, with the speaker and the cue of another, if there is one."""
    return Quote(
        start=items.start[item],
        end=items.end[item],
        kind="direct" if is_sentence_like(items, item) else "mixed",
        speaker=said.speaker if said else (-1, -1),
        head=said.head if said else -1,
        cue=said.cue if said else (-1, -1),
        cue_class=said.cue_class if said else "",
        sentence=items.sentence[item],
        mode=said.mode if said else "speech",
    )


def _teller(items: Items, number: int, item: int, lexicon: Lexicon) -> Quote | None:
    """Who says what is marked by a verb right beside the marks."""
    found = find_teller(items, number, item, lexicon)
    if found is None:
        return None
    cue, phrase = found
    return Quote(
        start=0,
        end=0,
        kind="",
        speaker=(items.start[phrase.first], items.end[phrase.last - 1]),
        head=items.start[phrase.head],
        cue=(items.start[cue.first], items.end[cue.first]),
        cue_class=cue.entry.group,
        sentence=0,
        mode=cue.entry.mode,
    )


def _caller(items: Items, segment: Segment, item: int, lexicon: Lexicon) -> Quote | None:
    """Who calls something so: labelled a “witch hunt” by Greens, what Lee called “folly”."""
    low = max(segment.first, item - 6)
    verbs = [place for place in range(low, item) if items.term[place] in _CALLING]
    if not verbs or items.pos[verbs[-1]] not in ("VERB", "AUX"):
        return None
    verb, phrase = verbs[-1], None
    agents = [place for place in (verb + 1, item + 1) if place < segment.last]
    by = next((place for place in agents if items.term[place] == "by"), None)
    if by is not None:
        phrase = phrase_after(items, segment, by + 1)
    elif items.text[items.start[item] + 1].islower():
        for child in items.children(verb):
            if items.dep[child] == "nsubj" and child < verb and items.pos[child] != "DET":
                phrase = phrase_around(items, segment, child, verb)
    if phrase is None:
        return None
    span = (items.start[phrase.first], items.end[phrase.last - 1])
    cue = (items.start[verb], items.end[verb])
    entries = lexicon.verbs.get(items.term[verb], ())
    group = entries[0][0].group if entries else "neutral"
    return Quote(0, 0, "mixed", span, items.start[phrase.head], cue, group, 0)


def uncovered(items: Items, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, Segment, int]]:
    """The outermost marked stretches that none of the spans touches, each with its sentence."""
    spans = sorted(spans)
    starts = [low for low, _ in spans]
    for number, segment in enumerate(items.segments):
        for item in range(segment.first, segment.last):
            mark = items.mark[item]
            if mark is None or not mark.closed or not _size(items, item):
                continue
            if items.text[mark.start - 1 : mark.start] == "=":
                continue  # an attribute of markup
            place = bisect_right(starts, items.end[item] - 1)
            if not place or spans[place - 1][1] <= items.start[item]:
                yield number, segment, item


def kind_of(items: Items, segment: Segment, item: int) -> str:
    """What marked words that nobody is said to have said are: term, gloss or distancing."""
    if _is_distanced(items, segment, item):
        return "distancing"
    if _is_gloss(items, segment, item):
        return "gloss"
    return "term" if _is_term(items, segment, item) or _size(items, item) > 1 else "distancing"


def _is_told_apart(items: Items, segment: Segment, item: int) -> bool:
    """Whether the words beside a stretch, or its capitals, say that it is no quotation."""
    if _is_cried(items, segment, item):
        return False
    tests = (_is_distanced, _is_gloss, _is_term)
    return any(test(items, segment, item) for test in tests)


def _is_cried(items: Items, segment: Segment, item: int) -> bool:
    """Whether marked words are a cry, or stand in the headline, whose marks quote."""
    if set(_before(items, segment, item)[:2]) & _CRIES or items.text[items.end[item] - 2] in "!?":
        return True
    return segment.first == 0 and _size(items, item) > 1 and _is_headline(items, segment)


def _is_headline(items: Items, segment: Segment) -> bool:
    """Whether a first sentence has no stop, or capitals as titles have them."""
    text = items.text[items.start[segment.first] : items.end[segment.last - 1]]
    long = [word for word in _WORD.findall(text) if len(word) > 3]
    capital = sum(word[0].isupper() for word in long)
    return text[-1] not in ".!?…”\"’'" or 4 * capital > 3 * len(long) > 9


def _before(items: Items, segment: Segment, item: int) -> list[str]:
    """The last four words before an item in its sentence, the nearest first."""
    return items.term[max(segment.first, item - 4) : item][::-1]


def _is_distanced(items: Items, segment: Segment, item: int) -> bool:
    """Whether a word such as "so-called" stands before the marks."""
    before = _before(items, segment, item)
    return bool(set(before[:2]) & _DISTANT) or before[:3] == ["called", "-", "so"]


def _is_gloss(items: Items, segment: Segment, item: int) -> bool:
    """Whether marks hold a meaning, a translation, or a word as a word."""
    before = _before(items, segment, item)
    after = items.term[item + 1] if item + 1 < segment.last else ""
    near, size = set(before[:2]), _size(items, item)
    if before[:1] == ["for"] and len(before) > 1 and _LANGUAGE.fullmatch(items.word(item - 2)):
        return True
    if (near & _MEANING and before[0] != "that") or after in ("means", "meaning", "meant"):
        return size <= 3 * _SHORT
    return bool(near & _WORDS) and size <= _SHORT + 2


def _is_term(items: Items, segment: Segment, item: int) -> bool:
    """Whether marks hold a name, a title, or a term: named, explained or part of a compound."""
    words = _WORD.findall(items.text, items.start[item], items.end[item])
    size = _size(items, item)
    short = size <= _SHORT + 2  # in a longer stretch an acronym is one of its words
    if is_title(items, item) or (short and any(one[1:] != one[1:].lower() for one in words)):
        return True
    before = set(_before(items, segment, item)[:2])
    if not short or before & _NAMING:
        return short
    if size > _SHORT or item + 1 >= segment.last:
        return False
    following, tags = items.pos[item + 1], items.inside[item]
    nouns = [tag for tag in tags if tag != "PUNCT"]
    if following in ("NOUN", "PROPN"):
        return len(nouns) > 1 or nouns[-1] == "NOUN"
    return _is_explained(items, segment, item)


def _is_explained(items: Items, segment: Segment, item: int) -> bool:
    """Whether brackets, a dash or a comma after a marked noun begin what it is."""
    place = item + 2
    if place >= segment.last or "NOUN" not in items.inside[item]:
        return False
    comma = items.text[items.end[item] - 2] == ","
    sign = "," if comma else items.term[item + 1]
    first = item + 1 if comma else place
    if sign == "(":
        return items.word(first)[:1].islower()
    return sign in (",", "-", "–", "—", "―") and items.pos[first] == "DET"


def _is_quoted(items: Items, segment: Segment, item: int) -> bool:
    """Whether a stretch can be nothing but a quotation, by its length, its form or its place."""
    tags = [tag for tag in items.inside[item] if tag != "PUNCT"]
    finite = "AUX" in tags or ("VERB" in tags and bool({"PRON", "PROPN"} & set(tags)))
    if len(tags) > _SHORT or finite or is_sentence_like(items, item):
        return True
    if len(tags) > _FEW or _is_cried(items, segment, item):
        return True
    before = _before(items, segment, item)
    if len(tags) > 1 and (tags[0] in ("VERB", "ADV") or before[:1] == ["to"]):
        return True  # to “close loopholes”, was “very clear”
    # described as “a disaster”
    return before[:1] == ["as"] or (
        before[:1] in (["a"], ["an"], ["the"]) and before[1:2] == ["as"]
    )


def _is_told(items: Items, segment: Segment, item: int, lexicon: Lexicon) -> bool:
    """Whether the sentence has a verb of saying, or a noun of saying before the marks."""
    for place in range(segment.first, segment.last):
        if items.pos[place] == "VERB":
            entries = lexicon.verbs.get(items.term[place], ())
            if any(len(cue.words) == 1 and cue.group == "neutral" for cue, _ in entries):
                return True
        elif place < item and items.pos[place] == "NOUN" and items.term[place] in lexicon.nouns:
            return True
    return False


class _Spoken:
    """The quotations of a text that were found, in order, with the sentences they stand in."""

    def __init__(self, items: Items, quotes: Sequence[Quote]) -> None:
        self.items = items
        self.quotes = sorted(quotes, key=lambda one: one.start)
        starts = [items.start[segment.first] for segment in items.segments]
        self.segments = [bisect_right(starts, one.start) - 1 for one in self.quotes]
        self.words = [_plain(items.text[one.start : one.end]) for one in self.quotes]

    def source(self, number: int, item: int) -> Quote | None:
        """The quotation whose speaker has said these words, too: it repeats them, or is near."""
        items = self.items
        words = _plain(items.text[items.start[item] : items.end[item]])
        for quote, others in zip(self.quotes, self.words, strict=True):
            if quote.kind != "indirect" and words in others:
                return quote
        paragraph = items.segments[number].paragraph
        near = [
            quote
            for quote, segment in zip(self.quotes, self.segments, strict=True)
            if items.segments[segment].paragraph == paragraph
            and quote.speaker[0] >= 0
            and not quote.speaker[0] <= items.start[item] < quote.speaker[1]
            and -_BESIDE <= segment - number <= 1
        ]
        before = [quote for quote in near if quote.start < items.start[item]]
        return next(iter([*before[-1:], *near[:1]]), None)


def _plain(text: str) -> str:
    """The words of a text in lower case, a space around each."""
    return " ".join(["", *(word for word in _SPLIT.split(text.lower()) if word), ""])


def _size(items: Items, item: int) -> int:
    """Words in a marked stretch."""
    return sum(tag != "PUNCT" for tag in items.inside.get(item, ()))
