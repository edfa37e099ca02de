"""Samples as files that open in a spreadsheet, and what coders have filled in, checked."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from analysis._lazy import needs_extra
from analysis.coding.design import (
    MACHINE,
    design_of,
    folded,
    identities_of,
    identity_of,
    pack,
    unpack,
)
from analysis.files import escape_cell, unescape_cell, write_atomic
from analysis.tables import InputError, is_corpus

SUFFIX = ".sample.json"
UNDECIDED = "Leave a row empty that you cannot decide, and say why in its note."
SHOWN = ("row", "doc", "left", "text", "right", "code", "note", "coder", "sample")
_WIDE = {
    "row": 7,
    "doc": 20,
    "left": 45,
    "text": 45,
    "right": 45,
    "machine": 14,
    "code": 16,
    "note": 25,
    "sample": 20,
    "coder": 14,
}
_LONGEST = 8000  # characters of a cell
_CUT = " […]"
_READ = ("row", "doc", "left", "text", "right", "code", "note", "sample", "coder")
_PLACE = ("text", "doc", "left", "right")  # that say which passage it is
_FILLED = ("code", "note", "sample", "coder")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NAME = re.compile(r"[^\w.\-]+")
_SHEET = "rows"  # of a workbook, beside those of the rules and the codes


class NoCodesError(InputError):
    """A file lacks the columns of a sample's: it is none that a coder has filled in."""


class Filled(NamedTuple):
    """What a coder has filled in, by the ids of the rows."""

    codes: dict[str, str]
    notes: dict[str, str]
    coder: str
    further: dict[str, dict[str, str]]  # columns of the coder's own, by their names


def write_sample(
    sample: pd.DataFrame,
    corpus: Any = None,
    *,
    path: str | os.PathLike[str] | None = None,
    show_machine: bool = False,
    overwrite: bool = False,
) -> Path:
    """Write a sample as a file in which codes are filled in.

    Parameters
    ----------
    sample : pandas.DataFrame
        What `sample_for_coding` gave.
    corpus : Corpus, optional
        The corpus; without a path the file goes to the folder ``coding`` beside its manifest.
    path : path, optional
        Where to write, ending in ``.xlsx`` (with the codes as a drop-down list and the rules on a
        second sheet) or ``.csv``.
    show_machine : bool
        Show the coder what the machine said. Coders agree with what they are shown, so this is for
        looking over what was coded, not for measuring.
    overwrite : bool
        Replace files of that name. A sample that `enlarge_sample` gave needs no such leave to go
        where the smaller one lies: its further rows are added to the files of all coders, and
        what is filled in there stays.

    Returns
    -------
    pathlib.Path
        The file. Beside it lies ``NAME.sample.json``, which holds the machine's answers and the
        probabilities and is needed to read the codes; do not send it to the coders.

    Raises
    ------
    InputError
        If the ending is another, a file is there already or cannot be read, or the packages for
        .xlsx are missing.

    Examples
    --------
    >>> import tempfile
    >>> from analysis.coding.sample import sample_for_coding
    >>> from analysis.layers import Corpus
    >>> corpus = Corpus(pd.DataFrame({"doc": ["a"], "text": ["Rain fell. Prices fell."]}))
    >>> sample = sample_for_coding(None, corpus, n=2, unit="sentence", choices=["weather", "no"])
    >>> write_sample(sample, path=Path(tempfile.mkdtemp(), "topic.csv")).name
    'topic.csv'
    """
    # which read these files themselves
    from analysis.coding.enlarge import is_enlarged, write_enlarged

    design = design_of(sample)
    target = (
        Path(path) if path is not None else _beside(corpus, f"{safe_name(design['name'])}.xlsx")
    )
    if target.suffix.lower() not in (".xlsx", ".csv"):
        raise InputError(f"{target} must end in .xlsx or .csv.")
    beside = target.with_suffix(SUFFIX)
    enlarged = beside.exists() and is_enlarged(sample, beside)
    for one in () if enlarged else (target, beside):
        if one.exists() and not overwrite:
            raise InputError(
                f"{one} is there already; give another path, or overwrite=True (--overwrite)."
            )
    if not enlarged:
        _require_uncoded(target, beside, sample)
    shown = _columns_of(sample)
    plain, sample = sample, sample.assign(sample=identity_of(sample))
    if show_machine:
        shown.insert(shown.index("code"), MACHINE)
    rows = [[cell_of(row, name) for name in shown] for row in sample.to_dict("records")]
    write = _workbook if target.suffix.lower() == ".xlsx" else _csv
    content = write(shown, rows, design)
    if enlarged:
        return write_enlarged(plain, target, beside, content)
    write_atomic(beside, json.dumps(pack(plain), ensure_ascii=False, indent=1) + "\n")
    return write_atomic(target, content)


