"""The shares, rates and means of measures with the hand codes in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.coding.agreement import describe_result
from analysis.coding.coded import Coded, Held, plain_codes, read_plain
from analysis.coding.core import PARTS, balance_of, estimate_row, say_gain, times
from analysis.coding.design import MACHINE, RIGHT, Cell, require_correctable
from analysis.coding.population import inside, units_of
from analysis.tables import (
    NONE_LABEL,
    VOICES,
    InputError,
    group_codes,
    is_corpus,
    require_columns,
    stamp,
)
from analysis.terms.evidence import SPAN, groups_of, measured_part, measuring_step, places_of

VALUES = ("share", "rate", "compound")  # of a measure, that can be corrected
_JUDGED = ("favourable", "critical")
_NONE_RIGHT = "none: every coded row was found wrongly"
_NONE_JUDGED = "none: no coded row is favourable or critical"
_NOTHING = (_NONE_RIGHT, _NONE_JUDGED)  # a share of nothing, which has no value


def correct(
    measured: pd.DataFrame, codes: pd.DataFrame, corpus: Any, *, confidence: float = 0.95
) -> pd.DataFrame:
    """Correct the shares, rates or means of a measure by rows that were coded by hand.

    Parameters
    ----------
    measured : pandas.DataFrame
        What a measure returned: shares, rates or mean compound scores, of the corpus or of groups;
        also what `summarise_targets`, `count_evaluations` and `count_voices` return.
    codes : pandas.DataFrame
        What `read_codes` gave: of a sample of the rows that were counted; or, for rates, of
        sentences, paragraphs or documents, which corrects what was missed as well.
    corpus : Corpus
        The corpus that was measured.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        The same rows, with `share` or `rate` corrected, `low`, `high` and `interval` of it, and
        ``share_machine`` or ``rate_machine`` (what the measure said), `coded`, `rows` (that could
        be), `precision` and `recall` (in these texts) with their bounds, `gain` and `least_width`,
        as `count_codes` gives them. A row of a group with fewer than 20 coded rows keeps its value,
        has no interval, and says so, unless every row is coded, so that nothing is unknown.
        Of `summarise_targets` and `count_evaluations` (codes "favourable", "critical" and any
        others) `share` is favourable / (favourable + critical) as coded, and `favourable_share` and
        `critical_share` are of all rows found, each with ``_low``, ``_high``, ``_machine``,
        ``_precision`` and ``_recall``. Counts stay the machine's.

    Raises
    ------
    InputError
        If the table has no such values, was measured on other texts, or the sample does
        not know what its rows are told apart by.

    Notes
    -----
    A share is of what was found and is right: rows that were coded as found wrongly ("none") are
    left out of its base. What was not found at all cannot be among rows that were found: a rate
    that is corrected by them is of what was found and is right. For what is missed draw sentences
    (``unit="sentence"``). If the coder says yes or no, or which, a sentence that has it counts for
    as many as the machine finds in one, on average; if the choices are numbers (how many there
    are), they are added up. Rows that ``only=`` left out of the sample are not corrected.

    A share of words (`count_voices`) weights each stretch by its words; drawn with
    ``column="voice"`` (of a table with ``split_speech=False``) its codes say whose words they are,
    so that words taken for another's are corrected, too. The method is that of `count_codes`.

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
    require_correctable(measured)
    value = next((name for name in VALUES if name in measured.columns), None)
    if step is None or value is None or f"{value}_machine" in measured.columns:
        raise InputError(
            f"A table with {', '.join(map(repr, VALUES))} that a measure returned is expected here;"
            " for shares of the codes themselves see count_codes."
        )
    given = plain_codes(codes)
    codes = read_plain(codes)
    part = measured_part(corpus, steps)
    coded = Coded(codes, corpus.every_voice().documents)
    rows = pd.DataFrame(_rows_of(measured, step, coded, part, value, confidence))
    result = measured.copy()
    result[f"{value}_machine"] = measured[value].to_numpy(dtype=float)
    for name in rows.columns.drop("value"):
        result[name] = rows[name].array
    own = rows["value"].notna() | rows["interval"].isin(_NOTHING)
    result[value] = rows["value"].where(own, measured[value].array).array
    result.attrs["coded"] = describe_result(codes, result["interval"])
    say_gain(rows["gain"])
    return stamp(
        result, measured, "correct", {"codes": given, "confidence": confidence}, "measured"
    )


