"""Drawing rows to be coded by hand, each with a known probability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd

from analysis.coding.design import (
    ENOUGH,
    LEAST,
    MACHINE,
    REST,
    UNITS,
    Sample,
    allocate,
    allocate_more,
    column_of,
    fingerprint_of,
    marks_of,
)
from analysis.coding.population import frame_of, population_of
from analysis.coding.questions import (
    are_numbers,
    asked_of,
    entry_of,
    require_named,
    shown_of,
    topic_of,
    with_labels,
)
from analysis.tables import NONE_LABEL, VOICES, InputError, is_corpus, require_choice, say
from analysis.terms.evidence import find_passages, measuring_step
from analysis.wording import noun_of

JOINT = " · "
_SPAN = ["doc", "start", "end"]
_CONTEXT = 40  # words to each side of a passage


def sample_for_coding(
    rows: pd.DataFrame | str | None,
    corpus: Any,
    *,
    n: int = 100,
    column: str | None = None,
    unit: str | None = None,
    terms: Mapping[str, Sequence[str]] | None = None,
    question: str | Mapping[str, Any] | None = None,
    choices: Sequence[str] | None = None,
    rest: str | None = None,
    only: Mapping[str, Any] | None = None,
    headings: bool | None = None,
    strata: str | Sequence[str] | None = None,
    by: str | Sequence[str] | None = None,
    seed: int = 0,
    name: str | None = None,
) -> pd.DataFrame:
    """Draw rows at random to be coded by hand, each with its passage and a known probability.

    Parameters
    ----------
    rows : pandas.DataFrame, str or None
        What was found: rows that are places in texts (`doc`, `start`, `end`), such as quotations
        or scored names; the name of a layer, such as "targets"; or what a measure returned, whose
        rows stand for the passages that they count. None for a category of your own, without any
        answer of the machine.
    corpus : Corpus
        The corpus they are from.
    n : int
        How many rows to draw. With 60 an interval can be trusted, with 150 it is often short
        enough; see `plan_coding`. `enlarge_sample` draws more later.
    column : str, optional
        The column that holds the machine's answer, such as "tone" or "cue_class". Without it the
        question is whether a row is right. Of a column of numbers, such as "compound", give the
        choices, such as ["-1", "0", "1"].
    unit : {"row", "sentence", "paragraph", "document"}
        What is coded: the rows that were found; or sentences, paragraphs or documents of all texts,
        also such in which nothing was found, so that it is seen what is missed. The machine's
        answer is then "yes" where something was found in it and "no" elsewhere, or its `column`. By
        default what the codebook says, else the rows.
    terms : mapping of str to sequence of str, optional
        Groups of terms as the machine's answer for sentences, paragraphs or documents: the group
        with the most hits in it (of as many, the first), else the choice for the `rest`.
    question : str or mapping, optional
        What the coder is asked; or an entry of a codebook (see `read_codebook`), which brings its
        choices, rules and examples.
    choices : sequence of str, optional
        The codes. By default all answers that the machine can give in `column`, also those that do
        not occur here, and "none" for what was found wrongly (or, in a unit of text, for where
        there is nothing of it); without `column` "yes" and "no". Where none of the choices is
        another than the machine's answers, "none" is added.
    rest : str, optional
        The choice that is none of the machine's answers: found wrongly, or where none of `terms`
        stands. By default what the codebook says, else "none", else the one choice that is left.
    only : mapping, optional
        Draw only rows with these values, by columns of the rows or the documents, such as
        ``only={"entity": ["Russia", "Ukraine"]}``.
    headings : bool, optional
        False leaves out units that are no sentence: headlines, section heads, captions, lines
        without a full stop that are a paragraph of their own. By default what the codebook says,
        else True.
    strata : str or sequence of str, optional
        Columns of the rows or the documents; so many rows are drawn of each of their values and
        each answer of the machine that small ones are not left out.
    by : str or sequence of str, optional
        Columns by which results will be grouped. They are strata, too, and columns of rows
        (such as `voice_group`) can be grouped by only if they are named here. Of what a measure
        returned its own groups and names are added; of "targets", `entity` brings `label`. Groups
        that get fewer than the 20 rows that a corrected figure takes are named in a warning, with
        the `n` that would do.
    seed : int
        Of the random numbers: the same seed draws the same rows.
    name : str, optional
        What the sample is called in files; by default the column or unit.

    Returns
    -------
    pandas.DataFrame
        One row per passage to code, in random order, so that the first so many are a random sample
        as well: `row` (its id), `doc`, `start`, `end`, `left`, `text`, `right`, columns that say
        what a row was taken for (such as `evaluator` and `target`), `machine` (its answer),
        `stratum`, `probability`. Printed, it does not show `machine` and `stratum`, and
        `write_sample` does not write them unless asked.
        ``attrs["coding"]`` holds the question, the choices and the design.

    Raises
    ------
    InputError
        If there are no rows, fewer than `n`, a place outside its text, a column, unit or choice
        that does not exist, choices that differ in case or spaces only, answers of the machine
        that are none of the choices, or more of them than rows to draw.

    Notes
    -----
    Rows are drawn without replacement within strata: each answer of the machine, in each group of
    `strata` and `by`. A stratum gets rows by the square root of its size and at least five, so rare
    answers are drawn more often than they are; `probability` says how often, and `correct` and
    `count_codes` weight by it. Where strata are more than rows, the smallest of them are joined,
    which is said.

    Do not look at the machine's answers before you have coded: who sees an answer agrees with it.

    Examples
    --------
    >>> from analysis.layers import Corpus
    >>> texts = {"doc": ["a", "b"], "text": ["Rain fell. Prices fell.", "Wages rose. It rained."]}
    >>> corpus = Corpus(pd.DataFrame(texts))
    >>> sample = sample_for_coding(None, corpus, n=3, unit="sentence", terms={"economy":
    ...     ["price*", "wage*"]}, question="What is it about?", choices=["economy", "none"])
    >>> sorted(sample["machine"])
    ['economy', 'economy', 'none']
    """
    if not is_corpus(corpus):
        raise InputError(
            "corpus= must be a Corpus, which knows its texts, as read_corpus gives it."
        )
    given = question if isinstance(question, Mapping) else {}
    unit = unit or given.get("unit") or ("row" if rows is not None else "sentence")
    terms = terms if terms is not None or rows is not None else given.get("terms")
    headings = given.get("headings", True) if headings is None else headings
    require_choice(unit, UNITS, "unit")
    _require_terms(terms)
    layer, topic = _origin_of(rows)
    own = [name for name in only or {} if name not in corpus.documents.columns]
    asked = with_labels([*dict.fromkeys([*_listed(by), *_listed(strata), *own])], layer)
    shown = shown_of(topic, column, unit)
    drawn_by: dict[str, Any] = {"only": only, "headings": headings, "shown": shown}
    population, items, groups = population_of(rows, corpus, unit, column, terms, asked, **drawn_by)
    _require_number(n, len(population))
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise InputError(f"seed={seed!r} must be a whole number from 0 on, such as 1.")
    mapped = unit != "row" and (column is not None or terms is not None)
    answers = sorted(set(population[MACHINE]) - ({REST} if mapped else set()))
    entry = entry_of(
        question,
        choices,
        rest,
        None if terms is not None or rows is None else asked_of(topic, column, unit),
        answers,
        column=column,
        unit=unit,
        terms=terms,
    )
    require_named(answers, entry, terms, column)
    nothing = mapped and entry["rest"] is None and (population[MACHINE] == REST).any()
    if nothing and not are_numbers(entry["choices"]):
        raise InputError(
            f"Of the choices {entry['choices']} say by rest= which is for a {unit} in which nothing"
            " was found."
        )
    if mapped and entry["rest"]:
        population[MACHINE] = population[MACHINE].replace(REST, entry["rest"])
    documents = corpus.documents
    own = [c for c in dict.fromkeys([*items, *groups]) if c in population.columns]
    apart = [MACHINE, *items, *groups]
    whole = strata_of(population, apart, documents)
    stratum = fitting(whole, population[MACHINE].to_numpy(dtype=object), n)
    chosen, probability = draw(stratum, [n], seed)
    further = [c for c in shown if c in population.columns and c not in own]
    kept = population[list(dict.fromkeys([*_SPAN, *further, MACHINE, *own]))].assign(
        stratum=stratum
    )
    result = rows_to_code(kept.iloc[chosen], corpus, unit)
    result["probability"] = probability
    result.attrs["corpus"] = dict(documents.attrs.get("corpus", {}))
    source = _source_of(rows, corpus, [*items, *groups])
    source |= {"groups": asked, "terms": _plain_terms(terms), "only": _plain_terms(only)}
    result.attrs["coding"] = entry | {
        "name": name or entry.get("name") or column or unit,
        "unit": unit,
        "layer": layer,
        "column": column,
        "items": items,
        "shown": [one for one in shown if one in population.columns and one not in items],
        "headings": headings,
        "seed": int(seed),
        "drawn": int(n),
        "source": source,
        "fingerprint": fingerprint_of(documents, documents["doc"].astype(str)),
        "texts": marks_of(documents),
        "frame": frame_of(population, [MACHINE, *own], documents),
        "strata": {
            str(k): int(v) for k, v in zip(*np.unique(stratum, return_counts=True), strict=True)
        },
        "steps": [] if isinstance(rows, str) or rows is None else rows.attrs.get("steps", []),
    }
    say_few(population, whole, [*groups, *items], documents, chosen)
    return result


def _require_number(n: Any, there: int) -> None:
    """Refuse a number of rows that cannot be drawn."""
    if not there:
        raise InputError("There are no rows to draw from; pass rows that a measure found.")
    if isinstance(n, bool) or not isinstance(n, int | np.integer):
        raise InputError(f"n={n!r} must be a whole number of rows, such as 100.")
    if not 1 <= n <= there:
        raise InputError(f"n={n!r} rows cannot be drawn: there are {there:,} to draw from.")


def _require_terms(terms: Any) -> None:
    """Refuse groups of terms that are none, or that are called as the rest is."""
    if terms is None:
        return
    if not isinstance(terms, Mapping) or not terms:
        raise InputError("terms= takes groups of terms by the codes that they stand for.")
    if REST in terms:
        raise InputError(f"terms= has a group {REST!r}, as passages without any term are called.")


def say_few(
    population: pd.DataFrame,
    whole: np.ndarray,
    names: list[str],
    documents: pd.DataFrame,
    chosen: np.ndarray,
) -> None:
    """Say of which groups too few rows were drawn for a corrected figure, and how many would do."""
    if not names:
        return
    groups = strata_of(population, names, documents)
    there, drawn = pd.Series(groups).value_counts(), pd.Series(groups[chosen]).value_counts()
    drawn = drawn.reindex(there.index, fill_value=0)
    few = drawn[drawn < there.clip(upper=ENOUGH)].sort_index()
    if not len(few):
        return
    shown = ", ".join(f"{group} {count}" for group, count in few.head(6).items())
    more = f" and {len(few) - 6:,} others" if len(few) > 6 else ""
    enough = _enough(whole, groups)
    some = f" Or choose some, as in only={{{names[0]!r}: [...]}}." if len(there) > 12 else ""
    say(
        f"{len(few):,} of {len(there):,} groups ({', '.join(map(noun_of, names))}) get fewer than"
        f" the {ENOUGH} rows that a corrected figure takes: {shown}{more}. For all of them draw"
        f" n={enough:,}.{some}"
    )


def _enough(whole: np.ndarray, groups: np.ndarray) -> int:
    """The least number of rows of which each group gets enough, or all that it has."""
    names, code, counts = np.unique(whole, return_inverse=True, return_counts=True)
    _, of_row = np.unique(groups, return_inverse=True)
    group = np.zeros(len(names), dtype=int)
    group[code] = of_row
    needed = np.minimum(np.bincount(group, counts), ENOUGH)
    low, high = 0, int(counts.sum())
    while high - low > 1:
        middle = (low + high) // 2
        fits = (np.bincount(group, allocate(counts, middle)) >= needed).all()
        low, high = (low, middle) if fits else (middle, high)
    return high


def strata_of(table: pd.DataFrame, names: Sequence[str], documents: pd.DataFrame) -> np.ndarray:
    """The stratum of every row, named by its values."""
    parts = []
    for name in dict.fromkeys(names):
        values = table[name] if name in table.columns else column_of(table["doc"], documents, name)
        parts.append(pd.Series(values).astype(object).fillna(NONE_LABEL).astype(str).to_numpy())
    joined = pd.Series(parts[0])
    for part in parts[1:]:
        joined = joined + JOINT + pd.Series(part)
    return joined.to_numpy(dtype=object)


def fitting(stratum: np.ndarray, machine: np.ndarray, n: int) -> np.ndarray:
    """The strata, with the smallest joined where rows are too few for a row of each."""
    names, code, counts = np.unique(stratum, return_inverse=True, return_counts=True)
    if len(names) <= n:
        return stratum
    kinds = len(set(machine))
    if kinds > n:
        raise InputError(
            f"n={n} rows are fewer than the {kinds} different answers of the machine, so that of"
            f" some none would be coded; draw {kinds * LEAST} or more, choose some with only=, or"
            " give another column=."
        )
    kept = np.argsort(-counts, kind="stable")[: max(n // LEAST - kinds, 0)]
    say(
        f"{len(names):,} strata are more than the {n} rows to draw: the {len(names) - len(kept):,}"
        " smallest are joined, each answer of the machine by itself. Groups of so few rows cannot"
        " be told apart; draw more rows, or name fewer groups in by= and strata=."
    )
    rest = np.array([joined_name(kind) for kind in machine], dtype=object)
    return np.where(np.isin(code, kept), stratum, rest)


def row_name(at: int) -> str:
    """The id of a row, by its place in the sample."""
    return f"{at + 1:04d}"


def joined_name(kind: str) -> str:
    """The name of the joined strata of one answer of the machine."""
    return f"{kind}{JOINT}{NONE_LABEL}{JOINT}joined"


def draw(stratum: np.ndarray, sizes: Sequence[int], seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows drawn in random order, enlarged from size to size, and the probability of each."""
    rng = np.random.default_rng(seed)
    names, code, counts = np.unique(stratum, return_inverse=True, return_counts=True)
    drawn = allocate(counts, sizes[0])
    picked = [
        rng.choice(np.flatnonzero(code == kind), drawn[kind], replace=False)
        for kind in range(len(names))
    ]
    chosen = rng.permutation(np.concatenate(picked))
    for n in sizes[1:]:
        # each row has one number for good, and the rows with the least come next
        number = np.random.default_rng([seed, 1]).random(len(code))
        number[chosen] = np.inf
        more = allocate_more(counts, drawn, n)
        picked = [
            (own := np.flatnonzero(code == kind))[np.argsort(number[own])[: more[kind]]]
            for kind in range(len(names))
        ]
        order = np.random.default_rng([seed, n]).permutation(int(more.sum()))
        chosen, drawn = np.concatenate([chosen, np.concatenate(picked)[order]]), drawn + more
    return chosen, (drawn / counts)[code[chosen]]


