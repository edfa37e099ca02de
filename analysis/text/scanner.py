"""The mechanics of tokenisation: from texts to columns of integers.

A text is cut at white space into chunks. Arrow numbers the distinct chunks without copying them,
each distinct chunk is cut into tokens once, and everything else is arithmetic on arrays. That is
why a token never spans white space, and why the table of millions of words takes a second.

Most chunks are a word, or a word with marks around it. Where the classes of neighbouring characters
alone decide what the token pattern finds, it is found by arithmetic for all chunks at once; the
others (addresses, amounts, abbreviations, emoji, signs that look alike) are matched one by one.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import regex

from analysis.tables import progress
from analysis.text.alike import ALIKE_SIGNS, fold_alike, fold_text
from analysis.text.sentences import (
    LOWER,
    NEVER,
    PARAGRAPH_END,
    STOPS,
    ending,
    opening,
    sentence_ends,
)

Texts = Any  # strings: a Series, a list or an Arrow array
_PORTION = 1 << 19  # bytes scanned at once: keeps the scratch arrays in cache
_BETWEEN = b"\n\n"  # around each text; a paragraph break, so no sentence spans it
_IS_SPACE = np.fromiter((chr(code).isspace() and code < 128 for code in range(256)), bool, 256)
# the white space of Unicode beyond ASCII, in UTF-8: its first byte, and the bytes that follow
_RARE_SPACE: dict[int, list[bytes]] = {}
for _space in filter(str.isspace, map(chr, range(0x80, 0x3001))):
    _RARE_SPACE.setdefault(_space.encode()[0], []).append(_space.encode()[1:])


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

# Classes of characters, as far as the pattern tells them apart.
_IN_WORD, _DIGIT, _LETTER, _JOINER, _SEPARATOR = 1, 2, 4, 8, 16
_DOT, _HYPHEN, _SPACE, _SPECIAL = 32, 64, 128, 256
_CLASSES = {
    _IN_WORD: regex.compile(r"\w"),
    _DIGIT: regex.compile(r"\d"),
    _LETTER: regex.compile(r"\p{L}"),
    _JOINER: regex.compile(r"['’ʼ＇\-‐‑]"),
    _SEPARATOR: regex.compile(r"[.,:]"),
    _DOT: regex.compile(r"\."),
    _HYPHEN: regex.compile(r"-"),
    # what only the pattern itself, or folding, decides
    _SPECIAL: regex.compile(
        rf"[\p{{Sc}}\p{{Extended_Pictographic}}\p{{RI}}\p{{EMod}}@#\u200D\uFE0F]|{ALIKE_SIGNS}"
    ),
}


class Strings(NamedTuple):
    """Strings as Arrow holds them: UTF-8 in one buffer, and where each begins."""

    data: np.ndarray  # bytes
    offsets: np.ndarray  # int32; one more than there are strings

    @classmethod
    def of(cls, array: pa.Array) -> Strings:
        """The strings of an Arrow array."""
        _, offsets, data = array.buffers()
        if data is None or offsets is None:
            return cls(np.empty(0, np.uint8), np.zeros(len(array) + 1, np.int32))
        ends = np.frombuffer(offsets, np.int32)[array.offset : array.offset + len(array) + 1]
        return cls(np.frombuffer(data, np.uint8), ends)

    def chosen(self, numbers: np.ndarray) -> list[str]:
        """Some of the strings, without white space at their ends."""
        return [chunk.rstrip() for chunk in _decoded(self.array().take(pa.array(numbers)))]

    def array(self) -> pa.Array:
        """The strings as an Arrow array that shares their memory."""
        buffers = [None, pa.py_buffer(self.offsets), pa.py_buffer(self.data)]
        return pa.Array.from_buffers(pa.binary(), len(self.offsets) - 1, buffers)

    def decoded(self) -> str:
        """All of them as one string."""
        used = self.data[self.offsets[0] : self.offsets[-1]]
        return used.tobytes().decode("utf-8", "surrogatepass")


NONE = Strings(np.empty(0, np.uint8), np.zeros(1, np.int32))


def _decoded(array: pa.Array) -> list[str]:
    """UTF-8 as strings."""
    try:
        strings: list[str] = array.cast(pa.string()).to_numpy(zero_copy_only=False).tolist()
        return strings
    except pa.ArrowInvalid:  # half a surrogate pair
        return [data.decode("utf-8", "surrogatepass") for data in array.to_pylist()]


class Pieces(NamedTuple):
    """The tokens of each of a number of chunks."""

    first: np.ndarray  # for each chunk, its first token
    counts: np.ndarray  # for each chunk, how many it has
    length: np.ndarray  # for each chunk, its characters, without the white space behind it
    word: np.ndarray  # for each token, the number of the word
    start: np.ndarray  # for each token, its first character in the chunk
    end: np.ndarray
    words: list[str]  # sorted


class Characters(NamedTuple):
    """The characters of a number of chunks, each with the white space behind it."""

    points: np.ndarray  # code points
    length: np.ndarray  # of each chunk, without the white space
    first: np.ndarray  # where each chunk begins; one more than there are chunks
    classes: np.ndarray


class Portion(NamedTuple):
    """Some successive texts as bytes, cut into chunks."""

    first: int  # number of the first text
    strings: Strings  # the chunks, each with the white space behind it
    edges: np.ndarray  # the first chunk of each text, and the end of the last
    start: np.ndarray  # for each chunk, its character offset in its text


class Scan(NamedTuple):
    """The chunks and the sentences of one portion."""

    first: int  # number of the first text
    edges: np.ndarray  # the first chunk of each text, and the end of the last
    start: np.ndarray  # for each chunk, its character offset in its text
    chunk: np.ndarray  # for each chunk, which distinct chunk it is
    last: np.ndarray  # for each sentence, one past its last chunk; empty if they were not asked for
    paragraph: np.ndarray  # for each sentence, numbered from 0 in each text


class Chunks(NamedTuple):
    """The distinct chunks of all portions."""

    pieces: Pieces
    ending: np.ndarray  # row of `break_table`, and whether a paragraph ends behind it
    opening: np.ndarray  # column of `break_table`; both are empty if sentences were not asked for


class Read(NamedTuple):
    """Texts taken apart; every column is an array of int32."""

    tokens: dict[str, np.ndarray]  # doc, sentence, position, start, end, word (a code)
    sentences: dict[str, np.ndarray]  # doc, sentence, paragraph, start, end, tokens (how many)
    words: list[str]  # what each code of `word` stands for, sorted


def portions(texts: Texts) -> Iterator[Portion]:
    """Cut texts into runs of some two million bytes, and these into chunks at white space."""
    array = _binary(texts)
    sizes = pc.binary_length(array).to_numpy(zero_copy_only=False).astype(np.int64)
    shares = np.cumsum(sizes) // _PORTION
    edges = np.flatnonzero(np.diff(shares, prepend=-1, append=-1))
    for first, last in itertools.pairwise(edges):
        yield _portion(int(first), array[first:last], sizes[first:last])


def _binary(texts: Texts) -> pa.Array:
    """Texts as an Arrow array of bytes; pandas keeps text in one where it can."""
    try:
        arrow = isinstance(texts, pa.Array | pa.ChunkedArray)
        array = (texts if arrow else pa.array(texts, pa.large_string())).cast(pa.large_binary())
    except (pa.ArrowInvalid, UnicodeEncodeError):  # Arrow refuses half a surrogate pair
        plain = [text.encode("utf-8", "surrogatepass") for text in texts]
        array = pa.array(plain, pa.large_binary())
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _portion(first: int, texts: pa.Array, sizes: np.ndarray) -> Portion:
    """Join some texts and find where chunks begin."""
    ends = pa.array([b""], texts.type)
    row = pa.LargeListArray.from_arrays([0, len(texts) + 2], pa.concat_arrays([ends, texts, ends]))
    joined = pc.binary_join(row, pa.scalar(_BETWEEN, texts.type))
    data = np.frombuffer(joined[0].as_buffer(), np.uint8)
    space, ascii_only = _white_space(data)
    starts = np.flatnonzero(space[:-1] > space[1:]).astype(np.int32) + np.int32(1)
    offsets = np.append(starts, np.int32(len(data)))
    text_start = np.cumsum(sizes + len(_BETWEEN)) - sizes
    edges = np.append(np.searchsorted(starts, text_start), len(starts))
    if not ascii_only:  # places in characters
        trailing = np.flatnonzero((data & 0xC0) == 0x80).astype(np.int32)
        starts = starts - np.searchsorted(trailing, starts).astype(np.int32)
        text_start = text_start - np.searchsorted(trailing, text_start)
    start = starts - np.repeat(text_start.astype(np.int32), np.diff(edges))
    return Portion(first, Strings(data, offsets), edges, start)


def _white_space(data: np.ndarray) -> tuple[np.ndarray, bool]:
    """Which bytes are white space, and whether all are ASCII."""
    space = data <= 0x20
    if data.min() < 0x09 or (data - np.uint8(0x0E) < 0x0E).any():  # other control characters
        space = _IS_SPACE[data]
    if data.max() < 0x80:
        return space, True
    for first, rests in _RARE_SPACE.items():
        at = np.flatnonzero(data == first)
        for rest in rests if len(at) else []:
            found = at
            for place, byte in enumerate(rest, 1):
                found = found[data[found + place] == byte]
            for place in range(len(rest) + 1):
                space[found + place] = True
    return space, False


def learn(parts: list[Portion], *, sentences: bool) -> tuple[list[np.ndarray], Chunks]:
    """Number the chunks of all portions, and find what each distinct one consists of."""
    arrays = [part.strings.array() for part in parts]
    coded = pa.chunked_array(arrays, pa.binary()).dictionary_encode()
    found = iter(coded.chunks)  # Arrow leaves empty ones out
    codes = [
        np.asarray(next(found).indices) if len(array) else np.empty(0, np.int32) for array in arrays
    ]
    known = coded.chunks[-1].dictionary if coded.num_chunks else pa.array([], pa.binary())
    strings = Strings.of(known)
    chars = characters(strings)
    ends = begins = np.empty(0, np.uint8)
    if sentences:
        ends, begins = _ending_kinds(strings, chars), _opening_kinds(strings, chars)
        ends[pc.count_substring(known, "\n").to_numpy(zero_copy_only=False) > 1] |= PARAGRAPH_END
    return codes, Chunks(cut(strings, chars), ends, begins)


def _ending_kinds(chunks: Strings, chars: Characters) -> np.ndarray:
    """Return the kind of ending of each chunk."""
    kinds = np.full(len(chars.first) - 1, NEVER, np.uint8)
    doubtful = np.zeros(len(kinds), dtype=bool)
    stops = np.isin(chars.points, [ord(sign) for sign in STOPS])
    special = (chars.classes & _SPECIAL) != 0  # what looks like a stop is one
    doubtful[_home(chars, stops | special)] = True
    doubtful &= ~_is(str.isalnum, chars.points[chars.first[:-1] + chars.length - 1])
    numbers = np.flatnonzero(doubtful)
    kinds[numbers] = [ending(fold_alike(chunk)) for chunk in chunks.chosen(numbers)]
    return kinds


def _opening_kinds(chunks: Strings, chars: Characters) -> np.ndarray:
    """Return the kind of opening of each chunk."""
    kinds = np.full(len(chars.first) - 1, LOWER, np.uint8)
    doubtful = np.flatnonzero(~_is(str.islower, chars.points[chars.first[:-1]]))
    kinds[doubtful] = [opening(fold_alike(chunk)) for chunk in chunks.chosen(doubtful)]
    return kinds


def _home(chars: Characters, wanted: np.ndarray) -> np.ndarray:
    """The chunks in which the wanted characters stand."""
    return np.searchsorted(chars.first, np.flatnonzero(wanted), side="right") - 1


def _is(test: Callable[[str], bool], points: np.ndarray) -> np.ndarray:
    """Whether a test holds for each of some characters."""
    distinct, places = np.unique(points, return_inverse=True)
    known = np.fromiter((test(chr(point)) for point in distinct.tolist()), bool, len(distinct))
    return known[places]


def scan(part: Portion, codes: np.ndarray, chunks: Chunks) -> Scan:
    """Place the chunks of a portion in their texts, and find where sentences end."""
    last = paragraph = np.empty(0, np.int32)
    codes = codes.astype(np.intp)  # what NumPy looks up by
    if len(chunks.ending):
        endings = _look_up(chunks.ending, codes)
        last, new = sentence_ends(endings, lambda at: chunks.opening[codes[at]])
        before = np.cumsum(new, dtype=np.int32) - new
        paragraph = _in_texts(before, np.searchsorted(last, part.edges, side="right"))
    return Scan(part.first, part.edges, part.start, codes, last, paragraph)


def _in_texts(running: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """A running number made to start from 0 in each text."""
    begins = np.append(running, running.dtype.type(0))[edges[:-1]]
    return running - np.repeat(begins, np.diff(edges))


def read_tokens(texts: Texts, *, sentences: bool = True) -> tuple[dict[str, np.ndarray], list[str]]:
    """Scan texts into token columns, and the words that their codes stand for."""
    found = read_texts(texts, sentences=sentences, spans=False)
    return found.tokens, found.words


def read_texts(texts: Texts, *, sentences: bool = True, spans: bool = True) -> Read:
    """Scan texts once into columns of tokens and of sentences, without making tables.

    Both are in the order of the texts, all columns int32; `doc` is the number of the text from 0.
    Texts are strings in a list, an Arrow array or a Series, none of them missing. `sentences`
    numbers the tokens' sentences, `spans` also gives a row for each of these.
    """
    parts = list(portions(texts))
    codes, chunks = learn(parts, sentences=sentences)
    parts = [part._replace(strings=NONE) for part in parts]  # so that their memory can go
    sizes = [int(chunks.pieces.counts[own].sum()) for own in codes]
    names = ("doc", *(("sentence",) if sentences else ()), "position", "start", "end", "word")
    columns = {name: np.empty(sum(sizes), np.int32) for name in names}
    ends = np.cumsum(sizes)
    rows_of_sentences = []
    for part, own, end, size in zip(
        progress(parts, desc="tokenizing"), codes, ends, sizes, strict=True
    ):
        rows = slice(int(end) - size, int(end))
        found = scan(part, own, chunks)
        _fill({n: c[rows] for n, c in columns.items()}, found, chunks.pieces)
        rows_of_sentences += [_spans(found, chunks)] if spans else []
    return Read(columns, _joined(rows_of_sentences), chunks.pieces.words)


def _fill(columns: dict[str, np.ndarray], found: Scan, pieces: Pieces) -> None:
    """Write the tokens of a portion's chunks into columns."""
    count = _look_up(pieces.counts, found.chunk)
    before = np.zeros(len(count) + 1, np.int32)  # how many tokens stand before each chunk
    np.cumsum(count, out=before[1:])
    running = np.arange(before[-1], dtype=np.int32)
    edges = before[found.edges]
    sizes = np.diff(edges)
    numbers = np.arange(found.first, found.first + len(sizes), dtype=np.int32)
    columns["doc"][:] = np.repeat(numbers, sizes)
    np.subtract(running, np.repeat(edges[:-1], sizes), out=columns["position"])
    if "sentence" in columns:
        number, sizes = _sentences(found), np.diff(before[found.last], prepend=np.int32(0))
        columns["sentence"][:] = np.repeat(number[1], sizes)
    chunk = np.repeat(np.arange(len(count)), count)  # the chunk of each token
    piece = _look_up(_look_up(pieces.first, found.chunk) - before[:-1], chunk)
    piece = np.add(piece, running, dtype=np.intp)
    offset = _look_up(found.start, chunk)
    np.add(offset, _look_up(pieces.start, piece), out=columns["start"])
    np.add(offset, _look_up(pieces.end, piece), out=columns["end"])
    pieces.word.take(piece, out=columns["word"], mode="clip")


