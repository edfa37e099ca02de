"""What `discourse fetch` prints."""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from analysis.corpus.fetch.client import Settings
from analysis.corpus.fetch.fetch import COMPLETE, DOUBTFUL, fetch_documents
from analysis.corpus.fetch.journal import TABLE
from analysis.corpus.manifest import ORIGINALS
from analysis.tables import InputError

RIGHTS = "You must have the right to read and to keep what you fetch."


def run_fetch(args: argparse.Namespace) -> int:
    """Do what `discourse fetch` was asked to."""
    if not args.pause >= 1 and not args.allow_private:
        raise InputError(f"--pause {args.pause:g} is too short; leave a host at least 1 s.")
    settings = Settings(
        pause=max(0.0, args.pause), contact=args.contact, allow_private=args.allow_private
    )
    table = fetch_documents(
        args.corpus,
        args.ids or None,
        archive=args.archive,
        force=args.force,
        doubtful=args.doubtful,
        dry_run=args.dry_run,
        settings=settings,
    )
    if args.dry_run:
        print(_list_documents(table), f"Nothing was asked for. {RIGHTS}", sep="\n")
        return 0
    print(describe(table, Path(args.corpus)))
    return 0 if table["status"].isin(COMPLETE).all() else 1


def describe(table: pd.DataFrame, folder: Path) -> str:
    """Lay out the result of a run for a terminal."""
    lines = [_list_documents(table)]
    counts = table["status"].value_counts()
    summary = ", ".join(f"{counts[name]} {name}" for name in sorted(counts.index))
    lines.append(f"{summary}. The same as a table: {folder / ORIGINALS / TABLE}")
    if "doubtful" in counts:
        lines.append(
            f"Read what is in {folder / ORIGINALS / DOUBTFUL}: move a text that is right up into "
            f"{folder / ORIGINALS}, or fetch it with --doubtful."
        )
    if {"fetched", "doubtful"} & set(counts.index):
        lines.append(f"{RIGHTS} Look at the texts before you count in them.")
    return "\n".join(lines)


def _list_documents(table: pd.DataFrame) -> str:
    """A line for each document: its status, its words or address, and the reason."""
    width = table["doc"].str.len().max()
    lines = []
    for row in table.to_dict("records"):
        taken = row["status"] in ("fetched", "unchanged")
        detail = f"{int(row['words']):,} words" if taken and row["words"].isdecimal() else ""
        if row["status"] == "pending":
            detail = row["url"]
        detail = "; ".join(filter(None, [detail, row["reason"]]))
        lines.append(f"{row['status']:<9} {row['doc']:<{width}}  {detail}")
    return "\n".join(lines)
