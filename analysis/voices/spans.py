"""Whose voice every stretch of a text is: boundaries, and looking positions up among them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.tables import InputError
from analysis.terms.counting import word_list
from analysis.voices.items import TEXTS
from analysis.voices.marks import find_marked

HEADLINE, WRITER, UNNAMED = "headline", "writer", "(unnamed)"
QUOTED, REPORTED, THOUGHT = "quoted", "reported", "thought"
_TITLE_WORDS = 25


class VoiceSpans(NamedTuple):
    """The voices of all documents: stretch i goes from ``start[i]`` to the start of the next."""

    doc: np.ndarray  # number of the document; every document begins with a stretch at 0
    start: np.ndarray
    voice: np.ndarray  # codes of `voices`
    speech: np.ndarray  # codes of SPEECH
    voices: list[str]


SPEECH = ("", QUOTED, REPORTED, THOUGHT)
_WRITER, _QUOTED, _REPORTED, _THOUGHT = 1, 1, 2, 3  # codes of voices and of SPEECH


def headline_end(text: str, title: Any, standfirst: Any) -> int:
    """Find where the headline at the head of a text ends."""
    known = {_key(value) for value in (title, standfirst) if isinstance(value, str)} - {""}
    end = place = 0
    for number, line in enumerate(text.split("\n")[:12]):
        if line.strip():
            if _key(line) in known or (number == 0 and not known and _is_title(text, line)):
                end = place + len(line)
            else:
                break
        place += len(line) + 1
    return end


def _key(line: str) -> str:
    return "".join(char for char in line.lower() if char.isalnum())


def _is_title(text: str, line: str) -> bool:
    """Whether a first line reads like a title: short, without a stop, a paragraph below it."""
    words = line.split()
    ends = line.rstrip()[-1] in '.!?…:;,”"’'
    below = text[len(line) :].strip()
    return 0 < len(words) <= _TITLE_WORDS and not ends and bool(below)


def find_voice_spans(
    texts: Sequence[str],
    heads: Sequence[int],
    quotes: pd.DataFrame,
    rows: np.ndarray,
    modes: Sequence[str] = ("speech", "writing"),
) -> VoiceSpans:
    """Cut all texts where the voice changes."""
    voices = {HEADLINE: 0, WRITER: 1, UNNAMED: 2}
    cuts: list[tuple[int, int, int, int]] = []
    by_doc: dict[int, list[int]] = {}
    depth = quotes["depth"].to_numpy() if "depth" in quotes else np.zeros(len(quotes))
    for number in np.argsort(depth, kind="stable").tolist():  # what lies within, over the rest
        by_doc.setdefault(int(rows[number]), []).append(number)
    columns = {name: quotes[name].tolist() for name in _READ}
    if "mode" in quotes:
        columns["mode"] = quotes["mode"].tolist()
    for doc, text in enumerate(texts):
        spans: list[Stretch] = []
        for number in by_doc.get(doc, ()):
            quote = {name: values[number] for name, values in columns.items()}
            spans += _spans(quote, text, voices, modes, spans)
        cuts += [(doc, *cut) for cut in _partition(spans, heads[doc], len(text))]
    table = np.array(cuts, dtype=np.int64).reshape(-1, 4)
    return VoiceSpans(table[:, 0], table[:, 1], table[:, 2], table[:, 3], list(voices))


_READ = (
    "start", "end", "kind", "speaker", "speaker_start", "speaker_end", "cue_start", "cue_end",
)  # fmt: skip
Stretch = tuple[int, int, int, int]  # start, end, codes of voice and speech


def _spans(
    quote: dict[str, Any],
    text: str,
    voices: dict[str, int],
    modes: Sequence[str],
    around: Sequence[Stretch],
) -> list[Stretch]:
    """What is quoted and what is reported in one quotation, without its cue and speaker.

    What stands between marks is quoted also where it quotes another; reported words of a mode that
    is not asked for are the writer's.
    """
    voice = voices.setdefault(str(quote["speaker"]) or UNNAMED, len(voices))
    start, end = quote["start"], quote["end"]
    mode = quote.get("mode", "speech")
    quoted = quote["kind"] == "direct" or any(
        low <= start and end <= high and speech == _QUOTED for low, high, _, speech in around
    )
    speech = _QUOTED if quoted else _THOUGHT if mode == "thought" else _REPORTED
    own = quoted or mode in modes
    spans = [(start, end, voice if own else _WRITER, speech)]
    if quote["kind"] == "mixed":
        for mark in find_marked(text[start:end]):
            if mark.depth == 0:
                spans.append((start + mark.start, start + mark.end, voice, _QUOTED))
    for what in ("cue", "speaker"):  # "The plan, he said, was bad": the middle is the writer's
        low, high = quote[f"{what}_start"], quote[f"{what}_end"]
        if start < low and high < end:
            spans.append((low, high, _WRITER, 0))
    return spans


def _partition(spans: list[Stretch], head: int, size: int) -> list[tuple[int, int, int]]:
    """VoiceSpans that cover a text once; of overlapping spans the later in the list wins."""
    layers = [(0, max(size, 1), 1, 0), *([(0, head, 0, 0)] if head else []), *spans]
    edges = sorted({0, *(edge for low, high, _, _ in layers for edge in (low, high))})
    cuts: list[tuple[int, int, int]] = []
    active: list[int] = []
    opening: dict[int, list[int]] = {}
    closing: dict[int, list[int]] = {}
    for number, (low, high, _, _) in enumerate(layers):
        if low < high:
            opening.setdefault(low, []).append(number)
            closing.setdefault(high, []).append(number)
    for edge in edges:
        for number in closing.get(edge, ()):
            active.remove(number)
        active += opening.get(edge, [])
        top = layers[max(active)] if active else layers[0]
        if not cuts or cuts[-1][1:] != top[2:]:
            cuts.append((edge, top[2], top[3]))
    return cuts


def look_up(spans: VoiceSpans, doc: np.ndarray, position: np.ndarray) -> np.ndarray:
    """Give the number of the stretch that each position of each document is in."""
    width = int(max(spans.start.max(initial=0), position.max(initial=0))) + 1
    edges = spans.doc * width + spans.start
    found = np.searchsorted(edges, doc * width + position, side="right") - 1
    return np.asarray(found, dtype=np.int64)


def majority(
    spans: VoiceSpans, doc: np.ndarray, start: np.ndarray, end: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Find the stretch whose voice has most characters of each row, and its share."""
    # Ties go to the voice with the smaller code: headline, writer, then the speakers in order.
    last = np.maximum(end - 1, start)
    low, high = look_up(spans, doc, start), look_up(spans, doc, last)
    size = high - low + 1
    row = np.repeat(np.arange(len(doc)), size)
    piece = np.repeat(low, size) + np.arange(len(row)) - np.repeat(np.cumsum(size) - size, size)
    ends = np.append(spans.start[1:], np.iinfo(np.int64).max)
    ends[np.append(spans.doc[1:] != spans.doc[:-1], True)] = np.iinfo(np.int64).max
    length = np.minimum(ends[piece], end[row]) - np.maximum(spans.start[piece], start[row])
    voice = spans.voice[piece]
    keys, inverse = np.unique(row * len(spans.voices) + voice, return_inverse=True)
    total = np.bincount(inverse, weights=np.maximum(length, 0), minlength=len(keys))
    owner, kind = keys // len(spans.voices), keys % len(spans.voices)
    order = np.lexsort([kind, -total, owner])
    best = order[np.unique(owner[order], return_index=True)[1]]
    whole = np.maximum(end - start, 1)
    pick = np.zeros(len(doc), dtype=np.int64)  # the longest piece of the winning voice
    wins = voice == kind[best][row]
    sort = np.lexsort([-length[wins], row[wins]])
    chosen = row[wins][sort]
    firsts = np.unique(chosen, return_index=True)[1]
    pick[chosen[firsts]] = piece[wins][sort][firsts]
    return pick, total[best] / whole