def rows_to_code(rows: pd.DataFrame, corpus: Any, unit: str, first: int = 0) -> Sample:
    """Rows with their passages, in their order, and ids from the first place on."""
    window = 0 if unit == "document" else _CONTEXT
    found = find_passages(rows[_SPAN], corpus.every_voice(), window=window, columns=[])
    found = found.drop_duplicates(_SPAN).rename(columns={"node": "text"})
    keys = rows[_SPAN].reset_index(drop=True).astype({"doc": object})
    found["doc"] = found["doc"].astype(object)
    result = keys.merge(found[[*_SPAN, "left", "text", "right"]], on=_SPAN, how="left")
    result.insert(0, "row", [row_name(first + at) for at in range(len(result))])
    for name in rows.columns[3:]:
        result[name] = rows[name].to_numpy()
    return Sample(result)


def _origin_of(rows: Any) -> tuple[str, str]:
    """The layer that rows are of ("" where it is not known), and what they are."""
    if rows is None or isinstance(rows, str):
        return rows or "", topic_of("", rows or "")
    step: Mapping[str, Any] = measuring_step(rows.attrs.get("steps") or []) or {}
    call = str(step.get("call", ""))
    if call == "layer":
        layer = str(step["params"]["name"])
    else:
        layer = str(getattr(getattr(import_module("analysis"), call, None), "__measure__", ""))
    return layer, topic_of(call, layer)