def _rows_of(
    measured: pd.DataFrame,
    step: Mapping[str, Any],
    coded: Coded,
    part: Any,
    value: str,
    confidence: float,
) -> list[dict[str, Any]]:
    """The estimates of every row of a measure."""
    names = groups_of(step, dict.fromkeys(measured.columns))
    judged = set(_JUDGED) <= set(measured.columns)
    column = _column_of(measured, coded.design, value, judged)
    apart = [n for n in measured.columns if n in coded.keys.columns and n not in (*names, column)]
    _require_told_apart(measured, [*names, *apart, column], coded.design["unit"])
    documents = part.documents["doc"].astype(str).to_numpy(dtype=object)
    inside = np.isin(coded.docs.to_numpy(), documents)
    of_words = value == "rate" or step["call"] == "count_voices"
    per = step["params"].get("per", 1000) if value == "rate" else 1
    if value == "share" and column is not None and not of_words and not judged:
        apart = _of_base(measured, coded, inside, names, apart)
    words = _words(part, names, coded) if of_words else None
    held = _held(measured, part, coded, names) if step["call"] == "count_voices" else None
    _require_same_found(measured, part, coded)
    result = []
    records: Any = measured.to_dict("records")
    source = coded.design.get("source", {})
    for row in records:
        if not _is_drawn(row, source):
            result.append(_not_drawn(row, judged))
            continue
        docs, keys = coded.masks({name: row[name] for name in (*names, *apart)})
        base = None if words is None else words[tuple(str(row[n]) for n in names)]
        chosen = (docs & inside, keys)
        if judged:
            result.append(_judged_row(coded, chosen, row, confidence))
            continue
        answer = _answer(row, column, coded.design, value)
        cell, kinds = coded.cell(*chosen, answer, base, held)
        _require_base(row.get("base"), cell.base.sum())
        if coded.design["unit"] == "row" and held is None and "count" in row:
            one = cell.rows if column is None else cell.rows[:, [k == answer for k in kinds]]
            _require_count(row["count"], one.sum())
        if coded.design["unit"] != "row" and answer is not None:
            cell = _as_counted(cell, kinds, answer, row)
        limits = coded.limits() if answer is None else (0.0, 1.0)
        found = times(estimate_row(cell, kinds, answer, confidence, limits), per)
        if value == "share" and held is None and np.isfinite(found["low"]):
            found |= _of_right(coded, chosen, cell, confidence)
        if value == "compound":
            found = {name: v for name, v in found.items() if not name.startswith(PARTS)}
        result.append({"coded": len(cell.code), "rows": coded.rows(*chosen)} | found)
    return result


def _of_base(
    measured: pd.DataFrame, coded: Coded, inside: np.ndarray, names: list[str], apart: list[str]
) -> list[str]:
    """The columns within whose values shares add up; others only say more of what is counted."""
    # the strategy of a form of naming, say: the shares of forms are of an actor's names, not of
    # those of one strategy
    row: Any = measured.to_dict("records")[0] if len(measured) and "base" in measured else None
    for left_out in (None, *reversed(apart)) if row else ():
        own = [name for name in apart if name != left_out]
        docs, keys = coded.masks({name: row[name] for name in (*names, *own)})
        if coded.rows(docs & inside, keys) == round(row["base"]):
            return own
    return apart


def _column_of(
    measured: pd.DataFrame, design: Mapping[str, Any], value: str, judged: bool
) -> str | None:
    """The column whose values the codes are of; refused where the sample does not fit the table."""
    column, unit, choices = design["column"], design["unit"], design["choices"]
    sample = f"this sample has unit={unit!r}, column={column!r}, choices={choices!r}"
    wanted = ""
    numbers = pd.to_numeric(pd.Series(choices), errors="coerce").notna().all()
    texts = [str(name) for name in measured.columns if _of_text(measured[name])]
    if judged:
        right = unit == "row" and column not in measured.columns and set(_JUDGED) <= set(choices)
        wanted = "" if right else "rows coded favourable, critical or else (column='tone')"
        if "evaluator" in measured.columns:
            wanted = wanted.replace("tone", "polarity")
    elif value == "compound":
        right = unit == "row" and column == value and numbers
        wanted = "" if right else "rows drawn with column='compound' and choices that are numbers"
    elif value == "share" and unit != "row":
        wanted = "rows; a share of sentences or texts is what count_codes gives"
    elif value == "share" and column not in measured.columns and "voice" not in texts:
        wanted = f"rows drawn with column={texts[-1] if texts else None!r}, which all can be"
    elif (
        column not in measured.columns and "yes" not in choices and not (unit != "row" and numbers)
    ):
        wanted = "rows coded 'yes' where they are right"
    elif column is not None and column not in measured.columns:
        wanted = "rows drawn without column=, or with one of the table"
    if wanted:
        raise InputError(f"To correct this table takes {wanted}; {sample}.")
    return str(column) if column in measured.columns else None


