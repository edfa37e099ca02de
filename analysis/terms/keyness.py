"""Which words set one group of texts apart from others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import erfc

from analysis.counted import Counted
from analysis.tables import NONE_LABEL, InputError, Parts, in_parts, measure, require_choice
from analysis.terms import formulas
from analysis.terms.comparisons import Grouped, Plan, Sided, grouped, pairs_of, plan_of
from analysis.terms.counting import distinct, falling_ranks
from analysis.terms.evidence import of_terms
from analysis.terms.formulas import LIKELIHOODS, adjust_p
from analysis.terms.sides import Pair, Side, Table, group_documents, table_counted, table_of
from analysis.terms.significance import Draws, draws_of, tell_apart, with_presence
from analysis.terms.units import HIDDEN, Pos, as_unit, hide_others
from analysis.text.cuts import repeat_word, take_words

__all__ = ["compare_terms"]


def _of_target(corpus: Any, step: Mapping[str, Any], row: Mapping[str, Any]) -> pd.DataFrame:
    """The occurrences in the target of a comparison."""
    by = step["params"]["by"]
    names = [by] if isinstance(by, str) else list(by or ())
    values = [row["target"]] if len(names) == 1 else str(row["target"]).split(", ")
    return of_terms(corpus, step, {**row, **dict(zip(names, values, strict=False))})


def _groups_of_part(tokens: pd.DataFrame, *, asked: Any) -> Grouped:
    """The groups of a part."""
    _require_options(asked)
    table = _table(tokens, asked)
    unknown = _unknown(tokens, asked)
    found = grouped(table.groups, table.group, unknown, int(table.words.sum()))
    return found._replace(table=table) if asked.alone else found


def _groups_counted(counted: Counted, *, asked: Any) -> Grouped:
    """The same of words that were counted by document."""
    _require_options(asked)
    groups = group_documents(counted.ids, counted.documents, asked.by, asked.documents)
    unknown = _unknown(counted.table, asked)
    return grouped(groups, groups.codes, unknown, int(counted.words.sum()))


def _table(tokens: pd.DataFrame, asked: Any) -> Table:
    """How often the documents of a part have each term."""
    tokens = hide_others(as_unit(tokens, asked.unit, asked.pos))
    return table_of(tokens, asked.by, asked.documents)


def _plan(parts: Sequence[Grouped], *, asked: Any) -> Plan:
    """What is compared with what."""
    return plan_of(parts, asked.target, asked.reference, asked.by)


def _sides_of_part(tokens: pd.DataFrame, *, asked: Any) -> Sided:
    """The sums of the sides in a part."""
    known = asked.known
    table = _table(tokens, asked) if known.table is None else known.table
    sides = table.sides(known.groups, known.masks, alone=known.table is not None)
    return Sided(table.terms, sides)


def _sides_counted(counted: Counted, *, asked: Any) -> Sided | None:
    """The same of words that were counted by document, which do not tell of sentences."""
    known = asked.known
    if known.single:
        return None
    table = table_counted(counted, asked.by, asked.documents)
    return Sided(table.terms, table.sides(known.groups, known.masks, alone=False))


class _Terms(NamedTuple):
    """The terms of a comparison; what is worked out of them is, once for those that are alike."""

    rows: np.ndarray  # their codes
    counts: np.ndarray  # of every term, which pair of counts it has
    pairs: list[np.ndarray]  # of counts on the two sides
    cases: np.ndarray  # of every term, which case it is
    draws: list[Draws]  # of every case, on the two sides
    have: tuple[np.ndarray, list[np.ndarray]] | None  # of every case, which documents have it


def _keywords(parts: Sequence[Sided], *, asked: Any) -> pd.DataFrame:
    """The keywords, from the sides of all parts."""
    words, pairs = pairs_of(parts, asked.known, asked.reference)
    tested = [_terms_at_hand(pair, words, asked) for pair in pairs]
    family = sum(len(terms.rows) for terms in tested)
    if not family:
        raise InputError(
            f"No term is in {asked.min_documents} documents of the two sides together; lower"
            " min_documents, or choose other groups."
        )
    tests = [
        _test(pair, terms, family, asked.alpha) for pair, terms in zip(pairs, tested, strict=True)
    ]
    every = [found["p"] for found in tests]
    times = [np.bincount(own.cases, minlength=len(p)) for own, p in zip(tested, every, strict=True)]
    adjusted = adjust_p(np.concatenate(every), np.concatenate(times))
    ends = np.cumsum([len(p) for p in every])[:-1]
    tables = [
        _table_of_pair(pair, terms, found | {"p_adjusted": p}, words, family, asked)
        for pair, terms, found, p in zip(
            pairs, tested, tests, np.split(adjusted, ends), strict=True
        )
    ]
    return pd.concat(tables, ignore_index=True) if len(tables) > 1 else tables[0]


_KEYWORDS = Parts(
    _sides_of_part,
    _keywords,
    Parts(_groups_of_part, _plan, counted=_groups_counted),
    counted=_sides_counted,
)


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


def _unknown(table: pd.DataFrame, asked: Any) -> str:
    """The name of the group of texts without a value, where a column of the documents has some."""
    documents = asked.documents
    names = [asked.by] if isinstance(asked.by, str) else list(asked.by or ())
    if len(names) != 1 or documents is None or names[0] in set(table.columns):
        return ""
    missing = names[0] in documents.attrs.get("missing", ()) or documents[names[0]].isna().any()
    return NONE_LABEL if missing else ""


def _terms_at_hand(pair: Pair, words: pd.Index, asked: Any) -> _Terms:
    """The terms that are tested; those of the last few comparisons are kept with the sums."""
    table, one, other = asked.known.table, pair.one, pair.other
    if table is None or None in (one.key, other.key) or asked.pos is not None:
        return _terms_of(pair, words, asked)
    key = (one.key, one.over, other.key, other.over, asked.min_documents)
    found: _Terms = table.sums.keep(key, lambda: _terms_of(pair, words, asked))
    return found


def _terms_of(pair: Pair, words: pd.Index, asked: Any) -> _Terms:
    """The terms that are tested, and which of them are alike."""
    sides = one, other = pair.one, pair.other
    there = (one.sums.total + other.sums.total) > 0
    rows = np.flatnonzero(there & (one.spread + other.spread >= asked.min_documents))
    if asked.pos is not None:
        rows = rows[words[rows] != HIDDEN]
    draws = [draws_of(side.terms(rows), side.over) for side in sides]
    counts, pairs = distinct(*(own.total for own in draws))
    plain = [_is_plain(side, own, rows) for side, own in zip(sides, draws, strict=True)]
    cases, first = _cases(counts, len(pairs[0]), plain[0] & plain[1])
    draws = [own.take(first) for own in draws]
    return _Terms(rows, counts, pairs, cases, draws, _documents_of(pair, rows[first]))


def _test(pair: Pair, terms: _Terms, family: int, alpha: float) -> dict[str, np.ndarray]:
    """The effect of every case, and what is known of it with documents as the draws."""
    sides, have = (pair.one, pair.other), terms.have
    found = tell_apart(*terms.draws, family=family, alpha=alpha)
    nothing = np.full(len(found["p"]), np.nan)
    found |= {"p_counts": found["p"], "p_presence": nothing}
    if pair.lack:
        found |= {"lrc": np.zeros(len(nothing))}
        found |= dict.fromkeys(("design_effect", "p", "p_counts"), nothing)
    elif have is not None and pair.one.over == pair.other.over == "documents":
        found = with_presence(found, have, [side.lengths for side in sides])
    found["text_dispersion_keyness"] = nothing
    if have is not None:
        (one, other), (n, m) = have[1], (int(side.texts or 0) for side in sides)
        found["text_dispersion_keyness"] = formulas.log_likelihood(one, n, other, m)[have[0]]
    return found


def _is_plain(side: Side, draws: Draws, rows: np.ndarray) -> np.ndarray:
    """Of which terms all that counts follows from how often they occur, as of rare words."""
    plain: np.ndarray = draws.variance == draws.total
    plain &= side.spread[rows] == draws.total
    if side.documents is not None and side.documents is not side.spread:
        plain &= side.documents[rows] == draws.total
    return plain


def _cases(counts: np.ndarray, size: int, plain: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The case that every term is, and a term of every case: plain ones of equal counts are one."""
    alike, others = np.flatnonzero(plain), np.flatnonzero(~plain)
    place = np.full(size, -1, dtype=np.int64)
    place[counts[alike]] = alike
    used = np.flatnonzero(place >= 0)
    number = np.empty(size, dtype=np.int64)
    number[used] = np.arange(len(used))
    cases = np.empty(len(counts), dtype=np.int64)
    cases[alike] = number[counts[alike]]
    cases[others] = len(used) + np.arange(len(others))
    return cases, np.concatenate([place[used], others])


