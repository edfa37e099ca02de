"""What was checked by hand on a corpus: the codes that are kept beside it, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from analysis.coding.agreement import describe_codes, score_agreement
from analysis.coding.codes import CODES, read_codes
from analysis.coding.design import ENOUGH
from analysis.coding.files import SUFFIX, NoCodesError, files_of, read_filled, read_stored
from analysis.tables import InputError, silent

_WRONG = ("no", "none")  # codes that say that nothing of the kind is there


class Check(NamedTuple):
    """One sample that was coded, and what the codes say of the machine."""

    # `layer` is "" where the machine's answer is no layer's: a category of the analyst's own

    name: str
    question: str
    layer: str
    coded: str
    precision: str = ""
    recall: str = ""
    shares: str = ""


def checks_of(corpus: Any) -> list[Check]:
    """What was coded in the folder ``coding`` of a corpus, by the names of the samples."""
    if not corpus.folder:
        return []
    folder = Path(corpus.folder, "coding")
    names = {
        path.name.removesuffix(end) for end in (SUFFIX, CODES) for path in folder.glob(f"*{end}")
    }
    found = (_check(folder, name, corpus) for name in sorted(names))
    return [one for one in found if one is not None]


def coded_files(path: Path) -> dict[str, Path]:
    """The files with codes of a sample, by their coders."""
    stored = path if path.name.endswith(SUFFIX) else path.with_suffix(SUFFIX)
    stem = stored.name.removesuffix(SUFFIX)
    drawn, found = read_stored(stored), dict[str, Path]()
    for one in files_of(stored):
        try:
            filled = read_filled(one, drawn)
        except NoCodesError:  # another table of that name
            continue
        if filled.codes:
            name = one.stem.removeprefix(stem).strip("-") or one.suffix[1:]
            found[one.name if name in found else name] = one
    return found


def _check(folder: Path, name: str, corpus: Any) -> Check | None:
    """One sample; None where nothing of it is coded, or a file is none of this package."""
    codes, problems = _codes(folder, name)
    if codes is None:
        return None
    design = codes.attrs["coding"]
    how = describe_codes(codes).removeprefix("corrected with ").partition(" (")[0]
    drawn = design.get("drawn")
    of = f" of {drawn:,} drawn" if drawn else ""
    when = f", {design['date']}" if design.get("date") else ""
    coded = f"{how}{of}, {_coders(codes)}{when}"
    with silent():
        from analysis.coding.corrections import count_codes, share_of  # only where codes are there

        if (design.get("source") or {}).get("only"):
            coded = f"{coded}; drawn of {share_of(design)}"
        if problems:
            coded = f"{coded}; not read: {' '.join(problems)}"
        found = Check(name, design["question"], design.get("layer") or "", coded)
        try:
            table = count_codes(corpus, codes)
        except InputError:
            return found._replace(coded=f"{coded}; but texts have changed since")
    return found._replace(
        precision="; ".join(_precision(table)) or "not known from these codes",
        recall=_recall(table, design),
        shares="; ".join(_shares(table)) or f"fewer than {ENOUGH} rows coded",
    )


def _codes(folder: Path, name: str) -> tuple[pd.DataFrame | None, list[str]]:
    """The codes of all coders, of their files or else those that were kept; what was not read."""
    stored, files, problems = folder / f"{name}{SUFFIX}", list[Path](), list[str]()
    try:
        drawn = read_stored(stored) if stored.exists() else None
    except InputError:
        drawn = None
    for one in files_of(stored):
        try:
            if drawn is not None and read_filled(one, drawn).codes:
                read_codes([*files, one], keep=False)  # also with those before it
                files.append(one)
        except NoCodesError:
            continue
        except (InputError, OSError) as error:
            problems.append(str(error))
    try:
        kept = folder / f"{name}{CODES}"
        return (read_codes(files, keep=False) if files else read_codes(kept)), problems
    except (InputError, OSError):
        return None, problems


def _coders(codes: pd.DataFrame) -> str:
    """How many coded, and how far they agree, with its interval."""
    who = describe_codes(codes).partition("(")[2].rstrip(")").partition(",")[0]
    try:
        one = score_agreement(codes).iloc[0]
    except InputError:  # no row was coded by two
        return f"by {who}"
    if pd.isna(one["alpha"]):
        return f"by {who}, who agree on {100 * one['agreement']:.0f} of 100 rows"
    known = f" ({one['low']:.2f} to {one['high']:.2f})" if pd.notna(one["low"]) else ""
    return f"by {who}, α {one['alpha']:.2f}{known} on {one['rows']:,} rows coded by two"


def _precision(table: pd.DataFrame) -> Iterator[str]:
    """Of what the machine calls so, how much is."""
    for row in table.to_dict("records"):
        if pd.notna(row["precision"]) and row["code"] not in _WRONG:
            yield f"{row['code']}: {_numbers(row, 'precision')}"


def _recall(table: pd.DataFrame, design: dict[str, Any]) -> str:
    """Of what is so, how much the machine calls so; what rows that were found cannot tell."""
    parts = [
        f"{row['code']}: {_numbers(row, 'recall')}"
        for row in table.to_dict("records")
        if pd.notna(row["recall"]) and row["code"] not in _WRONG
    ]
    if design["unit"] != "row":
        return "; ".join(parts) or "not known from these codes"
    missed = "what was not found at all was not looked for"
    return f"{'; '.join(parts)}, among what was found; {missed}" if parts else missed


def _shares(table: pd.DataFrame) -> Iterator[str]:
    """The share of each code in all rows, and what the machine has."""
    for row in table.to_dict("records"):
        if pd.isna(row["low"]):
            continue
        low, high = (f"{100 * row[end]:.0f}" for end in ("low", "high"))
        said = row["share_machine"]
        machine = f", by the machine {100 * said:.0f} %" if pd.notna(said) else ""
        yield f"{row['code']} {100 * row['share']:.0f} % ({low}–{high}{machine})"


def _numbers(row: dict[Any, Any], name: str) -> str:
    """A share of a hundred with its interval."""
    low, high = (f"{100 * row[f'{name}_{end}']:.0f}" for end in ("low", "high"))
    return f"{100 * row[name]:.0f} of 100 ({low}–{high})"
