"""The bytes of a file turned into the one form of text that everything is measured in."""

from __future__ import annotations

import codecs
import contextlib
import math
import os
import re
import stat
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import regex

from analysis.tables import InputError

BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with that one's
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_KINDS = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a Word, OpenDocument or zip file",
    b"\xd0\xcf\x11\xe0": "an old Word file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a compressed file",
    b"{\\rtf": "a rich text file",
}
# The encodings that news texts are met in; a detector left to itself names exotic ones.
_ENCODINGS = (
    "cp1252 cp1250 cp1251 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp874 iso8859-2 iso8859-5 "
    "iso8859-7 iso8859-9 iso8859-13 iso8859-15 koi8-r koi8-u mac-roman mac-cyrillic cp866 cp850 "
    "cp852 gb18030 big5 cp932 cp949 euc_jp euc_kr"
).split()
_SEVERAL_BYTES = ("gb18030", "big5", "cp932", "cp949", "euc_jp", "euc_kr")
# What the WHATWG Encoding Standard reads in the place of another: the one is part of the other.
_LARGER = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
}
_ODD = regex.compile(  # what a reading in a wrong encoding shows
    r"""(?V1)
      [¶‡†‰ƒµªºˆ˜\u2500-\u25ff\p{Co}\p{Cn}\x80-\x9f]
    | (?<=[\p{S}--\p{ASCII}])[\p{S}--\p{ASCII}]                        # two signs
    | (?<=\p{L})[^\p{L}\p{M}\p{Pd}\p{Pi}\p{Pf}\s\x00-\x7f…·]+(?=\p{L})  # a sign inside a word
    | (?<=\p{L})[^\p{L}\p{M}\p{P}\s\x00-\x7f°€£¢©®™]                   # a sign at a word
    | [^\p{L}\p{M}\p{P}\s\x00-\x7f€£©](?=\p{L})
    | (?<=\p{L})[¿¡„‚‹«](?=[\p{L}\s]) | [»”›](?=\p{L})                  # a mark on the wrong side
    | (?<=\p{Ll})[\p{Lu}--[A-Z]]                                        # a capital inside a word
    | [\p{Ll}--[a-z]](?=\p{Lu}{2}|[A-Z][a-z])                         # or small before capitals
    | (?<=[\p{Latin}--[A-Za-z]]{3})[\p{Latin}--[A-Za-z]]               # nothing but accents
    | (?<=\p{Latin})[\p{Cyrillic}\p{Greek}\p{Hebrew}\p{Arabic}\p{Thai}]  # two scripts in a word
    | [\p{Cyrillic}\p{Greek}\p{Hebrew}\p{Arabic}](?=\p{Latin})
    | (?<=[A-Za-z])[\p{Han}\p{Hangul}]|[\p{Han}\p{Hangul}](?=[A-Za-z])
    """,
    regex.VERBOSE,
)
_LONE = regex.compile(r"(?V1)(?<!\p{L})[\p{L}--\p{Latin}](?!\p{L})")
_OPENING = regex.compile(r"(?<![\p{L}\p{N}])[“„«‘‚‹](?=[\p{L}\p{N}])")
_CLOSING = regex.compile(r"(?<=[\p{L}\p{N}\p{P}])[”“»’›](?![\p{L}\p{N}])")
_PLACED = regex.compile(  # marks where texts have them
    r"(?<=\p{L})’(?=(?:t|s|re|ve|ll|d|m|T|S)\b)|(?<=\b[dlnscjmtDLNSCJMTQ]|qu)’(?=\p{L})"
    r"|(?<=[\s\p{N}])[’–—](?=[\s\p{N}])|(?<=[\p{L}\p{P}])…(?=\s|$)|[£€](?=\d)|(?<=\d)[°€£\xa0]"
)
_OF_UTF8 = regex.compile(  # not of the blocks in which chance puts pairs of Windows-1252 and 1251
    r"(?V1)[[\p{Latin}\p{Greek}\p{Cyrillic}\p{Hebrew}\p{Arabic}\p{Han}\p{Kana}\p{Hira}\p{Hang}"
    r"\p{Thai}\p{Deva}\p{Beng}\p{Tamil}\p{Georgian}\p{P}\p{S}\xa0]--[\x00-\x7f\u0250-\u02af\ufffd]]"
)
_META = re.compile(rb"<meta[^>]{0,500}?charset\s*=\s*[\"']?\s*([\w:.-]{2,40})", re.IGNORECASE)
_TAG = re.compile(rb"<[^<>]{0,2000}>")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w:.-]{2,40})", re.IGNORECASE)
_OF_NO_TEXT = ("unicode-escape", "raw-unicode-escape", "punycode", "idna", "utf-7")
_NOT_ASCII = bytes(range(128, 256))
SELDOM = 500  # bytes that are not ASCII, of which one more than the first may be broken
_PRINTABLE = bytes(range(32, 127))
LARGEST = 256 * 1024**2  # bytes of a file
SAMPLE = 8_000  # bytes of a file's non-ASCII lines that its encoding is judged by
NAMED = 3  # lines with broken bytes that are named in full
_EAST_ASIAN = regex.compile(r"[\p{Han}\p{Hangul}\p{Hiragana}\p{Katakana}]")
_SURROGATES = re.compile(r"[\ud800-\udfff]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_NEWLINES = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
# Formatting characters (soft hyphen, zero-width, direction) go; a joiner inside an emoji and the
# tags that spell a flag stay, since the emoji is another one without them.
_HIDDEN = (
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_MAYBE_HIDDEN = re.compile(_HIDDEN)
_INVISIBLE = regex.compile(
    r"(?<=[\p{Extended_Pictographic}\uFE0F\U0001F3FB-\U0001F3FF])\u200D"
    r"(?=\p{Extended_Pictographic})(*SKIP)(*FAIL)"
    r"|\U0001F3F4[\U000E0020-\U000E007F]+(*SKIP)(*FAIL)|" + _HIDDEN
)


# More accents on one letter than the Stream-Safe Text Format has (Unicode Annex 15, section 13).
_MANY_MARKS = regex.compile(r"(\p{M}{30})\p{M}+")


def read_text(path: str | Path) -> str:
    """Read a plain text file, whatever its encoding and its newlines; no byte may be broken."""
    data = read_bytes(path)
    return clean_text(data.decode(find_encoding(data, str(path)))).strip()


def read_bytes(path: str | Path) -> bytes:
    """Read a file, and say in one sentence if that cannot be done."""
    try:
        with open(path, "rb") as file:
            before = os.fstat(file.fileno())
            data = file.read(LARGEST + 1)
            after = os.fstat(file.fileno())
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{path} cannot be read: {reason}.") from None
    if len(data) > LARGEST:
        raise InputError(
            f"{path} is larger than {LARGEST // 1024**2} MB; split it into smaller files and retry."
        )
    states = [(state.st_size, state.st_mtime_ns) for state in (before, after)]
    if stat.S_ISREG(before.st_mode) and (states[0] != states[1] or len(data) != after.st_size):
        raise InputError(f"{path} was changed while it was read; retry when nothing writes to it.")
    return data


def clean_text(text: str) -> str:
    """Bring a text into the one form that every measure counts in."""
    # NFC: Unicode Standard Annex 15. Zero-width characters go in every script, also where Persian
    # or Indic spelling asks for them.
    if not text.replace("\n", "").isprintable():  # a quick look: most lines have no such character
        if _SURROGATES.search(text):  # JSON can spell them, no file can hold them
            text = repair_sign(text)
        text = _NEWLINES.sub("\n", text)
        if _MAYBE_HIDDEN.search(text):
            text = _INVISIBLE.sub("", text)
    if text.isascii():
        return text
    if _MANY_MARKS.search(text):  # to put these in order would take the square of their number
        text = _MANY_MARKS.sub(r"\1", text)
    return unicodedata.normalize("NFC", text)


def is_broken(value: object) -> bool:
    """Whether something is a string with half a sign, which no file can hold."""
    if not isinstance(value, str) or value.isascii():
        return False
    try:
        value.encode()  # much faster than to look for them
    except UnicodeEncodeError:
        return True
    return False


def repair_sign(text: str) -> str:
    """A string in which halves of signs are U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class Decoded(NamedTuple):
    """A decoded text, its encoding, and what is doubtful about it."""

    text: str
    encoding: str
    notes: list[str]


def decode(data: bytes, name: str) -> str:
    """Decode the bytes of a text file."""
    return decode_bytes(data, name).text


def decode_page(data: bytes, name: str, content_type: str = "") -> Decoded:
    """Decode a web page, which may state its encoding in its head, and its host in a header."""
    header = _CHARSET.search(content_type)
    head = _META.search(data[:4096])
    stated = [header[1].lower()] if header else []
    stated += [head[1].decode("ascii", "replace").lower()] if head else []
    return decode_bytes(data, name, stated)


def decode_bytes(data: bytes, name: str, stated: Iterable[str] = ()) -> Decoded:
    """Decode bytes; `stated` are encodings that they are said to be in."""
    # In this order: the byte order mark; UTF-8 wherever the bytes are valid UTF-8 or all but a few
    # are, since other encodings almost never are; what is stated, unless it reads badly (servers
    # say ISO-8859-1 of everything); a guess, which is told. Single bytes that are not UTF-8 become
    # U+FFFD, and no other letter changes.
    _require_text(data, name)
    encoding = next((codec for mark, codec in BOMS if data.startswith(mark)), None)
    encoding = encoding or _find_by_zeros(data)
    notes: list[str] = []
    if encoding is None:
        if _is_valid(data, "utf-8"):
            encoding = "iso2022_jp_2" if _is_japanese_mail(data) else "utf-8"
        elif _is_nearly_utf8(data):
            encoding = "utf-8"
        else:
            known = [one for one in (_find_stated(data, name) for name in stated) if one]
            encoding = _guess(data, known) or next(iter(known), None)
            if encoding and encoding not in known:
                notes = [f"encoding guessed: {_common_name(encoding)}"]
    if not encoding:
        raise InputError(
            f"{name} cannot be decoded: it is neither UTF-8 nor UTF-16 nor an encoding that could "
            "be recognised; save it as UTF-8 and retry."
        )
    text = data.decode(encoding, "replace")
    if not _is_valid(data, encoding):
        notes.append(_describe_broken(data, encoding, name, len(text)))
    most = min(2 + len(text) // 200, len(text) // 3)
    if sum(1 for _ in islice(_CONTROLS.finditer(text), most + 1)) > most:
        raise InputError(f"{name} is a binary file, not a text; save its text as .txt and retry.")
    return Decoded(text, encoding, notes)


def find_encoding(data: bytes, name: str) -> str:
    """Find the encoding of a text of which every byte must be read."""
    found = decode_bytes(data, name)
    if not _is_valid(data, found.encoding):
        raise InputError(
            f"{name} cannot be decoded: {found.notes[0].partition(';')[0]}; repair that and retry."
        )
    return found.encoding


def _require_text(data: bytes, name: str) -> None:
    """Refuse what its first bytes say is no text."""
    kind = next((kind for mark, kind in _KINDS.items() if data.startswith(mark)), None)
    if kind:
        raise InputError(f"{name} is {kind}, not a text; save its text as .txt (UTF-8) and retry.")


def _is_valid(data: bytes, encoding: str) -> bool:
    """Whether bytes can be in an encoding."""
    try:
        data.decode(encoding)
    except ValueError:
        return False
    return True


def _find_stated(data: bytes, name: str) -> str | None:
    """The encoding that a name stands for, if all bytes but a few can be in it."""
    # A name that was read as ASCII names an encoding in which ASCII is ASCII; `undefined` and
    # `x-user-defined` name none.
    for spelling in (name, name.removeprefix("x-"), name.removesuffix("-i")):
        try:
            codec = codecs.lookup(spelling).name
            if codec.replace("_", "-") in _OF_NO_TEXT or _PRINTABLE.decode(codec).encode() != (
                _PRINTABLE
            ):
                continue
        except (LookupError, ValueError):
            continue
        both = (_LARGER.get(codec, codec), codec)
        return next((one for one in both if _count_lost(data, one) is not None), None)
    return None


def _count_lost(data: bytes, encoding: str) -> int | None:
    """How many bytes are not in an encoding; None if more than chance puts into a text."""
    lost = 0 if _is_valid(data, encoding) else data.decode(encoding, "replace").count("\ufffd")
    foreign = len(data) - len(data.translate(None, _NOT_ASCII))
    return lost if lost <= min(1 + foreign // SELDOM, foreign // 4) else None


def _find_by_zeros(data: bytes) -> str | None:
    """UTF-16 without a mark: in Latin text every other byte is zero."""
    even, odd = data[::2].count(0), data[1::2].count(0)
    if odd > 0.25 * len(data) and even < 0.02 * len(data):
        return "utf-16-le"
    return "utf-16-be" if even > 0.25 * len(data) and odd < 0.02 * len(data) else None


def _is_japanese_mail(data: bytes) -> bool:
    """Whether ASCII holds the marks by which ISO-2022-JP changes to Japanese and back."""
    return b"\x1b$" in data and b"\x1b(" in data and _is_valid(data, "iso2022_jp_2")


def _is_nearly_utf8(data: bytes) -> bool:
    """Whether bytes are UTF-8 but for a few, which a detector would take for something else."""
    text = data.decode("utf-8", "replace")
    lost = text.count("\ufffd")
    found = _OF_UTF8.findall(text)
    # “ ” ’ – and é in UTF-8 are pairs that hardly any other encoding has
    sure = sum(1 for sign in found if "\u2010" <= sign <= "\u20bf" or sign <= "\xff")
    return len(found) > 4 * lost or (sure > 0 and (lost <= 2 or len(found) >= lost))


def _describe_broken(data: bytes, encoding: str, name: str, length: int) -> str:
    """Say which bytes are not in the encoding, and in which lines they stand."""
    errors = _broken_bytes(data, encoding)
    lines = [f"line {line} (0x{part.hex()})" for line, part in errors[:NAMED]]
    more = f" and {len(errors) - NAMED:,} more places" if len(errors) > NAMED else ""
    shown = _common_name(encoding).removesuffix("-sig").upper()
    said = f"it is {shown}, but not {', '.join(lines)}{more}"
    if len(errors) > min(2 + length // 20, length // 2):
        raise InputError(f"{name} cannot be decoded: {said}; save it as UTF-8 and retry.")
    return f"{said}; shown as \ufffd"


def _broken_bytes(data: bytes, encoding: str) -> list[tuple[int, bytes]]:
    """The bytes that decoding stumbles at, with their lines."""
    errors: list[tuple[int, bytes]] = []

    def keep(error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeDecodeError)
        line = error.object.count(b"\n", 0, error.start) + 1 if len(errors) < NAMED else 0
        errors.append((line, error.object[error.start : error.end]))
        return "\ufffd", error.end

    codecs.register_error("analysis.keep", keep)
    data.decode(encoding, "analysis.keep")
    return errors


def _common_name(codec: str) -> str:
    """The name by which other programs know an encoding."""
    return codec.replace("cp125", "windows-125").replace("iso8859", "iso-8859")


def _sample(data: bytes) -> bytes:
    """The lines that tell encodings apart; what is ASCII reads the same in all of them."""
    if b"<" in data:  # a detector would believe what a page says of its encoding
        data = _TAG.sub(b" ", data)
    return b"\n".join(line for line in data.split(b"\n") if not line.isascii())[:SAMPLE]


def _guess(data: bytes, stated: Sequence[str]) -> str | None:
    """The most likely of the encodings; None if none reads well."""
    # The detector's confidence that letters are a language's, less the share of what looks wrong,
    # plus the share of marks that stand where marks do; what is stated counts more. The detector
    # knows words in lower case: capitals are lowered in each of the encodings.
    sample = _sample(data)
    known = _judge_letters(sample)
    least = min(0.05 * max(known.values(), default=0.0), 0.01)
    best: tuple[float, str] | None = None
    seen = set()
    for encoding in dict.fromkeys([*stated, *_ENCODINGS]):
        text = sample.decode(encoding, "ignore")
        lost = _count_lost(data, encoding)
        if text in seen or lost is None:
            continue
        seen.add(text)
        marks = _count_marks(text)
        several = encoding in _SEVERAL_BYTES and 20 * lost < marks.foreign  # hardly by chance
        if lost:  # the detector knows no encoding with a byte that is not in it
            known |= _judge_letters(text.encode(encoding, "ignore"))
        letters = max(known.get(text, 0.0), (0.02 if marks.odd else 0.1) * several)
        if sum(map(str.isupper, text)) > 2 * sum(map(str.islower, text)):
            lowered = "".join(char.lower()[:1] for char in text)
            letters = _judge_letters(lowered.encode(encoding, "ignore")).get(lowered, 0.0)
        elif letters < least and encoding not in ("cp1252", *stated):
            continue
        if marks.odd > 1 + 0.3 * marks.foreign:
            continue
        score = math.log(letters + 0.01) + (2 * marks.placed - 9 * marks.odd) / marks.foreign
        score -= 0.01 * encoding.startswith(("mac", "cp8"))  # files of other systems are seldom
        score -= 0.05 * bool(lost) + lost / marks.foreign
        if encoding in stated:  # of everything servers say that it is ISO-8859-1
            score += 0.5 if encoding == "cp1252" else 2.0
        if best is None or score > best[0]:
            best = score, encoding
    return best[1] if best else None


def _judge_letters(data: bytes) -> dict[str, float]:
    """How well each reading of some bytes fits the letters of a language."""
    import chardet

    found: dict[str, float] = {}
    for match in chardet.detect_all(data, ignore_threshold=True):
        with contextlib.suppress(LookupError):
            text = data.decode(match["encoding"] or "", "ignore")
            found[text] = max(match["confidence"], found.get(text, 0.0))
    return found


class _Marks(NamedTuple):
    """How many characters are not ASCII, look wrong, and are marks in their place."""

    foreign: int
    odd: int
    placed: int


def _count_marks(text: str) -> _Marks:
    """Count what tells a right reading from a wrong one."""
    plain = text.encode("ascii", "ignore").decode()
    foreign, latin = max(1, len(text) - len(plain)), sum(map(str.isalpha, plain))
    odd = len(_ODD.findall(text))
    asian = len(_EAST_ASIAN.findall(text))
    odd += asian if asian < 0.02 * latin else 0
    if latin > 0.3 * len(text):  # in a text of Latin letters no word is one letter of another kind
        odd += len(_LONE.findall(text))
    pairs = min(len(_OPENING.findall(text)), len(_CLOSING.findall(text)))
    return _Marks(foreign, odd, min(foreign, 2 * pairs + len(_PLACED.findall(text))))
