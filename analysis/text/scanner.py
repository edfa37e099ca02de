"""The mechanics of tokenisation: from texts to columns of integers.

A text is cut at white space into chunks; each *distinct* chunk is matched against the token
pattern once, and everything else is arithmetic on arrays. That is why a token never spans white
space, and why the tokens table of millions of words takes a second.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
import regex

from analysis.tables import progress
from analysis.text.alike import fold_alike, fold_text
from analysis.text.sentences import ending, opening, sentence_breaks

_BLOCK = 1 << 20  # characters scanned at once: keeps the scratch arrays small and in cache
_SEPARATOR = "\n\n"  # between two texts of a block; a paragraph break, so no sentence spans it
_MARKS = frozenset(".,;:!?)]}\"'”’…")
_SPACE = np.fromiter((chr(code).isspace() and code < 128 for code in range(256)), bool, 256)
_RARE_SPACE = re.compile(r"[^\S\x00-\x7f]")
_MASK = np.array([(1 << (8 * size)) - 1 for size in range(9)], np.uint64)
_APOSTROPHES = frozenset("'’ʼ＇")
PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*")
BREAK = re.compile(rf"(?:{PARAGRAPH.pattern}|\u2029)")
LINE = re.compile(  # the end of a line before a bullet, a number, a time stamp or "NAME:"
    r"\n(?=[^\S\n]*(?:[-–—•▪◦‣·*][^\S\n]|\d{1,2}[.)]\s|\d{1,2}[:.h]\d\d\b"
    r"|[^\W\d_][\w.’'-]*(?:[^\S\n][^\W\d_][\w.’'-]*){0,3}:\s))"
)

_WORD = r"\w++(?:(?:(?<=\d)[.,:](?=\d)|['’ʼ＇\-‐‑](?=\w))\w++)*+"
_OWNS = r"(?:['’ʼ＇]s\b)?"
_EMOJI = r"\p{Extended_Pictographic}[\uFE0F\p{EMod}]?"
TOKEN = regex.compile(
    rf"""
      (?:https?://|www\.)[^\s<>"“”«»]*[\w/=\#&%-]            # address, without a closing stop
    | [\w.+-]{{1,64}}@\w[\w-]{{0,62}}(?:\.\w[\w-]{{0,62}})+   # e-mail
    | [\#@]\w++(?:-\w++)*+{_OWNS}                            # hashtag, account
    | (?:\p{{L}}\.){{2,}}(?:[\-‐‑]{_WORD}|{_OWNS})            # U.S., a.m., U.S.-led, U.S.'s
    | (?:US|AU|CA|HK|NZ|[ACS])?\p{{Sc}}\d++(?:[.,]\d++)*+\w*+(?:-\w++)*+    # $61bn, US$1.5
    | \d++(?:[.,]\d++)*+\p{{Sc}}                             # 1,5€
    | {_WORD}
    | \p{{RI}}{{2}}                                          # a flag
    | {_EMOJI}(?:\u200D{_EMOJI})*+
    | \.{{2,}} | -{{2,}}                                     # typed ellipsis, typed dash
    | \S
    """,
    regex.VERBOSE,
)


class Block(NamedTuple):
    """Some successive texts, scanned together."""

    first: int  # number of the first text
    texts: list[str]


class Scan(NamedTuple):
    """The chunks of one block; every array has one entry for each chunk."""

    chunk: np.ndarray  # which distinct chunk it is
    doc: np.ndarray  # number of its text
    start: np.ndarray  # character offset in its text
    length: np.ndarray
    sentence: np.ndarray  # numbered from 0 in each text; empty if sentences were not asked for
    paragraph: np.ndarray


_CONTRACTED = frozenset(  # 's is "is", "has" or "us" behind these, never a possessor
    "it he she that this there here what who where when why how let so i you them whatever"
    " everything something anything nothing".split()
)


def form_of(word: str) -> str:
    """Return a word in lower case, with a straight apostrophe and what looks alike folded."""
    return fold_alike(word).lower().replace("’", "'")


def term_of(word: str) -> str:
    """Return what a word is counted as: its form, a possessive as its noun."""
    return fold_possessive(form_of(word))


def fold_possessive(form: str) -> str:
    """Take the 's off a possessor (russia's, ann lee-smith's), not off a contraction (it's)."""
    if form[-1:] not in "sS" or form[-2:-1] not in _APOSTROPHES or len(form) < 4:
        return form  # also "a's", which are grades or athletes
    noun = form[:-2]
    if noun[-1] == "0" or noun[max(map(noun.rfind, "-‐‑")) + 1 :].lower() in _CONTRACTED:
        return form  # also the 1960's
    return noun


def blocks(texts: list[str]) -> Iterator[Block]:
    """Cut a list of texts into runs of about a million characters."""
    first, size = 0, 0
    for number, text in enumerate(texts):
        size += len(text)
        if size >= _BLOCK or number == len(texts) - 1:
            yield Block(first, texts[first : number + 1])
            first, size = number + 1, 0


class _Codes(dict[str, int]):
    """Numbers strings in the order they are first seen, and remembers which are new."""

    def __init__(self) -> None:
        self.new: list[str] = []

    def __missing__(self, key: str) -> int:
        code = self[key] = len(self)
        self.new.append(key)
        return code


class Chunks:
    """Every distinct chunk met so far, with the tokens it consists of."""

    def __init__(self) -> None:
        self.codes, self.words = _Codes(), _Codes()
        self.first, self.count, self.length = array("i"), array("i"), array("i")
        self.ending, self.opening = array("b"), array("b")
        self.word, self.start, self.end = array("i"), array("i"), array("i")

    def learn(self) -> None:
        """Match the token pattern against the chunks that came up since the last call."""
        for chunk in self.codes.new:
            first = len(self.word)
            folded = fold_text(chunk)  # signs that look alike are cut alike
            plain = chunk if folded is None else folded.text
            if folded is not None:
                cuts = np.array([token.span() for token in TOKEN.finditer(plain)])
                for start, end in zip(*folded.given(*cuts.T), strict=True):
                    self._add(chunk[start:end], int(start), int(end))
            elif chunk.isalpha():  # most chunks: one plain word …
                self._add(chunk, 0, len(chunk))
            elif chunk[-1] in _MARKS and chunk[:-1].isalpha():  # … or one with a mark behind it
                self._add(chunk[:-1], 0, len(chunk) - 1)
                self._add(chunk[-1], len(chunk) - 1, len(chunk))
            else:
                for token in TOKEN.finditer(chunk):
                    self._add(token[0], *token.span())
            self.first.append(first)
            self.count.append(len(self.word) - first)
            self.length.append(len(chunk))
            self.ending.append(ending(plain))
            self.opening.append(opening(plain))
        self.codes.new.clear()
        self.words.new.clear()

    def _add(self, word: str, start: int, end: int) -> None:
        self.word.append(self.words[word])
        self.start.append(start)
        self.end.append(end)


def scan_block(block: Block, chunks: Chunks, *, sentences: bool = True) -> Scan:
    """Cut one block into chunks and find where its sentences end."""
    text = _SEPARATOR.join(block.texts)
    chunk, start = _find_chunks(text, chunks)
    lengths = np.fromiter(map(len, block.texts), np.int64, len(block.texts)) + len(_SEPARATOR)
    text_start = np.cumsum(lengths) - lengths
    doc = np.searchsorted(text_start, start, side="right") - 1
    sentence = paragraph = np.empty(0, np.int32)
    if sentences:
        new_paragraph = np.zeros(len(chunk) + 1, dtype=bool)
        gaps = [match.end() for match in PARAGRAPH.finditer(text)]
        new_paragraph[np.searchsorted(start, np.asarray(gaps, dtype=np.int64))] = True
        new_paragraph[np.flatnonzero(np.diff(doc)) + 1] = True
        endings = np.frombuffer(chunks.ending, np.int8)[chunk]
        openings = np.frombuffer(chunks.opening, np.int8)[chunk]
        ends = sentence_breaks(endings, openings, new_paragraph[1:])
        sentence = _numbered(np.cumsum(ends) - ends, doc)
        paragraph = _numbered(np.cumsum(new_paragraph[:-1]), doc)
    return Scan(
        chunk,
        (doc + block.first).astype(np.int32),
        (start - text_start[doc]).astype(np.int32),
        np.frombuffer(chunks.length, np.int32)[chunk],
        sentence,
        paragraph,
    )


def _numbered(running: np.ndarray, doc: np.ndarray) -> np.ndarray:
    """A running number made to start from 0 in each text."""
    first = np.flatnonzero(np.diff(doc, prepend=-1))
    counts = np.diff(first, append=len(doc))
    return (running - np.repeat(running[first], counts)).astype(np.int32)


def _find_chunks(text: str, chunks: Chunks) -> tuple[np.ndarray, np.ndarray]:
    """Codes and offsets of what `text.split()` would give, without making the strings."""
    # A chunk of up to eight bytes in UTF-8 (nine in ten) is one 64-bit number, so equal chunks are
    # found by factorising numbers; the longer ones go through a dictionary of strings.
    if not text.isascii():  # the other white space of Unicode; one character stays one character
        text = _RARE_SPACE.sub(" ", text)
    data = text.encode("utf-8", "surrogatepass")
    octets = np.frombuffer(data + bytes(8), np.uint8)
    inside = ~_SPACE[octets]
    inside[-8:] = False
    edges = np.flatnonzero(np.diff(inside, prepend=False))
    start, end = edges[::2], edges[1::2]
    characters = None if text.isascii() else np.cumsum((octets & 0xC0) != 0x80) - 1
    first = start if characters is None else characters[start]
    size = end - start
    # a zero character would look like the zeros that fill a short chunk up to eight bytes
    fits = size <= 8 if "\0" not in text else np.zeros(len(size), dtype=bool)
    short, long = np.flatnonzero(fits), np.flatnonzero(~fits)
    words = np.ndarray((len(data) + 1,), "<u8", octets, strides=(1,))
    keys = words[start[short]] & _MASK[size[short]]
    local, distinct = pd.factorize(keys)
    codes = np.empty(len(start), np.int32)
    strings = (key.tobytes().rstrip(b"\0").decode("utf-8", "surrogatepass") for key in distinct)
    codes[short] = np.asarray([chunks.codes[chunk] for chunk in strings], np.int32)[local]
    last = end - 1 if characters is None else characters[end - 1]
    spans = zip(first[long].tolist(), (last[long] + 1).tolist(), strict=True)
    codes[long] = np.fromiter((chunks.codes[text[a:b]] for a, b in spans), np.int32, len(long))
    chunks.learn()
    return codes, first


def read_blocks(
    parts: list[Block], *, sentences: bool = True
) -> tuple[list[dict[str, np.ndarray]], list[str]]:
    """Scan blocks into token columns."""
    chunks = Chunks()
    columns = [
        _token_columns(scan_block(block, chunks, sentences=sentences), chunks)
        for block in progress(parts, desc="tokenizing")
    ]
    return columns, list(chunks.words)


def _token_columns(scan: Scan, chunks: Chunks) -> dict[str, np.ndarray]:
    """The chunks of a block taken apart into tokens."""
    count = np.frombuffer(chunks.count, np.int32)[scan.chunk]
    ends = np.cumsum(count)
    total = int(ends[-1]) if len(ends) else 0
    row = np.repeat(np.arange(len(count), dtype=np.int32), count)
    shift = np.frombuffer(chunks.first, np.int32)[scan.chunk] - (ends - count)
    piece = shift[row] + np.arange(total)
    offset = scan.start[row]
    doc = scan.doc[row]
    columns = {"doc": doc}
    if len(scan.sentence) == len(scan.chunk):
        columns["sentence"] = scan.sentence[row]
    columns["position"] = _numbered(np.arange(total), doc)
    columns["start"] = offset + np.frombuffer(chunks.start, np.int32)[piece]
    columns["end"] = offset + np.frombuffer(chunks.end, np.int32)[piece]
    columns["word"] = np.frombuffer(chunks.word, np.int32)[piece]
    return columns


def sentence_spans(scan: Scan) -> dict[str, np.ndarray]:
    """Document, number, paragraph and character offsets of each sentence of a block."""
    last = np.ones(len(scan.chunk), dtype=bool)
    last[:-1] = (np.diff(scan.sentence) != 0) | (np.diff(scan.doc) != 0)
    first = np.ones(len(scan.chunk), dtype=bool)
    first[1:] = last[:-1]
    return {
        "doc": scan.doc[first],
        "sentence": scan.sentence[first],
        "paragraph": scan.paragraph[first],
        "start": scan.start[first],
        "end": (scan.start + scan.length)[last],
    }


def split_lines(text: str) -> str:
    """Make lines of lists and transcripts paragraphs: a separator for the end of the line before.

    No place in the text moves.
    """
    lines = [
        match.start()
        for match in LINE.finditer(text)
        if _is_line(text[match.end() : match.end() + 60])
    ]
    chars = list(text)
    for place in lines:
        chars[place] = "\u2029"
    return "".join(chars) if lines else text


def _is_line(line: str) -> bool:
    """Whether what stands before a colon, if it is words, is a name: each has a capital."""
    name = line.partition(":")[0].split()
    return not line.lstrip()[:1].isalpha() or all(word[:1].isupper() for word in name)
