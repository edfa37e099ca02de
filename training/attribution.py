"""Attributions of PolNeAR as windows of words: who says what, with which cue. Needs no torch.

PolNeAR (Newell, Margolin and Ruths 2018) is read from the folder that `shared/training` packs:
`text/*.txt` and brat's `attributions/*.ann`. A window is one paragraph or some that follow one
another, as many as fit; between two of them stands the word SEPARATOR.
"""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from analysis.annotation.words import (
    PACKED,
    SEPARATOR,
    number_paragraphs,
    pack_paragraphs,
    split_words,
)
from analysis.text.tokens import tokenize

from encode import Item, Pieces, encode_words
from sources import shared_folder

ROLES = ("content", "source", "cue")
OUTSIDE, BEGIN, INSIDE = 0, 1, 2  # also the order of the heads' outputs
_ROLE = re.compile(r"(Content|Source|Cue)\d*$")

Span = tuple[int, int]


@dataclass
class Attribution:
    """Stretches of characters; a source or cue that is not there is empty."""

    content: list[Span]
    source: list[Span]
    cue: list[Span]


@dataclass
class Article:
    """One text with the attributions of its first annotator."""

    doc: str
    text: str
    attributions: list[Attribution]


@dataclass
class Window:
    """Some words of an article that the model sees at once, with the labels if it has any."""

    doc: str
    words: list[str]
    spans: list[Span]  # of characters; a separator's is empty
    tags: dict[str, list[int]] = field(default_factory=dict)  # one list a role; -1: unknown
    links: dict[str, dict[int, list[int]]] = field(default_factory=dict)


def join(text: str, spans: list[Span]) -> list[Span]:
    """Make stretches one that no letter or digit parts.

    >>> join("“No,” and “yes”", [(0, 3), (4, 5), (10, 15)])
    [(0, 5), (10, 15)]
    """
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and not re.search(r"\w", text[joined[-1][1] : start]):
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def parse_brat(text: str, lines: str) -> list[Attribution]:
    """Read the attributions from brat's annotations of a text."""
    pieces: dict[str, list[Span]] = {}
    events: list[str] = []
    for line in lines.splitlines():
        name, _, rest = line.partition("\t")
        if re.fullmatch(r"T\d+", name):
            spans = rest.split("\t")[0].partition(" ")[2].split(";")
            pieces[name] = [(int(a), int(b)) for a, b in (s.split() for s in spans if s)]
        elif re.fullmatch(r"E\d+", name):
            events.append(rest)
    found = []
    for event in events:
        roles: dict[str, list[Span]] = {role: [] for role in ROLES}
        for part in event.split():
            name, _, piece = part.partition(":")
            if match := _ROLE.match(name):
                roles[match[1].lower()] += pieces.get(piece, [])
        if roles["content"]:
            found.append(Attribution(*(join(text, roles[role]) for role in ROLES)))
    return found


def read_polnear(part: str, folder: Path | None = None) -> list[Article]:
    """Read `train` or `dev`, from a folder that holds both or from the shared archive."""
    members = dict(_files(part, folder))
    notes = sorted(name for name in members if name.startswith("attributions/"))
    articles = []
    for name in sorted(name for name in members if name.startswith("text/")):
        doc = Path(name).stem
        own = [n for n in notes if re.fullmatch(re.escape(doc) + r"(_[^_]*)?\.ann", Path(n).name)]
        if own:  # of several annotators the first
            text = members[name]
            articles.append(Article(doc, text, parse_brat(text, members[own[0]])))
    return articles


def _files(part: str, folder: Path | None) -> Iterator[tuple[str, str]]:
    """Yield (`text/…` or `attributions/…`, contents) of a part; line ends stay as they are."""
    if folder is not None:
        for path in (folder / part).glob("*/*"):
            yield f"{path.parent.name}/{path.name}", path.read_bytes().decode("utf-8")
        return
    with tarfile.open(shared_folder() / "polnear.tar.gz") as tar:
        for member in tar:
            parts = Path(member.name).parts
            if member.isfile() and len(parts) > 2 and parts[-3] == part:
                file = tar.extractfile(member)
                yield "/".join(parts[-2:]), file.read().decode("utf-8")  # type: ignore[union-attr]


