"""What is wrong with a text by its characters, words and lines, for `check_corpus`."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import regex

from analysis.corpus.formats.articles import is_credited, is_trailer
from analysis.text.alike import HIDDEN


class Fault(NamedTuple):
    """Places in a text where one thing is wrong: the first of them, and how many there are."""

    severity: str
    kind: str
    what: str  # in words; `{}` stands for the words around the place
    start: int
    end: int
    places: int = 1


def find_faults(text: str, languages: Sequence[str]) -> Iterator[Fault]:
    """Look for what is wrong with one text; `languages` are codes of those it may be in."""
    language = next(iter(languages), "")
    yield from _misread(text)
    yield from _foreign_letters(text, languages)
    yield from _misplaced_letters(text, language)
    yield from _signs(text)
    yield from _words(text, language)
    yield from _repeated_paragraphs(text)
    yield from _repeated_phrases(text)
    yield from _captions(text)
    yield from _trailers(text)


def _fault(severity: str, kind: str, what: str, matches: Sequence) -> Iterator[Fault]:
    """A fault of some matches, if there are any."""
    for match in matches[:1]:
        yield Fault(severity, kind, what, match.start(), match.end(), len(matches))


# UTF-8 read as another encoding: a lead byte and those that follow, as that encoding shows them.
_WRONGLY = ("cp1252", "cp1251", "koi8-r", "mac-roman", "cp850", "cp866", "cp1250", "cp1254")
_MENDED = regex.compile(r"[\u00a1-\u024f\u0370-\u03ff\u0400-\u04ff\u2010-\u203a\u20ac\u2122\xa0]")


def _shown(codec: str, low: int, high: int) -> str:
    """The characters of some bytes in an encoding, escaped for a class of a pattern."""
    signs = (bytes([byte]).decode(codec, "ignore") for byte in range(low, high))
    more = [chr(byte) for byte in range(low, high)] if codec == "cp1252" else []
    return "".join(map(re.escape, [*filter(None, signs), *more]))


def _broken_utf8(codec: str) -> re.Pattern[str]:
    two, three, rest = (_shown(codec, *b) for b in ((0xC2, 0xE0), (0xE0, 0xF0), (0x80, 0xC0)))
    return re.compile(f"[{three}][{rest}]{{2}}|[{two}][{rest}]")


_BROKEN = {codec: _broken_utf8(codec) for codec in _WRONGLY[1:]}


def _misread(text: str) -> Iterator[Fault]:
    """UTF-8 that was read as an encoding other than Windows-1252, which `check` knows itself."""
    if text.isascii():
        return
    for codec, pattern in _BROKEN.items():
        matches = pattern.finditer(text)
        found = [m for m in matches if not opens_or_closes(m) and _is_mended(m[0], codec)]
        if found:
            yield from _fault("wrong", "encoding", "text in UTF-8 was read as another: {}", found)
            return


def opens_or_closes(match: re.Match[str]) -> bool:
    """Say whether two signs are a quotation mark and the letter it belongs to, as in «Maß»."""
    first, last = match[0][0], match[0][-1]
    before, after = (match.string[: match.start()][-1:], match.string[match.end() :][:1])
    if len(match[0]) == 2 and first in _QUOTES and last.isalpha():
        return not before.isalpha() and (after.isalpha() or not last.islower())
    if len(match[0]) == 2 and last in _QUOTES and first.isalpha():
        return before.isalpha() and not after.isalpha() and before.islower() == first.islower()
    return False


_QUOTES = "«»‹›“”„‘’"


def _is_mended(run: str, codec: str) -> bool:
    """Whether a run of signs is one letter or mark in UTF-8; a run of letters may be a word."""
    if run.isalpha():
        return False
    try:
        return _MENDED.fullmatch(run.encode(codec).decode("utf-8")) is not None
    except UnicodeError:
        return False


# Letters of each language beside a–z; words and names from elsewhere have others, so only words
# in small letters are looked at.
_LETTERS = {
    "bs": "čćđšž",
    "ca": "àçèéíïòóúü",
    "cs": "áčďéěíňóřšťúůýžöü",
    "da": "æøåéèêóôäöü",
    "de": "äöüßéèêàâçñ",
    "en": "àâáãäåçéèêëíïîñóôöúü",
    "es": "áéíñóúüçàè",
    "et": "äõöüšžé",
    "fi": "äöåšžéü",
    "fr": "àâæçéèêëîïôœùûüÿñöä",
    "hr": "čćđšž",
    "hu": "áéíóöőúüűä",
    "is": "áðéíóúýþæö",
    "it": "àèéìíîïòóùúêâüç",
    "lt": "ąčęėįšųūžé",
    "lv": "āčēģīķļņšūžōŗ",
    "nb": "æøåéèêóòôäöü",
    "nl": "áàâäçéèêëíïîñóôöúüĳ",
    "nn": "æøåéèêóòôäöü",
    "no": "æøåéèêóòôäöü",
    "pl": "ąćęłńóśźżéü",
    "pt": "áâãàçéêíóôõúüèñ",
    "ro": "ăâîșțşţéáöü",
    "sk": "áäčďéíĺľňóôŕšťúýžöü",
    "sl": "čšžćđéêó",
    "sv": "åäöéàèüæø",
    "tr": "çğıöşüâîûi̇",
}
_SMALL = r"[\p{Latin}&&\p{Ll}]"
_FOREIGN_WORD = regex.compile(rf"(?V1)\b{_SMALL}*[{_SMALL}--[a-z]]{_SMALL}*\b")
_FOR_QUOTES = (  # ÒWe came,Ó he said
    re.compile(r"(?<!\w)[\u00c0-\u024f\u0400-\u04ff](?=[A-Z](?:[a-z]|\b))"),
    re.compile(r"(?<=[.,!?])[\u00c0-\u024f\u0400-\u04ff](?!\w)"),
)
_ACCENTS = re.compile(r"(?<!\w)[\u00c0-\u00ff]{4,}(?!\w)")
_MAC_APOSTROPHE = re.compile(r"(?<=[a-z])[ÕÍÆ´í](?=t\b)|(?<=[a-z])[ÕÆ](?=(?:s|re|ve|ll|d|m)\b)")
_KANA = re.compile(r"[\uff61-\uff9f]")
_JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


def _foreign_letters(text: str, languages: Sequence[str]) -> Iterator[Fault]:
    """Letters that the language has not: it was read in an encoding that is not its own."""
    known = [_LETTERS[code] for code in (one[:2].lower() for one in languages) if code in _LETTERS]
    if text.isascii() or not known:
        return
    usual = _PLAIN.union(*known)
    words = [match for match in _FOREIGN_WORD.finditer(text) if set(match[0]) - usual]
    if len(words) >= max(3, text.count(" ") // 300) and len({match[0] for match in words}) > 1:
        what = "letters that the language does not have, as in a wrong encoding: {}"
        yield from _fault("suspicious", "encoding", what, words)


def _misplaced_letters(text: str, language: str) -> Iterator[Fault]:
    """Letters where other signs should be, or of another script than the text."""
    if text.isascii():
        return
    accents = list(_ACCENTS.finditer(text))
    if len({match[0] for match in accents}) > 2:
        yield from _fault("wrong", "encoding", "words of accents alone: {}", accents)
    opening, closing = (list(pattern.finditer(text)) for pattern in _FOR_QUOTES)
    if opening and closing:
        yield from _fault(
            "wrong", "encoding", "letters in the place of quotation marks: {}", opening
        )
    marks = list(_MAC_APOSTROPHE.finditer(text))
    forms = {text[match.start() - 3 : match.end() + 1] for match in marks}
    if len(forms) > 1 and language in ("", "en"):
        yield from _fault("wrong", "encoding", "letters for apostrophes: {}", marks)
    if not _JAPANESE.search(text):
        kana = list(_KANA.finditer(text))
        yield from _fault("wrong", "encoding", "half-width Japanese in another language: {}", kana)


_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz\u0300\u0301\u0302\u0303\u0307\u0308")
_CONTROL = regex.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ue000-\uf8ff\p{Cn}]")
_HIDDEN_INSIDE = regex.compile(rf"(?<=\p{{L}}){HIDDEN}+(?=\p{{L}})")
_NO_JOINERS = regex.compile(r"[\p{Arabic}\p{Devanagari}\p{Bengali}\p{Thai}\p{Khmer}\p{Myanmar}]")
# letters of one script that look like one of another
_CYRILLIC_LIKE = "aceiopxyABCEHKMOPTX"
_LATIN_LIKE = "АВЕЅІЈКМНОРСТУХаеіјорсѕухԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧο"
_MIXED = regex.compile(
    rf"\b(?=\p{{L}}*[A-Za-z])(?=\p{{L}}*[{_LATIN_LIKE}])[A-Za-z{_LATIN_LIKE}]{{3,}}\b"
    rf"|\b(?=\p{{L}}*[{_CYRILLIC_LIKE}])(?=\p{{L}}*\p{{Cyrillic}}{{2}})"
    rf"[\p{{Cyrillic}}{_CYRILLIC_LIKE}]{{3,}}\b"
)
_ENTITY = re.compile(r"&(?:#\d{2,6}|#x[0-9A-Fa-f]{2,5}|[A-Za-z][A-Za-z0-9]{1,9});")
_CODE = re.compile(
    r"\[/?(?:caption|url|quote|img|embed|video|gallery)\b[^\]\n]{0,200}\]|<!--|\{\{|\}\}"
)


def _signs(text: str) -> Iterator[Fault]:
    """Characters that no text has, or that look like others."""
    control = list(_CONTROL.finditer(text))
    yield from _fault("wrong", "characters", "control characters: {}", control)
    if not text.isascii():
        hidden = [
            match
            for match in _HIDDEN_INSIDE.finditer(text)
            if match[0] > "\x9f" and not _NO_JOINERS.match(text[match.end()])
        ]
        yield from _fault("suspicious", "characters", "an invisible sign in a word: {}", hidden)
        mixed = list(_MIXED.finditer(text))
        yield from _fault("suspicious", "characters", "letters of two scripts: {}", mixed)
    codes = [match for match in _ENTITY.finditer(text) if html.unescape(match[0]) != match[0]]
    yield from _fault("wrong", "page remains", "HTML code: {}", codes)
    code = list(_CODE.finditer(text))
    yield from _fault("suspicious", "page remains", "code of a page: {}", code)


_SPACED = regex.compile(r"(?<!\S)(?:\p{L} ){4,}\p{L}(?!\S)")
_GLUED = regex.compile(
    r"(?<![\p{L}@#/&._-])\p{L}?\p{Ll}{3,}[.!?,;:]\p{Lu}\p{Ll}+(?![\p{L}.@/]*[/@])"
)
_JOINED = regex.compile(r"(?<![\p{L}@#/._-])\p{L}?\p{Ll}{2,}\p{Lu}\p{Ll}{2,}(?![\p{L}.]*[/@])")
_LONG = regex.compile(r"(?<![\p{L}@#/._-])\p{L}\p{Ll}{24,}(?![\p{L}.]*[/@])")
_RUN_TOGETHER = regex.compile(r"\b\p{L}+(?:of|to|on|and|for|that|with|from)the(?:\p{L}{3,})?\b")
_COMPOUNDING = frozenset("de nl sv da no nb nn fi hu et is tr".split())


def _words(text: str, language: str) -> Iterator[Fault]:
    """Words that are spaced out by letters, or run together."""
    spaced = [m for m in _SPACED.finditer(text) if not m[0].isupper() or len(m[0]) > 12]
    yield from _fault("wrong", "spacing", "letters spaced out: {}", spaced)
    glued = list(_GLUED.finditer(text))
    if glued:
        yield from _fault("suspicious", "spacing", "sentences run together: {}", glued)
    joined = list(_JOINED.finditer(text))
    if len({match[0] for match in joined}) > max(3, text.count(" ") // 200):
        yield from _fault("suspicious", "spacing", "words run together: {}", joined)
    phrases = list(_RUN_TOGETHER.finditer(text)) if language == "en" else []
    if len({match[0] for match in phrases}) > 1:
        yield from _fault("suspicious", "spacing", "words run together: {}", phrases)
    if language and language[:2].lower() not in _COMPOUNDING:
        long = list(_LONG.finditer(text))
        yield from _fault("suspicious", "spacing", "words run together: {}", long)


_LINE = re.compile(r"[^\n]+")
SHORTEST = 5  # words of a paragraph whose repetition is no accident


def _repeated_paragraphs(text: str) -> Iterator[Fault]:
    """A paragraph or caption that stands twice; the title may stand over the text again."""
    seen: dict[str, int] = {}
    again = []
    for number, match in enumerate(_LINE.finditer(text)):
        line = " ".join(match[0].split()).casefold()
        if len(line.split()) < SHORTEST:
            continue
        if seen.setdefault(line, number) > 0 or number > 3:
            again += [match] if seen[line] != number else []
    yield from _fault("suspicious", "repetition", "a paragraph stands here again: {}", again)


_SENTENCES = re.compile(r"(?<=[.!?…])[^\S\n]+")
_OFTEN = 3  # times that a phrase at the end of a line stands by more than accident
_PHRASE_WORDS = 8


def _repeated_phrases(text: str) -> Iterator[Fault]:
    """A short line, or short last sentence of a line, that stands three times or more."""
    where: dict[str, list[tuple[int, int]]] = {}
    for line in _LINE.finditer(text):
        end = line.start() + len(line[0].rstrip())
        breaks = [match.end() for match in _SENTENCES.finditer(text, line.start(), end)]
        start = breaks[-1] if breaks else line.start()
        phrase = " ".join(text[start:end].split()).casefold()
        if 2 <= len(phrase.split()) <= _PHRASE_WORDS:
            where.setdefault(phrase, []).append((start, end))
    for places in where.values():
        if len(places) >= _OFTEN:
            what = f"a short phrase stands {len(places):,} times in this text: {{}}"
            yield Fault("suspicious", "repetition", what, *places[0])


def _captions(text: str) -> Iterator[Fault]:
    """Captions of pictures that name whose the picture is."""
    found = [line for line in _LINE.finditer(text) if is_credited(line[0])]
    yield from _fault("suspicious", "page remains", "a picture's caption or credit: {}", found)


_TRAILER = regex.compile(  # beside those that `is_trailer` knows, what stays in pages at times
    r"""(?ix) ^\W{0,3}(?:
      [^\n]{0,120}\b(?:can|may)\ be\ reached\ (?:at|on|by)\b
    | (?:a\ (?:version|shorter\ version)\ of\ this\ (?:story|article))
    | (?:©|\(c\)|copyright\b)[^\n]{0,20}\d{4} | [^\n]{0,80}\ball\ rights\ reserved
    | follow\ (?:us|him|her|them|@?\p{Lu}?[\w\s]{2,40})\ on
      \ (?:twitter|x\b|facebook|instagram|telegram)
    | (?:sign\ up|subscribe)\ (?:for|to)\b | (?:download|get)\ (?:the|our)\ app\b
    | (?:related|recommended)(?:\ \w+)?\s*:
    )""",
    regex.VERBOSE,
)
TAIL = 8  # lines at the end of a text in which an agency's trailer stands
_AT_END = regex.compile(  # at the end of the last paragraph
    r"(?i)\((?:(?:additional )?(?:reporting|writing|editing)|with (?:files|inputs?)) (?:by|from) "
    r"[^()\n]{3,300}\)\W*$"
)


def _trailers(text: str) -> Iterator[Fault]:
    """Lines of an agency or an editor below a text: who reported, corrected, may be followed."""
    lines = list(_LINE.finditer(text))
    tail = lines[max(1, len(lines) - TAIL) :]
    found = [
        line
        if is_trailer(line[0]) or _TRAILER.match(line[0].strip())
        else _AT_END.search(text, line.start(), line.end())
        for line in tail
    ]
    found = [match for match in found if match is not None]
    yield from _fault("suspicious", "trailer", "a line of the agency or the editors: {}", found)


FEWEST = 3  # documents that share a line by more than accident


def find_shared_lines(texts: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, int, int]]:
    """Lines that many documents have: document, line, its place there, and in how many it is."""
    where: dict[str, tuple[str, str, int]] = {}
    counts: Counter[str] = Counter()
    total = 0
    for doc, text in texts:
        total += 1
        own: dict[str, tuple[str, int]] = {}
        for match in _LINE.finditer(text):
            line = " ".join(match[0].split())
            if len(line.split()) >= 2 and len(line) <= 300:
                own.setdefault(line.casefold(), (line, match.start()))
        for key, (line, start) in own.items():
            counts[key] += 1
            where.setdefault(key, (doc, line, start))
    least = max(FEWEST, total // 50)
    for key, count in counts.most_common():
        if count < least:
            break
        doc, line, start = where[key]
        yield doc, line, start, count