SPEAKERS = "speakers"
UNRESOLVED = "(unresolved)"
OWN = ("headline", "writer")
_NO_NAMES = frozenset(
    "he she it they i we you who one him her them us his hers its their theirs our my your this"
    " that these those the a an some many several few another other others each both all no any"
    " such what which someone somebody anyone everyone nobody".split()
)
_DEFINITE = frozenset("the this that these those his her hers its their our my your".split())
_PERSONAL = frozenset("he she it they i we you who him them us me one himself herself".split())
_SMALL = frozenset("of the and for in on at de by from to with that who which a an &".split())


def is_named(speaker: object) -> bool:
    """Whether a speaker is a name: no pronoun, and no role that means somebody else elsewhere."""
    if not isinstance(speaker, str) or not speaker.strip() or speaker.startswith("("):
        return False
    first, *rest = speaker.split()
    if first == "The" and rest:  # The Hill, The New York Times
        return all(word[0] != word[0].lower() or word in _SMALL for word in rest)
    bare = first.lower().removesuffix("'s")
    return first != first.lower() and (bare not in _NO_NAMES or (first.isupper() and first != "I"))


def is_described(speaker: str) -> bool:
    """Whether an unnamed speaker is nobody in particular, or a text: officials, a source, polls."""
    first, *rest = speaker.lower().split()
    if first in _DEFINITE:
        head = itertools.takewhile(lambda word: word not in _SMALL, rest)
        return bool(TEXTS.intersection(head))
    return first.removesuffix("'s") not in _PERSONAL


