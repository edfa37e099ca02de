"""How far a finding depends on the choices that led to it: the same comparison over all of them."""

from __future__ import annotations

import inspect
import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.tables import (
    NONE_LABEL,
    InputError,
    is_corpus,
    json_value,
    progress,
    require_columns,
    silent,
    stamp,
)
from analysis.terms.differences import compare_groups

MOST = 5000  # specifications: beyond it the curve is no longer looked at, and takes long
NULLS = {  # the value that means "no difference", where there is one
    "difference": 0.0,
    "log_ratio": 0.0,
    "ratio": 1.0,
    "odds_ratio": 1.0,
    "percent_diff": 0.0,
    "compound": 0.0,
    "score": 0.0,
    "tone": 0.0,
    "mi": 0.0,
}
ESTIMATES = (*NULLS, "share", "rate", "value")  # in the order in which they are looked for
OWN = ("value", "where")  # choices that are not options of the measure
ABOVE, BELOW, UNCLEAR = "above", "below", "includes"
UNKNOWN, IMPOSSIBLE = "no interval", "not possible"
_SPEED = ("cache", "engine", "workers", "documents")  # say how, not what
_SIDES = ("target", "reference")
_NAMED = 5  # of each choice, in the sentence that sums up
_LONGEST = 60  # letters of a label


class Specification(NamedTuple):
    """One way to measure: the label of each choice, the values behind them, what is left out."""

    labels: dict[str, str]
    given: dict[str, Any]
    left_out: str | None = None


class Finding(NamedTuple):
    """What a finding is: which rows of which measure, which column, and what it is held against."""

    measure: Callable[..., Any]
    options: dict[str, Any]
    row: dict[str, Any]
    null: float | Mapping[str, float] | None


