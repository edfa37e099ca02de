"""Text of a PDF: its lines in reading order, without running heads, and with whole words."""

from __future__ import annotations

import io
import logging
import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise
from statistics import median
from typing import Any, NamedTuple

from analysis._lazy import needs_extra
from analysis.corpus.formats.encodings import clean_text
from analysis.tables import InputError

PAGES = 3000
NARROWEST = 0.15  # column, as a share of the page's text
SHORTEST = 12  # characters of a column's usual line; a table's are shorter
EDGE = 3  # rows at the top and at the foot of a page that may repeat on every page
LEVEL = 3.0  # points that lines of one height may differ by
APART = 1.5  # of the usual leading: a head or a foot is further from the body
_ROMAN = r"(?=[ivxlc])(?:xc|xl|l?x{0,3}|c)(?:ix|iv|v?i{0,3})"
_COUNT = re.compile(rf"\d{{1,9}}|(?<!\w){_ROMAN}(?!\w)", re.IGNORECASE)
_PAGE = re.compile(  # with its numbers as #
    r"[\s–—|·•-]*(?:page|seite|p\.)?\s*#(?:\s*(?:of|/|von|sur|de)\s*#)?[\s–—|·•-]*"
    r"|.*\b(?:page|seite|p\.)\s*#.*|.*#\s*(?:of|/|von|sur|de)\s*#\s*"
)
_DRESSED = re.compile(  # a page number, whatever stands on the other pages
    r"[\s–—|·•-]*(?:page|seite|p\.)\s*#(?:\s*(?:of|/|von|sur|de)\s*#)?[\s–—|·•-]*|[–—-]\s*#\s*[–—-]"
)
_END = re.compile(r"[.!?…:;][\"'”’»)\]]*$")


class Line(NamedTuple):
    """One line of a page: where it begins (points from the left and the foot), its type size."""

    x: float
    y: float
    size: float
    end: float
    text: str


def read_pdf(data: bytes, name: str) -> tuple[list[str], list[str]]:
    """Read the paragraphs of a PDF, and what stands on every page beside them."""
    # A PDF knows where letters stand, not what a column or a paragraph is. A page has columns if
    # many of its lines begin at the same few places and most of those to the left of a place end
    # before it; lines that reach across part the columns above from those below. A paragraph ends
    # where the lines are further apart, the next one is indented, or a short line ends with a stop.
    # What runs through the pages goes (`drop_running`) and is listed. A word broken at the end of a
    # line is joined, with its hyphen only if it is written so elsewhere. Look at the result:
    # captions and several articles on one page come out mixed, and tables line by line.
    with needs_extra("files", "Reading a PDF"):
        import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it reports each oddity of a file
    if b"%PDF" not in data[:1024]:
        raise InputError(f"{name} is not a PDF, whatever its name says.")
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputError(
                f"{name} is locked with a password; save it without one (print it to a PDF) "
                "and retry."
            )
        n_pages = len(reader.pages)
        if n_pages > PAGES:
            raise InputError(f"{name} has {n_pages:,} pages, more than {PAGES:,}; split it.")
        pages = [order_lines(_read_lines(page)) for page in reader.pages]
        if not any(pages):
            pictured = any("/XObject" in (page.get("/Resources") or {}) for page in reader.pages)
            _refuse_empty(name, pictured)
    except InputError:
        raise
    except Exception as error:  # whatever the parser trips over in a damaged file
        reason = " ".join(str(error).split())[:120].rstrip(".") or type(error).__name__
        raise InputError(f"{name} cannot be read as a PDF: {reason}.") from None
    remaining, dropped = drop_running(pages)
    return join_lines(remaining), [line.text for line in dropped]


def _refuse_empty(name: str, pictured: bool) -> None:
    if pictured:
        raise InputError(
            f"{name} holds pictures of pages and no text (a scan); let a program for character "
            "recognition (OCR) make it searchable and retry."
        )
    raise InputError(f"{name} holds no text.")


def _read_lines(page: Any) -> list[Line]:
    """The lines of one page, as far as the file's pieces of text show them."""
    pieces: list[tuple[float, float, float, str]] = []

    def listen(text: str, cm: Any, tm: Any, font: Any, size: float) -> None:
        if text.strip():
            x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
            y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            scale = abs(size * (tm[3] or tm[1] or 1.0) * (cm[3] or cm[1] or 1.0))
            pieces.append((x, y, scale or 10.0, text))

    page.extract_text(visitor_text=listen)
    lines: list[Line] = []
    for x, y, size, text in pieces:
        for i, part in enumerate(clean_text(text).strip("\n").split("\n")):
            words = " ".join(part.split())
            if not words:
                continue
            at = y - 1.2 * size * i
            last = lines[-1] if lines else None
            width = 0.5 * size * len(words)
            beside = last is not None and abs(last.y - at) < 0.4 * size and i == 0
            if beside and last is not None and -size < x - last.end < 1.5 * size:
                gap = "" if part[:1].strip() and x - last.end < 0 else " "
                lines[-1] = last._replace(text=last.text + gap + words, end=x + width)
            else:
                lines.append(Line(x, at, size, x + width, words))
    return lines


