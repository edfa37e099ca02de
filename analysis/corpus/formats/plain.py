"""Texts with a little markup: Markdown and subtitles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from analysis.corpus.formats.articles import read_paragraphs
from analysis.corpus.formats.dates import read_stated_date
from analysis.corpus.formats.languages import read_language
from analysis.corpus.formats.record import Record, tidy

# Markdown

_FRONT = re.compile(r"---[ \t]*\n(.{0,20000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_MARKED = re.compile(
    r"!?\[([^\[\]\n]{0,500})\](?:\([^()\s]{0,2000}(?:\s+\"[^\"\n]{0,300}\")?\)|\[[^\[\]\n]{0,99}\])"
)
_LINE = re.compile(r"\s*(?:#{1,6}\s+|>\s?|[-*+]\s+|\d{1,3}[.)]\s+(?=\S))")
_EMPHASIS = re.compile(r"(\*\*\*|\*\*|__|\*|_)(?=\S)([^*_\n]{1,300}?)(?<=\S)\1(?!\w)")
_STATED = {
    "title": "title headline",
    "published": "published date created pubdate",
    "byline": "author authors byline creator",
    "outlet": "outlet publication source site publisher newspaper",
    "url": "url link source_url canonical_url permalink",
    "language": "language lang",
    "standfirst": "standfirst description subtitle excerpt summary",
    "section": "section category",
    "licence": "licence license rights",
}


def read_markdown(text: str, title: str = "") -> Record:
    """Read a text in Markdown; what its front matter states are facts of the document."""
    stated, body = _split_front(text)
    paragraphs = _split_markdown(body)
    found = {
        field: next((stated[one] for one in names.split() if stated.get(one)), "")
        for field, names in _STATED.items()
    }
    heading = re.match(r"\s*#\s+(.+)", body)
    own = title or found["title"] or (_strip(heading[1]) if heading else "")
    record = read_paragraphs(paragraphs, title=own)
    record["published"] = read_stated_date(found["published"]) or record["published"]
    record["language"] = read_language(found["language"][:2])
    record["url"] = found["url"]
    record["standfirst"] = found["standfirst"] or record["standfirst"]
    for name in ("byline", "outlet", "section", "licence"):
        if found[name]:
            record["facts"][name] = tidy(found[name])
    return record


def _split_front(text: str) -> tuple[dict[str, str], str]:
    """The front matter of a text, and what follows it."""
    match = _FRONT.match(text.lstrip("\n"))
    if match is None:
        return {}, text
    try:
        stated = yaml.load(match[1], Loader=yaml.BaseLoader)  # strings alone
    except yaml.YAMLError:
        return {}, text
    if not isinstance(stated, Mapping):
        return {}, text
    rest = text.lstrip("\n")[match.end() :]
    return {str(key).lower(): _flatten(value) for key, value in stated.items()}, rest


def _flatten(value: Any) -> str:
    """A value of front matter as one text."""
    if isinstance(value, list):
        return "; ".join(one for one in value if isinstance(one, str))
    return value if isinstance(value, str) else ""


def _split_markdown(text: str) -> list[str]:
    """The paragraphs of Markdown without its marks; lines of a paragraph are joined."""
    paragraphs = []
    for block in re.split(r"\n\s*\n", text):
        lines: list[str] = []
        for line in block.split("\n"):
            if re.fullmatch(r"\s*(?:[-*_=]\s*){3,}", line) or re.match(r"\s*\[[^\]]+\]:\s", line):
                continue  # a rule, or where a link leads
            if not lines or _LINE.match(line) or lines[-1].endswith("  "):
                lines.append("")
            lines[-1] += f" {_strip(line)}" + ("  " if line.endswith("  ") else "")
        paragraphs += [" ".join(line.split()) for line in lines if line.strip()]
    return paragraphs


def _strip(line: str) -> str:
    """A line without the marks of Markdown; of pictures nothing stays, of links their words."""
    line = _LINE.sub("", line, count=1).rstrip("#").rstrip() if _LINE.match(line) else line
    line = _MARKED.sub(lambda m: "" if m[0][0] == "!" else m[1], line)
    for _ in range(2):
        line = _EMPHASIS.sub(r"\2", line)
    return re.sub(r"\\([\\`*_{}\[\]()#+.!-])", r"\1", line)


# Subtitles

_TIMES = re.compile(r"\s*((?:\d+:)?\d\d:\d\d[.,]\d{1,3})\s*-->\s*((?:\d+:)?\d\d:\d\d[.,]\d{1,3})")
_TAG = re.compile(r"<v(?:\.[^ >]*)? ([^>]{1,80})>|</?[^>]{0,80}>|\{\\[^}]{0,80}\}")
PAUSE = 2.0  # seconds after which the next words are another paragraph


def read_subtitles(text: str) -> list[str]:
    """Read what is said in subtitles, without their times; pauses part the paragraphs."""
    paragraphs: list[str] = []
    last, shown = float("-inf"), ""
    for block in re.split(r"\n\s*\n", text):
        lines = block.split("\n")
        at = next((i for i, line in enumerate(lines) if _TIMES.match(line)), None)
        if at is None:
            continue
        start, end = (_seconds(one) for one in _TIMES.match(lines[at]).groups())  # type: ignore[union-attr]
        for line in lines[at + 1 :]:
            said = " ".join(_TAG.sub(lambda m: f"{m[1]}: " if m[1] else "", line).split())
            if not said or said == shown:  # automatic subtitles show each line twice
                continue
            turn = re.match(r"(?:>>|[-–—]\s|\w[\w .]{0,40}:\s)", said)
            if turn or start - last > PAUSE or not paragraphs:
                paragraphs.append(said.lstrip("->–— "))
            else:
                paragraphs[-1] += f" {said}"
            shown, last = said, start
        last = end
    return paragraphs


def _seconds(stamp: str) -> float:
    parts = [float(part) for part in stamp.replace(",", ".").split(":")]
    return sum(part * 60**i for i, part in enumerate(reversed(parts)))
