"""Text of a PDF: its lines in reading order, without running heads, and with whole words."""

# A PDF knows where letters stand, not what a word, a column or a paragraph is. PDFium opens the
# file and says which letter stands where; everything else is read from the places:
#
# - letters at one height are a row, and a space wider than the usual one between letters parts
#   words (`_read_words`); text that runs in another direction than the page is left out;
# - a strip of a page that no word enters, with lines of text on both sides, parts columns
#   (`order_words`);
# - what stands at the edge of the pages, apart from the body, and comes again, is left out
#   (`drop_running`), and so are numbers of lines;
# - a paragraph ends where the lines are further apart, where the next one is indented, or where a
#   line is so short that the next word would have had its place there (`join_lines`).
#
# Captions and several articles on one page come out one after another, and tables row by row.

from __future__ import annotations

import ctypes
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import Any, NamedTuple
from unicodedata import normalize

from analysis._lazy import needs_extra
from analysis.corpus.formats.encodings import clean_text
from analysis.tables import InputError, progress

PAGES = 3000
LETTERS = 20_000_000  # of all pages; a book of a thousand pages has 3 million
CROWDED = 200_000  # letters of one page; a page of a newspaper has 30,000
ZONE = 0.15  # of a page's height, where heads and feet stand
EDGE = 3  # rows at the top and at the foot of a page that may repeat on every page
LEVEL = 12.0  # points that the heights of a running head may differ by
APART = 1.5  # of the usual leading: a head or a foot is further from the body
SPACE = 0.15  # of the type size: a wider gap than between letters parts words
TIGHT = 0.05  # of the type size: between the gaps of letters and the spaces of tight text
GUTTER = 0.75  # of the type size: the narrowest strip between columns
FEWEST = 4  # rows of a column; three are enough beside a wide strip
SHORTEST = 12  # characters of a column's usual row; a table's are shorter
LARGE = 1.6  # of the type size: so much larger is a drop cap
_ONE_LETTER = frozenset("aàeioukvsyzавикосуяіз")  # words, in some language
MOST = 200  # drop caps of a page
RAISED = 0.9  # of the type size beside it: a raised sign is smaller
_NOTE = re.compile(r"[\[(]?\d{1,3}(?:[,–-]\d{1,3})*[\])]?|[*†‡]{1,3}")
_UNITS = frozenset(("mm", "cm", "dm", "km", "ft", "mi", "yd"))
_ROMAN = r"(?=[ivxlc])(?:xc|xl|l?x{0,3}|c)(?:ix|iv|v?i{0,3})"
_COUNT = re.compile(rf"\d{{1,9}}|(?<!\w){_ROMAN}(?!\w)", re.IGNORECASE)
_PAGE = re.compile(  # with its numbers as #
    r"[\s–—|·•-]*(?:page|seite|p\.)?\s*#(?:\s*(?:of|/|von|sur|de)\s*#)?[\s–—|·•-]*"
    r"|.*\b(?:page|seite|p\.)\s*#.*|.*#\s*(?:of|/|von|sur|de)\s*#\s*"
)
_DRESSED = re.compile(  # a page number, whatever stands on the other pages
    r"[\s–—|·•-]*(?:page|seite|p\.)\s*#(?:\s*(?:of|/|von|sur|de)\s*#)?[\s–—|·•-]*|[–—-]\s*#\s*[–—-]"
)
# in the head or foot of a page that a browser printed
_ADDRESS = re.compile(r"(?:https?|file)://\S+")
_WEB = re.compile(r"https?://[^\s…]+[^\s….]")
_PRINTED = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4},?\s+\d{1,2}[:.]\d\d\b.{0,8}")
_END = re.compile(r"[.!?…:;。！？][\"'”’»)\]」』]*$")
_BROKEN = re.compile(r"([^\W_]+)[-‐\u00ad]$")
_RTL = re.compile(r"[\u0590-\u065f\u066a-\u06ef\u06fa-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
# runs against the direction of a page: Latin words and numbers, or words from the right
_FROM_LEFT = re.compile(r"L(?:[LN. ]*[LN])?|N[LN. ]*L(?:[LN. ]*[LN])?|N(?:\.?N)*")
_FROM_RIGHT = re.compile(r"R(?:[RN. ]*R)?")
_BRACKETS = ("()", "[]", "«»")
_FORMS = re.compile(r"[\ufb00-\ufb06\ufb1d-\ufdff\ufe70-\ufefc]+")  # ligatures, joined letters
_UNSPACED = (
    r"\u2e80-\u312f\u31a0-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff9f\U00020000-\U0003ffff"
)
_WIDE = re.compile(f"[{_UNSPACED}]")  # letters and marks of Chinese and Japanese


class Letter(NamedTuple):
    """One letter: its place in points from the left and the foot, its type, what stands before."""

    x: float
    end: float
    y: float
    size: float
    text: str
    spaced: bool
    drawn: int  # which piece of the page's content drew it
    spaces: int = 0  # how many spaces of the content came before it


class Word(NamedTuple):
    """One word, or a run of letters of a script without spaces."""

    x: float
    end: float
    y: float
    size: float
    text: str


class Line(NamedTuple):
    """One line of a column: its place, its type size, the column's edges, whether it is even."""

    x: float
    y: float
    size: float
    end: float
    text: str
    margin: float = 0.0
    full: float = 0.0
    even: bool = False  # most lines of the column end at one place
    words: tuple[Word, ...] = ()


class Page(NamedTuple):
    """The rows of a page, and where its foot and its top are, in their measure."""

    lines: list[Line]
    foot: float
    top: float


class PdfText(NamedTuple):
    """The paragraphs of a PDF, what was left out, doubts, a printed page's address, a headline."""

    paragraphs: list[str]
    dropped: list[str]
    notes: list[str]
    url: str
    headline: str = ""  # in large type, at the head of the first page


def read_pdf(data: bytes, name: str) -> PdfText:
    """Read the paragraphs of a PDF, what stands beside them, and what could not be read."""
    with needs_extra("files", "Reading a PDF"):
        import pypdfium2
        import pypdfium2.raw

    if b"%PDF" not in data[:1024]:
        raise InputError(f"{name} is not a PDF, whatever its name says.")
    document = _open(pypdfium2, data, name)
    try:
        n_pages = len(document)
        if n_pages > PAGES:
            raise InputError(f"{name} has {n_pages:,} pages, more than {PAGES:,}; split it.")
        pages, dropped, notes = _read_pages(pypdfium2, document, name)
    finally:
        document.close()
    remaining, running = drop_running(pages)
    ordered = [
        order_words([word for line in page for word in line.words])
        for page in progress(remaining, desc="Ordering lines")
    ]
    urls = {line.text for line in running if _WEB.fullmatch(line.text)}
    dropped += [line.text for line in running]
    url = urls.pop() if len(urls) == 1 else ""
    return PdfText(join_lines(ordered), dropped, notes, url, _find_headline(ordered))


def _open(library: Any, data: bytes, name: str) -> Any:
    """Open a file; one that is restricted but has no password to open it is read, too."""
    try:
        return library.PdfDocument(data)
    except library.PdfiumError as error:
        if getattr(error, "err_code", None) in (
            library.raw.FPDF_ERR_PASSWORD,
            library.raw.FPDF_ERR_SECURITY,
        ):
            raise InputError(
                f"{name} is locked with a password; save it without one (print it to a PDF) "
                "and retry."
            ) from None
        raise InputError(
            f"{name} cannot be read as a PDF: it is damaged or cut off; open it in a viewer, "
            "print it to a new PDF, or fetch it anew, and retry."
        ) from None


def _read_pages(library: Any, document: Any, name: str) -> tuple[list[Page], list[str], list[str]]:
    """The lines of all pages in order, what was left out, and which pages could not be read."""
    pages: list[Page] = []
    dropped: list[str] = []
    empty: list[int] = []  # pages that hold nothing, or nothing that can be read
    pictured: list[int] = []
    total = unknown = 0
    for number in progress(range(len(document)), desc="Reading pages"):
        try:
            page = document[number]
            textpage = page.get_textpage()
        except library.PdfiumError:
            pages.append(Page([], 0, 0))
            empty.append(number + 1)
            continue
        if textpage.count_chars() > CROWDED:
            raise InputError(
                f"{name}, page {number + 1:,}: more than {CROWDED:,} letters, more than a page can "
                "show; leave the page out and retry."
            )
        letters, beside, strange, edges = _read_letters(library.raw, page, textpage)
        total, unknown = total + len(letters), unknown + strange
        if total > LETTERS:
            raise InputError(f"{name} holds more than {LETTERS:,} letters; split it.")
        if not letters and not beside:
            drawn = library.raw.FPDFPage_CountObjects(page.raw)
            (pictured if drawn else empty).append(number + 1)
        textpage.close()
        page.close()
        words, marks = _read_words(letters)
        words, numbers = _drop_line_numbers(words)
        pages.append(Page(_lines_of_rows(words), *edges))
        dropped += [*beside, *marks, *numbers]
    if not total and not dropped:
        _refuse_empty(name, bool(pictured))
    if unknown > 0.3 * total:
        raise InputError(
            f"{name} does not say which letters its signs are; let a program for character "
            "recognition (OCR) read it anew and retry."
        )
    return pages, dropped, _tell_pages(empty, pictured, len(document))


def _refuse_empty(name: str, pictured: bool) -> None:
    if pictured:
        raise InputError(
            f"{name} holds pictures of pages and no text (a scan); let a program for character "
            "recognition (OCR) make it searchable and retry."
        )
    raise InputError(f"{name} holds no text.")


def _tell_pages(empty: list[int], pictured: list[int], n_pages: int) -> list[str]:
    """Notes on the pages from which nothing came."""
    notes = []
    for numbers, what in (
        (empty, "nothing could be read: blank, or damaged"),
        (pictured, "only pictures and no text: scanned, or a photograph"),
    ):
        if numbers:
            shown = ", ".join(f"{number:,}" for number in numbers[:10])
            shown += " …" if len(numbers) > 10 else ""
            plural = "s" if len(numbers) > 1 else ""
            notes.append(f"page{plural} {shown} of {n_pages:,}: {what}")
    return notes


def _read_letters(
    raw: Any, page: Any, textpage: Any
) -> tuple[list[Letter], list[str], int, tuple[float, float]]:
    """The letters that run as the page does, other text, how many are unknown, foot and top."""
    turned: dict[int, list[Letter]] = defaultdict(list)  # quarter turns → letters
    outside: list[str] = []
    unknown, spaced = 0, False
    left, bottom, right, top = page.get_bbox()
    box, matrix = raw.FS_RECTF(), raw.FS_MATRIX()
    at_box, at_matrix = ctypes.byref(box), ctypes.byref(matrix)
    x, y = ctypes.c_double(), ctypes.c_double()
    at_x, at_y = ctypes.byref(x), ctypes.byref(y)
    handle = textpage.raw
    downward = _is_vertical(raw, textpage)
    drawn, piece, turn, size, spaces = 0, None, 0, 0.0, 0
    for i in range(textpage.count_chars()):
        code = raw.FPDFText_GetUnicode(handle, i)
        text = "-" if code == 2 else chr(code)
        if text.isspace() or raw.FPDFText_IsGenerated(handle, i) == 1:
            real = text.isspace() and raw.FPDFText_IsGenerated(handle, i) != 1
            spaced, spaces = spaced or real, spaces + real
            continue
        pointer = ctypes.cast(raw.FPDFText_GetTextObject(handle, i), ctypes.c_void_p).value
        raw.FPDFText_GetLooseCharBox(handle, i, at_box)
        raw.FPDFText_GetCharOrigin(handle, i, at_x, at_y)
        if pointer != piece or not pointer:
            drawn, piece = drawn + 1, pointer
            raw.FPDFText_GetMatrix(handle, i, at_matrix)
            turn, size = _measure_type(matrix, raw.FPDFText_GetFontSize(handle, i), box)
            turn = 3 if downward and turn == 0 else turn
        unknown += code in (0, 0xFFFD) or 0xE000 <= code < 0xF900
        middle = (box.left + box.right) / 2
        if code < 32 and code != 2:
            continue
        if not (left <= middle <= right and bottom <= y.value <= top):
            outside.append(f" {text}" if spaced else text)
        else:
            place = _turn(turn, box, x.value, y.value)
            spaced = spaced and not _RTL.match(text)
            turned[turn].append(Letter(*place, size, text, spaced, drawn, spaces))
        spaced = False
    if not turned:
        return [], _list_text(outside), unknown, (bottom, top)
    main = max(turned, key=lambda turn: len(turned[turn]))
    letters = turned.pop(main)
    beside = ["".join(c.text for c in turned.pop(4, []))]  # letters on a slant, as they were drawn
    for part in turned.values():
        beside += [f" {line.text}" for line in _lines_of_rows(_read_words(part)[0])]
    edges = {1: (-right, -left), 2: (-top, -bottom), 3: (left, right)}.get(main % 10, (bottom, top))
    edges = (-edges[1], -edges[0]) if main >= 10 else edges
    return letters, [*_list_text(outside), *_list_text(beside)], unknown, edges


def _is_vertical(raw: Any, textpage: Any) -> bool:
    """Whether a page in Chinese or Japanese is written from top to bottom."""
    x, y = ctypes.c_double(), ctypes.c_double()
    at, steps = (0.0, 0.0), Counter[bool]()
    for i in range(min(textpage.count_chars(), 400)):
        if _WIDE.match(chr(raw.FPDFText_GetUnicode(textpage.raw, i))):
            raw.FPDFText_GetCharOrigin(textpage.raw, i, ctypes.byref(x), ctypes.byref(y))
            across, down = x.value - at[0], at[1] - y.value
            steps[abs(across) < 0.2 * abs(down) and down > 0] += 1
            at = x.value, y.value
    return steps[True] > steps[False] and steps[True] > 10


def _list_text(texts: list[str]) -> list[str]:
    """Text that was left out, as one entry of the list of what was."""
    text = " ".join(clean_text("".join(texts)).split())
    return [text] if text else []


def _measure_type(matrix: Any, size: float, box: Any) -> tuple[int, float]:
    """How many quarter turns a piece of text is turned by, 4 for a slant, and its type size."""
    # Text that is drawn as in a mirror counts as turned by 10 more.
    high = (matrix.c**2 + matrix.d**2) ** 0.5
    size = size * high
    if not 0.5 < size < 2000:
        size = max(abs(box.top - box.bottom) / 1.2, 1.0)
    across, up = matrix.a, matrix.b
    mirrored = 10 if matrix.a * matrix.d < matrix.b * matrix.c else 0
    if abs(up) <= 0.2 * abs(across):
        return mirrored + (0 if across >= 0 else 2), size
    if abs(across) <= 0.2 * abs(up):
        return mirrored + (1 if up >= 0 else 3), size
    return 4, size


def _turn(turn: int, box: Any, x: float, y: float) -> tuple[float, float, float]:
    """Where a letter begins and ends along its line, and the line's height, once turned upright."""
    start, end, height = {
        1: (box.bottom, box.top, -x),
        2: (-box.right, -box.left, -y),
        3: (-box.top, -box.bottom, x),
    }.get(turn % 10, (box.left, box.right, y))
    return start, end, -height if turn >= 10 else height


def _read_words(letters: list[Letter]) -> tuple[list[Word], list[str]]:
    """The words of a page, from top to bottom and in the direction of reading; marks of notes."""
    if not letters:
        return [], []
    leftward = sum(_RTL.match(c.text) is not None for c in letters) > 0.3 * len(letters)
    told = leftward and len({c.spaces for c in letters}) > len(letters) / 15
    if leftward:
        letters = [c._replace(x=-c.end, end=-c.x, spaced=False) for c in letters]
    letters, caps = _part_drop_caps(letters)
    letters, marks = _level_marks(letters)
    words = []
    for row in _part_rows(letters):
        row = _drop_doubles(sorted(row, key=lambda c: c.x))
        row = _heed_spaces(row) if told else row
        stretches = _part_where(row, lambda a, b: b.x - a.end > min(a.size, b.size))
        found = [word for stretch in stretches for word in _part_words(stretch, told)]
        words += _restore_runs(found, leftward)
    return _join_caps(words, caps), marks


def _heed_spaces(row: list[Letter]) -> list[Letter]:
    """A row from the right, where the spaces of the content part words, whatever the gaps are."""
    # What is drawn after a space may be read before it: letters of one word have as many spaces
    # before them in the content.
    heeded = row[:1]
    for a, b in pairwise(row):
        gap = (b.x - a.end) / min(a.size, b.size)
        joined = _RTL.match(a.text) and _RTL.match(b.text)
        spaced = gap > 0.05 and (a.spaces != b.spaces or (not joined and gap > SPACE))
        if abs(a.y - b.y) > 0.1 * a.size:  # with a sign above it, which is drawn on its own
            spaced = gap > 2 * SPACE
        heeded.append(b._replace(spaced=spaced))
    return heeded


def _part_where(row: Sequence[Any], parts: Any) -> list[list[Any]]:
    """Part a row between each two neighbours of which that is true."""
    found = [[row[0]]]
    for a, b in pairwise(row):
        if parts(a, b):
            found.append([b])
        else:
            found[-1].append(b)
    return found


def _part_rows(things: Sequence[Any]) -> Iterator[list[Any]]:
    """Letters or words at one height, from top to bottom."""
    row: list[Any] = []
    for thing in sorted(things, key=lambda thing: -thing.y):
        if row and row[0].y - thing.y > 0.35 * min(row[0].size, thing.size):
            yield row
            row = []
        row.append(thing)
    if row:
        yield row


def _drop_doubles(row: list[Letter]) -> list[Letter]:
    """A row without the letters that were drawn twice, a little aside, to look bold."""
    kept: list[Letter] = []
    for letter in row:
        if not any(
            letter.text == other.text
            and letter.drawn != other.drawn
            and letter.x - other.x < 0.12 * letter.size
            for other in kept[-3:]
        ):
            kept.append(letter)
    return kept


def _part_words(row: list[Letter], told: bool) -> list[Word]:
    """Part letters that follow each other closely into words, at spaces and at wider gaps."""
    gaps = [(b.x - a.end) / min(a.size, b.size) for a, b in pairwise(row)]
    within = [gap for gap, b in zip(gaps, row[1:], strict=True) if not b.spaced]
    unspaced = any(_WIDE.match(letter.text) for letter in row)
    space = 4 * SPACE if told else _find_space(within, 10_000 if unspaced else 10)
    words = _cut(row, gaps, space, heed=True)
    alone = sum(len(word) == 1 for word in words)
    if len(words) > 5 and alone > 0.6 * len(words) and not unspaced:
        # letters spaced by spaces: only what is wider than these parts words
        words = _cut(row, gaps, SPACE + _usual(gaps), heed=False)
    return [
        Word(
            word[0].x,
            max(letter.end for letter in word),
            median(letter.y for letter in word),
            max(letter.size for letter in word),
            "".join(letter.text for letter in word),
        )
        for word in words
    ]


def _find_space(gaps: list[float], fewest: int) -> float:
    """The width from which a gap parts words, where no space does."""
    usual = _usual(gaps)
    space = max(SPACE + usual, SPACE / 2)
    if len(gaps) < fewest:
        return space
    # Text that is set tightly has narrower spaces: they begin where no gap is for a while.
    usual = median(gaps)
    known = sorted(gap for gap in gaps if usual <= gap)
    steps = [(b - a, (a + b) / 2) for a, b in pairwise(known) if a < space < b or b <= space + 0.1]
    width, middle = max(steps, default=(0.0, space))
    wider = sum(gap > middle for gap in gaps)
    if width < TIGHT or not max(2, len(gaps) / 15) <= wider <= len(gaps) / 2.5:
        return space
    return min(space, middle)


def _usual(gaps: list[float]) -> float:
    """The usual gap between letters, below 0 where they overlap; none where it is small."""
    usual = median(gaps) if len(gaps) > 3 else 0.0
    return usual if abs(usual) > 0.05 else 0.0


def _cut(row: list[Letter], gaps: list[float], space: float, heed: bool) -> list[list[Letter]]:
    words = [[row[0]]]
    for gap, letter in zip(gaps, row[1:], strict=True):
        if gap > space or (heed and letter.spaced):
            words.append([letter])
        else:
            words[-1].append(letter)
    return words


def _restore_runs(words: list[Word], leftward: bool) -> list[Word]:
    """Put letters, words and numbers that run against the direction of their page into order."""
    text = " ".join(word.text for word in words)
    if not leftward and not _RTL.search(text):
        return words
    kinds = "".join(map(_find_kind, text))
    for run in (_FROM_LEFT if leftward else _FROM_RIGHT).finditer(kinds):
        start = run.start()
        for pair in _BRACKETS:  # one whose other half is in the run
            inside = sum(letter in pair for letter in text[start : run.end()])
            start -= start > 0 and text[start - 1] in pair and inside % 2 == 1
        part = text[start : run.end()][::-1]
        if not leftward:  # numbers among words from the right
            part = re.sub(r"\d(?:[.,:/]?\d)*", lambda found: found[0][::-1], part)
        text = text[:start] + part + text[run.end() :]
    if leftward:
        text = _turn_brackets(text)
    return [word._replace(text=part) for word, part in zip(words, text.split(" "), strict=True)]


def _find_kind(letter: str) -> str:
    """Which way a letter runs: from the right, from the left, as numbers do, or as its page."""
    if letter.isdigit():
        return "N"
    if _RTL.match(letter):
        return "R"
    return "L" if letter.isalpha() else " " if letter == " " else "."


def _turn_brackets(text: str) -> str:
    """Brackets of a row from the right: which one opens, their order says better than the file."""
    for pair in _BRACKETS:
        places = [i for i, letter in enumerate(text) if letter in pair]
        if len(places) % 2 == 0:
            for number, i in enumerate(places):
                text = text[:i] + pair[number % 2] + text[i + 1 :]
    return text


def _part_drop_caps(letters: list[Letter]) -> tuple[list[Letter], list[Letter]]:
    """Take single capitals out that are much larger than the letters beside them."""
    size = median(letter.size for letter in letters)
    drawn = Counter(letter.drawn for letter in letters if letter.text.isalnum())
    large = [c for c in letters if c.size >= LARGE * size and c.text.isupper()]
    caps: list[Letter] = []
    taken: set[Letter] = set()
    for cap in [cap for cap in large if drawn[cap.drawn] == 1][:MOST]:
        beside = [
            other
            for other in letters
            if abs(other.y - cap.y) < cap.size
            and -0.5 * other.size < max(other.x - cap.end, cap.x - other.end) < 1.5 * other.size
        ]
        alone = not any(
            other.size * LARGE > cap.size and other.text.isalnum() and other is not cap
            for other in beside
        )
        if alone and any(_is_beside(other, cap) for other in beside):
            caps.append(cap)
            taken.add(cap)
            for mark in beside:  # the quotation mark before it
                if (
                    0.5 * cap.size < mark.size
                    and -0.2 * cap.size < cap.x - mark.end
                    and (mark.x < cap.x and not mark.text.isalnum())
                ):
                    taken.add(mark)
                    caps[-1] = caps[-1]._replace(x=mark.x, text=mark.text + caps[-1].text)
    return [letter for letter in letters if letter not in taken], caps


def _is_beside(thing: Letter | Word, cap: Letter) -> bool:
    """Whether a letter or a word stands at the right of a drop cap."""
    return (
        thing.size * LARGE <= cap.size
        and -0.3 * thing.size < thing.x - cap.end < 1.5 * thing.size
        and -0.35 * thing.size < thing.y - cap.y < cap.size
    )


def _join_caps(words: list[Word], caps: list[Letter]) -> list[Word]:
    """Put each drop cap before the first word beside it."""
    known = Counter(re.sub(r"\W+", "", word.text).casefold() for word in words)
    for cap in caps:
        beside = [i for i, word in enumerate(words) if _is_beside(word, cap)]
        if not beside:
            words = [*words, Word(cap.x, cap.end, cap.y, cap.size, cap.text)]
            continue
        first = max(beside, key=lambda i: words[i].y)
        for i in beside:
            words[i] = words[i]._replace(x=cap.x)
        rest = re.sub(r"\W+", "", words[first].text).casefold()
        letter = cap.text[-1].casefold()
        apart = letter in _ONE_LETTER and known[rest] > 1 and not known[letter + rest]
        text = cap.text + (" " if apart else "") + words[first].text
        words[first] = words[first]._replace(text=text)
    return words


def _level_marks(letters: list[Letter]) -> tuple[list[Letter], list[str]]:
    """Set raised and lowered signs in line with their words; leave the numbers of notes out."""
    most = max(letter.size for letter in letters)
    ends: dict[int, list[Letter]] = defaultdict(list)
    for letter in letters:
        ends[int(letter.end // 4)].append(letter)
    levelled: dict[Letter, Letter] = {}
    gone: dict[Letter, float] = {}  # → where the word before it ends
    marks: list[str] = []
    small = [letter for letter in letters if letter.size < RAISED * most]
    for row in _part_rows(small):
        near = _part_where(sorted(row, key=lambda c: c.x), lambda a, b: not _follows(a, b))
        for run in near:
            base = _find_base(run[0], ends) if len(run) < 8 else None
            if base is None:
                continue
            text = "".join(letter.text for letter in run)
            if run[0].y > base.y and _NOTE.fullmatch(text) and not _is_power(base, ends, text):
                gone |= dict.fromkeys(run, base.end)
                marks.append(text)
            elif len(run) < 5:
                levelled |= {c: c._replace(y=base.y, size=base.size) for c in run}
    if gone:
        letters = _close_up([c for c in letters if c not in gone], gone)
    return [levelled.get(letter, letter) for letter in letters], marks


def _follows(a: Letter, b: Letter) -> bool:
    return abs(a.y - b.y) < 0.1 * a.size and b.x - a.end < 0.2 * a.size


def _find_base(mark: Letter, ends: dict[int, list[Letter]]) -> Letter | None:
    """The larger letter that a raised or lowered sign stands at."""
    at = int(mark.x // 4)
    found = [
        letter
        for place in (at, at - 1, at + 1)
        for letter in ends.get(place, ())
        if 0.4 * letter.size < mark.size < RAISED * letter.size
        and abs(mark.x - letter.end) < 0.25 * letter.size
        and 0.1 * letter.size < abs(mark.y - letter.y) < 0.7 * letter.size
    ]  # the line above may have a letter there, too
    return min(found, default=None, key=lambda c: (mark.y < c.y, abs(mark.x - c.end)))


def _is_power(base: Letter, ends: dict[int, list[Letter]], text: str) -> bool:
    """Whether a raised number belongs to its word, as in m², 10⁶ and x³."""
    word = base.text
    while len(word) < 4:
        at = int(base.x // 4)
        before = next(
            (
                letter
                for place in (at, at - 1, at + 1)
                for letter in ends.get(place, ())
                if letter.y == base.y and abs(base.x - letter.end) < SPACE * base.size
            ),
            None,
        )
        if before is None or before is base:
            break
        base, word = before, before.text + word
    unit = word.lower() in _UNITS and text in ("2", "3")
    return unit or (len(word) < 3 and word.isdigit()) or (len(word) == 1 and word.isalpha())


def _close_up(letters: list[Letter], marks: dict[Letter, float]) -> list[Letter]:
    """Move the sign of punctuation behind a mark of a note to the word."""
    ends: dict[int, list[Letter]] = defaultdict(list)
    for mark in marks:
        ends[int(mark.end // 4)].append(mark)
    closed = []
    for letter in letters:
        at = int(letter.x // 4)
        near = (mark for step in (-1, 0, 1) for mark in ends.get(at + step, ()))
        for mark in near if not letter.text.isalnum() else ():
            raised = 0 < mark.y - letter.y < 0.7 * letter.size
            if raised and abs(letter.x - mark.end) < SPACE * letter.size:
                letter = letter._replace(x=marks[mark], end=marks[mark] + letter.end - letter.x)
        closed.append(letter)
    return closed


def _drop_line_numbers(words: list[Word]) -> tuple[list[Word], list[str]]:
    """Leave out numbers that count the lines of a page, as those of a transcript."""
    rows = [sorted(row, key=lambda word: word.x) for row in _part_rows(words)]
    if len(rows) < 8:
        return words, []
    fewest = 5 if median(len(row) for row in rows) >= 4 else 20  # a table may number its rows
    for side in (0, -1):
        numbers = [row[side] for row in rows if re.fullmatch(r"\d{1,4}", row[side].text)]
        counts = [int(word.text) for word in numbers]
        steps = Counter(b - a for a, b in pairwise(counts))
        step, often = steps.most_common(1)[0] if steps else (0, 0)
        numbered = [len(row) > 1 for row in rows if row[side] in numbers]
        if sum(numbered) < 0.3 * len(numbered):  # a column of numbers
            continue
        enough = step in (1, 2, 5, 10) and len(numbers) * step >= 0.6 * len(rows)
        if enough and len(numbers) >= fewest and often >= 0.8 * (len(numbers) - 1):
            gone = set(numbers)
            return [word for word in words if word not in gone], [w.text for w in numbers]
    return words, []


def _lines_of_rows(words: list[Word]) -> list[Line]:
    """The rows of a page from top to bottom, parted at wide spaces."""
    rows = (sorted(row, key=lambda word: word.x) for row in _part_rows(words))
    return [
        _make_line(part)
        for row in rows
        for part in _part_where(row, lambda a, b: b.x - a.end > 2 * min(a.size, b.size))
    ]


def order_words(words: list[Word]) -> list[Line]:
    """Put the words of a page into lines, and these into reading order."""
    rows = [sorted(row, key=lambda word: word.x) for row in _part_rows(words)]
    return [line for region in _part_regions(rows) for line in _make_lines(region)]


def _part_regions(rows: list[list[Word]], depth: int = 0) -> list[list[list[Word]]]:
    """Part the rows of a page into columns, above and below of which others may stand."""
    strip = _find_strip(rows) if depth < 40 else None
    if strip is None:
        return [rows] if rows else []
    first, last, at = strip
    band = rows[first:last]
    left = [part for row in band if (part := [word for word in row if word.x < at])]
    right = [part for row in band if (part := [word for word in row if word.x >= at])]
    return [
        region
        for part in (rows[:first], left, right, rows[last:])
        for region in _part_regions(part, depth + 1)
    ]


def _by_height(found: tuple[float, int, int, float]) -> tuple[float, int]:
    """How high columns are side by side, and the number of rows of the longer one."""
    height, first, last, _ = found
    return round(height, 1), last - first


class _Strip:
    """A strip that no word has entered since some row."""

    def __init__(self, low: float, high: float, first: int) -> None:
        self.low, self.high, self.first = low, high, first


def _find_strip(rows: list[list[Word]]) -> tuple[int, int, float] | None:
    """The highest strip between two columns: its rows, and where it is."""
    if len(rows) < 3:
        return None
    sizes = sorted(word.size for row in rows for word in row)
    narrowest = GUTTER * sizes[len(sizes) // 2]
    best: tuple[float, int, int, float] | None = None
    active: list[_Strip] = []
    for i, row in enumerate([*rows, []]):
        gaps = _find_gaps(row, narrowest) if row else []
        going: dict[tuple[float, float], int] = {}
        for strip in active:
            goes_on = False
            for low, high in gaps:
                inside = max(low, strip.low), min(high, strip.high)
                if inside[1] - inside[0] >= narrowest:
                    going[inside] = min(strip.first, going.get(inside, i))
                    goes_on = goes_on or inside == (strip.low, strip.high)
            if not goes_on:
                found = _judge(rows, strip, i, narrowest)
                best = max(filter(None, (best, found)), default=None, key=_by_height)
        for gap in gaps:
            going.setdefault(gap, i)
        active = [_Strip(low, high, first) for (low, high), first in going.items()][:200]
    return best[1:] if best else None


def _find_gaps(row: list[Word], narrowest: float) -> list[tuple[float, float]]:
    """The spaces of a row that are wide enough, and those before and behind it."""
    gaps, end = [], float("-inf")
    for word in row:
        if word.x - end >= narrowest:
            gaps.append((end, word.x))
        end = max(end, word.end)
    return [*gaps, (end, float("inf"))]


def _judge(
    rows: list[list[Word]], strip: _Strip, last: int, narrowest: float
) -> tuple[float, int, int, float] | None:
    """Whether there is a column on both sides of a strip: how high they are side by side."""
    low, high = strip.low, strip.high
    if low == float("-inf") or high == float("inf") or last - strip.first < 3:
        return None
    at = (low + high) / 2
    sides: tuple[list[list[Word]], list[list[Word]]] = ([], [])
    for row in rows[strip.first : last]:
        for side, part in zip(
            sides, ([w for w in row if w.x < at], [w for w in row if w.x >= at]), strict=True
        ):
            if part:
                side.append(part)
    least = 3 if high - low >= 2 * narrowest else FEWEST
    if _is_last_column(*sides, strip):
        least = 1
    if any(len(side) < least for side in sides):
        return None
    if any(median(_count_letters(row) for row in side) < SHORTEST for side in sides):
        return None
    if any(
        sum(_is_number(word) for row in side for word in row) * 2 > sum(map(len, side))
        for side in sides
    ):
        return None  # a table
    top = min(side[0][0].y for side in sides)
    foot = max(side[-1][0].y for side in sides)
    size = median(row[0].size for side in sides for row in side)
    if top - foot < (least - 1.5) * size:
        return None
    return top - foot, *_trim_band(rows, strip.first, last, at), at


def _trim_band(rows: list[list[Word]], first: int, last: int, at: float) -> tuple[int, int]:
    """The rows of two columns, without what stands over or below them in other type or apart."""
    sides: list[dict[int, Word]] = [{}, {}]  # row → its first word there
    for i in range(first, last):
        for word in rows[i]:
            sides[word.x >= at].setdefault(i, word)
    top, foot = max(min(side) for side in sides), min(max(side) for side in sides)
    for side in sides:
        places = list(side)
        for above, below in pairwise(places):
            if below > foot and above <= foot and _goes_on(side[above], side[below]):
                foot = below
        for above, below in pairwise(places[::-1]):
            if below < top and above >= top and _goes_on(side[below], side[above]):
                top = below
    return top, foot + 1


def _goes_on(word: Word, below: Word) -> bool:
    """Whether two rows of a column are of one text: in the same type, and not far apart."""
    return abs(below.size - word.size) < 0.15 * word.size and word.y - below.y < 2.5 * word.size


def _is_last_column(left: list[list[Word]], right: list[list[Word]], strip: _Strip) -> bool:
    """Whether few rows beside many are the last column, which the text does not fill."""
    if not 0 < len(right) < FEWEST:
        return False
    size = right[0][0].size
    above = [row for row in left if row[0].y > right[0][0].y + 1.8 * size]
    left = left[len(above) :]
    if len(left) < 6 or (
        above
        and above[-1][0].y - left[0][0].y < 2 * size
        and abs(above[-1][0].size - size) < 0.1 * size
    ):
        return False
    leading = median(a[0].y - b[0].y for a, b in pairwise(left))
    starts = [row[0].x for row in right]
    widths = [
        max(row[-1].end for row in side) - min(row[0].x for row in side) for side in (left, right)
    ]
    return (
        leading < 2 * size
        and max(starts) - min(starts) < 2.5 * size
        and strip.high - strip.low < 3 * size
        and abs(left[0][0].y - right[0][0].y) < 2 * size
        and abs(left[0][0].size - size) < 0.1 * size
        and (len(right) == 1 or widths[1] > 0.5 * widths[0])
        and widths[1] < 1.1 * widths[0]
        and sum(row[-1].end > strip.low - 0.25 * widths[0] for row in left) > 0.5 * len(left)
    )


def _is_number(word: Word) -> bool:
    return not any(c.isalpha() for c in word.text)


def _count_letters(row: list[Word]) -> int:
    return sum(2 * len(word.text) if _WIDE.match(word.text) else len(word.text) + 1 for word in row)


def _make_lines(rows: list[list[Word]]) -> list[Line]:
    """The lines of a column, each with the column's edges for its type size."""
    lines = [_make_line(row) for row in rows]
    by_size = {round(line.size) for line in lines}
    edges = {}
    for size in by_size:
        alike = [
            line
            for line in lines
            if abs(line.size - size) <= 0.15 * size or round(line.size) == size
        ]
        starts = Counter(round(line.x) for line in alike)
        start, often = starts.most_common(1)[0]
        first = min((x for x, n in starts.items() if 4 * n >= len(alike)), default=start)
        if 2 * often < len(alike):
            start = min(starts)
        elif 0 < start - first < 4 * size:
            start = first  # paragraphs of two lines, the first of them indented
        ends = sorted(line.end for line in alike)
        full = ends[int(0.95 * (len(ends) - 1))]
        even = len(ends) > 3 and sum(abs(end - full) < 1.5 for end in ends) >= 0.6 * len(ends)
        edges[size] = start, full, even
    found = []
    for line in lines:
        margin, full, even = edges[round(line.size)]
        found.append(line._replace(margin=margin, full=full, even=even))
    return found


def _make_line(row: list[Word]) -> Line:
    return Line(
        row[0].x,
        median(word.y for word in row),
        max(word.size for word in row),
        max(word.end for word in row),
        clean_text(_join_words(row)),
        words=tuple(row),
    )


def _join_words(row: list[Word]) -> str:
    text = row[0].text
    for word in row[1:]:
        unspaced = _WIDE.match(text[-1]) and _WIDE.match(word.text)
        text += word.text if unspaced else f" {word.text}"
    return _FORMS.sub(lambda found: normalize("NFKC", found[0]), text)


def drop_running(read: list[Page]) -> tuple[list[list[Line]], list[Line]]:
    """Take page numbers, and heads and feet that run through the pages, out of them."""
    # A line runs if it stands at the top or the foot of a page, apart from the body, at the same
    # height and with the same text on at least half of the pages (or on every second one). One
    # number in it may differ, if it grows by one a page, on three pages or more. A line that is
    # plainly a page number ("Page 3 of 10", "– 3 –", "iv") needs fewer. Other lines are text, as
    # those of a list or a table that differ in their numbers.
    edges = [_edge_rows(page) for page in read]
    pages = [page.lines for page in read]
    alike: dict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)  # → pages and lines
    for number, rows in enumerate(edges):
        for i in (i for row in rows for i in row):
            line = pages[number][i]
            template = _COUNT.sub("#", line.text).casefold()
            alike[template, round(line.size)].append((number, i))
    running: dict[tuple[int, int], bool] = {}  # line → whether it goes close to the body, too
    for (template, _), found in alike.items():
        for level in _levels(read, found):
            running |= _find_running(pages, level, template)
    remaining: list[list[Line]] = []
    dropped: list[Line] = []
    for number, (page, rows) in enumerate(zip(pages, edges, strict=True)):
        apart = _find_apart(page)
        gone = _find_stamped(page, rows, apart, number, len(pages))
        for row in rows:
            whole = all(running.get((number, i)) for i in row)
            if whole or row[0] in apart:
                gone |= {i for i in row if (number, i) in running}
        remaining.append([line for i, line in enumerate(page) if i not in gone])
        dropped += [line for i, line in enumerate(page) if i in gone]
    return remaining, dropped


def _find_stamped(
    page: list[Line], rows: list[list[int]], apart: set[int], number: int, n_pages: int
) -> set[int]:
    """Lines that a page's place alone shows to be no text: its number, and what a browser adds."""
    outer = [row for row in (rows[:1] + rows[-1:]) if row[0] in apart]
    printed = any(_ADDRESS.fullmatch(page[i].text) for row in outer for i in row)
    gone: set[int] = set()
    for row in outer:
        texts = [page[i].text for i in row]
        counted = texts[0].isdecimal() and len(row) == 1 and n_pages < 3
        if (counted and int(texts[0]) - number in (1, 0)) or (
            printed and any(_ADDRESS.fullmatch(t) or _PRINTED.fullmatch(t) for t in texts)
        ):
            gone |= set(row)
    return gone


def _edge_rows(page: Page) -> list[list[int]]:
    """The rows nearest to the top and to the foot of a page."""
    rows = _rows(page.lines)
    high = ZONE * (page.top - page.foot)
    return [
        row
        for i, row in enumerate(rows)
        if (i < EDGE and page.lines[row[0]].y > page.top - high)
        or (i >= len(rows) - EDGE and page.lines[row[0]].y < page.foot + high)
    ]


def _rows(page: list[Line]) -> list[list[int]]:
    """The lines of each height, from top to bottom."""
    rows: list[list[int]] = []
    for i in sorted(range(len(page)), key=lambda i: -page[i].y):
        if rows and page[rows[-1][0]].y - page[i].y <= 3:
            rows[-1].append(i)
        else:
            rows.append([i])
    return rows


def _find_apart(page: list[Line]) -> set[int]:
    """Lines between the page's edge and a wide space within a few rows of it."""
    rows = _rows(page)
    size = median(line.size for line in page) if page else 0.0
    leading = max(_measure_leading(page), 1.1 * size)
    space = APART * min(leading, 1.4 * size)
    steps = [page[a[0]].y - page[b[0]].y for a, b in pairwise(rows)]
    wide = [i for i, step in enumerate(steps) if step > space]
    head = max((i + 1 for i in wide if i < EDGE), default=0)
    foot = min((i + 1 for i in wide if i >= len(steps) - EDGE), default=len(rows))
    return {i for row in [*rows[:head], *rows[foot:]] for i in row}


def _levels(pages: list[Page], found: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """Lines at one distance from the top or from the foot."""

    def measure(place: tuple[int, int]) -> float:
        page = pages[place[0]]
        y = page.lines[place[1]].y
        return min(y - page.top, y - page.foot, key=abs)

    level: list[tuple[int, int]] = []
    for place in sorted(found, key=measure):
        if level and measure(place) - measure(level[0]) > LEVEL:
            yield level
            level = []
        level.append(place)
    if level:
        yield level


def _line(pages: list[list[Line]], place: tuple[int, int]) -> Line:
    return pages[place[0]][place[1]]


def _find_running(
    pages: list[list[Line]], level: list[tuple[int, int]], template: str
) -> dict[tuple[int, int], bool]:
    """Those of some lines alike that run: the same, or with one number that grows as pages do."""
    # True where that number is plainly the page's: the line then need not stand apart.
    running: dict[tuple[int, int], bool] = {}
    if _DRESSED.fullmatch(template):
        running = dict.fromkeys(level, False)
    plain = _PAGE.fullmatch(template) is not None
    counts = {place: _read_counts(_line(pages, place).text) for place in level}
    most = max(len(numbers) for numbers in counts.values())
    for differing in (None, *range(most)):
        same: dict[tuple[int, ...], list[tuple[int, int]]] = defaultdict(list)
        for place, numbers in counts.items():
            fixed = [n - place[0] if i == differing else n for i, n in enumerate(numbers)]
            same[tuple(fixed)].append(place)
        for places in same.values():
            on = {number for number, _ in places}
            often, thrice = _is_often(on, len(pages)), len(on) > 2
            if differing is None and often:
                running |= dict.fromkeys(places, False)
            elif differing is not None and ((often and thrice) or (plain and (often or thrice))):
                running |= dict.fromkeys(places, plain)
    return running


def _is_often(on: Iterable[int], pages: int) -> bool:
    """Whether a line stands on half of the pages, or on every second one, of all or of a part."""
    on = set(on)
    part = max(on) - min(on) + 1 if len(on) > 2 else pages
    least = part // 2 if len({number % 2 for number in on}) == 1 else (part + 1) // 2
    return len(on) >= max(2, least)


def _read_counts(text: str) -> list[int]:
    """The numbers of a line, Roman ones too."""
    values = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
    counts = []
    for word in _COUNT.findall(text.lower()):
        if word.isdecimal():
            counts.append(int(word))
            continue
        digits = [values.get(letter, 1) for letter in word]  # the dotless i matches i, too
        less = [-a if a < b else a for a, b in pairwise(digits)]
        counts.append(sum(less) + digits[-1])
    return counts


_BEFORE = frozenset(  # before a hyphen that is rarely one of division alone
    "all anti cross ex far half ill left long low mid neo non pro post right self semi short so "
    "two three four five six seven eight nine ten vice well".split()
)
_BEHIND = frozenset(  # behind one
    "aged backed based born bound built called controlled day deep designate driven elect faced "
    "fire free friendly funded general held high hour in language led level like long looking made "
    "metre mile minded month notch off old on out owned page party per person proof related round "
    "run scale sea sized speaking square style term time to type un up wide wing year".split()
)
_PARTED = re.compile(r"[^\W_][-‐\u00ad]$")
_BULLET = re.compile(r"[•▪■●◦‣·*–—-] |\(?(?:\d{1,2}|[a-z])[.)] ")
_LINKED = re.compile(r"(?:and|or|und|oder|bis|et|ou|y|o|e|och|og|en|to|from) ", re.IGNORECASE)


def join_lines(pages: list[list[Line]]) -> list[str]:
    """Join lines to paragraphs, and words that are broken at the end of a line."""
    text = " ".join(line.text for page in pages for line in page)
    hyphened = Counter(word.casefold() for word in re.findall(r"[^\W_]+-[^\W_]+", text))
    plain = Counter(word.casefold() for word in re.findall(r"(?<![\w-])[^\W\d_]+(?![\w-])", text))
    paragraphs: list[str] = []
    last: Line | None = None
    for page in pages:
        leading = _measure_leading(page)
        for line in page:
            if last is None or _begins(line, last, leading):
                paragraphs.append(line.text)
            else:
                paragraphs[-1] = _join_line_ends(paragraphs[-1], line.text, hyphened, plain)
            last = line
        last = last._replace(y=float("-inf")) if last else None  # the next page is further up
    return paragraphs


def _find_headline(pages: list[list[Line]]) -> str:
    """The lines in the largest type above the body of the first page."""
    lines = [line for page in pages for line in page]
    if not lines:
        return ""
    sizes = sorted(line.size for line in lines for _ in range(len(line.text) // 8 + 1))
    usual = sizes[len(sizes) // 2]
    heads: list[tuple[bool, float, str]] = []
    last: Line | None = None
    for line in pages[0][:12]:
        if line.size >= 1.25 * usual:
            if last and abs(last.size - line.size) < 0.1 * line.size:
                long, size, text = heads.pop()
                heads.append((long, size, f"{text} {line.text}"))
            else:
                heads.append((False, line.size, line.text))
            last = line
        elif line.size > 0.9 * usual and len(line.text) > 40:
            break
        else:
            last = None
    heads = [(len(text.split()) > 2, size, text) for _, size, text in heads]
    return max(heads, default=(False, 0.0, ""), key=lambda head: head[:2])[2]


def _measure_leading(page: list[Line]) -> float:
    """The usual distance between two lines."""
    steps = [a.y - b.y for a, b in pairwise(page) if 0 < a.y - b.y < 60]
    if not steps:
        return 14.0
    leading = median(steps)
    size = median(line.size for line in page)
    ended = sum(_END.search(line.text) is not None for line in page)
    if leading > 1.7 * size and len(page) > 2 and ended > 0.6 * len(page):
        return 1.2 * size  # paragraphs of one line
    closer = [step for step in steps if 0.9 * size < step < 0.75 * leading]
    return median(closer) if len(closer) > 0.25 * len(steps) else leading


def _begins(line: Line, last: Line, leading: float) -> bool:
    """Whether a line begins a paragraph."""
    ended = _END.search(last.text) is not None
    down = last.y - line.y
    size = min(line.size, last.size)
    if abs(line.size - last.size) > 0.15 * last.size:
        return True
    parted = _PARTED.search(last.text) and line.text[0].isalnum()
    short = not parted and _had_room(last, line)
    if down > 0 and _BULLET.match(last.text) and line.x - last.x > 0.5 * size and not ended:
        short = False
    indent = line.x - line.margin
    indented = 0.8 * size < indent < 6 * size
    if down < 0:  # another column or page
        return ended and (indented or short)
    if line.size > 1.25 * leading / 1.2:  # a headline
        return down > 1.6 * line.size
    if down > max(1.35 * leading, 1.05 * size):
        return True
    if indented and line.x - last.x > 0.8 * size and (ended or short):
        return True
    if line.margin - line.x > 0.8 * size or (_BULLET.match(line.text) and (ended or short)):
        return True  # out of the column, as a tag, or an item of a list
    half = last.margin + 0.6 * (last.full - last.margin) > last.end
    return short and (ended or (half and not line.text[0].islower()))


def _had_room(last: Line, line: Line) -> bool:
    """Whether the first word of a line would have had its place on the line before it."""
    first = line.text.split(" ", 1)[0]
    letters = max(len(line.text), 1)
    width = (line.end - line.x) * min(len(first), 30) / letters
    room = last.full - last.end
    least = 0.04 if last.even else 0.2
    return room > 1.15 * width + 0.8 * last.size and room > least * (last.full - last.margin)


def _join_line_ends(text: str, more: str, hyphened: Counter[str], plain: Counter[str]) -> str:
    """Join two lines, and the parts of a word or of a compound that the line end parted."""
    if _WIDE.match(text[-1]) and _WIDE.match(more):
        return text + more
    if re.search(r"\w[—–/]$", text[-2:]) and re.match(r"[\w\"'“”‘’]", more):
        return text + more
    broken = _BROKEN.search(text, max(0, len(text) - 200))  # a paragraph can be a whole book
    following = re.match(r"[^\W_]+", more)
    if not broken or not following or _LINKED.match(more):
        return f"{text} {more}"
    if _keeps_hyphen(broken[1], following[0], text[: broken.start()], hyphened, plain):
        return text + more
    return text[: broken.end(1)] + more


def _keeps_hyphen(
    before: str, behind: str, text: str, hyphened: Counter[str], plain: Counter[str]
) -> bool:
    """Whether the hyphen at a line end belongs to the word."""
    # The document decides, where it has the word elsewhere; else what the parts are.
    with_it = hyphened[f"{before}-{behind}".casefold()]
    without = plain[(before + behind).casefold()]
    if with_it != without:
        return with_it > without
    if text.endswith("-") or not behind[0].islower() or not before.isalpha():
        return True  # state-of-the-art, Jong-Un, 14-year
    if len(before) > 1 and before.isupper():
        return True  # US-led
    return before.casefold() in _BEFORE or behind.casefold() in _BEHIND