def order_lines(lines: list[Line]) -> list[Line]:
    """Put the lines of a page into reading order."""
    lines = sorted(lines, key=lambda line: (-round(line.y), line.x))
    starts = _find_columns(lines)
    ordered: list[Line] = []
    columns: list[list[Line]] = [[] for _ in starts]
    for line in lines:
        i = max(0, bisect_right(starts, line.x) - 1)
        if i + 1 == len(starts) or line.end <= _reach(starts[i], starts[i + 1]):
            columns[i].append(line)
        else:
            ordered += [*chain.from_iterable(columns), line]
            columns = [[] for _ in starts]
    return [*ordered, *chain.from_iterable(columns)]


def _reach(start: float, following: float) -> float:
    """How far a column's lines may seem to go: widths are estimates."""
    return following + 0.25 * (following - start)


def _find_columns(lines: list[Line]) -> list[float]:
    """Where columns begin: one place, if there are no columns."""
    first = min((line.x for line in lines), default=0.0)
    if len(lines) < 8:
        return [first]
    last = max(line.end for line in lines)
    counts = Counter(round(line.x / 4) * 4 for line in lines)
    likely = [start for start, count in counts.items() if count >= max(3, 0.08 * len(lines))]
    starts = [first]
    for start in sorted(likely):
        # the most usual of places near each other; the others are indented
        near = [other for other in likely if abs(other - start) < NARROWEST * (last - first)]
        if start == max(near, key=lambda other: (counts[other], -other)) and _is_column(
            lines, starts[-1], start - 2, last
        ):
            starts.append(start - 2.0)
    return starts


def _is_column(lines: list[Line], before: float, start: float, last: float) -> bool:
    """Whether another column begins there: the lines before it end before it, and both are text."""
    narrowest = NARROWEST * (last - min(line.x for line in lines))
    if start - before < narrowest or last - start < narrowest:
        return False
    left = [line for line in lines if before - 2 <= line.x < start - 6]
    narrow = [line for line in left if line.end <= _reach(before, start)]
    inside = [line for line in lines if start <= line.x < start + narrowest]
    if len(narrow) < max(3, 0.6 * len(left)):
        return False
    return all(median(len(line.text) for line in part) >= SHORTEST for part in (narrow, inside))


def drop_running(pages: list[list[Line]]) -> tuple[list[list[Line]], list[Line]]:
    """Take page numbers, and heads and feet that run through the pages, out of them."""
    # A line runs if it stands within three rows of the edge, apart from the body, at the same
    # height and with the same text on at least half of the pages (or on every second one). One
    # number in it may differ, if it grows by one a page, on three pages or more. A line that is
    # plainly a page number ("Page 3 of 10", "– 3 –", "iv") needs fewer. Other lines are text, as
    # those of a list or a table that differ in their numbers.
    edges = [_edge_rows(page) for page in pages]
    alike: dict[str, list[tuple[int, int]]] = defaultdict(list)  # template → pages and lines
    for number, rows in enumerate(edges):
        for i in (i for row in rows for i in row):
            alike[_COUNT.sub("#", pages[number][i].text).casefold()].append((number, i))
    running: dict[tuple[int, int], bool] = {}  # line → whether it goes close to the body, too
    for template, found in alike.items():
        for level in _levels(pages, found):
            running |= _find_running(pages, level, template)
    remaining: list[list[Line]] = []
    dropped: list[Line] = []
    for number, (page, rows) in enumerate(zip(pages, edges, strict=True)):
        apart = _find_apart(page)
        gone: set[int] = set()
        for row in rows:
            whole = all(running.get((number, i)) for i in row)
            if whole or row[0] in apart:
                gone |= {i for i in row if (number, i) in running}
        remaining.append([line for i, line in enumerate(page) if i not in gone])
        dropped += [line for i, line in enumerate(page) if i in gone]
    return remaining, dropped