def vary(
    measure: Callable[..., Any] | str,
    corpus: Any,
    /,
    *args: Any,
    value: str | None = None,
    null: float | Mapping[str, float] | None = None,
    choices: Mapping[str, Any] | None = None,
    leave_out: str | Sequence[str] | None = None,
    **options: Any,
) -> pd.DataFrame:
    """Measure one finding under every sensible choice, and see under which it survives.

    Parameters
    ----------
    measure : callable or str
        A measure of the package that returns estimates with intervals, such as `count_terms`,
        `compare_rates`, `compare_terms`, `summarise_sentiment` or `count_agency`.
    corpus : Corpus or pandas.DataFrame
        What the measure takes.
    *args
        Further arguments of the measure, such as the terms to compare.
    value : str, optional
        The column that holds the estimate, such as "rate", "log_ratio" or "difference". Default:
        the first of "difference", "log_ratio", "ratio", … "share", "rate" that there is.
    null : float or mapping of str to float, optional
        The value that the estimate is held against; for several columns, one for each. Default:
        what means “no difference” (1 for a ratio, 0 for a difference, a log ratio or a tone).
        A rate or a share has no such value: name one.
    choices : mapping of str to sequence or mapping, optional
        Options of the measure, each with the values to try, as in
        ``{"unit": ["term", "lemma"], "min_count": [2, 5]}``. Long values are named by a mapping:
        ``{"stop_words": {"none": [], "English": da.stop_words()}}``. Two further names are
        "value" (columns of estimates) and "where" (parts of a corpus, as `Corpus.where` takes
        them: ``{"where": {"news": {"genre": "news"}}}``). All are combined with one another.
    leave_out : str or sequence of str, optional
        "documents", or columns of the documents such as "outlet": the main specification is
        measured again without each document, or without each outlet. What changes nothing, as a
        document of neither group, is no part of the comparison and has no row.
    **options
        Options of the measure; and columns of its result that choose the row, such as
        ``term="war", side="russia"``. For a measure that compares nothing itself, ``target=`` and
        ``reference=`` name two of its groups: the finding is then their difference (see
        `compare_groups`).

    Returns
    -------
    pandas.DataFrame
        One row per specification, the main one first: one column per choice (its label);
        `left_out` (with `leave_out`; missing where nothing is); `main` (yes/no); `estimate`;
        `low`, `high`, `interval` (as the measure gives them); `null`; `documents` (of the part of
        the corpus that was measured); `conclusion` ("above", "below" or "includes", of the
        interval against `null`; "no interval"; "not possible"); `survives` (yes/no: the same
        conclusion as in the main specification; no where it was not possible); `reason` (why it
        was not possible; else missing). ``attrs["specifications"]`` sums up those that could be
        measured: `survive`, `of`, `conclusion`, `no_interval`
        and `not_possible` (how many), `unused` (left out without any change, so without a row),
        `flips` (single changes of the main specification that do
        not survive), `levels` (survive and of, by choice and label), `value` and `text` (a
        sentence).

    Raises
    ------
    InputError
        If the measure, an option, a choice or a column does not exist, the row is not one, `null`
        is needed, the main specification cannot be measured or has no interval, a value is none
        that its option takes, or there are more than 5,000 specifications. A further specification
        that cannot be measured is a row that says why.

    Notes
    -----
    The **main specification** is the call without `choices`: the options as given, else the
    measure's defaults (else the first value). It counts among the combinations. `left_out` varies
    the main specification only, so that the number of documents does not drown the choices.

    A specification curve (Simonsohn, Simmons & Nelson 2020, “Specification curve analysis”), or
    multiverse analysis (Steegen et al. 2016). A finding *survives* where the interval lies on the
    same side of `null` as in the main specification; where the main interval includes `null`, the
    finding is that nothing is distinguished, and it survives where that is still so. A
    specification without interval does not survive: it cannot be told.

    The share says how much hangs on choices, not how probable the finding is: the specifications
    share their texts, so that they are no independent confirmations, and a choice that hardly
    changes anything can be listed in many variants. List choices that a critic could defend, before
    looking at their results, and say which. A bias that all specifications share (which texts are
    in the corpus) shows in none.

    Examples
    --------
    >>> from analysis.layers import Corpus
    >>> from analysis.terms.frequency import count_terms
    >>> texts = ["War, war, war.", "A war and a war.", "No war.", "Talks."]
    >>> corpus = Corpus(pd.DataFrame({"doc": list("abcd"), "text": texts}))
    >>> curve = vary(
    ...     count_terms, corpus, terms=["war"], null=20, choices={"confidence": [0.8, 0.5]}
    ... )
    >>> curve[["confidence", "estimate", "low", "conclusion", "survives"]].round(1)
      confidence  estimate    low conclusion  survives
    0       0.95     545.5   24.9      above      True
    1        0.8     545.5  177.5      above      True
    2        0.5     545.5  328.7      above      True
    >>> curve.attrs["specifications"]["text"]
    'The finding survives in 3 of 3 specifications.'
    """
    function = _measure(measure)
    names = list(inspect.signature(function).parameters)[1:]
    if len(args) > len(names):
        raise TypeError(f"{function.__name__}() takes at most {len(names)} arguments")
    options = {**dict(zip(names, args, strict=False)), **options}
    finding, value, levels = _plan(function, options, value, null, choices, corpus)
    columns = [leave_out] if isinstance(leave_out, str) else list(leave_out or ())
    parts = list(_parts(corpus, columns))
    combined = [
        Specification({n: label for n, label, _ in combination}, {n: v for n, _, v in combination})
        for combination in itertools.product(
            *([(name, label, v) for label, v in own.items()] for name, own in levels.items())
        )
    ]
    main = combined[0]
    if len(combined) + len(parts) > MOST:
        raise InputError(
            f"These choices make {len(combined) + len(parts):,} specifications, more than {MOST:,};"
            " list fewer values, or leave out groups of documents instead of each."
        )
    rows = [_row(finding, corpus, main, value, strict=True)]
    tried = [(spec, corpus) for spec in combined[1:]]
    tried += [(main._replace(left_out=name), part) for name, part in parts]
    for spec, part in progress(tried, desc="Measuring specifications"):
        rows.append(_row(finding, part, spec, rows[0]["value"], strict=False))
    kept = [row for row in rows if row["left_out"] is None or not _same_estimate(row, rows[0])]
    table = _table(kept, levels, bool(columns))
    table.attrs["specifications"] = _summary(table, levels, rows[0], len(rows) - len(kept))
    said = {
        "measure": function.__name__,
        "value": value,
        "null": dict(null) if isinstance(null, Mapping) else null,
        "choices": {name: own for name, own in levels.items() if len(own) > 1},
        "leave_out": columns or None,
        "options": finding.options
        | {name: next(iter(own.values())) for name, own in levels.items() if name not in OWN},
        "row": finding.row,
    }
    on = "corpus" if is_corpus(corpus) else str(function.__measure__)  # type: ignore[attr-defined]
    return stamp(table, corpus, "vary", said, on=on)