def _documents_of(pair: Pair, rows: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]] | None:
    """The pairs of numbers of documents that have terms; None where a list does not say them."""
    one, other = pair.one, pair.other
    if one.documents is None or other.documents is None or not one.texts or not other.texts:
        return None
    return distinct(one.documents[rows], other.documents[rows])


def _table_of_pair(
    pair: Pair,
    terms: _Terms,
    found: dict[str, np.ndarray],
    words: pd.Index,
    family: int,
    asked: Any,
) -> pd.DataFrame:
    """The rows of one comparison in their order."""
    order = _order(terms, found)
    rows, cases, counts = terms.rows[order], terms.cases[order], terms.counts[order]
    size, sides = len(order), (("", pair.one), ("_reference", pair.other))
    named = {name: repeat_word(getattr(pair, name), size) for name in ("target", "reference")}
    columns: dict[str, Any] = named | {"term": take_words(words, rows)}
    for (end, _), values in zip(sides, terms.pairs, strict=True):
        columns[f"count{end}"] = values.astype(np.int64)[counts]
    columns |= {f"base{end}": side.base for end, side in sides}
    for (end, side), values in zip(sides, terms.pairs, strict=True):
        columns[f"rate{end}"] = (values * (asked.per / side.base))[counts]
    columns["per"] = asked.per
    columns |= {f"documents{end}": _known(side.documents, rows) for end, side in sides}
    columns |= {f"group_documents{end}": _known(side.texts, rows) for end, side in sides}
    texts = found.pop("text_dispersion_keyness")
    columns |= {name: values[cases] for name, values in found.items()}
    columns["units"] = repeat_word(pair.units, size)
    by_word = _by_word(pair, terms.pairs, family, asked) | {"text_dispersion_keyness": texts}
    for name, values in by_word.items():
        columns[name] = values[cases if values is texts else counts]
    return pd.DataFrame(columns, index=pd.RangeIndex(size), copy=False)


