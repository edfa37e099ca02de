"""Shares, rates and counts with the hand codes in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.coding import core
from analysis.coding.agreement import describe_codes
from analysis.coding.coded import Coded, groups_of_codes, plain_codes, read_plain
from analysis.coding.design import ENOUGH, UNKNOWN, Cell, require_same_texts
from analysis.tables import (
    NONE_LABEL,
    VOICES,
    InputError,
    group_codes,
    is_corpus,
    measure,
    require_columns,
    say,
    stamp,
)
from analysis.terms.evidence import groups_of, measured_part, measuring_step

HELPS = 1.1  # from this gain on the machine is worth having
_PARTS = ("precision", "recall")


@measure("documents", plain={"codes": plain_codes})
def count_codes(
    corpus: pd.DataFrame,
    codes: pd.DataFrame,
    *,
    by: str | Sequence[str] | None = None,
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
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row per group and code: the columns of `by`; `code`; `coded` (rows of the group that
        were coded); `base` (its rows); `share` (of them that would get the code if all were
        coded); `low`, `high`, `interval`; `share_machine` (what the machine says);
        `precision` (of the rows that the machine gave this answer, those that have the code) and
        `recall` (of those that have the code, those that the machine gave this answer), each with
        ``_low`` and ``_high``; `gain` (how many rows coded at random, without the machine, one
        coded row is worth); `least_width` (of the interval, if all rows were coded).
        ``attrs["coded"]`` says in words how many were coded and by whom.

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
    texts alone, and says so. Rows that were coded by two count half for each. Groups with fewer
    than 20 coded rows are not corrected. A `gain` near 1 means that the machine adds nothing: code
    more.

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
    coded = Coded(codes, corpus)
    names = [by] if isinstance(by, str) else list(by or ())
    rows = []
    for group in groups_of_codes(coded, names):
        docs, keys = coded.masks(group)
        for answer in coded.design["choices"]:
            cell, kinds = coded.cell(docs, keys, answer)
            found = estimate_row(cell, kinds, answer, confidence)
            base = int(cell.rows.sum())
            head = {"code": answer, "coded": len(cell.code), "base": base}
            machine = cell.rows[:, kinds.index(answer)].sum() / base if answer in kinds else 0.0
            found["value_machine"] = np.nan if kinds == [UNKNOWN] else float(machine)
            rows.append(group | head | _named(found, "share"))
    result = pd.DataFrame(rows)
    few = result["coded"] < ENOUGH
    result.loc[few, "share"] = result.loc[few, "share_machine"]
    result.attrs["coded"] = describe_codes(codes)
    _say_gain(result["gain"])
    return result


@measure("documents", plain={"codes": plain_codes})
def summarise_codes(
    corpus: pd.DataFrame,
    codes: pd.DataFrame,
    *,
    by: str | Sequence[str] | None = None,
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
    The estimate is that of `count_codes`, with Student's t in place of Jeffreys' interval.

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
    coded = Coded(codes, corpus)
    if pd.to_numeric(pd.Series(coded.design["choices"]), errors="coerce").isna().any():
        raise InputError(
            f"The choices {coded.design['choices']} are not all numbers; of names see count_codes."
        )
    rows = []
    for group in groups_of_codes(coded, [by] if isinstance(by, str) else list(by or ())):
        cell, kinds = coded.cell(*coded.masks(group), None)
        found = estimate_row(cell, kinds, None, confidence)
        machine = pd.to_numeric(pd.Series(kinds), errors="coerce").to_numpy(dtype=float)
        base = int(cell.rows.sum())
        found["value_machine"] = float(cell.rows.sum(0) @ machine / base)
        values = _named(found, "value")
        shown = {name: values[name] for name in values if not name.startswith(_PARTS)}
        rows.append(group | {"coded": len(cell.code), "base": base} | shown)
    result = pd.DataFrame(rows)
    result.attrs["coded"] = describe_codes(codes)
    _say_gain(result["gain"])
    return result


def estimate_row(
    cell: Cell, kinds: Sequence[str], answer: str | None, confidence: float
) -> dict[str, Any]:
    """Value, interval, precision, recall and gain of a group; without enough codes only why."""
    n = len(cell.code)
    empty = dict.fromkeys(f"{part}{end}" for part in _PARTS for end in ("", "_low", "_high"))
    result: dict[str, Any] = {"value": np.nan, "low": np.nan, "high": np.nan}
    if n < ENOUGH:
        text = f"none: fewer than {ENOUGH} rows coded"
        result |= {"interval": text} | dict.fromkeys(empty, np.nan)
        return result | {"gain": np.nan, "least_width": np.nan}
    found = core.corrected(cell, confidence, share=answer is not None)
    over = "over documents" if found.over == "documents" else "over the rows of these texts alone"
    method = "PPI++" if len(kinds) > 1 else "hand codes"
    text = f"{100 * confidence:g} % {method} {over}"
    result = {"value": found.value, "low": found.low, "high": found.high, "interval": text}
    parts = ((np.nan,) * 3, (np.nan,) * 3)
    if answer in kinds and kinds != [UNKNOWN]:
        kind = kinds.index(answer)
        parts = core.part_of(cell, kind, confidence), core.found_of(cell, kind, confidence)
    for part, values in zip(_PARTS, parts, strict=True):
        result |= {f"{part}{end}": v for end, v in zip(("", "_low", "_high"), values, strict=True)}
    gain = found.gain if len(kinds) > 1 else np.nan
    return result | {"gain": gain, "least_width": 2 * float(np.sqrt(found.choice))}


def _named(found: Mapping[str, Any], value: str) -> dict[str, Any]:
    """The columns of an estimate in their order, with the value's name."""
    order = ["value", "low", "high", "interval", "value_machine"]
    order += [name for name in found if name not in order]
    return {name.replace("value", value): found[name] for name in order}


