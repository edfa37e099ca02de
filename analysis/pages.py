"""The text of a saved page, taken apart into title, standfirst, date and body."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TypedDict

from analysis.dates import read_date_line, split_date
from analysis.navigation import looks_like_body, mark_navigation

HEAD = 80  # paragraphs that are not navigation among which title and date are looked for
TITLE_WORDS = 40
_NAME = r"(?:[A-Z][\w.'’-]*|and|in|for|of|at|the|with|,|&)"
_BYLINE = re.compile(
    rf"(?:Written by|Reporting by|By|BY|Author:)\s+{_NAME}(?:,?\s+{_NAME}){{0,11}},?"
)


class Record(TypedDict):
    """What a reader takes from one file.

    `title`, `standfirst`, `published` (ISO), `url` and `language` are "" where the file states
    none; `paragraphs` is the body; `dropped` is what was left out; `notes` are doubts to show.
    """

    title: str
    standfirst: str
    published: str
    url: str
    language: str
    paragraphs: list[str]
    dropped: list[str]
    notes: list[str]


def make_record(paragraphs: list[str]) -> Record:
    """Make a record of a body alone.

    Parameters
    ----------
    paragraphs : list of str

    Returns
    -------
    Record

    Examples
    --------
    >>> make_record(["Peace."])["title"]
    ''
    """
    return Record(
        title="",
        standfirst="",
        published="",
        url="",
        language="",
        paragraphs=paragraphs,
        dropped=[],
        notes=[],
    )


def split_paragraphs(text: str) -> list[str]:
    """Split a text into paragraphs: every line is one, unless the text is hard-wrapped.

    Parameters
    ----------
    text : str
        With newlines as ``\\n``.

    Returns
    -------
    list of str
        Without white space at their ends; none is empty.

    Notes
    -----
    A text counts as hard-wrapped if most of its lines that are followed by another are 40 to 110
    characters long and a third of the lines after them begin in lower case; then only blank
    lines separate paragraphs.

    Examples
    --------
    >>> split_paragraphs("Title\\nOne paragraph.\\n\\n\\nAnother. ")
    ['Title', 'One paragraph.', 'Another.']
    """
    blocks = [
        [line.strip() for line in block.split("\n") if line.strip()]
        for block in re.split(r"\n\s*\n", text)
    ]
    pairs = [pair for block in blocks for pair in pairwise(block)]
    even = sum(40 <= len(line) <= 110 for line, _ in pairs)
    runs_on = sum(following[0].islower() for _, following in pairs)
    if len(pairs) >= 3 and even >= 0.7 * len(pairs) and runs_on >= len(pairs) / 3:
        joined = [re.sub(r"(?<=\w-) (?=\w)", "", " ".join(block)) for block in blocks]
        return [paragraph for paragraph in joined if paragraph]
    return [line for block in blocks for line in block]


def read_page(text: str, *, title: str = "") -> Record:
    """Take the text of a page apart: title, standfirst, date, body, and what is left out.

    Parameters
    ----------
    text : str
        A page's text as saved or copied from a browser, or a plain article; newlines as ``\\n``.
    title : str
        The title, where it is known; the line that states it is then looked for.

    Returns
    -------
    Record

    Notes
    -----
    The title is the line that is stated twice near the top; else the headline beside the date
    line; else a first line that is no sentence. A standfirst is what stands between the two
    statements of the title, or between title and date, or an unfinished sentence right after the
    title. Everything above the title goes, and navigation wherever it is. These are rules of
    thumb: look at what `python -m analysis add` shows before you trust it.

    Examples
    --------
    >>> page = read_page("Talks end\\n\\nFriday, July 21, 2017\\n\\nThe talks ended today.")
    >>> page["title"], page["published"], page["paragraphs"]
    ('Talks end', '2017-07-21', ['The talks ended today.'])
    """
    return take_apart(split_paragraphs(text), title=title)


def take_apart(paragraphs: list[str], *, title: str = "") -> Record:
    """Do what `read_page` does for a page whose paragraphs are known.

    Parameters
    ----------
    paragraphs : list of str
        From top to bottom.
    title : str
        The title, where it is known.

    Returns
    -------
    Record

    Examples
    --------
    >>> take_apart(["Menu", "Search", "Talks", "The talks ended."], title="Talks")["paragraphs"]
    ['The talks ended.']
    """
    paragraphs = _cut_fused_date(paragraphs)
    labels = ["navigation" if mark else "" for mark in mark_navigation(paragraphs)]
    published, notes = _label_dates(paragraphs, labels)
    for i in _head(paragraphs, labels):
        labels[i] = "byline" if _BYLINE.fullmatch(paragraphs[i]) else ""
    first, last = _find_title(paragraphs, labels, title)
    if first is not None and last is not None:
        _label_head(paragraphs, labels, first, last)
    named = {label: paragraphs[labels.index(label)] for label in set(labels)}
    own_title = named.get("title", "")
    record = make_record([p for p, label in zip(paragraphs, labels, strict=True) if not label])
    if title and own_title and not same_title(own_title, title):
        record["paragraphs"].insert(0, own_title)  # the user's title is another: lose nothing
    record["title"] = title or own_title
    record["standfirst"] = named.get("standfirst", "")
    record["published"] = published
    record["dropped"] = [
        p for p, label in zip(paragraphs, labels, strict=True) if label in ("navigation", "byline")
    ]
    record["notes"] = notes
    return record


def _cut_fused_date(paragraphs: list[str]) -> list[str]:
    """Make a date line of a date that runs into the first paragraph, if there is no date line."""
    head = paragraphs[:HEAD]
    if any(read_date_line(paragraph) for paragraph in head):
        return paragraphs
    for i, paragraph in enumerate(head[:4]):
        parts = split_date(paragraph)
        if parts:
            return [*paragraphs[:i], *parts, *paragraphs[i + 1 :]]
    return paragraphs


def _free(labels: list[str]) -> list[int]:
    """Positions of paragraphs without a label yet."""
    return [i for i, label in enumerate(labels) if not label]


def _head(paragraphs: list[str], labels: list[str]) -> list[int]:
    """Positions of unlabelled paragraphs before the second one of the body."""
    free = _free(labels)[:HEAD]
    bodies = [place for place, i in enumerate(free) if looks_like_body(paragraphs[i])]
    return free[: bodies[1]] if len(bodies) > 1 else free


def _label_dates(paragraphs: list[str], labels: list[str]) -> tuple[str, list[str]]:
    """Label the date lines of the head; give the date of publication and doubts about it."""
    published, updated = "", ""
    doubts: list[str] = []
    for i in _head(paragraphs, labels):
        line = read_date_line(paragraphs[i])
        if line is None:
            continue
        labels[i] = "date"
        found, later = line
        if not found.iso:
            doubts.append(f"{paragraphs[i]!r} can be read two ways")
        elif later:
            updated = updated or found.iso
        else:
            published = published or found.iso
    return published or updated, [] if published or updated else doubts


def _key(paragraph: str) -> str:
    """A paragraph's letters and digits, so that quotes, case and spaces do not tell two apart."""
    return "".join(re.findall(r"\w", paragraph.casefold()))


