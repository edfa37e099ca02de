"""Exports of news databases, from text or web page: which one it is, and its articles."""

from __future__ import annotations

import re
from statistics import median
from typing import Any

from analysis.corpus.formats.europresse import (
    is_europresse,
    is_europresse_page,
    read_europresse,
    read_europresse_page,
)
from analysis.corpus.formats.factiva import (
    is_factiva,
    is_factiva_page,
    is_untagged_factiva,
    read_factiva,
    read_factiva_page,
    read_factiva_xml,
    read_untagged_factiva,
)
from analysis.corpus.formats.integrum import is_integrum_page, read_integrum_page
from analysis.corpus.formats.languages import guess_language
from analysis.corpus.formats.lines import split_into_lines
from analysis.corpus.formats.nexis import is_nexis, read_nexis
from analysis.corpus.formats.proquest import is_proquest, is_ris, read_proquest, read_ris
from analysis.corpus.formats.record import Export

TEXTS = (
    (is_nexis, read_nexis),
    (is_factiva, read_factiva),
    (is_untagged_factiva, read_untagged_factiva),
    (is_proquest, read_proquest),
    (is_ris, read_ris),
    (is_europresse, read_europresse),
)
PAGES = (
    (is_factiva_page, read_factiva_page),
    (is_europresse_page, read_europresse_page),
    (is_integrum_page, read_integrum_page),
)
_SHOWN = ("ProQuest document", "DOCUMENTS", "LOAD-DATE", "DOKUMENT", "DOCUMENTO", "DOCUMENT")
_FEW = 10  # articles below which a file has no usual ratio of words
_SAME, _MOST = 0.05, 0.25  # a usual ratio further off is no way of counting: texts are cut
_OFF = 0.1  # share of the stated words that may be missing or too many


def read_database(lines: list[str]) -> Export | None:
    """Read the articles of lines that a news database wrote; None for other lines."""
    found = next((read(lines) for is_it, read in TEXTS if is_it(lines)), None)
    return None if found is None else _compare_words(_guess_languages(found))


def read_database_page(tree: Any) -> Export | None:
    """Read the articles of a web page that a news database wrote; None for other pages."""
    found = next((read(tree) for is_it, read in PAGES if is_it(tree)), None)
    if found is None:
        text = tree.text_content()
        if not any(word in text for word in _SHOWN):
            return None
        lines = split_into_lines(tree)
        if not is_nexis(lines) and not is_proquest(lines):
            return None
        return read_database(lines)
    return _compare_words(_guess_languages(found))


def read_database_xml(tree: Any) -> Export | None:
    """Read the articles of an XML document that a news database wrote; None for others."""
    found = read_factiva_xml(tree)
    return None if found is None else _compare_words(_guess_languages(found))


def _guess_languages(export: Export) -> Export:
    """Guess the language of the articles for which the file states none."""
    for record in export.records:
        if len(record["language"]) != 2:  # none, or a name that is not known
            guessed = guess_language("\n".join(record["paragraphs"]))
            record["language"] = guessed or record["language"]
    return export


def count_stated_words(text: str) -> int:
    """Words between blanks; in Chinese and Japanese, as databases count them, the characters."""
    return len(re.findall(r"[\u3040-\u30ff\u3400-\u9fff]|[^\s\u3040-\u30ff\u3400-\u9fff]+", text))


def find_usual_ratio(ratios: list[float]) -> float:
    """How many words texts of one source have for each that it states: 1, or the usual number."""
    usual = median(ratios) if len(ratios) >= _FEW else 1.0
    return usual if abs(usual - 1) <= _MOST else 1.0


def _compare_words(export: Export) -> Export:
    """Note where the text has far more or fewer words than the file states for it."""
    # Nexis counts German some 15–20 % higher than a count of words between blanks. Where the texts
    # of a file are that far off as a rule, an article is doubted that is far from this rule.
    ratios: dict[int, tuple[float, float, int, int]] = {}
    for i, record in enumerate(export.records):
        stated = record["facts"].get("stated_words", "")
        if stated.isdigit() and int(stated) and record["paragraphs"]:
            found = count_stated_words(" ".join(record["paragraphs"]))
            whole = found + count_stated_words(record["title"])
            ratios[i] = (found / int(stated), whole / int(stated), found, int(stated))
    usual = find_usual_ratio([ratio for ratio, *_ in ratios.values()])
    notes = list(export.notes)
    if abs(usual - 1) > _SAME:
        more = "more" if usual > 1 else "fewer"
        notes.append(
            f"the texts have as a rule {abs(usual - 1):.0%} {more} words than the file states; "
            "they are compared with that"
        )
    for i, (body, both, words, said) in ratios.items():
        if all(abs(ratio / usual - 1) > _OFF for ratio in (body, both)):
            note = f"the file states {said:,} words, but {words:,} were found"
            export.records[i]["notes"].append(note)
    return Export(export.records, notes)