def _source_of(rows: Any, corpus: Any, names: Sequence[str]) -> dict[str, Any]:
    """How the rows that could be drawn are found again."""
    if rows is None:
        return {"kind": "none"}
    if isinstance(rows, str):
        return {"kind": "layer", "name": rows}
    steps = rows.attrs.get("steps") or []
    step = measuring_step(steps)
    if step is None:
        return {"kind": "table"}
    if set(_SPAN) <= set(rows.columns):
        # of some rows of a layer no record can tell which, nor what columns of one's own hold
        layer = corpus.layer(step["params"]["name"]) if step["call"] == "layer" else rows.head(0)
        own = len(rows) == len(layer) and set(rows.columns) <= {*layer.columns, *VOICES}
        return {"kind": "steps", "steps": steps} if own else {"kind": "table"}
    known = [name for name in dict.fromkeys(names) if name in rows.columns]
    return {"kind": "steps", "steps": steps, "rows": values_of(rows, known), "names": known}


def values_of(rows: pd.DataFrame, names: Sequence[str]) -> list[list[str]]:
    """What tells the rows of a measure apart, as text."""
    return rows[list(names)].astype(str).to_numpy().tolist()


def _plain_terms(terms: Mapping[str, Sequence[str]] | None) -> dict[str, list[str]] | None:
    """Groups of terms as a record keeps them."""
    if terms is None:
        return None
    return {
        str(name): [own] if isinstance(own, str) else list(map(str, own))
        for name, own in terms.items()
    }


def _listed(value: str | Sequence[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(map(str, value or ()))