def _states(paragraph: str, title: str) -> bool:
    """Whether a paragraph states a title, maybe with the outlet's name behind it."""
    head = re.split(r"\s+[-–—|·:»]+\s+(?=[^-–—|·:»]*$)", paragraph)[0]
    return _key(title) in (_key(paragraph), _key(head)) and bool(_key(title))


def same_title(one: str, other: str) -> bool:
    """Say whether two lines state one title, either of them maybe with the outlet's name.

    Parameters
    ----------
    one, other : str

    Returns
    -------
    bool
        Case, quotation marks and punctuation do not tell two titles apart.

    Examples
    --------
    >>> same_title("Talks “fail” | The Daily", "Talks 'fail'")
    True
    """
    return _states(one, other) or _states(other, one)


def _is_title(paragraph: str, words: int = 3) -> bool:
    """Whether a paragraph could be a headline: short, no sentence, no (stage direction)."""
    short = words <= _words(paragraph) <= TITLE_WORDS
    return short and not re.search(r"^[(\[]|[.,;:]$", paragraph)


def _find_title(
    paragraphs: list[str], labels: list[str], title: str
) -> tuple[int | None, int | None]:
    """Positions of the first and the last statement of the title in the head of a page."""
    head = _head(paragraphs, labels)
    if title:
        stated = [i for i in head if same_title(paragraphs[i], title)]
        if stated:
            return stated[0], stated[-1]
    pairs = list(_find_repeated(paragraphs, head))
    if pairs:
        long = [pair for pair in pairs if _words(paragraphs[pair[0]]) >= 4]
        return long[0] if long else max(pairs, key=lambda pair: _words(paragraphs[pair[0]]))
    only = _find_title_by_date(paragraphs, labels, head)
    return only, only


