"""What is wrong, or looks wrong, with a corpus: `check_corpus` and `python -m analysis check`."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.checks.facts import check_cells, check_facts, check_order, check_titles
from analysis.checks.finding import COLUMNS, Finding, make_table
from analysis.checks.folder import read_folder
from analysis.checks.texts import check_text
from analysis.files import escape_cell, hash_text, write_atomic
from analysis.reading.duplicates import find_near_duplicates
from analysis.tables import InputError, progress, require_columns

__all__ = ["check_corpus", "run_check"]

SIMILARITY = 0.7
SAME = 0.999  # similarity from which two texts are the same but for case and punctuation


def check_corpus(
    corpus: str | Path | pd.DataFrame, *, today: str | date | None = None
) -> pd.DataFrame:
    """Look for what is wrong or suspicious in a corpus.

    Parameters
    ----------
    corpus : str, pathlib.Path or pandas.DataFrame
        A corpus folder, or a documents table.
    today : str or datetime.date, optional
        The day after which a date is in the future; today, where none is given.

    Returns
    -------
    pandas.DataFrame
        One row per finding: ``doc`` ("" where it is none's), ``severity`` ("wrong" or
        "suspicious"), ``kind``, ``what`` (in words), ``where`` (line and character, or the
        manifest's row), ``line`` (from 1) and ``offset`` (character in the text), both −1 where
        there is none. What is wrong comes first, then by document, place and kind.

    Raises
    ------
    InputError
        If the folder has no manifest that can be read, or the table lacks ``doc`` and ``text``.

    Notes
    -----
    Kinds: *encoding* (UTF-8 read as another encoding, lost characters), *page remains* (buttons,
    cookie notices, "read also", HTML), *language* (not the manifest's; by common words, see
    `guess_language`), *date* (none, in the future, another than the id or the order of the rows
    says), *length* (empty, fewer than 30 words), *words* (not as many as the source states), *cut*
    (ends without a stop, with "…" or "read more"), *duplicate* (similarity 0.7 or more), *title*,
    *file* (absent, unreadable, not listed), *hash* (changed), *formula* (a cell that a spreadsheet
    would run). These are rules of thumb: a poem ends without a stop and is whole. Where nothing is
    found, the texts may still be wrong; read some.

    Examples
    --------
    >>> documents = pd.DataFrame({"doc": ["a"], "text": ["The cafÃ© was closed. " * 10]})
    >>> check_corpus(documents).query("severity == 'wrong'")[["kind", "line"]].values.tolist()
    [['encoding', 1]]
    """
    day = date.fromisoformat(today) if isinstance(today, str) else today or date.today()
    if isinstance(corpus, pd.DataFrame):
        require_columns(corpus, ["doc", "text"], "documents")
        plain = corpus.astype(object).where(corpus.notna(), None)
        rows = [
            {str(name): value for name, value in row.items()} for row in plain.to_dict("records")
        ]
        findings = list(_check_hashes(rows))
        findings += [finding for row in rows for finding in check_cells(row)]
    else:
        rows, findings = read_folder(Path(corpus))
    for row in progress(rows, total=len(rows), desc="Checking"):
        findings += _check_row(row, day)
    findings += [*check_order(rows), *check_titles(rows), *_check_duplicates(rows)]
    return make_table(findings, (str(row["doc"]) for row in rows))


def _check_row(row: Mapping[str, Any], today: date) -> Iterator[Finding]:
    doc, text = str(row["doc"]), str(row.get("text") or "")
    if row.get("version") != "":  # a text that is absent or unreadable was told already
        yield from check_text(doc, text, str(row.get("language") or ""))
    yield from check_facts(row, text, today)


def _check_hashes(rows: list[dict[str, Any]]) -> Iterator[Finding]:
    for row in rows:
        if row.get("sha256") and row["sha256"] != hash_text(str(row["text"] or "")):
            what = "the text is not the one that its sha256 belongs to"
            yield Finding(str(row["doc"]), "wrong", "hash", what)


def _check_duplicates(rows: list[dict[str, Any]]) -> Iterator[Finding]:
    texts = pd.DataFrame(
        {
            "doc": [str(row["doc"]) for row in rows],
            "text": [str(row.get("text") or "") for row in rows],
        },
        dtype=object,
    )
    groups = {str(row["doc"]): row.get("duplicate_group") for row in rows}
    pairs = find_near_duplicates(texts, threshold=SIMILARITY)
    for doc, other, similarity in pairs.itertuples(index=False, name=None):
        if groups[doc] and groups[doc] == groups[other]:
            continue  # the manifest says so itself
        like = "the same text as" if similarity > SAME else f"{similarity:.2f} like"
        yield Finding(other, "suspicious", "duplicate", f"{like} {doc}")


def run_check(args: argparse.Namespace) -> int:
    """Do what `python -m analysis check` was asked to.

    Parameters
    ----------
    args : argparse.Namespace
        ``corpus`` and ``csv``.

    Returns
    -------
    int
        1 if anything is wrong, 0 if there is mere suspicion or none.

    Raises
    ------
    InputError
        As `check_corpus`, or if the table cannot be written.
    """
    table = check_corpus(args.corpus)
    if args.csv:
        if Path(args.csv).is_dir():
            raise InputError(f"{args.csv} is a folder; name a file for the table.")
        write_atomic(args.csv, _write_csv(table))
    print(describe_table(table))
    return 1 if (table["severity"] == "wrong").any() else 0


def _write_csv(table: pd.DataFrame) -> str:
    """The findings as CSV; they quote titles and texts, and no spreadsheet is to run these."""
    inert = table.copy()
    for name in inert.columns[~inert.dtypes.map(pd.api.types.is_numeric_dtype)]:
        inert[name] = [escape_cell(text) if text else "" for text in inert[name].astype(str)]
    return inert.to_csv(index=False, lineterminator="\n")


def describe_table(table: pd.DataFrame, *, width: int = 110) -> str:
    """Lay the findings out for a terminal.

    Parameters
    ----------
    table : pandas.DataFrame
        From `check_corpus`.
    width : int
        Characters of `what` that are shown.

    Returns
    -------
    str
        One line per finding under the name of its severity, and how many there are of each kind.
    """
    if table.empty:
        return "Nothing wrong or suspicious was found."
    lines = []
    docs = min(max(table["doc"].str.len().max(), 3), 40)
    for severity, part in table.groupby("severity", sort=False):
        lines.append(f"{severity} ({len(part):,})")
        for doc, _, kind, what, where, *_ in part[list(COLUMNS)].itertuples(index=False, name=None):
            place = f"  [{where}]" if where else ""
            cut = what if len(what) <= width else f"{what[: width - 1]}…"
            lines.append(f"  {doc:<{docs}}  {kind:<12}  {cut}{place}")
    counts = Counter(table["kind"])
    lines.append(", ".join(f"{kind} {count:,}" for kind, count in sorted(counts.items())))
    return "\n".join(lines)
