"""What was checked by hand on a corpus: the codes that are kept beside it, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.coding.agreement import describe_codes
from analysis.coding.codes import CODES, read_codes
from analysis.tables import InputError, silent


def describe_checks(corpus: Any) -> dict[str, str]:
    """What each layer's rows were found to be worth on this corpus, by the name of the layer."""
    # Of all `coding/*.codes.json` in the folder of the corpus; a file that does not fit says so.
    found: dict[str, str] = {}
    for path in sorted(Path(corpus.folder, "coding").glob(f"*{CODES}")) if corpus.folder else []:
        try:
            codes = read_codes(path)
            layer, said = codes.attrs["coding"].get("layer"), _sentence(codes, path, corpus)
        except InputError:
            continue  # no codes of this package
        if layer and said:
            found[layer] = f"{found[layer]} {said}" if layer in found else said
    return found


def _sentence(codes: pd.DataFrame, path: Path, corpus: Any) -> str:
    """How often the machine was right in the rows that were coded."""
    from analysis.coding.corrections import count_codes  # only where codes are there

    design = codes.attrs["coding"]
    how = describe_codes(codes).removeprefix("corrected with ")
    when = f", {design['date']}" if design.get("date") else ""
    head = f"{how[:1].upper()}{how[1:]}{when}, “{design['name']}”"
    try:
        read_codes(path, corpus)
        with silent():
            table = count_codes(corpus, codes)
    except InputError:
        return f"{head}; but texts have changed since."
    parts = "; ".join(_parts(table, str(design["unit"])))
    return f"{head}: {parts}." if parts else f"{head}: too few to say how often it is right."


def _parts(table: pd.DataFrame, unit: str) -> Iterator[str]:
    """Precision of each answer of the machine; recall where it could be missed."""
    for row in table.to_dict("records"):
        if pd.notna(row["precision"]) and row["code"] != "no":
            low, high = (f"{100 * row[f'precision_{end}']:.0f}" for end in ("low", "high"))
            said = f"of 100 called {row['code']} {100 * row['precision']:.0f} are ({low}–{high})"
            missed = unit != "row" and pd.notna(row["recall"])
            yield said + (f", and {100 * row['recall']:.0f} of 100 are found" if missed else "")