def _words(paragraph: str) -> int:
    return len(paragraph.split())


def _find_repeated(paragraphs: list[str], head: list[int]) -> Iterator[tuple[int, int]]:
    """Headlines above the body that are stated twice with little in between."""
    for place, i in enumerate(head):
        between = 0
        if looks_like_body(paragraphs[i]):
            return
        for j in head[place + 1 :]:
            if between > 150 or not _is_title(paragraphs[i], words=2):
                break
            if same_title(paragraphs[j], paragraphs[i]):
                yield i, j
                break
            between += _words(paragraphs[j])


def _find_title_by_date(paragraphs: list[str], labels: list[str], head: list[int]) -> int | None:
    """The headline before or after the date line; without one, a first line that is no sentence."""
    titles = [i for i in head if _is_title(paragraphs[i])]
    if "date" not in labels:
        return head[0] if head[0:1] == titles[0:1] and len(_free(labels)) > 1 else None
    date = labels.index("date")
    before = [i for i in head if i < date and _is_title(paragraphs[i], words=2)]
    after = [i for i in head if i > date][:1]
    if after and after[0] in titles and _words(paragraphs[before[-1]] if before else "") < 5:
        return after[0]
    if len(before) > 1 and _words(paragraphs[before[-1]]) >= 10:
        last, previous = before[-1], before[-2]  # a standfirst is longer than the title above it
        if 4 <= _words(paragraphs[previous]) < _words(paragraphs[last]):
            return previous
    return before[-1] if before else None


def _label_head(paragraphs: list[str], labels: list[str], first: int, last: int) -> None:
    """Label title and standfirst, and all that stands above the title as navigation."""
    title = min(paragraphs[first], paragraphs[last], key=len)
    for i in _free(labels):
        if _states(paragraphs[i], title):
            labels[i] = "title"
        elif i < first:
            labels[i] = "navigation"
    if paragraphs[first] != title:  # "Title | Outlet" came first: the plain one is the title
        labels[first], labels[last] = "navigation", "title"
    standfirst = _find_standfirst(paragraphs, labels, first, last)
    if standfirst is None:
        return
    for i in _free(labels):
        if i < last and not looks_like_body(paragraphs[i]):
            labels[i] = "navigation"
        elif _key(paragraphs[i]) == _key(paragraphs[standfirst]):
            labels[i] = "standfirst"
    labels[standfirst] = "standfirst"


def _find_standfirst(paragraphs: list[str], labels: list[str], first: int, last: int) -> int | None:
    """The paragraph that sums an article up between its title and its body."""
    free = [i for i in _free(labels) if i > first]
    between = [i for i in free if i < last and _words(paragraphs[i]) >= 5]
    if between:
        return between[0]
    dates = [i for i, label in enumerate(labels) if label in ("date", "byline") and i > last]
    above = [i for i in free if last < i < max(dates, default=0)]
    if len(above) == 1 and 5 <= _words(paragraphs[above[0]]) <= 60:
        return above[0]
    return _find_unfinished(paragraphs, free) if not dates else None


def _find_unfinished(paragraphs: list[str], free: list[int]) -> int | None:
    """A sentence without a full stop right after the title, with the body after it."""
    if len(free) < 2:
        return None
    text = paragraphs[free[0]]
    summary = 8 <= _words(text) <= 60 and not re.search(r"[.!?…:;,][\"'”’»)]*$", text)
    return free[0] if summary and looks_like_body(paragraphs[free[1]]) else None