def _edge_rows(page: list[Line]) -> list[list[int]]:
    """The rows nearest to the top and to the foot of a page."""
    rows = _rows(page)
    return rows if len(rows) <= 2 * EDGE else [*rows[:EDGE], *rows[-EDGE:]]


def _rows(page: list[Line]) -> list[list[int]]:
    """The lines of each height, from top to bottom."""
    rows: list[list[int]] = []
    for i in sorted(range(len(page)), key=lambda i: -page[i].y):
        if rows and page[rows[-1][0]].y - page[i].y <= LEVEL:
            rows[-1].append(i)
        else:
            rows.append([i])
    return rows


def _find_apart(page: list[Line]) -> set[int]:
    """Lines between the page's edge and a wide space within a few rows of it."""
    rows = _rows(page)
    size = median(line.size for line in page) if page else 0.0
    space = APART * min(_measure_leading(page), 1.4 * size)
    steps = [page[a[0]].y - page[b[0]].y for a, b in pairwise(rows)]
    wide = [i for i, step in enumerate(steps) if step > space]
    head = max((i + 1 for i in wide if i < EDGE), default=0)
    foot = min((i + 1 for i in wide if i >= len(steps) - EDGE), default=len(rows))
    return {i for row in [*rows[:head], *rows[foot:]] for i in row}


def _levels(
    pages: list[list[Line]], found: list[tuple[int, int]]
) -> Iterator[list[tuple[int, int]]]:
    """Lines of one height."""
    level: list[tuple[int, int]] = []
    for place in sorted(found, key=lambda place: pages[place[0]][place[1]].y):
        if level and _line(pages, place).y - _line(pages, level[0]).y > LEVEL:
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
    """Whether a line stands on half of the pages, or on every second one."""
    on = set(on)
    least = max(2, pages // 2 if len({number % 2 for number in on}) == 1 else (pages + 1) // 2)
    return len(on) >= least


def _read_counts(text: str) -> list[int]:
    """The numbers of a line, Roman ones too."""
    values = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
    counts = []
    for word in _COUNT.findall(text.lower()):
        if word.isdecimal():
            counts.append(int(word))
            continue
        digits = [values[letter] for letter in word]
        less = [-a if a < b else a for a, b in pairwise(digits)]
        counts.append(sum(less) + digits[-1])
    return counts


def join_lines(pages: list[list[Line]]) -> list[str]:
    """Join lines to paragraphs, and words that are broken at the end of a line."""
    written = {
        word.casefold()
        for page in pages
        for line in page
        for word in re.findall(r"\w+-\w+", line.text)
    }
    paragraphs: list[str] = []
    last: Line | None = None
    for page in pages:
        leading = _measure_leading(page)
        margin = Counter(round(line.x) for line in page).most_common(1)[0][0] if page else 0
        width = _measure_width(page)
        for line in page:
            if last is None or _begins(line, last, leading, margin, width):
                paragraphs.append(line.text)
            else:
                paragraphs[-1] = _join(paragraphs[-1], line.text, written)
            last = line
        last = last._replace(y=float("-inf")) if last else None  # the next page is further up
    return paragraphs


def _measure_leading(page: list[Line]) -> float:
    """The usual distance between two lines."""
    steps = [a.y - b.y for a, b in pairwise(page) if 0 < a.y - b.y < 60]
    return median(steps) if steps else 14.0


def _measure_width(page: list[Line]) -> float:
    """The usual length of a full line of the body."""
    size = Counter(round(line.size) for line in page).most_common(1)[0][0] if page else 0
    widths = sorted(line.end - line.x for line in page if round(line.size) == size)
    return widths[int(0.8 * (len(widths) - 1))] if widths else 0.0


def _begins(line: Line, last: Line, leading: float, margin: float, width: float) -> bool:
    """Whether a line begins a paragraph."""
    ended = _END.search(last.text) is not None
    down = last.y - line.y
    if abs(line.size - last.size) > 0.15 * last.size:
        return True
    if down < 0:  # another column or page
        return ended and (line.x - margin > 4 or last.end - last.x < 0.8 * width)
    if down > 1.35 * leading:
        return True
    indented = line.x - last.x > 0.8 * line.size and line.x - last.x < 6 * line.size
    return ended and (indented or last.end - last.x < 0.75 * width)


def _join(text: str, more: str, written: set[str]) -> str:
    broken = re.search(r"([^\W\d_]+)[-‐]$", text)
    following = re.match(r"[^\W\d_]+", more)
    if not broken or not following:
        return f"{text} {more}"
    if f"{broken[1]}-{following[0]}".casefold() in written or not following[0][0].islower():
        return text + more
    return text[: broken.end(1)] + more
