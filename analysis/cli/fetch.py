"""What `discourse fetch` prints."""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from analysis.corpus.fetch.fetch import fetch_documents, plan_fetch
from analysis.corpus.fetch.journal import TABLE
from analysis.corpus.fetch.settings import Settings
from analysis.corpus.fetch.work import DOUBTFUL, WELL
from analysis.corpus.manifest import ORIGINALS
from analysis.tables import InputError

RIGHTS = "You must have the right to read and to keep what you fetch."


def run_fetch(args: argparse.Namespace) -> int:
    """Do what `discourse fetch` was asked to."""
    if not args.pause >= 1 and not args.allow_private:
        raise InputError(f"--pause {args.pause:g} is too short; leave a host at least 1 s.")
    ids = args.ids or None
    if args.dry_run:
        for row in plan_fetch(args.corpus, ids).to_dict("records"):
            print(f"{row['doc']}: {row['plan']}" + (f" ({row['url']})" if row["url"] else ""))
        print(f"Nothing was asked for. {RIGHTS}")
        return 0
    settings = Settings(
        pause=max(0.0, args.pause), contact=args.contact, allow_private=args.allow_private
    )
    table = fetch_documents(
        args.corpus,
        ids,
        archive=args.archive,
        force=args.force,
        doubtful=args.doubtful,
        settings=settings,
    )
    print(describe(table, Path(args.corpus)))
    return 0 if table["status"].isin(WELL).all() else 1


def describe(table: pd.DataFrame, folder: Path) -> str:
    """Lay out the result of a run for a terminal."""
    width = table["doc"].str.len().max()
    lines = []
    for row in table.to_dict("records"):
        taken = row["status"] in ("fetched", "unchanged")
        words = f"{int(row['words']):,} words" if taken and row["words"].isdecimal() else ""
        detail = "; ".join(filter(None, [words, row["reason"]]))
        lines.append(f"{row['status']:<9} {row['doc']:<{width}}  {detail}")
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
