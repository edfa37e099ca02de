"""The tabs about words: terms, contexts, keywords, collocates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.panel.controls import (
    CASE,
    EACH,
    GROUP,
    MORE_STOP,
    PER,
    REGEX,
    ROWS,
    STOP,
    VOICES,
    Control,
    by_control,
    is_dated,
    words_in,
)
from analysis.panel.question import (
    KEYS,
    MOST_GROUPS,
    SEARCH,
    Answer,
    Question,
    Tab,
    barcode,
    caption_of,
    few_groups,
    first_values,
    needs_words,
    query_of,
    stop_list,
    where_in,
)
from analysis.panel.steps import Source, call, literal, method
from analysis.tables import InputError, group_codes
from analysis.terms.evidence import hits_of, in_group, runs_of_tokens
from analysis.terms.trends import PERIODS

RANKING, OVER_TIME = "ranking", "over time"
MOST_TARGETS = 40  # groups that are each compared with the rest
LINES = 5  # terms over time where none are named
SORTS = {
    "words after": ["R1", "R2", "R3"],
    "words before": ["L1", "L2", "L3"],
    "the hit itself": ["node", "R1"],
    "text order": [],
}
KEYNESS = (
    "lrc", "log_ratio", "text_dispersion_keyness", "lrc_words", "g2_four_term", "g2_two_term",
    "bic", "simple_maths", "percent_diff", "odds_ratio", "difference_coefficient", "din",
)  # fmt: skip
_WITHOUT_SIGN = ("text_dispersion_keyness", "g2_four_term", "g2_two_term", "bic")
_SIGNED = ("log_ratio", "lrc", "lrc_words", "difference_coefficient", "din", "percent_diff")
EACH_GROUP, ALL_OTHERS = "(each group)", "(the rest)"
_REST = "the rest"
ASSOCIATION = (
    "log_dice", "count", "mi", "mi_uncorrected", "mi3", "t_score", "z_score", "g2_four_term",
    "delta_p_collocate_given_node", "delta_p_node_given_collocate", "log_ratio",
)  # fmt: skip

# Terms: how often words occur, in the corpus, in groups, and over time


def _terms_controls(
    documents: pd.DataFrame, settings: Mapping[str, Any], voices: Sequence[str]
) -> list[Control]:
    """What can be set for terms."""
    text = "Words or phrases, separated by commas; * and ? are wildcards; empty: top terms"
    search = Control("search", "Terms", "search", "", (), "", text)
    dated = [
        Control("view", "Show", "choice", RANKING, (RANKING, OVER_TIME)),
        Control("every", "Period", "choice", "week", tuple(PERIODS), "", "For terms over time"),
    ]
    own = [search, REGEX, by_control(documents), PER, STOP, MORE_STOP, ROWS]
    return own[:2] + dated + own[2:] if is_dated(documents) else own


def _terms(question: Question) -> Answer:
    """Count the terms that are searched, or the most frequent ones."""
    over_time = question.settings.get("view") == OVER_TIME
    answer = (_over_time if over_time else _ranking)(question)
    if not answer.table["count"].any():
        raise InputError(
            f"{question['search']!r} is found nowhere in these texts; try a wildcard (*)."
        )
    return answer


def _ranking(question: Question) -> Answer:
    """Counts and rates, the most frequent terms first."""
    terms = _wanted(question, question["rows"])
    options = {"by": question.group, "terms": terms, "per": question["per"]}
    counted = call("count_terms", question.corpus, **options)
    if question.by_voice:
        counted = question.drop_empty(question.let("counts", counted))
    question.let("table", counted)
    table, by = question.run("table"), question.by
    return question.answer(
        shown=["term", *by, "count", "rate", "documents", "base"],
        bar="rate",
        caption=caption_of(table, "term", "rate", by),
        figure=call("plot_terms", few_groups(table, by), top=question["rows"]),
    )


def _wanted(question: Question, most: int) -> Source | list[str]:
    """The terms of the rows, as an argument: those that are searched, or the most frequent."""
    search = question["search"]
    terms: Source | list[str] | None = words_in(search) or None
    if search and question["regex"]:
        return question.let("top", first_values(_matching(question), "term", most))
    if terms and len(terms) <= most and not any(set(term) & set("*?") for term in terms):
        return terms
    options = {"terms": terms, "stop_words": stop_list(question), "confidence": None}
    everything = question.let("everything", call("count_terms", question.corpus, **options))
    if not len(question.run("everything")):
        raise InputError("There is no word left to count; look for other words or filter less.")
    return question.let("top", first_values(everything, "term", most))


def _matching(question: Question) -> Source:
    """The counts of the words that a regular expression matches."""
    if " " in question["search"]:
        raise InputError(
            "A regular expression for terms is for one word; look for phrases in Contexts, or"
            " without regular expressions."
        )
    options = {"terms": [question["search"]], "regex": True, "confidence": None}
    return question.let("matching", call("count_terms", question.corpus, **options))


def _over_time(question: Question) -> Answer:
    """Counts and rates by day, week or month; each search is a line, also one with wildcards."""
    named = words_in(question["search"])
    terms = named if named and not question["regex"] else _wanted(question, LINES)
    options = {"every": question["every"], "by": question.group, "per": question["per"]}
    counted = call("count_over_time", question.corpus, terms, **options)
    if question.by_voice:
        counted = question.drop_empty(question.let("counts", counted))
    question.let("table", counted)
    table, by = question.run("table"), question.by
    return question.answer(
        shown=["period", "term", *by, "count", "rate", "documents", "base"],
        bar="rate",
        n_by=["period", *by],
        caption=caption_of(table, "term", "rate", [*by, question["every"]]),
        figure=call("plot_over_time", _few_lines(table, by)),
    )


def _few_lines(table: pd.DataFrame, by: list[str]) -> Source:
    """The table for a figure: no more lines than can be told apart."""
    drawn = few_groups(table, by)
    groups = min(table[by[0]].nunique(), MOST_GROUPS) if by else 1
    names = list(dict.fromkeys(table["term"]))
    most = max(MOST_GROUPS // groups, 1)
    return drawn if len(names) <= most else where_in(drawn, "term", sorted(names)[:most])


# Contexts: every hit with the words around it


def _contexts_controls(
    documents: pd.DataFrame, settings: Mapping[str, Any], voices: Sequence[str]
) -> list[Control]:
    """What can be set for contexts."""
    return [
        Control("search", "Search", "search", "", (), "", f"A word or phrase; {SEARCH}"),
        REGEX,
        CASE,
        Control("window", "Words to each side", "number", 8, (1, 50), "", "Beside the hit"),
        Control("sort", "Sort by", "choice", "words after", tuple(SORTS)),
        Control("contains", "With nearby", "search", "", (), "", "Only hits that have this near"),
        ROWS,
    ]


def _contexts(question: Question) -> Answer:
    """Find the contexts of what is searched."""
    search, regex, texts = question["search"], question["regex"], question.whole_texts
    query, voices = query_of(search, regex), list(question[EACH])
    contains = query_of(question["contains"], regex) if question["contains"] else None
    beside = [name for name in ("outlet", "published") if name in question.texts.documents.columns]
    options: dict[str, Any] = {"window": question["window"], "sort": SORTS[question["sort"]]}
    options |= {"contains": contains, "regex": regex, "case": question["case"]}
    limit = None if voices else question["rows"]
    lines = call("find_contexts", texts, query, columns=beside, limit=limit, **options)
    if voices:  # the words around a hit may be in another voice
        found = question.let("lines", lines)
        quotes, documents = Source(f"{texts}.quotes"), Source(f"{texts}.documents")
        said = call("add_voices", found, quotes, documents=documents, keep=voices)
        kept = question.let("kept", said)
        lines = method(kept, "head", question["rows"])
    question.let("table", lines)
    table = question.run("table")
    if not len(table):
        raise InputError(f"{search!r} is found nowhere in these texts; look for another word.")
    hits = len(question.run("kept")) if voices else table.attrs["hits"]
    return question.answer(
        shown=["doc", "left", "node", "right", *beside, "voice"],
        evidence=lambda row, _: table.iloc[[row]][KEYS],
        figure=None if voices or contains else barcode(question, query),
        caption=f"Contexts of {search}.",
        note=f"{len(table):,} of {hits:,} hits shown.",
        unit="",
    )


# Keywords: the words that set one group of texts, or one voice, apart from others


def _keywords_controls(
    documents: pd.DataFrame, settings: Mapping[str, Any], voices: Sequence[str]
) -> list[Control]:
    """What can be set for keywords; which targets there are follows from `by`."""
    by = by_control(documents, none=False)
    names = _group_names(documents, settings.get("by", by.default), voices)
    more = "Words more frequent in the target, or less frequent than in the reference"
    return [
        by,
        Control("target", "Target", "choice", EACH_GROUP, (EACH_GROUP, *names)),
        Control("reference", "Reference", "choice", ALL_OTHERS, (ALL_OTHERS, *names)),
        Control("measure", "Rank by", "choice", "lrc", KEYNESS, "", "lrc: conservative log ratio"),
        Control("more", "More in the target", "flag", True, (), "", more),
        Control("min_documents", "In documents", "number", 2, (1, 1000), "", "At least so many"),
        PER,
        STOP,
        MORE_STOP,
        ROWS,
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


# Collocates: the words that occur near a word


def _collocates_controls(
    documents: pd.DataFrame, settings: Mapping[str, Any], voices: Sequence[str]
) -> list[Control]:
    """What can be set for collocates."""
    return [
        Control("search", "Node", "search", "", (), "", f"The node: a word or phrase; {SEARCH}"),
        REGEX,
        CASE,
        Control("window", "Words to each side", "number", 5, (1, 50), "", "The span"),
        Control("within", "Within", "choice", "sentence", ("sentence", "document")),
        Control("measure", "Rank by", "choice", "log_dice", ASSOCIATION),
        Control("min_count", "At least", "number", 3, (1, 1000), "", "Times near the node"),
        STOP,
        MORE_STOP,
        ROWS,
    ]


def _collocates(question: Question) -> Answer:
    """Find the collocates of what is searched."""
    search, rank = question["search"], question["measure"]
    query = query_of(search, question["regex"])
    span = {name: question[name] for name in ("window", "within", "regex", "case")}
    options = {"measure": rank, "min_count": question["min_count"]}
    options["stop_words"] = stop_list(question)
    found = call("find_collocates", question.corpus, query, **span, **options)
    question.let("table", method(found, "head", question["rows"]))
    table: pd.DataFrame = question.run("table")
    numbers = ["count", "expected", "count_collocate", "count_node", "documents"]
    drawn = {"value": rank, "item": "collocate", "by": [], "top": question["rows"]}
    return question.answer(
        shown=["collocate", rank, *numbers],
        bar=rank,
        caption=_collocates_caption(table, rank, question["window"], question["within"]),
        figure=call("plot_terms", Source("table"), **drawn),
    )


def _collocates_caption(table: pd.DataFrame, rank: str, window: int, within: str) -> str:
    """What the table shows, in a sentence."""
    from analysis import wording

    node, measured = wording.label(table["node"].iloc[0], 80), wording.column_phrase(table, rank)
    return f"Collocates of {node} up to {window} words away in the {within}, by {measured}."


def _needs_contexts(settings: Mapping[str, Any]) -> list[str]:
    """Layers for contexts."""
    return ["tokens", *(["quotes"] if settings.get(EACH) else [])]


TERMS = Tab(_terms_controls, needs_words, _terms)
CONTEXTS = Tab(_contexts_controls, _needs_contexts, _contexts)
KEYWORDS = Tab(_keywords_controls, needs_words, _keywords)
COLLOCATES = Tab(_collocates_controls, needs_words, _collocates)