def _measure(measure: Callable[..., Any] | str) -> Callable[..., Any]:
    """A measure of the package, by itself or its name."""
    package = import_module("analysis")
    name = measure if isinstance(measure, str) else getattr(measure, "__name__", "")
    found = getattr(package, name) if name in package.__all__ else None
    if found is None or not hasattr(found, "__measure__"):
        shown = repr(measure) if isinstance(measure, str) else name or repr(measure)
        raise InputError(
            f"{shown} is not a measure of this package; pass one that returns estimates with"
            " intervals, such as da.count_terms or da.compare_terms."
        )
    return found  # type: ignore[no-any-return]


def _plan(
    function: Callable[..., Any],
    given: dict[str, Any],
    value: str | None,
    null: float | Mapping[str, float] | None,
    choices: Mapping[str, Any] | None,
    corpus: Any,
) -> tuple[Finding, str | None, dict[str, dict[str, Any]]]:
    """The finding, its column, and the labelled values of each choice, the main one first."""
    known = dict(list(inspect.signature(function).parameters.items())[1:])
    options = {name: v for name, v in given.items() if name in known}
    row = {name: v for name, v in given.items() if name not in known}
    if not isinstance(choices or {}, Mapping):
        raise InputError(
            f"choices={choices!r} is no mapping; name options and their values, as in"
            ' choices={"min_count": [2, 5]}.'
        )
    levels: dict[str, dict[str, Any]] = {}
    for name, wanted in (choices or {}).items():
        if name not in (*known, *OWN) or name in _SPEED:
            usable = ", ".join(map(repr, [*(n for n in known if n not in _SPEED), *OWN]))
            raise InputError(
                f"{name!r} is no choice of {function.__name__}; choose among {usable}."
            )
        if name == "where" and not is_corpus(corpus):
            raise InputError('A choice of "where" needs a corpus, not a table; pass a Corpus.')
        own = _levels(name, wanted)
        if name == "value":
            main = next(iter(own.values())) if value is None else value
        elif name == "where":
            main = None
        elif name in options:
            main = options[name]
        else:
            main = known[name].default
            main = next(iter(own.values())) if main is inspect.Parameter.empty else main
        levels[name] = _main_first(own, main, "all" if name == "where" else _label(main))
        if name == "value":
            value = str(main)
    return Finding(function, options, row, null), value, levels


def _levels(name: str, wanted: Any) -> dict[str, Any]:
    """The values of a choice by their labels."""
    if isinstance(wanted, str) or not np.iterable(wanted) or not len(list(wanted)):
        raise InputError(
            f"choices[{name!r}]={wanted!r} is no list of values; give those to try, as in [2, 5]."
        )
    if isinstance(wanted, Mapping):
        return {str(label): v for label, v in wanted.items()}
    own: dict[str, Any] = {}
    for v in wanted:
        label, number = _label(v), 2
        while label in own:
            label, number = f"{_label(v)} ({number})", number + 1
        own[label] = v
    return own


