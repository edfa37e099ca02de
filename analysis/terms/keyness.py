"""Which words set one group of texts apart from others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import erfc

from analysis.tables import NONE_LABEL, InputError, Parts, in_parts, measure, require_choice
from analysis.terms import formulas
from analysis.terms.counting import bare, coded, falling
from analysis.terms.evidence import of_terms
from analysis.terms.formulas import LIKELIHOODS, adjust_p
from analysis.terms.sides import (
    Grouped,
    Pair,
    Plan,
    Sided,
    Table,
    draws_of,
    grouped,
    pairs_of,
    plan_of,
    table_of,
    tell_apart,
    with_presence,
)
from analysis.terms.units import HIDDEN, Pos, as_unit, hide_others
from analysis.text.cuts import repeat_word, take_words

__all__ = ["compare_terms"]


def _of_target(corpus: Any, step: Mapping[str, Any], row: Mapping[str, Any]) -> pd.DataFrame:
    """The occurrences in the target of a comparison."""
    by = step["params"]["by"]
    names = [by] if isinstance(by, str) else list(by or ())
    values = [row["target"]] if len(names) == 1 else str(row["target"]).split(", ")
    return of_terms(corpus, step, {**row, **dict(zip(names, values, strict=False))})


def _groups_of_part(
    tokens: pd.DataFrame,
    *,
    formula: str,
    min_documents: int,
    smooth: float,
    unit: str,
    pos: Pos | None,
    by: str | Sequence[str] | None,
    documents: pd.DataFrame | None,
    per: float,
    alpha: float,
    alone: bool,
) -> Grouped:
    """The groups of a part."""
    require_choice(formula, LIKELIHOODS, "formula")
    _require_numbers(min_documents=min_documents, alpha=alpha, smooth=smooth, per=per)
    table = _table(tokens, (unit, pos), by, documents)
    return grouped(table, _unknown(tokens, by, documents), alone=alone)


def _table(
    tokens: pd.DataFrame,
    unit: tuple[str, Pos | None],
    by: str | Sequence[str] | None,
    documents: pd.DataFrame | None,
) -> Table:
    """How often the documents of a part have each term."""
    counted = hide_others(as_unit(tokens, *unit))
    return table_of(coded(bare(counted)), by, documents, counted)


def _plan(
    parts: Sequence[Grouped], *, target: object, reference: object, by: str | Sequence[str] | None
) -> Plan:
    """What is compared with what."""
    return plan_of(parts, target, reference, by)


def _sides_of_part(
    tokens: pd.DataFrame,
    *,
    unit: str,
    pos: Pos | None,
    by: str | Sequence[str] | None,
    documents: pd.DataFrame | None,
    known: Plan,
) -> Sided:
    """The sums of the sides in a part."""
    table = known.table
    if table is None:
        table = _table(tokens, (unit, pos), by, documents)
    return Sided(table.terms, table.sides(known))


def _keywords(
    parts: Sequence[Sided],
    *,
    reference: object,
    formula: str,
    min_documents: int,
    smooth: float,
    pos: Pos | None,
    per: float,
    alpha: float,
    known: Plan,
) -> pd.DataFrame:
    """The keywords, from the sides of all parts."""
    words, pairs = pairs_of(parts, known, reference)
    tested = [_tested(pair, min_documents) for pair in pairs]
    if pos is not None:
        tested = [rows[words[rows] != HIDDEN] for rows in tested]
    family = sum(map(len, tested))
    if not family:
        raise InputError(
            f"No term is in {min_documents} documents of the two sides together; lower"
            " min_documents, or choose other groups."
        )
    columns = [
        _compared(pair, rows, per)
        | _by_document(pair, rows, family, alpha)
        | _by_word(pair, rows, family, alpha, formula, smooth)
        for pair, rows in zip(pairs, tested, strict=True)
    ]
    tables = [_ordered(own, words) for own in columns]
    result = pd.concat(tables, ignore_index=True) if len(tables) > 1 else tables[0]
    result["p_adjusted"] = adjust_p(result["p"])
    return result


_KEYWORDS = Parts(_sides_of_part, _keywords, Parts(_groups_of_part, _plan))


@measure("tokens", evidence=_of_target, parts=_KEYWORDS)
def compare_terms(
    corpus: pd.DataFrame,
    *,
    target: object = None,
    reference: object = None,
    formula: str = "four-term",
    min_documents: int = 2,
    smooth: float = 100,
    unit: str = "term",
    pos: Pos | None = None,
    by: str | Sequence[str] | None,
    documents: pd.DataFrame | None = None,
    per: float = 1000,
    alpha: float = 0.05,
) -> pd.DataFrame:
    """Find the keywords of groups of texts: words over- or under-used against a reference.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        The tokens table.
    by : str, sequence of str, or None
        Columns of `tokens` or `documents` that make the groups. None takes all tokens as one
        group, for a comparison with a frequency list.
    documents : pandas.DataFrame, optional
        The documents table, where a column of `by` is there.
    target : optional
        One value of `by` (of several columns: the values joined by ", "). Default: every group.
    reference : optional
        Another value of `by`, or a frequency list: a table with `term` (lower-cased) and `count`;
        its total is its column `base`, else ``attrs["total"]``, else the sum of counts; a column
        `documents` is used if there. Default: the rest of the tokens; texts
        without a value in `by` are left out, and a warning says how many, unless the target or
        the reference is "(none)".
    formula : {"four-term", "two-term"}
        Which G²; the name of the column says it.
    min_documents : int
        Leave out terms that are in fewer documents of *both sides together* (of a side of one
        document: in fewer of its sentences; of a frequency list without documents: occurrences).
        Such a filter does not depend on the difference that is looked for [4]_.
    alpha : float
        1 − confidence of `lrc` and `lrc_words`, for all rows of the table at once.
    smooth : float
        Constant of `simple_maths`, in occurrences per million words.
    unit, pos
        What counts as one, and the parts of speech that count, as in `count_terms`; the bases stay
        all words. A frequency list is in the same unit.
    per : float
        Rates are given per so many words.

    Returns
    -------
    pandas.DataFrame
        One row per target and term, ordered by target, `lrc` (descending); where that is 0, from
        the smallest `p` of an over-used term to the smallest `p` of an under-used one; then by
        `log_ratio` (descending) and term.

        - `target`, `reference`, `term`; `count`, `count_reference`; `base`, `base_reference`
          (words); `rate`, `rate_reference` (per `per` words), `per`; `documents`,
          `documents_reference` (that have the term), `group_documents`,
          `group_documents_reference` (of the side): Int64, missing for a frequency list.
        - `log_ratio`: the effect. With documents as the draws: `lrc` (its conservative bound; 0:
          not known to differ), `design_effect`, `p` (of two tests, `p_counts` and `p_presence`, the
          smaller, doubled), `p_adjusted` (Benjamini–Hochberg over the rows). `units` says what the
          draws are: "documents", "sentences" of a side of one document (no `p_presence` then),
          "words" of a frequency list; or "none: …", why there is no inference (fewer than 3
          draws): then `lrc` is 0, and `design_effect`, `p` and `p_adjusted` are missing.
        - With words as independent draws, as other tools have them: `lrc_words`, `g2_four_term` or
          `g2_two_term`, `p_words`, `bic`. `text_dispersion_keyness`: the G² of the numbers of
          documents that have the term.
        - `simple_maths`, `percent_diff`, `odds_ratio`, `difference_coefficient`, `din`.

        Each measure is explained in the documentation of keyness. A group without words has no row.

    Raises
    ------
    InputError
        If a group, column, formula or number is not usable, if there is nothing to compare with, or
        if no term is in so many documents.

    Notes
    -----
    Under-used terms have negative `log_ratio` and `lrc`. Texts have topics, so the counts of a term
    scatter over the documents more than independent draws would. By how much is its design effect
    D, the variance of the difference of the two rates, with documents as the draws, over that of
    independent words (at least 1 on either side). Counts divided by D are as uncertain as
    independent draws [1]_: `lrc` is Evert's conservative log ratio [2]_ of them, and
    `p_counts` the exact binomial test of them, both with Student's t in the place of the normal
    distribution; its degrees of freedom are Satterthwaite's, with Kish's effective number of
    documents on either side, so that a side of few or of very unequal documents counts as such.
    `p_presence` is Fisher's exact test of the numbers of documents that have the term, in the
    direction of the log ratio: with few documents it sees what all of one side have and none of the
    other. It does not see how often. Where the side of the higher rate has longer documents its
    odds are those of length alone, since long documents have more terms.

    `lrc_words`, `g2_…`, `p_words` and `bic` take every word as an independent draw: between random
    halves of one corpus they find dozens of keywords. A document on both sides (with a column of
    the tokens, such as the voice) counts as a draw of each. Of a side of one document, the
    sentences tell whether *this text* differs, not its author or outlet; of a frequency list
    nothing tells how its words scatter, so its own share of D is 1.

    `text_dispersion_keyness` [3]_ asks in how many documents a term is, not how often; long
    documents have more terms. A keyword is a reason to read passages (`find_contexts`), not a
    finding. To hide stop words drop their rows; dropping them from `tokens` would change the bases.

    References
    ----------
    .. [1] Rao & Scott 1992, "A simple method for the analysis of clustered binary data",
       Biometrics 48.
    .. [2] Evert 2022, "Measuring keyness", DH2022.
    .. [3] Egbert & Biber 2019, "Incorporating text dispersion into keyword analyses", Corpora
       14(1).
    .. [4] Bourgon, Gentleman & Huber 2010, "Independent filtering increases detection power for
       high-throughput experiments", PNAS 107(21).

    Examples
    --------
    >>> from analysis.text.tokens import tokenize
    >>> texts = pd.DataFrame({"doc": ["a", "b"], "text": ["War, war, peace.", "Peace and talks."]})
    >>> table = compare_terms(tokenize(texts), by="doc", target="a", min_documents=1)
    >>> table[["term", "count", "count_reference", "log_ratio", "lrc"]].round(2).head(2)
        term  count  count_reference  log_ratio  lrc
    0    war      2                0       2.32  0.0
    1  peace      1                1       0.00  0.0
    >>> table["units"].iloc[0][:54]
    'none: a is one document and has fewer than 3 sentences'
    """
    in_parts()


def _unknown(tokens: pd.DataFrame, by: Any, documents: pd.DataFrame | None) -> str:
    """The name of the group of texts without a value, where a column of the documents has some."""
    names = [by] if isinstance(by, str) else list(by or ())
    if len(names) != 1 or documents is None or names[0] in set(tokens.columns):
        return ""
    missing = names[0] in documents.attrs.get("missing", ()) or documents[names[0]].isna().any()
    return NONE_LABEL if missing else ""


def _tested(pair: Pair, min_documents: int) -> np.ndarray:
    """Codes of the terms that are tested."""
    one, other = pair.one, pair.other
    there = (one.sums.total > 0) | (other.sums.total > 0)
    return np.flatnonzero(there & (one.spread + other.spread >= min_documents))


def _compared(pair: Pair, rows: np.ndarray, per: float) -> dict[str, Any]:
    """What was counted on the two sides; the terms by their codes."""
    columns: dict[str, Any] = {"target": pair.target, "reference": pair.reference}
    columns["term"] = rows
    sides = (("", pair.one), ("_reference", pair.other))
    columns |= {f"count{end}": side.sums.total[rows].astype(np.int64) for end, side in sides}
    columns |= {f"base{end}": side.base for end, side in sides}
    rates = {f"rate{end}": side.sums.total[rows] * (per / side.base) for end, side in sides}
    columns |= rates | {"per": per}
    columns |= {f"documents{end}": _known(side.documents, rows) for end, side in sides}
    return columns | {f"group_documents{end}": _known(side.texts, rows) for end, side in sides}


def _known(values: np.ndarray | int | None, rows: np.ndarray) -> pd.arrays.IntegerArray:
    """Numbers of documents as whole numbers, or missing where they are not known."""
    if values is None:
        missing = np.ones(len(rows), dtype=bool)
        return pd.arrays.IntegerArray(np.zeros(len(rows), dtype=np.int64), missing)
    known = values[rows] if isinstance(values, np.ndarray) else np.full(len(rows), values)
    return pd.arrays.IntegerArray(known.astype(np.int64), np.zeros(len(rows), dtype=bool))


def _by_document(pair: Pair, rows: np.ndarray, family: int, alpha: float) -> dict[str, Any]:
    """The effect, and what is known of it with documents as the draws."""
    sides = [draws_of(side.terms(rows), side.over) for side in (pair.one, pair.other)]
    found = tell_apart(*sides, family=family, alpha=alpha)
    nothing = np.full(len(rows), np.nan)
    found |= {"p_counts": found["p"], "p_presence": nothing}
    if pair.lack:
        found |= {"lrc": np.zeros(len(rows))}
        found |= dict.fromkeys(("design_effect", "p", "p_counts"), nothing)
    elif pair.one.over == pair.other.over == "documents":
        have = [side.spread[rows] for side in (pair.one, pair.other)]
        found = with_presence(found, have, [pair.one.lengths, pair.other.lengths])
    return found | {"p_adjusted": np.nan, "units": pair.units}


def _by_word(
    pair: Pair, rows: np.ndarray, family: int, alpha: float, formula: str, smooth: float
) -> dict[str, Any]:
    """The measures that take words as independent draws, and those that say nothing of chance."""
    one, other = pair.one, pair.other
    which, (count, count_reference) = _distinct(one.sums.total[rows], other.sums.total[rows])
    four = (count, one.base, count_reference, other.base)
    g2 = formulas.log_likelihood(*four, formula=formula)
    found = {
        "lrc_words": formulas.conservative_log_ratio(*four, family=family, alpha=alpha),
        f"g2_{formula.replace('-', '_')}": g2,
        "p_words": erfc(np.sqrt(g2 / 2)),  # the upper tail of χ² with one degree of freedom
        "bic": formulas.bic(*four),
        "text_dispersion_keyness": None,
        "simple_maths": formulas.simple_maths(*four, smooth=smooth),
        "percent_diff": formulas.percent_diff(*four),
        "odds_ratio": formulas.odds_ratio(*four),
        "difference_coefficient": formulas.difference_coefficient(*four),
        "din": formulas.din(*four),
    }
    found = {name: None if values is None else values[which] for name, values in found.items()}
    return found | {"text_dispersion_keyness": _of_texts(pair, rows)}


def _distinct(one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
    """The pairs of whole numbers that occur, and which of them every row has."""
    # rare words, nearly all of a vocabulary, have few counts, and what is alike is worked out once
    width = int(other.max(initial=0)) + 1
    which, pairs = pd.factorize(one.astype(np.int64) * width + other.astype(np.int64))
    return which, [part.astype(np.float64) for part in np.divmod(pairs, width)]


def _of_texts(pair: Pair, rows: np.ndarray) -> np.ndarray | float:
    """The G² of the numbers of documents that have each term."""
    one, other = pair.one, pair.other
    if one.documents is None or other.documents is None or not one.texts or not other.texts:
        return np.nan
    which, (have, others) = _distinct(one.documents[rows], other.documents[rows])
    return formulas.log_likelihood(have, one.texts, others, other.texts)[which]


def _ordered(columns: Mapping[str, Any], words: pd.Index) -> pd.DataFrame:
    """The rows of one comparison in their order; they come in that of their terms."""
    ratio, p = columns["log_ratio"], columns["p"]
    sure = -np.sign(ratio) * np.log(np.maximum(np.where(np.isnan(p), 1, p), 1e-300))
    order = falling(columns["lrc"], sure, ratio)
    kept = {k: v[order] if np.ndim(v) else v for k, v in columns.items()}
    kept["term"] = take_words(words, kept["term"])
    texts = [name for name, value in kept.items() if isinstance(value, str)]
    kept |= {name: repeat_word(kept[name], len(order)) for name in texts}
    return pd.DataFrame(kept, index=pd.RangeIndex(len(order)), copy=False)


def _require_numbers(*, min_documents: int, alpha: float, smooth: float, per: float) -> None:
    """Refuse numbers that no comparison can use."""
    if min_documents is None or not min_documents >= 1:
        raise InputError(f"min_documents={min_documents!r} must be 1 or more.")
    if not 0 < alpha < 1:
        raise InputError(f"alpha={alpha!r} must lie between 0 and 1; 0.05 is usual.")
    for name, value in (("smooth", smooth), ("per", per)):
        if not value > 0:
            raise InputError(f"{name}={value!r} must be above 0.")
