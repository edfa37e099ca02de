"""The tab Term groups: groups of terms, edited as in term-groups.yml and counted at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.corpus.lists import parse_term_groups
from analysis.panel.controls import PER, Control, by_control, is_dated, usual_period
from analysis.panel.question import (
    OVER_TIME,
    RANKING,
    Answer,
    EmptySearch,
    Question,
    Tab,
    caption_of,
    few_groups,
    needs_words,
    trend,
)
from analysis.panel.steps import call
from analysis.terms.trends import PERIODS


def _controls(
    documents: pd.DataFrame, settings: Mapping[str, Any], voices: Sequence[str]
) -> list[Control]:
    """What can be set for groups of terms."""
    text = 'A group a line, as in war: [war, wars, "invad*", "-cold war"]'
    every = usual_period(documents) if is_dated(documents) else "week"
    dated = [
        Control("view", "Show", "choice", RANKING, (RANKING, OVER_TIME)),
        Control("every", "Period", "choice", every, tuple(PERIODS), "", "", {"view": (OVER_TIME,)}),
    ]
    return [
        Control("groups", "Groups", "lines", "", (), "", text),
        *(dated if is_dated(documents) else []),
        by_control(documents),
        PER,
    ]


def _ask(question: Question) -> Answer:
    """Count the groups that are written, or else those of the corpus."""
    groups = parse_term_groups(question["groups"], "Groups") or question.texts.term_groups
    if not groups:
        raise EmptySearch('Write a group a line, as in war: [war, wars, "invad*"].')
    options = {"by": question.group, "per": question["per"]}
    by_time = question.settings.get("view") == OVER_TIME
    if by_time:
        every = {"every": question["every"]}
        counted = call("count_over_time", question.corpus, dict(groups), **every, **options)
    else:
        counted = call("count_term_groups", question.corpus, dict(groups), **options)
    if question.by_voice:
        counted = question.drop_empty(question.let("counts", counted))
    question.let("table", counted)
    table, by = question.run("table"), question.by
    figure, note = trend(table, by) if by_time else (call("plot_terms", few_groups(table, by)), "")
    split = [*by, question["every"]] if by_time else by
    return question.answer(
        shown=[*(["period"] if by_time else []), "term", *by, "count", "rate", "documents", "base"],
        bar="rate",
        n_by=["period", *by] if by_time else None,
        caption=caption_of(table, "term", "rate", split, "Groups of terms: "),
        figure=figure,
        note=note,
    )


def _view(panel: Any) -> Any:
    """The editor of the file, loaded when the tab is first shown."""
    from analysis.panel.groups import GroupsView

    return GroupsView(panel)


TAB = Tab(_controls, needs_words, _ask, view=_view)
