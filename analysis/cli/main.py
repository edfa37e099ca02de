"""The command line: `python -m analysis add`, `fetch`, `report`, `lab`, `test` and `verify`."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import warnings
from collections.abc import Sequence
from importlib import metadata
from typing import Any, TextIO

import analysis


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):  # a console that has no “ ” prints ? instead
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    parser = make_parser()
    args = _parse(parser, list(sys.argv[1:] if argv is None else argv))
    if args.run is None:
        parser.print_help()
        return 0
    from analysis.tables import InputError  # loads pandas, which help does not need

    try:
        with warnings.catch_warnings():
            warnings.showwarning = _show_warning
            return int(args.run(args))
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of our output, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (InputError, OSError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 2


def _parse(parser: argparse.ArgumentParser, argv: list[str]) -> argparse.Namespace:
    """Parse the arguments, except those behind `test`: they are pytest's."""
    extra = argv[1:] if argv[:1] == ["test"] and not {"-h", "--help"} & set(argv) else []
    args = parser.parse_args(argv[: len(argv) - len(extra)])
    args.extra = extra
    return args


def make_parser() -> argparse.ArgumentParser:
    """Make the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m analysis", description="Discourse analysis of news texts."
    )
    parser.add_argument("--version", action="version", version=f"analysis {_version()}")
    parser.set_defaults(run=None)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    _register_add(commands)
    _register_fetch(commands)
    _register_check(commands)
    _register_report(commands)
    _register_lab(commands)
    _register_test(commands)
    _register_verify(commands)
    return parser


def _version() -> str:
    try:
        return metadata.version("discourse-analysis")
    except metadata.PackageNotFoundError:  # used from a checkout that is not installed
        return analysis.__version__


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    if issubclass(category, UserWarning):  # what concerns the user; the rest is for developers
        print(f"Note: {message}", file=sys.stderr)


def _register_add(commands: Any) -> None:
    parser = commands.add_parser(
        "add",
        help="add your own texts to the corpus",
        description="Add texts, saved pages, Word, OpenDocument, rich text and PDF files, tables, "
        "zip files and the exports of news databases to the corpus as originals (docs/adding.md). "
        "Title, date and body are looked for, navigation is dropped, and all of it is shown. What "
        "cannot be found is asked for; without a terminal, give it as a flag.",
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="a file, or a folder of them")
    parser.add_argument("--corpus", default="corpus", metavar="FOLDER", help="default: corpus")
    for name, example in {
        "id": "name of the document in the corpus; made from outlet and date if not given",
        "title": "headline",
        "standfirst": "summary under the headline",
        "outlet": "who published it",
        "country": "of the outlet, as in GB",
        "side": "institutional origin, as in west",
        "genre": "as in news",
        "published": "2024-05-15 or 2024-05-15T08:09",
        "url": "address",
        "language": "as in en",
        "licence": "terms of use",
    }.items():
        parser.add_argument(f"--{name}", metavar="…", help=example)
    parser.add_argument(
        "--yes", action="store_true", help="ask nothing; leave empty what was not found"
    )
    parser.add_argument(
        "--replace", action="store_true", help="put text and facts in place of those there"
    )
    parser.add_argument(
        "--whole", action="store_true", help="take all of a .txt as body; look for nothing in it"
    )
    parser.add_argument("--dry-run", action="store_true", help="show what would be taken; stop")
    parser.add_argument(
        "--duplicates",
        choices=("report", "group", "leave-out", "ignore"),
        default="report",
        help="of texts that are nearly another one: tell, write a column duplicate_group, "
        "leave out the later one, or look for none; default: report",
    )
    _add_table_flags(parser)
    parser.set_defaults(run=_add)


def _add_table_flags(parser: argparse.ArgumentParser) -> None:
    """How a table's columns are to be read."""
    for name in ("text", "title", "date"):
        parser.add_argument(
            f"--{name}-column", metavar="COLUMN", help=f"a table's column of {name}s"
        )
    parser.add_argument(
        "--column", action="append", metavar="NAME=COLUMN", help="as in outlet=Source; repeatable"
    )
    parser.add_argument(
        "--date-order", choices=("dmy", "mdy"), help="how a table's 05/04/2024 is to be read"
    )


def _add(args: argparse.Namespace) -> int:
    from analysis.cli.add import run_add

    return run_add(args)


