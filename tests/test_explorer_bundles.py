"""What is saved from the explorer can be measured again from the texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from explorer_checks import small_explorer
from matplotlib import pyplot as plt

import analysis as da
from analysis.panel.explorer import Explorer

WRITER = {"voice": ["writer"]}
CASES: list[tuple[str, dict[str, Any]]] = [
    ("Terms", {"by": "side", "outlet": ["Alpha", "Gamma"]}),
    ("Terms", {"search": "war*, talks", **WRITER}),
    ("Terms", {"view": "over time", "search": "war", "side": ["east"]}),
    ("Contexts", {"search": "war", "side": ["west"]}),
    ("Keywords", {"by": "voice_group", "min_documents": 1, "genre": ["news"]}),
    ("Collocates", {"search": "war", "min_count": 1, "voice": ["Olaf Scholz", "writer"]}),
    ("Sentiment", {"by": "outlet", **WRITER}),
    ("Sentiment", {"view": "course of the text", "bins": 2, "outlet": ["Beta"]}),
    ("Entities", {"by": "side", "rows": 3, **WRITER}),
    ("Voices", {"by": "side"}),
    ("Voices", {"view": "number of quotations", "item": "kind", "side": ["east"]}),
]


@pytest.fixture(scope="module")
def explorer() -> Explorer:
    return small_explorer()


@pytest.mark.parametrize(("tab", "settings"), CASES)
def test_bundles_are_verified_against_the_texts(
    explorer: Explorer, tab: str, settings: dict[str, Any], tmp_path: Path
) -> None:
    answer = explorer.ask(tab, settings)
    saved = [da.save_table(answer.table, tmp_path / "table", caption=answer.caption())]
    figure = answer.figure()
    assert figure is not None
    saved.append(da.save_figure(figure, tmp_path / "figure", formats=["svg"]))
    plt.close("all")
    for path in saved:
        found = da.verify(path, corpus=explorer.corpus)
        assert set(found["check"]) >= {"corpus", "recompute"}
        wrong = found[found["status"] != "ok"]
        assert wrong.empty, wrong[["check", "detail"]].values.tolist()


def test_the_choice_of_voices_is_on_record(explorer: Explorer) -> None:
    steps = explorer.ask("Terms", {"search": "war", **WRITER}).table.attrs["steps"]
    assert steps[-1]["selection"] == [{"where": {"voice": ["writer"]}}]


def test_a_number_changed_in_chosen_rows_is_found(explorer: Explorer, tmp_path: Path) -> None:
    answer = explorer.ask("Keywords", {"by": "side", "min_documents": 1, "rows": 3})
    assert answer.table.attrs["chosen_rows"]
    table = answer.table.copy()
    table.loc[1, "count"] += 1
    saved = da.save_table(table, tmp_path / "table", caption="Keywords.")
    found = da.verify(saved, corpus=explorer.corpus)
    assert found.loc[found["check"] == "recompute", "status"].tolist() == ["differs"]
    whole = explorer.ask("Terms", {"search": "war", "by": "side"})
    assert "chosen_rows" not in whole.table.attrs
