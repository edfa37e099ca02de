"""The tab Keywords: the words that set one group of texts, or one voice, apart from others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.panel.controls import (
    EACH,
    GROUP,
    MORE_STOP,
    PER,
    ROWS,
    STOP,
    VOICES,
    Control,
    by_control,
    search_control,
    words_in,
)
from analysis.panel.question import (
    MOST_GROUPS,
    Answer,
    Question,
    Tab,
    first_term,
    needs_words,
    stop_list,
    where_in,
)
from analysis.panel.steps import Source, call, literal, method
from analysis.tables import InputError, group_codes
from analysis.terms.evidence import hits_of, in_group, runs_of_tokens

MOST_TARGETS = 40  # groups that are each compared with the rest
KEYNESS = (
    "lrc", "log_ratio", "text_dispersion_keyness", "lrc_words", "g2_four_term", "g2_two_term",
    "bic", "simple_maths", "percent_diff", "odds_ratio", "difference_coefficient", "din",
)  # fmt: skip
_WITHOUT_SIGN = ("text_dispersion_keyness", "g2_four_term", "g2_two_term", "bic")
_SIGNED = ("log_ratio", "lrc", "lrc_words", "difference_coefficient", "din", "percent_diff")
KEYWORDS, DIFFERENCES = "keywords", "differences of searched terms"
EACH_GROUP, ALL_OTHERS = "(each group)", "(the rest)"
_REST = "the rest"


def _keywords_controls(
    documents: pd.DataFrame, settings: Mapping[str, Any], voices: Sequence[str]
) -> list[Control]:
    """What can be set for keywords; which targets there are follows from `by`."""
    by = by_control(documents, none=False)
    names = _group_names(documents, settings.get("by", by.default), voices)
    more = "Words more frequent in the target, or less frequent than in the reference"
    keys, views = {"view": (KEYWORDS,)}, (KEYWORDS, DIFFERENCES)
    searched = "For differences: words or phrases, separated by commas; * and ? are wildcards"
    return [
        search_control(searched),
        Control("view", "Show", "choice", KEYWORDS, views),
        by,
        Control("target", "Target", "choice", EACH_GROUP, (EACH_GROUP, *names)),
        Control("reference", "Reference", "choice", ALL_OTHERS, (ALL_OTHERS, *names)),
        Control("measure", "Rank by", "choice", "lrc", KEYNESS, when=keys),
        Control("more", "More in the target", "flag", True, (), "", more, keys),
        Control("min_documents", "Documents (at least)", "number", 2, (1, 1000), when=keys),
        PER,
        STOP._replace(when=keys),
        MORE_STOP._replace(when=keys),
        ROWS._replace(when=keys),
    ]


def _group_names(documents: pd.DataFrame, by: str, voices: Sequence[str]) -> tuple[str, ...]:
    """The groups of a column of metadata, as the measure names them; or the voices there are."""
    if by == EACH:
        return tuple(voice for voice in voices if voice != "speakers")
    if by not in documents.columns:
        return VOICES
    labels = group_codes(documents, by)[1]
    return tuple(str(name) for name in labels[by])


def _keywords(question: Question) -> Answer:
    """Compare a group with the rest, or with another."""
    if question["view"] == DIFFERENCES:
        return _differences(question)
    from analysis import wording
    from analysis.charts.keyness import correction, draws, sizes

    _require_target(question)
    rank = question["measure"]
    _rank(question)
    table = question.run("table")
    if not len(table):
        raise InputError(
            "No word differs so between these groups; lower the number of documents, or choose"
            " other groups."
        )
    counts = ["count", "count_reference", "rate", "rate_reference"]
    return question.answer(
        shown=["term", "target", rank, *counts, "documents", "p_adjusted"],
        bar=rank,
        evidence=lambda row, column: _keyword_places(question, row, column),
        figure=_keywords_figure(question, table),
        caption=_keywords_caption(table, rank, bool(question["more"])),
        note=wording.sentences(sizes(table), draws(table), correction(table)),
        unit="",
    )


def _differences(question: Question) -> Answer:
    """How far the rates of some terms in a group are from those in another, with intervals."""
    _require_target(question)
    first_term(question["search"])
    terms = words_in(question["search"])
    options = {name: question[name] for name in ("target", "reference")}
    options = {k: None if v in (EACH_GROUP, ALL_OTHERS) else v for k, v in options.items()}
    options |= {"by": question.group, "per": question["per"]}
    question.let("table", call("compare_rates", question.corpus, terms, **options))
    table = question.run("table")
    if not table[["count", "count_reference"]].to_numpy().any():
        raise InputError(f"{question['search']!r} is found nowhere in these groups.")
    return question.answer(
        shown=[
            "term", "target", "difference", "low", "high", "rate", "rate_reference", "count",
            "count_reference",
        ],
        bar="difference",
        evidence=lambda row, column: _keyword_places(question, row, column),
        figure=call("plot_differences", Source("table")),
        caption=f"Differences of rates by {question['by']}, with intervals.",
        note="An interval that holds 0: the texts do not tell which group has more.",
        unit="",
    )  # fmt: skip


def _rank(question: Question) -> None:
    """The steps to the table: compare, leave out stop words, rank, take the first of each."""
    rank, more = question["measure"], bool(question["more"])
    options = {name: question[name] for name in ("target", "reference")}
    options = {k: None if v in (EACH_GROUP, ALL_OTHERS) else v for k, v in options.items()}
    options["formula"] = "two-term" if rank == "g2_two_term" else "four-term"
    options |= {name: question[name] for name in ("min_documents", "per")}
    found = call("compare_terms", question.corpus, by=question.group, **options)
    compared = question.let("compared", found)
    kept = f'{compared}["log_ratio"] {">" if more else "<"} 0'
    stopped = stop_list(question)
    if stopped:
        kept = f'({kept}) & ~{compared}["term"].isin({literal(stopped)})'
    words = question.let("words", f"{compared}[{kept}]")
    rising = not more and rank not in _WITHOUT_SIGN
    order = method(words, "sort_values", rank, ascending=rising, kind="stable")
    ranked = question.let("ranked", order)
    first = f'{ranked}.groupby("target").head({literal(question["rows"])})'
    question.let("table", f"{first}.reset_index(drop=True)")


def _require_target(question: Question) -> None:
    """Refuse to compare very many groups with the rest, each of them."""
    by = question["by"]
    many = by == EACH or (by != GROUP and question.texts.documents[by].nunique() > MOST_TARGETS)
    if many and question["target"] == EACH_GROUP:
        raise InputError(
            f"There are too many groups of {by} to compare each with the rest; choose a target."
        )


def _keywords_caption(table: pd.DataFrame, rank: str, more: bool) -> str:
    """What the table shows, in a sentence."""
    from analysis import wording

    targets = wording.listing(table["target"].unique(), 4)
    against = wording.listing(table["reference"].unique(), 2)
    kind = "Keywords of" if more else "Words that are rarer in"
    return f"{kind} {targets} compared with {against}, by {wording.column_phrase(table, rank)}."


def _keywords_figure(question: Question, table: pd.DataFrame) -> Source:
    """Bars of an effect that has a sign; else, or for what several groups lack, dots."""
    rank, names = question["measure"], [str(name) for name in table["target"].unique()]
    finite = np.isfinite(table[rank].to_numpy(dtype=float)).any()
    bars = rank in _SIGNED and finite and (question["more"] or len(names) == 1)
    drawn, most = Source("table"), 6 if bars else MOST_GROUPS
    if len(names) > most:
        drawn = where_in(drawn, "target", names[:most])
    if bars:
        top = min(question["rows"], 25 if len(names) < 3 else 10)
        return call("plot_keywords", drawn, value=rank, top=top)
    by = ["target"] if len(names) > 1 else []
    return call("plot_terms", drawn, value=rank, by=by, top=question["rows"])


def _keyword_places(question: Question, row: int, column: str | None) -> pd.DataFrame:
    """A keyword's row, or (for a column of the reference) where it stands there."""
    table = question.run("table")
    if not (column or "").endswith("_reference"):
        return table.iloc[[row]]
    by, term, target, other = (
        question["by"], *(str(table[name].iloc[row]) for name in ("term", "target", "reference"))
    )  # fmt: skip
    tokens = question.rows("tokens")
    rows, lengths = hits_of(tokens, term, {})
    group = {by: target if other == _REST else other}
    inside = in_group(tokens, [by], group, question.texts.documents)[rows]
    inside = ~inside if other == _REST else inside
    return runs_of_tokens(tokens, rows[inside], lengths[inside])


TAB = Tab(_keywords_controls, needs_words, _keywords)
