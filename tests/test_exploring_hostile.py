"""The corpus that tries everything: each tab answers, and its code gives the same."""

from __future__ import annotations

from typing import Any

import hostile_corpus
import pytest
from exploring_checks import check_code, check_passages, small_layers

from analysis.panel.engine import Explorer

CASES: list[tuple[str, dict[str, Any], str | None]] = [
    ("Terms", {"by": "outlet", "rows": 3}, "count"),
    ("Terms", {"search": "=*", "stop_words": False}, None),
    ("Contexts", {"search": "harbour", "rows": 5}, None),
    ("Keywords", {"by": "outlet", "min_documents": 1, "rows": 3}, "count"),
    ("Collocates", {"search": "harbour*", "min_count": 1, "rows": 5}, "count"),
    ("Sentiment", {"by": "outlet"}, "base"),
    ("Entities", {"by": "side"}, "count"),
    ("Voices", {"by": "outlet"}, "count"),
    ("Text", {"search": "harbour", "quotes": True, "names": True}, None),
]


@pytest.fixture(scope="module")
def explorer() -> Explorer:
    documents = hostile_corpus.documents()
    return Explorer(documents, source="documents", layers=small_layers(documents))


@pytest.mark.parametrize(("tab", "settings", "number"), CASES)
def test_hostile_texts_and_metadata(
    explorer: Explorer, tab: str, settings: dict[str, Any], number: str | None
) -> None:
    if settings.get("search") == "=*":
        with pytest.raises(ValueError, match="found nowhere"):
            explorer.ask(tab, settings)
        return
    answer = explorer.ask(tab, settings)
    check_passages(answer, explorer.documents, number)
    check_code(answer, explorer)
    assert "\n" not in answer.caption() + answer.note


def test_a_hostile_outlet_can_be_chosen(explorer: Explorer) -> None:
    for outlet in explorer.documents["outlet"].dropna().unique():
        answer = explorer.ask("Terms", {"rows": 2, "outlet": [outlet]})
        check_code(answer, explorer, figure=False)