def _say_gain(gain: pd.Series) -> None:
    """Say so where the machine does not help."""
    known = gain.dropna()
    if len(known) and (known < HELPS).all():
        say(
            "The machine's answers do not help here (a coded row is worth no more than one without"
            " them): code more, the machine adds nothing.",
            deeper=1,
        )


def correct(
    measured: pd.DataFrame, codes: pd.DataFrame, corpus: Any, *, confidence: float = 0.95
) -> pd.DataFrame:
    """Correct the shares or rates of a measure by rows that were coded by hand.

    Parameters
    ----------
    measured : pandas.DataFrame
        What a measure returned that counts rows: shares or rates, of the corpus or of groups.
    codes : pandas.DataFrame
        What `read_codes` gave, of a sample of the rows that were counted.
    corpus : Corpus
        The corpus that was measured.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        The same rows, with `share` or `rate` corrected, `low`, `high` and `interval` of it, and
        ``share_machine`` or ``rate_machine`` (what the measure said), `coded`, `precision` and
        `recall` with their bounds, `gain` and `least_width`, as `count_codes` gives them. A row of
        a group with fewer than 20 coded rows keeps its value, has no interval, and says so.

    Raises
    ------
    InputError
        If the table has neither shares nor rates, was measured on other texts, or the sample does
        not know what its rows are told apart by.

    Notes
    -----
    What was not found at all cannot be among rows that were found. A rate that is corrected by
    them is of what was found and is right. For what is missed draw sentences (``unit="sentence"``)
    and use `count_codes`. The method is that of `count_codes`.

    Examples
    --------
    >>> from analysis.coding.sample import sample_for_coding
    >>> from analysis.layers import Corpus
    >>> from analysis.terms.frequency import count_term_groups
    >>> texts = {"doc": list("abcd"), "text": ["The bank lent. The river bank broke."] * 4}
    >>> corpus = Corpus(pd.DataFrame({"doc": texts["doc"], "text": [t * 5 for t in texts["text"]]}))
    >>> rates = count_term_groups(corpus, {"bank": ["bank"]})
    >>> sample = sample_for_coding(rates, corpus, n=40)
    >>> river = sample["left"].str.endswith("river ")
    >>> codes = sample.assign(coder="me", code=river.map({True: "no", False: "yes"}))
    >>> correct(rates, codes, corpus)[["term", "rate", "rate_machine", "precision"]].round(2)
       term   rate  rate_machine  precision
    0  bank ...
    """
    if not is_corpus(corpus):
        raise InputError("corpus= must be the Corpus that was measured.")
    require_columns(measured, (), "measured")
    steps = measured.attrs.get("steps") or []
    step = measuring_step(steps)
    value = next((name for name in ("share", "rate") if name in measured.columns), None)
    if step is None or value is None or f"{value}_machine" in measured.columns:
        raise InputError(
            "A table with 'share' or 'rate' that a measure returned is expected here; for shares of"
            " the codes themselves see count_codes."
        )
    given = plain_codes(codes)
    codes = read_plain(codes)
    if "text" in codes.columns:
        require_same_texts(codes, corpus)
    part = measured_part(corpus, steps)
    coded = Coded(codes, corpus.every_voice().documents)
    rows = _rows(measured, step, coded, part, value, confidence)
    result = measured.copy()
    result[f"{value}_machine"] = measured[value].to_numpy(dtype=float)
    for name in rows.columns.drop("value"):
        result[name] = rows[name].array
    result[value] = rows["value"].where(rows["coded"] >= ENOUGH, measured[value].array).array
    result.attrs["coded"] = describe_codes(codes)
    _say_gain(rows["gain"])
    return stamp(
        result, measured, "correct", {"codes": given, "confidence": confidence}, "measured"
    )


