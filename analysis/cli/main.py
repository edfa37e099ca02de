"""The command line: `discourse new`, `add`, `check`, `code`, `report`, `verify` and others."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TextIO

import analysis
from analysis._lazy import needs_extra
from analysis.cli.cluster import declare_dask, on_cluster


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):  # a console that has no “ ” prints ? instead
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    shown: tuple[Any, Any] = _Printable(sys.stdout), _Printable(sys.stderr)
    with contextlib.redirect_stdout(shown[0]), contextlib.redirect_stderr(shown[1]):
        return _run(argv)


_UP = "\x1b[A"  # how a progress bar goes back to the line of another


class _Printable:
    """A stream that shows what would steer the terminal; titles and names come from anybody."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write a text, in which nothing but a progress bar moves the cursor."""
        body = text.lstrip("\r")
        if not body.replace("\n", "").isprintable() and body.strip("\n") != _UP:
            from analysis.tables import make_printable  # loads pandas, which help does not need

            text = text[: len(text) - len(body)] + make_printable(body)
        return self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _run(argv: Sequence[str] | None) -> int:
    """Run one command, and say in a sentence what cannot be done."""
    parser = make_parser()
    args = parser.parse_args(_join_values(sys.argv[1:] if argv is None else argv))
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


def make_parser() -> argparse.ArgumentParser:
    """Make the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="discourse", description="Discourse analysis of news texts."
    )
    version = f"discourse-analysis {analysis.__version__}"
    parser.add_argument("--version", action="version", version=version)
    parser.set_defaults(run=None)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name, command in COMMANDS.items():
        made = commands.add_parser(name, help=command.help, description=command.description)
        command.declare(made)
        made.set_defaults(run=command.run)
    return parser


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


def _declare_corpus(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--corpus", default="corpus", metavar="FOLDER", help="default: corpus")


def _declare_new(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="FOLDER", help="made if there is none")


def _new(args: argparse.Namespace) -> int:
    folder = analysis.new_corpus(args.folder)
    print(
        f"{folder} is a corpus: sources.csv lists its documents, term-groups.yml and aliases.csv "
        "say in their comments what they are for.\n"
        f"Add texts with 'discourse add FILE… --corpus {folder}'."
    )
    return 0


_FACTS = {  # that may be given on the command line, with their help
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
}


def _declare_add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="a file, or a folder of them")
    _declare_corpus(parser)
    _declare_facts(parser)
    for flag, what in {
        "yes": "ask nothing; leave empty what was not found",
        "strict": "add all or nothing",
        "replace": "put text and facts in place of those there",
        "whole": "take all of a .txt as body; look for nothing in it",
        "dry-run": "show what would be taken; stop",
    }.items():
        parser.add_argument(f"--{flag}", action="store_true", help=what)
    parser.add_argument(
        "--duplicates",
        choices=("report", "group", "leave-out", "ignore"),
        default="report",
        help="of texts that are nearly another one: tell, write a column duplicate_group, "
        "leave out the later one, or look for none; default: report",
    )
    _declare_columns(parser)


def _join_values(argv: Sequence[str]) -> list[str]:
    """The arguments; a value that begins with - (-,outlet passes a folder over) is no option."""
    joined: list[str] = []
    for one in argv:
        if joined and joined[-1] == "--folder-columns" and one.startswith("-,"):
            joined[-1] += f"={one}"
        else:
            joined.append(one)
    return joined


def _declare_facts(parser: argparse.ArgumentParser) -> None:
    """The flags that say what is known of the files."""
    for name, what in _FACTS.items():
        parser.add_argument(f"--{name}", metavar="…", help=what)
    parser.add_argument(
        "--set",
        action="append",
        metavar="NAME=VALUE",
        help="any column, as in topic=fairs; repeatable",
    )
    parser.add_argument(
        "--folder-columns",
        metavar="NAMES",
        help="columns that folders state, from the one below the folder named on, as in "
        "outlet,topic; - passes one over",
    )
    parser.add_argument(
        "--table",
        metavar="FILE",
        help="a table with the column 'file' and others of sources.csv: what is known of each file",
    )


def _declare_columns(parser: argparse.ArgumentParser) -> None:
    """The flags that say how a table is to be read."""
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


def _declare_pack(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "sources", nargs="*", metavar="SOURCE", help="a folder, table, zip or Parquet file"
    )
    parser.add_argument("--to", required=True, metavar="FOLDER", help="the packed corpus")
    parser.add_argument("--name", metavar="…", help="what figures call the corpus")
    parser.add_argument(
        "--set", action="append", metavar="NAME=VALUE", help="a column of all texts; repeatable"
    )
    parser.add_argument(
        "--folder-columns",
        metavar="NAMES",
        help="columns that folders state, as in outlet,topic; - passes one over",
    )
    _declare_columns(parser)
    parser.add_argument(
        "--duplicates",
        choices=("report", "leave-out"),
        default="report",
        help="of texts that are, word for word, another one: tell, or leave out; default: report",
    )
    parser.add_argument("--workers", type=int, metavar="N", help="processes; default: two")
    parser.add_argument(
        "--repair",
        action="store_true",
        help="compare all files with their checksums, make again what is damaged",
    )
    parser.add_argument(
        "--layers",
        metavar="NAMES",
        help="make these layers where they lack, as in mentions,quotes; SOURCE may be left out",
    )
    declare_dask(parser)


def _pack(args: argparse.Namespace) -> int:
    from analysis.cli.pack import run_pack

    return run_pack(args)


def _declare_fetch(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ids", nargs="*", metavar="ID", help="documents; all if none is named")
    _declare_corpus(parser)
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


def _fetch(args: argparse.Namespace) -> int:
    with needs_extra("fetch", "Fetching"):
        from analysis.cli.fetch import run_fetch

    return run_fetch(args)


def _declare_check(parser: argparse.ArgumentParser) -> None:
    _declare_corpus(parser)
    parser.add_argument("--csv", metavar="FILE", help="write the table there, too")


def _check(args: argparse.Namespace) -> int:
    from analysis.corpus.check import run_check

    return run_check(args)


def _declare_report(parser: argparse.ArgumentParser) -> None:
    _declare_corpus(parser)
    parser.add_argument("--output", default="figures", metavar="FOLDER", help="default: figures")
    parser.add_argument(
        "--notebooks",
        metavar="FOLDER",
        help="also run these notebooks on the corpus: their figures, and each as a web page",
    )
    parser.add_argument("--no-page", action="store_true", help="run the notebooks alone")
    parser.add_argument(
        "--with-texts",
        action="store_true",
        help="print all texts in the page, whatever their licence says: for your own use",
    )
    parser.add_argument("--by", default="side", metavar="COLUMN", help="groups; default: side")
    parser.add_argument(
        "--where",
        action="append",
        metavar="COLUMN=VALUE",
        help="texts to report on, also since=2024-05 and until=2024-06; repeatable",
    )
    parser.add_argument("--article", metavar="ID", help="document looked at closely; the first")
    for name, what in {
        "title": "of the report",
        "author": "as it stands under the title",
        "date": "as it stands under the title; none if not given",
    }.items():
        parser.add_argument(f"--{name}", metavar="…", help=what)
    parser.add_argument(
        "--pdf-passages", action="store_true", help="print tables, passages and texts, too"
    )
    parser.add_argument(
        "--overwrite", action="store_true", help="replace a report that was edited by hand"
    )
    declare_dask(parser)


def _report(args: argparse.Namespace) -> int:
    from analysis.report.write import run_report
    from analysis.tables import InputError

    if args.no_page and not args.notebooks:
        raise InputError("--no-page leaves nothing to do without --notebooks FOLDER.")
    if args.where and args.notebooks:
        raise InputError("--where chooses texts for the page; notebooks choose their own.")
    folder = args.corpus
    if not args.no_page:
        with on_cluster(args, folder) as args.corpus:
            run_report(args)
    if not args.notebooks:
        return 0
    from analysis.cli.notebooks import run_notebooks

    return run_notebooks(notebooks=args.notebooks, corpus=folder, output=args.output)


def _declare_dossier(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("doc", metavar="DOC", help="id of the text")
    _declare_corpus(parser)
    parser.add_argument("--output", metavar="FILE", help="default: figures/dossier-DOC.html")
    parser.add_argument(
        "--days",
        type=float,
        default=3,
        metavar="N",
        help="texts so many days before or after are of the same days; default: 3",
    )
    parser.add_argument(
        "--event", metavar="COLUMN", help="compare with texts that have the same value there"
    )
    parser.add_argument(
        "--with-text",
        action="store_true",
        help="print the text whole, whatever its licence says: for your own use",
    )
    parser.add_argument(
        "--overwrite", action="store_true", help="replace a page that was edited by hand"
    )
    declare_dask(parser)


def _dossier(args: argparse.Namespace) -> int:
    from analysis.report.dossier import run_dossier

    with on_cluster(args, args.corpus) as args.corpus:
        return run_dossier(args)


def _declare_code(parser: argparse.ArgumentParser) -> None:
    from analysis.cli.code import declare_code

    declare_code(parser)


def _code(args: argparse.Namespace) -> int:
    from analysis.cli.code import run_code

    return run_code(args)


def _declare_verify(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("bundles", nargs="+", metavar="BUNDLE", help="any file of a bundle")
    parser.add_argument(
        "--corpus", metavar="FOLDER", help="compute the numbers again from this corpus"
    )


def _verify(args: argparse.Namespace) -> int:
    documents = None
    if args.corpus:
        documents = analysis.read_corpus(args.corpus, near_duplicates=None).documents
    verdicts = set()
    for bundle in args.bundles:
        checks = analysis.verify(bundle, corpus=documents)
        verdict = checks.attrs["verdict"]
        verdicts.add(verdict)
        said = VERDICTS[verdict]
        if verdict == "verified" and documents is None:
            said += "; its numbers were not computed again (--corpus)"
        print(f"{bundle}: {said}")
        for row in checks[checks["status"] != "ok"].sort_values("status").itertuples():
            print(f"  {row.check} of {row.file}: {row.status}. {row.detail}")
    return 1 if "differs" in verdicts else 3 if "checked in part" in verdicts else 0


VERDICTS = {
    "verified": "as it was saved",
    "differs": "differs",
    "checked in part": "could be checked only in part",
}


class Command(NamedTuple):
    """A command: what is said of it, its arguments, and what it does."""

    help: str
    description: str
    declare: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


COMMANDS = {
    "new": Command(
        "begin a corpus of your own",
        "Make a folder with an empty manifest (sources.csv), and with term-groups.yml and "
        "aliases.csv, whose comments say what they are for. Nothing that is there is overwritten.",
        _declare_new,
        _new,
    ),
    "add": Command(
        "add your own texts to the corpus",
        "Add texts, saved pages, Word, OpenDocument, rich text and PDF files, tables, zip files "
        "and the exports of news databases to the corpus as originals (docs/adding.md). Title, "
        "date and body are looked for, navigation is dropped, and all of it is shown. What cannot "
        "be found is asked for; without a terminal to ask in, nothing is written unless you say "
        "--yes. What cannot be added is set aside, in CORPUS/set-aside.csv, and the rest is added. "
        "Exit status 0 if anything was added or is there already.",
        _declare_add,
        _add,
    ),
    "pack": Command(
        "pack texts for a corpus larger than memory",
        "Write the texts of a folder, a table with one document a row (csv, tsv, JSON, Parquet, "
        "Excel), a zip file or a corpus folder into a packed corpus, which read_corpus opens "
        "without reading it (docs/scale.md). Words are counted on the way, so that the first "
        "question is quick. What is packed already stays; other texts are added. A run that was "
        "stopped goes on where it is called again.",
        _declare_pack,
        _pack,
    ),
    "fetch": Command(
        "fetch the originals that the manifest names",
        "Fetch the pages whose addresses are in sources.csv and keep their articles as originals. "
        "You must have the right to read and to keep them. robots.txt is obeyed; a host is asked "
        "for one page at a time. The result is printed and kept in originals/fetch.csv; doubtful "
        "extractions are put aside in originals/doubtful. A text that you edited or added stays. "
        "Exit status 0 only if every document is there.",
        _declare_fetch,
        _fetch,
    ),
    "check": Command(
        "say what is wrong or suspicious in the corpus",
        "Read all texts and the manifest and list what is wrong (exit status 1) or suspicious (0): "
        "damaged encodings, remains of web pages, wrong languages and dates, empty and cut texts, "
        "duplicates, files and rows that do not fit.",
        _declare_check,
        _check,
    ),
    "code": Command(
        "draw passages to code by hand, and read the codes",
        "Draw rows that were found, or sentences, at random, to be coded by hand in a spreadsheet "
        "(draw); read the coded files, and print how often the machine is right here and the "
        "shares corrected for its errors (read). See docs/coding.md.",
        _declare_code,
        _code,
    ),
    "report": Command(
        "write the report on the corpus",
        "Write OUTPUT/report.html, one page on which every number leads to its passages, and "
        "report.pdf where Chromium is installed; with --notebooks, run notebooks on the corpus, "
        "which leave their figures and themselves as web pages.",
        _declare_report,
        _report,
    ),
    "dossier": Command(
        "write a page on one text",
        "Write one page on one text: who speaks, who acts, what is asserted, attributed and taken "
        "as given, evaluations, explanations, the words for the event, and what other texts of the "
        "same days have. Every sentence leads to its words and says how often its measure is right "
        "(docs/dossier.md).",
        _declare_dossier,
        _dossier,
    ),
    "verify": Command(
        "check saved figures and tables, and say what differs",
        "Compare the files of saved figures and tables with what they say of themselves; with "
        "--corpus, compute their numbers again. Exit status 1 if something differs, 3 if nothing "
        "does but something could not be checked.",
        _declare_verify,
        _verify,
    ),
}


if __name__ == "__main__":
    sys.exit(main())