def _register_fetch(commands: Any) -> None:
    parser = commands.add_parser(
        "fetch",
        help="fetch the originals that the manifest names",
        description="Fetch the pages whose addresses are in sources.csv and keep their articles "
        "as originals. You must have the right to read and to keep them. robots.txt is obeyed; a "
        "host is asked for one page at a time. The result is printed and kept in "
        "originals/fetch.csv; doubtful extractions are put aside in originals/doubtful. A text "
        "that you edited or added stays. Exit status 0 only if every document is there.",
    )
    parser.add_argument("ids", nargs="*", metavar="ID", help="documents; all if none is named")
    parser.add_argument("--corpus", default="corpus", metavar="FOLDER", help="default: corpus")
    parser.add_argument("--dry-run", action="store_true", help="say what would be asked for")
    parser.add_argument(
        "--archive",
        action="store_true",
        help="where a page is gone, take the Wayback Machine's copy nearest to its date",
    )
    parser.add_argument("--doubtful", action="store_true", help="use doubtful extractions, too")
    parser.add_argument(
        "--force", action="store_true", help="ask anew; overwrite texts that you edited or added"
    )
    parser.add_argument("--contact", default="", metavar="ADDRESS", help="yours, told to the hosts")
    parser.add_argument(
        "--pause",
        type=float,
        default=2.0,
        metavar="SECONDS",
        help="between two requests to a host; default: 2",
    )
    parser.add_argument(
        "--allow-private", action="store_true", help="permit addresses inside your network"
    )
    parser.set_defaults(run=_fetch)


def _fetch(args: argparse.Namespace) -> int:
    from analysis.cli.fetch import run_fetch

    return run_fetch(args)


def _register_check(commands: Any) -> None:
    parser = commands.add_parser(
        "check",
        help="say what is wrong or suspicious in the corpus",
        description="Read all texts and the manifest and list what is wrong (exit status 1) or "
        "suspicious (0): damaged encodings, remains of web pages, wrong languages and dates, empty "
        "and cut texts, duplicates, files and rows that do not fit.",
    )
    parser.add_argument("--corpus", default="corpus", metavar="FOLDER", help="default: corpus")
    parser.add_argument("--csv", metavar="FILE", help="write the table there, too")
    parser.set_defaults(run=_check)


def _check(args: argparse.Namespace) -> int:
    from analysis.corpus.check import run_check

    return run_check(args)


def _register_report(commands: Any) -> None:
    parser = commands.add_parser(
        "report",
        help="write the report on the corpus; run the notebooks",
        description="Write OUTPUT/report.html, one page on which every number leads to its "
        "passages, and report.pdf where Chromium is installed; then run the notebooks, which "
        "leave their figures and themselves as web pages.",
    )
    parser.add_argument("--corpus", default="corpus", metavar="FOLDER", help="default: corpus")
    parser.add_argument("--notebooks", default="notebooks", metavar="FOLDER")
    parser.add_argument("--output", default="figures", metavar="FOLDER", help="default: figures")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--page-only", action="store_true", help="do not run the notebooks")
    which.add_argument("--no-page", action="store_true", help="run the notebooks alone")
    parser.add_argument(
        "--with-texts",
        action="store_true",
        help="print all texts in the page, whatever their licence says: for your own use",
    )
    parser.add_argument("--by", default="side", metavar="COLUMN", help="groups; default: side")
    parser.add_argument("--article", metavar="ID", help="document looked at closely; the first")
    parser.add_argument(
        "--overwrite", action="store_true", help="replace a report that was edited by hand"
    )
    parser.set_defaults(run=_report)


def _report(args: argparse.Namespace) -> int:
    from analysis.cli.notebooks import run_notebooks
    from analysis.report.write import run_report

    if not args.no_page:
        run_report(args)
    if args.page_only:
        return 0
    return run_notebooks(notebooks=args.notebooks, corpus=args.corpus, output=args.output)


def _register_lab(commands: Any) -> None:
    parser = commands.add_parser("lab", help="open JupyterLab on the notebooks")
    parser.add_argument("folder", nargs="?", default="notebooks", help="default: notebooks")
    parser.set_defaults(run=_lab)


def _lab(args: argparse.Namespace) -> int:
    from analysis.cli.notebooks import open_lab

    return open_lab(args.folder)


def _register_test(commands: Any) -> None:
    parser = commands.add_parser("test", help="run linter, type checker and tests")
    parser.usage = "python -m analysis test [ARGUMENTS FOR PYTEST]"
    parser.description = "With arguments, as in 'test tests/test_add.py -k title', only these run."
    parser.set_defaults(run=_test)


def _test(args: argparse.Namespace) -> int:
    from analysis.cli.notebooks import run_tests

    return run_tests(args.extra)


def _register_verify(commands: Any) -> None:
    parser = commands.add_parser(
        "verify", help="check saved figures and tables, and say what differs"
    )
    parser.add_argument("bundles", nargs="+", metavar="BUNDLE", help="any file of a bundle")
    parser.add_argument(
        "--corpus", metavar="FOLDER", help="compute the numbers again from this corpus"
    )
    parser.set_defaults(run=_verify)


def _verify(args: argparse.Namespace) -> int:
    documents = None
    if args.corpus:
        documents = analysis.read_corpus(args.corpus, near_duplicates=None).documents
    wrong = False
    for bundle in args.bundles:
        checks = analysis.verify(bundle, corpus=documents)
        differs = checks[checks["status"] == "differs"]
        open_ = checks[checks["status"] == "not checked"]
        wrong = wrong or not differs.empty
        print(f"{bundle}: {'differs' if len(differs) else 'as it was saved'}")
        for row in [*differs.itertuples(), *open_.itertuples()]:
            print(f"  {row.check} of {row.file}: {row.status}. {row.detail}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
