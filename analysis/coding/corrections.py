"""Shares and means of the codes themselves, in all rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.coding.agreement import describe_result
from analysis.coding.coded import Coded, groups_of_codes, plain_codes, read_plain
from analysis.coding.core import PARTS, estimate_row, say_gain
from analysis.coding.design import UNKNOWN
from analysis.tables import InputError, measure
from analysis.wording import listing, noun_of

SHARE_OF = {
    "row": "everything that was found",
    "sentence": "all sentences",
    "paragraph": "all paragraphs",
    "document": "all documents",
}


def share_of(design: Mapping[str, Any]) -> str:
    """What shares of codes are of, in words: which rows could be drawn."""
    whole = SHARE_OF[design["unit"]]
    if not design.get("headings", True):
        whole += " except headings"
    only = (design.get("source") or {}).get("only") or {}
    chosen = (f"{noun_of(name)} {listing(values, 6)}" for name, values in only.items())
    return f"{whole} with {listing(list(chosen))}" if only else whole


@measure("documents", plain={"codes": plain_codes})
def count_codes(
    corpus: pd.DataFrame,
    codes: pd.DataFrame,
    *,
    by: str | Sequence[str] | None = None,
    docs: Sequence[str] | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Estimate the share of each code in all rows, in the corpus or in groups.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        The corpus, or its documents.
    codes : pandas.DataFrame
        What `read_codes` gave.
    by : str or sequence of str, optional
        Columns of the documents, or of the rows if the sample was drawn with ``by=``.
    docs : sequence of str, optional
        Ids of documents: only their rows are estimated, and only their codes tell of them.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row per group and code: the columns of `by`; `code`; `coded` (rows of the group that
        were coded); `base` (its rows); `share` (of them that would get the code if all were
        coded); `low`, `high`, `interval`; `share_machine` (what the machine says);
        `precision` (in these texts: of the rows that the machine gave this answer, those that have
        the code) and `recall` (in these texts: of those that have the code, those that the machine
        gave this answer), each with ``_low`` and ``_high``; `gain` (how many rows coded at random,
        without the machine, one coded row is worth); `least_width` (of the interval, if all rows
        were coded). ``attrs["coded"]`` says in words how many were coded and by whom.

    Raises
    ------
    InputError
        If the texts have changed since the sample was drawn, or a column does not exist.

    Notes
    -----
    The estimate adds up, over the machine's answers, the share of the code among the coded rows
    with that answer times the number of all rows with it. For two answers this is
    prediction-powered inference with a tuned weight (PPI++, Angelopoulos, Duchi and Zrnic 2024). A
    machine that is wrong costs width, not truth. The interval joins by squares what is left open by
    coding a sample (Jeffreys' interval for each answer, with the effective number of codes) and by
    the choice of documents (as for all measures); with fewer than three documents it is about these
    texts alone, and says so. What is coded is known: a stratum or group that was coded in full adds
    no doubt, and no end contradicts the codes. Precision and recall are always about these texts
    alone: of others of their kind their intervals hold far less often (62 to 98 in 100). Rows that
    were coded by two count half for each. Groups with fewer than 20 coded rows are not corrected,
    unless these are all there are. A `gain` near 1 means that the machine adds nothing: code more.
    It is below 1 where rare answers of the machine, of which more rows are drawn than they are a
    part of, are no better known by it: that is the price of their precision.

    Examples
    --------
    >>> from analysis.coding.sample import sample_for_coding
    >>> from analysis.layers import Corpus
    >>> texts = pd.DataFrame({"doc": list("abcd"), "text": ["Rain fell. Prices fell. " * 6] * 4})
    >>> corpus = Corpus(texts)
    >>> sample = sample_for_coding(None, corpus, n=40, unit="sentence", terms={"economy":
    ...     ["price*"]}, question="Its topic?")
    >>> codes = sample.assign(coder="me", code=sample["machine"])
    >>> count_codes(corpus, codes)[["code", "coded", "base", "share"]]
          code  coded  base  share
    0  economy     40    48    0.5
    1     none     40    48    0.5
    """
    codes = read_plain(codes)
    coded = Coded(codes, corpus).keep(docs)
    names = [by] if isinstance(by, str) else list(by or ())
    rows = []
    for group in groups_of_codes(coded, names):
        chosen = coded.masks(group)
        for answer in coded.design["choices"]:
            cell, kinds = coded.cell(*chosen, answer)
            found = estimate_row(cell, kinds, answer, confidence)
            base = int(cell.rows.sum())
            head = {"code": answer, "coded": len(cell.code), "base": base}
            machine = cell.rows[:, kinds.index(answer)].sum() / base if answer in kinds else 0.0
            found["value_machine"] = np.nan if kinds == [UNKNOWN] else float(machine)
            rows.append(group | head | _named(found, "share"))
    result = pd.DataFrame(rows)
    result["share"] = result["share"].fillna(result["share_machine"])
    result.attrs["coded"] = describe_result(codes, result["interval"])
    result.attrs["share_of"] = share_of(coded.design)
    say_gain(result["gain"])
    return result


