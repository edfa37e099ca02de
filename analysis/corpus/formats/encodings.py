"""The bytes of a file turned into the one form of text that everything is measured in."""

from __future__ import annotations

import codecs
import os
import re
import stat
import unicodedata
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

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
    "cp1252 cp1250 cp1251 koi8_r cp1253 cp1254 cp1255 cp1256 iso8859_2 iso8859_7 gb18030 big5 "
    "cp932 euc_jp euc_kr"
).split()
_ODD = regex.compile(
    r"""(?V1)
      (?<=\p{L})[^\p{L}\p{M}\p{Pd}\p{Pi}\p{Pf}\s\x00-\x7f…·]+(?=\p{L})  # a sign inside a word
    | (?<=\p{Ll})[\p{Lu}--[A-Z]](?=\p{Ll})                             # a capital inside a word
    | [\p{Latin}--[A-Za-z]]{4,}                                        # nothing but accents
    | (?<=[A-Za-z])[\p{Cyrillic}\p{Greek}\p{Hebrew}\p{Arabic}]         # two scripts in a word
    | [\p{Co}\p{Cn}\x80-\x9f]                                          # no character at all
    """,
    regex.VERBOSE,
)
_META = re.compile(rb"<meta[^>]{0,500}?charset\s*=\s*[\"']?\s*([\w:.-]{2,40})", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w:.-]{2,40})", re.IGNORECASE)
_LATIN = ("iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii", "iso8859-1")
_OF_NO_TEXT = ("unicode-escape", "raw-unicode-escape", "punycode", "idna", "utf-7")
LARGEST = 256 * 1024**2  # bytes of a file
SAMPLE = 100_000  # characters of a file's non-ASCII lines that its encoding is judged by
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
    """Read a plain text file, whatever its encoding and its newlines."""
    return clean_text(decode(read_bytes(path), str(path))).strip()


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
    if _SURROGATES.search(text):  # JSON can spell them, no file can hold them
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = _NEWLINES.sub("\n", text)
    if _MAYBE_HIDDEN.search(text):  # a quick look, since most texts have none
        text = _INVISIBLE.sub("", text)
    if _MANY_MARKS.search(text):  # to put these in order would take the square of their number
        text = _MANY_MARKS.sub(r"\1", text)
    return unicodedata.normalize("NFC", text)


def decode(data: bytes, name: str) -> str:
    """Decode the bytes of a text file."""
    return data.decode(find_encoding(data, name))


def decode_page(data: bytes, name: str, content_type: str = "") -> str:
    """Decode a web page, which may state its encoding in its head, and its host in a header."""
    # In this order: the byte order mark; UTF-8 wherever the bytes are valid UTF-8, since other
    # encodings almost never are; the encoding of the header, then that of the page's head, but the
    # head first where the header says ISO-8859-1, which servers say of everything; detection. What
    # a page calls ISO-8859-1 is read as Windows-1252, as browsers do.
    header = _CHARSET.search(content_type)
    head = _META.search(data[:4096])
    stated = [header[1].lower()] if header else []
    stated += [head[1].decode("ascii", "replace").lower()] if head else []
    stated.sort(key=lambda name: name in _LATIN)  # keeps the order otherwise
    return data.decode(
        find_encoding(data, name, ["cp1252" if codec in _LATIN else codec for codec in stated])
    )


def find_encoding(data: bytes, name: str, stated: Iterable[str] = ()) -> str:
    """Find the encoding of a text; `stated` are encodings that it is said to be in."""
    kind = next((kind for mark, kind in _KINDS.items() if data.startswith(mark)), None)
    if kind:
        raise InputError(f"{name} is {kind}, not a text; save its text as .txt (UTF-8) and retry.")
    encoding = next((codec for mark, codec in BOMS if data.startswith(mark)), None)
    encoding = encoding or _find_by_zeros(data)
    encoding = encoding or next((c for c in ("utf-8", *stated) if _is_valid(data, c)), None)
    if not encoding:
        _refuse_broken_utf8(data, name)
        encoding = _detect(data)
    if not encoding or not _is_valid(data, encoding):
        raise InputError(
            f"{name} cannot be decoded: it is neither UTF-8 nor UTF-16 nor an encoding that could "
            "be recognised; save it as UTF-8 and retry."
        )
    text = data.decode(encoding)
    most = 2 + len(text) // 200
    if sum(1 for _ in islice(_CONTROLS.finditer(text), most + 1)) > most:
        raise InputError(f"{name} is a binary file, not a text; save its text as .txt and retry.")
    return encoding


def _is_valid(data: bytes, encoding: str) -> bool:
    """Whether bytes can be in an encoding, which need not exist."""
    try:
        if codecs.lookup(encoding).name.replace("_", "-") in _OF_NO_TEXT:
            return False
        data.decode(encoding)
    except (LookupError, ValueError):
        return False
    return True


def _find_by_zeros(data: bytes) -> str | None:
    """UTF-16 without a mark: in Latin text every other byte is zero."""
    even, odd = data[::2].count(0), data[1::2].count(0)
    if odd > 0.25 * len(data) and even < 0.02 * len(data):
        return "utf-16-le"
    return "utf-16-be" if even > 0.25 * len(data) and odd < 0.02 * len(data) else None


def _refuse_broken_utf8(data: bytes, name: str) -> None:
    """Refuse UTF-8 with a few broken bytes, which a detector would take for something else."""
    broken = data.decode("utf-8", errors="replace")
    lost = broken.count("\ufffd")
    valid = len(broken) - len(broken.encode("ascii", errors="ignore")) - lost
    if valid > 4 * lost:
        line = broken[: broken.index("\ufffd")].count("\n") + 1
        raise InputError(
            f"{name} cannot be decoded: it is UTF-8, but line {line} holds bytes that are not; "
            "repair that line and retry."
        )


def _detect(data: bytes) -> str | None:
    """The best-reading of the encodings that the detector allows; None if none reads well."""
    from charset_normalizer import from_bytes

    found = [match.encoding for match in from_bytes(data, cp_isolation=list(_ENCODINGS))]
    best: tuple[int, str] | None = None
    for encoding in dict.fromkeys(["cp1252", *found]):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        # what is ASCII reads the same in all of them
        lines = "\n".join(line for line in text.split("\n") if not line.isascii())[:SAMPLE]
        odd = _count_odd(lines)
        foreign = len(re.findall(r"[^\x00-\x7f]", lines))
        if odd <= 0.25 * foreign + 1 and (best is None or odd < best[0]):
            best = odd, encoding
    return best[1] if best else None


def _count_odd(text: str) -> int:
    """How often a reading looks wrong: signs inside words, lone characters of another script."""
    asian = len(_EAST_ASIAN.findall(text))
    latin = len(re.findall(r"[A-Za-z]", text))
    return len(_ODD.findall(text)) + (asian if asian < 0.02 * latin else 0)