def _rows(
    measured: pd.DataFrame,
    step: Mapping[str, Any],
    coded: Coded,
    part: Any,
    value: str,
    confidence: float,
) -> pd.DataFrame:
    """The estimates of every row of a measure."""
    design = coded.design
    names = groups_of(step, dict.fromkeys(measured.columns))
    column = design["column"] if design["column"] in measured.columns else None
    if design["unit"] != "row" or (value == "share" and column is None):
        raise InputError(
            "This sample cannot correct this table: a share needs rows drawn with column= (what"
            f" says in the table what a row is), and of sentences and texts use count_codes; the"
            f" sample has unit={design['unit']!r}, column={design['column']!r}."
        )
    if column is None and "yes" not in design["choices"]:
        raise InputError("The choices of this sample lack 'yes', which says that a row is right.")
    apart = [
        name
        for name in measured.columns
        if name in coded.keys.columns and name not in (*names, column)
    ]
    _require_told_apart(measured, [*names, *apart, column])
    inside = np.isin(
        coded.docs.to_numpy(), part.documents["doc"].astype(str).to_numpy(dtype=object)
    )
    words = _words(part, names, coded) if value == "rate" else None
    result = []
    for row in measured.to_dict("records"):
        wanted = {name: row[name] for name in (*names, *apart)}
        docs, keys = coded.masks(wanted)
        answer = "yes" if column is None else str(row[column])
        base = None
        if words is not None:
            base = words[tuple(str(row[name]) for name in names)] / step["params"].get("per", 1000)
        cell, kinds = coded.cell(docs & inside, keys, answer, base)
        counted = cell.base.sum() * (step["params"].get("per", 1000) if value == "rate" else 1)
        if "base" in row and round(counted) != row["base"]:
            raise InputError(
                f"The table has a base of {row['base']:,} where the sample knows of"
                f" {round(counted):,}: it was measured on other texts or rows; pass the corpus that"
                " the sample was drawn from."
            )
        found = estimate_row(cell, kinds, answer, confidence)
        result.append({"coded": len(cell.code)} | found)
    return pd.DataFrame(result)


def _require_told_apart(measured: pd.DataFrame, known: Sequence[str | None]) -> None:
    """Refuse a table whose rows differ in a column that the sample does not know."""
    names = [name for name in known if name is not None]
    if not measured.duplicated(names).any():
        return
    texts = [
        name
        for name in measured.columns
        if name not in (*names, "interval", "cues")
        and not pd.api.types.is_numeric_dtype(measured[name])
    ]
    raise InputError(
        f"The rows differ in {', '.join(map(repr, texts))}, which the sample does not know; draw it"
        f" with by={texts!r}, or from the table itself."
    )


def _words(part: Any, names: Sequence[str], coded: Coded) -> dict[tuple[str, ...], np.ndarray]:
    """The words of every group in each document of the sample."""
    documents = part.documents
    voiced = bool(set(names) & set(VOICES) - set(documents.columns))
    tokens = part.layer("tokens", voiced=voiced)
    tokens = tokens[tokens["is_word"]]
    codes, labels = group_codes(tokens, list(names), documents)
    doc = coded.docs.get_indexer(tokens["doc"].astype(object))
    if (doc < 0).any():
        raise InputError("The table was measured on documents that the sample was not drawn from.")
    counts = np.zeros((max(len(labels), 1), len(coded.docs)))
    np.add.at(counts, (codes, doc), 1)
    texts = [labels[name].fillna(NONE_LABEL).astype(str).tolist() for name in names]
    return dict(zip(zip(*texts, strict=True) if names else [()], counts, strict=True))