def _columns_of(sample: pd.DataFrame) -> list[str]:
    """The columns of a file: the passage, what it was taken for, and what is filled in."""
    shown = [name for name in SHOWN if name in _FILLED or name in sample.columns]
    further = [name for name in taken_for(sample.attrs["coding"]) if name in sample.columns]
    at = shown.index("code")
    return [*shown[:at], *(name for name in further if name not in SHOWN), *shown[at:]]


def taken_for(design: Mapping[str, Any]) -> list[str]:
    """The columns that say what a row was taken for, which the coder must know to judge it."""
    return [*dict.fromkeys([*design["items"], *design.get("shown", ())])]


def _require_uncoded(target: Path, beside: Path, sample: pd.DataFrame) -> None:
    """Refuse to replace codes, or a sample of which coded files lie beside it."""
    try:
        before = read_stored(beside)
        same = identity_of(before) == identity_of(sample)
        filled = target.exists() and bool(read_filled(target, before).codes)
    except InputError:  # none is there, or it is damaged
        return
    if filled:
        raise InputError(f"{target} holds codes, which would be lost; give another path.")
    coded = [] if same else [one for one in files_of(beside) if _is_coded(one, before, beside)]
    if coded:
        raise InputError(
            f"{coded[0]} holds codes of the sample in {beside.name}, and would fit no other; give"
            " another path."
        )


def files_of(stored: Path) -> list[Path]:
    """The files that are read as coded of a sample, of whatever name and with codes or without."""
    return [
        path
        for path in sorted(stored.parent.glob("*"))
        if path.suffix.lower() in (".csv", ".xlsx")
        and path.name.startswith(stored.name.removesuffix(SUFFIX))
        and find_sample(path) == stored
    ]


def _is_coded(path: Path, drawn: pd.DataFrame, stored: Path) -> bool:
    """Whether a file holds codes of a sample, or is called as one that does and is damaged."""
    try:
        return bool(read_filled(path, drawn).codes)
    except InputError:
        return path.name.startswith(f"{stored.name.removesuffix(SUFFIX)}-")


def safe_name(name: str) -> str:
    """A name that can be that of a file."""
    return _NAME.sub("-", name).strip("-.") or "sample"


def coder_name(given: Any) -> str:
    """The name of a coder, of which a file can be named."""
    name = " ".join(str(given).split())
    if not name:
        raise InputError("coder= is empty; give the name of who codes.")
    if set(name) & set("/\\") or name.startswith("."):
        raise InputError(f"coder={given!r} must be a name, such as 'ann', and no path.")
    if len(name) > 100:
        raise InputError(f"coder={name[:20]!r}… has {len(name)} letters; give a short name.")
    return name


def _beside(corpus: Any, name: str) -> Path:
    """A place in the folder of a corpus."""
    folder = corpus.folder if is_corpus(corpus) else None
    if folder is None:
        raise InputError("This corpus has no folder; give path=, such as 'coding/tone.xlsx'.")
    return Path(folder, "coding", name)


def cell_of(row: Mapping[Any, Any], name: str) -> str:
    """What stands in a cell, without what no file can hold; a long text is cut."""
    value = row.get(name)
    text = "" if value is None else " ".join(_UNWRITABLE.sub("", str(value)).split())
    return text if len(text) <= _LONGEST or name == "note" else text[: _LONGEST - len(_CUT)] + _CUT


