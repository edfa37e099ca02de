"""Which words keep company with a word, and the passages where they meet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.tables import InputError, Parts, in_parts, measure, require_choice
from analysis.terms.counting import Columns, open_tokens, word_list
from analysis.terms.differences import target_of
from analysis.terms.evidence import groups_of, hits_of, in_group, layer_of
from analysis.terms.meetings import (
    MEASURES,
    LookedUp,
    Meetings,
    Near,
    Options,
    Wanted,
    collocate_table,
    meetings_elsewhere,
    meetings_of,
    near_elsewhere,
    near_of,
    wanted_of,
)
from analysis.terms.passages import (
    Hits,
    Window,
    holding,
    keys_of,
    look_up,
    node_rows,
    require_span,
    steps_of,
)
from analysis.terms.units import Pos, as_unit, hide_others, stop_terms
from analysis.text.index import IN_POS


def of_meeting(corpus: Any, step: Mapping[str, Any], row: Mapping[str, Any]) -> pd.DataFrame:
    """Where a collocate is near a node: from the one to the other, each collocate once."""
    params = step["params"]
    query, collocate = params.get("query"), row.get("collocate", row.get("target"))
    if "queries" in params:
        queries = params["queries"]
        query = queries[row["source"]] if isinstance(queries, Mapping) else row["source"]
    options = {"regex": params["regex"], "case": params.get("case", False)}
    row = {**row, **target_of(step, row)} if step["call"] == "compare_collocates" else row
    names = groups_of(step, row)
    if (params.get("unit") or "term") == "term":  # only documents that have both
        corpus = holding(corpus, query, **options).holding([[[str(collocate)]]])
    table = layer_of(corpus, step, names)
    counts = table[IN_POS].to_numpy() if IN_POS in table else np.ones(len(table), dtype=bool)
    table, arrays, categories, hits = look_up(
        table.drop(columns=IN_POS, errors="ignore"),
        query,
        columns=("position", "start", "end", "word"),
        **options,
    )
    others = hits_of(table, str(collocate), {})[0]
    others = others[counts[others]]
    group = in_group(table, names, row, corpus.documents)
    hits = hits[0][group[hits[0]]], hits[1][group[hits[0]]]
    rows, hit, distance = _meetings(
        arrays, hits, others[group[others]], params["window"], params["within"]
    )
    first, lengths = hits[0][hit], hits[1][hit]
    found = pd.DataFrame(keys_of(arrays, categories, np.minimum(first, rows)))
    found["start"] = np.minimum(arrays["start"][first], arrays["start"][rows])
    found["end"] = np.maximum(arrays["end"][first + lengths - 1], arrays["end"][rows])
    return found.assign(distance=distance)


def _near_of_part(tokens: pd.DataFrame, *, asked: Any) -> Near:
    """The words near the node in a part."""
    return near_node(tokens, asked.query, asked, alone=asked.alone)


def near_node(tokens: pd.DataFrame, query: str | Sequence[str], asked: Any, *, alone: bool) -> Near:
    """The words near a node."""
    return near_of(
        look_up_node(tokens, query, asked, once=asked.narrowed),
        options_of(asked),
        (asked.by, asked.documents),
        alone=alone,
        narrowed=asked.narrowed,
        kept=asked.counted,
    )


def _wanted(parts: Sequence[Near], *, query: str | Sequence[str], min_count: int) -> Wanted:
    """The collocates that stand near the node often enough."""
    require_hits(query, [part.hits for part in parts])
    return wanted_of(parts, min_count)


def require_hits(query: str | Sequence[str], hits: Sequence[int]) -> None:
    """Refuse a node that occurs in no part."""
    if not sum(hits):
        raise InputError(
            f"{label_of(query)!r} does not occur in these texts; look for another word."
        )


def _collocates_of_part(tokens: pd.DataFrame, *, asked: Any) -> Meetings:
    """The sums of the collocates in a part."""
    near = near_node(tokens, asked.query, asked, alone=True)
    intervals = asked.confidence is not None
    return meetings_of(near, asked.known, intervals=intervals, narrowed=asked.narrowed)


def _meetings_known(*, asked: Any) -> list[Meetings]:
    """The sums of the collocates in all parts, if no tokens are needed for them; else none."""
    intervals = asked.confidence is not None
    return [meetings_of(near, asked.known, intervals=intervals) for near in asked.known.near]


def near_documents(corpus: Any, *, asked: Any) -> Any:
    """The documents that can have the node, if files tell them and what counts of the others."""
    plain = asked.unit == "term" and asked.pos is None and (asked.by is None or not len(asked.by))
    if not plain or corpus.document_sizes() is None:
        return corpus
    return holding(corpus, asked.query, regex=asked.regex, case=asked.case)


def _wanted_documents(corpus: Any, *, asked: Any) -> Any:
    """The same, where the units are documents."""
    documents = asked.known.over.tolist() == ["documents"]
    return near_documents(corpus, asked=asked) if documents else corpus


def _meetings_elsewhere(corpus: Any, *, asked: Any) -> Meetings:
    """The sums of the collocates in all documents, as though none had the node."""
    return meetings_elsewhere(corpus, asked.known, intervals=asked.confidence is not None)


def _collocate_table(parts: Sequence[Meetings], *, asked: Any) -> pd.DataFrame:
    """The collocates of a node in every group, in their order."""
    label = label_of(asked.query)
    result = collocate_table(parts, asked.known, label, asked.measure, asked.confidence)
    if not len(result):
        raise none_near(label, asked.min_count, "a wider window")
    return result


def none_near(label: str, min_count: int, other: str, where: str = "") -> InputError:
    """What is said where no word is a collocate."""
    return InputError(
        f"No word stands near {label!r} {min_count} times or more{where}; give a lower min_count or"
        f" {other}."
    )


COLUMNS = ("doc", "sentence", "term", "is_word")
_NEAR = Parts(_near_of_part, _wanted, narrow=near_documents, rest=near_elsewhere, columns=COLUMNS)
_COLLOCATES = Parts(
    _collocates_of_part,
    _collocate_table,
    _NEAR,
    _wanted_documents,
    rest=_meetings_elsewhere,
    known=_meetings_known,
    columns=COLUMNS,
)


@measure("tokens", evidence=of_meeting, parts=_COLLOCATES)
def find_collocates(
    corpus: pd.DataFrame,
    query: str | Sequence[str],
    *,
    window: Window = 5,
    within: str = "sentence",
    measure: str = "log_dice",
    min_count: int = 3,
    stop_words: Iterable[str] = (),
    regex: bool = False,
    case: bool = False,
    unit: str = "term",
    pos: Pos | None = None,
    by: str | Sequence[str] | None = None,
    documents: pd.DataFrame | None = None,
    confidence: float | None = 0.95,
) -> pd.DataFrame:
    """Find the words that stand near a word, phrase or pattern more often than elsewhere.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        The tokens table.
    query : str or sequence of str
        The node, as in `find_contexts`; several are one node with alternatives.
    window : int, (int, int) or "sentence"
        The span: words to each side, to the left and right, or the whole sentence. Punctuation is
        stepped over.
    within : {"sentence", "document"}
        What a span must not cross.
    measure : str
        Column to sort by: "count", "mi", "mi_uncorrected", "mi3", "t_score", "z_score", "log_dice",
        "g2_four_term", "delta_p_collocate_given_node", "delta_p_node_given_collocate" or
        "log_ratio".
    min_count : int
        Leave out words that stand near the node (in the group) less often.
    stop_words : iterable of str
        Words left out of the rows; they still count in the base.
    regex : bool
        Each word of `query` is a regular expression for a whole token.
    case : bool
        Distinguish upper and lower case in `query`.
    unit, pos
        What counts as one, for the node and its collocates, and which parts of speech the
        collocates have, as in `count_terms`. The node may have any; spans, `near` and `base` hold
        all words.
    by : str or sequence of str, optional
        Columns of `tokens` or `documents` to group by. Default: the corpus is one group.
    documents : pandas.DataFrame, optional
        The documents table, for a column of `by` that is there.
    confidence : float or None
        Coverage of the intervals; None leaves them out, which is faster.

    Returns
    -------
    pandas.DataFrame
        One row per group and collocate, ordered by group, `measure` (descending) and name: the
        columns of `by`; `node`, `collocate`, `count` (its words in the spans), `count_node` (hits
        of the query), `count_collocate` (all its words), `near` (words in the spans), `base` (all
        words; all of these in the group), `expected` (of `count`), `mi`, `mi_uncorrected`, `mi3`,
        `t_score`, `z_score`, `log_dice`, `g2_four_term`, `delta_p_collocate_given_node`,
        `delta_p_node_given_collocate`, `log_ratio` (of its rate near the node to its rate
        elsewhere), `documents` (in which they meet), `group_documents` (of the group), `low`,
        `high` (of `log_ratio`; may be infinite), `interval`. Each measure is explained at its
        function in `analysis.terms.formulas`.

    Raises
    ------
    InputError
        If an argument is not usable, the query has no hit, or no word stands near it so often.

    Notes
    -----
    Surface co-occurrence after Evert 2008, “Corpora and collocations”, §3.1 and §5.1: a word in
    the spans of two hits counts once, and words that are part of a hit count neither as
    collocates nor in `count_collocate`, `near` and `base`. So the four counts make a true 2×2
    table, and expected = near · count_collocate / base. Tools that add up the spans of all hits
    (Conc, for one) count a word between two hits twice. `mi` is corrected for the span, and
    `mi_uncorrected` is not, like Conc's: with five words to each side it is 3.3 bits higher, so
    thresholds such as “MI ≥ 3” do not carry over from one to the other.

    The interval of `log_ratio` takes documents as the units of chance: the two rates' intervals
    (Korn–Graubard) and their correlation over documents make that of their ratio (MOVER-R, Donner
    & Zou 2012). Several thousand words are looked at together: that an interval of one leaves out 0
    is no finding yet. In groups of voices a word is near a hit of the same voice.

    G² has no direction: a word that avoids the node has a high value, too; compare `count` with
    `expected`. The measures rank, they do not test: words of one text are not independent draws.
    No measure tells who says it, or whether it is denied: read `find_passages`.

    Examples
    --------
    >>> from analysis.text.tokens import tokenize
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["Peace talks fail. Peace talks? No peace."]})
    >>> table = find_collocates(tokenize(texts), "talks", min_count=1)
    >>> table[["collocate", "count", "count_collocate", "near", "base"]]
      collocate  count  count_collocate  near  base
    0     peace      2                3     3     5
    1      fail      1                1     3     5
    """
    in_parts()


def options_of(asked: Any) -> Options:
    """The options of collocates, checked."""
    order = getattr(asked, "measure", MEASURES[0])
    require_choice(order, MEASURES, "measure")
    if not asked.min_count >= 1:
        raise InputError(f"min_count={asked.min_count!r} must be 1 or more.")
    require_span(asked.window, asked.within)
    stopped = stop_terms(word_list(asked.stop_words, "stop_words"), asked.unit)
    return Options(asked.window, asked.within, order, asked.min_count, stopped)


def label_of(query: str | Sequence[str]) -> str:
    """What a node is called."""
    return query if isinstance(query, str) else " | ".join(query)


def look_up_node(
    corpus: pd.DataFrame, query: str | Sequence[str], asked: Any, once: bool = False
) -> LookedUp:
    """The tokens in their unit, their arrays and categories, and the hits of a node."""
    found = look_up(
        as_unit(corpus, asked.unit), query, regex=asked.regex, case=asked.case, once=once
    )
    if asked.pos is None:
        return found
    table = hide_others(as_unit(found[0], "term", asked.pos))  # the node is of any part of speech
    return table, *open_tokens(table), found[3]


def _meetings(
    arrays: Columns, hits: Hits, others: np.ndarray, window: Window, within: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows of `others` near a hit, the nearest hit (or the one before), and the distance to it."""
    wanted = np.zeros(len(arrays["term"]), dtype=bool)
    wanted[others] = True
    wanted[node_rows(hits)] = False
    rows, hit, distance = (np.empty(0, dtype=np.int64) for _ in range(3))
    for which, here, far in steps_of(arrays, hits, window, within):
        met = wanted[here]
        rows, hit = np.append(rows, here[met]), np.append(hit, which[met])
        distance = np.append(distance, np.full(int(met.sum()), far))
    order = np.lexsort((hit, np.abs(distance), rows))
    _, first = np.unique(rows[order], return_index=True)
    best = order[first]
    return rows[best], hit[best], distance[best]
