"""Texts to the words of Universal Dependencies, in which the model was trained.

The tokens table keeps “Russia’s”, “long-term” and “$61bn” whole and parts “Mr” from its stop; the
English treebanks do the opposite. No word of either spans white space, so both are cuts of the
same chunks, and the offsets say which token a word is in.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import regex

from analysis.text.forms import BREAK

VERSION = 3  # of the rules below, of lemmas and of sentences without names; part of every cache key

_ABBREVIATIONS = (
    "mr mrs ms dr prof rev jr sr st messrs etc inc corp co ltd bros al ave blvd rd ft cf ph.d adm"
    " brig capt cmdr col cpl fr gen gov hon insp lt maj mme msgr pres rep reps sen sens sgt supt"
    " jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat assn"
    " dept intl mt univ calif conn fla penn approx fig figs vol vols no nos vs v pp op ca sq tel"
)
_ENDINGS = "com org net gov edu doc docx xls xlsx pdf txt htm html php asp jpg jpeg png gif exe ppt"
_UNITS = (
    "am pm a.m. p.m. k m b t bn mn mln tn km cm mm nm kg mg g lb lbs oz ft in hz khz mhz ghz kb mb"
    " gb tb kw mw gw kwh mwh mph kph sqft min mins hr hrs sec secs yrs years days c f p x hh l ml"
)
_PREFIXES = frozenset(
    "e a u non mid anti re co pre pro cross post over semi sub ex multi counter mini inter neo"
    " socio psycho macro micro bi bio de extra intra para peri pseudo super supra trans"
    " tri ultra un uni geo hyper infra meta mono omni proto".split()
)
_SUFFIXES = frozenset("e esque ette fest fold gate itis less most rama wise".split())
_WHOLE = {
    "cannot": (3,), "gonna": (3,), "wanna": (3,), "gotta": (3,), "lemme": (3,), "gimme": (3,),
    "dont": (2,), "didnt": (3,), "doesnt": (4,), "couldnt": (5,), "wouldnt": (5,), "isnt": (2,),
    "wasnt": (3,), "havent": (4,), "hasnt": (3,), "arent": (3,), "werent": (4,), "shouldnt": (6,),
    "hadnt": (3,), "aint": (2,), "im": (1,), "ive": (1,), "thats": (4,), "theres": (5,),
    "whats": (4,), "youre": (3,), "theyre": (4,), "youve": (3,), "theyve": (4,),
}  # fmt: skip
_WHOLE_CLITICS = frozenset(("o'clock", "y'all", "ya'll", "ma'am"))
_CLITIC = regex.compile(r"(?i)(?:n['’]t|(?<!\d0)['’](?:s|ll|re|ve|d|m))$")
_HYPHEN = regex.compile(r"[-‐‑]")


def _any(words: str) -> str:
    return "|".join(regex.escape(word) for word in words.split())


_PATTERN = r"""
      (?P<whole>
        (?:https?://|www\.)[^\s<>"“”«»]*[\w/=\#&%-]
      | [\w.+-]{1,64}@\w[\w-]{0,62}(?:\.\w[\w-]{0,62})+
      | [:;=8]['’]?-?[()DPp|/\\*](?![\w/])                    # a smiley
      | \w[\w-]{0,62}(?:\.[\w-]{1,62}){0,4}\.(?i:ENDINGS)\b
      | \d{4}-\d{2}-\d{2}(?![\w-]) | \d++(?:/\d++)++(?!\w) | \d++(?<=0)['’]s(?!\w)   # dates, 60's
      | (?:\+?\d{1,3}[-.])?(?:\d{3}[-.])?\d{3}[-.]\d{4}(?![\w-])          # telephones
      | DOTTED
      | \p{Lu}{1,3}(?:&\p{Lu}{1,3})+(?!\w)                    # AT&T
      | (?<!\w)\p{L}{1,3}-\Z                                    # pre- and post-war
      )
    | \# (?=\d)
    | [\#@]\w++(?:-\w++)*+
    | (?:US|AU|CA|HK|NZ|[ACS])?\p{Sc}
    | \d++(?:[.,:]\d++)*+
      (?:(?=(?i:UNITS)(?!\w)) | \w*+(?:[-‐‑](?=\w)\w++(?:(?<=\d)[.,:](?=\d)\w++)*+)*+)
    | (?i:UNITS)(?<=\d(?i:UNITS))(?!\w)
    | \w++(?:['’ʼ＇](?=\w)\w++)*+(?:[-‐‑](?=\w)\w++(?:['’ʼ＇](?=\w)\w++)*+)*+
    | (?<=\w|\A|[.)\]"”])['’`](?:s|S)(?!\w)                  # behind U.S. or a bracket
    | (?:\p{RI}){2}
    | \.{2,} | -{2,} | \.?[!?]+ | ''|``|’’|‘‘|‘’ | (?P<mark>[*=~_<>\#+^|\\])(?P=mark)+
    | \X
"""
# The stop behind an abbreviation belongs to it, save where it ends the sentence.
_DOTTED = r"(?:\p{L}\.){2,} | (?i:ABBREVIATIONS)\.(?!\.) | \p{Lu}\.(?![.\p{Ll}])"
_DOTTED_LAST = r"(?:\p{L}\.)+\p{L}(?=\.) | (?:\p{L}\.){2,}(?=\p{P}) | Ph\.D"


class Words(NamedTuple):
    """The words of one text."""

    start: np.ndarray  # int32, characters
    end: np.ndarray
    sentence: np.ndarray


@functools.cache
def _pattern(final: bool) -> regex.Pattern[str]:
    source = _PATTERN.replace("DOTTED", _DOTTED_LAST if final else _DOTTED, 1)
    for name, words in (
        ("ABBREVIATIONS", _ABBREVIATIONS), ("ENDINGS", _ENDINGS), ("UNITS", _UNITS),
    ):  # fmt: skip
        source = source.replace(name, _any(words))
    return regex.compile(source, regex.VERBOSE)


@functools.lru_cache(maxsize=200_000)
def cut_chunk(chunk: str, final: bool = False) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Cut a run of characters without white space into words."""
    if chunk.isalpha() and chunk.lower() not in _WHOLE:
        return (0,), (len(chunk),)
    starts: list[int] = []
    for match in _pattern(final).finditer(chunk):
        at = match.start()
        starts.append(at)
        if match["whole"] is None:
            starts += [at + cut for cut in _inner_cuts(match[0])]
    return tuple(starts), (*starts[1:], len(chunk))


def _inner_cuts(word: str) -> list[int]:
    """Say before which characters a word is cut: clitics and hyphens."""
    lower = word.lower()
    if lower in _WHOLE:
        return list(_WHOLE[lower])
    if len(word) < 3 or word.isalpha() or not word[0].isalnum():
        return []
    if lower.replace("’", "'") in _WHOLE_CLITICS:
        return []
    clitic = _CLITIC.search(word)
    body = word[: clitic.start()] if clitic and clitic.start() else word
    cuts = _hyphen_cuts(body)
    return cuts if body is word else [*cuts, len(body)]


def _hyphen_cuts(word: str) -> list[int]:
    """Cut at hyphens, but not behind a prefix (non-profit), and not in numbers of many parts."""
    hyphens = [match.start() for match in _HYPHEN.finditer(word)]
    if not hyphens:
        return []
    parts = _HYPHEN.split(word)
    cuts: list[int] = []
    for at, before, after in zip(hyphens, parts[:-1], parts[1:], strict=True):
        if before.lower() in _PREFIXES or after.lower() in _SUFFIXES or not before:
            continue
        cuts += [at, at + 1]
    return cuts


def split_words(text: str, starts: np.ndarray, ends: np.ndarray, sentence: np.ndarray) -> Words:
    """Cut one text, of which the tokens are known, into words of Universal Dependencies."""
    if not len(starts):
        return Words(*(np.empty(0, np.int32) for _ in Words._fields))
    ends_sentence = sentence[1:] != sentence[:-1]
    opens = np.concatenate([[True], (starts[1:] != ends[:-1]) | ends_sentence])
    first = np.flatnonzero(opens)
    last = np.concatenate([first[1:], [len(starts)]]) - 1
    final = np.concatenate([ends_sentence, [True]])[last]
    low = starts[first]
    chunks = zip(low.tolist(), ends[last].tolist(), final.tolist(), strict=True)
    cuts = [cut_chunk(text[a:b], f) for a, b, f in chunks]
    count = np.fromiter((len(cut[0]) for cut in cuts), np.int64, len(cuts))
    shift = np.repeat(low, count)
    return Words(
        (shift + _flat([cut[0] for cut in cuts])).astype(np.int32),
        (shift + _flat([cut[1] for cut in cuts])).astype(np.int32),
        np.repeat(sentence[first], count).astype(np.int32),
    )


def _flat(rows: Sequence[tuple[int, ...]]) -> np.ndarray:
    return np.fromiter((number for row in rows for number in row), np.int64)


CLS, SEP, UNKNOWN, MASK = 101, 102, 100, 103
MOST_PIECES = 16  # of one word; the rest of a longer one is not shown to the model
_RUN = re.compile(r"\w+")
_REMEMBERED = 200_000

Cut = tuple[tuple[int, ...], tuple[int, ...], tuple[tuple[int, int], ...]]


class Encoded(NamedTuple):
    """Words one after another as pieces; word i has those from first[i] to first[i + 1]."""

    ids: np.ndarray
    shapes: np.ndarray
    first: np.ndarray  # one entry more than words


def shape_of(run: str) -> int:
    """Give the case shape of a run of letters: 0 none, 1 lower, 2 Title, 3 UPPER, 4 miXed, 5 A."""
    if not any(c.isalpha() for c in run):
        return 0
    if run.upper() == run.lower() or run == run.lower():
        return 1
    if run == run.upper():
        return 5 if sum(c.isalpha() for c in run) == 1 else 3
    return 2 if run[:1].isupper() and run[1:] == run[1:].lower() else 4


class Pieces:
    """The tokenizer with a memory of words: the same word is cut once."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._known: dict[str, Cut] = {}

    def of(self, word: str) -> Cut:
        """Cut one word: piece ids, case shapes, character offsets; never empty."""
        found = self._known.get(word)
        if found is None:
            found = self._cut(word)
            if len(self._known) >= _REMEMBERED:
                self._known = {}
            self._known[word] = found
        return found

    def encode(self, words: Sequence[str]) -> Encoded:
        """Cut many words and write their pieces one after another."""
        cuts = [self.of(word) for word in words]
        counts = np.fromiter((len(cut[0]) for cut in cuts), np.int64, len(cuts))
        ids = [piece for cut in cuts for piece in cut[0]]
        shapes = [shape for cut in cuts for shape in cut[1]]
        first = np.concatenate([[0], np.cumsum(counts)])
        return Encoded(np.asarray(ids, np.int64), np.asarray(shapes, np.int64), first)

    def _cut(self, word: str) -> Cut:
        readable = word.encode("utf-8", "replace").decode() if not word.isascii() else word
        encoding = self._tokenizer.encode(readable, add_special_tokens=False)
        if not encoding.ids:
            return (UNKNOWN,), (0,), ((0, len(word)),)
        shapes = [0] * len(word)
        for run in _RUN.finditer(word):
            shapes[run.start() : run.end()] = [shape_of(run[0])] * (run.end() - run.start())
        offsets = tuple(encoding.offsets[:MOST_PIECES])
        found = tuple(shapes[start] if start < len(word) else 0 for start, _ in offsets)
        return tuple(encoding.ids[:MOST_PIECES]), found, offsets


MOST = 512  # pieces in one window, [CLS] and [SEP] among them


class Windows(NamedTuple):
    """Runs of words that the model sees at once; every word is kept from one window."""

    first: np.ndarray  # number of the first word
    last: np.ndarray  # one past the last word
    low: np.ndarray  # the words kept from this window: from `low` …
    high: np.ndarray  # … to before `high`

    def of(self, rows: np.ndarray) -> Windows:
        """Give some of the windows."""
        return Windows(*(column[rows] for column in self))


def cut_windows(sentence: np.ndarray, pieces: np.ndarray, most: int = MOST) -> Windows:
    """Give each sentence one window, or several that overlap by half where it is too long."""
    ends = np.flatnonzero(np.diff(sentence, append=-1))
    starts = np.concatenate([[0], ends[:-1] + 1]) if len(ends) else ends
    sizes = pieces[ends + 1] - pieces[starts]
    rows: list[tuple[int, int, int, int]] = []
    for start, end, size in zip(starts.tolist(), (ends + 1).tolist(), sizes.tolist(), strict=True):
        if size <= most - 2:
            rows.append((start, end, start, end))
        else:
            rows.extend(_overlapping(start, end, pieces, most - 2))
    table = np.asarray(rows, dtype=np.int64).reshape(-1, 4)
    return Windows(*table.T)


def _overlapping(
    start: int, end: int, pieces: np.ndarray, most: int
) -> list[tuple[int, int, int, int]]:
    """The windows of one long sentence, each beginning half a window after the one before."""
    spans = []
    first = start
    while True:
        last = int(np.searchsorted(pieces, pieces[first] + most, side="right")) - 1
        last = min(max(last, first + 1), end)
        spans.append((first, last))
        if last == end:
            break
        half = int(np.searchsorted(pieces, pieces[first] + most // 2, side="left"))
        first = min(max(half, first + 1), last)
    # The last window is moved back, so that its words too have a whole window's context.
    back = int(np.searchsorted(pieces, pieces[end] - most, side="left"))
    if len(spans) > 1:
        spans[-1] = (max(back, spans[-2][0] + 1), end)
    seams = [start, *((b + c) // 2 for (_, b), (c, _) in itertools.pairwise(spans)), end]
    return [(*span, seams[i], seams[i + 1]) for i, span in enumerate(spans)]


SEPARATOR = "[SEP]"  # between two paragraphs of a window: a word that no text has
PACKED = 256  # pieces in a window of whole paragraphs, [CLS] and [SEP] among them


def number_paragraphs(text: str, start: np.ndarray) -> np.ndarray:
    """Say of every word of a text in which paragraph it stands, numbered from 0."""
    gaps = np.array([match.end() for match in BREAK.finditer(text)], dtype=np.int64)
    number = np.searchsorted(gaps, start, side="right")
    return np.cumsum(np.diff(number, prepend=number[:1]) > 0)


def pack_paragraphs(paragraph: np.ndarray, sizes: np.ndarray, most: int = PACKED) -> Windows:
    """Put as many paragraphs of one text into a window as fit, with a separator between them.

    `sizes` are the words' pieces. A paragraph that is too long for a window has some of its own,
    which overlap by half.
    """
    pieces = np.concatenate([[0], np.cumsum(sizes)])
    starts = np.flatnonzero(np.diff(paragraph, prepend=-1))
    rows: list[tuple[int, int, int, int]] = []
    first = length = 0
    for start, end in itertools.pairwise([*starts.tolist(), len(paragraph)]):
        size = int(pieces[end] - pieces[start])
        if first < start and length + 1 + size > most - 2:
            rows.append((first, start, first, start))
            first, length = start, 0
        if size > most - 2:
            rows.extend(_overlapping(start, end, pieces, most - 2))
            first = end
        else:
            length += size + (first < start)
    if first < len(paragraph):
        rows.append((first, len(paragraph), first, len(paragraph)))
    return Windows(*np.asarray(rows, dtype=np.int64).reshape(-1, 4).T)
