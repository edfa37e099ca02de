"""The command `discourse code`: draw rows to code by hand, and read what was coded."""

from __future__ import annotations

import argparse
from typing import Any

import analysis


def declare_code(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    draw = actions.add_parser("draw", help="draw rows and write them to a spreadsheet")
    draw.add_argument(
        "rows",
        nargs="?",
        metavar="LAYER",
        help="what was found, as in quotes, targets, mentions, clauses; none to code texts",
    )
    draw.add_argument("--question", metavar="NAME", help="of codebook.yml")
    draw.add_argument("--column", metavar="COLUMN", help="that holds the machine's answer")
    draw.add_argument("--unit", choices=("row", "sentence", "paragraph", "document"))
    draw.add_argument("--n", type=int, default=100, metavar="N", help="rows; default: 100")
    draw.add_argument("--by", metavar="COLUMNS", help="groups of the result, as in side,outlet")
    draw.add_argument("--seed", type=int, default=0, help="another seed draws other rows")
    draw.add_argument("--output", metavar="FILE", help="default: CORPUS/coding/NAME.xlsx")
    draw.set_defaults(act=_draw)
    read = actions.add_parser("read", help="read the coded files and print the shares")
    read.add_argument("files", nargs="+", metavar="FILE", help="of one coder each")
    read.add_argument("--by", metavar="COLUMNS", help="groups, as in side")
    read.set_defaults(act=_read)
    for action in (draw, read):
        action.add_argument("--corpus", default="corpus", metavar="FOLDER", help="default: corpus")


def run_code(args: argparse.Namespace) -> int:
    """Draw or read."""
    return int(args.act(args, analysis.read_corpus(args.corpus)))


def _draw(args: argparse.Namespace, corpus: Any) -> int:
    """Write a sample."""
    from analysis.tables import InputError  # loads pandas, which help does not need

    question = None
    if args.question:
        book = analysis.read_codebook(corpus)
        if args.question not in book:
            raise InputError(f"--question {args.question!r} is not in the codebook: {[*book]}.")
        question = book[args.question]
    names = {"column": args.column, "unit": args.unit, "by": _names(args.by), "seed": args.seed}
    sample = analysis.sample_for_coding(args.rows, corpus, n=args.n, question=question, **names)
    path = analysis.write_sample(sample, corpus, path=args.output)
    print(
        f"{len(sample)} rows are in {path}. Fill in the column 'code' (a second coder: in a copy), "
        f"then: discourse code read {path}"
    )
    return 0


def _read(args: argparse.Namespace, corpus: Any) -> int:
    """Print the agreement of the coders and the share of each code."""
    codes = analysis.read_codes(args.files, corpus)
    if codes["coder"].nunique() > 1:
        print(analysis.score_agreement(codes).round(3).to_string(index=False), end="\n\n")
    found = analysis.count_codes(corpus, codes, by=_names(args.by))
    print(found.round(3).to_string(index=False))
    print(f"\n{found.attrs['coded'][0].upper()}{found.attrs['coded'][1:]}.")
    return 0


def _names(text: str | None) -> list[str] | None:
    """Names of columns parted by commas."""
    return [name.strip() for name in text.split(",") if name.strip()] if text else None