def _look_up(table: np.ndarray, places: np.ndarray) -> np.ndarray:
    """What stands at some places, all of which there are: NumPy need not check them."""
    return table.take(places, mode="clip") if len(table) else table


def _sentences(found: Scan) -> tuple[np.ndarray, np.ndarray]:
    """For each sentence the number of its text, and its own in that."""
    edges = np.searchsorted(found.last, found.edges, side="right")
    doc = np.repeat(np.arange(len(edges) - 1, dtype=np.int32), np.diff(edges))
    return doc + np.int32(found.first), _in_texts(np.arange(len(doc), dtype=np.int32), edges)


def sentence_spans(texts: Texts) -> dict[str, np.ndarray]:
    """Document, number, paragraph, character offsets and number of tokens of each sentence."""
    parts = list(portions(texts))
    codes, chunks = learn(parts, sentences=True)
    return _joined(
        [_spans(scan(part, own, chunks), chunks) for part, own in zip(parts, codes, strict=True)]
    )


def _joined(found: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """The sentences of all portions."""
    names = ("doc", "sentence", "paragraph", "start", "end", "tokens")
    return {
        name: np.concatenate([np.empty(0, np.int32), *(one[name] for one in found)])
        for name in names
    }


def _spans(found: Scan, chunks: Chunks) -> dict[str, np.ndarray]:
    """The sentences of a portion."""
    doc, number = _sentences(found)
    final = found.last - 1
    tokens = np.cumsum(chunks.pieces.counts[found.chunk], dtype=np.int32)[final]
    return {
        "doc": doc,
        "sentence": number,
        "paragraph": found.paragraph,
        "start": found.start[np.append(0, found.last[:-1])[: len(final)]],
        "end": found.start[final] + chunks.pieces.length[found.chunk[final]],
        "tokens": np.diff(tokens, prepend=np.int32(0)),
    }


def characters(chunks: Strings) -> Characters:
    """Take chunks apart into characters and their classes."""
    text = chunks.decoded()
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    first = chunks.offsets - chunks.offsets[0]
    if len(points) != first[-1]:  # where each character's first byte stands, counted
        used = chunks.data[chunks.offsets[0] : chunks.offsets[-1]]
        counted = np.cumsum((used & 0xC0) != 0x80, dtype=np.int32)
        first = np.concatenate([counted[:1] * 0, counted])[first]
    classes = _table(points)[points]
    spaces = np.zeros(len(points) + 1, np.int32)
    np.cumsum((classes & _SPACE) != 0, out=spaces[1:])
    length = np.diff(first) - np.diff(spaces[first])
    return Characters(points, length.astype(np.int32), first, classes)


def _table(points: np.ndarray) -> np.ndarray:
    """A class for each code point that occurs."""
    size = int(points.max(initial=0)) + 1
    found = np.zeros(size, dtype=bool)
    found[points] = True
    table = np.zeros(size, np.uint16)
    for point in np.flatnonzero(found).tolist():
        sign = chr(point)
        table[point] = sum(bit for bit, is_in in _CLASSES.items() if is_in.match(sign))
        table[point] |= _SPACE if sign.isspace() else 0
    return table


def cut(chunks: Strings, chars: Characters) -> Pieces:
    """Cut chunks into tokens and number their words."""
    simple, starts = _by_classes(chars)
    chunk = np.searchsorted(chars.first, starts, side="right").astype(np.int32) - np.int32(1)
    inside = simple[chunk]
    last = (chars.first[:-1] + chars.length)[chunk]
    ends = np.minimum(np.append(starts[1:], np.int32(len(chars.points))), last)
    at = _bytes_before(chars.points)
    # every other string is what lies between two tokens
    bounds = np.append(np.stack([starts, ends], axis=1).ravel(), np.int32(len(chars.points)))
    strings = Strings(chunks.data[chunks.offsets[0] : chunks.offsets[-1]], at[bounds])
    wanted = np.zeros(len(bounds) - 1, dtype=bool)
    wanted[::2] = inside
    rest, words = _one_by_one(chunks, np.flatnonzero(~simple))
    found = strings.array().filter(pa.array(wanted))
    word, names = _number(pa.concat_arrays([found, pa.array(words, pa.binary())]))
    first = chars.first[chunk[inside]]
    rows = np.stack([chunk[inside], starts[inside] - first, ends[inside] - first], axis=1)
    rows = np.concatenate([rows, rest]).astype(np.int32)
    order = np.argsort(rows[:, 0], kind="stable")
    _, start, end = rows[order].T
    count = np.bincount(rows[:, 0], minlength=len(simple)).astype(np.int32)
    return Pieces(
        np.cumsum(count, dtype=np.int32) - count,
        count,
        chars.length,
        word[order],
        np.ascontiguousarray(start),
        np.ascontiguousarray(end),
        names,
    )


def _number(words: pa.Array) -> tuple[np.ndarray, list[str]]:
    """Number words in the order of their characters."""
    coded = words.dictionary_encode()
    order = pc.sort_indices(coded.dictionary)
    code = np.empty(len(order), np.int32)
    code[np.asarray(order)] = np.arange(len(order), dtype=np.int32)
    return code[np.asarray(coded.indices)], _decoded(coded.dictionary.take(order))


def _by_classes(chars: Characters) -> tuple[np.ndarray, np.ndarray]:
    """Which chunks the classes of their characters decide, and where tokens begin in all."""
    classes, first = chars.classes, chars.first[:-1]
    before = np.concatenate([classes[:1] * 0, classes[:-1]])
    before[first] = 0
    after = np.append(classes[1:], classes.dtype.type(0))
    after[chars.first[1:] - 1] = 0
    both = before & after
    joins = ((classes & _JOINER) != 0) & ((both & _IN_WORD) != 0)
    joins |= ((classes & _SEPARATOR) != 0) & ((both & _DIGIT) != 0)
    in_word = ((classes & _IN_WORD) != 0) | joins
    goes_on = np.zeros(len(classes), dtype=bool)
    goes_on[1:] = in_word[1:] & in_word[:-1]
    signs = np.where(in_word, 0, classes & (_DOT | _HYPHEN))
    goes_on[1:] |= (signs[1:] != 0) & (signs[1:] == signs[:-1])
    goes_on[first] = False
    goes_on |= (classes & _SPACE) != 0
    return _simple(chars, before), np.flatnonzero(~goes_on).astype(np.int32)


def _simple(chars: Characters, before: np.ndarray) -> np.ndarray:
    """Which chunks hold nothing that more than a character's neighbours decides."""
    points, classes = chars.points, chars.classes
    doubtful = (classes & _SPECIAL) != 0
    letter_dot = ((classes & _DOT) != 0) & ((before & _LETTER) != 0)  # two of them: U.S.
    doubtful[2:] |= letter_dot[2:] & letter_dot[:-2]
    slash = points == ord("/")
    doubtful[1:] |= slash[1:] & (points[:-1] == ord(":"))  # http://
    w = points == ord("w")
    doubtful[3:] |= (points[3:] == ord(".")) & w[2:-1] & w[1:-2] & w[:-3]  # www.
    simple = np.ones(len(chars.first) - 1, dtype=bool)
    simple[_home(chars, doubtful)] = False
    return simple


def _bytes_before(points: np.ndarray) -> np.ndarray:
    """How many bytes of UTF-8 stand before each character, and before the end."""
    before = np.zeros(len(points) + 1, np.int32)
    width = np.ones(len(points), np.int8)
    for bound in (0x80, 0x800, 0x10000):
        width += points >= bound
    np.cumsum(width, out=before[1:])
    return before


def _one_by_one(chunks: Strings, numbers: np.ndarray) -> tuple[np.ndarray, list[bytes]]:
    """Match the pattern against some chunks: rows of (chunk, start, end), and their words."""
    rows: list[tuple[int, int, int]] = []
    words: list[bytes] = []
    for number, chunk in zip(numbers.tolist(), chunks.chosen(numbers), strict=True):
        folded = fold_text(chunk)  # signs that look alike are cut alike
        if folded is None:
            spans = [token.span() for token in TOKEN.finditer(chunk)]
        else:
            cuts = np.array([token.span() for token in TOKEN.finditer(folded.text)])
            spans = list(zip(*(side.tolist() for side in folded.given(*cuts.T)), strict=True))
        rows += [(number, start, end) for start, end in spans]
        words += [chunk[start:end].encode("utf-8", "surrogatepass") for start, end in spans]
    return np.asarray(rows, np.int32).reshape(-1, 3), words
