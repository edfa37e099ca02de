"""The command `discourse pack`: texts into a packed corpus, and its repair."""

from __future__ import annotations

import argparse

import analysis
from analysis.cli.add import read_columns, read_values
from analysis.corpus.pack import describe, pack
from analysis.corpus.repair import repair_pack
from analysis.corpus.streams import PackOptions
from analysis.tables import InputError


def run_pack(args: argparse.Namespace) -> int:
    """Pack the sources, or repair what is packed."""
    if args.repair:
        if len(args.sources) > 1:
            raise InputError("Name one source, that of the damaged texts, or none.")
        said = repair_pack(args.to, next(iter(args.sources), None))
        print("\n".join(said) or f"All files of {args.to} are as they were written.")
        return 0
    if not args.sources:
        raise InputError("Name what to pack: a folder, a table, a zip or a Parquet file.")
    folders = tuple(one.strip() for one in (args.folder_columns or "").split(",") if one.strip())
    options = PackOptions(read_columns(args), args.date_order or "", folders, read_values(args))
    for source in args.sources:
        done = pack(source, args.to, options, args.name, args.duplicates, workers=args.workers)
        for sentence in describe(done, args.to):
            print(f"Note: {sentence}")
        print(f"{source}: {done.added:,} texts packed.")
    print(repr(analysis.read_corpus(args.to)))
    return 0
