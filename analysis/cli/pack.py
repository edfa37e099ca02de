"""The command `discourse pack`: texts into a packed corpus, its layers and its repair."""

from __future__ import annotations

import argparse

import analysis
from analysis.cli.add import read_columns, read_values
from analysis.cli.cluster import on_cluster
from analysis.corpus.pack import SHOWN, describe, pack
from analysis.corpus.repair import repair_pack
from analysis.corpus.streams import PackOptions
from analysis.layers import LAYERS
from analysis.tables import InputError, require_choice


def run_pack(args: argparse.Namespace) -> int:
    """Pack the sources, repair what is packed, or make layers of it."""
    if args.repair:
        if len(args.sources) > 1:
            raise InputError("Name one source, that of the damaged texts, or none.")
        given = ("set", "column", "folder_columns", "date_order", "name", "layers", "dask")
        flags = [*given, *(f"{name}_column" for name in ("text", "title", "date")), "workers"]
        for flag in (name for name in flags if getattr(args, name)):
            print(f"Note: Not used: --{flag.replace('_', '-')}, since --repair packs no text.")
        said = repair_pack(args.to, next(iter(args.sources), None))
        print("\n".join(said) or f"All files of {args.to} are as they were written.")
        return 0
    layers = [name.strip() for name in (args.layers or "").split(",") if name.strip()]
    for name in layers:
        require_choice(name, LAYERS, "--layers")
    if args.dask and not layers:
        raise InputError("--dask makes layers; name them, as in --layers mentions,quotes.")
    if not args.sources and not layers:
        raise InputError("Name what to pack: a folder, a table, a zip or a Parquet file.")
    _add(args)
    if layers:
        with on_cluster(args, args.to) as corpus:
            analysis.read_corpus(corpus).make(*layers)
        print(f"Layers made: {', '.join(layers)}.")
    print(repr(analysis.read_corpus(args.to)))
    return 0


def _add(args: argparse.Namespace) -> None:
    """Pack the sources."""
    folders = tuple(one.strip() for one in (args.folder_columns or "").split(",") if one.strip())
    options = PackOptions(read_columns(args), args.date_order or "", folders, read_values(args))
    for source in args.sources:
        done = pack(source, args.to, options, args.name, args.duplicates, workers=args.workers)
        more = len(done.told) - SHOWN
        told = [*done.told[:SHOWN], *([f"And {more:,} more such notes."] if more > 0 else [])]
        for sentence in [*told, *describe(done, args.to)]:
            print(f"Note: {sentence}")
        print(f"{source}: {done.added:,} texts packed.")
