"""The pages name everything that is public, and what they say of tables and oracles is so."""

from __future__ import annotations

import calendar
import csv
import importlib
import re
from pathlib import Path

import pandas as pd
import pytest

import analysis as da

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
MEASURE = re.compile(r"(align|compare|count|find|score)_")


def text_of(pages: Path) -> str:
    """All Markdown below a folder."""
    return "\n".join(page.read_text(encoding="utf-8") for page in sorted(pages.glob("*.md")))


@pytest.mark.parametrize("name", [name for name in da.__all__ if MEASURE.match(name)])
def test_every_measure_is_on_the_pages_of_statistics(name: str) -> None:
    assert re.search(rf"`{name}[`(]", text_of(DOCS / "statistics"))


@pytest.mark.parametrize("name", sorted(set(da.__all__) - {"__version__"}))
def test_every_public_name_is_on_an_api_page(name: str, reference) -> None:
    pages = reference.grouped()
    assert [title for title, names in pages.items() if name in names]


@pytest.fixture
def reference(monkeypatch: pytest.MonkeyPatch):
    """The module that writes the API pages."""
    pytest.importorskip("sphinx", reason="the documentation's tools are not installed")
    monkeypatch.syspath_prepend(str(DOCS / "_ext"))
    return importlib.import_module("reference")


def test_every_chart_is_in_the_gallery(reference) -> None:
    gallery = importlib.import_module("gallery")
    pictures = importlib.import_module("pictures").PICTURES
    drawn = {name for picture in pictures for name in gallery.calls(picture.code)}
    assert set(da.charts.__all__) <= drawn
    assert {p.notebook for p in pictures} <= {path.stem for path in (DOCS / "howto").glob("*.md")}
    assert {p.notebook for p in pictures} <= {p.stem for p in (ROOT / "notebooks").glob("*.ipynb")}


def test_code_in_the_gallery_is_complete(reference, monkeypatch: pytest.MonkeyPatch) -> None:
    gallery = importlib.import_module("gallery")
    picture = importlib.import_module("pictures").PICTURES[0]
    monkeypatch.chdir(ROOT)
    space: dict[str, object] = {}
    exec(gallery.complete(picture), space)
    assert space["figure"].get_xlabel() == "Per 1,000 words"  # type: ignore[attr-defined]
    assert gallery.needed("figure = da.plot_voices(da.count_voices(voiced))") == [
        "documents",
        "found",
        "mentions",
        "tagged",
        "quotes",
        "voiced",
    ]


def rows_under(heading: str) -> set[str]:
    """Names of the columns in the table below a heading of tables.md."""
    text = (DOCS / "tables.md").read_text(encoding="utf-8")
    part = text.split(f"\n### {heading}\n")[1].split("\n#")[0]
    cells = [line.split("|")[1] for line in part.splitlines() if line.startswith("| `")]
    return {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}


def test_the_page_of_tables_names_every_column() -> None:
    text = "“We accept peace,” Ann Lee said in Paris on Monday. France attacked nobody."
    texts = pd.DataFrame({"doc": ["a"], "text": [text]})
    sentences = da.split_sentences(texts)
    tokens, mentions = da.tokenize(texts), da.find_entities(texts)
    tagged = da.annotate(texts).tokens
    quotes = da.find_quotes(texts, tagged=tagged, mentions=mentions)
    voiced = da.add_voices(sentences, quotes, documents=texts)
    found = {
        "sentences": set(sentences),
        "tokens": set(tokens),
        "tagged tokens": set(tagged) - set(tokens),
        "mentions": set(mentions),
        "targets": set(da.score_targets(texts, mentions, sentences=sentences)),
        "quotes": set(quotes),
        "tables with a voice": set(voiced) - set(sentences),
        "clauses": set(da.find_clauses(tagged, mentions, documents=texts)),
    }
    assert {heading: rows_under(heading) for heading in found} == found
    assert rows_under("documents") == set(importlib.import_module("analysis.tables").DOCUMENTS)


def numbers_of(text: str) -> set[str]:
    """Numbers in a text, without the commas of thousands and the sign."""
    return {number.replace(",", "") for number in re.findall(r"\d[\d,]*(?:\.\d+)?", text)}


def test_published_numbers_stand_on_the_pages(shared: Path) -> None:
    """The page of a statistic works out each published example that the tests check."""
    with (shared / "oracles.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["statistic"] != "ttr"]  # not measured
    known = numbers_of(text_of(DOCS / "statistics"))
    assert [row for row in rows if not numbers_of(row["expected"]) <= known] == []
    assert len(rows) > 20


WORK = re.compile(
    r"\b([A-Z][\w-]+)(?:'s)?,?(?: (?:et al\.|(?:&|and) [A-Z][\w-]+(?: [A-Z][\w-]+)?))?,?"
    r" \(?((?:19[3-9]|20[0-2])\d)\b"
)
NO_WORKS = {"Reuters 1996", "Humanities 2022"}  # what a corpus is of, where a talk was given


def works_in(text: str) -> set[str]:
    """Author and year of the works that a text names."""
    found = {f"{author} {year}" for author, year in WORK.findall(text)}
    return {work for work in found if work.split()[0] not in calendar.month_name} - NO_WORKS


def test_works_are_found_in_a_text() -> None:
    text = "Dunning 1993; Church & Hanks (1990); Kilgarriff et al. 2004; on 3 May 2024; Bell's 1991"
    assert works_in(text) == {"Dunning 1993", "Church 1990", "Kilgarriff 2004", "Bell 1991"}


def test_every_work_that_is_named_is_in_the_references() -> None:
    """On the pages, in docstrings and in notebooks."""
    listed = (DOCS / "statistics" / "references.md").read_text(encoding="utf-8")
    pages = [DOCS, DOCS / "statistics", DOCS / "howto"]
    texts = [text_of(folder) for folder in pages]
    texts += [path.read_text(encoding="utf-8") for path in ROOT.glob("analysis/**/*.py")]
    texts += [path.read_text(encoding="utf-8") for path in ROOT.glob("notebooks/*.ipynb")]
    named = set().union(*map(works_in, texts))
    unlisted = {
        work
        for work in named
        if not re.search(rf"{work.split()[0]}.*\({work.split()[1]}\)", listed)
    }
    assert unlisted == set()
    assert len(named) > 40


def test_the_pages_say_what_the_bundled_texts_are() -> None:
    for name in ("index.md", "installing.md", "about.md", "howto/index.md"):
        assert "summaries written for this" in (DOCS / name).read_text(encoding="utf-8"), name


def test_the_version_to_cite_is_the_one_that_is_here() -> None:
    for name in ("about.md", "tutorial.md"):
        cited = re.findall(
            r"discourse-analysis\*?,? (?:version )?(\d+\.\d+\.\d+)",
            " ".join((DOCS / name).read_text(encoding="utf-8").replace(">", "").split()),
        )
        assert cited == [da.__version__], name
