"""Drawing further rows of a sample, and adding them to the files in which it is coded."""

from __future__ import annotations

import contextlib
import copy
import io
import json
import os
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis._lazy import needs_extra
from analysis.coding.design import (
    MACHINE,
    design_of,
    identities_of,
    pack,
    require_same_texts,
    sizes_of,
)
from analysis.coding.files import (
    SUFFIX,
    Filled,
    NoCodesError,
    cell_of,
    files_of,
    inert,
    read_filled,
    read_stored,
    write_filled,
)
from analysis.coding.population import frame_of
from analysis.coding.sample import draw, fitting, rows_to_code, say_few, strata_of
from analysis.files import write_atomic
from analysis.tables import InputError, is_corpus, say, silent

_PATIENCE = 10  # seconds
_SPAN = ["doc", "start", "end"]


def enlarge_sample(
    sample: pd.DataFrame | str | os.PathLike[str],
    corpus: Any,
    *,
    n: int,
    rows: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Draw further rows of a sample, so that what is coded of it stays and counts.

    Parameters
    ----------
    sample : pandas.DataFrame or path
        What `sample_for_coding` gave; or the file that `write_sample` wrote, or the
        ``.sample.json`` beside it.
    corpus : Corpus
        The corpus that it was drawn from.
    n : int
        How many rows it is to have in all: `needed` of `plan_coding`.
    rows : pandas.DataFrame, optional
        The rows that it was drawn from, where they were rows of your own, which nothing else can
        find again.

    Returns
    -------
    pandas.DataFrame
        The larger sample: the rows of the old one first, with their ids, then new ones in random
        order. `write_sample` to the old place adds them to the files of all coders, and keeps what
        is filled in there; `read_codes` takes files of the old sample as codes of the larger.

    Raises
    ------
    InputError
        If `n` is not more rows than there are already, or more than there are to draw; if texts or
        what was found in them have changed since; or if the table is none that was drawn.

    Notes
    -----
    Each row has a random number from the seed and its place, once for all; the rows of each stratum
    with the least numbers that are not drawn yet come next. So in each stratum all rows drawn are a
    random sample of its rows, as if drawn at once, and `probability` is their part of it. Strata
    are those of the old sample: no stratum loses rows, and the new ones go where a sample of `n`
    rows would have more. Where strata were joined in the old sample, they stay joined.

    Examples
    --------
    >>> from analysis.coding.sample import sample_for_coding
    >>> from analysis.layers import Corpus
    >>> corpus = Corpus(pd.DataFrame({"doc": ["a"], "text": ["Rain fell. " * 40]}))
    >>> first = sample_for_coding(None, corpus, n=20, unit="sentence", choices=["yes", "no"])
    >>> more = enlarge_sample(first, corpus, n=30)
    >>> len(more), more["start"].tolist()[:20] == first["start"].tolist()
    (30, True)
    """
    if not is_corpus(corpus):
        raise InputError("corpus= must be the Corpus that the sample was drawn from.")
    old = sample if isinstance(sample, pd.DataFrame) else read_stored(_stored(Path(sample)))
    design = design_of(old)
    if "coder" in old.columns or len(old) != design.get("drawn"):
        raise InputError(
            "This is not the whole sample; pass what sample_for_coding gave, or its file."
        )
    require_same_texts(old, corpus)
    population, stratum, whole, names = _drawn_from(design, corpus, rows)
    sizes = sizes_of(design)
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n <= sizes[-1]:
        raise InputError(
            f"n={n!r} must be a whole number above {sizes[-1]}, the rows that the sample has."
        )
    if n > len(population):
        raise InputError(f"n={n!r} rows cannot be drawn: there are {len(population):,} in all.")
    chosen, probability = draw(stratum, [*sizes, int(n)], design["seed"])
    kept = population.assign(stratum=stratum)
    _require_same_rows(old, kept.iloc[chosen[: len(old)]])
    kept = kept[[*_SPAN, *(name for name in old.columns if name in kept and name not in _SPAN)]]
    new = rows_to_code(kept.iloc[chosen[len(old) :]], corpus, design["unit"], len(old))
    result = type(new)(pd.concat([pd.DataFrame(old), pd.DataFrame(new)], ignore_index=True))
    result["probability"] = probability
    result = result[list(old.columns)]
    result.attrs["corpus"] = dict(old.attrs.get("corpus", {}))
    result.attrs["coding"] = design | {"drawn": int(n), "enlarged": sizes}
    if len(set(stratum)) < len(set(whole)):
        say("The strata that were joined when the sample was first drawn stay joined.")
    say_few(population, whole, names[1:], corpus.documents, chosen)
    return result


def _drawn_from(
    design: dict[str, Any], corpus: Any, rows: pd.DataFrame | None
) -> tuple[pd.DataFrame, np.ndarray, np.ndarray, list[str]]:
    """All rows that could be drawn, their strata, those before any were joined, and of what."""
    from analysis.coding.recount import populate_again, source_of  # only who enlarges needs it

    source = source_of(design)
    if source is None and rows is None:
        raise InputError(
            "The sample was drawn from rows of your own, which nothing can find again; pass them as"
            " rows=."
        )

    def again(steps: list[dict[str, Any]], corpus: Any) -> pd.DataFrame:
        if rows is not None:
            return rows
        found: pd.DataFrame = import_module("analysis.export.replay").recompute(steps, corpus)
        return found

    source = source or (design.get("source") or {}) | {"kind": "steps", "steps": []}
    if rows is not None:
        source = {name: held for name, held in source.items() if name != "rows"}
    whole_corpus = corpus.every_voice()
    with silent():
        population, apart, names = populate_again(design, source, whole_corpus, again)
        if frame_of(population, names, whole_corpus.documents) != design["frame"]:
            raise InputError(
                "What could be drawn is not what it was: other rows are found in these texts now,"
                " by another version, setting or rows=; draw a new sample. The codes are kept."
            )
        whole = strata_of(population, apart, whole_corpus.documents)
        machine = population[MACHINE].to_numpy(dtype=object)
        stratum = fitting(whole, machine, sizes_of(design)[0])
    return population, stratum, whole, apart


def _require_same_rows(old: pd.DataFrame, again: pd.DataFrame) -> None:
    """Refuse a sample of other rows than its seed draws."""
    names = [*_SPAN, MACHINE, "stratum"]
    if old[names].astype(str).to_numpy().tolist() != again[names].astype(str).to_numpy().tolist():
        raise InputError(
            "The rows of the sample are not those that its seed draws, in their order; pass the"
            " sample as it was drawn, or draw a new one. The codes are kept."
        )


def _stored(path: Path) -> Path:
    """The file of a sample, from that which is coded."""
    return path if path.name.endswith(SUFFIX) else path.with_suffix(SUFFIX)


def is_enlarged(sample: pd.DataFrame, stored: Path) -> bool:
    """Whether a sample holds that of a file, and more."""
    before = identities_of(sample)[:-1]
    try:
        return bool(before) and identities_of(read_stored(stored))[-1] in before
    except InputError:
        return False


def write_enlarged(sample: pd.DataFrame, target: Path, stored: Path, new: bytes) -> Path:
    """Add the further rows to every file of a sample; what is filled in stays as it is."""
    found: dict[Path, Filled] = {}
    with contextlib.ExitStack() as stack:
        for one in files_of(stored):
            if one.suffix.lower() == ".csv":
                stack.enter_context(_alone(one))
            with contextlib.suppress(NoCodesError):  # another table of that name
                found[one] = read_filled(one, sample)
        contents = {one: _with_rows(one, sample) for one in found if one.suffix.lower() == ".xlsx"}
        # first the sample: files of the smaller one can be read by it, not the other way round
        write_atomic(stored, json.dumps(pack(sample), ensure_ascii=False, indent=1) + "\n")
        for one, filled in found.items():
            if one in contents:
                write_atomic(one, contents[one])
            else:
                write_filled(one, sample, filled)
        own = [one for one in found if one.stem == target.stem]
        return own[0] if own else write_atomic(target, new)


@contextlib.contextmanager
def _alone(path: Path) -> Any:
    """Keep views that code in a file waiting."""
    import filelock

    try:
        with filelock.FileLock(path.with_name(f".{path.name}.lock")).acquire(timeout=_PATIENCE):
            yield
    except filelock.Timeout:
        raise InputError(
            f"A view has kept {path.name} for {_PATIENCE} seconds; close it."
        ) from None


def _with_rows(path: Path, sample: pd.DataFrame) -> bytes:
    """A workbook with the rows that it lacks after those that it has, which stay untouched."""
    with needs_extra("files", "Writing an Excel file"):
        import openpyxl

    book = openpyxl.load_workbook(path)
    sheet, at, header = _sheet_of(book, path.name)
    there = {_id(sheet.cell(n, header["row"]).value) for n in range(at + 1, sheet.max_row + 1)}
    further = sample[~sample["row"].isin(there)].assign(sample=identities_of(sample)[-1])
    spelled = {name.casefold(): name for name in map(str, further.columns)}
    last = sheet.max_row
    while not any(str(cell.value or "").strip() for cell in sheet[last]):
        last -= 1
    for number, row in enumerate(further.to_dict("records"), start=last + 1):
        for name, column in header.items():
            if name not in spelled:  # a column of the coder's own, or to fill in
                continue
            cell, model = sheet.cell(number, column), sheet.cell(at + 1, column)
            cell.value = inert(cell_of(row, spelled[name]))
            cell.alignment, cell.font = copy.copy(model.alignment), copy.copy(model.font)
            cell.data_type = "s" if cell.value is not None else cell.data_type  # never a formula
    for rule in sheet.data_validations.dataValidation if len(further) else ():
        if any(area.min_col == header["code"] == area.max_col for area in rule.sqref.ranges):
            letter = sheet.cell(1, header["code"]).column_letter
            rule.add(f"{letter}{last + 1}:{letter}{last + len(further)}")
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _id(value: Any) -> str:
    """The id of a row; a spreadsheet may have made 0012 a number."""
    return str(value).strip().removesuffix(".0").zfill(4)


def _sheet_of(book: Any, name: str) -> tuple[Any, int, dict[str, int]]:
    """The sheet of a workbook that is coded in, the line of its header, and its columns."""
    for sheet in sorted(book.worksheets, key=lambda one: one.title != "rows"):
        for line in sheet.iter_rows():
            found = {str(cell.value or "").strip().casefold(): cell.column for cell in line}
            if {"row", "text", "code"} <= set(found):
                return sheet, line[0].row, found
    raise InputError(f"{name} has no sheet with the columns row, text and code.")
