"""The text of a saved page, taken apart into title, standfirst, date and body."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TypedDict

from analysis.reading.dates import read_date_line, read_time_line, split_date, states_date
from analysis.reading.headlines import HEAD, find_head, label_head, same_title
from analysis.reading.navigation import mark_navigation


class Record(TypedDict):
    """What a reader takes from one file.

    `title`, `standfirst`, `published` (ISO), `url` and `language` are "" where the file states
    none; `paragraphs` is the body; `dropped` is what was left out; `notes` are doubts to show;
    `facts` is what else the file states, by the manifest's column (outlet, byline, section …).
    """

    title: str
    standfirst: str
    published: str
    url: str
    language: str
    paragraphs: list[str]
    dropped: list[str]
    notes: list[str]
    facts: dict[str, str]


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
        facts={},
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
    characters long and a third of the lines after them begin in lower case (all, where there are
    only one or two); then only blank lines separate paragraphs.

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
    enough = len(pairs) / 3 if len(pairs) >= 3 else len(pairs)
    if pairs and even >= 0.7 * len(pairs) and runs_on >= enough:
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
    title. Everything above the title goes, and navigation wherever it is; on a page that has any,
    also short lines that are no sentences between title and body and after the body. These are
    rules of thumb: look at what `python -m analysis add` shows before you trust it.

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
    label_head(paragraphs, labels, title)
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


def _label_dates(paragraphs: list[str], labels: list[str]) -> tuple[str, list[str]]:
    """Label the date lines; give the date of publication and doubts about it."""
    published, updated = "", ""
    doubts: list[str] = []
    head = set(find_head(paragraphs, labels))
    for i, paragraph in enumerate(paragraphs):
        line = read_date_line(paragraph) if not labels[i] else None
        if line is None or not (i in head or states_date(paragraph)):
            continue
        labels[i] = "date"
        found, later = line
        iso = found.iso
        clock = read_time_line(paragraphs[i + 1]) if i + 1 < len(paragraphs) else ""
        if clock and not labels[i + 1]:  # the time on a line of its own
            labels[i + 1] = "date"
            iso += clock if len(iso) == len("2024-05-15") else ""
        if not iso:
            why = "can be read two ways" if re.search(r"\d{4}", paragraph) else "states no year"
            doubts.append(f"{paragraph!r} {why}")
        elif later:
            updated = updated or iso
        elif not published or iso.startswith(f"{published}T"):
            published = iso
    return published or updated, [] if published or updated else doubts
