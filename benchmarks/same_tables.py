"""Whether the same corpus gives the same tables before and after the refactoring.

PYTHONPATH=OLD_CHECKOUT python benchmarks/same_tables.py dump OLD --api old
PYTHONPATH=. python benchmarks/same_tables.py dump NEW --api new
python benchmarks/same_tables.py compare OLD NEW

`dump` measures the package that PYTHONPATH leads to, with the calls of `same_tables_cases.py`, and
keeps one pickled table a case. Both sides read the texts of the checkout in which this script
stands: the bundled corpus, and the reference texts `texts/wikinews` of the folder that
DISCOURSE_SHARED names, or of `../shared`; without them that corpus is left out. The model's answers
are computed in each run. `compare` prints what it found of each case, and ends with status 1 if a
table differs in anything that EXPLAINED does not cover. Cells are equal if they say the same: the
type does not count, nor does a difference of floats in the ninth digit.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from same_tables_cases import BUNDLED, CORPORA, WIKINEWS, Case, arguments_for, wikinews

RENAMED = {  # cases -> old column: new column
    "*": {"voices": "voice_group"},
    "score_tone_by_voice(*": {"part": "tone_share"},
}


class Reason(NamedTuple):
    """Differences that are known, and why they are there."""

    cases: str  # patterns of names of cases, "; " between them
    why: str
    gained: str = ""  # columns of the new table only
    lost: str = ""  # columns of the old table only
    values: str = ""  # columns with other values
    within: float = np.inf  # how much these may differ


EXPLAINED = [
    Reason(
        "voiced; voiced_*; namings; predications; find_namings(*forms=*;"
        " find_stance(*; add_voices(*; add_parts(*; merge_voices(*; keep_voices(*",
        "add_voices adds the group of the voice and the part of the text at once, and what is made"
        " of its table has them, too",
        gained="voice_group part",
    ),
    Reason(
        "add_parts(*",
        "add_parts is merged into add_voices, which adds the voice as well",
        gained="voice voice_share speech",
    ),
    Reason(
        "targets; voiced_targets; score_targets_by(*; merge_voices(add_voices(targets*",
        "a corpus has its targets judged in portions, whose size follows the time they take, and a"
        " judgement depends on its batch by rounding (score_targets without portions: the same)",
        values="negative neutral positive score low high",
        within=2e-6,
    ),
    Reason(
        "find_quotes(documents, tagged=tagged)",
        "find_quotes without mentions finds the names itself, and so the speakers (it gives the"
        " same with a table of no mentions)",
        values="speaker chain",
    ),
    Reason(
        "read_stance_lexicon(); read_explanation_markers()",
        "all text is tagged now; the column said what to do where it is not",
        lost="untagged",
    ),
    Reason(
        "*",
        "intervals are closed forms, not resampled; the documents of each group are counted",
        gained="group_documents",
        values="low high interval",
    ),
]
GONE = {  # cases: what took their place
    "find_*_passages(*": "find_passages leads the rows of any measure to their passages",
    "find_mentions(*": "find_passages",
    "find_quote_contexts(*": "find_passages",
    "*aligned": "align_quotes is merged into find_quote_fates",
    "score_agency(*": "the counts of agent and patient in count_agency, whose share is of all roles"
    " and whose interval is that share's",
    "count_explanations(*": "the rows of find_explanations, counted by class; no rate, no interval",
    "score_running_mean(*": "a rolling mean of corpus.sentiment by pandas; score_arc",
}
EXACT = 1e-9  # floats that differ by less are equal: absolute up to 1, relative above


# Measuring


def dump(folder: Path, api: str) -> int:
    """Measure all cases and keep their tables; returns how many failed."""
    scratch = Path(tempfile.mkdtemp(prefix="same-tables-"))
    os.environ |= {"DISCOURSE_CACHE": str(scratch / "cache"), "ORT_DISABLE_TELEMETRY": "1"}
    import analysis as da  # it reads the variables

    print(f"Measuring {Path(da.__file__).parent}", flush=True)
    (scratch / "stop-words.txt").write_text("# our own\nthe\nof\nDon’t\n", encoding="utf-8")
    files = {
        "BUNDLED": BUNDLED,
        "BRIEFS": sorted((BUNDLED / "briefs").glob("*.txt")),
        "ALIASES": BUNDLED / "aliases.csv",
        "TERM_GROUPS": BUNDLED / "term-groups.yml",
        "STOP_WORDS": scratch / "stop-words.txt",
        "NEW": scratch / "new",
    }
    failed = 0
    for corpus, cases in CORPORA.items():
        if corpus == "wikinews" and not WIKINEWS.is_dir():
            print("wikinews: left out, for the reference texts are not here (DISCOURSE_SHARED)")
            continue
        begin = time.perf_counter()
        documents = wikinews() if corpus == "wikinews" else da.read_corpus(BUNDLED)
        names = {"da": da, "documents": documents, **files, **arguments_for(corpus)}
        if api == "new":
            table = isinstance(documents, pd.DataFrame)
            whole = da.Corpus(documents, aliases=files["ALIASES"]) if table else documents
            names |= {"corpus": whole, "documents": whole.documents}
        missing = _measure(folder / corpus, cases, api, names)
        seconds = time.perf_counter() - begin
        print(f"{corpus}: {len(cases)} cases, {missing} failed, {seconds:.0f} s", flush=True)
        failed += missing
    shutil.rmtree(scratch)
    return failed


def _measure(folder: Path, cases: list[Case], api: str, names: dict[str, Any]) -> int:
    """Evaluate the calls of one side in order; returns how many failed."""
    folder.mkdir(parents=True, exist_ok=True)
    failed = 0
    for case in cases:
        call = case.old if api == "old" else case.new
        file = _file(folder, case)
        file.unlink(missing_ok=True)
        try:
            value = None if call == "gone" else eval(call, names)  # the text is our own
            if call != "gone":
                as_table(value).to_pickle(file)
        except Exception as error:
            print(f"FAILED {folder.name}: {call}\n    {error!r}", flush=True)
            failed += 1
        else:
            names |= {case.name: value} if case.kept else {}
    return failed


def _file(folder: Path, case: Case) -> Path:
    """Where the table of a case is kept."""
    return folder / (re.sub(r"[^\w=.]+", "-", case.name).strip("-") + ".pkl")


def as_table(value: Any) -> pd.DataFrame:
    """Any result as a table without a record or an index of its own."""
    if isinstance(value, Mapping):
        rows = [(k, str(dict(v) if isinstance(v, Mapping) else v)) for k, v in value.items()]
        table = pd.DataFrame(rows, columns=["key", "value"])
    elif isinstance(value, tuple):
        table = pd.DataFrame({f"part {i}": part for i, part in enumerate(value)})
    elif isinstance(value, (str, list, np.ndarray, frozenset)):
        items = [value] if isinstance(value, str) else value
        table = pd.DataFrame({"value": sorted(items) if isinstance(items, frozenset) else items})
    else:
        table = value if isinstance(value, pd.DataFrame) else value.documents
    table = table.reset_index(drop=True)
    table.attrs = {}
    return table


# Comparing


class Difference(NamedTuple):
    """One thing in which two tables differ."""

    kind: str  # a field of Reason; or what no reason covers: "rows", "order"
    text: str
    column: str = ""
    size: float = 0  # of values: the largest distance between two cells


def compare(old: Path, new: Path) -> int:
    """Compare two folders of tables and print what was found; returns how many cases differ."""
    states: Counter[str] = Counter()
    used: Counter[int] = Counter()
    for corpus, cases in CORPORA.items():
        if not (old / corpus).is_dir() and not (new / corpus).is_dir():
            print(f"{corpus}: not measured")
            continue
        for case in cases:
            state, lines, reasons = _compare_case(case, old / corpus, new / corpus)
            states[state] += 1
            used.update(reasons)
            print("\n           ".join([f"{state:9}  {corpus}: {case.name}", *lines]))
    if not states:
        raise SystemExit(f"No tables are in {old} and {new}.")
    print("\nExplained:")
    for number, reason in enumerate(EXPLAINED, 1):
        print(f"[{number}] {reason.why}: {used[number]} cases")
    order = ("identical", "renamed", "explained", "gone", "DIFFERS")
    print(f"\n{states.total()} cases: " + ", ".join(f"{states[state]} {state}" for state in order))
    return states["DIFFERS"]


def _compare_case(case: Case, old: Path, new: Path) -> tuple[str, list[str], set[int]]:
    """The state of a case, what there is to say of it, and the numbers of the reasons."""
    before, after = (
        pd.read_pickle(_file(folder, case)) if _file(folder, case).exists() else None
        for folder in (old, new)
    )
    if before is None or after is None:
        places = [why for names, why in GONE.items() if fnmatchcase(case.name, names)]
        if before is not None and case.new == "gone" and places:
            return "gone", [f"instead: {places[0]}"], set()
        return "DIFFERS", [f"no table on the {'old' if before is None else 'new'} side"], set()
    known = [RENAMED[names] for names in RENAMED if fnmatchcase(case.name, names)]
    pairs = [pair for columns in known for pair in columns.items()]
    renamed = {a: b for a, b in pairs if a in before and b in after and a not in after}
    found = list(_differences(before.rename(columns=renamed), after))
    reasons = [_reason(case.name, difference) for difference in found]
    lines = [f"column {a} is called {b}" for a, b in renamed.items()]
    for difference, number in zip(found, reasons, strict=True):
        lines.append(f"{f'[{number}]' if number else 'NOT EXPLAINED:'} {difference.text}")
    state = "explained" if found else "renamed" if renamed else "identical"
    return "DIFFERS" if 0 in reasons else state, lines, set(reasons)


def _differences(old: pd.DataFrame, new: pd.DataFrame) -> Iterator[Difference]:
    """In what two tables differ."""
    for kind, some, other in (("lost", old, new), ("gained", new, old)):
        for name in [name for name in some if name not in other]:
            yield Difference(kind, f"column {kind}: {name}", name)
    both = [name for name in old if name in new]
    if both != [name for name in new if name in old]:
        yield Difference("order", "the columns stand in another order")
    if len(old) != len(new):
        yield Difference("rows", f"{len(old)} rows, now {len(new)}")
        return
    for name in both:
        apart = distances(old[name], new[name])
        if apart.any():
            i, most = int(np.argmax(apart)), float(np.max(apart))
            text = f"{name} in {np.count_nonzero(apart)} of {len(old)} rows, such as row {i}:"
            before, after = (side[name].astype(object).iloc[i] for side in (old, new))
            text += f" {before!r}, now {after!r}"
            yield Difference("values", text, name, most)


def distances(old: pd.Series, new: pd.Series) -> np.ndarray:
    """How far cells lie apart: 0 where they say the same, inf where they are not two numbers."""
    types = pd.api.types
    if all(types.is_numeric_dtype(side) and not types.is_bool_dtype(side) for side in (old, new)):
        a, b = (side.to_numpy(dtype=float, na_value=np.nan) for side in (old, new))
        with np.errstate(invalid="ignore"):
            apart = np.abs(a - b)
        same = np.isclose(a, b, rtol=EXACT, atol=EXACT, equal_nan=True)
        return np.where(same, 0, np.nan_to_num(apart, nan=np.inf))
    pairs = zip(old.astype(object), new.astype(object), strict=True)
    return np.array([0 if _said(a) == _said(b) else np.inf for a, b in pairs])


def _said(value: Any) -> Any:
    """What a cell says, whatever its type."""
    if isinstance(value, (list, tuple, np.ndarray)):
        return [_said(item) for item in value]
    if not isinstance(value, str) and pd.isna(value):
        return None
    number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
    return float(value) if number else (isinstance(value, str), str(value))


def _reason(case: str, found: Difference) -> int:
    """The number of the reason that covers a difference, from 1; 0 if none does."""
    for number, reason in enumerate(EXPLAINED, 1):
        known = found.column in getattr(reason, found.kind, "").split()
        concerned = any(fnmatchcase(case, pattern) for pattern in reason.cases.split("; "))
        if concerned and known and found.size <= reason.within:
            return number
    return 0


def main() -> int:
    """Read the arguments; dump or compare."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    measuring = commands.add_parser("dump", help="measure the package that PYTHONPATH leads to")
    measuring.add_argument("folder", type=Path)
    measuring.add_argument("--api", choices=("old", "new"), required=True)
    comparing = commands.add_parser("compare", help="compare the tables of two folders")
    comparing.add_argument("old", type=Path)
    comparing.add_argument("new", type=Path)
    asked = parser.parse_args()
    if asked.command == "dump":
        return min(dump(asked.folder, asked.api), 1)
    return min(compare(asked.old, asked.new), 1)


if __name__ == "__main__":
    sys.exit(main())