def _of_text(column: pd.Series) -> bool:
    """Whether a column says in words what a row is of."""
    return column.name not in ("interval", "cues") and not pd.api.types.is_numeric_dtype(column)


def _answer(
    row: Mapping[str, Any], column: str | None, design: Mapping[str, Any], value: str
) -> str | None:
    """The code that a row counts; None where codes are numbers."""
    if column is not None and value != "compound":
        return str(row[column])
    return "yes" if "yes" in design["choices"] and value != "compound" else None


def _as_counted(cell: Cell, kinds: Sequence[str], answer: str, row: Mapping[str, Any]) -> Cell:
    """Sentences counted as what they hold: as many as are found in one, on average."""
    found = cell.rows[:, kinds.index(answer)].sum() if answer in kinds else 0.0
    return cell._replace(base=cell.base * found / row["count"]) if found and row["count"] else cell


def _is_drawn(row: Mapping[str, Any], source: Mapping[str, Any]) -> bool:
    """Whether rows of this value were drawn from: some names or rows of a table may be chosen."""
    only, names = source.get("only") or {}, source.get("names") or []
    if any(name in row and str(row[name]) not in only[name] for name in only):
        return False
    known = source.get("rows") or []
    return not names or not set(names) <= set(row) or [str(row[n]) for n in names] in known


def _not_drawn(row: Mapping[str, Any], judged: bool) -> dict[str, Any]:
    """A row of which the sample has nothing: the machine's values."""
    result = {"coded": 0, "rows": 0, "value": np.nan, "interval": "none: not drawn"}
    for answer in _JUDGED if judged and row["count"] else ():
        share = row[answer] / row["count"]
        result |= {f"{answer}_share": share, f"{answer}_share_machine": share}
    return result


def _of_right(
    coded: Coded, chosen: tuple[np.ndarray, np.ndarray], cell: Cell, confidence: float
) -> dict[str, Any]:
    """A share of what was found rightly, where some rows were coded as found wrongly."""
    rest = coded.design.get("rest")
    wrong = None if rest is None else coded.cell(*chosen, rest)[0]
    if wrong is None or not wrong.code.any():
        return {}
    others = cell._replace(code=1 - cell.code - wrong.code)
    share = balance_of(cell, others, confidence)
    if np.isnan(share.value):
        return {"value": np.nan, "low": np.nan, "high": np.nan, "interval": _NONE_RIGHT}
    return {"value": share.value, "low": share.low, "high": share.high, "least_width": share.least}


def _judged_row(
    coded: Coded, chosen: tuple[np.ndarray, np.ndarray], row: Mapping[str, Any], confidence: float
) -> dict[str, Any]:
    """The share of what is favourable among what is judged, and both shares of all rows."""
    cells = [coded.cell(*chosen, answer) for answer in _JUDGED]
    _require_base(row["count"], cells[0][0].rows.sum())
    result: dict[str, Any] = {"coded": len(cells[0][0].code), "rows": coded.rows(*chosen)}
    found = [
        estimate_row(*cell, answer, confidence) for cell, answer in zip(cells, _JUDGED, strict=True)
    ]
    enough = not np.isnan(found[0]["value"])
    ends = dict.fromkeys(("value", "low", "high", "gain", "least_width"), np.nan)
    if enough:
        share = balance_of(cells[0][0], cells[1][0], confidence)
        ends = {"value": share.value, "low": share.low, "high": share.high, "gain": share.gain}
        ends["least_width"] = share.least
        if np.isnan(found[0]["low"]):  # every row of these texts is coded
            ends |= {"low": np.nan, "high": np.nan}
    nothing = enough and np.isnan(ends["value"])
    result |= ends | {"interval": _NONE_JUDGED if nothing else found[0]["interval"]}
    for answer, part in zip(_JUDGED, found, strict=True):
        machine = row[answer] / row["count"] if row["count"] else np.nan
        result |= {f"{answer}_share": part["value"] if enough else machine}
        result |= {f"{answer}_share_{end}": part[end] for end in ("low", "high")}
        result |= {f"{answer}_share_machine": machine}
        result |= {
            f"{answer}_{name}{end}": part[f"{name}{end}"]
            for name in PARTS
            for end in ("", "_low", "_high")
        }
    return result