def resolved_voices(voices: pd.Series) -> pd.Series:
    """The voices, with one name for all pronouns and roles, and one for whom nobody names."""
    if isinstance(voices.dtype, pd.CategoricalDtype):  # each name is looked at once
        known = resolved_voices(voices.cat.categories.to_series())
        named = np.append(known.to_numpy(dtype=object), "")  # the last one is for code -1
        return pd.Series(named[voices.cat.codes.to_numpy()], index=voices.index, dtype=object)
    plain = voices.astype(object)
    return plain.map(lambda voice: _resolved(voice) if isinstance(voice, str) else "")


def _resolved(voice: str) -> str:
    if voice in OWN or voice[:1] == "(" or is_named(voice) or not voice.strip():
        return voice
    return UNNAMED if is_described(voice) else UNRESOLVED


PARTS = ("headline", "opening fifth", "rest")


def group_of(voice: pd.Series, named: Sequence[str] = ()) -> pd.Categorical:
    """The group of each voice: headline, writer, the speakers named here, all others."""
    own = [name for name in word_list(named, "groups") if name not in OWN]
    plain = voice.astype(object)
    strange = sorted(set(own) - set(plain.dropna().unique()))
    if strange:
        raise InputError(f"groups names {strange[0]!r}, whose voice is nowhere in the table.")
    names = pd.Index([*OWN, *own, f"other {SPEAKERS}" if own else SPEAKERS], dtype=object)
    code = names.get_indexer(pd.Index(plain))
    return pd.Categorical.from_codes(np.where(code < 0, len(names) - 1, code), names)


def in_voices(table: pd.DataFrame, voices: Sequence[str]) -> pd.DataFrame:
    """The rows in some voices: headline, writer, names of speakers, or "speakers" for all."""
    chosen = word_list(voices, "keep")
    if not chosen:
        raise InputError("keep is empty; name at least one voice, such as 'writer'.")
    own = table["voice"].isin(chosen)
    if SPEAKERS in chosen:
        own = own | (table["voice"].notna() & ~table["voice"].isin(OWN))
    return table[own]


def part_of(start: np.ndarray, head: np.ndarray, length: np.ndarray) -> Any:
    """The part of its text in which each place stands, by the lengths of headline and text."""
    after = start - head
    code = np.where(after < 0, 0, np.where(after < 0.2 * (length - head), 1, 2))
    return pd.Categorical.from_codes(code.astype(np.int8), pd.Index(PARTS))