@measure("documents", plain={"codes": plain_codes})
def summarise_codes(
    corpus: pd.DataFrame,
    codes: pd.DataFrame,
    *,
    by: str | Sequence[str] | None = None,
    docs: Sequence[str] | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Estimate the mean of codes that are numbers, in the corpus or in groups.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        The corpus, or its documents.
    codes : pandas.DataFrame
        What `read_codes` gave; all choices are numbers, such as "-1", "0" and "1".
    by : str or sequence of str, optional
        Columns of the documents, or of the rows if the sample was drawn with ``by=``.
    docs : sequence of str, optional
        Ids of documents: only their rows are estimated, and only their codes tell of them.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row per group: the columns of `by`; `coded`, `base`; `value` (the mean that all rows
        would have if all were coded), `low`, `high`, `interval`; `value_machine` (the mean of the
        machine's numbers, where it has such); `gain` and `least_width` as for `count_codes`.

    Raises
    ------
    InputError
        If a choice is no number, the texts have changed, or a column does not exist.

    Notes
    -----
    The estimate is that of `count_codes`, on the scale
    from the least to the greatest choice: numbers that vary less than yes and no do are worth more
    codes.

    Examples
    --------
    >>> from analysis.coding.sample import sample_for_coding
    >>> from analysis.layers import Corpus
    >>> corpus = Corpus(pd.DataFrame({"doc": list("abcd"), "text": ["Good. Bad. So. " * 4] * 4}))
    >>> sample = sample_for_coding(None, corpus, n=48, unit="sentence", choices=["-1", "0", "1"])
    >>> tone = sample["text"].map({"Good.": "1", "Bad.": "-1", "So.": "0"})
    >>> summarise_codes(corpus, sample.assign(coder="me", code=tone))["value"].tolist()
    [0.0]
    """
    codes = read_plain(codes)
    coded = Coded(codes, corpus).keep(docs)
    numbers = pd.to_numeric(pd.Series(coded.design["choices"]), errors="coerce")
    if not np.isfinite(numbers).all():
        raise InputError(
            f"The choices {coded.design['choices']} are not all numbers; of names see count_codes."
        )
    rows = []
    for group in groups_of_codes(coded, [by] if isinstance(by, str) else list(by or ())):
        cell, kinds = coded.cell(*coded.masks(group), None)
        found = estimate_row(cell, kinds, None, confidence, coded.limits())
        machine = pd.to_numeric(pd.Series(kinds), errors="coerce").to_numpy(dtype=float)
        base = int(cell.rows.sum())
        found["value_machine"] = float(cell.rows.sum(0) @ machine / base)
        values = _named(found, "value")
        shown = {name: values[name] for name in values if not name.startswith(PARTS)}
        rows.append(group | {"coded": len(cell.code), "base": base} | shown)
    result = pd.DataFrame(rows)
    result.attrs["coded"] = describe_result(codes, result["interval"])
    say_gain(result["gain"])
    return result


def _named(found: Mapping[str, Any], value: str) -> dict[str, Any]:
    """The columns of an estimate in their order, with the value's name."""
    order = ["value", "low", "high", "interval", "value_machine"]
    order += [name for name in found if name not in order]
    return {name.replace("value", value): found[name] for name in order}