def _require_base(base: Any, known: float) -> None:
    """Refuse a table that was measured on other rows than the sample was drawn from."""
    if base is not None and round(known) != base:
        raise InputError(
            f"The table has a base of {base:,} where the sample knows of {round(known):,}: it was"
            " measured on other texts or rows; pass the corpus that the sample was drawn from, or"
            " draw the sample from the table itself."
        )


def _require_count(count: float, known: float) -> None:
    """Refuse a table that counts other rows than the sample was drawn from."""
    if round(known) != count:
        raise InputError(
            f"The table counts {count:,} where the sample knows of {round(known):,}: it was"
            " measured of something else; correct the table that the sample was drawn from, or draw"
            " a sample from this one."
        )


def _require_same_found(measured: pd.DataFrame, part: Any, coded: Coded) -> None:
    """Refuse a table that finds other things in the units than the sample knows to be there."""
    # only where the machine's answer is whether something was found
    machine = coded.keys[MACHINE].to_numpy()
    if coded.design["unit"] == "row" or coded.design["column"] or not {*machine} <= {*RIGHT}:
        return
    if not coded.design.get("headings", True):
        raise InputError(
            "The sample left headings out, and the table counts them; draw without headings=False,"
            " or see count_codes for the shares of the codes."
        )
    units = units_of(part, coded.design["unit"], bool({*coded.keys.columns} & {*VOICES}))
    here = np.unique(inside(units, places_of(measured, part)[0].reset_index(drop=True)))
    now = units["doc"].astype(str).iloc[here].value_counts().reindex(coded.docs, fill_value=0)
    known = coded.counts[:, machine == "yes"].sum(1)
    documents = np.isin(coded.docs, part.documents["doc"].astype(str))
    _require_count(int(now.to_numpy()[documents].sum()), int(known[documents].sum()))


def _require_told_apart(measured: pd.DataFrame, known: Sequence[str | None], unit: str) -> None:
    """Refuse a table whose rows differ in a column that the sample does not know."""
    names = [name for name in known if name is not None]
    if not (measured.duplicated(names).any() if names else len(measured) > 1):
        return
    texts = [
        str(name) for name in measured.columns if name not in names and _of_text(measured[name])
    ]
    if unit != "row":
        raise InputError(
            f"The rows differ in {', '.join(map(repr, texts))}, which {unit}s do not tell apart;"
            f" draw them with column={texts[-1] if texts else None!r} and code anew; what these"
            " codes say by themselves is what count_codes gives."
        )
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


def _held(measured: pd.DataFrame, part: Any, coded: Coded, names: Sequence[str]) -> Held:
    """The words of the stretches that a table of voices counts, by document and kind."""
    found = places_of(measured, part)[0]
    own = [name for name in coded.keys.columns if name != MACHINE]
    found[MACHINE] = "yes" if coded.design["column"] is None else found["voice"]
    if unknown := [name for name in own if name not in found.columns]:
        raise InputError(
            f"The sample knows {unknown[0]!r}, and the table does not; draw the sample from the"
            " table itself."
        )
    keys = pd.MultiIndex.from_frame(coded.keys.astype(str))
    key = keys.get_indexer(pd.MultiIndex.from_frame(found[list(coded.keys.columns)].astype(str)))
    doc = coded.docs.get_indexer(found["doc"].astype(str))
    words = found["words"].to_numpy(dtype=float)
    known = (key >= 0) & (doc >= 0)
    sums, squares = (np.zeros(coded.counts.shape) for _ in range(2))
    np.add.at(sums, (doc[known], key[known]), words[known])
    np.add.at(squares, (doc[known], key[known]), words[known] ** 2)
    places, drawn = (
        pd.MultiIndex.from_frame(table[list(SPAN)].astype({"doc": object}))
        for table in (found, coded.codes.drop_duplicates("row"))
    )
    at = places.get_indexer(drawn)
    return Held(sums, squares, np.where(at >= 0, words[at], 0.0))
