"""The bundled summaries hold nobody else's sentences."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BRIEFS = sorted((ROOT / "corpus" / "briefs").glob("*.txt"))
SHARED_WORDS = 7  # so many in a row would be somebody else's sentence


def words(text: str) -> list[str]:
    return re.findall(r"\w+(?:[’'-]\w+)*", text.lower().replace("'", "’"))


def runs(text: str) -> set[tuple[str, ...]]:
    tokens = words(text)
    return {tuple(tokens[i : i + SHARED_WORDS]) for i in range(len(tokens) - SHARED_WORDS + 1)}


@pytest.mark.parametrize("path", BRIEFS, ids=lambda path: path.stem)
def test_only_single_terms_are_quoted(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    quoted = re.findall("“([^”]*)”", text)
    assert text.count("“") == text.count("”") == len(quoted)
    assert all(1 <= len(term.split()) <= 5 for term in quoted)
    assert '"' not in text


def test_no_standfirst_of_an_original_is_listed() -> None:
    with (ROOT / "corpus" / "sources.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted(row["id"] for row in rows) == [path.stem for path in BRIEFS]
    assert not any(row["standfirst"] for row in rows)


def test_nothing_is_copied(shared: Path) -> None:
    sources = [shared / "texts" / "article.txt", shared / "corpus" / "dossier.md"]
    known = set().union(*(runs(path.read_text(encoding="utf-8")) for path in sources))
    for path in BRIEFS:
        assert not runs(path.read_text(encoding="utf-8")) & known, path.name