def _label(value: Any) -> str:
    """A value in a few letters."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str) or not np.iterable(value):
        text = str(value)
    elif isinstance(value, Mapping):
        text = "; ".join(f"{name}: {_label(v)}" for name, v in value.items())
    else:
        listed = sorted(map(str, value)) if isinstance(value, set | frozenset) else map(str, value)
        text = ", ".join(listed) or "none"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip()}…"


def _main_first(own: dict[str, Any], main: Any, label: str) -> dict[str, Any]:
    """The labelled values with the main one before the others; added where it is not there."""
    plain = json_value(main)
    same = [name for name, v in own.items() if json_value(v) == plain]
    if same:
        return {same[0]: own[same[0]], **own}
    while label in own:
        label += " (main)"
    return {label: main, **own}


def _parts(corpus: Any, columns: list[str]) -> Iterator[tuple[str, Any]]:
    """The corpus without each document, or each value of a column."""
    for name in columns:
        column = "doc" if name == "documents" else name
        table = corpus.documents if is_corpus(corpus) else corpus
        require_columns(table, ("doc",), "documents")
        if column not in table.columns:
            known = ", ".join(repr(str(c)) for c in table.columns if c not in ("doc", "text"))
            raise InputError(
                f"leave_out={name!r} is no column; choose 'documents' or one of {known}."
            )
        pairs = table[list(dict.fromkeys(["doc", column]))].drop_duplicates()
        own = pairs[column].astype(object).where(pairs[column].notna(), NONE_LABEL).astype(str)
        if own.nunique() < 2:
            raise InputError(
                f"leave_out={name!r}: there is only one {column}, and nothing would be left."
            )
        for v in dict.fromkeys(own):
            ids = pairs.loc[(own != v).to_numpy(), "doc"]
            yield f"{column} {v}" if len(columns) > 1 else v, _select(corpus, ids)


def _select(source: Any, ids: pd.Series) -> Any:
    """The rows of some documents, of a corpus or a table."""
    return source.select(ids) if is_corpus(source) else source[source["doc"].isin(ids)]


def _row(
    finding: Finding, corpus: Any, spec: Specification, value: str | None, *, strict: bool
) -> dict[str, Any]:
    """Measure one specification; where it is not possible the row says why, unless `strict`."""
    row = {**spec.labels, "left_out": spec.left_out, "value": value, "estimate": np.nan}
    row |= {"low": np.nan, "high": np.nan, "interval": None, "null": np.nan, "documents": 0}
    try:
        where = spec.given.get("where")
        if where is not None:
            corpus = corpus.where(**_mapping(where))
        row["documents"] = len(corpus) if is_corpus(corpus) else corpus["doc"].nunique()
        options = finding.options | {n: v for n, v in spec.given.items() if n not in OWN}
        options = {name: _of_same_documents(v, corpus) for name, v in options.items()}
        table = _compared(finding.measure(corpus, **options), finding)
        found = _one_row(table, finding)
        column = spec.given.get("value", value)
        if strict or column is None:
            column = _estimate_column(finding.measure.__name__, table, column)
        row["value"] = str(column)
        row["null"] = _null(finding.null, str(column))
        row |= _estimate(found, str(column), finding.measure.__name__)
    except InputError as error:
        if strict or _is_of_value(error, spec):
            raise
        return row | {"conclusion": IMPOSSIBLE, "reason": str(error)}
    row["conclusion"] = row.get("conclusion") or _conclusion(row)
    if strict and row["conclusion"] == UNKNOWN:
        why = row["interval"] or f"{finding.measure.__name__} gives none for {row['value']!r}"
        raise InputError(
            f"The main specification has no interval ({why}), so that it cannot be said whether"
            " anything survives; choose more documents or another value=."
        )
    return row | {"reason": None}


def _is_of_value(error: InputError, spec: Specification) -> bool:
    """Whether an error is of a value that its option does not take, in whatever texts."""
    if spec.left_out is not None or spec.given.get("where") is not None:
        return False  # a value that the whole corpus refuses is refused there
    names = "|".join(map(re.escape, spec.given))
    refused = rf"({names})=.* (is no |is not |is a number|must be )"
    return bool(names) and re.match(refused, str(error)) is not None


def _mapping(where: Any) -> dict[str, Any]:
    if not isinstance(where, Mapping):
        raise InputError(
            f'where={where!r} is no selection; give columns and values as in {{"genre": "news"}}.'
        )
    return dict(where)


def _of_same_documents(value: Any, corpus: Any) -> Any:
    """A table given as an option, of the documents that are measured."""
    if isinstance(value, pd.DataFrame) and "doc" in value.columns:
        table = corpus.documents if is_corpus(corpus) else corpus
        return value[value["doc"].isin(table["doc"])]
    return value


def _compared(table: Any, finding: Finding) -> pd.DataFrame:
    """What the measure returned; its groups compared where two are named and it does not itself."""
    if not isinstance(table, pd.DataFrame):
        name = finding.measure.__name__
        raise InputError(f"{name} returns no table of estimates; vary one that does.")
    sides = {n: v for n, v in finding.row.items() if n in _SIDES and n not in table.columns}
    with silent():  # a finding is one row, whatever others are left out
        return compare_groups(table, **sides) if sides else table


def _one_row(table: pd.DataFrame, finding: Finding) -> pd.Series:
    """The row of the finding."""
    name = finding.measure.__name__
    keys = [
        str(c)
        for c in table.columns
        if not pd.api.types.is_float_dtype(table[c]) and len(table[c].drop_duplicates()) > 1
    ]
    kept = np.ones(len(table), dtype=bool)
    for column, wanted in finding.row.items():
        if column not in table.columns:
            raise InputError(
                f"{column!r} is neither an option of {name} nor a column of its result"
                f" ({', '.join(map(repr, map(str, table.columns)))})."
            )
        own = table[column].astype(object)
        kept &= ((own == wanted) | (own.astype(str) == str(wanted))).to_numpy(dtype=bool)
    said = ", ".join(f"{column}={v!r}" for column, v in finding.row.items())
    if not kept.any():
        raise InputError(
            f"{name} has no row with {said}." if said else f"{name} has no rows for these options."
        )
    if kept.sum() > 1:
        open_keys = [key for key in keys if key not in finding.row and key != "interval"]
        words = [key for key in open_keys if not pd.api.types.is_numeric_dtype(table[key])]
        column = next(iter(words or open_keys), "term")
        example = table.loc[kept, column].iloc[0] if column in table.columns else "…"
        raise InputError(
            f"{name} has {int(kept.sum()):,} rows{f' with {said}' if said else ''}, and a finding"
            f" is one; choose it, as in {column}={str(example)!r}."
        )
    return table[kept].iloc[0]


def _estimate_column(name: str, table: pd.DataFrame, value: str | None) -> str:
    """The column of the estimate."""
    numbers = [str(c) for c in table.columns if pd.api.types.is_numeric_dtype(table[c])]
    if value is None:
        value = next((c for c in ESTIMATES if c in numbers), None)
    if value not in numbers:
        raise InputError(
            f"value={value!r} is no number that {name} returns; choose one of"
            f" {', '.join(map(repr, numbers)) or 'nothing'}."
        )
    return value


def _null(null: float | Mapping[str, float] | None, value: str) -> float:
    """What an estimate is held against."""
    found = null.get(value) if isinstance(null, Mapping) else null
    found = NULLS.get(value) if found is None else found
    if found is None:
        raise InputError(
            f"null= is needed: no value of {value!r} means “no finding”. Give the one that it must"
            " stay above or below, or measure a difference, as compare_rates does."
        )
    if isinstance(found, bool) or not isinstance(found, int | float) or not np.isfinite(found):
        raise InputError(f"null={found!r} is no number, such as 0.")
    return float(found)


def _estimate(found: pd.Series, value: str, name: str) -> dict[str, Any]:
    """The estimate of a row and the interval that belongs to it."""
    estimate = float(found[value])
    for low, high in ((f"{value}_low", f"{value}_high"), ("low", "high")):
        if low in found.index and high in found.index:
            bounds = float(found[low]), float(found[high])
            slack = 1e-9 * max(abs(estimate), 1.0)
            if bounds[0] - slack > estimate or bounds[1] + slack < estimate:
                raise InputError(
                    f"The interval that {name} gives is not that of {value!r}; choose the value="
                    " that it belongs to."
                )
            method = found.get(f"{value}_interval", found.get("interval"))
            return {"estimate": estimate, "low": bounds[0], "high": bounds[1], "interval": method}
    if value == "log_ratio" and "lrc" in found.index:  # the one bound that keyness gives
        bound = float(found["lrc"])
        text = "conservative bound of the log ratio, at once for all words of the table"
        if bound == 0:  # both ends are not known, only that 0 is between them
            return {"estimate": estimate, "interval": text, "conclusion": UNCLEAR}
        ends = (bound, np.inf) if bound > 0 else (-np.inf, bound)
        return {"estimate": estimate, "low": ends[0], "high": ends[1], "interval": text}
    return {"estimate": estimate, "interval": None}


def _same_estimate(row: dict[str, Any], main: dict[str, Any]) -> bool:
    """Whether leaving something out changed nothing: it is no part of the comparison."""
    if row["conclusion"] == IMPOSSIBLE:
        return False
    first, second = ([one[name] for name in ("estimate", "low", "high")] for one in (row, main))
    return bool(np.array_equal(first, second, equal_nan=True))


def _conclusion(row: dict[str, Any]) -> str:
    """Where the interval lies."""
    if not (np.isfinite(row["estimate"]) and row["low"] <= row["high"]):
        return UNKNOWN
    if row["low"] > row["null"]:
        return ABOVE
    return BELOW if row["high"] < row["null"] else UNCLEAR


def _table(
    rows: list[dict[str, Any]], levels: dict[str, dict[str, Any]], left_out: bool
) -> pd.DataFrame:
    """The rows as a table: choices, estimate, conclusion."""
    table = pd.DataFrame(rows)
    table["main"] = np.arange(len(table)) == 0
    table["survives"] = table["conclusion"] == rows[0]["conclusion"]
    for name in (*levels, "left_out", "value", "interval", "reason", "conclusion"):
        table[name] = table[name].astype(object).where(table[name].notna(), None).astype("str")
    columns = [*levels, *(["left_out"] if left_out else ()), "main"]
    columns += [] if "value" in levels else ["value"]
    columns += ["estimate", "low", "high", "interval", "null", "documents"]
    return table[[*columns, "conclusion", "survives", "reason"]]


def _summary(
    table: pd.DataFrame, levels: dict[str, dict[str, Any]], main: dict[str, Any], unused: int
) -> dict[str, Any]:
    """How often the finding survives, and which single changes it does not survive."""
    varied = [name for name, own in levels.items() if len(own) > 1]
    flips = []
    possible = table["conclusion"] != IMPOSSIBLE
    told = possible & ((table["conclusion"] != UNKNOWN) | (main["conclusion"] != UNCLEAR))
    for place in np.flatnonzero(~table["survives"].to_numpy() & told.to_numpy()):
        row = table.iloc[place]
        if "left_out" in table.columns and pd.notna(row["left_out"]):
            flips.append({"choice": "left_out", "label": row["left_out"]})
            continue
        changed = [name for name in varied if row[name] != table[name].iloc[0]]
        if len(changed) == 1:
            flips.append({"choice": changed[0], "label": row[changed[0]]})
    by_level = []
    lost = _names_of(table[~possible], varied)
    table = table[possible]
    whole = table[table["left_out"].isna()] if "left_out" in table.columns else table
    for name in varied:
        for label in levels[name]:
            own = whole.loc[whole[name] == label, "survives"]
            by_level.append(
                {"choice": name, "label": label, "survive": int(own.sum()), "of": len(own)}
            )
    return {
        "survive": int(table["survives"].sum()),
        "of": len(table),
        "value": main["value"],
        "conclusion": main["conclusion"],
        "no_interval": int((table["conclusion"] == UNKNOWN).sum()),
        "not_possible": int((~possible).sum()),
        "unused": unused,
        "flips": flips,
        "levels": by_level,
        "text": " ".join(filter(None, [_sentence(table, flips, main["conclusion"]), lost])),
    }


def _names_of(table: pd.DataFrame, varied: list[str]) -> str:
    """Which specifications could not be measured, in words."""
    if not len(table):
        return ""
    out = table["left_out"].dropna() if "left_out" in table.columns else pd.Series(dtype=object)
    named = [f"without {_either(list(out)[:_NAMED])}"] if len(out) else []
    rest = table.drop(out.index)
    if len(rest):
        first = ", ".join(f"{name} = {rest[name].iloc[0]}" for name in varied)
        named.append(f"with {first}{' and others' * (len(rest) > 1)}")
    return f"{len(table):,} could not be measured ({'; '.join(named)}): see `reason`."


def _sentence(table: pd.DataFrame, flips: list[dict[str, str]], conclusion: str) -> str:
    """The summary in words."""
    survive, of = int(table["survives"].sum()), len(table)
    nothing = conclusion == UNCLEAR  # the interval holds what means no difference
    text = "Nothing is distinguished" if nothing else "The finding survives"
    text += f" in {survive:,} of {of:,} specifications"
    if "left_out" in table.columns:
        out = table["left_out"].notna()
        if out.any() and (~out).sum() > 1:
            less = f"{int(table['survives'][out].sum()):,} of {int(out.sum()):,}"
            kept = f"{int(table['survives'][~out].sum()):,} of {int((~out).sum()):,}"
            text += f" ({kept} combinations of choices, {less} with something left out)"
    if not flips:
        rest = " (none of them a single change of the main one)" if survive < of else ""
        return f"{text}{rest}."
    named = []
    for name in dict.fromkeys(flip["choice"] for flip in flips):
        labels = [flip["label"] for flip in flips if flip["choice"] == name]
        if name != "left_out":
            named.append(f"with {name} = {_either(labels)}")
        elif len(labels) <= _NAMED:
            named.append(f"without {_either(labels)}")
        else:
            named.append(f"without any one of {len(labels):,} left out ({labels[0]} …)")
    if nothing:
        return f"{text}; something is {', or '.join(named)}."
    return f"{text}; it does not {', nor '.join(named)}."


def _either(labels: Sequence[str]) -> str:
    """Labels in a sentence: "a, b or c"."""
    shown = [*labels[:_NAMED], *([f"{len(labels) - _NAMED} more"] if len(labels) > _NAMED else ())]
    return " or ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