def _order(terms: _Terms, found: Mapping[str, np.ndarray]) -> np.ndarray:
    """The order of the rows, which come in that of their terms."""
    size = len(terms.rows)
    p = np.where(np.isnan(found["p"]), 1, found["p"])
    sure = -np.sign(found["log_ratio"]) * np.log(np.maximum(p, 1e-300))
    ratio = np.empty(len(terms.pairs[0]))
    ratio[terms.counts] = found["log_ratio"][terms.cases]
    lrc, sure, ratio = (falling_ranks(key) for key in (found["lrc"], sure, ratio))
    widths = [int(most).bit_length() for most in (sure.max(), ratio.max(), size)]
    if sum(widths, int(lrc.max()).bit_length()) > 63:
        return np.lexsort((ratio[terms.counts], sure[terms.cases], lrc[terms.cases]))
    key = ((lrc << widths[0] | sure) << widths[1])[terms.cases] | ratio[terms.counts]
    key = key << widths[2] | np.arange(size)
    key.sort()
    return key & ((1 << widths[2]) - 1)


def _known(values: np.ndarray | int | None, rows: np.ndarray) -> pd.arrays.IntegerArray:
    """Numbers of documents as whole numbers, or missing where they are not known."""
    if values is None:
        missing = np.ones(len(rows), dtype=bool)
        return pd.arrays.IntegerArray(np.zeros(len(rows), dtype=np.int64), missing)
    known = values[rows] if isinstance(values, np.ndarray) else np.full(len(rows), values)
    known = known.astype(np.int64, copy=False)
    return pd.arrays.IntegerArray(known, np.zeros(len(rows), dtype=bool))


def _by_word(pair: Pair, counts: Sequence[np.ndarray], family: int, asked: Any) -> dict[str, Any]:
    """The measures that take words as independent draws, and those that say nothing of chance."""
    count, count_reference = counts
    four = (count, pair.one.base, count_reference, pair.other.base)
    g2 = formulas.log_likelihood(*four, formula=asked.formula)
    return {
        "lrc_words": formulas.conservative_log_ratio(*four, family=family, alpha=asked.alpha),
        f"g2_{asked.formula.replace('-', '_')}": g2,
        "p_words": erfc(np.sqrt(g2 / 2)),  # the upper tail of χ² with one degree of freedom
        "bic": formulas.bic(*four),
        "text_dispersion_keyness": None,
        "simple_maths": formulas.simple_maths(*four, smooth=asked.smooth),
        "percent_diff": formulas.percent_diff(*four),
        "odds_ratio": formulas.odds_ratio(*four),
        "difference_coefficient": formulas.difference_coefficient(*four),
        "din": formulas.din(*four),
    }


def _require_options(asked: Any) -> None:
    """Refuse options that no comparison can use."""
    require_choice(asked.formula, LIKELIHOODS, "formula")
    if asked.min_documents is None or not asked.min_documents >= 1:
        raise InputError(f"min_documents={asked.min_documents!r} must be 1 or more.")
    if not 0 < asked.alpha < 1:
        raise InputError(f"alpha={asked.alpha!r} must lie between 0 and 1; 0.05 is usual.")
    for name in ("smooth", "per"):
        if not getattr(asked, name) > 0:
            raise InputError(f"{name}={getattr(asked, name)!r} must be above 0.")
