"""Which lines at the head of a page are its title, its standfirst, a byline."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.reading.navigation import ends_a_sentence, looks_like_body

HEAD = 80  # paragraphs that are not navigation among which title and date are looked for
TITLE_WORDS = 40
LEAD = 5  # paragraphs that may stand between title and date
_NAME = r"(?:[A-Z][\w.'’-]*|and|in|for|of|at|the|with|,|&)"
_NAMES = rf"{_NAME}(?:,?\s+{_NAME}){{0,11}},?"
_NO_LETTER = re.compile(r"\W+")
_BYLINE = re.compile(rf"(?:Written by|Reporting by|By|BY|Author:)\s+{_NAMES}")


def find_head(paragraphs: list[str], labels: list[str]) -> list[int]:
    """Find the paragraphs among which title and date are looked for.

    Parameters
    ----------
    paragraphs : list of str
    labels : list of str
        What each paragraph is known to be; "" where that is open.

    Returns
    -------
    list of int
        Positions of open paragraphs before the second one that looks like body.

    Examples
    --------
    >>> find_head(["Menu", "Talks end", "15 May 2024"], ["navigation", "", ""])
    [1, 2]
    """
    free = _free(labels)[:HEAD]
    bodies = [place for place, i in enumerate(free) if looks_like_body(paragraphs[i])]
    return free[: bodies[1]] if len(bodies) > 1 else free


def label_head(paragraphs: list[str], labels: list[str], title: str = "") -> None:
    """Label title, standfirst and byline, and what else is around them and no body.

    Parameters
    ----------
    paragraphs : list of str
    labels : list of str
        Is changed: "title", "standfirst", "byline" or "navigation" in place of "".
    title : str
        The title, where it is known.

    Examples
    --------
    >>> labels = ["", "date", ""]
    >>> label_head(["Talks end", "15 May 2024", "The talks ended."], labels)
    >>> labels
    ['title', 'date', '']
    """
    is_page = "navigation" in labels
    for i in find_head(paragraphs, labels):
        labels[i] = "byline" if _BYLINE.fullmatch(paragraphs[i]) else ""
    found = _find_title(paragraphs, labels, title, is_page)
    if found:
        _label_above(paragraphs, labels, *found)
        _label_below(paragraphs, labels, *found)
    if is_page:
        _trim(paragraphs, labels)


def _free(labels: list[str]) -> list[int]:
    """Positions of paragraphs without a label yet."""
    return [i for i, label in enumerate(labels) if not label]


def _words(paragraph: str) -> int:
    return len(paragraph.split())


def title_key(paragraph: str) -> str:
    """A title's letters and digits, so that quotes, case and spaces do not tell two apart.

    Parameters
    ----------
    paragraph : str

    Returns
    -------
    str

    Examples
    --------
    >>> title_key("Talks “fail”")
    'talksfail'
    """
    return _NO_LETTER.sub("", paragraph.casefold())


def title_keys(title: str) -> set[str]:
    """What a title is told by: as it is, and without a section before or an outlet behind it.

    Parameters
    ----------
    title : str

    Returns
    -------
    set of str
        Letters and digits in lower case. Two titles are the same if one of them, as it is, is
        among the keys of the other.

    Examples
    --------
    >>> sorted(title_keys("Talks end | The Post"))
    ['talksend', 'talksendthepost', 'thepost']
    """
    behind = re.split(r"\s+[-–—|·:»]+\s+(?=[^-–—|·:»]*$)", title)[0]
    before = re.split(r"\s+[»›>|]+\s+", title)[-1]
    return {title_key(title), title_key(behind), title_key(before)} - {""}


def _states(paragraph: str, title: str) -> bool:
    """Whether a paragraph states a title, maybe with a section before or an outlet behind it."""
    return title_key(title) in title_keys(paragraph)


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


def _is_title(paragraph: str, *, words: int = 3, stops: str = ".,;:") -> bool:
    """Whether a paragraph could be a headline: short, no sentence, no (stage direction)."""
    short = words <= _words(paragraph) <= TITLE_WORDS
    return short and paragraph[0] not in "([" and paragraph[-1] not in stops


def _find_title(
    paragraphs: list[str], labels: list[str], title: str, is_page: bool
) -> tuple[int, int] | None:
    """Positions of the first and the last statement of the title in the head of a page."""
    head = find_head(paragraphs, labels)
    stated = [i for i in head if title and same_title(paragraphs[i], title)]
    if stated:
        return stated[0], stated[-1]
    pairs = list(_find_repeated(paragraphs, head, is_page))
    if pairs:
        long = [pair for pair in pairs if _words(paragraphs[pair[0]]) >= 4]
        return long[0] if long else max(pairs, key=lambda pair: _words(paragraphs[pair[0]]))
    if "date" in labels:
        only = _find_by_date(paragraphs, labels.index("date"), head)
    else:
        only = _find_first(paragraphs, head, is_page) if len(_free(labels)) > 1 else None
    return None if only is None else (only, only)


def _find_repeated(
    paragraphs: list[str], head: list[int], is_page: bool
) -> Iterator[tuple[int, int]]:
    """Headlines above the body that are stated twice with little in between."""
    stops = ",;:" if is_page else ".,;:"  # a speaker may say a sentence twice, a page does not
    for place, i in enumerate(head):
        between = 0
        if looks_like_body(paragraphs[i]):
            return
        for j in head[place + 1 :]:
            if between > 150 or not _is_title(paragraphs[i], words=2, stops=stops):
                break
            if same_title(paragraphs[j], paragraphs[i]):
                yield i, j
                break
            between += _words(paragraphs[j])


def _find_by_date(paragraphs: list[str], date: int, head: list[int]) -> int | None:
    """The headline before or after the date line."""
    before = [i for i in head if i < date and _is_title(paragraphs[i], words=2)]
    long = [i for i in before if _words(paragraphs[i]) >= 5]  # no section, no outlet
    if len(long) > 1 and _is_byline(paragraphs[long[-1]]):
        long.pop()
    after = next((i for i in head if i > date), None)
    if not long and after is not None and _is_title(paragraphs[after]):
        return after
    if len(long) > 1 and 10 <= _words(paragraphs[long[-1]]) > _words(paragraphs[long[-2]]):
        return long[-2]  # a standfirst is longer than the title above it
    return next(iter([*long[-1:], *before[-1:]]), None)


def _is_byline(paragraph: str) -> bool:
    """Whether a line above a date is names and places alone."""
    names = _words(paragraph) <= 7 and re.fullmatch(_NAMES, paragraph) is not None
    return names or _words(paragraph) < 5


def _find_first(paragraphs: list[str], head: list[int], is_page: bool) -> int | None:
    """Without a date line: the first line if it is no sentence; on a page a later one, too."""
    bodies = [place for place, i in enumerate(head) if looks_like_body(paragraphs[i])]
    lines = head[: bodies[0]] if bodies else head
    if lines and _is_title(paragraphs[lines[0]]):
        return lines[0]
    later = [i for i in lines if _is_title(paragraphs[i], words=5)] if is_page and bodies else []
    return later[0] if later else None


def _label_above(paragraphs: list[str], labels: list[str], first: int, last: int) -> None:
    """Label the statements of the title, and all that stands above it as navigation."""
    title = min(paragraphs[first], paragraphs[last], key=len)
    for i in _free(labels):
        if i in (first, last) or _states(paragraphs[i], title):
            labels[i] = "title"
        elif i < first:
            labels[i] = "navigation"
    if paragraphs[first] != title:  # "Title | Outlet" came first: the plain one is the title
        labels[first], labels[last] = "navigation", "title"


def _label_below(paragraphs: list[str], labels: list[str], first: int, last: int) -> None:
    """Label the standfirst, and short lines between the statements of title and date."""
    free = [i for i in _free(labels) if i > first]
    between = [i for i in free if i < last and not looks_like_body(paragraphs[i])]
    body = next((i for i in free if i > last and looks_like_body(paragraphs[i])), len(labels))
    dates = [i for i in range(last, body) if labels[i] in ("date", "byline")]
    above_date = [i for i in free if dates and last < i < dates[-1]]
    if len(above_date) > LEAD:  # that is the body of an article with its date below
        dates, above_date = [], []
    bylines = [i for i in above_date if _is_byline(paragraphs[i])]
    summaries = [i for i in above_date if i not in bylines]
    standfirst = _find_standfirst(paragraphs, labels, last, between, summaries, bool(dates))
    for i in [*between, *bylines]:
        labels[i] = "navigation"
    if standfirst is not None:
        for i in _free(labels):
            if title_key(paragraphs[i]) == title_key(paragraphs[standfirst]):
                labels[i] = "standfirst"
        labels[standfirst] = "standfirst"


def _find_standfirst(
    paragraphs: list[str],
    labels: list[str],
    last: int,
    between: list[int],
    above_date: list[int],
    is_dated: bool,
) -> int | None:
    """The paragraph that sums an article up between its title and its body."""
    summaries = [i for i in between if _words(paragraphs[i]) >= 5]
    if summaries:
        return summaries[0]
    summaries = [i for i in above_date if 5 <= _words(paragraphs[i]) <= 60]
    if is_dated:
        return summaries[0] if len(summaries) == 1 else None
    below = [i for i in _free(labels) if i > last][:2]
    if len(below) < 2 or not looks_like_body(paragraphs[below[1]]):
        return None
    text = paragraphs[below[0]]
    unfinished = not ends_a_sentence(text) and text[-1] not in ":;,"
    return below[0] if unfinished and 8 <= _words(text) <= 60 else None


def _trim(paragraphs: list[str], labels: list[str]) -> None:
    """Drop short lines that are no sentences before the body of a page and after it."""
    free = _free(labels)
    bodies = [place for place, i in enumerate(free) if looks_like_body(paragraphs[i])]
    if not bodies:
        return
    for i in free[: bodies[0]]:
        if _words(paragraphs[i]) <= 4 and not ends_a_sentence(paragraphs[i]):
            labels[i] = "navigation"
    for i in reversed(free[bodies[-1] + 1 :]):
        if _words(paragraphs[i]) > 5 or ends_a_sentence(paragraphs[i]):
            break
        labels[i] = "navigation"
