"""The command `discourse code`: draw rows to code by hand, and read what was coded."""

from __future__ import annotations

import argparse
import shlex
from typing import Any

import analysis
from analysis.cli.cluster import declare_dask, on_cluster

_SHOWN = (
    *("code", "coded", "base", "share", "low", "high", "share_machine", "precision", "recall"),
    "gain",
)
_OWN = ("question", "column", "choices", "rest", "only", "unit", "by")
_NONE = "none: "  # an interval that there is not, and why


def declare_code(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    draw = actions.add_parser("draw", help="draw rows and write them to a spreadsheet")
    draw.add_argument(
        "rows",
        nargs="?",
        metavar="LAYER",
        help="what was found: quotes, targets, mentions, clauses, evaluations, sentiment, voiced,"
        " sentences, tagged or tokens; leave it out to code texts by a question of your own",
    )
    draw.add_argument("--question", metavar="NAME", help="of codebook.yml")
    draw.add_argument("--column", metavar="COLUMN", help="that holds the machine's answer")
    draw.add_argument("--choices", metavar="CODES", help="the codes, as in yes,no")
    draw.add_argument("--rest", metavar="CODE", help="the code for what was found wrongly")
    draw.add_argument(
        "--only", metavar="COLUMN=VALUES", action="append", help="as in entity=Russia,Ukraine"
    )
    draw.add_argument("--no-headings", action="store_true", help="leave headlines, captions out")
    draw.add_argument("--unit", choices=("row", "sentence", "paragraph", "document"))
    draw.add_argument("--n", type=int, default=100, metavar="N", help="rows; default: 100")
    draw.add_argument("--by", metavar="COLUMNS", help="groups of the result, as in side,outlet")
    draw.add_argument("--seed", type=int, default=0, help="another seed draws other rows")
    draw.add_argument("--output", metavar="FILE", help="default: CORPUS/coding/NAME.xlsx")
    draw.add_argument(
        "--enlarge", metavar="FILE", help="a sample to which rows are added, to have --n in all"
    )
    draw.add_argument("--overwrite", action="store_true", help="replace a sample without codes")
    draw.set_defaults(act=_draw)
    read = actions.add_parser("read", help="read the coded files and print the shares")
    read.add_argument("files", nargs="+", metavar="FILE", help="that were filled in")
    read.add_argument("--coders", metavar="NAMES", help="of each file, as in ann,ben")
    read.add_argument("--by", metavar="COLUMNS", help="groups, as in side")
    read.set_defaults(act=_read)
    for action in (draw, read):
        action.add_argument("--corpus", default="corpus", metavar="FOLDER", help="default: corpus")
        declare_dask(action)


def run_code(args: argparse.Namespace) -> int:
    """Draw or read."""
    with on_cluster(args, args.corpus) as corpus:
        return int(args.act(args, analysis.read_corpus(corpus)))


def _draw(args: argparse.Namespace, corpus: Any) -> int:
    """Write a sample, or add rows to one."""
    from analysis.tables import InputError  # loads pandas, which help does not need

    if args.enlarge:
        return _enlarge(args, corpus)
    question = None
    if args.question:
        book = analysis.read_codebook(corpus)
        if args.question not in book:
            raise InputError(f"--question {args.question!r} is not in the codebook: {[*book]}.")
        question = book[args.question]
    options = {"column": args.column, "unit": args.unit, "by": _listed(args.by), "seed": args.seed}
    options |= {"choices": _listed(args.choices), "rest": args.rest, "only": _values(args.only)}
    options |= {"headings": False if args.no_headings else None, "n": args.n, "question": question}
    rows = None if args.rows == "none" else args.rows
    sample = analysis.sample_for_coding(rows, corpus, **options)
    path = analysis.write_sample(sample, corpus, path=args.output, overwrite=args.overwrite)
    words = ["discourse", "code", "read", str(path)]
    words += [] if args.corpus == "corpus" else ["--corpus", args.corpus]
    print(
        f"{len(sample)} rows are in {path}. Fill in the column 'code' (a second coder: in a copy"
        f" called {path.stem}-NAME{path.suffix}), then: {shlex.join(words)}"
    )
    return 0


def _enlarge(args: argparse.Namespace, corpus: Any) -> int:
    """Add rows to the files of a sample."""
    from analysis.tables import InputError

    given = ("rows", *_OWN, "seed", "no_headings", "output", "overwrite")
    for name in given:
        if getattr(args, name):
            raise InputError(
                f"--enlarge keeps the design of the sample; leave out {_said(name)}, and give --n."
            )
    sample = analysis.enlarge_sample(args.enlarge, corpus, n=args.n)
    path = analysis.write_sample(sample, path=args.enlarge)
    print(
        f"{len(sample)} rows are in {path} and the files of its coders now, the further ones at"
        " the end. What was filled in is kept."
    )
    return 0


def _said(name: str) -> str:
    """An option as it is typed."""
    return "LAYER" if name == "rows" else f"--{name.replace('_', '-')}"


def _values(given: list[str] | None) -> dict[str, list[str]] | None:
    """Values by the names of their columns."""
    from analysis.tables import InputError

    result = {}
    for one in given or ():
        name, sign, values = one.partition("=")
        if not sign or not values.strip():
            raise InputError(f"--only {one!r} must be a column and values, as in entity=Russia.")
        result[name.strip()] = _listed(values) or []
    return result or None


def _read(args: argparse.Namespace, corpus: Any) -> int:
    """Print the agreement of the coders and the share of each code."""
    codes = analysis.read_codes(args.files, corpus, coders=_listed(args.coders))
    if codes["coder"].nunique() > 1:
        print(analysis.score_agreement(codes).round(3).to_string(index=False), end="\n\n")
    found = analysis.count_codes(corpus, codes, by=_listed(args.by))
    shown = [*(_listed(args.by) or []), *_SHOWN]
    why = found["interval"].where(found["interval"].str.startswith(_NONE), "")
    if why.any():
        found["reason"] = why.str.removeprefix(_NONE)
        shown = [*shown, "reason"]
    print(found[shown].round(3).to_string(index=False))
    print(f"\n{found.attrs['coded'][0].upper()}{found.attrs['coded'][1:]}.")
    return 0


def _listed(text: str | None) -> list[str] | None:
    """Names or values, separated by commas."""
    return [name.strip() for name in text.split(",") if name.strip()] if text else None