def _csv(shown: Sequence[str], rows: Iterable[Sequence[str]], design: dict[str, Any]) -> bytes:
    """A CSV file that no spreadsheet takes for formulas."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(shown)
    writer.writerows([escape_cell(cell) if cell else cell for cell in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def _workbook(shown: Sequence[str], rows: Sequence[Sequence[str]], design: dict[str, Any]) -> bytes:
    """An Excel file: the rows with a list of codes to choose from, and the rules."""
    with needs_extra("files", "Writing an Excel file"):
        import openpyxl
        from openpyxl.styles import Alignment, Font
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.datavalidation import DataValidation

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = _SHEET
    sheet.append(list(shown))
    for row in rows:
        sheet.append([inert(cell) for cell in row])
    rules = book.create_sheet("rules")
    for line in instructions(design):
        rules.append([inert(line)])
    rules.column_dimensions["A"].width = 110
    lists = book.create_sheet("codes")
    for choice in design["choices"]:
        lists.append([inert(choice)])
    wrapped = Alignment(wrap_text=True, vertical="top")
    for cells in (*sheet.iter_rows(), *rules.iter_rows()):
        for cell in cells:
            cell.alignment = wrapped
            cell.data_type = "s" if cell.value is not None else cell.data_type  # never a formula
    for place, name in enumerate(shown, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = _WIDE.get(name, 20)
        sheet.cell(1, place).font = Font(bold=True)
        if name == "text":
            for number in range(2, len(rows) + 2):
                sheet.cell(number, place).font = Font(bold=True)
    sheet.freeze_panes = "A2"
    letter = get_column_letter(shown.index("code") + 1)
    drop = DataValidation(type="list", formula1=f"codes!$A$1:$A${len(design['choices'])}")
    drop.error, drop.showErrorMessage = "Choose one of the codes.", True
    drop.prompt, drop.showInputMessage = _prompt(design), True
    drop.add(f"{letter}2:{letter}{len(rows) + 1}")
    sheet.add_data_validation(drop)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _prompt(design: Mapping[str, Any]) -> str:
    """What a spreadsheet shows beside a cell: the question, and where the codes are explained."""
    further = " What each code means stands on the sheet “rules”."
    return f"{design['question']}{further}"[:250]


def inert(text: str) -> str | None:
    """Text for a cell of a workbook, without what its XML cannot hold."""
    return _UNWRITABLE.sub("", text) or None


def instructions(design: dict[str, Any]) -> list[str]:
    """Question, codes, rules and examples, line by line."""
    lines = [design["question"], ""]
    if taken := taken_for(design):
        columns = ", ".join(taken)
        lines[1:] = [f"Beside each passage stands what it was taken for: {columns}.", ""]
    lines += [
        f"{choice}: {design['meaning'][choice]}" if choice in design["meaning"] else choice
        for choice in design["choices"]
    ]
    lines += ["", *design["rules"]]
    lines += [
        " → ".join(str(part) for part in (one.get("text", ""), one.get("code", "")))
        for one in design["examples"]
    ]
    return [*lines, "", UNDECIDED]


def read_stored(path: Path | None) -> pd.DataFrame:
    """A sample or codes from a file."""
    assert path is not None
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise InputError(f"{path} is not there.") from None
    except (OSError, ValueError, RecursionError):
        raise InputError(f"{path} is damaged; write the sample again.") from None
    return unpack(content, str(path))


def find_sample(first: Path, given: Any = None) -> Path:
    """The file that holds the sample of a coded file."""
    if given is not None:
        return Path(given)
    found = [
        path
        for path in sorted(first.parent.glob(f"*{SUFFIX}"))
        if first.stem.startswith(path.name.removesuffix(SUFFIX))
    ]
    if not found:
        raise InputError(
            f"Beside {first} lies no {SUFFIX} whose name it begins with; put the coded files beside"
            " the sample, or give sample=."
        )
    return max(found, key=lambda path: len(path.name))


def read_filled(path: Path, drawn: pd.DataFrame, coder: str | None = None) -> Filled:
    """What is filled in in a file; refused where it is not of the sample, or of another coder."""
    from analysis.corpus.formats.tables import parse_table  # only who reads codes needs it

    try:
        table = parse_table(path.read_bytes(), path.name, ("row", "text", "code"), _SHEET)
    except FileNotFoundError:
        raise InputError(f"{path} is not there.") from None
    header = _header_of(table.header, drawn, path.name)
    if table.left_out:
        place, why = table.left_out[0]
        raise InputError(f"{path.name} {place}: {why}.")
    known = {row["row"]: row for row in drawn.to_dict("records")}
    samples = identities_of(drawn)
    own = [name for name in header if name not in {*_READ, *map(str.casefold, _columns_of(drawn))}]
    cells = unescape_cell if path.suffix.lower() == ".csv" else _as_it_is
    exact = {folded(choice): choice for choice in drawn.attrs["coding"]["choices"]}
    seen: dict[str, str] = {}
    codes, notes, coders = {}, {}, dict[str, None]()
    further: dict[str, dict[str, str]] = {header[name]: {} for name in own if name != MACHINE}
    for cell, place in zip(table.rows, table.places, strict=True):
        where = f"{path.name} {place}"
        given = {
            name: cells(str(cell.get(column) or "")) or ""
            for name, column in ({name: name for name in _READ} | header).items()
        }
        row = _known_row(given["row"], known, where)
        name = row["row"]
        if name in seen:
            raise InputError(f"{where}: row {name} is there twice; it is also {seen[name]}.")
        seen[name] = place
        _require_own(given, row, samples, header, where)
        if coder is not None and given["coder"].strip() and given["coder"].split() != coder.split():
            raise InputError(
                f"{path.name} holds the codes of {given['coder']!r}; give coder={coder!r} a name"
                " that differs in more than signs."
            )
        if who := " ".join(given["coder"].split()):
            coders[who] = None
        if code := " ".join(given["code"].split()):
            if folded(code) not in exact:
                shown = ", ".join(map(repr, exact.values()))
                raise InputError(f"{where}: the code {code!r} is not known; choose one of {shown}.")
            codes[name] = exact[folded(code)]
        if given["note"]:
            notes[name] = given["note"]
        for column, values in further.items():
            values[name] = cells(str(cell.get(column) or "")) or ""
    if len(coders) > 1:
        raise InputError(
            f"{path.name} holds codes of {len(coders)} coders ({', '.join(coders)}); give each a"
            " file."
        )
    return Filled(codes, notes, next(iter(coders), ""), further)


def _header_of(names: Sequence[str], drawn: pd.DataFrame, file: str) -> dict[str, str]:
    """The columns by their names in small letters; refused where one lacks or is there twice."""
    header = {name.strip().casefold(): name for name in reversed(names) if name.strip()}
    missing = [name for name in ("row", "text", "code") if name not in header]
    if "sample" not in header and "doc" not in header:
        missing.append("sample")
    if missing:
        raise NoCodesError(f"{file} lacks the column {missing[0]!r}; keep the header as it was.")
    for name in _READ:
        same = [one for one in names if one.strip().casefold() in (name, f"{name} (2)")]
        if len(same) > 1:
            raise InputError(
                f"{file} has two columns {name!r}; keep the one that the sample came with, and give"
                " the other another name."
            )
    return header


def _require_own(
    given: Mapping[str, str],
    row: Mapping[Any, Any],
    samples: Sequence[str],
    header: Mapping[str, str],
    where: str,
) -> None:
    """Refuse a row of another sample, or whose passage is another."""
    if (named := given["sample"].strip()) and named.split() not in [s.split() for s in samples]:
        raise InputError(
            f"{where}: it is a row of another sample ({named!r}, not {samples[-1]!r}); put"
            " the file beside the sample that it is of, or give sample=."
        )
    for column in _PLACE:
        held = column in header and column in row
        if held and _bare(given[column]) != _bare(cell_of(row, column)):
            raise InputError(
                f"{where}: its passage is another than was drawn; restore the column"
                f" {column!r}, or put the file beside the sample that it is of."
            )


def write_filled(path: Path, drawn: pd.DataFrame, filled: Filled) -> Path:
    """Write a coder's file whole, as `write_sample` lays it out, with columns of the coder's."""
    codes, notes, coder, further = filled
    shown = [*_columns_of(drawn), *further]
    every = {"sample": identity_of(drawn), "coder": coder}
    rows, records = [], drawn.to_dict("records")
    for row in records:
        name = row["row"]
        own: dict[Any, Any] = {**row, "code": codes.get(name), "note": notes.get(name), **every}
        cells = [cell_of(own, column) for column in _columns_of(drawn)]
        rows.append([*cells, *(values.get(name, "") for values in further.values())])
    return write_atomic(path, _csv(shown, rows, {}))


def _as_it_is(text: str) -> str:
    return text


def _known_row(given: str, known: Mapping[Any, dict[Any, Any]], where: str) -> dict[Any, Any]:
    """The row of the sample; a spreadsheet may have made 0012 a number."""
    name = given.strip().removesuffix(".0")
    name = name if name in known else name.zfill(4)
    if name not in known:
        raise InputError(
            f"{where}: there is no row {given!r} in the sample; keep the column 'row'."
        )
    return known[name]


def _bare(text: str) -> str:
    """A text without what spreadsheets change: spaces, how accents are written, what none holds."""
    return unicodedata.normalize("NFC", "".join(_UNWRITABLE.sub("", text).split()))