def make_windows(articles: list[Article], cut: Pieces, most: int = PACKED) -> list[Window]:
    """Cut articles into windows of at most so many pieces, with every label."""
    frame = pd.DataFrame({"doc": [a.doc for a in articles], "text": [a.text for a in articles]})
    groups = dict(iter(tokenize(frame).groupby("doc", observed=True)))
    windows = []
    for article in articles:
        text, rows = article.text, groups[article.doc]
        words = split_words(text, *(rows[name].to_numpy() for name in ("start", "end", "sentence")))
        paragraph = number_paragraphs(text, words.start)
        spans = zip(words.start.tolist(), words.end.tolist(), strict=True)
        sizes = np.array([len(cut.of(text[a:b])[0]) for a, b in spans])
        packed = pack_paragraphs(paragraph, sizes, most)
        for first, last in zip(packed.first.tolist(), packed.last.tolist(), strict=True):
            chosen: list[int] = []  # words; -1 is a separator
            for word in range(first, last):
                if chosen and paragraph[word] != paragraph[word - 1]:
                    chosen.append(-1)
                chosen.append(word)
            windows.append(_window(article, words, chosen))
    return windows


def _window(article: Article, words: object, chosen: list[int]) -> Window:
    """Label the chosen words."""
    at = [int(words.start[i]) for i in chosen if i >= 0]
    spans: list[Span] = []
    for i in chosen:
        here = spans[-1][1] if spans else at[0]
        spans.append((int(words.start[i]), int(words.end[i])) if i >= 0 else (here, here))
    text = article.text
    window = Window(article.doc, [text[a:b] if b > a else SEPARATOR for a, b in spans], spans)
    window.tags = {role: [OUTSIDE] * len(spans) for role in ROLES}
    window.links = {"cue": {}, "source": {}}
    low, high = at[0], spans[-1][1]
    for attribution in article.attributions:
        places = {
            role: [inside(spans, stretch) for stretch in getattr(attribution, role)]
            for role in ROLES
        }
        for role in ROLES:
            for stretch in places[role]:
                for n, word in enumerate(stretch):
                    window.tags[role][word] = INSIDE if n else BEGIN
        for role in ("cue", "source"):
            goals = [word for stretch in places[role] for word in stretch]
            outside = any(a < low or b > high for a, b in getattr(attribution, role))
            for word in (word for stretch in places["content"] for word in stretch):
                # Nothing is learned of a link whose goal another window holds.
                window.links[role][word] = [] if outside and not goals else goals or [-1]
    return window


def inside(spans: list[Span], stretch: Span) -> list[int]:
    """Give the words (separators between them, too) that a stretch of characters touches."""
    hit = [i for i, (a, b) in enumerate(spans) if a < stretch[1] and b > stretch[0] and b > a]
    return list(range(hit[0], hit[-1] + 1)) if hit else []


def encode_window(window: Window, cut: Pieces) -> Item:
    """Encode a window; the links' gold is made by `link_table`."""
    item = encode_words(window.words, cut)
    item.gold = {role: list(tags) for role, tags in window.tags.items()}
    return item


def link_table(windows: list[Window], name: str) -> tuple[np.ndarray, np.ndarray]:
    """Give windows × words × (1 + words): which places a word's link may go to; and if one is."""
    width = max(len(w.words) for w in windows)
    table = np.zeros((len(windows), width, width + 1), dtype=bool)
    for row, window in enumerate(windows):
        for word, goals in window.links[name].items():
            table[row, word, [goal + 1 for goal in goals]] = True
    return table, table.any(-1)
